//! What somebody types on the panel: short, masked, gone with its page (rule A9).

use std::fmt;

/// Most characters that a page takes: four digits and a code of six. A ticket number has at most eight.
pub(crate) const MOST: usize = 10;

/// Characters that were typed. Neither `Debug` nor a test's failure shows them; the place they stood in is overwritten when
/// the page is left.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Typed {
    characters: [u8; MOST],
    length: usize,
}

impl Typed {
    /// Takes one more of `0` to `9` and `A` to `Z`, up to `most` characters; says whether it was taken.
    pub(crate) fn push(&mut self, character: char, most: usize) -> bool {
        let good = character.is_ascii_digit() || character.is_ascii_uppercase();
        if !good || self.length >= most.min(MOST) {
            return false;
        }
        self.characters[self.length] = character as u8;
        self.length += 1;
        true
    }

    pub(crate) fn pop(&mut self) {
        self.length = self.length.saturating_sub(1);
        self.characters[self.length] = 0;
    }

    pub(crate) fn len(&self) -> usize {
        self.length
    }

    /// The characters from `from` to before `to`, as far as they were typed.
    pub(crate) fn part(&self, from: usize, to: usize) -> Typed {
        let mut part = Typed::default();
        for &character in &self.characters[from.min(self.length)..to.min(self.length)] {
            part.push(character.into(), MOST);
        }
        part
    }

    /// What was typed: for the keyed hash and the search that it is asked for. Never for a log.
    pub fn in_clear(&self) -> &str {
        std::str::from_utf8(&self.characters[..self.length]).unwrap_or_default()
    }

    /// One sign for each character, for the page: dots, and the last character if it is `open`.
    pub(crate) fn dots(&self, open: bool) -> Vec<char> {
        let mut signs = vec!['●'; self.length];
        if let (true, Some(sign)) = (open, signs.last_mut()) {
            *sign = self.characters[self.length - 1].into();
        }
        signs
    }
}

impl fmt::Debug for Typed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Typed(…)")
    }
}

impl Drop for Typed {
    fn drop(&mut self) {
        self.characters = std::hint::black_box([0; MOST]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a9_what_is_typed_is_bounded_and_not_shown() {
        let mut typed = Typed::default();
        for character in "12a34 56B7890123".chars() {
            typed.push(character, 9);
        }
        assert_eq!(typed.in_clear(), "123456B78");
        assert_eq!(typed.dots(true), ['●', '●', '●', '●', '●', '●', '●', '●', '8']);
        assert_eq!(format!("{typed:?}"), "Typed(…)");
        assert_eq!(typed.part(4, 20).in_clear(), "56B78");
        for _ in 0..20 {
            typed.pop();
        }
        assert_eq!(typed, Typed::default());
    }
}
