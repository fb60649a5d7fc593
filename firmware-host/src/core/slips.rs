//! A ticket as the words of its slip and of the kiosk's last page (rule Q8). Never the green category (rule G6).

use super::desk::Facts;
use super::waits;
pub use super::why::explanation_words;
use super::words::Words;
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
        // What was kept as told is what the slip says, the reprint too.
        wait_min: told_min(facts, ticket),
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

/// Minutes of waiting as told with the number, from and to (rule W3); `None`: no forecast was there to tell.
pub fn told_min(facts: &Facts<'_>, ticket: &Ticket) -> Option<(u32, u32)> {
    facts.told.get(&ticket.seq).copied().map(waits::told_min)
}

/// Minutes of waiting, from and to, as a slip says them; `doubted`: they are wider than usual and only a rough guide.
pub fn wait_words((from, to): (u32, u32), doubted: bool) -> Words {
    let (zh, en) = match (from, to) {
        (_, 0) => ("随到随办".to_owned(), "at once".to_owned()),
        (0, to) => (format!("{to}分钟以内"), format!("up to {to} min")),
        (from, to) if from >= to => (format!("约{to}分钟"), format!("about {to} min")),
        (from, to) => (format!("{from}～{to}分钟"), format!("{from}-{to} min")),
    };
    if doubted { Words { zh: zh + "（参考）", en: en + " (rough)" } } else { Words { zh, en } }
}

/// The usual estimate for a number that waits now, where there is no forecast: of this moment and not what was told with the
/// number, which alone is compared with the wait that came.
pub fn usual_min(config: &Config, facts: &Facts<'_>, ticket: &Ticket) -> Option<(u32, u32)> {
    if !matches!(ticket.state, TicketState::Waiting { .. }) {
        return None;
    }
    let mean_min = config.service(&ticket.service.0).map_or(10, |service| service.mean_min);
    let mean_s = f64::from(mean_min) * 60.0;
    let ahead = facts.hall.people_ahead(ticket.seq);
    let naive_s = waits::naive_s(facts.hall, &ticket.service, ahead, mean_s)?;
    Some(waits::told_min(waits::naive_range(naive_s, mean_s)))
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
