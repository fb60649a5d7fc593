//! A pad with a screen, as a web page for a small tablet at the window (rules R1 to R3, R7).
//!
//! | path | does |
//! |---|---|
//! | `GET /pad/{window}` | the page |
//! | `GET /api/v1/pad/{window}` | who serves, whether the window is paused, whether a rating is asked for |
//! | `POST /api/v1/pad/{window}/rate` | rates: `{"prompt":1764221234,"level":5}`; `prompt` as it was shown |
//!
//! An answer must name the prompt that it answers, so that a press which comes late never rates the next person's service.
//! What answers no open prompt changes nothing and is counted (rule R3). The pad knows no ticket.

use super::commands::not_json;
use super::{Interface, ending, refused, said, small};
use crate::config::Config;
use crate::core::board::Phase;
use crate::core::desk::{Facts, No, Wish};
use crate::core::ratings;
use crate::lines::pad_device;
use axum::Router;
use axum::body::Bytes;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Json, Response};
use axum::routing::{get, post};
use queue::{Command, Refusal, Timestamp, Window, WindowNumber, WindowState};
use serde::Deserialize;
use serde_json::{Value, json};

pub(super) fn routes() -> Router<Interface> {
    Router::new()
        .route("/pad/{window}", get(async || small::page(include_str!("small/pad.html"))))
        .route("/api/v1/pad/{window}", get(show))
        .route("/api/v1/pad/{window}/rate", post(rate))
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

async fn show(State(interface): State<Interface>, window: Result<Path<u16>, PathRejection>) -> Response {
    let Ok(Path(window)) = window else { return unknown() };
    let config = interface.config.clone();
    let look = move |facts: &Facts<'_>| {
        facts.hall.window(WindowNumber(window)).map(|window| view(&config, facts, window))
    };
    match interface.desk.look(look).await {
        Some(Some(view)) => Json(view).into_response(),
        Some(None) => unknown(),
        None => ending(),
    }
}

async fn rate(
    State(interface): State<Interface>,
    window: Result<Path<u16>, PathRejection>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let Ok(Path(window)) = window else { return unknown() };
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
    let window = WindowNumber(window);
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
    let prompt = window.prompt.filter(|prompt| facts.now < prompt.until);
    json!({
        "hall": config.hall.name,
        "window": window.number,
        "window_name": known.map(|known| &known.name),
        "clerk": window.clerk,
        "phase": phase,
        "prompt": prompt.map(|prompt| prompt.until),
        "left_s": prompt.map(|prompt| prompt.until.since(facts.now)),
        "complaint_line": config.hall.complaint_line,
        "choices": ratings::choices(),
    })
}
