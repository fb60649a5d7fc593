//! Rule O3: a backup is of one moment, is checked, and can be gone on from.

use crate::common::*;
use schema::{Reader, Store, StoreError, Writer};

#[test]
fn o3_a_backup_of_a_busy_store_is_sound_and_goes_on() {
    let place = Place::new();
    let mut store = place.store();
    store.append(&[at(100, open_day(DAY, 1)), at(110, issued(1))]).unwrap();
    let writer = Writer::start(store);
    for seq in 2..=300 {
        writer.commit(vec![at(110, issued(seq)), job(110, slip(seq, seq))], |answer| {
            answer.unwrap();
        });
    }
    let copy = place.directory.path().join("copy.db");
    Reader::open(&place.path()).unwrap().backup(&copy).unwrap();
    writer.stop().unwrap();

    let verified = Reader::open(&copy).unwrap().verify().unwrap();
    assert_eq!(verified.findings, []);
    assert_eq!(verified.rows % 2, 0, "no half of a batch: {}", verified.rows);
    let mut restored = Store::open(&copy).unwrap();
    assert_eq!(restored.append(&[at(200, issued(999))]).unwrap(), verified.rows + 1);
}

#[test]
fn a_backup_never_replaces_a_file() {
    let place = Place::new();
    place.store().append(&[at(100, open_day(DAY, 1))]).unwrap();
    let copy = place.directory.path().join("copy.db");
    std::fs::write(&copy, "the last good one").unwrap();
    let error = Reader::open(&place.path()).unwrap().backup(&copy).unwrap_err();
    assert!(matches!(error, StoreError::Io { .. }), "{error:?}");
    assert_eq!(error.to_string(), format!("{}: making a new file for the backup failed", copy.display()));
    assert_eq!(std::fs::read_to_string(&copy).unwrap(), "the last good one");
}
