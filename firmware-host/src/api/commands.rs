//! `POST /api/v1/commands`: one command as JSON, such as `{"command":"call_next","window":3}`.
//!
//! Some members beside the command's own are the host's: `printer` on an `issue` prints its slip there, with `english` lines
//! if that is true; the command `reprint` (`ticket`, `printer`, `english`) prints a slip again, marked 补打; and
//! `print_explanation` (the same members) prints why a ticket, of whatever day, was called when it was (rule G4).

use super::supervisor::Pin;
use super::{Interface, bookings, recorded, refused, said, supervisor};
use crate::config::Config;
use crate::core::desk::{Done, Take, Wish};
use crate::core::words::{Words, words};
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Json, Response};
use queue::booking::BookingCommand;
use queue::{Command, Grant, TicketSeq};
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
    let Asked { wish, pin } = match parse(&body, &interface.config) {
        Ok(asked) => asked,
        Err(Unread(Words { zh, en })) => return said(StatusCode::BAD_REQUEST, &zh, &en),
    };
    if let Wish::Book(BookingCommand::Lift { by, .. }) = &wish
        && let Err(no) = supervisor::check(&interface, by, pin).await
    {
        return no;
    }
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
    said(status, MALFORMED, text)
}

/// Said to people of what no page of ours sends.
const MALFORMED: &str = "请求格式有误。";

/// What a body asks for.
struct Asked {
    wish: Wish,
    /// Of whoever asks, where the command needs it.
    pin: Option<Pin>,
}

impl From<Wish> for Asked {
    fn from(wish: Wish) -> Self {
        Asked { wish, pin: None }
    }
}

/// Why a body is no command; of a plain sentence the English alone tells, to whoever wrote the program that sent it.
struct Unread(Words);

impl From<Words> for Unread {
    fn from(words: Words) -> Self {
        Unread(words)
    }
}

impl From<String> for Unread {
    fn from(en: String) -> Self {
        Unread(words(MALFORMED, en))
    }
}

/// Reads a command. The error names the member that is wrong and what was expected.
fn parse(body: &[u8], config: &Config) -> Result<Asked, Unread> {
    let (command, asked) = read(body, config)?;
    recorded::fit(&asked.wish)
        .map_err(|Words { zh, en }| Unread(words(zh, format!("command {command}: {en}"))))?;
    Ok(asked)
}

/// The command's name and what it asks for, whose texts are not looked at yet.
fn read(body: &[u8], config: &Config) -> Result<(String, Asked), Unread> {
    let mut value: Value =
        serde_json::from_slice(body).map_err(|error| format!("the body is not JSON: {error}"))?;
    let Some(members) = value.as_object_mut() else {
        return Err("the body is not a JSON object; seen something else".to_owned().into());
    };
    let command = members.get("command").and_then(Value::as_str).unwrap_or_default().to_string();
    if command == "reprint" || command == "print_explanation" {
        members.remove("command");
        let Print { ticket, printer, english } =
            serde_json::from_value(value).map_err(|error| format!("command {command}: {error}"))?;
        known_printer(&printer, config)?;
        let wish = match command.as_str() {
            "reprint" => Wish::Reprint { ticket, printer, english },
            _ => Wish::Explain { ticket, printer, english },
        };
        return Ok((command, wish.into()));
    }
    if let Some(wish) = bookings::wish(&command, &value, config) {
        let (wish, pin) = wish?;
        return Ok((command, Asked { wish, pin }));
    }
    let members = value.as_object_mut().expect("it was an object above");
    let printer = match members.remove("printer") {
        None | Some(Value::Null) => None,
        Some(Value::String(name)) => {
            known_printer(&name, config)?;
            Some(name)
        }
        Some(other) => return Err(format!("printer: {other} is not a printer's name").into()),
    };
    let english = match members.remove("english") {
        None => false,
        Some(Value::Bool(english)) => english,
        Some(other) => return Err(format!("english: {other} is not true or false").into()),
    };
    let read: Command =
        serde_json::from_value(value).map_err(|error| format!("command {command}: {error}"))?;
    grants(&read, config).map_err(|error| format!("command {command}: {error}"))?;
    on_duty(&read, config).map_err(|Words { zh, en }| words(zh, format!("command {command}: {en}")))?;
    let wish = match read {
        Command::OpenDay { .. } | Command::Settle | Command::Tick => {
            return Err(format!("command {command} is given by hallgate itself, at its time").into());
        }
        // Rule R3: nothing that a clerk can send enters a rating.
        Command::Rate { .. } | Command::RateTicket { .. } => {
            let why = "only the citizen rates, on the pad or by the code on the slip";
            return Err(format!("command {command}: {why}").into());
        }
        // Rule A4: whoever has no appointment has not its precedence either.
        Command::Issue { booked: Some(_), .. } => {
            return Err(Unread(words(
                "预约优先只能由预约签到取得，请查找预约后签到。",
                "command issue: booked is set by a check-in alone; send check_in with the number of the booking",
            )));
        }
        Command::Issue { service, more, grant, booked: None, by } => {
            Wish::Take(Take { service, more, grant, booked: None, by, printer, english, person: None })
        }
        _ if printer.is_some() => {
            let why = "only issue, reprint and print_explanation have a printer";
            return Err(format!("command {command}: {why}").into());
        }
        other => Wish::Do(other),
    };
    Ok((command, wish.into()))
}

/// Planned lengths of a pause, in seconds: a minute to a day. The keypad's reasons are within it; a reminder that comes at once,
/// or in years, is a mistake of whoever sent it.
const PAUSE_S: std::ops::RangeInclusive<i64> = 60..=86_400;

/// Rule P2: a hall that names its staff has nobody else on duty, and them only where they may sit; rule P1: a pause has a length
/// that a clerk can mean. A hall that names nobody keeps any number.
fn on_duty(command: &Command, config: &Config) -> Result<(), Words> {
    let (window, clerk) = match command {
        Command::OpenWindow { window, clerk: Some(clerk) } | Command::TakeOver { window, clerk } => {
            (window, clerk)
        }
        Command::Pause { planned_s: Some(planned_s), .. } if !PAUSE_S.contains(planned_s) => {
            let (least, most) = (PAUSE_S.start(), PAUSE_S.end());
            return Err(words(
                "暂停时长应为1分钟至24小时。",
                format!("planned_s {planned_s} is not between {least} and {most} seconds"),
            ));
        }
        _ => return Ok(()),
    };
    if config.staff.is_empty() {
        return Ok(());
    }
    let Some(person) = config.staff(clerk) else {
        return Err(words("没有这个工号，请核对。", "clerk is no staff number of this hall"));
    };
    if config.may_sit(person, window.0) {
        return Ok(());
    }
    Err(words(format!("该人员不能在{window}号窗口上岗。"), format!("clerk may not sit at window {window}")))
}

/// A grant that comes with a command of the queue is one of the hall's own (rule G1).
fn grants(command: &Command, config: &Config) -> Result<(), String> {
    match command {
        Command::Issue { grant: Some(grant), .. } | Command::Grant { grant, .. } => granted(grant, config),
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

    const SHIPPED: &str = include_str!("../../../systemd/hall.toml");

    #[test]
    fn p2_nobody_is_on_duty_whom_the_hall_does_not_name_or_where_they_may_not_sit() {
        let named = crate::config::parse(SHIPPED, "hall.toml").unwrap();
        let nobody = Config { staff: Vec::new(), ..named.clone() };
        let said = |config: &Config, body: Value| {
            parse(body.to_string().as_bytes(), config).err().map(|Unread(words)| (words.zh, words.en))
        };
        let opens =
            |window: u16, clerk: &str| json!({"command": "open_window", "window": window, "clerk": clerk});
        let takes =
            |window: u16, clerk: &str| json!({"command": "take_over", "window": window, "clerk": clerk});
        for body in [opens(1, "9999"), takes(1, "9999")] {
            assert_eq!(said(&nobody, body.clone()), None);
            let (zh, en) = said(&named, body).unwrap();
            assert_eq!(zh, "没有这个工号，请核对。");
            assert!(en.ends_with("clerk is no staff number of this hall"), "{en}");
        }
        for body in [opens(2, "0101"), takes(2, "0101")] {
            let (zh, en) = said(&named, body).unwrap();
            assert_eq!(zh, "该人员不能在2号窗口上岗。");
            assert!(en.ends_with("clerk may not sit at window 2"), "{en}");
        }
        for body in [opens(1, "0101"), takes(1, "0101"), json!({"command": "open_window", "window": 2})] {
            assert_eq!(said(&named, body), None);
        }
    }

    #[test]
    fn p1_a_planned_pause_is_of_a_minute_to_a_day() {
        let config = crate::config::parse(SHIPPED, "hall.toml").unwrap();
        let said = |planned_s: Value| {
            let body = json!({"command": "pause", "window": 1, "reason": "取件", "planned_s": planned_s});
            parse(body.to_string().as_bytes(), &config).err().map(|Unread(words)| words.en)
        };
        for fits in [json!(null), json!(60), json!(86_400)] {
            assert_eq!(said(fits), None);
        }
        for not in [-1, 0, 59, 86_401, i64::MAX] {
            assert_eq!(
                said(json!(not)).unwrap(),
                format!("command pause: planned_s {not} is not between 60 and 86400 seconds")
            );
        }
    }

    #[test]
    fn mistakes_are_named() {
        let config = crate::config::parse(SHIPPED, "hall.toml").unwrap();
        let said = |body: &str| parse(body.as_bytes(), &config).err().map(|Unread(words)| words.en).unwrap();
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
