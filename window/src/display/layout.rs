//! From a [`Content`] to the text areas of a card: what stands, what blinks, what is paged and what scrolls.
//!
//! | content | areas |
//! |---|---|
//! | fits, steady | one, centred, static |
//! | fits, flashing | one, centred; a page of text and a page of blanks, snapped to and fro every half second |
//! | too long, steady, no more lines than the screen has | one a line; the short stand, the long scroll |
//! | too many lines, steady | one over the whole screen, a page every three seconds |
//! | too long or too many, flashing | one over the whole screen: pages of text and a page of blanks, a second each |
//! | scrolling | one a line, all scroll; what is more than the screen has lines follows in the last |
//!
//! The breaks are ours (`\n`), never the card's own wrapping, whose rules are not documented. A blank line is sent as a
//! space because a card may drop an empty one (guessed).

use super::command::{Area, Command, Delete, Effect, RunMode};
use super::{Content, Geometry, Line, Look};
use link::text::{Charset, cells, encode, width};

/// Most lines of a content; the idle text of a window has about five (rule P3). More are not shown.
pub const MAX_LINES: usize = 8;
/// Longest line in cells; what follows is cut. Nobody stands before a window while 64 Chinese characters scroll by twice.
pub const MAX_LINE_CELLS: usize = 128;
/// Most bytes of text in one area, so that the frame stays within [`super::codec::MAX_DATA`]. Reached only by long texts
/// on very narrow screens; what follows is cut at a line's end.
const MAX_TEXT: usize = 1200;

/// Half seconds that a blinking call is lit, and dark.
const FLASH_STAY: u8 = 1;
/// Half seconds for each page of a call that needs several: long enough to read one, short enough to see it blink.
const FLASH_PAGE_STAY: u8 = 2;
/// Half seconds for each page of an idle text.
const PAGE_STAY: u8 = 6;
/// The speed in the published frame (BXH); what it is in pixels a second is not documented.
const SCROLL_SPEED: u8 = 4;

/// The command that makes a screen show a content, and what was lost on the way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    /// Always deletes all areas first, so that the frame says the whole picture and can be repeated.
    pub command: Command,
    /// Ids of the areas that the card shows afterwards; its status must name the same.
    pub ids: Vec<u8>,
    /// Characters that the card's font lacks.
    pub replaced: usize,
}

/// A line, or the part of one that fits a row.
struct Piece {
    text: String,
    colour: u8,
}

/// Lays `content` out for a screen of `geometry`.
pub fn layout(content: &Content, geometry: Geometry) -> Layout {
    let lines: Vec<Piece> = content.lines.iter().take(MAX_LINES).map(clean).collect();
    let mut draft = Draft { geometry, areas: Vec::new(), replaced: 0 };
    if lines.iter().any(|line| !line.text.is_empty()) {
        draft.fill(content.look, &lines);
    }
    Layout {
        ids: draft.areas.iter().map(|area| area.id).collect(),
        command: Command::Show { delete: Delete::All, areas: draft.areas },
        replaced: draft.replaced,
    }
}

/// What the card would read as an escape, or could not draw, becomes harmless.
fn clean(line: &Line) -> Piece {
    let mut used = 0;
    let text: String = line
        .text
        .chars()
        .map(|character| match character {
            '\\' => '＼',
            control if control.is_control() => ' ',
            other => other,
        })
        .take_while(|character| {
            used += cells(*character);
            used <= MAX_LINE_CELLS
        })
        .collect();
    Piece { text: text.trim_end().to_owned(), colour: line.colour.index() }
}

struct Draft {
    geometry: Geometry,
    areas: Vec<Area>,
    replaced: usize,
}

impl Draft {
    fn fill(&mut self, look: Look, lines: &[Piece]) {
        let (rows, room) = (self.geometry.rows(), self.geometry.cells());
        if look == Look::Scrolling {
            return self.rows_of_areas(lines, |_| true);
        }
        let mut pieces: Vec<Piece> = lines.iter().flat_map(|line| wrap(line, room)).collect();
        let fits = pieces.len() <= rows;
        if !fits && look == Look::Steady && lines.len() <= rows {
            return self.rows_of_areas(lines, |line| width(&line.text) > room);
        }
        let page = pieces.len().min(rows);
        let pages = pieces.len().div_ceil(page);
        for piece in &mut pieces {
            centre(piece, room);
        }
        let (effect, stay) = match (look, fits) {
            (Look::Flashing, true) => (Effect::Snap, FLASH_STAY),
            (Look::Flashing, false) => (Effect::Snap, FLASH_PAGE_STAY),
            (_, true) => (Effect::Static, 0),
            (_, false) => (Effect::Snap, PAGE_STAY),
        };
        let total = if look == Look::Flashing { (pages + 1) * page } else { pieces.len() };
        let text = self.text(&pieces, total);
        let single_line = total == 1;
        self.push(self.top(page), page, Area { single_line, effect, stay_half_s: stay, ..blank(text) });
    }

    /// Each line in an area of its own; those for which `scrolls` says so run through it. What is more than the screen
    /// has rows follows in the last one.
    fn rows_of_areas(&mut self, lines: &[Piece], scrolls: impl Fn(&Piece) -> bool) {
        let rows = self.geometry.rows().min(lines.len());
        for row in 0..rows {
            let line = &lines[row];
            let mut area = if scrolls(line) {
                let tail = if row + 1 == rows { lines.len() } else { row + 1 };
                let text = self.strip(&lines[row..tail]);
                Area { effect: Effect::Left, speed: SCROLL_SPEED, ..blank(text) }
            } else {
                let mut still = Piece { text: line.text.clone(), colour: line.colour };
                centre(&mut still, self.geometry.cells());
                blank(self.text(&[still], 1))
            };
            area.id = row as u8;
            if !area.text.is_empty() {
                self.push(self.top(rows) + row * 16, 1, area);
            }
        }
    }

    /// The upper edge of a block of `rows` rows in the middle of the screen.
    fn top(&self, rows: usize) -> usize {
        (self.geometry.rows() - rows) * 8
    }

    /// Adds `area`, as wide as the screen.
    fn push(&mut self, y_px: usize, rows: usize, area: Area) {
        self.areas.push(Area {
            y_px: y_px as u16,
            width_cells: self.geometry.cells() as u16,
            height_px: (rows * 16) as u16,
            ..area
        });
    }

    /// `pieces` under each other, then blank lines up to `total`.
    fn text(&mut self, pieces: &[Piece], total: usize) -> Vec<u8> {
        let mut out = Vec::new();
        let mut colour = 0;
        for index in 0..total {
            let mut line = Vec::new();
            if index > 0 {
                line.extend_from_slice(b"\\n");
            }
            match pieces.get(index).filter(|piece| !piece.text.is_empty()) {
                Some(piece) => {
                    if piece.colour != colour {
                        colour = piece.colour;
                        line.extend_from_slice(&[b'\\', b'C', b'0' + colour]);
                    }
                    self.encode(&piece.text, &mut line);
                }
                None => line.push(b' '),
            }
            if out.len() + line.len() > MAX_TEXT {
                break;
            }
            out.extend_from_slice(&line);
        }
        out
    }

    /// `lines` one after another, for one scrolling row.
    fn strip(&mut self, lines: &[Piece]) -> Vec<u8> {
        let mut out = Vec::new();
        for line in lines.iter().filter(|line| !line.text.is_empty()) {
            let mut part = Vec::new();
            if !out.is_empty() {
                part.extend_from_slice(b"    ");
            }
            part.extend_from_slice(&[b'\\', b'C', b'0' + line.colour]);
            self.encode(&line.text, &mut part);
            if out.len() + part.len() > MAX_TEXT {
                break;
            }
            out.extend_from_slice(&part);
        }
        out
    }

    fn encode(&mut self, text: &str, out: &mut Vec<u8>) {
        let encoded = encode(text, Charset::Gb2312);
        self.replaced += encoded.replaced;
        out.extend_from_slice(&encoded.bytes);
    }
}

fn blank(text: Vec<u8>) -> Area {
    Area {
        x_cells: 0,
        y_px: 0,
        width_cells: 0,
        height_px: 0,
        id: 0,
        line_gap: 0,
        run: RunMode::Loop,
        timeout_s: 0,
        single_line: true,
        wrap: false,
        effect: Effect::Static,
        speed: 0,
        stay_half_s: 0,
        text,
    }
}

/// Spaces before the text, so that it stands in the middle whatever the card's alignment is.
fn centre(piece: &mut Piece, room: usize) {
    let left = room.saturating_sub(width(&piece.text)) / 2;
    if !piece.text.is_empty() {
        piece.text.insert_str(0, &" ".repeat(left));
    }
}

/// Cuts a line into pieces of at most `room` cells: at a space if there is one, else not inside a word of ASCII, else
/// anywhere. At least one piece.
fn wrap(line: &Piece, room: usize) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut rest = line.text.as_str();
    while width(rest) > room {
        let mut used = 0;
        let fits = rest.char_indices().find(|(_, character)| {
            used += cells(*character);
            used > room
        });
        // On a screen of one cell a Chinese character does not fit; it goes out all the same, and the card cuts it.
        let first = rest.chars().next().map_or(0, char::len_utf8);
        let most = fits.map_or(rest.len(), |(at, _)| at).max(first);
        let cut = break_before(rest, most);
        let (piece, after) = rest.split_at(cut);
        pieces.push(Piece { text: piece.trim_end().to_owned(), colour: line.colour });
        rest = after.trim_start();
    }
    if !rest.is_empty() || pieces.is_empty() {
        pieces.push(Piece { text: rest.to_owned(), colour: line.colour });
    }
    pieces
}

/// The best place to break `text` in front of byte `most`.
fn break_before(text: &str, most: usize) -> usize {
    if text[most..].starts_with(' ') {
        return most;
    }
    let head = &text[..most];
    let word = |character: char| character.is_ascii() && character != ' ';
    let indented = head.len() - head.trim_start().len();
    match head[indented..].rfind(' ') {
        Some(space) => indented + space,
        None if text[most..].starts_with(word) => {
            let kept = head.trim_end_matches(word);
            if kept.is_empty() { most } else { kept.len() }
        }
        None => most,
    }
}

#[cfg(test)]
mod tests {
    use super::super::Colour;
    use super::super::codec::MAX_DATA;
    use super::*;
    use proptest::prelude::*;

    fn content(lines: &[&str], look: Look) -> Content {
        let line = |text: &&str| Line { text: (*text).to_owned(), colour: Colour::Red };
        Content { lines: lines.iter().map(line).collect(), look }
    }

    fn shown(lines: &[&str], look: Look, width_px: u16, height_px: u16) -> String {
        let laid = layout(&content(lines, look), Geometry { width_px, height_px });
        let Command::Show { areas, .. } = laid.command else { unreachable!("a layout shows") };
        let one = |area: &Area| {
            let text = link::text::decode(&area.text);
            format!(
                "{},{} {}x{} {:?} {text:?}",
                area.id, area.y_px, area.width_cells, area.height_px, area.effect
            )
        };
        areas.iter().map(one).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn what_fits_is_centred_and_stands_or_blinks() {
        assert_eq!(shown(&["A012"], Look::Steady, 96, 32), r#"0,8 12x16 Static "\\C1    A012""#);
        assert_eq!(shown(&["A012"], Look::Flashing, 64, 16), r#"0,0 8x16 Snap "\\C1  A012\\n ""#);
        assert_eq!(
            shown(&["A012 请到 3号窗口"], Look::Flashing, 96, 32),
            r#"0,0 12x32 Snap "\\C1 A012 请到\\n  3号窗口\\n \\n ""#
        );
    }

    #[test]
    fn what_is_too_long_scrolls_or_is_paged() {
        assert_eq!(
            shown(&["3号窗口", "A012 请到 3号窗口"], Look::Steady, 96, 32),
            "0,0 12x16 Static \"\\\\C1  3号窗口\"\n1,16 12x16 Left \"\\\\C1A012 请到 3号窗口\""
        );
        assert_eq!(
            shown(&["A012 请到 3号窗口"], Look::Flashing, 72, 16),
            r#"0,0 9x16 Snap "\\C1A012 请到\\n 3号窗口\\n ""#
        );
        assert_eq!(shown(&["一", "二", "三"], Look::Steady, 16, 16), r#"0,0 2x16 Snap "\\C1一\\n二\\n三""#);
        assert_eq!(
            shown(&["一", "二", "三"], Look::Scrolling, 16, 32),
            "0,0 2x16 Left \"\\\\C1一\"\n1,16 2x16 Left \"\\\\C1二    \\\\C1三\""
        );
    }

    #[test]
    fn nothing_to_show_is_no_area_and_the_texts_own_escapes_are_harmless() {
        assert_eq!(shown(&[], Look::Steady, 64, 16), "");
        assert_eq!(shown(&["", "  "], Look::Flashing, 64, 16), "");
        assert_eq!(shown(&["\\n\tA"], Look::Steady, 64, 16), r#"0,0 8x16 Static "\\C1 ＼n A""#);
    }

    #[test]
    fn words_are_kept_whole_where_they_can_be() {
        let pieces = |text: &str, room| {
            let line = Piece { text: text.to_owned(), colour: 1 };
            wrap(&line, room).into_iter().map(|piece| piece.text).collect::<Vec<_>>()
        };
        assert_eq!(pieces("请A012到", 6), ["请A012", "到"]);
        assert_eq!(pieces("请到A012", 6), ["请到", "A012"]);
        assert_eq!(pieces("ABCDEFGH", 3), ["ABC", "DEF", "GH"]);
        assert_eq!(pieces("请到 三号", 4), ["请到", "三号"]);
        assert_eq!(pieces("", 4), [""]);
        assert_eq!(pieces("国国", 1), ["国", "国"]);
    }

    #[test]
    fn missing_characters_are_counted() {
        let laid = layout(&content(&["镕", "好"], Look::Steady), Geometry { width_px: 64, height_px: 32 });
        assert_eq!(laid.replaced, 1);
    }

    proptest! {
        #[test]
        fn every_content_fits_a_frame_and_the_screen(
            lines in prop::collection::vec(".{0,200}|[一-龥 A-Z]{0,150}", 0..12),
            look in prop_oneof![Just(Look::Steady), Just(Look::Flashing), Just(Look::Scrolling)],
            cells in 1u16..128, rows in 1u16..8,
        ) {
            let lines = lines.into_iter().map(|text| Line { text, colour: Colour::Green }).collect();
            let geometry = Geometry { width_px: cells * 8, height_px: rows * 16 };
            let laid = layout(&Content { lines, look }, geometry);
            let data = laid.command.data();
            prop_assert!(data.len() <= MAX_DATA, "{} bytes", data.len());
            prop_assert_eq!(Command::read(&data), Ok(laid.command.clone()));
            let Command::Show { areas, .. } = laid.command else { unreachable!("a layout shows") };
            for area in areas {
                prop_assert!(area.y_px + area.height_px <= geometry.height_px);
                prop_assert!(area.x_cells + area.width_cells <= cells);
            }
        }
    }
}
