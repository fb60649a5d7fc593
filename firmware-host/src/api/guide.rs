//! The guide desk's page (rules A1 to A8, G1 to G5, Q4, Q9), the follow-up register's (rules R5, P5, O2), and what they need
//! to know of the hall.
//!
//! The page has no way of its own: it sends the commands that everybody sends. It keeps nothing of a person: no storage, no
//! address, and forms are empty again once they are sent or left alone.

use super::{Interface, ending};
use crate::config::Config;
use crate::time::local_time;
use axum::Router;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Json, Response};
use axum::routing::get;
use chrono::TimeDelta;
use link::font::Weight;
use queue::Timestamp;
use serde_json::{Value, json};

/// Path, type and content of each part.
const PARTS: [(&str, &str, &str); 6] = [
    ("/guide", "text/html; charset=utf-8", include_str!("guide/page.html")),
    ("/guide/style.css", "text/css; charset=utf-8", include_str!("guide/style.css")),
    ("/guide/common.js", "text/javascript; charset=utf-8", include_str!("guide/common.js")),
    ("/guide/desk.js", "text/javascript; charset=utf-8", include_str!("guide/desk.js")),
    ("/register", "text/html; charset=utf-8", include_str!("register/page.html")),
    ("/register/register.js", "text/javascript; charset=utf-8", include_str!("register/register.js")),
];

/// Scripts and styles of this page only, in no other site's frame: whoever works here works with people's data.
const POLICY: &str = "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; form-action 'self'";

pub(super) fn page() -> Router {
    let font = async || ([(header::CONTENT_TYPE, "font/otf")], Weight::Regular.file());
    let part = |kind: &'static str, content: &'static str| {
        let headers = [
            (header::CONTENT_TYPE, kind),
            (header::CONTENT_SECURITY_POLICY, POLICY),
            (header::CACHE_CONTROL, "no-store"),
        ];
        get(async move || (headers, content))
    };
    PARTS
        .into_iter()
        .fold(Router::new(), |router, (path, kind, content)| router.route(path, part(kind, content)))
        .route("/guide/font.otf", get(font))
}

/// What can be chosen on the page: services, categories, printers, windows, days.
pub(super) async fn desk(State(interface): State<Interface>) -> Response {
    match interface.desk.look(|facts| facts.now).await {
        Some(now) => Json(choices(&interface.config, now)).into_response(),
        None => ending(),
    }
}

fn choices(config: &Config, now: Timestamp) -> Value {
    let today = local_time(config, now).date();
    let services = config.services.iter().map(|service| {
        let quota = service.appointments_per_day.unwrap_or(config.appointments.per_day);
        let department = config.department(&service.department);
        json!({
            "code": service.code,
            "name": service.name,
            "department": department.map_or(&service.department, |department| &department.name),
            "bookable": quota > 0 && config.windows_serving(&service.code).next().is_some(),
        })
    });
    let categories =
        config.green.categories.iter().map(
            |category| json!({"code": category.code, "name": category.name, "name_en": category.name_en}),
        );
    let windows = config.windows.iter().map(|window| json!({"number": window.number, "name": window.name}));
    json!({
        "hall": config.hall.name,
        "day": today,
        "last_day": today + TimeDelta::days(i64::from(config.appointments.ahead_days)),
        "services": services.collect::<Vec<_>>(),
        "categories": categories.collect::<Vec<_>>(),
        "evidence": config.green.evidence,
        "printers": config.printers.iter().map(|printer| &printer.name).collect::<Vec<_>>(),
        "kiosks": config.kiosks.iter().map(|kiosk| &kiosk.name).collect::<Vec<_>>(),
        "windows": windows.collect::<Vec<_>>(),
    })
}
