//! What the end-to-end runs share: the shipped `hallgate` as a child process, with virtual devices on real
//! pseudo-terminals and its database in a real file.
//!
//! Map: [`program`] finds the binary; [`text`] is a small `hall.toml`; [`Hall`] is one such hall, running; [`Api`] speaks HTTP to
//! it; [`Person`] takes numbers at its kiosk; [`demo`] is a whole virtual hall; [`secrets`] searches for people's data;
//! [`slow_disk`] makes commits slow; [`until`] waits for what is promised.
//!
//! Absences: nothing here looks into the daemon. A run presses, touches, unplugs, kills and asks the control interface; what it
//! asserts is what the devices show, what lies in the tray, what the file says and what was written to the log.
//! No assertion is about how fast something is: [`until`] waits longer than a loaded machine needs.

pub mod api;
pub mod demo;
pub mod hall;
pub mod person;
pub mod program;
pub mod secrets;
pub mod slow_disk;
pub mod text;
pub mod wait;

pub use api::{Answer, Api};
pub use hall::{Hall, Options, own_address};
pub use person::Person;
pub use text::{with_reader_and_scanner, with_voice};
pub use wait::until;
