//! All lanes of a hall, by service and, for tickets sent to one window, by window.

use super::{Choice, Group, Key, Lane, Place, Reach, choose};
use crate::ids::{ServiceId, Timestamp, WindowNumber};
use crate::rules::Limits;
use std::collections::BTreeMap;

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
        lanes.entry(service.clone()).or_default().insert(place, self.pass_limit);
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
        self.services.get(service).map_or(0, |lane| lane.len())
    }

    /// How many wait for a service at this window alone.
    pub fn n_bound_of(&self, window: WindowNumber, service: &ServiceId) -> usize {
        self.bound_lane(window, service).map_or(0, |lane| lane.len())
    }

    /// How many wait for this window alone.
    pub fn n_bound(&self, window: WindowNumber) -> usize {
        self.windows.get(&window).map_or(0, |lanes| lanes.values().map(|lane| lane.len()).sum())
    }

    /// How many this window could serve.
    pub fn n_reachable(&self, reach: Reach<'_>) -> usize {
        self.lanes(reach).map(|(_, lane)| lane.len()).sum()
    }

    /// Whether this window could serve somebody.
    pub fn reaches_anybody(&self, reach: Reach<'_>) -> bool {
        !self.is_empty() && self.lanes(reach).next().is_some()
    }

    /// Those who wait for a service at any window, by place.
    pub fn open(&self, service: &ServiceId) -> impl Iterator<Item = &Place> {
        self.services.get(service).into_iter().flat_map(Lane::iter)
    }

    /// Those who wait for a service at this window alone, by place.
    pub fn bound_of(&self, window: WindowNumber, service: &ServiceId) -> impl Iterator<Item = &Place> {
        self.bound_lane(window, service).into_iter().flat_map(Lane::iter)
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
        choose(now, self.groups(reach), last_priority, limits)
    }

    /// Waiting, earlier-joined tickets this window could serve instead of `called`, by place; `true` where `passed`
    /// rises by one (CALL-ORDER §4).
    pub fn overtaken(&self, now: Timestamp, reach: Reach<'_>, called: &Place) -> Vec<(Place, bool)> {
        let tier = called.tier(now);
        let mut overtaken: Vec<(Place, bool)> = self
            .lanes(reach)
            .flat_map(|(_, lane)| lane.before(called.key()))
            .map(|place| (*place, tier < 2 && place.tier(now) > tier))
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

    /// Service by service, what a window reaches.
    fn groups<'a>(&'a self, reach: Reach<'a>) -> impl Iterator<Item = Group<'a>> {
        let bound = self.bound(reach);
        let skilled = reach
            .skills
            .iter()
            .map(move |service| [self.services.get(service), bound.and_then(|lanes| lanes.get(service))]);
        let beyond = bound.into_iter().flatten().filter(move |(service, _)| !reach.skills.contains(service));
        skilled.chain(beyond.map(|(_, lane)| [None, Some(lane)]))
    }
}

fn remove_from(lanes: &mut BTreeMap<ServiceId, Lane>, service: &ServiceId, key: Key) -> bool {
    let Some(lane) = lanes.get_mut(service) else { return false };
    let removed = lane.remove(key).is_some();
    if lane.is_empty() {
        lanes.remove(service);
    }
    removed
}
