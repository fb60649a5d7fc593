//! The pages that are opened with other machines than this one, on an address of their own (`[citizens] listen`): tickets on
//! telephones, pads at windows, the screen with results, the page of open windows. Nothing there commands anything but a rating,
//! and a rating needs the code of a slip or of a pad.
//!
//! Whoever is in the hall's network can send anything here at any rate, so connections and requests at once are bounded, in all
//! and for each address; what is too much is closed or waits, and the console and the devices do not notice.

use super::{Door, Interface, pad, results, small, ticket, working};
use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::StatusCode;
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::service::TowerToHyperService;
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;

/// Connections at once. A full hall has some hundred telephones, few of them looking in the same second; every connection costs
/// a file descriptor, of which a process has 1024.
const CONNECTIONS: usize = 400;
/// Connections of one address at once. A browser opens six; all telephones behind one router that hides their addresses share these.
const CONNECTIONS_OF_ONE: usize = 60;
/// Requests that are answered at once; more wait their turn, so that keypads never stand behind a crowd of telephones.
const REQUESTS: usize = 16;
/// A request is answered within milliseconds; a body that does not come holds no place for longer.
const ANSWERED_WITHIN: Duration = Duration::from_secs(10);
/// Between connecting, or the last answer, and a whole next request. Longer than browsers keep a quiet connection busy, and
/// whoever sends a byte a minute is gone.
const HEADER_WITHIN: Duration = Duration::from_secs(30);
/// Bytes of a rating with all its reasons, many times over.
const BODY_BYTES: usize = 4096;
/// After the system could not give a connection, for want of file descriptors: some will be free by then.
const AGAIN: Duration = Duration::from_millis(500);

/// The routes of this address.
pub(crate) fn routes(interface: &Interface) -> Router {
    let interface = Interface { door: Door::Hall, ..interface.clone() };
    Router::new()
        .merge(ticket::routes())
        .merge(pad::routes())
        .route("/api/v1/working", get(working::get))
        .with_state(interface.clone())
        .merge(results::routes(interface))
        .merge(small::parts())
        .merge(working::page())
        .layer(DefaultBodyLimit::max(BODY_BYTES))
        .layer(middleware::from_fn_with_state(Arc::new(Semaphore::new(REQUESTS)), in_turn))
}

async fn in_turn(State(turns): State<Arc<Semaphore>>, request: Request, next: Next) -> Response {
    let answer = async {
        let _turn = turns.acquire().await;
        next.run(request).await
    };
    let late = StatusCode::REQUEST_TIMEOUT.into_response();
    tokio::time::timeout(ANSWERED_WITHIN, answer).await.unwrap_or(late)
}

/// Serves these routes for ever.
pub(crate) async fn serve(listener: TcpListener, routes: Router) {
    let guests = Guests::default();
    loop {
        let Ok((stream, address)) = listener.accept().await else {
            tokio::time::sleep(AGAIN).await;
            continue;
        };
        let Some(guest) = guests.let_in(address.ip()) else { continue };
        // Small answers go out at once; a failure costs their delay alone.
        stream.set_nodelay(true).ok();
        let service = TowerToHyperService::new(routes.clone());
        tokio::spawn(async move {
            let mut builder = Builder::new(TokioExecutor::new()).http1_only();
            builder.http1().timer(TokioTimer::new()).header_read_timeout(HEADER_WITHIN);
            // Telephones leave in the middle of anything: that is no fault of the hall's.
            builder.serve_connection(TokioIo::new(stream), service).await.ok();
            drop(guest);
        });
    }
}

/// Who is connected, how often.
#[derive(Clone, Default)]
struct Guests(Arc<Mutex<BTreeMap<IpAddr, usize>>>);

/// One connection, until it is dropped.
struct Guest {
    guests: Guests,
    address: IpAddr,
}

impl Guests {
    /// `None`: too many are there, of this address or in all.
    fn let_in(&self, address: IpAddr) -> Option<Guest> {
        let mut there = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let all: usize = there.values().sum();
        let own = there.get(&address).copied().unwrap_or(0);
        if all >= CONNECTIONS || own >= CONNECTIONS_OF_ONE {
            return None;
        }
        there.insert(address, own + 1);
        Some(Guest { guests: self.clone(), address })
    }
}

impl Drop for Guest {
    fn drop(&mut self) {
        let mut there = self.guests.0.lock().unwrap_or_else(PoisonError::into_inner);
        let left = there.get(&self.address).map_or(0, |own| own.saturating_sub(1));
        if left == 0 {
            there.remove(&self.address);
        } else {
            there.insert(self.address, left);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_address_cannot_take_every_place_and_gives_its_places_back() {
        let guests = Guests::default();
        let one = IpAddr::from([192, 168, 10, 3]);
        let theirs: Vec<Guest> = std::iter::from_fn(|| guests.let_in(one)).collect();
        assert_eq!(theirs.len(), CONNECTIONS_OF_ONE);
        let others: Vec<Guest> =
            (4..=250).filter_map(|last| guests.let_in(IpAddr::from([192, 168, 10, last]))).collect();
        assert_eq!(others.len(), 247);
        let many: Vec<Guest> =
            (0..=250).filter_map(|last| guests.let_in(IpAddr::from([192, 168, 11, last]))).collect();
        assert_eq!(theirs.len() + others.len() + many.len(), CONNECTIONS);
        drop((theirs, others, many));
        assert!(guests.0.lock().unwrap().is_empty());
        assert!(guests.let_in(one).is_some());
    }
}
