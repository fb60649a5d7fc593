//! Messages over HTTP in a running hall (rules A6, A7, A9): an endpoint on a real socket that misbehaves, a daemon that is
//! killed, and every message taken exactly once.

use crate::bookings::{NAME, TELEPHONE, form, free, send, today};
use ::outlets::http::twin::{Endpoint, Misfortune};
use hall_tests::{Hall, Options, until};
use queue::Timestamp;
use schema::{MessageRow, MessageState};
use serde_json::{Value, json};
use std::fs;
use tempfile::TempDir;

const TOKEN: &str = "token-of-the-hall";

/// A hall whose messages go to this endpoint, and the directory of the token.
fn with_endpoint(endpoint: &Endpoint, name: &str) -> (Hall, TempDir) {
    let directory = TempDir::new().expect("there is a directory for temporary files");
    let token = directory.path().join("token");
    fs::write(&token, format!("{TOKEN}\n")).expect("it can be written");
    let end = "[slip]\nshow_qr = true";
    let outlet = format!(
        "[[outlets]]\nname = \"{name}\"\nkind = \"http\"\nfor = [\"messages\"]\nurl = \"{}?secret=query\"\n\
         token_file = \"{}\"\ntimeout_s = 20\n\n",
        endpoint.url(),
        token.display()
    );
    let edits = vec![(end.to_owned(), format!("{outlet}{end}"))];
    (Hall::start_with(Options { edits, ..Options::default() }), directory)
}

/// An appointment is registered, and the hall cannot keep it.
fn cancelled(hall: &Hall) {
    let day = today(hall);
    let time = free(hall, &day).pop().expect("there are free times");
    let made = send(hall, "/api/v1/bookings", &form(&time));
    assert_eq!(made.status, 200, "{}", made.body);
    let booking = &made.body["booking"];
    hall.do_it(
        &json!({"command": "cannot_keep_booking", "booking": booking, "reason": "设备检修", "by": "guide"}),
    );
}

fn messages(hall: &Hall) -> Vec<MessageRow> {
    hall.reader().messages(Timestamp(0)).expect("messages can be read")
}

/// Waits until the only message has this state.
fn becomes(hall: &Hall, state: MessageState) -> MessageRow {
    until(&format!("the message is {state:?}"), || messages(hall).pop().filter(|row| row.state == state))
}

#[test]
fn a7_a_cancellation_is_taken_once_through_500_silence_and_a_power_cut() {
    let endpoint = Endpoint::start().expect("a socket can be had");
    endpoint.suffer([Misfortune::Status(500), Misfortune::TakenAndHang]);
    let (mut hall, _token) = with_endpoint(&endpoint, "platform");
    cancelled(&hall);
    hall.fault_opens("outlet platform", "busy");
    // The endpoint has taken it and says nothing; the plug is pulled while hallgate waits.
    until("it is posted again", || (endpoint.received().len() == 2).then_some(()));
    assert_eq!(endpoint.n_taken(), 1);
    assert_eq!(messages(&hall)[0].state, MessageState::Handed);
    hall.kill9();
    hall.run();
    let row = becomes(&hall, MessageState::Sent);
    let received = endpoint.received();
    assert_eq!((received.len(), row.tries, endpoint.n_taken()), (3, 3, 1));
    let keys: Vec<&String> = received.iter().map(|request| &request.headers["idempotency-key"]).collect();
    assert!(keys.iter().all(|key| *key == keys[0]), "{keys:?}");
    assert!(received.iter().all(|request| request.body == received[0].body), "a repeat says the same");
    assert!(received.iter().all(|request| request.headers["authorization"] == format!("Bearer {TOKEN}")));
    assert_eq!(row.reference, Some(format!("R-{}", keys[0])));

    let body: Value = serde_json::from_slice(&received[0].body).expect("the document is JSON");
    assert_eq!((&body["key"], &body["to"]), (&json!(keys[0]), &json!(TELEPHONE)));
    assert_eq!((&body["about"], &body["hall"]), (&json!("not_kept"), &json!("test-hall")));
    let said = body["text"].as_str().expect("the text is text");
    assert!(said.starts_with("【测试市政务服务中心】抱歉") && !said.contains(NAME), "a wrong text");

    // A restart sends nothing again, and nothing of it is in the log (rule A9).
    hall.restart();
    hall.sound();
    assert_eq!(endpoint.received().len(), 3);
    let log = hall.log();
    for secret in [TELEPHONE, NAME, TOKEN, "secret=query", "/messages"] {
        assert!(!log.contains(secret), "the log holds a secret");
    }
}

#[test]
fn a7_what_the_endpoint_refuses_is_over_and_what_it_denies_is_not() {
    let endpoint = Endpoint::start().expect("a socket can be had");
    let lie = Misfortune::Lie("application/json", r#"{"key":"another"}"#);
    endpoint.suffer([Misfortune::Status(401), lie]);
    let (mut hall, _token) = with_endpoint(&endpoint, "platform");
    cancelled(&hall);
    hall.fault_opens("outlet platform", "denied");
    hall.fault_opens("outlet platform", "answer");
    hall.fault_closes("outlet platform", "denied");
    becomes(&hall, MessageState::Sent);
    hall.fault_closes("outlet platform", "answer");
    assert_eq!((endpoint.n_taken(), endpoint.received().len()), (1, 3));

    endpoint.suffer([Misfortune::Status(422)]);
    let day = today(&hall);
    let mut other = form(&free(&hall, &day).pop().expect("there are free times"));
    other["number"] = json!("110105198001010016");
    let made = send(&hall, "/api/v1/bookings", &other);
    assert_eq!(made.status, 200, "{}", made.body);
    let booking = &made.body["booking"];
    hall.do_it(
        &json!({"command": "cannot_keep_booking", "booking": booking, "reason": "设备检修", "by": "guide"}),
    );
    let row = becomes(&hall, MessageState::Failed);
    assert!(row.why.as_deref().is_some_and(|why| why.contains("422")), "{:?}", row.why);
    hall.sound();
    assert_eq!((endpoint.n_taken(), endpoint.received().len()), (1, 4), "a refused message is not repeated");
}

#[test]
fn a7_what_waited_for_an_outlet_that_is_gone_leaves_by_another() {
    let old = Endpoint::start().expect("a socket can be had");
    let url = old.url();
    let (mut hall, _token) = with_endpoint(&old, "old");
    drop(old);
    cancelled(&hall);
    hall.fault_opens("outlet old", "unreachable");
    until("it waits again", || messages(&hall).pop().filter(|row| row.state == MessageState::Queued));
    hall.kill9();
    let new = Endpoint::start().expect("a socket can be had");
    let text = fs::read_to_string(hall.toml()).expect("the configuration can be read");
    let text = text.replace("name = \"old\"", "name = \"new\"").replace(&url, &new.url());
    fs::write(hall.toml(), text).expect("the configuration can be written");
    hall.run();
    becomes(&hall, MessageState::Sent);
    assert_eq!(new.n_taken(), 1);
    assert!(!hall.has_fault("outlet old", "unreachable"), "faults of devices that are gone are closed");
    hall.sound();
}
