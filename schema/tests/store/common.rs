//! A small hall's events, and a place for its file.

use queue::{
    By, CallInputs, Called, Class, Day, Event, Grant, Overtaken, Reason, ServiceId, TicketNumber, TicketSeq,
    Timestamp, WindowNumber,
};
use rusqlite::Connection;
use schema::{Entry, JobEvent, Purpose, Stamped, Store};
use std::path::PathBuf;

pub(crate) const DAY: Day = Day(20261126);

/// A database in a directory of its own, gone when dropped.
pub(crate) struct Place {
    pub(crate) directory: tempfile::TempDir,
}

impl Place {
    /// In memory where the system has such a file system: thousands of commits would otherwise wait for a disk that no
    /// test here can pull the plug of.
    pub(crate) fn new() -> Place {
        match tempfile::tempdir_in("/dev/shm") {
            Ok(directory) => Place { directory },
            Err(_) => Place::on_disk(),
        }
    }

    /// Where programs may be run from.
    pub(crate) fn on_disk() -> Place {
        Place { directory: tempfile::tempdir().unwrap() }
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.directory.path().join("hall.db")
    }

    pub(crate) fn store(&self) -> Store {
        Store::open(&self.path()).unwrap()
    }

    /// SQLite without our guards, for looking and for tampering.
    pub(crate) fn raw(&self) -> Connection {
        Connection::open(self.path()).unwrap()
    }
}

pub(crate) fn at(at: i64, event: Event) -> Stamped {
    Stamped { at: Timestamp(at), entry: Entry::Hall(event) }
}

pub(crate) fn job(at: i64, event: JobEvent) -> Stamped {
    Stamped { at: Timestamp(at), entry: Entry::Job(event) }
}

pub(crate) fn open_day(day: Day, next_seq: u64) -> Event {
    Event::DayOpened { day, next_seq: TicketSeq(next_seq) }
}

pub(crate) fn label(seq: u64) -> TicketNumber {
    TicketNumber::new("A", u32::try_from(seq).unwrap())
}

pub(crate) fn issued(seq: u64) -> Event {
    Event::Issued {
        ticket: TicketSeq(seq),
        number: label(seq),
        service: ServiceId::from("shebao-canbao"),
        class: Class::Ordinary,
        more: vec![],
        green: None,
        booked: None,
        forfeited: None,
        by: By("kiosk 1".into()),
    }
}

pub(crate) fn green(seq: u64) -> Event {
    let mut event = issued(seq);
    if let Event::Issued { green, .. } = &mut event {
        *green = Some(Grant { category: "veteran".into(), evidence: "优待证".into() });
    }
    event
}

pub(crate) fn slip(job: u64, seq: u64) -> JobEvent {
    JobEvent::Queued {
        job,
        booking: None,
        service: None,
        ticket: Some(TicketSeq(seq)),
        printer: "kiosk 1 printer".into(),
        purpose: Purpose::Slip,
        english: job.is_multiple_of(2),
    }
}

pub(crate) fn inputs(is_green: bool, join: i64) -> CallInputs {
    CallInputs {
        service: ServiceId::from("shebao-canbao"),
        class: Class::Ordinary,
        green: is_green,
        booked: None,
        join: Timestamp(join),
        ready: Timestamp(join),
        passed: 0,
        last_priority: false,
        limit: Some(Timestamp(join + 600)),
    }
}

pub(crate) fn called(seq: u64, window: u16, wait_s: i64, overtaken: &[u64]) -> Event {
    let is_green = !overtaken.is_empty();
    Event::Called(Called {
        ticket: TicketSeq(seq),
        number: label(seq),
        window: WindowNumber(window),
        reason: if is_green { Reason::Green } else { Reason::Limit },
        inputs: inputs(is_green, 100),
        wait_s,
        overtaken: overtaken
            .iter()
            .map(|&other| Overtaken {
                ticket: TicketSeq(other),
                number: label(other),
                counts: true,
                inputs: inputs(false, 50),
            })
            .collect(),
    })
}

pub(crate) fn completed(seq: u64, window: u16) -> Event {
    Event::Completed {
        ticket: TicketSeq(seq),
        window: WindowNumber(window),
        prompted: true,
        served_s: 120,
        matters: vec![ServiceId::from("shebao-canbao")],
    }
}

/// Everything in the projections, in words, for comparing.
pub(crate) fn projections(raw: &Connection) -> String {
    let mut names: Vec<String> = raw
        .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name <> 'log' ORDER BY name")
        .unwrap()
        .query_map([], |row| row.get(0))
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap();
    names.retain(|name| !name.starts_with("sqlite_"));
    let mut text = String::new();
    for name in names {
        let mut statement = raw.prepare(&format!("SELECT * FROM {name} ORDER BY 1, 2")).unwrap();
        let n_columns = statement.column_count();
        let mut rows = statement.query([]).unwrap();
        while let Some(row) = rows.next().unwrap() {
            let values: Vec<_> = (0..n_columns).map(|column| row.get_ref(column).unwrap()).collect();
            text += &format!("{name} {values:?}\n");
        }
    }
    text
}
