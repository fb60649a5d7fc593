//! Rules W4 and R6 in a running hall: a visit is in the figures of the interface and of the command line as soon as it is
//! committed, and on the public page not before the hour is over.

use crate::{issue, open};
use hall_tests::{Hall, until};
use serde_json::{Value, json};

/// Button 3 of a pad is 非常满意, level 5 (PROTOCOLS 3.1).
const VERY_SATISFIED: u8 = 3;

fn get(hall: &Hall, path: &str) -> (u16, Value) {
    let answer = hall.api.get(path).expect("the daemon answers");
    (answer.status, answer.body)
}

#[test]
fn w4_r6_a_visit_is_in_the_figures_and_on_the_public_page_no_clerk_sees_it_arrive() {
    let mut hall = Hall::start();
    let (_, none) = get(&hall, "/api/v1/reports");
    assert_eq!(none["figures"]["total"]["tickets"]["taken"], 0, "{none}");

    open(&hall, 1);
    hall.do_it(&issue("jia"));
    hall.do_it(&json!({"command": "call_next", "window": 1}));
    hall.window_is(1, "calling", Some("A001"));
    hall.press(1, "evaluate");
    hall.pad_asks(1);
    hall.rate(1, VERY_SATISFIED);
    until("the rating is in the file", || {
        hall.history("A001").ratings.first().and_then(|rating| rating.level)
    });

    let (status, told) = get(&hall, "/api/v1/reports");
    let figures = &told["figures"];
    assert_eq!((status, &figures["total"]["tickets"]["served"]), (200, &json!(1)), "{told}");
    assert_eq!(figures["by"]["window"]["1"]["ratings"]["levels"], json!([0, 0, 0, 0, 1]), "{told}");
    assert_eq!(figures["by"]["service"]["jia"]["in_target"], 1, "{told}");

    for (path, begins) in [
        ("reports.html", "<!doctype html>"),
        ("reports.csv?table=windows", "\u{feff}窗口"),
        ("reports.xlsx", "PK"),
    ] {
        let (status, body) = get(&hall, &format!("/api/v1/{path}"));
        assert!(
            status == 200 && body.as_str().is_some_and(|body| body.starts_with(begins)),
            "{path}: {status} {body}"
        );
    }
    for wrong in ["month=2026-13", "from=20261101", "dya=20261101", "day=x", "from=20100101&to=20261101"] {
        let (status, said) = get(&hall, &format!("/api/v1/reports?{wrong}"));
        assert!(status == 400 && said["zh"].is_string() && said["en"].is_string(), "{wrong}: {said}");
    }
    assert_eq!(get(&hall, "/api/v1/reports.csv?table=visitors").0, 400);

    let (status, public) = get(&hall, "/api/v1/public-results");
    assert_eq!((status, &public["today"]["total"]["rated"]), (200, &json!(0)), "{public}");
    let (status, page) = get(&hall, "/public");
    assert!(status == 200 && page.as_str().is_some_and(|page| page.contains("服务评价与等候公示")));

    let toml = hall.toml();
    let toml = toml.to_str().expect("the place is text");
    let (ended, said, wrong) = hall.command(&["report", "--config", toml]);
    assert!(ended.success() && said.contains("取号") && said.contains("非常满意"), "{said}{wrong}");
    let (ended, said, wrong) = hall.command(&["report", "--config", toml, "--month", "2020-01"]);
    assert!(
        ended.success() && said.contains("没有任何记录") && wrong.contains("nothing was recorded"),
        "{said}{wrong}"
    );
    let (ended, _, wrong) =
        hall.command(&["report", "--config", toml, "--from", "20261102", "--to", "20261101"]);
    assert!(ended.code() == Some(2) && wrong.contains("before the first"), "{wrong}");
    hall.sound();
}
