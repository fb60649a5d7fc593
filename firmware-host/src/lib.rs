//! The hallgate daemon.
