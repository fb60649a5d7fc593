//! What a durable commit costs, one after another and shared by 64 senders, beside its floor: the same rows in a plain
//! table of plain SQLite on the same disk, set up as durably. DESIGN, "Budgets", wants the shared ones at least five times
//! as fast as the floor.
//!
//! `cargo bench -p schema`. Without `--bench` (as a test run calls it) it only shows that it works.

#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "a table for people")]

use queue::{By, Class, Day, Event, TicketNumber, TicketSeq, Timestamp};
use schema::{Entry, Stamped, Store, Writer};
use std::path::Path;
use std::sync::mpsc::channel;
use std::thread;
use std::time::{Duration, Instant};

/// As many kiosks, windows and consoles as are ever busy in the same moment (DESIGN, "Budgets").
const SENDERS: u64 = 64;

fn main() {
    let n_rows = if std::env::args().any(|argument| argument == "--bench") { 4096 } else { SENDERS };
    // Not the system's temporary directory, which may be memory.
    let directory = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let floor = floor(&directory.path().join("floor.db"), n_rows);
    let alone = alone(&directory.path().join("alone.db"), n_rows);
    let shared = shared(&directory.path().join("shared.db"), n_rows);

    println!("{n_rows} durable rows                        each      per second   times the floor");
    for (name, times) in [
        ("plain SQLite, one after another (floor)", &floor),
        ("Store, one after another", &alone),
        ("Writer, 64 senders that wait", &shared),
    ] {
        let total: Duration = times.total;
        let per_second = n_rows as f64 / total.as_secs_f64();
        let times_floor = floor.total.as_secs_f64() / total.as_secs_f64();
        println!(
            "{name:<41} {:>9.1?} {per_second:>12.0} {times_floor:>10.1}   median {:.1?}, p99 {:.1?}",
            total / u32::try_from(n_rows).unwrap(),
            times.at(0.5),
            times.at(0.99),
        );
    }
    println!("target: the shared ones at least 5.0 times the floor");
}

struct Times {
    total: Duration,
    /// How long each sender waited for each answer, sorted.
    each: Vec<Duration>,
}

impl Times {
    fn new(total: Duration, mut each: Vec<Duration>) -> Times {
        each.sort();
        Times { total, each }
    }

    fn at(&self, part: f64) -> Duration {
        self.each[((self.each.len() - 1) as f64 * part) as usize]
    }
}

fn timed(n_rows: u64, mut one: impl FnMut(u64)) -> Times {
    let start = Instant::now();
    let each = (1..=n_rows)
        .map(|seq| {
            let start = Instant::now();
            one(seq);
            start.elapsed()
        })
        .collect();
    Times::new(start.elapsed(), each)
}

fn issued(seq: u64) -> Stamped {
    let event = Event::Issued {
        ticket: TicketSeq(seq),
        number: TicketNumber::new("A", u32::try_from(seq).unwrap()),
        service: "shebao-canbao".into(),
        class: Class::Ordinary,
        more: vec![],
        green: None,
        booked: None,
        forfeited: None,
        by: By("kiosk 1".into()),
    };
    Stamped { at: Timestamp(100), entry: Entry::Hall(event) }
}

fn floor(path: &Path, n_rows: u64) -> Times {
    let plain = rusqlite::Connection::open(path).unwrap();
    plain
        .execute_batch(
            "PRAGMA journal_mode = wal; PRAGMA synchronous = full; CREATE TABLE row (body TEXT) STRICT;",
        )
        .unwrap();
    timed(n_rows, |seq| {
        let body = serde_json::to_string(&issued(seq).entry).unwrap();
        plain.prepare_cached("INSERT INTO row VALUES (?1)").unwrap().execute([body]).unwrap();
    })
}

fn open(path: &Path) -> Store {
    let mut store = Store::open(path).unwrap();
    let event = Event::DayOpened { day: Day(20261126), next_seq: TicketSeq(1) };
    store.append(&[Stamped { at: Timestamp(100), entry: Entry::Hall(event) }]).unwrap();
    store
}

fn alone(path: &Path, n_rows: u64) -> Times {
    let mut store = open(path);
    timed(n_rows, |seq| {
        store.append(&[issued(seq)]).unwrap();
    })
}

/// Each sender hands over a row, waits for its answer, hands over the next, as 64 devices would.
fn shared(path: &Path, n_rows: u64) -> Times {
    let writer = Writer::start(open(path));
    let start = Instant::now();
    let each = thread::scope(|scope| {
        let senders: Vec<_> = (0..SENDERS)
            .map(|sender| {
                let writer = &writer;
                scope.spawn(move || {
                    let (done, answer) = channel();
                    let rows = (1..=n_rows).filter(|seq| seq % SENDERS == sender);
                    let commit = |seq| {
                        let start = Instant::now();
                        let done = done.clone();
                        writer.commit(vec![issued(seq)], move |result| done.send(result).unwrap());
                        answer.recv().unwrap().unwrap();
                        start.elapsed()
                    };
                    rows.map(commit).collect::<Vec<_>>()
                })
            })
            .collect();
        senders.into_iter().flat_map(|sender| sender.join().unwrap()).collect()
    });
    let total = start.elapsed();
    assert_eq!(writer.stop().unwrap().last_position(), n_rows + 1);
    Times::new(total, each)
}
