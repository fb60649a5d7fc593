//! The facts that reports are computed from: one short row per ticket, call, end of service, pass, pause, change of who is on
//! duty and booking of a period. Left to the reports: what is counted, averaged and held against a target.
//!
//! Read from the projections. Three things are in the log alone and are looked up there: passes (by ticket, and only of those
//! that were passed), what ended a prompt without an answer (by ticket), and who sat down at a window (few entries, told apart by
//! how they begin). Source: RULES.md W1, W4, R6, P1, P2.

use crate::error::StoreError;
use crate::rows::Standing;
use crate::rows_read::{Read, label, time, unsigned, window, word};
use queue::{Class, Day, Reason, ServiceId, TicketSeq, Timestamp, WindowNumber};
use rusqlite::{Connection, Params, Row};
use std::ops::{Range, RangeInclusive};
use std::path::Path;

/// How an entry begins after which somebody else may sit at a window. Stored words never change, so neither does this.
const SITS_DOWN: &str = r#"{"kind":"hall","event":"window_opened""#;

/// All that the reports of a period need.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// The days of the period that were opened, in order.
    pub days: Vec<Day>,
    /// Numbers taken, in order.
    pub tickets: Vec<TicketFact>,
    /// Calls, in order.
    pub calls: Vec<CallFact>,
    /// Calls that nobody followed, in order.
    pub passes: Vec<PassFact>,
    /// Services ended, in order, each with its rating.
    pub completions: Vec<CompletionFact>,
    /// Pauses, in order.
    pub pauses: Vec<PauseFact>,
    /// Who sat down where, in order.
    pub duties: Vec<DutyFact>,
    /// Appointments for a time within the period, by time.
    pub bookings: Vec<BookingFact>,
}

/// A number taken and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TicketFact {
    /// Which.
    pub seq: TicketSeq,
    /// Its day.
    pub day: Day,
    /// Number taken.
    pub at: Timestamp,
    /// What it was taken for, wherever it was sent later.
    pub service: ServiceId,
    /// Where it stands.
    pub state: Standing,
    /// Green channel, however and whenever granted; the category is not known here (rule G6).
    pub green: bool,
    /// An appointment in force, or one given up by coming late.
    pub booked: bool,
    /// Calls, recalls not counted.
    pub calls: u32,
    /// Priority calls of the green channel that passed it (rule G4).
    pub passed_by_green: u32,
}

/// A call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallFact {
    /// Place in the log.
    pub position: u64,
    /// Its day.
    pub day: Day,
    /// When.
    pub at: Timestamp,
    /// Whom.
    pub ticket: TicketSeq,
    /// Where to.
    pub window: WindowNumber,
    /// Why then.
    pub reason: Reason,
    /// For what.
    pub service: ServiceId,
    /// Class of that.
    pub class: Class,
    /// Called as green.
    pub green: bool,
    /// Called with an appointment in force.
    pub booked: bool,
    /// Wait as rule W1 counts it, seconds.
    pub wait_s: i64,
    /// Earlier ones that the window could have served instead.
    pub n_overtaken: u64,
}

/// A call that nobody followed (rule Q4).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PassFact {
    /// Place in the log.
    pub position: u64,
    /// When it was given up.
    pub at: Timestamp,
    /// Whose.
    pub ticket: TicketSeq,
    /// Where.
    pub window: WindowNumber,
    /// The visit ended with it.
    pub ended: bool,
}

/// A service that ended at a window, with the rating of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompletionFact {
    /// Place in the log.
    pub position: u64,
    /// Its day.
    pub day: Day,
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
    /// 1 to 5; `None`: no answer, or never asked.
    pub level: Option<u8>,
    /// The clerk's next call ended the prompt before its time, and no answer came later (rules R3, R6).
    pub cut: bool,
}

/// A pause (rule P1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PauseFact {
    /// Its day.
    pub day: Day,
    /// Where.
    pub window: WindowNumber,
    /// Whose.
    pub clerk: Option<String>,
    /// Why.
    pub reason: String,
    /// From.
    pub began_at: Timestamp,
    /// How long, seconds; `None` while it lasts.
    pub length_s: Option<i64>,
}

/// From this entry on this clerk is on duty at the window (rule P2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DutyFact {
    /// Place in the log.
    pub position: u64,
    /// Where.
    pub window: WindowNumber,
    /// Who; `None`: nobody said.
    pub clerk: Option<String>,
}

/// An appointment and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BookingFact {
    /// For when.
    pub time: Timestamp,
    /// For what.
    pub service: ServiceId,
    /// As in [`queue::booking::BookingState::name`].
    pub state: String,
    /// Arrived after the period of grace (rule A5).
    pub late: bool,
    /// The hall told less ahead than the rule wants that it cannot keep it (rule A7).
    pub breach: bool,
}

/// Reads the facts of one moment.
pub(crate) fn facts(
    connection: &Connection,
    path: &Path,
    days: &RangeInclusive<Day>,
    times: &Range<Timestamp>,
) -> Result<Facts, StoreError> {
    let read = || -> Read<Facts> {
        let _snapshot = connection.unchecked_transaction()?;
        let (first, last) = (days.start().0, days.end().0);
        Ok(Facts {
            days: rows(connection, DAYS, [first, last], |row| row.get(0).map(Day))?,
            tickets: rows(connection, TICKETS, [first, last], ticket)?,
            calls: rows(connection, CALLS, [first, last], call)?,
            passes: rows(connection, PASSES, [first, last], pass)?,
            completions: rows(connection, COMPLETIONS, [first, last], completion)?,
            pauses: rows(connection, PAUSES, [first, last], pause)?,
            duties: rows(connection, DUTIES, (first, last, SITS_DOWN), duty)?,
            bookings: rows(connection, BOOKINGS, [times.start.0, times.end.0], booking)?,
        })
    };
    read().map_err(|error| StoreError::sqlite(path, "reading figures", error))
}

const DAYS: &str = "SELECT day FROM days WHERE day BETWEEN ?1 AND ?2 ORDER BY day";

/// A transfer overwrites a ticket's service, so that of a transferred one is looked up where it was taken.
const TICKETS: &str = "
    SELECT seq, day, issued_at, state, green, calls, passed_by_green,
           booked IS NOT NULL OR forfeited IS NOT NULL AS booked,
           iif(EXISTS (SELECT 1 FROM transfers WHERE ticket = seq),
               (SELECT body ->> '$.service' FROM log WHERE log.ticket = seq AND kind = 'hall.issued'),
               service) AS service
    FROM tickets WHERE day BETWEEN ?1 AND ?2 ORDER BY seq";

const CALLS: &str = "
    SELECT position, day, at, ticket, window, reason, service, class, wait_s, n_overtaken,
           inputs ->> '$.green' AS green, inputs ->> '$.booked' IS NOT NULL AS booked
    FROM calls WHERE day BETWEEN ?1 AND ?2 ORDER BY position";

/// Whoever was passed stands as passed, missed or voided, or was revived: the log is only asked about those.
const PASSES: &str = "
    SELECT position, at, log.ticket AS ticket, body ->> '$.window' AS window, body ->> '$.ended' AS ended
    FROM tickets JOIN log ON log.ticket = seq
    WHERE day BETWEEN ?1 AND ?2 AND kind = 'hall.passed'
          AND (revived OR (calls > 0 AND state IN ('passed', 'missed', 'voided')))
    ORDER BY position";

/// A call that ends a prompt is recorded right behind the end of it (rule R2); a prompt whose time is over ends alone.
const COMPLETIONS: &str = "
    SELECT completions.position AS position, completions.day AS day, at, completions.ticket AS ticket,
           completions.window AS window, completions.clerk AS clerk, served_s, prompted, level,
           closed_at IS NOT NULL AND level IS NULL AND EXISTS (
               SELECT 1 FROM log AS ended JOIN calls ON calls.position = ended.position + 1
               WHERE ended.ticket = completions.ticket AND ended.at = closed_at
                     AND ended.position > completions.position AND calls.window = completions.window
                     AND ended.kind = 'hall.rating_closed'
                     AND ended.body ->> '$.window' = completions.window) AS cut
    FROM completions LEFT JOIN ratings ON completion = position
    WHERE completions.day BETWEEN ?1 AND ?2 ORDER BY position";

const PAUSES: &str = "
    SELECT day, window, clerk, reason, began_at, length_s
    FROM pauses WHERE day BETWEEN ?1 AND ?2 ORDER BY position";

/// The comparison is of the first bytes: reading every entry of a month as JSON takes ten times as long.
const DUTIES: &str = "
    SELECT position, body ->> '$.window' AS window, body ->> '$.clerk' AS clerk
    FROM log
    WHERE position > (SELECT min(position) FROM days WHERE day BETWEEN ?1 AND ?2)
          AND position < coalesce((SELECT min(position) FROM days WHERE position >
                                      (SELECT max(position) FROM days WHERE day BETWEEN ?1 AND ?2)),
                                  9223372036854775807)
          AND substr(body, 1, length(?3)) = ?3
    ORDER BY position";

const BOOKINGS: &str = "
    SELECT time, service, state, late, breach FROM bookings WHERE time >= ?1 AND time < ?2 ORDER BY time, booking";

fn rows<T>(
    connection: &Connection,
    sql: &str,
    values: impl Params,
    one: impl Fn(&Row<'_>) -> Read<T>,
) -> Read<Vec<T>> {
    connection.prepare_cached(sql)?.query_map(values, one)?.collect()
}

fn seq(row: &Row<'_>, column: &str) -> Read<TicketSeq> {
    unsigned(row, column).map(TicketSeq)
}

fn ticket(row: &Row<'_>) -> Read<TicketFact> {
    Ok(TicketFact {
        seq: seq(row, "seq")?,
        day: row.get("day").map(Day)?,
        at: time(row, "issued_at")?,
        service: label(row, "service")?,
        state: word(row, "state")?,
        green: row.get("green")?,
        booked: row.get("booked")?,
        calls: row.get("calls")?,
        passed_by_green: row.get("passed_by_green")?,
    })
}

fn call(row: &Row<'_>) -> Read<CallFact> {
    Ok(CallFact {
        position: unsigned(row, "position")?,
        day: row.get("day").map(Day)?,
        at: time(row, "at")?,
        ticket: seq(row, "ticket")?,
        window: window(row, "window")?,
        reason: word(row, "reason")?,
        service: label(row, "service")?,
        class: word(row, "class")?,
        green: row.get("green")?,
        booked: row.get("booked")?,
        wait_s: row.get("wait_s")?,
        n_overtaken: unsigned(row, "n_overtaken")?,
    })
}

fn pass(row: &Row<'_>) -> Read<PassFact> {
    Ok(PassFact {
        position: unsigned(row, "position")?,
        at: time(row, "at")?,
        ticket: seq(row, "ticket")?,
        window: window(row, "window")?,
        ended: row.get("ended")?,
    })
}

fn completion(row: &Row<'_>) -> Read<CompletionFact> {
    Ok(CompletionFact {
        position: unsigned(row, "position")?,
        day: row.get("day").map(Day)?,
        at: time(row, "at")?,
        ticket: seq(row, "ticket")?,
        window: window(row, "window")?,
        clerk: row.get("clerk")?,
        served_s: row.get("served_s")?,
        prompted: row.get("prompted")?,
        level: row.get("level")?,
        cut: row.get("cut")?,
    })
}

fn pause(row: &Row<'_>) -> Read<PauseFact> {
    Ok(PauseFact {
        day: row.get("day").map(Day)?,
        window: window(row, "window")?,
        clerk: row.get("clerk")?,
        reason: row.get("reason")?,
        began_at: time(row, "began_at")?,
        length_s: row.get("length_s")?,
    })
}

fn duty(row: &Row<'_>) -> Read<DutyFact> {
    Ok(DutyFact {
        position: unsigned(row, "position")?,
        window: window(row, "window")?,
        clerk: row.get("clerk")?,
    })
}

fn booking(row: &Row<'_>) -> Read<BookingFact> {
    Ok(BookingFact {
        time: time(row, "time")?,
        service: label(row, "service")?,
        state: row.get("state")?,
        late: row.get("late")?,
        breach: row.get("breach")?,
    })
}
