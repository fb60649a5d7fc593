//! The results that hang in the hall (rule R6): of each service and each window, today and this month.
//!
//! Nobody is to learn from them who gave which rating (rule R3), and a page that everybody watches would tell: a clerk sees the
//! figure change after the person has left. So only what ended before the present hour counts, ratings are given from
//! [`FEWEST`] on, there is no clerk in it and no number of a ticket.

use crate::calendar;
use crate::figures::{Axis, Figures, Frame, Key, figures};
use crate::group::Group;
use crate::names::Names;
use crate::period::{NoPeriod, Period};
use queue::{Day, Targets, Timestamp};
use schema::Facts;
use serde::Serialize;

/// With fewer ratings than this no share of them is published: of one or two, everybody knows whose they were.
pub const FEWEST: u64 = 5;

/// What the hall's screen shows, and other systems read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Results {
    /// Name of the hall.
    pub hall: String,
    /// The working day.
    pub day: Day,
    /// What ended before this moment counts.
    pub until: Timestamp,
    /// The same on the hall's clock face, `14:00`.
    pub until_local: String,
    /// Today.
    pub today: Span,
    /// This month, today included.
    pub month: Span,
}

/// The results of one span of days.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Span {
    /// In words, `2026年11月`.
    pub title: String,
    /// All together.
    pub total: Line,
    /// By service, in the order of their codes.
    pub services: Vec<Line>,
    /// By window, in the order of their numbers.
    pub windows: Vec<Line>,
}

/// The results of one service or window.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Line {
    /// Code of the service or number of the window.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Services ended.
    pub served: u64,
    /// Ratings given; fewer than [`FEWEST`] are told as none.
    pub rated: u64,
    /// Ratings of services that could be rated, per thousand; `None`: too few.
    pub response_permille: Option<u64>,
    /// Of the ratings, 基本满意 or better, per thousand; `None`: too few.
    pub satisfied_permille: Option<u64>,
    /// Waits that were counted.
    pub waits: u64,
    /// Of them, those in target, per thousand; `None`: no waits (rule W4).
    pub in_target_permille: Option<u64>,
    /// Mean of the waits, seconds.
    pub mean_wait_s: Option<i64>,
}

/// The month of `day` up to and with it: what [`results`] wants the facts of.
///
/// # Errors
/// [`NoPeriod::Day`].
pub fn month_so_far(day: Day) -> Result<Period, NoPeriod> {
    Period::new(Day(day.0 / 100 * 100 + 1), day)
}

/// The beginning of the present hour on the hall's clock face.
pub fn hour_of(now: Timestamp, zone_offset_min: i32) -> Timestamp {
    let offset_s = i64::from(zone_offset_min) * 60;
    Timestamp((now.0 + offset_s).div_euclid(3600) * 3600 - offset_s)
}

/// Computes the results from the facts of [`month_so_far`].
///
/// # Errors
/// [`NoPeriod::Day`].
pub fn results(
    mut facts: Facts,
    names: &Names,
    targets: &Targets,
    zone_offset_min: i32,
    day: Day,
    now: Timestamp,
) -> Result<Results, NoPeriod> {
    let until = hour_of(now, zone_offset_min);
    facts.calls.retain(|call| call.at < until);
    facts.completions.retain(|done| done.at < until);
    let span = |facts: &Facts, period: Period, title: String| {
        let frame = Frame { period, zone_offset_min, targets: targets.clone() };
        Span::of(&figures(facts, &frame), names, title)
    };
    let period = month_so_far(day)?;
    let month = span(&facts, period, format!("{}年{}月", day.0 / 10_000, day.0 / 100 % 100));
    facts.calls.retain(|call| call.day == day);
    facts.completions.retain(|done| done.day == day);
    let today = Period::day(day)?;
    let today = span(&facts, today, today.words());
    let until_local = format!("{:02}:00", calendar::hour(until, zone_offset_min));
    Ok(Results { hall: names.hall.clone(), day, until, until_local, today, month })
}

impl Span {
    fn of(figures: &Figures, names: &Names, title: String) -> Span {
        let lines = |axis| {
            let line = |(key, group): (&Key, &Group)| {
                let (code, name) = match key {
                    Key::Text(code) => (code.to_string(), names.service(code).to_owned()),
                    Key::Number(number) => (number.to_string(), names.window(*number).to_owned()),
                    _ => return None,
                };
                let shown = group.services.n > 0 || group.waits.n > 0;
                shown.then(|| Line::of(code, name, group))
            };
            figures.along(axis).filter_map(line).collect()
        };
        Span {
            title,
            total: Line::of(String::new(), names.hall.clone(), &figures.total),
            services: lines(Axis::Service),
            windows: lines(Axis::Window),
        }
    }
}

impl Line {
    fn of(code: String, name: String, group: &Group) -> Line {
        let ratings = &group.ratings;
        let given = ratings.given();
        let enough = given >= FEWEST;
        let share = |part: u64, of: u64| (part * 2000 + of).checked_div(of * 2);
        Line {
            code,
            name,
            served: group.services.n,
            rated: if enough { given } else { 0 },
            response_permille: share(given, ratings.possible()).filter(|_| enough),
            satisfied_permille: share(ratings.satisfied(), given).filter(|_| enough),
            waits: group.waits.n,
            in_target_permille: share(group.in_target, group.waits.n),
            mean_wait_s: (group.waits.n > 0).then_some(group.waits.mean_s),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use queue::{Class, Reason, TicketSeq, WindowNumber};
    use schema::{CallFact, CompletionFact};

    const DAY: Day = Day(20_261_126);

    /// `n` services at window 3, each rated with 5, one a minute from the beginning of the hour on.
    fn facts(n: u64, hour: i64) -> Facts {
        let begin = calendar::midnight(DAY, 480).plus(hour * 3600);
        let call = |index: u64| CallFact {
            position: index * 2 + 1,
            day: DAY,
            at: begin.plus(index.cast_signed() * 60),
            ticket: TicketSeq(index),
            window: WindowNumber(3),
            reason: Reason::Limit,
            service: "a".into(),
            class: Class::Ordinary,
            green: false,
            booked: false,
            wait_s: 60,
            n_overtaken: 0,
        };
        let done = |index: u64| CompletionFact {
            position: index * 2 + 2,
            day: DAY,
            at: begin.plus(index.cast_signed() * 60 + 30),
            ticket: TicketSeq(index),
            window: WindowNumber(3),
            clerk: Some("017".into()),
            served_s: 30,
            prompted: true,
            level: Some(5),
            cut: false,
        };
        Facts {
            days: vec![DAY],
            calls: (0..n).map(call).collect(),
            completions: (0..n).map(done).collect(),
            ..Facts::default()
        }
    }

    fn at(n: u64, minute: i64) -> Results {
        let now = calendar::midnight(DAY, 480).plus(9 * 3600 + minute * 60);
        results(facts(n, 9), &Names::default(), &Targets::default(), 480, DAY, now).unwrap()
    }

    #[test]
    fn r6_results_are_of_whole_hours_so_that_no_clerk_sees_a_rating_arrive() {
        assert_eq!(at(9, 59).today.windows, []);
        let later = at(9, 60);
        assert_eq!(later.until_local, "10:00");
        assert_eq!(
            (later.today.windows[0].rated, later.today.windows[0].satisfied_permille),
            (9, Some(1000))
        );
        assert_eq!(later.today, Span { title: "2026年11月26日".into(), ..later.month });
    }

    #[test]
    fn r6_fewer_than_five_ratings_are_not_told() {
        let line = &at(4, 60).today.windows[0];
        assert_eq!(
            (line.served, line.rated, line.satisfied_permille, line.response_permille),
            (4, 0, None, None)
        );
        assert_eq!(line.in_target_permille, Some(1000));
        assert_eq!(at(5, 60).today.windows[0].rated, 5);
    }

    #[test]
    fn r6_nobodys_name_and_no_ticket_is_public() {
        let text = serde_json::to_string(&at(9, 60)).unwrap();
        assert!(!text.contains("017") && !text.contains("clerk") && !text.contains("ticket"), "{text}");
    }
}
