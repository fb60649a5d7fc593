//! A scanner for QR and bar codes that sends what it reads as lines of text.
//!
//! *Device.* GM65, GM805 and GM861 modules and most others. *Wiring.* UART or USB-serial, 9600 8N1. A scanner that types like a
//! keyboard loses every character beyond ASCII: set it to serial. *Source.* PROTOCOLS.md 6.
//!
//! ```text
//!  scanner  text of the code ... CR      CR, LF or both: a setting of the scanner; with none at all each code is half a line
//!
//!  host     7E 00 08 01 00 02 01 AB CD   read now                            (command mode only)
//!  host     7E 00 08 01 00 02 00 AB CD   stop; 01 in front of AB CD and 00 are the only difference
//!  scanner  02 00 00 01 00 33 31         done; lies in front of the text, or in it
//! ```
//!
//! In *continuous mode* the scanner reads by itself and understands nothing; whether it is there at all shows only when
//! somebody holds a code before it. In *command mode* it reads while a page asks, and a silent one is a fault.
//!
//! | what comes | becomes |
//! |---|---|
//! | a line that is UTF-8, or else GB18030 | [`Output::Text`] |
//! | bytes without an end for half a second | [`Output::HalfLine`] |
//! | a line with control characters, of neither coding, or longer than [`MAX_LINE`] | [`Output::Unusable`] |
//! | the same code again while it is held there | nothing |
//!
//! What the text means is the host's business. It may hold a booking's token or somebody's number: it travels as
//! [`ScannedText`], whose `Debug` does not show it, and [`Session::traffic`] records only what the host sent (rule A9).

pub mod codec;
mod session;
pub mod twin;

pub use codec::{MAX_LINE, ScannedText, Unusable};
pub use session::{Fault, Input, Mode, Output, Session};
