//! Reading the rows: SQL to the structs of [`crate::rows`].

use crate::project::from_word;
use crate::rows::{
    CallRow, CompletionRow, FaultRow, JobRow, MatterRow, PauseRow, RatingRow, ReminderRow, TicketRow,
    ToldRow, TransferRow, WindowRow,
};
use queue::booking::BookingId;
use queue::{Called, Day, ServiceId, TicketSeq, Timestamp, WindowNumber};
use rusqlite::types::Type;
use rusqlite::{Connection, Params, Row};
use serde::de::DeserializeOwned;

/// Position of the row that opened the latest day.
pub(crate) const LATEST_DAY_SQL: &str =
    "SELECT position FROM log WHERE kind = 'hall.day_opened' ORDER BY position DESC LIMIT 1";

pub(crate) type Read<T> = Result<T, rusqlite::Error>;

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

pub(crate) fn unsigned(row: &Row<'_>, column: &str) -> Read<u64> {
    row.get::<_, i64>(column).map(i64::unsigned_abs)
}

pub(crate) fn time(row: &Row<'_>, column: &str) -> Read<Timestamp> {
    row.get(column).map(Timestamp)
}

pub(crate) fn maybe_time(row: &Row<'_>, column: &str) -> Read<Option<Timestamp>> {
    Ok(row.get::<_, Option<i64>>(column)?.map(Timestamp))
}

fn ticket(row: &Row<'_>, column: &str) -> Read<TicketSeq> {
    unsigned(row, column).map(TicketSeq)
}

pub(crate) fn maybe_ticket(row: &Row<'_>, column: &str) -> Read<Option<TicketSeq>> {
    Ok(row.get::<_, Option<i64>>(column)?.map(|seq| TicketSeq(seq.unsigned_abs())))
}

pub(crate) fn window(row: &Row<'_>, column: &str) -> Read<WindowNumber> {
    row.get(column).map(WindowNumber)
}

fn maybe_window(row: &Row<'_>, column: &str) -> Read<Option<WindowNumber>> {
    Ok(row.get::<_, Option<u16>>(column)?.map(WindowNumber))
}

pub(crate) fn label<T: for<'t> From<&'t str>>(row: &Row<'_>, column: &str) -> Read<T> {
    row.get::<_, String>(column).map(|text| T::from(&text))
}

fn conversion(row: &Row<'_>, column: &str, error: serde_json::Error) -> rusqlite::Error {
    let index = row.as_ref().column_index(column).unwrap_or_default();
    rusqlite::Error::FromSqlConversionFailure(index, Type::Text, Box::new(error))
}

pub(crate) fn word<T: DeserializeOwned>(row: &Row<'_>, column: &str) -> Read<T> {
    from_word(row.get(column)?).map_err(|error| conversion(row, column, error))
}

pub(crate) fn json<T: DeserializeOwned>(row: &Row<'_>, column: &str) -> Read<T> {
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
            helper: row.get("helper")?,
        })
    }
}

impl FromRow for ToldRow {
    const TABLE: &'static str = "told_waits";
    fn from_row(row: &Row<'_>) -> Read<Self> {
        Ok(ToldRow {
            ticket: ticket(row, "ticket")?,
            at: time(row, "at")?,
            median_s: row.get("median_s")?,
            low_s: row.get("low_s")?,
            high_s: row.get("high_s")?,
            naive_s: row.get("naive_s")?,
            doubtful: row.get("doubtful")?,
            came_s: row.get("came_s")?,
        })
    }
}

impl FromRow for ReminderRow {
    const TABLE: &'static str = "reminders";
    fn from_row(row: &Row<'_>) -> Read<Self> {
        Ok(ReminderRow {
            at: time(row, "at")?,
            ticket: ticket(row, "ticket")?,
            passed: row.get("passed")?,
            wait_s: row.get("wait_s")?,
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
            ticket: maybe_ticket(row, "ticket")?,
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
            completion: unsigned(row, "completion")?,
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
            ticket: maybe_ticket(row, "ticket")?,
            booking: row.get::<_, Option<i64>>("booking")?.map(|booking| BookingId(booking.unsigned_abs())),
            service: row
                .get::<_, Option<String>>("service")?
                .map(|service| ServiceId::from(service.as_str())),
            printer: row.get("printer")?,
            purpose: word(row, "purpose")?,
            english: row.get("english")?,
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
