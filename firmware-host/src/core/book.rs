//! Hall, jobs and faults as they are once every decided entry is applied: what the owner decides on.

use super::appointments::Appointments;
use super::cases::Register;
use super::desk::{Done, No, Take, Wish};
use super::jobs::{Job, JobState, Jobs, Of, OpenFault};
use super::overtaken::Overtaken;
use super::waits::{self, Waits};
use crate::config::Config;
use queue::booking::{Arrival, BookingCommand, BookingEvent, BookingId, BookingRefusal, Form};
use queue::forecast::Range;
use queue::{By, Command, Event, Grant, Hall, Refusal, ServiceId, TicketSeq, TicketState, Timestamp};
use schema::{Entry, FaultEvent, JobEvent, Purpose, Store, StoreError, WaitEvent};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The hall with its jobs and faults, and where the log stands.
pub struct Book {
    /// What `hall.toml` says.
    pub config: Arc<Config>,
    /// The hall.
    pub hall: Hall,
    /// Jobs and faults.
    pub jobs: Jobs,
    /// Bookings and messages.
    pub appointments: Appointments,
    /// What is owed after a visit.
    pub register: Register,
    /// Who was passed by green tickets (rule G4).
    pub overtaken: Overtaken,
    /// The newest expected waits.
    pub waits: Arc<Waits>,
    /// What today's people were told about theirs (rule W3).
    pub told: BTreeMap<TicketSeq, Range>,
    /// Last committed position.
    pub position: u64,
    /// Position of the latest commit that made another hall of it, as far as waits go.
    pub reshaped: u64,
    /// Latest moment in the log.
    pub latest: Timestamp,
    /// Latest moment when it was loaded; `None` for an empty log.
    pub last_at: Option<Timestamp>,
}

/// Loads what is committed.
///
/// # Errors
/// What the store says.
pub fn load(store: &Store, config: &Arc<Config>) -> Result<Book, StoreError> {
    let loaded = store.load_day()?;
    let appointments = Appointments::load(store, config.clone(), &loaded)?;
    let mut register = Register::load(store, config.clone(), &loaded)?;
    let (mut hall, mut overtaken, mut told) =
        (Hall::new(config.rules()), Overtaken::default(), BTreeMap::new());
    let jobs = loaded.open_jobs.into_iter().map(|row| Job {
        job: row.job,
        ticket: row.ticket,
        booking: row.booking,
        service: row.service,
        printer: row.printer,
        purpose: row.purpose,
        english: row.english,
        state: if row.state == schema::JobState::Sent { JobState::Sent } else { JobState::Queued },
        since: row.queued_at,
    });
    let faults = loaded.open_faults.into_iter().map(|row| OpenFault {
        device: row.device,
        fault: row.fault,
        detail: row.detail,
        since: row.opened_at,
    });
    let jobs = Jobs::new(loaded.next_job, jobs, faults);
    let (mut position, mut reshaped) = (0, 0);
    for logged in loaded.entries {
        position = logged.position;
        if waits::reshapes(&logged.entry) {
            reshaped = position;
        }
        match &logged.entry {
            Entry::Hall(event) => {
                register.before(&hall, event);
                hall.apply(logged.at, event);
                overtaken.apply(event);
            }
            Entry::Wait(WaitEvent::Told { ticket, median_s, low_s, high_s, .. }) => {
                let range = Range { median_s: *median_s, low_s: *low_s, high_s: *high_s };
                told.insert(*ticket, range);
            }
            _ => {}
        }
    }
    let latest = loaded.last_at.unwrap_or_default();
    let waits = Arc::default();
    Ok(Book {
        config: config.clone(),
        hall,
        jobs,
        appointments,
        register,
        overtaken,
        waits,
        told,
        position,
        reshaped,
        latest,
        last_at: loaded.last_at,
    })
}

impl Book {
    /// Decides one wish, applies what it brings and adds it to `entries`. On a refusal nothing changed.
    pub fn decide(&mut self, at: Timestamp, wish: Wish, entries: &mut Vec<Entry>) -> Result<Done, No> {
        match wish {
            Wish::Do(command) => {
                let events = self.command(at, &command, entries)?;
                Ok(Done { events, ..Done::default() })
            }
            Wish::Take(take) => self.take(at, take, entries),
            Wish::Reprint { ticket, printer, english } => {
                let known = self.hall.ticket(ticket).is_some();
                if !known {
                    return Err(No::Refused(Refusal::UnknownTicket { ticket }));
                }
                let (job, event) = self.jobs.queue(Of::Ticket(ticket), printer, Purpose::Reprint, english);
                self.job(at, event, entries);
                Ok(Done { job: Some(job), ..Done::default() })
            }
            Wish::Explain { ticket, printer, english } => {
                let (job, event) =
                    self.jobs.queue(Of::Ticket(ticket), printer, Purpose::Explanation, english);
                self.job(at, event, entries);
                Ok(Done { job: Some(job), ..Done::default() })
            }
            Wish::Book(command) => {
                let bookings = self.appointments.decide(at, &command, entries).map_err(No::NotBooked)?;
                Ok(Done { bookings, ..Done::default() })
            }
            Wish::Case(command) => {
                let cases = self.register.decide(at, &command, entries).map_err(No::NoCase)?;
                Ok(Done { cases, ..Done::default() })
            }
            Wish::BookAll { forms } => self.book_all(at, forms, entries),
            Wish::CheckIn { booking, by, printer, english, grant } => {
                self.check_in(at, CheckIn { booking, by, printer, english, grant }, entries)
            }
            Wish::Register { form, by, printer } => self.register(at, *form, by, printer, entries),
            Wish::PrintForm { booking, printer } => {
                let known = self.appointments.bookings.booking(booking).is_some();
                if !known {
                    return Err(No::NotBooked(BookingRefusal::UnknownBooking { booking }));
                }
                Ok(self.print(at, Of::Booking(booking), printer, Purpose::Form, false, entries))
            }
            Wish::PrintNotice { service, printer, english } => {
                Ok(self.print(at, Of::Service(service), printer, Purpose::Notice, english, entries))
            }
            Wish::Message(event) => {
                self.appointments.message(at, event, entries);
                Ok(Done::default())
            }
            Wish::Job(event) => {
                self.job(at, event, entries);
                Ok(Done::default())
            }
            Wish::PrintAgain { job, why } => Ok(self.print_again(at, job, why, entries)),
            Wish::Fault(event) => {
                self.fault(at, event, entries);
                Ok(Done::default())
            }
        }
    }

    /// Serves asking windows until nothing changes; applies and returns the events.
    pub fn settle(&mut self, at: Timestamp) -> Vec<Event> {
        let mut all = Vec::new();
        while let Ok(events) = self.hall.decide(at, &Command::Settle) {
            if events.is_empty() {
                break;
            }
            for event in events {
                self.apply(at, &event);
                all.push(event);
            }
        }
        all
    }

    fn apply(&mut self, at: Timestamp, event: &Event) {
        self.register.before(&self.hall, event);
        self.hall.apply(at, event);
        self.overtaken.apply(event);
    }

    fn command(
        &mut self,
        at: Timestamp,
        command: &Command,
        entries: &mut Vec<Entry>,
    ) -> Result<Vec<Event>, No> {
        let events = self.hall.decide(at, command).map_err(No::Refused)?;
        let naive_s = match command {
            Command::Issue { service, .. } => self.naive_s(service),
            _ => None,
        };
        // Rule W3: nobody is told what was true of the hall before windows opened or closed, be it committed or decided in this
        // batch.
        let known = self.waits.knows(self.reshaped, entries);
        for event in &events {
            self.apply(at, event);
            if let Event::DayOpened { next_seq, .. } = event {
                self.jobs.forget_yesterday();
                self.told.clear();
                self.appointments.bookings.forget(at, *next_seq);
            }
            entries.push(Entry::Hall(event.clone()));
            self.register.rated(at, &self.hall, event, entries);
            entries.extend(self.tell_wait(at, event, naive_s, known));
        }
        Ok(events)
    }

    /// What the usual estimate says before somebody joins; for comparison (rule W3).
    fn naive_s(&self, service: &ServiceId) -> Option<i64> {
        waits::naive_s(&self.hall, service, self.hall.waiting_before(service), self.mean_s(service))
    }

    /// Mean time at the window, as learned, or before anything was learned as `hall.toml` says.
    fn mean_s(&self, service: &ServiceId) -> f64 {
        let told_min = || self.config.service(&service.0).map_or(10, |service| service.mean_min);
        let learned_s = self.waits.services.get(service).map(|waits| waits.mean_s);
        learned_s.unwrap_or_else(|| f64::from(told_min()) * 60.0)
    }

    /// Rules Q8, W3: what somebody who took a number is told, kept with the number: by the newest forecast if it is `known` to
    /// be of this hall, or else the usual estimate, marked as such. Nothing without either.
    fn tell_wait(
        &mut self,
        at: Timestamp,
        event: &Event,
        naive_s: Option<i64>,
        known: bool,
    ) -> Option<Entry> {
        let Event::Issued { ticket, service, booked, .. } = event else { return None };
        let ahead_s = booked.map(|booked| booked.since(at));
        let holder = self.hall.ticket(*ticket).filter(|_| known);
        let forecast = holder.and_then(|holder| self.waits.newcomer(&self.hall, holder, ahead_s));
        let usual = forecast.is_none();
        let range = match forecast {
            Some(range) => range,
            None => waits::naive_range(naive_s?, self.mean_s(service)),
        };
        self.told.insert(*ticket, range);
        Some(Entry::Wait(WaitEvent::Told {
            ticket: *ticket,
            median_s: range.median_s,
            low_s: range.low_s,
            high_s: range.high_s,
            naive_s: naive_s.unwrap_or_default(),
            doubtful: !usual && self.waits.doubt.is_some(),
            usual,
        }))
    }

    fn take(&mut self, at: Timestamp, take: Take, entries: &mut Vec<Entry>) -> Result<Done, No> {
        let Take { service, more, grant, booked, by, printer, english, person } = take;
        if let Some(person) = &person
            && let Some(held) = self.appointments.open_number(&self.hall, person, &service)
        {
            return Ok(Done { holds: Some(held), ..Done::default() });
        }
        let events = self.command(at, &Command::Issue { service, more, grant, booked, by }, entries)?;
        let issued = issued(&events);
        if let Some((ticket, person)) = issued.zip(person) {
            self.appointments.happens(at, BookingEvent::Holds { ticket, person }, entries);
        }
        let job = issued.zip(printer).map(|(ticket, printer)| {
            let (job, event) = self.jobs.queue(Of::Ticket(ticket), printer, Purpose::Slip, english);
            self.job(at, event, entries);
            job
        });
        Ok(Done { events, job, ..Done::default() })
    }

    /// Rule A1: with its form, or not at all.
    fn register(
        &mut self,
        at: Timestamp,
        form: Form,
        by: By,
        printer: Option<String>,
        entries: &mut Vec<Entry>,
    ) -> Result<Done, No> {
        let command = BookingCommand::Book { form, by };
        let bookings = self.appointments.decide(at, &command, entries).map_err(No::NotBooked)?;
        let booking = bookings.iter().find_map(BookingEvent::booking);
        let job = booking.zip(printer).and_then(|(booking, printer)| {
            self.print(at, Of::Booking(booking), printer, Purpose::Form, false, entries).job
        });
        Ok(Done { bookings, job, ..Done::default() })
    }

    /// Rule A1: a file of appointments, each decided with those before it booked.
    fn book_all(
        &mut self,
        at: Timestamp,
        forms: Vec<(Form, By)>,
        entries: &mut Vec<Entry>,
    ) -> Result<Done, No> {
        let (before, n_before) = (self.appointments.clone(), entries.len());
        let mut done = Done::default();
        for (form, by) in forms {
            match self.appointments.decide(at, &BookingCommand::Book { form, by }, entries) {
                Ok(bookings) => done.bookings.extend(bookings),
                Err(refusal) => {
                    self.appointments = before;
                    entries.truncate(n_before);
                    return Err(No::NotBooked(refusal));
                }
            }
        }
        Ok(done)
    }

    /// Rules A3 to A5: a number with the booked time, which the hall takes as forfeited when the period of grace is over. Nobody
    /// holds two open numbers for a service: the number gives way that was taken before without the booking and waits; one that
    /// is further on, or that is as good, is the booking's as well.
    fn check_in(&mut self, at: Timestamp, asked: CheckIn, entries: &mut Vec<Entry>) -> Result<Done, No> {
        let CheckIn { booking, by, printer, english, grant } = asked;
        let (service, arrival) = self.appointments.arrive(at, booking).map_err(No::NotBooked)?;
        let (booked, late) = match arrival {
            Arrival::Holds(ticket) => return Ok(Done { holds: Some(ticket), ..Done::default() }),
            Arrival::Take { booked, late } => (Some(booked), late),
        };
        let person = self.appointments.bookings.booking(booking).map(|known| known.form.person.clone());
        let held =
            person.as_ref().and_then(|person| self.appointments.open_number(&self.hall, person, &service));
        let gives_way = |ticket: &queue::Ticket| {
            let waits = matches!(ticket.state, TicketState::Waiting { .. });
            waits && !late && ticket.booked.is_none() && ticket.green.is_none()
        };
        let old = held.filter(|held| self.hall.ticket(*held).is_some_and(gives_way));
        let mut done = match (held, old) {
            (Some(held), None) => Done { holds: Some(held), ..Done::default() },
            (_, old) => {
                let more = Vec::new();
                let by_desk = by.clone();
                let take = Take { service, more, grant, booked, by, printer, english, person: None };
                let mut done = self.take(at, take, entries)?;
                if let Some(ticket) = old {
                    let reason = "改为预约号".to_owned();
                    let void = Command::Void { ticket, reason, by: by_desk };
                    done.events.extend(self.command(at, &void, entries)?);
                }
                done
            }
        };
        if let Some(ticket) = done.holds.or(issued(&done.events)) {
            if let Some(person) = person.filter(|_| done.holds.is_none()) {
                self.appointments.happens(at, BookingEvent::Holds { ticket, person }, entries);
            }
            let event = BookingEvent::CheckedIn { booking, ticket, late };
            self.appointments.happens(at, event.clone(), entries);
            done.bookings.push(event);
        }
        Ok(done)
    }

    fn print(
        &mut self,
        at: Timestamp,
        of: Of,
        printer: String,
        purpose: Purpose,
        english: bool,
        entries: &mut Vec<Entry>,
    ) -> Done {
        let (job, event) = self.jobs.queue(of, printer, purpose, english);
        self.job(at, event, entries);
        Done { job: Some(job), ..Done::default() }
    }

    fn print_again(&mut self, at: Timestamp, job: u64, why: String, entries: &mut Vec<Entry>) -> Done {
        let Some(doubtful) = self.jobs.job(job).cloned() else { return Done::default() };
        self.job(at, JobEvent::Failed { job, why }, entries);
        let again = doubtful.of().map(|of| {
            let purpose = match doubtful.purpose {
                Purpose::Slip => Purpose::Reprint,
                // No number is on it: printed twice it does no harm, and needs no mark.
                other => other,
            };
            let (job, event) = self.jobs.queue(of, doubtful.printer, purpose, doubtful.english);
            self.job(at, event, entries);
            job
        });
        Done { job: again, ..Done::default() }
    }

    fn job(&mut self, at: Timestamp, event: JobEvent, entries: &mut Vec<Entry>) {
        let known = match &event {
            JobEvent::Queued { .. } => true,
            JobEvent::Sent { job }
            | JobEvent::Confirmed { job }
            | JobEvent::Failed { job, .. }
            | JobEvent::Void { job, .. } => self.jobs.job(*job).is_some(),
        };
        if known {
            self.jobs.apply_job(at, &event);
            entries.push(Entry::Job(event));
        }
    }

    fn fault(&mut self, at: Timestamp, event: FaultEvent, entries: &mut Vec<Entry>) {
        let news = match &event {
            FaultEvent::Opened { device, fault, .. } => !self.jobs.is_open(device, fault),
            FaultEvent::Closed { device, fault } => self.jobs.is_open(device, fault),
        };
        if news {
            if let FaultEvent::Closed { device, fault } = &event {
                tracing::info!(device, fault, "fault over");
            }
            self.jobs.apply_fault(at, &event);
            entries.push(Entry::Fault(event));
        }
    }
}

/// As [`Wish::CheckIn`].
struct CheckIn {
    booking: BookingId,
    by: By,
    printer: Option<String>,
    english: bool,
    grant: Option<Grant>,
}

fn issued(events: &[Event]) -> Option<TicketSeq> {
    events.iter().find_map(|event| match event {
        Event::Issued { ticket, .. } => Some(*ticket),
        _ => None,
    })
}

#[cfg(test)]
#[path = "book_tests.rs"]
mod tests;
