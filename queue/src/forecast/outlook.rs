//! How many will have waited too long by a moment, with these windows and with others: what advice is computed from.

use super::draw::Drawer;
use super::habits::Habits;
use super::present::Present;
use crate::flow::{Call, Flow, Watch};
use crate::rules::Class;

/// Afternoons compared. Each advice is the difference of the same afternoons with and without the change, so that chance
/// falls out; with so many the count of late people is right to about one.
const RUNS: usize = 48;

/// People who will have waited longer than their target, by class (ordinary, complex, special).
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Outlook {
    /// Expected numbers of those without an appointment, each against the target of its class.
    pub late: [f64; 3],
    /// … and of those with one, whatever their class.
    pub late_booked: f64,
    /// All together.
    pub total: f64,
    /// Seconds that each of those who wait now will have waited, in the order of [`Present::waiting`].
    pub waited_s: Vec<f64>,
}

#[derive(Debug, Default)]
struct Moments {
    called: Vec<i64>,
    until: i64,
}

const NEVER: i64 = i64::MAX;

impl Watch for Moments {
    const COUNTS: bool = false;

    fn called(&mut self, call: Call) -> bool {
        if let Some(at) = self.called.get_mut(call.visit)
            && !call.transferred
            && !call.returned
        {
            *at = call.now;
        }
        call.now <= self.until
    }
}

impl Outlook {
    /// The outlook of each of `presents` (the hall as it is, and as it could be) until the moment `until`, over the same
    /// afternoons. `targets_s`: by class, rule W1; `appointment_s`: after the later of booked time and check-in.
    pub fn of(
        presents: &[Present],
        habits: &Habits,
        until: i64,
        targets_s: impl Fn(Class) -> i64,
        appointment_s: i64,
        seed: u64,
    ) -> Vec<Outlook> {
        let (mut flow, mut drawer, mut moments) = (Flow::default(), Drawer::default(), Moments::default());
        let mut outlooks = Vec::with_capacity(presents.len());
        for present in presents {
            let mut outlook = Outlook::default();
            drawer.prepare(present, habits, &[]);
            let n_known = present.waiting.len();
            outlook.waited_s.resize(n_known, 0.0);
            for run in 0..RUNS {
                drawer.draw(present, habits, n_known, until, (seed, run));
                moments.until = until;
                moments.called.clear();
                moments.called.resize(drawer.plan.visits.len(), NEVER);
                flow.run(&drawer.plan, &present.settings, &mut moments);
                for (index, visit) in drawer.plan.visits.iter().enumerate() {
                    let class = present.services.get(visit.service).copied().unwrap_or(Class::Ordinary);
                    let ready = match &visit.standing {
                        Some(standing) => standing.ready,
                        None => visit.booked.map_or(visit.arrive, |booked| booked.max(visit.arrive)),
                    };
                    let target_s = if visit.booked.is_some() { appointment_s } else { targets_s(class) };
                    let waited_s = moments.called[index].min(until) - ready;
                    if let Some(sum_s) = outlook.waited_s.get_mut(index) {
                        *sum_s += waited_s.max(0) as f64;
                    }
                    if waited_s > target_s {
                        match visit.booked {
                            Some(_) => outlook.late_booked += 1.0,
                            None => outlook.late[class as usize] += 1.0,
                        }
                    }
                }
            }
            let runs = RUNS as f64;
            outlook.late = outlook.late.map(|late| late / runs);
            outlook.late_booked /= runs;
            outlook.total = outlook.late.iter().sum::<f64>() + outlook.late_booked;
            outlook.waited_s.iter_mut().for_each(|sum_s| *sum_s /= runs);
            outlooks.push(outlook);
        }
        outlooks
    }
}
