//! What presses mean, and what goes to the LCD when.

use super::super::Shown;
use super::*;
use link::ff68::{Data, EVENT, SHOW};
use proptest::prelude::*;

const ADDRESS: u8 = 5;

fn at(ms: u64) -> Uptime {
    Uptime::from_millis(ms)
}

fn session() -> Session {
    Session::new(Settings { address: ADDRESS, ok_codes: OkCodes::default() })
}

fn drain(session: &mut Session) -> Vec<Output> {
    std::iter::from_fn(|| session.poll()).collect()
}

/// Feeds frames with these data bytes, 300 ms apart; the keys that come out.
fn keys(frames: &[&[u8]]) -> Vec<Key> {
    let mut session = session();
    for (n, data) in frames.iter().enumerate() {
        let data = Data::from_slice(data).unwrap();
        let frame = Frame { address: ADDRESS, command: EVENT, data };
        session.handle(at(300 * n as u64), Input::Frame(&frame));
    }
    drain(&mut session)
        .into_iter()
        .map(|output| match output {
            Output::Pressed(key) => key,
            Output::Send(frame) => panic!("nothing was to be sent, but {frame:?}"),
        })
        .collect()
}

fn digits(typed: &[u8]) -> Digits {
    let mut digits = Digits::default();
    typed.iter().for_each(|digit| digits.push(*digit));
    digits
}

#[test]
fn p2_what_was_typed_for_signing_in_is_in_no_log() {
    let pin = digits(&[1, 9, 4, 9]);
    assert_eq!(pin.text().as_deref(), Some("1949"));
    assert_eq!(format!("{:?}", Key::SignIn(pin)), "SignIn(Digits(4 typed))");
    let novel = digits(&[7; 300]);
    assert_eq!((novel.text(), novel.len()), (None, 255));
}

#[test]
fn a_note_stands_for_its_time_or_until_another_ticket_and_the_newest_board_follows() {
    let lcd = |data| Output::Send(Frame::new(5, SHOW, data));
    let note = Note { code: Some(905), number: Some(12), lasts: Duration::from_secs(5) };
    let mut session = session();
    let shown = Shown { waiting: Some(7), ticket: None, stars: None };
    session.handle(at(0), Input::Show(shown));
    session.handle(at(1), Input::Tell(note));
    assert_eq!(drain(&mut session), [lcd([0, 0, 7, 10, 10, 10]), lcd([9, 0, 5, 0, 1, 2])]);
    assert_eq!(session.deadline(), Some(at(5_001)));
    // Meanwhile one more waits; nothing flickers.
    session.handle(at(2), Input::Show(Shown { waiting: Some(8), ..shown }));
    assert_eq!(drain(&mut session), []);
    session.handle(at(5_001), Input::Wake);
    assert_eq!(drain(&mut session), [lcd([0, 0, 8, 10, 10, 10])]);

    session.handle(at(6_000), Input::Tell(note));
    session.handle(at(6_001), Input::Show(Shown { waiting: Some(8), ticket: Some(3), stars: None }));
    assert_eq!(drain(&mut session), [lcd([9, 0, 5, 0, 1, 2]), lcd([0, 0, 8, 0, 0, 3])], "a call is more");
    session.handle(at(7_000), Input::Tell(note));
    session.handle(at(7_001), Input::Tell(Note { lasts: Duration::ZERO, ..note }));
    session.handle(at(7_001), Input::Wake);
    assert_eq!(drain(&mut session), [lcd([9, 0, 5, 0, 1, 2]), lcd([0, 0, 8, 0, 0, 3])], "ended at once");
}

#[test]
fn every_key_with_digits_before_it_in_its_frame_or_in_their_own() {
    let unknown = |typed, byte| Key::Unknown(Unread { typed, byte });
    let to = |digits| Key::Transfer { digits };
    type Case<'a> = (&'a str, &'a [&'a [u8]], &'a [Key]);
    let table: &[Case<'_>] = &[
        ("call next", &[&[0x0C]], &[Key::CallNext]),
        ("recall", &[&[0x0D]], &[Key::Recall]),
        ("evaluate", &[&[0x0B]], &[Key::Evaluate]),
        ("cancel", &[&[0x0E]], &[Key::Cancel]),
        ("one metre line", &[&[0x11]], &[Key::OneMetreLine]),
        ("pause", &[&[0x12]], &[Key::Pause { digits: None }]),
        ("pause for reason 2", &[&[2, 0x12]], &[Key::Pause { digits: Some(2) }]),
        ("pause, too many digits", &[&[1], &[2], &[3], &[4], &[0x12]], &[unknown(None, 0x12)]),
        ("sign off, one frame", &[&[0, 0x11]], &[Key::SignIn(digits(&[0]))]),
        (
            "staff number 0105, two frames",
            &[&[0, 1, 0x11], &[0, 5, 0x11]],
            &[Key::SignIn(digits(&[0, 1])), Key::SignIn(digits(&[0, 5]))],
        ),
        (
            "staff number 0105, frame by frame",
            &[&[0], &[1], &[0], &[5], &[0x11]],
            &[Key::SignIn(digits(&[0, 1, 0, 5]))],
        ),
        ("pass, one frame", &[&[6, 0x0F]], &[Key::Pass]),
        ("pass, two frames", &[&[6], &[0x0F]], &[Key::Pass]),
        ("park", &[&[0, 0x0F]], &[Key::Park]),
        ("call back", &[&[3], &[0x0F]], &[Key::Return]),
        ("transfer", &[&[0x13]], &[to(None)]),
        ("transfer to 12, one frame", &[&[1, 2, 0x13]], &[to(Some(12))]),
        ("transfer to 12, three frames", &[&[1], &[2], &[0x13]], &[to(Some(12))]),
        ("transfer to 112", &[&[1], &[1], &[2], &[0x13]], &[to(Some(112))]),
        ("transfer to 0", &[&[0], &[0x13]], &[to(Some(0))]),
        ("too many digits", &[&[1], &[2], &[3], &[4], &[0x13]], &[unknown(None, 0x13)]),
        ("OK alone", &[&[0x0F]], &[Key::Start]),
        ("no such code", &[&[9, 0x0F]], &[unknown(Some(9), 0x0F)]),
        ("no such key", &[&[0x2A]], &[unknown(None, 0x2A)]),
        ("cancel forgets digits", &[&[6], &[0x0E], &[0x0F]], &[Key::Start]),
        ("digits go with the next key", &[&[6], &[0x0C], &[0x0F]], &[Key::CallNext, Key::Start]),
        ("a frame with digits is complete", &[&[6], &[6, 0x0F]], &[Key::Pass]),
        ("keys before a key", &[&[0x0C, 0x0C]], &[unknown(None, 0x0C)]),
        ("nothing", &[&[]], &[]),
    ];
    for (name, frames, expected) in table {
        assert_eq!(keys(frames), *expected, "{name}");
    }
}

#[test]
fn the_halls_own_codes() {
    let mut session =
        Session::new(Settings { address: 5, ok_codes: OkCodes { pass: 1, park: 22, hand_back: 3 } });
    session.handle(at(0), Input::Frame(&Frame::new(5, EVENT, [2, 2, 0x0F])));
    session.handle(at(0), Input::Frame(&Frame::new(5, EVENT, [1, 0x0F])));
    assert_eq!(drain(&mut session), [Output::Pressed(Key::Park), Output::Pressed(Key::Pass)]);
}

#[test]
fn digits_are_forgotten_after_ten_seconds_and_the_line_of_another_is_not_ours() {
    let mut session = session();
    session.handle(at(0), Input::Frame(&Frame::new(5, EVENT, [6])));
    assert_eq!(session.deadline(), Some(at(10_000)));
    session.handle(at(10_000), Input::Frame(&Frame::new(5, EVENT, [0x0F])));
    assert_eq!(drain(&mut session), [Output::Pressed(Key::Start)]);
    session.handle(at(11_000), Input::Frame(&Frame::new(6, EVENT, [0x0C])));
    assert_eq!(drain(&mut session), []);
}

#[test]
fn r3_no_button_of_the_pad_is_a_key_of_the_clerk() {
    let mut session = session();
    for button in 0..=u8::MAX {
        session.handle(at(0), Input::Frame(&Frame::new(5, PAD_BUTTON, [button])));
    }
    assert_eq!(drain(&mut session), []);
}

#[test]
fn only_what_changed_is_sent_and_all_of_it_on_refresh() {
    let digits = |data| Output::Send(Frame::new(5, SHOW, data));
    let stars = |n| Output::Send(Frame::new(5, SHOW, [n]));
    let mut session = session();
    session.handle(at(0), Input::Refresh);
    assert_eq!(drain(&mut session), []);

    let shown = Shown { waiting: Some(7), ticket: None, stars: Some(4) };
    session.handle(at(0), Input::Show(shown));
    assert_eq!(drain(&mut session), [digits([0, 0, 7, 10, 10, 10]), stars(4)]);
    session.handle(at(1), Input::Show(shown));
    assert_eq!(drain(&mut session), []);
    session.handle(at(2), Input::Show(Shown { ticket: Some(1012), ..shown }));
    assert_eq!(drain(&mut session), [digits([0, 0, 7, 0, 1, 2])]);
    session.handle(at(3), Input::Show(Shown { ticket: Some(12), ..shown }));
    assert_eq!(drain(&mut session), [], "it looks the same");
    session.handle(at(4), Input::Show(Shown { ticket: Some(12), stars: Some(3), ..shown }));
    assert_eq!(drain(&mut session), [stars(3)]);

    session.handle(at(5), Input::Refresh);
    assert_eq!(drain(&mut session), [digits([0, 0, 7, 0, 1, 2]), stars(3)]);
    assert_eq!(session.deadline(), Some(at(60_005)));
    session.handle(at(60_005), Input::Wake);
    assert_eq!(drain(&mut session), [digits([0, 0, 7, 0, 1, 2]), stars(3)]);
}

#[test]
fn what_a_damaged_frame_may_have_written_is_written_over_soon() {
    let mut session = session();
    session.handle(at(0), Input::Noise);
    assert_eq!(session.deadline(), None, "nothing is shown yet");
    session.handle(at(0), Input::Show(Shown { waiting: Some(1), ticket: None, stars: None }));
    let said = drain(&mut session);
    session.handle(at(1_000), Input::Noise);
    // More noise puts it off no further.
    session.handle(at(9_000), Input::Noise);
    assert_eq!((session.deadline(), drain(&mut session)), (Some(at(11_000)), vec![]));
    session.handle(at(11_000), Input::Wake);
    assert_eq!((session.deadline(), drain(&mut session)), (Some(at(71_000)), said));
}

proptest! {
    #[test]
    fn one_frame_or_one_frame_a_key_is_the_same(digits in proptest::collection::vec(0u8..10, 0..5), key in 0x0Au8..0x20) {
        let together = [&digits[..], &[key]].concat();
        let apart: Vec<&[u8]> = together.iter().map(std::slice::from_ref).collect();
        prop_assert_eq!(keys(&[&together]), keys(&apart));
    }

    #[test]
    fn no_frame_panics_and_none_is_more_than_one_key(
        command in any::<u8>(),
        data in proptest::collection::vec(any::<u8>(), 0..=6),
    ) {
        let mut session = session();
        let frame = Frame { address: ADDRESS, command, data: Data::from_slice(&data).unwrap() };
        session.handle(at(0), Input::Frame(&frame));
        prop_assert!(drain(&mut session).len() <= 1);
    }
}
