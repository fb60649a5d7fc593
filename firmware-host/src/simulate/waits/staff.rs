//! Windows as clerks really staff them: what a hall has planned, and what comes of it on a day. A forecast knows the plan and
//! the days before, never the day itself.

use super::super::chance::Chance;
use super::super::day::rules;
use super::super::trace::{Trace, TraceWindow};
use queue::WindowNumber;
use queue::forecast::Roster;
use std::collections::BTreeSet;

/// So many of a hundred sessions of a window begin late …
const LATE: f64 = 0.12;
/// … by so many minutes on average, and a quarter of an hour more than an hour at most;
const LATE_MEAN_MIN: f64 = 15.0;
const LATEST_S: i64 = 4500;
/// in so many the clerk does not come at all, if others can do what the window does.
const ABSENT: f64 = 0.04;
/// One window more for each so many is configured and never staffed; most halls have more windows than clerks.
const WINDOWS_PER_SPARE: usize = 3;
/// A clerk who will be late after lunch, or stay away, leaves so long after the session's end: whoever waited is served then.
const LEAVES_AFTER_S: i64 = 3600;

/// Of one window: periods from and to; `None`: until everybody is served.
type Spans = Vec<(i64, Option<i64>)>;

/// A day with the plan that it deviates from.
pub(super) struct Day {
    pub(super) trace: Trace,
    pub(super) roster: Roster,
    /// When each window of the trace is staffed.
    staffed: Vec<Spans>,
}

impl Day {
    /// Everybody comes as planned.
    pub(super) fn punctual(trace: Trace) -> Self {
        let planned = trace.windows.iter().map(|window| planned(&trace, window)).collect();
        Day::new(trace, planned)
    }

    /// Some come late and some not at all, by chance; spare windows stay closed.
    pub(super) fn unpunctual(mut trace: Trace, seed: u64) -> Self {
        let mut chance = Chance::of(&trace.scenario, seed, "staff");
        let n_staffed = trace.windows.len();
        for spare in 0..n_staffed / WINDOWS_PER_SPARE {
            let like = trace.windows[spare * WINDOWS_PER_SPARE].clone();
            trace.windows.push(TraceWindow { id: format!("spare {}", spare + 1), ..like });
        }
        let plans = trace.windows.iter().map(|window| planned(&trace, window)).collect();
        for window in &mut trace.windows[n_staffed..] {
            window.shifts.clear();
            window.pauses.clear();
        }
        let ends: BTreeSet<i64> = trace.sessions.iter().map(|&(_, end)| end).collect();
        let mut gone: Vec<usize> = Vec::new();
        for position in 0..n_staffed {
            let shifts = trace.windows[position].shifts.clone();
            let mut kept: Vec<(i64, i64)> = Vec::new();
            for (from, to) in shifts {
                let (late, absent) = (chance.happens(LATE), chance.happens(ABSENT));
                let late_s = ((60.0 * chance.exponential(LATE_MEAN_MIN)) as i64 + 60).min(LATEST_S);
                let absent = absent && others_can(&trace, position, &gone);
                if !late && !absent {
                    kept.push((from, to));
                    continue;
                }
                if let Some((_, end)) = kept.last_mut().filter(|(_, end)| ends.contains(end)) {
                    *end = (*end + LEAVES_AFTER_S).min(from);
                }
                if absent {
                    gone.push(position);
                } else if from + late_s < to {
                    kept.push((from + late_s, to));
                }
            }
            trace.windows[position].shifts = kept;
        }
        Day::new(trace, plans)
    }

    fn new(trace: Trace, planned: Vec<Spans>) -> Self {
        let numbers = rules(&trace).windows.into_iter().map(|window| window.number);
        let roster = Roster { sessions: trace.sessions.clone(), windows: numbers.zip(planned).collect() };
        let ends: Vec<i64> = trace.sessions.iter().map(|&(_, end)| end).collect();
        let staffed = trace.windows.iter().map(|window| window.availability(&ends)).collect();
        Day { trace, roster, staffed }
    }

    /// Whether somebody works there at this moment.
    pub(super) fn staffed(&self, window: WindowNumber, at: i64) -> bool {
        let spans = usize::from(window.0).checked_sub(1).and_then(|position| self.staffed.get(position));
        spans.into_iter().flatten().any(|&(from, to)| from <= at && to.is_none_or(|to| at < to))
    }

    /// When windows open (`true`) and close, in order.
    pub(super) fn turns(&self) -> Vec<(i64, WindowNumber, bool)> {
        let mut turns = Vec::new();
        for (&window, spans) in self.roster.windows.keys().zip(&self.staffed) {
            for &(from, to) in spans {
                turns.push((from, window, true));
                turns.extend(to.map(|to| (to, window, false)));
            }
        }
        turns.sort_by_key(|&(at, window, opens)| (at, opens, window));
        turns
    }
}

/// What is planned for a window: its shifts; one that ends with a session goes on until the next (rule X3).
fn planned(trace: &Trace, window: &TraceWindow) -> Spans {
    let mut shifts = window.shifts.clone();
    shifts.sort_unstable();
    let next = |n: usize| shifts.get(n + 1).map(|&(next, _)| next);
    let ends = |n: usize, to: i64| match trace.sessions.iter().any(|&(_, end)| end == to) {
        true => next(n),
        false => Some(to),
    };
    shifts.iter().enumerate().map(|(n, &(from, to))| (from, ends(n, to))).collect()
}

/// Whether everything that this window does is done at another one whose clerk is there all day.
fn others_can(trace: &Trace, position: usize, gone: &[usize]) -> bool {
    let others = || {
        let windows = trace.windows.iter().enumerate();
        windows.filter(move |(other, window)| {
            *other != position && !gone.contains(other) && !window.shifts.is_empty()
        })
    };
    let skills = &trace.windows[position].skills;
    skills.iter().all(|skill| others().any(|(_, window)| window.skills.contains(skill)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simulate::{Scenario, generate};

    #[test]
    fn w3_clerks_of_the_table_are_late_or_absent_and_everybody_is_served_all_the_same() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/golden/scenarios/normal.json");
        let scenario = Scenario::parse(&std::fs::read_to_string(path).unwrap()).unwrap();
        let (mut late, mut absent, mut sessions) = (0, 0, 0);
        for seed in 0..40 {
            let trace = generate(&scenario, seed);
            let planned = Day::punctual(trace.clone());
            let day = Day::unpunctual(trace, seed);
            assert_eq!(day.trace.windows.len(), 13, "ten windows and three spare ones");
            assert_eq!(day.roster.windows[&WindowNumber(1)], planned.roster.windows[&WindowNumber(1)]);
            assert_eq!(day.roster.windows[&WindowNumber(11)], planned.roster.windows[&WindowNumber(1)]);
            assert!(!day.turns().iter().any(|(_, window, _)| window.0 > 10));
            for window in &day.trace.windows[..10] {
                sessions += 2;
                let starts: Vec<i64> = window.shifts.iter().map(|&(from, _)| from).collect();
                absent += 2 - starts.len();
                late += starts.iter().filter(|from| ![30_600, 46_800].contains(from)).count();
            }
            crate::simulate::run_trace(&day.trace).unwrap();
        }
        let share = |n: usize| n as f64 / sessions as f64;
        assert!((0.08..0.16).contains(&share(late)), "{late} of {sessions}");
        assert!((0.015..0.06).contains(&share(absent)), "{absent} of {sessions}");
    }
}
