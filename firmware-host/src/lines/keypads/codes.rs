//! What a keypad's LCD tells besides numbers of people and tickets: codes from 900 on, with a number beside them. Clerks have
//! the table in README.md; a test holds the two together.

use crate::core::desk::No;
use queue::{Refusal, TicketNumber};
use std::time::Duration;
use window::keypad::Note;

/// Long enough to be read by somebody who looks up at the beep.
const READ_IN: Duration = Duration::from_secs(6);

/// One thing that the LCD can tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Told {
    /// Left three digits.
    pub(super) code: u16,
    /// Right three digits.
    pub(super) number: Option<u16>,
}

/// Staff number or PIN are wrong; the number: seconds until the next try.
pub(super) const WRONG: u16 = 901;
/// Too many wrong PINs; the number: seconds until the next try.
pub(super) const TOO_SOON: u16 = 902;
/// On duty at that window, which cannot be signed off now.
pub(super) const ELSEWHERE: u16 = 903;
/// Not one of this window's staff.
pub(super) const NOT_HERE: u16 = 904;
/// Signing off would leave so many people to nobody.
pub(super) const STRANDED: u16 = 905;
/// That ticket is at the window: finish first.
pub(super) const BUSY: u16 = 906;
/// The window opens for staff alone: sign in first.
pub(super) const SIGN_IN_FIRST: u16 = 907;
/// The digits before the key are no reason for a pause and no place to send anybody.
pub(super) const UNKNOWN: u16 = 908;
/// Nobody is at the window, or nobody is parked there.
pub(super) const NOBODY: u16 = 909;
/// The pause lasts too long; the number: minutes.
pub(super) const PAUSED_TOO_LONG: u16 = 911;
/// A neighbour pauses; the number: its window.
pub(super) const NEIGHBOUR_PAUSES: u16 = 912;
/// The person was sent on with a note, which stands on the page; the number: the window they come from, dark from the guide.
pub(super) const SENT: u16 = 913;

impl Told {
    pub(super) fn new(code: u16, number: impl Into<Option<u16>>) -> Told {
        Told { code, number: number.into() }
    }

    /// As it goes to the keypad.
    pub(super) fn note(self) -> Note {
        Note { code: Some(self.code), number: self.number, lasts: READ_IN }
    }
}

/// Why a press was refused, where the LCD has a code for it.
pub(super) fn refusal(no: &No) -> Option<Told> {
    let No::Refused(refusal) = no else { return None };
    Some(match refusal {
        Refusal::ClerkElsewhere { window, .. } | Refusal::AlreadyOnDuty { window } => {
            Told::new(ELSEWHERE, window.0)
        }
        Refusal::WouldStrand { waiting, .. } => Told::new(STRANDED, three(u64::from(*waiting))),
        Refusal::WindowBusy { ticket, .. } => Told::new(BUSY, running(ticket)),
        Refusal::NobodyAtWindow { .. } | Refusal::NobodyParked { .. } => Told::new(NOBODY, None),
        Refusal::UnknownWindow { .. } | Refusal::NoOpenWindow { .. } | Refusal::SameDestination { .. } => {
            Told::new(UNKNOWN, None)
        }
        _ => return None,
    })
}

/// A number that may be greater than the LCD can show.
pub(super) fn three(number: u64) -> u16 {
    number.min(999) as u16
}

/// The running number of a ticket: the LCD has no letters, the prefix stands on the display.
pub(super) fn running(number: &TicketNumber) -> u16 {
    let digits = number.0.chars().filter_map(|c| c.to_digit(10));
    digits.fold(0u16, |n, digit| n.wrapping_mul(10).wrapping_add(digit as u16))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_stands_in_the_clerks_table() {
        let readme = include_str!("../../../../README.md");
        let page = include_str!("../../virtual_hall/page/words.js");
        let all = [
            WRONG,
            TOO_SOON,
            ELSEWHERE,
            NOT_HERE,
            STRANDED,
            BUSY,
            SIGN_IN_FIRST,
            UNKNOWN,
            NOBODY,
            PAUSED_TOO_LONG,
            NEIGHBOUR_PAUSES,
            SENT,
        ];
        for code in all {
            assert!(readme.contains(&format!("| {code} |")), "{code}");
            assert!(page.contains(&format!(" {code}: [")), "{code}");
        }
    }
}
