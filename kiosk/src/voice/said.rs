//! A sentence as the module can say it: in pieces that fit its frames, with its marks where they are needed.
//!
//! Source: PROTOCOLS.md 5. `[n1]` reads digits one by one and `[y1]` a one as 一; both are put around ticket numbers alone, for
//! under them "13 people" would be one three people.

use super::codec::MAX_TEXT;
use link::text::{Charset, encode};

/// Pieces of a sentence that are said; the rest is left out. Three are said in about a minute, longer than anybody listens to a
/// kiosk; without a bound one long text of the configuration would keep the module busy for good.
const MAX_PIECES: usize = 3;

/// What precedes a ticket number, and what follows it.
const DIGITS: &str = "[n1][y1]";
const AUTOMATIC: &str = "[n0]";

/// Longest ticket number, in characters; longer runs of letters and digits are none and may be cut.
const MAX_NUMBER: usize = 8;

/// `text` in GBK, each piece at most [`MAX_TEXT`] bytes, cut after a punctuation mark where there is one. None at all if there
/// is nothing in it to be said.
pub fn pieces(text: &str) -> Vec<Vec<u8>> {
    let mut pieces = vec![Vec::new()];
    // Where the newest piece can be cut.
    let mut cut = 0;
    for (atom, ends) in atoms(text) {
        let newest = pieces.len() - 1;
        if pieces[newest].len() + atom.len() > MAX_TEXT {
            let at = if cut > 0 { cut } else { pieces[newest].len() };
            let rest = pieces[newest].split_off(at);
            pieces.push(rest);
            cut = 0;
        }
        let newest = pieces.len() - 1;
        pieces[newest].extend_from_slice(&atom);
        if ends {
            cut = pieces[newest].len();
        }
    }
    pieces.retain(|piece| piece.iter().any(|byte| byte.is_ascii_alphanumeric() || *byte >= 0x80));
    pieces.truncate(MAX_PIECES);
    pieces
}

/// What is not cut, each with whether a cut after it is good.
fn atoms(text: &str) -> Vec<(Vec<u8>, bool)> {
    let mut atoms = Vec::new();
    let characters: Vec<char> = text.chars().filter_map(plain).collect();
    let mut at = 0;
    while let Some(character) = characters.get(at) {
        let number = ticket_number(&characters[at..]);
        let first_of_word = at == 0 || !characters[at - 1].is_ascii_alphanumeric();
        if number > 0 && first_of_word {
            let number: String = characters[at..at + number].iter().collect();
            atoms.push((encode(&format!("{DIGITS}{number}{AUTOMATIC}"), Charset::Gbk).bytes, false));
            at += number.len();
            continue;
        }
        let ends =
            matches!(character, '，' | '。' | '；' | '！' | '？' | '、' | '：' | ',' | '.' | ';' | ' ');
        atoms.push((encode(character.encode_utf8(&mut [0; 4]), Charset::Gbk).bytes, ends));
        at += 1;
    }
    atoms
}

/// What a character is said as: the configuration's brackets are no marks, and a Latin word in capitals, which is spelled as
/// well, cannot be the name of a tone.
fn plain(character: char) -> Option<char> {
    match character {
        '[' | ']' => None,
        control if control.is_control() => None,
        other => Some(other.to_ascii_uppercase()),
    }
}

/// The length of the ticket number that `characters` begin with, such as `A023`; 0: they do not.
fn ticket_number(characters: &[char]) -> usize {
    let run = characters.iter().take_while(|character| character.is_ascii_alphanumeric()).count();
    let letters = characters.iter().take_while(|character| character.is_ascii_alphabetic()).count();
    let digits = characters[letters..run].iter().all(char::is_ascii_digit);
    if letters > 0 && letters < run && digits && run <= MAX_NUMBER { run } else { 0 }
}

/// What a listener hears of a frame's text: without the marks. For the twin.
pub(super) fn heard(text: &str) -> String {
    let mut heard = String::new();
    let mut rest = text;
    while let Some(open) = rest.find('[') {
        heard.push_str(&rest[..open]);
        let mark = rest[open..].find(']').map_or(rest.len(), |close| open + close + 1);
        rest = &rest[mark..];
    }
    heard.push_str(rest);
    heard
}

#[cfg(test)]
mod tests {
    use super::*;
    use link::text::decode;
    use proptest::prelude::*;

    fn texts(text: &str) -> Vec<String> {
        pieces(text).iter().map(|piece| decode(piece)).collect()
    }

    #[test]
    fn ticket_numbers_are_read_digit_by_digit_and_nothing_else_is() {
        let table: [(&str, &[&str]); 9] = [
            ("您的号码，A023，前面等候13人", &["您的号码，[n1][y1]A023[n0]，前面等候13人"]),
            ("1楼 A区 3、4、5号窗口", &["1楼 A区 3、4、5号窗口"]),
            ("AB001", &["[n1][y1]AB001[n0]"]),
            ("1A2", &["1A2"]),
            ("A1B2", &["A1B2"]),
            ("[v]大声 sounda", &["V大声 SOUNDA"]),
            ("请看\n屏幕", &["请看屏幕"]),
            ("", &[]),
            (" , [] ", &[]),
        ];
        for (text, said) in table {
            assert_eq!(texts(text), said, "{text}");
        }
    }

    #[test]
    fn long_texts_are_cut_after_a_comma_and_end_somewhere() {
        let sentence = "请到此处等候叫号，";
        let said = texts(&sentence.repeat(15));
        let bytes: Vec<usize> = pieces(&sentence.repeat(15)).iter().map(Vec::len).collect();
        assert_eq!(said.concat(), sentence.repeat(15));
        assert_eq!(bytes, [198, 72]);
        assert_eq!(pieces(&"号".repeat(1000)).iter().map(Vec::len).collect::<Vec<_>>(), [200; 3]);
        let number = format!("{}A023", "号".repeat(99));
        assert_eq!(texts(&number), [&"号".repeat(99), "[n1][y1]A023[n0]"], "a number is not torn");
    }

    #[test]
    fn a_listener_hears_no_marks() {
        assert_eq!(heard("[n1][y1]请A012号[n0]到"), "请A012号到");
        assert_eq!(heard("请[v1"), "请");
        assert_eq!(heard("]请"), "]请");
    }

    proptest! {
        #[test]
        fn any_text_fits_and_is_heard(text in "[ -Z^-~一-龥，。]{0,90}") {
            let pieces = pieces(&text);
            prop_assert!(pieces.len() <= MAX_PIECES);
            prop_assert!(pieces.iter().all(|piece| (1..=MAX_TEXT).contains(&piece.len())));
            let said: String = pieces.iter().map(|piece| heard(&decode(piece))).collect();
            if text.chars().any(|character| character.is_alphanumeric()) && pieces.len() < MAX_PIECES {
                let solid = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).collect::<String>();
                prop_assert_eq!(solid(&said), solid(&text.to_ascii_uppercase()));
            }
        }
    }
}
