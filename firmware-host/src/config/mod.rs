//! The hall's configuration, `hall.toml`: its types, how it is read, and what is wrong with it.
//!
//! | module | holds |
//! |---|---|
//! | `model` | the whole file; hall, data, console, call order, green channel, slip, log |
//! | `places` | areas, departments, services, windows |
//! | `devices` | ports, keypad and display lines, printers, kiosks |
//! | `appointments` | what can be booked, how long personal data are kept |
//! | `outlets` | ways out: modems, endpoints, directories |
//! | `follow_up` | deadlines of work orders, unresolved matters, findings |
//! | `staff` | who works at windows, sign-in, reasons for pauses |
//! | `lamps` | lamps that say that a window works |
//! | `hours` | seasons, holidays, make-up workdays; whether the hall is open |
//! | `current`, `reload` | hours that change while the hall runs; what of a changed file takes effect |
//! | `read` | reads a file or a text, all mistakes at once |
//! | `source`, `shape`, `words`, `nearest` | positions; tables to types; plain words; "did you mean" |
//! | `check` | ranges, references, contradictions |
//! | `mistake` | one mistake with file, line and place |
//!
//! Nothing here opens a device, a database or a socket, and nothing reads a clock.
//! Source: RULES.md (every setting is in `hall.toml`, nothing is compiled in), DESIGN.md "Configuration".

pub mod appointments;
mod check;
pub mod current;
pub mod devices;
pub mod follow_up;
pub mod hours;
pub mod lamps;
pub mod mistake;
pub mod model;
mod nearest;
pub mod outlets;
pub mod places;
pub mod read;
pub mod reload;
mod shape;
mod source;
pub mod staff;
#[cfg(test)]
mod tests;
mod words;

pub use appointments::{Appointments, PersonalData};
pub use current::CurrentHours;
pub use devices::{
    CardType, Charset, DisplayLine, KeypadLine, Kiosk, OkCodes, Port, PortError, Printer, PrinterProfile,
};
pub use follow_up::FollowUp;
pub use hours::{Holiday, Hours, Lunch, MonthDay, Open, Season, Session, TimeOfDay, Workday};
pub use lamps::{Lamp, LampKind};
pub use mistake::Mistake;
pub use model::{
    CallOrder, Citizens, Config, Console, Data, Green, GreenCategory, Hall, Log, LogFormat, LogLevel,
    OrderLimits, Slip, WaitTargets,
};
pub use outlets::{Carries, Outlet, OutletKind, Way};
pub use places::{Area, Department, Serves, Service, ServiceEnglish, Window};
pub use read::{parse, read};
pub use staff::{PauseReason, ShownOnDuty, SignIn, Staff};
