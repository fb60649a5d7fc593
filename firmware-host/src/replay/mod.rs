//! A recorded day again, for `hallgate replay`: the same decisions under the same settings, or what would have been.
//!
//! Purpose: [`again()`] takes every decision out of a day's log, lets [`queue::Hall`] decide it again at the same moment, and
//! lists each difference. [`realised()`] reads the same record as what happened by itself, so that [`queue::flow`] can run the
//! day under another order, other limits or other staff. Left to others: reading the log, options, layout.
//!
//! | part | holds |
//! |---|---|
//! | `again` | the walk over the record, decision by decision |
//! | `undo` | which command an event of the record came from |
//! | `realised` | the day as a plan, and what was approximated |
//! | `legs`, `desks` | the record read person by person and window by window |
//! | `said` | a difference in words, without what people typed (rule A9) and without categories (rule G6) |
//!
//! Source: DESIGN.md ("The same core everywhere"), `CALL-ORDER.md`.

mod again;
mod desks;
#[cfg(test)]
mod golden;
mod legs;
mod realised;
mod said;
#[cfg(test)]
mod tests;
mod undo;

pub use again::{Again, Decided, Difference, Scope, again};
pub use realised::{Approximated, Back, Realised, Who, realised};
