//! The virtual screen: a card on the line that answers as the documents say and shows what it was sent.
//!
//! Everything it shows comes from the bytes it received. It hears the whole line, obeys frames for its number and the
//! broadcasts, and answers the former and `FFFE`. A spoiled frame it does not answer: whose it was cannot be known, and on
//! a shared line a wrong guess would talk over the right screen.
//!
//! Time on the wire counts both ways: a frame is complete when its last byte would have arrived at the line's rate.

use super::codec::{self, BROADCAST_ANSWERED, BROADCAST_SILENT, ErrorCode, Frame, MAX_WIRE, Scan, encode};
use super::command::{Area, Command, Delete, Reply, Status};
use super::{CardType, Geometry, Screen, picture};
use link::pace::{PacedOut, time_for};
use link::uptime::earliest;
use link::{ReceiveBuffer, Uptime};
use serde::Serialize;
use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

/// From the last byte of a request to the first of its answer (guessed): time to draw the text.
const TURN_ROUND: Duration = Duration::from_millis(5);
/// Dynamic areas that a card holds (guessed); with more it has no room.
const MAX_AREAS: usize = 16;
/// Bytes on their way to the card that are remembered; a host that sends more without waiting for answers loses them.
const MAX_ARRIVING: usize = 4 * MAX_WIRE;

/// What can go wrong with a screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Misfortune {
    /// The next frame is not heard.
    SilentOnce,
    /// Nothing is heard until calm; the last text stays.
    Silent,
    /// The next so many frames are refused as "busy".
    Busy(u32),
    /// The next answer is spoiled.
    BadCrc,
    /// The next answer breaks off in the middle.
    HalfFrame,
    /// The next answer comes twice.
    Twice,
    /// The next answer comes so many milliseconds late.
    Late(u32),
    /// The card restarts now: its dynamic areas are gone, the screen is dark.
    Reset,
    /// Every frame is refused with this until calm.
    ErrorCode(ErrorCode),
    /// All is well again.
    Calm,
}

/// What a person in front of the screen sees.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct View {
    /// Screen number.
    pub screen: u16,
    /// In LEDs.
    pub width: u16,
    /// In LEDs.
    pub height: u16,
    /// LEDs powered.
    pub on: bool,
    /// 0 to 15.
    pub brightness: u8,
    /// Whether the picture changes by itself, so that it is worth looking again soon.
    pub moving: bool,
    /// All text the card holds for the screen, lines without their indentation, blank ones left out; also while it blinks
    /// dark or scrolls.
    pub text_lines: Vec<String>,
    /// One string a row of LEDs, one digit an LED: 0 dark, 1 red, 2 green, 3 yellow.
    pub pixels: Vec<String>,
}

/// A card and its screen.
#[derive(Clone, Debug)]
pub struct Twin {
    screen: Screen,
    baud: u32,
    arriving: VecDeque<(Uptime, Vec<u8>)>,
    line_free_at: Uptime,
    buffer: ReceiveBuffer,
    out: PacedOut,
    areas: BTreeMap<u8, (Area, Uptime)>,
    on: bool,
    brightness: u8,
    silent: bool,
    refusal: Option<ErrorCode>,
    busy: u32,
    next: Option<Misfortune>,
}

impl Twin {
    /// A dark screen that has just been switched on. A `geometry` that [`Geometry::new`] would refuse is cut to whole cells.
    pub fn new(number: u16, geometry: Geometry, card: CardType, baud: u32) -> Self {
        let (width_px, height_px) = ((geometry.cells() * 8) as u16, (geometry.rows() * 16) as u16);
        let geometry = Geometry { width_px, height_px };
        Twin {
            screen: Screen { number, geometry, card },
            baud,
            arriving: VecDeque::new(),
            line_free_at: Uptime::default(),
            buffer: ReceiveBuffer::new(2 * MAX_WIRE),
            out: PacedOut::new(baud),
            areas: BTreeMap::new(),
            on: true,
            brightness: 15,
            silent: false,
            refusal: None,
            busy: 0,
            next: None,
        }
    }

    /// Bytes of the host (or of other screens) begin to arrive at `now`.
    pub fn receive(&mut self, now: Uptime, bytes: &[u8]) {
        let waiting: usize = self.arriving.iter().map(|(_, bytes)| bytes.len()).sum();
        let taken = &bytes[..bytes.len().min(MAX_ARRIVING.saturating_sub(waiting))];
        self.line_free_at = self.line_free_at.max(now).plus(time_for(taken.len(), self.baud));
        self.arriving.push_back((self.line_free_at, taken.to_vec()));
        self.wake(now);
    }

    /// Does what is due.
    pub fn wake(&mut self, now: Uptime) {
        while let Some((due, bytes)) = self.arriving.pop_front_if(|(due, _)| *due <= now) {
            self.buffer.extend(&bytes);
            loop {
                match codec::scan(self.buffer.bytes()) {
                    Scan::NeedMore => break,
                    Scan::Noise { skip } => self.buffer.consume(skip),
                    Scan::Frame { frame, used } => {
                        self.buffer.consume(used);
                        self.hear(due, &frame);
                    }
                }
            }
        }
    }

    /// Bytes for the host that have fully left by `now`.
    pub fn transmit(&mut self, now: Uptime) -> Option<Vec<u8>> {
        self.wake(now);
        self.out.take(now)
    }

    /// When [`Twin::wake`] or [`Twin::transmit`] has something to do. Moving pictures need no waking: a view is asked for.
    pub fn deadline(&self) -> Option<Uptime> {
        earliest(self.arriving.front().map(|(due, _)| *due), self.out.deadline())
    }

    /// Lets something go wrong.
    pub fn misfortune(&mut self, misfortune: Misfortune) {
        match misfortune {
            Misfortune::Silent => self.silent = true,
            Misfortune::Busy(times) => self.busy = times,
            Misfortune::ErrorCode(code) => self.refusal = Some(code),
            Misfortune::Reset => {
                self.areas.clear();
                self.arriving.clear();
                self.buffer.clear();
                self.out.clear();
                (self.on, self.brightness) = (true, 15);
            }
            Misfortune::Calm => self.calm(),
            next => self.next = Some(next),
        }
    }

    /// All is well again; what is shown stays.
    pub fn calm(&mut self) {
        self.silent = false;
        self.refusal = None;
        self.busy = 0;
        self.next = None;
    }

    /// Who it is.
    pub fn screen(&self) -> Screen {
        self.screen
    }

    /// The LEDs at `now`, row by row: 0 dark, 1 red, 2 green, 3 yellow.
    pub fn frame(&self, now: Uptime) -> Vec<u8> {
        let geometry = self.screen.geometry;
        let mut pixels = vec![0; usize::from(geometry.width_px) * usize::from(geometry.height_px)];
        if self.on {
            for (area, since) in self.areas.values() {
                picture::draw(area, now.since(*since), geometry, &mut pixels);
            }
        }
        pixels
    }

    /// What is seen at `now`.
    pub fn view(&self, now: Uptime) -> View {
        let Geometry { width_px, height_px } = self.screen.geometry;
        let frame = self.frame(now);
        let rows = frame.chunks(usize::from(width_px).max(1));
        let lines = self.areas.values().flat_map(|(area, _)| picture::lines(area));
        View {
            screen: self.screen.number,
            width: width_px,
            height: height_px,
            on: self.on,
            brightness: self.brightness,
            moving: self.on && self.areas.values().any(|(area, _)| picture::moves(area)),
            text_lines: lines.map(|line| line.trim().to_owned()).filter(|line| !line.is_empty()).collect(),
            pixels: rows.map(|row| row.iter().map(|index| char::from(b'0' + index)).collect()).collect(),
        }
    }

    /// A good frame was on the line; its last byte arrived at `at`.
    fn hear(&mut self, at: Uptime, frame: &Frame) {
        let mine = [self.screen.number, BROADCAST_ANSWERED, BROADCAST_SILENT].contains(&frame.dst);
        let any = CardType::Any.byte();
        let own_card = [any, self.screen.card.byte()].contains(&frame.card) || self.screen.card.byte() == any;
        if !mine || !own_card || self.silent {
            return;
        }
        if self.next == Some(Misfortune::SilentOnce) {
            self.next = None;
            return;
        }
        let reply = if let Some(code) = self.refusal {
            Reply::Nack(code)
        } else if self.busy > 0 {
            self.busy -= 1;
            Reply::Nack(ErrorCode::Busy)
        } else {
            Command::read(&frame.data).and_then(|command| self.obey(at, command)).unwrap_or_else(Reply::Nack)
        };
        // Data byte 2: 01 reply wanted, 02 not.
        if frame.dst != BROADCAST_SILENT && frame.data.get(2) != Some(&2) {
            self.answer(at, &reply);
        }
    }

    fn obey(&mut self, at: Uptime, command: Command) -> Result<Reply, ErrorCode> {
        match command {
            Command::Ping | Command::SetClock(_) => {}
            Command::Status => {
                return Ok(Reply::Status(Status {
                    on: self.on,
                    brightness: self.brightness,
                    areas: self.areas.keys().copied().collect(),
                }));
            }
            Command::Power(on) => self.on = on,
            Command::Brightness(level) => self.brightness = level,
            Command::Clear => self.areas.clear(),
            Command::Show { delete, areas } => {
                match delete {
                    Delete::Nothing => {}
                    Delete::All => self.areas.clear(),
                    Delete::Ids(ids) => self.areas.retain(|id, _| !ids.contains(id)),
                }
                for area in areas {
                    if self.areas.len() >= MAX_AREAS && !self.areas.contains_key(&area.id) {
                        return Err(ErrorCode::NoRoom);
                    }
                    self.areas.insert(area.id, (area, at));
                }
            }
        }
        Ok(Reply::Ack)
    }

    fn answer(&mut self, at: Uptime, reply: &Reply) {
        let mut wire = Vec::new();
        encode(&reply.frame(self.screen.number, self.screen.card), &mut wire);
        let mut delay = TURN_ROUND;
        let mut times = 1;
        match self.next.take() {
            Some(Misfortune::BadCrc) => {
                let place = wire.len() - 4;
                wire[place] ^= 0x10;
            }
            Some(Misfortune::HalfFrame) => wire.truncate(wire.len() / 2),
            Some(Misfortune::Twice) => times = 2,
            Some(Misfortune::Late(ms)) => delay += Duration::from_millis(ms.into()),
            _ => {}
        }
        for _ in 0..times {
            self.out.send(at, delay, wire.clone());
        }
    }
}
