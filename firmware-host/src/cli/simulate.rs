//! `hallgate simulate`: days of a scenario or one recorded day under several call orders, and the call log of a recorded day.

mod progress;
mod words;

use super::output::{apart, is_standard, say, write};
use super::replay::{class_word, once};
use super::{Failure, trial};
use crate::causes::with_causes;
use crate::replay::asked;
use crate::simulate::figures::Figures;
use crate::simulate::many::{Input, Ran, cores, run_day, run_days};
use crate::simulate::table::Report;
use crate::simulate::{self, Scenario, Trace, generate, picture::picture};
use progress::Progress;
use queue::flow::{Order, Settings};
use queue::{Class, Parameters};
use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};
use words::{OrderWord, Seeds, log};

/// Days of whole halls in one command: about a week on two cores.
const DAYS_AT_MOST: i64 = 1_000_000;

#[derive(clap::Args)]
pub(super) struct Arguments {
    /// A scenario (`hall-scenario/1`) or a recorded day (`hall-trace/1`); none: a whole hall with its devices
    #[arg(conflicts_with = "trace")]
    file: Option<PathBuf>,
    /// A recorded day through the hall of the daemon; needs --calls
    #[arg(
        long,
        requires = "calls",
        conflicts_with_all = ["seeds", "seed", "order", "json", "svg", "trace_out", "pass_limit", "limits"]
    )]
    trace: Option<PathBuf>,
    /// First and last seed, at most 100000 days, such as 0..59
    #[arg(long, value_name = "A..B")]
    seeds: Option<Seeds>,
    /// One seed
    #[arg(long, conflicts_with = "seeds")]
    seed: Option<u64>,
    /// Days of whole halls on trial, from --seed on, 1 to 1000000; without FILE
    #[arg(
        long,
        requires = "seed",
        conflicts_with_all = ["file", "trace"],
        value_parser = clap::value_parser!(u32).range(1..=DAYS_AT_MOST)
    )]
    days: Option<u32>,
    /// Orders to compare: hallgate, fifo, strict, edf, or all
    #[arg(long, value_delimiter = ',', default_value = "hallgate")]
    order: Vec<OrderWord>,
    /// Figures as JSON; `-` here and below: to standard output, instead of the table
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// The first day as a picture
    #[arg(long, value_name = "FILE")]
    svg: Option<PathBuf>,
    /// The call log of the first day under the first order, one JSON line a call
    #[arg(long, value_name = "FILE")]
    calls: Option<PathBuf>,
    /// The first day as a trace
    #[arg(long, value_name = "FILE")]
    trace_out: Option<PathBuf>,
    /// Priority calls that may pass a person before it is protected, 3 to 15 (CALL-ORDER §2)
    #[arg(long, value_name = "K", value_parser = clap::value_parser!(u32).range(3..=15))]
    pass_limit: Option<u32>,
    /// Limits of a class in seconds, 1 to 8 rising ones up to 14400, such as ordinary=600,1800; once for each class
    #[arg(long, value_name = "CLASS=S,S", value_parser = asked::limits)]
    limits: Vec<(Class, Vec<i64>)>,
}

impl Arguments {
    /// Every place that a result can go to.
    fn outputs(&self) -> [(&'static str, Option<&Path>); 4] {
        [
            ("--json", self.json.as_deref()),
            ("--svg", self.svg.as_deref()),
            ("--calls", self.calls.as_deref()),
            ("--trace-out", self.trace_out.as_deref()),
        ]
    }

    /// No option undoes another or is left out.
    fn makes_sense(&self) -> Result<(), Failure> {
        apart(self.outputs())?;
        if let Err(class) = once(self.limits.iter().map(|(class, _)| *class)) {
            let said = format!("--limits names {} twice; give all its limits at once", class_word(class));
            return Err(Failure::wrong_use(said));
        }
        let ours =
            self.order.iter().any(|order| matches!(order, OrderWord::All | OrderWord::One(Order::Hallgate)));
        if !ours && (self.pass_limit.is_some() || !self.limits.is_empty()) {
            return Err(Failure::wrong_use(
                "--pass-limit and --limits belong to the order hallgate, and it is not among --order",
            ));
        }
        Ok(())
    }

    /// The call order is ours, with its usual numbers.
    fn changes_nothing(&self) -> bool {
        self.order == [OrderWord::One(Order::Hallgate)] && self.pass_limit.is_none() && self.limits.is_empty()
    }
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Failure> {
    arguments.makes_sense()?;
    match (&arguments.trace, &arguments.file) {
        (Some(trace), _) => through_the_hall(trace, arguments.calls.as_deref()),
        (None, Some(file)) => compare(arguments, file),
        // Whole halls on trial.
        (None, None) => whole_hall(arguments),
    }
}

/// Without a file the days are those of whole halls on trial, which have no other settings than their seed.
fn whole_hall(arguments: &Arguments) -> Result<(), Failure> {
    let Some(seed) = arguments.seed.filter(|_| arguments.seeds.is_none()) else {
        return Err(Failure::wrong_use(
            "simulate: give a scenario or a recorded day, or --seed N [--days K] for whole halls on trial",
        ));
    };
    if arguments.outputs().iter().any(|(_, file)| file.is_some()) || !arguments.changes_nothing() {
        return Err(Failure::wrong_use(
            "simulate: whole halls on trial take --seed and --days, and nothing else",
        ));
    }
    trial::run(seed, arguments.days.unwrap_or(1))
}

/// The form that the laboratory's judge knows: a day through the very hall that the daemon keeps.
fn through_the_hall(file: &Path, calls: Option<&Path>) -> Result<(), Failure> {
    let name = file.display();
    let trace = simulate::read_trace(open(file)?).map_err(|error| failed_at(file, &error))?;
    let lines = simulate::run_trace(&trace).map_err(|error| Failure::new(format!("{name}: {error}")))?;
    // `requires` in the arguments: there is no --trace without --calls.
    let Some(calls) = calls else { return Ok(()) };
    write(calls, |out| words::json_lines(out, &lines))?;
    if !is_standard(calls) {
        say(&format!("{name}: {} calls written to {}", lines.len(), calls.display()));
    }
    Ok(())
}

fn compare(arguments: &Arguments, file: &Path) -> Result<(), Failure> {
    let text = read_text(file)?;
    let input =
        Input::parse(&text).map_err(|mistake| Failure::new(format!("{}: {mistake}", file.display())))?;
    let orders = words::orders(&arguments.order);
    let settings = settings(arguments);
    let failed = |error: simulate::many::Forgotten| Failure::new(format!("{}: {error}", file.display()));
    let (first, title, seeds, figures) = match input {
        Input::Trace(trace) => {
            if arguments.seed.is_some() || arguments.seeds.is_some() {
                let said = "a recorded day has its own seed: leave --seed and --seeds out";
                return Err(Failure::wrong_use(format!("{}: {said}", file.display())));
            }
            let ran = run_day(&trace, &orders, &settings).map_err(failed)?;
            let figures: Vec<Figures> =
                ran.iter().map(|ran| Figures::of(std::slice::from_ref(&ran.day))).collect();
            let seeds = (trace.seed, trace.seed);
            (First { trace: *trace, ran: Some(ran) }, String::new(), seeds, figures)
        }
        Input::Scenario(scenario) => {
            let seeds = arguments.seeds.clone().unwrap_or_else(|| Seeds::one(arguments.seed.unwrap_or(0)));
            let figures = days_of(&scenario, &seeds, &orders, &settings).map_err(failed)?;
            let first = First { trace: generate(&scenario, seeds.first), ran: None };
            (first, scenario.title, (seeds.first, seeds.last), figures)
        }
    };
    let report =
        Report::new(&first.trace.scenario, &title, seeds, &settings, orders.iter().copied().zip(figures));
    files(arguments, first, &title, &orders, &settings).map_err(|failure| match failure {
        Wrong::Forgotten(error) => failed(error),
        Wrong::Failure(failure) => failure,
    })?;
    tell(arguments, &report)
}

fn days_of(
    scenario: &Scenario,
    seeds: &Seeds,
    orders: &[Order],
    settings: &Settings,
) -> Result<Vec<Figures>, simulate::many::Forgotten> {
    let seeds: Vec<u64> = seeds.all().collect();
    let progress = Progress::new(seeds.len());
    let days = run_days(scenario, &seeds, orders, settings, cores(), &|done| progress.done(done));
    progress.finish();
    Ok(days?.iter().map(|days| Figures::of(days)).collect())
}

/// The day that pictures, traces and call logs show.
struct First {
    trace: Trace,
    ran: Option<Vec<Ran>>,
}

enum Wrong {
    Forgotten(simulate::many::Forgotten),
    Failure(Failure),
}

impl From<Failure> for Wrong {
    fn from(failure: Failure) -> Self {
        Wrong::Failure(failure)
    }
}

fn files(
    arguments: &Arguments,
    first: First,
    title: &str,
    orders: &[Order],
    settings: &Settings,
) -> Result<(), Wrong> {
    if let Some(file) = &arguments.trace_out {
        write(file, |out| first.trace.write(out))?;
    }
    if arguments.svg.is_none() && arguments.calls.is_none() {
        return Ok(());
    }
    let ran = match first.ran {
        Some(ran) => ran,
        None => run_day(&first.trace, orders, settings).map_err(Wrong::Forgotten)?,
    };
    if let Some(file) = &arguments.svg {
        write(file, |out| out.write_all(picture(&first.trace, title, &ran).as_bytes()))?;
    }
    if let (Some(file), Some(ran)) = (&arguments.calls, ran.first()) {
        write(file, |out| words::json_lines(out, &log(&first.trace, ran)))?;
    }
    Ok(())
}

fn tell(arguments: &Arguments, report: &Report) -> Result<(), Failure> {
    if let Some(file) = &arguments.json {
        let json = report.json().map_err(|error| Failure::new(error.to_string()))?;
        write(file, |out| writeln!(out, "{json}"))?;
    }
    let taken = arguments.outputs().into_iter().filter_map(|(_, file)| file).any(is_standard);
    if !taken {
        say(&report.table());
    }
    Ok(())
}

fn settings(arguments: &Arguments) -> Settings {
    let mut settings = Settings::of(&Parameters::default());
    if let Some(pass_limit) = arguments.pass_limit {
        settings.pass_limit = pass_limit;
    }
    for (class, seconds) in &arguments.limits {
        let list = match class {
            Class::Ordinary => &mut settings.limits.ordinary,
            Class::Complex => &mut settings.limits.complex,
            Class::Special => &mut settings.limits.special,
        };
        list.clone_from(seconds);
    }
    settings
}

pub(super) fn open(path: &Path) -> Result<BufReader<File>, Failure> {
    if path.is_dir() {
        return Err(Failure::new(format!("{}: a directory; name a file in it", path.display())));
    }
    File::open(path).map(BufReader::new).map_err(|error| {
        let path = path.display();
        Failure::new(format!("{path}: cannot be read: {error}; check the path and its permissions"))
    })
}

/// The text of a scenario or a trace.
pub(super) fn read_text(path: &Path) -> Result<String, Failure> {
    simulate::read_text(open(path)?).map_err(|error| failed_at(path, &error))
}

fn failed_at(path: &Path, error: &simulate::TraceError) -> Failure {
    Failure::new(format!("{}: {}", path.display(), with_causes(error)))
}
