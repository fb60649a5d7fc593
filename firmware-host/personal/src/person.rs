//! Who a booking or a ticket is for, as it is sealed and as people see it.
//!
//! The texts are checked before they come here, by the kiosk's types, whose masks these are; this crate knows no driver.

use crate::error::{KeyError, Unreadable};
use crate::keys::Keys;
use serde::{Deserialize, Serialize};
use std::fmt;
use zeroize::Zeroizing;

/// A person: name, telephone, identity number. Overwritten when dropped. Not serializable itself, so that it cannot get
/// into an event or an answer by accident.
#[derive(Clone, PartialEq, Eq)]
pub struct Person {
    name: Zeroizing<String>,
    telephone: Option<Zeroizing<String>>,
    number: Option<Zeroizing<String>>,
}

/// What is sealed: JSON, so that fields can be added.
#[derive(Serialize, Deserialize)]
struct Record {
    name: Zeroized,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    telephone: Option<Zeroized>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    number: Option<Zeroized>,
}

/// A text within the record.
#[derive(Serialize, Deserialize)]
#[serde(transparent)]
struct Zeroized(String);

impl Drop for Zeroized {
    fn drop(&mut self) {
        zeroize::Zeroize::zeroize(&mut self.0);
    }
}

impl Person {
    /// Takes the texts as they are: the telephone as its digits dialled within the country, the number in upper case.
    pub fn new(name: &str, telephone: Option<&str>, number: Option<&str>) -> Self {
        let own = |text: &str| Zeroizing::new(text.to_owned());
        Person { name: own(name), telephone: telephone.map(own), number: number.map(own) }
    }

    /// The name itself.
    pub fn name_in_clear(&self) -> &str {
        &self.name
    }

    /// The telephone number itself: for the message outlet and for calling back.
    pub fn telephone_in_clear(&self) -> Option<&str> {
        self.telephone.as_ref().map(|text| text.as_str())
    }

    /// The identity number itself: for the keyed hash.
    pub fn number_in_clear(&self) -> Option<&str> {
        self.number.as_ref().map(|text| text.as_str())
    }

    /// For people to see: `王*`; one character alone is a star.
    pub fn name_masked(&self) -> String {
        let mut characters = self.name.chars();
        let first = characters.next().unwrap_or('*');
        match characters.count() {
            0 => "*".to_owned(),
            others => format!("{first}{}", "*".repeat(others)),
        }
    }

    /// For people to see: `138****5678`, `025-****1234`; stars alone if it is too short to hide anything.
    pub fn telephone_masked(&self) -> Option<String> {
        let text = self.telephone_in_clear()?;
        // The great cities have an area code of three digits, other places of four; a mobile number none.
        let (head, hyphen) = match text.as_bytes() {
            [b'0', b'1' | b'2', ..] => (3, "-"),
            [b'0', ..] => (4, "-"),
            _ => (3, ""),
        };
        Some(masked(text, head, hyphen))
    }

    /// For people to see: `3201**********1234`; stars alone if it is too short to hide anything.
    pub fn number_masked(&self) -> Option<String> {
        self.number_in_clear().map(|text| masked(text, 4, ""))
    }
}

/// All but the first characters and the last four as stars.
fn masked(text: &str, head: usize, hyphen: &str) -> String {
    const TAIL: usize = 4;
    let characters: Vec<char> = text.chars().collect();
    // At least three are hidden, or it is no mask.
    let Some(stars) = characters.len().checked_sub(head + TAIL).filter(|stars| *stars >= 3) else {
        return "*".repeat(characters.len());
    };
    let head: String = characters[..head].iter().collect();
    let tail: String = characters[characters.len() - TAIL..].iter().collect();
    format!("{head}{hyphen}{}{tail}", "*".repeat(stars))
}

/// Rule A9: masked.
impl fmt::Debug for Person {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = |masked: Option<String>| masked.unwrap_or_else(|| "-".to_owned());
        let (telephone, number) = (text(self.telephone_masked()), text(self.number_masked()));
        write!(f, "Person({}, {telephone}, {number})", self.name_masked())
    }
}

impl Keys {
    /// Seals a person; as [`Keys::seal`].
    ///
    /// # Errors
    ///
    /// As [`Keys::seal`].
    pub fn seal_person(&self, person: &Person, context: &str) -> Result<String, KeyError> {
        let own = |text: &str| Zeroized(text.to_owned());
        let record = Record {
            name: own(person.name_in_clear()),
            telephone: person.telephone_in_clear().map(own),
            number: person.number_in_clear().map(own),
        };
        // Each character takes six bytes at most (an escaped one): the buffer never moves and leaves no copy behind.
        let texts = [Some(&record.name), record.telephone.as_ref(), record.number.as_ref()];
        let room = texts.iter().flatten().map(|text| 6 * text.0.len()).sum::<usize>() + 64;
        let mut json = Zeroizing::new(Vec::with_capacity(room));
        serde_json::to_writer(&mut *json, &record).expect("texts go into JSON and into memory");
        self.seal(&json, context)
    }

    /// Opens what [`Keys::seal_person`] gave; as [`Keys::unseal`].
    ///
    /// # Errors
    ///
    /// As [`Keys::unseal`]; `NotAPerson` if it is another record.
    pub fn unseal_person(&self, sealed: &str, context: &str) -> Result<Person, Unreadable> {
        let json = self.unseal(sealed, context)?;
        // The reason would show a part of the record.
        let record: Record = serde_json::from_slice(&json).map_err(|_| {
            let period = sealed.split_once(':').and_then(|(period, _)| period.parse().ok());
            period.map_or(Unreadable::NotSealed, |period| Unreadable::NotAPerson { period })
        })?;
        let text = |text: &Option<Zeroized>| text.as_ref().map(|text| text.0.clone());
        let (telephone, number) = (text(&record.telephone), text(&record.number));
        Ok(Person::new(&record.name.0, telephone.as_deref(), number.as_deref()))
    }
}

#[cfg(test)]
#[path = "person_tests.rs"]
mod tests;
