//! The command line as a person meets it: help, exit codes, and the call order's commands on the golden days.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn hallgate(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_hallgate"))
        .args(arguments)
        .output()
        .expect("the binary was built with this test")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn top(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path)
}

#[test]
fn help_names_every_command() {
    let output = hallgate(&["--help"]);
    assert!(output.status.success());
    insta::assert_snapshot!(text(&output.stdout));
}

#[test]
fn wrong_use_ends_with_2_and_a_refused_configuration_with_78() {
    assert_eq!(hallgate(&["fly"]).status.code(), Some(2));
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("hall.toml");
    std::fs::write(&file, "[hall]\nname = \"大厅\"\ncode = \"x\"\ncolour = \"red\"\n").unwrap();
    for command in [vec!["check", file.to_str().unwrap()], vec!["run", "--config", file.to_str().unwrap()]] {
        let output = hallgate(&command);
        assert_eq!(output.status.code(), Some(78));
        let said = text(&output.stderr);
        assert!(said.contains("hall.toml:4") && said.contains("colour"), "{said}");
    }
    let missing = hallgate(&["check", "/nonexistent/hall.toml"]);
    assert_eq!(missing.status.code(), Some(78));
    assert!(text(&missing.stderr).contains("/nonexistent/hall.toml"), "{}", text(&missing.stderr));
}

#[test]
fn the_shipped_configuration_is_accepted() {
    let output = hallgate(&["check", top("systemd/hall.toml").to_str().unwrap()]);
    assert!(output.status.success(), "{}", text(&output.stderr));
}

#[test]
fn simulate_writes_the_golden_call_logs() {
    let directory = tempfile::tempdir().unwrap();
    let mut days = 0;
    for entry in std::fs::read_dir(top("tests/golden")).unwrap() {
        let trace = entry.unwrap().path();
        let name = trace.file_name().unwrap().to_str().unwrap().to_string();
        let Some(day) = name.strip_suffix(".trace.json") else { continue };
        let calls = directory.path().join(format!("{day}.calls.jsonl"));
        let output =
            hallgate(&["simulate", "--trace", trace.to_str().unwrap(), "--calls", calls.to_str().unwrap()]);
        assert!(output.status.success(), "{day}: {}", text(&output.stderr));
        assert_eq!(lines(&calls), lines(&top(&format!("tests/golden/{day}.calls.jsonl"))), "{day}");
        days += 1;
    }
    assert_eq!(days, 12);
}

#[test]
fn decide_agrees_with_every_expected_decision() {
    let file = top("tests/golden/decisions.jsonl");
    let output = hallgate(&["decide", "--input", file.to_str().unwrap()]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let decided: Vec<serde_json::Value> =
        text(&output.stdout).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let expected = lines(&file);
    assert_eq!(decided.len(), expected.len());
    for (number, (decided, line)) in decided.iter().zip(&expected).enumerate() {
        assert_eq!(decided["ticket"], line["expect"]["ticket"], "decision {}", number + 1);
        assert_eq!(decided["reason"], line["expect"]["reason"], "decision {}", number + 1);
    }
}

#[test]
fn a_broken_trace_is_refused_with_its_place() {
    let directory = tempfile::tempdir().unwrap();
    let trace = directory.path().join("day.trace.json");
    std::fs::write(&trace, "{\"format\": \"hall-trace/2\"}").unwrap();
    let calls = directory.path().join("out.jsonl");
    let output =
        hallgate(&["simulate", "--trace", trace.to_str().unwrap(), "--calls", calls.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(1));
    let said = text(&output.stderr);
    assert!(said.contains("day.trace.json") && said.contains("hall-trace/1"), "{said}");
    assert!(!calls.exists());
}

#[test]
fn verify_says_what_a_database_is_not() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("hall.db");
    std::fs::write(&file, vec![b'x'; 8192]).unwrap();
    let output = hallgate(&["verify", file.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("hall.db"), "{}", text(&output.stderr));
}

#[test]
fn explain_says_what_it_needs_and_what_was_wrong() {
    insta::assert_snapshot!("explain_help", text(&hallgate(&["explain", "--help"]).stdout));
    let directory = tempfile::tempdir().unwrap();
    let missing = directory.path().join("hall.db");
    let output = hallgate(&["explain", "A012", "--database", missing.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("hall.db: no such database"), "{}", text(&output.stderr));
    for day in ["2026-02-30", "26.11.2026", "0", "999999999"] {
        let output = hallgate(&["explain", "A012", "--day", day, "--database", "hall.db"]);
        let said = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(said.contains(day) && said.contains("2026-11-26 or 20261126"), "{said}");
    }
    let config = directory.path().join("hall.toml");
    let output = hallgate(&["explain", "A012", "--config", config.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(78), "{}", text(&output.stderr));
    let empty = directory.path().join("empty.db");
    drop(schema::Store::open(&empty).unwrap());
    let output = hallgate(&["explain", "A012", "--database", empty.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("no working day in it yet"), "{}", text(&output.stderr));
}

fn lines(path: &Path) -> Vec<serde_json::Value> {
    let whole = std::fs::read_to_string(path).expect("the file is there");
    whole.lines().map(|line| serde_json::from_str(line).expect("a line is JSON")).collect()
}
