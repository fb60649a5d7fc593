//! The day, entry by entry, from one ticket's side.

use super::background::Scene;
use super::{
    Because, Before, Began, Explanation, Kind, Leg, OtherCall, Overtook, OwnCall, Step, now, sum, words,
};
use queue::explain::{Sentence, sentences};
use queue::{
    Called, Destination, Event, Hall, Reason, ServiceId, Ticket, TicketSeq, TicketState, Timestamp, Window,
    WindowNumber, WindowState,
};
use schema::{ClockEvent, Entry, Logged};
use std::collections::BTreeSet;

/// A hall that is led through a day, and what it shows of one ticket.
pub(super) struct Walk<'a> {
    scene: &'a Scene<'a>,
    hall: Hall,
    ticket: TicketSeq,
    story: Vec<Step>,
    /// Its waits; while it waits the last one is open.
    legs: Vec<Leg>,
    /// Windows that decided a call before.
    decided: BTreeSet<WindowNumber>,
    /// Green tickets that passed it since it was last told of them.
    by_green: u32,
    owed: Option<Sentence>,
    /// Moment of the latest entry.
    at: Timestamp,
}

impl<'a> Walk<'a> {
    pub(super) fn new(scene: &'a Scene<'a>, ticket: TicketSeq) -> Self {
        Walk {
            scene,
            hall: Hall::new(scene.then.clone()),
            ticket,
            story: Vec::new(),
            legs: Vec::new(),
            decided: BTreeSet::new(),
            by_green: 0,
            owed: None,
            at: Timestamp(i64::MIN),
        }
    }

    /// Leads it through `entries`, in which the ticket was issued, up to `now`.
    pub(super) fn through(mut self, entries: &[Logged], now: Option<Timestamp>) -> Explanation {
        for logged in entries {
            self.wait_until(logged.at);
            match &logged.entry {
                Entry::Hall(event) => {
                    self.note(logged.at, event);
                    self.hall.apply(logged.at, event);
                    if let Event::Called(called) = event {
                        self.after_call(called);
                    }
                }
                Entry::Clock(ClockEvent::Started { .. }) if self.waiting().is_some() => {
                    self.step(logged.at, Kind::Restarted, None, words::restarted());
                }
                _ => {}
            }
        }
        let as_of = now.map_or(self.at, |now| now.max(self.at));
        self.wait_until(as_of);
        self.explanation(as_of)
    }

    fn explanation(mut self, as_of: Timestamp) -> Explanation {
        let background = self.scene.background;
        let n_legs = self.legs.len();
        for (n, leg) in self.legs.iter_mut().enumerate() {
            if leg.ended.is_none() {
                leg.wait_s = as_of.since(leg.ready).max(0);
            }
            leg.says = sum::leg(leg, n + 1, n_legs, as_of, background);
        }
        let ticket =
            self.hall.ticket(self.ticket).expect("the caller found it among the day's issued tickets");
        let mut services: Vec<ServiceId> = Vec::new();
        for service in self.legs.iter().flat_map(|leg| &leg.services) {
            if !services.contains(service) {
                services.push(service.clone());
            }
        }
        Explanation {
            day: self.hall.day().unwrap_or_default(),
            number: ticket.number.clone(),
            service: ticket.service.clone(),
            service_name: words::both(background.name(&ticket.service), background.name_en(&ticket.service)),
            class: ticket.class,
            issued: ticket.issued,
            as_of,
            state: ticket.state.name(),
            now: now::stands(&self.hall, ticket, as_of, background),
            summary: sum::all(ticket, &self.story, &self.legs, as_of, background),
            before: self.legs.iter().fold(Before::default(), |all, leg| all.and(&leg.before)),
            // The sentence is the clerk's who has the person before him; later it would only be repeated.
            owed: self.owed.filter(|_| ticket.state.at_window().is_some()),
            notes: self.scene.notes(&services),
            story: self.story,
            legs: self.legs,
        }
    }

    /// The ticket while it waits.
    fn waiting(&self) -> Option<&Ticket> {
        self.hall.ticket(self.ticket).filter(|ticket| matches!(ticket.state, TicketState::Waiting { .. }))
    }

    /// The wait it is in.
    fn leg(&mut self) -> Option<&mut Leg> {
        self.legs.last_mut().filter(|leg| leg.ended.is_none())
    }

    /// Time passes: what the windows that can serve the ticket do meanwhile is added up.
    fn wait_until(&mut self, at: Timestamp) {
        if let Some(ticket) = self.waiting() {
            let seconds = at.since(self.at).max(0);
            let doing: Vec<(WindowNumber, u8)> = self
                .hall
                .windows()
                .filter(|window| can_serve(window, ticket))
                .map(|window| match window.state {
                    WindowState::Closed => (window.number, 2),
                    WindowState::Paused { .. } => (window.number, 1),
                    _ => (window.number, 0),
                })
                .collect();
            for (number, doing) in doing {
                let Some(leg) = self.leg() else { continue };
                let window = leg.window(number);
                *[&mut window.open_s, &mut window.paused_s, &mut window.closed_s][usize::from(doing)] +=
                    seconds;
            }
        }
        self.at = self.at.max(at);
    }

    /// It begins to wait, or goes on to wait for something else.
    fn wait_for(&mut self, at: Timestamp, event: &Event) {
        let before = self.hall.ticket(self.ticket);
        let (began, ready, service) = match event {
            Event::Issued { service, booked, .. } => {
                (Began::Issued, booked.map_or(at, |booked| booked.max(at)), service)
            }
            Event::Revived { .. } => {
                let Some(ticket) = before else { return };
                (Began::Revived, at, &ticket.service)
            }
            Event::Transferred { from, join, service, .. } => {
                let done = before.is_some_and(|ticket| matches!(ticket.state, TicketState::Completed { .. }));
                let began = match from {
                    Some(window) if done => Began::NextMatter(*window),
                    Some(window) => Began::Transferred(*window),
                    None => Began::Reassigned,
                };
                (began, *join, service)
            }
            _ => return,
        };
        let (service, known) = (service.clone(), self.scene.background.knows(service));
        match self.leg() {
            Some(leg) => leg.turn_to(&service, known),
            None => self.legs.push(Leg::new(began, at, ready, service, known)),
        }
    }

    fn step(&mut self, at: Timestamp, kind: Kind, window: Option<WindowNumber>, says: Sentence) -> &mut Step {
        let local = words::hms(at, self.scene.background);
        let leg = self.legs.last().filter(|leg| leg.ended.is_none()).map(|_| self.legs.len());
        self.story.push(Step { at, local, kind, window, says, leg, call: None, other: None });
        self.story.last_mut().expect("a step was just added")
    }

    /// Writes down what an event means for the ticket. The hall is still as it was before the event.
    fn note(&mut self, at: Timestamp, event: &Event) {
        match event {
            Event::Called(called) if called.ticket == self.ticket => self.own_call(at, called),
            Event::Called(called) => self.other_call(at, called),
            Event::Paused { window, .. } => self.window_step(at, Kind::WindowPaused, *window),
            Event::Resumed { window, .. } if self.is_paused(*window) => {
                self.window_step(at, Kind::WindowResumed, *window);
            }
            Event::WindowOpened { window, .. } => self.window_step(at, Kind::WindowOpened, *window),
            Event::WindowClosed { window, .. } => self.window_step(at, Kind::WindowClosed, *window),
            _ => self.own_event(at, event),
        }
    }

    fn is_paused(&self, number: WindowNumber) -> bool {
        self.hall.window(number).is_some_and(|window| matches!(window.state, WindowState::Paused { .. }))
    }

    /// A window that could serve the waiting ticket began or ceased to be there for it.
    fn window_step(&mut self, at: Timestamp, kind: Kind, number: WindowNumber) {
        let concerns = self
            .waiting()
            .zip(self.hall.window(number))
            .is_some_and(|(ticket, window)| can_serve(window, ticket));
        if concerns {
            self.step(at, kind, Some(number), words::window(kind, number));
        }
    }

    fn own_call(&mut self, at: Timestamp, called: &Called) {
        let Scene { background, told, .. } = self.scene;
        let overtook = called.overtaken.iter().map(|overtaken| Overtook {
            number: overtaken.number.clone(),
            counts: overtaken.counts,
            says: sentences(at, called, overtaken, background.zone_offset_s, told),
        });
        let call = OwnCall {
            reason: called.reason,
            inputs: called.inputs.clone(),
            wait_s: called.wait_s,
            by: words::decided_by(called, !self.decided.contains(&called.window), background),
            overtook: overtook.collect(),
        };
        let says = words::called(at, called, told, background);
        // Whoever comes back from stepping aside was told at the first call.
        let by_green = std::mem::take(&mut self.by_green);
        self.owed = (by_green > 0 && called.reason != Reason::Return).then(|| words::owed(by_green));
        self.step(at, Kind::Called, Some(called.window), says).call = Some(call);
        if let Some(leg) = self.leg() {
            leg.end(at, Some(called.window), called.wait_s);
        }
    }

    /// Another ticket was called while this one waited, at a window that could have served it.
    fn other_call(&mut self, at: Timestamp, called: &Called) {
        let Some(ticket) = self.waiting() else { return };
        let Some((because, counts, says)) = why_before(&self.hall, at, called, ticket, self.scene) else {
            return;
        };
        if let Some(leg) = self.leg() {
            leg.before.add(because);
            leg.window(called.window).calls += 1;
        }
        let other = OtherCall { number: called.number.clone(), reason: called.reason, because, counts };
        self.step(at, Kind::CalledBefore, Some(called.window), says).other = Some(other);
    }

    /// What a call leaves behind.
    fn after_call(&mut self, called: &Called) {
        let mine = called.overtaken.iter().filter(|overtaken| overtaken.ticket == self.ticket);
        self.by_green += mine.filter(|overtaken| overtaken.counts && called.inputs.green).count() as u32;
        if called.reason != Reason::Return {
            self.decided.insert(called.window);
        }
    }

    /// What happened to the ticket itself, calls apart.
    fn own_event(&mut self, at: Timestamp, event: &Event) {
        let background = self.scene.background;
        let mine = self.ticket;
        let waits = self.waiting().is_some();
        let (kind, window, says) = match event {
            Event::Issued { ticket, .. } if *ticket == mine => {
                (Kind::Issued, None, words::issued(at, event, background))
            }
            Event::Granted { ticket, .. } if *ticket == mine => {
                (Kind::Granted, None, words::granted(at, waits, background))
            }
            Event::Withdrawn { ticket, .. } if *ticket == mine => {
                (Kind::Withdrawn, None, words::withdrawn(waits))
            }
            Event::Recalled { ticket, window, times } if *ticket == mine => {
                (Kind::Recalled, Some(*window), words::recalled(*window, *times))
            }
            Event::Started { ticket, window } if *ticket == mine => {
                (Kind::Started, Some(*window), words::started(*window))
            }
            Event::Passed { ticket, window, ended } if *ticket == mine => {
                let until = at.plus(background.rules.parameters.revive_within_s);
                (Kind::Passed, Some(*window), words::passed(*window, *ended, until, background))
            }
            Event::Revived { ticket, .. } if *ticket == mine => {
                (Kind::Revived, None, words::revived(at, background))
            }
            Event::Expired { ticket } if *ticket == mine => (Kind::Expired, None, words::expired()),
            Event::Transferred { ticket, from, to, service, join, .. } if *ticket == mine => {
                let to_window = match to {
                    Destination::Window(window) => Some(*window),
                    Destination::Service(_) => None,
                };
                let says = words::transferred(*from, waits, to_window, service, *join, background);
                (Kind::Transferred, *from, says)
            }
            Event::Parked { ticket, window, .. } if *ticket == mine => {
                (Kind::Parked, Some(*window), words::parked(*window))
            }
            Event::Returned { ticket, window } if *ticket == mine => {
                (Kind::Returned, Some(*window), words::returned(*window))
            }
            Event::MatterAdded { ticket, window, service } if *ticket == mine => {
                (Kind::MatterAdded, Some(*window), words::matter_added(service, background))
            }
            Event::Completed { ticket, window, served_s, .. } if *ticket == mine => {
                (Kind::Completed, Some(*window), words::completed(*window, *served_s))
            }
            Event::Voided { ticket, .. } if *ticket == mine => (Kind::Voided, None, words::voided()),
            _ => return,
        };
        self.wait_for(at, event);
        self.step(at, kind, window, says);
        if kind == Kind::Voided && waits {
            let ready = self.waiting().map_or(at, |ticket| ticket.ready);
            if let Some(leg) = self.leg() {
                leg.end(at, None, at.since(ready).max(0));
            }
        }
    }
}

/// Whether this window may call this waiting ticket.
pub(super) fn can_serve(window: &Window, ticket: &Ticket) -> bool {
    match ticket.state {
        TicketState::Waiting { only: Some(only) } => only == window.number,
        _ => window.skills.contains(&ticket.service),
    }
}

/// Why `called` came before the waiting `ticket`, whether that counts, and the sentence; `None` if the window that called
/// could not have served it. The record of who was overtaken goes before the settings of today.
pub(super) fn why_before(
    hall: &Hall,
    at: Timestamp,
    called: &Called,
    ticket: &Ticket,
    scene: &Scene<'_>,
) -> Option<(Because, bool, Sentence)> {
    if let Some(overtaken) = called.overtaken.iter().find(|overtaken| overtaken.ticket == ticket.seq) {
        let says = sentences(at, called, overtaken, scene.background.zone_offset_s, &scene.told);
        let because = match called.reason {
            Reason::Green => Because::Green,
            Reason::Appointment => Because::Appointment,
            Reason::Protected => Because::Protected,
            Reason::Overdue | Reason::Limit => Because::Limit,
            Reason::Return => Because::Return,
        };
        return Some((because, overtaken.counts, says));
    }
    if !hall.window(called.window).is_some_and(|window| can_serve(window, ticket)) {
        return None;
    }
    if called.reason == Reason::Return {
        return Some((Because::Return, false, words::came_back(called)));
    }
    let earlier = (called.inputs.join, called.ticket) < (ticket.join, ticket.seq);
    earlier.then(|| (Because::Earlier, false, words::earlier(called, ticket, scene.background)))
}
