//! Keys and LCD digits to data bytes and back. The frames around them are [`link::ff68`]'s.

use link::ff68::{Frame, SHOW};
use serde::{Deserialize, Serialize};

/// A digit of the LCD that is dark.
pub(super) const BLANK: u8 = 0x0A;
/// Stars a unit can show, and shows at power-up.
pub(super) const FULL_STARS: u8 = 5;

/// A key of the unit as it is printed on the rubber.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PadKey {
    /// 0 to 9; a greater one is sent as it is and means some other key.
    Digit(u8),
    /// 评价
    Evaluate,
    /// 呼叫
    CallNext,
    /// 重呼
    Recall,
    /// 取消
    Cancel,
    /// 确认
    Ok,
    /// 一米线
    OneMetreLine,
    /// 暂停
    Pause,
    /// 转移
    Transfer,
    /// Any byte, for what no source tells.
    Raw(u8),
}

impl PadKey {
    /// The data byte of the key.
    pub fn byte(self) -> u8 {
        match self {
            PadKey::Digit(byte) | PadKey::Raw(byte) => byte,
            PadKey::Evaluate => 0x0B,
            PadKey::CallNext => 0x0C,
            PadKey::Recall => 0x0D,
            PadKey::Cancel => 0x0E,
            PadKey::Ok => 0x0F,
            PadKey::OneMetreLine => 0x11,
            PadKey::Pause => 0x12,
            PadKey::Transfer => 0x13,
        }
    }

    /// The key of a data byte; `Raw` for one that no source names.
    pub fn from_byte(byte: u8) -> Self {
        match byte {
            0..=9 => PadKey::Digit(byte),
            0x0B => PadKey::Evaluate,
            0x0C => PadKey::CallNext,
            0x0D => PadKey::Recall,
            0x0E => PadKey::Cancel,
            0x0F => PadKey::Ok,
            0x11 => PadKey::OneMetreLine,
            0x12 => PadKey::Pause,
            0x13 => PadKey::Transfer,
            _ => PadKey::Raw(byte),
        }
    }
}

/// What the keypad should show until further notice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default, Serialize)]
pub struct Shown {
    /// People waiting for this window; above 999 the LCD shows 999, as the last digits of a number of people would lie.
    pub waiting: Option<u16>,
    /// Number of the ticket at the window, without its prefix; the LCD shows its last three digits.
    pub ticket: Option<u16>,
    /// Stars of the clerk, 0 to 5; `None` leaves them as they are.
    pub stars: Option<u8>,
}

/// The frame of the six digits.
pub(super) fn digits(address: u8, shown: &Shown) -> Frame {
    let [a, b, c] = three(shown.waiting.map(|waiting| waiting.min(999)));
    let [d, e, f] = three(shown.ticket);
    Frame::new(address, SHOW, [a, b, c, d, e, f])
}

/// The frame of the stars.
pub(super) fn stars(address: u8, stars: u8) -> Frame {
    Frame::new(address, SHOW, [stars.min(FULL_STARS)])
}

fn three(number: Option<u16>) -> [u8; 3] {
    match number {
        Some(number) => [100, 10, 1].map(|place| (number / place % 10) as u8),
        None => [BLANK; 3],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use link::ff68::encode;

    #[test]
    fn every_byte_is_some_key_and_every_key_its_byte() {
        for byte in 0..=u8::MAX {
            assert_eq!(PadKey::from_byte(byte).byte(), byte);
        }
    }

    #[test]
    fn the_vectors_of_the_lcd() {
        let table = [
            (Shown { ticket: Some(12), ..Shown::default() }, "FF 68 08 08 68 05 02 0A 0A 0A 00 01 02 28 16"),
            (Shown { waiting: Some(7), ..Shown::default() }, "FF 68 08 08 68 05 02 00 00 07 0A 0A 0A 2C 16"),
        ];
        for (shown, hex) in table {
            let wire: Vec<String> = encode(&digits(5, &shown)).iter().map(|b| format!("{b:02X}")).collect();
            assert_eq!(wire.join(" "), hex);
        }
    }

    #[test]
    fn a_ticket_keeps_its_last_digits_and_a_crowd_is_999() {
        let shown = Shown { waiting: Some(1234), ticket: Some(1234), stars: None };
        assert_eq!(*digits(1, &shown).data, [9, 9, 9, 2, 3, 4]);
        assert_eq!(*stars(1, 9).data, [5]);
    }
}
