//! The hall's devices on their simulated lines: twins at the far ends of cables, with what goes wrong on the way.

use crate::config::Config;
use crate::ports::simulated::Cable;
use crate::virtual_hall::devices::{DisplayBus, KeypadBus, Panel, Printer, Station};
use crate::virtual_hall::hall::{Place, card, places, profile};
use crate::virtual_hall::line::{Condition, SLOWER, Unit, Way};
use link::Uptime;
use link::pace::time_for;
use link::uptime::earliest;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use window::display::{self, Geometry};

/// As on a terminal: what the host writes goes through the noise in pieces of this size.
const CHUNK: usize = 256;

/// One line: cable, twin, and what is wrong between them.
pub(super) struct Rail<U> {
    port: String,
    baud: u32,
    cable: Option<Cable>,
    pub(super) unit: U,
    condition: Condition,
    stuck: bool,
    to_unit: Way,
    to_host: Way,
    heard_until: Uptime,
    /// Since when nothing is wrong with it; `None` while something is.
    /// One of its devices does not do what it should, whatever becomes of the line.
    afflicted: bool,
    well_since: Option<Uptime>,
}

impl<U: Unit> Rail<U> {
    fn new(port: String, baud: u32, unit: U, seed: u64) -> Rail<U> {
        let mixed = port.bytes().fold(seed, |hash, byte| hash.wrapping_mul(31).wrapping_add(byte.into()));
        Rail {
            port,
            baud,
            cable: None,
            unit,
            condition: Condition::default(),
            stuck: false,
            to_unit: Way::new(mixed, baud),
            to_host: Way::new(!mixed, baud),
            heard_until: Uptime::default(),
            afflicted: false,
            well_since: Some(Uptime::default()),
        }
    }

    /// A machine was switched on: its end of the cable is new.
    fn connect(&mut self, nudge: &Arc<dyn Fn() + Send + Sync>) {
        let cable = Cable::lay(&self.port, nudge.clone());
        cable.set_unplugged(self.condition.unplugged);
        cable.set_stuck(self.stuck);
        self.cable = Some(cable);
    }

    pub(super) fn condition(&self) -> Condition {
        self.condition
    }

    pub(super) fn set_condition(&mut self, now: Uptime, condition: Condition) {
        if condition.unplugged != self.condition.unplugged {
            self.to_unit.clear();
            self.to_host.clear();
            if let Some(cable) = &self.cable {
                cable.set_unplugged(condition.unplugged);
            }
        }
        self.condition = condition;
        self.note(now);
    }

    pub(super) fn set_stuck(&mut self, now: Uptime, stuck: bool) {
        self.stuck = stuck;
        if let Some(cable) = &self.cable {
            cable.set_stuck(stuck);
        }
        self.note(now);
    }

    /// A device on it does not do what it should, until somebody sees to it.
    pub(super) fn set_afflicted(&mut self, now: Uptime, afflicted: bool) {
        self.afflicted = afflicted;
        self.note(now);
    }

    /// Something happened to the line or its devices at this moment.
    pub(super) fn note(&mut self, now: Uptime) {
        let well = self.condition == Condition::default() && !self.stuck && !self.afflicted;
        self.well_since = well.then_some(now);
    }

    /// Whether all has been well for so long.
    pub(super) fn well_for(&self, now: Uptime, long: Duration) -> bool {
        self.well_since.is_some_and(|since| now.since(since) >= long)
    }

    /// Carries what is due both ways; returns when there is more to do.
    fn step(&mut self, now: Uptime) -> Option<Uptime> {
        if let Some(cable) = &self.cable {
            for bytes in cable.heard().chunks(CHUNK) {
                let slow = self.condition.slow;
                let longer = if slow { time_for(bytes.len(), self.baud) * SLOWER } else { Duration::ZERO };
                self.heard_until = self.heard_until.max(now).plus(longer);
                self.to_unit.send(self.heard_until, bytes, self.condition);
            }
        }
        for bytes in self.to_unit.arrive(now) {
            self.unit.receive(now, &bytes);
        }
        self.unit.wake(now);
        while let Some(bytes) = self.unit.transmit(now) {
            self.to_host.send(now, &bytes, self.condition);
        }
        for bytes in self.to_host.arrive(now) {
            if let Some(cable) = &self.cable {
                cable.say(&bytes);
            }
        }
        self.due()
    }

    /// When there is more to do.
    fn due(&self) -> Option<Uptime> {
        earliest(self.unit.deadline(), earliest(self.to_unit.deadline(), self.to_host.deadline()))
    }
}

/// All of them, by the names of the configuration.
pub(super) struct Devices {
    pub(super) keypads: BTreeMap<String, Rail<KeypadBus>>,
    pub(super) displays: BTreeMap<String, Rail<DisplayBus>>,
    pub(super) printers: BTreeMap<String, Rail<Printer>>,
    pub(super) panels: BTreeMap<String, Rail<Panel>>,
    pub(super) windows: BTreeMap<u16, Place>,
}

impl Devices {
    pub(super) fn new(config: &Config, seed: u64) -> Devices {
        let keypads = config.keypad_lines.iter().map(|line| {
            let here = config.windows.iter().filter(|window| window.keypad.as_ref() == Some(&line.name));
            let addresses = here.filter_map(|window| window.keypad_address);
            let stations = addresses.map(|address| (address, Station::new(address, line.baud))).collect();
            let rail = Rail::new(line.port.to_string(), line.baud, KeypadBus { stations }, seed);
            (line.name.clone(), rail)
        });
        let displays = config.display_lines.iter().map(|line| {
            let here = config.windows.iter().filter(|window| window.display.as_ref() == Some(&line.name));
            let screens = here.filter_map(|window| {
                let geometry = Geometry::new(window.display_width_px, window.display_height_px)?;
                let number = window.display_screen?;
                Some((number, (display::Twin::new(number, geometry, card(line.card), line.baud), false)))
            });
            let unit = DisplayBus { screens: screens.collect() };
            (line.name.clone(), Rail::new(line.port.to_string(), line.baud, unit, seed))
        });
        let printers = config.printers.iter().map(|printer| {
            let unit = Printer::new(ticket_printer::Twin::new(profile(printer), printer.baud));
            (printer.name.clone(), Rail::new(printer.port.to_string(), printer.baud, unit, seed))
        });
        let panels = config.kiosks.iter().map(|kiosk| {
            let size = kiosk::Size::new(u32::from(kiosk.width_px), u32::from(kiosk.height_px));
            let unit = Panel { twin: kiosk::panel::Twin::new(size, kiosk.panel_baud) };
            (kiosk.name.clone(), Rail::new(kiosk.panel.to_string(), kiosk.panel_baud, unit, seed))
        });
        Devices {
            keypads: keypads.collect(),
            displays: displays.collect(),
            printers: printers.collect(),
            panels: panels.collect(),
            windows: places(config),
        }
    }

    /// Connects all lines to the machine that begins on this thread.
    pub(super) fn connect(&mut self, nudge: &Arc<dyn Fn() + Send + Sync>) {
        self.keypads.values_mut().for_each(|rail| rail.connect(nudge));
        self.displays.values_mut().for_each(|rail| rail.connect(nudge));
        self.printers.values_mut().for_each(|rail| rail.connect(nudge));
        self.panels.values_mut().for_each(|rail| rail.connect(nudge));
    }

    /// Lets all lines do what is due; returns when there is more to do.
    pub(super) fn step(&mut self, now: Uptime) -> Option<Uptime> {
        let keypads = self.keypads.values_mut().map(|rail| rail.step(now));
        let displays = self.displays.values_mut().map(|rail| rail.step(now));
        let printers = self.printers.values_mut().map(|rail| rail.step(now));
        let panels = self.panels.values_mut().map(|rail| rail.step(now));
        keypads.chain(displays).chain(printers).chain(panels).flatten().min()
    }

    /// Lines that have something to do at this moment and do not get it done.
    pub(super) fn overdue(&self, now: Uptime) -> Vec<&str> {
        let keypads = self.keypads.iter().map(|(name, rail)| (name, rail.due()));
        let displays = self.displays.iter().map(|(name, rail)| (name, rail.due()));
        let printers = self.printers.iter().map(|(name, rail)| (name, rail.due()));
        let panels = self.panels.iter().map(|(name, rail)| (name, rail.due()));
        let all = keypads.chain(displays).chain(printers).chain(panels);
        all.filter(|(_, due)| due.is_some_and(|due| due <= now)).map(|(name, _)| name.as_str()).collect()
    }

    /// Something happened to everything, such as a power cut or a restart.
    pub(super) fn note_all(&mut self, now: Uptime) {
        self.keypads.values_mut().for_each(|rail| rail.note(now));
        self.displays.values_mut().for_each(|rail| rail.note(now));
        self.printers.values_mut().for_each(|rail| rail.note(now));
        self.panels.values_mut().for_each(|rail| rail.note(now));
    }

    /// The station of a window with its line.
    pub(super) fn station(&mut self, window: u16) -> Option<&mut Station> {
        let (line, address) = self.windows.get(&window)?.keypad.as_ref()?;
        self.keypads.get_mut(line)?.unit.stations.get_mut(address)
    }
}
