//! What is owed after a visit, from outside: poor ratings (rule R5), unresolved matters (rule P5), patrols (rule O2).

use crate::{issue, open};
use hall_tests::{Answer, Hall, until};
use serde_json::{Value, json};

/// Button of a pad for 非常不满意 (PROTOCOLS 3.1).
const VERY_DISSATISFIED: u8 = 4;

fn get(hall: &Hall, path: &str) -> Value {
    let answer = hall.api.get(path).expect("the daemon answers");
    assert_eq!(answer.status, 200, "{path}: {}", answer.body);
    answer.body
}

fn post(hall: &Hall, path: &str, body: &Value) -> Answer {
    hall.api
        .request("POST", path, &[("Content-Type", "application/json")], &body.to_string())
        .expect("the daemon answers")
}

fn cases(hall: &Hall) -> Vec<Value> {
    get(hall, "/api/v1/cases")["cases"].as_array().cloned().unwrap_or_default()
}

#[test]
fn r5_a_poor_rating_is_a_work_order_in_the_same_commit_and_nobody_is_told_whose() {
    let mut hall = Hall::start();
    open(&hall, 1);
    hall.do_it(&issue("jia"));
    hall.press(1, "call_next");
    hall.window_is(1, "calling", Some("A001"));
    hall.press(1, "evaluate");
    hall.pad_asks(1);
    hall.rate(1, VERY_DISSATISFIED);
    let found = until("the work order is there", || cases(&hall).into_iter().next());
    assert_eq!(
        (&found["kind"], &found["about"]["level"], &found["about"]["window"]),
        (&json!("work_order"), &json!(1), &json!(1))
    );
    assert_eq!((&found["state"], &found["delivery"]), (&json!("open"), &json!("waiting")));
    assert!(!found.to_string().contains("A001") && found["about"].get("ticket").is_none(), "{found}");
    // One batch: there is no moment at which the rating is there and the order is not.
    let entries = hall.entries();
    let rated = entries
        .iter()
        .position(|logged| format!("{:?}", logged.entry).contains("Rated {"))
        .expect("it was rated");
    assert!(format!("{:?}", entries[rated + 1].entry).contains("WorkOrder"), "{:?}", entries[rated + 1]);
    assert_eq!(entries[rated].at, entries[rated + 1].at);
    let answer = json!({"command": "answer", "case": 1, "note": "已致歉并培训", "by": "主管"});
    hall.restart();
    assert_eq!(post(&hall, "/api/v1/cases/steps", &answer).status, 200);
    let close = json!({"command": "close", "case": 1, "note": "热线已回访", "by": "主管"});
    assert_eq!(post(&hall, "/api/v1/cases/steps", &close).status, 200);
    assert_eq!(cases(&hall)[0]["state"], "closed");
    hall.sound();
}

#[test]
fn p5_an_unresolved_matter_is_followed_up_to_the_call_back_and_the_ledger_says_so() {
    let mut hall = Hall::start();
    let given = json!({"matter": "档案缺失无法参保", "department": "人社", "cause": "原单位已注销", "complex": true,
        "name": "欧阳小明", "telephone": "13812345678", "by": "办不成事窗口"});
    let opened = post(&hall, "/api/v1/cases", &given);
    assert_eq!((opened.status, &opened.body["cases"]), (200, &json!([1])), "{}", opened.body);
    let found = &cases(&hall)[0];
    assert_eq!((&found["kind"], &found["telephone"]), (&json!("unresolved"), &json!("138****5678")));
    assert!(!found.to_string().contains("欧阳小明") && !found.to_string().contains("13812345678"), "{found}");
    hall.restart();
    let reached = post(&hall, "/api/v1/cases/1/contact", &json!({"by": "回访员"}));
    assert_eq!(reached.body, json!({"name": "欧阳小明", "telephone": "13812345678"}));
    until("the log says who asked", || hall.log().contains("回访员").then_some(()));
    assert!(!hall.log().contains("13812345678"));
    for step in [
        json!({"command": "extend", "case": 1, "days": 2, "agreed": "电话征得同意", "by": "主管"}),
        json!({"command": "answer", "case": 1, "note": "=已调取档案", "by": "人社"}),
        json!({"command": "call_back", "case": 1, "satisfied": true, "note": "已办好", "by": "回访员"}),
    ] {
        let answer = post(&hall, "/api/v1/cases/steps", &step);
        assert_eq!(answer.status, 200, "{step}: {}", answer.body);
    }
    let ledger = get(&hall, "/api/v1/cases.csv");
    let ledger = ledger.as_str().unwrap_or_default();
    let lines: Vec<&str> = ledger.lines().collect();
    assert!(lines[0].starts_with("\u{feff}编号,类别,事项"), "{ledger}");
    assert_eq!(lines.len(), 5, "{ledger}");
    for (line, step) in lines[1..].iter().zip(["登记", "延期", "答复", "回访满意"]) {
        assert!(line.contains(step) && line.contains("人社：档案缺失无法参保"), "{line}");
    }
    assert!(ledger.contains(",'=已调取档案,") && !ledger.contains("欧阳"), "{ledger}");
    hall.sound();
}

#[test]
fn p5_bad_requests_say_what_is_wrong_and_change_nothing() {
    let hall = Hall::start();
    let given = |field: &str, value: &str| {
        let mut given = json!({"matter": "m", "department": "d", "cause": "c", "name": "王芳", "telephone": "13812345678", "by": "x"});
        given[field] = json!(value);
        given
    };
    let table = [
        (given("telephone", "12"), 422, "telephone"),
        (given("name", ""), 422, "name"),
        (given("matter", " "), 409, "no_text"),
        (given("number", "Z999"), 404, "Z999"),
        (given("level", "1"), 400, "level"),
    ];
    for (body, status, says) in table {
        let answer = post(&hall, "/api/v1/cases", &body);
        assert_eq!(answer.status, status, "{body}: {}", answer.body);
        assert!(answer.body.to_string().contains(says), "{}", answer.body);
    }
    let steps = [
        (json!({"command": "answer", "case": 7, "note": "x", "by": "x"}), 409),
        (json!({"command": "delivered", "case": 1, "reference": null}), 400),
        (json!({"command": "patrol", "places": [], "note": "", "findings": [], "by": "x"}), 409),
        (json!({"command": "dance"}), 400),
    ];
    for (body, status) in steps {
        assert_eq!(post(&hall, "/api/v1/cases/steps", &body).status, status, "{body}");
    }
    assert_eq!(cases(&hall), Vec::<Value>::new());
    let wrong = hall.api.get("/api/v1/cases?from=yesterday").expect("the daemon answers");
    assert_eq!(wrong.status, 400);
}

#[test]
fn o2_a_patrol_and_what_it_found_are_on_record_until_seen_to() {
    let mut hall = Hall::start();
    let round = json!({"command": "patrol", "places": ["一楼大厅", "二楼"], "note": "秩序良好",
        "findings": [["二楼", "饮水机无水"]], "by": "值班长"});
    assert_eq!(post(&hall, "/api/v1/cases/steps", &round).body["cases"], json!([1]));
    let seen = get(&hall, "/api/v1/cases");
    assert_eq!(seen["patrols"][0]["places"], json!(["一楼大厅", "二楼"]));
    assert_eq!(seen["cases"][0]["title_zh"], "二楼：饮水机无水");
    let quiet = json!({"command": "patrol", "places": ["三楼"], "note": "", "findings": [], "by": "值班长"});
    assert_eq!(post(&hall, "/api/v1/cases/steps", &quiet).status, 200);
    let ledger = get(&hall, "/api/v1/cases.csv");
    let ledger = ledger.as_str().unwrap_or_default();
    let rounds: Vec<&str> = ledger.lines().filter(|line| line.contains(",巡查,")).collect();
    assert!(rounds.len() == 2 && rounds[0].ends_with(",秩序良好,值班长"), "{ledger}");
    assert!(rounds[1].contains(",三楼,") && rounds[1].ends_with(",正常,值班长"), "{ledger}");
    let done = json!({"command": "answer", "case": 1, "note": "已加水", "by": "后勤"});
    assert_eq!(post(&hall, "/api/v1/cases/steps", &done).status, 200);
    assert_eq!(cases(&hall)[0]["state"], "closed");
    hall.sound();
}
