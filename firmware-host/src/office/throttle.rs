//! Guessing the codes of appointments is not worth it (rule A3): wrong ones are counted for what they are tried with, and where.
//! One count for every kiosk and the interface, so that none is a way around. No clock: moments are arguments. Kept in memory;
//! no code is: whoever mistypes is remembered as digits or a number and a count.

use link::Uptime;
use queue::booking::BookingId;
use std::collections::hash_map::RandomState;
use std::collections::{BTreeMap, VecDeque};
use std::hash::BuildHasher;
use std::time::Duration;

/// Wrong codes for the same digits or booking: a person mistypes once or twice, and of a million codes five are nothing.
const WRONG_OF_ONE: u32 = 5;
/// Nothing is tried for them so long then, right or wrong: four hundred codes a day, and the guide desk helps meanwhile.
const ONE_WAITS: Duration = Duration::from_secs(15 * 60);
/// Wrong codes at one door, whatever they are tried with: more than the people at one kiosk mistype in that time.
const WRONG_AT_DOOR: usize = 20;
/// In so long.
const DOOR_WITHIN: Duration = Duration::from_secs(10 * 60);
/// The door rests so long then: those who stand there go to the guide desk, and the next are not kept from it for long.
const DOOR_RESTS: Duration = Duration::from_secs(60);
/// A code before a scanner is read again and again while it is held there, and that guesses nothing; taken away for so long and
/// shown again, it is another try.
const STILL_HELD: Duration = Duration::from_secs(3);
/// Digits and bookings that are remembered. A door brings some three hundred in the time they are remembered for; beyond, the
/// one that was tried longest ago is forgotten, which a hall of a dozen kiosks all under attack would notice.
const MOST_KEYS: usize = 4096;

/// What a code is tried with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum CodeFor {
    /// The last four digits of a telephone number.
    Digits(u16),
    /// The number of a booking, from its QR code.
    Booking(BookingId),
}

impl CodeFor {
    /// Of what was typed; `None`: not four digits, and so nobody's.
    pub(crate) fn last4(typed: &str) -> Option<Self> {
        let digits = typed.len() == 4 && typed.bytes().all(|byte| byte.is_ascii_digit());
        digits.then(|| typed.parse().ok().map(CodeFor::Digits)).flatten()
    }
}

/// A try that may be made. It counts as a wrong one, so that many at once are no way around, until [`Throttle::right`].
#[derive(Debug)]
#[must_use = "the right code must be told"]
pub(crate) struct Try {
    what: CodeFor,
    /// It is not the same wrong code once more.
    counted: bool,
}

/// No try now: the guide desk helps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TooMany;

#[derive(Clone, Copy, Debug)]
struct Wrong {
    n: u32,
    latest: Uptime,
    /// What was tried last, as a number that tells no code, and when it was seen last.
    code: u64,
    seen: Uptime,
}

/// All tries of the hall.
#[derive(Debug, Default)]
pub(super) struct Throttle {
    wrong: BTreeMap<CodeFor, Wrong>,
    /// Moments of the latest wrong ones at each door; doors are the interface and the kiosks of `hall.toml`.
    doors: BTreeMap<String, VecDeque<Uptime>>,
    hasher: RandomState,
}

impl Throttle {
    /// A code is about to be tried at this door.
    ///
    /// # Errors
    /// [`TooMany`] were wrong; this one is not even looked at.
    pub(super) fn begin(
        &mut self,
        now: Uptime,
        door: &str,
        what: CodeFor,
        code: &str,
    ) -> Result<Try, TooMany> {
        let code = self.hasher.hash_one(code);
        let known = self.wrong.get(&what).copied().filter(|wrong| now < wrong.latest.plus(ONE_WAITS));
        if known.is_some_and(|wrong| wrong.n >= WRONG_OF_ONE) || self.rests(now, door) {
            return Err(TooMany);
        }
        if let (CodeFor::Booking(_), Some(known)) = (what, known)
            && known.code == code
            && now < known.seen.plus(STILL_HELD)
        {
            self.wrong.insert(what, Wrong { seen: now, ..known });
            return Ok(Try { what, counted: false });
        }
        let n = known.map_or(0, |wrong| wrong.n) + 1;
        if self.wrong.len() >= MOST_KEYS && !self.wrong.contains_key(&what) {
            let oldest = self.wrong.iter().min_by_key(|(_, wrong)| wrong.latest).map(|(what, _)| *what);
            oldest.and_then(|oldest| self.wrong.remove(&oldest));
        }
        self.wrong.insert(what, Wrong { n, latest: now, code, seen: now });
        let at_door = self.doors.entry(door.to_owned()).or_default();
        if at_door.len() >= WRONG_AT_DOOR {
            // It has rested, or the first of them is long ago.
            if within(at_door) {
                at_door.clear();
            } else {
                at_door.pop_front();
            }
        }
        at_door.push_back(now);
        Ok(Try { what, counted: true })
    }

    /// The code was right. Only this try is taken back: whoever guesses another's code has one of their own to show.
    pub(super) fn right(&mut self, door: &str, tried: &Try) {
        if !tried.counted {
            return;
        }
        if let Some(wrong) = self.wrong.get_mut(&tried.what) {
            wrong.n = wrong.n.saturating_sub(1);
            if wrong.n == 0 {
                self.wrong.remove(&tried.what);
            }
        }
        if let Some(at_door) = self.doors.get_mut(door) {
            at_door.pop_back();
        }
    }

    fn rests(&self, now: Uptime, door: &str) -> bool {
        let Some(at_door) = self.doors.get(door) else { return false };
        let latest = at_door.back().is_some_and(|latest| now < latest.plus(DOOR_RESTS));
        at_door.len() >= WRONG_AT_DOOR && within(at_door) && latest
    }
}

/// Whether the first and the last of them are near enough.
fn within(at_door: &VecDeque<Uptime>) -> bool {
    match (at_door.front(), at_door.back()) {
        (Some(first), Some(last)) => last.since(*first) < DOOR_WITHIN,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const K1: &str = "kiosk K1";
    const K2: &str = "kiosk K2";

    fn at(s: u64) -> Uptime {
        Uptime::from_millis(s * 1000)
    }

    fn digits(n: u16) -> CodeFor {
        CodeFor::Digits(n)
    }

    /// A wrong code of its own each time; whether it was looked at.
    fn wrong(throttle: &mut Throttle, s: u64, door: &str, what: CodeFor) -> bool {
        let n = throttle.wrong.get(&what).map_or(0, |wrong| wrong.n);
        throttle.begin(at(s), door, what, &format!("{s} {n}")).is_ok()
    }

    #[test]
    fn a5_after_five_wrong_codes_for_the_same_digits_no_door_looks_at_any_for_a_quarter_of_an_hour() {
        let mut throttle = Throttle::default();
        for (s, door) in [(0, K1), (10, K2), (20, "interface"), (30, K1), (40, K1)] {
            assert!(wrong(&mut throttle, s, door, digits(5678)));
        }
        for door in [K1, K2, "interface"] {
            assert_eq!(throttle.begin(at(41), door, digits(5678), "right").err(), Some(TooMany));
            assert!(wrong(&mut throttle, 41, door, digits(5679)), "others are looked at");
        }
        assert!(!wrong(&mut throttle, 40 + 899, K1, digits(5678)));
        assert!(wrong(&mut throttle, 40 + 900, K1, digits(5678)));
        assert!(
            wrong(&mut throttle, 40 + 900, K1, CodeFor::Booking(BookingId(5678))),
            "a number is no digits"
        );
    }

    #[test]
    fn a5_a_right_code_takes_back_its_own_try_and_no_other() {
        let mut throttle = Throttle::default();
        for s in 0..4 {
            assert!(wrong(&mut throttle, s, K1, digits(1)));
        }
        for s in 0..10 {
            let tried = throttle.begin(at(10 + s), K1, digits(1), "right").unwrap();
            throttle.right(K1, &tried);
        }
        assert!(wrong(&mut throttle, 30, K1, digits(1)));
        assert!(!wrong(&mut throttle, 31, K1, digits(1)));
        // Nobody's tries are remembered for a right one alone.
        let tried = throttle.begin(at(0), K2, digits(2), "right").unwrap();
        throttle.right(K2, &tried);
        assert!(!throttle.wrong.contains_key(&digits(2)) && throttle.doors[K2].is_empty());
    }

    #[test]
    fn a5_twenty_wrong_ones_at_a_door_are_a_minutes_rest_of_that_door() {
        let mut throttle = Throttle::default();
        for n in 0..20 {
            assert!(wrong(&mut throttle, u64::from(n), K1, digits(n)));
        }
        assert!(!wrong(&mut throttle, 20, K1, digits(100)));
        assert!(wrong(&mut throttle, 20, K2, digits(100)));
        assert!(!wrong(&mut throttle, 19 + 59, K1, digits(101)));
        for n in 0..20 {
            assert!(wrong(&mut throttle, 19 + 60, K1, digits(200 + n)));
        }
        assert!(!wrong(&mut throttle, 19 + 61, K1, digits(300)));
        // People who mistype all day long are no attack.
        for n in 0..100 {
            assert!(wrong(&mut throttle, 1000 + u64::from(n) * 40, K2, digits(400 + n)), "{n}");
        }
    }

    #[test]
    fn a5_many_at_once_are_no_way_around_and_the_same_code_again_is_no_guess() {
        let mut throttle = Throttle::default();
        let tries: Vec<_> = (0..50).map(|n| throttle.begin(at(0), K1, digits(7), &n.to_string())).collect();
        assert_eq!(tries.iter().filter(|tried| tried.is_ok()).count(), 5);
        let held = CodeFor::Booking(BookingId(7));
        for ms in 0..500 {
            let tried = throttle.begin(Uptime::from_millis(ms * 100), K2, held, "000000");
            assert!(tried.is_ok(), "held before the scanner for {ms} × 100 ms");
        }
        let shown_again = (0..5).map(|n| throttle.begin(at(60 + n * 5), K2, held, "000000").is_ok());
        assert_eq!(shown_again.collect::<Vec<_>>(), [true, true, true, true, false]);
        let typed_again = (0..6).map(|_| throttle.begin(at(60), K2, digits(8), "000000").is_ok());
        assert_eq!(typed_again.collect::<Vec<_>>(), [true, true, true, true, true, false]);
    }

    #[test]
    fn what_is_remembered_has_an_end() {
        let mut throttle = Throttle::default();
        for n in 0..3 * MOST_KEYS as u64 {
            wrong(&mut throttle, n * 100, K1, CodeFor::Booking(BookingId(n)));
        }
        assert_eq!(throttle.wrong.len(), MOST_KEYS);
        assert!(throttle.doors[K1].len() <= WRONG_AT_DOOR);
        for typed in ["", "123", "12345", "12a4", "１２３４", "+123", "-123"] {
            assert_eq!(CodeFor::last4(typed), None, "{typed}");
        }
        assert_eq!(CodeFor::last4("0012"), Some(digits(12)));
    }
}
