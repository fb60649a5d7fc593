//! Every situation against every command, so that a change of behaviour shows as a changed line.

use crate::floor::{Floor, by, grant};
use queue::*;
use std::fmt::Write;

const ONE: WindowNumber = WindowNumber(1);

/// Window 1 with ticket A001 in each state; window 9 is open too, so that closing window 1 strands nobody unless said.
fn situations() -> Vec<(&'static str, Floor)> {
    let none = Floor::before_the_day(crate::floor::small_rules());
    let closed = Floor::open(&[9]);
    let free = Floor::open(&[1, 9]);
    let mut paused = free.clone();
    paused.ok(Command::Pause { window: ONE, reason: String::new(), planned_s: None });
    let mut asking = free.clone();
    asking.ok(Command::CallNext { window: ONE });
    let mut waiting = free.clone();
    let ticket = waiting.issue("a");
    let mut green = waiting.clone();
    green.ok(Command::Grant { ticket, grant: grant(), by: by() });
    let mut sent = waiting.clone();
    let to = Destination::Window(ONE);
    sent.ok(Command::Reassign { ticket, to, note: String::new(), by: by() });
    let mut last = Floor::open(&[1]);
    last.issue("a");
    let mut called = waiting.clone();
    called.call(1);
    let mut recalled = called.clone();
    recalled.ok(Command::Recall { window: ONE });
    recalled.ok(Command::Recall { window: ONE });
    let mut pause_booked = called.clone();
    pause_booked.ok(Command::Pause { window: ONE, reason: String::new(), planned_s: None });
    let mut serving = called.clone();
    serving.ok(Command::Start { window: ONE });
    let mut parked = serving.clone();
    parked.ok(Command::Park { window: ONE, note: String::new() });
    let mut returned = parked.clone();
    returned.ok(Command::Return { window: ONE, ticket: None });
    let mut passed = called.clone();
    passed.ok(Command::Pass { window: ONE });
    let mut late = passed.clone();
    late.later(1801);
    let mut missed = late.clone();
    missed.ok(Command::Tick);
    let mut missed_twice = passed.clone();
    missed_twice.ok(Command::Revive { ticket, by: by() });
    missed_twice.call(1);
    missed_twice.ok(Command::Pass { window: ONE });
    let mut completed = serving.clone();
    completed.ok(Command::Complete { window: ONE, prompt: false });
    let mut prompted = serving.clone();
    prompted.ok(Command::Complete { window: ONE, prompt: true });
    let mut voided = waiting.clone();
    voided.ok(Command::Void { ticket, reason: String::new(), by: by() });
    vec![
        ("no day", none),
        ("window closed, no ticket", closed),
        ("window free, no ticket", free),
        ("window asking, no ticket", asking),
        ("window paused, no ticket", paused),
        ("window free, ticket waiting", waiting),
        ("window free, ticket waiting, green", green),
        ("window free, ticket waiting for it alone", sent),
        ("only window free, ticket waiting", last),
        ("ticket called", called),
        ("ticket called and recalled twice", recalled),
        ("ticket called, pause booked", pause_booked),
        ("ticket served", serving),
        ("window free, ticket parked", parked),
        ("window free, ticket back from parking", returned),
        ("window free, ticket passed", passed),
        ("window free, ticket passed, revival over", late),
        ("window free, ticket missed", missed),
        ("window free, ticket missed twice", missed_twice),
        ("window free, ticket completed", completed),
        ("window free, ticket completed, pad asks", prompted),
        ("window free, ticket voided", voided),
    ]
}

fn commands() -> Vec<(&'static str, Command)> {
    let (ticket, window) = (TicketSeq(1), ONE);
    let note = String::new;
    let service = || ServiceId::from("c");
    vec![
        ("open next day", Command::OpenDay { day: Day(20261127) }),
        ("open same day", Command::OpenDay { day: Day(20261126) }),
        ("issue", Command::Issue { service: "b".into(), more: vec![], grant: None, booked: None, by: by() }),
        ("grant", Command::Grant { ticket, grant: grant(), by: by() }),
        ("withdraw", Command::Withdraw { ticket, reason: note(), by: by() }),
        ("open window", Command::OpenWindow { window, clerk: None }),
        ("take over", Command::TakeOver { window, clerk: "0102".into() }),
        ("close window", Command::CloseWindow { window, force: None }),
        ("close window, forced", Command::CloseWindow { window, force: Some(note()) }),
        ("pause", Command::Pause { window, reason: note(), planned_s: None }),
        ("resume", Command::Resume { window }),
        ("call next", Command::CallNext { window }),
        ("stop asking", Command::StopAsking { window }),
        ("settle", Command::Settle),
        ("recall", Command::Recall { window }),
        ("start", Command::Start { window }),
        ("pass", Command::Pass { window }),
        ("revive", Command::Revive { ticket, by: by() }),
        (
            "transfer to service",
            Command::Transfer { window, to: Destination::Service(service()), note: note() },
        ),
        (
            "transfer to window 9",
            Command::Transfer { window, to: Destination::Window(WindowNumber(9)), note: note() },
        ),
        (
            "reassign to service",
            Command::Reassign { ticket, to: Destination::Service(service()), note: note(), by: by() },
        ),
        (
            "reassign to window",
            Command::Reassign { ticket, to: Destination::Window(ONE), note: note(), by: by() },
        ),
        ("park", Command::Park { window, note: note() }),
        ("return", Command::Return { window, ticket: None }),
        ("return this ticket", Command::Return { window, ticket: Some(ticket) }),
        ("add matter", Command::AddMatter { window, service: service() }),
        ("complete", Command::Complete { window, prompt: true }),
        ("void", Command::Void { ticket, reason: note(), by: by() }),
        ("rate", Command::Rate { window, level: 5, reasons: vec![] }),
        ("rate by the slip", Command::RateTicket { ticket, level: 5, reasons: vec![] }),
        ("tick", Command::Tick),
    ]
}

/// Names of the events, or of the refusal.
fn answer(answer: &Result<Vec<Event>, Refusal>) -> String {
    let name = |value: serde_json::Value, tag: &str| value[tag].as_str().unwrap().to_owned();
    match answer {
        Ok(events) if events.is_empty() => "-".to_owned(),
        Ok(events) => {
            let names = events.iter().map(|event| name(serde_json::to_value(event).unwrap(), "event"));
            names.collect::<Vec<_>>().join(", ")
        }
        Err(Refusal::TicketIs { state, .. }) => format!("refused: ticket_is {state}"),
        Err(refusal) => format!("refused: {}", name(serde_json::to_value(refusal).unwrap(), "refusal")),
    }
}

#[test]
fn every_situation_against_every_command() {
    let mut table = String::new();
    for (situation, floor) in situations() {
        writeln!(table, "{situation}").unwrap();
        for (title, command) in commands() {
            let answer = answer(&floor.clone().send(&command));
            writeln!(table, "    {title:<22}{answer}").unwrap();
        }
    }
    insta::assert_snapshot!(table);
}
