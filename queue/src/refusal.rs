//! Why the rules say no. Expected, changes nothing; the host has one table that puts each into words for people.

use crate::ids::{Day, ServiceId, TicketNumber, TicketSeq, Timestamp, WindowNumber};
use serde::Serialize;

/// A refused command.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "refusal", rename_all = "snake_case")]
#[allow(missing_docs, reason = "fields name the thing the variant speaks of")]
pub enum Refusal {
    /// No day is open yet.
    NoDay,
    /// That day, or a later one, has been opened before; numbers are never given twice (Q1).
    DayNotNew {
        day: Day,
        open: Day,
    },
    UnknownService {
        service: ServiceId,
    },
    UnknownWindow {
        window: WindowNumber,
    },
    UnknownTicket {
        ticket: TicketSeq,
    },
    /// No open window serves it (Q2).
    NoOpenWindow {
        service: ServiceId,
    },
    WindowClosed {
        window: WindowNumber,
    },
    WindowAlreadyOpen {
        window: WindowNumber,
    },
    /// The clerk is on duty at that other window, which cannot be closed now (P2, X3).
    ClerkElsewhere {
        clerk: String,
        window: WindowNumber,
    },
    /// The clerk is on duty there already.
    AlreadyOnDuty {
        window: WindowNumber,
    },
    WindowPaused {
        window: WindowNumber,
    },
    WindowNotPaused {
        window: WindowNumber,
    },
    /// Somebody is called or served there; finish first.
    WindowBusy {
        window: WindowNumber,
        ticket: TicketNumber,
    },
    /// Nobody is called or served there.
    NobodyAtWindow {
        window: WindowNumber,
    },
    /// Closing would leave people with numbers to nobody (X3).
    WouldStrand {
        window: WindowNumber,
        waiting: u32,
    },
    /// Asking already.
    AlreadyAsking {
        window: WindowNumber,
    },
    NotAsking {
        window: WindowNumber,
    },
    /// Recalled as often as allowed; pass it or wait (Q4).
    NoMoreRecalls {
        ticket: TicketNumber,
        recalls: u32,
    },
    /// The ticket is in a state that forbids this; `state` is its name.
    TicketIs {
        ticket: TicketNumber,
        state: &'static str,
    },
    /// Revival is too late or was used (Q4).
    ReviveTooLate {
        ticket: TicketNumber,
        until: Timestamp,
    },
    AlreadyRevived {
        ticket: TicketNumber,
    },
    AlreadyGreen {
        ticket: TicketNumber,
    },
    NotGreen {
        ticket: TicketNumber,
    },
    /// Nobody is parked at that window.
    NobodyParked {
        window: WindowNumber,
    },
    /// Parked at another window.
    ParkedElsewhere {
        ticket: TicketNumber,
        window: WindowNumber,
    },
    /// Matter is already part of the visit.
    MatterKnown {
        service: ServiceId,
    },
    /// No prompt is open at that window: nothing to rate (R2).
    NothingToRate {
        window: WindowNumber,
    },
    /// One matter, one rating (R2).
    AlreadyRated {
        ticket: TicketNumber,
    },
    /// Not 1 to 5.
    NoSuchLevel {
        level: u8,
    },
    /// All 999 or 9999 numbers of the prefix are used; none is given twice.
    NumbersUsedUp {
        prefix: String,
    },
    /// A transfer to where the ticket already is.
    SameDestination {
        ticket: TicketNumber,
    },
    /// The moment lies before the latest event: hall time never runs backwards.
    TimeRunsBackwards {
        at: Timestamp,
        latest: Timestamp,
    },
}
