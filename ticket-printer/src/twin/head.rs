//! Rows of dots as the head burns them: characters of 12 or 24 × 24 dots, magnified as printers do it, codes and pictures.

use crate::slip::Align;
use link::font::{self, Weight};
use qrcodegen::{QrCode, QrCodeEcc};
use std::collections::HashMap;

/// Height of a character of normal size.
pub(super) const CHARACTER_DOTS: usize = 24;
/// Outline text is drawn this many times too large and thinned, so that thresholding keeps its strokes.
const OVERSAMPLE: usize = 4;
/// Of 16 samples of a dot, so many make it black; fewer would fill the small holes of dense Hanzi.
const BLACK_SAMPLES: u8 = 6;
/// Glyphs that are kept drawn: more than a hall's slips use; beyond it the memory starts anew.
const MAX_GLYPHS: usize = 1024;

/// One row of the head, a bit a dot, most significant bit left.
pub(super) type Row = Vec<u8>;

/// A character in the line buffer.
#[derive(Clone, Debug)]
pub(super) struct Cell {
    pub(super) character: char,
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) bold: bool,
}

impl Cell {
    pub(super) fn dots(&self) -> usize {
        link::text::cells(self.character) * 12 * self.width
    }
}

/// Draws for a head of `dots` dots.
#[derive(Clone, Debug)]
pub(super) struct Head {
    dots: usize,
    glyphs: HashMap<char, Vec<u32>>,
}

impl Head {
    pub(super) fn new(dots: usize) -> Self {
        Head { dots, glyphs: HashMap::new() }
    }

    pub(super) fn blank(&self) -> Row {
        vec![0; self.dots / 8]
    }

    fn start(&self, width: usize, align: Align) -> usize {
        let free = self.dots.saturating_sub(width);
        match align {
            Align::Left => 0,
            Align::Center => free / 2,
            Align::Right => free,
        }
    }

    /// The rows of a line, characters standing on its bottom, followed by blank rows up to `spacing`.
    pub(super) fn line(&mut self, cells: &[Cell], align: Align, spacing: usize) -> Vec<Row> {
        let height = cells.iter().map(|cell| cell.height * CHARACTER_DOTS).max().unwrap_or(0);
        let mut rows = vec![self.blank(); height.max(spacing)];
        let mut x = self.start(cells.iter().map(Cell::dots).sum(), align);
        for cell in cells {
            let glyph = self.glyph(cell.character);
            let columns = link::text::cells(cell.character) * 12;
            let top = height - cell.height * CHARACTER_DOTS;
            for dy in 0..cell.height * CHARACTER_DOTS {
                let mut bits = glyph[dy / cell.height];
                if cell.bold {
                    // Bold is a second strike one dot to the right.
                    bits |= bits >> 1;
                }
                for dx in 0..columns * cell.width {
                    if bits >> (31 - dx / cell.width) & 1 == 1 {
                        set(&mut rows[top + dy], x + dx);
                    }
                }
            }
            x += columns * cell.width;
        }
        rows
    }

    /// The rows of a QR code, or none if it does not exist or is wider than the head, which prints nothing then.
    pub(super) fn qr(&self, data: &[u8], level: u8, module: usize, align: Align) -> Vec<Row> {
        let level = match level {
            48 => QrCodeEcc::Low,
            50 => QrCodeEcc::Quartile,
            51 => QrCodeEcc::High,
            _ => QrCodeEcc::Medium,
        };
        let Ok(code) = QrCode::encode_binary(data, level) else { return Vec::new() };
        let size = code.size();
        let width = size.unsigned_abs() as usize * module;
        if width > self.dots {
            return Vec::new();
        }
        let start = self.start(width, align);
        let mut rows = Vec::with_capacity(width);
        for y in 0..size {
            let mut row = self.blank();
            for x in (0..size).filter(|x| code.get_module(*x, y)) {
                for dx in 0..module {
                    set(&mut row, start + x.unsigned_abs() as usize * module + dx);
                }
            }
            rows.extend(std::iter::repeat_n(row, module));
        }
        rows
    }

    /// The rows of a picture, cut at the right edge of the head.
    pub(super) fn raster(&self, width_bytes: usize, data: &[u8], align: Align) -> Vec<Row> {
        let start = self.start(width_bytes * 8, align);
        let mut rows = Vec::new();
        for line in data.chunks_exact(width_bytes.max(1)) {
            let mut row = self.blank();
            for x in (0..width_bytes * 8).filter(|x| line[x / 8] >> (7 - x % 8) & 1 == 1) {
                set(&mut row, start + x);
            }
            rows.push(row);
        }
        rows
    }

    /// 24 rows of up to 24 dots, left-aligned in 32 bits.
    fn glyph(&mut self, character: char) -> Vec<u32> {
        if let Some(glyph) = self.glyphs.get(&character) {
            return glyph.clone();
        }
        if self.glyphs.len() >= MAX_GLYPHS {
            self.glyphs.clear();
        }
        let glyph = draw(character);
        self.glyphs.insert(character, glyph.clone());
        glyph
    }
}

fn set(row: &mut Row, x: usize) {
    if let Some(byte) = row.get_mut(x / 8) {
        *byte |= 0x80 >> (x % 8);
    }
}

fn draw(character: char) -> Vec<u32> {
    let columns = link::text::cells(character) * 12;
    let em = (CHARACTER_DOTS * OVERSAMPLE) as f32;
    let text = character.to_string();
    // Latin letters of an outline font have their own widths; a printer's have one, so each is squeezed or centred.
    let natural = font::measure(&text, em, Weight::Regular).max(1.0);
    let room = (columns * OVERSAMPLE) as f32;
    let squeeze = (room / natural).min(1.0);
    let left = (room - natural * squeeze) / 2.0;
    let mut samples = vec![[0u8; CHARACTER_DOTS]; CHARACTER_DOTS];
    font::draw(&text, 0.0, 0.0, em, Weight::Regular, |x, y, coverage| {
        let x = (x as f32 * squeeze + left) / OVERSAMPLE as f32;
        let y = y / OVERSAMPLE as i32;
        if coverage > 0.5 && x >= 0.0 && (x as usize) < columns && (0..CHARACTER_DOTS as i32).contains(&y) {
            samples[y as usize][x as usize] += 1;
        }
    });
    // A squeezed column collects more samples than a plain one.
    let black = f32::from(BLACK_SAMPLES) / squeeze;
    samples
        .iter()
        .map(|row| {
            row.iter()
                .enumerate()
                .fold(0, |bits, (x, n)| bits | u32::from(f32::from(*n) >= black) << (31 - x))
        })
        .collect()
}
