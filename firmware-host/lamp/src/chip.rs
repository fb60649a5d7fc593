//! A line of any GPIO chip of Linux (`/dev/gpiochip…`), through gpiocdev and the kernel's character device.
//!
//! The kernel turns the level round for `active_low`, and keeps the line for us alone: another program that asks for it is
//! refused. A chip on USB that is pulled out makes the next setting fail (ENODEV). Linux 6.1 then never gives the chip's
//! number again, so that the same adapter comes back as another `/dev/gpiochip…`: such a chip is to be named by its label.
//! A line that is given back keeps its level if the chip's driver does nothing about it.
//!
//! Source: `Documentation/userspace-api/gpio/chardev.rst` and `include/uapi/linux/gpio.h` of Linux; what is said of 6.1 was
//! seen by `tests/judges/gpio.sh`.

use super::Output;
use gpiocdev::Request;
use gpiocdev::chip::{Chip, chips};
use gpiocdev::line::Value;
use std::path::{Path, PathBuf};

/// Who holds the line, as `gpioinfo` shows it.
const CONSUMER: &str = "hallgate";

struct Line {
    request: Request,
    line: u32,
    place: String,
}

pub(super) fn open(chip: &Path, line: u32, active_low: bool, on: bool) -> Result<Box<dyn Output>, String> {
    let place = format!("{} line {line}", chip.display());
    let device = if chip.is_absolute() { chip.to_owned() } else { labelled(chip)? };
    let mut wanted = Request::builder();
    wanted.on_chip(&device).with_consumer(CONSUMER).with_line(line);
    if active_low {
        wanted.as_active_low();
    }
    let taken = wanted.as_output(value(on)).request();
    let request = taken.map_err(|error| format!("{place}: {}", refusal(&device, line, &error)))?;
    Ok(Box::new(Line { request, line, place }))
}

/// Why a line was not to be had. The kernel says "busy" and "invalid"; what the chip tells of itself is of more use.
fn refusal(device: &Path, line: u32, error: &gpiocdev::Error) -> String {
    let Ok(chip) = Chip::from_path(device) else { return error.to_string() };
    match (chip.info(), chip.line_info(line)) {
        (Ok(info), _) if line >= info.num_lines => {
            format!("the chip has {} lines, counted from 0", info.num_lines)
        }
        (_, Ok(info)) if info.used => format!("in use by {}: {error}", info.consumer),
        _ => error.to_string(),
    }
}

/// The device of the chip that its driver calls `label`.
fn labelled(label: &Path) -> Result<PathBuf, String> {
    let label = label.to_string_lossy();
    let devices = chips().map_err(|error| format!("GPIO chips: {error}"))?;
    let read = |device: PathBuf| {
        let info = Chip::from_path(&device).and_then(|chip| chip.info());
        info.map(|info| (device.clone(), info.label))
            .map_err(|error| format!("{}: {error}", device.display()))
    };
    the_one(&label, devices.into_iter().map(read).collect())
}

/// Of all chips, each with its label or with why it could not be asked, the only one with this label.
fn the_one(label: &str, chips: Vec<Result<(PathBuf, String), String>>) -> Result<PathBuf, String> {
    let (mut found, mut silent) = (Vec::new(), String::new());
    for chip in chips {
        match chip {
            Ok((device, its)) if its == label => found.push(device),
            Ok(_) => {}
            Err(why) => silent = format!("; {why}"),
        }
    }
    match found.len() {
        1 => Ok(found.remove(0)),
        0 => Err(format!("no GPIO chip here has the label {label}{silent}")),
        n => Err(format!("{n} GPIO chips here have the label {label}; name one by its device")),
    }
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

    fn chip(device: &str, label: &str) -> Result<(PathBuf, String), String> {
        Ok((device.into(), label.into()))
    }

    #[test]
    fn x4_a_chip_is_found_by_its_label_whatever_its_number() {
        let board = || chip("/dev/gpiochip0", "pinctrl");
        let adapter = || chip("/dev/gpiochip4", "cp2112_gpio");
        assert_eq!(the_one("cp2112_gpio", vec![board(), adapter()]), Ok("/dev/gpiochip4".into()));
        let shut = Err("/dev/gpiochip1: Permission denied".to_owned());
        assert_eq!(the_one("cp2112_gpio", vec![shut.clone(), adapter()]), Ok("/dev/gpiochip4".into()));
        let none = "no GPIO chip here has the label cp2112_gpio";
        assert_eq!(the_one("cp2112_gpio", vec![board()]), Err(none.into()));
        let said = the_one("cp2112_gpio", vec![board(), shut]);
        assert_eq!(said, Err(format!("{none}; /dev/gpiochip1: Permission denied")));
        let said = the_one("cp2112_gpio", vec![adapter(), chip("/dev/gpiochip5", "cp2112_gpio")]);
        assert_eq!(said, Err("2 GPIO chips here have the label cp2112_gpio; name one by its device".into()));
        assert_eq!(the_one("", vec![]), Err("no GPIO chip here has the label ".into()));
    }

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
