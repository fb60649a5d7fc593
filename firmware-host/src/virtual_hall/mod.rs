//! The virtual hall: a whole hall on this machine, for buyers, trainees and developers.
//!
//! Twins of all devices sit on real pseudo-terminals and speak the real protocols; the daemon opens them exactly as it opens
//! hardware. The page shows each device from the bytes its twin received, and a click makes the twin send what the real
//! thing would. Devices are as fast as devices are; only the hall's clock may run faster.
//!
//! | module | holds |
//! |---|---|
//! | `pty` | pseudo-terminals |
//! | `line` | a line: terminal, twin at its end, faults between them |
//! | `devices` | the twins as they hang on lines |
//! | `hall` | every device of a configuration, plugged in |
//! | `faults` | the fault menu |
//! | `stage` | what page and people share |
//! | `views`, `web`, `page/` | what the page is told, its routes, its files |
//! | `dice`, `visitors` | who comes when, by a seed |
//! | `people`, `citizen`, `clerk` | what they do |
//!
//! Absences: nothing here changes the hall except through a device, but for clerks who close their window in the evening as
//! the console does; people look at the board as they would look at displays and LCDs.
//!
//! Source: DESIGN.md "The virtual hall is honest".

mod citizen;
mod clerk;
pub mod devices;
mod dice;
mod faults;
pub mod hall;
pub mod line;
pub mod people;
pub mod pty;
pub mod stage;
#[cfg(test)]
mod tests;
mod views;
mod visitors;
pub mod web;

pub use hall::VirtualHall;
pub use stage::Stage;

/// The hall that ships with the program, as `systemd/hall.toml` is installed.
pub const SAMPLE_HALL: &str = include_str!("../../../systemd/hall.toml");
