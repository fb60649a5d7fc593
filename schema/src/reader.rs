//! A second connection that only looks: reports, explanations, the console and tests.

use crate::backup;
use crate::entry::{Entry, Logged, WaitEvent};
use crate::error::StoreError;
use crate::figures::{self, Facts};
use crate::grants::{self, GrantRow};
use crate::open;
use crate::rows::{
    CallRow, CompletionRow, FaultRow, JobRow, MatterRow, PauseRow, RatingRow, ReminderRow, TicketHistory,
    TicketRow, ToldRow, TransferRow, WindowRow,
};
use crate::rows_bookings::{BookingRow, MessageRow, RestrictionRow, TaskRow};
use crate::rows_cases::{CaseRow, CaseStepRow, PatrolRow};
use crate::rows_read::{self, FromRow, select};
use crate::store::read_entries;
use crate::verify::{self, Verified};
use queue::cases::CaseId;
use queue::{Day, TicketNumber, TicketSeq, Timestamp};
use rusqlite::{Connection, OptionalExtension, Params};
use std::collections::BTreeSet;
use std::ops::{Range, RangeInclusive};
use std::path::{Path, PathBuf};

/// Looks at the file beside a writer, without holding it up and without a way to change it. One thread's; open another for
/// another thread. Every method reads what was committed when it was called.
///
/// # Errors
/// All methods: [`StoreError::Damaged`], [`StoreError::Sqlite`]; those that read the log also [`StoreError::Unreadable`].
#[derive(Debug)]
pub struct Reader {
    connection: Connection,
    path: PathBuf,
}

impl Reader {
    /// Opens the file for reading. It must be there and of today's schema.
    ///
    /// # Errors
    /// [`StoreError::Missing`], [`StoreError::NoAccess`], [`StoreError::Older`], [`StoreError::Newer`],
    /// [`StoreError::NotADatabase`], [`StoreError::Foreign`], [`StoreError::Damaged`].
    pub fn open(path: &Path) -> Result<Reader, StoreError> {
        Ok(Reader { connection: open::reading(path)?, path: path.to_owned() })
    }

    /// All days, oldest first.
    pub fn days(&self) -> Result<Vec<Day>, StoreError> {
        let read = || {
            self.connection
                .prepare_cached("SELECT day FROM days ORDER BY position")?
                .query_map([], |row| row.get(0).map(Day))?
                .collect::<Result<_, _>>()
        };
        read().map_err(|error| self.fault(error))
    }

    /// The day that is, or was last, open.
    pub fn latest_day(&self) -> Result<Option<Day>, StoreError> {
        self.connection
            .query_row("SELECT day FROM days ORDER BY position DESC LIMIT 1", [], |row| row.get(0).map(Day))
            .optional()
            .map_err(|error| self.fault(error))
    }

    /// The tickets of a day in the order of number-taking.
    pub fn day_tickets(&self, day: Day) -> Result<Vec<TicketRow>, StoreError> {
        self.rows("day = ?1 ORDER BY seq", [day.0])
    }

    /// The calls of a day in order (rule Q3).
    pub fn day_calls(&self, day: Day) -> Result<Vec<CallRow>, StoreError> {
        self.rows("day = ?1 ORDER BY position", [day.0])
    }

    /// What people were told about their waits on a day, in the order of number-taking, with what came (rule W3).
    pub fn day_told(&self, day: Day) -> Result<Vec<ToldRow>, StoreError> {
        self.rows("day = ?1 ORDER BY ticket", [day.0])
    }

    /// Of them, who was told the usual estimate, because no forecast was of the hall as it was. Read from the log.
    pub fn day_told_usual(&self, day: Day) -> Result<BTreeSet<TicketSeq>, StoreError> {
        let told = read_entries(
            &self.connection,
            &self.path,
            "position >= (SELECT position FROM days WHERE day = ?1)
             AND position < coalesce((SELECT min(position) FROM days WHERE position >
                                         (SELECT position FROM days WHERE day = ?1)), 9223372036854775807)
             AND kind = 'wait.told'
             ORDER BY position",
            &[&day.0],
        )?;
        let usual = told.into_iter().filter_map(|logged| match logged.entry {
            Entry::Wait(WaitEvent::Told { ticket, usual: true, .. }) => Some(ticket),
            _ => None,
        });
        Ok(usual.collect())
    }

    /// The waits that neared or passed their target on a day, in order (rule W2).
    pub fn day_reminders(&self, day: Day) -> Result<Vec<ReminderRow>, StoreError> {
        self.rows("day = ?1 ORDER BY position", [day.0])
    }

    /// The transfers of a day in order (rules Q5, P4).
    pub fn day_transfers(&self, day: Day) -> Result<Vec<TransferRow>, StoreError> {
        self.rows("day = ?1 ORDER BY position", [day.0])
    }

    /// The services ended on a day, in order.
    pub fn day_completions(&self, day: Day) -> Result<Vec<CompletionRow>, StoreError> {
        self.rows("day = ?1 ORDER BY position", [day.0])
    }

    /// The windows of a day that did anything, by number.
    pub fn day_windows(&self, day: Day) -> Result<Vec<WindowRow>, StoreError> {
        self.rows("day = ?1 ORDER BY number", [day.0])
    }

    /// The pauses of a day in order (rule P1).
    pub fn day_pauses(&self, day: Day) -> Result<Vec<PauseRow>, StoreError> {
        self.rows("day = ?1 ORDER BY position", [day.0])
    }

    /// The ratings of a day's services in the order of completion, with those that were not given (rules R2, R3).
    pub fn ratings(&self, day: Day) -> Result<Vec<RatingRow>, StoreError> {
        self.rows("day = ?1 ORDER BY completion", [day.0])
    }

    /// The print jobs of a day's tickets, by number. Notices belong to no ticket and so to no day.
    pub fn jobs(&self, day: Day) -> Result<Vec<JobRow>, StoreError> {
        self.rows("ticket IN (SELECT seq FROM tickets WHERE day = ?1) ORDER BY job", [day.0])
    }

    /// The print jobs queued or sent, by number.
    pub fn open_jobs(&self) -> Result<Vec<JobRow>, StoreError> {
        rows_read::open_jobs(&self.connection).map_err(|error| self.fault(error))
    }

    /// The faults that are open, oldest first (rule O1).
    pub fn open_faults(&self) -> Result<Vec<FaultRow>, StoreError> {
        rows_read::open_faults(&self.connection).map_err(|error| self.fault(error))
    }

    /// The faults that were open at any moment from `since` to before `until`, oldest first.
    pub fn faults(&self, since: Timestamp, until: Timestamp) -> Result<Vec<FaultRow>, StoreError> {
        self.rows(
            "opened_at < ?2 AND (closed_at IS NULL OR closed_at >= ?1) ORDER BY position",
            [since.0, until.0],
        )
    }

    /// The appointments whose time is from `from` to before `to`, by time (rule A1).
    pub fn bookings(&self, from: Timestamp, to: Timestamp) -> Result<Vec<BookingRow>, StoreError> {
        self.rows("time >= ?1 AND time < ?2 ORDER BY time, booking", [from.0, to.0])
    }

    /// Tasks raised since `since`, and all that are not done, by number (rules A7, A8).
    pub fn tasks(&self, since: Timestamp) -> Result<Vec<TaskRow>, StoreError> {
        self.rows("raised_at >= ?1 OR done_at IS NULL ORDER BY task", [since.0])
    }

    /// The restricted list, with what was lifted or ran out after `since` (rule A8).
    pub fn restrictions(&self, since: Timestamp) -> Result<Vec<RestrictionRow>, StoreError> {
        self.rows("until > ?1 ORDER BY position", [since.0])
    }

    /// Messages queued since `since`, and all that are still to be sent, by number (rules A6, A7).
    pub fn messages(&self, since: Timestamp) -> Result<Vec<MessageRow>, StoreError> {
        self.rows("queued_at >= ?1 OR state IN ('queued', 'handed') ORDER BY message", [since.0])
    }

    /// The cases that are not closed, closed work orders that were refused, to which somebody must see, and all opened from
    /// `from` to before `to`, by number (rules R5, P5, O2).
    pub fn cases(&self, from: Timestamp, to: Timestamp) -> Result<Vec<CaseRow>, StoreError> {
        let wanted = "state <> 'closed' OR delivery = 'refused' OR (opened_at >= ?1 AND opened_at < ?2)
                      ORDER BY case_id";
        self.rows(wanted, [from.0, to.0])
    }

    /// The steps of one case, in order.
    pub fn case_steps(&self, case: CaseId) -> Result<Vec<CaseStepRow>, StoreError> {
        let case = i64::try_from(case.0).unwrap_or(i64::MAX);
        self.rows("case_id = ?1 ORDER BY position", [case])
    }

    /// The patrols from `from` to before `to`, in order (rule O2).
    pub fn patrols(&self, from: Timestamp, to: Timestamp) -> Result<Vec<PatrolRow>, StoreError> {
        self.rows("at >= ?1 AND at < ?2 ORDER BY patrol", [from.0, to.0])
    }

    /// All that is known of the ticket with this label on this day, for `explain`; `None` if there is none.
    pub fn ticket(&self, day: Day, number: &TicketNumber) -> Result<Option<TicketHistory>, StoreError> {
        // One transaction, so that the parts are of the same moment.
        let _snapshot = self.connection.unchecked_transaction().map_err(|error| self.fault(error))?;
        let found: Vec<TicketRow> = self.rows("day = ?1 AND number = ?2", (day.0, &*number.0))?;
        let Some(ticket) = found.into_iter().next() else { return Ok(None) };
        let seq = ticket.seq.0.cast_signed();
        let by_position = "ticket = ?1 ORDER BY position";
        Ok(Some(TicketHistory {
            matters: self.rows::<MatterRow>("ticket = ?1 ORDER BY place", [seq])?,
            calls: self.rows(by_position, [seq])?,
            transfers: self.rows(by_position, [seq])?,
            completions: self.rows(by_position, [seq])?,
            ratings: self.rows("ticket = ?1 ORDER BY completion", [seq])?,
            jobs: self.rows("ticket = ?1 ORDER BY job", [seq])?,
            entries: read_entries(&self.connection, &self.path, by_position, &[&seq])?,
            ticket,
        }))
    }

    /// The day and the label of a ticket by its sequence number, of whatever day; `None` if there is none.
    pub fn day_of(&self, ticket: TicketSeq) -> Result<Option<(Day, TicketNumber)>, StoreError> {
        let Ok(seq) = i64::try_from(ticket.0) else { return Ok(None) };
        let found: Vec<TicketRow> = self.rows("seq = ?1", [seq])?;
        Ok(found.into_iter().next().map(|ticket| (ticket.day, ticket.number)))
    }

    /// What the reports of these working days are computed from, all of one moment; `times`: from when to before when an
    /// appointment's time belongs to them (rules W4, R6).
    pub fn facts(&self, days: &RangeInclusive<Day>, times: &Range<Timestamp>) -> Result<Facts, StoreError> {
        figures::facts(&self.connection, &self.path, days, times)
    }

    /// At most `limit` entries of the log from `position` on, in order; for exports.
    pub fn entries(&self, position: u64, limit: u32) -> Result<Vec<Logged>, StoreError> {
        let from = i64::try_from(position).unwrap_or(i64::MAX);
        read_entries(
            &self.connection,
            &self.path,
            "position >= ?1 ORDER BY position LIMIT ?2",
            &[&from, &limit],
        )
    }

    /// The entries from the opening of `day` to before the opening of the next one; empty if it was never opened.
    /// For `replay`.
    pub fn day_entries(&self, day: Day) -> Result<Vec<Logged>, StoreError> {
        read_entries(
            &self.connection,
            &self.path,
            "position >= (SELECT position FROM days WHERE day = ?1)
             AND position < coalesce((SELECT min(position) FROM days WHERE position >
                                         (SELECT position FROM days WHERE day = ?1)), 9223372036854775807)
             ORDER BY position",
            &[&day.0],
        )
    }

    /// The green-channel grants of a day in order, with those taken back (rule G2). For audit and nobody else: the category is
    /// in them (rule G6).
    pub fn day_grants(&self, day: Day) -> Result<Vec<GrantRow>, StoreError> {
        let entries = read_entries(
            &self.connection,
            &self.path,
            "position >= (SELECT position FROM days WHERE day = ?1)
             AND position < coalesce((SELECT min(position) FROM days WHERE position >
                                         (SELECT position FROM days WHERE day = ?1)), 9223372036854775807)
             AND kind IN ('hall.issued', 'hall.granted', 'hall.withdrawn')
             ORDER BY position",
            &[&day.0],
        )?;
        Ok(grants::register(entries))
    }

    /// Copies the database as it is now into the new file `to`, while a writer goes on (rule O3). When it returns the copy
    /// is on the disk; open it with another [`Reader`] and [`Reader::verify`] it before relying on it. To restore, put the
    /// copy in the database's place while no daemon runs.
    ///
    /// # Errors
    /// [`StoreError::Io`] if `to` is there already, [`StoreError::ReadOnly`], [`StoreError::DiskFull`]; no file is left then.
    pub fn backup(&self, to: &Path) -> Result<(), StoreError> {
        backup::backup(&self.connection, to)
    }

    /// Checks the whole file, as [`crate::Store::verify`], while a writer goes on. The writer's write-ahead log cannot be
    /// folded in meanwhile, so on a large file this belongs to the night.
    pub fn verify(&self) -> Result<Verified, StoreError> {
        verify::verify(&self.connection, &self.path)
    }

    fn rows<T: FromRow>(&self, rest: &str, values: impl Params) -> Result<Vec<T>, StoreError> {
        select(&self.connection, rest, values).map_err(|error| self.fault(error))
    }

    fn fault(&self, error: rusqlite::Error) -> StoreError {
        StoreError::sqlite(&self.path, "reading", error)
    }
}
