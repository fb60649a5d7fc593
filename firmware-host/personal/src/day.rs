//! Days and months of the calendar, as far as keys need them.

use std::fmt;
use std::str::FromStr;

/// A day of the Gregorian calendar in the hall's zone, years 2000 to 9999. Of the hall's clock, never anybody's birth date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day {
    period: Period,
    day: u8,
}

impl Day {
    /// The day, if there is one of that name.
    pub fn new(year: u16, month: u8, day: u8) -> Option<Self> {
        let period = Period::new(year, month)?;
        (1..=period.days()).contains(&day).then_some(Day { period, day })
    }

    /// The month it lies in.
    pub fn period(self) -> Period {
        self.period
    }

    /// Days from `earlier` to this one, negative if it is the later of the two.
    pub fn days_since(self, earlier: Day) -> i64 {
        self.number() - earlier.number()
    }

    /// Days since some day long ago, so that differences can be taken.
    fn number(self) -> i64 {
        // Years begin in March here: the leap day is then the last of its year and shifts nothing.
        let month = i64::from(self.period.month);
        let (year, month) = (i64::from(self.period.year) - i64::from(month < 3), (month + 9) % 12);
        year * 365 + year / 4 - year / 100 + year / 400 + (month * 306 + 5) / 10 + i64::from(self.day)
    }
}

/// `2026-11-27`.
impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{:02}", self.period, self.day)
    }
}

/// A text that is no day or month in the form wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not {wanted}")]
pub struct DateError {
    wanted: &'static str,
}

impl FromStr for Day {
    type Err = DateError;

    fn from_str(text: &str) -> Result<Self, DateError> {
        const ERROR: DateError = DateError { wanted: "a day such as 2026-11-27" };
        let (period, day) = text.rsplit_once('-').ok_or(ERROR)?;
        let period: Period = period.parse().map_err(|_| ERROR)?;
        let day = digits(day, 2).and_then(|day| u8::try_from(day).ok()).ok_or(ERROR)?;
        Day::new(period.year, period.month, day).ok_or(ERROR)
    }
}

/// A calendar month: for one month one key is in use, and the month is the key's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Period {
    year: u16,
    month: u8,
}

impl Period {
    /// The month, if there is one of that name, years 2000 to 9999.
    pub fn new(year: u16, month: u8) -> Option<Self> {
        ((2000..=9999).contains(&year) && (1..=12).contains(&month)).then_some(Period { year, month })
    }

    /// The last day of the month.
    pub fn last_day(self) -> Day {
        Day { period: self, day: self.days() }
    }

    /// Calendar year.
    pub(crate) fn year(self) -> u16 {
        self.year
    }

    fn days(self) -> u8 {
        let leap =
            self.year.is_multiple_of(4) && (!self.year.is_multiple_of(100) || self.year.is_multiple_of(400));
        match self.month {
            2 if leap => 29,
            2 => 28,
            4 | 6 | 9 | 11 => 30,
            _ => 31,
        }
    }
}

/// `2026-11`.
impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.month)
    }
}

impl FromStr for Period {
    type Err = DateError;

    fn from_str(text: &str) -> Result<Self, DateError> {
        const ERROR: DateError = DateError { wanted: "a month such as 2026-11" };
        let (year, month) = text.split_once('-').ok_or(ERROR)?;
        let year = digits(year, 4).ok_or(ERROR)?;
        let month = digits(month, 2).and_then(|month| u8::try_from(month).ok()).ok_or(ERROR)?;
        Period::new(year, month).ok_or(ERROR)
    }
}

/// Exactly so many digits and no sign, so that each day has one spelling only.
fn digits(text: &str, length: usize) -> Option<u16> {
    (text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    #[test]
    fn days_and_months_have_one_spelling() {
        for text in ["2026-11-27", "2028-02-29", "2000-02-29", "9999-12-31"] {
            assert_eq!(day(text).to_string(), text);
        }
        for text in [
            "2026-11",
            "2026-02-29",
            "2100-02-29",
            "1999-12-31",
            "2026-1-01",
            "2026-11-+7",
            "２026-11-27",
            "",
            "-",
        ] {
            assert!(text.parse::<Day>().is_err(), "{text}");
        }
        for text in ["2026-13", "2026-00", "26-11", "2026-11-27", "2026-11 ", "+026-11"] {
            assert!(text.parse::<Period>().is_err(), "{text}");
        }
    }

    #[test]
    fn days_are_counted_over_leap_days_and_years() {
        for (from, to, days) in [
            ("2026-11-27", "2026-11-27", 0),
            ("2026-11-30", "2026-12-30", 30),
            ("2027-12-31", "2028-03-01", 61),
            ("2026-02-28", "2026-03-01", 1),
            ("2000-01-01", "9999-12-31", 2_921_939),
            ("2026-12-01", "2026-11-30", -1),
        ] {
            assert_eq!(day(to).days_since(day(from)), days, "{from} to {to}");
        }
    }

    proptest! {
        #[test]
        fn the_day_after_the_last_is_the_first_of_the_next_month(year in 2000u16..9999, month in 1u8..=12) {
            let last = Period::new(year, month).unwrap().last_day();
            let (year, month) = if month == 12 { (year + 1, 1) } else { (year, month + 1) };
            prop_assert_eq!(Day::new(year, month, 1).unwrap().days_since(last), 1);
        }

        #[test]
        fn no_text_panics(text in any::<String>()) {
            text.parse::<Day>().ok();
            text.parse::<Period>().ok();
        }
    }
}
