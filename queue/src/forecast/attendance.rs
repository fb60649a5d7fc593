//! When windows begin to work: what is planned, what the last days showed, and what today shows already.
//!
//! A closed window is expected by this alone. Nothing here moves along with the clock: a window that did not open within the
//! grace of its session is expected only as far as it opened so late on other days.

use super::draw::Dice;
use super::present::Roster;
use crate::ids::{Timestamp, WindowNumber};
use std::collections::{BTreeMap, VecDeque};

/// Recorded days of each window and session that count: two working weeks. With fewer, one ill clerk decides; with more, a
/// new duty roster is believed too late.
const KEPT_DAYS: usize = 10;
/// A window that nothing is known of is expected within so long after its session's start, five minutes after it on average,
/// and then no more; a session of today in which a window did not work by then is one without it. The pages of a service
/// hall let clerks log on within minutes; much longer, and all waits of the first half-hour are too short.
pub(super) const GRACE_S: i64 = 600;
/// An earlier session of today counts as so many recorded days: who is ill in the morning is ill in the afternoon.
const TODAY_COUNTS: usize = 3;
/// Besides the recorded days there is always this part of one on which the window stays closed.
const DOUBT: f64 = 0.25;

/// A planned period of work of a window that does not work now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Opening {
    /// Which of the window's planned periods of the day, from 0.
    pub span: usize,
    /// Planned start, seconds after local midnight; may be over.
    pub from: i64,
    /// Planned end; `None`: until everybody is served.
    pub to: Option<i64>,
}

/// What is known about one [`Opening`].
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Known {
    /// How late it was on each of the days that could be like today, seconds; `None`: it did not come at all.
    late_s: Vec<Option<i64>>,
    /// Nothing was ever recorded; so long of its grace is over.
    guessed: Option<i64>,
}

impl Known {
    /// The delay of one afternoon, or that it stays closed. `share`: how many of the windows that nothing is known of come on
    /// this afternoon; the same for all of them, so that nobody is told a narrow range because there are many of them.
    pub(super) fn draw(&self, share: f64, dice: &mut Dice) -> Option<i64> {
        let (chosen, when) = (dice.part(), dice.part());
        if let Some(over_s) = self.guessed {
            // Of those that come, these are still to come.
            let over = over_s as f64 / GRACE_S as f64;
            let left = share * (1.0 - over) / (1.0 - share * over).max(f64::EPSILON);
            return (chosen < left).then(|| over_s + ((GRACE_S - over_s) as f64 * when) as i64);
        }
        let at = chosen * (self.late_s.len() as f64 + DOUBT);
        self.late_s.get(at as usize).copied().flatten()
    }
}

/// A window today: since when it works, or when it did.
#[derive(Clone, Debug, Default, PartialEq)]
struct Today {
    open: bool,
    paused: bool,
    worked: Vec<(i64, Option<i64>)>,
}

/// What is known of all windows.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Attendance {
    midnight: Timestamp,
    planned: BTreeMap<WindowNumber, Vec<(i64, Option<i64>)>>,
    today: BTreeMap<WindowNumber, Today>,
    past: BTreeMap<(WindowNumber, usize), VecDeque<Option<i64>>>,
}

/// What a window does that matters here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Turn {
    Opened,
    Closed,
    Paused,
    Resumed,
}

impl Attendance {
    pub(super) fn day_begins(&mut self, midnight: Timestamp, roster: &Roster) {
        self.midnight = midnight;
        self.planned.clone_from(&roster.windows);
    }

    pub(super) fn turn(&mut self, at: Timestamp, window: WindowNumber, turn: Turn) {
        let now = at.since(self.midnight);
        let today = self.today.entry(window).or_default();
        match turn {
            Turn::Opened => (today.open, today.paused) = (true, false),
            Turn::Closed => (today.open, today.paused) = (false, false),
            Turn::Paused => today.paused = true,
            Turn::Resumed => today.paused = false,
        }
        let works = today.open && !today.paused;
        match today.worked.last_mut() {
            Some((_, end @ None)) if !works => *end = Some(now),
            Some((_, None)) => {}
            _ if works => today.worked.push((now, None)),
            _ => {}
        }
    }

    pub(super) fn day_ends(&mut self) {
        let planned = std::mem::take(&mut self.planned);
        let any = self.today.values().any(|today| !today.worked.is_empty());
        // A day on which no window worked was no working day, whatever the calendar says.
        for (window, spans) in planned.iter().filter(|_| any) {
            for span in 0..spans.len() {
                let late_s = self.came(*window, spans, span);
                let past = self.past.entry((*window, span)).or_default();
                past.push_back(late_s);
                if past.len() > KEPT_DAYS {
                    past.pop_front();
                }
            }
        }
        self.today.clear();
    }

    /// How late a window came to a planned period of today, as far as it came.
    fn came(&self, window: WindowNumber, spans: &[(i64, Option<i64>)], span: usize) -> Option<i64> {
        let &(from, to) = spans.get(span)?;
        let worked = &self.today.get(&window)?.worked;
        let first = worked.iter().find(|(_, end)| end.is_none_or(|end| end > from))?.0;
        to.is_none_or(|to| first < to).then(|| (first - from).max(0))
    }

    /// What is known at `now` about a planned period of a window that does not work; `None`: it is not expected.
    pub(super) fn known(&self, window: WindowNumber, opening: &Opening, now: i64) -> Option<Known> {
        let spans = self.planned.get(&window).map_or(&[][..], Vec::as_slice);
        let over_s = (now - opening.from).max(0);
        if over_s > 0 && self.came(window, spans, opening.span).is_some() {
            // It was there and went: nothing says that it comes again.
            return None;
        }
        let mut days: Vec<Option<i64>> =
            self.past.get(&(window, opening.span)).into_iter().flatten().copied().collect();
        for span in 0..opening.span.min(spans.len()) {
            if now - spans[span].0 > GRACE_S {
                days.extend([self.came(window, spans, span); TODAY_COUNTS]);
            }
        }
        if days.is_empty() {
            return (over_s < GRACE_S).then_some(Known { late_s: days, guessed: Some(over_s) });
        }
        days.retain(|late_s| late_s.is_none_or(|late_s| over_s == 0 || late_s > over_s));
        days.iter().any(Option::is_some).then_some(Known { late_s: days, guessed: None })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: WindowNumber = WindowNumber(1);
    const TWO: WindowNumber = WindowNumber(2);
    const MORNING: Opening = Opening { span: 0, from: 30_600, to: Some(46_800) };
    const AFTERNOON: Opening = Opening { span: 1, from: 46_800, to: None };

    fn begun() -> Attendance {
        let mut attendance = Attendance::default();
        begin(&mut attendance);
        attendance
    }

    fn begin(attendance: &mut Attendance) {
        let spans = vec![(MORNING.from, MORNING.to), (AFTERNOON.from, AFTERNOON.to)];
        let windows = [ONE, TWO].map(|window| (window, spans.clone()));
        attendance.day_begins(Timestamp(0), &Roster { sessions: Vec::new(), windows: windows.into() });
    }

    /// Share of 4,000 afternoons with the window, and its mean delay in them.
    fn drawn(known: Option<Known>) -> (f64, f64) {
        let mut dice = Dice::of(7, 0);
        let Some(known) = known else { return (0.0, 0.0) };
        let late: Vec<i64> = (0..4000).filter_map(|_| known.draw(0.5, &mut dice)).collect();
        (late.len() as f64 / 4000.0, late.iter().sum::<i64>() as f64 / late.len().max(1) as f64)
    }

    #[test]
    fn q8_nothing_known_is_five_minutes_late_and_given_up_after_the_grace() {
        let attendance = begun();
        let (share, late_s) = drawn(attendance.known(ONE, &MORNING, MORNING.from - 600));
        assert!((0.45..0.55).contains(&share) && (280.0..320.0).contains(&late_s), "{share} {late_s}");
        let (less, later_s) = drawn(attendance.known(ONE, &MORNING, MORNING.from + 420));
        assert!(less < 0.3 && later_s > 480.0, "{less} {later_s}");
        assert_eq!(attendance.known(ONE, &MORNING, MORNING.from + GRACE_S), None);
    }

    #[test]
    fn q8_a_window_shut_all_morning_is_not_expected_after_lunch() {
        let mut attendance = begun();
        attendance.turn(Timestamp(MORNING.from + 60), TWO, Turn::Opened);
        attendance.turn(Timestamp(AFTERNOON.from - 3600), TWO, Turn::Paused);
        let noon = AFTERNOON.from - 600;
        assert_eq!(attendance.known(ONE, &AFTERNOON, noon), None);
        let (share, late_s) = drawn(attendance.known(TWO, &AFTERNOON, noon));
        assert!(share > 0.9 && (50.0..70.0).contains(&late_s), "{share} {late_s}");
    }

    #[test]
    fn q8_windows_come_as_they_came_on_the_recorded_days() {
        let mut attendance = begun();
        for day in 0..10 {
            begin(&mut attendance);
            // Half an hour late on two days of ten, never in the afternoon.
            let late_s = if day % 5 == 0 { 1800 } else { -300 };
            attendance.turn(Timestamp(MORNING.from + late_s), ONE, Turn::Opened);
            attendance.turn(Timestamp(MORNING.from + 7200), ONE, Turn::Closed);
            attendance.day_ends();
        }
        begin(&mut attendance);
        let (share, late_s) = drawn(attendance.known(ONE, &MORNING, MORNING.from - 600));
        assert!(share > 0.95 && (320.0..400.0).contains(&late_s), "{share} {late_s}");
        // Not there after ten minutes: it is one of the late days, or none.
        let known = attendance.known(ONE, &MORNING, MORNING.from + 601).unwrap();
        assert_eq!(known.late_s, [Some(1800); 2]);
        assert_eq!(attendance.known(ONE, &MORNING, MORNING.from + 1801), None);
        assert_eq!(attendance.known(ONE, &AFTERNOON, AFTERNOON.from - 60), None);
        assert_eq!(attendance.known(TWO, &MORNING, MORNING.from - 60), None, "never on any day");
        // It was there and went.
        attendance.turn(Timestamp(MORNING.from), ONE, Turn::Opened);
        attendance.turn(Timestamp(MORNING.from + 300), ONE, Turn::Closed);
        assert_eq!(attendance.known(ONE, &MORNING, MORNING.from + 301), None);
    }

    #[test]
    fn a_day_without_any_window_teaches_nothing() {
        let mut attendance = begun();
        attendance.day_ends();
        assert!(attendance.past.is_empty());
    }
}
