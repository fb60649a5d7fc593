//! What a day leaves in the projections, and what a start loads.

use crate::common::*;
use queue::{By, Class, Day, Destination, Event, ServiceId, TicketSeq, Timestamp, WindowNumber};
use schema::{
    ClockEvent, Entry, FaultEvent, JobEvent, JobState, Reader, Stamped, Standing, StoreError, WindowStanding,
};

const W3: WindowNumber = WindowNumber(3);

fn busy_day() -> Vec<Stamped> {
    vec![
        at(100, open_day(DAY, 1)),
        at(101, Event::WindowOpened { window: W3, clerk: Some("017".into()) }),
        at(110, issued(1)),
        job(110, slip(1, 1)),
        at(120, green(2)),
        at(130, Event::Asked { window: W3 }),
        at(130, called(2, 3, 10, &[1])),
        at(140, Event::Started { ticket: TicketSeq(2), window: W3 }),
        at(150, Event::PauseBooked { window: W3, reason: "会议".into(), planned_s: None }),
        at(260, completed(2, 3)),
        at(260, Event::Paused { window: W3, reason: "会议".into(), planned_s: None }),
        at(
            270,
            Event::Rated {
                ticket: TicketSeq(2),
                window: W3,
                level: 2,
                reasons: vec!["态度".into()],
                late: false,
            },
        ),
        at(560, Event::Resumed { window: W3, paused_s: 300 }),
        at(570, called(1, 3, 460, &[])),
        job(580, JobEvent::Sent { job: 1 }),
    ]
}

#[test]
fn a_day_can_be_read() {
    let place = Place::new();
    let mut store = place.store();
    assert_eq!(store.append(&busy_day()).unwrap(), 15);
    let reader = Reader::open(&place.path()).unwrap();

    assert_eq!(reader.latest_day().unwrap(), Some(DAY));
    let tickets = reader.day_tickets(DAY).unwrap();
    assert_eq!(tickets.len(), 2);
    assert_eq!(
        (tickets[0].passed, tickets[0].passed_by_green),
        (1, 1),
        "g4: how often a green ticket passed it"
    );
    assert_eq!((tickets[0].state, tickets[0].wait_s), (Standing::Called, Some(460)));
    assert!(tickets[1].green);
    assert_eq!((tickets[1].state, tickets[1].served_s), (Standing::Completed, Some(120)));

    let calls = reader.day_calls(DAY).unwrap();
    let Stamped { entry: Entry::Hall(Event::Called(expected)), .. } = &busy_day()[6] else { panic!() };
    assert_eq!(&calls[0].called, expected, "q3: a call keeps its reason, inputs and the overtaken");

    let window = &reader.day_windows(DAY).unwrap()[0];
    assert_eq!((window.state, window.ticket), (WindowStanding::Calling, Some(TicketSeq(1))));
    assert_eq!((window.clerk.as_deref(), window.pause_booked.as_deref()), (Some("017"), None));
    let pause = &reader.day_pauses(DAY).unwrap()[0];
    assert_eq!((pause.reason.as_str(), pause.length_s), ("会议", Some(300)), "p1");
    let rating = &reader.ratings(DAY).unwrap()[0];
    assert_eq!((rating.level, rating.clerk.as_deref()), (Some(2), Some("017")));
    assert_eq!(reader.jobs(DAY).unwrap()[0].state, JobState::Sent);

    let history = reader.ticket(DAY, &label(2)).unwrap().unwrap();
    assert_eq!(history.entries.iter().map(|logged| logged.position).collect::<Vec<_>>(), [5, 7, 8, 10, 12]);
    assert_eq!(history.matters[0].done_at, Some(Timestamp(260)), "q7");
    assert_eq!(history.calls.len(), 1);
    assert!(reader.ticket(DAY, &label(3)).unwrap().is_none());
    assert_eq!(store.verify().unwrap().findings, []);
}

#[test]
fn g6_the_category_is_in_the_log_only() {
    let place = Place::new();
    place.store().append(&busy_day()).unwrap();
    assert!(!projections(&place.raw()).contains("veteran"));
    let audit = Reader::open(&place.path()).unwrap().entries(1, 100).unwrap();
    assert!(format!("{audit:?}").contains("veteran"));
}

#[test]
fn a_start_loads_the_latest_day_and_what_is_open() {
    let place = Place::new();
    let mut store = place.store();
    let empty = store.load_day().unwrap();
    assert_eq!((empty.entries.len(), empty.next_job, empty.last_at), (0, 1, None));

    let start = Entry::Clock(ClockEvent::Started { version: "0.1.0".into() });
    store.append(&[Stamped { at: Timestamp(90), entry: start }]).unwrap();
    assert_eq!(store.load_day().unwrap().entries.len(), 1, "all of it while no day was opened");

    store.append(&busy_day()).unwrap();
    let fault = |device: &str| FaultEvent::Opened {
        device: device.into(),
        fault: "silent".into(),
        detail: "no answer within 500 ms".into(),
    };
    for device in ["window 3 pad", "window 4 pad", "window 3 pad"] {
        store.append(&[Stamped { at: Timestamp(600), entry: Entry::Fault(fault(device)) }]).unwrap();
    }
    let closed = FaultEvent::Closed { device: "window 4 pad".into(), fault: "silent".into() };
    store.append(&[Stamped { at: Timestamp(700), entry: Entry::Fault(closed.clone()) }]).unwrap();
    store.append(&[at(800, open_day(Day(20261127), 3)), at(810, issued(3))]).unwrap();
    drop(store);

    let loaded = place.store().load_day().unwrap();
    assert_eq!(loaded.entries.iter().map(|logged| logged.at.0).collect::<Vec<_>>(), [800, 810]);
    assert_eq!((loaded.next_job, loaded.last_at), (2, Some(Timestamp(810))));
    assert_eq!((loaded.open_jobs[0].job, loaded.open_jobs[0].state), (1, JobState::Sent));
    let open: Vec<_> = loaded.open_faults.iter().map(|fault| fault.device.as_str()).collect();
    assert_eq!(open, ["window 3 pad"]);

    let reader = Reader::open(&place.path()).unwrap();
    assert_eq!(reader.days().unwrap(), [DAY, Day(20261127)]);
    assert_eq!(
        reader.day_windows(DAY).unwrap()[0].state,
        WindowStanding::Closed,
        "a new day closes the old one's"
    );
    assert_eq!(reader.day_entries(DAY).unwrap().len(), 19);
    assert_eq!(reader.day_entries(Day(20261127)).unwrap().len(), 2);
    assert_eq!(reader.day_entries(Day(20261128)).unwrap(), []);
    assert_eq!(reader.faults(Timestamp(650), Timestamp(660)).unwrap().len(), 2);
    assert_eq!(reader.faults(Timestamp(701), Timestamp(900)).unwrap().len(), 1);
}

#[test]
fn q4_q5_passed_revived_and_sent_on() {
    let place = Place::new();
    let mut store = place.store();
    let by = By("guide".into());
    let to_window = Event::Transferred {
        ticket: TicketSeq(1),
        from: Some(W3),
        to: Destination::Window(WindowNumber(9)),
        service: "yinan".into(),
        class: Class::Special,
        join: Timestamp(350),
        note: "缺材料".into(),
        by: by.clone(),
    };
    store
        .append(&[
            at(100, open_day(DAY, 1)),
            at(110, issued(1)),
            at(120, called(1, 3, 10, &[])),
            at(130, Event::Recalled { ticket: TicketSeq(1), window: W3, times: 1 }),
            at(140, Event::Passed { ticket: TicketSeq(1), window: W3, ended: false }),
            at(300, Event::Revived { ticket: TicketSeq(1), by }),
            at(400, called(1, 3, 100, &[])),
            at(410, to_window),
        ])
        .unwrap();
    let reader = Reader::open(&place.path()).unwrap();
    let ticket = &reader.day_tickets(DAY).unwrap()[0];
    assert_eq!((ticket.state, ticket.window), (Standing::Waiting, Some(WindowNumber(9))));
    assert_eq!((ticket.calls, ticket.revived, ticket.join_at), (2, true, Timestamp(350)));
    assert_eq!(reader.day_transfers(DAY).unwrap()[0].note, "缺材料");
    store
        .append(&[
            at(500, called(1, 9, 150, &[])),
            at(510, Event::Parked { ticket: TicketSeq(1), window: WindowNumber(9), note: String::new() }),
            at(520, Event::Returned { ticket: TicketSeq(1), window: WindowNumber(9) }),
            at(
                530,
                Event::MatterAdded {
                    ticket: TicketSeq(1),
                    window: WindowNumber(9),
                    service: "gongshang".into(),
                },
            ),
            at(540, Event::Voided { ticket: TicketSeq(1), reason: "离开".into(), by: By("guide".into()) }),
        ])
        .unwrap();
    let history = reader.ticket(DAY, &label(1)).unwrap().unwrap();
    assert_eq!(
        (history.ticket.state, history.ticket.void_reason.as_deref()),
        (Standing::Voided, Some("离开"))
    );
    assert_eq!(history.matters.len(), 2);
    assert_eq!(store.verify().unwrap().findings, []);
}

#[test]
fn a_batch_that_does_not_fit_leaves_nothing() {
    let place = Place::new();
    let mut store = place.store();
    store.append(&busy_day()).unwrap();
    let before = projections(&place.raw());
    let rated = |level| Event::Rated { ticket: TicketSeq(2), window: W3, level, reasons: vec![], late: true };
    let table: Vec<(&str, Vec<Stamped>)> = vec![
        ("q1: a number given twice", vec![at(900, issued(3)), at(900, issued(1))]),
        ("an unknown ticket", vec![at(900, issued(3)), at(900, Event::Expired { ticket: TicketSeq(9) })]),
        ("an unknown ticket called", vec![at(900, called(9, 3, 0, &[]))]),
        ("an unknown ticket overtaken", vec![at(900, called(1, 3, 0, &[9]))]),
        ("r2: rated twice", vec![at(900, rated(5))]),
        ("q1: a day opened twice", vec![at(900, open_day(DAY, 3))]),
        ("an unknown job", vec![job(900, JobEvent::Confirmed { job: 7 })]),
        ("a slip of an unknown ticket", vec![job(900, slip(2, 9))]),
        ("a job queued twice", vec![job(900, slip(1, 1))]),
        ("a number beyond all counting", vec![at(900, Event::Expired { ticket: TicketSeq(u64::MAX) })]),
    ];
    for (name, batch) in table {
        let error = store.append(&batch).expect_err(name);
        assert!(
            matches!(error, StoreError::Unfit { .. } | StoreError::Constraint { .. }),
            "{name}: {error:?}"
        );
        assert_eq!(projections(&place.raw()), before, "{name}");
    }
    assert_eq!(store.append(&[]).unwrap(), 15);
    assert_eq!(store.append(&[at(900, issued(3))]).unwrap(), 16);
    assert_eq!(store.verify().unwrap().findings, []);
}

#[test]
fn r3_no_answer_can_still_become_one() {
    let place = Place::new();
    let mut store = place.store();
    store.append(&busy_day()[..9]).unwrap();
    let closed = Event::RatingClosed { ticket: TicketSeq(2), window: W3 };
    store.append(&[at(260, completed(2, 3)), at(320, closed)]).unwrap();
    let reader = Reader::open(&place.path()).unwrap();
    assert_eq!(reader.ratings(DAY).unwrap()[0].level, None);
    store
        .append(&[at(
            400,
            Event::Rated { ticket: TicketSeq(2), window: W3, level: 5, reasons: vec![], late: false },
        )])
        .unwrap();
    assert_eq!(reader.ratings(DAY).unwrap()[0].level, Some(5));
    assert_eq!(store.verify().unwrap().findings, []);
}

/// Ten years of days before today must cost nothing at a start: the plan uses the index of the day rows and the key.
#[test]
fn a_start_does_not_scan_the_log() {
    let place = Place::new();
    let mut store = place.store();
    store.append(&busy_day()).unwrap();
    let plan = |sql: &str| -> String {
        let raw = place.raw();
        let mut statement = raw.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
        let lines = statement.query_map([], |row| row.get::<_, String>(3)).unwrap();
        lines.collect::<Result<Vec<_>, _>>().unwrap().join("; ")
    };
    let latest =
        plan("SELECT position FROM log WHERE kind = 'hall.day_opened' ORDER BY position DESC LIMIT 1");
    assert!(latest.contains("log_days"), "{latest}");
    assert!(!latest.contains("TEMP B-TREE"), "{latest}");
    let rest = plan("SELECT position, at, body FROM log WHERE position >= 7 ORDER BY position");
    assert_eq!(rest, "SEARCH log USING INTEGER PRIMARY KEY (rowid>?)");
    let jobs = plan("SELECT * FROM jobs WHERE state IN ('queued', 'sent') ORDER BY job");
    assert!(jobs.contains("jobs_open"), "{jobs}");
    let faults = plan("SELECT * FROM faults WHERE closed_at IS NULL ORDER BY +position");
    assert!(faults.contains("faults_open"), "{faults}");
    let history = plan("SELECT position, at, body FROM log WHERE ticket = 2 ORDER BY position");
    assert!(history.contains("log_tickets"), "{history}");
}

#[test]
fn services_of_one_visit_are_done_together() {
    let place = Place::new();
    let mut store = place.store();
    let mut event = issued(1);
    if let Event::Issued { more, .. } = &mut event {
        *more = vec!["shebao-canbao".into(), "yibao".into()];
    }
    store
        .append(&[
            at(100, open_day(DAY, 1)),
            at(110, event),
            at(120, called(1, 3, 10, &[])),
            at(200, completed(1, 3)),
        ])
        .unwrap();
    let history = Reader::open(&place.path()).unwrap().ticket(DAY, &label(1)).unwrap().unwrap();
    let done: Vec<_> =
        history.matters.iter().map(|matter| (matter.service.clone(), matter.done_at.is_some())).collect();
    let same = ServiceId::from("shebao-canbao");
    assert_eq!(done, [(same.clone(), true), (same, true), ("yibao".into(), false)], "r4");
}
