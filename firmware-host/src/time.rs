//! The only place of the daemon that reads clocks.

use crate::config::Config;
use chrono::{DateTime, NaiveDateTime};
use link::Uptime;
use queue::Timestamp;
use rustix::time::{ClockId, clock_gettime};
use std::time::Duration;

/// Time since boot, suspended time included: the clock that is never set.
pub fn uptime() -> Uptime {
    let now = clock_gettime(ClockId::Boottime);
    Uptime(Duration::new(u64::try_from(now.tv_sec).unwrap_or(0), u32::try_from(now.tv_nsec).unwrap_or(0)))
}

/// Uptime and wall clock as the hall's time is made from: the machine's own, or the demo's faster ones.
#[derive(Clone, Copy, Debug)]
pub struct Clocks {
    /// How many hall seconds pass in one; 1 outside the demo.
    speed: u32,
    /// The demo's day: uptime at its start, and the wall time it starts with.
    began: Option<(Uptime, i64)>,
}

impl Clocks {
    /// The machine's clocks.
    pub fn real() -> Self {
        Clocks { speed: 1, began: None }
    }

    /// A day that begins now at `wall_s` and runs `speed` (1 to 3600) times as fast. Devices stay as fast as devices are.
    pub fn demo(wall_s: i64, speed: u32) -> Self {
        Clocks { speed: speed.clamp(1, 3600), began: Some((uptime(), wall_s)) }
    }

    /// Hall seconds per second.
    pub fn speed(&self) -> u32 {
        self.speed
    }

    /// The clock that hall time advances with.
    pub fn uptime(&self) -> Uptime {
        match self.began {
            None => uptime(),
            Some((began, _)) => began.plus(uptime().since(began) * self.speed),
        }
    }

    /// The wall clock in seconds since the Unix epoch.
    pub fn wall_s(&self) -> i64 {
        match self.began {
            None => clock_gettime(ClockId::Realtime).tv_sec,
            Some((began, wall_s)) => wall_s + self.uptime().since(began).as_secs() as i64,
        }
    }

    /// How long to really sleep until the clock shows `moment`.
    pub fn sleep_for(&self, moment: Uptime) -> Duration {
        moment.since(self.uptime()) / self.speed
    }
}

/// The hall's own wall time at a moment of hall time.
pub fn local_time(config: &Config, at: Timestamp) -> NaiveDateTime {
    let local = at.plus(i64::from(config.hall.zone_offset_min) * 60);
    DateTime::from_timestamp(local.0, 0).map(|time| time.naive_utc()).unwrap_or_default()
}
