//! End-to-end runs: the shipped `hallgate`, virtual devices on pseudo-terminals, a database in a file.

mod bad_input;
mod bookings;
mod cases;
mod durable;
mod ending;
mod explain;
mod green;
mod guide;
mod hours;
mod import;
mod keypad_only;
mod kiosk_and_printer;
mod kiosk_cards;
mod lamps;
mod limits;
mod master;
mod misfortunes;
mod network;
mod order;
mod orders;
mod outlets;
mod plugs;
mod privacy;
mod ratings;
mod replay;
mod reports;
mod restart;
mod slow_disk;
mod visits;
mod waits;
mod whole_path;

use hall_tests::Hall;
use serde_json::{Value, json};
use ticket_printer::twin::Paper;

/// A command that takes a number without a slip.
fn issue(service: &str) -> Value {
    json!({"command": "issue", "service": service, "by": "guide"})
}

/// A command that takes a number with a slip.
fn issue_with_slip(service: &str) -> Value {
    json!({"command": "issue", "service": service, "by": "guide", "printer": "P1"})
}

fn open(hall: &Hall, window: u16) {
    hall.do_it(&json!({"command": "open_window", "window": window}));
}

/// The number of the ticket that a command issued.
fn number(done: &Value) -> String {
    let mut events = done["events"].as_array().into_iter().flatten();
    let issued = events.find(|event| event["event"] == "issued");
    issued.and_then(|event| event["number"].as_str()).unwrap_or_default().to_owned()
}

/// All text on a piece of paper.
fn text(paper: &Paper) -> String {
    paper.text_lines.join("\n")
}

/// How many pieces have this text, with and without the mark of a reprint.
fn pieces(tray: &[Paper], with: &str) -> (usize, usize) {
    let texts: Vec<String> = tray.iter().map(text).filter(|text| text.contains(with)).collect();
    let again = texts.iter().filter(|text| text.contains("补打")).count();
    (texts.len() - again, again)
}
