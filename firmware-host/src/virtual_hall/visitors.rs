//! Who comes to the hall on a day, when and what for: decided by a seed, before anybody comes.
//!
//! What they then do at kiosks, windows and pads is `people`'s.

use super::booked::{Fate, Planned, Shows};
use super::dice::Dice;
use super::persons::Persona;
use crate::config::{Config, Kiosk, Serves, Session};
use chrono::NaiveDate;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Somebody who will come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Visitor {
    /// When they stand at the kiosk, in seconds after the hall's midnight.
    pub(super) at_s: i64,
    /// Which kiosk, by its place in the configuration.
    pub(super) kiosk: usize,
    /// Service they come for.
    pub(super) service: String,
    /// What they do at the kiosk.
    pub(super) way: Way,
}

impl Visitor {
    /// Who comes with a card, but without an appointment.
    pub(super) fn by_card(&self) -> Option<Arc<Persona>> {
        match &self.way {
            Way::Card { who, .. } => Some(who.clone()),
            Way::Plain | Way::Desk | Way::Booked { .. } => None,
        }
    }
}

/// How somebody goes about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// Leaves the card out.
    Plain,
    /// Takes a number at the guide desk, since the kiosks could not serve so many in so little time.
    Desk,
    /// Lays the identity card when asked for it.
    Card { who: Arc<Persona>, green: bool },
    /// Checks in with an appointment. `green`: uses the green channel if entitled.
    Booked { planned: Arc<Planned>, shows: Shows, green: bool },
}

/// Share of those before a reader who lay their card instead of leaving it out.
const LAYS_CARD: f64 = 0.5;
/// Share of those entitled who use the green channel.
const USES_GREEN: f64 = 0.7;

/// The visitors of a day, some with a card now, and those who come to a kiosk with an appointment, in order of time.
pub(super) fn with_cards(
    config: &Config,
    mut visitors: Vec<Visitor>,
    booked: &[Arc<Planned>],
    mut dice: Dice,
) -> Vec<Visitor> {
    let mut number = booked.len();
    for visitor in &mut visitors {
        let reader = config.kiosks[visitor.kiosk].card_reader.is_some();
        if dice.happens(LAYS_CARD) && reader && visitor.way == Way::Plain {
            let who = Arc::new(Persona::draw(&mut dice, number));
            visitor.way = Way::Card { who, green: dice.happens(USES_GREEN) };
            number += 1;
        }
    }
    let come = booked.iter().filter_map(|planned| match planned.fate {
        Fate::Comes { at_s, kiosk: Some((kiosk, shows)) } => {
            let way = Way::Booked { planned: planned.clone(), shows, green: dice.happens(USES_GREEN) };
            Some(Visitor { at_s, kiosk, service: planned.service.clone(), way })
        }
        _ => None,
    });
    visitors.extend(come);
    visitors.sort_by_key(|visitor| visitor.at_s);
    visitors
}

/// Visitors that a window serves on a day without haste. Fourteen of some twelve minutes fill two fifths of it, which is
/// what a hall with open windows looks like; twice as many make queues all day.
const PER_WINDOW: f64 = 14.0;
/// Share of the day's visitors who wait at the door when it opens.
const AT_THE_DOOR: f64 = 0.09;
/// Door-goers reach the kiosks within this many seconds.
const DOOR_S: f64 = 150.0;
/// Kiosk and printer need about this many real seconds for one person; on a faster day the others go to the guide desk, because
/// devices do not become faster with the demo's clock.
const KIOSK_S: f64 = 7.0;
/// A call with all that the devices show of it takes about this many real seconds; a day so fast that windows could not do it
/// has fewer visitors.
const CALL_S: f64 = 3.0;
/// Windows are staffed for so much more than what comes on average.
const SPARE: f64 = 1.1;
/// Fewer windows than this share would look like a hall on strike.
const LEAST_STAFFED: f64 = 0.6;
/// Share of the time that a kiosk may be busy on a day with a fast clock.
const KIOSK_BUSY: f64 = 0.7;

/// Everybody who comes on `date`, in order of time. `speed`: hall seconds per second.
pub(super) fn visitors(config: &Config, date: NaiveDate, seed: u64, speed: u32) -> Vec<Visitor> {
    let hours = config.hours.now();
    let sessions = hours.sessions_on(date);
    let mut dice = Dice::of(seed, &date.to_string());
    let windows = config.windows.len() as f64;
    let of_kiosks: Vec<f64> = config.kiosks.iter().map(|kiosk| shares(config, kiosk).iter().sum()).collect();
    let all: f64 = of_kiosks.iter().sum();
    let open_s: f64 = sessions.iter().map(|session| length_s(*session)).sum();
    let real_s = open_s / f64::from(speed.max(1));
    let (at_kiosk, at_windows) = (real_s / KIOSK_S * KIOSK_BUSY, real_s / CALL_S);
    let mut visitors = Vec::new();
    for (kiosk, share) in of_kiosks.iter().enumerate() {
        if *share <= 0.0 || sessions.is_empty() {
            continue;
        }
        let n = (windows * PER_WINDOW.min(at_windows) * share / all).ceil();
        let kiosk_serves = at_kiosk / n;
        let services: Vec<&str> =
            config.offered_at(&config.kiosks[kiosk]).map(|service| service.code.as_str()).collect();
        let weights = shares(config, &config.kiosks[kiosk]);
        for _ in 0..n as usize {
            let at_s = arrival_s(sessions, &mut dice);
            let way = if dice.happens(kiosk_serves) { Way::Plain } else { Way::Desk };
            if let Some(service) = dice.choose(&weights) {
                visitors.push(Visitor { at_s, kiosk, service: services[service].to_owned(), way });
            }
        }
    }
    visitors.sort_by(|a, b| (a.at_s, a.kiosk, &a.service).cmp(&(b.at_s, b.kiosk, &b.service)));
    visitors
}

/// The windows that are staffed: all where as many people come as the hall is made for, fewer where kiosks limit them. Every
/// service has a window of its own besides the catch-all ones, if the hall has one.
pub(super) fn staffed(config: &Config, date: NaiveDate, seed: u64, speed: u32) -> BTreeSet<u16> {
    let come = visitors(config, date, seed, speed).len() as f64;
    let needed = come / (config.windows.len() as f64 * PER_WINDOW).max(1.0) * SPARE;
    let mut dice = Dice::of(seed, "staff");
    let drawn = config.windows.iter().filter(|_| dice.happens(needed.max(LEAST_STAFFED)));
    let mut staffed: BTreeSet<u16> = drawn.map(|window| window.number).collect();
    for service in &config.services {
        let all = || config.windows_serving(&service.code);
        let own = || all().filter(|window| window.serves != Serves::All);
        if !own().any(|window| staffed.contains(&window.number)) {
            staffed.extend(own().chain(all()).next().map(|window| window.number));
        }
    }
    staffed
}

/// How much is asked of each service a kiosk offers: as much as its windows can do, so that no queue grows all day.
fn shares(config: &Config, kiosk: &Kiosk) -> Vec<f64> {
    let share = |code: &str, mean_min: u32| {
        let own = config.windows_serving(code).map(|window| match &window.serves {
            // A catch-all window has enough to do with what others send it.
            Serves::All => 0.05,
            Serves::Listed(codes) => 1.0 / codes.len() as f64,
        });
        own.sum::<f64>() / f64::from(mean_min.max(1))
    };
    config.offered_at(kiosk).map(|service| share(&service.code, service.mean_min)).collect()
}

fn start_s(session: Session) -> f64 {
    f64::from(session.start.minutes()) * 60.0
}

fn length_s(session: Session) -> f64 {
    f64::from(session.end.minutes().saturating_sub(session.start.minutes())) * 60.0
}

/// How many come at a place 0 to 1 of a session, against the most: a steep rise, a peak at a third, fewer towards the end.
fn crowd(place: f64) -> f64 {
    if place < 0.3 { 0.55 + 1.5 * place } else { (1.0 - (place - 0.3) * 1.15).max(0.12) }
}

/// Share of the visitors who come in the first session of a day with two.
const MORNING: f64 = 0.62;

fn arrival_s(sessions: &[Session], dice: &mut Dice) -> i64 {
    let Some(first) = sessions.first() else { return 0 };
    if dice.happens(AT_THE_DOOR) {
        return (start_s(*first) + dice.between(0.0, DOOR_S)) as i64;
    }
    let weights: Vec<f64> =
        (0..sessions.len()).map(|n| if n == 0 { MORNING } else { 1.0 - MORNING }).collect();
    let session = sessions[dice.choose(&weights).unwrap_or(0)];
    loop {
        let place = dice.part();
        if dice.happens(crowd(place)) {
            return (start_s(session) + place * length_s(session)) as i64;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config;

    fn day(seed: u64, speed: u32) -> Vec<Visitor> {
        let config = config::parse(super::super::SAMPLE_HALL, "hall.toml").unwrap();
        visitors(&config, NaiveDate::from_ymd_opt(2026, 11, 26).unwrap(), seed, speed)
    }

    #[test]
    fn the_same_seed_brings_the_same_people() {
        assert_eq!(day(1, 1), day(1, 1));
        assert_ne!(day(1, 1), day(2, 1));
    }

    #[test]
    fn they_come_while_the_hall_is_open_and_most_in_the_morning() {
        let day = day(5, 1);
        assert!((300..600).contains(&day.len()), "{}", day.len());
        let minutes = |visitor: &Visitor| visitor.at_s / 60;
        assert!(day.iter().all(|visitor| {
            (8 * 60 + 30..12 * 60).contains(&minutes(visitor))
                || (13 * 60..17 * 60).contains(&minutes(visitor))
        }));
        let before_noon = day.iter().filter(|visitor| minutes(visitor) < 12 * 60).count();
        assert!(before_noon * 2 > day.len());
        let at_the_door = day.iter().filter(|visitor| minutes(visitor) < 8 * 60 + 33).count();
        assert!(at_the_door > 20, "{at_the_door}");
    }

    #[test]
    fn every_service_has_a_window_however_few_are_staffed() {
        let config = config::parse(super::super::SAMPLE_HALL, "hall.toml").unwrap();
        let date = NaiveDate::from_ymd_opt(2026, 11, 26).unwrap();
        assert_eq!(staffed(&config, date, 1, 1).len(), config.windows.len());
        let few = staffed(&config, date, 1, 3600);
        assert!(few.len() < config.windows.len());
        for service in &config.services {
            assert!(
                config.windows_serving(&service.code).any(|window| few.contains(&window.number)),
                "{}",
                service.code
            );
        }
    }

    #[test]
    fn a_closed_day_is_empty_and_a_fast_one_has_no_more_than_kiosks_and_windows_can_do() {
        let config = config::parse(super::super::SAMPLE_HALL, "hall.toml").unwrap();
        assert_eq!(visitors(&config, NaiveDate::from_ymd_opt(2026, 10, 1).unwrap(), 1, 1), []);
        let kiosks = |day: &[Visitor]| day.iter().filter(|visitor| visitor.way == Way::Plain).count();
        let (slow, fast) = (day(1, 1), day(1, 60));
        assert_eq!(kiosks(&slow), slow.len());
        assert!(fast.len() == slow.len() && kiosks(&fast) < slow.len() / 2, "{}", kiosks(&fast));
        assert!(day(1, 3600).len() < 120 && kiosks(&day(1, 3600)) < 10);
    }
}
