//! Whether anybody works: for the building staff, who switch lights and power off in the evening (rule X4).

use super::{Interface, ending};
use crate::config::{Config, LampKind};
use crate::time::local_time;
use axum::Router;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Json, Response};
use axum::routing::get as asked;
use queue::{Timestamp, WindowNumber};
use serde::Serialize;

/// Path, type and content of each part of the page.
const PARTS: [(&str, &str, &str); 3] = [
    ("/working", "text/html; charset=utf-8", include_str!("working/page.html")),
    ("/working/style.css", "text/css; charset=utf-8", include_str!("working/style.css")),
    ("/working/page.js", "text/javascript; charset=utf-8", include_str!("working/page.js")),
];

/// What the page and other programs are told.
#[derive(Debug, Serialize)]
struct Working {
    /// Whether any window is open: light and power stay on.
    working: bool,
    hall: String,
    /// Wall time of the hall.
    local: String,
    /// The open ones.
    windows: Vec<OpenWindow>,
    lamps: Vec<LampView>,
}

#[derive(Debug, Serialize)]
struct OpenWindow {
    number: WindowNumber,
    name: String,
    area: String,
    /// Of the area.
    floor: Option<i32>,
}

#[derive(Debug, Serialize)]
struct LampView {
    name: String,
    kind: LampKind,
    /// `None`: its line cannot be driven.
    lit: Option<bool>,
}

pub(super) fn page() -> Router {
    let part = |kind: &'static str, content: &'static str| {
        let headers = [
            (header::CONTENT_TYPE, kind),
            (header::CONTENT_SECURITY_POLICY, "default-src 'self'; img-src 'self' data:"),
            (header::CACHE_CONTROL, "no-store"),
        ];
        asked(async move || (headers, content))
    };
    PARTS
        .into_iter()
        .fold(Router::new(), |router, (path, kind, content)| router.route(path, part(kind, content)))
}

pub(super) async fn get(State(interface): State<Interface>) -> Response {
    let open = interface.desk.look(|facts| {
        let open = facts.hall.windows().filter(|window| window.state.is_open()).map(|window| window.number);
        (facts.now, open.collect::<Vec<_>>())
    });
    let Some((now, open)) = open.await else { return ending() };
    let shown = interface.lamps.all();
    let lamps = interface.config.lamps.iter().map(|lamp| LampView {
        name: lamp.name.clone(),
        kind: lamp.kind,
        lit: shown.get(&lamp.name).copied().flatten(),
    });
    Json(told(&interface.config, now, &open, lamps.collect())).into_response()
}

fn told(config: &Config, now: Timestamp, open: &[WindowNumber], lamps: Vec<LampView>) -> Working {
    let windows = open.iter().map(|number| {
        let window = config.window(number.0);
        let area = window.and_then(|window| config.area(&window.area));
        OpenWindow {
            number: *number,
            name: window.map(|window| window.name.clone()).unwrap_or_default(),
            area: area.map(|area| area.name.clone()).unwrap_or_default(),
            floor: area.map(|area| i32::from(area.floor)),
        }
    });
    Working {
        working: !open.is_empty(),
        hall: config.hall.name.clone(),
        local: local_time(config, now).format("%Y-%m-%d %H:%M:%S").to_string(),
        windows: windows.collect(),
        lamps,
    }
}
