//! Settings guessed from the record, for a database without its configuration.

use queue::{Event, Hall, Reason, Rules, ServiceId, TicketSeq, TicketState, WindowNumber};
use schema::{Entry, Logged};
use std::collections::{BTreeMap, BTreeSet};

/// `rules` with what each window serves as the day's calls show it: the services of those it called, and of those it could
/// have called instead. People who were sent to one window alone show nothing of it.
pub fn guessed(entries: &[Logged], mut rules: Rules) -> Rules {
    let mut hall = Hall::new(rules.clone());
    let mut seen: BTreeMap<WindowNumber, BTreeSet<ServiceId>> = BTreeMap::new();
    for logged in entries {
        let Entry::Hall(event) = &logged.entry else { continue };
        if let Event::Called(called) = event
            && called.reason != Reason::Return
        {
            let anywhere = |ticket: TicketSeq| {
                let state = hall.ticket(ticket).map(|ticket| &ticket.state);
                matches!(state, Some(TicketState::Waiting { only: None }))
            };
            let own = (called.ticket, &called.inputs.service);
            let passed = called.overtaken.iter().map(|passed| (passed.ticket, &passed.inputs.service));
            let open = std::iter::once(own).chain(passed).filter(|&(ticket, _)| anywhere(ticket));
            seen.entry(called.window).or_default().extend(open.map(|(_, service)| service.clone()));
        }
        hall.apply(logged.at, event);
    }
    for window in &mut rules.windows {
        window.skills = seen.remove(&window.number).unwrap_or_default().into_iter().collect();
    }
    rules
}
