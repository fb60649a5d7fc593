//! Rule A8.

use crate::common::{DAY_S, Desk, Mornings, at, guide};
use queue::booking::{BookingCommand, BookingEvent, BookingRefusal, PersonId, TaskKind, WhyRestricted};
use queue::{ServiceId, Timestamp};

fn call_back(events: &[BookingEvent]) -> Option<queue::booking::TaskId> {
    events.iter().find_map(|event| match event {
        BookingEvent::TaskRaised { task, what: TaskKind::CallBack, .. } => Some(*task),
        _ => None,
    })
}

fn restricted(events: &[BookingEvent]) -> bool {
    events.iter().any(|event| matches!(event, BookingEvent::Restricted { .. }))
}

fn call(desk: &mut Desk, now: Timestamp, task: queue::booking::TaskId) {
    desk.ask(now, BookingCommand::Done { task, note: "已联系".into(), by: guide() }).expect("it is open");
}

#[test]
fn a8_two_in_a_row_then_the_call_then_the_list() {
    let mut desk = Desk::new();
    assert_eq!(call_back(&desk.miss(0, "p")), None);
    let task = call_back(&desk.miss(7, "p")).expect("the second within a month");
    call(&mut desk, at(8, 9, 0), task);
    let third = desk.miss(8, "p");
    assert!(restricted(&third));
    let until = at(9, 0, 0).plus(90 * DAY_S);
    let refused = desk.book(at(9, 8, 0), "p", "a", at(9, 10, 0)).unwrap_err();
    assert_eq!(refused, BookingRefusal::Restricted { why: WhyRestricted::NoShow, until });
    desk.book(at(9, 8, 0), "q", "a", at(9, 10, 0)).expect("nobody else");
    let after = Timestamp(until.0);
    desk.book(after, "p", "a", at(after.0 / DAY_S + 1, 10, 0)).expect("the end date is the end");
}

#[test]
fn a8_coming_begins_afresh_and_late_is_coming() {
    for late in [false, true] {
        let mut desk = Desk::new();
        desk.miss(0, "p");
        let id = desk.book(at(1, 7, 0), "p", "a", at(1, 10, 0)).unwrap();
        let now = if late { at(1, 11, 0) } else { at(1, 9, 55) };
        desk.until(now);
        desk.comes(now, id, 1);
        desk.until(at(2, 0, 0));
        assert_eq!(call_back(&desk.miss(2, "p")), None, "late: {late}");
    }
}

#[test]
fn a8_more_than_a_month_apart_is_not_in_a_row_within_one() {
    let mut desk = Desk::new();
    desk.miss(0, "p");
    assert_eq!(call_back(&desk.miss(32, "p")), None);
    assert!(call_back(&desk.miss(33, "p")).is_some());
}

#[test]
fn a8_cancelling_in_time_changes_nothing() {
    let mut desk = Desk::new();
    desk.miss(0, "p");
    let id = desk.book(at(1, 7, 0), "p", "a", at(1, 10, 0)).unwrap();
    desk.ask(at(1, 9, 0), BookingCommand::Cancel { booking: id, reason: "有事".into(), by: guide() })
        .unwrap();
    assert!(call_back(&desk.miss(2, "p")).is_some());
}

#[test]
fn a8_no_list_before_the_call_was_made() {
    let mut desk = Desk::new();
    desk.miss(0, "p");
    let task = call_back(&desk.miss(1, "p")).unwrap();
    let third = desk.miss(2, "p");
    assert!(!restricted(&third) && call_back(&third).is_none());
    call(&mut desk, at(3, 0, 0), task);
    assert!(restricted(&desk.miss(3, "p")));
}

#[test]
fn a8_nobody_is_held_a_no_show_while_the_hall_was_not_running() {
    let mut desk = Desk::new();
    desk.miss(0, "p");
    let id = desk.book(at(1, 7, 0), "p", "a", at(1, 10, 0)).unwrap();
    let events = desk.ask(at(2, 0, 0), BookingCommand::Tick { since: at(1, 10, 10) }).unwrap();
    assert_eq!(events, [BookingEvent::Forfeited { booking: id }, BookingEvent::Unjudged { booking: id }]);
}

#[test]
fn a8_doubled_bookings_are_refused_and_malicious_ones_restricted_until_lifted() {
    let mut desk = Desk::new();
    let id = desk.book(at(0, 7, 0), "p", "a", at(1, 10, 0)).unwrap();
    let twice = desk.book(at(0, 7, 0), "p", "a", at(2, 10, 0)).unwrap_err();
    assert_eq!(twice, BookingRefusal::Duplicate { booking: id, at: at(1, 10, 0) });
    let same_time = desk.book(at(0, 7, 0), "p", "b", at(1, 10, 0)).unwrap_err();
    assert_eq!(same_time, BookingRefusal::SameTime { booking: id });

    desk.ask(at(0, 8, 0), BookingCommand::Restrict { booking: id, malicious: true, by: guide() }).unwrap();
    let refused = desk.book(at(0, 8, 0), "p", "b", at(2, 10, 0)).unwrap_err();
    assert!(matches!(refused, BookingRefusal::Restricted { why: WhyRestricted::Malicious, .. }));
    let lift = |reason: &str| BookingCommand::Lift {
        person: PersonId("p".into()),
        reason: reason.into(),
        by: guide(),
    };
    assert_eq!(desk.ask(at(0, 9, 0), lift("")), Err(BookingRefusal::NoReason));
    desk.ask(at(0, 9, 0), lift("误列")).unwrap();
    assert_eq!(desk.ask(at(0, 9, 0), lift("误列")), Err(BookingRefusal::NotRestricted));
    desk.book(at(0, 9, 0), "p", "b", at(2, 10, 0)).unwrap();
    assert!(desk.bookings.free_times(at(0, 9, 0), &Mornings, &ServiceId("b".into()), at(2, 0, 0)).is_ok());
}
