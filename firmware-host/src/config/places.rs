//! What `hall.toml` says about areas, departments, services and windows.
//!
//! They name each other by code; whether the named one exists is checked when the file is read.
//! Source: RULES.md (words, Q1, Q2, Q9, P1, P3, P4).

use queue::Class;
use serde::de::{self, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

/// `[[areas]]`: a part of the hall, on one floor.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Area {
    /// Code other tables name it by, such as `A`.
    pub code: String,
    /// Chinese name, such as `A区`.
    pub name: String,
    /// English name; empty: the Chinese one is shown.
    #[serde(default)]
    pub name_en: String,
    /// Floor as painted in the stairwell, -9 to 99; 1 is the ground floor.
    pub floor: i8,
}

/// `[[departments]]`: an office whose services the hall offers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Department {
    /// Code other tables name it by.
    pub code: String,
    /// Chinese name.
    pub name: String,
    /// English name; empty: the Chinese one is shown.
    #[serde(default)]
    pub name_en: String,
    /// Code of the area where it sits.
    pub area: String,
}

/// `[[services]]`: a matter a person can take a number for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Service {
    /// Code other tables and the history name it by; never reused for another matter.
    pub code: String,
    /// Chinese name.
    pub name: String,
    /// English name; empty: the Chinese one is shown.
    #[serde(default)]
    pub name_en: String,
    /// Code of the department whose it is.
    pub department: String,
    /// Letters before the running number, one or two capitals; services that share it share its numbers (rule Q1).
    pub prefix: String,
    /// Class: the wait target (rule W1) and the limits of the call order.
    pub class: Class,
    /// Conditions of acceptance, one a line (rule Q9).
    #[serde(default)]
    pub conditions: Vec<String>,
    /// Materials to bring, one a line (rule Q9).
    #[serde(default)]
    pub materials: Vec<String>,
    /// Fee in words, such as `不收费`; empty: not printed.
    #[serde(default)]
    pub fee: String,
    /// Time limit by law in words, such as `30个工作日`; empty: not printed.
    #[serde(default)]
    pub legal_limit: String,
    /// Time limit the hall promises in words; empty: not printed.
    #[serde(default)]
    pub promised_limit: String,
    /// Expected minutes at the window, 1 to 240: the first guess of the expected wait, before there is history.
    #[serde(default = "mean_min")]
    pub mean_min: u32,
    /// Whom to ask, such as a telephone number; empty: not printed.
    #[serde(default)]
    pub contact: String,
    /// The same in English, `[services.english]`; absent: the notice is printed in Chinese, and says so in English (rule Q9).
    #[serde(default)]
    pub english: Option<ServiceEnglish>,
    /// What a clerk types before the transfer key to send somebody to this service, 1 to 999 and no window's number; absent:
    /// the keypad cannot (rules Q5, P4).
    #[serde(default)]
    pub keypad_code: Option<u16>,
    /// Appointments of a day for it, 0 to 200, if not as many as `[appointments]` says (rule A2); 0: it cannot be booked.
    #[serde(default)]
    pub appointments_per_day: Option<u32>,
}

/// `[services.english]`: what is in the notice, in English. Everything that is there in Chinese: half a translation would be
/// worse than none.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ServiceEnglish {
    /// Conditions, one a line.
    pub conditions: Vec<String>,
    /// Materials to bring, one a line.
    pub materials: Vec<String>,
    /// Fee in words.
    pub fee: String,
    /// Time limit by law.
    pub legal_limit: String,
    /// Time limit the hall promises.
    pub promised_limit: String,
}

/// A one-visit matter of a Chinese hall takes about ten minutes (CALL-ORDER §2 names 10 and 15); a wrong value only
/// makes the first day's expected waits wrong.
fn mean_min() -> u32 {
    10
}

/// `[[windows]]`: a numbered place with a clerk.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Window {
    /// Number above the window, 1 to 999.
    pub number: u16,
    /// Chinese name, such as `社保综合窗口`.
    pub name: String,
    /// English name; empty: the Chinese one is shown.
    #[serde(default)]
    pub name_en: String,
    /// Code of the area where it stands.
    pub area: String,
    /// What it serves (rule Q2).
    pub serves: Serves,
    /// Whether its display says that it is a green-channel window; green tickets are served everywhere (rule G3).
    #[serde(default)]
    pub green: bool,
    /// Group of neighbours that are told when one of them pauses (rule P1); absent: none.
    #[serde(default)]
    pub group: Option<String>,
    /// Telephone shown by the idle display (rule P3); empty: not shown.
    #[serde(default)]
    pub phone: String,
    /// Name of the keypad line its keypad hangs on; absent: only the console's soft keypad.
    #[serde(default)]
    pub keypad: Option<String>,
    /// Address of its keypad on that line, 1 to 254.
    #[serde(default)]
    pub keypad_address: Option<u8>,
    /// Name of the display line its display hangs on; absent: no display.
    #[serde(default)]
    pub display: Option<String>,
    /// Screen number of its display on that line, 1 to 32767 (above are the host's own number and broadcasts).
    #[serde(default)]
    pub display_screen: Option<u16>,
    /// Width of its display in pixels, a multiple of 8.
    #[serde(default = "display_width_px")]
    pub display_width_px: u16,
    /// Height of its display in pixels, a multiple of 16; 16 is one line of text.
    #[serde(default = "display_height_px")]
    pub display_height_px: u16,
}

/// Six P10 modules of 32 × 16 in two rows, room for two lines of six Chinese characters; a wrong size clips the text.
fn display_width_px() -> u16 {
    96
}

fn display_height_px() -> u16 {
    32
}

/// What a window serves: in the file `serves = "*"` or `serves = ["code", …]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Serves {
    /// Every service: a catch-all window, 兜底窗口 (rules Q2, P4).
    All,
    /// These service codes.
    Listed(Vec<String>),
}

impl Serves {
    /// Whether a service of this code is served.
    pub fn includes(&self, code: &str) -> bool {
        match self {
            Serves::All => true,
            Serves::Listed(codes) => codes.iter().any(|listed| listed == code),
        }
    }
}

impl Serialize for Serves {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Serves::All => serializer.serialize_str("*"),
            Serves::Listed(codes) => codes.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Serves {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ServesVisitor;
        impl<'de> Visitor<'de> for ServesVisitor {
            type Value = Serves;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list of service codes, or \"*\" for every service")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Serves, E> {
                if text == "*" {
                    Ok(Serves::All)
                } else {
                    Err(E::invalid_value(de::Unexpected::Str(text), &self))
                }
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Serves, A::Error> {
                let mut codes = Vec::new();
                while let Some(code) = list.next_element()? {
                    codes.push(code);
                }
                Ok(Serves::Listed(codes))
            }
        }
        deserializer.deserialize_any(ServesVisitor)
    }
}
