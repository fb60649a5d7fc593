//! The citizen's identity number and its relatives.

use super::{Age, CivilDate, half_width};
use std::fmt;

/// Characters of a number.
const LENGTH: usize = 18;
/// Characters of the number on foreigners' cards from before 2023: three letters of the country and twelve digits.
const OLD_FOREIGN_LENGTH: usize = 15;
/// Oldest person a number is believed of, in years. The longest life on record is 122 years; the margin is for records kept
/// badly. A lower bound would turn away somebody alive, a higher one lets through more mistyped years.
pub const MAX_AGE: u16 = 130;
/// ISO 7064 MOD 11-2, as GB 11643 writes it: weights of the first 17 digits.
const WEIGHTS: [u32; LENGTH - 1] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
/// Check digit by the weighted sum modulo 11.
const CHECK: [u8; 11] = *b"10X98765432";

/// What is wrong with a number. Holds nothing of the number itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum IdentityError {
    /// A number has 18 characters (15 on an old foreigner's card).
    #[error("identity number: {seen} characters instead of 18")]
    Length {
        /// How many there are without the blanks around them.
        seen: usize,
    },
    /// Not a digit, and not an X in the last place (on an old foreigner's card: not a letter in the first three).
    #[error("identity number: character {position} is no digit")]
    Character {
        /// Its place, from 1.
        position: usize,
    },
    /// Digits 7 to 14 are no day of the calendar, such as 29 February 1900.
    #[error("identity number: no such birth date")]
    NoSuchBirthDate,
    /// The birth date is after today.
    #[error("identity number: birth date in the future")]
    BornInFuture,
    /// The birth date is more than [`MAX_AGE`] years ago.
    #[error("identity number: birth date too long ago")]
    BornTooLongAgo,
    /// The last character does not fit the others.
    #[error("identity number: check digit wrong")]
    CheckDigit,
}

impl IdentityError {
    /// For citizens and guides: what it is and what to do.
    pub fn zh(self) -> &'static str {
        match self {
            IdentityError::Length { .. } => "证件号码应为18位，请核对位数",
            IdentityError::Character { .. } => "证件号码只能是数字，末位可以是X，请核对",
            IdentityError::NoSuchBirthDate => "证件号码中的出生日期不存在，请核对第7至14位",
            IdentityError::BornInFuture => "证件号码中的出生日期晚于今天，请核对第7至14位",
            IdentityError::BornTooLongAgo => "证件号码中的出生日期过早，请核对第7至14位",
            IdentityError::CheckDigit => "证件号码校验不符，请逐位核对",
        }
    }
}

/// Whose number it is, as far as its first digits tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NumberKind {
    /// A resident's: all that do not begin as below.
    Resident,
    /// On the residence permit of somebody from Hong Kong (81), Macao (82) or Taiwan (83).
    Permit,
    /// On a foreigner's permanent residence card since 2023: begins with 9.
    Foreigner,
    /// On a foreigner's card from before: 15 characters, no check digit that we know of.
    OldForeigner,
}

/// An identity number that has passed every check. Equality is that of the numbers, however they were typed.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct IdentityNumber {
    /// ASCII, upper case.
    text: String,
    birth: CivilDate,
    kind: NumberKind,
}

impl IdentityNumber {
    /// Reads what was typed, scanned or imported on the day `today`. Blanks around it, full-width digits and a small x are
    /// taken as what they mean. The sex digit and the region are not looked at.
    ///
    /// # Errors
    ///
    /// The first that holds, in the order of [`IdentityError`]'s variants.
    pub fn parse(text: &str, today: CivilDate) -> Result<Self, IdentityError> {
        let text = plain(text, LENGTH)?;
        let check_place = LENGTH - 1;
        for (place, byte) in text.bytes().enumerate() {
            if !(byte.is_ascii_digit() || place == check_place && byte == b'X') {
                return Err(IdentityError::Character { position: place + 1 });
            }
        }
        let birth = CivilDate::from_digits(&text[6..14]).ok_or(IdentityError::NoSuchBirthDate)?;
        believe(birth, today)?;
        if !text.ends_with(check_digit(&text)) {
            return Err(IdentityError::CheckDigit);
        }
        let kind = match text.as_bytes() {
            [b'9', ..] => NumberKind::Foreigner,
            [b'8', b'1' | b'2' | b'3', ..] => NumberKind::Permit,
            _ => NumberKind::Resident,
        };
        Ok(IdentityNumber { text, birth, kind })
    }

    /// Reads the number of an old foreigner's card, whose birth date stands beside it. Only a card gives one: typed by
    /// hand it would have no check at all.
    ///
    /// # Errors
    ///
    /// [`IdentityError::Length`], [`IdentityError::Character`], [`IdentityError::BornInFuture`],
    /// [`IdentityError::BornTooLongAgo`].
    pub fn from_old_foreign_card(
        text: &str,
        birth: CivilDate,
        today: CivilDate,
    ) -> Result<Self, IdentityError> {
        let text = plain(text, OLD_FOREIGN_LENGTH)?;
        for (place, byte) in text.bytes().enumerate() {
            if !(if place < 3 { byte.is_ascii_uppercase() } else { byte.is_ascii_digit() }) {
                return Err(IdentityError::Character { position: place + 1 });
            }
        }
        believe(birth, today)?;
        Ok(IdentityNumber { text, birth, kind: NumberKind::OldForeigner })
    }

    /// The person's birth date.
    pub fn birth_date(&self) -> CivilDate {
        self.birth
    }

    /// Whole years on the day `on`; `None` before the birth, as after a clock was set back.
    pub fn age_on(&self, on: CivilDate) -> Option<Age> {
        self.birth.age_on(on)
    }

    /// Whose it is.
    pub fn kind(&self) -> NumberKind {
        self.kind
    }

    /// For people to see: the first and last four characters, `3201**********1234`.
    pub fn masked(&self) -> String {
        let (head, rest) = self.text.split_at(4);
        let (middle, tail) = rest.split_at(rest.len() - 4);
        format!("{head}{}{tail}", "*".repeat(middle.len()))
    }

    /// The number itself, upper case: for the keyed hash and the encryption only.
    pub fn in_clear(&self) -> &str {
        &self.text
    }
}

/// Rule A9.
impl fmt::Debug for IdentityNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "IdentityNumber({})", self.masked())
    }
}

/// `text` in upper-case ASCII without what surrounds it.
fn plain(text: &str, length: usize) -> Result<String, IdentityError> {
    let text = text.trim();
    let seen = text.chars().count();
    if seen != length {
        return Err(IdentityError::Length { seen });
    }
    let mut out = String::with_capacity(length);
    for (place, character) in text.chars().enumerate() {
        let character = half_width(character).to_ascii_uppercase();
        if !character.is_ascii() {
            return Err(IdentityError::Character { position: place + 1 });
        }
        out.push(character);
    }
    Ok(out)
}

fn believe(birth: CivilDate, today: CivilDate) -> Result<(), IdentityError> {
    match birth.age_on(today) {
        None => Err(IdentityError::BornInFuture),
        Some(age) if age.years() > MAX_AGE => Err(IdentityError::BornTooLongAgo),
        Some(_) => Ok(()),
    }
}

/// A made-up number: 17 digits and the check digit that belongs to them, for sample people; `None` if they are not 17 digits.
/// Whether the birth date in it is one is not looked at.
pub fn with_check_digit(first: &str) -> Option<String> {
    let digits = first.len() == WEIGHTS.len() && first.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| format!("{first}{}", check_digit(first)))
}

/// The check digit that belongs to the first 17 digits of `text` (GB 11643-1999, ISO 7064 MOD 11-2).
fn check_digit(text: &str) -> char {
    let weighted = WEIGHTS.iter().zip(text.bytes()).map(|(weight, digit)| weight * u32::from(digit & 0x0F));
    char::from(CHECK[(weighted.sum::<u32>() % 11) as usize])
}

#[cfg(test)]
#[path = "number_tests.rs"]
mod tests;
