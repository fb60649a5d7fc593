//! Who was overtaken by green-channel tickets (rule G4). Pure: the book applies the day's events, at a start those of the log,
//! so that nobody's explanation is lost with the power.

use queue::{Event, Reason, TicketSeq};
use std::collections::BTreeMap;

/// How often each of today's tickets was passed by green ones, and who is owed a word about it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Overtaken {
    tickets: BTreeMap<TicketSeq, Passed>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Passed {
    /// Green tickets that passed it today.
    today: u32,
    /// Of those, since it was last called.
    untold: u32,
    /// Of those, before the present call: what its clerk has to explain.
    owed: u32,
}

impl Overtaken {
    /// Makes one event of the day true.
    pub fn apply(&mut self, event: &Event) {
        match event {
            Event::DayOpened { .. } => self.tickets.clear(),
            Event::Called(called) => {
                if let Some(passed) = self.tickets.get_mut(&called.ticket) {
                    let untold = std::mem::take(&mut passed.untold);
                    // Whoever comes back from stepping aside was told at the call before.
                    passed.owed = if called.reason == Reason::Return { 0 } else { untold };
                }
                if called.inputs.green {
                    for overtaken in called.overtaken.iter().filter(|overtaken| overtaken.counts) {
                        let passed = self.tickets.entry(overtaken.ticket).or_default();
                        passed.today = passed.today.saturating_add(1);
                        passed.untold = passed.untold.saturating_add(1);
                    }
                }
            }
            _ => {}
        }
    }

    /// Green tickets that passed this one today.
    pub fn by_green(&self, ticket: TicketSeq) -> u32 {
        self.tickets.get(&ticket).map_or(0, |passed| passed.today)
    }

    /// Green tickets that passed it before its latest call and that it was not told of before.
    pub fn owed(&self, ticket: TicketSeq) -> u32 {
        self.tickets.get(&ticket).map_or(0, |passed| passed.owed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use queue::{CallInputs, Called, Class, Overtaken as Over, Timestamp, WindowNumber};

    fn called(ticket: u64, green: bool, reason: Reason, over: &[(u64, bool)]) -> Event {
        let inputs = CallInputs {
            service: "s".into(),
            class: Class::Ordinary,
            green,
            booked: None,
            join: Timestamp(0),
            ready: Timestamp(0),
            passed: 0,
            last_priority: false,
            limit: None,
        };
        let overtaken = over.iter().map(|&(ticket, counts)| Over {
            ticket: TicketSeq(ticket),
            number: "A001".into(),
            counts,
            inputs: CallInputs { green: false, ..inputs.clone() },
        });
        Event::Called(Called {
            ticket: TicketSeq(ticket),
            number: "A002".into(),
            window: WindowNumber(1),
            reason,
            overtaken: overtaken.collect(),
            inputs,
            wait_s: 0,
        })
    }

    #[test]
    fn g4_only_green_calls_that_count_are_explained_and_only_once() {
        let mut overtaken = Overtaken::default();
        overtaken.apply(&called(2, true, Reason::Green, &[(1, true)]));
        overtaken.apply(&called(3, true, Reason::Green, &[(1, true), (9, false)]));
        overtaken.apply(&called(4, false, Reason::Limit, &[(1, false)]));
        overtaken.apply(&called(5, false, Reason::Appointment, &[(1, true)]));
        assert_eq!((overtaken.by_green(TicketSeq(1)), overtaken.owed(TicketSeq(1))), (2, 0));
        overtaken.apply(&called(1, false, Reason::Limit, &[]));
        assert_eq!((overtaken.by_green(TicketSeq(1)), overtaken.owed(TicketSeq(1))), (2, 2));
        assert_eq!((overtaken.by_green(TicketSeq(9)), overtaken.by_green(TicketSeq(77))), (0, 0));
        overtaken.apply(&called(1, false, Reason::Return, &[]));
        assert_eq!((overtaken.by_green(TicketSeq(1)), overtaken.owed(TicketSeq(1))), (2, 0));
        overtaken.apply(&Event::DayOpened { day: queue::Day(20261127), next_seq: TicketSeq(9) });
        assert_eq!(overtaken, Overtaken::default());
    }
}
