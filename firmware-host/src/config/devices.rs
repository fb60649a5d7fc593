//! What `hall.toml` says about devices: where each is attached and how it is set.
//!
//! A window names its keypad and display line; a kiosk names its printer. How the devices speak is left to the
//! drivers. Source: PROTOCOLS.md 1 (printers), 2.1 (displays), 3.1 (keypads), 9 (settled readings).

use serde::{Deserialize, Deserializer, Serialize, de};
use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

/// Where a device is attached: in the file `"/dev/…"` or `"tcp://host:port"`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Port {
    /// A character device of this machine.
    Device(PathBuf),
    /// A serial server or a network printer.
    Tcp {
        /// Name or address, without brackets.
        host: String,
        /// Port number, not 0.
        port: u16,
    },
}

/// Why a text is not a port.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PortError {
    /// Neither of the two forms.
    #[error("port {0:?} is neither a path under /dev/ nor tcp://host:port")]
    Form(String),
    /// The path leaves `/dev/` or names no file in it.
    #[error("port {0:?} does not name a device under /dev/")]
    Path(String),
    /// `tcp://` without a host before the port.
    #[error("port {0:?} has no host; write tcp://host:port, such as tcp://192.168.10.21:9100")]
    Host(String),
    /// `tcp://host` without a number from 1 to 65535 behind the colon.
    #[error(
        "port {0:?} has no port number from 1 to 65535; write tcp://host:port, such as tcp://192.168.10.21:9100"
    )]
    Number(String),
}

impl FromStr for Port {
    type Err = PortError;

    fn from_str(text: &str) -> Result<Self, PortError> {
        if let Some(name) = text.strip_prefix("/dev/") {
            let plain = !name.is_empty()
                && name.split('/').all(|part| !part.is_empty() && part != "." && part != "..")
                && !name.contains(|c: char| c.is_whitespace() || c.is_control());
            return if plain {
                Ok(Port::Device(PathBuf::from(text)))
            } else {
                Err(PortError::Path(text.to_owned()))
            };
        }
        let Some(address) = text.strip_prefix("tcp://") else {
            return Err(PortError::Form(text.to_owned()));
        };
        let (host, number) = address.rsplit_once(':').ok_or_else(|| PortError::Number(text.to_owned()))?;
        // An IPv6 address is written in brackets, as in a URL.
        let host = host.strip_prefix('[').and_then(|inner| inner.strip_suffix(']')).unwrap_or(host);
        if host.is_empty() || host.contains(|c: char| c.is_whitespace() || "/[]@".contains(c)) {
            return Err(PortError::Host(text.to_owned()));
        }
        match number.parse::<u16>() {
            Ok(port) if port > 0 => Ok(Port::Tcp { host: host.to_owned(), port }),
            _ => Err(PortError::Number(text.to_owned())),
        }
    }
}

impl fmt::Display for Port {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Port::Device(path) => path.display().fmt(f),
            Port::Tcp { host, port } if host.contains(':') => write!(f, "tcp://[{host}]:{port}"),
            Port::Tcp { host, port } => write!(f, "tcp://{host}:{port}"),
        }
    }
}

impl TryFrom<String> for Port {
    type Error = PortError;

    fn try_from(text: String) -> Result<Self, PortError> {
        text.parse()
    }
}

impl From<Port> for String {
    fn from(port: Port) -> String {
        port.to_string()
    }
}

/// `[[keypad_lines]]`: one RS-485 bus of "FF 68" keypads with their pads (PROTOCOLS 3.1).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeypadLine {
    /// Name that windows use.
    pub name: String,
    /// Where the bus is attached.
    pub port: Port,
    /// Bits per second, 8N1; the keypads' own is 9600.
    #[serde(default = "baud_9600")]
    pub baud: u32,
    /// Level of rating, 1 (非常不满意) to 5 (非常满意), of pad buttons 0 to 4 in this order (rule R1).
    #[serde(default = "pad_levels", deserialize_with = "five_levels")]
    pub pad_levels: [u8; 5],
    /// What the clerk types before OK for which command.
    #[serde(default)]
    pub ok_codes: OkCodes,
}

/// Serde's own array would take the first five of six.
fn five_levels<'de, D: Deserializer<'de>>(deserializer: D) -> Result<[u8; 5], D::Error> {
    let levels = Vec::<u8>::deserialize(deserializer)?;
    let n = levels.len();
    levels
        .try_into()
        .map_err(|_| de::Error::custom(format_args!("{n} levels are not 5, one for each button")))
}

/// PROTOCOLS 3.1: button 0 is 不满意, 3 is 非常满意; the fifth button is a guess. A wrong table falsifies ratings.
fn pad_levels() -> [u8; 5] {
    [2, 3, 4, 5, 1]
}

fn baud_9600() -> u32 {
    9600
}

/// `ok_codes` of a keypad line: one to three digits each, all different.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct OkCodes {
    /// Pass the called ticket, 弃号.
    pub pass: String,
    /// Park the person being served, 挂起.
    pub park: String,
    /// Call the parked person back to this window; `return` in the file.
    #[serde(rename = "return")]
    pub call_back: String,
}

impl Default for OkCodes {
    fn default() -> Self {
        // PROTOCOLS 3.1: 6 OK, 0 OK, 3 OK.
        OkCodes { pass: "6".to_owned(), park: "0".to_owned(), call_back: "3".to_owned() }
    }
}

/// `[[display_lines]]`: one RS-485 bus of Onbon BX-5K/6K window displays (PROTOCOLS 2.1).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DisplayLine {
    /// Name that windows use.
    pub name: String,
    /// Where the bus is attached.
    pub port: Port,
    /// Bits per second, 8N1; usually 57600 or 9600, set with the vendor's tool.
    #[serde(default = "baud_57600")]
    pub baud: u32,
    /// Kind of the cards on this bus.
    #[serde(default)]
    pub card: CardType,
}

fn baud_57600() -> u32 {
    57600
}

/// Kind of a display card; it fixes the type byte of each frame (PROTOCOLS 2.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum CardType {
    /// Whatever answers.
    #[default]
    #[serde(rename = "any")]
    Any,
    /// BX-5K1.
    #[serde(rename = "5K1")]
    Bx5K1,
    /// BX-5K2.
    #[serde(rename = "5K2")]
    Bx5K2,
    /// BX-5MK1.
    #[serde(rename = "5MK1")]
    Bx5MK1,
    /// BX-5MK2.
    #[serde(rename = "5MK2")]
    Bx5MK2,
    /// BX-5K1Q-YY, with voice.
    #[serde(rename = "5K1Q-YY")]
    Bx5K1QYY,
    /// BX-6K1.
    #[serde(rename = "6K1")]
    Bx6K1,
    /// BX-6K2.
    #[serde(rename = "6K2")]
    Bx6K2,
    /// BX-6K3.
    #[serde(rename = "6K3")]
    Bx6K3,
    /// BX-6K1-YY, with voice.
    #[serde(rename = "6K1-YY")]
    Bx6K1YY,
    /// BX-6K2-YY, with voice.
    #[serde(rename = "6K2-YY")]
    Bx6K2YY,
    /// BX-6K3-YY, with voice.
    #[serde(rename = "6K3-YY")]
    Bx6K3YY,
    /// BX-6K1-4G.
    #[serde(rename = "6K1-4G")]
    Bx6K14G,
    /// BX-6K2-4G.
    #[serde(rename = "6K2-4G")]
    Bx6K24G,
}

impl CardType {
    /// The type byte of a frame.
    pub fn type_byte(self) -> u8 {
        match self {
            CardType::Any => 0xFE,
            CardType::Bx5K1 => 0x51,
            CardType::Bx5K2 => 0x58,
            CardType::Bx5MK1 => 0x54,
            CardType::Bx5MK2 => 0x53,
            CardType::Bx5K1QYY => 0x5C,
            CardType::Bx6K1 => 0x61,
            CardType::Bx6K2 => 0x62,
            CardType::Bx6K3 => 0x63,
            CardType::Bx6K1YY => 0x64,
            CardType::Bx6K2YY => 0x65,
            CardType::Bx6K3YY => 0x66,
            CardType::Bx6K14G => 0x67,
            CardType::Bx6K24G => 0x68,
        }
    }
}

/// `[[printers]]`: a ticket printer (PROTOCOLS 1).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Printer {
    /// Name that kiosks use.
    pub name: String,
    /// Where it is attached; USB printers are `/dev/hallgate/…` links to `/dev/usb/lp*`.
    pub port: Port,
    /// Bits per second of a serial printer, 8N1; no matter for USB and TCP.
    #[serde(default = "baud_9600")]
    pub baud: u32,
    /// Which family's commands it knows.
    #[serde(default)]
    pub profile: PrinterProfile,
    /// Width of the paper: 58 or 80 mm.
    #[serde(default = "paper_mm")]
    pub paper_mm: u16,
    /// Character set of its built-in font.
    #[serde(default)]
    pub charset: Charset,
}

fn paper_mm() -> u16 {
    80
}

/// Family of a printer: which commands beyond the common ones it knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PrinterProfile {
    /// The common ESC/POS commands.
    #[default]
    Epson,
    /// Cashino and its like: also the choice of the Chinese code format.
    Cashino,
}

/// Character set of a printer's font; what it lacks is replaced and logged (PROTOCOLS 9).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Charset {
    /// 21,003 characters.
    #[default]
    Gbk,
    /// GBK and the four-byte codes, for rare characters in names.
    Gb18030,
}

/// `[[kiosks]]`: a place to take numbers; a touch panel and a printer, perhaps a card reader, a scanner and a voice.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kiosk {
    /// Name in the console and in the record.
    pub name: String,
    /// Codes of the areas whose services it offers; empty: the whole hall.
    #[serde(default)]
    pub areas: Vec<String>,
    /// Name of its printer; one printer belongs to one kiosk.
    pub printer: String,
    /// Where its panel is attached.
    pub panel: Port,
    /// Bits per second of the panel, 8N1.
    #[serde(default = "panel_baud")]
    pub panel_baud: u32,
    /// Width of the panel in pixels; with `height_px` 768 × 1024 or 1024 × 600.
    #[serde(default = "panel_width_px")]
    pub width_px: u16,
    /// Height of the panel in pixels.
    #[serde(default = "panel_height_px")]
    pub height_px: u16,
    /// Seconds without a touch after which it returns to the first page, 10 to 600.
    #[serde(default = "idle_timeout_s")]
    pub idle_timeout_s: u32,
    /// Where its reader of identity cards is attached (PROTOCOLS 4); absent: it has none.
    #[serde(default)]
    pub card_reader: Option<Port>,
    /// Bits per second of the reader, 8N1.
    #[serde(default = "card_reader_baud")]
    pub card_reader_baud: u32,
    /// Where its code scanner is attached (PROTOCOLS 6); absent: it has none.
    #[serde(default)]
    pub scanner: Option<Port>,
    /// Bits per second of the scanner, 8N1.
    #[serde(default = "baud_9600")]
    pub scanner_baud: u32,
    /// The scanner reads when told (command mode) instead of all the time; then a silent one is noticed.
    #[serde(default)]
    pub scanner_command: bool,
    /// Where its voice module is attached (PROTOCOLS 5); absent: it says nothing.
    #[serde(default)]
    pub voice: Option<Port>,
    /// Bits per second of the voice module, 8N1.
    #[serde(default = "baud_9600")]
    pub voice_baud: u32,
    /// The voice module makes a tone when something is touched.
    #[serde(default)]
    pub key_sounds: bool,
}

/// As readers are delivered.
fn card_reader_baud() -> u32 {
    115_200
}

/// A page of 50 KB takes half a second at this rate and more than four at 115200.
fn panel_baud() -> u32 {
    921_600
}

fn panel_width_px() -> u16 {
    768
}

fn panel_height_px() -> u16 {
    1024
}

/// Long enough to read a notice, short enough not to keep the next person waiting.
fn idle_timeout_s() -> u32 {
    60
}
