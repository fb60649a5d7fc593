//! The reader for identity cards of the second generation, with the police's security module (SAM_V) inside.
//!
//! *Device.* A box or built-in unit on which a card is laid; it finds the card, proves itself to it and gives the text and the
//! coded photo. *Wiring.* UART or USB-serial, 115200 8N1 (57600, 38400, 19200 and 9600 can be set in the reader).
//! *Source.* PROTOCOLS.md 4 and 9; what is *inferred* or *guessed* is marked below.
//!
//! ```text
//!  host    AA AA AA 96 69 | length, high first | command, parameter     | xor
//!  reader  AA AA AA 96 69 | length, high first | 00 00 status  data ... | xor
//!          length: from command or status to xor      xor: from length to the last data byte
//! ```
//!
//! | what | command | good answer | waited for, beyond the wire |
//! |---|---|---|---|
//! | reset, state | `10 FF`, `11 FF` | 90 | 300 ms |
//! | number of the module | `12 FF` | 90 and 16 bytes | 300 ms |
//! | find a card | `20 01` | 9F and 4 bytes; 80 if there is none | 100 ms |
//! | select it | `20 02` | 90 and 8 bytes; 81 if it is gone | 100 ms |
//! | read text and photo | `30 01` | 90, two lengths, 256 and 1024 bytes | 2 s |
//!
//! An answer does not say to which command it belongs, so one that cannot belong to the last command is dropped.
//!
//! # A card's way
//!
//! The reader is reset, asked for its state and its number when the port opens, and for its state every few seconds after.
//! Only while a page asks for a card ([`Input::Ask`]) it is told to find one, every 300 ms. After a read the same card is
//! not found again until it is lifted (*inferred*); a reader that finds it all the same is not made to read it twice for one
//! asking. An answer that comes after its asking has ended is dropped, so that nobody's card appears on the next person's page.
//!
//! # What is kept of a card (rule A9)
//!
//! Name, number, birth date and validity, in types that print masked. Sex, nation, address and authority are not even read
//! out of the text block. The photo is not decoded; it lies in the frame buffer until the checksum behind it has come, and
//! the buffer is overwritten as soon as a frame is done with. [`Session::traffic`] is the only record of the line: it holds
//! commands and the first ten bytes of answers, which are all header. The host must not keep the port's bytes itself.

mod buffer;
pub mod codec;
mod content;
mod outcome;
mod session;
mod status;
pub mod twin;

pub use content::{CardContent, CardKind, ContentError, Field, Until};
pub use outcome::{Fault, SamId, Unreadable};
pub use session::{Input, Output, Session};
pub use status::Status;
