//! Giving one asking window its ticket (CALL-ORDER §3 to §5, rule Q6).

use super::Hall;
use crate::event::{CallInputs, Called, Event, Overtaken, Reason};
use crate::ids::Timestamp;
use crate::order::Choice;
use crate::ticket::Ticket;
use crate::window::{Window, WindowState};

impl Hall {
    /// The call of the first asking window that can serve somebody; none if no window can.
    pub(super) fn settle(&self, at: Timestamp) -> Vec<Event> {
        let Some(window) = self.first_to_serve() else { return Vec::new() };
        let called = match self.call_returned(window) {
            Some(called) => called,
            None => match self.call_waiting(at, window) {
                Some(called) => called,
                None => return Vec::new(),
            },
        };
        // Rule R2: the next call at the window ends the prompt.
        let unanswered =
            window.prompt.map(|prompt| Event::RatingClosed { ticket: prompt.ticket, window: window.number });
        unanswered.into_iter().chain([Event::Called(called)]).collect()
    }

    /// CALL-ORDER §5: fewest skills, then longest asking, then lowest number.
    fn first_to_serve(&self) -> Option<&Window> {
        let asking = self.windows.values().filter_map(|window| match window.state {
            WindowState::Asking { since } => Some(((window.skills.len(), since, window.number), window)),
            _ => None,
        });
        let able = asking.filter(|(_, window)| {
            !window.returned.is_empty() || self.waiting.reaches_anybody(window.reach())
        });
        able.min_by_key(|&(order, _)| order).map(|(_, window)| window)
    }

    /// Rule Q6: a parked person who is back comes first. Nobody is overtaken by it: the turn was theirs already.
    fn call_returned(&self, window: &Window) -> Option<Called> {
        let ticket = window.returned.iter().find_map(|seq| self.tickets.get(seq))?;
        Some(Called {
            ticket: ticket.seq,
            number: ticket.number.clone(),
            window: window.number,
            reason: Reason::Return,
            inputs: inputs(ticket, window, None),
            // The wait was counted at the first call; a later transfer still needs it.
            wait_s: ticket.waited_s,
            overtaken: Vec::new(),
        })
    }

    fn call_waiting(&self, at: Timestamp, window: &Window) -> Option<Called> {
        let limits = &self.rules.parameters.limits;
        let Choice { place: chosen, reason, limit } =
            self.waiting.choose(at, window.reach(), window.last_priority, limits)?;
        let ticket = self.tickets.get(&chosen.seq)?;
        let overtaken = self.waiting.overtaken(at, window.reach(), &chosen);
        let overtaken = overtaken.into_iter().filter_map(|(passed, counts)| {
            let ticket = self.tickets.get(&passed.seq)?;
            let limit = passed.next_limit(at, limits);
            let inputs = inputs(ticket, window, limit);
            Some(Overtaken { ticket: ticket.seq, number: ticket.number.clone(), counts, inputs })
        });
        Some(Called {
            ticket: ticket.seq,
            number: ticket.number.clone(),
            window: window.number,
            reason,
            inputs: inputs(ticket, window, limit),
            wait_s: at.since(ticket.ready).max(0),
            overtaken: overtaken.collect(),
        })
    }
}

/// All that the decision looked at in this ticket (CALL-ORDER §8.4).
fn inputs(ticket: &Ticket, window: &Window, limit: Option<Timestamp>) -> CallInputs {
    CallInputs {
        service: ticket.service.clone(),
        class: ticket.class,
        green: ticket.green.is_some(),
        booked: ticket.booked,
        join: ticket.join,
        ready: ticket.ready,
        passed: ticket.passed,
        last_priority: window.last_priority,
        limit,
    }
}
