//! Random histories: whatever people press, the hall follows the naive model and keeps its promises.

use crate::floor::{Floor, by, grant, small_rules};
use crate::model::Model;
use proptest::prelude::*;
use queue::*;
use std::collections::BTreeMap;

const SERVICES: [&str; 4] = ["a", "b", "c", "d"];
const WINDOWS: [u16; 4] = [1, 2, 3, 9];

/// One press or arrival: what, two numbers to choose with, and how long after the one before.
pub(crate) type Raw = (u8, u8, u8, i64);

pub(crate) fn history(longest: usize) -> impl Strategy<Value = Vec<Raw>> {
    let pause = prop_oneof![4 => 0..40_i64, 1 => 0..700_i64, 1 => Just(0_i64)];
    proptest::collection::vec((0..60_u8, any::<u8>(), any::<u8>(), pause), 1..longest)
}

/// Few passes protect, so that short histories reach it; all windows are open, so that they are about people.
pub(crate) fn busy_floor() -> Floor {
    let mut rules = small_rules();
    rules.parameters.pass_limit = 3;
    let mut floor = Floor::before_the_day(rules);
    floor.ok(Command::OpenDay { day: Day(20261126) });
    for window in WINDOWS {
        floor.ok(Command::OpenWindow { window: WindowNumber(window), clerk: None });
    }
    floor
}

pub(crate) fn command(hall: &Hall, (what, a, b, _): Raw, now: Timestamp) -> Command {
    let window = WindowNumber(WINDOWS[usize::from(a) % 4]);
    let service = || ServiceId::from(SERVICES[usize::from(b) % 4]);
    let living: Vec<TicketSeq> =
        hall.tickets().filter(|ticket| !ticket.state.is_final()).map(|ticket| ticket.seq).collect();
    let ticket = match living.get(usize::from(a) % living.len().max(1)) {
        Some(&seq) if b % 16 != 0 => seq,
        _ => TicketSeq(u64::from(b)),
    };
    let to = if b % 3 == 0 {
        Destination::Window(WindowNumber(WINDOWS[usize::from(b / 3) % 4]))
    } else {
        Destination::Service(service())
    };
    // Rare situations are looked for, or hardly any history would meet them.
    let parked_at = hall.tickets().find_map(|ticket| match ticket.state {
        TicketState::Parked { window, .. } => Some(window),
        _ => None,
    });
    let prompting = hall.windows().find(|window| window.prompt.is_some()).map(|window| window.number);
    let note = String::new;
    // Few clerks for the windows, so that one is often on duty elsewhere.
    let clerk = || format!("{}", a % 3);
    match what {
        0..=15 => Command::Issue {
            service: service(),
            more: if a % 4 == 0 { vec![SERVICES[usize::from(a / 4) % 4].into()] } else { vec![] },
            grant: (what < 5).then(grant),
            booked: (what >= 12).then(|| now.plus(i64::from(a) * 20 - 2000)),
            by: by(),
        },
        16..=33 => Command::CallNext { window },
        34 => Command::Grant { ticket, grant: grant(), by: by() },
        35 => Command::Withdraw { ticket, reason: note(), by: by() },
        36 => Command::OpenWindow { window, clerk: (b % 2 == 0).then(clerk) },
        37 => Command::TakeOver { window, clerk: clerk() },
        38 => Command::CloseWindow { window, force: (b % 2 == 0).then(note) },
        39 => Command::Pause { window, reason: note(), planned_s: (b % 2 == 0).then_some(60) },
        40 | 41 => Command::Resume { window },
        42 => Command::StopAsking { window },
        43 => Command::Recall { window },
        44 => Command::Start { window },
        45 | 46 => Command::Pass { window },
        47 | 48 => Command::Revive { ticket, by: by() },
        49 | 50 => Command::Transfer { window, to, note: note() },
        51 => Command::Reassign { ticket, to, note: note(), by: by() },
        52 => Command::Park { window, note: note() },
        53 | 54 if b % 4 != 0 => {
            Command::Return { window: parked_at.unwrap_or(window), ticket: (b % 2 == 0).then_some(ticket) }
        }
        53 | 54 => Command::AddMatter { window, service: service() },
        55 | 56 => Command::Complete { window, prompt: b % 2 == 0 },
        57 => Command::Void { ticket, reason: note(), by: by() },
        58 if a % 2 == 0 => Command::RateTicket { ticket, level: b % 7, reasons: vec![] },
        58 => Command::Rate { window: prompting.unwrap_or(window), level: b % 7, reasons: vec![] },
        _ if a % 32 == 0 => {
            Command::OpenDay { day: Day(hall.day().map_or(0, |day| day.0) + u32::from(b % 2)) }
        }
        _ => Command::Tick,
    }
}

/// CALL-ORDER §5, looked up naively.
fn next_asking(floor: &Floor, model: &Model) -> Option<WindowNumber> {
    let can_serve =
        |window: &&Window| !window.returned.is_empty() || !model.candidates(window.number).is_empty();
    let asking = floor.hall.windows().filter(can_serve).filter_map(|window| match window.state {
        WindowState::Asking { since } => Some((model.skills(window.number).len(), since, window.number)),
        _ => None,
    });
    asking.min().map(|(_, _, window)| window)
}

fn settle(floor: &mut Floor, model: &mut Model) {
    loop {
        let expected = next_asking(floor, model);
        let events = floor.ok(Command::Settle);
        let called = events.iter().find_map(|event| match event {
            Event::Called(called) => Some(called),
            _ => None,
        });
        assert_eq!(called.map(|called| called.window), expected);
        let Some(called) = called else { return };
        if called.reason == Reason::Return {
            assert!(called.overtaken.is_empty());
        } else {
            let expected = model.expect(floor.now.0, called.window).unwrap();
            let overtaken: Vec<(u64, bool)> =
                called.overtaken.iter().map(|overtaken| (overtaken.ticket.0, overtaken.counts)).collect();
            assert_eq!(
                (called.ticket.0, called.reason, called.wait_s, overtaken),
                (expected.seq, expected.reason, expected.wait, expected.overtaken)
            );
        }
        for event in &events {
            model.note(floor.now.0, event);
        }
    }
}

/// What must hold after every settled command.
fn check(floor: &Floor, model: &Model) {
    let hall = &floor.hall;
    // Q1: of each prefix the numbers 1 to n, each once.
    let mut numbers: BTreeMap<String, Vec<u32>> = BTreeMap::new();
    for ticket in hall.tickets() {
        let (prefix, running) = ticket.number.0.split_at(1);
        numbers.entry(prefix.to_owned()).or_default().push(running.parse().unwrap());
        assert_eq!(hall.ticket_by_number(&ticket.number.0).unwrap().seq, ticket.seq);
    }
    for (prefix, numbers) in numbers {
        assert!(numbers.iter().copied().eq(1..=numbers.len() as u32), "{prefix}: {numbers:?}");
    }
    // A window is with one ticket, and that ticket with that window.
    for ticket in hall.tickets() {
        if let Some(window) = ticket.state.at_window() {
            assert_eq!(hall.window(window).unwrap().state.ticket(), Some(ticket.seq));
        }
    }
    for window in hall.windows() {
        if let Some(seq) = window.state.ticket() {
            assert_eq!(hall.ticket(seq).unwrap().state.at_window(), Some(window.number));
        }
        for &seq in &window.returned {
            assert!(
                matches!(hall.ticket(seq).unwrap().state, TicketState::Returned { window: at, .. } if at == window.number)
            );
        }
        assert_eq!(hall.n_waiting_for_window(window.number), model.candidates(window.number).len());
    }
    assert_eq!(next_asking(floor, model), None, "an asking window was left empty");
    check_people(floor, model);
    let prompts = hall.windows().filter_map(|window| window.prompt.map(|prompt| prompt.until));
    let passed = hall.tickets().filter_map(|ticket| match ticket.state {
        TicketState::Passed { until } => Some(until.plus(1)),
        _ => None,
    });
    // W2: 80 % of the target, then one second beyond it.
    let reminders = hall.tickets().filter_map(|ticket| {
        let target_s = match (ticket.booked, ticket.class) {
            (Some(_), _) | (None, Class::Ordinary) => 600,
            (None, Class::Complex) => 1800,
            (None, Class::Special) => 3600,
        };
        match (&ticket.state, ticket.reminded) {
            (TicketState::Waiting { .. }, Reminded::No) => Some(ticket.ready.plus(target_s * 8 / 10)),
            (TicketState::Waiting { .. }, Reminded::Near) => Some(ticket.ready.plus(target_s + 1)),
            _ => None,
        }
    });
    // P1: at the planned end, then 5, 15, 35 … minutes after it.
    let pauses = hall.windows().filter_map(|window| match window.state {
        WindowState::Paused { since, planned_s: Some(planned_s), reminded: reminded @ ..9, .. } => {
            Some(since.plus(planned_s + 300 * (2_i64.pow(reminded) - 1)))
        }
        _ => None,
    });
    assert_eq!(hall.next_deadline(), prompts.chain(passed).chain(reminders).chain(pauses).min());
}

fn check_people(floor: &Floor, model: &Model) {
    let hall = &floor.hall;
    let parameters = &hall.rules().parameters;
    let bound = parameters.pass_limit + WINDOWS.len() as u32 + model.n_protected_calls;
    for person in model.people.values() {
        let ticket = hall.ticket(TicketSeq(person.seq)).unwrap();
        let waits = matches!(ticket.state, TicketState::Waiting { only } if only == person.only);
        assert_eq!(waits, person.waiting, "{ticket:?}");
        assert_eq!((ticket.join.0, ticket.passed, ticket.class), (person.join, person.passed, person.class));
        assert_eq!((&ticket.service, ticket.green.is_some()), (&person.service, person.green));
        if person.waiting {
            assert_eq!((ticket.ready.0, ticket.booked.is_some()), (person.ready, person.appointment));
        }
        // Guarantee 3: no ticket is passed more often.
        assert!(person.green || person.passed <= bound, "{person:?}, at most {bound}");
    }
    for service in SERVICES.map(ServiceId::from) {
        let n = model.people.values().filter(|person| person.waiting && person.service == service).count();
        assert_eq!(hall.n_waiting(&service), n);
    }
}

fn live(history: &[Raw]) -> Floor {
    let mut floor = busy_floor();
    let mut model = Model::new(floor.hall.rules().clone());
    for &raw in history {
        floor.later(raw.3);
        let command = command(&floor.hall, raw, floor.now);
        let written = serde_json::to_string(&command).unwrap();
        assert_eq!(serde_json::from_str::<Command>(&written).unwrap(), command);
        if let Ok(events) = floor.send(&command) {
            for event in &events {
                model.note(floor.now.0, event);
            }
        }
        settle(&mut floor, &mut model);
        check(&floor, &model);
    }
    floor
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn q3_any_history_follows_the_naive_model(history in history(160)) {
        live(&history);
    }

    #[test]
    fn a_restart_from_the_log_gives_the_same_hall(history in history(160)) {
        let floor = live(&history);
        prop_assert_eq!(&floor.restarted(), &floor.hall);
        // As JSON, the way the store keeps it.
        for (_, event) in &floor.log {
            let written = serde_json::to_string(event).unwrap();
            prop_assert_eq!(&serde_json::from_str::<Event>(&written).unwrap(), event);
        }
    }
}

/// The histories above are worth something only if they reach what is rare.
#[test]
fn histories_reach_every_reason_and_event() {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;
    let mut runner = TestRunner::deterministic();
    let mut seen = std::collections::BTreeSet::new();
    for _ in 0..60 {
        let history = history(160).new_tree(&mut runner).unwrap().current();
        for (_, event) in live(&history).log {
            let value = serde_json::to_value(&event).unwrap();
            let reason = value["reason"].as_str().filter(|_| value["event"] == "called").unwrap_or_default();
            seen.insert(format!("{} {reason}", value["event"].as_str().unwrap()).trim_end().to_owned());
        }
    }
    let seen = Vec::from_iter(seen).join("\n");
    insta::assert_snapshot!(seen, @r"
    asked
    called APPOINTMENT
    called GREEN
    called LIMIT
    called OVERDUE
    called PROTECTED
    called RETURN
    clerk_changed
    completed
    day_opened
    expired
    granted
    issued
    matter_added
    parked
    passed
    pause_booked
    pause_overdue
    paused
    rated
    rating_closed
    recalled
    resumed
    returned
    revived
    started
    stopped_asking
    target_near
    target_passed
    transferred
    voided
    window_closed
    window_opened
    withdrawn
    ");
}
