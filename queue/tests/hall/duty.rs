//! Rules P1 and P2: who is on duty where, and pauses that last too long.

use crate::floor::Floor;
use queue::*;

const ONE: WindowNumber = WindowNumber(1);
const NINE: WindowNumber = WindowNumber(9);

fn open(window: WindowNumber, clerk: &str) -> Command {
    Command::OpenWindow { window, clerk: Some(clerk.into()) }
}

fn take_over(window: WindowNumber, clerk: &str) -> Command {
    Command::TakeOver { window, clerk: clerk.into() }
}

#[test]
fn p2_a_stand_in_takes_over_whoever_is_served_there() {
    let mut floor = Floor::open(&[]);
    floor.ok(open(ONE, "0101"));
    let seq = floor.issue("a");
    floor.call(1);
    let changed = Event::ClerkChanged { window: ONE, clerk: "0102".into() };
    assert_eq!(floor.ok(take_over(ONE, "0102")), [changed]);
    assert_eq!(floor.window(1).clerk.as_deref(), Some("0102"));
    assert_eq!(floor.window(1).state, WindowState::Calling { ticket: seq });
    assert_eq!(floor.refused(take_over(ONE, "0102")), Refusal::AlreadyOnDuty { window: ONE });
    floor.hall = floor.restarted();
    assert_eq!(floor.window(1).clerk.as_deref(), Some("0102"), "the log knows it");
}

#[test]
fn p2_nobody_takes_over_a_closed_window() {
    let floor = Floor::open(&[9]);
    assert_eq!(
        floor.hall.decide(floor.now, &take_over(ONE, "0101")),
        Err(Refusal::WindowClosed { window: ONE })
    );
}

#[test]
fn p2_a_clerk_who_signs_in_elsewhere_leaves_the_first_window_if_nobody_needs_it() {
    let mut floor = Floor::open(&[]);
    floor.ok(open(ONE, "0101"));
    let moved = floor.ok(open(NINE, "0101"));
    let left = Event::WindowClosed { window: ONE, forced: None };
    assert_eq!(moved, [Event::WindowOpened { window: NINE, clerk: Some("0101".into()) }, left]);
    assert_eq!((floor.window(1).state.clone(), floor.window(1).clerk.clone()), (WindowState::Closed, None));

    // Whoever is called at the old window keeps its clerk there.
    let seq = floor.issue("a");
    floor.call(9);
    let elsewhere = Refusal::ClerkElsewhere { clerk: "0101".into(), window: NINE };
    assert_eq!(floor.refused(open(ONE, "0101")), elsewhere);
    // Parked there: comes back there (rule Q6).
    floor.ok(Command::Start { window: NINE });
    floor.ok(Command::Park { window: NINE, note: String::new() });
    assert_eq!(floor.refused(open(ONE, "0101")), elsewhere);
    floor.ok(Command::Void { ticket: seq, reason: "gone".into(), by: By("test".into()) });
    floor.ok(open(ONE, "0101"));
    // Another clerk of whom nothing is known may sit down there.
    floor.ok(open(NINE, "0102"));
}

#[test]
fn x3_moving_on_is_refused_over_waiting_people_whom_the_new_window_does_not_serve() {
    let mut floor = Floor::open(&[]);
    floor.ok(open(ONE, "0101"));
    floor.issue("b");
    let elsewhere = Refusal::ClerkElsewhere { clerk: "0101".into(), window: ONE };
    // b is window 1's alone; window 3 serves something else.
    assert_eq!(floor.refused(open(WindowNumber(3), "0101")), elsewhere);
    let mut other = Floor::open(&[]);
    other.ok(open(ONE, "0101"));
    other.issue("a");
    // Window 2 serves a too, so whoever waits is served there.
    other.ok(open(WindowNumber(2), "0101"));
    assert_eq!(other.window(1).state, WindowState::Closed);
}

#[test]
fn p1_a_pause_that_lasts_too_long_is_reminded_of_ever_more_rarely() {
    let mut floor = Floor::open(&[1]);
    let begun = floor.now;
    floor.ok(Command::Pause { window: ONE, reason: "meal".into(), planned_s: Some(600) });
    let mut after = Vec::new();
    for _ in 0..4 {
        let at = floor.hall.next_deadline().unwrap();
        floor.later(at.since(floor.now) - 1);
        assert_eq!(floor.ok(Command::Tick), [], "not a second before");
        floor.later(1);
        let paused_s = at.since(begun);
        assert_eq!(floor.ok(Command::Tick), [Event::PauseOverdue { window: ONE, paused_s }]);
        after.push(paused_s);
        floor.hall = floor.restarted();
    }
    assert_eq!(after, [600, 900, 1500, 2700]);
    floor.ok(Command::Resume { window: ONE });
    assert_eq!(floor.hall.next_deadline(), None, "whoever is back is reminded of nothing");
}

#[test]
fn p1_a_pause_is_reminded_of_at_most_a_few_times_and_never_without_a_plan() {
    let mut floor = Floor::open(&[1, 9]);
    floor.ok(Command::Pause { window: NINE, reason: "meal".into(), planned_s: None });
    assert_eq!(floor.hall.next_deadline(), None);
    // A length that no clerk would plan breaks nothing.
    floor.ok(Command::Pause { window: ONE, reason: "meal".into(), planned_s: Some(i64::MAX) });
    floor.ok(Command::Resume { window: ONE });
    floor.ok(Command::Pause { window: ONE, reason: "meal".into(), planned_s: Some(-5) });
    let mut n = 0;
    while let Some(at) = floor.hall.next_deadline() {
        floor.now = at.max(floor.now);
        assert_eq!(floor.ok(Command::Tick).len(), 1);
        n += 1;
    }
    assert_eq!(n, 9);
}

#[test]
fn p1_a_booked_pause_keeps_its_length() {
    let mut floor = Floor::open(&[1]);
    floor.issue("a");
    floor.call(1);
    floor.ok(Command::Pause { window: ONE, reason: "copying".into(), planned_s: Some(300) });
    floor.later(1000);
    floor.ok(Command::Complete { window: ONE, prompt: false });
    let since = floor.now;
    let paused = WindowState::Paused { since, reason: "copying".into(), planned_s: Some(300), reminded: 0 };
    assert_eq!(floor.window(1).state, paused);
    assert_eq!(floor.hall.next_deadline(), Some(since.plus(300)));
}

#[test]
fn p4_a_note_reaches_the_receiving_window_from_whomever_it_comes() {
    let mut floor = Floor::open(&[1, 9]);
    let seq = floor.issue("a");
    let to = Destination::Window(NINE);
    let (note, by) = ("material missing".to_owned(), By("guide".into()));
    floor.ok(Command::Reassign { ticket: seq, to, note: note.clone(), by: by.clone() });
    assert_eq!(floor.ticket(seq).sent, Some(SentOn { from: None, by, note }));
    floor.call(9);
    let to = Destination::Window(ONE);
    floor.ok(Command::Transfer { window: NINE, to, note: "done here".into() });
    let sent = floor.ticket(seq).sent.clone().unwrap();
    assert_eq!((sent.from, sent.note.as_str()), (Some(NINE), "done here"));
}
