//! Outline text: Noto Sans SC, embedded, for kiosk pages and for what a printer's twin burns.

use ab_glyph::{Font, FontRef, GlyphId, PxScale, ScaleFont, point};
use std::sync::LazyLock;

const REGULAR_FILE: &[u8] = include_bytes!("../assets/fonts/NotoSansSC-Regular-gb2312.otf");
const BOLD_FILE: &[u8] = include_bytes!("../assets/fonts/NotoSansSC-Bold-gb2312.otf");
static REGULAR: LazyLock<FontRef<'static>> = LazyLock::new(|| parse(REGULAR_FILE));
static BOLD: LazyLock<FontRef<'static>> = LazyLock::new(|| parse(BOLD_FILE));
static REGULAR_ADVANCES: LazyLock<Vec<u16>> = LazyLock::new(|| advances(&REGULAR));
static BOLD_ADVANCES: LazyLock<Vec<u16>> = LazyLock::new(|| advances(&BOLD));

/// No glyph is so wide.
const LACKING: u16 = u16::MAX;

/// Advance of each character of the basic plane in units of the font, [`LACKING`] for those it lacks. Pages are broken and fitted by
/// measuring the same few hundred characters thousands of times; to look each up in the font is most of that work.
fn advances(font: &FontRef<'static>) -> Vec<u16> {
    let of = |code: u16| {
        let id = char::from_u32(u32::from(code)).map_or(GlyphId(0), |character| font.glyph_id(character));
        if id == GlyphId(0) { LACKING } else { font.h_advance_unscaled(id) as u16 }
    };
    (0..=u16::MAX).map(of).collect()
}

fn parse(bytes: &'static [u8]) -> FontRef<'static> {
    FontRef::try_from_slice(bytes).expect("the embedded font is whole; a test reads it")
}

/// The two weights that are embedded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Weight {
    /// For running text.
    Regular,
    /// For numbers and headings.
    Bold,
}

impl Weight {
    /// The font's file (OpenType), for pages that a browser draws on a machine without Chinese fonts.
    pub const fn file(self) -> &'static [u8] {
        match self {
            Weight::Regular => REGULAR_FILE,
            Weight::Bold => BOLD_FILE,
        }
    }

    fn advances(self) -> &'static [u16] {
        match self {
            Weight::Regular => &REGULAR_ADVANCES,
            Weight::Bold => &BOLD_ADVANCES,
        }
    }

    fn face(self) -> &'static FontRef<'static> {
        match self {
            Weight::Regular => &REGULAR,
            Weight::Bold => &BOLD,
        }
    }
}

/// `PxScale` is the line height and not the em square; without this factor Noto looks 30 % too small.
fn scale(font: &FontRef<'static>, em_px: f32) -> PxScale {
    PxScale::from(em_px * font.height_unscaled() / font.units_per_em().unwrap_or(1000.0))
}

/// Whether the embedded font can draw `character`; callers fall back to [`crate::bitmap`].
pub fn has(character: char) -> bool {
    REGULAR.glyph_id(character) != GlyphId(0)
}

/// Width of `text` in pixels when set at `em_px`.
pub fn measure(text: &str, em_px: f32, weight: Weight) -> f32 {
    let font = weight.face();
    let scaled = font.as_scaled(scale(font, em_px));
    let (advances, factor) = (weight.advances(), scaled.h_scale_factor());
    text.chars().map(|c| advance(advances, factor, c, em_px)).sum()
}

fn advance(advances: &[u16], factor: f32, character: char, em_px: f32) -> f32 {
    match advances.get(character as usize) {
        Some(&units) if units != LACKING => f32::from(units) * factor,
        // A character of the bitmap fallback: half or full width.
        _ if character.is_ascii() => em_px / 2.0,
        _ => em_px,
    }
}

/// Distance from the top of an `em_px` line box to the baseline, such that Hanzi are centred in the box.
pub fn baseline(em_px: f32) -> f32 {
    // Noto's Hanzi reach from -0.08 em to 0.84 em around the baseline: 0.88 em puts them in the middle.
    em_px * 0.88
}

/// Draws `text` with its line box's top left corner at (`x`, `y`); `put(x, y, coverage)` gets each touched pixel, coverage
/// 0 to 1. Characters that the font lacks are drawn from the 16-pixel bitmap, scaled, or as a box. Returns the advance.
pub fn draw(
    text: &str,
    x: f32,
    y: f32,
    em_px: f32,
    weight: Weight,
    mut put: impl FnMut(i32, i32, f32),
) -> f32 {
    let font = weight.face();
    let px = scale(font, em_px);
    let (advances, factor) = (weight.advances(), font.as_scaled(px).h_scale_factor());
    let mut pen = x;
    for character in text.chars() {
        let id = font.glyph_id(character);
        if id == GlyphId(0) {
            draw_bitmap(character, pen, y, em_px, &mut put);
        } else if let Some(outline) =
            font.outline_glyph(id.with_scale_and_position(px, point(pen, y + baseline(em_px))))
        {
            let bounds = outline.px_bounds();
            outline.draw(|dx, dy, coverage| {
                put(bounds.min.x as i32 + dx as i32, bounds.min.y as i32 + dy as i32, coverage);
            });
        }
        pen += advance(advances, factor, character, em_px);
    }
    pen - x
}

fn draw_bitmap(character: char, x: f32, y: f32, em_px: f32, put: &mut impl FnMut(i32, i32, f32)) {
    let glyph = crate::bitmap::glyph(character);
    let size = em_px.max(1.0) as i32;
    for row in 0..size {
        for column in 0..size * glyph.width as i32 / 16 {
            if glyph.pixel((column * 16 / size) as usize, (row * 16 / size) as usize) {
                put(x as i32 + column, y as i32 + row, 1.0);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hanzi_are_as_wide_as_the_em_and_latin_is_narrower() {
        assert!((measure("政务", 48.0, Weight::Bold) - 96.0).abs() < 0.5);
        assert!(measure("A0", 48.0, Weight::Regular) < 64.0);
    }

    #[test]
    fn advances_are_those_of_the_font() {
        for weight in [Weight::Regular, Weight::Bold] {
            let scaled = weight.face().as_scaled(scale(weight.face(), 37.0));
            for character in "A0,.（）政务龘é\u{200b}€".chars().filter(|character| has(*character)) {
                let own = scaled.h_advance(weight.face().glyph_id(character));
                assert_eq!(measure(&character.to_string(), 37.0, weight), own, "{character}");
            }
        }
    }

    #[test]
    fn drawing_stays_in_the_line_box() {
        for weight in [Weight::Regular, Weight::Bold] {
            let (mut top, mut bottom) = (i32::MAX, i32::MIN);
            draw("国务窗口龘", 0.0, 0.0, 100.0, weight, |_, y, coverage| {
                if coverage > 0.5 {
                    top = top.min(y);
                    bottom = bottom.max(y);
                }
            });
            assert!((0..12).contains(&top) && (88..=102).contains(&bottom), "{top} to {bottom}");
        }
    }
}
