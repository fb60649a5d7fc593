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
//! | `telephone` | the page's telephone: messages of the modem, an appointment's QR code |
//! | `dice`, `persons`, `visitors`, `booked` | who comes when and with what, by a seed |
//! | `people`, `citizen`, `showing`, `clerk`, `guide` | what they do |
//!
//! Absences: nothing here changes the hall except through a device, but for the guide desk, which wishes what its page
//! would; people look at the board as they would look at displays and LCDs.
//!
//! Source: DESIGN.md "The virtual hall is honest".

mod booked;
mod citizen;
mod clerk;
pub mod devices;
mod dice;
mod faults;
mod guide;
pub mod hall;
pub mod line;
pub mod people;
pub mod persons;
pub mod pty;
mod showing;
pub mod stage;
mod telephone;
#[cfg(test)]
mod tests;
mod views;
mod visitors;
pub mod web;

pub use clerk::DEMO_PIN;
pub use hall::VirtualHall;
pub use stage::Stage;

/// The hall that ships with the program, as `systemd/hall.toml` is installed.
pub const SAMPLE_HALL: &str = include_str!("../../../systemd/hall.toml");
