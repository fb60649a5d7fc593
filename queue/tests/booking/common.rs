//! A small hall: open from nine to twelve each day, appointments every half hour until half past eleven.

use queue::booking::{
    BookingCommand, BookingEvent, BookingId, BookingRefusal, BookingRules, Bookings, Calendar, Channel,
    Closed, Form, Matter, PersonId, TaskId,
};
use queue::{By, Day, ServiceId, Timestamp};

pub(crate) const DAY_S: i64 = 86_400;

/// Days are counted from the epoch; the seventh of a week is closed.
pub(crate) struct Mornings;

impl Calendar for Mornings {
    fn day(&self, at: Timestamp) -> Day {
        Day(at.0.div_euclid(DAY_S) as u32)
    }

    fn day_ends(&self, at: Timestamp) -> Timestamp {
        Timestamp((at.0.div_euclid(DAY_S) + 1) * DAY_S)
    }

    fn slots(&self, service: &ServiceId, at: Timestamp) -> Result<Vec<Timestamp>, Closed> {
        let day = at.0.div_euclid(DAY_S);
        if day % 7 == 6 {
            return Err(Closed::Holiday { day: Day(day as u32), name: None });
        }
        if service.0.as_ref() == "never" {
            return Err(Closed::NotBookable { service: service.clone() });
        }
        Ok((0..6).map(|slot| Timestamp(day * DAY_S + 9 * 3600 + slot * 1800)).collect())
    }
}

/// Hour and minute of a day.
pub(crate) fn at(day: i64, hour: i64, minute: i64) -> Timestamp {
    Timestamp(day * DAY_S + hour * 3600 + minute * 60)
}

pub(crate) fn guide() -> By {
    By("guide".into())
}

pub(crate) fn form(person: &str, service: &str, at: Timestamp) -> Form {
    Form {
        person: PersonId(person.into()),
        known_as: None,
        sealed: String::new(),
        service: ServiceId(service.into()),
        service_code: String::new(),
        at,
        matter: Matter::Personal,
        channel: Channel::Telephone,
        registered_at: Timestamp(0),
        code: "123456".into(),
        reference: None,
    }
}

/// Bookings with the moment of the latest thing that happened.
pub(crate) struct Desk {
    pub(crate) bookings: Bookings,
}

impl Desk {
    pub(crate) fn new() -> Self {
        Desk { bookings: Bookings::new(BookingRules::default(), BookingId(1), TaskId(1)) }
    }

    pub(crate) fn ask(
        &mut self,
        now: Timestamp,
        command: BookingCommand,
    ) -> Result<Vec<BookingEvent>, BookingRefusal> {
        let events = self.bookings.decide(now, &Mornings, &command)?;
        for event in &events {
            self.bookings.apply(now, &Mornings, event);
        }
        Ok(events)
    }

    pub(crate) fn book(
        &mut self,
        now: Timestamp,
        person: &str,
        service: &str,
        at: Timestamp,
    ) -> Result<BookingId, BookingRefusal> {
        let events = self.ask(now, BookingCommand::Book { form: form(person, service, at), by: guide() })?;
        Ok(events[0].booking().expect("a booking was made"))
    }

    /// Everything that happens by itself until `now`, at its own moments.
    pub(crate) fn until(&mut self, now: Timestamp) -> Vec<BookingEvent> {
        let mut all = Vec::new();
        while let Some(due) = self.bookings.next_deadline().filter(|due| *due <= now) {
            all.extend(
                self.ask(due, BookingCommand::Tick { since: Timestamp(0) }).expect("a tick is never refused"),
            );
        }
        all
    }

    /// Books for ten o'clock of a day and does not come.
    pub(crate) fn miss(&mut self, day: i64, person: &str) -> Vec<BookingEvent> {
        self.book(at(day, 7, 0), person, "a", at(day, 10, 0)).expect("there is room");
        self.until(at(day + 1, 0, 0))
    }

    pub(crate) fn comes(&mut self, now: Timestamp, booking: BookingId, ticket: u64) {
        let late = match self.bookings.arrive(now, &Mornings, booking).expect("is expected") {
            queue::booking::Arrival::Take { late, .. } => late,
            queue::booking::Arrival::Holds(_) => panic!("has a number"),
        };
        let ticket = queue::TicketSeq(ticket);
        self.bookings.apply(now, &Mornings, &BookingEvent::CheckedIn { booking, ticket, late });
    }
}
