//! What the host still wants to say to one unit: a short queue, one frame in flight, retries, and the unit's silence.

use super::codec::{EVENT, Frame, MAX_DATA, PAD_BUTTON, SHOW};
use crate::uptime::{Uptime, earliest};
use std::collections::VecDeque;
use std::time::Duration;

/// A unit answers within about 100 ms (*inferred*); with both frames on the wire and a slow USB adapter 300 ms is late. Shorter
/// would repeat into answers, longer would make a lost beep come too late to mean anything.
pub(super) const ANSWER_TIMEOUT: Duration = Duration::from_millis(300);

/// First try and three retries: at a loss of one frame in ten each way, one frame in a thousand is given up wrongly.
pub(super) const MAX_TRIES: u32 = 4;

/// Pause between probes of a unit that does not answer. A hall whose whole line is dead then costs 30 probes of 70 ms in
/// 5 s, which leaves room for those who answer; a repaired unit is noticed within 5 s.
pub(super) const PROBE_PAUSE: Duration = Duration::from_secs(5);

/// How long an echo of a delivered prompt is still an echo: one retry's answer after the first. As long as this, a real
/// press of the evaluation key is not acknowledged, and so comes again.
const LATE_ECHO: Duration = Duration::from_millis(500);

/// Twice the frames of distinct meaning (digits, stars, beep, prompt). A newer one replaces its elder, so that only a
/// caller with commands of its own invention reaches this; then the oldest is dropped.
const MAX_WAITING: usize = 8;

/// The two devices that share an address: the clerk's keypad and the citizen's pad beside it. They fail apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// The clerk's keypad with its LCD.
    Keypad,
    /// The evaluation pad.
    Pad,
}

impl Part {
    /// Whom a frame of the host is for.
    pub fn addressed(frame: &Frame) -> Part {
        if frame.command == EVENT { Part::Pad } else { Part::Keypad }
    }

    /// Who has sent a frame that is no acknowledgement.
    pub fn speaking(frame: &Frame) -> Part {
        if frame.command == PAD_BUTTON { Part::Pad } else { Part::Keypad }
    }
}

/// What the acknowledgement of a frame means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Echo {
    /// Of the frame in flight.
    Delivered {
        /// The unit was silent until now.
        answers_again: bool,
    },
    /// Of a prompt that was acknowledged before.
    Late,
    /// It is none.
    No,
}

#[derive(Clone, Debug)]
struct Flight {
    frame: Frame,
    tried: u32,
    due: Uptime,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Pending {
    waiting: VecDeque<Frame>,
    flight: Option<Flight>,
    /// The last digits that were to be shown: what a silent unit is probed with.
    shown: Option<Frame>,
    /// `Some` while the unit does not answer: when it is probed next.
    silent: Option<Uptime>,
    delivered_prompt: Option<(Frame, Uptime)>,
}

impl Pending {
    /// Takes a frame up, in the place of an older one of the same meaning. What must be heard now (beep, prompt) is
    /// dropped when nobody hears it: a beep for a press of ten minutes ago says nothing.
    pub(super) fn push(&mut self, frame: Frame, line_open: bool) {
        let deaf = !line_open || self.probe().is_some();
        if is_state(&frame) {
            if frame.data.len() == MAX_DATA {
                self.shown = Some(frame);
            }
        } else if deaf {
            return;
        }
        if let Some(older) = self.waiting.iter_mut().find(|older| same_meaning(older, &frame)) {
            *older = frame;
            return;
        }
        if self.waiting.len() == MAX_WAITING {
            self.waiting.pop_front();
        }
        self.waiting.push_back(frame);
    }

    /// The line was closed or opened: nothing is in flight, only what should be shown is still worth saying.
    pub(super) fn line_changed(&mut self, now: Uptime) {
        if let Some(flight) = self.flight.take()
            && !self.waiting.iter().any(|newer| same_meaning(newer, &flight.frame))
        {
            self.waiting.push_front(flight.frame);
        }
        self.waiting.retain(is_state);
        self.silent = self.silent.map(|_| now);
    }

    /// Gives a frame up when its last answer is overdue. Returns how often it was tried if the unit was not silent before.
    pub(super) fn expire(&mut self, now: Uptime) -> Option<u32> {
        let flight =
            self.flight.take_if(|flight| flight.due <= now && flight.tried >= allowed(self.silent))?;
        let newly = self.silent.is_none();
        self.silent = Some(now.plus(PROBE_PAUSE));
        if newly && self.shown.is_some() {
            self.waiting.retain(is_state);
        }
        newly.then_some(flight.tried)
    }

    /// From when on there is something to do: to send, to send again, or to give up.
    pub(super) fn deadline(&self) -> Option<Uptime> {
        if let Some(flight) = &self.flight {
            return Some(flight.due);
        }
        match self.probe() {
            Some((_, at)) => Some(at),
            None => (!self.waiting.is_empty()).then(Uptime::default),
        }
    }

    /// Takes the frame that is to be sent now, if any, and has it in flight. `answer_from` is when its last byte has left.
    pub(super) fn take(&mut self, now: Uptime, answer_from: impl Fn(&Frame) -> Uptime) -> Option<Frame> {
        if self.deadline().is_none_or(|at| at > now) {
            return None;
        }
        let (mut frame, tried) = match (self.flight.take(), self.probe()) {
            (Some(flight), _) => (flight.frame, flight.tried),
            (None, Some((probe, _))) => (probe, 0),
            (None, None) => (self.waiting.pop_front()?, 0),
        };
        // What should be shown may have changed since the last try.
        if let Some(place) = self.waiting.iter().position(|newer| same_meaning(newer, &frame)) {
            frame = self.waiting.remove(place).unwrap_or(frame);
        }
        let due = answer_from(&frame).plus(ANSWER_TIMEOUT);
        self.flight = Some(Flight { frame, tried: tried + 1, due });
        Some(frame)
    }

    /// Whether `frame`, which came in, is the acknowledgement of one of ours.
    pub(super) fn echo(&mut self, now: Uptime, frame: &Frame) -> Echo {
        if self.flight.take_if(|flight| flight.frame == *frame).is_some() {
            if frame.command == EVENT {
                self.delivered_prompt = Some((*frame, now));
            }
            return Echo::Delivered { answers_again: self.silent.take().is_some() };
        }
        match self.delivered_prompt {
            Some((prompt, at)) if prompt == *frame && now.since(at) < LATE_ECHO => Echo::Late,
            _ => Echo::No,
        }
    }

    /// The unit has spoken. Its ears are tried at once if there is something to try them with; returns true if not, and
    /// its voice must do as proof that it answers again.
    pub(super) fn heard(&mut self, now: Uptime) -> bool {
        if self.probe().is_some() {
            self.silent = Some(now);
            return false;
        }
        self.silent.take().is_some()
    }

    /// Whether its fault is open.
    pub(super) fn is_silent(&self) -> bool {
        self.silent.is_some()
    }

    /// With what and when a silent unit is probed. A pad has no such frame, as a prompt that nobody asked for must not
    /// open: it is tried with its next real prompt.
    fn probe(&self) -> Option<(Frame, Uptime)> {
        self.shown.zip(self.silent)
    }
}

/// The earliest moment that any of `units` has something to do.
pub(super) fn deadline<'a>(units: impl Iterator<Item = &'a Pending>) -> Option<Uptime> {
    units.map(Pending::deadline).fold(None, earliest)
}

/// A probe is one try: the unit is known to be silent.
fn allowed(silent: Option<Uptime>) -> u32 {
    if silent.is_some() { 1 } else { MAX_TRIES }
}

/// Whether the frame says what should be seen until further notice, and not what happens now.
fn is_state(frame: &Frame) -> bool {
    frame.command == SHOW
}

/// Digits replace digits, stars stars, a beep a beep.
fn same_meaning(a: &Frame, b: &Frame) -> bool {
    a.command == b.command && a.data.len() == b.data.len()
}
