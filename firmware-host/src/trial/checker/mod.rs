//! What must be true of every committed log, told entry by entry: a second, naive idea of the hall, written from RULES.md and
//! CALL-ORDER.md and knowing nothing of the `queue` crate but the words of its events.
//!
//! | module | holds |
//! |---|---|
//! | `tickets` | tickets and windows: what each event presupposes and changes |
//! | `order` | CALL-ORDER §3 to §6 by looking at everybody |
//! | `jobs` | print jobs and faults |
//! | `rebuilt` | the hall that a restart makes from the log, against this one |

mod jobs;
mod order;
mod rebuilt;
#[cfg(test)]
mod tests;
mod tickets;

use crate::config::Config;
use crate::core::owner::working_day;
use queue::{Class, Day, Parameters, ServiceId, TicketSeq, Timestamp, WindowNumber};
use schema::{ClockEvent, Entry, Logged, WaitEvent};
use std::collections::{BTreeMap, BTreeSet};

/// What is wrong, in words.
pub(super) type Checked = Result<(), String>;

/// Refuses with this text unless it is true.
macro_rules! must {
    ($holds:expr, $($text:tt)+) => {
        if !$holds {
            return Err(format!($($text)+));
        }
    };
}
pub(super) use must;

/// Where a ticket stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stands {
    Waiting { only: Option<WindowNumber> },
    Called(WindowNumber),
    Serving(WindowNumber),
    Parked(WindowNumber),
    Returned(WindowNumber),
    Passed { until: Timestamp },
    Completed,
    Missed,
    Voided,
}

impl Stands {
    pub(super) fn is_end(self) -> bool {
        matches!(self, Stands::Completed | Stands::Missed | Stands::Voided)
    }

    fn at(self) -> Option<WindowNumber> {
        match self {
            Stands::Called(window) | Stands::Serving(window) => Some(window),
            _ => None,
        }
    }
}

#[derive(Clone, Debug)]
pub(super) struct Ticket {
    pub(super) number: String,
    pub(super) service: ServiceId,
    class: Class,
    pub(super) green: bool,
    appointment: bool,
    join: Timestamp,
    ready: Timestamp,
    passed: u32,
    waited_s: i64,
    revived: bool,
    recalls: u32,
    pub(super) stands: Stands,
    /// CALL-ORDER §6.3: as often it may have been passed, K left out.
    may_be_passed: u32,
    /// Services that ended and were not rated.
    unrated: u32,
    /// It was said that its wait nears its target, and that it passed it (rule W2).
    said: (bool, bool),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Does {
    Closed,
    Free,
    Asking(Timestamp),
    Calling(TicketSeq),
    Serving(TicketSeq),
    Paused,
}

#[derive(Clone, Debug)]
pub(super) struct Window {
    pub(super) skills: BTreeSet<ServiceId>,
    pub(super) does: Does,
    last_priority: bool,
    pause_booked: bool,
    /// Parked people who are back, in order.
    returned: Vec<TicketSeq>,
    pub(super) prompt: Option<(TicketSeq, Timestamp)>,
    /// Numbers that were ever called here today.
    pub(super) called: BTreeSet<String>,
}

/// What the log has said so far.
#[derive(Debug)]
pub(super) struct Checker {
    config: Config,
    parameters: Parameters,
    classes: BTreeMap<ServiceId, (Class, String)>,
    pub(super) position: u64,
    pub(super) at: Timestamp,
    day: Option<Day>,
    next_seq: u64,
    running: BTreeMap<String, u32>,
    pub(super) tickets: BTreeMap<TicketSeq, Ticket>,
    pub(super) windows: BTreeMap<WindowNumber, Window>,
    pub(super) jobs: jobs::Jobs,
    /// Everybody who ever took a number, over all days.
    pub(super) n_tickets: u64,
    pub(super) n_days: u64,
    /// Set forward over the night by a set clock: whoever was still there is voided.
    pub(super) n_voided_by_day: u64,
    /// Numbers of all days that were committed: paper may speak of them.
    pub(super) numbers: BTreeSet<String>,
}

impl Checker {
    pub(super) fn new(config: &Config) -> Checker {
        let rules = config.rules();
        let windows = rules.windows.iter().map(|rule| {
            let window = Window {
                skills: rule.skills.iter().cloned().collect(),
                does: Does::Closed,
                last_priority: false,
                pause_booked: false,
                returned: Vec::new(),
                prompt: None,
                called: BTreeSet::new(),
            };
            (rule.number, window)
        });
        let classes = rules.services.iter().map(|rule| (rule.id.clone(), (rule.class, rule.prefix.clone())));
        Checker {
            config: config.clone(),
            windows: windows.collect(),
            classes: classes.collect(),
            parameters: rules.parameters,
            position: 0,
            at: Timestamp(i64::MIN),
            day: None,
            next_seq: 1,
            running: BTreeMap::new(),
            tickets: BTreeMap::new(),
            jobs: jobs::Jobs::default(),
            n_tickets: 0,
            n_days: 0,
            n_voided_by_day: 0,
            numbers: BTreeSet::new(),
        }
    }

    /// One committed entry.
    pub(super) fn entry(&mut self, logged: &Logged) -> Checked {
        let Logged { position, at, entry } = logged;
        must!(*position == self.position + 1, "position {position} follows {}", self.position);
        must!(*at >= self.at, "hall time runs backwards: {} after {}", at.0, self.at.0);
        (self.position, self.at) = (*position, *at);
        match entry {
            Entry::Hall(event) => self.event(*at, event),
            Entry::Job(event) => self.jobs.job(event, |ticket| self.tickets.contains_key(&ticket)),
            Entry::Fault(event) => self.jobs.fault(event),
            Entry::Wait(WaitEvent::Told { ticket, median_s, low_s, high_s, .. }) => {
                must!(
                    self.tickets.contains_key(ticket),
                    "a wait is told to ticket {}, which is not there",
                    ticket.0
                );
                must!(
                    0 <= *low_s && low_s <= median_s && median_s <= high_s,
                    "ticket {} is told to wait {median_s} s between {low_s} and {high_s}",
                    ticket.0
                );
                Ok(())
            }
            Entry::Clock(ClockEvent::Adopted { by_s }) => {
                must!(*by_s > 0, "the hall's clock was set back by {by_s} s");
                Ok(())
            }
            // Nobody books in these halls.
            Entry::Case(_) | Entry::Clock(_) | Entry::Booking(_) | Entry::Message(_) => Ok(()),
        }
    }

    /// Between two commits.
    pub(super) fn settled(&self) -> Checked {
        for (number, window) in &self.windows {
            if let Does::Asking(_) = window.does {
                must!(
                    window.returned.is_empty(),
                    "window {number} asks while {:?} are back",
                    window.returned
                );
                let could = self.reach(*number).next();
                must!(
                    could.is_none(),
                    "window {number} asks and {:?} waits",
                    could.map(|(_, ticket)| &ticket.number)
                );
            }
            if let Does::Calling(seq) | Does::Serving(seq) = window.does {
                let stands = self.tickets.get(&seq).map(|ticket| ticket.stands);
                must!(
                    stands.and_then(Stands::at) == Some(*number),
                    "window {number} has ticket {} that stands {stands:?}",
                    seq.0
                );
            }
        }
        for (seq, ticket) in &self.tickets {
            if let Some(window) = ticket.stands.at() {
                let does = self.windows.get(&window).map(|window| window.does);
                let right = does == Some(Does::Calling(*seq)) || does == Some(Does::Serving(*seq));
                must!(right, "{} is at window {window}, which does {does:?}", ticket.number);
            }
        }
        Ok(())
    }

    /// Nobody is left.
    pub(super) fn all_ended(&self) -> Checked {
        let left = self.tickets.values().filter(|ticket| !ticket.stands.is_end());
        let left: Vec<_> = left.map(|ticket| (&ticket.number, &ticket.service.0, ticket.stands)).collect();
        must!(left.is_empty(), "the day is over and {left:?} have not come to an end");
        Ok(())
    }

    fn day_of(&self, at: Timestamp) -> Day {
        working_day(&self.config, at)
    }
}
