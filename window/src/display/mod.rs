//! The LED display above a window: an Onbon (仰邦) BX-5K or BX-6K font card.
//!
//! The card holds the GB 2312 font, so the host sends text and the card draws it. Several screens hang on one RS-485
//! line, each with its own screen number; the line is half duplex and only the host begins. The baud rate and the screen
//! number are set at the screen with the vendor's tool (LedshowZK); 8N1, 57600 or 9600 are usual (guessed).
//!
//! ```text
//! A5 x8 | dst 2 | src 2 | 00 00 00 | option | check mode | display mode | card type | version 02 | length 2 | data.. | CRC 2 | 5A
//!         └────────────────────────────── CRC-16/ARC, low byte first, before escaping ─────────────────────┘
//! data = group 1 | command 1 | reply wanted 1 (01 yes, 02 no) | 00 00 | body..           numbers low byte first
//! ```
//!
//! Between head and tail `A5`, `A6`, `5A`, `5B` are sent as `A6 02`, `A6 01`, `5B 02`, `5B 01`, so that an `A5` always
//! begins a frame and a `5A` always ends one.
//!
//! | data | meaning | here |
//! |---|---|---|
//! | `A1 02` | status: power, brightness, clock, programs, dynamic areas | every 15 s, to notice a screen that died or lost its text |
//! | `A2 00` | ping | the probe of a dead screen |
//! | `A2 03` | set the card's clock | encoded; nobody sends it yet |
//! | `A3 00`, `A3 02` | power, brightness | encoded; nobody sends it yet |
//! | `A3 06` | show text now: delete areas, then write areas | what [`Session`] sends for a [`Content`] |
//! | `A3 10` | clear the screen | understood by the twin |
//! | `A0 00 err`, `A0 01 err` | acknowledged, refused | [`ErrorCode`] has the reasons |
//!
//! Sources, by the names of the project's protocol notes: *BXH* (header of a car-park system, frames with their CRCs),
//! *BXA* (frame decoder by an engineer of the maker, commit 082a063), *BXC* (C# encoder that quotes the vendor's escape
//! and checksum rules), *BXD* (the same worked frame, field by field). Where they are silent the code says *guessed*.
//!
//! Guessed, to be checked at the first real screen: the direction of the reply header; what the colours of `\C1` to `\C3`
//! are; that a text longer than its area is shown page by page, each page for the area's stay time, which is how a call
//! flashes (a page of text, a page of blanks, 0.5 s each) without a frame on the bus for every blink; how fast a scroll
//! of a given speed is; that `A3 06` with "delete all" replaces the picture in one step.
//!
//! Map: [`codec`] (frames and replies), [`command`] (what is asked of a card), [`layout`] (content to text areas),
//! [`session`] (the conversation on one line), [`twin`] (the virtual screen), [`picture`] (what its LEDs show).

pub mod codec;
pub mod command;
pub mod layout;
pub mod picture;
pub mod session;
pub mod twin;

#[cfg(test)]
mod pair_tests;
#[cfg(test)]
mod picture_tests;

pub use codec::ErrorCode;
pub use session::{Fault, Input, Output, Session};
pub use twin::{Misfortune, Twin, View};

use serde::{Deserialize, Serialize};

/// What one screen should show. The host says it whole each time; the session finds out whether anything changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Content {
    /// From top to bottom; none means a dark screen. At most [`layout::MAX_LINES`] are shown.
    pub lines: Vec<Line>,
    /// How they are shown.
    pub look: Look,
}

/// One line of text in one colour.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// Any text; what the card's GB 2312 font lacks is replaced by `?` or `？` and counted.
    pub text: String,
    /// On a screen of one colour the card ignores it.
    pub colour: Colour,
}

/// Colours of a two-colour screen (red and green LEDs; both together are yellow).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Colour {
    /// `\C1` (guessed).
    Red,
    /// `\C2` (guessed).
    Green,
    /// `\C3` (guessed).
    Yellow,
}

impl Colour {
    /// 1 red, 2 green, 3 yellow: the digit after `\C`, and the index in the twin's picture, where 0 is dark.
    pub fn index(self) -> u8 {
        match self {
            Colour::Red => 1,
            Colour::Green => 2,
            Colour::Yellow => 3,
        }
    }
}

/// How a [`Content`] is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Look {
    /// Stands still; what does not fit is paged or scrolls.
    Steady,
    /// Blinks once a second: a call. Goes out before other texts on the same line.
    Flashing,
    /// Every line runs from right to left.
    Scrolling,
}

/// Size of a screen in LEDs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Geometry {
    /// A multiple of 8, from 8 to [`Geometry::MAX_WIDTH_PX`]. A character of ASCII is 8 wide, one of Chinese 16.
    pub width_px: u16,
    /// A multiple of 16, from 16 to [`Geometry::MAX_HEIGHT_PX`]. A line of text is 16 high.
    pub height_px: u16,
}

impl Geometry {
    /// The widest screen accepted: four times the usual 256 of a window. It bounds what the twin draws.
    pub const MAX_WIDTH_PX: u16 = 1024;
    /// The highest screen accepted: eight lines of text.
    pub const MAX_HEIGHT_PX: u16 = 128;

    /// A screen of this size; `None` if a side is not of the allowed multiples or range. For the check of `hall.toml`.
    pub fn new(width_px: u16, height_px: u16) -> Option<Self> {
        let fits =
            |side: u16, step: u16, most: u16| side >= step && side <= most && side.is_multiple_of(step);
        (fits(width_px, 8, Self::MAX_WIDTH_PX) && fits(height_px, 16, Self::MAX_HEIGHT_PX))
            .then_some(Geometry { width_px, height_px })
    }

    /// Cells of 8 pixels in a line, at least one, at most what [`Geometry::MAX_WIDTH_PX`] holds.
    pub fn cells(self) -> usize {
        usize::from(self.width_px.min(Self::MAX_WIDTH_PX) / 8).max(1)
    }

    /// Lines of text, at least one, at most what [`Geometry::MAX_HEIGHT_PX`] holds.
    pub fn rows(self) -> usize {
        usize::from(self.height_px.min(Self::MAX_HEIGHT_PX) / 16).max(1)
    }
}

/// The card's type byte. `Any` is answered by every card and is what a hall should configure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub enum CardType {
    /// `FE`.
    #[default]
    Any,
    /// BX-5K1, `51`.
    Bx5K1,
    /// BX-5K2, `58`.
    Bx5K2,
    /// BX-5MK2, `53`.
    Bx5Mk2,
    /// BX-5MK1, `54`.
    Bx5Mk1,
    /// BX-5K1Q-YY (with voice), `5C`.
    Bx5K1QYy,
    /// BX-6K1, `61`.
    Bx6K1,
    /// BX-6K2, `62`.
    Bx6K2,
    /// BX-6K3, `63`.
    Bx6K3,
    /// BX-6K1-YY (with voice), `64`.
    Bx6K1Yy,
    /// BX-6K2-YY, `65`.
    Bx6K2Yy,
    /// BX-6K3-YY, `66`.
    Bx6K3Yy,
    /// BX-6K1-4G, `67`.
    Bx6K14g,
    /// BX-6K2-4G, `68`.
    Bx6K24g,
}

impl CardType {
    /// The byte in the frame's header.
    pub fn byte(self) -> u8 {
        match self {
            CardType::Any => 0xFE,
            CardType::Bx5K1 => 0x51,
            CardType::Bx5K2 => 0x58,
            CardType::Bx5Mk2 => 0x53,
            CardType::Bx5Mk1 => 0x54,
            CardType::Bx5K1QYy => 0x5C,
            CardType::Bx6K1 => 0x61,
            CardType::Bx6K2 => 0x62,
            CardType::Bx6K3 => 0x63,
            CardType::Bx6K1Yy => 0x64,
            CardType::Bx6K2Yy => 0x65,
            CardType::Bx6K3Yy => 0x66,
            CardType::Bx6K14g => 0x67,
            CardType::Bx6K24g => 0x68,
        }
    }
}

/// One screen on a line, as configured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Screen {
    /// Screen number 1 to [`Screen::MAX_NUMBER`], unique on its line.
    pub number: u16,
    /// Its size.
    pub geometry: Geometry,
    /// What its card is.
    pub card: CardType,
}

impl Screen {
    /// The highest number of one screen: above are the PC's 8000 and the broadcasts FFFE and FFFF (hexadecimal).
    pub const MAX_NUMBER: u16 = 0x7FFF;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_geometry_is_whole_cells_and_lines() {
        let sixty_four = Geometry::new(64, 16).map(|geometry| (geometry.cells(), geometry.rows()));
        assert_eq!(sixty_four, Some((8, 1)));
        assert_eq!(Geometry::new(60, 16), None);
        assert_eq!(Geometry::new(64, 24), None);
        assert_eq!(Geometry::new(0, 16), None);
        assert_eq!(Geometry::new(2048, 16), None);
    }
}
