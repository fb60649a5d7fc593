//! Lines, printers, kiosks and their ports.

use super::{Once, name, range, reference, unique};
use crate::config::devices::Port;
use crate::config::mistake::Mistakes;
use crate::config::model::Config;
use crate::config::source::At;

/// Rates every serial adapter and serial server can be set to and one of our devices can.
const BAUDS: [u32; 8] = [1200, 2400, 4800, 9600, 19200, 38400, 57600, 115_200];

/// Sizes the kiosk's pages are drawn for: a 17-inch panel upright and a 10-inch panel across.
const PANELS_PX: [(u16, u16); 2] = [(768, 1024), (1024, 600)];

/// Rates that identity card readers can be set to (PROTOCOLS 4).
const READER_BAUDS: [u32; 5] = [9600, 19200, 38400, 57600, 115_200];
/// PROTOCOLS.md 5: the chip begins at 9600 after every reset, and the board may set it to more; at 38400 about half the frames are
/// lost while it speaks.
const VOICE_BAUDS: [u32; 2] = [9600, 19200];

/// And those that only pictures need: USB adapters and panels can, keypads and displays cannot.
const PANEL_BAUDS: [u32; 5] = [57600, 115_200, 230_400, 460_800, 921_600];

pub(super) fn baud(at: &At, seen: u32, mistakes: &mut Mistakes<'_>) {
    one_of(at, seen, &BAUDS, mistakes);
}

fn one_of(at: &At, seen: u32, allowed: &[u32], mistakes: &mut Mistakes<'_>) {
    if !allowed.contains(&seen) {
        let all: Vec<String> = allowed.iter().map(u32::to_string).collect();
        mistakes.is_not(at, seen, format_args!("one of {}", all.join(", ")));
    }
}

pub(super) fn lines(config: &Config, mistakes: &mut Mistakes<'_>) {
    let mut names = Once::new();
    for (n, line) in config.keypad_lines.iter().enumerate() {
        let at = At::top("keypad_lines").index(n);
        name(&at.key("name"), &line.name, mistakes);
        unique(&mut names, line.name.as_str(), &at.key("name"), mistakes);
        baud(&at.key("baud"), line.baud, mistakes);
        let mut levels = Once::new();
        for (button, level) in line.pad_levels.iter().enumerate() {
            let at = at.key("pad_levels").index(button);
            range(&at, *level, 1..=5, mistakes);
            // Rule R1: five levels, five buttons; two buttons of one level leave another out of reach.
            unique(&mut levels, *level, &at, mistakes);
        }
        let mut codes = Once::new();
        let ok = &line.ok_codes;
        for (key, code) in [("pass", &ok.pass), ("park", &ok.park), ("return", &ok.call_back)] {
            let at = at.key("ok_codes").key(key);
            // The keypad reads what is typed as a number: 06 and 6 would be one code.
            let padded = code.len() > 1 && code.starts_with('0');
            if !(1..=3).contains(&code.len()) || padded || !code.bytes().all(|byte| byte.is_ascii_digit()) {
                mistakes.is_not(
                    &at,
                    format_args!("{code:?}"),
                    "one to three digits without a leading zero in quotation marks, such as \"6\"",
                );
            }
            unique(&mut codes, code.as_str(), &at, mistakes);
        }
    }
    let mut names = Once::new();
    for (n, line) in config.display_lines.iter().enumerate() {
        let at = At::top("display_lines").index(n);
        name(&at.key("name"), &line.name, mistakes);
        unique(&mut names, line.name.as_str(), &at.key("name"), mistakes);
        baud(&at.key("baud"), line.baud, mistakes);
    }
}

pub(super) fn printers_and_kiosks(config: &Config, mistakes: &mut Mistakes<'_>) {
    let mut names = Once::new();
    for (n, printer) in config.printers.iter().enumerate() {
        let at = At::top("printers").index(n);
        name(&at.key("name"), &printer.name, mistakes);
        unique(&mut names, printer.name.as_str(), &at.key("name"), mistakes);
        baud(&at.key("baud"), printer.baud, mistakes);
        if ![58, 80].contains(&printer.paper_mm) {
            mistakes.is_not(&at.key("paper_mm"), printer.paper_mm, "58 or 80");
        }
    }
    // A department in no area was told of already.
    let departments_are_right =
        config.departments.iter().all(|department| config.area(&department.area).is_some());
    let mut names = Once::new();
    let mut printers = Once::new();
    for (n, kiosk) in config.kiosks.iter().enumerate() {
        let at = At::top("kiosks").index(n);
        name(&at.key("name"), &kiosk.name, mistakes);
        unique(&mut names, kiosk.name.as_str(), &at.key("name"), mistakes);
        let known = config.printers.iter().map(|printer| printer.name.as_str());
        if reference(&at.key("printer"), &kiosk.printer, "printer", known, mistakes)
            && let Some(first) = printers.again(kiosk.printer.as_str(), &at.key("printer"))
        {
            let line = mistakes.line(first);
            let printer = &kiosk.printer;
            mistakes.say(
                &at.key("printer"),
                printer,
                "a printer of its own",
                format!("printer {printer} already belongs to the kiosk in line {line}; a person would find two slips in it"),
            );
        }
        one_of(&at.key("panel_baud"), kiosk.panel_baud, &PANEL_BAUDS, mistakes);
        if !PANELS_PX.contains(&(kiosk.width_px, kiosk.height_px)) {
            let seen = format!("{} × {}", kiosk.width_px, kiosk.height_px);
            mistakes.is_not(
                &at.key("width_px"),
                seen,
                "768 × 1024 or 1024 × 600, the two sizes of width_px × height_px that pages are drawn for",
            );
        }
        range(&at.key("idle_timeout_s"), kiosk.idle_timeout_s, 10..=600, mistakes);
        one_of(&at.key("card_reader_baud"), kiosk.card_reader_baud, &READER_BAUDS, mistakes);
        baud(&at.key("scanner_baud"), kiosk.scanner_baud, mistakes);
        if kiosk.scanner_command && kiosk.scanner.is_none() {
            mistakes.say(
                &at.key("scanner_command"),
                "no scanner",
                "scanner = \"/dev/…\"",
                "there is no scanner to be told anything; add scanner = \"/dev/hallgate/…\" or leave this key out",
            );
        }
        one_of(&at.key("voice_baud"), kiosk.voice_baud, &VOICE_BAUDS, mistakes);
        if kiosk.key_sounds && kiosk.voice.is_none() {
            mistakes.say(
                &at.key("key_sounds"),
                "no voice",
                "voice = \"/dev/…\"",
                "there is no voice module to make a sound; add voice = \"/dev/hallgate/…\" or leave this key out",
            );
        }
        let mut listed = Once::new();
        for (m, area) in kiosk.areas.iter().enumerate() {
            let at = at.key("areas").index(m);
            let known = config.areas.iter().map(|area| area.code.as_str());
            unique(&mut listed, area.as_str(), &at, mistakes);
            if reference(&at, area, "area", known, mistakes)
                && departments_are_right
                && !config.services_of_area(area).any(|_| true)
            {
                mistakes.say(
                    &at,
                    area,
                    "an area with services",
                    format!("no department of area {area} has a service, so the kiosk would show an empty page for it"),
                );
            }
        }
    }
}

/// Two devices on one port would read each other's bytes.
pub(super) fn ports(config: &Config, mistakes: &mut Mistakes<'_>) {
    let list = |key: &'static str| move |n: usize| At::top(key).index(n);
    let keypads =
        config.keypad_lines.iter().enumerate().map(|(n, d)| (list("keypad_lines")(n).key("port"), &d.port));
    let displays =
        config.display_lines.iter().enumerate().map(|(n, d)| (list("display_lines")(n).key("port"), &d.port));
    let printers =
        config.printers.iter().enumerate().map(|(n, d)| (list("printers")(n).key("port"), &d.port));
    let panels = config.kiosks.iter().enumerate().map(|(n, d)| (list("kiosks")(n).key("panel"), &d.panel));
    let outlets = config.outlets.iter().enumerate();
    let outlets = outlets.filter_map(|(n, d)| Some((list("outlets")(n).key("port"), d.port.as_ref()?)));
    let beside = config.kiosks.iter().enumerate().flat_map(|(n, d)| {
        let at = move |key: &'static str| list("kiosks")(n).key(key);
        [("card_reader", &d.card_reader), ("scanner", &d.scanner), ("voice", &d.voice)]
            .into_iter()
            .filter_map(move |(key, port)| Some((at(key), port.as_ref()?)))
    });
    let mut taken: Once<&Port> = Once::new();
    for (at, port) in keypads.chain(displays).chain(printers).chain(panels).chain(beside).chain(outlets) {
        if let Some(first) = taken.again(port, &at) {
            let line = mistakes.line(first);
            mistakes.say(
                &at,
                port,
                "a port of its own",
                format!("port {port} is already used in line {line}; two devices cannot share a port"),
            );
        }
    }
}
