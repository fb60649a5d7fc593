//! What several tests need: a hall's directory of keys.

use crate::{Access, Day, KeyError, Keys, Master};
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use tempfile::TempDir;

/// A state directory, and in it the directory of the keys, not made yet.
pub(crate) struct Place {
    state: TempDir,
}

impl Place {
    pub(crate) fn new() -> Self {
        Place { state: tempfile::tempdir().unwrap() }
    }

    pub(crate) fn keys(&self) -> PathBuf {
        self.state.path().join("keys")
    }

    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.keys().join(name)
    }

    pub(crate) fn text(&self, name: &str) -> String {
        fs::read_to_string(self.file(name)).unwrap()
    }

    /// A file as one of ours would be, whatever it holds.
    pub(crate) fn put(&self, name: &str, bytes: impl AsRef<[u8]>) {
        fs::write(self.file(name), bytes).unwrap();
        fs::set_permissions(self.file(name), Permissions::from_mode(0o600)).unwrap();
    }

    pub(crate) fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(self.keys())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    /// Opens without a master key; makes what is not there.
    pub(crate) fn open(&self, today: &str) -> Result<Keys, KeyError> {
        self.open_with(&[], today)
    }

    pub(crate) fn open_with(&self, masters: &[u8], today: &str) -> Result<Keys, KeyError> {
        let masters = masters.iter().map(|byte| master(*byte)).collect();
        Keys::open(&self.keys(), masters, day(today), Access::Begin)
    }
}

/// A master key told apart by one byte.
pub(crate) fn master(byte: u8) -> Master {
    Master::from_bytes(&[&[byte; 31][..], b"!"].concat()).unwrap()
}

pub(crate) fn day(text: &str) -> Day {
    text.parse().unwrap()
}

/// Error or `None`, since keys have no equality.
pub(crate) fn error<T>(result: Result<T, KeyError>) -> KeyError {
    result.err().expect("an error was expected")
}
