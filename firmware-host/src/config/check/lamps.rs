//! Lamps: which keys belong to which kind, and that no two hang on one line (rule X4).

use super::{Once, name, range, unique};
use crate::config::lamps::{Lamp, LampKind};
use crate::config::mistake::Mistakes;
use crate::config::model::Config;
use crate::config::source::At;

/// Keys of a kind, all of them needed, each with an example.
const KEYS: [(&str, LampKind, &str); 3] = [
    ("pin", LampKind::Raspberry, "pin = 17"),
    ("chip", LampKind::Gpio, "chip = \"/dev/gpiochip0\""),
    ("line", LampKind::Gpio, "line = 5"),
];

/// Pins 0 and 1 of the header belong to the board's own identification; 27 is the last.
const PINS: std::ops::RangeInclusive<u8> = 2..=27;
/// The largest chips of boards have a few hundred lines; a larger number is a pin of another numbering.
const LINES: std::ops::RangeInclusive<u32> = 0..=1023;

pub(super) fn lamps(config: &Config, mistakes: &mut Mistakes<'_>) {
    let (mut names, mut places) = (Once::new(), Once::new());
    for (n, lamp) in config.lamps.iter().enumerate() {
        let at = At::top("lamps").index(n);
        name(&at.key("name"), &lamp.name, mistakes);
        unique(&mut names, lamp.name.as_str(), &at.key("name"), mistakes);
        keys(&at, lamp, mistakes);
        range(&at.key("pin"), lamp.pin.unwrap_or(*PINS.start()), PINS, mistakes);
        range(&at.key("line"), lamp.line.unwrap_or(*LINES.start()), LINES, mistakes);
        if let Some(chip) = lamp.chip.as_ref().filter(|chip| !chip.to_str().is_some_and(is_chip)) {
            mistakes.is_not(
                &at.key("chip"),
                chip.display(),
                "a GPIO chip under /dev, such as /dev/gpiochip0, or the label of one, such as cp2112_gpio",
            );
        }
        // Two lamps on one line: the kernel refuses the second.
        let place = match lamp.kind {
            LampKind::Virtual => None,
            LampKind::Raspberry => lamp.place().map(|place| (place.to_string(), at.key("pin"))),
            LampKind::Gpio => lamp.place().map(|place| (place.to_string(), at.key("line"))),
        };
        if let Some((place, at)) = place {
            unique(&mut places, place, &at, mistakes);
        }
    }
}

/// Whether this can name a chip: a file under `/dev`, or a label, for which the kernel has 31 bytes. `gpiochip0` is the first
/// without its `/dev/`.
fn is_chip(chip: &str) -> bool {
    match chip.strip_prefix("/dev/") {
        Some(name) => !name.is_empty() && !name.contains(".."),
        None if chip.starts_with("gpiochip") => false,
        None => (1..=31).contains(&chip.len()) && !chip.contains(|c: char| c == '/' || c.is_control()),
    }
}

fn keys(at: &At, lamp: &Lamp, mistakes: &mut Mistakes<'_>) {
    let there = [lamp.pin.is_some(), lamp.chip.is_some(), lamp.line.is_some()];
    for ((key, kind, example), there) in KEYS.into_iter().zip(there) {
        if kind == lamp.kind && !there {
            let text = format!("a lamp of this kind needs {key}; write {example}");
            mistakes.say(at, "nothing", example, text);
        } else if kind != lamp.kind && there {
            let text = format!("a lamp of this kind has no {key}; take it away, or change kind");
            mistakes.say(&at.key(key), key, format_args!("no {key}"), text);
        }
    }
}
