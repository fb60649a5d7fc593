//! The realised day as `hall-trace/1`, for other programs and `hallgate simulate`.
//!
//! The format knows less than the plan: a visit that takes an earlier place comes as somebody new at that moment, and whoever
//! was sent to one window may be served at any.

use super::realised::Realised;
use crate::simulate::{Trace, TraceService, TraceTicket, TraceWindow};
use queue::Day;
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
        let mut times: BTreeMap<&str, u32> = BTreeMap::new();
        let tickets = self.plan.visits.iter().zip(&self.who).zip(0..).map(|((visit, who), seq)| {
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
}
