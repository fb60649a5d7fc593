//! The ticket's own page, which the QR code of its slip opens on a telephone (rules Q8, R2): number, state, people ahead and
//! expected wait; once it is served and until the day ends, the rating.
//!
//! | path | does |
//! |---|---|
//! | `GET /t/{link}` | the page |
//! | `GET /api/v1/t/{link}` | what it shows |
//! | `POST /api/v1/rate/{link}` | rates: `{"level":1,"reasons":["其他"]}` |
//!
//! Whoever has the link has the slip. The page keeps nothing, names nobody and does not say how a ticket was rated (rule R3).

use super::commands::not_json;
use super::{Interface, ending, refused, said, small, state, unreadable_path};
use crate::config::Config;
use crate::core::desk::{Facts, Wish};
use crate::core::{ratings, slips, words};
use axum::Router;
use axum::body::Bytes;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Json, Response};
use axum::routing::{get, post};
use queue::{Command, Ticket, TicketSeq, TicketState};
use serde::Deserialize;
use serde_json::{Value, json};

pub(super) fn routes() -> Router<Interface> {
    Router::new()
        .route("/t/{link}", get(async || small::page(include_str!("small/ticket.html"))))
        .route("/api/v1/t/{link}", get(show))
        .route("/api/v1/rate/{link}", post(rate))
}

/// An answer.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Answer {
    level: u8,
    #[serde(default)]
    reasons: Vec<String>,
}

async fn show(State(interface): State<Interface>, link: Result<Path<String>, PathRejection>) -> Response {
    let Ok(Path(link)) = link else { return unreadable_path() };
    let config = interface.config.clone();
    match look(&interface, link, move |facts, ticket| view(&config, facts, ticket)).await {
        Ok(view) => Json(view).into_response(),
        Err(no) => no,
    }
}

async fn rate(
    State(interface): State<Interface>,
    link: Result<Path<String>, PathRejection>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let Ok(Path(link)) = link else { return unreadable_path() };
    if let Some(no) = not_json(&headers) {
        return no;
    }
    let Answer { level, reasons } = match serde_json::from_slice(&body) {
        Ok(answer) => answer,
        Err(error) => {
            return said(StatusCode::BAD_REQUEST, "请求格式有误。", &format!("the answer: {error}"));
        }
    };
    if let Err(unfit) = ratings::fit(level, &reasons) {
        return said(StatusCode::BAD_REQUEST, &unfit.zh, &unfit.en);
    }
    let ticket: TicketSeq = match look(&interface, link, |_, ticket| ticket.seq).await {
        Ok(ticket) => ticket,
        Err(no) => return no,
    };
    match interface.desk.wish(Wish::Do(Command::RateTicket { ticket, level, reasons })).await {
        Ok(_) => Json(json!({"rated": true})).into_response(),
        Err(no) => refused(&interface.config, &no),
    }
}

/// Looks at the ticket of a link.
async fn look<T: Send + 'static>(
    interface: &Interface,
    link: String,
    look: impl FnOnce(&Facts<'_>, &Ticket) -> T + Send + 'static,
) -> Result<T, Response> {
    let Some(links) = interface.links.clone() else { return Err(unknown()) };
    let found = interface
        .desk
        .look(move |facts| links.ticket(facts.hall, &link).map(|ticket| look(facts, ticket)))
        .await;
    found.ok_or_else(ending)?.ok_or_else(unknown)
}

fn unknown() -> Response {
    said(
        StatusCode::NOT_FOUND,
        "没有找到这张号票；号票仅当日有效。",
        "no ticket of today has this link; a ticket is good for its day only",
    )
}

fn view(config: &Config, facts: &Facts<'_>, ticket: &Ticket) -> Value {
    let told = slips::ticket_words(config, facts, ticket);
    let waits = matches!(ticket.state, TicketState::Waiting { .. });
    let window = match ticket.state {
        TicketState::Called { window, .. }
        | TicketState::Serving { window, .. }
        | TicketState::Parked { window, .. }
        | TicketState::Returned { window, .. } => Some(window),
        TicketState::Waiting { only } => only,
        _ => None,
    };
    let left = state::left_of(facts, ticket).or_else(|| slips::usual_min(config, facts, ticket));
    let rating = match ticket.state {
        TicketState::Completed { .. } if ticket.rated => "given",
        TicketState::Completed { .. } => "open",
        _ => "closed",
    };
    json!({
        "hall": config.hall.name,
        "number": told.number,
        "service": told.service.0,
        "service_en": told.service.1,
        "issued": told.issued,
        "place": told.place.0,
        "windows": told.windows,
        "state": ticket.state.name(),
        "state_zh": words::ticket_state_zh(&ticket.state),
        "window": window,
        "ahead": waits.then_some(told.ahead),
        "left_min": left,
        "left": left.map(|range| slips::wait_words(range, facts.waits.doubt.is_some())),
        "rating": rating,
        "choices": ratings::choices(),
    })
}
