//! The run: second by second in the order of `lab/README.md` ("Hall semantics" 7), but only through seconds in which
//! something happens.

use super::other;
use super::plan::USUAL_PACE;
use super::{Order, Plan, Settings};
use crate::event::Reason;
use crate::ids::{TicketSeq, Timestamp};
use crate::order::{Group, Lane, Place, choose};
use crate::rules::Class;
use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};

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
    fn called(&mut self, call: &Call) -> bool;
}

/// A list of all calls.
impl Watch for Vec<Call> {
    const COUNTS: bool = true;

    fn called(&mut self, call: &Call) -> bool {
        self.push(*call);
        true
    }
}

const NEVER: i64 = i64::MAX;

#[derive(Clone, Debug, Default)]
struct Desk {
    n_skills: usize,
    /// Lanes it reaches, service by service: of everybody, and its own.
    reach: Vec<[Option<usize>; 2]>,
    /// One bit for each service it reaches; beyond 64 services several share one.
    bits: u64,
    /// Who is served; `None`: nobody (a pause, a person who did not come).
    serving: Option<u32>,
    on: bool,
    last_priority: bool,
    pauses: VecDeque<i64>,
}

/// What the plan's clock brings. The order of the variants is the order inside one second.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Change {
    Ends,
    Begins,
    Pause(i64),
}

#[derive(Clone, Copy, Debug, Default)]
struct Person {
    lane: usize,
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
    /// By service; behind them those of tickets for one window alone.
    lanes: Vec<Lane>,
    /// Service and window of the lanes behind the services'.
    own: Vec<(usize, usize)>,
    desks: Vec<Desk>,
    /// When each window is done with what it does.
    free_at: Vec<i64>,
    /// The earliest of them.
    next_free: i64,
    changes: Vec<(i64, Change, usize)>,
    /// Idle windows in the order in which they are served: fewest skills, longest idle, position (CALL-ORDER §5).
    idle: Vec<(usize, i64, usize)>,
    people: Vec<Person>,
    /// People who come again: when, who.
    returns: BinaryHeap<Reverse<(i64, usize)>>,
    n_waiting: usize,
    n_of_bit: Vec<u32>,
    /// Bits of the services somebody waits for.
    bits: u64,
}

impl Flow {
    /// Runs `plan` from its first moment until nothing happens any more, or the watch has seen enough. Returns how many still
    /// wait then: 0 on a whole day whose windows work until everybody is served.
    pub fn run<W: Watch>(&mut self, plan: &Plan, settings: &Settings, watch: &mut W) -> usize {
        self.prepare(plan);
        let (mut next_visit, mut next_change) = (0, 0);
        loop {
            let mut now = self.next_free;
            now = plan.visits.get(next_visit).map_or(now, |visit| now.min(visit.arrive));
            now = self.changes.get(next_change).map_or(now, |&(at, ..)| now.min(at));
            now = self.returns.peek().map_or(now, |&Reverse((at, _))| now.min(at));
            if now == NEVER {
                return self.n_waiting;
            }
            if self.next_free == now {
                for window in 0..self.free_at.len() {
                    if self.free_at[window] == now {
                        self.end_of_service(plan, settings, now, window);
                    }
                }
                self.next_free = self.free_at.iter().copied().fold(NEVER, i64::min);
            }
            while let Some(&(at, change, window)) = self.changes.get(next_change)
                && at == now
            {
                next_change += 1;
                self.change(now, window, change);
            }
            while plan.visits.get(next_visit).is_some_and(|visit| visit.arrive == now) {
                self.arrive(plan, settings, next_visit);
                next_visit += 1;
            }
            while let Some(&Reverse((at, index))) = self.returns.peek()
                && at == now
            {
                self.returns.pop();
                self.come_again(plan, settings, now, index);
            }
            if self.n_waiting > 0 && !self.serve_idle(plan, settings, now, watch) {
                return self.n_waiting;
            }
        }
    }

    fn prepare(&mut self, plan: &Plan) {
        self.lanes.iter_mut().for_each(Lane::clear);
        self.lanes.resize_with(plan.services.len(), Lane::default);
        self.own.clear();
        self.people.clear();
        self.people.resize(plan.visits.len(), Person::default());
        self.returns.clear();
        self.idle.clear();
        self.changes.clear();
        self.free_at.clear();
        self.n_of_bit.clear();
        self.n_of_bit.resize(64, 0);
        (self.n_waiting, self.bits, self.next_free) = (0, 0, NEVER);
        self.desks.resize_with(plan.windows.len(), Desk::default);
        for (window, (desk, planned)) in self.desks.iter_mut().zip(&plan.windows).enumerate() {
            desk.n_skills = planned.skills.len();
            desk.reach.clear();
            desk.reach.extend(planned.skills.iter().map(|&service| [Some(service), None]));
            desk.bits = planned.skills.iter().fold(0, |bits, &service| bits | bit(service));
            desk.serving = None;
            desk.on = false;
            desk.last_priority = planned.last_priority;
            desk.pauses.clear();
            let taken_until = planned.taken_until.unwrap_or(NEVER);
            self.free_at.push(taken_until);
            self.next_free = self.next_free.min(taken_until);
            for &(begins, ends) in &planned.works {
                self.changes.push((begins, Change::Begins, window));
                self.changes.extend(ends.map(|ends| (ends, Change::Ends, window)));
            }
            let pauses = planned.pauses.iter();
            self.changes.extend(pauses.map(|&(from, length_s)| (from, Change::Pause(length_s), window)));
        }
        self.changes.sort_unstable();
    }

    /// A window is done with what it did.
    fn end_of_service(&mut self, plan: &Plan, settings: &Settings, now: i64, window: usize) {
        if let Some(index) = self.desks[window].serving.take() {
            let index = index as usize;
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
                self.wait(settings, service, service, place);
            }
        }
        self.free_at[window] = NEVER;
        self.next_at(now, window);
    }

    /// A free window takes the next wanted pause, or else is idle if it works.
    fn next_at(&mut self, now: i64, window: usize) {
        let desk = &mut self.desks[window];
        if let Some(length_s) = desk.pauses.pop_front() {
            self.free_at[window] = now.saturating_add(length_s);
            self.next_free = self.next_free.min(self.free_at[window]);
        } else if desk.on {
            let entry = (desk.n_skills, now, window);
            let at = self.idle.partition_point(|other| *other < entry);
            self.idle.insert(at, entry);
        }
    }

    fn change(&mut self, now: i64, window: usize, change: Change) {
        let desk = &mut self.desks[window];
        match change {
            Change::Begins => {
                if !std::mem::replace(&mut desk.on, true) && self.free_at[window] == NEVER {
                    self.next_at(now, window);
                }
            }
            Change::Ends => {
                desk.on = false;
                self.idle.retain(|&(.., idle)| idle != window);
            }
            Change::Pause(length_s) => {
                desk.pauses.push_back(length_s);
                if let Some(at) = self.idle.iter().position(|&(.., idle)| idle == window) {
                    self.idle.remove(at);
                    self.next_at(now, window);
                }
            }
        }
    }

    /// CALL-ORDER §1: somebody takes a number or checks in, or waits already.
    fn arrive(&mut self, plan: &Plan, settings: &Settings, index: usize) {
        let visit = &plan.visits[index];
        let in_time = |booked: &i64| visit.arrive <= booked.saturating_add(settings.appointment_grace_s);
        let booked = visit.booked.filter(|booked| visit.standing.is_some() || in_time(booked));
        let (join, ready, passed) = match visit.standing {
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
        let lane = match visit.standing.and_then(|standing| standing.only) {
            None => visit.service,
            Some(window) => self.own_lane(plan, visit.service, window),
        };
        self.wait(settings, visit.service, lane, place);
    }

    /// CALL-ORDER §4: re-queued once after a missed call, behind everybody; the booking is used up.
    fn come_again(&mut self, plan: &Plan, settings: &Settings, now: i64, index: usize) {
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
        self.people[index].otherwise = 0;
        self.wait(settings, visit.service, visit.service, place);
    }

    fn wait(&mut self, settings: &Settings, service: usize, lane: usize, place: Place) {
        self.people[place.seq.0 as usize].lane = lane;
        self.lanes[lane].insert(place, settings.pass_limit);
        self.n_waiting += 1;
        self.n_of_bit[service % 64] += 1;
        self.bits |= bit(service);
    }

    /// The lane of those who wait for a service at one window alone.
    fn own_lane(&mut self, plan: &Plan, service: usize, window: usize) -> usize {
        let n_services = plan.services.len();
        if let Some(known) = self.own.iter().position(|&own| own == (service, window)) {
            return n_services + known;
        }
        let lane = n_services + self.own.len();
        self.own.push((service, window));
        self.lanes.push(Lane::default());
        if let Some(desk) = self.desks.get_mut(window) {
            match desk.reach.iter_mut().find(|[open, _]| *open == Some(service)) {
                Some([_, own]) => *own = Some(lane),
                None => desk.reach.push([None, Some(lane)]),
            }
            desk.bits |= bit(service);
        }
        lane
    }

    /// Each idle window that can serve somebody calls once; `false`: the watch has seen enough.
    fn serve_idle<W: Watch>(&mut self, plan: &Plan, settings: &Settings, now: i64, watch: &mut W) -> bool {
        let mut at = 0;
        while let Some(&(.., window)) = self.idle.get(at) {
            if self.desks[window].bits & self.bits == 0 {
                at += 1;
                continue;
            }
            let Some((place, reason)) = self.choose(settings, now, window) else {
                at += 1;
                continue;
            };
            if !plan.visits[place.seq.0 as usize].probe {
                self.idle.remove(at);
            }
            let call = self.call::<W>(plan, settings, now, window, &place, reason);
            if !watch.called(&call) {
                return false;
            }
        }
        true
    }

    fn choose(&self, settings: &Settings, now: i64, window: usize) -> Option<(Place, Option<Reason>)> {
        let now = Timestamp(now);
        let desk = &self.desks[window];
        let filled = |lane: Option<usize>| lane.map(|lane| &self.lanes[lane]).filter(|lane| !lane.is_empty());
        let groups = desk.reach.iter().map(|&[open, own]| -> Group<'_> { [filled(open), filled(own)] });
        if settings.order == Order::Hallgate {
            let choice = choose(now, groups, desk.last_priority, &settings.limits)?;
            Some((choice.place, Some(choice.reason)))
        } else {
            other::choose(settings.order, now, groups.flatten().flatten()).map(|place| (place, None))
        }
    }

    /// Bookkeeping of a call (CALL-ORDER §4).
    fn call<W: Watch>(
        &mut self,
        plan: &Plan,
        settings: &Settings,
        now: i64,
        window: usize,
        place: &Place,
        reason: Option<Reason>,
    ) -> Call {
        let index = place.seq.0 as usize;
        let visit = &plan.visits[index];
        let person = self.people[index];
        self.leave(plan, place, person.lane);
        let tier = place.tier(Timestamp(now));
        let noshow = person.missed < visit.noshows;
        let mut call = Call {
            now,
            window,
            visit: index,
            transferred: person.transferred,
            returned: person.returned,
            noshow,
            reason,
            class: place.class,
            appointment: place.appointment,
            wait_s: (now - place.ready.0).max(0),
            n_overtaken: 0,
            passed: place.passed,
            overtaken_otherwise: person.otherwise,
        };
        if visit.probe {
            return call;
        }
        let desk = &mut self.desks[window];
        for lane in desk.reach.iter().flatten().flatten() {
            let lane = &mut self.lanes[*lane];
            if W::COUNTS {
                for overtaken in lane.before(place.key()) {
                    call.n_overtaken += 1;
                    if tier == 2 || overtaken.tier(Timestamp(now)) <= tier {
                        self.people[overtaken.seq.0 as usize].otherwise += 1;
                    }
                }
            }
            if tier < 2 {
                lane.pass(Timestamp(now), tier, place.key(), settings.pass_limit);
            }
        }
        desk.last_priority = matches!(reason, Some(Reason::Green | Reason::Appointment));
        let person = &mut self.people[index];
        person.waited_s = call.wait_s;
        person.passed = place.passed;
        let length_s = if noshow {
            person.missed += 1;
            if let Some(after_s) = visit.return_after_s
                && !person.returned
            {
                person.returned = true;
                self.returns.push(Reverse((now + plan.hold_s + after_s, index)));
            }
            plan.hold_s
        } else {
            desk.serving = u32::try_from(index).ok();
            let again = visit.transfer.filter(|_| person.transferred);
            let takes_s = again.map_or(visit.service_s, |(_, service_s)| service_s);
            takes_s.saturating_mul(plan.windows[window].pace_permille) / USUAL_PACE
        };
        self.free_at[window] = now.saturating_add(length_s);
        self.next_free = self.next_free.min(self.free_at[window]);
        call
    }

    fn leave(&mut self, plan: &Plan, place: &Place, lane: usize) {
        self.lanes[lane].remove(place.key());
        self.n_waiting -= 1;
        let n_services = plan.services.len();
        let service = if lane < n_services { lane } else { self.own[lane - n_services].0 };
        let left = &mut self.n_of_bit[service % 64];
        *left -= 1;
        if *left == 0 {
            self.bits &= !bit(service);
        }
    }
}

fn bit(service: usize) -> u64 {
    1 << (service % 64)
}
