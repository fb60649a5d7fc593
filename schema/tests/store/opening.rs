//! What can be wrong with the file when it is opened, and that each says so in its own words.

use crate::common::*;
use schema::{Reader, Store, StoreError};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

fn refused(path: &Path) -> (StoreError, String) {
    let error = Store::open(path).unwrap_err();
    let text = error.to_string();
    let rest = text.strip_prefix(&format!("{}: ", path.display())).expect("names the file").to_owned();
    assert!(!rest.ends_with('.') && !rest.starts_with(char::is_uppercase), "{rest}");
    (error, rest)
}

#[test]
fn without_its_directory() {
    let place = Place::new();
    let path = place.directory.path().join("nowhere/hall.db");
    let (error, text) = refused(&path);
    assert!(matches!(error, StoreError::DirectoryMissing { .. }));
    assert_eq!(
        text,
        format!(
            "directory {} does not exist; create it or correct the path of the database",
            path.parent().unwrap().display()
        )
    );
    assert!(matches!(Reader::open(&path).unwrap_err(), StoreError::DirectoryMissing { .. }));
}

#[test]
fn while_another_has_it() {
    let place = Place::new();
    let first = place.store();
    let (error, text) = refused(&place.path());
    assert!(matches!(error, StoreError::Locked { process: Some(id), .. } if id == std::process::id()));
    assert_eq!(
        text,
        format!(
            "locked by another hallgate (process {}); stop that one first, or give this one a database of its own",
            std::process::id()
        )
    );
    Reader::open(&place.path()).expect("a reader is no second writer");
    drop(first);
    place.store();
}

#[test]
fn of_no_database() {
    for bytes in ["hello".to_owned(), "not a database at all, ".repeat(500)] {
        let place = Place::new();
        fs::write(place.path(), &bytes).unwrap();
        let (error, text) = refused(&place.path());
        assert!(matches!(error, StoreError::NotADatabase { .. }));
        assert_eq!(text, "not a database; restore a backup or move the file away");
        assert_eq!(fs::read_to_string(place.path()).unwrap(), bytes, "left alone");
    }
}

#[test]
fn of_another_program() {
    let place = Place::new();
    place.raw().execute_batch("CREATE TABLE photos (name TEXT)").unwrap();
    let before = fs::read(place.path()).unwrap();
    let (error, text) = refused(&place.path());
    assert!(matches!(error, StoreError::Foreign { tables: 1, .. }));
    assert!(
        text.starts_with("a database of another program (application id 0x00000000, 1 tables)"),
        "{text}"
    );
    assert_eq!(fs::read(place.path()).unwrap(), before, "left alone");
}

#[test]
fn damaged() {
    let place = Place::new();
    place.store().append(&[at(100, open_day(DAY, 1)), at(110, issued(1))]).unwrap();
    let mut bytes = fs::read(place.path()).unwrap();
    // The catalogue's page, after the file's header.
    bytes[100..600].fill(0x5a);
    fs::write(place.path(), &bytes).unwrap();
    let (error, text) = refused(&place.path());
    assert!(matches!(error, StoreError::Damaged { .. }), "{error:?}");
    assert_eq!(text, "the database is damaged; restore a backup or move the file away");
    assert_eq!(fs::read(place.path()).unwrap(), bytes, "left alone");
}

#[test]
fn missing_for_a_reader() {
    let place = Place::new();
    let error = Reader::open(&place.path()).unwrap_err();
    assert!(matches!(error, StoreError::Missing { .. }));
    assert!(!place.path().exists());
}

#[test]
fn a_directory_in_its_place() {
    let place = Place::new();
    fs::create_dir(place.path()).unwrap();
    refused(&place.path());
}

#[test]
fn settings_are_durable() {
    let place = Place::new();
    let store = place.store();
    let mode: String = place.raw().pragma_query_value(None, "journal_mode", |row| row.get(0)).unwrap();
    assert_eq!(mode, "wal");
    drop(store);
}

#[test]
fn a_reader_cannot_write() {
    let place = Place::new();
    let mut store = place.store();
    store.append(&[at(100, open_day(DAY, 1))]).unwrap();
    let reader = Reader::open(&place.path()).unwrap();
    // A reader in mid-report neither holds the writer up nor sees half a batch.
    assert_eq!(reader.entries(1, 10).unwrap().len(), 1);
    store.append(&[at(110, issued(1))]).unwrap();
    assert_eq!(reader.entries(1, 10).unwrap().len(), 2);
}

const UNPRIVILEGED: &str = "HALLGATE_TEST_READ_ONLY";

/// Run again as an ordinary user where the tests run as root, whom permissions do not stop.
#[test]
fn read_only() {
    if std::env::var_os(UNPRIVILEGED).is_some() {
        return;
    }
    let place = Place::on_disk();
    place.store().append(&[at(100, open_day(DAY, 1))]).unwrap();
    let beside = |name: &str| place.directory.path().join(name);
    fs::copy(place.path(), beside("with log.db")).unwrap();
    fs::write(beside("with log.db-wal"), "newer entries").unwrap();
    fs::copy(place.path(), beside("secret.db")).unwrap();
    let program = beside("again");
    fs::copy(std::env::current_exe().unwrap(), &program).unwrap();
    for path in fs::read_dir(place.directory.path()).unwrap() {
        fs::set_permissions(path.unwrap().path(), fs::Permissions::from_mode(0o555)).unwrap();
    }
    fs::set_permissions(beside("secret.db"), fs::Permissions::from_mode(0o000)).unwrap();
    fs::set_permissions(place.directory.path(), fs::Permissions::from_mode(0o555)).unwrap();
    let mut command = Command::new(&program);
    command.args(["--exact", "opening::read_only_child"]).env(UNPRIVILEGED, place.path()).current_dir("/");
    if fs::metadata("/proc/self").is_ok_and(|process| std::os::unix::fs::MetadataExt::uid(&process) == 0) {
        std::os::unix::process::CommandExt::uid(&mut command, 65534);
    }
    let output = command.output().unwrap();
    fs::set_permissions(place.directory.path(), fs::Permissions::from_mode(0o755)).unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && text.contains("1 passed"), "{text}");
}

#[test]
fn read_only_child() {
    let Some(path) = std::env::var_os(UNPRIVILEGED) else { return };
    let path = Path::new(&path);
    let (error, text) = refused(path);
    assert!(matches!(error, StoreError::ReadOnly { .. }), "{error:?}");
    assert_eq!(text, "the file or its directory is read-only; make both writable for the user of the daemon");
    // A file that is not there in a directory that cannot be written.
    let (error, _) = refused(&path.with_file_name("new.db"));
    assert!(matches!(error, StoreError::ReadOnly { .. }), "{error:?}");
    // Looking needs no right to write, in a directory where the files of write-ahead logging cannot be made.
    assert_eq!(Reader::open(path).unwrap().days().unwrap(), [DAY]);
    // What a log beside the file says would be missing.
    let with_log = path.with_file_name("with log.db");
    assert!(fs::metadata(with_log.with_file_name("with log.db-wal")).unwrap().len() > 0);
    let (error, text) = (Reader::open(&with_log).unwrap_err(), "run the command as the user of the daemon");
    assert!(matches!(&error, StoreError::NoAccess { .. }) && error.to_string().contains(text), "{error}");
    let error = Reader::open(&path.with_file_name("secret.db")).unwrap_err();
    assert!(matches!(&error, StoreError::NoAccess { .. }) && error.to_string().contains(text), "{error}");
}

#[test]
fn looking_leaves_nothing_beside_the_file() {
    let place = Place::on_disk();
    place.store().append(&[at(100, open_day(DAY, 1))]).unwrap();
    fs::remove_file(place.path().with_extension("db.lock")).ok();
    let names = || {
        let entries = fs::read_dir(place.directory.path()).unwrap();
        let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name()).collect();
        names.sort();
        names
    };
    let (before, bytes) = (names(), fs::read(place.path()).unwrap());
    let reader = Reader::open(&place.path()).unwrap();
    assert_eq!(reader.days().unwrap(), [DAY]);
    drop(reader);
    assert_eq!((names(), fs::read(place.path()).unwrap()), (before, bytes));
}
