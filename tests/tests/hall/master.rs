//! The master key as systemd hands it over (rule A9): it wraps the months' keys, is changed by giving two, and without it
//! nobody can be read while numbers go on.

use crate::bookings::{form, free, listed, send, today};
use crate::open;
use hall_tests::{Hall, Options};
use serde_json::json;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

fn put(directory: &Path, name: &str, text: &str) {
    let path = directory.join(name);
    // A credential is never written again in its place.
    fs::remove_file(&path).ok();
    fs::write(&path, text).expect("the directory can be written");
    fs::set_permissions(&path, Permissions::from_mode(0o400)).expect("it is ours");
}

/// The last line of every month's key: how it is kept.
fn kept(hall: &Hall) -> Vec<String> {
    let directory = fs::read_dir(hall.directory().join("keys")).expect("there are keys");
    let paths = directory.map(|entry| entry.expect("it can be listed").path());
    let keys = paths.filter(|path| path.extension().is_some_and(|end| end == "key"));
    let last = |path: std::path::PathBuf| {
        let text = fs::read_to_string(path).expect("a key is a text");
        text.lines().last().unwrap_or_default().split(' ').take(2).collect::<Vec<_>>().join(" ")
    };
    keys.map(last).collect()
}

#[test]
fn a9_the_master_key_is_a_credential_and_is_changed_by_giving_two() {
    let credentials = tempfile::tempdir().expect("there is a directory for temporary files");
    let (first, second) = ("0123456789abcdef".repeat(4), "fedcba9876543210".repeat(4));
    put(credentials.path(), "hallgate-master", &first);
    let options = Options { credentials: Some(credentials.path().to_owned()), ..Options::default() };
    let mut hall = Hall::start_with(options);
    open(&hall, 1);
    let day = today(&hall);
    let made = send(&hall, "/api/v1/bookings", &form(&free(&hall, &day)[0]));
    assert_eq!(made.status, 200, "{}", made.body);
    let before = kept(&hall);
    assert!(before.iter().all(|line| line.starts_with("wrapped ")), "{before:?}");
    assert!(!hall.log().contains("not wrapped"));
    assert!(!hall.log().contains(&first));

    // Two for one start, then the new one alone.
    put(credentials.path(), "hallgate-master-old", &first);
    put(credentials.path(), "hallgate-master", &second);
    hall.restart();
    let after = kept(&hall);
    assert!(after.iter().zip(&before).all(|(after, before)| after != before), "{after:?}");
    fs::remove_file(credentials.path().join("hallgate-master-old")).expect("it is ours");
    hall.restart();
    assert_eq!(listed(&hall, &day)[0]["name"], "欧***");

    // With the old one alone, or none, nobody can be read, and numbers are given all the same.
    put(credentials.path(), "hallgate-master", &first);
    hall.restart();
    let answer = hall.api.get(&format!("/api/v1/bookings?day={day}")).expect("the daemon answers");
    assert_eq!(answer.status, 503, "{}", answer.body);
    assert!(hall.log().contains("give that master key"));
    hall.do_it(&json!({"command": "issue", "service": "jia", "by": "guide"}));
    put(credentials.path(), "hallgate-master", &second);
    hall.restart();
    assert_eq!(listed(&hall, &day)[0]["name"], "欧***");
    assert!(!hall.log().contains(&second) && !hall.log().contains(&first));
    hall.sound();
}
