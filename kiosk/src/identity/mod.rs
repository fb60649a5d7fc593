//! Identity numbers, names and telephone numbers of people: read, checked, shown masked.
//!
//! Map: [`CivilDate`] and [`Age`], [`IdentityNumber`] (check digit, birth date), [`PersonName`], [`Telephone`].
//!
//! Rule A9: whatever holds such data prints masked under `Debug` and has no `Display`; errors name the kind and the place of
//! a mistake, never what was typed. The clear text is given only by methods called `in_clear`, for the keyed hash and the
//! encryption, so that a search for that word finds every place that has it.
//!
//! Left to others: storing and hashing (the host), which age is entitled to what (configuration), the region codes of
//! GB/T 2260 (they change every year, and numbers keep the code they were born with).
//!
//! Source: GB 11643-1999 with the check of ISO 7064 MOD 11-2, PROTOCOLS.md 4; telephone numbers: the numbering plan of the
//! Chinese telephone network, as commonly known.

mod date;
mod name;
mod number;
mod telephone;

pub use date::{Age, CivilDate};
pub use name::{MAX_NAME, NameError, PersonName};
pub use number::{IdentityError, IdentityNumber, MAX_AGE, NumberKind, with_check_digit};
pub use telephone::{Telephone, TelephoneError};

/// A character as people type it, made plain: full-width forms (U+FF01 to U+FF5E, as Chinese input methods give them) become
/// ASCII, the ideographic blank a blank.
fn half_width(character: char) -> char {
    match character {
        '\u{FF01}'..='\u{FF5E}' => {
            char::from_u32(u32::from(character) - 0xFEE0).expect("FF01 to FF5E less FEE0 is 21 to 7E")
        }
        '\u{3000}' => ' ',
        other => other,
    }
}
