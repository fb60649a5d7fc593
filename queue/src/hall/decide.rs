//! What a command would change, or why the rules refuse it. Dispatch, the day, and what is done to a ticket that is not
//! at a window. Nothing here changes the hall.

use super::moves::{self, Move};
use super::{Hall, Timer};
use crate::command::{By, Command, Destination, Grant};
use crate::event::Event;
use crate::ids::{Day, ServiceId, TicketNumber, TicketSeq, Timestamp, WindowNumber};
use crate::refusal::Refusal;
use crate::rules::Class;
use crate::ticket::{Ticket, TicketState};
use crate::window::{PlannedPause, Window, WindowState};

/// The last running number of a prefix. Four digits are what slips, displays and the voice have room for; beyond it
/// the service gives no numbers until the next day.
const LAST_RUNNING: u32 = 9999;

type Decision = Result<Vec<Event>, Refusal>;

/// Whoever the record names when the hall acts by itself.
pub(super) fn hallgate() -> By {
    By("hallgate".to_owned())
}

impl Hall {
    /// What the command would change at this moment. The caller now owes: commit the events, [`Hall::apply`] each, then
    /// send [`Command::Settle`] until it answers with none. An empty answer means that nothing is to be done.
    ///
    /// # Errors
    /// A [`Refusal`] if the rules forbid it; nothing is to be committed then.
    pub fn decide(&self, at: Timestamp, command: &Command) -> Decision {
        if at < self.latest {
            return Err(Refusal::TimeRunsBackwards { at, latest: self.latest });
        }
        if self.day.is_none() && !matches!(command, Command::OpenDay { .. } | Command::Settle | Command::Tick)
        {
            return Err(Refusal::NoDay);
        }
        match command {
            Command::OpenDay { day } => self.open_day(*day),
            Command::Issue { service, more, grant, booked, by } => {
                self.issue(at, service, more, grant.as_ref(), *booked, by)
            }
            Command::Grant { ticket, grant, by } => {
                let ticket = self.movable(*ticket, Move::Grant)?;
                if ticket.green.is_some() {
                    return Err(Refusal::AlreadyGreen { ticket: ticket.number.clone() });
                }
                one(Event::Granted { ticket: ticket.seq, grant: grant.clone(), by: by.clone() })
            }
            Command::Withdraw { ticket, reason, by } => {
                let ticket = self.movable(*ticket, Move::Withdraw)?;
                if ticket.green.is_none() {
                    return Err(Refusal::NotGreen { ticket: ticket.number.clone() });
                }
                one(Event::Withdrawn { ticket: ticket.seq, reason: reason.clone(), by: by.clone() })
            }
            Command::AssignHelper { ticket, helper, by } => {
                let ticket = self.movable(*ticket, Move::Help)?.seq;
                one(Event::HelperAssigned { ticket, helper: helper.clone(), by: by.clone() })
            }
            Command::OpenWindow { window, clerk } => self.open_window(*window, clerk.as_ref()),
            Command::TakeOver { window, clerk } => self.take_over(*window, clerk),
            Command::CloseWindow { window, force } => self.close_window(*window, force.as_ref()),
            Command::Pause { window, reason, planned_s } => self.pause(*window, reason, *planned_s),
            Command::Resume { window } => self.resume(at, *window),
            Command::CallNext { window } => self.call_next(at, *window),
            Command::StopAsking { window } => self.stop_asking(*window),
            Command::Settle => Ok(self.settle(at)),
            Command::Recall { window } => self.recall(*window),
            Command::Start { window } => self.start(*window),
            Command::Pass { window } => self.pass(*window),
            Command::Revive { ticket, by } => self.revive(at, *ticket, by),
            Command::Transfer { window, to, note } => self.transfer(at, *window, to, note),
            Command::Reassign { ticket, to, note, by } => self.reassign(at, *ticket, to, note, by),
            Command::Park { window, note } => self.park(*window, note),
            Command::Return { window, ticket } => self.return_parked(*window, *ticket),
            Command::AddMatter { window, service } => self.add_matter(*window, service),
            Command::Complete { window, prompt } => self.complete(at, *window, *prompt),
            Command::Void { ticket, reason, by } => self.void(*ticket, reason, by),
            Command::Rate { window, level, reasons } => self.rate(at, *window, *level, reasons),
            Command::RateTicket { ticket, level, reasons } => self.rate_ticket(*ticket, *level, reasons),
            Command::Tick => Ok(self.tick(at)),
        }
    }

    fn open_day(&self, day: Day) -> Decision {
        if let Some(open) = self.day
            && open >= day
        {
            return Err(Refusal::DayNotNew { day, open });
        }
        let unanswered = self.windows.values().filter_map(|window| Some((window.number, window.prompt?)));
        let mut events: Vec<Event> = unanswered
            .map(|(window, prompt)| Event::RatingClosed { ticket: prompt.ticket, window })
            .collect();
        let unfinished = self.tickets.values().filter(|ticket| !ticket.state.is_final());
        events.extend(unfinished.map(|ticket| Event::Voided {
            ticket: ticket.seq,
            reason: format!("unfinished when {day} began"),
            by: hallgate(),
        }));
        events.push(Event::DayOpened { day, next_seq: self.next_seq });
        Ok(events)
    }

    fn issue(
        &self,
        at: Timestamp,
        service: &ServiceId,
        more: &[ServiceId],
        grant: Option<&Grant>,
        booked: Option<Timestamp>,
        by: &By,
    ) -> Decision {
        let class = self.known_class(service)?;
        let mut further: Vec<ServiceId> = Vec::new();
        for matter in more {
            self.known_class(matter)?;
            // Rule R4: the same service twice in one visit is one matter.
            if matter != service && !further.contains(matter) {
                further.push(matter.clone());
            }
        }
        // Rules Q2, X3: for whatever the visit is to do.
        std::iter::once(service).chain(&further).try_for_each(|matter| self.some_open_window(matter))?;
        let number = self.next_number(service)?;
        // Rule A5, CALL-ORDER §1: in the last second of the grace it is still valid.
        let valid = booked.filter(|booked| at <= booked.plus(self.rules.parameters.appointment_grace_s));
        one(Event::Issued {
            ticket: self.next_seq,
            number,
            service: service.clone(),
            class,
            more: further,
            green: grant.cloned(),
            booked: valid,
            forfeited: booked.filter(|_| valid.is_none()),
            by: by.clone(),
        })
    }

    /// Rule Q1: the prefix's next number, whichever of its services asks.
    fn next_number(&self, service: &ServiceId) -> Result<TicketNumber, Refusal> {
        let prefix = self.service_rule(service).map_or("", |rule| rule.prefix.as_str());
        let running = self.running.get(prefix).copied().unwrap_or_default().saturating_add(1);
        if running > LAST_RUNNING {
            return Err(Refusal::NumbersUsedUp { prefix: prefix.to_owned() });
        }
        Ok(TicketNumber::new(prefix, running))
    }

    fn revive(&self, at: Timestamp, seq: TicketSeq, by: &By) -> Decision {
        let ticket = self.known_ticket(seq)?;
        match ticket.state {
            TicketState::Missed { .. } if ticket.revived => {
                Err(Refusal::AlreadyRevived { ticket: ticket.number.clone() })
            }
            TicketState::Missed { at: until } => {
                Err(Refusal::ReviveTooLate { ticket: ticket.number.clone(), until })
            }
            TicketState::Passed { until } if at > until => {
                Err(Refusal::ReviveTooLate { ticket: ticket.number.clone(), until })
            }
            _ => {
                moves::check(ticket, Move::Revive)?;
                // Rule X3: a matter that a reload removed keeps nobody, as at the end of a service (Q7).
                let further = ticket.open_matters().filter(|matter| self.class_of(matter).is_some());
                std::iter::once(&ticket.service)
                    .chain(further)
                    .try_for_each(|matter| self.some_open_window(matter))?;
                one(Event::Revived { ticket: seq, by: by.clone() })
            }
        }
    }

    fn reassign(&self, at: Timestamp, seq: TicketSeq, to: &Destination, note: &str, by: &By) -> Decision {
        let ticket = self.movable(seq, Move::Reassign)?;
        let only = match ticket.state {
            TicketState::Waiting { only } => Some(only),
            _ => None,
        };
        let same = match to {
            Destination::Service(service) => *service == ticket.service && only == Some(None),
            Destination::Window(window) => only == Some(Some(*window)),
        };
        if same {
            return Err(Refusal::SameDestination { ticket: ticket.number.clone() });
        }
        let (service, class) = self.destination(ticket, to)?;
        // A waiting ticket's wait goes on; a parked one's was counted at its call (Q5).
        let join = if only.is_some() { ticket.join } else { ticket.join_keeping_wait(at) };
        one(Event::Transferred {
            ticket: seq,
            from: None,
            to: to.clone(),
            service,
            class,
            join,
            note: note.to_owned(),
            by: by.clone(),
        })
    }

    /// Service and class a ticket has after going there.
    pub(super) fn destination(
        &self,
        ticket: &Ticket,
        to: &Destination,
    ) -> Result<(ServiceId, Class), Refusal> {
        match to {
            Destination::Service(service) => {
                let class = self.known_class(service)?;
                self.some_open_window(service)?;
                Ok((service.clone(), class))
            }
            Destination::Window(window) => {
                self.open_window_at(*window)?;
                Ok((ticket.service.clone(), ticket.class))
            }
        }
    }

    fn void(&self, seq: TicketSeq, reason: &str, by: &By) -> Decision {
        let ticket = self.movable(seq, Move::Void)?;
        let mut events = vec![Event::Voided { ticket: seq, reason: reason.to_owned(), by: by.clone() }];
        events.extend(ticket.state.at_window().and_then(|window| self.booked_pause(window)));
        Ok(events)
    }

    /// All that has run out by now. Rating prompts end in their last moment, revival periods after it.
    fn tick(&self, at: Timestamp) -> Vec<Event> {
        let due = self.timers.iter().take_while(|&&(deadline, _)| deadline <= at);
        due.filter_map(|&(_, timer)| match timer {
            Timer::Rating(number) => {
                let prompt = self.windows.get(&number)?.prompt?;
                Some(Event::RatingClosed { ticket: prompt.ticket, window: number })
            }
            Timer::Revival(ticket) => Some(Event::Expired { ticket }),
            Timer::Pause(number) => {
                let WindowState::Paused { since, .. } = self.windows.get(&number)?.state else { return None };
                Some(Event::PauseOverdue { window: number, paused_s: at.since(since) })
            }
            Timer::Target(seq) => {
                let ticket = self.tickets.get(&seq)?;
                let wait_s = at.since(ticket.ready);
                let targets = &self.rules.parameters.targets;
                // After a restart both may be due: the greater word is enough.
                Some(if wait_s > targets.of(ticket.class, ticket.booked.is_some()) {
                    Event::TargetPassed { ticket: seq, wait_s }
                } else {
                    Event::TargetNear { ticket: seq, wait_s }
                })
            }
        })
        .collect()
    }

    pub(super) fn known_ticket(&self, seq: TicketSeq) -> Result<&Ticket, Refusal> {
        self.tickets.get(&seq).ok_or(Refusal::UnknownTicket { ticket: seq })
    }

    fn movable(&self, seq: TicketSeq, wanted: Move) -> Result<&Ticket, Refusal> {
        let ticket = self.known_ticket(seq)?;
        moves::check(ticket, wanted)?;
        Ok(ticket)
    }

    pub(super) fn known_class(&self, service: &ServiceId) -> Result<Class, Refusal> {
        self.class_of(service).ok_or_else(|| Refusal::UnknownService { service: service.clone() })
    }

    /// Rule Q2; a paused window counts as open.
    pub(super) fn some_open_window(&self, service: &ServiceId) -> Result<(), Refusal> {
        let mut open = self.windows.values().filter(|window| window.state.is_open());
        if open.any(|window| window.skills.contains(service)) {
            Ok(())
        } else {
            Err(Refusal::NoOpenWindow { service: service.clone() })
        }
    }

    pub(super) fn known_window(&self, number: WindowNumber) -> Result<&Window, Refusal> {
        self.windows.get(&number).ok_or(Refusal::UnknownWindow { window: number })
    }

    /// The window, if a clerk works there.
    pub(super) fn open_window_at(&self, number: WindowNumber) -> Result<&Window, Refusal> {
        let window = self.known_window(number)?;
        if window.state.is_open() { Ok(window) } else { Err(Refusal::WindowClosed { window: number }) }
    }

    /// The pause that begins because the window has become empty.
    pub(super) fn booked_pause(&self, number: WindowNumber) -> Option<Event> {
        let PlannedPause { reason, planned_s } = self.windows.get(&number)?.pause_booked.clone()?;
        Some(Event::Paused { window: number, reason, planned_s })
    }
}

pub(super) fn one(event: Event) -> Decision {
    Ok(vec![event])
}
