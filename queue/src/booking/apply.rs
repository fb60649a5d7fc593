//! Events made true.

use super::{
    Booking, BookingEvent, BookingId, BookingState, Bookings, Calendar, Credit, PersonId, Restriction, Task,
    TaskId,
};
use crate::ids::Timestamp;

impl Bookings {
    /// Makes a committed event true. What it says of bookings that are not known any more is passed over: the log is read
    /// again from some months back only.
    pub fn apply(&mut self, at: Timestamp, calendar: &dyn Calendar, event: &BookingEvent) {
        match event {
            BookingEvent::Booked { booking, form, .. } => {
                self.next_booking = self.next_booking.max(BookingId(booking.0 + 1));
                if let Some(older) = &form.known_as {
                    self.rename(older, &form.person);
                }
                let state = BookingState::Booked;
                let new = Booking { id: *booking, form: form.clone(), state, reminded: false, due: None };
                self.bookings.insert(*booking, new);
            }
            BookingEvent::Moved { booking, to, .. } => {
                if let Some(known) = self.bookings.get_mut(booking) {
                    known.form.at = *to;
                    known.reminded = false;
                }
            }
            BookingEvent::Cancelled { booking, .. } => self.set(*booking, BookingState::Cancelled),
            BookingEvent::NotKept { booking, .. } => self.set(*booking, BookingState::NotKept),
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
        }
        if let Some(booking) = event.booking() {
            self.set_timer(calendar, booking);
        }
    }

    /// A new day: numbers of the day before are nobody's any more, and finished bookings before `before` are history, unless
    /// a task is about them.
    pub fn forget(&mut self, before: Timestamp) {
        self.holders.clear();
        let tasks = &self.tasks;
        self.bookings.retain(|id, booking| {
            booking.state.is_open()
                || booking.form.at >= before
                || tasks.values().any(|task| task.booking == *id)
        });
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
            | BookingEvent::TaskRaised { booking, .. } => Some(*booking),
            BookingEvent::TaskDone { .. }
            | BookingEvent::Restricted { .. }
            | BookingEvent::Lifted { .. }
            | BookingEvent::Holds { .. } => None,
        }
    }
}
