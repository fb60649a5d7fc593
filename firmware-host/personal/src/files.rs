//! The directory of the keys: permissions, writing that survives a power cut, overwriting, one process at a time.
//!
//! What overwriting can do depends on the disk. A disk that writes elsewhere each time (flash, file systems that copy on
//! write, snapshots) may keep what was there, and so does a power cut between replacing a file and overwriting the old one;
//! under a master key what is left is of no use without it.
//!
//! Source: the usual order of a durable replacement (write, fsync, rename, fsync of the directory), as in rename(2), fsync(2).

use crate::error::{KeyError, io};
use std::fs::{self, DirBuilder, File, OpenOptions, Permissions, TryLockError};
use std::io::{ErrorKind, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::Duration;
use zeroize::Zeroizing;

/// Permissions of the directory and of each file: the daemon's account alone.
const DIRECTORY_MODE: u32 = 0o700;
const FILE_MODE: u32 = 0o600;
/// Most bytes of a file of ours that are read. A key's has some 200; the list of periods grows by 25 bytes a month.
const MAX_FILE: u64 = 64 * 1024;
/// How often and how long apart the lock is tried. What is done under it takes some fsyncs; a slow disk needs a second.
const LOCK_TRIES: u32 = 250;
const LOCK_PAUSE: Duration = Duration::from_millis(20);
/// The lock's file. It stays: removing it would let two processes hold two locks.
pub(crate) const LOCK: &str = "lock";
/// Ends the name of a file that is being written.
const UNFINISHED: &str = ".new";

/// The directory of the keys.
pub(crate) struct Directory {
    path: PathBuf,
    /// Steps until the power is cut, for tests of every point where that may happen.
    #[cfg(test)]
    pub(crate) steps_left: std::cell::Cell<Option<u32>>,
}

/// Held while files are changed.
pub(crate) struct Locked {
    _file: File,
}

impl Directory {
    /// The directory, which must be there with nobody else let in.
    pub(crate) fn open(path: &Path) -> Result<Self, KeyError> {
        check_mode(path, DIRECTORY_MODE)?;
        Ok(Directory {
            path: path.to_owned(),
            #[cfg(test)]
            steps_left: std::cell::Cell::new(None),
        })
    }

    /// Makes the directory if it is not there; the one above it must be.
    pub(crate) fn make(path: &Path) -> Result<(), KeyError> {
        match DirBuilder::new().mode(DIRECTORY_MODE).create(path) {
            Ok(()) => {
                // The account's umask may have taken bits away.
                fs::set_permissions(path, Permissions::from_mode(DIRECTORY_MODE))
                    .map_err(io(path, "protect"))?;
                match path.parent() {
                    Some(above) if !above.as_os_str().is_empty() => sync_directory(above),
                    _ => sync_directory(Path::new(".")),
                }
            }
            Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
            Err(error) => Err(io(path, "make")(error)),
        }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// The names of everything in it, sorted.
    pub(crate) fn names(&self) -> Result<Vec<String>, KeyError> {
        let mut names = Vec::new();
        for entry in fs::read_dir(&self.path).map_err(io(&self.path, "list"))? {
            let name = entry.map_err(io(&self.path, "list"))?.file_name();
            names.push(name.to_string_lossy().into_owned());
        }
        names.sort();
        Ok(names)
    }

    /// Waits until no other process changes the keys.
    pub(crate) fn lock(&self) -> Result<Locked, KeyError> {
        let path = self.file(LOCK);
        let file = options().create(true).truncate(false).open(&path).map_err(io(&path, "open"))?;
        for _ in 0..LOCK_TRIES {
            match file.try_lock() {
                Ok(()) => return Ok(Locked { _file: file }),
                Err(TryLockError::WouldBlock) => sleep(LOCK_PAUSE),
                Err(TryLockError::Error(error)) => return Err(io(&path, "lock")(error)),
            }
        }
        let waited_ms = u64::from(LOCK_TRIES) * LOCK_PAUSE.as_millis() as u64;
        Err(KeyError::Busy { path, waited_ms })
    }

    /// The text of a file; `None` if there is none.
    pub(crate) fn read(&self, name: &str) -> Result<Option<Zeroizing<String>>, KeyError> {
        let path = self.file(name);
        let damaged = |seen| KeyError::Damaged { path: path.clone(), seen, expected: "a text file of ours" };
        let file = match File::open(&path) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(io(&path, "open")(error)),
        };
        check_mode(&path, FILE_MODE)?;
        let length = file.metadata().map_err(io(&path, "look at"))?.len();
        if length > MAX_FILE {
            return Err(damaged("far too long"));
        }
        // Room for all, so that the text never moves and leaves a copy of a key behind.
        let mut bytes = Zeroizing::new(Vec::with_capacity(length as usize + 32));
        file.take(MAX_FILE).read_to_end(&mut bytes).map_err(io(&path, "read"))?;
        match String::from_utf8(std::mem::take(&mut *bytes)) {
            Ok(text) => Ok(Some(Zeroizing::new(text))),
            Err(error) => {
                drop(Zeroizing::new(error.into_bytes()));
                Err(damaged("bytes that are no text"))
            }
        }
    }

    /// Puts a whole file in place of the one of that name, which is then overwritten. After a power cut there is the old or
    /// the new one, and at most an unfinished one beside it.
    pub(crate) fn write(&self, name: &str, text: &str, _: &Locked) -> Result<(), KeyError> {
        let path = self.file(name);
        let unfinished = self.file(&format!("{name}{UNFINISHED}"));
        let mut file =
            options().create(true).truncate(true).open(&unfinished).map_err(io(&unfinished, "make"))?;
        file.set_permissions(Permissions::from_mode(FILE_MODE)).map_err(io(&unfinished, "protect"))?;
        self.step()?;
        let (front, back) = text.as_bytes().split_at(text.len() / 2);
        file.write_all(front).map_err(io(&unfinished, "write"))?;
        self.step()?;
        file.write_all(back).map_err(io(&unfinished, "write"))?;
        self.step()?;
        file.sync_all().map_err(io(&unfinished, "sync"))?;
        self.step()?;
        let old = match options().open(&path) {
            Ok(old) => Some(old),
            Err(error) if error.kind() == ErrorKind::NotFound => None,
            Err(error) => return Err(io(&path, "open")(error)),
        };
        fs::rename(&unfinished, &path).map_err(io(&path, "replace"))?;
        self.step()?;
        sync_directory(&self.path)?;
        self.step()?;
        old.map_or(Ok(()), |old| overwrite(old, &path))
    }

    /// Overwrites a file and removes it. No error if it is not there.
    pub(crate) fn destroy(&self, name: &str, _: &Locked) -> Result<(), KeyError> {
        let path = self.file(name);
        match options().open(&path) {
            Ok(file) => overwrite(file, &path)?,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(io(&path, "open")(error)),
        }
        self.step()?;
        fs::remove_file(&path).map_err(io(&path, "remove"))?;
        self.step()?;
        sync_directory(&self.path)
    }

    #[cfg(not(test))]
    #[expect(clippy::unused_self, clippy::unnecessary_wraps, reason = "in tests the power is cut here")]
    fn step(&self) -> Result<(), KeyError> {
        Ok(())
    }

    #[cfg(test)]
    fn step(&self) -> Result<(), KeyError> {
        match self.steps_left.get() {
            Some(0) => Err(io(&self.path, "go on: the power was cut")(ErrorKind::Interrupted.into())),
            left => {
                self.steps_left.set(left.map(|left| left - 1));
                Ok(())
            }
        }
    }
}

/// The name of the file that an unfinished one was to become.
pub(crate) fn finished_name(name: &str) -> Option<&str> {
    name.strip_suffix(UNFINISHED)
}

fn options() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true).write(true).mode(FILE_MODE);
    options
}

fn check_mode(path: &Path, expected: u32) -> Result<(), KeyError> {
    let seen = fs::metadata(path).map_err(io(path, "look at"))?.permissions().mode() & 0o777;
    if seen & !expected != 0 {
        return Err(KeyError::Permissions { path: path.to_owned(), seen, expected });
    }
    Ok(())
}

fn overwrite(mut file: File, path: &Path) -> Result<(), KeyError> {
    let length = file.metadata().map_err(io(path, "look at"))?.len().min(MAX_FILE);
    file.seek(SeekFrom::Start(0)).map_err(io(path, "overwrite"))?;
    file.write_all(&vec![0; length as usize]).map_err(io(path, "overwrite"))?;
    file.sync_all().map_err(io(path, "sync"))
}

fn sync_directory(path: &Path) -> Result<(), KeyError> {
    File::open(path).and_then(|directory| directory.sync_all()).map_err(io(path, "sync"))
}
