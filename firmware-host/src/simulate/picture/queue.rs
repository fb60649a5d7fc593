//! Plot 2: how many people wait, class upon class.

use super::canvas::{Canvas, Plot};
use super::{GROUPS, colour, group_of};
use crate::simulate::many::entered;
use crate::simulate::table::people;
use queue::flow::{Call, Plan};

/// The queue is looked at once a minute, about twice for each point of the paper.
pub(super) const STEP_S: i64 = 60;

/// People waiting at each minute, by group.
pub(super) struct Queue {
    waiting: [Vec<i64>; GROUPS.len()],
}

impl Queue {
    pub(super) fn of(plan: &Plan, calls: &[Call], span: (i64, i64)) -> Self {
        let minutes = usize::try_from((span.1 - span.0) / STEP_S).unwrap_or_default();
        let minute =
            |at: i64| usize::try_from((at - span.0).div_euclid(STEP_S)).unwrap_or_default().min(minutes);
        let mut waiting: [Vec<i64>; GROUPS.len()] = std::array::from_fn(|_| vec![0; minutes + 1]);
        for (call, entered) in calls.iter().zip(entered(plan, calls)) {
            let group = group_of(plan, call);
            let Some(row) = GROUPS.iter().position(|&other| other == group) else { continue };
            waiting[row][minute(entered)] += 1;
            waiting[row][minute(call.now)] -= 1;
        }
        for row in &mut waiting {
            let mut sum = 0;
            for change in row {
                sum += *change;
                *change = sum;
            }
        }
        Queue { waiting }
    }

    /// Most people at one time.
    pub(super) fn most(&self) -> i64 {
        let minutes = self.waiting[0].len();
        (0..minutes).map(|i| self.waiting.iter().map(|row| row[i]).sum()).max().unwrap_or_default()
    }

    pub(super) fn draw(&self, canvas: &mut Canvas, plot: &Plot, legend: f64) {
        let minutes = self.waiting[0].len().saturating_sub(1);
        let mut below = vec![0.0; minutes];
        for (group, row) in GROUPS.into_iter().zip(&self.waiting) {
            let above: Vec<f64> = below.iter().zip(row).map(|(&below, &n)| below + n as f64).collect();
            let path = plot.steps(STEP_S, &below, &above);
            canvas.add(&format!("<path class=\"queue\" d=\"{path}\" fill=\"{}\"/>", colour(group)));
            below = above;
        }
        // From the top down, as the areas lie.
        for (i, group) in GROUPS.into_iter().rev().enumerate() {
            let y = plot.top + 12.0 + i as f64 * 18.0;
            canvas.area(legend, y - 9.0, legend + 12.0, y + 1.0, colour(group));
            canvas.text(legend + 18.0, y, "tick", "start", people(group));
        }
    }
}
