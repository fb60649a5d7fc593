//! Bytes to frames and back. The picture of a frame is in the module above.

use link::checks::{crc16_modbus, xor8};

/// Bytes before the payload.
const HEAD: usize = 8;
/// Bytes after it.
const TAIL: usize = 2;
/// Longest frame. A panel controller has a few kilobytes of buffer; longer frames would also cost more when one is lost.
pub const MAX_FRAME: usize = 4096;
/// Longest payload.
pub const MAX_PAYLOAD: usize = MAX_FRAME - HEAD - TAIL;

const MARK: [u8; 2] = [0xA5, 0x5A];

/// What a frame says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Who are you?
    Ask = 0x01,
    /// A session begins.
    Begin = 0x02,
    /// Parts of the picture.
    Tiles = 0x03,
    /// Size of the panel.
    Hello = 0x81,
    /// What was taken.
    Ack = 0x82,
    /// A finger came or went.
    Touch = 0x83,
}

impl Kind {
    fn of(byte: u8) -> Option<Kind> {
        use Kind::{Ack, Ask, Begin, Hello, Tiles, Touch};
        [Ask, Begin, Tiles, Hello, Ack, Touch].into_iter().find(|kind| *kind as u8 == byte)
    }
}

/// A frame; the payload lies in the buffer it was found in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Packet<'a> {
    /// What it says.
    pub kind: Kind,
    /// Number of the session, 0 for none.
    pub session: u8,
    /// Its place in the session.
    pub seq: u8,
    /// At most [`MAX_PAYLOAD`] bytes.
    pub payload: &'a [u8],
}

/// What stands at the front of a buffer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scan<'a> {
    /// A whole frame.
    Frame {
        /// The frame.
        frame: Packet<'a>,
        /// Bytes it takes.
        used: usize,
    },
    /// The beginning of one, or nothing.
    NeedMore,
    /// No frame begins within the first `skip` bytes.
    Noise {
        /// Bytes to drop, at least one.
        skip: usize,
    },
}

/// Looks at the front of `buffer`.
pub fn scan(buffer: &[u8]) -> Scan<'_> {
    let begin = buffer.iter().position(|byte| *byte == MARK[0]).unwrap_or(buffer.len());
    if begin > 0 {
        return Scan::Noise { skip: begin };
    }
    if buffer.get(1).is_some_and(|byte| *byte != MARK[1]) {
        return Scan::Noise { skip: 1 };
    }
    let Some(head) = buffer.first_chunk::<HEAD>() else { return Scan::NeedMore };
    let length = usize::from(u16::from_le_bytes([head[5], head[6]]));
    let (true, true, Some(kind)) = (xor8(&head[2..7]) == head[7], length <= MAX_PAYLOAD, Kind::of(head[2]))
    else {
        return Scan::Noise { skip: 1 };
    };
    let used = HEAD + length + TAIL;
    let Some(whole) = buffer.get(..used) else { return Scan::NeedMore };
    let (body, tail) = whole.split_at(HEAD + length);
    if crc16_modbus(&body[2..]).to_le_bytes() != tail {
        return Scan::Noise { skip: 1 };
    }
    Scan::Frame { frame: Packet { kind, session: head[3], seq: head[4], payload: &body[HEAD..] }, used }
}

/// The bytes of a frame. A payload longer than [`MAX_PAYLOAD`] is cut: no caller makes one, and no panel would take it.
pub fn encode(frame: &Packet<'_>) -> Vec<u8> {
    let payload = &frame.payload[..frame.payload.len().min(MAX_PAYLOAD)];
    let [low, high] = (payload.len() as u16).to_le_bytes();
    let mut out = Vec::with_capacity(HEAD + payload.len() + TAIL);
    out.extend_from_slice(&MARK);
    out.extend_from_slice(&[frame.kind as u8, frame.session, frame.seq, low, high]);
    out.push(xor8(&out[2..]));
    out.extend_from_slice(payload);
    let crc = crc16_modbus(&out[2..]);
    out.extend_from_slice(&crc.to_le_bytes());
    out
}

/// The seq after `seq`: 255 is followed by 1, 0 belongs to Begin.
pub(super) fn next_seq(seq: u8) -> u8 {
    if seq == u8::MAX { 1 } else { seq + 1 }
}

/// The payload of Hello.
pub(super) fn size_bytes(width: u32, height: u32) -> [u8; 4] {
    let ([a, b], [c, d]) = ((width as u16).to_le_bytes(), (height as u16).to_le_bytes());
    [a, b, c, d]
}

/// Width and height from the payload of Hello.
pub(super) fn parse_size(payload: &[u8]) -> Option<(u32, u32)> {
    let &[a, b, c, d] = payload else { return None };
    Some((u16::from_le_bytes([a, b]).into(), u16::from_le_bytes([c, d]).into()))
}

/// Down or up, x and y from the payload of Touch.
pub(super) fn parse_touch(payload: &[u8]) -> Option<(bool, i32, i32)> {
    let &[down @ (0 | 1), a, b, c, d] = payload else { return None };
    Some((down == 1, u16::from_le_bytes([a, b]).into(), u16::from_le_bytes([c, d]).into()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// All frames in `bytes`, as a session finds them.
    fn all(bytes: &[u8], split: &[usize]) -> (Vec<Vec<u8>>, usize) {
        let mut buffer = link::ReceiveBuffer::new(2 * MAX_FRAME);
        let (mut frames, mut noise) = (Vec::new(), 0);
        let mut rest = bytes;
        for cut in split.iter().copied().chain([bytes.len()]) {
            let (now, later) = rest.split_at(cut.min(rest.len()));
            rest = later;
            noise += buffer.extend(now);
            loop {
                let used = match scan(buffer.bytes()) {
                    Scan::Frame { frame, used } => {
                        frames.push(encode(&frame));
                        used
                    }
                    Scan::Noise { skip } => {
                        noise += skip;
                        skip
                    }
                    Scan::NeedMore => break,
                };
                buffer.consume(used);
            }
        }
        (frames, noise)
    }

    #[test]
    fn frames_are_those_of_the_page() {
        let ask = Packet { kind: Kind::Ask, session: 0, seq: 0, payload: &[] };
        assert_eq!(encode(&ask), [0xA5, 0x5A, 0x01, 0, 0, 0, 0, 0x01, 0xC0, 0x0A]);
        let touch = Packet { kind: Kind::Touch, session: 2, seq: 7, payload: &[1, 0x2C, 0x01, 0x90, 0x01] };
        let bytes = encode(&touch);
        assert_eq!(bytes[..13], [0xA5, 0x5A, 0x83, 2, 7, 5, 0, 0x83, 1, 0x2C, 0x01, 0x90, 0x01]);
        assert_eq!(scan(&bytes), Scan::Frame { frame: touch, used: 15 });
        assert_eq!(parse_touch(touch.payload), Some((true, 300, 400)));
    }

    #[test]
    fn cases() {
        let ask = encode(&Packet { kind: Kind::Ask, session: 0, seq: 0, payload: &[] });
        let mut bad_crc = ask.clone();
        bad_crc[9] ^= 1;
        let mut bad_head = ask.clone();
        bad_head[6] = 0x10;
        let mut unknown = ask.clone();
        (unknown[2], unknown[7]) = (0x44, 0x44);
        let cases: [(&str, Vec<u8>, usize, usize); 7] = [
            ("nothing", vec![], 0, 0),
            ("garbage before", [&[1, 2, 0xA5, 3][..], &ask].concat(), 1, 4),
            ("bad crc, then good", [&bad_crc[..], &ask].concat(), 1, 10),
            ("a spoiled length swallows nothing", [&bad_head[..], &ask].concat(), 1, 10),
            ("unknown kind", [&unknown[..], &ask].concat(), 1, 10),
            ("cut, then whole", [&ask[..6], &ask].concat(), 1, 6),
            ("twice", [&ask[..], &ask].concat(), 2, 0),
        ];
        for (name, bytes, frames, noise) in cases {
            let (found, skipped) = all(&bytes, &[]);
            assert_eq!((found.len(), skipped), (frames, noise), "{name}");
        }
    }

    proptest! {
        #[test]
        fn any_split_gives_the_same_frames(
            frames in proptest::collection::vec((0usize..6, any::<u8>(), any::<u8>(),
                proptest::collection::vec(any::<u8>(), 0..200)), 1..6),
            noise in proptest::collection::vec(any::<u8>(), 0..20), split in proptest::collection::vec(0usize..40, 0..40))
        {
            let kinds = [Kind::Ask, Kind::Begin, Kind::Tiles, Kind::Hello, Kind::Ack, Kind::Touch];
            let mut bytes: Vec<u8> = noise.into_iter().filter(|byte| *byte != MARK[0]).collect();
            let garbage = bytes.len();
            let mut wanted = Vec::new();
            for (kind, session, seq, payload) in &frames {
                let frame = encode(&Packet { kind: kinds[*kind], session: *session, seq: *seq, payload });
                bytes.extend_from_slice(&frame);
                wanted.push(frame);
            }
            let (found, skipped) = all(&bytes, &split);
            prop_assert_eq!(found, wanted);
            prop_assert_eq!(skipped, garbage);
        }

        #[test]
        fn noise_never_panics_and_never_stands_still(bytes: Vec<u8>) {
            match scan(&bytes) {
                Scan::Noise { skip } => prop_assert!(skip > 0 && skip <= bytes.len()),
                Scan::Frame { used, .. } => prop_assert!(used <= bytes.len()),
                Scan::NeedMore => {}
            }
        }
    }
}
