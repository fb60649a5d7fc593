//! The table of legal moves of a ticket: one place to read what each state permits.

use crate::refusal::Refusal;
use crate::ticket::{Ticket, TicketState};

/// What can be done to a ticket after it was issued.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Move {
    Grant,
    Withdraw,
    Help,
    Reassign,
    Void,
    Recall,
    Start,
    Pass,
    Transfer,
    Park,
    Return,
    AddMatter,
    Complete,
    Revive,
}

/// What a state permits. Being called is not a move: only the order does that.
fn permits(state: &TicketState, wanted: Move) -> bool {
    use Move::{AddMatter, Complete, Grant, Park, Pass, Reassign, Recall, Return, Revive, Start, Transfer};
    use Move::{Help, Void, Withdraw};
    let legal: &[Move] = match state {
        TicketState::Waiting { .. } => &[Grant, Withdraw, Help, Void, Reassign],
        TicketState::Called { .. } => {
            &[Grant, Withdraw, Help, Void, Recall, Start, Pass, Transfer, Park, AddMatter, Complete]
        }
        TicketState::Serving { .. } => &[Grant, Withdraw, Help, Void, Transfer, Park, AddMatter, Complete],
        TicketState::Parked { .. } => &[Grant, Withdraw, Help, Void, Reassign, Return],
        TicketState::Returned { .. } => &[Grant, Withdraw, Help, Void, Reassign],
        TicketState::Passed { .. } => &[Grant, Withdraw, Help, Void, Revive],
        TicketState::Completed { .. } | TicketState::Missed { .. } | TicketState::Voided { .. } => &[],
    };
    legal.contains(&wanted)
}

/// Refuses what the ticket's state does not permit.
pub(super) fn check(ticket: &Ticket, wanted: Move) -> Result<(), Refusal> {
    if permits(&ticket.state, wanted) {
        Ok(())
    } else {
        Err(Refusal::TicketIs { ticket: ticket.number.clone(), state: ticket.state.name() })
    }
}
