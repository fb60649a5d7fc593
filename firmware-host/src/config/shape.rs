//! From the parsed file to the types of `model`: unknown keys, missing keys, wrong types.
//!
//! Serde stops at its first mistake. So each table is read on its own, and what serde stumbled over is taken out of
//! the table and the rest read again: one run tells all of them. What the values mean is left to `check`.

use super::hours::Hours;
use super::mistake::Mistakes;
use super::model::Config;
use super::nearest;
use super::source::{At, Source, Step};
use super::words;
use serde::de::DeserializeOwned;
use serde_path_to_error::Segment;
use toml::Spanned;
use toml::de::{DeValue, ValueDeserializer};

/// Reads every table. `None` when a table could not be read; then at least one mistake was noted.
pub(super) fn config(source: &Source<'_>, mistakes: &mut Mistakes<'_>) -> Option<Config> {
    let mut reader = Reader { source, mistakes, known: Vec::new() };
    let hall = reader.table("hall");
    let data = reader.table_or_default("data");
    let console = reader.table_or_default("console");
    let citizens = reader.table_or_default("citizens");
    let hours = reader.table::<Hours>("hours");
    let areas = reader.list("areas");
    let departments = reader.list("departments");
    let services = reader.list("services");
    let windows = reader.list("windows");
    let sign_in = reader.table_or_default("sign_in");
    let staff = reader.list("staff");
    let pauses = reader.list("pauses");
    let keypad_lines = reader.list("keypad_lines");
    let display_lines = reader.list("display_lines");
    let printers = reader.list("printers");
    let kiosks = reader.list("kiosks");
    let lamps = reader.list("lamps");
    let call_order = reader.table_or_default("call_order");
    let green = reader.table_or_default("green");
    let appointments = reader.table_or_default("appointments");
    let follow_up = reader.table_or_default("follow_up");
    let outlets = reader.list("outlets");
    let personal_data = reader.table_or_default("personal_data");
    let slip = reader.table_or_default("slip");
    let log = reader.table_or_default("log");
    reader.unknown_tables();
    if !mistakes.is_empty() {
        return None;
    }
    Some(Config {
        hall: hall?,
        data: data?,
        console: console?,
        citizens: citizens?,
        hours: hours?.into(),
        areas,
        departments,
        services,
        windows,
        sign_in: sign_in?,
        staff,
        pauses,
        keypad_lines,
        display_lines,
        printers,
        kiosks,
        lamps,
        call_order: call_order?,
        green: green?,
        appointments: appointments?,
        follow_up: follow_up?,
        outlets,
        personal_data: personal_data?,
        slip: slip?,
        log: log?,
    })
}

/// No table has so many keys; a table with more mistakes than this is not a table of a hall, and reading it again for
/// each would take long.
const ROUNDS_AT_MOST: usize = 40;

struct Reader<'a, 'm> {
    source: &'a Source<'a>,
    mistakes: &'a mut Mistakes<'m>,
    known: Vec<&'static str>,
}

impl Reader<'_, '_> {
    /// A table that must be there.
    fn table<T: DeserializeOwned>(&mut self, key: &'static str) -> Option<T> {
        self.known.push(key);
        let Some(value) = self.source.tree().get(key) else {
            let text = format!("the table [{key}] is missing; the sample hall.toml shows what it holds");
            self.mistakes.say_on(1, &At::default(), "nothing", format_args!("[{key}]"), text);
            return None;
        };
        self.one(&At::top(key), value.clone())
    }

    /// A table that may be left out.
    fn table_or_default<T: DeserializeOwned + Default>(&mut self, key: &'static str) -> Option<T> {
        if self.source.tree().contains_key(key) {
            self.table(key)
        } else {
            self.known.push(key);
            Some(T::default())
        }
    }

    /// A list of tables, `[[key]]`.
    fn list<T: DeserializeOwned>(&mut self, key: &'static str) -> Vec<T> {
        self.known.push(key);
        let at = At::top(key);
        match self.source.tree().get(key).map(Spanned::get_ref) {
            None => Vec::new(),
            Some(DeValue::Array(list)) => list
                .iter()
                .enumerate()
                .filter_map(|(index, value)| self.one(&at.index(index), value.clone()))
                .collect(),
            Some(other) => {
                let text = format!(
                    "{key} is a list of tables; write [[{key}]] in double brackets above each of them"
                );
                self.mistakes.say(&at, words::kind(other), format_args!("[[{key}]]"), text);
                Vec::new()
            }
        }
    }

    fn unknown_tables(&mut self) {
        for key in self.source.tree().keys() {
            if !self.known.contains(&key.get_ref().as_ref()) {
                let advice = nearest::advice(key.get_ref(), self.known.iter().copied());
                let text = format!("{} is not a table of hall.toml; {advice}", key.get_ref());
                let expected = self.known.join(", ");
                self.mistakes.say(&At::top(key.get_ref()), key.get_ref(), expected, text);
            }
        }
    }

    /// Reads one table again and again, each time without what was wrong in it.
    fn one<T: DeserializeOwned>(&mut self, at: &At, mut value: Spanned<DeValue<'_>>) -> Option<T> {
        if !value.get_ref().is_table() {
            let seen = words::kind(value.get_ref());
            self.mistakes.say(at, &seen, "a table", format!("{seen} stands where a table is expected"));
            return None;
        }
        let mut taken: Vec<At> = Vec::new();
        for _ in 0..ROUNDS_AT_MOST {
            let error = match serde_path_to_error::deserialize::<_, T>(ValueDeserializer::from(value.clone()))
            {
                Ok(read) => return taken.is_empty().then_some(read),
                Err(error) => error,
            };
            let mut inner = At::default();
            for segment in error.path() {
                match segment {
                    Segment::Seq { index } => inner = inner.index(*index),
                    Segment::Map { key } => inner = inner.key(key),
                    Segment::Enum { .. } | Segment::Unknown => {}
                }
            }
            let message = error.inner().message();
            if let Some(missing) = words::quoted(message, "missing field ") {
                // Taken away by us a round before: already told.
                if !taken.contains(&inner.key(missing)) {
                    let text = format!("the key {missing} is missing");
                    self.mistakes.say(&join(at, &inner), "nothing", missing, text);
                }
                return None;
            }
            if let Some(unknown) = words::quoted(message, "unknown field ") {
                // The path may or may not end in the key itself.
                if inner.steps.last() != Some(&Step::Key(unknown.to_owned())) {
                    inner = inner.key(unknown);
                }
                let allowed = words::all_quoted(message.split_once("expected").map_or("", |(_, rest)| rest));
                let meant = nearest::nearest(unknown, &allowed)
                    .map_or_else(String::new, |word| format!(" (did you mean {word}?)"));
                let text = format!("{unknown} is not a key here{meant}; allowed: {}", allowed.join(", "));
                self.mistakes.say(&join(at, &inner), unknown, allowed.join(", "), text);
            } else {
                let span = error.inner().span().unwrap_or_else(|| value.span());
                let seen = self.source.written(span.clone());
                let (expected, text) = words::explain(message, seen, inner.steps.last());
                let line = self.source.line_of(span.start);
                self.mistakes.say_on(line, &join(at, &inner), seen, expected, text);
            }
            let removed = take(&mut value, &inner)?;
            taken.push(removed);
        }
        None
    }
}

fn join(at: &At, inner: &At) -> At {
    inner.steps.iter().fold(at.clone(), |at, step| at.then(step.clone()))
}

/// Takes the innermost key of the path out of the table and returns its path.
fn take(value: &mut Spanned<DeValue<'_>>, path: &At) -> Option<At> {
    let last = path.steps.iter().rposition(|step| matches!(step, Step::Key(_)))?;
    let mut inner = value.get_mut();
    for step in &path.steps[..last] {
        inner = match (step, inner) {
            (Step::Key(key), DeValue::Table(table)) => table.get_mut(key.as_str())?.get_mut(),
            (Step::Index(index), DeValue::Array(list)) => list.get_mut(*index)?.get_mut(),
            _ => return None,
        };
    }
    let (Step::Key(key), DeValue::Table(table)) = (&path.steps[last], inner) else { return None };
    table.remove(key.as_str())?;
    Some(At { steps: path.steps[..=last].to_vec() })
}

/// Syntax mistakes, at most one a line: what follows the first on a line is mostly its echo. So is everything after a
/// list that was not closed.
pub(super) fn syntax(errors: &[toml::de::Error], source: &Source<'_>, mistakes: &mut Mistakes<'_>) {
    let mut errors: Vec<(usize, &toml::de::Error)> =
        errors.iter().map(|error| (error.span().map_or(0, |span| span.start), error)).collect();
    errors.sort_by_key(|(start, _)| *start);
    let mut last_line = 0;
    for (start, error) in errors {
        let line = source.line_of(start);
        if line == last_line {
            continue;
        }
        last_line = line;
        let seen = source.written(error.span().unwrap_or(0..0));
        let text = match (words::syntax(error.message()), seen) {
            ("duplicate key", key) => format!("{key} is written twice in the same table; take one away"),
            (message, "") => message.to_owned(),
            (message, seen) => format!("{message}, at {seen}"),
        };
        mistakes.say_on(line, &At::default(), seen, "TOML", format!("not valid TOML: {text}"));
        if error.message().contains("array") {
            break;
        }
    }
}
