//! A trace through the real hall, second by second, in the order of `lab/README.md` ("Hall semantics").

use super::trace::{Trace, TraceError};
use queue::rules::{ServiceRule, WindowRule};
use queue::{
    By, Called, Command, Day, Destination, Event, Grant, Hall, Parameters, Reason, Rules, ServiceId,
    TicketSeq, Timestamp, WindowNumber, WindowState,
};
use serde::Serialize;
use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};

/// One line of the laboratory's call log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CallLine {
    /// When, seconds after midnight.
    pub now: i64,
    /// Name of the window.
    pub window: String,
    /// Label of the ticket.
    pub ticket: String,
    /// Why.
    pub reason: Reason,
    /// Seconds waited in this leg.
    pub wait: i64,
    /// Nobody came.
    pub noshow: bool,
    /// Waiting, earlier-joined tickets this window could have served.
    pub passed_over: usize,
}

/// What happens at a moment of the day. The order of the variants is the order inside one second.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Moment {
    /// A window is done with what it did.
    WindowFree {
        window: usize,
        after: After,
    },
    ShiftBegins {
        window: usize,
    },
    ShiftEnds {
        window: usize,
    },
    PauseWanted {
        window: usize,
        duration_s: i64,
    },
    /// A number is taken, or a person who missed a call is back.
    Enters {
        ticket: usize,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum After {
    Pause,
    Service,
    Noshow,
}

#[derive(Clone, Debug, Default)]
struct Desk {
    on_shift: bool,
    /// Serving, holding for a no-show, or pausing.
    busy: bool,
    pauses_wanted: VecDeque<i64>,
}

#[derive(Clone, Debug)]
struct Visitor {
    noshows_left: i64,
    missed_once: bool,
    transferred: bool,
}

/// Whoever follows a day as it happens.
pub trait Follow {
    /// Somebody is about to take this number (position in the trace), at this moment of this hall.
    fn comes(&mut self, hall: &Hall, at: Timestamp, ticket: usize);
    /// Something became true.
    fn event(&mut self, at: Timestamp, event: &Event);
}

/// Nobody.
impl Follow for () {
    fn comes(&mut self, _: &Hall, _: Timestamp, _: usize) {}
    fn event(&mut self, _: Timestamp, _: &Event) {}
}

struct Run<'a, F> {
    trace: &'a Trace,
    follower: &'a mut F,
    hall: Hall,
    now: i64,
    /// Moments to come; the running number keeps those of one second and kind in the order they were foreseen.
    moments: BinaryHeap<Reverse<(i64, u8, u64, Moment)>>,
    n_foreseen: u64,
    desks: Vec<Desk>,
    visitors: Vec<Visitor>,
    lines: Vec<CallLine>,
}

/// Runs a day and returns its calls in order.
///
/// # Errors
/// [`TraceError`] if people would wait for ever, or the hall refuses a step of the trace.
pub fn run_trace(trace: &Trace) -> Result<Vec<CallLine>, TraceError> {
    follow_trace(trace, &mut ())
}

/// The same with somebody who follows it.
///
/// # Errors
/// As [`run_trace`].
pub fn follow_trace(trace: &Trace, follower: &mut impl Follow) -> Result<Vec<CallLine>, TraceError> {
    let visitors = trace.tickets.iter().map(|ticket| Visitor {
        noshows_left: ticket.noshow,
        missed_once: false,
        transferred: false,
    });
    let mut run = Run {
        trace,
        follower,
        hall: Hall::new(rules(trace)),
        now: 0,
        moments: BinaryHeap::new(),
        n_foreseen: 0,
        desks: vec![Desk::default(); trace.windows.len()],
        visitors: visitors.collect(),
        lines: Vec::new(),
    };
    run.foresee_day();
    if let Some(&Reverse((first, ..))) = run.moments.peek() {
        run.open_hall(first)?;
    }
    while let Some(&Reverse((now, ..))) = run.moments.peek() {
        run.now = now;
        while let Some(Reverse((_, _, _, moment))) = run.next_of_this_second() {
            run.live(moment)?;
        }
        while let Some(called) = run.settle()? {
            run.called(&called);
        }
    }
    run.nobody_left()?;
    Ok(run.lines)
}

impl<F: Follow> Run<'_, F> {
    fn foresee_day(&mut self) {
        let trace = self.trace;
        let session_ends: Vec<i64> = trace.sessions.iter().map(|&(_, end)| end).collect();
        for (window, desk) in trace.windows.iter().enumerate() {
            for (begins, ends) in desk.availability(&session_ends) {
                self.foresee(begins, Moment::ShiftBegins { window });
                if let Some(ends) = ends {
                    self.foresee(ends, Moment::ShiftEnds { window });
                }
            }
            for &(from, duration_s) in &desk.pauses {
                self.foresee(from, Moment::PauseWanted { window, duration_s });
            }
        }
        for (ticket, visitor) in trace.tickets.iter().enumerate() {
            self.foresee(visitor.arrive, Moment::Enters { ticket });
        }
    }

    fn foresee(&mut self, at: i64, moment: Moment) {
        let kind = match moment {
            Moment::WindowFree { .. } => 0,
            Moment::ShiftBegins { .. } => 1,
            Moment::ShiftEnds { .. } => 2,
            Moment::PauseWanted { .. } => 3,
            Moment::Enters { .. } => 4,
        };
        self.moments.push(Reverse((at, kind, self.n_foreseen, moment)));
        self.n_foreseen += 1;
    }

    fn next_of_this_second(&mut self) -> Option<Reverse<(i64, u8, u64, Moment)>> {
        let &Reverse((at, ..)) = self.moments.peek()?;
        if at == self.now { self.moments.pop() } else { None }
    }

    /// All windows have a clerk all day, so that numbers can be taken for services whose windows begin later; on shift
    /// is who asks.
    fn open_hall(&mut self, first: i64) -> Result<(), TraceError> {
        self.now = first;
        self.command(Command::OpenDay { day: Day(1) })?;
        for window in 0..self.desks.len() {
            self.command(Command::OpenWindow { window: number(window), clerk: None })?;
        }
        Ok(())
    }

    fn live(&mut self, moment: Moment) -> Result<(), TraceError> {
        match moment {
            Moment::WindowFree { window, after } => {
                self.end_service(window, after)?;
                self.next_at(window)
            }
            Moment::ShiftBegins { window } => {
                let desk = &mut self.desks[window];
                let begins = !desk.on_shift;
                desk.on_shift = true;
                if begins && !desk.busy { self.next_at(window) } else { Ok(()) }
            }
            Moment::ShiftEnds { window } => {
                self.desks[window].on_shift = false;
                if self.asks(window) {
                    self.command(Command::StopAsking { window: number(window) })?;
                }
                Ok(())
            }
            Moment::PauseWanted { window, duration_s } => {
                self.desks[window].pauses_wanted.push_back(duration_s);
                if self.asks(window) { self.next_at(window) } else { Ok(()) }
            }
            Moment::Enters { ticket } => self.enter(ticket),
        }
    }

    fn end_service(&mut self, window: usize, after: After) -> Result<(), TraceError> {
        let person = self.hall.window(number(window)).and_then(|window| window.state.ticket());
        let window = number(window);
        match (after, person) {
            (After::Noshow, _) => self.command(Command::Pass { window }),
            (After::Service, Some(seq)) => {
                let ticket = ticket_index(seq);
                match &self.trace.tickets[ticket].transfer {
                    Some((to, _)) if !self.visitors[ticket].transferred => {
                        self.visitors[ticket].transferred = true;
                        let to = Destination::Service(to.as_str().into());
                        self.command(Command::Transfer { window, to, note: String::new() })
                    }
                    _ => self.command(Command::Complete { window, prompt: false }),
                }
            }
            _ => Ok(()),
        }
    }

    /// A window that is free takes the next wanted pause, or else asks if it is on shift.
    fn next_at(&mut self, window: usize) -> Result<(), TraceError> {
        let state = self.hall.window(number(window)).map(|window| &window.state);
        let pausing = matches!(state, Some(WindowState::Paused { .. }));
        let desk = &mut self.desks[window];
        desk.busy = false;
        if let Some(duration_s) = desk.pauses_wanted.pop_front() {
            desk.busy = true;
            let ends = self.now.saturating_add(duration_s);
            self.foresee(ends, Moment::WindowFree { window, after: After::Pause });
            if !pausing {
                self.command(Command::Pause {
                    window: number(window),
                    reason: String::new(),
                    planned_s: None,
                })?;
            }
            return Ok(());
        }
        let asks = desk.on_shift;
        if pausing {
            self.command(Command::Resume { window: number(window) })?;
        }
        if asks {
            self.command(Command::CallNext { window: number(window) })?;
        }
        Ok(())
    }

    fn enter(&mut self, index: usize) -> Result<(), TraceError> {
        let by = By("trace".to_owned());
        if self.visitors[index].missed_once {
            return self.command(Command::Revive { ticket: ticket_seq(index), by });
        }
        self.follower.comes(&self.hall, Timestamp(self.now), index);
        let ticket = &self.trace.tickets[index];
        let grant = Grant { category: "trace".to_owned(), evidence: String::new() };
        self.command(Command::Issue {
            service: ticket.service.as_str().into(),
            more: Vec::new(),
            grant: ticket.green.then_some(grant),
            booked: ticket.booked.map(Timestamp),
            by,
        })
    }

    /// What follows from a call: the window is taken for a while, and a person who misses it may come back.
    fn called(&mut self, called: &Called) {
        let ticket = ticket_index(called.ticket);
        let window = usize::from(called.window.0) - 1;
        let recorded = &self.trace.tickets[ticket];
        let visitor = &mut self.visitors[ticket];
        let noshow = visitor.noshows_left > 0;
        let (duration_s, after) = if noshow {
            (self.trace.noshow_hold_s, After::Noshow)
        } else {
            let second = recorded.transfer.as_ref().filter(|_| visitor.transferred);
            (second.map_or(recorded.service_s, |&(_, service_s)| service_s), After::Service)
        };
        let free_at = self.now.saturating_add(duration_s);
        let mut back_at = None;
        if noshow {
            visitor.noshows_left -= 1;
            if !visitor.missed_once {
                back_at = recorded.return_after_s.map(|after_s| free_at.saturating_add(after_s));
                visitor.missed_once = back_at.is_some();
            }
        }
        self.desks[window].busy = true;
        self.foresee(free_at, Moment::WindowFree { window, after });
        if let Some(back_at) = back_at {
            self.foresee(back_at, Moment::Enters { ticket });
        }
        self.lines.push(CallLine {
            now: self.now,
            window: self.trace.windows[window].id.clone(),
            ticket: recorded.id.clone(),
            reason: called.reason,
            wait: called.wait_s,
            noshow,
            passed_over: called.overtaken.len(),
        });
    }

    fn asks(&self, window: usize) -> bool {
        let state = self.hall.window(number(window)).map(|window| &window.state);
        matches!(state, Some(WindowState::Asking { .. }))
    }

    fn command(&mut self, command: Command) -> Result<(), TraceError> {
        self.events(command).map(|_| ())
    }

    fn settle(&mut self) -> Result<Option<Called>, TraceError> {
        let events = self.events(Command::Settle)?;
        Ok(events.into_iter().find_map(|event| match event {
            Event::Called(called) => Some(called),
            _ => None,
        }))
    }

    fn events(&mut self, command: Command) -> Result<Vec<Event>, TraceError> {
        let at = Timestamp(self.now);
        match self.hall.decide(at, &command) {
            Ok(events) => {
                for event in &events {
                    self.hall.apply(at, event);
                    self.follower.event(at, event);
                }
                Ok(events)
            }
            Err(refusal) => Err(TraceError::Refused {
                now: self.now,
                command: Box::new(command),
                refusal: Box::new(refusal),
            }),
        }
    }

    fn nobody_left(&self) -> Result<(), TraceError> {
        let waiting = || self.hall.tickets().filter(|ticket| ticket.state.name() == "waiting");
        match waiting().next() {
            None => Ok(()),
            Some(first) => Err(TraceError::NeverCalled {
                n_waiting: waiting().count(),
                first: self.trace.tickets[ticket_index(first.seq)].id.clone(),
                service: first.service.to_string(),
            }),
        }
    }
}

/// The hall of the trace: default parameters, windows numbered by their position. A missed call can be made good all
/// day, because the trace says who comes back when.
pub(super) fn rules(trace: &Trace) -> Rules {
    let services = trace.services.iter().map(|service| ServiceRule {
        id: service.id.as_str().into(),
        prefix: format!("{}-", service.id),
        class: service.class,
    });
    let windows = trace.windows.iter().enumerate().map(|(window, desk)| WindowRule {
        number: number(window),
        skills: desk.skills.iter().map(|skill| ServiceId::from(skill.as_str())).collect(),
    });
    Rules {
        services: services.collect(),
        windows: windows.collect(),
        parameters: Parameters { revive_within_s: i64::MAX, ..Parameters::default() },
    }
}

fn number(window: usize) -> WindowNumber {
    WindowNumber(
        u16::try_from(window + 1).expect("a trace has at most 65535 windows, Trace::parse sees to it"),
    )
}

/// The hall counts tickets from 1 in the order of the trace, which is the order of number-taking.
fn ticket_seq(index: usize) -> TicketSeq {
    TicketSeq(index as u64 + 1)
}

fn ticket_index(seq: TicketSeq) -> usize {
    usize::try_from(seq.0).expect("an index of the trace's list before") - 1
}
