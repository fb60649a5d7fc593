//! `hallgate replay`: a recorded day decided again, or what would have been. Looks only, also beside a running daemon.

use super::Failure;
use super::database::{self, Place, Record};
use super::output::{apart, is_standard, say, write};
use crate::core::why::Background;
use crate::replay::{self, Again, Approximated, Change, Column, Comparison, Hours, Realised, Scope, asked};
use crate::simulate::figures::{Group, GroupFigures};
use chrono::DateTime;
use queue::flow::{Order, Settings};
use queue::{Class, Day, ServiceId, Timestamp, WindowNumber};
use schema::Logged;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Differences that are printed; a changed setting brings hundreds, and the first ones tell which.
const SHOWN: usize = 20;

#[derive(clap::Args)]
pub(super) struct Arguments {
    /// The day, 2026-11-26 or 20261126 [default: the latest in the database]
    #[arg(long, value_parser = database::day)]
    day: Option<Day>,
    #[command(flatten)]
    place: Place,
    #[command(flatten)]
    what_if: WhatIf,
    /// The result as JSON, to a file; `-`: to standard output, instead of the table
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// The day as it happened by itself, as hall-trace/1, to a file; `-`: to standard output, instead of the table
    #[arg(long, value_name = "FILE")]
    trace_out: Option<PathBuf>,
}

#[derive(clap::Args)]
#[command(next_help_heading = "What if")]
struct WhatIf {
    /// Another call order
    #[arg(long, value_parser = order)]
    order: Option<Order>,
    /// Priority calls that may pass a person before it is protected, 3 to 15
    #[arg(long, value_name = "K", value_parser = clap::value_parser!(u32).range(3..=15))]
    pass_limit: Option<u32>,
    /// Limits of a class in seconds, 1 to 8 rising ones up to 14400, such as ordinary=600,1800; once for each class
    #[arg(long, value_name = "CLASS=S,S", value_parser = asked::limits)]
    limits: Vec<(Class, Vec<i64>)>,
    /// How long after its time a booking counts, 0 to 60
    #[arg(long, value_name = "MINUTES", value_parser = clap::value_parser!(i64).range(0..=60))]
    grace_min: Option<i64>,
    /// A window that does not work; once for each
    #[arg(long, value_name = "WINDOW", value_parser = asked::window)]
    without_window: Vec<WindowNumber>,
    /// Hours of a window, once for each, such as 7=08:30-12:00,13:00-17:00; of a new one with its services: "7=08:30-17:00:shebao,yibao"
    #[arg(long, value_name = "WINDOW=HOURS", value_parser = asked::hours)]
    window: Vec<(WindowNumber, Hours)>,
    /// What a window serves, once for each, such as 7=shebao,yibao
    #[arg(long, value_name = "WINDOW=SERVICES", value_parser = asked::skills)]
    skills: Vec<(WindowNumber, Vec<ServiceId>)>,
    /// People with a booking as walk-ins
    #[arg(long)]
    no_bookings: bool,
    /// More or fewer visitors, 1% to 1000%, such as 120%
    #[arg(long, value_name = "PERCENT", value_parser = asked::percent)]
    visitors: Option<u32>,
}

fn order(text: &str) -> Result<Order, String> {
    Order::ALL
        .into_iter()
        .find(|order| order.name() == text)
        .ok_or_else(|| format!("{text:?} is not {}", Order::ALL.map(Order::name).join(", ")))
}

impl Arguments {
    /// A result for programs goes to standard output; words for people would spoil it.
    fn takes_standard_output(&self) -> bool {
        [&self.json, &self.trace_out].into_iter().flatten().any(|file| is_standard(file))
    }
}

impl WhatIf {
    /// No option undoes another or is left out.
    fn makes_sense(&self) -> Result<(), Failure> {
        let twice = |option: &str, what: String| {
            Failure::wrong_use(format!(
                "{option} names {what} twice; give it once, with all that it is to be"
            ))
        };
        once(self.limits.iter().map(|(class, _)| class))
            .map_err(|class| twice("--limits", class_word(*class).to_owned()))?;
        let windows = |option: &str, numbers: &mut dyn Iterator<Item = &WindowNumber>| {
            once(numbers).map_err(|number| twice(option, format!("window {number}")))
        };
        windows("--without-window", &mut self.without_window.iter())?;
        windows("--window", &mut self.window.iter().map(|(number, _)| number))?;
        windows("--skills", &mut self.skills.iter().map(|(number, _)| number))?;
        for number in &self.without_window {
            let other = if self.window.iter().any(|(other, _)| other == number) {
                "--window"
            } else if self.skills.iter().any(|(other, _)| other == number) {
                "--skills"
            } else {
                continue;
            };
            let said = format!(
                "--without-window {number} and {other} {number} contradict each other; leave one out"
            );
            return Err(Failure::wrong_use(said));
        }
        for (number, hours) in &self.window {
            if hours.skills.is_some() && self.skills.iter().any(|(other, _)| other == number) {
                let said =
                    format!("--window {number} and --skills {number} both say what it serves; leave one out");
                return Err(Failure::wrong_use(said));
            }
        }
        match self.order {
            Some(order)
                if order != Order::Hallgate && (self.pass_limit.is_some() || !self.limits.is_empty()) =>
            {
                Err(Failure::wrong_use(format!(
                    "--order {} knows no --pass-limit and no --limits; they belong to hallgate",
                    order.name()
                )))
            }
            _ => Ok(()),
        }
    }

    fn change(&self) -> Change {
        Change {
            order: self.order,
            pass_limit: self.pass_limit,
            limits: self.limits.iter().cloned().collect(),
            grace_s: self.grace_min.map(|minutes| minutes * 60),
            without: self.without_window.clone(),
            hours: self.window.iter().cloned().collect(),
            skills: self.skills.iter().cloned().collect(),
            no_bookings: self.no_bookings,
            visitors_percent: self.visitors,
        }
    }
}

/// The first of them that is there twice.
pub(super) fn once<T: Ord>(all: impl Iterator<Item = T>) -> Result<(), T> {
    let mut seen = BTreeSet::new();
    for one in all {
        if seen.contains(&one) {
            return Err(one);
        }
        seen.insert(one);
    }
    Ok(())
}

/// A class as the options name it.
pub(super) fn class_word(class: Class) -> &'static str {
    match class {
        Class::Ordinary => "ordinary",
        Class::Complex => "complex",
        Class::Special => "special",
    }
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Failure> {
    arguments.what_if.makes_sense()?;
    apart([("--json", arguments.json.as_deref()), ("--trace-out", arguments.trace_out.as_deref())])?;
    let record = arguments.place.open()?;
    let day = record.day(arguments.day)?;
    let entries = record.reader.day_entries(day).map_err(database::failed)?;
    let background = record.config.as_ref().map_or_else(|| guessed(&entries), Background::of);
    let change = arguments.what_if.change();
    if let Some(file) = &arguments.trace_out {
        let realised = realised(&entries, &background);
        let trace = realised.trace(day, &background.rules.parameters.targets);
        write(file, |out| trace.write(out))?;
    }
    if change.is_none() {
        return identical(arguments, &record, day, &entries, &background);
    }
    let parameters = &background.rules.parameters;
    let settings = Settings::of(parameters);
    let realised = realised(&entries, &background);
    let changed =
        change.apply(&realised, &settings).map_err(|unknown| Failure::wrong_use(unknown.to_string()))?;
    let compared = replay::compare(&realised, &changed, &settings, &parameters.targets);
    if let Some(file) = &arguments.json {
        let result = serde_json::json!({"day": day, "change": change, "comparison": compared});
        write_json(file, &result)?;
    }
    if !arguments.takes_standard_output() {
        say(&table(day, &compared, record.config.is_none()));
    }
    Ok(())
}

/// The day's own settings as far as it shows them.
fn guessed(entries: &[Logged]) -> Background {
    let background = Background::guessed(entries);
    Background { rules: replay::guessed(entries, background.rules.clone()), ..background }
}

fn realised(entries: &[Logged], background: &Background) -> Realised {
    replay::realised(entries, &background.rules, background.zone_offset_s)
}

fn identical(
    arguments: &Arguments,
    record: &Record,
    day: Day,
    entries: &[Logged],
    background: &Background,
) -> Result<(), Failure> {
    let scope = if record.config.is_some() { Scope::Everything } else { Scope::Order };
    let again = replay::again(entries, record.day_after(day), background.rules.clone(), scope);
    if let Some(file) = &arguments.json {
        write_json(file, &serde_json::json!({"day": day, "again": again}))?;
    }
    if !arguments.takes_standard_output() {
        say(&told(day, &again, background.zone_offset_s));
    }
    match again.differences.len() {
        0 => Ok(()),
        n => Err(Failure::new(format!("{}: {day}: {n} differences", record.path.display()))),
    }
}

fn write_json(file: &Path, value: &serde_json::Value) -> Result<(), Failure> {
    write(file, |out| {
        serde_json::to_writer_pretty(&mut *out, value)?;
        out.write_all(b"\n")
    })
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
        lines.push(format!("{:21}now:      {}", "", one.decided));
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
        Scope::Order => lines.push(GUESSED.to_owned()),
        Scope::Everything if n > 0 => lines.push(
            "Decided by the settings of today. If they were changed since that day, that shows as differences; otherwise \
             check the log with hallgate verify."
                .to_owned(),
        ),
        Scope::Everything => {}
    }
    lines.join("\n")
}

const GUESSED: &str = "Without --config: what windows serve is guessed from the record and the numbers of the call order \
                       are the defaults; only whom each window calls and what runs out is decided again.";

/// The hall's wall time.
fn clock(at: Timestamp, zone_offset_s: i32) -> String {
    let local = at.plus(i64::from(zone_offset_s));
    DateTime::from_timestamp(local.0, 0)
        .map_or_else(|| at.0.to_string(), |time| time.format("%H:%M:%S").to_string())
}

/// The comparison for a person at a terminal.
fn table(day: Day, compared: &Comparison, guessed: bool) -> String {
    let fit = &compared.reproduction;
    let share = 100.0 * fit.same as f64 / fit.calls.max(1) as f64;
    let mut lines = vec![
        format!(
            "{day}, run as it was: {} of {} recorded calls again ({share:.1} %), waits differ by {:+.0} s on average, {:.0} s \
             in size",
            fit.same, fit.calls, fit.mean_difference_s, fit.mean_size_s
        ),
        approximated(&compared.approximated),
        String::new(),
        format!(
            "{:<22}{:<11}{:>7}{:>8}{:>8}{:>8}{:>8}{:>10}{:>8}{:>8}",
            "", "minutes", "people", "mean", "p50", "p95", "max", "in target", ">60", "passed"
        ),
    ];
    let columns = [
        ("recorded", &compared.recorded),
        ("as it was", &compared.as_it_was),
        ("what if", &compared.what_if),
    ];
    let mut block = |name: &str, of: &dyn Fn(&Column) -> Option<GroupFigures>| {
        if columns.iter().all(|(_, column)| of(column).is_none()) {
            return;
        }
        for (place, (course, column)) in columns.iter().enumerate() {
            let name = if place == 0 { name } else { "" };
            lines.push(format!(
                "{}{course:<11}{}",
                padded(name, 22),
                of(column).as_ref().map_or_else(|| format!("{:>7}", 0), cells)
            ));
        }
    };
    for group in
        [Group::All, Group::Green, Group::Appointment, Group::Ordinary, Group::Complex, Group::Special]
    {
        block(group.name(), &|column| column.figures.group(group).cloned());
    }
    lines.extend(service_lines(&columns));
    lines.push(String::new());
    for (course, column) in columns {
        lines.push(ending(course, column));
    }
    if !compared.persons.is_empty() {
        lines.extend([String::new(), "Waits that change most, as it was → what if:".to_owned()]);
        lines.extend(compared.persons.iter().map(|person| {
            let minutes = |seconds: i64| seconds as f64 / 60.0;
            format!(
                "  {}{:>6.1} → {:>5.1} min  {}",
                padded(&person.ticket.0, 10),
                minutes(person.as_it_was_s),
                minutes(person.what_if_s),
                person.service
            )
        }));
    }
    if guessed {
        lines.extend([String::new(), GUESSED.to_owned()]);
    }
    lines.join("\n")
}

/// How a course of the day ends.
fn ending(course: &str, column: &Column) -> String {
    let figures = &column.figures;
    let unserved: Vec<&str> = column.unserved.iter().map(|service| &*service.0).collect();
    let never = match (column.never_called, course) {
        (0, _) => String::new(),
        (n, "recorded") => format!(", {n} still waited when the record ends"),
        (n, _) => format!(", {n} never called: no window that serves {} works any more", unserved.join(", ")),
    };
    if figures.groups.is_empty() {
        let nobody =
            if never.is_empty() { "nobody came".to_owned() } else { format!("nobody is served{never}") };
        return format!("{course:<11}{nobody}");
    }
    format!(
        "{course:<11}last service ends {}, windows busy {:.0} % of the time they work{never}",
        figures.last_end(),
        100.0 * figures.busy_share.value
    )
}

/// A line for each service: recorded, as it was and what if beside each other.
fn service_lines(columns: &[(&str, &Column); 3]) -> Vec<String> {
    let services: BTreeSet<&ServiceId> =
        columns.iter().flat_map(|(_, column)| column.services.keys()).collect();
    let triple = |service: &ServiceId, figure: &dyn Fn(&GroupFigures) -> String| -> String {
        let cells =
            columns.iter().map(|(_, column)| column.services.get(service).map_or_else(String::new, figure));
        cells.map(|cell| format!("{cell:>7}")).collect()
    };
    let head = ["people", "mean", "p95", "in target %"].map(|head| format!("{head:^21}"));
    let mut lines = vec![String::new(), format!("{:<22}{}", "", head.concat().trim_end())];
    let courses = format!("{:>7}{:>7}{:>7}", "rec.", "was", "if");
    lines.push(format!("{:<22}{}", "by service", courses.repeat(4)));
    lines.extend(services.into_iter().map(|service| {
        format!(
            "{}{}{}{}{}",
            padded(&service.0, 22),
            triple(service, &|figures| format!("{:.0}", figures.calls_day.value)),
            triple(service, &|figures| format!("{:.1}", figures.mean_min.value)),
            triple(service, &|figures| format!("{:.1}", figures.p95_min.value)),
            triple(service, &|figures| format!("{:.0}", 100.0 * figures.within_target.value)),
        )
    }));
    lines
}

fn cells(figures: &GroupFigures) -> String {
    format!(
        "{:>7}{:>8.1}{:>8.1}{:>8.1}{:>8.1}{:>8.1} %{:>6.1} %{:>8}",
        figures.calls_day.value as i64,
        figures.mean_min.value,
        figures.p50_min.value,
        figures.p95_min.value,
        figures.max_min,
        100.0 * figures.within_target.value,
        100.0 * figures.over_60_min.value,
        figures.max_passed
    )
}

/// Chinese characters are two columns wide at a terminal.
fn padded(text: &str, width: usize) -> String {
    let columns: usize = text.chars().map(|c| if c > '\u{2e80}' { 2 } else { 1 }).sum();
    format!("{text}{}", " ".repeat(width.saturating_sub(columns).max(1)))
}

fn approximated(approximated: &Approximated) -> String {
    let Approximated { left, unserved, unfinished, parts, moved, parked } = *approximated;
    let all = [
        (left, "left while waiting and are left out"),
        (unserved, "still waited when the record ends and are served after it"),
        (unfinished, "were at a window when it ends"),
        (parts, "later parts of visits come at their recorded moment"),
        (moved, "changed their place while waiting and come then"),
        (parked, "times at a window after stepping aside stay where they were"),
    ];
    let said: Vec<String> =
        all.iter().filter(|(n, _)| *n > 0).map(|(n, words)| format!("{n} {words}")).collect();
    if said.is_empty() {
        "Nothing had to be approximated.".to_owned()
    } else {
        format!("Approximated: {}.", said.join("; "))
    }
}
