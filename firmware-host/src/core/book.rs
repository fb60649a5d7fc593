//! Hall, jobs and faults as they are once every decided entry is applied: what the owner decides on.

use super::desk::{Done, No, Take, Wish};
use super::jobs::{Job, JobState, Jobs, OpenFault};
use super::overtaken::Overtaken;
use super::waits::{self, Waits};
use queue::forecast::Range;
use queue::{Command, Event, Hall, Refusal, Rules, ServiceId, TicketSeq, Timestamp};
use schema::{Entry, FaultEvent, JobEvent, Purpose, Store, StoreError, WaitEvent};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The hall with its jobs and faults, and where the log stands.
pub struct Book {
    /// The hall.
    pub hall: Hall,
    /// Jobs and faults.
    pub jobs: Jobs,
    /// Who was passed by green tickets (rule G4).
    pub overtaken: Overtaken,
    /// The newest expected waits.
    pub waits: Arc<Waits>,
    /// What today's people were told about theirs (rule W3).
    pub told: BTreeMap<TicketSeq, Range>,
    /// Last committed position.
    pub position: u64,
    /// Latest moment in the log.
    pub latest: Timestamp,
    /// Latest moment when it was loaded; `None` for an empty log.
    pub last_at: Option<Timestamp>,
}

/// Loads what is committed.
///
/// # Errors
/// What the store says.
pub fn load(store: &Store, rules: Rules) -> Result<Book, StoreError> {
    let loaded = store.load_day()?;
    let (mut hall, mut overtaken, mut told) = (Hall::new(rules), Overtaken::default(), BTreeMap::new());
    let jobs = loaded.open_jobs.into_iter().map(|row| Job {
        job: row.job,
        ticket: row.ticket,
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
    let mut position = 0;
    for logged in loaded.entries {
        position = logged.position;
        match &logged.entry {
            Entry::Hall(event) => {
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
    Ok(Book { hall, jobs, overtaken, waits, told, position, latest, last_at: loaded.last_at })
}

impl Book {
    /// Decides one wish, applies what it brings and adds it to `entries`. On a refusal nothing changed.
    pub fn decide(&mut self, at: Timestamp, wish: Wish, entries: &mut Vec<Entry>) -> Result<Done, No> {
        match wish {
            Wish::Do(command) => {
                let events = self.command(at, &command, entries)?;
                Ok(Done { events, job: None })
            }
            Wish::Take(take) => self.take(at, take, entries),
            Wish::Reprint { ticket, printer, english } => {
                let known = self.hall.ticket(ticket).is_some();
                if !known {
                    return Err(No::Refused(Refusal::UnknownTicket { ticket }));
                }
                let (job, event) = self.jobs.queue(ticket, printer, Purpose::Reprint, english);
                self.job(at, event, entries);
                Ok(Done { events: Vec::new(), job: Some(job) })
            }
            Wish::Explain { ticket, printer, english } => {
                let (job, event) = self.jobs.queue(ticket, printer, Purpose::Explanation, english);
                self.job(at, event, entries);
                Ok(Done { events: Vec::new(), job: Some(job) })
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
        for event in &events {
            self.apply(at, event);
            if matches!(event, Event::DayOpened { .. }) {
                self.jobs.forget_yesterday();
                self.told.clear();
            }
            entries.push(Entry::Hall(event.clone()));
            entries.extend(self.tell_wait(event, naive_s));
        }
        Ok(events)
    }

    /// What the usual estimate says before somebody joins; for comparison (rule W3).
    fn naive_s(&self, service: &ServiceId) -> Option<i64> {
        let mean_s = self.waits.services.get(service)?.mean_s;
        waits::naive_s(&self.hall, service, self.hall.waiting_before(service), mean_s)
    }

    /// Rules Q8, W3: what somebody who took a number is told, kept with the number. Nothing before the first forecast.
    fn tell_wait(&mut self, event: &Event, naive_s: Option<i64>) -> Option<Entry> {
        let Event::Issued { ticket, service, green, booked, .. } = event else { return None };
        let range = self.waits.services.get(service)?.of(green.is_some(), booked.is_some())?;
        self.told.insert(*ticket, range);
        Some(Entry::Wait(WaitEvent::Told {
            ticket: *ticket,
            median_s: range.median_s,
            low_s: range.low_s,
            high_s: range.high_s,
            naive_s: naive_s.unwrap_or_default(),
            doubtful: self.waits.doubt.is_some(),
        }))
    }

    fn take(&mut self, at: Timestamp, take: Take, entries: &mut Vec<Entry>) -> Result<Done, No> {
        let Take { service, more, grant, booked, by, printer, english } = take;
        let events = self.command(at, &Command::Issue { service, more, grant, booked, by }, entries)?;
        let issued = events.iter().find_map(|event| match event {
            Event::Issued { ticket, .. } => Some(*ticket),
            _ => None,
        });
        let job = issued.zip(printer).map(|(ticket, printer)| {
            let (job, event) = self.jobs.queue(ticket, printer, Purpose::Slip, english);
            self.job(at, event, entries);
            job
        });
        Ok(Done { events, job })
    }

    fn print_again(&mut self, at: Timestamp, job: u64, why: String, entries: &mut Vec<Entry>) -> Done {
        let Some(doubtful) = self.jobs.job(job).cloned() else { return Done::default() };
        self.job(at, JobEvent::Failed { job, why }, entries);
        let again = doubtful.ticket.map(|ticket| {
            // An explanation is no number: printed twice it does no harm, and needs no mark.
            let purpose = match doubtful.purpose {
                Purpose::Explanation => Purpose::Explanation,
                _ => Purpose::Reprint,
            };
            let (job, event) = self.jobs.queue(ticket, doubtful.printer, purpose, doubtful.english);
            self.job(at, event, entries);
            job
        });
        Done { events: Vec::new(), job: again }
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
