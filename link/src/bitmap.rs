//! 16-pixel bitmap text (GNU Unifont, whole BMP): LED frames, and the last resort of outline text.

/// One character of 8 or 16 pixels width and 16 pixels height.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Glyph {
    /// 8 or 16.
    pub width: usize,
    rows: [u16; 16],
}

impl Glyph {
    /// Whether the pixel at column `x`, row `y` is on; off outside the glyph.
    pub fn pixel(&self, x: usize, y: usize) -> bool {
        x < self.width && y < 16 && self.rows[y] >> (self.width - 1 - x) & 1 == 1
    }
}

/// What is drawn for a character nobody has: a box.
const BOX: Glyph = Glyph {
    width: 16,
    rows: [
        0, 0x7FFE, 0x4002, 0x4002, 0x4002, 0x4002, 0x4002, 0x4002, 0x4002, 0x4002, 0x4002, 0x4002, 0x4002,
        0x4002, 0x7FFE, 0,
    ],
};

/// The glyph of `character`, or a box.
pub fn glyph(character: char) -> Glyph {
    let Some(found) = unifont::get_glyph(character) else { return BOX };
    let width = found.get_width().min(16);
    let mut rows = [0; 16];
    for (y, row) in rows.iter_mut().enumerate() {
        for x in 0..width {
            *row = *row << 1 | u16::from(found.get_pixel(x, y));
        }
    }
    Glyph { width, rows }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ascii_is_half_as_wide_as_hanzi() {
        assert_eq!(glyph('A').width, 8);
        assert_eq!(glyph('窗').width, 16);
        assert_eq!(glyph('\u{20BB7}'), BOX);
        assert!((0..16).any(|y| glyph('窗').pixel(8, y)));
    }
}
