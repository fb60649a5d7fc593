//! A day as a picture, SVG: each call's wait against its target, the queue, the windows; one panel for each order, all with
//! the same scales.
//!
//! Purpose: [`picture()`], for `simulate --svg`. It is text that any browser shows and any printer prints: no script, no font
//! of its own, white paper. Left to others: runs and figures.
//!
//! | module | draws |
//! |---|---|
//! | `canvas` | lines, areas, words, scales |
//! | `waits` | plot 1: waits and targets |
//! | `queue` | plot 2: people waiting |
//! | `windows` | plot 3: what the windows do |

mod canvas;
mod queue;
mod waits;
mod windows;

use super::fields::written;
use super::figures::{Figures, Group};
use super::many::Ran;
use super::plan::plan;
use super::trace::Trace;
use ::queue::flow::Plan;
use canvas::{Canvas, INK, PALE, Plot, QUIET};

const WIDTH: f64 = 1120.0;
const LEFT: f64 = 62.0;
/// Of the plots; to their right stand the legends.
const PLOT_WIDTH: f64 = 880.0;
const LEGEND_LEFT: f64 = LEFT + PLOT_WIDTH + 18.0;
const TITLE_HEIGHT: f64 = 62.0;
const HEIGHTS: [f64; 3] = [250.0, 130.0, 120.0];
const GAP: f64 = 34.0;
const AXIS_HEIGHT: f64 = 52.0;
const PANEL_HEIGHT: f64 = TITLE_HEIGHT + HEIGHTS[0] + HEIGHTS[1] + HEIGHTS[2] + 2.0 * GAP + AXIS_HEIGHT;

/// The picture of a day under these orders. `title`: what the scenario is an example of.
pub fn picture(trace: &Trace, title: &str, runs: &[Ran]) -> String {
    let plan = plan(trace);
    let span = span(trace, runs);
    let queues: Vec<queue::Queue> =
        runs.iter().map(|ran| queue::Queue::of(&plan, &ran.calls, span)).collect();
    let longest_min = runs.iter().flat_map(|ran| &ran.calls).map(|call| call.wait_s / 60 + 1).max();
    let most_wait = canvas::ceiling(longest_min.unwrap_or_default().max(65) as f64);
    let most_queue =
        canvas::ceiling(queues.iter().map(queue::Queue::most).max().unwrap_or_default().max(4) as f64);
    let mut canvas = Canvas::new(WIDTH, PANEL_HEIGHT * runs.len().max(1) as f64);
    for (i, (ran, queue)) in runs.iter().zip(&queues).enumerate() {
        let top = i as f64 * PANEL_HEIGHT;
        heading(&mut canvas, top, trace, title, ran);
        let mut plots = Vec::new();
        let mut y = top + TITLE_HEIGHT;
        let most = [most_wait, most_queue, (plan.windows.len() as f64).max(1.0)];
        for (height, most) in HEIGHTS.into_iter().zip(most) {
            plots.push(Plot { left: LEFT, top: y, width: PLOT_WIDTH, height, span, most });
            y += height + GAP;
        }
        for (plot, name) in plots.iter().zip(["wait, minutes", "people waiting", "windows"]) {
            ground(&mut canvas, plot, trace, name);
        }
        waits::draw(&mut canvas, &plots[0], LEGEND_LEFT, trace, &plan, &ran.calls);
        queue.draw(&mut canvas, &plots[1], LEGEND_LEFT);
        windows::draw(&mut canvas, &plots[2], LEGEND_LEFT, trace, &plan, ran);
        hours(&mut canvas, &plots[2]);
    }
    canvas.finish()
}

/// From when to when all plots reach: whole half-hours.
fn span(trace: &Trace, runs: &[Ran]) -> (i64, i64) {
    let shifts = trace.windows.iter().flat_map(|window| &window.shifts);
    let begins = trace.sessions.iter().chain(shifts.clone()).map(|&(from, _)| from).min().unwrap_or_default();
    let closes = trace.sessions.iter().chain(shifts).map(|&(_, to)| to).max().unwrap_or_default();
    let ends = runs.iter().map(|ran| ran.day.last_end).max().unwrap_or_default().max(closes);
    let half = 1800;
    let from = begins.div_euclid(half) * half;
    (from, ((ends + half - 1).div_euclid(half) * half).max(from + half))
}

fn heading(canvas: &mut Canvas, top: f64, trace: &Trace, title: &str, ran: &Ran) {
    let title = if title.is_empty() { String::new() } else { format!(" – {title}") };
    let name = format!("{}{title}", trace.scenario);
    canvas.text(LEFT, top + 26.0, "title", "start", &name);
    let figures = Figures::of(std::slice::from_ref(&ran.day));
    let group = |group| figures.group(group);
    let mut said = vec![format!("order: {}", ran.order.name()), format!("seed {}", trace.seed)];
    said.push(format!("{} people", trace.tickets.len()));
    said.extend(
        group(Group::WalkIn)
            .map(|walk_in| format!("walk-ins in target {:.1} %", walk_in.within_target.value * 100.0)),
    );
    said.extend(group(Group::All).map(|all| format!("longest wait {:.0} min", all.max_min)));
    if ran.day.last_end > 0 {
        said.push(format!("last person done {}", &written(ran.day.last_end)[..5]));
    }
    canvas.text(LEFT, top + 46.0, "label", "start", &said.join("  ·  "));
}

/// Paper, grid and axis of a plot; times without numbers are shaded.
fn ground(canvas: &mut Canvas, plot: &Plot, trace: &Trace, name: &str) {
    let (from, to) = plot.span;
    let mut closed = from;
    for (opens, closes) in trace.sessions.iter().copied().chain([(to, to)]) {
        if opens > closed {
            canvas.area(plot.x(closed), plot.top, plot.x(opens.min(to)), plot.top + plot.height, PALE);
        }
        closed = closes;
    }
    let step = canvas::step(plot.most);
    let mut value = 0.0;
    while value <= plot.most + 0.01 {
        let y = plot.y(value);
        canvas.line((plot.left, y), (plot.left + plot.width, y), QUIET, 0.6, "");
        canvas.text(plot.left - 7.0, y + 4.0, "tick", "end", &format!("{value:.0}"));
        value += step;
    }
    for hour in (from + 3599).div_euclid(3600)..=to.div_euclid(3600) {
        let x = plot.x(hour * 3600);
        canvas.line((x, plot.top), (x, plot.top + plot.height), QUIET, 0.6, "");
    }
    let bottom = plot.top + plot.height;
    canvas.line((plot.left, bottom), (plot.left + plot.width, bottom), INK, 1.0, "");
    canvas.line((plot.left, plot.top), (plot.left, bottom), INK, 1.0, "");
    canvas.upright(plot.left - 40.0, plot.top + plot.height / 2.0, name);
}

fn hours(canvas: &mut Canvas, plot: &Plot) {
    let bottom = plot.top + plot.height;
    for half in plot.span.0.div_euclid(1800)..=plot.span.1.div_euclid(1800) {
        let x = plot.x(half * 1800);
        let whole = half % 2 == 0;
        canvas.line((x, bottom), (x, bottom + if whole { 6.0 } else { 3.0 }), INK, 1.0, "");
        if whole {
            canvas.text(x, bottom + 19.0, "tick", "middle", &written(half * 1800));
        }
    }
    canvas.text(
        plot.left + plot.width / 2.0,
        bottom + 36.0,
        "label",
        "middle",
        "time of day (shaded: no numbers are issued)",
    );
}

/// Colours that stay apart for the colour-blind and on grey paper (Okabe and Ito).
fn colour(group: Group) -> &'static str {
    match group {
        Group::Green => "#009e73",
        Group::Appointment => "#cc79a7",
        Group::Complex => "#e69f00",
        Group::Special => "#d55e00",
        _ => "#0072b2",
    }
}

/// Groups of the picture, from the bottom of an area up. People who come again are with their class.
const GROUPS: [Group; 5] =
    [Group::Green, Group::Appointment, Group::Ordinary, Group::Complex, Group::Special];

fn group_of(plan: &Plan, call: &::queue::flow::Call) -> Group {
    Group::of(call.class, plan.visits[call.visit].green, call.appointment, false)
}
