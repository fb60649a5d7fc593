//! The checker notices: a true history passes it, and the same history with one thing wrong does not.

use super::Checker;
use crate::config::Config;
use crate::core::book;
use crate::core::desk::{Take, Wish};
use crate::trial::plan::Plan;
use queue::{By, Command, Event, ServiceId, TicketNumber, TicketSeq, Timestamp, WindowNumber};
use schema::{Entry, JobEvent, Logged, Store};
use std::path::Path;
use std::sync::Arc;

const WINDOW: WindowNumber = WindowNumber(1);

fn config() -> Config {
    Plan::draw(1, Path::new("/nowhere")).config
}

/// A short morning at window 1: three people come, two are served, one of them rates.
fn history(config: &Config) -> Vec<Logged> {
    let opens = Plan::draw(1, Path::new("/nowhere")).opens;
    let directory = tempfile::tempdir().unwrap();
    let store = Store::open(&directory.path().join("hallgate.db")).unwrap();
    let mut book = book::load(&store, &Arc::new(config.clone())).unwrap();
    let window = book.hall.window(WINDOW).unwrap();
    let service = window.skills[0].clone();
    let printer = config.printers[0].name.clone();
    let day = crate::core::owner::working_day(config, Timestamp(opens));
    let take = |service: &ServiceId| {
        Wish::Take(Take {
            service: service.clone(),
            more: Vec::new(),
            grant: None,
            booked: None,
            by: By("guide".into()),
            printer: Some(printer.clone()),
            english: false,
            person: None,
        })
    };
    let wishes = [
        Wish::Do(Command::OpenDay { day }),
        Wish::Do(Command::OpenWindow { window: WINDOW, clerk: None }),
        take(&service),
        take(&service),
        take(&service),
        Wish::Job(JobEvent::Sent { job: 1 }),
        Wish::Job(JobEvent::Confirmed { job: 1 }),
        Wish::Do(Command::CallNext { window: WINDOW }),
        Wish::Do(Command::Complete { window: WINDOW, prompt: true }),
        Wish::Do(Command::Rate { window: WINDOW, level: 5, reasons: Vec::new() }),
        Wish::Do(Command::CallNext { window: WINDOW }),
    ];
    let mut log = Vec::new();
    for (n, wish) in wishes.into_iter().enumerate() {
        let at = Timestamp(opens + n as i64);
        let mut entries = Vec::new();
        book.decide(at, wish, &mut entries).unwrap();
        entries.extend(book.settle(at).into_iter().map(Entry::Hall));
        log.extend(entries.into_iter().map(|entry| (at, entry)));
    }
    numbered(log)
}

fn numbered(log: Vec<(Timestamp, Entry)>) -> Vec<Logged> {
    let number = |(n, (at, entry)): (usize, (Timestamp, Entry))| Logged { position: n as u64 + 1, at, entry };
    log.into_iter().enumerate().map(number).collect()
}

/// What the checker says of a history, each entry a commit but for a press and its call.
fn judged(config: &Config, log: &[Logged]) -> Result<(), String> {
    let mut checker = Checker::new(config);
    for (n, logged) in log.iter().enumerate() {
        checker.entry(logged)?;
        if !matches!(log.get(n + 1).map(|next| &next.entry), Some(Entry::Hall(Event::Called(_)))) {
            checker.settled()?;
        }
    }
    Ok(())
}

fn place(log: &[Logged], wanted: impl Fn(&Entry) -> bool) -> usize {
    log.iter().position(|logged| wanted(&logged.entry)).unwrap()
}

fn without(log: &[Logged], wanted: impl Fn(&Entry) -> bool) -> Vec<Logged> {
    let mut log: Vec<(Timestamp, Entry)> = log.iter().map(|one| (one.at, one.entry.clone())).collect();
    let place = log.iter().position(|(_, entry)| wanted(entry)).unwrap();
    log.remove(place);
    numbered(log)
}

fn twice(log: &[Logged], wanted: impl Fn(&Entry) -> bool) -> Vec<Logged> {
    let place = place(log, wanted);
    let mut log: Vec<(Timestamp, Entry)> = log.iter().map(|one| (one.at, one.entry.clone())).collect();
    log.insert(place, log[place].clone());
    numbered(log)
}

fn changed(log: &[Logged], wanted: impl Fn(&Entry) -> bool, change: impl Fn(&mut Logged)) -> Vec<Logged> {
    let mut log = log.to_vec();
    let place = place(&log, wanted);
    change(&mut log[place]);
    log
}

fn is_call(entry: &Entry) -> bool {
    matches!(entry, Entry::Hall(Event::Called(_)))
}

#[test]
fn the_checker_notices_one_wrong_thing_in_a_true_history() {
    let config = config();
    let log = history(&config);
    assert_eq!(judged(&config, &log), Ok(()));
    let issued = |entry: &Entry| matches!(entry, Entry::Hall(Event::Issued { .. }));
    let job = |wanted: fn(&JobEvent) -> bool| move |entry: &Entry| matches!(entry, Entry::Job(event) if wanted(event));
    let false_histories = [
        ("a number is left out", without(&log, issued), "is not there"),
        ("a number comes twice", twice(&log, issued), "is issued, not 2"),
        (
            "a number is another one",
            changed(&log, issued, |one| {
                if let Entry::Hall(Event::Issued { number, .. }) = &mut one.entry {
                    *number = TicketNumber::from("A007");
                }
            }),
            "is next",
        ),
        (
            "the second is called before the first",
            changed(&log, is_call, |one| {
                if let Entry::Hall(Event::Called(called)) = &mut one.entry {
                    called.ticket = TicketSeq(2);
                }
            }),
            "by CALL-ORDER it is",
        ),
        ("a window asks and nobody is called", without(&log, is_call), "waits"),
        ("two are called to one window", twice(&log, is_call), "not asking"),
        (
            "a wait is counted wrongly",
            changed(&log, is_call, |one| {
                if let Entry::Hall(Event::Called(called)) = &mut one.entry {
                    called.wait_s += 1;
                }
            }),
            "waited",
        ),
        (
            "hall time runs backwards",
            changed(&log, is_call, |one| one.at = one.at.plus(-60)),
            "runs backwards",
        ),
        (
            "a rating comes twice",
            twice(&log, |entry| matches!(entry, Entry::Hall(Event::Rated { .. }))),
            "is rated",
        ),
        (
            "somebody completes whom nobody called",
            without(&log, |entry| matches!(entry, Entry::Hall(Event::Completed { .. }))),
            "is rated",
        ),
        (
            "a slip is sent twice",
            twice(&log, job(|event| matches!(event, JobEvent::Sent { .. }))),
            "sent twice",
        ),
        (
            "a slip is confirmed that was never sent",
            without(&log, job(|event| matches!(event, JobEvent::Sent { .. }))),
            "not sent",
        ),
    ];
    for (what, log, word) in false_histories {
        let said = judged(&config, &log).expect_err(what);
        assert!(said.contains(word), "{what}: {said}");
    }
}

#[test]
fn the_checker_notices_who_is_left_in_the_evening() {
    let config = config();
    let mut checker = Checker::new(&config);
    history(&config).iter().for_each(|logged| checker.entry(logged).unwrap());
    let said = checker.all_ended().unwrap_err();
    assert!(said.contains("have not come to an end"), "{said}");
}
