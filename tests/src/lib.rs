//! End-to-end runs of the shipped hall.
