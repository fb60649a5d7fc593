//! Reading the hall: for displays, slips, the console and the timer. Nothing here changes anything.

use super::Hall;
use crate::ids::{Day, ServiceId, TicketSeq, Timestamp, WindowNumber};
use crate::ticket::{Ticket, TicketState};
use crate::window::Window;

impl Hall {
    /// The open working day.
    pub fn day(&self) -> Option<Day> {
        self.day
    }

    /// Today's tickets in the order of number-taking, the finished ones too.
    pub fn tickets(&self) -> impl DoubleEndedIterator<Item = &Ticket> {
        self.tickets.values()
    }

    /// One of today's tickets.
    pub fn ticket(&self, seq: TicketSeq) -> Option<&Ticket> {
        self.tickets.get(&seq)
    }

    /// One of today's tickets by its printed label, exactly as printed.
    pub fn ticket_by_number(&self, number: &str) -> Option<&Ticket> {
        self.by_number.get(&number.into()).and_then(|seq| self.tickets.get(seq))
    }

    /// All windows by number, the closed ones too.
    pub fn windows(&self) -> impl Iterator<Item = &Window> {
        self.windows.values()
    }

    /// One window.
    pub fn window(&self, number: WindowNumber) -> Option<&Window> {
        self.windows.get(&number)
    }

    /// How many waiting tickets this window could serve; 0 for an unknown one.
    pub fn n_waiting_for_window(&self, number: WindowNumber) -> usize {
        self.windows.get(&number).map_or(0, |window| self.waiting.n_reachable(window.reach()))
    }

    /// How many wait for a service, those sent to one window included.
    pub fn n_waiting(&self, service: &ServiceId) -> usize {
        let sent = self.windows.keys().map(|&number| self.waiting.n_bound_of(number, service)).sum::<usize>();
        self.waiting.n_open(service) + sent
    }

    /// How many tickets of its service are before this one now: earlier ones of its tier and all of a better tier
    /// (CALL-ORDER §1), as the slip and the citizen's page show it (Q8). 0 if it does not wait. Later green tickets and
    /// appointments can still pass it, and a general window may first serve other services.
    pub fn people_ahead(&self, seq: TicketSeq) -> usize {
        let Some(ticket) = self.tickets.get(&seq) else { return 0 };
        let TicketState::Waiting { only } = ticket.state else { return 0 };
        let now = self.latest;
        let mine = ticket.place();
        let mine = (mine.tier(now), mine.key());
        let open = self.waiting.open(&ticket.service);
        let sent = only.into_iter().flat_map(|window| self.waiting.bound_of(window, &ticket.service));
        open.chain(sent).filter(|place| (place.tier(now), place.key()) < mine).count()
    }

    /// How many would be before a person who took an ordinary number for this service now (Q8).
    pub fn waiting_before(&self, service: &ServiceId) -> usize {
        self.waiting.n_open(service)
    }

    /// The sequence number the next ticket gets.
    pub fn next_seq(&self) -> TicketSeq {
        self.next_seq
    }

    /// Moment of the latest event; commands of an earlier moment are refused. `i64::MIN` before the first.
    pub fn latest(&self) -> Timestamp {
        self.latest
    }

    /// When the host owes a [`crate::Command::Tick`]; past moments mean at once.
    pub fn next_deadline(&self) -> Option<Timestamp> {
        self.timers.first().map(|&(at, _)| at)
    }
}
