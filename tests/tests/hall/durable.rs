//! Rule Q1 through power cuts: no number lost, doubled or skipped, and each slip once.

use crate::{issue, issue_with_slip, number, open, pieces, text};
use firmware_host::virtual_hall::line::Condition;
use hall_tests::hall::UNPLUGGED;
use hall_tests::{Hall, until};
use rustix::fs::{FlockOperation, fcntl_lock};
use schema::{ClockEvent, Entry, JobState, Purpose};
use ticket_printer::Misfortune;

#[test]
fn q1_killed_between_commit_and_print_every_slip_comes_once() {
    let mut hall = Hall::start();
    hall.printer().touch(|printer, now| printer.twin.misfortune(now, Misfortune::PaperOut));
    hall.fault_opens("printer P1", "paper_out");
    open(&hall, 1);
    for expected in ["A001", "A002", "A003"] {
        assert_eq!(number(&hall.do_it(&issue_with_slip("jia"))), expected);
    }
    hall.restart();
    assert_eq!(hall.numbers(), ["A001", "A002", "A003"]);
    assert!(hall.tray().is_empty());
    hall.printer().touch(|printer, now| printer.twin.calm(now));
    hall.slips(3);
    hall.all_printed();
    let tray = hall.tray();
    for expected in ["A001", "A002", "A003"] {
        assert_eq!(pieces(&tray, expected), (1, 0), "{expected}: {tray:?}");
    }
    assert_eq!(tray.len(), 3);
    assert_eq!(number(&hall.do_it(&issue_with_slip("jia"))), "A004");
    hall.slips(4);
    hall.sound();
    // The killed daemon did not say goodbye, and the log shows it.
    let started = hall.count(|entry| matches!(entry, Entry::Clock(ClockEvent::Started { .. })));
    let stopped = hall.count(|entry| matches!(entry, Entry::Clock(ClockEvent::Stopped)));
    assert_eq!((started, stopped), (2, 1));
}

/// A program of others that opens the file and finds nobody's lock on it believes itself alone, and takes the log away when it
/// closes it; the daemon would write on into a file without a name.
#[test]
fn q1_the_daemon_holds_its_database_also_after_it_read_beside_its_own_writer() {
    let mut hall = Hall::start();
    let held = |hall: &Hall| {
        let file =
            std::fs::File::options().read(true).write(true).open(hall.database()).expect("it is there");
        fcntl_lock(&file, FlockOperation::NonBlockingLockExclusive).is_err()
    };
    open(&hall, 1);
    assert_eq!(number(&hall.do_it(&issue("jia"))), "A001");
    assert!(held(&hall));
    let explained = hall.api.get("/api/v1/tickets/A001/explanation").expect("the daemon answers");
    assert_eq!(explained.status, 200);
    assert!(held(&hall), "a reader that closes leaves the writer's locks alone");
    hall.restart();
    assert!(held(&hall), "from the start");
    hall.sound();
}

#[test]
fn q1_killed_while_the_printer_is_unplugged_the_slip_comes_once() {
    let mut hall = Hall::start();
    hall.printer().set_condition(UNPLUGGED);
    hall.fault_opens("printer P1", "port");
    open(&hall, 3);
    assert_eq!(number(&hall.do_it(&issue_with_slip("yi"))), "B001");
    hall.restart();
    hall.printer().set_condition(Condition::default());
    hall.fault_closes("printer P1", "port");
    hall.slips(1);
    hall.all_printed();
    assert_eq!(pieces(&hall.tray(), "B001"), (1, 0));
    assert_eq!(number(&hall.do_it(&issue_with_slip("yi"))), "B002");
    hall.slips(2);
    hall.all_printed();
    assert_eq!(hall.tray().len(), 2);
    hall.sound();
}

#[test]
fn q1_killed_with_half_a_slip_printed_it_is_printed_whole_and_marked() {
    let mut hall = Hall::start();
    open(&hall, 1);
    hall.printer().touch(|printer, now| printer.twin.misfortune(now, Misfortune::Slow));
    hall.do_it(&issue_with_slip("jia"));
    until("half a slip hangs in the printer", || {
        let hanging = hall.printer().touch(|printer, now| {
            printer.twin.wake(now);
            printer.twin.view().hanging.len()
        });
        (hanging > 2).then_some(())
    });
    // One power cut for both: the printer forgets what it holds, and the half slip stays in it.
    hall.kill9();
    hall.printer().touch(|printer, now| {
        printer.twin.misfortune(now, Misfortune::Reset);
        printer.twin.calm(now);
    });
    assert_eq!(hall.tray().len(), 0);
    hall.run();
    let tray = hall.slips(1);
    hall.all_printed();
    let printed = text(&tray[0]);
    let (_, again) = printed.split_once("补打").unwrap_or_else(|| panic!("not marked: {printed}"));
    assert!(again.contains("窗口") && printed.matches("A001").count() >= 2, "{printed}");
    assert!(tray[0].cut);
    let jobs = hall.jobs();
    let states: Vec<_> = jobs.iter().map(|job| (job.purpose, job.state)).collect();
    assert_eq!(states, [(Purpose::Slip, JobState::Failed), (Purpose::Reprint, JobState::Confirmed)]);
    assert_eq!(number(&hall.do_it(&issue_with_slip("jia"))), "A002");
    hall.slips(2);
    hall.sound();
}

#[test]
fn q1_killed_again_and_again_while_numbers_are_taken_none_is_lost_or_doubled() {
    let mut hall = Hall::start();
    open(&hall, 2);
    let mut given = Vec::new();
    for round in 0..4 {
        let api = hall.api.clone();
        let process = hall.process();
        // Somebody takes numbers as fast as they come; the plug is pulled in the middle of it.
        let taker = std::thread::spawn(move || {
            let mut numbers = Vec::new();
            while let Ok(answer) = api.post(&crate::issue("jia").to_string()) {
                if answer.status != 200 {
                    break;
                }
                numbers.push(number(&answer.body));
                if numbers.len() == 5 + round * 3 {
                    rustix::process::kill_process(process, rustix::process::Signal::KILL).ok();
                }
            }
            numbers
        });
        hall.ended();
        given.extend(taker.join().expect("the taker ends when the daemon does"));
        hall.run();
    }
    let stored = hall.numbers();
    let consecutive: Vec<String> = (1..=stored.len()).map(|n| format!("A{n:03}")).collect();
    assert_eq!(stored, consecutive, "no number is skipped or doubled");
    assert!(given.iter().all(|number| stored.contains(number)), "a number that was told is in the file");
    // At most the one that was being answered at each cut is known to the file alone.
    assert!(stored.len() - given.len() <= 4, "{} stored, {} told", stored.len(), given.len());
    hall.sound();
}

#[test]
fn q1_many_who_ask_at_once_get_consecutive_numbers() {
    let mut hall = Hall::start();
    open(&hall, 2);
    let askers: Vec<_> = (0..8)
        .map(|n| {
            let api = hall.api.clone();
            let service = if n % 2 == 0 { "jia" } else { "yi" };
            std::thread::spawn(move || {
                let ask = || api.post(&crate::issue(service).to_string()).expect("the daemon answers");
                (0..10).map(|_| number(&ask().body)).collect::<Vec<_>>()
            })
        })
        .collect();
    let mut given: Vec<String> = Vec::new();
    for asker in askers {
        let numbers = asker.join().expect("every question is answered");
        assert!(numbers.is_sorted(), "{numbers:?}");
        given.extend(numbers);
    }
    given.sort();
    let expected: Vec<String> =
        ["A", "B"].iter().flat_map(|prefix| (1..=40).map(move |n| format!("{prefix}{n:03}"))).collect();
    assert_eq!(given, expected);
    hall.sound();
}
