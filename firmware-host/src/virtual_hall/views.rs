//! What the page is told: the hall once, and each device as its twin shows it.

use super::clerk;
use super::devices::{CardReader, Printer};
use super::line::{Condition, Line, Unit};
use super::persons::page_people;
use super::stage::Stage;
use super::telephone;
use crate::config::{Config, Open};
use crate::time::local_time;
use queue::{Reminded, Ticket, TicketState, WindowState};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// All that a page needs when it is opened: the hall, every device, the latest changes and the numbers they speak of.
/// `None` when hallgate is ending.
pub(super) async fn state(stage: &Stage) -> Option<Value> {
    let numbers = stage.desk.look(|facts| {
        let numbers = facts.hall.tickets().map(|ticket| (ticket.seq, ticket.number.clone()));
        numbers.collect::<Vec<_>>()
    });
    let numbers = numbers.await?;
    let devices = devices(stage).await?;
    Some(json!({"hall": hall(stage), "devices": devices, "recent": stage.recent(), "numbers": numbers}))
}

/// What does not change while the demo runs: names, places, lines.
fn hall(stage: &Stage) -> Value {
    let config = &stage.config;
    let levels = |window: &crate::config::Window| {
        let line = config.keypad_lines.iter().find(|line| Some(&line.name) == window.keypad.as_ref());
        line.map_or([0; 5], |line| line.pad_levels)
    };
    json!({
        "name": config.hall.name,
        "name_en": config.hall.name_en,
        "zone_offset_min": config.hall.zone_offset_min,
        "speed": stage.clocks.speed(),
        "seed": stage.seed,
        "peopled": stage.peopled(),
        "areas": config.areas,
        "services": config.services.iter().map(|service| (&service.code, &service.name)).collect::<BTreeMap<_, _>>(),
        "windows": config.windows.iter().map(|window| json!({
            "number": window.number,
            "name": window.name,
            "name_en": window.name_en,
            "area": window.area,
            "led": window.display.is_some(),
            "keypad": window.keypad.is_some(),
            "levels": levels(window),
            "staff": clerk::person(config, window.number).map(|person| &person.number),
        })).collect::<Vec<_>>(),
        "kiosks": config.kiosks.iter().map(|kiosk| json!({
            "name": kiosk.name,
            "areas": kiosk.areas,
            "printer": kiosk.printer,
            "w": kiosk.width_px,
            "h": kiosk.height_px,
            "cards": if kiosk.card_reader.is_some() { card_names() } else { Vec::new() },
            "scanner": kiosk.scanner.is_some(),
            "voice": kiosk.voice.is_some(),
        })).collect::<Vec<_>>(),
        "printers": config.printers.iter()
            .map(|printer| json!({"name": printer.name, "paper_mm": printer.paper_mm}))
            .collect::<Vec<_>>(),
        "lines": lines(stage),
    })
}

fn lines(stage: &Stage) -> Vec<Value> {
    let config: &Config = &stage.config;
    let line = |kind: &str, name: &str, baud: u32, units: usize| json!({"id": format!("{kind}/{name}"), "kind": kind, "name": name, "baud": baud, "units": units});
    let keypads = config.keypad_lines.iter().map(|of| {
        let units = stage.hall.keypads.get(&of.name).map_or(0, |line| line.look(|bus| bus.stations.len()));
        line("keypads", &of.name, of.baud, units)
    });
    let displays = config.display_lines.iter().map(|of| {
        let units = stage.hall.displays.get(&of.name).map_or(0, |line| line.look(|bus| bus.screens.len()));
        line("displays", &of.name, of.baud, units)
    });
    let printers = config.printers.iter().map(|of| line("printer", &of.name, of.baud, 1));
    let panels = config.kiosks.iter().map(|of| line("panel", &of.name, of.panel_baud, 1));
    let readers = config.kiosks.iter().filter(|of| of.card_reader.is_some());
    let readers = readers.map(|of| line("card", &of.name, of.card_reader_baud, 1));
    let scanners = config.kiosks.iter().filter(|of| of.scanner.is_some());
    let scanners = scanners.map(|of| line("scanner", &of.name, of.scanner_baud, 1));
    let voices = config.kiosks.iter().filter(|of| of.voice.is_some());
    let voices = voices.map(|of| line("voice", &of.name, of.voice_baud, 1));
    let modems = stage.hall.modems.keys().map(|name| {
        let modem = config.outlets.iter().find(|of| of.name == *name);
        line("modem", name, modem.and_then(|of| of.baud).unwrap_or_default(), 1)
    });
    keypads
        .chain(displays)
        .chain(printers)
        .chain(panels)
        .chain(readers)
        .chain(scanners)
        .chain(voices)
        .chain(modems)
        .collect()
}

/// The cards that lie beside a reader, in words.
fn card_names() -> Vec<&'static str> {
    page_people().into_iter().map(|(name, _)| name).collect()
}

/// Every device by its name on the page, and `hall`; `None` when hallgate is ending.
pub(super) async fn devices(stage: &Stage) -> Option<BTreeMap<String, Value>> {
    let config = stage.config.clone();
    let hall = stage.desk.look(move |facts| {
        let local = local_time(&config, facts.now);
        let count =
            |wanted: fn(&TicketState) -> bool| facts.hall.tickets().filter(|t| wanted(&t.state)).count();
        json!({
            "local": local.format("%Y-%m-%d %H:%M:%S").to_string(),
            "open": !matches!(config.is_open(local), Open::Closed { .. }),
            "waiting": count(|state| matches!(state, TicketState::Waiting { .. })),
            "late": facts.hall.tickets().filter(|ticket| waits_too_long(ticket)).count(),
            "advice": facts.waits.advice.first().map(|advice| advice.words(&config)),
            "served": count(|state| matches!(state, TicketState::Completed { .. })),
            "open_windows": facts.hall.windows().filter(|window| window.state != WindowState::Closed).count(),
            "faults": facts.jobs.faults()
                .map(|fault| json!({"device": fault.device, "fault": fault.fault}))
                .collect::<Vec<_>>(),
        })
    });
    let mut views = BTreeMap::from([("hall".to_owned(), hall.await?)]);
    // Rule G4: what each clerk has to say, which no keypad has letters for.
    for (window, facts) in &stage.desk.board().borrow().windows {
        views.insert(format!("window/{window}/owed"), json!(facts.owed_words));
    }
    windows(stage, &mut views);
    for (name, line) in &stage.hall.keypads {
        views.insert(format!("line/keypads/{name}"), condition(line));
    }
    for (name, line) in &stage.hall.displays {
        views.insert(format!("line/displays/{name}"), condition(line));
    }
    for (name, line) in &stage.hall.printers {
        views.insert(format!("line/printer/{name}"), condition(line));
        views.insert(format!("printer/{name}"), line.look(printer));
    }
    for (name, line) in &stage.hall.panels {
        views.insert(format!("line/panel/{name}"), condition(line));
        views.insert(format!("panel/{name}"), json!({"v": line.look(|panel| panel.twin.view().changes)}));
    }
    for (name, line) in &stage.hall.readers {
        views.insert(format!("line/card/{name}"), condition(line));
        views.insert(format!("card/{name}"), line.look(card));
    }
    for (name, line) in &stage.hall.scanners {
        views.insert(format!("line/scanner/{name}"), condition(line));
        let lit = line.look(|scanner| scanner.twin.view().lit);
        views.insert(format!("scanner/{name}"), json!({"lit": lit}));
    }
    for (name, line) in &stage.hall.voices {
        views.insert(format!("line/voice/{name}"), condition(line));
        views.insert(format!("voice/{name}"), line.look(|voice| json!(voice.twin.view())));
    }
    for (name, line) in &stage.hall.modems {
        views.insert(format!("line/modem/{name}"), condition(line));
    }
    views.insert("telephone".to_owned(), telephone::view(stage).await?);
    Some(views)
}

/// Rule W2.
fn waits_too_long(ticket: &Ticket) -> bool {
    matches!(ticket.state, TicketState::Waiting { .. }) && ticket.reminded == Reminded::Passed
}

fn condition<U: Unit>(line: &Line<U>) -> Value {
    let Condition { unplugged, noisy, slow } = line.condition();
    json!({"unplugged": unplugged, "noisy": noisy, "slow": slow})
}

fn windows(stage: &Stage, views: &mut BTreeMap<String, Value>) {
    let now = crate::time::uptime();
    for (window, place) in &stage.hall.windows {
        let station = place.keypad.as_ref().and_then(|(line, address)| {
            stage.hall.keypads.get(line)?.look(|bus| {
                let station = bus.stations.get(address)?;
                let mut keypad = json!(station.keypad.view());
                keypad["silent"] = json!(station.silent);
                Some((keypad, json!(station.pad.view())))
            })
        });
        if let Some((keypad, pad)) = station {
            views.insert(format!("window/{window}/keypad"), keypad);
            views.insert(format!("window/{window}/pad"), pad);
        }
        let led = place.display.as_ref().and_then(|(line, screen)| {
            stage.hall.displays.get(line)?.look(|bus| {
                let (twin, silent) = bus.screens.get(screen)?;
                let geometry = twin.screen().geometry;
                let px = packed(&twin.frame(now));
                Some(json!({"w": geometry.width_px, "h": geometry.height_px, "px": px, "silent": silent}))
            })
        });
        if let Some(led) = led {
            views.insert(format!("window/{window}/led"), led);
        }
    }
}

/// Two LEDs a hexadecimal digit: the first in the upper two bits.
fn packed(leds: &[u8]) -> String {
    let pair = |pair: &[u8]| {
        let second = pair.get(1).copied().unwrap_or(0);
        char::from_digit(u32::from((pair[0] & 3) << 2 | second & 3), 16).unwrap_or('0')
    };
    leds.chunks(2).map(pair).collect()
}

fn card(reader: &CardReader) -> Value {
    let view = reader.twin.view();
    json!({"on": view.card, "reads": view.reads})
}

fn printer(printer: &Printer) -> Value {
    let view = printer.twin.view();
    json!({
        "paper_out": view.paper_out,
        "paper_low": view.paper_low,
        "cover_open": view.cover_open,
        "cutter": view.cutter_jammed,
        "offline": view.offline,
        "printing": view.printing,
        "slips": printer.tray().map(|(n, paper)| json!({"n": n, "text": paper.text_lines})).collect::<Vec<_>>(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leds_are_packed_two_a_digit() {
        assert_eq!(packed(&[0, 1, 2, 3, 3, 3]), "1bf");
        assert_eq!(packed(&[3]), "c");
        assert_eq!(packed(&[]), "");
    }
}
