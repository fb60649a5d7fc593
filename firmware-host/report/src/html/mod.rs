//! The printable report: one HTML file for A4 with its style and its charts inside, nothing from elsewhere.
//!
//! Chinese first. Head rows repeat on every page, no row is cut, charts stay with their titles. Everything that a person typed is
//! escaped. Source: RULES.md W1, W4, R6, P1; the order of the sections is that of the questions a supervisor asks.

mod charts;
mod svg;

use crate::columns::{LEVELS, Part, along, load, overview, pause_reasons};
use crate::figures::{Axis, Figures};
use crate::names::Names;
use crate::table::{Cell, Table};
use std::fmt::Write as _;
use svg::escape;

const STYLE: &str = include_str!("style.css");

/// What the figures mean, for whoever holds the paper alone.
const MEANING: &[&str] = &[
    "等候自取号起至叫号止；预约自预约时间与签到时间的较晚者起计。暂离后返回的叫号不重复计时。过号恢复的号自恢复时起计，转办的号连续计时。",
    "等候达标：不超过所属类别的等候上限。事项、窗口、时段均按叫号时归类；取号及其结果按取号事项、取号时间归类。",
    "九成等候不超过：由短到长排列，第九成那一次的等候。",
    "参评率 = 评价 ÷（评价 + 已请未评 + 提前结束请评 + 未请评价且未评）。满意率 = 非常满意、满意、基本满意三档之和 ÷ 评价。",
    "未请评价：办结时未请群众评价；提前结束请评：请评时限未到即叫下一号，群众此后也未评价。均按人员、窗口统计，供管理核查。",
    "未到：叫号后未到，含过号后逾时未恢复。未叫弃号：未被叫到即作废，含闭厅时作废。",
    "先叫：窗口先叫了较晚取号者而被越过的人次，按被叫者的依据分列。",
];

/// The whole document. `font`: address of a font with Chinese for machines that have none, where the hall serves the page; a
/// file has the machine's own alone, since it is to need nothing from elsewhere.
pub fn html(figures: &Figures, names: &Names, font: Option<&str>) -> String {
    let title = format!("{} 统计报表 {}", names.hall, figures.period.words());
    // Browsers ask a server for an icon that nobody has.
    let served = font.map(|font| {
        format!(
            "<link rel=\"icon\" href=\"data:,\"><style>@font-face {{ font-family: \"Hall\"; src: url(\"{font}\"); }}</style>"
        )
    });
    let served = served.unwrap_or_default();
    let mut body = String::new();
    head(&mut body, figures, names);
    if figures.is_empty() {
        body.push_str("<p class=\"none\">该期间没有任何记录。</p>");
    } else {
        sections(&mut body, figures, names);
    }
    format!(
        "<!doctype html>\n<html lang=\"zh-CN\"><head><meta charset=\"utf-8\"><title>{}</title>\
         <meta name=\"viewport\" content=\"width=device-width\">{served}<style>{STYLE}</style></head>\n<body>{body}</body></html>\n",
        escape(&title)
    )
}

fn head(body: &mut String, figures: &Figures, names: &Names) {
    let total = &figures.total;
    write!(
        body,
        "<header><h1>{}</h1><p>统计报表　{}　开放 {} 天</p></header>",
        escape(if names.hall.is_empty() { "政务服务大厅" } else { &names.hall }),
        escape(&figures.period.words()),
        figures.days_worked.len()
    )
    .ok();
    if figures.is_empty() {
        return;
    }
    let tiles = [
        ("取号", Cell::Count(total.tickets.taken), ""),
        ("办结", Cell::Count(total.tickets.served), ""),
        ("平均等候", Cell::minutes_if(total.waits.n, total.waits.mean_s), "分钟"),
        ("等候达标率", Cell::Share(total.in_target, total.waits.n), ""),
        ("参评率", Cell::Share(total.ratings.given(), total.ratings.possible()), ""),
        ("满意率", Cell::Share(total.ratings.satisfied(), total.ratings.given()), ""),
    ];
    body.push_str("<div class=\"tiles\">");
    for (name, cell, unit) in tiles {
        write!(body, "<div><b>{}<small>{unit}</small></b><span>{name}</span></div>", cell.shown()).ok();
    }
    body.push_str("</div>");
}

fn sections(body: &mut String, figures: &Figures, names: &Names) {
    let of = |axis, parts: &[Part]| {
        let mut table = along(figures, names, axis, parts);
        if axis == Axis::Service {
            without_codes(&mut table);
        }
        table
    };
    let mut section = |title: &str, chart: String, tables: &[Table]| {
        if chart.is_empty() && tables.iter().all(|table| table.rows.is_empty()) {
            return;
        }
        write!(body, "<section><h2>{title}</h2>").ok();
        if !chart.is_empty() {
            write!(body, "<figure>{chart}</figure>").ok();
        }
        tables.iter().for_each(|one| table(body, one));
        body.push_str("</section>");
    };
    section("各时段等候", charts::hours(figures), &[of(Axis::Hour, &[Part::Waits])]);
    section(
        "各类别与途径",
        String::new(),
        &[of(Axis::Class, &[Part::Waits]), of(Axis::Channel, &[Part::Waits])],
    );
    section("各事项等候达标率", charts::attainment(figures, names), &[of(Axis::Service, &[Part::Waits])]);
    section(
        "各窗口等候与办理",
        String::new(),
        &[of(Axis::Window, &[Part::Waits]), of(Axis::Window, &[Part::Services, Part::Order])],
    );
    section(
        "群众评价",
        charts::ratings(figures),
        &[of(Axis::Service, &[Part::Ratings]), of(Axis::Window, &[Part::Ratings])],
    );
    section(
        "人员",
        String::new(),
        &[of(Axis::Clerk, &[Part::Services, Part::Order]), of(Axis::Clerk, &[Part::Ratings])],
    );
    section("客流分布", charts::load(figures), &[load(figures)]);
    section(
        "取号与结果",
        charts::days(figures),
        &[of(Axis::Day, &[Part::Tickets]), of(Axis::Service, &[Part::Tickets])],
    );
    section("暂停服务", String::new(), &[pause_reasons(figures), of(Axis::Window, &[Part::Pauses])]);
    if figures.total.bookings.booked > 0 {
        section("预约", String::new(), &[of(Axis::Service, &[Part::Bookings])]);
    }
    section("全厅总览", String::new(), &[overview(figures)]);
    body.push_str("<section class=\"meaning\"><h2>口径说明</h2><ol>");
    for line in MEANING {
        write!(body, "<li>{line}</li>").ok();
    }
    body.push_str("</ol></section>");
}

/// On paper a service is known by its name; its code is for programs.
fn without_codes(table: &mut Table) {
    table.heads.remove(0);
    table.n_keys -= 1;
    for row in &mut table.rows {
        let code = row.remove(0);
        if row[0] == Cell::Text(String::new()) {
            row[0] = code;
        }
    }
}

fn table(body: &mut String, table: &Table) {
    if table.rows.is_empty() {
        return;
    }
    let narrow = if table.heads.len() <= 5 { " narrow" } else { "" };
    write!(body, "<table class=\"{}{narrow}\"><thead><tr>", table.id).ok();
    for (index, head) in table.heads.iter().enumerate() {
        let class = if index < table.n_keys { " class=\"key\"" } else { "" };
        // A head breaks before its unit, which is the least of it.
        let shown = escape(head).replace("（", "<wbr><small>（").replace("）", "）</small>");
        write!(body, "<th{class}>{shown}</th>").ok();
    }
    body.push_str("</tr></thead><tbody>");
    for (line, row) in table.rows.iter().enumerate() {
        let total = table.has_total && line + 1 == table.rows.len();
        body.push_str(if total { "<tr class=\"total\">" } else { "<tr>" });
        for (index, cell) in row.iter().enumerate() {
            let class = if index < table.n_keys { " class=\"key\"" } else { "" };
            write!(body, "<td{class}>{}</td>", escape(&cell.shown())).ok();
        }
        body.push_str("</tr>");
    }
    body.push_str("</tbody></table>");
}

/// The levels from best to worst with the class that colours them.
fn levels() -> impl Iterator<Item = (usize, &'static str)> {
    LEVELS.iter().copied().enumerate().rev()
}
