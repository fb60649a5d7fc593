//! Bytes to frames and back, both ways. The picture is on the [page](super).

use super::status::Status;
use link::checks::xor8;
use serde::{Deserialize, Serialize};

const MARK: [u8; 5] = [0xAA, 0xAA, 0xAA, 0x96, 0x69];
/// Mark and length.
const HEAD: usize = MARK.len() + 2;
/// Status bytes at the front of an answer.
const STATUS: usize = 3;
/// Least length: command, parameter and xor.
const MIN_LENGTH: usize = 3;
/// Greatest length: a card's text and photo, `05 08`. Longer claims are noise, so that a spoiled length cannot make the
/// scanner wait for bytes that never come. Finger prints would need more; they are nobody's business here.
const MAX_LENGTH: usize = 0x0508;

/// Longest frame: 1295 bytes.
pub const MAX_FRAME: usize = HEAD + MAX_LENGTH;
/// Bytes of a card's text.
pub const TEXT: usize = 256;
/// Bytes of a card's coded photo.
pub const PHOTO: usize = 1024;
/// Bytes of an answer that hold nothing of a card: mark, length and status. No more than these may be recorded.
pub const RECORDED: usize = HEAD + STATUS;

/// What the host says, in the order of a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Command {
    /// Restart the module.
    Reset,
    /// Is the module well?
    State,
    /// Its number.
    SamId,
    /// Look for a card.
    Find,
    /// Take the card that was found.
    Select,
    /// Read its text and photo.
    Read,
}

impl Command {
    /// All of them, in order.
    pub const ALL: [Command; 6] =
        [Command::Reset, Command::State, Command::SamId, Command::Find, Command::Select, Command::Read];

    /// Command and parameter on the wire.
    pub fn code(self) -> [u8; 2] {
        match self {
            Command::Reset => [0x10, 0xFF],
            Command::State => [0x11, 0xFF],
            Command::SamId => [0x12, 0xFF],
            Command::Find => [0x20, 0x01],
            Command::Select => [0x20, 0x02],
            Command::Read => [0x30, 0x01],
        }
    }

    /// The command of a frame's body, for the twin.
    pub(super) fn of(body: &[u8]) -> Option<Command> {
        Command::ALL.into_iter().find(|command| command.code() == body)
    }
}

/// What lies at the front of the received bytes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Scan<'a> {
    /// A good frame; drop `used` bytes and scan again.
    Frame {
        /// What is between length and xor: two bytes at least. May hold a card: not for records.
        body: &'a [u8],
        /// Its length on the wire.
        used: usize,
    },
    /// Nothing, or the beginning of what may become a frame.
    NeedMore,
    /// The first `skip` bytes (at least one) belong to no frame.
    Noise {
        /// How many bytes to drop.
        skip: usize,
        /// What is wrong with them, for the log.
        why: &'static str,
    },
}

/// Rule A9: how long a body is, not what it says.
impl std::fmt::Debug for Scan<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Scan::Frame { body, used } => write!(f, "Frame {{ body: {} bytes, used: {used} }}", body.len()),
            Scan::NeedMore => f.write_str("NeedMore"),
            Scan::Noise { skip, why } => write!(f, "Noise {{ skip: {skip}, why: {why:?} }}"),
        }
    }
}

/// Looks at the front of `bytes`, whoever sent them. Says noise as early as the bytes allow.
pub fn scan(bytes: &[u8]) -> Scan<'_> {
    let start = bytes.iter().position(|byte| *byte == MARK[0]).unwrap_or(bytes.len());
    if start > 0 {
        return Scan::Noise { skip: start, why: "no frame start" };
    }
    let marked = bytes.len().min(MARK.len());
    if bytes[..marked] != MARK[..marked] {
        return Scan::Noise { skip: 1, why: "no frame start" };
    }
    let Some(length) = bytes.get(MARK.len()..HEAD) else { return Scan::NeedMore };
    let length = usize::from(u16::from_be_bytes([length[0], length[1]]));
    if !(MIN_LENGTH..=MAX_LENGTH).contains(&length) {
        return Scan::Noise { skip: 1, why: "length out of range" };
    }
    let used = HEAD + length;
    let Some(whole) = bytes.get(..used) else { return Scan::NeedMore };
    if whole[used - 1] != xor8(&whole[MARK.len()..used - 1]) {
        return Scan::Noise { skip: 1, why: "checksum" };
    }
    Scan::Frame { body: &whole[HEAD..used - 1], used }
}

/// The bytes of a command.
pub fn encode(command: Command) -> Vec<u8> {
    frame(&[&command.code()])
}

/// The bytes of a reader's answer; for the twin. Data beyond a card's text and photo is cut off.
pub fn answer(status: Status, data: &[u8]) -> Vec<u8> {
    let room = MAX_LENGTH - STATUS - 1;
    frame(&[&[0, 0, status.0], &data[..data.len().min(room)]])
}

fn frame(parts: &[&[u8]]) -> Vec<u8> {
    let body: usize = parts.iter().map(|part| part.len()).sum();
    let mut bytes = Vec::with_capacity(HEAD + body + 1);
    bytes.extend_from_slice(&MARK);
    bytes.extend_from_slice(&((body + 1) as u16).to_be_bytes());
    parts.iter().for_each(|part| bytes.extend_from_slice(part));
    bytes.push(xor8(&bytes[MARK.len()..]));
    bytes
}

/// Status and data of an answer's body; `None` if it is no answer.
pub fn answered(body: &[u8]) -> Option<(Status, &[u8])> {
    let ([0, 0, status], data) = body.split_first_chunk::<STATUS>()? else { return None };
    Some((Status(*status), data))
}

/// The data of a good answer to [`Command::Read`]: two lengths, the text, the photo.
pub fn reading(text: &[u8], photo: &[u8]) -> Vec<u8> {
    let mut data = Vec::with_capacity(4 + text.len() + photo.len());
    data.extend_from_slice(&(text.len() as u16).to_be_bytes());
    data.extend_from_slice(&(photo.len() as u16).to_be_bytes());
    data.extend_from_slice(text);
    data.extend_from_slice(photo);
    data
}

/// The text block in the data of a good answer to [`Command::Read`]; the photo behind it is left where it is. `None` if the
/// two lengths do not add up.
pub fn text_block(data: &[u8]) -> Option<&[u8]> {
    let ([a, b, c, d], blocks) = data.split_first_chunk::<4>()?;
    let (text, photo) = (u16::from_be_bytes([*a, *b]), u16::from_be_bytes([*c, *d]));
    let (text_block, rest) = blocks.split_at_checked(text.into())?;
    (rest.len() == usize::from(photo)).then_some(text_block)
}

#[cfg(test)]
#[path = "codec_tests.rs"]
mod tests;
