//! Appointments as the owner holds them: the pure rules of [`queue::booking`] with the hall's calendar, and the messages that
//! follow from them. Nothing here can read whom a booking is for (rule A9).

mod calendar;
mod messages;
pub mod papers;
pub mod words;

pub use messages::{Message, Messages, Stands};

use crate::config::Config;
use queue::booking::{Arrival, BookingCommand, BookingEvent, BookingId, BookingRefusal, Bookings, TaskId};
use queue::{Event, ServiceId, TicketSeq, Timestamp};
use schema::{About, Entry, Loaded, MessageEvent, Store, StoreError};
use std::sync::Arc;

/// Bookings and messages.
#[derive(Clone)]
pub struct Appointments {
    config: Arc<Config>,
    /// What the rules know.
    pub bookings: Bookings,
    /// What is to be told to people who are not here.
    pub messages: Messages,
}

impl Appointments {
    /// None yet.
    pub fn new(config: Arc<Config>) -> Self {
        let bookings = Bookings::new(config.booking_rules(), BookingId(1), TaskId(1));
        Appointments { config, bookings, messages: Messages::new(1, &[]) }
    }

    /// What is committed. Reads the entries about bookings of the last months, however old the log is.
    ///
    /// # Errors
    /// What the store says.
    pub fn load(store: &Store, config: Arc<Config>, loaded: &Loaded) -> Result<Self, StoreError> {
        let rules = config.booking_rules();
        let since = loaded.last_at.unwrap_or_default().plus(-rules.look_back_s());
        let (booking, task) = (BookingId(loaded.next_booking), TaskId(loaded.next_task));
        let mut bookings = Bookings::new(rules, booking, task);
        for logged in store.load_bookings(since)? {
            if let Entry::Booking(event) = &logged.entry {
                bookings.apply(logged.at, &*config, event);
            }
        }
        let messages = Messages::new(loaded.next_message, &loaded.open_messages);
        // The moment at which a hall that runs on forgot, so that a start makes no difference.
        let opened = loaded.entries.iter().find_map(|logged| match &logged.entry {
            Entry::Hall(Event::DayOpened { next_seq, .. }) => Some((logged.at, *next_seq)),
            _ => None,
        });
        if let Some((at, first)) = opened {
            bookings.forget(at, first);
        }
        Ok(Appointments { config, bookings, messages })
    }

    /// What a command brings, applied and added to `entries`.
    ///
    /// # Errors
    /// Why the rules refuse it; nothing changed then.
    pub fn decide(
        &mut self,
        at: Timestamp,
        command: &BookingCommand,
        entries: &mut Vec<Entry>,
    ) -> Result<Vec<BookingEvent>, BookingRefusal> {
        let events = self.bookings.decide(at, &*self.config, command)?;
        for event in &events {
            self.happens(at, event.clone(), entries);
        }
        Ok(events)
    }

    /// What a person with this booking is to get now (rules A3 to A5).
    ///
    /// # Errors
    /// Why there is nothing to get.
    pub fn arrive(&self, at: Timestamp, booking: BookingId) -> Result<(ServiceId, Arrival), BookingRefusal> {
        let arrival = self.bookings.arrive(at, &*self.config, booking)?;
        let service = self.bookings.booking(booking).map(|known| known.form.service.clone());
        Ok((service.ok_or(BookingRefusal::UnknownBooking { booking })?, arrival))
    }

    /// One fact made true, with the message that it brings.
    pub fn happens(&mut self, at: Timestamp, event: BookingEvent, entries: &mut Vec<Entry>) {
        self.bookings.apply(at, &*self.config, &event);
        let about = match &event {
            BookingEvent::Reminded { booking } => Some((*booking, About::Reminder)),
            BookingEvent::NotKept { booking, .. } => Some((*booking, About::NotKept)),
            _ => None,
        };
        entries.push(Entry::Booking(event));
        if let Some((booking, about)) = about
            && let Some(outlet) = self.config.first_outlet()
        {
            let message = self.messages.next();
            let outlet = outlet.to_owned();
            self.message(at, MessageEvent::Queued { message, booking, about, outlet }, entries);
        }
    }

    /// A message moved on; one that is not open any more changes nothing.
    pub fn message(&mut self, at: Timestamp, event: MessageEvent, entries: &mut Vec<Entry>) {
        if self.messages.apply(at, &event) {
            entries.push(Entry::Message(event));
        }
    }

    /// Tickets of today that this person holds by card and that are not over.
    pub fn open_number(
        &self,
        hall: &queue::Hall,
        person: &queue::booking::PersonId,
        service: &ServiceId,
    ) -> Option<TicketSeq> {
        self.bookings.held_by(person).find(|seq| {
            let open = |ticket: &queue::Ticket| !ticket.state.is_final() && ticket.service == *service;
            hall.ticket(*seq).is_some_and(open)
        })
    }
}
