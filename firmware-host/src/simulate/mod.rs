//! The call order on recorded hall-days and single decisions, for `hallgate simulate --trace` and `decide --input`.
//!
//! Purpose: anybody can check that the order in this program is the published one, call by call. [`run_trace`] drives
//! the same [`queue::Hall`] as the daemon through a realised day (`hall-trace/1`) and writes the laboratory's call log;
//! [`decide_lines`] answers single decisions. Left to others: files, arguments, figures.
//! Source: `lab/README.md` ("Hall semantics", formats), `CALL-ORDER.md`.

mod chance;
mod day;
mod decide;
mod fields;
pub mod figures;
mod generate;
pub mod many;
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
mod write;

pub use day::{CallLine, Follow, follow_trace, run_trace};
pub use decide::{DecideError, decide_lines};
pub use fields::Mistake;
pub use generate::generate;
pub use plan::plan;
pub use scenario::{Appointments, Burst, NoShow, Scenario, ScenarioService, ScenarioWindow};
pub use trace::{Trace, TraceError, TraceService, TraceTicket, TraceWindow, read_trace};
