//! Reading JSON field by field, so that a mistake is named by line and field with what was seen and what would be right.

use serde_json::{Map, Value};

/// How much of a wrong value an error repeats, in characters; a whole list of tickets would hide the sentence.
const SEEN_AT_MOST: usize = 60;

/// One mistake in a trace or in a line of decisions.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, {place}: {seen}, expected {expected}")]
pub struct Mistake {
    /// Line in the input, from 1.
    pub line: usize,
    /// Path of the field, such as `tickets[12].arrive`.
    pub place: String,
    /// What is there.
    pub seen: String,
    /// What would be right.
    pub expected: String,
}

/// A mistake whose line is not looked up yet.
#[derive(Debug)]
pub(super) struct Wrong {
    pub(super) place: String,
    pub(super) seen: String,
    pub(super) expected: String,
}

impl Wrong {
    pub(super) fn on_line(self, line: usize) -> Mistake {
        Mistake { line, place: self.place, seen: self.seen, expected: self.expected }
    }
}

/// The input is no JSON at all. `line` is that of the whole input, which for lines of JSON the parser does not know.
pub(super) fn syntax(line: usize, error: &serde_json::Error, expected: &str) -> Mistake {
    let said = error.to_string();
    let seen = said.split(" at line ").next().unwrap_or_default().to_owned();
    Mistake { line, place: format!("column {}", error.column()), seen, expected: expected.to_owned() }
}

/// A JSON object and where it stands.
pub(super) struct Fields<'a> {
    place: String,
    object: &'a Map<String, Value>,
}

impl<'a> Fields<'a> {
    pub(super) fn of(place: String, value: &'a Value) -> Result<Self, Wrong> {
        match value.as_object() {
            Some(object) => Ok(Fields { place, object }),
            None => Err(Wrong { place, seen: show(value), expected: "an object".to_owned() }),
        }
    }

    pub(super) fn path(&self, name: &str) -> String {
        if self.place.is_empty() { name.to_owned() } else { format!("{}.{name}", self.place) }
    }

    /// The field holds this and should not.
    pub(super) fn wrong(&self, name: &str, expected: impl Into<String>) -> Wrong {
        let seen = self.object.get(name).map_or_else(|| "missing".to_owned(), show);
        Wrong { place: self.path(name), seen, expected: expected.into() }
    }

    fn read<T>(&self, name: &str, expected: &str, read: impl Fn(&'a Value) -> Option<T>) -> Result<T, Wrong> {
        self.object.get(name).and_then(read).ok_or_else(|| self.wrong(name, expected))
    }

    pub(super) fn raw(&self, name: &str) -> Option<&'a Value> {
        self.object.get(name)
    }

    pub(super) fn text(&self, name: &str) -> Result<&'a str, Wrong> {
        self.read(name, "a text", Value::as_str)
    }

    pub(super) fn flag(&self, name: &str) -> Result<bool, Wrong> {
        self.read(name, "true or false", Value::as_bool)
    }

    /// Seconds after midnight, or any other whole number.
    pub(super) fn integer(&self, name: &str) -> Result<i64, Wrong> {
        self.read(name, "a whole number", Value::as_i64)
    }

    /// A duration or a count.
    pub(super) fn natural(&self, name: &str) -> Result<i64, Wrong> {
        self.read(name, "a whole number of 0 or more", |value| value.as_i64().filter(|&n| n >= 0))
    }

    /// `None` for `null`; the field itself must be there.
    pub(super) fn optional<T>(
        &self,
        name: &str,
        read: impl Fn(&Self, &str) -> Result<T, Wrong>,
    ) -> Result<Option<T>, Wrong> {
        match self.object.get(name) {
            Some(Value::Null) => Ok(None),
            _ => read(self, name).map(Some),
        }
    }

    pub(super) fn list(&self, name: &str) -> Result<&'a [Value], Wrong> {
        self.read(name, "a list", |value| value.as_array().map(Vec::as_slice))
    }

    /// A list of objects, each with its place.
    pub(super) fn objects(&self, name: &str) -> Result<Vec<Fields<'a>>, Wrong> {
        let place = self.path(name);
        let entries = self.list(name)?.iter().enumerate();
        entries.map(|(i, value)| Fields::of(format!("{place}[{i}]"), value)).collect()
    }

    pub(super) fn texts(&self, name: &str) -> Result<Vec<&'a str>, Wrong> {
        let texts = self.list(name)?.iter().map(Value::as_str).collect::<Option<Vec<_>>>();
        texts.ok_or_else(|| self.wrong(name, "a list of texts"))
    }

    /// `[[a, b], …]` of whole numbers.
    pub(super) fn pairs(&self, name: &str) -> Result<Vec<(i64, i64)>, Wrong> {
        let pair = |value: &Value| match value.as_array().map(Vec::as_slice) {
            Some([a, b]) => Some((a.as_i64()?, b.as_i64()?)),
            _ => None,
        };
        let pairs = self.list(name)?.iter().map(pair).collect::<Option<Vec<_>>>();
        pairs.ok_or_else(|| self.wrong(name, "a list of pairs of whole numbers"))
    }
}

pub(super) fn show(value: &Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(SEEN_AT_MOST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

/// The line on which a place such as `tickets[12].arrive` begins, in a text that is known to be JSON: that of the entry
/// of the top-level list, or of the top-level field, or 1. Only called to say where a mistake is.
pub(super) fn line_of(text: &str, place: &str) -> usize {
    let end = place.find(['[', '.']).unwrap_or(place.len());
    let name = format!("\"{}\"", &place[..end]);
    let index: Option<usize> =
        place[end..].strip_prefix('[').and_then(|rest| rest.split(']').next()).and_then(|n| n.parse().ok());
    let (mut depth, mut line, mut entry, mut inside) = (0_usize, 1, 0, false);
    let (mut in_text, mut escaped, mut text_start) = (false, false, 0);
    for (i, byte) in text.bytes().enumerate() {
        if byte == b'\n' {
            line += 1;
        } else if in_text {
            if escaped {
                escaped = false;
            } else if byte == b'\\' {
                escaped = true;
            } else if byte == b'"' {
                in_text = false;
                if depth == 1 && text[text_start..=i] == name {
                    if index.is_none() {
                        return line;
                    }
                    inside = true;
                }
            }
        } else {
            match byte {
                b'"' => (in_text, text_start) = (true, i),
                b'[' | b'{' => {
                    depth += 1;
                    if inside && depth == 3 && Some(entry) == index {
                        return line;
                    }
                }
                b']' | b'}' => depth = depth.saturating_sub(1),
                b',' if inside && depth == 2 => entry += 1,
                b',' if depth == 1 => inside = false,
                _ => {}
            }
        }
    }
    1
}
