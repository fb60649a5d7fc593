//! The waits of a visit, told apart: one from the number taken to the first call, another after each revival and each
//! transfer (CALL-ORDER §4, "each leg"). What was called meanwhile belongs to the wait in which it was called.

use super::{Before, Meanwhile};
use queue::explain::Sentence;
use queue::{ServiceId, Timestamp, WindowNumber};
use serde::Serialize;

/// One wait of a ticket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Leg {
    /// How it began.
    pub began: Began,
    /// When it began.
    pub from: Timestamp,
    /// From when the wait counts: before `from` if earlier waits are carried on, after it for an appointment that is early.
    pub ready: Timestamp,
    /// What it waited for, the latest last.
    pub services: Vec<ServiceId>,
    /// How it ended; `None` while it lasts.
    pub ended: Option<Ended>,
    /// Seconds that count, those of earlier waits that are carried on included (rule W1).
    pub wait_s: i64,
    /// The calls made before it meanwhile, counted.
    pub before: Before,
    /// The windows that could have served it meanwhile, as far as they are known.
    pub windows: Vec<Meanwhile>,
    /// Whether the settings say which windows those are; otherwise there may be more than the record shows.
    pub windows_known: bool,
    /// All of it in a sentence or two.
    pub says: Sentence,
}

/// How a wait began.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the events' own words")]
pub enum Began {
    Issued,
    Revived,
    /// Sent on by this window.
    Transferred(WindowNumber),
    /// One matter was done at this window, another of the same visit is left.
    NextMatter(WindowNumber),
    /// Sent elsewhere while it was parked.
    Reassigned,
}

/// How a wait ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Ended {
    /// When.
    pub at: Timestamp,
    /// Where it was called; `None`: it was voided.
    pub called_to: Option<WindowNumber>,
}

impl Leg {
    pub(super) fn new(
        began: Began,
        from: Timestamp,
        ready: Timestamp,
        service: ServiceId,
        known: bool,
    ) -> Leg {
        Leg {
            began,
            from,
            ready,
            services: vec![service],
            ended: None,
            wait_s: 0,
            before: Before::default(),
            windows: Vec::new(),
            windows_known: known,
            says: Sentence { zh: String::new(), en: String::new() },
        }
    }

    /// It goes on for another service: a waiting ticket was reassigned.
    pub(super) fn turn_to(&mut self, service: &ServiceId, known: bool) {
        if self.services.last() != Some(service) {
            self.services.push(service.clone());
        }
        self.windows_known &= known;
    }

    pub(super) fn end(&mut self, at: Timestamp, called_to: Option<WindowNumber>, wait_s: i64) {
        self.ended = Some(Ended { at, called_to });
        self.wait_s = wait_s;
    }

    /// What is written down of a window in this wait.
    pub(super) fn window(&mut self, number: WindowNumber) -> &mut Meanwhile {
        let place = self.windows.binary_search_by_key(&number, |window| window.number);
        let at = place.unwrap_or_else(|at| {
            self.windows.insert(at, Meanwhile { number, calls: 0, open_s: 0, paused_s: 0, closed_s: 0 });
            at
        });
        &mut self.windows[at]
    }

    /// Whether it was called in the second in which it began to wait, and nobody before it.
    pub(super) fn at_once(&self) -> bool {
        let called = self.ended.is_some_and(|ended| ended.called_to.is_some() && ended.at == self.from);
        called && self.before.calls == 0
    }
}
