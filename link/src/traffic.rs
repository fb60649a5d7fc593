//! The last bytes both ways on a link, written to the log when a fault opens.

use crate::uptime::Uptime;
use std::collections::VecDeque;
use std::fmt;

/// Which way bytes went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// From us to the device.
    Out,
    /// From the device to us.
    In,
}

/// A ring of recent traffic. Links that carry personal data (card readers) do not use it.
#[derive(Clone, Debug, Default)]
pub struct Ring {
    chunks: VecDeque<(Uptime, Way, Vec<u8>)>,
}

/// Enough for a request, its retries and the answers; more would only make the log hard to read.
const MAX_CHUNKS: usize = 16;
/// The head of a long chunk tells the frame; a whole slip or picture does not belong in a log.
const MAX_CHUNK_BYTES: usize = 64;

impl Ring {
    /// Remembers `bytes`, forgetting the oldest chunk when full.
    pub fn push(&mut self, now: Uptime, way: Way, bytes: &[u8]) {
        if self.chunks.len() == MAX_CHUNKS {
            self.chunks.pop_front();
        }
        self.chunks.push_back((now, way, bytes[..bytes.len().min(MAX_CHUNK_BYTES)].to_vec()));
    }
}

impl fmt::Display for Ring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, way, bytes) in &self.chunks {
            write!(f, "{:.3}{}", at.0.as_secs_f64(), if *way == Way::Out { ">" } else { "<" })?;
            for byte in bytes {
                write!(f, " {byte:02X}")?;
            }
            f.write_str("; ")?;
        }
        Ok(())
    }
}
