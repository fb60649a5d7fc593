//! Bytes to frames and back. Pure functions.

use link::checks::xor8;

/// Longest text of a frame, in bytes. The module's buffer holds no more; a longer frame is refused or cut.
pub const MAX_TEXT: usize = 200;
/// Length, command, parameter and checksum around the longest text, with the byte that begins a frame.
pub const MAX_FRAME: usize = MAX_TEXT + 6;
/// What begins a frame.
pub const START: u8 = 0xFD;

const SPEAK: u8 = 0x01;
const STOP: u8 = 0x02;
const PAUSE: u8 = 0x03;
const RESUME: u8 = 0x04;
const STATUS: u8 = 0x21;
const SLEEP: u8 = 0x88;

/// GBK, without background music.
const GBK: u8 = 0x01;
/// GB 2312, without background music; what the source of the tones sends them in.
const GB2312: u8 = 0x00;

/// A tone that the module has in itself.
///
/// Which of its sounds is which is not in our sources: they have the letters `a` to `y` alone. The three are *guessed* to be
/// short and to differ, and are to be listened to when a module is at hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Tone {
    /// A place to touch was touched.
    Key,
    /// Something went well.
    Done,
    /// Something was refused or not understood.
    Refused,
}

impl Tone {
    /// Every one.
    pub const ALL: [Tone; 3] = [Tone::Key, Tone::Done, Tone::Refused];

    /// The text that makes it.
    pub fn text(self) -> &'static str {
        match self {
            Tone::Key => "sounda",
            Tone::Done => "soundb",
            Tone::Refused => "soundc",
        }
    }
}

/// What the host tells the module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Frame<'a> {
    /// Say this; it interrupts what is being said.
    Speak {
        /// Low three bits: 0 GB 2312, 1 GBK, 2 BIG5, 3 UTF-16; high five: background music, 0 none.
        parameter: u8,
        /// Encoded text.
        text: &'a [u8],
    },
    /// Say no more.
    Stop,
    /// Hold.
    Pause,
    /// Go on.
    Resume,
    /// What are you doing?
    Status,
    /// Sleep, until the reset line wakes it.
    Sleep,
    /// A command that is not in our source.
    Other(u8),
    /// The checksum is wrong.
    Damaged,
}

/// What the module says, a byte each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reply {
    /// It has just been switched on or reset.
    Ready,
    /// The frame was understood.
    Accepted,
    /// The frame was not understood.
    Rejected,
    /// It is speaking.
    Speaking,
    /// It says nothing; also unasked when a text is finished.
    Idle,
}

impl Reply {
    /// Every one.
    pub const ALL: [Reply; 5] =
        [Reply::Ready, Reply::Accepted, Reply::Rejected, Reply::Speaking, Reply::Idle];

    /// Its byte.
    pub fn byte(self) -> u8 {
        match self {
            Reply::Ready => 0x4A,
            Reply::Accepted => 0x41,
            Reply::Rejected => 0x45,
            Reply::Speaking => 0x4E,
            Reply::Idle => 0x4F,
        }
    }

    /// What a byte says; `None`: noise.
    pub fn of(byte: u8) -> Option<Reply> {
        Reply::ALL.into_iter().find(|reply| reply.byte() == byte)
    }
}

/// What lies at the beginning of a buffer of the module's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scan<'a> {
    /// A frame.
    Frame {
        /// The frame.
        frame: Frame<'a>,
        /// Bytes that it takes up.
        used: usize,
    },
    /// A frame that has not come whole.
    NeedMore,
    /// No frame.
    Noise {
        /// Bytes to drop.
        skip: usize,
    },
}

/// Looks for a frame at the beginning of `buffer`.
pub fn scan(buffer: &[u8]) -> Scan<'_> {
    let Some(first) = buffer.first() else { return Scan::NeedMore };
    if *first != START {
        let skip = buffer.iter().position(|byte| *byte == START).unwrap_or(buffer.len());
        return Scan::Noise { skip };
    }
    let Some(length) = buffer.get(1..3) else { return Scan::NeedMore };
    let length = usize::from(u16::from_be_bytes([length[0], length[1]]));
    // At least command and checksum.
    if !(2..=MAX_FRAME - 3).contains(&length) {
        return Scan::Noise { skip: 1 };
    }
    let used = length + 3;
    let Some(whole) = buffer.get(..used) else { return Scan::NeedMore };
    let (head, body) = (&whole[..used - 1], &whole[3..used - 1]);
    let frame = match body {
        _ if xor8(head) != whole[used - 1] => Frame::Damaged,
        [SPEAK, parameter, text @ ..] => Frame::Speak { parameter: *parameter, text },
        [STOP] => Frame::Stop,
        [PAUSE] => Frame::Pause,
        [RESUME] => Frame::Resume,
        [STATUS] => Frame::Status,
        [SLEEP] => Frame::Sleep,
        [command, ..] => Frame::Other(*command),
        [] => Frame::Damaged,
    };
    Scan::Frame { frame, used }
}

/// A frame that says `text`, which is GBK; what is beyond [`MAX_TEXT`] is left out.
pub fn speak(text: &[u8]) -> Vec<u8> {
    with_text(GBK, text)
}

/// A frame that makes a tone.
pub fn tone(tone: Tone) -> Vec<u8> {
    with_text(GB2312, tone.text().as_bytes())
}

/// The frame that stops what is being said.
pub fn stop() -> Vec<u8> {
    sealed(&[STOP])
}

/// The frame that asks what the module is doing.
pub fn status() -> Vec<u8> {
    sealed(&[STATUS])
}

fn with_text(parameter: u8, text: &[u8]) -> Vec<u8> {
    let mut body = vec![SPEAK, parameter];
    body.extend_from_slice(&text[..text.len().min(MAX_TEXT)]);
    sealed(&body)
}

fn sealed(body: &[u8]) -> Vec<u8> {
    // At most 203: see MAX_TEXT.
    let mut frame = vec![START, 0, (body.len() + 1) as u8];
    frame.extend_from_slice(body);
    frame.push(xor8(&frame));
    frame
}

#[cfg(test)]
mod tests {
    use super::*;
    use link::text::{Charset, encode};
    use proptest::prelude::*;

    fn hex(bytes: &[u8]) -> String {
        bytes.iter().map(|byte| format!("{byte:02X}")).collect::<Vec<_>>().join(" ")
    }

    fn gbk(text: &str) -> Vec<u8> {
        encode(text, Charset::Gbk).bytes
    }

    /// PROTOCOLS.md 5: the first from the manual, the rest worked out there.
    #[test]
    fn the_vectors() {
        let said = [
            ("宇音天下", "FD 00 0B 01 01 D3 EE D2 F4 CC EC CF C2 C0"),
            ("请A012号到3号窗口", "FD 00 14 01 01 C7 EB 41 30 31 32 BA C5 B5 BD 33 BA C5 B4 B0 BF DA ED"),
            ("[v11]", "FD 00 08 01 01 5B 76 31 31 5D 85"),
        ];
        for (text, bytes) in said {
            assert_eq!(hex(&speak(&gbk(text))), bytes, "{text}");
        }
        assert_eq!(hex(&stop()), "FD 00 02 02 FD");
        assert_eq!(hex(&status()), "FD 00 02 21 DE");
        assert_eq!(hex(&sealed(&[PAUSE])), "FD 00 02 03 FC");
        assert_eq!(hex(&sealed(&[RESUME])), "FD 00 02 04 FB");
        assert_eq!(hex(&sealed(&[SLEEP])), "FD 00 02 88 77");
        // The bytes that the source of the tones sends for its sound `a`.
        assert_eq!(hex(&tone(Tone::Key)), "FD 00 09 01 00 73 6F 75 6E 64 61 F7");
        let replies = Reply::ALL.map(Reply::byte);
        assert_eq!(hex(&replies), "4A 41 45 4E 4F");
    }

    #[test]
    fn frames_are_found_and_damage_is_told() {
        let (good, text) = (speak(b"A1"), &b"A1"[..]);
        let mut spoilt = good.clone();
        spoilt[5] ^= 0x10;
        let table: [(&str, Vec<u8>, Scan<'_>); 9] = [
            ("nothing", vec![], Scan::NeedMore),
            ("half", good[..5].to_vec(), Scan::NeedMore),
            ("whole", good.clone(), Scan::Frame { frame: Frame::Speak { parameter: 1, text }, used: 8 }),
            ("noise before", [&[0, 7][..], &good].concat(), Scan::Noise { skip: 2 }),
            ("only noise", vec![1, 2, 3], Scan::Noise { skip: 3 }),
            ("spoilt", spoilt, Scan::Frame { frame: Frame::Damaged, used: 8 }),
            ("too long", vec![START, 1, 0, 1], Scan::Noise { skip: 1 }),
            ("too short", vec![START, 0, 1, 1], Scan::Noise { skip: 1 }),
            ("stop", stop(), Scan::Frame { frame: Frame::Stop, used: 5 }),
        ];
        for (name, bytes, found) in &table {
            assert_eq!(scan(bytes), *found, "{name}");
        }
    }

    proptest! {
        #[test]
        fn noise_never_panics_and_is_always_got_through(noise in proptest::collection::vec(any::<u8>(), 0..600)) {
            let mut rest = &noise[..];
            loop {
                match scan(rest) {
                    Scan::Frame { used, .. } => rest = &rest[used..],
                    Scan::Noise { skip } => {
                        prop_assert!(skip > 0);
                        rest = &rest[skip..];
                    }
                    Scan::NeedMore => break,
                }
            }
            prop_assert!(rest.len() < MAX_FRAME);
        }

        #[test]
        fn every_text_comes_back(sent in proptest::collection::vec(any::<u8>(), 0..=MAX_TEXT)) {
            let frame = speak(&sent);
            prop_assert!(frame.len() <= MAX_FRAME);
            let found = Scan::Frame { frame: Frame::Speak { parameter: GBK, text: &sent }, used: frame.len() };
            prop_assert_eq!(scan(&frame), found);
        }
    }
}
