//! Days that a hall really had, through a database and again.

use super::*;
use crate::core::why::Background;
use crate::simulate::figures::Group;
use proptest::prelude::*;
use queue::flow::{Order, Settings};
use queue::rules::{ServiceRule, Targets, WindowRule};
use queue::{
    By, Class, Command, Day, Destination, Event, Grant, Hall, Parameters, Reason, Rules, TicketSeq,
    Timestamp, WindowNumber,
};
use schema::{Entry, Logged, Reader, Stamped, Store};
use std::collections::{BTreeMap, BTreeSet};

const DAY: Day = Day(20261126);
const MORNING: i64 = 20_783 * 86_400;

fn rules() -> Rules {
    let service = |id: &str, prefix: &str, class| ServiceRule { id: id.into(), prefix: prefix.into(), class };
    let window = |number, skills: &[&str]| WindowRule {
        number: WindowNumber(number),
        skills: skills.iter().map(|&skill| skill.into()).collect(),
    };
    Rules {
        services: vec![
            service("S1", "A", Class::Ordinary),
            service("S2", "A", Class::Ordinary),
            service("S3", "C", Class::Complex),
            service("S4", "", Class::Special),
        ],
        windows: vec![
            window(1, &["S1", "S2", "S3", "S4"]),
            window(2, &["S1", "S3"]),
            window(3, &["S2", "S4"]),
            window(4, &["S4"]),
        ],
        parameters: Parameters { pass_limit: 3, ..Parameters::default() },
    }
}

/// A hall whose batches go into a database as the daemon's do: several presses of one moment, then whoever asks is served.
struct Working {
    hall: Hall,
    store: Store,
    directory: tempfile::TempDir,
}

impl Working {
    fn begin() -> Working {
        let directory = tempfile::tempdir().unwrap();
        let store = Store::open(&directory.path().join("hallgate.db")).unwrap();
        store.do_not_wait_for_the_disk().unwrap();
        let mut working = Working { hall: Hall::new(rules()), store, directory };
        let mut first = vec![Command::OpenDay { day: DAY }];
        first.extend((1..=4).map(|window| Command::OpenWindow { window: WindowNumber(window), clerk: None }));
        working.batch(Timestamp(MORNING), &first);
        working
    }

    fn batch(&mut self, at: Timestamp, commands: &[Command]) {
        let mut stamped = Vec::new();
        let mut take = |hall: &mut Hall, events: Vec<Event>| {
            for event in events {
                hall.apply(at, &event);
                stamped.push(Stamped { at, entry: Entry::Hall(event) });
            }
        };
        for command in commands {
            if let Ok(events) = self.hall.decide(at, command) {
                take(&mut self.hall, events);
            }
        }
        while let Ok(events) = self.hall.decide(at, &Command::Settle) {
            if events.is_empty() {
                break;
            }
            take(&mut self.hall, events);
        }
        self.store.append(&stamped).unwrap();
    }

    fn read(&self) -> (Vec<Logged>, Option<Day>) {
        let reader = Reader::open(&self.directory.path().join("hallgate.db")).unwrap();
        (reader.day_entries(DAY).unwrap(), reader.days().unwrap().get(1).copied())
    }
}

/// A day that is in a database already decided: its entries, the next day, and what keeps the file.
pub(super) fn stored(batch: &[Stamped]) -> (Vec<Logged>, Option<Day>, tempfile::TempDir) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("hallgate.db");
    let mut store = Store::open(&path).unwrap();
    store.do_not_wait_for_the_disk().unwrap();
    store.append(batch).unwrap();
    let reader = Reader::open(&path).unwrap();
    let days = reader.days().unwrap();
    (reader.day_entries(days[0]).unwrap(), days.get(1).copied(), directory)
}

/// One press or arrival: what, two numbers to choose with, and seconds after the one before; negative: with it.
type Raw = (u8, u8, u8, i64);

fn command(hall: &Hall, (what, a, b, _): Raw, now: Timestamp) -> Command {
    let window = WindowNumber(1 + u16::from(a % 4));
    let service = ["S1", "S2", "S3", "S4"][usize::from(b) % 4];
    let living: Vec<TicketSeq> =
        hall.tickets().filter(|ticket| !ticket.state.is_final()).map(|ticket| ticket.seq).collect();
    let ticket = living.get(usize::from(a) % living.len().max(1)).copied().unwrap_or(TicketSeq(1));
    let (by, note) = (By("test".into()), "typed by a person".to_owned());
    let to = match b % 3 {
        0 => Destination::Window(WindowNumber(1 + u16::from(b / 3 % 4))),
        _ => Destination::Service(service.into()),
    };
    let grant = || Grant { category: "disabled".into(), evidence: "card".into() };
    match what {
        0..=15 => Command::Issue {
            service: service.into(),
            more: if what == 7 { vec!["S4".into(), "S1".into()] } else { Vec::new() },
            grant: (what < 4).then(grant),
            booked: (what >= 11).then(|| now.plus(i64::from(a) * 20 - 2500)),
            by,
        },
        16..=32 => Command::CallNext { window },
        33 => Command::StopAsking { window },
        34 => Command::Start { window },
        35 => Command::Grant { ticket, grant: grant(), by },
        36 => Command::Withdraw { ticket, reason: note, by },
        37 => Command::CloseWindow { window, force: (b % 2 == 0).then_some(note) },
        38..=39 if b % 8 == 0 => Command::TakeOver { window, clerk: format!("clerk {}", b % 3) },
        38..=39 => Command::OpenWindow { window, clerk: (b % 4 > 0).then(|| format!("clerk {window}")) },
        40 => Command::Pause { window, reason: note, planned_s: (b % 2 == 0).then_some(240) },
        41..=42 => Command::Resume { window },
        43 => Command::Recall { window },
        45..=46 => Command::Pass { window },
        47..=48 => Command::Revive { ticket, by },
        49..=50 => Command::Transfer { window, to, note },
        51 => Command::Reassign { ticket, to, note, by },
        52 => Command::Park { window, note },
        53..=54 => Command::Return { window, ticket: None },
        55 => Command::AddMatter { window, service: service.into() },
        56..=57 => Command::Complete { window, prompt: b % 4 > 0 },
        58 => Command::Void { ticket, reason: note, by },
        59 => Command::Rate { window, level: b % 5 + 1, reasons: Vec::new() },
        _ => Command::Tick,
    }
}

/// Works through a history and opens the next day if `over`.
fn day_of(history: &[Raw], over: bool) -> Working {
    let mut working = Working::begin();
    let mut now = Timestamp(MORNING);
    let mut rest = history;
    while let Some(&first) = rest.first() {
        now = now.plus(first.3.max(0));
        // What comes in the same batch is decided on top of what came before; the commands are drawn beforehand.
        let n = 1 + rest[1..].iter().take_while(|raw| raw.3 < 0).count();
        let commands: Vec<Command> = rest[..n].iter().map(|&raw| command(&working.hall, raw, now)).collect();
        working.batch(now, &commands);
        rest = &rest[n..];
    }
    if over {
        working.batch(now.plus(40_000), &[Command::OpenDay { day: Day(20261127) }]);
    }
    working
}

fn histories() -> impl Strategy<Value = Vec<Raw>> {
    proptest::collection::vec((0..63_u8, any::<u8>(), any::<u8>(), -60..300_i64), 1..240)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Whatever happened, the same settings decide the same.
    #[test]
    fn q3_any_day_replays_without_a_difference(history in histories(), over: bool) {
        let working = day_of(&history, over);
        let (entries, next) = working.read();
        for scope in [Scope::Everything, Scope::Order] {
            let again = again(&entries, next, rules(), scope);
            prop_assert_eq!(&again.differences, &Vec::new());
            prop_assert_eq!(again.entries, entries.len());
            if scope == Scope::Everything {
                prop_assert_eq!(again.decided, entries.len() - 1, "all but the day's opening");
            }
        }
    }

    /// What windows serve can be guessed from the record well enough to decide its calls again.
    #[test]
    fn q3_any_day_replays_without_its_configuration(history in histories()) {
        let (entries, next) = day_of(&history, true).read();
        let known = Rules { parameters: rules().parameters, ..Background::guessed(&entries).rules };
        let guessed = guessed(&entries, known);
        prop_assert_eq!(again(&entries, next, guessed, Scope::Order).differences, Vec::new());
    }

    /// Any record can be read as a day and run, however little of it makes sense; nobody is lost.
    #[test]
    fn any_day_can_be_run_another_way(history in histories(), over: bool) {
        let (entries, _) = day_of(&history, over).read();
        let day = realised(&entries, &rules(), 0);
        let settings = Settings::of(&rules().parameters);
        let change = Change { without: vec![WindowNumber(2)], no_bookings: true, ..Change::default() };
        let changed = change.apply(&day, &settings).unwrap();
        let compared = compare(&day, &changed, &settings, &Targets::default());
        let recorded = entries.iter().filter(|logged| {
            matches!(&logged.entry, Entry::Hall(Event::Called(called)) if called.reason != Reason::Return)
        });
        prop_assert_eq!(compared.reproduction.calls, recorded.count());
        let mut written = Vec::new();
        day.trace(DAY, &Targets::default()).write(&mut written).unwrap();
    }

    /// A call that was changed in the record is found, whichever it is.
    #[test]
    fn q3_a_changed_call_is_found(history in histories(), which: proptest::sample::Index, how in 0..4_u8) {
        let (mut entries, next) = day_of(&history, false).read();
        let calls: Vec<usize> = entries.iter().enumerate().filter_map(|(i, logged)| {
            matches!(&logged.entry, Entry::Hall(Event::Called(_))).then_some(i)
        }).collect();
        prop_assume!(!calls.is_empty());
        let i = calls[which.index(calls.len())];
        let Entry::Hall(Event::Called(called)) = &mut entries[i].entry else { unreachable!() };
        match how {
            0 => called.reason = if called.reason == Reason::Green { Reason::Limit } else { Reason::Green },
            1 => called.wait_s += 1,
            2 => called.inputs.passed += 1,
            _ if called.overtaken.is_empty() => called.inputs.last_priority ^= true,
            _ => called.overtaken.truncate(called.overtaken.len() - 1),
        }
        let again = again(&entries, next, rules(), Scope::Order);
        prop_assert!(!again.differences.is_empty());
        prop_assert_eq!(again.differences[0].position, entries[i].position);
        let said = format!("{:?}", again.differences);
        prop_assert!(!said.contains("typed") && !said.contains("disabled"), "{}", said);
    }
}

/// A crowded morning at all four windows.
fn crowded() -> Vec<Raw> {
    let mut dice = 7_u64;
    let mut draw = |n: u64| {
        dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (dice >> 33) % n
    };
    (0..600).map(|_| (draw(63) as u8, draw(256) as u8, draw(256) as u8, draw(60) as i64 - 8)).collect()
}

#[test]
fn q3_a_day_with_every_kind_of_event_replays() {
    let mut working = day_of(&crowded(), false);
    // What the crowd leaves no room for: a window that finds nobody, and a person who is asked how it was.
    let window = WindowNumber(4);
    let issue = command(&working.hall, (8, 0, 3, 0), Timestamp(MORNING));
    let mut now = working.hall.latest();
    working.batch(now, &[Command::Resume { window }, Command::OpenWindow { window, clerk: None }]);
    while working.hall.n_waiting_for_window(window) > 0 {
        now = now.plus(100);
        working.batch(now, &[Command::CallNext { window }]);
    }
    working.batch(now, &[Command::CallNext { window }, Command::StopAsking { window }, issue]);
    working.batch(now.plus(9), &[Command::CallNext { window }]);
    working.batch(now.plus(99), &[Command::Complete { window, prompt: true }]);
    working.batch(now.plus(109), &[Command::Rate { window, level: 5, reasons: Vec::new() }]);
    working.batch(now.plus(40_000), &[Command::OpenDay { day: Day(20261127) }]);
    let (entries, next) = working.read();
    let kinds: BTreeSet<String> = entries
        .iter()
        .filter_map(|logged| {
            serde_json::to_value(&logged.entry).unwrap()["event"].as_str().map(str::to_owned)
        })
        .collect();
    assert_eq!(kinds.len(), 29, "{kinds:?}");
    let told = again(&entries, next, rules(), Scope::Everything);
    assert_eq!((told.entries, told.differences), (entries.len(), Vec::new()));
    assert!(told.calls > 80, "{}", told.calls);
}

#[test]
fn other_settings_show_as_differences_and_what_they_do_not_know_is_named() {
    let (entries, next) = day_of(&crowded(), false).read();
    let mut other = rules();
    other.parameters.pass_limit = 8;
    other.parameters.limits.ordinary = vec![60, 120];
    let told = again(&entries, next, other.clone(), Scope::Everything);
    assert!(told.differences.len() > 3 && told.unknown_services.is_empty(), "{:?}", told.differences);
    other.services.remove(0);
    other.windows.remove(2);
    let told = again(&entries, next, other, Scope::Everything);
    assert_eq!(told.unknown_services, BTreeSet::from(["S1".into()]));
    assert_eq!(told.unknown_windows, BTreeSet::from([WindowNumber(3)]));
}

#[test]
fn a_call_that_was_left_out_of_the_record_is_missed() {
    let mut working = Working::begin();
    let window = WindowNumber(1);
    let issue = Command::Issue {
        service: "S1".into(),
        more: Vec::new(),
        grant: None,
        booked: None,
        by: By("test".into()),
    };
    working.batch(Timestamp(MORNING + 10), &[issue, Command::CallNext { window }]);
    working.batch(Timestamp(MORNING + 90), &[Command::CallNext { window: WindowNumber(2) }]);
    let (mut entries, _) = working.read();
    let called =
        entries.iter().position(|logged| matches!(&logged.entry, Entry::Hall(Event::Called(_)))).unwrap();
    entries.remove(called);
    let told = again(&entries, None, rules(), Scope::Everything);
    let said: Vec<String> = told
        .differences
        .iter()
        .map(|one| format!("{} {} / {}", one.position, one.recorded, one.decided))
        .collect();
    assert_eq!(
        said,
        ["9 nothing / A001 called to window 1, LIMIT", "0 nothing / A001 called to window 2, LIMIT"]
    );
}

#[test]
fn a_crowded_day_with_every_kind_of_event_is_run_nearly_as_it_was() {
    let (entries, _) = day_of(&crowded(), true).read();
    let settings = Settings::of(&rules().parameters);
    let day = realised(&entries, &rules(), 0);
    let changed = Change::default().apply(&day, &settings).unwrap();
    let compared = compare(&day, &changed, &settings, &Targets::default());
    let Reproduction { calls, same, .. } = compared.reproduction;
    // What comes in the same second in an order of its own may go to somebody else.
    assert!(calls > 80 && same * 100 >= calls * 95, "{same} of {calls}");
    assert_eq!(compared.as_it_was, compared.what_if);
}

/// The crowded day, read for runs.
fn crowded_day() -> Realised {
    realised(&day_of(&crowded(), true).read().0, &rules(), 0)
}

fn what_if(day: &Realised, change: &Change) -> Comparison {
    let settings = Settings::of(&rules().parameters);
    compare(day, &change.apply(day, &settings).unwrap(), &settings, &Targets::default())
}

#[test]
fn x3_windows_are_never_busy_for_more_than_all_the_time_they_work() {
    let day = crowded_day();
    let skills = |number, skills: &[&str]| Change {
        skills: BTreeMap::from([(WindowNumber(number), skills.iter().map(|&skill| skill.into()).collect())]),
        ..Change::default()
    };
    for change in [
        Change { order: Some(Order::Fifo), ..Change::default() },
        Change { visitors_percent: Some(400), ..Change::default() },
        Change { without: vec![WindowNumber(1)], ..Change::default() },
        skills(1, &["S1"]),
        skills(2, &["S1", "S2", "S3", "S4"]),
    ] {
        let compared = what_if(&day, &change);
        for column in [&compared.recorded, &compared.as_it_was, &compared.what_if] {
            let busy = column.figures.busy_share.value;
            assert!(0.0 < busy && busy <= 1.0, "{change:?}: {busy}");
        }
    }
}

#[test]
fn other_hours_lose_no_time_of_people_who_were_parked() {
    let day = crowded_day();
    let back = day.backs.iter().find(|back| back.visit.is_some()).expect("somebody was parked");
    let until = back.at - 10;
    let hours = Hours { works: vec![(until - 3600, until)], skills: None };
    let change = Change { hours: BTreeMap::from([(day.windows[back.window], hours)]), ..Change::default() };
    let changed = change.apply(&day, &Settings::of(&rules().parameters)).unwrap();
    let served_s = |plan: &queue::flow::Plan| plan.visits.iter().map(|visit| visit.service_s).sum::<i64>();
    let outside = day.backs.iter().filter(|other| {
        other.window == back.window && (other.at < until - 3600 || other.at + other.length_s > until)
    });
    let outside_s: i64 = outside.filter(|other| other.visit.is_some()).map(|other| other.length_s).sum();
    assert!(outside_s > 0);
    assert_eq!(served_s(&changed.plan), served_s(&day.plan) + outside_s);
}

#[test]
fn more_visitors_like_one_who_came_back_come_back_too() {
    let mut day = crowded_day();
    for (visit, who) in day.plan.visits.iter_mut().zip(&mut day.who).take(40) {
        let standing =
            queue::flow::Standing { join: visit.arrive, ready: visit.arrive, passed: 0, only: None };
        visit.standing.get_or_insert(Box::new(standing));
        (visit.noshows, visit.transfer, who.returns) = (0, None, true);
    }
    let compared = what_if(&day, &Change { visitors_percent: Some(200), ..Change::default() });
    let people =
        |column: &Column, group| column.figures.group(group).map_or(0.0, |group| group.calls_day.value);
    let (was, is) = (&compared.as_it_was, &compared.what_if);
    assert_eq!(people(is, Group::Returned), 2.0 * people(was, Group::Returned));
}

#[test]
fn services_nobody_serves_any_more_are_named() {
    let day = crowded_day();
    let nobody = what_if(&day, &Change { without: (1..=4).map(WindowNumber).collect(), ..Change::default() });
    assert_eq!(nobody.what_if.never_called, day.plan.visits.len());
    assert_eq!(nobody.what_if.unserved.len(), 4);
    assert!(nobody.what_if.figures.groups.is_empty() && nobody.as_it_was.unserved.is_empty());
}
