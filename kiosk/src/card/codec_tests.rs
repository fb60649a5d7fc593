//! Frames of the manuals byte for byte, split, damaged and among noise.

use super::*;
use proptest::prelude::*;

fn bytes(hex: &str) -> Vec<u8> {
    hex.split_whitespace().map(|byte| u8::from_str_radix(byte, 16).unwrap()).collect()
}

/// PROTOCOLS.md 4, byte for byte behind the mark.
const COMMANDS: [(Command, &str); 6] = [
    (Command::Reset, "00 03 10 FF EC"),
    (Command::State, "00 03 11 FF ED"),
    (Command::SamId, "00 03 12 FF EE"),
    (Command::Find, "00 03 20 01 22"),
    (Command::Select, "00 03 20 02 21"),
    (Command::Read, "00 03 30 01 32"),
];
const ANSWERS: [(u8, &str, &str); 6] = [
    (0x90, "", "00 04 00 00 90 94"),
    (0x9F, "00 00 00 00", "00 08 00 00 9F 00 00 00 00 97"),
    (0x90, "00 00 00 00 00 00 00 00", "00 0C 00 00 90 00 00 00 00 00 00 00 00 9C"),
    (0x80, "", "00 04 00 00 80 84"),
    (0x81, "", "00 04 00 00 81 85"),
    (0x41, "", "00 04 00 00 41 45"),
];

#[test]
fn the_vectors_both_ways() {
    for (command, hex) in COMMANDS {
        let wire = bytes(&format!("AA AA AA 96 69 {hex}"));
        assert_eq!(encode(command), wire, "{command:?}");
        let Scan::Frame { body, used } = scan(&wire) else { panic!("{command:?}") };
        assert_eq!((Command::of(body), used), (Some(command), wire.len()));
    }
    for (status, data, hex) in ANSWERS {
        let (wire, data) = (bytes(&format!("AA AA AA 96 69 {hex}")), bytes(data));
        assert_eq!(answer(Status(status), &data), wire, "{hex}");
        let Scan::Frame { body, used } = scan(&wire) else { panic!("{hex}") };
        assert_eq!((answered(body), used), (Some((Status(status), data.as_slice())), wire.len()));
    }
}

#[test]
fn a_read_is_1295_bytes() {
    let (text, photo) = ([0x20; TEXT], [0x55; PHOTO]);
    let wire = answer(Status::OK, &reading(&text, &photo));
    assert_eq!(wire.len(), 1295);
    assert_eq!(wire.len(), MAX_FRAME);
    assert_eq!(wire[..14], bytes("AA AA AA 96 69 05 08 00 00 90 01 00 04 00"));
    let Scan::Frame { body, .. } = scan(&wire) else { panic!("a frame") };
    let (status, data) = answered(body).unwrap();
    assert_eq!(status, Status::OK);
    assert_eq!(text_block(data), Some(text.as_slice()));
}

#[test]
fn lengths_that_do_not_add_up_are_no_text() {
    let good = reading(&[1; TEXT], &[2; PHOTO]);
    assert!(text_block(&good).is_some());
    assert_eq!(text_block(&good[..good.len() - 1]), None);
    assert_eq!(text_block(&good[..100]), None);
    assert_eq!(text_block(&good[..3]), None);
    assert_eq!(text_block(&[]), None);
}

#[test]
fn what_is_no_frame_says_why() {
    let table = [
        ("", Scan::NeedMore),
        ("AA AA", Scan::NeedMore),
        ("AA AA AA 96 69 00", Scan::NeedMore),
        ("AA AA AA 96 69 00 04 00 00 90", Scan::NeedMore),
        ("00 96 AA", Scan::Noise { skip: 2, why: "no frame start" }),
        ("AA AA AA AA 96 69", Scan::Noise { skip: 1, why: "no frame start" }),
        ("AA 96", Scan::Noise { skip: 1, why: "no frame start" }),
        ("AA AA AA 96 69 00 02", Scan::Noise { skip: 1, why: "length out of range" }),
        ("AA AA AA 96 69 05 09", Scan::Noise { skip: 1, why: "length out of range" }),
        ("AA AA AA 96 69 00 04 00 00 90 95", Scan::Noise { skip: 1, why: "checksum" }),
    ];
    for (hex, expected) in table {
        assert_eq!(scan(&bytes(hex)), expected, "{hex}");
    }
    assert_eq!(answered(&[0, 1, 0x90]), None);
    assert_eq!(answered(&[0, 0]), None);
}

#[test]
fn a9_a_body_is_not_printed() {
    let wire = answer(Status::OK, b"secret");
    assert_eq!(format!("{:?}", scan(&wire)), "Frame { body: 9 bytes, used: 17 }");
}

/// Every good body in `stream`, fed in pieces that end at `cuts`.
fn bodies(stream: &[u8], cuts: &[usize]) -> Vec<Vec<u8>> {
    let (mut held, mut out, mut fed) = (Vec::new(), Vec::new(), 0);
    for cut in cuts.iter().copied().chain([stream.len()]) {
        let cut = cut.clamp(fed, stream.len());
        held.extend_from_slice(&stream[fed..cut]);
        fed = cut;
        loop {
            let used = match scan(&held) {
                Scan::Frame { body, used } => {
                    out.push(body.to_vec());
                    used
                }
                Scan::Noise { skip, .. } => {
                    assert!((1..=held.len()).contains(&skip));
                    skip
                }
                Scan::NeedMore => break,
            };
            held.drain(..used);
        }
    }
    out
}

proptest! {
    #[test]
    fn decoding_undoes_encoding(status in any::<u8>(), data in proptest::collection::vec(any::<u8>(), 0..=1284)) {
        let wire = answer(Status(status), &data);
        let Scan::Frame { body, used } = scan(&wire) else { return Err(TestCaseError::fail("no frame")) };
        prop_assert_eq!(used, wire.len());
        prop_assert_eq!(answered(body), Some((Status(status), data.as_slice())));
    }

    #[test]
    fn any_split_gives_the_same_frames(
        sent in proptest::collection::vec((any::<u8>(), proptest::collection::vec(any::<u8>(), 0..40)), 1..6),
        // Bytes that cannot begin a frame, so that the expected result is exact.
        garbage in proptest::collection::vec(0u8..0xAA, 0..6),
        mut cuts in proptest::collection::vec(0usize..250, 0..8),
    ) {
        cuts.sort_unstable();
        let wires: Vec<u8> =
            sent.iter().flat_map(|(status, data)| [garbage.clone(), answer(Status(*status), data)].concat()).collect();
        let expected: Vec<Vec<u8>> =
            sent.iter().map(|(status, data)| [&[0, 0, *status], data.as_slice()].concat()).collect();
        prop_assert_eq!(bodies(&wires, &cuts), expected);
    }

    #[test]
    fn noise_never_panics_and_never_stalls(noise in proptest::collection::vec(any::<u8>(), 0..400)) {
        bodies(&noise, &[]);
    }

    #[test]
    fn half_a_mark_and_noise_never_panic(
        parts in proptest::collection::vec(
            prop_oneof![
                Just(vec![0xAA; 3]),
                Just(vec![0x96, 0x69]),
                Just(encode(Command::Find)),
                proptest::collection::vec(any::<u8>(), 0..8),
            ],
            0..12,
        )
    ) {
        bodies(&parts.concat(), &[]);
    }

    /// Not in the length: a frame cut short by it fits its checksum once in 256 times.
    #[test]
    fn one_flipped_bit_is_never_a_frame(
        data in proptest::collection::vec(any::<u8>(), 0..40),
        place in any::<prop::sample::Index>(),
        bit in 0u8..8,
    ) {
        let mut wire = answer(Status::OK, &data);
        let places: Vec<usize> = (0..wire.len()).filter(|place| !(5..7).contains(place)).collect();
        wire[places[place.index(places.len())]] ^= 1 << bit;
        prop_assert!(bodies(&wire, &[]).is_empty());
    }
}
