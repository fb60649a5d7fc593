//! Figures as tables for people and as JSON for programs.

use super::figures::{Figure, Figures, Group, GroupFigures};
use queue::Limits;
use queue::flow::{Order, Settings};
use serde::Serialize;

/// The version of [`Report`] in JSON: names and units stay as they are as long as it does.
const FORMAT: &str = "hall-figures/1";

/// What `simulate` found out: the same days under each order.
#[derive(Clone, Debug)]
pub struct Report {
    /// `hall-figures/1`.
    pub format: &'static str,
    /// Name of the scenario.
    pub scenario: String,
    /// Its title; empty for a trace.
    pub title: String,
    /// First and last seed.
    pub seeds: (u64, u64),
    /// K of CALL-ORDER §2, for our order.
    pub pass_limit: u32,
    /// Limits in seconds, for our order.
    pub limits_s: Limits,
    /// One entry for each order that was asked for.
    pub orders: Vec<OrderReport>,
}

/// What stands at the head of the JSON.
#[derive(Serialize)]
struct Head<'a> {
    format: &'static str,
    scenario: &'a str,
    title: &'a str,
    seeds: (u64, u64),
    pass_limit: u32,
    limits_s: &'a Limits,
}

/// Figures of whole days in the JSON.
#[derive(Serialize)]
struct OfDay {
    last_end_min: Figure,
    busy_share: Figure,
    load: Figure,
    day_max_min: Figure,
    day_max_passed: Figure,
}

/// The days under one order.
#[derive(Clone, Debug)]
pub struct OrderReport {
    /// Whose.
    pub order: Order,
    /// What they were like.
    pub figures: Figures,
}

impl Report {
    /// A report of these figures.
    pub fn new(
        scenario: &str,
        title: &str,
        seeds: (u64, u64),
        settings: &Settings,
        figures: impl IntoIterator<Item = (Order, Figures)>,
    ) -> Self {
        Report {
            format: FORMAT,
            scenario: scenario.to_owned(),
            title: title.to_owned(),
            seeds,
            pass_limit: settings.pass_limit,
            limits_s: settings.limits.clone(),
            orders: figures.into_iter().map(|(order, figures)| OrderReport { order, figures }).collect(),
        }
    }

    /// The report as JSON, one class of people a line.
    ///
    /// # Errors
    /// None that a report could cause; those of the serialiser.
    pub fn json(&self) -> Result<String, serde_json::Error> {
        let head = Head {
            format: self.format,
            scenario: &self.scenario,
            title: &self.title,
            seeds: self.seeds,
            pass_limit: self.pass_limit,
            limits_s: &self.limits_s,
        };
        let head = serde_json::to_string(&head)?;
        let mut orders = Vec::new();
        for OrderReport { order, figures } in &self.orders {
            let groups = figures.groups.iter().map(serde_json::to_string).collect::<Result<Vec<_>, _>>()?;
            let day = serde_json::to_string(&OfDay {
                last_end_min: figures.last_end_min,
                busy_share: figures.busy_share,
                load: figures.load,
                day_max_min: figures.day_max_min,
                day_max_passed: figures.day_max_passed,
            })?;
            orders.push(format!(
                " {{\"order\": \"{}\", \"days\": {},\n  \"day\": {day},\n  \"groups\": [\n   {}\n  ]}}",
                order.name(),
                figures.days,
                groups.join(",\n   ")
            ));
        }
        let head = head.strip_suffix('}').unwrap_or(&head);
        Ok(format!("{head},\n\"orders\": [\n{}\n]}}", orders.join(",\n")))
    }

    /// Tables for people: for each class of people the orders one below the other.
    pub fn table(&self) -> String {
        let mut lines = vec![self.heading(), String::new()];
        let errors = self.orders.iter().any(|order| order.figures.days > 1);
        lines.push(people_heading(errors));
        for group in Group::ALL {
            let of_order = |report: &'_ OrderReport| {
                report.figures.group(group).map(|figures| (report.order, figures.clone()))
            };
            for (i, (order, figures)) in self.orders.iter().filter_map(of_order).enumerate() {
                let name = if i == 0 { people(group) } else { "" };
                lines.push(people_line(name, order, &figures, errors));
            }
        }
        lines.push(String::new());
        lines.push(format!(
            "{:<14} {:<9} {:>9} {:>13} {:>13} {:>12}",
            "day", "order", "last end", "windows busy", "longest wait", "most passed"
        ));
        for (i, OrderReport { order, figures }) in self.orders.iter().enumerate() {
            let name = if i == 0 { if figures.days > 1 { "mean" } else { "" } } else { "" };
            lines.push(format!(
                "{name:<14} {:<9} {:>9} {:>11.1} % {:>9.1} min {:>12.1}",
                order.name(),
                figures.last_end(),
                figures.busy_share.value * 100.0,
                figures.day_max_min.value,
                figures.day_max_passed.value,
            ));
        }
        lines.push(String::new());
        lines.push("Waits in minutes. passed: most priority calls that passed one person. windows busy: of the time they".to_owned());
        lines.push("worked; serving beyond closing is work.".to_owned());
        if errors {
            lines.push("±: standard error, from the differences between the days.".to_owned());
        }
        lines.join("\n")
    }

    fn heading(&self) -> String {
        let title = if self.title.is_empty() { String::new() } else { format!(": {}", self.title) };
        let days = self.orders.first().map_or(0, |order| order.figures.days);
        let when = match self.seeds {
            (first, last) if first == last => format!("seed {first}"),
            (first, last) => format!("{days} days, seeds {first} to {last}"),
        };
        format!("{}{title} ({when})", self.scenario)
    }
}

/// Heading words of a group.
pub fn people(group: Group) -> &'static str {
    match group {
        Group::Green => "green channel",
        Group::Appointment => "appointments",
        Group::Ordinary => "ordinary",
        Group::Complex => "complex",
        Group::Special => "special",
        Group::WalkIn => "walk-ins",
        Group::All => "everybody",
        Group::Returned => "came again",
    }
}

fn people_heading(errors: bool) -> String {
    let (target, mean) = if errors { ("    ±", "    ±") } else { ("", "") };
    format!(
        "{:<14} {:<9} {:>9} {:>10}{target} {:>8} {:>8} {:>7}{mean} {:>6} {:>6} {:>6} {:>6}",
        "class",
        "order",
        "calls/day",
        "in target",
        "≤10 min",
        ">60 min",
        "mean",
        "p50",
        "p95",
        "max",
        "passed"
    )
}

fn people_line(name: &str, order: Order, figures: &GroupFigures, errors: bool) -> String {
    let percent = |figure: Figure| format!("{:.1} %", figure.value * 100.0);
    let (target, mean) = match (errors, figures.within_target.error, figures.mean_min.error) {
        (true, Some(target), Some(mean)) => (format!(" {:>4.1}", target * 100.0), format!(" {mean:>4.1}")),
        _ => (String::new(), String::new()),
    };
    format!(
        "{name:<14} {:<9} {:>9.1} {:>10}{target} {:>8} {:>8} {:>7.1}{mean} {:>6.1} {:>6.1} {:>6.1} {:>6}",
        order.name(),
        figures.calls_day.value,
        percent(figures.within_target),
        percent(figures.within_10_min),
        percent(figures.over_60_min),
        figures.mean_min.value,
        figures.p50_min.value,
        figures.p95_min.value,
        figures.max_min,
        figures.max_passed,
    )
}
