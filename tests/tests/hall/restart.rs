//! What the hall knows after it came back, and what it must find out anew.

use crate::{issue, issue_with_slip, open, pieces, text};
use firmware_host::virtual_hall::line::Condition;
use hall_tests::hall::UNPLUGGED;
use hall_tests::wait::{PATIENCE, within};
use hall_tests::{Hall, Person, until};
use kiosk::PageName;
use schema::{JobState, Purpose};
use serde_json::json;
use std::io::{Read, Write};
use std::net::TcpStream;
use ticket_printer::Misfortune as OfPrinter;
use window::display::Misfortune as OfDisplay;

#[test]
fn o1_faults_that_ended_while_hallgate_was_away_are_closed_when_it_is_back() {
    let mut hall = Hall::start();
    open(&hall, 1);
    let display = |hall: &Hall, misfortune| {
        hall.displays().touch(|bus, _| {
            if let Some((twin, _)) = bus.screens.get_mut(&1) {
                twin.misfortune(misfortune);
            }
        });
    };
    hall.station(1, |station, _| station.set_silent(true));
    display(&hall, OfDisplay::Silent);
    hall.printer().touch(|printer, now| printer.twin.misfortune(now, OfPrinter::PaperOut));
    hall.do_it(&issue("jia"));
    hall.do_it(&json!({"command": "call_next", "window": 1}));
    let faults =
        [("window 1 keypad", "no_answer"), ("window 1 display", "no_answer"), ("printer P1", "paper_out")];
    for (device, fault) in faults {
        hall.fault_opens(device, fault);
    }
    hall.kill9();
    hall.station(1, |station, _| station.set_silent(false));
    display(&hall, OfDisplay::Calm);
    hall.printer().touch(|printer, now| printer.twin.calm(now));
    hall.run();
    hall.led_says(1, "A001");
    within(PATIENCE, || (hall.state()["faults"] == json!([])).then_some(()));
    assert_eq!(hall.state()["faults"], json!([]));
    assert!(hall.faults().iter().all(|fault| fault.closed_at.is_some()), "{:?}", hall.faults());
    Person::steps_up(&hall).sees(PageName::Start);
}

#[test]
fn r2_a_rating_that_was_asked_for_is_asked_for_again_after_a_power_cut() {
    let mut hall = Hall::start();
    open(&hall, 1);
    hall.do_it(&issue("jia"));
    hall.press(1, "call_next");
    hall.window_is(1, "calling", Some("A001"));
    hall.press(1, "evaluate");
    hall.pad_asks(1);
    hall.kill9();
    // Pad and keypad lost their power, too.
    hall.station(1, |station, _| {
        station.keypad.misfortune(link::ff68::twin::Misfortune::Reset);
        station.pad.misfortune(link::ff68::twin::Misfortune::Reset);
    });
    hall.run();
    hall.pad_asks(1);
    hall.rate(1, 3);
    until("the rating is in the file", || {
        hall.history("A001").ratings.first().and_then(|rating| rating.level).filter(|level| *level == 5)
    });
    hall.sound();
}

#[test]
fn q1_a_printer_unplugged_in_mid_slip_prints_it_whole_and_marked_when_it_is_back() {
    let hall = Hall::start();
    open(&hall, 1);
    hall.printer().touch(|printer, now| printer.twin.misfortune(now, OfPrinter::Slow));
    hall.do_it(&issue_with_slip("jia"));
    until("half a slip hangs in the printer", || {
        (hall.printer().touch(|printer, _| printer.twin.view().hanging.len()) > 1).then_some(())
    });
    hall.printer().set_condition(UNPLUGGED);
    hall.fault_opens("printer P1", "port");
    hall.printer().touch(|printer, now| {
        printer.twin.misfortune(now, OfPrinter::Reset);
        printer.twin.calm(now);
    });
    hall.printer().set_condition(Condition::default());
    hall.fault_closes("printer P1", "port");
    until("the marked slip lies in the tray", || (pieces(&hall.tray(), "A001").1 == 1).then_some(()));
    hall.all_printed();
    assert_eq!(pieces(&hall.tray(), "A001"), (0, 1), "{:?}", hall.tray());
    let state = hall.state();
    let faults = state["faults"].as_array().unwrap();
    assert!(faults.is_empty(), "{faults:?}");
}

#[test]
fn sigterm_does_not_wait_for_paper_and_the_slip_comes_marked_after_the_start() {
    let mut hall = Hall::start();
    open(&hall, 1);
    hall.printer().touch(|printer, now| printer.twin.misfortune(now, OfPrinter::PaperOutAfterMm(45)));
    hall.do_it(&issue_with_slip("jia"));
    until("the roll ends in mid-slip", || {
        hall.printer().touch(|printer, _| printer.twin.view().paper_out).then_some(())
    });
    assert_eq!(hall.terminate().code(), Some(0));
    hall.printer().touch(|printer, now| printer.twin.calm(now));
    hall.run();
    until("the marked slip lies in the tray", || (pieces(&hall.tray(), "A001").1 == 1).then_some(()));
    hall.all_printed();
    assert_eq!(pieces(&hall.tray(), "A001").1, 1);
    let last = hall.jobs().pop().map(|job| (job.purpose, job.state));
    assert_eq!(last, Some((Purpose::Reprint, JobState::Confirmed)));
}

#[test]
fn a_reprint_is_the_whole_slip_with_its_mark() {
    let hall = Hall::start();
    open(&hall, 1);
    hall.do_it(&issue_with_slip("jia"));
    hall.slips(1);
    hall.do_it(&json!({"command": "reprint", "ticket": hall.history("A001").ticket.seq, "printer": "P1"}));
    let tray = hall.slips(2);
    let again = text(&tray[1]);
    assert!(again.contains("补打") && again.contains("A001") && again.contains("窗口"), "{again}");
    assert_eq!(tray[0].qr, tray[1].qr);
}

#[test]
fn listeners_hear_every_change_and_do_not_hold_up_the_end() {
    let mut hall = Hall::start();
    let address = hall.config.console.listen;
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    write!(stream, "GET /api/v1/events HTTP/1.1\r\nHost: {address}\r\n\r\n").unwrap();
    let mut heard = String::new();
    let mut hear = |stream: &mut TcpStream, words: &str| {
        while !heard.contains(words) {
            let mut bytes = [0; 4096];
            let n = stream.read(&mut bytes).expect("the stream goes on");
            assert!(n > 0, "{heard}");
            heard.push_str(&String::from_utf8_lossy(&bytes[..n]));
        }
    };
    hear(&mut stream, "text/event-stream");
    open(&hall, 1);
    hear(&mut stream, "window_opened");
    hall.do_it(&issue("jia"));
    hear(&mut stream, "\"number\":\"A001\"");
    hear(&mut stream, "event: change");
    assert_eq!(hall.terminate().code(), Some(0));
}
