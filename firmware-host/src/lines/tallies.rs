//! What happens on lines that is no fault yet: counted, so that a bad cable shows before it fails.

use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Counts of one line since hallgate began.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Tally {
    /// Times bytes came that belong to no good frame: noise, cut or spoilt ones.
    pub noise_times: u64,
    /// How many bytes those were.
    pub noise_bytes: u64,
    /// Presses that counted for nothing: a pad that was not asked, a keypad that hall.toml does not know.
    pub strays: u64,
    /// Times the port was opened.
    pub opened: u64,
}

/// The counts of all lines by name; cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Tallies(Arc<Mutex<BTreeMap<String, Tally>>>);

impl Tallies {
    /// The counts now.
    pub fn all(&self) -> BTreeMap<String, Tally> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// A press on this device counted for nothing.
    pub fn stray_at(&self, device: &str) {
        self.of(device).stray();
    }

    /// The counter of one line.
    pub(super) fn of(&self, line: &str) -> LineTally {
        LineTally { all: self.clone(), line: line.to_string() }
    }
}

/// Counts for one line.
#[derive(Clone, Debug)]
pub(super) struct LineTally {
    all: Tallies,
    line: String,
}

impl LineTally {
    fn count(&self, change: impl FnOnce(&mut Tally)) {
        let mut all = self.all.0.lock().unwrap_or_else(PoisonError::into_inner);
        change(all.entry(self.line.clone()).or_default());
    }

    pub(super) fn noise(&self, bytes: usize) {
        self.count(|tally| {
            tally.noise_times += 1;
            tally.noise_bytes += bytes as u64;
        });
    }

    pub(super) fn stray(&self) {
        self.count(|tally| tally.strays += 1);
    }

    pub(super) fn opened(&self) {
        self.count(|tally| tally.opened += 1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_line_is_counted_apart() {
        let tallies = Tallies::default();
        tallies.of("a").noise(3);
        tallies.of("a").noise(4);
        tallies.of("b").stray();
        let all = tallies.all();
        assert_eq!(all["a"], Tally { noise_times: 2, noise_bytes: 7, ..Tally::default() });
        assert_eq!(all["b"].strays, 1);
    }
}
