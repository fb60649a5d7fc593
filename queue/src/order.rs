//! The call order alone: who of those waiting is next at a window, and who is overtaken by it.
//!
//! Purpose: CALL-ORDER §1 to §4 over an index that answers in `O(services x log waiting)`. It knows neither tickets'
//! states nor windows' states: [`crate::Hall`] puts in who waits and takes out who is called. Source: `CALL-ORDER.md`.

use crate::event::Reason;
use crate::ids::{ServiceId, TicketSeq, Timestamp, WindowNumber};
use crate::rules::{Class, Limits};
use std::collections::{BTreeMap, BTreeSet};

/// A place in the order of number-taking; smaller is earlier.
pub type Key = (Timestamp, TicketSeq);

/// One waiting ticket as the order sees it (CALL-ORDER §1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Order of number-taking, unique.
    pub seq: TicketSeq,
    /// Class of its service.
    pub class: Class,
    /// Green channel granted.
    pub green: bool,
    /// Holds a valid appointment.
    pub appointment: bool,
    /// Start of its place in the order.
    pub join: Timestamp,
    /// From when its wait counts; of an appointment: from when it has precedence.
    pub ready: Timestamp,
    /// Priority calls that passed it.
    pub passed: u32,
}

impl Place {
    /// (`join`, `seq`).
    pub fn key(&self) -> Key {
        (self.join, self.seq)
    }

    /// 0 green, 1 an appointment whose time has come, 2 a walk-in.
    pub fn tier(&self, now: Timestamp) -> u8 {
        if self.green {
            0
        } else if self.appointment && now >= self.ready {
            1
        } else {
            2
        }
    }

    /// The next limit time not yet behind it, `None` past its last (CALL-ORDER §3.5). At exactly a limit that one counts.
    pub fn next_limit(&self, now: Timestamp, limits: &Limits) -> Option<Timestamp> {
        limits.of(self.class).iter().map(|&limit_s| self.join.plus(limit_s)).find(|&limit| now <= limit)
    }
}

/// What a window can serve: everybody waiting for its services, and those who wait for it alone.
#[derive(Clone, Copy, Debug)]
pub struct Reach<'a> {
    /// The window, for tickets sent to it alone; `None` in single decisions without a hall.
    pub window: Option<WindowNumber>,
    /// Services it serves.
    pub skills: &'a [ServiceId],
}

/// Who is next, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Choice {
    /// The ticket.
    pub place: Place,
    /// Never [`Reason::Return`]: those are not waiting.
    pub reason: Reason,
    /// The limit time it is called under; only with [`Reason::Limit`].
    pub limit: Option<Timestamp>,
}

/// The waiting tickets of one service: of everybody, or of those sent to one window.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Lane {
    all: BTreeMap<Key, Place>,
    green: BTreeSet<Key>,
    /// Valid appointments that are not green, by the moment their time comes.
    appointments: BTreeSet<(Timestamp, Key)>,
    /// Not green and passed as often as allowed.
    protected: BTreeSet<Key>,
}

impl Lane {
    fn head(&self) -> Option<&Place> {
        self.all.first_key_value().map(|(_, place)| place)
    }
}

/// All waiting tickets, indexed so that a decision need not look at each of them. Lanes without tickets do not exist.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Waiting {
    pass_limit: u32,
    services: BTreeMap<ServiceId, Lane>,
    windows: BTreeMap<WindowNumber, BTreeMap<ServiceId, Lane>>,
    n_waiting: usize,
}

impl Waiting {
    /// An empty index. `pass_limit` is K of CALL-ORDER §2; it shapes the index, another K needs another index.
    pub fn new(pass_limit: u32) -> Self {
        Waiting { pass_limit, ..Waiting::default() }
    }

    /// A ticket begins to wait; `only`: for this window alone. One that is there already is replaced.
    pub fn insert(&mut self, service: &ServiceId, only: Option<WindowNumber>, place: Place) {
        self.remove(service, only, place.key());
        let lanes = match only {
            None => &mut self.services,
            Some(window) => self.windows.entry(window).or_default(),
        };
        let lane = lanes.entry(service.clone()).or_default();
        let key = place.key();
        if place.green {
            lane.green.insert(key);
        } else {
            if place.appointment {
                lane.appointments.insert((place.ready, key));
            }
            if place.passed >= self.pass_limit {
                lane.protected.insert(key);
            }
        }
        lane.all.insert(key, place);
        self.n_waiting += 1;
    }

    /// A ticket stops waiting; nothing happens if it is not there.
    pub fn remove(&mut self, service: &ServiceId, only: Option<WindowNumber>, key: Key) {
        match only {
            None => self.n_waiting -= usize::from(remove_from(&mut self.services, service, key)),
            Some(window) => {
                let Some(lanes) = self.windows.get_mut(&window) else { return };
                self.n_waiting -= usize::from(remove_from(lanes, service, key));
                if lanes.is_empty() {
                    self.windows.remove(&window);
                }
            }
        }
    }

    /// All who wait.
    pub fn len(&self) -> usize {
        self.n_waiting
    }

    /// Nobody waits.
    pub fn is_empty(&self) -> bool {
        self.n_waiting == 0
    }

    /// How many wait for a service, those sent to one window left out.
    pub fn n_open(&self, service: &ServiceId) -> usize {
        self.services.get(service).map_or(0, |lane| lane.all.len())
    }

    /// How many wait for a service at this window alone.
    pub fn n_bound_of(&self, window: WindowNumber, service: &ServiceId) -> usize {
        self.bound_lane(window, service).map_or(0, |lane| lane.all.len())
    }

    /// How many wait for this window alone.
    pub fn n_bound(&self, window: WindowNumber) -> usize {
        self.windows.get(&window).map_or(0, |lanes| lanes.values().map(|lane| lane.all.len()).sum())
    }

    /// How many this window could serve.
    pub fn n_reachable(&self, reach: Reach<'_>) -> usize {
        self.lanes(reach).map(|(_, lane)| lane.all.len()).sum()
    }

    /// Whether this window could serve somebody.
    pub fn reaches_anybody(&self, reach: Reach<'_>) -> bool {
        !self.is_empty() && self.lanes(reach).next().is_some()
    }

    /// Those who wait for a service at any window, by place.
    pub fn open(&self, service: &ServiceId) -> impl Iterator<Item = &Place> {
        self.services.get(service).into_iter().flat_map(|lane| lane.all.values())
    }

    /// Those who wait for a service at this window alone, by place.
    pub fn bound_of(&self, window: WindowNumber, service: &ServiceId) -> impl Iterator<Item = &Place> {
        self.bound_lane(window, service).into_iter().flat_map(|lane| lane.all.values())
    }

    fn bound_lane(&self, window: WindowNumber, service: &ServiceId) -> Option<&Lane> {
        self.windows.get(&window).and_then(|lanes| lanes.get(service))
    }

    /// The decision when this window asks at `now` (CALL-ORDER §3); `None`: nobody it can serve waits.
    pub fn choose(
        &self,
        now: Timestamp,
        reach: Reach<'_>,
        last_priority: bool,
        limits: &Limits,
    ) -> Option<Choice> {
        let mut green: Option<(Key, &Lane)> = None;
        let mut due: Option<((Timestamp, Key), &Lane)> = None;
        let mut protected: Option<(Key, &Lane)> = None;
        for (_, lane) in self.lanes(reach) {
            take_smaller(&mut green, lane.green.first().copied(), lane);
            let earliest = lane.appointments.first().copied().filter(|&(ready, _)| now >= ready);
            take_smaller(&mut due, earliest, lane);
            take_smaller(&mut protected, lane.protected.first().copied(), lane);
        }
        let called = |key: Key, lane: &Lane, reason| {
            let place = *lane.all.get(&key).expect("a lane's sets hold keys of its tickets only");
            Some(Choice { place, reason, limit: None })
        };
        // CALL-ORDER §3.2: never two priority calls in a row while a protected ticket could be served.
        if let Some((key, lane)) = protected.filter(|_| last_priority || (green.is_none() && due.is_none())) {
            return called(key, lane, Reason::Protected);
        }
        if let Some((key, lane)) = green {
            return called(key, lane, Reason::Green);
        }
        if let Some(((_, key), lane)) = due {
            return called(key, lane, Reason::Appointment);
        }
        self.choose_walk_in(now, reach, limits)
    }

    /// CALL-ORDER §3.5. Nobody green and no due appointment is here, so the head of a service is simply its first.
    fn choose_walk_in(&self, now: Timestamp, reach: Reach<'_>, limits: &Limits) -> Option<Choice> {
        let mut overdue: Option<&Place> = None;
        let mut within: Option<(Timestamp, &Place)> = None;
        for head in self.heads(reach) {
            match head.next_limit(now, limits) {
                None if overdue.is_none_or(|best| head.key() < best.key()) => overdue = Some(head),
                Some(limit)
                    if within.is_none_or(|(best, place)| (limit, head.key()) < (best, place.key())) =>
                {
                    within = Some((limit, head));
                }
                _ => {}
            }
        }
        match (overdue, within) {
            (Some(place), _) => Some(Choice { place: *place, reason: Reason::Overdue, limit: None }),
            (None, Some((limit, place))) => {
                Some(Choice { place: *place, reason: Reason::Limit, limit: Some(limit) })
            }
            (None, None) => None,
        }
    }

    /// Waiting, earlier-joined tickets this window could serve instead of `called`, by place; `true` where `passed`
    /// rises by one (CALL-ORDER §4).
    pub fn overtaken(&self, now: Timestamp, reach: Reach<'_>, called: &Place) -> Vec<(Place, bool)> {
        let tier = called.tier(now);
        let mut overtaken: Vec<(Place, bool)> = self
            .lanes(reach)
            .flat_map(|(_, lane)| lane.all.range(..called.key()))
            .map(|(_, place)| (*place, tier < 2 && place.tier(now) > tier))
            .collect();
        overtaken.sort_unstable_by_key(|(place, _)| place.key());
        // A window whose skills name a service twice reaches it once.
        overtaken.dedup_by_key(|(place, _)| place.seq);
        overtaken
    }

    /// The lanes a window reaches; all of them hold somebody.
    fn lanes<'a>(&'a self, reach: Reach<'a>) -> impl Iterator<Item = (&'a ServiceId, &'a Lane)> {
        let open = reach.skills.iter().filter_map(|service| Some((service, self.services.get(service)?)));
        open.chain(self.bound(reach).into_iter().flatten())
    }

    fn bound(&self, reach: Reach<'_>) -> Option<&BTreeMap<ServiceId, Lane>> {
        self.windows.get(&reach.window?)
    }

    /// The earliest ticket of each service the window reaches: tickets sent to this window alone stand in one line with
    /// the others of their service, so that nobody is reordered inside it (CALL-ORDER §6.2).
    fn heads<'a>(&'a self, reach: Reach<'a>) -> impl Iterator<Item = &'a Place> {
        let bound = self.bound(reach);
        let skilled = reach.skills.iter().filter_map(move |service| {
            let open = self.services.get(service).and_then(Lane::head);
            let sent = bound.and_then(|lanes| lanes.get(service)).and_then(Lane::head);
            [open, sent].into_iter().flatten().min_by_key(|place| place.key())
        });
        let beyond = bound.into_iter().flatten().filter(move |(service, _)| !reach.skills.contains(service));
        skilled.chain(beyond.filter_map(|(_, lane)| lane.head()))
    }
}

fn remove_from(lanes: &mut BTreeMap<ServiceId, Lane>, service: &ServiceId, key: Key) -> bool {
    let Some(lane) = lanes.get_mut(service) else { return false };
    let Some(place) = lane.all.remove(&key) else { return false };
    lane.green.remove(&key);
    lane.appointments.remove(&(place.ready, key));
    lane.protected.remove(&key);
    if lane.all.is_empty() {
        lanes.remove(service);
    }
    true
}

fn take_smaller<'a, K: Ord + Copy>(best: &mut Option<(K, &'a Lane)>, key: Option<K>, lane: &'a Lane) {
    if let Some(key) = key
        && best.is_none_or(|(smallest, _)| key < smallest)
    {
        *best = Some((key, lane));
    }
}
