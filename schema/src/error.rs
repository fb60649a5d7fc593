//! What can go wrong with the file, and what to do about it.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A fault of the store. Every message names the file or the position, what was seen and, where a person can help, what to
/// do. Cloned to every batch of a group that failed together.
#[derive(Clone, Debug, thiserror::Error)]
pub enum StoreError {
    /// The directory of the file does not exist; it is never created here, a wrong path would go unnoticed.
    #[error("{path}: directory {directory} does not exist; create it or correct the path of the database")]
    DirectoryMissing {
        /// The database.
        path: PathBuf,
        /// Its directory.
        directory: PathBuf,
    },
    /// There is no file to read; only [`crate::Reader::open`] says so, [`crate::Store::open`] makes one.
    #[error(
        "{path}: no such database; correct the path, restore a backup, or start the daemon once to make a new one"
    )]
    Missing {
        /// The database.
        path: PathBuf,
    },
    /// Another process holds the lock beside the file.
    #[error("{path}: locked by another hallgate{}; stop that one first, or give this one a database of its own", holder(.process))]
    Locked {
        /// The database.
        path: PathBuf,
        /// The process that wrote itself into the lock file, if it can be read.
        process: Option<u32>,
    },
    /// The file or its directory cannot be written.
    #[error("{path}: the file or its directory is read-only; make both writable for the user of the daemon")]
    ReadOnly {
        /// The database.
        path: PathBuf,
    },
    /// The file cannot be looked at as this user; only [`crate::Reader::open`] says so.
    #[error(
        "{path}: {why}; run the command as the user of the daemon, or on a copy in a directory of your own (with the -wal \
         file, if there is one)"
    )]
    NoAccess {
        /// The database.
        path: PathBuf,
        /// What stands in the way.
        why: &'static str,
    },
    /// The file is no SQLite database (SQLite code 26).
    #[error("{path}: not a database; restore a backup or move the file away")]
    NotADatabase {
        /// The file.
        path: PathBuf,
    },
    /// An SQLite database, but of another program.
    #[error(
        "{path}: a database of another program (application id {application_id:#010x}, {tables} tables); \
         correct the path or move the file away"
    )]
    Foreign {
        /// The database.
        path: PathBuf,
        /// What its header says; ours is `0x68616c6c`.
        application_id: i64,
        /// How many tables it has.
        tables: i64,
    },
    /// SQLite found the file malformed (SQLite code 11).
    #[error("{path}: the database is damaged; restore a backup or move the file away")]
    Damaged {
        /// The database.
        path: PathBuf,
        /// SQLite's words.
        #[source]
        source: Arc<rusqlite::Error>,
    },
    /// Written by a newer program. Never migrated down.
    #[error(
        "{path}: schema version {found}, this program knows up to {known}; \
         install the newer hallgate again or restore a backup of version {known}"
    )]
    Newer {
        /// The database.
        path: PathBuf,
        /// Its version.
        found: i64,
        /// The latest version this program knows.
        known: i64,
    },
    /// Written by an older program, and opened for reading only.
    #[error(
        "{path}: schema version {found}, this program reads {known}; start the daemon once to bring it up to date"
    )]
    Older {
        /// The database.
        path: PathBuf,
        /// Its version.
        found: i64,
        /// The version this program reads.
        known: i64,
    },
    /// A step to a newer schema failed; the file is as it was.
    #[error(
        "{path}: bringing schema version {found} up to {known} failed, nothing was changed; report this with its cause"
    )]
    Migration {
        /// The database.
        path: PathBuf,
        /// Its version, still.
        found: i64,
        /// The version that was wanted.
        known: i64,
        /// What failed.
        #[source]
        source: Arc<rusqlite_migration::Error>,
    },
    /// No room left (SQLite code 13). Nothing of the transaction was kept.
    #[error("{path}: disk full; free some space, nothing committed before is lost")]
    DiskFull {
        /// The database.
        path: PathBuf,
    },
    /// A batch does not fit what the log already says, such as a call of an unknown ticket. Nothing of it was kept.
    #[error("log position {position}, {kind}: {why}")]
    Unfit {
        /// Where the entry would stand.
        position: u64,
        /// Its kind and event, such as `hall.called`.
        kind: String,
        /// What does not fit.
        why: String,
    },
    /// A batch breaks a constraint of the tables, such as a number given twice in a day (rule Q1). Nothing of it was kept.
    #[error("log position {position}, {kind}: constraint broken")]
    Constraint {
        /// Where the entry would stand.
        position: u64,
        /// Its kind and event, such as `hall.issued`.
        kind: String,
        /// SQLite's words.
        #[source]
        source: Arc<rusqlite::Error>,
    },
    /// A stored entry cannot be read by this program.
    #[error("{path}: log position {position} cannot be read: {why}; run hallgate verify")]
    Unreadable {
        /// The database.
        path: PathBuf,
        /// Which row.
        position: u64,
        /// What was wrong with it.
        why: String,
    },
    /// An earlier batch failed and this one was decided on top of it; see [`crate::Writer`].
    #[error("not committed because a batch before it failed; reload and resume")]
    Halted,
    /// The writer has ended.
    #[error("not committed because the writer has stopped")]
    Stopped,
    /// Anything else SQLite said.
    #[error("{path}: {doing} failed")]
    Sqlite {
        /// The database.
        path: PathBuf,
        /// What was tried.
        doing: &'static str,
        /// SQLite's words.
        #[source]
        source: Arc<rusqlite::Error>,
    },
    /// Anything else the operating system said.
    #[error("{path}: {doing} failed")]
    Io {
        /// The file.
        path: PathBuf,
        /// What was tried.
        doing: &'static str,
        /// The system's words.
        #[source]
        source: Arc<io::Error>,
    },
}

fn holder(process: &Option<u32>) -> String {
    process.map(|id| format!(" (process {id})")).unwrap_or_default()
}

impl StoreError {
    /// Sorts what SQLite said about the file as a whole.
    pub(crate) fn sqlite(path: &Path, doing: &'static str, error: rusqlite::Error) -> StoreError {
        use rusqlite::ErrorCode as Code;
        let path = path.to_owned();
        match error.sqlite_error_code() {
            Some(Code::DatabaseCorrupt) => StoreError::Damaged { path, source: Arc::new(error) },
            Some(Code::NotADatabase) => StoreError::NotADatabase { path },
            Some(Code::ReadOnly | Code::PermissionDenied) => StoreError::ReadOnly { path },
            Some(Code::DiskFull) => StoreError::DiskFull { path },
            _ => StoreError::Sqlite { path, doing, source: Arc::new(error) },
        }
    }

    /// Sorts what the operating system said about a file.
    pub(crate) fn io(path: &Path, doing: &'static str, error: io::Error) -> StoreError {
        use io::ErrorKind as Kind;
        let path = path.to_owned();
        match error.kind() {
            Kind::PermissionDenied | Kind::ReadOnlyFilesystem => StoreError::ReadOnly { path },
            Kind::StorageFull | Kind::QuotaExceeded => StoreError::DiskFull { path },
            _ => StoreError::Io { path, doing, source: Arc::new(error) },
        }
    }

    /// Whether the batch alone is at fault, so that its neighbours in a group can still be committed, and nothing is gained by
    /// trying it again.
    pub fn is_of_batch(&self) -> bool {
        matches!(self, StoreError::Unfit { .. } | StoreError::Constraint { .. })
    }
}
