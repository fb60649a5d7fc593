//! The lamp that says that a window works, and the page for those who switch off in the evening.

use crate::open;
use hall_tests::{Hall, Options, until};
use serde_json::{Value, json};

/// A lamp on the page, and one on a chip that this machine has not.
const LAMPS: &str = "[[lamps]]\nname = \"值班室\"\nkind = \"virtual\"\n\n[[lamps]]\nname = \"机房\"\nkind = \"gpio\"\nchip = \"/dev/gpiochip-none\"\nline = 5\nactive_low = true\n\n[[kiosks]]";

fn working(hall: &Hall) -> Value {
    let answer = hall.api.get("/api/v1/working").expect("the daemon answers");
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.body
}

fn lit(hall: &Hall, lit: bool) {
    until(&format!("lit: {lit}"), || (working(hall)["lamps"][0]["lit"] == json!(lit)).then_some(()));
}

#[test]
fn x4_the_lamp_is_lit_while_any_window_is_open_and_the_page_says_which() {
    let edits = vec![("[[kiosks]]".to_owned(), LAMPS.to_owned())];
    let mut hall = Hall::start_with(Options { edits, ..Options::default() });
    lit(&hall, false);
    assert_eq!((&working(&hall)["working"], &working(&hall)["windows"]), (&json!(false), &json!([])));

    open(&hall, 1);
    open(&hall, 3);
    lit(&hall, true);
    let told = working(&hall);
    assert_eq!(told["working"], true);
    let third = json!({"number": 3, "name": "医保窗口", "area": "A区", "floor": 1});
    assert_eq!(told["windows"][1], third);

    // A pause is no end of work, and neither is the end of hallgate.
    hall.do_it(&json!({"command": "close_window", "window": 1}));
    hall.do_it(&json!({"command": "pause", "window": 3, "reason": "rest"}));
    hall.window_is(3, "paused", None);
    hall.restart();
    lit(&hall, true);
    hall.do_it(&json!({"command": "resume", "window": 3}));
    hall.do_it(&json!({"command": "close_window", "window": 3}));
    lit(&hall, false);
    assert_eq!(working(&hall)["working"], false);

    // A line that this machine has not is a fault, tried again, and holds up nothing.
    hall.fault_opens("lamp 机房", "port");
    assert_eq!(working(&hall)["lamps"][1]["lit"], Value::Null);
    let page = hall.api.get("/working").expect("the page is there");
    assert_eq!(page.status, 200);
    hall.sound();
}
