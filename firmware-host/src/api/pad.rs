//! A pad with a screen, as a web page for a small tablet at the window (rules R1 to R3, R7).
//!
//! | path | does |
//! |---|---|
//! | `GET /pad/{pad}` | the page |
//! | `GET /api/v1/pad/{pad}` | who serves, whether the window is paused, whether a rating is asked for |
//! | `GET /api/v1/pad/{pad}/photo` | the picture of whoever serves |
//! | `GET /api/v1/pad/{pad}/news` | a server-sent event whenever it is worth looking again |
//! | `POST /api/v1/pad/{pad}/rate` | rates: `{"prompt":1764221234,"level":5}`; `prompt` as it was shown |
//!
//! `{pad}` is the window's number with a code that nobody guesses, as `GET /api/v1/pads` of the console gives it to whoever sets
//! up the tablet; on the console's own address the number alone will do.
//!
//! An answer must name the prompt that it answers, so that a press which comes late never rates the next person's service.
//! What answers no open prompt changes nothing and is counted (rule R3). The pad knows no ticket.

use super::commands::not_json;
use super::{Door, Interface, ending, refused, said, small};
use crate::config::Config;
use crate::core::board::Phase;
use crate::core::desk::{Facts, No, Wish};
use crate::core::ratings;
use crate::lines::pad_device;
use axum::Router;
use axum::body::Bytes;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::sse::{Event as Sse, KeepAlive};
use axum::response::{IntoResponse, Json, Response};
use axum::routing::{get, post};
use queue::{Command, Refusal, Timestamp, Window, WindowNumber, WindowState};
use serde::Deserialize;
use serde_json::{Value, json};
use std::convert::Infallible;
use std::fs::File;
use std::io::Read;
use std::path::PathBuf;
use std::time::Duration;
use tokio_stream::StreamExt;
use tokio_stream::wrappers::BroadcastStream;

/// A portrait from a camera has a few million bytes; a larger file is no picture for a pad.
const PHOTO_BYTES: u64 = 8 << 20;

pub(super) fn routes() -> Router<Interface> {
    Router::new()
        .route("/pad/{pad}", get(async || small::page(include_str!("small/pad.html"))))
        .route("/api/v1/pad/{pad}", get(show))
        .route("/api/v1/pad/{pad}/photo", get(photo))
        .route("/api/v1/pad/{pad}/news", get(news))
        .route("/api/v1/pad/{pad}/rate", post(rate))
}

/// `GET /api/v1/pads`: where each window's pad is.
pub(super) async fn addresses(State(interface): State<Interface>) -> Response {
    let Some(links) = &interface.links else {
        let (zh, en) = (
            "评价器地址的密钥无法读取，请查看日志。",
            "the key of the pads' addresses could not be read; the log says why",
        );
        return said(StatusCode::SERVICE_UNAVAILABLE, zh, en);
    };
    let pads = interface.config.windows.iter().map(|window| {
        let path = format!("/pad/{}", links.pad(WindowNumber(window.number)));
        json!({"window": window.number, "path": path})
    });
    Json(json!({"listen": interface.config.citizens.listen, "pads": pads.collect::<Vec<_>>()}))
        .into_response()
}

/// The window of a pad's address.
fn window_of(interface: &Interface, pad: Result<Path<String>, PathRejection>) -> Option<WindowNumber> {
    let Path(pad) = pad.ok()?;
    let plain = || pad.parse().ok().filter(|_| interface.door == Door::Console).map(WindowNumber);
    let window = interface.links.as_ref().and_then(|links| links.window(&pad)).or_else(plain)?;
    interface.config.window(window.0).map(|_| window)
}

/// An answer.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Answer {
    /// Which prompt: the moment of hall time until which it is open.
    prompt: Timestamp,
    level: u8,
    #[serde(default)]
    reasons: Vec<String>,
}

async fn show(State(interface): State<Interface>, pad: Result<Path<String>, PathRejection>) -> Response {
    let Some(window) = window_of(&interface, pad) else { return unknown() };
    let config = interface.config.clone();
    let look = move |facts: &Facts<'_>| facts.hall.window(window).map(|window| view(&config, facts, window));
    match interface.desk.look(look).await {
        Some(Some(view)) => Json(view).into_response(),
        Some(None) => unknown(),
        None => ending(),
    }
}

async fn photo(State(interface): State<Interface>, pad: Result<Path<String>, PathRejection>) -> Response {
    let none = || said(StatusCode::NOT_FOUND, "没有照片。", "there is no picture of whoever serves here");
    let Some(window) = window_of(&interface, pad) else { return unknown() };
    let look = move |facts: &Facts<'_>| facts.hall.window(window).and_then(|window| window.clerk.clone());
    let Some(clerk) = interface.desk.look(look).await else { return ending() };
    let staff = clerk.and_then(|clerk| interface.config.staff(&clerk));
    let Some(file) = staff.and_then(|person| person.photo.clone()) else { return none() };
    match tokio::task::spawn_blocking(move || picture(file)).await {
        Ok(Some((kind, bytes))) => {
            let headers = [
                (header::CONTENT_TYPE, kind),
                (header::CACHE_CONTROL, "no-cache"),
                (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
            ];
            (headers, bytes).into_response()
        }
        _ => none(),
    }
}

/// A file that is a picture, whatever its name says; nothing else is given out.
fn picture(file: PathBuf) -> Option<(&'static str, Vec<u8>)> {
    let mut bytes = Vec::new();
    File::open(file).ok()?.take(PHOTO_BYTES + 1).read_to_end(&mut bytes).ok()?;
    let kind = match bytes.as_slice() {
        _ if bytes.len() as u64 > PHOTO_BYTES => return None,
        [0xff, 0xd8, 0xff, ..] => "image/jpeg",
        [0x89, b'P', b'N', b'G', ..] => "image/png",
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => "image/webp",
        _ => return None,
    };
    Some((kind, bytes))
}

/// Says when, and nothing else. An event without data is none to a browser.
async fn news(State(interface): State<Interface>, pad: Result<Path<String>, PathRejection>) -> Response {
    if window_of(&interface, pad).is_none() {
        return unknown();
    }
    let changes = BroadcastStream::new(interface.desk.changes());
    let news = changes.map(|_| Ok::<_, Infallible>(Sse::default().event("look").data("again")));
    let alive = KeepAlive::new().interval(Duration::from_secs(15));
    axum::response::Sse::new(news).keep_alive(alive).into_response()
}

async fn rate(
    State(interface): State<Interface>,
    pad: Result<Path<String>, PathRejection>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let Some(window) = window_of(&interface, pad) else { return unknown() };
    if let Some(no) = not_json(&headers) {
        return no;
    }
    let Answer { prompt, level, reasons } = match serde_json::from_slice(&body) {
        Ok(answer) => answer,
        Err(error) => {
            return said(StatusCode::BAD_REQUEST, "请求格式有误。", &format!("the answer: {error}"));
        }
    };
    if let Err(unfit) = ratings::fit(level, &reasons) {
        return said(StatusCode::BAD_REQUEST, &unfit.zh, &unfit.en);
    }
    let asked = move |facts: &Facts<'_>| {
        facts.hall.window(window).map(|window| window.prompt.map(|prompt| prompt.until) == Some(prompt))
    };
    let outcome = match interface.desk.look(asked).await {
        None => return ending(),
        Some(None) => return unknown(),
        Some(Some(false)) => Err(No::Refused(Refusal::NothingToRate { window })),
        Some(Some(true)) => interface.desk.wish(Wish::Do(Command::Rate { window, level, reasons })).await,
    };
    match outcome {
        Ok(_) => Json(json!({"rated": true})).into_response(),
        Err(no) => {
            if matches!(no, No::Refused(_)) {
                interface.tallies.stray_at(&pad_device(window));
            }
            refused(&interface.config, &no)
        }
    }
}

fn unknown() -> Response {
    said(StatusCode::NOT_FOUND, "没有这个窗口。", "there is no such window")
}

fn view(config: &Config, facts: &Facts<'_>, window: &Window) -> Value {
    let known = config.window(window.number.0);
    let phase = match window.state {
        WindowState::Closed => Phase::Closed,
        WindowState::Free => Phase::Free,
        WindowState::Asking { .. } => Phase::Asking,
        WindowState::Calling { .. } => Phase::Calling,
        WindowState::Serving { .. } => Phase::Serving,
        WindowState::Paused { .. } => Phase::Paused,
    };
    // A sign-in without staff in the settings has a number alone.
    let person = window.clerk.as_deref().and_then(|number| config.staff(number));
    let prompt = window.prompt.filter(|prompt| facts.now < prompt.until);
    json!({
        "hall": config.hall.name,
        "window": window.number,
        "window_name": known.map(|known| &known.name),
        "clerk": window.clerk,
        "name": person.map(|person| &person.name),
        "post": person.map(|person| &person.post).filter(|post| !post.is_empty()),
        "stars": person.map(|person| person.stars),
        "photo": person.is_some_and(|person| person.photo.is_some()),
        "phase": phase,
        "prompt": prompt.map(|prompt| prompt.until),
        "left_s": prompt.map(|prompt| prompt.until.since(facts.now)),
        "complaint_line": config.hall.complaint_line,
        "choices": ratings::choices(),
    })
}
