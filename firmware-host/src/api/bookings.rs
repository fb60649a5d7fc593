//! Appointments over HTTP (rules A1 to A8): register, list, free times, arrivals by code; and the commands about them.
//!
//! Persons leave here masked (rule A9). What a person gave is in no answer but as the name of the field that is wrong.

use super::commands::{granted, known_printer, not_json};
use super::supervisor::Pin;
use super::{Interface, day_wanted, ending, recorded, refused, said};
use crate::config::Config;
use crate::core::appointments::words;
use crate::core::desk::{Desk, Done, Facts, No, Wish};
use crate::office::{CodeFor, Office, Registration, Unfit, civil_day, clock_face};
use crate::time::uptime;
use axum::body::Bytes;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Json, Response};
use queue::booking::{
    Booking, BookingCommand, BookingEvent, BookingId, BookingState, Calendar, PersonId, TaskId,
};
use queue::{By, Grant, ServiceId, TicketSeq, Timestamp};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

const DAY_S: i64 = 86_400;

const NO_KEYS: (&str, &str) = (
    "个人信息密钥不可用，暂不能办理预约，请联系管理员。",
    "the keys of personal data could not be opened, so nothing can be booked; the log says why",
);

/// Who registers, besides the form's own fields.
#[derive(Deserialize)]
struct Registered {
    by: By,
    /// Where the form's two copies are printed (rule A1).
    #[serde(default)]
    printer: Option<String>,
    #[serde(flatten)]
    form: serde_json::Map<String, Value>,
}

pub(super) async fn book(State(interface): State<Interface>, headers: HeaderMap, body: Bytes) -> Response {
    if let Some(no) = not_json(&headers) {
        return no;
    }
    let Some(office) = interface.office.clone() else { return no_keys() };
    let read = object::<Registered>(&body).and_then(|registered| {
        let form = serde_json::from_value::<Registration>(Value::Object(registered.form));
        // The error could quote what was given.
        let form = form.map_err(|_| {
            "the form has a member that is missing, unknown or of another type; expected name, telephone, number, time, \
             service, channel (online, on_site, telephone), and if wanted service_code, matter (personal, legal), \
             reference, registered, by, printer"
                .to_owned()
        })?;
        registered.printer.as_ref().map_or(Ok(()), |printer| known_printer(printer, &interface.config))?;
        Ok((form, registered.by, registered.printer))
    });
    let (given, by, printer) = match read {
        Ok(read) => read,
        Err(text) => return said(StatusCode::BAD_REQUEST, "预约登记内容格式有误。", &text),
    };
    if let Err(words) = recorded::who(&by) {
        return said(StatusCode::BAD_REQUEST, &words.zh, &words.en);
    }
    let (done, code) = match register(&interface.desk, &office, &given, by, printer).await {
        Ok(registered) => registered,
        Err(NotRegistered::Unfit(unfit)) => {
            let fields: Vec<Value> = unfit
                .iter()
                .map(|unfit| {
                    let words = unfit.words();
                    json!({"field": unfit.field, "zh": words.zh, "en": words.en})
                })
                .collect();
            let zh: Vec<String> = unfit.iter().map(|unfit| unfit.words().zh).collect();
            let body = json!({"zh": zh.join("；"), "en": "some fields are wrong", "fields": fields});
            return (StatusCode::BAD_REQUEST, Json(body)).into_response();
        }
        Err(NotRegistered::No(no)) => return refused(&interface.config, &no),
    };
    let booking = done.bookings.iter().find_map(BookingEvent::booking);
    Json(json!({"booking": booking, "code": code, "job": done.job})).into_response()
}

/// Why an appointment is not registered.
pub(crate) enum NotRegistered {
    /// Fields are wrong.
    Unfit(Vec<Unfit>),
    /// The hall says no.
    No(No),
}

/// Registers an appointment, with its form if `printer` says where; what became true, and the code that belongs to it.
///
/// # Errors
/// Which fields are wrong, or why the hall refuses it. Nothing changed then.
pub(crate) async fn register(
    desk: &Desk,
    office: &Office,
    given: &Registration,
    by: By,
    printer: Option<String>,
) -> Result<(Done, String), NotRegistered> {
    let ending = NotRegistered::No(No::Ending);
    let Some(now) = desk.look(|facts| facts.now).await else { return Err(ending) };
    // The keys are asked here and the bookings there: the owner waits for neither.
    let hashes = office.hashes_of(given, now);
    let look =
        move |facts: &Facts<'_>| hashes.into_iter().find(|person| facts.appointments.bookings.knows(person));
    let Some(known) = desk.look(look).await else { return Err(ending) };
    let form =
        office.form(given, now, |person| known.as_ref() == Some(person)).map_err(NotRegistered::Unfit)?;
    let code = form.code.clone();
    let register = Wish::Register { form: Box::new(form), by, printer };
    let done = desk.wish(register).await.map_err(NotRegistered::No)?;
    Ok((done, code))
}

/// One appointment as staff may see it.
#[derive(Serialize)]
struct Seen {
    booking: BookingId,
    time: String,
    at: Timestamp,
    service: ServiceId,
    service_name: String,
    channel: queue::booking::Channel,
    matter: queue::booking::Matter,
    state: &'static str,
    state_zh: String,
    ticket: Option<TicketSeq>,
    number: Option<String>,
    name: Option<String>,
    telephone: Option<String>,
    identity: Option<String>,
    /// Why the person cannot be shown.
    unreadable: Option<String>,
    reminded: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Listed {
    day: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Searched {
    /// Without it: whatever is open, of any day.
    #[serde(default)]
    day: Option<String>,
    #[serde(default)]
    name: String,
}

pub(super) async fn list(
    State(interface): State<Interface>,
    asked: Result<Query<Listed>, QueryRejection>,
) -> Response {
    let Ok(Query(asked)) = asked else { return day_wanted() };
    listed(&interface, Some(&asked.day), "").await
}

/// As [`list`], with the name in the body: an address is kept by browsers, a body is not (rule A9).
pub(super) async fn search(State(interface): State<Interface>, headers: HeaderMap, body: Bytes) -> Response {
    if let Some(no) = not_json(&headers) {
        return no;
    }
    match object::<Searched>(&body) {
        Ok(asked) => listed(&interface, asked.day.as_deref(), asked.name.trim()).await,
        Err(_) => day_wanted(),
    }
}

/// Rows that a guide reads through; whoever is not among them is found by more of the name.
const MOST_LISTED: usize = 200;

/// `name`: a part of it is enough (rule A3); empty: everybody. `day`: `None` for a person who forgot it: whoever is expected
/// still, on whatever day, or did not come yesterday.
async fn listed(interface: &Interface, day: Option<&str>, name: &str) -> Response {
    let Some(office) = interface.office.clone() else { return no_keys() };
    let on = day.map(|day| civil_day(&interface.config, day));
    if on == Some(None) {
        return day_wanted();
    }
    let config = interface.config.clone();
    let look = move |facts: &Facts<'_>| {
        let day = on.flatten().map(|on| config.day(on));
        let yesterday = config.day(facts.now.plus(-DAY_S));
        let wanted = |booking: &&Booking| match day {
            Some(day) => config.day(booking.form.at) == day,
            None => {
                let over = matches!(
                    booking.state,
                    BookingState::CheckedIn { .. } | BookingState::Cancelled | BookingState::NotKept
                );
                !over && config.day(booking.form.at) >= yesterday
            }
        };
        let bookings = facts.appointments.bookings.bookings().filter(wanted);
        let mut found: Vec<(Booking, Option<String>)> = bookings.map(|known| (known.clone(), None)).collect();
        for (booking, number) in &mut found {
            if let BookingState::CheckedIn { ticket, .. } = booking.state {
                *number = facts.hall.ticket(ticket).map(|ticket| ticket.number.to_string());
            }
        }
        found.sort_by_key(|(booking, _)| (booking.form.at, booking.id));
        found
    };
    let Some(found) = interface.desk.look(look).await else { return ending() };
    let mut seen = Vec::new();
    let mut more = false;
    for (booking, number) in found {
        let person = office.person(&booking);
        // Who cannot be read any more is nobody's namesake.
        if !name.is_empty() && !person.as_ref().is_ok_and(|person| person.name_in_clear().contains(name)) {
            continue;
        }
        if day.is_none() && seen.len() == MOST_LISTED {
            more = true;
            break;
        }
        let state = booking.state.name();
        let service_name =
            interface.config.service(&booking.form.service.0).map(|service| service.name.clone());
        seen.push(Seen {
            booking: booking.id,
            time: words::day_and_time(&interface.config, booking.form.at),
            at: booking.form.at,
            service_name: service_name.unwrap_or_else(|| booking.form.service.0.to_string()),
            service: booking.form.service.clone(),
            channel: booking.form.channel,
            matter: booking.form.matter,
            state,
            state_zh: words::state(state).zh,
            ticket: match booking.state {
                BookingState::CheckedIn { ticket, .. } => Some(ticket),
                _ => None,
            },
            number,
            name: person.as_ref().ok().map(personal::Person::name_masked),
            telephone: person.as_ref().ok().and_then(personal::Person::telephone_masked),
            identity: person.as_ref().ok().and_then(personal::Person::number_masked),
            unreadable: person.err().map(|error| error.to_string()),
            reminded: booking.reminded,
        });
    }
    Json(json!({"bookings": seen, "more": more})).into_response()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FreeAsked {
    service: String,
    day: String,
}

pub(super) async fn free(
    State(interface): State<Interface>,
    asked: Result<Query<FreeAsked>, QueryRejection>,
) -> Response {
    let Ok(Query(asked)) = asked else { return day_wanted() };
    let Some(on) = civil_day(&interface.config, &asked.day) else { return day_wanted() };
    let config = interface.config.clone();
    let service = ServiceId::from(asked.service.as_str());
    let look =
        move |facts: &Facts<'_>| facts.appointments.bookings.free_times(facts.now, &*config, &service, on);
    match interface.desk.look(look).await {
        Some(Ok(times)) => {
            let times: Vec<Value> = times
                .iter()
                .map(|at| json!({"at": at, "time": clock_face(&interface.config, *at)}))
                .collect();
            Json(json!({"times": times})).into_response()
        }
        Some(Err(refusal)) => refused(&interface.config, &No::NotBooked(refusal)),
        None => ending(),
    }
}

/// Where codes are tried that come over this interface.
const DOOR: &str = "interface";

/// Rule A3: the last digits of the telephone number and the code.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Arrives {
    last4: String,
    code: String,
}

pub(super) async fn arrivals(
    State(interface): State<Interface>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    if let Some(no) = not_json(&headers) {
        return no;
    }
    let Some(office) = interface.office.clone() else { return no_keys() };
    let asked: Arrives = match object(&body) {
        Ok(asked) => asked,
        Err(_) => {
            return said(
                StatusCode::BAD_REQUEST,
                "请输入手机号后四位和六位预约码。",
                "expected last4 and code",
            );
        }
    };
    let code = asked.code.trim().to_owned();
    // What is not four digits is nobody's, and needs no looking for.
    let Some(what) = CodeFor::last4(asked.last4.trim()) else { return no_such_code() };
    let Ok(tried) = office.tries(uptime(), DOOR, what, &code) else {
        return said(
            StatusCode::TOO_MANY_REQUESTS,
            "输错次数过多，请到咨询台办理签到。",
            "too many wrong codes; please go to the guide desk",
        );
    };
    let look = move |facts: &Facts<'_>| {
        let bookings = facts.appointments.bookings.bookings().filter(|booking| booking.form.code == code);
        bookings.cloned().collect::<Vec<Booking>>()
    };
    let Some(found) = interface.desk.look(look).await else { return ending() };
    let right = |booking: &&Booking| {
        let person = office.person(booking).ok();
        person.is_some_and(|person| {
            person.telephone_in_clear().is_some_and(|telephone| telephone.ends_with(asked.last4.trim()))
        })
    };
    match found.iter().find(right) {
        Some(booking) => {
            office.was_right(DOOR, &tried);
            let state = booking.state.name();
            Json(json!({
                "booking": booking.id,
                "at": booking.form.at,
                "time": words::day_and_time(&interface.config, booking.form.at),
                "service": booking.form.service,
                "state": state,
            }))
            .into_response()
        }
        None => no_such_code(),
    }
}

fn no_such_code() -> Response {
    said(
        StatusCode::NOT_FOUND,
        "没有找到预约，请核对手机号后四位和预约码，或到咨询台。",
        "no booking has these digits and this code",
    )
}

/// Commands about appointments, beside those of the queue.
#[derive(Deserialize)]
#[serde(tag = "command", rename_all = "snake_case", deny_unknown_fields)]
enum Asked {
    MoveBooking {
        booking: BookingId,
        time: String,
        by: By,
    },
    CancelBooking {
        booking: BookingId,
        #[serde(default)]
        reason: String,
        by: By,
    },
    CannotKeepBooking {
        booking: BookingId,
        reason: String,
        by: By,
    },
    RestrictPerson {
        booking: BookingId,
        malicious: bool,
        by: By,
    },
    LiftRestriction {
        person: PersonId,
        reason: String,
        /// Staff number of a supervisor.
        by: By,
        pin: Pin,
    },
    TaskDone {
        task: TaskId,
        #[serde(default)]
        note: String,
        by: By,
    },
    CheckIn {
        booking: BookingId,
        by: By,
        #[serde(default)]
        printer: Option<String>,
        #[serde(default)]
        english: bool,
        #[serde(default)]
        grant: Option<Grant>,
    },
    PrintForm {
        booking: BookingId,
        printer: String,
    },
    PrintNotice {
        service: ServiceId,
        printer: String,
        #[serde(default)]
        english: bool,
    },
}

/// Their names.
const COMMANDS: [&str; 9] = [
    "move_booking",
    "cancel_booking",
    "cannot_keep_booking",
    "restrict_person",
    "lift_restriction",
    "task_done",
    "check_in",
    "print_form",
    "print_notice",
];

/// What `value` wishes, if it is a command about appointments; with the PIN of whoever lifts a restriction.
pub(super) fn wish(
    command: &str,
    value: &Value,
    config: &Config,
) -> Option<Result<(Wish, Option<Pin>), String>> {
    COMMANDS.contains(&command).then(|| read_wish(command, value.clone(), config))
}

fn read_wish(command: &str, value: Value, config: &Config) -> Result<(Wish, Option<Pin>), String> {
    let asked: Asked = serde_json::from_value(value).map_err(|error| match command {
        // The error could quote what was given as a PIN.
        "lift_restriction" => {
            format!("command {command}: expected person, reason, by and pin, all of them texts")
        }
        _ => format!("command {command}: {error}"),
    })?;
    let mut given = None;
    let wish = match asked {
        Asked::MoveBooking { booking, time, by } => {
            let to = crate::office::time(config, &time)
                .ok_or_else(|| format!("command {command}: time: not a time such as 2026-11-27T09:30"))?;
            Wish::Book(BookingCommand::Move { booking, to, by })
        }
        Asked::CancelBooking { booking, reason, by } => {
            Wish::Book(BookingCommand::Cancel { booking, reason, by })
        }
        Asked::CannotKeepBooking { booking, reason, by } => {
            Wish::Book(BookingCommand::CannotKeep { booking, reason, by })
        }
        Asked::RestrictPerson { booking, malicious, by } => {
            Wish::Book(BookingCommand::Restrict { booking, malicious, by })
        }
        Asked::LiftRestriction { person, reason, by, pin } => {
            given = Some(pin);
            Wish::Book(BookingCommand::Lift { person, reason, by })
        }
        Asked::TaskDone { task, note, by } => Wish::Book(BookingCommand::Done { task, note, by }),
        Asked::CheckIn { booking, by, printer, english, grant } => {
            printer.as_ref().map_or(Ok(()), |printer| known_printer(printer, config))?;
            let unfit = grant.as_ref().map_or(Ok(()), |grant| granted(grant, config));
            unfit.map_err(|error| format!("command {command}: {error}"))?;
            Wish::CheckIn { booking, by, printer, english, grant }
        }
        Asked::PrintForm { booking, printer } => {
            known_printer(&printer, config)?;
            Wish::PrintForm { booking, printer }
        }
        Asked::PrintNotice { service, printer, english } => {
            known_printer(&printer, config)?;
            config.service(&service.0).ok_or_else(|| {
                format!("command {command}: service {:?} is not one of hall.toml", service.0)
            })?;
            Wish::PrintNotice { service, printer, english }
        }
    };
    Ok((wish, given))
}

fn object<T: DeserializeOwned>(body: &[u8]) -> Result<T, String> {
    serde_json::from_slice(body).map_err(|error| match error.classify() {
        serde_json::error::Category::Data => "a member is missing, unknown or of another type".to_owned(),
        _ => format!("the body is not JSON: {error}"),
    })
}

pub(super) fn no_keys() -> Response {
    said(StatusCode::SERVICE_UNAVAILABLE, NO_KEYS.0, NO_KEYS.1)
}
