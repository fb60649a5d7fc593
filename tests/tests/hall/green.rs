//! The green channel in a running hall (rules G1 to G6) and precedence of appointments (rule A4): granted and withdrawn on
//! record, served everywhere, accompanied, and its category nowhere in public.

use crate::bookings::{OTHER_NUMBER, form, free, put, send, today};
use crate::{issue, issue_with_slip, number, open, text};
use hall_tests::{Hall, until};
use queue::Event;
use schema::Entry;
use serde_json::{Value, json};

fn ticket(hall: &Hall, number: &str) -> Value {
    hall.api.get(&format!("/api/v1/tickets/{number}")).expect("the daemon answers").body
}

fn grant(seq: &Value) -> Value {
    json!({"command": "grant", "ticket": seq, "grant": {"category": "elderly", "evidence": "老年人优待证"}, "by": "guide 1"})
}

#[test]
fn g1_g2_only_the_halls_categories_with_evidence_and_on_record() {
    let mut hall = Hall::start();
    open(&hall, 1);
    hall.do_it(&issue("jia"));
    let seq = ticket(&hall, "A001")["seq"].clone();
    for (wrong, zh) in [
        (json!({"category": "nobleman", "evidence": "老年人优待证"}), "a category of another hall"),
        (json!({"category": "elderly", "evidence": " "}), "no evidence"),
    ] {
        let answer =
            hall.try_do(&json!({"command": "grant", "ticket": seq, "grant": wrong, "by": "guide 1"}));
        assert_eq!(answer.status, 400, "{zh}: {}", answer.body);
    }
    hall.do_it(&grant(&seq));
    let no_reason =
        hall.try_do(&json!({"command": "withdraw", "ticket": seq, "reason": "", "by": "guide 1"}));
    assert_eq!(no_reason.status, 400, "{}", no_reason.body);
    hall.do_it(&json!({"command": "withdraw", "ticket": seq, "reason": "误登记", "by": "guide 2"}));
    let register: Vec<String> = hall
        .entries()
        .iter()
        .filter_map(|logged| match &logged.entry {
            Entry::Hall(Event::Granted { grant, by, .. }) => {
                Some(format!("{} {} {}", grant.category, grant.evidence, by.0))
            }
            Entry::Hall(Event::Withdrawn { reason, by, .. }) => Some(format!("{reason} {}", by.0)),
            _ => None,
        })
        .collect();
    assert_eq!(register, ["elderly 老年人优待证 guide 1", "误登记 guide 2"]);
    hall.sound();
}

#[test]
fn g4_g6_the_hall_screen_says_in_general_that_somebody_has_priority() {
    let mut hall = Hall::start();
    open(&hall, 1);
    hall.do_it(&issue("jia"));
    let screen = || hall.api.get("/api/v1/public-results").expect("the daemon answers").body;
    assert_eq!(screen()["priority"], false);
    hall.do_it(&grant(&ticket(&hall, "A001")["seq"]));
    let shown = screen();
    assert_eq!(shown["priority"], true);
    let shown = shown.to_string();
    assert!(!shown.contains("elderly") && !shown.contains("A001"), "{shown}");
    hall.press(1, "call_next");
    hall.window_is(1, "calling", Some("A001"));
    assert_eq!(screen()["priority"], true);
    hall.do_it(&json!({"command": "complete", "window": 1, "prompt": false}));
    assert_eq!(screen()["priority"], false);
    let page = hall.api.get("/public").expect("the daemon answers").body;
    assert!(page.as_str().is_some_and(|page| page.contains("优先服务")), "{page}");
    hall.sound();
}

#[test]
fn g2_g3_a_grant_moves_a_waiting_ticket_at_once_at_any_window() {
    let mut hall = Hall::start();
    open(&hall, 2);
    open(&hall, 3);
    hall.press(3, "call_next");
    hall.do_it(&issue("yi")); // B001 is called to window 3
    hall.window_is(3, "calling", Some("B001"));
    for _ in 0..3 {
        hall.do_it(&issue("yi"));
    }
    hall.do_it(&grant(&ticket(&hall, "B004")["seq"]));
    assert_eq!(ticket(&hall, "B004")["people_ahead"], 0);
    // Neither is a green-channel window (rule G3).
    hall.press(2, "call_next");
    hall.window_is(2, "calling", Some("B004"));
    let story = hall.api.get("/api/v1/tickets/B002/explanation").expect("the daemon answers").body;
    assert!(story.to_string().contains("B004 属绿色通道"), "{story}");
    hall.sound();
}

#[test]
fn g5_the_helper_is_on_the_slip_and_on_the_clerks_screen() {
    let mut hall = Hall::start();
    open(&hall, 1);
    hall.do_it(&issue("jia"));
    let seq = ticket(&hall, "A001")["seq"].clone();
    let assign =
        |helper: Value| json!({"command": "assign_helper", "ticket": seq, "helper": helper, "by": "guide 1"});
    hall.do_it(&assign(json!("李帮办")));
    assert_eq!(ticket(&hall, "A001")["helper"], "李帮办");
    hall.do_it(&json!({"command": "reprint", "ticket": seq, "printer": "P1"}));
    let slip = text(&hall.slips(1)[0]);
    assert!(slip.contains("帮办人员") && slip.contains("李帮办"), "{slip}");
    hall.press(1, "call_next");
    hall.window_is(1, "calling", Some("A001"));
    assert_eq!(hall.window(1)["helper"], "李帮办");
    hall.kill9();
    hall.run();
    assert_eq!(hall.window(1)["helper"], "李帮办");
    hall.do_it(&assign(Value::Null));
    assert_eq!(hall.window(1)["helper"], Value::Null);
    hall.sound();
}

#[test]
fn g6_the_category_is_nowhere_in_public() {
    let mut hall = Hall::start();
    open(&hall, 1);
    hall.do_it(&issue("jia"));
    let mut green = issue_with_slip("jia");
    green["grant"] = json!({"category": "elderly", "evidence": "老年人优待证"});
    let done = hall.do_it(&green);
    assert_eq!(number(&done), "A002");
    hall.press(1, "call_next");
    hall.window_is(1, "calling", Some("A002"));
    hall.led_says(1, "A002");
    let mut public = vec![text(&hall.slips(1)[0]), hall.lcd(1)];
    for path in ["/api/v1/state", "/api/v1/tickets/A002", "/api/v1/tickets/A001/explanation", "/"] {
        public.push(hall.api.get(path).expect("the daemon answers").body.to_string());
    }
    public.push(hall.log());
    for shown in public {
        for secret in ["elderly", "老年"] {
            assert!(!shown.contains(secret), "{secret} in {shown}");
        }
    }
    hall.sound();
}

#[test]
fn a4_an_appointment_has_precedence_at_its_time() {
    let mut hall = Hall::start();
    open(&hall, 1);
    hall.do_it(&issue("jia"));
    let times = free(&hall, &today(&hall));
    let mut other = form(&times[1]);
    other["number"] = json!(OTHER_NUMBER);
    for given in [form(&times[0]), other] {
        let made = send(&hall, "/api/v1/bookings", &given);
        assert_eq!(made.status, 200, "{}", made.body);
    }
    // The first one's time has come.
    put(&mut hall, 1, -60);
    for booking in [1, 2] {
        hall.do_it(&json!({"command": "check_in", "booking": booking, "by": "guide"}));
    }
    for called in ["A002", "A001", "A003"] {
        hall.press(1, "call_next");
        until(&format!("{called} is called"), || (hall.window(1)["ticket"] == called).then_some(()));
        hall.do_it(&json!({"command": "complete", "window": 1, "prompt": false}));
    }
    hall.sound();
}
