//! Masks, and what of a person can be seen where.

use super::*;
use crate::testing::Place;
use proptest::prelude::*;

fn sample() -> Person {
    Person::new("王芳", Some("13800005678"), Some("11010519491231002X"))
}

/// The masks of the kiosk's types (kiosk/src/identity): a person looks the same on every page.
#[test]
fn masks_are_those_of_the_kiosk() {
    for (name, masked) in [
        ("王芳", "王*"),
        ("欧阳娜", "欧**"),
        ("王", "*"),
        ("\u{20BB7}野", "\u{20BB7}*"),
        ("Ann Lee", "A******"),
        ("", "*"),
    ] {
        assert_eq!(Person::new(name, None, None).name_masked(), masked);
    }
    for (telephone, masked) in [
        ("13800005678", "138****5678"),
        ("02583531234", "025-****1234"),
        ("01083531234", "010-****1234"),
        ("05126353123", "0512-***3123"),
        ("051263531234", "0512-****1234"),
        ("12345", "*****"),
        ("", ""),
    ] {
        assert_eq!(Person::new("王", Some(telephone), None).telephone_masked().unwrap(), masked);
    }
    for (number, masked) in [
        ("11010519491231002X", "1101**********002X"),
        ("FRA110081080312", "FRA1*******0312"),
        ("12345678", "********"),
        ("王王王王王王王王王王王王", "王王王王****王王王王"),
    ] {
        assert_eq!(Person::new("王", None, Some(number)).number_masked().unwrap(), masked);
    }
}

#[test]
fn a9_a_person_is_printed_masked() {
    assert_eq!(format!("{:?}", sample()), "Person(王*, 138****5678, 1101**********002X)");
    assert_eq!(format!("{:?}", Person::new("王", None, None)), "Person(*, -, -)");
}

#[test]
fn a9_a_person_is_sealed_and_opened() {
    let keys = Place::new().open("2026-11-27").unwrap();
    let sealed = keys.seal_person(&sample(), "booking 1").unwrap();
    assert!(keys.unseal_person(&sealed, "booking 1").unwrap() == sample());
    assert!(matches!(keys.unseal_person(&sealed, "booking 2"), Err(Unreadable::Damaged { .. })));
    // The form that stays readable, whatever is added.
    let json = r#"{"name":"王芳","telephone":"13800005678","number":"11010519491231002X"}"#;
    assert!(keys.unseal(&sealed, "booking 1").unwrap()[..] == *json.as_bytes());
    let later = keys.seal(r#"{"name":"王芳","new":1}"#.as_bytes(), "").unwrap();
    assert!(keys.unseal_person(&later, "").unwrap() == Person::new("王芳", None, None));
    for other in ["", "[]", "{}", r#"{"name":7}"#, "王芳"] {
        let sealed = keys.seal(other.as_bytes(), "").unwrap();
        let error = keys.unseal_person(&sealed, "").unwrap_err();
        assert!(matches!(error, Unreadable::NotAPerson { .. }));
        assert_eq!(error.to_string(), "sealed in 2026-11: not a person's record");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn every_person_is_sealed_and_opened(name in any::<String>(), telephone in any::<Option<String>>(), number in any::<Option<String>>()) {
        let keys = Place::new().open("2026-11-27").unwrap();
        let person = Person::new(&name, telephone.as_deref(), number.as_deref());
        let sealed = keys.seal_person(&person, "x").unwrap();
        prop_assert!(keys.unseal_person(&sealed, "x").unwrap() == person);
    }

    #[test]
    fn no_mask_shows_the_middle(number in "[1-9][0-9]{16}[0-9X]", telephone in "1[3-9][0-9]{9}") {
        let person = Person::new("欧阳娜", Some(&telephone), Some(&number));
        let printed = format!("{person:?}");
        prop_assert!(!printed.contains(&number[4..14]) && !printed.contains(&telephone[3..7]));
        prop_assert!(!printed.contains("阳娜"));
    }
}
