//! A changed past is noticed, and where.

use crate::common::*;
use schema::{Finding, Verified};
use std::fs;

/// A file of a few days, sound.
fn written() -> Place {
    let place = Place::new();
    let mut store = place.store();
    store.append(&[at(100, open_day(DAY, 1))]).unwrap();
    let visit = |seq| [at(110, issued(seq)), job(110, slip(seq, seq)), at(120, called(seq, 3, 10, &[]))];
    store.append(&(1..=120).flat_map(visit).collect::<Vec<_>>()).unwrap();
    let verified = store.verify().unwrap();
    assert_eq!((verified.findings, verified.rows, verified.head.len()), (vec![], 361, 64));
    place
}

fn after(tampering: &str) -> Verified {
    let place = written();
    let raw = place.raw();
    raw.execute_batch(
        "PRAGMA foreign_keys = off; DROP TRIGGER log_is_not_changed; DROP TRIGGER log_is_not_shortened;",
    )
    .unwrap();
    raw.execute_batch(tampering).unwrap();
    drop(raw);
    place.store().verify().unwrap()
}

#[test]
fn one_byte_of_an_old_body() {
    let verified =
        after("UPDATE log SET body = replace(body, 'kiosk 1\"', 'kiosk 2\"') WHERE position = 302");
    let [Finding::Changed { position: 302, expected, seen }] = verified.findings.as_slice() else {
        panic!("{verified:?}");
    };
    assert_ne!(expected, seen);
    assert_eq!(verified.rows, 301);
    let text = verified.findings[0].to_string();
    assert_eq!(text, format!("log position 302: hash {seen}, computed {expected}; the row was changed"));
}

#[test]
fn one_byte_under_sqlite() {
    let place = written();
    let bytes = fs::read(place.path()).unwrap();
    let body = br#""number":"A090","service":"shebao-canbao","class":"ordinary","more":[],"green":null"#;
    let start = bytes.windows(body.len()).position(|window| window == body).expect("stored as it is hashed");
    let mut changed = bytes.clone();
    changed[start + 11] = b'9';
    fs::write(place.path(), changed).unwrap();
    let verified = place.store().verify().unwrap();
    // Ticket 90 was issued in row 2 + 3 * 89.
    assert!(matches!(verified.findings[0], Finding::Changed { position: 269, .. }), "{verified:?}");
}

#[test]
fn other_columns_and_whole_rows() {
    let cases = [
        ("UPDATE log SET at = at - 600 WHERE position = 30", 30),
        ("UPDATE log SET hash = zeroblob(32) WHERE position = 30", 30),
        ("UPDATE log SET hash = (SELECT hash FROM log WHERE position = 29) WHERE position = 30", 30),
        ("UPDATE log SET body = (SELECT body FROM log WHERE position = 2) WHERE position = 1", 1),
    ];
    for (tampering, expected) in cases {
        let verified = after(tampering);
        assert!(
            matches!(verified.findings[..], [Finding::Changed { position, .. }] if position == expected),
            "{tampering}: {verified:?}"
        );
    }
    let verified = after("DELETE FROM log WHERE position = 40");
    assert_eq!(verified.findings[0], Finding::Gap { expected: 40, seen: 41 });
    let verified = after("DELETE FROM log WHERE position < 3");
    assert_eq!(verified.findings[0], Finding::Gap { expected: 1, seen: 3 });
}

#[test]
fn a_shortened_log_shows_in_its_projections_and_its_head() {
    let verified = after("DELETE FROM log WHERE position > 350");
    assert_eq!(verified.rows, 350);
    assert!(
        verified
            .findings
            .iter()
            .any(|finding| matches!(finding, Finding::Dangling { table, .. } if table == "calls")),
        "{verified:?}"
    );
    assert!(
        verified.findings.iter().any(|finding| matches!(finding, Finding::Projection { .. })),
        "{verified:?}"
    );
}

#[test]
fn a_changed_projection_and_its_repair() {
    let place = written();
    place
        .raw()
        .execute_batch("UPDATE tickets SET wait_s = 9 WHERE seq = 5; DELETE FROM calls WHERE ticket = 7;")
        .unwrap();
    let mut store = place.store();
    let verified = store.verify().unwrap();
    let [Finding::Projection { table, row: 7, seen, .. }, Finding::Projection { table: other, row: 5, .. }] =
        verified.findings.as_slice()
    else {
        panic!("{verified:?}");
    };
    assert_eq!((table.as_str(), other.as_str()), ("calls", "tickets"));
    assert!(seen.contains("A008"), "{seen}");
    assert_eq!(store.rebuild().unwrap(), 361);
    assert_eq!(store.verify().unwrap().findings, []);
}

#[test]
fn damaged_pages() {
    let place = written();
    let mut bytes = fs::read(place.path()).unwrap();
    let middle = bytes.len() / 2 / 4096 * 4096;
    bytes[middle..middle + 4096].fill(0xa5);
    fs::write(place.path(), bytes).unwrap();
    let verified = place.store().verify().unwrap();
    assert!(
        verified.findings.iter().any(|finding| matches!(finding, Finding::Damaged { .. })),
        "{verified:?}"
    );
}

#[test]
fn the_log_cannot_be_changed_by_mistake() {
    let place = written();
    for sql in ["UPDATE log SET at = 0 WHERE position = 3", "DELETE FROM log"] {
        let error = place.raw().execute_batch(sql).unwrap_err();
        assert!(error.to_string().contains("only ever appended"), "{error}");
    }
}
