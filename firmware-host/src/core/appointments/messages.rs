//! Messages to people who are not here, as the log says they stand. Like print jobs they must happen once: queued, handed to
//! an outlet, and sent, refused or in doubt (DESIGN, "One press", 3).

use queue::Timestamp;
use queue::booking::BookingId;
use schema::{About, MessageEvent, MessageRow, MessageState};
use serde::Serialize;
use std::collections::BTreeMap;

/// Where an open message stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Stands {
    /// Waits for its outlet.
    Queued,
    /// The outlet has it.
    Handed,
}

/// A message whose end is not known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Message {
    /// Its number.
    pub message: u64,
    /// About which booking.
    pub booking: BookingId,
    /// What it says.
    pub about: About,
    /// Through which outlet.
    pub outlet: String,
    /// Since when it is to be sent, whatever was tried.
    pub queued_at: Timestamp,
    /// Where it stands.
    pub stands: Stands,
    /// How often it was handed over.
    pub tries: u32,
    /// Since when it waits, or waits again.
    pub since: Timestamp,
}

/// All open messages.
#[derive(Clone, Debug, Default)]
pub struct Messages {
    open: BTreeMap<u64, Message>,
    next: u64,
}

impl Messages {
    /// What was open when the log ended.
    pub fn new(next: u64, rows: &[MessageRow]) -> Self {
        let open = rows.iter().map(|row| {
            let stands = if row.state == MessageState::Handed { Stands::Handed } else { Stands::Queued };
            let message = Message {
                message: row.message,
                booking: row.booking,
                about: row.about,
                outlet: row.outlet.clone(),
                queued_at: row.queued_at,
                stands,
                tries: row.tries,
                since: row.handed_at.unwrap_or(row.queued_at),
            };
            (row.message, message)
        });
        Messages { open: open.collect(), next }
    }

    /// Number of the next one.
    pub fn next(&self) -> u64 {
        self.next
    }

    /// In the order of queueing.
    pub fn open(&self) -> impl Iterator<Item = &Message> {
        self.open.values()
    }

    /// Makes an event true; `false`: it is about no open message, and says nothing new.
    pub fn apply(&mut self, at: Timestamp, event: &MessageEvent) -> bool {
        match event {
            MessageEvent::Queued { message, booking, about, outlet } => {
                self.next = self.next.max(message + 1);
                let (message, booking, about, outlet) = (*message, *booking, *about, outlet.clone());
                let queued = Message {
                    message,
                    booking,
                    about,
                    outlet,
                    queued_at: at,
                    stands: Stands::Queued,
                    tries: 0,
                    since: at,
                };
                self.open.insert(message, queued);
                true
            }
            MessageEvent::Handed { message } => self.change(*message, |open| {
                open.stands = Stands::Handed;
                open.tries += 1;
                open.since = at;
            }),
            MessageEvent::Refused { message, again: true, .. } => self.change(*message, |open| {
                open.stands = Stands::Queued;
                open.since = at;
            }),
            MessageEvent::Sent { message, .. }
            | MessageEvent::Refused { message, again: false, .. }
            | MessageEvent::Doubtful { message, .. }
            | MessageEvent::Void { message, .. } => self.open.remove(message).is_some(),
        }
    }

    fn change(&mut self, message: u64, change: impl FnOnce(&mut Message)) -> bool {
        self.open.get_mut(&message).map(change).is_some()
    }
}
