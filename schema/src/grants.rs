//! The register of green-channel grants, read from the log (rule G2): no table holds the category (rule G6).

use crate::entry::{Entry, Logged};
use queue::{By, Event, Grant, TicketNumber, TicketSeq, Timestamp};
use serde::Serialize;
use std::collections::BTreeMap;

/// One grant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct GrantRow {
    /// To whose ticket.
    pub ticket: TicketSeq,
    /// Its label.
    pub number: TicketNumber,
    /// When.
    pub at: Timestamp,
    /// Category and kind of evidence.
    pub grant: Grant,
    /// Who granted it.
    pub by: By,
    /// That it was taken back.
    pub withdrawn: Option<Withdrawal>,
}

/// A grant taken back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Withdrawal {
    /// When.
    pub at: Timestamp,
    /// Why.
    pub reason: String,
    /// By whom.
    pub by: By,
}

/// The grants among the entries of one day, in order.
pub(crate) fn register(entries: Vec<Logged>) -> Vec<GrantRow> {
    let mut numbers = BTreeMap::new();
    let mut rows: Vec<GrantRow> = Vec::new();
    for Logged { at, entry, .. } in entries {
        let (ticket, grant, by) = match entry {
            Entry::Hall(Event::Issued { ticket, number, green, by, .. }) => {
                numbers.insert(ticket, number);
                let Some(grant) = green else { continue };
                (ticket, grant, by)
            }
            Entry::Hall(Event::Granted { ticket, grant, by }) => (ticket, grant, by),
            Entry::Hall(Event::Withdrawn { ticket, reason, by }) => {
                if let Some(latest) = rows.iter_mut().rev().find(|row| row.ticket == ticket) {
                    latest.withdrawn = Some(Withdrawal { at, reason, by });
                }
                continue;
            }
            _ => continue,
        };
        // The queue grants nothing to a ticket that it did not issue.
        let Some(number) = numbers.get(&ticket).cloned() else { continue };
        rows.push(GrantRow { ticket, number, at, grant, by, withdrawn: None });
    }
    rows
}
