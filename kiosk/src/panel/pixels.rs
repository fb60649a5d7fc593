//! Pixels of one tile to bytes and back; the table is in the module above.

/// The number that says that the count follows.
const LONG: usize = 63;
/// A copied pixel costs nothing and a repeated one little: from these lengths on an operation of its own is not longer than
/// going on with plain pixels.
const LEAST_ABOVE: usize = 3;
const LEAST_RUN: usize = 4;

const PLAIN: u8 = 0x00;
const RUN: u8 = 0x40;
const ABOVE: u8 = 0x80;

/// Most colours whose numbers take half a byte.
const NIBBLE_COLORS: usize = 16;

/// How a pixel is written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Unit {
    Nibble,
    Byte,
    Color,
}

impl Unit {
    fn of(colors: usize) -> Unit {
        match colors {
            0 => Unit::Color,
            1..=NIBBLE_COLORS => Unit::Nibble,
            _ => Unit::Byte,
        }
    }

    fn bytes(self, pixels: usize) -> usize {
        match self {
            Unit::Nibble => pixels.div_ceil(2),
            Unit::Byte => pixels,
            Unit::Color => pixels * 2,
        }
    }
}

/// Codes `pixels` in rows of `width`.
pub(super) fn encode(pixels: &[u16], width: usize) -> Vec<u8> {
    let colors = colors(pixels);
    let unit = Unit::of(colors.len());
    let numbers: Vec<u16> = if unit == Unit::Color {
        pixels.to_vec()
    } else {
        let number = |pixel| colors.iter().position(|color| color == pixel).unwrap_or(0) as u16;
        pixels.iter().map(number).collect()
    };
    let mut out = vec![colors.len() as u8];
    out.extend(colors.iter().flat_map(|color| color.to_le_bytes()));
    let mut plain_from = 0;
    let mut at = 0;
    while at < numbers.len() {
        let above = if at < width {
            0
        } else {
            (at..numbers.len()).take_while(|&n| numbers[n] == numbers[n - width]).count()
        };
        let run = numbers[at..].iter().take_while(|number| **number == numbers[at]).count();
        let (operation, count) = if above >= LEAST_ABOVE && above >= run {
            (ABOVE, above)
        } else if run >= LEAST_RUN {
            (RUN, run)
        } else {
            at += 1;
            continue;
        };
        put_plain(&mut out, unit, &numbers[plain_from..at]);
        put_count(&mut out, operation, count);
        if operation == RUN {
            put(&mut out, unit, &numbers[at..=at]);
        }
        at += count;
        plain_from = at;
    }
    put_plain(&mut out, unit, &numbers[plain_from..]);
    out
}

/// The colours in the order in which they come, or none if they are too many to be numbered by a byte.
fn colors(pixels: &[u16]) -> Vec<u16> {
    let mut colors: Vec<u16> = Vec::new();
    let mut last = None;
    for pixel in pixels {
        if last != Some(pixel) && !colors.contains(pixel) {
            if colors.len() == usize::from(u8::MAX) {
                return Vec::new();
            }
            colors.push(*pixel);
        }
        last = Some(pixel);
    }
    colors
}

fn put_plain(out: &mut Vec<u8>, unit: Unit, numbers: &[u16]) {
    if !numbers.is_empty() {
        put_count(out, PLAIN, numbers.len());
        put(out, unit, numbers);
    }
}

fn put(out: &mut Vec<u8>, unit: Unit, numbers: &[u16]) {
    match unit {
        Unit::Nibble => out.extend(
            numbers.chunks(2).map(|two| two[0] as u8 | (two.get(1).copied().unwrap_or(0) as u8) << 4),
        ),
        Unit::Byte => out.extend(numbers.iter().map(|number| *number as u8)),
        Unit::Color => out.extend(numbers.iter().flat_map(|color| color.to_le_bytes())),
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
pub(super) fn decode(bytes: &[u8], width: usize, count: usize) -> Option<Vec<u16>> {
    let (&colors, bytes) = bytes.split_first()?;
    let (palette, mut bytes) = bytes.split_at_checked(usize::from(colors) * 2)?;
    let palette: Vec<u16> = palette.chunks_exact(2).map(|two| u16::from_le_bytes([two[0], two[1]])).collect();
    let unit = Unit::of(palette.len());
    let mut pixels = Vec::with_capacity(count);
    while let [operation, rest @ ..] = bytes {
        bytes = rest;
        let mut length = usize::from(operation & 0x3F) + 1;
        if length > LONG {
            let (two, rest) = bytes.split_first_chunk()?;
            bytes = rest;
            length += usize::from(u16::from_le_bytes(*two));
        }
        if length > count - pixels.len() {
            return None;
        }
        match operation & 0xC0 {
            PLAIN => take(&mut bytes, unit, &palette, length, &mut pixels)?,
            RUN => {
                take(&mut bytes, unit, &palette, 1, &mut pixels)?;
                let pixel = *pixels.last()?;
                pixels.extend(std::iter::repeat_n(pixel, length - 1));
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

/// Takes `length` pixels from the front of `bytes`.
fn take(bytes: &mut &[u8], unit: Unit, palette: &[u16], length: usize, out: &mut Vec<u16>) -> Option<()> {
    let (taken, rest) = bytes.split_at_checked(unit.bytes(length))?;
    *bytes = rest;
    for n in 0..length {
        out.push(match unit {
            Unit::Nibble => *palette.get(usize::from(taken[n / 2] >> (n % 2 * 4) & 0x0F))?,
            Unit::Byte => *palette.get(usize::from(taken[n]))?,
            Unit::Color => u16::from_le_bytes([taken[2 * n], taken[2 * n + 1]]),
        });
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_codes_are_those_of_the_table() {
        assert_eq!(encode(&[0x1234, 2], 2), [2, 0x34, 0x12, 2, 0, 0x01, 0x10]);
        assert_eq!(encode(&[7; 4], 4), [1, 7, 0, 0x43, 0]);
        assert_eq!(encode(&[1, 2, 3, 1, 2, 3], 3), [3, 1, 0, 2, 0, 3, 0, 0x02, 0x10, 0x02, 0x82]);
        assert_eq!(encode(&[9; 1024], 32), [1, 9, 0, 0x7F, 0xC0, 0x03, 0]);
        let many: Vec<u16> = (0..17).collect();
        assert_eq!(encode(&many, 17)[35..], [0x10, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]);
        let more: Vec<u16> = (0..256).collect();
        assert_eq!(encode(&more, 256)[..8], [0, 0x3F, 0xC0, 0x00, 0, 0, 1, 0]);
    }

    #[test]
    fn what_is_no_tile_is_none() {
        let cases: [&[u8]; 8] = [
            &[],
            &[1, 7],
            &[1, 7, 0, 0x42, 0],
            &[1, 7, 0, 0x44, 0],
            &[1, 7, 0, 0x43, 1],
            &[1, 7, 0, 0xC0],
            &[1, 7, 0, 0x83],
            &[0, 0x7F, 1],
        ];
        for bytes in cases {
            assert_eq!(decode(bytes, 2, 4), None, "{bytes:02X?}");
        }
    }

    proptest! {
        #[test]
        fn pixels_survive(width in 1usize..33, height in 1usize..33, colors in 1u16..400, seed: u64) {
            let mut state = seed;
            let pixels: Vec<u16> = (0..width * height).map(|_| {
                state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
                (state >> 40) as u16 % colors
            }).collect();
            let bytes = encode(&pixels, width);
            // Any tile with its four bytes of record fits one frame.
            prop_assert!(bytes.len() + 4 <= super::super::codec::MAX_PAYLOAD);
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
