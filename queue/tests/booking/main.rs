//! Appointments by the rules A2 to A8, told as what happens to people.

mod common;
mod credit;
mod rules;
