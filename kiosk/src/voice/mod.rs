//! The voice module of a kiosk: says what the page shows, and makes the tones of its keys.
//!
//! *Device.* SYN6288, a speech chip with an amplifier on a small board. *Wiring.* UART or USB-serial, 9600 8N1; other rates last
//! only until the module is reset, so none is asked for. *Source.* PROTOCOLS.md 5; the tones: `libdriver/syn6288`,
//! `src/driver_syn6288.c`, `syn6288_synthesis_sound` (a text of `sound` and one letter). What is *inferred* or *guessed* is marked.
//!
//! ```text
//!  host    FD | length, high first | command | parameter, text | xor      length: from command to xor
//!                                                                         xor: of all bytes before it
//!  module  one byte
//! ```
//!
//! | what | frame | answer |
//! |---|---|---|
//! | say up to 200 bytes of GBK | `FD .. .. 01 01 text xor` | 41, and 4F when it has been said |
//! | a tone | the same with the text `sounda`, parameter 00 | the same |
//! | stop | `FD 00 02 02 FD` | 41 |
//! | what are you doing | `FD 00 02 21 DE` | 41, then 4E (speaking) or 4F (idle) |
//!
//! 45: the frame was not understood; 4A: the module has just been switched on. The bytes of a frame follow each other within
//! 8 ms, two frames do not. A frame with a text interrupts what is being said, so texts wait here for the module's 4F.
//!
//! # What is said when
//!
//! A prompt is said to its end, unless the visit ends: then the module is stopped. Of the prompts that come meanwhile only the
//! newest waits. A tone is made only while nothing is said or waits to be, and a prompt that comes does not wait for a tone to
//! end. What the fault of a silent module left unsaid is not said later: the page it belonged to has gone.
//!
//! # What can be said
//!
//! Chinese. The module spells Latin words letter by letter (*manual of its successor, and seen by users of this one*), so an
//! English page is not for it; the host keeps those to itself. [`said`] takes care of ticket numbers and of long texts.

pub mod codec;
pub mod said;
mod session;
pub mod twin;

pub use codec::Tone;
pub use session::{Fault, Input, Output, Session};
