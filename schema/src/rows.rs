//! Rows of the projections as plain structs, for reports, explanations and tests.

use crate::entry::{Logged, Purpose};
use queue::booking::BookingId;
use queue::{Called, Class, Day, ServiceId, TicketNumber, TicketSeq, Timestamp, WindowNumber};
use serde::{Deserialize, Serialize};

/// Where a ticket stands, without what only the queue needs to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the words of queue::TicketState")]
pub enum Standing {
    Waiting,
    Called,
    Serving,
    Parked,
    Returned,
    Passed,
    Completed,
    Missed,
    Voided,
}

/// What a window is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the words of queue::WindowState")]
pub enum WindowStanding {
    Closed,
    Free,
    Asking,
    Calling,
    Serving,
    Paused,
}

/// Where a print job stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the words of JobEvent")]
pub enum JobState {
    Queued,
    Sent,
    Confirmed,
    Failed,
    Void,
}

/// One visit. Whether it is green is here, by which category is not (rule G6).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TicketRow {
    /// Order of number-taking.
    pub seq: TicketSeq,
    /// Its day.
    pub day: Day,
    /// Printed label.
    pub number: TicketNumber,
    /// Present or last service.
    pub service: ServiceId,
    /// Its class.
    pub class: Class,
    /// Where it stands.
    pub state: Standing,
    /// Where it is or was last; of a waiting ticket, the only window that may call it.
    pub window: Option<WindowNumber>,
    /// The device or account it was taken at.
    pub issued_by: String,
    /// Number taken.
    pub issued_at: Timestamp,
    /// Start of its place in the order.
    pub join_at: Timestamp,
    /// From when its wait counts (rule W1).
    pub ready_at: Timestamp,
    /// Time of an appointment in force.
    pub booked: Option<Timestamp>,
    /// Time of an appointment that was given up by coming late (rule A5).
    pub forfeited: Option<Timestamp>,
    /// Green channel.
    pub green: bool,
    /// Priority calls that passed it (CALL-ORDER §4).
    pub passed: u32,
    /// How many of those were green (rule G4).
    pub passed_by_green: u32,
    /// Calls, recalls not counted.
    pub calls: u32,
    /// Recalls after the latest call.
    pub recalls: u32,
    /// Was passed and came back (rule Q4).
    pub revived: bool,
    /// Latest call.
    pub called_at: Option<Timestamp>,
    /// Latest start of service.
    pub started_at: Option<Timestamp>,
    /// Latest completion.
    pub completed_at: Option<Timestamp>,
    /// Nothing can happen to it since.
    pub ended_at: Option<Timestamp>,
    /// Wait counted at the latest call, seconds.
    pub wait_s: Option<i64>,
    /// Time served, seconds, all windows together.
    pub served_s: Option<i64>,
    /// Why it was voided.
    pub void_reason: Option<String>,
    /// Who accompanies the person (rule G5).
    pub helper: Option<String>,
}

/// What one person was told, and what came (rule W3).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ToldRow {
    /// Whom.
    pub ticket: TicketSeq,
    /// When.
    pub at: Timestamp,
    /// As likely longer as shorter, seconds.
    pub median_s: i64,
    /// From.
    pub low_s: i64,
    /// To.
    pub high_s: i64,
    /// What people ahead × mean time ÷ windows would have said.
    pub naive_s: i64,
    /// The range was widened.
    pub doubtful: bool,
    /// The wait to the first call, once there was one.
    pub came_s: Option<i64>,
}

/// A wait that neared or passed its target (rule W2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ReminderRow {
    /// When.
    pub at: Timestamp,
    /// Whose.
    pub ticket: TicketSeq,
    /// Passed, not only near.
    pub passed: bool,
    /// So far, seconds.
    pub wait_s: i64,
}

/// One matter of a visit (rule Q7).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MatterRow {
    /// What it is.
    pub service: ServiceId,
    /// Where it was done.
    pub window: Option<WindowNumber>,
    /// When it was done.
    pub done_at: Option<Timestamp>,
}

/// One call with all it was decided by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CallRow {
    /// Its place in the log.
    pub position: u64,
    /// Its day.
    pub day: Day,
    /// When.
    pub at: Timestamp,
    /// The call as the queue decided it.
    #[serde(flatten)]
    pub called: Called,
}

/// A ticket sent on (rule Q5).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TransferRow {
    /// Its place in the log.
    pub position: u64,
    /// When.
    pub at: Timestamp,
    /// Which.
    pub ticket: TicketSeq,
    /// From where; `None` for a waiting ticket reassigned.
    pub from_window: Option<WindowNumber>,
    /// To this window alone, if one was named.
    pub to_window: Option<WindowNumber>,
    /// For which service.
    pub service: ServiceId,
    /// Why.
    pub note: String,
    /// Who asked.
    pub by: String,
}

/// A service that ended at a window.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CompletionRow {
    /// Its place in the log.
    pub position: u64,
    /// When.
    pub at: Timestamp,
    /// Whose.
    pub ticket: TicketSeq,
    /// Where.
    pub window: WindowNumber,
    /// Who was on duty.
    pub clerk: Option<String>,
    /// How long it took, seconds.
    pub served_s: i64,
    /// Whether a rating was asked for.
    pub prompted: bool,
}

/// A window as it stands, or stood at the end of its day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct WindowRow {
    /// Its number.
    pub number: WindowNumber,
    /// What it is doing.
    pub state: WindowStanding,
    /// Since when.
    pub since: Timestamp,
    /// Who is, or was last, on duty.
    pub clerk: Option<String>,
    /// Who is called or served there.
    pub ticket: Option<TicketSeq>,
    /// Reason of a pause that begins when the service ends.
    pub pause_booked: Option<String>,
}

/// A pause (rule P1).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PauseRow {
    /// Where.
    pub window: WindowNumber,
    /// Whose.
    pub clerk: Option<String>,
    /// Why.
    pub reason: String,
    /// From.
    pub began_at: Timestamp,
    /// To; `None` while it lasts.
    pub ended_at: Option<Timestamp>,
    /// How long, seconds.
    pub length_s: Option<i64>,
}

/// A rating, or that none was given. Clerks never see who gave which (rule R3): whoever shows these to them sums them first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RatingRow {
    /// Position of the [`CompletionRow`] that it is about.
    pub completion: u64,
    /// Whose service.
    pub ticket: TicketSeq,
    /// Where.
    pub window: WindowNumber,
    /// Who served.
    pub clerk: Option<String>,
    /// 1 to 5; `None`: the prompt ended without an answer.
    pub level: Option<u8>,
    /// Reasons picked, for the two lowest levels.
    pub reasons: Vec<String>,
    /// When it was given.
    pub rated_at: Option<Timestamp>,
    /// When the prompt ended without an answer.
    pub closed_at: Option<Timestamp>,
}

/// A print job.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct JobRow {
    /// Its number.
    pub job: u64,
    /// The ticket it prints, if it is about one.
    pub ticket: Option<TicketSeq>,
    /// The booking whose form it is.
    pub booking: Option<BookingId>,
    /// The service whose notice it is.
    pub service: Option<ServiceId>,
    /// Name of the printer's device.
    pub printer: String,
    /// What for.
    pub purpose: Purpose,
    /// Whether the slip has English lines too.
    pub english: bool,
    /// Where it stands.
    pub state: JobState,
    /// Since when it waits.
    pub queued_at: Timestamp,
    /// When it was last handed to the printer.
    pub sent_at: Option<Timestamp>,
    /// When it was confirmed, failed or void.
    pub ended_at: Option<Timestamp>,
    /// Why it failed or is void.
    pub why: Option<String>,
}

/// A fault of a device (rule O1).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FaultRow {
    /// Name of the device.
    pub device: String,
    /// Stable code.
    pub fault: String,
    /// What was tried and seen.
    pub detail: String,
    /// Since.
    pub opened_at: Timestamp,
    /// Until; `None` while open.
    pub closed_at: Option<Timestamp>,
}

/// Everything the file knows of one visit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TicketHistory {
    /// How it stands.
    pub ticket: TicketRow,
    /// Its matters.
    pub matters: Vec<MatterRow>,
    /// Its calls.
    pub calls: Vec<CallRow>,
    /// Where it was sent on.
    pub transfers: Vec<TransferRow>,
    /// Its ends of service.
    pub completions: Vec<CompletionRow>,
    /// Its ratings, or that none was given, one for each of its completions at most.
    pub ratings: Vec<RatingRow>,
    /// Its slips.
    pub jobs: Vec<JobRow>,
    /// Its own entries of the log, in order, the grant's category among them: for audit, not for displays.
    pub entries: Vec<Logged>,
}
