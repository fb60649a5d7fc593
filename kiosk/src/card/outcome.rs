//! What comes of a reader and of a card, besides the card's content.

use super::content::ContentError;
use super::status::Status;
use std::fmt;

/// The number of a reader's security module: it identifies the reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SamId([u8; 16]);

impl SamId {
    /// From the 16 bytes of the answer.
    pub fn new(bytes: [u8; 16]) -> Self {
        SamId(bytes)
    }
}

/// As it stands on the reader's plate: `05.01-20121220-0000123456-0987654321`.
impl fmt::Display for SamId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let part =
            |at: usize| u32::from_le_bytes([self.0[at], self.0[at + 1], self.0[at + 2], self.0[at + 3]]);
        write!(f, "{:02}.{:02}-{}-{:010}-{:010}", self.0[0], self.0[2], part(4), part(8), part(12))
    }
}

/// What is wrong with a reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// Nothing came back.
    #[error("no answer after {tries} tries")]
    Silent {
        /// How often was tried.
        tries: u32,
    },
    /// Something came back each time, and never a frame.
    #[error("no whole answer in {tries} tries")]
    Garbled {
        /// How often was tried.
        tries: u32,
    },
    /// The reader says that it cannot.
    #[error("{0}")]
    Refused(Status),
}

impl Fault {
    /// Stable name.
    pub fn code(self) -> &'static str {
        match self {
            Fault::Silent { .. } => "silent",
            Fault::Garbled { .. } => "garbled",
            Fault::Refused(_) => "refused",
        }
    }

    /// For staff: what it is and what to do.
    pub fn zh(self) -> &'static str {
        match self {
            Fault::Silent { .. } => "读卡器无应答，请检查电源和数据线",
            Fault::Garbled { .. } => "读卡器应答不完整，请检查数据线和波特率",
            Fault::Refused(status) => status.zh(),
        }
    }
}

/// Why a card that lies there gave nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// Reader or card said so; read errors were tried three times.
    #[error("{0}")]
    Status(Status),
    /// The answer was read and is not a card's.
    #[error(transparent)]
    Content(#[from] ContentError),
    /// The reader did not answer; its fault is told as well.
    #[error("the reader did not answer")]
    NoAnswer,
}

impl Unreadable {
    /// For citizens: what it is and what to do.
    pub fn zh(self) -> &'static str {
        match self {
            Unreadable::Status(status) => status.zh(),
            Unreadable::Content(error) => error.zh(),
            Unreadable::NoAnswer => "读卡器暂时不能用，请用其他方式或到导办台办理",
        }
    }
}
