//! Cards and codes at a kiosk with reader and scanner (rules A3 to A5, A9, G2, G6, Q4, Q9): what is laid and shown comes over
//! the wire from their twins, what the person sees is compared to the last pixel.

use crate::{open, text};
use firmware_host::time::local_time;
use hall_tests::{Hall, Options, Person, with_reader_and_scanner};
use kiosk::{Booking, BookingState, Found, Input, PageName, Recognised, SlipState};
use queue::Timestamp;
use serde_json::{Value, json};

const NAME: &str = "欧阳小明";
const TELEPHONE: &str = "13812345678";
const NUMBER: &str = "11010519491231002X";

fn hall() -> Hall {
    let hall = Hall::start_with(Options { edits: vec![with_reader_and_scanner()], ..Options::default() });
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
    let day = today(hall);
    let path = format!("/api/v1/bookings/free?service=jia&day={day}");
    let times = hall.api.get(&path).expect("the daemon answers").body;
    book_at(hall, times["times"][0]["time"].as_str().expect("a time is free"))
}

fn book_at(hall: &Hall, time: &str) -> Made {
    let given = json!({
        "name": NAME, "telephone": TELEPHONE, "number": NUMBER, "time": time, "service": "jia",
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

#[test]
fn a3_an_appointment_is_checked_in_by_its_qr_code() {
    let mut hall = hall();
    let made = book(&hall);
    let mut person = at_appointment(&hall);
    show(&hall, &made.qr());
    person.expects(found(made.found()));
    person.sees(PageName::Booking);
    person.touches("签到");
    assert_eq!(person.is_given("社保事项"), "A001");
    person.sees_slip(SlipState::Printed);
    assert!(text(&hall.slips(1)[0]).contains("预约"), "rule A4 is on the slip");
    assert!(tickets(&hall)[0]["booked"].is_i64(), "{}", tickets(&hall)[0]);
    hall.sound();
}
