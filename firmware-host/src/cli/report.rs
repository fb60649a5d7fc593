//! `hallgate report`: the figures of a day, a week, a month or any days (rules W4, R6). Looks only, also beside a running daemon.

use super::database::{self, Place, Record};
use super::output::{apart, write};
use super::{Failure, say};
use crate::reports;
use queue::Day;
use report::{Period, period};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

#[derive(clap::Args)]
pub(super) struct Arguments {
    /// A month, 2026-11 [default: that of the latest day in the database]
    #[arg(long, value_parser = period::read_month, conflicts_with_all = ["week", "day", "from", "to"])]
    month: Option<u32>,
    /// The week from Monday to Sunday that this day is in
    #[arg(long, value_name = "DAY", value_parser = database::day, conflicts_with_all = ["day", "from", "to"])]
    week: Option<Day>,
    /// One day, 2026-11-26 or 20261126
    #[arg(long, value_parser = database::day, conflicts_with_all = ["from", "to"])]
    day: Option<Day>,
    /// First day
    #[arg(long, value_name = "DAY", value_parser = database::day, requires = "to")]
    from: Option<Day>,
    /// Last day
    #[arg(long, value_name = "DAY", value_parser = database::day, requires = "from")]
    to: Option<Day>,
    #[command(flatten)]
    place: Place,
    /// All figures as JSON to standard output instead of the table
    #[arg(long)]
    json: bool,
    /// A report to print on A4, charts within, one HTML file; - is standard output
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    /// A workbook for Excel and its like; - is standard output
    #[arg(long, value_name = "FILE")]
    xlsx: Option<PathBuf>,
    /// A CSV file for each table, into this directory, which is made if it is not there
    #[arg(long, value_name = "DIRECTORY")]
    csv: Option<PathBuf>,
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let standard = Path::new("-");
    let [html, xlsx] = [&arguments.html, &arguments.xlsx].map(Option::as_deref);
    apart([("--json", arguments.json.then_some(standard)), ("--html", html), ("--xlsx", xlsx)])?;
    let record = arguments.place.open()?;
    let asked = asked(arguments, &record)?;
    let settings = record.config.as_ref().map_or_else(reports::Settings::guessed, reports::Settings::of);
    let figures = reports::read(&record.reader, &settings, asked).map_err(database::failed)?;
    if figures.is_empty() {
        let days = match (record.days.first(), record.days.last()) {
            (Some(first), Some(last)) => format!("its days are {first} to {last}"),
            _ => "it has no day yet".to_owned(),
        };
        super::output::complain(&format!(
            "{}: nothing was recorded in {asked}; {days}",
            record.path.display()
        ));
    }
    if let Some(file) = html {
        write(file, |out| out.write_all(report::html::html(&figures, &settings.names, None).as_bytes()))?;
    }
    if let Some(file) = xlsx {
        let book = report::xlsx::xlsx(&figures, &settings.names)
            .map_err(|error| Failure::new(format!("{}: {error}", file.display())))?;
        write(file, |out| out.write_all(&book))?;
    }
    if let Some(directory) = &arguments.csv {
        let failed = |error: io::Error| Failure::new(format!("{}: {error}", directory.display()));
        fs::create_dir_all(directory).map_err(failed)?;
        for table in report::columns::tables(&figures, &settings.names) {
            let file = directory.join(format!("{}.csv", table.id));
            write(&file, |out| report::csv::write(&table, out))?;
        }
    }
    if arguments.json {
        say(&reports::json(&figures, &settings.names).to_string());
    } else if html.is_none() && xlsx.is_none() && arguments.csv.is_none() {
        say(&report::text::text(&figures, &settings.names));
    }
    Ok(())
}

fn asked(arguments: &Arguments, record: &Record) -> Result<Period, Failure> {
    let Arguments { month, week, day, from, to, .. } = arguments;
    let period = match (month, week, day, from, to) {
        (Some(month), ..) => Period::month(*month),
        (_, Some(week), ..) => Period::week_of(*week),
        (_, _, Some(day), ..) => Period::day(*day),
        (_, _, _, Some(from), Some(to)) => Period::new(*from, *to),
        _ => Period::month(report::calendar::month(record.day(None)?)),
    };
    period.map_err(|no| Failure::wrong_use(no.to_string()))
}
