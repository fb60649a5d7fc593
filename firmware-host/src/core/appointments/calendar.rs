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
        let hours = self.hours.now();
        let times = self.appointments.times_on(&hours, date);
        if times.is_empty() {
            let holiday = hours.holidays.iter().find(|holiday| holiday.contains(date));
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::office::civil_day;
    use chrono::{Datelike, NaiveDate, Weekday};
    use queue::booking::{BookingId, BookingRefusal, Bookings, TaskId};
    use std::collections::BTreeMap;

    /// The State Council's announcements, as published, against what can be booked in the sample hall.
    #[test]
    fn a2_appointments_are_offered_on_the_working_days_of_three_years_and_on_no_others() {
        let config = crate::config::parse(crate::virtual_hall::SAMPLE_HALL, "hall.toml").unwrap();
        let published = include_str!("../../../../tests/golden/china-holidays-2024-2026.csv");
        let mut special = BTreeMap::new();
        for line in published.lines().skip(1) {
            let mut fields = line.split(',');
            let date: NaiveDate = fields.next().unwrap().parse().unwrap();
            special.insert(date, fields.next().unwrap() == "workday");
        }
        let service = ServiceId::from(config.services[0].code.as_str());
        let bookings = Bookings::new(config.booking_rules(), BookingId(1), TaskId(1));
        let (mut n_open, mut wrong) = (0, Vec::new());
        let first = NaiveDate::from_ymd_opt(2024, 1, 1).unwrap();
        for date in first.iter_days().take_while(|date| date.year() <= 2026) {
            let weekend = matches!(date.weekday(), Weekday::Sat | Weekday::Sun);
            let works = special.get(&date).copied().unwrap_or(!weekend);
            let on = civil_day(&config, &date.to_string()).unwrap();
            let offered = match bookings.free_times(on.plus(-86_400), &config, &service, on) {
                Ok(times) => !times.is_empty(),
                Err(BookingRefusal::Closed(Closed::Holiday { .. })) => false,
                Err(other) => panic!("{date}: {other:?}"),
            };
            n_open += u32::from(offered);
            if offered != works {
                wrong.push(date);
            }
        }
        assert_eq!(wrong, []);
        assert_eq!(n_open, 251 + 248 + 248, "working days of 2024, 2025 and 2026");
    }
}
