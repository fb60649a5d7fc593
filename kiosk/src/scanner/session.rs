//! The host's side of the line: cuts lines, and in command mode lights the scanner while a page asks.

use super::codec::{self, MAX_LINE, STOP, ScannedText, TRIGGER, Unusable};
use link::Uptime;
use link::traffic::{Ring, Way};
use link::uptime::earliest;
use std::collections::VecDeque;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::time::Duration;

/// A line whose bytes stop for so long was cut. At 9600 baud a byte comes every millisecond; serial servers hold bytes back for
/// some hundred. Too short, and good codes are torn; too long, and the next code is glued to the half one.
const CUT_LINE: Duration = Duration::from_millis(500);
/// A code that is held before the scanner is read over and over, about twice a second; one that comes again within this time of
/// its last reading is the same showing.
const SAME_CODE: Duration = Duration::from_secs(2);
/// Within which time a command must be acknowledged (*guessed*; the module needs some ten milliseconds, serial servers more).
const DONE_WAIT: Duration = Duration::from_millis(500);
/// Sendings of a command before the scanner counts as silent.
const TRIES: u32 = 3;
/// How long one command makes the module look for a code: five seconds as delivered (*guessed* for other makes); then it is
/// told again. A silent one is asked in the same rhythm.
const LOOKS_FOR: Duration = Duration::from_secs(5);
/// After a code the scanner is lit again so late, so that a hand has time to take the code away.
const AFTER_CODE: Duration = Duration::from_secs(1);

/// How the scanner was set up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// It reads by itself and is never spoken to.
    Continuous,
    /// It reads when told.
    Command,
}

/// What is wrong with a scanner. In continuous mode nothing can be known to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// Commands are not acknowledged.
    #[error("no answer after {tries} tries")]
    Silent {
        /// How often was tried.
        tries: u32,
    },
}

impl Fault {
    /// Stable name.
    pub fn code(self) -> &'static str {
        match self {
            Fault::Silent { .. } => "silent",
        }
    }

    /// For staff: what it is and what to do.
    pub fn zh(self) -> &'static str {
        match self {
            Fault::Silent { .. } => "扫码器无应答，请检查电源、数据线和工作模式",
        }
    }
}

/// What the session is told.
#[derive(Clone, Copy, Debug)]
pub enum Input<'a> {
    /// The link is open.
    Opened,
    /// Bytes came.
    Bytes(&'a [u8]),
    /// A page asks for a code: the scanner is lit in command mode, and a code shown before counts again.
    Ask,
    /// No page asks any more. Codes that come all the same are told; the host knows whether it wants them.
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
    /// A code was read.
    Text(ScannedText),
    /// A line began and did not end: so many bytes were dropped. Ask for the code once more; if it is always so, the scanner is
    /// not set to end its lines.
    HalfLine(usize),
    /// A code was read that is no text.
    Unusable(Unusable),
    /// Something is wrong with the scanner; told once.
    Fault(Fault),
    /// It is right again.
    Cleared,
}

/// Where a command stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Light {
    /// Nothing is to be said.
    Off,
    /// Told to read for the `n`th time, not acknowledged yet.
    Told { tries: u32, until: Uptime },
    /// To be told again then.
    Again { at: Uptime },
}

/// The conversation with one scanner.
#[derive(Debug)]
pub struct Session {
    mode: Mode,
    open: bool,
    asked: bool,
    light: Light,
    buffer: Vec<u8>,
    /// The line that is coming was too long and is dropped up to its end.
    dropping: bool,
    cut_at: Option<Uptime>,
    /// The last code, as a hash, and when it was last read.
    last: Option<(u64, Uptime)>,
    fault: Option<Fault>,
    traffic: Ring,
    outputs: VecDeque<Output>,
}

impl Session {
    /// A session with a scanner that is set to `mode`; nothing happens before [`Input::Opened`].
    pub fn new(mode: Mode) -> Self {
        Session {
            mode,
            open: false,
            asked: false,
            light: Light::Off,
            buffer: Vec::new(),
            dropping: false,
            cut_at: None,
            last: None,
            fault: None,
            traffic: Ring::default(),
            outputs: VecDeque::new(),
        }
    }

    /// Takes an input; then drain [`Session::poll`].
    pub fn handle(&mut self, now: Uptime, input: Input<'_>) {
        self.time_out(now);
        match input {
            Input::Opened => {
                self.open = true;
                self.forget_line();
                self.trigger(now, 1);
            }
            Input::Bytes(bytes) if self.open => self.receive(now, bytes),
            Input::Bytes(_) | Input::Wake => {}
            Input::Ask => {
                self.last = None;
                if !self.asked {
                    self.asked = true;
                    self.trigger(now, 1);
                }
            }
            Input::Rest => {
                if self.asked && self.open && self.mode == Mode::Command {
                    self.write(now, &STOP);
                }
                self.asked = false;
                self.light = Light::Off;
            }
            Input::Closed => {
                self.open = false;
                self.forget_line();
                self.light = Light::Off;
            }
        }
    }

    /// The next thing the session wants, until `None`.
    pub fn poll(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    /// When to send [`Input::Wake`].
    pub fn deadline(&self) -> Option<Uptime> {
        let light = match self.light {
            Light::Off => None,
            Light::Told { until, .. } => Some(until),
            Light::Again { at } => Some(at),
        };
        earliest(light, self.cut_at)
    }

    /// The last commands, for the log when a fault opens. What the scanner sent is not recorded (rule A9).
    pub fn traffic(&self) -> &Ring {
        &self.traffic
    }

    fn write(&mut self, now: Uptime, command: &[u8]) {
        self.traffic.push(now, Way::Out, command);
        self.outputs.push_back(Output::Write(command.to_vec()));
    }

    fn trigger(&mut self, now: Uptime, tries: u32) {
        if self.mode == Mode::Command && self.open && self.asked {
            self.write(now, &TRIGGER);
            self.light = Light::Told { tries, until: now.plus(DONE_WAIT) };
        }
    }

    fn time_out(&mut self, now: Uptime) {
        if self.cut_at.is_some_and(|at| at <= now) {
            // What was too long has been told already.
            if !self.dropping {
                self.outputs.push_back(Output::HalfLine(self.buffer.len()));
            }
            self.forget_line();
        }
        match self.light {
            Light::Told { tries, until } if until <= now => {
                if tries < TRIES {
                    self.trigger(now, tries + 1);
                    return;
                }
                if self.fault.is_none() {
                    let fault = Fault::Silent { tries };
                    self.fault = Some(fault);
                    self.outputs.push_back(Output::Fault(fault));
                }
                self.light = Light::Again { at: now.plus(LOOKS_FOR) };
            }
            // One that was silent is told once in each round.
            Light::Again { at } if at <= now => {
                self.trigger(now, if self.fault.is_some() { TRIES } else { 1 })
            }
            Light::Off | Light::Told { .. } | Light::Again { .. } => {}
        }
    }

    fn forget_line(&mut self) {
        self.buffer.clear();
        self.dropping = false;
        self.cut_at = None;
    }

    /// The scanner is there: it will be lit again after `wait`.
    fn alive(&mut self, now: Uptime, wait: Duration) {
        if self.fault.take().is_some() {
            self.outputs.push_back(Output::Cleared);
        }
        if self.light != Light::Off {
            self.light = Light::Again { at: now.plus(wait) };
        }
    }

    fn receive(&mut self, now: Uptime, bytes: &[u8]) {
        // A large chunk is taken in parts, so that no line waits behind more than the bound.
        for part in bytes.chunks(MAX_LINE) {
            self.buffer.extend_from_slice(part);
            if codec::take_done(&mut self.buffer) > 0 {
                self.alive(now, LOOKS_FOR);
            }
            while let Some((length, used)) = codec::line(&self.buffer) {
                let read = codec::text(&self.buffer[..length]);
                self.buffer.drain(..used);
                // An empty line is the second half of CR LF.
                if !std::mem::take(&mut self.dropping) && length > 0 {
                    self.read(now, read);
                }
            }
            if self.buffer.len() > MAX_LINE {
                if !self.dropping {
                    self.outputs.push_back(Output::Unusable(Unusable::Overlong));
                }
                self.dropping = true;
                self.buffer.clear();
            }
        }
        self.cut_at = (self.dropping || !self.buffer.is_empty()).then(|| now.plus(CUT_LINE));
    }

    fn read(&mut self, now: Uptime, read: Result<ScannedText, Unusable>) {
        self.alive(now, AFTER_CODE);
        match read {
            Ok(text) => {
                let mut hasher = DefaultHasher::new();
                text.hash(&mut hasher);
                let code = hasher.finish();
                let same = self.last.is_some_and(|(last, at)| last == code && now.since(at) < SAME_CODE);
                self.last = Some((code, now));
                if !same {
                    self.outputs.push_back(Output::Text(text));
                }
            }
            Err(why) => self.outputs.push_back(Output::Unusable(why)),
        }
    }
}
