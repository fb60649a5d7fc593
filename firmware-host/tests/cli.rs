//! The command line as a person meets it: help, exit codes, and the call order's commands on the golden days.

use firmware_host::simulate::{Follow, follow_trace, read_trace};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

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
fn what_is_no_text_is_refused_with_its_place() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("day.json");
    let file = file.to_str().unwrap();
    for (bytes, said) in [
        (&b"\xef\xbb\xbf{}"[..], "day.json: line 1, column 1: a byte order mark"),
        (b"{\n\"name\": \"\xb4\xf3\"}", "day.json: line 2, column 10: byte b4, expected text in UTF-8"),
        (b"{}", "day.json: line 1, format: missing"),
    ] {
        std::fs::write(file, bytes).unwrap();
        for command in
            [&["simulate", file][..], &["simulate", "--trace", file, "--calls", "-"], &["waits", file]]
        {
            let output = hallgate(command);
            assert_eq!(output.status.code(), Some(1), "{command:?}");
            assert!(text(&output.stderr).contains(said), "{command:?}: {}", text(&output.stderr));
        }
    }
    let folder = directory.path().to_str().unwrap();
    for command in [&["simulate", folder][..], &["waits", folder], &["decide", "--input", folder]] {
        let said = text(&hallgate(command).stderr);
        assert!(said.contains("a directory; name a file in it"), "{said}");
    }
}

/// Runs it with standard output on something else than a pipe.
fn hallgate_to(out: impl Into<Stdio>, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hallgate"));
    let child = command.args(arguments).stdout(out).stderr(Stdio::piped()).spawn();
    child.and_then(std::process::Child::wait_with_output).expect("the binary was built with this test")
}

/// Every event of a golden day.
struct Log(Vec<schema::Stamped>);

impl Follow for Log {
    fn comes(&mut self, _: &queue::Hall, _: queue::Timestamp, _: usize) {}

    fn event(&mut self, at: queue::Timestamp, event: &queue::Event) {
        self.0.push(schema::Stamped { at, entry: schema::Entry::Hall(event.clone()) });
    }
}

/// A database with a golden day in it.
fn recorded(directory: &Path) -> String {
    let file = std::fs::File::open(top("tests/golden/calm-1.trace.json")).expect("the day is in the tree");
    let mut log = Log(Vec::new());
    follow_trace(&read_trace(file).expect("a golden day is right"), &mut log).expect("a golden day runs");
    let path = directory.join("hallgate.db");
    let mut store = schema::Store::open(&path).expect("the directory is new");
    store.do_not_wait_for_the_disk().expect("SQLite takes the pragma");
    store.append(&log.0).expect("what a hall decided fits");
    path.to_str().expect("a temporary path is UTF-8").to_owned()
}

#[test]
fn a_result_that_is_not_written_is_a_failure_and_a_closed_pipe_is_not() {
    let directory = tempfile::tempdir().unwrap();
    let database = recorded(directory.path());
    let scenario = top("tests/golden/scenarios/calm.json").to_str().unwrap().to_owned();
    let decisions = top("tests/golden/decisions.jsonl").to_str().unwrap().to_owned();
    for command in [
        &["simulate", &scenario][..],
        &["simulate", &scenario, "--json", "-"],
        &["simulate", &scenario, "--svg", "-"],
        &["simulate", &scenario, "--json", "/dev/full"],
        &["decide", "--input", &decisions],
        &["verify", &database],
        &["waits", "--database", &database],
        &["replay", "--database", &database, "--order", "fifo"],
        &["replay", "--database", &database, "--json", "-"],
        &["replay", "--database", &database, "--trace-out", "-"],
    ] {
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let output = hallgate_to(full, command);
        assert_eq!(output.status.code(), Some(1), "{command:?}");
        assert!(text(&output.stderr).contains("No space left"), "{command:?}: {}", text(&output.stderr));
        if command.contains(&"/dev/full") {
            continue;
        }
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let output = hallgate_to(writer, command);
        assert_eq!((output.status.code(), text(&output.stderr)), (Some(0), String::new()), "{command:?}");
    }
}

#[test]
fn a_dash_is_standard_output_and_nothing_else_goes_there() {
    let directory = tempfile::tempdir().unwrap();
    let database = recorded(directory.path());
    let scenario = top("tests/golden/scenarios/calm.json").to_str().unwrap().to_owned();
    let day = top("tests/golden/calm-1.trace.json").to_str().unwrap().to_owned();
    for (command, begins, ends) in [
        (&["simulate", &scenario, "--svg", "-"][..], "<svg ", "</svg>\n"),
        (&["simulate", &scenario, "--trace-out", "-"], "{\n \"format\": \"hall-trace/1\"", "]\n}\n"),
        (&["simulate", &scenario, "--calls", "-"], "{\"now\":", "}\n"),
        (&["simulate", &scenario, "--json", "-"], "{\"format\":\"hall-figures/1\"", "]}\n"),
        (&["simulate", "--trace", &day, "--calls", "-"], "{\"now\":", "}\n"),
        (&["replay", "--database", &database, "--trace-out", "-"], "{\n \"format\"", "]\n}\n"),
        (&["replay", "--database", &database, "--json", "-"], "{", "}\n"),
    ] {
        let output = Command::new(env!("CARGO_BIN_EXE_hallgate"))
            .args(command)
            .current_dir(directory.path())
            .output()
            .unwrap();
        let said = text(&output.stdout);
        assert!(said.starts_with(begins) && said.ends_with(ends), "{command:?}: {said:.300}");
        assert!(!directory.path().join("-").exists(), "{command:?}");
    }
}

#[test]
fn q3_replay_says_when_nobody_can_be_served() {
    let directory = tempfile::tempdir().unwrap();
    let database = recorded(directory.path());
    let windows: Vec<String> = (1..=10).map(|number| number.to_string()).collect();
    let without: Vec<&str> = windows.iter().flat_map(|number| ["--without-window", number]).collect();
    let output = hallgate(&[&["replay", "--database", &database], &without[..]].concat());
    let said = text(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let last = said.lines().find(|line| line.starts_with("what if    ")).unwrap_or_else(|| panic!("{said}"));
    assert!(last.contains("nobody is served") && last.contains("no window that serves "), "{last}");
    assert!(!said.contains("00:00"), "{said}");
}

/// Runs `simulate` on a scenario of the golden ones, with more arguments.
fn simulate(name: &str, more: &[&str]) -> Output {
    let file = top(&format!("tests/golden/scenarios/{name}.json"));
    hallgate(&[&["simulate", file.to_str().expect("the path is UTF-8")], more].concat())
}

#[test]
fn simulate_help() {
    insta::assert_snapshot!(text(&hallgate(&["simulate", "--help"]).stdout));
}

#[test]
fn simulate_compares_orders_on_days_of_a_scenario() {
    let directory = tempfile::tempdir().unwrap();
    let [json, svg, calls, trace] = ["figures.json", "day.svg", "day.calls.jsonl", "day.trace.json"]
        .map(|name| directory.path().join(name).to_str().unwrap().to_owned());
    let arguments = ["--seeds", "3..6", "--order", "hallgate,strict", "--json", &json, "--svg", &svg];
    let more = ["--calls", &calls, "--trace-out", &trace];
    let output = simulate("calm", &[&arguments[..], &more].concat());
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert!(output.stderr.is_empty(), "no progress where nobody looks: {}", text(&output.stderr));
    let table = text(&output.stdout);
    assert!(table.starts_with("calm: Calm day (4 days, seeds 3 to 6)"), "{table}");
    assert!(
        ["green channel  hallgate", "               strict", "last end"].iter().all(|s| table.contains(s))
    );
    let figures: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(&json).unwrap()).unwrap();
    assert_eq!(figures["orders"][1]["order"], "strict");
    assert!(std::fs::read_to_string(&svg).unwrap().ends_with("</svg>\n"));

    // The day that was written, as a trace and through the daemon's hall: the same calls.
    let again = directory.path().join("again.jsonl").to_str().unwrap().to_owned();
    assert!(hallgate(&["simulate", &trace, "--calls", &again]).status.success());
    assert_eq!(lines(Path::new(&again)), lines(Path::new(&calls)));
    assert!(hallgate(&["simulate", "--trace", &trace, "--calls", &again]).status.success());
    assert_eq!(lines(Path::new(&again)), lines(Path::new(&calls)));

    let on_output = simulate("calm", &["--seeds", "3..6", "--order", "hallgate,strict", "--json", "-"]);
    assert_eq!(text(&on_output.stdout), std::fs::read_to_string(&json).unwrap());
}

#[test]
fn simulate_takes_other_limits() {
    let usual = simulate("understaffed", &["--seed", "1", "--json", "-"]);
    for other in [&["--pass-limit", "3"][..], &["--limits", "ordinary=300", "--limits", "special=900,1200"]] {
        let changed = simulate("understaffed", &[&["--seed", "1", "--json", "-"], other].concat());
        let figures = |output: &Output| {
            let document: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
            document["orders"].clone()
        };
        assert_ne!(figures(&changed), figures(&usual), "{other:?}");
    }
}

#[test]
fn wrong_use_is_said_before_anything_is_read() {
    let day = top("tests/golden/calm-1.trace.json").to_str().unwrap().to_owned();
    for (arguments, said) in [
        (&["simulate"][..], "give a scenario or a recorded day"),
        (&["simulate", "--seed", "1", "--svg", "x"], "--seed and --days"),
        (&["simulate", "--days", "3"], "--seed"),
        (&["simulate", &day, "--seed", "3"], "has its own seed"),
        (&["simulate", &day, "--days", "3", "--seed", "3"], "--days"),
        (&["simulate", "--trace", &day], "--calls"),
        (&["simulate", "x", "--seeds", "9..3"], "before the first"),
        (&["simulate", "x", "--seeds", "0..1000000"], "more than"),
        (&["simulate", "x", "--order", "lifo"], "hallgate, fifo, strict, edf or all"),
        (&["simulate", "x", "--limits", "ordinary=1800,600"], "rising"),
        (&["simulate", "x", "--limits", "green=600"], "ordinary, complex or special"),
        (&["simulate", "x", "--limits", "ordinary=1,2,3,4,5,6,7,8,9"], "1 to 8"),
        (&["simulate", "x", "--limits", "ordinary=20000"], "14400"),
        (&["simulate", "x", "--limits", "ordinary=600", "--limits", "ordinary=900"], "ordinary twice"),
        (&["simulate", "x", "--pass-limit", "2"], "3..=15"),
        (&["simulate", "x", "--pass-limit", "16"], "3..=15"),
        (&["simulate", "x", "--order", "fifo,edf", "--pass-limit", "5"], "belong to the order hallgate"),
        (&["simulate", "x", "--json", "-", "--svg", "-"], "--json and --svg both go to standard output"),
        (&["simulate", "x", "--calls", "a", "--trace-out", "a"], "--calls and --trace-out both go to a"),
        (&["simulate", "--trace", &day, "--calls", "x", "--order", "fifo"], "--order"),
        (&["simulate", "--seed", "1", "--days", "0"], "1..=1000000"),
        (&["simulate", "--seed", "18446744073709551615", "--days", "2"], "seeds end at 18446744073709551615"),
        (&["simulate", "--seed", "18446744073709551616"], "--seed"),
        (&["waits", "x", "--days", "18446744073709551615"], "1..=100000"),
        (&["waits", "x", "--days", "100001"], "1..=100000"),
        (&["waits", "--days", "3", "--database", "x"], "simulated days"),
        (&["waits", "x", "--config", "/nonexistent"], "need no --config"),
        (&["replay", "--json", "-", "--trace-out", "-"], "both go to standard output"),
        (&["replay", "--limits", "ordinary=600", "--limits", "ordinary=900"], "ordinary twice"),
        (&["replay", "--window", "2=08:30-12:00", "--window", "2=08:30-13:00"], "window 2 twice"),
        (&["replay", "--skills", "2=a", "--skills", "2=b"], "window 2 twice"),
        (&["replay", "--without-window", "2", "--without-window", "2"], "window 2 twice"),
        (&["replay", "--without-window", "2", "--window", "2=08:30-12:00"], "contradict"),
        (&["replay", "--without-window", "2", "--skills", "2=a"], "contradict"),
        (&["replay", "--window", "2=08:30-12:00:a", "--skills", "2=b"], "both say what it serves"),
        (&["replay", "--order", "edf", "--pass-limit", "5"], "--order edf knows no --pass-limit"),
    ] {
        let output = hallgate(arguments);
        let stderr = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {stderr}");
        assert!(stderr.contains(said), "{arguments:?}: {stderr}");
    }
}

#[test]
fn a_broken_scenario_is_refused_with_its_place() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("day.json");
    let right = std::fs::read_to_string(top("tests/golden/scenarios/calm.json")).unwrap();
    std::fs::write(&file, right.replacen("\"S2\"", "\"S9\"", 1)).unwrap();
    let output = hallgate(&["simulate", file.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(1));
    let said = text(&output.stderr);
    assert!(said.contains("day.json: line ") && said.contains("windows[0].skills: \"S2\""), "{said}");
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
