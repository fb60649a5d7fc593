//! The published frames byte for byte, our own with recomputed CRCs, and properties.

use super::*;
use crate::display::command::{Area, Command, Delete, Effect, Reply, RunMode};
use crate::display::{CardType, Geometry, Screen};
use proptest::prelude::*;

fn hex(text: &str) -> Vec<u8> {
    let digits = text.split_whitespace();
    let body = digits.map(|byte| u8::from_str_radix(byte, 16).expect("the tables hold hexadecimal bytes"));
    [0xA5; 8].into_iter().chain(body).collect()
}

fn screen(number: u16) -> Screen {
    Screen { number, geometry: Geometry { width_px: 64, height_px: 16 }, card: CardType::Any }
}

fn encoded(frame: &Frame) -> Vec<u8> {
    let mut out = Vec::new();
    encode(frame, &mut out);
    out
}

fn to_screen(number: u16, data: &str) -> Frame {
    Frame { dst: number, src: PC, card: 0xFE, data: hex(data)[8..].to_vec() }
}

const REAL_TIME: &str = "01 00 00 80 00 00 00 00 00 00 FE 02 32 00 A3 06 01 2D 00 00 01 29 00 00 00 00 00 00 18 00 20 00 \
    00 00 00 02 00 00 00 00 02 02 03 00 04 05 0E 00 00 00 30 31 32 33 34 35 51 52 53 54 54 56 27 42 A8 7D 5A";
const TEXT: &str = "03 00 00 80 00 00 00 00 00 00 FE 02 2F 00 A3 06 01 00 00 00 01 26 00 00 00 00 00 00 08 00 10 00 \
    00 00 00 00 00 00 00 00 01 01 01 00 00 00 0B 00 00 00 41 30 31 32 C7 EB B5 BD 33 BA C5 81 F0 5A";
const ACK: &str = "00 80 03 00 00 00 00 00 00 00 FE 02 05 00 A0 00 00 00 00 C5 BC 5A";
const NACK_BUSY: &str = "00 80 03 00 00 00 00 00 00 00 FE 02 05 00 A0 01 03 00 00 34 40 5A";

/// Name, frame, its destination and data. The first four are published (BXH, BXD), the rest have recomputed CRCs.
const VECTORS: [(&str, &str, u16, &str); 7] = [
    ("ping scr 1", "01 00 00 80 00 00 00 00 00 00 FE 02 05 00 A2 00 01 00 00 68 F8 5A", 1, "A2 00 01 00 00"),
    (
        "lock P000",
        "01 00 00 80 00 00 00 00 00 00 FE 02 0B 00 A3 04 01 06 00 00 01 50 30 30 30 42 6A 5A",
        1,
        "A3 04 01 06 00 00 01 50 30 30 30",
    ),
    (
        "write begin",
        "01 00 00 80 00 00 00 00 00 00 FE 02 0E 00 A1 05 01 00 00 01 50 30 30 30 49 00 00 00 E2 16 5A",
        1,
        "A1 05 01 00 00 01 50 30 30 30 49 00 00 00",
    ),
    (
        "real-time",
        REAL_TIME,
        1,
        "A3 06 01 2D 00 00 01 29 00 00 00 00 00 00 18 00 20 00 00 00 00 02 00 00 00 00 02 02 03 00 04 05 0E 00 00 00 \
         30 31 32 33 34 35 51 52 53 54 54 56 27 42",
    ),
    ("ping scr 3", "03 00 00 80 00 00 00 00 00 00 FE 02 05 00 A2 00 01 00 00 11 40 5A", 3, "A2 00 01 00 00"),
    (
        "text scr 3",
        TEXT,
        3,
        "A3 06 01 00 00 00 01 26 00 00 00 00 00 00 08 00 10 00 00 00 00 00 00 00 00 00 01 01 01 00 00 00 0B 00 00 00 \
         41 30 31 32 C7 EB B5 BD 33 BA C5",
    ),
    (
        "escape demo",
        "03 00 00 80 00 00 00 00 00 00 FE 02 05 00 A2 00 01 A6 02 5B 02 EA 2B 5A",
        3,
        "A2 00 01 A5 5A",
    ),
];

#[test]
fn known_frames_are_encoded_and_decoded_byte_for_byte() {
    for (name, wire, number, data) in VECTORS {
        let (wire, frame) = (hex(wire), to_screen(number, data));
        assert_eq!(encoded(&frame), wire, "{name}");
        assert_eq!(scan(&wire), Scan::Frame { frame, used: wire.len() }, "{name}");
    }
}

#[test]
fn commands_give_the_known_frames() {
    let mut out = Vec::new();
    Command::Ping.encode(&screen(1), &mut out);
    assert_eq!(out, hex(VECTORS[0].1));
    out.clear();
    let area = Area {
        x_cells: 0,
        y_px: 0,
        width_cells: 8,
        height_px: 16,
        id: 0,
        line_gap: 0,
        run: RunMode::Loop,
        timeout_s: 0,
        single_line: true,
        wrap: false,
        effect: Effect::Static,
        speed: 0,
        stay_half_s: 0,
        text: link::text::encode("A012请到3号", link::text::Charset::Gb2312).bytes,
    };
    let show = Command::Show { delete: Delete::Nothing, areas: vec![area] };
    show.encode(&screen(3), &mut out);
    assert_eq!(out, hex(TEXT));
    assert_eq!(Command::read(&show.data()), Ok(show));
}

#[test]
fn the_published_real_time_frame_is_understood_with_its_length_in_the_reserved_bytes() {
    let Scan::Frame { frame, .. } = scan(&hex(REAL_TIME)) else { panic!("a published frame") };
    let Ok(Command::Show { delete: Delete::Nothing, areas }) = Command::read(&frame.data) else {
        panic!("real-time text")
    };
    assert_eq!(areas.len(), 1);
    let area = &areas[0];
    assert_eq!((area.width_cells, area.height_px, area.timeout_s), (0x18, 0x20, 2));
    assert_eq!((area.single_line, area.wrap, area.effect), (false, true, Effect::Left));
    assert_eq!((area.speed, area.stay_half_s, area.run), (4, 5, RunMode::Loop));
    assert_eq!(area.text, b"012345QRSTTV'B");
    // Ours differs only where the body's length stood.
    let mut ours = Command::Show { delete: Delete::Nothing, areas }.data();
    ours[3] = 0x2D;
    assert_eq!(ours, frame.data);
}

#[test]
fn replies_are_the_known_frames() {
    for (wire, reply) in [(ACK, Reply::Ack), (NACK_BUSY, Reply::Nack(ErrorCode::Busy))] {
        let wire = hex(wire);
        assert_eq!(encoded(&reply.frame(3, CardType::Any)), wire);
        let Scan::Frame { frame, used } = scan(&wire) else { panic!("{wire:02X?}") };
        assert_eq!((frame.src, used, Reply::read(&frame)), (3, wire.len(), reply));
    }
}

#[test]
fn unchecked_replies_and_replies_with_a_length_are_accepted() {
    let unchecked = hex("00 80 03 00 00 00 00 00 00 00 FE 02 05 00 A0 00 00 00 00 FF FF 5A");
    let with_length = encoded(&Frame { dst: PC, src: 3, card: 0xFE, data: vec![0xA0, 0, 0, 5, 0] });
    let mut summed = hex("00 80 03 00 00 00 00 00 01 00 FE 02 05 00 A0 00 00 00 00");
    let sum = sum16(&summed[8..]);
    summed.extend_from_slice(&sum.to_le_bytes());
    summed.push(TAIL);
    for wire in [unchecked, with_length, summed] {
        let Scan::Frame { frame, .. } = scan(&wire) else { panic!("{wire:02X?}") };
        assert_eq!(Reply::read(&frame), Reply::Ack);
    }
}

/// Bytes that arrive, and what is found in them: the number of frames and the bytes that were noise.
fn drain(mut bytes: &[u8]) -> (Vec<Frame>, usize) {
    let (mut frames, mut noise) = (Vec::new(), 0);
    loop {
        match scan(bytes) {
            Scan::Frame { frame, used } => {
                frames.push(frame);
                bytes = &bytes[used..];
            }
            Scan::Noise { skip } => {
                assert!(skip > 0 && skip <= bytes.len());
                noise += skip;
                bytes = &bytes[skip..];
            }
            Scan::NeedMore => return (frames, noise),
        }
    }
}

#[test]
fn damage_is_noise_and_the_next_frame_is_found() {
    let (ping, tail) = (hex(VECTORS[0].1), TAIL);
    let cases: [(&str, Vec<u8>); 8] = [
        ("garbage before", [b"\x00\xFF5A".as_slice(), &ping].concat()),
        ("a lone head byte before", [&[0xA5, 0x00], ping.as_slice()].concat()),
        ("half a frame before", [&ping[..15], &ping].concat()),
        ("a bad CRC before", {
            let mut bad = ping.clone();
            bad[27] ^= 1;
            [bad, ping.clone()].concat()
        }),
        (
            "a wrong length before",
            [hex("01 00 00 80 00 00 00 00 00 00 FE 02 06 00 A2 00 01 00 00 FF FF 5A"), ping.clone()].concat(),
        ),
        ("a bad escape before", [hex("01 A6 03 5A"), ping.clone()].concat()),
        ("an escape without its second byte before", [hex("01 A6 5A"), ping.clone()].concat()),
        ("too many head bytes", [vec![0xA5; 40], ping.clone()].concat()),
    ];
    for (name, bytes) in cases {
        let (frames, noise) = drain(&bytes);
        assert_eq!(frames.len(), 1, "{name}");
        assert_eq!(noise, bytes.len() - ping.len(), "{name}");
    }
    let head_worn_off = &ping[6..];
    assert_eq!(drain(head_worn_off).0.len(), 1);
    assert_eq!(drain(&[tail]), (Vec::new(), 1));
    let endless = [vec![0xA5; 8], vec![0; MAX_WIRE]].concat();
    assert_eq!(drain(&endless), (Vec::new(), endless.len()));
}

#[test]
fn error_codes_have_their_numbers_and_words() {
    for byte in 1..=255 {
        let code = ErrorCode::from_byte(byte).expect("only 0 is no error");
        assert_eq!(code.byte(), byte);
        assert_eq!(matches!(code, ErrorCode::Other(_)), byte > 16);
    }
    assert_eq!(ErrorCode::from_byte(0), None);
    assert_eq!(ErrorCode::Busy.byte(), 3);
    assert_eq!(ErrorCode::BlockNumber.byte(), 16);
    assert_eq!(ErrorCode::NoFont.to_string(), "no font in the card (error 12)");
    assert_eq!(ErrorCode::Other(99).to_string(), "error 99");
}

fn awkward_byte() -> impl Strategy<Value = u8> {
    prop_oneof![Just(0xA5), Just(0xA6), Just(0x5A), Just(0x5B), Just(1), Just(2), any::<u8>()]
}

fn frames() -> impl Strategy<Value = Frame> {
    (any::<u16>(), any::<u16>(), any::<u8>(), prop::collection::vec(awkward_byte(), 5..120))
        .prop_map(|(dst, src, card, data)| Frame { dst, src, card, data })
}

proptest! {
    #[test]
    fn what_is_encoded_is_decoded(frame in frames()) {
        let wire = encoded(&frame);
        prop_assert!(wire.len() <= MAX_WIRE);
        prop_assert_eq!(scan(&wire), Scan::Frame { frame, used: wire.len() });
    }

    #[test]
    fn any_split_gives_the_same_frames(
        frames in prop::collection::vec(frames(), 0..4),
        noise in prop::collection::vec(awkward_byte(), 0..40),
        sizes in prop::collection::vec(1usize..40, 1..20),
    ) {
        let mut bytes = Vec::new();
        for frame in &frames {
            bytes.extend_from_slice(&noise);
            encode(frame, &mut bytes);
        }
        let whole = drain(&bytes);
        let (mut buffer, mut found, mut dropped) = (Vec::new(), Vec::new(), 0);
        let (mut rest, mut sizes) = (bytes.as_slice(), sizes.iter().cycle());
        while !rest.is_empty() {
            let (chunk, after) = rest.split_at((*sizes.next().unwrap()).min(rest.len()));
            buffer.extend_from_slice(chunk);
            rest = after;
            loop {
                match scan(&buffer) {
                    Scan::Frame { frame, used } => { found.push(frame); buffer.drain(..used); }
                    Scan::Noise { skip } => { dropped += skip; buffer.drain(..skip); }
                    Scan::NeedMore => break,
                }
            }
        }
        prop_assert_eq!((found, dropped), whole);
    }

    #[test]
    fn noise_never_panics_and_is_always_taken_away(bytes in prop::collection::vec(awkward_byte(), 0..300)) {
        drain(&bytes);
        let _ = Command::read(&bytes);
        let _ = Reply::read(&Frame { dst: PC, src: 1, card: 0xFE, data: bytes });
    }
}
