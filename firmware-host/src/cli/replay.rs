//! `hallgate replay`: a recorded day decided again. Looks only, also beside a running daemon.

use super::database::{self, Place};
use super::{Failure, say};
use crate::core::why::Background;
use crate::replay::{self, Again, Scope};
use chrono::DateTime;
use queue::{Day, Timestamp};

/// Differences that are printed; a changed setting brings hundreds, and the first ones tell which.
const SHOWN: usize = 20;

#[derive(clap::Args)]
pub(super) struct Arguments {
    /// The day, 2026-11-26 or 20261126 [default: the latest in the database]
    #[arg(long, value_parser = database::day)]
    day: Option<Day>,
    #[command(flatten)]
    place: Place,
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let record = arguments.place.open()?;
    let day = record.day(arguments.day)?;
    let entries = record.reader.day_entries(day).map_err(database::failed)?;
    let background = record.config.as_ref().map_or_else(|| Background::guessed(&entries), Background::of);
    let scope = if record.config.is_some() { Scope::Everything } else { Scope::Order };
    let again = replay::again(&entries, record.day_after(day), background.rules.clone(), scope);
    say(&told(day, &again, background.zone_offset_s));
    match again.differences.len() {
        0 => Ok(()),
        n => Err(Failure::new(format!("{}: {day}: {n} differences", record.path.display()))),
    }
}

/// The result in a few lines, the differences beneath.
fn told(day: Day, again: &Again, zone_offset_s: i32) -> String {
    let n = again.differences.len();
    let mut lines = vec![format!(
        "{day}: {} calls, {n} differences ({} of {} entries decided again)",
        again.calls, again.decided, again.entries
    )];
    for one in again.differences.iter().take(SHOWN) {
        let time = clock(one.at, zone_offset_s);
        lines.push(format!("  {:>8} {time}  recorded: {}", one.position, one.recorded));
        lines.push(format!("{:19}now:      {}", "", one.decided));
    }
    if n > SHOWN {
        lines.push(format!("  and {} more", n - SHOWN));
    }
    let list = |words: Vec<String>| words.join(", ");
    if !again.unknown_services.is_empty() {
        let unknown = list(again.unknown_services.iter().map(ToString::to_string).collect());
        lines.push(format!("The settings no longer know the services {unknown}."));
    }
    if !again.unknown_windows.is_empty() {
        let unknown = list(again.unknown_windows.iter().map(ToString::to_string).collect());
        lines.push(format!("The settings no longer know the windows {unknown}."));
    }
    match again.scope {
        Scope::Order => lines.push(
            "Without --config: what windows serve is guessed from the record and the numbers of the call order are the \
             defaults; only calls and what runs out were decided again."
                .to_owned(),
        ),
        Scope::Everything if n > 0 => lines.push(
            "Decided by the settings of today. If they were changed since that day, that shows as differences; otherwise \
             check the log with hallgate verify."
                .to_owned(),
        ),
        Scope::Everything => {}
    }
    lines.join("\n")
}

/// The hall's wall time.
fn clock(at: Timestamp, zone_offset_s: i32) -> String {
    let local = at.plus(i64::from(zone_offset_s));
    DateTime::from_timestamp(local.0, 0)
        .map_or_else(|| at.0.to_string(), |time| time.format("%H:%M:%S").to_string())
}
