//! Differences in words. What people typed and the category of a grant are left out: the list may be shown around.

use super::again::Decided;
use crate::core::words;
use queue::explain::class_name;
use queue::{CallInputs, Called, Event, Hall, TicketSeq, Timestamp};

/// Both sides of a difference.
pub(super) fn pair(recorded: Option<&Event>, decided: &Decided, hall: &Hall) -> (String, String) {
    let then = recorded.map_or_else(|| "nothing".to_owned(), |event| event_words(event, hall));
    let now = match decided {
        Decided::Nothing => "nothing".to_owned(),
        Decided::Refused(refusal) => format!("refused: {}", words::refusal(refusal).en),
        Decided::Event(event) => event_words(event, hall),
    };
    if then != now {
        return (then, now);
    }
    // The same in short: what differs is inside.
    match (recorded, decided) {
        (Some(Event::Called(a)), Decided::Event(event)) => match &**event {
            Event::Called(b) => called_detail(&then, a, b),
            _ => (then, now),
        },
        _ => (format!("{then}, otherwise"), now),
    }
}

/// One event in short.
fn event_words(event: &Event, hall: &Hall) -> String {
    let number = |seq: TicketSeq| {
        hall.ticket(seq).map_or_else(|| format!("ticket {}", seq.0), |ticket| ticket.number.to_string())
    };
    match event {
        Event::DayOpened { day, .. } => format!("{day} opened"),
        Event::Issued { number, service, class, booked, forfeited, green, .. } => {
            let marks = [
                (", green", green.is_some()),
                (", booked", booked.is_some()),
                (", too late for its booking", forfeited.is_some()),
            ];
            let marks: String = marks.into_iter().filter(|&(_, is)| is).map(|(mark, _)| mark).collect();
            format!("{number} issued for {service}, {}{marks}", class_name(*class).1)
        }
        Event::Granted { ticket, .. } => format!("{} granted the green channel", number(*ticket)),
        Event::Withdrawn { ticket, .. } => format!("{}: grant withdrawn", number(*ticket)),
        Event::HelperAssigned { ticket, .. } => format!("{}: a helper assigned", number(*ticket)),
        Event::WindowOpened { window, .. } => format!("window {window} opened"),
        Event::WindowClosed { window, .. } => format!("window {window} closed"),
        Event::Paused { window, .. } => format!("window {window} paused"),
        Event::PauseBooked { window, .. } => format!("window {window} pauses later"),
        Event::ClerkChanged { window, .. } => format!("window {window} taken over"),
        Event::PauseOverdue { window, paused_s } => {
            format!("window {window} paused for too long, {paused_s} s")
        }
        Event::Resumed { window, paused_s } => format!("window {window} resumed after {paused_s} s"),
        Event::Asked { window } => format!("window {window} asked"),
        Event::StoppedAsking { window } => format!("window {window} stopped asking"),
        Event::Called(called) => format!(
            "{} called to window {}, {}",
            called.number,
            called.window,
            format!("{:?}", called.reason).to_uppercase()
        ),
        Event::Recalled { ticket, window, times } => {
            format!("{} recalled to window {window}, time {times}", number(*ticket))
        }
        Event::Started { ticket, window } => format!("{} began at window {window}", number(*ticket)),
        Event::Passed { ticket, window, ended } => {
            let ended = if *ended { ", for good" } else { "" };
            format!("{} passed at window {window}{ended}", number(*ticket))
        }
        Event::Revived { ticket, .. } => format!("{} back in the queue", number(*ticket)),
        Event::Expired { ticket } => format!("{} expired", number(*ticket)),
        Event::Transferred { ticket, service, join, .. } => {
            format!("{} sent on to {service}, join {}", number(*ticket), join.0)
        }
        Event::Parked { ticket, window, .. } => {
            format!("{} stepped aside at window {window}", number(*ticket))
        }
        Event::Returned { ticket, window } => format!("{} back at window {window}", number(*ticket)),
        Event::MatterAdded { ticket, service, .. } => format!("{}: {service} added", number(*ticket)),
        Event::Completed { ticket, window, served_s, matters, .. } => {
            let n = matters.len();
            format!("{} completed at window {window}, {served_s} s, {n} matters", number(*ticket))
        }
        Event::Voided { ticket, .. } => format!("{} voided", number(*ticket)),
        Event::Rated { ticket, level, .. } => format!("{} rated {level}", number(*ticket)),
        Event::TargetNear { ticket, .. } => format!("{} nears its target", number(*ticket)),
        Event::TargetPassed { ticket, .. } => format!("{} waits beyond its target", number(*ticket)),
        Event::RatingClosed { ticket, .. } => format!("{}: rating closed", number(*ticket)),
    }
}

/// Two calls of the same person by the same window for the same reason: what else differs.
fn called_detail(head: &str, a: &Called, b: &Called) -> (String, String) {
    let (mut then, mut now) = (head.to_owned(), head.to_owned());
    let mut differ = |word: &str, a: String, b: String| {
        if a != b {
            then = format!("{then}, {word} {a}");
            now = format!("{now}, {word} {b}");
        }
    };
    differ("ticket", a.ticket.0.to_string(), b.ticket.0.to_string());
    differ("waited", format!("{} s", a.wait_s), format!("{} s", b.wait_s));
    differ("by", inputs(&a.inputs), inputs(&b.inputs));
    differ("overtaking", overtaken(a), overtaken(b));
    (then, now)
}

fn inputs(inputs: &CallInputs) -> String {
    let CallInputs { service, class, green, booked, join, ready, passed, last_priority, limit } = inputs;
    let moment = |at: &Option<Timestamp>| at.map_or_else(|| "none".to_owned(), |at| at.0.to_string());
    format!(
        "[{service} {class:?} green {green} booked {} join {} ready {} passed {passed} last priority {last_priority} limit {}]",
        moment(booked),
        join.0,
        ready.0,
        moment(limit)
    )
}

fn overtaken(called: &Called) -> String {
    let each: Vec<String> = called
        .overtaken
        .iter()
        .map(|x| format!("{}{} {}", x.number, if x.counts { " (counts)" } else { "" }, inputs(&x.inputs)))
        .collect();
    format!("{} [{}]", each.len(), each.join(", "))
}
