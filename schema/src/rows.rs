//! Rows of the projections as plain structs, for reports, explanations and tests.

use crate::entry::{Logged, Purpose};
use crate::project::from_word;
use queue::{Called, Class, Day, ServiceId, TicketNumber, TicketSeq, Timestamp, WindowNumber};
use rusqlite::types::Type;
use rusqlite::{Connection, Params, Row};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// Position of the row that opened the latest day.
pub(crate) const LATEST_DAY_SQL: &str =
    "SELECT position FROM log WHERE kind = 'hall.day_opened' ORDER BY position DESC LIMIT 1";

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
    /// Name of the printer's device.
    pub printer: String,
    /// What for.
    pub purpose: Purpose,
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
    /// Its rating or that none was given.
    pub rating: Option<RatingRow>,
    /// Its slips.
    pub jobs: Vec<JobRow>,
    /// Its own entries of the log, in order, the grant's category among them: for audit, not for displays.
    pub entries: Vec<Logged>,
}

type Read<T> = Result<T, rusqlite::Error>;

/// A struct that is read from a row of one table, by column name.
pub(crate) trait FromRow: Sized {
    /// The table.
    const TABLE: &'static str;
    /// Reads one.
    fn from_row(row: &Row<'_>) -> Read<Self>;
}

/// The rows of `T`'s table that match `rest` (a condition with its order).
pub(crate) fn select<T: FromRow>(connection: &Connection, rest: &str, values: impl Params) -> Read<Vec<T>> {
    let sql = format!("SELECT * FROM {} WHERE {rest}", T::TABLE);
    connection.prepare_cached(&sql)?.query_map(values, T::from_row)?.collect()
}

pub(crate) fn open_jobs(connection: &Connection) -> Read<Vec<JobRow>> {
    select(connection, "state IN ('queued', 'sent') ORDER BY job", [])
}

/// The unary plus keeps the planner from walking all faults ever for the sake of their order.
pub(crate) fn open_faults(connection: &Connection) -> Read<Vec<FaultRow>> {
    select(connection, "closed_at IS NULL ORDER BY +position", [])
}

fn unsigned(row: &Row<'_>, column: &str) -> Read<u64> {
    row.get::<_, i64>(column).map(i64::unsigned_abs)
}

fn time(row: &Row<'_>, column: &str) -> Read<Timestamp> {
    row.get(column).map(Timestamp)
}

fn maybe_time(row: &Row<'_>, column: &str) -> Read<Option<Timestamp>> {
    Ok(row.get::<_, Option<i64>>(column)?.map(Timestamp))
}

fn ticket(row: &Row<'_>, column: &str) -> Read<TicketSeq> {
    unsigned(row, column).map(TicketSeq)
}

fn window(row: &Row<'_>, column: &str) -> Read<WindowNumber> {
    row.get(column).map(WindowNumber)
}

fn maybe_window(row: &Row<'_>, column: &str) -> Read<Option<WindowNumber>> {
    Ok(row.get::<_, Option<u16>>(column)?.map(WindowNumber))
}

fn label<T: for<'t> From<&'t str>>(row: &Row<'_>, column: &str) -> Read<T> {
    row.get::<_, String>(column).map(|text| T::from(&text))
}

fn conversion(row: &Row<'_>, column: &str, error: serde_json::Error) -> rusqlite::Error {
    let index = row.as_ref().column_index(column).unwrap_or_default();
    rusqlite::Error::FromSqlConversionFailure(index, Type::Text, Box::new(error))
}

fn word<T: DeserializeOwned>(row: &Row<'_>, column: &str) -> Read<T> {
    from_word(row.get(column)?).map_err(|error| conversion(row, column, error))
}

fn json<T: DeserializeOwned>(row: &Row<'_>, column: &str) -> Read<T> {
    serde_json::from_str(&row.get::<_, String>(column)?).map_err(|error| conversion(row, column, error))
}

impl FromRow for TicketRow {
    const TABLE: &'static str = "tickets";
    fn from_row(row: &Row<'_>) -> Read<Self> {
        Ok(TicketRow {
            seq: ticket(row, "seq")?,
            day: row.get("day").map(Day)?,
            number: label(row, "number")?,
            service: label(row, "service")?,
            class: word(row, "class")?,
            state: word(row, "state")?,
            window: maybe_window(row, "window")?,
            issued_by: row.get("issued_by")?,
            issued_at: time(row, "issued_at")?,
            join_at: time(row, "join_at")?,
            ready_at: time(row, "ready_at")?,
            booked: maybe_time(row, "booked")?,
            forfeited: maybe_time(row, "forfeited")?,
            green: row.get("green")?,
            passed: row.get("passed")?,
            passed_by_green: row.get("passed_by_green")?,
            calls: row.get("calls")?,
            recalls: row.get("recalls")?,
            revived: row.get("revived")?,
            called_at: maybe_time(row, "called_at")?,
            started_at: maybe_time(row, "started_at")?,
            completed_at: maybe_time(row, "completed_at")?,
            ended_at: maybe_time(row, "ended_at")?,
            wait_s: row.get("wait_s")?,
            served_s: row.get("served_s")?,
            void_reason: row.get("void_reason")?,
        })
    }
}

impl FromRow for MatterRow {
    const TABLE: &'static str = "matters";
    fn from_row(row: &Row<'_>) -> Read<Self> {
        Ok(MatterRow {
            service: label(row, "service")?,
            window: maybe_window(row, "window")?,
            done_at: maybe_time(row, "done_at")?,
        })
    }
}

impl FromRow for CallRow {
    const TABLE: &'static str = "calls";
    fn from_row(row: &Row<'_>) -> Read<Self> {
        Ok(CallRow {
            position: unsigned(row, "position")?,
            day: row.get("day").map(Day)?,
            at: time(row, "at")?,
            called: Called {
                ticket: ticket(row, "ticket")?,
                number: label(row, "number")?,
                window: window(row, "window")?,
                reason: word(row, "reason")?,
                inputs: json(row, "inputs")?,
                wait_s: row.get("wait_s")?,
                overtaken: json(row, "overtaken")?,
            },
        })
    }
}

impl FromRow for TransferRow {
    const TABLE: &'static str = "transfers";
    fn from_row(row: &Row<'_>) -> Read<Self> {
        Ok(TransferRow {
            position: unsigned(row, "position")?,
            at: time(row, "at")?,
            ticket: ticket(row, "ticket")?,
            from_window: maybe_window(row, "from_window")?,
            to_window: maybe_window(row, "to_window")?,
            service: label(row, "service")?,
            note: row.get("note")?,
            by: row.get("asked_by")?,
        })
    }
}

impl FromRow for CompletionRow {
    const TABLE: &'static str = "completions";
    fn from_row(row: &Row<'_>) -> Read<Self> {
        Ok(CompletionRow {
            position: unsigned(row, "position")?,
            at: time(row, "at")?,
            ticket: ticket(row, "ticket")?,
            window: window(row, "window")?,
            clerk: row.get("clerk")?,
            served_s: row.get("served_s")?,
            prompted: row.get("prompted")?,
        })
    }
}

impl FromRow for WindowRow {
    const TABLE: &'static str = "windows";
    fn from_row(row: &Row<'_>) -> Read<Self> {
        Ok(WindowRow {
            number: window(row, "number")?,
            state: word(row, "state")?,
            since: time(row, "since")?,
            clerk: row.get("clerk")?,
            ticket: row.get::<_, Option<i64>>("ticket")?.map(|seq| TicketSeq(seq.unsigned_abs())),
            pause_booked: row.get("pause_booked")?,
        })
    }
}

impl FromRow for PauseRow {
    const TABLE: &'static str = "pauses";
    fn from_row(row: &Row<'_>) -> Read<Self> {
        Ok(PauseRow {
            window: window(row, "window")?,
            clerk: row.get("clerk")?,
            reason: row.get("reason")?,
            began_at: time(row, "began_at")?,
            ended_at: maybe_time(row, "ended_at")?,
            length_s: row.get("length_s")?,
        })
    }
}

impl FromRow for RatingRow {
    const TABLE: &'static str = "ratings";
    fn from_row(row: &Row<'_>) -> Read<Self> {
        Ok(RatingRow {
            ticket: ticket(row, "ticket")?,
            window: window(row, "window")?,
            clerk: row.get("clerk")?,
            level: row.get("level")?,
            reasons: json(row, "reasons")?,
            rated_at: maybe_time(row, "rated_at")?,
            closed_at: maybe_time(row, "closed_at")?,
        })
    }
}

impl FromRow for JobRow {
    const TABLE: &'static str = "jobs";
    fn from_row(row: &Row<'_>) -> Read<Self> {
        Ok(JobRow {
            job: unsigned(row, "job")?,
            ticket: row.get::<_, Option<i64>>("ticket")?.map(|seq| TicketSeq(seq.unsigned_abs())),
            printer: row.get("printer")?,
            purpose: word(row, "purpose")?,
            state: word(row, "state")?,
            queued_at: time(row, "queued_at")?,
            sent_at: maybe_time(row, "sent_at")?,
            ended_at: maybe_time(row, "ended_at")?,
            why: row.get("why")?,
        })
    }
}

impl FromRow for FaultRow {
    const TABLE: &'static str = "faults";
    fn from_row(row: &Row<'_>) -> Read<Self> {
        Ok(FaultRow {
            device: row.get("device")?,
            fault: row.get("fault")?,
            detail: row.get("detail")?,
            opened_at: time(row, "opened_at")?,
            closed_at: maybe_time(row, "closed_at")?,
        })
    }
}
