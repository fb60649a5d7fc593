//! What the hall owes somebody after the visit (rules R5, P5, O2): work orders of poor ratings, the register of unresolved
//! matters, and what a floor patrol found.
//!
//! [`Cases`] works as [`crate::Hall`] does: `decide` says what a [`CaseCommand`] would change or why the rules refuse it,
//! `apply` makes one committed [`CaseEvent`] true. The three kinds share one life: opened with a deadline in working days,
//! perhaps extended, answered, for an unresolved matter called back, closed; a deadline that passes is on record.
//!
//! | module | holds |
//! |---|---|
//! | `command`, `event`, `refusal` | what is asked, what became true, why not |
//! | `register` | the cases that are not closed, and the decision |
//!
//! Absences: no calendar of working days (the host hands one in), no delivery (outlets are the host's), no name or telephone:
//! how a person is reached travels as sealed text (rule A9). No clock.

mod command;
mod event;
mod refusal;
mod register;

pub use command::CaseCommand;
pub use event::CaseEvent;
pub use refusal::CaseRefusal;
pub use register::Cases;

use crate::ids::{ServiceId, TicketNumber, TicketSeq, Timestamp, WindowNumber};
use serde::{Deserialize, Serialize};

/// Number of a case, unique and rising for as long as the database lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CaseId(pub u64);

/// Number of a floor patrol, unique and rising.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PatrolId(pub u64);

/// What a case is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum What {
    /// A rating of 不满意 or 非常不满意, to be followed up by the hotline (rule R5).
    WorkOrder {
        /// Whose service was rated; on record, and shown to no clerk (rule R3).
        ticket: TicketSeq,
        /// Where.
        window: WindowNumber,
        /// What for.
        service: ServiceId,
        /// Who served.
        #[serde(default)]
        clerk: Option<String>,
        /// Its label; `None` in the records of before it was kept.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        number: Option<TicketNumber>,
        /// 1 or 2.
        level: u8,
        /// As the citizen picked them.
        #[serde(default)]
        reasons: Vec<String>,
    },
    /// What a window could not do (rule P5).
    Unresolved {
        /// The matter in a few words.
        matter: String,
        /// Whose it is.
        department: String,
        /// Why it could not be done.
        cause: String,
        /// Answered within the longer time.
        complex: bool,
        /// Name and telephone, encrypted by the host; `None`: the person leaves none and asks again.
        #[serde(default)]
        sealed: Option<String>,
        /// The ticket of that visit.
        #[serde(default)]
        ticket: Option<TicketSeq>,
    },
    /// What a floor patrol saw that somebody must see to (rule O2).
    Finding {
        /// On which round.
        patrol: PatrolId,
        /// Where.
        place: String,
        /// What.
        seen: String,
    },
}

impl What {
    /// The kind's name as it is serialised, for tables.
    pub fn kind(&self) -> &'static str {
        match self {
            What::WorkOrder { .. } => "work_order",
            What::Unresolved { .. } => "unresolved",
            What::Finding { .. } => "finding",
        }
    }
}

/// How far a case is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CaseState {
    /// Nobody has answered yet.
    Open,
    /// There is an answer; the person is to be called back (rule P5), or the hotline closes it (rule R5).
    Answered,
    /// Over.
    Closed,
}

impl CaseState {
    /// The state's name as it is serialised, for refusals and tables.
    pub fn name(self) -> &'static str {
        match self {
            CaseState::Open => "open",
            CaseState::Answered => "answered",
            CaseState::Closed => "closed",
        }
    }
}

/// How far a work order's way to the hotline is (rule R5).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "delivery", rename_all = "snake_case")]
pub enum Delivery {
    /// To be delivered, again and again until it is accepted; `why` not yet, once that is known.
    Waiting {
        /// What the outlet said last.
        why: Option<String>,
    },
    /// The hotline has it, under this number if it gave one.
    Accepted {
        /// Of the hotline.
        reference: Option<String>,
    },
    /// The hotline will not take it as it is: a person must see to it.
    Refused {
        /// What it said.
        why: String,
    },
}

/// One case that is not closed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Case {
    /// Its number.
    pub id: CaseId,
    /// About what.
    #[serde(flatten)]
    pub what: What,
    /// How far.
    pub state: CaseState,
    /// Since when.
    pub since: Timestamp,
    /// Until when the next step is due.
    pub due: Timestamp,
    /// Until when it was due as it was opened: what is delivered says the same however often it is.
    pub first_due: Timestamp,
    /// That moment has passed.
    pub overdue: bool,
    /// How often it was extended.
    pub n_extended: u32,
    /// Way to the hotline; `None`: not a work order.
    #[serde(flatten)]
    pub delivery: Option<Delivery>,
}

/// The hall's calendar, as deadlines need it; the host makes it from `hall.toml`.
pub trait WorkingDays {
    /// The end of the `n`-th working day after the day of `at`.
    fn after(&self, at: Timestamp, n: u32) -> Timestamp;
}

/// Deadlines in working days; the host builds them from `hall.toml`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CaseRules {
    /// A work order is answered within; default 10 (rule R5).
    pub work_order_days: u32,
    /// A simple unresolved matter; default 1 (rule P5).
    pub simple_days: u32,
    /// A complex one; default 3 (rule P5).
    pub complex_days: u32,
    /// The call-back after the answer; default 1 (rule P5).
    pub call_back_days: u32,
    /// What a patrol found; default 3.
    pub finding_days: u32,
}

impl Default for CaseRules {
    fn default() -> Self {
        CaseRules { work_order_days: 10, simple_days: 1, complex_days: 3, call_back_days: 1, finding_days: 3 }
    }
}

/// Longest extension at once, in working days: beyond a season nobody has agreed to anything.
pub const LONGEST_EXTENSION_DAYS: u32 = 60;
