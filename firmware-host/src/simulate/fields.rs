//! Reading JSON field by field, so that a mistake is named by line and field with what was seen and what would be right.

use serde_json::{Map, Value};

/// A day, and the night after it: times beyond are no times of a hall-day.
pub(super) const LATEST_S: i64 = 48 * 3600;

/// How much of a wrong value an error repeats, in characters; a whole list of tickets would hide the sentence.
const SEEN_AT_MOST: usize = 60;

/// One mistake in a trace, a scenario or a line of decisions.
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

    pub(super) fn read<T>(
        &self,
        name: &str,
        expected: &str,
        read: impl Fn(&'a Value) -> Option<T>,
    ) -> Result<T, Wrong> {
        self.object.get(name).and_then(read).ok_or_else(|| self.wrong(name, expected))
    }

    /// No other fields than these: one whose name is misspelt would be left out without a word.
    pub(super) fn only(&self, known: &[&str]) -> Result<(), Wrong> {
        match self.object.keys().find(|name| !known.contains(&name.as_str())) {
            None => Ok(()),
            Some(unknown) => Err(Wrong {
                place: self.path(unknown),
                seen: "unknown field".to_owned(),
                expected: format!("one of {}", known.join(", ")),
            }),
        }
    }

    /// Names of all fields.
    pub(super) fn names(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        self.object.keys().map(String::as_str)
    }

    pub(super) fn raw(&self, name: &str) -> Option<&'a Value> {
        self.object.get(name)
    }

    pub(super) fn text(&self, name: &str) -> Result<&'a str, Wrong> {
        self.read(name, "a text", Value::as_str)
    }

    /// A text that names something.
    pub(super) fn name(&self, name: &str) -> Result<&'a str, Wrong> {
        let named = self.words(name)?;
        if named.trim().is_empty() { Err(self.wrong(name, "a name")) } else { Ok(named) }
    }

    /// A text of one line, that tables and pictures can show as it is.
    pub(super) fn words(&self, name: &str) -> Result<&'a str, Wrong> {
        let text = self.text(name)?;
        if text.contains(char::is_control) {
            return Err(self.wrong(name, "words without control characters"));
        }
        Ok(text)
    }

    /// A number of this range, ends included.
    pub(super) fn number(&self, name: &str, least: f64, most: f64) -> Result<f64, Wrong> {
        let number = self.read(name, "a number", Value::as_f64)?;
        let inside = (least..=most).contains(&number);
        if inside { Ok(number) } else { Err(self.wrong(name, format!("{least} to {most}"))) }
    }

    /// A whole number from 0 to this.
    pub(super) fn whole(&self, name: &str, most: i64) -> Result<i64, Wrong> {
        self.between(name, 0, most)
    }

    /// A whole number of this range, ends included.
    pub(super) fn between(&self, name: &str, least: i64, most: i64) -> Result<i64, Wrong> {
        let number = self.integer(name)?;
        let inside = (least..=most).contains(&number);
        if inside {
            Ok(number)
        } else {
            Err(self.wrong(name, format!("a whole number from {least} to {most}")))
        }
    }

    /// A moment of the day, `"HH:MM"`, in seconds after midnight.
    pub(super) fn clock(&self, name: &str) -> Result<i64, Wrong> {
        self.read(name, "a time \"HH:MM\"", |value| value.as_str().and_then(clock))
    }

    /// An object inside.
    pub(super) fn object(&self, name: &str) -> Result<Fields<'a>, Wrong> {
        let value = self.read(name, "an object", Some)?;
        Fields::of(self.path(name), value)
    }

    /// `[["HH:MM", "HH:MM"], …]`: periods in order, in seconds after midnight.
    pub(super) fn spans(&self, name: &str) -> Result<Vec<(i64, i64)>, Wrong> {
        let span = |value: &Value| match value.as_array().map(Vec::as_slice) {
            Some([from, to]) => Some((clock(from.as_str()?)?, clock(to.as_str()?)?)),
            _ => None,
        };
        let spans = self.list(name)?.iter().map(span).collect::<Option<Vec<_>>>();
        let spans = spans.ok_or_else(|| self.wrong(name, "a list of pairs of times \"HH:MM\""))?;
        self.in_order(name, &spans)?;
        Ok(spans)
    }

    /// Periods that end after they begin and begin after the one before.
    pub(super) fn in_order(&self, name: &str, spans: &[(i64, i64)]) -> Result<(), Wrong> {
        let wrong = |(from, to): (i64, i64), expected: &str| {
            let seen = format!("{} to {}", written(from), written(to));
            Wrong { place: self.path(name), seen, expected: expected.to_owned() }
        };
        if let Some(&backwards) = spans.iter().find(|(from, to)| from >= to) {
            return Err(wrong(backwards, "a period that ends after it begins"));
        }
        match spans.windows(2).find(|pair| pair[1].0 < pair[0].1) {
            Some(pair) => Err(wrong(pair[1], &format!("one that begins at {} or later", written(pair[0].1)))),
            None => Ok(()),
        }
    }

    /// `[["HH:MM", number], …]`, numbers of this range.
    pub(super) fn timed(
        &self,
        name: &str,
        what: &str,
        least: f64,
        most: f64,
    ) -> Result<Vec<(i64, f64)>, Wrong> {
        let pair = |value: &Value| match value.as_array().map(Vec::as_slice) {
            Some([at, number]) => Some((
                clock(at.as_str()?)?,
                number.as_f64().filter(|number| (least..=most).contains(number))?,
            )),
            _ => None,
        };
        let mut pairs = Vec::new();
        for value in self.list(name)? {
            pairs.push(pair(value).ok_or_else(|| Wrong {
                place: self.path(name),
                seen: show(value),
                expected: format!("[\"HH:MM\", {what} from {least} to {most}]"),
            })?);
        }
        Ok(pairs)
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

/// `HH:MM` in seconds after midnight; up to 24:00.
pub(super) fn clock(text: &str) -> Option<i64> {
    let (hours, minutes) = text.split_once(':')?;
    let two = |digits: &str| match digits.len() {
        2 if digits.bytes().all(|digit| digit.is_ascii_digit()) => digits.parse::<i64>().ok(),
        _ => None,
    };
    let (hours, minutes) = (two(hours)?, two(minutes)?);
    (minutes < 60 && hours * 60 + minutes <= 24 * 60).then_some(hours * 3600 + minutes * 60)
}

/// Seconds after midnight as people write them.
pub(super) fn written(second: i64) -> String {
    let (hours, minutes, seconds) = (second / 3600, second / 60 % 60, second % 60);
    if seconds == 0 {
        format!("{hours:02}:{minutes:02}")
    } else {
        format!("{hours:02}:{minutes:02}:{seconds:02}")
    }
}

pub(super) fn show(value: &Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(SEEN_AT_MOST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

/// The line on which a place such as `tickets[12].arrive` stands, in a text that is known to be JSON; what is missing stands
/// where the object begins that should hold it. Only called to say where a mistake is.
pub(super) fn line_of(text: &str, place: &str) -> usize {
    let mut at = Cursor { bytes: text.as_bytes(), at: 0 };
    at.skip_space();
    let mut found = at.at;
    for step in place.split('.') {
        let (name, indices) = step.split_at(step.find('[').unwrap_or(step.len()));
        let indices = indices.split(['[', ']']).filter_map(|index| index.parse::<usize>().ok());
        let steps = Some(Step::Field(name)).into_iter().chain(indices.map(Step::Entry));
        for step in steps {
            match at.enter(&step) {
                Some(start) => found = start,
                None => return line_at(text, found),
            }
        }
    }
    line_at(text, found)
}

fn line_at(text: &str, offset: usize) -> usize {
    1 + text.as_bytes()[..offset].iter().filter(|&&byte| byte == b'\n').count()
}

enum Step<'a> {
    Field(&'a str),
    Entry(usize),
}

/// Walks through a text that is known to be JSON.
struct Cursor<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Cursor<'_> {
    fn byte(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn skip_space(&mut self) {
        while self.byte().is_some_and(|byte| byte.is_ascii_whitespace()) {
            self.at += 1;
        }
    }

    /// Moves to the value of a field or to an entry of the value that begins here; where the field or entry begins.
    fn enter(&mut self, step: &Step<'_>) -> Option<usize> {
        let opens = match step {
            Step::Field(_) => b'{',
            Step::Entry(_) => b'[',
        };
        if self.byte() != Some(opens) {
            return None;
        }
        self.at += 1;
        for entry in 0.. {
            self.skip_space();
            let start = self.at;
            let wanted = match step {
                Step::Field(name) => {
                    self.skip_value();
                    let is_it = self.bytes[start..self.at] == *format!("\"{name}\"").as_bytes();
                    self.skip_space();
                    self.at += 1; // the colon
                    self.skip_space();
                    is_it
                }
                Step::Entry(wanted) => entry == *wanted,
            };
            if wanted {
                return Some(start);
            }
            self.skip_value();
            self.skip_space();
            if self.byte() != Some(b',') {
                return None;
            }
            self.at += 1;
        }
        None
    }

    /// Moves behind the value that begins here.
    fn skip_value(&mut self) {
        let (mut depth, mut in_text) = (0_usize, false);
        while let Some(byte) = self.byte() {
            match byte {
                b'\\' if in_text => self.at += 1,
                b'"' => in_text = !in_text,
                b'[' | b'{' if !in_text => depth += 1,
                b']' | b'}' | b',' | b':' if !in_text && depth == 0 => return,
                b']' | b'}' if !in_text => depth -= 1,
                _ => {}
            }
            self.at += 1;
            let ended = !in_text && depth == 0;
            if ended && matches!(byte, b'"' | b']' | b'}') {
                return;
            }
        }
    }
}
