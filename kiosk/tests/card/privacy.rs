//! Rule A9 on the card's way: nobody sees another's card, and nothing of it is printed.

use crate::pair::*;
use kiosk::card::codec::{self, Command};
use kiosk::card::twin::Misfortune;
use kiosk::card::{Input, Output};
use std::time::Duration;

/// A card that is on its way when its page is left is nobody's.
#[test]
fn a9_a_late_card_is_not_for_the_next_person() {
    let mut pair = Pair::asking(BAUD);
    pair.lay(wang());
    pair.run_until(5 * SECOND, |pair| pair.written.last() == Some(&codec::encode(Command::Read)));
    pair.tell(Input::Rest);
    pair.ask();
    pair.run(5 * SECOND);
    assert_eq!(pair.twin.view().reads, 1);
    assert_eq!(told(&pair.take()), [""; 0]);
    pair.lay(li());
    pair.run(5 * SECOND);
    let outputs = pair.take();
    let [Output::Card(content)] = &outputs[..] else { panic!("{:?}", told(&outputs)) };
    assert!(content.number.in_clear() == li().number());
}

/// Nothing that is printed of a session holds a byte of a card, whatever goes wrong.
#[test]
fn a9_neither_traffic_nor_outputs_nor_debug_print_a_card() {
    let marks: Vec<String> = {
        let block = wang().block();
        // The number, the birth date and the name as they stand on the wire.
        [&block[0..6], &block[36..52], &block[122..158]]
            .iter()
            .map(|bytes| bytes.iter().map(|byte| format!("{byte:02X}")).collect::<Vec<_>>().join(" "))
            .collect()
    };
    for misfortune in [
        None,
        Some(Misfortune::HalfFrame(Command::Read)),
        Some(Misfortune::BadChecksum(Command::Read)),
        Some(Misfortune::Twice),
        Some(Misfortune::Late(2500)),
    ] {
        let mut pair = Pair::asking(BAUD);
        pair.lay(wang());
        if let Some(misfortune) = misfortune {
            pair.twin.misfortune(misfortune);
        }
        let mut printed = String::new();
        for _ in 0..40 {
            pair.run(Duration::from_millis(250));
            printed.push_str(&pair.session.traffic().to_string());
            printed.push_str(&format!("{:?}", pair.outputs));
        }
        assert!(printed.contains("> AA AA AA 96 69 00 03 20 01 22"), "{misfortune:?}");
        if misfortune.is_none() {
            assert!(printed.contains("< AA AA AA 96 69 05 08 00 00 90;"), "{misfortune:?}");
        }
        for mark in marks.iter().map(String::as_str).chain([wang().number(), "小明", "19850412"]) {
            assert!(!printed.contains(mark), "{misfortune:?}");
        }
    }
}
