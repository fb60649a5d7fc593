//! The twins of a hall as they hang on its lines: several on a bus, one on a printer's or panel's cable.

use super::line::Unit;
use evaluator::pad;
use kiosk::{card, panel, scanner, voice};
use link::Uptime;
use link::uptime::earliest;
use std::collections::{BTreeMap, VecDeque};
use ticket_printer::twin::Paper;
use window::display;
use window::keypad::{self, PadKey};

/// A bus of keypads and pads.
#[derive(Debug, Default)]
pub struct KeypadBus {
    /// By address.
    pub stations: BTreeMap<u8, Station>,
}

/// What stands at one address: the clerk's keypad and the citizen's pad.
#[derive(Debug)]
pub struct Station {
    /// The keypad.
    pub keypad: keypad::twin::Twin,
    /// The pad.
    pub pad: pad::twin::Twin,
    /// Both are cut off from the bus.
    pub silent: bool,
}

impl Station {
    /// A station that is switched on now.
    pub fn new(address: u8, baud: u32) -> Station {
        Station {
            keypad: keypad::twin::Twin::new(address, baud),
            pad: pad::twin::Twin::new(address, baud),
            silent: false,
        }
    }

    /// Cuts keypad and pad off the bus, or connects them again.
    pub fn set_silent(&mut self, silent: bool) {
        use link::ff68::twin::Misfortune;
        self.silent = silent;
        let misfortune = if silent { Misfortune::Silent } else { Misfortune::Calm };
        self.keypad.misfortune(misfortune);
        self.pad.misfortune(misfortune);
    }

    /// Presses keys one after the other.
    pub fn press(&mut self, now: Uptime, keys: &[PadKey]) {
        for key in keys {
            self.keypad.press(now, *key);
        }
    }
}

impl Unit for KeypadBus {
    fn receive(&mut self, now: Uptime, bytes: &[u8]) {
        for station in self.stations.values_mut() {
            station.keypad.receive(now, bytes);
            station.pad.receive(now, bytes);
        }
    }

    fn wake(&mut self, now: Uptime) {
        for station in self.stations.values_mut() {
            station.keypad.wake(now);
            station.pad.wake(now);
        }
    }

    fn transmit(&mut self, now: Uptime) -> Option<Vec<u8>> {
        self.stations
            .values_mut()
            .find_map(|station| station.keypad.transmit(now).or_else(|| station.pad.transmit(now)))
    }

    fn deadline(&self) -> Option<Uptime> {
        let each =
            self.stations.values().map(|station| earliest(station.keypad.deadline(), station.pad.deadline()));
        each.flatten().min()
    }
}

/// A bus of LED displays.
#[derive(Debug, Default)]
pub struct DisplayBus {
    /// By screen number, with whether it is cut off from the bus.
    pub screens: BTreeMap<u16, (display::Twin, bool)>,
}

impl Unit for DisplayBus {
    fn receive(&mut self, now: Uptime, bytes: &[u8]) {
        self.screens.values_mut().for_each(|(twin, _)| twin.receive(now, bytes));
    }

    fn wake(&mut self, now: Uptime) {
        self.screens.values_mut().for_each(|(twin, _)| twin.wake(now));
    }

    fn transmit(&mut self, now: Uptime) -> Option<Vec<u8>> {
        self.screens.values_mut().find_map(|(twin, _)| twin.transmit(now))
    }

    fn deadline(&self) -> Option<Uptime> {
        self.screens.values().filter_map(|(twin, _)| twin.deadline()).min()
    }
}

/// Slips kept in the tray; older ones have been taken. The page shows about half of them without scrolling.
const TRAY: usize = 12;
/// A piece shorter than this is the blank end of a roll or of a feed, not something to look at.
const BLANK_MM: usize = 3;

/// A printer with the tray under it.
#[derive(Debug)]
pub struct Printer {
    /// The printer.
    pub twin: ticket_printer::Twin,
    tray: VecDeque<(u64, Paper)>,
    next: u64,
}

impl Printer {
    /// A printer with an empty tray.
    pub fn new(twin: ticket_printer::Twin) -> Printer {
        Printer { twin, tray: VecDeque::new(), next: 1 }
    }

    /// What lies in the tray, oldest first; each piece has a number of its own.
    pub fn tray(&self) -> impl Iterator<Item = &(u64, Paper)> {
        self.tray.iter()
    }

    /// Somebody takes all out of the tray.
    pub(crate) fn take_tray(&mut self) -> impl Iterator<Item = Paper> + '_ {
        self.tray.drain(..).map(|(_, paper)| paper)
    }

    fn collect(&mut self) {
        for paper in self.twin.take_papers() {
            if paper.length_mm() < BLANK_MM {
                continue;
            }
            if self.tray.len() == TRAY {
                self.tray.pop_front();
            }
            self.tray.push_back((self.next, paper));
            self.next += 1;
        }
    }
}

impl Unit for Printer {
    fn receive(&mut self, now: Uptime, bytes: &[u8]) {
        self.twin.receive(now, bytes);
        self.collect();
    }

    fn wake(&mut self, now: Uptime) {
        self.twin.wake(now);
        self.collect();
    }

    fn transmit(&mut self, now: Uptime) -> Option<Vec<u8>> {
        self.twin.transmit(now)
    }

    fn deadline(&self) -> Option<Uptime> {
        self.twin.deadline()
    }
}

/// A modem.
pub struct Modem {
    /// Its twin.
    pub twin: outlets::modem::twin::Twin,
}

/// A kiosk's panel.
#[derive(Debug)]
pub struct Panel {
    /// The panel.
    pub twin: panel::Twin,
}

/// A kiosk's reader of identity cards.
#[derive(Debug)]
pub struct CardReader {
    /// The reader.
    pub twin: card::twin::Twin,
}

/// A kiosk's code scanner.
#[derive(Debug)]
pub struct Scanner {
    /// The scanner.
    pub twin: scanner::twin::Twin,
}

/// A kiosk's voice module.
#[derive(Debug)]
pub struct Voice {
    /// The module.
    pub twin: voice::twin::Twin,
}

/// Units that are their twin and nothing else.
macro_rules! alone_on_the_line {
    ($($unit:ty),*) => {$(
        impl Unit for $unit {
            fn receive(&mut self, now: Uptime, bytes: &[u8]) {
                self.twin.receive(now, bytes);
            }

            fn wake(&mut self, now: Uptime) {
                self.twin.wake(now);
            }

            fn transmit(&mut self, now: Uptime) -> Option<Vec<u8>> {
                self.twin.transmit(now)
            }

            fn deadline(&self) -> Option<Uptime> {
                self.twin.deadline()
            }
        }
    )*};
}

alone_on_the_line!(Modem, Panel, CardReader, Scanner, Voice);
