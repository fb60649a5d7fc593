//! The pad with five buttons that hangs on the FF 68 line at the address of its window's keypad.
//!
//! RS-485, 9600 8N1. Frames, acknowledgements and repeats are those of [`link::ff68`].
//!
//! | direction | command, data | meaning |
//! |---|---|---|
//! | host to pad | 01 0B | light up and ask; there is no frame that ends the asking, the pad does so by itself |
//! | pad to host | 11, one byte 0 to 4 | the button: 0 不满意, 1 基本满意, 2 满意, 3 非常满意 were *seen*; 4 非常不满意 is *inferred* |
//!
//! ```text
//!  pad's button 2     FF 68 03 03 68 05 11 02 18 16   ->   acknowledged with   FF 68 03 03 68 05 01 02 08 16
//! ```
//!
//! The keypad's evaluation key has the bytes of the prompt, too, and the host's acknowledgement of it lights the pad.
//! Which button is which level is a setting, since faces are stuck on as the hall likes.
//!
//! Rule R3: only command 11 is a rating, and the keypad has no key that makes one.
//!
//! Source: PROTOCOLS.md 3.1 and 9.

#[cfg(test)]
mod line_tests;
mod session;
pub mod twin;

pub use session::{BUTTONS, Counters, Input, Output, Session, Settings, StrayWhy};
