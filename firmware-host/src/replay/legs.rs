//! The record of a day read person by person: each time somebody waits, until called, and how that call ended.

use super::desks::{Desks, Work};
use super::undo::Recorded;
use queue::{
    Called, Class, Event, Hall, Reason, Rules, ServiceId, Ticket, TicketNumber, TicketSeq, TicketState,
    Timestamp, WindowNumber,
};
use std::collections::BTreeMap;

/// Why a leg began.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Begins {
    /// A number was taken.
    Issue,
    /// Back after a missed call.
    Return,
    /// Sent on to another service.
    Transfer,
    /// Sent to one window, or sent elsewhere while parked.
    Other,
}

/// How a call ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// Still there when the record ends.
    Open,
    /// Served, stepped aside or voided: done as far as this wait is concerned.
    Served,
    /// Nobody came.
    Missed,
    /// Sent on.
    SentOn,
}

/// The call that ended a wait.
#[derive(Clone, Debug)]
pub(super) struct Call {
    /// Place in the log.
    pub(super) position: u64,
    pub(super) called: Called,
    pub(super) at: i64,
    /// When the person left the window.
    pub(super) left: i64,
    /// When the window was free again.
    pub(super) free: i64,
    pub(super) outcome: Outcome,
}

/// One wait.
#[derive(Clone, Debug)]
pub(super) struct Leg {
    pub(super) ticket: TicketSeq,
    pub(super) number: TicketNumber,
    pub(super) begins: Begins,
    /// When it took its place, or its place last changed before the call.
    pub(super) enters: i64,
    /// Its place changed while it waited, or it was not given by taking a number.
    pub(super) moved: bool,
    pub(super) service: ServiceId,
    pub(super) class: Class,
    pub(super) green: bool,
    /// Booked time, the forfeited one too.
    pub(super) booked: Option<i64>,
    /// The booking is in force.
    pub(super) valid: bool,
    pub(super) join: i64,
    pub(super) ready: i64,
    pub(super) passed: u32,
    pub(super) only: Option<WindowNumber>,
    pub(super) call: Option<Call>,
    /// Left the hall while waiting.
    pub(super) gone: bool,
}

/// A parked person back at the window.
#[derive(Clone, Copy, Debug)]
pub(super) struct Back {
    pub(super) ticket: TicketSeq,
    pub(super) window: WindowNumber,
    pub(super) at: i64,
    /// When the person left.
    pub(super) left: i64,
    /// When the window was free again.
    pub(super) free: i64,
    /// Still there.
    pub(super) open: bool,
}

/// Everything the walk found. Moments are seconds after `base`.
#[derive(Debug, Default)]
pub(super) struct Read {
    pub(super) base: Timestamp,
    pub(super) legs: Vec<Leg>,
    pub(super) returns: Vec<Back>,
    pub(super) desks: Desks,
    /// The last moment at which somebody did something.
    pub(super) end: i64,
    /// When the last number was taken.
    pub(super) last_issue: i64,
    /// The latest leg of each ticket.
    latest: BTreeMap<TicketSeq, usize>,
    /// What was called to each window last.
    at_window: BTreeMap<WindowNumber, Work>,
}

/// Reads the record of a day.
pub(super) fn read(recorded: &[Recorded<'_>], rules: &Rules, base: Timestamp) -> Read {
    let mut hall = Hall::new(rules.clone());
    let mut read = Read { base, ..Read::default() };
    // What is voided after anybody did anything is the opening of the next day: those people still waited.
    let of_people = |one: &Recorded<'_>| {
        use Event::{Expired, RatingClosed, TargetNear, TargetPassed, Voided};
        let nobody = matches!(
            one.event,
            Voided { .. } | RatingClosed { .. } | Expired { .. } | TargetNear { .. } | TargetPassed { .. }
        );
        !nobody
    };
    let n = recorded.iter().rposition(of_people).map_or(0, |last| last + 1);
    for one in &recorded[..n] {
        let at = one.at.since(base);
        hall.apply(one.at, one.event);
        read.event(&hall, one, at);
        for window in hall.windows() {
            let work = read.at_window.get(&window.number).copied();
            let work = work.filter(|_| window.state.ticket().is_some());
            if let Some(over) = read.desks.see(window.number, &window.state, work, at) {
                match over {
                    Work::Leg(leg) => read.call_of(leg).into_iter().for_each(|call| call.free = at),
                    Work::Return(back) => read.returns[back].free = at,
                }
            }
        }
        read.end = at;
    }
    read.desks.end(read.end);
    read
}

impl Read {
    fn event(&mut self, hall: &Hall, one: &Recorded<'_>, at: i64) {
        let known = |seq: &TicketSeq| hall.ticket(*seq);
        match one.event {
            Event::Issued { ticket, booked, forfeited, .. } => {
                self.last_issue = at;
                let booked = booked.or(*forfeited).map(|booked| booked.since(self.base));
                if let Some(ticket) = known(ticket) {
                    self.begin(ticket, Begins::Issue, at);
                    self.legs.last_mut().into_iter().for_each(|leg| leg.booked = booked);
                }
            }
            Event::Granted { ticket, .. } | Event::Withdrawn { ticket, .. } => {
                if let Some(ticket) = known(ticket) {
                    self.change(ticket, at);
                }
            }
            Event::Revived { ticket, .. } => {
                if let Some(ticket) = known(ticket) {
                    self.begin(ticket, Begins::Return, at);
                }
            }
            Event::Transferred { ticket, from, .. } => {
                let Some(ticket) = known(ticket) else { return };
                let bound = matches!(ticket.state, TicketState::Waiting { only: Some(_) });
                if from.is_some() {
                    self.ends(ticket.seq, at, Outcome::SentOn);
                    self.begin(ticket, if bound { Begins::Other } else { Begins::Transfer }, at);
                } else if self.waiting(ticket.seq).is_some() {
                    self.change(ticket, at);
                } else {
                    self.begin(ticket, Begins::Other, at);
                }
            }
            Event::Called(called) => self.called(called, one.position, at),
            Event::Passed { ticket, .. } => self.ends(*ticket, at, Outcome::Missed),
            Event::Completed { ticket, .. } | Event::Parked { ticket, .. } => {
                self.ends(*ticket, at, Outcome::Served);
            }
            Event::Voided { ticket, .. } => match self.waiting(*ticket) {
                Some(leg) => leg.gone = true,
                None => self.ends(*ticket, at, Outcome::Served),
            },
            _ => {}
        }
    }

    /// The leg of a ticket that waits.
    fn waiting(&mut self, ticket: TicketSeq) -> Option<&mut Leg> {
        let leg = self.legs.get_mut(*self.latest.get(&ticket)?)?;
        (leg.call.is_none() && !leg.gone).then_some(leg)
    }

    fn call_of(&mut self, leg: usize) -> Option<&mut Call> {
        self.legs.get_mut(leg)?.call.as_mut()
    }

    fn begin(&mut self, ticket: &Ticket, begins: Begins, at: i64) {
        self.latest.insert(ticket.seq, self.legs.len());
        let leg = self.place(ticket, begins, at);
        self.legs.push(leg);
    }

    /// The place of a ticket changed, if it waits.
    fn change(&mut self, ticket: &Ticket, at: i64) {
        let Some(leg) = self.waiting(ticket.seq) else { return };
        // In the second in which it began it simply is what it is then.
        let moved = leg.moved || leg.enters < at;
        let (begins, booked) = (leg.begins, leg.booked);
        let changed = self.place(ticket, begins, at);
        let moved = moved || changed.moved;
        if let Some(leg) = self.waiting(ticket.seq) {
            *leg = Leg { moved, booked, ..changed };
        }
    }

    fn place(&self, ticket: &Ticket, begins: Begins, at: i64) -> Leg {
        let only = match ticket.state {
            TicketState::Waiting { only } => only,
            _ => None,
        };
        Leg {
            ticket: ticket.seq,
            number: ticket.number.clone(),
            begins,
            enters: at,
            moved: only.is_some() || begins == Begins::Other,
            service: ticket.service.clone(),
            class: ticket.class,
            green: ticket.green.is_some(),
            booked: ticket.booked.map(|booked| booked.since(self.base)),
            valid: ticket.booked.is_some(),
            join: ticket.join.since(self.base),
            ready: ticket.ready.since(self.base),
            passed: ticket.passed,
            only,
            call: None,
            gone: false,
        }
    }

    fn called(&mut self, called: &Called, position: u64, at: i64) {
        let work = if called.reason == Reason::Return {
            let back =
                Back { ticket: called.ticket, window: called.window, at, left: at, free: at, open: true };
            self.returns.push(back);
            Work::Return(self.returns.len() - 1)
        } else {
            let Some(&leg) = self.latest.get(&called.ticket) else { return };
            let call =
                Call { position, called: called.clone(), at, left: at, free: at, outcome: Outcome::Open };
            self.legs[leg].call = Some(call);
            Work::Leg(leg)
        };
        self.at_window.insert(called.window, work);
    }

    /// The person at a window leaves it.
    fn ends(&mut self, ticket: TicketSeq, at: i64, outcome: Outcome) {
        // Back from parking: what follows is not the call's any more.
        let back = self.returns.iter_mut().rev().find(|back| back.ticket == ticket);
        if let Some(back) = back
            && self.at_window.get(&back.window).is_some_and(|work| matches!(work, Work::Return(_)))
            && back.open
        {
            (back.left, back.free, back.open) = (at, at, false);
            return;
        }
        let Some(&leg) = self.latest.get(&ticket) else { return };
        let Some(call) = self.call_of(leg) else { return };
        // Completed and sent on with the next matter: the same moment.
        if call.outcome == Outcome::Open || (call.left == at && outcome == Outcome::SentOn) {
            (call.left, call.free, call.outcome) = (at, at, outcome);
        }
    }
}
