//! Days of the calendar and ages, as far as identity numbers need them.

use std::fmt;

/// A day of the Gregorian calendar, years 1 to 9999. As a birth date it is personal data, hence the masked `Debug`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CivilDate {
    year: u16,
    month: u8,
    day: u8,
}

impl CivilDate {
    /// The day, if there is one of that name.
    pub fn new(year: u16, month: u8, day: u8) -> Option<Self> {
        let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
        let days = match month {
            1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
            4 | 6 | 9 | 11 => 30,
            2 if leap => 29,
            2 => 28,
            _ => return None,
        };
        ((1..=9999).contains(&year) && (1..=days).contains(&day)).then_some(CivilDate { year, month, day })
    }

    /// The day written as eight digits, year first.
    pub fn from_digits(text: &str) -> Option<Self> {
        if text.len() != 8 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        CivilDate::new(text[..4].parse().ok()?, text[4..6].parse().ok()?, text[6..].parse().ok()?)
    }

    /// Year, 1 to 9999.
    pub fn year(self) -> u16 {
        self.year
    }

    /// Month, 1 to 12.
    pub fn month(self) -> u8 {
        self.month
    }

    /// Day of the month, from 1.
    pub fn day(self) -> u8 {
        self.day
    }

    /// Whole years of a person born on this day, on the day `on`; `None` before the birth. See [`Age`] for the rule.
    pub fn age_on(self, on: CivilDate) -> Option<Age> {
        if on < self {
            return None;
        }
        let before_birthday = (on.month, on.day) < (self.month, self.day);
        Some(Age(on.year - self.year - u16::from(before_birthday)))
    }
}

impl fmt::Debug for CivilDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CivilDate(****-**-**)")
    }
}

/// Whole years of life (周岁) on some day.
///
/// The age goes up **on the birthday**. Criminal practice counts from the day after it (最高人民法院, 法释〔2006〕1号, article
/// 2), which protects an accused; for a service hall the reading that serves the citizen a day earlier is the kind one.
/// Who was born on 29 February is a year older on 1 March in common years.
///
/// What somebody's age is says what they are entitled to (rule G2), so `Debug` is masked here, too.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Age(u16);

impl Age {
    /// Whole years.
    pub fn years(self) -> u16 {
        self.0
    }

    /// Whether this is `years` or more.
    pub fn reaches(self, years: u16) -> bool {
        self.0 >= years
    }
}

impl fmt::Debug for Age {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Age(**)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> CivilDate {
        CivilDate::from_digits(text).unwrap()
    }

    #[test]
    fn days_that_exist_and_days_that_do_not() {
        for good in ["20000229", "20240229", "19000228", "19491231", "00010101", "99991231"] {
            assert!(CivilDate::from_digits(good).is_some(), "{good}");
        }
        for bad in [
            "19000229", "20230229", "20230431", "20231301", "20230001", "20230100", "00000101", "2023011",
            "2023-1-1",
        ] {
            assert!(CivilDate::from_digits(bad).is_none(), "{bad}");
        }
        assert!(CivilDate::from_digits("２０２３０１０１").is_none());
    }

    #[test]
    fn an_age_goes_up_on_the_birthday() {
        let table = [
            ("19560315", "20260314", Some(69)),
            ("19560315", "20260315", Some(70)),
            ("19560315", "20260316", Some(70)),
            ("19560229", "20260228", Some(69)),
            ("19560229", "20260301", Some(70)),
            ("19560229", "20280229", Some(72)),
            ("20260315", "20260315", Some(0)),
            ("20260316", "20260315", None),
        ];
        for (born, on, years) in table {
            assert_eq!(day(born).age_on(day(on)).map(Age::years), years, "{born} on {on}");
        }
        let age = day("19560315").age_on(day("20260315")).unwrap();
        assert!(age.reaches(70) && age.reaches(60) && !age.reaches(71));
    }

    #[test]
    fn neither_a_birth_date_nor_an_age_is_printed() {
        let born = day("19560315");
        let printed = format!("{born:?} {:?}", born.age_on(day("20260315")));
        assert_eq!(printed, "CivilDate(****-**-**) Some(Age(**))");
    }
}
