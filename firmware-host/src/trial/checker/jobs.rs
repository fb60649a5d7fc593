//! Print jobs and faults as the log must tell them.

use super::{Checked, must};
use queue::TicketSeq;
use schema::{FaultEvent, JobEvent, Purpose};
use std::collections::{BTreeMap, BTreeSet};

/// A job that is open.
#[derive(Clone, Debug)]
pub(super) struct Open {
    pub(super) ticket: Option<TicketSeq>,
    pub(super) purpose: Purpose,
    pub(super) sent: bool,
}

#[derive(Debug, Default)]
pub(in crate::trial) struct Jobs {
    next: u64,
    open: BTreeMap<u64, Open>,
    faults: BTreeSet<(String, String)>,
    /// Tickets whose unmarked slip was queued.
    slips: BTreeSet<TicketSeq>,
    /// Slips whose first byte may have left, by whether they are marked 补打.
    pub(in crate::trial) begun: BTreeMap<(TicketSeq, bool), u32>,
    pub(in crate::trial) n_faults: u64,
}

impl Jobs {
    pub(super) fn job(&mut self, event: &JobEvent, is_of_today: impl Fn(TicketSeq) -> bool) -> Checked {
        match event {
            JobEvent::Queued { job, ticket, purpose, .. } => {
                must!(*job == self.next + 1, "job {job} follows {}", self.next);
                self.next = *job;
                if let Some(ticket) = ticket {
                    must!(is_of_today(*ticket), "job {job} is for ticket {} that is not there", ticket.0);
                    if *purpose == Purpose::Slip {
                        must!(self.slips.insert(*ticket), "a second slip of ticket {} unmarked", ticket.0);
                    }
                }
                let (ticket, purpose) = (*ticket, *purpose);
                self.open.insert(*job, Open { ticket, purpose, sent: false });
            }
            JobEvent::Sent { job } => {
                let open = self.open.get_mut(job).ok_or_else(|| format!("job {job} sent, not open"))?;
                must!(!open.sent, "job {job} sent twice");
                open.sent = true;
                if let Some(ticket) = open.ticket {
                    *self.begun.entry((ticket, open.purpose == Purpose::Reprint)).or_default() += 1;
                }
            }
            JobEvent::Confirmed { job } => {
                let ended = self.open.remove(job);
                must!(ended.is_some_and(|open| open.sent), "job {job} confirmed, not sent");
            }
            JobEvent::Failed { job, .. } | JobEvent::Void { job, .. } => {
                must!(self.open.remove(job).is_some(), "job {job} ends, not open");
            }
        }
        Ok(())
    }

    pub(super) fn fault(&mut self, event: &FaultEvent) -> Checked {
        match event {
            FaultEvent::Opened { device, fault, .. } => {
                self.n_faults += 1;
                let new = self.faults.insert((device.clone(), fault.clone()));
                must!(new, "fault {fault} of {device} opens and is open");
            }
            FaultEvent::Closed { device, fault } => {
                let known = self.faults.remove(&(device.clone(), fault.clone()));
                must!(known, "fault {fault} of {device} closes and is not open");
            }
        }
        Ok(())
    }

    /// All devices have been well for long: no job is left, and no fault.
    pub(in crate::trial) fn all_done(&self) -> Checked {
        must!(self.open.is_empty(), "jobs are left though every printer is well: {:?}", self.open);
        let left: Vec<_> = self.faults.iter().filter(|(device, _)| device != "hall clock").collect();
        must!(left.is_empty(), "faults are open though every device is well: {left:?}");
        Ok(())
    }

    /// The open jobs as (number, sent), for the comparison with what a restart loads.
    pub(super) fn standing(&self) -> BTreeMap<u64, bool> {
        self.open.iter().map(|(job, open)| (*job, open.sent)).collect()
    }

    /// The open faults.
    pub(super) fn faults(&self) -> &BTreeSet<(String, String)> {
        &self.faults
    }
}
