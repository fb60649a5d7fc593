//! Is the file what it says: the chain of the log, the pages beneath, and the projections against the log.

use crate::chain::{Hash, Head, hex, row_hash};
use crate::error::StoreError;
use crate::migrations::{STEPS, migrations};
use crate::project::TABLES;
use crate::store::{logged, project_all};
use rusqlite::Connection;
use rusqlite::types::ValueRef;
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::fmt;
use std::path::Path;

/// Most findings of one kind that are listed; a damaged file has thousands, and the first ones tell what happened.
const LISTED: usize = 10;

/// What a check of the whole file saw.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Verified {
    /// Rows of the log that were read and found in order, from the first one on.
    pub rows: u64,
    /// Hash of the last of those, hexadecimal. Kept elsewhere (on paper, with a backup) it shows later that this past was
    /// neither rewritten nor cut off.
    pub head: String,
    /// What was wrong, most important first; empty if nothing was.
    pub findings: Vec<Finding>,
}

impl Verified {
    /// Nothing was wrong.
    pub fn is_sound(&self) -> bool {
        self.findings.is_empty()
    }
}

/// One thing that is wrong with the file. Its `Display` is a sentence for the administrator.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "finding", rename_all = "snake_case")]
#[allow(missing_docs, reason = "expected and seen are what they say")]
pub enum Finding {
    /// Rows of the log are missing: this position was expected next.
    Gap { expected: u64, seen: u64 },
    /// This row, or the hash beside it, was changed. Rows after it are not looked at: their hashes build on it.
    Changed { position: u64, expected: String, seen: String },
    /// This row cannot be read as an entry.
    Unreadable { position: u64, why: String },
    /// The pages of the file are damaged, in SQLite's words.
    Damaged { what: String },
    /// A row names another one that is not there.
    Dangling { table: String, row: i64, parent: String },
    /// A projection is not what the log makes of it; `rebuild` puts it right. `row`: counted from 1 in the order of its key.
    Projection { table: String, row: u64, expected: String, seen: String },
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Finding::Gap { expected, seen } => {
                write!(f, "log position {expected}: missing, the next row is {seen}")
            }
            Finding::Changed { position, expected, seen } => {
                write!(f, "log position {position}: hash {seen}, computed {expected}; the row was changed")
            }
            Finding::Unreadable { position, why } => {
                write!(f, "log position {position}: cannot be read: {why}")
            }
            Finding::Damaged { what } => write!(f, "damaged: {what}; restore a backup"),
            Finding::Dangling { table, row, parent } => {
                write!(
                    f,
                    "table {table} row {row}: names a row of {parent} that is not there; rebuild the projections"
                )
            }
            Finding::Projection { table, row, expected, seen } => {
                write!(f, "table {table} row {row}: {seen}, the log says {expected}; rebuild the projections")
            }
        }
    }
}

/// Checks all. What SQLite cannot read is a finding, not an error.
pub(crate) fn verify(connection: &Connection, path: &Path) -> Result<Verified, StoreError> {
    // One transaction: a writer may go on meanwhile, and log and projections must be of the same moment.
    let _snapshot = connection
        .unchecked_transaction()
        .map_err(|error| StoreError::sqlite(path, "beginning to verify", error))?;
    let mut findings = Vec::new();
    let mut head = Head::EMPTY;
    note(&mut findings, chain(connection, path, &mut head))?;
    note(&mut findings, integrity(connection, path))?;
    note(&mut findings, foreign_keys(connection, path))?;
    // Projections of a log that is not sound itself could not be judged.
    if findings.iter().all(|finding| matches!(finding, Finding::Dangling { .. })) {
        note(&mut findings, projections(connection, path))?;
    }
    Ok(Verified { rows: head.position.unsigned_abs(), head: hex(&head.hash), findings })
}

/// Adds what a check found. That SQLite could not read the file is one more finding.
fn note(findings: &mut Vec<Finding>, checked: Result<Vec<Finding>, StoreError>) -> Result<(), StoreError> {
    match checked {
        Ok(found) => findings.extend(found),
        Err(error @ (StoreError::Damaged { .. } | StoreError::NotADatabase { .. })) => {
            let cause = std::error::Error::source(&error).map(ToString::to_string);
            findings.push(Finding::Damaged { what: cause.unwrap_or_else(|| error.to_string()) });
        }
        Err(error) => return Err(error),
    }
    Ok(())
}

/// Moves `head` over the rows that are in order; finds at most one thing, as all later hashes build on it.
fn chain(connection: &Connection, path: &Path, head: &mut Head) -> Result<Vec<Finding>, StoreError> {
    let fault = |error| StoreError::sqlite(path, "reading the log", error);
    let mut statement =
        connection.prepare("SELECT position, at, body, hash FROM log ORDER BY position").map_err(fault)?;
    let mut log = statement.query([]).map_err(fault)?;
    while let Some(row) = log.next().map_err(fault)? {
        let position: i64 = row.get(0).map_err(fault)?;
        if position != head.position + 1 {
            let expected = (head.position + 1).unsigned_abs();
            return Ok(vec![Finding::Gap { expected, seen: position.unsigned_abs() }]);
        }
        let at: i64 = row.get(1).map_err(fault)?;
        let body = bytes(row.get_ref(2).map_err(fault)?);
        let seen = bytes(row.get_ref(3).map_err(fault)?);
        let expected: Hash = row_hash(&head.hash, position, at, body);
        if seen != expected {
            let position = position.unsigned_abs();
            return Ok(vec![Finding::Changed { position, expected: hex(&expected), seen: hex(seen) }]);
        }
        if let Err(error) = logged(row, path) {
            let why = match error {
                StoreError::Unreadable { why, .. } => why,
                other => other.to_string(),
            };
            return Ok(vec![Finding::Unreadable { position: position.unsigned_abs(), why }]);
        }
        *head = Head { position, hash: expected };
    }
    Ok(Vec::new())
}

fn bytes(value: ValueRef<'_>) -> &[u8] {
    match value {
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => bytes,
        _ => &[],
    }
}

fn integrity(connection: &Connection, path: &Path) -> Result<Vec<Finding>, StoreError> {
    let read = || -> Result<Vec<String>, rusqlite::Error> {
        connection
            .prepare(&format!("PRAGMA integrity_check({LISTED})"))?
            .query_map([], |row| row.get(0))?
            .collect()
    };
    let lines = read().map_err(|error| StoreError::sqlite(path, "checking the pages", error))?;
    Ok(lines.into_iter().filter(|line| line != "ok").map(|what| Finding::Damaged { what }).collect())
}

fn foreign_keys(connection: &Connection, path: &Path) -> Result<Vec<Finding>, StoreError> {
    let read = || -> Result<Vec<Finding>, rusqlite::Error> {
        connection
            .prepare("SELECT \"table\", coalesce(rowid, 0), parent FROM pragma_foreign_key_check LIMIT ?1")?
            .query_map([LISTED as i64], |row| {
                Ok(Finding::Dangling { table: row.get(0)?, row: row.get(1)?, parent: row.get(2)? })
            })?
            .collect()
    };
    read().map_err(|error| StoreError::sqlite(path, "checking references", error))
}

/// Makes the projections again in a temporary file of SQLite's own and compares row by row.
fn projections(connection: &Connection, path: &Path) -> Result<Vec<Finding>, StoreError> {
    let mut findings = Vec::new();
    let fault = |error| StoreError::sqlite(path, "comparing the projections", error);
    let fresh = fresh(path)?;
    project_all(connection, &fresh, path)?;
    for (table, key) in TABLES {
        if digest(connection, table, key).map_err(fault)? == digest(&fresh, table, key).map_err(fault)? {
            continue;
        }
        let sql = format!("SELECT * FROM {table} ORDER BY {key}");
        let (mut seen, mut expected) =
            (connection.prepare(&sql).map_err(fault)?, fresh.prepare(&sql).map_err(fault)?);
        let (mut seen, mut expected) = (seen.query([]).map_err(fault)?, expected.query([]).map_err(fault)?);
        for row in 1.. {
            let one = seen.next().map_err(fault)?.map(text);
            let other = expected.next().map_err(fault)?.map(text);
            if one != other || one.is_none() {
                let nothing = || "no row".to_owned();
                findings.push(Finding::Projection {
                    table: (*table).to_owned(),
                    row,
                    expected: other.unwrap_or_else(nothing),
                    seen: one.unwrap_or_else(nothing),
                });
                break;
            }
        }
    }
    Ok(findings)
}

/// An empty database of today's schema in a temporary file, gone when dropped; it need not be durable.
fn fresh(path: &Path) -> Result<Connection, StoreError> {
    let fault = |error| StoreError::sqlite(path, "making a temporary copy", error);
    let mut fresh = Connection::open("").map_err(fault)?;
    fresh.set_prepared_statement_cache_capacity(96);
    fresh.execute_batch("PRAGMA journal_mode = off; PRAGMA synchronous = off;").map_err(fault)?;
    migrations(STEPS).to_latest(&mut fresh).map_err(|error| StoreError::Migration {
        path: path.into(),
        found: 0,
        known: STEPS.len() as i64,
        source: error.into(),
    })?;
    // The log itself is not copied, so references to it lead nowhere there.
    fresh.execute_batch("PRAGMA foreign_keys = off; BEGIN;").map_err(fault)?;
    Ok(fresh)
}

/// SHA-256 over all values of a table in the order of its key.
fn digest(connection: &Connection, table: &str, key: &str) -> Result<Hash, rusqlite::Error> {
    let mut statement = connection.prepare(&format!("SELECT * FROM {table} ORDER BY {key}"))?;
    let mut rows = statement.query([])?;
    let mut hasher = Sha256::new();
    while let Some(row) = rows.next()? {
        hasher.update(text(row));
        hasher.update([0]);
    }
    Ok(hasher.finalize().into())
}

/// A row as text: distinct rows give distinct texts.
fn text(row: &rusqlite::Row<'_>) -> String {
    let values = (0..row.as_ref().column_count()).map(|column| match row.get_ref(column) {
        Ok(ValueRef::Null) => "null".to_owned(),
        Ok(ValueRef::Integer(value)) => value.to_string(),
        Ok(ValueRef::Real(value)) => value.to_string(),
        Ok(ValueRef::Text(value)) => format!("{:?}", String::from_utf8_lossy(value)),
        Ok(ValueRef::Blob(value)) => format!("x'{}'", hex(value)),
        Err(error) => format!("({error})"),
    });
    format!("({})", values.collect::<Vec<_>>().join(", "))
}
