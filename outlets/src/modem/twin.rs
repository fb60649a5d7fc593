//! The virtual modem: understands commands, assembles texts, shows what it has sent, has misfortunes.
//!
//! It is a modem in its own right: it starts with echo, PDU mode and the GSM character set as real ones do, and a message
//! comes out as text only if the host has set what is needed for that.

use super::codec::{CTRL_Z, ESC, from_hex};
use super::message::{MAX_UNITS, check_number, masked, units};
use link::Uptime;
use link::pace::{PacedOut, time_for};
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;
use std::fmt;
use std::time::Duration;

/// The usual rate.
pub const BAUD: u32 = 115_200;
/// Time from Ctrl-Z to the network's answer; real ones take one to five seconds.
const NETWORK: Duration = Duration::from_millis(1_500);
/// Time a modem takes to start; real ones take three to fifteen seconds.
const START: Duration = Duration::from_secs(3);
/// Longest command or text that is kept, a text of 70 units has 280 digits; what is longer fails.
const MAX_INPUT: usize = 1024;
/// Messages that are remembered for the view.
const MAX_SHOWN: usize = 200;
/// PIN that the card takes when it wants one.
const PIN: &str = "1234";
/// `AT+CSMP` after power-up: the GSM alphabet. 3GPP TS 27.005, 3.3.4.
const PARAMETERS: [u8; 4] = [17, 167, 0, 0];
/// Settings that make no difference here: `OK`.
const TAKEN: [&str; 10] =
    ["+CFUN=", "+CNMI=", "+CREG=", "+COPS=", "+CLIP=", "+CRC=", "+CVHU=", "+CSCA=", "+CSDH=", "+CSMS="];

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

/// What starts anew with the modem.
#[derive(Clone)]
struct Settings {
    echo: bool,
    numbers: bool,
    text_mode: bool,
    ucs2: bool,
    parameters: [u8; 4],
}

const FRESH: Settings =
    Settings { echo: true, numbers: false, text_mode: false, ucs2: false, parameters: PARAMETERS };

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

    /// One byte of a command or a text; the answer if it ends one.
    fn byte(&mut self, byte: u8) -> Option<Said> {
        match (self.entering.is_some(), byte) {
            (true, CTRL_Z) => {
                let text = std::mem::take(&mut self.input);
                let to = self.entering.take()?;
                self.submit(to, &text)
            }
            (true, ESC) => {
                self.input.clear();
                self.entering = None;
                Some(Said::ok())
            }
            (false, b'\r') => {
                let line = std::mem::take(&mut self.input);
                self.command(&String::from_utf8_lossy(&line))
            }
            // V.250, 5.2.2: what precedes AT is not looked at; so is a stray ESC or line feed.
            (false, b'\n' | ESC | CTRL_Z) => {
                self.input.clear();
                None
            }
            _ => {
                if self.input.len() <= MAX_INPUT {
                    self.input.push(byte);
                }
                None
            }
        }
    }

    fn command(&mut self, line: &str) -> Option<Said> {
        let upper = line.to_ascii_uppercase();
        let start = upper.find("AT")?;
        let command = upper.get(start + 2..)?.trim();
        Some(self.obey(command))
    }

    fn obey(&mut self, command: &str) -> Said {
        let settings = &mut self.settings;
        match command {
            "" => Said::ok(),
            "Z" | "&F" => {
                *settings = FRESH;
                Said::ok()
            }
            "E0" | "E1" | "E" => {
                settings.echo = command == "E1";
                Said::ok()
            }
            "+CMEE=0" | "+CMEE=1" | "+CMEE=2" => {
                settings.numbers = command != "+CMEE=0";
                Said::ok()
            }
            "+CMGF=0" | "+CMGF=1" => {
                settings.text_mode = command == "+CMGF=1";
                Said::ok()
            }
            "+CMGF?" => Said::told(format!("+CMGF: {}", u8::from(settings.text_mode))),
            "+CMGF=?" => Said::told("+CMGF: (0,1)"),
            // With UCS2 the name itself should be coded, too; modems take both.
            "+CSCS=\"UCS2\"" | "+CSCS=\"0055004300530032\"" => {
                settings.ucs2 = true;
                Said::ok()
            }
            "+CSCS=\"GSM\"" | "+CSCS=\"IRA\"" | "+CSCS=\"00470053004D\"" => {
                settings.ucs2 = false;
                Said::ok()
            }
            "+CSCS?" => Said::told(format!("+CSCS: \"{}\"", if settings.ucs2 { "UCS2" } else { "GSM" })),
            "+CSCS=?" => Said::told("+CSCS: (\"IRA\",\"GSM\",\"UCS2\")"),
            "+CSMP?" => {
                let [first, validity, protocol, coding] = settings.parameters;
                Said::told(format!("+CSMP: {first},{validity},{protocol},{coding}"))
            }
            "+CPIN?" if self.no_sim => self.cme(10),
            "+CPIN?" => Said::told(if self.pin_wanted { "+CPIN: SIM PIN" } else { "+CPIN: READY" }),
            "+CREG?" => Said::told(format!("+CREG: 0,{}", u8::from(self.view().registered))),
            "+CSQ" => Said::told(format!("+CSQ: {},99", if self.not_registered { 99 } else { self.signal })),
            "+CFUN?" => Said::told("+CFUN: 1"),
            "+CSCA?" => Said::told("+CSCA: \"+8613800100500\",145"),
            "+CGMI" => Said::told("hallgate"),
            "+CGMM" => Said::told("virtual modem"),
            _ => self.obey_values(command),
        }
    }

    fn obey_values(&mut self, command: &str) -> Said {
        if let Some(values) = command.strip_prefix("+CSMP=") {
            let values: Option<Vec<u8>> = values.split(',').map(|value| value.trim().parse().ok()).collect();
            let Some(Ok(parameters)) = values.map(<[u8; 4]>::try_from) else { return Said::cms(305) };
            self.settings.parameters = parameters;
            return Said::ok();
        }
        if let Some(pin) = command.strip_prefix("+CPIN=") {
            if !self.pin_wanted {
                return self.cme(3);
            }
            if pin.trim_matches('"') != PIN {
                return self.cme(16);
            }
            self.pin_wanted = false;
            return Said::ok();
        }
        if let Some(number) = command.strip_prefix("+CMGS=") {
            return self.prompt(number);
        }
        if TAKEN.iter().any(|taken| command.starts_with(taken)) { Said::ok() } else { Said::line("ERROR") }
    }

    fn prompt(&mut self, number: &str) -> Said {
        if self.no_sim {
            return Said::cms(310);
        }
        if self.pin_wanted {
            return Said::cms(311);
        }
        if !self.settings.text_mode {
            // PDU mode is not this modem's.
            return Said::cms(303);
        }
        let number = number.split(',').next().unwrap_or_default().trim_matches('"');
        let number = if self.settings.ucs2 { from_hex(number) } else { Some(number.to_owned()) };
        match number.filter(|number| check_number(number).is_ok()) {
            Some(number) => {
                self.entering = Some(number);
                Said { bytes: b"\r\n> ".to_vec(), after: Duration::ZERO }
            }
            None => Said::cms(305),
        }
    }

    fn submit(&mut self, to: String, entered: &[u8]) -> Option<Said> {
        let entered = std::str::from_utf8(entered).unwrap_or_default();
        let decoded = if self.settings.ucs2 { from_hex(entered) } else { Some(entered.to_owned()) };
        // 3GPP TS 23.038, 4: bits 3 and 2 of the coding are 10 for UCS2. Otherwise the alphabet has no hanzi.
        let wide = self.settings.parameters[3] & 0x0C == 0x08;
        let text = match decoded {
            Some(text) if wide => text,
            Some(text) => text.chars().map(|letter| if letter.is_ascii() { letter } else { '?' }).collect(),
            None => return Some(Said::cms(305)),
        };
        if units(&text) > if wide { MAX_UNITS } else { 160 } || entered.len() > MAX_INPUT {
            return Some(Said::cms(305));
        }
        if let Some((number, times)) = self.refuse.take() {
            self.refuse = (times > 1).then_some((number, times - 1));
            if times > 0 {
                return Some(Said::cms(number));
            }
        }
        if self.not_registered {
            return Some(Said::cms(331));
        }
        match self.lost.take() {
            Some(false) => None,
            Some(true) => {
                self.deliver(to, text);
                None
            }
            None => {
                let reference = self.deliver(to, text);
                Some(Said { after: NETWORK, ..Said::told(format!("+CMGS: {reference}")) })
            }
        }
    }

    fn deliver(&mut self, to: String, text: String) -> u8 {
        self.reference = self.reference.wrapping_add(1);
        if self.sent.len() == MAX_SHOWN {
            self.sent.pop_front();
        }
        self.sent.push_back(Delivered { to, text, reference: self.reference });
        self.total += 1;
        self.reference
    }

    fn cme(&self, number: u16) -> Said {
        if self.settings.numbers { Said::line(&format!("+CME ERROR: {number}")) } else { Said::line("ERROR") }
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

/// An answer and how long it takes.
struct Said {
    bytes: Vec<u8>,
    after: Duration,
}

impl Said {
    fn line(line: &str) -> Said {
        Said { bytes: format!("\r\n{line}\r\n").into_bytes(), after: Duration::ZERO }
    }

    fn ok() -> Said {
        Said::line("OK")
    }

    fn told(line: impl fmt::Display) -> Said {
        Said::line(&format!("{line}\r\n\r\nOK"))
    }

    fn cms(number: u16) -> Said {
        Said { after: NETWORK, ..Said::line(&format!("+CMS ERROR: {number}")) }
    }
}
