//! One mistake in `hall.toml`, as an IT person at the hall reads it: where it is, what stands there, what would be
//! right.
//!
//! Finding mistakes is left to `shape` (syntax, keys, types) and `check` (everything else).

use super::source::{At, Source};
use serde::Serialize;
use std::fmt;

/// A mistake in the configuration file. `Display` gives the line for people:
/// `hall.toml:41, [[keypad_lines]] name A, baud: 9601 is not one of 1200, 2400, …`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Mistake {
    /// Name of the file as the caller gave it.
    pub file: String,
    /// Line, from 1; 0 when the file could not be read at all.
    pub line: usize,
    /// Path of the key, such as `windows[2].keypad_address`, indices from 0; empty for the file as a whole.
    pub key: String,
    /// The same place in words, such as `[[windows]] number 3, keypad_address`.
    pub place: String,
    /// What stands there.
    pub seen: String,
    /// What would be right there.
    pub expected: String,
    /// The sentence: what is wrong and what to do.
    pub text: String,
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if self.line > 0 {
            write!(f, ":{}", self.line)?;
        }
        if !self.place.is_empty() {
            write!(f, ", {}", self.place)?;
        }
        write!(f, ": {}", self.text)
    }
}

impl std::error::Error for Mistake {}

/// Collects the mistakes of one file.
pub(super) struct Mistakes<'a> {
    source: &'a Source<'a>,
    found: Vec<Mistake>,
}

impl<'a> Mistakes<'a> {
    pub(super) fn new(source: &'a Source<'a>) -> Self {
        Mistakes { source, found: Vec::new() }
    }

    /// The value does not do: `{seen} is not {expected}`.
    pub(super) fn is_not(&mut self, at: &At, seen: impl fmt::Display, expected: impl fmt::Display) {
        let text = format!("{seen} is not {expected}");
        self.say(at, seen, expected, text);
    }

    /// Anything else, in a sentence of its own.
    pub(super) fn say(
        &mut self,
        at: &At,
        seen: impl fmt::Display,
        expected: impl fmt::Display,
        text: impl Into<String>,
    ) {
        self.say_on(self.source.line(at), at, seen, expected, text);
    }

    /// As `say`, where the line is known better than from the path.
    pub(super) fn say_on(
        &mut self,
        line: usize,
        at: &At,
        seen: impl fmt::Display,
        expected: impl fmt::Display,
        text: impl Into<String>,
    ) {
        self.found.push(Mistake {
            file: self.source.file().to_owned(),
            line,
            key: at.to_string(),
            place: self.source.place(at),
            seen: seen.to_string(),
            expected: expected.to_string(),
            text: text.into(),
        });
    }

    /// Line of a place, for sentences that point at a second one.
    pub(super) fn line(&self, at: &At) -> usize {
        self.source.line(at)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// All of them in the order of the file.
    pub(super) fn into_sorted(mut self) -> Vec<Mistake> {
        self.found.sort_by_key(|mistake| mistake.line);
        self.found
    }
}
