//! What leaves the hall: short messages over a GSM modem; their wire, their twin.
//!
//! Map: [`modem`] (a modem on a serial port that sends Chinese short messages).
//!
//! Absences: knows no booking, no ticket and no template; is handed a number and a text and says what became of them.
//! Whether and when to try again is the host's to decide. No clock, file, thread or port.

pub mod modem;
