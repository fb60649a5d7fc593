//! What a printer says of itself: reply bytes to faults.
//!
//! Three kinds of reply share one stream and are told apart by their fixed bits:
//!
//! | reply | mask | to |
//! |---|---|---|
//! | real-time status, 1 byte | `x & 93 == 12` | `10 04 n`, n 1 to 4; says not which n, so one is asked at a time |
//! | automatic status, 4 bytes | first `x & 93 == 10`, the others `x & 90 == 00` | a change, if `1D 61 n` or a switch turned it on |
//! | paper status, 1 byte | `x & F0 == 00`, bits in pairs | `1D 72 01` |
//! | XON, XOFF | `11`, `13` | flow control; skipped |
//!
//! Source: Epson reference as independent simulators follow it (patterns), SNBC BTP-M300 manual (fourth automatic byte), CSN-A2
//! manual (panel printers). That the three can share a stream is inferred from the masks.

use crate::encode::Model;
use serde::Serialize;
use std::fmt;

/// A reply found in what the printer sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reply {
    /// To `10 04 n`.
    RealTime(u8),
    /// To `1D 72 01`: everything sent before it has been printed. Its bits are not read for the paper's state, because
    /// panel printers give bits 2-3 another meaning; the real-time replies say it without doubt.
    Paper(u8),
    /// Unasked.
    Automatic([u8; 4]),
}

/// What stands at the front of the received bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scan {
    /// A reply of `used` bytes.
    Frame {
        /// The reply.
        frame: Reply,
        /// Bytes to take.
        used: usize,
    },
    /// The front may become a reply.
    NeedMore,
    /// `skip` bytes that no printer sends here, or flow control.
    Noise {
        /// Bytes to take.
        skip: usize,
    },
}

/// Looks at the front of `buffer`.
pub fn scan(buffer: &[u8]) -> Scan {
    let Some(&first) = buffer.first() else { return Scan::NeedMore };
    if first & 0x93 == 0x12 {
        return Scan::Frame { frame: Reply::RealTime(first), used: 1 };
    }
    if first & 0x93 == 0x10 {
        // A byte that cannot follow shows at once that the first one was noise.
        let followers = buffer[1..].iter().take(3);
        return if followers.clone().any(|byte| byte & 0x90 != 0) {
            Scan::Noise { skip: 1 }
        } else if let Some(bytes) = buffer.first_chunk::<4>() {
            Scan::Frame { frame: Reply::Automatic(*bytes), used: 4 }
        } else {
            Scan::NeedMore
        };
    }
    // Bits 0-1 and 2-3 go in pairs; a byte with half a pair is noise that must not become a receipt.
    if matches!(first, 0x00 | 0x03 | 0x0C | 0x0F) {
        return Scan::Frame { frame: Reply::Paper(first), used: 1 };
    }
    Scan::Noise { skip: 1 }
}

/// Whether a byte is flow control, which is no noise.
pub(crate) fn is_flow_control(byte: u8) -> bool {
    matches!(byte, 0x11 | 0x13)
}

/// Something that keeps a printer from printing. The order is that of telling people: the cause before its consequence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// The port is closed or broke.
    LinkLost,
    /// It does not answer a status question: off, unplugged, wrong baud rate, or no status at all.
    NoAnswer,
    /// The cover is open.
    CoverOpen,
    /// The paper has run out.
    PaperOut,
    /// The cutter is stuck.
    Cutter,
    /// A mechanical error that goes away when its cause does (paper jam).
    Mechanical,
    /// An error that only a repair or a restart cures.
    Error,
    /// The head is too hot or the voltage is off; goes away by itself.
    Hot,
    /// It says that it is off line and not why.
    Offline,
    /// It is well and did not confirm a slip: perhaps it was switched off and on.
    Unconfirmed,
}

impl Fault {
    /// A stable name for the console's data, the log and the record.
    pub fn code(self) -> &'static str {
        match self {
            Fault::LinkLost => "link_lost",
            Fault::NoAnswer => "no_answer",
            Fault::CoverOpen => "cover_open",
            Fault::PaperOut => "paper_out",
            Fault::Cutter => "cutter",
            Fault::Mechanical => "mechanical",
            Fault::Error => "error",
            Fault::Hot => "hot",
            Fault::Offline => "offline",
            Fault::Unconfirmed => "unconfirmed",
        }
    }

    /// For people in the hall: what it is and what to do.
    pub fn zh(self) -> &'static str {
        match self {
            Fault::LinkLost => "打印机连接断开，请检查数据线",
            Fault::NoAnswer => "打印机无应答，请检查电源和数据线",
            Fault::CoverOpen => "打印机上盖未关，请合上上盖",
            Fault::PaperOut => "打印机缺纸，请更换纸卷",
            Fault::Cutter => "切刀卡住，请清除卡纸后重新开机",
            Fault::Mechanical => "打印机卡纸，请清除卡纸",
            Fault::Error => "打印机故障，请重新开机或报修",
            Fault::Hot => "打印头过热，正在等待冷却",
            Fault::Offline => "打印机脱机，请按联机键",
            Fault::Unconfirmed => "打印结果未确认，请查看号票是否已打出",
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// Something to see to while the printer still prints.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Warning {
    /// The roll is near its end.
    PaperLow,
}

impl Warning {
    /// A stable name.
    pub fn code(self) -> &'static str {
        match self {
            Warning::PaperLow => "paper_low",
        }
    }

    /// For people in the hall: what it is and what to do.
    pub fn zh(self) -> &'static str {
        match self {
            Warning::PaperLow => "纸将用尽，请准备纸卷",
        }
    }
}

/// The meaning of the four real-time replies together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Status {
    /// What keeps it from printing, cause first; empty when it can print.
    pub faults: Vec<Fault>,
    /// Whether the roll is near its end, but not at it.
    pub paper_low: bool,
}

impl Status {
    /// Reads the replies to n = 1, 2, 3, 4 as `model` means them.
    pub fn read(replies: [u8; 4], model: Model) -> Status {
        let [printer, cause, error, paper] = replies;
        let has = |reply: u8, bits: u8| reply & bits != 0;
        let table = [
            (Fault::CoverOpen, has(cause, 0x04)),
            // Bits 5 and 6 go together; either is believed. n=2 bit 5 says the same of a stop in mid-slip.
            (Fault::PaperOut, has(paper, 0x60) || has(cause, 0x20)),
            (Fault::Cutter, has(error, 0x08)),
            // Cashino and SPRT leave bit 2 of the error reply undefined.
            (Fault::Mechanical, model == Model::Epson && has(error, 0x04)),
            (Fault::Error, has(error, 0x20)),
            (Fault::Hot, has(error, 0x40)),
        ];
        let mut faults: Vec<Fault> =
            table.iter().filter(|(_, seen)| *seen).map(|(fault, _)| *fault).collect();
        // Off line because someone holds the feed button passes by itself, but it does not print meanwhile.
        if faults.is_empty() && has(printer, 0x08) {
            faults.push(Fault::Offline);
        }
        // The sensor of the near end sees no paper either; one cause is told once.
        let paper_low = has(paper, 0x0C) && !faults.contains(&Fault::PaperOut);
        Status { faults, paper_low }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Name, replies to n = 1 to 4, model, faults, whether paper is low.
    type Case<'a> = (&'a str, [u8; 4], Model, &'a [Fault], bool);

    #[test]
    fn replies_mean_what_the_manuals_say() {
        use Fault::*;
        use Model::*;
        // The first five were seen from an independent simulator.
        let cases: &[Case<'_>] = &[
            ("ok", [0x12, 0x12, 0x12, 0x12], Epson, &[], false),
            ("near end", [0x12, 0x12, 0x12, 0x1E], Epson, &[], true),
            ("paper out", [0x1A, 0x32, 0x12, 0x7E], Epson, &[PaperOut], false),
            ("cover open", [0x1A, 0x16, 0x12, 0x12], Epson, &[CoverOpen], false),
            ("offline", [0x1A, 0x12, 0x12, 0x12], Epson, &[Offline], false),
            ("cutter", [0x1A, 0x52, 0x1A, 0x12], Epson, &[Cutter], false),
            ("jam", [0x1A, 0x52, 0x16, 0x12], Epson, &[Mechanical], false),
            ("undefined bit", [0x12, 0x12, 0x16, 0x12], Cashino, &[], false),
            ("broken", [0x1A, 0x52, 0x32, 0x12], Epson, &[Error], false),
            ("hot", [0x1A, 0x52, 0x52, 0x12], Epson, &[Hot], false),
            ("cover and paper", [0x1A, 0x36, 0x12, 0x72], Cashino, &[CoverOpen, PaperOut], false),
        ];
        for (name, replies, model, faults, paper_low) in cases {
            let status = Status::read(*replies, *model);
            assert_eq!(&status.faults, faults, "{name}");
            assert_eq!(status.paper_low, *paper_low, "{name}");
        }
    }

    #[test]
    fn the_escpos_crate_reads_the_same_faults() {
        use escpos::utils::{RealTimeStatusRequest as Ask, RealTimeStatusResponse as Say};
        for byte in (0..=255u8).filter(|byte| byte & 0x93 == 0x12) {
            assert_eq!(scan(&[byte]), Scan::Frame { frame: Reply::RealTime(byte), used: 1 });
            let says = |ask, say: Say| Say::parse(ask, byte).unwrap()[&say];
            let read = |n: usize| {
                let mut replies = [0x12; 4];
                replies[n - 1] = byte;
                Status::read(replies, Model::Epson)
            };
            let has = |n, fault| read(n).faults.contains(&fault);
            assert_eq!(has(1, Fault::Offline), !says(Ask::Printer, Say::Online));
            assert_eq!(has(2, Fault::CoverOpen), !says(Ask::OfflineCause, Say::CoverClosed));
            assert_eq!(has(2, Fault::PaperOut), says(Ask::OfflineCause, Say::PrintingStopsDueToPaperEnd));
            assert_eq!(has(3, Fault::Cutter), says(Ask::ErrorCause, Say::AutocutterErrorOccurred));
            assert_eq!(has(3, Fault::Error), says(Ask::ErrorCause, Say::UnrecoverableErrorOccurred));
            assert_eq!(
                has(4, Fault::PaperOut),
                !says(Ask::RollPaperSensor, Say::RollPaperEndSensorPaperPresent)
            );
            let is_low = !says(Ask::RollPaperSensor, Say::RollPaperNearEndSensorPaperAdequate);
            assert_eq!(read(4).paper_low, is_low && !has(4, Fault::PaperOut));
        }
        for byte in (0..=255u8).filter(|byte| byte & 0x93 != 0x12) {
            assert!(Say::parse(Ask::Printer, byte).is_err());
            assert_ne!(scan(&[byte]), Scan::Frame { frame: Reply::RealTime(byte), used: 1 });
        }
    }

    fn all(mut bytes: &[u8]) -> (Vec<Reply>, usize) {
        let (mut replies, mut noise) = (Vec::new(), 0);
        loop {
            match scan(bytes) {
                Scan::Frame { frame, used } => {
                    replies.push(frame);
                    bytes = &bytes[used..];
                }
                Scan::Noise { skip } => {
                    noise += skip;
                    bytes = &bytes[skip..];
                }
                Scan::NeedMore => return (replies, noise),
            }
        }
    }

    #[test]
    fn three_kinds_of_replies_are_told_apart_in_one_stream() {
        let stream = b"\x12\x00\x10\x00\x03\x00\x7E\x03\x11\xFF\x1C\x00\x0C\x0F\x10\x12";
        let (replies, noise) = all(stream);
        assert_eq!(
            replies,
            [
                Reply::RealTime(0x12),
                Reply::Paper(0),
                Reply::Automatic([0x10, 0, 3, 0]),
                Reply::RealTime(0x7E),
                Reply::Paper(3),
                Reply::Automatic([0x1C, 0, 0x0C, 0x0F]),
                Reply::RealTime(0x12),
            ]
        );
        assert_eq!(noise, 3);
    }

    proptest! {
        #[test]
        fn any_noise_is_walked_through(bytes in proptest::collection::vec(any::<u8>(), 0..64)) {
            let (replies, noise) = all(&bytes);
            prop_assert!(replies.len() + noise <= bytes.len());
        }
    }
}
