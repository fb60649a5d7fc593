//! A recorded day as what happened by itself: who came when for what and how long it took, when each window worked. The
//! run [`queue::flow`] finds out again who is called when, under any order and staffing.
//!
//! What the record holds and a plan cannot say is approximated so that the unchanged run still makes the recorded calls:
//!
//! | recorded | becomes |
//! |---|---|
//! | a call until the window asks again | the time of that service; short gaps belong to it, longer ones are pauses (`desks`) |
//! | missed calls | all hold the window as long as the shortest did; what one took longer is a pause of that window |
//! | parked and back | the time before is the service; the time after takes the same window at the recorded moment |
//! | second and later transfers, transfers to one window, a return after a transfer | a visit of its own that takes its recorded place at the recorded moment |
//! | green granted or withdrawn, or reassigned, while waiting | the person takes its place when that happened, with its `join` |
//! | left while waiting (voided) | never came |
//! | still waiting or being served when the record ends | served after it, as long as others of that service on average |
//! | windows that worked when the last number was taken | come back when the record ends, until nobody waits (rule X3) |

use super::legs::{Begins, Call as LegCall, Leg, Outcome, Read, read};
use super::undo::Recorded;
use queue::flow::{Call, Plan, PlanWindow, Standing, Visit};
use queue::{Class, Event, Rules, ServiceId, TicketNumber, TicketSeq, Timestamp, WindowNumber};
use schema::{Entry, Logged};
use serde::Serialize;
use std::collections::BTreeMap;

/// Time at the window where nothing was measured.
const UNKNOWN_S: i64 = 600;
/// How long a missed call holds a window on a day without one; that of the laboratory.
const HOLD_S: i64 = 60;

/// Whose visit it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Who {
    /// The ticket.
    pub ticket: TicketSeq,
    /// Its label.
    pub number: TicketNumber,
    /// The visit is back from a missed call; its wait is no new one.
    pub returns: bool,
}

/// A parked person's second time at the window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Back {
    /// Position of the window.
    pub window: usize,
    /// When.
    pub at: i64,
    /// How long.
    pub length_s: i64,
    /// Position of the visit.
    pub visit: Option<usize>,
}

/// What was approximated, how often.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Approximated {
    /// Left while waiting.
    pub left: usize,
    /// Waiting when the record ends.
    pub unserved: usize,
    /// At a window when the record ends.
    pub unfinished: usize,
    /// Parts of a visit that come at their recorded moment.
    pub parts: usize,
    /// Places that changed while waiting.
    pub moved: usize,
    /// Times at a window after parking.
    pub parked: usize,
}

/// The day. Moments are seconds after midnight of the hall's zone.
#[derive(Clone, Debug)]
pub struct Realised {
    /// What happened by itself.
    pub plan: Plan,
    /// Services by position.
    pub services: Vec<ServiceId>,
    /// Windows by position.
    pub windows: Vec<WindowNumber>,
    /// Visits by position.
    pub who: Vec<Who>,
    /// Parked people who came back.
    pub backs: Vec<Back>,
    /// The recorded calls, returns from parking left out.
    pub calls: Vec<Call>,
    /// Mean time at the window of each service.
    pub mean_s: Vec<i64>,
    /// When the record ends.
    pub end_s: i64,
    /// When the last number was taken.
    pub last_issue_s: i64,
    /// What was approximated.
    pub approximated: Approximated,
}

/// Reads the day of `entries`. `zone_offset_s`: the hall's zone, seconds east of UTC.
pub fn realised(entries: &[Logged], rules: &Rules, zone_offset_s: i32) -> Realised {
    let recorded: Vec<Recorded<'_>> = entries
        .iter()
        .filter_map(|logged| match &logged.entry {
            Entry::Hall(event) => Some(Recorded { position: logged.position, at: logged.at, event }),
            _ => None,
        })
        .collect();
    let zone_s = i64::from(zone_offset_s);
    let first = recorded.iter().find(|one| !matches!(one.event, Event::DayOpened { .. }));
    let first = first.or(recorded.first()).map_or(0, |one| one.at.0);
    let midnight = Timestamp((first + zone_s).div_euclid(86_400) * 86_400 - zone_s);
    Builder::new(read(&recorded, rules, midnight), rules).build()
}

/// A visit in the making: the waits that one visit of a plan can hold.
struct Draft {
    legs: Vec<usize>,
    returned: bool,
    sent: bool,
}

struct Builder {
    read: Read,
    services: Vec<ServiceId>,
    classes: Vec<Class>,
    windows: Vec<WindowNumber>,
    skills: Vec<Vec<usize>>,
    hold_s: i64,
    mean_s: Vec<i64>,
}

impl Builder {
    fn new(read: Read, rules: &Rules) -> Builder {
        let mut classes: BTreeMap<ServiceId, Class> =
            rules.services.iter().map(|rule| (rule.id.clone(), rule.class)).collect();
        // What the ticket was given counts, whatever the settings say today.
        classes.extend(read.legs.iter().map(|leg| (leg.service.clone(), leg.class)));
        let (services, classes): (Vec<_>, Vec<_>) = classes.into_iter().unzip();
        let mut windows: BTreeMap<WindowNumber, Vec<usize>> =
            read.desks.all.keys().map(|&number| (number, Vec::new())).collect();
        for rule in &rules.windows {
            let skills = windows.entry(rule.number).or_default();
            for skill in rule.skills.iter().filter_map(|skill| services.binary_search(skill).ok()) {
                if !skills.contains(&skill) {
                    skills.push(skill);
                }
            }
        }
        let (windows, skills) = windows.into_iter().unzip();
        let mut builder =
            Builder { read, services, classes, windows, skills, hold_s: HOLD_S, mean_s: Vec::new() };
        builder.measure();
        builder
    }

    /// The shortest hold of a missed call, and the mean time of each service.
    fn measure(&mut self) {
        let mut sums = vec![(0, 0); self.services.len()];
        let mut shortest: Option<i64> = None;
        for leg in &self.read.legs {
            let Some(call) = &leg.call else { continue };
            match call.outcome {
                Outcome::Missed => {
                    let held = call.left - call.at;
                    shortest = Some(shortest.map_or(held, |shortest| shortest.min(held)));
                }
                Outcome::Served | Outcome::SentOn => {
                    let (sum, n) = &mut sums[self.services.binary_search(&leg.service).unwrap_or_default()];
                    *sum += call.free - call.at;
                    *n += 1;
                }
                Outcome::Open => {}
            }
        }
        self.hold_s = shortest.unwrap_or(HOLD_S);
        self.mean_s = sums.into_iter().map(|(sum, n)| if n > 0 { sum / n } else { UNKNOWN_S }).collect();
    }

    fn service(&self, leg: &Leg) -> usize {
        self.services.binary_search(&leg.service).unwrap_or_default()
    }

    fn window(&self, number: WindowNumber) -> usize {
        self.windows.binary_search(&number).unwrap_or_default()
    }

    fn build(self) -> Realised {
        let mut approximated = Approximated::default();
        let mut drafts: Vec<Draft> = Vec::new();
        let mut latest: BTreeMap<TicketSeq, usize> = BTreeMap::new();
        for (i, leg) in self.read.legs.iter().enumerate() {
            if leg.gone {
                approximated.left += 1;
                continue;
            }
            match &leg.call {
                None => approximated.unserved += 1,
                Some(call) => approximated.unfinished += usize::from(call.outcome == Outcome::Open),
            }
            let draft = latest.get(&leg.ticket).copied();
            if let Some(draft) = draft.map(|draft| &mut drafts[draft])
                && self.joins(draft, leg)
            {
                draft.returned |= leg.begins == Begins::Return;
                draft.sent |= leg.begins == Begins::Transfer;
                draft.legs.push(i);
                continue;
            }
            approximated.parts += usize::from(leg.begins != Begins::Issue);
            approximated.moved += usize::from(leg.begins == Begins::Issue && leg.moved);
            latest.insert(leg.ticket, drafts.len());
            drafts.push(Draft { legs: vec![i], returned: leg.begins == Begins::Return, sent: false });
        }
        drafts.sort_by_key(|draft| {
            let first = &self.read.legs[draft.legs[0]];
            (first.enters, first.ticket)
        });
        self.plan(&drafts, approximated)
    }

    /// Whether this wait is one that the visit so far can go on with.
    fn joins(&self, draft: &Draft, leg: &Leg) -> bool {
        let first = &self.read.legs[draft.legs[0]];
        let Some(before) = draft.legs.last().map(|&last| &self.read.legs[last]) else { return false };
        let Some(call) = &before.call else { return false };
        let as_it_was = !leg.moved && leg.green == first.green && !draft.sent;
        as_it_was
            && match leg.begins {
                Begins::Return => {
                    call.outcome == Outcome::Missed && !draft.returned && leg.service == before.service
                }
                Begins::Transfer => call.outcome == Outcome::SentOn,
                Begins::Issue | Begins::Other => false,
            }
    }

    fn plan(&self, drafts: &[Draft], mut approximated: Approximated) -> Realised {
        let mut pauses: Vec<(usize, (i64, i64))> = Vec::new();
        let mut visits = Vec::new();
        let mut who = Vec::new();
        let mut calls: Vec<(u64, Call)> = Vec::new();
        let mut of_ticket: BTreeMap<TicketSeq, usize> = BTreeMap::new();
        for draft in drafts {
            let first = &self.read.legs[draft.legs[0]];
            of_ticket.insert(first.ticket, visits.len());
            who.push(Who {
                ticket: first.ticket,
                number: first.number.clone(),
                returns: first.begins == Begins::Return,
            });
            for (place, &leg) in draft.legs.iter().enumerate() {
                let leg = &self.read.legs[leg];
                let Some(call) = &leg.call else { continue };
                let transferred = leg.begins == Begins::Transfer && place > 0;
                let returned =
                    draft.legs[1..=place].iter().any(|&leg| self.read.legs[leg].begins == Begins::Return);
                calls.push((call.position, self.call(leg, call, visits.len(), transferred, returned)));
            }
            visits.push(self.visit(draft, &mut pauses));
        }
        calls.sort_by_key(|&(position, _)| position);
        approximated.parked = self.read.returns.len();
        let backs: Vec<Back> = self
            .read
            .returns
            .iter()
            .map(|back| Back {
                window: self.window(back.window),
                at: back.at,
                length_s: if back.open { self.read.end - back.at } else { back.free - back.at },
                visit: of_ticket.get(&back.ticket).copied(),
            })
            .collect();
        pauses.extend(backs.iter().map(|back| (back.window, (back.at, back.length_s))));
        let windows =
            self.windows.iter().enumerate().map(|(position, number)| self.desk(position, *number, &pauses));
        Realised {
            plan: Plan {
                services: self.classes.clone(),
                windows: windows.collect(),
                visits,
                hold_s: self.hold_s,
            },
            services: self.services.clone(),
            windows: self.windows.clone(),
            who,
            backs,
            calls: calls.into_iter().map(|(_, call)| call).collect(),
            mean_s: self.mean_s.clone(),
            end_s: self.read.end,
            last_issue_s: self.read.last_issue,
            approximated,
        }
    }

    fn desk(&self, position: usize, number: WindowNumber, pauses: &[(usize, (i64, i64))]) -> PlanWindow {
        let mut window = PlanWindow { skills: self.skills[position].clone(), ..PlanWindow::default() };
        if let Some(desk) = self.read.desks.all.get(&number) {
            window.works = desk.works.iter().map(|&(from, to)| (from, Some(to))).collect();
            window.pauses.clone_from(&desk.pauses);
            if desk.works_at(self.read.last_issue) {
                overtime(&mut window.works, self.read.end);
            }
        }
        window.pauses.extend(pauses.iter().filter(|&&(of, _)| of == position).map(|&(_, pause)| pause));
        window.pauses.sort_unstable();
        window
    }

    fn visit(&self, draft: &Draft, pauses: &mut Vec<(usize, (i64, i64))>) -> Visit {
        let first = &self.read.legs[draft.legs[0]];
        let mut visit = Visit::walk_in(self.service(first), first.enters, self.mean_s[self.service(first)]);
        visit.green = first.green;
        visit.booked = first.booked;
        if first.moved || first.begins != Begins::Issue {
            visit.booked = first.booked.filter(|_| first.valid);
            let only = first.only.map(|number| self.window(number));
            let (join, ready, passed) = (first.join, first.ready, first.passed);
            visit.standing = Some(Box::new(Standing { join, ready, passed, only }));
        }
        for (place, &leg) in draft.legs.iter().enumerate() {
            let leg = &self.read.legs[leg];
            let next = draft.legs.get(place + 1).map(|&next| &self.read.legs[next]);
            let service = self.service(leg);
            let second = place > 0 && leg.begins == Begins::Transfer;
            let Some(call) = &leg.call else {
                if second {
                    visit.transfer = Some((service, self.mean_s[service]));
                }
                continue;
            };
            if call.outcome == Outcome::Missed && !second {
                visit.noshows += 1;
                let held_until = call.at + self.hold_s;
                if call.free > held_until {
                    pauses.push((self.window(call.called.window), (held_until, call.free - held_until)));
                }
                visit.return_after_s = visit.return_after_s.or(next.map(|next| next.enters - held_until));
                continue;
            }
            let goes_on = next.is_some_and(|next| next.begins == Begins::Transfer);
            let length_s = match call.outcome {
                Outcome::Open => (self.read.end - call.at).max(self.mean_s[service]),
                // Back in the queue at once, while the clerk still tidies up.
                Outcome::SentOn if goes_on => call.left - call.at,
                _ => call.free - call.at,
            };
            if goes_on && call.free > call.left {
                pauses.push((self.window(call.called.window), (call.left, call.free - call.left)));
            }
            if second {
                visit.transfer = Some((service, length_s));
            } else {
                visit.service_s = length_s;
            }
        }
        visit
    }

    fn call(&self, leg: &Leg, call: &LegCall, visit: usize, transferred: bool, returned: bool) -> Call {
        Call {
            now: call.at,
            window: self.window(call.called.window),
            visit,
            transferred,
            returned,
            noshow: call.outcome == Outcome::Missed,
            reason: Some(call.called.reason),
            class: leg.class,
            appointment: call.called.inputs.booked.is_some(),
            wait_s: call.called.wait_s,
            n_overtaken: u32::try_from(call.called.overtaken.len()).unwrap_or(u32::MAX),
            passed: call.called.inputs.passed,
            overtaken_otherwise: 0,
        }
    }
}

/// From `end` on the window serves until nobody waits (rule X3).
pub(super) fn overtime(works: &mut Vec<(i64, Option<i64>)>, end: i64) {
    works.retain(|&(from, _)| from < end);
    match works.last_mut() {
        Some((_, to)) if to.is_some_and(|to| to >= end) => *to = None,
        _ => works.push((end, None)),
    }
}
