//! The hall at one moment, as far as waits depend on it. Moments are seconds after local midnight.

use super::attendance::Opening;
use super::learn::{LONGEST_PAUSE_S, Names};
use crate::flow::Settings;
use crate::hall::Hall;
use crate::ids::{ServiceId, TicketSeq, Timestamp, WindowNumber};
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
    /// Who is still to come with a booking today, and has not checked in; `None`: bookings are not known here, and as many come
    /// as on other days. Drawn are either these or those, never both.
    pub bookings: Option<Vec<Booking>>,
}

/// A window now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PresentWindow {
    /// Its number, by which its past is known.
    pub number: WindowNumber,
    /// Services it serves.
    pub skills: Vec<usize>,
    /// Clerk group, by position.
    pub group: usize,
    /// When it works without question: one that is open, from now to; `None`: until everybody is served.
    pub works: Vec<(i64, Option<i64>)>,
    /// Planned periods to which its clerk has still to come, by what [`super::Habits`] know about it.
    pub openings: Vec<Opening>,
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
                .map(|window| window_now(hall, window, (now, midnight), names, roster))
                .collect(),
            waiting: waiting.into_iter().map(|(_, place)| place).collect(),
            sessions: roster.sessions.iter().copied().filter(|&(_, ends)| ends > now).collect(),
            bookings: None,
        }
    }

    /// The same hall where it is known who is still to come with a booking today: service and time of each. Those of a service
    /// that the settings do not know are left out.
    pub fn with_bookings<'a>(
        mut self,
        bookings: impl Iterator<Item = (&'a ServiceId, Timestamp)>,
        midnight: Timestamp,
        names: &Names,
    ) -> Present {
        let known = bookings
            .filter_map(|(id, at)| Some(Booking { service: names.service(id)?, at: at.since(midnight) }));
        self.bookings = Some(known.collect());
        self
    }
}

fn window_now(
    hall: &Hall,
    window: &Window,
    (now, midnight): (i64, Timestamp),
    names: &Names,
    roster: &Roster,
) -> PresentWindow {
    let planned = roster.windows.get(&window.number);
    let away = match window.state {
        WindowState::Closed => true,
        WindowState::Paused { since, .. } => gone(now, since.since(midnight), planned, roster),
        _ => false,
    };
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
        WindowState::Paused { since, .. } if !away => Doing::Paused { since: since.since(midnight) },
        _ => Doing::Nothing,
    };
    let idle = matches!(window.state, WindowState::Free);
    let (mut works, mut openings) = (Vec::new(), Vec::new());
    match planned {
        None if !away => works.push((now, None)),
        None => {}
        Some(planned) => {
            for (span, &(from, to)) in planned.iter().enumerate() {
                if to.is_some_and(|to| to <= now) {
                    continue;
                }
                if from <= now && !away {
                    works.push((now, to));
                } else {
                    openings.push(Opening { span, from, to });
                }
            }
            // Open beyond its hours: it serves those who are left, unless it does nothing.
            if !away && !idle && works.is_empty() {
                works.push((now, openings.first().map(|opening| opening.from)));
            }
        }
    }
    PresentWindow {
        number: window.number,
        skills: window.skills.iter().filter_map(|service| names.service(service)).collect(),
        group: names.group(window.number),
        works,
        openings,
        doing,
        last_priority: window.last_priority,
    }
}

/// Whether whoever paused this window left for longer than a pause: for an hour already, or from one session into a break or
/// into the next. Then it is a window that has still to open.
fn gone(now: i64, since: i64, planned: Option<&Vec<(i64, Option<i64>)>>, roster: &Roster) -> bool {
    let Some(planned) = planned else { return false };
    let next_began = planned.iter().any(|&(from, _)| since < from && from <= now);
    let next_begins = planned.iter().any(|&(from, _)| now < from);
    let in_session = roster.sessions.iter().any(|&(from, to)| from <= now && now < to);
    now - since >= LONGEST_PAUSE_S || next_began || (next_begins && !in_session)
}
