//! Rule X1 and X2: open, lunch, closed and when next.

use super::GOOD;
use crate::config::{Config, Hours, MonthDay, Open, parse};
use chrono::{Duration, NaiveDate, NaiveDateTime};
use proptest::prelude::*;

fn good() -> Config {
    parse(GOOD, "good.toml").expect("the good hall has no mistake")
}

fn at(text: &str) -> NaiveDateTime {
    NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").expect("a moment of the table")
}

fn words(open: Open) -> String {
    match open {
        Open::Session { ends } => format!("open until {}", ends.format("%m-%d %H:%M")),
        Open::Lunch { ends } => format!("lunch until {}", ends.format("%m-%d %H:%M")),
        Open::Closed { opens: Some(opens) } => format!("closed until {}", opens.format("%m-%d %H:%M")),
        Open::Closed { opens: None } => "closed".to_owned(),
    }
}

#[test]
fn x1_the_hall_is_open_in_its_sessions() {
    let hall = good();
    for (moment, expected) in [
        ("2026-07-01 08:59", "closed until 07-01 09:00"),
        ("2026-07-01 09:00", "open until 07-01 12:00"),
        ("2026-07-01 11:59", "open until 07-01 12:00"),
        ("2026-07-01 12:00", "lunch until 07-01 13:30"),
        ("2026-07-01 13:29", "lunch until 07-01 13:30"),
        ("2026-07-01 13:30", "open until 07-01 17:00"),
        ("2026-07-01 17:00", "closed until 07-02 09:00"),
        // Winter's afternoon begins half an hour earlier.
        ("2026-11-26 13:00", "open until 11-26 17:00"),
        // The last day of summer and the first of winter; the second is a holiday, and so is the week after it.
        ("2026-09-30 13:15", "lunch until 09-30 13:30"),
        ("2026-09-30 17:00", "closed until 10-08 09:00"),
        ("2026-10-01 10:00", "closed until 10-08 09:00"),
        // A Saturday of winter, one of summer, and one that is worked whole.
        ("2026-11-28 10:00", "open until 11-28 12:00"),
        ("2026-11-28 12:00", "closed until 11-30 09:00"),
        ("2026-07-04 10:00", "closed until 07-06 09:00"),
        ("2026-10-10 14:00", "open until 10-10 17:00"),
        ("2026-12-31 23:59", "closed until 01-01 09:00"),
    ] {
        assert_eq!(words(hall.is_open(at(moment))), expected, "at {moment}");
    }
}

#[test]
fn x1_a_weekday_may_have_hours_of_its_own() {
    let text =
        GOOD.replacen("to = \"04-30\"", "to = \"04-30\"\nfriday = [[\"09:00\", \"11:00\"]]\nmonday = []", 1);
    let hall = parse(&text, "hall.toml").expect("days of their own are allowed");
    assert_eq!(words(hall.is_open(at("2026-11-27 10:00"))), "open until 11-27 11:00");
    assert_eq!(words(hall.is_open(at("2026-11-28 12:00"))), "closed until 12-01 09:00");
}

#[test]
fn x1_sessions_that_overlap_and_seasons_that_leave_days_out_are_refused_with_line_and_key() {
    for (find, put, said) in [
        (
            "[\"13:30\", \"17:00\"]",
            "[\"11:30\", \"17:00\"]",
            "hall.toml:17, [[hours.seasons]] name 夏令时, weekdays[1]: the session from 11:30 begins before the one from 09:00 to 12:00 has ended",
        ),
        (
            "to = \"04-30\"",
            "to = \"03-31\"",
            "hall.toml:15, [[hours.seasons]] name 夏令时, from: no season holds on some days from 04-01 to 04-30",
        ),
        (
            "from = \"10-01\"",
            "from = \"09-01\"",
            "hall.toml:21, [[hours.seasons]] name 非夏令时, from: season 非夏令时 overlaps season 夏令时",
        ),
    ] {
        assert!(GOOD.contains(find), "{find}");
        let mistakes = parse(&GOOD.replacen(find, put, 1), "hall.toml").expect_err("it is wrong");
        let texts: Vec<String> = mistakes.iter().map(ToString::to_string).collect();
        assert!(texts.iter().any(|text| text.starts_with(said)), "{texts:#?}");
    }
}

#[test]
fn x2_without_lunch_service_noon_is_closed() {
    let hall = good();
    hall.hours.replace(Hours { lunch: None, ..(*hall.hours.now()).clone() });
    assert_eq!(words(hall.is_open(at("2026-07-01 12:30"))), "closed until 07-01 13:30");
}

#[test]
fn a_hall_without_seasons_never_opens_and_the_last_day_of_the_calendar_is_no_trap() {
    let hall = good();
    hall.hours.replace(Hours { seasons: Vec::new(), ..(*hall.hours.now()).clone() });
    assert_eq!(hall.is_open(at("2026-07-01 10:00")), Open::Closed { opens: None });
    assert_eq!(good().is_open(NaiveDateTime::MAX), Open::Closed { opens: None });
    let _ = good().is_open(NaiveDateTime::MIN);
}

#[test]
fn every_day_of_the_year_lies_in_one_season() {
    let hall = good();
    let first = NaiveDate::from_ymd_opt(2024, 1, 1).expect("a date");
    for date in first.iter_days().take(366) {
        let day = MonthDay::of(date);
        assert_eq!(hall.hours.now().seasons.iter().filter(|season| season.contains(day)).count(), 1, "{day}");
    }
}

proptest! {
    /// What is said of a moment agrees with what is said of the moment it points at.
    #[test]
    fn x1_the_answer_holds_until_the_moment_it_names(minutes in 0i64..3 * 366 * 24 * 60, part in 0.0f64..1.0) {
        let hall = good();
        let now = at("2024-01-01 00:00") + Duration::minutes(minutes);
        let now_open = hall.is_open(now);
        let change = match now_open {
            Open::Session { ends } | Open::Lunch { ends } => ends,
            Open::Closed { opens } => opens.expect("this hall opens every week but one"),
        };
        prop_assert!(change > now);
        let between = now + Duration::seconds(((change - now).num_seconds() as f64 * part) as i64);
        if between < change {
            prop_assert_eq!(hall.is_open(between), now_open);
        }
        let opens = matches!(hall.is_open(change), Open::Session { .. });
        prop_assert_eq!(opens, !matches!(now_open, Open::Session { .. }));
    }
}
