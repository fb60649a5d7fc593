//! What can go wrong with reader and scanner, what is left when the keys are lost, and that nothing of a person is kept.

use super::{
    NAME, TELEPHONE, at_appointment, book, card, found, hall, hall_with, lay, lift, old_card, read, show,
    tickets,
};
use hall_tests::hall::UNPLUGGED;
use hall_tests::wait::stays;
use hall_tests::{Person, until};
use kiosk::card::codec::Command;
use kiosk::card::twin::{Misfortune as OfReader, SampleCard, samples};
use kiosk::identity::with_check_digit;
use kiosk::panel::Misfortune as OfPanel;
use kiosk::scanner::twin::Misfortune as OfScanner;
use kiosk::{CardOutcome, CardTrouble, Found, Input, PageName, Recognised, SlipState};
use serde_json::json;
use std::fs;
use std::time::Duration;

#[test]
fn a_card_that_cannot_be_used_has_its_own_sentence_and_changes_nothing() {
    let mut hall = hall();
    let unborn = with_check_digit("32019920990101001").expect("17 digits");
    let mut cards: Vec<SampleCard> = samples().into_iter().map(|(_, card)| card).collect();
    let mut person = at_appointment(&hall);
    let mut tells = |card: SampleCard, trouble: CardTrouble| {
        lay(&hall, card);
        person.expects(|asking| Input::Card { asking, outcome: CardOutcome::Trouble(trouble) });
        person.sees(PageName::Appointment);
        lift(&hall);
    };
    tells(cards.remove(7), CardTrouble::CheckDigit);
    tells(cards.remove(6), CardTrouble::Unknown);
    tells(cards.remove(3), CardTrouble::Expired);
    tells(SampleCard::resident("未来", &unborn, "20990101"), CardTrouble::BirthInFuture);
    hall.reader_of_cards().touch(|reader, _| reader.twin.misfortune(OfReader::ReadsBadly(3)));
    tells(card(), CardTrouble::Unreadable);
    // Half a line of the scanner, and noise in one.
    for misfortune in [OfScanner::HalfLine, OfScanner::Noise] {
        hall.scanner().touch(|scanner, _| scanner.twin.misfortune(misfortune));
        show(&hall, "HGB:1:123456");
        person.expects(|asking| Input::Found { asking, found: Found::NotOurs });
        person.sees(PageName::Appointment);
    }
    assert_eq!(hall.numbers(), [""; 0]);
    hall.sound();
}

#[test]
fn reader_and_scanner_work_only_while_a_page_asks() {
    let hall = hall();
    let finds = || hall.reader_of_cards().look(|reader| reader.twin.view().finds);
    let lit = || hall.scanner().look(|scanner| scanner.twin.view().lit);
    let mut person = Person::steps_up(&hall);
    person.sees(PageName::Start);
    let before = finds();
    stays("nobody looks", Duration::from_secs(1), || finds() == before && !lit());
    person.touches("我有预约");
    person.sees(PageName::Appointment);
    until("the reader is asked", || (finds() > before + 1).then_some(()));
    until("the scanner is lit", || lit().then_some(()));
    person.touches("首页");
    person.sees(PageName::Start);
    until("the scanner is dark", || (!lit()).then_some(()));
    let after = finds();
    stays("nobody looks any more", Duration::from_secs(1), || finds() <= after + 1);
}

#[test]
fn o1_faults_of_reader_and_scanner_open_and_close() {
    let hall = hall();
    hall.reader_of_cards().touch(|reader, _| reader.twin.misfortune(OfReader::Silent));
    hall.fault_opens("kiosk K1 card reader", "no_answer");
    // The page is one without a card; a number is given all the same.
    let mut person = Person::steps_up(&hall);
    assert_eq!(person.takes_number("社保事项"), "A001");
    person.sees_slip(SlipState::Printed);
    hall.reader_of_cards().touch(|reader, _| reader.twin.calm());
    hall.fault_closes("kiosk K1 card reader", "no_answer");
    person.touches("完成");

    let person = at_appointment(&hall);
    hall.scanner().touch(|scanner, _| scanner.twin.misfortune(OfScanner::Silent));
    hall.fault_opens("kiosk K1 scanner", "no_answer");
    drop(person);
    hall.scanner().touch(|scanner, _| scanner.twin.calm());
    hall.fault_closes("kiosk K1 scanner", "no_answer");
    hall.scanner().set_condition(UNPLUGGED);
    hall.fault_opens("kiosk K1 scanner", "port");
    hall.scanner().set_condition(Default::default());
    hall.fault_closes("kiosk K1 scanner", "port");
}

#[test]
fn a9_time_out_leaves_nothing_of_a_person() {
    let hall = hall_with(vec![("height_px = 600\n".into(), "height_px = 600\nidle_timeout_s = 10\n".into())]);
    let made = book(&hall);
    let mut person = at_appointment(&hall);
    lay(&hall, card());
    person.expects(read(made.found()));
    person.sees(PageName::Booking);
    // To the last pixel the page of a kiosk that nobody uses.
    Person::steps_up(&hall).sees(PageName::Start);
    let mut person = at_appointment(&hall);
    person.touches("输入手机尾号和预约码");
    person.sees(PageName::PhoneCode);
    person.types("567812");
    Person::steps_up(&hall).sees(PageName::Start);
    let mut person = at_appointment(&hall);
    person.touches("输入手机尾号和预约码");
    person.sees(PageName::PhoneCode);
}

#[test]
fn without_keys_cards_still_tell_the_age_and_nothing_else_is_offered() {
    let mut hall = hall();
    book(&hall);
    assert!(hall.terminate().success());
    for entry in fs::read_dir(hall.directory().join("keys")).expect("there are keys").flatten() {
        if entry.path().extension().is_some_and(|end| end == "key") {
            fs::remove_file(entry.path()).expect("a key can be removed");
        }
    }
    hall.run();
    let mut person = Person::steps_up(&hall).in_a_hall_without_keys();
    person.confirms("社保事项");
    person.sees(PageName::Card);
    lay(&hall, old_card(42));
    person.expects(read(Recognised { priority: true, ..Recognised::default() }));
    person.sees(PageName::Priority);
    person.touches("使用");
    assert_eq!(person.is_given("社保事项"), "A001");
    person.sees_slip(SlipState::Printed);
    assert_eq!(tickets(&hall)[0]["green"], json!(true));
    hall.sound();
}

#[test]
fn a9_nothing_of_a_card_a_code_or_what_is_typed_is_in_the_log() {
    let mut hall = hall_with(vec![("level = \"info\"".into(), "level = \"trace\"".into())]);
    let made = book(&hall);
    let mut person = at_appointment(&hall);
    show(&hall, &made.qr());
    person.expects(found(made.found()));
    person.sees(PageName::Booking);
    person.touches("首页");
    let mut person = at_appointment(&hall);
    lay(&hall, card());
    person.expects(read(made.found()));
    person.sees(PageName::Booking);
    // The reader's answer to the next read is spoilt for good, which the log tells with the last frames.
    hall.reader_of_cards().touch(|reader, _| reader.twin.misfortune(OfReader::Says(Command::State, 0x60)));
    hall.fault_opens("kiosk K1 card reader", "refused");
    hall.reader_of_cards().touch(|reader, _| reader.twin.calm());
    hall.fault_closes("kiosk K1 card reader", "refused");
    person.touches("首页");
    lift(&hall);

    let mut person = at_appointment(&hall);
    person.touches("输入手机尾号和预约码");
    person.sees(PageName::PhoneCode);
    let keys: Vec<_> = ["5", "6", "7", "8"].iter().map(|key| person.place(key)).collect();
    person.types("5678");
    hall.panel().touch(|panel, _| panel.twin.misfortune(OfPanel::Silent));
    hall.fault_opens("kiosk K1 panel", "no_answer");
    hall.panel().touch(|panel, _| {
        panel.twin.calm();
        panel.twin.misfortune(OfPanel::Reset);
    });
    hall.fault_closes("kiosk K1 panel", "no_answer");
    assert!(hall.terminate().success());

    let log = hall.log();
    assert!(log.contains("A5 5A"), "the panel's frames were written");
    assert!(log.contains("AA AA AA 96 69"), "the reader's frames were written");
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02X}")).collect::<Vec<_>>().join(" ");
    let wide = |text: &str| hex(&text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>());
    let number = card().number().to_owned();
    let mut secrets = vec![NAME.to_owned(), wide(NAME), number.clone(), wide(&number), wide(&number[6..14])];
    secrets.extend([made.qr(), made.code.clone(), hex(made.code.as_bytes()), TELEPHONE.to_owned()]);
    secrets.extend(keys.iter().map(|place| {
        let (x, y) = ((place.x as u16).to_le_bytes(), (place.y as u16).to_le_bytes());
        hex(&[1, x[0], x[1], y[0], y[1]])
    }));
    let found: Vec<usize> = (0..secrets.len()).filter(|n| log.contains(&secrets[*n])).collect();
    assert!(found.is_empty(), "secrets {found:?} are in the log");
}
