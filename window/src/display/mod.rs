//! LED displays.
