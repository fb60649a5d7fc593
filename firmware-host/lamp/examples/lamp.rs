//! Drives one lamp as it is told, for the independent judge of `tests/judges/gpio.sh`: `lamp chip /dev/gpiochip0 1 high on`
//! takes the line and lights the lamp, `lamp raspberry 17 low off` leaves it dark. Then each line `on` or `off` of standard
//! input is a setting. Each is answered with `ok` or with `failed: ` and why, after which the line is given back. At the end
//! of the input the line is given back too.

use lamp::Place;
use std::io::{self, BufRead, Write};

fn place(words: &[String]) -> Option<(Place, bool)> {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let (place, lit) = match words[..] {
        ["chip", chip, line, level, lit] => {
            let (chip, line) = (chip.into(), line.parse().ok()?);
            (Place::Chip { chip, line, active_low: level == "low" }, lit)
        }
        ["raspberry", pin, level, lit] => {
            (Place::Raspberry { pin: pin.parse().ok()?, active_low: level == "low" }, lit)
        }
        _ => return None,
    };
    Some((place, lit == "on"))
}

fn main() -> io::Result<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let usage = || {
        io::Error::other("usage: lamp chip CHIP LINE high|low on|off, or lamp raspberry PIN high|low on|off")
    };
    let (place, lit) = place(&words).ok_or_else(usage)?;
    let mut out = io::stdout().lock();
    let mut lines = io::stdin().lock().lines();
    let mut taken = place.open(lit);
    loop {
        match &taken {
            Ok(_) => writeln!(out, "ok")?,
            Err(why) => return writeln!(out, "failed: {why}"),
        }
        out.flush()?;
        let Some(line) = lines.next() else { return Ok(()) };
        let lit = line? == "on";
        taken = taken.and_then(|mut output| output.set(lit).map(|()| output));
    }
}
