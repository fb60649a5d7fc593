//! Keys in memory and the three things done with them: sub-keys, keyed hashes, encryption.
//!
//! Sources: RFC 2104 (HMAC) with SHA-256, RFC 5869 2.3 (HKDF-Expand), RFC 8439 2.8 (ChaCha20-Poly1305). The month's key is
//! random and so needs no HKDF-Extract.

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{ChaCha20Poly1305, Nonce};
use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256};
use std::fmt::{self, Write};
use zeroize::Zeroizing;

/// Bytes of a key.
pub(crate) const KEY: usize = 32;
/// Bytes of a nonce, RFC 8439. Drawn at random for each record: under one month's key a million records would have to be
/// sealed for a chance of 2^-57 that two share one, and a hall seals some thousands.
const NONCE: usize = 12;

/// 32 secret bytes, overwritten when dropped.
// Boxed, so that moving a key leaves no copy behind on the stack.
pub(crate) struct Key(Box<Zeroizing<[u8; KEY]>>);

/// The operating system gave no random bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no random bytes from the operating system: {0}")]
pub struct NoRandom(getrandom::Error);

impl Key {
    /// A new one.
    pub(crate) fn random() -> Result<Self, NoRandom> {
        let mut key = Box::new(Zeroizing::new([0; KEY]));
        getrandom::fill(&mut key[..]).map_err(NoRandom)?;
        Ok(Key(key))
    }

    /// These bytes, if they are as many as a key has.
    pub(crate) fn from_slice(bytes: &[u8]) -> Option<Self> {
        let mut key = Box::new(Zeroizing::new([0; KEY]));
        (bytes.len() == KEY).then(|| key.copy_from_slice(bytes))?;
        Some(Key(key))
    }

    /// A key out of secret bytes of any length: HKDF-Extract with the label as salt.
    pub(crate) fn extract(label: &[u8], bytes: &[u8]) -> Key {
        Key(Box::new(hmac(label, &[bytes])))
    }

    /// The bytes themselves: for the key's file only.
    pub(crate) fn in_clear(&self) -> &[u8] {
        &self.0[..]
    }

    /// The sub-key for one purpose: HKDF-Expand with the label as `info`, 32 bytes.
    pub(crate) fn derive(&self, label: &[u8]) -> Key {
        Key(Box::new(hmac(self.in_clear(), &[label, &[1]])))
    }

    /// The keyed hash of `data`.
    pub(crate) fn hash(&self, data: &[u8]) -> [u8; 32] {
        *hmac(self.in_clear(), &[data])
    }

    /// Nonce, ciphertext and tag of `clear`, bound to `context`.
    pub(crate) fn seal(&self, clear: &[u8], context: &[u8]) -> Result<Vec<u8>, NoRandom> {
        let mut nonce = [0; NONCE];
        getrandom::fill(&mut nonce).map_err(NoRandom)?;
        Ok(self.seal_with(nonce, clear, context))
    }

    fn seal_with(&self, nonce: [u8; NONCE], clear: &[u8], context: &[u8]) -> Vec<u8> {
        let cipher = ChaCha20Poly1305::new((&**self.0).into());
        let sealed = cipher
            .encrypt(&Nonce::from(nonce), Payload { msg: clear, aad: context })
            .expect("refuses above 256 GiB only, and callers bound what they seal");
        [&nonce[..], &sealed].concat()
    }

    /// What [`Key::seal`] was given, if this key, the context and every byte are the same as then.
    pub(crate) fn open(&self, sealed: &[u8], context: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let (nonce, sealed) = sealed.split_first_chunk::<NONCE>()?;
        let cipher = ChaCha20Poly1305::new((&**self.0).into());
        let clear = cipher.decrypt(&Nonce::from(*nonce), Payload { msg: sealed, aad: context }).ok()?;
        Some(Zeroizing::new(clear))
    }

    /// By which people tell keys apart.
    pub(crate) fn fingerprint(&self) -> Fingerprint {
        let hash = Sha256::digest(self.in_clear());
        Fingerprint(*hash.first_chunk().expect("SHA-256 has 32 bytes"))
    }
}

fn hmac(key: &[u8], parts: &[&[u8]]) -> Zeroizing<[u8; 32]> {
    let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(key).expect("HMAC takes keys of any length");
    parts.iter().for_each(|part| mac.update(part));
    Zeroizing::new(mac.finalize().into_bytes().into())
}

/// The first four bytes of a key's SHA-256, as eight hexadecimal digits: tells keys and their backups apart, and gives
/// nothing of the key away.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Fingerprint(pub(crate) [u8; 4]);

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Fingerprint({self})")
    }
}

/// Lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> Zeroizing<String> {
    // Room for all, so that the text never moves and leaves a copy behind.
    let mut text = Zeroizing::new(String::with_capacity(2 * bytes.len()));
    for byte in bytes {
        write!(text, "{byte:02x}").expect("writing to a String cannot fail");
    }
    text
}

/// The bytes of lower-case hexadecimal; `None` for any other text.
pub(crate) fn unhex(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    let nibble = |digit: u8| match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    };
    let mut bytes = Zeroizing::new(Vec::with_capacity(text.len() / 2));
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    for [high, low] in pairs {
        bytes.push(nibble(*high)? << 4 | nibble(*low)?);
    }
    rest.is_empty().then_some(bytes)
}

#[cfg(test)]
#[path = "secret_tests.rs"]
mod tests;
