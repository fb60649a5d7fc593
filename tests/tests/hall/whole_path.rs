//! One visit from the first touch to the rating, seen from outside.

use hall_tests::{Hall, Person, until};
use kiosk::SlipState;
use schema::{JobState, Standing};

/// Button 3 of a pad is 非常满意, level 5 (PROTOCOLS 3.1).
const VERY_SATISFIED: u8 = 3;

#[test]
fn a_visit_from_the_first_touch_to_the_rating() {
    let mut hall = Hall::start();
    hall.press(1, "call_next");
    hall.window_is(1, "asking", None);
    hall.press(1, "cancel");
    hall.window_is(1, "free", None);

    let mut person = Person::steps_up(&hall);
    let number = person.takes_number("社保事项");
    assert_eq!(number, "A001");
    person.sees_slip(SlipState::Printed);

    let slips = hall.slips(1);
    let lines = slips[0].text_lines.join("\n");
    assert!(lines.contains("A001") && lines.contains("窗口") && lines.contains("社保事项"), "{lines}");
    assert!(!lines.contains("补打"), "{lines}");
    assert!(slips[0].cut && slips[0].qr.iter().any(|text| text.contains("A001")), "{:?}", slips[0].qr);
    hall.all_printed();
    assert_eq!(hall.jobs()[0].state, JobState::Confirmed);

    hall.press(1, "call_next");
    hall.window_is(1, "calling", Some("A001"));
    hall.led_says(1, "A001");
    until("the call flashes: dark and lit", || {
        let lit = |hall: &Hall| hall.led(1).pixels.iter().any(|row| row.contains(['1', '2', '3']));
        let first = lit(&hall);
        until("the display changes", || (lit(&hall) != first).then_some(()));
        Some(())
    });
    until("the LCD shows the number", || (hall.lcd(1) == "001").then_some(()));

    hall.press(1, "evaluate");
    hall.pad_asks(1);
    assert!(hall.history("A001").ratings.iter().all(|rating| rating.level.is_none()));
    hall.rate(1, VERY_SATISFIED);
    until("the rating is in the file", || {
        hall.history("A001").ratings.first().and_then(|rating| rating.level).filter(|level| *level == 5)
    });
    let history = hall.history("A001");
    assert_eq!(history.ticket.state, Standing::Completed);
    assert_eq!((history.calls.len(), history.completions.len(), history.ratings.len()), (1, 1, 1));
    hall.sound();
}
