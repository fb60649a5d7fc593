//! Bytes of a modem to lines and prompts, lines to answers, commands and texts to bytes. Pure functions.

use super::words::Failure;

/// Longest line that is understood. The longest that modems say is an incoming message: 280 digits and a head.
pub const MAX_LINE: usize = 512;
/// Ends a text and hands it over. 3GPP TS 27.005, 3.5.1.
pub const CTRL_Z: u8 = 0x1A;
/// Ends a text and drops it. 3GPP TS 27.005, 3.5.1.
pub const ESC: u8 = 0x1B;
/// What a modem says when it waits for a text, behind CR LF. 3GPP TS 27.005, 3.5.1.
const PROMPT: &[u8] = b"> ";

/// What stands at the front of the received bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scan<'a> {
    /// A line, without the CR LF around it.
    Line {
        /// Printable ASCII.
        line: &'a str,
        /// Bytes it took, with CR and LF before it and the CR behind it.
        used: usize,
    },
    /// The modem waits for a text.
    Prompt {
        /// Bytes it took.
        used: usize,
    },
    /// Nothing whole yet.
    NeedMore,
    /// These bytes belong to no line.
    Noise {
        /// How many.
        skip: usize,
    },
}

/// Finds the first line or prompt. An echoed command ends with CR alone, an answer with CR LF; both do.
pub fn scan(buffer: &[u8]) -> Scan<'_> {
    let blank = buffer.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
    let rest = &buffer[blank..];
    if rest.starts_with(PROMPT) {
        return Scan::Prompt { used: blank + PROMPT.len() };
    }
    let printable = rest.iter().take_while(|byte| matches!(byte, b' '..=b'~')).count();
    if printable > MAX_LINE {
        return Scan::Noise { skip: blank + printable };
    }
    match rest.get(printable) {
        None => Scan::NeedMore,
        Some(b'\r' | b'\n') => match std::str::from_utf8(&rest[..printable]) {
            Ok(line) => Scan::Line { line, used: blank + printable + 1 },
            Err(_) => Scan::Noise { skip: blank + printable },
        },
        // What follows a spoiled byte may be whole; what precedes it is not.
        Some(_) => Scan::Noise { skip: blank + printable + 1 },
    }
}

/// What a line says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer<'a> {
    /// `OK`: the command is done.
    Ok,
    /// The command failed.
    Failed(Failure),
    /// Our own command, echoed.
    Echo,
    /// The modem has started anew and forgotten its settings.
    Started,
    /// `+CMGS: n`: the network has taken the message. The reference is missing where noise has spoiled it.
    Sent(Option<u8>),
    /// `+NAME: value`, asked for or not.
    Info {
        /// With its `+` or `^`.
        name: &'a str,
        /// Without blanks around it.
        value: &'a str,
    },
    /// Anything else; nobody asked for it.
    Other,
}

/// Lines with which modems say that they have started: Quectel and SIMCom `RDY`, SIMCom `START` and `*ATREADY: 1`, Cinterion
/// `^SYSSTART`, ZTE `MODEM:STARTUP` (*manuals say*).
const STARTED: [&str; 5] = ["RDY", "START", "*ATREADY: 1", "^SYSSTART", "MODEM:STARTUP"];
/// Failures in words only. The second and third are Huawei's (*manual says*).
const FAILED: [&str; 3] = ["ERROR", "COMMAND NOT SUPPORT", "TOO MANY PARAMETERS"];

/// Reads a line.
pub fn answer(line: &str) -> Answer<'_> {
    let line = line.trim();
    if line == "OK" {
        return Answer::Ok;
    }
    if FAILED.contains(&line) {
        return Answer::Failed(Failure::Plain);
    }
    if STARTED.contains(&line) {
        return Answer::Started;
    }
    if line.get(..2).is_some_and(|head| head.eq_ignore_ascii_case("AT")) {
        return Answer::Echo;
    }
    let Some((name, value)) = line.split_once(':') else { return Answer::Other };
    let value = value.trim();
    match name {
        "+CMS ERROR" => Answer::Failed(value.parse().map_or(Failure::Plain, Failure::Cms)),
        // A modem that still has `+CMEE=2` says words instead of the number.
        "+CME ERROR" => {
            Answer::Failed(value.parse().map_or_else(|_| Failure::from_words(value), Failure::Cme))
        }
        "+CMGS" => Answer::Sent(value.split(',').next().and_then(|number| number.trim().parse().ok())),
        _ if name.starts_with(['+', '^', '*']) => Answer::Info { name, value },
        _ => Answer::Other,
    }
}

/// State of registration in the answer to `AT+CREG?`: `+CREG: n,state`. The unsolicited line has the state first and perhaps
/// a quoted place behind it, and is no answer. 3GPP TS 27.007, 7.2.
pub fn registration(value: &str) -> Option<u8> {
    let mut fields = value.split(',').map(str::trim);
    fields.next()?.parse::<u8>().ok()?;
    fields.next()?.parse().ok()
}

/// Strength in `+CSQ: strength,errors`: 0 to 31; `None` if the modem does not know. 3GPP TS 27.007, 8.5.
pub fn strength(value: &str) -> Option<u8> {
    value.split(',').next()?.trim().parse().ok().filter(|strength| *strength <= 31)
}

/// `text` as `AT+CSCS="UCS2"` wants it: four digits for each unit of UTF-16, high byte first. 3GPP TS 27.007, 5.5.
pub fn to_hex(text: &str) -> String {
    text.encode_utf16().map(|unit| format!("{unit:04X}")).collect()
}

/// The text of [`to_hex`]; `None` if these are no such digits.
pub fn from_hex(hex: &str) -> Option<String> {
    if !hex.len().is_multiple_of(4) || !hex.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let units = (0..hex.len()).step_by(4).map(|at| u16::from_str_radix(&hex[at..at + 4], 16));
    String::from_utf16(&units.collect::<Result<Vec<_>, _>>().ok()?).ok()
}

/// The line that asks for the prompt.
pub fn submit(number: &str) -> Vec<u8> {
    format!("AT+CMGS=\"{}\"\r", to_hex(number)).into_bytes()
}

/// The text and the end that hands it over.
pub fn body(text: &str) -> Vec<u8> {
    let mut bytes = to_hex(text).into_bytes();
    bytes.push(CTRL_Z);
    bytes
}

/// `bytes` with every run of five or more hexadecimal digits, and every one that the chunk's edge may have cut, made `#`:
/// numbers and coded texts are such runs, and may come unasked with a call or a message (`+CLIP:`, `+CMT:`).
pub fn without_digits(bytes: &[u8]) -> Vec<u8> {
    /// Longer than any number that an answer must show: an error has three digits, a baud rate is not said.
    const SHORTEST: usize = 5;
    let mut out = bytes.to_vec();
    let mut at = 0;
    while at < out.len() {
        let run = out[at..].iter().take_while(|byte| byte.is_ascii_hexdigit()).count();
        if run >= SHORTEST || (run > 0 && (at == 0 || at + run == out.len())) {
            out[at..at + run].fill(b'#');
        }
        at += run.max(1);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Everything in `bytes`, as text.
    fn all(mut bytes: &[u8]) -> Vec<String> {
        let mut found = Vec::new();
        loop {
            let (what, used) = match scan(bytes) {
                Scan::Line { line, used } => (line.to_owned(), used),
                Scan::Prompt { used } => ("prompt".to_owned(), used),
                Scan::Noise { skip } => (format!("noise {skip}"), skip),
                Scan::NeedMore => return found,
            };
            found.push(what);
            bytes = &bytes[used..];
        }
    }

    #[test]
    fn lines_prompts_and_noise() {
        let cases: [(&str, &[u8], &[&str]); 10] = [
            ("an answer", b"\r\nOK\r\n", &["OK"]),
            ("an echo before it", b"AT\r\r\nOK\r\n", &["AT", "OK"]),
            ("information and its end", b"\r\n+CSQ: 23,99\r\n\r\nOK\r\n", &["+CSQ: 23,99", "OK"]),
            ("a prompt has no end", b"\r\n> ", &["prompt"]),
            ("a prompt behind an echo", b"AT+CMGS=\"0031\"\r\r\n> ", &["AT+CMGS=\"0031\"", "prompt"]),
            ("half a prompt", b"\r\n>", &[]),
            ("half a line", b"\r\n+CMG", &[]),
            ("noise before", b"\xff\x00\r\nOK\r\n", &["noise 1", "noise 1", "OK"]),
            ("noise within spoils the line", b"\r\n+CM\x80S: 4\r\n\r\nOK\r\n", &["noise 6", "S: 4", "OK"]),
            (
                "unasked in between",
                b"\r\nRING\r\n\r\n+CMTI: \"SM\",3\r\n\r\n> ",
                &["RING", "+CMTI: \"SM\",3", "prompt"],
            ),
        ];
        for (name, bytes, expected) in cases {
            assert_eq!(all(bytes), expected, "{name}");
        }
        assert_eq!(all(&[b'x'; 2000]).first().map(String::as_str), Some("noise 2000"));
    }

    #[test]
    fn what_lines_say() {
        let cases = [
            ("OK", Answer::Ok),
            ("ERROR", Answer::Failed(Failure::Plain)),
            ("+CMS ERROR: 500", Answer::Failed(Failure::Cms(500))),
            ("+CMS ERROR:38", Answer::Failed(Failure::Cms(38))),
            ("+CME ERROR: 10", Answer::Failed(Failure::Cme(10))),
            ("+CME ERROR: SIM not inserted", Answer::Failed(Failure::Cme(10))),
            ("+CME ERROR: something new", Answer::Failed(Failure::Plain)),
            ("at+cmgs=\"0031\"", Answer::Echo),
            ("RDY", Answer::Started),
            ("MODEM:STARTUP", Answer::Started),
            ("^SYSSTART", Answer::Started),
            ("+CMGS: 17", Answer::Sent(Some(17))),
            ("+CMGS: 255,\"26/11/26,23:15:53+32\"", Answer::Sent(Some(255))),
            ("+CMGS: 2~", Answer::Sent(None)),
            ("+CPIN: READY", Answer::Info { name: "+CPIN", value: "READY" }),
            ("^RSSI:18", Answer::Info { name: "^RSSI", value: "18" }),
            ("RING", Answer::Other),
            ("", Answer::Other),
        ];
        for (line, expected) in cases {
            assert_eq!(answer(line), expected, "{line}");
        }
        for (value, state) in [
            ("0,1", Some(1)),
            ("2, 5,\"1A2B\",\"0102\"", Some(5)),
            ("1", None),
            ("1,\"1A2B\",\"01\"", None),
            ("", None),
        ] {
            assert_eq!(registration(value), state, "{value}");
        }
        for (value, strong) in [("23,99", Some(23)), ("99,99", None), ("31", Some(31)), ("x", None)] {
            assert_eq!(strength(value), strong, "{value}");
        }
    }

    /// The digits of 你好 and of +370 as in public dialogues with such modems; those of the emoji from Unicode's table.
    #[test]
    fn texts_and_numbers_in_hexadecimal() {
        assert_eq!(to_hex("你好"), "4F60597D");
        assert_eq!(to_hex("+370"), "002B003300370030");
        assert_eq!(to_hex("😀"), "D83DDE00");
        assert_eq!(from_hex("4f60597d5417").as_deref(), Some("你好吗"));
        for bad in ["4F6", "4F60D83D", "WXYZ", "D83D", "+123", "４"] {
            assert_eq!(from_hex(bad), None, "{bad}");
        }
        assert_eq!(submit("10086"), b"AT+CMGS=\"00310030003000380036\"\r");
        assert_eq!(body("你好"), b"4F60597D\x1A");
    }

    #[test]
    fn a9_long_digits_are_made_invisible() {
        for (bytes, shown) in [
            ("\r\n+CLIP: \"13812345678\",129\r\n", "\r\n+CLIP: \"###########\",129\r\n"),
            (
                "\r\n+CMT: \"0031\",,\"26/11\"\r\n4F60597D\r\n",
                "\r\n+CMT: \"0031\",,\"26/11\"\r\n########\r\n",
            ),
            ("\r\n+CLIP: \"1381", "\r\n+CLIP: \"####"),
            ("2345678\",129\r\n", "#######\",129\r\n"),
            ("\r\n+CMS ERROR: 500\r\n", "\r\n+CMS ERROR: 500\r\n"),
        ] {
            assert_eq!(String::from_utf8(without_digits(bytes.as_bytes())).unwrap(), shown);
        }
    }

    proptest! {
        #[test]
        fn decode_encode(text in "\\PC{0,80}") {
            prop_assert_eq!(from_hex(&to_hex(&text)), Some(text));
        }

        #[test]
        fn any_bytes_are_used_up_or_waited_for(bytes in proptest::collection::vec(any::<u8>(), 0..700)) {
            let mut rest = &bytes[..];
            loop {
                let used = match scan(rest) {
                    Scan::Line { line, used } => {
                        let _ = answer(line);
                        used
                    }
                    Scan::Prompt { used } | Scan::Noise { skip: used } => used,
                    Scan::NeedMore => break,
                };
                prop_assert!(used > 0 && used <= rest.len());
                rest = &rest[used..];
            }
        }

        #[test]
        fn any_line_can_be_read(line in "\\PC{0,60}") {
            let _ = (answer(&line), registration(&line), strength(&line), from_hex(&line));
        }
    }
}
