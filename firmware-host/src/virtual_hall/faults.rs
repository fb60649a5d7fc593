//! The fault menu: what can be made wrong with a device, by name, and made right again.

use super::hall::VirtualHall;
use super::line::{Condition, Line, Unit};
use kiosk::{card, panel, scanner, voice};
use ticket_printer::Misfortune;

/// As many as the driver tries before it says that a card cannot be read.
const FAILED_READS: u32 = 3;

impl VirtualHall {
    /// Makes `fault` happen to `device`; `calm` and `no_…` end it. Devices are `keypads/NAME`, `displays/NAME`, `printer/NAME`,
    /// `panel/NAME`, `card/NAME`, `scanner/NAME`, `voice/NAME`, `modem/NAME`, `window/N/keypad` and `window/N/display`.
    ///
    /// # Errors
    /// In words, what is not known.
    pub fn fault(&self, device: &str, fault: &str) -> Result<(), String> {
        let unknown = || format!("no device {device:?} in this hall");
        if let Some(rest) = device.strip_prefix("window/") {
            let (number, part) = rest.split_once('/').ok_or_else(unknown)?;
            let silent = match fault {
                "silent" => true,
                "calm" => false,
                _ => return Err(format!("fault {fault:?} is not one of silent, calm")),
            };
            return self.silence(number.parse().map_err(|_| unknown())?, part, silent).ok_or_else(unknown);
        }
        let (kind, name) = device.split_once('/').ok_or_else(unknown)?;
        let known = match kind {
            "printer" if self.printers.contains_key(name) && self.printer_fault(name, fault) => return Ok(()),
            "printer" => self.printers.get(name).map(|line| change(line, fault)),
            "keypads" => self.keypads.get(name).map(|line| change(line, fault)),
            "displays" => self.displays.get(name).map(|line| change(line, fault)),
            "panel" => self.panels.get(name).map(|line| {
                if fault == "calm" {
                    // Who sees to a panel switches it off and on; what noise left half received is gone.
                    line.touch(|panel, _| panel.twin.misfortune(panel::Misfortune::Reset));
                }
                change(line, fault)
            }),
            "card" => self.readers.get(name).map(|line| match fault {
                "silent" => line.touch(|reader, _| {
                    reader.twin.misfortune(card::twin::Misfortune::Silent);
                    true
                }),
                "reads_badly" => line.touch(|reader, _| {
                    reader.twin.misfortune(card::twin::Misfortune::ReadsBadly(FAILED_READS));
                    true
                }),
                _ => {
                    if fault == "calm" {
                        line.touch(|reader, _| reader.twin.calm());
                    }
                    change(line, fault)
                }
            }),
            "scanner" => self.scanners.get(name).map(|line| match fault {
                "silent" => line.touch(|scanner, _| {
                    scanner.twin.misfortune(scanner::twin::Misfortune::Silent);
                    true
                }),
                _ => {
                    if fault == "calm" {
                        line.touch(|scanner, _| scanner.twin.calm());
                    }
                    change(line, fault)
                }
            }),
            "voice" => self.voices.get(name).map(|line| match fault {
                "silent" => line.touch(|voice, now| {
                    voice.twin.misfortune(now, voice::twin::Misfortune::Silent);
                    true
                }),
                _ => {
                    if fault == "calm" {
                        line.touch(|voice, _| voice.twin.calm());
                    }
                    change(line, fault)
                }
            }),
            "modem" => self.modems.get(name).map(|line| match fault {
                "silent" => line.touch(|modem, _| {
                    modem.twin.misfortune(outlets::modem::twin::Misfortune::Silent);
                    true
                }),
                _ => {
                    if fault == "calm" {
                        line.touch(|modem, _| modem.twin.calm());
                    }
                    change(line, fault)
                }
            }),
            _ => None,
        };
        if known.ok_or_else(unknown)? {
            Ok(())
        } else {
            Err(format!("fault {fault:?} cannot happen to {device}"))
        }
    }

    /// Cuts one window's keypad with its pad, or its display, off the bus.
    fn silence(&self, window: u16, part: &str, silent: bool) -> Option<()> {
        if part == "keypad" {
            return self.station(window, |station, _| station.set_silent(silent));
        }
        let (line, screen) = self.windows.get(&window)?.display.as_ref().filter(|_| part == "display")?;
        self.displays.get(line)?.touch(|bus, _| {
            let (twin, now_silent) = bus.screens.get_mut(screen)?;
            *now_silent = silent;
            if silent {
                twin.misfortune(window::display::Misfortune::Silent);
            } else {
                twin.calm();
            }
            Some(())
        })
    }

    /// Faults that only a printer has; `false` if `fault` is not one of them. `calm` is shared with the line.
    fn printer_fault(&self, name: &str, fault: &str) -> bool {
        let Some(line) = self.printers.get(name) else { return false };
        let misfortune = match fault {
            "paper_out" => Some(Misfortune::PaperOut),
            "paper_low" => Some(Misfortune::PaperLow),
            "cover_open" => Some(Misfortune::CoverOpen),
            "cutter" => Some(Misfortune::CutterJam),
            // A person who sees to one thing of a printer sees to all of them: new roll, cover shut, cutter free.
            "no_paper_out" | "no_paper_low" | "no_cover_open" | "no_cutter" => None,
            _ => {
                if fault == "calm" {
                    line.touch(|printer, now| printer.twin.calm(now));
                }
                return false;
            }
        };
        line.touch(|printer, now| match misfortune {
            Some(misfortune) => printer.twin.misfortune(now, misfortune),
            None => printer.twin.calm(now),
        });
        true
    }
}

/// Changes the condition of a line by a fault's name; `false` if there is no such fault.
fn change<U: Unit>(line: &Line<U>, fault: &str) -> bool {
    let was = line.condition();
    let condition = match fault {
        "unplug" => Condition { unplugged: true, ..was },
        "plug" | "no_unplug" => Condition { unplugged: false, ..was },
        "noise" => Condition { noisy: true, ..was },
        "no_noise" => Condition { noisy: false, ..was },
        "slow" => Condition { slow: true, ..was },
        "no_slow" => Condition { slow: false, ..was },
        "calm" => Condition::default(),
        _ => return false,
    };
    line.set_condition(condition);
    true
}
