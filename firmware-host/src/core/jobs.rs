//! Print jobs and faults as the log says they are. Pure: the owner applies committed entries, the workers ask.
//!
//! A job is something that must happen once (DESIGN point 3): queued, sent, confirmed, failed or void. What was sent and
//! not confirmed when the box lost power is in doubt: it is printed again as a reprint, marked 补打, never silently.

use queue::booking::BookingId;
use queue::{ServiceId, TicketSeq, Timestamp};
use schema::{FaultEvent, JobEvent, Purpose};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// Where an open job stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum JobState {
    /// Waits for its printer.
    Queued,
    /// Bytes are on their way; not yet confirmed by the printer.
    Sent,
}

/// What a paper is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Of {
    /// A ticket: its slip, or why it was called when it was.
    Ticket(TicketSeq),
    /// A booking: its form.
    Booking(BookingId),
    /// A service: its notice.
    Service(ServiceId),
}

/// A job that is not finished.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Job {
    /// Its number.
    pub job: u64,
    /// Whose slip.
    pub ticket: Option<TicketSeq>,
    /// Whose form.
    pub booking: Option<BookingId>,
    /// Whose notice.
    pub service: Option<ServiceId>,
    /// Name of the printer.
    pub printer: String,
    /// What is printed.
    pub purpose: Purpose,
    /// Whether the slip has English lines too.
    pub english: bool,
    /// Where it stands.
    pub state: JobState,
    /// Queued at.
    pub since: Timestamp,
}

impl Job {
    /// What it is about; `None`: nothing that this program knows.
    pub fn of(&self) -> Option<Of> {
        let booking = || self.booking.map(Of::Booking);
        self.ticket.map(Of::Ticket).or_else(booking).or_else(|| self.service.clone().map(Of::Service))
    }
}

/// A fault that is open (rule O1).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OpenFault {
    /// Which device, such as `kiosk 1 printer`.
    pub device: String,
    /// Stable code, such as `paper_out`.
    pub fault: String,
    /// What was seen, for staff.
    pub detail: String,
    /// Since when.
    pub since: Timestamp,
}

/// All open jobs and faults.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Jobs {
    jobs: BTreeMap<u64, Job>,
    faults: BTreeMap<(String, String), OpenFault>,
    /// Tickets of today whose latest job ended without paper, for the kiosk's page.
    unprinted: BTreeSet<TicketSeq>,
    next_job: u64,
}

impl Jobs {
    /// What was open when the log ended.
    pub fn new(
        next_job: u64,
        jobs: impl IntoIterator<Item = Job>,
        faults: impl IntoIterator<Item = OpenFault>,
    ) -> Self {
        Jobs {
            next_job,
            unprinted: BTreeSet::new(),
            jobs: jobs.into_iter().map(|job| (job.job, job)).collect(),
            faults: faults
                .into_iter()
                .map(|fault| ((fault.device.clone(), fault.fault.clone()), fault))
                .collect(),
        }
    }

    /// The event that queues one more paper, and the number of its job.
    pub fn queue(&self, of: Of, printer: String, purpose: Purpose, english: bool) -> (u64, JobEvent) {
        let job = self.next_job;
        let (ticket, booking, service) = match of {
            Of::Ticket(ticket) => (Some(ticket), None, None),
            Of::Booking(booking) => (None, Some(booking), None),
            Of::Service(service) => (None, None, Some(service)),
        };
        (job, JobEvent::Queued { job, ticket, booking, service, printer, purpose, english })
    }

    /// Open jobs in the order of queueing.
    pub fn jobs(&self) -> impl Iterator<Item = &Job> {
        self.jobs.values()
    }

    /// One open job.
    pub fn job(&self, job: u64) -> Option<&Job> {
        self.jobs.get(&job)
    }

    /// Open faults by device.
    pub fn faults(&self) -> impl Iterator<Item = &OpenFault> {
        self.faults.values()
    }

    /// Tickets whose latest job ended without paper.
    pub fn unprinted(&self) -> &BTreeSet<TicketSeq> {
        &self.unprinted
    }

    /// A new working day: what yesterday's tickets lacked is over.
    pub fn forget_yesterday(&mut self) {
        self.unprinted.clear();
    }

    /// Whether this fault of this device is open.
    pub fn is_open(&self, device: &str, fault: &str) -> bool {
        self.faults.contains_key(&(device.to_string(), fault.to_string()))
    }

    /// Makes a job event true.
    pub fn apply_job(&mut self, at: Timestamp, event: &JobEvent) {
        match event {
            JobEvent::Queued { job, ticket, booking, service, printer, purpose, english } => {
                self.next_job = self.next_job.max(job + 1);
                let queued = Job {
                    job: *job,
                    ticket: *ticket,
                    booking: *booking,
                    service: service.clone(),
                    printer: printer.clone(),
                    purpose: *purpose,
                    english: *english,
                    state: JobState::Queued,
                    since: at,
                };
                // An explanation takes the place of no slip.
                if let Some(ticket) = ticket
                    && *purpose != Purpose::Explanation
                {
                    self.unprinted.remove(ticket);
                }
                self.jobs.insert(*job, queued);
            }
            JobEvent::Sent { job } => {
                if let Some(job) = self.jobs.get_mut(job) {
                    job.state = JobState::Sent;
                }
            }
            JobEvent::Confirmed { job } => {
                self.jobs.remove(job);
            }
            JobEvent::Failed { job, .. } | JobEvent::Void { job, .. } => {
                let ended = self.jobs.remove(job);
                let slip = ended.filter(|job| job.purpose != Purpose::Explanation);
                self.unprinted.extend(slip.and_then(|job| job.ticket));
            }
        }
    }

    /// Makes a fault event true.
    pub fn apply_fault(&mut self, at: Timestamp, event: &FaultEvent) {
        match event {
            FaultEvent::Opened { device, fault, detail } => {
                let opened = OpenFault {
                    device: device.clone(),
                    fault: fault.clone(),
                    detail: detail.clone(),
                    since: at,
                };
                self.faults.insert((device.clone(), fault.clone()), opened);
            }
            FaultEvent::Closed { device, fault } => {
                self.faults.remove(&(device.clone(), fault.clone()));
            }
        }
    }
}
