//! Durations that were seen, and draws from them: no shape is assumed but what a service's pages say before it was ever seen.

/// The newest of so many are kept: some days of a common service, months of a rare one.
const KEPT: usize = 256;
/// Quantiles of the standard normal distribution at 1/32, 3/32 … 31/32: a guess of a lognormal shape to begin with.
const NORMAL: [f64; 16] = [
    -1.863, -1.318, -1.010, -0.777, -0.579, -0.402, -0.237, -0.078, 0.078, 0.237, 0.402, 0.579, 0.777, 1.010,
    1.318, 1.863,
];

/// Durations in seconds.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Pool {
    /// The newest, oldest overwritten.
    seen: Vec<u32>,
    next: usize,
    sorted: Vec<u32>,
}

impl Pool {
    /// A guess: mean and variation (standard deviation ÷ mean) of a lognormal shape.
    pub(super) fn guess(mean_s: f64, variation: f64) -> Self {
        let spread = (1.0 + variation * variation).ln();
        let middle = mean_s.max(1.0).ln() - spread / 2.0;
        let mut pool = Pool::default();
        for quantile in NORMAL {
            pool.add((middle + quantile * spread.sqrt()).exp().round() as u32);
        }
        pool
    }

    pub(super) fn add(&mut self, seconds: u32) {
        if self.seen.len() < KEPT {
            self.seen.push(seconds);
        } else {
            let old = std::mem::replace(&mut self.seen[self.next], seconds);
            if let Ok(at) = self.sorted.binary_search(&old) {
                self.sorted.remove(at);
            }
            self.next = (self.next + 1) % KEPT;
        }
        let at = self.sorted.partition_point(|&other| other < seconds);
        self.sorted.insert(at, seconds);
    }

    pub(super) fn mean_s(&self) -> f64 {
        let sum: f64 = self.seen.iter().map(|&seconds| f64::from(seconds)).sum();
        sum / self.seen.len().max(1) as f64
    }

    /// The duration at share `u` (0 to 1) of those seen.
    pub(super) fn at(&self, u: f64) -> f64 {
        between(&self.sorted, u)
    }

    /// Which share of those seen is shorter than this; never quite none and never quite all, for more may be seen tomorrow.
    pub(super) fn share_below(&self, seconds: f64) -> f64 {
        let below = self.sorted.partition_point(|&other| f64::from(other) < seconds);
        (below as f64 + 0.5) / (self.sorted.len() as f64 + 1.0)
    }

    /// The whole duration of something that lasts for `so_far` already, at share `u` of those that last longer.
    pub(super) fn beyond(&self, so_far: f64, u: f64) -> f64 {
        let longer = &self.sorted[self.sorted.partition_point(|&seconds| f64::from(seconds) <= so_far)..];
        if longer.len() >= FEW {
            between(longer, u)
        } else {
            // Longer than nearly all that was seen: nobody knows, and the longer it lasted the less.
            so_far + (self.mean_s() + so_far) / 4.0 * -(1.0 - u).max(1e-9).ln()
        }
    }
}

/// From fewer longer ones than this nothing is read.
const FEW: usize = 4;

fn between(sorted: &[u32], u: f64) -> f64 {
    let Some(last) = sorted.len().checked_sub(1) else { return 0.0 };
    // Between two that were seen anything may come; beyond the largest a little more.
    let place = u * sorted.len() as f64 - 0.5;
    if place <= 0.0 {
        return f64::from(sorted[0]);
    }
    let below = (place as usize).min(last);
    let above = (below + 1).min(last);
    let share = place - below as f64;
    f64::from(sorted[below]) + (f64::from(sorted[above]) - f64::from(sorted[below])) * share.min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_guess_has_the_mean_it_was_given() {
        let pool = Pool::guess(600.0, 0.6);
        assert!((pool.mean_s() - 600.0).abs() < 30.0, "{}", pool.mean_s());
        assert!(pool.at(0.1) < pool.at(0.5) && pool.at(0.5) < pool.at(0.9));
    }

    #[test]
    fn what_lasts_already_lasts_longer() {
        let pool = Pool::guess(600.0, 0.6);
        for so_far in [0.0, 100.0, 600.0, 2000.0, 9000.0] {
            for u in [0.01, 0.5, 0.99] {
                assert!(pool.beyond(so_far, u) >= so_far);
            }
        }
    }

    #[test]
    fn the_newest_count() {
        let mut pool = Pool::guess(600.0, 0.6);
        for _ in 0..KEPT {
            pool.add(60);
        }
        assert_eq!((pool.at(0.0), pool.at(1.0)), (60.0, 60.0));
    }
}
