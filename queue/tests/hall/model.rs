//! CALL-ORDER once more, naively: a list of everybody, looked through each time, written from the text alone. It shares
//! with the crate under test only the names of things.

use queue::*;
use std::collections::{BTreeMap, BTreeSet};

/// A ticket as CALL-ORDER §1 sees it.
#[derive(Clone, Debug)]
pub(crate) struct Person {
    pub(crate) seq: u64,
    pub(crate) service: ServiceId,
    pub(crate) class: Class,
    pub(crate) green: bool,
    pub(crate) appointment: bool,
    pub(crate) join: i64,
    pub(crate) ready: i64,
    pub(crate) passed: u32,
    pub(crate) waiting: bool,
    pub(crate) only: Option<WindowNumber>,
    waited: i64,
}

impl Person {
    fn tier(&self, now: i64) -> u8 {
        match (self.green, self.appointment && now >= self.ready) {
            (true, _) => 0,
            (false, true) => 1,
            (false, false) => 2,
        }
    }
}

pub(crate) struct Expected {
    pub(crate) seq: u64,
    pub(crate) reason: Reason,
    pub(crate) wait: i64,
    /// Whom, and whether it counts.
    pub(crate) overtaken: Vec<(u64, bool)>,
}

/// Everybody of the day and the windows' memory.
pub(crate) struct Model {
    rules: Rules,
    pub(crate) people: BTreeMap<u64, Person>,
    last_priority: BTreeSet<WindowNumber>,
    pub(crate) n_protected_calls: u32,
}

impl Model {
    pub(crate) fn new(rules: Rules) -> Self {
        Model { rules, people: BTreeMap::new(), last_priority: BTreeSet::new(), n_protected_calls: 0 }
    }

    fn class(&self, service: &ServiceId) -> Class {
        self.rules.services.iter().find(|rule| rule.id == *service).unwrap().class
    }

    pub(crate) fn skills(&self, window: WindowNumber) -> &[ServiceId] {
        &self.rules.windows.iter().find(|rule| rule.number == window).unwrap().skills
    }

    pub(crate) fn candidates(&self, window: WindowNumber) -> Vec<&Person> {
        let serves = |person: &Person| match person.only {
            Some(only) => only == window,
            None => self.skills(window).contains(&person.service),
        };
        self.people.values().filter(|person| person.waiting && serves(person)).collect()
    }

    /// §3 and §4 for a window that asks.
    pub(crate) fn expect(&self, now: i64, window: WindowNumber) -> Option<Expected> {
        let c = self.candidates(window);
        let k = self.rules.parameters.pass_limit;
        let p: Vec<&&Person> = c.iter().filter(|x| !x.green && x.passed >= k).collect();
        let g: Vec<&&Person> = c.iter().filter(|x| x.green).collect();
        let a: Vec<&&Person> = c.iter().filter(|x| x.tier(now) == 1).collect();
        let last_priority = self.last_priority.contains(&window);
        let (y, reason): (&Person, Reason) =
            if !p.is_empty() && (last_priority || (g.is_empty() && a.is_empty())) {
                (p.iter().min_by_key(|x| (x.join, x.seq))?, Reason::Protected)
            } else if !g.is_empty() {
                (g.iter().min_by_key(|x| (x.join, x.seq))?, Reason::Green)
            } else if !a.is_empty() {
                (a.iter().min_by_key(|x| (x.ready, x.join, x.seq))?, Reason::Appointment)
            } else {
                self.walk_in(now, &c)?
            };
        // Guarantee 3.
        let priority = matches!(reason, Reason::Green | Reason::Appointment);
        assert!(
            !(priority && last_priority && !p.is_empty()),
            "two priority calls in a row past a protected ticket"
        );
        let mut overtaken: Vec<&&Person> = c.iter().filter(|x| (x.join, x.seq) < (y.join, y.seq)).collect();
        overtaken.sort_by_key(|x| (x.join, x.seq));
        let counts = |x: &Person| y.tier(now) < 2 && x.tier(now) > y.tier(now);
        // Guarantee 2.
        if matches!(reason, Reason::Limit | Reason::Overdue) {
            assert!(overtaken.iter().all(|x| x.service != y.service), "reordered inside {}", y.service);
        }
        Some(Expected {
            seq: y.seq,
            reason,
            wait: (now - y.ready).max(0),
            overtaken: overtaken.iter().map(|x| (x.seq, counts(x))).collect(),
        })
    }

    /// §3.5.
    fn walk_in<'a>(&self, now: i64, c: &[&'a Person]) -> Option<(&'a Person, Reason)> {
        let services: BTreeSet<&ServiceId> = c.iter().map(|x| &x.service).collect();
        let heads = services
            .into_iter()
            .filter_map(|service| c.iter().filter(|x| x.service == *service).min_by_key(|x| (x.join, x.seq)));
        let limit = |x: &Person| {
            let limits = &self.rules.parameters.limits;
            let list = match x.class {
                Class::Ordinary => &limits.ordinary,
                Class::Complex => &limits.complex,
                Class::Special => &limits.special,
            };
            list.iter().map(|l| x.join + l).find(|t| now <= *t)
        };
        let (late, within): (Vec<&&Person>, Vec<&&Person>) = heads.partition(|x| limit(x).is_none());
        match late.into_iter().min_by_key(|x| (x.join, x.seq)) {
            Some(y) => Some((y, Reason::Overdue)),
            None => Some((within.into_iter().min_by_key(|x| (limit(x), x.join, x.seq))?, Reason::Limit)),
        }
    }

    /// The bookkeeping of §1 and §4, from what was asked and answered.
    pub(crate) fn note(&mut self, at: i64, event: &Event) {
        match event {
            Event::DayOpened { .. } => {
                self.people.clear();
                self.last_priority.clear();
                self.n_protected_calls = 0;
            }
            Event::Issued { ticket, service, green, booked, forfeited, .. } => {
                let wanted = booked.or(*forfeited).map(|booked| booked.0);
                let valid = wanted.filter(|booked| at <= booked + self.rules.parameters.appointment_grace_s);
                assert_eq!(valid, booked.map(|booked| booked.0), "A5: validity of an appointment");
                let person = Person {
                    seq: ticket.0,
                    service: service.clone(),
                    class: self.class(service),
                    green: green.is_some(),
                    appointment: valid.is_some(),
                    join: at,
                    ready: valid.map_or(at, |booked| booked.max(at)),
                    passed: 0,
                    waiting: true,
                    only: None,
                    waited: 0,
                };
                self.people.insert(ticket.0, person);
            }
            Event::Granted { ticket, .. } => self.person(*ticket).green = true,
            Event::Withdrawn { ticket, .. } => self.person(*ticket).green = false,
            Event::Called(called) => self.note_call(at, called),
            Event::Revived { ticket, .. } => {
                let person = self.person(*ticket);
                (person.join, person.ready, person.appointment, person.passed) = (at, at, false, 0);
                (person.waiting, person.only) = (true, None);
            }
            Event::Transferred { ticket, to, service, .. } => {
                let class = self.class(service);
                let person = self.person(*ticket);
                if !person.waiting {
                    (person.join, person.appointment) = (at - person.waited, false);
                    person.ready = person.join;
                }
                (person.service, person.class, person.waiting) = (service.clone(), class, true);
                person.only = match to {
                    Destination::Window(window) => Some(*window),
                    Destination::Service(_) => None,
                };
            }
            Event::Voided { ticket, .. } => self.person(*ticket).waiting = false,
            _ => {}
        }
    }

    fn note_call(&mut self, at: i64, called: &Called) {
        if called.reason == Reason::Return {
            return;
        }
        let expected = self.expect(at, called.window).expect("somebody waits for whoever is called");
        let counted = expected.overtaken.iter().filter(|(_, counts)| *counts);
        for (seq, _) in counted {
            self.people.get_mut(seq).unwrap().passed += 1;
        }
        if matches!(expected.reason, Reason::Green | Reason::Appointment) {
            self.last_priority.insert(called.window);
        } else {
            self.last_priority.remove(&called.window);
        }
        self.n_protected_calls += u32::from(expected.reason == Reason::Protected);
        let person = self.person(called.ticket);
        (person.waiting, person.waited) = (false, expected.wait);
    }

    fn person(&mut self, seq: TicketSeq) -> &mut Person {
        self.people.get_mut(&seq.0).unwrap()
    }
}
