//! The virtual printer.
