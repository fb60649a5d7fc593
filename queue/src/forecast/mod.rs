//! How long still: expected waits, and what another window would change, by running the rest of the day many times.
//!
//! Purpose: rules Q8, W2 and W3. [`Habits`] hold what the last weeks and today taught: how long services take, who comes when,
//! who does not come when called, how windows pause. [`Present`] is the hall at this moment. A [`Forecaster`] draws what may
//! still happen, lets [`crate::flow`] call it in the real order, and reads waits off hundreds of such afternoons.
//!
//! | module | holds |
//! |---|---|
//! | `pool` | durations seen, and draws from them |
//! | `habits` | what is learned, and from what |
//! | `attendance` | when windows open, and whether |
//! | `learn` | from the log's events to that |
//! | `present` | the hall now |
//! | `draw` | one possible rest of the day |
//! | `expect` | ranges of waits |
//! | `outlook` | how many will wait too long, with these windows and with others |
//!
//! Absences: the same present, habits and seed give the same answer; there is no clock here (work is bounded by counting
//! steps) and no device. Whoever calls it keeps it off the task that answers presses.

mod attendance;
mod draw;
mod expect;
mod habits;
mod learn;
mod outlook;
mod pool;
mod present;

pub use attendance::Opening;
pub use expect::{Asked, Expected, Forecast, Forecaster, Range};
pub use habits::{Habits, Observed};
pub use learn::{Learner, Names};
pub use outlook::Outlook;
pub use present::{Booking, Doing, Place, Present, PresentWindow, Roster};
