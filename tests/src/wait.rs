//! Waiting for what is promised, without guessing how long it takes.

use std::time::{Duration, Instant};

/// A run gives up after this. Far above anything the hall needs even on a machine that does other things besides: a
/// longer one only delays the report of a fault.
pub const PATIENCE: Duration = Duration::from_secs(40);
/// Between two looks.
const STEP: Duration = Duration::from_millis(20);

/// Looks until there is something to be seen, and returns it.
///
/// # Panics
/// With `what` when it is not seen within [`PATIENCE`].
pub fn until<T>(what: &str, look: impl FnMut() -> Option<T>) -> T {
    within(PATIENCE, look).unwrap_or_else(|| panic!("not within {PATIENCE:?}: {what}"))
}

/// Looks until there is something to be seen, or `patience` is at its end.
pub fn within<T>(patience: Duration, mut look: impl FnMut() -> Option<T>) -> Option<T> {
    let begun = Instant::now();
    loop {
        let seen = look();
        if seen.is_some() || begun.elapsed() >= patience {
            return seen;
        }
        std::thread::sleep(STEP);
    }
}

/// Looks for `length`, and wants the same to be seen all the time: for what must *not* happen.
///
/// # Panics
/// With `what` as soon as it is not so.
pub fn stays(what: &str, length: Duration, mut look: impl FnMut() -> bool) {
    let begun = Instant::now();
    while begun.elapsed() < length {
        assert!(look(), "no longer so: {what}");
        std::thread::sleep(STEP);
    }
}
