//! What a clerk types to sign in or off, part by part (rule P2). No clock and no hall: moments are arguments, and whether
//! number and PIN are right is for others to say.
//!
//! | typed | means |
//! |---|---|
//! | staff number, one-metre line, PIN, one-metre line | sign in, or take over |
//! | 0, one-metre line | sign off |
//!
//! A unit that collects digits sends two at a time, so a number or a PIN may come in parts, each with the key: how many
//! digits both have is known.

use link::Uptime;
use std::time::Duration;
use window::keypad::Digits;

/// From one part to the next: a clerk who looks up the number again is not hurried, and half an entry does not wait for
/// whoever comes next.
pub(super) const BETWEEN_PARTS: Duration = Duration::from_secs(20);

/// What was heard.
#[derive(PartialEq, Eq)]
pub(super) enum Heard {
    /// More is to come of the number, so far this.
    MoreNumber(String),
    /// The number is complete; the PIN is to come.
    Number(String),
    /// More is to come of the PIN of this number; so many digits are there.
    MorePin(String, u16),
    /// Both are complete.
    Both { number: String, pin: String },
    /// Sign off.
    Off,
    /// Too long, or nothing that this hall knows.
    Nothing,
}

/// One keypad's entry.
pub(super) struct Entry {
    /// How many digits staff numbers have; `None`: the hall names no staff.
    number_digits: Option<usize>,
    pin_digits: usize,
    number: String,
    pin: String,
    until: Option<Uptime>,
}

impl Entry {
    pub(super) fn new(number_digits: Option<usize>, pin_digits: u8) -> Entry {
        let pin_digits = usize::from(pin_digits);
        Entry { number_digits, pin_digits, number: String::new(), pin: String::new(), until: None }
    }

    /// Another key was pressed, or the entry is over.
    pub(super) fn forget(&mut self) {
        self.number.clear();
        self.pin.clear();
        self.until = None;
    }

    /// A part was typed.
    pub(super) fn hear(&mut self, now: Uptime, part: Digits) -> Heard {
        if self.until.is_none_or(|until| until <= now) {
            self.forget();
        }
        let heard = self.take(part);
        match heard {
            Heard::MoreNumber(_) | Heard::Number(_) | Heard::MorePin(..) => {
                self.until = Some(now.plus(BETWEEN_PARTS));
            }
            Heard::Both { .. } | Heard::Off | Heard::Nothing => self.forget(),
        }
        heard
    }

    fn take(&mut self, part: Digits) -> Heard {
        let Some(text) = part.text() else { return Heard::Nothing };
        if self.number.is_empty() && text == "0" {
            return Heard::Off;
        }
        let Some(wanted) = self.number_digits else { return Heard::Nothing };
        if self.number.len() < wanted {
            self.number.push_str(&text);
            return match self.number.len() {
                n if n < wanted => Heard::MoreNumber(self.number.clone()),
                n if n == wanted => Heard::Number(self.number.clone()),
                _ => Heard::Nothing,
            };
        }
        self.pin.push_str(&text);
        match self.pin.len() {
            n if n < self.pin_digits => Heard::MorePin(self.number.clone(), n as u16),
            n if n == self.pin_digits => Heard::Both { number: self.number.clone(), pin: self.pin.clone() },
            _ => Heard::Nothing,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(text: &str) -> Digits {
        let mut digits = Digits::default();
        text.bytes().for_each(|byte| digits.push(byte - b'0'));
        digits
    }

    /// What is heard of these parts, a second apart.
    fn heard(parts: &[&str]) -> Vec<String> {
        let mut entry = Entry::new(Some(4), 4);
        let each = parts.iter().enumerate().map(|(n, text)| {
            let now = Uptime::from_millis(1000 * n as u64);
            match entry.hear(now, part(text)) {
                Heard::MoreNumber(number) => format!("{number}…"),
                Heard::Number(number) => format!("{number}?"),
                Heard::MorePin(number, n) => format!("{number}+{n}"),
                Heard::Both { number, pin } => format!("{number}/{pin}"),
                Heard::Off => "off".to_owned(),
                Heard::Nothing => "-".to_owned(),
            }
        });
        each.collect()
    }

    #[test]
    fn p2_number_and_pin_come_whole_or_two_digits_at_a_time() {
        let table: &[(&[&str], &[&str])] = &[
            (&["0105", "1949"], &["0105?", "0105/1949"]),
            (&["01", "05", "19", "49"], &["01…", "0105?", "0105+2", "0105/1949"]),
            (&["0105", "0"], &["0105?", "0105+1"]),
            (&["0"], &["off"]),
            (&["00", "12", "0000"], &["00…", "0012?", "0012/0000"]),
            // Too long: all over again.
            (&["01051", "0105"], &["-", "0105?"]),
            (&["0105", "19491", "0105", "1949"], &["0105?", "-", "0105?", "0105/1949"]),
            (&["123456789"], &["-"]),
            // What follows a whole entry is a new one.
            (&["0105", "1949", "1949"], &["0105?", "0105/1949", "1949?"]),
        ];
        for (parts, expected) in table {
            assert_eq!(heard(parts), *expected, "{parts:?}");
        }
    }

    #[test]
    fn half_an_entry_waits_for_nobody_else() {
        let mut entry = Entry::new(Some(4), 4);
        entry.hear(Uptime::from_millis(0), part("0105"));
        let late = entry.hear(Uptime::from_millis(20_000), part("1949"));
        assert!(late == Heard::Number("1949".into()), "a new entry begins");
        entry.forget();
        assert!(entry.hear(Uptime::from_millis(20_001), part("1949")) == Heard::Number("1949".into()));
    }

    #[test]
    fn a_hall_that_names_no_staff_knows_signing_off_alone() {
        let mut entry = Entry::new(None, 4);
        let now = Uptime::from_millis(0);
        assert!(entry.hear(now, part("0")) == Heard::Off);
        assert!(entry.hear(now, part("0105")) == Heard::Nothing);
    }
}
