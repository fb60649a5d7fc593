//! Hours: changed while the hall runs (rule X1), across lunch (X2) and closing (X3), and over the end of a working day (Q1).

use crate::{bookings, issue, number, open};
use firmware_host::config;
use hall_tests::{Hall, Options, Person, until};
use kiosk::{PageName, SlipState};
use queue::{Event, TicketNumber};
use rustix::process::Signal;
use schema::{Entry, Standing};
use serde_json::{Value, json};
use std::fs;

/// What the daemon says when new hours hold.
const IN_FORCE: &str = "the hours of hall.toml are in force";
/// Hours in whose middle, at their end or after which it is noon, as it always is in these runs.
const ALL_DAY: &str = "[[\"00:00\", \"23:59\"]]";
const AT_LUNCH: &str = "[[\"00:00\", \"11:00\"], [\"14:00\", \"23:59\"]]";
const OVER: &str = "[[\"00:00\", \"01:00\"]]";
/// Lunch service of one service at one window.
const LUNCH: &str = "[hours.lunch]\nservices = [\"jia\"]\nwindows = [1]\n";

/// Writes other hours into the hall's file.
fn write_hours(hall: &Hall, sessions: &str, lunch: &str) {
    let text = fs::read_to_string(hall.toml()).expect("the file is there");
    let (before, rest) = text.split_once("[[hours.seasons]]").expect("it has hours");
    let (_, after) = rest.split_once("[[areas]]").expect("areas follow");
    let hours = format!(
        "[[hours.seasons]]\nname = \"全年\"\nfrom = \"01-01\"\nto = \"12-31\"\nweekdays = {sessions}\nsaturday = {sessions}\nsunday = {sessions}\n\n{lunch}\n"
    );
    fs::write(hall.toml(), format!("{before}{hours}[[areas]]{after}")).expect("it can be written");
}

/// Asks the daemon to read its file again and waits until it said this once more.
fn reads_again(hall: &Hall, said: &str) {
    let times = || hall.log().matches(said).count();
    let before = times();
    hall.signal(Signal::HUP);
    until(said, || (times() > before).then_some(()));
}

/// Other hours take effect, for the daemon and for people who know them.
fn hours_become(hall: &Hall, sessions: &str, lunch: &str) {
    write_hours(hall, sessions, lunch);
    reads_again(hall, IN_FORCE);
    let read = config::read(&hall.toml()).expect("it has no mistake");
    hall.config.hours.replace((*read.hours.now()).clone());
}

fn free_times(hall: &Hall) -> usize {
    let day = bookings::today(hall);
    let path = format!("/api/v1/bookings/free?service=jia&day={day}");
    let answer = hall.api.get(&path).expect("the daemon answers");
    answer.body["times"].as_array().map_or(0, Vec::len)
}

fn close(hall: &Hall, window: u16) -> u16 {
    hall.try_do(&json!({"command": "close_window", "window": window})).status
}

fn serve_next(hall: &Hall, window: u16) {
    hall.do_it(&json!({"command": "call_next", "window": window}));
    hall.do_it(&json!({"command": "start", "window": window}));
    hall.do_it(&json!({"command": "complete", "window": window, "prompt": false}));
}

/// Touches a service on the page of services; the page behind it.
fn tries(person: &mut Person<'_>, service: &str, page: PageName) {
    person.sees(PageName::Services);
    person.touches(service);
    person.sees(page);
}

fn issued(hall: &Hall) -> usize {
    hall.count(|entry| matches!(entry, Entry::Hall(Event::Issued { .. })))
}

#[test]
fn x1_changed_hours_take_effect_without_a_restart_and_nothing_else_does() {
    let mut hall = Hall::start();
    open(&hall, 1);
    Person::steps_up(&hall).sees(PageName::Start);
    assert!(free_times(&hall) > 0);
    hours_become(&hall, OVER, "");
    Person::steps_up(&hall).sees(PageName::Closed);
    assert_eq!(free_times(&hall), 0);

    // A file with a mistake changes nothing, and the log says where it is.
    write_hours(&hall, "[[\"00:00\", \"13:00\"], [\"12:00\", \"23:59\"]]", "");
    reads_again(&hall, "nothing changed");
    let log = hall.log();
    assert!(
        log.contains("weekdays[1]") && log.contains("write sessions in order and without overlap"),
        "{log}"
    );
    Person::steps_up(&hall).sees(PageName::Closed);

    // What is not hours is named, and waits.
    write_hours(&hall, ALL_DAY, "");
    let text = fs::read_to_string(hall.toml()).expect("the file is there");
    fs::write(hall.toml(), text.replace("测试市政务服务中心", "另一个政务服务中心"))
        .expect("it can be written");
    reads_again(&hall, "restart hallgate to apply them");
    assert!(hall.log().contains("hall"));
    let read = config::read(&hall.toml()).expect("it has no mistake");
    hall.config.hours.replace((*read.hours.now()).clone());
    Person::steps_up(&hall).sees(PageName::Start);
    assert!(free_times(&hall) > 0);
    hall.sound();
}

#[test]
fn x2_x3_a_day_across_lunch_and_closing_with_people_still_waiting() {
    let mut hall = Hall::start();
    open(&hall, 1);
    open(&hall, 2);

    // At lunch exactly the listed service, though window 2 is open and serves both.
    hours_become(&hall, AT_LUNCH, LUNCH);
    let mut person = Person::steps_up(&hall);
    assert_eq!(person.takes_number("社保事项"), "A001");
    person.sees_slip(SlipState::Printed);
    person.insists("完成", PageName::Start);
    // And only at the listed window: who is left would be served by window 2, but no new number is given for it.
    assert_eq!(close(&hall, 1), 200);
    person.sees(PageName::Start);
    person.touches("中文取号");
    tries(&mut person, "社保事项", PageName::Unavailable);
    open(&hall, 1);
    tries(&mut person, "医保事项", PageName::Unavailable);

    // In the afternoon both again.
    hours_become(&hall, ALL_DAY, LUNCH);
    tries(&mut person, "医保事项", PageName::Confirm);
    person.touches("确认取号");
    assert_eq!(person.is_given("医保事项"), "B001");
    person.sees_slip(SlipState::Printed);
    person.insists("完成", PageName::Start);

    // The doors close; nobody gets a number, and nobody who has one is left.
    hours_become(&hall, OVER, LUNCH);
    person.sees(PageName::Closed);
    assert_eq!(close(&hall, 2), 409, "B001 is window 2's alone");
    let seq = hall.history("B001").ticket.seq;
    let reason = "窗口2设备故障";
    hall.do_it(&json!({"command": "reassign", "ticket": seq, "to": {"window": 1}, "note": reason, "by": "supervisor"}));
    assert_eq!(close(&hall, 2), 200);
    assert_eq!(close(&hall, 1), 409, "two still wait for it");
    serve_next(&hall, 1);
    assert_eq!(close(&hall, 1), 409);
    serve_next(&hall, 1);
    assert_eq!(close(&hall, 1), 200);
    for number in ["A001", "B001"] {
        assert_eq!(hall.history(number).ticket.state, Standing::Completed);
    }
    let recorded = hall
        .entries()
        .iter()
        .any(|logged| serde_json::to_string(&logged.entry).is_ok_and(|entry| entry.contains(reason)));
    assert!(recorded, "the reason is on record");
    assert_eq!(issued(&hall), 2);
    hall.sound();
}

#[test]
fn x3_q1_the_roll_of_the_day_strands_nobody_and_renumbers_nothing() {
    // It is noon, and the day that began at one yesterday is not over.
    let edits = [("day_roll = \"00:00\"", "day_roll = \"13:00\""), (ALL_DAY, "[[\"00:00\", \"12:59\"]]")];
    let edits = edits.map(|(old, new)| (old.to_owned(), new.to_owned())).to_vec();
    let mut hall = Hall::start_with(Options { edits, ..Options::default() });
    open(&hall, 1);
    for expected in ["A001", "A002", "A003"] {
        assert_eq!(number(&hall.do_it(&issue("jia"))), expected);
    }
    serve_next(&hall, 1);
    hall.do_it(&json!({"command": "call_next", "window": 1}));
    let yesterday = hall.reader().latest_day().expect("days can be read").expect("it began");
    assert_eq!(hall.terminate().code(), Some(0));

    // With the roll at midnight a new day has begun long ago.
    let text = fs::read_to_string(hall.toml()).expect("the file is there");
    fs::write(hall.toml(), text.replace("day_roll = \"13:00\"", "day_roll = \"00:00\""))
        .expect("it can be written");
    hall.run();
    until("a new day", || (hall.reader().latest_day().ok().flatten() > Some(yesterday)).then_some(()));
    assert_eq!(hall.state()["tickets"], Value::Array(Vec::new()));
    assert_eq!(hall.window(1)["phase"], "closed");
    open(&hall, 1);
    assert_eq!(number(&hall.do_it(&issue("jia"))), "A001");
    let new = hall.history("A001").ticket;

    // Yesterday's are what they were: one served, two ended on record with the reason; their numbers are theirs.
    let mut voided = 0;
    for (number, standing) in
        [("A001", Standing::Completed), ("A002", Standing::Voided), ("A003", Standing::Voided)]
    {
        let known =
            hall.reader().ticket(yesterday, &TicketNumber::from(number)).expect("tickets can be read");
        let known = known.expect("it is on record").ticket;
        assert_eq!(known.state, standing, "{number}");
        assert!(known.seq < new.seq, "{number}");
        voided += hall.count(|entry| {
            matches!(entry, Entry::Hall(Event::Voided { ticket, reason, .. }) if *ticket == known.seq && reason.starts_with("unfinished when"))
        });
    }
    assert_eq!(voided, 2);
    hall.sound();
}
