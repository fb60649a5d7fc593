//! One message on its way: taken, its parts handed over one after the other, and its one end.

use super::{ANSWER_WAIT, DoubtWhy, Output, PROMPT_WAIT, RefusedWhy, SUBMIT_WAIT, Session, State, Work};
use crate::modem::codec;
use crate::modem::message::{Message, check_number, parts};
use link::Uptime;

impl Session {
    /// A message to send: begun now, after the bring-up, or refused.
    pub(super) fn take(&mut self, now: Uptime, message: Message) {
        let id = message.id;
        let refuse = |why, again| Output::Refused { id, why, again };
        let fit = check_number(&message.to).and_then(|()| parts(&message.text));
        let output = match (fit, self.fault) {
            (Err(unfit), _) => refuse(RefusedWhy::Unfit(unfit), false),
            (Ok(_), _) if self.work.is_some() => refuse(RefusedWhy::Busy, true),
            (Ok(_), Some(fault)) => refuse(RefusedWhy::Fault(fault), true),
            (Ok(_), None) if self.state == State::Closed => refuse(RefusedWhy::LineLost, true),
            (Ok(parts), None) => {
                self.work = Some(Work { message, parts, done: 0 });
                if let State::Ready { .. } = self.state {
                    self.submit(now);
                }
                return;
            }
        };
        self.outputs.push_back(output);
    }

    /// Asks for the prompt for the next part, if a message is in work.
    pub(super) fn submit(&mut self, now: Uptime) {
        let Some(work) = &self.work else { return };
        self.private = true;
        self.outputs.push_back(Output::Write(codec::submit(&work.message.to)));
        self.state = State::Prompting { until: now.plus(PROMPT_WAIT) };
    }

    /// A prompt came: hands the part over that it was asked for.
    pub(super) fn prompted(&mut self, now: Uptime) {
        match self.state {
            State::Prompting { .. } => {
                if let Some(part) = self.work.as_ref().and_then(|work| work.parts.get(work.done)) {
                    self.outputs.push_back(Output::Write(codec::body(part)));
                    self.state = State::Handed { until: now.plus(SUBMIT_WAIT) };
                }
            }
            // It waits for a text that we do not have.
            State::Ready { .. } | State::Asking { .. } | State::Ending { .. } => self.begin(now),
            State::Closed | State::Resting { .. } | State::Escaping { .. } | State::Handed { .. } => {}
        }
    }

    /// The network has taken a part.
    pub(super) fn taken(&mut self, now: Uptime, reference: Option<u8>) {
        self.state = State::Ending { until: now.plus(ANSWER_WAIT) };
        let Some(work) = &mut self.work else { return };
        work.done += 1;
        if work.done == work.parts.len() {
            self.outputs.push_back(Output::Sent { id: work.message.id, reference });
            self.work = None;
        }
    }

    /// The conversation breaks off here: what is half said ends, what waits stays.
    pub(super) fn interrupted(&mut self, refused: RefusedWhy, doubt: DoubtWhy) {
        match self.state {
            State::Handed { .. } => self.doubt(doubt),
            State::Prompting { .. } => self.abandon(refused, true),
            _ => {}
        }
    }

    /// Gives the message in work up before the text of its next part was handed over, or after an error.
    pub(super) fn abandon(&mut self, why: RefusedWhy, again: bool) {
        let Some(work) = self.work.take() else { return };
        let id = work.message.id;
        self.outputs.push_back(if work.done == 0 {
            Output::Refused { id, why, again }
        } else {
            Output::Doubt { id, why: DoubtWhy::Partly { sent: work.done, of: work.parts.len(), then: why } }
        });
    }

    /// Gives the message in work up after a text was handed over and its answer is missing.
    pub(super) fn doubt(&mut self, why: DoubtWhy) {
        if let Some(work) = self.work.take() {
            self.outputs.push_back(Output::Doubt { id: work.message.id, why });
        }
    }
}
