//! The kiosk's pages, touches and panel wire.
//!
//! Map: [`menu`] and [`answers`] (what the host tells), [`Ui`] (which page follows which touch), [`PageName`] and the pages
//! behind it, [`Frame`] (a picture), [`text`] (broken and fitted lines), [`panel`] (pictures and touches over a serial line or
//! TCP, and its twin),
//! [`card`], [`scanner`] and [`voice`] (identity card reader, code scanner and voice module, with their twins), [`identity`]
//! (identity numbers, names and telephone numbers, checked and masked).
//!
//! Absences: no rules of the queue (the host hands in a menu and answers wishes), no slip, no clock, no file, no thread, no
//! port.

pub mod answers;
pub mod card;
pub mod frame;
pub mod identity;
pub mod menu;
mod pages;
pub mod panel;
pub mod scanner;
mod scene;
pub mod session;
pub mod text;
mod typed;
pub mod voice;

pub use answers::{
    Asking, Booking, BookingState, CardFor, CardOutcome, CardTrouble, CodeFor, Found, Held, HeldState,
    Notice, NoticeAnswer, NoticeText, Recognised, Revival,
};
pub use embedded_graphics::geometry::{Point, Size};
pub use embedded_graphics::primitives::Rectangle;
pub use frame::Frame;
pub use menu::{
    AreaItem, Availability, DepartmentItem, Given, Language, Menu, Offers, Outcome, ServiceItem, SlipState,
    Trouble,
};
pub use pages::PageName;
pub use session::{Input, Output, Sound, Ui};
pub use typed::Typed;
