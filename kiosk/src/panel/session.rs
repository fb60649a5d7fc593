//! The host's side of a panel line: keeps the panel's picture equal to the newest one, and brings touches.

use super::codec::{self, Kind, MAX_FRAME, MAX_PAYLOAD, Packet, Scan, next_seq};
use super::pixels;
use super::{CUT_FRAME, give_up_cut_frame};
use crate::frame::{Frame, TILE, tile, to_rgb565};
use embedded_graphics::geometry::{Point, Size};
use link::{ReceiveBuffer, Uptime, pace, uptime::earliest};
use std::collections::VecDeque;
use std::time::Duration;

/// Frames on their way at most. Four of 4 KiB keep a line of 921600 baud busy while an acknowledgement travels; more would
/// delay the newest picture behind old ones.
const WINDOW: usize = 4;
/// How long a panel may think, beyond the time on the wire. Ours answer within milliseconds; a serial server may hold bytes
/// back for some hundred.
const ANSWER_WAIT: Duration = Duration::from_millis(500);
/// Sendings of the same frames, and questions, without an answer before the panel counts as silent.
const TRIES: u32 = 5;
/// The usual waiting time, in eighths of itself.
const USUAL_PATIENCE: u32 = 8;
/// A slow line is waited for up to eight times as long: frames sent again before their answer can come only fill it. It is
/// learnt from time-outs and unlearnt from answers, so that a dead panel on a good line is still noticed within seconds.
const MOST_PATIENCE: u32 = 8 * USUAL_PATIENCE;
/// A panel from which nothing was heard for so long is asked whether it is there: a fault shows within seconds.
const KEEPALIVE: Duration = Duration::from_secs(2);
/// Distance of questions to a silent panel.
const ASK_EVERY: Duration = Duration::from_secs(1);

/// What is wrong with a panel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// No answer to so many questions or frames in a row.
    #[error("no answer after {tries} tries")]
    Silent {
        /// How often was tried.
        tries: u32,
    },
    /// The panel has another size than the pictures; it stays black.
    #[error("panel says {panel_width} x {panel_height}, pictures are {width} x {height}")]
    Size {
        /// Width that the panel says.
        panel_width: u32,
        /// Height that the panel says.
        panel_height: u32,
        /// Width of the pictures.
        width: u32,
        /// Height of the pictures.
        height: u32,
    },
}

/// What the session is told.
#[derive(Clone, Copy, Debug)]
pub enum Input<'a> {
    /// The link is open.
    Opened,
    /// Bytes came.
    Bytes(&'a [u8]),
    /// The panel should show this from now on; kept (in coded form) for a panel that starts anew.
    Paint {
        /// The picture.
        frame: &'a Frame,
    },
    /// The deadline has come.
    Wake,
    /// The link is gone.
    Closed,
}

/// What the session wants or has found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Output {
    /// Bytes for the link.
    Write(Vec<u8>),
    /// A finger came down here, where the newest picture is shown already. Other touches are dropped: they meant what
    /// the old picture showed.
    Touch(Point),
    /// Something is wrong; told once.
    Fault(Fault),
    /// It is right again.
    Cleared,
    /// So many bytes were no frame.
    Noise(usize),
}

/// One tile of the newest picture.
#[derive(Clone, Debug)]
struct Coded {
    hash: u64,
    bytes: Vec<u8>,
}

/// A frame on its way.
#[derive(Debug)]
struct Sent {
    seq: u8,
    bytes: Vec<u8>,
    /// Places in the grid of the tiles it carries.
    tiles: Vec<usize>,
}

#[derive(Debug, PartialEq, Eq)]
enum State {
    Closed,
    /// Waiting for a Hello.
    Asking,
    /// A session runs; its Begin may still be on its way.
    Up,
}

/// The conversation with one panel.
#[derive(Debug)]
pub struct Session {
    baud: u32,
    state: State,
    buffer: ReceiveBuffer,
    heard_at: Uptime,
    size: Size,
    tiles: Vec<Coded>,
    panel: Option<Size>,
    /// Hash of what the panel has, or will have once the frames on their way are taken.
    there: Vec<Option<u64>>,
    session: u8,
    last_seq: u8,
    on_way: VecDeque<Sent>,
    tries: u32,
    /// How much longer than usual this line's answers are waited for, in eighths of the usual time.
    patience: u32,
    retry_at: Option<Uptime>,
    ask_at: Option<Uptime>,
    last_touch: Option<u8>,
    fault: Option<Fault>,
    outputs: VecDeque<Output>,
}

impl Session {
    /// A session for a line of `baud` (give the fastest for TCP); nothing happens before [`Input::Opened`].
    pub fn new(baud: u32) -> Self {
        Session {
            baud,
            state: State::Closed,
            buffer: ReceiveBuffer::new(2 * MAX_FRAME),
            heard_at: Uptime::default(),
            size: Size::zero(),
            tiles: Vec::new(),
            panel: None,
            there: Vec::new(),
            session: 0,
            last_seq: 0,
            on_way: VecDeque::new(),
            tries: 0,
            patience: USUAL_PATIENCE,
            retry_at: None,
            ask_at: None,
            last_touch: None,
            fault: None,
            outputs: VecDeque::new(),
        }
    }

    /// Takes an input; then drain [`Session::poll`].
    pub fn handle(&mut self, now: Uptime, input: Input<'_>) {
        match input {
            Input::Opened => {
                self.buffer.clear();
                self.tries = 0;
                self.start_asking(now);
            }
            Input::Bytes(bytes) => self.receive(now, bytes),
            Input::Paint { frame } => {
                self.keep(frame);
                self.check_size();
            }
            Input::Wake => {}
            Input::Closed => {
                self.state = State::Closed;
                self.panel = None;
                self.on_way.clear();
                (self.retry_at, self.ask_at) = (None, None);
            }
        }
        self.time_out(now);
        self.pump(now);
    }

    /// The next thing the session wants, until `None`.
    pub fn poll(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    /// When to send [`Input::Wake`].
    pub fn deadline(&self) -> Option<Uptime> {
        earliest(self.retry_at, self.ask_at)
    }

    /// Whether the panel has taken the whole newest picture.
    pub fn settled(&self) -> bool {
        self.state == State::Up && self.on_way.is_empty() && self.next_changed(0).is_none()
    }

    /// Size that the panel told, once it has; the host makes pages of this size.
    pub fn panel_size(&self) -> Option<Size> {
        self.panel
    }

    /// Codes what changed since the last picture.
    fn keep(&mut self, frame: &Frame) {
        let size = Size::new(frame.width(), frame.height());
        if size != self.size {
            self.size = size;
            self.tiles.clear();
            self.there.clear();
        }
        let columns = size.width.div_ceil(TILE);
        let count = (columns * size.height.div_ceil(TILE)) as usize;
        self.there.resize(count, None);
        let mut pixels = Vec::with_capacity((TILE * TILE) as usize);
        for n in 0..count {
            let area = tile(size, n as u32 % columns, n as u32 / columns);
            pixels.clear();
            for y in 0..area.size.height {
                let from = ((area.top_left.y as u32 + y) * size.width + area.top_left.x as u32) as usize * 3;
                let row = &frame.pixels()[from..from + area.size.width as usize * 3];
                pixels.extend(row.chunks_exact(3).map(|pixel| to_rgb565([pixel[0], pixel[1], pixel[2]])));
            }
            let hash = hash(&pixels);
            if self.tiles.get(n).is_some_and(|old| old.hash == hash) {
                continue;
            }
            let coded = Coded { hash, bytes: pixels::encode(&pixels, area.size.width as usize) };
            if n < self.tiles.len() {
                self.tiles[n] = coded;
            } else {
                self.tiles.push(coded);
            }
        }
    }

    fn receive(&mut self, now: Uptime, bytes: &[u8]) {
        if self.state == State::Closed {
            return;
        }
        // A large chunk is taken in parts, so that the buffer's bound drops nothing that could be understood.
        let mut noise =
            if now.since(self.heard_at) >= CUT_FRAME { give_up_cut_frame(&mut self.buffer) } else { 0 };
        self.heard_at = now;
        for part in bytes.chunks(MAX_FRAME) {
            noise += self.buffer.extend(part);
            loop {
                let (heard, used) = match codec::scan(self.buffer.bytes()) {
                    Scan::Frame { frame, used } => (Heard::of(&frame), used),
                    Scan::Noise { skip } => (None, skip),
                    Scan::NeedMore => break,
                };
                self.buffer.consume(used);
                match heard {
                    Some(heard) => self.heard(now, heard),
                    None => noise += used,
                }
            }
        }
        if noise > 0 {
            self.outputs.push_back(Output::Noise(noise));
        }
    }

    fn heard(&mut self, now: Uptime, heard: Heard) {
        if self.state == State::Up {
            self.ask_at = Some(now.plus(KEEPALIVE));
            if self.on_way.is_empty() {
                self.tries = 0;
            }
        }
        match heard {
            Heard::Hello { session, seq, size } => {
                let beginning = self.on_way.front().is_some_and(|sent| sent.seq == 0);
                let lost = self.state == State::Up && session != self.session && !beginning;
                if self.state == State::Asking || lost || self.panel.is_some_and(|old| old != size) {
                    self.panel = Some(size);
                    self.begin(now, session);
                } else if session == self.session {
                    self.acknowledged(now, seq);
                }
            }
            Heard::Ack { session, seq } if session == self.session => self.acknowledged(now, seq),
            Heard::Ack { .. } => {}
            Heard::Touch { seq, down, at } => {
                // A doubled or late touch has the same or an older count.
                let new = self.last_touch.is_none_or(|last| (1..128).contains(&seq.wrapping_sub(last)));
                if self.state == State::Up && new {
                    self.last_touch = Some(seq);
                    if down && self.shows_newest(at) {
                        self.outputs.push_back(Output::Touch(at));
                    }
                }
            }
        }
    }

    /// Starts a session whose number is not the panel's last.
    fn begin(&mut self, now: Uptime, old: u8) {
        self.state = State::Up;
        let next = next_seq(old);
        // Nor our own last one: what is late from it must not count.
        self.session = if next == self.session { next_seq(next) } else { next };
        self.last_seq = 0;
        self.last_touch = None;
        self.there.fill(None);
        self.on_way.clear();
        self.tries = 0;
        self.ask_at = Some(now.plus(KEEPALIVE));
        if matches!(self.fault, Some(Fault::Silent { .. })) {
            self.fault = None;
            self.outputs.push_back(Output::Cleared);
        }
        self.check_size();
        self.send(now, Kind::Begin, 0, &[], Vec::new());
    }

    fn check_size(&mut self) {
        let Some(panel) = self.panel.filter(|_| self.state == State::Up && !self.tiles.is_empty()) else {
            return;
        };
        let fault = (panel != self.size).then_some(Fault::Size {
            panel_width: panel.width,
            panel_height: panel.height,
            width: self.size.width,
            height: self.size.height,
        });
        if fault != self.fault {
            self.fault = fault;
            self.outputs.push_back(fault.map_or(Output::Cleared, Output::Fault));
        }
    }

    fn acknowledged(&mut self, now: Uptime, seq: u8) {
        if let Some(place) = self.on_way.iter().position(|sent| sent.seq == seq) {
            self.on_way.drain(..=place);
            if self.tries == 0 {
                self.patience = (self.patience - 1).max(USUAL_PATIENCE);
            }
            self.tries = 0;
            self.retry_at = self.retry_time(now);
        }
    }

    fn time_out(&mut self, now: Uptime) {
        if self.retry_at.is_some_and(|at| at <= now) {
            self.tries += 1;
            if self.tries >= TRIES {
                self.silent(now);
                return;
            }
            self.patience = (self.patience * 2).min(MOST_PATIENCE);
            let again = self.on_way.iter().map(|sent| Output::Write(sent.bytes.clone()));
            self.outputs.extend(again);
            self.retry_at = self.retry_time(now);
        }
        if self.ask_at.is_some_and(|at| at <= now) {
            match self.state {
                State::Closed => self.ask_at = None,
                State::Asking => {
                    self.tries = self.tries.saturating_add(1);
                    if self.tries > TRIES && self.fault.is_none() {
                        self.fault(Fault::Silent { tries: TRIES });
                    }
                    self.ask(now, ASK_EVERY);
                }
                State::Up => {
                    // While frames are on their way, their time-out tells.
                    if self.on_way.is_empty() {
                        self.tries += 1;
                        if self.tries >= TRIES {
                            self.silent(now);
                            return;
                        }
                    }
                    self.ask(now, ANSWER_WAIT);
                }
            }
        }
    }

    fn silent(&mut self, now: Uptime) {
        self.fault(Fault::Silent { tries: self.tries });
        self.start_asking(now);
    }

    fn fault(&mut self, fault: Fault) {
        if self.fault != Some(fault) {
            self.fault = Some(fault);
            self.outputs.push_back(Output::Fault(fault));
        }
    }

    fn start_asking(&mut self, now: Uptime) {
        self.state = State::Asking;
        self.on_way.clear();
        self.retry_at = None;
        self.ask(now, ASK_EVERY);
    }

    fn ask(&mut self, now: Uptime, next: Duration) {
        self.ask_at = Some(now.plus(next));
        let ask = codec::encode(&Packet { kind: Kind::Ask, session: 0, seq: 0, payload: &[] });
        self.outputs.push_back(Output::Write(ask));
    }

    /// Sends what differs while there is room on the way.
    fn pump(&mut self, now: Uptime) {
        if self.state != State::Up || self.panel != Some(self.size) {
            return;
        }
        let columns = self.size.width.div_ceil(TILE) as usize;
        let mut from = 0;
        while self.on_way.len() < WINDOW {
            let (mut payload, mut tiles) = (Vec::new(), Vec::new());
            while let Some(n) = self.next_changed(from) {
                let coded = &self.tiles[n];
                if payload.len() + 4 + coded.bytes.len() > MAX_PAYLOAD {
                    break;
                }
                payload.extend_from_slice(&[(n % columns) as u8, (n / columns) as u8]);
                payload.extend_from_slice(&(coded.bytes.len() as u16).to_le_bytes());
                payload.extend_from_slice(&coded.bytes);
                self.there[n] = Some(coded.hash);
                tiles.push(n);
                from = n + 1;
            }
            if payload.is_empty() {
                break;
            }
            self.send(now, Kind::Tiles, next_seq(self.last_seq), &payload, tiles);
        }
    }

    /// Whether the panel has taken the newest picture at `point`.
    fn shows_newest(&self, point: Point) -> bool {
        let (Ok(x), Ok(y)) = (u32::try_from(point.x), u32::try_from(point.y)) else { return false };
        if x >= self.size.width || y >= self.size.height || self.panel != Some(self.size) {
            return false;
        }
        let n = (y / TILE * self.size.width.div_ceil(TILE) + x / TILE) as usize;
        let newest = self.tiles.get(n).map(|tile| tile.hash);
        self.there.get(n).is_some_and(|there| *there == newest)
            && !self.on_way.iter().any(|sent| sent.tiles.contains(&n))
    }

    fn next_changed(&self, from: usize) -> Option<usize> {
        (from..self.tiles.len()).find(|&n| self.there[n] != Some(self.tiles[n].hash))
    }

    fn send(&mut self, now: Uptime, kind: Kind, seq: u8, payload: &[u8], tiles: Vec<usize>) {
        let bytes = codec::encode(&Packet { kind, session: self.session, seq, payload });
        self.last_seq = seq;
        self.outputs.push_back(Output::Write(bytes.clone()));
        self.on_way.push_back(Sent { seq, bytes, tiles });
        self.retry_at = self.retry_time(now);
    }

    fn retry_time(&self, now: Uptime) -> Option<Uptime> {
        let bytes: usize = self.on_way.iter().map(|sent| sent.bytes.len()).sum();
        let usual = ANSWER_WAIT + pace::time_for(bytes, self.baud);
        (bytes > 0).then(|| now.plus(usual * self.patience / USUAL_PATIENCE))
    }
}

/// What a panel said.
enum Heard {
    Hello { session: u8, seq: u8, size: Size },
    Ack { session: u8, seq: u8 },
    Touch { seq: u8, down: bool, at: Point },
}

impl Heard {
    /// None for what a panel does not say, such as our own echo.
    fn of(frame: &Packet<'_>) -> Option<Heard> {
        let (session, seq) = (frame.session, frame.seq);
        match frame.kind {
            Kind::Hello => {
                let (width, height) = codec::parse_size(frame.payload)?;
                Some(Heard::Hello { session, seq, size: Size::new(width, height) })
            }
            Kind::Ack => Some(Heard::Ack { session, seq }),
            Kind::Touch => {
                let (down, x, y) = codec::parse_touch(frame.payload)?;
                Some(Heard::Touch { seq, down, at: Point::new(x, y) })
            }
            Kind::Ask | Kind::Begin | Kind::Tiles => None,
        }
    }
}

/// FNV-1a over 16-bit steps; among the few thousand tiles a panel sees, two alike by chance are not to be feared.
fn hash(pixels: &[u16]) -> u64 {
    pixels.iter().fold(0xCBF2_9CE4_8422_2325, |hash, pixel| {
        (hash ^ u64::from(*pixel)).wrapping_mul(0x0000_0100_0000_01B3)
    })
}
