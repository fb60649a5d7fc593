//! Appointments in a running hall (rules A1 to A9, Q9): registered at the guide desk, found by code, checked in, printed; and
//! nobody's name, telephone or identity number in clear anywhere but on the paper.

use crate::{number, open, text};
use firmware_host::time::local_time;
use firmware_host::virtual_hall::line::Condition;
use hall_tests::{Answer, Hall, Options, until};
use queue::booking::{BookingEvent, BookingId};
use queue::{By, Timestamp};
use schema::{Entry, MessageState, Stamped, Store};
use serde_json::{Value, json};
use std::fs;
use std::path::Path;

pub(crate) const NAME: &str = "欧阳小明";
pub(crate) const TELEPHONE: &str = "13812345678";
const NUMBER: &str = "11010519491231002X";
/// Of somebody else.
pub(crate) const OTHER_NUMBER: &str = "320106196001010012";

pub(crate) fn send(hall: &Hall, path: &str, body: &Value) -> Answer {
    let kind = [("Content-Type", "application/json")];
    hall.api.request("POST", path, &kind, &body.to_string()).expect("the daemon answers")
}

fn get(hall: &Hall, path: &str) -> Value {
    let answer = hall.api.get(path).expect("the daemon answers");
    assert_eq!(answer.status, 200, "{path}: {}", answer.body);
    answer.body
}

/// Today on the hall's clock face; the tests' zone makes it about noon.
pub(crate) fn today(hall: &Hall) -> String {
    let now = get(hall, "/api/v1/state")["at"].as_i64().expect("the state has the hall's time");
    local_time(&hall.config, Timestamp(now)).format("%Y-%m-%d").to_string()
}

/// Times of a day at which `jia` can still be booked.
pub(crate) fn free(hall: &Hall, day: &str) -> Vec<String> {
    let times = get(hall, &format!("/api/v1/bookings/free?service=jia&day={day}"));
    let times = times["times"].as_array().expect("times are listed").clone();
    times.iter().map(|time| time["time"].as_str().expect("a time is text").to_owned()).collect()
}

pub(crate) fn form(time: &str) -> Value {
    json!({
        "name": NAME, "telephone": TELEPHONE, "number": NUMBER, "time": time, "service": "jia",
        "channel": "on_site", "by": "guide",
    })
}

/// Puts a booking `after_s` seconds behind the newest entry of the log, as if the time until then had passed meanwhile; the new
/// time.
pub(crate) fn put(hall: &mut Hall, booking: u64, after_s: i64) -> Timestamp {
    assert!(hall.terminate().success());
    let at = hall.entries().last().expect("there are entries").at;
    let booking = BookingId(booking);
    let booked = hall.entries().into_iter().find_map(|logged| match logged.entry {
        Entry::Booking(BookingEvent::Booked { booking: of, form, .. }) if of == booking => Some(form.at),
        _ => None,
    });
    let (from, to, by) = (booked.expect("it was booked"), at.plus(after_s), By("test".into()));
    let entry = Entry::Booking(BookingEvent::Moved { booking, from, to, by });
    let mut store = Store::open(&hall.database()).expect("the database can be opened");
    store.append(&[Stamped { at, entry }]).expect("it can be written");
    drop(store);
    hall.run();
    to
}

pub(crate) fn listed(hall: &Hall, day: &str) -> Vec<Value> {
    get(hall, &format!("/api/v1/bookings?day={day}"))["bookings"].as_array().expect("a list").clone()
}

#[test]
fn a1_a3_registered_printed_found_and_checked_in() {
    let mut hall = Hall::start();
    open(&hall, 1);
    let day = today(&hall);
    let time = free(&hall, &day)[0].clone();
    let mut given = form(&time);
    given["printer"] = json!("P1");
    let made = send(&hall, "/api/v1/bookings", &given);
    assert_eq!(made.status, 200, "{}", made.body);
    let code = made.body["code"].as_str().expect("a code").to_owned();

    // Rule A1: two copies.
    hall.all_printed();
    let tray = hall.tray();
    let copies: Vec<String> = tray.iter().map(text).filter(|text| text.contains("预约服务登记表")).collect();
    assert_eq!(copies.len(), 2, "{copies:?}");
    assert!(
        copies[0].contains("第一联") && copies[1].contains("第二联") && copies[1].contains(&code),
        "{copies:?}"
    );
    assert!(copies[1].contains(NAME) && copies[1].contains("1101**********002X"), "{}", copies[1]);

    // A power cut in between loses nothing.
    hall.kill9();
    hall.run();
    let seen = listed(&hall, &day);
    assert_eq!(seen.len(), 1);
    assert_eq!(seen[0]["name"], "欧***");
    assert_eq!(seen[0]["telephone"], "138****5678");
    assert_eq!(seen[0]["identity"], "1101**********002X");
    assert_eq!(seen[0]["state_zh"], "已预约");
    for (name, n) in [("小明", 1), ("张", 0)] {
        let found = send(&hall, "/api/v1/bookings/search", &json!({"day": day, "name": name})).body;
        assert_eq!(found["bookings"].as_array().map(Vec::len), Some(n), "{name}");
    }

    // Rule A3: the last digits and the code, together only.
    let wrong = send(&hall, "/api/v1/arrivals", &json!({"last4": "5679", "code": code}));
    assert_eq!(wrong.status, 404, "{}", wrong.body);
    let found = send(&hall, "/api/v1/arrivals", &json!({"last4": "5678", "code": code}));
    assert_eq!(found.status, 200, "{}", found.body);
    let check_in = json!({"command": "check_in", "booking": found.body["booking"], "by": "kiosk K1"});
    let done = hall.do_it(&check_in);
    assert_eq!(number(&done), "A001");
    let issued = &done["events"][0];
    assert!(issued["booked"].is_i64() && issued["forfeited"].is_null(), "{issued}");
    // A second time brings the same number and no other.
    let again = hall.do_it(&check_in);
    assert_eq!(
        (&again["holds"], again["events"].as_array().map(Vec::len)),
        (&issued["ticket"], Some(0)),
        "{again}"
    );
    assert_eq!(hall.numbers(), ["A001"]);
    assert_eq!(listed(&hall, &day)[0]["number"], "A001");
    hall.sound();
}

#[test]
fn a1_what_is_wrong_is_said_field_by_field_and_changes_nothing() {
    let mut hall = Hall::start();
    let day = today(&hall);
    let time = free(&hall, &day)[0].clone();
    for (field, value, zh) in [
        ("number", json!("110105194912310021"), "校验"),
        ("number", json!("11010519491231002"), "18位"),
        ("number", json!("110105299912310028"), ""),
        ("telephone", json!("12345"), ""),
        ("name", json!("  "), "姓名"),
        ("time", json!("tomorrow"), "时间格式"),
        ("service", json!("bing"), "没有该事项"),
    ] {
        let mut given = form(&time);
        given[field] = value;
        let answer = send(&hall, "/api/v1/bookings", &given);
        assert_eq!(answer.status, 400, "{field}: {}", answer.body);
        assert_eq!(answer.body["fields"][0]["field"], field, "{}", answer.body);
        let said = answer.body["fields"][0]["zh"].as_str().expect("a sentence");
        assert!(said.contains(zh) && !said.is_empty(), "{field}: {said}");
        assert!(!answer.body.to_string().contains(NUMBER), "nothing given comes back");
    }
    let mut unknown = form(&time);
    unknown["colour"] = json!("red");
    let answer = send(&hall, "/api/v1/bookings", &unknown);
    assert_eq!(answer.status, 400);
    assert!(!answer.body.to_string().contains(NAME), "{}", answer.body);

    // Rules A2, A8: refusals with what would be right.
    assert_eq!(send(&hall, "/api/v1/bookings", &form(&time)).status, 200);
    let twice = send(&hall, "/api/v1/bookings", &form(&free(&hall, &day)[1]));
    assert_eq!(
        (twice.status, &twice.body["refusal"]["refusal"]),
        (409, &json!("duplicate")),
        "{}",
        twice.body
    );
    let past = send(&hall, "/api/v1/bookings", &form(&format!("{day} 00:30")));
    assert_eq!(past.status, 409, "{}", past.body);
    assert_eq!(listed(&hall, &day).len(), 1);
    hall.sound();
}

#[test]
fn a7_moved_cancelled_by_the_person_and_by_the_hall() {
    let mut hall = Hall::start();
    let day = today(&hall);
    let times = free(&hall, &day);
    let made = send(&hall, "/api/v1/bookings", &form(&times[0]));
    let booking = &made.body["booking"];
    hall.do_it(&json!({"command": "move_booking", "booking": booking, "time": times[2], "by": "guide"}));
    assert!(
        listed(&hall, &day)[0]["time"]
            .as_str()
            .is_some_and(|time| times[2].ends_with(&time[time.len() - 5..]))
    );
    let no_reason = hall
        .try_do(&json!({"command": "cannot_keep_booking", "booking": booking, "reason": " ", "by": "guide"}));
    assert_eq!(no_reason.status, 409, "{}", no_reason.body);
    let done = hall.do_it(
        &json!({"command": "cannot_keep_booking", "booking": booking, "reason": "设备检修", "by": "guide"}),
    );
    assert_eq!(done["bookings"][0]["breach"], true, "less than eight hours ahead: {done}");
    let tasks = get(&hall, "/api/v1/tasks");
    assert_eq!(tasks["tasks"][0]["what"], "offer_times", "{tasks}");
    let offered = tasks["tasks"][0]["offered"].as_array().expect("other times are offered").clone();
    let near: Vec<&str> = times[3..6].iter().map(String::as_str).collect();
    let said: Vec<&str> = offered.iter().filter_map(|time| time["time"].as_str()).collect();
    assert_eq!(said, near, "{tasks}");
    assert!(offered.iter().all(|time| time["free"] == true), "{tasks}");
    hall.do_it(
        &json!({"command": "task_done", "task": tasks["tasks"][0]["task"], "note": "已改约", "by": "guide"}),
    );
    assert_eq!(get(&hall, "/api/v1/tasks")["tasks"], json!([]));
    assert_eq!(listed(&hall, &day)[0]["state"], "not_kept");
    hall.sound();
}

/// The appointment's deadline is set so near that the reminder is due at once.
fn with_modem() -> Hall {
    let end = "[slip]\nshow_qr = true";
    let outlet = "[[outlets]]\nname = \"gsm\"\nport = \"/dev/shm/links/modem-gsm\"\n\n";
    let soon =
        "[appointments]\nslot_min = 5\nremind_min = 60\n\n[call_order]\nappointment_grace_s = 3000\n\n";
    Hall::start_with(Options {
        edits: vec![(end.to_owned(), format!("{outlet}{soon}{end}"))],
        ..Options::default()
    })
}

#[test]
fn a6_the_reminder_goes_out_once() {
    let mut hall = with_modem();
    let day = today(&hall);
    let made = send(&hall, "/api/v1/bookings", &form(&free(&hall, &day)[0]));
    assert_eq!(made.status, 200, "{}", made.body);
    let modem = &hall.devices.modems["gsm"];
    let sent = until("the reminder is sent", || {
        Some(modem.look(|modem| modem.twin.view().sent)).filter(|sent| !sent.is_empty())
    });
    assert_eq!((sent.len(), sent[0].to.as_str()), (1, TELEPHONE));
    assert!(
        sent[0].text.starts_with("【测试市政务服务中心】您预约") && !sent[0].text.contains("欧"),
        "{}",
        sent[0].text
    );
    let messages = || hall.reader().messages(Timestamp(0)).expect("messages can be read");
    until("the record says so", || (messages()[0].state == MessageState::Sent).then_some(()));
    // A restart sends nothing again.
    hall.kill9();
    hall.run();
    assert_eq!(listed(&hall, &day)[0]["reminded"], true);
    hall.sound();
    assert_eq!(hall.devices.modems["gsm"].look(|modem| modem.twin.view().total), 1);
}

#[test]
fn a6_a_message_in_doubt_is_not_sent_twice() {
    let mut hall = with_modem();
    let lost = outlets::modem::twin::Misfortune::LostAfterSending;
    hall.devices.modems["gsm"].touch(|modem, _| modem.twin.misfortune(lost));
    let day = today(&hall);
    assert_eq!(send(&hall, "/api/v1/bookings", &form(&free(&hall, &day)[0])).status, 200);
    until("the modem has sent it", || {
        (hall.devices.modems["gsm"].look(|modem| modem.twin.view().total) == 1).then_some(())
    });
    hall.kill9();
    hall.run();
    let messages = hall.reader().messages(Timestamp(0)).expect("messages can be read");
    assert_eq!(messages.iter().map(|row| row.state).collect::<Vec<_>>(), [MessageState::Doubtful]);
    hall.sound();
    assert_eq!(hall.devices.modems["gsm"].look(|modem| modem.twin.view().total), 1);
}

#[test]
fn q9_a_notice_is_printed_for_any_service() {
    let hall = Hall::start();
    hall.do_it(&json!({"command": "print_notice", "service": "yi", "printer": "P1"}));
    let paper = text(&hall.slips(1)[0]);
    assert!(
        paper.contains("一次性告知单") && paper.contains("医保事项") && paper.contains("12345"),
        "{paper}"
    );
    let unknown = hall.try_do(&json!({"command": "print_notice", "service": "bing", "printer": "P1"}));
    assert_eq!(unknown.status, 400, "{}", unknown.body);
}

/// All bytes of the files under a folder, with their names.
fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("the folder can be read").flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(files(&path));
        } else if let Ok(bytes) = fs::read(&path) {
            found.push((path.display().to_string(), bytes));
        }
    }
    found
}

#[test]
fn a9_nothing_of_a_person_is_in_clear_and_nothing_can_be_read_without_the_key() {
    let mut hall = Hall::start();
    open(&hall, 3);
    let day = today(&hall);
    let mut given = form(&free(&hall, &day)[0]);
    given["printer"] = json!("P1");
    assert_eq!(send(&hall, "/api/v1/bookings", &given).status, 200);
    hall.all_printed();
    // A fault writes what was last on the wire to the log; the form was.
    hall.printer().set_condition(Condition { unplugged: true, ..Condition::default() });
    hall.fault_opens("printer P1", "port");
    let backup = hall.directory().join("backup.db");
    hall.reader().backup(&backup).expect("a backup is made");
    assert!(hall.terminate().success());

    let log = hall.log();
    for secret in [NAME, TELEPHONE, NUMBER, "小明"] {
        let gbk = encoding(secret);
        assert!(!log.contains(secret), "{secret} is in the log");
        for (name, bytes) in files(hall.directory()) {
            let holds = |wanted: &[u8]| bytes.windows(wanted.len()).any(|part| part == wanted);
            assert!(!holds(secret.as_bytes()) && !holds(&gbk), "{name} holds {secret}");
        }
    }
    // The key is gone: who it was cannot be read any more, and the hall goes on.
    for (name, _) in files(&hall.directory().join("keys")) {
        if name.ends_with(".key") {
            fs::remove_file(&name).expect("the key can be removed");
        }
    }
    hall.run();
    let answer = hall.api.get(&format!("/api/v1/bookings?day={day}")).expect("the daemon answers");
    assert_eq!(answer.status, 503, "{}", answer.body);
    hall.do_it(&json!({"command": "issue", "service": "yi", "by": "guide"}));
}

fn encoding(text: &str) -> Vec<u8> {
    link::text::encode(text, link::text::Charset::Gb18030).bytes
}
