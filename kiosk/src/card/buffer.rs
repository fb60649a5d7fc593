//! Received bytes, overwritten once they are done with: they may be somebody's card.

use std::hint::black_box;

/// A bounded buffer that leaves nothing behind.
#[derive(Debug)]
pub(super) struct WipedBuffer {
    bytes: Vec<u8>,
    limit: usize,
}

impl WipedBuffer {
    /// Room for `limit` bytes, taken now: growing would leave copies behind.
    pub(super) fn new(limit: usize) -> Self {
        WipedBuffer { bytes: Vec::with_capacity(limit), limit }
    }

    /// Adds at most `limit` bytes. Returns how many of the oldest were dropped for them.
    pub(super) fn extend(&mut self, bytes: &[u8]) -> usize {
        let bytes = &bytes[bytes.len().saturating_sub(self.limit)..];
        let dropped = (self.bytes.len() + bytes.len()).saturating_sub(self.limit);
        self.consume(dropped);
        self.bytes.extend_from_slice(bytes);
        dropped
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Takes `n` bytes (or all, if fewer) from the front.
    pub(super) fn consume(&mut self, n: usize) {
        let n = n.min(self.bytes.len());
        self.bytes.rotate_left(n);
        let left = self.bytes.len() - n;
        self.bytes[left..].fill(0);
        // Keeps the compiler from leaving out a write that nobody reads.
        black_box(&self.bytes);
        self.bytes.truncate(left);
    }

    /// Forgets everything. Returns how much there was.
    pub(super) fn clear(&mut self) -> usize {
        let held = self.bytes.len();
        self.consume(held);
        held
    }
}

impl Drop for WipedBuffer {
    fn drop(&mut self) {
        self.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_consumed_is_overwritten_and_the_rest_stays() {
        let mut buffer = WipedBuffer::new(8);
        assert_eq!(buffer.extend(b"abcdef"), 0);
        buffer.consume(4);
        assert_eq!(buffer.bytes(), b"ef");
        assert_eq!(buffer.extend(b"ghijklm"), 1);
        assert_eq!(buffer.bytes(), b"fghijklm");
        assert_eq!(buffer.extend(b"0123456789"), 8);
        assert_eq!(buffer.bytes(), b"23456789");
        assert_eq!(buffer.clear(), 8);
        buffer.bytes.resize(8, 1);
        assert_eq!(buffer.bytes.capacity(), 8, "never grew");
    }
}
