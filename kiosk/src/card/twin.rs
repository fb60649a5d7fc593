//! The virtual reader: cards are laid on it and lifted, and things go wrong on demand.
//!
//! How long it thinks is *guessed*, within the times that deployed programs wait (PROTOCOLS.md 4). A card is found until it was
//! read, and again once it was lifted (*inferred*, PROTOCOLS.md 9).

mod sample;

pub use sample::{SampleCard, samples};

use super::codec::{self, Command, PHOTO, Scan};
use super::content::CardKind;
use super::status::Status;
use link::pace::{PacedOut, time_for};
use link::{ReceiveBuffer, Uptime};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// Room for received bytes; a command has ten.
const HEARD: usize = 64;
/// Bytes of a command that come after so long a gap belong to another one (*guessed*; readers have such a time-out, as status
/// 11 tells).
const CUT: Duration = Duration::from_millis(100);
/// The number of the virtual module: `05.01-20261126-0000000004-0000000001`.
const MODULE: [u8; 16] = [5, 0, 1, 0, 0x06, 0x29, 0x35, 0x01, 4, 0, 0, 0, 1, 0, 0, 0];

/// What can go wrong with a reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Misfortune {
    /// Hears and says nothing until [`Twin::calm`], as when unplugged.
    Silent,
    /// The next answer to this command does not come.
    SilentOnce(Command),
    /// The next answer to this command has a wrong checksum.
    BadChecksum(Command),
    /// Only half of the next answer to this command comes.
    HalfFrame(Command),
    /// Every answer comes twice until [`Twin::calm`].
    Twice,
    /// Every answer comes so many milliseconds late until [`Twin::calm`].
    Late(u64),
    /// This command is answered with this status until [`Twin::calm`].
    Says(Command, u8),
    /// So many reads fail with 41, as when a card is moved.
    ReadsBadly(u32),
}

/// What a person in front of the reader sees, and what the host does with it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct View {
    /// Which kind of card lies on it.
    pub card: Option<CardKind>,
    /// Questions for a card so far; moves while the host looks for one.
    pub finds: u64,
    /// Cards given out so far.
    pub reads: u64,
}

/// The virtual reader.
#[derive(Debug)]
pub struct Twin {
    baud: u32,
    buffer: ReceiveBuffer,
    heard_at: Uptime,
    out: PacedOut,
    card: Option<SampleCard>,
    found: bool,
    selected: bool,
    read: bool,
    misfortune: Option<Misfortune>,
    finds: u64,
    reads: u64,
}

impl Twin {
    /// A reader without a card on a line of `baud`.
    pub fn new(baud: u32) -> Self {
        Twin {
            baud,
            buffer: ReceiveBuffer::new(2 * HEARD),
            heard_at: Uptime::default(),
            out: PacedOut::new(baud),
            card: None,
            found: false,
            selected: false,
            read: false,
            misfortune: None,
            finds: 0,
            reads: 0,
        }
    }

    /// Somebody lays `card` on the reader, instead of one that lies there.
    pub fn lay(&mut self, card: SampleCard) {
        self.lift();
        self.card = Some(card);
    }

    /// Somebody lifts the card.
    pub fn lift(&mut self) {
        self.card = None;
        (self.found, self.selected, self.read) = (false, false, false);
    }

    /// Whether this card lies on it.
    pub fn lies(&self, card: &SampleCard) -> bool {
        self.card.as_ref() == Some(card)
    }

    /// Takes bytes from the host.
    pub fn receive(&mut self, now: Uptime, bytes: &[u8]) {
        if self.misfortune == Some(Misfortune::Silent) {
            return;
        }
        if now.since(self.heard_at) >= CUT {
            self.buffer.clear();
        }
        self.heard_at = now;
        let arrived = time_for(bytes.len(), self.baud);
        for part in bytes.chunks(HEARD) {
            self.buffer.extend(part);
            loop {
                let used = match codec::scan(self.buffer.bytes()) {
                    Scan::NeedMore => break,
                    Scan::Noise { skip, .. } => skip,
                    Scan::Frame { body, used } => {
                        let command = Command::of(body);
                        self.take(now, arrived, command);
                        used
                    }
                };
                self.buffer.consume(used);
            }
        }
    }

    /// Time has passed; the reader does nothing by itself.
    pub fn wake(&mut self, _now: Uptime) {}

    /// Bytes that have left by `now`, until `None`.
    pub fn transmit(&mut self, now: Uptime) -> Option<Vec<u8>> {
        self.out.take(now)
    }

    /// When to call [`Twin::transmit`].
    pub fn deadline(&self) -> Option<Uptime> {
        self.out.deadline()
    }

    /// Lets something go wrong.
    pub fn misfortune(&mut self, misfortune: Misfortune) {
        if misfortune == Misfortune::Silent {
            self.out.clear();
            self.buffer.clear();
        }
        self.misfortune = Some(misfortune);
    }

    /// Ends what lasts.
    pub fn calm(&mut self) {
        self.misfortune = None;
    }

    /// What a person sees.
    pub fn view(&self) -> View {
        View { card: self.card.as_ref().map(SampleCard::kind), finds: self.finds, reads: self.reads }
    }

    fn take(&mut self, now: Uptime, arrived: Duration, command: Option<Command>) {
        let Some(command) = command else {
            self.out.send(now, arrived, codec::answer(Status::BAD_COMMAND, &[]));
            return;
        };
        self.finds += u64::from(command == Command::Find);
        let (status, data) = match self.trouble(command) {
            Some(status) => (status, Vec::new()),
            None => self.answer(command),
        };
        let mut bytes = codec::answer(status, &data);
        let mut delay = arrived + thinking(command, status);
        match self.misfortune {
            Some(Misfortune::SilentOnce(at)) if at == command => {
                self.calm();
                return;
            }
            Some(Misfortune::BadChecksum(at)) if at == command => {
                self.calm();
                if let Some(last) = bytes.last_mut() {
                    *last ^= 0x55;
                }
            }
            Some(Misfortune::HalfFrame(at)) if at == command => {
                self.calm();
                bytes.truncate(bytes.len() / 2);
            }
            Some(Misfortune::Twice) => self.out.send(now, delay, bytes.clone()),
            Some(Misfortune::Late(ms)) => delay += Duration::from_millis(ms),
            _ => {}
        }
        self.out.send(now, delay, bytes);
    }

    /// The status that a misfortune puts in place of the answer.
    fn trouble(&mut self, command: Command) -> Option<Status> {
        match self.misfortune {
            Some(Misfortune::Says(at, status)) if at == command => Some(Status(status)),
            Some(Misfortune::ReadsBadly(left)) if command == Command::Read => {
                self.misfortune = (left > 1).then_some(Misfortune::ReadsBadly(left.saturating_sub(1)));
                (left > 0).then_some(Status::READ_FAILED)
            }
            _ => None,
        }
    }

    fn answer(&mut self, command: Command) -> (Status, Vec<u8>) {
        match command {
            Command::Reset => {
                (self.found, self.selected) = (false, false);
                (Status::OK, Vec::new())
            }
            Command::State => (Status::OK, Vec::new()),
            Command::SamId => (Status::OK, MODULE.to_vec()),
            Command::Find => {
                self.found = self.card.is_some() && !self.read;
                self.selected = false;
                if self.found { (Status::FOUND, vec![0; 4]) } else { (Status::FIND_FAILED, Vec::new()) }
            }
            Command::Select => {
                self.selected = self.found;
                if self.selected { (Status::OK, vec![0; 8]) } else { (Status::SELECT_FAILED, Vec::new()) }
            }
            Command::Read => match &self.card {
                Some(card) if self.selected => {
                    self.read = true;
                    self.reads += 1;
                    (Status::OK, codec::reading(&card.block(), &photo()))
                }
                _ => (Status::READ_FAILED, Vec::new()),
            },
        }
    }
}

/// In place of a photo: bytes of no meaning, with the mark of a frame among them, which a real one may hold as well.
fn photo() -> Vec<u8> {
    let mut photo: Vec<u8> = (0..PHOTO).map(|n| (n * 7 % 251) as u8).collect();
    photo[500..505].copy_from_slice(&[0xAA, 0xAA, 0xAA, 0x96, 0x69]);
    photo
}

/// Time between a command's last byte and the answer's first.
fn thinking(command: Command, status: Status) -> Duration {
    Duration::from_millis(match command {
        Command::Reset => 100,
        Command::State | Command::SamId => 20,
        Command::Find | Command::Select => 30,
        Command::Read if status == Status::OK => 900,
        Command::Read => 300,
    })
}
