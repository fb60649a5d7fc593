//! What can go wrong with keys, in words for the operator: file, seen, expected, what to do. Never holds a key, a name or a
//! number of anybody.

use crate::day::{Day, Period};
use crate::master::MasterError;
use crate::secret::{Fingerprint, NoRandom};
use std::io::Error;
use std::path::{Path, PathBuf};

/// The keys cannot be used, or not for this.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The operating system refused.
    #[error("{}: cannot {tried}", path.display())]
    Io {
        /// File or directory.
        path: PathBuf,
        /// What was tried, as a verb.
        tried: &'static str,
        /// Its reason.
        source: Error,
    },
    /// Others than the daemon could read or change it.
    #[error(
        "{}: permissions {seen:o}, expected {expected:o}; run `chmod {expected:o} {}`, and find out \
         who could read it until now",
        path.display(), path.display()
    )]
    Permissions {
        /// File or directory.
        path: PathBuf,
        /// Its permission bits.
        seen: u32,
        /// What they must be.
        expected: u32,
    },
    /// A file of ours is not as it was written.
    #[error("{}: {seen}, expected {expected}; put it back from the backup of the keys", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is there, without any secret.
        seen: &'static str,
        /// What would be right.
        expected: &'static str,
    },
    /// A key is wrapped under another master key than those given.
    #[error("{}: wrapped under master key {expected}, given {seen}; give that master key", path.display())]
    WrongMaster {
        /// The key's file.
        path: PathBuf,
        /// The fingerprints of the master keys given, or `none`.
        seen: String,
        /// The fingerprint of the one needed.
        expected: Fingerprint,
    },
    /// The file of the master key does not hold one.
    #[error("{}: {error}", path.display())]
    Master {
        /// The file.
        path: PathBuf,
        /// Why not.
        error: MasterError,
    },
    /// There are no keys, and the host says there must be some.
    #[error(
        "{}: no keys, though personal data was sealed before; is the disk with the keys mounted?",
        path.display()
    )]
    NoKeys {
        /// The directory.
        path: PathBuf,
    },
    /// The file of the key that is to be used now is gone.
    #[error(
        "{}: missing, made with fingerprint {fingerprint}; put it back from the backup of the keys, \
         or, if there is none, remove the line of {period} from the file `periods` beside it: what \
         was sealed under it is lost then",
        path.display()
    )]
    Lost {
        /// The file that should be there.
        path: PathBuf,
        /// Its month.
        period: Period,
        /// Of the key that was in it.
        fingerprint: Fingerprint,
    },
    /// A month whose key was destroyed never gets a second one (unless it was destroyed before the month began).
    #[error("the key of {period} was destroyed on {on} and none is made again; is the clock right?")]
    Destroyed {
        /// The month.
        period: Period,
        /// When.
        on: Day,
    },
    /// There is no key of that month to destroy.
    #[error("there is no key of {period}")]
    NoSuchKey {
        /// The month.
        period: Period,
    },
    /// The key in use now cannot be destroyed.
    #[error("the key of {period} is in use; it can be destroyed when the next month has begun")]
    InUse {
        /// The month.
        period: Period,
    },
    /// The keys were opened to be looked at.
    #[error("{}: the keys were opened for looking only", path.display())]
    LookOnly {
        /// The directory.
        path: PathBuf,
    },
    /// Another process is at work on the keys and does not end.
    #[error("{}: held by another process for {waited_ms} ms; end it and try again", path.display())]
    Busy {
        /// The lock file.
        path: PathBuf,
        /// How long was waited.
        waited_ms: u64,
    },
    /// The clock cannot be believed. Nothing was made or destroyed.
    #[error(transparent)]
    Clock(#[from] ClockDoubt),
    /// The operating system gave no random bytes.
    #[error(transparent)]
    NoRandom(#[from] NoRandom),
    /// More than [`crate::MAX_RECORD`] bytes were to be sealed.
    #[error("a record of {seen} bytes, at most {most}")]
    TooLong {
        /// Bytes there are.
        seen: usize,
        /// Bytes there may be.
        most: usize,
    },
}

/// For `map_err`: what was tried with which file.
pub(crate) fn io(path: &Path, tried: &'static str) -> impl FnOnce(Error) -> KeyError {
    let path = path.to_owned();
    move |source| KeyError::Io { path, tried, source }
}

/// Why a day is not believed. A wrong clock must not destroy keys, nor make some that outlive their time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ClockDoubt {
    /// It lies before the month whose key is in use.
    #[error("the clock says {today}, the keys were last used on {seen}; set the clock, or confirm the day")]
    Earlier {
        /// The day given.
        today: Day,
        /// The last day believed.
        seen: Day,
    },
    /// It lies long after the last day that was believed.
    #[error(
        "the clock says {today}, more than {most} days after the keys were last used on {seen}; set the clock, or confirm the day if the hall was closed"
    )]
    LongAfter {
        /// The day given.
        today: Day,
        /// The last day believed.
        seen: Day,
        /// How many days between the two are believed.
        most: i64,
    },
    /// It lies before this program was written: a clock that lost its battery.
    #[error("the clock says {today}, before this program was written; set the clock")]
    Ancient {
        /// The day given.
        today: Day,
    },
}

/// What the operator should see to. The keys can be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Warning {
    /// No master key was given: who can copy the directory can read everything.
    #[error("{}: keys are not wrapped; give a master key (systemd credential or key file)", path.display())]
    NotWrapped {
        /// The directory.
        path: PathBuf,
    },
    /// A file that is none of ours: perhaps a copy of a key, which would outlive the key's destruction.
    #[error(
        "{}: not one of our files, not touched; if it is a copy of a key, keep it elsewhere",
        path.display()
    )]
    UnknownFile {
        /// The file.
        path: PathBuf,
    },
    /// A key of an earlier month is gone without having been destroyed.
    #[error(
        "{}: missing, made with fingerprint {fingerprint}; what was sealed in {period} cannot be read \
         until it is put back from the backup of the keys",
        path.display()
    )]
    Lost {
        /// The file that should be there.
        path: PathBuf,
        /// Its month.
        period: Period,
        /// Of the key that was in it.
        fingerprint: Fingerprint,
    },
    /// A key that was destroyed was there: from a backup, or because power failed in between. It has now been destroyed.
    #[error(
        "{}: was to be destroyed on {on} and was still or again there; destroyed now, see to its \
         copies",
        path.display()
    )]
    CameBack {
        /// Its file.
        path: PathBuf,
        /// When it was destroyed first.
        on: Day,
    },
    /// A key of an earlier month cannot be read; what was sealed under it can neither.
    #[error("{error}")]
    Unusable {
        /// Its month.
        period: Period,
        /// Why not.
        error: String,
    },
    /// A key of a month to come, made when the clock was wrong: what was sealed under it would be kept too long.
    #[error(
        "the key of {period} was made when the clock was wrong; seal anew what was sealed under it, then discard it"
    )]
    Later {
        /// Its month.
        period: Period,
    },
    /// The day given is not believed; the key of the last day believed is in use.
    #[error(transparent)]
    Clock(ClockDoubt),
}

/// Why a sealed record cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// The time for which it was kept is over.
    #[error("the key of {period} was destroyed on {on}")]
    KeyDestroyed {
        /// Its month.
        period: Period,
        /// When.
        on: Day,
    },
    /// There is no key of its month, and none was destroyed.
    #[error("the key of {period} is missing; put it back from the backup of the keys")]
    KeyMissing {
        /// Its month.
        period: Period,
    },
    /// It was changed, or belongs to another context, or there is another key now than that it was sealed under.
    #[error("sealed in {period}: changed, of another context, or under another key")]
    Damaged {
        /// Its month.
        period: Period,
    },
    /// It opened well, and is not a person.
    #[error("sealed in {period}: not a person's record")]
    NotAPerson {
        /// Its month.
        period: Period,
    },
    /// It has not the form of a sealed record.
    #[error("not a sealed record")]
    NotSealed,
}
