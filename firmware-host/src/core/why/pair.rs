//! Two tickets side by side: why was the one called before the other?

use super::background::Scene;
use super::walk::why_before;
use super::{Background, NoSuchTicket, find, words};
use queue::explain::{Sentence, not_served};
use queue::{Called, Event, Hall, Ticket, TicketNumber, TicketSeq, TicketState, Timestamp};
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

/// Why there is nothing to compare.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoComparison {
    /// One of the two is not there.
    NoSuchTicket {
        /// As it was asked for.
        asked: String,
        /// What is there.
        no: NoSuchTicket,
    },
    /// Both are this ticket.
    Same(TicketNumber),
}

/// Compares the first calls of two tickets of a day.
///
/// # Errors
/// [`NoComparison`].
pub fn versus(
    entries: &[Logged],
    background: &Background,
    one: &str,
    other: &str,
) -> Result<Comparison, NoComparison> {
    let found = |asked: &str| {
        find(entries, asked).map_err(|no| NoComparison::NoSuchTicket { asked: asked.to_owned(), no })
    };
    let pair = [found(one)?, found(other)?];
    if pair[0].0 == pair[1].0 {
        let [(_, number), _] = pair;
        return Err(NoComparison::Same(number));
    }
    let scene = Scene::new(background, entries);
    let mut hall = Hall::new(scene.then.clone());
    for logged in entries {
        let Entry::Hall(event) = &logged.entry else { continue };
        if let Event::Called(called) = event
            && let Some(place) = pair.iter().position(|(seq, _)| *seq == called.ticket)
        {
            let says = against(&hall, logged.at, called, &pair[1 - place], &scene);
            return Ok(Comparison { first: Some(called.number.clone()), says });
        }
        hall.apply(logged.at, event);
    }
    let [(_, x), (_, y)] = &pair;
    let neither =
        words::both(format!("{x} 和 {y} 都还没有叫过号。"), format!("Neither {x} nor {y} has been called."));
    Ok(Comparison { first: None, says: vec![neither] })
}

/// Why `called` came before the other one; the hall is as it was before the call.
fn against(
    hall: &Hall,
    at: Timestamp,
    called: &Called,
    (seq, number): &(TicketSeq, TicketNumber),
    scene: &Scene<'_>,
) -> Vec<Sentence> {
    let (y, window, time) = (&called.number, called.window, words::hms(at, scene.background));
    let alone = words::both(
        format!("{y} 于 {time} 由 {window} 号窗口叫号。"),
        format!("{y} was called to window {window} at {time}."),
    );
    let before = words::both(
        format!("{y} 于 {time} 由 {window} 号窗口叫号，先于 {number}。"),
        format!("{y} was called to window {window} at {time}, before {number}."),
    );
    match hall.ticket(*seq) {
        None => vec![
            alone,
            words::both(format!("当时 {number} 尚未取号。"), format!("{number} had not been taken by then.")),
        ],
        Some(ticket) if matches!(ticket.state, TicketState::Waiting { .. }) => {
            let why = why_before(hall, at, called, ticket, scene);
            vec![before, why.map_or_else(|| not_callable(hall, called, ticket, scene), |(_, _, says)| says)]
        }
        // Whoever was not called yet and does not wait was voided.
        Some(_) => vec![
            alone,
            words::both(format!("当时 {number} 已作废。"), format!("{number} had been voided by then.")),
        ],
    }
}

/// The window that called could not call the waiting `ticket`, as far as that can be known.
fn not_callable(hall: &Hall, called: &Called, ticket: &Ticket, scene: &Scene<'_>) -> Sentence {
    let (window, number) = (called.window, &ticket.number);
    if let TicketState::Waiting { only: Some(only) } = ticket.state {
        return words::both(
            format!("当时 {number} 只在 {only} 号窗口等候。"),
            format!("{number} was waiting for window {only} alone."),
        );
    }
    if hall.window(window).is_some_and(|window| window.skills.contains(&ticket.service)) {
        // The settings at hand say that it could; the record of the call, which goes before them, that it did not reach it.
        return words::both(
            format!("按当时的叫号记录，{window} 号窗口不能叫 {number}。"),
            format!("By the record of the call, window {window} could not call {number} at that moment."),
        );
    }
    if scene.background.knows(&ticket.service) {
        return not_served(window, number);
    }
    words::both(
        format!(
            "{window} 号窗口当时是否办理 {number} 的事项无从得知；当日记录中该窗口没有叫过这一事项的号。"
        ),
        format!(
            "Whether window {window} served {number}'s matter then is not known; by the day's record it called no ticket \
             of that matter."
        ),
    )
}
