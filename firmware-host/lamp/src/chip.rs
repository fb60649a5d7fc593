//! A line of any GPIO chip of Linux (`/dev/gpiochip…`), through gpiocdev and the kernel's character device.
//!
//! The kernel turns the level round for `active_low`, and keeps the line for us alone: another program that asks for it is
//! refused. A chip on USB that is pulled out makes the next setting fail.

use super::Output;
use gpiocdev::Request;
use gpiocdev::line::Value;
use std::path::Path;

/// Who holds the line, as `gpioinfo` shows it.
const CONSUMER: &str = "hallgate";

struct Line {
    request: Request,
    line: u32,
    place: String,
}

pub(super) fn open(chip: &Path, line: u32, active_low: bool, on: bool) -> Result<Box<dyn Output>, String> {
    let place = format!("{} line {line}", chip.display());
    let mut wanted = Request::builder();
    wanted.on_chip(chip).with_consumer(CONSUMER).with_line(line);
    if active_low {
        wanted.as_active_low();
    }
    let request = wanted.as_output(value(on)).request().map_err(|error| format!("{place}: {error}"))?;
    Ok(Box::new(Line { request, line, place }))
}

fn value(on: bool) -> Value {
    if on { Value::Active } else { Value::Inactive }
}

impl Output for Line {
    fn set(&mut self, on: bool) -> Result<(), String> {
        self.request.set_value(self.line, value(on)).map_err(|error| format!("{}: {error}", self.place))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::path::PathBuf;

    /// A simulated chip of the kernel (gpio-sim), removed at the end.
    struct Simulated(PathBuf);

    impl Simulated {
        /// Why there is none: another kernel, or nobody may make one here.
        fn new() -> Result<Simulated, String> {
            let all = Path::new("/sys/kernel/config/gpio-sim");
            let chip = all.join(format!("hallgate-{}", std::process::id()));
            let bank = chip.join("bank");
            fs::create_dir(&chip).map_err(|error| format!("{}: {error}", all.display()))?;
            let simulated = Simulated(chip.clone());
            fs::create_dir(&bank).map_err(|error| error.to_string())?;
            fs::write(bank.join("num_lines"), "8").map_err(|error| error.to_string())?;
            fs::write(chip.join("live"), "1").map_err(|error| error.to_string())?;
            Ok(simulated)
        }

        fn read(&self, name: &str) -> String {
            fs::read_to_string(self.0.join(name)).unwrap_or_default().trim().to_owned()
        }

        fn device(&self) -> PathBuf {
            Path::new("/dev").join(self.read("bank/chip_name"))
        }

        /// The level on the wire.
        fn level(&self, line: u32) -> String {
            let pull = format!(
                "/sys/devices/platform/{}/{}/sim_gpio{line}/value",
                self.read("dev_name"),
                self.read("bank/chip_name")
            );
            fs::read_to_string(pull).unwrap_or_default().trim().to_owned()
        }
    }

    impl Drop for Simulated {
        fn drop(&mut self) {
            fs::write(self.0.join("live"), "0").ok();
            fs::remove_dir(self.0.join("bank")).ok();
            fs::remove_dir(&self.0).ok();
        }
    }

    #[test]
    #[allow(clippy::print_stderr)] // Whoever reads a test's output is to see what was not tried.
    fn x4_a_line_of_a_real_chip_goes_up_and_down() {
        let chip = match Simulated::new() {
            Ok(chip) => chip,
            Err(why) => return eprintln!("not tried: this kernel lets nobody make a gpio-sim chip: {why}"),
        };
        for (active_low, on, off) in [(false, "1", "0"), (true, "0", "1")] {
            let mut output = open(&chip.device(), 5, active_low, true).expect("the line is free");
            assert_eq!(chip.level(5), on);
            output.set(false).expect("it is there");
            assert_eq!(chip.level(5), off);
            output.set(true).expect("it is there");
            assert_eq!(chip.level(5), on);
            assert!(open(&chip.device(), 5, active_low, true).is_err(), "the line is ours alone");
        }
    }
}
