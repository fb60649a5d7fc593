//! The clerk's keypad.
