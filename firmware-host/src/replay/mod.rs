//! A recorded day again, for `hallgate replay`: the same decisions under the same settings, or what would have been.
//!
//! Purpose: [`again()`] takes every decision out of a day's log, lets [`queue::Hall`] decide it again at the same moment, and
//! lists each difference. [`realised()`] reads the same record as what happened by itself, so that [`queue::flow`] can run the
//! day under another order, other limits or other staff, which [`compare()`] puts side by side. Left to others: reading the log, options, layout.
//!
//! | part | holds |
//! |---|---|
//! | `again` | the walk over the record, decision by decision |
//! | `undo` | which command an event of the record came from |
//! | `realised` | the day as a plan, and what was approximated |
//! | `asked` | what-if options as people write them |
//! | `change`, `compare` | what is to be otherwise; what was, the same again, and what would have been |
//! | `trace` | the day as `hall-trace/1` |
//! | `guess` | what windows serve, without the configuration |
//! | `legs`, `desks` | the record read person by person and window by window |
//! | `said` | a difference in words, without what people typed (rule A9) and without categories (rule G6) |
//!
//! Source: DESIGN.md ("The same core everywhere"), `CALL-ORDER.md`.

mod again;
pub mod asked;
mod change;
mod compare;
mod desks;
#[cfg(test)]
mod golden;
mod guess;
mod legs;
mod realised;
mod said;
#[cfg(test)]
mod tests;
mod trace;
mod undo;

pub use again::{Again, Decided, Difference, Scope, again};
pub use change::{Change, Changed, Hours, Unknown};
pub use compare::{Column, Comparison, Person, Reproduction, compare};
pub use guess::guessed;
pub use realised::{Approximated, Back, Realised, Who, realised};
