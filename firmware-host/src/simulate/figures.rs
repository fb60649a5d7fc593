//! What a day, or many, were like for each class of people: how many were called within their target, how long they waited,
//! how often they were passed.
//!
//! Purpose: one set of figures for `simulate`, `replay` and the comparison with the laboratory. A [`Day`] is what happened,
//! from a run ([`Day::of`]) or call by call ([`Day::add`]); [`Figures`] pool days. With several days each figure has a
//! standard error from the differences between days: people of one day are not independent of each other, days are.
//! Left to others: words and tables.
//! Source: `lab/hall/metrics.py`; rule W4.

use super::worked;
use queue::Class;
use queue::flow::{Call, Plan};
use queue::rules::Targets;
use serde::{Serialize, Serializer};

/// Whom a figure speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Group {
    /// Green channel.
    Green,
    /// Valid appointments.
    Appointment,
    /// Walk-ins for ordinary services.
    Ordinary,
    /// Walk-ins for complex services.
    Complex,
    /// Walk-ins for special services.
    Special,
    /// The three classes together.
    WalkIn,
    /// Everybody but those who come again.
    All,
    /// People who missed their call and came again.
    Returned,
}

impl Group {
    /// All groups, in the order of tables.
    pub const ALL: [Group; 8] = [
        Group::Green,
        Group::Appointment,
        Group::Ordinary,
        Group::Complex,
        Group::Special,
        Group::WalkIn,
        Group::All,
        Group::Returned,
    ];
    /// Groups that hold nobody twice: each call belongs to one of them.
    pub const DISJOINT: [Group; 6] =
        [Group::Green, Group::Appointment, Group::Ordinary, Group::Complex, Group::Special, Group::Returned];

    /// The one of [`Group::DISJOINT`] that a call belongs to.
    pub fn of(class: Class, green: bool, appointment: bool, returned: bool) -> Group {
        match class {
            _ if returned => Group::Returned,
            _ if green => Group::Green,
            _ if appointment => Group::Appointment,
            Class::Ordinary => Group::Ordinary,
            Class::Complex => Group::Complex,
            Class::Special => Group::Special,
        }
    }

    /// As it is written in files.
    pub fn name(self) -> &'static str {
        match self {
            Group::Green => "green",
            Group::Appointment => "appointment",
            Group::Ordinary => "ordinary",
            Group::Complex => "complex",
            Group::Special => "special",
            Group::WalkIn => "walk_in",
            Group::All => "all",
            Group::Returned => "returned",
        }
    }

    fn parts(self) -> &'static [Group] {
        match self {
            Group::Green => &[Group::Green],
            Group::Appointment => &[Group::Appointment],
            Group::Ordinary => &[Group::Ordinary],
            Group::Complex => &[Group::Complex],
            Group::Special => &[Group::Special],
            Group::WalkIn => &[Group::Ordinary, Group::Complex, Group::Special],
            Group::All => {
                &[Group::Green, Group::Appointment, Group::Ordinary, Group::Complex, Group::Special]
            }
            Group::Returned => &[Group::Returned],
        }
    }

    fn position(self) -> usize {
        Group::DISJOINT.iter().position(|&group| group == self).unwrap_or_default()
    }
}

/// What became of one person who was called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Row {
    wait_s: i64,
    within: bool,
    passed: u32,
}

/// What happened on one day.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Day {
    rows: [Vec<Row>; 6],
    /// Time the windows spent with people, and waiting for people who did not come, seconds.
    pub busy_s: i64,
    /// Time of the windows' shifts without their pauses, seconds.
    pub shift_s: i64,
    /// Time the windows worked: their shifts without pauses, and what they served beyond them (rule X3), seconds.
    pub worked_s: i64,
    /// When the last person was done with, seconds after midnight.
    pub last_end: i64,
}

impl Day {
    /// What happened on a day that a run made of a plan, and how the hall did it. `shifts`: those of each window of the plan.
    pub fn of(plan: &Plan, shifts: &[&[(i64, i64)]], targets: &Targets, calls: &[Call]) -> Day {
        let worked = worked::worked(plan, shifts, calls);
        let mut day = Day { shift_s: worked.shift_s, worked_s: worked.worked_s, ..Day::default() };
        for call in calls {
            let green = plan.visits[call.visit].green;
            let group = Group::of(call.class, green, call.appointment, call.returned);
            let target_s = targets.of(call.class, call.appointment && !green);
            day.add(group, call.wait_s, target_s, call.passed);
            let length_s = length_s(plan, call);
            day.busy_s += length_s;
            if !call.noshow {
                day.last_end = day.last_end.max(call.now + length_s);
            }
        }
        day
    }

    /// One call: of somebody of this group (one of [`Group::DISJOINT`]) after this wait, whom so many priority calls passed.
    pub fn add(&mut self, group: Group, wait_s: i64, target_s: i64, passed: u32) {
        self.rows[group.position()].push(Row { wait_s, within: wait_s <= target_s, passed });
    }

    fn rows(&self, group: Group) -> impl Iterator<Item = &Row> {
        group.parts().iter().flat_map(|part| &self.rows[part.position()])
    }
}

/// How long a call takes the window that makes it, seconds.
pub(super) fn length_s(plan: &Plan, call: &Call) -> i64 {
    let visit = &plan.visits[call.visit];
    match visit.transfer {
        _ if call.noshow => plan.hold_s,
        Some((_, service_s)) if call.transferred => service_s,
        _ => visit.service_s,
    }
}

/// A figure and how far chance alone may have moved it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Figure {
    /// The figure.
    #[serde(serialize_with = "rounded")]
    pub value: f64,
    /// Its standard error; `None` with a single day.
    #[serde(serialize_with = "rounded_option")]
    pub error: Option<f64>,
}

/// A percentile of the waits, in minutes, and how far chance alone may have moved it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Percentile {
    /// The wait.
    #[serde(serialize_with = "rounded")]
    pub value: f64,
    /// Its standard error; `None` with a single day.
    #[serde(serialize_with = "rounded_option")]
    pub error: Option<f64>,
    /// Standard error of the share of people who wait no longer. Where many wait the same (0, mostly) it says more than
    /// `error`, which may be 0 or large there.
    #[serde(serialize_with = "rounded_option")]
    pub share_error: Option<f64>,
}

/// Figures are printed to the millionth: more digits are noise, and make files differ for nothing.
fn rounded<S: Serializer>(value: &f64, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64((value * 1e6).round() / 1e6)
}

fn rounded_list<S: Serializer>(values: &[f64], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(values.iter().map(|value| (value * 1e3).round() / 1e3))
}

fn rounded_option<S: Serializer>(value: &Option<f64>, serializer: S) -> Result<S::Ok, S::Error> {
    match value {
        Some(value) => rounded(value, serializer),
        None => serializer.serialize_none(),
    }
}

/// Figures of one group. Waits in minutes, shares from 0 to 1; percentiles are over all people of all days.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct GroupFigures {
    /// Who.
    pub group: Group,
    /// Calls a day.
    pub calls_day: Figure,
    /// Share called within its target (rule W1).
    pub within_target: Figure,
    /// Share called within 5 minutes.
    pub within_5_min: Figure,
    /// Share called within 10 minutes.
    pub within_10_min: Figure,
    /// Share called after more than 60 minutes.
    pub over_60_min: Figure,
    /// Mean wait.
    pub mean_min: Figure,
    /// Median wait.
    pub p50_min: Percentile,
    /// 95th percentile of the waits.
    pub p95_min: Percentile,
    /// Longest wait of all.
    #[serde(serialize_with = "rounded")]
    pub max_min: f64,
    /// Most priority calls that passed one person.
    pub max_passed: u32,
    /// Percentiles 0, 1, 2 … 100 of the waits.
    #[serde(serialize_with = "rounded_list")]
    pub percentiles_min: Vec<f64>,
}

/// Figures of one or many days.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Figures {
    /// How many.
    pub days: usize,
    /// Groups that had anybody, in the order of [`Group::ALL`].
    pub groups: Vec<GroupFigures>,
    /// When the last person was done with, minutes after midnight, mean of the days that served anybody; 0: none did.
    pub last_end_min: Figure,
    /// Busy time ÷ time worked, at most 1: what is served beyond closing is time worked (rule X3).
    pub busy_share: Figure,
    /// Busy time ÷ time of the shifts: above 1 if windows serve long past closing. This is the laboratory's figure.
    pub load: Figure,
    /// Longest wait of a day, mean of the days, minutes.
    pub day_max_min: Figure,
    /// Most priority calls that passed one walk-in of a day, mean of the days.
    pub day_max_passed: Figure,
}

impl Figures {
    /// The last end as people write it, `–` if nobody was served.
    pub fn last_end(&self) -> String {
        let last = self.last_end_min.value.round() as i64;
        if last > 0 { format!("{:02}:{:02}", last / 60, last % 60) } else { "–".to_owned() }
    }

    /// Pools days.
    pub fn of(days: &[Day]) -> Figures {
        let busy = |of: &dyn Fn(&Day) -> i64| {
            ratio(&days.iter().map(|day| (day.busy_s as f64, of(day) as f64)).collect::<Vec<_>>())
        };
        let mean_of = |of_day: &dyn Fn(&Day) -> f64| {
            ratio(&days.iter().map(|day| (of_day(day), 1.0)).collect::<Vec<_>>())
        };
        // A day on which nobody was served has no last end.
        let served = days.iter().filter(|day| day.last_end > 0);
        let ends: Vec<(f64, f64)> = served.map(|day| (day.last_end as f64 / 60.0, 1.0)).collect();
        let longest = |day: &Day| day.rows(Group::All).map(|row| row.wait_s).max().unwrap_or_default();
        let passed = |day: &Day| day.rows(Group::WalkIn).map(|row| row.passed).max().unwrap_or_default();
        Figures {
            days: days.len(),
            groups: Group::ALL.into_iter().filter_map(|group| of_group(days, group)).collect(),
            last_end_min: ratio(&ends),
            busy_share: busy(&|day| day.worked_s),
            load: busy(&|day| day.shift_s),
            day_max_min: mean_of(&|day| longest(day) as f64 / 60.0),
            day_max_passed: mean_of(&|day| f64::from(passed(day))),
        }
    }

    /// Figures of one group; `None`: nobody belonged to it.
    pub fn group(&self, group: Group) -> Option<&GroupFigures> {
        self.groups.iter().find(|figures| figures.group == group)
    }
}

fn of_group(days: &[Day], group: Group) -> Option<GroupFigures> {
    let mut waits: Vec<i64> = days.iter().flat_map(|day| day.rows(group)).map(|row| row.wait_s).collect();
    if waits.is_empty() {
        return None;
    }
    waits.sort_unstable();
    let sum_of = |value: &dyn Fn(&Row) -> f64| {
        let of_day = |day: &Day| {
            let (sum, n) = day.rows(group).fold((0.0, 0), |(sum, n), row| (sum + value(row), n + 1));
            (sum, f64::from(n))
        };
        days.iter().map(of_day).collect::<Vec<_>>()
    };
    let share = |holds: &dyn Fn(&Row) -> bool| ratio(&sum_of(&|row| f64::from(u8::from(holds(row)))));
    let calls: Vec<(f64, f64)> = days.iter().map(|day| (day.rows(group).count() as f64, 1.0)).collect();
    let percentile = |part: f64| {
        let value = percentile_of(&waits, part);
        // Woodruff: the error of the share below the percentile, carried over to the waits at either side of it.
        let below = share(&|row| row.wait_s as f64 <= value);
        let error = below.error.map(|error| {
            let (low, high) = ((part - error).max(0.0), (part + error).min(1.0));
            (percentile_of(&waits, high) - percentile_of(&waits, low)) / 2.0 / 60.0
        });
        Percentile { value: value / 60.0, error, share_error: below.error }
    };
    Some(GroupFigures {
        group,
        calls_day: ratio(&calls),
        within_target: share(&|row| row.within),
        within_5_min: share(&|row| row.wait_s <= 300),
        within_10_min: share(&|row| row.wait_s <= 600),
        over_60_min: share(&|row| row.wait_s > 3600),
        mean_min: ratio(&sum_of(&|row| row.wait_s as f64 / 60.0)),
        p50_min: percentile(0.5),
        p95_min: percentile(0.95),
        percentiles_min: (0..=100).map(|i| percentile_of(&waits, f64::from(i) / 100.0) / 60.0).collect(),
        max_min: waits.last().map_or(0.0, |&wait_s| wait_s as f64 / 60.0),
        max_passed: days
            .iter()
            .flat_map(|day| day.rows(group))
            .map(|row| row.passed)
            .max()
            .unwrap_or_default(),
    })
}

/// Sum ÷ sum over days, with the standard error of such a ratio.
fn ratio(days: &[(f64, f64)]) -> Figure {
    let (above, below) = days.iter().fold((0.0, 0.0), |(a, b), &(above, below)| (a + above, b + below));
    if below <= 0.0 {
        return Figure { value: 0.0, error: None };
    }
    let (value, n) = (above / below, days.len() as f64);
    let squares: f64 = days.iter().map(|&(above, below)| (above - value * below).powi(2)).sum();
    let error = (days.len() > 1).then(|| (squares * n / (n - 1.0)).sqrt() / below);
    Figure { value, error }
}

/// Between the two nearest waits as the laboratory's percentiles are; the list is sorted and not empty.
fn percentile_of(sorted: &[i64], part: f64) -> f64 {
    let at = part * (sorted.len() - 1) as f64;
    let below = (at.floor() as usize).min(sorted.len() - 1);
    let above = (below + 1).min(sorted.len() - 1);
    let (low, high) = (sorted[below] as f64, sorted[above] as f64);
    low + (high - low) * (at - below as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(waits: &[(Group, i64, i64, u32)]) -> Day {
        let mut day = Day { busy_s: 3000, shift_s: 2400, worked_s: 6000, last_end: 61_200, ..Day::default() };
        waits.iter().for_each(|&(group, wait_s, target_s, passed)| day.add(group, wait_s, target_s, passed));
        day
    }

    #[test]
    fn w1_shares_and_percentiles_of_two_days() {
        let days = [
            day(&[(Group::Ordinary, 600, 600, 0), (Group::Ordinary, 601, 600, 3), (Group::Green, 0, 600, 0)]),
            day(&[
                (Group::Ordinary, 0, 600, 1),
                (Group::Complex, 3601, 1800, 0),
                (Group::Returned, 9, 600, 9),
            ]),
        ];
        let figures = Figures::of(&days);
        let ordinary = figures.group(Group::Ordinary).unwrap();
        assert_eq!(ordinary.calls_day, Figure { value: 1.5, error: Some(0.5) });
        assert_eq!((ordinary.within_target.value, ordinary.within_5_min.value), (2.0 / 3.0, 1.0 / 3.0));
        assert_eq!((ordinary.p50_min.value, ordinary.max_min, ordinary.max_passed), (10.0, 601.0 / 60.0, 3));
        let everybody = figures.group(Group::All).unwrap();
        assert_eq!((everybody.calls_day.value, everybody.over_60_min.value), (2.5, 0.2));
        assert_eq!(figures.group(Group::WalkIn).unwrap().calls_day.value, 2.0);
        assert!(figures.group(Group::Special).is_none());
        assert_eq!((figures.busy_share.value, figures.load.value), (0.5, 1.25));
        assert_eq!(figures.last_end_min.value, 1020.0);
        assert_eq!((figures.day_max_min.value, figures.day_max_passed.value), (35.016_666_666_666_666, 2.0));
    }

    #[test]
    fn one_day_has_no_error_and_no_day_no_figures() {
        let one = Figures::of(&[day(&[(Group::Green, 60, 600, 0)])]);
        assert_eq!(one.groups[0].mean_min, Figure { value: 1.0, error: None });
        let none = Figures::of(&[]);
        assert_eq!((none.days, none.groups.len(), none.busy_share.value), (0, 0, 0.0));
    }
}
