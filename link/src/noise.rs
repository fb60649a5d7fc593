//! A seeded bad line: loses, spoils, splits, delays and doubles what passes through it. For tests, twins and the demo.

use crate::uptime::Uptime;
use std::time::Duration;

/// How bad the line is, each a chance per chunk in thousandths.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Badness {
    /// The chunk vanishes.
    pub lose: u32,
    /// One bit of it flips.
    pub spoil: u32,
    /// Random bytes come before it.
    pub babble: u32,
    /// It arrives in two pieces, the second later.
    pub split: u32,
    /// It arrives up to 400 ms late.
    pub delay: u32,
    /// It arrives twice.
    pub double: u32,
}

/// A line with its own random numbers: the same seed and input give the same output.
#[derive(Clone, Debug)]
pub struct NoisyLine {
    badness: Badness,
    state: u64,
}

impl NoisyLine {
    /// A line that misbehaves as `badness` says, decided by `seed`.
    pub fn new(seed: u64, badness: Badness) -> Self {
        NoisyLine { badness, state: seed }
    }

    /// Changes how bad the line is from now on.
    pub fn set(&mut self, badness: Badness) {
        self.badness = badness;
    }

    /// What arrives, and when, for `bytes` sent at `now`.
    pub fn pass(&mut self, now: Uptime, bytes: &[u8]) -> Vec<(Uptime, Vec<u8>)> {
        let badness = self.badness;
        if bytes.is_empty() || self.happens(badness.lose) {
            return Vec::new();
        }
        let mut chunk = bytes.to_vec();
        if self.happens(badness.spoil) {
            let place = self.below(chunk.len() as u64) as usize;
            chunk[place] ^= 1 << self.below(8);
        }
        if self.happens(badness.babble) {
            let mut babble: Vec<u8> = (0..1 + self.below(8)).map(|_| self.next() as u8).collect();
            babble.extend_from_slice(&chunk);
            chunk = babble;
        }
        let at =
            if self.happens(badness.delay) { now.plus(Duration::from_millis(self.below(400))) } else { now };
        let doubled = self.happens(badness.double).then(|| (at, chunk.clone()));
        let mut out = Vec::new();
        if chunk.len() > 1 && self.happens(badness.split) {
            let tail = chunk.split_off(1 + self.below(chunk.len() as u64 - 1) as usize);
            let later = at.plus(Duration::from_millis(self.below(30)));
            out.push((at, chunk));
            out.push((later, tail));
        } else {
            out.push((at, chunk));
        }
        out.extend(doubled);
        out
    }

    fn happens(&mut self, thousandths: u32) -> bool {
        self.below(1000) < u64::from(thousandths)
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound.max(1)
    }

    /// SplitMix64 (Steele, Lea and Flood 2014): small, and good enough to choose misfortunes.
    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_good_line_changes_nothing_and_a_seed_repeats_itself() {
        let now = Uptime::from_millis(5);
        assert_eq!(NoisyLine::new(1, Badness::default()).pass(now, b"abc"), vec![(now, b"abc".to_vec())]);
        let bad = Badness { lose: 200, spoil: 200, babble: 200, split: 200, delay: 200, double: 200 };
        let run = |seed| {
            let mut line = NoisyLine::new(seed, bad);
            (0..200).map(|_| line.pass(now, b"hello")).collect::<Vec<_>>()
        };
        assert_eq!(run(7), run(7));
        assert_ne!(run(7), run(8));
    }
}
