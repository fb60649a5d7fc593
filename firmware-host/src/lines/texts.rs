//! What stands above a window (rules P1, P3, G6), by the size of its display.

use crate::config::{Config, ShownOnDuty, Window};
use crate::core::board::{OnDuty, Phase, WindowFacts};
use link::text::width;
use window::display::{Colour, Content, Geometry, Line, Look};

/// The content of `window`'s display. `fresh`: the call is new, so it flashes.
pub(super) fn content(
    config: &Config,
    window: &Window,
    facts: &WindowFacts,
    fresh: bool,
    geometry: Geometry,
) -> Content {
    let number = window.number;
    let ticket = facts.ticket.as_ref().map(ToString::to_string).unwrap_or_default();
    match facts.phase {
        Phase::Calling => Content {
            lines: fitting(
                geometry,
                Colour::Red,
                &[
                    &[&format!("请 {ticket} 号"), &format!("到 {number} 号窗口")],
                    &[&format!("请{ticket}号"), &format!("到{number}窗口")],
                    &[&format!("请{ticket}号到{number}号窗口")],
                    &[&format!("{ticket}请到{number}号")],
                    &[&ticket],
                ],
            ),
            look: if fresh { Look::Flashing } else { Look::Steady },
        },
        Phase::Serving => steady(fitting(
            geometry,
            Colour::Yellow,
            &[&["正在办理", &format!("{ticket} 号")], &[&format!("正在办理{ticket}")], &[&ticket]],
        )),
        Phase::Paused => steady(fitting(geometry, Colour::Red, &[&["暂停服务", "请稍候"], &["暂停服务"]])),
        Phase::Closed => steady(fitting(
            geometry,
            Colour::Red,
            &[&[&format!("{number} 号窗口"), "暂未开放"], &["暂未开放"]],
        )),
        Phase::Free | Phase::Asking => steady(idle(config, window, facts, geometry)),
    }
}

fn steady(lines: Vec<Line>) -> Content {
    Content { lines, look: Look::Steady }
}

/// The first wording that fits the display whole; the last one if none does (the display pages it).
fn fitting(geometry: Geometry, colour: Colour, wordings: &[&[&str]]) -> Vec<Line> {
    let fits = |wording: &&&[&str]| {
        wording.len() <= geometry.rows() && wording.iter().all(|text| width(text) <= geometry.cells())
    };
    let chosen = wordings.iter().find(fits).or(wordings.last()).copied().unwrap_or_default();
    chosen.iter().map(|text| Line { text: (*text).to_string(), colour }).collect()
}

/// Rule P3: department and window, then main services with fees and promised limits, telephone; the name stands, the rest
/// scrolls. The same data print the notice and the kiosk's pages (rule Q9).
fn idle(config: &Config, window: &Window, facts: &WindowFacts, geometry: Geometry) -> Vec<Line> {
    let name = Line { text: window.name.clone(), colour: Colour::Green };
    if geometry.rows() < 2 {
        let marked = window.green && !window.name.contains("绿色通道");
        return vec![if marked {
            Line { text: format!("绿色通道 {}", name.text), ..name }
        } else {
            name
        }];
    }
    let mut parts = Vec::new();
    parts.extend(facts.on_duty.as_ref().and_then(|person| on_duty(config, person)));
    if window.green {
        parts.push("绿色通道窗口".to_string());
    }
    let mut departments: Vec<&str> = config
        .services
        .iter()
        .filter(|service| window.serves.includes(&service.code))
        .filter_map(|service| config.department(&service.department))
        .map(|department| department.name.as_str())
        .collect();
    departments.dedup();
    departments.truncate(DEPARTMENTS_NAMED);
    parts.extend(departments.iter().map(ToString::to_string));
    let served = config.services.iter().filter(|service| window.serves.includes(&service.code));
    for service in served.take(SERVICES_NAMED) {
        let mut text = service.name.clone();
        for fact in [&service.fee, &service.promised_limit].into_iter().filter(|fact| !fact.is_empty()) {
            text.push(' ');
            text.push_str(fact);
        }
        parts.push(text);
    }
    if !window.phone.is_empty() {
        parts.push(format!("电话 {}", window.phone));
    }
    vec![name, Line { text: parts.join("；"), colour: Colour::Yellow }]
}

/// Rules P2, R7: who serves here, as far as the hall shows it.
fn on_duty(config: &Config, person: &OnDuty) -> Option<String> {
    let OnDuty { number, name, post, .. } = person;
    match config.sign_in.shown {
        ShownOnDuty::None => None,
        ShownOnDuty::Number => Some(format!("工号 {number}")),
        ShownOnDuty::Name if post.is_empty() => Some(format!("{name} 工号 {number}")),
        ShownOnDuty::Name => Some(format!("{post} {name} 工号 {number}")),
    }
}

/// Main services named on an idle display: more would take longer to pass than anybody stands there.
const SERVICES_NAMED: usize = 3;
/// Departments named: a general window has two or three, a catch-all all of them.
const DEPARTMENTS_NAMED: usize = 2;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config;
    use queue::{TicketNumber, WindowNumber};

    fn shown(phase: Phase, geometry: Geometry) -> Vec<String> {
        let config = config::parse(include_str!("../../../systemd/hall.toml"), "hall.toml").unwrap();
        let window = config.window(1).unwrap();
        let facts = WindowFacts {
            number: WindowNumber(1),
            phase,
            ticket: Some(TicketNumber::from("A012")),
            waiting: 0,
            near: 0,
            late: 0,
            recalls: 0,
            rating: None,
            clerk: None,
            on_duty: Some(OnDuty {
                number: "0105".into(),
                name: "周敏".into(),
                post: "首席代表".into(),
                stars: 5,
            }),
            pause: None,
            sent: None,
            parked: 0,
            pause_booked: false,
            helper: None,
            owed_words: None,
        };
        let content = content(&config, window, &facts, true, geometry);
        content.lines.into_iter().map(|line| line.text).collect()
    }

    #[test]
    fn a_call_is_whole_on_every_size() {
        let size = |width, height| Geometry::new(width, height).unwrap();
        assert_eq!(shown(Phase::Calling, size(96, 32)), ["请 A012 号", "到 1 号窗口"]);
        assert_eq!(shown(Phase::Calling, size(96, 16)), ["A012请到1号"]);
        assert_eq!(shown(Phase::Calling, size(64, 16)), ["A012"]);
        assert_eq!(shown(Phase::Paused, size(64, 16)), ["暂停服务"]);
    }

    #[test]
    fn p2_the_idle_display_says_who_is_on_duty() {
        let lines = shown(Phase::Free, Geometry::new(128, 32).unwrap());
        assert!(lines[1].starts_with("首席代表 周敏 工号 0105；"), "{lines:?}");
        assert!(!shown(Phase::Paused, Geometry::new(128, 32).unwrap()).concat().contains("周敏"));
    }

    #[test]
    fn p3_the_idle_display_names_window_services_and_telephone() {
        let lines = shown(Phase::Free, Geometry::new(128, 32).unwrap());
        assert!(lines[1].contains("绿色通道窗口"), "{lines:?}");
        assert!(lines[1].contains("电话"), "{lines:?}");
    }
}
