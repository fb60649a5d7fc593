//! What stands before a waiting ticket at this moment.

use super::walk::can_serve;
use super::{AbleWindow, Background, Stands, words};
use queue::{
    Command, Event, Hall, Ticket, TicketNumber, TicketState, Timestamp, Window, WindowNumber, WindowState,
};

/// `None` if the ticket does not wait.
pub(super) fn stands(
    hall: &Hall,
    ticket: &Ticket,
    now: Timestamp,
    background: &Background,
) -> Option<Stands> {
    let TicketState::Waiting { only } = ticket.state else { return None };
    // What was true in the course of the day is the record's to say; what a window may do now is the settings'.
    let mut hall = hall.clone();
    hall.set_rules(background.rules.clone());
    let able: Vec<&Window> = hall.windows().filter(|window| can_serve(window, ticket)).collect();
    let mine = ticket.place();
    let others = || {
        hall.tickets()
            .filter(|other| other.seq != ticket.seq && matches!(other.state, TicketState::Waiting { .. }))
    };
    let shares_window = |other: &Ticket| able.iter().any(|window| can_serve(window, other));
    let better = |other: &Ticket| {
        let theirs = other.place();
        (theirs.tier(now), theirs.key()) < (mine.tier(now), mine.key())
    };
    // Tickets of one service stand in one line also where nobody knows its windows.
    let same_line = |other: &Ticket| {
        let sent = |ticket: &Ticket| matches!(ticket.state, TicketState::Waiting { only: Some(_) });
        shares_window(other) || !(sent(ticket) || sent(other))
    };
    let mates = others().filter(|other| other.service == ticket.service && better(other));
    let ahead = mates.filter(|other| same_line(other)).count();
    let of_tier = |tier: u8| {
        let elsewhere = others().filter(|other| other.service != ticket.service && better(other));
        let theirs = elsewhere.filter(|other| other.place().tier(now) == tier);
        theirs.filter(|other| shares_window(other)).count() as u32
    };
    let parameters = &background.rules.parameters;
    let known = background.settings;
    let target_s = parameters.targets.of(ticket.class, ticket.booked.is_some());
    let mut stands = Stands {
        people_ahead: ahead as u32,
        other_green: of_tier(0),
        other_due: of_tier(1),
        windows: able.iter().map(|window| able_window(&hall, window, ticket, now, known)).collect(),
        windows_known: only.is_some() || background.knows(&ticket.service),
        limit: mine.next_limit(now, &parameters.limits).filter(|_| known),
        target: known.then(|| ticket.ready.plus(target_s)),
        passed: ticket.passed,
        pass_limit: known.then_some(parameters.pass_limit),
        says: Vec::new(),
    };
    stands.says = words::stands(&stands, ticket, now, background);
    Some(stands)
}

fn able_window(hall: &Hall, window: &Window, ticket: &Ticket, now: Timestamp, settings: bool) -> AbleWindow {
    let doing = match window.state {
        WindowState::Closed => "closed",
        WindowState::Free => "free",
        WindowState::Asking { .. } => "asking",
        WindowState::Calling { .. } => "calling",
        WindowState::Serving { .. } => "serving",
        WindowState::Paused { .. } => "paused",
    };
    let with = window.state.ticket().and_then(|seq| hall.ticket(seq)).map(|ticket| ticket.number.clone());
    let next = settings.then(|| next_at(hall, window.number, now)).flatten();
    let says = words::able_window(window.number, doing, with.as_ref(), next.as_ref(), &ticket.number);
    AbleWindow { number: window.number, doing, with, next, says }
}

/// Whom a window would call if it asked now: tried on a copy of the hall. `None` where it may not ask or finds nobody.
fn next_at(hall: &Hall, window: WindowNumber, now: Timestamp) -> Option<TicketNumber> {
    let mut trial = hall.clone();
    for event in trial.decide(now, &Command::CallNext { window }).ok()? {
        trial.apply(now, &event);
    }
    // Each round gives one asking window its ticket, so that this one's turn comes within as many rounds as there are windows.
    for _ in 0..=hall.windows().count() {
        let events = trial.decide(now, &Command::Settle).ok()?;
        for event in &events {
            if let Event::Called(called) = event
                && called.window == window
            {
                return Some(called.number.clone());
            }
            trial.apply(now, event);
        }
        if events.is_empty() {
            return None;
        }
    }
    None
}
