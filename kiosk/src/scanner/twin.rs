//! The virtual scanner: codes are held before it, and things go wrong on demand.

use super::codec::{DONE, MAX_LINE, STOP, TRIGGER};
use super::session::Mode;
use link::Uptime;
use link::pace::{PacedOut, time_for};
use link::text::{Charset, encode};
use link::uptime::earliest;
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;
use std::time::Duration;

/// How long the module looks for a code after a command (*guessed*: five seconds as delivered).
const LIT: Duration = Duration::from_secs(5);
/// Time to read a code, and to answer a command (*guessed*).
const READING: Duration = Duration::from_millis(80);
/// See above.
const ANSWERING: Duration = Duration::from_millis(10);
/// Codes that wait to be read; one more takes the place of the first.
const MAX_WAITING: usize = 4;

/// What can go wrong with a scanner.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Misfortune {
    /// Reads, hears and says nothing until [`Twin::calm`], as when unplugged.
    Silent,
    /// The next command is not heard.
    SilentOnce,
    /// Only the first half of the next code's line comes.
    HalfLine,
    /// The next code's line has noise in it.
    Noise,
    /// The next code's line is far too long.
    Overlong,
}

/// How a line ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ending {
    /// `0D`, as delivered.
    Cr,
    /// `0A`.
    Lf,
    /// Both.
    CrLf,
    /// Nothing: a wrong setting.
    None,
}

/// What a person in front of the scanner sees.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct View {
    /// Its light is on.
    pub lit: bool,
    /// Codes read so far.
    pub reads: u64,
}

/// The virtual scanner.
#[derive(Debug)]
pub struct Twin {
    mode: Mode,
    baud: u32,
    ending: Ending,
    gb18030: bool,
    buffer: Vec<u8>,
    out: PacedOut,
    waiting: VecDeque<String>,
    lit_until: Option<Uptime>,
    misfortune: Option<Misfortune>,
    reads: u64,
}

impl Twin {
    /// A scanner on a line of `baud` that ends its lines with CR and sends UTF-8.
    pub fn new(mode: Mode, baud: u32) -> Self {
        Twin {
            mode,
            baud,
            ending: Ending::Cr,
            gb18030: false,
            buffer: Vec::new(),
            out: PacedOut::new(baud),
            waiting: VecDeque::new(),
            lit_until: None,
            misfortune: None,
            reads: 0,
        }
    }

    /// Sets how lines end.
    pub fn set_ending(&mut self, ending: Ending) {
        self.ending = ending;
    }

    /// Sets whether text goes out as GB18030 instead of UTF-8.
    pub fn set_gb18030(&mut self, on: bool) {
        self.gb18030 = on;
    }

    /// Somebody holds a code with `text` before the scanner until it is read: at once, or in command mode when it is lit. Two in
    /// a row are two codes in the same picture.
    pub fn show(&mut self, now: Uptime, text: &str) {
        if self.waiting.len() == MAX_WAITING {
            self.waiting.pop_front();
        }
        self.waiting.push_back(text.to_owned());
        self.look(now);
    }

    /// Takes bytes from the host.
    pub fn receive(&mut self, now: Uptime, bytes: &[u8]) {
        if self.mode == Mode::Continuous || self.misfortune == Some(Misfortune::Silent) {
            return;
        }
        for byte in bytes {
            self.buffer.push(*byte);
            let beginning = |command: &[u8; 9]| command.starts_with(&self.buffer);
            if !beginning(&TRIGGER) && !beginning(&STOP) {
                self.buffer.clear();
                if *byte == TRIGGER[0] {
                    self.buffer.push(*byte);
                }
            } else if self.buffer.len() == TRIGGER.len() {
                let trigger = self.buffer == TRIGGER;
                self.buffer.clear();
                self.obey(now, trigger, bytes.len());
            }
        }
    }

    fn obey(&mut self, now: Uptime, trigger: bool, heard: usize) {
        if self.misfortune == Some(Misfortune::SilentOnce) {
            self.calm();
            return;
        }
        self.out.send(now, time_for(heard, self.baud) + ANSWERING, DONE.to_vec());
        self.lit_until = trigger.then(|| now.plus(LIT));
        self.look(now);
    }

    /// Time has passed: see [`Twin::deadline`].
    pub fn wake(&mut self, now: Uptime) {
        self.lit_until = self.lit_until.filter(|until| *until > now);
    }

    /// Bytes that have left by `now`, until `None`.
    pub fn transmit(&mut self, now: Uptime) -> Option<Vec<u8>> {
        self.out.take(now)
    }

    /// When to call [`Twin::wake`] and [`Twin::transmit`].
    pub fn deadline(&self) -> Option<Uptime> {
        earliest(self.lit_until, self.out.deadline())
    }

    /// Lets something go wrong.
    pub fn misfortune(&mut self, misfortune: Misfortune) {
        if misfortune == Misfortune::Silent {
            self.out.clear();
            self.lit_until = None;
        }
        self.misfortune = Some(misfortune);
    }

    /// Ends what lasts.
    pub fn calm(&mut self) {
        self.misfortune = None;
    }

    /// What a person sees.
    pub fn view(&self) -> View {
        let reading = self.mode == Mode::Continuous && self.misfortune != Some(Misfortune::Silent);
        View { lit: reading || self.lit_until.is_some(), reads: self.reads }
    }

    /// Reads what is held there, all of it if it may.
    fn look(&mut self, now: Uptime) {
        self.wake(now);
        if !self.view().lit {
            return;
        }
        while let Some(text) = self.waiting.pop_front() {
            self.reads += 1;
            let line = self.line(&text);
            self.out.send(now, READING, line);
            // One command, one reading.
            self.lit_until = None;
        }
    }

    fn line(&mut self, text: &str) -> Vec<u8> {
        let mut line =
            if self.gb18030 { encode(text, Charset::Gb18030).bytes } else { text.as_bytes().to_vec() };
        let half = self.misfortune == Some(Misfortune::HalfLine);
        match self.misfortune {
            Some(Misfortune::HalfLine) => line.truncate(line.len().div_ceil(2)),
            Some(Misfortune::Noise) => line.splice(0..0, [0x00, 0xFE, 0x1F]).for_each(drop),
            Some(Misfortune::Overlong) => line.resize(3 * MAX_LINE, b'A'),
            Some(Misfortune::Silent | Misfortune::SilentOnce) | None => {}
        }
        if !matches!(self.misfortune, Some(Misfortune::Silent | Misfortune::SilentOnce)) {
            self.calm();
        }
        if !half {
            line.extend_from_slice(match self.ending {
                Ending::Cr => b"\r",
                Ending::Lf => b"\n",
                Ending::CrLf => b"\r\n",
                Ending::None => b"",
            });
        }
        line
    }
}
