//! Killed in the middle of appending, again and again: what was acknowledged is there, and the log is sound (rule Q1).

use crate::common::*;
use queue::Day;
use schema::{Store, Writer};
use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc::channel;

const VICTIM: &str = "HALLGATE_TEST_VICTIM";

#[test]
fn q1_what_was_acknowledged_survives_a_kill() {
    if std::env::var_os(VICTIM).is_some() {
        return;
    }
    let place = Place::new();
    let mut acknowledged = BTreeSet::new();
    for round in 0..8 {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "crash::victim", "--nocapture"])
            .env(VICTIM, place.path())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
        let mut note = |line: String| {
            line.strip_prefix("ack ").is_some_and(|seq| acknowledged.insert(seq.parse().unwrap()))
        };
        let n_wanted = 20 + 37 * round;
        let n_seen = lines.by_ref().filter(|line| note(line.clone())).take(n_wanted).count();
        assert_eq!(n_seen, n_wanted, "the victim appends until it is killed");
        child.kill().unwrap();
        child.wait().unwrap();
        // A last line may be cut in the middle by the kill: one that is whole was acknowledged.
        for line in lines {
            note(line);
        }

        let store = place.store();
        let verified = store.verify().unwrap();
        assert_eq!(verified.findings, [], "round {round}");
        let kept: BTreeSet<u64> = tickets(&place);
        assert!(acknowledged.is_subset(&kept), "round {round}: {:?}", acknowledged.difference(&kept));
        // No half of a batch: each ticket came with its slip.
        assert_eq!(store.load_day().unwrap().open_jobs.len(), kept.len());
    }
}

fn tickets(place: &Place) -> BTreeSet<u64> {
    let raw = place.raw();
    let mut statement = raw.prepare("SELECT seq FROM tickets").unwrap();
    statement
        .query_map([], |row| row.get::<_, i64>(0))
        .unwrap()
        .map(|seq| seq.unwrap().unsigned_abs())
        .collect()
}

/// Not a test by itself: the process that is killed.
#[test]
fn victim() {
    let Some(path) = std::env::var_os(VICTIM) else { return };
    let mut store = Store::open(Path::new(&path)).unwrap();
    let first = store.load_day().unwrap().next_job;
    if store.last_position() == 0 {
        store.append(&[at(100, open_day(Day(20261126), 1))]).unwrap();
    }
    let writer = Writer::start(store);
    // As many as four wait, so that the kill also meets groups.
    let (sender, answered) = channel();
    for seq in first.. {
        if seq - first >= 4 {
            answered.recv().unwrap();
        }
        let sender = sender.clone();
        writer.commit(vec![at(110, issued(seq)), job(110, slip(seq, seq))], move |answer| {
            answer.unwrap();
            // One write of a whole line, past the test harness's capture.
            std::io::stdout().write_all(format!("\nack {seq}\n").as_bytes()).unwrap();
            sender.send(()).unwrap();
        });
    }
}
