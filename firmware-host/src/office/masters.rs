//! The hall's master key, as systemd hands it over: a credential, which no other process sees and which is never on a disk in
//! clear if it was encrypted for this machine. Without one the months' keys are not wrapped, which the log says.
//!
//! Source: systemd.exec(5), "Credentials"; systemd-creds(1).

use personal::{KeyError, Master};
use std::path::Path;

/// Names of the credentials. The first wraps; the second is the one before, given while the master key is changed.
const NAMES: [&str; 2] = ["hallgate-master", "hallgate-master-old"];

/// The master keys given, the one that wraps first.
///
/// # Errors
/// A credential that cannot be read, or holds no key.
pub(super) fn given() -> Result<Vec<Master>, KeyError> {
    // Absent: no credential at all, or no systemd.
    std::env::var_os("CREDENTIALS_DIRECTORY").map_or(Ok(Vec::new()), |directory| read(Path::new(&directory)))
}

fn read(directory: &Path) -> Result<Vec<Master>, KeyError> {
    let there = NAMES.iter().map(|name| directory.join(name)).filter(|path| path.exists());
    there.map(|path| Master::read(&path)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs::{self, Permissions};
    use std::os::unix::fs::PermissionsExt;

    fn put(directory: &Path, name: &str, text: &str) {
        fs::write(directory.join(name), text).unwrap();
        fs::set_permissions(directory.join(name), Permissions::from_mode(0o400)).unwrap();
    }

    #[test]
    fn a9_the_new_master_key_comes_first_and_what_is_no_key_is_an_error() {
        let directory = tempfile::tempdir().unwrap();
        assert_eq!(read(directory.path()).unwrap().len(), 0);
        let (old, new) = ("0123456789abcdef".repeat(4), "fedcba9876543210".repeat(4));
        put(directory.path(), NAMES[1], &old);
        put(directory.path(), NAMES[0], &new);
        let fingerprints: Vec<_> =
            read(directory.path()).unwrap().iter().map(personal::Master::fingerprint).collect();
        let expected = [new, old].map(|text| Master::from_bytes(text.as_bytes()).unwrap().fingerprint());
        assert_eq!(fingerprints, expected);
        fs::remove_file(directory.path().join(NAMES[1])).unwrap();
        put(directory.path(), NAMES[1], "secret");
        let error = read(directory.path()).unwrap_err().to_string();
        assert!(error.contains(NAMES[1]) && !error.contains("secret"), "{error}");
    }
}
