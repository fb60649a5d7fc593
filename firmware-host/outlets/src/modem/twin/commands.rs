//! What the virtual modem understands: bytes to commands and texts, commands to answers, texts to messages.

use super::{Delivered, Twin};
use crate::modem::codec::{CTRL_Z, ESC, from_hex};
use crate::modem::message::{MAX_UNITS, check_number, units};
use std::fmt;
use std::time::Duration;

/// Time from Ctrl-Z to the network's answer; real ones take one to five seconds.
const NETWORK: Duration = Duration::from_millis(1_500);
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

/// What starts anew with the modem.
#[derive(Clone)]
pub(super) struct Settings {
    pub(super) echo: bool,
    numbers: bool,
    text_mode: bool,
    ucs2: bool,
    parameters: [u8; 4],
}

pub(super) const FRESH: Settings =
    Settings { echo: true, numbers: false, text_mode: false, ucs2: false, parameters: PARAMETERS };

impl Twin {
    /// One byte of a command or a text; the answer if it ends one.
    pub(super) fn byte(&mut self, byte: u8) -> Option<Said> {
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
}

/// An answer and how long it takes.
pub(super) struct Said {
    pub(super) bytes: Vec<u8>,
    pub(super) after: Duration,
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
