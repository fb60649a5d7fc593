//! The hall of one day: every ticket and every window, and what may happen to them.
//!
//! Purpose: [`Hall::decide`] turns a [`crate::Command`] into [`crate::Event`]s or a [`crate::Refusal`] and changes
//! nothing; the host commits the events and hands each to [`Hall::apply`], which cannot fail. A restart is applying what
//! is committed from the latest [`crate::Event::DayOpened`] on. Left to others: clocks (moments are arguments),
//! storage, words for people.
//!
//! Map: `decide` (the dispatch and tickets), `decide_window` (what a clerk presses), `settle` (who is called),
//! `moves` (which state permits what), `apply` (making events true), `view` (reading).
//! Source: `RULES.md` Q1 to Q7, G1 to G4, A4, A5, R2, R3, X3; `CALL-ORDER.md`.

mod apply;
mod decide;
mod decide_window;
mod moves;
mod settle;
mod view;

use crate::ids::{Day, ServiceId, TicketNumber, TicketSeq, Timestamp, WindowNumber};
use crate::order::Waiting;
use crate::rules::{Class, Rules, ServiceRule};
use crate::ticket::{Reminded, Ticket, TicketState};
use crate::window::Window;
use std::collections::{BTreeMap, BTreeSet};

/// What the timer table reminds of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Timer {
    /// A pad waits for a rating (R2).
    Rating(WindowNumber),
    /// A passed ticket can be revived (Q4).
    Revival(TicketSeq),
    /// A wait nears or passes its target (W2).
    Target(TicketSeq),
    /// A pause lasts too long (P1).
    Pause(WindowNumber),
}

/// All that is true in the hall today. Equal halls decide equally.
#[derive(Clone, Debug, PartialEq)]
pub struct Hall {
    rules: Rules,
    day: Option<Day>,
    next_seq: TicketSeq,
    /// The latest running number of each prefix (Q1).
    running: BTreeMap<String, u32>,
    tickets: BTreeMap<TicketSeq, Ticket>,
    by_number: BTreeMap<TicketNumber, TicketSeq>,
    windows: BTreeMap<WindowNumber, Window>,
    /// Index of the tickets in state waiting, for the call order; follows `tickets` in `change`.
    waiting: Waiting,
    timers: BTreeSet<(Timestamp, Timer)>,
    /// Moment of the latest event.
    latest: Timestamp,
}

impl Hall {
    /// A hall before its first day: everything but [`crate::Command::OpenDay`] is refused.
    pub fn new(rules: Rules) -> Self {
        let mut hall = Hall {
            waiting: Waiting::new(rules.parameters.pass_limit),
            windows: BTreeMap::new(),
            rules,
            day: None,
            next_seq: TicketSeq(1),
            running: BTreeMap::new(),
            tickets: BTreeMap::new(),
            by_number: BTreeMap::new(),
            timers: BTreeSet::new(),
            latest: Timestamp(i64::MIN),
        };
        hall.close_all_windows();
        hall
    }

    /// Other settings from now on, such as after a reload; no ticket is lost. Classes, places and running timers of
    /// tickets stay as they were given. A window the settings no longer know serves nobody new (tickets sent to it
    /// alone apart) and ends with the day.
    pub fn set_rules(&mut self, rules: Rules) {
        let mut known = BTreeMap::new();
        for rule in &rules.windows {
            known.insert(rule.number, Window::new(rule.number, rule.skills.clone()));
        }
        for (number, old) in std::mem::take(&mut self.windows) {
            let skills = known.remove(&number).map(|new| new.skills).unwrap_or_default();
            self.windows.insert(number, Window { skills, ..old });
        }
        self.windows.append(&mut known);
        self.waiting = Waiting::new(rules.parameters.pass_limit);
        self.rules = rules;
        self.timers.retain(|(_, timer)| !matches!(timer, Timer::Target(_)));
        for ticket in self.tickets.values() {
            index(&mut self.waiting, ticket);
            self.timers.extend(target_timer(&self.rules, ticket));
        }
    }

    /// The settings in force.
    pub fn rules(&self) -> &Rules {
        &self.rules
    }

    fn service_rule(&self, service: &ServiceId) -> Option<&ServiceRule> {
        self.rules.services.iter().find(|rule| rule.id == *service)
    }

    fn class_of(&self, service: &ServiceId) -> Option<Class> {
        self.service_rule(service).map(|rule| rule.class)
    }

    fn close_all_windows(&mut self) {
        let windows = self.rules.windows.iter();
        self.windows =
            windows.map(|rule| (rule.number, Window::new(rule.number, rule.skills.clone()))).collect();
    }
}

/// When something is to be said of the wait of a ticket (rule W2).
fn target_timer(rules: &Rules, ticket: &Ticket) -> Option<(Timestamp, Timer)> {
    let targets = &rules.parameters.targets;
    let (class, appointment) = (ticket.class, ticket.booked.is_some());
    let wait_s = match (&ticket.state, ticket.reminded) {
        (TicketState::Waiting { .. }, Reminded::No) => targets.near(class, appointment),
        // A wait of exactly the target is within it.
        (TicketState::Waiting { .. }, Reminded::Near) => targets.of(class, appointment).saturating_add(1),
        _ => return None,
    };
    Some((ticket.ready.plus(wait_s), Timer::Target(ticket.seq)))
}

/// Puts a ticket into the order if it waits.
fn index(waiting: &mut Waiting, ticket: &Ticket) {
    if let TicketState::Waiting { only } = ticket.state {
        waiting.insert(&ticket.service, only, ticket.place());
    }
}
