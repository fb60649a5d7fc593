//! Expected waits and advice (rules Q8, W2, W3), computed beside the owner.
//!
//! Purpose: a thread of its own follows what the owner commits, keeps a copy of the hall and what the last weeks taught, and
//! after each change runs some hundred possible afternoons ([`queue::forecast`]). The owner only reads the newest result: a
//! press never waits for it. What a person is told with the number is committed with the ticket.
//!
//! | module | holds |
//! |---|---|
//! | `follow` | the thread |
//! | `newcomer` | what is told with a number, others having joined since the newest forecast |
//! | `roster` | hours of `hall.toml` as a forecast wants them |
//! | `advice` | which window to open, by the same afternoons with and without it |

mod advice;
mod follow;
mod newcomer;
mod roster;
#[cfg(test)]
mod tests;

pub use advice::{Advice, Step};
pub use follow::{Following, News, start};

use super::words::Words;
use queue::booking::BookingEvent;
use queue::forecast::Range;
use queue::{Event, Hall, ServiceId, TicketSeq, Timestamp, WindowState};
use schema::{ClockEvent, Entry};
use serde::Serialize;
use std::collections::BTreeMap;

/// The newest waits.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Waits {
    /// Hall time they are of.
    pub at: Timestamp,
    /// All that is committed up to this position of the log is in them.
    pub position: u64,
    /// Whoever holds this number or a later one is not in them.
    pub next: TicketSeq,
    /// Of whoever takes a number now.
    pub services: BTreeMap<ServiceId, ServiceWaits>,
    /// Of those who wait: the whole wait of each, from when it counts (rule W1).
    pub tickets: BTreeMap<TicketSeq, Range>,
    /// Why ranges are wider than usual, if they are.
    pub doubt: Option<Doubt>,
    /// What would help now, the best first.
    pub advice: Vec<Advice>,
}

/// Expected waits at one service.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ServiceWaits {
    /// With an ordinary number.
    pub walk_in: Option<Range>,
    /// With the green channel.
    pub green: Option<Range>,
    /// With an appointment whose time is now.
    pub appointment: Option<Range>,
    /// With an appointment [`EARLY_S`] ahead.
    pub early: Option<Range>,
    /// Mean time at the window, as learned.
    pub mean_s: f64,
    /// Windows that stand free for it.
    pub free: usize,
}

impl ServiceWaits {
    /// The wait of a number like this, with an appointment so many seconds ahead (negative: late).
    pub fn of(&self, green: bool, ahead_s: Option<i64>) -> Option<Range> {
        match ahead_s {
            _ if green => self.green,
            Some(ahead_s) if ahead_s > EARLY_S / 2 => self.early,
            Some(_) => self.appointment,
            None => self.walk_in,
        }
    }
}

/// People who check in early are told the wait of one who is so early; most who are come a quarter of an hour before.
pub const EARLY_S: i64 = 900;

impl Waits {
    /// Whether a newcomer can be told from these: `reshaped`: position of the latest commit that [`reshapes`] the hall; `batch`:
    /// what is decided and not committed yet.
    pub fn knows(&self, reshaped: u64, batch: &[Entry]) -> bool {
        self.position >= reshaped && !batch.iter().any(reshapes)
    }
}

/// Whether waits may be others after this entry, and are to be computed again.
fn moves(entry: &Entry) -> bool {
    match entry {
        Entry::Hall(_) => true,
        // Who is still to come. Reminders, tasks and what is held against persons keep nobody waiting.
        Entry::Booking(event) => matches!(
            event,
            BookingEvent::Booked { .. }
                | BookingEvent::Moved { .. }
                | BookingEvent::Cancelled { .. }
                | BookingEvent::NotKept { .. }
                | BookingEvent::CheckedIn { .. }
                | BookingEvent::Forfeited { .. }
        ),
        entry => reshapes(entry),
    }
}

/// Whether this entry makes another hall of it: windows work or do not, or it is another time. A forecast from before says
/// nothing about it.
pub fn reshapes(entry: &Entry) -> bool {
    matches!(
        entry,
        Entry::Hall(
            Event::DayOpened { .. }
                | Event::WindowOpened { .. }
                | Event::WindowClosed { .. }
                | Event::Paused { .. }
                | Event::Resumed { .. }
        ) | Entry::Clock(ClockEvent::Jumped { .. } | ClockEvent::Adopted { .. })
    )
}

/// Why an estimate is not to be trusted as usual.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "doubt", rename_all = "snake_case")]
pub enum Doubt {
    /// The wall clock and hall time differ by so many seconds, or the wall clock was set within the last hour: which part of
    /// the day it is, and with it how many will still come, is uncertain.
    Clock {
        /// Wall minus hall time.
        offset_s: i64,
    },
}

impl Doubt {
    /// In words.
    pub fn words(self) -> Words {
        let Doubt::Clock { offset_s } = self;
        let (length_zh, length_en) = length(offset_s.unsigned_abs() / 60);
        let (way_zh, way_en) = if offset_s < 0 { ("拨慢", "back") } else { ("拨快", "forward") };
        Words {
            zh: format!("系统时钟刚被{way_zh}{length_zh}，预计等候时间放宽，仅供参考。"),
            en: format!(
                "the clock was set {way_en} by {length_en}: expected waits are widened and only a rough guide"
            ),
        }
    }
}

/// Minutes in the unit that one would say.
fn length(minutes: u64) -> (String, String) {
    match minutes {
        0..120 => (format!("{minutes}分钟"), format!("{minutes} min")),
        120..2880 => (format!("约{}小时", minutes / 60), format!("about {} h", minutes / 60)),
        _ => (format!("约{}天", minutes / 1440), format!("about {} days", minutes / 1440)),
    }
}

/// A range that is widened because of a doubt: half as short, half as long again and five minutes more.
pub(super) fn widened(range: Range) -> Range {
    Range { median_s: range.median_s, low_s: range.low_s / 2, high_s: range.high_s * 3 / 2 + 300 }
}

/// A range as people are told it: whole minutes, and beyond twenty steps of five; never narrower than the range is.
pub fn told_min(range: Range) -> (u32, u32) {
    let minutes = |seconds: i64| u32::try_from(seconds.max(0) / 60).unwrap_or(u32::MAX);
    let (low, high) = (minutes(range.low_s), minutes(range.high_s.saturating_add(59)));
    let step = |minute: u32, up: u32| if minute > 20 { minute.saturating_add(up) / 5 * 5 } else { minute };
    (step(low, 0), step(high, 4))
}

/// What other systems print: people ahead × mean time ÷ windows, in seconds; the comparison of rule W3, and what is told where
/// no forecast [`Waits::knows`] the hall. `None` without an open window.
pub fn naive_s(hall: &Hall, service: &ServiceId, ahead: usize, mean_s: f64) -> Option<i64> {
    let serving = hall.windows().filter(|window| window.skills.contains(service));
    let n_open = serving.filter(|window| window.state != WindowState::Closed).count();
    (n_open > 0).then(|| (ahead as f64 * mean_s / n_open as f64) as i64)
}

/// A range around the naive estimate, from half to half as much again.
pub fn naive_range(naive_s: i64, mean_s: f64) -> Range {
    // Nobody ahead still means that the present person must be finished first.
    let high_s = (naive_s * 3 / 2).max((mean_s as i64).min(300));
    Range { median_s: naive_s, low_s: naive_s / 2, high_s }
}
