//! A line on standard error that says how far a long command is; nothing where nobody looks at it.

use std::io::{IsTerminal, Write};
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// More often nobody can read.
const EVERY: Duration = Duration::from_millis(100);
const BAR: usize = 30;

pub(super) struct Progress {
    all: usize,
    begun: Instant,
    shown: bool,
    latest: Mutex<Instant>,
}

impl Progress {
    pub(super) fn new(all: usize) -> Self {
        let now = Instant::now();
        Progress { all, begun: now, shown: std::io::stderr().is_terminal(), latest: Mutex::new(now) }
    }

    /// So many days are done; any thread may say so.
    pub(super) fn done(&self, done: usize) {
        // Whoever finds the line taken leaves it to the one who writes it.
        let Some(mut latest) = self.shown.then(|| self.latest.try_lock().ok()).flatten() else { return };
        if latest.elapsed() >= EVERY {
            *latest = Instant::now();
            write!(std::io::stderr(), "\r{}", line(done, self.all, self.begun.elapsed())).ok();
        }
    }

    /// Takes the line away.
    pub(super) fn finish(&self) {
        if self.shown {
            write!(std::io::stderr(), "\r\x1b[K").ok();
        }
    }
}

fn line(done: usize, all: usize, took: Duration) -> String {
    let full = BAR * done / all.max(1);
    let rate = done as f64 / took.as_secs_f64().max(1e-3);
    let left_s = all.saturating_sub(done) as f64 / rate.max(1e-3);
    let bar = format!("{}{}", "█".repeat(full), "░".repeat(BAR - full.min(BAR)));
    format!("{bar} {done} of {all} days, {rate:.0} days/s, {left_s:.0} s left ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_how_far_how_fast_and_how_long_still() {
        let said = line(150, 600, Duration::from_secs(3));
        insta::assert_snapshot!(said.trim_end(), @"███████░░░░░░░░░░░░░░░░░░░░░░░ 150 of 600 days, 50 days/s, 9 s left");
        assert!(line(0, 0, Duration::ZERO).contains("0 of 0 days"));
    }
}
