//! Who works in the hall, how they sign in at a keypad, and why they may pause (rules P1, P2, R7).

use super::model::Config;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::path::PathBuf;

/// `[sign_in]`: signing in at the keypad (rule P2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SignIn {
    /// Whether a window that staff may sit at opens for them alone; a window that nobody is named for opens with its first
    /// call, as does every window if this is false.
    pub required: bool,
    /// Digits of every PIN, 4 to 8: a keypad that sends two digits at a time cannot say where a PIN ends.
    pub pin_digits: u8,
    /// What the display of an idle window says of whoever is on duty.
    pub shown: ShownOnDuty,
}

impl Default for SignIn {
    fn default() -> Self {
        SignIn { required: true, pin_digits: 4, shown: ShownOnDuty::Name }
    }
}

/// What is shown of a person on duty.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ShownOnDuty {
    /// Nothing.
    None,
    /// The staff number.
    Number,
    /// Post, name and number.
    #[default]
    Name,
}

/// `[[staff]]`: somebody who serves at windows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Staff {
    /// Staff number (工号), which is typed at the keypad and stands in the record; two to six digits, as many for everybody.
    pub number: String,
    /// Name, shown to the public (rule R7).
    pub name: String,
    /// Post (岗位), such as `首席代表`; empty: not shown.
    #[serde(default)]
    pub post: String,
    /// Stars of the last appraisal, 0 to 5, which the keypad shows.
    #[serde(default = "full_stars")]
    pub stars: u8,
    /// Picture for pads with a screen, absolute; absent: none.
    #[serde(default)]
    pub photo: Option<PathBuf>,
    /// Hash of the PIN, as `hallgate pin` prints it.
    pub pin: PinHash,
    /// Windows they may sit at; empty: every window.
    #[serde(default)]
    pub windows: Vec<u16>,
    /// Staff numbers of those who may sit wherever this person may: the B of an A and B post (AB岗).
    #[serde(default)]
    pub stand_ins: Vec<String>,
    /// Whether they may take a person off the restricted list, with number and PIN (rule A8).
    #[serde(default)]
    pub supervisor: bool,
}

/// As many as a keypad shows at power-up.
fn full_stars() -> u8 {
    5
}

/// An argon2id hash in PHC form. Whoever has it can try PINs at leisure, so `Debug` does not show it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PinHash(pub String);

impl fmt::Debug for PinHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PinHash(…)")
    }
}

/// `[[pauses]]`: a reason for a pause, typed as digits before the pause key (rule P1).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PauseReason {
    /// What is typed, 1 to 99.
    pub code: u16,
    /// Name in the record, such as `就餐`.
    pub name: String,
    /// Minutes after which the clerk is reminded, 1 to 480.
    pub minutes: u32,
}

impl Config {
    /// The person with this staff number.
    pub fn staff(&self, number: &str) -> Option<&Staff> {
        self.staff.iter().find(|person| person.number == number)
    }

    /// How many digits a staff number has; `None` in a hall that names no staff.
    pub fn staff_digits(&self) -> Option<usize> {
        self.staff.first().map(|person| person.number.len())
    }

    /// Whether this person may sit at this window: by their own list, or standing in for somebody who may.
    pub fn may_sit(&self, person: &Staff, window: u16) -> bool {
        let own = |person: &Staff| person.windows.is_empty() || person.windows.contains(&window);
        own(person) || self.staff.iter().any(|other| own(other) && other.stand_ins.contains(&person.number))
    }

    /// Whether the keypad of this window opens it for staff alone (rule P2).
    pub fn needs_sign_in(&self, window: u16) -> bool {
        self.sign_in.required && self.staff.iter().any(|person| self.may_sit(person, window))
    }

    /// The reason of this code.
    pub fn pause_reason(&self, code: u16) -> Option<&PauseReason> {
        self.pauses.iter().find(|reason| reason.code == code)
    }
}
