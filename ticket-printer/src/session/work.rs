//! The job under way: writing, awaiting the receipt, and settling after trouble.

use super::{BUSY_POLL, CHUNK_TIME, Fault, Output, RECEIPT_REQUEST, Session, chunk};
use link::Uptime;
use link::pace::time_for;
use std::time::Duration;

/// The receipt of a short slip: twice what the slowest panel printer (50 mm/s) needs for a long ticket and its cut, and the
/// time for which an offline printer may hold the feed button. Too short makes reprints of good slips.
const RECEIPT_BASE: Duration = Duration::from_secs(8);
/// More for each byte: 32 bytes of text are a line of 3.75 mm, at 50 mm/s some 2.3 ms a byte; nearly doubled.
const RECEIPT_PER_BYTE: Duration = Duration::from_millis(4);

/// What the session does with jobs at the moment.
#[derive(Debug)]
pub(super) enum Work {
    /// Nothing; the head of the queue may begin after an inquiry.
    None,
    /// Bytes are going out.
    Writing {
        job: u64,
        bytes: Vec<u8>,
        written: usize,
        chinese: bool,
        /// When the last chunk has left the wire.
        resume: Uptime,
        trouble: Option<Fault>,
    },
    /// All bytes are out, with the receipt's request.
    Receipt {
        job: u64,
        limit: Duration,
        until: Uptime,
        /// Whether the time was extended once for a printer that is well and slow.
        extended: bool,
        trouble: Option<Fault>,
    },
    /// After an interrupted job: the printer may print what it still holds and answer for it. That answer must not become the
    /// receipt of the next slip, so the session asks once more and waits for what it is owed.
    Settling {
        /// The slip's cut was never sent.
        uncut: bool,
        /// Receipts asked for and not come.
        owed: u8,
        limit: Duration,
        /// Set when the printer was seen well and asked.
        until: Option<Uptime>,
    },
}

impl Work {
    pub(super) fn job(&self) -> Option<u64> {
        match self {
            Work::Writing { job, .. } | Work::Receipt { job, .. } => Some(*job),
            Work::None | Work::Settling { .. } => None,
        }
    }

    pub(super) fn deadline(&self) -> Option<Uptime> {
        match self {
            Work::None => None,
            // Trouble stops the writing until the next inquiry has spoken.
            Work::Writing { resume, trouble, .. } => trouble.is_none().then_some(*resume),
            Work::Receipt { until, .. } => Some(*until),
            Work::Settling { until, .. } => *until,
        }
    }

    /// Gives up the job under way, or a settling that the link's end makes void, and settles from the start. Returns the job.
    pub(super) fn abandon(&mut self) -> Option<u64> {
        let (job, settling) = match self {
            Work::None => return None,
            Work::Writing { job, bytes, .. } => (
                Some(*job),
                Work::Settling { uncut: true, owed: 0, limit: limit_for(bytes.len()), until: None },
            ),
            Work::Receipt { job, limit, .. } => {
                (Some(*job), Work::Settling { uncut: false, owed: 1, limit: *limit, until: None })
            }
            Work::Settling { uncut, owed, limit, .. } => {
                (None, Work::Settling { uncut: *uncut, owed: *owed, limit: *limit, until: None })
            }
        };
        *self = settling;
        job
    }
}

fn limit_for(bytes: usize) -> Duration {
    RECEIPT_BASE + RECEIPT_PER_BYTE * u32::try_from(bytes).unwrap_or(u32::MAX)
}

impl Session {
    /// Moves the work on as far as time allows.
    pub(super) fn work_on(&mut self, now: Uptime) {
        match &mut self.work {
            Work::None => {}
            Work::Writing { job, bytes, written, chinese, resume, trouble } => {
                if trouble.is_some() || *resume > now {
                    return;
                }
                let wanted = usize::try_from(u128::from(self.baud) / 10 * CHUNK_TIME.as_millis() / 1000)
                    .unwrap_or(usize::MAX)
                    .max(1);
                let length = chunk(&bytes[*written..], wanted, chinese);
                let mut piece = bytes[*written..*written + length].to_vec();
                *written += length;
                if *written < bytes.len() {
                    *resume = now.plus(time_for(length, self.baud));
                    self.outputs.push_back(Output::Write(piece));
                    return;
                }
                piece.extend_from_slice(RECEIPT_REQUEST);
                let limit = limit_for(bytes.len());
                let until = now.plus(time_for(piece.len(), self.baud)).plus(limit);
                self.outputs.push_back(Output::Write(piece));
                self.outputs.push_back(Output::Sent { job: *job });
                self.work = Work::Receipt { job: *job, limit, until, extended: false, trouble: None };
            }
            Work::Receipt { limit, until, extended, .. } => {
                if *until > now {
                    return;
                }
                if *extended {
                    // Well, by its own word, and silent about the slip: switched off and on, or a byte was lost.
                    let fault = self.faults.first().copied().unwrap_or(Fault::Unconfirmed);
                    self.interrupt(fault);
                } else {
                    *extended = true;
                    *until = now.plus(*limit);
                    self.next_poll = Some(now);
                }
            }
            Work::Settling { until, .. } => {
                if until.is_some_and(|until| until <= now) {
                    self.settled(now);
                }
            }
        }
    }

    /// An inquiry ended; `self.faults` is fresh.
    pub(super) fn seen(&mut self, now: Uptime) {
        let fault = self.faults.first().copied();
        match &mut self.work {
            Work::None => {
                if fault.is_none()
                    && let Some(next) = self.jobs.pop_front()
                {
                    self.work = Work::Writing {
                        job: next.job,
                        bytes: next.bytes,
                        written: 0,
                        chinese: false,
                        resume: now,
                        trouble: None,
                    };
                    self.work_on(now);
                }
            }
            Work::Writing { trouble, .. } | Work::Receipt { trouble, .. } => match (fault, trouble.is_some())
            {
                // Silence has been tried three times, so it is certain at once.
                (Some(Fault::NoAnswer), _) => self.interrupt(Fault::NoAnswer),
                (Some(fault), true) => self.interrupt(fault),
                (fault, _) => *trouble = fault,
            },
            Work::Settling { uncut, owed, limit, until } => {
                if fault.is_some() {
                    *until = None;
                } else if until.is_none() {
                    let mut bytes = Vec::new();
                    if *uncut {
                        // The half slip is cut off, so that the next one does not hang on it.
                        bytes.extend_from_slice(b"\n\x1DVB\x00");
                        *uncut = false;
                    }
                    bytes.extend_from_slice(RECEIPT_REQUEST);
                    *owed = owed.saturating_add(1);
                    *until = Some(now.plus(*limit));
                    self.outputs.push_back(Output::Write(bytes));
                }
            }
        }
    }

    /// A reply to `1D 72 01`.
    pub(super) fn receipt(&mut self, now: Uptime) {
        match &mut self.work {
            Work::Receipt { job, .. } => {
                self.outputs.push_back(Output::Printed { job: *job });
                self.work = Work::None;
                if !self.jobs.is_empty() {
                    self.next_poll = Some(now);
                }
            }
            Work::Settling { owed, until, .. } => {
                *owed = owed.saturating_sub(1);
                if *owed == 0 && until.is_some() {
                    self.settled(now);
                }
            }
            // Nothing was asked: noise, or an answer later than any limit.
            Work::None | Work::Writing { .. } => {}
        }
    }

    fn interrupt(&mut self, fault: Fault) {
        if let Some(job) = self.work.abandon() {
            self.outputs.push_back(Output::Interrupted { job, fault });
        }
    }

    fn settled(&mut self, now: Uptime) {
        self.work = Work::None;
        self.next_poll = Some(if self.jobs.is_empty() { now.plus(BUSY_POLL) } else { now });
    }
}
