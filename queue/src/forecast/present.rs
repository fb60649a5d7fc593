//! The hall at one moment, as far as waits depend on it. Moments are seconds after local midnight.

use super::learn::Names;
use crate::flow::Settings;
use crate::hall::Hall;
use crate::ids::{TicketSeq, Timestamp, WindowNumber};
use crate::rules::Class;
use crate::ticket::TicketState;
use crate::window::{Window, WindowState};
use std::collections::BTreeMap;

/// What is planned for the day, in seconds after local midnight.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Roster {
    /// Periods in which numbers are given.
    pub sessions: Vec<(i64, i64)>,
    /// When each window works: from and to; `None`: until everybody is served. Windows that are not here work while they are
    /// open, and nobody knows when else.
    pub windows: BTreeMap<WindowNumber, Vec<(i64, Option<i64>)>>,
}

/// A window that is late to open is expected for so long; after that it is taken to stay closed.
const LATE_AT_MOST_S: i64 = 1800;
/// … and so soon.
const OPENS_SOON_S: i64 = 300;

/// The hall now. Services are known by their position.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Present {
    /// Now.
    pub now: i64,
    /// How it is decided who is next.
    pub settings: Settings,
    /// Class of each service.
    pub services: Vec<Class>,
    /// Windows, in the order that decides between equals.
    pub windows: Vec<PresentWindow>,
    /// Everybody who waits, by place in the order (`join`, number-taking).
    pub waiting: Vec<Place>,
    /// Periods of today in which numbers are given, those that are over left out.
    pub sessions: Vec<(i64, i64)>,
    /// Who is still to come with a booking; `None`: bookings are not known here, and as many come as on other days.
    pub bookings: Option<Vec<Booking>>,
}

/// A window now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PresentWindow {
    /// Services it serves.
    pub skills: Vec<usize>,
    /// Clerk group, by position.
    pub group: usize,
    /// When it works from now on: from (for one that is open: now) and to; `None`: until everybody is served.
    pub works: Vec<(i64, Option<i64>)>,
    /// What it is doing.
    pub doing: Doing,
    /// Its latest call was GREEN or APPOINTMENT.
    pub last_priority: bool,
}

/// What a window is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "fields: which service, since when")]
pub enum Doing {
    /// Closed, or open and free.
    Nothing,
    /// With a person, called or served.
    Serving { service: usize, since: i64 },
    /// Paused.
    Paused { since: i64 },
}

/// Somebody who waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Whose.
    pub ticket: TicketSeq,
    /// What for.
    pub service: usize,
    /// Green channel.
    pub green: bool,
    /// Booked time of a valid appointment.
    pub booked: Option<i64>,
    /// Start of the place in the order.
    pub join: i64,
    /// From when the wait counts.
    pub ready: i64,
    /// Priority calls that passed it.
    pub passed: u32,
    /// Position of the only window that may call it.
    pub only: Option<usize>,
    /// Back after a missed call: it will not be revived again.
    pub revived: bool,
}

/// A booking ahead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Booking {
    /// What for.
    pub service: usize,
    /// When.
    pub at: i64,
}

impl Present {
    /// The hall at `at`. `midnight`: the local midnight before.
    pub fn of(hall: &Hall, at: Timestamp, midnight: Timestamp, names: &Names, roster: &Roster) -> Present {
        let second = |moment: Timestamp| moment.since(midnight);
        let now = second(at);
        let rules = hall.rules();
        let positions: BTreeMap<WindowNumber, usize> =
            hall.windows().enumerate().map(|(position, window)| (window.number, position)).collect();
        let mut waiting: Vec<(Timestamp, Place)> = Vec::new();
        for ticket in hall.tickets() {
            let TicketState::Waiting { only } = ticket.state else { continue };
            let Some(service) = names.service(&ticket.service) else { continue };
            let place = Place {
                ticket: ticket.seq,
                service,
                green: ticket.green.is_some(),
                booked: ticket.booked.map(second),
                join: second(ticket.join),
                ready: second(ticket.ready),
                passed: ticket.passed,
                only: only.and_then(|window| positions.get(&window).copied()),
                revived: ticket.revived,
            };
            waiting.push((ticket.join, place));
        }
        // Tickets come in the order of number-taking, which the sort keeps among those who joined together.
        waiting.sort_by_key(|&(join, _)| join);
        Present {
            now,
            settings: Settings::of(&rules.parameters),
            services: rules.services.iter().map(|rule| rule.class).collect(),
            windows: hall
                .windows()
                .map(|window| window_now(hall, window, now, midnight, names, roster))
                .collect(),
            waiting: waiting.into_iter().map(|(_, place)| place).collect(),
            sessions: roster.sessions.iter().copied().filter(|&(_, ends)| ends > now).collect(),
            bookings: None,
        }
    }
}

fn window_now(
    hall: &Hall,
    window: &Window,
    now: i64,
    midnight: Timestamp,
    names: &Names,
    roster: &Roster,
) -> PresentWindow {
    let doing = match &window.state {
        WindowState::Calling { ticket } | WindowState::Serving { ticket } => {
            let ticket = hall.ticket(*ticket);
            let since = ticket.and_then(|ticket| match ticket.state {
                TicketState::Called { since, .. } | TicketState::Serving { since, .. } => Some(since),
                _ => None,
            });
            let service = ticket.and_then(|ticket| names.service(&ticket.service));
            match (service, since) {
                (Some(service), Some(since)) => Doing::Serving { service, since: since.since(midnight) },
                _ => Doing::Nothing,
            }
        }
        WindowState::Paused { since, .. } => Doing::Paused { since: since.since(midnight) },
        _ => Doing::Nothing,
    };
    let idle = matches!(window.state, WindowState::Free);
    let works = match (roster.windows.get(&window.number), window.state.is_open()) {
        (None, true) => vec![(now, None)],
        (None, false) => Vec::new(),
        (Some(planned), open) => {
            let ahead = planned.iter().filter(|(_, to)| to.is_none_or(|to| to > now));
            let mut works: Vec<(i64, Option<i64>)> = ahead
                .filter_map(|&(from, to)| match (from <= now, open) {
                    (false, _) => Some((from, to)),
                    (true, true) => Some((now, to)),
                    (true, false) => (now - from <= LATE_AT_MOST_S).then_some((now + OPENS_SOON_S, to)),
                })
                .collect();
            // Open beyond its hours: it serves those who are left, unless it does nothing.
            if open && !idle && works.first().is_none_or(|&(from, _)| from > now) {
                works.insert(0, (now, works.first().map(|&(from, _)| from)));
            }
            works
        }
    };
    PresentWindow {
        skills: window.skills.iter().filter_map(|service| names.service(service)).collect(),
        group: names.group(window.number),
        works,
        doing,
        last_priority: window.last_priority,
    }
}
