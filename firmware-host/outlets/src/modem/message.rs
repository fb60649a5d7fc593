//! A message as the host hands it over: masked for people who read logs, checked, and cut into what a modem takes.

use std::fmt;

/// Units of UTF-16 in one message. 3GPP TS 23.040, 9.2.3.24: 140 octets.
pub const MAX_UNITS: usize = 70;
/// Units of a part, its number included: what a phone's own joined messages have beside their header (TS 23.040, 9.2.3.24.1),
/// so that a centre which puts such a header in front does not cut the part again.
pub const MAX_PART_UNITS: usize = 67;
/// Parts of a text. A citizen reads a reminder, not a page; the label `(1/4)` counts on one digit.
pub const MAX_PARTS: usize = 4;
/// Units of `(1/4)`.
const LABEL_UNITS: usize = 5;
/// Digits of a number: from emergency and service numbers to those of ITU-T E.164.
const DIGITS: std::ops::RangeInclusive<usize> = 3..=15;

/// A text for a telephone. Personal data: `Debug` shows neither.
#[derive(Clone, PartialEq, Eq)]
pub struct Message {
    /// The host's number for it; comes back with the result.
    pub id: u64,
    /// Telephone number: digits, perhaps a `+` in front. See [`check_number`].
    pub to: String,
    /// The text. See [`parts`].
    pub text: String,
}

impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Message {} to {}, {} units", self.id, masked(&self.to), units(&self.text))
    }
}

/// Why a message cannot be sent as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Unfit {
    /// The number is not 3 to 15 digits with an optional `+` in front.
    #[error("number is not 3 to 15 digits")]
    Number,
    /// There is no text.
    #[error("text is empty")]
    Empty,
    /// The text needs more than four parts.
    #[error("text has {units} units, at most {most} can be sent")]
    TooLong {
        /// Units of UTF-16 that it has.
        units: usize,
        /// Units that four parts hold.
        most: usize,
    },
}

impl Unfit {
    /// The same for people in the hall.
    pub fn chinese(&self) -> String {
        match self {
            Unfit::Number => "电话号码不是3至15位数字".to_owned(),
            Unfit::Empty => "短信没有内容".to_owned(),
            Unfit::TooLong { units, most } => format!("短信{units}字，最多可发{most}字"),
        }
    }
}

/// Whether a modem may be given this number.
///
/// # Errors
/// [`Unfit::Number`].
pub fn check_number(number: &str) -> Result<(), Unfit> {
    let digits = number.strip_prefix('+').unwrap_or(number);
    let fits = DIGITS.contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    fits.then_some(()).ok_or(Unfit::Number)
}

/// The number as people may see it who need not know it: `138****5678`. Short and foreign-looking ones are all stars.
pub fn masked(number: &str) -> String {
    let digits = number.strip_prefix('+').unwrap_or(number);
    if digits.len() < 8 || check_number(number).is_err() {
        return "*".repeat(number.chars().count().min(*DIGITS.end()));
    }
    // With a country code the last eleven digits are the number that the owner knows.
    let own = &digits[digits.len().saturating_sub(11)..];
    format!("{}****{}", &own[..3], &own[own.len() - 4..])
}

/// The messages to send for `text`, in this order: itself if it fits, else up to four numbered parts.
///
/// # Errors
/// [`Unfit::Empty`], [`Unfit::TooLong`].
pub fn parts(text: &str) -> Result<Vec<String>, Unfit> {
    let all = units(text);
    if all == 0 {
        return Err(Unfit::Empty);
    }
    if all <= MAX_UNITS {
        return Ok(vec![text.to_owned()]);
    }
    let room = MAX_PART_UNITS - LABEL_UNITS;
    let mut bodies = vec![String::new()];
    let mut used = 0;
    // Whole characters only: a half of a pair is no character (Unicode, 3.9, D91).
    for character in text.chars() {
        if used + character.len_utf16() > room {
            bodies.push(String::new());
            used = 0;
        }
        used += character.len_utf16();
        if let Some(body) = bodies.last_mut() {
            body.push(character);
        }
    }
    let of = bodies.len();
    if of > MAX_PARTS {
        return Err(Unfit::TooLong { units: all, most: room * MAX_PARTS });
    }
    Ok(bodies.iter().enumerate().map(|(n, body)| format!("({}/{of}){body}", n + 1)).collect())
}

/// Units of UTF-16.
pub(super) fn units(text: &str) -> usize {
    text.encode_utf16().count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a9_a_message_is_printed_without_number_and_text() {
        let message =
            Message { id: 7, to: "+8613812345678".to_owned(), text: "张三，请来😀".to_owned() };
        assert_eq!(format!("{message:?}"), "Message 7 to 138****5678, 7 units");
        for (number, shown) in [
            ("13812345678", "138****5678"),
            ("01012345678", "010****5678"),
            ("12345678", "123****5678"),
            ("10086", "*****"),
            ("not a number at all", "***************"),
        ] {
            assert_eq!(masked(number), shown);
        }
    }

    #[test]
    fn numbers_are_digits_with_an_optional_plus() {
        for good in ["110", "10086", "13812345678", "+8613812345678", "123456789012345"] {
            assert_eq!(check_number(good), Ok(()), "{good}");
        }
        for bad in [
            "",
            "+",
            "12",
            "1381234567a",
            "138 1234",
            "++861381",
            "1234567890123456",
            "１２３４５",
            "13;AT",
            "1\"2",
        ] {
            assert_eq!(check_number(bad), Err(Unfit::Number), "{bad}");
        }
    }

    #[test]
    fn seventy_units_are_one_message_and_more_are_numbered() {
        assert_eq!(parts("").unwrap_err(), Unfit::Empty);
        assert_eq!(parts(&"办".repeat(70)).unwrap(), ["办".repeat(70)]);
        let two = parts(&"办".repeat(71)).unwrap();
        assert_eq!(two, [format!("(1/2){}", "办".repeat(62)), format!("(2/2){}", "办".repeat(9))]);
        let three = parts(&"办".repeat(134)).unwrap();
        assert_eq!(three.iter().map(|part| units(part)).collect::<Vec<_>>(), [67, 67, 15]);
        assert_eq!(parts(&"办".repeat(248)).unwrap().len(), 4);
        assert_eq!(parts(&"办".repeat(249)).unwrap_err(), Unfit::TooLong { units: 249, most: 248 });
    }

    #[test]
    fn a_pair_of_surrogates_stays_together() {
        // 61 units, then characters of two: the 62nd unit would be the first half of one.
        let text = format!("{}{}", "办".repeat(61), "😀".repeat(10));
        let cut = parts(&text).unwrap();
        assert_eq!(cut[0], format!("(1/2){}", "办".repeat(61)));
        assert_eq!(cut[1], format!("(2/2){}", "😀".repeat(10)));
    }

    proptest! {
        #[test]
        fn parts_put_together_are_the_text(text in "[办0-9a😀𠮷]{0,140}") {
            match parts(&text) {
                Ok(cut) if cut.len() == 1 => prop_assert_eq!(&cut[0], &text),
                Ok(cut) => {
                    let whole: String = cut.iter().map(|part| &part[LABEL_UNITS..]).collect();
                    prop_assert_eq!(whole, text);
                    prop_assert!(cut.iter().all(|part| units(part) <= MAX_PART_UNITS));
                }
                Err(unfit) => prop_assert!(text.is_empty() || units(&text) > 240, "{}", unfit),
            }
        }
    }
}
