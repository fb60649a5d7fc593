//! What the interface of the guide desk takes from nobody (rules A3, A4, A5, A8): texts that no record should hold, precedence
//! without an appointment, codes that are guessed, a restriction lifted by somebody who may not.

use crate::bookings::{OTHER_NUMBER, form, free, listed, send, today};
use crate::{issue, number, open};
use firmware_host::core::pin;
use hall_tests::{Hall, Options};
use serde_json::{Value, json};

/// One booking for today: its number and its code.
fn booked(hall: &Hall) -> (Value, String) {
    let made = send(hall, "/api/v1/bookings", &form(&free(hall, &today(hall))[0]));
    assert_eq!(made.status, 200, "{}", made.body);
    (made.body["booking"].clone(), made.body["code"].as_str().expect("a code").to_owned())
}

#[test]
fn no_text_of_control_characters_or_endless_one_is_recorded_by_any_way() {
    let mut hall = Hall::start();
    open(&hall, 1);
    let (booking, _) = booked(&hall);
    let time = free(&hall, &today(&hall))[3].clone();
    let ticket = hall.do_it(&issue("jia"))["events"][0]["ticket"].clone();
    let entries = hall.entries().len();
    let mut new = form(&time);
    new["number"] = json!(OTHER_NUMBER);
    let case = json!({"matter": "补证", "department": "社保", "cause": "系统故障", "by": "guide"});
    let patrol = json!({"command": "patrol", "places": ["一楼"], "note": "正常", "findings": [["一楼", "地面有水"]], "by": "guide"});
    let command = |name: &str, members: Value| {
        let mut command = json!({"command": name, "by": "guide"});
        for (member, value) in members.as_object().expect("members") {
            command[member] = value.clone();
        }
        ("/api/v1/commands", command)
    };
    let ways = [
        ("/api/v1/bookings", new),
        ("/api/v1/cases", case),
        ("/api/v1/cases/steps", patrol),
        command("move_booking", json!({"booking": booking, "time": time})),
        command("cancel_booking", json!({"booking": booking, "reason": "有事"})),
        command("cannot_keep_booking", json!({"booking": booking, "reason": "检修"})),
        command("restrict_person", json!({"booking": booking, "malicious": false})),
        command("check_in", json!({"booking": booking})),
        command("task_done", json!({"task": 1, "note": "已通知"})),
        command("issue", json!({"service": "jia"})),
        command("void", json!({"ticket": ticket, "reason": "离开"})),
        command("reassign", json!({"ticket": ticket, "to": {"service": "yi"}, "note": "改办"})),
        command("revive", json!({"ticket": ticket})),
    ];
    let long = "字".repeat(201);
    let bad = ["a\u{7}\nb", "a\u{202E}b", "\u{0}\n\u{2066}", long.as_str()];
    for (path, right) in ways {
        for text in
            ["by", "reason", "note", "matter", "cause"].into_iter().filter(|text| right[*text].is_string())
        {
            let empty = if text == "by" { vec!["", "  "] } else { vec![] };
            for wrong in bad.into_iter().chain(empty) {
                let mut given = right.clone();
                given[text] = json!(wrong);
                let answer = send(&hall, path, &given);
                assert_eq!(answer.status, 400, "{path} {given}: {}", answer.body);
                let said = answer.body["en"].as_str().expect("a sentence");
                assert!(said.contains(text), "{path} {text}: {said}");
                assert!(
                    answer.body["zh"].as_str().is_some_and(|zh| zh != "请求格式有误。"),
                    "{}",
                    answer.body
                );
            }
        }
    }
    let import = |by: &str| {
        let path = format!("/api/v1/bookings/import?by={by}");
        hall.api.request("POST", &path, &[("Content-Type", "text/csv")], "x").expect("an answer").body
    };
    assert!(import("a%E2%80%AEb")["zh"].as_str().is_some_and(|zh| zh.contains("导入人")));
    assert_eq!(hall.entries().len(), entries, "nothing is on record");
    hall.sound();
}

#[test]
fn a4_only_a_check_in_gives_the_precedence_of_an_appointment() {
    let mut hall = Hall::start();
    open(&hall, 1);
    let now = hall.state()["at"].as_i64().expect("the state has the hall's time");
    let mut asked = issue("jia");
    asked["booked"] = json!(now - 60);
    let refused = hall.try_do(&asked);
    assert_eq!(refused.status, 400, "{}", refused.body);
    assert!(refused.body["zh"].as_str().is_some_and(|zh| zh.contains("签到")), "{}", refused.body);
    assert!(refused.body["en"].as_str().is_some_and(|en| en.contains("check_in")), "{}", refused.body);
    asked["booked"] = Value::Null;
    assert_eq!(number(&hall.do_it(&asked)), "A001");
    for (member, value) in [("forfeited", json!(now)), ("class", json!("quick")), ("green", json!(true))] {
        let mut asked = issue("jia");
        asked[member] = value;
        assert_eq!(hall.try_do(&asked).status, 400, "{member}");
    }
    let grant = json!({"category": "elderly", "evidence": "身份证", "name": "x"});
    let mut asked = issue("jia");
    asked["grant"] = grant;
    assert_eq!(hall.try_do(&asked).status, 400, "an unknown member of a grant");
    hall.sound();
}

#[test]
fn a5_codes_are_not_guessed_at_the_interface() {
    let mut hall = Hall::start();
    let (_, code) = booked(&hall);
    let tries =
        |last4: &str, code: &str| send(&hall, "/api/v1/arrivals", &json!({"last4": last4, "code": code}));
    for n in 0..5 {
        assert_eq!(tries("5678", &format!("wrong{n}")).status, 404);
    }
    let right = tries("5678", &code);
    assert_eq!(right.status, 429, "right or not: {}", right.body);
    assert!(right.body["zh"].as_str().is_some_and(|zh| zh.contains("请到咨询台")), "{}", right.body);
    // Others are not kept from theirs, until there are twenty.
    for n in 0..15 {
        assert_eq!(tries(&format!("{:04}", n % 5), &format!("{n:06}")).status, 404, "{n}");
    }
    let pause = tries("1234", "000000");
    assert_eq!(pause.status, 429, "{}", pause.body);
    assert!(pause.body["zh"].as_str().is_some_and(|zh| zh.contains("请到咨询台")), "{}", pause.body);
    hall.sound();
}

/// The usual hall with two members of staff, the first a supervisor if `named`.
fn staffed(named: bool) -> Hall {
    let pin = pin::hash("1949").expect("the system has random bytes").0;
    let person = |number: &str, more: &str| {
        format!("[[staff]]\nnumber = \"{number}\"\nname = \"周敏\"\npin = \"{pin}\"\n{more}\n\n")
    };
    let end = "[slip]\nshow_qr = true".to_owned();
    let staff = person("0101", if named { "supervisor = true" } else { "" }) + &person("0102", "");
    Hall::start_with(Options { edits: vec![(end.clone(), format!("{staff}{end}"))], ..Options::default() })
}

#[test]
fn a8_a_restriction_is_lifted_by_a_supervisor_with_number_and_pin() {
    let mut hall = staffed(true);
    let (booking, _) = booked(&hall);
    hall.do_it(&json!({"command": "restrict_person", "booking": booking, "malicious": true, "by": "guide"}));
    let restricted = || hall.api.get("/api/v1/tasks").expect("an answer").body["restricted"].clone();
    let person = restricted()[0]["person"].clone();
    let lift = |by: &str, pin: Value| {
        hall.try_do(&json!({"command": "lift_restriction", "person": person, "reason": "已核实", "by": by, "pin": pin}))
    };
    let without = hall
        .try_do(&json!({"command": "lift_restriction", "person": person, "reason": "已核实", "by": "0101"}));
    assert_eq!(without.status, 400, "{}", without.body);
    // What was given as a PIN is not repeated, whatever it is.
    assert!(!lift("0101", json!(19_490_001)).body.to_string().contains("19490001"));
    for (by, said) in [("guide", "主管"), ("0102", "主管")] {
        let no = lift(by, json!("1949"));
        assert_eq!(no.status, 403, "{by}: {}", no.body);
        assert!(no.body["zh"].as_str().is_some_and(|zh| zh.contains(said)), "{}", no.body);
    }
    for _ in 0..3 {
        assert_eq!(lift("0101", json!("1948")).status, 403);
    }
    let wait = lift("0101", json!("1949"));
    assert_eq!(wait.status, 429, "after three wrong ones the right one waits too: {}", wait.body);
    assert_eq!(restricted().as_array().map(Vec::len), Some(1));
    // A restart forgives; whoever can restart the box needs no PIN.
    hall.restart();
    let done = hall.do_it(
        &json!({"command": "lift_restriction", "person": person, "reason": "已核实", "by": "0101", "pin": "1949"}),
    );
    assert_eq!(done["bookings"][0]["by"], "0101", "{done}");
    assert!(!hall.log().contains("1949"), "the PIN is not in the log");
    hall.sound();
    let record = hall.entries().iter().map(|logged| format!("{:?}", logged.entry)).collect::<String>();
    assert!(!record.contains("\"1949\""), "nor on record");
}

#[test]
fn a8_a_hall_without_supervisors_says_what_to_add() {
    let mut hall = staffed(false);
    let no = hall.try_do(
        &json!({"command": "lift_restriction", "person": "x", "reason": "已核实", "by": "0101", "pin": "1949"}),
    );
    assert_eq!(no.status, 403, "{}", no.body);
    assert!(no.body["en"].as_str().is_some_and(|en| en.contains("supervisor = true")), "{}", no.body);
    hall.sound();
}

#[test]
fn a3_who_forgot_the_day_is_found_by_name() {
    let mut hall = Hall::start();
    booked(&hall);
    let search = |body: Value| send(&hall, "/api/v1/bookings/search", &body);
    let found = search(json!({"name": "小明"}));
    assert_eq!(found.status, 200, "{}", found.body);
    let rows = found.body["bookings"].as_array().expect("a list");
    assert_eq!((rows.len(), &found.body["more"]), (1, &json!(false)));
    assert!(rows[0]["time"].as_str().is_some_and(|time| time.contains('日')), "{}", rows[0]);
    assert_eq!(search(json!({"name": "小红"})).body["bookings"], json!([]));
    assert_eq!(search(json!({"day": "tomorrow", "name": "小明"})).status, 400);
    hall.do_it(&json!({"command": "cancel_booking", "booking": 1, "by": "guide"}));
    assert_eq!(search(json!({"name": "小明"})).body["bookings"], json!([]), "what is over is of its day");
    hall.sound();
}

#[test]
fn a1_what_cannot_be_is_refused_field_by_field() {
    let mut hall = Hall::start();
    let day = today(&hall);
    let times = free(&hall, &day);
    for (field, value) in [
        ("name", "12345"),
        ("name", "王😀"),
        ("registered", "2999-01-01 08:00"),
        ("reference", ""),
        ("reference", " "),
        ("reference", "a\u{202E}b"),
    ] {
        let mut given = form(&times[0]);
        given[field] = json!(value);
        let answer = send(&hall, "/api/v1/bookings", &given);
        assert_eq!(answer.status, 400, "{field} {value:?}: {}", answer.body);
        assert_eq!(answer.body["fields"][0]["field"], field, "{}", answer.body);
    }
    let mut given = form(&times[0]);
    given["reference"] = json!("P-1");
    assert_eq!(send(&hall, "/api/v1/bookings", &given).status, 200);
    given["number"] = json!(OTHER_NUMBER);
    let twice = send(&hall, "/api/v1/bookings", &given);
    assert_eq!(
        (twice.status, &twice.body["refusal"]["refusal"]),
        (409, &json!("known_reference")),
        "{}",
        twice.body
    );

    let entries = hall.entries().len();
    let same = json!({"command": "move_booking", "booking": 1, "time": times[0], "by": "guide"});
    let same = hall.try_do(&same);
    assert_eq!(
        (same.status, &same.body["refusal"]["refusal"]),
        (409, &json!("same_as_before")),
        "{}",
        same.body
    );
    let no_note = hall.try_do(&json!({"command": "task_done", "task": 1, "by": "guide"}));
    assert_eq!(no_note.status, 400, "{}", no_note.body);
    assert_eq!(hall.entries().len(), entries);
    assert_eq!(listed(&hall, &day).len(), 1);
    hall.sound();
}
