//! Facts to groups: one walk over the facts, each counted in the total and along every axis that it has a place on.
//!
//! A ticket counts where and when its number was taken; a call, a wait and whom it passed where and when it was called; a pass,
//! a service and its rating where and when they ended, under the service of the call before; a pause where and when it began; an
//! appointment at its time. Days are working days of the hall, hours those on its clock face.

use crate::calendar;
use crate::group::{Bookings, Group, Pauses, Spread};
use crate::period::Period;
use queue::{Class, Day, Reason, ServiceId, Targets, TicketSeq, Timestamp, WindowNumber};
use schema::{BookingFact, CallFact, CompletionFact, Facts, PassFact, PauseFact, Standing, TicketFact};
use serde::Serialize;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

/// What figures are grouped by (rules W4, R6).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the words of RULES.md")]
pub enum Axis {
    Service,
    Window,
    Clerk,
    Class,
    Channel,
    Hour,
    Weekday,
    Day,
    Week,
    Month,
}

/// All axes in the order of reports.
pub const AXES: [Axis; 10] = [
    Axis::Service,
    Axis::Window,
    Axis::Clerk,
    Axis::Class,
    Axis::Channel,
    Axis::Hour,
    Axis::Weekday,
    Axis::Day,
    Axis::Week,
    Axis::Month,
];

/// What a person is called by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// Green channel, whatever the category (rule G6).
    Green,
    /// An appointment.
    Booked,
    /// Neither.
    WalkIn,
}

/// One place on an axis.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(untagged)]
pub enum Key {
    /// A service's code, or a clerk's number; empty: nobody signed in.
    Text(Arc<str>),
    /// A window's number; an hour, 0 to 23; a weekday, 1 for Monday to 7; a month as 202611.
    Number(u32),
    /// A day; a week by its Monday.
    Day(Day),
    /// A class of services (rule W1).
    Class(Class),
    /// A channel.
    Channel(Channel),
}

/// What is asked for, and what waits are held against.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// The days.
    pub period: Period,
    /// The hall's offset from UTC, minutes.
    pub zone_offset_min: i32,
    /// The targets (rule W1).
    pub targets: Targets,
}

/// The figures of a period.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Figures {
    /// The days asked for.
    pub period: Period,
    /// The days of them on which the hall worked.
    pub days_worked: Vec<Day>,
    /// The waits that were held against these, seconds.
    pub targets: Targets,
    /// All together.
    pub total: Group,
    /// By axis; only what had anything.
    pub by: BTreeMap<Axis, BTreeMap<Key, Group>>,
    /// Numbers taken by weekday from Monday, and by hour.
    pub load: [[u64; 24]; 7],
}

impl Figures {
    /// Whether nothing at all was recorded.
    pub fn is_empty(&self) -> bool {
        self.days_worked.is_empty() && self.total == Group::default()
    }

    /// The groups along an axis, in order.
    pub fn along(&self, axis: Axis) -> impl Iterator<Item = (&Key, &Group)> {
        self.by.get(&axis).into_iter().flatten()
    }

    /// One group; `None`: nothing of it was recorded.
    pub fn at(&self, axis: Axis, key: &Key) -> Option<&Group> {
        self.by.get(&axis)?.get(key)
    }
}

/// Computes the figures of a period from its facts.
pub fn figures(facts: &Facts, frame: &Frame) -> Figures {
    let mut sums = Walk::new(facts, frame);
    facts.tickets.iter().for_each(|ticket| sums.ticket(ticket));
    facts.calls.iter().for_each(|call| sums.call(call));
    facts.passes.iter().for_each(|pass| sums.pass(pass));
    facts.completions.iter().for_each(|completion| sums.completion(completion));
    facts.pauses.iter().for_each(|pause| sums.pause(pause));
    facts.bookings.iter().for_each(|booking| sums.booking(booking));
    sums.end()
}

/// A group in the making.
#[derive(Default)]
struct Sums {
    group: Group,
    waits_s: Vec<i64>,
    served_s: Vec<i64>,
    paused_s: Vec<i64>,
}

impl Sums {
    fn end(mut self) -> Group {
        self.group.waits = Spread::of(&mut self.waits_s);
        self.group.services = Spread::of(&mut self.served_s);
        self.group.pauses.ended = Spread::of(&mut self.paused_s);
        self.group
    }
}

/// Where and when something counts.
#[derive(Default)]
struct Place<'f> {
    service: Option<&'f ServiceId>,
    window: Option<WindowNumber>,
    clerk: Option<&'f str>,
    class: Option<Class>,
    channel: Option<Channel>,
}

struct Walk<'f> {
    frame: &'f Frame,
    total: Sums,
    by: HashMap<(Axis, Key), Sums>,
    days_worked: Vec<Day>,
    load: [[u64; 24]; 7],
    /// The calls of each ticket in order.
    calls: HashMap<TicketSeq, Vec<&'f CallFact>>,
    /// Who sat down at each window, in order.
    duties: HashMap<WindowNumber, Vec<(u64, &'f str)>>,
    /// Tickets that ended because nobody followed a call; other missed ones expired.
    ended_by_pass: HashSet<TicketSeq>,
}

impl<'f> Walk<'f> {
    fn new(facts: &'f Facts, frame: &'f Frame) -> Walk<'f> {
        let mut calls: HashMap<TicketSeq, Vec<&CallFact>> = HashMap::with_capacity(facts.tickets.len());
        for call in &facts.calls {
            calls.entry(call.ticket).or_default().push(call);
        }
        let mut duties: HashMap<WindowNumber, Vec<(u64, &str)>> = HashMap::new();
        for duty in &facts.duties {
            let clerk = duty.clerk.as_deref().unwrap_or_default();
            duties.entry(duty.window).or_default().push((duty.position, clerk));
        }
        let ended_by_pass = facts.passes.iter().filter(|pass| pass.ended).map(|pass| pass.ticket).collect();
        Walk {
            frame,
            total: Sums::default(),
            by: HashMap::new(),
            days_worked: facts.days.clone(),
            load: [[0; 24]; 7],
            calls,
            duties,
            ended_by_pass,
        }
    }

    /// The call that a later entry about the ticket belongs to.
    fn call_before(&self, ticket: TicketSeq, position: u64) -> Option<&'f CallFact> {
        let calls = self.calls.get(&ticket)?;
        calls[..calls.partition_point(|call| call.position < position)].last().copied()
    }

    fn on_duty(&self, window: WindowNumber, position: u64) -> &'f str {
        let duties = self.duties.get(&window).map_or(&[][..], Vec::as_slice);
        let before = &duties[..duties.partition_point(|(since, _)| *since < position)];
        before.last().map_or("", |(_, clerk)| clerk)
    }

    /// Counts in the total and on every axis that there is a place on.
    fn add(&mut self, place: &Place<'_>, day: Day, at: Timestamp, mut count: impl FnMut(&mut Sums)) {
        count(&mut self.total);
        let hour = calendar::hour(at, self.frame.zone_offset_min);
        let keys = [
            place.service.map(|service| (Axis::Service, Key::Text(service.0.clone()))),
            place.window.map(|window| (Axis::Window, Key::Number(u32::from(window.0)))),
            place.clerk.map(|clerk| (Axis::Clerk, Key::Text(clerk.into()))),
            place.class.map(|class| (Axis::Class, Key::Class(class))),
            place.channel.map(|channel| (Axis::Channel, Key::Channel(channel))),
            Some((Axis::Hour, Key::Number(u32::from(hour)))),
            Some((Axis::Weekday, Key::Number(u32::from(calendar::weekday(day))))),
            Some((Axis::Day, Key::Day(day))),
            Some((Axis::Week, Key::Day(calendar::monday(day)))),
            Some((Axis::Month, Key::Number(calendar::month(day)))),
        ];
        for key in keys.into_iter().flatten() {
            count(self.by.entry(key).or_default());
        }
    }

    fn ticket(&mut self, ticket: &'f TicketFact) {
        let expired = ticket.state == Standing::Missed && !self.ended_by_pass.contains(&ticket.seq);
        let called_booked = || self.calls.get(&ticket.seq).is_some_and(|calls| calls[0].booked);
        let channel = if ticket.green {
            Channel::Green
        } else if ticket.booked || called_booked() {
            Channel::Booked
        } else {
            Channel::WalkIn
        };
        let hour = usize::from(calendar::hour(ticket.at, self.frame.zone_offset_min));
        self.load[usize::from(calendar::weekday(ticket.day)) - 1][hour] += 1;
        let place = Place { service: Some(&ticket.service), channel: Some(channel), ..Place::default() };
        self.add(&place, ticket.day, ticket.at, |sums| {
            let tickets = &mut sums.group.tickets;
            tickets.taken += 1;
            tickets.green += u64::from(ticket.green);
            tickets.expired += u64::from(expired);
            tickets.passed_by_green += u64::from(ticket.passed_by_green > 0);
            *match ticket.state {
                Standing::Completed => &mut tickets.served,
                Standing::Missed => &mut tickets.missed,
                Standing::Voided if ticket.calls == 0 => &mut tickets.abandoned,
                Standing::Voided => &mut tickets.voided,
                _ => &mut tickets.open,
            } += 1;
        });
    }

    /// Where a call counts, and what comes of it.
    fn place(call: &'f CallFact, window: WindowNumber, clerk: &'f str) -> Place<'f> {
        let channel = match (call.green, call.booked) {
            (true, _) => Channel::Green,
            (false, true) => Channel::Booked,
            (false, false) => Channel::WalkIn,
        };
        Place {
            service: Some(&call.service),
            window: Some(window),
            clerk: Some(clerk),
            class: Some(call.class),
            channel: Some(channel),
        }
    }

    fn call(&mut self, call: &'f CallFact) {
        let place = Walk::place(call, call.window, self.on_duty(call.window, call.position));
        let counts = call.reason != Reason::Return;
        let in_target = counts && call.wait_s <= self.frame.targets.of(call.class, call.booked);
        self.add(&place, call.day, call.at, |sums| {
            sums.group.calls += 1;
            if counts {
                sums.waits_s.push(call.wait_s);
            }
            sums.group.in_target += u64::from(in_target);
            let overtaken = &mut sums.group.overtaken;
            *match place.channel {
                Some(Channel::Green) => &mut overtaken.by_green,
                Some(Channel::Booked) => &mut overtaken.by_booked,
                _ => &mut overtaken.by_others,
            } += call.n_overtaken;
        });
    }

    fn pass(&mut self, pass: &'f PassFact) {
        let Some(call) = self.call_before(pass.ticket, pass.position) else { return };
        let place = Walk::place(call, pass.window, self.on_duty(pass.window, pass.position));
        self.add(&place, call.day, pass.at, |sums| sums.group.passes += 1);
    }

    fn completion(&mut self, done: &'f CompletionFact) {
        let clerk = done.clerk.as_deref().unwrap_or_default();
        let place = match self.call_before(done.ticket, done.position) {
            Some(call) => Walk::place(call, done.window, clerk),
            None => Place { window: Some(done.window), clerk: Some(clerk), ..Place::default() },
        };
        self.add(&place, done.day, done.at, |sums| {
            sums.served_s.push(done.served_s);
            let ratings = &mut sums.group.ratings;
            ratings.unprompted += u64::from(!done.prompted);
            match done.level {
                Some(level) => ratings.levels[usize::from(level.clamp(1, 5)) - 1] += 1,
                None if done.cut => ratings.cut += 1,
                None if done.prompted => ratings.unanswered += 1,
                None => ratings.suppressed += 1,
            }
        });
    }

    fn pause(&mut self, pause: &'f PauseFact) {
        let clerk = Some(pause.clerk.as_deref().unwrap_or_default());
        let place = Place { window: Some(pause.window), clerk, ..Place::default() };
        self.add(&place, pause.day, pause.began_at, |sums| {
            let Pauses { open, reasons, .. } = &mut sums.group.pauses;
            match pause.length_s {
                Some(length_s) => sums.paused_s.push(length_s),
                None => *open += 1,
            }
            let of_reason = reasons.entry(pause.reason.clone()).or_default();
            of_reason.n += 1;
            of_reason.total_s += pause.length_s.unwrap_or_default();
        });
    }

    fn booking(&mut self, booking: &'f BookingFact) {
        let day = calendar::date(booking.time, self.frame.zone_offset_min);
        let place = Place { service: Some(&booking.service), ..Place::default() };
        self.add(&place, day, booking.time, |sums| {
            let bookings: &mut Bookings = &mut sums.group.bookings;
            bookings.booked += 1;
            bookings.breach += u64::from(booking.breach);
            *match (booking.state.as_str(), booking.late) {
                ("checked_in", false) => &mut bookings.kept,
                ("checked_in", true) => &mut bookings.late,
                ("no_show", _) => &mut bookings.no_show,
                ("cancelled", _) => &mut bookings.cancelled,
                ("not_kept", _) => &mut bookings.not_kept,
                ("unknown", _) => &mut bookings.unknown,
                _ => &mut bookings.open,
            } += 1;
        });
    }

    fn end(self) -> Figures {
        let mut by: BTreeMap<Axis, BTreeMap<Key, Group>> = BTreeMap::new();
        for ((axis, key), sums) in self.by {
            by.entry(axis).or_default().insert(key, sums.end());
        }
        Figures {
            period: self.frame.period,
            days_worked: self.days_worked,
            targets: self.frame.targets.clone(),
            total: self.total.end(),
            by,
            load: self.load,
        }
    }
}
