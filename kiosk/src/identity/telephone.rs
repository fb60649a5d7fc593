//! Telephone numbers of the mainland: mobile ones and fixed lines with their area code.

use super::half_width;
use std::fmt;
use std::ops::RangeInclusive;

/// Most characters looked at. The longest number with its separators has some twenty; what is longer is another column.
const MAX_TEXT: usize = 40;
/// Digits of a mobile number.
const MOBILE: usize = 11;
/// Digits of a fixed line behind its area code.
const LINE: RangeInclusive<usize> = 7..=8;

/// What is wrong with a telephone number. Holds nothing of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum TelephoneError {
    /// There is none.
    #[error("telephone: empty")]
    Empty,
    /// Neither a digit nor a separator.
    #[error("telephone: character {position} is no digit")]
    Character {
        /// Its place, from 1.
        position: usize,
    },
    /// Too many or too few digits for what it begins like.
    #[error("telephone: {seen} digits")]
    Length {
        /// How many there are without +86.
        seen: usize,
    },
    /// A fixed line without its area code: nobody could be called from another city.
    #[error("telephone: no area code")]
    NoAreaCode,
    /// It begins like nothing that is given out: 10, 11 or 12 for a mobile number, 00 or 01x for an area, 0, 1 or 9 behind it.
    #[error("telephone: no such number range")]
    NoSuchRange,
}

impl TelephoneError {
    /// For citizens and guides: what it is and what to do.
    pub fn zh(self) -> &'static str {
        match self {
            TelephoneError::Empty => "请填写联系电话",
            TelephoneError::Character { .. } => "电话号码中有非数字字符，请核对",
            TelephoneError::Length { .. } => "电话号码位数不对，手机号为11位，固定电话请带区号",
            TelephoneError::NoAreaCode => "固定电话请加区号",
            TelephoneError::NoSuchRange => "没有这样的号段，请核对电话号码",
        }
    }
}

/// A number that can exist. Equality is that of the numbers, however they were written.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Telephone {
    /// Digits as dialled within the country; a fixed line's begin with 0.
    digits: String,
    /// Digits of the area code; 0 for a mobile number.
    area: usize,
}

impl Telephone {
    /// Reads what was typed or imported: +86 or 0086 in front, blanks, hyphens and brackets within and full-width forms are
    /// taken as what they mean.
    ///
    /// # Errors
    ///
    /// [`TelephoneError`], by its variants.
    pub fn parse(text: &str) -> Result<Self, TelephoneError> {
        let text = text.trim();
        let mut digits = String::new();
        let mut plus = false;
        for (place, character) in text.chars().enumerate() {
            match half_width(character) {
                _ if place >= MAX_TEXT => return Err(TelephoneError::Length { seen: text.chars().count() }),
                digit @ '0'..='9' => digits.push(digit),
                '+' if place == 0 => plus = true,
                ' ' | '-' | '(' | ')' => {}
                _ => return Err(TelephoneError::Character { position: place + 1 }),
            }
        }
        if digits.is_empty() {
            return Err(TelephoneError::Empty);
        }
        let country = if plus { "86" } else { "0086" };
        let Some(national) = digits.strip_prefix(country) else {
            return if plus { Err(TelephoneError::NoSuchRange) } else { Telephone::national(digits) };
        };
        // From abroad the area code has no 0 (+86 25 …), though many write it.
        let mobile = national.len() == MOBILE && national.starts_with('1') && !national.starts_with("10");
        Telephone::national(if mobile || national.starts_with('0') {
            national.to_owned()
        } else {
            format!("0{national}")
        })
    }

    fn national(digits: String) -> Result<Self, TelephoneError> {
        let seen = digits.len();
        let bytes = digits.as_bytes();
        let area = match bytes {
            [b'1', rest @ ..] => {
                if seen != MOBILE {
                    return Err(TelephoneError::Length { seen });
                }
                if !matches!(rest, [b'3'..=b'9', ..]) {
                    return Err(TelephoneError::NoSuchRange);
                }
                return Ok(Telephone { digits, area: 0 });
            }
            [b'0', b'1', b'0', ..] | [b'0', b'2', _, ..] => 3,
            [b'0', b'3'..=b'9', ..] => 4,
            [b'0', b'0' | b'1', _, ..] => return Err(TelephoneError::NoSuchRange),
            [b'2'..=b'9', ..] if LINE.contains(&seen) => return Err(TelephoneError::NoAreaCode),
            _ => return Err(TelephoneError::Length { seen }),
        };
        // The great cities behind three digits have eight everywhere.
        let line = if area == 3 { 8..=8 } else { LINE };
        if !line.contains(&seen.saturating_sub(area)) {
            return Err(TelephoneError::Length { seen });
        }
        match bytes[area] {
            b'2'..=b'8' => Ok(Telephone { digits, area }),
            _ => Err(TelephoneError::NoSuchRange),
        }
    }

    /// Whether a short message can go there.
    pub fn is_mobile(&self) -> bool {
        self.area == 0
    }

    /// For people to see: `138****5678`, `025-****1234`.
    pub fn masked(&self) -> String {
        let tail = &self.digits[self.digits.len() - 4..];
        let (head, hyphen) = if self.is_mobile() { (3, "") } else { (self.area, "-") };
        let stars = self.digits.len() - head - tail.len();
        format!("{}{hyphen}{}{tail}", &self.digits[..head], "*".repeat(stars))
    }

    /// The digits as dialled within the country, without separators: for the message outlet, the keyed hash and the
    /// encryption only.
    pub fn in_clear(&self) -> &str {
        &self.digits
    }
}

/// Rule A9.
impl fmt::Debug for Telephone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Telephone({})", self.masked())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn numbers_as_people_write_them() {
        let table = [
            ("13800005678", "13800005678", "138****5678"),
            (" 138 0000 5678 ", "13800005678", "138****5678"),
            ("138-0000-5678", "13800005678", "138****5678"),
            ("+86 138 0000 5678", "13800005678", "138****5678"),
            ("008613800005678", "13800005678", "138****5678"),
            ("１３８００００５６７８", "13800005678", "138****5678"),
            ("＋86－13800005678", "13800005678", "138****5678"),
            ("025-83531234", "02583531234", "025-****1234"),
            ("（025）8353 1234", "02583531234", "025-****1234"),
            ("+86 25 8353 1234", "02583531234", "025-****1234"),
            ("+86 025 8353 1234", "02583531234", "025-****1234"),
            ("+86 10 8353 1234", "01083531234", "010-****1234"),
            ("0086-10-83531234", "01083531234", "010-****1234"),
            ("0512-6353123", "05126353123", "0512-***3123"),
            ("0512-63531234", "051263531234", "0512-****1234"),
        ];
        for (text, digits, masked) in table {
            let telephone = Telephone::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
            assert_eq!(telephone.in_clear(), digits, "{text}");
            assert_eq!(telephone.masked(), masked, "{text}");
            assert_eq!(format!("{telephone:?}"), format!("Telephone({masked})"), "{text}");
            assert_eq!(telephone.is_mobile(), digits.starts_with('1'), "{text}");
        }
    }

    #[test]
    fn impossible_numbers_say_why() {
        use TelephoneError::{Character, Empty, Length, NoAreaCode, NoSuchRange};
        let table = [
            ("", Empty),
            (" - ", Empty),
            ("1380000567x", Character { position: 11 }),
            ("138+0000567", Character { position: 4 }),
            ("1380000567", Length { seen: 10 }),
            ("138000056789", Length { seen: 12 }),
            ("12800005678", NoSuchRange),
            ("10086", Length { seen: 5 }),
            ("83531234", NoAreaCode),
            ("6353123", NoAreaCode),
            ("4008001234", Length { seen: 10 }),
            ("025-8353123", Length { seen: 10 }),
            ("0512-635312", Length { seen: 10 }),
            ("0512-635312345", Length { seen: 13 }),
            ("025-13531234", NoSuchRange),
            ("013800005678", NoSuchRange),
            ("0001234567", NoSuchRange),
            ("+1 212 555 0100", NoSuchRange),
            ("+", Empty),
            ("0", Length { seen: 1 }),
        ];
        for (text, error) in table {
            assert_eq!(Telephone::parse(text), Err(error), "{text}");
        }
        assert_eq!(Telephone::parse(&"1".repeat(1000)), Err(Length { seen: 1000 }));
    }

    proptest! {
        #[test]
        fn no_text_panics(text in any::<String>()) {
            Telephone::parse(&text).ok();
        }

        #[test]
        fn strings_of_digits_and_signs_never_panic_and_never_show_in_errors(text in "[-+0-9 ０-９（）]{0,45}") {
            match Telephone::parse(&text) {
                Ok(telephone) => prop_assert_eq!(Telephone::parse(telephone.in_clear()), Ok(telephone)),
                Err(error) => {
                    let said = format!("{error} {error:?} {}", error.zh());
                    prop_assert!(text.len() < 5 || !said.contains(&text));
                }
            }
        }

        #[test]
        fn every_mobile_number_parses(text in "1[3-9][0-9]{9}") {
            let telephone = Telephone::parse(&text).unwrap();
            prop_assert_eq!(telephone.in_clear(), text.as_str());
            prop_assert!(!telephone.masked().contains(&text[3..7]));
        }
    }
}
