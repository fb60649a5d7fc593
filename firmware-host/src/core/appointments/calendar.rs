//! The hall's calendar as the rules of appointments ask for it (rules A2, X1, O5).

use crate::config::Config;
use crate::core::owner::working_day;
use crate::time::{hall_time, local_time};
use chrono::{NaiveDateTime, NaiveTime, TimeDelta};
use queue::booking::{Calendar, Closed};
use queue::{Day, ServiceId, Timestamp};

impl Calendar for Config {
    fn day(&self, at: Timestamp) -> Day {
        working_day(self, at)
    }

    fn day_ends(&self, at: Timestamp) -> Timestamp {
        let roll = self.hall.day_roll.time();
        let local = local_time(self, at);
        let today = local.date().and_time(roll);
        hall_time(self, if local < today { today } else { today + TimeDelta::days(1) })
    }

    fn slots(&self, service: &ServiceId, at: Timestamp) -> Result<Vec<Timestamp>, Closed> {
        let known =
            self.service(&service.0).ok_or_else(|| Closed::UnknownService { service: service.clone() })?;
        let quota = known.appointments_per_day.unwrap_or(self.appointments.per_day);
        if quota == 0 || self.windows_serving(&known.code).next().is_none() {
            return Err(Closed::NotBookable { service: service.clone() });
        }
        let date = local_time(self, at).date();
        let times = self.appointments.times_on(&self.hours, date);
        if times.is_empty() {
            let holiday = self.hours.holidays.iter().find(|holiday| holiday.contains(date));
            let name = holiday.map(|holiday| holiday.name.clone());
            return Err(Closed::Holiday {
                day: working_day(self, noon(self, date.and_time(NaiveTime::MIN))),
                name,
            });
        }
        Ok(times.into_iter().map(|time| hall_time(self, time)).collect())
    }
}

/// A moment that surely belongs to the working day of that date.
fn noon(config: &Config, midnight: NaiveDateTime) -> Timestamp {
    hall_time(config, midnight + TimeDelta::hours(12))
}
