//! What leaves the hall: short messages over a GSM modem or an endpoint, work orders to an endpoint or as files.
//!
//! Map: [`modem`] (a modem on a serial port that sends Chinese short messages; its wire, its twin), [`delivery`] (a key, a
//! body, an outcome), [`http`] (a delivery posted to an endpoint, and an endpoint that misbehaves), [`files`] (a delivery as a
//! file in a directory).
//!
//! Absences: knows no booking, no ticket, no rating and no template; is handed a number and a text, or a key and a body, and
//! says what became of them. Whether and when to try again is the host's to decide. The modem has no clock, file, thread or
//! port; `http` and `files` are calls that block whoever makes them, with an end in time and nothing kept between two.

pub mod delivery;
pub mod files;
pub mod http;
pub mod modem;

pub use delivery::{Delivery, Key, Outcome, Trouble, Unwanted};
