//! A kiosk panel at the end of a line: pictures go there, touches come back.
//!
//! *Device.* A screen of 16 bits per pixel with a touch foil and a small controller, 768 × 1024 or 1024 × 600, no program of
//! its own. *Wiring.* USB-serial or RS-422 at 921600 8N1 (115200 works, slowly), or TCP through a serial server.
//! *Source.* The protocol is our own; this page is its description, and no maker's document stands behind it. What it must
//! survive was learned from the others: noise, cut and doubled frames, silence, a panel that starts anew.
//!
//! # A frame
//!
//! ```text
//!  0    1    2      3         4     5    6    7        8          8+n
//!  A5   5A   kind   session   seq   length n   check   payload…   CRC-16
//!                                   low first  xor     n bytes    low first
//!  check: exclusive or of bytes 2 to 6, so that a spoiled length does not swallow the frames behind it
//!  CRC:   CRC-16/MODBUS over byte 2 to the end of the payload
//! ```
//!
//! A frame has at most 4096 bytes in all, which bounds both sides' buffers. Bytes that continue a frame after half a second
//! without any belong to another one: both sides then look for a frame in what they hold, from its second byte on, so that
//! a frame whose end was lost does not swallow those behind it.
//!
//! | kind | way | name | session, seq | payload |
//! |---|---|---|---|---|
//! | `01` | to panel | Ask | 0, 0 | none; answered with Hello |
//! | `02` | to panel | Begin | new session, 0 | none; the screen turns black, the next frame has seq 1 |
//! | `03` | to panel | Tiles | session, seq | records of changed rectangles, see below |
//! | `81` | from panel | Hello | session or 0, last seq taken | width, height: two bytes each, low first |
//! | `82` | from panel | Ack | session, last seq taken | none |
//! | `83` | from panel | Touch | session, own count | 1 down or 0 up; x, y: two bytes each, low first |
//!
//! The seq of Tiles runs from 1 to 255 and then starts at 1 again. The panel takes a frame only if it is the next one and
//! acknowledges the last it took after every Begin and Tiles of its session; the host keeps at most four frames unacknowledged
//! and sends all of them again when no acknowledgement comes in time. A panel without a session, as after power-up, answers
//! Tiles with Hello. It says Hello by itself when it starts. The host asks when nothing was heard for a while.
//!
//! # Tiles
//!
//! A picture is a grid of 32 × 32 pixels, cut at the right and lower edge. A record is `column, row, length (2, low first)` and
//! as many bytes of code. The code begins with the number of the tile's colours and the colours themselves (RGB565, low byte
//! first); 0 means more than 255, and pixels are written as colours. Then come the pixels, rows from the top: operations, one
//! or three bytes each, with what they need behind. A pixel is the number of its colour, counted from 0: half a byte (the
//! first of two in the low half, a last half left 0) if there are at most 16 colours, else a byte.
//!
//! | bits 7, 6 | operation | behind it |
//! |---|---|---|
//! | 00 | these pixels | the pixels |
//! | 01 | one pixel, repeated | the pixel, in whole bytes |
//! | 10 | as in the row above | nothing |
//!
//! Bits 5 to 0 hold the number of pixels less one; 63 means 64 more than the two bytes that follow, low first.
//!
//! The newest picture wins: what is sent next is chosen when there is room for it, from the difference between the newest
//! picture and what the panel has or is about to have. A touch counts only where the panel has taken the newest picture: a
//! whole page takes most of a second on the wire, and a finger on the old page must not press what the new one has there.

pub mod codec;
mod pixels;
mod session;
mod twin;

use link::ReceiveBuffer;
use std::time::Duration;

/// A frame whose bytes stop for so long was cut. Serial servers hold bytes back for some hundred milliseconds at most; the
/// host's questions come every second, so the next one already counts.
const CUT_FRAME: Duration = Duration::from_millis(500);

/// Gives up the frame that waits for its end at the front of `buffer`; what is behind its first byte may hold whole frames.
/// Returns the bytes dropped, which are noise.
fn give_up_cut_frame(buffer: &mut ReceiveBuffer) -> usize {
    let mut dropped = 0;
    while !buffer.bytes().is_empty() && codec::scan(buffer.bytes()) == codec::Scan::NeedMore {
        buffer.consume(1);
        dropped += 1;
    }
    dropped
}

pub use session::{Fault, Input, Output, Session};
pub use twin::{Misfortune, Twin, View};
