//! What is to be otherwise: another order, other limits, windows, hours, bookings, more or fewer visitors.

use super::realised::{Realised, overtime};
use queue::flow::{Order, Plan, PlanWindow, Settings, Visit};
use queue::{Class, ServiceId, WindowNumber};
use serde::Serialize;
use std::collections::BTreeMap;

/// Hours of a window, and what it serves if that is new.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Hours {
    /// From and to, seconds after midnight, rising.
    pub works: Vec<(i64, i64)>,
    /// What it serves; `None`: as before.
    pub skills: Option<Vec<ServiceId>>,
}

/// Everything that can be changed; the default changes nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Change {
    /// Whose order.
    pub order: Option<Order>,
    /// K of CALL-ORDER §2.
    pub pass_limit: Option<u32>,
    /// Limits of classes, seconds, rising.
    pub limits: BTreeMap<Class, Vec<i64>>,
    /// How long after its time a booking counts.
    pub grace_s: Option<i64>,
    /// Windows that do not work.
    pub without: Vec<WindowNumber>,
    /// Hours of windows, also of ones that did not work on that day.
    pub hours: BTreeMap<WindowNumber, Hours>,
    /// What windows serve.
    pub skills: BTreeMap<WindowNumber, Vec<ServiceId>>,
    /// People with a booking come at the same time as walk-ins.
    pub no_bookings: bool,
    /// So many visitors for each hundred that came.
    pub visitors_percent: Option<u32>,
}

/// A changed day, ready to be run.
#[derive(Clone, Debug)]
pub struct Changed {
    /// What happens by itself.
    pub plan: Plan,
    /// How it is decided.
    pub settings: Settings,
    /// For each visit, which recorded one it is; `None`: one more visitor like another.
    pub same: Vec<Option<usize>>,
    /// For each visit, the recorded one it is or is like.
    pub like: Vec<usize>,
}

/// A name in a change that the day does not know.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unknown {
    /// A window.
    #[error("no window {window}; the hall's windows are {}", list(.known))]
    Window {
        /// Which.
        window: WindowNumber,
        /// Those there are.
        known: Vec<WindowNumber>,
    },
    /// A service.
    #[error("no service {service}; the hall's services are {}", list(.known))]
    Service {
        /// Which.
        service: ServiceId,
        /// Those there are.
        known: Vec<ServiceId>,
    },
    /// A window that the settings do not know, without what it serves.
    #[error("window {window} is new; say what it serves, as in --window \"{window}=08:30-17:00:{example}\"")]
    Skills {
        /// Which.
        window: WindowNumber,
        /// A service of the hall.
        example: ServiceId,
    },
}

fn list<T: ToString>(known: &[T]) -> String {
    known.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

impl Change {
    /// Nothing is to be otherwise.
    pub fn is_none(&self) -> bool {
        *self == Change::default()
    }

    /// The day with the changes, under `settings` with the changes.
    ///
    /// # Errors
    /// The first [`Unknown`] name.
    pub fn apply(&self, day: &Realised, settings: &Settings) -> Result<Changed, Unknown> {
        let mut windows = day.windows.clone();
        let mut plan = day.plan.clone();
        for (&number, hours) in &self.hours {
            self.staff(day, &mut plan, &mut windows, number, hours)?;
        }
        for (&number, skills) in &self.skills {
            let window = position(&windows, number)?;
            plan.windows[window].skills = services(day, skills)?;
        }
        for &number in &self.without {
            let window = position(&windows, number)?;
            plan.windows[window].works.clear();
        }
        for window in 0..plan.windows.len() {
            if plan.windows[window].works.is_empty() {
                leave(&mut plan, day, window);
            }
        }
        // Between equals the lower number decides (CALL-ORDER §5), and the run goes by position.
        sort_windows(&mut plan, &mut windows);
        if self.no_bookings {
            for visit in &mut plan.visits {
                visit.booked = None;
                if let Some(standing) = &mut visit.standing {
                    standing.ready = standing.join;
                }
            }
        }
        let (same, like) = self.crowd(&mut plan);
        let mut settings = settings.clone();
        settings.order = self.order.unwrap_or(settings.order);
        settings.pass_limit = self.pass_limit.unwrap_or(settings.pass_limit);
        settings.appointment_grace_s = self.grace_s.unwrap_or(settings.appointment_grace_s);
        for (class, list) in &self.limits {
            let limits = &mut settings.limits;
            let of = match class {
                Class::Ordinary => &mut limits.ordinary,
                Class::Complex => &mut limits.complex,
                Class::Special => &mut limits.special,
            };
            of.clone_from(list);
        }
        Ok(Changed { plan, settings, same, like })
    }

    /// Other hours; recorded pauses that lie within them stay.
    fn staff(
        &self,
        day: &Realised,
        plan: &mut Plan,
        windows: &mut Vec<WindowNumber>,
        number: WindowNumber,
        hours: &Hours,
    ) -> Result<(), Unknown> {
        let window = windows.iter().position(|&known| known == number).unwrap_or_else(|| {
            windows.push(number);
            plan.windows.push(PlanWindow::default());
            windows.len() - 1
        });
        let desk = &mut plan.windows[window];
        if let Some(skills) = &hours.skills {
            desk.skills = services(day, skills)?;
        }
        if desk.skills.is_empty() && !self.skills.contains_key(&number) {
            let example = day.services.first().cloned().unwrap_or_else(|| "service".into());
            return Err(Unknown::Skills { window: number, example });
        }
        desk.works = hours.works.iter().map(|&(from, to)| (from, Some(to))).collect();
        let within = |&(from, length_s): &(i64, i64)| {
            hours.works.iter().any(|&(begins, ends)| begins <= from && from.saturating_add(length_s) <= ends)
        };
        desk.pauses.retain(within);
        // The time of parked people whom nobody waits for at this hour belongs to their service.
        for back in
            day.backs.iter().filter(|back| back.window == window && !within(&(back.at, back.length_s)))
        {
            if let Some(visit) = back.visit {
                plan.visits[visit].service_s += back.length_s;
            }
        }
        if hours.works.iter().any(|&(from, to)| from <= day.last_issue_s && day.last_issue_s <= to) {
            overtime(&mut desk.works, day.end_s.max(hours.works.last().map_or(0, |&(_, to)| to)));
        }
        Ok(())
    }

    /// More or fewer visitors: every so many-th once more, or not at all. Which recorded one each is, and is like.
    fn crowd(&self, plan: &mut Plan) -> (Vec<Option<usize>>, Vec<usize>) {
        let Some(percent) = self.visitors_percent else {
            return (0..plan.visits.len()).map(|visit| (Some(visit), visit)).unzip();
        };
        let percent = u64::from(percent);
        let recorded = std::mem::take(&mut plan.visits);
        let (mut same, mut like) = (Vec::new(), Vec::new());
        for (i, visit) in recorded.iter().enumerate() {
            // How many of the first i + 1 visitors' copies there are, less those of the first i.
            let copies = (i as u64 + 1) * percent / 100 - i as u64 * percent / 100;
            let gap_s = recorded.get(i + 1).map_or(0, |next| next.arrive - visit.arrive);
            for copy in 0..copies {
                // Spread over the time to the next visitor, or everybody would come in clumps.
                let after_s = gap_s.saturating_mul(copy.cast_signed()) / copies.cast_signed();
                plan.visits.push(Visit { arrive: visit.arrive.saturating_add(after_s), ..visit.clone() });
                same.push((copy == 0).then_some(i));
                like.push(i);
            }
        }
        (same, like)
    }
}

fn position(windows: &[WindowNumber], window: WindowNumber) -> Result<usize, Unknown> {
    windows
        .iter()
        .position(|&known| known == window)
        .ok_or_else(|| Unknown::Window { window, known: windows.to_vec() })
}

fn services(day: &Realised, skills: &[ServiceId]) -> Result<Vec<usize>, Unknown> {
    let mut found: Vec<usize> = Vec::new();
    for service in skills {
        let at = day
            .services
            .iter()
            .position(|known| known == service)
            .ok_or_else(|| Unknown::Service { service: service.clone(), known: day.services.clone() })?;
        if !found.contains(&at) {
            found.push(at);
        }
    }
    Ok(found)
}

/// A window that does not work: who was sent to it alone may go anywhere, and the time of parked people who came back to it
/// belongs to their service, wherever that is.
fn leave(plan: &mut Plan, day: &Realised, window: usize) {
    plan.windows[window].pauses.clear();
    for visit in &mut plan.visits {
        if let Some(standing) = &mut visit.standing
            && standing.only == Some(window)
        {
            standing.only = None;
        }
    }
    for back in day.backs.iter().filter(|back| back.window == window) {
        if let Some(visit) = back.visit {
            plan.visits[visit].service_s += back.length_s;
        }
    }
}

fn sort_windows(plan: &mut Plan, windows: &mut [WindowNumber]) {
    let mut order: Vec<usize> = (0..windows.len()).collect();
    order.sort_by_key(|&window| windows[window]);
    if order.is_sorted() {
        return;
    }
    for visit in &mut plan.visits {
        if let Some(only) = visit.standing.as_mut().and_then(|standing| standing.only.as_mut()) {
            *only = order.iter().position(|window| window == only).unwrap_or(*only);
        }
    }
    plan.windows = order.iter().map(|&window| plan.windows[window].clone()).collect();
    windows.sort_unstable();
}
