//! Who waits in a run: the lanes, and in which of them anybody is.

use super::desks::Desks;
use super::{Order, Plan, Settings, other};
use crate::event::Reason;
use crate::ids::{TicketSeq, Timestamp};
use crate::order::{Group, Heads, Key, Lane, Place, choose};
use crate::rules::Class;

/// The lanes of the plan's services.
#[derive(Debug)]
pub(super) struct Lines {
    n_services: usize,
    /// By service; behind them those of tickets for one window alone.
    lanes: Vec<Lane>,
    /// Service and window of the lanes behind the services'.
    own: Vec<(usize, usize)>,
    n_waiting: usize,
    /// How many wait for the services of each bit.
    n_of_bit: [u32; 64],
    /// Bits of the services somebody waits for.
    bits: u64,
    /// Bits of the lanes in which somebody is green, has an appointment or is protected; only while `bits_are_lanes`.
    special: u64,
    /// Every service has a bit of its own and no ticket is for one window alone: the bits are the lanes somebody waits in.
    bits_are_lanes: bool,
}

impl Default for Lines {
    fn default() -> Self {
        Lines {
            n_services: 0,
            lanes: Vec::new(),
            own: Vec::new(),
            n_waiting: 0,
            n_of_bit: [0; 64],
            bits: 0,
            special: 0,
            bits_are_lanes: true,
        }
    }
}

impl Lines {
    pub(super) fn prepare(&mut self, plan: &Plan) {
        self.n_services = plan.services.len();
        self.lanes.iter_mut().for_each(Lane::clear);
        self.lanes.resize_with(self.n_services, Lane::default);
        self.own.clear();
        (self.n_waiting, self.bits, self.special) = (0, 0, 0);
        self.n_of_bit = [0; 64];
        self.bits_are_lanes = self.n_services <= 64;
    }

    pub(super) fn n_waiting(&self) -> usize {
        self.n_waiting
    }

    /// Bits of the services somebody waits for.
    #[inline]
    pub(super) fn bits(&self) -> u64 {
        self.bits
    }

    /// Somebody without any standing takes a number for `service`: most arrivals.
    #[inline]
    pub(super) fn walk_in(
        &mut self,
        settings: &Settings,
        service: usize,
        seq: TicketSeq,
        class: Class,
        join: Timestamp,
    ) {
        let place = Place { seq, class, green: false, appointment: false, join, ready: join, passed: 0 };
        if settings.pass_limit > 0 && self.lanes[service].push(place) {
            self.n_waiting += 1;
            self.bits |= bit(service);
            self.n_of_bit[service % 64] += 1;
        } else {
            self.wait(settings, service, service, place);
        }
    }

    /// Somebody waits for `service`, in `lane`.
    #[inline]
    pub(super) fn wait(&mut self, settings: &Settings, service: usize, lane: usize, place: Place) {
        let list = &mut self.lanes[lane];
        list.insert(place, settings.pass_limit);
        self.special |= u64::from(!list.is_plain()) << (service % 64);
        self.n_waiting += 1;
        self.bits |= bit(service);
        self.n_of_bit[service % 64] += 1;
    }

    /// Somebody is called from `lane`.
    #[inline]
    pub(super) fn leave(&mut self, key: Key, lane: usize) {
        self.n_waiting -= 1;
        let list = &mut self.lanes[lane];
        if self.bits_are_lanes {
            if self.special & bit(lane) == 0 {
                list.remove_head();
            } else {
                list.remove(key);
                self.special = self.special & !bit(lane) | u64::from(!list.is_plain()) << lane;
            }
        } else {
            list.remove(key);
        }
        let service = if lane < self.n_services { lane } else { self.own[lane - self.n_services].0 };
        let left = &mut self.n_of_bit[service % 64];
        *left -= 1;
        self.bits = self.bits & !bit(service) | u64::from(*left > 0) << (service % 64);
    }

    /// The lane of those who wait for a service at one window alone.
    pub(super) fn own_lane(&mut self, desks: &mut Desks, service: usize, window: usize) -> usize {
        if let Some(known) = self.own.iter().position(|&own| own == (service, window)) {
            return self.n_services + known;
        }
        self.bits_are_lanes = false;
        let lane = self.n_services + self.own.len();
        self.own.push((service, window));
        self.lanes.push(Lane::default());
        desks.reach_own(window, service, lane);
        lane
    }

    /// Whom the window calls; `None`: nobody whom it reaches waits.
    #[inline]
    pub(super) fn choose(
        &self,
        settings: &Settings,
        now: i64,
        desks: &Desks,
        window: usize,
    ) -> Option<(Place, Option<Reason>)> {
        if !self.bits_are_lanes {
            let filled = |lane: Option<usize>| Some(&self.lanes[lane?]).filter(|lane| !lane.is_empty());
            let groups = desks.reach(window).iter().map(|&[open, own]| [filled(open), filled(own)]);
            return decide(settings, now, groups, desks.last_priority(window));
        }
        let lanes = Bits(desks.reaches(window) & self.bits);
        if settings.order != Order::Hallgate || lanes.0 & self.special != 0 {
            let groups = lanes.map(|lane| [Some(&self.lanes[lane]), None]);
            return decide(settings, now, groups, desks.last_priority(window));
        }
        let mut heads = Heads::default();
        for head in lanes.filter_map(|lane| self.lanes[lane].head()) {
            heads.add(Timestamp(now), head, &settings.limits);
        }
        heads.choice().map(|choice| (choice.place, Some(choice.reason)))
    }

    /// A window called whoever has `key` and `tier` from before those who joined earlier (CALL-ORDER §4). Each is told of to `each`, with whether
    /// the call counts against the limit of passes.
    #[inline]
    pub(super) fn overtake(
        &mut self,
        settings: &Settings,
        now: i64,
        desks: &Desks,
        window: usize,
        (key, tier): (Key, u8),
        mut each: impl FnMut(usize, bool),
    ) {
        let mut in_lane = |at: usize| {
            let lane = &mut self.lanes[at];
            if lane.head().is_some_and(|head| head.key() < key) {
                self.special |=
                    overtake(lane, settings.pass_limit, Timestamp(now), key, tier, &mut each) << (at % 64);
            }
        };
        if self.bits_are_lanes {
            for lane in Bits(desks.reaches(window) & self.bits) {
                in_lane(lane);
            }
        } else {
            desks.reach(window).iter().flatten().flatten().for_each(|&lane| in_lane(lane));
        }
    }
}

/// 1 if somebody of the lane is special after it, else 0.
fn overtake(
    lane: &mut Lane,
    pass_limit: u32,
    now: Timestamp,
    key: Key,
    tier: u8,
    each: &mut impl FnMut(usize, bool),
) -> u64 {
    if tier < 2 {
        lane.pass(now, tier, key, pass_limit, |overtaken, counts| each(overtaken.0 as usize, counts));
    } else {
        lane.before(key).for_each(|overtaken| each(overtaken.seq.0 as usize, false));
    }
    u64::from(!lane.is_plain())
}

/// Whom `settings` call from these lanes.
fn decide<'a>(
    settings: &Settings,
    now: i64,
    groups: impl Iterator<Item = Group<'a>>,
    last_priority: bool,
) -> Option<(Place, Option<Reason>)> {
    let now = Timestamp(now);
    if settings.order == Order::Hallgate {
        let choice = choose(now, groups, last_priority, &settings.limits)?;
        Some((choice.place, Some(choice.reason)))
    } else {
        other::choose(settings, now, groups.flatten().flatten()).map(|place| (place, None))
    }
}

/// The bit of a service; beyond 64 services several share one.
pub(super) fn bit(service: usize) -> u64 {
    1 << (service % 64)
}

/// Positions of the bits that are set.
struct Bits(u64);

impl Iterator for Bits {
    type Item = usize;

    fn next(&mut self) -> Option<usize> {
        let first = (self.0 != 0).then(|| self.0.trailing_zeros() as usize)?;
        self.0 &= self.0 - 1;
        Some(first)
    }
}
