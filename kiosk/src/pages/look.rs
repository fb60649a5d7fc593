//! Colours and measures that all pages share.

use embedded_graphics::geometry::{Point, Size};
use embedded_graphics::pixelcolor::Rgb888;
use embedded_graphics::primitives::Rectangle;

/// The deep blue of headings and bands. White on it has a contrast of 11 : 1.
pub(crate) const BLUE: Rgb888 = Rgb888::new(0x0B, 0x3A, 0x75);
/// The lighter blue of what can be pressed.
pub(crate) const PRESS: Rgb888 = Rgb888::new(0x15, 0x58, 0xA6);
/// The red of accents and of what does not work.
pub(crate) const RED: Rgb888 = Rgb888::new(0xB8, 0x14, 0x26);
/// Pages.
pub(crate) const PAPER: Rgb888 = Rgb888::new(0xEF, 0xF3, 0xF9);
/// Cards.
pub(crate) const WHITE: Rgb888 = Rgb888::new(0xFF, 0xFF, 0xFF);
/// Borders of cards.
pub(crate) const BORDER: Rgb888 = Rgb888::new(0xBF, 0xCE, 0xE2);
/// Text.
pub(crate) const INK: Rgb888 = Rgb888::new(0x14, 0x22, 0x38);
/// Text of lesser weight; still 6 : 1 on paper.
pub(crate) const QUIET: Rgb888 = Rgb888::new(0x4A, 0x5A, 0x70);
/// Light text on blue.
pub(crate) const PALE: Rgb888 = Rgb888::new(0xC9, 0xDA, 0xF0);
/// Behind pale blue marks.
pub(crate) const TINT: Rgb888 = Rgb888::new(0xE0, 0xEA, 0xF7);
/// A card that cannot be chosen.
pub(crate) const DULL: Rgb888 = Rgb888::new(0xE3, 0xE6, 0xEA);
/// Text on a card that cannot be chosen; 5 : 1.
pub(crate) const DULL_INK: Rgb888 = Rgb888::new(0x5E, 0x68, 0x74);
/// What went well.
pub(crate) const GREEN: Rgb888 = Rgb888::new(0x13, 0x6C, 0x43);
/// What needs attention.
pub(crate) const AMBER: Rgb888 = Rgb888::new(0x9A, 0x5B, 0x00);

/// The colours of large type: black on white, deep blue for what can be pressed, pale yellow where a tint stood. Every
/// text has at least 7 : 1 then, WCAG's AAA.
pub(crate) fn high_contrast(color: Rgb888) -> Rgb888 {
    const BLACK: Rgb888 = Rgb888::new(0, 0, 0);
    const NIGHT: Rgb888 = Rgb888::new(0x05, 0x25, 0x55);
    match color {
        PAPER => WHITE,
        PALE => Rgb888::new(0xD5, 0xE3, 0xF8),
        INK | QUIET | DULL_INK | BORDER => BLACK,
        BLUE | PRESS => NIGHT,
        TINT => Rgb888::new(0xFF, 0xF1, 0xB8),
        RED => Rgb888::new(0x8E, 0x00, 0x12),
        AMBER => Rgb888::new(0x70, 0x40, 0x00),
        GREEN => Rgb888::new(0x0B, 0x4F, 0x30),
        other => other,
    }
}

/// How much larger large type is, in thousandths: texts, where they have room, and lengths. Hanzi of 26 pixels become 34. With
/// longer lengths the place for the number itself would be too small on an upright panel.
const LARGE_TYPE: u32 = 1300;
const LARGE_LENGTH: u32 = 1100;

/// The design sizes: pages are drawn for these and scaled to others.
const UPRIGHT: Size = Size::new(768, 1024);
const WIDE: Size = Size::new(1024, 600);

/// The measures of one panel.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Look {
    pub(crate) size: Size,
    /// Wider than high: lists have two columns and bands are lower.
    pub(crate) wide: bool,
    /// Large type: lengths and texts are larger, colours stronger.
    pub(crate) large: bool,
    thousandths: u32,
    type_thousandths: u32,
}

impl Look {
    pub(crate) fn new(size: Size) -> Self {
        let wide = size.width > size.height;
        let design = if wide { WIDE } else { UPRIGHT };
        let thousandths = (size.width * 1000 / design.width).min(size.height * 1000 / design.height).max(1);
        Look { size, wide, large: false, thousandths, type_thousandths: thousandths }
    }

    /// The same panel in large or ordinary type.
    pub(crate) fn large(self, large: bool) -> Self {
        match (self.large, large) {
            (false, true) => Look {
                large,
                thousandths: self.thousandths * LARGE_LENGTH / 1000,
                type_thousandths: self.type_thousandths * LARGE_TYPE / 1000,
                ..self
            },
            (true, false) => Look::new(self.size),
            _ => self,
        }
    }

    /// A length in pixels of this panel: the first for upright pages, the second for wide ones.
    pub(crate) fn px(&self, upright: u32, wide: u32) -> i32 {
        ((if self.wide { wide } else { upright }) * self.thousandths / 1000).max(1) as i32
    }

    /// A text size in pixels of this panel.
    pub(crate) fn em(&self, upright: u32, wide: u32) -> u32 {
        ((if self.wide { wide } else { upright }) * self.type_thousandths / 1000).max(1)
    }

    /// Distance between things and to the edge.
    pub(crate) fn gap(&self) -> i32 {
        self.px(24, 20)
    }

    /// Distance between things that belong together.
    pub(crate) fn between(&self) -> i32 {
        self.px(18, 14)
    }

    pub(crate) fn width(&self) -> i32 {
        self.size.width as i32
    }

    pub(crate) fn height(&self) -> i32 {
        self.size.height as i32
    }

    /// Height of the band at the top.
    pub(crate) fn head(&self) -> i32 {
        self.px(112, 84)
    }

    /// Height of the band with Back and Home.
    pub(crate) fn foot(&self) -> i32 {
        let height = self.px(112, 92);
        // In large type the page needs the room more than its foot.
        if self.large { (height as u32 * 1000 / LARGE_LENGTH) as i32 } else { height }
    }

    /// What lies between head and foot, without the edges.
    pub(crate) fn body(&self) -> Rectangle {
        let gap = self.gap();
        area(
            gap,
            self.head() + gap,
            self.width() - 2 * gap,
            self.height() - self.head() - self.foot() - 2 * gap,
        )
    }

    /// What lies below the head when there is no foot, without the edges.
    pub(crate) fn tall_body(&self) -> Rectangle {
        let body = self.body();
        area(
            body.top_left.x,
            body.top_left.y,
            body.size.width as i32,
            self.height() - self.head() - 2 * self.gap(),
        )
    }
}

/// A rectangle; lengths below zero count as zero.
pub(crate) fn area(x: i32, y: i32, width: i32, height: i32) -> Rectangle {
    Rectangle::new(Point::new(x, y), Size::new(width.max(0) as u32, height.max(0) as u32))
}

/// The upper `height` pixels of `from`, and what is left below them.
pub(crate) fn split_top(from: Rectangle, height: i32) -> (Rectangle, Rectangle) {
    let height = height.clamp(0, from.size.height as i32);
    let (x, y, width) = (from.top_left.x, from.top_left.y, from.size.width as i32);
    (area(x, y, width, height), area(x, y + height, width, from.size.height as i32 - height))
}

/// The left `width` pixels of `from`, and what is left beside them.
pub(crate) fn split_left(from: Rectangle, width: i32) -> (Rectangle, Rectangle) {
    let width = width.clamp(0, from.size.width as i32);
    let (x, y, height) = (from.top_left.x, from.top_left.y, from.size.height as i32);
    (area(x, y, width, height), area(x + width, y, from.size.width as i32 - width, height))
}

/// `from` without `across` pixels left and right and `down` pixels above and below.
pub(crate) fn within(from: Rectangle, across: i32, down: i32) -> Rectangle {
    let (width, height) = (from.size.width as i32, from.size.height as i32);
    area(from.top_left.x + across, from.top_left.y + down, width - 2 * across, height - 2 * down)
}
