//! The "FF 68" line: clerk's keypads and evaluation pads on one RS-485 pair, 9600 8N1, many addresses.
//!
//! ```text
//!  FF 68 | L | L | 68 | address | command | data .. | sum | 16
//!                       └────── L bytes ──────────┘
//!                       sum = 8-bit sum of the same L bytes; L = 2 ..= 8
//! ```
//!
//! | direction | command, data | meaning |
//! |---|---|---|
//! | keypad to host | any but 11 (01 is usual), 1 to 3 bytes | digits, then the key: see the window crate's `keypad` page |
//! | pad to host | 11, one byte | button of the evaluation pad |
//! | host to both | the same frame back (for 11: with command 01) | acknowledgement |
//! | host to keypad | 02, six digits | three digits waiting, three digits ticket; 0A is blank |
//! | host to keypad | 02, one byte | stars of the clerk |
//! | host to keypad | 03 | beep |
//! | host to pad | 01 0B | open the evaluation |
//! | keypad or pad to host | the same frame back | acknowledgement |
//!
//! ```text
//!  call key, address 5    FF 68 03 03 68 05 01 0C 12 16        the host answers the same bytes
//!  pad's button 2         FF 68 03 03 68 05 11 02 18 16   ->   FF 68 03 03 68 05 01 02 08 16
//! ```
//!
//! Nobody polls: units speak when a key is pressed and repeat about every 200 ms until they hear the acknowledgement, so
//! frames may collide. [`scan`] finds its feet again by start bytes, length pair, sum and end; [`Bus`] is the host's side
//! of one line; [`twin::Unit`] the unit's side. What the keys and the buttons mean is left to `window` and `evaluator`.
//!
//! The adapter's receiver must be off while it sends: a host that hears itself would take its own frame for the unit's
//! acknowledgement.
//!
//! Source: PROTOCOLS.md 3.1 and 9, *seen in* a host program for 21-key units of 2021 (no manual of the wire is public).
//! What no source says is marked *inferred* where it is decided.

mod bus;
mod codec;
mod pending;
pub mod twin;

pub use bus::{Bus, BusInput, BusOutput};
pub use codec::{
    BEEP, Data, EVENT, Frame, MAX_DATA, PAD_BUTTON, PROMPT_DATA, SHOW, Scan, acknowledgement, encode, scan,
};
pub use pending::Part;
