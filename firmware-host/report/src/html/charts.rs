//! The charts of the printable report. All of them can be read without colour: numbers stand beside the shapes.

use super::levels;
use super::svg::{Anchor, Svg};
use crate::columns::{WEEKDAYS, busy_hours, weekday_of};
use crate::figures::{Axis, Figures, Key};
use crate::group::Group;
use crate::names::Names;
use crate::table::{Cell, grouped};

/// Width of every chart; the style stretches it to the page's.
const WIDTH: f64 = 700.0;
/// Chinese letters of a name that fit beside the bars.
const NAME_LETTERS: usize = 13;

/// Waits against targets by hour: how many were in target and how many not, the share above, and the wait of nine in ten.
pub(super) fn hours(figures: &Figures) -> String {
    let groups: Vec<(u32, &Group)> = figures
        .along(Axis::Hour)
        .filter_map(|(key, group)| match key {
            Key::Number(hour) if group.waits.n > 0 => Some((*hour, group)),
            _ => None,
        })
        .collect();
    let Some(most) = groups.iter().map(|(_, group)| group.waits.n).max() else { return String::new() };
    let (left, top, height) = (46.0, 40.0, 150.0);
    let mut svg = Svg::new(WIDTH, top + height + 48.0);
    legend(&mut svg, &[("good", "达标"), ("bad", "超过上限")]);
    let (step, tall) = ((WIDTH - left) / groups.len() as f64, scale(most));
    gridlines(&mut svg, left, top, height, tall);
    for (index, (hour, group)) in groups.iter().enumerate() {
        let (x, wide) = (left + step * (index as f64 + 0.18), step * 0.64);
        let high = |count: u64| height * count as f64 / tall as f64;
        let (good, bad) = (high(group.in_target), high(group.waits.n - group.in_target));
        let base = top + height;
        svg.bar("good", (x, base - good), (wide, good));
        svg.bar("bad", (x, base - good - bad), (wide, bad));
        let middle = x + wide / 2.0;
        svg.text(
            "value",
            (middle, base - good - bad - 5.0),
            Anchor::Middle,
            &Cell::Share(group.in_target, group.waits.n).shown(),
        );
        svg.text("label", (middle, base + 15.0), Anchor::Middle, &format!("{hour}时"));
        svg.text("small", (middle, base + 29.0), Anchor::Middle, &Cell::Minutes(group.waits.p90_s).shown());
    }
    svg.text("small", (left - 6.0, top + height + 29.0), Anchor::End, "九成≤分");
    svg.text("small", (left - 6.0, top - 8.0), Anchor::End, "人次");
    svg.end("各时段等候达标与超过上限的人次")
}

/// Attainment of every service, longest bar best.
pub(super) fn attainment(figures: &Figures, names: &Names) -> String {
    let groups: Vec<(&str, &Group)> = figures
        .along(Axis::Service)
        .filter_map(|(key, group)| match key {
            Key::Text(code) if group.waits.n > 0 => Some((names.service(code), group)),
            _ => None,
        })
        .collect();
    if groups.is_empty() {
        return String::new();
    }
    let (left, row, right) = (176.0, 19.0, 128.0);
    let mut svg = Svg::new(WIDTH, row * groups.len() as f64 + 22.0);
    let wide = WIDTH - left - right;
    let bottom = row * groups.len() as f64 + 4.0;
    for percent in [0, 25, 50, 75, 100] {
        let x = left + wide * f64::from(percent) / 100.0;
        svg.line("grid", (x, 2.0), (x, bottom));
        svg.text("small", (x, bottom + 13.0), Anchor::Middle, &format!("{percent}%"));
    }
    for (index, (name, group)) in groups.iter().enumerate() {
        let y = row * index as f64 + 4.0;
        let share = group.in_target as f64 / group.waits.n as f64;
        svg.text("label", (left - 8.0, y + 11.0), Anchor::End, &shortened(name));
        svg.bar("rest", (left, y), (wide, row - 6.0));
        svg.bar("good", (left, y), (wide * share, row - 6.0));
        let value = format!(
            "{}　{} 人次",
            Cell::Share(group.in_target, group.waits.n).shown(),
            grouped(group.waits.n)
        );
        svg.text("value", (left + wide + 8.0, y + 11.0), Anchor::Start, &value);
    }
    svg.end("各事项等候达标率")
}

/// How many of each level were given, and how many gave none.
pub(super) fn ratings(figures: &Figures) -> String {
    let ratings = &figures.total.ratings;
    if ratings.possible() == 0 {
        return String::new();
    }
    let unasked = ratings.suppressed;
    let mut rows: Vec<(String, &str, u64, u64)> = levels()
        .map(|(level, name)| {
            (name.to_owned(), ["l1", "l2", "l3", "l4", "l5"][level], ratings.levels[level], ratings.given())
        })
        .collect();
    rows.push(("已请未评".into(), "rest", ratings.unanswered, ratings.possible()));
    rows.push(("提前结束请评".into(), "rest", ratings.cut, ratings.possible()));
    rows.push(("未请评价".into(), "rest", unasked, ratings.possible()));
    let most = rows.iter().map(|row| row.2).max().unwrap_or_default().max(1);
    let (left, row) = (96.0, 21.0);
    let mut svg = Svg::new(WIDTH, row * rows.len() as f64 + 4.0);
    let wide = WIDTH - left - 210.0;
    for (index, (name, class, count, of)) in rows.iter().enumerate() {
        let y = row * index as f64 + 3.0;
        let of_what = if index < 5 { "占评价" } else { "占可评" };
        svg.text("label", (left - 8.0, y + 12.0), Anchor::End, name);
        svg.bar(
            class,
            (left, y),
            ((wide * *count as f64 / most as f64).max(if *count > 0 { 1.0 } else { 0.0 }), row - 6.0),
        );
        let x = left + wide * *count as f64 / most as f64 + 8.0;
        let value = format!("{}　{of_what} {}", grouped(*count), Cell::Share(*count, *of).shown());
        svg.text("value", (x, y + 12.0), Anchor::Start, &value);
    }
    svg.end("评价等级分布")
}

/// When numbers are taken: weekdays by hours, darker for more.
pub(super) fn load(figures: &Figures) -> String {
    let hours: Vec<usize> = busy_hours(figures).collect();
    let worked = |weekday: usize| {
        let name = WEEKDAYS[weekday];
        figures.days_worked.iter().filter(|day| weekday_of(**day) == name).count() as u64
    };
    let rows: Vec<usize> = (0..7).filter(|row| figures.load[*row].iter().any(|count| *count > 0)).collect();
    // The mean of a day: months have more of some weekdays than of others.
    let mean = |row: usize, hour: usize| figures.load[row][hour] as f64 / worked(row).max(1) as f64;
    let most = rows.iter().flat_map(|row| hours.iter().map(|hour| mean(*row, *hour))).fold(0.0, f64::max);
    if most <= 0.0 {
        return String::new();
    }
    let (left, top, row_high) = (46.0, 36.0, 24.0);
    let step = (WIDTH - left) / hours.len() as f64;
    let mut svg = Svg::new(WIDTH, top + row_high * rows.len() as f64 + 4.0);
    svg.text("small", (left, 12.0), Anchor::Start, "每开放日平均取号数，颜色越深越多");
    for (column, hour) in hours.iter().enumerate() {
        svg.text(
            "label",
            (left + step * (column as f64 + 0.5), top - 6.0),
            Anchor::Middle,
            &format!("{hour}时"),
        );
    }
    for (line, row) in rows.iter().enumerate() {
        let y = top + row_high * line as f64;
        svg.text("label", (left - 8.0, y + 16.0), Anchor::End, WEEKDAYS[*row]);
        for (column, hour) in hours.iter().enumerate() {
            let share = mean(*row, *hour) / most;
            let shade = (share * 9.0).round() as u8;
            let x = left + step * column as f64;
            svg.bar(&format!("h{shade}"), (x + 1.0, y + 1.0), (step - 2.0, row_high - 2.0));
            let class = if shade >= 6 { "value on-dark" } else { "value" };
            svg.text(class, (x + step / 2.0, y + 16.0), Anchor::Middle, &format!("{:.1}", mean(*row, *hour)));
        }
    }
    svg.end("每开放日各时段平均取号数")
}

/// Numbers taken on each day, and the share of waits in target above.
pub(super) fn days(figures: &Figures) -> String {
    let groups: Vec<_> = figures
        .along(Axis::Day)
        .filter_map(|(key, group)| match key {
            Key::Day(day) if group.tickets.taken > 0 => Some((*day, group)),
            _ => None,
        })
        .collect();
    let Some(most) = groups.iter().map(|(_, group)| group.tickets.taken).max().filter(|_| groups.len() > 1)
    else {
        return String::new();
    };
    let (left, right, top, height) = (46.0, 40.0, 34.0, 120.0);
    let mut svg = Svg::new(WIDTH, top + height + 34.0);
    legend(&mut svg, &[("plain", "取号（左）"), ("trend", "等候达标率（右）")]);
    let (step, tall) = ((WIDTH - left - right) / groups.len() as f64, scale(most));
    gridlines(&mut svg, left, top, height, tall);
    let mut points = Vec::new();
    // A label for each day while there is room for it: about 20 units.
    let every = (20.0 / step).ceil().max(1.0) as usize;
    for (index, (day, group)) in groups.iter().enumerate() {
        let (x, wide) = (left + step * (index as f64 + 0.15), step * 0.7);
        let high = height * group.tickets.taken as f64 / tall as f64;
        svg.bar("plain", (x, top + height - high), (wide, high));
        let middle = x + wide / 2.0;
        if group.waits.n > 0 {
            points.push((middle, top + height * (1.0 - group.in_target as f64 / group.waits.n as f64)));
        }
        if index.is_multiple_of(every) {
            svg.text("label", (middle, top + height + 14.0), Anchor::Middle, &format!("{}", day.0 % 100));
            let letter: String = weekday_of(*day).chars().skip(1).collect();
            svg.text("small", (middle, top + height + 27.0), Anchor::Middle, &letter);
        }
    }
    svg.polyline("trend", &points);
    for percent in [0, 50, 100] {
        let y = top + height * (1.0 - f64::from(percent) / 100.0);
        svg.text("small", (WIDTH - right + 5.0, y + 3.0), Anchor::Start, &format!("{percent}%"));
    }
    svg.end("每日取号数与等候达标率")
}

fn legend(svg: &mut Svg, entries: &[(&str, &str)]) {
    let mut x = 46.0;
    for (class, name) in entries {
        svg.bar(class, (x, 4.0), (11.0, 11.0));
        svg.text("label", (x + 16.0, 14.0), Anchor::Start, name);
        x += 40.0 + 12.0 * name.chars().count() as f64;
    }
}

/// Four lines and their numbers at the left.
fn gridlines(svg: &mut Svg, left: f64, top: f64, height: f64, tall: u64) {
    for fourth in 0..=4_u64 {
        let y = top + height - height * fourth as f64 / 4.0;
        svg.line("grid", (left, y), (WIDTH, y));
        svg.text("small", (left - 6.0, y + 3.0), Anchor::End, &grouped(tall / 4 * fourth));
    }
}

/// A round number of at least this, which four parts divide evenly.
fn scale(most: u64) -> u64 {
    let mut unit = 4_u64;
    loop {
        for times in [1, 2, 3, 5] {
            let tall = unit.saturating_mul(times);
            if tall >= most {
                return tall;
            }
        }
        let Some(next) = unit.checked_mul(10) else { return most };
        unit = next;
    }
}

fn shortened(name: &str) -> String {
    if name.chars().count() <= NAME_LETTERS {
        return name.to_owned();
    }
    name.chars().take(NAME_LETTERS - 1).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scales_are_round_and_divide_by_four() {
        for (most, tall) in
            [(0, 4), (4, 4), (5, 8), (13, 20), (21, 40), (347, 400), (1000, 1200), (25_000, 40_000)]
        {
            assert_eq!(scale(most), tall, "{most}");
        }
        assert!(scale(u64::MAX) >= u64::MAX / 4);
    }
}
