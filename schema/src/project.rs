//! The projections: which tables there are, and what each entry changes in them.
//!
//! Everything here is a function of the log alone, so that [`crate::Store::rebuild`] gives the same rows again. Whether an
//! event is allowed is the queue's business; an event that cannot fit (an unknown ticket, a number given twice) is refused
//! as a net beneath it. What the events of the hall change is in the file beside this one.

use crate::entry::{Entry, FaultEvent, JobEvent, WaitEvent};
use queue::{TicketSeq, WindowNumber};
use rusqlite::{Connection, OptionalExtension, Params, params};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Raised whenever these tables or this code change; a file made with another one is rebuilt when opened.
pub(crate) const VERSION: i64 = 1;

/// Every projection and the columns that order it, children before their parents.
pub(crate) const TABLES: &[(&str, &str)] = &[
    ("case_steps", "position"),
    ("cases", "case_id"),
    ("patrols", "patrol"),
    ("messages", "message"),
    ("holders", "ticket"),
    ("restrictions", "position"),
    ("tasks", "task"),
    ("reminders", "position"),
    ("told_waits", "ticket"),
    ("faults", "position"),
    ("jobs", "job"),
    ("booking_entries", "position"),
    ("bookings", "booking"),
    ("ratings", "completion"),
    ("pauses", "position"),
    ("windows", "day, number"),
    ("completions", "position"),
    ("transfers", "position"),
    ("calls", "position"),
    ("matters", "ticket, place"),
    ("tickets", "seq"),
    ("days", "day"),
];

/// Why an entry could not be projected.
#[derive(Debug)]
pub(crate) enum Misfit {
    /// It does not fit what is there.
    Unfit(String),
    /// SQLite refused or failed.
    Sqlite(rusqlite::Error),
}

impl From<rusqlite::Error> for Misfit {
    fn from(error: rusqlite::Error) -> Self {
        Misfit::Sqlite(error)
    }
}

/// One entry on its way into the tables.
pub(crate) struct Projector<'c> {
    pub(crate) connection: &'c Connection,
    pub(crate) position: i64,
    pub(crate) at: i64,
}

impl Projector<'_> {
    /// Makes `entry` visible in the projections.
    pub(crate) fn project(&self, entry: &Entry) -> Result<(), Misfit> {
        match entry {
            Entry::Hall(event) => self.hall(event),
            Entry::Job(event) => self.job(event),
            Entry::Fault(event) => self.fault(event),
            Entry::Wait(event) => self.told(event),
            Entry::Booking(event) => self.booking(event),
            Entry::Message(event) => self.message(event),
            Entry::Case(event) => self.case(event),
            // The clock's own entries are read from the log.
            Entry::Clock(_) => Ok(()),
        }
    }

    /// Runs one statement and says how many rows it changed.
    pub(crate) fn run(&self, sql: &str, params: impl Params) -> Result<usize, Misfit> {
        Ok(self.connection.prepare_cached(sql)?.execute(params)?)
    }

    /// Runs one statement about one row that must exist; `what` and `key` name it otherwise.
    pub(crate) fn one(&self, what: &str, key: i64, sql: &str, params: impl Params) -> Result<(), Misfit> {
        match self.run(sql, params)? {
            0 => Err(Misfit::Unfit(format!("{what} {key} is not known"))),
            _ => Ok(()),
        }
    }

    /// The latest day opened.
    pub(crate) fn day(&self) -> Result<i64, Misfit> {
        self.latest_day()?.ok_or_else(|| Misfit::Unfit("no day was opened yet".into()))
    }

    /// The latest day opened, if any was.
    pub(crate) fn latest_day(&self) -> Result<Option<i64>, Misfit> {
        let mut statement =
            self.connection.prepare_cached("SELECT day FROM days ORDER BY position DESC LIMIT 1")?;
        Ok(statement.query_row([], |row| row.get(0)).optional()?)
    }

    fn job(&self, event: &JobEvent) -> Result<(), Misfit> {
        let at = self.at;
        match event {
            JobEvent::Queued { job, ticket, booking, service, printer, purpose, english } => {
                let ticket = ticket.map(seq).transpose()?;
                let booking = booking.map(|booking| int("booking", booking.0)).transpose()?;
                let service = service.as_ref().map(|service| &service.0);
                self.run(
                    "INSERT INTO jobs (job, ticket, booking, service, printer, purpose, english, state, queued_at)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 'queued', ?8)",
                    params![int("job", *job)?, ticket, booking, service, printer, word(purpose), english, at],
                )?;
                Ok(())
            }
            JobEvent::Sent { job } => {
                let job = int("job", *job)?;
                self.one("job", job, "UPDATE jobs SET state = 'sent', sent_at = ?2 WHERE job = ?1", [job, at])
            }
            JobEvent::Confirmed { job } => self.end_job(*job, "confirmed", None),
            JobEvent::Failed { job, why } => self.end_job(*job, "failed", Some(why)),
            JobEvent::Void { job, why } => self.end_job(*job, "void", Some(why)),
        }
    }

    fn end_job(&self, job: u64, state: &str, why: Option<&String>) -> Result<(), Misfit> {
        let job = int("job", job)?;
        self.one(
            "job",
            job,
            "UPDATE jobs SET state = ?2, ended_at = ?3, why = ?4 WHERE job = ?1",
            params![job, state, self.at, why],
        )
    }

    fn told(&self, event: &WaitEvent) -> Result<(), Misfit> {
        let WaitEvent::Told { ticket, median_s, low_s, high_s, naive_s, doubtful, .. } = event;
        self.run(
            "INSERT INTO told_waits (ticket, day, at, median_s, low_s, high_s, naive_s, doubtful)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            params![seq(*ticket)?, self.day()?, self.at, median_s, low_s, high_s, naive_s, doubtful],
        )?;
        Ok(())
    }

    fn fault(&self, event: &FaultEvent) -> Result<(), Misfit> {
        match event {
            FaultEvent::Opened { device, fault, detail } => self.run(
                "INSERT INTO faults (position, device, fault, detail, opened_at) VALUES (?1, ?2, ?3, ?4, ?5)
                 ON CONFLICT (device, fault) WHERE closed_at IS NULL DO UPDATE SET detail = excluded.detail",
                params![self.position, device, fault, detail, self.at],
            )?,
            FaultEvent::Closed { device, fault } => self.run(
                "UPDATE faults SET closed_at = ?3 WHERE device = ?1 AND fault = ?2 AND closed_at IS NULL",
                params![device, fault, self.at],
            )?,
        };
        Ok(())
    }
}

/// SQLite's integers are signed; a number beyond them cannot have come from counting.
pub(crate) fn int(what: &str, value: u64) -> Result<i64, Misfit> {
    i64::try_from(value).map_err(|_| Misfit::Unfit(format!("{what} {value} is beyond {}", i64::MAX)))
}

/// A ticket's key.
pub(crate) fn seq(ticket: TicketSeq) -> Result<i64, Misfit> {
    int("ticket", ticket.0)
}

/// A window's key.
pub(crate) fn win(window: WindowNumber) -> i64 {
    i64::from(window.0)
}

/// The word serde gives a fieldless enum, as it stands in the log.
pub(crate) fn word<T: Serialize>(value: &T) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(text)) => text,
        other => format!("{other:?}"),
    }
}

/// Reads [`word`] back.
pub(crate) fn from_word<T: DeserializeOwned>(text: String) -> Result<T, serde_json::Error> {
    serde_json::from_value(serde_json::Value::String(text))
}

/// JSON of one of our own types.
pub(crate) fn json<T: Serialize>(value: &T) -> Result<String, Misfit> {
    serde_json::to_string(value).map_err(|error| Misfit::Unfit(format!("cannot be written as JSON: {error}")))
}
