//! What numbers are taken, and which are refused and why.

use super::*;
use proptest::prelude::*;

/// The number that GB 11643-1999 itself uses; the others are made up.
const STANDARD: &str = "11010519491231002X";

fn today() -> CivilDate {
    CivilDate::new(2026, 11, 26).unwrap()
}

fn parse(text: &str) -> Result<IdentityNumber, IdentityError> {
    IdentityNumber::parse(text, today())
}

fn complete(first: &str) -> String {
    with_check_digit(first).unwrap()
}

#[test]
fn the_number_of_the_standard_in_every_spelling() {
    let expected = parse(STANDARD).unwrap();
    for spelling in [
        "11010519491231002x",
        "  11010519491231002X\t",
        "\u{3000}11010519491231002X\u{3000}",
        "１１０１０５１９４９１２３１００２Ｘ",
        "１１０１０５19491231002ｘ",
    ] {
        assert_eq!(parse(spelling), Ok(expected.clone()));
    }
    assert_eq!(expected.in_clear(), STANDARD);
    assert_eq!(expected.birth_date(), CivilDate::new(1949, 12, 31).unwrap());
    assert_eq!(expected.age_on(today()).map(Age::years), Some(76));
    assert_eq!(expected.kind(), NumberKind::Resident);
}

#[test]
fn each_mistake_has_its_own_answer() {
    use IdentityError::{BornInFuture, BornTooLongAgo, Character, CheckDigit, Length, NoSuchBirthDate};
    let table = [
        ("", Length { seen: 0 }),
        ("1101051949123100", Length { seen: 16 }),
        ("110105491231002", Length { seen: 15 }),
        ("11010519491231002XX", Length { seen: 19 }),
        ("1101O519491231002X", Character { position: 5 }),
        ("110105 9491231002X", Character { position: 7 }),
        ("1101051949123100王X", Character { position: 17 }),
        ("1101051949123100XX", Character { position: 17 }),
        ("11010519491231002Y", Character { position: 18 }),
        ("110105194912310021", CheckDigit),
        ("110105194912310020", CheckDigit),
    ];
    for (text, error) in table {
        assert_eq!(parse(text), Err(error), "{text}");
    }
    // With a right check digit, so that only the date is wrong.
    for (first, error) in [
        ("11010519000229002", NoSuchBirthDate),
        ("11010520230229002", NoSuchBirthDate),
        ("11010520231301002", NoSuchBirthDate),
        ("11010520230431002", NoSuchBirthDate),
        ("11010500000101002", NoSuchBirthDate),
        ("11010520261127002", BornInFuture),
        ("11010599991231002", BornInFuture),
        ("11010518951126002", BornTooLongAgo),
        ("11010500010101002", BornTooLongAgo),
    ] {
        assert_eq!(parse(&complete(first)), Err(error), "{first}");
    }
    for first in ["11010520000229002", "11010520261126002", "11010518951127002"] {
        assert!(parse(&complete(first)).is_ok(), "{first}");
    }
}

#[test]
fn the_first_digits_tell_whose_it_is() {
    for (first, kind) in [
        ("32010219560315123", NumberKind::Resident),
        ("71000019800101123", NumberKind::Resident),
        ("81000019800101123", NumberKind::Permit),
        ("82000019800101123", NumberKind::Permit),
        ("83000019800101123", NumberKind::Permit),
        ("91111119800101123", NumberKind::Foreigner),
    ] {
        assert_eq!(parse(&complete(first)).unwrap().kind(), kind, "{first}");
    }
}

#[test]
fn an_old_foreigners_number_comes_from_a_card_only() {
    let born = CivilDate::new(1981, 8, 3).unwrap();
    assert_eq!(parse("FRA110081080312"), Err(IdentityError::Length { seen: 15 }));
    let card = |text| IdentityNumber::from_old_foreign_card(text, born, today());
    let number = card("FRA110081080312").unwrap();
    assert_eq!(number.kind(), NumberKind::OldForeigner);
    assert_eq!(number.birth_date(), born);
    assert_eq!(number.masked(), "FRA1*******0312");
    assert_eq!(card("FR1110081080312"), Err(IdentityError::Character { position: 3 }));
    assert_eq!(card("FRAX10081080312"), Err(IdentityError::Character { position: 4 }));
    assert_eq!(card(STANDARD), Err(IdentityError::Length { seen: 18 }));
}

#[test]
fn a9_a_number_is_printed_masked_and_an_error_without_it() {
    let number = parse(&complete("32010219560315123")).unwrap();
    assert_eq!(format!("{number:?}"), format!("IdentityNumber({})", number.masked()));
    assert_eq!(&number.masked()[..14], "3201**********");
    assert_eq!(number.masked().len(), 18);
    let error = parse("110105194912310021").unwrap_err();
    assert_eq!(format!("{error} {error:?}"), "identity number: check digit wrong CheckDigit");
}

fn any_number() -> impl Strategy<Value = String> {
    (0u32..1_000_000, 1896u16..=2025, 1u8..=12, 1u8..=28, 0u32..1000).prop_map(
        |(region, year, month, day, serial)| {
            complete(&format!("{region:06}{year:04}{month:02}{day:02}{serial:03}"))
        },
    )
}

proptest! {
    #[test]
    fn no_text_panics(text in any::<String>()) {
        parse(&text).ok();
    }

    #[test]
    fn nothing_like_a_number_panics(text in "[0-9０-９xX王]{15,19}") {
        parse(&text).ok();
        IdentityNumber::from_old_foreign_card(&text, today(), today()).ok();
    }

    #[test]
    fn every_number_parses(text in any_number()) {
        let number = parse(&text).unwrap();
        prop_assert_eq!(number.in_clear(), text.as_str());
        prop_assert_eq!(number.birth_date(), CivilDate::from_digits(&text[6..14]).unwrap());
        prop_assert!(!number.masked().contains(&text[4..14]));
    }

    #[test]
    fn each_changed_digit_is_refused(text in any_number()) {
        for place in 0..text.len() {
            for other in "0123456789X".chars() {
                let mut changed: Vec<char> = text.chars().collect();
                if changed[place] != other {
                    changed[place] = other;
                    let changed: String = changed.into_iter().collect();
                    prop_assert!(parse(&changed).is_err(), "place {}", place + 1);
                }
            }
        }
    }

    #[test]
    fn each_exchange_of_neighbours_is_refused(text in any_number()) {
        for place in 1..text.len() {
            let mut changed: Vec<char> = text.chars().collect();
            changed.swap(place - 1, place);
            let changed: String = changed.into_iter().collect();
            prop_assert!(changed == text || parse(&changed).is_err(), "places {} and {}", place, place + 1);
        }
    }
}
