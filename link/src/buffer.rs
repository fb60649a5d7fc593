//! Bytes that arrived and are not yet understood.

/// A bounded receive buffer. Scanners look at [`ReceiveBuffer::bytes`] and take what they used from the front.
#[derive(Clone, Debug)]
pub struct ReceiveBuffer {
    bytes: Vec<u8>,
    limit: usize,
}

impl ReceiveBuffer {
    /// A buffer that holds at most `limit` bytes: twice the longest frame of the protocol, so that one frame always fits
    /// behind a cut one.
    pub fn new(limit: usize) -> Self {
        ReceiveBuffer { bytes: Vec::new(), limit }
    }

    /// Adds what arrived. Returns how many of the oldest bytes were dropped to stay within the limit; they are noise.
    pub fn extend(&mut self, bytes: &[u8]) -> usize {
        self.bytes.extend_from_slice(bytes);
        let dropped = self.bytes.len().saturating_sub(self.limit);
        self.bytes.drain(..dropped);
        dropped
    }

    /// Everything that waits to be understood.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Takes `n` bytes (or all, if fewer) from the front.
    pub fn consume(&mut self, n: usize) {
        self.bytes.drain(..n.min(self.bytes.len()));
    }

    /// Forgets everything, as after a reopened link.
    pub fn clear(&mut self) {
        self.bytes.clear();
    }
}
