//! What the staff is to do, who is restricted (rules A7, A8), and what became of messages (rule A6). Persons are masked
//! (rule A9): whoever is to telephone prints the form.

use super::{Interface, ending};
use crate::core::appointments::words;
use crate::core::desk::Facts;
use crate::office::{clock_face, day_begins};
use axum::extract::State;
use axum::response::{IntoResponse, Json, Response};
use queue::Timestamp;
use queue::booking::{Booking, Restriction, Task, TaskKind};
use schema::MessageRow;
use serde_json::{Value, json};

/// Tasks and the restricted list, each with a booking of the person if one is known.
struct Found {
    /// With those of the times offered that are still free.
    tasks: Vec<(Task, Option<Booking>, Vec<Timestamp>)>,
    restricted: Vec<(queue::booking::PersonId, Restriction, Option<Booking>)>,
    messages: Vec<crate::core::appointments::Message>,
}

pub(super) async fn tasks(State(interface): State<Interface>) -> Response {
    let config = interface.config.clone();
    let look = move |facts: &Facts<'_>| {
        let bookings = &facts.appointments.bookings;
        let tasks = bookings.tasks().map(|task| {
            let booking = bookings.booking(task.booking);
            let free = booking.map(|booking| bookings.still_free(facts.now, &*config, booking));
            (task.clone(), booking.cloned(), free.unwrap_or_default())
        });
        let restricted = bookings.persons().filter_map(|(person, credit)| {
            let restriction = credit.restricted(facts.now)?;
            let latest = bookings.bookings().filter(|booking| booking.form.person == *person).last();
            Some((person.clone(), restriction, latest.cloned()))
        });
        Found {
            tasks: tasks.collect(),
            restricted: restricted.collect(),
            messages: facts.appointments.messages.open().cloned().collect(),
        }
    };
    let Some(found) = interface.desk.look(look).await else { return ending() };
    let tasks = found.tasks.iter().map(|(task, booking, free)| {
        let offered = booking.as_ref().map_or(&[][..], |booking| &booking.offered);
        let offered = offered.iter().filter(|_| task.kind == TaskKind::OfferTimes).map(|at| {
            json!({
                "at": at, "time": clock_face(&interface.config, *at), "free": free.contains(at),
                "time_zh": words::day_and_time(&interface.config, *at),
            })
        });
        let mut seen = json!({
            "task": task.id, "what": task.kind, "booking": task.booking, "since": task.since,
            "since_time": clock_face(&interface.config, task.since), "offered": offered.collect::<Vec<_>>(),
        });
        add(&mut seen, whose(&interface, booking.as_ref()));
        seen
    });
    let restricted = found.restricted.iter().map(|(person, restriction, booking)| {
        let mut seen = json!({
            "person": person, "why": restriction.why, "until": restriction.until,
            "why_zh": words::why_restricted(restriction.why).zh,
            "until_time": clock_face(&interface.config, restriction.until),
        });
        add(&mut seen, whose(&interface, booking.as_ref()));
        seen
    });
    let (tasks, restricted): (Vec<_>, Vec<_>) = (tasks.collect(), restricted.collect());
    Json(json!({"tasks": tasks, "restricted": restricted, "messages": found.messages})).into_response()
}

/// Whose booking it is, masked, with its time and service.
fn whose(interface: &Interface, booking: Option<&Booking>) -> Value {
    let Some(booking) = booking else { return json!({}) };
    let person = interface.office.as_ref().and_then(|office| office.person(booking).ok());
    let service = interface.config.service(&booking.form.service.0);
    json!({
        "time": words::day_and_time(&interface.config, booking.form.at),
        "service_name": service.map(|service| &service.name),
        "name": person.as_ref().map(personal::Person::name_masked),
        "telephone": person.as_ref().and_then(personal::Person::telephone_masked),
    })
}

fn add(to: &mut Value, more: Value) {
    if let (Some(to), Value::Object(more)) = (to.as_object_mut(), more) {
        to.extend(more);
    }
}

/// The messages of today, and all that are still to be sent.
pub(super) async fn messages(State(interface): State<Interface>) -> Response {
    let Some(now) = interface.desk.look(|facts| facts.now).await else { return ending() };
    let since = day_begins(&interface.config, now);
    match interface.read(move |reader| reader.messages(since)).await {
        Ok(rows) => {
            let told = |row: &MessageRow| {
                json!({
                    "message": row.message, "booking": row.booking, "about": row.about, "state": row.state,
                    "tries": row.tries, "why": row.why, "outlet": row.outlet,
                    "time": clock_face(&interface.config, row.ended_at.unwrap_or(row.queued_at)),
                })
            };
            Json(json!({"messages": rows.iter().map(told).collect::<Vec<_>>()})).into_response()
        }
        Err(no) => *no,
    }
}
