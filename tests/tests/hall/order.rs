//! Rule Q3: who is called, and what the record says about it.

use crate::bookings::{form, free, put, send, today};
use crate::{issue, open};
use hall_tests::Hall;
use queue::Reason;
use serde_json::json;

#[test]
fn q3_green_then_appointment_then_walk_in_and_each_call_keeps_its_reason() {
    let mut hall = Hall::start();
    open(&hall, 2);
    hall.do_it(&issue("jia"));
    hall.do_it(&issue("yi"));
    let mut booked = form(&free(&hall, &today(&hall))[0]);
    booked["service"] = json!("yi");
    assert_eq!(send(&hall, "/api/v1/bookings", &booked).status, 200);
    put(&mut hall, 1, -60);
    hall.do_it(&json!({"command": "check_in", "booking": 1, "by": "guide"}));
    hall.do_it(&issue("jia"));
    // Granted later than it was taken: counts from then on (G2).
    let seq = hall.history("A002").ticket.seq;
    let grant = json!({"category": "elderly", "evidence": "身份证"});
    hall.do_it(&json!({"command": "grant", "ticket": seq, "grant": grant, "by": "guide"}));

    for expected in ["A002", "B002", "A001", "B001"] {
        hall.press(2, "call_next");
        hall.window_is(2, "calling", Some(expected));
    }
    let call = |number: &str| hall.history(number).calls.remove(0).called;
    let overtaken = |number: &str| {
        let passed = call(number).overtaken;
        passed.into_iter().map(|over| (over.number.to_string(), over.counts)).collect::<Vec<_>>()
    };
    assert_eq!(call("A002").reason, Reason::Green);
    assert!(call("A002").inputs.green && !call("A002").inputs.last_priority);
    let over = |names: &[&str]| names.iter().map(|name| ((*name).to_owned(), true)).collect::<Vec<_>>();
    assert_eq!(overtaken("A002"), over(&["A001", "B001", "B002"]));
    assert_eq!(call("B002").reason, Reason::Appointment);
    assert!(call("B002").inputs.booked.is_some() && call("B002").inputs.last_priority);
    assert_eq!(overtaken("B002"), over(&["A001", "B001"]));
    assert_eq!(call("A001").reason, Reason::Limit);
    assert_eq!((call("A001").inputs.passed, call("A001").overtaken.len()), (2, 0));
    assert!(call("A001").inputs.limit.is_some());
    assert_eq!(hall.history("A001").ticket.passed_by_green, 1);

    // Rule G6: nothing that is shown says why somebody is green.
    let public = hall.api.get("/api/v1/tickets/A002").unwrap().body.to_string() + &hall.state().to_string();
    assert!(!public.contains("elderly") && !hall.log().contains("elderly"), "{public}");
    hall.sound();
}

#[test]
fn an_asking_window_gets_the_next_person_at_once_and_the_fewest_skilled_first() {
    let hall = Hall::start();
    for window in [2, 1] {
        hall.press(window, "call_next");
        hall.window_is(window, "asking", None);
    }
    hall.do_it(&issue("jia"));
    hall.window_is(1, "calling", Some("A001"));
    assert_eq!(hall.window(2)["phase"], "asking");
    hall.do_it(&issue("jia"));
    hall.window_is(2, "calling", Some("A002"));
    hall.led_says(2, "A002");
}
