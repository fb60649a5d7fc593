//! Two tickets side by side: why was the one called before the other?

use super::walk::why_before;
use super::{Background, NoSuchTicket, find, words};
use crate::core::words::ticket_state_zh;
use queue::explain::{Sentence, not_served};
use queue::{Called, Event, Hall, TicketNumber, TicketSeq, TicketState, Timestamp};
use schema::{Entry, Logged};
use serde::Serialize;

/// Who of two was called first, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Comparison {
    /// Who was called first; `None` if neither was called yet.
    pub first: Option<TicketNumber>,
    /// Why, in sentences.
    pub says: Vec<Sentence>,
}

/// Compares the first calls of two tickets of a day.
///
/// # Errors
/// [`NoSuchTicket`] for the one that is not there.
pub fn versus(
    entries: &[Logged],
    background: &Background,
    one: &str,
    other: &str,
) -> Result<Comparison, NoSuchTicket> {
    let pair = [find(entries, one)?, find(entries, other)?];
    let mut hall = Hall::new(background.rules.clone());
    for logged in entries {
        let Entry::Hall(event) = &logged.entry else { continue };
        if let Event::Called(called) = event
            && let Some(place) = pair.iter().position(|(seq, _)| *seq == called.ticket)
        {
            let says = against(&hall, logged.at, called, &pair[1 - place], background);
            return Ok(Comparison { first: Some(called.number.clone()), says });
        }
        hall.apply(logged.at, event);
    }
    let [(_, x), (_, y)] = &pair;
    let neither =
        words::both(format!("{x} 和 {y} 都还没有叫号。"), format!("neither {x} nor {y} has been called"));
    Ok(Comparison { first: None, says: vec![neither] })
}

/// Why `called` came before the other one; the hall is as it was before the call.
fn against(
    hall: &Hall,
    at: Timestamp,
    called: &Called,
    (seq, number): &(TicketSeq, TicketNumber),
    background: &Background,
) -> Vec<Sentence> {
    let (y, window, time) = (&called.number, called.window, words::hms(at, background));
    let mut says = vec![words::both(
        format!("{y} 于 {time} 由 {window} 号窗口叫号，先于 {number}。"),
        format!("{y} was called at {time} to window {window}, before {number}"),
    )];
    says.push(match hall.ticket(*seq) {
        None => words::both(format!("当时 {number} 尚未取号。"), format!("{number} had not been taken then")),
        Some(ticket) if matches!(ticket.state, TicketState::Waiting { .. }) => {
            match why_before(hall, at, called, ticket, background) {
                Some((_, _, says)) => says,
                None => not_served(window, number),
            }
        }
        Some(ticket) => words::both(
            format!("当时 {number} {}。", ticket_state_zh(&ticket.state)),
            format!("{number} was {} then", ticket.state.name()),
        ),
    });
    says
}
