//! Appointments (rules A1 to A8): which times can be booked, what becomes of a booking, and what a person's no-shows mean.
//!
//! [`Bookings`] works as [`crate::Hall`] does: `decide` says what a [`BookingCommand`] would change or why the rules refuse it,
//! `apply` makes one committed [`BookingEvent`] true. A booking that is checked in becomes a ticket of the hall; from then on
//! `CALL-ORDER.md` decides, and the host tells what became of it.
//!
//! | module | holds |
//! |---|---|
//! | `command`, `event`, `refusal` | what is asked, what became true, why not |
//! | `bookings` | the open bookings and the decision |
//! | `apply` | events made true, timers |
//! | `credit` | rule A8 of one person |
//!
//! Absences: no calendar (the host hands one in), no name, telephone or identity number: a person is a [`PersonId`], a keyed
//! hash, and what the hall must be able to read again travels as sealed text (rule A9). No clock.

mod apply;
mod bookings;
mod command;
mod credit;
mod event;
mod refusal;

pub use bookings::{Arrival, Bookings};
pub use command::{BookingCommand, Form, Renewal};
pub use credit::{Credit, Restriction};
pub use event::{BookingEvent, TaskKind, WhyRestricted};
pub use refusal::{BookingRefusal, Closed};

use crate::command::By;
use crate::ids::{Day, ServiceId, TicketSeq, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Number of a booking, unique and rising for as long as the database lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct BookingId(pub u64);

/// Number of a task for the hall's staff, unique and rising.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TaskId(pub u64);

/// A person, as a keyed hash of the identity number (rule A9): equal for the same person while the key lives, and nothing
/// else. Made by the host.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PersonId(pub Arc<str>);

/// How a booking reached the hall (rule A1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// From the city's platform, by file or interface (线上).
    Online,
    /// At the guide desk (现场).
    OnSite,
    /// By telephone (电话).
    Telephone,
}

/// Whose matter it is (rule A1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Matter {
    /// A natural person's (个人).
    #[default]
    Personal,
    /// A legal person's (法人).
    Legal,
}

/// What became of a booking.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum BookingState {
    /// The person is expected.
    Booked,
    /// The person was not here in time and has given precedence up (rule A5); a number can still be taken today.
    Forfeited,
    /// The person is here, in time or late, and holds this ticket.
    CheckedIn {
        /// Of the hall.
        ticket: TicketSeq,
        /// After the period of grace: an ordinary number (rule A5).
        late: bool,
    },
    /// The day ended and the person had not come (rule A8).
    NoShow,
    /// The day ended, and the hall was not running all the time in which the person could have come: nobody knows.
    Unknown,
    /// By the person.
    Cancelled,
    /// By the hall (rule A7).
    NotKept,
}

impl BookingState {
    /// The state's name as it is serialised, for refusals and tables.
    pub fn name(&self) -> &'static str {
        match self {
            BookingState::Booked => "booked",
            BookingState::Forfeited => "forfeited",
            BookingState::CheckedIn { .. } => "checked_in",
            BookingState::NoShow => "no_show",
            BookingState::Unknown => "unknown",
            BookingState::Cancelled => "cancelled",
            BookingState::NotKept => "not_kept",
        }
    }

    /// The person may still come.
    pub fn is_open(&self) -> bool {
        matches!(self, BookingState::Booked | BookingState::Forfeited)
    }
}

/// One booking.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Booking {
    /// Its number.
    pub id: BookingId,
    /// What was registered; `at` is the present time after a move.
    pub form: Form,
    /// Who registered it (rule A1).
    pub registered_by: By,
    /// What became of it.
    pub state: BookingState,
    /// The person was reminded (rule A6).
    pub reminded: bool,
    /// Other times that were free when the hall could not keep it, at most three (rule A7).
    pub offered: Vec<Timestamp>,
    /// When it changes by itself next.
    pub(crate) due: Option<Timestamp>,
}

/// A task for the staff: to call somebody (rules A7, A8).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Task {
    /// Its number.
    pub id: TaskId,
    /// What for.
    pub kind: TaskKind,
    /// About which booking.
    pub booking: BookingId,
    /// Since when.
    pub since: Timestamp,
}

/// The hall's calendar, as the rules of appointments need it; the host makes it from `hall.toml`.
pub trait Calendar {
    /// The working day that `at` belongs to.
    fn day(&self, at: Timestamp) -> Day;

    /// When that day ends and numbers begin again.
    fn day_ends(&self, at: Timestamp) -> Timestamp;

    /// When an appointment for `service` can begin on the day of `at`, rising (rule A2).
    ///
    /// # Errors
    /// Why there is none.
    fn slots(&self, service: &ServiceId, at: Timestamp) -> Result<Vec<Timestamp>, Closed>;
}

/// Numbers of rules A2 to A8; the host builds them from `hall.toml`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BookingRules {
    /// Appointments per service and day unless `quotas` says otherwise; default 5 (rule A2).
    pub quota: u32,
    /// Services with a quota of their own; 0: it cannot be booked.
    pub quotas: BTreeMap<ServiceId, u32>,
    /// Appointments per service that begin together; default 2.
    pub per_slot: u32,
    /// How far ahead can be booked, seconds; default 14 days.
    pub ahead_s: i64,
    /// How long after its time a booking counts; as [`crate::Parameters::appointment_grace_s`] (rule A5).
    pub grace_s: i64,
    /// How long before that ends the person is reminded; default 900 (rule A6).
    pub remind_before_s: i64,
    /// How long ahead the hall must say that it cannot keep an appointment; default 8 hours (rule A7).
    pub notice_s: i64,
    /// How far apart two no-shows in a row may be to raise a call-back; default 31 days (rule A8).
    pub month_s: i64,
    /// How long a person stays on the restricted list; default 90 days (rule A8).
    pub restricted_s: i64,
}

impl Default for BookingRules {
    fn default() -> Self {
        BookingRules {
            quota: 5,
            quotas: Default::default(),
            per_slot: 2,
            ahead_s: 14 * DAY_S,
            grace_s: 1800,
            remind_before_s: 900,
            notice_s: 8 * 3600,
            month_s: 31 * DAY_S,
            restricted_s: 90 * DAY_S,
        }
    }
}

impl BookingRules {
    /// How long a no-show is held against a person: as long as the longest that can come of it.
    pub(crate) fn held_s(&self) -> i64 {
        self.month_s.max(self.restricted_s)
    }

    /// How far back the log must be read to know every booking that still counts, seconds: a restriction may be put as long
    /// after the booking's time as bookings are kept, and that time may be as long after the registration.
    pub fn look_back_s(&self) -> i64 {
        // One day more, so that a moment at the edge is surely read.
        self.held_s() + 2 * self.kept_s() + DAY_S
    }

    /// How long finished bookings are kept, seconds.
    pub(crate) fn kept_s(&self) -> i64 {
        self.ahead_s.max(DAY_S)
    }

    /// Appointments that can be booked for a service and day.
    pub fn quota_of(&self, service: &ServiceId) -> u32 {
        self.quotas.get(service).copied().unwrap_or(self.quota)
    }
}

const DAY_S: i64 = 86_400;
