//! Many days on many threads, and what is shown of them: table, JSON, picture.

use super::figures::Figures;
use super::many::{Input, run_day, run_days};
use super::picture::picture;
use super::scenario_tests::{scenario, text_of};
use super::table::Report;
use super::*;
use ::queue::flow::{Order, Settings};
use ::queue::{Class, Parameters};
use std::sync::atomic::{AtomicUsize, Ordering};

fn settings() -> Settings {
    Settings::of(&Parameters::default())
}

/// Two windows, one service of each class, an afternoon.
fn small() -> Scenario {
    let mut small = scenario("normal");
    small.name = "small".to_owned();
    small.title = "Two windows, one afternoon".to_owned();
    small.utilisation = 1.1;
    small.sessions = vec![(46_800, 57_600)];
    small.services = [0, 4, 6].into_iter().map(|i| small.services[i].clone()).collect();
    small.windows.truncate(2);
    for window in &mut small.windows {
        (window.skills, window.shifts) = (vec![0, 1, 2], small.sessions.clone());
    }
    small.door_queue.retain(|&(at, _)| at == 46_800);
    small.green_share = 0.2;
    small.appointments.per_service = 2;
    small.appointments.services = vec![0, 1];
    small.noshow.prob = 0.1;
    small.transfer_prob = 0.1;
    small
}

fn report(scenario: &Scenario, seeds: &[u64], orders: &[Order], threads: usize) -> Report {
    let days = run_days(scenario, seeds, orders, &settings(), threads, &|_| {}).unwrap();
    let figures = orders.iter().copied().zip(days.iter().map(|days| Figures::of(days)));
    Report::new(&scenario.name, &scenario.title, (seeds[0], seeds[seeds.len() - 1]), &settings(), figures)
}

#[test]
fn threads_change_nothing() {
    let seeds: Vec<u64> = (0..24).collect();
    let one = report(&scenario("monday"), &seeds, &Order::ALL, 1).json().unwrap();
    for threads in [2, 3, 16, 100] {
        assert_eq!(
            report(&scenario("monday"), &seeds, &Order::ALL, threads).json().unwrap(),
            one,
            "{threads}"
        );
    }
}

#[test]
fn progress_is_told_to_the_last_day() {
    let (told, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let done = |done: usize| {
        told.fetch_add(1, Ordering::Relaxed);
        most.fetch_max(done, Ordering::Relaxed);
    };
    run_days(&small(), &[1, 2, 3, 4, 5], &[Order::Hallgate], &settings(), 2, &done).unwrap();
    assert_eq!((told.into_inner(), most.into_inner()), (5, 5));
}

#[test]
fn the_table_of_a_small_scenario() {
    let table = report(&small(), &[0, 1, 2, 3], &[Order::Hallgate, Order::Fifo], 2).table();
    insta::assert_snapshot!(table, @r"
    small: Two windows, one afternoon (4 days, seeds 0 to 3)

    class          order     calls/day  in target    ±  ≤10 min  >60 min    mean    ±    p50    p95    max passed
    green channel  hallgate        9.2     81.1 %  4.5   67.6 %    0.0 %     8.4  3.1    2.8   39.5   54.9      0
                   fifo            9.2     56.8 % 12.8   43.2 %   27.0 %    29.9 12.6   15.9   84.7  103.1      0
    appointments   hallgate        2.0     62.5 % 21.8   62.5 %    0.0 %    12.2  7.5    4.7   39.1   49.5      3
                   fifo            2.0     62.5 % 21.8   62.5 %   25.0 %    28.4 14.1    8.1   81.5   86.9      0
    ordinary       hallgate       12.8     56.9 % 11.3   56.9 %   23.5 %    32.4 17.5    9.4  136.3  158.9     12
                   fifo           12.8     54.9 % 11.4   54.9 %   15.7 %    19.6  9.3    9.4   73.9   97.8      0
    complex        hallgate        5.5     63.6 % 19.5   63.6 %   31.8 %    35.3 21.7    2.9  112.8  147.1     10
                   fifo            5.5     72.7 % 17.2   68.2 %   18.2 %    20.6 11.9    3.3   72.1   75.5      0
    special        hallgate        3.2     53.8 % 19.6   30.8 %   46.2 %    51.4 21.6   35.4  136.8  145.8     11
                   fifo            3.2     84.6 % 13.5   38.5 %   15.4 %    25.9  7.3   14.6   71.1   83.4      0
    walk-ins       hallgate       21.5     58.1 % 13.4   54.7 %   29.1 %    36.0 19.4    8.5  142.0  158.9     12
                   fifo           21.5     64.0 % 10.6   55.8 %   16.3 %    20.8  9.7    8.6   74.7   97.8      0
    everybody      hallgate       32.8     64.9 % 10.8   58.8 %   19.1 %    26.7 13.7    6.5  119.9  158.9     12
                   fifo           32.8     61.8 % 11.0   52.7 %   19.8 %    23.8 10.3    9.5   79.2  103.1      0
    came again     hallgate        1.8     71.4 %  5.8   57.1 %    0.0 %    19.4  9.6    7.8   50.7   50.7      1
                   fifo            1.8     57.1 % 14.5   28.6 %    0.0 %    33.7  6.9   42.9   58.6   58.6      0

    day            order      last end  windows busy  longest wait  most passed
    mean           hallgate      16:47        86.8 %      74.9 min          5.5
                   fifo          16:57        86.6 %      56.4 min          0.0

    Waits in minutes. passed: most priority calls that passed one person. windows busy: of the time they
    worked; serving beyond closing is work.
    ±: standard error, from the differences between the days.
    ");
    let one = report(&small(), &[3], &[Order::Strict], 1).table();
    assert!(one.contains("(seed 3)") && !one.contains('±'), "{one}");
}

#[test]
fn the_json_of_a_small_scenario() {
    let json = report(&small(), &[0, 1, 2, 3], &[Order::Hallgate], 2).json().unwrap();
    let document: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(document["format"], "hall-figures/1");
    assert_eq!(document["orders"][0]["groups"][0]["percentiles_min"].as_array().unwrap().len(), 101);
    // The percentiles are many; everything else is held here.
    let short: Vec<&str> = json.lines().map(|line| line.split(",\"percentiles").next().unwrap()).collect();
    insta::assert_snapshot!(short.join("\n"), @r#"
    {"format":"hall-figures/1","scenario":"small","title":"Two windows, one afternoon","seeds":[0,3],"pass_limit":8,"limits_s":{"ordinary":[600,1800],"complex":[1800,3000],"special":[2700]},
    "orders": [
     {"order": "hallgate", "days": 4,
      "day": {"last_end_min":{"value":1007.3,"error":23.460172},"busy_share":{"value":0.867621,"error":0.077605},"load":{"value":1.105219,"error":0.197592},"day_max_min":{"value":74.870833,"error":31.43608},"day_max_passed":{"value":5.5,"error":2.598076}},
      "groups": [
       {"group":"green","calls_day":{"value":9.25,"error":1.108678},"within_target":{"value":0.810811,"error":0.044664},"within_5_min":{"value":0.567568,"error":0.099493},"within_10_min":{"value":0.675676,"error":0.111866},"over_60_min":{"value":0.0,"error":0.0},"mean_min":{"value":8.416667,"error":3.077701},"p50_min":{"value":2.816667,"error":2.93113,"share_error":0.103653},"p95_min":{"value":39.526667,"error":17.209745,"share_error":0.048834},"max_min":54.916667,"max_passed":0
       {"group":"appointment","calls_day":{"value":2.0,"error":0.408248},"within_target":{"value":0.625,"error":0.218005},"within_5_min":{"value":0.5,"error":0.176777},"within_10_min":{"value":0.625,"error":0.218005},"over_60_min":{"value":0.0,"error":0.0},"mean_min":{"value":12.202083,"error":7.504082},"p50_min":{"value":4.733333,"error":7.681143,"share_error":0.176777},"p95_min":{"value":39.09,"error":14.921522,"share_error":0.127578},"max_min":49.45,"max_passed":3
       {"group":"ordinary","calls_day":{"value":12.75,"error":1.030776},"within_target":{"value":0.568627,"error":0.112984},"within_5_min":{"value":0.45098,"error":0.137684},"within_10_min":{"value":0.568627,"error":0.112984},"over_60_min":{"value":0.235294,"error":0.155317},"mean_min":{"value":32.351961,"error":17.539896},"p50_min":{"value":9.433333,"error":7.531257,"share_error":0.121555},"p95_min":{"value":136.3,"error":27.955448,"share_error":0.06164},"max_min":158.933333,"max_passed":12
       {"group":"complex","calls_day":{"value":5.5,"error":0.957427},"within_target":{"value":0.636364,"error":0.195107},"within_5_min":{"value":0.545455,"error":0.208749},"within_10_min":{"value":0.636364,"error":0.195107},"over_60_min":{"value":0.318182,"error":0.209946},"mean_min":{"value":35.295455,"error":21.694534},"p50_min":{"value":2.933333,"error":33.191837,"share_error":0.196386},"p95_min":{"value":112.8125,"error":24.224906,"share_error":0.077528},"max_min":147.066667,"max_passed":10
       {"group":"special","calls_day":{"value":3.25,"error":1.181454},"within_target":{"value":0.538462,"error":0.196131},"within_5_min":{"value":0.307692,"error":0.063362},"within_10_min":{"value":0.307692,"error":0.063362},"over_60_min":{"value":0.461538,"error":0.196131},"mean_min":{"value":51.385897,"error":21.584071},"p50_min":{"value":35.366667,"error":37.556286,"share_error":0.196131},"p95_min":{"value":136.756667,"error":13.995491,"share_error":0.067639},"max_min":145.766667,"max_passed":11
       {"group":"walk_in","calls_day":{"value":21.5,"error":2.397916},"within_target":{"value":0.581395,"error":0.133546},"within_5_min":{"value":0.453488,"error":0.118898},"within_10_min":{"value":0.546512,"error":0.125},"over_60_min":{"value":0.290698,"error":0.179188},"mean_min":{"value":35.982171,"error":19.370852},"p50_min":{"value":8.475,"error":8.870523,"share_error":0.119717},"p95_min":{"value":142.0125,"error":24.942179,"share_error":0.056216},"max_min":158.933333,"max_passed":12
       {"group":"all","calls_day":{"value":32.75,"error":2.868652},"within_target":{"value":0.648855,"error":0.108137},"within_5_min":{"value":0.48855,"error":0.106237},"within_10_min":{"value":0.587786,"error":0.106487},"over_60_min":{"value":0.19084,"error":0.115911},"mean_min":{"value":26.744275,"error":13.745293},"p50_min":{"value":6.483333,"error":4.552707,"share_error":0.109034},"p95_min":{"value":119.866667,"error":30.90369,"share_error":0.050716},"max_min":158.933333,"max_passed":12
       {"group":"returned","calls_day":{"value":1.75,"error":0.75},"within_target":{"value":0.714286,"error":0.057723},"within_5_min":{"value":0.428571,"error":0.115446},"within_10_min":{"value":0.571429,"error":0.145266},"over_60_min":{"value":0.0,"error":0.0},"mean_min":{"value":19.411905,"error":9.59235},"p50_min":{"value":7.75,"error":6.667726,"share_error":0.145266},"p95_min":{"value":50.7,"error":0.0,"share_error":0.0},"max_min":50.7,"max_passed":1
      ]}
    ]}
    "#);
}

#[test]
fn people_whom_nobody_calls_any_more_are_named_with_their_seed() {
    let mut small = small();
    small.windows.iter_mut().for_each(|window| window.shifts = vec![(46_800, 50_400)]);
    let threads = [1, 4].map(|threads| {
        run_days(&small, &[7, 8, 9], &[Order::Hallgate, Order::Edf], &settings(), threads, &|_| {})
            .unwrap_err()
    });
    assert_eq!(threads[0], threads[1]);
    insta::assert_snapshot!(threads[0], @"seed 7, order hallgate: 8 people were never called, among them A005: no window serving S1 works any more");
}

/// A reader of XML that knows as much as this needs: elements are closed in the order they were opened.
fn elements(svg: &str) -> Vec<String> {
    let (mut open, mut seen) = (Vec::new(), Vec::new());
    for part in svg.split('<').skip(1) {
        let (element, _) = part.split_once('>').expect("every < has its >");
        if let Some(closed) = element.strip_prefix('/') {
            assert_eq!(open.pop().as_deref(), Some(closed), "{element}");
            continue;
        }
        assert_eq!(element.matches('"').count() % 2, 0, "{element}");
        seen.push(element.to_owned());
        if !element.ends_with('/') {
            open.push(element.split(' ').next().unwrap().to_owned());
        }
    }
    assert!(open.is_empty(), "{open:?} stay open");
    seen
}

#[test]
fn the_picture_shows_every_call_and_is_whole() {
    for name in ["lunch", "outage", "bursts"] {
        let day = generate(&scenario(name), 3);
        let ran = run_day(&day, &[Order::Hallgate, Order::Strict], &settings()).unwrap();
        let svg = picture(&day, "a title with <signs> & \"quotes\" and \u{fffe}\u{ffff}\u{1}", &ran);
        // XML 1.0, 2.2: these may not stand in it.
        assert!(!svg.contains(['\u{fffe}', '\u{ffff}', '\u{1}']), "{name}");
        let elements = elements(&svg);
        let marks = elements.iter().filter(|element| element.contains("class=\"call\"")).count();
        assert_eq!(marks, ran.iter().map(|ran| ran.calls.len()).sum::<usize>(), "{name}");
        let areas = |class: &str| elements.iter().filter(|element| element.contains(class)).count();
        assert_eq!((areas("class=\"queue\""), areas("class=\"windows\"")), (10, 6), "{name}");
        assert!(!svg.contains("NaN") && !svg.contains("inf"), "{name}");
    }
}

#[test]
fn no_word_lies_on_a_call() {
    let day = generate(&scenario("monday"), 0);
    let svg = picture(&day, "", &run_day(&day, &[Order::Hallgate], &settings()).unwrap());
    let place = |element: &str, name: &str| -> Option<f64> {
        element.split_once(&format!(" {name}=\""))?.1.split('"').next()?.parse().ok()
    };
    let texts = svg.lines().filter(|line| line.starts_with("<text x="));
    let on_the_plot = |line: &&str| {
        let (x, y) = (place(line, "x").unwrap(), place(line, "y").unwrap());
        (70.0..940.0).contains(&x) && (66.0..310.0).contains(&y)
    };
    assert_eq!(texts.filter(on_the_plot).collect::<Vec<_>>(), Vec::<&str>::new());
}

#[test]
fn x3_windows_are_never_busy_for_more_than_all_the_time_they_work() {
    for name in ["understaffed", "surge", "calm", "outage", "lunch"] {
        let seeds: Vec<u64> = (0..6).collect();
        let days = run_days(&scenario(name), &seeds, &Order::ALL, &settings(), 2, &|_| {}).unwrap();
        for day in days.iter().flatten() {
            assert!(
                day.busy_s > 0 && day.busy_s <= day.worked_s,
                "{name}: {} of {}",
                day.busy_s,
                day.worked_s
            );
        }
    }
}

#[test]
fn edf_goes_by_the_targets_of_the_day() {
    let mut day = generate(&small(), 1);
    day.windows.truncate(1);
    day.tickets.truncate(3);
    let ids = ["first", "ordinary", "special"];
    let services = [Class::Ordinary, Class::Ordinary, Class::Special];
    for (i, ticket) in day.tickets.iter_mut().enumerate() {
        let service = day.services.iter().find(|service| service.class == services[i]).unwrap();
        *ticket = TraceTicket {
            id: ids[i].to_owned(),
            seq: i as i64,
            service: service.id.clone(),
            green: false,
            booked: None,
            arrive: 46_800 + i as i64,
            service_s: 600,
            noshow: 0,
            return_after_s: None,
            transfer: None,
        };
    }
    let called = |day: &Trace| -> Vec<usize> {
        run_day(day, &[Order::Edf], &settings()).unwrap()[0].calls.iter().map(|call| call.visit).collect()
    };
    assert_eq!(called(&day), [0, 1, 2]);
    (day.targets.ordinary, day.targets.special) = (3000, 100);
    assert_eq!(called(&day), [0, 2, 1]);
}

#[test]
fn a_day_on_which_nobody_came_has_no_end() {
    let mut day = generate(&small(), 1);
    day.tickets.clear();
    let ran = run_day(&day, &[Order::Hallgate], &settings()).unwrap();
    let figures = Figures::of(&[ran[0].day.clone()]);
    assert_eq!(figures.last_end(), "–");
    let table = Report::new("x", "", (1, 1), &settings(), [(Order::Hallgate, figures)]).table();
    assert!(!table.contains("00:00"), "{table}");
    assert!(!picture(&day, "", &ran).contains("last person done"));
}

#[test]
fn a_picture_of_nothing_is_a_picture() {
    let mut day = generate(&small(), 1);
    day.tickets.clear();
    day.windows.clear();
    let ran = run_day(&day, &[Order::Hallgate], &settings()).unwrap();
    assert!(!elements(&picture(&day, "", &ran)).is_empty());
    day.sessions.clear();
    assert!(!elements(&picture(&day, "", &ran)).is_empty());
}

#[test]
fn a_file_is_told_by_its_format() {
    assert!(matches!(Input::parse(&text_of("calm")).unwrap(), Input::Scenario(_)));
    let mut written = Vec::new();
    generate(&small(), 1).write(&mut written).unwrap();
    assert!(matches!(Input::parse(std::str::from_utf8(&written).unwrap()).unwrap(), Input::Trace(_)));
    let said = |text: &str| Input::parse(text).unwrap_err().to_string();
    insta::assert_snapshot!(
        [said("{}"), said("[]"), said("{\n\n\"format\": 7}"), said("no")].join("\n"),
        @r#"
        line 1, format: missing, expected "hall-scenario/1" or "hall-trace/1"
        line 1, format: missing, expected "hall-scenario/1" or "hall-trace/1"
        line 3, format: 7, expected "hall-scenario/1" or "hall-trace/1"
        line 1, column 2: expected ident, expected a JSON document
        "#
    );
}
