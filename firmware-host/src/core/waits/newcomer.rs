//! What somebody is told who just took a number (rules Q8, W3).
//!
//! The newest forecast is some milliseconds old, and others may have joined since. They are before the newcomer, and each of
//! them costs what a person costs at the windows that serve the newcomer; how much that is, is less sure than what was forecast.
//! Calls, ends and no-shows of those milliseconds are part of what the forecast drew. Where windows opened or closed it is
//! another hall, and nothing is told from this forecast ([`Waits::knows`]).

use super::{ServiceWaits, Waits};
use queue::forecast::Range;
use queue::{Hall, ServiceId, Ticket, TicketSeq, TicketState, WindowNumber, WindowState};

impl Waits {
    /// The wait that a newcomer who holds this ticket is told, with an appointment so many seconds ahead (negative: late).
    /// `None`: nobody will serve it, or there is no forecast.
    pub fn newcomer(&self, hall: &Hall, ticket: &Ticket, ahead_s: Option<i64>) -> Option<Range> {
        let waits = self.services.get(&ticket.service)?;
        let range = waits.of(ticket.green.is_some(), ahead_s)?;
        let windows = windows_of(hall, &ticket.service);
        let since = (self.next.0..ticket.seq.0).filter_map(|seq| hall.ticket(TicketSeq(seq)));
        let before = since.filter(|other| {
            let gone = matches!(other.state, TicketState::Voided { .. });
            !gone && (is_first(other) || !is_first(ticket))
        });
        // Whoever may be served elsewhere too is here only in part.
        let joined: f64 = before.map(|other| share_of(&windows_of(hall, &other.service), &windows)).sum();
        Some(later(range, joined, waits, windows.len()))
    }
}

/// As long as windows stand free nobody waits; after that each of those who joined is one person more, and what one person
/// costs may be half of the mean or half as much again, as in the usual estimate.
fn later(range: Range, joined: f64, waits: &ServiceWaits, n_windows: usize) -> Range {
    let places = (joined - waits.free.saturating_sub(1) as f64).max(0.0);
    let more_s = (places * waits.mean_s / n_windows.max(1) as f64) as i64;
    Range {
        median_s: range.median_s.saturating_add(more_s),
        low_s: range.low_s.saturating_add(more_s / 2),
        high_s: range.high_s.saturating_add(more_s.saturating_mul(3) / 2),
    }
}

/// Goes before those who only took a number, from the booked time on.
fn is_first(ticket: &Ticket) -> bool {
    ticket.green.is_some() || ticket.booked.is_some()
}

/// Open windows that serve this.
fn windows_of(hall: &Hall, service: &ServiceId) -> Vec<WindowNumber> {
    let open = hall.windows().filter(|window| window.state != WindowState::Closed);
    open.filter(|window| window.skills.contains(service)).map(|window| window.number).collect()
}

/// Which share of `theirs` is also of `ours`.
fn share_of(theirs: &[WindowNumber], ours: &[WindowNumber]) -> f64 {
    let shared = theirs.iter().filter(|window| ours.contains(window)).count();
    shared as f64 / theirs.len().max(1) as f64
}

/// Windows that would call whoever takes a number for this now at once.
pub(super) fn free(hall: &Hall, service: &ServiceId) -> usize {
    let idle = hall.windows().filter(|window| {
        matches!(window.state, WindowState::Free | WindowState::Asking { .. })
            && window.skills.contains(service)
    });
    idle.count().saturating_sub(hall.waiting_before(service))
}
