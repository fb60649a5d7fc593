//! Rules A2 to A7.

use crate::common::{DAY_S, Desk, Mornings, at, form, guide};
use queue::booking::{
    Arrival, BookingCommand, BookingEvent, BookingRefusal, BookingState, Closed, PersonId, TaskKind,
};
use queue::{Day, ServiceId, TicketSeq, Timestamp};

#[test]
fn a2_five_a_day_at_times_the_hall_offers() {
    let mut desk = Desk::new();
    let now = at(0, 8, 0);
    // Two can begin together by default.
    for (i, minute) in [0, 0, 30, 30].into_iter().enumerate() {
        desk.book(now, &format!("p{i}"), "a", at(1, 9, minute)).unwrap();
    }
    let full = desk.book(now, "p4", "a", at(1, 9, 30)).unwrap_err();
    let free = vec![at(1, 10, 0), at(1, 10, 30), at(1, 11, 0)];
    assert_eq!(full, BookingRefusal::SlotFull { at: at(1, 9, 30), free, n_free: 4 });
    desk.book(now, "p4", "a", at(1, 11, 30)).unwrap();
    let over = desk.book(now, "p5", "a", at(1, 11, 0)).unwrap_err();
    assert_eq!(over, BookingRefusal::DayFull { day: Day(1), quota: 5 });
    assert_eq!(desk.bookings.free_times(now, &Mornings, &ServiceId("a".into()), at(1, 0, 0)), Ok(vec![]));
    desk.book(now, "p5", "b", at(1, 11, 0)).expect("another service has its own quota");
    desk.book(now, "p6", "a", at(2, 11, 0)).expect("another day too");
}

#[test]
fn a2_no_time_that_is_none() {
    let mut desk = Desk::new();
    let now = at(1, 10, 10);
    for (service, when, refusal) in [
        ("a", at(1, 10, 0), BookingRefusal::InThePast { at: at(1, 10, 0), now }),
        ("a", at(3, 9, 15), {
            BookingRefusal::NoSlot { at: at(3, 9, 15), near: vec![at(3, 9, 0), at(3, 9, 30), at(3, 10, 0)] }
        }),
        ("a", at(3, 12, 0), {
            BookingRefusal::NoSlot {
                at: at(3, 12, 0),
                near: vec![at(3, 10, 30), at(3, 11, 0), at(3, 11, 30)],
            }
        }),
        ("a", at(6, 9, 0), BookingRefusal::Closed(Closed::Holiday { day: Day(6), name: None })),
        ("a", at(16, 9, 0), BookingRefusal::TooFarAhead { at: at(16, 9, 0), last: now.plus(14 * DAY_S) }),
        (
            "never",
            at(3, 9, 0),
            BookingRefusal::Closed(Closed::NotBookable { service: ServiceId("never".into()) }),
        ),
    ] {
        assert_eq!(desk.book(now, "p", service, when), Err(refusal));
    }
    assert_eq!(desk.bookings.bookings().count(), 0);
}

#[test]
fn a3_a5_early_due_late_and_another_day() {
    let mut desk = Desk::new();
    let booked = at(1, 10, 0);
    let id = desk.book(at(0, 8, 0), "p", "a", booked).unwrap();
    let arrives = |desk: &Desk, now| desk.bookings.arrive(now, &Mornings, id);
    assert_eq!(arrives(&desk, at(0, 10, 0)), Err(BookingRefusal::AnotherDay { booking: id, at: booked }));
    for (hour, minute, late) in [(8, 0, false), (10, 0, false), (10, 30, false), (10, 31, true)] {
        desk.until(at(1, hour, minute));
        assert_eq!(
            arrives(&desk, at(1, hour, minute)),
            Ok(Arrival::Take { booked, late }),
            "{hour}:{minute}"
        );
    }
    desk.comes(at(1, 10, 40), id, 7);
    assert_eq!(arrives(&desk, at(1, 10, 41)), Ok(Arrival::Holds(TicketSeq(7))));
    assert_eq!(desk.until(at(2, 0, 0)), [], "whoever came late is no no-show");
}

#[test]
fn a6_reminded_once_fifteen_minutes_before_the_deadline() {
    let mut desk = Desk::new();
    let missed = desk.book(at(0, 8, 0), "p", "a", at(1, 10, 0)).unwrap();
    let kept = desk.book(at(0, 8, 0), "q", "a", at(1, 10, 0)).unwrap();
    desk.comes(at(1, 9, 50), kept, 1);
    assert_eq!(desk.until(at(1, 10, 14)), []);
    assert_eq!(desk.until(at(1, 10, 15)), [BookingEvent::Reminded { booking: missed }]);
    assert_eq!(desk.until(at(1, 10, 30)), []);
    assert_eq!(desk.until(at(1, 10, 31)), [BookingEvent::Forfeited { booking: missed }]);
}

#[test]
fn a6_no_reminder_when_it_is_too_late_for_one() {
    let mut desk = Desk::new();
    let id = desk.book(at(0, 8, 0), "p", "a", at(1, 10, 0)).unwrap();
    let events = desk.ask(at(1, 11, 0), BookingCommand::Tick { since: at(1, 10, 59) }).unwrap();
    assert_eq!(events, [BookingEvent::Forfeited { booking: id }]);
}

#[test]
fn a7_the_halls_own_cancellations() {
    let mut desk = Desk::new();
    let id = desk.book(at(0, 8, 0), "p", "a", at(1, 11, 0)).unwrap();
    let cannot =
        |reason: &str| BookingCommand::CannotKeep { booking: id, reason: reason.into(), by: guide() };
    assert_eq!(desk.ask(at(1, 4, 0), cannot("  ")), Err(BookingRefusal::NoReason));
    let events = desk.ask(at(1, 4, 0), cannot("停电")).unwrap();
    let BookingEvent::NotKept { breach, offered, .. } = &events[0] else { panic!("{events:?}") };
    assert!(breach, "seven hours ahead are fewer than eight");
    assert_eq!(*offered, [at(1, 11, 30), at(2, 9, 0), at(2, 9, 30)]);
    assert!(matches!(events[1], BookingEvent::TaskRaised { what: TaskKind::OfferTimes, .. }));
    assert_eq!(desk.until(at(2, 0, 0)), [], "nobody is reminded of it or held a no-show");

    let early = desk.book(at(0, 8, 0), "q", "a", at(2, 11, 0)).unwrap();
    let cannot = BookingCommand::CannotKeep { booking: early, reason: "停电".into(), by: guide() };
    let events = desk.ask(at(2, 3, 0), cannot).unwrap();
    assert!(
        matches!(events[0], BookingEvent::NotKept { breach: false, .. }),
        "exactly eight hours ahead is in time"
    );
}

#[test]
fn a_booking_moves_and_is_cancelled_before_its_time_only() {
    let mut desk = Desk::new();
    let id = desk.book(at(0, 8, 0), "p", "a", at(1, 10, 0)).unwrap();
    let move_to = |to| BookingCommand::Move { booking: id, to, by: guide() };
    for _ in 0..2 {
        desk.ask(at(0, 9, 0), move_to(at(1, 10, 30))).unwrap();
        desk.ask(at(0, 9, 0), move_to(at(1, 10, 0))).unwrap();
    }
    assert_eq!(desk.until(at(1, 10, 15)).len(), 1, "reminders follow the move");
    let cancel = BookingCommand::Cancel { booking: id, reason: String::new(), by: guide() };
    let too_late = BookingRefusal::TooLate { booking: id, at: at(1, 10, 0) };
    assert_eq!(desk.ask(at(1, 10, 20), cancel.clone()), Err(too_late));
    let other = desk.book(at(1, 10, 20), "q", "a", at(1, 11, 0)).unwrap();
    let cancel = BookingCommand::Cancel { booking: other, reason: String::new(), by: guide() };
    desk.ask(at(1, 10, 59), cancel.clone()).unwrap();
    let cancelled = BookingRefusal::BookingIs { booking: other, state: "cancelled" };
    assert_eq!(desk.ask(at(1, 10, 59), cancel), Err(cancelled));
}

#[test]
fn a_moved_booking_needs_no_second_place() {
    let mut desk = Desk::new();
    let ids: Vec<_> = (0..5)
        .map(|i| desk.book(at(0, 8, 0), &format!("p{i}"), "a", at(1, 9, 30 * (i / 2))).unwrap())
        .collect();
    let to = at(1, 11, 0);
    desk.ask(at(0, 9, 0), BookingCommand::Move { booking: ids[0], to, by: guide() })
        .expect("the day is full with it");
}

#[test]
fn whoever_is_known_under_an_older_key_is_the_same_person() {
    let mut desk = Desk::new();
    desk.book(at(0, 8, 0), "old", "a", at(1, 10, 0)).unwrap();
    let mut again = form("new", "a", at(2, 10, 0));
    again.known_as = Some(PersonId("old".into()));
    let book = |form| BookingCommand::Book { form, by: guide() };
    assert!(matches!(desk.ask(at(0, 9, 0), book(again.clone())), Err(BookingRefusal::Duplicate { .. })));
    again.service = ServiceId("b".into());
    desk.ask(at(0, 9, 0), book(again)).unwrap();
    assert!(desk.bookings.bookings().all(|booking| booking.form.person == PersonId("new".into())));
}

#[test]
fn history_is_forgotten_and_what_is_open_is_kept() {
    let mut desk = Desk::new();
    desk.miss(0, "p");
    let open = desk.book(at(1, 0, 0), "q", "a", at(1, 10, 0)).unwrap();
    desk.bookings.apply(
        at(1, 0, 0),
        &Mornings,
        &BookingEvent::Holds { ticket: TicketSeq(3), person: PersonId("q".into()) },
    );
    assert_eq!(desk.bookings.held_by(&PersonId("q".into())).collect::<Vec<_>>(), [TicketSeq(3)]);
    let ids = |desk: &Desk| desk.bookings.bookings().map(|booking| booking.id.0).collect::<Vec<_>>();
    let holds = |desk: &Desk| desk.bookings.held_by(&PersonId("q".into())).count();
    // The number is one of this day.
    desk.bookings.forget(at(1, 0, 0), TicketSeq(3));
    assert_eq!((ids(&desk), holds(&desk)), (vec![1, open.0], 1));
    // Whoever did not come is known again, by that booking, for as long as it weighs.
    desk.bookings.forget(at(80, 0, 0), TicketSeq(4));
    assert_eq!((ids(&desk), desk.bookings.persons().count()), (vec![1, open.0], 1));
    desk.bookings.forget(at(91, 0, 0), TicketSeq(4));
    assert_eq!((ids(&desk), desk.bookings.persons().count()), (vec![open.0], 0));
    assert_eq!(desk.bookings.booking(open).unwrap().state, BookingState::Booked);
    assert_eq!(holds(&desk), 0);
    assert_eq!(desk.bookings.next_deadline(), Some(Timestamp(at(1, 10, 15).0)));
}

#[test]
fn a1_a_move_to_the_same_time_and_a_number_of_the_platform_sent_twice_are_refused() {
    let mut desk = Desk::new();
    let (now, booked) = (at(0, 8, 0), at(1, 10, 0));
    let by = guide();
    let mut sent = form("p", "a", booked);
    sent.reference = Some("P-1".into());
    let events =
        desk.bookings.decide(now, &Mornings, &BookingCommand::Book { form: sent, by: by.clone() }).unwrap();
    events.iter().for_each(|event| desk.bookings.apply(now, &Mornings, event));
    let booking = events[0].booking().unwrap();
    assert_eq!(desk.bookings.booking(booking).map(|known| known.registered_by.clone()), Some(guide()));

    let mut again = form("q", "b", at(1, 11, 0));
    again.reference = Some("P-1".into());
    let again = BookingCommand::Book { form: again, by: by.clone() };
    let known = Err(BookingRefusal::KnownReference { booking });
    assert_eq!(desk.bookings.decide(now, &Mornings, &again), known);
    let same = BookingCommand::Move { booking, to: booked, by };
    let refusal = Err(BookingRefusal::SameAsBefore { booking, at: booked });
    assert_eq!(desk.bookings.decide(now, &Mornings, &same), refusal);
}
