//! CALL-ORDER §3 to §6, word by word, by looking at everybody each time.

use super::{Checked, Checker, Does, Stands, Ticket, must};
use queue::{Called, Class, Reason, TicketSeq, Timestamp, WindowNumber};

/// (`join`, `seq`).
type Key = (Timestamp, TicketSeq);

fn key((seq, ticket): (TicketSeq, &Ticket)) -> Key {
    (ticket.join, seq)
}

/// CALL-ORDER §1.
fn tier(ticket: &Ticket, now: Timestamp) -> u8 {
    match (ticket.green, ticket.appointment && now >= ticket.ready) {
        (true, _) => 0,
        (false, true) => 1,
        (false, false) => 2,
    }
}

impl Checker {
    /// Everybody this window could serve.
    pub(in crate::trial) fn reach(&self, window: WindowNumber) -> impl Iterator<Item = (TicketSeq, &Ticket)> {
        let skills = self.windows.get(&window).map(|window| &window.skills);
        self.tickets.iter().filter_map(move |(seq, ticket)| {
            let Stands::Waiting { only } = ticket.stands else { return None };
            let here = match only {
                Some(only) => only == window,
                None => skills.is_some_and(|skills| skills.contains(&ticket.service)),
            };
            here.then_some((*seq, ticket))
        })
    }

    fn limit(&self, ticket: &Ticket, now: Timestamp) -> Option<Timestamp> {
        let limits = &self.parameters.limits;
        let list = match ticket.class {
            Class::Ordinary => &limits.ordinary,
            Class::Complex => &limits.complex,
            Class::Special => &limits.special,
        };
        list.iter().map(|limit| ticket.join.plus(*limit)).find(|limit| now <= *limit)
    }

    /// CALL-ORDER §3.
    fn choice(&self, now: Timestamp, window: WindowNumber) -> Option<(TicketSeq, Reason)> {
        let last_priority = self.windows.get(&window)?.last_priority;
        let c: Vec<(TicketSeq, &Ticket)> = self.reach(window).collect();
        let smallest = |wanted: &dyn Fn(&Ticket) -> bool| {
            c.iter().copied().filter(|(_, t)| wanted(t)).min_by_key(|one| key(*one)).map(|(seq, _)| seq)
        };
        let protected = smallest(&|t| !t.green && t.passed >= self.parameters.pass_limit);
        let green = smallest(&|t| t.green);
        let due = c.iter().copied().filter(|(_, t)| tier(t, now) == 1);
        let due = due.min_by_key(|(seq, t)| (t.ready, t.join, *seq)).map(|(seq, _)| seq);
        if let Some(protected) = protected
            && (last_priority || (green.is_none() && due.is_none()))
        {
            return Some((protected, Reason::Protected));
        }
        if let Some(green) = green {
            return Some((green, Reason::Green));
        }
        if let Some(due) = due {
            return Some((due, Reason::Appointment));
        }
        let heads: Vec<(TicketSeq, &Ticket)> = c
            .iter()
            .copied()
            .filter(|one| !c.iter().any(|other| other.1.service == one.1.service && key(*other) < key(*one)))
            .collect();
        let overdue = heads.iter().copied().filter(|(_, t)| self.limit(t, now).is_none());
        if let Some((seq, _)) = overdue.min_by_key(|one| key(*one)) {
            return Some((seq, Reason::Overdue));
        }
        let within = heads.into_iter().min_by_key(|one| (self.limit(one.1, now), key(*one)));
        within.map(|(seq, _)| (seq, Reason::Limit))
    }

    /// CALL-ORDER §5: fewest skills, longest asking, lowest number, of those that could serve somebody.
    fn first_window(&self) -> Option<WindowNumber> {
        let asking = self.windows.iter().filter_map(|(number, window)| match window.does {
            Does::Asking(since) if !window.returned.is_empty() || self.reach(*number).next().is_some() => {
                Some((window.skills.len(), since, *number))
            }
            _ => None,
        });
        asking.min().map(|(_, _, number)| number)
    }

    /// A call, before it is made true.
    pub(super) fn judge_call(&self, now: Timestamp, called: &Called) -> Checked {
        let number = called.window;
        let who = &called.number;
        must!(
            self.first_window() == Some(number),
            "window {number} is given {who}, but window {:?} is first",
            self.first_window()
        );
        let window = &self.windows[&number];
        if let Some(back) = window.returned.first() {
            must!(
                (called.ticket, called.reason) == (*back, Reason::Return),
                "window {number} calls {who} for {:?}, but ticket {} is back",
                called.reason,
                back.0
            );
            return Ok(());
        }
        let choice = self.choice(now, number);
        must!(
            choice == Some((called.ticket, called.reason)),
            "window {number} calls {who} (ticket {}) for {:?}; by CALL-ORDER it is {choice:?}",
            called.ticket.0,
            called.reason
        );
        let ticket = &self.tickets[&called.ticket];
        let wait_s = (now.0 - ticket.ready.0).max(0);
        must!(called.wait_s == wait_s, "{who} waited {wait_s} s, not {}", called.wait_s);
        let mut overtaken: Vec<(Key, bool)> = self
            .reach(number)
            .filter(|one| key(*one) < key((called.ticket, ticket)))
            .map(|one| (key(one), tier(ticket, now) < 2 && tier(one.1, now) > tier(ticket, now)))
            .collect();
        overtaken.sort();
        let told: Vec<(Key, bool)> =
            called.overtaken.iter().map(|one| ((one.inputs.join, one.ticket), one.counts)).collect();
        must!(told == overtaken, "{who} overtakes {overtaken:?}, not {told:?}");
        Ok(())
    }

    /// Makes a call's bookkeeping true (CALL-ORDER §4) and looks at the bound of §6.3.
    pub(super) fn count_call(&mut self, called: &Called) -> Checked {
        if called.reason == Reason::Return {
            return Ok(());
        }
        let protected_call = called.reason == Reason::Protected;
        if let Some(window) = self.windows.get_mut(&called.window) {
            window.last_priority = matches!(called.reason, Reason::Green | Reason::Appointment);
        }
        let reached: Vec<TicketSeq> = self.reach(called.window).map(|(seq, _)| seq).collect();
        for seq in reached {
            if let Some(ticket) = self.tickets.get_mut(&seq) {
                ticket.may_be_passed += u32::from(protected_call);
            }
        }
        for overtaken in called.overtaken.iter().filter(|overtaken| overtaken.counts) {
            let most = self.parameters.pass_limit;
            if let Some(ticket) = self.tickets.get_mut(&overtaken.ticket) {
                ticket.passed += 1;
                must!(
                    ticket.passed <= most + ticket.may_be_passed,
                    "{} was passed {} times, more than {most} + {}",
                    ticket.number,
                    ticket.passed,
                    ticket.may_be_passed
                );
            }
        }
        Ok(())
    }

    /// A leg of waiting begins: each window that can serve it may pass it once more (CALL-ORDER §6.3).
    pub(super) fn leg_begins(&mut self, seq: TicketSeq) {
        let Some(ticket) = self.tickets.get(&seq) else { return };
        let n = match ticket.stands {
            Stands::Waiting { only: Some(_) } => 1,
            _ => self.windows.values().filter(|window| window.skills.contains(&ticket.service)).count(),
        };
        if let Some(ticket) = self.tickets.get_mut(&seq) {
            ticket.may_be_passed += n as u32;
        }
    }
}
