//! The windows of a run: who is busy until when, and which idle one is served first.
//!
//! Half of a simulated day's time would go into finding the next of them, so what is looked through at every step lies in
//! lists of plain numbers, and the loops over them have no branch that depends on the day.

use super::Plan;
use super::engine::NEVER;
use super::lines::bit;
use std::collections::VecDeque;

#[derive(Debug, Default)]
struct Desk {
    /// See [`Idle::rank`].
    rank: u64,
    /// Lanes it reaches, service by service: of everybody, and its own.
    reach: Vec<[Option<usize>; 2]>,
    /// Who is served; `None`: nobody (a pause, a person who did not come).
    serving: Option<usize>,
    on: bool,
    last_priority: bool,
    pauses: VecDeque<i64>,
}

/// An idle window.
#[derive(Clone, Copy, Debug)]
struct Idle {
    /// Where it stands among the idle: fewest skills, longest idle, position (CALL-ORDER §5). One number and not three, so
    /// that the first is the smallest.
    rank: u64,
    reaches: u64,
}

impl Idle {
    /// The rank of a window that is idle since the run began.
    fn rank(n_skills: usize, window: usize) -> u64 {
        (n_skills.min(0xfffe) as u64) << 48 | window as u64 & 0xffff
    }

    /// `since_s`: seconds since the run began; 32 bits hold more than a century.
    #[inline]
    fn new(rank: u64, since_s: i64, reaches: u64) -> Self {
        let since_s = since_s.min(i64::from(u32::MAX)) as u64;
        Idle { rank: rank + (since_s << 16), reaches }
    }

    fn window(self) -> usize {
        (self.rank & 0xffff) as usize
    }
}

/// Until when a window does something, and which it is: among equals the first window comes first. One number, as above.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Busy(i64);

impl Default for Busy {
    fn default() -> Self {
        Busy::NO
    }
}

impl Busy {
    /// Does nothing.
    const NO: Busy = Busy(i64::MAX);
    /// Later than any calendar goes, by some thousand years, and little enough for a float to hold it with the window.
    const LATEST: i64 = 1 << 36;

    fn new(until: i64, window: usize) -> Self {
        Busy(until.clamp(-Busy::LATEST, Busy::LATEST) << 16 | window as i64 & 0xffff)
    }

    /// The same as a float, exactly: the smallest of floats is found without a branch on every machine, that of integers is not.
    fn float(self) -> f64 {
        if self == Busy::NO { f64::INFINITY } else { self.0 as f64 }
    }

    #[inline]
    fn until(self) -> i64 {
        if self == Busy::NO { NEVER } else { self.0 >> 16 }
    }

    fn window(self) -> usize {
        (self.0 & 0xffff) as usize
    }
}

/// An idle window that was found, until the next one is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Found {
    /// In the list of the idle.
    at: usize,
    /// Which.
    pub(super) window: usize,
}

/// All windows of the plan.
#[derive(Debug, Default)]
pub(super) struct Desks {
    desks: Vec<Desk>,
    /// Of each window: one bit for each service it reaches; beyond 64 services several share one.
    reaches: Vec<u64>,
    /// Of each window, as [`Busy::float`].
    busy: Vec<f64>,
    /// The earliest of them.
    next_free: Busy,
    /// When that is; [`NEVER`]: nobody is busy.
    next_free_at: i64,
    /// In no order.
    idle: Vec<Idle>,
    /// Of all that are idle.
    idle_reaches: u64,
    /// Idle windows found to reach nobody in this second: their bit is another service's too.
    aside: Vec<Idle>,
    /// When the run began.
    begins: i64,
}

impl Desks {
    pub(super) fn prepare(&mut self, plan: &Plan) {
        self.reaches.clear();
        self.busy.clear();
        self.idle.clear();
        self.idle_reaches = 0;
        self.aside.clear();
        self.desks.resize_with(plan.windows.len(), Desk::default);
        for (window, (desk, planned)) in self.desks.iter_mut().zip(&plan.windows).enumerate() {
            desk.rank = Idle::rank(planned.skills.len(), window);
            desk.reach.clear();
            desk.reach.extend(planned.skills.iter().map(|&service| [Some(service), None]));
            desk.serving = None;
            desk.on = false;
            desk.last_priority = planned.last_priority;
            desk.pauses.clear();
            self.reaches.push(planned.skills.iter().fold(0, |bits, &service| bits | bit(service)));
            self.busy.push(planned.taken_until.map_or(Busy::NO, |until| Busy::new(until, window)).float());
        }
        self.find_next_free();
    }

    /// The run begins with what the windows are at, or with `other`.
    pub(super) fn begin(&mut self, other: i64) {
        self.begins = self.next_free.until().min(other);
    }

    /// When the next busy window is done; [`NEVER`]: none is busy.
    #[inline]
    pub(super) fn next_free(&self) -> i64 {
        self.next_free_at
    }

    /// The next busy window is done: which, and whom it served.
    #[inline]
    pub(super) fn end(&mut self) -> (usize, Option<usize>) {
        let window = self.next_free.window();
        self.busy[window] = Busy::NO.float();
        self.find_next_free();
        (window, self.desks[window].serving.take())
    }

    /// A free window takes the next wanted pause, or else is idle if it works.
    #[inline]
    pub(super) fn next_at(&mut self, now: i64, window: usize) {
        let desk = &mut self.desks[window];
        if let Some(length_s) = desk.pauses.pop_front() {
            self.take(window, now.saturating_add(length_s));
        } else if desk.on {
            let reaches = self.reaches[window];
            self.idle.push(Idle::new(desk.rank, now - self.begins, reaches));
            self.idle_reaches |= reaches;
        }
    }

    /// An idle window serves somebody, or nobody who comes, until then.
    #[inline]
    pub(super) fn serve(&mut self, found: Found, until: i64, serving: Option<usize>, priority: bool) {
        let desk = &mut self.desks[found.window];
        desk.serving = serving;
        desk.last_priority = priority;
        self.leave(found.at);
        self.take(found.window, until);
    }

    /// A window begins to work.
    pub(super) fn works(&mut self, now: i64, window: usize) {
        if !std::mem::replace(&mut self.desks[window].on, true) && self.busy[window] == Busy::NO.float() {
            self.next_at(now, window);
        }
    }

    /// A window calls nobody any more.
    pub(super) fn goes(&mut self, window: usize) {
        self.desks[window].on = false;
        self.leave_idle(window);
    }

    /// A pause is wanted.
    pub(super) fn pause(&mut self, now: i64, window: usize, length_s: i64) {
        self.desks[window].pauses.push_back(length_s);
        if self.leave_idle(window) {
            self.next_at(now, window);
        }
    }

    /// The first idle window with a service of `wanted`.
    #[inline]
    pub(super) fn first_idle(&self, wanted: u64) -> Option<Found> {
        if self.idle_reaches & wanted == 0 {
            return None;
        }
        let wanted = self.idle.iter().enumerate().filter(|(_, idle)| idle.reaches & wanted != 0);
        wanted.min_by_key(|(_, idle)| idle.rank).map(|(at, idle)| Found { at, window: idle.window() })
    }

    /// An idle window reaches nobody after all; it is not looked at until [`Self::put_back`].
    pub(super) fn set_aside(&mut self, found: Found) {
        self.aside.push(self.idle.swap_remove(found.at));
    }

    #[inline]
    pub(super) fn put_back(&mut self) {
        if self.aside.is_empty() {
            return;
        }
        for idle in self.aside.drain(..) {
            self.idle_reaches |= idle.reaches;
            self.idle.push(idle);
        }
    }

    /// Services, by their bits, that a window reaches.
    #[inline]
    pub(super) fn reaches(&self, window: usize) -> u64 {
        self.reaches[window]
    }

    /// Lanes that a window reaches, service by service: of everybody, and its own.
    pub(super) fn reach(&self, window: usize) -> &[[Option<usize>; 2]] {
        &self.desks[window].reach
    }

    /// A window reaches one more lane, of those who wait for it alone.
    pub(super) fn reach_own(&mut self, window: usize, service: usize, lane: usize) {
        let Some(desk) = self.desks.get_mut(window) else { return };
        match desk.reach.iter_mut().find(|[open, _]| *open == Some(service)) {
            Some([_, own]) => *own = Some(lane),
            None => desk.reach.push([None, Some(lane)]),
        }
        self.reaches[window] |= bit(service);
        for idle in self.idle.iter_mut().filter(|idle| idle.window() == window) {
            idle.reaches |= bit(service);
            self.idle_reaches |= bit(service);
        }
    }

    /// Its latest call was GREEN or APPOINTMENT (CALL-ORDER §1).
    #[inline]
    pub(super) fn last_priority(&self, window: usize) -> bool {
        self.desks[window].last_priority
    }

    #[inline]
    fn take(&mut self, window: usize, until: i64) {
        let busy = Busy::new(until, window);
        self.busy[window] = busy.float();
        self.next_free = self.next_free.min(busy);
        self.next_free_at = self.next_free.until();
    }

    #[inline]
    fn find_next_free(&mut self) {
        let first =
            self.busy.iter().fold(f64::INFINITY, |first, &busy| if busy < first { busy } else { first });
        // Infinity becomes the largest integer, which is [`Busy::NO`].
        self.next_free = Busy(first as i64);
        self.next_free_at = self.next_free.until();
    }

    /// The window is idle no more; `false`: it was not.
    fn leave_idle(&mut self, window: usize) -> bool {
        let Some(at) = self.idle.iter().position(|idle| idle.window() == window) else { return false };
        self.leave(at);
        true
    }

    #[inline]
    fn leave(&mut self, at: usize) {
        self.idle.swap_remove(at);
        self.idle_reaches = self.idle.iter().fold(0, |bits, idle| bits | idle.reaches);
    }
}
