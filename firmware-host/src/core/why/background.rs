//! What the log alone does not say: settings and names, those at hand or what a day's own record shows of them.
//!
//! Settings may have changed since the day, and may be missing altogether. What the record shows is never contradicted, and
//! what neither says is not claimed: the sentences ask [`Background::knows`] first.

use super::words;
use crate::config::Config;
use queue::explain::Sentence;
use queue::{
    Class, Destination, Event, Reason, Rules, ServiceId, ServiceRule, TicketSeq, WindowNumber, WindowRule,
};
use schema::{Entry, Logged};
use std::collections::{BTreeMap, BTreeSet};

/// What the log alone does not say: settings and names of the hall.
#[derive(Clone, Debug)]
pub struct Background {
    /// The settings at hand, or the best guess at those of the day.
    pub rules: Rules,
    /// Whether `rules` are a hall's own settings; if not, limits, targets and numbers in them are as shipped, and what windows
    /// serve is known only as far as the day's calls show it.
    pub settings: bool,
    /// The hall's zone, seconds east of UTC.
    pub zone_offset_s: i32,
    /// Names of services, Chinese and English.
    pub names: BTreeMap<ServiceId, (String, String)>,
    /// What a reader must know about where the settings come from.
    pub notes: Vec<Sentence>,
}

impl Background {
    /// The configuration's own.
    pub fn of(config: &Config) -> Background {
        let name = |service: &crate::config::Service| {
            (ServiceId::from(service.code.as_str()), (service.name.clone(), service.name_en.clone()))
        };
        Background {
            rules: config.rules(),
            settings: true,
            zone_offset_s: config.hall.zone_offset_min * 60,
            names: config.services.iter().map(name).collect(),
            notes: Vec::new(),
        }
    }

    /// Without a configuration: services and what windows serve as the day's calls show them, numbers as shipped.
    pub fn guessed(entries: &[Logged]) -> Background {
        let shown = Shown::of(entries);
        Background {
            rules: shown.added_to(&Rules::default()),
            settings: false,
            zone_offset_s: CHINA_S,
            names: BTreeMap::new(),
            notes: vec![words::guessed()],
        }
    }

    pub(super) fn name(&self, service: &ServiceId) -> String {
        self.names.get(service).map_or_else(|| service.to_string(), |(name, _)| name.clone())
    }

    pub(super) fn name_en(&self, service: &ServiceId) -> String {
        let english =
            self.names.get(service).map(|(_, english)| english).filter(|english| !english.is_empty());
        english.map_or_else(|| service.to_string(), Clone::clone)
    }

    /// Whether the settings say which windows serve this service; otherwise there may be more than the record shows.
    pub(super) fn knows(&self, service: &ServiceId) -> bool {
        self.settings && self.rules.services.iter().any(|rule| rule.id == *service)
    }
}

/// `Asia/Shanghai`, the zone of every hall whose configuration is not at hand.
const CHINA_S: i32 = 8 * 3600;

/// A background and one day's record.
pub(super) struct Scene<'a> {
    pub(super) background: &'a Background,
    /// The settings with what the day's record shows besides.
    pub(super) then: Rules,
    /// The settings as sentences may name them: without limits where those are only as shipped.
    pub(super) told: Rules,
    shown: Shown,
}

impl<'a> Scene<'a> {
    pub(super) fn new(background: &'a Background, entries: &[Logged]) -> Scene<'a> {
        let shown = Shown::of(entries);
        let mut told = background.rules.clone();
        if !background.settings {
            let limits = &mut told.parameters.limits;
            for list in [&mut limits.ordinary, &mut limits.complex, &mut limits.special] {
                list.clear();
            }
        }
        Scene { background, then: shown.added_to(&background.rules), told, shown }
    }

    /// What a reader must know about these services of the ticket: the settings say something else than the record.
    pub(super) fn notes(&self, services: &[ServiceId]) -> Vec<Sentence> {
        let background = self.background;
        let mut notes = background.notes.clone();
        if !background.settings {
            return notes;
        }
        for service in services {
            if !background.knows(service) {
                notes.push(words::unknown_service(service));
                continue;
            }
            let now = |number: &WindowNumber| {
                let rule = background.rules.windows.iter().find(|rule| rule.number == *number);
                rule.is_some_and(|rule| rule.skills.contains(service))
            };
            let served = self.shown.windows.iter().filter(|(_, served)| served.contains(service));
            let then: Vec<WindowNumber> = served.map(|(number, _)| *number).filter(|n| !now(n)).collect();
            if !then.is_empty() {
                notes.push(words::served_then(service, &then, background));
            }
        }
        notes
    }
}

/// Services and what windows serve, as the day's record shows them.
#[derive(Default)]
struct Shown {
    services: BTreeMap<ServiceId, Class>,
    windows: BTreeMap<WindowNumber, BTreeSet<ServiceId>>,
}

impl Shown {
    fn of(entries: &[Logged]) -> Shown {
        let mut shown = Shown::default();
        // Whoever was sent to one window may be called there whatever that window serves, and so shows nothing of it.
        let mut sent: BTreeSet<TicketSeq> = BTreeSet::new();
        for logged in entries {
            match &logged.entry {
                Entry::Hall(Event::Issued { service, class, .. }) => {
                    shown.services.insert(service.clone(), *class);
                }
                Entry::Hall(Event::Transferred { ticket, to, service, class, .. }) => {
                    shown.services.insert(service.clone(), *class);
                    match to {
                        Destination::Window(_) => sent.insert(*ticket),
                        Destination::Service(_) => sent.remove(ticket),
                    };
                }
                Entry::Hall(Event::Revived { ticket, .. }) => {
                    sent.remove(ticket);
                }
                Entry::Hall(Event::WindowOpened { window, .. }) => {
                    shown.windows.entry(*window).or_default();
                }
                // Whoever comes back goes to the window it was at, called or sent there before.
                Entry::Hall(Event::Called(called)) if called.reason != Reason::Return => {
                    let served = shown.windows.entry(called.window).or_default();
                    let own = (called.ticket, &called.inputs.service);
                    let others = called.overtaken.iter().map(|other| (other.ticket, &other.inputs.service));
                    let plain = others.chain([own]).filter(|(ticket, _)| !sent.contains(ticket));
                    served.extend(plain.map(|(_, service)| service.clone()));
                }
                _ => {}
            }
        }
        shown
    }

    /// The rules with the services and skills that they do not have.
    fn added_to(&self, rules: &Rules) -> Rules {
        let mut rules = rules.clone();
        for (id, class) in &self.services {
            if !rules.services.iter().any(|rule| rule.id == *id) {
                rules.services.push(ServiceRule { id: id.clone(), prefix: String::new(), class: *class });
            }
        }
        for (number, served) in &self.windows {
            let at = rules.windows.iter().position(|rule| rule.number == *number).unwrap_or_else(|| {
                rules.windows.push(WindowRule { number: *number, skills: Vec::new() });
                rules.windows.len() - 1
            });
            let skills = &mut rules.windows[at].skills;
            let more: Vec<ServiceId> =
                served.iter().filter(|service| !skills.contains(service)).cloned().collect();
            skills.extend(more);
        }
        rules
    }
}
