//! The clock of drivers: time since some fixed moment, never set, never stopped.

use std::time::Duration;

/// A moment on the clock that goes on in suspend and is never set. Only differences mean anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Uptime(pub Duration);

impl Uptime {
    /// The moment `ms` milliseconds after the clock's zero; for tests and simulations.
    pub const fn from_millis(ms: u64) -> Self {
        Uptime(Duration::from_millis(ms))
    }

    /// This moment moved later by `duration`.
    pub fn plus(self, duration: Duration) -> Self {
        Uptime(self.0.saturating_add(duration))
    }

    /// How long ago `earlier` was; zero if it lies ahead.
    pub fn since(self, earlier: Uptime) -> Duration {
        self.0.saturating_sub(earlier.0)
    }
}

/// The earlier of two optional deadlines.
pub fn earliest(a: Option<Uptime>, b: Option<Uptime>) -> Option<Uptime> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (one, other) => one.or(other),
    }
}
