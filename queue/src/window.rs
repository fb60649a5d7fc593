//! A window: who is there and what it is doing.

use crate::ids::{ServiceId, TicketSeq, Timestamp, WindowNumber};
use crate::order::Reach;
use serde::Serialize;

/// What a window is doing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "state", rename_all = "snake_case")]
#[allow(missing_docs, reason = "fields: which ticket, since when, why")]
pub enum WindowState {
    Closed,
    /// Open, nobody there, not asking.
    Free,
    /// Pressed call next and found nobody (CALL-ORDER §5).
    Asking {
        since: Timestamp,
    },
    Calling {
        ticket: TicketSeq,
    },
    Serving {
        ticket: TicketSeq,
    },
    /// `planned_s`: how long at most; `reminded`: how often that was said to be over.
    Paused {
        since: Timestamp,
        reason: String,
        planned_s: Option<i64>,
        reminded: u32,
    },
}

/// A pause that lasts too long is reminded of when its time is over, and again after this, then after twice as long, and so
/// on: often enough for a clerk who forgot the key, and ten times a day for one who went home.
const REMIND_AGAIN_S: i64 = 300;
/// Doublings of it: eight are a day.
const REMINDERS_AT_MOST: u32 = 9;

impl WindowState {
    /// The ticket called or served there.
    pub fn ticket(&self) -> Option<TicketSeq> {
        match self {
            WindowState::Calling { ticket } | WindowState::Serving { ticket } => Some(*ticket),
            _ => None,
        }
    }

    /// When a pause that lasts is to be reminded of next (P1).
    pub fn remind_at(&self) -> Option<Timestamp> {
        match self {
            WindowState::Paused { since, planned_s: Some(planned_s), reminded, .. }
                if *reminded < REMINDERS_AT_MOST =>
            {
                let over_s = REMIND_AGAIN_S * ((1 << reminded) - 1);
                Some(since.plus(planned_s.saturating_add(over_s)))
            }
            _ => None,
        }
    }

    /// A clerk works there; pausing is part of it (rules Q2, X4).
    pub fn is_open(&self) -> bool {
        !matches!(self, WindowState::Closed)
    }
}

/// A pause that begins when the present service ends (P1).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PlannedPause {
    /// Why.
    pub reason: String,
    /// How long at most, seconds.
    pub planned_s: Option<i64>,
}

/// An open rating prompt (R2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct RatingPrompt {
    /// Whose service is rated.
    pub ticket: TicketSeq,
    /// Ends at this moment without an answer.
    pub until: Timestamp,
}

/// One window of the day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Window {
    /// Its number.
    pub number: WindowNumber,
    /// Services it serves.
    pub skills: Vec<ServiceId>,
    /// Present state.
    pub state: WindowState,
    /// The latest call here was GREEN or APPOINTMENT (CALL-ORDER §1).
    pub last_priority: bool,
    /// Name or number of the clerk on duty.
    pub clerk: Option<String>,
    /// A pause to begin when the present service ends.
    pub pause_booked: Option<PlannedPause>,
    /// Parked people of this window who are back, in order (Q6).
    pub returned: Vec<TicketSeq>,
    /// Rating prompt, if one is open.
    pub prompt: Option<RatingPrompt>,
}

impl Window {
    /// A closed window without history.
    pub fn new(number: WindowNumber, mut skills: Vec<ServiceId>) -> Self {
        // A service named twice is one skill; CALL-ORDER §5 counts skills.
        let mut seen = std::collections::BTreeSet::new();
        skills.retain(|service| seen.insert(service.clone()));
        Window {
            number,
            skills,
            state: WindowState::Closed,
            last_priority: false,
            clerk: None,
            pause_booked: None,
            returned: Vec::new(),
            prompt: None,
        }
    }

    /// What it can serve, for the call order.
    pub fn reach(&self) -> Reach<'_> {
        Reach { window: Some(self.number), skills: &self.skills }
    }
}
