//! Making committed events true. Total: an event of an older configuration, or one that names what is not there, changes
//! what it can and never fails, so that a committed log always loads.

use super::{Hall, Timer, index, target_timer};
use crate::command::Destination;
use crate::event::{Called, Event, Reason};
use crate::ids::{ServiceId, TicketNumber, TicketSeq, Timestamp, WindowNumber};
use crate::order::Waiting;
use crate::ticket::{Reminded, SentOn, Ticket, TicketState};
use crate::window::{PlannedPause, RatingPrompt, Window, WindowState};

impl Hall {
    /// Makes one committed event of this moment true. Called by the host after the commit and at start-up, in the
    /// order of the log, with nothing left out since the latest [`Event::DayOpened`].
    pub fn apply(&mut self, at: Timestamp, event: &Event) {
        self.latest = self.latest.max(at);
        match event {
            Event::DayOpened { day, next_seq } => {
                self.day = Some(*day);
                self.next_seq = *next_seq;
                self.running.clear();
                self.tickets.clear();
                self.by_number.clear();
                self.timers.clear();
                self.waiting = Waiting::new(self.rules.parameters.pass_limit);
                self.close_all_windows();
            }
            Event::Issued { .. } => self.apply_issued(at, event),
            Event::Granted { ticket, grant, .. } => {
                self.change(*ticket, |ticket| ticket.green = Some(grant.clone()));
            }
            Event::Withdrawn { ticket, .. } => self.change(*ticket, |ticket| ticket.green = None),
            Event::HelperAssigned { ticket, helper, .. } => {
                self.change(*ticket, |ticket| ticket.helper.clone_from(helper));
            }
            Event::WindowOpened { window, clerk } => {
                self.set_doing(*window, WindowState::Free);
                self.window_mut(*window).clerk.clone_from(clerk);
            }
            Event::WindowClosed { window, .. } => {
                self.set_doing(*window, WindowState::Closed);
                let window = self.window_mut(*window);
                window.clerk = None;
                window.pause_booked = None;
            }
            Event::ClerkChanged { window, clerk } => {
                self.window_mut(*window).clerk = Some(clerk.clone());
            }
            Event::Paused { window, reason, planned_s } => {
                let (reason, planned_s) = (reason.clone(), *planned_s);
                self.set_doing(*window, WindowState::Paused { since: at, reason, planned_s, reminded: 0 });
                self.window_mut(*window).pause_booked = None;
            }
            Event::PauseBooked { window, reason, planned_s } => {
                let booked = PlannedPause { reason: reason.clone(), planned_s: *planned_s };
                self.window_mut(*window).pause_booked = Some(booked);
            }
            Event::PauseOverdue { window, .. } => {
                let mut state = self.window_mut(*window).state.clone();
                if let WindowState::Paused { reminded, .. } = &mut state {
                    *reminded = reminded.saturating_add(1);
                    self.set_doing(*window, state);
                }
            }
            Event::Resumed { window, .. } => {
                let paused = self.window_mut(*window);
                paused.pause_booked = None;
                if matches!(paused.state, WindowState::Paused { .. }) {
                    self.set_doing(*window, WindowState::Free);
                }
            }
            Event::Asked { window } => self.set_doing(*window, WindowState::Asking { since: at }),
            Event::StoppedAsking { window } => self.set_doing(*window, WindowState::Free),
            Event::Called(called) => self.apply_called(at, called),
            Event::Recalled { ticket, times, .. } => self.change(*ticket, |ticket| {
                if let TicketState::Called { recalls, .. } = &mut ticket.state {
                    *recalls = *times;
                }
            }),
            Event::Started { ticket, window } => {
                let state = TicketState::Serving { window: *window, since: at };
                self.change(*ticket, |ticket| ticket.state = state);
            }
            Event::Passed { ticket, ended, .. } => {
                let until = at.plus(self.rules.parameters.revive_within_s);
                let state = if *ended { TicketState::Missed { at } } else { TicketState::Passed { until } };
                self.change(*ticket, |ticket| ticket.state = state);
            }
            Event::Revived { ticket, .. } => self.change(*ticket, |ticket| {
                ticket.join = at;
                ticket.ready = at;
                ticket.booked = None;
                ticket.passed = 0;
                ticket.revived = true;
                ticket.reminded = Reminded::No;
                ticket.state = TicketState::Waiting { only: None };
            }),
            Event::Expired { ticket } => {
                self.change(*ticket, |ticket| ticket.state = TicketState::Missed { at });
            }
            Event::Transferred { .. } => self.apply_transferred(event),
            Event::Parked { ticket, window, .. } => {
                let state = TicketState::Parked { window: *window, since: at };
                self.change(*ticket, |ticket| ticket.state = state);
            }
            Event::Returned { ticket, window } => {
                let state = TicketState::Returned { window: *window, since: at };
                self.change(*ticket, |ticket| ticket.state = state);
            }
            Event::MatterAdded { ticket, service, .. } => {
                self.change(*ticket, |ticket| ticket.matters.push((service.clone(), false)));
            }
            Event::Completed { ticket, window, prompted, matters, .. } => {
                let state = TicketState::Completed { window: *window, at };
                self.change(*ticket, |ticket| {
                    ticket.state = state;
                    ticket.rated = false;
                    for (matter, done) in &mut ticket.matters {
                        *done |= matters.contains(matter);
                    }
                });
                if *prompted {
                    let until = at.plus(self.rules.parameters.rating_within_s);
                    self.set_prompt(*window, Some(RatingPrompt { ticket: *ticket, until }));
                }
            }
            Event::Voided { ticket, .. } => {
                self.change(*ticket, |ticket| ticket.state = TicketState::Voided { at });
            }
            Event::TargetNear { ticket, .. } => {
                self.change(*ticket, |ticket| ticket.reminded = Reminded::Near);
            }
            Event::TargetPassed { ticket, .. } => {
                self.change(*ticket, |ticket| ticket.reminded = Reminded::Passed);
            }
            Event::Rated { ticket, window, .. } => {
                self.end_prompt(*window, *ticket);
                self.change(*ticket, |ticket| match ticket.state {
                    TicketState::Completed { window: last, .. } if last == *window => ticket.rated = true,
                    _ => {}
                });
            }
            Event::RatingClosed { ticket, window } => self.end_prompt(*window, *ticket),
        }
    }

    fn apply_issued(&mut self, at: Timestamp, event: &Event) {
        let Event::Issued { ticket, number, service, class, more, green, booked, .. } = event else { return };
        if self.tickets.contains_key(ticket) {
            return;
        }
        self.next_seq = self.next_seq.max(TicketSeq(ticket.0.saturating_add(1)));
        self.count_number(number, service);
        self.by_number.insert(number.clone(), *ticket);
        let issued = Ticket {
            seq: *ticket,
            number: number.clone(),
            service: service.clone(),
            class: *class,
            matters: std::iter::once(service).chain(more).map(|matter| (matter.clone(), false)).collect(),
            green: green.clone(),
            booked: *booked,
            issued: at,
            join: at,
            // CALL-ORDER §1: an early appointment waits from its booked time on.
            ready: booked.map_or(at, |booked| booked.max(at)),
            passed: 0,
            waited_s: 0,
            revived: false,
            sent: None,
            helper: None,
            rated: false,
            reminded: Reminded::No,
            state: TicketState::Waiting { only: None },
        };
        index(&mut self.waiting, &issued);
        self.timers.extend(target_timer(&self.rules, &issued));
        self.tickets.insert(*ticket, issued);
    }

    /// Rule Q1: the next number of this prefix follows this one. The prefix is the service's; if the settings have
    /// changed since, it is what stands before the digits.
    fn count_number(&mut self, number: &TicketNumber, service: &ServiceId) {
        let label: &str = &number.0;
        let by_rule = self.service_rule(service).and_then(|rule| split_number(label, &rule.prefix));
        let split =
            by_rule.or_else(|| split_number(label, label.trim_end_matches(|c: char| c.is_ascii_digit())));
        if let Some((prefix, running)) = split {
            let latest = self.running.entry(prefix.to_owned()).or_default();
            *latest = running.max(*latest);
        }
    }

    fn apply_called(&mut self, at: Timestamp, called: &Called) {
        if !self.tickets.contains_key(&called.ticket) {
            return;
        }
        self.change(called.ticket, |ticket| {
            ticket.state = TicketState::Called { window: called.window, since: at, recalls: 0 };
            ticket.waited_s = called.wait_s;
        });
        for overtaken in called.overtaken.iter().filter(|overtaken| overtaken.counts) {
            self.change(overtaken.ticket, |ticket| ticket.passed = ticket.passed.saturating_add(1));
        }
        // A parked person's return is no decision of the order and leaves its memory alone.
        if called.reason != Reason::Return {
            let priority = matches!(called.reason, Reason::Green | Reason::Appointment);
            self.window_mut(called.window).last_priority = priority;
        }
    }

    fn apply_transferred(&mut self, event: &Event) {
        let Event::Transferred { ticket, from, to, service, class, join, note, by } = event else { return };
        let only = match to {
            Destination::Service(_) => None,
            Destination::Window(window) => Some(*window),
        };
        self.change(*ticket, |ticket| {
            let waits = matches!(ticket.state, TicketState::Waiting { .. });
            // Rule Q5: whoever was not called yet keeps all, the appointment too; whoever was starts a new leg.
            if !waits {
                ticket.ready = *join;
                ticket.booked = None;
                ticket.reminded = Reminded::No;
            }
            ticket.join = *join;
            redirect(&mut ticket.matters, &ticket.service, service);
            ticket.service = service.clone();
            ticket.class = *class;
            ticket.sent = Some(SentOn { from: *from, by: by.clone(), note: note.clone() });
            ticket.state = TicketState::Waiting { only };
        });
    }

    /// Changes one ticket and keeps everything that follows from its state in step: the order, the timer, the windows
    /// it is at or returns to. Nothing happens if the ticket is not of this day.
    fn change(&mut self, seq: TicketSeq, change: impl FnOnce(&mut Ticket)) {
        let Some(ticket) = self.tickets.get_mut(&seq) else { return };
        let before = ticket.state.clone();
        if let TicketState::Waiting { only } = before {
            self.waiting.remove(&ticket.service, only, ticket.place().key());
        }
        if let Some(timer) = target_timer(&self.rules, ticket) {
            self.timers.remove(&timer);
        }
        change(ticket);
        let after = ticket.state.clone();
        index(&mut self.waiting, ticket);
        self.timers.extend(target_timer(&self.rules, ticket));
        if before != after {
            self.leave(seq, &before);
            self.enter(seq, &after);
        }
    }

    fn leave(&mut self, seq: TicketSeq, state: &TicketState) {
        match state {
            TicketState::Called { window, .. } | TicketState::Serving { window, .. }
                if self.window_mut(*window).state.ticket() == Some(seq) =>
            {
                self.set_doing(*window, WindowState::Free);
            }
            TicketState::Returned { window, .. } => {
                self.window_mut(*window).returned.retain(|&returned| returned != seq);
            }
            TicketState::Passed { until } => {
                self.timers.remove(&(revival_deadline(*until), Timer::Revival(seq)));
            }
            _ => {}
        }
    }

    fn enter(&mut self, seq: TicketSeq, state: &TicketState) {
        match state {
            TicketState::Called { window, .. } => {
                self.set_doing(*window, WindowState::Calling { ticket: seq });
            }
            TicketState::Serving { window, .. } => {
                self.set_doing(*window, WindowState::Serving { ticket: seq });
            }
            TicketState::Returned { window, .. } => self.window_mut(*window).returned.push(seq),
            TicketState::Passed { until } => {
                self.timers.insert((revival_deadline(*until), Timer::Revival(seq)));
            }
            _ => {}
        }
    }

    /// The window, added without skills if the settings no longer know it.
    fn window_mut(&mut self, number: WindowNumber) -> &mut Window {
        self.windows.entry(number).or_insert_with(|| Window::new(number, Vec::new()))
    }

    /// Sets what a window is doing, and keeps the reminder of a pause in step.
    fn set_doing(&mut self, number: WindowNumber, state: WindowState) {
        let remind_at = state.remind_at();
        let old = std::mem::replace(&mut self.window_mut(number).state, state);
        if let Some(at) = old.remind_at() {
            self.timers.remove(&(at, Timer::Pause(number)));
        }
        self.timers.extend(remind_at.map(|at| (at, Timer::Pause(number))));
    }

    /// Ends the prompt for this ticket; a later one of another ticket goes on.
    fn end_prompt(&mut self, number: WindowNumber, seq: TicketSeq) {
        if self.window_mut(number).prompt.is_some_and(|prompt| prompt.ticket == seq) {
            self.set_prompt(number, None);
        }
    }

    fn set_prompt(&mut self, number: WindowNumber, prompt: Option<RatingPrompt>) {
        let old = std::mem::replace(&mut self.window_mut(number).prompt, prompt);
        if let Some(old) = old {
            self.timers.remove(&(old.until, Timer::Rating(number)));
        }
        if let Some(new) = prompt {
            self.timers.insert((new.until, Timer::Rating(number)));
        }
    }
}

/// Revival is allowed up to and in the second `until`, so it runs out in the next.
fn revival_deadline(until: Timestamp) -> Timestamp {
    until.plus(1)
}

fn split_number<'a>(label: &'a str, prefix: &str) -> Option<(&'a str, u32)> {
    let digits = label.strip_prefix(prefix)?;
    let running = digits.parse().ok()?;
    Some((&label[..label.len() - digits.len()], running))
}

/// The unfinished present matter becomes the new one: the window found out what the person really came for (Q5, Q7).
fn redirect(matters: &mut Vec<(ServiceId, bool)>, present: &ServiceId, new: &ServiceId) {
    if present == new {
        return;
    }
    let Some(position) = matters.iter().position(|(matter, done)| matter == present && !done) else { return };
    if let Some((_, done)) = matters.iter_mut().find(|(matter, _)| matter == new) {
        *done = false;
        matters.remove(position);
    } else {
        matters[position].0 = new.clone();
    }
}
