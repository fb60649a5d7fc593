//! The store as its users see it, on real files in temporary directories.

#![allow(missing_docs, clippy::unwrap_used, reason = "tests, and what helps them")]

mod backup;
mod bookings;
mod cases;
mod common;
mod crash;
mod day;
mod group;
mod migrate;
mod opening;
mod properties;
mod verify;
