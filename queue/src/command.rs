//! What can be asked of the hall, by whom and about what. Whoever sends one, keypad, kiosk, console or timer, it is the
//! same command and meets the same rules.

use crate::ids::{Day, ServiceId, TicketSeq, Timestamp, WindowNumber};
use serde::{Deserialize, Serialize};

/// Who asked, for the record: a device or account name such as `kiosk 1`, `window 3 keypad`, `guide`. Never a citizen.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct By(pub String);

/// A green-channel grant (rules G1, G2): category and kind of evidence, never the document itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Grant {
    /// Category code of the configuration; on no display and in no sentence (rule G6).
    pub category: String,
    /// Kind of evidence shown, such as `身份证`.
    pub evidence: String,
}

/// Where a transferred ticket goes (rule Q5).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Destination {
    /// To whoever serves this service.
    Service(ServiceId),
    /// To this window alone, whatever it serves.
    Window(WindowNumber),
}

/// One request. The moment is given beside it to [`crate::Hall::decide`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "command", rename_all = "snake_case", deny_unknown_fields)]
#[allow(
    missing_docs,
    reason = "fields named `ticket`, `window`, `by`, `note` mean the same in every variant"
)]
pub enum Command {
    /// Begin a working day: windows closed, numbers from 1; unfinished tickets of the day before are voided on record.
    OpenDay { day: Day },
    /// Take a number (Q1). `booked` is a checked-in appointment's time. `more`: further matters of the same visit (Q7).
    Issue {
        service: ServiceId,
        #[serde(default)]
        more: Vec<ServiceId>,
        #[serde(default)]
        grant: Option<Grant>,
        #[serde(default)]
        booked: Option<Timestamp>,
        by: By,
    },
    /// Grant the green channel to a waiting ticket (G2); counts from now on, `join` is kept.
    Grant { ticket: TicketSeq, grant: Grant, by: By },
    /// Take a grant back, with the reason.
    Withdraw { ticket: TicketSeq, reason: String, by: By },
    /// A member of staff accompanies the person (rule G5); no name: nobody any more.
    AssignHelper {
        ticket: TicketSeq,
        #[serde(default)]
        helper: Option<String>,
        by: By,
    },
    /// A clerk begins work at a window (P2). One who is on duty at another window leaves it, if it can be closed.
    OpenWindow {
        window: WindowNumber,
        #[serde(default)]
        clerk: Option<String>,
    },
    /// A stand-in takes the place of whoever is on duty at an open window (P2); who is served there stays.
    TakeOver { window: WindowNumber, clerk: String },
    /// A clerk ends work. Refused while waiting tickets would be left to nobody, unless `force` gives a reason (X3).
    CloseWindow {
        window: WindowNumber,
        #[serde(default)]
        force: Option<String>,
    },
    /// Pause (P1); while somebody is served it begins when that service ends. `planned_s`: how long it should last at most,
    /// seconds; longer is reminded of.
    Pause {
        window: WindowNumber,
        #[serde(default)]
        reason: String,
        #[serde(default)]
        planned_s: Option<i64>,
    },
    /// Resume after a pause, or take a booked pause back.
    Resume { window: WindowNumber },
    /// Call next: completes whoever is served there and leaves the window asking; [`Command::Settle`] answers it.
    CallNext { window: WindowNumber },
    /// Stop asking, without pausing.
    StopAsking { window: WindowNumber },
    /// Give one asking window its ticket (CALL-ORDER §3, §5). Sent by the host after other commands until it changes nothing.
    Settle,
    /// Call the same person again (Q4).
    Recall { window: WindowNumber },
    /// The person came; serving begins. Optional: completing a called ticket implies it.
    Start { window: WindowNumber },
    /// The person did not come (Q4).
    Pass { window: WindowNumber },
    /// A passed person is back (Q4).
    Revive { ticket: TicketSeq, by: By },
    /// Send the person at the window on, keeping place in time and standing (Q5).
    Transfer { window: WindowNumber, to: Destination, note: String },
    /// Send a waiting ticket to another service or window, by guide or supervisor, with a reason (Q5).
    Reassign { ticket: TicketSeq, to: Destination, note: String, by: By },
    /// The person steps aside (Q6).
    Park {
        window: WindowNumber,
        #[serde(default)]
        note: String,
    },
    /// A parked person is back; `None`: the longest parked one of the window (Q6).
    Return {
        window: WindowNumber,
        #[serde(default)]
        ticket: Option<TicketSeq>,
    },
    /// One more matter of the person at the window (Q7).
    AddMatter { window: WindowNumber, service: ServiceId },
    /// The service is done; `prompt`: ask for a rating on the pad. Matters this window does not serve go on as a transfer (Q7).
    Complete { window: WindowNumber, prompt: bool },
    /// Take a ticket out of the queue for good, on record.
    Void { ticket: TicketSeq, reason: String, by: By },
    /// The citizen pressed a level, 1 (very dissatisfied) to 5 (very satisfied) (R1 to R3).
    Rate {
        window: WindowNumber,
        level: u8,
        #[serde(default)]
        reasons: Vec<String>,
    },
    /// The citizen answered by the code on the slip, until the day ends; a served ticket, once (R2).
    RateTicket {
        ticket: TicketSeq,
        level: u8,
        #[serde(default)]
        reasons: Vec<String>,
    },
    /// A moment of [`crate::Hall::next_deadline`] has come: end what has run out (rating prompts, revival periods).
    Tick,
}
