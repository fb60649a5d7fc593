//! The walk over a day's record: every decision taken out, decided again and compared.
//!
//! After a difference the hall goes on with what the record says, so that each difference stands for itself.

use super::said;
use super::undo::{Recorded, commands, extent};
use queue::{
    Command, Day, Event, Hall, Refusal, Rules, ServiceId, TicketSeq, Timestamp, WindowNumber, WindowState,
};
use schema::{ClockEvent, Entry, Logged};
use serde::Serialize;
use std::collections::BTreeSet;

/// What is decided again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// Every entry: the record is turned back into what was pressed and taken, and all of it decided again. Needs the
    /// hall's settings.
    Everything,
    /// Whom to call and what has run out; all else is taken as recorded, also which of several asking windows gets a person,
    /// because that goes by all that each serves. For settings guessed from the record.
    Order,
}

/// What the hall decides now where the record says something else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decided {
    /// Another event.
    Event(Box<Event>),
    /// Nothing.
    Nothing,
    /// The rules refuse what was done then.
    Refused(Box<Refusal>),
}

/// One difference between the record and what is decided now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// Place in the log; of a decision that is missing in the record: that of the entry it should stand before, or 0 at the
    /// end of the day.
    pub position: u64,
    /// When.
    pub at: Timestamp,
    /// What the record says, in words.
    pub recorded: String,
    /// What is decided now, in words.
    pub decided: String,
}

/// What became of deciding a day again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Again {
    /// What was decided again.
    pub scope: Scope,
    /// Entries of the log about the hall.
    pub entries: usize,
    /// Entries that came out of a decision made again.
    pub decided: usize,
    /// Calls among the entries.
    pub calls: usize,
    /// Starts of the daemon during the day; settings may have changed at each.
    pub restarts: usize,
    /// Services of the record that the settings do not know.
    pub unknown_services: BTreeSet<ServiceId>,
    /// Windows of the record that the settings do not know.
    pub unknown_windows: BTreeSet<WindowNumber>,
    /// Every difference, in the order of the log.
    pub differences: Vec<Difference>,
}

/// Decides the day of `entries` (from its `DayOpened` to before the next one) again under `rules`. `next`: the day opened
/// after it, if there is one. Total: a record that no hall could have written is full of differences.
pub fn again(entries: &[Logged], next: Option<Day>, rules: Rules, scope: Scope) -> Again {
    let mut recorded: Vec<Recorded<'_>> = entries
        .iter()
        .filter_map(|logged| match &logged.entry {
            Entry::Hall(event) => Some(Recorded { position: logged.position, at: logged.at, event }),
            _ => None,
        })
        .collect();
    let restarts =
        entries.iter().filter(|logged| matches!(&logged.entry, Entry::Clock(ClockEvent::Started { .. })));
    let mut walk = Walk {
        told: Again {
            scope,
            entries: recorded.len(),
            decided: 0,
            calls: recorded.iter().filter(|one| matches!(one.event, Event::Called(_))).count(),
            restarts: restarts.count(),
            unknown_services: BTreeSet::new(),
            unknown_windows: BTreeSet::new(),
            differences: Vec::new(),
        },
        hall: Hall::new(rules),
        missed: BTreeSet::new(),
        reminders: scope == Scope::Everything && recorded.iter().any(|one| is_reminder(one.event)),
    };
    walk.note_unknown(&recorded);
    if !walk.reminders {
        recorded.retain(|one| !is_reminder(one.event));
    }
    let mut i = 0;
    while i < recorded.len() {
        if i > 0 && recorded[i].at > recorded[i - 1].at {
            walk.nobody_forgotten(recorded[i - 1].at, recorded[i].position);
        }
        i += walk.step(&recorded[i..], next);
    }
    if let Some(last) = recorded.last() {
        walk.nobody_forgotten(last.at, 0);
    }
    walk.told
}

struct Walk {
    told: Again,
    hall: Hall,
    /// Calls that the record lacks, each told of once.
    missed: BTreeSet<(WindowNumber, TicketSeq)>,
    /// Words about targets are decided again: not where the targets are unknown, nor on days from before they were recorded.
    reminders: bool,
}

impl Walk {
    /// Decides and compares what begins here; says how many entries that were.
    fn step(&mut self, rest: &[Recorded<'_>], next: Option<Day>) -> usize {
        let first = rest[0];
        let mut candidates = commands(rest, next);
        if self.told.scope == Scope::Order
            && !matches!(candidates.first(), Some(Command::Settle | Command::Tick))
        {
            candidates.clear();
        }
        if candidates.is_empty() {
            self.hall.apply(first.at, first.event);
            return 1;
        }
        let decisions: Vec<Result<Vec<Event>, Refusal>> =
            candidates.iter().map(|command| self.decide(rest, command)).collect();
        for events in decisions.iter().flatten() {
            if !events.is_empty() && agrees(events, rest) {
                self.told.decided += events.len();
                return self.take(rest, events.len());
            }
        }
        let likeliest = decisions.into_iter().next().expect("there is a candidate");
        self.differ(rest, likeliest)
    }

    fn decide(&self, rest: &[Recorded<'_>], command: &Command) -> Result<Vec<Event>, Refusal> {
        let at = rest[0].at;
        let called = rest.iter().find_map(|one| match one.event {
            Event::Called(called) => Some(called.window),
            _ => None,
        });
        let mut events = match (self.told.scope, command, called) {
            (Scope::Order, Command::Settle, Some(window)) => self.alone(at, window).decide(at, command)?,
            _ => self.hall.decide(at, command)?,
        };
        // What a day's opening ends belongs to the day before, the opening itself to the next.
        if matches!(command, Command::OpenDay { .. }) {
            events.pop();
        }
        if !self.reminders {
            events.retain(|event| !is_reminder(event));
        }
        Ok(events)
    }

    /// The hall as if no other window asked.
    fn alone(&self, at: Timestamp, window: WindowNumber) -> Hall {
        let mut hall = self.hall.clone();
        let asking = self
            .hall
            .windows()
            .filter(|other| other.number != window && matches!(other.state, WindowState::Asking { .. }));
        for other in asking {
            hall.apply(at, &Event::StoppedAsking { window: other.number });
        }
        hall
    }

    /// Applies `n` entries as recorded.
    fn take(&mut self, rest: &[Recorded<'_>], n: usize) -> usize {
        for one in &rest[..n] {
            self.hall.apply(one.at, one.event);
        }
        n
    }

    fn differ(&mut self, rest: &[Recorded<'_>], decision: Result<Vec<Event>, Refusal>) -> usize {
        let (same, decided) = match decision {
            Err(refusal) => (0, Decided::Refused(Box::new(refusal))),
            Ok(events) => {
                let pairs = events.iter().zip(rest);
                let same =
                    pairs.take_while(|(event, one)| one.at == rest[0].at && one.event == *event).count();
                let other = events.into_iter().nth(same);
                (same, other.map_or(Decided::Nothing, |event| Decided::Event(Box::new(event))))
            }
        };
        let place = rest.get(same).copied().filter(|one| one.at == rest[0].at);
        let one = place.unwrap_or(rest[0]);
        let (recorded, decided) = said::pair(place.map(|one| one.event), &decided, &self.hall);
        self.told.differences.push(Difference { position: one.position, at: one.at, recorded, decided });
        self.told.decided += same;
        let n = extent(rest).max(same + usize::from(place.is_some()));
        self.take(rest, n)
    }

    /// Once all that happened in a second is known, no window may still be asking that could serve somebody.
    fn nobody_forgotten(&mut self, at: Timestamp, position: u64) {
        let Ok(events) = self.hall.decide(at, &Command::Settle) else { return };
        for event in events {
            let Event::Called(called) = &event else { continue };
            if self.missed.insert((called.window, called.ticket)) {
                let decided = Decided::Event(Box::new(event));
                let (recorded, decided) = said::pair(None, &decided, &self.hall);
                self.told.differences.push(Difference { position, at, recorded, decided });
            }
        }
    }

    fn note_unknown(&mut self, recorded: &[Recorded<'_>]) {
        let rules = self.hall.rules();
        for one in recorded {
            let (service, window) = match one.event {
                Event::Issued { service, .. } | Event::Transferred { service, .. } => (Some(service), None),
                Event::WindowOpened { window, .. } => (None, Some(*window)),
                Event::Called(called) => (Some(&called.inputs.service), Some(called.window)),
                _ => continue,
            };
            let unknown = |service: &&ServiceId| !rules.services.iter().any(|rule| rule.id == **service);
            self.told.unknown_services.extend(service.filter(unknown).cloned());
            let unknown = |window: &WindowNumber| !rules.windows.iter().any(|rule| rule.number == *window);
            self.told.unknown_windows.extend(window.filter(unknown));
        }
    }
}

/// A word about a wait and its target (rule W2).
fn is_reminder(event: &Event) -> bool {
    matches!(event, Event::TargetNear { .. } | Event::TargetPassed { .. })
}

/// Whether the record begins with these events, all of one moment.
fn agrees(events: &[Event], rest: &[Recorded<'_>]) -> bool {
    rest.len() >= events.len()
        && events.iter().zip(rest).all(|(event, one)| one.at == rest[0].at && one.event == event)
}
