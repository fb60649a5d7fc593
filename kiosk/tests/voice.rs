//! The voice module's session and its twin, stepped from deadline to deadline.

use kiosk::voice::twin::{Heard, Misfortune, Twin};
use kiosk::voice::{Input, Output, Session, Tone};
use link::Uptime;
use link::uptime::earliest;
use proptest::prelude::*;
use std::time::Duration;

const BAUD: u32 = 9600;
const SECOND: Duration = Duration::from_secs(1);
const CHOOSE: &str = "请选择要办理的事项";
const CHECK: &str = "请核对";

/// Both ends.
struct Pair {
    session: Session,
    twin: Twin,
    now: Uptime,
    outputs: Vec<Output>,
    written: Vec<(Uptime, Vec<u8>)>,
}

impl Pair {
    fn new() -> Self {
        let mut pair = Pair {
            session: Session::new(BAUD),
            twin: Twin::new(BAUD),
            now: Uptime::from_millis(100),
            outputs: Vec::new(),
            written: Vec::new(),
        };
        pair.tell(Input::Opened);
        pair.run(SECOND);
        pair
    }

    fn tell(&mut self, input: Input<'_>) {
        self.session.handle(self.now, input);
        while let Some(output) = self.session.poll() {
            match output {
                Output::Write(bytes) => {
                    self.twin.receive(self.now, &bytes);
                    self.written.push((self.now, bytes));
                }
                other => self.outputs.push(other),
            }
        }
    }

    /// Lets `limit` go by; what was told meanwhile.
    fn run(&mut self, limit: Duration) -> Vec<String> {
        let end = self.now.plus(limit);
        while self.now < end {
            let next = earliest(self.session.deadline(), self.twin.deadline());
            self.now = next.unwrap_or(end).clamp(self.now, end);
            self.twin.wake(self.now);
            while let Some(bytes) = self.twin.transmit(self.now) {
                self.tell(Input::Bytes(&bytes));
            }
            self.tell(Input::Wake);
        }
        let one = |output| match output {
            Output::Fault(fault) => format!("fault {}: {fault}", fault.code()),
            other => format!("{other:?}"),
        };
        std::mem::take(&mut self.outputs).into_iter().map(one).collect()
    }

    fn misfortune(&mut self, misfortune: Misfortune) {
        self.twin.misfortune(self.now, misfortune);
    }

    /// Everything that was heard, tones with a mark.
    fn heard(&self) -> Vec<String> {
        let one = |heard: &Heard| match heard {
            Heard::Text(text) => text.clone(),
            Heard::Tone(tone) => format!("♪{tone:?}"),
        };
        self.twin.heard().map(one).collect()
    }

    fn says(&self) -> Option<String> {
        self.twin.view().says
    }
}

#[test]
fn a_prompt_is_said_and_the_newest_of_those_that_wait_follows_it() {
    let mut pair = Pair::new();
    pair.tell(Input::Say(CHOOSE));
    pair.run(Duration::from_millis(300));
    assert_eq!(pair.says().as_deref(), Some(CHOOSE));
    pair.tell(Input::Say("请选择部门"));
    pair.tell(Input::Say(CHECK));
    assert_eq!(pair.run(10 * SECOND), [""; 0]);
    assert_eq!(pair.heard(), [CHOOSE, CHECK]);
    assert_eq!(pair.twin.interrupted(), 0, "nobody is cut off in the middle of a sentence");
    assert_eq!(pair.says(), None);
}

#[test]
fn a_long_prompt_is_said_in_pieces_one_after_the_other() {
    let mut pair = Pair::new();
    let long = "请到此处等候叫号，".repeat(15);
    pair.tell(Input::Say(&long));
    assert_eq!(pair.run(60 * SECOND), [""; 0]);
    assert_eq!(pair.heard().concat(), long);
    assert_eq!((pair.heard().len(), pair.twin.interrupted()), (2, 0));
    // The second piece of a prompt waits, and gives way like any other.
    pair.tell(Input::Say(&long));
    pair.run(SECOND);
    pair.tell(Input::Say(CHECK));
    pair.run(60 * SECOND);
    assert_eq!(pair.heard().len(), 4);
    assert_eq!(pair.heard().last().map(String::as_str), Some(CHECK));
}

#[test]
fn frames_keep_their_distance_on_the_wire() {
    let mut pair = Pair::new();
    for n in 0..20 {
        pair.misfortune(Misfortune::Rejects(n % 3));
        pair.tell(Input::Say(CHOOSE));
        pair.run(Duration::from_millis(700));
        pair.tell(Input::Hush);
        pair.tell(Input::Tone(Tone::Key));
        pair.run(Duration::from_millis(90));
    }
    for pair in pair.written.windows(2) {
        let wire = Duration::from_micros(pair[0].1.len() as u64 * 10_000_000 / u64::from(BAUD) + 1);
        let gap = pair[1].0.since(pair[0].0).saturating_sub(wire);
        assert!(gap > Duration::from_millis(8), "{gap:?} between {pair:02X?}");
    }
}

#[test]
fn what_an_ended_visit_had_to_say_is_dropped() {
    let mut pair = Pair::new();
    pair.tell(Input::Say(CHOOSE));
    pair.run(SECOND);
    pair.tell(Input::Say(CHECK));
    pair.tell(Input::Hush);
    pair.run(Duration::from_millis(200));
    assert_eq!(pair.says(), None, "it is stopped");
    // The next person is spoken to at once.
    pair.tell(Input::Say("您好"));
    pair.run(Duration::from_millis(200));
    assert_eq!(pair.says().as_deref(), Some("您好"));
    assert_eq!(pair.run(10 * SECOND), [""; 0]);
    assert_eq!(pair.heard(), [CHOOSE, "您好"]);
}

#[test]
fn a_visit_that_ends_while_its_prompt_is_on_the_wire_is_stopped_as_well() {
    let mut pair = Pair::new();
    pair.tell(Input::Say(CHOOSE));
    pair.tell(Input::Hush);
    pair.tell(Input::Say(CHECK));
    pair.run(Duration::from_millis(300));
    assert_eq!(pair.says().as_deref(), Some(CHECK));
    assert_eq!(pair.run(10 * SECOND), [""; 0]);
}

#[test]
fn a_tone_sounds_when_nothing_is_said_and_never_over_speech() {
    let mut pair = Pair::new();
    pair.tell(Input::Tone(Tone::Key));
    pair.run(SECOND);
    pair.tell(Input::Tone(Tone::Refused));
    pair.run(SECOND);
    assert_eq!(pair.heard(), ["♪Key", "♪Refused"]);
    // A touch that leads to another page: the prompt is the answer.
    pair.tell(Input::Tone(Tone::Key));
    pair.tell(Input::Say(CHOOSE));
    pair.run(SECOND);
    pair.tell(Input::Tone(Tone::Key));
    pair.run(10 * SECOND);
    assert_eq!(pair.heard()[2..], [CHOOSE]);
    assert_eq!(pair.twin.interrupted(), 0);
}

#[test]
fn a_prompt_does_not_wait_for_a_tone_to_end() {
    let mut pair = Pair::new();
    pair.tell(Input::Tone(Tone::Done));
    pair.run(Duration::from_millis(80));
    assert_eq!(pair.heard(), ["♪Done"]);
    pair.tell(Input::Say(CHOOSE));
    pair.run(Duration::from_millis(60));
    assert_eq!(pair.says().as_deref(), Some(CHOOSE), "while the tone would sound for 300 ms");
    assert_eq!(pair.run(10 * SECOND), [""; 0]);
}

#[test]
fn a_silent_module_is_noticed_by_itself_and_what_it_left_unsaid_is_not_said_later() {
    let mut pair = Pair::new();
    pair.misfortune(Misfortune::Silent);
    assert_eq!(pair.run(30 * SECOND), ["fault silent: no answer after 3 tries"]);
    pair.tell(Input::Say(CHOOSE));
    assert_eq!(pair.run(30 * SECOND), [""; 0], "told once");
    pair.twin.calm();
    assert_eq!(pair.run(10 * SECOND), ["Cleared"]);
    assert_eq!(pair.heard(), [""; 0]);
    pair.tell(Input::Say(CHECK));
    assert_eq!(pair.run(10 * SECOND), [""; 0]);
    assert_eq!(pair.heard(), [CHECK]);
}

#[test]
fn one_lost_frame_is_sent_again() {
    let mut pair = Pair::new();
    pair.misfortune(Misfortune::SilentOnce);
    pair.tell(Input::Say(CHOOSE));
    assert_eq!(pair.run(10 * SECOND), [""; 0]);
    assert_eq!(pair.heard(), [CHOOSE]);
    pair.misfortune(Misfortune::Rejects(2));
    pair.tell(Input::Say(CHECK));
    assert_eq!(pair.run(10 * SECOND), [""; 0]);
    assert_eq!(pair.heard(), [CHOOSE, CHECK]);
}

#[test]
fn a_tone_is_not_worth_a_second_try() {
    let mut pair = Pair::new();
    pair.misfortune(Misfortune::SilentOnce);
    pair.tell(Input::Tone(Tone::Key));
    assert_eq!(pair.run(10 * SECOND), [""; 0]);
    assert_eq!(pair.heard(), [""; 0]);
}

#[test]
fn a_module_that_understands_nothing_is_a_fault_until_it_does() {
    let mut pair = Pair::new();
    pair.misfortune(Misfortune::Rejects(3));
    pair.tell(Input::Say(CHOOSE));
    assert_eq!(pair.run(10 * SECOND), ["fault rejects: frame rejected 3 times"]);
    assert_eq!(pair.run(15 * SECOND), ["Cleared"]);
    assert_eq!(pair.heard(), [""; 0]);
}

#[test]
fn a_lost_end_does_not_hold_up_the_next_prompt_for_long() {
    let mut pair = Pair::new();
    pair.misfortune(Misfortune::ForgetsEnd);
    pair.tell(Input::Say("您好"));
    pair.run(SECOND);
    pair.tell(Input::Say(CHECK));
    assert_eq!(pair.run(5 * SECOND), [""; 0]);
    assert_eq!(pair.heard(), ["您好", CHECK]);
}

#[test]
fn a_module_that_does_not_come_to_an_end_is_a_fault() {
    let mut pair = Pair::new();
    pair.misfortune(Misfortune::Endless);
    pair.tell(Input::Say(CHOOSE));
    assert_eq!(pair.run(100 * SECOND), ["fault endless: still speaking after 90 s"]);
    assert_eq!(pair.run(200 * SECOND), [""; 0], "told once");
    pair.twin.calm();
    assert_eq!(pair.run(10 * SECOND), ["Cleared"]);
}

#[test]
fn a_module_that_was_reset_goes_on() {
    let mut pair = Pair::new();
    pair.tell(Input::Say(CHOOSE));
    pair.run(SECOND);
    pair.misfortune(Misfortune::Reset);
    assert_eq!(pair.run(SECOND), [""; 0]);
    pair.tell(Input::Say(CHECK));
    // In the middle of a frame.
    pair.misfortune(Misfortune::Reset);
    assert_eq!(pair.run(SECOND), [""; 0]);
    assert_eq!(pair.heard().last().map(String::as_str), Some(CHECK));
}

#[test]
fn nothing_is_said_into_a_line_that_is_away() {
    let mut pair = Pair::new();
    pair.tell(Input::Say(CHOOSE));
    pair.run(SECOND);
    pair.tell(Input::Closed);
    assert_eq!(pair.session.deadline(), None);
    let written = pair.written.len();
    pair.tell(Input::Say(CHECK));
    pair.tell(Input::Tone(Tone::Key));
    pair.run(5 * SECOND);
    assert_eq!(pair.written.len(), written);
    pair.tell(Input::Opened);
    assert_eq!(pair.run(5 * SECOND), [""; 0]);
    assert_eq!(pair.heard(), [CHOOSE]);
}

#[test]
fn half_a_frame_is_none() {
    let mut twin = Twin::new(BAUD);
    let frame = kiosk::voice::codec::speak(b"A1");
    let (first, second) = frame.split_at(4);
    twin.receive(Uptime::from_millis(100), first);
    twin.receive(Uptime::from_millis(150), second);
    assert_eq!(twin.heard().count(), 0, "a pause within a frame");
    twin.receive(Uptime::from_millis(300), first);
    twin.receive(Uptime::from_millis(304), second);
    assert_eq!(twin.heard().count(), 1);
    twin.receive(Uptime::from_millis(313), &frame);
    assert_eq!(twin.heard().count(), 1, "too soon after the one before");
}

proptest! {
    /// Whatever comes from the line and in whatever order things are wished, nothing panics, the waits end, and a module that is
    /// well at last speaks.
    #[test]
    fn noise_never_stops_it_for_good(
        steps in proptest::collection::vec((0u8..6, proptest::collection::vec(any::<u8>(), 0..12), 0u64..900), 0..60)
    ) {
        let mut pair = Pair::new();
        for (what, noise, wait) in steps {
            match what {
                0 => pair.tell(Input::Bytes(&noise)),
                1 => pair.tell(Input::Say(CHOOSE)),
                2 => pair.tell(Input::Tone(Tone::Key)),
                3 => pair.tell(Input::Hush),
                4 => pair.misfortune(Misfortune::SilentOnce),
                _ => pair.twin.receive(pair.now, &noise),
            }
            pair.run(Duration::from_millis(wait));
        }
        pair.twin.calm();
        pair.run(60 * SECOND);
        pair.tell(Input::Say(CHECK));
        pair.run(10 * SECOND);
        let heard = pair.heard();
        prop_assert_eq!(heard.last().map(String::as_str), Some(CHECK));
    }
}
