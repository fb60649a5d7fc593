//! The realised day as `hall-trace/1`, for other programs and `hallgate simulate`.
//!
//! The format knows less than the plan: a visit that takes an earlier place, or one that comes back from a missed call and
//! misses the next as well, comes as somebody new at that moment, and whoever was sent to one window may be served at any.

use super::realised::{Realised, Who};
use crate::simulate::{Trace, TraceService, TraceTicket, TraceWindow};
use queue::Day;
use queue::flow::Visit;
use queue::rules::Targets;
use std::collections::BTreeMap;

impl Realised {
    /// The day in the laboratory's format.
    pub fn trace(&self, day: Day, targets: &Targets) -> Trace {
        // A shift that ends with a session goes on until nobody waits: that is how the format says overtime.
        let closes = self.end_s + 1;
        let services = self.services.iter().zip(&self.plan.services).enumerate();
        let services = services.map(|(position, (id, class))| TraceService {
            id: id.to_string(),
            class: *class,
            mean_s: self.mean_s[position],
        });
        let windows = self.windows.iter().zip(&self.plan.windows).map(|(number, window)| TraceWindow {
            id: number.to_string(),
            skills: window.skills.iter().map(|&skill| self.services[skill].to_string()).collect(),
            shifts: window.works.iter().map(|&(from, to)| (from, to.unwrap_or(closes))).collect(),
            pauses: window.pauses.clone(),
        });
        let mut parts: Vec<(Visit, &Who)> = Vec::new();
        for (i, (visit, who)) in self.plan.visits.iter().zip(&self.who).enumerate() {
            let again = self.missed_again(i, visit);
            parts.push((Visit { noshows: visit.noshows.min(1), ..visit.clone() }, who));
            if let Some(again) = again {
                if let Some((first, _)) = parts.last_mut() {
                    first.return_after_s = None;
                }
                parts.push((again, who));
            }
        }
        parts.sort_by_key(|(visit, _)| visit.arrive);
        let mut times: BTreeMap<&str, u32> = BTreeMap::new();
        let tickets = parts.iter().zip(0..).map(|((visit, who), seq)| {
            let n = times.entry(&who.number.0).or_default();
            *n += 1;
            let id = if *n == 1 { who.number.to_string() } else { format!("{}-{n}", who.number) };
            TraceTicket {
                id,
                seq,
                service: self.services[visit.service].to_string(),
                green: visit.green,
                booked: visit.booked,
                arrive: visit.arrive,
                service_s: visit.service_s,
                noshow: i64::from(visit.noshows),
                return_after_s: visit.return_after_s,
                transfer: visit.transfer.map(|(to, service_s)| (self.services[to].to_string(), service_s)),
            }
        });
        Trace {
            scenario: format!("recorded {day}"),
            seed: 0,
            sessions: vec![(
                self.plan.visits.first().map_or(0, |visit| visit.arrive.min(self.end_s)),
                closes,
            )],
            targets: targets.clone(),
            noshow_hold_s: self.plan.hold_s,
            services: services.collect(),
            windows: windows.collect(),
            tickets: tickets.collect(),
        }
    }

    /// The second missed call of a visit, as a visit of its own.
    fn missed_again(&self, visit: usize, recorded: &Visit) -> Option<Visit> {
        let after_s = recorded.return_after_s.filter(|_| recorded.noshows > 1)?;
        let first = self.calls.iter().find(|call| call.visit == visit && call.noshow && !call.returned)?;
        let arrive = first.now + self.plan.hold_s + after_s;
        let again =
            Visit { booked: None, noshows: 1, return_after_s: None, standing: None, ..recorded.clone() };
        Some(Visit { arrive, ..again })
    }
}
