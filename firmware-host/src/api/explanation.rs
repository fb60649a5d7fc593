//! `GET /api/v1/tickets/{number}/explanation[?day=20261126]`: one ticket's story (rules Q3, G4), of today or of a day before.
//!
//! It is read from the database beside its writer, on a thread of its own, so that it holds up no press. It never holds the
//! green category or a name (rules G6, A9).

use super::{Interface, ending};
use crate::causes::with_causes;
use crate::core::why::{self, Background, Explanation};
use crate::core::words;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Json, Response};
use queue::{Day, Refusal, TicketSeq, Timestamp};
use schema::Reader;
use serde::Deserialize;
use serde_json::json;
use std::path::Path as File;

#[derive(Deserialize)]
pub(super) struct Asked {
    /// As the log writes days, 20261126; dashes are let be.
    day: Option<String>,
}

pub(super) async fn get(
    State(interface): State<Interface>,
    Path(number): Path<String>,
    Query(asked): Query<Asked>,
) -> Response {
    let wanted = match asked.day.as_deref().map(day).transpose() {
        Ok(wanted) => wanted,
        Err(seen) => {
            let en = format!("day: {seen:?} is not a day; write it as 2026-11-26 or 20261126");
            return said(StatusCode::BAD_REQUEST, "日期格式有误。", &en);
        }
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
    let database = interface.config.data.database_path();
    let look = move || Reader::open(&database).and_then(|reader| reader.day_of(ticket));
    match tokio::task::spawn_blocking(look).await {
        Ok(Ok(Some(_))) => Ok(()),
        Ok(Ok(None)) => {
            let no = words::refusal(&Refusal::UnknownTicket { ticket });
            Err(said(StatusCode::CONFLICT, &no.zh, &no.en))
        }
        Ok(Err(error)) => Err(unreadable(&error)),
        Err(_) => Err(ending()),
    }
}

fn unreadable(error: &schema::StoreError) -> Response {
    said(StatusCode::SERVICE_UNAVAILABLE, UNREADABLE, &with_causes(error))
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
        let near: Vec<String> = no.nearest.iter().map(ToString::to_string).collect();
        let en = format!("there is no ticket {number} on {day}; the nearest are: {}", near.join(", "));
        (StatusCode::NOT_FOUND, format!("{day} 没有号票 {number}。"), en)
    })
}

fn day(text: &str) -> Result<Day, String> {
    let digits: String = text.chars().filter(|c| *c != '-').collect();
    let whole = digits.len() == 8 && digits.bytes().all(|byte| byte.is_ascii_digit());
    match digits.parse() {
        Ok(day) if whole => Ok(Day(day)),
        _ => Err(text.chars().take(40).collect()),
    }
}

fn said(status: StatusCode, zh: &str, en: &str) -> Response {
    (status, Json(json!({"zh": zh, "en": en}))).into_response()
}
