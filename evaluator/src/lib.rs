//! The evaluation pad.
