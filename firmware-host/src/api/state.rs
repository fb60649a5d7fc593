//! The hall as the interface tells it. Public words only: no green category, no name of a citizen (rules G6, A9).

use crate::config::Config;
use crate::core::board::{Board, ServiceFacts, WindowFacts};
use crate::core::desk::Facts;
use crate::core::jobs::{Job, OpenFault};
use crate::core::slips;
use crate::core::waits::{self, Advice, Doubt};
use crate::core::why;
use crate::core::words::{self, Words};
use crate::lines::Tally;
use crate::time::local_time;
use queue::forecast::Range;
use queue::{
    Class, Day, Reminded, SentOn, ServiceId, Ticket, TicketNumber, TicketSeq, TicketState, Timestamp,
};
use serde::Serialize;
use std::collections::BTreeMap;

/// One ticket for pages and tests.
#[derive(Clone, Debug, Serialize)]
pub(super) struct TicketView {
    seq: TicketSeq,
    number: TicketNumber,
    service: ServiceId,
    service_name: String,
    class: Class,
    green: bool,
    booked: Option<Timestamp>,
    issued: Timestamp,
    join: Timestamp,
    passed: u32,
    /// How many of those were green (rule G4).
    passed_by_green: u32,
    waited_s: i64,
    people_ahead: Option<u32>,
    /// Minutes of waiting as told with the number, from and to (rule W3).
    told_min: Option<(u32, u32)>,
    /// The usual estimate of this moment, for one who waits and was told no forecast.
    usual_min: Option<(u32, u32)>,
    /// Minutes still to wait, from and to, of one who waits.
    left_min: Option<(u32, u32)>,
    /// What was said of its wait and the target (rule W2).
    reminded: Reminded,
    state: TicketState,
    state_zh: &'static str,
    /// Which window sent it on, and why (rule Q5).
    from: Option<(queue::WindowNumber, String)>,
    /// Who sent it on last, the guide desk included, and why (rule P4).
    sent: Option<SentOn>,
    /// Who accompanies the person (rule G5).
    helper: Option<String>,
}

/// One service with its name.
#[derive(Clone, Debug, Serialize)]
pub(super) struct ServiceView {
    code: ServiceId,
    name: String,
    class: Class,
    #[serde(flatten)]
    facts: ServiceFacts,
}

/// One advice with its sentence.
#[derive(Clone, Debug, Serialize)]
pub(super) struct AdviceView {
    #[serde(flatten)]
    advice: Advice,
    words: Words,
}

/// The whole answer of `GET /api/v1/state`.
#[derive(Clone, Debug, Serialize)]
pub struct State {
    hall: String,
    day: Option<Day>,
    /// Hall time.
    at: Timestamp,
    /// The same on the hall's clock face.
    local: String,
    /// Wall minus hall time; not zero after somebody set the clock.
    clock_offset_s: i64,
    /// Last position of the log.
    position: u64,
    windows: Vec<WindowFacts>,
    services: Vec<ServiceView>,
    /// Tickets of today that are not over yet.
    tickets: Vec<TicketView>,
    /// Tickets of today by how they ended.
    completed: usize,
    missed: usize,
    voided: usize,
    /// Why expected waits are wider than usual, if they are.
    waits_doubted: Option<Words>,
    /// What would help now, the best first (rule W2).
    advice: Vec<AdviceView>,
    jobs: Vec<Job>,
    faults: Vec<OpenFault>,
    /// What is counted on each line since hallgate began.
    pub(super) lines: BTreeMap<String, Tally>,
}

impl State {
    /// The hall of this moment.
    pub fn of(config: &Config, facts: &Facts<'_>) -> State {
        let board = Board::of(config, facts);
        let count =
            |wanted: fn(&TicketState) -> bool| facts.hall.tickets().filter(|t| wanted(&t.state)).count();
        State {
            hall: config.hall.name.clone(),
            day: facts.hall.day(),
            at: facts.now,
            local: local_time(config, facts.now).format("%Y-%m-%d %H:%M:%S").to_string(),
            clock_offset_s: facts.clock_offset_s,
            position: facts.position,
            windows: board.windows.into_values().collect(),
            services: config
                .services
                .iter()
                .filter_map(|service| {
                    let code = ServiceId::from(service.code.as_str());
                    let facts = board.services.get(&code)?.clone();
                    Some(ServiceView { code, name: service.name.clone(), class: service.class, facts })
                })
                .collect(),
            tickets: facts
                .hall
                .tickets()
                .filter(|ticket| !ticket.state.is_final())
                .map(|ticket| view(config, facts, ticket))
                .collect(),
            completed: count(|state| matches!(state, TicketState::Completed { .. })),
            missed: count(|state| matches!(state, TicketState::Missed { .. })),
            voided: count(|state| matches!(state, TicketState::Voided { .. })),
            waits_doubted: facts.waits.doubt.map(Doubt::words),
            advice: facts
                .waits
                .advice
                .iter()
                .map(|advice| AdviceView { words: advice.words(config), advice: advice.clone() })
                .collect(),
            jobs: board.jobs,
            faults: board.faults,
            lines: BTreeMap::new(),
        }
    }
}

/// What is left of a wait that began when the ticket became ready.
fn left_min(range: Range, now: Timestamp, ticket: &Ticket) -> (u32, u32) {
    let waited_s = now.since(ticket.ready);
    let left = |seconds: i64| (seconds - waited_s).max(0);
    waits::told_min(Range {
        median_s: left(range.median_s),
        low_s: left(range.low_s),
        high_s: left(range.high_s),
    })
}

/// Minutes still to wait, from and to; `None`: it does not wait, or no forecast is there.
pub(super) fn left_of(facts: &Facts<'_>, ticket: &Ticket) -> Option<(u32, u32)> {
    let waits = matches!(ticket.state, TicketState::Waiting { .. });
    let range = facts.waits.tickets.get(&ticket.seq).filter(|_| waits)?;
    Some(left_min(*range, facts.now, ticket))
}

/// One ticket of today by its printed number, or as people type it.
pub(super) fn ticket(config: &Config, facts: &Facts<'_>, number: &str) -> Option<TicketView> {
    let meant = || facts.hall.tickets().find(|ticket| why::is_meant(&ticket.number, number));
    facts.hall.ticket_by_number(number).or_else(meant).map(|ticket| view(config, facts, ticket))
}

fn view(config: &Config, facts: &Facts<'_>, ticket: &Ticket) -> TicketView {
    let waiting = matches!(ticket.state, TicketState::Waiting { .. });
    TicketView {
        seq: ticket.seq,
        number: ticket.number.clone(),
        service: ticket.service.clone(),
        service_name: config
            .service(&ticket.service.0)
            .map_or_else(String::new, |service| service.name.clone()),
        class: ticket.class,
        green: ticket.green.is_some(),
        booked: ticket.booked,
        issued: ticket.issued,
        join: ticket.join,
        passed: ticket.passed,
        passed_by_green: facts.overtaken.by_green(ticket.seq),
        waited_s: ticket.waited_s,
        told_min: slips::told_min(facts, ticket),
        usual_min: match slips::told_min(facts, ticket) {
            None => slips::usual_min(config, facts, ticket),
            Some(_) => None,
        },
        left_min: left_of(facts, ticket),
        reminded: ticket.reminded,
        people_ahead: waiting.then(|| facts.hall.people_ahead(ticket.seq) as u32),
        state: ticket.state.clone(),
        state_zh: words::ticket_state_zh(&ticket.state),
        from: ticket.sent.as_ref().and_then(|sent| Some((sent.from?, words::note_zh(&sent.note).to_owned()))),
        sent: ticket.sent.clone().map(|sent| SentOn { note: words::note_zh(&sent.note).to_owned(), ..sent }),
        helper: ticket.helper.clone(),
    }
}
