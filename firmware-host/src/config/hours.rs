//! When the hall is open: seasons, holidays, make-up workdays and the lunch service, and the question whether a
//! moment lies inside a session.
//!
//! Rules X1 (the calendar is data) and X2 (lunch service for listed services). Which wall time it is, is the
//! caller's: nothing here reads a clock or knows a zone.

use chrono::{Datelike, Days, NaiveDate, NaiveDateTime, NaiveTime, Weekday};
use serde::{Deserialize, Deserializer, Serialize, de};
use std::fmt;
use std::str::FromStr;

/// How far ahead the next opening is looked for: a year and a long holiday. A hall that does not open within it
/// has no hours at all, and the kiosk says closed without a time.
const LOOK_AHEAD_DAYS: u64 = 400;

/// `[hours]`: opening hours and calendar.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hours {
    /// Seasons, `[[hours.seasons]]`; together they cover the year once.
    #[serde(default)]
    pub seasons: Vec<Season>,
    /// Lunch service; absent: none (rule X2).
    #[serde(default)]
    pub lunch: Option<Lunch>,
    /// Public holidays: closed on every day of each.
    #[serde(default)]
    pub holidays: Vec<Holiday>,
    /// Make-up workdays: open as on a weekday although the day falls on a weekend.
    #[serde(default)]
    pub workdays: Vec<Workday>,
}

/// `[[hours.seasons]]`: the weekly hours of a part of the year.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Season {
    /// Chinese name, such as `夏令时`.
    pub name: String,
    /// English name; empty: the Chinese one is shown.
    #[serde(default)]
    pub name_en: String,
    /// First day.
    pub from: MonthDay,
    /// Last day; before `from` when the season runs across the new year.
    pub to: MonthDay,
    /// Sessions of Monday to Friday and of make-up workdays, in order.
    pub weekdays: Vec<Session>,
    /// Sessions of Monday, if they differ.
    #[serde(default)]
    pub monday: Option<Vec<Session>>,
    /// Sessions of Tuesday, if they differ.
    #[serde(default)]
    pub tuesday: Option<Vec<Session>>,
    /// Sessions of Wednesday, if they differ.
    #[serde(default)]
    pub wednesday: Option<Vec<Session>>,
    /// Sessions of Thursday, if they differ.
    #[serde(default)]
    pub thursday: Option<Vec<Session>>,
    /// Sessions of Friday, if they differ.
    #[serde(default)]
    pub friday: Option<Vec<Session>>,
    /// Sessions of Saturday; empty: closed.
    #[serde(default)]
    pub saturday: Vec<Session>,
    /// Sessions of Sunday; empty: closed.
    #[serde(default)]
    pub sunday: Vec<Session>,
}

impl Season {
    /// Whether a day of the year lies in this season.
    pub fn contains(&self, day: MonthDay) -> bool {
        if self.from <= self.to {
            self.from <= day && day <= self.to
        } else {
            day >= self.from || day <= self.to
        }
    }

    /// Sessions of a day of the week that is neither holiday nor make-up workday.
    pub fn sessions(&self, weekday: Weekday) -> &[Session] {
        let own = match weekday {
            Weekday::Mon => &self.monday,
            Weekday::Tue => &self.tuesday,
            Weekday::Wed => &self.wednesday,
            Weekday::Thu => &self.thursday,
            Weekday::Fri => &self.friday,
            Weekday::Sat => return &self.saturday,
            Weekday::Sun => return &self.sunday,
        };
        own.as_deref().unwrap_or(&self.weekdays)
    }
}

/// `[hours.lunch]`: the lunch service, between two sessions of a working day (rule X2).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lunch {
    /// Codes of the services offered; the kiosk offers exactly these.
    pub services: Vec<String>,
    /// Numbers of the windows that work.
    pub windows: Vec<u16>,
}

/// A public holiday of one or more days.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Holiday {
    /// First day, `yyyy-mm-dd`.
    #[serde(deserialize_with = "date")]
    pub from: NaiveDate,
    /// Last day; absent: the first.
    #[serde(default, deserialize_with = "some_date")]
    pub to: Option<NaiveDate>,
    /// Chinese name.
    pub name: String,
    /// English name; empty: the Chinese one is shown.
    #[serde(default)]
    pub name_en: String,
}

impl Holiday {
    /// Whether it falls on this day.
    pub fn contains(&self, day: NaiveDate) -> bool {
        self.from <= day && day <= self.to.unwrap_or(self.from)
    }
}

/// A make-up workday.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Workday {
    /// The day, `yyyy-mm-dd`.
    #[serde(deserialize_with = "date")]
    pub date: NaiveDate,
    /// Chinese name of the holiday it makes up for.
    #[serde(default)]
    pub name: String,
    /// English name of the holiday it makes up for.
    #[serde(default)]
    pub name_en: String,
}

fn date<'de, D: Deserializer<'de>>(deserializer: D) -> Result<NaiveDate, D::Error> {
    let text = String::deserialize(deserializer)?;
    NaiveDate::parse_from_str(&text, "%Y-%m-%d")
        .map_err(|_| de::Error::custom(format_args!("{text:?} is not a date such as \"2026-10-01\"")))
}

fn some_date<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<NaiveDate>, D::Error> {
    date(deserializer).map(Some)
}

/// A stretch of opening hours: in the file `["09:00", "12:00"]`, end exclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "(TimeOfDay, TimeOfDay)", into = "(TimeOfDay, TimeOfDay)")]
pub struct Session {
    /// Doors open.
    pub start: TimeOfDay,
    /// No more numbers from here on; whoever holds one is served (rule X3).
    pub end: TimeOfDay,
}

impl From<(TimeOfDay, TimeOfDay)> for Session {
    fn from((start, end): (TimeOfDay, TimeOfDay)) -> Self {
        Session { start, end }
    }
}

impl From<Session> for (TimeOfDay, TimeOfDay) {
    fn from(session: Session) -> Self {
        (session.start, session.end)
    }
}

/// A wall time of a day to the minute, 00:00 to 23:59; in the file `"HH:MM"`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TimeOfDay(u16);

impl TimeOfDay {
    /// The time this many minutes after midnight; from a day on, the last minute of the day.
    pub fn from_minutes(minutes: u16) -> Self {
        TimeOfDay(minutes.min(24 * 60 - 1))
    }

    /// Minutes after midnight, 0 to 1439.
    pub fn minutes(self) -> u16 {
        self.0
    }

    /// The same as a time of the calendar library.
    pub fn time(self) -> NaiveTime {
        NaiveTime::from_hms_opt(u32::from(self.0 / 60), u32::from(self.0 % 60), 0)
            .expect("minutes are below one day by construction")
    }
}

impl FromStr for TimeOfDay {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("{text:?} is not a time from \"00:00\" to \"23:59\"");
        let (hour, minute) = two_by_two(text, ':').ok_or_else(wrong)?;
        if hour < 24 && minute < 60 { Ok(TimeOfDay(hour * 60 + minute)) } else { Err(wrong()) }
    }
}

impl fmt::Display for TimeOfDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.0 / 60, self.0 % 60)
    }
}

impl TryFrom<String> for TimeOfDay {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<TimeOfDay> for String {
    fn from(time: TimeOfDay) -> String {
        time.to_string()
    }
}

/// A day of any year; in the file `"MM-DD"`. 29 February is allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct MonthDay {
    month: u8,
    day: u8,
}

impl MonthDay {
    /// The day of the year that a date is.
    pub fn of(date: NaiveDate) -> Self {
        MonthDay { month: date.month() as u8, day: date.day() as u8 }
    }
}

impl FromStr for MonthDay {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        // A leap year, so that 29 February is a day.
        two_by_two(text, '-')
            .and_then(|(month, day)| NaiveDate::from_ymd_opt(2024, month.into(), day.into()))
            .map(MonthDay::of)
            .ok_or_else(|| format!("{text:?} is not a day of the year such as \"10-01\" (month-day)"))
    }
}

impl fmt::Display for MonthDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}-{:02}", self.month, self.day)
    }
}

impl TryFrom<String> for MonthDay {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<MonthDay> for String {
    fn from(day: MonthDay) -> String {
        day.to_string()
    }
}

/// Reads `12:34` or `12-34`: exactly two digits, the mark, two digits.
fn two_by_two(text: &str, mark: char) -> Option<(u16, u16)> {
    let (left, right) = text.split_once(mark)?;
    let number = |part: &str| {
        (part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit()))
            .then(|| part.parse().ok())
            .flatten()
    };
    Some((number(left)?, number(right)?))
}

/// Whether the hall is open at a moment, and until or from when.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "state", rename_all = "lowercase")]
pub enum Open {
    /// Open for everything.
    Session {
        /// When this session ends.
        ends: NaiveDateTime,
    },
    /// Between two sessions, open for the lunch service alone.
    Lunch {
        /// When the next session begins.
        ends: NaiveDateTime,
    },
    /// Closed.
    Closed {
        /// When the next session begins; `None` when none does within 400 days.
        opens: Option<NaiveDateTime>,
    },
}

impl Hours {
    /// Whether the hall is open at this wall time of the hall.
    pub fn is_open(&self, local: NaiveDateTime) -> Open {
        let today = local.date();
        let sessions = self.sessions_on(today);
        if let Some(session) = sessions
            .iter()
            .find(|session| session.start.time() <= local.time() && local.time() < session.end.time())
        {
            return Open::Session { ends: today.and_time(session.end.time()) };
        }
        let next_today = sessions.iter().find(|session| local.time() < session.start.time());
        match next_today {
            Some(next) => {
                let opens = today.and_time(next.start.time());
                let between = sessions.iter().any(|session| session.end.time() <= local.time());
                if between && self.lunch.is_some() {
                    Open::Lunch { ends: opens }
                } else {
                    Open::Closed { opens: Some(opens) }
                }
            }
            None => Open::Closed { opens: self.next_opening_after(today) },
        }
    }

    /// Sessions of a date, in order; empty when the hall is closed all day.
    pub fn sessions_on(&self, date: NaiveDate) -> &[Session] {
        let day = MonthDay::of(date);
        let Some(season) = self.seasons.iter().find(|season| season.contains(day)) else {
            return &[];
        };
        // A make-up workday is the rarer word and wins over a holiday that covers it by mistake.
        if self.workdays.iter().any(|workday| workday.date == date) {
            &season.weekdays
        } else if self.holidays.iter().any(|holiday| holiday.contains(date)) {
            &[]
        } else {
            season.sessions(date.weekday())
        }
    }

    fn next_opening_after(&self, today: NaiveDate) -> Option<NaiveDateTime> {
        (1..=LOOK_AHEAD_DAYS).find_map(|ahead| {
            let date = today.checked_add_days(Days::new(ahead))?;
            let first = self.sessions_on(date).first()?;
            Some(date.and_time(first.start.time()))
        })
    }
}
