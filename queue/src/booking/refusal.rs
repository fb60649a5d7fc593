//! Why the rules of appointments say no.

use super::{BookingId, TaskId, WhyRestricted};
use crate::ids::{Day, ServiceId, Timestamp};
use serde::Serialize;

/// Why nothing can be booked on a day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "why", rename_all = "snake_case")]
pub enum Closed {
    /// The configuration knows no such service.
    UnknownService {
        /// As asked.
        service: ServiceId,
    },
    /// The service takes no appointments, or no window serves it.
    NotBookable {
        /// Which.
        service: ServiceId,
    },
    /// The hall is closed that day: the holiday's name, or none for a weekend.
    Holiday {
        /// Which.
        day: Day,
        /// Of the calendar.
        name: Option<String>,
    },
}

/// A refused [`super::BookingCommand`]. The host puts it into words for people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "refusal", rename_all = "snake_case")]
#[allow(missing_docs, reason = "fields named `booking`, `at`, `state` mean the same in every variant")]
pub enum BookingRefusal {
    /// That moment is over; `now`: so that a year can be named where it is another one.
    InThePast {
        at: Timestamp,
        now: Timestamp,
    },
    /// Later than can be booked yet.
    TooFarAhead {
        at: Timestamp,
        last: Timestamp,
    },
    /// Nothing can be booked that day.
    Closed(Closed),
    /// No appointment begins then (rule A2); `near`: the nearest that do, at most three.
    NoSlot {
        at: Timestamp,
        near: Vec<Timestamp>,
    },
    /// That time is taken; `free`: the nearest others of the day, at most three; `n_free`: how many there are.
    SlotFull {
        at: Timestamp,
        free: Vec<Timestamp>,
        n_free: usize,
    },
    /// The day's quota is used up (rule A2).
    DayFull {
        day: Day,
        quota: u32,
    },
    /// The person has an open booking for this service.
    Duplicate {
        booking: BookingId,
        at: Timestamp,
    },
    /// The person has another booking at that time.
    SameTime {
        booking: BookingId,
    },
    /// The person is on the restricted list (rule A8).
    Restricted {
        why: WhyRestricted,
        until: Timestamp,
    },
    /// The platform has sent a booking of this number already.
    KnownReference {
        booking: BookingId,
    },
    /// It is for this time already.
    SameAsBefore {
        booking: BookingId,
        at: Timestamp,
    },
    UnknownBooking {
        booking: BookingId,
    },
    /// The booking's state forbids it.
    BookingIs {
        booking: BookingId,
        state: &'static str,
    },
    /// Its time has come: it can be neither moved nor cancelled any more.
    TooLate {
        booking: BookingId,
        at: Timestamp,
    },
    /// The appointment is on another day.
    AnotherDay {
        booking: BookingId,
        at: Timestamp,
    },
    /// Not on the list.
    NotRestricted,
    UnknownTask {
        task: TaskId,
    },
    /// A reason must be given.
    NoReason,
}
