//! Figures of made-up halls from real stores, against the same figures from the event log alone.

#![allow(clippy::unwrap_used, reason = "helpers of a test may end it as the test itself may")]

mod equal;
mod month;
mod naive;
mod outputs;
