//! The day, entry by entry, from one ticket's side.

use super::{
    Background, Because, Before, Explanation, Kind, Meanwhile, OtherCall, Overtook, OwnCall, Step, now, words,
};
use queue::explain::{Sentence, sentences};
use queue::{
    Called, Destination, Event, Hall, Reason, Ticket, TicketSeq, TicketState, Timestamp, Window,
    WindowNumber, WindowState,
};
use schema::{ClockEvent, Entry, Logged};
use std::collections::BTreeMap;

/// A hall that is led through a day, and what it shows of one ticket.
pub(super) struct Walk<'a> {
    background: &'a Background,
    hall: Hall,
    ticket: TicketSeq,
    story: Vec<Step>,
    before: Before,
    windows: BTreeMap<WindowNumber, Meanwhile>,
    /// Green tickets that passed it since it was last told of them.
    by_green: u32,
    owed: Option<Sentence>,
    /// Moment of the latest entry.
    at: Timestamp,
}

impl<'a> Walk<'a> {
    pub(super) fn new(background: &'a Background, ticket: TicketSeq) -> Self {
        Walk {
            background,
            hall: Hall::new(background.rules.clone()),
            ticket,
            story: Vec::new(),
            before: Before::default(),
            windows: BTreeMap::new(),
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
                        self.count_green(called);
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

    fn explanation(self, as_of: Timestamp) -> Explanation {
        let ticket =
            self.hall.ticket(self.ticket).expect("the caller found it among the day's issued tickets");
        let now = now::stands(&self.hall, ticket, as_of, self.background);
        let windows: Vec<Meanwhile> = self.windows.into_values().collect();
        let summary = words::summary(ticket, &self.story, &self.before, &windows, as_of, self.background);
        Explanation {
            day: self.hall.day().unwrap_or_default(),
            number: ticket.number.clone(),
            service: ticket.service.clone(),
            service_name: Sentence {
                zh: self.background.name(&ticket.service),
                en: self.background.name_en(&ticket.service),
            },
            class: ticket.class,
            issued: ticket.issued,
            as_of,
            state: ticket.state.name(),
            now,
            summary,
            story: self.story,
            before: self.before,
            windows,
            owed: self.owed,
            notes: self.background.notes.clone(),
        }
    }

    /// The ticket while it waits.
    fn waiting(&self) -> Option<&Ticket> {
        self.hall.ticket(self.ticket).filter(|ticket| matches!(ticket.state, TicketState::Waiting { .. }))
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
                let window = self.meanwhile(number);
                *[&mut window.open_s, &mut window.paused_s, &mut window.closed_s][usize::from(doing)] +=
                    seconds;
            }
        }
        self.at = self.at.max(at);
    }

    fn meanwhile(&mut self, number: WindowNumber) -> &mut Meanwhile {
        let none = Meanwhile { number, calls: 0, open_s: 0, paused_s: 0, closed_s: 0 };
        self.windows.entry(number).or_insert(none)
    }

    fn step(&mut self, at: Timestamp, kind: Kind, window: Option<WindowNumber>, says: Sentence) -> &mut Step {
        let local = words::hms(at, self.background);
        self.story.push(Step { at, local, kind, window, says, call: None, other: None });
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
        let (zone, rules) = (self.background.zone_offset_s, &self.background.rules);
        let overtook = called.overtaken.iter().map(|overtaken| Overtook {
            number: overtaken.number.clone(),
            counts: overtaken.counts,
            says: sentences(at, called, overtaken, zone, rules),
        });
        let call = OwnCall {
            reason: called.reason,
            inputs: called.inputs.clone(),
            wait_s: called.wait_s,
            by: words::decided_by(called, self.background),
            overtook: overtook.collect(),
        };
        let says = words::called(at, called, self.background);
        // Whoever comes back from stepping aside was told at the first call.
        let by_green = std::mem::take(&mut self.by_green);
        self.owed = (by_green > 0 && called.reason != Reason::Return).then(|| words::owed(by_green));
        self.step(at, Kind::Called, Some(called.window), says).call = Some(call);
    }

    /// Another ticket was called while this one waited, at a window that could have served it.
    fn other_call(&mut self, at: Timestamp, called: &Called) {
        let Some(ticket) = self.waiting() else { return };
        let Some((because, counts, says)) = why_before(&self.hall, at, called, ticket, self.background)
        else {
            return;
        };
        self.before.add(because);
        self.meanwhile(called.window).calls += 1;
        let other = OtherCall { number: called.number.clone(), reason: called.reason, because, counts };
        self.step(at, Kind::CalledBefore, Some(called.window), says).other = Some(other);
    }

    fn count_green(&mut self, called: &Called) {
        let mine = called.overtaken.iter().filter(|overtaken| overtaken.ticket == self.ticket);
        self.by_green += mine.filter(|overtaken| overtaken.counts && called.inputs.green).count() as u32;
    }

    /// What happened to the ticket itself, calls apart.
    fn own_event(&mut self, at: Timestamp, event: &Event) {
        let background = self.background;
        let mine = self.ticket;
        let (kind, window, says) = match event {
            Event::Issued { ticket, .. } if *ticket == mine => {
                (Kind::Issued, None, words::issued(at, event, background))
            }
            Event::Granted { ticket, .. } if *ticket == mine => {
                (Kind::Granted, None, words::granted(at, background))
            }
            Event::Withdrawn { ticket, .. } if *ticket == mine => (Kind::Withdrawn, None, words::withdrawn()),
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
                let says = words::transferred(*from, to_window, service, *join, background);
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
        self.step(at, kind, window, says);
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
    background: &Background,
) -> Option<(Because, bool, Sentence)> {
    if let Some(overtaken) = called.overtaken.iter().find(|overtaken| overtaken.ticket == ticket.seq) {
        let says = sentences(at, called, overtaken, background.zone_offset_s, &background.rules);
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
    earlier.then(|| (Because::Earlier, false, words::earlier(called, ticket, background)))
}
