//! Serde's and toml's sentences in words an IT person at a hall can act on.

use super::source::Step;
use toml::de::DeValue;

/// The first word in backquotes after a beginning.
pub(super) fn quoted<'a>(message: &'a str, beginning: &str) -> Option<&'a str> {
    message.strip_prefix(beginning).and_then(|rest| all_quoted(rest).first().copied())
}

/// All words in backquotes.
pub(super) fn all_quoted(message: &str) -> Vec<&str> {
    message.split('`').skip(1).step_by(2).collect()
}

/// Kind of a value.
pub(super) fn kind(value: &DeValue<'_>) -> String {
    match value {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) => "a whole number",
        DeValue::Float(_) => "a number with a fraction",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date without quotation marks",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
    .to_owned()
}

/// The commonest complaints about syntax in other words; the rest as they are.
pub(super) fn syntax(message: &str) -> &str {
    if message.starts_with("invalid basic string, expected `\"`") {
        "a text is not closed; write its second quotation mark on the same line"
    } else if message.starts_with("string values must be quoted") {
        "a text must stand in quotation marks"
    } else if message.contains("array") {
        "a list is not closed, or a comma is missing in it; write the ] or the comma on this line or above"
    } else {
        message
    }
}

/// What is expected, and the whole sentence, for a value serde did not take.
pub(super) fn explain(message: &str, seen: &str, last: Option<&Step>) -> (String, String) {
    if message.starts_with("unknown variant") {
        let known = all_quoted(message.split_once("expected").map_or("", |(_, rest)| rest));
        let expected = format!("one of {}", known.join(", "));
        let text = format!("{seen} is not {expected}");
        return (expected, text);
    }
    if message.starts_with("invalid socket address") {
        let expected = "an address and port such as \"127.0.0.1:8080\" or \"0.0.0.0:8080\"".to_owned();
        let text = format!("{seen} is not {expected}");
        return (expected, text);
    }
    let stumbled =
        ["invalid type: ", "invalid value: ", "invalid length "].iter().any(|b| message.starts_with(b));
    match message.rsplit_once(", expected ") {
        Some((_, expected)) if stumbled => {
            let expected = expected_in_words(expected, last);
            let text = format!("{seen} is not {expected}");
            (expected, text)
        }
        // Our own types already say it whole.
        _ => (message.to_owned(), message.to_owned()),
    }
}

/// Serde's word for a type.
fn expected_in_words(expected: &str, last: Option<&Step>) -> String {
    let dated = matches!(last, Some(Step::Key(key)) if ["from", "to", "date"].contains(&key.as_str()));
    match expected {
        "u8" => "a whole number from 0 to 255",
        "u16" => "a whole number from 0 to 65535",
        "i8" => "a whole number from -128 to 127",
        "u32" | "u64" => "a whole number, 0 or more",
        "i32" | "i64" => "a whole number",
        "a string" if dated => "a date in quotation marks",
        "a string" | "string" | "path string" => "a text in quotation marks",
        "a boolean" => "true or false",
        "a sequence" => "a list in square brackets",
        "a tuple of size 2" => "a pair of times such as [\"09:00\", \"12:00\"]",
        "an array of length 5" => "a list of five numbers",
        "socket address" => "an address and port such as \"127.0.0.1:8080\"",
        other if other.starts_with("struct ") => "a table",
        other => other,
    }
    .to_owned()
}
