//! The names things are known by, and the two kinds of time the queue is handed.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::sync::Arc;

/// Hall time in whole seconds since the Unix epoch (in laboratory traces: since midnight). It follows the wall clock,
/// never runs backwards and goes on across restarts; the host keeps that promise, the queue only measures with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// This moment moved by `seconds`, later if positive.
    pub fn plus(self, seconds: i64) -> Self {
        Timestamp(self.0.saturating_add(seconds))
    }

    /// Seconds from `earlier` to this moment; negative if `earlier` is in fact later.
    pub fn since(self, earlier: Timestamp) -> i64 {
        self.0.saturating_sub(earlier.0)
    }
}

/// A working day of the hall, written `yyyymmdd` (20261126). The host decides when one ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Day(pub u32);

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.0 / 10_000, self.0 / 100 % 100, self.0 % 100)
    }
}

/// Position of a ticket in the order of number-taking: unique and rising for as long as the database lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TicketSeq(pub u64);

/// A window's number as painted above it, 1 to 999; the default, 0, is no window's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct WindowNumber(pub u16);

impl fmt::Display for WindowNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A service's code from the configuration, such as `shebao-canbao`; stable over years of history.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ServiceId(pub Arc<str>);

/// The printed label of a ticket within its day: the service's prefix and a running number, `A012` (rule Q1).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TicketNumber(pub Arc<str>);

impl TicketNumber {
    /// Prefix and running number, the number with at least three digits.
    pub fn new(prefix: &str, running: u32) -> Self {
        TicketNumber(format!("{prefix}{running:03}").into())
    }
}

macro_rules! label {
    ($name:ident) => {
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                $name(text.into())
            }
        }
    };
}
label!(ServiceId);
label!(TicketNumber);
