//! Why a ticket was called when it was (rules Q3, G4): its whole story, made from the day's log and the hall's settings.
//!
//! Purpose: [`explain`] applies a recorded day to a [`queue::Hall`] and writes down what happened to one ticket, who was called
//! before it meanwhile and why, and what stands before it now; [`versus`] compares two tickets. The command line, the
//! interface and the explanation slip all show this one [`Explanation`]. Left to others: reading the log, layout.
//!
//! What people typed (notes, reasons of pauses and voids), who they are and the category of a grant are never in it
//! (rules A9, G6): it may be handed to any citizen.
//!
//! | part | holds |
//! |---|---|
//! | `background` | settings and names: those at hand, or what the day's record shows of them |
//! | `walk` | the day, entry by entry, from one ticket's side |
//! | `legs` | the waits of the visit, told apart |
//! | `now` | what stands before a waiting ticket |
//! | `pair` | two tickets side by side |
//! | `words`, `sum` | the sentences: of single events, and of the whole |
//! | `paper` | the story as the words of a slip |
//!
//! Source: `CALL-ORDER.md` §3, §4, §8.

mod background;
mod legs;
mod now;
mod pair;
mod paper;
mod sum;
mod walk;
mod words;

#[cfg(test)]
mod tests;
#[cfg(test)]
mod truth_tests;

pub use background::Background;
pub use legs::{Began, Ended, Leg};
pub use pair::{Comparison, NoComparison, versus};
pub use paper::explanation_words;
pub use words::{lasting, owed};

use background::Scene;
use queue::explain::Sentence;
use queue::{
    CallInputs, Class, Day, Event, Reason, ServiceId, TicketNumber, TicketSeq, Timestamp, WindowNumber,
};
use schema::{Entry, Logged};
use serde::Serialize;

/// One ticket's story.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Explanation {
    /// Its day.
    pub day: Day,
    /// Its label.
    pub number: TicketNumber,
    /// Its present or last service.
    pub service: ServiceId,
    /// The service's name.
    pub service_name: Sentence,
    /// Its class.
    pub class: Class,
    /// Number taken.
    pub issued: Timestamp,
    /// The moment up to which this is the whole story.
    pub as_of: Timestamp,
    /// `waiting`, `called` … as [`queue::TicketState::name`].
    pub state: &'static str,
    /// What happened, in order.
    pub story: Vec<Step>,
    /// Its waits, in order; at least one.
    pub legs: Vec<Leg>,
    /// The calls made before it in all its waits, counted.
    pub before: Before,
    /// What stands before it; only while it waits.
    pub now: Option<Stands>,
    /// All of it in a few sentences: where it is now, then its waits, the latest first.
    pub summary: Sentence,
    /// What to say to the person who was overtaken by green tickets before the call, while it is at the window (rule G4).
    pub owed: Option<Sentence>,
    /// What limits the explanation.
    pub notes: Vec<Sentence>,
}

/// One thing that happened to the ticket, or before it while it waited.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Step {
    /// When.
    pub at: Timestamp,
    /// The same on the hall's clock face, `09:41:07`.
    pub local: String,
    /// What.
    pub kind: Kind,
    /// Where, if it was at a window.
    pub window: Option<WindowNumber>,
    /// In a sentence.
    pub says: Sentence,
    /// The wait in which it happened, counted from 1; the call that ends a wait belongs to it.
    pub leg: Option<usize>,
    /// Its own call.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub call: Option<OwnCall>,
    /// The call of another ticket before it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub other: Option<OtherCall>,
}

/// What a step is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[allow(
    missing_docs,
    reason = "the events' own words; the last ones are about windows that could serve it and hallgate"
)]
pub enum Kind {
    Issued,
    Granted,
    Withdrawn,
    Called,
    Recalled,
    Started,
    Passed,
    Revived,
    Expired,
    Transferred,
    Parked,
    Returned,
    MatterAdded,
    Completed,
    Voided,
    /// Another ticket was called before it.
    CalledBefore,
    WindowPaused,
    WindowResumed,
    WindowOpened,
    WindowClosed,
    Restarted,
}

/// Its own call with what it was decided by (CALL-ORDER §8.4).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OwnCall {
    /// Why now.
    pub reason: Reason,
    /// What it was decided by.
    pub inputs: CallInputs,
    /// Seconds waited, for the target (rule W1).
    pub wait_s: i64,
    /// The inputs in words.
    pub by: Sentence,
    /// Whom it overtook.
    pub overtook: Vec<Overtook>,
}

/// One who was overtaken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Overtook {
    /// Whom.
    pub number: TicketNumber,
    /// Whether it counts for protection (CALL-ORDER §4).
    pub counts: bool,
    /// The sentence of CALL-ORDER §8.
    pub says: Sentence,
}

/// Another ticket's call while it waited.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OtherCall {
    /// Who was called.
    pub number: TicketNumber,
    /// Why now.
    pub reason: Reason,
    /// Why before this one.
    pub because: Because,
    /// Whether it counts for protection (CALL-ORDER §4).
    pub counts: bool,
}

/// Why another ticket was called first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "CALL-ORDER's own words")]
pub enum Because {
    Green,
    Appointment,
    Protected,
    /// Its limit came first, or it was past its last one.
    Limit,
    /// Its place in the order is earlier.
    Earlier,
    /// A parked person who was back (rule Q6).
    Return,
}

/// The calls made before the ticket while it waited.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Before {
    /// All of them.
    pub calls: u32,
    /// Green tickets that joined later.
    pub green: u32,
    /// Appointments that joined later.
    pub appointment: u32,
    /// Protected tickets that joined later.
    pub protected: u32,
    /// Tickets that joined later and whose limit came first.
    pub limit: u32,
    /// Tickets with an earlier place.
    pub earlier: u32,
    /// Parked people who were back.
    pub returned: u32,
}

impl Before {
    /// These and those of another wait.
    fn and(self, other: &Before) -> Before {
        Before {
            calls: self.calls + other.calls,
            green: self.green + other.green,
            appointment: self.appointment + other.appointment,
            protected: self.protected + other.protected,
            limit: self.limit + other.limit,
            earlier: self.earlier + other.earlier,
            returned: self.returned + other.returned,
        }
    }

    fn add(&mut self, because: Because) {
        self.calls += 1;
        *match because {
            Because::Green => &mut self.green,
            Because::Appointment => &mut self.appointment,
            Because::Protected => &mut self.protected,
            Because::Limit => &mut self.limit,
            Because::Earlier => &mut self.earlier,
            Because::Return => &mut self.returned,
        } += 1;
    }
}

/// A window that could have served the ticket in one of its waits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Meanwhile {
    /// Which.
    pub number: WindowNumber,
    /// Calls made there before the ticket.
    pub calls: u32,
    /// Seconds it was open and not paused.
    pub open_s: i64,
    /// Seconds it was paused.
    pub paused_s: i64,
    /// Seconds it was closed.
    pub closed_s: i64,
}

/// What stands before a waiting ticket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Stands {
    /// Tickets of its service before it.
    pub people_ahead: u32,
    /// Green tickets of other services that its windows take first.
    pub other_green: u32,
    /// Appointments of other services whose time has come and that its windows take first.
    pub other_due: u32,
    /// The windows that can serve it, as far as they are known.
    pub windows: Vec<AbleWindow>,
    /// Whether the settings say which windows those are.
    pub windows_known: bool,
    /// Its next limit; `None` past its last, or where limits are not known.
    pub limit: Option<Timestamp>,
    /// When its wait target is reached (rule W1), if targets are known.
    pub target: Option<Timestamp>,
    /// Priority calls that passed it.
    pub passed: u32,
    /// With so many it is protected, if that is known.
    pub pass_limit: Option<u32>,
    /// In sentences; those about single windows are beside the windows.
    pub says: Vec<Sentence>,
}

/// A window that can serve a waiting ticket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AbleWindow {
    /// Which.
    pub number: WindowNumber,
    /// `closed`, `free`, `asking`, `calling`, `serving` or `paused`.
    pub doing: &'static str,
    /// Who is there.
    pub with: Option<TicketNumber>,
    /// Whom it would call if it asked at this moment; `None` also where the settings are not known.
    pub next: Option<TicketNumber>,
    /// In a sentence.
    pub says: Sentence,
}

/// There is no such ticket on this day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoSuchTicket {
    /// The labels most like it, the nearest first.
    pub nearest: Vec<TicketNumber>,
    /// How many tickets the day has.
    pub n_tickets: usize,
}

/// The story of the ticket with this label up to `now` (at least the last entry's moment). `entries`: the day's, from its
/// opening on. Small letters and missing zeros (`a12`) mean the ticket that is there.
///
/// # Errors
/// [`NoSuchTicket`].
pub fn explain(
    entries: &[Logged],
    background: &Background,
    now: Option<Timestamp>,
    number: &str,
) -> Result<Explanation, NoSuchTicket> {
    let (seq, _) = find(entries, number)?;
    Ok(walk::Walk::new(&Scene::new(background, entries), seq).through(entries, now))
}

/// The ticket that `wanted` means.
fn find(entries: &[Logged], wanted: &str) -> Result<(TicketSeq, TicketNumber), NoSuchTicket> {
    let issued = |logged: &Logged| match &logged.entry {
        Entry::Hall(Event::Issued { ticket, number, .. }) => Some((*ticket, number.clone())),
        _ => None,
    };
    let tickets: Vec<(TicketSeq, TicketNumber)> = entries.iter().filter_map(issued).collect();
    let exact = tickets.iter().find(|(_, number)| *number.0 == *wanted);
    let loose = || tickets.iter().find(|(_, number)| is_meant(number, wanted));
    exact.or_else(loose).cloned().ok_or_else(|| nearest(wanted, &tickets))
}

/// Whether somebody who types `wanted` may mean this ticket: small letters and missing zeros (`a12`) are let be.
pub fn is_meant(number: &TicketNumber, wanted: &str) -> bool {
    loosely(&number.0) == loosely(wanted)
}

/// The label without what people leave out: `A012` as `a12`.
fn loosely(label: &str) -> (String, String) {
    let label = label.trim();
    let digits = label.find(|c: char| c.is_ascii_digit()).unwrap_or(label.len());
    let (prefix, running) = label.split_at(digits);
    (prefix.to_lowercase(), running.trim_start_matches('0').to_owned())
}

/// As many near labels as a person reads at a glance.
const NEAR: usize = 5;

fn nearest(wanted: &str, tickets: &[(TicketSeq, TicketNumber)]) -> NoSuchTicket {
    let (prefix, running) = loosely(wanted);
    let running: i64 = running.parse().unwrap_or(0);
    let mut near: Vec<(bool, u64, &TicketNumber)> = tickets
        .iter()
        .map(|(_, number)| {
            let (other, digits) = loosely(&number.0);
            let far = digits.parse::<i64>().unwrap_or(0).abs_diff(running);
            (other != prefix, far, number)
        })
        .collect();
    near.sort();
    NoSuchTicket {
        nearest: near.into_iter().take(NEAR).map(|(_, _, number)| number.clone()).collect(),
        n_tickets: tickets.len(),
    }
}
