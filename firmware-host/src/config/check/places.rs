//! Areas, departments, services and windows: codes, prefixes, who serves what (rules Q1, Q2).

use super::{Once, code, name, range, reference, short_text, unique};
use crate::config::mistake::Mistakes;
use crate::config::model::Config;
use crate::config::places::{Serves, Service, ServiceEnglish};
use crate::config::source::At;
use window::display::{Geometry, Screen};

pub(super) fn areas_and_departments(config: &Config, mistakes: &mut Mistakes<'_>) {
    let mut codes = Once::new();
    for (n, area) in config.areas.iter().enumerate() {
        let at = At::top("areas").index(n);
        code(&at.key("code"), &area.code, mistakes);
        unique(&mut codes, area.code.as_str(), &at.key("code"), mistakes);
        name(&at.key("name"), &area.name, mistakes);
        short_text(&at.key("name_en"), &area.name_en, mistakes);
        range(&at.key("floor"), area.floor, -9..=99, mistakes);
    }
    let mut codes = Once::new();
    for (n, department) in config.departments.iter().enumerate() {
        let at = At::top("departments").index(n);
        code(&at.key("code"), &department.code, mistakes);
        unique(&mut codes, department.code.as_str(), &at.key("code"), mistakes);
        name(&at.key("name"), &department.name, mistakes);
        short_text(&at.key("name_en"), &department.name_en, mistakes);
        let areas = config.areas.iter().map(|area| area.code.as_str());
        reference(&at.key("area"), &department.area, "area", areas, mistakes);
    }
}

pub(super) fn services(config: &Config, mistakes: &mut Mistakes<'_>) {
    if config.services.is_empty() {
        mistakes.say(
            &At::default(),
            "no [[services]]",
            "at least one",
            "the hall has no service; write a [[services]] table for each matter a person can take a number for",
        );
    }
    let mut codes = Once::new();
    for (n, service) in config.services.iter().enumerate() {
        let at = At::top("services").index(n);
        code(&at.key("code"), &service.code, mistakes);
        unique(&mut codes, service.code.as_str(), &at.key("code"), mistakes);
        name(&at.key("name"), &service.name, mistakes);
        short_text(&at.key("name_en"), &service.name_en, mistakes);
        let departments = config.departments.iter().map(|department| department.code.as_str());
        reference(&at.key("department"), &service.department, "department", departments, mistakes);
        let letters = service.prefix.as_bytes();
        // Two letters and three digits are what a keypad's display and the voice can say.
        if !(1..=2).contains(&letters.len()) || !letters.iter().all(u8::is_ascii_uppercase) {
            mistakes.is_not(
                &at.key("prefix"),
                format_args!("{:?}", service.prefix),
                "one or two capital letters, such as A or SB",
            );
        }
        range(&at.key("mean_min"), service.mean_min, 1..=240, mistakes);
        if let Some(english) = &service.english {
            self::english(&at.key("english"), service, english, mistakes);
        }
        if let Some(quota) = service.appointments_per_day {
            range(&at.key("appointments_per_day"), quota, 0..=200, mistakes);
        }
        if config.windows_serving(&service.code).next().is_none() {
            let code = &service.code;
            mistakes.say(
                &at.key("code"),
                code,
                "a window that serves it",
                format!(
                    "no window serves {code}; add it to `serves` of a window or have a catch-all window (serves = \"*\")"
                ),
            );
        }
    }
}

/// Rule Q9: all of it, or none.
fn english(at: &At, service: &Service, english: &ServiceEnglish, mistakes: &mut Mistakes<'_>) {
    if service.name_en.is_empty() {
        mistakes.say(
            at,
            "no name_en",
            "name_en of the service",
            "the notice is in English and the service has no English name; write name_en above [services.english]",
        );
    }
    let text = |text: &str| usize::from(!text.is_empty());
    for (key, zh, en) in [
        ("conditions", service.conditions.len(), english.conditions.len()),
        ("materials", service.materials.len(), english.materials.len()),
        ("fee", text(&service.fee), text(&english.fee)),
        ("legal_limit", text(&service.legal_limit), text(&english.legal_limit)),
        ("promised_limit", text(&service.promised_limit), text(&english.promised_limit)),
    ] {
        if zh != en {
            mistakes.say(
                &at.key(key),
                en,
                zh,
                format!("{zh} in Chinese and {en} in English; write as many, for half a notice misleads"),
            );
        }
    }
}

pub(super) fn windows(config: &Config, mistakes: &mut Mistakes<'_>) {
    let mut numbers = Once::new();
    let mut addresses = Once::new();
    let mut screens = Once::new();
    for (n, window) in config.windows.iter().enumerate() {
        let at = At::top("windows").index(n);
        range(&at.key("number"), window.number, 1..=999, mistakes);
        unique(&mut numbers, window.number, &at.key("number"), mistakes);
        name(&at.key("name"), &window.name, mistakes);
        short_text(&at.key("name_en"), &window.name_en, mistakes);
        short_text(&at.key("phone"), &window.phone, mistakes);
        let areas = config.areas.iter().map(|area| area.code.as_str());
        reference(&at.key("area"), &window.area, "area", areas, mistakes);
        if let Some(group) = &window.group {
            name(&at.key("group"), group, mistakes);
        }
        serves(config, &window.serves, &at.key("serves"), mistakes);

        let lines = config.keypad_lines.iter().map(|line| line.name.as_str());
        on_line(
            (&at, "keypad", "keypad_address"),
            window.keypad.as_deref(),
            window.keypad_address.map(u32::from),
            (1..=254, "keypad line"),
            lines,
            mistakes,
        );
        if let (Some(line), Some(address)) = (&window.keypad, window.keypad_address)
            && let Some(first) = addresses.again((line.as_str(), address), &at.key("keypad_address"))
        {
            let first = mistakes.line(first);
            mistakes.say(
                &at.key("keypad_address"),
                address,
                "an address of its own on the line",
                format!("address {address} on keypad line {line} is already taken in line {first}; two keypads cannot share it"),
            );
        }

        let lines = config.display_lines.iter().map(|line| line.name.as_str());
        on_line(
            (&at, "display", "display_screen"),
            window.display.as_deref(),
            window.display_screen.map(u32::from),
            (1..=u32::from(Screen::MAX_NUMBER), "display line"),
            lines,
            mistakes,
        );
        if let (Some(line), Some(screen)) = (&window.display, window.display_screen)
            && let Some(first) = screens.again((line.as_str(), screen), &at.key("display_screen"))
        {
            let first = mistakes.line(first);
            mistakes.say(
                &at.key("display_screen"),
                screen,
                "a screen number of its own on the line",
                format!("screen {screen} on display line {line} is already taken in line {first}; two displays cannot share it"),
            );
        }
        // PROTOCOLS 2.1: areas are measured in bytes of 8 pixels; one line of its font is 16 high.
        for (key, px, step, most) in [
            ("display_width_px", window.display_width_px, 8, Geometry::MAX_WIDTH_PX),
            ("display_height_px", window.display_height_px, 16, Geometry::MAX_HEIGHT_PX),
        ] {
            if !(16..=most).contains(&px) || px % step != 0 {
                mistakes.is_not(&at.key(key), px, format_args!("a multiple of {step} from 16 to {most}"));
            }
        }
    }
}

fn serves(config: &Config, serves: &Serves, at: &At, mistakes: &mut Mistakes<'_>) {
    let Serves::Listed(codes) = serves else { return };
    if codes.is_empty() {
        mistakes.say(
            at,
            "an empty list",
            "at least one service code, or \"*\"",
            "the window serves nothing; list its service codes, or write \"*\" for a catch-all window",
        );
    }
    let mut listed = Once::new();
    for (n, code) in codes.iter().enumerate() {
        let at = at.index(n);
        if code == "*" {
            mistakes.say(&at, "\"*\" in a list", "\"*\" alone", "\"*\" stands alone: write serves = \"*\"");
            continue;
        }
        reference(
            &at,
            code,
            "service",
            config.services.iter().map(|service| service.code.as_str()),
            mistakes,
        );
        unique(&mut listed, code.as_str(), &at, mistakes);
    }
}

/// A device on a line: both the line's name and its place on the line, or neither.
fn on_line<'a>(
    (at, line_key, place_key): (&At, &str, &str),
    line: Option<&str>,
    place: Option<u32>,
    (allowed, what): (std::ops::RangeInclusive<u32>, &str),
    lines: impl Iterator<Item = &'a str>,
    mistakes: &mut Mistakes<'_>,
) {
    if let Some(line) = line {
        reference(&at.key(line_key), line, what, lines, mistakes);
        if place.is_none() {
            mistakes.say(
                &at.key(line_key),
                "nothing",
                place_key,
                format!("the window is on {what} {line} but has no {place_key}; add {place_key} = …"),
            );
        }
    } else if place.is_some() {
        mistakes.say(
            &at.key(place_key),
            "nothing",
            line_key,
            format!("{place_key} is of no use without {line_key}; add {line_key} = \"name of a {what}\" or take it away"),
        );
    }
    if let Some(place) = place {
        range(&at.key(place_key), place, allowed, mistakes);
    }
}
