//! Events made true.

use super::{
    Booking, BookingEvent, BookingId, BookingState, Bookings, Calendar, Credit, PersonId, Restriction, Task,
    TaskId,
};
use crate::ids::{TicketSeq, Timestamp};
use std::collections::{BTreeMap, BTreeSet};

impl Bookings {
    /// Makes a committed event true. What it says of bookings that are not known any more is passed over: the log is read
    /// again from some months back only.
    pub fn apply(&mut self, at: Timestamp, calendar: &dyn Calendar, event: &BookingEvent) {
        match event {
            BookingEvent::Booked { booking, form, by } => {
                self.next_booking = self.next_booking.max(BookingId(booking.0 + 1));
                if let Some(older) = &form.known_as {
                    self.rename(older, &form.person);
                }
                let state = BookingState::Booked;
                let (id, form, offered) = (*booking, form.clone(), Vec::new());
                let registered_by = by.clone();
                let new = Booking { id, form, registered_by, state, reminded: false, offered, due: None };
                self.bookings.insert(*booking, new);
            }
            BookingEvent::Moved { booking, to, .. } => {
                if let Some(known) = self.bookings.get_mut(booking) {
                    known.form.at = *to;
                    known.reminded = false;
                }
            }
            BookingEvent::Cancelled { booking, .. } => self.set(*booking, BookingState::Cancelled),
            BookingEvent::NotKept { booking, offered, .. } => {
                self.set(*booking, BookingState::NotKept);
                if let Some(known) = self.bookings.get_mut(booking) {
                    known.offered.clone_from(offered);
                }
            }
            BookingEvent::CheckedIn { booking, ticket, late } => {
                self.set(*booking, BookingState::CheckedIn { ticket: *ticket, late: *late });
                self.credit_of(*booking, Credit::came);
            }
            BookingEvent::Reminded { booking } => {
                if let Some(known) = self.bookings.get_mut(booking) {
                    known.reminded = true;
                }
            }
            BookingEvent::Forfeited { booking } => self.set(*booking, BookingState::Forfeited),
            BookingEvent::NoShow { booking } => {
                self.set(*booking, BookingState::NoShow);
                let booked = self.booking(*booking).map(|known| known.form.at);
                self.credit_of(*booking, |credit| credit.missed(booked.unwrap_or(at)));
            }
            BookingEvent::Unjudged { booking } => self.set(*booking, BookingState::Unknown),
            BookingEvent::TaskRaised { task, what, booking } => {
                self.next_task = self.next_task.max(TaskId(task.0 + 1));
                let (kind, booking) = (*what, *booking);
                self.tasks.insert(*task, Task { id: *task, kind, booking, since: at });
                if kind == super::TaskKind::CallBack {
                    self.credit_of(booking, |credit| credit.asked(*task));
                }
            }
            BookingEvent::TaskDone { task, .. } => {
                if let Some(done) = self.tasks.remove(task) {
                    self.credit_of(done.booking, |credit| credit.called_back(*task));
                }
            }
            BookingEvent::Restricted { person, why, until, .. } => {
                let restriction = Restriction { why: *why, until: *until };
                self.persons.entry(person.clone()).or_default().restrict(restriction);
            }
            BookingEvent::Lifted { person, .. } => {
                self.credit(person, Credit::lift);
            }
            BookingEvent::Holds { ticket, person } => {
                self.holders.insert((person.clone(), *ticket));
            }
            BookingEvent::Renewed { booking, person, known_as, sealed } => {
                if let Some(known) = self.bookings.get_mut(booking) {
                    known.form.sealed.clone_from(sealed);
                }
                if let Some(older) = known_as {
                    self.rename(older, person);
                }
            }
        }
        if let Some(booking) = event.booking() {
            self.set_timer(calendar, booking);
        }
    }

    /// A new day, whose numbers begin with `first`: those before are nobody's any more, what was held against persons long enough is not any
    /// more, and finished bookings are history, unless a task is about them or something is held against their person.
    pub fn forget(&mut self, now: Timestamp, first: TicketSeq) {
        self.holders.retain(|(_, ticket)| *ticket >= first);
        let held_s = self.rules.held_s();
        self.persons.retain(|_, credit| credit.counts(now, held_s));
        let before = now.plus(-self.rules.kept_s());
        let wanted: BTreeSet<BookingId> = self.wanted().map(|booking| booking.id).collect();
        self.bookings.retain(|id, booking| booking.form.at >= before || wanted.contains(id));
    }

    /// Bookings whose record must stay readable: the person may still come or is to be called, or something is held against
    /// the person, who must be known again under a later key (rule A9); of those one, the latest.
    pub fn wanted(&self) -> impl Iterator<Item = &Booking> {
        let mut latest: BTreeMap<&PersonId, BookingId> = BTreeMap::new();
        for booking in self.bookings.values() {
            latest.insert(&booking.form.person, booking.id);
        }
        let called: BTreeSet<BookingId> = self.tasks.values().map(|task| task.booking).collect();
        self.bookings.values().filter(move |booking| {
            let person = &booking.form.person;
            let held = self.persons.contains_key(person) && latest.get(person) == Some(&booking.id);
            booking.state.is_open() || called.contains(&booking.id) || held
        })
    }

    fn set(&mut self, booking: BookingId, state: BookingState) {
        if let Some(known) = self.bookings.get_mut(&booking) {
            known.state = state;
        }
    }

    fn credit_of(&mut self, booking: BookingId, change: impl FnOnce(&mut Credit)) {
        if let Some(person) = self.booking(booking).map(|known| known.form.person.clone()) {
            self.credit(&person, change);
        }
    }

    /// Only persons against whom something is held are kept.
    fn credit(&mut self, person: &PersonId, change: impl FnOnce(&mut Credit)) {
        let mut credit = self.persons.remove(person).unwrap_or_default();
        change(&mut credit);
        if !credit.is_clean() {
            self.persons.insert(person.clone(), credit);
        }
    }

    /// The same person under a newer key.
    fn rename(&mut self, older: &PersonId, person: &PersonId) {
        if let Some(credit) = self.persons.remove(older) {
            self.persons.insert(person.clone(), credit);
        }
        for booking in self.bookings.values_mut().filter(|booking| booking.form.person == *older) {
            booking.form.person = person.clone();
        }
        let held: Vec<TicketSeq> = self.held_by(older).collect();
        for ticket in held {
            self.holders.remove(&(older.clone(), ticket));
            self.holders.insert((person.clone(), ticket));
        }
    }

    /// When the booking changes by itself next, if it does: reminder, end of grace, end of the day.
    fn set_timer(&mut self, calendar: &dyn Calendar, booking: BookingId) {
        let Some(known) = self.bookings.get_mut(&booking) else { return };
        if let Some(due) = known.due.take() {
            self.timers.remove(&(due, booking));
        }
        let over = known.form.at.plus(self.rules.grace_s);
        let due = match known.state {
            BookingState::Booked if !known.reminded => over.plus(-self.rules.remind_before_s),
            // At exactly the end of grace it still counts (rule A5: more than 30 minutes).
            BookingState::Booked => over.plus(1),
            BookingState::Forfeited => calendar.day_ends(known.form.at),
            _ => return,
        };
        known.due = Some(due);
        self.timers.insert((due, booking));
    }
}

impl BookingEvent {
    /// Which booking it is about.
    pub fn booking(&self) -> Option<BookingId> {
        match self {
            BookingEvent::Booked { booking, .. }
            | BookingEvent::Moved { booking, .. }
            | BookingEvent::Cancelled { booking, .. }
            | BookingEvent::NotKept { booking, .. }
            | BookingEvent::CheckedIn { booking, .. }
            | BookingEvent::Reminded { booking }
            | BookingEvent::Forfeited { booking }
            | BookingEvent::NoShow { booking }
            | BookingEvent::Unjudged { booking }
            | BookingEvent::Renewed { booking, .. }
            | BookingEvent::TaskRaised { booking, .. } => Some(*booking),
            BookingEvent::TaskDone { .. }
            | BookingEvent::Restricted { .. }
            | BookingEvent::Lifted { .. }
            | BookingEvent::Holds { .. } => None,
        }
    }
}
