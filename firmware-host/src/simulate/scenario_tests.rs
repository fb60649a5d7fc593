//! What the days that chance draws have in common, and what is said of broken scenarios.

use super::*;
use proptest::prelude::*;
use std::fs;
use std::path::Path;

const NAMES: [&str; 12] = [
    "appointments",
    "bursts",
    "calm",
    "closing-rush",
    "few-skilled",
    "green-flood",
    "lunch",
    "monday",
    "normal",
    "outage",
    "surge",
    "understaffed",
];

pub(super) fn text_of(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../tests/golden/scenarios/{name}.json"));
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

pub(super) fn scenario(name: &str) -> Scenario {
    Scenario::parse(&text_of(name)).unwrap()
}

fn read_again(day: &Trace) -> Trace {
    let mut written = Vec::new();
    day.write(&mut written).unwrap();
    Trace::parse(std::str::from_utf8(&written).unwrap()).unwrap()
}

#[test]
fn golden_days_are_written_as_they_were_read() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/golden/bursts-1.trace.json");
    let golden = fs::read_to_string(path).unwrap();
    let mut written = Vec::new();
    Trace::parse(&golden).unwrap().write(&mut written).unwrap();
    let (golden, written): (serde_json::Value, serde_json::Value) =
        (serde_json::from_str(&golden).unwrap(), serde_json::from_slice(&written).unwrap());
    for (name, value) in golden.as_object().unwrap() {
        // The laboratory keeps `*`; here it is spelt out.
        assert!(name == "windows" || written[name] == *value, "{name}");
    }
}

#[test]
fn the_same_seed_draws_the_same_day_and_another_another() {
    let normal = scenario("normal");
    assert_eq!(generate(&normal, 7), generate(&normal, 7));
    assert_ne!(generate(&normal, 7).tickets, generate(&normal, 8).tickets);
    let renamed = Scenario { name: "other".to_owned(), ..normal.clone() };
    assert_ne!(generate(&normal, 7).tickets, generate(&renamed, 7).tickets);
    // More green tickets leave everything else of the day as it was.
    let greener = generate(&Scenario { green_share: 0.5, ..normal.clone() }, 7);
    let plain = generate(&normal, 7).tickets.into_iter().map(|ticket| TraceTicket { green: false, ..ticket });
    let greener = greener.tickets.into_iter().map(|ticket| TraceTicket { green: false, ..ticket });
    assert!(plain.eq(greener));
}

/// The first people of a day, for machines and versions to disagree with.
#[test]
fn the_day_of_a_seed_never_changes() {
    let day = generate(&scenario("normal"), 7);
    let first: Vec<String> = day.tickets.iter().take(6).map(|ticket| format!("{ticket:?}")).collect();
    let sum: i64 = day.tickets.iter().map(|ticket| ticket.arrive * (ticket.seq + 1) + ticket.service_s).sum();
    insta::assert_snapshot!(format!("{}\n{} {sum} {:?}", first.join("\n"), day.tickets.len(), day.windows[0]), @r#"
    TraceTicket { id: "B001", seq: 0, service: "S2", green: false, booked: None, arrive: 30600, service_s: 152, noshow: 0, return_after_s: None, transfer: None }
    TraceTicket { id: "D001", seq: 1, service: "S4", green: false, booked: None, arrive: 30600, service_s: 378, noshow: 0, return_after_s: None, transfer: None }
    TraceTicket { id: "C001", seq: 2, service: "S3", green: false, booked: None, arrive: 30600, service_s: 118, noshow: 1, return_after_s: None, transfer: None }
    TraceTicket { id: "C002", seq: 3, service: "S3", green: false, booked: None, arrive: 30600, service_s: 379, noshow: 0, return_after_s: None, transfer: None }
    TraceTicket { id: "E001", seq: 4, service: "S5", green: false, booked: None, arrive: 30600, service_s: 595, noshow: 0, return_after_s: None, transfer: None }
    TraceTicket { id: "F001", seq: 5, service: "S6", green: false, booked: None, arrive: 30600, service_s: 777, noshow: 0, return_after_s: None, transfer: None }
    314 2443885771 TraceWindow { id: "W01", skills: ["S1", "S2"], shifts: [(30600, 41400), (46800, 61200)], pauses: [(41210, 640), (50395, 234)] }
    "#);
}

#[test]
fn as_many_come_as_the_scenario_expects() {
    const DAYS: u64 = 40;
    for name in NAMES {
        let scenario = scenario(name);
        let days: Vec<Trace> = (0..DAYS).map(|seed| generate(&scenario, seed)).collect();
        let tickets: Vec<&TraceTicket> = days.iter().flat_map(|day| &day.tickets).collect();
        let n = tickets.len() as f64;
        let near = |what: &str, got: f64, expected: f64, deviation: f64| {
            assert!((got - expected).abs() < 4.0 * deviation, "{name}: {what} {got}, expected {expected}");
        };
        let places = (scenario.appointments.per_service * scenario.appointments.services.len()) as f64;
        let come = places * scenario.appointments.fill * (1.0 - scenario.appointments.absent);
        let groups: f64 = scenario.bursts.iter().map(|burst| burst.size).sum();
        let walk_ins = (scenario.walk_ins() + groups) * DAYS as f64;
        let booked = tickets.iter().filter(|ticket| ticket.booked.is_some()).count() as f64;
        near("walk-ins", n - booked, walk_ins, walk_ins.sqrt());
        // Those who are very late for the last place come after closing, and have no ticket.
        let late = booked / (come * DAYS as f64);
        assert!((0.96..1.04).contains(&late), "{name}: {late} of the bookings");
        let share = |holds: &dyn Fn(&TraceTicket) -> bool| {
            tickets.iter().filter(|ticket| holds(ticket)).count() as f64 / n
        };
        let deviation = |share: f64| (share * (1.0 - share) / n).sqrt();
        for (what, got, expected) in [
            ("green", share(&|ticket| ticket.green), scenario.green_share),
            ("missed", share(&|ticket| ticket.noshow > 0), scenario.noshow.prob),
            ("sent on", share(&|ticket| ticket.transfer.is_some()), scenario.transfer_prob),
        ] {
            near(what, got, expected, deviation(expected));
        }
        for service in &scenario.services {
            let mine =
                tickets.iter().filter(|ticket| ticket.service == service.id && ticket.transfer.is_none());
            let times: Vec<f64> = mine.map(|ticket| ticket.service_s as f64 / 60.0).collect();
            let mean = times.iter().sum::<f64>() / times.len() as f64;
            near(
                &service.id,
                mean,
                service.mean_min,
                service.mean_min * service.cv / (times.len() as f64).sqrt(),
            );
        }
    }
}

#[test]
fn every_day_of_the_twelve_scenarios_can_be_read_and_run() {
    for name in NAMES {
        let scenario = scenario(name);
        for seed in [0, 59, u64::MAX] {
            let day = generate(&scenario, seed);
            assert_eq!(read_again(&day), day, "{name} {seed}");
        }
        let day = generate(&scenario, 3);
        assert!(run_trace(&day).unwrap().len() >= day.tickets.len(), "{name}");
    }
}

prop_compose! {
    /// Scenarios nobody would draw up: `normal` with its numbers at random.
    fn any_scenario()(
        utilisation in 0.0..1.5_f64,
        per_service in 0_usize..30,
        shares in prop::array::uniform8(0.0..=1.0_f64),
        minutes in prop::array::uniform5(0.0..200.0_f64),
        size in 0.0..30.0_f64,
        opens in 1_i64..20,
        length in 2_i64..17,
        hold_s in 0_i64..600,
    ) -> Scenario {
        let mut scenario = scenario("normal");
        let session = (opens * 1800, (opens + length) * 1800);
        scenario.utilisation = utilisation;
        scenario.sessions = vec![session];
        scenario.windows.iter_mut().for_each(|window| window.shifts = vec![session]);
        scenario.profile = vec![(session.0, 1.0), (session.0 + 900, shares[0])];
        scenario.door_queue = vec![(session.0, shares[1])];
        scenario.bursts =
            vec![Burst { at: session.1 - 600, size, spread_min: minutes[0], services: vec![2] }];
        scenario.green_share = shares[2];
        scenario.appointments = Appointments {
            per_service,
            services: vec![0, 6],
            fill: shares[3],
            absent: shares[4],
            late_mean_min: minutes[1] - 100.0,
            late_sd_min: minutes[2],
            very_late: shares[5],
        };
        scenario.noshow =
            NoShow { prob: shares[6], return_prob: shares[7], return_mean_min: minutes[3], hold_s };
        scenario.transfer_prob = shares[0];
        scenario.random_pauses = (minutes[4] / 50.0, minutes[3]);
        scenario
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn whatever_is_drawn_passes_the_checks_of_traces(scenario in any_scenario(), seed: u64) {
        let day = generate(&scenario, seed);
        prop_assert_eq!(&read_again(&day), &day);
        let opens = scenario.sessions[0].0;
        prop_assert!(day.tickets.iter().all(|ticket| (opens..scenario.sessions[0].1).contains(&ticket.arrive)));
    }
}

#[test]
fn mistakes_in_scenarios_name_line_and_field() {
    let right = text_of("bursts");
    let cases = [
        ("\"hall-scenario/1\"", "\"hall-scenario/2\""),
        ("\"utilisation\": 0.85,", "\"utilisation\": 0.85"),
        ("\"utilisation\": 0.85", "\"utilisation\": 85"),
        ("\"utilisation\": 0.85", "\"utilisation\": \"0.85\""),
        ("\"title\"", "\"titel\""),
        ("\"name\": \"bursts\"", "\"name\": \" \""),
        ("\"11:30\"\n", "\"13:30\"\n"),
        ("\"11:30\"\n", "\"08:30\"\n"),
        ("\"11:30\"\n", "\"11:60\"\n"),
        ("\"11:30\"\n", "41400\n"),
        ("\"share\": 0.22", "\"share\": 22"),
        ("\"mean_min\": 6,", "\"mean_min\": 0,"),
        ("\"mean_min\": 5.5", "\"mean_min\": 3600"),
        ("\"cv\": 0.6", "\"cv\": -0.6"),
        ("\"class\": \"complex\"", "\"class\": \"hard\""),
        ("\"id\": \"S2\"", "\"id\": \"S1\""),
        ("\"id\": \"S7\"", "\"id\": \"S8\""),
        ("\"id\": \"W02\"", "\"id\": \"W01\""),
        ("\"skills\": \"*\"", "\"skills\": \"all\""),
        ("\"id\": \"W03\",", "\"id\": \"W03\", \"shift\": [],"),
        (
            "\"id\": \"W03\",",
            "\"id\": \"W03\", \"shifts\": [[\"13:00\", \"17:00\"], [\"08:30\", \"11:30\"]],",
        ),
        ("\"id\": \"W03\",", "\"id\": \"W03\", \"pauses\": [[\"12:00\", -5]],"),
        ("\"per_window_per_day\": 1.0", "\"per_window_per_day\": 1000"),
        ("\"10:30\",\n   0.9", "\"10:00\",\n   0.9"),
        ("\"08:30\": 0.03", "\"8:30\": 0.03"),
        ("\"08:30\": 0.03", "\"08:30\": 0.99"),
        ("\"13:00\": 0.015", "\"12:00\": 0.015"),
        ("\"at\": \"10:20\"", "\"at\": \"25:20\""),
        ("\"at\": \"10:20\",\n   \"size\": 15", "\"at\": \"10:20\",\n   \"size\": -1"),
        (
            "\"spread_min\": 3,\n   \"services\": [\n    \"S3\"",
            "\"spread_min\": 3,\n   \"services\": [\n    \"S9\"",
        ),
        ("\"green_share\": 0.07", "\"green_share\": 7"),
        (
            "\"per_service\": 5,\n  \"services\": [\n   \"S1\"",
            "\"per_service\": 5,\n  \"services\": [\n   \"S0\"",
        ),
        ("\"per_service\": 5", "\"per_service\": 5.5"),
        ("\"fill\": 0.9", "\"fill\": 1.9"),
        ("\"late_sd_min\": 9", "\"late_sd_min\": -9"),
        ("\"return_prob\": 0.5,", ""),
        ("\"hold_s\": 60", "\"hold_s\": 86400"),
        ("\"prob\": 0.03", "\"prob\": 3"),
        ("\"transfer\"", "\"transfers\""),
    ];
    let mut said = String::new();
    for (from, to) in cases {
        let wrong = right.replacen(from, to, 1);
        assert_ne!(wrong, right, "{from}");
        said.push_str(&format!("{}\n", Scenario::parse(&wrong).unwrap_err()));
    }
    let unserved = right.replace("\"skills\": \"*\"", "\"skills\": [\"S1\"]").replacen(
        "\"S6\",\n    \"S7\"",
        "\"S6\"",
        1,
    );
    said.push_str(&format!("{}\n", Scenario::parse(&unserved).unwrap_err()));
    insta::assert_snapshot!(said, @r#"
    line 2, format: "hall-scenario/2", expected "hall-scenario/1"
    line 6, column 2: expected `,` or `}`, expected a JSON document
    line 5, utilisation: 85, expected 0 to 5
    line 5, utilisation: "0.85", expected a number
    line 4, titel: unknown field, expected one of format, name, title, utilisation, sessions, services, windows, random_pauses, profile, door_queue, bursts, green_share, appointments, noshow, transfer
    line 3, name: " ", expected a name
    line 6, sessions: 13:00 to 17:00, expected one that begins at 13:30 or later
    line 6, sessions: 08:30 to 08:30, expected a period that ends after it begins
    line 6, sessions: [["08:30","11:60"],["13:00","17:00"]], expected a list of pairs of times "HH:MM"
    line 6, sessions: [["08:30",41400],["13:00","17:00"]], expected a list of pairs of times "HH:MM"
    line 21, services[0].share: 22, expected 0 to 1
    line 22, services[0].mean_min: 0, expected more than 0
    line 38, services[2].mean_min: 3600, expected 0 to 720
    line 23, services[0].cv: -0.6, expected 0 to 5
    line 52, services[4].class: "hard", expected ordinary, complex or special
    line 26, services[1].id: "S1", expected an id that no service before has
    line 126, windows[7].skills: "S7", expected one of the services S1, S2, S3, S4, S5, S6, S8
    line 83, windows[1].id: "W01", expected an id that no window before has
    line 134, windows[8].skills: "all", expected a list of services or "*"
    line 90, windows[2].shift: unknown field, expected one of id, skills, shifts, pauses
    line 90, windows[2].shifts: 08:30 to 11:30, expected one that begins at 17:00 or later
    line 90, windows[2].pauses: ["12:00",-5], expected ["HH:MM", minutes from 0 to 720]
    line 142, random_pauses.per_window_per_day: 1000, expected 0 to 100
    line 145, profile: [["08:30",1.2],["09:00",1.5],["10:00",1.3],["10:00",0.9],["1…, expected times that rise
    line 187, door_queue: "8:30", expected a time "HH:MM" inside a session
    line 187, door_queue: {"08:30":0.99,"13:00":0.015}, expected shares of at most 1 together
    line 187, door_queue: "12:00", expected a time "HH:MM" inside a session
    line 198, bursts[1].at: "25:20", expected a time "HH:MM"
    line 199, bursts[1].size: -1, expected 0 to 100000
    line 215, bursts[3].services: "S9", expected one of the services S1, S2, S3, S4, S5, S6, S7
    line 226, green_share: 7, expected 0 to 1
    line 229, appointments.services: "S0", expected one of the services S1, S2, S3, S4, S5, S6, S7
    line 228, appointments.per_service: 5.5, expected a whole number
    line 238, appointments.fill: 1.9, expected 0 to 1
    line 241, appointments.late_sd_min: -9, expected 0 to 720
    line 244, noshow.return_prob: missing, expected a number
    line 248, noshow.hold_s: 86400, expected a whole number from 0 to 3600
    line 251, transfer.prob: 3, expected 0 to 1
    line 250, transfers: unknown field, expected one of format, name, title, utilisation, sessions, services, windows, random_pauses, profile, door_queue, bursts, green_share, appointments, noshow, transfer
    line 66, services[6].id: "S7", expected a service that some window serves
    "#);
}
