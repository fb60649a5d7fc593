//! All devices of a hall, virtual: one twin for each that the configuration names, on lines that the host can open.

use super::devices::{CardReader, DisplayBus, KeypadBus, Modem, Panel, Printer, Scanner, Station, Voice};
use super::line::Line;
use crate::config::outlets::MODEM_BAUD;
use crate::config::{CardType, Carries, Charset, Config, Lamp, Outlet, Port, PrinterProfile};
use kiosk::card::twin::SampleCard;
use kiosk::scanner::Mode;
use kiosk::{card, panel, scanner, voice};
use link::Uptime;
use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use ticket_printer::{Model, Profile};
use window::display::{self, Geometry};
use window::keypad::PadKey;

/// The virtual devices, by the names of the configuration.
pub struct VirtualHall {
    /// Buses of keypads and pads.
    pub keypads: BTreeMap<String, Line<KeypadBus>>,
    /// Buses of displays.
    pub displays: BTreeMap<String, Line<DisplayBus>>,
    /// Printers.
    pub printers: BTreeMap<String, Line<Printer>>,
    /// Panels, by the kiosk's name.
    pub panels: BTreeMap<String, Line<Panel>>,
    /// Card readers, by the kiosk's name.
    pub readers: BTreeMap<String, Line<CardReader>>,
    /// Scanners, by the kiosk's name.
    pub scanners: BTreeMap<String, Line<Scanner>>,
    /// Voice modules, by the kiosk's name.
    pub voices: BTreeMap<String, Line<Voice>>,
    /// Modems, by the outlet's name.
    pub modems: BTreeMap<String, Line<Modem>>,
    /// Where each window's keypad and display hang.
    pub windows: BTreeMap<u16, Place>,
}

/// Where a window's devices hang.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// Line and address of keypad and pad.
    pub keypad: Option<(String, u8)>,
    /// Line and screen number of the display.
    pub display: Option<(String, u16)>,
    /// What the clerk types before OK: to pass, to park, to call back.
    pub codes: [Vec<PadKey>; 3],
}

impl VirtualHall {
    /// Makes a twin for every device of `config`, plugs them in under `directory`, and points the ports of `config` there.
    /// Must be called within a tokio runtime. `seed` decides what noise does.
    ///
    /// # Errors
    /// What the operating system says about directory, terminals or links.
    pub fn plug_in(config: &mut Config, directory: &Path, seed: u64) -> io::Result<VirtualHall> {
        fs::create_dir_all(directory)?;
        let port = |kind: &str, name: &str| link_name(directory, kind, name);
        let mut hall = VirtualHall {
            keypads: BTreeMap::new(),
            displays: BTreeMap::new(),
            printers: BTreeMap::new(),
            panels: BTreeMap::new(),
            readers: BTreeMap::new(),
            scanners: BTreeMap::new(),
            voices: BTreeMap::new(),
            modems: BTreeMap::new(),
            windows: places(config),
        };
        let windows = &config.windows;
        for line in &mut config.keypad_lines {
            let here = windows.iter().filter(|window| window.keypad.as_deref() == Some(line.name.as_str()));
            let addresses = here.filter_map(|window| window.keypad_address);
            let stations = addresses.map(|address| (address, Station::new(address, line.baud))).collect();
            let link = port("keypads", &line.name);
            hall.keypads
                .insert(line.name.clone(), Line::plug(&link, line.baud, KeypadBus { stations }, seed)?);
            line.port = Port::Device(link);
        }
        for line in &mut config.display_lines {
            let here = windows.iter().filter(|window| window.display.as_deref() == Some(line.name.as_str()));
            let screens = here.filter_map(|window| {
                let geometry = Geometry::new(window.display_width_px, window.display_height_px)?;
                let number = window.display_screen?;
                Some((number, (display::Twin::new(number, geometry, card(line.card), line.baud), false)))
            });
            let bus = DisplayBus { screens: screens.collect() };
            let link = port("displays", &line.name);
            hall.displays.insert(line.name.clone(), Line::plug(&link, line.baud, bus, seed)?);
            line.port = Port::Device(link);
        }
        for printer in &mut config.printers {
            let twin = ticket_printer::Twin::new(profile(printer), printer.baud);
            let link = port("printer", &printer.name);
            hall.printers
                .insert(printer.name.clone(), Line::plug(&link, printer.baud, Printer::new(twin), seed)?);
            printer.port = Port::Device(link);
        }
        for kiosk in &mut config.kiosks {
            let size = kiosk::Size::new(u32::from(kiosk.width_px), u32::from(kiosk.height_px));
            let unit = Panel { twin: panel::Twin::new(size, kiosk.panel_baud) };
            let link = port("panel", &kiosk.name);
            hall.panels.insert(kiosk.name.clone(), Line::plug(&link, kiosk.panel_baud, unit, seed)?);
            kiosk.panel = Port::Device(link);
            if let Some(reader) = &mut kiosk.card_reader {
                let baud = kiosk.card_reader_baud;
                let unit = CardReader { twin: card::twin::Twin::new(baud) };
                let link = port("card", &kiosk.name);
                hall.readers.insert(kiosk.name.clone(), Line::plug(&link, baud, unit, seed)?);
                *reader = Port::Device(link);
            }
            if let Some(scanner) = &mut kiosk.scanner {
                let baud = kiosk.scanner_baud;
                let mode = if kiosk.scanner_command { Mode::Command } else { Mode::Continuous };
                let unit = Scanner { twin: scanner::twin::Twin::new(mode, baud) };
                let link = port("scanner", &kiosk.name);
                hall.scanners.insert(kiosk.name.clone(), Line::plug(&link, baud, unit, seed)?);
                *scanner = Port::Device(link);
            }
            if let Some(own) = &mut kiosk.voice {
                let baud = kiosk.voice_baud;
                let unit = Voice { twin: voice::twin::Twin::new(baud) };
                let link = port("voice", &kiosk.name);
                hall.voices.insert(kiosk.name.clone(), Line::plug(&link, baud, unit, seed)?);
                *own = Port::Device(link);
            }
        }
        // A lamp is seen on the page; whatever hangs on this machine's lines is left alone.
        config.lamps = config.lamps.iter().map(Lamp::as_virtual).collect();
        // Nothing of a virtual hall may reach a real endpoint: what would go there is sent by virtual modems.
        config.outlets.retain(|outlet| outlet.carries.contains(&Carries::Messages));
        for outlet in &mut config.outlets {
            let baud = outlet.baud.unwrap_or(MODEM_BAUD);
            let unit = Modem { twin: outlets::modem::twin::Twin::new(baud) };
            let link = port("modem", &outlet.name);
            hall.modems.insert(outlet.name.clone(), Line::plug(&link, baud, unit, seed)?);
            let (name, port) = (outlet.name.clone(), Port::Device(link));
            *outlet = Outlet::modem(name, port, baud);
        }
        Ok(hall)
    }

    /// The station of a window with its line.
    pub fn station<T>(&self, window: u16, act: impl FnOnce(&mut Station, Uptime) -> T) -> Option<T> {
        let (line, address) = self.windows.get(&window)?.keypad.as_ref()?;
        self.keypads
            .get(line)?
            .touch(|bus, now| bus.stations.get_mut(address).map(|station| act(station, now)))
    }

    /// A clerk presses a key of a window's keypad, by its name on the page. `None`: no such window, keypad or key.
    pub fn press(&self, window: u16, key: &str) -> Option<()> {
        let [pass, park, back] = &self.windows.get(&window)?.codes;
        let coded = |digits: &Vec<PadKey>| digits.iter().copied().chain([PadKey::Ok]).collect();
        let keys = match key {
            "call_next" => vec![PadKey::CallNext],
            "recall" => vec![PadKey::Recall],
            "evaluate" => vec![PadKey::Evaluate],
            "cancel" => vec![PadKey::Cancel],
            "ok" => vec![PadKey::Ok],
            "one_metre_line" => vec![PadKey::OneMetreLine],
            "pause" => vec![PadKey::Pause],
            "transfer" => vec![PadKey::Transfer],
            "pass" => coded(pass),
            "park" => coded(park),
            "return" => coded(back),
            digit => vec![PadKey::Digit(digit.parse().ok().filter(|digit| *digit <= 9)?)],
        };
        self.station(window, |station, now| station.press(now, &keys))
    }

    /// A citizen presses a button of a window's pad, 0 to 4.
    pub fn rate(&self, window: u16, button: u8) -> Option<()> {
        self.station(window, |station, now| station.pad.press_button(now, button.min(4)))
    }

    /// Somebody touches a kiosk's panel.
    pub fn touch(&self, kiosk: &str, x: i32, y: i32) -> Option<()> {
        self.panels.get(kiosk)?.touch(|panel, now| panel.twin.touch(now, x, y));
        Some(())
    }

    /// Somebody lays a card on a kiosk's reader, or with `None` lifts the one that lies there. `None`: no such reader.
    pub fn lay(&self, kiosk: &str, card: Option<SampleCard>) -> Option<()> {
        self.readers.get(kiosk)?.touch(|reader, _| match card {
            Some(card) => reader.twin.lay(card),
            None => reader.twin.lift(),
        });
        Some(())
    }

    /// Somebody holds a code before a kiosk's scanner. `None`: no such scanner.
    pub fn show_code(&self, kiosk: &str, text: &str) -> Option<()> {
        self.scanners.get(kiosk)?.touch(|scanner, now| scanner.twin.show(now, text));
        Some(())
    }
}

/// The stable name of a device's terminal. Names in `hall.toml` are free text, so what a path cannot hold is replaced.
fn link_name(directory: &Path, kind: &str, name: &str) -> PathBuf {
    let plain = |c: char| if c.is_alphanumeric() || c == '-' || c == '_' { c } else { '_' };
    directory.join(format!("{kind}-{}", name.chars().map(plain).collect::<String>()))
}

/// Where the devices of each window hang.
pub(crate) fn places(config: &Config) -> BTreeMap<u16, Place> {
    let place = |window: &crate::config::Window| {
        let keypad = window.keypad.clone().zip(window.keypad_address);
        let codes = config.keypad_lines.iter().find(|line| Some(&line.name) == window.keypad.as_ref());
        let codes = codes.map(|line| line.ok_codes.clone()).unwrap_or_default();
        let codes = [&codes.pass, &codes.park, &codes.call_back].map(|code| {
            code.bytes().filter(u8::is_ascii_digit).map(|digit| PadKey::Digit(digit - b'0')).collect()
        });
        Place { keypad, display: window.display.clone().zip(window.display_screen), codes }
    };
    config.windows.iter().map(|window| (window.number, place(window))).collect()
}

/// The printer that the configuration says stands there.
pub(crate) fn profile(printer: &crate::config::Printer) -> Profile {
    Profile {
        paper: if printer.paper_mm == 58 { ticket_printer::Paper::Mm58 } else { ticket_printer::Paper::Mm80 },
        charset: match printer.charset {
            Charset::Gbk => link::text::Charset::Gbk,
            Charset::Gb18030 => link::text::Charset::Gb18030,
        },
        model: match printer.profile {
            PrinterProfile::Epson => Model::Epson,
            PrinterProfile::Cashino => Model::Cashino,
        },
    }
}

/// The card that the configuration says hangs there; the host writes the same byte, and a real card of another kind would be
/// as deaf as this one.
pub(crate) fn card(card: CardType) -> display::CardType {
    let known = [
        display::CardType::Any,
        display::CardType::Bx5K1,
        display::CardType::Bx5K2,
        display::CardType::Bx5Mk2,
        display::CardType::Bx5Mk1,
        display::CardType::Bx5K1QYy,
        display::CardType::Bx6K1,
        display::CardType::Bx6K2,
        display::CardType::Bx6K3,
        display::CardType::Bx6K1Yy,
        display::CardType::Bx6K2Yy,
        display::CardType::Bx6K3Yy,
        display::CardType::Bx6K14g,
        display::CardType::Bx6K24g,
    ];
    known.into_iter().find(|known| known.byte() == card.type_byte()).unwrap_or_default()
}
