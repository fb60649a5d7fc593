//! Pixels of one tile to bytes and back; the table is in the module above.

/// The number that says that the count follows.
const LONG: usize = 63;
/// A copied pixel costs nothing and a repeated one saves two bytes each: from these lengths on an operation of its own
/// is shorter than going on with plain pixels.
const LEAST_ABOVE: usize = 2;
const LEAST_RUN: usize = 3;

const PLAIN: u8 = 0x00;
const RUN: u8 = 0x40;
const ABOVE: u8 = 0x80;

/// Codes `pixels` in rows of `width`.
pub(super) fn encode(pixels: &[u16], width: usize) -> Vec<u8> {
    let mut out = Vec::new();
    let mut plain_from = 0;
    let mut at = 0;
    while at < pixels.len() {
        let above = if at < width {
            0
        } else {
            (at..pixels.len()).take_while(|&n| pixels[n] == pixels[n - width]).count()
        };
        let run = pixels[at..].iter().take_while(|pixel| **pixel == pixels[at]).count();
        let (operation, count) = if above >= LEAST_ABOVE && above >= run {
            (ABOVE, above)
        } else if run >= LEAST_RUN {
            (RUN, run)
        } else {
            at += 1;
            continue;
        };
        put_plain(&mut out, &pixels[plain_from..at]);
        put_count(&mut out, operation, count);
        if operation == RUN {
            out.extend_from_slice(&pixels[at].to_le_bytes());
        }
        at += count;
        plain_from = at;
    }
    put_plain(&mut out, &pixels[plain_from..]);
    out
}

fn put_plain(out: &mut Vec<u8>, pixels: &[u16]) {
    if !pixels.is_empty() {
        put_count(out, PLAIN, pixels.len());
        out.extend(pixels.iter().flat_map(|pixel| pixel.to_le_bytes()));
    }
}

fn put_count(out: &mut Vec<u8>, operation: u8, count: usize) {
    if count <= LONG {
        out.push(operation | (count - 1) as u8);
    } else {
        out.push(operation | LONG as u8);
        out.extend_from_slice(&((count - LONG - 1) as u16).to_le_bytes());
    }
}

/// The `count` pixels that `bytes` hold, or none if they hold others than exactly so many.
pub(super) fn decode(mut bytes: &[u8], width: usize, count: usize) -> Option<Vec<u16>> {
    let mut pixels = Vec::with_capacity(count);
    while let [operation, rest @ ..] = bytes {
        bytes = rest;
        let mut length = usize::from(operation & 0x3F) + 1;
        if length > LONG {
            length += usize::from(take(&mut bytes)?);
        }
        if length > count - pixels.len() {
            return None;
        }
        match operation & 0xC0 {
            PLAIN => {
                for _ in 0..length {
                    pixels.push(take(&mut bytes)?);
                }
            }
            RUN => {
                let pixel = take(&mut bytes)?;
                pixels.extend(std::iter::repeat_n(pixel, length));
            }
            ABOVE => {
                for _ in 0..length {
                    pixels.push(*pixels.get(pixels.len().checked_sub(width)?)?);
                }
            }
            _ => return None,
        }
    }
    (pixels.len() == count).then_some(pixels)
}

fn take(bytes: &mut &[u8]) -> Option<u16> {
    let (two, rest) = bytes.split_first_chunk()?;
    *bytes = rest;
    Some(u16::from_le_bytes(*two))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_operations_are_those_of_the_table() {
        assert_eq!(encode(&[1, 2], 2), [0x01, 1, 0, 2, 0]);
        assert_eq!(encode(&[7; 4], 4), [0x43, 7, 0]);
        assert_eq!(encode(&[7; 8], 4), [0x47, 7, 0]);
        assert_eq!(encode(&[1, 2, 1, 2], 2), [0x01, 1, 0, 2, 0, 0x81]);
        assert_eq!(encode(&[9; 1024], 32), [0x7F, 0xC0, 0x03, 9, 0]);
        assert_eq!(encode(&[], 32), [0u8; 0]);
    }

    #[test]
    fn what_is_no_tile_is_none() {
        for bytes in [&[0xC0][..], &[0x43, 7], &[0x44, 7, 0], &[0x42, 7, 0], &[0x83], &[0x7F, 1]] {
            assert_eq!(decode(bytes, 2, 4), None, "{bytes:02X?}");
        }
    }

    proptest! {
        #[test]
        fn pixels_survive(width in 1usize..33, height in 1usize..33, colors in 1u16..5, seed: u64) {
            let mut state = seed;
            let pixels: Vec<u16> = (0..width * height).map(|_| {
                state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
                (state >> 40) as u16 % colors
            }).collect();
            let bytes = encode(&pixels, width);
            prop_assert!(bytes.len() <= pixels.len() * 2 + 3);
            prop_assert_eq!(decode(&bytes, width, pixels.len()), Some(pixels));
        }

        #[test]
        fn noise_never_panics(bytes: Vec<u8>, width in 0usize..40, count in 0usize..1100) {
            if let Some(pixels) = decode(&bytes, width, count) {
                prop_assert_eq!(pixels.len(), count);
            }
        }
    }
}
