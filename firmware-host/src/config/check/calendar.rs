//! Hours and calendar: seasons that cover the year once, sessions in order, holidays that do not contradict
//! (rules X1, X2).

use super::{Once, name, reference, short_text, unique};
use crate::config::hours::{MonthDay, Session};
use crate::config::mistake::Mistakes;
use crate::config::model::Config;
use crate::config::places::Serves;
use crate::config::source::At;
use chrono::{Datelike, NaiveDate, Weekday};

/// The longest public holidays last nine days; a month means that a year or a month was mistyped.
const HOLIDAY_DAYS_AT_MOST: i64 = 31;
/// A leap year, so that every day of the year is looked at.
const LEAP_YEAR: i32 = 2024;

pub(super) fn hours(config: &Config, mistakes: &mut Mistakes<'_>) {
    seasons(config, mistakes);
    let at = At::top("hours");
    for (n, season) in config.hours.now().seasons.iter().enumerate() {
        let at = at.key("seasons").index(n);
        name(&at.key("name"), &season.name, mistakes);
        short_text(&at.key("name_en"), &season.name_en, mistakes);
        if season.weekdays.is_empty() {
            mistakes.say(
                &at.key("weekdays"),
                "no session",
                "at least one session",
                "a season without a session on weekdays never opens the hall; write [[\"09:00\", \"12:00\"], …]",
            );
        }
        let own = [
            ("weekdays", Some(&season.weekdays)),
            ("monday", season.monday.as_ref()),
            ("tuesday", season.tuesday.as_ref()),
            ("wednesday", season.wednesday.as_ref()),
            ("thursday", season.thursday.as_ref()),
            ("friday", season.friday.as_ref()),
            ("saturday", Some(&season.saturday)),
            ("sunday", Some(&season.sunday)),
        ];
        for (key, list) in own {
            sessions(&at.key(key), list.map_or(&[], Vec::as_slice), config, mistakes);
        }
    }
    holidays(config, mistakes);
}

fn seasons(config: &Config, mistakes: &mut Mistakes<'_>) {
    let hours = config.hours.now();
    let seasons = &hours.seasons;
    let at = At::top("hours").key("seasons");
    if seasons.is_empty() {
        mistakes.say(
            &At::top("hours"),
            "no [[hours.seasons]]",
            "at least one",
            "the hall has no hours; write [[hours.seasons]] with from, to and weekdays",
        );
        return;
    }
    let mut told = Once::new();
    let mut gap: Option<(MonthDay, MonthDay)> = None;
    let first = NaiveDate::from_ymd_opt(LEAP_YEAR, 1, 1).expect("1 January is a day of every year");
    for date in first.iter_days().take(366) {
        let day = MonthDay::of(date);
        let mut here = seasons.iter().enumerate().filter(|(_, season)| season.contains(day));
        let Some((one, _)) = here.next() else {
            gap = Some((gap.map_or(day, |(from, _)| from), day));
            continue;
        };
        for (other, season) in here {
            let at = at.index(other).key("from");
            if told.again((one, other), &at).is_none() {
                let text = format!(
                    "season {} overlaps season {}: both hold on {day} (month-day); end one the day before the other begins",
                    season.name, seasons[one].name
                );
                mistakes.say(&at, season.from, "seasons that do not overlap", text);
            }
        }
    }
    if let Some((from, to)) = gap {
        let text = format!(
            "no season holds on some days from {from} to {to} (month-day); the seasons together cover the whole year"
        );
        mistakes.say(&at.index(0).key("from"), format_args!("a gap from {from} to {to}"), "no gap", text);
    }
}

fn sessions(at: &At, list: &[Session], config: &Config, mistakes: &mut Mistakes<'_>) {
    for (n, session) in list.iter().enumerate() {
        let at = at.index(n);
        let (start, end) = (session.start, session.end);
        if end <= start {
            let text = format!(
                "the session ends at {end}, not after its start at {start}; times are 24 hours, 17:00 for five in the afternoon"
            );
            mistakes.say(&at, format_args!("{start} to {end}"), "an end after the start", text);
        }
        if let Some(before) = n.checked_sub(1).and_then(|n| list.get(n))
            && start < before.end
        {
            let text = format!(
                "the session from {start} begins before the one from {} to {} has ended; write sessions in order and without overlap",
                before.start, before.end
            );
            mistakes.say(&at, start, format_args!("{} or later", before.end), text);
        }
        let roll = config.hall.day_roll;
        if start < roll && roll < end {
            let text = format!(
                "the session from {start} to {end} is under way at {roll}, when [hall] day_roll begins a new day and numbers start again; move day_roll into the night"
            );
            mistakes.say(&at, format_args!("{start} to {end}"), "a session within one working day", text);
        }
    }
}

fn holidays(config: &Config, mistakes: &mut Mistakes<'_>) {
    let hours = config.hours.now();
    let at = At::top("hours").key("holidays");
    for (n, holiday) in hours.holidays.iter().enumerate() {
        let at = at.index(n);
        name(&at.key("name"), &holiday.name, mistakes);
        let from = holiday.from;
        let to = holiday.to.unwrap_or(from);
        if to < from {
            let text = format!("{to} is before from, {from}; the last day is not before the first");
            mistakes.say(&at.key("to"), to, format_args!("{from} or later"), text);
        } else if (to - from).num_days() >= HOLIDAY_DAYS_AT_MOST {
            let days = (to - from).num_days() + 1;
            let text = format!(
                "from {from} to {to} are {days} days, more than {HOLIDAY_DAYS_AT_MOST}; is the year or the month right?"
            );
            mistakes.say(&at.key("to"), to, format_args!("at most {HOLIDAY_DAYS_AT_MOST} days"), text);
        }
        for (m, other) in hours.holidays.iter().enumerate().take(n) {
            if from <= other.to.unwrap_or(other.from) && other.from <= to {
                let line = mistakes.line(&At::top("hours").key("holidays").index(m));
                let text =
                    format!("{} overlaps {} of line {line}; write each day once", holiday.name, other.name);
                mistakes.say(&at.key("from"), from, "a holiday that overlaps no other", text);
            }
        }
    }
    let at = At::top("hours").key("workdays");
    let mut dates = Once::new();
    for (n, workday) in hours.workdays.iter().enumerate() {
        let at = at.index(n).key("date");
        let date = workday.date;
        unique(&mut dates, date, &at, mistakes);
        if let Some(m) = hours.holidays.iter().position(|holiday| holiday.contains(date)) {
            let line = mistakes.line(&At::top("hours").key("holidays").index(m));
            let text = format!("{date} is also a day of the holiday in line {line}; it cannot be both");
            mistakes.say(&at, date, "a day outside the holidays", text);
        }
        if !matches!(date.weekday(), Weekday::Sat | Weekday::Sun) {
            let text = format!(
                "{date} is a {} and open anyway; a make-up workday is a Saturday or Sunday",
                date.format("%A")
            );
            mistakes.say(&at, date, "a Saturday or Sunday", text);
        }
    }
}

pub(super) fn lunch(config: &Config, mistakes: &mut Mistakes<'_>) {
    let hours = config.hours.now();
    let Some(lunch) = &hours.lunch else { return };
    let at = At::top("hours").key("lunch");
    for (key, empty) in [("services", lunch.services.is_empty()), ("windows", lunch.windows.is_empty())] {
        if empty {
            let text = format!("no {key} in the lunch service; list some or take [hours.lunch] away");
            mistakes.say(&at.key(key), "an empty list", format_args!("at least one of {key}"), text);
        }
    }
    let numbers: Vec<String> = config.windows.iter().map(|window| window.number.to_string()).collect();
    let mut listed = Once::new();
    for (n, number) in lunch.windows.iter().enumerate() {
        let at = at.key("windows").index(n);
        unique(&mut listed, *number, &at, mistakes);
        reference(&at, &number.to_string(), "window", numbers.iter().map(String::as_str), mistakes);
    }
    // A window that was told of already would only be told of again.
    let windows_are_right = !lunch.windows.is_empty()
        && lunch.windows.iter().all(|number| {
            config.window(*number).is_some_and(|window| match &window.serves {
                Serves::All => true,
                Serves::Listed(codes) => {
                    !codes.is_empty() && codes.iter().all(|code| config.service(code).is_some())
                }
            })
        });
    let mut listed = Once::new();
    for (n, code) in lunch.services.iter().enumerate() {
        let at = at.key("services").index(n);
        unique(&mut listed, code.as_str(), &at, mistakes);
        let known = config.services.iter().map(|service| service.code.as_str());
        let served = config.windows_serving(code).any(|window| lunch.windows.contains(&window.number));
        // Rule X2: listed services at listed windows.
        if reference(&at, code, "service", known, mistakes) && !served && windows_are_right {
            let text = format!(
                "none of the lunch windows serves {code}; add a window that does, or take the service away"
            );
            mistakes.say(&at, code, "a service of a lunch window", text);
        }
    }
    let services_are_right =
        !lunch.services.is_empty() && lunch.services.iter().all(|code| config.service(code).is_some());
    for (n, number) in lunch.windows.iter().enumerate() {
        let idle = config.window(*number).is_some_and(|window| match &window.serves {
            Serves::All => false,
            Serves::Listed(codes) => !codes.iter().any(|code| lunch.services.contains(code)),
        });
        // It would be open all noon and call nobody.
        if idle && windows_are_right && services_are_right {
            let text = format!(
                "window {number} serves none of the lunch services; list one that it serves, or take the window away"
            );
            mistakes.say(&at.key("windows").index(n), *number, "a window of a lunch service", text);
        }
    }
}
