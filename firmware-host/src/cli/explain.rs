//! `hallgate explain A012`: why a ticket was called when it was (rules Q3, G4). Looks only, also beside a running daemon.

use super::database::{self, Place};
use super::{Failure, say};
use crate::core::why::{self, Background, Comparison, Explanation, Kind, NoComparison, NoSuchTicket, Step};
use queue::Day;
use queue::explain::{Sentence, class_name};
use schema::Logged;
use std::path::Path;

#[derive(clap::Args)]
pub(super) struct Arguments {
    /// The number on the slip, such as A012
    ticket: String,
    /// Why one of the two was called before the other
    #[arg(long, value_name = "TICKET")]
    versus: Option<String>,
    /// Its day, 2026-11-26 or 20261126 [default: the latest in the database]
    #[arg(long, value_parser = database::day)]
    day: Option<Day>,
    #[command(flatten)]
    place: Place,
    /// All of it as JSON
    #[arg(long)]
    json: bool,
    /// In English
    #[arg(long)]
    english: bool,
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let record = arguments.place.open()?;
    let day = record.day(arguments.day)?;
    let entries = record.reader.day_entries(day).map_err(database::failed)?;
    let background = record.config.as_ref().map_or_else(|| Background::guessed(&entries), Background::of);
    say(&tell(arguments, &entries, &background, &record.path, day)?);
    Ok(())
}

/// Explains what was asked for.
fn tell(
    arguments: &Arguments,
    entries: &[Logged],
    background: &Background,
    database: &Path,
    day: Day,
) -> Result<String, Failure> {
    let missing = |number: &str, no: &NoSuchTicket| Failure::new(no_such_ticket(database, day, number, no));
    let ticket = arguments.ticket.as_str();
    let told = why::explain(entries, background, None, ticket).map_err(|no| missing(ticket, &no))?;
    let Some(other) = arguments.versus.as_deref() else {
        return Ok(if arguments.json { json(&told) } else { story(&told, arguments.english) });
    };
    let compared = why::versus(entries, background, ticket, other).map_err(|no| match no {
        NoComparison::NoSuchTicket { asked, no } => missing(&asked, &no),
        NoComparison::Same(number) => Failure::wrong_use(format!(
            "--versus {other}: that is {number} itself; name another ticket to compare it with"
        )),
    })?;
    Ok(match arguments.json {
        true => json(&serde_json::json!({"versus": compared, "ticket": told})),
        false => comparison(&compared, arguments.english),
    })
}

fn json(value: &impl serde::Serialize) -> String {
    serde_json::to_string_pretty(value).expect("sentences, numbers and words are JSON")
}

fn no_such_ticket(database: &Path, day: Day, number: &str, no: &NoSuchTicket) -> String {
    let place = database.display();
    if no.n_tickets == 0 {
        return format!("{place}: no ticket {number} on {day}: no number was taken on that day");
    }
    let near: Vec<String> = no.nearest.iter().map(ToString::to_string).collect();
    format!(
        "{place}: no ticket {number} among the {} of {day}; the nearest are {}; another day can be chosen with --day",
        no.n_tickets,
        near.join(", ")
    )
}

fn in_language(sentence: &Sentence, english: bool) -> &str {
    if english { &sentence.en } else { &sentence.zh }
}

fn comparison(compared: &Comparison, english: bool) -> String {
    let lines: Vec<&str> = compared.says.iter().map(|says| in_language(says, english)).collect();
    lines.join("\n")
}

/// The story for a person at a terminal: what it is, a line for each thing that happened, and the sum of it.
fn story(told: &Explanation, english: bool) -> String {
    let says = |sentence| in_language(sentence, english);
    let (class_zh, class_en) = class_name(told.class);
    let class = if english { class_en } else { class_zh };
    let mut lines =
        vec![format!("{}  {}  {class}  {}", told.number, says(&told.service_name), told.day), String::new()];
    let mut latest = usize::from(told.legs.len() == 1);
    for step in &told.story {
        // The waits of one visit are set apart: what was called in one of them is no reason for another.
        if let Some(leg) = step.leg.filter(|leg| *leg > latest) {
            latest = leg;
            lines.push(if english { format!("Wait {leg}:") } else { format!("第 {leg} 次等候：") });
        }
        lines.extend(step_lines(step, english));
    }
    if let Some(now) = &told.now {
        let head = if english { "What stands before it now:" } else { "现在：" };
        lines.extend([String::new(), head.to_string()]);
        let windows = now.windows.iter().map(|window| &window.says);
        lines.extend(now.says.iter().chain(windows).map(|sentence| format!("  {}", says(sentence))));
    }
    let head = if english { "In short: " } else { "小结：" };
    lines.extend([String::new(), format!("{head}{}", says(&told.summary))]);
    if let Some(owed) = &told.owed {
        let head = if english { "To be said at the window: " } else { "窗口应说明：" };
        lines.push(format!("{head}{}", says(owed)));
    }
    let head = if english { "Note: " } else { "注：" };
    lines.extend(told.notes.iter().map(|note| format!("{head}{}", says(note))));
    lines.join("\n")
}

/// A step's own line, and for its own call what it was decided by and whom it overtook.
fn step_lines(step: &Step, english: bool) -> Vec<String> {
    let says = |sentence| in_language(sentence, english);
    // Other tickets' calls are set apart from what happened to the ticket itself.
    let mark = match step.kind {
        Kind::CalledBefore => "  · ",
        Kind::WindowPaused
        | Kind::WindowResumed
        | Kind::WindowOpened
        | Kind::WindowClosed
        | Kind::Restarted => "  – ",
        _ => "  ● ",
    };
    let mut line = format!("{}{mark}", step.local);
    if let (Some(other), Some(window)) = (&step.other, step.window) {
        line += &if english {
            format!("{} → window {window}: ", other.number)
        } else {
            format!("{} → {window} 号窗口：", other.number)
        };
    }
    line += says(&step.says);
    let mut lines = vec![line];
    if let Some(call) = &step.call {
        let head = if english { "Inputs: " } else { "依据：" };
        let indent = " ".repeat(12);
        lines.push(format!("{indent}{head}{}", says(&call.by)));
        lines.extend(call.overtook.iter().map(|overtook| format!("{indent}{}", says(&overtook.says))));
    }
    lines
}
