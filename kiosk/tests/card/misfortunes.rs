//! Everything that can go wrong with a reader, and how the session gets over it.

use crate::pair::*;
use kiosk::card::codec::{self, Command};
use kiosk::card::twin::Misfortune;
use kiosk::card::{Fault, Input, Output, Session, Status};
use link::Uptime;
use link::noise::Badness;
use std::collections::BTreeSet;

#[test]
fn a_card_that_reads_badly_is_tried_twice_more() {
    for (badly, expected) in [
        (1, "card Resident"),
        (2, "card Resident"),
        (3, "unreadable: status 41 (read failed)"),
        (9, "unreadable: status 41 (read failed)"),
    ] {
        let mut pair = Pair::asking(BAUD);
        pair.lay(wang());
        pair.twin.misfortune(Misfortune::ReadsBadly(badly));
        pair.run_until(8 * SECOND, |pair| !pair.outputs.is_empty());
        assert_eq!(told(&pair.take()), [expected], "{badly} times badly");
        // Lifted and laid again, it is read.
        pair.twin.calm();
        pair.twin.lift();
        pair.run(SECOND);
        pair.lay(wang());
        pair.run(4 * SECOND);
        assert_eq!(told(&pair.take()), ["card Resident"], "{badly} times badly");
    }
}

/// Every status at every command: nothing panics, nothing loops without a pause, and all is well when it is over.
#[test]
fn every_status_at_every_command_has_an_answer_and_an_end() {
    let mut table = Vec::new();
    for command in Command::ALL {
        for status in Status::ALL.into_iter().chain([Status(0x00), Status(0x77), Status(0xFF)]) {
            let mut pair = Pair::new(BAUD);
            pair.lay(wang());
            pair.twin.misfortune(Misfortune::Says(command, status.0));
            pair.ask();
            pair.run(20 * SECOND);
            assert!(pair.written.len() < 200, "{command:?} {status}: {} commands", pair.written.len());
            let mut seen = told(&pair.take());
            let mut known = BTreeSet::new();
            seen.retain(|what| !what.starts_with("reader") && known.insert(what.clone()));
            // Every status that is bad news for the command says so.
            let good = match command {
                Command::Reset | Command::State => status == Status::OK,
                Command::Find => [0x9F, 0x80, 0x81, 0x34].contains(&status.0),
                Command::SamId | Command::Select | Command::Read => false,
            };
            assert!(good || !seen.is_empty(), "{command:?} {status} passed in silence");
            if matches!(command, Command::Read) {
                table.push(format!("{:02X}: {}", status.0, seen.join(", ")));
            }
            pair.twin.calm();
            pair.twin.lift();
            pair.run(65 * SECOND);
            pair.lay(wang());
            pair.run(5 * SECOND);
            let seen = told(&pair.take());
            assert!(seen.contains(&"card Resident".to_owned()), "{command:?} {status}: {seen:?}");
            let faults = seen.iter().filter(|what| what.starts_with("fault")).count();
            assert_eq!(faults, 0, "{command:?} {status}: {seen:?}");
        }
    }
    assert_eq!(table.join("\n"), READ_TABLE);
}

/// What the citizen and the staff are told when the read is answered so, within 20 seconds and the card lying there.
const READ_TABLE: &str = "\
90: unreadable: the reader did not answer, fault garbled: no whole answer in 3 tries, Reopen, Cleared
9F: unreadable: the reader did not answer, fault garbled: no whole answer in 3 tries, Reopen, Cleared
91: unreadable: status 91 (no such item)
10: unreadable: status 10 (checksum of the command wrong), fault refused: status 10 (checksum of the command wrong)
11: unreadable: status 11 (length of the command wrong), fault refused: status 11 (length of the command wrong)
21: unreadable: status 21 (command not known), fault refused: status 21 (command not known)
23: unreadable: status 23 (not authorised), fault refused: status 23 (not authorised)
24: unreadable: status 24 (unknown error), fault refused: status 24 (unknown error)
31: unreadable: status 31 (card rejects reader)
32: unreadable: status 32 (reader rejects card)
33: unreadable: status 33 (verification failed)
34: unreadable: status 34 (no card was found before)
40: unreadable: status 40 (wrong type of card)
41: unreadable: status 41 (read failed)
47: unreadable: status 47 (no random number)
50: unreadable: status 50 (write failed), fault refused: status 50 (write failed)
60: unreadable: status 60 (self-test failed), fault refused: status 60 (self-test failed)
61: unreadable: status 61 (login failed), fault refused: status 61 (login failed)
66: unreadable: status 66 (not authorised for use, no key), fault refused: status 66 (not authorised for use, no key)
80: unreadable: status 80 (no card)
81: unreadable: status 81 (card not selected)
00: unreadable: status 00 (unknown error), fault refused: status 00 (unknown error)
77: unreadable: status 77 (unknown error), fault refused: status 77 (unknown error)
FF: unreadable: status FF (unknown error), fault refused: status FF (unknown error)";

#[test]
fn a_reader_that_is_silent_is_a_fault_and_is_opened_again_ever_more_seldom() {
    let mut pair = Pair::new(BAUD);
    pair.twin.misfortune(Misfortune::Silent);
    pair.run(300 * SECOND);
    let seen = told(&pair.take());
    assert_eq!(seen[0], "fault silent: no answer after 3 tries");
    assert!(seen[1..].iter().all(|what| what == "Reopen"), "{seen:?}");
    assert!((8..=14).contains(&seen.len()), "{seen:?}");
    pair.twin.calm();
    pair.run(40 * SECOND);
    let seen = told(&pair.take());
    assert_eq!(&seen[seen.len() - 2..], ["Cleared", "reader 05.01-20261126-0000000004-0000000001"]);
    // The next absence begins with short pauses again.
    pair.twin.misfortune(Misfortune::Silent);
    pair.run(10 * SECOND);
    assert_eq!(told(&pair.take())[..2], ["fault silent: no answer after 3 tries", "Reopen"]);
}

#[test]
fn a_reopened_port_starts_anew() {
    let mut pair = Pair::asking(BAUD);
    pair.run(SECOND);
    pair.tell(Input::Closed);
    assert_eq!(pair.session.deadline(), None);
    pair.tell(Input::Bytes(&codec::answer(Status::OK, &[])));
    pair.run(10 * SECOND);
    pair.lay(wang());
    pair.tell(Input::Opened);
    pair.run(4 * SECOND);
    assert_eq!(told(&pair.take()), ["reader 05.01-20261126-0000000004-0000000001", "card Resident"]);
}

#[test]
fn what_goes_wrong_once_is_not_noticed_by_the_citizen() {
    for command in Command::ALL {
        for misfortune in [
            Misfortune::SilentOnce(command),
            Misfortune::BadChecksum(command),
            Misfortune::HalfFrame(command),
        ] {
            let mut pair = Pair::new(BAUD);
            pair.ask();
            pair.lay(wang());
            pair.twin.misfortune(misfortune);
            pair.run(12 * SECOND);
            let seen = told(&pair.take());
            assert_eq!(
                seen,
                ["reader 05.01-20261126-0000000004-0000000001", "card Resident"],
                "{misfortune:?}"
            );
        }
    }
}

#[test]
fn doubled_and_late_answers_do_no_harm() {
    for misfortune in [Misfortune::Twice, Misfortune::Late(50), Misfortune::Late(150)] {
        let mut pair = Pair::new(BAUD);
        pair.twin.misfortune(misfortune);
        pair.ask();
        pair.lay(wang());
        pair.run(8 * SECOND);
        let seen = told(&pair.take());
        assert_eq!(seen, ["reader 05.01-20261126-0000000004-0000000001", "card Resident"], "{misfortune:?}");
    }
    // Later than the time-outs: a fault, and all is well afterwards.
    let mut pair = Pair::asking(BAUD);
    pair.twin.misfortune(Misfortune::Late(5000));
    pair.lay(wang());
    pair.run(30 * SECOND);
    assert!(told(&pair.take()).iter().any(|what| what.starts_with("fault")));
    pair.twin.calm();
    pair.twin.lift();
    pair.run(60 * SECOND);
    pair.take();
    pair.lay(wang());
    pair.run(5 * SECOND);
    assert_eq!(told(&pair.take()), ["card Resident"]);
}

#[test]
fn garbage_alone_is_a_fault_of_its_own() {
    let mut session = Session::new(BAUD);
    let mut now = Uptime::from_millis(0);
    session.handle(now, Input::Opened);
    let mut fault = None;
    while fault.is_none() && now < Uptime::from_millis(60_000) {
        session.handle(now, Input::Bytes(&[0x00, 0xFE, 0x80]));
        now = session.deadline().unwrap();
        session.handle(now, Input::Wake);
        while let Some(output) = session.poll() {
            if let Output::Fault(told) = output {
                fault = Some(told);
            }
        }
    }
    assert_eq!(fault, Some(Fault::Garbled { tries: 3 }));
}

#[test]
fn a_bad_line_is_survived_and_no_wrong_card_comes_through() {
    let bad = Badness { lose: 30, spoil: 30, babble: 30, split: 300, delay: 30, double: 30 };
    let (mut cards, mut laid) = (0, 0);
    for seed in 0..12 {
        let mut pair = Pair::noisy(BAUD, seed, bad);
        pair.ask();
        for _ in 0..6 {
            laid += 1;
            pair.lay(wang());
            pair.run(20 * SECOND);
            pair.twin.lift();
            pair.run(2 * SECOND);
            for output in pair.take() {
                if let Output::Card(content) = output {
                    cards += 1;
                    assert!(content.number.in_clear() == wang().number(), "another card, seed {seed}");
                }
            }
        }
    }
    assert!(cards * 10 >= laid * 9, "{cards} of {laid}");
}
