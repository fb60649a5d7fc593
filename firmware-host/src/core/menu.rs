//! What a kiosk offers now: areas, departments and services with people waiting, why something is not offered, and what else
//! it can do.

use super::board::{Board, Phase};
use super::words;
use crate::config::{Config, Kiosk, Open, Service};
use crate::time::local_time;
use chrono::NaiveDateTime;
use kiosk::{AreaItem, Availability, DepartmentItem, Menu, Offers, ServiceItem, Trouble};
use queue::{ServiceId, Timestamp, WindowNumber};

/// The name that faults of a kiosk's or any printer carry.
pub fn printer_device(name: &str) -> String {
    format!("printer {name}")
}

/// The name that faults of a kiosk's card reader carry.
pub fn card_reader_device(kiosk: &str) -> String {
    format!("kiosk {kiosk} card reader")
}

/// The name that faults of a kiosk's scanner carry.
pub fn scanner_device(kiosk: &str) -> String {
    format!("kiosk {kiosk} scanner")
}

/// The name that faults of a kiosk's voice module carry.
pub fn voice_device(kiosk: &str) -> String {
    format!("kiosk {kiosk} voice")
}

/// The menu of `kiosk` at a moment of hall time, in a hall that has its keys of personal data. Without them the caller takes
/// the appointments out of the offers.
pub fn menu(config: &Config, kiosk: &Kiosk, board: &Board, at: Timestamp) -> Menu {
    let now = local_time(config, at);
    let open = config.is_open(now);
    let printer = board.trouble_of(&printer_device(&kiosk.printer));
    Menu {
        hall: config.hall.name.clone(),
        hall_en: config.hall.name_en.clone(),
        notice: config.hall.notice.clone(),
        open: availability(&open, now),
        trouble: printer.map(|fault| {
            let said = words::fault(&fault.fault);
            Trouble { zh: said.zh, en: said.en }
        }),
        areas: config
            .areas
            .iter()
            .filter(|area| kiosk.areas.is_empty() || kiosk.areas.contains(&area.code))
            .map(|area| AreaItem {
                code: area.code.clone(),
                name: area.name.clone(),
                name_en: area.name_en.clone(),
                floor: area.floor.to_string(),
                departments: departments(config, &area.code, board, &open),
            })
            .filter(|area| !area.departments.is_empty())
            .collect(),
        offers: offers(config, kiosk, board),
    }
}

/// What the kiosk can do beyond numbers. A reader, scanner or voice that fails is not asked for until it works again.
fn offers(config: &Config, kiosk: &Kiosk, board: &Board) -> Offers {
    let works = |device: String| board.trouble_of(&device).is_none();
    let card_reader = kiosk.card_reader.is_some() && works(card_reader_device(&kiosk.name));
    let voice = kiosk.voice.is_some() && works(voice_device(&kiosk.name));
    let mut letters: Vec<char> = config.services.iter().flat_map(|service| service.prefix.chars()).collect();
    letters.sort_unstable();
    letters.dedup();
    Offers {
        card_reader,
        scanner: kiosk.scanner.is_some() && works(scanner_device(&kiosk.name)),
        appointments: true,
        card_at_taking: card_reader,
        revival: true,
        letters: letters.into_iter().collect(),
        notices: true,
        large_type: true,
        sounds: voice && kiosk.key_sounds,
        voice,
    }
}

fn availability(open: &Open, now: NaiveDateTime) -> Availability {
    match open {
        Open::Session { .. } | Open::Lunch { .. } => Availability::Open,
        Open::Closed { opens: Some(opens) } if opens.date() == now.date() => Availability::Closed {
            zh: format!("现在不在取号时间，今天{}开始取号。", opens.format("%H:%M")),
            en: format!("Numbers are given again from {} today.", opens.format("%H:%M")),
        },
        Open::Closed { opens: Some(opens) } => Availability::Closed {
            zh: format!("现在不在取号时间，{}开始取号。", opens.format("%-m月%-d日%H:%M")),
            en: format!("Numbers are given again from {}.", opens.format("%-d %B, %H:%M")),
        },
        Open::Closed { opens: None } => Availability::Closed {
            zh: "现在不在取号时间。".into(),
            en: "The hall is closed.".into(),
        },
    }
}

fn departments(config: &Config, area: &str, board: &Board, open: &Open) -> Vec<DepartmentItem> {
    let of_area = config.departments.iter().filter(|department| department.area == area);
    let items = of_area.map(|department| DepartmentItem {
        name: department.name.clone(),
        name_en: department.name_en.clone(),
        services: config
            .services
            .iter()
            .filter(|service| service.department == department.code)
            .map(|service| item(config, service, board, open))
            .collect(),
    });
    items.filter(|department| !department.services.is_empty()).collect()
}

fn item(config: &Config, service: &Service, board: &Board, open: &Open) -> ServiceItem {
    let facts = board.services.get(&ServiceId::from(service.code.as_str()));
    let hours = config.hours.now();
    let (served, at_lunch) = match (open, &hours.lunch) {
        // Rule X2: exactly the listed services, at the listed windows.
        (Open::Lunch { .. }, Some(lunch)) => {
            let serves = |number: &u16| {
                let works =
                    board.windows.get(&WindowNumber(*number)).is_some_and(|w| w.phase != Phase::Closed);
                works && config.window(*number).is_some_and(|window| window.serves.includes(&service.code))
            };
            (lunch.windows.iter().any(serves), lunch.services.contains(&service.code))
        }
        _ => (facts.is_some_and(|facts| facts.open_windows > 0), true),
    };
    let available = if !at_lunch {
        Availability::Closed { zh: "午间不办理".into(), en: "Not at lunch time".into() }
    } else if !served {
        // Rule Q2: said before a number is taken.
        Availability::Closed { zh: "暂无开放窗口".into(), en: "No window open".into() }
    } else {
        Availability::Open
    };
    ServiceItem {
        code: service.code.clone(),
        name: service.name.clone(),
        name_en: service.name_en.clone(),
        waiting: facts.map_or(0, |facts| facts.waiting),
        wait_min: facts.and_then(|facts| facts.wait_min),
        available,
    }
}
