//! The golden days and decisions through the real hall, and what is said of broken files.

use super::*;
use queue::Parameters;
use queue::flow::{Call, Flow, Settings};
use std::fs;
use std::path::Path;

const DAYS: [&str; 12] = [
    "appointments-1",
    "bursts-1",
    "calm-1",
    "closing-rush-1",
    "few-skilled-1",
    "green-flood-1",
    "lunch-1",
    "monday-1",
    "normal-1",
    "outage-1",
    "surge-1",
    "understaffed-1",
];

fn golden(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/golden").join(name);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

#[test]
fn q3_golden_days_call_by_call() {
    for day in DAYS {
        let trace = Trace::parse(&golden(&format!("{day}.trace.json"))).unwrap();
        let lines = run_trace(&trace).unwrap();
        let expected = golden(&format!("{day}.calls.jsonl"));
        let expected: Vec<serde_json::Value> =
            expected.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        for (i, (line, expected)) in lines.iter().zip(&expected).enumerate() {
            assert_eq!(serde_json::to_value(line).unwrap(), *expected, "{day}, call {i}");
        }
        assert_eq!(lines.len(), expected.len(), "{day}");
    }
}

/// The hall that keeps records and the run that answers "what if" are two programs around one rule.
#[test]
fn q3_the_fast_run_calls_as_the_hall_does() {
    let settings = Settings::of(&Parameters::default());
    for day in DAYS {
        let trace = Trace::parse(&golden(&format!("{day}.trace.json"))).unwrap();
        let mut calls: Vec<Call> = Vec::new();
        let left = Flow::default().run(&plan(&trace), &settings, &mut calls);
        let lines = calls.iter().map(|call| CallLine {
            now: call.now,
            window: trace.windows[call.window].id.clone(),
            ticket: trace.tickets[call.visit].id.clone(),
            reason: call.reason.unwrap(),
            wait: call.wait_s,
            noshow: call.noshow,
            passed_over: call.n_overtaken as usize,
        });
        assert_eq!(lines.collect::<Vec<_>>(), run_trace(&trace).unwrap(), "{day}");
        assert_eq!(left, 0, "{day}");
    }
}

/// The run tells services apart by bits of one number; beyond 64 services several share one, and nobody is called for another.
#[test]
fn q3_services_that_share_a_bit_change_nothing() {
    let settings = Settings::of(&Parameters::default());
    for day in DAYS {
        let few = plan(&Trace::parse(&golden(&format!("{day}.trace.json"))).unwrap());
        let mut many = few.clone();
        many.services = few.services.iter().flat_map(|&class| [class; 32]).collect();
        many.windows.iter_mut().flat_map(|window| &mut window.skills).for_each(|service| *service *= 32);
        for visit in &mut many.visits {
            visit.service *= 32;
            visit.transfer = visit.transfer.map(|(service, takes_s)| (service * 32, takes_s));
        }
        let [mut expected, mut calls]: [Vec<Call>; 2] = Default::default();
        Flow::default().run(&few, &settings, &mut expected);
        Flow::default().run(&many, &settings, &mut calls);
        assert_eq!(calls, expected, "{day}");
    }
}

#[test]
fn q3_golden_decisions() {
    let input = golden("decisions.jsonl");
    let mut out = Vec::new();
    decide_lines(input.as_bytes(), &mut out).unwrap();
    let out = String::from_utf8(out).unwrap();
    let mut n = 0;
    for (answer, line) in out.lines().zip(input.lines()) {
        let answer: serde_json::Value = serde_json::from_str(answer).unwrap();
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        assert_eq!(answer["ticket"], line["expect"]["ticket"], "{line}");
        assert_eq!(answer["reason"], line["expect"]["reason"], "{line}");
        n += 1;
    }
    assert_eq!((n, out.lines().count()), (271, 271));
}

/// A small day that is right, for making it wrong.
const SMALL: &str = r#"{
 "format": "hall-trace/1", "scenario": "small", "seed": 1,
 "sessions": [[100, 200]],
 "targets_s": {"ordinary": 600, "complex": 1800, "special": 3600}, "noshow_hold_s": 60,
 "services": [{"id": "S1", "class": "ordinary", "mean_s": 10},
  {"id": "S2", "class": "complex", "mean_s": 10}],
 "windows": [{"id": "W01", "skills": ["S1"], "shifts": [[100, 200]], "pauses": [[120, 5]]}],
 "tickets": [
  {"id": "A001", "seq": 0, "service": "S1", "class": "ordinary", "green": false, "booked": null, "arrive": 100, "service_s": 30, "noshow": 1, "return_after_s": 0, "transfer": {"to": "S1", "service_s": 9}},
  {"id": "A002", "seq": 1, "service": "S1", "class": "ordinary", "green": false, "booked": 150, "arrive": 110, "service_s": 0, "noshow": 0, "return_after_s": null, "transfer": null}
 ]
}"#;

#[test]
fn a_small_day() {
    let lines = run_trace(&Trace::parse(SMALL).unwrap()).unwrap();
    let lines: Vec<String> = lines.iter().map(|line| serde_json::to_string(line).unwrap()).collect();
    // 100: A001 does not come; the pause of 120 begins when the window is free at 160, and A001 is back at 160.
    // 165: A002's appointment (it takes no time), then A001, who at 195 is sent on to the same service and called again
    // with the wait of 5 s kept.
    insta::assert_snapshot!(lines.join("\n"), @r#"
    {"now":100,"window":"W01","ticket":"A001","reason":"LIMIT","wait":0,"noshow":true,"passed_over":0}
    {"now":165,"window":"W01","ticket":"A002","reason":"APPOINTMENT","wait":15,"noshow":false,"passed_over":0}
    {"now":165,"window":"W01","ticket":"A001","reason":"LIMIT","wait":5,"noshow":false,"passed_over":0}
    {"now":195,"window":"W01","ticket":"A001","reason":"LIMIT","wait":5,"noshow":false,"passed_over":0}
    "#);
}

#[test]
fn mistakes_name_line_and_field() {
    let cases = [
        ("\"hall-trace/1\"", "\"hall-trace/2\""),
        ("\"seed\": 1,", "\"seed\": 1"),
        ("\"arrive\": 110, ", ""),
        ("\"arrive\": 110", "\"arrive\": 99"),
        ("\"arrive\": 110", "\"arrive\": \"09:30\""),
        ("\"seq\": 1", "\"seq\": 0"),
        ("\"A002\"", "\"A001\""),
        ("\"to\": \"S1\"", "\"to\": \"S9\""),
        ("\"to\": \"S1\"", "\"to\": \"S2\""),
        ("\"skills\": [\"S1\"]", "\"skills\": [\"S1\", \"S9\"]"),
        ("[[120, 5]]", "[[120]]"),
        ("\"id\": \"S2\"", "\"id\": \"S1\""),
        ("\"class\": \"complex\"", "\"class\": \"hard\""),
        ("\"noshow_hold_s\": 60", "\"noshow_hold_s\": -1"),
        ("\"windows\"", "\"counters\""),
        ("\"seed\": 1,", "\"seed\": 1, \"colour\": 2,"),
        ("\"mean_s\": 10", "\"mean_s\": 10, \"colour\": 2"),
        ("\"id\": \"W01\"", "\"colour\": 2, \"id\": \"W01\""),
        ("\"special\": 3600", "\"special\": 3600, \"green\": 600"),
        ("\"seq\": 1", "\"colour\": 2, \"seq\": 1"),
        ("\"service_s\": 9", "\"service_s\": 9, \"colour\": 2"),
        ("\"noshow\": 1", "\"noshow\": 2"),
        ("\"ordinary\": 600", "\"ordinary\": 0"),
        ("\"W01\"", "\"W\\u001b[31m\""),
        ("\"A001\"", "\" \""),
    ];
    let mut said = String::new();
    for (right, wrong) in cases {
        let changed = SMALL.replacen(right, wrong, 1);
        assert_ne!(changed, SMALL, "{right}");
        said.push_str(&format!("{}\n", Trace::parse(&changed).unwrap_err()));
    }
    insta::assert_snapshot!(said, @r#"
    line 2, format: "hall-trace/2", expected "hall-trace/1"
    line 3, column 2: expected `,` or `}`, expected a JSON document
    line 10, tickets[1].arrive: missing, expected a whole number
    line 10, tickets[1].arrive: 99, expected 100 or later, as the ticket before
    line 10, tickets[1].arrive: "09:30", expected a whole number
    line 10, tickets[1].seq: 0, expected more than 0, that of the ticket before
    line 10, tickets[1].id: "A001", expected an id that no ticket before has
    line 9, tickets[0].transfer.to: "S9", expected one of the services S1, S2
    line 9, tickets[0].transfer.to: "S2", expected a service that some window serves
    line 7, windows[0].skills: "S9", expected one of the services S1, S2
    line 7, windows[0].pauses: [[120]], expected a list of pairs of whole numbers
    line 6, services[1].id: "S1", expected an id that no service before has
    line 6, services[1].class: "hard", expected ordinary, complex or special
    line 4, noshow_hold_s: -1, expected a whole number from 0 to 172800
    line 7, counters: unknown field, expected one of format, scenario, seed, sessions, targets_s, noshow_hold_s, services, windows, tickets
    line 2, colour: unknown field, expected one of format, scenario, seed, sessions, targets_s, noshow_hold_s, services, windows, tickets
    line 5, services[0].colour: unknown field, expected one of id, class, mean_s
    line 7, windows[0].colour: unknown field, expected one of id, skills, shifts, pauses
    line 4, targets_s.green: unknown field, expected one of ordinary, complex, special
    line 10, tickets[1].colour: unknown field, expected one of id, seq, service, class, green, booked, arrive, service_s, noshow, return_after_s, transfer
    line 9, tickets[0].transfer.colour: unknown field, expected one of to, service_s
    line 9, tickets[0].noshow: 2, expected a whole number from 0 to 1
    line 4, targets_s.ordinary: 0, expected a whole number from 1 to 172800
    line 7, windows[0].id: "W\u001b[31m", expected words without control characters
    line 9, tickets[0].id: " ", expected a name
    "#);
}

#[test]
fn people_whom_nobody_calls_any_more_are_named() {
    let short = SMALL
        .replace("\"sessions\": [[100, 200]]", "\"sessions\": [[100, 300]]")
        .replace("[[100, 200]]", "[[100, 101]]");
    let error = run_trace(&Trace::parse(&short).unwrap()).unwrap_err();
    insta::assert_snapshot!(error, @"2 tickets were never called, among them A001: no window serving S1 works any more");
}

#[test]
fn wrong_decisions_name_line_and_field() {
    let right = r#"{"now": 9, "skills": ["S1"], "last_priority": false, "waiting": [{"id": "A1", "seq": 1, "service": "S1", "class": "ordinary", "green": false, "appointment": false, "join": 1, "ready": 1, "passed": 0}]}"#;
    let mut said = String::new();
    for (from, to) in [
        ("\"now\": 9, ", ""),
        ("\"join\": 1", "\"join\": 1.5"),
        ("ordinary", "easy"),
        ("{\"now\"", "[\"now\""),
        ("\"seq\": 1", "\"seq\": -1"),
        ("\"ready\": 1", "\"ready\": -9223372036854775808"),
    ] {
        let mut out = Vec::new();
        let input = format!("{right}\n\n{}", right.replacen(from, to, 1));
        let error = decide_lines(input.as_bytes(), &mut out).unwrap_err();
        assert_eq!(String::from_utf8(out).unwrap(), "{\"ticket\":\"A1\",\"reason\":\"LIMIT\"}\n");
        said.push_str(&format!("{error}\n"));
    }
    let mut out = Vec::new();
    decide_lines(right.replace("[\"S1\"]", "[]").as_bytes(), &mut out).unwrap();
    said.push_str(&String::from_utf8(out).unwrap());
    insta::assert_snapshot!(said, @r#"
    line 3, decision.now: missing, expected a whole number
    line 3, decision.waiting[0].join: 1.5, expected a whole number
    line 3, decision.waiting[0].class: "easy", expected ordinary, complex or special
    line 3, column 7: expected `,` or `]`, expected a decision as one JSON object
    line 3, decision.waiting[0].seq: -1, expected a whole number of 0 or more
    line 3, decision.waiting[0].ready: -9223372036854775808, expected a whole number from -172800 to 172800
    {"ticket":null,"reason":null}
    "#);
}

/// A few days only, and a hall that learned from days like them; `simulate --waits` shows the table over hundreds.
#[test]
fn w3_expected_waits_come_true() {
    let day = |name: &str| Trace::parse(&golden(&format!("{name}.trace.json"))).unwrap();
    let mut all = waits::Reliability::default();
    for name in ["monday-1", "lunch-1", "outage-1"] {
        let weeks = [day("normal-1"), day(name), day("monday-1"), day(name)];
        let habits = waits::learn(&weeks).unwrap().unwrap();
        let told = waits::tell(&day(name), &habits, 1).unwrap();
        assert_eq!(told, waits::tell(&day(name), &habits, 1).unwrap(), "the same seed tells the same");
        told.iter().for_each(|told| all.add(told));
    }
    let share = all.inside as f64 / all.n as f64;
    assert!(all.n > 1000 && (0.72..0.92).contains(&share), "{share} of {} inside", all.n);
    assert!(all.error_s < 0.6 * all.naive_error_s, "{} against {}", all.error_s, all.naive_error_s);
}
