//! `POST /api/v1/commands`: one command as JSON, such as `{"command":"call_next","window":3}`.
//!
//! Some members beside the command's own are the host's: `printer` on an `issue` prints its slip there, with `english` lines
//! if that is true; the command `reprint` (`ticket`, `printer`, `english`) prints a slip again, marked 补打; and
//! `print_explanation` (the same members) prints why a ticket, of whatever day, was called when it was (rule G4).

use super::{Interface, bookings, refused};
use crate::config::Config;
use crate::core::desk::{Done, Take, Wish};
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Json, Response};
use queue::{By, Command, Grant, TicketSeq};
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Print {
    ticket: TicketSeq,
    printer: String,
    #[serde(default)]
    english: bool,
}

pub(super) async fn post(State(interface): State<Interface>, headers: HeaderMap, body: Bytes) -> Response {
    if let Some(no) = not_json(&headers) {
        return no;
    }
    let wish = match parse(&body, &interface.config) {
        Ok(wish) => wish,
        Err(text) => return bad(StatusCode::BAD_REQUEST, &text),
    };
    if let Wish::Explain { ticket, .. } = wish
        && let Err(no) = super::explanation::known(&interface, ticket).await
    {
        return no;
    }
    match interface.desk.wish(wish).await {
        Ok(done) => {
            let Done { events, job, bookings, holds, cases: _ } = done;
            Json(json!({"events": events, "job": job, "bookings": bookings, "holds": holds})).into_response()
        }
        Err(no) => refused(&interface.config, &no),
    }
}

/// Refuses what is not JSON: a page of another site can send a form, and nothing else.
pub(super) fn not_json(headers: &HeaderMap) -> Option<Response> {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    match kind.and_then(|kind| kind.split(';').next()) {
        Some("application/json") => None,
        _ => Some(bad(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "send the command with Content-Type: application/json",
        )),
    }
}

fn bad(status: StatusCode, text: &str) -> Response {
    (status, Json(json!({"zh": "请求格式有误。", "en": text}))).into_response()
}

/// Reads a wish. The error names the member that is wrong and what was expected.
fn parse(body: &[u8], config: &Config) -> Result<Wish, String> {
    let mut value: Value =
        serde_json::from_slice(body).map_err(|error| format!("the body is not JSON: {error}"))?;
    let Some(members) = value.as_object_mut() else {
        return Err("the body is not a JSON object; seen something else".into());
    };
    let command = members.get("command").and_then(Value::as_str).unwrap_or_default().to_string();
    if command == "reprint" || command == "print_explanation" {
        members.remove("command");
        let Print { ticket, printer, english } =
            serde_json::from_value(value).map_err(|error| format!("command {command}: {error}"))?;
        known_printer(&printer, config)?;
        return Ok(match command.as_str() {
            "reprint" => Wish::Reprint { ticket, printer, english },
            _ => Wish::Explain { ticket, printer, english },
        });
    }
    if let Some(wish) = bookings::wish(&command, &value, config) {
        return wish;
    }
    let members = value.as_object_mut().expect("it was an object above");
    let printer = match members.remove("printer") {
        None | Some(Value::Null) => None,
        Some(Value::String(name)) => {
            known_printer(&name, config)?;
            Some(name)
        }
        Some(other) => return Err(format!("printer: {other} is not a printer's name")),
    };
    let english = match members.remove("english") {
        None => false,
        Some(Value::Bool(english)) => english,
        Some(other) => return Err(format!("english: {other} is not true or false")),
    };
    let read: Command =
        serde_json::from_value(value).map_err(|error| format!("command {command}: {error}"))?;
    texts(&read, config).map_err(|error| format!("command {command}: {error}"))?;
    match read {
        Command::OpenDay { .. } | Command::Settle | Command::Tick => {
            Err(format!("command {command} is given by hallgate itself, at its time"))
        }
        // Rule R3: nothing that a clerk can send enters a rating.
        Command::Rate { .. } | Command::RateTicket { .. } => {
            Err(format!("command {command}: only the citizen rates, on the pad or by the code on the slip"))
        }
        Command::Issue { service, more, grant, booked, by } => {
            Ok(Wish::Take(Take { service, more, grant, booked, by, printer, english, person: None }))
        }
        _ if printer.is_some() => {
            Err(format!("command {command}: only issue, reprint and print_explanation have a printer"))
        }
        other => Ok(Wish::Do(other)),
    }
}

/// Longest text a person may send along: a sentence of reason. The log keeps it for ever.
const LONGEST_TEXT: usize = 200;

/// Reasons must say something, categories must be the hall's own (rule G1), and nothing may be a novel.
fn texts(command: &Command, config: &Config) -> Result<(), String> {
    let some = |name: &str, text: &str| {
        if text.trim().is_empty() {
            Err(format!("{name} is empty; say it in a few words"))
        } else {
            short(name, text)
        }
    };
    let by = |by: &By| some("by", &by.0);
    let granted = |grant: &Grant| self::granted(grant, config);
    match command {
        Command::Issue { grant, by: asked, .. } => {
            by(asked)?;
            grant.as_ref().map_or(Ok(()), granted)
        }
        Command::Grant { grant, by: asked, .. } => granted(grant).and(by(asked)),
        Command::Withdraw { reason, by: asked, .. } | Command::Void { reason, by: asked, .. } => {
            some("reason", reason).and(by(asked))
        }
        Command::Reassign { note, by: asked, .. } => some("note", note).and(by(asked)),
        Command::Transfer { note, .. } | Command::Park { note, .. } => short("note", note),
        Command::Pause { reason, .. } => short("reason", reason),
        Command::CloseWindow { force: Some(reason), .. } => some("force", reason),
        Command::OpenWindow { clerk: Some(clerk), .. } => some("clerk", clerk),
        Command::Revive { by: asked, .. } => by(asked),
        Command::AssignHelper { helper, by: asked, .. } => {
            helper.as_deref().map_or(Ok(()), |helper| some("helper", helper)).and(by(asked))
        }
        _ => Ok(()),
    }
}

/// Rules G1, G2: category and kind of evidence are the hall's own.
pub(super) fn granted(grant: &Grant, config: &Config) -> Result<(), String> {
    let categories: Vec<&str> =
        config.green.categories.iter().map(|category| category.code.as_str()).collect();
    let kinds: Vec<&str> = config.green.evidence.iter().map(String::as_str).collect();
    for (member, given, known) in
        [("category", &grant.category, categories), ("evidence", &grant.evidence, kinds)]
    {
        if !known.contains(&given.as_str()) {
            let text = format!("{member} {given:?} is not one of {}", known.join(", "));
            return Err(text.chars().take(400).collect());
        }
    }
    Ok(())
}

fn short(name: &str, text: &str) -> Result<(), String> {
    let length = text.chars().count();
    if length > LONGEST_TEXT {
        return Err(format!("{name} has {length} characters; {LONGEST_TEXT} are kept at most"));
    }
    Ok(())
}

pub(super) fn known_printer(name: &str, config: &Config) -> Result<(), String> {
    let printers: Vec<&str> = config.printers.iter().map(|printer| printer.name.as_str()).collect();
    if printers.contains(&name) {
        Ok(())
    } else {
        Err(format!("printer {name:?} is not one of {}", printers.join(", ")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mistakes_are_named() {
        let config = crate::config::parse(include_str!("../../../systemd/hall.toml"), "hall.toml").unwrap();
        let said = |body: &str| parse(body.as_bytes(), &config).map(|_| ()).unwrap_err();
        assert!(said("[").starts_with("the body is not JSON"));
        assert!(said("[]").starts_with("the body is not a JSON object"));
        assert!(said("{\"command\":\"fly\"}").contains("unknown variant `fly`"));
        assert!(said("{\"command\":\"pass\"}").contains("missing field `window`"));
        assert!(said("{\"command\":\"settle\"}").contains("hallgate itself"));
        assert_eq!(
            said("{\"command\":\"issue\",\"service\":\"s\",\"by\":\"test\",\"printer\":\"B\"}"),
            "printer \"B\" is not one of printer-a, printer-b, printer-c"
        );
        assert!(said("{\"command\":\"pass\",\"window\":3,\"widow\":4}").contains("unknown field `widow`"));
        assert_eq!(
            said("{\"command\":\"close_window\",\"window\":3,\"force\":\" \"}"),
            "command close_window: force is empty; say it in a few words"
        );
        let novel = "x".repeat(201);
        assert!(
            said(&format!("{{\"command\":\"issue\",\"service\":\"s\",\"by\":\"{novel}\"}}"))
                .contains("201 characters")
        );
        let king = "{\"command\":\"issue\",\"service\":\"s\",\"by\":\"t\",\"grant\":{\"category\":\"king\",\"evidence\":\"crown\"}}";
        assert!(said(king).contains("category \"king\" is not one of"), "{}", said(king));
        let paper = king.replace("king", "laonian");
        assert!(said(&paper).contains("evidence \"crown\" is not one of 身份证"), "{}", said(&paper));
        assert!(
            said("{\"command\":\"pass\",\"window\":3,\"printer\":\"printer-a\"}")
                .contains("only issue, reprint and")
        );
    }
}
