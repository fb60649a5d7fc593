//! Copying the file while it is in use (rule O3).

use crate::error::StoreError;
use rusqlite::Connection;
use rusqlite::backup::{Backup, StepResult};
use std::fs::{self, File, OpenOptions};
use std::path::Path;

/// Copies all pages in one step, so that the copy is of one moment; a writer in write-ahead mode is not held up by it.
pub(crate) fn backup(from: &Connection, to: &Path) -> Result<(), StoreError> {
    // Never over a file that is there: it may be the last good copy.
    OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(to)
        .map_err(|error| StoreError::io(to, "making a new file for the backup", error))?;
    let copied = copy(from, to).and_then(|()| sync(to));
    if copied.is_err() {
        // Half a copy is worse than none; the first error is the one to tell.
        let _ = fs::remove_file(to);
    }
    copied
}

fn copy(from: &Connection, to: &Path) -> Result<(), StoreError> {
    let fault = |error| StoreError::sqlite(to, "copying the database", error);
    let mut target = Connection::open(to).map_err(fault)?;
    match Backup::new(from, &mut target).and_then(|backup| backup.step(-1)).map_err(fault)? {
        StepResult::Done => {}
        other => {
            let seen = std::io::Error::other(format!("SQLite says {other:?}"));
            return Err(StoreError::io(to, "copying the database", seen));
        }
    }
    // One file that can be carried away and read from a read-only medium; opening it as a store switches back.
    target.pragma_update_and_check(None, "journal_mode", "delete", |_| Ok(())).map_err(fault)?;
    target.close().map_err(|(_, error)| fault(error))
}

/// The file and its name in the directory.
fn sync(to: &Path) -> Result<(), StoreError> {
    let directory = match to.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    [to, directory]
        .into_iter()
        .try_for_each(|path| File::open(path)?.sync_all())
        .map_err(|error| StoreError::io(to, "writing the backup to the disk", error))
}
