//! The scanner's session and its twin, stepped from deadline to deadline.

use kiosk::scanner::twin::{Ending, Misfortune, Twin};
use kiosk::scanner::{Input, MAX_LINE, Mode, Output, Session, codec};
use link::Uptime;
use link::uptime::earliest;
use proptest::prelude::*;
use std::time::Duration;

const SECOND: Duration = Duration::from_secs(1);

/// Both ends.
struct Pair {
    session: Session,
    twin: Twin,
    now: Uptime,
    outputs: Vec<Output>,
    written: Vec<Vec<u8>>,
}

impl Pair {
    fn new(mode: Mode) -> Self {
        let mut pair = Pair {
            session: Session::new(mode),
            twin: Twin::new(mode, 9600),
            now: Uptime::from_millis(100),
            outputs: Vec::new(),
            written: Vec::new(),
        };
        pair.tell(Input::Opened);
        pair
    }

    fn tell(&mut self, input: Input<'_>) {
        self.session.handle(self.now, input);
        while let Some(output) = self.session.poll() {
            match output {
                Output::Write(bytes) => {
                    self.twin.receive(self.now, &bytes);
                    self.written.push(bytes);
                }
                other => self.outputs.push(other),
            }
        }
    }

    fn show(&mut self, text: &str) {
        self.twin.show(self.now, text);
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
        told(std::mem::take(&mut self.outputs))
    }
}

fn told(outputs: Vec<Output>) -> Vec<String> {
    let one = |output| match output {
        Output::Text(text) => format!("text {}", text.in_clear()),
        Output::Unusable(why) => format!("unusable: {why}"),
        Output::Fault(fault) => format!("fault {}: {fault}", fault.code()),
        other => format!("{other:?}"),
    };
    outputs.into_iter().map(one).collect()
}

#[test]
fn plain_lines_with_every_ending_and_coding() {
    for ending in [Ending::Cr, Ending::Lf, Ending::CrLf] {
        for gb18030 in [false, true] {
            let mut pair = Pair::new(Mode::Continuous);
            pair.twin.set_ending(ending);
            pair.twin.set_gb18030(gb18030);
            pair.show("HG1:预约A023");
            assert_eq!(pair.run(SECOND), ["text HG1:预约A023"], "{ending:?} {gb18030}");
            assert!(pair.written.is_empty(), "it is never spoken to");
        }
    }
}

#[test]
fn two_codes_at_once_are_two_texts() {
    let mut pair = Pair::new(Mode::Continuous);
    pair.show("first");
    pair.show("second");
    assert_eq!(pair.run(SECOND), ["text first", "text second"]);
}

#[test]
fn a_code_that_is_held_there_is_told_once() {
    let mut pair = Pair::new(Mode::Continuous);
    let mut seen = Vec::new();
    for _ in 0..10 {
        pair.show("held");
        seen.extend(pair.run(Duration::from_millis(500)));
    }
    assert_eq!(seen, ["text held"]);
    assert_eq!(pair.run(3 * SECOND), [""; 0]);
    pair.show("held");
    assert_eq!(pair.run(SECOND), ["text held"], "shown again later");
    pair.tell(Input::Ask);
    pair.show("held");
    assert_eq!(pair.run(SECOND), ["text held"], "another page asks");
}

#[test]
fn half_a_line_is_dropped_and_the_next_one_is_whole() {
    let mut pair = Pair::new(Mode::Continuous);
    pair.twin.misfortune(Misfortune::HalfLine);
    pair.show("0123456789");
    assert_eq!(pair.run(Duration::from_millis(400)), [""; 0]);
    assert_eq!(pair.run(SECOND), ["HalfLine(5)"]);
    pair.show("0123456789");
    assert_eq!(pair.run(SECOND), ["text 0123456789"]);
}

/// The half line has waited longer than a line may; the one behind it must not be glued to it, even if nobody woke the session.
#[test]
fn half_a_line_is_not_glued_to_what_comes_later() {
    let mut session = Session::new(Mode::Continuous);
    session.handle(Uptime::from_millis(0), Input::Opened);
    session.handle(Uptime::from_millis(10), Input::Bytes(b"HALF"));
    session.handle(Uptime::from_millis(600), Input::Bytes(b"WHOLE\r"));
    let outputs: Vec<_> = std::iter::from_fn(|| session.poll()).collect();
    assert_eq!(told(outputs), ["HalfLine(4)", "text WHOLE"]);
}

#[test]
fn a_scanner_that_does_not_end_its_lines_gives_half_lines_only() {
    let mut pair = Pair::new(Mode::Continuous);
    pair.twin.set_ending(Ending::None);
    for _ in 0..3 {
        pair.show("0123456789");
        assert_eq!(pair.run(SECOND), ["HalfLine(10)"]);
    }
}

#[test]
fn noise_and_overlong_lines_have_outcomes_of_their_own() {
    let mut pair = Pair::new(Mode::Continuous);
    pair.twin.misfortune(Misfortune::Noise);
    pair.show("HG1");
    assert_eq!(pair.run(SECOND), ["unusable: scanned line holds control characters"]);
    pair.twin.misfortune(Misfortune::Overlong);
    pair.show("HG1");
    assert_eq!(pair.run(5 * SECOND), ["unusable: scanned line longer than 1024 bytes"]);
    pair.show("HG1");
    assert_eq!(pair.run(SECOND), ["text HG1"]);
}

#[test]
fn an_overlong_line_is_told_once_and_dropped_up_to_its_end() {
    let mut session = Session::new(Mode::Continuous);
    session.handle(Uptime::from_millis(0), Input::Opened);
    for n in 0..100 {
        session.handle(Uptime::from_millis(n), Input::Bytes(&[b'A'; 100]));
    }
    session.handle(Uptime::from_millis(101), Input::Bytes(b"tail\rnext\r"));
    let outputs: Vec<_> = std::iter::from_fn(|| session.poll()).collect();
    assert_eq!(told(outputs), ["unusable: scanned line longer than 1024 bytes", "text next"]);
    assert_eq!(session.deadline(), None);
    // Just as long as it may be.
    let longest = [vec![b'B'; MAX_LINE], b"\r".to_vec()].concat();
    session.handle(Uptime::from_millis(200), Input::Bytes(&longest));
    assert!(matches!(session.poll(), Some(Output::Text(text)) if text.in_clear().len() == MAX_LINE));
}

#[test]
fn in_command_mode_it_reads_when_asked_and_the_acknowledgement_is_no_text() {
    let mut pair = Pair::new(Mode::Command);
    pair.show("A023");
    assert_eq!(pair.run(10 * SECOND), [""; 0]);
    assert!(pair.written.is_empty());
    pair.tell(Input::Ask);
    assert_eq!(pair.run(SECOND), ["text A023"]);
    assert_eq!(pair.written, [codec::TRIGGER]);
    // Lit again until the page is left, and not for ever after one command.
    pair.run(30 * SECOND);
    assert!(pair.written.len() > 4);
    pair.show("A024");
    assert_eq!(pair.run(2 * SECOND), ["text A024"]);
    pair.tell(Input::Rest);
    let written = pair.written.len();
    assert_eq!(pair.written[written - 1], codec::STOP);
    pair.show("A025");
    assert_eq!(pair.run(30 * SECOND), [""; 0]);
    assert_eq!(pair.written.len(), written);
    assert!(!pair.twin.view().lit);
}

#[test]
fn a_silent_scanner_is_a_fault_in_command_mode() {
    let mut pair = Pair::new(Mode::Command);
    pair.tell(Input::Ask);
    pair.twin.misfortune(Misfortune::SilentOnce);
    pair.tell(Input::Rest);
    pair.tell(Input::Ask);
    assert_eq!(pair.run(5 * SECOND), [""; 0], "once is nothing");
    pair.twin.misfortune(Misfortune::Silent);
    assert_eq!(pair.run(60 * SECOND), ["fault silent: no answer after 3 tries"]);
    assert!(pair.written.len() < 25, "{} commands", pair.written.len());
    pair.twin.calm();
    assert_eq!(pair.run(10 * SECOND), ["Cleared"]);
    assert!(pair.session.traffic().to_string().contains("> 7E 00 08 01 00 02 01 AB CD"));
}

#[test]
fn a_reopened_port_is_lit_again_and_forgets_half_a_line() {
    let mut pair = Pair::new(Mode::Command);
    pair.tell(Input::Ask);
    pair.run(SECOND);
    pair.tell(Input::Bytes(b"HALF"));
    pair.tell(Input::Closed);
    assert_eq!(pair.session.deadline(), None);
    pair.tell(Input::Bytes(b"x\r"));
    pair.run(SECOND);
    let written = pair.written.len();
    pair.tell(Input::Opened);
    assert_eq!(pair.written.len(), written + 1);
    pair.show("whole");
    assert_eq!(pair.run(SECOND), ["text whole"]);
}

#[test]
fn a9_a_text_is_not_printed() {
    let mut pair = Pair::new(Mode::Command);
    pair.tell(Input::Ask);
    pair.show("secret-token");
    pair.twin.wake(pair.now);
    let mut printed = String::new();
    for _ in 0..100 {
        pair.now = pair.now.plus(Duration::from_millis(5));
        while let Some(bytes) = pair.twin.transmit(pair.now) {
            pair.tell(Input::Bytes(&bytes));
        }
        printed.push_str(&format!("{:?} {}", pair.outputs, pair.session.traffic()));
    }
    assert!(printed.contains("Text(ScannedText(12 characters))"));
    assert!(!printed.contains("secret") && !printed.contains("73 65 63"));
}

proptest! {
    #[test]
    fn any_split_of_the_bytes_gives_the_same_texts(
        texts in proptest::collection::vec("[A-Z预约0-9]{1,40}", 1..6),
        ending in prop::sample::select(vec!["\r", "\n", "\r\n"]),
        acknowledged in any::<bool>(),
        mut cuts in proptest::collection::vec(0usize..400, 0..12),
    ) {
        let mut stream = Vec::new();
        let mut expected = Vec::new();
        for (n, text) in texts.iter().enumerate() {
            if acknowledged {
                stream.extend_from_slice(&codec::DONE);
            }
            // Numbered, since the same code twice in a row is one showing.
            stream.extend_from_slice(format!("{n}{text}{ending}").as_bytes());
            expected.push(format!("text {n}{text}"));
        }
        cuts.sort_unstable();
        let mut session = Session::new(Mode::Continuous);
        session.handle(Uptime::from_millis(0), Input::Opened);
        let mut from = 0;
        for cut in cuts.into_iter().chain([stream.len()]) {
            let cut = cut.min(stream.len()).max(from);
            session.handle(Uptime::from_millis(1), Input::Bytes(&stream[from..cut]));
            from = cut;
        }
        let outputs: Vec<_> = std::iter::from_fn(|| session.poll()).collect();
        prop_assert_eq!(told(outputs), expected);
        prop_assert_eq!(session.deadline(), None);
    }

    #[test]
    fn noise_never_panics_and_the_line_behind_it_is_read(
        chunks in proptest::collection::vec((proptest::collection::vec(any::<u8>(), 0..600), 0u64..700), 0..30),
        command in any::<bool>(),
    ) {
        let mut session = Session::new(if command { Mode::Command } else { Mode::Continuous });
        let mut now = Uptime::from_millis(0);
        session.handle(now, Input::Opened);
        session.handle(now, Input::Ask);
        for (bytes, pause) in chunks {
            now = now.plus(Duration::from_millis(pause));
            session.handle(now, Input::Bytes(&bytes));
            while session.poll().is_some() {}
        }
        now = now.plus(SECOND);
        session.handle(now, Input::Wake);
        while session.poll().is_some() {}
        session.handle(now, Input::Bytes(b"HG1:A023\r"));
        let outputs: Vec<_> = std::iter::from_fn(|| session.poll()).collect();
        prop_assert!(told(outputs).contains(&"text HG1:A023".to_owned()));
    }

    #[test]
    fn the_twin_survives_noise(noise in proptest::collection::vec(any::<u8>(), 0..200)) {
        let mut twin = Twin::new(Mode::Command, 9600);
        let now = Uptime::from_millis(0);
        twin.receive(now, &noise);
        // The second one is heard, whatever the noise has begun.
        twin.receive(now, &codec::TRIGGER);
        twin.receive(now, &codec::TRIGGER);
        prop_assert_eq!(twin.transmit(now.plus(SECOND)), Some(codec::DONE.to_vec()));
    }
}
