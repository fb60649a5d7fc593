//! The writing connection: append, load after a restart, rebuild.

use crate::chain::{Hash, Head};
use crate::entry::{Entry, Logged, Stamped};
use crate::error::StoreError;
use crate::migrations::STEPS;
use crate::open::Lock;
use crate::project::{Misfit, Projector, TABLES, VERSION};
use crate::rows::{FaultRow, JobRow};
use crate::rows_bookings::MessageRow;
use crate::verify::{self, Verified};
use crate::{open, rows_read};
use queue::Timestamp;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OptionalExtension, Row, Transaction, TransactionBehavior, params};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The one connection that writes. Whoever holds it holds the lock beside the file; usually that is a [`crate::Writer`].
#[derive(Debug)]
pub struct Store {
    connection: Connection,
    path: PathBuf,
    head: Head,
    /// Held, never read; last, so that it outlives the connection.
    _lock: Lock,
}

/// What a start needs: everything since the latest day was opened, and what was left open.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Loaded {
    /// From the latest `DayOpened` on, in order; the whole log while no day was opened.
    pub entries: Vec<Logged>,
    /// First free number for a print job.
    pub next_job: u64,
    /// Print jobs queued or sent: the sent ones are in doubt and to be settled by the device's status or by a person.
    pub open_jobs: Vec<JobRow>,
    /// Faults not closed yet.
    pub open_faults: Vec<FaultRow>,
    /// First free numbers for a booking, a task and a message.
    pub next_booking: u64,
    /// See [`Self::next_booking`].
    pub next_task: u64,
    /// See [`Self::next_booking`].
    pub next_message: u64,
    /// Messages queued or handed to an outlet: the handed ones are in doubt.
    pub open_messages: Vec<MessageRow>,
    /// First free numbers for a case and a patrol.
    pub next_case: u64,
    /// See [`Self::next_case`].
    pub next_patrol: u64,
    /// Moment of the last entry; hall time goes on from here.
    pub last_at: Option<Timestamp>,
}

impl Store {
    /// Opens the database at `path`, makes it if it is not there (its directory must be), brings it to today's schema and
    /// keeps every other hallgate out until dropped. After a change of the projections this reads the whole log once.
    ///
    /// # Errors
    /// [`StoreError::DirectoryMissing`], [`StoreError::Locked`], [`StoreError::ReadOnly`], [`StoreError::NotADatabase`],
    /// [`StoreError::Foreign`], [`StoreError::Damaged`], [`StoreError::Newer`], [`StoreError::Migration`],
    /// [`StoreError::DiskFull`]; nothing was changed then.
    pub fn open(path: &Path) -> Result<Store, StoreError> {
        Store::open_with(path, STEPS)
    }

    /// [`Store::open`] with other steps, for the tests of failing ones.
    #[doc(hidden)]
    pub fn open_with(path: &Path, steps: &[&str]) -> Result<Store, StoreError> {
        let (connection, lock) = open::writing(path, steps)?;
        let mut store = Store { connection, path: path.to_owned(), head: Head::EMPTY, _lock: lock };
        store.head = store.read_head().map_err(|error| store.fault("reading the end of the log", error))?;
        if steps.len() == STEPS.len() && store.projections_version()? != VERSION {
            store.rebuild()?;
        }
        Ok(store)
    }

    /// Lets the file grow to so many pages and no further, as a full disk would; for tests.
    #[doc(hidden)]
    pub fn limit_pages(&mut self, pages: u32) -> Result<(), StoreError> {
        self.connection
            .pragma_update_and_check(None, "max_page_count", pages, |_| Ok(()))
            .map_err(|error| self.fault("limiting the size", error))
    }

    /// From now on a commit returns before it is on the disk: for simulated machines, whose power is not really cut.
    ///
    /// # Errors
    /// [`StoreError::Sqlite`] if SQLite refuses.
    #[doc(hidden)]
    pub fn do_not_wait_for_the_disk(&self) -> Result<(), StoreError> {
        self.connection
            .pragma_update(None, "synchronous", "off")
            .map_err(|error| self.fault("switching the waiting off", error))
    }

    /// The entries after `position`, in order.
    ///
    /// # Errors
    /// [`StoreError::Unreadable`], [`StoreError::Damaged`].
    pub fn entries_after(&self, position: u64) -> Result<Vec<Logged>, StoreError> {
        read_entries(
            &self.connection,
            &self.path,
            "position > ?1 ORDER BY position",
            &[&position.cast_signed()],
        )
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Position of the last row, 0 in an empty log.
    pub fn last_position(&self) -> u64 {
        self.head.position.unsigned_abs()
    }

    /// Appends `batch` and what it changes in the projections in one transaction, all or nothing, and says the position of
    /// the last row. When it returns, the batch is on the disk: only now may devices speak of it.
    ///
    /// # Errors
    /// [`StoreError::Unfit`] and [`StoreError::Constraint`] if the batch does not fit the log; [`StoreError::DiskFull`],
    /// [`StoreError::ReadOnly`], [`StoreError::Damaged`], [`StoreError::Sqlite`] if the file failed. The store stays usable
    /// and is as before.
    pub fn append(&mut self, batch: &[Stamped]) -> Result<u64, StoreError> {
        self.append_group(std::slice::from_ref(&batch))
            .pop()
            .expect("append_group answers every batch, and there is one")
    }

    /// Appends several batches in one transaction, so that they share one fsync, and answers each.
    ///
    /// A batch that fails on its own takes nothing from those before it, but all after it in the group are answered
    /// [`StoreError::Halted`], as they were decided on top of it. If the file fails, the whole group does.
    pub(crate) fn append_group<B: AsRef<[Stamped]>>(&mut self, group: &[B]) -> Vec<Result<u64, StoreError>> {
        let mut head = self.head;
        match self.try_group(group, &mut head) {
            Ok(answers) => {
                self.head = head;
                answers
            }
            Err(error) => group.iter().map(|_| Err(error.clone())).collect(),
        }
    }

    fn try_group<B: AsRef<[Stamped]>>(
        &self,
        group: &[B],
        head: &mut Head,
    ) -> Result<Vec<Result<u64, StoreError>>, StoreError> {
        let transaction = self.begin()?;
        let mut answers = Vec::with_capacity(group.len());
        for batch in group {
            if answers.last().is_some_and(Result::is_err) {
                answers.push(Err(StoreError::Halted));
                continue;
            }
            self.run("SAVEPOINT batch")?;
            match self.append_batch(*head, batch.as_ref()) {
                Ok(after) => {
                    *head = after;
                    answers.push(Ok(after.position.unsigned_abs()));
                }
                Err(error) if error.is_of_batch() => {
                    self.run("ROLLBACK TO batch")?;
                    answers.push(Err(error));
                }
                Err(error) => return Err(error),
            }
            self.run("RELEASE batch")?;
        }
        transaction.commit().map_err(|error| self.fault("committing", error))?;
        Ok(answers)
    }

    fn append_batch(&self, mut head: Head, batch: &[Stamped]) -> Result<Head, StoreError> {
        for Stamped { at, entry } in batch {
            let place = |misfit| self.misfit(head.position + 1, entry, misfit);
            let body =
                serde_json::to_string(entry).map_err(|error| place(Misfit::Unfit(error.to_string())))?;
            let after = head.next(at.0, body.as_bytes());
            self.insert(after, at.0, &body).map_err(|error| place(Misfit::Sqlite(error)))?;
            Projector { connection: &self.connection, position: after.position, at: at.0 }
                .project(entry)
                .map_err(place)?;
            head = after;
        }
        Ok(head)
    }

    fn insert(&self, head: Head, at: i64, body: &str) -> Result<(), rusqlite::Error> {
        self.connection
            .prepare_cached("INSERT INTO log (position, at, body, hash) VALUES (?1, ?2, ?3, ?4)")?
            .execute(params![head.position, at, body, head.hash])
            .map(drop)
    }

    /// What a start needs. Costs as much as the latest day has entries, however old the log is.
    ///
    /// # Errors
    /// [`StoreError::Unreadable`] for an entry of a newer program or a changed one; [`StoreError::Damaged`].
    pub fn load_day(&self) -> Result<Loaded, StoreError> {
        let fault = |error| self.fault("loading the day", error);
        let since: i64 = self
            .connection
            .query_row(rows_read::LATEST_DAY_SQL, [], |row| row.get(0))
            .optional()
            .map_err(fault)?
            .unwrap_or(1);
        let entries =
            read_entries(&self.connection, &self.path, "position >= ?1 ORDER BY position", &[&since])?;
        let next = |table: &str, key: &str| {
            let sql = format!("SELECT coalesce(max({key}), 0) + 1 FROM {table}");
            self.connection.query_row(&sql, [], |row| row.get(0)).map(i64::unsigned_abs).map_err(fault)
        };
        Ok(Loaded {
            last_at: entries.last().map(|logged| logged.at),
            entries,
            next_job: next("jobs", "job")?,
            next_booking: next("bookings", "booking")?,
            next_task: next("tasks", "task")?,
            next_message: next("messages", "message")?,
            next_case: next("cases", "case_id")?,
            next_patrol: next("patrols", "patrol")?,
            open_messages: rows_read::select(
                &self.connection,
                "state IN ('queued', 'handed') ORDER BY message",
                [],
            )
            .map_err(fault)?,
            open_jobs: rows_read::open_jobs(&self.connection).map_err(fault)?,
            open_faults: rows_read::open_faults(&self.connection).map_err(fault)?,
        })
    }

    /// The entries about bookings since `since`, in order: what [`queue::booking::Bookings`] is made of at a start.
    ///
    /// # Errors
    /// As [`Store::load_day`].
    pub fn load_bookings(&self, since: Timestamp) -> Result<Vec<Logged>, StoreError> {
        let place = "position IN (SELECT position FROM booking_entries WHERE at >= ?1) ORDER BY position";
        read_entries(&self.connection, &self.path, place, &[&since.0])
    }

    /// The entries about cases that are not closed, and about closed work orders that are not delivered (rule R5), in order:
    /// what [`queue::cases::Cases`] is made of at a start.
    ///
    /// # Errors
    /// As [`Store::load_day`].
    pub fn load_cases(&self) -> Result<Vec<Logged>, StoreError> {
        let place = "position IN (SELECT position FROM case_steps WHERE case_id IN
                                  (SELECT case_id FROM cases
                                   WHERE state <> 'closed' OR delivery IN ('waiting', 'refused')))
                     ORDER BY position";
        read_entries(&self.connection, &self.path, place, &[])
    }

    /// Whether anything here needs the keys of personal data (rule A9).
    ///
    /// # Errors
    /// As [`Store::load_day`].
    pub fn holds_personal_data(&self) -> Result<bool, StoreError> {
        self.connection
            .query_row(
                "SELECT EXISTS (SELECT 1 FROM bookings) OR EXISTS (SELECT 1 FROM holders)",
                [],
                |row| row.get(0),
            )
            .map_err(|error| self.fault("looking for bookings", error))
    }

    /// Empties the projections and makes them again from the log, in one transaction; says how many entries were read.
    ///
    /// # Errors
    /// As [`Store::append`], and [`StoreError::Unreadable`]; the projections are as before then.
    pub fn rebuild(&mut self) -> Result<u64, StoreError> {
        let transaction = self.begin()?;
        for (table, _) in TABLES {
            self.run(&format!("DELETE FROM {table}"))?;
        }
        let n_entries = project_all(&self.connection, &self.connection, &self.path)?;
        self.connection
            .execute("UPDATE projections SET version = ?1", [VERSION])
            .map_err(|error| self.fault("rebuilding", error))?;
        transaction.commit().map_err(|error| self.fault("committing the rebuilt projections", error))?;
        Ok(n_entries)
    }

    /// Checks the whole file; see [`Verified`].
    ///
    /// # Errors
    /// Only what keeps the check itself from running; what it finds wrong with the file is in its result.
    pub fn verify(&self) -> Result<Verified, StoreError> {
        verify::verify(&self.connection, &self.path)
    }

    fn begin(&self) -> Result<Transaction<'_>, StoreError> {
        Transaction::new_unchecked(&self.connection, TransactionBehavior::Immediate)
            .map_err(|error| self.fault("beginning a transaction", error))
    }

    fn run(&self, sql: &str) -> Result<(), StoreError> {
        self.connection
            .prepare_cached(sql)
            .and_then(|mut statement| statement.execute([]))
            .map(drop)
            .map_err(|error| self.fault("writing", error))
    }

    fn read_head(&self) -> Result<Head, rusqlite::Error> {
        let read = |row: &Row<'_>| Ok(Head { position: row.get(0)?, hash: row.get::<_, Hash>(1)? });
        let head = self
            .connection
            .query_row("SELECT position, hash FROM log ORDER BY position DESC LIMIT 1", [], read)
            .optional()?;
        Ok(head.unwrap_or(Head::EMPTY))
    }

    fn projections_version(&self) -> Result<i64, StoreError> {
        self.connection
            .query_row("SELECT version FROM projections", [], |row| row.get(0))
            .map_err(|error| self.fault("reading the version of the projections", error))
    }

    fn fault(&self, doing: &'static str, error: rusqlite::Error) -> StoreError {
        StoreError::sqlite(&self.path, doing, error)
    }

    fn misfit(&self, position: i64, entry: &Entry, misfit: Misfit) -> StoreError {
        misfit_error(&self.path, position, entry, misfit)
    }
}

/// Sorts a refusal of the projections into the batch's faults and the file's.
pub(crate) fn misfit_error(path: &Path, position: i64, entry: &Entry, misfit: Misfit) -> StoreError {
    let position = position.unsigned_abs();
    let kind = kind(entry);
    match misfit {
        Misfit::Unfit(why) => StoreError::Unfit { position, kind, why },
        Misfit::Sqlite(error) => match error.sqlite_error_code() {
            Some(rusqlite::ErrorCode::ConstraintViolation | rusqlite::ErrorCode::TooBig) => {
                StoreError::Constraint { position, kind, source: Arc::new(error) }
            }
            _ => StoreError::sqlite(path, "writing", error),
        },
    }
}

/// Kind and event as in the log's column, such as `hall.called`.
fn kind(entry: &Entry) -> String {
    let value = serde_json::to_value(entry).unwrap_or_default();
    let word = |key| value.get(key).and_then(|word| word.as_str()).unwrap_or("?").to_owned();
    format!("{}.{}", word("kind"), word("event"))
}

/// Projects every entry of the log in `from` into the tables of `to`; says how many.
pub(crate) fn project_all(from: &Connection, to: &Connection, path: &Path) -> Result<u64, StoreError> {
    let fault = |error| StoreError::sqlite(path, "reading the log", error);
    let mut statement =
        from.prepare("SELECT position, at, body FROM log ORDER BY position").map_err(fault)?;
    let mut log = statement.query([]).map_err(fault)?;
    let mut n_entries = 0;
    while let Some(row) = log.next().map_err(fault)? {
        let Logged { position, at, entry } = logged(row, path)?;
        let position = position.cast_signed();
        Projector { connection: to, position, at: at.0 }
            .project(&entry)
            .map_err(|misfit| misfit_error(path, position, &entry, misfit))?;
        n_entries += 1;
    }
    Ok(n_entries)
}

/// Entries that match `condition`, in order.
pub(crate) fn read_entries(
    connection: &Connection,
    path: &Path,
    condition: &str,
    values: &[&dyn rusqlite::ToSql],
) -> Result<Vec<Logged>, StoreError> {
    let fault = |error| StoreError::sqlite(path, "reading the log", error);
    let sql = format!("SELECT position, at, body FROM log WHERE {condition}");
    let mut statement = connection.prepare_cached(&sql).map_err(fault)?;
    let mut log = statement.query(values).map_err(fault)?;
    let mut entries = Vec::new();
    while let Some(row) = log.next().map_err(fault)? {
        entries.push(logged(row, path)?);
    }
    Ok(entries)
}

/// One row (position, at, body) as an entry.
pub(crate) fn logged(row: &Row<'_>, path: &Path) -> Result<Logged, StoreError> {
    let fault = |error| StoreError::sqlite(path, "reading the log", error);
    let position: i64 = row.get(0).map_err(fault)?;
    let unreadable =
        |why| StoreError::Unreadable { path: path.into(), position: position.unsigned_abs(), why };
    let at = Timestamp(row.get(1).map_err(fault)?);
    let body = match row.get_ref(2).map_err(fault)? {
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => bytes,
        other => return Err(unreadable(format!("body is {}", other.data_type()))),
    };
    let mut parser = serde_json::Deserializer::from_slice(body);
    let entry = Entry::deserialize(&mut parser).map_err(|error| unreadable(error.to_string()))?;
    Ok(Logged { position: position.unsigned_abs(), at, entry })
}
