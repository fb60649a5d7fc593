//! Bad files: what is said about each, and that nothing said is lost.

use super::GOOD;
use super::bad_table::TABLE;
use crate::config::{Mistake, parse, read};

fn said(mistakes: &[Mistake]) -> Vec<String> {
    mistakes.iter().map(Mistake::to_string).collect()
}

#[test]
fn every_kind_of_mistake_is_told_with_its_line() {
    let mut wrong = String::new();
    for bad in TABLE {
        assert!(GOOD.contains(bad.find), "{}: the good file has no {:?}", bad.name, bad.find);
        let text = GOOD.replacen(bad.find, bad.put, 1);
        let got = match parse(&text, "hall.toml") {
            Ok(_) => vec!["accepted".to_owned()],
            Err(mistakes) => said(&mistakes),
        };
        if got != bad.said {
            wrong.push_str(&format!("{}\n  said {got:#?}\n", bad.name));
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn mistakes_of_both_rounds_are_told_all_at_once() {
    let text = GOOD.replace("floor = 1", "flor = 1").replace("prefix = \"A\"", "prefix = 5");
    let mistakes = parse(&text, "hall.toml").expect_err("two keys are wrong");
    assert_eq!(mistakes.len(), 3, "{:#?}", said(&mistakes));

    let text = GOOD.replace("floor = 1", "floor = 100").replace("prefix = \"AT\"", "prefix = \"at\"");
    let mistakes = parse(&text, "hall.toml").expect_err("two values are wrong");
    assert_eq!(mistakes.len(), 2, "{:#?}", said(&mistakes));
}

#[test]
fn a_mistake_carries_its_parts_for_programs() {
    let text = GOOD.replace("port = \"/dev/hallgate/pads\"", "port = \"/dev/hallgate/pads\"\nbaud = 9601");
    let mistakes = parse(&text, "hall.toml").expect_err("no such rate");
    let [mistake] = mistakes.as_slice() else { panic!("{mistakes:#?}") };
    assert_eq!(mistake.line, 83);
    assert_eq!(mistake.key, "keypad_lines[0].baud");
    assert_eq!(mistake.place, "[[keypad_lines]] name pads, baud");
    assert_eq!(mistake.seen, "9601");
    assert_eq!(mistake.expected, "one of 1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200");
}

#[test]
fn files_that_cannot_be_read_are_mistakes_too() {
    let folder = tempfile::tempdir().expect("the temporary directory is writable");
    let none = read(&folder.path().join("none.toml")).expect_err("there is no such file");
    assert!(none[0].to_string().contains("none.toml: cannot be read: "), "{}", none[0]);

    let gbk = folder.path().join("gbk.toml");
    std::fs::write(&gbk, b"[hall]\nname = \"\xb4\xf3\xcc\xfc\"\n")
        .expect("the temporary directory is writable");
    let mistakes = read(&gbk).expect_err("GBK is not UTF-8");
    assert!(
        mistakes[0]
            .to_string()
            .ends_with("gbk.toml: line 2 is not UTF-8; save the file as UTF-8 (not GBK, not UTF-16)"),
        "{}",
        mistakes[0]
    );
}

#[test]
fn a_byte_order_mark_is_no_mistake() {
    assert!(parse(&format!("\u{feff}{GOOD}"), "hall.toml").is_ok());
}
