//! Ranges of waits, read off many possible rests of the day.

use super::draw::Drawer;
use super::habits::Habits;
use super::present::Present;
use crate::flow::{Call, Flow, Visit, Watch};

/// Afternoons run for one forecast, at least and at most. With few the ends of a range of 80 % jump from forecast to
/// forecast; more than the most change them by less than a minute.
const RUNS: (usize, usize) = (20, 160);
/// People and questions run in all afternoons of one forecast together: 5 to 15 ms on the development machine, within the
/// 20 ms that a change may cost (`cargo bench -p queue --bench forecast`). A hall with a thousand waiting gets fewer
/// afternoons, not a slower answer.
const STEPS: usize = 30_000;
/// Nobody is told what will be later than this: the rest of the longest working day.
const FARTHEST_S: i64 = 10 * 3600;
/// The first afternoon is drawn this far; the next ones as far as the ones before needed, and half as much again.
const FIRST_LOOK_S: i64 = 3 * 3600;

/// Somebody who might take a number now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asked {
    /// What for, by position.
    pub service: usize,
    /// With green channel.
    pub green: bool,
    /// With an appointment at this moment, in seconds after local midnight: now, or after it for somebody who is early.
    pub booked: Option<i64>,
}

/// A wait as it is told to people: seconds, counted as rule W1 counts (from taking the number; for an appointment from the
/// later of check-in and booked time).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range {
    /// As many wait longer as shorter.
    pub median_s: i64,
    /// Eight in ten wait at least so long …
    pub low_s: i64,
    /// … and at most so long. Somebody who may well be called at once is told a range that begins at 0.
    pub high_s: i64,
}

/// What is expected of one person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    /// So long.
    Wait(Range),
    /// No window that will work today serves this, as far as is known.
    Nobody,
}

/// Waits of everybody, at the moment of a [`Present`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Forecast {
    /// Of those who wait, in the order of [`Present::waiting`]; empty if only those asked for were of interest.
    pub waiting: Vec<Expected>,
    /// Of those asked for, in the order of asking.
    pub asked: Vec<Expected>,
    /// Afternoons it was read off.
    pub runs: usize,
}

/// Makes forecasts; keeps its memory from one to the next.
#[derive(Debug, Default)]
pub struct Forecaster {
    flow: Flow,
    drawer: Drawer,
    calls: Calls,
    waits: Vec<i64>,
}

/// When each of those of interest was called: by run, then by person.
#[derive(Debug, Default)]
struct Calls {
    at: Vec<i64>,
    n_known: usize,
    /// From this person on they are of interest.
    first: usize,
    n_left: usize,
    latest: i64,
}

const NEVER: i64 = i64::MAX;

impl Watch for Calls {
    const COUNTS: bool = false;

    fn called(&mut self, call: Call) -> bool {
        if (self.first..self.n_known).contains(&call.visit) && !call.transferred && !call.returned {
            let run = self.at.len() - self.n_known;
            self.at[run + call.visit] = call.now;
            self.n_left -= 1;
            self.latest = call.now;
        }
        self.n_left > 0
    }
}

impl Forecaster {
    /// Expected waits of all who wait and of those `asked` for. `seed`: any number; the same one gives the same answer.
    pub fn forecast(&mut self, present: &Present, habits: &Habits, asked: &[Asked], seed: u64) -> Forecast {
        self.run(present, habits, asked, 0, seed)
    }

    /// Expected waits of those `asked` for alone; each afternoon ends as soon as they are called.
    pub fn forecast_of(
        &mut self,
        present: &Present,
        habits: &Habits,
        asked: &[Asked],
        seed: u64,
    ) -> Forecast {
        self.run(present, habits, asked, present.waiting.len(), seed)
    }

    /// `first`: from which person on the calls are of interest.
    fn run(
        &mut self,
        present: &Present,
        habits: &Habits,
        asked: &[Asked],
        first: usize,
        seed: u64,
    ) -> Forecast {
        let probes: Vec<Visit> = asked
            .iter()
            .map(|asked| Visit {
                green: asked.green,
                booked: asked.booked,
                probe: true,
                ..Visit::walk_in(asked.service, present.now, 0)
            })
            .collect();
        let n_waiting = present.waiting.len();
        let n_known = n_waiting + probes.len();
        self.calls.at.clear();
        self.calls.n_known = n_known;
        self.calls.first = first;
        let mut runs = 0;
        if n_known > first {
            self.drawer.prepare(present, habits, &probes);
            let (mut look_s, mut steps, mut most) = (FIRST_LOOK_S, 0, RUNS.1);
            while runs < most {
                let until = present.now + look_s;
                self.drawer.draw(present, habits, n_known, until, (seed, runs));
                self.calls.at.resize((runs + 1) * n_known, NEVER);
                (self.calls.n_left, self.calls.latest) = (n_known - first, present.now);
                self.flow.run(&self.drawer.plan, &present.settings, &mut self.calls);
                let needed = (self.calls.latest - present.now) * 3 / 2 + 600;
                look_s = if runs == 0 { needed } else { look_s.max(needed) }.min(FARTHEST_S);
                steps += self.drawer.plan.visits.len();
                runs += 1;
                if steps > STEPS {
                    most = most.min(runs.max(RUNS.0));
                }
            }
        }
        let of = |person: usize, ready: i64, waits: &mut Vec<i64>| {
            waits.clear();
            let moments = (0..runs).map(|run| self.calls.at[run * n_known + person]);
            waits.extend(moments.map(|at| if at == NEVER { NEVER } else { (at - ready).max(0) }));
            read(waits)
        };
        let waits = &mut self.waits;
        let waiting = present.waiting.iter().enumerate().skip(first);
        let waiting = waiting.map(|(person, place)| of(person, place.ready, waits)).collect();
        // Rule W1: for an appointment from the later of check-in and booked time.
        let ready = |asked: &Asked| asked.booked.map_or(present.now, |booked| booked.max(present.now));
        let asked = asked.iter().zip(n_waiting..).map(|(asked, person)| of(person, ready(asked), waits));
        let asked = asked.collect();
        Forecast { waiting, asked, runs }
    }
}

/// The range of 80 % of these waits: from the tenth to the ninetieth in a hundred; where one in ten or more does not wait at
/// all, from 0 to the eightieth, so that it is 80 % all the same.
///
/// One more wait is as likely in each of the gaps between (and beyond) those drawn, so that the place of a share is counted
/// in gaps: with few afternoons the ends lie further out, and eight in ten come true all the same.
fn read(waits: &mut [i64]) -> Expected {
    waits.sort_unstable();
    let at = |percent: usize| {
        let hundredths = (waits.len() + 1) * percent;
        let below = (hundredths / 100).clamp(1, waits.len());
        let (one, next) = (waits[below - 1], waits[below.min(waits.len() - 1)]);
        // Between a moment and never lies nothing that could be said.
        let part = if next == NEVER { 0 } else { hundredths.saturating_sub(below * 100).min(99) as i64 };
        one.saturating_add((next.saturating_sub(one)).saturating_mul(part) / 100)
    };
    let median_s = at(50);
    if median_s == NEVER {
        return Expected::Nobody;
    }
    let (low_s, high_s) = if at(10) == 0 { (0, at(80)) } else { (at(10), at(90)) };
    // Some afternoons in which nobody comes to serve it say only that the end is open.
    let latest = waits.iter().rev().find(|&&wait| wait != NEVER).copied().unwrap_or(median_s);
    Expected::Wait(Range { median_s, low_s, high_s: high_s.min(latest) })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of 20 afternoons drawn, the third and the nineteenth contain 76 % of all others, not 80.
    #[test]
    fn w3_few_afternoons_tell_eight_in_ten_all_the_same() {
        let of = |n: i64| match read(&mut (1..=n).map(|wait| wait * 100).collect::<Vec<_>>()) {
            Expected::Wait(range) => (range.low_s, range.median_s, range.high_s),
            Expected::Nobody => (0, 0, 0),
        };
        assert_eq!(of(20), (210, 1050, 1890));
        assert_eq!(of(159), (1600, 8000, 14_400));
        assert_eq!(of(1), (100, 100, 100));
    }

    #[test]
    fn q8_an_end_that_nobody_knows_is_open() {
        let read = |waits: [i64; 5]| read(&mut waits.clone());
        let range = |median_s, low_s, high_s| Expected::Wait(Range { median_s, low_s, high_s });
        assert_eq!(read([60, 120, 180, 240, NEVER]), range(180, 60, 240));
        assert_eq!(read([60, 120, NEVER, NEVER, NEVER]), Expected::Nobody);
        assert_eq!(read([0, 0, 0, 0, 60]), range(0, 0, 48));
    }
}
