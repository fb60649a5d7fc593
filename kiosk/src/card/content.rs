//! The text block of a card: 256 bytes UTF-16, low byte first, padded with blanks.
//!
//! | field | residents and permits (J) | foreigners' card (I) |
//! |---|---|---|
//! | name | 0, 30 bytes | English 0, 120; Chinese 158, 30 |
//! | birth date | 36, 16 | 220, 16 |
//! | number | 122, 36 | 122, 30 |
//! | valid from, to | 188, 16 and 204, 16 | the same |
//! | mark of the type | 248, 2: blank, or J | 248, 2: I |
//!
//! The foreigners' cards of 2023 (mark Y) have a layout that no source of ours tells: they are told apart and not guessed at.
//! Everything else on a card is not read out of the block (rule A9).

use super::codec::TEXT;
use crate::identity::{CivilDate, IdentityError, IdentityNumber, PersonName};
use serde::Serialize;
use std::fmt;
use std::ops::Range;

/// Where the type's mark stands.
pub(super) const MARK: Range<usize> = 248..250;
pub(super) const NAME: Range<usize> = 0..30;
pub(super) const ENGLISH_NAME: Range<usize> = 0..120;
pub(super) const CHINESE_NAME: Range<usize> = 158..188;
pub(super) const BIRTH: Range<usize> = 36..52;
pub(super) const FOREIGN_BIRTH: Range<usize> = 220..236;
pub(super) const NUMBER: Range<usize> = 122..158;
pub(super) const FOREIGN_NUMBER: Range<usize> = 122..152;
pub(super) const FROM: Range<usize> = 188..204;
pub(super) const TO: Range<usize> = 204..220;
/// Instead of a last day.
pub(super) const LONG_TERM: &str = "长期";

/// Which of the three cards.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CardKind {
    /// A resident's identity card.
    Resident,
    /// The permanent residence card of foreigners, as issued until 2023.
    Foreigner,
    /// The residence permit of people from Hong Kong, Macao and Taiwan.
    Permit,
}

/// A field that is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Field {
    /// The name.
    Name,
    /// The birth date.
    Birth,
    /// The first day of validity.
    ValidFrom,
    /// The last day of validity.
    ValidTo,
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Field::Name => "name",
            Field::Birth => "birth date",
            Field::ValidFrom => "valid from",
            Field::ValidTo => "valid to",
        })
    }
}

/// Why a text block is not accepted. Holds nothing of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ContentError {
    /// Not 256 bytes of text, or lengths that do not add up.
    #[error("card: text block of another length")]
    Length,
    /// A type that we do not know the layout of, such as Y.
    #[error("card: unknown type of card, mark {mark:04X}")]
    UnknownType {
        /// The mark's UTF-16 unit.
        mark: u16,
    },
    /// A field is not what it should be.
    #[error("card: {0} cannot be read")]
    Field(Field),
    /// The number is not one.
    #[error("card: {0}")]
    Number(#[from] IdentityError),
    /// The birth date beside the number is another one than that in it.
    #[error("card: birth date and number differ")]
    BirthDiffers,
}

impl ContentError {
    /// For citizens: what it is and what to do.
    pub fn zh(self) -> &'static str {
        match self {
            ContentError::UnknownType { .. } => "暂不能识别这种证件，请到导办台办理",
            ContentError::Length | ContentError::Field(_) => {
                "证件信息读取不完整，请拿起重放，仍不行请到导办台"
            }
            ContentError::Number(_) | ContentError::BirthDiffers => "证件信息校验不符，请到导办台办理",
        }
    }
}

/// The last day of validity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Until {
    /// This day, still valid on it.
    Day(CivilDate),
    /// 长期: no last day.
    LongTerm,
}

/// What is kept of a card; every field prints masked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CardContent {
    /// Which card.
    pub kind: CardKind,
    /// The name; of a foreigner the Chinese one, if the card has one.
    pub name: PersonName,
    /// The number, with every check passed; it knows the birth date.
    pub number: IdentityNumber,
    /// First day of validity.
    pub from: CivilDate,
    /// Last day of validity.
    pub until: Until,
}

impl CardContent {
    /// Reads a text block on the day `today`.
    ///
    /// # Errors
    ///
    /// [`ContentError`], by its variants. An expired card is none: see [`CardContent::expired_on`].
    pub fn parse(block: &[u8], today: CivilDate) -> Result<Self, ContentError> {
        if block.len() != TEXT {
            return Err(ContentError::Length);
        }
        let mark = u16::from_le_bytes([block[MARK.start], block[MARK.start + 1]]);
        let kind = match mark {
            // Residents' cards leave the reserved bytes blank; zeros are *guessed* to mean the same.
            0x20 | 0 => CardKind::Resident,
            0x49 => CardKind::Foreigner,
            0x4A => CardKind::Permit,
            _ => return Err(ContentError::UnknownType { mark }),
        };
        let (name, birth, number) = if kind == CardKind::Foreigner {
            let chinese = text(block, CHINESE_NAME).ok_or(ContentError::Field(Field::Name))?;
            let name = if chinese.is_empty() { ENGLISH_NAME } else { CHINESE_NAME };
            (name, FOREIGN_BIRTH, FOREIGN_NUMBER)
        } else {
            (NAME, BIRTH, NUMBER)
        };
        let name = text(block, name).and_then(|name| PersonName::parse(&name).ok());
        let name = name.ok_or(ContentError::Field(Field::Name))?;
        let birth = day(block, birth, Field::Birth)?;
        let number = text(block, number).unwrap_or_default();
        let number = match kind {
            CardKind::Foreigner => IdentityNumber::from_old_foreign_card(&number, birth, today)?,
            CardKind::Resident | CardKind::Permit => IdentityNumber::parse(&number, today)?,
        };
        if number.birth_date() != birth {
            return Err(ContentError::BirthDiffers);
        }
        let from = day(block, FROM, Field::ValidFrom)?;
        let until = match text(block, TO).as_deref() {
            Some(LONG_TERM) => Until::LongTerm,
            _ => Until::Day(day(block, TO, Field::ValidTo)?),
        };
        Ok(CardContent { kind, name, number, from, until })
    }

    /// Whether the card's last day lies before `today`. Whether that matters is the hall's business: the person is still the
    /// same.
    pub fn expired_on(&self, today: CivilDate) -> bool {
        matches!(self.until, Until::Day(last) if last < today)
    }
}

/// The text of a field without its padding; `None` if it is no text.
fn text(block: &[u8], field: Range<usize>) -> Option<String> {
    let units = block.get(field)?.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]]));
    let text = char::decode_utf16(units).collect::<Result<String, _>>().ok()?;
    Some(text.trim_matches([' ', '\0', '\u{3000}']).to_owned())
}

fn day(block: &[u8], place: Range<usize>, field: Field) -> Result<CivilDate, ContentError> {
    text(block, place).and_then(|text| CivilDate::from_digits(&text)).ok_or(ContentError::Field(field))
}

#[cfg(test)]
#[path = "content_tests.rs"]
mod tests;
