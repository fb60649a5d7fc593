//! The evaluation pad: asks the citizen, once, after the matter; five levels.
//!
//! Map: [`pad`] (the five-button pad beside the clerk's keypad, on the same FF 68 line).
//!
//! Absences: knows no clerk, no ticket and no work order; says which level was pressed and whether it was asked for. No
//! clock, file, thread or port.

pub mod pad;
