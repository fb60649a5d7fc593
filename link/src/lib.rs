//! What all device drivers share.
//!
//! Map: [`Uptime`] (the drivers' only clock), [`ReceiveBuffer`], [`checks`] (sums and CRCs), [`text`] (GBK and GB18030),
//! [`font`] (outline text for pages and slips), [`bitmap`] (16-pixel text for LEDs), [`pace`] (time on the wire),
//! [`traffic`] (the last bytes both ways, for the log when a fault opens), [`noise`] (a seeded bad line), [`ff68`] (the
//! frames and the bus of hall keypads and pads).
//!
//! Absences: no ticket, no window, no operating system. Nothing here opens, reads or waits.

pub mod bitmap;
pub mod buffer;
pub mod checks;
pub mod ff68;
pub mod font;
pub mod noise;
pub mod pace;
pub mod text;
pub mod traffic;
pub mod uptime;

pub use buffer::ReceiveBuffer;
pub use uptime::Uptime;
