//! Many days, several orders, all cores. Each order meets exactly the same days; what comes out does not depend on how many
//! threads there are.
//!
//! Purpose: [`run_day`] for one day, [`run_days`] for many days of a scenario. Left to others: figures, words, progress bars.

use super::figures::{Day, length_s};
use super::generate::generate;
use super::plan::plan;
use super::scenario::{FORMAT as SCENARIO, Scenario};
use super::trace::{FORMAT as TRACE, Trace};
use super::{Mistake, fields};
use queue::flow::{Call, Flow, Order, Plan, Settings};
use std::num::NonZero;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// A file that `simulate` reads.
#[derive(Clone, Debug, PartialEq)]
pub enum Input {
    /// Days with chance in them.
    Scenario(Box<Scenario>),
    /// One day without.
    Trace(Box<Trace>),
}

impl Input {
    /// Reads either format.
    ///
    /// # Errors
    /// The first [`Mistake`].
    pub fn parse(text: &str) -> Result<Self, Mistake> {
        let document: serde_json::Value = serde_json::from_str(text)
            .map_err(|error| fields::syntax(error.line(), &error, "a JSON document"))?;
        match document.get("format").and_then(serde_json::Value::as_str) {
            Some(SCENARIO) => Ok(Input::Scenario(Box::new(Scenario::from_document(text, &document)?))),
            Some(TRACE) => Ok(Input::Trace(Box::new(Trace::from_document(text, &document)?))),
            _ => Err(Mistake {
                line: fields::line_of(text, "format"),
                place: "format".to_owned(),
                seen: document.get("format").map_or_else(|| "missing".to_owned(), fields::show),
                expected: format!("{SCENARIO:?} or {TRACE:?}"),
            }),
        }
    }
}

/// People whom nobody called: every window that serves them has ended its shift for good.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "seed {seed}, order {order}: {n_waiting} people were never called, among them {first}: no window serving {service} works any more",
    order = order.name()
)]
pub struct Forgotten {
    /// The day.
    pub seed: u64,
    /// Whose order it was.
    pub order: Order,
    /// How many.
    pub n_waiting: usize,
    /// Label of the first.
    pub first: String,
    /// The service it waits for.
    pub service: String,
}

/// One day under one order.
#[derive(Clone, Debug)]
pub struct Ran {
    /// Whose order.
    pub order: Order,
    /// All calls.
    pub calls: Vec<Call>,
    /// The day they make.
    pub day: Day,
}

/// Runs a day under each of the orders. `settings` are those of our order.
///
/// # Errors
/// [`Forgotten`] if people wait for ever.
pub fn run_day(trace: &Trace, orders: &[Order], settings: &Settings) -> Result<Vec<Ran>, Forgotten> {
    run_with(&mut Flow::default(), trace, orders, settings)
}

fn run_with(
    flow: &mut Flow,
    trace: &Trace,
    orders: &[Order],
    settings: &Settings,
) -> Result<Vec<Ran>, Forgotten> {
    let plan = plan(trace);
    let shifts: Vec<&[(i64, i64)]> = trace.windows.iter().map(|window| window.shifts.as_slice()).collect();
    let run = |&order: &Order| {
        let mut calls: Vec<Call> = Vec::with_capacity(plan.visits.len() * 2);
        // What the day's waits are held against is what EDF goes by.
        let settings = Settings { order, targets: trace.targets.clone(), ..settings.clone() };
        let n_waiting = flow.run(&plan, &settings, &mut calls);
        if n_waiting > 0 {
            let (first, service) = waiting_for(&plan, &calls).first().copied().unwrap_or_default();
            return Err(Forgotten {
                seed: trace.seed,
                order,
                n_waiting,
                first: trace.tickets.get(first).map(|ticket| ticket.id.clone()).unwrap_or_default(),
                service: trace.services.get(service).map(|service| service.id.clone()).unwrap_or_default(),
            });
        }
        let day = Day::of(&plan, &shifts, &trace.targets, &calls);
        Ok(Ran { order, calls, day })
    };
    orders.iter().map(run).collect()
}

/// Visits that entered the queue once more than they were called, in order, and the service each waits for.
pub(crate) fn waiting_for(plan: &Plan, calls: &[Call]) -> Vec<(usize, usize)> {
    let mut waits: Vec<Option<usize>> = plan.visits.iter().map(|visit| Some(visit.service)).collect();
    for call in calls {
        let visit = &plan.visits[call.visit];
        waits[call.visit] = match visit.transfer {
            _ if call.noshow => (visit.return_after_s.is_some() && !call.returned).then_some(visit.service),
            Some((to, _)) if !call.transferred => Some(to),
            _ => None,
        };
    }
    let waiting = waits.into_iter().enumerate();
    waiting.filter_map(|(visit, waits)| waits.map(|service| (visit, service))).collect()
}

/// When each call's person had entered the queue.
pub(super) fn entered(plan: &Plan, calls: &[Call]) -> Vec<i64> {
    // When each visit comes (again), as of the calls so far.
    let mut comes: Vec<i64> = plan.visits.iter().map(|visit| visit.arrive).collect();
    let mut entered = Vec::with_capacity(calls.len());
    for call in calls {
        entered.push(comes[call.visit]);
        let away_s = plan.visits[call.visit].return_after_s.filter(|_| call.noshow).unwrap_or_default();
        comes[call.visit] = call.now + length_s(plan, call) + away_s;
    }
    entered
}

/// As many threads as the machine has cores for us.
pub fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, NonZero::get)
}

/// Days of a scenario under each of the orders: for each order its days, in the order of the seeds. `done` is told, from any
/// thread, how many days are done.
///
/// # Errors
/// [`Forgotten`], of the first such seed.
pub fn run_days(
    scenario: &Scenario,
    seeds: &[u64],
    orders: &[Order],
    settings: &Settings,
    threads: usize,
    done: &(dyn Fn(usize) + Sync),
) -> Result<Vec<Vec<Day>>, Forgotten> {
    let (next, n_done) = (AtomicUsize::new(0), AtomicUsize::new(0));
    // Each seed's days, one for each order.
    type OfSeed = (usize, Result<Vec<Day>, Forgotten>);
    let results: Mutex<Vec<OfSeed>> = Mutex::default();
    let work = || {
        let (mut flow, mut mine) = (Flow::default(), Vec::new());
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(&seed) = seeds.get(at) else { break };
            let ran = run_with(&mut flow, &generate(scenario, seed), orders, settings);
            mine.push((at, ran.map(|ran| ran.into_iter().map(|ran| ran.day).collect())));
            done(n_done.fetch_add(1, Ordering::Relaxed) + 1);
        }
        results.lock().unwrap_or_else(std::sync::PoisonError::into_inner).extend(mine);
    };
    std::thread::scope(|scope| {
        for _ in 0..threads.clamp(1, seeds.len().max(1)) {
            scope.spawn(work);
        }
    });
    let mut results = results.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    results.sort_by_key(|&(at, _)| at);
    let mut days: Vec<Vec<Day>> = orders.iter().map(|_| Vec::with_capacity(seeds.len())).collect();
    for (_, result) in results {
        for (days, day) in days.iter_mut().zip(result?) {
            days.push(day);
        }
    }
    Ok(days)
}
