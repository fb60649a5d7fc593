//! Every row of CALL-ORDER §8, rule G4.

use queue::explain::{Sentence, not_served, sentences};
use queue::{CallInputs, Called, Class, Overtaken, Reason, Rules, Timestamp, WindowNumber};

const ZONE_S: i32 = 8 * 3600;

/// A moment of the hall's day, which is eight hours ahead of UTC.
fn at(hour: i64, minute: i64) -> Timestamp {
    Timestamp(20_000 * 86_400 + hour * 3600 + minute * 60 - i64::from(ZONE_S))
}

fn inputs(class: Class, join: Timestamp) -> CallInputs {
    let service = "shebao".into();
    CallInputs {
        service,
        class,
        green: false,
        booked: None,
        join,
        ready: join,
        passed: 0,
        last_priority: false,
        limit: None,
    }
}

fn explain(now: Timestamp, reason: Reason, y: CallInputs, x: CallInputs) -> Sentence {
    let x = Overtaken { ticket: queue::TicketSeq(1), number: "B001".into(), counts: true, inputs: x };
    explain_among(now, reason, y, &x, Vec::new())
}

/// The same with all who were overtaken.
fn explain_among(
    now: Timestamp,
    reason: Reason,
    y: CallInputs,
    x: &Overtaken,
    overtaken: Vec<Overtaken>,
) -> Sentence {
    let called = Called {
        ticket: queue::TicketSeq(2),
        number: "A002".into(),
        window: WindowNumber(3),
        reason,
        inputs: y,
        wait_s: 0,
        overtaken,
    };
    sentences(now, &called, x, ZONE_S, &Rules::default())
}

#[test]
fn g4_green_without_its_category() {
    let now = at(10, 0);
    let y = CallInputs { green: true, ..inputs(Class::Ordinary, at(9, 59)) };
    let said = explain(now, Reason::Green, y, inputs(Class::Ordinary, at(9, 50)));
    assert_eq!(said.zh, "A002 先于 B001 叫号：A002 属绿色通道，依规优先办理。");
    assert_eq!(said.en, "A002 was called before B001 because it is a green-channel ticket.");
}

#[test]
fn g4_appointment() {
    let y = CallInputs { booked: Some(at(9, 30)), ready: at(9, 40), ..inputs(Class::Complex, at(9, 40)) };
    let said = explain(at(10, 0), Reason::Appointment, y, inputs(Class::Ordinary, at(9, 20)));
    assert_eq!(said.zh, "A002 先于 B001 叫号：A002 预约 09:30，已到预约时间并按时签到。");
    assert_eq!(said.en, "A002 was called before B001 because its appointment at 09:30 has come.");
}

#[test]
fn g4_protected() {
    let y = CallInputs { passed: 8, ..inputs(Class::Ordinary, at(9, 26)) };
    let said = explain(at(10, 0), Reason::Protected, y, inputs(Class::Ordinary, at(9, 20)));
    assert_eq!(said.zh, "A002 先于 B001 叫号：A002 已被优先号越过 8 次，按规则轮到 A002。");
    assert_eq!(said.en, "A002 was called before B001 because priority tickets have passed it 8 times.");
}

#[test]
fn g4_overdue() {
    let said = explain(
        at(10, 0),
        Reason::Overdue,
        inputs(Class::Ordinary, at(9, 28)),
        inputs(Class::Special, at(9, 20)),
    );
    assert_eq!(
        said.zh,
        "A002 先于 B001 叫号：A002 已等候 32 分钟，超过本类事项最后时限 30 分钟，超时者中等候最久者先办。"
    );
    assert_eq!(
        said.en,
        "A002 was called before B001 because it has waited 32 min, past the last limit (30 min) of its class."
    );
}

#[test]
fn g4_limit_before_the_first_limit_of_the_other() {
    let y = CallInputs { limit: Some(at(10, 4)), ..inputs(Class::Special, at(9, 19)) };
    let x = CallInputs { limit: Some(at(10, 5)), ..inputs(Class::Complex, at(9, 35)) };
    let said = explain(at(10, 0), Reason::Limit, y, x);
    assert_eq!(said.zh, "A002 先于 B001 叫号：A002（特殊事项）须在 10:04 前叫号，早于 B001 的时限 10:05。");
    assert_eq!(
        said.en,
        "A002 was called before B001 because its limit 10:04 (special matter) comes before B001's 10:05."
    );
}

#[test]
fn g4_limit_when_the_other_is_past_one() {
    let y = CallInputs { limit: Some(at(10, 0)), ..inputs(Class::Ordinary, at(9, 50)) };
    let x = CallInputs { limit: Some(at(10, 19)), ..inputs(Class::Ordinary, at(9, 49)) };
    let said = explain(at(10, 0), Reason::Limit, y, x);
    assert_eq!(
        said.zh,
        "A002 先于 B001 叫号：A002 须在 10:00 前叫号；B001 已超过 10 分钟，下一时限为 10:19，其所属事项队列中仍排在前面。"
    );
    assert_eq!(
        said.en,
        "A002 was called before B001 because its limit 10:00 comes first; B001 is past 10 min, its next limit is \
         10:19 and it keeps its place among tickets of its own matter."
    );
}

#[test]
fn g4_appointment_before_its_time_is_a_walk_in() {
    let y = CallInputs { limit: Some(at(10, 1)), ..inputs(Class::Ordinary, at(9, 51)) };
    let x = CallInputs { booked: Some(at(10, 30)), ready: at(10, 30), ..inputs(Class::Ordinary, at(9, 45)) };
    let said = explain(at(10, 0), Reason::Limit, y, x);
    assert_eq!(said.zh, "B001 预约 10:30，尚未到时间，此前按现场取号顺序办理。");
    assert_eq!(said.en, "B001's appointment is at 10:30; until then it queues as a walk-in.");
}

#[test]
fn g4_matter_of_another_window() {
    let said = not_served(WindowNumber(3), &"B001".into());
    assert_eq!(said.zh, "B001 的事项不在 3 号窗口办理。");
    assert_eq!(said.en, "Window 3 does not serve B001's matter (B001 was not overtaken).");
}

/// CALL-ORDER §3.5: a ticket behind the first of its matter may have the earlier limit and is called later all the same; it
/// was told that the later limit is the earlier one.
#[test]
fn q3_a_ticket_behind_the_first_of_its_matter_is_not_told_that_its_limit_is_later() {
    let now = at(10, 0);
    let y =
        CallInputs { limit: Some(at(10, 5)), service: "yibao".into(), ..inputs(Class::Ordinary, at(9, 55)) };
    let over = |ticket, number: &str, join, limit| Overtaken {
        ticket: queue::TicketSeq(ticket),
        number: number.into(),
        counts: false,
        inputs: CallInputs { limit: Some(limit), ..inputs(Class::Ordinary, join) },
    };
    let all = vec![over(3, "B001", at(9, 49), at(10, 19)), over(4, "B002", at(9, 51), at(10, 1))];
    let second = explain_among(now, Reason::Limit, y.clone(), &all[1], all.clone());
    assert_eq!(
        second.zh,
        "A002 先于 B002 叫号：A002 须在 10:05 前叫号；B002 前面还有同一事项的 B001（时限 10:19），各事项只由排在最前的号比较时限。"
    );
    assert_eq!(
        second.en,
        "A002 was called before B002 because its limit 10:05 comes first; B002 stands behind B001 (limit 10:19) of its own \
         matter, and only the first ticket of each matter is compared."
    );
    let first = explain_among(now, Reason::Limit, y, &all[0], all.clone());
    assert!(first.zh.contains("其所属事项队列中仍排在前面"), "{}", first.zh);
}

#[test]
fn q3_two_limits_of_the_same_minute_are_told_apart() {
    let y = CallInputs { limit: Some(at(10, 5)), ..inputs(Class::Complex, at(9, 35)) };
    let x = CallInputs { limit: Some(at(10, 5).plus(30)), ..inputs(Class::Special, at(9, 20)) };
    let said = explain(at(10, 0), Reason::Limit, y, x);
    assert_eq!(
        said.zh,
        "A002 先于 B001 叫号：A002（复杂事项）须在 10:05:00 前叫号，早于 B001 的时限 10:05:30。"
    );
}

#[test]
fn q3_limits_that_are_not_known_are_not_named() {
    let called = Called {
        ticket: queue::TicketSeq(2),
        number: "A002".into(),
        window: WindowNumber(3),
        reason: Reason::Overdue,
        inputs: inputs(Class::Ordinary, at(9, 28)),
        wait_s: 0,
        overtaken: Vec::new(),
    };
    let x = Overtaken {
        ticket: queue::TicketSeq(1),
        number: "B001".into(),
        counts: true,
        inputs: inputs(Class::Special, at(9, 20)),
    };
    let mut rules = Rules::default();
    rules.parameters.limits.ordinary.clear();
    let said = sentences(at(10, 0), &called, &x, ZONE_S, &rules);
    assert_eq!(
        said.zh,
        "A002 先于 B001 叫号：A002 已等候 32 分钟，超过本类事项最后时限，超时者中等候最久者先办。"
    );
}
