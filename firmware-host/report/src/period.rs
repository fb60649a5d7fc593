//! Which days are asked for, as people write them: a day, a week, a month, from … to.

use crate::calendar;
use queue::{Day, Timestamp};
use serde::Serialize;
use std::fmt;
use std::ops::{Range, RangeInclusive};

/// Most days of one report: a year and a month. The facts of a period are held in memory, some hundred bytes a ticket; ten years
/// at once would be gigabytes on a small box.
pub const MOST_DAYS: i64 = 400;

/// Days of a report, both ends within it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Period {
    from: Day,
    to: Day,
}

/// Why there is no such period. Its `Display` says what would be right.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoPeriod {
    /// Not written as a day.
    #[error("{0:?} is not a day of the calendar written as 2026-11-26 or 20261126")]
    Day(String),
    /// Not written as a month.
    #[error("{0:?} is not a month written as 2026-11")]
    Month(String),
    /// Ends before it begins.
    #[error("the last day {to} is before the first {from}")]
    Backwards {
        /// First day asked for.
        from: Day,
        /// Last day asked for.
        to: Day,
    },
    /// Too long to be held in memory.
    #[error("{0} days are more than the {MOST_DAYS} of one report; ask for a year at a time")]
    Long(i64),
}

impl NoPeriod {
    /// The same for people in China.
    pub fn zh(&self) -> String {
        match self {
            NoPeriod::Day(seen) => format!("日期“{seen}”有误，应为真实日期，写作 2026-11-26 或 20261126。"),
            NoPeriod::Month(seen) => format!("月份“{seen}”有误，应写作 2026-11。"),
            NoPeriod::Backwards { from, to } => format!("结束日期 {to} 早于开始日期 {from}。"),
            NoPeriod::Long(days) => format!("共 {days} 天，超过每份报表的 {MOST_DAYS} 天，请按年分开查询。"),
        }
    }
}

impl Period {
    /// From one day to another.
    ///
    /// # Errors
    /// [`NoPeriod::Day`], [`NoPeriod::Backwards`], [`NoPeriod::Long`].
    pub fn new(from: Day, to: Day) -> Result<Period, NoPeriod> {
        if let Some(none) = [from, to].into_iter().find(|day| !calendar::exists(*day)) {
            return Err(NoPeriod::Day(none.0.to_string()));
        }
        let days = calendar::number(to) - calendar::number(from) + 1;
        match days {
            ..1 => Err(NoPeriod::Backwards { from, to }),
            1..=MOST_DAYS => Ok(Period { from, to }),
            _ => Err(NoPeriod::Long(days)),
        }
    }

    /// One day.
    ///
    /// # Errors
    /// [`NoPeriod::Day`].
    pub fn day(day: Day) -> Result<Period, NoPeriod> {
        Period::new(day, day)
    }

    /// The week from Monday to Sunday that this day is in.
    ///
    /// # Errors
    /// [`NoPeriod::Day`].
    pub fn week_of(day: Day) -> Result<Period, NoPeriod> {
        Period::day(day)?;
        let monday = calendar::monday(day);
        Period::new(monday, calendar::day(calendar::number(monday) + 6))
    }

    /// A month written as 202611.
    ///
    /// # Errors
    /// [`NoPeriod::Month`].
    pub fn month(month: u32) -> Result<Period, NoPeriod> {
        let wrong = || NoPeriod::Month(month.to_string());
        let first = month.checked_mul(100).and_then(|first| first.checked_add(1)).ok_or_else(wrong)?;
        if !calendar::exists(Day(first)) {
            return Err(wrong());
        }
        Period::new(Day(first), calendar::last_of_month(month))
    }

    /// First day.
    pub fn from(&self) -> Day {
        self.from
    }

    /// Last day.
    pub fn to(&self) -> Day {
        self.to
    }

    /// The working days for [`schema::Reader::facts`].
    pub fn days(&self) -> RangeInclusive<Day> {
        self.from..=self.to
    }

    /// The moments for [`schema::Reader::facts`].
    pub fn times(&self, zone_offset_min: i32) -> Range<Timestamp> {
        let after = calendar::day(calendar::number(self.to) + 1);
        calendar::midnight(self.from, zone_offset_min)..calendar::midnight(after, zone_offset_min)
    }

    /// The month of which this is the whole.
    pub fn whole_month(&self) -> Option<u32> {
        let month = calendar::month(self.from);
        (self.from.0 % 100 == 1 && self.to == calendar::last_of_month(month)).then_some(month)
    }

    /// In words for the head of a report: `2026年11月`, `2026年11月26日`, `2026年11月23日至29日`.
    pub fn words(&self) -> String {
        let [from, to] = [self.from, self.to].map(|day| (day.0 / 10_000, day.0 / 100 % 100, day.0 % 100));
        let first = format!("{}年{}月{}日", from.0, from.1, from.2);
        match self.whole_month() {
            Some(_) => format!("{}年{}月", from.0, from.1),
            None if from == to => first,
            None if from.0 != to.0 => format!("{first}至{}年{}月{}日", to.0, to.1, to.2),
            None if from.1 != to.1 => format!("{first}至{}月{}日", to.1, to.2),
            None => format!("{first}至{}日", to.2),
        }
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.from == self.to {
            return self.from.fmt(f);
        }
        write!(f, "{} to {}", self.from, self.to)
    }
}

/// A day of the calendar as 2026-11-26 or 20261126.
///
/// # Errors
/// [`NoPeriod::Day`].
pub fn read_day(text: &str) -> Result<Day, NoPeriod> {
    let digits = match text.as_bytes() {
        [_, _, _, _, b'-', _, _, b'-', _, _] => text.replace('-', ""),
        _ => text.to_owned(),
    };
    read_digits(&digits, 8)
        .map(Day)
        .filter(|day| calendar::exists(*day))
        .ok_or_else(|| NoPeriod::Day(short(text)))
}

/// A month as 2026-11 or 202611, in figures 202611.
///
/// # Errors
/// [`NoPeriod::Month`].
pub fn read_month(text: &str) -> Result<u32, NoPeriod> {
    let digits = match text.as_bytes() {
        [_, _, _, _, b'-', _, _] => text.replace('-', ""),
        _ => text.to_owned(),
    };
    read_digits(&digits, 6)
        .filter(|month| Period::month(*month).is_ok())
        .ok_or_else(|| NoPeriod::Month(short(text)))
}

fn read_digits(text: &str, length: usize) -> Option<u32> {
    let plain = text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| text.parse().ok()).flatten()
}

/// As much of what was typed as is worth showing again.
fn short(text: &str) -> String {
    text.chars().take(40).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn w4_periods_are_days_weeks_and_months_of_the_calendar() {
        let week = Period::week_of(Day(20_261_127)).unwrap();
        assert_eq!((week.from(), week.to()), (Day(20_261_123), Day(20_261_129)));
        let month = Period::month(202_602).unwrap();
        assert_eq!(
            (month.from(), month.to(), month.whole_month()),
            (Day(20_260_201), Day(20_260_228), Some(202_602))
        );
        assert_eq!(month.words(), "2026年2月");
        assert_eq!(week.words(), "2026年11月23日至29日");
        let times = Period::day(Day(20_261_127)).unwrap().times(480);
        assert_eq!(times.end.since(times.start), 86_400);
        let words = |from, to| Period::new(Day(from), Day(to)).unwrap().words();
        assert_eq!(words(20_261_127, 20_261_127), "2026年11月27日");
        assert_eq!(words(20_261_130, 20_261_201), "2026年11月30日至12月1日");
        assert_eq!(words(20_261_231, 20_270_101), "2026年12月31日至2027年1月1日");
    }

    #[test]
    fn w4_what_is_no_period_is_refused_with_what_would_be_right() {
        for bad in [
            "2026-02-30",
            "20261301",
            "yesterday",
            "",
            "２０２６１１２６",
            "2026/11/26",
            "-2026112",
            "2026-11-2é",
        ] {
            assert!(read_day(bad).unwrap_err().to_string().contains("2026-11-26"), "{bad}");
        }
        for bad in ["2026-13", "2026", "", "2026-1", "999999999999", "196912", "2026–1"] {
            assert!(read_month(bad).unwrap_err().to_string().contains("2026-11"), "{bad}");
        }
        assert_eq!((read_day("2026-11-26"), read_month("2026-11")), (Ok(Day(20_261_126)), Ok(202_611)));
        assert!(matches!(Period::new(Day(20_261_127), Day(20_261_126)), Err(NoPeriod::Backwards { .. })));
        assert!(matches!(Period::new(Day(20_200_101), Day(20_261_126)), Err(NoPeriod::Long(_))));
        assert!(matches!(Period::month(u32::MAX), Err(NoPeriod::Month(_))));
    }
}
