//! The hash chain of the log: each row's hash covers the row before it, so that a changed past is noticed.
//!
//! It shows an edit, not a clever forger: who can rewrite the file can rewrite every hash after the edit. Whoever keeps the
//! head elsewhere ([`crate::Verified::head`], on a printed report or with a backup) sees that too, and a shortened log.

use sha2::{Digest, Sha256};

/// SHA-256 of one row.
pub(crate) type Hash = [u8; 32];

/// The end of the log so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Head {
    /// Position of the last row, 0 in an empty log.
    pub(crate) position: i64,
    /// Its hash; zeros in an empty log.
    pub(crate) hash: Hash,
}

impl Head {
    /// Before the first row.
    pub(crate) const EMPTY: Head = Head { position: 0, hash: [0; 32] };

    /// The head after one more row with this moment and body.
    pub(crate) fn next(&self, at: i64, body: &[u8]) -> Head {
        let position = self.position + 1;
        Head { position, hash: row_hash(&self.hash, position, at, body) }
    }
}

/// SHA-256(previous | position | at | body), integers as 8 bytes, big-endian.
pub(crate) fn row_hash(previous: &Hash, position: i64, at: i64, body: &[u8]) -> Hash {
    let mut hasher = Sha256::new();
    hasher.update(previous);
    hasher.update(position.to_be_bytes());
    hasher.update(at.to_be_bytes());
    hasher.update(body);
    hasher.finalize().into()
}

/// Lower-case hexadecimal, as printed.
pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Computed with coreutils: 32 zero bytes, two integers 1 and `{}` through `sha256sum`.
    #[test]
    fn first_row() {
        let head = Head::EMPTY.next(1, b"{}");
        assert_eq!(head.position, 1);
        assert_eq!(hex(&head.hash), "d6e3dfe5dbc15fc03e14f4016521e22395d6193412d7ba12879f847bc821fe5d");
    }
}
