//! The conversation with one printer: is it well, one slip at a time, was it printed.
//!
//! Before a slip the printer is asked how it is; a printer that does not answer is not taken for a well one, and the slip waits.
//! The slip goes out in chunks that end on command edges, so that a status question never falls into a code or a picture.
//! After the cut comes `1D 72 01`: the printer answers it in turn, when everything before is on paper, and that answer is the
//! receipt. While a slip is under way the printer is asked every second; trouble seen twice, or no receipt in time, makes the
//! slip [`Output::Interrupted`]: nobody knows how much of it is on paper, so nothing is repeated here. The host prints it again
//! marked as a reprint, or voids it, on record (rule Q1).
//!
//! Left to others: opening the port, what a job is, words for people.

mod inquiry;
mod work;

use crate::command::chunk;
use crate::encode::Profile;
use crate::status::{self, Fault, Reply, Scan, Status, Warning};
use inquiry::{Inquiry, Outcome};
use link::uptime::earliest;
use link::{ReceiveBuffer, Uptime};
use std::collections::VecDeque;
use std::time::Duration;
use work::Work;

/// Jobs that wait for the printer. A kiosk with this many unprinted slips has long stopped giving numbers; more would only
/// print a heap that nobody fetches when the paper is changed.
pub const MAX_WAITING_JOBS: usize = 64;
/// A slip is below 1 KiB, a notice (rule Q9) a few; a whole page of pictures fits. More is a mistake of the caller.
pub const MAX_JOB_BYTES: usize = 256 * 1024;
/// How often an idle printer is asked, so that paper out is on the console before the next citizen comes.
const IDLE_POLL: Duration = Duration::from_secs(5);
/// How often while slips wait for a repair: people stand there.
const WAITING_POLL: Duration = Duration::from_secs(2);
/// How often while a slip is under way, and the time between the two sightings that make trouble certain.
const BUSY_POLL: Duration = Duration::from_secs(1);
/// How much of a slip is handed over at once, as time on the wire: the delay that a status question suffers.
const CHUNK_TIME: Duration = Duration::from_millis(100);
/// Twice the longest reply, and room for a burst of noise; older bytes are dropped.
const RECEIVE_LIMIT: usize = 64;
/// GS r 1: paper status in turn, the receipt.
const RECEIPT_REQUEST: &[u8] = &[0x1D, 0x72, 1];

/// What happens to the session. Time is an argument of [`Session::handle`].
#[derive(Clone, Debug)]
pub enum Input<'a> {
    /// The link is open.
    Opened,
    /// Bytes from the printer.
    Bytes(&'a [u8]),
    /// Print these bytes of [`crate::encode()`] as job `job`. Accepted while the link is closed, too.
    Print {
        /// The host's number of the job.
        job: u64,
        /// The slip.
        bytes: Vec<u8>,
    },
    /// Take a job back, if it has not begun.
    Cancel {
        /// The host's number of the job.
        job: u64,
    },
    /// The deadline has come.
    Wake,
    /// The link is closed.
    Closed,
}

/// Why a job is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// [`MAX_WAITING_JOBS`] wait already.
    QueueFull,
    /// A job of that number waits or is being printed.
    AlreadyHere,
    /// More than [`MAX_JOB_BYTES`].
    TooLong,
}

/// What the host must do or know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Output {
    /// Write to the link.
    Write(Vec<u8>),
    /// All bytes of the job are with the link; the receipt is awaited.
    Sent {
        /// The job.
        job: u64,
    },
    /// The printer confirmed it: it is on paper and cut.
    Printed {
        /// The job.
        job: u64,
    },
    /// It began, then there was trouble; nobody knows how much is on paper. The session has forgotten the job: the host
    /// decides whether to print it again, as a whole and marked 补打.
    Interrupted {
        /// The job.
        job: u64,
        /// The trouble.
        fault: Fault,
    },
    /// It has not begun and waits for the printer; said once for each job and fault.
    Waiting {
        /// The job.
        job: u64,
        /// What it waits for.
        fault: Fault,
    },
    /// It was taken back before it began.
    Cancelled {
        /// The job.
        job: u64,
    },
    /// It was not taken.
    Refused {
        /// The job.
        job: u64,
        /// Why.
        why: Refusal,
    },
    /// Trouble began.
    Fault(Fault),
    /// That trouble is over.
    Cleared(Fault),
    /// Something to see to began.
    Warning(Warning),
    /// It is seen to.
    WarningCleared(Warning),
    /// Bytes that no printer sends here; a wrong baud rate shows so.
    Noise {
        /// How many.
        bytes: usize,
    },
}

#[derive(Clone, Debug)]
struct Job {
    job: u64,
    bytes: Vec<u8>,
    /// The fault that [`Output::Waiting`] named last.
    told: Option<Fault>,
}

/// A conversation with one printer; lives as long as the device is configured.
#[derive(Debug)]
pub struct Session {
    profile: Profile,
    baud: u32,
    open: bool,
    received: ReceiveBuffer,
    outputs: VecDeque<Output>,
    jobs: VecDeque<Job>,
    work: Work,
    inquiry: Inquiry,
    /// When to ask next; `None` while closed.
    next_poll: Option<Uptime>,
    faults: Vec<Fault>,
    paper_low: bool,
}

impl Session {
    /// A session whose link is still closed. `baud` paces the chunks; for USB and TCP give the rate of the slowest part, or a
    /// million.
    pub fn new(profile: Profile, baud: u32) -> Self {
        Session {
            profile,
            baud: baud.max(1),
            open: false,
            received: ReceiveBuffer::new(RECEIVE_LIMIT),
            outputs: VecDeque::new(),
            jobs: VecDeque::new(),
            work: Work::None,
            inquiry: Inquiry::default(),
            next_poll: None,
            faults: Vec::new(),
            paper_low: false,
        }
    }

    /// Takes one input; then drain [`Session::poll`].
    pub fn handle(&mut self, now: Uptime, input: Input<'_>) {
        match input {
            Input::Opened => {
                self.open = true;
                self.received.clear();
                self.inquiry.stop();
                self.next_poll = Some(now);
            }
            Input::Closed => self.closed(),
            Input::Bytes(bytes) if self.open => self.bytes(now, bytes),
            Input::Bytes(_) | Input::Wake => {}
            Input::Print { job, bytes } => self.print(now, job, bytes),
            Input::Cancel { job } => {
                let before = self.jobs.len();
                self.jobs.retain(|waiting| waiting.job != job);
                if self.jobs.len() < before {
                    self.outputs.push_back(Output::Cancelled { job });
                }
            }
        }
        if self.open {
            self.advance(now);
        }
    }

    /// The next thing to do; `None` when there is nothing until the next input.
    pub fn poll(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    /// When to send [`Input::Wake`].
    pub fn deadline(&self) -> Option<Uptime> {
        if !self.open {
            return None;
        }
        let poll = if self.inquiry.is_running() { self.inquiry.deadline() } else { self.next_poll };
        earliest(poll, self.work.deadline())
    }

    /// What keeps the printer from printing, as last seen.
    pub fn faults(&self) -> &[Fault] {
        &self.faults
    }

    /// Jobs that have not begun.
    pub fn waiting(&self) -> usize {
        self.jobs.len()
    }

    fn print(&mut self, now: Uptime, job: u64, bytes: Vec<u8>) {
        let here = self.work.job() == Some(job) || self.jobs.iter().any(|waiting| waiting.job == job);
        let refusal = if here {
            Some(Refusal::AlreadyHere)
        } else if bytes.len() > MAX_JOB_BYTES {
            Some(Refusal::TooLong)
        } else if self.jobs.len() >= MAX_WAITING_JOBS {
            Some(Refusal::QueueFull)
        } else {
            None
        };
        if let Some(why) = refusal {
            self.outputs.push_back(Output::Refused { job, why });
            return;
        }
        self.jobs.push_back(Job { job, bytes, told: None });
        self.tell_waiting();
        if matches!(self.work, Work::None) {
            // What an inquiry under way has heard so far may be older than this job, but only by milliseconds.
            self.next_poll = Some(now);
        }
    }

    fn closed(&mut self) {
        self.open = false;
        self.inquiry.stop();
        self.next_poll = None;
        if let Some(job) = self.work.abandon() {
            self.outputs.push_back(Output::Interrupted { job, fault: Fault::LinkLost });
        }
        self.add_fault(Fault::LinkLost);
        self.tell_waiting();
    }

    fn bytes(&mut self, now: Uptime, bytes: &[u8]) {
        let mut noise = self.received.extend(bytes);
        loop {
            match status::scan(self.received.bytes()) {
                Scan::NeedMore => break,
                Scan::Noise { skip } => {
                    let skipped = &self.received.bytes()[..skip];
                    noise += skipped.iter().filter(|byte| !status::is_flow_control(**byte)).count();
                    self.received.consume(skip);
                }
                Scan::Frame { frame, used } => {
                    self.received.consume(used);
                    match frame {
                        Reply::RealTime(byte) => {
                            if let Some(outcome) = self.inquiry.reply(now, byte) {
                                self.known(now, outcome);
                            }
                        }
                        Reply::Paper(_) => self.receipt(now),
                        // It says that something changed; the inquiry says what.
                        Reply::Automatic(_) => self.next_poll = Some(now),
                    }
                }
            }
        }
        if noise > 0 {
            self.outputs.push_back(Output::Noise { bytes: noise });
        }
    }

    /// Does what is due.
    fn advance(&mut self, now: Uptime) {
        if let Some(outcome) = self.inquiry.wake(now) {
            self.known(now, outcome);
        }
        self.work_on(now);
        if !self.inquiry.is_running() && self.next_poll.is_some_and(|at| at <= now) {
            // A reply that lost its tail must not swallow the coming one.
            self.received.clear();
            self.inquiry.start(now);
        }
        if let Some(question) = self.inquiry.take_question() {
            self.outputs.push_back(Output::Write(question.to_vec()));
        }
    }

    /// An inquiry ended.
    fn known(&mut self, now: Uptime, outcome: Outcome) {
        match outcome {
            Outcome::Known(replies) => {
                let status = Status::read(replies, self.profile.model);
                self.set_paper_low(status.paper_low);
                self.set_faults(status.faults);
            }
            Outcome::Silent => self.add_fault(Fault::NoAnswer),
        }
        self.seen(now);
        self.tell_waiting();
        let pause = match &self.work {
            Work::None if self.jobs.is_empty() => IDLE_POLL,
            Work::None | Work::Settling { .. } => WAITING_POLL,
            Work::Writing { .. } | Work::Receipt { .. } => BUSY_POLL,
        };
        self.next_poll = Some(now.plus(pause));
    }

    fn set_faults(&mut self, faults: Vec<Fault>) {
        for gone in self.faults.iter().filter(|fault| !faults.contains(fault)) {
            self.outputs.push_back(Output::Cleared(*gone));
        }
        for come in faults.iter().filter(|fault| !self.faults.contains(fault)) {
            self.outputs.push_back(Output::Fault(*come));
        }
        self.faults = faults;
    }

    /// Trouble that hides the printer: what was seen before is not known to be over.
    fn add_fault(&mut self, fault: Fault) {
        let mut faults = self.faults.clone();
        if !faults.contains(&fault) {
            faults.push(fault);
            faults.sort();
        }
        self.set_faults(faults);
    }

    fn set_paper_low(&mut self, low: bool) {
        if low != self.paper_low {
            self.paper_low = low;
            let warning = Warning::PaperLow;
            self.outputs.push_back(if low {
                Output::Warning(warning)
            } else {
                Output::WarningCleared(warning)
            });
        }
    }

    /// Tells each waiting job what it waits for.
    fn tell_waiting(&mut self) {
        let Some(fault) = self.faults.first().copied() else { return };
        for waiting in &mut self.jobs {
            if waiting.told != Some(fault) {
                waiting.told = Some(fault);
                self.outputs.push_back(Output::Waiting { job: waiting.job, fault });
            }
        }
    }
}

#[cfg(test)]
mod tests;
