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
pub fn until<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let begun = Instant::now();
    loop {
        if let Some(seen) = look() {
            return seen;
        }
        assert!(begun.elapsed() < PATIENCE, "not within {PATIENCE:?}: {what}");
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
