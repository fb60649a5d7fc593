//! Rules W4, R6: what reports say is what the event log says.

use crate::month::Life;
use crate::naive;
use proptest::prelude::*;
use queue::{Class, Day, Rules, ServiceId, ServiceRule, Targets, WindowNumber, WindowRule};
use report::{Figures, Frame, Period, figures};
use schema::{Logged, Reader, Store};
use std::path::Path;

/// A small hall whose windows overlap.
pub(crate) fn small_hall() -> Rules {
    let services = [
        ("ka", "A", Class::Ordinary),
        ("canbao", "A", Class::Ordinary),
        ("daikuan", "C", Class::Complex),
        ("tuixiu", "T", Class::Special),
    ];
    let skills: [&[&str]; 4] = [
        &["ka", "canbao"],
        &["ka", "daikuan"],
        &["tuixiu", "daikuan"],
        &["ka", "canbao", "daikuan", "tuixiu"],
    ];
    Rules {
        services: services
            .map(|(id, prefix, class)| ServiceRule { id: id.into(), prefix: prefix.into(), class })
            .to_vec(),
        windows: (1..)
            .zip(skills)
            .map(|(number, skills)| WindowRule {
                number: WindowNumber(number),
                skills: skills.iter().map(|skill| ServiceId::from(*skill)).collect(),
            })
            .collect(),
        parameters: queue::Parameters::default(),
    }
}

/// The figures by way of the projections, and the whole log.
pub(crate) fn read(path: &Path, period: Period) -> (Figures, Vec<Logged>) {
    let reader = Reader::open(path).unwrap();
    let facts = reader.facts(&period.days(), &period.times(480)).unwrap();
    let frame = Frame { period, zone_offset_min: 480, targets: Targets::default() };
    (figures(&facts, &frame), reader.entries(1, u32::MAX).unwrap())
}

/// Says where two differ, and not everything that they hold.
fn assert_same(fast: &Figures, slow: &Figures) {
    assert_eq!((&fast.total, &fast.days_worked, &fast.load), (&slow.total, &slow.days_worked, &slow.load));
    for (axis, groups) in &slow.by {
        for (key, group) in groups {
            assert_eq!(fast.at(*axis, key), Some(group), "{axis:?} {key:?}");
        }
    }
    assert_eq!(fast, slow);
}

fn hold(seed: u64, days: &[(u32, u64, Option<i64>)], periods: &[(u32, u32)]) -> Vec<Figures> {
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("hallgate.db");
    let mut store = Store::open(&path).unwrap();
    store.do_not_wait_for_the_disk().unwrap();
    let mut life = Life::new(small_hall(), seed);
    for (day, n_tickets, cut) in days {
        life.day(&mut store, Day(*day), *n_tickets, *cut);
    }
    let compare = |(from, to): &(u32, u32)| {
        let period = Period::new(Day(*from), Day(*to)).unwrap();
        let (fast, entries) = read(&path, period);
        let slow = naive::figures(&entries, period, &Targets::default(), 480);
        assert_same(&fast, &slow);
        fast
    };
    let before: Vec<Figures> = periods.iter().map(compare).collect();
    // Projections made again from the log give the same.
    store.rebuild().unwrap();
    assert_eq!(periods.iter().map(compare).collect::<Vec<_>>(), before);
    before
}

#[test]
fn w4_r6_figures_are_what_the_log_says_on_days_with_everything_in_them() {
    let days = [
        (20_261_126, 170, None),
        (20_261_127, 150, None),
        (20_261_130, 120, Some(15 * 60)),
        (20_261_201, 120, Some(12 * 60 + 35)),
    ];
    let periods = [
        (20_261_126, 20_261_126),
        (20_261_101, 20_261_130),
        (20_261_127, 20_261_201),
        (20_261_128, 20_261_129),
    ];
    let figures = hold(7, &days, &periods);
    // Nothing that is compared was nothing: the halls have to be rich.
    let total = &figures[2].total;
    let group = format!("{total:?}");
    let tickets = &total.tickets;
    for count in [
        tickets.green,
        tickets.served,
        tickets.missed,
        tickets.expired,
        tickets.voided,
        tickets.abandoned,
        tickets.open,
    ] {
        assert!(count > 0, "{group}");
    }
    assert!(tickets.passed_by_green > 0 && total.passes > 0 && total.calls > total.waits.n, "{group}");
    let overtaken = &total.overtaken;
    assert!(overtaken.by_green > 0 && overtaken.by_booked > 0 && overtaken.by_others > 0, "{group}");
    assert!(total.ratings.levels.iter().all(|count| *count > 0) && total.ratings.unprompted > 0, "{group}");
    assert!(total.ratings.unanswered > 0 && total.ratings.cut > 0 && total.ratings.suppressed > 0, "{group}");
    assert!(total.pauses.open > 0 && total.pauses.reasons.len() > 3, "{group}");
    let bookings = &figures[1].total.bookings;
    assert!(bookings.kept > 0 && bookings.no_show > 0, "{bookings:?}");
    assert!(figures[3].is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 6, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn w4_r6_figures_are_what_the_log_says_of_any_seed(seed: u64, n_tickets in 0_u64..150, cut in 540_i64..1200) {
        let days = [(20_261_129, n_tickets, None), (20_261_130, n_tickets, Some(cut))];
        hold(seed, &days, &[(20_261_129, 20_261_130), (20_261_130, 20_261_130)]);
    }
}
