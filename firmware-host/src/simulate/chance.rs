//! Chance with fixed algorithms: the same seed draws the same day on every machine and in every version of every library
//! but the generator's own, which is fixed by its paper. Logarithms are those of `libm`, not of the machine.
//!
//! Purpose: what [`super::generate()`] draws from. Absences: no entropy of the operating system.
//! Source: Blackman and Vigna, xoshiro256++; Marsaglia's polar method for the normal distribution.

use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::{Rng, SeedableRng};

/// One stream of chance.
pub(super) struct Chance(Xoshiro256PlusPlus);

impl Chance {
    /// A stream of its own for each name, seed and purpose, so that a change of one purpose (more green tickets) leaves the
    /// others (who comes when) as they were.
    pub(super) fn of(name: &str, seed: u64, purpose: &str) -> Self {
        // FNV-1a. Only different names must give different streams; nobody is to be kept from guessing them.
        let bytes = name.bytes().chain([0]).chain(purpose.bytes()).chain([0]).chain(seed.to_le_bytes());
        let hash = bytes.fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
        });
        Chance(Xoshiro256PlusPlus::seed_from_u64(hash))
    }

    /// Any number; who of two came first in the same second.
    pub(super) fn tie(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// From 0 to 1, 1 never reached.
    pub(super) fn part(&mut self) -> f64 {
        (self.0.next_u64() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// True with this probability.
    pub(super) fn happens(&mut self, probability: f64) -> bool {
        self.part() < probability
    }

    /// Evenly between these, the second never reached.
    pub(super) fn between(&mut self, from: f64, to: f64) -> f64 {
        from + (to - from) * self.part()
    }

    /// One of so many positions; 0 if there are none.
    pub(super) fn position(&mut self, n: usize) -> usize {
        ((self.part() * n as f64) as usize).min(n.saturating_sub(1))
    }

    /// Normal with mean 0 and deviation 1.
    pub(super) fn normal(&mut self) -> f64 {
        loop {
            let (x, y) = (self.between(-1.0, 1.0), self.between(-1.0, 1.0));
            let square = x * x + y * y;
            if square > 0.0 && square < 1.0 {
                return x * (-2.0 * libm::log(square) / square).sqrt();
            }
        }
    }

    /// Exponential with this mean.
    pub(super) fn exponential(&mut self, mean: f64) -> f64 {
        -libm::log(1.0 - self.part()) * mean
    }

    /// Poisson: how many exponential gaps begin before this mean is over. Takes time in proportion to the mean, which the
    /// reader of scenarios bounds.
    pub(super) fn poisson(&mut self, mean: f64) -> usize {
        let (mut n, mut sum) = (0, self.exponential(1.0));
        while sum < mean {
            n += 1;
            sum += self.exponential(1.0);
        }
        n
    }
}

/// Lognormal with this mean and coefficient of variation, of a draw from the normal distribution.
pub(super) fn lognormal(mean: f64, cv: f64, normal: f64) -> f64 {
    let square = libm::log(1.0 + cv * cv);
    mean * libm::exp(square.sqrt() * normal - square / 2.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const DRAWS: usize = 200_000;

    /// Mean and deviation of many draws.
    fn moments(mut draw: impl FnMut(&mut Chance) -> f64) -> (f64, f64) {
        let mut chance = Chance::of("moments", 1, "test");
        let drawn: Vec<f64> = (0..DRAWS).map(|_| draw(&mut chance)).collect();
        let mean = drawn.iter().sum::<f64>() / DRAWS as f64;
        let variance = drawn.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / DRAWS as f64;
        (mean, variance.sqrt())
    }

    #[test]
    fn distributions_have_their_mean_and_deviation() {
        let near = |(mean, deviation): (f64, f64), expected: (f64, f64)| {
            let error = 5.0 * expected.1 / (DRAWS as f64).sqrt();
            assert!((mean - expected.0).abs() < error, "mean {mean}, expected {expected:?}");
            assert!(
                (deviation / expected.1 - 1.0).abs() < 0.02,
                "deviation {deviation}, expected {expected:?}"
            );
        };
        near(moments(Chance::part), (0.5, 1.0 / 12.0_f64.sqrt()));
        near(moments(Chance::normal), (0.0, 1.0));
        near(moments(|chance| chance.exponential(8.0)), (8.0, 8.0));
        near(moments(|chance| lognormal(6.0, 0.6, chance.normal())), (6.0, 3.6));
        near(moments(|chance| chance.poisson(0.7) as f64), (0.7, 0.7_f64.sqrt()));
        near(moments(|chance| chance.poisson(90.0) as f64), (90.0, 90.0_f64.sqrt()));
        near(moments(|chance| chance.position(4) as f64), (1.5, 1.25_f64.sqrt()));
    }

    #[test]
    fn the_first_draws_are_the_same_on_every_machine() {
        let mut chance = Chance::of("normal", 7, "people");
        let drawn =
            [chance.part(), chance.normal(), chance.exponential(8.0), lognormal(6.0, 0.6, chance.normal())];
        insta::assert_snapshot!(format!("{:x?} {}", drawn.map(f64::to_bits), chance.poisson(30.0)), @"[3fd311e4bc4285a0, bfc55da45c0e2d44, 3ff1de15fc6cb007, 40139b8acef1a3d8] 35");
    }

    #[test]
    fn nothing_to_choose_from_and_nothing_expected() {
        let mut chance = Chance::of("", 0, "");
        assert_eq!((chance.position(0), chance.position(1), chance.poisson(0.0)), (0, 0, 0));
    }
}
