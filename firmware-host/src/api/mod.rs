//! The control interface: HTTP on 127.0.0.1 for people and tests.
//!
//! | path | does |
//! |---|---|
//! | `GET /` | a plain page over the rest |
//! | `GET /api/v1/state` | the hall now: windows, tickets, services, print jobs, faults, clock |
//! | `GET /api/v1/tickets/{number}` | one ticket of today |
//! | `GET /api/v1/tickets/{number}/explanation[?day=]` | why it was called when it was, or what stands before it |
//! | `GET /api/v1/bookings?day=` | the appointments of a day, persons masked |
//! | `POST /api/v1/bookings` | registers one; answers with its number and code |
//! | `GET /api/v1/bookings/free?service=&day=` | times that can still be booked |
//! | `POST /api/v1/bookings/import?by=` | a CSV file of the platform: a report by line, or all of it booked |
//! | `POST /api/v1/arrivals` | the booking of today with these last four digits and this code |
//! | `POST /api/v1/bookings/search` | as the list, with the name in the body |
//! | `GET /api/v1/tasks` | whom the staff is to call, and who is restricted |
//! | `GET /api/v1/messages` | the short messages of today, and where they stand |
//! | `GET /api/v1/reports?from=&to=` | the figures of a period; `day=`, `week=`, `month=` as well |
//! | `GET /api/v1/reports.xlsx`, `.html`, `.csv?table=` | the same as a workbook, to print, one table of it |
//! | `GET /public` | the page of the hall's results, for a screen |
//! | `GET /api/v1/public-results` | what that page shows: by service and window, today and this month |
//! | `GET /api/v1/grants?day=` | the register of green-channel grants, for audit |
//! | `GET /api/v1/transfers?day=` | who was sent on, with which note, and what became of each |
//! | `GET /api/v1/desk` | what can be chosen at the guide desk: services, categories, printers, windows |
//! | `GET /api/v1/working` | which windows work, and what the lamps show (rule X4) |
//! | `GET /working` | the same for the building staff, to be read from afar |
//! | `GET /t/{link}` | a citizen's own ticket, by the code on the slip; see `ticket` |
//! | `GET /pad/{window}` | a pad with a screen; see `pad` |
//! | `GET /api/v1/pads` | the addresses of all pads, for the tablets at the windows |
//! | `GET /api/v1/cases?from=&to=` | unresolved matters, work orders, findings of patrols, and the patrols |
//! | `POST /api/v1/cases` | registers an unresolved matter |
//! | `POST /api/v1/cases/steps` | a step of a case, or a patrol with its findings |
//! | `POST /api/v1/cases/{case}/contact` | who is to be called back, in clear; the log says who asked |
//! | `GET /api/v1/cases.csv?from=&to=` | the ledger, for a spreadsheet |
//! | `GET /guide`, `GET /register` | the pages of the guide desk and of the follow-up register over all that |
//! | `POST /api/v1/commands` | one command of the queue as JSON; answers when it is durable |
//! | `GET /api/v1/events` | every committed change, as server-sent events |
//!
//! It looks through the desk and sends the same commands as a keypad; it has no way of its own into the store.
//! A page of another site cannot use it: commands must be `application/json`, and the request's `Host` must be an address
//! of this machine, so that a foreign name resolving to it is refused.

pub(crate) mod bookings;
mod cases;
pub(crate) mod citizens;
mod commands;
mod explanation;
mod grants;
mod guide;
mod import;
mod pad;
pub(crate) mod public;
mod recorded;
mod reports;
mod results;
mod small;
mod state;
mod supervisor;
mod tasks;
mod ticket;
mod transfers;
mod working;

pub use state::State as HallState;

use crate::causes::with_causes;
use crate::config::Config;
use crate::core::desk::{Desk, No};
use crate::core::links::Links;
use crate::core::owner::working_day;
use crate::core::words;
use crate::lines::{Gate, Lamps, Tallies};
use crate::office::{Office, civil_day};
use axum::Router;
use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Path, Query, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::sse::{Event as Sse, KeepAlive};
use axum::response::{Html, IntoResponse, Json, Response};
use axum::routing::{get, post};
use link::font::Weight;
use queue::Day;
use schema::{Reader, StoreError};
use serde::Deserialize;
use serde_json::json;
use std::convert::Infallible;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio_stream::wrappers::BroadcastStream;
use tokio_stream::{Stream, StreamExt};

/// What every handler is given.
#[derive(Clone)]
pub struct Interface {
    /// The way to the owner.
    pub desk: Desk,
    /// The hall's configuration, for names.
    pub config: Arc<Config>,
    /// Who can read and write personal data; `None`: the keys could not be opened.
    pub office: Option<Arc<Office>>,
    /// Opens the links of slips; `None`: their key could not be read.
    pub links: Option<Arc<Links>>,
    /// What is counted on the lines.
    pub tallies: Tallies,
    /// What the lamps show.
    pub lamps: Lamps,
    /// Checks PINs, as the keypads do.
    pub gate: Gate,
    /// Where it is reached.
    pub door: Door,
}

/// The two addresses of the interface.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Door {
    /// `[console] listen`: this machine alone.
    Console,
    /// `[citizens] listen`: whoever is in the hall's network.
    Hall,
}

impl Interface {
    /// Reads the database beside its writer, on a thread that may wait for the disk.
    ///
    /// # Errors
    /// Why there is nothing to tell.
    async fn read<T: Send + 'static>(
        &self,
        read: impl FnOnce(&Reader) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, Box<Response>> {
        let database = self.config.data.database_path();
        let work = move || Reader::open(&database).and_then(|reader| read(&reader));
        match tokio::task::spawn_blocking(work).await {
            Ok(Ok(found)) => Ok(found),
            Ok(Err(error)) => Err(Box::new(unreadable(&error))),
            Err(_) => Err(Box::new(ending())),
        }
    }

    /// The working day that was asked for.
    ///
    /// # Errors
    /// What a day looks like.
    fn day(&self, asked: Result<Query<DayAsked>, QueryRejection>) -> Result<Day, Box<Response>> {
        let on = asked.ok().and_then(|Query(asked)| civil_day(&self.config, &asked.day));
        on.map(|on| working_day(&self.config, on)).ok_or_else(|| Box::new(day_wanted()))
    }
}

/// `?day=2026-11-27`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DayAsked {
    day: String,
}

fn day_wanted() -> Response {
    let (zh, en) = ("请给出日期，如 2026-11-27。", "expected day=2026-11-27 and the other parameters named");
    said(StatusCode::BAD_REQUEST, zh, en)
}

/// The routes; the demo adds its own beside them.
pub fn routes(interface: Interface) -> Router {
    Router::new()
        .route("/api/v1/state", get(state))
        .route("/api/v1/tickets/{number}", get(ticket))
        .route("/api/v1/tickets/{number}/explanation", get(explanation::get))
        .route("/api/v1/commands", post(commands::post))
        .route("/api/v1/bookings", get(bookings::list).post(bookings::book))
        .route("/api/v1/bookings/free", get(bookings::free))
        .route("/api/v1/arrivals", post(bookings::arrivals))
        .route("/api/v1/bookings/import", post(import::post))
        .route("/api/v1/bookings/search", post(bookings::search))
        .route("/api/v1/tasks", get(tasks::tasks))
        .route("/api/v1/messages", get(tasks::messages))
        .route("/api/v1/grants", get(grants::get))
        .route("/api/v1/transfers", get(transfers::get))
        .route("/api/v1/desk", get(guide::desk))
        .route("/api/v1/reports", get(reports::json))
        .route("/api/v1/reports.xlsx", get(reports::xlsx))
        .route("/api/v1/reports.csv", get(reports::csv))
        .route("/api/v1/reports.html", get(reports::html))
        .route("/api/v1/working", get(working::get))
        .route("/api/v1/cases", get(cases::list).post(cases::open))
        .route("/api/v1/cases.csv", get(cases::csv))
        .route("/api/v1/cases/steps", post(cases::step))
        .route("/api/v1/cases/{case}/contact", post(cases::reached))
        .route("/api/v1/events", get(events))
        .merge(ticket::routes())
        .merge(pad::routes())
        .route("/api/v1/pads", get(pad::addresses))
        .with_state(interface.clone())
        .merge(results::routes(interface))
        .merge(small::parts())
        .merge(guide::page())
        .merge(working::page())
}

/// A plain page over the interface, for a supervisor or an engineer at the box; the demo has its own in its place.
pub fn page() -> Router {
    let font = async || ([(header::CONTENT_TYPE, "font/otf")], Weight::Regular.file());
    Router::new().route("/", get(async || Html(include_str!("page.html")))).route("/font.otf", get(font))
}

/// Wraps all routes with the check of the `Host` header.
pub fn guarded(router: Router) -> Router {
    router.layer(middleware::from_fn(only_this_machine))
}

async fn only_this_machine(request: Request, next: Next) -> Response {
    if host_is_an_address(request.headers()) {
        return next.run(request).await;
    }
    let text = "the Host header is not an address of this machine; open the page by its number, such as http://127.0.0.1:8080";
    (StatusCode::FORBIDDEN, text).into_response()
}

/// Whether the request names its host by `localhost` or a bare address: a foreign site's name cannot be that.
fn host_is_an_address(headers: &HeaderMap) -> bool {
    let Some(host) = headers.get(header::HOST).and_then(|host| host.to_str().ok()) else { return false };
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    name == "localhost" || name.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>().is_ok()
}

async fn state(State(interface): State<Interface>) -> Response {
    let config = interface.config.clone();
    match interface.desk.look(move |facts| state::State::of(&config, facts)).await {
        Some(mut state) => {
            state.lines = interface.tallies.all();
            Json(state).into_response()
        }
        None => ending(),
    }
}

async fn ticket(State(interface): State<Interface>, number: Result<Path<String>, PathRejection>) -> Response {
    let Ok(Path(number)) = number else { return unreadable_path() };
    let config = interface.config.clone();
    let wanted = number.clone();
    let found = interface.desk.look(move |facts| state::ticket(&config, facts, &wanted)).await;
    match found {
        Some(Some(ticket)) => Json(ticket).into_response(),
        Some(None) => {
            let (zh, en) = (format!("今日没有号票 {number}。"), format!("there is no ticket {number} today"));
            said(StatusCode::NOT_FOUND, &zh, &en)
        }
        None => ending(),
    }
}

async fn events(State(interface): State<Interface>) -> impl IntoResponse {
    let changes = BroadcastStream::new(interface.desk.changes());
    axum::response::Sse::new(as_events(changes))
        .keep_alive(KeepAlive::new().interval(Duration::from_secs(15)))
}

fn as_events(
    changes: BroadcastStream<crate::core::desk::Change>,
) -> impl Stream<Item = Result<Sse, Infallible>> {
    changes.map(|change| {
        let event = match change {
            Ok(change) => {
                let entries: Vec<_> = change.entries.iter().filter_map(public::entry).collect();
                let body = json!({"position": change.position, "at": change.at, "entries": entries});
                Sse::default().event("change").id(change.position.to_string()).data(body.to_string())
            }
            // The browser was too slow: it must look at the state afresh.
            Err(_) => Sse::default().event("missed").data("{}"),
        };
        Ok(event)
    })
}

fn ending() -> Response {
    said(
        StatusCode::SERVICE_UNAVAILABLE,
        "系统正在重启，请稍候再试。",
        "hallgate is restarting; try again in a moment",
    )
}

/// The database could not be read beside its writer.
fn unreadable(error: &schema::StoreError) -> Response {
    said(StatusCode::SERVICE_UNAVAILABLE, "暂时无法读取记录，请稍候再试。", &with_causes(error))
}

/// Why there is no answer, in both languages.
fn said(status: StatusCode, zh: &str, en: &str) -> Response {
    (status, Json(json!({"zh": zh, "en": en}))).into_response()
}

/// Why nothing came of a wish.
fn refused(config: &Config, no: &No) -> Response {
    let (status, refusal) = match no {
        No::Refused(refusal) => (StatusCode::CONFLICT, json!(refusal)),
        No::NotBooked(refusal) => (StatusCode::CONFLICT, json!(refusal)),
        No::NoCase(refusal) => (StatusCode::CONFLICT, json!(refusal)),
        No::NotDurable(detail) => {
            (StatusCode::SERVICE_UNAVAILABLE, json!({"refusal": "not_durable", "detail": detail}))
        }
        No::Ending => return ending(),
    };
    let words = words::no(config, no);
    (status, Json(json!({"zh": words.zh, "en": words.en, "refusal": refusal}))).into_response()
}

/// The address holds bytes that are no text.
fn unreadable_path() -> Response {
    said(StatusCode::BAD_REQUEST, "号码无法读取。", "the number in the address is not UTF-8 text")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_foreign_name_for_this_machine_is_refused() {
        let asked = |host: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::HOST, host.parse().unwrap());
            host_is_an_address(&headers)
        };
        for good in ["127.0.0.1:8080", "localhost:1", "localhost", "[::1]:80", "192.168.10.2:8080"] {
            assert!(asked(good), "{good}");
        }
        for bad in ["evil.example:8080", "localhost.evil.example", "", "127.0.0.1.evil.example"] {
            assert!(!asked(bad), "{bad}");
        }
        assert!(!host_is_an_address(&HeaderMap::new()));
    }
}
