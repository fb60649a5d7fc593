//! Which columns there are, what they are called, and along which axes they mean something; and the tables made of them.

use crate::calendar;
use crate::figures::{AXES, Axis, Channel, Figures, Key};
use crate::group::Group;
use crate::names::Names;
use crate::table::{Cell, Table};
use queue::{Class, Day};

/// Columns that belong together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Numbers taken and what became of them.
    Tickets,
    /// Calls, waits and targets (rule W4).
    Waits,
    /// Passes and whom calls passed.
    Order,
    /// Services ended.
    Services,
    /// Ratings (rule R6).
    Ratings,
    /// Pauses (rule P1).
    Pauses,
    /// Appointments.
    Bookings,
}

impl Part {
    /// All, in the order of tables.
    pub const ALL: [Part; 7] = [
        Part::Tickets,
        Part::Waits,
        Part::Services,
        Part::Ratings,
        Part::Order,
        Part::Pauses,
        Part::Bookings,
    ];

    /// Whether these figures have a place on the axis: a number is taken at no window, a pause is of no service.
    pub fn is_along(self, axis: Axis) -> bool {
        match axis {
            Axis::Service => self != Part::Pauses,
            Axis::Window | Axis::Clerk => !matches!(self, Part::Tickets | Part::Bookings),
            Axis::Class => !matches!(self, Part::Tickets | Part::Pauses | Part::Bookings),
            Axis::Channel => !matches!(self, Part::Pauses | Part::Bookings),
            Axis::Hour | Axis::Weekday | Axis::Day | Axis::Week | Axis::Month => true,
        }
    }
}

/// One column: its part, its head and its cell.
type Column = (Part, &'static str, fn(&Group) -> Cell);

/// Names of the levels of a rating from 1 to 5 (rule R1).
pub const LEVELS: [&str; 5] = ["非常不满意", "不满意", "基本满意", "满意", "非常满意"];

const COLUMNS: &[Column] = &[
    (Part::Tickets, "取号", |group| Cell::Count(group.tickets.taken)),
    (Part::Tickets, "绿色通道", |group| Cell::Count(group.tickets.green)),
    (Part::Tickets, "办结", |group| Cell::Count(group.tickets.served)),
    (Part::Tickets, "未到", |group| Cell::Count(group.tickets.missed)),
    (Part::Tickets, "其中逾时失效", |group| Cell::Count(group.tickets.expired)),
    (Part::Tickets, "叫号后作废", |group| Cell::Count(group.tickets.voided)),
    (Part::Tickets, "未叫弃号", |group| Cell::Count(group.tickets.abandoned)),
    (Part::Tickets, "在办", |group| Cell::Count(group.tickets.open)),
    (Part::Waits, "叫号", |group| Cell::Count(group.calls)),
    (Part::Waits, "计时等候", |group| Cell::Count(group.waits.n)),
    (Part::Waits, "平均等候（分钟）", |group| Cell::minutes_if(group.waits.n, group.waits.mean_s)),
    (Part::Waits, "等候中位数（分钟）", |group| {
        Cell::minutes_if(group.waits.n, group.waits.median_s)
    }),
    (Part::Waits, "九成等候不超过（分钟）", |group| {
        Cell::minutes_if(group.waits.n, group.waits.p90_s)
    }),
    (Part::Waits, "最长等候（分钟）", |group| Cell::minutes_if(group.waits.n, group.waits.longest_s)),
    (Part::Waits, "等候达标", |group| Cell::Count(group.in_target)),
    (Part::Waits, "等候达标率", |group| Cell::Share(group.in_target, group.waits.n)),
    (Part::Services, "办理", |group| Cell::Count(group.services.n)),
    (Part::Services, "平均办理（分钟）", |group| {
        Cell::minutes_if(group.services.n, group.services.mean_s)
    }),
    (Part::Services, "办理中位数（分钟）", |group| {
        Cell::minutes_if(group.services.n, group.services.median_s)
    }),
    (Part::Services, "最长办理（分钟）", |group| {
        Cell::minutes_if(group.services.n, group.services.longest_s)
    }),
    (Part::Ratings, "评价", |group| Cell::Count(group.ratings.given())),
    (Part::Ratings, "参评率", |group| Cell::Share(group.ratings.given(), group.ratings.possible())),
    (Part::Ratings, "满意率", |group| Cell::Share(group.ratings.satisfied(), group.ratings.given())),
    (Part::Ratings, LEVELS[4], |group| Cell::Count(group.ratings.levels[4])),
    (Part::Ratings, LEVELS[3], |group| Cell::Count(group.ratings.levels[3])),
    (Part::Ratings, LEVELS[2], |group| Cell::Count(group.ratings.levels[2])),
    (Part::Ratings, LEVELS[1], |group| Cell::Count(group.ratings.levels[1])),
    (Part::Ratings, LEVELS[0], |group| Cell::Count(group.ratings.levels[0])),
    (Part::Ratings, "已请未评", |group| Cell::Count(group.ratings.unanswered)),
    (Part::Ratings, "提前结束请评", |group| Cell::Count(group.ratings.cut)),
    (Part::Ratings, "未请评价", |group| Cell::Count(group.ratings.unprompted)),
    (Part::Order, "过号", |group| Cell::Count(group.passes)),
    (Part::Order, "绿色通道先叫", |group| Cell::Count(group.overtaken.by_green)),
    (Part::Order, "预约先叫", |group| Cell::Count(group.overtaken.by_booked)),
    (Part::Order, "其他先叫", |group| Cell::Count(group.overtaken.by_others)),
    (Part::Pauses, "暂停", |group| Cell::Count(group.pauses.ended.n + group.pauses.open)),
    (Part::Pauses, "暂停合计（分钟）", |group| Cell::Minutes(group.pauses.ended.total_s)),
    (Part::Pauses, "平均暂停（分钟）", |group| {
        Cell::minutes_if(group.pauses.ended.n, group.pauses.ended.mean_s)
    }),
    (Part::Pauses, "最长暂停（分钟）", |group| {
        Cell::minutes_if(group.pauses.ended.n, group.pauses.ended.longest_s)
    }),
    (Part::Bookings, "预约", |group| Cell::Count(group.bookings.booked)),
    (Part::Bookings, "预约守约", |group| Cell::Count(group.bookings.kept)),
    (Part::Bookings, "预约迟到", |group| Cell::Count(group.bookings.late)),
    (Part::Bookings, "预约爽约", |group| Cell::Count(group.bookings.no_show)),
    (Part::Bookings, "预约取消", |group| Cell::Count(group.bookings.cancelled)),
    (Part::Bookings, "大厅改约", |group| Cell::Count(group.bookings.not_kept)),
    (Part::Bookings, "告知不足", |group| Cell::Count(group.bookings.breach)),
    (Part::Bookings, "结果不明", |group| Cell::Count(group.bookings.unknown)),
    (Part::Bookings, "预约待办", |group| Cell::Count(group.bookings.open)),
];

/// The table of an axis with the columns of these parts; a row for each place that anything of these parts was counted at.
pub fn along(figures: &Figures, names: &Names, axis: Axis, parts: &[Part]) -> Table {
    let columns: Vec<&Column> = Part::ALL
        .iter()
        .filter(|part| parts.contains(part) && part.is_along(axis))
        .flat_map(|part| COLUMNS.iter().filter(move |column| column.0 == *part))
        .collect();
    let (id, title, keys) = heads(axis);
    let mut rows = Vec::new();
    for (key, group) in figures.along(axis) {
        let cells: Vec<Cell> = columns.iter().map(|(_, _, cell)| cell(group)).collect();
        if cells
            .iter()
            .any(|cell| !matches!(cell, Cell::Count(0) | Cell::Minutes(0) | Cell::Blank | Cell::Share(0, _)))
        {
            rows.push(labels(names, axis, key).into_iter().map(Cell::Text).chain(cells).collect());
        }
    }
    let has_total = !rows.is_empty();
    if has_total {
        let label = keys
            .iter()
            .enumerate()
            .map(|(index, _)| Cell::Text(if index == 0 { "合计".into() } else { String::new() }));
        rows.push(label.chain(columns.iter().map(|(_, _, cell)| cell(&figures.total))).collect());
    }
    let heads = keys.iter().copied().chain(columns.iter().map(|(_, head, _)| *head));
    Table { id, title, heads: heads.map(str::to_owned).collect(), n_keys: keys.len(), rows, has_total }
}

/// Every table of a period, for programs and spreadsheets.
pub fn tables(figures: &Figures, names: &Names) -> Vec<Table> {
    let mut all = vec![overview(figures)];
    all.extend(AXES.map(|axis| along(figures, names, axis, &Part::ALL)));
    all.extend([pause_reasons(figures), load(figures)]);
    all
}

/// The figures of the whole hall, one a row.
pub fn overview(figures: &Figures) -> Table {
    let row = |head: &str, cell| vec![Cell::Text(head.to_owned()), cell];
    let mut rows = vec![
        row("统计期间", Cell::Text(figures.period.words())),
        row("开放天数", Cell::Count(figures.days_worked.len() as u64)),
    ];
    rows.extend(COLUMNS.iter().map(|(_, head, cell)| row(head, cell(&figures.total))));
    rows.push(row("被绿色通道先叫的号", Cell::Count(figures.total.tickets.passed_by_green)));
    let targets = &figures.targets;
    rows.extend([
        row("一般事项等候上限（分钟）", Cell::Minutes(targets.ordinary)),
        row("复杂事项等候上限（分钟）", Cell::Minutes(targets.complex)),
        row("特殊事项等候上限（分钟）", Cell::Minutes(targets.special)),
        row("预约等候上限（分钟）", Cell::Minutes(targets.appointment)),
    ]);
    let heads = ["指标", "数值"].map(str::to_owned).to_vec();
    Table { id: "overview", title: "总览", heads, n_keys: 1, rows, has_total: false }
}

/// Why windows paused, and how long (rule P1).
pub fn pause_reasons(figures: &Figures) -> Table {
    let rows = figures.total.pauses.reasons.iter().map(|(reason, pause)| {
        let mean_s =
            pause.total_s.checked_div(i64::try_from(pause.n).unwrap_or(i64::MAX)).unwrap_or_default();
        let reason = if reason.is_empty() { "未说明" } else { reason };
        vec![
            Cell::Text(reason.to_owned()),
            Cell::Count(pause.n),
            Cell::Minutes(pause.total_s),
            Cell::Minutes(mean_s),
        ]
    });
    let heads = ["暂停原因", "次数", "合计（分钟）", "平均（分钟）"].map(str::to_owned).to_vec();
    Table { id: "pauses", title: "暂停原因", heads, n_keys: 1, rows: rows.collect(), has_total: false }
}

/// Numbers taken by weekday and hour; only hours at which any was taken.
pub fn load(figures: &Figures) -> Table {
    let hours: Vec<usize> = busy_hours(figures).collect();
    let heads = std::iter::once("星期".to_owned())
        .chain(hours.iter().map(|hour| format!("{hour}时")))
        .chain(["合计".to_owned()]);
    let rows = figures.load.iter().zip(WEEKDAYS).filter(|(row, _)| row.iter().any(|count| *count > 0)).map(
        |(row, name)| {
            let counts = hours.iter().map(|hour| Cell::Count(row[*hour]));
            std::iter::once(Cell::Text(name.to_owned()))
                .chain(counts)
                .chain([Cell::Count(row.iter().sum())])
                .collect()
        },
    );
    Table {
        id: "load",
        title: "客流分布",
        heads: heads.collect(),
        n_keys: 1,
        rows: rows.collect(),
        has_total: false,
    }
}

/// The hours from the first to the last one at which numbers were taken.
pub fn busy_hours(figures: &Figures) -> std::ops::Range<usize> {
    let any = |hour: &usize| figures.load.iter().any(|row| row[*hour] > 0);
    let first = (0..24).find(any).unwrap_or_default();
    let last = (0..24).rev().find(any).map_or(0, |hour| hour + 1);
    first..last
}

/// From Monday.
pub const WEEKDAYS: [&str; 7] = ["周一", "周二", "周三", "周四", "周五", "周六", "周日"];

fn heads(axis: Axis) -> (&'static str, &'static str, &'static [&'static str]) {
    match axis {
        Axis::Service => ("services", "按事项", &["事项编码", "事项"]),
        Axis::Window => ("windows", "按窗口", &["窗口", "窗口名称"]),
        Axis::Clerk => ("clerks", "按人员", &["工号", "姓名"]),
        Axis::Class => ("classes", "按类别", &["类别"]),
        Axis::Channel => ("channels", "按途径", &["途径"]),
        Axis::Hour => ("hours", "按时段", &["时段"]),
        Axis::Weekday => ("weekdays", "按星期", &["星期"]),
        Axis::Day => ("days", "按日", &["日期", "星期"]),
        Axis::Week => ("weeks", "按周", &["周一", "周日"]),
        Axis::Month => ("months", "按月", &["月份"]),
    }
}

/// What stands at the left of a row: one text for each of the axis' heads.
pub fn labels(names: &Names, axis: Axis, key: &Key) -> Vec<String> {
    match (axis, key) {
        (Axis::Service, Key::Text(code)) => vec![code.to_string(), names.service(code).to_owned()],
        (Axis::Clerk, Key::Text(code)) => vec![code.to_string(), names.clerk(code).into_owned()],
        (Axis::Window, Key::Number(number)) => vec![number.to_string(), names.window(*number).to_owned()],
        (Axis::Hour, Key::Number(hour)) => vec![format!("{hour:02}:00–{:02}:00", hour + 1)],
        (Axis::Weekday, Key::Number(weekday)) => vec![weekday_name(*weekday as usize).to_owned()],
        (Axis::Month, Key::Number(month)) => vec![format!("{}-{:02}", month / 100, month % 100)],
        (Axis::Week, Key::Day(monday)) => {
            vec![monday.to_string(), calendar::day(calendar::number(*monday) + 6).to_string()]
        }
        (_, Key::Day(day)) => vec![day.to_string(), weekday_of(*day).to_owned()],
        (_, Key::Class(class)) => vec![class_name(*class).to_owned()],
        (_, Key::Channel(channel)) => vec![channel_name(*channel).to_owned()],
        (_, Key::Text(text)) => vec![text.to_string()],
        (_, Key::Number(number)) => vec![number.to_string()],
    }
}

fn weekday_name(weekday: usize) -> &'static str {
    weekday.checked_sub(1).and_then(|index| WEEKDAYS.get(index)).copied().unwrap_or_default()
}

/// The Chinese name of the weekday of a day.
pub fn weekday_of(day: Day) -> &'static str {
    weekday_name(usize::from(calendar::weekday(day)))
}

/// Rule W1's words.
pub fn class_name(class: Class) -> &'static str {
    match class {
        Class::Ordinary => "一般事项",
        Class::Complex => "复杂事项",
        Class::Special => "特殊事项",
    }
}

/// What people are called by.
pub fn channel_name(channel: Channel) -> &'static str {
    match channel {
        Channel::Green => "绿色通道",
        Channel::Booked => "预约",
        Channel::WalkIn => "现场取号",
    }
}
