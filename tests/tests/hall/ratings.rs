//! Ratings in a running hall (rules R1 to R4, R7): by the pad on the wire, by the pad with a screen, by the code on the slip.

use crate::{issue, issue_with_slip, number, open};
use firmware_host::core::pin;
use hall_tests::{Answer, Api, Hall, Options, own_address, until};
use queue::Event;
use schema::{Entry, RatingRow};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::time::Duration;

/// Somebody is at window 1 and about to be done; returns the number.
fn called(hall: &Hall, command: &Value) -> String {
    let number = number(&hall.do_it(command));
    hall.press(1, "call_next");
    hall.window_is(1, "calling", Some(&number));
    number
}

fn send(hall: &Hall, path: &str, body: &Value) -> Answer {
    let json = [("Content-Type", "application/json")];
    hall.api.request("POST", path, &json, &body.to_string()).expect("the daemon answers")
}

fn get(hall: &Hall, path: &str) -> Answer {
    hall.api.get(path).expect("the daemon answers")
}

/// What follows the address in the QR code of the newest slip.
fn link(hall: &Hall, slips: usize) -> String {
    let tray = hall.slips(slips);
    let code = tray.last().and_then(|slip| slip.qr.first()).expect("the slip has a code");
    code.strip_prefix("http://127.0.0.1/t/").expect("it leads to the hall").to_owned()
}

fn rated(hall: &Hall) -> usize {
    hall.count(|entry| matches!(entry, Entry::Hall(Event::Rated { .. })))
}

fn ratings(hall: &Hall, number: &str) -> Vec<RatingRow> {
    hall.history(number).ratings
}

/// Presses on a window's pad that counted for nothing.
fn strays(hall: &Hall, window: u16) -> u64 {
    hall.state()["lines"][format!("window {window} pad")]["strays"].as_u64().unwrap_or(0)
}

#[test]
fn r2_the_code_on_the_slip_opens_the_ticket_and_rates_it_once_until_the_day_ends() {
    let mut hall = Hall::start();
    open(&hall, 1);
    hall.do_it(&issue_with_slip("jia"));
    let link = link(&hall, 1);
    let (page, rate) = (format!("/api/v1/t/{link}"), format!("/api/v1/rate/{link}"));
    let seen = get(&hall, &page).body;
    assert_eq!((&seen["number"], &seen["state"]), (&json!("A001"), &json!("waiting")), "{seen}");
    assert_eq!((&seen["ahead"], &seen["rating"]), (&json!(0), &json!("closed")));
    assert!(seen["left_min"].is_array(), "{seen}");
    let body = get(&hall, &format!("/t/{link}")).body;
    assert!(body.as_str().is_some_and(|page| page.contains("我的号票")), "{body}");

    // Only what was served is rated.
    let poor = json!({"level": 1, "reasons": ["等候时间长", "其他"]});
    assert_eq!(send(&hall, &rate, &poor).status, 409);
    hall.press(1, "call_next");
    hall.window_is(1, "calling", Some("A001"));
    assert_eq!(get(&hall, &page).body["window"], 1);
    assert_eq!(send(&hall, &rate, &poor).status, 409);
    // Completed without a prompt; a restart later the link is still good.
    hall.do_it(&json!({"command": "complete", "window": 1, "prompt": false}));
    hall.restart();
    assert_eq!(get(&hall, &page).body["rating"], "open");
    for (bad, status) in [
        (json!({"level": 0}), 409),
        (json!({"level": 6}), 409),
        (json!({"level": 5, "reasons": ["其他"]}), 400),
        (json!({"level": 1, "reasons": ["自己写的"]}), 400),
        (json!({"level": 1, "by": "clerk"}), 400),
        (json!("非常满意"), 400),
    ] {
        assert_eq!(send(&hall, &rate, &bad).status, status, "{bad}");
    }
    let form = hall.api.request("POST", &rate, &[], "level=1").expect("the daemon answers");
    assert_eq!(form.status, 415, "no page of another site rates");
    assert_eq!(rated(&hall), 0);

    assert_eq!(send(&hall, &rate, &poor).status, 200);
    let [rating] = &ratings(&hall, "A001")[..] else { panic!("one rating") };
    assert_eq!((rating.level, rating.window.0, rating.reasons.len()), (Some(1), 1, 2));
    assert_eq!(send(&hall, &rate, &json!({"level": 5})).status, 409, "one matter, one rating");
    let seen = get(&hall, &page).body;
    assert_eq!(seen["rating"], "given");
    hall.restart();
    assert_eq!(send(&hall, &rate, &json!({"level": 5})).status, 409, "after a restart too");
    assert_eq!(rated(&hall), 1);

    // Nobody opens another's ticket by guessing.
    let own = link.rsplit_once('-').map_or("", |(own, _)| own).to_owned();
    for other in [own.clone(), format!("{own}-"), format!("{own}-AAAAAAAAAAAAAAAAAAAAAA"), "%FF".to_owned()] {
        let answer = get(&hall, &format!("/api/v1/t/{other}"));
        assert!(matches!(answer.status, 400 | 404), "{other}: {answer:?}");
    }
    hall.sound();
}

#[test]
fn r2_whichever_of_pad_and_code_comes_first_counts() {
    let mut hall = Hall::start();
    open(&hall, 1);
    for (n, pad_first) in [(1, true), (2, false)] {
        let number = called(&hall, &issue_with_slip("jia"));
        let rate = format!("/api/v1/rate/{}", link(&hall, n));
        hall.press(1, "evaluate");
        hall.pad_asks(1);
        if pad_first {
            hall.rate(1, 3);
            until("the pad's rating is in the file", || (rated(&hall) == 1).then_some(()));
            assert_eq!(send(&hall, &rate, &json!({"level": 2})).status, 409);
        } else {
            assert_eq!(send(&hall, &rate, &json!({"level": 2})).status, 200);
            assert!(hall.window(1)["rating"].is_null(), "the pad asks no more");
            hall.rate(1, 3);
            until("the press is counted", || (strays(&hall, 1) > 0).then_some(()));
        }
        let [rating] = &ratings(&hall, &number)[..] else { panic!("one rating") };
        assert_eq!(rating.level, Some(if pad_first { 5 } else { 2 }));
    }
    hall.sound();
}

#[test]
fn r3_presses_that_nobody_asked_for_change_nothing_and_are_counted_per_window() {
    let hall = Hall::start();
    open(&hall, 1);
    open(&hall, 2);
    // Nobody asked.
    hall.rate(1, 3);
    until("the press is counted", || (strays(&hall, 1) == 1).then_some(()));
    // From another window, while window 1 asks.
    called(&hall, &issue("jia"));
    hall.press(1, "evaluate");
    hall.pad_asks(1);
    hall.rate(2, 3);
    until("the press is counted", || (strays(&hall, 2) == 1).then_some(()));
    assert_eq!(rated(&hall), 0);
    hall.rate(1, 2);
    until("the rating is in the file", || (rated(&hall) == 1).then_some(()));
    // After the answer.
    hall.rate(1, 4);
    until("the press is counted", || (strays(&hall, 1) == 2).then_some(()));
    assert_eq!((rated(&hall), ratings(&hall, "A001")[0].level), (1, Some(4)));
    assert_eq!(strays(&hall, 3), 0);
}

#[test]
fn r3_no_command_enters_a_rating_and_nothing_shows_who_rated_how() {
    let hall = Hall::start();
    open(&hall, 1);
    called(&hall, &issue("jia"));
    hall.press(1, "evaluate");
    hall.pad_asks(1);
    for command in [
        json!({"command": "rate", "window": 1, "level": 5}),
        json!({"command": "rate_ticket", "ticket": 1, "level": 5}),
    ] {
        let answer = hall.try_do(&command);
        assert_eq!(answer.status, 400, "{answer:?}");
    }
    assert_eq!(rated(&hall), 0);
    hall.rate(1, 4);
    until("the rating is in the file", || (rated(&hall) == 1).then_some(()));
    for path in ["/api/v1/state", "/api/v1/tickets/A001"] {
        let seen = get(&hall, path).body.to_string();
        assert!(!seen.contains("\"rated\"") && !seen.contains("\"level\""), "{path}: {seen}");
    }
}

#[test]
fn r1_r7_a_pad_with_a_screen_says_who_serves_and_rates_what_it_asked_for() {
    let mut hall = Hall::start();
    hall.do_it(&json!({"command": "open_window", "window": 1, "clerk": "1001"}));
    let pad = || get(&hall, "/api/v1/pad/1").body;
    assert_eq!((&pad()["clerk"], &pad()["window_name"]), (&json!("1001"), &json!("社保窗口")));
    assert!(pad()["prompt"].is_null());
    hall.press(1, "pause");
    hall.window_is(1, "paused", None);
    assert_eq!(pad()["phase"], "paused");
    assert_eq!(get(&hall, "/api/v1/pad/99").status, 404);
    assert_eq!(get(&hall, "/api/v1/pad/x").status, 404);
    let page = get(&hall, "/pad/1").body;
    assert!(page.as_str().is_some_and(|page| page.contains("暂停服务")), "{page}");

    called(&hall, &issue("jia"));
    let unasked = send(&hall, "/api/v1/pad/1/rate", &json!({"prompt": 0, "level": 5}));
    assert_eq!((unasked.status, strays(&hall, 1)), (409, 1));
    hall.press(1, "evaluate");
    let asked = until("the pad asks", || pad()["prompt"].as_i64());
    // What was meant for an earlier prompt, or for another window, rates nothing.
    let earlier = send(&hall, "/api/v1/pad/1/rate", &json!({"prompt": asked - 60, "level": 5}));
    let other = send(&hall, "/api/v1/pad/2/rate", &json!({"prompt": asked, "level": 5}));
    assert_eq!((earlier.status, other.status, rated(&hall)), (409, 409, 0));
    let answer = json!({"prompt": asked, "level": 2, "reasons": ["服务态度差"]});
    assert_eq!(send(&hall, "/api/v1/pad/1/rate", &answer).status, 200);
    assert_eq!(send(&hall, "/api/v1/pad/1/rate", &answer).status, 409);
    assert_eq!((strays(&hall, 1), strays(&hall, 2)), (3, 1));
    let [rating] = &ratings(&hall, "A001")[..] else { panic!("one rating") };
    assert_eq!((rating.level, &rating.reasons[..]), (Some(2), &["服务态度差".to_owned()][..]));
    hall.sound();
}

#[test]
fn r3_r7_telephones_and_tablets_have_an_address_of_their_own_that_commands_nothing() {
    let (taken, portrait) = (own_address(), tempfile::NamedTempFile::new().unwrap());
    std::fs::write(portrait.path(), b"\x89PNG\r\n\x1a\n and what follows").unwrap();
    let before = TcpListener::bind(&taken).unwrap();
    let pin = pin::hash("1949").expect("the system has random bytes").0;
    let person = format!(
        "[citizens]\nlisten = \"{taken}\"\n\n[[staff]]\nnumber = \"1001\"\nname = \"周敏\"\npost = \"首席代表\"\nstars = 4\n\
         photo = \"{}\"\npin = \"{pin}\"\n\n[log]\n",
        portrait.path().display()
    );
    let edits = vec![("[log]\n".to_owned(), person)];
    let mut hall = Hall::start_with(Options { edits, ..Options::default() });
    // Whatever has the port, the hall works, says so, and has it as soon as it is free.
    let fault = |hall: &Hall| hall.state()["faults"].to_string().contains("pages for citizens");
    until("the port's fault is shown", || fault(&hall).then_some(()));
    drop(before);
    until("the pages are there", || (!fault(&hall)).then_some(()));

    let door = Api::new(&taken);
    let get = |path: &str| door.get(path).expect("the pages answer");
    let send = |path: &str, body: &Value| {
        let json = [("Content-Type", "application/json")];
        door.request("POST", path, &json, &body.to_string()).expect("the pages answer")
    };
    for path in [
        "/",
        "/guide",
        "/register",
        "/api/v1/state",
        "/api/v1/pads",
        "/api/v1/events",
        "/pad/../api/v1/state",
    ] {
        assert_eq!(get(path).status, 404, "{path}");
    }
    assert_eq!(send("/api/v1/commands", &json!({"command": "call_next", "window": 1})).status, 404);
    for path in ["/public", "/api/v1/public-results", "/working", "/api/v1/working", "/t/x", "/pad/font.otf"]
    {
        assert_eq!(get(path).status, 200, "{path}");
    }

    hall.do_it(&json!({"command": "open_window", "window": 1, "clerk": "1001"}));
    let listed = hall.api.get("/api/v1/pads").expect("the daemon answers").body;
    let pad = listed["pads"][0]["path"]
        .as_str()
        .expect("window 1 has a pad")
        .trim_start_matches("/pad/")
        .to_owned();
    assert_eq!(get(&format!("/pad/{pad}")).status, 200);
    for guessed in ["1", "1-", "1-AAAAAAAAAAAAAAAAAAAAAA", &pad.replacen('1', "2", 1)] {
        assert_eq!(get(&format!("/api/v1/pad/{guessed}")).status, 404, "{guessed}");
        assert_eq!(
            send(&format!("/api/v1/pad/{guessed}/rate"), &json!({"prompt": 0, "level": 1})).status,
            404
        );
    }
    let view = || get(&format!("/api/v1/pad/{pad}")).body;
    let seen = view();
    let told = [&seen["name"], &seen["post"], &seen["clerk"], &seen["stars"], &seen["photo"]];
    assert_eq!(told, [&json!("周敏"), &json!("首席代表"), &json!("1001"), &json!(4), &json!(true)]);
    let photo = format!("/api/v1/pad/{pad}/photo");
    assert_eq!(get(&photo).status, 200);
    // A file that is no picture stays where it is.
    std::fs::write(portrait.path(), b"[[staff]]\npin = \"secret\"").unwrap();
    assert_eq!(get(&photo).status, 404);

    // A browser drops an event without data.
    let mut news = TcpStream::connect(&taken).unwrap();
    news.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    write!(news, "GET /api/v1/pad/{pad}/news HTTP/1.1\r\nHost: {taken}\r\n\r\n").unwrap();
    let mut heard = BufReader::new(news).lines().map_while(Result::ok);
    assert!(heard.any(|line| line.is_empty()), "the head is there: from now on nothing is missed");
    called(&hall, &issue("jia"));
    assert!(heard.any(|line| line.starts_with("data: ")), "the pad is told to look again");
    hall.press(1, "evaluate");
    let asked = until("the pad asks", || view()["prompt"].as_i64());
    assert_eq!(send(&format!("/api/v1/pad/{pad}/rate"), &json!({"prompt": asked, "level": 5})).status, 200);
    assert_eq!(rated(&hall), 1);
    let long = json!({"prompt": asked, "level": 1, "reasons": ["长".repeat(5000)]});
    assert_eq!(send(&format!("/api/v1/pad/{pad}/rate"), &long).status, 413);

    // A crowd that connects and says nothing takes places of its own address alone, and the console does not notice.
    let crowd: Vec<TcpStream> = (0..200).filter_map(|_| TcpStream::connect(&taken).ok()).collect();
    assert!(crowd.len() > 60);
    assert_eq!(hall.api.get("/api/v1/state").expect("the daemon answers").status, 200);
    drop(crowd);
    until("the pages answer again", || {
        door.get("/t/x").ok().filter(|answer| answer.status == 200).map(|_| ())
    });
    hall.sound();
}
