//! Do expected waits come true? Days through the real hall; whoever takes a number is told a wait, and later the wait that
//! came is held against it (rule W3), beside the estimate that other systems print: people ahead × mean time ÷ windows.
//!
//! What a hall knows beforehand is what it could know: some weeks of days before this one, the planned hours of its windows,
//! and nothing of what this day will bring (pauses, bursts, who comes, who has booked, which clerk is late).
//!
//! `staff` makes the clerks of such days late, or absent.

mod staff;

use super::day::{Follow, follow_trace, rules};
use super::generate::generate;
use super::scenario::Scenario;
use super::trace::{Trace, TraceError};
use queue::forecast::{Asked, Expected, Forecaster, Habits, Learner, Names, Present, Range};
use queue::{Event, Hall, TicketSeq, Timestamp, WindowNumber, WindowState};
use staff::Day;
use std::collections::{BTreeMap, VecDeque};
use std::num::NonZero;
use std::sync::atomic::{AtomicUsize, Ordering};

/// What one person was told, and what came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Told {
    /// The range, as on the slip; `None`: that nobody serves this today.
    pub range: Option<Range>,
    /// What other systems would have said, seconds.
    pub naive_s: i64,
    /// Green channel or a valid appointment.
    pub priority: bool,
    /// The wait that came, seconds; negative: never called.
    pub came_s: i64,
}

/// What these days teach a hall with the services and windows of the first. Clerks come as planned.
///
/// # Errors
/// If a day does not run.
pub fn learn(days: &[Trace]) -> Result<Option<Habits>, TraceError> {
    learn_days(&days.iter().cloned().map(Day::punctual).collect::<Vec<_>>())
}

fn learn_days(days: &[Day]) -> Result<Option<Habits>, TraceError> {
    let Some(first) = days.first() else { return Ok(None) };
    let mut habits = unlearned(&first.trace);
    let mut learner = Learner::new(names(&first.trace), 0);
    for day in days {
        let mut student = Student::new(day, learner, habits);
        follow_trace(&day.trace, &mut student)?;
        // Traces do not say when clerks go home; they stay until the last person is served.
        for window in rules(&day.trace).windows {
            let closed = Event::WindowClosed { window: window.number, forced: None };
            student.learner.event(student.latest, &closed, &mut student.habits);
        }
        (learner, habits) = (student.learner, student.habits);
    }
    habits.day_ends();
    Ok(Some(habits))
}

/// One day with what was told to everybody on it who took a number, called or not. `habits`: of the days before. Clerks come as
/// planned.
///
/// # Errors
/// If the day does not run.
pub fn tell(day: &Trace, habits: &Habits, seed: u64) -> Result<Vec<Told>, TraceError> {
    tell_day(&Day::punctual(day.clone()), habits, seed)
}

fn tell_day(day: &Day, habits: &Habits, seed: u64) -> Result<Vec<Told>, TraceError> {
    let mut teller = Teller {
        student: Student::new(day, Learner::new(names(&day.trace), 0), habits.clone()),
        forecaster: Forecaster::default(),
        seed,
        told: BTreeMap::new(),
    };
    follow_trace(&day.trace, &mut teller)?;
    Ok(teller.told.into_values().collect())
}

fn unlearned(day: &Trace) -> Habits {
    // Ten minutes for everything, as a hall that was never measured would say.
    Habits::new(&vec![600.0; day.services.len()], 1)
}

fn names(day: &Trace) -> Names {
    Names::new(day.services.iter().map(|service| service.id.as_str().into()), BTreeMap::new())
}

/// Sees a day as the log of a real hall would show it.
struct Student<'a> {
    day: &'a Day,
    learner: Learner,
    habits: Habits,
    latest: Timestamp,
    /// Windows that have still to open or close.
    turns: VecDeque<(i64, WindowNumber, bool)>,
}

impl<'a> Student<'a> {
    fn new(day: &'a Day, learner: Learner, habits: Habits) -> Self {
        Student { day, learner, habits, latest: Timestamp::default(), turns: day.turns().into() }
    }

    /// The run opens all windows in the morning, whoever works there; in a hall the clerk does, when the work begins.
    fn turn_until(&mut self, at: Timestamp) {
        while let Some((moment, window, opens)) = self.turns.pop_front_if(|&mut (moment, ..)| moment <= at.0)
        {
            let event = match opens {
                true => Event::WindowOpened { window, clerk: None },
                false => Event::WindowClosed { window, forced: None },
            };
            self.learner.event(Timestamp(moment), &event, &mut self.habits);
        }
    }
}

impl Follow for Student<'_> {
    fn comes(&mut self, _: &Hall, at: Timestamp, _: usize) {
        self.turn_until(at);
    }

    fn event(&mut self, at: Timestamp, event: &Event) {
        self.latest = at;
        if matches!(event, Event::WindowOpened { .. }) {
            return;
        }
        if !matches!(event, Event::DayOpened { .. }) {
            self.turn_until(at);
        }
        self.learner.event(at, event, &mut self.habits);
        if matches!(event, Event::DayOpened { .. }) {
            self.habits.day_begins(Timestamp(0), &self.day.roster);
        }
    }
}

struct Teller<'a> {
    student: Student<'a>,
    forecaster: Forecaster,
    seed: u64,
    told: BTreeMap<TicketSeq, Told>,
}

impl Follow for Teller<'_> {
    fn comes(&mut self, hall: &Hall, at: Timestamp, ticket: usize) {
        self.student.turn_until(at);
        let day = self.student.day;
        let ticket = &day.trace.tickets[ticket];
        let id = ticket.service.as_str().into();
        let names = self.student.learner.names();
        let Some(service) = names.service(&id) else { return };
        // Where nobody works the window is closed.
        let mut seen = hall.clone();
        for window in hall.windows().filter(|window| !day.staffed(window.number, at.0)) {
            if matches!(window.state, WindowState::Free | WindowState::Paused { .. }) {
                seen.apply(at, &Event::WindowClosed { window: window.number, forced: None });
            }
        }
        let present = Present::of(&seen, at, Timestamp(0), names, &day.roster);
        let booked = ticket.booked.filter(|booked| at.0 <= booked + 1800);
        let asked = Asked { service, green: ticket.green, booked };
        self.seed = self.seed.wrapping_add(1);
        let forecast = self.forecaster.forecast_of(&present, &self.student.habits, &[asked], self.seed);
        let range = match forecast.asked.first() {
            Some(Expected::Wait(range)) => Some(*range),
            _ => None,
        };
        let serving = hall.windows().filter(|window| window.skills.contains(&id));
        let serving = serving.filter(|window| day.staffed(window.number, at.0)).count();
        let ahead = hall.waiting_before(&id) as f64;
        let naive_s = ahead * self.student.habits.mean_service_s(service) / serving.max(1) as f64;
        let told =
            Told { range, naive_s: naive_s as i64, priority: ticket.green || booked.is_some(), came_s: -1 };
        self.told.insert(hall.next_seq(), told);
    }

    fn event(&mut self, at: Timestamp, event: &Event) {
        if let Event::Called(called) = event
            && let Some(told) = self.told.get_mut(&called.ticket)
            && told.came_s < 0
        {
            told.came_s = called.wait_s;
        }
        self.student.event(at, event);
    }
}

/// How true what was told came out, over many people.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Reliability {
    /// People who were told a range and were called.
    pub n: usize,
    /// Besides them: told that nobody serves this today, or nothing at all.
    pub untold: usize,
    /// Told a range, and never called.
    pub uncalled: usize,
    /// Of them inside the range.
    pub inside: usize,
    /// Of them told a range that is more than "at once".
    pub n_open: usize,
    /// Of those inside.
    pub inside_open: usize,
    /// Waited less than the range said, and more.
    pub below: usize,
    /// Waited longer than the range said.
    pub above: usize,
    /// Sum of the absolute errors of the median, seconds.
    pub error_s: f64,
    /// Sum of those of the naive estimate.
    pub naive_error_s: f64,
    /// Sum of the waits that came.
    pub came_s: f64,
    /// Sum of the widths of the ranges.
    pub width_s: f64,
}

impl Reliability {
    /// Counts one person.
    pub fn add(&mut self, told: &Told) {
        let Some(range) = told.range else {
            self.untold += 1;
            return;
        };
        if told.came_s < 0 {
            self.uncalled += 1;
            return;
        }
        self.n += 1;
        let inside = (range.low_s..=range.high_s).contains(&told.came_s);
        self.inside += usize::from(inside);
        if range.high_s > 0 {
            self.n_open += 1;
            self.inside_open += usize::from(inside);
        }
        self.below += usize::from(told.came_s < range.low_s);
        self.above += usize::from(told.came_s > range.high_s);
        self.error_s += (told.came_s - range.median_s).abs() as f64;
        self.naive_error_s += (told.came_s - told.naive_s).abs() as f64;
        self.came_s += told.came_s as f64;
        self.width_s += (range.high_s - range.low_s) as f64;
    }
}

/// First seed of the days that a hall learned from before: far from any that is asked about.
const WEEKS_BEFORE: u64 = 500_000;

/// The reliability of expected waits over days of a scenario, of everybody and of walk-ins alone, on all cores. The hall has
/// learned from `history` days of the same scenario with other seeds. On all of them some clerks are late or absent and some
/// windows have none. `done` is told of each finished day.
///
/// # Errors
/// The first day that does not run.
pub fn over_days(
    scenario: &Scenario,
    seeds: std::ops::RangeInclusive<u64>,
    history: u64,
    done: impl Fn() + Sync,
) -> Result<[Reliability; 2], TraceError> {
    let day = |seed: u64| Day::unpunctual(generate(scenario, seed), seed);
    let before: Vec<Day> = (0..history.max(1)).map(|n| day(WEEKS_BEFORE + n)).collect();
    let habits = match learn_days(&before)? {
        Some(habits) => habits,
        None => return Ok(Default::default()),
    };
    let seeds: Vec<u64> = seeds.collect();
    let next = AtomicUsize::new(0);
    let threads = std::thread::available_parallelism().map_or(1, NonZero::get);
    let work = || {
        let mut mine: [Reliability; 2] = Default::default();
        while let Some(&seed) = seeds.get(next.fetch_add(1, Ordering::Relaxed)) {
            for told in tell_day(&day(seed), &habits, seed)? {
                mine[0].add(&told);
                if !told.priority {
                    mine[1].add(&told);
                }
            }
            done();
        }
        Ok(mine)
    };
    let parts: Vec<Result<[Reliability; 2], TraceError>> = std::thread::scope(|scope| {
        let running: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        running.into_iter().map(|thread| thread.join().expect("a day does not panic")).collect()
    });
    let mut all: [Reliability; 2] = Default::default();
    for part in parts {
        for (all, part) in all.iter_mut().zip(part?) {
            all.join(&part);
        }
    }
    Ok(all)
}

impl Reliability {
    /// Adds what was counted elsewhere.
    pub fn join(&mut self, other: &Reliability) {
        self.n += other.n;
        self.untold += other.untold;
        self.uncalled += other.uncalled;
        self.inside += other.inside;
        self.n_open += other.n_open;
        self.inside_open += other.inside_open;
        self.below += other.below;
        self.above += other.above;
        self.error_s += other.error_s;
        self.naive_error_s += other.naive_error_s;
        self.came_s += other.came_s;
        self.width_s += other.width_s;
    }

    /// The heads of [`Reliability::row`].
    pub fn heads(first: &str) -> String {
        format!(
            "{first:<16} {:>7} {:>8} {:>7} {:>7} {:>11} {:>7} {:>7} {:>7} {:>7} {:>7} {:>7} {:>9}",
            "people",
            "inside %",
            "below %",
            "above %",
            "not at once",
            "wait",
            "width",
            "error",
            "naive",
            "ratio",
            "untold",
            "uncalled"
        )
    }

    /// One line of the table: shares in percent, times in minutes.
    pub fn row(&self, name: &str) -> String {
        let percent = |n: usize, of: usize| 100.0 * n as f64 / of.max(1) as f64;
        let minutes = |sum_s: f64| sum_s / 60.0 / self.n.max(1) as f64;
        format!(
            "{name:<16} {:>7} {:>8.1} {:>7.1} {:>7.1} {:>11.1} {:>7.1} {:>7.1} {:>7.2} {:>7.2} {:>7.2} {:>7} {:>9}",
            self.n,
            percent(self.inside, self.n),
            percent(self.below, self.n),
            percent(self.above, self.n),
            percent(self.inside_open, self.n_open),
            minutes(self.came_s),
            minutes(self.width_s),
            minutes(self.error_s),
            minutes(self.naive_error_s),
            self.error_s / self.naive_error_s.max(1.0),
            self.untold,
            self.uncalled,
        )
    }
}
