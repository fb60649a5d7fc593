//! Days, hours and weeks of the hall's own wall time. Proleptic Gregorian, without a time zone database: the hall's offset is a
//! number of its configuration. Days are counted after Howard Hinnant's "chrono-compatible low-level date algorithms".

use queue::{Day, Timestamp};

const DAY_S: i64 = 86_400;

/// Days since 1970-01-01; of what is no day of the calendar, some number.
pub fn number(day: Day) -> i64 {
    let (year, month, of_month) =
        (i64::from(day.0 / 10_000), i64::from(day.0 / 100 % 100), i64::from(day.0 % 100));
    // Years begin in March, so that the leap day is the last one.
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * (month + if month > 2 { -3 } else { 9 }) + 2) / 5 + of_month - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// The day so many days after 1970-01-01; outside the years 0 to 9999 the nearest that can be written.
pub fn day(number: i64) -> Day {
    let shifted = number.saturating_add(719_468);
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let of_month = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = (year + era * 400 + i64::from(month <= 2)).clamp(0, 9999);
    Day(u32::try_from(year * 10_000 + month * 100 + of_month).unwrap_or_default())
}

/// Whether there is such a day, from 1970 on.
pub fn exists(candidate: Day) -> bool {
    candidate.0 >= 1970 * 10_000 && day(number(candidate)) == candidate
}

/// 1 for Monday to 7 for Sunday.
pub fn weekday(day: Day) -> u8 {
    // 1970-01-01 was a Thursday.
    u8::try_from((number(day) + 3).rem_euclid(7) + 1).unwrap_or(1)
}

/// The Monday of the week of this day.
pub fn monday(of: Day) -> Day {
    day(number(of) - i64::from(weekday(of)) + 1)
}

/// Year and month of a day, as 202611.
pub fn month(day: Day) -> u32 {
    day.0 / 100
}

/// The last day of a month written as 202611.
pub fn last_of_month(month: u32) -> Day {
    let next = if month % 100 >= 12 { (month / 100 + 1) * 100 + 1 } else { month + 1 };
    day(number(Day(next * 100 + 1)) - 1)
}

/// Seconds since midnight of 1970-01-01 on the hall's own clock face.
fn local(at: Timestamp, zone_offset_min: i32) -> i64 {
    at.0.saturating_add(i64::from(zone_offset_min) * 60)
}

/// The hour on the hall's clock face, 0 to 23.
pub fn hour(at: Timestamp, zone_offset_min: i32) -> u8 {
    u8::try_from(local(at, zone_offset_min).rem_euclid(DAY_S) / 3600).unwrap_or_default()
}

/// The date on the hall's calendar.
pub fn date(at: Timestamp, zone_offset_min: i32) -> Day {
    day(local(at, zone_offset_min).div_euclid(DAY_S))
}

/// The moment at which the hall's day begins on the clock face.
pub fn midnight(day: Day, zone_offset_min: i32) -> Timestamp {
    Timestamp(number(day) * DAY_S - i64::from(zone_offset_min) * 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_of_two_centuries_come_back_and_follow_each_other() {
        for count in -10_000..60_000 {
            assert_eq!(number(day(count)), count);
        }
        assert_eq!(number(Day(19_700_101)), 0);
        assert_eq!(day(20_784), Day(20_261_127));
    }

    #[test]
    fn weeks_begin_on_monday_and_months_end_when_they_end() {
        assert_eq!((weekday(Day(20_261_127)), monday(Day(20_261_127))), (5, Day(20_261_123)));
        assert_eq!((weekday(Day(20_261_129)), monday(Day(20_261_129))), (7, Day(20_261_123)));
        let ends =
            [(202_611, 20_261_130), (202_612, 20_261_231), (202_802, 20_280_229), (210_002, 21_000_228)];
        for (month, last) in ends {
            assert_eq!(last_of_month(month), Day(last));
        }
        for none in [20_260_230, 20_261_301, 20_260_100, 19_691_231, 0, 99_999_999, u32::MAX] {
            assert!(!exists(Day(none)), "{none}");
        }
    }

    #[test]
    fn the_clock_face_is_the_halls_own() {
        let midnight = midnight(Day(20_261_127), 480);
        assert_eq!((date(midnight, 480), hour(midnight, 480)), (Day(20_261_127), 0));
        assert_eq!((date(midnight.plus(-1), 480), hour(midnight.plus(-1), 480)), (Day(20_261_126), 23));
        assert_eq!(hour(midnight, 0), 16);
    }
}
