//! Prints every day of some years and whether the sample hall offers appointments on it, for a judge that knows the public
//! holidays from elsewhere: `bookable_days 2024 2026` gives lines such as `2024-01-01 0`.

use chrono::NaiveDate;
use firmware_host::config;
use firmware_host::time::hall_time;
use queue::ServiceId;
use queue::booking::Calendar;
use std::io::{Error, Write};

fn main() -> Result<(), Error> {
    let years: Vec<i32> = std::env::args().skip(1).filter_map(|year| year.parse().ok()).collect();
    let [from, to] = years[..] else { return Err(Error::other("usage: bookable_days FROM TO, years")) };
    let hall = config::parse(include_str!("../../systemd/hall.toml"), "hall.toml");
    let hall = hall.map_err(|mistakes| Error::other(format!("{} mistakes in hall.toml", mistakes.len())))?;
    let service = ServiceId::from(hall.services[0].code.as_str());
    let first = NaiveDate::from_ymd_opt(from, 1, 1).ok_or(Error::other("not a year"))?;
    let end = NaiveDate::from_ymd_opt(to, 12, 31).ok_or(Error::other("not a year"))?;
    let mut out = std::io::stdout().lock();
    for date in first.iter_days().take_while(|date| *date <= end) {
        let noon = date.and_hms_opt(12, 0, 0).ok_or(Error::other("no noon"))?;
        let offered = hall.slots(&service, hall_time(&hall, noon)).is_ok_and(|times| !times.is_empty());
        writeln!(out, "{date} {}", u8::from(offered))?;
    }
    Ok(())
}
