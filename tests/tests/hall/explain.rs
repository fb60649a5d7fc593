//! Rules Q3 and G4 in a running hall: a green ticket overtakes, and the record, the command line, the interface, the clerk and
//! the paper say the same about it.

use crate::{issue, open, text};
use hall_tests::{Hall, until};
use schema::{JobState, Purpose};
use serde_json::{Value, json};

const SENTENCE: &str = "A002 先于 A001 叫号：A002 属绿色通道，依规优先办理。";
const OWED: &str = "您好，前面有 1 位绿色通道办事人依规优先办理，让您久等了，感谢您的理解。";

/// A001 waits, A002 is green and called first.
fn overtaken(hall: &Hall) {
    open(hall, 1);
    hall.do_it(&issue("jia"));
    let grant = json!({"category": "elderly", "evidence": "身份证"});
    hall.do_it(&json!({"command": "issue", "service": "jia", "grant": grant, "by": "guide"}));
    hall.press(1, "call_next");
    hall.window_is(1, "calling", Some("A002"));
}

fn explain(hall: &Hall, arguments: &[&str]) -> String {
    let toml = hall.toml();
    let all = [&["explain", "--config", toml.to_str().expect("the place is text")], arguments].concat();
    let (status, said, wrong) = hall.command(&all);
    assert!(status.success(), "{said}{wrong}");
    said
}

#[test]
fn q3_g4_a_green_ticket_overtakes_and_everybody_is_told_the_same() {
    let mut hall = Hall::start();
    overtaken(&hall);
    let waiting = explain(&hall, &["A001"]);
    assert!(waiting.contains(SENTENCE) && waiting.contains("1 号窗口正在叫 A002"), "{waiting}");
    assert!(waiting.contains("已被优先号越过 1 次，满 8 次后受保护"), "{waiting}");
    assert_eq!(hall.window(1)["owed_words"], Value::Null);

    let beeps = hall.station(1, |station, _| station.keypad.view().beeps);
    hall.press(1, "call_next");
    hall.window_is(1, "calling", Some("A001"));
    assert_eq!(hall.window(1)["owed_words"]["zh"], OWED);
    until("the keypad beeps", || {
        hall.station(1, |station, _| station.keypad.view().beeps > beeps).then_some(())
    });
    let ticket = hall.api.get("/api/v1/tickets/A001").unwrap().body;
    assert_eq!(ticket["passed_by_green"], 1, "{ticket}");

    // After a power cut the clerk still owes the same.
    hall.restart();
    hall.window_is(1, "calling", Some("A001"));
    assert_eq!(hall.window(1)["owed_words"]["zh"], OWED);

    let told = explain(&hall, &["a1"]);
    assert!(told.contains(SENTENCE) && told.contains(OWED) && told.contains("绿色通道号 1 个"), "{told}");
    let english = explain(&hall, &["A001", "--english"]);
    assert!(
        english.contains("A002 was called before A001 because it is a green-channel ticket."),
        "{english}"
    );
    let versus = explain(&hall, &["A001", "--versus", "A002"]);
    assert!(versus.contains(SENTENCE), "{versus}");
    let toml = hall.toml();
    let itself = ["explain", "--config", toml.to_str().expect("the place is text"), "A001", "--versus", "a1"];
    let (status, said, wrong) = hall.command(&itself);
    assert!(status.code() == Some(2) && said.is_empty() && wrong.contains("A001 itself"), "{said}{wrong}");

    let answer = hall.api.get("/api/v1/tickets/A001/explanation").unwrap();
    let mut by_api = answer.body;
    let mut by_command: Value = serde_json::from_str(&explain(&hall, &["A001", "--json"])).unwrap();
    assert_eq!(by_api["before"]["green"], 1, "{by_api}");
    // The command line looks at the record, the interface at the clock.
    by_api["as_of"].take();
    by_command["as_of"].take();
    assert_eq!(by_api, by_command);
    let all = format!("{by_api}{told}{english}");
    assert!(!all.contains("elderly") && !all.contains("身份证"), "rule G6: {all}");
    hall.press(1, "evaluate");
    hall.window_is(1, "free", None);
    assert_eq!(hall.window(1)["owed_words"], Value::Null);
    hall.sound();
}

#[test]
fn g4_an_explanation_is_printed_for_a_complaint_also_after_trouble() {
    let hall = Hall::start();
    overtaken(&hall);
    hall.press(1, "call_next");
    hall.window_is(1, "calling", Some("A001"));
    let seq = hall.history("A001").ticket.seq;
    let print = json!({"command": "print_explanation", "ticket": seq, "printer": "P1"});
    hall.printer().touch(|printer, now| printer.twin.misfortune(now, ticket_printer::Misfortune::PaperOut));
    hall.fault_opens("printer P1", "paper_out");
    hall.do_it(&print);
    hall.printer().touch(|printer, now| printer.twin.calm(now));
    let tray = hall.slips(1);
    let slip = text(&tray[0]).replace('\n', "");
    for words in ["叫号说明", "A001", "A002先于A001叫号", "属绿色通道", "监督电话"] {
        assert!(slip.contains(words), "{words} in {slip}");
    }
    assert!(!slip.contains("补打") && !slip.contains("elderly"), "{slip}");
    hall.all_printed();
    let jobs: Vec<(Purpose, JobState)> = hall.jobs().iter().map(|job| (job.purpose, job.state)).collect();
    assert_eq!(jobs, [(Purpose::Explanation, JobState::Confirmed)]);
    assert_eq!(hall.state()["faults"], json!([]));

    let unknown = hall.try_do(&json!({"command": "print_explanation", "ticket": 999, "printer": "P1"}));
    assert_eq!(unknown.status, 409, "{unknown:?}");
    let said = unknown.body["en"].as_str().unwrap();
    assert!(said.contains("999") && !said.contains("today"), "any day is looked up: {said}");
    let nowhere = hall.try_do(&json!({"command": "print_explanation", "ticket": seq, "printer": "P9"}));
    assert!(nowhere.status == 400 && nowhere.body["en"].as_str().unwrap().contains("P9"), "{nowhere:?}");
}

#[test]
fn q3_g4_the_slip_of_one_who_waits_says_what_is_before_it_now() {
    let hall = Hall::start();
    overtaken(&hall);
    let seq = hall.history("A001").ticket.seq;
    hall.do_it(&json!({"command": "print_explanation", "ticket": seq, "printer": "P1"}));
    let slip = text(&hall.slips(1)[0]).replace('\n', "");
    for words in [
        "等候说明",
        "已等候",
        "同一事项前面没有人",
        "已被优先号越过1次",
        "1号窗口正在叫A002",
        "A002先于A001叫号",
    ] {
        assert!(slip.contains(words), "{words} in {slip}");
    }
    assert!(!slip.contains("叫号说明"), "{slip}");
}

#[test]
fn q3_questions_that_have_no_answer_say_why() {
    let hall = Hall::start();
    let none = hall.api.get("/api/v1/tickets/A001/explanation").unwrap();
    let said = none.body["en"].as_str().unwrap_or_default();
    assert!(
        none.status == 404 && said.contains("no number was taken") && !said.contains("nearest"),
        "{none:?}"
    );
    open(&hall, 1);
    hall.do_it(&issue("jia"));
    let api = |path: &str| hall.api.get(path).unwrap();
    let unknown = api("/api/v1/tickets/A009/explanation");
    assert!(unknown.status == 404 && unknown.body["en"].as_str().unwrap().contains("A001"), "{unknown:?}");
    assert_eq!(api("/api/v1/tickets/A001/explanation?day=2020-01-01").status, 404);
    for (asked, expected) in [
        ("A001/explanation?day=yesterday", "2026-11-26 or 20261126"),
        ("A001/explanation?day=99999999", "2026-11-26 or 20261126"),
        ("A001/explanation?day=2-0-2-6-1-1-2-7", "2026-11-26 or 20261126"),
        ("A001/explanation?day=2026-02-30", "2026-11-26 or 20261126"),
        ("A001/explanation?day=%FF", "2026-11-26 or 20261126"),
        ("A001/explanation?dya=1", "dya"),
        ("A001/explanation?day=20261126&day=20261127", "2 times"),
        ("%FF/explanation", "UTF-8"),
        ("%FF", "UTF-8"),
    ] {
        let answer = api(&format!("/api/v1/tickets/{asked}"));
        let said = answer.body["en"].as_str().unwrap_or_default();
        assert!(answer.status == 400 && said.contains(expected), "{asked}: {answer:?}");
        assert!(answer.body["zh"].is_string(), "{asked}: {answer:?}");
    }
    for asked in ["A001", "a001", "a1", "a1/explanation"] {
        let answer = api(&format!("/api/v1/tickets/{asked}"));
        assert!(answer.status == 200 && answer.body["number"] == "A001", "{asked}: {answer:?}");
    }
    let toml = hall.toml();
    let config = toml.to_str().unwrap();
    let refused = |arguments: &[&str]| {
        let (status, _, wrong) = hall.command(&[&["explain", "--config", config], arguments].concat());
        (status.code(), wrong)
    };
    let (code, said) = refused(&["A009"]);
    assert!(code == Some(1) && said.contains("A001") && said.contains("A009"), "{said}");
    let (code, said) = refused(&["A001", "--day", "20200101"]);
    let today = hall.reader().latest_day().unwrap().unwrap().to_string();
    assert!(code == Some(1) && said.contains("2020-01-01") && said.contains(&today), "{said}");
}
