//! The keys as the host uses them: hashes, records, the month's turn, expiry, wrong clocks.

use super::*;
use crate::testing::{Place, day, error};
use proptest::prelude::*;

/// The number that GB 11643-1999 itself uses.
const NUMBER: &str = "11010519491231002X";

fn period(text: &str) -> Period {
    text.parse().unwrap()
}

#[test]
fn a9_a_person_is_found_over_the_turn_of_a_month_and_never_stored_in_clear() {
    let place = Place::new();
    let mut keys = place.open("2026-10-30").unwrap();
    let october = keys.person(NUMBER);
    assert_eq!(keys.turn(day("2026-10-31"), Clock::AsRead).unwrap(), None);
    assert_eq!(keys.turn(day("2026-11-01"), Clock::AsRead).unwrap(), Some(period("2026-11")));
    let november = keys.person(NUMBER);
    assert_eq!(keys.known_as(NUMBER), [november.clone(), october.clone()]);
    assert!(november.as_str().starts_with("2026-11:") && november.as_str().len() == 8 + 64);
    assert_ne!(november.as_str()[8..], october.as_str()[8..]);
    for (stored, today, ends) in [
        (october.as_str(), "2026-11-30", false),
        (october.as_str(), "2026-12-01", true),
        (november.as_str(), "2026-12-01", false),
        ("nonsense", "2036-01-01", false),
    ] {
        assert_eq!(keys.ends(stored, day(today), 30), ends, "{today}");
    }
    assert!(!november.as_str().contains(NUMBER));
    assert_eq!(format!("{november:?}"), "PersonHash(2026-11:…)");
    // The same after a restart.
    drop(keys);
    assert_eq!(place.open("2026-11-02").unwrap().known_as(NUMBER), [november, october]);
}

#[test]
fn a9_a_record_opens_with_its_key_its_context_and_every_byte_only() {
    let place = Place::new();
    let mut keys = place.open("2026-10-30").unwrap();
    let sealed = keys.seal(b"record", "booking 1").unwrap();
    keys.turn(day("2026-11-02"), Clock::AsRead).unwrap();
    assert_eq!(keys.unseal(&sealed, "booking 1").unwrap()[..], b"record"[..]);
    let damaged = |text: &str| Unreadable::Damaged { period: period(text) };
    for context in ["booking 2", "booking", "", "booking 1 "] {
        assert_eq!(keys.unseal(&sealed, context), Err(damaged("2026-10")));
    }
    let moved = sealed.replace("2026-10", "2026-11");
    assert_eq!(keys.unseal(&moved, "booking 1"), Err(damaged("2026-11")));
    let missing = Unreadable::KeyMissing { period: period("2026-09") };
    assert_eq!(keys.unseal(&sealed.replace("2026-10", "2026-09"), "booking 1"), Err(missing));
    for (place, character) in sealed.char_indices() {
        let mut changed = sealed.clone().into_bytes();
        changed[place] = if character == 'A' { b'B' } else { b'A' };
        assert!(keys.unseal(&String::from_utf8(changed).unwrap(), "booking 1").is_err(), "character {place}");
        assert!(keys.unseal(&sealed[..place], "booking 1").is_err(), "cut to {place}");
    }
    for text in ["", ":", "2026-11", "2026-11:*", "x:AAAA", &format!("2026-11:{}", "A".repeat(60_000))] {
        assert_eq!(keys.unseal(text, ""), Err(Unreadable::NotSealed));
    }
    assert!(matches!(keys.seal(&[0; MAX_RECORD + 1], ""), Err(KeyError::TooLong { seen: 16_385, .. })));
    let longest = keys.seal(&[7; MAX_RECORD], "").unwrap();
    assert_eq!(keys.unseal(&longest, "").unwrap().len(), MAX_RECORD);
}

#[test]
fn a9_when_the_time_is_over_the_key_is_destroyed_and_never_made_again() {
    let place = Place::new();
    let mut keys = place.open("2026-09-30").unwrap();
    let sealed = keys.seal(b"record", "booking 1").unwrap();
    let september = place.text("2026-09.key");
    keys.turn(day("2026-10-25"), Clock::AsRead).unwrap();
    // 30 days after 30 September is 30 October: still kept; the next day it is over.
    assert_eq!(keys.expire(day("2026-10-30"), 30, Clock::AsRead).unwrap(), []);
    assert!(keys.unseal(&sealed, "booking 1").is_ok());
    assert_eq!(keys.expire(day("2026-10-31"), 30, Clock::AsRead).unwrap(), [period("2026-09")]);
    assert_eq!(keys.expire(day("2026-10-31"), 30, Clock::AsRead).unwrap(), []);
    let gone = Unreadable::KeyDestroyed { period: period("2026-09"), on: day("2026-10-31") };
    assert_eq!(keys.unseal(&sealed, "booking 1"), Err(gone));
    assert_eq!(keys.known_as(NUMBER).len(), 1);
    assert_eq!(keys.destroyed(), [(period("2026-09"), day("2026-10-31"))]);
    assert_eq!(place.names(), ["2026-10.key", "lock", "periods"]);
    // From a backup it comes back for nobody.
    drop(keys);
    place.put("2026-09.key", september);
    let mut keys = place.open("2026-11-01").unwrap();
    assert_eq!(keys.unseal(&sealed, "booking 1"), Err(gone));
    assert!(keys.warnings().iter().any(|warning| matches!(warning, Warning::CameBack { .. })));
    assert!(!place.names().contains(&"2026-09.key".to_owned()));
    // Nor does the clock make a second one, whoever confirms it.
    let refused = error(keys.turn(day("2026-09-15"), Clock::Confirmed));
    assert!(matches!(refused, KeyError::Destroyed { .. }), "{refused}");
    assert_eq!(keys.current(), period("2026-11"));
    assert!(keys.seal(b"record", "").unwrap().starts_with("2026-11:"));
}

#[test]
fn with_nothing_to_keep_the_last_month_goes_at_the_turn_and_the_current_one_never() {
    let place = Place::new();
    let mut keys = place.open("2026-09-30").unwrap();
    assert_eq!(keys.expire(day("2026-09-30"), 0, Clock::AsRead).unwrap(), []);
    assert_eq!(keys.expire(day("2026-10-01"), 0, Clock::AsRead).unwrap(), [period("2026-09")]);
    assert_eq!(keys.expire(day("2026-10-01"), u32::MAX, Clock::AsRead).unwrap(), []);
    assert!(matches!(
        error(keys.discard(period("2026-10"), day("2026-10-02"), Clock::AsRead)),
        KeyError::InUse { .. }
    ));
    for (month, kind) in [("2026-09", "was destroyed"), ("2026-08", "there is no key")] {
        let refused = error(keys.discard(period(month), day("2026-10-02"), Clock::AsRead));
        assert!(refused.to_string().contains(kind), "{refused}");
    }
}

#[test]
fn a_wrong_clock_destroys_nothing_and_makes_nothing() {
    let place = Place::new();
    let mut keys = place.open("2026-10-30").unwrap();
    keys.turn(day("2026-11-27"), Clock::AsRead).unwrap();
    let sealed = keys.seal(b"record", "").unwrap();
    let before = place.names();
    for (wrong, kind) in [
        ("2026-10-31", "set the clock, or confirm the day"),
        ("2000-01-01", "before this program was written"),
        ("2027-01-12", "more than 45 days after the keys were last used on 2026-11-27"),
        ("9999-12-31", "more than 45 days"),
    ] {
        for refused in [
            error(keys.turn(day(wrong), Clock::AsRead)),
            error(keys.expire(day(wrong), 0, Clock::AsRead)),
            error(keys.discard(period("2026-10"), day(wrong), Clock::AsRead)),
        ] {
            assert!(refused.to_string().contains(kind), "{wrong}: {refused}");
        }
        assert!(keys.warnings().iter().any(|warning| matches!(warning, Warning::Clock(_))));
        assert_eq!((keys.current(), place.names()), (period("2026-11"), before.clone()));
        // A restart with that clock works, too.
        drop(keys);
        keys = place.open(wrong).unwrap();
        assert!(keys.warnings().iter().any(|warning| matches!(warning, Warning::Clock(_))));
        assert!(keys.unseal(&sealed, "").is_ok() && keys.current() == period("2026-11"));
        assert_eq!(place.names(), before);
    }
    assert!(
        error(keys.turn(day("2025-12-31"), Clock::Confirmed)).to_string().contains("before this program")
    );
    // Within the month in use it may be set back, and 45 days without use are believed.
    assert_eq!(keys.turn(day("2026-11-01"), Clock::AsRead).unwrap(), None);
    assert!(!keys.warnings().iter().any(|warning| matches!(warning, Warning::Clock(_))));
    assert_eq!(keys.turn(day("2026-12-16"), Clock::AsRead).unwrap(), Some(period("2026-12")));
    // A hall that was closed for long: somebody confirms.
    assert!(keys.expire(day("2027-06-01"), 30, Clock::AsRead).is_err());
    let gone = keys.expire(day("2027-06-01"), 30, Clock::Confirmed).unwrap();
    assert_eq!(gone, [period("2026-10"), period("2026-11"), period("2026-12")]);
    assert_eq!(keys.current(), period("2027-06"));
}

#[test]
fn a_first_start_with_a_clock_in_the_future_can_be_put_right() {
    let place = Place::new();
    let mut keys = place.open("2035-01-05").unwrap();
    let sealed = keys.seal(b"record", "").unwrap();
    assert!(keys.turn(day("2026-11-27"), Clock::AsRead).is_err());
    assert_eq!(keys.turn(day("2026-11-27"), Clock::Confirmed).unwrap(), Some(period("2026-11")));
    assert_eq!(keys.warnings().last(), Some(&Warning::Later { period: period("2035-01") }));
    assert!(keys.ends(&sealed, day("2026-11-27"), 180) && keys.unseal(&sealed, "").is_ok());
    let starts: Vec<String> =
        keys.known_as(NUMBER).iter().map(|hash| hash.as_str()[..7].to_owned()).collect();
    assert_eq!(starts, ["2026-11", "2035-01"]);
    keys.discard(period("2035-01"), day("2026-11-27"), Clock::AsRead).unwrap();
    assert!(matches!(keys.unseal(&sealed, ""), Err(Unreadable::KeyDestroyed { .. })));
    assert_eq!(keys.turn(day("2026-12-01"), Clock::AsRead).unwrap(), Some(period("2026-12")));
    // When that month comes it gets a key of its own.
    assert_eq!(keys.turn(day("2035-01-01"), Clock::Confirmed).unwrap(), Some(period("2035-01")));
    assert!(matches!(keys.unseal(&sealed, ""), Err(Unreadable::Damaged { .. })));
    assert!(
        error(Place::new().open("1970-01-01".replace("1970", "2000").as_str()))
            .to_string()
            .contains("2000-01-01")
    );
}

#[test]
fn a_disk_that_is_not_mounted_is_no_new_hall() {
    let place = Place::new();
    let open = |access| Keys::open(&place.keys(), Vec::new(), day("2026-11-27"), access);
    assert!(matches!(error(open(Access::Continue)), KeyError::Io { tried: "look at", .. }));
    Directory::make(&place.keys()).unwrap();
    for access in [Access::Continue, Access::Look] {
        assert!(error(open(access)).to_string().ends_with("is the disk with the keys mounted?"));
    }
    open(Access::Begin).unwrap();
    open(Access::Continue).unwrap();
}

#[test]
fn looking_changes_nothing() {
    let place = Place::new();
    let sealed = place.open("2026-10-30").unwrap().seal(b"record", "").unwrap();
    place.put("2026-10.key.new", "half");
    let before = (place.names(), place.text("periods"));
    let mut looking =
        Keys::open(&place.keys(), vec![crate::testing::master(1)], day("2026-11-27"), Access::Look).unwrap();
    assert_eq!((looking.current(), looking.keys().len()), (period("2026-10"), 1));
    assert!(looking.unseal(&sealed, "").is_ok());
    assert!(matches!(
        error(looking.expire(day("2026-11-28"), 0, Clock::Confirmed)),
        KeyError::LookOnly { .. }
    ));
    assert_eq!((place.names(), place.text("periods")), before);
}

#[test]
fn nothing_printed_shows_a_secret() {
    let place = Place::new();
    let keys = place.open("2026-11-27").unwrap();
    let file = place.text("2026-11.key");
    let secret = file.split(' ').next_back().unwrap().trim();
    assert_eq!(secret.len(), 64);
    let printed = format!("{keys:?} {:?} {:?} {:?}", keys.keys(), keys.warnings(), keys.person(NUMBER));
    assert!(!printed.contains(secret) && !printed.contains(NUMBER));
    assert!(!printed.contains(&keys.person(NUMBER).as_str()[8..]));
    let fingerprint = keys.keys()[0].fingerprint.to_string();
    assert!(printed.contains(&format!("Fingerprint({fingerprint})")));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn what_is_sealed_is_opened_and_noise_never_panics(record in any::<Vec<u8>>(), context in any::<String>(), noise in any::<String>()) {
        let keys = Place::new().open("2026-11-27").unwrap();
        let sealed = keys.seal(&record, &context).unwrap();
        prop_assert_eq!(&keys.unseal(&sealed, &context).unwrap()[..], &record[..]);
        prop_assert!(keys.unseal(&noise, &context).is_err());
        let noise = format!("2026-11:{noise}");
        prop_assert!(keys.unseal(&noise, &context).is_err());
    }

    #[test]
    fn hashes_are_equal_for_equal_numbers_only(one in "[0-9X]{0,20}", other in "[0-9X]{0,20}") {
        let keys = Place::new().open("2026-11-27").unwrap();
        prop_assert_eq!(keys.person(&one) == keys.person(&other), one == other);
        prop_assert_eq!(keys.person(&one), keys.person(&one.clone()));
        prop_assert!(Place::new().open("2026-11-27").unwrap().person(&one) != keys.person(&one));
    }

    #[test]
    fn any_days_in_any_order_keep_the_current_key_and_what_is_sealed_under_it(
        days in prop::collection::vec((2026u16..2028, 1u8..=12, 1u8..=28, 0u32..100, any::<bool>()), 1..25),
    ) {
        let place = Place::new();
        let mut keys = place.open("2026-11-27").unwrap();
        for (year, month, date, keep, confirmed) in days {
            let clock = if confirmed { Clock::Confirmed } else { Clock::AsRead };
            keys.expire(Day::new(year, month, date).unwrap(), keep, clock).ok();
            let sealed = keys.seal(b"record", "").unwrap();
            prop_assert!(keys.unseal(&sealed, "").is_ok());
            prop_assert!(keys.keys().iter().filter(|key| key.current).count() == 1);
            let reopened = Keys::open(&place.keys(), Vec::new(), Day::new(year, month, date).unwrap(), Access::Look).unwrap();
            prop_assert_eq!((reopened.keys(), reopened.destroyed()), (keys.keys(), keys.destroyed()));
        }
    }
}
