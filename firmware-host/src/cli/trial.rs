//! `hallgate simulate` without a scenario: whole halls on trial, one day for each seed.

use super::{Failure, say};
use crate::trial;
use std::time::{Duration, Instant};

/// With more days than this only the sum is told.
const TOLD: u32 = 50;

/// Runs `days` days, of `seed` and those after it, on all cores; prints each if there are few, and what they came to.
pub(super) fn run(seed: u64, days: u32) -> Result<(), Failure> {
    let began = Instant::now();
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let Some(last) = seed.checked_add(u64::from(days).saturating_sub(1)) else {
        return Err(Failure::wrong_use(format!(
            "--seed {seed} --days {days}: seeds end at {}; begin earlier or try fewer days",
            u64::MAX
        )));
    };
    trial::leave_nothing_when_interrupted();
    let mut sum = trial::Report::default();
    let mut n_clean = 0_u64;
    let mut failures = Vec::new();
    trial::days(seed..=last, threads, |outcome| match outcome {
        Ok(report) => {
            n_clean += 1;
            if days <= TOLD {
                say(&line(&report));
            }
            sum.tickets += report.tickets;
            sum.entries += report.entries;
            sum.misfortunes += report.misfortunes;
            sum.faults += report.faults;
            sum.restarts += report.restarts;
            sum.simulated += report.simulated;
        }
        Err(failure) => {
            say(&failure.to_string());
            failures.push(failure.seed);
        }
    });
    say(&format!(
        "{n_clean} of {} days without a failure: {} tickets, {} log entries, {} misfortunes, {} faults opened, {} restarts and \
         power cuts; {:.1} simulated hours in {:.1} s",
        days,
        sum.tickets,
        sum.entries,
        sum.misfortunes,
        sum.faults,
        sum.restarts,
        hours(sum.simulated),
        began.elapsed().as_secs_f64(),
    ));
    if failures.is_empty() {
        return Ok(());
    }
    failures.sort_unstable();
    Err(Failure::new(format!("seeds that failed: {failures:?}")))
}

fn line(report: &trial::Report) -> String {
    format!(
        "seed {}: {} tickets, {} entries, {} misfortunes, {} faults, {} restarts, {:.1} h, log {:.16}",
        report.seed,
        report.tickets,
        report.entries,
        report.misfortunes,
        report.faults,
        report.restarts,
        hours(report.simulated),
        report.digest,
    )
}

fn hours(time: Duration) -> f64 {
    time.as_secs_f64() / 3600.0
}
