//! What the values of `hall.toml` mean together: ranges, references, duplicates, contradictions.
//!
//! Every check notes its mistakes and goes on, so that one run tells all. Types and keys are already right here.

mod calendar;
mod devices;
mod lamps;
mod numbers;
mod outlets;
mod places;
mod staff;

use super::mistake::Mistakes;
use super::model::Config;
use super::nearest;
use super::source::At;
use std::collections::HashMap;
use std::fmt::Display;
use std::hash::Hash;
use std::ops::RangeInclusive;

/// Longest name: a kiosk key or a display that runs it across cannot show more. A longer one is a text in the wrong
/// place.
const NAME_CHARS_AT_MOST: usize = 60;

/// Notes every mistake of a configuration.
pub(super) fn all(config: &Config, mistakes: &mut Mistakes<'_>) {
    numbers::hall(config, mistakes);
    calendar::hours(config, mistakes);
    calendar::lunch(config, mistakes);
    places::areas_and_departments(config, mistakes);
    places::services(config, mistakes);
    places::windows(config, mistakes);
    staff::staff(config, mistakes);
    staff::pauses(config, mistakes);
    staff::keypad_codes(config, mistakes);
    devices::lines(config, mistakes);
    outlets::outlets(config, mistakes);
    devices::printers_and_kiosks(config, mistakes);
    devices::ports(config, mistakes);
    lamps::lamps(config, mistakes);
    numbers::call_order(config, mistakes);
    numbers::green_and_slip(config, mistakes);
    numbers::appointments(config, mistakes);
    numbers::follow_up(config, mistakes);
}

/// Tells of every key that was there before.
struct Once<K> {
    first: HashMap<K, At>,
}

impl<K: Eq + Hash> Once<K> {
    fn new() -> Self {
        Once { first: HashMap::new() }
    }

    /// Where the key was first, if it was; `at` is remembered if not.
    fn again(&mut self, key: K, at: &At) -> Option<&At> {
        match self.first.entry(key) {
            std::collections::hash_map::Entry::Occupied(first) => Some(first.into_mut()),
            std::collections::hash_map::Entry::Vacant(free) => {
                free.insert(at.clone());
                None
            }
        }
    }
}

/// A code or name that must not come twice in its list.
fn unique<K: Eq + Hash + Display + Clone>(once: &mut Once<K>, key: K, at: &At, mistakes: &mut Mistakes<'_>) {
    if let Some(first) = once.again(key.clone(), at) {
        let line = mistakes.line(first);
        mistakes.say(
            at,
            &key,
            "a value of its own",
            format!("{key} is already taken in line {line}; give this one another"),
        );
    }
}

/// A whole number in a range.
fn range<N: PartialOrd + Display>(at: &At, seen: N, allowed: RangeInclusive<N>, mistakes: &mut Mistakes<'_>) {
    if !allowed.contains(&seen) {
        mistakes.is_not(at, seen, format_args!("between {} and {}", allowed.start(), allowed.end()));
    }
}

/// A reference to a table by its code or name.
fn reference<'a>(
    at: &At,
    seen: &str,
    what: &str,
    known: impl IntoIterator<Item = &'a str>,
    mistakes: &mut Mistakes<'_>,
) -> bool {
    let known: Vec<&str> = known.into_iter().collect();
    let there = known.contains(&seen);
    if !there {
        let advice = nearest::advice(seen, known.iter().copied());
        let text = format!("there is no {what} {seen}; {advice}");
        mistakes.say(at, seen, known.join(", "), text);
    }
    there
}

/// A code: it goes into addresses, file names and exports.
fn code(at: &At, seen: &str, mistakes: &mut Mistakes<'_>) {
    let fits = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if seen.is_empty() || seen.len() > NAME_CHARS_AT_MOST || !seen.chars().all(fits) {
        mistakes.is_not(
            at,
            format_args!("{seen:?}"),
            "a code; use letters a-z, digits and hyphens, such as shebao-canbao",
        );
    }
}

/// A name people read.
fn name(at: &At, seen: &str, mistakes: &mut Mistakes<'_>) {
    if seen.trim().is_empty() {
        mistakes.say(at, "an empty name", "a name", "the name is empty; people read it, so write one");
    }
    short_text(at, seen, mistakes);
}

/// A text of one line that may be empty.
fn short_text(at: &At, seen: &str, mistakes: &mut Mistakes<'_>) {
    if seen.chars().any(char::is_control) {
        mistakes.say(
            at,
            format_args!("{seen:?}"),
            "a text of one line",
            format!("{seen:?} holds a line break or a control character; write it on one line"),
        );
    }
    let length = seen.chars().count();
    if length > NAME_CHARS_AT_MOST {
        mistakes.say(
            at,
            format_args!("{length} characters"),
            format_args!("at most {NAME_CHARS_AT_MOST} characters"),
            format!("has {length} characters; at most {NAME_CHARS_AT_MOST} can be shown"),
        );
    }
}
