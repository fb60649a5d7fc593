//! Files of the city's platform (rule A1): reported by line, booked all together or not at all, known when they come again.

use firmware_host::time::local_time;
use hall_tests::{Answer, Hall};
use queue::Timestamp;
use serde_json::{Value, json};
use std::fs;

const HEADINGS: &str = "姓名,联系电话,身份证号,预约时间,预约事项,平台编号";
const NAME: &str = "欧阳小明";
const NUMBER: &str = "11010519491231002X";
const OTHER: &str = "440524188001010014";

fn get(hall: &Hall, path: &str) -> Value {
    let answer = hall.api.get(path).expect("the daemon answers");
    assert_eq!(answer.status, 200, "{path}: {}", answer.body);
    answer.body
}

fn today(hall: &Hall) -> String {
    let now = get(hall, "/api/v1/state")["at"].as_i64().expect("the state has the hall's time");
    local_time(&hall.config, Timestamp(now)).format("%Y-%m-%d").to_string()
}

fn times(hall: &Hall) -> Vec<String> {
    let free = get(hall, &format!("/api/v1/bookings/free?service=jia&day={}", today(hall)));
    let times = free["times"].as_array().expect("times are listed").clone();
    times.iter().map(|time| time["time"].as_str().expect("a time is text").to_owned()).collect()
}

fn line(name: &str, number: &str, time: &str, reference: &str) -> String {
    format!("{name},13812345678,{number},{time},社保事项,{reference}\r\n")
}

fn send(hall: &Hall, how: &str, text: &str) -> Answer {
    let path = format!("/api/v1/bookings/import?by=test{how}");
    hall.api.request("POST", &path, &[("Content-Type", "text/csv")], text).expect("the daemon answers")
}

fn n_booked(hall: &Hall) -> usize {
    let list = get(hall, &format!("/api/v1/bookings?day={}", today(hall)));
    list["bookings"].as_array().map_or(0, Vec::len)
}

#[test]
fn a1_a_file_is_reported_then_booked_and_known_when_it_comes_again() {
    let mut hall = Hall::start();
    let times = times(&hall);
    let text = format!("{HEADINGS}\r\n{}", line(NAME, NUMBER, &times[0], "P-1"));
    let dry = send(&hall, "", &text);
    assert_eq!((dry.status, &dry.body["right"], &dry.body["committed"]), (200, &json!(1), &json!(false)));
    assert_eq!(n_booked(&hall), 0, "a report changes nothing");

    let done = send(&hall, "&commit=true", &text);
    assert_eq!((done.status, &done.body["committed"]), (200, &json!(true)), "{}", done.body);
    let code = &done.body["bookings"][0]["code"];
    assert_eq!(code.as_str().map(str::len), Some(6));
    hall.restart();
    let found = json!({"last4": "5678", "code": code}).to_string();
    let kind = [("Content-Type", "application/json")];
    let found = hall.api.request("POST", "/api/v1/arrivals", &kind, &found).expect("the daemon answers");
    assert_eq!(found.body["booking"], done.body["bookings"][0]["booking"]);

    let again = send(&hall, "&commit=true", &text);
    assert_eq!((again.status, &again.body["known"], &again.body["right"]), (200, &json!(1), &json!(0)));
    assert_eq!(n_booked(&hall), 1);
    hall.sound();
}

#[test]
fn a1_one_mistake_keeps_the_whole_file_out_unless_the_right_lines_are_asked_for() {
    let mut hall = Hall::start();
    let times = times(&hall);
    let bad = line("王芳", "440524188001010015", &times[1], "P-2");
    let text = format!("{HEADINGS}\r\n{}{bad}", line(NAME, NUMBER, &times[0], "P-1"));
    let no = send(&hall, "&commit=true", &text);
    assert_eq!((no.status, &no.body["committed"]), (409, &json!(false)), "{}", no.body);
    assert_eq!(no.body["mistakes"][0]["line"], 3);
    assert_eq!(no.body["mistakes"][0]["column"], "身份证号");
    assert!(!no.body.to_string().contains("440524"), "nothing that was given comes back");
    assert_eq!(n_booked(&hall), 0);
    let some = send(&hall, "&commit=true&partial=true", &text);
    assert_eq!((some.status, &some.body["committed"]), (200, &json!(true)), "{}", some.body);
    assert_eq!(n_booked(&hall), 1);

    // What is no such request changes nothing either.
    let kind = [("Content-Type", "text/plain")];
    let path = "/api/v1/bookings/import?by=test&commit=true";
    assert_eq!(hall.api.request("POST", path, &kind, &text).expect("an answer").status, 415);
    assert_eq!(send(&hall, "&comit=true", &text).status, 400);
    let unknown = send(&hall, "", "姓名,身高\n");
    assert_eq!(unknown.status, 400);
    assert!(unknown.body["zh"].as_str().is_some_and(|zh| zh.contains("“身高”")), "{}", unknown.body);
    assert_eq!(n_booked(&hall), 1);
    hall.sound();
    assert!(!hall.log().contains(NAME) && !hall.log().contains(NUMBER));
}

#[test]
fn a1_the_command_line_hands_a_file_to_the_daemon() {
    let mut hall = Hall::start();
    let times = times(&hall);
    let (good, bad) = (line(NAME, NUMBER, &times[0], "P-1"), line("王芳", OTHER, "昨天", "P-2"));
    let file = hall.directory().join("bookings.csv");
    let write = |text: String| {
        let bytes = link::text::encode(&text, link::text::Charset::Gb18030).bytes;
        fs::write(&file, bytes).expect("the file can be written");
    };
    let (toml, path) = (hall.toml().display().to_string(), file.display().to_string());
    let import = |more: &[&str]| {
        let (status, said, wrong) =
            hall.command(&[&["import", "bookings", &path, "--config", &toml][..], more].concat());
        (status.code(), said, wrong)
    };
    write(format!("{HEADINGS}\r\n{good}{bad}"));
    let (code, said, wrong) = import(&["--commit"]);
    assert_eq!(code, Some(1), "{said}{wrong}");
    assert!(said.contains("第3行 预约时间") && said.contains("GB18030, 2 lines: 1 right"), "{said}");
    assert!(!said.contains("昨天") && wrong.contains("nothing was booked"), "{said}{wrong}");
    write(format!("{HEADINGS}\r\n{good}"));
    let (code, said, _) = import(&[]);
    assert_eq!(code, Some(0), "{said}");
    assert_eq!(n_booked(&hall), 0, "without --commit nothing is booked");
    let (code, said, _) = import(&["--commit", "--by", "小李"]);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("第2行: 预约") && said.contains("已导入"), "{said}");
    assert_eq!(n_booked(&hall), 1);
    assert_eq!(hall.terminate().code(), Some(0));
    let (code, _, wrong) = {
        let (status, said, wrong) = hall.command(&["import", "bookings", &path, "--config", &toml]);
        (status.code(), said, wrong)
    };
    assert_eq!(code, Some(1));
    assert!(wrong.contains("is the daemon running?"), "{wrong}");
    hall.sound();
}
