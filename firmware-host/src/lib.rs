//! The hallgate daemon: everything between the operating system and the pure crates.
//!
//! Map: `config` reads `hall.toml`; `ports` move bytes; `lines` run one task per line, each with its drivers; `core` is the
//! one loop that owns the hall; `api` is the control interface; `simulate` runs recorded days through the call order;
//! `replay` decides a day of the log again; `reports` reads figures; `trial` tries whole halls in simulated time;
//! `service` ties them into a running hall; `cli` holds the commands; `virtual_hall` is the demo; `time` reads the clocks.
//!
//! Absences: no rule of the queue and no byte of a protocol is decided here.

pub mod api;
pub mod causes;
pub mod cli;
pub mod config;
pub mod core;
pub mod lines;
pub mod office;
pub mod ports;
pub mod replay;
mod reports;
pub mod service;
pub mod simulate;
pub mod time;
pub mod trial;
pub mod virtual_hall;
