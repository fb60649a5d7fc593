//! The event log and its projections in one SQLite file; the only code that speaks rusqlite.
//!
//! Map: an [`Entry`] is what a line of the log says. The [`Store`] is the one connection that writes: it opens and migrates
//! the file, appends batches together with their projections, loads the day after a restart. A [`Writer`] is the thread
//! that owns it and commits together what waits together. [`Reader`]s look, beside it, at the projections and the log.
//! [`StoreError`] says what went wrong with the file and what to do.
//!
//! The log is the truth (DESIGN, "One press, start to end", 4): everything else in the file is made from it and can be made
//! again. Each row carries the hash of the one before.
//!
//! Absences: no device, no configuration, no rule of the queue and no clock is known here; moments come with the entries.
//! The green channel's category is in the log alone (rule G6). Changing the schema: see the head of `migrations/mod.rs`.

mod backup;
mod chain;
mod entry;
mod error;
mod figures;
mod grants;
mod migrations;
mod open;
mod project;
mod project_bookings;
mod project_cases;
mod project_hall;
mod reader;
mod rows;
mod rows_bookings;
mod rows_cases;
mod rows_read;
mod store;
mod verify;
mod writer;

pub use entry::{
    About, ClockEvent, Entry, FaultEvent, JobEvent, Logged, MessageEvent, Purpose, Stamped, WaitEvent,
};
pub use error::StoreError;
pub use figures::{BookingFact, CallFact, CompletionFact, DutyFact, Facts, PassFact, PauseFact, TicketFact};
pub use grants::{GrantRow, Withdrawal};
pub use reader::Reader;
pub use rows::{
    CallRow, CompletionRow, FaultRow, JobRow, JobState, MatterRow, PauseRow, RatingRow, ReminderRow,
    Standing, TicketHistory, TicketRow, ToldRow, TransferRow, WindowRow, WindowStanding,
};
pub use rows_bookings::{BookingRow, MessageRow, MessageState, RestrictionRow, TaskRow};
pub use rows_cases::{CaseRow, CaseStepRow, PatrolRow};
pub use store::{Loaded, Store};
pub use verify::{Finding, Verified};
pub use writer::{Stepper, Writer};
