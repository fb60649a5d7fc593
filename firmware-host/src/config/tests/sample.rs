//! The shipped sample hall, and what any text does to the reader.

use super::GOOD;
use crate::config::{CardType, Config, Port, Serves, parse};
use chrono::{Datelike, NaiveDate};
use proptest::prelude::*;
use queue::Class;
use std::collections::BTreeSet;

const SAMPLE: &str = include_str!("../../../../systemd/hall.toml");

fn sample() -> Config {
    parse(SAMPLE, "hall.toml").unwrap_or_else(|mistakes| panic!("{mistakes:#?}"))
}

#[test]
fn the_shipped_hall_has_no_mistake_and_is_read_whole() {
    let hall = sample();
    // The reader takes the file apart table by table; nothing is lost on the way.
    assert_eq!(hall, toml::from_str::<Config>(SAMPLE).expect("the same file by the derived reader"));
    let written = toml::to_string(&hall).expect("every value of a hall can be written");
    assert_eq!(parse(&written, "written.toml").expect("what we write we read"), hall);
}

#[test]
fn the_shipped_hall_is_a_real_halls_shape() {
    let hall = sample();
    assert_eq!(hall.areas.iter().map(|area| area.floor).collect::<Vec<_>>(), [1, 2, 3, 4]);
    assert!((30..=36).contains(&hall.windows.len()));
    assert!(hall.windows.iter().filter(|window| window.area != "D").count() >= 12);
    assert!(hall.windows.iter().any(|window| window.green));
    assert!(hall.windows.iter().any(|window| window.serves == Serves::All), "a catch-all window");
    for class in [Class::Ordinary, Class::Complex, Class::Special] {
        assert!(hall.services.iter().any(|service| service.class == class), "{class:?}");
    }
    // Every service can be had at some kiosk.
    let offered: BTreeSet<&str> = hall
        .kiosks
        .iter()
        .flat_map(|kiosk| hall.offered_at(kiosk))
        .map(|service| service.code.as_str())
        .collect();
    assert_eq!(offered.len(), hall.services.len());
    let sizes: BTreeSet<_> = hall.kiosks.iter().map(|kiosk| (kiosk.width_px, kiosk.height_px)).collect();
    assert_eq!(sizes.len(), 2, "both sizes of panel");
    let papers: BTreeSet<_> = hall.printers.iter().map(|printer| printer.paper_mm).collect();
    assert_eq!(papers.into_iter().collect::<Vec<_>>(), [58, 80]);
}

#[test]
fn q2_rules_give_a_catch_all_window_every_service() {
    let hall = sample();
    let rules = hall.rules();
    assert_eq!(rules.services.len(), hall.services.len());
    for (window, rule) in hall.windows.iter().zip(&rules.windows) {
        match &window.serves {
            Serves::All => assert_eq!(rule.skills.len(), hall.services.len()),
            Serves::Listed(codes) => assert_eq!(rule.skills.len(), codes.len()),
        }
    }
    assert_eq!(rules.parameters, queue::Parameters::default(), "the sample writes the defaults");
}

#[test]
fn o5_the_calendar_of_2024_to_2026_is_whole() {
    let hours = sample().hours.now();
    let count = |year: i32| {
        let first = NaiveDate::from_ymd_opt(year, 1, 1).expect("a date");
        let days = first.iter_days().take_while(|date| date.year() == year);
        let off = days.filter(|date| hours.holidays.iter().any(|holiday| holiday.contains(*date))).count();
        (off, hours.workdays.iter().filter(|workday| workday.date.year() == year).count())
    };
    // The State Council's notices: days off and make-up workdays.
    assert_eq!([count(2024), count(2025), count(2026)], [(28, 8), (28, 5), (33, 6)]);
}

#[test]
fn every_card_has_a_type_byte_of_its_own() {
    let names = [
        "any", "5K1", "5K2", "5MK1", "5MK2", "5K1Q-YY", "6K1", "6K2", "6K3", "6K1-YY", "6K2-YY", "6K3-YY",
        "6K1-4G", "6K2-4G",
    ];
    let bytes: BTreeSet<u8> = names
        .iter()
        .map(|name| {
            let text = GOOD.replacen("name = \"leds\"", &format!("name = \"leds\"\ncard = \"{name}\""), 1);
            parse(&text, "hall.toml").expect("a card of the table").display_lines[0].card.type_byte()
        })
        .collect();
    assert_eq!(bytes.len(), names.len());
    assert_eq!(CardType::Bx6K2.type_byte(), 0x62);
}

#[test]
fn ports_are_read_as_they_are_written() {
    for text in [
        "/dev/ttyS0",
        "/dev/hallgate/keypads-a",
        "tcp://10.0.0.7:9100",
        "tcp://moxa.local:4001",
        "tcp://[fe80::1]:1",
    ] {
        assert_eq!(text.parse::<Port>().expect(text).to_string(), text);
    }
    for text in [
        "",
        "/dev/",
        "/dev//x",
        "/etc/passwd",
        "/dev/a b",
        "tcp://",
        "tcp://a",
        "tcp://a:0",
        "tcp://a/b:1",
        "udp://a:1",
    ] {
        assert!(text.parse::<Port>().is_err(), "{text}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// No text makes the reader panic, and a refusal says at least one thing.
    #[test]
    fn any_damage_to_the_file_is_told_and_never_panics(
        from in 0usize..GOOD.len(), length in 0usize..60, put in "[ -~\n\u{4e00}-\u{4e10}]{0,12}",
    ) {
        let start = GOOD.floor_char_boundary(from);
        let end = GOOD.floor_char_boundary((start + length).min(GOOD.len()));
        let text = format!("{}{put}{}", &GOOD[..start], &GOOD[end..]);
        if let Err(mistakes) = parse(&text, "hall.toml") {
            prop_assert!(!mistakes.is_empty());
            let lines = text.lines().count() + 1;
            for mistake in &mistakes {
                prop_assert!((1..=lines).contains(&mistake.line), "{}", mistake);
                prop_assert!(!mistake.text.is_empty() && !mistake.text.contains('\n'), "{:?}", mistake.text);
            }
        }
    }

    #[test]
    fn no_text_makes_the_reader_panic(text in "\\PC{0,80}") {
        let _ = parse(&text, "hall.toml");
        let _ = text.parse::<Port>();
    }
}
