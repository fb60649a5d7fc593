//! The page and what it asks for.
//!
//! | path | does |
//! |---|---|
//! | `GET /` | the page; its parts under `/demo/` |
//! | `GET /demo/state` | the hall, every device, the latest changes |
//! | `GET /demo/events` | devices that changed, as server-sent events, at most five a second |
//! | `GET /demo/kiosk/{name}.png`, `GET /demo/slip/{printer}/{n}.png` | pictures |
//! | `POST /demo/press`, `pad`, `touch`, `card`, `code`, `fault` | a hand on a device |
//! | `POST /demo/book` | an appointment for the page's telephone |
//!
//! Posts must be `application/json`, so that a page of another site cannot press anything.

use super::persons::page_people;
use super::stage::Stage;
use super::{telephone, views};
use axum::Router;
use axum::extract::{Json, Path, State};
use axum::http::{StatusCode, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use link::font::Weight;
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;

/// How often changed devices are told: moving texts look alive and a page costs next to nothing.
const TELL_EVERY: Duration = Duration::from_millis(200);
/// Events that may wait for a slow browser; then it is simply told less often.
const WAITING: usize = 2;

const HTML: &str = "text/html; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";
const JS: &str = "text/javascript; charset=utf-8";
const OTF: &str = "font/otf";

macro_rules! asset {
    ($path:literal, $kind:expr, $file:literal) => {
        ($path, $kind, include_bytes!($file) as &[u8])
    };
}

/// The page's own files: everything it needs is in the binary.
const ASSETS: [(&str, &str, &[u8]); 11] = [
    asset!("/", HTML, "page/index.html"),
    asset!("/demo/style.css", CSS, "page/style.css"),
    asset!("/demo/devices.css", CSS, "page/devices.css"),
    asset!("/demo/led.js", JS, "page/led.js"),
    asset!("/demo/words.js", JS, "page/words.js"),
    asset!("/demo/window.js", JS, "page/window.js"),
    asset!("/demo/desk.js", JS, "page/desk.js"),
    asset!("/demo/telephone.js", JS, "page/telephone.js"),
    asset!("/demo/page.js", JS, "page/page.js"),
    ("/demo/font/regular.otf", OTF, Weight::Regular.file()),
    ("/demo/font/bold.otf", OTF, Weight::Bold.file()),
];

/// The routes of the virtual hall, beside those of the interface.
pub fn routes(stage: Arc<Stage>) -> Router {
    let mut router = Router::new();
    for (path, kind, bytes) in ASSETS {
        // Fonts are large and never change while the page is open; the rest is small.
        let keep = if kind == OTF { "max-age=86400" } else { "no-cache" };
        let headers = [(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, keep)];
        router = router.route(path, get(move || async move { (headers, bytes) }));
    }
    router
        .route("/demo/state", get(state))
        .route("/demo/events", get(events))
        .route("/demo/kiosk/{file}", get(kiosk_picture))
        .route("/demo/slip/{printer}/{file}", get(slip_picture))
        .route("/demo/press", post(press))
        .route("/demo/pad", post(pad))
        .route("/demo/touch", post(touch))
        .route("/demo/card", post(card))
        .route("/demo/code", post(code))
        .route("/demo/book", post(book))
        .route("/demo/fault", post(fault))
        .with_state(stage)
}

/// Gives the page's telephone its first appointment. Must be called within a tokio runtime.
pub fn begin(stage: &Arc<Stage>) {
    let stage = stage.clone();
    tokio::spawn(async move {
        if let Some(kiosk) = stage.config.kiosks.first() {
            telephone::book(&stage, 0, &kiosk.name).await;
        }
    });
}

async fn state(State(stage): State<Arc<Stage>>) -> Response {
    let Some(state) = views::state(&stage).await else { return ending() };
    Json(state).into_response()
}

async fn events(State(stage): State<Arc<Stage>>) -> impl IntoResponse {
    let (sender, receiver) = mpsc::channel(WAITING);
    tokio::spawn(tell(stage, sender));
    Sse::new(ReceiverStream::new(receiver)).keep_alive(KeepAlive::new().interval(Duration::from_secs(10)))
}

/// Tells one page what changed, until it is closed.
async fn tell(stage: Arc<Stage>, page: mpsc::Sender<Result<Event, Infallible>>) {
    let mut told: BTreeMap<String, Value> = BTreeMap::new();
    while let Some(views) = views::devices(&stage).await {
        let mut changed = views.clone();
        changed.retain(|name, view| told.get(name) != Some(view));
        if !changed.is_empty() {
            let event = Event::default().event("devices").data(json!(changed).to_string());
            if page.send(Ok(event)).await.is_err() {
                return;
            }
            told = views;
        }
        tokio::select! {
            () = tokio::time::sleep(TELL_EVERY) => {}
            () = page.closed() => return,
        }
    }
}

async fn kiosk_picture(State(stage): State<Arc<Stage>>, Path(file): Path<String>) -> Response {
    let name = file.strip_suffix(".png").unwrap_or(&file);
    let Some(line) = stage.hall.panels.get(name) else { return missing("kiosk", name) };
    let picture = line.look(|panel| panel.twin.picture());
    png(tokio::task::spawn_blocking(move || picture.png()).await.unwrap_or_default())
}

async fn slip_picture(
    State(stage): State<Arc<Stage>>,
    Path((printer, file)): Path<(String, String)>,
) -> Response {
    let number = file.strip_suffix(".png").and_then(|number| number.parse::<u64>().ok());
    let found = stage.hall.printers.get(&printer).and_then(|line| {
        line.look(|unit| unit.tray().find(|(n, _)| Some(*n) == number).map(|(_, paper)| paper.clone()))
    });
    // It has left the tray since the page was told of it.
    let Some(paper) = found else { return StatusCode::NO_CONTENT.into_response() };
    png(tokio::task::spawn_blocking(move || paper.png()).await.unwrap_or_default())
}

fn png(bytes: Vec<u8>) -> Response {
    ([(header::CONTENT_TYPE, "image/png"), (header::CACHE_CONTROL, "no-store")], bytes).into_response()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Press {
    window: u16,
    key: String,
}

async fn press(State(stage): State<Arc<Stage>>, Json(press): Json<Press>) -> Response {
    stage.take_in_hand(&format!("window/{}", press.window));
    done(stage.hall.press(press.window, &press.key), "window or key")
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PadPress {
    window: u16,
    button: u8,
}

async fn pad(State(stage): State<Arc<Stage>>, Json(press): Json<PadPress>) -> Response {
    stage.take_in_hand(&format!("window/{}", press.window));
    done(stage.hall.rate(press.window, press.button), "window")
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Touch {
    kiosk: String,
    x: i32,
    y: i32,
}

async fn touch(State(stage): State<Arc<Stage>>, Json(touch): Json<Touch>) -> Response {
    stage.take_in_hand(&format!("kiosk/{}", touch.kiosk));
    done(stage.hall.touch(&touch.kiosk, touch.x, touch.y), "kiosk")
}

/// Which card is laid on a kiosk's reader; none: the one there is lifted.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Laid {
    kiosk: String,
    card: Option<usize>,
}

async fn card(State(stage): State<Arc<Stage>>, Json(laid): Json<Laid>) -> Response {
    stage.take_in_hand(&format!("kiosk/{}", laid.kiosk));
    let card = match laid.card.map(|n| page_people().into_iter().nth(n)) {
        None => None,
        Some(Some((_, person))) => Some(person.card),
        Some(None) => return missing("card", "as asked for"),
    };
    done(stage.hall.lay(&laid.kiosk, card), "card reader")
}

/// For whom of the page's people the telephone gets an appointment, and at which kiosk it is to be used.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Booked {
    person: usize,
    kiosk: String,
}

async fn book(State(stage): State<Arc<Stage>>, Json(booked): Json<Booked>) -> Response {
    let done = telephone::book(&stage, booked.person, &booked.kiosk).await;
    done_or(done.then_some(()), "没有可以预约的时段。", "no time is free")
}

/// Longest code that is held before a scanner; real ones have well under 200 bytes.
const LONGEST_CODE: usize = 400;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Code {
    kiosk: String,
    text: String,
}

async fn code(State(stage): State<Arc<Stage>>, Json(code): Json<Code>) -> Response {
    stage.take_in_hand(&format!("kiosk/{}", code.kiosk));
    if code.text.len() > LONGEST_CODE || code.text.chars().any(char::is_control) {
        return missing("code", "with this text");
    }
    done(stage.hall.show_code(&code.kiosk, &code.text), "scanner")
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Fault {
    device: String,
    fault: String,
}

async fn fault(State(stage): State<Arc<Stage>>, Json(fault): Json<Fault>) -> Response {
    match stage.hall.fault(&fault.device, &fault.fault) {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(text) => {
            (StatusCode::NOT_FOUND, Json(json!({"zh": "没有该设备或故障。", "en": text}))).into_response()
        }
    }
}

fn done(outcome: Option<()>, what: &str) -> Response {
    let en = format!("the virtual hall has no {what} as asked for");
    done_or(outcome, "虚拟大厅没有该设备。", &en)
}

fn done_or(outcome: Option<()>, zh: &str, en: &str) -> Response {
    match outcome {
        Some(()) => StatusCode::NO_CONTENT.into_response(),
        None => (StatusCode::NOT_FOUND, Json(json!({"zh": zh, "en": en}))).into_response(),
    }
}

fn missing(what: &str, name: &str) -> Response {
    let text = json!({"zh": "虚拟大厅没有该设备。", "en": format!("the virtual hall has no {what} {name}")});
    (StatusCode::NOT_FOUND, Json(text)).into_response()
}

fn ending() -> Response {
    let text = json!({"zh": "虚拟大厅正在结束。", "en": "the virtual hall is ending"});
    (StatusCode::SERVICE_UNAVAILABLE, Json(text)).into_response()
}
