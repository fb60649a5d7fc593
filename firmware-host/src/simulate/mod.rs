//! Hall-days on paper: one that was recorded, or as many as chance draws from a scenario, under our call order and others.
//!
//! Purpose: anybody can check that the order in this program is the published one, call by call ([`run_trace`], through the
//! same [`queue::Hall`] as the daemon; [`decide_lines`]), and what it does for people, beside other orders, over many days
//! ([`many`], through the fast [`queue::flow`]). Left to others: files, arguments.
//!
//! | module | holds |
//! |---|---|
//! | `trace`, `write` | one day, `hall-trace/1` |
//! | `scenario`, `chance`, `generate` | days with chance in them, `hall-scenario/1`, and how they are drawn |
//! | `input`, `fields` | files as text; mistakes in both formats, by line and field |
//! | `day`, `decide` | a trace through the hall of the daemon; single decisions |
//! | `plan`, `many` | a trace as the plan of a fast run; many days on all cores |
//! | `figures`, `worked`, `table`, `picture` | what the days were like for each class of people, in numbers, words and SVG |
//! | `waits` | whether expected waits came true |
//!
//! Source: `lab/README.md` ("Hall semantics", formats), `CALL-ORDER.md`.

mod chance;
mod day;
mod decide;
mod fields;
pub mod figures;
mod generate;
mod input;
pub mod many;
#[cfg(test)]
mod many_tests;
pub mod picture;
mod plan;
mod scenario;
#[cfg(test)]
mod scenario_tests;
pub mod table;
#[cfg(test)]
mod tests;
mod trace;
pub mod waits;
mod worked;
mod write;

pub use day::{CallLine, Follow, follow_trace, run_trace};
pub use decide::{DecideError, decide_lines};
pub use fields::Mistake;
pub use generate::generate;
pub use input::read_text;
pub use plan::plan;
pub use scenario::{Appointments, Burst, NoShow, Scenario, ScenarioService, ScenarioWindow};
pub use trace::{Trace, TraceError, TraceService, TraceTicket, TraceWindow, read_trace};
