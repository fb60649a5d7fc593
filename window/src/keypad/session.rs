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
const MAX_DIGITS: usize = 3;

/// Most digits that are kept of one entry: staff numbers and PINs have no more. Further ones only make it too long.
const MAX_TYPED: usize = 8;

/// What is shown is said again after so long, since a unit that lost its power for a moment says nothing and stays dark,
/// and one that broke is found out though nobody presses a key. 30 units cost 1.5 % of a line at this pace.
const SAY_AGAIN: Duration = Duration::from_secs(60);

/// The same after something unreadable came on the line: one frame in 256 that is damaged has a sum that fits by chance, and a
/// unit that took such a frame for good shows what nobody said. Sooner would fill a bad line with repetitions.
const SAY_AFTER_NOISE: Duration = Duration::from_secs(10);

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
    /// This stands on the LCD for a while, in place of what is shown; a new ticket there ends it.
    Tell(Note),
    /// The line was opened again or the unit answers again: it may have forgotten everything.
    Refresh,
    /// What came on the line could not be read: the unit may have heard something else than was said, too.
    Noise,
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
    Pause {
        /// Code of the reason, if one was typed.
        digits: Option<u16>,
    },
    /// A staff number, a PIN, or a part of one: digits and the one-metre line key.
    SignIn(Digits),
    /// The person is here: OK, with no digits typed.
    Start,
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

/// What the LCD tells for a while: a code in the place of the people waiting, and a number in that of the ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Note {
    /// Left three digits.
    pub code: Option<u16>,
    /// Right three digits.
    pub number: Option<u16>,
    /// How long; nothing ends it at once.
    pub lasts: Duration,
}

/// A press that means nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Unread {
    /// The number typed before it; `None` if none or more than three digits.
    pub typed: Option<u16>,
    /// The key's data byte.
    pub byte: u8,
}

/// Digits as they were typed. They may be a PIN: `Debug` tells how many they are and nothing else.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Digits {
    typed: [u8; MAX_TYPED],
    n: u8,
}

impl std::fmt::Debug for Digits {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Digits({} typed)", self.n)
    }
}

impl Digits {
    /// Another digit, 0 to 9.
    pub fn push(&mut self, digit: u8) {
        if let Some(place) = self.typed.get_mut(usize::from(self.n)) {
            *place = digit.min(9);
        }
        self.n = self.n.saturating_add(1);
    }

    /// The digits as text; `None` if there are more than eight.
    pub fn text(self) -> Option<String> {
        let typed = self.typed.get(..usize::from(self.n))?;
        Some(typed.iter().map(|digit| char::from(b'0' + digit)).collect())
    }

    /// How many there are.
    pub fn len(self) -> usize {
        usize::from(self.n)
    }

    /// Whether there is none.
    pub fn is_empty(self) -> bool {
        self.n == 0
    }

    /// One to three digits as a number.
    fn number(self) -> Option<u16> {
        let typed = self.typed.get(..self.len()).filter(|typed| (1..=MAX_DIGITS).contains(&typed.len()))?;
        Some(typed.iter().fold(0, |number, digit| number * 10 + u16::from(*digit)))
    }

    fn is_too_long(self) -> bool {
        self.len() > MAX_DIGITS
    }
}

/// One keypad.
#[derive(Clone, Debug)]
pub struct Session {
    settings: Settings,
    typed: Digits,
    typed_until: Option<Uptime>,
    shown: Option<Shown>,
    /// What stands on the LCD for a while, and until when.
    told: Option<(Note, Uptime)>,
    /// Digits of the LCD that were sent last.
    said: Option<Frame>,
    say_again: Option<Uptime>,
    out: VecDeque<Output>,
}

impl Session {
    /// A session with a unit of which nothing is known.
    pub fn new(settings: Settings) -> Self {
        Session {
            settings,
            typed: Digits::default(),
            typed_until: None,
            shown: None,
            told: None,
            said: None,
            say_again: None,
            out: VecDeque::new(),
        }
    }

    /// Takes in what happened at `now`; then [`Session::poll`] until `None`.
    pub fn handle(&mut self, now: Uptime, input: Input<'_>) {
        if self.typed_until.is_some_and(|until| until <= now) {
            self.forget_digits();
        }
        if self.told.is_some_and(|(_, until)| until <= now) {
            self.told = None;
            self.say_digits(now, false);
        }
        match input {
            Input::Frame(frame) if frame.address == self.settings.address && frame.command != PAD_BUTTON => {
                self.frame(now, frame);
            }
            Input::Frame(_) => {}
            Input::Show(shown) => self.show(now, shown),
            Input::Beep => self.out.push_back(Output::Send(Frame::new(self.settings.address, BEEP, []))),
            Input::Tell(note) => {
                self.told = Some((note, now.plus(note.lasts)));
                self.say_digits(now, false);
            }
            Input::Refresh => self.say(now),
            Input::Noise => {
                let soon = now.plus(SAY_AFTER_NOISE);
                self.say_again = self.say_again.map(|at| at.min(soon));
            }
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
        let told_until = self.told.map(|(_, until)| until);
        earliest(earliest(self.typed_until, told_until), self.say_again)
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

    fn key(&self, typed: Digits, byte: u8) -> Option<Key> {
        let codes = self.settings.ok_codes;
        let unknown = Key::Unknown(Unread { typed: typed.number(), byte });
        Some(match PadKey::from_byte(byte) {
            PadKey::Evaluate => Key::Evaluate,
            PadKey::CallNext => Key::CallNext,
            PadKey::Recall => Key::Recall,
            PadKey::Cancel if !typed.is_empty() => return None,
            PadKey::Cancel => Key::Cancel,
            PadKey::OneMetreLine if typed.is_empty() => Key::OneMetreLine,
            PadKey::OneMetreLine => Key::SignIn(typed),
            PadKey::Pause if typed.is_too_long() => unknown,
            PadKey::Pause => Key::Pause { digits: typed.number() },
            PadKey::Transfer if typed.is_too_long() => unknown,
            PadKey::Transfer => Key::Transfer { digits: typed.number() },
            PadKey::Ok if typed.is_empty() => Key::Start,
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
        if before.is_some_and(|before| before.ticket != shown.ticket) {
            self.told = None;
        }
        self.say_digits(now, false);
        if shown.stars != before.and_then(|before| before.stars) {
            self.say_stars(shown);
        }
    }

    fn say(&mut self, now: Uptime) {
        let Some(shown) = self.shown else { return };
        self.say_digits(now, true);
        self.say_stars(shown);
    }

    /// Sends the digits that the LCD should have, if it has others or `again`.
    fn say_digits(&mut self, now: Uptime, again: bool) {
        let told = self.told.map(|(note, _)| Shown { waiting: note.code, ticket: note.number, stars: None });
        let Some(visible) = told.or(self.shown) else { return };
        // The LCD's digits, not the numbers: 1012 looks like 012.
        let digits = codec::digits(self.settings.address, &visible);
        if again || self.said != Some(digits) {
            self.said = Some(digits);
            self.out.push_back(Output::Send(digits));
            self.say_again = Some(now.plus(SAY_AGAIN));
        }
    }

    fn say_stars(&mut self, shown: Shown) {
        if let Some(stars) = shown.stars {
            self.out.push_back(Output::Send(codec::stars(self.settings.address, stars)));
        }
    }

    fn forget_digits(&mut self) {
        self.typed = Digits::default();
        self.typed_until = None;
    }
}

#[cfg(test)]
#[path = "session_tests.rs"]
mod tests;
