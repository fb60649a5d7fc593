//! Bytes to frames and frames to bytes. Pure functions; what the data of a frame means is [`super::command`]'s.
//!
//! Source: BXH, BXC and BXA of the protocol notes, 2.1; settled readings in 9.

use link::checks::crc16_arc;
use std::fmt;

/// The host's address: the source of requests, and the destination of replies (guessed).
pub const PC: u16 = 0x8000;
/// Every screen obeys, none answers (BXC).
pub const BROADCAST_SILENT: u16 = 0xFFFF;
/// Every screen obeys and answers (BXC); only sensible with one screen on the line.
pub const BROADCAST_ANSWERED: u16 = 0xFFFE;

/// Most data bytes of a frame we build or accept. A full screen of 128 cells by 8 lines needs about 1,100; a real card's
/// buffer is not documented, and it answers "no room" if this is too much.
pub const MAX_DATA: usize = 1536;
/// Longest frame on the wire: every inner byte escaped, between eight bytes of head and one of tail.
pub const MAX_WIRE: usize = 8 + 2 * (HEADER + MAX_DATA + 2) + 1;

const HEAD: u8 = 0xA5;
const TAIL: u8 = 0x5A;
const ESCAPE_A: u8 = 0xA6;
const ESCAPE_5: u8 = 0x5B;
/// Sent before every frame (BXH).
const HEAD_LENGTH: usize = 8;
/// Accepted before a frame: a line that has just turned round may swallow some of the eight; a single `A5` is noise.
const MIN_HEAD: usize = 2;
const HEADER: usize = 14;
/// Group, command, reply wanted and two reserved bytes.
const MIN_DATA: usize = 5;
/// A received check field of `FF FF` says "not checked" (BXA). We never mean it, but one frame in 65,536 has this CRC.
const NOT_CHECKED: u16 = 0xFFFF;

/// One frame, escapes removed and its check found right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// Whom it is for: a screen number, [`PC`] or a broadcast.
    pub dst: u16,
    /// Who sent it.
    pub src: u16,
    /// Card type byte; `FE` is any card.
    pub card: u8,
    /// Group, command, reply wanted, two bytes that are 00 00 or the body's length, body. 5 to [`MAX_DATA`] bytes.
    pub data: Vec<u8>,
}

/// What stands at the front of the receive buffer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scan {
    /// A good frame and the bytes it took.
    Frame {
        /// The frame.
        frame: Frame,
        /// Bytes to consume.
        used: usize,
    },
    /// Nothing yet, or the front of a frame.
    NeedMore,
    /// Bytes that belong to no good frame.
    Noise {
        /// Bytes to consume, at least one.
        skip: usize,
    },
}

/// Looks for a frame at the front of `buffer`. Decides only on what later bytes cannot change, so that any split of a
/// stream gives the same frames. Never asks for more than [`MAX_WIRE`] bytes.
pub fn scan(buffer: &[u8]) -> Scan {
    let Some(begin) = buffer.iter().position(|byte| *byte == HEAD) else {
        return if buffer.is_empty() { Scan::NeedMore } else { Scan::Noise { skip: buffer.len() } };
    };
    if begin > 0 {
        return Scan::Noise { skip: begin };
    }
    let Some(head) = buffer.iter().position(|byte| *byte != HEAD) else {
        // A long run of A5 can still become a head, but only its last eight bytes matter.
        return if buffer.len() > HEAD_LENGTH {
            Scan::Noise { skip: buffer.len() - HEAD_LENGTH }
        } else {
            Scan::NeedMore
        };
    };
    if head < MIN_HEAD {
        return Scan::Noise { skip: head };
    }
    if head > HEAD_LENGTH {
        return Scan::Noise { skip: head - HEAD_LENGTH };
    }
    let body = &buffer[head..];
    let limit = MAX_WIRE - HEAD_LENGTH;
    let Some(end) = body.iter().take(limit).position(|byte| *byte == HEAD || *byte == TAIL) else {
        return if body.len() >= limit { Scan::Noise { skip: head } } else { Scan::NeedMore };
    };
    if body[end] == HEAD {
        // The rest of the frame was lost; another one begins.
        return Scan::Noise { skip: head + end };
    }
    let used = head + end + 1;
    match unescape(&body[..end]).and_then(|inner| read(&inner)) {
        Some(frame) => Scan::Frame { frame, used },
        None => Scan::Noise { skip: used },
    }
}

fn unescape(body: &[u8]) -> Option<Vec<u8>> {
    let mut inner = Vec::with_capacity(body.len());
    let mut bytes = body.iter();
    while let Some(byte) = bytes.next() {
        inner.push(match byte {
            &ESCAPE_A | &ESCAPE_5 => match (byte, bytes.next()?) {
                (&ESCAPE_A, 2) => HEAD,
                (&ESCAPE_A, 1) => ESCAPE_A,
                (&ESCAPE_5, 2) => TAIL,
                (&ESCAPE_5, 1) => ESCAPE_5,
                _ => return None,
            },
            plain => *plain,
        });
    }
    Some(inner)
}

fn read(inner: &[u8]) -> Option<Frame> {
    let checked = inner.len().checked_sub(2)?;
    let (covered, field) = inner.split_at(checked);
    let (header, data) = covered.split_at_checked(HEADER)?;
    let word = |at: usize| u16::from_le_bytes([header[at], header[at + 1]]);
    if usize::from(word(12)) != data.len() || !(MIN_DATA..=MAX_DATA).contains(&data.len()) {
        return None;
    }
    let field = u16::from_le_bytes([field[0], field[1]]);
    // Check mode (BXC): CRC, which is all we send; 16-bit sum; none, where the field means nothing (guessed).
    let good = match header[8] {
        0 => field == NOT_CHECKED || field == crc16_arc(covered),
        1 => field == sum16(covered),
        2 => true,
        _ => false,
    };
    good.then(|| Frame { dst: word(0), src: word(2), card: header[10], data: data.to_vec() })
}

fn sum16(bytes: &[u8]) -> u16 {
    bytes.iter().fold(0, |sum, byte| sum.wrapping_add(u16::from(*byte)))
}

/// Appends `frame` as it goes on the wire: eight `A5`, normal display mode, CRC, escapes, `5A`.
///
/// `frame.data` is the caller's to keep within [`MAX_DATA`]; what is longer is cut, and the card will refuse it.
pub fn encode(frame: &Frame, out: &mut Vec<u8>) {
    let data = &frame.data[..frame.data.len().min(MAX_DATA)];
    let mut inner = Vec::with_capacity(HEADER + data.len() + 2);
    inner.extend_from_slice(&frame.dst.to_le_bytes());
    inner.extend_from_slice(&frame.src.to_le_bytes());
    // Reserved 3, option 0, check mode 0 (CRC), display mode 0 (normal).
    inner.extend_from_slice(&[0; 6]);
    inner.extend_from_slice(&[frame.card, 2]);
    inner.extend_from_slice(&(data.len() as u16).to_le_bytes());
    inner.extend_from_slice(data);
    let crc = crc16_arc(&inner);
    inner.extend_from_slice(&crc.to_le_bytes());

    out.reserve(HEAD_LENGTH + inner.len() + inner.len() / 8 + 1);
    out.extend_from_slice(&[HEAD; HEAD_LENGTH]);
    for byte in inner {
        match byte {
            HEAD => out.extend_from_slice(&[ESCAPE_A, 2]),
            ESCAPE_A => out.extend_from_slice(&[ESCAPE_A, 1]),
            TAIL => out.extend_from_slice(&[ESCAPE_5, 2]),
            ESCAPE_5 => out.extend_from_slice(&[ESCAPE_5, 1]),
            plain => out.push(plain),
        }
    }
    out.push(TAIL);
}

/// Why a card refused (BXH, BXS).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the words of Display are the documentation")]
pub enum ErrorCode {
    BadGroup,
    NoSuchCommand,
    Busy,
    NoRoom,
    Crc,
    NoFile,
    Flash,
    Download,
    FileName,
    FileType,
    FileCrc,
    NoFont,
    FirmwareType,
    Date,
    FileExists,
    BlockNumber,
    /// A number the documents do not name.
    Other(u8),
}

const CODES: [(ErrorCode, &str); 16] = [
    (ErrorCode::BadGroup, "no such group of commands"),
    (ErrorCode::NoSuchCommand, "no such command"),
    (ErrorCode::Busy, "busy"),
    (ErrorCode::NoRoom, "no room in memory"),
    (ErrorCode::Crc, "frame arrived spoiled"),
    (ErrorCode::NoFile, "no such file"),
    (ErrorCode::Flash, "flash memory failed"),
    (ErrorCode::Download, "download failed"),
    (ErrorCode::FileName, "bad file name"),
    (ErrorCode::FileType, "bad file type"),
    (ErrorCode::FileCrc, "file arrived spoiled"),
    (ErrorCode::NoFont, "no font in the card"),
    (ErrorCode::FirmwareType, "firmware is for another card"),
    (ErrorCode::Date, "bad date"),
    (ErrorCode::FileExists, "file exists already"),
    (ErrorCode::BlockNumber, "bad block number"),
];

impl ErrorCode {
    /// The code of byte `byte`; `None` for 0, which is no error.
    pub fn from_byte(byte: u8) -> Option<Self> {
        let index = usize::from(byte).checked_sub(1)?;
        Some(CODES.get(index).map_or(ErrorCode::Other(byte), |(code, _)| *code))
    }

    /// The byte on the wire, 1 to 16 for the documented ones.
    pub fn byte(self) -> u8 {
        match self {
            ErrorCode::Other(byte) => byte,
            code => CODES.iter().position(|(other, _)| *other == code).map_or(0, |index| index as u8 + 1),
        }
    }
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match CODES.iter().find(|(code, _)| code == self) {
            Some((_, words)) => write!(f, "{words} (error {})", self.byte()),
            None => write!(f, "error {}", self.byte()),
        }
    }
}

#[cfg(test)]
mod tests;
