//! What people and machines get wrong: configuration, databases, disks, requests. Each is told in words, and nothing changes.

use crate::{issue, issue_with_slip, number, open, pieces};
use hall_tests::{Hall, Person, until};
use kiosk::PageName;
use rustix::process::{Resource, Rlimit, prlimit};
use serde_json::{Value, json};
use std::fs;
use std::io::{Seek, SeekFrom, Write};
use std::path::Path;
use ticket_printer::Misfortune;

#[test]
fn a_wrong_hall_toml_is_refused_with_line_and_key() {
    let hall = Hall::prepare(Default::default());
    let right = fs::read_to_string(hall.toml()).unwrap();
    let cases = [
        // An unknown key, and what it may have been meant to be.
        ("\nlisten = ", "\nlisen = ", "lisen"),
        ("zone_offset_min = ", "zone_offset_min = 9999 # ", "zone_offset_min"),
        ("serves = [\"jia\"]", "serves = [\"bing\"]", "serves"),
        // Two keypads at one address, two devices at one port.
        ("keypad_address = 2", "keypad_address = 1", "keypad_address"),
        ("panel-K1\"", "printer-P1\"", "port"),
        ("baud = 115200", "baud = 115201", "baud"),
        ("printer = \"P1\"", "printer = \"P9\"", "printer"),
    ];
    for (old, new, key) in cases {
        assert!(right.contains(old), "{old}");
        let wrong = right.replacen(old, new, 1);
        let line = 1 + right[..=right.find(old).unwrap()].matches('\n').count();
        let file = hall.directory().join("wrong.toml");
        fs::write(&file, wrong).unwrap();
        let file = file.display().to_string();
        for arguments in [vec!["run", "--config", &file], vec!["check", &file]] {
            let (status, _, said) = hall.command(&arguments);
            assert_eq!(status.code(), Some(78), "{new}: {said}");
            let place = format!("wrong.toml:{line}");
            assert!(said.contains(key) && said.contains(&place), "{new}: expected {place}, {key}: {said}");
        }
    }
    let (status, _, said) = hall.command(&["run", "--config", "/nowhere/hall.toml"]);
    assert_eq!(status.code(), Some(78), "{said}");
    assert!(said.contains("/nowhere/hall.toml"), "{said}");
    assert!(!hall.database().exists(), "nothing was begun");
}

#[test]
fn a_second_hallgate_on_the_same_database_says_so_and_ends() {
    let hall = Hall::start();
    let text = fs::read_to_string(hall.toml()).unwrap();
    let second = hall.directory().join("second.toml");
    fs::write(&second, text.replace(":8080", ":8081")).unwrap();
    let (status, _, said) = hall.command(&["run", "--config", &second.display().to_string()]);
    assert_eq!(status.code(), Some(1), "{said}");
    assert!(said.contains("locked by another hallgate"), "{said}");
    // The same address is told as such.
    let (status, _, said) = hall.command(&["run", "--config", &hall.toml().display().to_string()]);
    assert_eq!(status.code(), Some(1), "{said}");
    assert!(said.contains("console") && said.contains(":8080"), "{said}");
    hall.state();
}

/// Runs the daemon on a database that it must refuse: the end with 1 and the words.
fn refuses(hall: &Hall, words: &str) {
    let (status, _, said) = hall.command(&["run", "--config", &hall.toml().display().to_string()]);
    assert_eq!(status.code(), Some(1), "{said}");
    assert!(said.contains(words), "expected {words}: {said}");
    assert!(said.contains("hallgate.db"), "{said}");
}

fn overwrite(file: &Path, at: u64, bytes: &[u8]) {
    let mut file = fs::OpenOptions::new().write(true).open(file).expect("the file can be written");
    file.seek(SeekFrom::Start(at)).and_then(|_| file.write_all(bytes)).expect("the file can be written");
}

#[test]
fn a_database_that_cannot_be_used_is_told_and_left_alone() {
    let mut hall = Hall::start();
    open(&hall, 1);
    hall.do_it(&issue("jia"));
    hall.sound();
    let database = hall.database();
    let good = fs::read(&database).unwrap();

    // `user_version` in the header, SQLite file format 1.3.12: written by a newer program.
    overwrite(&database, 60, &99_u32.to_be_bytes());
    let newer = fs::read(&database).unwrap();
    refuses(&hall, "schema version 99");
    assert!(fs::read(&database).unwrap() == newer, "a newer file is not touched");

    // `application_id`, 1.3.14: of another program.
    fs::write(&database, &good).unwrap();
    overwrite(&database, 68, &7_u32.to_be_bytes());
    refuses(&hall, "another program");

    fs::write(&database, "这不是数据库".repeat(500)).unwrap();
    refuses(&hall, "not a database");

    // Every page but the first is spoiled.
    let mut spoiled = good.clone();
    spoiled[4096..].fill(0xA5);
    fs::write(&database, &spoiled).unwrap();
    refuses(&hall, "restore a backup");

    fs::remove_file(&database).unwrap();
    fs::create_dir(&database).unwrap();
    let (status, _, said) = hall.command(&["run", "--config", &hall.toml().display().to_string()]);
    assert_eq!(status.code(), Some(1), "{said}");
    assert!(said.contains("hallgate.db"), "{said}");
    fs::remove_dir(&database).unwrap();

    // One changed letter in the log is found out by `verify`.
    let place = good.windows(12).rposition(|bytes| bytes == b"\"by\":\"guide\"").expect("it is in the file");
    fs::write(&database, &good).unwrap();
    overwrite(&database, place as u64 + 6, b"b");
    let (status, said, wrong) = hall.command(&["verify", &database.display().to_string()]);
    assert_eq!(status.code(), Some(1), "{said}{wrong}");
    fs::write(&database, &good).unwrap();
    hall.run();
    assert_eq!(hall.numbers(), ["A001"]);
    hall.sound();
}

#[test]
fn a_data_directory_that_is_missing_or_read_only_is_told() {
    use std::os::unix::fs::PermissionsExt;
    let hall = Hall::prepare(Default::default());
    let text = fs::read_to_string(hall.toml()).unwrap();
    let directory = hall.directory().display().to_string();
    let elsewhere = |place: &str| {
        let file = hall.directory().join("elsewhere.toml");
        fs::write(
            &file,
            text.replace(&format!("directory = \"{directory}\""), &format!("directory = \"{place}\"")),
        )
        .unwrap();
        let (status, _, said) = hall.command(&["run", "--config", &file.display().to_string()]);
        assert_eq!(status.code(), Some(1), "{said}");
        said
    };
    let said = elsewhere(&format!("{directory}/missing"));
    assert!(said.contains("does not exist"), "{said}");
    let said = elsewhere(&format!("{directory}/hall.toml"));
    assert!(said.contains("hall.toml"), "{said}");
    let sealed = hall.directory().join("sealed");
    fs::create_dir(&sealed).unwrap();
    fs::set_permissions(&sealed, fs::Permissions::from_mode(0o555)).unwrap();
    // Who may write everywhere cannot be refused.
    if fs::write(sealed.join("try"), "").is_err() {
        let said = elsewhere(&sealed.display().to_string());
        assert!(said.contains("read-only"), "{said}");
    }
    fs::set_permissions(&sealed, fs::Permissions::from_mode(0o755)).unwrap();
}

/// Limits how large files of the daemon may grow, from outside: to it the disk is full, or has room again.
fn room(hall: &Hall, bytes: Option<u64>) {
    prlimit(Some(hall.process()), Resource::Fsize, Rlimit { current: bytes, maximum: None })
        .expect("the limit of an own process can be set");
}

#[test]
fn q1_with_a_full_disk_no_number_is_given_and_service_goes_on_when_there_is_room() {
    let mut hall = Hall::start();
    open(&hall, 1);
    hall.do_it(&issue("jia"));
    let mut person = Person::steps_up(&hall);
    person.sees(PageName::Start);
    room(&hall, Some(0));
    let before = hall.numbers();
    let answer = hall.try_do(&issue("jia"));
    assert_eq!(answer.status, 503, "{answer:?}");
    let words = answer.body["zh"].as_str().unwrap();
    assert!(words.contains("未出号"), "{words}");
    person.confirms("社保事项");
    person.is_refused(
        "系统暂时无法保存数据，未出号，请到咨询台。",
        "nothing could be saved, so no number was given; please go to the guide desk",
    );
    // A key is refused with a beep.
    let beeps = hall.station(1, |station, _| station.keypad.view().beeps);
    hall.press(1, "call_next");
    until("the press is refused with a beep", || {
        hall.station(1, |station, _| station.keypad.view().beeps > beeps).then_some(())
    });
    assert_eq!(hall.numbers(), before);
    assert_eq!(hall.window(1)["phase"], "free");
    assert!(hall.tray().is_empty());

    room(&hall, None);
    let next = until("numbers are given again", || {
        let answer = hall.try_do(&issue("jia"));
        (answer.status == 200).then(|| number(&answer.body))
    });
    assert_eq!(next, "A002");
    hall.press(1, "call_next");
    hall.window_is(1, "calling", Some("A001"));
    hall.sound();
}

#[test]
fn o1_a_fault_that_opens_while_the_disk_is_full_is_told_when_there_is_room() {
    let hall = Hall::start();
    open(&hall, 1);
    room(&hall, Some(0));
    hall.printer().touch(|printer, now| printer.twin.misfortune(now, Misfortune::CoverOpen));
    until("the daemon sees the open cover", || hall.log().contains("cover_open").then_some(()));
    room(&hall, None);
    hall.fault_opens("printer P1", "cover_open");
    Person::steps_up(&hall).sees(PageName::Trouble);
}

#[test]
fn q1_a_slip_that_was_confirmed_while_the_disk_is_full_is_not_printed_twice_unmarked() {
    let mut hall = Hall::start();
    open(&hall, 1);
    hall.printer().touch(|printer, now| printer.twin.misfortune(now, Misfortune::Slow));
    hall.do_it(&issue_with_slip("jia"));
    until("half a slip hangs in the printer", || {
        (hall.printer().touch(|printer, _| printer.twin.view().hanging.len()) > 1).then_some(())
    });
    room(&hall, Some(0));
    hall.printer().touch(|printer, now| printer.twin.calm(now));
    hall.slips(1);
    room(&hall, None);
    hall.all_printed();
    let (first, again) = pieces(&hall.tray(), "A001");
    assert!(first == 1 && again <= 1, "{:?}", hall.tray());
    hall.sound();
}

/// The state without what passes by itself.
fn still(hall: &Hall) -> Value {
    let mut state = hall.state();
    for passing in ["at", "local", "clock_offset_s"] {
        state[passing] = Value::Null;
    }
    state
}

#[test]
fn refusals_are_told_in_words_and_change_nothing() {
    let hall = Hall::start();
    open(&hall, 1);
    hall.do_it(&issue("jia"));
    hall.do_it(&issue("jia"));
    hall.do_it(&json!({"command": "call_next", "window": 1}));
    hall.led_says(1, "A001");
    hall.all_printed();
    let refused = [
        json!({"command": "issue", "service": "bing", "by": "guide"}),
        json!({"command": "issue", "service": "yi", "by": "guide"}),
        json!({"command": "open_window", "window": 1}),
        json!({"command": "open_window", "window": 9}),
        json!({"command": "call_next", "window": 3}),
        json!({"command": "recall", "window": 3}),
        json!({"command": "close_window", "window": 1}),
        json!({"command": "resume", "window": 1}),
        json!({"command": "stop_asking", "window": 1}),
        json!({"command": "revive", "ticket": 2, "by": "guide"}),
        json!({"command": "withdraw", "ticket": 2, "reason": "误点", "by": "guide"}),
        json!({"command": "return", "window": 1}),
        json!({"command": "transfer", "window": 1, "to": {"window": 1}, "note": "误点"}),
        json!({"command": "add_matter", "window": 1, "service": "jia"}),
        json!({"command": "void", "ticket": 999, "reason": "误点", "by": "guide"}),
        json!({"command": "reprint", "ticket": 999, "printer": "P1"}),
    ];
    let before = still(&hall);
    for command in refused {
        let answer = hall.try_do(&command);
        assert_eq!(answer.status, 409, "{command}: {answer:?}");
        let words = |language: &str| answer.body[language].as_str().is_some_and(|words| words.len() > 5);
        assert!(words("zh") && words("en"), "{command}: {answer:?}");
        assert_eq!(still(&hall), before, "{command}");
    }
    assert_eq!(hall.api.get("/api/v1/tickets/A999").unwrap().status, 404);
}

#[test]
fn malformed_requests_are_told_in_words_and_change_nothing() {
    let hall = Hall::start();
    open(&hall, 1);
    hall.led_says(1, "社保窗口");
    let before = still(&hall);
    let deep = "[".repeat(100_000);
    for body in [
        "",
        "{",
        "null",
        "[]",
        "7",
        "\u{0}",
        "{\"command\":7}",
        "{\"command\":\"fly\"}",
        "{\"command\":\"pass\"}",
        "{\"command\":\"pass\",\"window\":-1}",
        "{\"command\":\"pass\",\"window\":70000}",
        "{\"command\":\"tick\"}",
        "{\"command\":\"open_day\",\"day\":20990101}",
        "{\"command\":\"settle\"}",
        "{\"command\":\"issue\",\"service\":\"jia\",\"by\":\"guide\",\"printer\":\"P9\"}",
        &deep,
    ] {
        let answer = hall.api.post(body).unwrap();
        assert_eq!(answer.status, 400, "{:.60}: {answer:?}", body);
        assert!(answer.body["en"].as_str().is_some_and(|words| words.len() > 5), "{answer:?}");
        assert_eq!(still(&hall), before, "{body:.60}");
    }
    let command = issue("jia").to_string();
    let sent = |headers: &[(&str, &str)]| {
        hall.api.request("POST", "/api/v1/commands", headers, &command).unwrap().status
    };
    assert_eq!(sent(&[("Content-Type", "text/plain")]), 415);
    assert_eq!(sent(&[("Content-Type", "application/json"), ("Host", "hall.example")]), 403);
    assert_eq!(hall.api.request("PUT", "/api/v1/commands", &[], "").unwrap().status, 405);
    assert_eq!(hall.api.get("/api/v2/state").unwrap().status, 404);
    for number in ["%FF%FE", "A%2F001", "..%2F..%2Fstate", "%E7%94%B2", &"A".repeat(5000)] {
        let status = hall.api.get(&format!("/api/v1/tickets/{number}")).unwrap().status;
        assert!((400..500).contains(&status), "{number:.20}: {status}");
    }
    // Not even HTTP.
    let address = hall.config.console.listen;
    let mut stream = std::net::TcpStream::connect(address).unwrap();
    stream.write_all(&[0xFF; 4096]).ok();
    drop(stream);
    assert_eq!(still(&hall), before);
    assert_eq!(number(&hall.do_it(&issue("jia"))), "A001");
}
