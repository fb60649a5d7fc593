//! The virtual pad: lights up when asked, sends the button that is pressed, has misfortunes.

use link::Uptime;
use link::ff68::twin::{Misfortune, Unit};
use link::ff68::{EVENT, Frame, PAD_BUTTON, PROMPT_DATA};
use link::uptime::earliest;
use serde::Serialize;
use std::time::Duration;

/// How long the pad stays lit without a press (*guessed*: no source tells).
const LIT: Duration = Duration::from_secs(30);

/// What a person in front of the pad sees.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct View {
    /// It is lit and asks.
    pub prompted: bool,
    /// The button that was pressed last.
    pub last_answer: Option<u8>,
    /// Frames that the host has not acknowledged.
    pub unacknowledged: usize,
}

/// One virtual pad.
#[derive(Clone, Debug)]
pub struct Twin {
    unit: Unit,
    lit_until: Option<Uptime>,
    last_answer: Option<u8>,
}

impl Twin {
    /// A pad at `address` (that of its window's keypad) that is switched on now; `baud` is 9600 for all known ones.
    pub fn new(address: u8, baud: u32) -> Self {
        Twin { unit: Unit::new(address, baud), lit_until: None, last_answer: None }
    }

    /// A finger presses button `button`, 0 to 4. The pad sends it lit or not, and lets the host judge (*guessed*).
    pub fn press_button(&mut self, now: Uptime, button: u8) {
        self.last_answer = Some(button);
        self.lit_until = None;
        self.unit.send(now, Frame::new(self.unit.address(), PAD_BUTTON, [button]));
    }

    /// Bytes came over the line.
    pub fn receive(&mut self, now: Uptime, bytes: &[u8]) {
        for frame in self.unit.receive(now, bytes) {
            // All else is the keypad's, which shares the address: not the pad's to answer.
            if frame.command == EVENT && *frame.data == [PROMPT_DATA] {
                self.lit_until = Some(now.plus(LIT));
                self.unit.answer(now, &frame);
            }
        }
    }

    /// Time has passed: see [`Twin::deadline`].
    pub fn wake(&mut self, now: Uptime) {
        self.unit.wake(now);
        self.lit_until = self.lit_until.filter(|until| *until > now);
    }

    /// Bytes that have left by `now`.
    pub fn transmit(&mut self, now: Uptime) -> Option<Vec<u8>> {
        self.unit.transmit(now)
    }

    /// When to call [`Twin::wake`] and [`Twin::transmit`].
    pub fn deadline(&self) -> Option<Uptime> {
        earliest(self.unit.deadline(), self.lit_until)
    }

    /// Lets something go wrong.
    pub fn misfortune(&mut self, misfortune: Misfortune) {
        self.unit.misfortune(misfortune);
        if misfortune == Misfortune::Reset {
            self.lit_until = None;
            self.last_answer = None;
        }
    }

    /// Ends what lasts.
    pub fn calm(&mut self) {
        self.misfortune(Misfortune::Calm);
    }

    /// What a person sees.
    pub fn view(&self) -> View {
        View {
            prompted: self.lit_until.is_some(),
            last_answer: self.last_answer,
            unacknowledged: self.unit.unacknowledged(),
        }
    }
}
