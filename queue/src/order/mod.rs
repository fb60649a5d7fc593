//! The call order alone: who of those waiting is next at a window, and who is overtaken by it.
//!
//! Purpose: CALL-ORDER §1 to §4. It knows neither tickets' states nor windows' states: [`crate::Hall`] puts in who waits
//! and takes out who is called, and so does [`crate::flow`], which runs whole days.
//!
//! | module | holds |
//! |---|---|
//! | `lane` | the waiting tickets of one service, sorted so that a decision looks at a few of them |
//! | `row` | a list in one piece that people leave at its front |
//! | `rule` | CALL-ORDER §3 over the lanes that a window reaches |
//! | `waiting` | all lanes of a hall, by service |
//!
//! A decision costs the lanes that the window reaches, however many wait in each. Source: `CALL-ORDER.md`.

mod lane;
mod row;
mod rule;
mod waiting;

pub(crate) use lane::Lane;
pub(crate) use rule::{Group, Heads, choose};
pub use waiting::Waiting;

use crate::event::Reason;
use crate::ids::{ServiceId, TicketSeq, Timestamp, WindowNumber};
use crate::rules::{Class, Limits};

/// A place in the order of number-taking, by `join` and then `seq`; smaller is earlier. One number and not a pair: nothing is
/// done more often in a simulated day than to compare two of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key(i128);

impl Key {
    /// Of a ticket that joined then.
    #[inline]
    pub fn new(join: Timestamp, seq: TicketSeq) -> Self {
        Key((i128::from(join.0) << 64) | i128::from(seq.0))
    }
}

/// One waiting ticket as the order sees it (CALL-ORDER §1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Order of number-taking, unique.
    pub seq: TicketSeq,
    /// Class of its service.
    pub class: Class,
    /// Green channel granted.
    pub green: bool,
    /// Holds a valid appointment.
    pub appointment: bool,
    /// Start of its place in the order.
    pub join: Timestamp,
    /// From when its wait counts; of an appointment: from when it has precedence.
    pub ready: Timestamp,
    /// Priority calls that passed it.
    pub passed: u32,
}

impl Place {
    /// Its place in the order of number-taking.
    #[inline]
    pub fn key(&self) -> Key {
        Key::new(self.join, self.seq)
    }

    /// 0 green, 1 an appointment whose time has come, 2 a walk-in.
    #[inline]
    pub fn tier(&self, now: Timestamp) -> u8 {
        if self.green {
            0
        } else if self.appointment && now >= self.ready {
            1
        } else {
            2
        }
    }

    /// The next limit time not yet behind it, `None` past its last (CALL-ORDER §3.5). At exactly a limit that one counts.
    #[inline]
    pub fn next_limit(&self, now: Timestamp, limits: &Limits) -> Option<Timestamp> {
        let since_s = now.since(self.join);
        let next_s = limits.of(self.class).iter().find(|&&limit_s| since_s <= limit_s)?;
        Some(self.join.plus(*next_s))
    }
}

/// What a window can serve: everybody waiting for its services, and those who wait for it alone.
#[derive(Clone, Copy, Debug)]
pub struct Reach<'a> {
    /// The window, for tickets sent to it alone; `None` in single decisions without a hall.
    pub window: Option<WindowNumber>,
    /// Services it serves.
    pub skills: &'a [ServiceId],
}

/// Who is next, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Choice {
    /// The ticket.
    pub place: Place,
    /// Never [`Reason::Return`]: those are not waiting.
    pub reason: Reason,
    /// The limit time it is called under; only with [`Reason::Limit`].
    pub limit: Option<Timestamp>,
}
