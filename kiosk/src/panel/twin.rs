//! A virtual panel: shows what the received bytes say, sends touches, and misbehaves on demand.

use super::codec::{self, Kind, MAX_FRAME, Packet, Scan, next_seq, size_bytes};
use super::pixels;
use super::{CUT_FRAME, give_up_cut_frame};
use crate::frame::{Frame, MAX_SIDE, TILE, from_rgb565, tile};
use embedded_graphics::geometry::Size;
use embedded_graphics::pixelcolor::Rgb888;
use link::pace::{PacedOut, time_for};
use link::{ReceiveBuffer, Uptime};
use serde::Serialize;
use std::time::Duration;

/// How late a late answer is: past the session's time-out, so that its frames come twice.
const LATE: Duration = Duration::from_millis(800);

/// What can go wrong with a panel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Misfortune {
    /// Takes and says nothing until [`Twin::calm`], as when unplugged.
    Silent,
    /// The next answer does not come.
    SilentOnce,
    /// The next answer has a wrong checksum.
    BadCrc,
    /// Only half of the next answer comes.
    HalfFrame,
    /// Every answer comes twice until [`Twin::calm`].
    Twice,
    /// Every answer comes late until [`Twin::calm`].
    Late,
    /// Starts anew: the picture and the session are gone.
    Reset,
}

/// What a person would see besides the picture.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct View {
    /// Width of the screen in pixels.
    pub width: u32,
    /// Height of the screen in pixels.
    pub height: u32,
    /// Whether a session was begun; without one the screen is black.
    pub begun: bool,
    /// How often the picture changed since the panel started; a viewer fetches it again when this moves.
    pub changes: u64,
}

/// The virtual panel.
#[derive(Debug)]
pub struct Twin {
    size: Size,
    baud: u32,
    buffer: ReceiveBuffer,
    screen: Vec<u16>,
    session: u8,
    last_seq: u8,
    touches: u8,
    changes: u64,
    greet: bool,
    misfortune: Option<Misfortune>,
    /// When bytes last came.
    heard_at: Uptime,
    /// When the last byte received would have come over a real wire.
    arrived: Uptime,
    out: PacedOut,
}

impl Twin {
    /// A panel of `size` pixels on a line of `baud`; it says Hello when first woken. Sides are kept between 1 and 4096.
    pub fn new(size: Size, baud: u32) -> Self {
        let size = Size::new(size.width.clamp(1, MAX_SIDE), size.height.clamp(1, MAX_SIDE));
        Twin {
            size,
            baud,
            buffer: ReceiveBuffer::new(2 * MAX_FRAME),
            screen: vec![0; size.width as usize * size.height as usize],
            session: 0,
            last_seq: 0,
            touches: 0,
            changes: 0,
            greet: true,
            misfortune: None,
            heard_at: Uptime::default(),
            arrived: Uptime::default(),
            out: PacedOut::new(baud),
        }
    }

    /// Takes bytes from the host.
    pub fn receive(&mut self, now: Uptime, bytes: &[u8]) {
        self.wake(now);
        if self.misfortune == Some(Misfortune::Silent) {
            return;
        }
        if now.since(self.heard_at) >= CUT_FRAME {
            give_up_cut_frame(&mut self.buffer);
        }
        self.heard_at = now;
        self.arrived = self.arrived.max(now).plus(time_for(bytes.len(), self.baud));
        for part in bytes.chunks(MAX_FRAME) {
            self.buffer.extend(part);
            loop {
                let used = match codec::scan(self.buffer.bytes()) {
                    Scan::NeedMore => break,
                    Scan::Noise { skip } => skip,
                    Scan::Frame { frame, used } => {
                        let (kind, session, seq, payload) =
                            (frame.kind, frame.session, frame.seq, frame.payload.to_vec());
                        self.take(now, kind, session, seq, &payload);
                        used
                    }
                };
                self.buffer.consume(used);
            }
        }
    }

    /// The deadline has come.
    pub fn wake(&mut self, now: Uptime) {
        if self.greet && self.misfortune != Some(Misfortune::Silent) {
            self.greet = false;
            self.hello(now);
        }
    }

    /// Bytes that have left by `now`, until `None`.
    pub fn transmit(&mut self, now: Uptime) -> Option<Vec<u8>> {
        self.wake(now);
        self.out.take(now)
    }

    /// When to call again.
    pub fn deadline(&self) -> Option<Uptime> {
        let greet = self.greet && self.misfortune != Some(Misfortune::Silent);
        if greet { Some(Uptime::default()) } else { self.out.deadline() }
    }

    /// Lets something go wrong, now or with the next answer.
    pub fn misfortune(&mut self, misfortune: Misfortune) {
        if misfortune == Misfortune::Reset {
            let fresh = Twin::new(self.size, self.baud);
            *self = Twin { changes: self.changes + 1, arrived: self.arrived, ..fresh };
        } else {
            if misfortune == Misfortune::Silent {
                self.out.clear();
                self.buffer.clear();
            }
            self.misfortune = Some(misfortune);
        }
    }

    /// Ends what goes wrong.
    pub fn calm(&mut self) {
        self.misfortune = None;
    }

    /// A finger touches the screen and leaves it. Places outside the screen touch nothing.
    pub fn touch(&mut self, now: Uptime, x: i32, y: i32) {
        let inside = |at: i32, side: u32| u16::try_from(at).ok().filter(|at| u32::from(*at) < side);
        let (Some(x), Some(y)) = (inside(x, self.size.width), inside(y, self.size.height)) else { return };
        if self.misfortune == Some(Misfortune::Silent) {
            return;
        }
        let ([a, b], [c, d]) = (x.to_le_bytes(), y.to_le_bytes());
        for down in [1, 0] {
            self.touches = self.touches.wrapping_add(1);
            let touch = Packet {
                kind: Kind::Touch,
                session: self.session,
                seq: self.touches,
                payload: &[down, a, b, c, d],
            };
            self.say(now, Duration::ZERO, &touch);
        }
    }

    /// What a person would see besides the picture.
    pub fn view(&self) -> View {
        View {
            width: self.size.width,
            height: self.size.height,
            begun: self.session != 0,
            changes: self.changes,
        }
    }

    /// The picture on the screen.
    pub fn picture(&self) -> Frame {
        let mut frame = Frame::new(self.size);
        for (n, color) in self.screen.iter().enumerate() {
            let [r, g, b] = from_rgb565(*color);
            let (x, y) = (n as u32 % self.size.width, n as u32 / self.size.width);
            frame.set(x as i32, y as i32, Rgb888::new(r, g, b));
        }
        frame
    }

    fn take(&mut self, now: Uptime, kind: Kind, session: u8, seq: u8, payload: &[u8]) {
        match kind {
            Kind::Ask => self.hello(now),
            Kind::Begin if seq == 0 && session != 0 => {
                // The same Begin again after something was taken is an echo of the past and must not blank the screen.
                if session != self.session {
                    (self.session, self.last_seq) = (session, 0);
                    self.screen.fill(0);
                    self.changes += 1;
                }
                self.acknowledge(now);
            }
            Kind::Tiles if self.session == 0 => self.hello(now),
            Kind::Tiles if session == self.session => {
                if seq == next_seq(self.last_seq) && self.paint(payload).is_some() {
                    self.last_seq = seq;
                    self.changes += 1;
                }
                self.acknowledge(now);
            }
            Kind::Begin | Kind::Tiles | Kind::Hello | Kind::Ack | Kind::Touch => {}
        }
    }

    /// None if the payload is no picture; what came before the mistake stays.
    fn paint(&mut self, mut payload: &[u8]) -> Option<()> {
        while !payload.is_empty() {
            let (&[column, row, low, high], rest) = payload.split_first_chunk()?;
            let (coded, rest) = rest.split_at_checked(u16::from_le_bytes([low, high]).into())?;
            payload = rest;
            let grid = (self.size.width.div_ceil(TILE), self.size.height.div_ceil(TILE));
            if u32::from(column) >= grid.0 || u32::from(row) >= grid.1 {
                return None;
            }
            let area = tile(self.size, column.into(), row.into());
            let (width, height) = (area.size.width as usize, area.size.height as usize);
            let pixels = pixels::decode(coded, width, width * height)?;
            for (y, line) in pixels.chunks(width).enumerate() {
                let at = (area.top_left.y as usize + y) * self.size.width as usize + area.top_left.x as usize;
                self.screen.get_mut(at..at + width)?.copy_from_slice(line);
            }
        }
        Some(())
    }

    fn hello(&mut self, now: Uptime) {
        let payload = size_bytes(self.size.width, self.size.height);
        let hello =
            Packet { kind: Kind::Hello, session: self.session, seq: self.last_seq, payload: &payload };
        self.say(now, self.arrived.since(now), &hello);
    }

    fn acknowledge(&mut self, now: Uptime) {
        let ack = Packet { kind: Kind::Ack, session: self.session, seq: self.last_seq, payload: &[] };
        self.say(now, self.arrived.since(now), &ack);
    }

    fn say(&mut self, now: Uptime, delay: Duration, frame: &Packet<'_>) {
        let mut bytes = codec::encode(frame);
        let mut delay = delay;
        match self.misfortune {
            Some(Misfortune::Silent) => return,
            Some(Misfortune::SilentOnce) => {
                self.misfortune = None;
                return;
            }
            Some(Misfortune::BadCrc) => {
                self.misfortune = None;
                if let Some(last) = bytes.last_mut() {
                    *last ^= 0x55;
                }
            }
            Some(Misfortune::HalfFrame) => {
                self.misfortune = None;
                bytes.truncate(bytes.len() / 2);
            }
            Some(Misfortune::Twice) => self.out.send(now, delay, bytes.clone()),
            Some(Misfortune::Late) => delay += LATE,
            Some(Misfortune::Reset) | None => {}
        }
        self.out.send(now, delay, bytes);
    }
}
