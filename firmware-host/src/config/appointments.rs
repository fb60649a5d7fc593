//! Appointments (rules A2, A6 to A9) and how long personal data are kept.

use super::hours::Hours;
use super::model::Config;
use chrono::{NaiveDate, NaiveDateTime, TimeDelta};
use queue::ServiceId;
use queue::booking::BookingRules;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// `[appointments]`: what can be booked, and what follows from not coming.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Appointments {
    /// Appointments per service and day, 0 to 200; 0: none can be booked; a service can say otherwise (rule A2).
    pub per_day: u32,
    /// Appointments of one service that begin together, 1 to 50.
    pub per_slot: u32,
    /// Minutes from one bookable time to the next, 5 to 120.
    pub slot_min: u32,
    /// The last bookable time is so many minutes before a session of the hall ends, 0 to 240 (rule A2).
    pub before_closing_min: u32,
    /// How many days ahead can be booked, 1 to 90.
    pub ahead_days: u32,
    /// Minutes before the end of grace at which the person is reminded, 1 to 60 (rule A6).
    pub remind_min: u32,
    /// Hours ahead at which the hall must say that it cannot keep one, 0 to 72 (rule A7).
    pub notice_h: u32,
    /// Two no-shows in a row within so many days raise a call-back, 1 to 366 (rule A8).
    pub no_shows_within_days: u32,
    /// Days on the restricted list, 1 to 366 (rule A8).
    pub restricted_days: u32,
}

impl Default for Appointments {
    fn default() -> Self {
        Appointments {
            per_day: 5,
            per_slot: 2,
            slot_min: 30,
            before_closing_min: 30,
            ahead_days: 14,
            remind_min: 15,
            notice_h: 8,
            no_shows_within_days: 31,
            restricted_days: 90,
        }
    }
}

/// `[personal_data]`: keys and retention (rule A9).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PersonalData {
    /// Directory of the keys, absolute; not the database's own, so that no backup of it holds them. Absent: `keys` in the
    /// data directory, which the database's backups leave out.
    pub keys: Option<PathBuf>,
    /// Days after which names, telephone and identity numbers become unreadable, 31 to 1826: the key of a month is destroyed
    /// when its last day is older.
    pub keep_days: u32,
}

impl Default for PersonalData {
    fn default() -> Self {
        // Longer than a no-show weighs: a month, and the restricted list after it.
        PersonalData { keys: None, keep_days: 180 }
    }
}

const MINUTE_S: i64 = 60;
const HOUR_S: i64 = 60 * MINUTE_S;
const DAY_S: i64 = 24 * HOUR_S;

impl Config {
    /// What the rules of appointments are configured with.
    pub fn booking_rules(&self) -> BookingRules {
        let own = &self.appointments;
        let quotas = self.services.iter().filter_map(|service| {
            Some((ServiceId::from(service.code.as_str()), service.appointments_per_day?))
        });
        BookingRules {
            quota: own.per_day,
            quotas: quotas.collect(),
            per_slot: own.per_slot,
            ahead_s: i64::from(own.ahead_days) * DAY_S,
            grace_s: self.call_order.appointment_grace_s,
            remind_before_s: i64::from(own.remind_min) * MINUTE_S,
            notice_s: i64::from(own.notice_h) * HOUR_S,
            month_s: i64::from(own.no_shows_within_days) * DAY_S,
            restricted_s: i64::from(own.restricted_days) * DAY_S,
        }
    }

    /// The directory of the keys of personal data.
    pub fn keys_directory(&self) -> PathBuf {
        self.personal_data.keys.clone().unwrap_or_else(|| self.data.directory.join("keys"))
    }
}

impl Appointments {
    /// When an appointment can begin on a date, rising: from the beginning of each session on, until some time before its end
    /// (rule A2).
    pub fn times_on(&self, hours: &Hours, date: NaiveDate) -> Vec<NaiveDateTime> {
        let step = TimeDelta::minutes(i64::from(self.slot_min.max(1)));
        let mut times = Vec::new();
        for session in hours.sessions_on(date) {
            let last =
                date.and_time(session.end.time()) - TimeDelta::minutes(i64::from(self.before_closing_min));
            let mut at = date.and_time(session.start.time());
            while at <= last {
                times.push(at);
                at += step;
            }
        }
        times
    }
}
