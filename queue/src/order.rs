//! The order alone.
