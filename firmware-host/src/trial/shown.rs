//! What devices show against what is committed: nothing ahead of the log, ever; and once a line has been quiet, just what the
//! hall's state says.

use super::checker::{Checked, Checker, Does, must};
use super::devices::Devices;
use crate::config::Config;
use link::Uptime;
use queue::{TicketSeq, WindowNumber};
use std::collections::BTreeMap;
use std::time::Duration;

/// After so long without trouble on its line a display shows what it should: a dead one is tried every 5 s by ports and
/// drivers, a line with several dead ones less often; a call's flashing ends after 20 s.
const LED_QUIET: Duration = Duration::from_secs(45);
/// The same for LCDs, which are probed every 5 s when they were silent.
const LCD_QUIET: Duration = Duration::from_secs(20);
/// Codes of the LCD begin above this (README.md, "Clerks and their keypads").
const FEWER_WAIT: u16 = 900;
/// A code stands for six seconds; a clerk who presses the same wrong key again and again makes it stand longer, but hardly for
/// a minute.
const NOTE_AT_MOST: Duration = Duration::from_secs(60);
/// What a window shows counts as settled after this.
const SETTLED: Duration = Duration::from_secs(3);
/// How often the quiet ones are looked at.
const LOOK_EVERY: Duration = Duration::from_secs(5);

/// What a window's devices should show, and since when.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Should {
    does: Does,
    waiting: usize,
}

#[derive(Default)]
pub(super) struct Shown {
    should: BTreeMap<WindowNumber, (Should, Uptime, bool)>,
    /// How far the log is known.
    position: u64,
    look_at: Uptime,
    /// Codes that stand on LCDs, and since when they are looked at without a gap.
    noted: BTreeMap<WindowNumber, (String, Uptime)>,
    /// Unmarked and marked slips that came out, by number.
    pub(super) slips: BTreeMap<(String, bool), u32>,
}

impl Shown {
    /// The machine begins: devices are given time.
    pub(super) fn begin(&mut self) {
        self.should.clear();
        self.noted.clear();
    }

    pub(super) fn deadline(&self) -> Uptime {
        self.look_at
    }

    /// Looks at what has been quiet for long enough.
    pub(super) fn step(
        &mut self,
        now: Uptime,
        config: &Config,
        checker: &Checker,
        devices: &mut Devices,
    ) -> Checked {
        if self.position != checker.position || self.should.is_empty() {
            self.position = checker.position;
            self.follow(now, checker);
        }
        if self.look_at > now {
            return Ok(());
        }
        self.look_at = now.plus(LOOK_EVERY);
        for (number, (should, since, looked)) in &mut self.should {
            let settled_for = now.since(*since);
            if settled_for < SETTLED {
                self.noted.remove(number);
                continue;
            }
            lcd(now, *number, should, &mut self.noted, checker, devices)?;
            if !*looked && settled_for >= LED_QUIET {
                *looked = led(now, *number, should, config, checker, devices)?;
            }
        }
        Ok(())
    }

    /// After a commit: what each window should show, and since when.
    fn follow(&mut self, now: Uptime, checker: &Checker) {
        for (number, window) in &checker.windows {
            let should = Should { does: window.does, waiting: checker.reach(*number).count() };
            let known = self.should.entry(*number).or_insert_with(|| (should.clone(), now, false));
            if known.0 != should {
                *known = (should, now, false);
            }
        }
    }

    /// Nothing that can be seen is ahead of the log.
    pub(super) fn nothing_ahead(&mut self, now: Uptime, checker: &Checker, devices: &Devices) -> Checked {
        for (number, window) in &checker.windows {
            let Some(place) = devices.windows.get(&number.0) else { continue };
            let led = place.display.as_ref().and_then(|(line, screen)| {
                devices.displays.get(line)?.unit.screens.get(screen).map(|(twin, _)| twin.view(now))
            });
            for line in led.iter().flat_map(|view| &view.text_lines) {
                for shown in numbers_in(line) {
                    must!(
                        window.called.contains(&shown),
                        "the display of window {number} speaks of {shown}, which was never called there: {line}"
                    );
                }
            }
            // Pads cannot be judged so: the acknowledgement of the clerk's evaluation key is byte for byte the prompt of the pad
            // at its address, so a pad may be lit before anything was decided (PROTOCOLS 9). A press on it then counts for nothing.
        }
        Ok(())
    }

    /// Looks through the trays.
    pub(super) fn collect(&mut self, now: Uptime, checker: &Checker, devices: &mut Devices) -> Checked {
        for (name, rail) in &mut devices.printers {
            // On a bad line a slip may say anything.
            let clean = rail.well_for(now, LED_QUIET);
            for paper in rail.unit.take_tray() {
                let text = paper.text_lines.join(" ");
                if !clean || !paper.cut {
                    continue;
                }
                let marked = text.contains("补打");
                for number in numbers_in(&text) {
                    must!(
                        checker.numbers.contains(&number),
                        "printer {name} prints {number}, which nobody was given: {text}"
                    );
                    *self.slips.entry((number, marked)).or_default() += 1;
                }
            }
        }
        Ok(())
    }
}

/// Words such as `A012`.
fn numbers_in(text: &str) -> Vec<String> {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric());
    let is_number = |word: &&str| {
        let digits = word.trim_start_matches(|c: char| c.is_ascii_uppercase());
        let letters = word.len() - digits.len();
        (1..=2).contains(&letters) && digits.len() >= 3 && digits.bytes().all(|b| b.is_ascii_digit())
    };
    words.filter(is_number).map(str::to_owned).collect()
}

fn number_of(does: Does, checker: &Checker) -> Option<&str> {
    let of = |seq: TicketSeq| checker.tickets.get(&seq).map(|ticket| ticket.number.as_str());
    match does {
        Does::Calling(seq) | Does::Serving(seq) => of(seq),
        _ => None,
    }
}

/// The three digits of people waiting and those of the ticket.
fn lcd(
    now: Uptime,
    number: WindowNumber,
    should: &Should,
    noted: &mut BTreeMap<WindowNumber, (String, Uptime)>,
    checker: &Checker,
    devices: &mut Devices,
) -> Checked {
    let Some((line, address)) = devices.windows.get(&number.0).and_then(|place| place.keypad.clone()) else {
        return Ok(());
    };
    let Some(rail) = devices.keypads.get(&line).filter(|rail| rail.well_for(now, LCD_QUIET)) else {
        // What stands on it stood still, or was said anew, while nobody looked.
        noted.remove(&number);
        return Ok(());
    };
    let Some(station) = rail.unit.stations.get(&address) else { return Ok(()) };
    let view = station.keypad.view();
    // A code and not a number of people stands there for some seconds; none of these halls has so many.
    if view.waiting.parse().is_ok_and(|code: u16| code > FEWER_WAIT) {
        let (note, since) = noted.entry(number).or_insert_with(|| (view.waiting.clone(), now));
        if *note != view.waiting {
            (*note, *since) = (view.waiting.clone(), now);
        }
        must!(
            now.since(*since) < NOTE_AT_MOST,
            "the LCD of window {number} still tells {note} after {:?}",
            now.since(*since)
        );
        return Ok(());
    }
    noted.remove(&number);
    let waiting = format!("{:03}", should.waiting.min(999));
    let ticket = number_of(should.does, checker).map_or("   ".to_string(), |number| {
        let digits: String = number.chars().filter(char::is_ascii_digit).collect();
        digits[digits.len().saturating_sub(3)..].to_string()
    });
    must!(
        (&view.waiting, &view.ticket) == (&waiting, &ticket),
        "the LCD of window {number} shows {:?} {:?}; {waiting:?} {ticket:?} is true ({:?})",
        view.waiting,
        view.ticket,
        should.does
    );
    Ok(())
}

/// The display above the window; `false` if it cannot be judged now.
fn led(
    now: Uptime,
    number: WindowNumber,
    should: &Should,
    config: &Config,
    checker: &Checker,
    devices: &mut Devices,
) -> Result<bool, String> {
    let Some((line, screen)) = devices.windows.get(&number.0).and_then(|place| place.display.clone()) else {
        return Ok(true);
    };
    let Some(rail) = devices.displays.get(&line).filter(|rail| rail.well_for(now, LED_QUIET)) else {
        return Ok(false);
    };
    let Some((twin, _)) = rail.unit.screens.get(&screen) else { return Ok(true) };
    let text = twin.view(now).text_lines.join(" ");
    let name = config.window(number.0).map(|window| window.name.clone()).unwrap_or_default();
    let word = match should.does {
        Does::Calling(_) | Does::Serving(_) => {
            number_of(should.does, checker).unwrap_or_default().to_string()
        }
        Does::Paused => "暂停".to_string(),
        Does::Closed => "暂未开放".to_string(),
        Does::Free | Does::Asking(_) => name,
    };
    must!(
        text.contains(&word),
        "the display of window {number} shows {text:?}; {word:?} is true ({:?})",
        should.does
    );
    let others: Vec<String> = numbers_in(&text).into_iter().filter(|shown| *shown != word).collect();
    must!(others.is_empty(), "the display of window {number} also shows {others:?}: {text}");
    Ok(true)
}
