//! What befalls lines, devices, clocks, disk and machine, and how each ends.

use super::chance::Chance;
use super::devices::{Devices, Rail};
use super::plan::Plan;
use crate::virtual_hall::line::{Condition, Unit};
use kiosk::panel;
use link::Uptime;
use link::ff68::twin::Misfortune as OnBus;
use std::time::Duration;
use ticket_printer::Misfortune as OnPrinter;
use window::display::Misfortune as OnDisplay;

/// How a machine ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// It is told to end and ends in order.
    Ordered,
    /// The process is killed; devices and clocks go on.
    Killed,
    /// The power goes: for the devices, too.
    PowerCut,
}

/// What befalls the machine itself; devices are seen to here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Befalls {
    /// Nothing.
    Nothing,
    /// The wall clock is set by so many seconds.
    Clock(i64),
    /// The machine ends now.
    Ends(End),
    /// The machine ends just before, or just after, its next commit.
    EndsAtCommit { end: End, after: bool },
    /// The disk is full for so long.
    DiskFull(Duration),
    /// The disk takes seconds for so long.
    DiskSlow(Duration),
}

/// What will end, and when.
#[derive(Clone, Debug)]
enum Cure {
    Keys(String),
    Leds(String),
    Printer(String),
    Panel(String),
}

pub(super) struct Misfortunes {
    chance: Chance,
    next: Uptime,
    mean: Duration,
    cures: Vec<(Uptime, Cure)>,
    pub(super) n: u64,
}

impl Misfortunes {
    pub(super) fn new(plan: &Plan) -> Misfortunes {
        let mut chance = Chance::of(plan.seed, "misfortunes");
        let next = Uptime::default().plus(chance.pause(plan.misfortunes));
        Misfortunes { chance, next, mean: plan.misfortunes, cures: Vec::new(), n: 0 }
    }

    /// Ends what is over and lets happen what is due. `calm`: nothing new.
    pub(super) fn step(&mut self, now: Uptime, calm: bool, devices: &mut Devices) -> Befalls {
        let due: Vec<Cure> = self.cures.extract_if(.., |(at, _)| *at <= now).map(|(_, cure)| cure).collect();
        for cure in due {
            end(now, &cure, devices);
        }
        if calm || self.next > now {
            return Befalls::Nothing;
        }
        self.next = now.plus(self.chance.pause(self.mean)).plus(Duration::from_secs(1));
        self.n += 1;
        self.happen(now, devices)
    }

    pub(super) fn deadline(&self, calm: bool) -> Option<Uptime> {
        self.cures.iter().map(|(at, _)| *at).chain((!calm).then_some(self.next)).min()
    }

    /// Everything is well again, as when somebody walks through the hall and sees to it.
    pub(super) fn end_all(&mut self, now: Uptime, devices: &mut Devices) {
        self.cures.clear();
        let names = |keys: Vec<String>| keys.into_iter();
        for name in names(devices.keypads.keys().cloned().collect()) {
            end(now, &Cure::Keys(name), devices);
        }
        for name in names(devices.displays.keys().cloned().collect()) {
            end(now, &Cure::Leds(name), devices);
        }
        for name in names(devices.printers.keys().cloned().collect()) {
            end(now, &Cure::Printer(name), devices);
        }
        for name in names(devices.panels.keys().cloned().collect()) {
            end(now, &Cure::Panel(name), devices);
        }
    }

    fn happen(&mut self, now: Uptime, devices: &mut Devices) -> Befalls {
        let long = self.chance.seconds(1, 90);
        let kind = self.chance.below(100);
        match kind {
            0..=24 => self.on_keys(now, long, devices),
            25..=44 => self.on_leds(now, long, devices),
            45..=69 => self.on_printer(now, long, devices),
            70..=79 => self.on_panel(now, long, devices),
            80..=84 => {
                let by = self.chance.between(1, 3600) as i64;
                return Befalls::Clock(if self.chance.happens(500) { by } else { -by });
            }
            85..=87 => return Befalls::Ends(End::Ordered),
            88..=91 => return Befalls::Ends(*self.chance.pick(&[End::Killed, End::PowerCut])),
            92..=95 => {
                let end = *self.chance.pick(&[End::Killed, End::PowerCut]);
                return Befalls::EndsAtCommit { end, after: self.chance.happens(500) };
            }
            96..=97 => return Befalls::DiskFull(long / 2),
            _ => return Befalls::DiskSlow(long),
        }
        Befalls::Nothing
    }

    /// What can befall any line; `false` if it is something else this time.
    fn on_line<U: Unit>(&mut self, now: Uptime, rail: &mut Rail<U>) -> bool {
        let was = rail.condition();
        match self.chance.below(8) {
            0 => rail.set_condition(now, Condition { unplugged: true, ..was }),
            1..=2 => rail.set_condition(now, Condition { noisy: true, ..was }),
            3 => rail.set_condition(now, Condition { slow: true, ..was }),
            4 => rail.set_stuck(now, true),
            _ => return false,
        }
        true
    }

    fn on_keys(&mut self, now: Uptime, long: Duration, devices: &mut Devices) {
        let names: Vec<String> = devices.keypads.keys().cloned().collect();
        let name = self.chance.pick(&names).clone();
        let Some(rail) = devices.keypads.get_mut(&name) else { return };
        if !self.on_line(now, rail) {
            let late = self.chance.between(10, 900);
            let what = *self.chance.pick(&[
                OnBus::SilentOnce,
                OnBus::Silent,
                OnBus::BadSum,
                OnBus::HalfFrame,
                OnBus::Twice,
                OnBus::Late(late),
            ]);
            let addresses: Vec<u8> = rail.unit.stations.keys().copied().collect();
            if addresses.is_empty() {
                return;
            }
            let address = *self.chance.pick(&addresses);
            let pad_alone = self.chance.happens(300);
            if let Some(station) = rail.unit.stations.get_mut(&address) {
                station.pad.misfortune(what);
                if !pad_alone {
                    station.keypad.misfortune(what);
                }
            }
            rail.set_afflicted(now, true);
        }
        self.cures.push((now.plus(long), Cure::Keys(name)));
    }

    fn on_leds(&mut self, now: Uptime, long: Duration, devices: &mut Devices) {
        let names: Vec<String> = devices.displays.keys().cloned().collect();
        let name = self.chance.pick(&names).clone();
        let Some(rail) = devices.displays.get_mut(&name) else { return };
        if !self.on_line(now, rail) {
            let (busy, late) = (self.chance.between(1, 40) as u32, self.chance.between(10, 3000) as u32);
            let what = *self.chance.pick(&[
                OnDisplay::SilentOnce,
                OnDisplay::Silent,
                OnDisplay::Busy(busy),
                OnDisplay::BadCrc,
                OnDisplay::HalfFrame,
                OnDisplay::Twice,
                OnDisplay::Late(late),
                OnDisplay::Reset,
            ]);
            let screens: Vec<u16> = rail.unit.screens.keys().copied().collect();
            if screens.is_empty() {
                return;
            }
            let screen = *self.chance.pick(&screens);
            if let Some((twin, _)) = rail.unit.screens.get_mut(&screen) {
                twin.misfortune(what);
            }
            rail.set_afflicted(now, true);
        }
        self.cures.push((now.plus(long), Cure::Leds(name)));
    }

    fn on_printer(&mut self, now: Uptime, long: Duration, devices: &mut Devices) {
        let names: Vec<String> = devices.printers.keys().cloned().collect();
        let name = self.chance.pick(&names).clone();
        let Some(rail) = devices.printers.get_mut(&name) else { return };
        if !self.on_line(now, rail) {
            let (mm, late) = (self.chance.between(1, 150) as u32, self.chance.between(10, 3000));
            let what = *self.chance.pick(&[
                OnPrinter::PaperOut,
                OnPrinter::PaperOutAfterMm(mm),
                OnPrinter::PaperOutAfterMm(mm / 4),
                OnPrinter::PaperLow,
                OnPrinter::CoverOpen,
                OnPrinter::CutterJam,
                OnPrinter::Offline,
                OnPrinter::SilentOnce,
                OnPrinter::Silent,
                OnPrinter::Late(late),
                OnPrinter::Reset,
                OnPrinter::Slow,
            ]);
            rail.unit.twin.misfortune(now, what);
            rail.set_afflicted(now, true);
        }
        self.cures.push((now.plus(long), Cure::Printer(name)));
    }

    fn on_panel(&mut self, now: Uptime, long: Duration, devices: &mut Devices) {
        let names: Vec<String> = devices.panels.keys().cloned().collect();
        if names.is_empty() {
            return;
        }
        let name = self.chance.pick(&names).clone();
        let Some(rail) = devices.panels.get_mut(&name) else { return };
        if !self.on_line(now, rail) {
            rail.unit.twin.misfortune(*self.chance.pick(&[
                panel::Misfortune::Silent,
                panel::Misfortune::SilentOnce,
                panel::Misfortune::BadCrc,
                panel::Misfortune::HalfFrame,
                panel::Misfortune::Twice,
                panel::Misfortune::Late,
                panel::Misfortune::Reset,
            ]));
            rail.set_afflicted(now, true);
        }
        self.cures.push((now.plus(long), Cure::Panel(name)));
    }
}

/// Somebody sees to it.
fn end(now: Uptime, cure: &Cure, devices: &mut Devices) {
    match cure {
        Cure::Keys(name) => {
            if let Some(rail) = devices.keypads.get_mut(name) {
                for station in rail.unit.stations.values_mut() {
                    station.set_silent(false);
                }
                mend(now, rail);
            }
        }
        Cure::Leds(name) => {
            if let Some(rail) = devices.displays.get_mut(name) {
                rail.unit.screens.values_mut().for_each(|(twin, _)| twin.calm());
                mend(now, rail);
            }
        }
        Cure::Printer(name) => {
            if let Some(rail) = devices.printers.get_mut(name) {
                rail.unit.twin.calm(now);
                mend(now, rail);
            }
        }
        Cure::Panel(name) => {
            if let Some(rail) = devices.panels.get_mut(name) {
                rail.unit.twin.calm();
                mend(now, rail);
            }
        }
    }
}

fn mend<U: Unit>(now: Uptime, rail: &mut Rail<U>) {
    rail.set_condition(now, Condition::default());
    rail.set_stuck(now, false);
    rail.set_afflicted(now, false);
}
