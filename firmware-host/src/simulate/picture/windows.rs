//! Plot 3: how many windows serve, pause, and have nobody to serve, of those on shift.

use super::canvas::{Canvas, INK, Plot};
use super::queue::STEP_S;
use crate::simulate::figures::length_s;
use crate::simulate::many::Ran;
use crate::simulate::trace::Trace;
use queue::flow::{Plan, PlanWindow};

const SERVES: &str = "#4d6a8a";
const PAUSES: &str = "#e6b450";
const IDLE: &str = "#dfe8e0";

pub(super) fn draw(canvas: &mut Canvas, plot: &Plot, legend: f64, trace: &Trace, plan: &Plan, ran: &Ran) {
    let (from, to) = plot.span;
    let minutes = usize::try_from((to - from) / STEP_S).unwrap_or_default();
    let (mut serves, mut pauses, mut on) = (vec![0.0; minutes], vec![0.0; minutes], vec![0.0; minutes]);
    for (position, window) in plan.windows.iter().enumerate() {
        let busy: Vec<(i64, i64)> = ran
            .calls
            .iter()
            .filter(|call| call.window == position)
            .map(|call| (call.now, call.now + length_s(plan, call)))
            .collect();
        // Behind a shift that ends with a session people are served until nobody is left, but nobody need sit there.
        let shifts = trace.windows.get(position).map_or(&[][..], |window| &window.shifts);
        let paused = paused(window, &busy);
        let inside = |spans: &[(i64, i64)], at: i64| spans.iter().any(|&(from, to)| from <= at && at < to);
        for minute in 0..minutes {
            // What a window does in the middle of a minute stands for the minute.
            let at = from + minute as i64 * STEP_S + STEP_S / 2;
            let (serving, pausing) = (inside(&busy, at), inside(&paused, at));
            serves[minute] += f64::from(u8::from(serving));
            pauses[minute] += f64::from(u8::from(pausing));
            on[minute] += f64::from(u8::from(serving || pausing || inside(shifts, at)));
        }
    }
    let nothing = vec![0.0; minutes];
    let serves_or_pauses: Vec<f64> =
        serves.iter().zip(&pauses).map(|(serves, pauses)| serves + pauses).collect();
    for (below, above, colour) in
        [(&nothing, &serves, SERVES), (&serves, &serves_or_pauses, PAUSES), (&serves_or_pauses, &on, IDLE)]
    {
        let path = plot.steps(STEP_S, below, above);
        canvas.add(&format!("<path class=\"windows\" d=\"{path}\" fill=\"{colour}\"/>"));
    }
    let outline = plot.steps(STEP_S, &on, &on);
    canvas.add(&format!("<path d=\"{outline}\" fill=\"none\" stroke=\"{INK}\" stroke-width=\"0.9\"/>"));
    let y = plot.top + 12.0 + 3.0 * 18.0;
    canvas.line((legend, y - 4.0), (legend + 12.0, y - 4.0), INK, 1.4, "");
    canvas.text(legend + 18.0, y, "tick", "start", "at their windows");
    let rows = [(IDLE, "nobody to serve"), (PAUSES, "pause"), (SERVES, "serving")];
    for (i, (colour, words)) in rows.into_iter().enumerate() {
        let y = plot.top + 12.0 + i as f64 * 18.0;
        canvas.area(legend, y - 9.0, legend + 12.0, y + 1.0, colour);
        canvas.text(legend + 18.0, y, "tick", "start", words);
    }
}

/// When a window really pauses: a pause wanted in the middle of a service, of another pause or off shift begins after it.
fn paused(window: &PlanWindow, busy: &[(i64, i64)]) -> Vec<(i64, i64)> {
    let mut wanted = window.pauses.clone();
    wanted.sort_unstable();
    let mut paused: Vec<(i64, i64)> = Vec::new();
    for (at, length_s) in wanted {
        let mut begins = at.max(paused.last().map_or(at, |&(_, ends)| ends));
        if let Some(&(_, ends)) = busy.iter().find(|&&(from, to)| from < begins && begins < to) {
            begins = ends;
        } else if !window.works.iter().any(|&(from, to)| from <= begins && to.is_none_or(|to| begins < to)) {
            match window.works.iter().map(|&(from, _)| from).filter(|&from| from > begins).min() {
                Some(next) => begins = next,
                None => continue,
            }
        }
        paused.push((begins, begins + length_s));
    }
    paused
}
