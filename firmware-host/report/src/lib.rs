//! The figures of a period and what people are given of them (rules W4, R6).
//!
//! | module | holds |
//! |---|---|
//! | [`calendar`] | days, hours and weeks of the hall's own wall time |
//! | [`period`] | which days are asked for: a day, a week, a month, from … to |
//! | [`group`] | what is counted of one service, window, clerk, hour … |
//! | [`figures`] | facts to groups |
//! | [`table`], [`columns`] | groups to tables with Chinese heads |
//! | [`text`], [`csv`], [`xlsx`], [`html`] | tables for a terminal, a program, a spreadsheet, A4 paper |
//! | [`public`] | the results that hang in the hall: windows and services, nobody's name |
//!
//! Facts come from [`schema::Reader::facts`]; a test computes the same figures again from the event log alone, entry by entry.
//!
//! Absences: no clock, no device, no configuration; names are handed over as [`names::Names`]. The green channel's category is
//! not in the facts and so in no figure (rule G6). Ratings are counted, never listed (rule R3).

pub mod calendar;
pub mod columns;
pub mod csv;
pub mod figures;
pub mod group;
pub mod html;
pub mod names;
pub mod period;
pub mod public;
pub mod table;
pub mod text;
pub mod xlsx;

pub use figures::{Axis, Channel, Figures, Frame, Key, figures};
pub use group::{Group, Spread};
pub use names::Names;
pub use period::Period;
