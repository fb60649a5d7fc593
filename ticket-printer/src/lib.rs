//! Slip layout to printer bytes, status bytes to faults.
//!
//! Map: [`slip`] (what stands on the paper, as data; wrapping; the template of a hall), [`encode`] (a slip to ESC/POS bytes),
//! [`command`] (the edges of ESC/POS commands), [`status`] (reply bytes to faults), [`session`] (the conversation with one
//! printer: jobs, receipts, time-outs), [`twin`] (the virtual printer with paper, head and cutter).
//!
//! Absences: no ticket and no queue (the host fills [`slip::Fields`] and decides what becomes of a job), no port, no clock,
//! no file, no thread. Nothing here knows a green-channel category or a full name, so nothing here can print one (rule Q8).
//!
//! | wire | |
//! |---|---|
//! | USB printer class, RS-232 8N1 (9600 or 115200 by switch), TCP 9100 | the host opens it; baud rate and flow control are settings |
//! | commands | text, `1B`/`1C`/`1D` commands, in order |
//! | `10 04 n` | status, answered out of turn, also when off line |
//! | `1D 72 01` | paper status, answered in turn: sent after the cut, its answer is the receipt of the slip |
//!
//! Source: the Epson ESC/POS reference as simulated by independent printers, and the Cashino CSN-A2 manual where it differs.

pub mod command;
pub mod encode;
pub mod session;
pub mod slip;
pub mod status;
pub mod twin;

pub use encode::{Encoded, Model, Profile, encode};
pub use session::{Input, Output, Refusal, Session};
pub use slip::{
    Align, Explanation, Fields, Form, Line, Notice, NoticeWords, Paper, Slip, Template, Told, explanation,
    form, notice, render,
};
pub use status::{Fault, Warning};
pub use twin::{Misfortune, Twin};
