//! A trace as the plan of a run: positions instead of names.

use super::trace::Trace;
use queue::flow::{Plan, PlanWindow, Visit};
use std::collections::BTreeMap;

/// The plan of a trace. Services, windows and visits keep their positions.
pub fn plan(trace: &Trace) -> Plan {
    let services: BTreeMap<&str, usize> =
        trace.services.iter().enumerate().map(|(i, service)| (service.id.as_str(), i)).collect();
    // `Trace::parse` lets no unknown service in.
    let position = |id: &str| services.get(id).copied().unwrap_or_default();
    let session_ends: Vec<i64> = trace.sessions.iter().map(|&(_, end)| end).collect();
    let windows = trace.windows.iter().map(|window| {
        // A service named twice is one skill; CALL-ORDER §5 counts skills.
        let mut skills: Vec<usize> = Vec::new();
        for skill in window.skills.iter().map(|skill| position(skill)) {
            if !skills.contains(&skill) {
                skills.push(skill);
            }
        }
        let mut pauses = window.pauses.clone();
        pauses.sort_unstable();
        PlanWindow { skills, works: window.availability(&session_ends), pauses, ..PlanWindow::default() }
    });
    let visits = trace.tickets.iter().map(|ticket| Visit {
        service: position(&ticket.service),
        green: ticket.green,
        booked: ticket.booked,
        arrive: ticket.arrive,
        service_s: ticket.service_s,
        noshows: u32::try_from(ticket.noshow).unwrap_or(u32::MAX),
        return_after_s: ticket.return_after_s,
        transfer: ticket.transfer.as_ref().map(|(to, service_s)| (position(to), *service_s)),
        standing: None,
        probe: false,
    });
    Plan {
        services: trace.services.iter().map(|service| service.class).collect(),
        windows: windows.collect(),
        visits: visits.collect(),
        hold_s: trace.noshow_hold_s,
    }
}
