//! `[[lamps]]`: lamps that tell the building staff not to switch off while a window works (rule X4).
//!
//! Which keys belong to which kind is checked when the file is read; what hangs on a line is left to the crate `lamp`.

use lamp::{Place, twin::Twin};
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// One lamp on a relay.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lamp {
    /// Name in faults and on the page.
    pub name: String,
    /// What it hangs on.
    pub kind: LampKind,
    /// Of a Raspberry Pi's header: the processor's number of the pin (BCM), 2 to 27.
    #[serde(default)]
    pub pin: Option<u8>,
    /// Of any other board: the chip, `/dev/gpiochip…` or the label of its driver, …
    #[serde(default)]
    pub chip: Option<PathBuf>,
    /// … and the offset of the line on it, 0 to 1023.
    #[serde(default)]
    pub line: Option<u32>,
    /// The relay switches on at low level.
    #[serde(default)]
    pub active_low: bool,
}

/// What a lamp hangs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LampKind {
    /// A pin of a Raspberry Pi's header.
    Raspberry,
    /// A line of a GPIO chip.
    Gpio,
    /// Nothing: it is seen on the page only.
    Virtual,
}

impl Lamp {
    /// Where it hangs; `None` when a key is missing, which a file that was read has not.
    pub fn place(&self) -> Option<Place> {
        let active_low = self.active_low;
        Some(match self.kind {
            LampKind::Raspberry => Place::Raspberry { pin: self.pin?, active_low },
            LampKind::Gpio => Place::Chip { chip: self.chip.clone()?, line: self.line?, active_low },
            LampKind::Virtual => Place::Virtual(Twin::default()),
        })
    }

    /// The same lamp without hardware, for the virtual hall.
    pub fn as_virtual(&self) -> Lamp {
        let (name, kind) = (self.name.clone(), LampKind::Virtual);
        Lamp { name, kind, pin: None, chip: None, line: None, active_low: false }
    }
}
