//! What a clerk can ask at a window, from signing in to completing. Nothing here changes the hall.

use super::Hall;
use super::decide::{hallgate, one};
use super::moves::{self, Move};
use crate::command::Destination;
use crate::event::{Event, NEXT_MATTER};
use crate::ids::{ServiceId, TicketSeq, Timestamp, WindowNumber};
use crate::refusal::Refusal;
use crate::ticket::{Ticket, TicketState};
use crate::window::{Window, WindowState};

type Decision = Result<Vec<Event>, Refusal>;

impl Hall {
    pub(super) fn open_window(&self, number: WindowNumber, clerk: Option<&String>) -> Decision {
        let window = self.known_window(number)?;
        // A window that only the record still knows is finished, never opened again.
        if !self.rules.windows.iter().any(|rule| rule.number == number) {
            return Err(Refusal::UnknownWindow { window: number });
        }
        if window.state.is_open() {
            return Err(Refusal::WindowAlreadyOpen { window: number });
        }
        let opened = Event::WindowOpened { window: number, clerk: clerk.cloned() };
        let left = clerk.map_or(Ok(None), |clerk| self.leave_for(number, clerk))?;
        Ok(std::iter::once(opened).chain(left).collect())
    }

    /// Rule P2: a stand-in.
    pub(super) fn take_over(&self, number: WindowNumber, clerk: &str) -> Decision {
        let window = self.open_window_at(number)?;
        if window.clerk.as_deref() == Some(clerk) {
            return Err(Refusal::AlreadyOnDuty { window: number });
        }
        let changed = Event::ClerkChanged { window: number, clerk: clerk.to_owned() };
        let left = self.leave_for(number, clerk)?;
        Ok(std::iter::once(changed).chain(left).collect())
    }

    /// One clerk, one window (rule P2): whoever signs in elsewhere signs off where they were, if rule X3 lets them.
    fn leave_for(&self, number: WindowNumber, clerk: &str) -> Result<Option<Event>, Refusal> {
        let elsewhere = self.windows.values().find(|window| {
            window.number != number && window.state.is_open() && window.clerk.as_deref() == Some(clerk)
        });
        let Some(old) = elsewhere else { return Ok(None) };
        if old.state.ticket().is_some() || self.n_stranded_without(old, Some(number)) > 0 {
            return Err(Refusal::ClerkElsewhere { clerk: clerk.to_owned(), window: old.number });
        }
        Ok(Some(Event::WindowClosed { window: old.number, forced: None }))
    }

    /// Rule X3.
    pub(super) fn close_window(&self, number: WindowNumber, force: Option<&String>) -> Decision {
        let window = self.open_window_at(number)?;
        self.must_be_empty(window)?;
        let waiting = self.n_stranded_without(window, None);
        if waiting > 0 && force.is_none() {
            return Err(Refusal::WouldStrand { window: number, waiting });
        }
        one(Event::WindowClosed { window: number, forced: force.cloned() })
    }

    /// People whom nobody could serve, or serve to the end, if this window closed: those who wait for services no other
    /// open window serves, those with further matters of that kind wherever they are (Q7), those sent to this window
    /// alone, and those parked here, who come back here (Q6). `opening`: a window that opens instead.
    fn n_stranded_without(&self, window: &Window, opening: Option<WindowNumber>) -> u32 {
        let others: Vec<&Window> = self
            .windows
            .values()
            .filter(|other| other.state.is_open() || Some(other.number) == opening)
            .filter(|other| other.number != window.number)
            .collect();
        let lost: Vec<&ServiceId> = window
            .skills
            .iter()
            .filter(|&skill| !others.iter().any(|other| other.skills.contains(skill)))
            .collect();
        let n = self.tickets.values().filter(|ticket| needs(ticket, window.number, &lost)).count();
        u32::try_from(n).unwrap_or(u32::MAX)
    }

    /// Rule P1.
    pub(super) fn pause(&self, number: WindowNumber, reason: &str, planned_s: Option<i64>) -> Decision {
        let window = self.open_window_at(number)?;
        let reason = reason.to_owned();
        match window.state {
            WindowState::Paused { .. } => Err(Refusal::WindowPaused { window: number }),
            WindowState::Calling { .. } | WindowState::Serving { .. } => {
                one(Event::PauseBooked { window: number, reason, planned_s })
            }
            _ => one(Event::Paused { window: number, reason, planned_s }),
        }
    }

    pub(super) fn resume(&self, at: Timestamp, number: WindowNumber) -> Decision {
        let window = self.open_window_at(number)?;
        let paused_s = match window.state {
            WindowState::Paused { since, .. } => at.since(since),
            _ if window.pause_booked.is_some() => 0,
            _ => return Err(Refusal::WindowNotPaused { window: number }),
        };
        one(Event::Resumed { window: number, paused_s })
    }

    /// Completes whoever is there, then asks, or pauses if a pause was booked.
    pub(super) fn call_next(&self, at: Timestamp, number: WindowNumber) -> Decision {
        let window = self.open_window_at(number)?;
        match window.state {
            WindowState::Paused { .. } => Err(Refusal::WindowPaused { window: number }),
            WindowState::Asking { .. } => Err(Refusal::AlreadyAsking { window: number }),
            WindowState::Calling { .. } | WindowState::Serving { .. } => {
                let mut events = self.complete(at, number, false)?;
                if window.pause_booked.is_none() {
                    events.push(Event::Asked { window: number });
                }
                Ok(events)
            }
            _ => one(Event::Asked { window: number }),
        }
    }

    pub(super) fn stop_asking(&self, number: WindowNumber) -> Decision {
        match self.open_window_at(number)?.state {
            WindowState::Asking { .. } => one(Event::StoppedAsking { window: number }),
            _ => Err(Refusal::NotAsking { window: number }),
        }
    }

    /// Rule Q4.
    pub(super) fn recall(&self, number: WindowNumber) -> Decision {
        let ticket = self.person_at(number, Move::Recall)?;
        let TicketState::Called { recalls, .. } = ticket.state else {
            return Err(Refusal::NobodyAtWindow { window: number });
        };
        if recalls >= self.rules.parameters.recalls {
            return Err(Refusal::NoMoreRecalls { ticket: ticket.number.clone(), recalls });
        }
        one(Event::Recalled { ticket: ticket.seq, window: number, times: recalls.saturating_add(1) })
    }

    pub(super) fn start(&self, number: WindowNumber) -> Decision {
        let ticket = self.person_at(number, Move::Start)?;
        one(Event::Started { ticket: ticket.seq, window: number })
    }

    /// Rule Q4: a person who was revived once and misses the call again is out.
    pub(super) fn pass(&self, number: WindowNumber) -> Decision {
        let ticket = self.person_at(number, Move::Pass)?;
        let passed = Event::Passed { ticket: ticket.seq, window: number, ended: ticket.revived };
        Ok(self.then_booked_pause(number, vec![passed]))
    }

    /// Rule Q5, CALL-ORDER §4: the time being served does not count as waiting.
    pub(super) fn transfer(
        &self,
        at: Timestamp,
        number: WindowNumber,
        to: &Destination,
        note: &str,
    ) -> Decision {
        let ticket = self.person_at(number, Move::Transfer)?;
        if *to == Destination::Window(number) {
            return Err(Refusal::SameDestination { ticket: ticket.number.clone() });
        }
        let (service, class) = self.destination(ticket, to)?;
        let sent = Event::Transferred {
            ticket: ticket.seq,
            from: Some(number),
            to: to.clone(),
            service,
            class,
            join: ticket.join_keeping_wait(at),
            note: note.to_owned(),
            by: crate::command::By(format!("window {number}")),
        };
        Ok(self.then_booked_pause(number, vec![sent]))
    }

    /// Rule Q6.
    pub(super) fn park(&self, number: WindowNumber, note: &str) -> Decision {
        let ticket = self.person_at(number, Move::Park)?;
        let parked = Event::Parked { ticket: ticket.seq, window: number, note: note.to_owned() };
        Ok(self.then_booked_pause(number, vec![parked]))
    }

    /// Rule Q6.
    pub(super) fn return_parked(&self, number: WindowNumber, which: Option<TicketSeq>) -> Decision {
        self.open_window_at(number)?;
        let seq = match which {
            Some(seq) => {
                let ticket = self.known_ticket(seq)?;
                moves::check(ticket, Move::Return)?;
                if let TicketState::Parked { window, .. } = ticket.state
                    && window != number
                {
                    return Err(Refusal::ParkedElsewhere { ticket: ticket.number.clone(), window });
                }
                seq
            }
            None => {
                let longest = self.parked_at(number).min();
                longest.ok_or(Refusal::NobodyParked { window: number })?.1
            }
        };
        one(Event::Returned { ticket: seq, window: number })
    }

    /// Everybody parked at a window with the moment since when.
    fn parked_at(&self, number: WindowNumber) -> impl Iterator<Item = (Timestamp, TicketSeq)> {
        self.tickets.values().filter_map(move |ticket| match ticket.state {
            TicketState::Parked { window, since } if window == number => Some((since, ticket.seq)),
            _ => None,
        })
    }

    /// Rule Q7.
    pub(super) fn add_matter(&self, number: WindowNumber, service: &ServiceId) -> Decision {
        let ticket = self.person_at(number, Move::AddMatter)?;
        self.known_class(service)?;
        if ticket.matters.iter().any(|(matter, _)| matter == service) {
            return Err(Refusal::MatterKnown { service: service.clone() });
        }
        self.some_open_window(service)?;
        one(Event::MatterAdded { ticket: ticket.seq, window: number, service: service.clone() })
    }

    /// Rule Q7: the present matter and all others this window serves are done together; the first of the rest goes on.
    pub(super) fn complete(&self, at: Timestamp, number: WindowNumber, prompted: bool) -> Decision {
        let ticket = self.person_at(number, Move::Complete)?;
        let window = self.known_window(number)?;
        let done_here = |matter: &ServiceId| *matter == ticket.service || window.skills.contains(matter);
        let (matters, rest): (Vec<&ServiceId>, Vec<&ServiceId>) =
            ticket.open_matters().partition(|matter| done_here(matter));
        let since = match ticket.state {
            TicketState::Called { since, .. } | TicketState::Serving { since, .. } => since,
            _ => at,
        };
        let mut events = vec![Event::Completed {
            ticket: ticket.seq,
            window: number,
            prompted,
            served_s: at.since(since),
            matters: matters.into_iter().cloned().collect(),
        }];
        // A service that a reload removed cannot be gone to.
        let next = rest.into_iter().find_map(|service| Some((service, self.class_of(service)?)));
        if let Some((service, class)) = next {
            events.push(Event::Transferred {
                ticket: ticket.seq,
                from: Some(number),
                to: Destination::Service(service.clone()),
                service: service.clone(),
                class,
                join: ticket.join_keeping_wait(at),
                note: NEXT_MATTER.to_owned(),
                by: hallgate(),
            });
        }
        Ok(self.then_booked_pause(number, events))
    }

    /// Rules R2, R3: only while the pad asks, and only once.
    pub(super) fn rate(
        &self,
        at: Timestamp,
        number: WindowNumber,
        level: u8,
        reasons: &[String],
    ) -> Decision {
        let window = self.known_window(number)?;
        let prompt = window.prompt.filter(|prompt| at < prompt.until);
        let prompt = prompt.ok_or(Refusal::NothingToRate { window: number })?;
        let (ticket, reasons) = (prompt.ticket, reasons.to_vec());
        one(Event::Rated { ticket, window: number, level: known(level)?, reasons, late: false })
    }

    /// Rule R2: by the slip's code, the service that ended last; whether the pad asks, asked or never did. A second matter of
    /// the same service in one visit has no rating of its own (R4).
    pub(super) fn rate_ticket(&self, seq: TicketSeq, level: u8, reasons: &[String]) -> Decision {
        let ticket = self.known_ticket(seq)?;
        let TicketState::Completed { window, .. } = ticket.state else {
            return Err(Refusal::TicketIs { ticket: ticket.number.clone(), state: ticket.state.name() });
        };
        if ticket.rated {
            return Err(Refusal::AlreadyRated { ticket: ticket.number.clone() });
        }
        one(Event::Rated { ticket: seq, window, level: known(level)?, reasons: reasons.to_vec(), late: true })
    }

    /// The ticket called or served at an open window, if its state permits this.
    fn person_at(&self, number: WindowNumber, wanted: Move) -> Result<&Ticket, Refusal> {
        let window = self.open_window_at(number)?;
        let person = window.state.ticket().and_then(|seq| self.tickets.get(&seq));
        let ticket = person.ok_or(Refusal::NobodyAtWindow { window: number })?;
        moves::check(ticket, wanted)?;
        Ok(ticket)
    }

    fn must_be_empty(&self, window: &Window) -> Result<(), Refusal> {
        match window.state.ticket().and_then(|seq| self.tickets.get(&seq)) {
            Some(ticket) => Err(Refusal::WindowBusy { window: window.number, ticket: ticket.number.clone() }),
            None => Ok(()),
        }
    }

    fn then_booked_pause(&self, number: WindowNumber, mut events: Vec<Event>) -> Vec<Event> {
        events.extend(self.booked_pause(number));
        events
    }
}

/// Whether a person cannot be served to the end without this window, the only open one for the `lost` services. Whoever was
/// passed has no place any more: reviving them asks anew who is there.
fn needs(ticket: &Ticket, window: WindowNumber, lost: &[&ServiceId]) -> bool {
    let open = || ticket.open_matters().any(|matter| lost.contains(&matter));
    // What is done at the window where a person is, or is sent to, is done there.
    let further = || ticket.open_matters().any(|matter| *matter != ticket.service && lost.contains(&matter));
    match ticket.state {
        TicketState::Waiting { only: None } => lost.contains(&&ticket.service) || open(),
        TicketState::Waiting { only: Some(at) }
        | TicketState::Parked { window: at, .. }
        | TicketState::Returned { window: at, .. } => at == window || further(),
        TicketState::Called { .. } | TicketState::Serving { .. } => further(),
        TicketState::Passed { .. }
        | TicketState::Completed { .. }
        | TicketState::Missed { .. }
        | TicketState::Voided { .. } => false,
    }
}

/// Rule R1.
fn known(level: u8) -> Result<u8, Refusal> {
    if (1..=5).contains(&level) { Ok(level) } else { Err(Refusal::NoSuchLevel { level }) }
}
