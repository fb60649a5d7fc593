//! A clean end, and what systemd is told on the way.

use crate::{issue_with_slip, open, pieces};
use hall_tests::{Hall, Options, until};
use rustix::process::Signal;
use schema::{ClockEvent, Entry, JobState};
use std::os::unix::net::UnixDatagram;
use ticket_printer::Misfortune;

#[test]
fn sigterm_finishes_the_slip_that_prints_and_ends_the_log_in_order() {
    let mut hall = Hall::start();
    open(&hall, 1);
    // The twin's head is ten times slower than a real one; made well again it has the rest within a second.
    hall.printer().touch(|printer, now| printer.twin.misfortune(now, Misfortune::Slow));
    hall.do_it(&issue_with_slip("jia"));
    until("half a slip hangs in the printer", || {
        (hall.printer().touch(|printer, _| printer.twin.view().hanging.len()) > 1).then_some(())
    });
    hall.signal(Signal::TERM);
    hall.printer().touch(|printer, now| printer.twin.calm(now));
    assert_eq!(hall.ended().code(), Some(0));
    assert_eq!(pieces(&hall.tray(), "A001"), (1, 0));
    assert_eq!(hall.jobs()[0].state, JobState::Confirmed);
    let last = hall.entries().pop().map(|logged| logged.entry);
    assert_eq!(last, Some(Entry::Clock(ClockEvent::Stopped)));
    hall.sound();
    hall.run();
    hall.all_printed();
    assert_eq!(hall.tray().len(), 1, "nothing is printed twice after a clean end");
}

#[test]
fn sigint_is_a_clean_end_too_and_the_hall_goes_on_where_it_was() {
    let mut hall = Hall::start();
    open(&hall, 1);
    hall.do_it(&crate::issue("jia"));
    hall.press(1, "call_next");
    hall.window_is(1, "calling", Some("A001"));
    hall.signal(Signal::INT);
    assert_eq!(hall.ended().code(), Some(0));
    hall.run();
    hall.window_is(1, "calling", Some("A001"));
    hall.led_says(1, "A001");
    until("the LCD shows the number", || (hall.lcd(1) == "001").then_some(()));
}

#[test]
fn systemd_is_told_ready_then_alive_then_stopping() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("notify");
    let socket = UnixDatagram::bind(&path).unwrap();
    socket.set_read_timeout(Some(hall_tests::wait::PATIENCE)).unwrap();
    let hear = || {
        let mut bytes = [0; 256];
        let n = socket.recv(&mut bytes).expect("the daemon speaks");
        String::from_utf8_lossy(&bytes[..n]).into_owned()
    };
    let mut hall = Hall::start_with(Options { notify_socket: Some(path), ..Options::default() });
    let first = hear();
    // The owner's loop may beat before the pages are served.
    let ready = if first.contains("WATCHDOG=1") { hear() } else { first };
    assert!(ready.contains("READY=1"), "{ready}");
    for _ in 0..2 {
        let alive = hear();
        assert!(alive.contains("WATCHDOG=1"), "{alive}");
    }
    assert!(hall.terminate().success());
    let mut said = String::new();
    while !said.contains("STOPPING=1") {
        said = hear();
    }
}
