//! A pin of a Raspberry Pi's header, through rppal.
//!
//! rppal writes the processor's registers through `/dev/gpiomem` (`/dev/gpiomem0` on a Pi 5). It learns the model from
//! `/proc/cpuinfo`, else from the device tree under `/sys/firmware`, so that it works in a service that does not see
//! `/proc/cpuinfo`. A register cannot fail once it is mapped. Dropped, the pin is an input again, as the board starts it;
//! when the process is killed it stays as it was, for the kernel knows nothing of it.
//!
//! Source: PROTOCOLS.md on rppal; the rest was seen by `tests/judges/raspberry.sh`.

use super::Output;
use rppal::gpio::{Error, Gpio, OutputPin};

struct Pin {
    pin: OutputPin,
    active_low: bool,
}

pub(super) fn open(pin: u8, active_low: bool, on: bool) -> Result<Box<dyn Output>, String> {
    let said = |error: Error| match error {
        Error::UnknownModel => {
            format!("pin {pin}: this machine is no Raspberry Pi that rppal 0.22 knows; use kind = \"gpio\"")
        }
        Error::PermissionDenied(path) => {
            format!("pin {pin}: {path} of the Raspberry Pi may not be opened; is hallgate in the group gpio?")
        }
        error => format!("pin {pin} of the Raspberry Pi's header: {error}"),
    };
    let pin = Gpio::new().map_err(said)?.get(pin).map_err(said)?;
    let pin = if on == active_low { pin.into_output_low() } else { pin.into_output_high() };
    Ok(Box::new(Pin { pin, active_low }))
}

impl Output for Pin {
    fn set(&mut self, on: bool) -> Result<(), String> {
        if on == self.active_low {
            self.pin.set_low();
        } else {
            self.pin.set_high();
        }
        Ok(())
    }
}
