//! Rules Q8, W2 and W3 in a running hall: what people are told about their wait, that it is kept and held against what came,
//! and that staff hear of waits that grow too long.

use crate::{issue, open};
use hall_tests::{Hall, Options, until};
use serde_json::{Value, json};

fn ticket(state: &Value, number: &str) -> Value {
    let mut tickets = state["tickets"].as_array().into_iter().flatten();
    tickets.find(|ticket| ticket["number"] == number).cloned().unwrap_or_default()
}

#[test]
fn w3_the_wait_that_is_told_is_on_the_slip_and_is_compared_with_the_one_that_came() {
    let mut hall = Hall::start();
    open(&hall, 2);
    hall.do_it(&issue("jia"));
    hall.press(2, "call_next");
    hall.window_is(2, "calling", Some("A001"));
    let waits = |hall: &Hall| {
        let state = hall.state();
        let services = state["services"].as_array().unwrap().clone();
        services.iter().find(|service| service["code"] == "jia").unwrap()["wait_min"][1].as_u64().unwrap()
    };
    // With one person at the only window whoever comes now waits for some minutes.
    until("a forecast", || (waits(&hall) > 0).then_some(()));
    let mut numbers = Vec::new();
    for _ in 0..4 {
        let before = waits(&hall);
        let answer = hall.do_it(&issue("jia"));
        numbers.push(answer["events"][0]["number"].as_str().unwrap().to_owned());
        until("a longer wait with one more before", || (waits(&hall) > before).then_some(()));
    }
    let state = hall.state();
    let told: Vec<Value> = numbers.iter().map(|number| ticket(&state, number)["told_min"].clone()).collect();
    assert!(told.iter().all(|range| range[0].as_u64() <= range[1].as_u64()), "{told:?}");
    assert!(told.windows(2).all(|pair| pair[0][1].as_u64() < pair[1][1].as_u64()), "{told:?}");
    assert!(numbers.iter().all(|number| ticket(&state, number)["left_min"].is_array()), "{state}");

    hall.restart();
    assert_eq!(ticket(&hall.state(), &numbers[3])["told_min"], told[3], "what was told is not forgotten");
    hall.press(2, "call_next");
    hall.window_is(2, "calling", Some(&numbers[0]));
    let (ended, out, err) = hall.command(&["waits", "--database", hall.database().to_str().unwrap()]);
    assert!(ended.success(), "{err}");
    let all = out.lines().find(|line| line.starts_with("all ")).unwrap();
    // Also the very first, who may have come before the first forecast of the hall with its window open.
    let called = all.split_whitespace().nth(1);
    assert_eq!(called, Some("2"), "the first and {} were called: {out}", numbers[0]);
    hall.sound();
}

#[test]
fn w2_a_wait_beyond_its_target_is_shown_at_the_windows_that_could_help() {
    let targets = "[call_order.targets]\nordinary_min = 1\nnear_percent = 10\n\n[[hours.seasons]]";
    let edits = vec![("[[hours.seasons]]".to_owned(), targets.to_owned())];
    let hall = Hall::start_with(Options { edits, ..Options::default() });
    open(&hall, 2);
    hall.do_it(&issue("jia"));
    // After a tenth of a minute.
    until("a warning", || (ticket(&hall.state(), "A001")["reminded"] == "near").then_some(()));
    until("the warning at the window", || (hall.window(2)["near"] == 1).then_some(()));
    assert_eq!(hall.window(2)["late"], 0);
    hall.press(2, "call_next");
    hall.window_is(2, "calling", Some("A001"));
    assert_eq!(hall.window(2)["near"], 0);
    let day = hall.reader().latest_day().unwrap().unwrap();
    let reminders = hall.reader().day_reminders(day).unwrap();
    assert!(reminders.len() == 1 && !reminders[0].passed && reminders[0].wait_s >= 6, "{reminders:?}");
    assert_eq!(hall.state()["advice"], json!([]), "nobody waits any more");
}
