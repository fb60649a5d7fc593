//! What became true. Events are stored for ever: fields are only ever added, with a default.

use crate::command::{By, Destination, Grant};
use crate::ids::{Day, ServiceId, TicketNumber, TicketSeq, Timestamp, WindowNumber};
use crate::rules::Class;
use serde::{Deserialize, Serialize};

/// Note of [`Event::Transferred`] where a visit goes on with its next matter: the log's code for it, which pages translate.
pub const NEXT_MATTER: &str = "next matter of the same visit";

/// Why a ticket was called (CALL-ORDER §3), or RETURN for a parked person who is back (Q6).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
#[allow(missing_docs, reason = "CALL-ORDER's own words")]
pub enum Reason {
    Protected,
    Green,
    Appointment,
    Overdue,
    Limit,
    Return,
}

/// The inputs a call was decided by, kept so that it can be explained years later.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "CALL-ORDER §1's own words")]
pub struct CallInputs {
    pub service: ServiceId,
    pub class: Class,
    pub green: bool,
    /// Booked time of a valid appointment.
    pub booked: Option<Timestamp>,
    pub join: Timestamp,
    pub ready: Timestamp,
    pub passed: u32,
    /// `last_priority` of the window before this call.
    pub last_priority: bool,
    /// The limit time it was called under; `None` when past its last or not called by limit.
    pub limit: Option<Timestamp>,
}

/// A waiting, earlier-joined ticket that the window could have served instead.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Overtaken {
    /// Whom.
    pub ticket: TicketSeq,
    /// Its label.
    pub number: TicketNumber,
    /// Whether its `passed` rises by one (CALL-ORDER §4).
    pub counts: bool,
    /// Its own inputs at that moment, for the sentence of CALL-ORDER §8.
    pub inputs: CallInputs,
}

/// A call with its reason, inputs and the overtaken (CALL-ORDER §8.4).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Called {
    /// Who is called.
    pub ticket: TicketSeq,
    /// Its label.
    pub number: TicketNumber,
    /// Where to.
    pub window: WindowNumber,
    /// Why now.
    pub reason: Reason,
    /// What it was decided by.
    pub inputs: CallInputs,
    /// Seconds waited in this leg, for the target (W1).
    pub wait_s: i64,
    /// By (`join`, `seq`).
    pub overtaken: Vec<Overtaken>,
}

/// One fact. `at` and the log position stand beside it in the log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
#[allow(
    missing_docs,
    reason = "fields named `ticket`, `window`, `by`, `note` mean the same in every variant"
)]
pub enum Event {
    /// A working day began; everything before it is history. `next_seq` carries the sequence on.
    DayOpened {
        day: Day,
        next_seq: TicketSeq,
    },
    /// A number was taken. `booked` only for a valid appointment; `forfeited` for one that came too late (A5).
    Issued {
        ticket: TicketSeq,
        number: TicketNumber,
        service: ServiceId,
        class: Class,
        more: Vec<ServiceId>,
        green: Option<Grant>,
        booked: Option<Timestamp>,
        forfeited: Option<Timestamp>,
        by: By,
    },
    Granted {
        ticket: TicketSeq,
        grant: Grant,
        by: By,
    },
    Withdrawn {
        ticket: TicketSeq,
        reason: String,
        by: By,
    },
    /// Who accompanies the person (rule G5); `None`: nobody any more.
    HelperAssigned {
        ticket: TicketSeq,
        helper: Option<String>,
        by: By,
    },
    WindowOpened {
        window: WindowNumber,
        clerk: Option<String>,
    },
    WindowClosed {
        window: WindowNumber,
        forced: Option<String>,
    },
    /// A stand-in is on duty there from now on (P2).
    ClerkChanged {
        window: WindowNumber,
        clerk: String,
    },
    /// `planned_s`: how long it should last at most.
    Paused {
        window: WindowNumber,
        reason: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        planned_s: Option<i64>,
    },
    /// A pause asked for while serving; it begins when the service ends.
    PauseBooked {
        window: WindowNumber,
        reason: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        planned_s: Option<i64>,
    },
    /// A pause lasts longer than planned (P1); `paused_s` so far.
    PauseOverdue {
        window: WindowNumber,
        paused_s: i64,
    },
    /// `paused_s`: how long it was; 0 for a booked pause taken back.
    Resumed {
        window: WindowNumber,
        paused_s: i64,
    },
    /// The window waits for a ticket since now.
    Asked {
        window: WindowNumber,
    },
    StoppedAsking {
        window: WindowNumber,
    },
    Called(Called),
    Recalled {
        ticket: TicketSeq,
        window: WindowNumber,
        times: u32,
    },
    Started {
        ticket: TicketSeq,
        window: WindowNumber,
    },
    /// Nobody came. `ended`: a second no-show, the ticket is over.
    Passed {
        ticket: TicketSeq,
        window: WindowNumber,
        ended: bool,
    },
    Revived {
        ticket: TicketSeq,
        by: By,
    },
    /// The revival period ran out.
    Expired {
        ticket: TicketSeq,
    },
    /// Back into the queue with new service and kept standing; `join` is `now` less the wait already counted (Q5).
    /// `from`: the window it leaves, `None` when a waiting ticket is reassigned.
    Transferred {
        ticket: TicketSeq,
        from: Option<WindowNumber>,
        to: Destination,
        service: ServiceId,
        class: Class,
        join: Timestamp,
        note: String,
        by: By,
    },
    Parked {
        ticket: TicketSeq,
        window: WindowNumber,
        note: String,
    },
    Returned {
        ticket: TicketSeq,
        window: WindowNumber,
    },
    MatterAdded {
        ticket: TicketSeq,
        window: WindowNumber,
        service: ServiceId,
    },
    /// One ticket's service ended here. `served_s` from start (or call) to now. `matters`: services done at this window.
    Completed {
        ticket: TicketSeq,
        window: WindowNumber,
        prompted: bool,
        served_s: i64,
        matters: Vec<ServiceId>,
    },
    Voided {
        ticket: TicketSeq,
        reason: String,
        by: By,
    },
    /// The ticket waits and its wait nears the target (W2); `wait_s` so far.
    TargetNear {
        ticket: TicketSeq,
        wait_s: i64,
    },
    /// The ticket waits longer than its target (W2).
    TargetPassed {
        ticket: TicketSeq,
        wait_s: i64,
    },
    /// 1 to 5 (R1). Who rated is known to the record, never shown to clerks (R3).
    Rated {
        ticket: TicketSeq,
        window: WindowNumber,
        level: u8,
        reasons: Vec<String>,
        /// By the code on the slip, not on the pad (R2).
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        late: bool,
    },
    /// The prompt ended without an answer (R3).
    RatingClosed {
        ticket: TicketSeq,
        window: WindowNumber,
    },
}
