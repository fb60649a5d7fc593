//! One bus, one session and one virtual pad, stepped from deadline to deadline. The keypad that shares the address speaks
//! in written-down frames. Policy: each rating counts once, the prompt arrives, pad and keypad do not mistake each other.

use super::twin::Twin;
use super::{Input, Output, Session, Settings, StrayWhy};
use link::Uptime;
use link::ff68::twin::Misfortune;
use link::ff68::{Bus, BusInput, BusOutput, EVENT, Frame, PAD_BUTTON, PROMPT_DATA, Part, SHOW, encode};
use link::noise::{Badness, NoisyLine};
use link::pace::PacedOut;
use link::uptime::earliest;
use std::collections::BTreeMap;
use std::time::Duration;

const ADDRESS: u8 = 5;
const BAUD: u32 = 9600;

struct Pair {
    now: Uptime,
    bus: Bus,
    session: Session,
    twin: Twin,
    host_out: PacedOut,
    to_twin: NoisyLine,
    to_host: NoisyLine,
    air: BTreeMap<(Uptime, u64), (bool, Vec<u8>)>,
    sent: u64,
    arrived: Vec<Frame>,
    outputs: Vec<Output>,
    faults: Vec<BusOutput>,
    host_frames: u32,
}

impl Pair {
    fn new(seed: u64, badness: Badness) -> Self {
        let mut pair = Pair {
            now: Uptime::default(),
            bus: Bus::new(BAUD),
            session: Session::new(Settings::new(ADDRESS)),
            twin: Twin::new(ADDRESS, BAUD),
            host_out: PacedOut::new(BAUD),
            to_twin: NoisyLine::new(seed, badness),
            to_host: NoisyLine::new(seed + 1_000_000, badness),
            air: BTreeMap::new(),
            sent: 0,
            arrived: Vec::new(),
            outputs: Vec::new(),
            faults: Vec::new(),
            host_frames: 0,
        };
        pair.bus(BusInput::Opened);
        pair
    }

    fn bus(&mut self, input: BusInput<'_>) {
        self.bus.handle(self.now, input);
        while let Some(output) = self.bus.poll() {
            match output {
                BusOutput::Write(bytes) => {
                    self.host_frames += 1;
                    self.host_out.send(self.now, Duration::ZERO, bytes);
                }
                BusOutput::Arrived(frame) => {
                    self.arrived.push(frame);
                    self.session(Input::Frame(&frame));
                }
                BusOutput::Answering { .. } => {
                    self.faults.push(output);
                    self.session(Input::Refresh);
                }
                BusOutput::Unanswered { .. } => self.faults.push(output),
                BusOutput::Delivered(_) | BusOutput::Noise { .. } => {}
            }
        }
    }

    fn session(&mut self, input: Input<'_>) {
        self.session.handle(self.now, input);
        while let Some(output) = self.session.poll() {
            match output {
                Output::Send(frame) => self.bus.handle(self.now, BusInput::Send(frame)),
                Output::Level(_) | Output::Stray(_) | Output::NoAnswer => self.outputs.push(output),
            }
        }
    }

    fn flush(&mut self) {
        self.bus(BusInput::Wake);
        while let Some(bytes) = self.host_out.take(self.now) {
            let chunks = self.to_twin.pass(self.now, &bytes);
            self.fly(false, chunks);
        }
        while let Some(bytes) = self.twin.transmit(self.now) {
            let chunks = self.to_host.pass(self.now, &bytes);
            self.fly(true, chunks);
        }
    }

    fn fly(&mut self, to_host: bool, chunks: Vec<(Uptime, Vec<u8>)>) {
        for (due, bytes) in chunks {
            self.sent += 1;
            self.air.insert((due, self.sent), (to_host, bytes));
        }
    }

    fn run_for(&mut self, time: Duration) {
        let until = self.now.plus(time);
        self.flush();
        loop {
            let wires =
                earliest(self.host_out.deadline(), self.air.first_key_value().map(|((due, _), _)| *due));
            let due = earliest(wires, earliest(self.bus.deadline(), self.twin.deadline()));
            let Some(due) = due.filter(|due| *due <= until) else { break };
            self.now = self.now.max(due);
            self.twin.wake(self.now);
            while let Some(entry) = self.air.first_entry().filter(|entry| entry.key().0 <= self.now) {
                match entry.remove() {
                    (true, bytes) => self.bus(BusInput::Bytes(&bytes)),
                    (false, bytes) => self.twin.receive(self.now, &bytes),
                }
            }
            self.flush();
        }
        self.now = until;
    }

    /// The keypad beside the pad says `frame`.
    fn keypad(&mut self, frame: Frame) {
        self.bus(BusInput::Bytes(&encode(&frame)));
    }
}

const SECOND: Duration = Duration::from_secs(1);

#[test]
fn asked_lit_pressed_rated() {
    let mut pair = Pair::new(0, Badness::default());
    pair.session(Input::Prompt { on: true });
    pair.run_for(SECOND);
    assert!(pair.twin.view().prompted);
    pair.twin.press_button(pair.now, 3);
    pair.run_for(SECOND);
    assert_eq!(pair.outputs, [Output::Level(5)]);
    let view = pair.twin.view();
    assert_eq!((view.prompted, view.last_answer, view.unacknowledged), (false, Some(3), 0));
    pair.twin.press_button(pair.now, 0);
    pair.run_for(SECOND);
    assert_eq!(pair.outputs, [Output::Level(5), Output::Stray(StrayWhy::Second)]);
}

#[test]
fn the_pad_goes_dark_by_itself() {
    let mut pair = Pair::new(0, Badness::default());
    pair.session(Input::Prompt { on: true });
    pair.run_for(29 * SECOND);
    assert!(pair.twin.view().prompted);
    pair.run_for(2 * SECOND);
    assert!(!pair.twin.view().prompted);
}

/// The evaluation key's bytes are the prompt's: the host's acknowledgement lights the pad, whose acknowledgement looks
/// like the key again. This must neither press twice nor go on for ever.
#[test]
fn the_keypads_evaluation_key_lights_the_pad_and_counts_once() {
    let mut pair = Pair::new(0, Badness::default());
    let key = Frame::new(ADDRESS, EVENT, [PROMPT_DATA]);
    pair.keypad(key);
    pair.run_for(10 * SECOND);
    assert!(pair.twin.view().prompted);
    assert_eq!((pair.arrived.clone(), pair.host_frames), (vec![key], 1));
    // The host takes the key up and asks for itself: nothing more arrives than the rating.
    pair.session(Input::Prompt { on: true });
    pair.run_for(SECOND);
    pair.twin.press_button(pair.now, 2);
    pair.run_for(SECOND);
    assert_eq!(pair.arrived, [key, Frame::new(ADDRESS, PAD_BUTTON, [2])]);
    assert_eq!(pair.outputs, [Output::Level(4)]);
}

#[test]
fn the_pad_answers_nothing_that_is_the_keypads() {
    let mut twin = Twin::new(ADDRESS, BAUD);
    for frame in [
        Frame::new(ADDRESS, EVENT, [0x0C]),
        Frame::new(ADDRESS, EVENT, [0x06, 0x0F]),
        Frame::new(ADDRESS, SHOW, [3]),
        Frame::new(ADDRESS, 0x03, []),
        Frame::new(6, EVENT, [PROMPT_DATA]),
    ] {
        twin.receive(Uptime::default(), &encode(&frame));
        assert_eq!(twin.deadline(), None, "{frame:?}");
    }
}

#[test]
fn the_rating_of_the_manual_byte_for_byte() {
    let mut twin = Twin::new(ADDRESS, BAUD);
    twin.press_button(Uptime::default(), 2);
    let sent = twin.transmit(Uptime::from_millis(20)).unwrap();
    assert_eq!(sent, [0xFF, 0x68, 0x03, 0x03, 0x68, 0x05, 0x11, 0x02, 0x18, 0x16]);
    twin.receive(Uptime::from_millis(30), &[0xFF, 0x68, 0x03, 0x03, 0x68, 0x05, 0x01, 0x02, 0x08, 0x16]);
    assert_eq!((twin.view().unacknowledged, twin.deadline()), (0, None));
}

#[test]
fn on_a_bad_line_every_rating_counts_once() {
    for seed in 0..20 {
        let badness = Badness { lose: 20, spoil: 20, babble: 20, split: 150, delay: 0, double: 60 };
        let mut pair = Pair::new(seed, badness);
        for turn in 0..20u8 {
            pair.session(Input::Prompt { on: true });
            pair.run_for(2 * SECOND);
            assert!(pair.twin.view().prompted, "seed {seed}, turn {turn}");
            pair.twin.press_button(pair.now, turn % 5);
            pair.run_for(2 * SECOND);
            assert_eq!(pair.outputs, [Output::Level([2, 3, 4, 5, 1][usize::from(turn % 5)])], "seed {seed}");
            pair.outputs.clear();
            pair.session(Input::Prompt { on: false });
        }
    }
}

#[test]
fn each_misfortune_costs_no_rating_and_adds_none() {
    for misfortune in [
        Misfortune::SilentOnce,
        Misfortune::BadSum,
        Misfortune::HalfFrame,
        Misfortune::Twice,
        Misfortune::Late(150),
    ] {
        let mut pair = Pair::new(0, Badness::default());
        pair.twin.misfortune(misfortune);
        pair.session(Input::Prompt { on: true });
        pair.run_for(2 * SECOND);
        assert!(pair.twin.view().prompted, "{misfortune:?}");
        pair.twin.misfortune(misfortune);
        pair.twin.press_button(pair.now, 3);
        pair.run_for(2 * SECOND);
        assert_eq!(pair.outputs, [Output::Level(5)], "{misfortune:?}");
        assert_eq!(pair.faults, [], "{misfortune:?}");
    }
}

#[test]
fn a_silent_pad_is_a_fault_of_the_pad_until_it_speaks_and_then_asks() {
    let mut pair = Pair::new(0, Badness::default());
    pair.twin.misfortune(Misfortune::Silent);
    pair.session(Input::Prompt { on: true });
    pair.run_for(20 * SECOND);
    let fault = BusOutput::Unanswered { address: ADDRESS, part: Part::Pad, tried: 4 };
    assert_eq!(pair.faults, std::slice::from_ref(&fault));
    pair.twin.calm();
    pair.session(Input::Prompt { on: true });
    pair.run_for(SECOND);
    assert!(pair.twin.view().prompted);
    assert_eq!(pair.faults, [fault, BusOutput::Answering { address: ADDRESS, part: Part::Pad }]);
    pair.twin.misfortune(Misfortune::Reset);
    assert!(!pair.twin.view().prompted);
}
