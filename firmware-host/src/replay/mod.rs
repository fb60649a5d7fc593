//! A recorded day again: the same decisions under the same settings, for `hallgate replay`.
//!
//! Purpose: [`again()`] takes every decision out of a day's log, lets [`queue::Hall`] decide it again at the same moment, and
//! lists each difference. Left to others: reading the log, options, layout.
//!
//! | part | holds |
//! |---|---|
//! | `again` | the walk over the record, decision by decision |
//! | `undo` | which command an event of the record came from |
//! | `said` | a difference in words, without what people typed (rule A9) and without categories (rule G6) |
//!
//! Source: DESIGN.md ("The same core everywhere"), `CALL-ORDER.md`.

mod again;
mod said;
#[cfg(test)]
mod tests;
mod undo;

pub use again::{Again, Decided, Difference, Scope, again};
