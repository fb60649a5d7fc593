//! What each device should now show, made from the hall after every commit.
//!
//! Devices are reconciled, not notified (DESIGN point 3): a worker that was away looks at the newest board and knows all
//! it needs. The board holds facts; each worker turns them into its device's words.

use super::appointments::Message;
use super::desk::Facts;
use super::jobs::{Job, OpenFault};
use super::waits;
use super::why;
use crate::config::Config;
use queue::cases::CaseId;
use queue::explain::Sentence;
use queue::{
    Reminded, SentOn, ServiceId, Ticket, TicketNumber, TicketSeq, TicketState, Timestamp, Window,
    WindowNumber, WindowState,
};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// What a window is doing, as far as devices show it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// No clerk.
    #[default]
    Closed,
    /// Open, nobody there.
    Free,
    /// Open and asking for the next person.
    Asking,
    /// Somebody is called.
    Calling,
    /// Somebody is served.
    Serving,
    /// Paused (P1).
    Paused,
}

/// A person on duty, as the public may know them (rule R7).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OnDuty {
    /// Staff number.
    pub number: String,
    /// Name.
    pub name: String,
    /// Post; empty: none is told.
    pub post: String,
    /// Stars, 0 to 5.
    pub stars: u8,
}

/// A pause that lasts (rule P1).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Pause {
    /// Why; empty: not told.
    pub reason: String,
    /// Since when.
    pub since: Timestamp,
    /// How long it should last at most, seconds.
    pub planned_s: Option<i64>,
    /// How often it was said to last too long.
    pub reminded: u32,
}

/// One window's facts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct WindowFacts {
    /// Number above it.
    pub number: WindowNumber,
    /// What it is doing.
    pub phase: Phase,
    /// Who is called or served.
    pub ticket: Option<TicketNumber>,
    /// People waiting whom this window could serve.
    pub waiting: u32,
    /// Of them, those whose wait nears the target (rule W2) …
    pub near: u32,
    /// … and those beyond it.
    pub late: u32,
    /// Times the present person was called again; a change makes the display flash afresh.
    pub recalls: u32,
    /// Ticket whose rating the pad asks for.
    pub rating: Option<TicketSeq>,
    /// Staff number of the clerk on duty, as it stands in the record.
    pub clerk: Option<String>,
    /// The same person as `hall.toml` knows them (rules P2, R7).
    pub on_duty: Option<OnDuty>,
    /// The pause that lasts (rule P1).
    pub pause: Option<Pause>,
    /// Who sent the present person here and why (rules Q5, P4).
    pub sent: Option<SentOn>,
    /// Parked people of this window.
    pub parked: u32,
    /// Whether a pause begins when the present service ends.
    pub pause_booked: bool,
    /// Who accompanies the person there (rule G5).
    pub helper: Option<String>,
    /// What the clerk says to the person there, who was passed by green tickets while waiting (rule G4).
    pub owed_words: Option<Sentence>,
}

/// One service's facts, for kiosks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ServiceFacts {
    /// People waiting for it.
    pub waiting: u32,
    /// Open windows that serve it, pauses included.
    pub open_windows: u32,
    /// Minutes a person who takes a number now will wait, from and to (eight in ten do); `None` without an open window.
    pub wait_min: Option<(u32, u32)>,
    /// The middle of it: as many wait longer as shorter.
    pub wait_median_min: Option<u32>,
}

/// Codes of a printer's faults with which it still prints.
const WARNINGS: [&str; 2] = ["paper_low", UNCONFIRMED];
/// Code of the fault that a printer prints but does not confirm.
pub const UNCONFIRMED: &str = "unconfirmed";

/// The whole board.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Board {
    /// Hall time it was made at.
    pub at: Timestamp,
    /// Windows by number.
    pub windows: BTreeMap<WindowNumber, WindowFacts>,
    /// Services by code.
    pub services: BTreeMap<ServiceId, ServiceFacts>,
    /// Open print jobs.
    pub jobs: Vec<Job>,
    /// Messages whose end is not known.
    pub messages: Vec<Message>,
    /// Work orders that are to leave the hall (rule R5).
    pub orders: BTreeSet<CaseId>,
    /// Open faults.
    pub faults: Vec<OpenFault>,
    /// Tickets whose latest print job ended without paper.
    pub unprinted: BTreeSet<TicketSeq>,
}

impl Board {
    /// Makes the board of this moment.
    pub fn of(config: &Config, facts: &Facts<'_>) -> Board {
        let mut parked: BTreeMap<WindowNumber, u32> = BTreeMap::new();
        // One pass over the day's tickets: the board is made after every commit, before any device is shown it.
        let mut warned: Vec<&Ticket> = Vec::new();
        for ticket in facts.hall.tickets() {
            match ticket.state {
                TicketState::Parked { window, .. } => *parked.entry(window).or_default() += 1,
                TicketState::Waiting { .. } if ticket.reminded != Reminded::No => warned.push(ticket),
                _ => {}
            }
        }
        Board {
            at: facts.now,
            windows: facts
                .hall
                .windows()
                .map(|window| {
                    let parked = parked.get(&window.number).copied().unwrap_or(0);
                    (window.number, window_facts(config, facts, window, parked, &warned))
                })
                .collect(),
            services: config
                .services
                .iter()
                .map(|service| {
                    let id = ServiceId::from(service.code.as_str());
                    let known = service_facts(facts, &id, service.mean_min);
                    (id, known)
                })
                .collect(),
            jobs: facts.jobs.jobs().cloned().collect(),
            messages: facts.appointments.messages.open().cloned().collect(),
            orders: facts.register.cases.to_deliver().map(|case| case.id).collect(),
            faults: facts.jobs.faults().cloned().collect(),
            unprinted: facts.jobs.unprinted().clone(),
        }
    }

    /// What keeps a device from working, if anything; paper that is only low and slips that are only not confirmed do not.
    pub fn trouble_of(&self, device: &str) -> Option<&OpenFault> {
        self.faults.iter().find(|fault| fault.device == device && !WARNINGS.contains(&fault.fault.as_str()))
    }
}

fn window_facts(
    config: &Config,
    facts: &Facts<'_>,
    window: &Window,
    parked: u32,
    warned: &[&Ticket],
) -> WindowFacts {
    let (phase, seq) = match &window.state {
        WindowState::Closed => (Phase::Closed, None),
        WindowState::Free => (Phase::Free, None),
        WindowState::Asking { .. } => (Phase::Asking, None),
        WindowState::Calling { ticket } => (Phase::Calling, Some(*ticket)),
        WindowState::Serving { ticket } => (Phase::Serving, Some(*ticket)),
        WindowState::Paused { .. } => (Phase::Paused, None),
    };
    let ticket = seq.and_then(|seq| facts.hall.ticket(seq));
    let recalls = match ticket.map(|ticket| &ticket.state) {
        Some(TicketState::Called { recalls, .. }) => *recalls,
        _ => 0,
    };
    WindowFacts {
        number: window.number,
        phase,
        ticket: ticket.map(|ticket| ticket.number.clone()),
        waiting: facts.hall.n_waiting_for_window(window.number) as u32,
        near: reminded(warned, window, Reminded::Near),
        late: reminded(warned, window, Reminded::Passed),
        recalls,
        rating: window.prompt.map(|prompt| prompt.ticket),
        clerk: window.clerk.clone(),
        on_duty: window.clerk.as_deref().and_then(|number| on_duty(config, number)),
        pause: pause(&window.state),
        sent: ticket.and_then(|ticket| ticket.sent.clone()),
        parked,
        pause_booked: window.pause_booked.is_some(),
        helper: ticket.and_then(|ticket| ticket.helper.clone()),
        owed_words: seq.map(|seq| facts.overtaken.owed(seq)).filter(|owed| *owed > 0).map(why::owed),
    }
}

fn on_duty(config: &Config, number: &str) -> Option<OnDuty> {
    let person = config.staff(number)?;
    Some(OnDuty {
        number: person.number.clone(),
        name: person.name.clone(),
        post: person.post.clone(),
        stars: person.stars,
    })
}

fn pause(state: &WindowState) -> Option<Pause> {
    let WindowState::Paused { since, reason, planned_s, reminded } = state else { return None };
    Some(Pause { reason: reason.clone(), since: *since, planned_s: *planned_s, reminded: *reminded })
}

/// People waiting whom the window could serve and of whose wait this was said.
fn reminded(warned: &[&Ticket], window: &Window, what: Reminded) -> u32 {
    let theirs = warned.iter().filter(|ticket| match ticket.state {
        TicketState::Waiting { only: Some(only) } => only == window.number,
        _ => window.skills.contains(&ticket.service),
    });
    theirs.filter(|ticket| ticket.reminded == what).count() as u32
}

fn service_facts(facts: &Facts<'_>, service: &ServiceId, mean_min: u32) -> ServiceFacts {
    let known = facts.waits.services.get(service);
    let mean_s = known.map_or(f64::from(mean_min) * 60.0, |waits| waits.mean_s);
    let naive_s = waits::naive_s(facts.hall, service, facts.hall.waiting_before(service), mean_s);
    let range =
        known.and_then(|waits| waits.walk_in).or(naive_s.map(|naive_s| waits::naive_range(naive_s, mean_s)));
    let serving = facts.hall.windows().filter(|window| window.skills.contains(service));
    let open_windows = serving.filter(|window| window.state != WindowState::Closed).count() as u32;
    let waiting = facts.hall.n_waiting(service) as u32;
    let range = naive_s.and(range);
    let wait_median_min = range.map(|range| u32::try_from(range.median_s / 60).unwrap_or(u32::MAX));
    ServiceFacts { waiting, open_windows, wait_min: range.map(waits::told_min), wait_median_min }
}
