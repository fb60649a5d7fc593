//! Tables as CSV for spreadsheets and programs: UTF-8 with a byte order mark, without which Excel takes Chinese for something
//! else; lines end with CR LF (RFC 4180); durations in minutes with one decimal, shares in percent with their sign.
//!
//! Text that a spreadsheet would take for a formula is set behind an apostrophe (OWASP, "CSV Injection"): names come from files
//! and people.

use crate::table::{Cell, Table};
use std::borrow::Cow;
use std::io::{self, Write};

/// UTF-8's byte order mark.
const MARK: &[u8] = b"\xef\xbb\xbf";

/// Writes one table.
///
/// # Errors
/// Those of `out`.
pub fn write(table: &Table, out: &mut dyn Write) -> io::Result<()> {
    out.write_all(MARK)?;
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(out);
    writer.write_record(table.heads.iter().map(|head| harmless(head).into_owned()))?;
    for row in &table.rows {
        writer.write_record(row.iter().map(field))?;
    }
    writer.flush()
}

fn field(cell: &Cell) -> String {
    match cell {
        Cell::Text(text) => harmless(text).into_owned(),
        Cell::Count(count) => count.to_string(),
        Cell::Minutes(seconds) => Cell::tenths(*seconds),
        Cell::Share(part, of) => Cell::percent(*part, *of).map_or_else(String::new, |percent| percent + "%"),
        Cell::Blank => String::new(),
    }
}

fn harmless(text: &str) -> Cow<'_, str> {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']) {
        return Cow::Owned(format!("'{text}"));
    }
    Cow::Borrowed(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r6_excel_reads_chinese_and_runs_no_formula() {
        let table = Table {
            id: "x",
            title: "x",
            heads: vec!["事项".into(), "达标率".into(), "等候（分钟）".into()],
            n_keys: 1,
            rows: vec![
                vec![Cell::Text("=HYPERLINK(\"http://x\")".into()), Cell::Share(1, 3), Cell::Minutes(90)],
                vec![Cell::Text("社保, \"卡\"".into()), Cell::Share(0, 0), Cell::Blank],
                vec![Cell::Text("@x".into()), Cell::Count(1234), Cell::Text("-1+1".into())],
            ],
            has_total: false,
        };
        let mut out = Vec::new();
        write(&table, &mut out).unwrap();
        assert_eq!(
            std::str::from_utf8(&out).unwrap(),
            "\u{feff}事项,达标率,等候（分钟）\r\n\"'=HYPERLINK(\"\"http://x\"\")\",33.3%,1.5\r\n\
             \"社保, \"\"卡\"\"\",,\r\n'@x,1234,'-1+1\r\n"
        );
    }
}
