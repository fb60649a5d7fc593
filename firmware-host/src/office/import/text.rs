//! The encodings that platforms and spreadsheets write, told apart (GB 18030-2022, Unicode 15 §3.9).

use crate::core::words::{Words, words};
use encoding_rs::GB18030;
use serde::Serialize;
use std::borrow::Cow;

/// How a file's bytes were read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub enum Encoding {
    /// UTF-8.
    #[default]
    #[serde(rename = "UTF-8")]
    Utf8,
    /// UTF-8 that says so at its beginning.
    #[serde(rename = "UTF-8 with BOM")]
    Utf8Bom,
    /// GB18030, and with it GBK and GB 2312.
    #[serde(rename = "GB18030")]
    Gb18030,
}

const BOM: &[u8] = b"\xEF\xBB\xBF";
/// What begins UTF-16 text, little and big end first.
const UTF_16: [&[u8]; 2] = [b"\xFF\xFE", b"\xFE\xFF"];

/// The text. Bytes that are valid UTF-8 are read as that: Chinese text in GB18030 never is, but by a chance that falls with
/// each character.
///
/// # Errors
/// Neither encoding, in words.
pub(super) fn read(bytes: &[u8]) -> Result<(Encoding, Cow<'_, str>), Words> {
    if let Some(rest) = bytes.strip_prefix(BOM) {
        let text = std::str::from_utf8(rest).map_err(|_| broken("UTF-8"))?;
        return plain(Encoding::Utf8Bom, Cow::Borrowed(text));
    }
    if UTF_16.iter().any(|mark| bytes.starts_with(mark)) {
        return Err(words(
            "文件编码是UTF-16，请另存为“CSV UTF-8（逗号分隔）”再导入。",
            "the file is UTF-16; save it as UTF-8 comma-separated text",
        ));
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return plain(Encoding::Utf8, Cow::Borrowed(text));
    }
    let (text, damaged) = GB18030.decode_without_bom_handling(bytes);
    if damaged {
        return Err(broken("UTF-8 or GB18030"));
    }
    plain(Encoding::Gb18030, text)
}

fn plain(encoding: Encoding, text: Cow<'_, str>) -> Result<(Encoding, Cow<'_, str>), Words> {
    if text.contains('\0') {
        return Err(words("文件不是文本，请导入CSV文件。", "the file is no text; import a CSV file"));
    }
    Ok((encoding, text))
}

fn broken(expected: &str) -> Words {
    words(
        "文件编码无法识别或文件已损坏，请用UTF-8或GB18030编码另存后再导入。",
        format!("the bytes are no {expected} text; save the file again"),
    )
}

/// Numbers of lines by their place in the text, as an editor shows them. The CSV reader's own are one short behind `\r\n`,
/// of which it takes the first half for the end.
pub(super) struct Lines<'t> {
    text: &'t [u8],
    place: usize,
    line: u64,
}

impl<'t> Lines<'t> {
    pub(super) fn of(text: &'t str) -> Self {
        Lines { text: text.as_bytes(), place: 0, line: 1 }
    }

    /// Of the record that begins at or behind this byte; places are asked for rising.
    pub(super) fn at(&mut self, byte: u64) -> u64 {
        let byte = usize::try_from(byte).unwrap_or(usize::MAX);
        while let Some(seen) = self.text.get(self.place)
            && (self.place < byte || matches!(seen, b'\r' | b'\n'))
        {
            self.line += u64::from(*seen == b'\n');
            self.place += 1;
        }
        self.line
    }
}

/// Whether every quotation mark that begins a cell has its end (RFC 4180, 2.5 to 2.7). One without it takes the lines behind it
/// into its cell, up to the next mark anywhere or the end of the file, and nobody would see that they are gone.
///
/// # Errors
/// The line where the mark is, and those that it takes.
pub(super) fn quotes(text: &str) -> Result<(), Words> {
    let mut line = 1;
    // The line of the mark whose cell is open.
    let mut open: Option<u64> = None;
    let mut begins = true;
    let mut bytes = text.bytes().peekable();
    while let Some(byte) = bytes.next() {
        match (byte, open) {
            (b'"', None) if begins => open = Some(line),
            (b'"', Some(from)) => match bytes.peek() {
                Some(b'"') => {
                    bytes.next();
                }
                Some(b',' | b'\r' | b'\n') | None => open = None,
                // Text behind the end of a cell: where the cell began lines ago, this mark is the next one's beginning.
                Some(_) if from < line => return Err(no_end(from, line)),
                Some(_) => open = None,
            },
            _ => {}
        }
        begins = matches!(byte, b',' | b'\n' | b'\r') && open.is_none();
        line += u64::from(byte == b'\n');
    }
    match open {
        Some(from) => Err(no_end(from, line - u64::from(text.ends_with('\n')))),
        None => Ok(()),
    }
}

fn no_end(from: u64, to: u64) -> Words {
    let (zh, en) = if from < to {
        (format!("，第{from}至{to}行连在了一起"), format!(", which takes lines {from} to {to} together"))
    } else {
        (String::new(), String::new())
    };
    words(
        format!("第{from}行有引号没有结束{zh}；文件未导入，请更正该引号后再导入。"),
        format!(
            "a quotation mark in line {from} has no end{en}; nothing of the file is imported, correct that mark"
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a1_a_quotation_mark_without_end_is_told_with_the_lines_that_it_takes() {
        let said = |text: &str| quotes(text).map_err(|words| words.zh);
        for good in [
            "",
            "a,b\n",
            "\"a\",\"b,c\"\r\n\"\"\n",
            "\"a\nb\",c\n",
            "a\"b,c\"\n",
            "\"a\"\"b\"",
            "\"a\"b,c\n",
            "a,\"\"",
        ] {
            assert_eq!(said(good), Ok(()), "{good:?}");
        }
        let table = [
            ("h\n\"a,b\nc,d\ne,f\n", "第2行有引号没有结束，第2至4行连在了一起"),
            ("h\n\"a,b\nc,d\n\"e,f\n", "第2行有引号没有结束，第2至4行连在了一起"),
            ("h\n\"a,b\r\nc,d\r\ne,\"f\",g\r\n", "第2行有引号没有结束，第2至4行连在了一起"),
            ("h\na,\"b", "第2行有引号没有结束；"),
            ("\"", "第1行有引号没有结束；"),
            ("h\na,\"b\"\"\nc", "第2行有引号没有结束，第2至3行连在了一起"),
        ];
        for (text, zh) in table {
            assert!(said(text).is_err_and(|said| said.starts_with(zh)), "{text:?}: {:?}", said(text));
        }
    }
}
