//! Every misfortune of keypad, pad, display and printer: no press lost or doubled, no number lost, and the others go on.

use crate::{issue, issue_with_slip, number, open, pieces};
use firmware_host::virtual_hall::line::Condition;
use hall_tests::{Hall, Options, Person, until};
use kiosk::PageName;
use link::ff68::twin::Misfortune as Unit;
use queue::Event;
use schema::{Entry, JobState};
use serde_json::json;
use ticket_printer::Misfortune as OfPrinter;
use window::display::{ErrorCode, Misfortune as OfDisplay};

/// What happens to one frame or restarts the unit; being cut off for long has runs of its own.
const OF_UNITS: [Unit; 6] =
    [Unit::SilentOnce, Unit::BadSum, Unit::HalfFrame, Unit::Twice, Unit::Late(700), Unit::Reset];

/// Bytes take several times as long, both ways.
const SLOW: Condition = Condition { unplugged: false, noisy: false, slow: true };

fn calls(hall: &Hall) -> usize {
    hall.count(|entry| matches!(entry, Entry::Hall(Event::Called(_))))
}

/// Keypad and host have nothing more to say to each other.
fn settled(hall: &Hall, window: u16, lcd: &str) {
    until("the LCD shows the number, and the host has heard every press", || {
        let view = hall.station(window, |station, _| station.keypad.view());
        (view.ticket == lcd && view.unacknowledged == 0).then_some(())
    });
}

#[test]
fn a_press_counts_once_whatever_befalls_the_keypad() {
    let hall = Hall::start();
    open(&hall, 1);
    for _ in 0..=OF_UNITS.len() {
        hall.do_it(&issue("jia"));
    }
    hall.press(1, "call_next");
    hall.window_is(1, "calling", Some("A001"));
    settled(&hall, 1, "001");
    for (n, misfortune) in OF_UNITS.into_iter().enumerate() {
        hall.station(1, |station, _| station.keypad.misfortune(misfortune));
        hall.press(1, "call_next");
        let running = n + 2;
        hall.window_is(1, "calling", Some(&format!("A{running:03}")));
        settled(&hall, 1, &format!("{running:03}"));
        hall.station(1, |station, _| station.keypad.calm());
        assert_eq!(calls(&hall), running, "{misfortune:?}");
    }
}

#[test]
fn r3_a_rating_counts_once_whatever_befalls_the_pad() {
    let hall = Hall::start();
    open(&hall, 1);
    for (n, misfortune) in OF_UNITS.into_iter().enumerate() {
        let number = number(&hall.do_it(&issue("jia")));
        hall.press(1, "call_next");
        hall.window_is(1, "calling", Some(&number));
        hall.press(1, "evaluate");
        hall.pad_asks(1);
        let button = (n % 5) as u8;
        hall.station(1, |station, _| station.pad.misfortune(misfortune));
        hall.rate(1, button);
        // Buttons 0 to 4 are levels 2, 3, 4, 5, 1.
        let level = [2, 3, 4, 5, 1][n % 5];
        until("the rating is in the file", || {
            hall.history(&number)
                .ratings
                .first()
                .and_then(|rating| rating.level)
                .filter(|seen| *seen == level)
        });
        until("the host has heard every press", || {
            hall.station(1, |station, _| station.pad.view().unacknowledged == 0).then_some(())
        });
        hall.station(1, |station, _| station.pad.calm());
        hall.window_is(1, "free", None);
    }
    let rated = hall.count(|entry| matches!(entry, Entry::Hall(Event::Rated { .. })));
    assert_eq!(rated, OF_UNITS.len());
}

#[test]
fn spoiled_bytes_on_the_way_to_a_display_are_no_words_and_a_slow_keypad_counts_once() {
    let hall = Hall::start();
    open(&hall, 1);
    hall.displays().set_condition(Condition { noisy: true, ..Condition::default() });
    hall.keypads().set_condition(SLOW);
    hall.printer().set_condition(SLOW);
    for expected in ["A001", "A002", "A003"] {
        hall.do_it(&issue_with_slip("jia"));
        hall.press(1, "call_next");
        hall.window_is(1, "calling", Some(expected));
        hall.led_says(1, expected);
        settled(&hall, 1, &expected[1..]);
    }
    assert_eq!(calls(&hall), 3);
    let tray = hall.slips(3);
    assert_eq!(["A001", "A002", "A003"].map(|number| pieces(&tray, number)), [(1, 0); 3]);
}

#[test]
fn a_page_on_a_slow_line_comes_late_and_whole() {
    let hall = Hall::start();
    open(&hall, 1);
    let mut person = Person::steps_up(&hall);
    person.sees(PageName::Start);
    hall.panel().set_condition(SLOW);
    person.touches("中文取号");
    person.sees(PageName::Services);
    assert_eq!(hall.faults(), []);
}

#[test]
fn o1_a_keypad_cut_off_opens_a_fault_and_keeps_its_press() {
    let hall = Hall::start();
    open(&hall, 1);
    open(&hall, 3);
    hall.do_it(&issue("jia"));
    hall.do_it(&issue("yi"));
    hall.station(1, |station, _| station.set_silent(true));
    hall.press(1, "call_next");
    hall.do_it(&issue("jia"));
    hall.fault_opens("window 1 keypad", "no_answer");
    // Its neighbour on the same bus works.
    hall.press(3, "call_next");
    hall.window_is(3, "calling", Some("B001"));
    settled(&hall, 3, "001");
    assert_eq!(hall.window(1)["phase"], "free");
    hall.station(1, |station, _| station.set_silent(false));
    hall.window_is(1, "calling", Some("A001"));
    settled(&hall, 1, "001");
    hall.fault_closes("window 1 keypad", "no_answer");
    assert_eq!(calls(&hall), 2);
}

#[test]
fn a_display_shows_the_newest_whatever_befalls_it() {
    let hall = Hall::start();
    open(&hall, 1);
    let misfortunes = [
        OfDisplay::SilentOnce,
        OfDisplay::Busy(3),
        OfDisplay::BadCrc,
        OfDisplay::HalfFrame,
        OfDisplay::Twice,
        OfDisplay::Late(900),
        OfDisplay::Reset,
    ];
    for misfortune in misfortunes {
        let number = number(&hall.do_it(&issue("jia")));
        hall.displays().touch(|bus, _| {
            if let Some((twin, _)) = bus.screens.get_mut(&1) {
                twin.misfortune(misfortune);
            }
        });
        hall.do_it(&json!({"command": "call_next", "window": 1}));
        hall.led_says(1, &number);
    }
    // A card that forgot everything is noticed though nothing new is to be shown.
    hall.displays().touch(|bus, _| {
        if let Some((twin, _)) = bus.screens.get_mut(&1) {
            twin.misfortune(OfDisplay::Reset);
        }
    });
    assert!(hall.led(1).text_lines.is_empty());
    hall.led_says(1, "A007");
    assert_eq!(hall.faults(), []);
}

#[test]
fn o1_a_display_that_is_silent_or_refuses_opens_a_fault_and_shows_the_newest_at_its_end() {
    for (misfortune, fault) in
        [(OfDisplay::Silent, "no_answer"), (OfDisplay::ErrorCode(ErrorCode::NoFont), "refused")]
    {
        let hall = Hall::start();
        open(&hall, 1);
        open(&hall, 3);
        hall.led_says(1, "社保窗口");
        let set = |misfortune| {
            hall.displays().touch(|bus, _| {
                if let Some((twin, _)) = bus.screens.get_mut(&1) {
                    twin.misfortune(misfortune);
                }
            });
        };
        set(misfortune);
        hall.do_it(&issue("jia"));
        hall.press(1, "call_next");
        hall.window_is(1, "calling", Some("A001"));
        hall.fault_opens("window 1 display", fault);
        hall.do_it(&issue("yi"));
        hall.press(3, "call_next");
        hall.led_says(3, "B001");
        hall.do_it(&issue("jia"));
        hall.press(1, "call_next");
        hall.window_is(1, "calling", Some("A002"));
        set(OfDisplay::Calm);
        hall.led_says(1, "A002");
        hall.fault_closes("window 1 display", fault);
    }
}

/// One printer each: when it happens, what opens, and how many pieces without and with 补打 may lie in the tray at the end.
struct Case {
    name: &'static str,
    misfortune: OfPrinter,
    fault: Option<&'static str>,
    first: [usize; 2],
    again: [usize; 2],
}

const OF_PRINTERS: [Case; 10] = [
    // The roll ends in the middle of the slip; its torn end is no slip.
    Case {
        name: "Pa",
        misfortune: OfPrinter::PaperOutAfterMm(45),
        fault: Some("paper_out"),
        first: [0, 2],
        again: [1, 1],
    },
    Case {
        name: "Pb",
        misfortune: OfPrinter::CoverOpen,
        fault: Some("cover_open"),
        first: [1, 1],
        again: [0, 1],
    },
    Case {
        name: "Pc",
        misfortune: OfPrinter::CutterJam,
        fault: Some("cutter"),
        first: [0, 1],
        again: [1, 1],
    },
    Case { name: "Pd", misfortune: OfPrinter::Offline, fault: Some("offline"), first: [1, 1], again: [0, 1] },
    Case {
        name: "Pe",
        misfortune: OfPrinter::PaperLow,
        fault: Some("paper_low"),
        first: [1, 1],
        again: [0, 0],
    },
    Case { name: "Pf", misfortune: OfPrinter::Slow, fault: None, first: [1, 1], again: [0, 0] },
    Case { name: "Pg", misfortune: OfPrinter::Late(700), fault: None, first: [1, 1], again: [0, 0] },
    Case { name: "Ph", misfortune: OfPrinter::SilentOnce, fault: None, first: [1, 1], again: [0, 1] },
    Case {
        name: "Pi",
        misfortune: OfPrinter::Silent,
        fault: Some("no_answer"),
        first: [1, 1],
        again: [0, 1],
    },
    Case { name: "Pj", misfortune: OfPrinter::Reset, fault: None, first: [0, 1], again: [0, 1] },
];

#[test]
fn o1_q1_a_slip_comes_whatever_befalls_the_printer_and_one_printer_stops_no_other() {
    let more: String = OF_PRINTERS
        .iter()
        .map(|case| {
            let name = case.name;
            format!(
                "[[printers]]\nname = \"{name}\"\nport = \"/dev/shm/links/printer-{name}\"\nbaud = 115200\n\n"
            )
        })
        .collect();
    let edits = vec![("[[kiosks]]".to_owned(), format!("{more}[[kiosks]]"))];
    let mut hall = Hall::start_with(Options { edits, ..Options::default() });
    open(&hall, 1);
    let mut numbers = Vec::new();
    for case in &OF_PRINTERS {
        let line = &hall.devices.printers[case.name];
        line.touch(|printer, now| printer.twin.misfortune(now, case.misfortune));
        numbers.push(number(&hall.do_it(&json!({
            "command": "issue", "service": "jia", "by": "guide", "printer": case.name,
        }))));
    }
    let expected: Vec<String> = (1..=OF_PRINTERS.len()).map(|n| format!("A{n:03}")).collect();
    assert_eq!(numbers, expected);
    // A printer without troubles prints meanwhile.
    let well = number(&hall.do_it(&issue_with_slip("jia")));
    hall.slips(1);
    assert_eq!(pieces(&hall.tray(), &well), (1, 0));
    for case in &OF_PRINTERS {
        if let Some(fault) = case.fault {
            hall.fault_opens(&format!("printer {}", case.name), fault);
        }
    }
    for case in &OF_PRINTERS {
        hall.devices.printers[case.name].touch(|printer, now| printer.twin.calm(now));
    }
    hall.all_printed();
    for case in &OF_PRINTERS {
        if let Some(fault) = case.fault {
            hall.fault_closes(&format!("printer {}", case.name), fault);
        }
    }
    for (case, number) in OF_PRINTERS.iter().zip(&numbers) {
        let line = &hall.devices.printers[case.name];
        until("the last piece is out", || line.look(|printer| (!printer.twin.view().printing).then_some(())));
        let tray: Vec<_> = line.look(|printer| printer.tray().map(|(_, paper)| paper.clone()).collect());
        let (first, again) = pieces(&tray, number);
        let within = |n: usize, [least, most]: [usize; 2]| (least..=most).contains(&n);
        let seen: Vec<_> = tray.iter().map(|paper| (paper.cut, &paper.text_lines)).collect();
        assert!(within(first, case.first) && within(again, case.again), "{:?}: {seen:#?}", case.misfortune);
        let whole = tray.iter().filter(|paper| paper.cut && crate::text(paper).contains(number.as_str()));
        assert!(whole.count() >= 1, "{:?}: {seen:#?}", case.misfortune);
        let history = hall.history(number);
        let last = history.jobs.last().map(|job| job.state);
        assert_eq!(last, Some(JobState::Confirmed), "{:?}: {:?}", case.misfortune, history.jobs);
    }
    hall.sound();
}
