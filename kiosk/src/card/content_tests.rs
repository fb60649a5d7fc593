//! Cards read to the end, and those that cannot be.

use super::*;
use crate::card::twin::{SampleCard, samples};
use proptest::prelude::*;

fn today() -> CivilDate {
    CivilDate::new(2026, 11, 26).unwrap()
}

fn day(text: &str) -> CivilDate {
    CivilDate::from_digits(text).unwrap()
}

fn wang() -> SampleCard {
    SampleCard::made_up("王小明", "19850412", 31)
}

/// The block of `wang` with `text` at `place`.
fn altered(place: usize, text: &str) -> Vec<u8> {
    let mut block = wang().block().to_vec();
    let units: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    block[place..place + units.len()].copy_from_slice(&units);
    block
}

#[test]
fn a_residents_block_byte_for_byte() {
    // Built by hand after the table of PROTOCOLS.md 4, with every field that we do not read filled in.
    let mut block = String::new();
    let mut field = |text: &str, units: usize| {
        block.push_str(text);
        (text.chars().count()..units).for_each(|_| block.push(' '));
    };
    field("王小明", 15);
    field("1", 1);
    field("01", 2);
    field("19850412", 8);
    field("某省某市某路一号", 35);
    field("11010519850412002X", 18);
    field("某市公安局", 15);
    field("20200101", 8);
    field("长期", 8);
    field("", 18);
    let bytes: Vec<u8> = block.encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(bytes.len(), 256);
    let wrong = CardContent::parse(&bytes, today());
    assert_eq!(wrong, Err(ContentError::Number(IdentityError::CheckDigit)));
    let number = crate::identity::with_check_digit("11010519850412002").unwrap();
    let digit: Vec<u8> = number[17..].encode_utf16().flat_map(u16::to_le_bytes).collect();
    let mut bytes = bytes;
    bytes[122 + 34..158].copy_from_slice(&digit);
    let content = CardContent::parse(&bytes, today()).unwrap();
    assert_eq!(content.kind, CardKind::Resident);
    assert!(content.name.in_clear() == "王小明");
    assert!(content.number.in_clear() == number);
    assert_eq!((content.from, content.until), (day("20200101"), Until::LongTerm));
}

#[test]
fn the_three_cards_and_what_is_none_of_them() {
    let kinds: Vec<_> = samples()
        .iter()
        .map(|(what, card)| (*what, CardContent::parse(&card.block(), today()).map(|content| content.kind)))
        .collect();
    assert_eq!(
        kinds,
        [
            ("二代身份证，41岁", Ok(CardKind::Resident)),
            ("二代身份证，70岁以上", Ok(CardKind::Resident)),
            ("二代身份证，复姓", Ok(CardKind::Resident)),
            ("二代身份证，已过期", Ok(CardKind::Resident)),
            ("港澳台居民居住证", Ok(CardKind::Permit)),
            ("外国人永久居留身份证（旧版）", Ok(CardKind::Foreigner)),
            ("新版外国人永久居留身份证", Err(ContentError::UnknownType { mark: 0x59 })),
            ("校验位错误的证件", Err(ContentError::Number(IdentityError::CheckDigit))),
        ]
    );
}

#[test]
fn a_foreigner_is_called_by_the_chinese_name_if_there_is_one() {
    let name = |chinese| {
        let card = SampleCard::foreigner("DUPONT, MARIE", chinese, "FRA320081080312", "19810803");
        CardContent::parse(&card.block(), today()).unwrap().name.in_clear().to_owned()
    };
    assert_eq!(name("杜玛丽"), "杜玛丽");
    assert_eq!(name(""), "DUPONT, MARIE");
}

#[test]
fn a_card_is_valid_on_its_last_day() {
    let until = |to| CardContent::parse(&wang().valid("20060101", to).block(), today()).unwrap();
    assert!(!until("20261126").expired_on(today()));
    assert!(until("20261125").expired_on(today()));
    assert!(!until("长期").expired_on(today()));
}

#[test]
fn a_broken_field_is_told_by_its_name() {
    use ContentError::{BirthDiffers, Number, UnknownType};
    let field = |field| ContentError::Field(field);
    let table = [
        ("blank name", altered(0, "               "), field(Field::Name)),
        ("no birth date", altered(36, "19850431"), field(Field::Birth)),
        ("blank birth date", altered(36, "        "), field(Field::Birth)),
        ("another birth date", altered(36, "19850413"), BirthDiffers),
        ("blank number", altered(122, &" ".repeat(18)), Number(IdentityError::Length { seen: 0 })),
        ("letter in the number", altered(122, "A"), Number(IdentityError::Character { position: 1 })),
        ("no first day", altered(188, "2020010 "), field(Field::ValidFrom)),
        ("no last day", altered(204, "长期有效"), field(Field::ValidTo)),
        ("mark", altered(248, "Y"), UnknownType { mark: 0x59 }),
    ];
    for (what, block, error) in table {
        assert_eq!(CardContent::parse(&block, today()).map(|_| ()), Err(error), "{what}");
    }
    let mut lone_surrogate = wang().block();
    lone_surrogate[0..2].copy_from_slice(&[0x00, 0xD8]);
    assert_eq!(CardContent::parse(&lone_surrogate, today()), Err(field(Field::Name)));
    assert_eq!(CardContent::parse(&wang().block()[..255], today()), Err(ContentError::Length));
    assert_eq!(CardContent::parse(&[], today()), Err(ContentError::Length));
}

#[test]
fn a9_a_card_is_printed_masked() {
    let content = CardContent::parse(&wang().block(), today()).unwrap();
    let printed = format!("{content:?} {:?}", wang());
    for secret in ["小明", "19850412", "0412", "20200101", "20400101"] {
        assert!(!printed.contains(secret), "{secret}");
    }
}

proptest! {
    #[test]
    fn noise_never_panics(mut block in proptest::collection::vec(any::<u8>(), 250..260), mark in prop::sample::select(vec![0x20u8, 0x49, 0x4A])) {
        CardContent::parse(&block, today()).ok();
        block.resize(256, 0);
        block[248..250].copy_from_slice(&[mark, 0]);
        CardContent::parse(&block, today()).ok();
    }

    #[test]
    fn a_spoiled_byte_never_panics_and_never_changes_the_number(place in 0usize..256, byte in any::<u8>()) {
        let good = CardContent::parse(&wang().block(), today()).unwrap();
        let mut block = wang().block();
        block[place] = byte;
        if let Ok(content) = CardContent::parse(&block, today()) {
            // Full-width digits are the same number.
            prop_assert_eq!(content.number, good.number);
        }
    }
}
