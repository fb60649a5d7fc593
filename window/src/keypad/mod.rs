//! The clerk's keypad: 21 keys, a beeper and an LCD of six digits and five stars ("21键点阵液晶呼叫器").
//!
//! RS-485, 9600 8N1, one address a window, many units on a line. Frames, acknowledgements and repeats are those of
//! [`link::ff68`]; a bus session there sits between this session and the port. Here is what the keys mean:
//!
//! | last data byte | key | before it |
//! |---|---|---|
//! | 00 to 09 | digit | |
//! | 0B | evaluate | |
//! | 0C | call next | |
//! | 0D | recall | |
//! | 0E | cancel | digits: forgets them |
//! | 0F | OK: the person is here | digits: a code. 6 passes, 0 parks, 3 calls back; [`OkCodes`] is the hall's choice |
//! | 11 | "one metre line" (the next in line may step up) | digits: a staff number, then a PIN; 0 signs off |
//! | 12 | pause | digits: code of the reason |
//! | 13 | transfer | digits: the window or the service that the ticket goes to |
//!
//! Digits and the key that ends them come in one frame (`FF 68 04 04 68 05 01 06 0F 1B 16`) or in one frame a key; both are
//! understood. And what goes to the keypad:
//!
//! | command, data | meaning |
//! |---|---|
//! | 02, six digits | people waiting (three digits), ticket at the window (three digits, no prefix letter); 0A is blank |
//! | 02, one byte | stars of the clerk, 0 to 5; a unit shows 5 at power-up |
//! | 02, six digits, for some seconds | a code from 900 on and what it is about: [`Note`]; README.md has the clerks' table |
//! | 03 | beep: the press was refused; with a new ticket on the LCD: words are owed to that person (rule G4) |
//!
//! Source: PROTOCOLS.md 3.1 and 9. *Inferred*: that `0A` clears a digit and does not keep it (both are served by always
//! sending all six), that digits before other keys mean nothing, that a unit which collects digits takes two of them, so that
//! longer ones are typed two at a time, that cancel after digits only forgets them.

mod codec;
#[cfg(test)]
mod line_tests;
mod session;
pub mod twin;

pub use codec::{PadKey, Shown};
pub use session::{Digits, Input, Key, Note, OkCodes, Output, Session, Settings, Unread};
