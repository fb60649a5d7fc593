//! `GET /api/v1/tickets/{number}/explanation[?day=20261126]`: one ticket's story (rules Q3, G4), of today or of a day before.
//!
//! What is wrong with the request is said as everything else is: JSON with a Chinese and an English sentence.
//!
//! It is read from the database beside its writer, on a thread of its own, so that it holds up no press. It never holds the
//! green category or a name (rules G6, A9).

use super::{Interface, ending, said, unreadable_path};
use crate::causes::with_causes;
use crate::core::why::{self, Background, Explanation};
use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Json, Response};
use chrono::NaiveDate;
use queue::{Day, TicketSeq, Timestamp};
use schema::Reader;
use std::path::Path as File;

/// The parameters as they came: names and values, in order.
type Parameters = Vec<(String, String)>;

pub(super) async fn get(
    State(interface): State<Interface>,
    number: Result<Path<String>, PathRejection>,
    parameters: Result<Query<Parameters>, QueryRejection>,
) -> Response {
    let Ok(Path(number)) = number else { return unreadable_path() };
    let parameters = parameters.map(|Query(parameters)| parameters).map_err(|_| {
        ("参数无法读取。".to_owned(), "the parameters cannot be read; expected day=2026-11-26".to_owned())
    });
    let wanted = match parameters.and_then(|parameters| asked(&parameters)) {
        Ok(wanted) => wanted,
        Err((zh, en)) => return said(StatusCode::BAD_REQUEST, &zh, &en),
    };
    let Some((today, now)) = interface.desk.look(|facts| (facts.hall.day(), facts.now)).await else {
        return ending();
    };
    let Some(day) = wanted.or(today) else {
        return said(StatusCode::NOT_FOUND, "今日尚未开始。", "no working day has begun yet");
    };
    let database = interface.config.data.database_path();
    let background = Background::of(&interface.config);
    let now = (Some(day) == today).then_some(now);
    let read = tokio::task::spawn_blocking(move || read(&database, &background, day, now, &number));
    match read.await {
        Ok(Ok(explanation)) => Json(explanation).into_response(),
        Ok(Err((status, zh, en))) => said(status, &zh, &en),
        Err(_) => ending(),
    }
}

/// Refuses a ticket, of whatever day, that there is not: print jobs name only tickets that there are.
pub(super) async fn known(interface: &Interface, ticket: TicketSeq) -> Result<(), Response> {
    if interface.read(move |reader| reader.day_of(ticket)).await.map_err(|no| *no)?.is_some() {
        return Ok(());
    }
    let en = format!("there is no ticket with sequence {} on any day of the record", ticket.0);
    Err(said(StatusCode::CONFLICT, "没有这个号，请核对。", &en))
}

const UNREADABLE: &str = "暂时无法读取记录，请稍候再试。";

/// Why there is no explanation, for HTTP and in words.
type No = (StatusCode, String, String);

fn read(
    database: &File,
    background: &Background,
    day: Day,
    now: Option<Timestamp>,
    number: &str,
) -> Result<Explanation, No> {
    let failed = |error: schema::StoreError| {
        (StatusCode::SERVICE_UNAVAILABLE, UNREADABLE.to_owned(), with_causes(&error))
    };
    let reader = Reader::open(database).map_err(failed)?;
    let entries = reader.day_entries(day).map_err(failed)?;
    if entries.is_empty() {
        let days = reader.days().map_err(failed)?;
        let latest = days.last().map_or_else(String::new, |latest| format!("; the latest day is {latest}"));
        let (zh, en) = (format!("{day} 没有记录。"), format!("nothing was recorded on {day}{latest}"));
        return Err((StatusCode::NOT_FOUND, zh, en));
    }
    why::explain(&entries, background, now, number).map_err(|no| {
        let number = short(number);
        let near =
            |between: &str| no.nearest.iter().map(ToString::to_string).collect::<Vec<_>>().join(between);
        let (zh, en) = if no.nearest.is_empty() {
            (
                format!("{day} 没有号票 {number}：当日没有取过号。"),
                format!("there is no ticket {number} on {day}: no number was taken on that day"),
            )
        } else {
            (
                format!("{day} 没有号票 {number}；相近的有 {}。", near("、")),
                format!("there is no ticket {number} on {day}; the nearest are {}", near(", ")),
            )
        };
        (StatusCode::NOT_FOUND, zh, en)
    })
}

/// The day that was asked for. The error says what is wrong and what was expected, Chinese and English.
fn asked(parameters: &[(String, String)]) -> Result<Option<Day>, (String, String)> {
    if let Some((name, _)) = parameters.iter().find(|(name, _)| name != "day") {
        let name = short(name);
        return Err((
            format!("没有参数“{name}”，只有 day（日期）。"),
            format!("parameter {name:?} is not known; day is the only one"),
        ));
    }
    match parameters {
        [] => Ok(None),
        [(_, text)] => day(text).map(Some).ok_or_else(|| {
            let seen = short(text);
            (
                format!("日期“{seen}”有误，应为真实日期，写作 2026-11-26 或 20261126。"),
                format!("day: {seen:?} is not a day of the calendar written as 2026-11-26 or 20261126"),
            )
        }),
        more => Err((
            "参数 day 只能给一次。".to_owned(),
            format!("day is given {} times; give it once", more.len()),
        )),
    }
}

/// What a person typed, as much of it as is worth showing again.
fn short(text: &str) -> String {
    text.chars().take(40).collect()
}

/// A day of the calendar as 2026-11-26 or 20261126.
fn day(text: &str) -> Option<Day> {
    let digits = match text.as_bytes() {
        [_, _, _, _, b'-', _, _, b'-', _, _] => text.replace('-', ""),
        _ => text.to_owned(),
    };
    if digits.len() != 8 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let number: u32 = digits.parse().ok()?;
    let (year, month, day) = (number / 10_000, number / 100 % 100, number % 100);
    NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)
        .filter(|_| year >= 1970)
        .map(|_| Day(number))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(value: &str) -> Result<Option<Day>, (String, String)> {
        asked(&[("day".to_owned(), value.to_owned())])
    }

    #[test]
    fn q3_a_day_is_a_real_one_in_the_documented_form() {
        for good in ["2026-11-26", "20261126"] {
            assert_eq!(one(good), Ok(Some(Day(20_261_126))), "{good}");
        }
        assert_eq!(asked(&[]), Ok(None));
        for bad in [
            "99999999",
            "2-0-2-6-1-1-2-7",
            "2026-1-26",
            "2026-02-30",
            "20261301",
            "2026/11/26",
            "yesterday",
            "",
            "00000000",
            "\u{fffd}",
            "２０２６１１２６",
            "-2026112",
            "2026-11-2é",
        ] {
            let (zh, en) = one(bad).unwrap_err();
            assert!(en.contains("2026-11-26 or 20261126") && zh.contains("2026-11-26"), "{bad}: {en}");
        }
    }

    #[test]
    fn q3_what_is_not_a_parameter_is_refused_by_name() {
        let pair = |name: &str| (name.to_owned(), "20261126".to_owned());
        let (zh, en) = asked(&[pair("dya")]).unwrap_err();
        assert!(zh.contains("dya") && en.contains("dya") && en.contains("day is the only one"), "{zh} {en}");
        let (_, en) = asked(&[pair("day"), pair("day")]).unwrap_err();
        assert!(en.contains("given 2 times"), "{en}");
        let (_, en) = asked(&[pair("day"), pair("x")]).unwrap_err();
        assert!(en.contains("\"x\""), "{en}");
    }
}
