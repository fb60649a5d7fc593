//! Bytes to lines, lines to text, and the two commands. Pure functions.

use link::text::decode;
use std::fmt;

/// Longest line taken. Booking codes have well under 200 bytes and long web addresses a few hundred; a code that holds more is
/// somebody's whole document. Without a bound a scanner gone mad would fill the memory.
pub const MAX_LINE: usize = 1024;

/// Read now.
pub const TRIGGER: [u8; 9] = [0x7E, 0x00, 0x08, 0x01, 0x00, 0x02, 0x01, 0xAB, 0xCD];
/// Stop reading.
pub const STOP: [u8; 9] = [0x7E, 0x00, 0x08, 0x01, 0x00, 0x02, 0x00, 0xAB, 0xCD];
/// A command was done.
pub const DONE: [u8; 7] = [0x02, 0x00, 0x00, 0x01, 0x00, 0x33, 0x31];

/// What a code says. May be personal data, hence the masked `Debug`.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct ScannedText(String);

impl ScannedText {
    /// The text itself.
    pub fn in_clear(&self) -> &str {
        &self.0
    }
}

/// Rule A9.
impl fmt::Debug for ScannedText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ScannedText({} characters)", self.0.chars().count())
    }
}

/// Why a line is no text that anybody can use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Unusable {
    /// It holds control characters: noise, or a code for machines.
    #[error("scanned line holds control characters")]
    Control,
    /// Neither UTF-8 nor GB18030.
    #[error("scanned line is no text")]
    NoText,
    /// Longer than [`MAX_LINE`]; dropped up to its end.
    #[error("scanned line longer than {MAX_LINE} bytes")]
    Overlong,
}

impl Unusable {
    /// For citizens: what it is and what to do.
    pub fn zh(self) -> &'static str {
        match self {
            Unusable::Control | Unusable::NoText => "没有识别出二维码内容，请重新扫码",
            Unusable::Overlong => "这不是预约二维码，请核对",
        }
    }
}

/// Takes every acknowledgement out of `bytes`, wherever it lies, and says how many there were. It holds control characters, so
/// it is never part of a text.
pub(super) fn take_done(bytes: &mut Vec<u8>) -> usize {
    let mut taken = 0;
    while let Some(at) = bytes.windows(DONE.len()).position(|window| window == DONE) {
        bytes.drain(at..at + DONE.len());
        taken += 1;
    }
    taken
}

/// The length of the first line in `bytes` and of what it takes up with its end; `None` if it has no end yet.
pub(super) fn line(bytes: &[u8]) -> Option<(usize, usize)> {
    let end = bytes.iter().position(|byte| matches!(byte, b'\r' | b'\n'))?;
    Some((end, end + 1))
}

/// The text of a line without its end.
///
/// # Errors
///
/// [`Unusable`], by its variants.
pub fn text(line: &[u8]) -> Result<ScannedText, Unusable> {
    if line.len() > MAX_LINE {
        return Err(Unusable::Overlong);
    }
    let text = decoded(line);
    // Some code makers put a byte order mark in front.
    let text = text.trim_start_matches('\u{FEFF}');
    if text.chars().any(char::is_control) {
        return Err(Unusable::Control);
    }
    if text.contains(char::REPLACEMENT_CHARACTER) {
        return Err(Unusable::NoText);
    }
    Ok(ScannedText(text.to_owned()))
}

/// UTF-8 where it can be, else GB18030.
///
/// Some words pass for both: the GB18030 bytes of 预约, D4 A4 D4 BC, are two Cyrillic and Armenian letters in UTF-8, and those of
/// é in UTF-8 are 茅. What is UTF-8 without one character from U+0800 on, where Chinese lies, is taken as Chinese in GB18030:
/// in a Chinese hall that is by far the likelier of the two.
fn decoded(line: &[u8]) -> String {
    let certain = |text: &&str| text.is_ascii() || text.chars().any(|character| character >= '\u{800}');
    std::str::from_utf8(line).ok().filter(certain).map_or_else(|| decode(line), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_vectors() {
        let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02X}")).collect::<Vec<_>>().join(" ");
        assert_eq!(hex(&TRIGGER), "7E 00 08 01 00 02 01 AB CD");
        assert_eq!(hex(&STOP), "7E 00 08 01 00 02 00 AB CD");
        assert_eq!(hex(&DONE), "02 00 00 01 00 33 31");
    }

    #[test]
    fn an_acknowledgement_is_taken_out_wherever_it_lies() {
        let table: [(&[u8], &[u8], usize); 5] = [
            (b"\x02\x00\x00\x01\x00\x33\x31ABC\r", b"ABC\r", 1),
            (b"AB\x02\x00\x00\x01\x00\x33\x31C\r", b"ABC\r", 1),
            (b"\x02\x00\x00\x01\x00\x33\x31\x02\x00\x00\x01\x00\x33\x31", b"", 2),
            (b"\x02\x00\x00\x01\x00\x33", b"\x02\x00\x00\x01\x00\x33", 0),
            (b"31ABC\r", b"31ABC\r", 0),
        ];
        for (bytes, left, taken) in table {
            let mut bytes = bytes.to_vec();
            assert_eq!(take_done(&mut bytes), taken);
            assert_eq!(bytes, left);
        }
    }

    #[test]
    fn lines_become_text_or_say_why_not() {
        let good = |line: &[u8]| text(line).map(|text| text.in_clear().to_owned());
        assert_eq!(good(b"HG1:A023"), Ok("HG1:A023".into()));
        assert_eq!(good("预约\u{1F600}".as_bytes()), Ok("预约\u{1F600}".into()));
        assert_eq!(good(b"\xD4\xA4\xD4\xBC"), Ok("预约".into()));
        assert_eq!(good(b"A1:\xD4\xA4\xD4\xBC"), Ok("A1:预约".into()), "also UTF-8 letters");
        assert_eq!(good("预约".as_bytes()), Ok("预约".into()));
        assert_eq!(good(b"caf\xC3\xA9s"), Ok("caf茅s".into()), "the price of it");
        assert_eq!(good(b"\xEF\xBB\xBFA1"), Ok("A1".into()));
        assert_eq!(good(b"A\tB"), Err(Unusable::Control));
        assert_eq!(good(b"\x02\x00\x00\x01"), Err(Unusable::Control));
        assert_eq!(good(b"\x00"), Err(Unusable::Control));
        assert_eq!(good(b"A\xFF\xFF"), Err(Unusable::NoText));
        assert_eq!(good(b"\xD4"), Err(Unusable::NoText));
        assert!(good(&[b'A'; MAX_LINE]).is_ok());
        assert_eq!(good(&[b'A'; MAX_LINE + 1]), Err(Unusable::Overlong));
        assert_eq!(format!("{:?}", text("预约码".as_bytes())), "Ok(ScannedText(3 characters))");
    }

    proptest! {
        #[test]
        fn noise_never_panics(noise in proptest::collection::vec(any::<u8>(), 0..300)) {
            text(&noise).ok();
            take_done(&mut noise.clone());
        }

        #[test]
        fn every_text_comes_back(sent in "[ -~一-龥，。]{0,200}") {
            let read = text(sent.as_bytes()).map(|text| text.in_clear().to_owned());
            prop_assert_eq!(read, Ok(sent));
        }
    }
}
