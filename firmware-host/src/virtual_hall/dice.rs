//! The chances of the virtual hall: the same seed gives the same day.

/// SplitMix64 (Steele, Lea and Flood 2014): small, and good enough to choose who comes when. Never for secrets.
#[derive(Clone, Debug)]
pub(super) struct Dice(u64);

impl Dice {
    /// Dice that fall as `seed` decides.
    pub(super) fn new(seed: u64) -> Dice {
        Dice(seed)
    }

    /// Dice of their own for a purpose or a thing, so that what happens to one does not shift another.
    pub(super) fn of(seed: u64, purpose: &str) -> Dice {
        // FNV-1a: spreads names over the seeds; any mixing would do.
        let mixed = purpose.bytes().fold(0xCBF2_9CE4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3)
        });
        Dice::new(seed ^ mixed)
    }

    /// Any number.
    pub(super) fn any(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// From 0 (possible) to 1 (not).
    pub(super) fn part(&mut self) -> f64 {
        // 53 bits are what a double holds.
        (self.any() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// From `low` to below `high`.
    pub(super) fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.part()
    }

    /// Whether something of this chance (0 to 1) happens.
    pub(super) fn happens(&mut self, chance: f64) -> bool {
        self.part() < chance
    }

    /// An index, chosen in proportion to its weight; `None` without any weight.
    pub(super) fn choose(&mut self, weights: &[f64]) -> Option<usize> {
        let mut rest = self.part() * weights.iter().sum::<f64>();
        for (index, weight) in weights.iter().enumerate() {
            if *weight > 0.0 && rest < *weight {
                return Some(index);
            }
            rest -= weight;
        }
        weights.iter().rposition(|weight| *weight > 0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dice_repeat_themselves_and_stay_in_range() {
        let throw = |seed| {
            let mut dice = Dice::of(seed, "arrivals");
            (0..100).map(|_| dice.part()).collect::<Vec<_>>()
        };
        assert_eq!(throw(7), throw(7));
        assert_ne!(throw(7), throw(8));
        assert!(throw(7).iter().all(|part| (0.0..1.0).contains(part)));
    }

    #[test]
    fn what_has_no_weight_is_never_chosen() {
        let mut dice = Dice::new(3);
        assert!((0..1000).all(|_| dice.choose(&[0.0, 1.0, 0.0, 2.0]).is_some_and(|index| index % 2 == 1)));
        assert_eq!(dice.choose(&[]), None);
        assert_eq!(dice.choose(&[0.0]), None);
    }
}
