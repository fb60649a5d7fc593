//! A restart: the hall that is made from the log must be the one that the log has told of.

use super::{Checked, Checker, Does, Stands, must};
use crate::core::book::Book;
use crate::core::jobs::JobState;
use queue::{Hall, TicketState, WindowState};
use std::collections::{BTreeMap, BTreeSet};

impl Checker {
    /// What a restart loads.
    pub(in crate::trial) fn book(&self, book: &Book) -> Checked {
        must!(book.hall.day() == self.day, "the day is {:?}, loaded {:?}", self.day, book.hall.day());
        self.hall(&book.hall)?;
        let jobs: BTreeMap<u64, bool> =
            book.jobs.jobs().map(|job| (job.job, job.state == JobState::Sent)).collect();
        must!(jobs == self.jobs.standing(), "jobs are {:?}, loaded {jobs:?}", self.jobs.standing());
        let faults: BTreeSet<(String, String)> =
            book.jobs.faults().map(|fault| (fault.device.clone(), fault.fault.clone())).collect();
        must!(faults == *self.jobs.faults(), "faults are {:?}, loaded {faults:?}", self.jobs.faults());
        Ok(())
    }

    /// A hall, the running one or a rebuilt one.
    pub(in crate::trial) fn hall(&self, hall: &Hall) -> Checked {
        must!(
            hall.tickets().count() == self.tickets.len(),
            "{} tickets in the log, {} in the hall",
            self.tickets.len(),
            hall.tickets().count()
        );
        must!(hall.next_seq().0 == self.next_seq, "next is {}, not {}", self.next_seq, hall.next_seq().0);
        for ticket in hall.tickets() {
            let mine = self.tickets.get(&ticket.seq).ok_or_else(|| format!("{} unknown", ticket.number))?;
            let stands = match &ticket.state {
                TicketState::Waiting { only } => Stands::Waiting { only: *only },
                TicketState::Called { window, .. } => Stands::Called(*window),
                TicketState::Serving { window, .. } => Stands::Serving(*window),
                TicketState::Parked { window, .. } => Stands::Parked(*window),
                TicketState::Returned { window, .. } => Stands::Returned(*window),
                TicketState::Passed { until } => Stands::Passed { until: *until },
                TicketState::Completed { .. } => Stands::Completed,
                TicketState::Missed { .. } => Stands::Missed,
                TicketState::Voided { .. } => Stands::Voided,
            };
            let theirs = (
                stands,
                ticket.green.is_some(),
                ticket.booked.is_some(),
                ticket.join,
                ticket.ready,
                ticket.passed,
            );
            let ours = (mine.stands, mine.green, mine.appointment, mine.join, mine.ready, mine.passed);
            must!(theirs == ours, "{}: the log tells {ours:?}, the hall has {theirs:?}", ticket.number);
        }
        for window in hall.windows() {
            let number = window.number;
            let mine = self.windows.get(&number).ok_or_else(|| format!("window {number} unknown"))?;
            let does = match window.state {
                WindowState::Closed => Does::Closed,
                WindowState::Free => Does::Free,
                WindowState::Asking { since } => Does::Asking(since),
                WindowState::Calling { ticket } => Does::Calling(ticket),
                WindowState::Serving { ticket } => Does::Serving(ticket),
                WindowState::Paused { .. } => Does::Paused,
            };
            let prompt = window.prompt.map(|prompt| (prompt.ticket, prompt.until));
            let theirs = (does, window.last_priority, prompt, &window.returned);
            let ours = (mine.does, mine.last_priority, mine.prompt, &mine.returned);
            must!(theirs == ours, "window {number}: the log tells {ours:?}, the hall has {theirs:?}");
        }
        Ok(())
    }
}
