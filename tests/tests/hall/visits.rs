//! Rules Q5, Q6, Q7, X3 and P1 with keys and commands, as they stand in the file afterwards.

use crate::{issue, number, open};
use hall_tests::{Hall, until};
use queue::{Reason, ServiceId, WindowNumber};
use schema::Standing;
use serde_json::json;

#[test]
fn q5_a_transfer_with_digits_keeps_the_place_and_says_from_where() {
    let mut hall = Hall::start();
    open(&hall, 1);
    open(&hall, 3);
    hall.do_it(&issue("jia"));
    // A wait that counts: hall time has whole seconds.
    until("the ticket has waited", || {
        let state = hall.state();
        let waited = state["at"].as_i64().zip(state["tickets"][0]["join"].as_i64());
        waited.filter(|(now, join)| now - join >= 5)
    });
    hall.press(1, "call_next");
    hall.window_is(1, "calling", Some("A001"));
    hall.do_it(&issue("yi"));
    hall.press_digits(1, &[3], "transfer");
    hall.window_is(1, "free", None);

    let history = hall.history("A001");
    let [sent] = &history.transfers[..] else { panic!("one transfer: {history:?}") };
    assert_eq!((sent.from_window, sent.to_window), (Some(WindowNumber(1)), Some(WindowNumber(3))));
    assert!(sent.note.contains("1号窗口") && sent.by.contains("window 1"), "{sent:?}");
    let waited = history.calls[0].called.wait_s;
    assert!(waited >= 5, "{waited}");
    assert_eq!(history.ticket.join_at, sent.at.plus(-waited), "the wait already counted goes with it");
    let ticket = hall.api.get("/api/v1/tickets/A001").unwrap().body;
    assert_eq!(ticket["from"][0], 1, "{ticket}");

    let other = hall.history("B001").ticket;
    let first = if (history.ticket.join_at, 0) < (other.join_at, 1) { "A001" } else { "B001" };
    hall.press(3, "call_next");
    hall.window_is(3, "calling", Some(first));
    hall.led_says(3, first);
    hall.sound();
}

#[test]
fn q6_a_parked_person_comes_back_to_the_window_before_all_others() {
    let hall = Hall::start();
    open(&hall, 1);
    for _ in 0..3 {
        hall.do_it(&issue("jia"));
    }
    hall.press(1, "call_next");
    hall.window_is(1, "calling", Some("A001"));
    hall.press(1, "park");
    hall.window_is(1, "free", None);
    assert_eq!(hall.window(1)["parked"], 1);
    hall.press(1, "call_next");
    hall.window_is(1, "calling", Some("A002"));
    // Back while somebody is served: next, before A003.
    hall.press(1, "return");
    until("A001 is back", || (hall.history("A001").ticket.state == Standing::Returned).then_some(()));
    hall.press(1, "call_next");
    hall.window_is(1, "calling", Some("A001"));
    let calls = hall.history("A001").calls;
    assert_eq!(calls.last().map(|call| call.called.reason), Some(Reason::Return));
    // Back while the window is free: called at once.
    hall.press(1, "park");
    hall.window_is(1, "free", None);
    hall.press(1, "return");
    hall.window_is(1, "calling", Some("A001"));
}

#[test]
fn q7_r4_a_visit_with_two_matters_goes_on_and_is_rated_at_each_window() {
    let mut hall = Hall::start();
    open(&hall, 1);
    open(&hall, 3);
    let done = hall.do_it(&json!({"command": "issue", "service": "jia", "more": ["yi"], "by": "guide"}));
    assert_eq!(number(&done), "A001");
    for (window, level) in [(1, 5), (3, 4)] {
        hall.press(window, "call_next");
        hall.window_is(window, "calling", Some("A001"));
        hall.press(window, "evaluate");
        hall.pad_asks(window);
        // Buttons 2 and 3 are levels 4 and 5.
        hall.rate(window, level - 2);
        until("the rating is in the file", || {
            let ratings = hall.history("A001").ratings;
            ratings
                .iter()
                .any(|rating| rating.window.0 == window && rating.level == Some(level))
                .then_some(())
        });
    }
    let history = hall.history("A001");
    assert_eq!(history.ticket.state, Standing::Completed);
    let matters: Vec<_> =
        history.matters.iter().map(|matter| (matter.service.clone(), matter.window)).collect();
    let expected =
        [(ServiceId::from("jia"), Some(WindowNumber(1))), (ServiceId::from("yi"), Some(WindowNumber(3)))];
    assert_eq!(matters, expected);
    assert_eq!(history.ratings.len(), 2);
    hall.sound();
}

#[test]
fn x3_a_window_does_not_close_while_somebody_could_be_served_there_alone() {
    let hall = Hall::start();
    open(&hall, 1);
    hall.do_it(&issue("jia"));
    let refused = hall.try_do(&json!({"command": "close_window", "window": 1}));
    assert_eq!(refused.status, 409, "{refused:?}");
    let words = refused.body["zh"].as_str().unwrap();
    assert!(words.contains("不能关窗") && words.contains('1'), "{words}");
    assert_eq!(hall.window(1)["phase"], "free");
    open(&hall, 2);
    hall.do_it(&json!({"command": "close_window", "window": 1}));
    assert_eq!(hall.window(1)["phase"], "closed");
    hall.led_says(1, "暂未开放");
    hall.press(2, "call_next");
    hall.window_is(2, "calling", Some("A001"));
}

#[test]
fn x3_nobody_is_left_behind_with_further_matters_or_a_number_that_was_passed() {
    let mut hall = Hall::start();
    let both = json!({"command": "issue", "service": "jia", "more": ["yi"], "by": "guide"});
    let close = json!({"command": "close_window", "window": 3});
    open(&hall, 1);
    assert_eq!(hall.try_do(&both).status, 409, "nobody serves yi");
    open(&hall, 3);
    hall.do_it(&both);
    hall.press(1, "call_next");
    hall.window_is(1, "calling", Some("A001"));
    assert_eq!(hall.try_do(&close).status, 409, "A001 goes on to window 3");
    hall.do_it(&json!({"command": "complete", "window": 1, "prompt": false}));
    hall.press(3, "call_next");
    hall.window_is(3, "calling", Some("A001"));
    hall.do_it(&json!({"command": "pass", "window": 3}));
    hall.do_it(&close);
    let revive = json!({"command": "revive", "ticket": 1, "by": "guide"});
    let refused = hall.try_do(&revive);
    assert_eq!(refused.status, 409, "{refused:?}");
    assert_eq!(refused.body["zh"], "该事项暂无开放窗口，请咨询导服人员。");
    open(&hall, 3);
    hall.do_it(&revive);
    hall.sound();
}

#[test]
fn p1_a_pause_is_shown_and_its_length_recorded_and_nobody_is_called_there() {
    let hall = Hall::start();
    open(&hall, 1);
    hall.press(1, "pause");
    hall.window_is(1, "paused", None);
    hall.led_says(1, "暂停服务");
    hall.do_it(&issue("jia"));
    assert_eq!(hall.window(1)["phase"], "paused");
    hall.press(1, "call_next");
    hall.window_is(1, "calling", Some("A001"));
    let reader = hall.reader();
    let pauses = reader.day_pauses(reader.latest_day().unwrap().unwrap()).unwrap();
    assert!(pauses.len() == 1 && pauses[0].length_s.is_some(), "{pauses:?}");
}

#[test]
fn q4_recalled_twice_then_passed_and_revived_once() {
    let hall = Hall::start();
    open(&hall, 1);
    hall.do_it(&issue("jia"));
    hall.press(1, "call_next");
    hall.window_is(1, "calling", Some("A001"));
    for recalls in 1..=2 {
        hall.press(1, "recall");
        until("the recall counts", || (hall.window(1)["recalls"] == recalls).then_some(()));
    }
    let beeps = hall.station(1, |station, _| station.keypad.view().beeps);
    hall.press(1, "recall");
    until("a third is refused with a beep", || {
        hall.station(1, |station, _| station.keypad.view().beeps > beeps).then_some(())
    });
    assert_eq!(hall.window(1)["recalls"], 2);
    hall.press(1, "pass");
    hall.window_is(1, "free", None);
    let seq = hall.history("A001").ticket.seq;
    let revive = json!({"command": "revive", "ticket": seq, "by": "guide"});
    hall.do_it(&revive);
    hall.press(1, "call_next");
    hall.window_is(1, "calling", Some("A001"));
    hall.press(1, "pass");
    hall.window_is(1, "free", None);
    assert_eq!(hall.history("A001").ticket.state, Standing::Missed);
    assert_eq!(hall.try_do(&revive).status, 409);
}
