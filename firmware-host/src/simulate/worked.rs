//! How long windows worked: their shifts without the pauses they took, and what they served beyond (rule X3). By this their
//! busy time is a share, never more than all of it.

use super::figures::length_s;
use queue::flow::{Call, Plan, PlanWindow};

/// Times of all windows of a day, seconds.
pub(super) struct Worked {
    /// Shifts without all pauses that are wanted, as the laboratory counts.
    pub(super) shift_s: i64,
    /// Shifts without the pauses taken in them, and service outside of them.
    pub(super) worked_s: i64,
}

/// One window's day as its calls go by.
#[derive(Clone, Copy, Default)]
struct Desk {
    /// Serving, holding or pausing until then.
    free_at: i64,
    next_pause: usize,
    busy_s: i64,
    /// Parts of its shifts in which it is busy; in which it pauses.
    busy_inside_s: i64,
    paused_inside_s: i64,
}

/// `shifts`: those of each window, in order; `calls` in order of time.
pub(super) fn worked(plan: &Plan, shifts: &[&[(i64, i64)]], calls: &[Call]) -> Worked {
    let mut desks = vec![Desk::default(); plan.windows.len()];
    let shifts_of = |window: usize| shifts.get(window).copied().unwrap_or_default();
    for call in calls {
        let Some(desk) = desks.get_mut(call.window) else { continue };
        let shifts = shifts_of(call.window);
        desk.pause(&plan.windows[call.window], shifts, call.now);
        let length_s = length_s(plan, call);
        desk.free_at = call.now + length_s;
        desk.busy_s += length_s;
        desk.busy_inside_s += inside(shifts, call.now, desk.free_at);
    }
    let mut sum = Worked { shift_s: 0, worked_s: 0 };
    let length_s = |&(from, to): &(i64, i64)| to - from;
    for (window, desk) in desks.iter_mut().enumerate() {
        let shifts = shifts_of(window);
        desk.pause(&plan.windows[window], shifts, i64::MAX);
        let shift_s: i64 = shifts.iter().map(length_s).sum();
        let pauses_s: i64 = plan.windows[window].pauses.iter().map(|&(_, length_s)| length_s).sum();
        sum.shift_s += shift_s - pauses_s;
        sum.worked_s += desk.busy_s + (shift_s - desk.paused_inside_s - desk.busy_inside_s).max(0);
    }
    sum.shift_s = sum.shift_s.max(0);
    sum
}

impl Desk {
    /// Takes the pauses that begin before a call at `until`: each when it is wanted, or once the window is free and may call.
    fn pause(&mut self, window: &PlanWindow, shifts: &[(i64, i64)], until: i64) {
        while let Some(&(wanted, length_s)) = window.pauses.get(self.next_pause)
            && wanted <= until
        {
            self.next_pause += 1;
            let free = wanted.max(self.free_at);
            let works = window.works.iter().find(|(_, to)| to.is_none_or(|to| free < to));
            let begins = works.map_or(free, |&(from, _)| free.max(from)).min(until);
            let ends = begins.saturating_add(length_s).min(until);
            self.paused_inside_s += inside(shifts, begins, ends);
            self.free_at = ends;
        }
    }
}

/// How much of a time lies within shifts.
fn inside(shifts: &[(i64, i64)], from: i64, to: i64) -> i64 {
    shifts.iter().map(|&(begins, ends)| (ends.min(to) - begins.max(from)).max(0)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use queue::Class;
    use queue::flow::{Flow, Settings, Visit};

    fn day(visits: &[(i64, i64)], pauses: &[(i64, i64)]) -> (i64, i64) {
        let window = PlanWindow {
            skills: vec![0],
            works: vec![(1000, None)],
            pauses: pauses.to_vec(),
            ..PlanWindow::default()
        };
        let plan = Plan {
            services: vec![Class::Ordinary],
            windows: vec![window],
            visits: visits.iter().map(|&(at, length_s)| Visit::walk_in(0, at, length_s)).collect(),
            hold_s: 60,
        };
        let mut calls: Vec<Call> = Vec::new();
        Flow::default().run(&plan, &Settings::of(&queue::Parameters::default()), &mut calls);
        let worked = worked(&plan, &[&[(1000, 2000)]], &calls);
        (worked.shift_s, worked.worked_s)
    }

    #[test]
    fn x3_service_beyond_closing_is_time_worked() {
        assert_eq!(day(&[], &[]), (1000, 1000));
        assert_eq!(day(&[(1100, 200)], &[]), (1000, 1000));
        assert_eq!(day(&[(1900, 300)], &[]), (1000, 1200));
        // All busy, and twice as long as the shift.
        assert_eq!(day(&[(1000, 2000)], &[]), (1000, 2000));
    }

    #[test]
    fn pauses_count_where_they_are_taken() {
        assert_eq!(day(&[], &[(1500, 100)]), (900, 900));
        // Wanted in the middle of a service, taken behind it: beyond closing, when it costs the shift nothing.
        assert_eq!(day(&[(1900, 300)], &[(1950, 100)]), (900, 1200));
        // Half inside; another that begins when the first is over.
        assert_eq!(day(&[(1900, 50)], &[(1940, 100)]), (900, 950));
        assert_eq!(day(&[], &[(1500, 100), (1550, 100)]), (800, 800));
        // Before the window works: it begins with the pause.
        assert_eq!(day(&[], &[(500, 100)]), (900, 900));
    }
}
