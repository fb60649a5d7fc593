//! From the hall's events to what they teach.

use super::attendance::Turn;
use super::habits::{Habits, Observed};
use crate::booking::BookingEvent;
use crate::event::Event;
use crate::ids::{ServiceId, TicketSeq, Timestamp, WindowNumber};
use std::collections::BTreeMap;

/// A pause of an hour or more is lunch, training or a broken window: nothing that comes at any time of the day.
pub(super) const LONGEST_PAUSE_S: i64 = 3600;

/// The names of services, and the clerk group at each window, as positions in [`Habits`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Names {
    services: BTreeMap<ServiceId, usize>,
    groups: BTreeMap<WindowNumber, usize>,
}

impl Names {
    /// `services` in the order in which [`Habits`] were made; windows that are not in `groups` belong to the first.
    pub fn new(services: impl IntoIterator<Item = ServiceId>, groups: BTreeMap<WindowNumber, usize>) -> Self {
        let services = services.into_iter().enumerate().map(|(position, service)| (service, position));
        Names { services: services.collect(), groups }
    }

    /// Position of a service; `None` if the settings do not know it.
    pub fn service(&self, service: &ServiceId) -> Option<usize> {
        self.services.get(service).copied()
    }

    /// Position of a window's clerk group.
    pub fn group(&self, window: WindowNumber) -> usize {
        self.groups.get(&window).copied().unwrap_or_default()
    }
}

impl Observed {
    /// What an event about a booking teaches; one that the hall or its person took back, or of which nobody knows what became,
    /// teaches nothing.
    pub fn of_booking(event: &BookingEvent) -> Option<Observed> {
        match event {
            BookingEvent::CheckedIn { .. } => Some(Observed::Booking { kept: true }),
            BookingEvent::NoShow { .. } => Some(Observed::Booking { kept: false }),
            _ => None,
        }
    }
}

/// What is under way and teaches only when it ends.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Leg {
    service: ServiceId,
    called: Timestamp,
    /// At windows before it stood aside (Q6).
    before_s: i64,
}

/// A window that is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Open {
    since: Timestamp,
    /// It last did something.
    latest: Timestamp,
    /// Pauses that are none ([`LONGEST_PAUSE_S`]).
    away_s: i64,
}

impl Open {
    fn worked_s(self, until: Timestamp) -> i64 {
        until.since(self.since) - self.away_s
    }
}

/// Reads committed events in the order of the log and teaches [`Habits`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Learner {
    names: Names,
    zone_offset_s: i64,
    legs: BTreeMap<TicketSeq, Leg>,
    passed: BTreeMap<TicketSeq, Timestamp>,
    open: BTreeMap<WindowNumber, Open>,
    any_day: bool,
}

impl Learner {
    /// `zone_offset_s`: local time less UTC, for the time of day.
    pub fn new(names: Names, zone_offset_s: i64) -> Self {
        Learner {
            names,
            zone_offset_s,
            legs: BTreeMap::new(),
            passed: BTreeMap::new(),
            open: BTreeMap::new(),
            any_day: false,
        }
    }

    /// The names it was given.
    pub fn names(&self) -> &Names {
        &self.names
    }

    /// One event of the log.
    pub fn event(&mut self, at: Timestamp, event: &Event, habits: &mut Habits) {
        if let Some((window, turn)) = window_of(event) {
            if let Some(turn) = turn {
                habits.attendance.turn(at, window, turn);
            }
            if let Some(open) = self.open.get_mut(&window) {
                open.latest = at;
            }
        }
        match event {
            Event::DayOpened { .. } => {
                // Keypads cannot close a window: its clerk went home when it last did something, not when the next day began.
                for open in std::mem::take(&mut self.open).into_values() {
                    habits.observe(Observed::Worked { seconds: open.worked_s(open.latest) });
                }
                if std::mem::replace(&mut self.any_day, true) {
                    habits.day_ends();
                }
                (self.legs, self.passed) = Default::default();
            }
            Event::Issued { service, green, booked, forfeited, .. } => {
                let Some(service) = self.names.service(service) else { return };
                habits.observe(Observed::Arrived {
                    second_of_day: at.plus(self.zone_offset_s).0.rem_euclid(86_400),
                    service,
                    green: green.is_some(),
                    booked_in_s: booked.or(*forfeited).map(|booked| booked.since(at)),
                });
            }
            Event::Called(called) => {
                let before_s = self.legs.get(&called.ticket).map_or(0, |leg| leg.before_s);
                let leg = Leg { service: called.inputs.service.clone(), called: at, before_s };
                self.legs.insert(called.ticket, leg);
            }
            Event::Completed { ticket, window, .. } => self.served(at, *ticket, *window, None, habits),
            Event::Transferred { ticket, from: Some(window), service, .. } => {
                self.served(at, *ticket, *window, Some(service), habits);
            }
            Event::Parked { ticket, .. } => {
                if let Some(leg) = self.legs.get_mut(ticket) {
                    leg.before_s += at.since(leg.called);
                }
            }
            Event::Passed { ticket, .. } => {
                if let Some(leg) = self.legs.remove(ticket) {
                    habits.observe(Observed::Missed { held_s: at.since(leg.called) });
                }
                self.passed.insert(*ticket, at);
            }
            Event::Revived { ticket, .. } => {
                if let Some(passed) = self.passed.remove(ticket) {
                    habits.observe(Observed::Back { after_s: at.since(passed) });
                }
            }
            Event::Voided { ticket, .. } => {
                self.legs.remove(ticket);
            }
            Event::Resumed { paused_s, .. } if (1..LONGEST_PAUSE_S).contains(paused_s) => {
                habits.observe(Observed::Paused { length_s: *paused_s });
            }
            Event::Resumed { window, paused_s } => {
                if let Some(open) = self.open.get_mut(window) {
                    open.away_s += paused_s.max(&0);
                }
            }
            Event::WindowOpened { window, .. } => {
                self.open.insert(*window, Open { since: at, latest: at, away_s: 0 });
            }
            Event::WindowClosed { window, .. } => {
                if let Some(open) = self.open.remove(window) {
                    habits.observe(Observed::Worked { seconds: open.worked_s(at) });
                }
            }
            _ => {}
        }
    }

    fn served(
        &mut self,
        at: Timestamp,
        ticket: TicketSeq,
        window: WindowNumber,
        sent_on: Option<&ServiceId>,
        habits: &mut Habits,
    ) {
        let Some(leg) = self.legs.remove(&ticket) else { return };
        let Some(service) = self.names.service(&leg.service) else { return };
        habits.observe(Observed::Served {
            service,
            group: self.names.group(window),
            took_s: at.since(leg.called) + leg.before_s,
            sent_on: sent_on.and_then(|to| self.names.service(to)),
        });
    }
}

/// The window that an event is of, and whether it begins or ceases to work by it.
fn window_of(event: &Event) -> Option<(WindowNumber, Option<Turn>)> {
    match event {
        Event::WindowOpened { window, .. } => Some((*window, Some(Turn::Opened))),
        Event::WindowClosed { window, .. } => Some((*window, Some(Turn::Closed))),
        Event::Paused { window, .. } => Some((*window, Some(Turn::Paused))),
        Event::Resumed { window, .. } => Some((*window, Some(Turn::Resumed))),
        Event::Called(called) => Some((called.window, None)),
        Event::Completed { window, .. } | Event::Passed { window, .. } | Event::Parked { window, .. } => {
            Some((*window, None))
        }
        Event::Transferred { from, .. } => from.map(|window| (window, None)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::Day;

    /// Keypads cannot close a window. Open until the next day began it seemed to have worked for the whole night, and pauses
    /// to be a third as frequent as they are.
    #[test]
    fn p1_a_window_that_nobody_closes_works_until_it_last_did_something() {
        let window = WindowNumber(1);
        let mut habits = Habits::new(&[600.0], 1);
        let mut learner = Learner::new(Names::default(), 0);
        let before = habits.pauses_per_s();
        for day in 0..40 {
            let opens = Timestamp(i64::from(day) * 86_400 + 30_600);
            let events = [
                (0, Event::DayOpened { day: Day(day), next_seq: TicketSeq(1) }),
                (0, Event::WindowOpened { window, clerk: None }),
                (9000, Event::Paused { window, reason: String::new(), planned_s: None }),
                (9600, Event::Resumed { window, paused_s: 600 }),
                // Lunch is no work either.
                (12_600, Event::Paused { window, reason: String::new(), planned_s: None }),
                (16_200, Event::Resumed { window, paused_s: 3600 }),
                (30_600, Event::Paused { window, reason: String::new(), planned_s: None }),
            ];
            for (after_s, event) in events {
                learner.event(opens.plus(after_s), &event, &mut habits);
            }
        }
        // One pause in seven and a half hours of work, as was guessed before; the work of the last day is not over yet.
        let share = habits.pauses_per_s() / before;
        assert!((0.95..1.08).contains(&share), "{share}");
    }
}
