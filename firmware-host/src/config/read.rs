//! Reads `hall.toml` and tells everything that is wrong with it.
//!
//! Two rounds: syntax, keys and types; then, only if those are right, what the values mean together (a reference to
//! a table that could not be read would be a second complaint about the first mistake). Each round tells all its
//! mistakes. `hallgate check` and the daemon both come through here, so that what one accepts the other does.

use super::check;
use super::mistake::{Mistake, Mistakes};
use super::model::Config;
use super::shape;
use super::source::Source;
use std::path::Path;
use toml::de::DeTable;

/// A hall of two hundred windows with all its texts has less than 200 kB; a larger file is something else.
const FILE_BYTES_AT_MOST: u64 = 4 * 1024 * 1024;

/// Reads and checks a file; called at start, at reload and by `hallgate check`.
///
/// # Errors
/// Every mistake, in the order of the file; also when the file cannot be read.
pub fn read(path: &Path) -> Result<Config, Vec<Mistake>> {
    let file = path.display().to_string();
    let unreadable = |text: String| {
        vec![Mistake {
            file: file.clone(),
            line: 0,
            key: String::new(),
            place: String::new(),
            seen: String::new(),
            expected: "a readable file".to_owned(),
            text,
        }]
    };
    let size = std::fs::metadata(path)
        .map_err(|error| unreadable(format!("cannot be read: {error}; check the path and its permissions")))?
        .len();
    if size > FILE_BYTES_AT_MOST {
        return Err(unreadable(format!(
            "has {size} bytes, more than {FILE_BYTES_AT_MOST}; this is not a hall.toml"
        )));
    }
    let bytes = std::fs::read(path).map_err(|error| {
        unreadable(format!("cannot be read: {error}; check the path and its permissions"))
    })?;
    let text = String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        let line = 1 + error.as_bytes().iter().take(at).filter(|byte| **byte == b'\n').count();
        unreadable(format!("line {line} is not UTF-8; save the file as UTF-8 (not GBK, not UTF-16)"))
    })?;
    parse(&text, &file)
}

/// Checks a text; `file_name` is what the mistakes call it.
///
/// # Errors
/// Every mistake, in the order of the text.
pub fn parse(text: &str, file_name: &str) -> Result<Config, Vec<Mistake>> {
    // Windows editors put a mark at the beginning; it carries nothing, and no line moves without it.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let (tree, errors) = DeTable::parse_recoverable(text);
    let source = Source::new(file_name, text, tree.get_ref());
    let mut mistakes = Mistakes::new(&source);
    shape::syntax(&errors, &source, &mut mistakes);
    if !mistakes.is_empty() {
        return Err(mistakes.into_sorted());
    }
    let Some(config) = shape::config(&source, &mut mistakes) else {
        return Err(mistakes.into_sorted());
    };
    check::all(&config, &mut mistakes);
    if mistakes.is_empty() { Ok(config) } else { Err(mistakes.into_sorted()) }
}
