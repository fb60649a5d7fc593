//! `hallgate waits`: did expected waits come true (rule W3)? Of recorded days, or of simulated ones.

use super::Failure;
use super::database::{self, Place};
use super::output::say;
use super::simulate::read_text;
use crate::simulate::Scenario;
use crate::simulate::waits::{Reliability, Told, over_days};
use queue::Day;
use queue::forecast::Range;
use std::path::{Path, PathBuf};

/// Days of a scenario that a simulated hall has seen before the first one asked about: four weeks.
const HISTORY: u64 = 20;

#[derive(clap::Args)]
pub(super) struct Arguments {
    /// Scenarios (hall-scenario/1): what would be told on simulated days of them; without any, recorded days are read
    scenarios: Vec<PathBuf>,
    /// Simulated days of each scenario: this many, 1 to 100000 [default: 60]
    #[arg(long, value_parser = clap::value_parser!(u64).range(1..=DAYS_AT_MOST))]
    days: Option<u64>,
    /// A recorded day, 2026-11-26 or 20261126 [default: all]
    #[arg(long, value_parser = database::day, conflicts_with = "scenarios")]
    day: Option<Day>,
    #[command(flatten)]
    place: Place,
}

/// Simulated days of each scenario unless it is said.
const DAYS: u64 = 60;
/// As many as `simulate` runs; more would only wait for memory, and say nothing more.
const DAYS_AT_MOST: u64 = 100_000;

/// What the columns are.
const LEGEND: &str = "inside: waits within the range that was told (of 80 %); below, above: shorter, longer than it; not at once: \
inside, of those told more than \"at once\"; wait, width, error, naive: minutes, mean wait, width of the range, error of the \
median told, error of people ahead × mean time ÷ windows; ratio: error ÷ naive; untold: took a number while nobody served it; uncalled: told and never called";

pub(super) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let recorded_days = arguments.scenarios.is_empty();
    if recorded_days && arguments.days.is_some() {
        return Err(Failure::wrong_use(
            "--days are simulated days of scenarios; name a scenario, or a recorded day with --day",
        ));
    }
    if !recorded_days && (arguments.place.config.is_some() || arguments.place.database.is_some()) {
        return Err(Failure::wrong_use(
            "scenarios need no --config and no --database; leave one or the other out",
        ));
    }
    if recorded_days { recorded(arguments) } else { simulated(arguments) }
}

fn simulated(arguments: &Arguments) -> Result<(), Failure> {
    let scenarios: Vec<Scenario> =
        arguments.scenarios.iter().map(|path| scenario(path)).collect::<Result<_, _>>()?;
    say(&Reliability::heads("scenario"));
    let mut total: [Reliability; 2] = Default::default();
    for scenario in &scenarios {
        let [all, walk_ins] = over_days(scenario, 0..=arguments.days.unwrap_or(DAYS) - 1, HISTORY, || {})
            .map_err(|error| Failure::new(format!("{}: {error}", scenario.name)))?;
        say(&all.row(&scenario.name));
        total[0].join(&all);
        total[1].join(&walk_ins);
    }
    say(&total[0].row("all"));
    say(&total[1].row("  walk-ins alone"));
    say(LEGEND);
    Ok(())
}

fn scenario(path: &Path) -> Result<Scenario, Failure> {
    let name = path.display();
    let text = read_text(path)?;
    Scenario::parse(&text).map_err(|mistake| Failure::new(format!("{name}: {mistake}")))
}

fn recorded(arguments: &Arguments) -> Result<(), Failure> {
    let record = arguments.place.open()?;
    let days = match arguments.day {
        Some(day) => vec![record.day(Some(day))?],
        None => {
            record.day(None)?;
            record.days.clone()
        }
    };
    say(&Reliability::heads("day"));
    let (mut total, mut usual) = (Reliability::default(), Reliability::default());
    let mut doubtful = 0;
    for day in days {
        let mut of_day = Reliability::default();
        let told_usual = record.reader.day_told_usual(day).map_err(database::failed)?;
        let rows = record.reader.day_told(day).map_err(database::failed)?;
        let n_tickets = record.reader.day_tickets(day).map_err(database::failed)?.len();
        of_day.untold = n_tickets.saturating_sub(rows.len());
        for row in rows {
            // Whoever was never called is counted as such.
            let came_s = row.came_s.unwrap_or(-1);
            if row.doubtful {
                doubtful += 1;
                continue;
            }
            let range = Range { median_s: row.median_s, low_s: row.low_s, high_s: row.high_s };
            let told = Told { range: Some(range), naive_s: row.naive_s, priority: false, came_s };
            of_day.add(&told);
            if told_usual.contains(&row.ticket) {
                usual.add(&told);
            }
        }
        say(&of_day.row(&day.to_string()));
        total.join(&of_day);
    }
    say(&total.row("all"));
    if usual != Reliability::default() {
        say(&usual.row("  usual estimate"));
    }
    if doubtful > 0 {
        say(&format!(
            "{doubtful} people were told a widened range while the clock was doubted; they are not counted"
        ));
    }
    say(LEGEND);
    if usual != Reliability::default() {
        say(
            "usual estimate: those of all who were told that, as no forecast was of the hall with these windows yet",
        );
    }
    Ok(())
}
