//! Whole halls on trial: one seed draws a hall, its visitors, its clerks and all that goes wrong on one day, and the real
//! core, lines, drivers and twins live through it in simulated time. After every commit a second, naive idea of the hall
//! is asked whether that could be.
//!
//! | module | holds |
//! |---|---|
//! | `plan` | the hall and the day of a seed |
//! | `world` | the day: a machine that runs, ends and begins again, and everything around it |
//! | `machine`, `directory` | the machine's disk; where it lies |
//! | `devices` | lines and twins |
//! | `clerks`, `citizens`, `guide` | people |
//! | `misfortunes` | what befalls whom |
//! | `checker` | what must be true of the log |
//! | `shown` | what must be true of displays, LCDs, pads and slips |
//! | `chance` | the seed's numbers |
//! | `panics` | bugs that stop a task or the trial |
//!
//! The same seed gives the same log, byte for byte: tasks of one thread, a paused clock, and nothing that is drawn elsewhere.
//! A seed that fails is printed and played again with `hallgate simulate --seed`.
//!
//! Absences: nothing here is known to the modules on trial; they find a clock, ports and a disk as on any machine.
//! Source: STYLE.md "whole hall"; after TigerBeetle's VOPR and Oxide's trust-quorum cluster test.

mod chance;
mod checker;
mod citizens;
mod clerks;
mod devices;
mod directory;
mod guide;
mod machine;
mod misfortunes;
mod panics;
mod plan;
mod shown;
mod world;

use directory::Directory;
pub use directory::leave_nothing_when_interrupted;
use std::fmt;
use std::ops::RangeInclusive;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc;
use std::time::Duration;

/// What a day came to that ran without a failure.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Its seed.
    pub seed: u64,
    /// Numbers taken.
    pub tickets: u64,
    /// Rows of the log.
    pub entries: u64,
    /// Misfortunes that were let happen.
    pub misfortunes: u64,
    /// Faults that the hall opened.
    pub faults: u64,
    /// Restarts, power cuts included.
    pub restarts: u64,
    /// Simulated time.
    pub simulated: Duration,
    /// SHA-256 over the rows of the log, hexadecimal: two runs of a seed have the same.
    pub digest: String,
}

/// What could not be, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The seed that plays it again.
    pub seed: u64,
    /// Local time in the hall.
    pub at: String,
    /// What could not be.
    pub what: String,
    /// The last rows of the log.
    pub latest: Vec<String>,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for line in &self.latest {
            writeln!(f, "  {line}")?;
        }
        writeln!(f, "seed {}, {}: {}", self.seed, self.at, self.what)?;
        write!(f, "play it again with: hallgate simulate --seed {}", self.seed)
    }
}

/// Runs the day of one seed. Takes this thread for a simulated machine until it returns; must not be called within a runtime.
///
/// # Errors
/// The first thing that could not be.
pub fn run(seed: u64) -> Outcome {
    let directory = Directory::new().map_err(|error| {
        let what = format!("no directory for the database: {error}");
        Box::new(Failure { seed, at: String::new(), what, latest: Vec::new() })
    })?;
    world::World::new(plan::Plan::draw(seed, directory.path())).run()
}

/// What one seed came to.
pub type Outcome = Result<Report, Box<Failure>>;

/// Runs the days of many seeds on `threads` threads, each seed on one; tells each as it ends, in no order.
pub fn days(seeds: RangeInclusive<u64>, threads: usize, mut tell: impl FnMut(Outcome)) {
    // Counted from the first seed, so that the last one there is can be the last one asked for.
    let (first, more) = (*seeds.start(), seeds.end().checked_sub(*seeds.start()));
    let Some(more) = more else { return };
    let next = AtomicU64::new(0);
    let (sender, outcomes) = mpsc::channel();
    std::thread::scope(|scope| {
        for _ in 0..threads.max(1) {
            let (next, sender) = (&next, sender.clone());
            scope.spawn(move || {
                loop {
                    let after = next.fetch_add(1, Ordering::Relaxed);
                    if after > more || sender.send(run(first + after)).is_err() {
                        return;
                    }
                }
            });
        }
        drop(sender);
        outcomes.into_iter().for_each(&mut tell);
    });
}
