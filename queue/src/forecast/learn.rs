//! From the hall's events to what they teach.

use super::habits::{Habits, Observed};
use crate::event::Event;
use crate::ids::{ServiceId, TicketSeq, Timestamp, WindowNumber};
use std::collections::BTreeMap;

/// A pause of an hour or more is lunch, training or a broken window: nothing that comes at any time of the day.
const LONGEST_PAUSE_S: i64 = 3600;

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

/// What is under way and teaches only when it ends.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Leg {
    service: ServiceId,
    called: Timestamp,
    /// At windows before it stood aside (Q6).
    before_s: i64,
}

/// Reads committed events in the order of the log and teaches [`Habits`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Learner {
    names: Names,
    zone_offset_s: i64,
    legs: BTreeMap<TicketSeq, Leg>,
    passed: BTreeMap<TicketSeq, Timestamp>,
    opened: BTreeMap<WindowNumber, Timestamp>,
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
            opened: BTreeMap::new(),
            any_day: false,
        }
    }

    /// The names it was given.
    pub fn names(&self) -> &Names {
        &self.names
    }

    /// One event of the log.
    pub fn event(&mut self, at: Timestamp, event: &Event, habits: &mut Habits) {
        match event {
            Event::DayOpened { .. } => {
                for window in std::mem::take(&mut self.opened).into_values() {
                    habits.observe(Observed::Worked { seconds: at.since(window) });
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
            Event::WindowOpened { window, .. } => {
                self.opened.insert(*window, at);
            }
            Event::WindowClosed { window, .. } => {
                if let Some(opened) = self.opened.remove(window) {
                    habits.observe(Observed::Worked { seconds: at.since(opened) });
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
