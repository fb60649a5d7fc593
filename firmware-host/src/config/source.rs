//! The text of `hall.toml` with its positions: turns the path of a key into a line and into words.

use std::fmt;
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// One step of a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// A key of a table.
    Key(String),
    /// A place in a list, from 0.
    Index(usize),
}

/// Path of a key from the top of the file.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub(super) struct At {
    pub(super) steps: Vec<Step>,
}

impl At {
    /// A key at the top of the file.
    pub(super) fn top(key: &str) -> Self {
        At::default().key(key)
    }

    /// A key below this path.
    pub(super) fn key(&self, key: &str) -> Self {
        self.then(Step::Key(key.to_owned()))
    }

    /// A place in the list at this path.
    pub(super) fn index(&self, index: usize) -> Self {
        self.then(Step::Index(index))
    }

    pub(super) fn then(&self, step: Step) -> Self {
        let mut steps = self.steps.clone();
        steps.push(step);
        At { steps }
    }
}

impl fmt::Display for At {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_steps(f, &self.steps)
    }
}

fn write_steps(f: &mut impl fmt::Write, steps: &[Step]) -> fmt::Result {
    for (n, step) in steps.iter().enumerate() {
        match step {
            Step::Key(key) if n == 0 => write!(f, "{key}")?,
            Step::Key(key) => write!(f, ".{key}")?,
            Step::Index(index) => write!(f, "[{index}]")?,
        }
    }
    Ok(())
}

/// Keys that tell one table of a list from the others, in the order they are looked for.
const NAMING_KEYS: [&str; 5] = ["number", "code", "name", "date", "from"];

/// Text, file name and parsed tree.
pub(super) struct Source<'a> {
    file: &'a str,
    text: &'a str,
    tree: &'a DeTable<'a>,
}

impl<'a> Source<'a> {
    pub(super) fn new(file: &'a str, text: &'a str, tree: &'a DeTable<'a>) -> Self {
        Source { file, text, tree }
    }

    pub(super) fn file(&self) -> &str {
        self.file
    }

    pub(super) fn tree(&self) -> &'a DeTable<'a> {
        self.tree
    }

    /// What is written at a stretch of the text, as far as it fits on one line.
    pub(super) fn written(&self, span: Range<usize>) -> &str {
        self.text.get(span).unwrap_or_default().lines().next().unwrap_or_default().trim()
    }

    /// Line of a byte of the text, from 1.
    pub(super) fn line_of(&self, byte: usize) -> usize {
        let before = self.text.as_bytes().get(..byte).unwrap_or(self.text.as_bytes());
        1 + before.iter().filter(|byte| **byte == b'\n').count()
    }

    /// Line of a key; of the nearest table around it when it is not in the file.
    pub(super) fn line(&self, at: &At) -> usize {
        let mut byte = 0;
        let mut value: Option<&DeValue<'_>> = None;
        for step in &at.steps {
            let found = match step {
                Step::Key(key) => match value {
                    None => Some(self.tree),
                    Some(value) => value.as_table(),
                }
                .and_then(|table| table.get_key_value(key.as_str()))
                .map(|(key, value)| (key.span(), value)),
                Step::Index(index) => {
                    value.and_then(|value| value.get(*index)).map(|value| (value.span(), value))
                }
            };
            let Some((span, inner)) = found else { break };
            byte = span.start;
            value = Some(inner.get_ref());
        }
        self.line_of(byte)
    }

    /// The place in words: `[hall] code`, `[[windows]] number 3, keypad_address`.
    pub(super) fn place(&self, at: &At) -> String {
        let mut words = String::new();
        let list_at = at.steps.iter().position(|step| matches!(step, Step::Index(_)));
        let inner = list_at.and_then(|n| self.value(&at.steps[..=n]));
        let rest = match (list_at, inner.map(Spanned::get_ref)) {
            (Some(n), Some(DeValue::Table(table))) => {
                let _ = write_list(&mut words, &at.steps[..n]);
                let name = NAMING_KEYS
                    .iter()
                    .find_map(|key| Some(format!(" {key} {}", plain(table.get(*key)?.get_ref())?)));
                let _ = match (name, &at.steps[n]) {
                    (Some(name), _) => fmt::Write::write_str(&mut words, &name),
                    (None, Step::Index(index)) => fmt::Write::write_fmt(
                        &mut words,
                        format_args!(", the {} of them", ordinal(index + 1)),
                    ),
                    (None, Step::Key(_)) => Ok(()),
                };
                if n + 1 < at.steps.len() {
                    words.push_str(", ");
                }
                &at.steps[n + 1..]
            }
            _ => {
                // A key of a table, or a table itself.
                let is_table = self.value(&at.steps).is_some_and(|value| value.get_ref().is_table());
                let keys = at.steps.iter().take_while(|step| matches!(step, Step::Key(_))).count();
                let header = if is_table { at.steps.len() } else { keys.saturating_sub(1) };
                if header > 0 {
                    words.push('[');
                    let _ = write_steps(&mut words, &at.steps[..header]);
                    words.push(']');
                    if header < at.steps.len() {
                        words.push(' ');
                    }
                }
                &at.steps[header..]
            }
        };
        let _ = write_steps(&mut words, rest);
        words
    }

    /// The value at a path.
    pub(super) fn value(&self, steps: &[Step]) -> Option<&Spanned<DeValue<'a>>> {
        let (first, rest) = steps.split_first()?;
        let Step::Key(key) = first else { return None };
        rest.iter().try_fold(self.tree.get(key.as_str())?, |value, step| match step {
            Step::Key(key) => value.get_ref().get(key.as_str()),
            Step::Index(index) => value.get_ref().get(*index),
        })
    }
}

fn write_list(words: &mut String, steps: &[Step]) -> fmt::Result {
    words.push_str("[[");
    write_steps(words, steps)?;
    words.push_str("]]");
    Ok(())
}

/// A name or number as it would be said.
fn plain(value: &DeValue<'_>) -> Option<String> {
    match value {
        DeValue::String(text) => Some(text.to_string()),
        DeValue::Integer(number) => Some(number.as_str().to_owned()),
        _ => None,
    }
}

/// `1st`, `2nd`, `3rd`, `4th` …
pub(super) fn ordinal(number: usize) -> String {
    let ending = match (number % 10, number % 100) {
        (_, 11..=13) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    };
    format!("{number}{ending}")
}
