//! Chinese text for devices: GBK, GB18030 and GB2312 bytes.

use encoding_rs::{GB18030, GBK};

/// Encoded text and how much of it the device does not know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Encoded {
    /// Bytes for the wire.
    pub bytes: Vec<u8>,
    /// Characters that were replaced; the driver counts them into its log.
    pub replaced: usize,
}

/// Which characters the device's font holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Charset {
    /// ASCII and the 7,445 characters of GB 2312 (LED cards).
    Gb2312,
    /// The 21,886 of GBK (most printers).
    Gbk,
    /// All of Unicode, four-byte codes included.
    Gb18030,
}

/// Encodes `text`; a character the charset lacks becomes `?` (or the full-width `？` for a wide one), so that columns stay.
pub fn encode(text: &str, charset: Charset) -> Encoded {
    let mut bytes = Vec::with_capacity(text.len());
    let mut replaced = 0;
    for character in text.chars() {
        let mut utf8 = [0; 4];
        let one = character.encode_utf8(&mut utf8);
        let encoding = if charset == Charset::Gb18030 { GB18030 } else { GBK };
        let (code, _, unmappable) = encoding.encode(one);
        let known = !unmappable
            && match charset {
                Charset::Gb2312 => code.len() == 1 && code[0] < 0x80 || is_gb2312(&code),
                // GBK keeps '€' as the single byte 80, which printers do not know.
                Charset::Gbk => code.len() == 2 || code[0] < 0x80,
                Charset::Gb18030 => true,
            };
        if known {
            bytes.extend_from_slice(&code);
        } else {
            replaced += 1;
            bytes.extend_from_slice(if character.is_ascii() || cells(character) == 1 {
                b"?"
            } else {
                b"\xA3\xBF"
            });
        }
    }
    Encoded { bytes, replaced }
}

/// Decodes device bytes as GB18030, which contains GBK and GB2312; what is no text becomes U+FFFD.
pub fn decode(bytes: &[u8]) -> String {
    GB18030.decode_without_bom_handling(bytes).0.into_owned()
}

/// Cells a character takes on a device with a fixed grid: 1 for ASCII, 2 for the rest.
pub fn cells(character: char) -> usize {
    if character.is_ascii() { 1 } else { 2 }
}

/// Cells of a whole text.
pub fn width(text: &str) -> usize {
    text.chars().map(cells).sum()
}

fn is_gb2312(code: &[u8]) -> bool {
    matches!(code, [0xA1..=0xF7, 0xA1..=0xFE])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_text_is_the_manuals_bytes() {
        let encoded = encode("A012请到3号", Charset::Gb2312);
        assert_eq!(encoded.bytes, b"A012\xC7\xEB\xB5\xBD3\xBA\xC5");
        assert_eq!(encoded.replaced, 0);
        assert_eq!(decode(&encoded.bytes), "A012请到3号");
    }

    #[test]
    fn unknown_characters_are_replaced_and_counted() {
        assert_eq!(
            encode("王\u{20BB7}", Charset::Gbk),
            Encoded { bytes: b"\xCD\xF5\xA3\xBF".to_vec(), replaced: 1 }
        );
        assert_eq!(encode("镕", Charset::Gb2312).replaced, 1);
        assert_eq!(encode("镕", Charset::Gbk).replaced, 0);
        assert_eq!(encode("€", Charset::Gbk).replaced, 1);
        assert_eq!(encode("\u{20BB7}", Charset::Gb18030).bytes.len(), 4);
    }
}
