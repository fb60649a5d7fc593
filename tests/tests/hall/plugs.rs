//! Plugs pulled and put back, and ports that are not there when the hall starts.

use crate::network::NetworkPrinter;
use crate::{issue, open};
use firmware_host::virtual_hall::line::Condition;
use hall_tests::hall::UNPLUGGED;
use hall_tests::{Hall, Options, until};
use queue::Event;
use schema::Entry;
use ticket_printer::Misfortune;

fn calls(hall: &Hall) -> usize {
    hall.count(|entry| matches!(entry, Entry::Hall(Event::Called(_))))
}

#[test]
fn a_keypad_line_unplugged_in_the_middle_of_a_press_loses_and_doubles_nothing() {
    let hall = Hall::start();
    open(&hall, 1);
    for _ in 0..3 {
        hall.do_it(&issue("jia"));
    }
    hall.press(1, "call_next");
    hall.window_is(1, "calling", Some("A001"));
    // The finger is on the key and somebody's foot on the plug.
    hall.press(1, "call_next");
    hall.keypads().set_condition(UNPLUGGED);
    hall.fault_opens("keypad line keys", "port");
    hall.keypads().set_condition(Condition::default());
    hall.fault_closes("keypad line keys", "port");
    hall.window_is(1, "calling", Some("A002"));
    until("the LCD shows the number", || (hall.lcd(1) == "002").then_some(()));
    until("the press is acknowledged", || {
        hall.station(1, |station, _| station.keypad.view().unacknowledged == 0).then_some(())
    });
    hall.press(1, "call_next");
    hall.window_is(1, "calling", Some("A003"));
    assert_eq!(calls(&hall), 3);
}

#[test]
fn a_call_made_while_the_display_line_is_unplugged_is_shown_when_it_is_back() {
    let hall = Hall::start();
    open(&hall, 1);
    hall.led_says(1, "社保窗口");
    hall.displays().set_condition(UNPLUGGED);
    hall.fault_opens("display line leds", "port");
    hall.do_it(&issue("jia"));
    hall.press(1, "call_next");
    hall.window_is(1, "calling", Some("A001"));
    until("the LCD shows the number meanwhile", || (hall.lcd(1) == "001").then_some(()));
    hall.displays().set_condition(Condition::default());
    hall.fault_closes("display line leds", "port");
    hall.led_says(1, "A001");
}

#[test]
fn ports_missing_at_the_start_are_told_and_taken_when_they_appear() {
    let unplugged = vec!["keypads-keys", "panel-K1"];
    let hall = Hall::start_with(Options { unplugged, ..Options::default() });
    hall.fault_opens("keypad line keys", "port");
    hall.fault_opens("kiosk K1 panel", "port");
    // The others work meanwhile.
    open(&hall, 1);
    hall.led_says(1, "社保窗口");
    hall.do_it(&crate::issue_with_slip("jia"));
    hall.slips(1);
    hall.keypads().set_condition(Condition::default());
    hall.panel().set_condition(Condition::default());
    hall.fault_closes("keypad line keys", "port");
    hall.fault_closes("kiosk K1 panel", "port");
    hall.press(1, "call_next");
    hall.window_is(1, "calling", Some("A001"));
}

#[test]
fn check_devices_opens_every_port_once_and_names_what_is_missing() {
    let hall = Hall::prepare(Options::default());
    let toml = hall.toml().display().to_string();
    let (status, said, wrong) = hall.command(&["run", "--config", &toml, "--check-devices"]);
    assert_eq!(status.code(), Some(0), "{said}{wrong}");
    assert_eq!(said.lines().filter(|line| line.ends_with(": ok")).count(), 4, "{said}");
    let hall = Hall::prepare(Options { unplugged: vec!["printer-P1"], ..Options::default() });
    let toml = hall.toml().display().to_string();
    let (status, said, wrong) = hall.command(&["run", "--config", &toml, "--check-devices"]);
    assert_eq!(status.code(), Some(1), "{said}{wrong}");
    let missing: Vec<_> = said.lines().filter(|line| !line.ends_with(": ok")).collect();
    assert!(missing.len() == 1 && missing[0].contains("printer P1"), "{said}");
    let edits = vec![hall_tests::with_reader_and_scanner(), hall_tests::with_voice()];
    let hall = Hall::prepare(Options { edits, unplugged: vec!["voice-K1"], ..Options::default() });
    let toml = hall.toml().display().to_string();
    let (_, said, _) = hall.command(&["run", "--config", &toml, "--check-devices"]);
    let missing: Vec<_> = said.lines().filter(|line| !line.ends_with(": ok")).collect();
    assert!(missing.len() == 1 && missing[0].contains("kiosk K1 voice"), "{said}");
}

#[test]
fn q1_a_network_printer_that_hangs_up_in_mid_slip_prints_it_whole_and_marked() {
    let printer = NetworkPrinter::start();
    let port = format!("tcp://{}", printer.address);
    let edits = vec![("/dev/shm/links/printer-P1".to_owned(), port)];
    let hall = Hall::start_with(Options { edits, ..Options::default() });
    open(&hall, 1);
    hall.do_it(&crate::issue_with_slip("jia"));
    printer.until_printed("A001", (1, 0));
    hall.all_printed();

    printer.touch(|printer, now| printer.twin.misfortune(now, Misfortune::Slow));
    hall.do_it(&crate::issue_with_slip("jia"));
    until("half a slip hangs in the printer", || {
        printer.touch(|printer, _| (printer.twin.view().hanging.len() > 1).then_some(()))
    });
    printer.hang_up();
    hall.fault_opens("printer P1", "port");
    printer.touch(|printer, now| {
        printer.twin.misfortune(now, Misfortune::Reset);
        printer.twin.calm(now);
    });
    printer.answer_again();
    hall.fault_closes("printer P1", "port");
    printer.until_printed("A002", (0, 1));
    hall.all_printed();
}
