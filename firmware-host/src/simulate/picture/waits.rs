//! Plot 1: each call at its time and wait; the targets of the classes are dashed lines, named beside the plot, where no call is.

use super::canvas::{Canvas, INK, Plot, escaped};
use super::{GROUPS, colour, group_of};
use crate::simulate::fields::written;
use crate::simulate::figures::Group;
use crate::simulate::table::people;
use crate::simulate::trace::Trace;
use queue::flow::{Call, Plan};

/// Half the size of a mark.
const MARK: f64 = 3.0;

pub(super) fn draw(
    canvas: &mut Canvas,
    plot: &Plot,
    legend: f64,
    trace: &Trace,
    plan: &Plan,
    calls: &[Call],
) {
    let targets = &trace.targets;
    let lines = [
        (targets.appointment, Group::Appointment),
        (targets.ordinary, Group::Ordinary),
        (targets.complex, Group::Complex),
        (targets.special, Group::Special),
    ];
    for (target_s, group) in lines.into_iter().filter(|&(target_s, _)| target_s as f64 / 60.0 <= plot.most) {
        let y = plot.y(target_s as f64 / 60.0);
        canvas.line((plot.left, y), (plot.left + plot.width, y), colour(group), 1.4, "6 4");
    }
    for call in calls {
        let group = group_of(plan, call);
        let target_s = targets.of(call.class, call.appointment && group != Group::Green);
        let look = if call.noshow {
            Look::Missed
        } else if call.wait_s > target_s {
            Look::Late
        } else {
            Look::Within
        };
        let (x, y) = (plot.x(call.now), plot.y(call.wait_s as f64 / 60.0));
        let ticket = trace.tickets.get(call.visit).map_or("", |ticket| ticket.id.as_str());
        let words = format!(
            "{ticket}, {}: called {} after {:.1} min{}",
            people(group),
            written(call.now),
            call.wait_s as f64 / 60.0,
            if call.noshow { ", did not come" } else { "" },
        );
        mark(canvas, (x, y), group, look, Some(&words));
    }
    let mut y = plot.top + 12.0;
    for group in GROUPS {
        mark(canvas, (legend + 6.0, y - 4.0), group, Look::Within, None);
        canvas.text(legend + 18.0, y, "tick", "start", people(group));
        y += 18.0;
    }
    y += 8.0;
    for (look, words) in
        [(Look::Within, "within target"), (Look::Late, "past target"), (Look::Missed, "did not come")]
    {
        mark(canvas, (legend + 6.0, y - 4.0), Group::Ordinary, look, None);
        canvas.text(legend + 18.0, y, "tick", "start", words);
        y += 18.0;
    }
    y += 4.0;
    for (target_s, group) in lines {
        canvas.line((legend, y - 4.0), (legend + 13.0, y - 4.0), colour(group), 1.4, "6 1");
        let words = format!("{}: {} min", people(group), figure(target_s as f64 / 60.0));
        canvas.text(legend + 18.0, y, "tick", "start", &words);
        y += 16.0;
    }
}

/// Minutes with as many digits as they need.
fn figure(minutes: f64) -> String {
    let text = format!("{minutes:.1}");
    text.strip_suffix(".0").map_or_else(|| text.clone(), str::to_owned)
}

#[derive(Clone, Copy)]
enum Look {
    Within,
    Late,
    Missed,
}

/// The mark of a call; those with words are calls, the others belong to the legend.
fn mark(canvas: &mut Canvas, (x, y): (f64, f64), group: Group, look: Look, words: Option<&str>) {
    let colour = colour(group);
    let class = if words.is_some() { " class=\"call\"" } else { "" };
    let title = words.map(|words| format!("<title>{}</title>", escaped(words))).unwrap_or_default();
    let shape = match look {
        Look::Within => format!("<circle{class} cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"{MARK}\" fill=\"{colour}\""),
        Look::Missed => format!(
            "<circle{class} cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"{MARK}\" fill=\"#ffffff\" stroke=\"{colour}\" stroke-width=\"1.4\""
        ),
        Look::Late => {
            let far = MARK * 1.45;
            format!(
                "<path{class} d=\"M{:.1} {y:.1}L{x:.1} {:.1}L{:.1} {y:.1}L{x:.1} {:.1}Z\" fill=\"{colour}\" stroke=\"{INK}\" stroke-width=\"0.7\"",
                x - far,
                y - far,
                x + far,
                y + far
            )
        }
    };
    let name = if shape.starts_with("<path") { "path" } else { "circle" };
    canvas.add(&format!("{shape}>{title}</{name}>"));
}
