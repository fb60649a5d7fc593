//! What was, what the same settings make of it, and what would have been, side by side.

use super::change::Changed;
use super::realised::{Approximated, Realised};
use crate::simulate::figures::{Day, Figures, Group, GroupFigures};
use crate::simulate::many::waiting_for;
use queue::flow::{Call, Flow, Plan, Settings};
use queue::rules::Targets;
use queue::{ServiceId, TicketNumber};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// Persons whose wait changes most that are listed.
const PERSONS: usize = 10;

/// Figures of one course of the day.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Column {
    /// By class of people, and of the whole day.
    pub figures: Figures,
    /// Everybody called for a service, by service.
    pub services: BTreeMap<ServiceId, GroupFigures>,
    /// How many are never called: no window that serves them works any more.
    pub never_called: usize,
    /// What they wait for.
    pub unserved: BTreeSet<ServiceId>,
}

/// How well the unchanged run makes the recorded day again.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Reproduction {
    /// Recorded calls, returns from parking left out.
    pub calls: usize,
    /// Of these, made again of the same person by the same window in the same second.
    pub same: usize,
    /// Mean of the waits of the run less the recorded ones, seconds.
    pub mean_difference_s: f64,
    /// Mean size of these differences, seconds.
    pub mean_size_s: f64,
}

/// A person whose wait changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Person {
    /// The number.
    pub ticket: TicketNumber,
    /// What for.
    pub service: ServiceId,
    /// All waits of the visit, as it was, seconds; of the run, not the record, so that only the change counts.
    pub as_it_was_s: i64,
    /// What would have been.
    pub what_if_s: i64,
}

/// Everything side by side.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Comparison {
    /// How well the run fits the record.
    pub reproduction: Reproduction,
    /// What of the record had to be approximated.
    pub approximated: Approximated,
    /// As recorded.
    pub recorded: Column,
    /// Run with nothing changed.
    pub as_it_was: Column,
    /// Run with the changes.
    pub what_if: Column,
    /// Who waits much longer or shorter, the largest change first.
    pub persons: Vec<Person>,
}

/// Runs the day as it was, under `settings`, and changed, and compares. Waits are held against `targets`.
pub fn compare(day: &Realised, changed: &Changed, settings: &Settings, targets: &Targets) -> Comparison {
    let (mut as_it_was, mut what_if): (Vec<Call>, Vec<Call>) = (Vec::new(), Vec::new());
    let mut flow = Flow::default();
    let left_as_it_was = flow.run(&day.plan, settings, &mut as_it_was);
    let left_what_if = flow.run(&changed.plan, &changed.settings, &mut what_if);
    let itself: Vec<usize> = (0..day.plan.visits.len()).collect();
    let column =
        |plan: &Plan, like: &[usize], calls: &[Call], left| Column::of(day, plan, like, targets, calls, left);
    Comparison {
        reproduction: reproduction(&day.calls, &as_it_was),
        approximated: day.approximated,
        recorded: column(&day.plan, &itself, &day.calls, day.approximated.unserved),
        as_it_was: column(&day.plan, &itself, &as_it_was, left_as_it_was),
        what_if: column(&changed.plan, &changed.like, &what_if, left_what_if),
        persons: persons(day, changed, &as_it_was, &what_if),
    }
}

impl Column {
    fn of(
        day: &Realised,
        plan: &Plan,
        like: &[usize],
        targets: &Targets,
        calls: &[Call],
        never_called: usize,
    ) -> Column {
        // A visit that begins with coming back from a missed call is no new wait.
        let again = |visit: usize| plan.visits[visit].standing.is_some() && day.who[like[visit]].returns;
        let calls: Vec<Call> =
            calls.iter().map(|call| Call { returned: call.returned || again(call.visit), ..*call }).collect();
        // A window that works until nobody waits is in rotation until the record ends; what it serves later counts by itself.
        let shift = |&(from, to): &(i64, Option<i64>)| (from, to.unwrap_or(day.end_s.max(from)));
        let shifts: Vec<Vec<(i64, i64)>> =
            plan.windows.iter().map(|window| window.works.iter().map(shift).collect()).collect();
        let shifts: Vec<&[(i64, i64)]> = shifts.iter().map(Vec::as_slice).collect();
        let figures = Figures::of(&[Day::of(plan, &shifts, targets, &calls)]);
        let mut by_service: BTreeMap<usize, Vec<Call>> = BTreeMap::new();
        for call in &calls {
            let visit = &plan.visits[call.visit];
            let service = visit.transfer.filter(|_| call.transferred).map_or(visit.service, |(to, _)| to);
            by_service.entry(service).or_default().push(*call);
        }
        let services = by_service.into_iter().filter_map(|(service, calls)| {
            let figures = Figures::of(&[Day::of(plan, &[], targets, &calls)]);
            Some((day.services[service].clone(), figures.group(Group::All)?.clone()))
        });
        let unserved = if never_called == 0 { Vec::new() } else { waiting_for(plan, &calls) };
        Column {
            services: services.collect(),
            figures,
            never_called,
            unserved: unserved.into_iter().map(|(_, service)| day.services[service].clone()).collect(),
        }
    }
}

/// Which call of a visit it is.
type Leg = (usize, bool, bool, usize);

/// The calls by visit and leg; missed ones of one leg are counted.
fn by_leg(calls: &[Call]) -> BTreeMap<Leg, &Call> {
    let mut legs = BTreeMap::new();
    for call in calls {
        let mut leg = (call.visit, call.transferred, call.returned, 0);
        while legs.contains_key(&leg) {
            leg.3 += 1;
        }
        legs.insert(leg, call);
    }
    legs
}

fn reproduction(recorded: &[Call], run: &[Call]) -> Reproduction {
    let run = by_leg(run);
    let (mut same, mut differences) = (0, Vec::new());
    for (leg, call) in by_leg(recorded) {
        let Some(again) = run.get(&leg) else { continue };
        same += usize::from((again.now, again.window) == (call.now, call.window));
        differences.push((again.wait_s - call.wait_s) as f64);
    }
    let n = differences.len().max(1) as f64;
    Reproduction {
        calls: recorded.len(),
        same,
        mean_difference_s: differences.iter().sum::<f64>() / n,
        mean_size_s: differences.iter().map(|difference| difference.abs()).sum::<f64>() / n,
    }
}

fn persons(day: &Realised, changed: &Changed, as_it_was: &[Call], what_if: &[Call]) -> Vec<Person> {
    let mut waits: BTreeMap<usize, (Option<i64>, Option<i64>)> = BTreeMap::new();
    for call in as_it_was.iter().filter(|call| !call.returned) {
        *waits.entry(call.visit).or_default().0.get_or_insert(0) += call.wait_s;
    }
    for call in what_if.iter().filter(|call| !call.returned) {
        if let Some(visit) = changed.same[call.visit] {
            *waits.entry(visit).or_default().1.get_or_insert(0) += call.wait_s;
        }
    }
    let both = waits.into_iter().filter_map(|(visit, (before, after))| {
        Some(Person {
            ticket: day.who[visit].number.clone(),
            service: day.services[day.plan.visits[visit].service].clone(),
            as_it_was_s: before?,
            what_if_s: after?,
        })
    });
    let change = |person: &Person| (person.what_if_s - person.as_it_was_s).abs();
    let mut persons: Vec<Person> = both.filter(|person| change(person) > 0).collect();
    persons.sort_by_key(|person| -change(person));
    persons.truncate(PERSONS);
    persons
}
