//! The conversation with all screens on one line.
//!
//! The line is half duplex: one frame is out at a time, and the next begins when it is answered or given up. For each
//! screen the host says what it should show, and the session works until the screen has acknowledged just that; a newer
//! content takes the place of one not yet sent. Calls go out before other texts, within each kind the screens take turns,
//! and a text that has waited two seconds counts as a call, so that no screen starves.
//!
//! A screen that is silent or busy gives up the line at once and waits for its next turn. One that does not answer
//! [`TRIES`] times, or refuses, opens one fault and is left alone but for an attempt every [`RETRY_EVERY`]. When it
//! answers, the fault closes and it gets its present content. Every [`CHECK_EVERY`] an idle screen is asked how it is, so
//! that a dead one is noticed before the next call, and one that was switched off and on again gets its text back.
//!
//! Left to others: opening the port, what to show, and brightness, power and the card's clock, which keep their settings.

use super::codec::{self, ErrorCode, MAX_WIRE, Scan};
use super::command::{Command, Reply};
use super::layout::layout;
use super::{Content, Look, Screen};
use link::pace::time_for;
use link::uptime::earliest;
use link::{ReceiveBuffer, Uptime};
use std::collections::VecDeque;
use std::fmt;
use std::time::Duration;

/// How often a frame is sent before its screen counts as dead. The notes suggest three; more would keep the line from
/// the other screens, fewer would report every passing lift.
pub const TRIES: u32 = 3;
/// Longest time from the end of our frame to the screen's answer at 57600 baud and above (protocol notes, guessed).
const ANSWER_AT_FAST: Duration = Duration::from_millis(500);
/// The notes say 2 s at 9600. A straight line in the time of a byte goes through both: 200 ms and 1,728 bytes.
const ANSWER_BASE: Duration = Duration::from_millis(200);
const ANSWER_BYTES: usize = 1728;
/// No card is waited for longer, however slow its line is.
const ANSWER_MOST: Duration = Duration::from_secs(4);
/// How long a busy card is left alone (protocol notes, guessed).
const BUSY_WAIT: Duration = Duration::from_millis(200);
/// How often in a row a card may say "busy" before that is a fault: about 5 s.
const BUSY_TRIES: u32 = 25;
/// How often a screen with a fault is tried again: one that comes back is dark for no longer than this. It costs the line
/// an answer time each, so with many dead screens, or a slow line, it is two answer times for each of them.
pub const RETRY_EVERY: Duration = Duration::from_secs(5);
/// One in this many answer times may go to dead screens: more often, and calls to the living would mostly wait.
const PROBE_SHARE: u32 = 2;
/// How often an idle screen is asked how it is. Each time takes the line for some 15 ms at 57600, so that with eight
/// screens fewer than one call in a hundred waits for it.
pub const CHECK_EVERY: Duration = Duration::from_secs(15);
/// How often a text is sent again although nothing speaks against it. An acknowledgement does not say which frame it
/// means; should a late one ever have been taken for another's, the wrong text stands no longer than this.
pub const REFRESH_EVERY: Duration = Duration::from_secs(120);
/// How long a text that is no call may be overtaken by calls: long for a line, short for a person who reads it.
const PATIENCE: Duration = Duration::from_secs(2);

/// What the session is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input<'a> {
    /// The port is open (again): every screen is shown its content anew.
    Opened,
    /// Bytes arrived.
    Bytes(&'a [u8]),
    /// What `screen` should show from now on. Said twice, it sends nothing. A number that is not on this line is ignored.
    Show {
        /// Screen number.
        screen: u16,
        /// All of it.
        content: Content,
    },
    /// The deadline has come, or the host just wants to know.
    Wake,
    /// The port is gone; contents are remembered, nothing is sent.
    Closed,
}

/// What the host should do or know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Output {
    /// Bytes for the line.
    Write(Vec<u8>),
    /// The screen has acknowledged its present content.
    Shown {
        /// Screen number.
        screen: u16,
    },
    /// The screen does not work. Said once until [`Output::Cleared`].
    Fault {
        /// Screen number.
        screen: u16,
        /// What is wrong.
        fault: Fault,
    },
    /// The screen works again.
    Cleared {
        /// Screen number.
        screen: u16,
    },
    /// Bytes arrived that belong to no answer.
    Noise {
        /// How many.
        bytes: usize,
    },
}

/// Why a screen does not work. The host puts the window and the device in front.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Nothing came back.
    NoAnswer {
        /// Frames sent.
        tries: u32,
        /// Waited for each.
        waited: Duration,
    },
    /// The card refused, and would again.
    Refused(ErrorCode),
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Fault::NoAnswer { tries, waited } => {
                write!(f, "no answer to {tries} frames within {} ms each", waited.as_millis())
            }
            Fault::Refused(code) => write!(f, "text refused: {code}"),
        }
    }
}

impl std::error::Error for Fault {}

/// One screen and how far we are with it.
#[derive(Clone, Debug)]
struct State {
    screen: Screen,
    wanted: Option<Content>,
    /// Since when `wanted` is not what the screen shows.
    waiting: Option<Uptime>,
    /// Ids of the areas that the screen acknowledged; a status that names others means it forgot.
    areas: Vec<u8>,
    fault: Option<Fault>,
    not_before: Uptime,
    check_at: Uptime,
    refresh_at: Uptime,
    /// The card does not know the status command: its text is sent again instead of asking.
    no_status: bool,
    last_reply: Option<Uptime>,
    /// Frames in a row that stayed without an answer.
    silent: u32,
    /// Answers in a row that were "busy".
    busy: u32,
    /// When it was last served, in turns of the line.
    turn: u64,
    replaced: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Job {
    Text,
    Check,
    Probe,
}

/// The frame that is out.
#[derive(Clone, Debug)]
struct Flight {
    index: usize,
    job: Job,
    areas: Vec<u8>,
    replaced: usize,
    /// Whether the host changed its mind since: then the answer does not settle the screen.
    stale: bool,
    length: usize,
    sent_at: Uptime,
    overdue_at: Uptime,
}

/// All screens on one line.
#[derive(Clone, Debug)]
pub struct Session {
    baud: u32,
    open: bool,
    screens: Vec<State>,
    flight: Option<Flight>,
    turns: u64,
    buffer: ReceiveBuffer,
    out: VecDeque<Output>,
    now: Uptime,
}

impl Session {
    /// The line at `baud` with `screens` on it, closed and with nothing to show yet.
    pub fn new(screens: Vec<Screen>, baud: u32) -> Self {
        let state = |screen| State {
            screen,
            wanted: None,
            waiting: None,
            areas: Vec::new(),
            fault: None,
            not_before: Uptime::default(),
            check_at: Uptime::default(),
            refresh_at: Uptime::default(),
            no_status: false,
            last_reply: None,
            silent: 0,
            busy: 0,
            turn: 0,
            replaced: 0,
        };
        Session {
            baud,
            open: false,
            screens: screens.into_iter().map(state).collect(),
            flight: None,
            turns: 0,
            buffer: ReceiveBuffer::new(2 * MAX_WIRE),
            out: VecDeque::new(),
            now: Uptime::default(),
        }
    }

    /// Takes one input. Then call [`Session::poll`] until it gives nothing.
    pub fn handle(&mut self, now: Uptime, input: Input<'_>) {
        self.now = self.now.max(now);
        match input {
            Input::Opened => {
                self.open = true;
                self.reset();
                for state in &mut self.screens {
                    state.waiting = state.wanted.as_ref().map(|_| self.now);
                    state.not_before = self.now;
                    state.check_at = self.now;
                    state.no_status = false;
                    state.last_reply = None;
                    (state.silent, state.busy) = (0, 0);
                }
            }
            Input::Closed => {
                self.open = false;
                self.reset();
            }
            Input::Bytes(bytes) if self.open => self.receive(bytes),
            Input::Bytes(_) | Input::Wake => {}
            Input::Show { screen, content } => self.show(screen, content),
        }
        self.proceed();
    }

    /// What comes of it, in order.
    pub fn poll(&mut self) -> Option<Output> {
        self.out.pop_front()
    }

    /// When to send [`Input::Wake`]; `None` while the port is closed.
    pub fn deadline(&self) -> Option<Uptime> {
        if !self.open {
            return None;
        }
        match &self.flight {
            Some(flight) => Some(flight.overdue_at),
            None => self.screens.iter().map(State::due).fold(None, |a, b| earliest(a, Some(b))),
        }
    }

    /// Characters of the texts now on the screens that their fonts lack; for the log.
    pub fn replaced_characters(&self) -> usize {
        self.screens.iter().map(|state| state.replaced).sum()
    }

    /// Longest time from the end of a frame to its answer at this line's baud rate.
    pub fn answer_time(&self) -> Duration {
        (ANSWER_BASE + time_for(ANSWER_BYTES, self.baud)).clamp(ANSWER_AT_FAST, ANSWER_MOST)
    }

    fn reset(&mut self) {
        self.flight = None;
        self.buffer.clear();
    }

    fn show(&mut self, number: u16, content: Content) {
        let Some(index) = self.screens.iter().position(|state| state.screen.number == number) else { return };
        let state = &mut self.screens[index];
        if state.wanted.as_ref() == Some(&content) {
            return;
        }
        state.wanted = Some(content);
        state.waiting = state.waiting.or(Some(self.now));
        // A card that refused the last text may take this one; a silent card has its next attempt anyway.
        if matches!(state.fault, Some(Fault::Refused(_))) {
            state.not_before = self.now;
        }
        if let Some(flight) = &mut self.flight {
            flight.stale |= flight.index == index && flight.job == Job::Text;
        }
    }

    fn receive(&mut self, bytes: &[u8]) {
        let mut noise = self.buffer.extend(bytes);
        loop {
            match codec::scan(self.buffer.bytes()) {
                Scan::NeedMore => break,
                Scan::Noise { skip } => {
                    noise += skip;
                    self.buffer.consume(skip);
                }
                Scan::Frame { frame, used } => {
                    self.buffer.consume(used);
                    // Our own frames come back on a line that echoes; they are no answer.
                    if frame.dst == codec::PC && !self.answered(frame.src, &Reply::read(&frame)) {
                        noise += used;
                    }
                }
            }
        }
        if noise > 0 {
            self.out.push_back(Output::Noise { bytes: noise });
        }
    }

    /// Takes a reply of screen `number`; `false` if nobody waits for it.
    fn answered(&mut self, number: u16, reply: &Reply) -> bool {
        let (now, answer_time) = (self.now, self.answer_time());
        let Some(flight) = &self.flight else { return false };
        let state = &mut self.screens[flight.index];
        if state.screen.number != number {
            return false;
        }
        // An answer that is here before the question can have arrived is the echo of the one before, if there was one.
        let asked_by = flight.sent_at.plus(time_for(flight.length, self.baud));
        if now < asked_by && state.last_reply.is_some_and(|last| now.since(last) < answer_time) {
            return false;
        }
        // Nor may a late answer to a status be taken for the text's.
        if matches!((reply, flight.job), (Reply::Other, _) | (Reply::Status(_), Job::Text)) {
            return false;
        }
        state.last_reply = Some(now);
        let Some(flight) = self.flight.take() else { return false };
        self.settle(flight, reply);
        true
    }

    /// The flight has its answer.
    fn settle(&mut self, flight: Flight, reply: &Reply) {
        let (now, answer_time) = (self.now, self.answer_time());
        let state = &mut self.screens[flight.index];
        let screen = state.screen.number;
        // More answers to earlier frames may be on their way, and this one may have been one of them.
        let doubtful = state.silent > 0;
        match reply {
            Reply::Nack(ErrorCode::Busy) if state.busy < BUSY_TRIES => {
                (state.silent, state.busy) = (0, state.busy + 1);
                state.not_before = now.plus(BUSY_WAIT);
                return;
            }
            Reply::Nack(ErrorCode::Crc) if state.silent + 1 < TRIES => {
                state.silent += 1;
                return;
            }
            _ => (state.silent, state.busy) = (0, 0),
        }
        state.not_before = if doubtful { now.plus(answer_time) } else { now };
        state.check_at = now.plus(CHECK_EVERY);
        if let (Job::Text, Reply::Nack(code)) = (flight.job, reply) {
            return self.fail(flight.index, Fault::Refused(*code));
        }
        if state.fault.take().is_some() {
            self.out.push_back(Output::Cleared { screen });
        }
        match (flight.job, reply) {
            (Job::Text, _) => {
                state.areas = flight.areas;
                state.replaced = flight.replaced;
                let refresh = if state.no_status { CHECK_EVERY } else { REFRESH_EVERY };
                state.refresh_at = if doubtful { state.not_before } else { now.plus(refresh) };
                if !flight.stale && state.waiting.take().is_some() {
                    self.out.push_back(Output::Shown { screen });
                }
            }
            (Job::Check, Reply::Status(status)) => {
                let mut areas = status.areas.clone();
                areas.sort_unstable();
                if areas != state.areas {
                    state.want_again(now);
                }
            }
            (Job::Check, Reply::Nack(ErrorCode::NoSuchCommand | ErrorCode::BadGroup)) => {
                state.no_status = true;
                state.refresh_at = now;
            }
            (Job::Check, _) => {}
            (Job::Probe, _) => state.want_again(now),
        }
    }

    fn fail(&mut self, index: usize, fault: Fault) {
        let dead = 1 + self.screens.iter().filter(|state| state.fault.is_some()).count() as u32;
        let pause = RETRY_EVERY.max(self.answer_time() * PROBE_SHARE * dead);
        let state = &mut self.screens[index];
        state.not_before = self.now.plus(pause);
        state.want_again(self.now);
        if state.fault.replace(fault).is_none() {
            self.out.push_back(Output::Fault { screen: state.screen.number, fault });
        }
    }

    /// The flight stayed without an answer.
    fn give_up(&mut self, flight: &Flight) {
        // Half an answer must not swallow the head of the next one.
        let cut = self.buffer.bytes().len();
        self.buffer.clear();
        if cut > 0 {
            self.out.push_back(Output::Noise { bytes: cut });
        }
        let waited = self.answer_time();
        let state = &mut self.screens[flight.index];
        state.silent += 1;
        let tries = state.silent;
        if tries >= TRIES || flight.job == Job::Probe {
            state.silent = 0;
            self.fail(flight.index, Fault::NoAnswer { tries, waited });
        }
    }

    /// Sends what the line is free for.
    fn proceed(&mut self) {
        if !self.open {
            return;
        }
        if let Some(flight) = self.flight.take() {
            if self.now < flight.overdue_at {
                self.flight = Some(flight);
                return;
            }
            self.give_up(&flight);
        }
        if let Some((index, job)) = self.choose() {
            self.send(index, job);
        }
    }

    /// Whose turn it is, and for what.
    fn choose(&self) -> Option<(usize, Job)> {
        let due = self.screens.iter().enumerate().filter(|(_, state)| state.due() <= self.now);
        let (index, state) = due.min_by_key(|(_, state)| (state.rank(self.now), state.turn))?;
        Some((index, state.job()))
    }

    fn send(&mut self, index: usize, job: Job) {
        self.turns += 1;
        let state = &mut self.screens[index];
        state.turn = self.turns;
        let (mut bytes, mut areas, mut replaced) = (Vec::new(), Vec::new(), 0);
        let command = match (job, &state.wanted) {
            (Job::Text, Some(content)) => {
                let laid = layout(content, state.screen.geometry);
                (areas, replaced) = (laid.ids, laid.replaced);
                laid.command
            }
            (Job::Check, _) if !state.no_status => Command::Status,
            _ => Command::Ping,
        };
        command.encode(&state.screen, &mut bytes);
        let length = bytes.len();
        let overdue_at = self.now.plus(time_for(length, self.baud)).plus(self.answer_time());
        self.flight =
            Some(Flight { index, job, areas, replaced, stale: false, length, sent_at: self.now, overdue_at });
        self.out.push_back(Output::Write(bytes));
    }
}

impl State {
    /// Its text is to be sent (again), if there is one.
    fn want_again(&mut self, now: Uptime) {
        if self.wanted.is_some() {
            self.waiting = self.waiting.or(Some(now));
        }
    }

    fn job(&self) -> Job {
        match (&self.fault, self.waiting) {
            (Some(Fault::NoAnswer { .. }), _) => Job::Probe,
            (_, Some(_)) => Job::Text,
            (_, None) if self.refresh_due() => Job::Text,
            (_, None) => Job::Check,
        }
    }

    fn refresh_due(&self) -> bool {
        self.wanted.is_some() && self.refresh_at <= self.check_at
    }

    /// When the line should next be used for this screen.
    fn due(&self) -> Uptime {
        let wish = match (&self.fault, self.waiting) {
            (Some(Fault::NoAnswer { .. }), _) | (_, Some(_)) => self.not_before,
            (_, None) if self.refresh_due() => self.refresh_at,
            (_, None) => self.check_at,
        };
        wish.max(self.not_before)
    }

    /// Smaller goes first: calls and what waited long, other texts, the rest.
    fn rank(&self, now: Uptime) -> u8 {
        let call = self.wanted.as_ref().is_some_and(|content| content.look == Look::Flashing);
        match self.waiting {
            _ if matches!(self.fault, Some(Fault::NoAnswer { .. })) => 2,
            Some(since) if call || now.since(since) >= PATIENCE => 0,
            Some(_) => 1,
            None => 2,
        }
    }
}
