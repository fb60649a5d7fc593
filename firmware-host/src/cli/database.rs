//! Finding the database and the day that a command looks at: `--config`, `--database` and `--day` of several commands.

use super::{Failure, read_config};
use crate::causes::with_causes;
use crate::config::Config;
use chrono::{Datelike, NaiveDate};
use queue::Day;
use schema::{Reader, StoreError};
use std::path::{Path, PathBuf};

/// Where the daemon's configuration lies if nothing else is said.
const CONFIG: &str = "/etc/hallgate/hall.toml";
/// Days that are named in an error at most; older ones are many and seldom meant.
const DAYS_NAMED: usize = 7;

/// Where the record lies.
#[derive(clap::Args)]
pub(super) struct Place {
    /// The hall's configuration: its database, names and settings [default: /etc/hallgate/hall.toml, unless --database is given]
    #[arg(long)]
    pub(super) config: Option<PathBuf>,
    /// The database file, such as a backup; without --config names and settings are guessed from it
    #[arg(long)]
    pub(super) database: Option<PathBuf>,
}

/// An opened record.
pub(super) struct Record {
    /// The configuration, unless only a database was named.
    pub(super) config: Option<Config>,
    /// The file.
    pub(super) path: PathBuf,
    /// Looks only, also beside a running daemon.
    pub(super) reader: Reader,
    /// Its days, oldest first.
    pub(super) days: Vec<Day>,
}

/// Reads a day as people write it.
pub(super) fn day(text: &str) -> Result<Day, String> {
    let date = ["%Y-%m-%d", "%Y%m%d"].iter().find_map(|format| NaiveDate::parse_from_str(text, format).ok());
    let year = |date: NaiveDate| u32::try_from(date.year()).ok().filter(|year| (1970..=9999).contains(year));
    date.and_then(|date| Some(Day(year(date)? * 10_000 + date.month() * 100 + date.day())))
        .ok_or_else(|| "write the day as 2026-11-26 or 20261126".to_string())
}

/// What the store says about the file.
pub(super) fn failed(error: StoreError) -> Failure {
    Failure::new(with_causes(&error))
}

impl Place {
    /// Opens the record.
    pub(super) fn open(&self) -> Result<Record, Failure> {
        let config = match (&self.config, &self.database) {
            (None, Some(_)) => None,
            (given, _) => Some(read_config(given.as_deref().unwrap_or(Path::new(CONFIG)))?),
        };
        let path = self.database.clone().or(config.as_ref().map(|config| config.data.database_path()));
        let path = path.expect("there is a configuration where no database was named");
        let reader = Reader::open(&path).map_err(failed)?;
        let days = reader.days().map_err(failed)?;
        Ok(Record { config, path, reader, days })
    }
}

impl Record {
    /// The day that was asked for, or else the latest.
    pub(super) fn day(&self, asked: Option<Day>) -> Result<Day, Failure> {
        let place = self.path.display();
        let Some(day) = asked.or(self.days.last().copied()) else {
            return Err(Failure::new(format!(
                "{place}: no working day in it yet; the daemon opens the first one when it starts"
            )));
        };
        if self.days.contains(&day) {
            return Ok(day);
        }
        let named: Vec<String> = self.days.iter().rev().take(DAYS_NAMED).map(Day::to_string).collect();
        if named.is_empty() {
            return Err(Failure::new(format!(
                "{place}: nothing was recorded on {day}, nor on any other day"
            )));
        }
        let older = match self.days.len() - named.len() {
            0 => String::new(),
            n => format!(" and {n} older ones from {} on", self.days[0]),
        };
        Err(Failure::new(format!(
            "{place}: nothing was recorded on {day}; there are {}{older}; choose one with --day",
            named.join(", ")
        )))
    }

    /// The day opened after this one.
    pub(super) fn day_after(&self, day: Day) -> Option<Day> {
        let at = self.days.iter().position(|known| *known == day)?;
        self.days.get(at + 1).copied()
    }
}
