//! CALL-ORDER §7's worked examples and the laboratory's decisions, against the index alone.

#![allow(clippy::unwrap_used, reason = "helpers of a test may end it as the test itself may")]

use queue::order::{Choice, Place, Reach, Waiting};
use queue::{Class, Parameters, Reason, ServiceId, TicketSeq, Timestamp, WindowNumber};
use serde::Deserialize;

const GRACE_S: i64 = 1800;

/// A moment written 09:51:40.
fn clock(text: &str) -> Timestamp {
    let parts: Vec<i64> = text.split(':').map(|part| part.parse().unwrap()).collect();
    Timestamp(parts[0] * 3600 + parts[1] * 60 + parts[2])
}

struct Waits {
    service: &'static str,
    place: Place,
}

fn waits(seq: u64, service: &'static str, join: &str) -> Waits {
    let class = match service {
        "S5" | "S9" => Class::Complex,
        "S7" => Class::Special,
        _ => Class::Ordinary,
    };
    let (join, seq) = (clock(join), TicketSeq(seq));
    let place = Place { seq, class, green: false, appointment: false, join, ready: join, passed: 0 };
    Waits { service, place }
}

impl Waits {
    fn green(mut self) -> Self {
        self.place.green = true;
        self
    }
    fn passed(mut self, times: u32) -> Self {
        self.place.passed = times;
        self
    }
    fn booked(mut self, at: &str) -> Self {
        let booked = clock(at);
        self.place.appointment = self.place.join <= booked.plus(GRACE_S);
        if self.place.appointment {
            self.place.ready = booked.max(self.place.join);
        }
        self
    }
}

fn window() -> Vec<ServiceId> {
    ["S1", "S2", "S5", "S7"].map(ServiceId::from).to_vec()
}

fn decide(waiting: &[Waits], last_priority: bool) -> (Choice, Vec<(u64, bool)>) {
    let parameters = Parameters::default();
    let mut index = Waiting::new(parameters.pass_limit);
    for waits in waiting {
        index.insert(&waits.service.into(), None, waits.place);
    }
    let (now, skills) = (clock("10:00:00"), window());
    let reach = Reach { window: None, skills: &skills };
    let choice = index.choose(now, reach, last_priority, &parameters.limits).unwrap();
    let overtaken = index.overtaken(now, reach, &choice.place);
    (choice, overtaken.iter().map(|(place, counts)| (place.seq.0, *counts)).collect())
}

#[test]
fn q3_worked_examples() {
    // Number as in the table, waiting, last_priority, called, why, overtaken and whether it counts.
    type Row = (u8, Vec<Waits>, bool, u64, Reason, Vec<(u64, bool)>);
    let rows: Vec<Row> = vec![
        (
            1,
            vec![waits(1, "S1", "09:51:40"), waits(2, "S1", "09:59:50").green()],
            false,
            2,
            Reason::Green,
            vec![(1, true)],
        ),
        (
            2,
            vec![waits(1, "S1", "09:26:40").passed(8), waits(2, "S1", "09:59:50").green()],
            true,
            1,
            Reason::Protected,
            vec![],
        ),
        (
            2,
            vec![waits(1, "S1", "09:26:40").passed(8), waits(2, "S1", "09:59:50").green()],
            false,
            2,
            Reason::Green,
            vec![(1, true)],
        ),
        (
            3,
            vec![waits(1, "S1", "09:51:40"), waits(2, "S1", "09:45:00").booked("10:00:00")],
            false,
            2,
            Reason::Appointment,
            vec![],
        ),
        (4, vec![waits(1, "S1", "09:50:00"), waits(2, "S2", "09:50:10")], false, 1, Reason::Limit, vec![]),
        (
            5,
            vec![waits(1, "S1", "09:49:59"), waits(2, "S2", "09:50:10")],
            false,
            2,
            Reason::Limit,
            vec![(1, false)],
        ),
        (6, vec![waits(1, "S1", "09:48:20"), waits(2, "S1", "09:50:10")], false, 1, Reason::Limit, vec![]),
        (7, vec![waits(1, "S1", "09:55:00"), waits(2, "S5", "09:32:00")], false, 2, Reason::Limit, vec![]),
        (8, vec![waits(1, "S1", "09:55:00"), waits(2, "S7", "09:19:00")], false, 2, Reason::Limit, vec![]),
        (9, vec![waits(1, "S1", "09:28:20"), waits(2, "S5", "09:09:59")], false, 2, Reason::Overdue, vec![]),
        (
            10,
            vec![
                waits(1, "S1", "09:40:00").booked("09:10:00"),
                waits(2, "S2", "09:40:10").booked("09:10:00"),
            ],
            false,
            1,
            Reason::Appointment,
            vec![],
        ),
    ];
    for (row, waiting, last_priority, called, why, passed) in rows {
        let (choice, overtaken) = decide(&waiting, last_priority);
        assert_eq!((choice.place.seq.0, choice.reason), (called, why), "row {row}");
        assert_eq!(overtaken, passed, "row {row}");
    }
}

#[test]
fn q3_limit_is_told() {
    let (choice, _) = decide(&[waits(1, "S1", "09:49:59")], false);
    assert_eq!(choice.limit, Some(clock("10:19:59")));
    let (choice, _) = decide(&[waits(1, "S1", "09:20:00")], false);
    assert_eq!((choice.reason, choice.limit), (Reason::Overdue, None));
}

/// A ticket sent to one window stands in the line of its service there, and no other window sees it (Q5).
#[test]
fn q5_sent_to_a_window_it_keeps_its_place_in_the_service() {
    let limits = Parameters::default().limits;
    let mut index = Waiting::new(8);
    let (three, four) = (WindowNumber(3), WindowNumber(4));
    // By limits alone the second would be first: 10:00:10 against 10:19:59.
    index.insert(&"S1".into(), Some(three), waits(1, "S1", "09:49:59").place);
    index.insert(&"S1".into(), None, waits(2, "S1", "09:50:10").place);
    index.insert(&"S9".into(), Some(three), waits(3, "S9", "09:58:00").place);
    let skills = window();
    let at = |window| Reach { window: Some(window), skills: &skills };
    let now = clock("10:00:00");
    assert_eq!(index.choose(now, at(three), false, &limits).unwrap().place.seq, TicketSeq(1));
    assert_eq!(index.choose(now, at(four), false, &limits).unwrap().place.seq, TicketSeq(2));
    index.remove(&"S1".into(), Some(three), waits(1, "S1", "09:49:59").place.key());
    index.remove(&"S1".into(), None, waits(2, "S1", "09:50:10").place.key());
    assert_eq!(index.choose(now, at(three), false, &limits).unwrap().place.seq, TicketSeq(3));
    assert_eq!(index.choose(now, at(four), false, &limits), None);
    index.remove(&"S9".into(), Some(three), waits(3, "S9", "09:58:00").place.key());
    assert_eq!(index, Waiting::new(8));
}

#[derive(Deserialize)]
struct Decision {
    now: i64,
    skills: Vec<ServiceId>,
    last_priority: bool,
    waiting: Vec<Seen>,
    expect: Expect,
}

#[derive(Deserialize)]
struct Seen {
    id: String,
    seq: u64,
    service: ServiceId,
    class: Class,
    green: bool,
    appointment: bool,
    join: i64,
    ready: i64,
    passed: u32,
}

#[derive(Deserialize)]
struct Expect {
    ticket: String,
    reason: Reason,
    overtaken: Option<Vec<String>>,
    counts_towards_limit: Option<Vec<String>>,
}

#[test]
fn q3_golden_decisions() {
    let lines = include_str!("../../tests/golden/decisions.jsonl");
    let parameters = Parameters::default();
    for (i, line) in lines.lines().enumerate() {
        let decision: Decision = serde_json::from_str(line).unwrap();
        let mut index = Waiting::new(parameters.pass_limit);
        for seen in &decision.waiting {
            let Seen { class, green, appointment, passed, .. } = *seen;
            let (seq, join, ready) = (TicketSeq(seen.seq), Timestamp(seen.join), Timestamp(seen.ready));
            index.insert(&seen.service, None, Place { seq, class, green, appointment, join, ready, passed });
        }
        let id = |seq: TicketSeq| decision.waiting.iter().find(|seen| seen.seq == seq.0).unwrap().id.clone();
        let (now, reach) = (Timestamp(decision.now), Reach { window: None, skills: &decision.skills });
        let choice = index.choose(now, reach, decision.last_priority, &parameters.limits).unwrap();
        assert_eq!(
            (id(choice.place.seq), choice.reason),
            (decision.expect.ticket, decision.expect.reason),
            "line {}",
            i + 1
        );
        let overtaken = index.overtaken(now, reach, &choice.place);
        if let Some(expected) = decision.expect.overtaken {
            let ids: Vec<String> = overtaken.iter().map(|(place, _)| id(place.seq)).collect();
            assert_eq!(ids, expected, "line {}", i + 1);
        }
        if let Some(expected) = decision.expect.counts_towards_limit {
            let counted = overtaken.iter().filter(|(_, counts)| *counts);
            let ids: Vec<String> = counted.map(|(place, _)| id(place.seq)).collect();
            assert_eq!(ids, expected, "line {}", i + 1);
        }
    }
}
