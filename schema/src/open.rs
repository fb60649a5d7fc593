//! Opening the file: whose it is, that nobody else writes it, and that it is of a version we know.

use crate::error::StoreError;
use crate::migrations::{APPLICATION_ID, LATEST, migrations};
use rusqlite::{Connection, OpenFlags};
use rustix::fs::{Access, access};
use rustix::io::Errno;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// How long a statement waits for another connection (a backup, a report's checkpoint). Five seconds is far above any of
/// those on a memory card; shorter would turn a slow card into refused key presses.
const BUSY: Duration = Duration::from_secs(5);

/// Prepared statements kept; there are about sixty in this crate. Fewer would compile SQL anew at each key press.
const STATEMENTS: usize = 96;

/// The write-ahead log is cut back to this after a checkpoint, so that one long report does not keep it large for ever.
const WAL_LIMIT_BYTES: i64 = 16 * 1024 * 1024;

/// The lock beside the database. Let go explicitly: a child process that is just being started by another thread holds a
/// copy of the file for a moment, and closing ours alone would leave the lock to it.
#[derive(Debug)]
pub(crate) struct Lock(File);

impl Drop for Lock {
    fn drop(&mut self) {
        // Nothing to do about it; the lock ends with the process at the latest.
        let _ = self.0.unlock();
    }
}

/// Opens for writing: takes the lock, checks, sets up, migrates by `steps`. The lock holds as long as the file lives.
pub(crate) fn writing(path: &Path, steps: &[&str]) -> Result<(Connection, Lock), StoreError> {
    directory(path)?;
    let lock = lock(path)?;
    let flags =
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(path, flags)
        .map_err(|error| StoreError::sqlite(path, "opening the database", error))?;
    let found = version(path, &connection).map_err(|failed| failed.of(path))?;
    if found > steps.len() as i64 {
        return Err(StoreError::Newer { path: path.into(), found, known: steps.len() as i64 });
    }
    durable(path, &connection)?;
    migrate(path, &mut connection, found, steps)?;
    connection
        .pragma_update(None, "foreign_keys", true)
        .map_err(|error| StoreError::sqlite(path, "switching foreign keys on", error))?;
    Ok((connection, lock))
}

/// Opens for reading beside a writer; the file must be there and of today's version. Nothing stays beside the file that was
/// not there, and a file or directory that we may not write is read as well, as long as it is whole in itself.
pub(crate) fn reading(path: &Path) -> Result<Connection, StoreError> {
    directory(path)?;
    match path.try_exists() {
        Ok(true) => {}
        Ok(false) => return Err(StoreError::Missing { path: path.into() }),
        Err(error) => return Err(StoreError::io(path, "looking for the database", error)),
    }
    // Asked for and not tried: when a process closes a file, POSIX takes all its locks on that file away, those of the store's own
    // connection too, and whoever comes next believes that nobody writes.
    if access(path, Access::READ_OK) == Err(Errno::ACCESS) {
        return Err(StoreError::NoAccess { path: path.into(), why: "the file may not be read by this user" });
    }
    let (connection, found) = match beside_a_writer(path) {
        // Write-ahead logging keeps files beside the database, also for reading, and here they cannot be made.
        Err(error) if is_of_permission(&error) => alone(path)?,
        opened => opened.map_err(|error| error.of(path))?,
    };
    if found > LATEST {
        return Err(StoreError::Newer { path: path.into(), found, known: LATEST });
    }
    if found < LATEST {
        return Err(StoreError::Older { path: path.into(), found, known: LATEST });
    }
    Ok(connection)
}

/// The usual connection for reading. SQLite only lets the last connection take the files of write-ahead logging away if it may
/// write; so this one may, as far as the system allows, and `query_only` keeps it from doing so.
fn beside_a_writer(path: &Path) -> Result<(Connection, i64), Failed> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.pragma_update(None, "query_only", true)?;
    let found = version(path, &connection)?;
    Ok((connection, found))
}

/// A file that lies where nothing can be written, and so is not being written by us either: read as it is, without the files
/// beside it. Not where a log lies beside it, whose entries would be missing.
fn alone(path: &Path) -> Result<(Connection, i64), StoreError> {
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    if std::fs::metadata(&log).is_ok_and(|log| log.len() > 0) {
        let why =
            "its newest entries lie in the -wal file beside it, which cannot be read without writing there";
        return Err(StoreError::NoAccess { path: path.into(), why });
    }
    let uri =
        std::path::absolute(path).map_err(|error| StoreError::io(path, "finding the database", error))?;
    let mut immutable = String::from("file:");
    for &byte in uri.as_os_str().as_encoded_bytes() {
        match byte {
            b'/' | b'.' | b'-' | b'_' | b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' => {
                immutable.push(byte.into())
            }
            _ => immutable.push_str(&format!("%{byte:02x}")),
        }
    }
    immutable.push_str("?immutable=1");
    let flags =
        OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_URI;
    let connection = Connection::open_with_flags(immutable, flags)
        .map_err(|error| StoreError::sqlite(path, "opening the database for reading", error))?;
    let found = version(path, &connection).map_err(|failed| failed.of(path))?;
    Ok((connection, found))
}

fn directory(path: &Path) -> Result<(), StoreError> {
    let directory = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    if directory.is_dir() {
        Ok(())
    } else {
        Err(StoreError::DirectoryMissing { path: path.into(), directory: directory.into() })
    }
}

/// The lock's own file, beside the database: SQLite's locks come and go with its transactions.
fn lock_path(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".lock");
    name.into()
}

/// The operating system takes the lock back when the process ends, however it ends. The file stays: removing it would let
/// two processes hold locks on two files of the same name.
fn lock(path: &Path) -> Result<Lock, StoreError> {
    let beside = lock_path(path);
    let mut file = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(&beside)
        .map_err(|error| StoreError::io(path, "making the lock file", error))?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            let mut text = String::new();
            // Only to say who; the lock counts, whatever the file says.
            let _ = file.take(20).read_to_string(&mut text);
            return Err(StoreError::Locked { path: path.into(), process: text.trim().parse().ok() });
        }
        Err(TryLockError::Error(error)) => return Err(StoreError::io(path, "locking the database", error)),
    }
    let write = |file: &mut File| {
        file.set_len(0)?;
        file.rewind()?;
        writeln!(file, "{}", std::process::id())
    };
    write(&mut file).map_err(|error| StoreError::io(path, "writing the lock file", error))?;
    Ok(Lock(file))
}

/// Reads the file's header and catalogue and says its version; refuses what is not ours before anything is written.
fn version(path: &Path, connection: &Connection) -> Result<i64, Failed> {
    let read = || -> Result<(i64, i64, i64), rusqlite::Error> {
        connection.busy_timeout(BUSY)?;
        connection.set_prepared_statement_cache_capacity(STATEMENTS);
        connection.query_row(
            "SELECT (SELECT user_version FROM pragma_user_version),
                    (SELECT application_id FROM pragma_application_id),
                    (SELECT count(*) FROM sqlite_schema WHERE type = 'table')",
            [],
            |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
        )
    };
    let (version, application_id, tables) = read()?;
    let is_new = version == 0 && application_id == 0 && tables == 0;
    if is_new || application_id == APPLICATION_ID {
        Ok(version)
    } else {
        Err(Failed::Store(StoreError::Foreign { path: path.into(), application_id, tables }))
    }
}

/// Why a file could not be opened, before it is known whether that is the end of it.
enum Failed {
    Sqlite(rusqlite::Error),
    Store(StoreError),
}

impl From<rusqlite::Error> for Failed {
    fn from(error: rusqlite::Error) -> Self {
        Failed::Sqlite(error)
    }
}

impl Failed {
    fn of(self, path: &Path) -> StoreError {
        match self {
            Failed::Sqlite(error) => StoreError::sqlite(path, "reading the database's header", error),
            Failed::Store(error) => error,
        }
    }
}

/// Whether the system would not let a file be made or written.
fn is_of_permission(failed: &Failed) -> bool {
    use rusqlite::ErrorCode as Code;
    let Failed::Sqlite(error) = failed else { return false };
    matches!(error.sqlite_error_code(), Some(Code::ReadOnly | Code::PermissionDenied | Code::CannotOpen))
}

/// WAL with an fsync at every commit: what was acknowledged survives a pulled plug (rule Q1).
fn durable(path: &Path, connection: &Connection) -> Result<(), StoreError> {
    let set = || -> Result<String, rusqlite::Error> {
        let mode = connection.pragma_update_and_check(None, "journal_mode", "wal", |row| row.get(0))?;
        connection.pragma_update(None, "synchronous", "full")?;
        connection.pragma_update_and_check(None, "journal_size_limit", WAL_LIMIT_BYTES, |_| Ok(()))?;
        connection.pragma_update(None, "cell_size_check", true)?;
        // Off while migrating, as steps may rebuild tables; the steps are checked at their end.
        connection.pragma_update(None, "foreign_keys", false)?;
        Ok(mode)
    };
    let mode = set().map_err(|error| StoreError::sqlite(path, "setting up the database", error))?;
    if mode == "wal" {
        return Ok(());
    }
    let seen = std::io::Error::other(format!(
        "journal mode stays {mode}; the file system must support shared memory"
    ));
    Err(StoreError::io(path, "switching to write-ahead logging", seen))
}

fn migrate(path: &Path, connection: &mut Connection, found: i64, steps: &[&str]) -> Result<(), StoreError> {
    migrations(steps).to_latest(connection).map_err(|error| match error {
        // The file's own troubles keep their own words and advice.
        rusqlite_migration::Error::RusqliteError { err, .. } if is_of_file(&err) => {
            StoreError::sqlite(path, "migrating", err)
        }
        error => StoreError::Migration {
            path: path.into(),
            found,
            known: steps.len() as i64,
            source: Arc::new(error),
        },
    })
}

/// Whether the file or its disk failed, rather than the step.
fn is_of_file(error: &rusqlite::Error) -> bool {
    use rusqlite::ErrorCode as Code;
    matches!(
        error.sqlite_error_code(),
        Some(
            Code::DatabaseCorrupt
                | Code::NotADatabase
                | Code::ReadOnly
                | Code::PermissionDenied
                | Code::DiskFull
                | Code::SystemIoFailure
                | Code::DatabaseBusy
        )
    )
}
