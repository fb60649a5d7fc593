//! Tables for a terminal: columns in line, Chinese letters counted as the two places they take.

use crate::columns::{Part, along, overview};
use crate::figures::{Axis, Figures};
use crate::names::Names;
use crate::table::Table;

/// The report of a period for a person at a terminal: the whole, then services, windows and hours in short.
pub fn text(figures: &Figures, names: &Names) -> String {
    let title = format!("{}  统计报表  {}", names.hall, figures.period.words());
    if figures.is_empty() {
        return format!("{title}\n\n该期间没有任何记录。");
    }
    let whole = overview(figures);
    let mut out = vec![title, String::new(), lines(&whole)];
    for (axis, parts) in [
        (Axis::Service, &[Part::Waits, Part::Ratings][..]),
        (Axis::Window, &[Part::Waits, Part::Pauses]),
        (Axis::Hour, &[Part::Tickets, Part::Waits]),
    ] {
        let table = along(figures, names, axis, parts);
        out.extend([String::new(), format!("【{}】", table.title), lines(&table)]);
    }
    out.push(String::from("\n其余各表：--html、--csv、--xlsx、--json。"));
    out.join("\n")
}

/// One table: text to the left, numbers to the right.
pub fn lines(table: &Table) -> String {
    let mut columns: Vec<Vec<(String, bool)>> = table
        .heads
        .iter()
        .enumerate()
        .map(|(index, head)| vec![(head.clone(), index < table.n_keys)])
        .collect();
    for row in &table.rows {
        for (column, cell) in columns.iter_mut().zip(row) {
            column.push((cell.shown(), cell.is_text()));
        }
    }
    let widths: Vec<usize> = columns
        .iter()
        .map(|column| column.iter().map(|(text, _)| width(text)).max().unwrap_or_default())
        .collect();
    let line = |row: usize| {
        let cells = columns.iter().zip(&widths).map(|(column, wide)| {
            let (text, left) = &column[row];
            let space = " ".repeat(wide - width(text));
            if *left { format!("{text}{space}") } else { format!("{space}{text}") }
        });
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    (0..=table.rows.len()).map(line).collect::<Vec<_>>().join("\n")
}

/// Places on a terminal.
fn width(text: &str) -> usize {
    text.chars().map(|letter| if wide(letter) { 2 } else { 1 }).sum()
}

/// East Asian wide: what Chinese names, heads and punctuation are made of.
fn wide(letter: char) -> bool {
    matches!(u32::from(letter), 0x1100..=0x115f | 0x2e80..=0xa4cf | 0xac00..=0xd7a3 | 0xf900..=0xfaff | 0xfe30..=0xfe6f | 0xff00..=0xff60 | 0xffe0..=0xffe6 | 0x20000..=0x3fffd)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::Cell;

    #[test]
    fn columns_are_in_line_whatever_the_letters() {
        let table = Table {
            id: "x",
            title: "x",
            heads: vec!["事项".into(), "n".into()],
            n_keys: 1,
            rows: vec![
                vec![Cell::Text("A".into()), Cell::Count(1000)],
                vec![Cell::Text("社保卡".into()), Cell::Blank],
            ],
            has_total: false,
        };
        assert_eq!(lines(&table), "事项        n\nA       1,000\n社保卡      –");
    }
}
