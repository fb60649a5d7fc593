//! The list of periods beside the keys: which months had a key and what became of it, and the last day that was believed.
//!
//! It tells "destroyed" from "missing", keeps a month from getting a second key, and knows when the clock jumps. An operator
//! may read it, and remove the line of a key that is lost for good.

use crate::day::{Day, Period};
use crate::error::KeyError;
use crate::files::{Directory, Locked};
use crate::secret::{Fingerprint, unhex};
use std::collections::BTreeMap;
use std::fmt::Write;

/// Its file.
pub(crate) const LEDGER: &str = "periods";
/// First line: what it is, and the version of its form.
const HEAD: &str = "hallgate periods 1";
/// Last line, so that a file that was cut off is seen to be one.
const END: &str = "end";

/// What became of a month's key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    Made(Fingerprint),
    Destroyed(Day),
}

/// The list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Ledger {
    /// The last day that was believed.
    pub(crate) seen: Option<Day>,
    pub(crate) periods: BTreeMap<Period, Fate>,
}

impl Ledger {
    /// The list as it is on the disk; an empty one if there is none.
    pub(crate) fn read(directory: &Directory) -> Result<Self, KeyError> {
        let Some(text) = directory.read(LEDGER)? else { return Ok(Ledger::default()) };
        Ledger::parse(&text).map_err(|expected| KeyError::Damaged {
            path: directory.file(LEDGER),
            seen: "a line of another form",
            expected,
        })
    }

    pub(crate) fn write(&self, directory: &Directory, lock: &Locked) -> Result<(), KeyError> {
        directory.write(LEDGER, &self.text(), lock)
    }

    /// `expected` of the first line that is not as written.
    fn parse(text: &str) -> Result<Self, &'static str> {
        let mut lines = text.lines();
        if lines.next() != Some(HEAD) {
            return Err("`hallgate periods 1` in the first line");
        }
        let mut ledger = Ledger::default();
        for line in &mut lines {
            if line == END {
                let nothing_behind = lines.next().is_none();
                return nothing_behind.then_some(ledger).ok_or("nothing behind the line `end`");
            }
            let words: Vec<&str> = line.split(' ').collect();
            match words[..] {
                ["seen", day] => ledger.seen = Some(day.parse().map_err(|_| "`seen` and a day")?),
                [period, what, value] => {
                    let fate =
                        fate(what, value).ok_or("`made` and a fingerprint, or `destroyed` and a day")?;
                    let period = period.parse().map_err(|_| "a month such as 2026-11")?;
                    if ledger.periods.insert(period, fate).is_some() {
                        return Err("one line for each month");
                    }
                }
                _ => return Err("a month and what became of its key"),
            }
        }
        Err("`end` in the last line")
    }

    fn text(&self) -> String {
        let mut text = format!("{HEAD}\n");
        let mut line = |line: std::fmt::Arguments<'_>| {
            writeln!(text, "{line}").expect("writing to a String cannot fail");
        };
        if let Some(seen) = self.seen {
            line(format_args!("seen {seen}"));
        }
        for (period, fate) in &self.periods {
            match fate {
                Fate::Made(fingerprint) => line(format_args!("{period} made {fingerprint}")),
                Fate::Destroyed(on) => line(format_args!("{period} destroyed {on}")),
            }
        }
        line(format_args!("{END}"));
        text
    }
}

fn fate(what: &str, value: &str) -> Option<Fate> {
    match what {
        "made" => Some(Fate::Made(Fingerprint(unhex(value)?.as_slice().try_into().ok()?))),
        "destroyed" => Some(Fate::Destroyed(value.parse().ok()?)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const TEXT: &str =
        "hallgate periods 1\nseen 2026-11-27\n2026-09 destroyed 2026-11-01\n2026-11 made 00a1b2ff\nend\n";

    #[test]
    fn a_list_is_read_as_it_was_written() {
        let ledger = Ledger::parse(TEXT).unwrap();
        assert_eq!(ledger.text(), TEXT);
        assert_eq!(ledger.periods.len(), 2);
        // An operator removes the line of a lost key.
        assert!(Ledger::parse(&TEXT.replace("2026-11 made 00a1b2ff\n", "")).is_ok());
        assert!(Ledger::parse(&Ledger::default().text()).is_ok());
    }

    #[test]
    fn every_cut_and_other_forms_are_refused() {
        // The last line's end may be missing: all is there.
        for length in 0..TEXT.len() - 1 {
            assert!(Ledger::parse(&TEXT[..length]).is_err(), "cut to {length}");
        }
        for (from, to) in [
            ("periods 1", "periods 2"),
            ("made 00a1b2ff", "made 00a1b2f"),
            ("made", "lost"),
            ("2026-09", "2026-11"),
            ("2026-09", "2026-13"),
            ("seen 2026-11-27", "seen yesterday"),
            ("end\n", "end\nend\n"),
            ("destroyed 2026-11-01", "destroyed  2026-11-01"),
        ] {
            assert!(Ledger::parse(&TEXT.replacen(from, to, 1)).is_err(), "{to}");
        }
    }

    proptest! {
        #[test]
        fn no_text_panics(text in any::<String>()) {
            Ledger::parse(&text).ok();
            Ledger::parse(&format!("{HEAD}\n{text}\nend\n")).ok();
        }
    }
}
