//! The hall as its users meet it: rule by rule, state by state, and on random histories against a naive model.

#![allow(clippy::unwrap_used, reason = "helpers of a test may end it as the test itself may")]

mod duty;
mod floor;
mod histories;
mod model;
mod moves;
mod rules;
mod total;
