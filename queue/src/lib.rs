//! Decides which state each ticket is in and who is called next.
//!
//! Map: [`Hall`] owns the day: `decide` says what a [`Command`] would change (as [`Event`]s) or why the rules refuse it
//! ([`Refusal`]), `apply` makes one committed event true. [`order`] is the call order alone, usable without a hall.
//! [`flow`] runs whole days through the same order, for what-if questions; [`forecast`]
//! reads expected waits off many of them. [`booking`] is the same for appointments, over days, [`cases`] for what is owed after a visit. [`explain`] puts a call into a sentence. [`Rules`] are the hall's settings.
//!
//! Absences: no I/O, clock, thread, SQL or device is known here. Time is an argument ([`Timestamp`]), order comes from
//! [`TicketSeq`], and whatever is drawn follows from a seed that is handed in. The build keeps it so (`clippy.toml`, `Cargo.toml`).

pub mod booking;
pub mod cases;
pub mod command;
pub mod event;
pub mod explain;
pub mod flow;
pub mod forecast;
pub mod hall;
pub mod ids;
pub mod order;
pub mod refusal;
pub mod rules;
pub mod ticket;
pub mod window;

pub use command::{By, Command, Destination, Grant};
pub use event::{CallInputs, Called, Event, NEXT_MATTER, Overtaken, Reason};
pub use hall::Hall;
pub use ids::{Day, ServiceId, TicketNumber, TicketSeq, Timestamp, WindowNumber};
pub use refusal::Refusal;
pub use rules::{Class, Limits, Parameters, Rules, ServiceRule, Targets, WindowRule};
pub use ticket::{Reminded, SentOn, Ticket, TicketState};
pub use window::{PlannedPause, Window, WindowState};
