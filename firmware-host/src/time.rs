//! The only place of the daemon that reads clocks.
//!
//! A thread that [`simulate`]s has a machine of its own: its clocks are the runtime's paused one, which jumps to the next
//! timer when nobody has anything to do. Many machines run beside each other in one process, each on its thread.

use crate::config::Config;
use chrono::{DateTime, NaiveDateTime};
use link::Uptime;
use queue::Timestamp;
use rustix::time::{ClockId, clock_gettime};
use std::cell::Cell;
use std::time::Duration;
use tokio::time::Instant;

/// The clocks of a simulated machine.
#[derive(Clone, Copy, Debug)]
struct Simulated {
    /// A moment of the runtime's clock, and what the machine's clocks showed then.
    base: Instant,
    uptime: Uptime,
    wall_s: i64,
}

thread_local! {
    static SIMULATED: Cell<Option<Simulated>> = const { Cell::new(None) };
}

/// From now on the clocks of this thread are those of a simulated machine: they show these times now and go on with the
/// runtime's clock. Called again to set the wall clock. Must be called within a runtime whose time is paused.
pub fn simulate(uptime: Uptime, wall_s: i64) {
    SIMULATED.set(Some(Simulated { base: Instant::now(), uptime, wall_s }));
}

/// This thread is on the real machine again.
pub fn simulate_no_more() {
    SIMULATED.set(None);
}

/// Time since boot, suspended time included: the clock that is never set.
pub fn uptime() -> Uptime {
    if let Some(simulated) = SIMULATED.get() {
        return simulated.uptime.plus(simulated.base.elapsed());
    }
    let now = clock_gettime(ClockId::Boottime);
    Uptime(Duration::new(u64::try_from(now.tv_sec).unwrap_or(0), u32::try_from(now.tv_nsec).unwrap_or(0)))
}

/// The wall clock in seconds since the Unix epoch.
fn wall_s() -> i64 {
    if let Some(simulated) = SIMULATED.get() {
        return simulated.wall_s.saturating_add(simulated.base.elapsed().as_secs().cast_signed());
    }
    clock_gettime(ClockId::Realtime).tv_sec
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
            None => wall_s(),
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

/// The moment of hall time at which the hall's own clock face shows this.
pub fn hall_time(config: &Config, local: NaiveDateTime) -> Timestamp {
    Timestamp(local.and_utc().timestamp()).plus(-i64::from(config.hall.zone_offset_min) * 60)
}

/// A moment for other machines, with the hall's offset: `2026-11-26T10:40:00+08:00` (RFC 3339).
pub fn rfc3339(config: &Config, at: Timestamp) -> String {
    let (minutes, local) = (config.hall.zone_offset_min, local_time(config, at));
    let sign = if minutes < 0 { '-' } else { '+' };
    let minutes = minutes.unsigned_abs();
    format!("{}{sign}{:02}:{:02}", local.format("%Y-%m-%dT%H:%M:%S"), minutes / 60, minutes % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_simulated_machine_has_its_own_day_on_its_own_thread() {
        let runtime =
            tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
        runtime.block_on(async {
            simulate(Uptime::from_millis(500), 1_000_000);
            tokio::time::sleep(Duration::from_secs(3600)).await;
            assert_eq!((uptime(), Clocks::real().wall_s()), (Uptime::from_millis(3_600_500), 1_003_600));
            assert!(std::thread::spawn(|| Clocks::real().wall_s()).join().unwrap() > 1_700_000_000);
            simulate(uptime(), 5);
            assert_eq!((uptime(), Clocks::real().wall_s()), (Uptime::from_millis(3_600_500), 5));
            simulate_no_more();
            assert!(Clocks::real().wall_s() > 1_700_000_000);
        });
    }
}
