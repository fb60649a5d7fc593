//! A committed log always loads: whatever the settings are by now, and even with events missing.

use crate::floor::Floor;
use crate::histories::{Raw, busy_floor, command, history};
use proptest::prelude::*;
use queue::*;

fn log_of(history: &[Raw]) -> Vec<(Timestamp, Event)> {
    let mut floor = busy_floor();
    for &raw in history {
        floor.later(raw.3);
        let command = command(&floor.hall, raw, floor.now);
        let _ = floor.send(&command);
        floor.settle();
    }
    floor.log
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn apply_never_fails_without_any_of_the_settings(history in history(120)) {
        let log = log_of(&history);
        let (mut knows, mut knows_nothing) = (Hall::new(crate::floor::small_rules()), Hall::new(Rules::default()));
        for (at, event) in &log {
            knows.apply(*at, event);
            knows_nothing.apply(*at, event);
        }
        let states = |hall: &Hall| hall.tickets().map(|ticket| ticket.state.name()).collect::<Vec<_>>();
        prop_assert_eq!(states(&knows), states(&knows_nothing));
        let numbers = |hall: &Hall| hall.tickets().map(|ticket| ticket.number.clone()).collect::<Vec<_>>();
        prop_assert_eq!(numbers(&knows), numbers(&knows_nothing));
        // With its settings back nothing is lost and no number is given again (Q1).
        knows_nothing.set_rules(knows.rules().clone());
        prop_assert_eq!(knows_nothing.next_seq(), knows.next_seq());
    }

    #[test]
    fn apply_never_fails_with_events_missing_or_twice(
        history in history(120),
        times in proptest::collection::vec(0..3_usize, 400),
    ) {
        let mut hall = Hall::new(crate::floor::small_rules());
        for ((at, event), &n) in log_of(&history).iter().zip(&times) {
            for _ in 0..n {
                hall.apply(*at, event);
            }
            let _ = hall.decide(*at, &Command::Settle);
        }
        for raw in history {
            let command = command(&hall, raw, hall.latest());
            let _ = hall.decide(hall.latest(), &command);
        }
    }

    #[test]
    fn no_moment_is_too_early_or_too_late(history in history(80), start in prop_oneof![Just(i64::MIN), Just(i64::MAX - 900)]) {
        let mut floor = Floor::before_the_day(crate::floor::small_rules());
        floor.now = Timestamp(start);
        floor.ok(Command::OpenDay { day: Day(1) });
        for window in [1, 2, 3, 9] {
            floor.ok(Command::OpenWindow { window: WindowNumber(window), clerk: None });
        }
        for raw in history {
            floor.later(raw.3);
            let command = command(&floor.hall, raw, floor.now);
            let _ = floor.send(&command);
            floor.settle();
        }
        prop_assert_eq!(&floor.restarted(), &floor.hall);
    }
}
