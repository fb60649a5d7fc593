//! The guide desk (rules G1, G2, G5, G6, A3): its page, what it can choose from, and the register of grants.

use crate::{issue, number, open};
use firmware_host::time::local_time;
use hall_tests::Hall;
use queue::Timestamp;
use serde_json::{Value, json};

fn get(hall: &Hall, path: &str) -> Value {
    let answer = hall.api.get(path).expect("the daemon answers");
    assert_eq!(answer.status, 200, "{path}: {}", answer.body);
    answer.body
}

fn today(hall: &Hall) -> String {
    let now = get(hall, "/api/v1/state")["at"].as_i64().expect("the state has the hall's time");
    local_time(&hall.config, Timestamp(now)).format("%Y-%m-%d").to_string()
}

/// The same hall with two categories of the green channel.
fn with_categories() -> Hall {
    let end = "[slip]\nshow_qr = true".to_owned();
    let categories = "[[green.categories]]\ncode = \"canji\"\nname = \"残疾人\"\n\n\
                      [[green.categories]]\ncode = \"junren\"\nname = \"军人\"\n\n";
    let edits = vec![(end.clone(), format!("{categories}{end}"))];
    Hall::start_with(hall_tests::Options { edits, ..Default::default() })
}

#[test]
fn the_page_and_its_parts_are_served_and_nothing_comes_from_elsewhere() {
    let hall = Hall::start();
    for path in ["/guide", "/guide/style.css", "/guide/common.js", "/guide/desk.js"] {
        let text = get(&hall, path).as_str().unwrap_or_default().to_owned();
        assert!(text.len() > 1000 && !text.contains("://"), "{path} names another place");
        for storage in ["localStorage", "sessionStorage", "document.cookie", "pushState", "innerHTML"] {
            assert!(!text.contains(storage), "{path} uses {storage}");
        }
    }
    let foreign = hall.api.request("GET", "/guide", &[("Host", "evil.example")], "").expect("an answer");
    assert_eq!(foreign.status, 403);
    let desk = get(&hall, "/api/v1/desk");
    assert_eq!(desk["day"], today(&hall));
    assert_eq!(desk["services"][0]["department"], "综合部门");
    assert_eq!((&desk["printers"], &desk["services"][1]["bookable"]), (&json!(["P1"]), &json!(true)));
}

#[test]
fn a3_a_name_is_searched_for_in_the_body_and_not_in_the_address() {
    let mut hall = Hall::start();
    let day = today(&hall);
    let free = get(&hall, &format!("/api/v1/bookings/free?service=jia&day={day}"));
    let form = json!({"name": "欧阳小明", "telephone": "13812345678", "number": "11010519491231002X",
        "time": free["times"][0]["time"], "service": "jia", "channel": "on_site", "by": "guide"});
    let send = |path: &str, kind: &str, body: &Value| {
        hall.api.request("POST", path, &[("Content-Type", kind)], &body.to_string()).expect("an answer")
    };
    let (search, json_kind) = ("/api/v1/bookings/search", "application/json");
    assert_eq!(send("/api/v1/bookings", json_kind, &form).status, 200);
    let found =
        |name: &str| send(search, json_kind, &json!({"day": day, "name": name})).body["bookings"].clone();
    assert_eq!(found("小明").as_array().map(Vec::len), Some(1));
    assert_eq!(found("小红"), json!([]));
    assert_eq!(send(search, "text/plain", &json!({"day": day})).status, 415);
    assert_eq!(send(search, json_kind, &json!({"day": "tomorrow"})).status, 400);
    // Whom to call is masked, and so is who is restricted.
    hall.do_it(&json!({"command": "restrict_person", "booking": 1, "malicious": true, "by": "guide"}));
    hall.do_it(&json!({"command": "cannot_keep_booking", "booking": 1, "reason": "检修", "by": "guide"}));
    let tasks = get(&hall, "/api/v1/tasks");
    assert_eq!(
        (&tasks["tasks"][0]["name"], &tasks["tasks"][0]["telephone"]),
        (&json!("欧***"), &json!("138****5678"))
    );
    assert_eq!(
        (&tasks["restricted"][0]["name"], &tasks["restricted"][0]["why_zh"]),
        (&json!("欧***"), &json!("恶意预约"))
    );
    assert_eq!(get(&hall, "/api/v1/messages"), json!({"messages": []}));
    hall.sound();
}

#[test]
fn g2_every_grant_is_in_the_register_and_g6_nowhere_else() {
    let mut hall = with_categories();
    open(&hall, 1);
    let day = today(&hall);
    let mut at_once = issue("jia");
    at_once["grant"] = json!({"category": "canji", "evidence": "残疾人证"});
    let first = hall.do_it(&at_once);
    let second = hall.do_it(&issue("jia"));
    let (first_seq, seq) = (&first["events"][0]["ticket"], &second["events"][0]["ticket"]);
    let unknown = json!({"category": "king", "evidence": "crown"});
    assert_eq!(
        hall.try_do(&json!({"command": "grant", "ticket": seq, "grant": unknown, "by": "guide"})).status,
        400
    );
    let grant = json!({"category": "junren", "evidence": "军人证件"});
    hall.do_it(&json!({"command": "grant", "ticket": seq, "grant": grant, "by": "window 1"}));
    hall.do_it(&json!({"command": "withdraw", "ticket": first_seq, "reason": "误登记", "by": "guide"}));
    hall.do_it(&json!({"command": "assign_helper", "ticket": seq, "helper": "刘导服", "by": "guide"}));
    hall.restart();

    let register = get(&hall, &format!("/api/v1/grants?day={day}"));
    let rows = register["grants"].as_array().expect("a list");
    assert_eq!(rows.len(), 2, "{register}");
    assert_eq!((&rows[0]["number"], &rows[0]["category_name"]), (&json!(number(&first)), &json!("残疾人")));
    assert_eq!((&rows[0]["evidence"], &rows[0]["by"]), (&json!("残疾人证"), &json!("guide")));
    assert_eq!(
        (&rows[0]["withdrawn"]["reason"], &rows[0]["withdrawn"]["by"]),
        (&json!("误登记"), &json!("guide"))
    );
    assert_eq!((&rows[1]["category"], &rows[1]["by"]), (&json!("junren"), &json!("window 1")));
    assert!(rows[1]["withdrawn"].is_null() && rows[1]["at"].is_i64());
    assert_eq!(get(&hall, "/api/v1/grants?day=2020-01-02")["grants"], json!([]));
    assert_eq!(hall.api.get("/api/v1/grants?day=x").expect("an answer").status, 400);

    let public = ["/api/v1/state".to_owned(), format!("/api/v1/tickets/{}", number(&second))];
    for path in public.into_iter().chain([format!("/api/v1/tickets/{}/explanation", number(&second))]) {
        let told = get(&hall, &path).to_string();
        for word in ["canji", "junren", "残疾", "军人"] {
            assert!(!told.contains(word), "{path} tells {word}");
        }
        // Rule G5: the helper is shown.
        assert!(!path.contains("state") || told.contains("刘导服"), "{told}");
    }
    hall.sound();
}
