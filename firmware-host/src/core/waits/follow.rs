//! The thread that follows the hall and publishes its waits.

use super::advice::advise;
use super::roster::roster;
use super::{Doubt, EARLY_S, ServiceWaits, Waits, moves, newcomer, widened};
use crate::causes::with_causes;
use crate::config::Config;
use crate::core::newest::{Newest, Teller, newest};
use crate::core::owner::working_day;
use crate::time::local_time;
use queue::booking::{BookingEvent, Bookings};
use queue::forecast::{Asked, Expected, Forecaster, Habits, Learner, Names, Observed, Present, Range};
use queue::{Event, Hall, ServiceId, Timestamp, WindowNumber};
use schema::{ClockEvent, Entry, Reader, StoreError};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};

/// Working days that are read at the start: about four weeks (weights fall by a twentieth each day anyway).
const DAYS_READ: usize = 20;
/// Without news a forecast is made anew after so many seconds of hall time: services under way last longer than they did.
const RENEW_S: i64 = 15;
/// Advice is computed at most this often; the hall does not change faster than a supervisor walks.
const ADVISE_EVERY_S: i64 = 60;
/// From this difference on the clock is doubted: forecasts know the time of day by half-hours.
const CLOCK_DIFFERS_S: i64 = 300;
/// … and for so long after it was set.
const DOUBT_LASTS_S: i64 = 3600;

/// What the owner tells: what was committed, or only what time it is.
#[derive(Debug)]
pub struct News {
    /// Hall time.
    pub now: Timestamp,
    /// Position of the log with these entries.
    pub position: u64,
    /// Wall minus hall time, seconds.
    pub clock_offset_s: i64,
    /// What was committed at `now`, in order.
    pub entries: Arc<Vec<Entry>>,
}

/// The way to the thread; it ends when this is dropped.
#[derive(Debug)]
pub struct Following(Sender<News>);

impl Following {
    /// Tells it something. Never waits: it works through what piled up and forecasts once.
    pub fn tell(&self, news: News) {
        self.0.send(news).ok();
    }
}

/// Starts the thread on a hall and its bookings as they are at `position` of the log in the file at `path`.
///
/// # Errors
/// What the operating system says when it gives no thread.
pub fn start(
    config: Arc<Config>,
    path: &Path,
    hall: Hall,
    bookings: Bookings,
    position: u64,
) -> std::io::Result<(Following, Newest<Arc<Waits>>)> {
    let (sender, receiver) = channel();
    let (teller, waits) = newest(Arc::new(Waits::default()));
    let path = path.to_owned();
    std::thread::Builder::new().name("waits".into()).spawn(move || {
        let mut follower = Follower::new(config, hall, bookings);
        follower.position = position;
        if let Err(error) = follower.read_history(&path, position) {
            // It learns from now on; estimates begin with what hall.toml says.
            tracing::warn!(
                error = with_causes(&error),
                "the last weeks could not be read for expected waits"
            );
        }
        follower.run(&receiver, &teller);
    })?;
    Ok((Following(sender), waits))
}

pub(super) struct Follower {
    config: Arc<Config>,
    hall: Hall,
    bookings: Bookings,
    names: Names,
    learner: Learner,
    habits: Habits,
    forecaster: Forecaster,
    /// What is asked for whom: service, green, appointment so many seconds ahead.
    asked: Vec<(ServiceId, usize, bool, Option<i64>)>,
    position: u64,
    now: Timestamp,
    clock_offset_s: i64,
    /// When the wall clock was last set, and by how much.
    jumped: Option<(Timestamp, i64)>,
    /// How far the wall was set ahead of hall time since hall time last followed it.
    ahead_s: i64,
    advised_at: Timestamp,
    pub(super) waits: Waits,
}

impl Follower {
    pub(super) fn new(config: Arc<Config>, hall: Hall, bookings: Bookings) -> Self {
        let rules = config.rules();
        let services: Vec<ServiceId> = rules.services.iter().map(|rule| rule.id.clone()).collect();
        let mean_s: Vec<f64> = services
            .iter()
            .map(|service| {
                config.service(&service.0).map_or(600.0, |service| f64::from(service.mean_min) * 60.0)
            })
            .collect();
        let (groups, n_groups) = groups(&config);
        let names = Names::new(services.iter().cloned(), groups);
        let asked = services.iter().enumerate().flat_map(|(service, id)| {
            [(false, None), (true, None), (false, Some(0)), (false, Some(EARLY_S))]
                .map(|(green, ahead_s)| (id.clone(), service, green, ahead_s))
        });
        Follower {
            asked: asked.collect(),
            learner: Learner::new(names.clone(), i64::from(config.hall.zone_offset_min) * 60),
            names,
            habits: Habits::new(&mean_s, n_groups),
            forecaster: Forecaster::default(),
            now: hall.latest().max(Timestamp(0)),
            clock_offset_s: 0,
            jumped: None,
            ahead_s: 0,
            position: 0,
            advised_at: Timestamp(0),
            waits: Waits::default(),
            config,
            hall,
            bookings,
        }
    }

    /// The configuration it was made for.
    #[cfg(test)]
    pub(super) fn config(&self) -> &Config {
        &self.config
    }

    fn read_history(&mut self, path: &Path, position: u64) -> Result<(), StoreError> {
        let reader = Reader::open(path)?;
        let days = reader.days()?;
        for day in &days[days.len().saturating_sub(DAYS_READ + 1)..] {
            for logged in reader.day_entries(*day)? {
                if logged.position > position {
                    break;
                }
                match &logged.entry {
                    Entry::Hall(event) => self.learn(logged.at, event),
                    Entry::Clock(event) => self.clock(logged.at, event),
                    Entry::Booking(event) => self.learn_booking(event),
                    _ => {}
                }
            }
        }
        Ok(())
    }

    fn learn(&mut self, at: Timestamp, event: &Event) {
        self.learner.event(at, event, &mut self.habits);
        if matches!(event, Event::DayOpened { .. }) {
            let midnight = self.midnight(at);
            let date = local_time(&self.config, at).date();
            self.habits.day_begins(midnight, &roster(&self.config, date));
        }
    }

    fn learn_booking(&mut self, event: &BookingEvent) {
        if let Some(seen) = Observed::of_booking(event) {
            self.habits.observe(seen);
        }
    }

    /// When the wall clock was set, in hall time as it is counted now; also across restarts, whose hall time begins with the
    /// wall if that is ahead.
    pub(super) fn clock(&mut self, at: Timestamp, event: &ClockEvent) {
        let leapt_s = match event {
            ClockEvent::Jumped { by_s } => {
                self.jumped = Some((at, *by_s));
                self.ahead_s += by_s;
                return;
            }
            ClockEvent::Adopted { by_s } => *by_s,
            ClockEvent::Started { .. } => self.ahead_s.max(0),
            ClockEvent::Stopped => return,
        };
        self.ahead_s = 0;
        if let Some((moment, _)) = &mut self.jumped {
            *moment = moment.plus(leapt_s).min(at);
        }
    }

    fn midnight(&self, at: Timestamp) -> Timestamp {
        let local = local_time(&self.config, at);
        at.plus(-i64::from(chrono::Timelike::num_seconds_from_midnight(&local)))
    }

    fn run(&mut self, news: &Receiver<News>, teller: &Teller<Arc<Waits>>) {
        self.publish(teller);
        while let Ok(first) = news.recv() {
            let mut changed = self.take(first);
            while let Ok(more) = news.try_recv() {
                changed |= self.take(more);
            }
            if changed || self.now.since(self.waits.at) >= RENEW_S {
                self.publish(teller);
            }
        }
    }

    pub(super) fn take(&mut self, news: News) -> bool {
        self.now = self.now.max(news.now);
        self.position = self.position.max(news.position);
        self.clock_offset_s = news.clock_offset_s;
        for entry in news.entries.iter() {
            match entry {
                Entry::Hall(event) => {
                    self.hall.apply(news.now, event);
                    self.learn(news.now, event);
                    if matches!(event, Event::TargetNear { .. } | Event::TargetPassed { .. }) {
                        self.advised_at = Timestamp(0);
                    }
                    if let Event::DayOpened { next_seq, .. } = event {
                        self.bookings.forget(news.now, *next_seq);
                    }
                }
                Entry::Clock(event) => self.clock(news.now, event),
                Entry::Booking(event) => {
                    self.bookings.apply(news.now, &*self.config, event);
                    self.learn_booking(event);
                }
                _ => {}
            }
        }
        news.entries.iter().any(moves)
    }

    fn publish(&mut self, teller: &Teller<Arc<Waits>>) {
        self.make();
        teller.tell(Arc::new(self.waits.clone()));
    }

    /// Makes the waits of this moment.
    pub(super) fn make(&mut self) {
        let local = local_time(&self.config, self.now);
        let midnight = self.midnight(self.now);
        let plan = roster(&self.config, local.date());
        let awaited = self.bookings.awaited(self.now, &*self.config);
        let awaited = awaited.map(|booking| (&booking.form.service, booking.form.at));
        let present = Present::of(&self.hall, self.now, midnight, &self.names, &plan).with_bookings(
            awaited,
            midnight,
            &self.names,
        );
        let asked = self.asked.iter().map(|&(_, service, green, ahead_s)| Asked {
            service,
            green,
            booked: ahead_s.map(|ahead_s| present.now + ahead_s),
        });
        let asked: Vec<Asked> = asked.collect();
        // Each forecast draws the same afternoons as the one before as far as nothing changed: numbers on pages move because
        // the hall moved, not by chance.
        let seed = u64::from(working_day(&self.config, self.now).0);
        let forecast = self.forecaster.forecast(&present, &self.habits, &asked, seed);
        let doubt = self.doubt();
        let range = |expected: &Expected| match expected {
            Expected::Wait(range) if doubt.is_some() => Some(widened(*range)),
            Expected::Wait(range) => Some(*range),
            Expected::Nobody => None,
        };
        let mut services: BTreeMap<ServiceId, ServiceWaits> = BTreeMap::new();
        for ((id, service, green, ahead_s), expected) in self.asked.iter().zip(&forecast.asked) {
            let waits = services.entry(id.clone()).or_default();
            waits.mean_s = self.habits.mean_service_s(*service);
            waits.free = newcomer::free(&self.hall, id);
            let kind: &mut Option<Range> = match ahead_s {
                _ if *green => &mut waits.green,
                None => &mut waits.walk_in,
                Some(0) => &mut waits.appointment,
                Some(_) => &mut waits.early,
            };
            *kind = range(expected);
        }
        let people = present.waiting.iter().zip(&forecast.waiting);
        self.waits.tickets =
            people.filter_map(|(place, expected)| Some((place.ticket, range(expected)?))).collect();
        if self.now.since(self.advised_at) >= ADVISE_EVERY_S {
            self.advised_at = self.now;
            self.waits.advice = advise(&self.hall, &present, &self.habits, midnight, seed);
        }
        self.waits.advice.retain(|advice| {
            self.hall.window(advice.window).is_some_and(|window| advice.step.is_left_to_do(&window.state))
        });
        self.waits.services = services;
        self.waits.next = self.hall.next_seq();
        self.waits.doubt = doubt;
        self.waits.at = self.now;
        self.waits.position = self.position;
    }

    fn doubt(&self) -> Option<Doubt> {
        let lately = self.jumped.filter(|(at, _)| self.now.since(*at) < DOUBT_LASTS_S);
        match lately {
            _ if self.clock_offset_s.abs() >= CLOCK_DIFFERS_S => {
                Some(Doubt::Clock { offset_s: self.clock_offset_s })
            }
            Some((_, by_s)) if by_s.abs() >= CLOCK_DIFFERS_S => Some(Doubt::Clock { offset_s: by_s }),
            _ => None,
        }
    }
}

/// Clerk groups: the windows of a group of `hall.toml`, or else of an area.
fn groups(config: &Config) -> (BTreeMap<WindowNumber, usize>, usize) {
    let mut known: Vec<&str> = Vec::new();
    let groups = config.windows.iter().map(|window| {
        let of = window.group.as_deref().unwrap_or(window.area.as_str());
        let group = known.iter().position(|other| *other == of).unwrap_or_else(|| {
            known.push(of);
            known.len() - 1
        });
        (WindowNumber(window.number), group)
    });
    let groups: BTreeMap<_, _> = groups.collect();
    (groups, known.len())
}
