//! The session and its screens, with a line between them, stepped from deadline to deadline.

use super::session::{CHECK_EVERY, REFRESH_EVERY, RETRY_EVERY, TRIES};
use super::*;
use link::Uptime;
use link::noise::{Badness, NoisyLine};
use link::uptime::earliest;
use proptest::prelude::*;
use std::time::Duration;

const BAUD: u32 = 57_600;
const SMALL: Geometry = Geometry { width_px: 64, height_px: 16 };

fn ms(n: u64) -> Duration {
    Duration::from_millis(n)
}

fn text(line: &str, look: Look) -> Content {
    Content { lines: vec![Line { text: line.to_owned(), colour: Colour::Red }], look }
}

fn call(line: &str) -> Content {
    text(line, Look::Flashing)
}

fn idle(line: &str) -> Content {
    text(line, Look::Steady)
}

struct Pair {
    now: Uptime,
    session: Session,
    twins: Vec<Twin>,
    line: NoisyLine,
    /// What is on the way: when it arrives, to whom, what.
    transit: Vec<(Uptime, bool, Vec<u8>)>,
    /// Everything the session said, but for writes and noise.
    said: Vec<Output>,
    /// Destinations of the frames written, with the time.
    written: Vec<(Uptime, u16, usize)>,
    noise: usize,
}

impl Pair {
    fn new(screens: u16, baud: u32) -> Pair {
        let screen = |number| Screen { number, geometry: SMALL, card: CardType::Any };
        let mut pair = Pair {
            now: Uptime::from_millis(1000),
            session: Session::new((1..=screens).map(screen).collect(), baud),
            twins: (1..=screens).map(|number| Twin::new(number, SMALL, CardType::Any, baud)).collect(),
            line: NoisyLine::new(1, Badness::default()),
            transit: Vec::new(),
            said: Vec::new(),
            written: Vec::new(),
            noise: 0,
        };
        pair.tell(Input::Opened);
        pair
    }

    fn tell(&mut self, input: Input<'_>) {
        self.session.handle(self.now, input);
        while let Some(output) = self.session.poll() {
            match output {
                Output::Write(bytes) => {
                    self.written.push((self.now, u16::from_le_bytes([bytes[8], bytes[9]]), bytes.len()));
                    let arrivals = self.line.pass(self.now, &bytes);
                    self.transit.extend(arrivals.into_iter().map(|(at, bytes)| (at, false, bytes)));
                }
                Output::Noise { bytes } => self.noise += bytes,
                other => self.said.push(other),
            }
        }
    }

    fn show(&mut self, screen: u16, content: Content) {
        self.tell(Input::Show { screen, content });
    }

    fn next(&self) -> Option<Uptime> {
        let twins = self.twins.iter().map(Twin::deadline).fold(self.session.deadline(), earliest);
        self.transit.iter().map(|(at, ..)| Some(*at)).fold(twins, earliest)
    }

    /// Lets `span` pass.
    fn run(&mut self, span: Duration) {
        let end = self.now.plus(span);
        while let Some(next) = self.next().filter(|next| *next <= end) {
            self.now = self.now.max(next);
            self.step();
        }
        self.now = end;
    }

    fn step(&mut self) {
        let now = self.now;
        let (mut due, rest) =
            std::mem::take(&mut self.transit).into_iter().partition::<Vec<_>, _>(|(at, ..)| *at <= now);
        self.transit = rest;
        due.sort_by_key(|(at, ..)| *at);
        for (_, to_host, bytes) in due {
            if to_host {
                self.tell(Input::Bytes(&bytes));
            } else {
                self.twins.iter_mut().for_each(|twin| twin.receive(now, &bytes));
            }
        }
        for index in 0..self.twins.len() {
            while let Some(bytes) = self.twins[index].transmit(now) {
                let arrivals = self.line.pass(now, &bytes);
                self.transit.extend(arrivals.into_iter().map(|(at, bytes)| (at, true, bytes)));
            }
        }
        self.tell(Input::Wake);
    }

    fn shows(&self, screen: u16) -> String {
        self.twins[usize::from(screen) - 1].view(self.now).text_lines.join("/")
    }

    fn twin(&mut self, screen: u16) -> &mut Twin {
        &mut self.twins[usize::from(screen) - 1]
    }

    /// Frames written to `screen` since the last question.
    fn frames_to(&mut self, screen: u16) -> usize {
        let count = self.written.iter().filter(|(_, to, _)| *to == screen).count();
        self.written.retain(|(_, to, _)| *to != screen);
        count
    }

    fn said(&mut self) -> Vec<Output> {
        std::mem::take(&mut self.said)
    }
}

#[test]
fn a_text_is_shown_acknowledged_and_not_sent_twice() {
    let mut pair = Pair::new(1, BAUD);
    pair.run(ms(100));
    pair.frames_to(1);
    pair.show(1, call("A012"));
    pair.run(ms(50));
    assert_eq!(pair.shows(1), "A012");
    assert_eq!(pair.said(), [Output::Shown { screen: 1 }]);
    pair.show(1, call("A012"));
    pair.run(ms(1000));
    assert_eq!(pair.frames_to(1), 1);
    assert_eq!(pair.said(), []);
    pair.show(9, call("A012"));
    pair.run(ms(1000));
    assert_eq!(pair.frames_to(9), 0);
}

#[test]
fn only_the_newest_text_goes_out_when_the_line_is_taken() {
    let mut pair = Pair::new(2, BAUD);
    pair.run(ms(200));
    pair.written.clear();
    pair.show(1, idle("1"));
    for number in 0..10 {
        pair.show(2, idle(&format!("B{number}")));
        pair.show(1, idle(&format!("A{number}")));
    }
    pair.run(ms(500));
    assert_eq!((pair.shows(1), pair.shows(2)), ("A9".into(), "B9".into()));
    assert_eq!((pair.frames_to(1), pair.frames_to(2)), (2, 1));
    assert_eq!(pair.said(), [Output::Shown { screen: 2 }, Output::Shown { screen: 1 }]);
}

#[test]
fn calls_overtake_and_nobody_starves() {
    let mut pair = Pair::new(4, BAUD);
    pair.run(ms(200));
    pair.written.clear();
    pair.show(1, idle("一"));
    pair.show(2, idle("二"));
    pair.show(3, call("A003"));
    pair.show(4, call("A004"));
    pair.run(ms(300));
    let order: Vec<u16> = pair.written.iter().map(|(_, to, _)| *to).collect();
    assert_eq!(order, [1, 3, 4, 2]);
    // Two screens with a new call every few milliseconds: the third still gets its text.
    for number in 0..400 {
        pair.show(3, call(&format!("B{number}")));
        pair.show(4, call(&format!("C{number}")));
        pair.show(1, idle("三"));
        pair.run(ms(10));
    }
    assert_eq!(pair.shows(1), "三");
}

#[test]
fn each_misfortune_ends_with_the_right_text() {
    let cases: [(Misfortune, usize); 9] = [
        (Misfortune::SilentOnce, 2),
        (Misfortune::Busy(3), 4),
        (Misfortune::BadCrc, 2),
        (Misfortune::HalfFrame, 2),
        (Misfortune::Twice, 1),
        (Misfortune::Late(100), 1),
        (Misfortune::Late(700), 2),
        (Misfortune::Reset, 1),
        (Misfortune::Calm, 1),
    ];
    for (misfortune, frames) in cases {
        let mut pair = Pair::new(2, BAUD);
        pair.show(1, call("A012"));
        pair.show(2, idle("欢迎"));
        pair.run(ms(2000));
        pair.frames_to(1);
        pair.said();
        pair.twin(1).misfortune(misfortune);
        pair.show(1, call("A013"));
        pair.run(ms(900));
        assert_eq!(pair.shows(1), "A013", "{misfortune:?}");
        assert_eq!(pair.shows(2), "欢迎", "{misfortune:?}");
        assert_eq!(pair.said(), [Output::Shown { screen: 1 }], "{misfortune:?}");
        assert_eq!(pair.frames_to(1), frames, "{misfortune:?}");
    }
}

#[test]
fn a_dead_screen_opens_one_fault_leaves_the_line_to_others_and_comes_back() {
    let mut pair = Pair::new(2, BAUD);
    pair.run(ms(100));
    pair.twin(1).misfortune(Misfortune::Silent);
    pair.show(1, call("A012"));
    pair.show(2, call("B001"));
    pair.run(ms(600));
    assert_eq!(pair.shows(2), "B001");
    pair.run(ms(20_000));
    let fault = Fault::NoAnswer { tries: TRIES, waited: ms(500) };
    assert_eq!(pair.said(), [Output::Shown { screen: 2 }, Output::Fault { screen: 1, fault }]);
    assert_eq!(fault.to_string(), "no answer to 3 frames within 500 ms each");
    // Status at the start, three tries, then a probe every five seconds.
    assert!((6..=8).contains(&pair.frames_to(1)));
    pair.show(1, call("A013"));
    pair.twin(1).calm();
    pair.run(RETRY_EVERY + ms(600));
    assert_eq!(pair.shows(1), "A013");
    assert_eq!(pair.said(), [Output::Cleared { screen: 1 }, Output::Shown { screen: 1 }]);
}

#[test]
fn a_refused_text_is_a_fault_until_a_text_is_taken() {
    let mut pair = Pair::new(1, BAUD);
    pair.run(ms(100));
    pair.twin(1).misfortune(Misfortune::ErrorCode(ErrorCode::NoFont));
    pair.show(1, idle("A"));
    pair.run(ms(12_000));
    let fault = Fault::Refused(ErrorCode::NoFont);
    assert_eq!(pair.said(), [Output::Fault { screen: 1, fault }]);
    assert_eq!(fault.to_string(), "text refused: no font in the card (error 12)");
    pair.twin(1).calm();
    pair.show(1, idle("B"));
    pair.run(ms(100));
    assert_eq!(pair.said(), [Output::Cleared { screen: 1 }, Output::Shown { screen: 1 }]);
    pair.twin(1).misfortune(Misfortune::Busy(u32::MAX));
    pair.show(1, idle("C"));
    pair.run(ms(8_000));
    assert_eq!(pair.said(), [Output::Fault { screen: 1, fault: Fault::Refused(ErrorCode::Busy) }]);
}

#[test]
fn o1_a_screen_that_dies_or_restarts_while_idle_is_noticed() {
    let mut pair = Pair::new(2, BAUD);
    pair.show(1, idle("欢迎"));
    pair.show(2, idle("欢迎"));
    pair.run(ms(1000));
    pair.twin(1).misfortune(Misfortune::Reset);
    pair.twin(2).misfortune(Misfortune::Silent);
    assert_eq!(pair.shows(1), "");
    pair.said();
    pair.run(CHECK_EVERY + ms(3000));
    assert_eq!(pair.shows(1), "欢迎");
    let said = pair.said();
    assert!(said.contains(&Output::Shown { screen: 1 }), "{said:?}");
    assert!(said.iter().any(|output| matches!(output, Output::Fault { screen: 2, .. })), "{said:?}");
}

#[test]
fn a_card_without_status_is_refreshed_instead() {
    let mut pair = Pair::new(1, BAUD);
    // Whatever comes first is the status; it is refused, the rest is not.
    pair.twin(1).misfortune(Misfortune::ErrorCode(ErrorCode::NoSuchCommand));
    pair.run(ms(100));
    pair.twin(1).calm();
    pair.show(1, idle("欢迎"));
    pair.run(ms(100));
    pair.twin(1).misfortune(Misfortune::Reset);
    pair.run(CHECK_EVERY + ms(100));
    assert_eq!(pair.shows(1), "欢迎");
    assert_eq!(pair.said(), [Output::Shown { screen: 1 }]);
}

/// An acknowledgement does not say which text it means. Here the one for A013 comes after its time-out, when A014 is out
/// already and got lost: A014 counts as shown, and is sent once more as soon as nothing can be on its way any longer.
#[test]
fn a_late_acknowledgement_cannot_leave_the_wrong_text() {
    let mut pair = Pair::new(1, BAUD);
    pair.run(ms(100));
    pair.twin(1).misfortune(Misfortune::Late(600));
    pair.show(1, call("A013"));
    pair.run(ms(100));
    pair.twin(1).misfortune(Misfortune::SilentOnce);
    pair.show(1, call("A014"));
    pair.run(ms(600));
    assert_eq!((pair.shows(1), pair.said()), ("A013".into(), vec![Output::Shown { screen: 1 }]));
    pair.run(ms(800));
    assert_eq!(pair.shows(1), "A014");
}

#[test]
fn many_dead_screens_leave_half_the_line_to_the_living() {
    let mut pair = Pair::new(9, BAUD);
    pair.run(ms(500));
    (2..=9).for_each(|number| pair.twin(number).misfortune(Misfortune::Silent));
    (1..=9).for_each(|number| pair.show(number, call("A000")));
    pair.run(Duration::from_secs(30));
    for number in 1..=50 {
        let line = format!("A{number:03}");
        pair.show(1, call(&line));
        pair.run(ms(600));
        assert_eq!(pair.shows(1), line, "a call waits for one probe at most");
    }
    pair.written.clear();
    pair.run(Duration::from_secs(60));
    let probes = pair.written.iter().filter(|(_, to, _)| *to != 1).count();
    assert!((50..=62).contains(&probes), "{probes} probes of half a second in a minute");
    (2..=9).for_each(|number| pair.twin(number).calm());
    pair.run(Duration::from_secs(10));
    assert!((2..=9).all(|number| pair.shows(number) == "A000"));
}

#[test]
fn a_reopened_line_is_shown_everything_again() {
    let mut pair = Pair::new(2, BAUD);
    pair.show(1, idle("一"));
    pair.show(2, call("A012"));
    pair.run(ms(500));
    pair.said();
    pair.tell(Input::Closed);
    assert_eq!(pair.session.deadline(), None);
    pair.show(1, idle("三"));
    pair.twins.iter_mut().for_each(|twin| twin.misfortune(Misfortune::Reset));
    pair.run(ms(60_000));
    assert_eq!(pair.shows(1), "");
    pair.tell(Input::Opened);
    pair.run(ms(500));
    assert_eq!((pair.shows(1), pair.shows(2)), ("三".into(), "A012".into()));
    assert_eq!(pair.said(), [Output::Shown { screen: 2 }, Output::Shown { screen: 1 }]);
}

#[test]
fn an_idle_line_is_nearly_silent() {
    let mut pair = Pair::new(8, BAUD);
    (1..=8).for_each(|number| pair.show(number, idle("欢迎")));
    pair.run(ms(5000));
    pair.written.clear();
    pair.run(Duration::from_secs(1200));
    let bytes: usize = pair.written.iter().map(|(.., length)| length).sum();
    assert!(bytes < 8 * 1200 * 3, "{bytes} bytes in 20 minutes");
    assert!(pair.said().iter().all(|output| matches!(output, Output::Shown { .. })));
}

#[test]
fn slow_lines_wait_longer() {
    let time = |baud| Session::new(Vec::new(), baud).answer_time().as_millis();
    assert_eq!((time(57_600), time(115_200), time(9600)), (500, 500, 2000));
    assert!((1000..1200).contains(&time(19_200)));
    assert_eq!(time(300), 4000);
    let mut pair = Pair::new(1, 9600);
    pair.show(1, call("A012"));
    pair.run(ms(400));
    assert_eq!(pair.shows(1), "A012");
}

#[test]
fn noise_between_answers_is_counted() {
    let mut pair = Pair::new(1, BAUD);
    pair.run(ms(100));
    pair.tell(Input::Bytes(b"\x00\xFFhello"));
    assert_eq!(pair.noise, 7);
    pair.show(1, call("A012"));
    pair.tell(Input::Bytes(b"\xA5\xA5\x01"));
    pair.run(ms(2000));
    assert_eq!(pair.shows(1), "A012");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn once_the_line_is_quiet_every_screen_shows_what_it_should(
        seed: u64,
        texts in prop::collection::vec((1u16..4, "[A-D][0-9]{3}", any::<bool>(), 0u64..900), 1..30),
    ) {
        let mut pair = Pair::new(3, BAUD);
        let bad = Badness { lose: 80, spoil: 80, babble: 80, split: 150, delay: 80, double: 60 };
        pair.line = NoisyLine::new(seed, bad);
        let mut wanted = ["".to_owned(), "".to_owned(), "".to_owned()];
        for (screen, line, flashing, pause) in texts {
            wanted[usize::from(screen) - 1] = line.clone();
            pair.show(screen, text(&line, if flashing { Look::Flashing } else { Look::Steady }));
            pair.run(ms(pause));
        }
        pair.line.set(Badness::default());
        pair.run(REFRESH_EVERY + CHECK_EVERY + RETRY_EVERY);
        for (number, line) in (1u16..).zip(&wanted) {
            prop_assert_eq!(&pair.shows(number), line);
        }
        let open = |number| {
            let mut open = 0i32;
            for output in &pair.said {
                match output {
                    Output::Fault { screen, .. } if *screen == number => open += 1,
                    Output::Cleared { screen } if *screen == number => open -= 1,
                    _ => {}
                }
                assert!((0..=1).contains(&open), "faults open once and close once");
            }
            open
        };
        prop_assert_eq!((open(1), open(2), open(3)), (0, 0, 0));
    }

    #[test]
    fn noise_never_panics_the_session_or_the_twin(
        chunks in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..60), 0..20),
    ) {
        let mut pair = Pair::new(2, BAUD);
        pair.show(1, call("A012"));
        for chunk in chunks {
            pair.tell(Input::Bytes(&chunk));
            let now = pair.now;
            pair.twin(1).receive(now, &chunk);
            pair.run(ms(50));
        }
    }
}
