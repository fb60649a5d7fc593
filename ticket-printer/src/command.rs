//! The edges of ESC/POS commands: for the session, which must not cut one in two, and for the twin, which obeys them.
//! Leaves meaning to the twin. Covers what our encoder sends and the rest of the common set, so that foreign bytes keep their
//! edges too.

/// One command or character.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Command<'a> {
    /// Printable: one ASCII byte, or the 2 or 4 bytes of a Hanzi.
    Character(&'a [u8]),
    /// `0A`: prints the line.
    LineFeed,
    /// `1B 40`.
    Initialize,
    /// `1C 26` on, `1C 2E` off.
    Chinese(bool),
    /// `1D 21 n`.
    Size {
        /// Times the width, 1 to 8.
        width: u8,
        /// Times the height, 1 to 8.
        height: u8,
    },
    /// `1C 21 n` or `1C 57 n`: double width and height of Hanzi; it replaces the size.
    ChineseSize {
        /// Double width.
        wide: bool,
        /// Double height.
        tall: bool,
    },
    /// `1B 61 n`: 0 left, 1 centre, 2 right.
    Align(u8),
    /// `1B 45 n`.
    Bold(bool),
    /// `1B 64 n`.
    FeedLines(u8),
    /// `1B 4A n`.
    FeedDots(u8),
    /// `1B 32` (30 dots) or `1B 33 n`.
    LineSpacing(u8),
    /// `1D 56 …`, `1B 69`, `1B 6D`; `feed` is the feed beyond the cutter in dots, `None` without any feed.
    Cut {
        /// Dots beyond the cutter.
        feed: Option<u8>,
    },
    /// `1D 28 6B … 31 43 n`.
    QrModule(u8),
    /// `1D 28 6B … 31 45 n`: 48 L, 49 M, 50 Q, 51 H.
    QrLevel(u8),
    /// `1D 28 6B … 31 50 30 data`.
    QrStore(&'a [u8]),
    /// `1D 28 6B … 31 51 30`.
    QrPrint,
    /// `1D 76 30 m xL xH yL yH data`.
    Raster {
        /// Bytes of a row.
        width_bytes: usize,
        /// Rows, most significant bit left.
        data: &'a [u8],
    },
    /// `1D 28 4C … 30 70 30 …` or `1D 38 4C …`: stores a picture.
    GraphicsStore {
        /// Bytes of a row.
        width_bytes: usize,
        /// Rows, most significant bit left.
        data: &'a [u8],
    },
    /// `1D 28 4C 02 00 30 32`: prints the stored picture.
    GraphicsPrint,
    /// `10 04 n`; it was answered when it arrived.
    RealTimeStatus(u8),
    /// `1D 72 n`.
    PaperStatus(u8),
    /// `1D 61 n`.
    AutomaticStatus(u8),
    /// A command that changes nothing we model.
    Other,
}

/// What stands at the front of the bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scan<'a> {
    /// A command of `used` bytes.
    Frame {
        /// The command.
        frame: Command<'a>,
        /// Its bytes.
        used: usize,
    },
    /// The front may become a command.
    NeedMore,
    /// Bytes that are no command.
    Noise {
        /// Bytes to take.
        skip: usize,
    },
}

/// Looks at the front of `buffer`; `chinese` says whether `FS &` is in force, in which two bytes make a character.
pub fn scan(buffer: &[u8], chinese: bool) -> Scan<'_> {
    let Some(&first) = buffer.first() else { return Scan::NeedMore };
    match first {
        0x10 => realtime(buffer),
        0x1B => escape(buffer),
        0x1C => chinese_command(buffer),
        0x1D => group(buffer),
        b'\n' => frame(Command::LineFeed, 1),
        // CR, HT, FF, CAN and NUL move nothing here.
        0x00 | 0x09 | 0x0C | 0x0D | 0x18 => frame(Command::Other, 1),
        0x20..=0x7E => frame(Command::Character(&buffer[..1]), 1),
        0x81..=0xFE if chinese => hanzi(buffer),
        0x80..=0xFE if !chinese => frame(Command::Character(&buffer[..1]), 1),
        _ => Scan::Noise { skip: 1 },
    }
}

fn frame(command: Command<'_>, used: usize) -> Scan<'_> {
    Scan::Frame { frame: command, used }
}

/// A command of a fixed length; `make` sees exactly its bytes.
fn fixed(buffer: &[u8], length: usize, make: impl FnOnce(&[u8]) -> Command<'_>) -> Scan<'_> {
    match buffer.get(..length) {
        Some(bytes) => frame(make(bytes), length),
        None => Scan::NeedMore,
    }
}

/// GB18030: second byte 40 to FE makes two bytes, 30 to 39 makes four.
fn hanzi(buffer: &[u8]) -> Scan<'_> {
    match buffer.get(1) {
        None => Scan::NeedMore,
        Some(0x40..=0x7E | 0x80..=0xFE) => frame(Command::Character(&buffer[..2]), 2),
        Some(0x30..=0x39) => match (buffer.get(2), buffer.get(3)) {
            (Some(0x81..=0xFE), Some(0x30..=0x39)) => frame(Command::Character(&buffer[..4]), 4),
            (Some(0x81..=0xFE), None) | (None, _) => Scan::NeedMore,
            _ => Scan::Noise { skip: 1 },
        },
        Some(_) => Scan::Noise { skip: 1 },
    }
}

fn realtime(buffer: &[u8]) -> Scan<'_> {
    match buffer.get(1) {
        None => Scan::NeedMore,
        Some(4) => fixed(buffer, 3, |b| Command::RealTimeStatus(b[2])),
        // DLE ENQ n; DLE DC4 fn m t.
        Some(5) => fixed(buffer, 3, |_| Command::Other),
        Some(0x14) => fixed(buffer, 5, |_| Command::Other),
        Some(_) => Scan::Noise { skip: 1 },
    }
}

fn escape(buffer: &[u8]) -> Scan<'_> {
    let Some(&second) = buffer.get(1) else { return Scan::NeedMore };
    match second {
        b'@' => frame(Command::Initialize, 2),
        b'2' => frame(Command::LineSpacing(30), 2),
        b'3' => fixed(buffer, 3, |b| Command::LineSpacing(b[2])),
        b'a' => fixed(buffer, 3, |b| Command::Align(b[2])),
        b'E' | b'G' => fixed(buffer, 3, |b| Command::Bold(b[2] & 1 == 1)),
        b'd' => fixed(buffer, 3, |b| Command::FeedLines(b[2])),
        b'J' => fixed(buffer, 3, |b| Command::FeedDots(b[2])),
        b'i' | b'm' => frame(Command::Cut { feed: None }, 2),
        b'L' | b'S' | b'<' | b'v' => frame(Command::Other, 2),
        b'!' | b'-' | b'M' | b'R' | b'V' | b't' | b'{' | b' ' | b'9' | b'=' | b'%' | b'r' | b'T' | b'u' => {
            fixed(buffer, 3, |_| Command::Other)
        }
        b'$' | b'\\' | b'c' => fixed(buffer, 4, |_| Command::Other),
        b'p' => fixed(buffer, 5, |_| Command::Other),
        // ESC * m nL nH: a column picture, 1 or 3 bytes a column. Its edges are kept, its dots are not drawn.
        b'*' => match buffer.first_chunk::<5>() {
            Some(&[_, _, mode, low, high]) => {
                let column_bytes = if mode >= 32 { 3 } else { 1 };
                let columns = usize::from(low) + usize::from(high) * 256;
                fixed(buffer, 5 + columns * column_bytes, |_| Command::Other)
            }
            None => Scan::NeedMore,
        },
        _ => Scan::Noise { skip: 1 },
    }
}

fn chinese_command(buffer: &[u8]) -> Scan<'_> {
    let Some(&second) = buffer.get(1) else { return Scan::NeedMore };
    match second {
        b'&' => frame(Command::Chinese(true), 2),
        b'.' => frame(Command::Chinese(false), 2),
        b'!' => fixed(buffer, 3, |b| Command::ChineseSize { wide: b[2] & 4 != 0, tall: b[2] & 8 != 0 }),
        b'W' => fixed(buffer, 3, |b| Command::ChineseSize { wide: b[2] & 1 == 1, tall: b[2] & 1 == 1 }),
        b'-' | b'C' => fixed(buffer, 3, |_| Command::Other),
        b'S' | b'p' => fixed(buffer, 4, |_| Command::Other),
        b'(' => function(buffer),
        _ => Scan::Noise { skip: 1 },
    }
}

fn group(buffer: &[u8]) -> Scan<'_> {
    let Some(&second) = buffer.get(1) else { return Scan::NeedMore };
    match second {
        b'!' => fixed(buffer, 3, |b| Command::Size { width: (b[2] >> 4 & 7) + 1, height: (b[2] & 7) + 1 }),
        b'r' => fixed(buffer, 3, |b| Command::PaperStatus(b[2])),
        b'a' => fixed(buffer, 3, |b| Command::AutomaticStatus(b[2])),
        b'B' | b'H' | b'I' | b'f' | b'h' | b'w' | b'b' | b'/' => fixed(buffer, 3, |_| Command::Other),
        b'L' | b'P' | b'W' | b'$' | b'\\' => fixed(buffer, 4, |_| Command::Other),
        b'V' => match buffer.get(2) {
            None => Scan::NeedMore,
            Some(0 | 1 | b'0' | b'1') => frame(Command::Cut { feed: None }, 3),
            Some(_) => fixed(buffer, 4, |b| Command::Cut { feed: Some(b[3]) }),
        },
        b'k' => barcode(buffer),
        b'(' => function(buffer),
        b'8' => long_graphics(buffer),
        b'v' => raster(buffer),
        _ => Scan::Noise { skip: 1 },
    }
}

/// `1D 6B m data 00` for m 0 to 6, `1D 6B m n data` from 65 on.
fn barcode(buffer: &[u8]) -> Scan<'_> {
    match (buffer.get(2), buffer.get(3)) {
        (Some(0..=6), _) => match buffer[3..].iter().position(|byte| *byte == 0) {
            Some(end) => frame(Command::Other, 4 + end),
            // No bar code is longer; what has no end is none.
            None if buffer.len() > 258 => Scan::Noise { skip: 1 },
            None => Scan::NeedMore,
        },
        (Some(_), Some(length)) => fixed(buffer, 4 + usize::from(*length), |_| Command::Other),
        _ => Scan::NeedMore,
    }
}

/// `1D 28 f pL pH …` and `1C 28 f pL pH …`.
fn function(buffer: &[u8]) -> Scan<'_> {
    let (Some(kind), Some(low), Some(high)) = (buffer.get(2), buffer.get(3), buffer.get(4)) else {
        return Scan::NeedMore;
    };
    let length = 5 + usize::from(*low) + usize::from(*high) * 256;
    let group = buffer[0] == 0x1D;
    let is_code = group && *kind == b'k';
    let is_graphics = group && *kind == b'L';
    fixed(buffer, length, |bytes| match &bytes[5..] {
        [b'1', b'C', module] if is_code => Command::QrModule(*module),
        [b'1', b'E', level] if is_code => Command::QrLevel(*level),
        [b'1', b'P', b'0', data @ ..] if is_code => Command::QrStore(data),
        [b'1', b'Q', b'0'] if is_code => Command::QrPrint,
        body if is_graphics => graphics(body),
        _ => Command::Other,
    })
}

/// `1D 38 4C p1 p2 p3 p4 …`: as `1D 28 4C`, for pictures beyond 64 KiB; some encoders use it for all.
fn long_graphics(buffer: &[u8]) -> Scan<'_> {
    let Some(&[_, _, kind, p1, p2, p3, p4]) = buffer.first_chunk::<7>() else { return Scan::NeedMore };
    let length = u32::from_le_bytes([p1, p2, p3, p4]) as usize;
    // Rows and width of no head: see the same limit of pictures.
    if kind != b'L' || length > MAX_RASTER_WIDTH_BYTES * MAX_RASTER_ROWS {
        return Scan::Noise { skip: 1 };
    }
    fixed(buffer, 7 + length, |bytes| graphics(&bytes[7..]))
}

/// The body of a graphics command; the width is in dots here. Enlargement is not modelled.
fn graphics(body: &[u8]) -> Command<'_> {
    match body {
        [b'0', b'p', b'0', _, _, _, xl, xh, _, _, data @ ..] => Command::GraphicsStore {
            width_bytes: (usize::from(*xl) + usize::from(*xh) * 256).div_ceil(8),
            data,
        },
        [b'0', b'2' | 2] => Command::GraphicsPrint,
        _ => Command::Other,
    }
}

fn raster(buffer: &[u8]) -> Scan<'_> {
    let Some(&[_, _, zero, _, xl, xh, yl, yh]) = buffer.first_chunk::<8>() else { return Scan::NeedMore };
    if zero != b'0' {
        return Scan::Noise { skip: 1 };
    }
    let width_bytes = usize::from(xl) + usize::from(xh) * 256;
    let rows = usize::from(yl) + usize::from(yh) * 256;
    // The width of no head; printers throw such a picture away, and a buffer must not wait for it.
    if width_bytes > MAX_RASTER_WIDTH_BYTES || rows > MAX_RASTER_ROWS {
        return Scan::Noise { skip: 1 };
    }
    fixed(buffer, 8 + width_bytes * rows, |bytes| Command::Raster { width_bytes, data: &bytes[8..] })
}

/// 72 bytes are an 80 mm head; the widest common one (112 mm) has 104.
const MAX_RASTER_WIDTH_BYTES: usize = 128;
/// CSN-A2 manual: at most 4095 rows.
const MAX_RASTER_ROWS: usize = 4095;

/// The length of the next stretch of `bytes` that ends on a command's edge and holds at least `wanted` bytes, or all that is
/// left. `chinese` is the mode at its start and is left as at its end.
pub(crate) fn chunk(bytes: &[u8], wanted: usize, chinese: &mut bool) -> usize {
    let mut length = 0;
    while length < wanted && length < bytes.len() {
        match scan(&bytes[length..], *chinese) {
            Scan::Frame { frame, used } => {
                match frame {
                    Command::Chinese(on) => *chinese = on,
                    Command::Initialize => *chinese = false,
                    _ => {}
                }
                length += used;
            }
            Scan::Noise { skip } => length += skip,
            // A command without its end: it goes out as it is.
            Scan::NeedMore => return bytes.len(),
        }
    }
    length
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn commands_have_their_edges() {
        let cases: &[(&[u8], bool, Scan<'_>)] = &[
            (b"\x1B@x", true, frame(Command::Initialize, 2)),
            (b"\x1D\x21\x11", true, frame(Command::Size { width: 2, height: 2 }, 3)),
            (b"\x1D\x21", true, Scan::NeedMore),
            (b"\xD2\xB5", true, frame(Command::Character(b"\xD2\xB5"), 2)),
            (b"\xD2\xB5", false, frame(Command::Character(b"\xD2"), 1)),
            (b"\x95\x32\x82\x36A", true, frame(Command::Character(b"\x95\x32\x82\x36"), 4)),
            (b"\xD2\x0A", true, Scan::Noise { skip: 1 }),
            (b"\x1DVB\x00", true, frame(Command::Cut { feed: Some(0) }, 4)),
            (b"\x1DV\x00", true, frame(Command::Cut { feed: None }, 3)),
            (b"\x1D(k\x08\x001P0A0123", true, frame(Command::QrStore(b"A0123"), 13)),
            (b"\x1D(k\x03\x001C\x04", true, frame(Command::QrModule(4), 8)),
            (
                b"\x1Dv0\x00\x01\x00\x02\x00\x0A\x1B",
                true,
                frame(Command::Raster { width_bytes: 1, data: b"\x0A\x1B" }, 10),
            ),
            (
                b"\x1D(L\x0B\x000p0\x01\x011\x09\x00\x01\x00\xFF",
                true,
                frame(Command::GraphicsStore { width_bytes: 2, data: b"\xFF" }, 16),
            ),
            (
                b"\x1D8L\x0B\x00\x00\x000p0\x01\x011\x08\x00\x01\x00\xFF",
                true,
                frame(Command::GraphicsStore { width_bytes: 1, data: b"\xFF" }, 18),
            ),
            (b"\x1D(L\x02\x0002", true, frame(Command::GraphicsPrint, 7)),
            (b"\x1B*\x21\x02\x00123456A", true, frame(Command::Other, 11)),
            (b"\x1C(A\x02\x000\x00", true, frame(Command::Other, 7)),
            (b"\x10\x04\x01", true, frame(Command::RealTimeStatus(1), 3)),
            (b"\x1Dk\x04AB\x00", true, frame(Command::Other, 6)),
            (b"\xFF", true, Scan::Noise { skip: 1 }),
        ];
        for (bytes, chinese, want) in cases {
            assert_eq!(scan(bytes, *chinese), *want, "{bytes:02X?}");
        }
    }

    #[test]
    fn a_chunk_never_ends_inside_a_code_or_a_hanzi() {
        let bytes = b"AB\x1D(k\x08\x001P0A0123\xD2\xB5C";
        let mut chinese = true;
        assert_eq!(chunk(bytes, 3, &mut chinese), 15);
        assert_eq!(chunk(&bytes[15..], 1, &mut chinese), 2);
        assert_eq!(chunk(b"\x1D(k\x08", 1, &mut chinese), 4);
    }

    proptest! {
        #[test]
        fn noise_is_walked_through(bytes in proptest::collection::vec(any::<u8>(), 0..200), chinese: bool) {
            let mut mode = chinese;
            let mut at = 0;
            while at < bytes.len() {
                let step = chunk(&bytes[at..], 1, &mut mode);
                prop_assert!(step > 0);
                at += step;
            }
            prop_assert_eq!(at, bytes.len());
        }
    }
}
