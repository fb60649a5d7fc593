//! A file as text, or why it is none, by line.

use super::fields::Mistake;
use super::trace::TraceError;
use std::io::Read;

/// Longest file read; a day of 400 tickets has 75 kB. Without an end a wrong file name could fill the memory.
const BYTES_AT_MOST: u64 = 256 << 20;

/// What some editors write before UTF-8; JSON has no place for it.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Reads a scenario or a trace from an open file.
///
/// # Errors
/// [`TraceError::Read`], [`TraceError::TooLong`], and [`TraceError::Mistake`] for what is no text.
pub fn read_text(input: impl Read) -> Result<String, TraceError> {
    read_limited(input, BYTES_AT_MOST)
}

fn read_limited(input: impl Read, most: u64) -> Result<String, TraceError> {
    let mut bytes = Vec::new();
    input.take(most + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > most {
        return Err(TraceError::TooLong { most });
    }
    let mistake = |line, column: usize, seen: String, expected: &str| {
        let place = format!("column {column}");
        Err(Mistake { line, place, seen, expected: expected.to_owned() }.into())
    };
    if bytes.starts_with(BYTE_ORDER_MARK) {
        return mistake(1, 1, "a byte order mark".to_owned(), "{; save the file as UTF-8 without that mark");
    }
    String::from_utf8(bytes).or_else(|error| {
        let wrong = error.utf8_error().valid_up_to();
        let bytes = error.as_bytes();
        let before = &bytes[..wrong];
        let line = 1 + before.iter().filter(|&&byte| byte == b'\n').count();
        let begins = before.iter().rposition(|&byte| byte == b'\n').map_or(0, |end| end + 1);
        let seen = format!("byte {:02x}", bytes.get(wrong).copied().unwrap_or_default());
        mistake(line, 1 + wrong - begins, seen, "text in UTF-8")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_text_is_refused_with_its_place() {
        let said = |bytes: &[u8]| read_limited(bytes, 20).unwrap_err().to_string();
        let said = [said(b"\xef\xbb\xbf{}"), said(b"{\n \"name\": \"\xb4\xf3\"}"), said(&[0; 21])].join("\n");
        insta::assert_snapshot!(said, @r"
        line 1, column 1: a byte order mark, expected {; save the file as UTF-8 without that mark
        line 2, column 11: byte b4, expected text in UTF-8
        more than 20 bytes; no day is as long as that
        ");
        assert_eq!(read_limited(&b"12345678901234567890"[..], 20).unwrap().len(), 20);
    }
}
