//! PINs of staff: hashing for `hall.toml`, checking at a keypad (rule P2). Left to others: who may try how often
//! (`lines::keypads::throttle`) and on which thread, as checking one takes tens of milliseconds.

use crate::config::staff::PinHash;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};

/// Cost of our own hashes: 12 MiB and three passes, the second of the two that OWASP's password storage sheet names for
/// argon2id. Some 25 ms on the development machine, a few times that on a small board. More would make a clerk wait; four
/// digits are guessed from the hash all the same, so `hall.toml` is readable by hallgate alone.
const COST: (u32, u32, u32) = (12_288, 3, 1);

/// Dearest hash that is taken from `hall.toml`: 64 MiB, ten passes, four lanes. Beyond it one sign-in would take a small box
/// all its memory or seconds.
const DEAREST: (u32, u32, u32) = (65_536, 10, 4);

/// The hash of a PIN with a salt of its own, for `hall.toml`.
///
/// # Errors
/// In words, when the system gives no random bytes.
pub fn hash(pin: &str) -> Result<PinHash, String> {
    let (memory, passes, lanes) = COST;
    let params = Params::new(memory, passes, lanes, None).map_err(|error| error.to_string())?;
    let hasher = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let hash = hasher.hash_password(pin.as_bytes()).map_err(|error| error.to_string())?;
    Ok(PinHash(hash.to_string()))
}

/// Whether the hash can be checked against, at a bearable cost.
///
/// # Errors
/// What it is instead, without repeating it.
pub fn usable(hash: &PinHash) -> Result<(), &'static str> {
    let parsed = PasswordHash::new(&hash.0).map_err(|_| "the pin is not a hash")?;
    if parsed.algorithm.as_str() != "argon2id" || parsed.hash.is_none() || parsed.salt.is_none() {
        return Err("the pin is not an argon2id hash");
    }
    let params = Params::try_from(&parsed).map_err(|_| "the parameters of the hash make no sense")?;
    let (memory, passes, lanes) = DEAREST;
    if params.m_cost() > memory || params.t_cost() > passes || params.p_cost() > lanes {
        return Err("the hash takes too long to check");
    }
    Ok(())
}

/// Whether this is the PIN. Takes tens of milliseconds: never on a task that others wait for.
pub fn matches(pin: &str, hash: &PinHash) -> bool {
    usable(hash).is_ok()
        && PasswordHash::new(&hash.0)
            .is_ok_and(|parsed| Argon2::default().verify_password(pin.as_bytes(), &parsed).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p2_a_pin_is_known_by_its_hash_and_no_other_is() {
        let hash = hash("1949").unwrap();
        assert_eq!(usable(&hash), Ok(()));
        assert!(matches("1949", &hash) && !matches("1948", &hash) && !matches("", &hash));
        assert!(hash != super::hash("1949").unwrap(), "each has a salt of its own");
        assert_eq!(format!("{hash:?}"), "PinHash(…)");
    }

    #[test]
    fn what_is_no_hash_or_too_dear_is_told_without_repeating_it() {
        let salt = "c29tZXNhbHRzb21lc2FsdA";
        let sum = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";
        let table = [
            (String::from("1949"), "the pin is not a hash"),
            (String::new(), "the pin is not a hash"),
            (format!("$argon2i$v=19$m=12288,t=3,p=1${salt}${sum}"), "the pin is not an argon2id hash"),
            (format!("$argon2id$v=19$m=12288,t=3,p=1${salt}"), "the pin is not an argon2id hash"),
            (format!("$argon2id$v=19$m=1048576,t=3,p=1${salt}${sum}"), "the hash takes too long to check"),
            (format!("$argon2id$v=19$m=12288,t=3000,p=1${salt}${sum}"), "the hash takes too long to check"),
        ];
        for (text, said) in table {
            assert_eq!(usable(&PinHash(text.clone())), Err(said), "{text}");
            assert!(!matches("1949", &PinHash(text)));
        }
    }
}
