//! The conversation with one pad: a prompt, at most one answer to it, and everything else counted and left out.

use link::Uptime;
use link::ff68::{EVENT, Frame, PAD_BUTTON, PROMPT_DATA};
use serde::Serialize;
use std::collections::VecDeque;
use std::time::Duration;

/// Buttons of the pad.
pub const BUTTONS: usize = 5;

/// What a session must know of its pad.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Address on the line; frames of others are ignored.
    pub address: u8,
    /// Level of each button: 1 very dissatisfied to 5 very satisfied.
    pub levels: [u8; BUTTONS],
    /// After how long a prompt ends by itself; `None` if the host ends it.
    pub answer_timeout: Option<Duration>,
}

impl Settings {
    /// The usual pad at `address`: buttons as on the [page](super), the host ends the prompt.
    pub fn new(address: u8) -> Self {
        Settings { address, levels: [2, 3, 4, 5, 1], answer_timeout: None }
    }
}

/// What happens to the session.
#[derive(Clone, Copy, Debug)]
pub enum Input<'a> {
    /// A new frame arrived on the line, for whatever address.
    Frame(&'a Frame),
    /// A matter is done and the citizen may answer (`on`), or may no longer. Asking again while asked repeats the frame
    /// and keeps the one answer; asking after an answer is a new question.
    Prompt {
        /// Whether an answer counts from now on.
        on: bool,
    },
    /// The line was opened again or the pad answers again: it may have forgotten that it was to ask.
    Refresh,
    /// [`Session::deadline`] has passed.
    Wake,
}

/// What the host has to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Output {
    /// A frame for the bus.
    Send(Frame),
    /// The answer: 1 very dissatisfied to 5 very satisfied. At most one for each prompt.
    Level(u8),
    /// A press that is no answer. Nothing is to be recorded but that it happened (rule R3).
    Stray(StrayWhy),
    /// The prompt ended by itself without an answer, which is recorded as no answer (rule R3).
    NoAnswer,
}

/// Why a press is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum StrayWhy {
    /// Nobody asked.
    NotAsked,
    /// The question is answered.
    Second,
    /// The pad has no such button.
    NoSuchButton,
}

/// What a pad has done since its session began.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize)]
pub struct Counters {
    /// Questions.
    pub prompts: u64,
    /// Answers.
    pub answers: u64,
    /// Questions that ended without an answer.
    pub no_answers: u64,
    /// Presses when nobody asked.
    pub not_asked: u64,
    /// Presses after the answer.
    pub second: u64,
    /// Presses of buttons that do not exist.
    pub no_such_button: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Idle,
    Asked { until: Option<Uptime> },
    Answered,
}

/// One pad.
#[derive(Clone, Debug)]
pub struct Session {
    settings: Settings,
    state: State,
    counters: Counters,
    out: VecDeque<Output>,
}

impl Session {
    /// A session with a pad that asks nothing.
    pub fn new(settings: Settings) -> Self {
        Session { settings, state: State::Idle, counters: Counters::default(), out: VecDeque::new() }
    }

    /// Takes in what happened at `now`; then [`Session::poll`] until `None`.
    pub fn handle(&mut self, now: Uptime, input: Input<'_>) {
        if self.deadline().is_some_and(|until| until <= now) {
            self.end();
            self.out.push_back(Output::NoAnswer);
        }
        match input {
            Input::Frame(frame) if frame.address == self.settings.address && frame.command == PAD_BUTTON => {
                self.pressed(frame.data.last().copied());
            }
            Input::Frame(_) | Input::Wake => {}
            Input::Prompt { on: true } => self.ask(now),
            Input::Prompt { on: false } => self.end(),
            Input::Refresh => {
                if matches!(self.state, State::Asked { .. }) {
                    self.light();
                }
            }
        }
    }

    /// The next thing to do, in order.
    pub fn poll(&mut self) -> Option<Output> {
        self.out.pop_front()
    }

    /// When to send [`Input::Wake`].
    pub fn deadline(&self) -> Option<Uptime> {
        match self.state {
            State::Asked { until } => until,
            State::Idle | State::Answered => None,
        }
    }

    /// What happened so far.
    pub fn counters(&self) -> Counters {
        self.counters
    }

    fn ask(&mut self, now: Uptime) {
        if !matches!(self.state, State::Asked { .. }) {
            self.counters.prompts += 1;
            self.state = State::Asked { until: self.settings.answer_timeout.map(|after| now.plus(after)) };
        }
        self.light();
    }

    fn light(&mut self) {
        self.out.push_back(Output::Send(Frame::new(self.settings.address, EVENT, [PROMPT_DATA])));
    }

    fn end(&mut self) {
        if matches!(self.state, State::Asked { .. }) {
            self.counters.no_answers += 1;
        }
        self.state = State::Idle;
    }

    fn pressed(&mut self, button: Option<u8>) {
        let level = button.and_then(|button| self.settings.levels.get(usize::from(button)));
        let (output, counter) = match (level, self.state) {
            (None, _) => (Output::Stray(StrayWhy::NoSuchButton), &mut self.counters.no_such_button),
            // Rule R2: one matter, one rating; rule R3: only when asked.
            (Some(_), State::Idle) => (Output::Stray(StrayWhy::NotAsked), &mut self.counters.not_asked),
            (Some(_), State::Answered) => (Output::Stray(StrayWhy::Second), &mut self.counters.second),
            (Some(level), State::Asked { .. }) => {
                self.state = State::Answered;
                (Output::Level(*level), &mut self.counters.answers)
            }
        };
        *counter += 1;
        self.out.push_back(output);
    }
}

#[cfg(test)]
#[path = "session_tests.rs"]
mod tests;
