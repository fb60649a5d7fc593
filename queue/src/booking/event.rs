//! What became true of bookings. Events are stored for ever: fields are only ever added, with a default.

use super::{BookingId, Form, PersonId, TaskId};
use crate::command::By;
use crate::ids::{TicketSeq, Timestamp};
use serde::{Deserialize, Serialize};

/// What a member of staff is asked to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaskKind {
    /// Call back after two no-shows in a row (rule A8).
    CallBack,
    /// Call to explain that an appointment cannot be kept, and to offer other times (rule A7).
    OfferTimes,
}

/// Why somebody is on the restricted list (rule A8).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WhyRestricted {
    /// A further no-show after the call-back.
    NoShow,
    /// A malicious booking.
    Malicious,
    /// Doubled bookings.
    Duplicate,
}

/// One fact. `at` and the log position stand beside it in the log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
#[allow(
    missing_docs,
    reason = "fields named `booking`, `person`, `reason`, `note`, `by` mean the same in every variant"
)]
pub enum BookingEvent {
    Booked {
        booking: BookingId,
        form: Form,
        by: By,
    },
    Moved {
        booking: BookingId,
        from: Timestamp,
        to: Timestamp,
        by: By,
    },
    Cancelled {
        booking: BookingId,
        reason: String,
        by: By,
    },
    /// The hall cannot keep it (rule A7). `breach`: less than the notice ahead. `offered`: other times, at most a few.
    NotKept {
        booking: BookingId,
        reason: String,
        breach: bool,
        offered: Vec<Timestamp>,
        by: By,
    },
    /// The person is here and took this number; `late`: an ordinary one (rule A5).
    CheckedIn {
        booking: BookingId,
        ticket: TicketSeq,
        late: bool,
    },
    /// To be reminded now (rule A6); committed with the message.
    Reminded {
        booking: BookingId,
    },
    /// The period of grace is over (rule A5).
    Forfeited {
        booking: BookingId,
    },
    /// The day is over and nobody came (rule A8).
    NoShow {
        booking: BookingId,
    },
    /// The day is over; the hall was not running all the time, so nobody knows.
    Unjudged {
        booking: BookingId,
    },
    TaskRaised {
        task: TaskId,
        what: TaskKind,
        booking: BookingId,
    },
    TaskDone {
        task: TaskId,
        note: String,
        by: By,
    },
    Restricted {
        person: PersonId,
        why: WhyRestricted,
        until: Timestamp,
        by: By,
    },
    Lifted {
        person: PersonId,
        reason: String,
        by: By,
    },
    /// A ticket was taken by this person, by card or by booking: one open number per person and service.
    Holds {
        ticket: TicketSeq,
        person: PersonId,
    },
    /// The booking's record is sealed under the key of a later month; whoever was known by the older hash is known by the
    /// newer one from now on (rule A9).
    Renewed {
        booking: BookingId,
        person: PersonId,
        known_as: Option<PersonId>,
        sealed: String,
    },
}
