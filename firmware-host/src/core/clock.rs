//! Hall time: follows the wall clock, never runs backwards, goes on across restarts (CALL-ORDER, DESIGN "Time").
//!
//! Between two looks it advances with `Uptime`, which nobody can set. What the wall clock says beyond that is drift, followed
//! slowly, or a jump, reported and never followed at once: after somebody sets the clock forward an hour no ticket
//! expires early, and after they set it back nothing is reordered.

use link::Uptime;
use queue::Timestamp;
use std::time::Duration;

/// A difference between wall and hall time of this many seconds or more, new since the last look, is a jump. NTP slews in
/// milliseconds; people and dead batteries set clocks by minutes.
const JUMP_S: i64 = 5;

/// Hall time gains or loses at most one second in this many seconds of uptime while it follows the wall, so that waits stay
/// true within 2 % and an hour's error is gone within two days; until then the console shows the difference.
const FOLLOW_EVERY_S: i64 = 50;

/// A wall clock that was set must stand for so long before it is believed.
const STEADY_FOR: Duration = Duration::from_secs(60);
/// At the start less long: a box without a battery asks the network once, and people wait.
const STEADY_AT_START: Duration = Duration::from_secs(5);
/// NTP has answered within this after power came back, or the network is down for longer.
const START_LASTS: Duration = Duration::from_secs(300);
/// A box that was off for longer than 40 days starts anew anyway; a running one is never that late.
const MOST_ADOPTED_S: i64 = 40 * 24 * 3600;

/// What a look at the clocks brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    /// Hall time now.
    pub now: Timestamp,
    /// The wall clock was set since the last look, by so many seconds (wall minus what it should have been).
    pub jumped_by_s: Option<i64>,
}

/// The hall's clock. The host reads wall and uptime and hands both in.
#[derive(Clone, Debug)]
pub struct HallClock {
    /// Hall time in seconds at `anchor`.
    hall_s: i64,
    anchor: Uptime,
    /// Wall minus hall time at the last look.
    offset_s: i64,
    followed_at: Uptime,
    /// Since when the wall clock has not been set.
    steady_since: Uptime,
    started: Uptime,
}

impl HallClock {
    /// Starts at the wall clock, or at the last event's time if that is later: hall time never runs backwards.
    pub fn start(uptime: Uptime, wall_s: i64, last_event: Option<Timestamp>) -> Self {
        let hall_s = last_event.map_or(wall_s, |last| last.0.max(wall_s));
        HallClock {
            hall_s,
            anchor: uptime,
            offset_s: wall_s - hall_s,
            followed_at: uptime,
            steady_since: uptime,
            started: uptime,
        }
    }

    /// Hall time at `uptime`, without looking at the wall.
    pub fn now(&self, uptime: Uptime) -> Timestamp {
        Timestamp(self.hall_s + uptime.since(self.anchor).as_secs() as i64)
    }

    /// The uptime at which hall time will have reached `moment`.
    pub fn when(&self, moment: Timestamp) -> Uptime {
        self.anchor.plus(Duration::from_secs(u64::try_from(moment.0 - self.hall_s).unwrap_or(0)))
    }

    /// Wall minus hall time as last seen, in seconds; shown when it is not zero.
    pub fn offset_s(&self) -> i64 {
        self.offset_s
    }

    /// Looks at the wall clock; called about once a second.
    pub fn look(&mut self, uptime: Uptime, wall_s: i64) -> Look {
        let offset = wall_s - self.now(uptime).0;
        let change = offset - self.offset_s;
        self.offset_s = offset;
        let jumped_by_s = (change.abs() >= JUMP_S).then_some(change);
        if jumped_by_s.is_some() {
            self.steady_since = uptime;
        }
        if jumped_by_s.is_none()
            && uptime.since(self.followed_at) >= Duration::from_secs(FOLLOW_EVERY_S as u64)
        {
            self.followed_at = uptime;
            self.follow(uptime);
        }
        Look { now: self.now(uptime), jumped_by_s }
    }

    /// How far hall time could be set forward to the wall now: not while the wall was set a moment ago (it may be set right
    /// again), and not by weeks, which is a wrong clock and not a late one.
    pub fn adoptable_s(&self, uptime: Uptime) -> Option<i64> {
        let patience = if self.just_started(uptime) { STEADY_AT_START } else { STEADY_FOR };
        let steady = uptime.since(self.steady_since) >= patience;
        (steady && (2..=MOST_ADOPTED_S).contains(&self.offset_s)).then_some(self.offset_s)
    }

    /// Whether hallgate began so lately that the network may only now have brought the time. Had it come before the start,
    /// hall time would have begun with it, so it is adopted whoever is in the hall.
    pub fn just_started(&self, uptime: Uptime) -> bool {
        uptime.since(self.started) < START_LASTS
    }

    /// Sets hall time forward to the wall at once; for an empty hall, where nobody's wait can change. A wall clock that is behind
    /// is not adopted: hall time never runs backwards.
    pub fn adopt(&mut self, uptime: Uptime) {
        if self.offset_s > 0 {
            self.hall_s = self.now(uptime).0 + self.offset_s;
            self.anchor = uptime;
            self.offset_s = 0;
        }
    }

    /// Moves one second towards the wall: forward at once, backward by standing still for a second.
    fn follow(&mut self, uptime: Uptime) {
        if self.offset_s >= 1 {
            self.hall_s += 1;
            self.offset_s -= 1;
        } else if self.offset_s <= -1 {
            let now = self.now(uptime);
            self.hall_s = now.0;
            self.anchor = uptime.plus(Duration::from_secs(1));
            self.offset_s += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> Uptime {
        Uptime(Duration::from_secs(seconds))
    }

    #[test]
    fn an_hour_back_and_an_hour_forward_change_no_wait() {
        let mut clock = HallClock::start(at(10), 1_000_000, None);
        assert_eq!(clock.look(at(20), 1_000_010), Look { now: Timestamp(1_000_010), jumped_by_s: None });
        assert_eq!(clock.look(at(21), 996_411), Look { now: Timestamp(1_000_011), jumped_by_s: Some(-3600) });
        assert_eq!(clock.look(at(22), 996_412).jumped_by_s, None);
        assert_eq!(
            clock.look(at(23), 1_003_613),
            Look { now: Timestamp(1_000_013), jumped_by_s: Some(7200) }
        );
        assert_eq!(clock.offset_s(), 3600);
    }

    #[test]
    fn a_restart_with_an_old_wall_clock_goes_on_from_the_last_event() {
        let clock = HallClock::start(at(0), 500, Some(Timestamp(900)));
        assert_eq!(clock.now(at(3)), Timestamp(903));
        assert_eq!(clock.offset_s(), -400);
    }

    #[test]
    fn an_empty_hall_adopts_a_wall_that_is_ahead_and_never_one_that_is_behind() {
        let mut clock = HallClock::start(at(0), 1000, None);
        clock.look(at(400), 61_400);
        assert_eq!(clock.adoptable_s(at(430)), None, "it was set a moment ago");
        clock.look(at(461), 61_461);
        assert!(!clock.just_started(at(461)));
        let by_s = clock.adoptable_s(at(461)).unwrap();
        assert!((59_995..=60_000).contains(&by_s), "{by_s}");
        clock.adopt(at(461));
        assert_eq!((clock.now(at(462)), clock.offset_s()), (Timestamp(61_462), 0));
        clock.look(at(463), 2000);
        assert_eq!(clock.adoptable_s(at(600)), None);
        clock.adopt(at(463));
        assert_eq!(clock.now(at(463)), Timestamp(61_463));
        clock.look(at(464), 40 * 365 * 86_400);
        assert_eq!(clock.adoptable_s(at(600)), None, "decades are a wrong clock");
    }

    #[test]
    fn a_time_that_comes_from_the_network_just_after_the_start_is_adopted_soon() {
        let mut clock = HallClock::start(at(0), 1000, Some(Timestamp(1500)));
        clock.look(at(3), 90_000);
        assert_eq!(clock.adoptable_s(at(4)), None);
        clock.look(at(9), 90_006);
        assert!(clock.just_started(at(9)) && clock.adoptable_s(at(9)).is_some());
    }

    #[test]
    fn drift_is_followed_and_time_never_runs_backwards() {
        for wall_rate in [0, 2] {
            let mut clock = HallClock::start(at(0), 1000, None);
            let mut last = Timestamp(0);
            let mut wall = 1000;
            for second in 1..2000 {
                // The wall runs half a percent fast or slow.
                wall += if second % 200 == 0 { wall_rate } else { 1 };
                let look = clock.look(at(second), wall);
                assert!(look.now >= last, "{look:?} after {last:?}");
                assert_eq!(look.jumped_by_s, None);
                last = look.now;
            }
            assert!(clock.offset_s().abs() <= 1, "{}", clock.offset_s());
        }
    }

    #[test]
    fn a_deadline_is_found_on_the_uptime_clock() {
        let clock = HallClock::start(at(100), 5000, None);
        assert_eq!(clock.when(Timestamp(5060)), at(160));
        assert_eq!(clock.when(Timestamp(4000)), at(100));
    }
}
