//! The chances of a trial: the same seed gives the same day, on every machine and for ever.

use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::{Rng, SeedableRng};
use std::time::Duration;

/// Chances of their own for one purpose, so that what happens to one thing does not shift another.
#[derive(Clone, Debug)]
pub(super) struct Chance(Xoshiro256PlusPlus);

impl Chance {
    pub(super) fn of(seed: u64, purpose: &str) -> Chance {
        // FNV-1a spreads the purposes over the seeds.
        let mixed = purpose.bytes().fold(0xCBF2_9CE4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3)
        });
        Chance(Xoshiro256PlusPlus::seed_from_u64(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ mixed))
    }

    /// Any number below `bound`, which is not 0.
    pub(super) fn below(&mut self, bound: u64) -> u64 {
        // The bias of a remainder is of no account where bounds are small.
        self.0.next_u64() % bound
    }

    /// From `low` to `high`, both possible.
    pub(super) fn between(&mut self, low: u64, high: u64) -> u64 {
        low + self.below(high - low + 1)
    }

    /// Seconds from `low` to `high`, to the millisecond.
    pub(super) fn seconds(&mut self, low: u64, high: u64) -> Duration {
        Duration::from_millis(self.between(low * 1000, high * 1000))
    }

    /// Whether something of this chance in a thousand happens.
    pub(super) fn happens(&mut self, thousandths: u64) -> bool {
        self.below(1000) < thousandths
    }

    /// One of these, which are not none.
    pub(super) fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len() as u64) as usize]
    }

    /// A pause with this mean, as between things that know nothing of each other.
    pub(super) fn pause(&mut self, mean: Duration) -> Duration {
        let part = (self.below(1 << 53) + 1) as f64 / (1_u64 << 53) as f64;
        // Rounded, as the last digits of a logarithm are not the same on every machine.
        Duration::from_millis((mean.as_millis() as f64 * -part.ln()) as u64)
    }
}
