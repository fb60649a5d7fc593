//! A ticket as the words of its slip and of the kiosk's last page (rule Q8). Never the green category (rule G6).

use super::desk::Facts;
use super::waits;
use super::why::{self, Because, Explanation, Kind};
use crate::config::Config;
use crate::time::local_time;
use queue::{Class, ServiceId, Ticket, TicketState, WindowNumber, WindowState};

/// What a slip says about its ticket at the moment it is printed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TicketWords {
    /// `A012`.
    pub number: String,
    /// Service in Chinese and English.
    pub service: (String, String),
    /// Class in Chinese.
    pub class: &'static str,
    /// People ahead of it that its windows could call first.
    pub ahead: u32,
    /// Minutes from and to.
    pub wait_min: Option<(u32, u32)>,
    /// Floor and area in Chinese and English.
    pub place: (String, String),
    /// Windows that serve it, `3、4、5`.
    pub windows: String,
    /// Time of issue on the hall's clock face.
    pub issued: String,
    /// Booked time, if it is a valid appointment.
    pub booked: Option<String>,
}

/// The words of one ticket now.
pub fn ticket_words(config: &Config, facts: &Facts<'_>, ticket: &Ticket) -> TicketWords {
    let code = &*ticket.service.0;
    let service = config.service(code);
    let name = service.map_or_else(|| code.to_string(), |service| service.name.clone());
    let name_en = service.map_or_else(String::new, |service| service.name_en.clone());
    let ahead = match ticket.state {
        TicketState::Waiting { .. } => facts.hall.people_ahead(ticket.seq) as u32,
        _ => 0,
    };
    let area =
        service.and_then(|service| config.department(&service.department)).and_then(|d| config.area(&d.area));
    TicketWords {
        number: ticket.number.to_string(),
        service: (name, name_en),
        class: class_zh(ticket.class),
        ahead,
        wait_min: told_min(config, facts, ticket),
        place: area.map_or_else(Default::default, |area| {
            let english = if area.name_en.is_empty() { &area.code } else { &area.name_en };
            (format!("{}楼 {}", area.floor, area.name), format!("Floor {}, {english}", area.floor))
        }),
        windows: open_windows(config, facts, &ticket.service, area.map(|area| area.code.as_str()))
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
            .join("、"),
        issued: local_time(config, ticket.issued).format("%Y-%m-%d %H:%M:%S").to_string(),
        booked: ticket.booked.map(|booked| local_time(config, booked).format("%H:%M").to_string()),
    }
}

/// A ticket's story as the words of the slip that explains it (rule G4).
pub fn explanation_words(config: &Config, told: &Explanation, english: bool) -> ticket_printer::Explanation {
    let say = |sentence: &queue::explain::Sentence| {
        if english { sentence.en.clone() } else { on_paper(&sentence.zh) }
    };
    let label = |zh: &str, en: &str| if english { en.to_owned() } else { zh.to_owned() };
    let clock = |at| local_time(config, at).format("%Y-%m-%d %H:%M:%S").to_string();
    let first = told.story.iter().find_map(|step| Some((step, step.call.as_ref()?)));
    let mut facts = vec![(label("取号时间", "Taken"), clock(told.issued))];
    match first {
        Some((step, call)) => {
            let window = step.window.map_or_else(String::new, |window| window.to_string());
            facts.push((label("叫号时间", "Called"), clock(step.at)));
            facts.push((label("叫号窗口", "Window"), if english { window } else { format!("{window}号") }));
            facts.push((label("等候时间", "Wait"), say(&why::lasting(call.wait_s))));
        }
        None => facts.push((label("截至", "As of"), clock(told.as_of))),
    }
    let others = told.story.iter().filter(|step| step.kind == Kind::CalledBefore);
    // Whoever simply stood in front is counted in the summary; paper is for the reasons that are not plain to see.
    let reasons =
        others.filter(|step| step.other.as_ref().is_some_and(|other| other.because != Because::Earlier));
    ticket_printer::Explanation {
        hall: if english && !config.hall.name_en.is_empty() {
            config.hall.name_en.clone()
        } else {
            config.hall.name.clone()
        },
        number: told.number.to_string(),
        service: say(&told.service_name),
        facts,
        summary: say(&told.summary),
        reasons: reasons.map(|step| format!("{} {}", &step.local[..5], say(&step.says))).collect(),
        complaint_line: Some(config.hall.complaint_line.clone()).filter(|line| !line.is_empty()),
        english,
    }
}

/// A Chinese sentence as it is set on narrow paper: without the spaces beside numbers, so that a number and what it counts
/// are not parted, and with full-width marks.
fn on_paper(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let wide = |at: Option<usize>| at.and_then(|at| chars.get(at)).is_some_and(|c| !c.is_ascii());
    let mut set = String::with_capacity(text.len());
    for (at, &c) in chars.iter().enumerate() {
        let beside_wide = wide(at.checked_sub(1)) || wide(Some(at + 1));
        match c {
            ' ' if beside_wide => {}
            ',' if beside_wide => set.push('，'),
            ';' if beside_wide => set.push('；'),
            ':' if wide(at.checked_sub(1)) => set.push('：'),
            _ => set.push(c),
        }
    }
    set
}

/// Minutes of waiting as told with the number, from and to. Rule W3: what was kept as told is what the slip says, the reprint
/// too; before the first forecast the usual estimate.
pub fn told_min(config: &Config, facts: &Facts<'_>, ticket: &Ticket) -> Option<(u32, u32)> {
    let usual = || {
        let mean_min = config.service(&ticket.service.0).map_or(10, |service| service.mean_min);
        let mean_s = f64::from(mean_min) * 60.0;
        let ahead = facts.hall.people_ahead(ticket.seq);
        let naive_s = waits::naive_s(facts.hall, &ticket.service, ahead, mean_s)?;
        Some(waits::naive_range(naive_s, mean_s))
    };
    facts.told.get(&ticket.seq).copied().or_else(usual).map(waits::told_min)
}

/// Names of a class as the regulation has them (rule W1).
pub fn class_zh(class: Class) -> &'static str {
    match class {
        Class::Ordinary => "一般事项",
        Class::Complex => "复杂事项",
        Class::Special => "特殊事项",
    }
}

/// Windows where the ticket may be called: more than this many numbers confuse more than they tell.
const WINDOWS_NAMED: usize = 8;

/// Open windows that may call it: those of its own area, since the slip names one place to wait at; of other areas only when
/// there is no other.
fn open_windows(
    config: &Config,
    facts: &Facts<'_>,
    service: &ServiceId,
    area: Option<&str>,
) -> Vec<WindowNumber> {
    let serving = facts.hall.windows().filter(|window| window.skills.contains(service));
    let open: Vec<WindowNumber> =
        serving.filter(|window| window.state != WindowState::Closed).map(|window| window.number).collect();
    let here = |number: &&WindowNumber| config.window(number.0).map(|window| window.area.as_str()) == area;
    let near: Vec<WindowNumber> = open.iter().filter(here).copied().collect();
    let mut named = if near.is_empty() { open } else { near };
    named.truncate(WINDOWS_NAMED);
    named
}

#[cfg(test)]
mod tests {
    use super::on_paper;

    #[test]
    fn chinese_on_paper_keeps_numbers_with_what_they_count() {
        let cases = [
            ("A012 于 09:50 取号，由 3 号窗口叫号。", "A012于09:50取号，由3号窗口叫号。"),
            (
                "A014 先于 A012 叫号:A014 属绿色通道,依规优先办理。",
                "A014先于A012叫号：A014属绿色通道，依规优先办理。",
            ),
            ("A1 须在 10:05 前叫号;A2 已超过 10 分钟", "A1须在10:05前叫号；A2已超过10分钟"),
            ("B003 预约 09:55,已到预约时间", "B003预约09:55，已到预约时间"),
            ("window 3, 10:05", "window 3, 10:05"),
            ("", ""),
        ];
        for (text, set) in cases {
            assert_eq!(on_paper(text), set);
        }
    }
}
