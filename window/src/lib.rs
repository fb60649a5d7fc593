//! Keypad and LED display of a window.
//!
//! Map: [`keypad`] (the clerk's 21-key unit with its little LCD, on a shared RS-485 line), [`display`] (LED texts above
//! the window and on the hall's screens). Each folder is one device kind: its page and table of frames in `mod.rs`,
//! bytes in `codec.rs`, the conversation in `session.rs`, the virtual device in `twin.rs`.
//!
//! Absences: knows keys and texts, not tickets and not who is next. No clock, file, thread or port: time is an argument,
//! bytes come and go through [`link`]'s contract (`handle`, `poll`, `deadline`).

pub mod display;
pub mod keypad;
