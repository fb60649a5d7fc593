//! Walks through bookings, cards, revival and notices: what the kiosk asks, and which page follows which answer.

mod sample;

use kiosk::session::{ANSWER_TIMEOUT, PERSONAL_SHOWN};
use kiosk::*;
use sample::offers::{self, booking, bookings, recognised};
use sample::walks::Visitor;
use std::sync::Arc;
use std::time::Duration;

fn visitor() -> Visitor {
    Visitor::at(Size::new(768, 1024), offers::full_menu())
}

/// Somebody who was asked for a card before taking a number for `S00`.
fn at_card() -> Visitor {
    let mut visitor = visitor();
    visitor.choose_service();
    visitor.press(&["确认取号"]);
    visitor
}

/// What the host has to do something about.
fn wishes(outputs: Vec<Output>) -> Vec<Output> {
    let noise = |output: &Output| {
        matches!(output, Output::Repaint | Output::Sound(_) | Output::Say(_) | Output::Hush)
    };
    outputs.into_iter().filter(|output| !noise(output)).collect()
}

fn take(service: &str, priority: bool, person: Option<Asking>) -> Output {
    Output::Take { service: service.into(), language: Language::Chinese, priority, person }
}

#[test]
fn a3_a_booking_is_checked_in_by_card() {
    let mut visitor = visitor();
    let outputs = wishes(visitor.press(&["我有预约"]));
    let asking = visitor.asking();
    let card = Output::WantCard { asking, purpose: CardFor::Appointment };
    assert_eq!(outputs, [card, Output::WantCode { asking, purpose: CodeFor::Appointment }]);
    let found = recognised(vec![booking(0, BookingState::Open)], false);
    assert_eq!(wishes(visitor.card(CardOutcome::Read(found))), [Output::Enough]);
    assert_eq!(visitor.ui.page(), PageName::Booking);
    let check_in = Output::CheckIn {
        person: asking,
        booking: "booking 0".into(),
        language: Language::Chinese,
        priority: false,
    };
    assert_eq!(wishes(visitor.press(&["签到"])), [check_in]);
    visitor.tell(Input::Outcome(Outcome::Issued(sample::given())));
    assert_eq!(visitor.ui.page(), PageName::Given);
    assert_eq!(wishes(visitor.press(&["完成"])), [Output::VisitOver]);
}

#[test]
fn a3_a_booking_is_found_by_telephone_digits_and_code() {
    let mut visitor = visitor();
    visitor.press(&["我有预约"]);
    assert_eq!(wishes(visitor.press(&["输入手机尾号和预约码"])), [Output::Enough]);
    visitor.type_in("135");
    visitor.press(&["清空"]);
    visitor.type_in("135281");
    assert!(visitor.place("查询").is_none(), "something is missing");
    visitor.press(&["退格"]);
    visitor.type_in("8640");
    visitor.type_in("2");
    visitor.type_in("9");
    let outputs = wishes(visitor.press(&["查询"]));
    let [Output::FindByCode { asking, last4, code }] = outputs.as_slice() else {
        panic!("digits are looked for");
    };
    assert!(last4.in_clear() == "1352" && code.in_clear() == "886402", "as they were typed");
    assert_eq!((*asking, visitor.ui.page()), (visitor.asking(), PageName::Looking));
    visitor.found(Found::WrongCode { tries_left: 4 });
    assert_eq!(visitor.ui.page(), PageName::PhoneCode);
    visitor.type_in("1352886403");
    visitor.press(&["查询"]);
    visitor.found(Found::Bookings(recognised(bookings(), false)));
    assert_eq!(visitor.ui.page(), PageName::Bookings);
    visitor.press(&["老年人优待证 11月29日 10:00"]);
    assert_eq!(visitor.ui.page(), PageName::Booking);
    visitor.press(&["返回"]);
    assert_eq!(visitor.ui.page(), PageName::Bookings);
}

#[test]
fn wrong_codes_end_at_the_guide_desk_and_with_an_ordinary_number() {
    let mut visitor = visitor();
    visitor.press(&["我有预约"]);
    for tries_left in [4, 3, 2, 1, 0] {
        if visitor.ui.page() == PageName::Appointment {
            visitor.press(&["输入手机尾号和预约码"]);
        }
        visitor.type_in("1352886403");
        visitor.press(&["查询"]);
        visitor.found(Found::WrongCode { tries_left });
    }
    assert_eq!(visitor.ui.page(), PageName::Message);
    visitor.press(&["取普通号"]);
    assert_eq!(visitor.ui.page(), PageName::Areas);
}

#[test]
fn a5_who_comes_late_is_offered_an_ordinary_number() {
    let mut visitor = visitor();
    visitor.press(&["我有预约"]);
    visitor.found(Found::Bookings(recognised(vec![booking(2, BookingState::Late)], false)));
    assert!(visitor.place("签到").is_none());
    assert_eq!(wishes(visitor.press(&["取普通号"])), [take("S02", false, Some(visitor.asking()))]);
}

#[test]
fn a_booking_of_another_day_or_cancelled_cannot_be_checked_in() {
    for (state, ordinary) in [(BookingState::TooEarly, false), (BookingState::Cancelled, true)] {
        let mut visitor = visitor();
        visitor.press(&["我有预约"]);
        visitor.found(Found::Bookings(recognised(vec![booking(1, state)], false)));
        assert_eq!(visitor.ui.page(), PageName::Booking);
        assert_eq!(visitor.place("签到"), None);
        assert_eq!(visitor.place("取普通号").is_some(), ordinary);
    }
}

#[test]
fn a_booking_that_is_checked_in_shows_its_number() {
    let mut visitor = visitor();
    visitor.press(&["我有预约"]);
    let held = offers::waiting();
    visitor.found(Found::Bookings(recognised(vec![booking(3, BookingState::CheckedIn(held))], false)));
    assert_eq!(visitor.ui.page(), PageName::Held);
}

#[test]
fn a8_nobody_without_booking_is_turned_away() {
    let mut visitor = visitor();
    visitor.press(&["我有预约"]);
    visitor.found(Found::Bookings(Recognised::default()));
    assert_eq!(visitor.ui.page(), PageName::Message);
    visitor.press(&["取普通号"]);
    visitor.walk_lists();
    visitor.press(&["确认取号"]);
    assert_eq!(wishes(visitor.press(&["跳过，直接取号"])), [take("S00", false, None), Output::Enough]);
}

#[test]
fn one_open_number_per_person_and_service_shows_the_first() {
    let mut visitor = at_card();
    let holds = Some(offers::waiting());
    let outputs = visitor.card(CardOutcome::Read(Recognised { holds, ..Recognised::default() }));
    assert_eq!(wishes(outputs), [Output::Enough]);
    assert_eq!(visitor.ui.page(), PageName::Held);
    // It may come out only when the number is asked for.
    let mut visitor = at_card();
    visitor.press(&["跳过，直接取号"]);
    visitor.tell(Input::Outcome(Outcome::Holds(offers::waiting())));
    assert_eq!(visitor.ui.page(), PageName::Held);
}

#[test]
fn g2_priority_is_asked_and_not_imposed() {
    for (label, priority) in [("使用", true), ("不使用，普通排队", false)] {
        let mut visitor = at_card();
        let asking = visitor.asking();
        visitor.card(CardOutcome::Read(recognised(vec![], true)));
        assert_eq!(visitor.ui.page(), PageName::Priority);
        assert_eq!(wishes(visitor.press(&[label])), [take("S00", priority, Some(asking))]);
        assert_eq!(visitor.ui.page(), PageName::Issuing);
    }
    // Also for a booking; and nobody is asked who is not entitled.
    let mut visitor = visitor();
    visitor.press(&["我有预约"]);
    visitor.found(Found::Bookings(recognised(vec![booking(0, BookingState::Open)], true)));
    visitor.press(&["签到"]);
    assert_eq!(visitor.ui.page(), PageName::Priority);
    let mut visitor = at_card();
    let asking = visitor.asking();
    let outputs = visitor.card(CardOutcome::Read(Recognised::default()));
    assert_eq!(wishes(outputs), [take("S00", false, Some(asking)), Output::Enough]);
}

#[test]
fn bookings_found_on_the_way_to_a_number_stand_beside_an_ordinary_one() {
    let mut visitor = at_card();
    let asking = visitor.asking();
    visitor.card(CardOutcome::Read(recognised(bookings(), false)));
    assert_eq!(visitor.ui.page(), PageName::Bookings);
    assert_eq!(wishes(visitor.press(&["取普通号"])), [take("S00", false, Some(asking))]);
    let mut visitor = at_card();
    visitor.card(CardOutcome::Read(recognised(vec![booking(0, BookingState::Open)], false)));
    assert!(visitor.place("签到").is_some() && visitor.place("取普通号").is_some());
    visitor.press(&["返回"]);
    assert_eq!(visitor.ui.page(), PageName::Confirm);
}

#[test]
fn each_card_trouble_has_its_own_sentence_and_the_reader_goes_on() {
    let mut said = Vec::new();
    for trouble in CardTrouble::ALL {
        let mut visitor = at_card();
        let outputs = visitor.card(CardOutcome::Trouble(trouble));
        assert!(outputs.contains(&Output::Sound(Sound::Refused)), "{trouble:?}");
        assert!(!outputs.contains(&Output::Enough), "{trouble:?}");
        said.extend(outputs.into_iter().filter(|output| matches!(output, Output::Say(_))));
        assert_eq!(visitor.ui.page(), PageName::Card);
        visitor.card(CardOutcome::Read(Recognised::default()));
        assert_eq!(visitor.ui.page(), PageName::Issuing, "{trouble:?}");
    }
    let count = said.len();
    said.dedup();
    assert_eq!((said.len(), count), (CardTrouble::ALL.len(), CardTrouble::ALL.len()));
}

#[test]
fn what_the_reader_says_becomes_what_the_page_says() {
    use kiosk::card::{ContentError, Field, Status, Unreadable};
    use kiosk::identity::IdentityError;
    let table = [
        (Unreadable::Status(Status::READ_FAILED), CardTrouble::Unreadable),
        (Unreadable::Status(Status::WRONG_TYPE), CardTrouble::Unknown),
        (Unreadable::Content(ContentError::Field(Field::Name)), CardTrouble::Unreadable),
        (Unreadable::Content(ContentError::UnknownType { mark: 0x59 }), CardTrouble::Unknown),
        (Unreadable::Content(IdentityError::CheckDigit.into()), CardTrouble::CheckDigit),
        (Unreadable::Content(IdentityError::BornInFuture.into()), CardTrouble::BirthInFuture),
        (Unreadable::Content(ContentError::BirthDiffers), CardTrouble::CheckDigit),
        (Unreadable::NoAnswer, CardTrouble::NoReader),
    ];
    for (unreadable, trouble) in table {
        assert_eq!(CardTrouble::from(unreadable), trouble, "{unreadable}");
    }
}

#[test]
fn a_reader_that_goes_is_no_longer_waited_for() {
    let mut visitor = at_card();
    let offers = Offers { card_reader: false, ..offers::all() };
    let menu = Arc::new(Menu { offers, ..offers::full_menu() });
    assert_eq!(wishes(visitor.tell(Input::Menu(menu.clone()))), [Output::Enough]);
    assert_eq!(visitor.ui.page(), PageName::Confirm);
    assert_eq!(wishes(visitor.press(&["确认取号"])), [take("S00", false, None)]);
    // And one that comes back is used on the page that stays.
    let mut visitor = Visitor::at(Size::new(768, 1024), (*menu).clone());
    visitor.press(&["我有预约"]);
    let asking = visitor.asking();
    let outputs = wishes(visitor.tell(Input::Menu(Arc::new(offers::full_menu()))));
    assert_eq!(outputs[..2], [Output::Enough, Output::WantCard { asking, purpose: CardFor::Appointment }]);
}

#[test]
fn q4_a_passed_number_is_revived_by_keys_or_by_its_slip() {
    let mut visitor = visitor();
    let outputs = wishes(visitor.press(&["过号恢复"]));
    let asking = visitor.asking();
    assert_eq!(outputs, [Output::WantCode { asking, purpose: CodeFor::Revival }]);
    visitor.type_in("A023");
    let outputs = wishes(visitor.press(&["恢复"]));
    assert_eq!(outputs[0], Output::Revive { asking: visitor.asking(), number: "A023".into() });
    visitor.revived(Revival::Unknown);
    assert_eq!(visitor.ui.page(), PageName::Revival);
    // By the scanner now.
    visitor.revived(Revival::NotOurs);
    assert_eq!(visitor.ui.page(), PageName::Revival);
    visitor.revived(Revival::Revived(offers::waiting()));
    assert_eq!(visitor.ui.page(), PageName::Held);
}

#[test]
fn q4_what_cannot_be_revived_says_why() {
    let mut said = Vec::new();
    for revival in [Revival::TooLate, Revival::UsedAlready, Revival::Over] {
        let mut visitor = visitor();
        visitor.press(&["过号恢复"]);
        let outputs = visitor.revived(revival);
        said.extend(outputs.into_iter().filter(|output| matches!(output, Output::Say(_))));
        assert_eq!(visitor.ui.page(), PageName::Message);
        visitor.press(&["重新取号"]);
        assert_eq!(visitor.ui.page(), PageName::Areas);
    }
    assert!(said.len() == 3 && said[0] != said[1] && said[1] != said[2], "{said:?}");
    let mut visitor = visitor();
    visitor.press(&["过号恢复"]);
    visitor.revived(Revival::NotPassed(offers::held(HeldState::Called)));
    assert_eq!(visitor.ui.page(), PageName::Held);
}

#[test]
fn q9_a_notice_is_seen_and_printed() {
    let mut visitor = visitor();
    visitor.press(&["一次性告知单"]);
    for label in ["不动产与税务区", "不动产登记中心"] {
        visitor.press(&[label]);
    }
    // Also of a service without a window.
    let outputs = wishes(visitor.press(&["发票领用及代开"]));
    let asking = visitor.asking();
    assert_eq!(outputs, [Output::Notice { asking, service: "S03".into() }]);
    visitor.notice(NoticeAnswer::Text(Box::new(offers::notice())));
    assert_eq!(visitor.ui.page(), PageName::Notice);
    visitor.press(&["下一页"]);
    assert_eq!((visitor.place("下一页"), visitor.place("上一页").is_some()), (None, true));
    let print = Output::PrintNotice { asking, service: "S03".into(), language: Language::Chinese };
    assert_eq!(wishes(visitor.press(&["打印告知单"])), [print]);
    assert_eq!(visitor.place("打印告知单"), None);
    let outputs = visitor.notice(NoticeAnswer::Print(SlipState::Printed));
    assert!(outputs.contains(&Output::Sound(Sound::Done)));
    visitor.press(&["返回"]);
    assert_eq!(visitor.ui.page(), PageName::Services);
    visitor.press(&["发票领用及代开"]);
    visitor.notice(NoticeAnswer::Missing);
    assert_eq!(visitor.ui.page(), PageName::Message);
}

#[test]
fn an_answer_for_somebody_else_is_dropped() {
    let mut visitor = visitor();
    visitor.press(&["我有预约"]);
    let first = visitor.asking();
    visitor.press(&["首页"]);
    visitor.press(&["我有预约"]);
    let found = Found::Bookings(recognised(bookings(), false));
    assert_eq!(visitor.tell(Input::Found { asking: first, found }), []);
    assert_eq!(visitor.ui.page(), PageName::Appointment);
    let outcome = CardOutcome::Read(recognised(bookings(), true));
    assert_eq!(visitor.tell(Input::Card { asking: first, outcome }), []);
    visitor.press(&["首页"]);
    visitor.found(Found::Bookings(recognised(bookings(), false)));
    assert_eq!(visitor.ui.page(), PageName::Start);
}

#[test]
fn no_answer_ends_in_words() {
    let mut visitor = visitor();
    visitor.press(&["过号恢复"]);
    visitor.type_in("A1");
    visitor.press(&["恢复"]);
    visitor.now = visitor.now.plus(ANSWER_TIMEOUT);
    visitor.tell(Input::Wake);
    assert_eq!(visitor.ui.page(), PageName::Message);
    visitor.revived(Revival::Revived(offers::waiting()));
    assert_eq!(visitor.ui.page(), PageName::Message);
}

#[test]
fn each_page_is_said_once_and_in_the_language_that_is_shown() {
    let mut visitor = visitor();
    let say = |outputs: Vec<Output>| -> Vec<String> {
        outputs
            .into_iter()
            .filter_map(|o| if let Output::Say(text) = o { Some(text) } else { None })
            .collect()
    };
    let ask = "请放置身份证，或者请出示预约二维码，或者输入手机尾号和预约码";
    assert_eq!(say(visitor.press(&["我有预约"])), [ask]);
    assert_eq!(say(visitor.tell(Input::Clock("14:06".into()))), [""; 0]);
    let mut menu = offers::full_menu();
    menu.notice = "公告".into();
    assert_eq!(say(visitor.tell(Input::Menu(Arc::new(menu)))), [""; 0]);
    let english = say(visitor.press(&["English"]));
    assert!(english.len() == 1 && english[0].starts_with("Please lay down"), "{english:?}");
    // Neither name nor digits are said.
    let said = say(visitor.found(Found::Bookings(recognised(vec![booking(0, BookingState::Open)], false))));
    assert!(said.len() == 1 && !said[0].contains('王'), "{said:?}");
    let mut visitor = at_card();
    visitor.press(&["跳过，直接取号"]);
    let said = say(visitor.tell(Input::Outcome(Outcome::Issued(sample::given()))));
    assert_eq!(said, ["您的号码，A023，前面等候3人，请到此处等候叫号，1楼 A区 3、4、5号窗口"]);
    let printed = || Input::Outcome(Outcome::SlipChanged(SlipState::Printed));
    assert_eq!(say(visitor.tell(printed())), ["请取走号票"]);
    assert_eq!(say(visitor.tell(printed())), [""; 0]);
}

#[test]
fn sounds_and_voice_are_silent_where_a_hall_does_not_want_them() {
    let offers = Offers { sounds: false, voice: false, ..offers::all() };
    let mut visitor = Visitor::at(Size::new(768, 1024), Menu { offers, ..offers::full_menu() });
    let outputs = [visitor.press(&["过号恢复"]), visitor.press(&["A"]), visitor.revived(Revival::TooLate)];
    let heard = |output: &Output| matches!(output, Output::Sound(_) | Output::Say(_) | Output::Hush);
    assert!(!outputs.concat().iter().any(heard));
}

#[test]
fn what_was_to_be_said_ends_with_the_visit() {
    let mut visitor = visitor();
    let hushes = |outputs: &[Output]| outputs.iter().filter(|output| **output == Output::Hush).count();
    assert_eq!(hushes(&visitor.press(&["大字模式"])), 0, "nothing was said yet");
    assert_eq!(hushes(&visitor.press(&["过号恢复"])), 0);
    let outputs = visitor.press(&["首页"]);
    assert_eq!(hushes(&outputs), 1);
    assert!(!outputs.iter().any(|output| matches!(output, Output::Say(_))), "the first page says nothing");
    visitor.press(&["过号恢复"]);
    visitor.now = visitor.now.plus(Duration::from_secs(45));
    assert_eq!(hushes(&visitor.tell(Input::Wake)), 1, "somebody has gone away");
}

#[test]
fn g6_the_voice_does_not_tell_who_may_use_the_green_channel() {
    let mut visitor = at_card();
    let holder = recognised(Vec::new(), true);
    let outputs = visitor.card(CardOutcome::Read(holder));
    assert_eq!(visitor.ui.page(), PageName::Priority);
    let said: Vec<_> = outputs.iter().filter(|output| matches!(output, Output::Say(_))).collect();
    assert_eq!(said, [&Output::Say("请看屏幕并选择".into())]);
}

#[test]
fn large_type_ends_with_the_visit() {
    let mut visitor = visitor();
    visitor.press(&["大字模式"]);
    assert!(visitor.ui.large_type() && visitor.ui.deadline().is_some());
    visitor.choose_service();
    visitor.press(&["首页"]);
    assert!(visitor.ui.large_type(), "somebody is still here");
    visitor.now = visitor.now.plus(Duration::from_secs(45));
    visitor.tell(Input::Wake);
    assert!(!visitor.ui.large_type() && visitor.ui.deadline().is_none());
    visitor.press(&["大字模式"]);
    visitor.choose_service();
    visitor.press(&["确认取号"]);
    visitor.press(&["跳过，直接取号"]);
    visitor.tell(Input::Outcome(Outcome::Issued(sample::given())));
    visitor.press(&["完成"]);
    assert!(!visitor.ui.large_type());
}

#[test]
fn keys_follow_each_other_faster_than_pages() {
    let mut visitor = visitor();
    visitor.press(&["过号恢复"]);
    visitor.press(&["A"]);
    let zero = visitor.place("0").expect("digits have keys").center();
    for _ in 0..3 {
        visitor.now = visitor.now.plus(Duration::from_millis(90));
        let now = visitor.now;
        visitor.ui.handle(now, Input::Touch(zero));
    }
    let outputs = wishes(visitor.press(&["恢复"]));
    assert!(outputs.contains(&Output::Revive { asking: visitor.asking(), number: "A000".into() }));
}

#[test]
fn personal_pages_go_sooner_than_others() {
    let mut visitor = visitor();
    visitor.press(&["我有预约"]);
    assert_eq!(visitor.ui.deadline(), Some(visitor.now.plus(Duration::from_secs(45))));
    visitor.found(Found::Bookings(recognised(bookings(), false)));
    assert_eq!(visitor.ui.deadline(), Some(visitor.now.plus(PERSONAL_SHOWN)));
    assert!(visitor.ui.confidential());
}
