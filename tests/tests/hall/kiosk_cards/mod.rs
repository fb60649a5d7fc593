//! Cards and codes at a kiosk with reader and scanner (rules A3 to A5, A9, G2, G6, Q4, Q9): what is laid and shown comes over
//! the wire from their twins, what the person sees is compared to the last pixel.

mod devices;
mod voice;

use crate::bookings::{put, send};
use crate::{open, text};
use firmware_host::time::local_time;
use hall_tests::wait::within;
use hall_tests::{Hall, Options, Person, until, with_reader_and_scanner};
use kiosk::card::twin::SampleCard;
use kiosk::{
    Booking, BookingState, CardOutcome, Found, Held, HeldState, Input, Notice, NoticeAnswer, NoticeText,
    PageName, Recognised, Revival, SlipState,
};
use queue::booking::BookingEvent;
use queue::{Event, Timestamp};
use schema::Entry;
use serde_json::{Value, json};
use std::time::Duration;

const NAME: &str = "欧阳小明";
const TELEPHONE: &str = "13812345678";

/// The card of the person with the appointment, who is in their forties.
fn card() -> SampleCard {
    SampleCard::made_up(NAME, "19850412", 31)
}

/// The card of somebody old enough for the green channel.
fn old_card(serial: u16) -> SampleCard {
    SampleCard::made_up("李桂兰", "19500609", serial)
}

fn hall() -> Hall {
    hall_with(Vec::new())
}

fn hall_with(mut edits: Vec<(String, String)>) -> Hall {
    edits.push(with_reader_and_scanner());
    let hall = Hall::start_with(Options { edits, ..Options::default() });
    open(&hall, 1);
    hall
}

/// Today on the hall's clock face.
fn today(hall: &Hall) -> String {
    let now = hall.state()["at"].as_i64().expect("the state has the hall's time");
    local_time(&hall.config, Timestamp(now)).format("%Y-%m-%d").to_string()
}

/// An appointment that was made.
struct Made {
    booking: u64,
    code: String,
    /// As the page shows it.
    seen: Booking,
}

impl Made {
    fn qr(&self) -> String {
        format!("HGB:{}:{}", self.booking, self.code)
    }

    fn found(&self) -> Recognised {
        Recognised { bookings: vec![self.seen.clone()], ..Recognised::default() }
    }
}

/// Books the first time that is free today.
fn book(hall: &Hall) -> Made {
    book_on(hall, &today(hall))
}

fn book_on(hall: &Hall, day: &str) -> Made {
    let path = format!("/api/v1/bookings/free?service=jia&day={day}");
    let times = hall.api.get(&path).expect("the daemon answers").body;
    book_at(hall, times["times"][0]["time"].as_str().expect("a time is free"))
}

fn book_at(hall: &Hall, time: &str) -> Made {
    let given = json!({
        "name": NAME, "telephone": TELEPHONE, "number": card().number(), "time": time, "service": "jia",
        "channel": "on_site", "by": "guide",
    });
    let kind = [("Content-Type", "application/json")];
    let made = hall.api.request("POST", "/api/v1/bookings", &kind, &given.to_string());
    let made = made.expect("the daemon answers");
    assert_eq!(made.status, 200, "{}", made.body);
    let (booking, code) = (made.body["booking"].as_u64(), made.body["code"].as_str());
    let (booking, code) = (booking.expect("a number"), code.expect("a code").to_owned());
    let day = time.get(..10).expect("a time begins with its day");
    let listed = hall.api.get(&format!("/api/v1/bookings?day={day}")).expect("the daemon answers").body;
    let mut listed = listed["bookings"].as_array().into_iter().flatten();
    let own = listed.find(|seen| seen["booking"] == booking).expect("it is listed");
    let face = local_time(&hall.config, Timestamp(own["at"].as_i64().expect("it has a time")));
    let seen = Booking {
        key: booking.to_string(),
        service_code: "jia".into(),
        service: "社保事项".into(),
        service_en: String::new(),
        when: face.format("%-m月%-d日 %H:%M").to_string(),
        when_en: face.format("%-d %B, %H:%M").to_string(),
        name: "欧***".into(),
        state: BookingState::Open,
    };
    Made { booking, code, seen }
}

fn found(recognised: Recognised) -> impl FnOnce(kiosk::Asking) -> Input {
    |asking| Input::Found { asking, found: Found::Bookings(recognised) }
}

/// The person wants to check in.
fn at_appointment(hall: &Hall) -> Person<'_> {
    let mut person = Person::steps_up(hall);
    person.sees(PageName::Start);
    person.touches("我有预约");
    person.sees(PageName::Appointment);
    person
}

fn show(hall: &Hall, text: &str) {
    hall.devices.show_code("K1", text).expect("the kiosk has a scanner");
}

fn tickets(hall: &Hall) -> Vec<Value> {
    hall.state()["tickets"].as_array().cloned().unwrap_or_default()
}

fn lay(hall: &Hall, card: SampleCard) {
    hall.devices.lay("K1", Some(card)).expect("the kiosk has a reader");
}

fn lift(hall: &Hall) {
    let finds = || hall.reader_of_cards().look(|reader| reader.twin.view().finds);
    hall.devices.lay("K1", None).expect("the kiosk has a reader");
    // The host sees that it is gone, if it looks.
    let before = finds();
    within(Duration::from_secs(1), || (finds() > before + 1).then_some(()));
}

fn read(recognised: Recognised) -> impl FnOnce(kiosk::Asking) -> Input {
    |asking| Input::Card { asking, outcome: CardOutcome::Read(recognised) }
}

/// A number of `jia` that waits, as the page shows it.
fn waiting(hall: &Hall, number: &str) -> Held {
    let ticket = tickets(hall).into_iter().find(|ticket| ticket["number"] == number).expect("it was given");
    let minutes = |n: usize| ticket["left_min"][n].as_u64().map(|minutes| minutes as u32);
    held(
        number,
        HeldState::Waiting {
            ahead: ticket["people_ahead"].as_u64().unwrap_or(0) as u32,
            wait_min: minutes(0).zip(minutes(1)),
        },
    )
}

fn held(number: &str, state: HeldState) -> Held {
    Held {
        number: number.to_owned(),
        service: "社保事项".into(),
        service_en: String::new(),
        place: "1楼 A区 1号窗口".into(),
        place_en: String::new(),
        state,
    }
}

/// As far as the page that asks for a card on the way to a number.
fn at_card(hall: &Hall) -> Person<'_> {
    let mut person = Person::steps_up(hall);
    person.confirms("社保事项");
    person.sees(PageName::Card);
    person
}

#[test]
fn a3_an_appointment_is_checked_in_by_its_qr_code() {
    let mut hall = hall();
    let made = book(&hall);
    let mut person = at_appointment(&hall);
    show(&hall, "HGB:77:000000");
    person.expects(|asking| Input::Found { asking, found: Found::NotOurs });
    person.sees(PageName::Appointment);
    show(&hall, &made.qr());
    person.expects(found(made.found()));
    person.sees(PageName::Booking);
    person.touches("签到");
    assert_eq!(person.is_given("社保事项"), "A001");
    person.sees_slip(SlipState::Printed);
    assert!(text(&hall.slips(1)[0]).contains("预约"), "rule A4 is on the slip");
    // Somebody who was here before is behind the appointment from its time on.
    assert!(tickets(&hall)[0]["booked"].is_i64(), "{}", tickets(&hall)[0]);
    hall.sound();
}

#[test]
fn a3_by_card_and_a_second_time_the_same_number() {
    let mut hall = hall();
    let made = book(&hall);
    let mut person = at_appointment(&hall);
    lay(&hall, card());
    person.expects(read(made.found()));
    person.sees(PageName::Booking);
    person.touches("签到");
    assert_eq!(person.is_given("社保事项"), "A001");
    person.sees_slip(SlipState::Printed);
    person.touches("完成");
    person.sees(PageName::Start);
    lift(&hall);

    let mut person = at_appointment(&hall);
    lay(&hall, card());
    let mut seen = made.seen.clone();
    seen.state = BookingState::CheckedIn(waiting(&hall, "A001"));
    person.expects(read(Recognised { bookings: vec![seen], ..Recognised::default() }));
    person.sees(PageName::Held);
    person.touches("完成");
    person.sees(PageName::Start);
    lift(&hall);

    // Nor does the way without an appointment give the person a second one.
    let mut person = at_card(&hall);
    lay(&hall, card());
    let holds = Some(waiting(&hall, "A001"));
    person.expects(read(Recognised { holds, ..Recognised::default() }));
    person.sees(PageName::Held);
    assert_eq!(hall.numbers(), ["A001"]);
    hall.sound();
}

#[test]
fn a3_by_telephone_digits_and_code_and_five_wrong_ones_end_at_the_guide_desk() {
    let mut hall = hall();
    let made = book(&hall);
    let wrong = if made.code == "000000" { "000001" } else { "000000" };
    let mut person = at_appointment(&hall);
    person.touches("输入手机尾号和预约码");
    for tries_left in [4, 3] {
        person.sees(PageName::PhoneCode);
        person.types(&format!("5678{wrong}"));
        person.touches("查询");
        person.expects(|asking| Input::Found { asking, found: Found::WrongCode { tries_left } });
    }
    person.sees(PageName::PhoneCode);
    person.types(&format!("5678{}", made.code));
    person.touches("查询");
    person.expects(found(made.found()));
    person.sees(PageName::Booking);
    // Back to the start without checking in, and the next person has all tries.
    person.touches("首页");
    person.sees(PageName::Start);
    person.touches("我有预约");
    person.sees(PageName::Appointment);
    person.touches("输入手机尾号和预约码");
    for tries_left in [4, 3, 2, 1, 0] {
        person.sees(PageName::PhoneCode);
        person.types(&format!("1111{}", made.code));
        person.touches("查询");
        person.expects(|asking| Input::Found { asking, found: Found::WrongCode { tries_left } });
    }
    person.sees(PageName::Message);
    // Going back to the start is no way around, nor is the interface.
    person.touches("首页");
    person.sees(PageName::Start);
    person.touches("我有预约");
    person.sees(PageName::Appointment);
    person.touches("输入手机尾号和预约码");
    person.sees(PageName::PhoneCode);
    person.types(&format!("1111{wrong}"));
    person.touches("查询");
    person.expects(|asking| Input::Found { asking, found: Found::WrongCode { tries_left: 0 } });
    person.sees(PageName::Message);
    let elsewhere = send(&hall, "/api/v1/arrivals", &json!({"last4": "1111", "code": made.code}));
    assert_eq!(elsewhere.status, 429, "{}", elsewhere.body);
    assert_eq!(hall.numbers(), [""; 0]);
    hall.sound();
}

#[test]
fn a5_wrong_codes_before_the_scanner_are_counted_for_their_booking() {
    let mut hall = hall();
    let made = book(&hall);
    let mut person = at_appointment(&hall);
    for n in 0..5 {
        show(&hall, &format!("HGB:{}:wrong{n}", made.booking));
        person.expects(|asking| Input::Found { asking, found: Found::NotOurs });
        person.sees(PageName::Appointment);
    }
    show(&hall, &format!("HGB:{}:{}", made.booking, made.code));
    person.expects(|asking| Input::Found { asking, found: Found::WrongCode { tries_left: 0 } });
    person.sees(PageName::Message);
    assert_eq!(hall.numbers(), [""; 0]);
    hall.sound();
}

#[test]
fn a5_who_comes_late_gets_an_ordinary_number_and_is_no_no_show() {
    let mut hall = hall();
    let made = book(&hall);
    // An hour and a half ago, as if the morning had passed meanwhile.
    let to = put(&mut hall, made.booking, -5400);

    let mut person = at_appointment(&hall);
    lay(&hall, card());
    let face = local_time(&hall.config, to);
    let seen = Booking {
        state: BookingState::Late,
        when: face.format("%-m月%-d日 %H:%M").to_string(),
        ..made.seen.clone()
    };
    person.expects(read(Recognised { bookings: vec![seen], ..Recognised::default() }));
    person.sees(PageName::Booking);
    person.touches("取普通号");
    assert_eq!(person.is_given("社保事项"), "A001");
    person.sees_slip(SlipState::Printed);
    assert!(text(&hall.slips(1)[0]).contains("一般事项"), "{}", text(&hall.slips(1)[0]));
    let came = |entry: &Entry| matches!(entry, Entry::Booking(BookingEvent::CheckedIn { late: true, .. }));
    assert_eq!(hall.count(came), 1, "the person has come");
    hall.sound();
}

#[test]
fn a3_an_appointment_of_another_day_is_told_its_day() {
    let mut hall = hall();
    let now = hall.state()["at"].as_i64().expect("the state has the hall's time");
    let tomorrow = local_time(&hall.config, Timestamp(now + 86_400)).format("%Y-%m-%d").to_string();
    let made = book_on(&hall, &tomorrow);
    let mut person = at_appointment(&hall);
    show(&hall, &made.qr());
    let seen = Booking { state: BookingState::TooEarly, ..made.seen.clone() };
    person.expects(found(Recognised { bookings: vec![seen], ..Recognised::default() }));
    person.sees(PageName::Booking);
    assert_eq!(hall.numbers(), [""; 0]);
    hall.sound();
}

#[test]
fn g2_age_by_card_is_asked_and_not_imposed_and_g6_the_category_is_nowhere_public() {
    let mut hall = hall();
    let mut person = at_card(&hall);
    lay(&hall, old_card(42));
    person.expects(read(Recognised { priority: true, ..Recognised::default() }));
    person.sees(PageName::Priority);
    person.touches("不使用，普通排队");
    assert_eq!(person.is_given("社保事项"), "A001");
    person.sees_slip(SlipState::Printed);
    person.touches("完成");
    person.sees(PageName::Start);
    lift(&hall);

    let mut person = at_card(&hall);
    lay(&hall, old_card(44));
    person.expects(read(Recognised { priority: true, ..Recognised::default() }));
    person.sees(PageName::Priority);
    person.touches("使用");
    until("a second number", || hall.numbers().get(1).cloned());
    assert_eq!(person.is_given("社保事项"), "A002");
    person.sees_slip(SlipState::Printed);

    let green: Vec<Value> = tickets(&hall).iter().map(|ticket| ticket["green"].clone()).collect();
    assert_eq!(green, [json!(false), json!(true)]);
    let granted = hall.entries().into_iter().find_map(|logged| match logged.entry {
        Entry::Hall(Event::Issued { green: Some(grant), by, .. }) => Some((grant, by)),
        _ => None,
    });
    let (grant, by) = granted.expect("the grant is on record");
    assert_eq!(
        (grant.category.as_str(), grant.evidence.as_str(), by.0.as_str()),
        ("elderly", "身份证", "kiosk K1")
    );
    let (state, papers) = (hall.state().to_string(), hall.slips(2));
    for secret in ["elderly", "老年人", "身份证"] {
        assert!(!state.contains(secret), "{secret} is in the state");
        assert!(papers.iter().all(|paper| !text(paper).contains(secret)), "{secret} is on paper");
    }
    hall.sound();
}

#[test]
fn one_open_number_per_person_and_service_by_card() {
    let mut hall = hall();
    let mut person = at_card(&hall);
    lay(&hall, card());
    person.expects(read(Recognised::default()));
    assert_eq!(person.is_given("社保事项"), "A001");
    person.sees_slip(SlipState::Printed);
    person.touches("完成");
    person.sees(PageName::Start);
    lift(&hall);

    let mut person = at_card(&hall);
    lay(&hall, card());
    let holds = Some(waiting(&hall, "A001"));
    person.expects(read(Recognised { holds, ..Recognised::default() }));
    person.sees(PageName::Held);
    person.touches("完成");
    person.sees(PageName::Start);
    lift(&hall);
    // Who leaves the card out is asked nothing.
    let mut person = at_card(&hall);
    person.touches("跳过，直接取号");
    assert_eq!(until("a second number", || hall.numbers().get(1).cloned()), "A002");
    hall.sound();
}

#[test]
fn q4_revived_by_the_number_that_was_typed_and_by_the_slips_code() {
    let mut hall = hall();
    for number in ["A001", "A002"] {
        hall.do_it(&json!({"command": "issue", "service": "jia", "by": "guide"}));
        hall.press(1, "call_next");
        hall.window_is(1, "calling", Some(number));
        hall.press(1, "pass");
        hall.window_is(1, "free", None);
    }
    let at_revival = || {
        let mut person = Person::steps_up(&hall);
        person.sees(PageName::Start);
        person.touches("过号恢复");
        person.sees(PageName::Revival);
        person
    };
    let mut person = at_revival();
    person.types("A9");
    person.touches("恢复");
    person.expects(|asking| Input::Revived { asking, revival: Revival::Unknown });
    person.sees(PageName::Revival);
    // As people type it.
    person.types("A1");
    person.touches("恢复");
    until("it waits again", || (tickets(&hall)[0]["state"]["state"] == "waiting").then_some(()));
    let revived = held("A001", HeldState::Waiting { ahead: 0, wait_min: None });
    person.expects(|asking| Input::Revived { asking, revival: Revival::Revived(revived) });
    person.sees(PageName::Held);
    person.touches("完成");

    let mut person = at_revival();
    show(&hall, "http://elsewhere/t/1");
    person.expects(|asking| Input::Revived { asking, revival: Revival::NotOurs });
    person.sees(PageName::Revival);
    let day = today(&hall).replace('-', "");
    show(&hall, &format!("http://127.0.0.1/t/{day}-A002"));
    until("it waits again", || (tickets(&hall)[1]["state"]["state"] == "waiting").then_some(()));
    let ahead = tickets(&hall)[1]["people_ahead"].as_u64().unwrap_or(0) as u32;
    let revived = held("A002", HeldState::Waiting { ahead, wait_min: None });
    person.expects(|asking| Input::Revived { asking, revival: Revival::Revived(revived) });
    person.sees(PageName::Held);
    hall.sound();
}

#[test]
fn q9_the_one_time_notice_is_shown_and_printed_at_the_kiosk() {
    let mut hall = hall();
    let mut person = Person::steps_up(&hall);
    person.sees(PageName::Start);
    person.touches("一次性告知单");
    person.sees(PageName::Services);
    // No window is open for it, which does not matter.
    person.touches("医保事项");
    let zh =
        NoticeText { service: "医保事项".into(), complaint: "12345".into(), ..NoticeText::default() };
    // The hall has no English words for it, and whoever reads English is told so.
    let remark = "This notice is available in Chinese only. Please ask at the guide desk for help.";
    let en = NoticeText { remark: remark.into(), ..zh.clone() };
    let notice = Box::new(Notice { zh, en: Some(en) });
    person.expects(|asking| Input::Notice { asking, answer: NoticeAnswer::Text(notice) });
    person.sees(PageName::Notice);
    person.touches("打印告知单");
    let paper = text(&hall.slips(1)[0]);
    assert!(paper.contains("一次性告知单") && paper.contains("医保事项"), "{paper}");
    person.expects(|asking| Input::Notice { asking, answer: NoticeAnswer::Print(SlipState::Printed) });
    person.sees(PageName::Notice);
    hall.sound();
}
