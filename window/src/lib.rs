//! Keypad and LED display of a window.
