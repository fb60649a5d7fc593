//! A whole day of three clerks who have a keypad, a display and a pad, and nothing else: no page and no interface. What they
//! know, they know from the LCD, the beeper and the LEDs; what became of it is read from the database when the day is over.
//! Only the citizens' numbers come from the guide desk.

#![allow(clippy::unwrap_used, reason = "helpers of a test may end it as the test itself may")]

use crate::{issue, number};
use firmware_host::core::pin;
use hall_tests::{Hall, Options, until};
use queue::WindowNumber;
use schema::{Standing, WindowStanding};
use std::time::Duration;

const ONE: u16 = 1;
const TWO: u16 = 2;
/// Digits of everybody's PIN.
const PIN: [u8; 4] = [1, 9, 4, 9];

/// The usual hall with a clerk for each of two windows, one who stands in for the first, and neighbours who tell each other.
fn staffed() -> Hall {
    let pin = pin::hash("1949").expect("the system has random bytes").0;
    let staff = format!(
        r#"[sign_in]
shown = "name"

[[staff]]
number = "0101"
name = "周敏"
stars = 4
pin = "{pin}"
windows = [1]
stand_ins = ["0103"]

[[staff]]
number = "0102"
name = "吴静"
stars = 3
pin = "{pin}"
windows = [2]
stand_ins = ["0103"]

[[staff]]
number = "0103"
name = "郑丽"
post = "B岗"
stars = 2
pin = "{pin}"
windows = [3]

[[pauses]]
code = 2
name = "取送材料"
minutes = 10

[[pauses]]
code = 3
name = "短暂离开"
minutes = 1

[[keypad_lines]]
name = "keys"
"#
    );
    let edits = [
        ("[[keypad_lines]]\nname = \"keys\"\n", staff.as_str()),
        ("serves = [\"jia\"]", "serves = [\"jia\"]\ngroup = \"A\""),
        ("serves = \"*\"", "serves = \"*\"\ngroup = \"A\""),
        ("prefix = \"B\"", "prefix = \"B\"\nkeypad_code = 41"),
    ];
    let edits = edits.map(|(old, new)| (old.to_owned(), new.to_owned())).into();
    Hall::start_with(Options { edits, ..Options::default() })
}

/// A clerk at a window, who sees what stands on the unit and above it.
struct Clerk<'a> {
    hall: &'a Hall,
    window: u16,
}

impl Clerk<'_> {
    /// Digits two at a time, each pair with the key, as this kind of unit takes them.
    fn types(&self, digits: &[u8]) {
        for pair in digits.chunks(2) {
            self.hall.press_digits(self.window, pair, "one_metre_line");
        }
    }

    fn signs_in(&self, number: [u8; 4], pin: [u8; 4]) {
        self.types(&number);
        // The unit shows what it understood.
        let last = number[1..].iter().map(u8::to_string).collect::<String>();
        self.lcd("   ", &last);
        self.types(&pin);
    }

    fn signs_off(&self) {
        self.types(&[0]);
    }

    fn presses(&self, key: &str) {
        self.hall.press(self.window, key);
    }

    /// Waits until the LCD shows these digits.
    fn lcd(&self, waiting: &str, ticket: &str) {
        let mut seen = String::new();
        let what = format!("the LCD of window {} shows {waiting:?} {ticket:?}", self.window);
        let shown = hall_tests::wait::within(hall_tests::wait::PATIENCE, || {
            let view = self.hall.station(self.window, |station, _| station.keypad.view());
            seen = format!("{:?} {:?}", view.waiting, view.ticket);
            (view.waiting == waiting && view.ticket == ticket).then_some(())
        });
        assert!(shown.is_some(), "not seen: {what}; it shows {seen}");
    }

    fn beeps(&self) -> u32 {
        self.hall.station(self.window, |station, _| station.keypad.view().beeps)
    }

    fn stars(&self, n: u8) {
        until("the stars are those of whoever is on duty", || {
            (self.hall.station(self.window, |station, _| station.keypad.view().stars) == n).then_some(())
        });
    }

    fn led(&self, text: &str) {
        self.hall.led_says(self.window, text);
    }

    /// The unit beeps and its LCD tells this code and number.
    fn is_told(&self, act: impl FnOnce(), code: &str, number: &str) {
        let before = self.beeps();
        act();
        self.lcd(code, number);
        until(&format!("a beep draws the eye to {code}"), || (self.beeps() > before).then_some(()));
        // The next press is not meant for what stands there now.
        std::thread::sleep(Duration::from_millis(100));
    }

    /// The pad is lit, and the citizen presses 非常满意.
    fn is_rated(&self) {
        until("the pad is lit", || {
            self.hall.station(self.window, |station, _| station.pad.view().prompted).then_some(())
        });
        self.lcd_without_ticket();
        std::thread::sleep(Duration::from_millis(600));
        self.hall.rate(self.window, 3);
    }

    fn lcd_without_ticket(&self) {
        until("nobody is at the window", || (self.hall.lcd(self.window) == "   ").then_some(()));
    }
}

#[test]
fn keypad_only_p1_p2_p4_a_whole_day_without_any_screen() {
    let mut hall = staffed();
    let (first, second) = (Clerk { hall: &hall, window: ONE }, Clerk { hall: &hall, window: TWO });

    // In the morning. Nobody opens a staffed window without a PIN, and a wrong one is told.
    first.led("暂未开放");
    first.stars(0);
    first.is_told(|| first.presses("call_next"), "907", "   ");
    first.is_told(|| first.types(&[0, 9, 9, 9]), "901", "000");
    first.is_told(|| first.types(&[0, 1, 0, 2]), "904", "   ");
    first.is_told(|| first.signs_in([0, 1, 0, 1], [1, 9, 4, 8]), "901", "000");
    first.signs_in([0, 1, 0, 1], PIN);
    first.led("周敏 工号 0101");
    first.stars(4);
    first.lcd("000", "   ");
    second.signs_in([0, 1, 0, 2], PIN);
    second.led("吴静");

    // Called, called again, passed.
    for expected in ["A001", "A002", "A003"] {
        assert_eq!(number(&hall.do_it(&issue("jia"))), expected);
    }
    first.lcd("003", "   ");
    first.presses("call_next");
    first.led("A001");
    first.lcd("002", "001");
    first.presses("recall");
    first.hall.press_digits(ONE, &[], "pass");
    first.lcd("002", "   ");

    // Called, begun, completed with a rating.
    first.presses("call_next");
    first.lcd("001", "002");
    first.presses("ok");
    first.led("正在办理");
    first.presses("evaluate");
    first.is_rated();

    // Called, parked, back, and sent on to the next window, whose clerk is told.
    first.presses("call_next");
    first.lcd("000", "003");
    first.presses("park");
    first.lcd("000", "   ");
    first.presses("return");
    first.lcd("000", "003");
    first.is_told(|| hall.press_digits(ONE, &[7, 7], "transfer"), "908", "   ");
    hall.press_digits(ONE, &[TWO as u8], "transfer");
    first.lcd("000", "   ");
    second.lcd("001", "   ");
    second.is_told(|| second.presses("call_next"), "913", "001");
    second.led("A003");
    // And further, to a service: nobody but this window serves it.
    hall.press_digits(TWO, &[4, 1], "transfer");
    second.lcd("001", "   ");
    second.presses("call_next");
    second.led("A003");
    second.presses("evaluate");
    second.is_rated();

    // A pause for a reason; the neighbour is told which window pauses.
    first.is_told(|| hall.press_digits(ONE, &[5], "pause"), "908", "005");
    second.is_told(|| hall.press_digits(ONE, &[2], "pause"), "912", "001");
    first.led("暂停服务");
    first.presses("pause");
    first.led("周敏");

    // A stand-in takes over with the window open, and cannot be at two windows.
    first.signs_in([0, 1, 0, 3], PIN);
    first.led("B岗 郑丽 工号 0103");
    first.stars(2);
    assert_eq!(number(&hall.do_it(&issue("jia"))), "A004");
    first.presses("call_next");
    first.lcd("000", "004");
    second.is_told(|| second.signs_in([0, 1, 0, 3], PIN), "903", "001");
    second.led("吴静");

    // In the evening. Nobody signs off over a person at the window or people who wait.
    first.is_told(|| first.signs_off(), "906", "004");
    first.presses("evaluate");
    first.is_rated();
    second.signs_off();
    second.led("暂未开放");
    assert_eq!(number(&hall.do_it(&issue("jia"))), "A005");
    first.lcd("001", "   ");
    first.is_told(|| first.signs_off(), "905", "001");
    first.led("郑丽");
    first.presses("call_next");
    first.lcd("000", "005");
    first.presses("evaluate");
    first.is_rated();
    first.signs_off();
    first.led("暂未开放");
    first.stars(0);

    in_the_file(&hall);
    what_became_of_them(&hall);
    hall.sound();
}

/// It takes the minute that the reason allows.
#[test]
fn keypad_only_p1_whoever_pauses_longer_than_the_reason_allows_is_told_at_the_keypad() {
    let mut hall = staffed();
    let clerk = Clerk { hall: &hall, window: ONE };
    clerk.signs_in([0, 1, 0, 1], PIN);
    clerk.led("周敏");
    hall.press_digits(ONE, &[3], "pause");
    clerk.led("暂停服务");
    let told = hall_tests::wait::within(Duration::from_secs(100), || {
        let view = hall.station(ONE, |station, _| station.keypad.view());
        (view.waiting == "911" && view.ticket == "001").then_some(())
    });
    assert!(told.is_some(), "the LCD shows 911 and the minutes");
    hall.sound();
}

/// What the day left behind.
fn in_the_file(hall: &Hall) {
    let reader = hall.reader();
    let day = reader.latest_day().unwrap().unwrap();
    let a001 = hall.history("A001").ticket;
    assert_eq!((a001.state, a001.recalls), (Standing::Passed, 1));
    assert!(hall.history("A002").ticket.started_at.is_some(), "begun by OK");
    let done: Vec<(u16, Option<String>)> =
        reader.day_completions(day).unwrap().into_iter().map(|done| (done.window.0, done.clerk)).collect();
    let by = |window, clerk: &str| (window, Some(clerk.to_owned()));
    assert_eq!(done, [by(1, "0101"), by(2, "0102"), by(1, "0103"), by(1, "0103")], "whoever was on duty");
    let ratings = reader.ratings(day).unwrap();
    assert_eq!(ratings.iter().map(|rating| rating.level).collect::<Vec<_>>(), [Some(5); 4]);
    let transfers = reader.day_transfers(day).unwrap();
    let ways: Vec<_> = transfers.iter().map(|sent| (sent.from_window, sent.to_window)).collect();
    assert_eq!(ways, [(Some(WindowNumber(1)), Some(WindowNumber(2))), (Some(WindowNumber(2)), None)]);
    let pauses = reader.day_pauses(day).unwrap();
    let [pause] = &pauses[..] else { panic!("one pause: {pauses:?}") };
    assert_eq!((pause.reason.as_str(), pause.clerk.as_deref()), ("取送材料", Some("0101")));
    assert!(pause.length_s.is_some());
    let windows = reader.day_windows(day).unwrap();
    assert!(windows.iter().all(|window| window.state == WindowStanding::Closed), "{windows:?}");
    assert!(!hall.log().contains("1949"), "no PIN is in the log");
}

/// Rule P4: the list of those who were sent on, with what became of each.
fn what_became_of_them(hall: &Hall) {
    let local = hall.state()["local"].as_str().unwrap().to_owned();
    let list = hall.api.get(&format!("/api/v1/transfers?day={}", &local[..10])).unwrap();
    assert_eq!(list.status, 200, "{list:?}");
    let rows = list.body["transfers"].as_array().unwrap();
    let became: Vec<_> = rows.iter().map(|row| (row["number"].as_str(), row["became"].as_str())).collect();
    assert_eq!(became, [(Some("A003"), Some("sent_on")), (Some("A003"), Some("completed"))]);
    assert_eq!((&rows[0]["note"], &rows[0]["called"]["window"]), (&"1号窗口转移".into(), &2.into()));
    assert_eq!(rows[1]["completed"]["clerk"], "0102");
    assert_eq!(hall.api.get("/api/v1/transfers?day=x").unwrap().status, 400);
}

#[test]
fn p2_wrong_pins_wait_ever_longer_at_every_keypad_and_the_line_goes_on() {
    let hall = staffed();
    let (first, second) = (Clerk { hall: &hall, window: ONE }, Clerk { hall: &hall, window: TWO });
    first.is_told(|| first.signs_in([0, 1, 0, 3], [0, 0, 0, 0]), "901", "000");
    second.is_told(|| second.signs_in([0, 1, 0, 3], [0, 0, 0, 0]), "901", "000");
    first.is_told(|| first.signs_in([0, 1, 0, 3], [0, 0, 0, 1]), "901", "030");
    // Not even the right one counts now, nor at another keypad; another person is not held up.
    let told = || second.hall.station(TWO, |station, _| station.keypad.view().waiting);
    second.signs_in([0, 1, 0, 3], PIN);
    until("the LCD of window 2 says how long", || (told() == "902").then_some(()));
    second.signs_in([0, 1, 0, 2], PIN);
    second.led("吴静");
    first.led("暂未开放");
    assert!(hall.log().contains("a wrong PIN"));
}

#[test]
fn p2_a_clerk_who_sits_down_elsewhere_leaves_the_window_that_nobody_needs() {
    let hall = staffed();
    let (first, second) = (Clerk { hall: &hall, window: ONE }, Clerk { hall: &hall, window: TWO });
    first.signs_in([0, 1, 0, 3], PIN);
    first.led("郑丽");
    second.signs_in([0, 1, 0, 3], PIN);
    second.led("郑丽");
    first.led("暂未开放");
    // Keys in an order that makes no sense are refused one by one and change nothing.
    for key in ["ok", "recall", "pass", "park", "return", "evaluate", "transfer", "one_metre_line"] {
        let before = second.beeps();
        second.presses(key);
        until(&format!("{key} is refused with a beep"), || (second.beeps() > before).then_some(()));
    }
    second.led("郑丽");
}
