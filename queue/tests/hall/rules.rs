//! Rule by rule, with the numbers the rules name.

use crate::floor::{Floor, by, grant, small_rules};
use queue::*;

const ONE: WindowNumber = WindowNumber(1);

fn number(floor: &Floor, seq: TicketSeq) -> String {
    floor.ticket(seq).number.to_string()
}

#[test]
fn q1_services_that_share_a_prefix_share_its_numbers() {
    let mut floor = Floor::open(&[9]);
    let seqs = ["a", "b", "c", "a"].map(|service| floor.issue(service));
    assert_eq!(seqs.map(|seq| number(&floor, seq)), ["A001", "A002", "C001", "A003"]);
}

#[test]
fn q1_numbers_go_on_after_a_restart_even_with_another_prefix_configured() {
    let mut floor = Floor::open(&[9]);
    floor.issue("a");
    floor.hall = floor.restarted();
    let second = floor.issue("b");
    assert_eq!(number(&floor, second), "A002");
    let mut rules = small_rules();
    rules.services[0].prefix = "B".into();
    floor.hall.set_rules(rules.clone());
    floor.hall = floor.restarted();
    let (first_b, third_a) = (floor.issue("a"), floor.issue("b"));
    assert_eq!((number(&floor, first_b), number(&floor, third_a)), ("B001".into(), "A003".into()));
}

#[test]
fn q1_after_9999_numbers_a_prefix_gives_no_more() {
    let mut floor = Floor::open(&[9]);
    // The log of a day on which 9998 numbers were given before, shortened.
    let mut events = floor.hall.decide(floor.now, &issue("a")).unwrap();
    let Event::Issued { number, .. } = &mut events[0] else { panic!("{events:?}") };
    *number = TicketNumber::new("A", 9999);
    floor.hall.apply(floor.now, &events[0]);
    assert_eq!(floor.refused(issue("b")), Refusal::NumbersUsedUp { prefix: "A".into() });
    let seq = floor.issue("c");
    assert_eq!(floor.ticket(seq).number, TicketNumber::new("C", 1));
}

fn issue(service: &str) -> Command {
    Command::Issue { service: service.into(), more: vec![], grant: None, booked: None, by: by() }
}

#[test]
fn q1_a_new_day_begins_with_1_and_goes_on_with_the_sequence() {
    let mut floor = Floor::open(&[1, 9]);
    let first = floor.issue("a");
    floor.call(1);
    floor.ok(Command::Complete { window: ONE, prompt: true });
    let second = floor.issue("a");
    let events = floor.ok(Command::OpenDay { day: Day(20261127) });
    assert_eq!(
        events,
        [
            Event::RatingClosed { ticket: first, window: ONE },
            Event::Voided {
                ticket: second,
                reason: "unfinished when 2026-11-27 began".into(),
                by: By("hallgate".into())
            },
            Event::DayOpened { day: Day(20261127), next_seq: TicketSeq(3) },
        ]
    );
    assert_eq!(floor.hall.tickets().count(), 0);
    assert!(floor.hall.windows().all(|window| window.state == WindowState::Closed));
    assert_eq!(floor.hall.next_deadline(), None);
    floor.ok(Command::OpenWindow { window: ONE, clerk: None });
    let third = floor.issue("a");
    assert_eq!((third, number(&floor, third)), (TicketSeq(3), "A001".into()));
    assert_eq!(floor.restarted(), floor.hall);
}

#[test]
fn q2_no_open_window_no_number_but_a_pause_is_open() {
    let mut floor = Floor::open(&[1]);
    assert_eq!(floor.refused(issue("c")), Refusal::NoOpenWindow { service: "c".into() });
    floor.ok(Command::Pause { window: ONE, reason: "copying".into(), planned_s: None });
    floor.issue("a");
    assert_eq!(floor.refused(issue("z")), Refusal::UnknownService { service: "z".into() });
}

#[test]
fn q3_least_skilled_then_longest_asking_then_lowest_number() {
    let mut floor = Floor::open(&[1, 2, 9]);
    for window in [9, 1, 2] {
        floor.ok(Command::CallNext { window: WindowNumber(window) });
        floor.later(1);
    }
    for _ in 0..3 {
        floor.issue("a");
    }
    let windows: Vec<u16> = floor.settle().iter().map(|called| called.window.0).collect();
    assert_eq!(windows, [2, 1, 9]);
}

#[test]
fn q3_the_call_keeps_what_it_was_decided_by() {
    let mut floor = Floor::open(&[1]);
    let first = floor.issue("a");
    floor.later(120);
    let second = floor.issue_with("b", &[], Some(grant()), None);
    floor.later(30);
    let called = floor.call(1).unwrap();
    assert_eq!((called.ticket, called.reason, called.wait_s), (second, Reason::Green, 30));
    let [overtaken] = &called.overtaken[..] else { panic!("{called:?}") };
    assert_eq!((overtaken.ticket, overtaken.counts), (first, true));
    let expected = CallInputs {
        service: "a".into(),
        class: Class::Ordinary,
        green: false,
        booked: None,
        join: Timestamp(36_000),
        ready: Timestamp(36_000),
        passed: 0,
        last_priority: false,
        limit: Some(Timestamp(36_600)),
    };
    assert_eq!(overtaken.inputs, expected);
    assert!(floor.window(1).last_priority);
    assert_eq!(floor.ticket(first).passed, 1);
}

#[test]
fn q4_two_recalls_then_pass_then_one_revival_within_30_minutes() {
    let mut floor = Floor::open(&[1]);
    let seq = floor.issue_with("a", &[], Some(grant()), Some(Timestamp(36_000)));
    floor.call(1);
    floor.ok(Command::Recall { window: ONE });
    floor.ok(Command::Recall { window: ONE });
    let refusal = floor.refused(Command::Recall { window: ONE });
    assert_eq!(refusal, Refusal::NoMoreRecalls { ticket: "A001".into(), recalls: 2 });
    floor.ok(Command::Pass { window: ONE });
    assert_eq!(floor.window(1).state, WindowState::Free);
    assert_eq!(floor.hall.next_deadline(), Some(Timestamp(36_000 + 1801)));
    floor.later(1800);
    floor.ok(Command::Tick);
    floor.ok(Command::Revive { ticket: seq, by: by() });
    let ticket = floor.ticket(seq);
    assert_eq!((ticket.join, ticket.ready, ticket.booked), (floor.now, floor.now, None));
    assert!(ticket.green.is_some());
    assert_eq!(floor.hall.next_deadline(), Some(floor.now.plus(480)), "the wait of an ordinary matter");
    floor.call(1);
    assert_eq!(floor.hall.next_deadline(), None);
    let passed = floor.ok(Command::Pass { window: ONE });
    assert_eq!(passed, [Event::Passed { ticket: seq, window: ONE, ended: true }]);
    let refusal = floor.refused(Command::Revive { ticket: seq, by: by() });
    assert_eq!(refusal, Refusal::AlreadyRevived { ticket: "A001".into() });
}

#[test]
fn q4_revival_runs_out() {
    let mut floor = Floor::open(&[1]);
    let seq = floor.issue("a");
    floor.call(1);
    floor.ok(Command::Pass { window: ONE });
    floor.later(1801);
    let until = Timestamp(36_000 + 1800);
    let refusal = floor.refused(Command::Revive { ticket: seq, by: by() });
    assert_eq!(refusal, Refusal::ReviveTooLate { ticket: "A001".into(), until });
    assert_eq!(floor.ok(Command::Tick), [Event::Expired { ticket: seq }]);
    assert_eq!(floor.ticket(seq).state, TicketState::Missed { at: floor.now });
}

#[test]
fn q5_a_transfer_keeps_the_wait_and_being_served_is_no_wait() {
    let mut floor = Floor::open(&[1, 3]);
    let seq = floor.issue_with("a", &[], None, Some(Timestamp(36_000)));
    floor.later(300);
    floor.call(1);
    floor.later(1000);
    floor.ok(Command::Transfer { window: ONE, to: Destination::Service("c".into()), note: "needs c".into() });
    let ticket = floor.ticket(seq);
    assert_eq!((ticket.join, ticket.ready), (floor.now.plus(-300), floor.now.plus(-300)));
    assert_eq!((ticket.class, ticket.booked), (Class::Complex, None));
    let sent = SentOn { from: Some(ONE), by: By("window 1".into()), note: "needs c".into() };
    assert_eq!(ticket.sent, Some(sent));
    assert_eq!(ticket.matters, [("c".into(), false)]);
    floor.later(100);
    assert_eq!(floor.call(3).unwrap().wait_s, 400);
}

#[test]
fn q5_sent_to_a_window_only_that_window_calls_it() {
    let mut floor = Floor::open(&[1, 3, 9]);
    let seq = floor.issue("a");
    let (to, note) = (Destination::Window(WindowNumber(3)), "guide".to_owned());
    floor.ok(Command::Reassign { ticket: seq, to: to.clone(), note: note.clone(), by: by() });
    let refusal = floor.refused(Command::Reassign { ticket: seq, to, note, by: by() });
    assert_eq!(refusal, Refusal::SameDestination { ticket: "A001".into() });
    assert_eq!(floor.call(9), None);
    assert_eq!(floor.hall.n_waiting_for_window(WindowNumber(3)), 1);
    assert_eq!(floor.call(3).unwrap().ticket, seq);
}

#[test]
fn q5_a_reassigned_appointment_stays_one() {
    let mut floor = Floor::open(&[1, 3]);
    let booked = Timestamp(37_000);
    let seq = floor.issue_with("a", &[], None, Some(booked));
    let to = Destination::Service("c".into());
    floor.ok(Command::Reassign { ticket: seq, to, note: String::new(), by: by() });
    let ticket = floor.ticket(seq);
    assert_eq!((ticket.booked, ticket.ready, ticket.join), (Some(booked), booked, Timestamp(36_000)));
}

#[test]
fn q6_a_parked_person_comes_before_any_call_and_nothing_is_counted() {
    let mut floor = Floor::open(&[1]);
    let first = floor.issue("a");
    floor.later(50);
    floor.call(1);
    floor.ok(Command::Park { window: ONE, note: "copies".into() });
    let second = floor.issue_with("a", &[], Some(grant()), None);
    assert_eq!(floor.call(1).unwrap().ticket, second);
    floor.ok(Command::Return { window: ONE, ticket: None });
    let third = floor.issue_with("a", &[], Some(grant()), None);
    let called = floor.call(1).unwrap();
    assert_eq!((called.ticket, called.reason, called.wait_s), (first, Reason::Return, 50));
    assert!(called.overtaken.is_empty());
    assert!(floor.window(1).last_priority, "unchanged by a return");
    assert!(floor.window(1).returned.is_empty());
    assert_eq!(floor.call(1).unwrap().ticket, third);
}

#[test]
fn q7_matters_of_one_window_together_the_others_go_on() {
    let mut floor = Floor::open(&[1, 3]);
    let seq = floor.issue_with("a", &["b", "c", "a", "d"], None, None);
    floor.call(1);
    floor.later(60);
    let events = floor.ok(Command::Complete { window: ONE, prompt: true });
    let matters = vec![ServiceId::from("a"), "b".into()];
    let done = Event::Completed { ticket: seq, window: ONE, prompted: true, served_s: 60, matters };
    assert_eq!(events[0], done);
    assert!(matches!(&events[1], Event::Transferred { service, .. } if *service == "c".into()));
    assert_eq!(floor.window(1).state, WindowState::Free);
    let called = floor.call(3).unwrap();
    assert_eq!(called.ticket, seq);
    // The rating of the first matter is still asked for at window 1 (R2).
    floor.ok(Command::Rate { window: ONE, level: 4, reasons: vec![] });
    let events = floor.ok(Command::CallNext { window: WindowNumber(3) });
    let names: Vec<_> = events.iter().map(|event| matches!(event, Event::Transferred { .. })).collect();
    assert_eq!(names, [false, false], "c and d are done together: {events:?}");
    assert!(floor.ticket(seq).matters.iter().all(|(_, done)| *done));
}

#[test]
fn a5_thirty_minutes_late_is_valid_one_second_more_is_not() {
    let mut floor = Floor::open(&[1]);
    let at = floor.now;
    let (valid, late) = (at.plus(-1800), at.plus(-1801));
    let kept = floor.issue_with("a", &[], None, Some(valid));
    let lost = floor.issue_with("a", &[], None, Some(late));
    assert_eq!((floor.ticket(kept).booked, floor.ticket(kept).ready), (Some(valid), at));
    assert_eq!((floor.ticket(lost).booked, floor.ticket(lost).ready), (None, at));
    let (_, last) = floor.log.last().unwrap();
    assert!(matches!(last, Event::Issued { booked: None, forfeited, .. } if *forfeited == Some(late)));
}

#[test]
fn g2_a_later_grant_keeps_the_place_and_is_taken_back_with_a_reason() {
    let mut floor = Floor::open(&[1]);
    let first = floor.issue("a");
    let second = floor.issue("a");
    floor.ok(Command::Grant { ticket: second, grant: grant(), by: by() });
    assert_eq!((floor.hall.people_ahead(second), floor.hall.people_ahead(first)), (0, 1));
    assert_eq!(floor.hall.waiting_before(&"a".into()), 2);
    let refusal = floor.refused(Command::Grant { ticket: second, grant: grant(), by: by() });
    assert_eq!(refusal, Refusal::AlreadyGreen { ticket: "A002".into() });
    floor.ok(Command::Withdraw { ticket: second, reason: "mistake".into(), by: by() });
    assert_eq!(floor.hall.people_ahead(second), 1);
    assert_eq!(floor.call(1).unwrap().ticket, first);
}

#[test]
fn g3_a_green_number_goes_first_at_every_window_that_serves_it() {
    for window in [1, 9] {
        let mut floor = Floor::open(&[1, 9]);
        // Whoever calls has served somebody without priority before, so that the lane is free (CALL-ORDER §3).
        floor.issue("a");
        floor.call(window);
        let [first, green] = ["a", "a"].map(|service| floor.issue(service));
        floor.ok(Command::Grant { ticket: green, grant: grant(), by: by() });
        let called = floor.call(window).unwrap();
        assert_eq!((called.ticket, called.reason), (green, Reason::Green), "window {window}");
        assert_eq!(floor.call(window).unwrap().ticket, first, "window {window}");
    }
}

#[test]
fn r2_rated_once_and_only_until_the_next_call_or_the_pads_time() {
    let rate = || Command::Rate { window: ONE, level: 5, reasons: vec![] };
    let nothing = Refusal::NothingToRate { window: ONE };
    let mut floor = Floor::open(&[1]);
    let seq = floor.issue("a");
    floor.issue("a");
    floor.call(1);
    assert_eq!(floor.refused(rate()), nothing);
    floor.ok(Command::Complete { window: ONE, prompt: true });
    assert_eq!(
        floor.refused(Command::Rate { window: ONE, level: 6, reasons: vec![] }),
        Refusal::NoSuchLevel { level: 6 }
    );
    assert_eq!(floor.hall.next_deadline(), Some(floor.now.plus(60)));
    let mut rated = floor.clone();
    rated.later(59);
    rated.ok(rate());
    assert_eq!(rated.refused(rate()), nothing);
    let mut late = floor.clone();
    late.later(60);
    assert_eq!(late.refused(rate()), nothing);
    assert_eq!(late.ok(Command::Tick), [Event::RatingClosed { ticket: seq, window: ONE }]);
    floor.ok(Command::CallNext { window: ONE });
    let events = floor.ok(Command::Settle);
    assert_eq!(events[0], Event::RatingClosed { ticket: seq, window: ONE });
    assert_eq!(floor.refused(rate()), nothing);
}

#[test]
fn p1_a_pause_asked_for_while_serving_begins_after() {
    let mut floor = Floor::open(&[1]);
    floor.issue("a");
    floor.issue("a");
    floor.call(1);
    floor.ok(Command::Pause { window: ONE, reason: "lunch".into(), planned_s: None });
    assert_eq!(floor.call(1), None);
    let since = floor.now;
    assert_eq!(
        floor.window(1).state,
        WindowState::Paused { since, reason: "lunch".into(), planned_s: None, reminded: 0 }
    );
    floor.later(90);
    assert_eq!(floor.ok(Command::Resume { window: ONE }), [Event::Resumed { window: ONE, paused_s: 90 }]);
    assert!(floor.call(1).is_some());
    floor.ok(Command::Pause { window: ONE, reason: String::new(), planned_s: None });
    assert_eq!(floor.ok(Command::Resume { window: ONE }), [Event::Resumed { window: ONE, paused_s: 0 }]);
    floor.ok(Command::Complete { window: ONE, prompt: false });
    assert_eq!(floor.window(1).state, WindowState::Free);
}

#[test]
fn w2_a_wait_that_nears_and_passes_its_target_is_said_once_each() {
    let mut floor = Floor::open(&[1]);
    let seq = floor.issue("a");
    assert_eq!(floor.hall.next_deadline(), Some(Timestamp(36_000 + 480)));
    floor.later(480);
    assert_eq!(floor.ok(Command::Tick), [Event::TargetNear { ticket: seq, wait_s: 480 }]);
    assert_eq!(floor.ok(Command::Tick), []);
    floor.later(120);
    assert_eq!(floor.ok(Command::Tick), [], "ten minutes are within ten minutes");
    floor.hall = floor.restarted();
    floor.later(1);
    assert_eq!(floor.ok(Command::Tick), [Event::TargetPassed { ticket: seq, wait_s: 601 }]);
    assert_eq!((floor.ticket(seq).reminded, floor.hall.next_deadline()), (Reminded::Passed, None));
}

#[test]
fn w2_after_a_long_silence_only_the_greater_word_is_said() {
    let mut floor = Floor::open(&[1]);
    let early = floor.issue_with("a", &[], None, Some(Timestamp(36_000 + 300)));
    assert_eq!(floor.hall.next_deadline(), Some(Timestamp(36_000 + 300 + 480)), "from the booked time on");
    floor.later(5000);
    assert_eq!(floor.ok(Command::Tick), [Event::TargetPassed { ticket: early, wait_s: 4700 }]);
    assert_eq!(floor.ok(Command::Tick), []);
}

#[test]
fn x3_the_last_window_of_a_service_stays_while_somebody_waits() {
    let mut floor = Floor::open(&[1, 2, 3]);
    floor.issue("a");
    floor.issue("b");
    let close = |window, force: Option<&str>| Command::CloseWindow {
        window: WindowNumber(window),
        force: force.map(str::to_owned),
    };
    // Window 2 serves a as well; b is window 1's alone.
    assert_eq!(floor.refused(close(1, None)), Refusal::WouldStrand { window: ONE, waiting: 1 });
    floor.ok(close(2, None));
    assert_eq!(floor.refused(close(1, None)), Refusal::WouldStrand { window: ONE, waiting: 2 });
    floor.ok(close(3, None));
    floor.ok(close(1, Some("fire alarm")));
    assert_eq!(floor.window(1).state, WindowState::Closed);
}

#[test]
fn x3_a_window_stays_for_the_further_matters_of_people_at_other_windows() {
    let close = |window| Command::CloseWindow { window: WindowNumber(window), force: None };
    let stays = |waiting| Refusal::WouldStrand { window: WindowNumber(3), waiting };
    let mut floor = Floor::open(&[1, 3]);
    let seq = floor.issue_with("a", &["c"], None, None);
    assert_eq!(floor.refused(close(3)), stays(1), "waiting");
    floor.call(1);
    assert_eq!(floor.refused(close(3)), stays(1), "called at window 1");
    floor.ok(Command::Start { window: ONE });
    assert_eq!(floor.refused(close(3)), stays(1), "served at window 1");
    let mut parked = floor.clone();
    parked.ok(Command::Park { window: ONE, note: String::new() });
    assert_eq!(parked.refused(close(3)), stays(1), "parked at window 1");
    parked.ok(Command::Return { window: ONE, ticket: None });
    assert_eq!(parked.refused(close(3)), stays(1), "back at window 1");
    parked.ok(Command::Void { ticket: seq, reason: "gone".into(), by: by() });
    parked.ok(close(3));
    // Window 9 serves c as well.
    let mut helped = floor.clone();
    helped.ok(Command::OpenWindow { window: WindowNumber(9), clerk: None });
    helped.ok(close(3));
    // A matter that is done keeps nobody.
    floor.ok(Command::Complete { window: WindowNumber(1), prompt: false });
    floor.call(3);
    floor.ok(Command::Complete { window: WindowNumber(3), prompt: false });
    floor.ok(close(3));
}

#[test]
fn x3_moving_on_is_refused_over_further_matters_too() {
    let open = |window, clerk: &str| Command::OpenWindow {
        window: WindowNumber(window),
        clerk: Some(clerk.to_owned()),
    };
    let mut floor = Floor::open(&[1]);
    floor.ok(open(3, "0101"));
    floor.issue_with("a", &["c"], None, None);
    floor.call(1);
    let elsewhere = Refusal::ClerkElsewhere { clerk: "0101".into(), window: WindowNumber(3) };
    assert_eq!(floor.refused(open(2, "0101")), elsewhere);
    // Window 9 serves c itself.
    floor.ok(open(9, "0101"));
}

#[test]
fn x3_nobody_is_revived_for_what_no_open_window_serves() {
    let mut floor = Floor::open(&[1, 3]);
    let (seq, both) = (floor.issue("c"), floor.issue_with("a", &["d"], None, None));
    for window in [3, 1] {
        floor.call(window);
        floor.ok(Command::Pass { window: WindowNumber(window) });
    }
    floor.ok(Command::CloseWindow { window: WindowNumber(3), force: None });
    let revive = |ticket| Command::Revive { ticket, by: by() };
    assert_eq!(floor.refused(revive(seq)), Refusal::NoOpenWindow { service: "c".into() });
    assert_eq!(floor.refused(revive(both)), Refusal::NoOpenWindow { service: "d".into() });
    floor.ok(Command::OpenWindow { window: WindowNumber(3), clerk: None });
    floor.ok(revive(seq));
    floor.ok(revive(both));
}

#[test]
fn x3_no_number_for_further_matters_that_no_open_window_serves() {
    let mut floor = Floor::open(&[1]);
    let issue =
        Command::Issue { service: "a".into(), more: vec!["c".into()], grant: None, booked: None, by: by() };
    assert_eq!(floor.refused(issue.clone()), Refusal::NoOpenWindow { service: "c".into() });
    floor.issue("a");
    floor.call(1);
    let add = Command::AddMatter { window: ONE, service: "c".into() };
    assert_eq!(floor.refused(add.clone()), Refusal::NoOpenWindow { service: "c".into() });
    floor.ok(Command::OpenWindow { window: WindowNumber(3), clerk: None });
    floor.ok(issue);
    floor.ok(add);
}

#[test]
fn time_never_runs_backwards() {
    let mut floor = Floor::open(&[1]);
    floor.later(-1);
    let (at, latest) = (floor.now, Timestamp(36_000));
    assert_eq!(floor.refused(issue("a")), Refusal::TimeRunsBackwards { at, latest });
}

#[test]
fn a_reload_loses_no_ticket() {
    let mut floor = Floor::open(&[1, 9]);
    let (served, waits) = (floor.issue("a"), floor.issue("c"));
    floor.call(1);
    let mut rules = small_rules();
    rules.windows.retain(|window| window.number != ONE);
    rules.services.retain(|service| service.id != "a".into());
    rules.parameters.pass_limit = 3;
    floor.hall.set_rules(rules);
    // The window that is gone finishes its ticket and calls nobody else.
    floor.ok(Command::CallNext { window: ONE });
    assert_eq!(floor.ticket(served).state.name(), "completed");
    assert!(floor.settle().is_empty());
    assert_eq!(floor.call(9).unwrap().ticket, waits);
    floor.ok(Command::CloseWindow { window: ONE, force: None });
    let refusal = floor.refused(Command::OpenWindow { window: ONE, clerk: None });
    assert_eq!(refusal, Refusal::UnknownWindow { window: ONE });
}

#[test]
fn r2_the_slips_code_rates_a_served_ticket_once_whether_the_pad_asked_or_not() {
    let by_slip = |ticket, level| Command::RateTicket { ticket, level, reasons: vec![] };
    let mut floor = Floor::open(&[1, 2]);
    let (first, second, third) = (floor.issue("a"), floor.issue("a"), floor.issue("a"));
    let number = |floor: &Floor, seq| floor.ticket(seq).number.clone();
    let is = |floor: &Floor, seq, state| Refusal::TicketIs { ticket: number(floor, seq), state };
    assert_eq!(floor.refused(by_slip(first, 5)), is(&floor, first, "waiting"));
    floor.call(1);
    assert_eq!(floor.refused(by_slip(first, 5)), is(&floor, first, "called"));
    floor.ok(Command::Complete { window: ONE, prompt: true });
    assert_eq!(floor.refused(by_slip(first, 6)), Refusal::NoSuchLevel { level: 6 });

    // The pad asks no more once the slip's code was quicker, and the other way round.
    let mut slip = floor.clone();
    let rated = Event::Rated { ticket: first, window: ONE, level: 5, reasons: vec![], late: true };
    assert_eq!(slip.ok(by_slip(first, 5)), [rated]);
    assert_eq!(slip.hall.window(ONE).unwrap().prompt, None);
    let once = Refusal::AlreadyRated { ticket: number(&slip, first) };
    assert_eq!(slip.refused(by_slip(first, 5)), once);
    let mut pad = floor.clone();
    pad.ok(Command::Rate { window: ONE, level: 1, reasons: vec![] });
    assert_eq!(pad.refused(by_slip(first, 5)), once);

    // After the pad's time, and while the pad asks for somebody else, whose prompt goes on.
    floor.later(60);
    floor.ok(Command::Tick);
    floor.call(1);
    floor.ok(Command::Complete { window: ONE, prompt: true });
    floor.ok(by_slip(first, 2));
    assert_eq!(floor.hall.window(ONE).unwrap().prompt.map(|prompt| prompt.ticket), Some(second));
    // Never asked.
    floor.call(1);
    floor.ok(Command::CallNext { window: ONE });
    floor.ok(by_slip(third, 3));
    // The day is over.
    floor.ok(Command::OpenDay { day: Day(20261127) });
    assert_eq!(floor.refused(by_slip(second, 5)), Refusal::UnknownTicket { ticket: second });
}
