//! Tests of the configuration: the shipped sample, the calendar, and a table of bad files.

mod bad_files;
mod bad_table;
mod calendar;
mod sample;

/// A small hall without a mistake.
pub(super) const GOOD: &str = include_str!("good.toml");
