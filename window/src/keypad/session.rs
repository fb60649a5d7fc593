//! The conversation with one keypad: presses from frames, and frames for what should be shown.
//!
//! Acknowledging, retrying and telling repeats from presses is the bus session's ([`link::ff68::Bus`]); this one may take
//! every frame for new.

use super::codec::{self, PadKey, Shown};
use link::Uptime;
use link::ff68::{BEEP, Frame, PAD_BUTTON};
use link::uptime::earliest;
use std::collections::VecDeque;
use std::time::Duration;

/// Digits that nothing follows for so long were typed by mistake or before a break: they must not become a part of the
/// next code. Shorter would hurry slow clerks.
const STALE_DIGITS: Duration = Duration::from_secs(10);

/// Most digits that are a number: windows and codes have up to three. More are no number at all.
const MAX_DIGITS: u8 = 3;

/// What is shown is said again after so long, since a unit that lost its power for a moment says nothing and stays dark,
/// and one that broke is found out though nobody presses a key. 30 units cost 1.5 % of a line at this pace.
const SAY_AGAIN: Duration = Duration::from_secs(60);

/// Which digits before OK do what: each hall's choice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OkCodes {
    /// 弃号: the person did not come.
    pub pass: u16,
    /// 挂起: the ticket waits aside.
    pub park: u16,
    /// 回呼: the parked ticket comes back.
    pub hand_back: u16,
}

impl Default for OkCodes {
    /// The codes of the hall that the wire was seen in.
    fn default() -> Self {
        OkCodes { pass: 6, park: 0, hand_back: 3 }
    }
}

/// What a session must know of its unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Address on the line; frames of others are ignored.
    pub address: u8,
    /// The codes before OK.
    pub ok_codes: OkCodes,
}

/// What happens to the session.
#[derive(Clone, Copy, Debug)]
pub enum Input<'a> {
    /// A new frame arrived on the line, for whatever address.
    Frame(&'a Frame),
    /// This should be shown from now on.
    Show(Shown),
    /// The clerk should hear that the press was refused.
    Beep,
    /// The line was opened again or the unit answers again: it may have forgotten everything.
    Refresh,
    /// [`Session::deadline`] has passed.
    Wake,
}

/// What the host has to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Output {
    /// A frame for the bus.
    Send(Frame),
    /// The clerk wants this.
    Pressed(Key),
}

/// What the clerk wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Key {
    /// The next ticket.
    CallNext,
    /// The same ticket again.
    Recall,
    /// The pad should ask.
    Evaluate,
    /// Cancel, with no digits typed.
    Cancel,
    /// The next in line may step up to the one-metre line.
    OneMetreLine,
    /// A break, or its end.
    Pause,
    /// The ticket goes elsewhere.
    Transfer {
        /// Number of the window, if one was typed.
        digits: Option<u16>,
    },
    /// The person did not come.
    Pass,
    /// The ticket waits aside.
    Park,
    /// The parked ticket comes back.
    Return,
    /// A key or code that means nothing here; answered with a beep and the log.
    Unknown(Unread),
}

/// A press that means nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Unread {
    /// The number typed before it; `None` if none or more than three digits.
    pub typed: Option<u16>,
    /// The key's data byte.
    pub byte: u8,
}

/// Digits that wait for the key that ends them.
#[derive(Clone, Copy, Debug, Default)]
struct Typed {
    number: u16,
    digits: u8,
}

impl Typed {
    fn push(&mut self, digit: u8) {
        if self.digits < MAX_DIGITS {
            self.number = self.number * 10 + u16::from(digit);
        }
        self.digits = self.digits.saturating_add(1);
    }

    fn number(self) -> Option<u16> {
        (1..=MAX_DIGITS).contains(&self.digits).then_some(self.number)
    }

    fn is_too_long(self) -> bool {
        self.digits > MAX_DIGITS
    }
}

/// One keypad.
#[derive(Clone, Debug)]
pub struct Session {
    settings: Settings,
    typed: Typed,
    typed_until: Option<Uptime>,
    shown: Option<Shown>,
    say_again: Option<Uptime>,
    out: VecDeque<Output>,
}

impl Session {
    /// A session with a unit of which nothing is known.
    pub fn new(settings: Settings) -> Self {
        Session {
            settings,
            typed: Typed::default(),
            typed_until: None,
            shown: None,
            say_again: None,
            out: VecDeque::new(),
        }
    }

    /// Takes in what happened at `now`; then [`Session::poll`] until `None`.
    pub fn handle(&mut self, now: Uptime, input: Input<'_>) {
        if self.typed_until.is_some_and(|until| until <= now) {
            self.forget_digits();
        }
        match input {
            Input::Frame(frame) if frame.address == self.settings.address && frame.command != PAD_BUTTON => {
                self.frame(now, frame);
            }
            Input::Frame(_) => {}
            Input::Show(shown) => self.show(now, shown),
            Input::Beep => self.out.push_back(Output::Send(Frame::new(self.settings.address, BEEP, []))),
            Input::Refresh => self.say(now),
            Input::Wake => {
                if self.say_again.is_some_and(|at| at <= now) {
                    self.say(now);
                }
            }
        }
    }

    /// The next thing to do, in order.
    pub fn poll(&mut self) -> Option<Output> {
        self.out.pop_front()
    }

    /// When to send [`Input::Wake`].
    pub fn deadline(&self) -> Option<Uptime> {
        earliest(self.typed_until, self.say_again)
    }

    fn frame(&mut self, now: Uptime, frame: &Frame) {
        let Some((last, before)) = frame.data.split_last() else { return };
        // A frame with digits and key is complete; what was typed before it was for another.
        if !before.is_empty() {
            self.forget_digits();
        }
        if before.iter().any(|byte| *byte > 9) {
            self.out.push_back(Output::Pressed(Key::Unknown(Unread { typed: None, byte: *last })));
            return;
        }
        before.iter().for_each(|digit| self.typed.push(*digit));
        if let PadKey::Digit(digit) = PadKey::from_byte(*last) {
            self.typed.push(digit);
            self.typed_until = Some(now.plus(STALE_DIGITS));
            return;
        }
        let typed = std::mem::take(&mut self.typed);
        self.typed_until = None;
        if let Some(key) = self.key(typed, *last) {
            self.out.push_back(Output::Pressed(key));
        }
    }

    fn key(&self, typed: Typed, byte: u8) -> Option<Key> {
        let codes = self.settings.ok_codes;
        let unknown = Key::Unknown(Unread { typed: typed.number(), byte });
        Some(match PadKey::from_byte(byte) {
            PadKey::Evaluate => Key::Evaluate,
            PadKey::CallNext => Key::CallNext,
            PadKey::Recall => Key::Recall,
            PadKey::Cancel if typed.digits > 0 => return None,
            PadKey::Cancel => Key::Cancel,
            PadKey::OneMetreLine => Key::OneMetreLine,
            PadKey::Pause => Key::Pause,
            PadKey::Transfer if typed.is_too_long() => unknown,
            PadKey::Transfer => Key::Transfer { digits: typed.number() },
            PadKey::Ok => match typed.number() {
                Some(code) if code == codes.pass => Key::Pass,
                Some(code) if code == codes.park => Key::Park,
                Some(code) if code == codes.hand_back => Key::Return,
                _ => unknown,
            },
            PadKey::Digit(_) | PadKey::Raw(_) => unknown,
        })
    }

    fn show(&mut self, now: Uptime, shown: Shown) {
        let before = self.shown.replace(shown);
        // The LCD's digits, not the numbers: 1012 looks like 012.
        let digits = codec::digits(self.settings.address, &shown);
        if before.is_none_or(|before| codec::digits(self.settings.address, &before) != digits) {
            self.out.push_back(Output::Send(digits));
            self.say_again = Some(now.plus(SAY_AGAIN));
        }
        if shown.stars != before.and_then(|before| before.stars) {
            self.say_stars(shown);
        }
    }

    fn say(&mut self, now: Uptime) {
        let Some(shown) = self.shown else { return };
        self.out.push_back(Output::Send(codec::digits(self.settings.address, &shown)));
        self.say_stars(shown);
        self.say_again = Some(now.plus(SAY_AGAIN));
    }

    fn say_stars(&mut self, shown: Shown) {
        if let Some(stars) = shown.stars {
            self.out.push_back(Output::Send(codec::stars(self.settings.address, stars)));
        }
    }

    fn forget_digits(&mut self) {
        self.typed = Typed::default();
        self.typed_until = None;
    }
}

#[cfg(test)]
#[path = "session_tests.rs"]
mod tests;
