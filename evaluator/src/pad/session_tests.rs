//! One question, one answer; all else is counted.

use super::*;
use proptest::prelude::*;

const ADDRESS: u8 = 5;

fn at(ms: u64) -> Uptime {
    Uptime::from_millis(ms)
}

fn drain(session: &mut Session) -> Vec<Output> {
    std::iter::from_fn(|| session.poll()).collect()
}

fn press(session: &mut Session, button: u8) -> Vec<Output> {
    session.handle(at(0), Input::Frame(&Frame::new(ADDRESS, PAD_BUTTON, [button])));
    drain(session)
}

fn asked() -> Session {
    let mut session = Session::new(Settings::new(ADDRESS));
    session.handle(at(0), Input::Prompt { on: true });
    assert_eq!(drain(&mut session), [Output::Send(Frame::new(5, 0x01, [0x0B]))]);
    session
}

#[test]
fn r1_each_button_is_its_level() {
    for (button, level) in [(0, 2), (1, 3), (2, 4), (3, 5), (4, 1)] {
        assert_eq!(press(&mut asked(), button), [Output::Level(level)], "button {button}");
    }
    let mut session = Session::new(Settings { levels: [5, 4, 3, 2, 1], ..Settings::new(ADDRESS) });
    session.handle(at(0), Input::Prompt { on: true });
    drain(&mut session);
    assert_eq!(press(&mut session, 0), [Output::Level(5)]);
}

#[test]
fn r2_the_second_press_changes_nothing() {
    let mut session = asked();
    press(&mut session, 2);
    assert_eq!(press(&mut session, 0), [Output::Stray(StrayWhy::Second)]);
    // A new matter is a new question.
    session.handle(at(0), Input::Prompt { on: true });
    assert_eq!(drain(&mut session).len(), 1);
    assert_eq!(press(&mut session, 0), [Output::Level(2)]);
    let expected = Counters { prompts: 2, answers: 2, second: 1, ..Counters::default() };
    assert_eq!(session.counters(), expected);
}

#[test]
fn r3_a_press_that_nobody_asked_for_is_no_rating() {
    let mut session = Session::new(Settings::new(ADDRESS));
    assert_eq!(press(&mut session, 2), [Output::Stray(StrayWhy::NotAsked)]);
    let mut session = asked();
    session.handle(at(0), Input::Prompt { on: false });
    assert_eq!(press(&mut session, 2), [Output::Stray(StrayWhy::NotAsked)]);
    let expected = Counters { prompts: 1, no_answers: 1, not_asked: 1, ..Counters::default() };
    assert_eq!(session.counters(), expected);
}

#[test]
fn r3_nothing_that_the_keypad_sends_is_a_rating() {
    let mut session = asked();
    for command in (0..=u8::MAX).filter(|command| *command != PAD_BUTTON) {
        for key in 0..=u8::MAX {
            session.handle(at(0), Input::Frame(&Frame::new(ADDRESS, command, [key])));
        }
    }
    session.handle(at(0), Input::Frame(&Frame::new(6, PAD_BUTTON, [2])));
    assert_eq!(drain(&mut session), []);
    assert_eq!(press(&mut session, 3), [Output::Level(5)], "and the question is still open");
}

#[test]
fn a_button_that_does_not_exist_leaves_the_question_open() {
    let mut session = asked();
    assert_eq!(press(&mut session, 5), [Output::Stray(StrayWhy::NoSuchButton)]);
    session.handle(at(0), Input::Frame(&Frame::new(ADDRESS, PAD_BUTTON, [])));
    assert_eq!(drain(&mut session), [Output::Stray(StrayWhy::NoSuchButton)]);
    assert_eq!(press(&mut session, 3), [Output::Level(5)]);
}

#[test]
fn a_pad_that_came_back_is_asked_to_ask_again_only_while_it_should() {
    let mut session = asked();
    session.handle(at(0), Input::Refresh);
    assert_eq!(drain(&mut session).len(), 1);
    press(&mut session, 3);
    session.handle(at(0), Input::Refresh);
    assert_eq!(drain(&mut session), []);
}

#[test]
fn the_pads_own_time_ends_the_question_once() {
    let settings = Settings { answer_timeout: Some(Duration::from_secs(20)), ..Settings::new(ADDRESS) };
    let mut session = Session::new(settings);
    session.handle(at(0), Input::Prompt { on: true });
    drain(&mut session);
    assert_eq!(session.deadline(), Some(at(20_000)));
    session.handle(at(20_000), Input::Frame(&Frame::new(ADDRESS, PAD_BUTTON, [2])));
    assert_eq!(drain(&mut session), [Output::NoAnswer, Output::Stray(StrayWhy::NotAsked)]);
    assert_eq!((session.deadline(), session.counters().no_answers), (None, 1));
}

proptest! {
    #[test]
    fn r2_never_more_answers_than_questions(steps in proptest::collection::vec((0u8..4, any::<u8>()), 0..60)) {
        let mut session = Session::new(Settings::new(ADDRESS));
        let (mut levels, mut presses) = (0, 0);
        for (what, byte) in steps {
            match what {
                0 => session.handle(at(0), Input::Prompt { on: true }),
                1 => session.handle(at(0), Input::Prompt { on: false }),
                _ => {
                    presses += 1;
                    let frame = Frame::new(ADDRESS, PAD_BUTTON, [byte % 7]);
                    session.handle(at(0), Input::Frame(&frame));
                }
            }
            levels += drain(&mut session).iter().filter(|output| matches!(output, Output::Level(1..=5))).count() as u64;
            let c = session.counters();
            prop_assert!(levels <= c.prompts && levels == c.answers);
            prop_assert_eq!(presses, c.answers + c.not_asked + c.second + c.no_such_button);
        }
    }
}
