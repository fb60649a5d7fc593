//! Time on the wire. Pseudo-terminals do not pace, so twins pace themselves at the configured rate.

use crate::uptime::Uptime;
use std::collections::VecDeque;
use std::time::Duration;

/// Time that `n` bytes of 8N1 take at `baud`: ten bits each.
pub fn time_for(n: usize, baud: u32) -> Duration {
    Duration::from_nanos(n as u64 * 10_000_000_000 / u64::from(baud.max(1)))
}

/// Bytes on their way out at a line rate: each chunk is due when its last byte would have left the wire.
#[derive(Clone, Debug)]
pub struct PacedOut {
    baud: u32,
    free_at: Uptime,
    queue: VecDeque<(Uptime, Vec<u8>)>,
}

impl PacedOut {
    /// An idle line at `baud`.
    pub fn new(baud: u32) -> Self {
        PacedOut { baud, free_at: Uptime::default(), queue: VecDeque::new() }
    }

    /// Puts `bytes` on the line after what is there already, not before `now` + `delay`.
    pub fn send(&mut self, now: Uptime, delay: Duration, bytes: Vec<u8>) {
        let begin = self.free_at.max(now.plus(delay));
        self.free_at = begin.plus(time_for(bytes.len(), self.baud));
        self.queue.push_back((self.free_at, bytes));
    }

    /// The next chunk that has fully left by `now`.
    pub fn take(&mut self, now: Uptime) -> Option<Vec<u8>> {
        if self.queue.front()?.0 <= now { self.queue.pop_front().map(|(_, bytes)| bytes) } else { None }
    }

    /// When [`PacedOut::take`] will give something.
    pub fn deadline(&self) -> Option<Uptime> {
        self.queue.front().map(|(due, _)| *due)
    }

    /// Drops what has not left yet, as a reset device does.
    pub fn clear(&mut self) {
        self.queue.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_bytes_at_9600_take_ten_milliseconds_and_follow_each_other() {
        let mut out = PacedOut::new(9600);
        let start = Uptime::from_millis(100);
        out.send(start, Duration::ZERO, vec![0; 10]);
        out.send(start, Duration::ZERO, vec![1; 10]);
        assert_eq!(out.take(Uptime::from_millis(110)), None);
        assert_eq!(out.take(Uptime::from_millis(111)), Some(vec![0; 10]));
        assert_eq!(out.take(Uptime::from_millis(111)), None);
        assert_eq!(out.take(Uptime::from_millis(121)), Some(vec![1; 10]));
    }
}
