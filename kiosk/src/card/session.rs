//! The host's side of the line: brings the reader up, looks for cards while asked to, reads them.

use super::buffer::WipedBuffer;
use super::codec::{self, Command, MAX_FRAME, RECORDED, Scan};
use super::content::{CardContent, ContentError};
use super::outcome::{Fault, SamId, Unreadable};
use super::status::{Blame, Status};
use crate::identity::CivilDate;
use link::Uptime;
use link::pace::time_for;
use link::traffic::{Ring, Way};
use std::collections::VecDeque;
use std::time::Duration;

/// Distance of questions for a card: PROTOCOLS.md 4. A person notices no delay, and the reader has time for its own work.
const FIND_EVERY: Duration = Duration::from_millis(300);
/// A resting reader is asked so often whether it is well, so that its fault shows before the next citizen needs it.
const CHECK_EVERY: Duration = Duration::from_secs(5);
/// What is added to the times of the manual: serial servers hold bytes back for some hundred milliseconds. Too short, and
/// answers come after their command was given up.
const SLACK: Duration = Duration::from_millis(200);
/// Sendings of one command, whether the reader was silent, the answer was damaged or the card read badly: a card that is read
/// badly is tried twice more. More would keep a citizen waiting whose card is no good.
const TRIES: u32 = 3;
/// First and longest pause before a reader that failed is started again; half a minute of absence costs five attempts.
const BACK_OFF: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(30));

/// What the session is told.
#[derive(Clone, Copy, Debug)]
pub enum Input<'a> {
    /// The link is open.
    Opened,
    /// Bytes came.
    Bytes(&'a [u8]),
    /// A page asks for a card. Once for each page: a card that is just being read for the last asking is dropped, and most
    /// readers find it again only when it was lifted.
    Ask {
        /// The day on which birth dates are judged.
        today: CivilDate,
    },
    /// No page asks any more.
    Rest,
    /// The deadline has come.
    Wake,
    /// The link is gone.
    Closed,
}

/// What the session wants or has found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Output {
    /// Bytes for the link.
    Write(Vec<u8>),
    /// The reader is up and has this number.
    Reader(SamId),
    /// A card was laid and read. Check [`CardContent::expired_on`].
    Card(Box<CardContent>),
    /// A card was laid and cannot be used; told once until it is lifted, or until the reader that did not answer is back.
    Unreadable(Unreadable),
    /// Something is wrong with the reader; told once.
    Fault(Fault),
    /// It is right again.
    Cleared,
    /// The port is to be closed and opened again; the session has started anew already and will again after
    /// [`Input::Opened`], so that a host which cannot reopen loses nothing.
    Reopen,
    /// So many bytes were no frame, or one that fits no command.
    Noise(usize),
}

/// For whom a card is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Asking {
    today: CivilDate,
    number: u64,
}

#[derive(Debug)]
enum State {
    Closed,
    /// A command is out, for the `try_number`th time.
    Out {
        command: Command,
        asking: Option<Asking>,
        try_number: u32,
        until: Uptime,
    },
    /// Nothing is out before `until`.
    Pause {
        until: Uptime,
        next: Command,
    },
    /// The reader failed; it is started again at `until`.
    Away {
        until: Uptime,
        reopen: bool,
    },
}

/// The conversation with one reader.
#[derive(Debug)]
pub struct Session {
    baud: u32,
    state: State,
    buffer: WipedBuffer,
    asking: Option<Asking>,
    askings: u64,
    /// The card that lies there was dealt with for this asking.
    served: bool,
    /// How often in a row a card was found that was gone at the next command.
    slips: u32,
    /// The reader has told its number since it was started.
    up: bool,
    /// Bytes came for the command that is out and were no answer.
    noise_for_command: bool,
    back_off: Duration,
    /// What was told, and at which command it showed.
    fault: Option<(Fault, Command)>,
    traffic: Ring,
    outputs: VecDeque<Output>,
}

/// An answer's meaning, without the card's bytes.
enum Heard {
    Done,
    Module(SamId),
    Card(Result<CardContent, ContentError>),
    Status(Status),
}

impl Session {
    /// A session for a line of `baud`; nothing happens before [`Input::Opened`].
    pub fn new(baud: u32) -> Self {
        Session {
            baud,
            state: State::Closed,
            buffer: WipedBuffer::new(2 * MAX_FRAME),
            asking: None,
            askings: 0,
            served: false,
            slips: 0,
            up: false,
            noise_for_command: false,
            back_off: BACK_OFF.0,
            fault: None,
            traffic: Ring::default(),
            outputs: VecDeque::new(),
        }
    }

    /// Takes an input; then drain [`Session::poll`].
    pub fn handle(&mut self, now: Uptime, input: Input<'_>) {
        match input {
            Input::Opened => self.start(now),
            Input::Bytes(bytes) => self.receive(now, bytes),
            Input::Ask { today } => {
                self.askings += 1;
                self.asking = Some(Asking { today, number: self.askings });
                (self.served, self.slips) = (false, 0);
                self.look_soon(now);
            }
            Input::Rest => {
                self.asking = None;
                self.look_soon(now);
            }
            Input::Wake => {}
            Input::Closed => {
                self.buffer.clear();
                self.state = State::Closed;
            }
        }
        self.time_out(now);
    }

    /// The next thing the session wants, until `None`.
    pub fn poll(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    /// When to send [`Input::Wake`].
    pub fn deadline(&self) -> Option<Uptime> {
        match self.state {
            State::Closed => None,
            State::Out { until, .. } | State::Pause { until, .. } | State::Away { until, .. } => Some(until),
        }
    }

    /// The last frames both ways, for the log when a fault opens: commands whole, answers without their data (rule A9).
    pub fn traffic(&self) -> &Ring {
        &self.traffic
    }

    /// Whether a page asks for a card.
    pub fn asked(&self) -> bool {
        self.asking.is_some()
    }

    fn start(&mut self, now: Uptime) {
        self.up = false;
        self.send(now, Command::Reset, 1);
    }

    /// Asking or resting, or a reader that has just come up: a pause takes up what is wanted now.
    fn look_soon(&mut self, now: Uptime) {
        if let State::Pause { .. } = self.state {
            self.pause(now, Duration::ZERO);
        }
    }

    /// Waits for the next look at the reader.
    fn go_on(&mut self, now: Uptime) {
        self.pause(now, FIND_EVERY);
    }

    /// Nothing is said before `wait` is over, or longer if nobody asks for a card.
    fn pause(&mut self, now: Uptime, wait: Duration) {
        let (next, wait) =
            if self.asking.is_some() { (Command::Find, wait) } else { (Command::State, CHECK_EVERY) };
        self.state = State::Pause { until: now.plus(wait), next };
    }

    fn send(&mut self, now: Uptime, command: Command, try_number: u32) {
        // What is left belongs to an earlier command.
        self.noise(self.buffer.bytes().len());
        self.buffer.clear();
        self.noise_for_command = false;
        // What is read belongs to the page that asked when the card was selected.
        let asking = match self.state {
            State::Out { asking, .. } if command == Command::Read => asking,
            _ => self.asking,
        };
        let bytes = codec::encode(command);
        let until = now.plus(answer_within(command, self.baud));
        self.traffic.push(now, Way::Out, &bytes);
        self.outputs.push_back(Output::Write(bytes));
        self.state = State::Out { command, asking, try_number, until };
    }

    fn time_out(&mut self, now: Uptime) {
        if self.deadline().is_none_or(|until| now < until) {
            return;
        }
        match self.state {
            State::Closed => {}
            State::Pause { next, .. } => self.send(now, next, 1),
            State::Away { reopen, .. } => {
                if reopen {
                    self.outputs.push_back(Output::Reopen);
                }
                self.start(now);
            }
            State::Out { command, asking, try_number, .. } => {
                let garbled = self.noise_for_command || !self.buffer.bytes().is_empty();
                if try_number < TRIES {
                    self.send(now, command, try_number + 1);
                    return;
                }
                // Told without taking the card as dealt with: it is tried again once the reader is back.
                if command >= Command::Select && self.is_for(asking) {
                    self.outputs.push_back(Output::Unreadable(Unreadable::NoAnswer));
                }
                let fault =
                    if garbled { Fault::Garbled { tries: TRIES } } else { Fault::Silent { tries: TRIES } };
                self.away(now, command, fault);
            }
        }
    }

    /// The reader failed: it is told once and started again after a pause that grows.
    fn away(&mut self, now: Uptime, command: Command, fault: Fault) {
        if self.fault.map(|(told, _)| told) != Some(fault) {
            if self.fault.is_some() {
                self.outputs.push_back(Output::Cleared);
            }
            self.outputs.push_back(Output::Fault(fault));
        }
        self.fault = Some((fault, command));
        self.noise(self.buffer.bytes().len());
        self.buffer.clear();
        let reopen = !matches!(fault, Fault::Refused(_));
        self.state = State::Away { until: now.plus(self.back_off), reopen };
        self.back_off = (self.back_off * 2).min(BACK_OFF.1);
    }

    /// `command` was answered as it should be.
    fn worked(&mut self, command: Command) {
        if command >= Command::SamId {
            self.back_off = BACK_OFF.0;
        }
        let cleared = match self.fault {
            Some((Fault::Refused(_), at)) => command >= at,
            Some(_) => command >= Command::SamId,
            None => false,
        };
        if cleared {
            self.fault = None;
            self.outputs.push_back(Output::Cleared);
        }
    }

    fn noise(&mut self, bytes: usize) {
        if bytes > 0 {
            self.noise_for_command = true;
            self.outputs.push_back(Output::Noise(bytes));
        }
    }

    fn receive(&mut self, now: Uptime, bytes: &[u8]) {
        if matches!(self.state, State::Closed) {
            return;
        }
        let mut noise = 0;
        // A large chunk is taken in parts, so that the buffer's bound drops nothing that could be understood.
        for part in bytes.chunks(MAX_FRAME) {
            noise += self.buffer.extend(part);
            loop {
                let (heard, used) = match codec::scan(self.buffer.bytes()) {
                    Scan::NeedMore => break,
                    Scan::Noise { skip, .. } => (None, skip),
                    Scan::Frame { body, used } => (self.meaning(body), used),
                };
                if let Some(heard) = heard {
                    let recorded = used.min(RECORDED);
                    self.traffic.push(now, Way::In, &self.buffer.bytes()[..recorded]);
                    self.buffer.consume(used);
                    self.heard(now, heard);
                } else {
                    self.buffer.consume(used);
                    noise += used;
                }
            }
        }
        self.noise(noise);
    }

    /// What an answer means to the command that is out; `None` if it cannot belong to it.
    fn meaning(&self, body: &[u8]) -> Option<Heard> {
        let State::Out { command, asking, .. } = self.state else { return None };
        let (status, data) = codec::answered(body)?;
        match (command, status) {
            (Command::Reset | Command::State, Status::OK) => data.is_empty().then_some(Heard::Done),
            (Command::SamId, Status::OK) => {
                data.try_into().ok().map(|bytes| Heard::Module(SamId::new(bytes)))
            }
            (Command::Find, Status::FOUND) => Some(Heard::Done),
            // Some of the eight bytes differ between cards.
            (Command::Select, Status::OK) => (data.len() == 8).then_some(Heard::Done),
            // Shorter ones are late answers to select (8) and to the question for the number (16).
            (Command::Read, Status::OK) if data.len() > 16 => {
                let block = codec::text_block(data).ok_or(ContentError::Length);
                let today = asking?.today;
                Some(Heard::Card(block.and_then(|block| CardContent::parse(block, today))))
            }
            (_, Status::OK | Status::FOUND) => None,
            (_, status) => data.is_empty().then_some(Heard::Status(status)),
        }
    }

    fn heard(&mut self, now: Uptime, heard: Heard) {
        let State::Out { command, asking, try_number, .. } = self.state else { return };
        match heard {
            Heard::Done | Heard::Module(_) | Heard::Card(_) => self.worked(command),
            Heard::Status(status) => return self.status(now, command, asking, try_number, status),
        }
        match heard {
            Heard::Module(module) => {
                self.up = true;
                self.outputs.push_back(Output::Reader(module));
                self.pause(now, Duration::ZERO);
            }
            Heard::Card(Ok(content)) => {
                if self.is_for(asking) {
                    self.served = true;
                    self.outputs.push_back(Output::Card(Box::new(content)));
                }
                self.go_on(now);
            }
            Heard::Card(Err(error)) => {
                self.unreadable(asking, Unreadable::Content(error));
                self.go_on(now);
            }
            Heard::Done | Heard::Status(_) => match command {
                Command::Reset => self.send(now, Command::State, 1),
                Command::State if !self.up => self.send(now, Command::SamId, 1),
                Command::Find if self.asking.is_some() && !self.served => self.send(now, Command::Select, 1),
                Command::Select if self.is_for(asking) => self.send(now, Command::Read, 1),
                _ => self.go_on(now),
            },
        }
    }

    /// An answer that is not the good one.
    fn status(
        &mut self,
        now: Uptime,
        command: Command,
        asking: Option<Asking>,
        try_number: u32,
        status: Status,
    ) {
        let again = match status.blame() {
            Blame::Line => true,
            Blame::Card => command == Command::Read && status == Status::READ_FAILED,
            Blame::NoCard | Blame::Reader | Blame::Nobody => false,
        };
        if again && try_number < TRIES {
            self.send(now, command, try_number + 1);
            return;
        }
        match status.blame() {
            Blame::NoCard if command >= Command::Find => {
                if command == Command::Find {
                    (self.served, self.slips) = (false, 0);
                    self.worked(command);
                } else {
                    self.slips += 1;
                    if self.slips >= TRIES {
                        self.unreadable(asking, Unreadable::Status(status));
                    }
                }
                self.go_on(now);
            }
            Blame::Card if command >= Command::Find => {
                self.worked(command);
                self.unreadable(asking, Unreadable::Status(status));
                self.go_on(now);
            }
            _ => {
                if command >= Command::Select {
                    self.unreadable(asking, Unreadable::Status(status));
                }
                self.away(now, command, Fault::Refused(status));
            }
        }
    }

    fn is_for(&self, asking: Option<Asking>) -> bool {
        asking.is_some() && asking == self.asking
    }

    fn unreadable(&mut self, asking: Option<Asking>, why: Unreadable) {
        if self.is_for(asking) && !self.served {
            self.served = true;
            self.outputs.push_back(Output::Unreadable(why));
        }
    }
}

/// Within which time the answer to `command` must have come: PROTOCOLS.md 4, "Timing", and what the bytes take.
fn answer_within(command: Command, baud: u32) -> Duration {
    let (thinking, longest) = match command {
        Command::Find | Command::Select => (100, 64),
        Command::Reset | Command::State | Command::SamId => (300, 64),
        Command::Read => (2000, MAX_FRAME + 16),
    };
    Duration::from_millis(thinking) + time_for(longest, baud) + SLACK
}
