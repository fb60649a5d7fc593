//! Personal data at rest, rule A9: names, telephone and identity numbers of people are stored encrypted, found by keyed
//! hashes, and unreadable for everybody, in every backup of the database, once the time for which they are kept is over.
//!
//! How: each calendar month has a random key of its own in a directory outside the database, wrapped under the hall's master
//! key. What is stored names its month. When a month is over for long enough its key is destroyed; what was stored under it,
//! here or in any copy, is noise from then on.
//!
//! Map: [`Keys`] (open, hash, seal, turn of the month, expiry), [`Master`], [`Person`] with its masks, [`Day`] and [`Period`],
//! [`KeyError`], [`Unreadable`] and [`Warning`] for the operator.
//!
//! | file in the directory (0700, each file 0600) | holds |
//! |---|---|
//! | `2026-11.key` | that month's key |
//! | `periods` | which months had a key, which was destroyed when, the last day believed |
//! | `lock` | nothing; locked while files are changed |
//!
//! Absences: knows no booking, no ticket, no database and no driver; no clock (the day is an argument) and no thread. What a
//! number looks like when it is right is the kiosk's to say; backups of the keys are the hall's business.
//!
//! Source: DESIGN.md, personal data; RFC 2104, 5869, 8439.

mod day;
mod error;
mod files;
mod keyfile;
mod keys;
mod ledger;
mod master;
mod person;
mod ring;
mod secret;
#[cfg(test)]
mod testing;

pub use day::{DateError, Day, Period};
pub use error::{ClockDoubt, KeyError, Unreadable, Warning};
pub use keys::{Access, Clock, KeyInfo, Keys, MAX_RECORD, PersonHash};
pub use master::{Master, MasterError};
pub use person::Person;
pub use secret::{Fingerprint, NoRandom};
