//! Who has booked for a day, and what becomes of it: some come early, some when it is time, some late or too late, some
//! never, some cancel, and some the hall cannot keep (rules A3 to A8). Decided by a seed, before anybody comes.
//!
//! Registering them, and what the guide desk does for them, is `guide`'s; what they do at a kiosk `citizen`'s.

use super::dice::Dice;
use super::persons::Persona;
use crate::config::{Config, Service};
use chrono::{NaiveDate, Timelike};
use queue::booking::BookingId;
use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

/// An appointment that somebody will have.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Planned {
    pub(super) who: Arc<Persona>,
    /// Code of the service.
    pub(super) service: String,
    /// Its time, in seconds after the hall's midnight.
    pub(super) at_s: i64,
    pub(super) fate: Fate,
    /// Once it is registered.
    pub(super) made: OnceLock<Made>,
}

/// What the person was told when it was registered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Made {
    pub(super) booking: BookingId,
    pub(super) code: String,
}

/// What becomes of an appointment. Times in seconds after the hall's midnight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// The person comes, to a kiosk (by its place in the configuration) or, if none, to the guide desk.
    Comes { at_s: i64, kiosk: Option<(usize, Shows)> },
    /// Nobody comes.
    Never,
    /// The person calls and cancels.
    Cancelled { at_s: i64 },
    /// The hall cannot keep it.
    NotKept { at_s: i64 },
}

/// How somebody shows a kiosk which appointment is theirs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shows {
    /// Identity card.
    Card,
    /// QR code.
    Code,
    /// Last digits of the telephone number, and the code.
    Digits,
}

/// Appointments against visitors without one: about one in seven, which a hall would call a good beginning.
const SHARE: f64 = 0.15;
/// Between so many and so many in all: a fast day has some of everything, a slow one lets the hall breathe.
const ALL: (usize, usize) = (24, 72);
/// Appointments at kiosks against visitors without one, so that a fast day's kiosks are not overrun.
const AT_KIOSKS: f64 = 0.3;
/// Share of people who take a kiosk rather than the guide desk where the kiosks have time.
const LIKE_KIOSKS: f64 = 0.8;
/// Weights: early, when it is time, late, too late; never, cancelled, not kept.
const FATES: [f64; 7] = [32.0, 28.0, 12.0, 7.0, 9.0, 6.0, 6.0];
/// Minutes after the booked time at which those of the first three come, and how long after the period of grace the fourth.
const EARLY_MIN: (f64, f64) = (-40.0, -8.0);
const DUE_MIN: (f64, f64) = (-6.0, 8.0);
const LATE_PART: (f64, f64) = (0.55, 0.95);
const TOO_LATE_MIN: (f64, f64) = (3.0, 40.0);
/// Cancelled so many minutes ahead.
const AHEAD_MIN: (f64, f64) = (12.0, 90.0);
/// A time and service are drawn so often before the day counts as full.
const DRAWS: usize = 20;

/// Everybody who has booked for `date`, where `n_visitors` come without.
pub(super) fn booked(config: &Config, date: NaiveDate, seed: u64, n_visitors: usize) -> Vec<Arc<Planned>> {
    let mut dice = Dice::of(seed, &format!("booked {date}"));
    let times: Vec<i64> = config
        .appointments
        .times_on(&config.hours.now(), date)
        .iter()
        .map(|time| i64::from(time.num_seconds_from_midnight()))
        .collect();
    // The first ones could be over before they are registered.
    let times = times.get(1..).unwrap_or_default();
    let services: Vec<&Service> =
        config.services.iter().filter(|service| quota(config, service) > 0).collect();
    let n = ((n_visitors as f64 * SHARE) as usize).clamp(ALL.0, ALL.1);
    let kiosk_share = (n_visitors as f64 * AT_KIOSKS / n as f64).min(LIKE_KIOSKS);
    let mut taken: BTreeMap<(&str, Option<i64>), u32> = BTreeMap::new();
    let mut planned = Vec::new();
    for number in 0..n {
        let who = Arc::new(Persona::draw(&mut dice, number));
        let mut free = None;
        for _ in 0..DRAWS {
            let (Some(service), Some(at_s)) = (pick(&mut dice, &services), pick(&mut dice, times)) else {
                break;
            };
            let of = |at: Option<i64>| taken.get(&(service.code.as_str(), at)).copied().unwrap_or(0);
            if of(None) < quota(config, service) && of(Some(*at_s)) < config.appointments.per_slot {
                free = Some((*service, *at_s));
                break;
            }
        }
        let Some((service, at_s)) = free else { continue };
        for at in [None, Some(at_s)] {
            *taken.entry((service.code.as_str(), at)).or_default() += 1;
        }
        let fate = fate(config, &mut dice, service, at_s, kiosk_share);
        let (service, made) = (service.code.clone(), OnceLock::new());
        planned.push(Arc::new(Planned { who, service, at_s, fate, made }));
    }
    planned
}

fn pick<'a, T>(dice: &mut Dice, of: &'a [T]) -> Option<&'a T> {
    of.get(dice.between(0.0, of.len() as f64) as usize)
}

/// Appointments of a service and day; 0: it cannot be booked.
fn quota(config: &Config, service: &Service) -> u32 {
    let served = config.windows_serving(&service.code).next().is_some();
    if served { service.appointments_per_day.unwrap_or(config.appointments.per_day) } else { 0 }
}

fn fate(config: &Config, dice: &mut Dice, service: &Service, at_s: i64, kiosk_share: f64) -> Fate {
    let kind = dice.choose(&FATES).unwrap_or(0);
    // Drawn for everybody, so that another fate of one does not shift what others do.
    let (part, at_kiosk, shows) = (dice.part(), dice.happens(kiosk_share), dice.choose(&[4.0, 4.0, 2.0]));
    let within = |(from, to): (f64, f64)| ((from + (to - from) * part) * 60.0) as i64;
    let grace_s = config.call_order.appointment_grace_s;
    let after = match kind {
        0 => within(EARLY_MIN),
        1 => within(DUE_MIN),
        2 => (grace_s as f64 * (LATE_PART.0 + (LATE_PART.1 - LATE_PART.0) * part)) as i64,
        3 => grace_s + within(TOO_LATE_MIN),
        4 => return Fate::Never,
        5 => return Fate::Cancelled { at_s: at_s - within(AHEAD_MIN) },
        _ => return Fate::NotKept { at_s: at_s - within(AHEAD_MIN) },
    };
    let kiosk = config
        .kiosks
        .iter()
        .position(|kiosk| config.offered_at(kiosk).any(|offered| offered.code == service.code));
    let kiosk = kiosk.filter(|_| at_kiosk).map(|at| {
        let has = &config.kiosks[at];
        let shows = match shows {
            Some(0) if has.card_reader.is_some() => Shows::Card,
            Some(1) if has.scanner.is_some() => Shows::Code,
            _ => Shows::Digits,
        };
        (at, shows)
    });
    Fate::Comes { at_s: at_s + after, kiosk }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config;

    fn day(seed: u64, n_visitors: usize) -> (Config, Vec<Arc<Planned>>) {
        let config = config::parse(super::super::SAMPLE_HALL, "hall.toml").unwrap();
        let date = NaiveDate::from_ymd_opt(2026, 11, 26).unwrap();
        let planned = booked(&config, date, seed, n_visitors);
        (config, planned)
    }

    #[test]
    fn the_same_seed_books_the_same_and_a_day_has_some_of_every_fate() {
        let (config, planned) = day(1, 400);
        assert_eq!(planned, day(1, 400).1);
        assert_ne!(planned, day(2, 400).1);
        assert_eq!(planned.len(), 60);
        let n = |wanted: fn(&Planned) -> bool| planned.iter().filter(|one| wanted(one)).count();
        let grace_s = config.call_order.appointment_grace_s;
        let comes = |one: &Planned| match one.fate {
            Fate::Comes { at_s, .. } => Some(at_s - one.at_s),
            _ => None,
        };
        let came: Vec<i64> = planned.iter().filter_map(|one| comes(one)).collect();
        for wanted in [-3600..-400, -360..481, 900..grace_s, grace_s..5400] {
            assert!(came.iter().any(|after| wanted.contains(after)), "{wanted:?}");
        }
        assert!(n(|one| one.fate == Fate::Never) > 0);
        assert!(n(|one| matches!(one.fate, Fate::Cancelled { .. })) > 0);
        assert!(n(|one| matches!(one.fate, Fate::NotKept { .. })) > 0);
        for shows in [Shows::Card, Shows::Code, Shows::Digits] {
            let so = planned
                .iter()
                .filter(|one| matches!(one.fate, Fate::Comes { kiosk: Some((_, how)), .. } if how == shows));
            assert!(so.count() > 0, "{shows:?}");
        }
    }

    #[test]
    fn a2_nobody_books_what_is_full() {
        let (config, planned) = day(3, 4000);
        let mut of: BTreeMap<(&str, i64), u32> = BTreeMap::new();
        for one in &planned {
            *of.entry((&one.service, one.at_s)).or_default() += 1;
        }
        assert!(of.values().all(|n| *n <= config.appointments.per_slot));
        assert_eq!(day(3, 0).1.len(), ALL.0);
    }
}
