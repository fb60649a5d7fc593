//! A directory that somebody empties: one file a delivery, named after its key.
//!
//! | step | why |
//! |---|---|
//! | write `.KEY.tmp`, fsync | whoever empties the directory never sees half a file |
//! | rename to `KEY.json` unless there is one | a repeat replaces nothing |
//! | fsync the directory | the name survives a power cut before anybody is told that it is there |
//!
//! The directory must be there already: if it is a share that is not mounted, nothing is to be written below it. Whoever
//! empties it takes a name once, as a file that was taken away just before a power cut may come once more.
//!
//! Source: rename(2), fsync(2) of Linux.

use crate::delivery::{Delivery, Outcome, Trouble, Unwanted};
use rustix::fs::{CWD, RenameFlags, renameat_with};
use rustix::io::Errno;
use std::fs::{File, OpenOptions, Permissions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;

/// Owner writes, the directory's group reads: whoever empties it is another user.
const MODE: u32 = 0o640;

/// Puts a delivery into the directory.
pub fn put(directory: &Path, delivery: &Delivery) -> Outcome {
    let name = format!("{}.json", delivery.key);
    let kept = place(directory, &name, delivery);
    match kept {
        Ok(true) => Outcome::Accepted { reference: Some(name) },
        Ok(false) => Outcome::Refused { status: 0, why: Unwanted::OtherFile },
        Err(error) => Outcome::Retry { why: Trouble::Files(error.kind().to_string()), after: None },
    }
}

/// `false`: another file has the name.
fn place(directory: &Path, name: &str, delivery: &Delivery) -> io::Result<bool> {
    let (path, passing) = (directory.join(name), directory.join(format!(".{}.tmp", delivery.key)));
    let there = match holds(&path, &delivery.body)? {
        Some(same) => same,
        None => {
            write(&passing, &delivery.body)?;
            if rename(&passing, &path)? {
                true
            } else {
                std::fs::remove_file(&passing).ok();
                holds(&path, &delivery.body)?.unwrap_or(false)
            }
        }
    };
    // Also for a file that is there already: a power cut may have come between its rename and this.
    File::options().read(true).open(directory)?.sync_all()?;
    Ok(there)
}

/// Whether the file is there, and has this content.
fn holds(path: &Path, body: &[u8]) -> io::Result<Option<bool>> {
    let file = match OpenOptions::new().read(true).open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let mut seen = Vec::new();
    file.take(body.len() as u64 + 1).read_to_end(&mut seen)?;
    Ok(Some(seen == body))
}

fn write(path: &Path, body: &[u8]) -> io::Result<()> {
    // What a power cut left half written; nobody else writes names with a point in front.
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut file = OpenOptions::new().write(true).create_new(true).mode(MODE).open(path)?;
    file.write_all(body)?;
    file.set_permissions(Permissions::from_mode(MODE))?;
    file.sync_all()
}

/// `false`: the name is taken.
fn rename(from: &Path, to: &Path) -> io::Result<bool> {
    match renameat_with(CWD, from, CWD, to, RenameFlags::NOREPLACE) {
        Ok(()) => Ok(true),
        Err(Errno::EXIST) => Ok(false),
        // Shares that cannot do it in one step: we alone write here, so two steps are as good.
        Err(Errno::INVAL | Errno::NOSYS | Errno::OPNOTSUPP) => {
            if to.try_exists()? {
                return Ok(false);
            }
            std::fs::rename(from, to).map(|()| true)
        }
        Err(error) => Err(error.into()),
    }
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "tests prepare the directory")]
mod tests {
    use super::*;
    use crate::delivery::Key;
    use std::fs;

    fn delivery(key: &str, body: &str) -> Delivery {
        Delivery { key: Key::new(key).unwrap(), body: body.as_bytes().to_vec() }
    }

    fn names(directory: &Path) -> Vec<String> {
        let entries = fs::read_dir(directory).unwrap();
        let mut names: Vec<String> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    fn put_there(key: &str) -> Outcome {
        Outcome::Accepted { reference: Some(format!("{key}.json")) }
    }

    #[test]
    fn a_file_is_whole_and_a_repeat_replaces_nothing() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path();
        assert_eq!(put(path, &delivery("k-1", "{}")), put_there("k-1"));
        let file = path.join("k-1.json");
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, MODE);
        let before = fs::metadata(&file).unwrap().modified().unwrap();
        assert_eq!(put(path, &delivery("k-1", "{}")), put_there("k-1"));
        assert_eq!(fs::metadata(&file).unwrap().modified().unwrap(), before);
        let other = Outcome::Refused { status: 0, why: Unwanted::OtherFile };
        assert_eq!(put(path, &delivery("k-1", "{ }")), other);
        assert_eq!(fs::read_to_string(&file).unwrap(), "{}");
        assert_eq!(names(path), ["k-1.json"]);
    }

    #[test]
    fn what_a_power_cut_left_is_written_again_and_a_link_is_not_followed() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path();
        let elsewhere = path.join("elsewhere");
        fs::write(&elsewhere, "precious").unwrap();
        std::os::unix::fs::symlink(&elsewhere, path.join(".k-2.tmp")).unwrap();
        fs::write(path.join(".k-1.tmp"), "{\"ha").unwrap();
        for key in ["k-1", "k-2"] {
            assert_eq!(put(path, &delivery(key, "{\"half\":false}")), put_there(key));
        }
        assert_eq!(fs::read_to_string(&elsewhere).unwrap(), "precious");
        assert_eq!(names(path), ["elsewhere", "k-1.json", "k-2.json"]);
    }

    #[test]
    fn a_directory_that_is_not_there_is_not_made() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("share");
        let outcome = put(&path, &delivery("k-1", "{}"));
        assert!(matches!(outcome, Outcome::Retry { why: Trouble::Files(_), .. }), "{outcome:?}");
        assert!(!path.exists());
        fs::write(&path, "a file").unwrap();
        let outcome = put(&path, &delivery("k-1", "{}"));
        assert!(matches!(outcome, Outcome::Retry { why: Trouble::Files(_), .. }), "{outcome:?}");
    }
}
