//! The host's side of one line: acknowledges what units say, says each press once, and gets frames to many units.
//!
//! Settled here, all *inferred* (PROTOCOLS.md 3.1 marks them so):
//! - A unit repeats until it hears us, so equal frames close together are one press. A unit has one frame
//!   unacknowledged at a time: any other frame of the same unit in between ends the comparison.
//! - A digit may honestly come twice in a row. An unhurried finger needs more than [`SAME_DIGIT`] for that, and a unit's
//!   repeat comes sooner (after about 200 ms), so that a lost acknowledgement does not make window 1 into window 11. Where a
//!   unit sends each key alone, a hasty second 1 may be lost instead, mostly on a bad line; no rule of time avoids both.
//! - A copy within [`OWN_ECHO`] of our acknowledgement is not the unit's repeat but that acknowledgement coming back (a pad
//!   that takes the evaluation key's echo for a prompt, a doubling line): acknowledging it would never end.
//! - Units cannot be addressed faster than they answer on a line for one speaker at a time: after a frame the line is left
//!   alone until the answer or for the time of an answer, whichever is first. Acknowledgements do not wait.

use super::codec::{BEEP, Frame, MAX_FRAME, PAD_BUTTON, SHOW, Scan, acknowledgement, encode, scan};
use super::pending::{self, Echo, Part, Pending};
use crate::buffer::ReceiveBuffer;
use crate::pace::time_for;
use crate::uptime::{Uptime, earliest};
use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

/// Equal frames whose copies follow each other within this are one press: however many acknowledgements are lost, as long as
/// no two copies in a row are (at one frame in fifty, one press in 125,000 counts twice). A clerk who presses "call next"
/// twice within half a second means it once.
const SAME_PRESS: Duration = Duration::from_millis(500);

/// The same for digits: longer than the 200 ms of a repeat with some lateness, shorter than an unhurried double press.
/// Shorter, and a lost acknowledgement doubles a digit; longer, and quick fingers lose one.
const SAME_DIGIT: Duration = Duration::from_millis(250);

/// Half the repeat time of a unit, and more than two frames (30 ms) and two adapter latencies (16 ms each) take.
const OWN_ECHO: Duration = Duration::from_millis(100);

/// A frame whose bytes stop coming for so long was cut: ten times its time on the wire, for slow serial servers.
const CUT_FRAME: Duration = Duration::from_millis(100);

/// How long a unit may take to begin its answer, adapter latency included, before the line goes to the next. Too short
/// makes answers collide with the next frame (they are then repeated), too long slows a refresh of the whole hall.
const TURNAROUND: Duration = Duration::from_millis(40);

/// What happens to the line.
#[derive(Clone, Copy, Debug)]
pub enum BusInput<'a> {
    /// The port is open. Frames wait until then.
    Opened,
    /// Bytes arrived.
    Bytes(&'a [u8]),
    /// A keypad or pad session wants this said.
    Send(Frame),
    /// [`Bus::deadline`] has passed.
    Wake,
    /// The port is gone.
    Closed,
}

/// What the host has to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BusOutput {
    /// Bytes for the port.
    Write(Vec<u8>),
    /// A new frame of a unit, already acknowledged; repeats do not show up. Goes to the sessions of its address.
    Arrived(Frame),
    /// The unit has acknowledged this frame.
    Delivered(Frame),
    /// A fault opens (said once): the unit has not acknowledged a frame in `tried` tries.
    Unanswered {
        /// Address of the unit.
        address: u8,
        /// Whether the keypad or the pad.
        part: Part,
        /// How often the frame was sent.
        tried: u32,
    },
    /// The fault is over. The sessions of the address should be told to send everything again.
    Answering {
        /// Address of the unit.
        address: u8,
        /// Whether the keypad or the pad.
        part: Part,
    },
    /// Bytes that belong to no frame, for the log and the line's counters.
    Noise {
        /// How many.
        bytes: usize,
        /// What is wrong with the first of them.
        why: &'static str,
    },
}

/// The last frame a unit has sent.
#[derive(Clone, Copy, Debug)]
struct Heard {
    frame: Frame,
    at: Uptime,
    acknowledged: Uptime,
}

/// One line with up to 256 addresses. Sans-I/O: see the crate's contract of `handle`, `poll` and `deadline`.
#[derive(Debug)]
pub struct Bus {
    baud: u32,
    open: bool,
    buffer: ReceiveBuffer,
    /// Since when the front of the buffer waits for the rest of its frame.
    cut_since: Option<Uptime>,
    units: BTreeMap<(u8, Part), Pending>,
    heard: BTreeMap<(u8, Part), Heard>,
    /// The unit that was addressed last, and until when the line is its own.
    turn: (u8, Part),
    quiet_at: Uptime,
    out: VecDeque<BusOutput>,
}

impl Bus {
    /// A closed line at `baud` (9600 for all known units), which only serves to leave room for answers.
    pub fn new(baud: u32) -> Self {
        Bus {
            baud,
            open: false,
            buffer: ReceiveBuffer::new(2 * MAX_FRAME),
            cut_since: None,
            units: BTreeMap::new(),
            heard: BTreeMap::new(),
            turn: (u8::MAX, Part::Pad),
            quiet_at: Uptime::default(),
            out: VecDeque::new(),
        }
    }

    /// Takes in what happened at `now`; then [`Bus::poll`] until `None`.
    pub fn handle(&mut self, now: Uptime, input: BusInput<'_>) {
        match input {
            BusInput::Opened => self.line_changed(now, true),
            BusInput::Closed => self.line_changed(now, false),
            BusInput::Bytes(bytes) if self.open => self.receive(now, bytes),
            BusInput::Bytes(_) | BusInput::Wake => {}
            BusInput::Send(frame) => {
                let unit = (frame.address, Part::addressed(&frame));
                self.units.entry(unit).or_default().push(frame, self.open);
            }
        }
        if self.open {
            if self.cut_since.is_some_and(|since| since.plus(CUT_FRAME) <= now) {
                self.buffer.consume(1);
                self.cut_since = None;
                self.understand(now, Noise { bytes: 1, why: "cut frame" });
            }
            self.speak(now);
        }
    }

    /// The next thing to do, in order.
    pub fn poll(&mut self) -> Option<BusOutput> {
        self.out.pop_front()
    }

    /// When to send [`BusInput::Wake`].
    pub fn deadline(&self) -> Option<Uptime> {
        if !self.open {
            return None;
        }
        let units = pending::deadline(self.units.values()).map(|at| at.max(self.free_at()));
        earliest(units, self.cut_since.map(|since| since.plus(CUT_FRAME)))
    }

    fn line_changed(&mut self, now: Uptime, open: bool) {
        self.open = open;
        self.buffer.clear();
        self.cut_since = None;
        self.quiet_at = now;
        self.units.values_mut().for_each(|unit| unit.line_changed(now));
    }

    fn receive(&mut self, now: Uptime, bytes: &[u8]) {
        // A big chunk goes in by pieces, so that the bounded buffer never has to drop what would have been understood.
        for piece in bytes.chunks(MAX_FRAME) {
            let dropped = self.buffer.extend(piece);
            self.understand(now, Noise { bytes: dropped, why: "too many bytes" });
        }
    }

    fn understand(&mut self, now: Uptime, mut noise: Noise) {
        loop {
            match scan(self.buffer.bytes()) {
                Scan::Frame { frame, used } => {
                    self.buffer.consume(used);
                    self.cut_since = None;
                    noise.flush(&mut self.out);
                    self.frame(now, frame);
                }
                Scan::Noise { skip, why } => {
                    self.buffer.consume(skip);
                    self.cut_since = None;
                    noise.add(skip, why);
                }
                Scan::NeedMore => break,
            }
        }
        noise.flush(&mut self.out);
        if !self.buffer.bytes().is_empty() {
            self.cut_since.get_or_insert(now);
        }
    }

    fn frame(&mut self, now: Uptime, frame: Frame) {
        let addressed = (frame.address, Part::addressed(&frame));
        match self.units.get_mut(&addressed).map_or(Echo::No, |unit| unit.echo(now, &frame)) {
            Echo::Delivered { answers_again } => {
                if self.turn == addressed {
                    self.quiet_at = now;
                }
                self.out.push_back(BusOutput::Delivered(frame));
                if answers_again {
                    let (address, part) = addressed;
                    self.out.push_back(BusOutput::Answering { address, part });
                }
            }
            Echo::Late => {}
            // Only we say these: an answer to a frame that is no longer in flight.
            Echo::No if matches!(frame.command, SHOW | BEEP) => {}
            Echo::No => self.pressed(now, frame),
        }
    }

    fn pressed(&mut self, now: Uptime, frame: Frame) {
        let speaking = (frame.address, Part::speaking(&frame));
        let same = if is_digit(&frame) { SAME_DIGIT } else { SAME_PRESS };
        let before =
            self.heard.get(&speaking).filter(|heard| heard.frame == frame && now.since(heard.at) < same);
        let repeated = before.is_some();
        let mut acknowledged = before.map(|heard| heard.acknowledged);
        if acknowledged.is_none_or(|at| now.since(at) >= OWN_ECHO) {
            acknowledged = Some(now);
            self.write(now, &acknowledgement(&frame), Duration::ZERO);
        }
        let acknowledged = acknowledged.unwrap_or(now);
        self.heard.insert(speaking, Heard { frame, at: now, acknowledged });
        if !repeated {
            self.out.push_back(BusOutput::Arrived(frame));
        }
        if self.units.get_mut(&speaking).is_some_and(|unit| unit.heard(now)) {
            let (address, part) = speaking;
            self.out.push_back(BusOutput::Answering { address, part });
        }
    }

    /// Gives up what is overdue, then lets the next unit after the last have its frame, if the line is free.
    fn speak(&mut self, now: Uptime) {
        for ((address, part), unit) in &mut self.units {
            if let Some(tried) = unit.expire(now) {
                self.out.push_back(BusOutput::Unanswered { address: *address, part: *part, tried });
            }
        }
        if self.free_at() > now {
            return;
        }
        let baud = self.baud;
        let left = |frame: &Frame| now.plus(time_for(encode(frame).len(), baud));
        let order = |turn: (u8, Part), unit: (u8, Part)| (unit <= turn, unit);
        let turn = self.turn;
        let next = self
            .units
            .iter_mut()
            .filter(|(_, unit)| unit.deadline().is_some_and(|at| at <= now))
            // Those who answer come first: a probe may wait.
            .min_by_key(|(key, unit)| (unit.is_silent(), order(turn, **key)));
        if let Some((key, unit)) = next
            && let Some(frame) = unit.take(now, left)
        {
            self.turn = *key;
            let answer = TURNAROUND + time_for(encode(&frame).len(), baud);
            self.write(now, &frame, answer);
        }
    }

    fn write(&mut self, now: Uptime, frame: &Frame, answer: Duration) {
        let bytes = encode(frame);
        self.quiet_at = self.quiet_at.max(now).plus(time_for(bytes.len(), self.baud) + answer);
        self.out.push_back(BusOutput::Write(bytes));
    }

    /// When the line is ours to speak unasked: nobody answers, nobody is in the middle of a frame.
    fn free_at(&self) -> Uptime {
        self.cut_since.map_or(self.quiet_at, |since| self.quiet_at.max(since.plus(CUT_FRAME)))
    }
}

/// Whether the frame ends in a digit, which may honestly come twice.
fn is_digit(frame: &Frame) -> bool {
    frame.command != PAD_BUTTON && frame.data.last().is_some_and(|key| *key <= 9)
}

/// Noise bytes in a row, told as one.
struct Noise {
    bytes: usize,
    why: &'static str,
}

impl Noise {
    fn add(&mut self, bytes: usize, why: &'static str) {
        if self.bytes == 0 {
            self.why = why;
        }
        self.bytes += bytes;
    }

    fn flush(&mut self, out: &mut VecDeque<BusOutput>) {
        if self.bytes > 0 {
            out.push_back(BusOutput::Noise { bytes: self.bytes, why: self.why });
            self.bytes = 0;
        }
    }
}

#[cfg(test)]
#[path = "bus_tests.rs"]
mod tests;
