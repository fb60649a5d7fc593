//! A ticket: the visit's place in the queue and the state it is in.

use crate::command::{By, Grant};
use crate::ids::{ServiceId, TicketNumber, TicketSeq, Timestamp, WindowNumber};
use crate::order::Place;
use crate::rules::Class;
use serde::Serialize;

/// Where a ticket stands. Each variant holds what only that state knows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "state", rename_all = "snake_case")]
#[allow(missing_docs, reason = "fields: at which window, since when, how often called")]
pub enum TicketState {
    /// In the order; `only`: for this window alone (a transfer to a window).
    Waiting {
        only: Option<WindowNumber>,
    },
    Called {
        window: WindowNumber,
        since: Timestamp,
        recalls: u32,
    },
    Serving {
        window: WindowNumber,
        since: Timestamp,
    },
    Parked {
        window: WindowNumber,
        since: Timestamp,
    },
    /// Back from parking, first in line at its window (Q6).
    Returned {
        window: WindowNumber,
        since: Timestamp,
    },
    /// Called and not there; may be revived until `until`.
    Passed {
        until: Timestamp,
    },
    Completed {
        window: WindowNumber,
        at: Timestamp,
    },
    /// Second no-show or expired revival.
    Missed {
        at: Timestamp,
    },
    Voided {
        at: Timestamp,
    },
}

impl TicketState {
    /// The state's name as it is serialised, for refusals and tables.
    pub fn name(&self) -> &'static str {
        match self {
            TicketState::Waiting { .. } => "waiting",
            TicketState::Called { .. } => "called",
            TicketState::Serving { .. } => "serving",
            TicketState::Parked { .. } => "parked",
            TicketState::Returned { .. } => "returned",
            TicketState::Passed { .. } => "passed",
            TicketState::Completed { .. } => "completed",
            TicketState::Missed { .. } => "missed",
            TicketState::Voided { .. } => "voided",
        }
    }

    /// The window a called or served ticket is at.
    pub fn at_window(&self) -> Option<WindowNumber> {
        match self {
            TicketState::Called { window, .. } | TicketState::Serving { window, .. } => Some(*window),
            _ => None,
        }
    }

    /// Nothing can happen to it any more, ratings apart.
    pub fn is_final(&self) -> bool {
        matches!(
            self,
            TicketState::Completed { .. } | TicketState::Missed { .. } | TicketState::Voided { .. }
        )
    }
}

/// What was said of a wait and its target (rule W2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Default, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Reminded {
    /// Nothing yet.
    #[default]
    No,
    /// That it nears the target.
    Near,
    /// That it passed the target.
    Passed,
}

/// Who sent a ticket on, and why (rules Q5, P4).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SentOn {
    /// The window it left; `None` for one that waited and was sent by the guide desk or a supervisor.
    pub from: Option<WindowNumber>,
    /// Who asked.
    pub by: By,
    /// What the receiving clerk is to know.
    pub note: String,
}

/// One ticket with all that the order needs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Ticket {
    /// Order of number-taking.
    pub seq: TicketSeq,
    /// Printed label.
    pub number: TicketNumber,
    /// Present service.
    pub service: ServiceId,
    /// Its class.
    pub class: Class,
    /// All matters of the visit and whether each is done (Q7); the first is what it was issued for.
    pub matters: Vec<(ServiceId, bool)>,
    /// Green-channel grant in force.
    pub green: Option<Grant>,
    /// Booked time of a still valid appointment.
    pub booked: Option<Timestamp>,
    /// Number taken at.
    pub issued: Timestamp,
    /// Start of its place in the order (CALL-ORDER §1).
    pub join: Timestamp,
    /// From when its wait counts (CALL-ORDER §1).
    pub ready: Timestamp,
    /// Priority calls that passed it.
    pub passed: u32,
    /// Wait counted at the latest call, seconds.
    pub waited_s: i64,
    /// Already revived once (Q4).
    pub revived: bool,
    /// Who sent it on last and why, for the receiving clerk (Q5, P4).
    pub sent: Option<SentOn>,
    /// Who accompanies the person (rule G5).
    pub helper: Option<String>,
    /// The service that ended last is rated (R2). In no view: only its own citizen sees it (R3).
    #[serde(skip)]
    pub rated: bool,
    /// What was said of its present wait.
    pub reminded: Reminded,
    /// Present state.
    pub state: TicketState,
}

impl Ticket {
    /// As the call order sees it (CALL-ORDER §1).
    pub fn place(&self) -> Place {
        Place {
            seq: self.seq,
            class: self.class,
            green: self.green.is_some(),
            appointment: self.booked.is_some(),
            join: self.join,
            ready: self.ready,
            passed: self.passed,
        }
    }

    /// Matters of the visit that are not done yet, in order (Q7); the present one, if any, among them.
    pub fn open_matters(&self) -> impl Iterator<Item = &ServiceId> {
        self.matters.iter().filter(|(_, done)| !done).map(|(matter, _)| matter)
    }

    /// `join` if it goes back into the order at this moment with the wait counted so far; the time it was being served
    /// or stood aside is no wait (Q5, CALL-ORDER §4).
    pub fn join_keeping_wait(&self, at: Timestamp) -> Timestamp {
        at.plus(self.waited_s.saturating_neg())
    }
}
