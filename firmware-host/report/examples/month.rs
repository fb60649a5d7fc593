//! Fills a new database with made-up days, for pictures of reports and for judges; Saturdays are short, Sundays closed:
//!
//!     cargo run -p report --example month -- systemd/hall.toml /tmp/month.db 2026-11-01 2026-11-30 1000

#![allow(clippy::unwrap_used, reason = "a new store takes what the hall did")]

#[path = "../tests/report/month.rs"]
mod month;

use month::Life;
use queue::{Class, Day, Parameters, Rules, ServiceId, ServiceRule, WindowNumber, WindowRule};
use report::{Period, calendar, period};
use schema::Store;
use serde::Deserialize;
use std::error::Error;
use std::path::Path;

#[derive(Deserialize)]
struct File {
    services: Vec<Service>,
    windows: Vec<Window>,
}

#[derive(Deserialize)]
struct Service {
    code: String,
    prefix: String,
    class: Class,
}

#[derive(Deserialize)]
struct Window {
    number: u16,
    serves: Serves,
}

#[derive(Deserialize)]
enum All {
    #[serde(rename = "*")]
    Everything,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Serves {
    All(All),
    Listed(Vec<String>),
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [hall, database, from, to, per_day] = &arguments[..] else {
        return Err(
            "say: hall.toml, the new database, the first day as 2026-11-01, the last, numbers a day".into()
        );
    };
    let file: File = toml::from_str(&std::fs::read_to_string(hall)?)?;
    let period = Period::new(period::read_day(from)?, period::read_day(to)?)?;
    let mut store = Store::open(Path::new(database))?;
    store.do_not_wait_for_the_disk()?;
    let (mut life, per_day) = (Life::new(rules(file), 11), per_day.parse::<u64>()?);
    for number in calendar::number(period.from())..=calendar::number(period.to()) {
        let day: Day = calendar::day(number);
        match calendar::weekday(day) {
            7 => {}
            6 => life.day(&mut store, day, per_day / 3, None),
            _ => life.day(&mut store, day, per_day, None),
        }
    }
    Ok(())
}

fn rules(file: File) -> Rules {
    let codes: Vec<ServiceId> = file.services.iter().map(|service| service.code.as_str().into()).collect();
    let windows = file.windows.into_iter().map(|window| WindowRule {
        number: WindowNumber(window.number),
        skills: match window.serves {
            Serves::All(All::Everything) => codes.clone(),
            Serves::Listed(codes) => codes.iter().map(|code| code.as_str().into()).collect(),
        },
    });
    let windows = windows.collect();
    let services = file.services.into_iter().map(|service| ServiceRule {
        id: service.code.as_str().into(),
        prefix: service.prefix,
        class: service.class,
    });
    Rules { services: services.collect(), windows, parameters: Parameters::default() }
}
