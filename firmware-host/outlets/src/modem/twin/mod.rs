//! The virtual modem: understands commands, assembles texts, shows what it has sent, has misfortunes.
//!
//! It is a modem in its own right: it starts with echo, PDU mode and the GSM character set as real ones do, and a message
//! comes out as text only if the host has set what is needed for that.

mod commands;

use super::message::{masked, units};
use commands::{FRESH, Said, Settings};
use link::Uptime;
use link::pace::{PacedOut, time_for};
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;
use std::fmt;
use std::time::Duration;

/// The usual rate.
pub const BAUD: u32 = 115_200;
/// Time a modem takes to start; real ones take three to fifteen seconds.
const START: Duration = Duration::from_secs(3);

/// What can go wrong with a modem.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Misfortune {
    /// Hears and says nothing until calm, as when unplugged.
    Silent,
    /// The next answer does not come.
    SilentOnce,
    /// The card is out until calm.
    NoSim,
    /// The card wants its PIN until calm or until it gets it.
    PinWanted,
    /// No network until calm: messages fail with 331.
    NotRegistered,
    /// The next messages fail with `+CMS ERROR: number`.
    Refuse {
        /// The number.
        number: u16,
        /// How many messages.
        times: u32,
    },
    /// Every answer comes so many milliseconds late, until calm.
    Late(u64),
    /// The next message goes out, and no answer comes.
    LostAfterSending,
    /// The next message does not go out, and no answer comes.
    LostBeforeSending,
    /// Starts anew now, forgets its settings and says so.
    Reset,
    /// Starts anew now and says nothing.
    ResetUnsaid,
    /// Lines that nobody asked for stand in every answer, until calm.
    Chatter,
    /// Noise comes before every answer, until calm.
    Noise,
}

/// A message that went out.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct Delivered {
    /// To which number.
    pub to: String,
    /// What its owner reads.
    pub text: String,
    /// The network's number for it.
    pub reference: u8,
}

/// Masked: number and text are personal data even in a demonstration (rule A9).
impl fmt::Debug for Delivered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} to {}, {} units", self.reference, masked(&self.to), units(&self.text))
    }
}

/// What a person would see who had the modem and the telephones in hand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct View {
    /// Messages that went out, the oldest first; at most 200.
    pub sent: Vec<Delivered>,
    /// How many went out since the twin was made.
    pub total: u64,
    /// It has a network.
    pub registered: bool,
    /// Strength of the signal, 0 to 31.
    pub signal: u8,
    /// It waits for a text.
    pub prompting: bool,
    /// It is starting.
    pub starting: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Power {
    On,
    /// Starts when next woken; whether it will say so.
    Reset {
        said: bool,
    },
    Starting {
        until: Uptime,
        said: bool,
    },
}

/// The virtual modem.
#[derive(Clone)]
pub struct Twin {
    baud: u32,
    power: Power,
    settings: Settings,
    input: Vec<u8>,
    /// The number that the text being entered is for.
    entering: Option<String>,
    sent: VecDeque<Delivered>,
    total: u64,
    reference: u8,
    signal: u8,
    // Misfortunes.
    silent: bool,
    silent_once: bool,
    no_sim: bool,
    pin_wanted: bool,
    not_registered: bool,
    refuse: Option<(u16, u32)>,
    late: Duration,
    lost: Option<bool>,
    chatter: bool,
    noise: bool,
    /// When the last byte received would have come over a real wire.
    arrived: Uptime,
    out: PacedOut,
}

/// Without buffers and messages: they hold personal data.
impl fmt::Debug for Twin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Twin").field("total", &self.total).finish_non_exhaustive()
    }
}

impl Twin {
    /// A modem that has long been on, on a line of `baud`, usually [`BAUD`].
    pub fn new(baud: u32) -> Self {
        Twin {
            baud,
            power: Power::On,
            settings: FRESH,
            input: Vec::new(),
            entering: None,
            sent: VecDeque::new(),
            total: 0,
            reference: 0,
            signal: 23,
            silent: false,
            silent_once: false,
            no_sim: false,
            pin_wanted: false,
            not_registered: false,
            refuse: None,
            late: Duration::ZERO,
            lost: None,
            chatter: false,
            noise: false,
            arrived: Uptime::default(),
            out: PacedOut::new(baud),
        }
    }

    /// Takes bytes from the host.
    pub fn receive(&mut self, now: Uptime, bytes: &[u8]) {
        self.wake(now);
        if self.silent || self.power != Power::On {
            return;
        }
        self.arrived = self.arrived.max(now).plus(time_for(bytes.len(), self.baud));
        let mut echo = Vec::new();
        for byte in bytes {
            if self.settings.echo {
                echo.push(*byte);
            }
            if let Some(answer) = self.byte(*byte) {
                self.echo(now, &mut echo);
                self.say(now, answer);
            }
        }
        self.echo(now, &mut echo);
    }

    /// The deadline has come.
    pub fn wake(&mut self, now: Uptime) {
        match self.power {
            Power::Reset { said } => self.power = Power::Starting { until: now.plus(START), said },
            Power::Starting { until, said } if until <= now => {
                self.power = Power::On;
                if said && !self.silent {
                    self.out.send(now, Duration::ZERO, b"\r\nRDY\r\n".to_vec());
                }
            }
            Power::On | Power::Starting { .. } => {}
        }
    }

    /// Bytes that have left by `now`, until `None`.
    pub fn transmit(&mut self, now: Uptime) -> Option<Vec<u8>> {
        self.wake(now);
        self.out.take(now)
    }

    /// When to call again.
    pub fn deadline(&self) -> Option<Uptime> {
        match self.power {
            Power::On => self.out.deadline(),
            Power::Reset { .. } => Some(Uptime::default()),
            Power::Starting { until, .. } => Some(until),
        }
    }

    /// Lets something go wrong, now or with the next answer or message.
    pub fn misfortune(&mut self, misfortune: Misfortune) {
        match misfortune {
            Misfortune::Silent => {
                self.silent = true;
                self.out.clear();
                self.input.clear();
            }
            Misfortune::SilentOnce => self.silent_once = true,
            Misfortune::NoSim => self.no_sim = true,
            Misfortune::PinWanted => self.pin_wanted = true,
            Misfortune::NotRegistered => self.not_registered = true,
            Misfortune::Refuse { number, times } => self.refuse = Some((number, times)),
            Misfortune::Late(ms) => self.late = Duration::from_millis(ms),
            Misfortune::LostAfterSending => self.lost = Some(true),
            Misfortune::LostBeforeSending => self.lost = Some(false),
            Misfortune::Reset | Misfortune::ResetUnsaid => {
                self.power = Power::Reset { said: misfortune == Misfortune::Reset };
                self.settings = FRESH;
                self.input.clear();
                self.entering = None;
                self.out.clear();
            }
            Misfortune::Chatter => self.chatter = true,
            Misfortune::Noise => self.noise = true,
        }
    }

    /// Ends what goes wrong. A modem that is starting goes on doing so.
    pub fn calm(&mut self) {
        self.silent = false;
        self.silent_once = false;
        self.no_sim = false;
        self.pin_wanted = false;
        self.not_registered = false;
        self.refuse = None;
        self.late = Duration::ZERO;
        self.lost = None;
        self.chatter = false;
        self.noise = false;
    }

    /// Sets the strength of the signal, 0 to 31.
    pub fn set_signal(&mut self, strength: u8) {
        self.signal = strength.min(31);
    }

    /// What a person would see.
    pub fn view(&self) -> View {
        View {
            sent: self.sent.iter().cloned().collect(),
            total: self.total,
            registered: self.power == Power::On && !(self.no_sim || self.pin_wanted || self.not_registered),
            signal: self.signal,
            prompting: self.entering.is_some(),
            starting: self.power != Power::On,
        }
    }

    fn echo(&mut self, now: Uptime, echo: &mut Vec<u8>) {
        if !echo.is_empty() {
            self.out.send(now, self.arrived.since(now) + self.late, std::mem::take(echo));
        }
    }

    fn say(&mut self, now: Uptime, said: Said) {
        if std::mem::take(&mut self.silent_once) {
            return;
        }
        let mut bytes = said.bytes;
        if self.chatter {
            // Behind the first line of an answer, and before a prompt.
            let at = bytes.windows(4).position(|four| four == b"\r\n\r\n").map_or(0, |at| at + 2);
            bytes.splice(at..at, *b"\r\nRING\r\n\r\n^RSSI:18\r\n\r\n+CMTI: \"SM\",3\r\n");
        }
        if self.noise {
            bytes.splice(0..0, [0x80, b'~', 0xFF, 0x00]);
        }
        self.out.send(now, self.arrived.since(now) + said.after + self.late, bytes);
    }
}
