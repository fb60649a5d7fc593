//! Bytes to frames and back. Pure functions; the picture is on the [page](super).

use crate::checks::sum8;
use std::fmt;
use std::ops::Deref;

/// Most data bytes of a frame: the six digits of a show. Longer claims are noise, so that a spoiled length cannot make the
/// scanner wait for bytes that never come; a unit with longer frames needs this raised.
pub const MAX_DATA: usize = 6;

/// Command of a key event, of the acknowledgement of a button and, with [`PROMPT_DATA`], of the host's prompt.
pub const EVENT: u8 = 0x01;
/// Command of what the keypad's LCD shows: six digits, or one byte of stars.
pub const SHOW: u8 = 0x02;
/// Command that makes the keypad beep.
pub const BEEP: u8 = 0x03;
/// Command of a button of the evaluation pad.
pub const PAD_BUTTON: u8 = 0x11;
/// Data of the host's [`EVENT`] frame that opens the evaluation; as a key it is the keypad's evaluation key.
pub const PROMPT_DATA: u8 = 0x0B;

const START: [u8; 2] = [0xFF, 0x68];
const SECOND_START: u8 = 0x68;
const END: u8 = 0x16;
/// Bytes before the address: FF 68 L L 68.
const HEAD: usize = 5;
/// Address and command.
const MIN_LENGTH: usize = 2;
/// Sum and end.
const TAIL: usize = 2;

/// Longest frame on the wire: 15 bytes.
pub(super) const MAX_FRAME: usize = HEAD + MIN_LENGTH + MAX_DATA + TAIL;

/// The data bytes of a frame, at most [`MAX_DATA`]; reads as a slice.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Data {
    bytes: [u8; MAX_DATA],
    len: u8,
}

impl Data {
    /// Takes `bytes`, or `None` if there are more than [`MAX_DATA`].
    pub fn from_slice(bytes: &[u8]) -> Option<Self> {
        let mut data = Data::default();
        data.bytes.get_mut(..bytes.len())?.copy_from_slice(bytes);
        data.len = bytes.len() as u8;
        Some(data)
    }
}

impl Deref for Data {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.bytes[..usize::from(self.len)]
    }
}

impl fmt::Debug for Data {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02X?}", &**self)
    }
}

/// One frame of the line, either direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Frame {
    /// Address of the unit, whoever speaks.
    pub address: u8,
    /// What the data is: see the [page](super).
    pub command: u8,
    /// Keys, digits, stars or nothing.
    pub data: Data,
}

impl Frame {
    /// A frame with data that is known to fit; too much data does not compile.
    pub fn new<const N: usize>(address: u8, command: u8, data: [u8; N]) -> Self {
        const { assert!(N <= MAX_DATA, "a frame holds at most MAX_DATA data bytes") }
        let mut held = Data::default();
        held.bytes[..N].copy_from_slice(&data);
        held.len = N as u8;
        Frame { address, command, data: held }
    }
}

/// What lies at the front of the received bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scan {
    /// A good frame; drop `used` bytes and scan again.
    Frame {
        /// The frame.
        frame: Frame,
        /// Its length on the wire.
        used: usize,
    },
    /// Nothing, or the beginning of what may become a frame.
    NeedMore,
    /// The first `skip` bytes (at least one) belong to no frame.
    Noise {
        /// How many bytes to drop.
        skip: usize,
        /// What is wrong with them, for the log.
        why: &'static str,
    },
}

/// Looks at the front of `bytes`. Says noise as early as the bytes allow, so that a good frame behind is not held up.
pub fn scan(bytes: &[u8]) -> Scan {
    let Some(start) = bytes.iter().position(|byte| *byte == START[0]) else {
        return match bytes.len() {
            0 => Scan::NeedMore,
            skip => Scan::Noise { skip, why: "no frame start" },
        };
    };
    if start > 0 {
        return Scan::Noise { skip: start, why: "no frame start" };
    }
    let wrong = |why| Scan::Noise { skip: 1, why };
    if bytes.len() > 1 && bytes[1] != START[1] {
        return wrong("no frame start");
    }
    let Some(&length) = bytes.get(2) else { return Scan::NeedMore };
    let length = usize::from(length);
    if !(MIN_LENGTH..=MIN_LENGTH + MAX_DATA).contains(&length) {
        return wrong("length out of range");
    }
    if bytes.len() > 3 && bytes[3] != bytes[2] {
        return wrong("lengths differ");
    }
    if bytes.len() > 4 && bytes[4] != SECOND_START {
        return wrong("no second start");
    }
    let used = HEAD + length + TAIL;
    let Some(whole) = bytes.get(..used) else { return Scan::NeedMore };
    let body = &whole[HEAD..HEAD + length];
    if whole[HEAD + length] != sum8(body) {
        return wrong("checksum");
    }
    if whole[used - 1] != END {
        return wrong("no frame end");
    }
    match Data::from_slice(&body[MIN_LENGTH..]) {
        Some(data) => Scan::Frame { frame: Frame { address: body[0], command: body[1], data }, used },
        None => wrong("length out of range"),
    }
}

/// The bytes of `frame`.
pub fn encode(frame: &Frame) -> Vec<u8> {
    let length = (MIN_LENGTH + frame.data.len()) as u8;
    let mut bytes = Vec::with_capacity(MAX_FRAME);
    bytes.extend_from_slice(&[
        START[0],
        START[1],
        length,
        length,
        SECOND_START,
        frame.address,
        frame.command,
    ]);
    bytes.extend_from_slice(&frame.data);
    bytes.push(sum8(&bytes[HEAD..]));
    bytes.push(END);
    bytes
}

/// The frame that tells a unit (or the host) that `frame` has arrived: its echo, for a button with command 01.
pub fn acknowledgement(frame: &Frame) -> Frame {
    match frame.command {
        PAD_BUTTON => Frame { command: EVENT, ..*frame },
        _ => *frame,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn bytes(hex: &str) -> Vec<u8> {
        hex.split_whitespace().map(|byte| u8::from_str_radix(byte, 16).unwrap()).collect()
    }

    /// PROTOCOLS.md 3.1, byte for byte.
    fn vectors() -> Vec<(&'static str, &'static str, Frame)> {
        vec![
            ("call key, address 5", "FF 68 03 03 68 05 01 0C 12 16", Frame::new(5, 0x01, [0x0C])),
            ("skip (6, OK)", "FF 68 04 04 68 05 01 06 0F 1B 16", Frame::new(5, 0x01, [0x06, 0x0F])),
            (
                "show ticket 012",
                "FF 68 08 08 68 05 02 0A 0A 0A 00 01 02 28 16",
                Frame::new(5, 0x02, [0x0A, 0x0A, 0x0A, 0, 1, 2]),
            ),
            (
                "show 7 waiting",
                "FF 68 08 08 68 05 02 00 00 07 0A 0A 0A 2C 16",
                Frame::new(5, 0x02, [0, 0, 7, 0x0A, 0x0A, 0x0A]),
            ),
            ("beep", "FF 68 02 02 68 05 03 08 16", Frame::new(5, 0x03, [])),
            ("pad says satisfied", "FF 68 03 03 68 05 11 02 18 16", Frame::new(5, 0x11, [0x02])),
            ("acknowledgement of the pad", "FF 68 03 03 68 05 01 02 08 16", Frame::new(5, 0x01, [0x02])),
        ]
    }

    #[test]
    fn the_vectors_both_ways() {
        for (name, hex, frame) in vectors() {
            let wire = bytes(hex);
            assert_eq!(encode(&frame), wire, "{name}");
            assert_eq!(scan(&wire), Scan::Frame { frame, used: wire.len() }, "{name}");
        }
    }

    #[test]
    fn a_button_is_acknowledged_with_command_01_and_all_else_with_itself() {
        assert_eq!(
            encode(&acknowledgement(&Frame::new(5, PAD_BUTTON, [2]))),
            bytes("FF 68 03 03 68 05 01 02 08 16")
        );
        let call = Frame::new(5, EVENT, [0x0C]);
        assert_eq!(acknowledgement(&call), call);
    }

    #[test]
    fn what_is_no_frame_says_why() {
        let table = [
            ("", Scan::NeedMore),
            ("FF", Scan::NeedMore),
            ("FF 68 03 03 68 05 01 0C 12", Scan::NeedMore),
            ("00 16 FF 68", Scan::Noise { skip: 2, why: "no frame start" }),
            ("FF FF 68", Scan::Noise { skip: 1, why: "no frame start" }),
            ("FF 68 01 01 68 05 05 16", Scan::Noise { skip: 1, why: "length out of range" }),
            ("FF 68 09", Scan::Noise { skip: 1, why: "length out of range" }),
            ("FF 68 03 04", Scan::Noise { skip: 1, why: "lengths differ" }),
            ("FF 68 03 03 16", Scan::Noise { skip: 1, why: "no second start" }),
            ("FF 68 03 03 68 05 01 0C 13 16", Scan::Noise { skip: 1, why: "checksum" }),
            ("FF 68 03 03 68 05 01 0C 12 17", Scan::Noise { skip: 1, why: "no frame end" }),
        ];
        for (hex, expected) in table {
            assert_eq!(scan(&bytes(hex)), expected, "{hex}");
        }
    }

    /// Everything good in `stream`, fed in pieces that end at `cuts`.
    fn frames(stream: &[u8], cuts: &[usize]) -> Vec<Frame> {
        let (mut held, mut out, mut fed) = (Vec::new(), Vec::new(), 0);
        for cut in cuts.iter().copied().chain([stream.len()]) {
            let cut = cut.clamp(fed, stream.len());
            held.extend_from_slice(&stream[fed..cut]);
            fed = cut;
            loop {
                match scan(&held) {
                    Scan::Frame { frame, used } => {
                        out.push(frame);
                        held.drain(..used);
                    }
                    Scan::Noise { skip, .. } => {
                        assert!((1..=held.len()).contains(&skip));
                        held.drain(..skip);
                    }
                    Scan::NeedMore => break,
                }
            }
        }
        out
    }

    #[test]
    fn a_cut_frame_costs_only_itself() {
        let call = encode(&Frame::new(5, EVENT, [0x0C]));
        for cut in 0..call.len() {
            let stream = [&call[..cut], &call[..], &call[..]].concat();
            assert_eq!(frames(&stream, &[]).len(), 2, "cut after {cut}");
        }
    }

    fn any_frame() -> impl Strategy<Value = Frame> {
        (any::<u8>(), any::<u8>(), proptest::collection::vec(any::<u8>(), 0..=MAX_DATA)).prop_map(
            |(address, command, data)| Frame { address, command, data: Data::from_slice(&data).unwrap() },
        )
    }

    proptest! {
        #[test]
        fn decoding_undoes_encoding(frame in any_frame()) {
            let wire = encode(&frame);
            prop_assert!(wire.len() <= MAX_FRAME);
            prop_assert_eq!(scan(&wire), Scan::Frame { frame, used: wire.len() });
        }

        #[test]
        fn any_split_gives_the_same_frames(
            sent in proptest::collection::vec(any_frame(), 1..6),
            // Bytes that cannot begin a frame, so that the expected result is exact.
            garbage in proptest::collection::vec(0u8..0xFF, 0..6),
            mut cuts in proptest::collection::vec(0usize..120, 0..8),
        ) {
            cuts.sort_unstable();
            let stream: Vec<u8> = sent.iter().flat_map(|f| [garbage.clone(), encode(f)].concat()).collect();
            prop_assert_eq!(frames(&stream, &cuts), sent);
        }

        #[test]
        fn noise_never_panics_and_never_stalls(noise in proptest::collection::vec(any::<u8>(), 0..200)) {
            frames(&noise, &[]);
        }

        #[test]
        fn one_flipped_bit_is_never_a_frame(frame in any_frame(), place in any::<prop::sample::Index>(), bit in 0u8..8) {
            let mut wire = encode(&frame);
            let place = place.index(wire.len());
            wire[place] ^= 1 << bit;
            let found = matches!(scan(&wire), Scan::Frame { .. });
            prop_assert!(!found);
        }
    }
}
