//! What the virtual keypad does with bytes, alone.

use super::*;
use link::ff68::{PAD_BUTTON, encode};

fn at(ms: u64) -> Uptime {
    Uptime::from_millis(ms)
}

/// Everything that leaves up to `until`, with its time.
fn sent(twin: &mut Twin, until: u64) -> Vec<(u64, Vec<u8>)> {
    let mut all = Vec::new();
    while let Some(due) = twin.deadline().filter(|due| *due <= at(until)) {
        twin.wake(due);
        while let Some(bytes) = twin.transmit(due) {
            all.push((due.0.as_millis() as u64, bytes));
        }
    }
    all
}

#[test]
fn it_repeats_until_it_hears_the_echo_and_then_says_the_next() {
    let mut twin = Twin::new(5, 9600);
    twin.press(at(0), PadKey::CallNext);
    twin.press(at(10), PadKey::Recall);
    let call = encode(&Frame::new(5, EVENT, [0x0C]));
    let recall = encode(&Frame::new(5, EVENT, [0x0D]));
    assert_eq!(sent(&mut twin, 500), [(12, call.clone()), (212, call.clone()), (412, call.clone())]);
    twin.receive(at(500), &encode(&Frame::new(6, EVENT, [0x0C])));
    assert_eq!(twin.view().unacknowledged, 2, "another's acknowledgement");
    twin.receive(at(510), &call);
    assert_eq!(sent(&mut twin, 600), [(522, recall.clone())]);
    twin.receive(at(600), &recall);
    assert_eq!((twin.view().unacknowledged, twin.deadline()), (0, None));
}

#[test]
fn digits_wait_for_their_key_or_go_out_alone() {
    let skip = [0xFF, 0x68, 0x04, 0x04, 0x68, 0x05, 0x01, 0x06, 0x0F, 0x1B, 0x16];
    let mut twin = Twin::new(5, 9600);
    twin.type_digits(at(0), &[6]);
    assert_eq!((sent(&mut twin, 100), twin.view().typed), (vec![], vec![6]));
    twin.press(at(100), PadKey::Ok);
    assert_eq!(sent(&mut twin, 150), [(113, skip.to_vec())]);

    let mut twin = Twin::new(5, 9600);
    twin.set_typing(Typing::KeyByKey);
    twin.type_digits(at(0), &[6]);
    assert_eq!(sent(&mut twin, 100), [(12, encode(&Frame::new(5, EVENT, [6])))]);
}

#[test]
fn it_answers_what_is_the_hosts_and_nothing_of_the_pad() {
    let mut twin = Twin::new(5, 9600);
    for frame in [
        Frame::new(5, PAD_BUTTON, [2]),
        Frame::new(5, EVENT, [2]),
        Frame::new(5, EVENT, [0x0B]),
        Frame::new(6, BEEP, []),
    ] {
        twin.receive(at(0), &encode(&frame));
        assert_eq!(twin.deadline(), None, "{frame:?}");
    }
    for frame in
        [Frame::new(5, SHOW, [0x0A, 0x0A, 0x0A, 0, 1, 2]), Frame::new(5, SHOW, [3]), Frame::new(5, BEEP, [])]
    {
        twin.receive(at(0), &encode(&frame));
    }
    assert_eq!(
        twin.view(),
        View {
            waiting: "   ".into(),
            ticket: "012".into(),
            stars: 3,
            beeps: 1,
            typed: vec![],
            unacknowledged: 0
        }
    );
    assert_eq!(sent(&mut twin, 100).len(), 3);
}
