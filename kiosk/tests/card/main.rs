//! The card reader's session and its twin over good and bad lines.

mod misfortunes;
mod pair;
mod privacy;

use kiosk::card::codec::{self, Command};
use kiosk::card::twin::{Twin, samples};
use kiosk::card::{CardKind, ContentError, Fault, Input, Output, SamId, Session, Status, Unreadable};
use link::Uptime;
use pair::*;
use proptest::prelude::*;
use std::time::Duration;

#[test]
fn the_conversation_of_a_card_byte_for_byte() {
    let mut pair = Pair::asking(BAUD);
    pair.lay(wang());
    pair.run(3 * SECOND);
    let said = [
        "10 FF EC", // reset
        "11 FF ED", // state
        "12 FF EE", // number
        "20 01 22", // find
        "20 02 21", // select
        "30 01 32", // read
        "20 01 22", // and on
    ];
    for (written, tail) in pair.written.iter().zip(said) {
        let hex: Vec<String> = written.iter().map(|byte| format!("{byte:02X}")).collect();
        assert_eq!(hex.join(" "), format!("AA AA AA 96 69 00 03 {tail}"));
    }
    let outputs = pair.take();
    let [Output::Card(content)] = &outputs[..] else { panic!("{:?}", told(&outputs)) };
    assert_eq!(content.kind, CardKind::Resident);
    assert!(content.name.in_clear() == "王小明");
    assert!(content.number.in_clear() == wang().number());
}

#[test]
fn the_readers_number_as_on_its_plate() {
    let mut pair = Pair::new(BAUD);
    pair.run(2 * SECOND);
    assert_eq!(told(&pair.take()), ["reader 05.01-20261126-0000000004-0000000001"]);
    let id = SamId::new([5, 0, 1, 0, 0x10, 0x33, 0x34, 1, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0]);
    assert_eq!(id.to_string(), "05.01-20198160-4294967295-0000000000");
}

#[test]
fn nothing_is_looked_for_unless_asked() {
    let mut pair = Pair::new(BAUD);
    pair.lay(wang());
    pair.run(60 * SECOND);
    assert_eq!(pair.twin.view().finds, 0);
    pair.take();
    pair.ask();
    pair.run(2 * SECOND);
    assert_eq!(told(&pair.take()), ["card Resident"]);
    pair.tell(Input::Rest);
    let finds = pair.twin.view().finds;
    pair.twin.lift();
    pair.lay(li());
    pair.run(60 * SECOND);
    assert!(pair.twin.view().finds <= finds + 1);
    assert_eq!(pair.twin.view().reads, 1);
    assert!(pair.take().is_empty());
}

#[test]
fn one_card_is_read_once_and_again_when_lifted() {
    let mut pair = Pair::asking(BAUD);
    pair.lay(wang());
    pair.run(10 * SECOND);
    assert_eq!(told(&pair.take()), ["card Resident"]);
    pair.twin.lift();
    pair.run(SECOND);
    pair.lay(wang());
    pair.run(10 * SECOND);
    assert_eq!(told(&pair.take()), ["card Resident"]);
    assert_eq!(pair.twin.view().reads, 2);
}

/// A reader that finds the card again although it was not lifted: an answer to every command, 200 of them.
fn cards_of_an_eager_reader(session: &mut Session, now: &mut Uptime) -> usize {
    let mut cards = 0;
    for _ in 0..200 {
        let mut reply = None;
        while let Some(output) = session.poll() {
            match output {
                Output::Write(bytes) => {
                    let command = Command::ALL.into_iter().find(|command| codec::encode(*command) == bytes);
                    reply = command.map(|command| match command {
                        Command::Reset | Command::State => codec::answer(Status::OK, &[]),
                        Command::SamId => codec::answer(Status::OK, &[1; 16]),
                        Command::Find => codec::answer(Status::FOUND, &[0; 4]),
                        Command::Select => codec::answer(Status::OK, &[0, 0, 0, 8, 0, 0, 0, 0]),
                        Command::Read => {
                            codec::answer(Status::OK, &codec::reading(&wang().block(), &[0; 1024]))
                        }
                    });
                }
                Output::Card(_) => cards += 1,
                _ => {}
            }
        }
        *now = now.plus(Duration::from_millis(10));
        match reply {
            Some(bytes) => session.handle(*now, Input::Bytes(&bytes)),
            None => {
                *now = session.deadline().map_or(*now, |deadline| deadline.max(*now));
                session.handle(*now, Input::Wake);
            }
        }
    }
    cards
}

#[test]
fn a_card_that_is_found_again_is_read_once_for_each_asking() {
    let (mut session, mut now) = (Session::new(BAUD), Uptime::from_millis(0));
    session.handle(now, Input::Opened);
    for _ in 0..3 {
        session.handle(now, Input::Ask { today: today() });
        assert_eq!(cards_of_an_eager_reader(&mut session, &mut now), 1);
    }
}

#[test]
fn each_kind_of_card_has_its_outcome() {
    let outcomes: Vec<_> = samples()
        .into_iter()
        .map(|(what, card)| {
            let mut pair = Pair::asking(BAUD);
            pair.lay(card);
            pair.run(4 * SECOND);
            format!("{what}: {}", told(&pair.take()).join(", "))
        })
        .collect();
    assert_eq!(
        outcomes,
        [
            "二代身份证，41岁: card Resident",
            "二代身份证，70岁以上: card Resident",
            "二代身份证，复姓: card Resident",
            "二代身份证，已过期: card Resident",
            "港澳台居民居住证: card Permit",
            "外国人永久居留身份证（旧版）: card Foreigner",
            "新版外国人永久居留身份证: unreadable: card: unknown type of card, mark 0059",
            "校验位错误的证件: unreadable: card: identity number: check digit wrong",
        ]
    );
}

#[test]
fn at_9600_a_card_takes_over_a_second_on_the_wire_and_arrives() {
    let mut pair = Pair::asking(9600);
    pair.lay(wang());
    let begin = pair.now;
    pair.run_until(10 * SECOND, |pair| pair.outputs.iter().any(|output| matches!(output, Output::Card(_))));
    let took = pair.now.since(begin);
    assert!((Duration::from_millis(2200)..Duration::from_millis(3200)).contains(&took), "{took:?}");
    assert_eq!(told(&pair.take()), ["card Resident"]);
}

#[test]
fn unreadable_and_faults_have_words_for_people() {
    for (text, zh) in [
        (Unreadable::Status(Status::WRONG_TYPE).zh(), "这不是居民身份证，请放身份证"),
        (
            Unreadable::Content(ContentError::UnknownType { mark: 0x59 }).zh(),
            "暂不能识别这种证件，请到导办台办理",
        ),
        (Fault::Refused(Status::NO_KEY).zh(), "读卡器安全模块未授权使用，请联系供应商"),
    ] {
        assert_eq!(text, zh);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_split_of_the_bytes_gives_the_same_card(mut cuts in proptest::collection::vec(0usize..1295, 0..12)) {
        cuts.sort_unstable();
        let mut pair = Pair::asking(BAUD);
        pair.lay(wang());
        pair.run_until(5 * SECOND, |pair| pair.written.last() == Some(&codec::encode(Command::Read)));
        let frame = codec::answer(Status::OK, &codec::reading(&wang().block(), &[0xAA; 1024]));
        let mut from = 0;
        for cut in cuts.into_iter().chain([frame.len()]) {
            pair.tell(Input::Bytes(&frame[from..cut]));
            from = cut;
        }
        prop_assert_eq!(told(&pair.take()), ["card Resident"]);
    }

    #[test]
    fn noise_never_panics_and_never_is_a_card(
        chunks in proptest::collection::vec((proptest::collection::vec(any::<u8>(), 0..300), 0u64..1500), 0..40),
        ask in any::<bool>(),
    ) {
        let mut session = Session::new(BAUD);
        let mut now = Uptime::from_millis(1);
        session.handle(now, Input::Opened);
        if ask {
            session.handle(now, Input::Ask { today: today() });
        }
        for (bytes, pause) in chunks {
            now = now.plus(Duration::from_millis(pause));
            session.handle(now, Input::Bytes(&bytes));
            while let Some(output) = session.poll() {
                prop_assert!(!matches!(output, Output::Card(_)));
            }
        }
    }

    #[test]
    fn the_twin_survives_noise(noise in proptest::collection::vec(any::<u8>(), 0..600)) {
        let mut twin = Twin::new(BAUD);
        twin.lay(wang());
        let mut now = Uptime::from_millis(0);
        for chunk in noise.chunks(7) {
            twin.receive(now, chunk);
            now = now.plus(Duration::from_millis(5));
        }
        now = now.plus(10 * SECOND);
        while twin.transmit(now).is_some() {}
        twin.receive(now, &codec::encode(Command::Find));
        now = now.plus(SECOND);
        prop_assert_eq!(twin.transmit(now), Some(codec::answer(Status::FOUND, &[0; 4])));
    }
}
