//! `GET /api/v1/transfers?day=`: everybody who was sent on that day, by whom, where to and with what note, and what became of
//! each there (rules Q5, P4).

use super::{DayAsked, Interface};
use crate::config::Config;
use crate::core::words;
use crate::office::clock_face;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Json, Response};
use queue::{Day, TicketSeq};
use schema::{CallRow, CompletionRow, Reader, StoreError, TicketRow, TransferRow};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// All that a day knows about those who were sent on.
struct Found {
    transfers: Vec<TransferRow>,
    tickets: BTreeMap<TicketSeq, TicketRow>,
    calls: Vec<CallRow>,
    completions: Vec<CompletionRow>,
}

pub(super) async fn get(
    State(interface): State<Interface>,
    asked: Result<Query<DayAsked>, QueryRejection>,
) -> Response {
    let day = match interface.day(asked) {
        Ok(day) => day,
        Err(no) => return *no,
    };
    match interface.read(move |reader| find(reader, day)).await {
        Ok(found) => Json(json!({"day": day, "transfers": told(&interface.config, &found)})).into_response(),
        Err(no) => *no,
    }
}

fn find(reader: &Reader, day: Day) -> Result<Found, StoreError> {
    let tickets = reader.day_tickets(day)?.into_iter().map(|ticket| (ticket.seq, ticket));
    Ok(Found {
        transfers: reader.day_transfers(day)?,
        tickets: tickets.collect(),
        calls: reader.day_calls(day)?,
        completions: reader.day_completions(day)?,
    })
}

fn told(config: &Config, found: &Found) -> Vec<Value> {
    found.transfers.iter().map(|sent| one(config, found, sent)).collect()
}

fn one(config: &Config, found: &Found, sent: &TransferRow) -> Value {
    let ticket = found.tickets.get(&sent.ticket);
    // Until the same person was sent on again.
    let next =
        found.transfers.iter().find(|next| next.ticket == sent.ticket && next.position > sent.position);
    let until = next.map_or(u64::MAX, |next| next.position);
    let within = |position: u64| (sent.position..until).contains(&position);
    let call = found.calls.iter().find(|call| call.called.ticket == sent.ticket && within(call.position));
    let done = found.completions.iter().find(|done| done.ticket == sent.ticket && within(done.position));
    let became = match (done, next) {
        (Some(_), _) => json!("completed"),
        (None, Some(_)) => json!("sent_on"),
        (None, None) => json!(ticket.map(|ticket| ticket.state)),
    };
    let called = call.map(
        |call| json!({"window": call.called.window, "at": call.at, "time": clock_face(config, call.at)}),
    );
    let completed = done.map(|done| {
        json!({
            "window": done.window, "clerk": done.clerk, "at": done.at, "time": clock_face(config, done.at),
        })
    });
    json!({
        "at": sent.at, "time": clock_face(config, sent.at), "ticket": sent.ticket,
        "number": ticket.map(|ticket| &ticket.number),
        "from_window": sent.from_window, "to_window": sent.to_window, "service": sent.service,
        "service_name": config.service(&sent.service.0).map(|service| &service.name),
        "note": sent.note, "note_zh": words::note_zh(&sent.note),
        "by": sent.by, "by_zh": words::by_zh(&sent.by),
        "became": became, "called": called, "completed": completed,
    })
}
