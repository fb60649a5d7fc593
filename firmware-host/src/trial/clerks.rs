//! Clerks and the people in front of them, who act through keypads and pads alone: mostly sensibly, sometimes with the wrong
//! key, twice, or in an order that makes no sense.

use super::chance::Chance;
use super::checker::{Checker, Does, Stands};
use super::devices::Devices;
use super::plan::Plan;
use link::Uptime;
use queue::WindowNumber;
use std::time::Duration;
use window::keypad::PadKey;

/// Rubber that a finger can hit by mistake.
const KEYS: [PadKey; 14] = [
    PadKey::CallNext,
    PadKey::CallNext,
    PadKey::Recall,
    PadKey::Evaluate,
    PadKey::Cancel,
    PadKey::Ok,
    PadKey::OneMetreLine,
    PadKey::Pause,
    PadKey::Transfer,
    PadKey::Digit(1),
    PadKey::Digit(2),
    PadKey::Digit(6),
    PadKey::Raw(0x10),
    PadKey::Raw(0xFF),
];
/// In thousandths: a key that was not meant, and one that is pressed twice.
const MISTAKES: u64 = 40;
const DOUBLE: u64 = 50;
/// A clerk who sees nothing happen presses again after this.
const AGAIN: (u64, u64) = (3, 20);

/// So many times faster everything goes once the doors are closed: an evening must be enough for the longest queue.
const HURRY: u32 = 8;

/// One window's clerk, and whoever stands at the pad.
pub(super) struct Clerk {
    number: WindowNumber,
    window: u16,
    chance: Chance,
    act_at: Uptime,
    rate_at: Uptime,
    service: Duration,
    /// What the window did when the clerk last looked, so that a new person gets their time.
    seen: Option<Does>,
    no_show: bool,
}

impl Clerk {
    pub(super) fn new(window: u16, plan: &Plan) -> Clerk {
        Clerk {
            number: WindowNumber(window),
            window,
            chance: Chance::of(plan.seed, &format!("clerk {window}")),
            act_at: Uptime::default(),
            rate_at: Uptime::default(),
            service: plan.service,
            seen: None,
            no_show: false,
        }
    }

    /// Does what is due; says when to come again. `at_work`: the doors are open.
    pub(super) fn step(
        &mut self,
        now: Uptime,
        at_work: bool,
        checker: &Checker,
        devices: &mut Devices,
    ) -> Uptime {
        let Some(window) = checker.windows.get(&self.number) else {
            return now.plus(Duration::from_secs(60));
        };
        if self.rate_at <= now {
            self.rate(now, window.prompt.is_some(), devices);
        }
        let changed = self
            .seen
            .is_none_or(|seen| std::mem::discriminant(&seen) != std::mem::discriminant(&window.does))
            || matches!((self.seen, window.does), (Some(Does::Calling(a)), Does::Calling(b)) if a != b);
        if changed {
            self.seen = Some(window.does);
            // In the evening everybody wants to go home.
            self.act_at = now.plus(self.patience(window.does) / if at_work { 1 } else { HURRY });
        }
        if self.act_at <= now {
            self.act_at = now.plus(self.chance.seconds(AGAIN.0, AGAIN.1));
            self.act(now, at_work, window.does, checker, devices);
        }
        self.act_at.min(self.rate_at)
    }

    /// How long until the clerk does the next thing.
    fn patience(&mut self, does: Does) -> Duration {
        match does {
            Does::Calling(_) => {
                self.no_show = self.chance.happens(120);
                if self.no_show { self.chance.seconds(2, 20) } else { self.chance.pause(self.service) }
            }
            Does::Serving(_) => self.chance.pause(self.service),
            Does::Paused => self.chance.seconds(5, 300),
            Does::Closed => self.chance.seconds(0, 120),
            Does::Free | Does::Asking(_) => self.chance.seconds(1, 25),
        }
    }

    fn act(&mut self, now: Uptime, at_work: bool, does: Does, checker: &Checker, devices: &mut Devices) {
        if self.chance.happens(MISTAKES) {
            let key = *self.chance.pick(&KEYS);
            self.press(now, &[key], devices);
            return;
        }
        let parked = checker.tickets.values().any(|ticket| ticket.stands == Stands::Parked(self.number));
        let [pass, park, back] =
            devices.windows.get(&self.window).map(|p| p.codes.clone()).unwrap_or_default();
        let keys: Vec<PadKey> = match does {
            Does::Closed if at_work => vec![PadKey::CallNext],
            Does::Closed => return,
            Does::Paused if self.chance.happens(500) => vec![PadKey::Pause],
            Does::Paused => vec![PadKey::CallNext],
            Does::Asking(_) if self.chance.happens(30) => vec![PadKey::Cancel],
            Does::Asking(_) if parked && self.chance.happens(100) => coded(&back),
            Does::Asking(_) => return,
            Does::Free if parked && self.chance.happens(400) => coded(&back),
            Does::Free if at_work && self.chance.happens(50) => vec![PadKey::Pause],
            Does::Free => vec![PadKey::CallNext],
            Does::Calling(_) if self.no_show && self.chance.happens(600) => vec![PadKey::Recall],
            Does::Calling(_) if self.no_show => coded(&pass),
            Does::Calling(_) | Does::Serving(_) => match self.chance.below(100) {
                0..=54 => vec![PadKey::Evaluate],
                55..=79 => vec![PadKey::CallNext],
                80..=86 if at_work => coded(&park),
                87..=94 => {
                    let to = self.chance.between(1, devices.windows.len() as u64 + 1) as u8;
                    vec![PadKey::Digit(to.min(9)), PadKey::Transfer]
                }
                95..=97 => vec![PadKey::Pause],
                _ => coded(&pass),
            },
        };
        self.press(now, &keys, devices);
        if self.chance.happens(DOUBLE) {
            self.press(now, &keys, devices);
        }
    }

    fn press(&mut self, now: Uptime, keys: &[PadKey], devices: &mut Devices) {
        if let Some(station) = devices.station(self.window) {
            station.press(now, keys);
        }
    }

    /// The citizen at the pad answers, or somebody plays with it.
    fn rate(&mut self, now: Uptime, asks: bool, devices: &mut Devices) {
        self.rate_at = now.plus(if asks { self.chance.seconds(2, 40) } else { self.chance.seconds(5, 60) });
        if self.chance.happens(if asks { 600 } else { 10 }) {
            let button = self.chance.below(6) as u8;
            if let Some(station) = devices.station(self.window) {
                station.pad.press_button(now, button);
            }
        }
    }
}

/// A code and the key that sends it.
fn coded(digits: &[PadKey]) -> Vec<PadKey> {
    digits.iter().copied().chain([PadKey::Ok]).collect()
}
