//! The questions of the bring-up and of the watch, and what a bad answer to one means.

use super::results::Fault;
use crate::modem::codec;
use crate::modem::words::Failure;

/// A question. Its place in the table of the [page](crate::modem).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    Attention,
    EchoOff,
    ErrorNumbers,
    Sim,
    TextMode,
    CharacterSet,
    Parameters,
    Registration,
    Signal,
    /// One of [`CHECKS`], another one each time.
    Check,
    CheckMode,
    CheckCharacterSet,
    CheckParameters,
}

/// From anything to ready.
pub(super) const BRING_UP: [Step; 10] = [
    Step::Attention,
    Step::EchoOff,
    Step::ErrorNumbers,
    Step::Sim,
    Step::TextMode,
    Step::CharacterSet,
    Step::Parameters,
    Step::Registration,
    Step::Signal,
    Step::Check,
];
/// What can change while nothing is sent.
pub(super) const WATCH: [Step; 2] = [Step::Registration, Step::Signal];
/// Questions whose answers nobody says unasked. The one asked now was last asked three bring-ups ago.
pub(super) const CHECKS: [Step; 3] = [Step::CheckMode, Step::CheckCharacterSet, Step::CheckParameters];

impl Step {
    /// What to write, without CR.
    pub(super) fn command(self) -> &'static str {
        match self {
            Step::Attention => "AT",
            Step::EchoOff => "ATE0",
            Step::ErrorNumbers => "AT+CMEE=1",
            Step::Sim => "AT+CPIN?",
            Step::TextMode => "AT+CMGF=1",
            Step::CharacterSet => "AT+CSCS=\"UCS2\"",
            // 3GPP TS 23.040, 9.2.3: 17 = submit with a relative validity, 167 = one day, 8 = UCS2.
            Step::Parameters => "AT+CSMP=17,167,0,8",
            Step::Registration => "AT+CREG?",
            Step::Signal => "AT+CSQ",
            Step::Check | Step::CheckMode => "AT+CMGF?",
            Step::CheckCharacterSet => "AT+CSCS?",
            Step::CheckParameters => "AT+CSMP?",
        }
    }

    /// The name on the line of information that has to come before its `OK`.
    pub(super) fn name(self) -> Option<&'static str> {
        match self {
            Step::Sim => Some("+CPIN"),
            Step::Registration => Some("+CREG"),
            Step::Signal => Some("+CSQ"),
            Step::Check | Step::CheckMode => Some("+CMGF"),
            Step::CheckCharacterSet => Some("+CSCS"),
            Step::CheckParameters => Some("+CSMP"),
            Step::Attention
            | Step::EchoOff
            | Step::ErrorNumbers
            | Step::TextMode
            | Step::CharacterSet
            | Step::Parameters => None,
        }
    }

    /// Whether this line of information is the answer.
    pub(super) fn told_by(self, name: &str, value: &str) -> bool {
        self.name() == Some(name) && (self != Step::Registration || codec::registration(value).is_some())
    }
}

impl Fault {
    /// What `+CPIN: state` means for us. 3GPP TS 27.007, 8.3.
    pub(super) fn of_sim(state: &str) -> Option<Fault> {
        match state {
            "READY" => None,
            "SIM PIN" | "SIM PIN2" => Some(Fault::PinWanted),
            "SIM PUK" | "SIM PUK2" => Some(Fault::SimLocked),
            "NOT INSERTED" => Some(Fault::NoSim),
            _ => Some(Fault::SimFailed),
        }
    }

    /// What the state of registration means for us. 3GPP TS 27.007, 7.2.
    pub(super) fn of_registration(state: Option<u8>) -> Option<Fault> {
        match state {
            Some(1 | 5 | 6 | 7) => None,
            Some(3) => Some(Fault::NetworkRefuses),
            _ => Some(Fault::NotRegistered),
        }
    }

    /// What it means that a step failed; `None` if we can do without. The signal is only shown, and old modems number no
    /// errors.
    pub(super) fn of_failure(step: Step, failure: Failure) -> Option<Fault> {
        match (failure, step) {
            (_, Step::Signal | Step::ErrorNumbers) => None,
            (Failure::Cme(10) | Failure::Cms(310), _) => Some(Fault::NoSim),
            (Failure::Cme(11) | Failure::Cms(311), _) => Some(Fault::PinWanted),
            (Failure::Cme(12) | Failure::Cms(316), _) => Some(Fault::SimLocked),
            (Failure::Cme(13..=15) | Failure::Cms(313..=315), _) => Some(Fault::SimFailed),
            _ => Some(Fault::Refuses { command: step.command(), failure }),
        }
    }
}
