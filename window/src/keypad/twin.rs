//! The virtual keypad: keys that send, an LCD that shows what came over the wire, and misfortunes.

use super::codec::{BLANK, FULL_STARS, PadKey};
use link::Uptime;
use link::ff68::twin::{Misfortune, Unit};
use link::ff68::{BEEP, Data, EVENT, Frame, SHOW};
use serde::Serialize;

/// Digits that fit before the key in a frame of up to three data bytes (PROTOCOLS.md 9).
const MAX_COLLECTED: usize = 2;

/// How the unit sends digits: both kinds are *inferred* to exist.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Typing {
    /// Digits wait for the key that ends them and go out in its frame.
    #[default]
    Collected,
    /// Each key goes out at once.
    KeyByKey,
}

/// What a person in front of the unit sees and hears.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct View {
    /// Three digits of people waiting; a dark one is a space.
    pub waiting: String,
    /// Three digits of the ticket; a dark one is a space.
    pub ticket: String,
    /// Stars, 0 to 5.
    pub stars: u8,
    /// How often it has beeped since it was switched on.
    pub beeps: u32,
    /// Digits typed and not sent yet.
    pub typed: Vec<u8>,
    /// Frames that the host has not acknowledged.
    pub unacknowledged: usize,
}

/// One virtual keypad.
#[derive(Clone, Debug)]
pub struct Twin {
    unit: Unit,
    typing: Typing,
    lcd: [u8; 6],
    stars: u8,
    beeps: u32,
    typed: Vec<u8>,
}

impl Twin {
    /// A unit at `address` that is switched on now; `baud` is 9600 for all known ones.
    pub fn new(address: u8, baud: u32) -> Self {
        Twin {
            unit: Unit::new(address, baud),
            typing: Typing::default(),
            lcd: [BLANK; 6],
            stars: FULL_STARS,
            beeps: 0,
            typed: Vec::new(),
        }
    }

    /// Makes it a unit of the other kind.
    pub fn set_typing(&mut self, typing: Typing) {
        self.typing = typing;
    }

    /// A finger presses a key.
    pub fn press(&mut self, now: Uptime, key: PadKey) {
        let byte = key.byte();
        match self.typing {
            Typing::Collected if byte <= 9 => {
                if self.typed.len() < MAX_COLLECTED {
                    self.typed.push(byte);
                }
            }
            Typing::Collected => {
                let mut bytes = std::mem::take(&mut self.typed);
                bytes.push(byte);
                if let Some(data) = Data::from_slice(&bytes) {
                    self.unit.send(now, Frame { address: self.unit.address(), command: EVENT, data });
                }
            }
            Typing::KeyByKey => self.unit.send(now, Frame::new(self.unit.address(), EVENT, [byte])),
        }
    }

    /// Fingers press the digits of `number`, with no haste, as far as the wire can tell.
    pub fn type_digits(&mut self, now: Uptime, number: &[u8]) {
        number.iter().for_each(|digit| self.press(now, PadKey::Digit(*digit)));
    }

    /// Bytes came over the line.
    pub fn receive(&mut self, now: Uptime, bytes: &[u8]) {
        for frame in self.unit.receive(now, bytes) {
            match (frame.command, &*frame.data) {
                (SHOW, [stars]) => self.stars = (*stars).min(FULL_STARS),
                (SHOW, &[a, b, c, d, e, f]) => self.lcd = [a, b, c, d, e, f],
                (BEEP, []) => self.beeps = self.beeps.saturating_add(1),
                // A pad's frame or its acknowledgement, or nothing this unit knows: not its to answer.
                _ => continue,
            }
            self.unit.answer(now, &frame);
        }
    }

    /// Time has passed: see [`Twin::deadline`].
    pub fn wake(&mut self, now: Uptime) {
        self.unit.wake(now);
    }

    /// Bytes that have left by `now`.
    pub fn transmit(&mut self, now: Uptime) -> Option<Vec<u8>> {
        self.unit.transmit(now)
    }

    /// When to call [`Twin::wake`] and [`Twin::transmit`].
    pub fn deadline(&self) -> Option<Uptime> {
        self.unit.deadline()
    }

    /// Lets something go wrong.
    pub fn misfortune(&mut self, misfortune: Misfortune) {
        self.unit.misfortune(misfortune);
        if misfortune == Misfortune::Reset {
            self.lcd = [BLANK; 6];
            self.stars = FULL_STARS;
            self.beeps = 0;
            self.typed.clear();
        }
    }

    /// Ends what lasts.
    pub fn calm(&mut self) {
        self.misfortune(Misfortune::Calm);
    }

    /// What a person sees.
    pub fn view(&self) -> View {
        let lit = |digit: &u8| if *digit <= 9 { char::from(b'0' + digit) } else { ' ' };
        View {
            waiting: self.lcd[..3].iter().map(lit).collect(),
            ticket: self.lcd[3..].iter().map(lit).collect(),
            stars: self.stars,
            beeps: self.beeps,
            typed: self.typed.clone(),
            unacknowledged: self.unit.unacknowledged(),
        }
    }
}

#[cfg(test)]
#[path = "twin_tests.rs"]
mod tests;
