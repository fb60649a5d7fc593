//! A GSM or LTE modem on a serial port that sends short messages.
//!
//! *Device.* Any modem with the text mode of 3GPP TS 27.005: SIMCom, Quectel, Huawei, ZTE, Wavecom and their USB sticks.
//! *Wiring.* RS-232 or USB-serial, 115200 8N1. *Source.* 3GPP TS 27.007 (general commands), TS 27.005 (short messages),
//! ITU-T V.250 (framing of lines), 3GPP TS 23.040 and TS 24.011 (numbers of errors). Lines with which modems say that they
//! have started, and the habit of answering within a minute, are from makers' manuals.
//!
//! # The wire
//!
//! A command is `AT…<CR>`. The answer is `<CR><LF>line<CR><LF>`, its last line `OK`, `ERROR`, `+CME ERROR: n` or
//! `+CMS ERROR: n`. Lines that nobody asked for (`RING`, `+CMTI: …`, `^RSSI: …`) may stand between any two lines.
//!
//! | line from us | answer before `OK` | what for | clause |
//! |---|---|---|---|
//! | `<ESC>` | none | ends a text that an earlier conversation left open | 27.005, 3.5.1 |
//! | `AT` | none | is a modem there | V.250 |
//! | `ATE0` | none | echo off; a later echo shows that the modem has forgotten its settings | V.250, 6.2.4 |
//! | `AT+CMEE=1` | none | errors with numbers | 27.007, 9.1 |
//! | `AT+CPIN?` | `+CPIN: READY` | is the SIM card usable; the session never enters a PIN, three wrong ones lock the card | 27.007, 8.3 |
//! | `AT+CMGF=1` | none | text mode | 27.005, 3.2.3 |
//! | `AT+CSCS="UCS2"` | none | texts and numbers as hexadecimal UTF-16 | 27.007, 5.5 |
//! | `AT+CSMP=17,167,0,8` | none | submit, valid one day, coded as UCS2 | 27.005, 3.3.4 |
//! | `AT+CREG?` | `+CREG: 0,1` | registered: 1 at home, 5 roaming, 6 and 7 the same for short messages only | 27.007, 7.2 |
//! | `AT+CSQ` | `+CSQ: 23,99` | strength of the signal, 0 to 31, 99 unknown | 27.007, 8.5 |
//! | `AT+CMGF?` or a like question | `+CMGF: 1` | see below | |
//! | `AT+CMGS="…"` | `<CR><LF>> ` (a prompt: no CR LF behind it) | a message to this number | 27.005, 3.5.1 |
//! | text `<Ctrl-Z>` | `+CMGS: 17` | hands the text over; the number is the message's reference | 27.005, 3.5.1 |
//!
//! ```text
//!  AT+CMGS="00310030003000380036"<CR>                       to 10086
//!                                       <CR><LF>>
//!  4F60597D<Ctrl-Z>                                          你好
//!                                       <CR><LF>+CMGS: 17<CR><LF><CR><LF>OK<CR><LF>
//! ```
//!
//! # Never twice knowingly
//!
//! Until Ctrl-Z has left, a message is certainly not sent. From then until `+CMGS:` or an error comes nobody can know. So each
//! message ends in exactly one of [`Output::Sent`], [`Output::Refused`] (certainly not sent) and [`Output::Doubt`] (perhaps
//! sent, or sent in part), and the session never hands a text over twice.
//!
//! Answers carry no number, so one that comes late could be taken for the next command's. The last question before the
//! session is ready is another one each time, and only its own answer counts: what was owed from before has then come.
//!
//! # Long texts
//!
//! A message has 70 units of UTF-16 (TS 23.040, 9.2.3.24). A longer text is sent as up to four messages of at most 67 units,
//! each beginning with `(1/3)`, in their order, the next one only after the one before was taken. See [`parts`].
//!
//! # Personal data (rule A9)
//!
//! Number and text are masked in every `Debug`. Bytes both ways may hold them: whoever keeps bytes for a log keeps what
//! [`Session::shown`] makes of them.

pub mod codec;
mod message;
mod session;
pub mod twin;
mod words;

#[cfg(test)]
mod line_tests;

pub use message::{MAX_PART_UNITS, MAX_PARTS, MAX_UNITS, Message, Unfit, check_number, masked, parts};
pub use session::{DoubtWhy, Fault, Input, Output, RefusedWhy, Session};
pub use words::{Failure, Meaning};
