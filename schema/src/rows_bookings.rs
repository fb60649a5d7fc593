//! Rows of bookings, tasks, the restricted list and messages, and how they are read.

use crate::entry::About;
use crate::rows_read::{FromRow, Read, label, maybe_ticket, maybe_time, time, unsigned, word};
use queue::booking::{BookingId, Channel, Matter, PersonId, TaskId, TaskKind, WhyRestricted};
use queue::{ServiceId, TicketSeq, Timestamp};
use rusqlite::Row;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// An appointment. Whom it is for can only be read with the key of its month (rule A9).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct BookingRow {
    /// Its number.
    pub booking: BookingId,
    /// Whose, as a keyed hash.
    pub person: PersonId,
    /// Name, telephone and identity number, encrypted.
    pub sealed: String,
    /// What for.
    pub service: ServiceId,
    /// Code of the matter in the catalogue; empty: none.
    pub service_code: String,
    /// When.
    pub time: Timestamp,
    /// Whose matter.
    pub matter: Matter,
    /// How it came.
    pub channel: Channel,
    /// When it was registered, by the hall or the platform.
    pub registered_at: Timestamp,
    /// By whom.
    pub registered_by: String,
    /// The platform's own number.
    pub reference: Option<String>,
    /// What became of it, as in [`queue::booking::BookingState::name`].
    pub state: String,
    /// The number taken on arrival.
    pub ticket: Option<TicketSeq>,
    /// Arrived after the period of grace (rule A5).
    pub late: bool,
    /// When the person was reminded (rule A6).
    pub reminded_at: Option<Timestamp>,
    /// When it came to its state.
    pub ended_at: Option<Timestamp>,
    /// Why it was cancelled, or could not be kept.
    pub reason: Option<String>,
    /// Told less ahead than the rule wants (rule A7).
    pub breach: bool,
}

/// A task for the staff (rules A7, A8).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TaskRow {
    /// Its number.
    pub task: TaskId,
    /// What for.
    pub kind: TaskKind,
    /// About which booking.
    pub booking: BookingId,
    /// Since.
    pub raised_at: Timestamp,
    /// Until; `None`: to be done.
    pub done_at: Option<Timestamp>,
    /// By whom.
    pub done_by: Option<String>,
    /// What was said.
    pub note: Option<String>,
}

/// A line of the restricted list (rule A8).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RestrictionRow {
    /// Whom, as a keyed hash.
    pub person: PersonId,
    /// Why.
    pub why: WhyRestricted,
    /// From.
    pub since: Timestamp,
    /// To.
    pub until: Timestamp,
    /// By whom.
    pub asked_by: String,
    /// When a supervisor lifted it.
    pub lifted_at: Option<Timestamp>,
    /// Who.
    pub lifted_by: Option<String>,
    /// Why it was lifted.
    pub reason: Option<String>,
}

/// Where a message stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MessageState {
    /// To be sent.
    Queued,
    /// Given to the outlet; in doubt.
    Handed,
    /// It went out.
    Sent,
    /// It did not, and will not.
    Failed,
    /// Nobody knows; a person is to call.
    Doubtful,
    /// Not to be sent any more.
    Void,
}

/// A message to a person who is not here (rules A6, A7).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MessageRow {
    /// Its number.
    pub message: u64,
    /// About which booking.
    pub booking: BookingId,
    /// What it says.
    pub about: About,
    /// Through which outlet.
    pub outlet: String,
    /// Where it stands.
    pub state: MessageState,
    /// Since when it is to be sent.
    pub queued_at: Timestamp,
    /// When it was given to the outlet, last.
    pub handed_at: Option<Timestamp>,
    /// When its end was known.
    pub ended_at: Option<Timestamp>,
    /// How often it was given to the outlet.
    pub tries: u32,
    /// The outlet's own number for it.
    pub reference: Option<String>,
    /// Why it is not sent.
    pub why: Option<String>,
}

fn booking(row: &Row<'_>) -> Read<BookingId> {
    unsigned(row, "booking").map(BookingId)
}

fn person(row: &Row<'_>) -> Read<PersonId> {
    label::<Arc<str>>(row, "person").map(PersonId)
}

impl FromRow for BookingRow {
    const TABLE: &'static str = "bookings";
    fn from_row(row: &Row<'_>) -> Read<Self> {
        Ok(BookingRow {
            booking: booking(row)?,
            person: person(row)?,
            sealed: row.get("sealed")?,
            service: label(row, "service")?,
            service_code: row.get("service_code")?,
            time: time(row, "time")?,
            matter: word(row, "matter")?,
            channel: word(row, "channel")?,
            registered_at: time(row, "registered_at")?,
            registered_by: row.get("registered_by")?,
            reference: row.get("reference")?,
            state: row.get("state")?,
            ticket: maybe_ticket(row, "ticket")?,
            late: row.get("late")?,
            reminded_at: maybe_time(row, "reminded_at")?,
            ended_at: maybe_time(row, "ended_at")?,
            reason: row.get("reason")?,
            breach: row.get("breach")?,
        })
    }
}

impl FromRow for TaskRow {
    const TABLE: &'static str = "tasks";
    fn from_row(row: &Row<'_>) -> Read<Self> {
        Ok(TaskRow {
            task: unsigned(row, "task").map(TaskId)?,
            kind: word(row, "kind")?,
            booking: booking(row)?,
            raised_at: time(row, "raised_at")?,
            done_at: maybe_time(row, "done_at")?,
            done_by: row.get("done_by")?,
            note: row.get("note")?,
        })
    }
}

impl FromRow for RestrictionRow {
    const TABLE: &'static str = "restrictions";
    fn from_row(row: &Row<'_>) -> Read<Self> {
        Ok(RestrictionRow {
            person: person(row)?,
            why: word(row, "why")?,
            since: time(row, "since")?,
            until: time(row, "until")?,
            asked_by: row.get("asked_by")?,
            lifted_at: maybe_time(row, "lifted_at")?,
            lifted_by: row.get("lifted_by")?,
            reason: row.get("reason")?,
        })
    }
}

impl FromRow for MessageRow {
    const TABLE: &'static str = "messages";
    fn from_row(row: &Row<'_>) -> Read<Self> {
        Ok(MessageRow {
            message: unsigned(row, "message")?,
            booking: booking(row)?,
            about: word(row, "about")?,
            outlet: row.get("outlet")?,
            state: word(row, "state")?,
            queued_at: time(row, "queued_at")?,
            handed_at: maybe_time(row, "handed_at")?,
            ended_at: maybe_time(row, "ended_at")?,
            tries: row.get("tries")?,
            reference: row.get("reference")?,
            why: row.get("why")?,
        })
    }
}
