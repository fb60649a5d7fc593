//! The conversation with one modem: brings it up, watches it, hands over one message at a time and says what became of it.

mod bring_up;
mod results;
mod work;

use super::codec::{self, Answer, ESC, MAX_LINE, Scan};
use super::message::Message;
use super::words::Failure;
use bring_up::{BRING_UP, CHECKS, Step, WATCH};
use link::{ReceiveBuffer, Uptime};
pub use results::{DoubtWhy, Fault, Input, Output, RefusedWhy};
use std::collections::VecDeque;
use std::fmt;
use std::time::Duration;

/// How long a modem may take to answer a question. Modems answer within milliseconds, cards within a second or two after
/// power-up; shorter would take a slow card for a silent modem.
const ANSWER_WAIT: Duration = Duration::from_secs(5);
/// How long the prompt may take. It needs no network; a modem that says none has not understood the line.
const PROMPT_WAIT: Duration = Duration::from_secs(5);
/// How long the network may take for one message. Makers say 60 s (SIMCom) and more; by practice what has not come by then
/// does not come, and shorter would make doubts out of messages that were sent.
const SUBMIT_WAIT: Duration = Duration::from_secs(60);
/// How long a modem needs to come out of a text after ESC, and for the rest of a cut answer to pass (*guessed*).
const ESCAPE_WAIT: Duration = Duration::from_millis(200);
/// How long a modem that says that it has started is left alone: its first commands may be lost (*guessed*).
const START_WAIT: Duration = Duration::from_secs(2);
/// Time-outs in a row before the modem counts as silent.
const TRIES: u32 = 3;
/// Starts in a row, without being ready in between, before that is a fault: a weak supply makes modems do so.
const STARTS: u32 = 5;
/// First and longest pause before a modem with a fault is asked again. A card is put in or a network found within that.
const PAUSE: (Duration, Duration) = (Duration::from_secs(5), Duration::from_secs(60));
/// First and longest distance of wishes to have the port opened anew: it helps hung USB sticks, and disturbs nobody.
const REOPEN: (Duration, Duration) = (Duration::from_secs(30), Duration::from_secs(600));
/// How often a modem that has nothing to do is asked for its signal and network.
const WATCH_EVERY: Duration = Duration::from_secs(60);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Closed,
    /// Waits before the next attempt.
    Resting {
        until: Uptime,
    },
    /// ESC has left.
    Escaping {
        until: Uptime,
    },
    /// Asks the steps of a list, this one now.
    Asking {
        steps: &'static [Step],
        place: usize,
        until: Uptime,
        told: bool,
    },
    /// Nothing to do but to watch.
    Ready {
        watch_at: Uptime,
    },
    /// `AT+CMGS` has left; nothing of the text.
    Prompting {
        until: Uptime,
    },
    /// A text and its Ctrl-Z have left.
    Handed {
        until: Uptime,
    },
    /// The network has taken it; the `OK` is still to come.
    Ending {
        until: Uptime,
    },
}

/// The message in work.
struct Work {
    message: Message,
    parts: Vec<String>,
    /// Parts that the network has taken.
    done: usize,
}

/// The conversation with one modem.
pub struct Session {
    state: State,
    buffer: ReceiveBuffer,
    work: Option<Work>,
    fault: Option<Fault>,
    /// Time-outs since the modem was last ready.
    tries: u32,
    /// Starts since then.
    starts: u32,
    pause: Duration,
    reopen_at: Option<Uptime>,
    reopen_gap: Duration,
    /// Which of [`CHECKS`] is next.
    check: usize,
    /// It echoes although it was told not to: an echo tells nothing then.
    echoes: bool,
    /// What the card's state was in the last answer.
    sim: String,
    registration: Option<u8>,
    signal: Option<u8>,
    /// Number or text may be in bytes that are still on their way.
    private: bool,
    outputs: VecDeque<Output>,
}

impl Default for Session {
    fn default() -> Self {
        Self::new()
    }
}

/// Without buffers and message: they hold personal data.
impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session")
            .field("state", &self.state)
            .field("fault", &self.fault)
            .finish_non_exhaustive()
    }
}

impl Session {
    /// A session; nothing happens before [`Input::Opened`].
    pub fn new() -> Self {
        Session {
            state: State::Closed,
            buffer: ReceiveBuffer::new(2 * MAX_LINE),
            work: None,
            fault: None,
            tries: 0,
            starts: 0,
            pause: PAUSE.0,
            reopen_at: None,
            reopen_gap: REOPEN.0,
            check: 0,
            echoes: false,
            sim: String::new(),
            registration: None,
            signal: None,
            private: false,
            outputs: VecDeque::new(),
        }
    }

    /// Takes an input; then drain [`Session::poll`].
    pub fn handle(&mut self, now: Uptime, input: Input<'_>) {
        match input {
            Input::Opened => {
                self.interrupted(RefusedWhy::LineLost, DoubtWhy::LineLost);
                self.buffer.clear();
                self.begin(now);
            }
            Input::Bytes(bytes) => self.receive(now, bytes),
            Input::Send(message) => self.take(now, message),
            Input::Wake => {}
            Input::Closed => {
                self.interrupted(RefusedWhy::LineLost, DoubtWhy::LineLost);
                self.abandon(RefusedWhy::LineLost, true);
                self.buffer.clear();
                self.state = State::Closed;
            }
        }
        if self.deadline().is_some_and(|deadline| deadline <= now) {
            self.time_out(now);
        }
    }

    /// The next thing the session wants, until `None`.
    pub fn poll(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    /// When to send [`Input::Wake`].
    pub fn deadline(&self) -> Option<Uptime> {
        match self.state {
            State::Closed => None,
            State::Ready { watch_at } => Some(watch_at),
            State::Resting { until }
            | State::Escaping { until }
            | State::Asking { until, .. }
            | State::Prompting { until }
            | State::Handed { until }
            | State::Ending { until } => Some(until),
        }
    }

    /// Whether a message given now would be taken: the modem is well, or being brought up, and no other is in work.
    pub fn idle(&self) -> bool {
        self.state != State::Closed && self.fault.is_none() && self.work.is_none()
    }

    /// What is wrong now.
    pub fn fault(&self) -> Option<Fault> {
        self.fault
    }

    /// Strength of the signal in the last answer: 0 to 31, below 10 messages begin to fail; `None` if unknown.
    pub fn signal(&self) -> Option<u8> {
        self.signal
    }

    /// Whether bytes both ways may hold a number or a text just now.
    pub fn private(&self) -> bool {
        self.private
    }

    /// What may be kept of `bytes` for a log. Ask for received bytes before handing them in, and for bytes to write when
    /// [`Output::Write`] is polled. Rule A9.
    pub fn shown(&self, bytes: &[u8]) -> Vec<u8> {
        if self.private {
            format!("({} bytes)", bytes.len()).into_bytes()
        } else {
            codec::without_digits(bytes)
        }
    }

    fn receive(&mut self, now: Uptime, bytes: &[u8]) {
        if self.state == State::Closed {
            return;
        }
        let mut noise = 0;
        // A large chunk is taken in parts, so that the buffer's bound drops nothing that could be understood.
        for part in bytes.chunks(MAX_LINE) {
            noise += self.buffer.extend(part);
            loop {
                let (heard, used) = match codec::scan(self.buffer.bytes()) {
                    Scan::NeedMore => break,
                    Scan::Noise { skip } => {
                        noise += skip;
                        (None, skip)
                    }
                    Scan::Prompt { used } => (Some(None), used),
                    Scan::Line { line, used } => (Some(Some(line.to_owned())), used),
                };
                self.buffer.consume(used);
                match heard {
                    Some(None) => self.prompted(now),
                    Some(Some(line)) => self.heard(now, &line),
                    None => {}
                }
            }
        }
        if noise > 0 {
            self.outputs.push_back(Output::Noise(noise));
        }
    }

    fn heard(&mut self, now: Uptime, line: &str) {
        match (codec::answer(line), self.state) {
            (Answer::Started, _) => self.restarted(now, START_WAIT),
            // Echo is off while the modem is ready: it has forgotten that, and the rest with it.
            (Answer::Echo, State::Ready { .. } | State::Prompting { .. } | State::Ending { .. })
                if !self.echoes =>
            {
                self.restarted(now, Duration::ZERO);
            }
            (Answer::Sent(reference), State::Handed { .. }) => self.taken(now, reference),
            (Answer::Failed(failure), State::Handed { .. }) => {
                let meaning = failure.meaning();
                if meaning.doubt {
                    self.doubt(DoubtWhy::Network(failure));
                } else {
                    self.abandon(RefusedWhy::Modem(failure), meaning.again);
                }
                self.begin(now);
            }
            (Answer::Failed(failure), State::Prompting { .. }) => {
                self.abandon(RefusedWhy::Modem(failure), failure.meaning().again);
                self.begin(now);
            }
            // Whatever the modem says then, the network has the message.
            (Answer::Ok | Answer::Failed(_), State::Ending { .. }) => self.ready(now),
            (answer, State::Asking { steps, place, until, told }) => {
                let step = self.step(steps, place);
                match answer {
                    Answer::Info { name, value } if step.told_by(name, value) => {
                        self.told(step, value);
                        self.state = State::Asking { steps, place, until, told: true };
                    }
                    Answer::Echo if CHECKS.contains(&step) => self.echoes = true,
                    // An OK without what was asked for belongs to an earlier command.
                    Answer::Ok if told || step.name().is_none() => self.answered(now, steps, place),
                    // An error to the bare AT, too.
                    Answer::Failed(_) if step == Step::Attention => {}
                    Answer::Failed(failure) => self.step_failed(now, steps, place, failure),
                    _ => {}
                }
            }
            (Answer::Info { name: "+CREG", .. }, State::Ready { .. }) => {
                self.state = State::Ready { watch_at: now };
            }
            (Answer::Info { name: "+CPIN", .. }, State::Ready { .. }) => self.begin(now),
            _ => {}
        }
    }

    fn time_out(&mut self, now: Uptime) {
        match self.state {
            State::Closed => {}
            State::Resting { .. } => self.begin(now),
            State::Escaping { .. } => self.ask(now, &BRING_UP, 0),
            State::Ready { .. } => self.ask(now, &WATCH, 0),
            State::Prompting { .. } => {
                self.abandon(RefusedWhy::NoPrompt, true);
                self.unanswered(now);
            }
            State::Handed { .. } => {
                self.doubt(DoubtWhy::NoAnswer);
                self.unanswered(now);
            }
            State::Asking { .. } | State::Ending { .. } => self.unanswered(now),
        }
    }

    /// A command was not answered.
    fn unanswered(&mut self, now: Uptime) {
        self.tries += 1;
        if self.tries < TRIES {
            return self.begin(now);
        }
        self.failed(now, Fault::Silent { tries: TRIES });
        if self.reopen_at.is_none_or(|at| at <= now) {
            self.reopen_at = Some(now.plus(self.reopen_gap));
            self.reopen_gap = (self.reopen_gap * 2).min(REOPEN.1);
            self.outputs.push_back(Output::Reopen);
        }
    }

    /// Starts the bring-up. ESC first: a text that was left open would swallow every command.
    fn begin(&mut self, now: Uptime) {
        self.outputs.push_back(Output::Write(vec![ESC]));
        self.state = State::Escaping { until: now.plus(ESCAPE_WAIT) };
    }

    fn step(&self, steps: &[Step], place: usize) -> Step {
        match steps.get(place) {
            Some(Step::Check) | None => CHECKS[self.check % CHECKS.len()],
            Some(step) => *step,
        }
    }

    fn ask(&mut self, now: Uptime, steps: &'static [Step], place: usize) {
        if steps.get(place) == Some(&Step::Check) {
            self.check = self.check.wrapping_add(1);
            self.echoes = false;
        }
        let command = self.step(steps, place).command();
        self.outputs.push_back(Output::Write(format!("{command}\r").into_bytes()));
        self.state = State::Asking { steps, place, until: now.plus(ANSWER_WAIT), told: false };
    }

    fn told(&mut self, step: Step, value: &str) {
        match step {
            Step::Sim => value.clone_into(&mut self.sim),
            Step::Registration => self.registration = codec::registration(value),
            Step::Signal => self.signal = codec::strength(value),
            _ => {}
        }
    }

    fn answered(&mut self, now: Uptime, steps: &'static [Step], place: usize) {
        let fault = match self.step(steps, place) {
            Step::Sim => Fault::of_sim(&self.sim),
            Step::Registration => Fault::of_registration(self.registration),
            _ => None,
        };
        match fault {
            Some(fault) => self.failed(now, fault),
            None if place + 1 < steps.len() => self.ask(now, steps, place + 1),
            None => self.ready(now),
        }
    }

    fn step_failed(&mut self, now: Uptime, steps: &'static [Step], place: usize, failure: Failure) {
        let step = self.step(steps, place);
        if failure.busy() && self.tries + 1 < TRIES {
            self.tries += 1;
            self.state = State::Resting { until: now.plus(PAUSE.0) };
            return;
        }
        match Fault::of_failure(step, failure) {
            Some(fault) => self.failed(now, fault),
            None if place + 1 < steps.len() => self.ask(now, steps, place + 1),
            None => self.ready(now),
        }
    }

    /// All is well: the next part, if there is one, else watching.
    fn ready(&mut self, now: Uptime) {
        // After `OK` to `+CMGS` the fault is none already; after the bring-up it ends here.
        if self.fault.take().is_some() {
            self.outputs.push_back(Output::Cleared);
        }
        (self.tries, self.starts, self.pause) = (0, 0, PAUSE.0);
        (self.reopen_at, self.reopen_gap) = (None, REOPEN.0);
        self.private = false;
        self.state = State::Ready { watch_at: now.plus(WATCH_EVERY) };
        self.submit(now);
    }

    fn restarted(&mut self, now: Uptime, wait: Duration) {
        if self.state == State::Closed {
            return;
        }
        self.interrupted(RefusedWhy::Restarted, DoubtWhy::Restarted);
        // Several lines may tell of one start, and a start ends a long rest.
        if let State::Resting { until } = self.state {
            self.state = State::Resting { until: until.min(now.plus(wait)) };
            return;
        }
        self.starts += 1;
        if self.starts >= STARTS {
            self.failed(now, Fault::Restarting { times: STARTS });
        } else {
            self.state = State::Resting { until: now.plus(wait) };
        }
    }

    /// The bring-up, or the watch, has found that no message can be sent.
    fn failed(&mut self, now: Uptime, fault: Fault) {
        if self.fault != Some(fault) {
            if self.fault.is_some() {
                self.outputs.push_back(Output::Cleared);
            }
            self.fault = Some(fault);
            self.outputs.push_back(Output::Fault(fault));
        }
        self.abandon(RefusedWhy::Fault(fault), true);
        self.state = State::Resting { until: now.plus(self.pause) };
        self.pause = (self.pause * 2).min(PAUSE.1);
    }
}

#[cfg(test)]
mod tests;
