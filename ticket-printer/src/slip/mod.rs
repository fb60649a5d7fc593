//! What stands on the paper, as data: lines, columns, codes. Leaves bytes to [`crate::encode`] and what to say to the
//! [`Template`] of the hall.

mod explanation;
mod notice;
mod template;
mod wrap;

pub use explanation::{Explanation, Told, explanation};
pub use notice::{Form, Notice, NoticeWords, form, notice};
pub use template::{Fields, Mistake, Template, TemplateLine, When, render};
pub use wrap::wrap;

use link::text;
use serde::{Deserialize, Serialize};

/// The roll. The head decides the dots; a cell is half a Hanzi, 12 dots.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Paper {
    /// 58 mm roll: 384 dots, 32 cells (Cashino CSN-A2).
    Mm58,
    /// 80 mm roll: 576 dots, 48 cells.
    Mm80,
}

impl Paper {
    /// Dots of one row of the head.
    pub fn dots(self) -> usize {
        match self {
            Paper::Mm58 => 384,
            Paper::Mm80 => 576,
        }
    }

    /// Cells of one line of normal size: one for ASCII, two for Hanzi.
    pub fn cells(self) -> usize {
        self.dots() / 12
    }
}

/// Where a line stands between the margins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Align {
    /// At the left margin.
    #[default]
    Left,
    /// In the middle.
    Center,
    /// At the right margin.
    Right,
}

/// One thing on the paper.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Line {
    /// A paragraph; wraps.
    Text {
        /// What it says; `\n` breaks the line, other control characters are left out.
        text: String,
        /// Width and height as multiples, each 1 to 8.
        size: (u8, u8),
        /// Where it stands.
        align: Align,
        /// Whether it is printed bold.
        bold: bool,
    },
    /// A label and its value. Pairs that follow each other share the width of the label column; each side wraps in its own.
    Pair {
        /// The label.
        left: String,
        /// The value.
        right: String,
    },
    /// A rule across the paper.
    Rule,
    /// A QR code, model 2, error correction M, in the middle.
    Qr {
        /// What it says; printed as UTF-8.
        data: String,
        /// Dots of a module, 1 to 16; made smaller where the code would not fit the paper.
        module: u8,
    },
    /// Empty lines.
    Feed {
        /// How many.
        lines: u8,
    },
    /// Feeds to the cutter and cuts, leaving a point.
    Cut,
}

/// A slip, top to bottom.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Slip {
    /// Its lines.
    pub lines: Vec<Line>,
}

/// One printed row: what [`Slip::rows`] makes of the lines for a given paper.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Row {
    /// A row of text no wider than the paper.
    Text {
        /// What it says; no control characters.
        text: String,
        /// Width and height, each 1 to 8.
        size: (u8, u8),
        /// Where it stands.
        align: Align,
        /// Whether it is bold.
        bold: bool,
    },
    /// A QR code.
    Qr {
        /// What it says.
        data: String,
        /// Dots of a module as wished.
        module: u8,
    },
    /// Empty lines.
    Feed(u8),
    /// Feed to the cutter and cut.
    Cut,
}

/// Between the two columns of a pair.
const GAP_CELLS: usize = 2;

impl Slip {
    /// The rows on `paper`, wrapped; called by the encoder.
    pub fn rows(&self, paper: Paper) -> Vec<Row> {
        let mut rows = Vec::new();
        let mut lines = self.lines.as_slice();
        while let Some((line, rest)) = lines.split_first() {
            lines = rest;
            match line {
                Line::Text { text, size, align, bold } => {
                    // A size of the configuration outside 1 to 8 has no command; the next possible one is printed.
                    let size = (size.0.clamp(1, 8), size.1.clamp(1, 8));
                    for text in wrap(text, paper.cells() / usize::from(size.0)) {
                        rows.push(Row::Text { text, size, align: *align, bold: *bold });
                    }
                }
                Line::Pair { left, right } => {
                    let mut block = vec![(left.as_str(), right.as_str())];
                    while let Some((Line::Pair { left, right }, rest)) = lines.split_first() {
                        block.push((left, right));
                        lines = rest;
                    }
                    columns(&block, paper.cells(), &mut rows);
                }
                Line::Rule => rows.push(plain("-".repeat(paper.cells()))),
                Line::Qr { data, module } => {
                    rows.push(Row::Qr { data: data.clone(), module: (*module).clamp(1, 16) });
                }
                Line::Feed { lines: 0 } => {}
                Line::Feed { lines } => rows.push(Row::Feed(*lines)),
                Line::Cut => rows.push(Row::Cut),
            }
        }
        rows
    }

    /// The slip as a picture of characters, for previews on the console and for tests: one character a cell, tall and
    /// bold text unmarked, the QR code as its text.
    pub fn picture(&self, paper: Paper) -> String {
        let cells = paper.cells();
        let mut picture = String::new();
        for row in self.rows(paper) {
            let (text, width, align) = match row {
                Row::Text { text, size, align, .. } => {
                    let spread = spread(&text, usize::from(size.0));
                    let width = text::width(&text) * usize::from(size.0);
                    (spread, width, align)
                }
                Row::Qr { data, .. } => {
                    let text = format!("[QR {data}]");
                    let width = text::width(&text);
                    (text, width, Align::Center)
                }
                Row::Feed(lines) => {
                    picture.push_str(&"|\n".repeat(usize::from(lines)));
                    continue;
                }
                Row::Cut => ("8<".to_owned() + &"- ".repeat((cells - 2) / 2), cells, Align::Left),
            };
            let free = cells.saturating_sub(width);
            let before = match align {
                Align::Left => 0,
                Align::Center => free / 2,
                Align::Right => free,
            };
            picture.push_str(&format!("|{}{text}{}|\n", " ".repeat(before), " ".repeat(free - before)));
        }
        picture
    }
}

/// `text` with each character followed by the cells that its width adds.
fn spread(text: &str, times: usize) -> String {
    text.chars()
        .flat_map(|c| std::iter::once(c).chain(std::iter::repeat_n(' ', text::cells(c) * (times - 1))))
        .collect()
}

fn plain(text: String) -> Row {
    Row::Text { text, size: (1, 1), align: Align::Left, bold: false }
}

/// Sets a block of pairs in two columns that fit `cells`.
fn columns(block: &[(&str, &str)], cells: usize, rows: &mut Vec<Row>) {
    let widest = block.iter().map(|(left, _)| text::width(left)).max().unwrap_or(0);
    // A label never takes more than half of the paper, so that its value has room.
    let left_cells = widest.min(cells / 2 - GAP_CELLS);
    let right_cells = cells - left_cells - GAP_CELLS;
    for (left, right) in block {
        let mut lefts = wrap(left, left_cells).into_iter();
        let mut rights = wrap(right, right_cells).into_iter();
        loop {
            let (left, right) = match (lefts.next(), rights.next()) {
                (None, None) => break,
                (left, right) => (left.unwrap_or_default(), right.unwrap_or_default()),
            };
            let pad = left_cells + GAP_CELLS - text::width(&left);
            let row = format!("{left}{}{right}", " ".repeat(pad));
            rows.push(plain(row.trim_end().to_owned()));
        }
    }
}

#[cfg(test)]
pub(crate) mod tests;
