//! `/public` and `GET /api/v1/public-results`: the results that hang in the hall (rule R6), for a screen that everybody sees and
//! for other systems. No login, no name of a clerk, no number of a ticket; what may be told at all is decided in `report::public`.
//!
//! Results change on the hour alone, so they are computed once an hour, however many screens ask. What is of the moment is only
//! that somebody has priority now, in general (rule G4): neither who nor why (rule G6).

use super::{Interface, ending, said, unreadable};
use crate::core::desk::Facts;
use crate::reports::Settings;
use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Json, Response};
use axum::routing::get;
use link::font::Weight;
use queue::{Day, Hall, TicketState, Timestamp};
use report::calendar;
use report::period::NoPeriod;
use report::public::{Results, hour_of, month_so_far, results};
use schema::Reader;
use serde::Serialize;
use std::sync::Arc;
use tokio::sync::Mutex;

/// Path, type and content of each part of the page.
const PARTS: [(&str, &str, &str); 3] = [
    ("/public", "text/html; charset=utf-8", include_str!("results/page.html")),
    ("/public/style.css", "text/css; charset=utf-8", include_str!("results/style.css")),
    ("/public/page.js", "text/javascript; charset=utf-8", include_str!("results/page.js")),
];

/// The font of pages for machines that have none with Chinese.
pub(super) const FONT: &str = "/public/font.otf";

/// Nothing from elsewhere.
const POLICY: &str = "default-src 'self'; frame-ancestors 'self'";

/// The results computed last, and for which day and hour.
type Latest = Arc<Mutex<Option<(Day, Timestamp, Arc<Results>)>>>;

pub(super) fn routes(interface: Interface) -> Router {
    let latest = Latest::default();
    let font = async || ([(header::CONTENT_TYPE, "font/otf")], Weight::Regular.file());
    let results = Router::new().route("/api/v1/public-results", get(public)).with_state((interface, latest));
    let part = |kind: &'static str, content: &'static str| {
        let headers = [
            (header::CONTENT_TYPE, kind),
            (header::CONTENT_SECURITY_POLICY, POLICY),
            (header::CACHE_CONTROL, "no-cache"),
        ];
        get(async move || (headers, content))
    };
    PARTS
        .into_iter()
        .fold(results, |router, (path, kind, content)| router.route(path, part(kind, content)))
        .route(FONT, get(font))
}

/// The results, and what is shown beside them.
#[derive(Serialize)]
struct Told<'a> {
    /// Whether somebody of the green channel waits, is called or is served.
    priority: bool,
    #[serde(flatten)]
    results: &'a Results,
}

fn priority(hall: &Hall) -> bool {
    use TicketState::{Called, Serving, Waiting};
    hall.tickets().any(|ticket| {
        ticket.green.is_some() && matches!(ticket.state, Waiting { .. } | Called { .. } | Serving { .. })
    })
}

async fn public(State((interface, latest)): State<(Interface, Latest)>) -> Response {
    let look = |facts: &Facts<'_>| (facts.hall.day(), facts.now, priority(facts.hall));
    let Some((today, now, priority)) = interface.desk.look(look).await else { return ending() };
    let told = |results: &Results| Json(Told { priority, results }).into_response();
    let settings = Settings::of(&interface.config);
    let zone = settings.zone_offset_min;
    let day = today.unwrap_or_else(|| calendar::date(now, zone));
    // Held while computing: whoever asks meanwhile gets the same.
    let mut latest = latest.lock().await;
    if let Some((of, until, known)) = &*latest
        && (*of, *until) == (day, hour_of(now, zone))
    {
        return told(known);
    }
    let database = interface.config.data.database_path();
    let no_day = |no: NoPeriod| said(StatusCode::NOT_FOUND, &no.zh(), &no.to_string());
    let period = match month_so_far(day) {
        Ok(period) => period,
        Err(no) => return no_day(no),
    };
    let computed = tokio::task::spawn_blocking(move || {
        let facts = Reader::open(&database)?.facts(&period.days(), &period.times(zone))?;
        Ok(results(facts, &settings.names, &settings.targets, zone, day, now))
    });
    match computed.await {
        Ok(Ok(Ok(computed))) => {
            let computed = Arc::new(computed);
            *latest = Some((day, computed.until, computed.clone()));
            told(&computed)
        }
        Ok(Ok(Err(no))) => no_day(no),
        Ok(Err(error)) => unreadable(&error),
        Err(_) => ending(),
    }
}
