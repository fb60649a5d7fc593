//! What the two small pages share: the citizen's ticket on a telephone and the pad at a window. They speak to their own address
//! only and load nothing from elsewhere, since telephones in the hall may have no way out.

use axum::Router;
use axum::http::header;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use link::font::Weight;

/// Path, type and content of each part.
const PARTS: [(&str, &str, &str); 4] = [
    ("/t/small.css", "text/css; charset=utf-8", include_str!("small/small.css")),
    ("/t/small.js", "text/javascript; charset=utf-8", include_str!("small/small.js")),
    ("/t/ticket.js", "text/javascript; charset=utf-8", include_str!("small/ticket.js")),
    ("/pad/pad.js", "text/javascript; charset=utf-8", include_str!("small/pad.js")),
];

/// Its own scripts and styles only (and an icon that is nothing), in no other site's frame.
const POLICY: &str = "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; form-action 'none'";

/// The parts of both pages.
pub(super) fn parts<S: Clone + Send + Sync + 'static>() -> Router<S> {
    let part = |kind: &'static str, content: &'static str| {
        get(async move || ([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "no-cache")], content))
    };
    let font = async || ([(header::CONTENT_TYPE, "font/otf")], Weight::Regular.file());
    PARTS
        .into_iter()
        .fold(Router::new(), |router, (path, kind, content)| router.route(path, part(kind, content)))
        .route("/pad/font.otf", get(font))
}

/// A page. Its address is a secret of the slip, which no other site is to be told.
pub(super) fn page(content: &'static str) -> Response {
    let headers = [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::CACHE_CONTROL, "no-store"),
        (header::REFERRER_POLICY, "no-referrer"),
    ];
    (headers, Html(content)).into_response()
}
