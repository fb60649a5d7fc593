//! Old files are brought up to date, and a step that fails loses nothing.

use crate::common::*;
use queue::Day;
use rusqlite::Connection;
use schema::{JobEvent, JobState, Purpose, Reader, Standing, Store, StoreError};
use std::error::Error;

const LOG: &str = include_str!("../../src/migrations/0001_log.sql");
const PROJECTIONS: &str = include_str!("../../src/migrations/0002_projections.sql");
const EXPLANATION: &str = include_str!("../../src/migrations/0003_explanation.sql");
const WAITS: &str = include_str!("../../src/migrations/0004_waits.sql");
const CASES: &str = include_str!("../../src/migrations/0006_cases.sql");
const BOOKINGS: &str = include_str!("../../src/migrations/0005_bookings.sql");

/// Every version that was ever shipped before today's, with rows in it.
const FIXTURES: &[(&str, i64, u64)] = &[
    (include_str!("../fixtures/v1.sql"), 1, 15),
    (include_str!("../fixtures/v2.sql"), 2, 15),
    (include_str!("../fixtures/v3.sql"), 3, 15),
    (include_str!("../fixtures/v4.sql"), 4, 15),
    (include_str!("../fixtures/v5.sql"), 5, 15),
];

fn version(raw: &Connection) -> i64 {
    raw.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap()
}

/// All of a file that a failed step must leave alone.
fn contents(raw: &Connection) -> Vec<String> {
    let mut all = vec![version(raw).to_string()];
    for sql in [
        "SELECT coalesce(sql, name) FROM sqlite_schema ORDER BY name",
        "SELECT position || ' ' || at || ' ' || body || ' ' || hex(hash) FROM log ORDER BY position",
    ] {
        let mut statement = raw.prepare(sql).unwrap();
        let rows = statement.query_map([], |row| row.get::<_, String>(0)).unwrap();
        all.extend(rows.map(Result::unwrap));
    }
    all
}

#[test]
fn old_files_keep_their_log_and_get_projections() {
    for &(sql, expected, n_rows) in FIXTURES {
        let place = Place::new();
        place.raw().execute_batch(sql).unwrap();
        assert_eq!(version(&place.raw()), expected);

        let store = place.store();
        let verified = store.verify().unwrap();
        assert_eq!((verified.findings, verified.rows), (vec![], n_rows), "version {expected}");
        let reader = Reader::open(&place.path()).unwrap();
        let tickets = reader.day_tickets(Day(20261125)).unwrap();
        assert_eq!(
            tickets.iter().map(|ticket| ticket.state).collect::<Vec<_>>(),
            [Standing::Waiting, Standing::Completed]
        );
        assert_eq!(reader.open_faults().unwrap().len(), 1);
        let jobs = reader.jobs(Day(20261125)).unwrap();
        assert_eq!(jobs.iter().map(|job| job.state).collect::<Vec<_>>(), [JobState::Confirmed]);
    }
}

#[test]
fn the_next_position_builds_on_the_old_ones() {
    let place = Place::new();
    place.raw().execute_batch(FIXTURES[0].0).unwrap();
    let mut store = place.store();
    assert_eq!(store.append(&[at(40000, issued(3))]).unwrap(), 16);
    assert_eq!(store.verify().unwrap().findings, []);
}

/// Wherever in a step the trouble comes, the file is as the step before left it, and opens well afterwards.
#[test]
fn a_step_that_fails_halfway_loses_nothing() {
    let all = [LOG, PROJECTIONS, EXPLANATION, WAITS, BOOKINGS, CASES];
    for (fixture, version, _) in FIXTURES {
        let (steps, step) = (&all[..*version as usize], all[*version as usize]);
        let place = Place::new();
        place.raw().execute_batch(fixture).unwrap();
        let before = contents(&place.raw());
        let ends: Vec<usize> = step.match_indices(";\n").map(|(start, _)| start + 2).collect();
        assert!(ends.len() > 3);
        for end in ends {
            let broken = format!("{}\nDROP TRIGGER log_is_not_changed; DELETE FROM nowhere;", &step[..end]);
            let error = Store::open_with(&place.path(), &[steps, &[&broken]].concat()).unwrap_err();
            let StoreError::Migration { found, known, .. } = error else { panic!("{error:?}") };
            assert_eq!((found, known), (*version, *version + 1));
            assert!(error.to_string().contains("nothing was changed"), "{error}");
            assert!(error.source().unwrap().to_string().contains("nowhere"));
            assert_eq!(contents(&place.raw()), before, "after {end} bytes of the step");
        }
        assert_eq!(place.store().verify().unwrap().findings, []);
    }
}

/// Projected by the old program or by this one, the rows are the same: step 3 copies them.
#[test]
fn the_rows_of_version_2_are_kept_as_they_are_and_g4_an_explanation_can_be_printed() {
    let [from_log, kept] = [0, 1].map(|fixture| {
        let place = Place::new();
        place.raw().execute_batch(FIXTURES[fixture].0).unwrap();
        let mut store = place.store();
        let queued = JobEvent::Queued {
            job: 2,
            ticket: Some(queue::TicketSeq(1)),
            booking: None,
            service: None,
            printer: "guide desk".into(),
            purpose: Purpose::Explanation,
            english: false,
        };
        store.append(&[job(40000, queued)]).unwrap();
        assert_eq!(store.verify().unwrap().findings, []);
        let jobs = Reader::open(&place.path()).unwrap().jobs(Day(20261125)).unwrap();
        assert_eq!(jobs[1].purpose, Purpose::Explanation);
        projections(&place.raw())
    });
    assert_eq!(from_log, kept);
}

#[test]
fn a_newer_file_is_refused_and_left_alone() {
    let place = Place::new();
    place.store().append(&[at(100, open_day(DAY, 1))]).unwrap();
    place.raw().pragma_update(None, "user_version", 99).unwrap();
    let before = contents(&place.raw());
    for error in [Store::open(&place.path()).unwrap_err(), Reader::open(&place.path()).unwrap_err()] {
        assert_eq!(
            error.to_string(),
            format!(
                "{}: schema version 99, this program knows up to 6; \
                 install the newer hallgate again or restore a backup of version 6",
                place.path().display()
            )
        );
    }
    assert_eq!(contents(&place.raw()), before);
}

#[test]
fn a_reader_does_not_migrate() {
    let place = Place::new();
    place.raw().execute_batch(FIXTURES[0].0).unwrap();
    let error = Reader::open(&place.path()).unwrap_err();
    assert!(matches!(error, StoreError::Older { found: 1, known: 6, .. }), "{error:?}");
    assert_eq!(version(&place.raw()), 1);
}

/// A change of the projecting code alone raises its version; the file is projected anew when opened.
#[test]
fn projections_of_another_version_are_made_again() {
    let place = Place::new();
    place.store().append(&[at(100, open_day(DAY, 1)), at(110, issued(1))]).unwrap();
    let made = projections(&place.raw());
    place.raw().execute_batch("UPDATE tickets SET wait_s = 7; UPDATE projections SET version = 0;").unwrap();
    assert_ne!(projections(&place.raw()), made);
    drop(place.store());
    assert_eq!(projections(&place.raw()), made);
}
