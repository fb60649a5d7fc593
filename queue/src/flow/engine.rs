//! The run: second by second in the order of `lab/README.md` ("Hall semantics" 7), but only through seconds in which
//! something happens.

use super::desks::{Desks, Found};
use super::lines::Lines;
use super::plan::USUAL_PACE;
use super::{Plan, Settings};
use crate::event::Reason;
use crate::ids::{TicketSeq, Timestamp};
use crate::order::Place;
use crate::rules::Class;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// One call of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Call {
    /// When.
    pub now: i64,
    /// Position of the window in the plan.
    pub window: usize,
    /// Position of the visit in the plan.
    pub visit: usize,
    /// The second leg, after a transfer.
    pub transferred: bool,
    /// Back after a missed call.
    pub returned: bool,
    /// Nobody comes.
    pub noshow: bool,
    /// Why; `None`: by another order than ours.
    pub reason: Option<Reason>,
    /// Class of the service called for.
    pub class: Class,
    /// Holds a valid appointment.
    pub appointment: bool,
    /// Seconds waited in this leg.
    pub wait_s: i64,
    /// Waiting, earlier-joined people whom this window could have served.
    pub n_overtaken: u32,
    /// Priority calls that passed this person.
    pub passed: u32,
    /// Other calls that overtook this person, which nothing bounds or counts in a hall.
    pub overtaken_otherwise: u32,
}

/// Whoever is told of the calls of a run.
pub trait Watch {
    /// Whether overtaking is to be counted: it costs a look at each person overtaken. Without it
    /// [`Call::n_overtaken`] and [`Call::overtaken_otherwise`] are 0.
    const COUNTS: bool;

    /// A call; `false` ends the run. Also told of a probe whose turn has come.
    fn called(&mut self, call: Call) -> bool;
}

/// A list of all calls.
impl Watch for Vec<Call> {
    const COUNTS: bool = true;

    #[inline]
    fn called(&mut self, call: Call) -> bool {
        self.push(call);
        true
    }
}

/// Of what does not happen any more.
pub(super) const NEVER: i64 = i64::MAX;

/// What the plan's clock brings. The order of the variants is the order inside one second.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Change {
    Ends,
    Begins,
    Pause(i64),
}

#[derive(Clone, Copy, Debug, Default)]
struct Person {
    lane: u32,
    missed: u32,
    returned: bool,
    transferred: bool,
    waited_s: i64,
    passed: u32,
    otherwise: u32,
}

/// Runs plans; keeps its memory from run to run.
#[derive(Debug, Default)]
pub struct Flow {
    lines: Lines,
    desks: Desks,
    people: Vec<Person>,
    /// Still to come, the next last.
    changes: Vec<(i64, Change, usize)>,
    /// People who come again: when, who.
    returns: BinaryHeap<Reverse<(i64, usize)>>,
    /// When the next of the changes or returns is.
    next_other: i64,
}

impl Flow {
    /// Runs `plan` from its first moment until nothing happens any more, or the watch has seen enough. Returns how many still
    /// wait then: 0 on a whole day whose windows work until everybody is served.
    pub fn run<W: Watch>(&mut self, plan: &Plan, settings: &Settings, watch: &mut W) -> usize {
        self.prepare(plan);
        let arrival = |index: usize| plan.visits.get(index).map_or(NEVER, |visit| visit.arrive);
        let mut next_visit = 0;
        let mut arrives = arrival(next_visit);
        self.desks.begin(self.next_other.min(arrives));
        loop {
            let now = self.desks.next_free().min(arrives).min(self.next_other);
            if now == NEVER {
                return self.lines.n_waiting();
            }
            while self.desks.next_free() == now {
                self.end_of_service(plan, settings, now);
            }
            let other = self.next_other == now;
            if other {
                self.change(now);
            }
            while arrives == now {
                self.arrive(plan, settings, next_visit);
                next_visit += 1;
                arrives = arrival(next_visit);
            }
            if other {
                self.come_again(plan, settings, now);
                self.find_next_other();
            }
            if !self.serve_idle(plan, settings, now, watch) {
                return self.lines.n_waiting();
            }
        }
    }

    fn prepare(&mut self, plan: &Plan) {
        self.lines.prepare(plan);
        self.desks.prepare(plan);
        self.people.clear();
        self.people.resize(plan.visits.len(), Person::default());
        self.returns.clear();
        self.changes.clear();
        for (window, planned) in plan.windows.iter().enumerate() {
            for &(begins, ends) in &planned.works {
                self.changes.push((begins, Change::Begins, window));
                self.changes.extend(ends.map(|ends| (ends, Change::Ends, window)));
            }
            let pauses = planned.pauses.iter();
            self.changes.extend(pauses.map(|&(from, length_s)| (from, Change::Pause(length_s), window)));
        }
        self.changes.sort_unstable_by(|one, other| other.cmp(one));
        self.find_next_other();
    }

    fn find_next_other(&mut self) {
        let change = self.changes.last().map_or(NEVER, |&(at, ..)| at);
        self.next_other = self.returns.peek().map_or(change, |&Reverse((at, _))| at.min(change));
    }

    /// The window that is free next is done with what it did.
    #[inline]
    fn end_of_service(&mut self, plan: &Plan, settings: &Settings, now: i64) {
        let (window, served) = self.desks.end();
        if let Some(index) = served {
            let visit = &plan.visits[index];
            let person = &mut self.people[index];
            if let Some((service, _)) = visit.transfer
                && !person.transferred
            {
                // Rule Q5: the wait already endured counts, the time at the first window does not.
                person.transferred = true;
                let join = Timestamp(now - person.waited_s);
                let place = Place {
                    seq: TicketSeq(index as u64),
                    class: plan.services[service],
                    green: visit.green,
                    appointment: false,
                    join,
                    ready: join,
                    passed: person.passed,
                };
                person.lane = service as u32;
                self.lines.wait(settings, service, service, place);
            }
        }
        self.desks.next_at(now, window);
    }

    fn change(&mut self, now: i64) {
        while let Some((_, change, window)) = self.changes.pop_if(|&mut (at, ..)| at == now) {
            match change {
                Change::Begins => self.desks.works(now, window),
                Change::Ends => self.desks.goes(window),
                Change::Pause(length_s) => self.desks.pause(now, window, length_s),
            }
        }
    }

    /// CALL-ORDER §1: somebody takes a number or checks in, or waits already.
    #[inline]
    fn arrive(&mut self, plan: &Plan, settings: &Settings, index: usize) {
        let visit = &plan.visits[index];
        if visit.booked.is_none() && !visit.green && visit.standing.is_none() {
            self.people[index].lane = visit.service as u32;
            let (class, join) = (plan.services[visit.service], Timestamp(visit.arrive));
            self.lines.walk_in(settings, visit.service, TicketSeq(index as u64), class, join);
            return;
        }
        let in_time = |booked: &i64| visit.arrive <= booked.saturating_add(settings.appointment_grace_s);
        let booked = visit.booked.filter(|booked| visit.standing.is_some() || in_time(booked));
        let (join, ready, passed) = match &visit.standing {
            Some(standing) => (standing.join, standing.ready, standing.passed),
            None => (visit.arrive, booked.map_or(visit.arrive, |booked| booked.max(visit.arrive)), 0),
        };
        let place = Place {
            seq: TicketSeq(index as u64),
            class: plan.services[visit.service],
            green: visit.green,
            appointment: booked.is_some(),
            join: Timestamp(join),
            ready: Timestamp(ready),
            passed,
        };
        let lane = match visit.standing.as_ref().and_then(|standing| standing.only) {
            None => visit.service,
            Some(window) => self.lines.own_lane(&mut self.desks, visit.service, window),
        };
        self.people[index].lane = lane as u32;
        self.lines.wait(settings, visit.service, lane, place);
    }

    /// CALL-ORDER §4: re-queued once after a missed call, behind everybody; the booking is used up.
    fn come_again(&mut self, plan: &Plan, settings: &Settings, now: i64) {
        while let Some(&Reverse((at, index))) = self.returns.peek()
            && at == now
        {
            self.returns.pop();
            let visit = &plan.visits[index];
            let place = Place {
                seq: TicketSeq(index as u64),
                class: plan.services[visit.service],
                green: visit.green,
                appointment: false,
                join: Timestamp(now),
                ready: Timestamp(now),
                passed: 0,
            };
            let person = &mut self.people[index];
            (person.otherwise, person.lane) = (0, visit.service as u32);
            self.lines.wait(settings, visit.service, visit.service, place);
        }
    }

    /// Each idle window that can serve somebody calls once; `false`: the watch has seen enough.
    #[inline]
    fn serve_idle<W: Watch>(&mut self, plan: &Plan, settings: &Settings, now: i64, watch: &mut W) -> bool {
        while let Some(found) = self.desks.first_idle(self.lines.bits()) {
            let Some((place, reason)) = self.lines.choose(settings, now, &self.desks, found.window) else {
                self.desks.set_aside(found);
                continue;
            };
            if !self.call(plan, settings, now, found, place, reason, watch) {
                return false;
            }
        }
        self.desks.put_back();
        true
    }

    /// Bookkeeping of a call (CALL-ORDER §4); `false`: the watch has seen enough.
    #[inline]
    #[allow(clippy::too_many_arguments, reason = "a call is where everything of the run meets")]
    fn call<W: Watch>(
        &mut self,
        plan: &Plan,
        settings: &Settings,
        now: i64,
        found: Found,
        place: Place,
        reason: Option<Reason>,
        watch: &mut W,
    ) -> bool {
        let window = found.window;
        let index = place.seq.0 as usize;
        let visit = &plan.visits[index];
        let person = &mut self.people[index];
        self.lines.leave(place.key(), person.lane as usize);
        let noshow = person.missed < visit.noshows;
        let (transferred, returned) = (person.transferred, person.returned);
        let wait_s = (now - place.ready.0).max(0);
        let overtaken_otherwise = person.otherwise;
        let mut n_overtaken = 0;
        if !visit.probe {
            person.waited_s = wait_s;
            person.passed = place.passed;
            let length_s = if noshow {
                person.missed += 1;
                if let Some(after_s) = visit.return_after_s
                    && !person.returned
                {
                    person.returned = true;
                    let again = now + plan.hold_s + after_s;
                    self.returns.push(Reverse((again, index)));
                    self.next_other = self.next_other.min(again);
                }
                plan.hold_s
            } else {
                let again = visit.transfer.filter(|_| transferred);
                let takes_s = again.map_or(visit.service_s, |(_, service_s)| service_s);
                match plan.windows[window].pace_permille {
                    USUAL_PACE => takes_s,
                    pace => takes_s.saturating_mul(pace) / USUAL_PACE,
                }
            };
            let people = &mut self.people;
            let called = (place.key(), place.tier(Timestamp(now)));
            self.lines.overtake(settings, now, &self.desks, window, called, |overtaken, counted| {
                if W::COUNTS {
                    n_overtaken += 1;
                    if !counted {
                        people[overtaken].otherwise += 1;
                    }
                }
            });
            let priority = matches!(reason, Some(Reason::Green | Reason::Appointment));
            let serving = (!noshow).then_some(index);
            self.desks.serve(found, now.saturating_add(length_s), serving, priority);
        }
        watch.called(Call {
            now,
            window,
            visit: index,
            transferred,
            returned,
            noshow,
            reason,
            class: place.class,
            appointment: place.appointment,
            wait_s,
            n_overtaken,
            passed: place.passed,
            overtaken_otherwise,
        })
    }
}
