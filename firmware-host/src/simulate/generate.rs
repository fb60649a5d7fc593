//! Scenario and seed to a day: everything chance decides, so that each call order can be run on exactly the same day.
//!
//! Purpose: [`generate()`], for `simulate`, `replay` and the tables of expected waits. The distributions are those of the
//! laboratory, the random numbers are our own: single days differ from its days, figures over many days agree.
//! Source: `lab/hall/generate.py`, `lab/README.md` ("hall-scenario/1").

use super::chance::{Chance, lognormal};
use super::scenario::{Scenario, ScenarioService, ScenarioWindow, cells};
use super::trace::{Trace, TraceService, TraceTicket, TraceWindow};
use queue::rules::Targets;

/// No matter, and no way back to the hall, takes less.
const SHORTEST_S: i64 = 30;
/// No unforeseen pause takes less.
const SHORTEST_PAUSE_S: i64 = 60;
/// Unforeseen pauses vary by so much of their mean.
const PAUSE_CV: f64 = 0.5;
/// Part of the time of a matter until the first window finds out that it is the wrong one.
const PART_BEFORE_TRANSFER: f64 = 0.3;
/// Lateness in minutes of those who are very late: always too late for their appointment, which holds for 30 minutes.
const VERY_LATE_MIN: (f64, f64) = (31.0, 60.0);

/// Somebody on the way to the hall.
struct Coming {
    arrive: i64,
    tie: u64,
    /// Position of the service; `None`: by share.
    service: Option<usize>,
    booked: Option<i64>,
}

/// One day of a scenario. The same scenario and seed give the same day everywhere.
pub fn generate(scenario: &Scenario, seed: u64) -> Trace {
    let mut chance = Chance::of(&scenario.name, seed, "arrivals");
    let mut coming = Vec::new();
    booked(scenario, &mut chance, &mut coming);
    walk_in(scenario, &mut chance, &mut coming);
    in_groups(scenario, &mut chance, &mut coming);
    coming.sort_by_key(|person| (person.arrive, person.tie));
    Trace {
        scenario: scenario.name.clone(),
        seed,
        sessions: scenario.sessions.clone(),
        targets: Targets::default(),
        noshow_hold_s: scenario.noshow.hold_s,
        services: scenario.services.iter().map(service).collect(),
        windows: windows(scenario, &mut Chance::of(&scenario.name, seed, "pauses")),
        tickets: tickets(scenario, &coming, &mut Chance::of(&scenario.name, seed, "people")),
    }
}

fn service(service: &ScenarioService) -> TraceService {
    TraceService { id: service.id.clone(), class: service.class, mean_s: (60.0 * service.mean_min) as i64 }
}

/// A time outside the sessions moves to the next opening; `None`: after the last.
fn in_session(scenario: &Scenario, at: i64) -> Option<i64> {
    scenario.sessions.iter().find(|&&(_, closes)| at < closes).map(|&(opens, _)| at.max(opens))
}

fn booked(scenario: &Scenario, chance: &mut Chance, coming: &mut Vec<Coming>) {
    let (plan, slots) = (&scenario.appointments, scenario.slots());
    if slots.is_empty() {
        return;
    }
    for (k, &service) in plan.services.iter().enumerate() {
        for i in 0..plan.per_service {
            // The places of a service are spread over the day; services begin one slot apart.
            let booked = slots[(i * slots.len() / plan.per_service + k) % slots.len()];
            let comes = chance.happens(plan.fill) && !chance.happens(plan.absent);
            let late_min = if chance.happens(plan.very_late) {
                chance.between(VERY_LATE_MIN.0, VERY_LATE_MIN.1)
            } else {
                plan.late_mean_min + plan.late_sd_min * chance.normal()
            };
            let arrive = (booked as f64 + 60.0 * late_min) as i64;
            let tie = chance.tie();
            if let Some(arrive) = in_session(scenario, arrive).filter(|_| comes) {
                coming.push(Coming { arrive, tie, service: Some(service), booked: Some(booked) });
            }
        }
    }
}

fn walk_in(scenario: &Scenario, chance: &mut Chance, coming: &mut Vec<Coming>) {
    let expected = scenario.walk_ins();
    for &(at, share) in &scenario.door_queue {
        for _ in 0..chance.poisson(share * expected) {
            coming.push(Coming { arrive: at, tie: chance.tie(), service: None, booked: None });
        }
    }
    let at_the_door: f64 = scenario.door_queue.iter().map(|&(_, share)| share).sum();
    let cells = cells(&scenario.profile, &scenario.sessions);
    let weights: f64 = cells.iter().map(|&(.., weight)| weight).sum();
    for (from, to, weight) in cells {
        for _ in 0..chance.poisson(expected * (1.0 - at_the_door) * weight / weights) {
            let arrive = chance.between(from as f64, to as f64) as i64;
            coming.push(Coming { arrive, tie: chance.tie(), service: None, booked: None });
        }
    }
}

fn in_groups(scenario: &Scenario, chance: &mut Chance, coming: &mut Vec<Coming>) {
    for burst in &scenario.bursts {
        for _ in 0..chance.poisson(burst.size) {
            let service = burst.services.get(chance.position(burst.services.len())).copied();
            let at = (burst.at as f64 + chance.between(0.0, 60.0 * burst.spread_min)) as i64;
            let tie = chance.tie();
            if let Some(arrive) = in_session(scenario, at) {
                coming.push(Coming { arrive, tie, service, booked: None });
            }
        }
    }
}

fn tickets(scenario: &Scenario, coming: &[Coming], chance: &mut Chance) -> Vec<TraceTicket> {
    let services = &scenario.services;
    let mut numbers = vec![0; services.len()];
    let mut tickets = Vec::with_capacity(coming.len());
    for (seq, person) in (0..).zip(coming) {
        // Everybody draws the same things, whether they are needed or not: a change of one share leaves the neighbours alone.
        let by_share = by_share(services, chance.part());
        let green = chance.happens(scenario.green_share);
        let misses = chance.happens(scenario.noshow.prob);
        let returns = chance.happens(scenario.noshow.return_prob);
        let away_s = (60.0 * chance.exponential(scenario.noshow.return_mean_min)) as i64;
        let sent_on = chance.happens(scenario.transfer_prob) && services.len() > 1;
        let other = chance.position(services.len().saturating_sub(1));
        let (here, there) = (chance.normal(), chance.normal());
        let service = person.service.unwrap_or(by_share);
        let other = if other >= service { other + 1 } else { other };
        let whole_s = duration_s(&services[service], here);
        let service_s = match sent_on {
            true => ((PART_BEFORE_TRANSFER * whole_s as f64) as i64).max(SHORTEST_S),
            false => whole_s,
        };
        numbers[service] += 1;
        tickets.push(TraceTicket {
            id: format!("{}{:03}", letters(service), numbers[service]),
            seq,
            service: services[service].id.clone(),
            green,
            booked: person.booked,
            arrive: person.arrive,
            service_s,
            noshow: i64::from(misses),
            return_after_s: (misses && returns).then_some(away_s.max(SHORTEST_S)),
            transfer: sent_on.then(|| (services[other].id.clone(), duration_s(&services[other], there))),
        });
    }
    tickets
}

fn windows(scenario: &Scenario, chance: &mut Chance) -> Vec<TraceWindow> {
    let (expected, mean_min) = scenario.random_pauses;
    let window = |window: &ScenarioWindow| {
        let mut pauses = window.pauses.clone();
        for _ in 0..chance.poisson(expected) {
            let (from, to) = window.shifts[chance.position(window.shifts.len())];
            let at = chance.between(from as f64, to as f64) as i64;
            let length_s = (60.0 * lognormal(mean_min, PAUSE_CV, chance.normal())) as i64;
            pauses.push((at, length_s.max(SHORTEST_PAUSE_S)));
        }
        pauses.sort_unstable();
        TraceWindow {
            id: window.id.clone(),
            skills: window.skills.iter().map(|&skill| scenario.services[skill].id.clone()).collect(),
            shifts: window.shifts.clone(),
            pauses,
        }
    };
    scenario.windows.iter().map(window).collect()
}

/// How long a matter takes, of a draw from the normal distribution.
fn duration_s(service: &ScenarioService, normal: f64) -> i64 {
    (lognormal(service.mean_min * 60.0, service.cv, normal).round() as i64).max(SHORTEST_S)
}

/// The service at this part (0 to 1) of the shares laid end to end.
fn by_share(services: &[ScenarioService], part: f64) -> usize {
    let mut left = part * services.iter().map(|service| service.share).sum::<f64>();
    for (position, service) in services.iter().enumerate() {
        if left < service.share {
            return position;
        }
        left -= service.share;
    }
    // Rounding may leave a hair: the last service that anybody comes for.
    services.iter().rposition(|service| service.share > 0.0).unwrap_or_default()
}

/// A to Z, then AA.
fn letters(mut position: usize) -> String {
    let mut letters = Vec::new();
    loop {
        letters.push(char::from(b'A' + (position % 26) as u8));
        if position < 26 {
            return letters.iter().rev().collect();
        }
        position = position / 26 - 1;
    }
}
