//! The commands of `hallgate`. Standard output is for results, standard error for logs.
//!
//! Exit codes: 0 done, 1 failed or not all of the result written, 2 wrong use (clap's own), 78 (`EX_CONFIG`) configuration
//! refused.

mod check;
mod database;
mod decide;
mod demo;
mod explain;
mod import;
mod logging;
mod output;
mod pin;
mod replay;
mod report;
mod run;
mod simulate;
mod trial;
mod verify;
mod waits;

use crate::config::{self, Config};
use clap::{Parser, Subcommand};
use output::say;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// `EX_CONFIG` of sysexits.h: systemd does not restart a unit that ends with it.
const EX_CONFIG: u8 = 78;
/// As clap ends.
const WRONG_USE: u8 = 2;

#[derive(Parser)]
#[command(
    name = "hallgate",
    version,
    // One line an option, whatever the terminal and whatever else is built beside: help is searched as often as read.
    term_width = 0,
    about = "Queue and kiosk controller for a government service hall (政务服务大厅排队叫号控制器)"
)]
struct Arguments {
    #[command(subcommand)]
    command: Subcommands,
}

#[derive(Subcommand)]
enum Subcommands {
    /// A whole hall with virtual devices, visitors and clerks; prints the address of its page
    Demo(demo::Arguments),
    /// The daemon
    Run(run::Arguments),
    /// Validate a hall.toml: every mistake with line, key, value and what would be right
    Check {
        /// The file
        file: PathBuf,
    },
    /// Days of a scenario, or a recorded day, under our call order and others
    Simulate(simulate::Arguments),
    /// Did expected waits come true: recorded days, or simulated ones
    Waits(waits::Arguments),
    /// Single decisions: one JSON line in, one JSON line out
    Decide(decide::Arguments),
    /// Why a ticket was called when it was, or what stands before it now
    Explain(explain::Arguments),
    /// Figures of a day, a week, a month: waits, services, ratings, pauses; as table, CSV, workbook, printable page
    Report(report::Arguments),
    /// A recorded day again: the same decisions, or what would have been
    Replay(replay::Arguments),
    /// Hand a file of appointments to the running daemon
    Import(import::Arguments),
    /// The hash of a PIN from standard input, for [[staff]] of hall.toml
    Pin,
    /// Check a database: hash chain, integrity, projections
    Verify(verify::Arguments),
}

/// How a command failed: what to print and how to end.
struct Failure {
    text: String,
    code: u8,
}

impl Failure {
    fn new(text: impl Into<String>) -> Self {
        Failure { text: text.into(), code: 1 }
    }

    /// The arguments make no sense together.
    fn wrong_use(text: impl Into<String>) -> Self {
        Failure { text: text.into(), code: WRONG_USE }
    }

    fn configuration(text: impl Into<String>) -> Self {
        Failure { text: text.into(), code: EX_CONFIG }
    }
}

/// Runs what the command line says; called by `main` and nothing else.
pub fn main() -> ExitCode {
    let outcome = match Arguments::parse().command {
        Subcommands::Demo(arguments) => demo::run(arguments),
        Subcommands::Run(arguments) => run::run(&arguments),
        Subcommands::Check { file } => check::run(&file),
        Subcommands::Simulate(arguments) => simulate::run(&arguments),
        Subcommands::Decide(arguments) => decide::run(&arguments),
        Subcommands::Explain(arguments) => explain::run(&arguments),
        Subcommands::Report(arguments) => report::run(&arguments),
        Subcommands::Replay(arguments) => replay::run(&arguments),
        Subcommands::Waits(arguments) => waits::run(&arguments),
        Subcommands::Import(arguments) => import::run(&arguments),
        Subcommands::Pin => pin::run(),
        Subcommands::Verify(arguments) => verify::run(&arguments),
    };
    match outcome.and_then(|()| output::lost()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            output::complain(&failure.text);
            ExitCode::from(failure.code)
        }
    }
}

/// Reads the configuration or says everything that is wrong with it.
fn read_config(file: &Path) -> Result<Config, Failure> {
    config::read(file).map_err(|mistakes| {
        let lines: Vec<String> = mistakes.iter().map(ToString::to_string).collect();
        Failure::configuration(lines.join("\n"))
    })
}
