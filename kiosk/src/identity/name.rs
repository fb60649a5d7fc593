//! Names of people.

use std::fmt;

/// Most characters of a name. A card has room for 60 (foreigner's card, English name); a longer one is a mistake of the
/// import, such as a column too far.
pub const MAX_NAME: usize = 60;

/// What stands between the letters of names: 买买提·艾力, O'Brien, Anne-Marie, J. R., and DUPONT, MARIE on foreigners' cards; dot and
/// apostrophe are typed in several ways.
const BETWEEN: [char; 14] = [' ', '\u{3000}', '·', '•', '‧', '・', '．', '.', '-', '‐', '\'', '’', ',', '，'];

/// A letter of any script. Beyond what Unicode calls alphabetic: marks above and below letters, variants of characters, and the
/// private characters by which rare names stand on cards (GB 18030). Numbers and letters in circles and squares are symbols,
/// though Unicode calls some of them alphabetic.
fn is_letter(c: char) -> bool {
    let symbol = matches!(c, '\u{2150}'..='\u{218F}' | '\u{2460}'..='\u{24FF}' | '\u{1F000}'..='\u{1FAFF}');
    let mark = matches!(c, '\u{0300}'..='\u{036F}' | '\u{E0100}'..='\u{E01EF}');
    let private = matches!(c, '\u{E000}'..='\u{F8FF}');
    mark || private || (c.is_alphabetic() && !symbol)
}

/// What is wrong with a name. Holds nothing of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum NameError {
    /// There is none.
    #[error("name: empty")]
    Empty,
    /// More than [`MAX_NAME`] characters.
    #[error("name: {seen} characters, at most {MAX_NAME}")]
    TooLong {
        /// How many there are.
        seen: usize,
    },
    /// A digit, a symbol, a control character, or the sign for text that could not be read.
    #[error(
        "name: character {position} is no letter; letters of any script, and between them · . - ' , and blanks"
    )]
    Character {
        /// Its place, from 1.
        position: usize,
    },
    /// Nothing but what stands between letters.
    #[error("name: no letter in it")]
    NoLetter,
}

impl NameError {
    /// For citizens and guides: what it is and what to do.
    pub fn zh(self) -> &'static str {
        match self {
            NameError::Empty => "请填写姓名",
            NameError::TooLong { .. } => "姓名过长，请核对",
            NameError::Character { .. } => "姓名中有数字、符号或无法识别的字符，请重新填写",
            NameError::NoLetter => "姓名中没有文字，请重新填写",
        }
    }
}

/// Somebody's name.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct PersonName(String);

impl PersonName {
    /// Takes a name without the blanks around it.
    ///
    /// # Errors
    ///
    /// [`NameError`], by its variants.
    pub fn parse(text: &str) -> Result<Self, NameError> {
        let text = text.trim();
        let seen = text.chars().count();
        if seen == 0 {
            return Err(NameError::Empty);
        }
        if seen > MAX_NAME {
            return Err(NameError::TooLong { seen });
        }
        if let Some(place) = text.chars().position(|c| !is_letter(c) && !BETWEEN.contains(&c)) {
            return Err(NameError::Character { position: place + 1 });
        }
        if !text.chars().any(is_letter) {
            return Err(NameError::NoLetter);
        }
        Ok(PersonName(text.to_owned()))
    }

    /// For people to see: the first character and a star for each other, `王*`; one character alone is a star, since it would be
    /// the whole name.
    pub fn masked(&self) -> String {
        let mut characters = self.0.chars();
        let first = characters.next().unwrap_or('*');
        match characters.count() {
            0 => "*".to_owned(),
            others => format!("{first}{}", "*".repeat(others)),
        }
    }

    /// The name itself: for encryption, and for comparing at the guide desk.
    pub fn in_clear(&self) -> &str {
        &self.0
    }
}

/// Rule A9.
impl fmt::Debug for PersonName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PersonName({})", self.masked())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_mask_keeps_the_first_character_of_several() {
        let table = [
            ("王芳", "王*"),
            ("欧阳娜", "欧**"),
            ("王", "*"),
            ("买买提·艾力", "买*****"),
            ("O'Brien-Li", "O*********"),
            ("Zoe\u{308}", "Z***"),
            ("ئابدۇ", "ئ****"),
            ("邓\u{E815}", "邓*"),
            ("\u{20BB7}野", "\u{20BB7}*"),
            (" Ann Lee ", "A******"),
        ];
        for (name, masked) in table {
            let name = PersonName::parse(name).unwrap();
            assert_eq!(name.masked(), masked);
            assert_eq!(format!("{name:?}"), format!("PersonName({masked})"));
        }
    }

    #[test]
    fn what_is_no_name_says_why() {
        let table = [
            ("", NameError::Empty),
            (" \u{3000}\t", NameError::Empty),
            ("王\u{0}芳", NameError::Character { position: 2 }),
            ("\u{FFFD}芳", NameError::Character { position: 1 }),
            ("12345", NameError::Character { position: 1 }),
            ("110105194912310", NameError::Character { position: 1 }),
            ("王2", NameError::Character { position: 2 }),
            ("王２", NameError::Character { position: 2 }),
            ("王😀", NameError::Character { position: 2 }),
            ("王①", NameError::Character { position: 2 }),
            ("王🄰", NameError::Character { position: 2 }),
            ("王<b>", NameError::Character { position: 2 }),
            ("王\u{202E}芳", NameError::Character { position: 2 }),
            ("·-.", NameError::NoLetter),
        ];
        for (text, error) in table {
            assert_eq!(PersonName::parse(text), Err(error));
        }
        assert_eq!(PersonName::parse(&"王".repeat(61)), Err(NameError::TooLong { seen: 61 }));
        assert!(PersonName::parse(&"王".repeat(60)).is_ok());
    }

    proptest! {
        #[test]
        fn no_text_panics_and_a_mask_shows_one_character_at_most(text in any::<String>()) {
            if let Ok(name) = PersonName::parse(&text) {
                prop_assert!(name.masked().chars().skip(1).all(|c| c == '*'));
                prop_assert_eq!(name.masked().chars().count(), name.in_clear().chars().count());
            }
        }
    }
}
