//! `POST /api/v1/bookings/import?by=[&commit=true][&partial=true]`: a file of appointments (rule A1), as `text/csv`.
//!
//! It is judged and reported line by line and changes nothing unless `commit` is given; then all of it is booked in one
//! commit, or nothing if any line has a mistake. `partial` books the right lines and leaves the others out. The platform's own
//! number makes a second import of a file change nothing. One file at a time; at most 32 MiB, 100,000 lines, 5,000 bookings.

use super::{Interface, bookings, ending, refused, said};
use crate::core::desk::{Done, No, Wish};
use crate::core::words::Words;
use crate::office::import::{Against, Judged, MOST_BYTES, Right};
use crate::office::is_plain;
use axum::body::{Body, to_bytes};
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Json, Response};
use queue::By;
use queue::booking::{BookingEvent, BookingId};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::Semaphore;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Asked {
    by: String,
    #[serde(default)]
    commit: bool,
    #[serde(default)]
    partial: bool,
}

/// A file and its text are in memory together: two would be twice that.
static ONE_AT_A_TIME: Semaphore = Semaphore::const_new(1);

/// Somebody books meanwhile, and the file is judged anew; more often than so many times in a row is not by chance.
const TRIES: usize = 3;

/// Longest name of who imports.
const BY_CHARS: usize = 40;

pub(super) async fn post(
    State(interface): State<Interface>,
    asked: Result<Query<Asked>, QueryRejection>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    // A page of another site cannot send this type.
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    if kind.and_then(|kind| kind.split(';').next()) != Some("text/csv") {
        return said(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "请以CSV文件导入。",
            "send the file with Content-Type: text/csv",
        );
    }
    let named = |asked: &Asked| {
        !asked.by.trim().is_empty() && asked.by.chars().count() <= BY_CHARS && is_plain(&asked.by)
    };
    let Some(asked) = asked.ok().map(|Query(asked)| asked).filter(named) else {
        let en = "expected by=NAME (1 to 40 characters), and if wanted commit=true, partial=true";
        return said(StatusCode::BAD_REQUEST, "请填写导入人（最多40个字）。", en);
    };
    if interface.office.is_none() {
        return bookings::no_keys();
    }
    let Ok(_one) = ONE_AT_A_TIME.try_acquire() else {
        return said(
            StatusCode::CONFLICT,
            "正在导入另一个文件，请稍候。",
            "another file is being imported; try again",
        );
    };
    let Ok(bytes) = to_bytes(body, MOST_BYTES).await else {
        let zh = format!("文件超过{}MB或传输中断，请分成几个文件导入。", MOST_BYTES >> 20);
        return said(
            StatusCode::PAYLOAD_TOO_LARGE,
            &zh,
            "the file is longer than 32 MiB, or broke off; split it",
        );
    };
    for _ in 0..TRIES {
        let judged = match judge(&interface, &asked.by, bytes.clone()).await {
            Ok(judged) => judged,
            Err(no) => return no,
        };
        if !asked.commit || (judged.n_wrong > 0 && !asked.partial) || judged.right.is_empty() {
            let status =
                if asked.commit && judged.n_wrong > 0 { StatusCode::CONFLICT } else { StatusCode::OK };
            return (status, Json(report(&judged, None))).into_response();
        }
        let forms = judged.right.iter().map(|right| (right.form.clone(), right.by.clone())).collect();
        match interface.desk.wish(Wish::BookAll { forms }).await {
            Ok(done) => return Json(report(&judged, Some(&done))).into_response(),
            // True when it was judged, and not any more.
            Err(No::NotBooked(_)) => {}
            Err(no) => return refused(&interface.config, &no),
        }
    }
    said(
        StatusCode::CONFLICT,
        "其他人正在办理预约，请再导入一次。",
        "others are booking at this moment; try again",
    )
}

async fn judge(interface: &Interface, by: &str, bytes: axum::body::Bytes) -> Result<Judged, Response> {
    let Some(office) = interface.office.clone() else { return Err(bookings::no_keys()) };
    let looked = interface.desk.look(|facts| (facts.now, facts.appointments.bookings.clone())).await;
    let (now, bookings) = looked.ok_or_else(ending)?;
    let against = Against { now, bookings, by: By(by.trim().to_owned()) };
    let judged = tokio::task::spawn_blocking(move || office.judge(&bytes, against)).await;
    let judged = judged.map_err(|_| ending())?;
    judged.map_err(|Words { zh, en }| said(StatusCode::BAD_REQUEST, &zh, &en))
}

/// What is said of a file; `done`: it was booked.
fn report(judged: &Judged, done: Option<&Done>) -> Value {
    let ids = done.into_iter().flat_map(|done| done.bookings.iter().filter_map(BookingEvent::booking));
    let booked = |(right, id): (&Right, BookingId)| json!({"line": right.line, "booking": id, "code": right.form.code, "reference": right.form.reference});
    json!({
        "encoding": judged.encoding,
        "committed": done.is_some(),
        "lines": judged.n_lines,
        "right": judged.right.len(),
        "known": judged.n_known,
        "known_lines": judged.known,
        "wrong": judged.n_wrong,
        "mistakes": judged.wrong,
        "bookings": judged.right.iter().zip(ids).map(booked).collect::<Vec<_>>(),
    })
}
