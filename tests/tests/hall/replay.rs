//! A day of the shipped hall decided again from its file, and run another way, beside the daemon that wrote it.

use crate::{issue, number, open};
use hall_tests::Hall;
use serde_json::{Value, json};
use std::fs;

/// A busy quarter of an hour at two windows, with a power cut in the middle.
fn busy() -> Hall {
    let mut hall = Hall::start();
    open(&hall, 1);
    open(&hall, 3);
    let do_at = |hall: &Hall, window: u16, command: &str| {
        hall.do_it(&json!({"command": command, "window": window}));
    };
    let numbers: Vec<String> =
        (0..12).map(|i| number(&hall.do_it(&issue(if i % 3 == 0 { "yi" } else { "jia" })))).collect();
    do_at(&hall, 1, "call_next");
    do_at(&hall, 3, "call_next");
    let seq = |hall: &Hall, number: &str| hall.history(number).ticket.seq.0;
    let green = json!({"category": "elderly", "evidence": "身份证"});
    hall.do_it(
        &json!({"command": "grant", "ticket": seq(&hall, &numbers[9]), "grant": green, "by": "guide"}),
    );
    do_at(&hall, 1, "recall");
    do_at(&hall, 1, "pass");
    hall.kill9();
    hall.run();
    do_at(&hall, 1, "call_next");
    hall.do_it(&json!({"command": "park", "window": 3}));
    do_at(&hall, 3, "call_next");
    hall.do_it(&json!({"command": "complete", "window": 1, "prompt": true}));
    do_at(&hall, 1, "call_next");
    hall.do_it(&json!({"command": "pause", "window": 1}));
    hall.do_it(&json!({"command": "transfer", "window": 1, "to": {"window": 3}, "note": "材料"}));
    hall.do_it(&json!({"command": "return", "window": 3}));
    for _ in 0..6 {
        // Until nobody is left for it, then it asks already.
        hall.try_do(&json!({"command": "call_next", "window": 3}));
    }
    do_at(&hall, 1, "resume");
    do_at(&hall, 1, "call_next");
    hall
}

#[test]
fn q3_a_day_of_the_shipped_hall_is_decided_the_same_again() {
    let hall = busy();
    let (toml, database) = (hall.toml(), hall.database());
    let (toml, database) = (toml.to_str().unwrap(), database.to_str().unwrap());
    let (status, said, error) = hall.command(&["replay", "--config", toml]);
    assert!(status.success() && said.contains(" calls, 0 differences"), "{said}{error}");
    let (status, said, error) = hall.command(&["replay", "--database", database]);
    assert!(status.success() && said.contains(" calls, 0 differences"), "{said}{error}");
    let (status, said, _) = hall.command(&["replay", "--config", toml, "--json", "-"]);
    let told: Value = serde_json::from_str(&said).unwrap();
    assert!(status.success());
    assert_eq!(told["again"]["decided"], told["again"]["entries"].as_u64().unwrap() - 1);
    assert!(told["again"]["calls"].as_u64().unwrap() >= 9, "{told}");

    // Other settings than that day's are noticed.
    let changed = hall.directory().join("changed.toml");
    let services =
        fs::read_to_string(toml).unwrap().replacen("class = \"ordinary\"", "class = \"complex\"", 1);
    assert_ne!(services, fs::read_to_string(toml).unwrap());
    fs::write(&changed, services).unwrap();
    let (status, said, error) =
        hall.command(&["replay", "--config", changed.to_str().unwrap(), "--database", database]);
    assert_eq!(status.code(), Some(1), "{said}");
    assert!(said.contains("settings of today") && error.contains("differences"), "{said}{error}");
}

#[test]
fn what_would_have_been_stands_beside_what_was() {
    let hall = busy();
    let (toml, trace) = (hall.toml(), hall.directory().join("day.trace.json"));
    let toml = toml.to_str().unwrap();
    let replay = |options: &[&str]| hall.command(&[&["replay", "--config", toml], options].concat());
    let (status, said, error) =
        replay(&["--without-window", "1", "--order", "fifo", "--trace-out", trace.to_str().unwrap()]);
    assert!(status.success(), "{said}{error}");
    assert!(
        said.contains("recorded calls again") && said.contains("as it was") && said.contains("what if"),
        "{said}"
    );
    assert!(fs::read_to_string(&trace).unwrap().contains("hall-trace/1"));

    let refusals = [
        (vec!["--without-window", "77"], 2, "no window 77; the hall's windows are 1, "),
        (vec!["--skills", "1=schuster"], 2, "no service schuster; the hall's services are "),
        (vec!["--window", "1=8-12"], 2, "write window=from-to"),
        (vec!["--order", "lifo"], 2, "is not hallgate, fifo, strict, edf"),
        (vec!["--limits", "ordinary=9,3"], 2, "rising seconds"),
        (vec!["--day", "2001-01-01"], 1, "nothing was recorded on 2001-01-01; there are "),
        (vec!["--day", "yesterday"], 2, "write the day as 2026-11-26"),
    ];
    for (options, code, why) in refusals {
        let (status, _, error) = replay(&options);
        assert_eq!(status.code(), Some(code), "{options:?}: {error}");
        assert!(error.contains(why), "{options:?}: {error}");
    }
    let broken = hall.directory().join("broken.db");
    fs::write(&broken, "no database").unwrap();
    let of = |command: &str, option: &[&str]| {
        let (status, _, error) = hall.command(&[&[command], option, &[broken.to_str().unwrap()]].concat());
        (status.code(), error)
    };
    assert_eq!(of("replay", &["--database"]), of("verify", &[]));
}
