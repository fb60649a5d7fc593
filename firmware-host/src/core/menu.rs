//! What a kiosk offers now: areas, departments and services with people waiting, and why something is not offered.

use super::board::Board;
use super::words;
use crate::config::{Config, Kiosk, Open, Service};
use crate::time::local_time;
use kiosk::{AreaItem, Availability, DepartmentItem, Menu, ServiceItem, Trouble};
use queue::{ServiceId, Timestamp};

/// The name that faults of a kiosk's or any printer carry.
pub fn printer_device(name: &str) -> String {
    format!("printer {name}")
}

/// The menu of `kiosk` at a moment of hall time.
pub fn menu(config: &Config, kiosk: &Kiosk, board: &Board, at: Timestamp) -> Menu {
    let open = config.is_open(local_time(config, at));
    let printer = board.trouble_of(&printer_device(&kiosk.printer));
    Menu {
        hall: config.hall.name.clone(),
        hall_en: config.hall.name_en.clone(),
        notice: config.hall.notice.clone(),
        open: availability(&open),
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
    }
}

fn availability(open: &Open) -> Availability {
    match open {
        Open::Session { .. } | Open::Lunch { .. } => Availability::Open,
        Open::Closed { opens: Some(opens) } => Availability::Closed {
            zh: format!("现在不在取号时间，{}开始取号。", opens.format("%-m月%-d日 %H:%M")),
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
    let served = facts.is_some_and(|facts| facts.open_windows > 0);
    let at_lunch = match (open, &config.hours.lunch) {
        (Open::Lunch { .. }, Some(lunch)) => lunch.services.contains(&service.code),
        _ => true,
    };
    let available = if !at_lunch {
        // Rule X2.
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
