//! What is counted of one service, one window, one clerk, one hour …

use serde::Serialize;
use std::collections::BTreeMap;

/// All figures of one group. Which of them mean something for it: see [`crate::columns`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Group {
    /// Numbers taken and what became of them.
    pub tickets: Tickets,
    /// Calls, recalls not counted; those of parked persons who came back among them.
    pub calls: u64,
    /// Waits to the calls, but for those of parked persons: their wait was counted when they were called first (rule W1).
    pub waits: Spread,
    /// Waits that were no longer than their target (rules W1, W4).
    pub in_target: u64,
    /// Calls that nobody followed (rule Q4).
    pub passes: u64,
    /// Earlier ones who were passed by calls.
    pub overtaken: Overtaken,
    /// Services ended, with how long they took.
    pub services: Spread,
    /// How they were rated.
    pub ratings: Ratings,
    /// Pauses (rule P1).
    pub pauses: Pauses,
    /// Appointments (rules A4 to A8).
    pub bookings: Bookings,
}

/// Numbers taken and what became of them: [`Tickets::taken`] is the sum of served, missed, voided, abandoned and open.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Tickets {
    /// All.
    pub taken: u64,
    /// Of those, green channel.
    pub green: u64,
    /// Served to the end.
    pub served: u64,
    /// Called and did not come, or not in time.
    pub missed: u64,
    /// Of those missed, whose time to revive the number ran out (rule Q4).
    pub expired: u64,
    /// Voided after a call.
    pub voided: u64,
    /// Voided without ever having been called: went away, or the day ended.
    pub abandoned: u64,
    /// Still under way.
    pub open: u64,
    /// Whom a call of the green channel passed at least once (rule G4).
    pub passed_by_green: u64,
}

/// How a duration is spread.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Spread {
    /// How many.
    pub n: u64,
    /// All together, seconds.
    pub total_s: i64,
    /// Mean, seconds, rounded to the nearest.
    pub mean_s: i64,
    /// Middle one; of an even number, the mean of the two in the middle, rounded down.
    pub median_s: i64,
    /// Nine in ten are no longer: the ⌈0.9 n⌉th in order.
    pub p90_s: i64,
    /// Longest.
    pub longest_s: i64,
}

impl Spread {
    /// Sorts what it is given.
    pub fn of(durations_s: &mut [i64]) -> Spread {
        durations_s.sort_unstable();
        let n = durations_s.len();
        let Some(longest_s) = durations_s.last().copied() else { return Spread::default() };
        let total_s: i64 = durations_s.iter().fold(0, |sum, one| sum.saturating_add(*one));
        let count = i64::try_from(n).unwrap_or(i64::MAX);
        let middle = (durations_s[(n - 1) / 2]).saturating_add(durations_s[n / 2]);
        Spread {
            n: n as u64,
            total_s,
            mean_s: total_s.saturating_add(count / 2).div_euclid(count),
            median_s: middle.div_euclid(2),
            p90_s: durations_s[(n * 9).div_ceil(10) - 1],
            longest_s,
        }
    }
}

/// Earlier ones whom calls passed, by what the call had before them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Overtaken {
    /// By green-channel calls (rule G4).
    pub by_green: u64,
    /// By appointments (rule A4).
    pub by_booked: u64,
    /// By others: a limit that came sooner, a window that cannot serve what waits longer.
    pub by_others: u64,
}

/// How ended services were rated (rules R1 to R3).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Ratings {
    /// Very dissatisfied, dissatisfied, fairly satisfied, satisfied, very satisfied: levels 1 to 5.
    pub levels: [u64; 5],
    /// Asked for and not given in the time that the pad gives.
    pub unanswered: u64,
    /// Asked for, and the clerk's next call ended the prompt before its time; not rated afterwards either. Reported apart, for
    /// nobody can say whether the person would have answered.
    pub cut: u64,
    /// Ended without asking for a rating and not rated afterwards.
    pub suppressed: u64,
    /// Ended without asking for a rating, rated later or not: what is reported of clerks.
    pub unprompted: u64,
}

impl Ratings {
    /// All that were given.
    pub fn given(&self) -> u64 {
        self.levels.iter().sum()
    }

    /// Given with level 3 or better: 满意 in the sense of the national scheme.
    pub fn satisfied(&self) -> u64 {
        self.levels[2..].iter().sum()
    }

    /// Services that could be rated.
    pub fn possible(&self) -> u64 {
        self.given() + self.unanswered + self.cut + self.suppressed
    }
}

/// Pauses.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Pauses {
    /// Those that ended, with their lengths.
    pub ended: Spread,
    /// Those that last.
    pub open: u64,
    /// By reason: how many, and their time in seconds.
    pub reasons: BTreeMap<String, Pause>,
}

/// The pauses of one reason.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Pause {
    /// How many.
    pub n: u64,
    /// Their time, seconds; of those that last nothing.
    pub total_s: i64,
}

/// Appointments: [`Bookings::booked`] is the sum of kept, late, no_show, cancelled, not_kept, unknown and open.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Bookings {
    /// All for a time of the period.
    pub booked: u64,
    /// Came in time.
    pub kept: u64,
    /// Came after the period of grace (rule A5).
    pub late: u64,
    /// Did not come.
    pub no_show: u64,
    /// Taken back by the person.
    pub cancelled: u64,
    /// Taken back by the hall (rule A7).
    pub not_kept: u64,
    /// Of those, told too late.
    pub breach: u64,
    /// Nobody knows, the hall did not run.
    pub unknown: u64,
    /// To come.
    pub open: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn w4_spreads_are_those_of_a_hand_calculation() {
        for (mut durations, mean, median, p90, longest) in [
            (vec![], 0, 0, 0, 0),
            (vec![7], 7, 7, 7, 7),
            (vec![4, 1], 3, 2, 4, 4),
            (vec![3, 1, 2], 2, 2, 3, 3),
            ((1..=10).rev().collect(), 6, 5, 9, 10),
            ((1..=11).collect(), 6, 6, 10, 11),
            ((1..=100).collect(), 51, 50, 90, 100),
        ] {
            let spread = Spread::of(&mut durations);
            let seen = (spread.mean_s, spread.median_s, spread.p90_s, spread.longest_s);
            assert_eq!(seen, (mean, median, p90, longest), "{durations:?}");
        }
    }
}
