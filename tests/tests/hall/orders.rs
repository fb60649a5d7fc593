//! Work orders of poor ratings in a running hall (rule R5): pressed on a pad's wire, taken exactly once by an endpoint that
//! misbehaves or by a directory, through power cuts.

use crate::{issue, open};
use ::outlets::http::twin::{Endpoint, Misfortune};
use hall_tests::{Hall, Options, until};
use queue::Timestamp;
use schema::CaseRow;
use serde_json::{Value, json};
use std::fs;
use tempfile::TempDir;

/// Pad buttons by level: the wire counts 不满意, 基本满意, 满意, 非常满意, 非常不满意.
const BUTTON_OF_LEVEL: [u8; 5] = [4, 0, 1, 2, 3];

/// A hall with this outlet for work orders.
fn with_outlet(keys: &str) -> Hall {
    let end = "[slip]\nshow_qr = true";
    let outlet = format!("[[outlets]]\nname = \"hotline\"\nfor = [\"work_orders\"]\n{keys}\n\n");
    let edits = vec![(end.to_owned(), format!("{outlet}{end}"))];
    Hall::start_with(Options { edits, ..Options::default() })
}

/// Somebody is served at window 1 and presses this level; returns the number.
fn served_and_rated(hall: &Hall, number: &str, level: u8) {
    hall.do_it(&issue("jia"));
    hall.press(1, "call_next");
    hall.window_is(1, "calling", Some(number));
    hall.press(1, "evaluate");
    hall.pad_asks(1);
    hall.rate(1, BUTTON_OF_LEVEL[usize::from(level) - 1]);
    until("the rating is in the file", || {
        let ratings = hall.history(number).ratings;
        ratings.iter().any(|rating| rating.level == Some(level)).then_some(())
    });
}

fn orders(hall: &Hall) -> Vec<CaseRow> {
    hall.reader().cases(Timestamp(0), Timestamp(i64::MAX)).expect("cases can be read")
}

/// Waits until the only order has been delivered.
fn accepted(hall: &Hall) -> CaseRow {
    until("the order is accepted", || {
        orders(hall).pop().filter(|row| row.delivery.as_deref() == Some("accepted"))
    })
}

#[test]
fn r5_a_poor_rating_is_a_work_order_taken_once_through_500_silence_and_a_power_cut() {
    let endpoint = Endpoint::start().expect("a socket can be had");
    endpoint.suffer([Misfortune::Status(500), Misfortune::TakenAndHang]);
    let mut hall = with_outlet(&format!("kind = \"http\"\nurl = \"{}\"\ntimeout_s = 20", endpoint.url()));
    open(&hall, 1);
    served_and_rated(&hall, "A001", 1);
    hall.fault_opens("outlet hotline", "busy");
    // The endpoint has taken it and says nothing; the plug is pulled while hallgate waits.
    until("it is posted again", || (endpoint.received().len() == 2).then_some(()));
    assert_eq!(endpoint.n_taken(), 1);
    assert_eq!(orders(&hall).pop().and_then(|row| row.delivery).as_deref(), Some("waiting"));
    hall.kill9();
    hall.run();
    let row = accepted(&hall);
    let received = endpoint.received();
    assert_eq!((received.len(), endpoint.n_taken()), (3, 1));
    let key = &received[0].headers["idempotency-key"];
    assert!(received.iter().all(|request| request.headers["idempotency-key"] == *key), "{key}");
    assert!(received.iter().all(|request| request.body == received[0].body), "a repeat says the same");
    assert_eq!(row.reference, Some(format!("R-{key}")));

    let body: Value = serde_json::from_slice(&received[0].body).expect("the document is JSON");
    assert_eq!((&body["key"], &body["kind"]), (&json!(key), &json!("work_order")));
    assert_eq!((&body["level"], &body["level_zh"]), (&json!(1), &json!("非常不满意")));
    assert_eq!((&body["window"], &body["ticket"]), (&json!(1), &json!("A001")));
    assert_eq!((&body["service"], &body["service_name"]), (&json!("jia"), &json!("社保事项")));

    // Better ratings owe nobody anything, and a restart delivers nothing again.
    for (n, level) in [(2, 3), (3, 4), (4, 5)] {
        served_and_rated(&hall, &format!("A00{n}"), level);
    }
    hall.restart();
    assert_eq!(orders(&hall).len(), 1);
    hall.sound();
    assert_eq!(endpoint.received().len(), 3);
}

#[test]
fn r5_a_work_order_that_is_refused_waits_for_a_person_and_the_next_one_leaves() {
    let endpoint = Endpoint::start().expect("a socket can be had");
    endpoint.suffer([Misfortune::Status(422)]);
    let mut hall = with_outlet(&format!("kind = \"http\"\nurl = \"{}\"", endpoint.url()));
    open(&hall, 1);
    served_and_rated(&hall, "A001", 2);
    until("it is refused", || orders(&hall).pop().filter(|row| row.delivery.as_deref() == Some("refused")));
    served_and_rated(&hall, "A002", 1);
    accepted(&hall);
    hall.sound();
    assert_eq!((endpoint.n_taken(), endpoint.received().len()), (1, 2));
}

#[test]
fn r5_a_work_order_that_was_closed_first_is_delivered_after_a_power_cut_all_the_same() {
    let drop_off = TempDir::new().expect("there is a directory for temporary files");
    let directory = drop_off.path().join("orders");
    let mut hall = with_outlet(&format!("kind = \"files\"\npath = \"{}\"", directory.display()));
    open(&hall, 1);
    served_and_rated(&hall, "A001", 1);
    hall.fault_opens("outlet hotline", "files");
    let step = |command: &str| {
        let body = json!({"command": command, "case": 1, "note": "已致歉", "by": "主管"}).to_string();
        let headers = [("Content-Type", "application/json")];
        let answer = hall.api.request("POST", "/api/v1/cases/steps", &headers, &body);
        answer.expect("the daemon answers").status
    };
    assert_eq!([step("close"), step("answer"), step("close")], [409, 200, 200]);
    hall.kill9();
    fs::create_dir(&directory).expect("it can be made");
    hall.run();
    assert_eq!(accepted(&hall).state, queue::cases::CaseState::Closed);
    assert_eq!(fs::read_dir(&directory).expect("it is there").count(), 1);
    hall.sound();
}

#[test]
fn r5_a_work_order_lies_in_the_directory_once_after_power_cuts() {
    let drop_off = TempDir::new().expect("there is a directory for temporary files");
    let directory = drop_off.path().join("orders");
    let mut hall = with_outlet(&format!("kind = \"files\"\npath = \"{}\"", directory.display()));
    open(&hall, 1);
    served_and_rated(&hall, "A001", 2);
    // The share is not mounted yet.
    hall.fault_opens("outlet hotline", "files");
    hall.kill9();
    fs::create_dir(&directory).expect("it can be made");
    hall.run();
    let row = accepted(&hall);
    hall.restart();
    hall.sound();
    let names: Vec<String> = fs::read_dir(&directory)
        .expect("it is there")
        .map(|entry| entry.expect("it can be read").file_name().to_string_lossy().into_owned())
        .collect();
    let [name] = &names[..] else { panic!("one file: {names:?}") };
    assert_eq!(row.reference.as_ref(), Some(name));
    let text = fs::read_to_string(directory.join(name)).expect("it can be read");
    let body: Value = serde_json::from_str(&text).expect("it is JSON");
    assert_eq!(
        (&body["level_zh"], format!("{}.json", body["key"].as_str().unwrap())),
        (&json!("不满意"), name.clone())
    );
}
