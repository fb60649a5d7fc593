//! The unit's side of the line, as far as all units are alike: hears what is for it, says frames until they are
//! acknowledged, paces itself, and has the misfortunes. The virtual keypad and the virtual pad stand on it.
//!
//! Units are meant to be fed what the host sends. On a real pair they also hear each other, which the frames survive by
//! being addressed.

use super::codec::{Frame, MAX_FRAME, Scan, acknowledgement, encode, scan};
use crate::buffer::ReceiveBuffer;
use crate::pace::PacedOut;
use crate::uptime::{Uptime, earliest};
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;
use std::time::Duration;

/// How long a unit waits for the acknowledgement before it says its frame again: about this, PROTOCOLS.md 9.
pub const REPEAT: Duration = Duration::from_millis(200);

/// Time a unit's processor takes before it answers (*guessed*).
const THINKING: Duration = Duration::from_millis(2);

/// Presses that a unit remembers while the host does not acknowledge (*guessed*); later ones are lost.
const MAX_WAITING: usize = 8;

/// What can go wrong with a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Misfortune {
    /// Nothing.
    #[default]
    Calm,
    /// The next frame does not leave.
    SilentOnce,
    /// The cable is off: nothing leaves and nothing is heard until calm.
    Silent,
    /// The next frame leaves with a wrong sum.
    BadSum,
    /// The second half of the next frame is missing.
    HalfFrame,
    /// The next frame leaves twice in a row.
    Twice,
    /// Every frame leaves so many milliseconds late, until calm.
    Late(u64),
    /// The unit restarts now and forgets everything.
    Reset,
}

/// A unit at one address.
#[derive(Clone, Debug)]
pub struct Unit {
    address: u8,
    baud: u32,
    buffer: ReceiveBuffer,
    out: PacedOut,
    /// What is not acknowledged; the first of them is being said.
    waiting: VecDeque<Frame>,
    repeat_at: Option<Uptime>,
    misfortune: Misfortune,
}

impl Unit {
    /// A unit that has just been switched on.
    pub fn new(address: u8, baud: u32) -> Self {
        Unit {
            address,
            baud,
            buffer: ReceiveBuffer::new(2 * MAX_FRAME),
            out: PacedOut::new(baud),
            waiting: VecDeque::new(),
            repeat_at: None,
            misfortune: Misfortune::Calm,
        }
    }

    /// Its address.
    pub fn address(&self) -> u8 {
        self.address
    }

    /// The frames for this unit that `bytes` complete, without acknowledgements of its own.
    pub fn receive(&mut self, now: Uptime, bytes: &[u8]) -> Vec<Frame> {
        let mut frames = Vec::new();
        if self.misfortune == Misfortune::Silent {
            return frames;
        }
        for piece in bytes.chunks(MAX_FRAME) {
            self.buffer.extend(piece);
            loop {
                match scan(self.buffer.bytes()) {
                    Scan::Frame { frame, used } => {
                        self.buffer.consume(used);
                        if frame.address == self.address && !self.is_acknowledgement(now, &frame) {
                            frames.push(frame);
                        }
                    }
                    Scan::Noise { skip, .. } => self.buffer.consume(skip),
                    Scan::NeedMore => break,
                }
            }
        }
        frames
    }

    fn is_acknowledgement(&mut self, now: Uptime, frame: &Frame) -> bool {
        if self.waiting.front().is_none_or(|said| acknowledgement(said) != *frame) {
            return false;
        }
        self.waiting.pop_front();
        self.repeat_at = None;
        if let Some(next) = self.waiting.front().copied() {
            self.say(now, &next);
            self.repeat_at = Some(now.plus(REPEAT));
        }
        true
    }

    /// Says `frame` until it is acknowledged, after those that are not yet. Lost if too many are not.
    pub fn send(&mut self, now: Uptime, frame: Frame) {
        if self.waiting.len() == MAX_WAITING {
            return;
        }
        self.waiting.push_back(frame);
        if self.waiting.len() == 1 {
            self.say(now, &frame);
            self.repeat_at = Some(now.plus(REPEAT));
        }
    }

    /// Acknowledges a frame of the host.
    pub fn answer(&mut self, now: Uptime, frame: &Frame) {
        self.say(now, &acknowledgement(frame));
    }

    fn say(&mut self, now: Uptime, frame: &Frame) {
        let mut bytes = encode(frame);
        let mut delay = THINKING;
        let mut copies = 1;
        match self.misfortune {
            Misfortune::Silent | Misfortune::SilentOnce => copies = 0,
            Misfortune::BadSum => {
                // The sum is the last but one byte.
                let sum = bytes.len() - 2;
                bytes[sum] = bytes[sum].wrapping_add(1);
            }
            Misfortune::HalfFrame => bytes.truncate(bytes.len() / 2),
            Misfortune::Twice => copies = 2,
            Misfortune::Late(ms) => delay += Duration::from_millis(ms),
            Misfortune::Calm | Misfortune::Reset => {}
        }
        if !matches!(self.misfortune, Misfortune::Silent | Misfortune::Late(_)) {
            self.misfortune = Misfortune::Calm;
        }
        for _ in 0..copies {
            self.out.send(now, delay, bytes.clone());
        }
    }

    /// Says again what is overdue.
    pub fn wake(&mut self, now: Uptime) {
        if self.repeat_at.is_some_and(|at| at <= now)
            && let Some(frame) = self.waiting.front().copied()
        {
            self.say(now, &frame);
            self.repeat_at = Some(now.plus(REPEAT));
        }
    }

    /// Bytes that have left by `now`.
    pub fn transmit(&mut self, now: Uptime) -> Option<Vec<u8>> {
        self.out.take(now)
    }

    /// When [`Unit::wake`] or [`Unit::transmit`] has something to do.
    pub fn deadline(&self) -> Option<Uptime> {
        earliest(self.repeat_at, self.out.deadline())
    }

    /// How many frames the host has not acknowledged.
    pub fn unacknowledged(&self) -> usize {
        self.waiting.len()
    }

    /// Lets something go wrong; [`Misfortune::Calm`] ends what lasts. After a reset the device above forgets, too.
    pub fn misfortune(&mut self, misfortune: Misfortune) {
        match misfortune {
            Misfortune::Reset => *self = Unit::new(self.address, self.baud),
            Misfortune::Silent => {
                self.out.clear();
                self.buffer.clear();
                self.misfortune = misfortune;
            }
            _ => self.misfortune = misfortune,
        }
    }
}
