//! Outputs that light a lamp: the one that tells the building staff not to switch the power off while a window works
//! (rule X4).
//!
//! | module | drives |
//! |---|---|
//! | `raspberry` | a pin of a Raspberry Pi's header, through rppal |
//! | `chip` | a line of any GPIO chip of Linux, through gpiocdev |
//! | [`twin`] | nothing: it remembers, for tests, the demo and halls whose lamp is a page |
//!
//! A lamp hangs on a relay, a relay on one line. Some relay boards switch at low level; `active_low` is for them. A line whose
//! [`Output`] is dropped is released: what it does then is the chip's business. A Raspberry Pi's pin is an input again, and a
//! pull resistor decides; most adapters on USB keep the level that the line had.
//!
//! Left to others: when the lamp is on, when a line that failed is opened again, what people are told.
//! Source: RULES.md X4; PROTOCOLS.md on rppal and gpiocdev; CRATES.md.

mod chip;
mod raspberry;
pub mod twin;

use std::fmt;
use std::path::PathBuf;

/// One output.
pub trait Output: Send {
    /// Switches the lamp on or off. May wait for the hardware: an adapter on USB takes milliseconds, a dead one seconds.
    ///
    /// # Errors
    /// What the operating system says; the output is to be dropped and opened again then.
    fn set(&mut self, on: bool) -> Result<(), String>;
}

/// Where a lamp hangs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// A pin of a Raspberry Pi's header.
    Raspberry {
        /// The processor's number of the pin (BCM), 2 to 27.
        pin: u8,
        /// The lamp is on while the pin is low.
        active_low: bool,
    },
    /// A line of a GPIO chip.
    Chip {
        /// `/dev/gpiochip…`, or the label that its driver gives it (`cp2112_gpio`), if only one chip here has it.
        chip: PathBuf,
        /// Offset of the line on the chip.
        line: u32,
        /// The lamp is on while the line is low.
        active_low: bool,
    },
    /// No hardware.
    Virtual(twin::Twin),
}

impl Place {
    /// Takes the line and switches the lamp as `on` says, without a flicker in between. May wait, as [`Output::set`].
    ///
    /// # Errors
    /// Why there is no such line here, in words for the log.
    pub fn open(&self, on: bool) -> Result<Box<dyn Output>, String> {
        match self {
            Place::Raspberry { pin, active_low } => raspberry::open(*pin, *active_low, on),
            Place::Chip { chip, line, active_low } => chip::open(chip, *line, *active_low, on),
            Place::Virtual(twin) => twin.open(on),
        }
    }

    /// Whether nothing here waits for hardware.
    pub fn is_virtual(&self) -> bool {
        matches!(self, Place::Virtual(_))
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Place::Raspberry { pin, .. } => write!(f, "pin {pin} of the Raspberry Pi's header"),
            Place::Chip { chip, line, .. } => write!(f, "{} line {line}", chip.display()),
            Place::Virtual(_) => f.write_str("virtual"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn x4_a_machine_without_the_line_is_told_in_words() {
        let nowhere = Place::Chip { chip: PathBuf::from("/dev/gpiochip-none"), line: 5, active_low: false };
        let said = nowhere.open(true).err().expect("there is no such chip");
        assert!(said.starts_with("/dev/gpiochip-none line 5: "), "{said}");
        let nameless = Place::Chip { chip: PathBuf::from("no such label"), line: 5, active_low: false };
        let said = nameless.open(true).err().expect("no chip is called so");
        assert_eq!(said, "no GPIO chip here has the label no such label");
        let no_chip = Place::Chip { chip: PathBuf::from("/dev/null"), line: 5, active_low: true };
        let said = no_chip.open(false).err().expect("it is no GPIO chip");
        assert!(said.starts_with("/dev/null line 5: "), "{said}");
    }

    /// On a Raspberry Pi there is something to drive, and this test would drive it.
    #[test]
    fn x4_a_machine_that_is_no_raspberry_pi_says_so() {
        if rppal::system::DeviceInfo::new().is_ok() {
            return;
        }
        let said = Place::Raspberry { pin: 17, active_low: false }.open(true).err().expect("this is no Pi");
        assert!(said.contains("pin 17") && said.contains("Raspberry Pi"), "{said}");
    }
}
