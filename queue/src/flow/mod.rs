//! A whole day, or what is left of one, through the call order at the speed of arithmetic.
//!
//! Purpose: `simulate`, `replay` and the expected wait ask "what if" thousands of times; [`crate::Hall`] keeps the record of
//! one real day and is far too careful for that. A [`Plan`] says what happens by itself (who comes when for what and how
//! long it takes, which window works when); [`Flow::run`] finds out who is called when. Both decide with the same rule
//! ([`crate::order`]), and tests hold them to the same calls on the same days.
//!
//! | module | holds |
//! |---|---|
//! | `plan` | windows, visits, what is already under way |
//! | `engine` | the second by second run |
//! | `desks` | its windows: busy until when, idle since when |
//! | `lines` | its waiting people |
//! | `other` | the orders of other systems, for comparison only |
//!
//! Absences: no chance (whoever makes the plan draws it), no clock, no words.
//! Source: `lab/README.md` ("Hall semantics"), `CALL-ORDER.md`.

mod desks;
mod engine;
mod lines;
mod other;
mod plan;

pub use engine::{Call, Flow, Watch};
pub use other::Order;
pub use plan::{Plan, PlanWindow, Settings, Standing, Visit};
