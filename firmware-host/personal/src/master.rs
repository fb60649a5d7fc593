//! The hall's master key: wraps the months' keys, so that a copy of their directory opens nothing.

use crate::error::{KeyError, io};
use crate::secret::{Fingerprint, Key};
use std::fmt;
use std::fs::File;
use std::io::Read;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use zeroize::Zeroizing;

/// Fewest bytes of a master key: the strength of the keys it wraps. Shorter ones are passwords, which can be guessed.
const LEAST: usize = 32;
/// Most bytes looked at; a longer file is not a key but a mistake in its name.
const MOST: usize = 4096;
/// Permission bits that a file with a key must not have: written by the group, anything by others. Its group may read:
/// systemd shows its credentials so, whose owner is root.
const TOO_OPEN: u32 = 0o027;

/// The master key, given by the host from a systemd credential or a file of the operator's.
#[derive(Clone)]
pub struct Master {
    bytes: std::sync::Arc<Key>,
}

/// Bytes that are no master key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MasterError {
    /// Too short to withstand guessing, or too long to be meant.
    #[error("master key: {seen} bytes, {LEAST} to {MOST} expected; make one with `openssl rand -hex 32`")]
    Length {
        /// Bytes there are, without white space around a text.
        seen: usize,
    },
    /// The same byte all over: a file of zeros, such as a disk leaves after a crash.
    #[error("master key: all bytes are alike; make one with `openssl rand -hex 32`")]
    Alike,
}

impl Master {
    /// Takes 32 to 4096 bytes that were drawn at random, or a text of them such as `openssl rand -hex 32` prints. White space
    /// around a text is not part of it, so that an editor's line end makes no other key.
    ///
    /// # Errors
    ///
    /// [`MasterError`], by its variants.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, MasterError> {
        let bytes = if bytes.is_ascii() { bytes.trim_ascii() } else { bytes };
        if !(LEAST..=MOST).contains(&bytes.len()) {
            return Err(MasterError::Length { seen: bytes.len() });
        }
        if bytes.iter().all(|byte| *byte == bytes[0]) {
            return Err(MasterError::Alike);
        }
        Ok(Master { bytes: std::sync::Arc::new(Key::extract(b"hallgate master 1", bytes)) })
    }

    /// Reads a master key from a file, which others than its owner and group must not be able to read.
    ///
    /// # Errors
    ///
    /// [`KeyError::Io`], [`KeyError::Permissions`] or [`KeyError::Master`].
    pub fn read(path: &Path) -> Result<Self, KeyError> {
        let mut file = File::open(path).map_err(io(path, "open"))?;
        let seen = file.metadata().map_err(io(path, "look at"))?.permissions().mode() & 0o777;
        if seen & TOO_OPEN != 0 {
            return Err(KeyError::Permissions { path: path.into(), seen, expected: 0o400 });
        }
        // One byte more than is taken, so that a longer file is seen to be one; never more, so that nothing is copied.
        let mut bytes = Zeroizing::new(Vec::with_capacity(MOST + 2));
        let most = MOST as u64 + 1;
        (&mut file).take(most).read_to_end(&mut bytes).map_err(io(path, "read"))?;
        Master::from_bytes(&bytes).map_err(|error| KeyError::Master { path: path.into(), error })
    }

    /// By which people tell master keys apart.
    pub fn fingerprint(&self) -> Fingerprint {
        self.bytes.fingerprint()
    }

    pub(crate) fn key(&self) -> &Key {
        &self.bytes
    }
}

/// Shows the fingerprint only.
impl fmt::Debug for Master {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Master({})", self.fingerprint())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &[u8] = b"6b1f0d5c9a3e4e7788aa01c2d3e4f5061728394a5b6c7d8e9f00112233445566";

    #[test]
    fn an_editors_line_end_makes_no_other_key() {
        let plain = Master::from_bytes(TEXT).unwrap().fingerprint();
        for text in [[TEXT, b"\n"].concat(), [b" ", TEXT, b"\r\n"].concat()] {
            assert_eq!(Master::from_bytes(&text).unwrap().fingerprint(), plain);
        }
        // Random bytes may end with what would be a line end in a text.
        let random = [&[0xF1; 31][..], b"\n"].concat();
        let cut = &random[..31];
        assert_eq!(Master::from_bytes(cut).unwrap_err(), MasterError::Length { seen: 31 });
        assert!(Master::from_bytes(&random).is_ok());
    }

    #[test]
    fn what_is_no_key_is_refused_without_being_shown() {
        for (bytes, error) in [
            (&b""[..], MasterError::Length { seen: 0 }),
            (b"correct horse battery staple", MasterError::Length { seen: 28 }),
            (&[7; 4097], MasterError::Length { seen: 4097 }),
            (&[0; 32], MasterError::Alike),
        ] {
            assert_eq!(Master::from_bytes(bytes).unwrap_err(), error);
            assert!(!error.to_string().contains("horse"));
        }
    }

    #[test]
    fn a_file_that_others_can_read_is_refused() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("master");
        std::fs::write(&path, TEXT).unwrap();
        for (mode, good) in
            [(0o400, true), (0o600, true), (0o440, true), (0o644, false), (0o620, false), (0o604, false)]
        {
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
            match Master::read(&path) {
                Ok(_) => assert!(good, "{mode:o}"),
                Err(KeyError::Permissions { seen, .. }) => assert!(!good && seen == mode, "{mode:o}"),
                Err(other) => panic!("{other}"),
            }
        }
        assert!(matches!(
            Master::read(directory.path()),
            Err(KeyError::Permissions { .. } | KeyError::Io { .. })
        ));
    }
}
