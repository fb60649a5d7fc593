//! The panel's session and its twin over good and bad lines, stepped from deadline to deadline.

mod sample;

use kiosk::panel::{Fault, Input as Told, Misfortune, Output as Wish, Session, Twin};
use kiosk::*;
use link::Uptime;
use link::noise::{Badness, NoisyLine};
use link::uptime::earliest;
use std::sync::Arc;
use std::time::Duration;

const BAUD: u32 = 921_600;
const SIZE: Size = Size::new(320, 256);

/// Both ends and the line between them.
struct Pair {
    session: Session,
    twin: Twin,
    lines: [NoisyLine; 2],
    /// What is on its way: when it arrives, whether to the twin, the bytes.
    on_way: Vec<(Uptime, bool, Vec<u8>)>,
    now: Uptime,
    wishes: Vec<Wish>,
    sent: usize,
}

impl Pair {
    fn new(seed: u64, badness: Badness) -> Self {
        let mut pair = Pair {
            session: Session::new(BAUD),
            twin: Twin::new(SIZE, BAUD),
            lines: [NoisyLine::new(seed, badness), NoisyLine::new(seed ^ 0xABCD, badness)],
            on_way: Vec::new(),
            now: Uptime::from_millis(100),
            wishes: Vec::new(),
            sent: 0,
        };
        pair.tell(Told::Opened);
        pair
    }

    fn tell(&mut self, told: Told<'_>) {
        self.session.handle(self.now, told);
        while let Some(wish) = self.session.poll() {
            match wish {
                Wish::Write(bytes) => {
                    self.sent += bytes.len();
                    let passed = self.lines[0].pass(self.now, &bytes);
                    self.on_way.extend(passed.into_iter().map(|(at, bytes)| (at, true, bytes)));
                }
                other => self.wishes.push(other),
            }
        }
    }

    /// Runs until `limit`, or until the panel shows the newest picture.
    fn run(&mut self, limit: Duration, until_settled: bool) {
        let end = self.now.plus(limit);
        while self.now < end && !(until_settled && self.session.settled()) {
            let arrival = self.on_way.iter().map(|(at, ..)| *at).min();
            let next = earliest(earliest(self.session.deadline(), self.twin.deadline()), arrival);
            self.now = next.unwrap_or(end).clamp(self.now, end);
            self.on_way.sort_by_key(|(at, ..)| *at);
            let later = self.on_way.partition_point(|(at, ..)| *at <= self.now);
            for (_, to_twin, bytes) in self.on_way.drain(..later).collect::<Vec<_>>() {
                if to_twin {
                    self.twin.receive(self.now, &bytes);
                } else {
                    self.tell(Told::Bytes(&bytes));
                }
            }
            self.twin.wake(self.now);
            while let Some(bytes) = self.twin.transmit(self.now) {
                let passed = self.lines[1].pass(self.now, &bytes);
                self.on_way.extend(passed.into_iter().map(|(at, bytes)| (at, false, bytes)));
            }
            self.tell(Told::Wake);
        }
    }

    fn paint(&mut self, frame: &Frame) {
        self.tell(Told::Paint { frame });
    }

    fn faults(&self) -> Vec<&Wish> {
        self.wishes.iter().filter(|wish| matches!(wish, Wish::Fault(_) | Wish::Cleared)).collect()
    }
}

/// A kiosk's pages, small enough for many rounds.
fn pages() -> [Frame; 3] {
    let mut ui = Ui::new(SIZE, Duration::from_secs(60));
    let first = ui.frame();
    ui.handle(Uptime::default(), Input::Menu(Arc::new(sample::menu_of(4))));
    let second = ui.frame();
    let place = ui.targets().next().expect("a language").1;
    ui.handle(Uptime::from_millis(900), Input::Touch(place.center()));
    [first, second, ui.frame()]
}

#[test]
fn a_good_line_shows_the_picture_and_sends_only_what_changed() {
    let [first, second, _] = pages();
    let mut pair = Pair::new(1, Badness::default());
    pair.paint(&first);
    pair.run(Duration::from_secs(10), true);
    assert_eq!(pair.twin.picture(), first.as_rgb565());
    assert_eq!(pair.wishes, []);
    assert_eq!(pair.session.panel_size(), Some(SIZE));
    let before = pair.sent;
    pair.paint(&first);
    assert_eq!(pair.sent, before);
    let mut dot = first.clone();
    dot.set(200, 100, embedded_graphics::pixelcolor::Rgb888::new(255, 0, 255));
    pair.paint(&dot);
    assert!(pair.sent - before < 1500, "{}", pair.sent - before);
    pair.paint(&second);
    pair.run(Duration::from_secs(10), true);
    assert_eq!(pair.twin.picture(), second.as_rgb565());
}

#[test]
fn a_whole_page_takes_less_than_a_second_at_921600() {
    let mut ui = Ui::new(Size::new(768, 1024), Duration::from_secs(60));
    ui.handle(Uptime::default(), Input::Menu(Arc::new(sample::menu_of(4))));
    let mut pair = Pair::new(1, Badness::default());
    pair.twin = Twin::new(Size::new(768, 1024), BAUD);
    pair.paint(&ui.frame());
    pair.run(Duration::from_secs(10), true);
    assert!(pair.session.settled());
    assert!(pair.sent < 56_000 && pair.now < Uptime::from_millis(800), "{:?}, {} bytes", pair.now, pair.sent);
}

#[test]
fn bad_lines_end_with_equal_pictures() {
    let pages = pages();
    let bad = Badness { lose: 60, spoil: 60, babble: 60, split: 200, delay: 60, double: 60 };
    for seed in 0..12 {
        let mut pair = Pair::new(seed, bad);
        for page in pages.iter().cycle().take(5) {
            pair.paint(page);
            pair.run(Duration::from_millis(300 + seed * 70), false);
        }
        pair.lines
            .iter_mut()
            .for_each(|line| line.set(Badness { lose: 30, spoil: 30, ..Badness::default() }));
        pair.run(Duration::from_secs(120), true);
        assert!(pair.session.settled(), "seed {seed}");
        assert_eq!(pair.twin.picture(), pages[1].as_rgb565(), "seed {seed}");
    }
}

#[test]
fn touches_come_once_even_if_the_panel_says_them_twice() {
    let mut pair = Pair::new(1, Badness::default());
    pair.paint(&pages()[0]);
    pair.run(Duration::from_secs(5), true);
    pair.twin.misfortune(Misfortune::Twice);
    pair.twin.touch(pair.now, 30, 40);
    pair.twin.touch(pair.now, 5000, 40);
    pair.run(Duration::from_millis(500), false);
    assert_eq!(pair.wishes, [Wish::Touch(Point::new(30, 40))]);
    pair.twin.touch(pair.now, 31, 41);
    pair.run(Duration::from_millis(500), false);
    assert_eq!(pair.wishes[1..], [Wish::Touch(Point::new(31, 41))]);
}

#[test]
fn a_touch_on_the_old_picture_is_not_taken_for_one_on_the_new() {
    let [first, second, _] = pages();
    let mut pair = Pair::new(1, Badness::default());
    pair.paint(&first);
    pair.run(Duration::from_secs(5), true);
    let changed = second.changed(&first)[0].center();
    pair.twin.touch(pair.now, changed.x, changed.y);
    pair.paint(&second);
    pair.run(Duration::from_secs(5), false);
    assert_eq!(pair.wishes, []);
    pair.twin.touch(pair.now, changed.x, changed.y);
    pair.run(Duration::from_secs(1), false);
    assert_eq!(pair.wishes, [Wish::Touch(changed)]);
}

#[test]
fn every_misfortune_ends_with_equal_pictures() {
    let [first, second, third] = pages();
    for misfortune in [
        Misfortune::Silent,
        Misfortune::SilentOnce,
        Misfortune::BadCrc,
        Misfortune::HalfFrame,
        Misfortune::Twice,
        Misfortune::Late,
        Misfortune::Reset,
    ] {
        let mut pair = Pair::new(1, Badness::default());
        pair.paint(&first);
        pair.run(Duration::from_secs(5), true);
        pair.twin.misfortune(misfortune);
        pair.paint(&second);
        pair.run(Duration::from_secs(20), false);
        pair.paint(&third);
        pair.twin.calm();
        pair.run(Duration::from_secs(30), false);
        assert!(pair.session.settled(), "{misfortune:?}");
        assert_eq!(pair.twin.picture(), third.as_rgb565(), "{misfortune:?}");
        let faults = pair.faults();
        if misfortune == Misfortune::Silent {
            assert_eq!(faults, [&Wish::Fault(Fault::Silent { tries: 5 }), &Wish::Cleared]);
        } else {
            assert_eq!(faults, [&Wish::Cleared; 0], "{misfortune:?}");
        }
    }
}

#[test]
fn a_panel_that_starts_anew_is_shown_the_picture_again_without_being_asked() {
    let [_, second, _] = pages();
    let mut pair = Pair::new(1, Badness::default());
    pair.paint(&second);
    pair.run(Duration::from_secs(5), true);
    pair.twin.misfortune(Misfortune::Reset);
    assert_ne!(pair.twin.picture(), second.as_rgb565());
    pair.run(Duration::from_millis(500), false);
    assert_eq!(pair.twin.picture(), second.as_rgb565());
    assert!(pair.twin.view().begun);
}

#[test]
fn a_host_that_starts_anew_takes_over_a_panel_in_session() {
    let [first, second, _] = pages();
    let mut pair = Pair::new(1, Badness::default());
    pair.paint(&second);
    pair.run(Duration::from_secs(5), true);
    pair.session = Session::new(BAUD);
    pair.tell(Told::Opened);
    pair.paint(&first);
    pair.run(Duration::from_secs(5), true);
    assert_eq!(pair.twin.picture(), first.as_rgb565());
}

/// The tail of a picture's frame is lost and the line is good from then on: the panel waits for up to 4 KiB that never come,
/// and must not take the host's questions for them.
#[test]
fn a_frame_whose_end_was_lost_does_not_swallow_the_questions_behind_it() {
    let mut pair = Pair::new(1, Badness::default());
    let [first, ..] = pages();
    pair.paint(&first);
    pair.run(Duration::from_secs(5), true);
    let cut = [0xA5, 0x5A, 0x03, 0x01, 0x02, 0xF0, 0x0F, 0xFF];
    pair.twin.receive(pair.now, &cut);
    let [_, second, _] = pages();
    pair.paint(&second);
    pair.run(Duration::from_secs(20), true);
    assert!(pair.session.settled());
    assert_eq!(pair.twin.picture(), second.as_rgb565());
}

#[test]
fn a_silent_panel_and_one_of_another_size_are_faults() {
    let mut pair = Pair::new(1, Badness::default());
    pair.twin.misfortune(Misfortune::Silent);
    pair.paint(&Frame::new(Size::new(64, 64)));
    pair.run(Duration::from_secs(30), false);
    assert_eq!(pair.wishes, [Wish::Fault(Fault::Silent { tries: 5 })]);
    pair.twin.calm();
    pair.run(Duration::from_secs(5), false);
    let size = Fault::Size { panel_width: 320, panel_height: 256, width: 64, height: 64 };
    assert_eq!(pair.wishes[1..], [Wish::Cleared, Wish::Fault(size)]);
    assert_eq!(size.to_string(), "panel says 320 x 256, pictures are 64 x 64");
    pair.paint(&pages()[0]);
    pair.run(Duration::from_secs(5), true);
    assert_eq!(pair.wishes[3..], [Wish::Cleared]);
    assert!(pair.session.settled());
}

#[test]
fn an_idle_line_is_asked_now_and_then_and_a_closed_one_is_left_alone() {
    let mut pair = Pair::new(1, Badness::default());
    pair.paint(&pages()[0]);
    pair.run(Duration::from_secs(5), true);
    let before = pair.sent;
    pair.run(Duration::from_secs(60), false);
    assert!((200..=400).contains(&(pair.sent - before)), "{}", pair.sent - before);
    pair.tell(Told::Closed);
    assert_eq!(pair.session.deadline(), None);
    pair.tell(Told::Bytes(&[0xA5, 0x5A, 0, 0]));
    assert_eq!(pair.wishes, []);
}
