//! The file of one month's key.
//!
//! | line | content |
//! |---|---|
//! | 1 | `hallgate key 1` |
//! | 2 | `period 2026-11` |
//! | 3 | `fingerprint 1a2b3c4d`, of the key: damage is seen, also where nothing is wrapped |
//! | 4 | `plain` and the key in hexadecimal; or `wrapped`, the fingerprint of the master key, and base64 of nonce, ciphertext and tag |
//!
//! The wrapping is bound to the month, so that a file under another's name is refused.

use crate::day::Period;
use crate::error::KeyError;
use crate::master::Master;
use crate::secret::{Fingerprint, Key, hex, unhex};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::path::Path;
use zeroize::Zeroizing;

/// First line: what it is, and the version of its form.
const HEAD: &str = "hallgate key 1";
/// Ends the name of a key's file.
const SUFFIX: &str = ".key";

/// The name of a month's file.
pub(crate) fn name(period: Period) -> String {
    format!("{period}{SUFFIX}")
}

/// The month whose file this is.
pub(crate) fn period(name: &str) -> Option<Period> {
    name.strip_suffix(SUFFIX)?.parse().ok()
}

/// A key out of its file.
pub(crate) struct Read {
    pub(crate) key: Key,
    /// Which of the master keys had wrapped it.
    pub(crate) wrapped_under: Option<usize>,
}

/// The file's text, wrapped if there is a master key.
pub(crate) fn text(
    key: &Key,
    period: Period,
    master: Option<&Master>,
) -> Result<Zeroizing<String>, KeyError> {
    let secret = match master {
        None => Zeroizing::new(format!("plain {}", *hex(key.in_clear()))),
        Some(master) => {
            let wrapped = master.key().seal(key.in_clear(), period.to_string().as_bytes())?;
            Zeroizing::new(format!("wrapped {} {}", master.fingerprint(), STANDARD.encode(wrapped)))
        }
    };
    let fingerprint = key.fingerprint();
    Ok(Zeroizing::new(format!("{HEAD}\nperiod {period}\nfingerprint {fingerprint}\n{}\n", *secret)))
}

/// Reads the text of a file that bears the name of `expected`.
pub(crate) fn parse(text: &str, expected: Period, masters: &[Master], path: &Path) -> Result<Read, KeyError> {
    let damaged = |seen, expected| KeyError::Damaged { path: path.to_owned(), seen, expected };
    let lines: Vec<&str> = text.lines().collect();
    let [head, period, fingerprint, secret] = lines[..] else {
        return Err(damaged("not four lines", "the four lines of a key"));
    };
    if head != HEAD {
        return Err(damaged("another first line", "`hallgate key 1`"));
    }
    if period.strip_prefix("period ").and_then(|period| period.parse().ok()) != Some(expected) {
        return Err(damaged("another period in line 2", "the month of the file's name"));
    }
    let words: Vec<&str> = secret.split(' ').collect();
    let (bytes, wrapped_under) = match words[..] {
        ["plain", key] => (unhex(key), None),
        ["wrapped", master, wrapped] => {
            let needed = unhex(master).and_then(|bytes| bytes.as_slice().try_into().ok()).map(Fingerprint);
            let needed = needed.ok_or(damaged("no fingerprint in line 4", "that of the master key"))?;
            let Some(place) = masters.iter().position(|master| master.fingerprint() == needed) else {
                return Err(KeyError::WrongMaster {
                    path: path.to_owned(),
                    seen: listed(masters),
                    expected: needed,
                });
            };
            let wrapped = STANDARD.decode(wrapped).ok();
            let key = wrapped
                .and_then(|wrapped| masters[place].key().open(&wrapped, expected.to_string().as_bytes()));
            (key, Some(place))
        }
        _ => return Err(damaged("another line 4", "`plain` or `wrapped` and a key")),
    };
    let key = bytes.and_then(|bytes| Key::from_slice(&bytes));
    let key = key.ok_or(damaged("no key in line 4", "a key as it was written"))?;
    if fingerprint.strip_prefix("fingerprint ") != Some(key.fingerprint().to_string().as_str()) {
        return Err(damaged("a key of another fingerprint", "the one in line 3"));
    }
    Ok(Read { key, wrapped_under })
}

fn listed(masters: &[Master]) -> String {
    let texts: Vec<String> = masters.iter().map(|master| master.fingerprint().to_string()).collect();
    if texts.is_empty() { "none".to_owned() } else { texts.join(", ") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn november() -> Period {
        Period::new(2026, 11).unwrap()
    }

    fn master(byte: u8) -> Master {
        Master::from_bytes(&[&[byte; 31][..], b"!"].concat()).unwrap()
    }

    fn read(text: &str, masters: &[Master]) -> Result<Read, KeyError> {
        parse(text, november(), masters, Path::new("keys/2026-11.key"))
    }

    #[test]
    fn a_key_is_read_as_it_was_written() {
        let key = Key::random().unwrap();
        let plain = text(&key, november(), None).unwrap();
        let back = read(&plain, &[]).unwrap();
        assert_eq!((back.key.in_clear(), back.wrapped_under), (key.in_clear(), None));
        let wrapped = text(&key, november(), Some(&master(1))).unwrap();
        assert!(!wrapped.contains(hex(key.in_clear()).as_str()));
        let back = read(&wrapped, &[master(2), master(1)]).unwrap();
        assert_eq!((back.key.in_clear(), back.wrapped_under), (key.in_clear(), Some(1)));
    }

    #[test]
    fn another_master_key_is_told_from_damage() {
        let key = Key::random().unwrap();
        let wrapped = text(&key, november(), Some(&master(1))).unwrap();
        for (given, seen) in
            [(vec![], "none".to_owned()), (vec![master(2)], master(2).fingerprint().to_string())]
        {
            let error = read(&wrapped, &given).err().unwrap().to_string();
            let needed = master(1).fingerprint();
            assert_eq!(
                error,
                format!(
                    "keys/2026-11.key: wrapped under master key {needed}, given {seen}; give that master key"
                )
            );
        }
        let december = Period::new(2026, 12).unwrap();
        let moved = wrapped.replace("2026-11", "2026-12");
        let error = parse(&moved, december, &[master(1)], Path::new("k")).err().unwrap();
        assert!(matches!(error, KeyError::Damaged { .. }), "{error}");
    }

    #[test]
    fn each_changed_character_is_seen_and_no_error_shows_the_key() {
        let key = Key::random().unwrap();
        for master in [None, Some(master(1))] {
            let whole = text(&key, november(), master.as_ref()).unwrap();
            let masters: Vec<Master> = master.into_iter().collect();
            let secret = whole.lines().last().unwrap().split(' ').next_back().unwrap();
            for place in 0..whole.trim_end().len() {
                let mut changed = whole.as_bytes().to_vec();
                changed[place] ^= 1;
                let Ok(changed) = String::from_utf8(changed) else { continue };
                let error = read(&changed, &masters).err().unwrap_or_else(|| panic!("place {place}"));
                let said = format!("{error} {error:?}");
                assert!(!said.contains(&secret[1..20]), "place {place}");
                assert!(read(&whole[..place], &masters).is_err(), "cut to {place}");
            }
        }
    }

    proptest! {
        #[test]
        fn no_text_panics(text in any::<String>(), line in "(plain|wrapped) [0-9a-f]{8} [0-9A-Za-z+/=]{0,90}") {
            read(&text, &[master(1)]).ok();
            read(&format!("{HEAD}\nperiod 2026-11\nfingerprint 00000000\n{line}\n"), &[master(1)]).ok();
        }
    }
}
