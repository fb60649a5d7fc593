//! How long the report of a month of 100,000 numbers takes: 25 days of 4,000, ten times as many as the sample hall has. Beside it
//! what reading the same log entry by entry costs, which is the floor of any report that does not use the projections.
//!
//! `cargo bench -p report`. Without `--bench` (as a test run calls it) it only shows that it works, on a small month.

#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a table for people"
)]

#[path = "../tests/report/month.rs"]
mod month;

use month::Life;
use queue::{Class, Day, Parameters, Rules, ServiceId, ServiceRule, Targets, WindowNumber, WindowRule};
use report::{Frame, Names, Period, figures, html, xlsx};
use schema::{Reader, Store};
use std::time::Instant;

/// Windows of a hall that 4,000 people a day can be served in.
const WINDOWS: u16 = 120;

fn main() {
    let bench = std::env::args().any(|argument| argument == "--bench");
    let (days, per_day) = if bench { (25, 4000) } else { (2, 100) };
    let directory = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let path = directory.path().join("hallgate.db");
    let mut store = Store::open(&path).unwrap();
    store.do_not_wait_for_the_disk().unwrap();
    let mut life = Life::new(rules(), 5);
    for day in 0..days {
        life.day(&mut store, Day(20_261_101 + day), per_day, None);
    }
    let n_entries = store.last_position();
    drop(store);

    let period = Period::month(202_611).unwrap();
    let reader = Reader::open(&path).unwrap();
    let facts =
        timed("facts from the projections", || reader.facts(&period.days(), &period.times(480)).unwrap());
    let frame = Frame { period, zone_offset_min: 480, targets: Targets::default() };
    let figures = timed("figures from the facts", || figures(&facts, &frame));
    let names = Names::default();
    let page = timed("printable page", || html::html(&figures, &names, None));
    let book = timed("workbook", || xlsx::xlsx(&figures, &names).unwrap());
    let entries = timed("floor: every entry of the log, read", || reader.entries(1, u32::MAX).unwrap().len());
    let megabytes = std::fs::metadata(&path).unwrap().len() / 1_000_000;
    println!(
        "{} numbers taken, {n_entries} entries ({entries} read), {megabytes} MB; page {} kB, workbook {} kB",
        figures.total.tickets.taken,
        page.len() / 1000,
        book.len() / 1000
    );
}

fn timed<T>(what: &str, work: impl FnOnce() -> T) -> T {
    let began = Instant::now();
    let done = work();
    println!("{what:<40} {:>9.1?}", began.elapsed());
    done
}

fn rules() -> Rules {
    let class = |index: u16| [Class::Ordinary, Class::Complex, Class::Special][usize::from(index % 3)];
    let code = |index: u16| ServiceId::from(format!("service-{index}").as_str());
    let services =
        (0..40).map(|index| ServiceRule { id: code(index), prefix: "A".into(), class: class(index) });
    let window = |number: u16| WindowRule {
        number: WindowNumber(number),
        skills: vec![code(number % 40), code((number + 7) % 40)],
    };
    Rules {
        services: services.collect(),
        windows: (1..=WINDOWS).map(window).collect(),
        parameters: Parameters::default(),
    }
}
