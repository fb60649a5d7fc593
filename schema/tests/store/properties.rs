//! Whatever a hall does, its projections are a function of its log, agree with the hall, and a restart is the same hall.

use crate::common::*;
use proptest::prelude::*;
use queue::{
    By, Class, Command, Day, Destination, Event, Grant, Hall, Parameters, Rules, ServiceRule, TicketSeq,
    TicketState, Timestamp, WindowNumber, WindowRule, WindowState,
};
use schema::{ClockEvent, Entry, FaultEvent, JobEvent, Reader, Stamped, Standing, Store, WindowStanding};

const SERVICES: [&str; 3] = ["canbao", "gongshang", "yinan"];

fn rules() -> Rules {
    let class = [Class::Ordinary, Class::Complex, Class::Special];
    let service = |index: usize| ServiceRule {
        id: SERVICES[index].into(),
        // The first and the last share their numbers (rule Q1).
        prefix: ["A", "B", "A"][index].into(),
        class: class[index],
    };
    let window = |number: u16| WindowRule {
        number: WindowNumber(number),
        skills: SERVICES[..usize::from(number)].iter().map(|&skill| skill.into()).collect(),
    };
    Rules {
        services: (0..3).map(service).collect(),
        windows: (1..=3).map(window).collect(),
        parameters: Parameters::default(),
    }
}

/// What somebody asks for: which of the commands, about whom, with what.
type Ask = (u8, u8, u8, bool);

fn command((which, whom, what, flag): Ask) -> Command {
    let window = WindowNumber(u16::from(whom % 3) + 1);
    let ticket = TicketSeq(u64::from(whom % 24) + 1);
    let service = || SERVICES[usize::from(what % 3)].into();
    let by = By("guide".into());
    let note = String::from("说明");
    let grant = || Grant { category: "elderly".into(), evidence: "身份证".into() };
    let to = if flag {
        Destination::Service(service())
    } else {
        Destination::Window(WindowNumber(u16::from(what % 3) + 1))
    };
    match which % 33 {
        0..=6 => Command::Issue {
            service: service(),
            more: if what > 200 { vec![SERVICES[usize::from(whom % 3)].into()] } else { vec![] },
            grant: (flag && what > 128).then(grant),
            booked: (!flag && what > 160).then(|| Timestamp(i64::from(what) * 20)),
            by,
        },
        7 => Command::Grant { ticket, grant: grant(), by },
        8 => Command::Withdraw { ticket, reason: note, by },
        9 => Command::OpenWindow { window, clerk: flag.then(|| format!("{what:03}")) },
        10 if flag => Command::TakeOver { window, clerk: format!("{:03}", what % 4) },
        10 => Command::OpenWindow { window, clerk: Some(format!("{:03}", what % 4)) },
        11 => Command::CloseWindow { window, force: flag.then_some(note) },
        12 => Command::Pause { window, reason: note, planned_s: flag.then_some(30) },
        13 => Command::Resume { window },
        14..=18 => Command::CallNext { window },
        19 => Command::StopAsking { window },
        20 => Command::Recall { window },
        21 => Command::Start { window },
        22 => Command::Pass { window },
        23 => Command::Revive { ticket, by },
        24 => Command::Transfer { window, to, note },
        25 => Command::Reassign { ticket, to, note, by },
        26 => Command::Park { window, note },
        27 => Command::Return { window, ticket: None },
        28 => Command::AddMatter { window, service: service() },
        29 => Command::Complete { window, prompt: flag },
        31 => Command::AssignHelper { ticket, helper: flag.then(|| String::from("小李")), by },
        30 => Command::Void { ticket, reason: note, by },
        _ if what > 240 => Command::OpenDay { day: Day(20261126 + u32::from(what - 240)) },
        _ => Command::Rate { window, level: what % 6, reasons: vec![] },
    }
}

/// Decide, commit, apply, as the daemon does.
fn run(hall: &mut Hall, store: &mut Store, now: i64, command: &Command) {
    let Ok(events) = hall.decide(Timestamp(now), command) else { return };
    let batch: Vec<_> = events.iter().map(|event| at(now, event.clone())).collect();
    store.append(&batch).unwrap_or_else(|error| panic!("{command:?} gave {events:?}: {error:?}"));
    events.iter().for_each(|event| hall.apply(Timestamp(now), event));
}

fn standing(state: &TicketState) -> (Standing, Option<WindowNumber>) {
    match *state {
        TicketState::Waiting { only } => (Standing::Waiting, only),
        TicketState::Called { window, .. } => (Standing::Called, Some(window)),
        TicketState::Serving { window, .. } => (Standing::Serving, Some(window)),
        TicketState::Parked { window, .. } => (Standing::Parked, Some(window)),
        TicketState::Returned { window, .. } => (Standing::Returned, Some(window)),
        TicketState::Completed { window, .. } => (Standing::Completed, Some(window)),
        TicketState::Passed { .. } => (Standing::Passed, None),
        TicketState::Missed { .. } => (Standing::Missed, None),
        TicketState::Voided { .. } => (Standing::Voided, None),
    }
}

fn agree(hall: &Hall, reader: &Reader) {
    let day = hall.day().unwrap();
    let rows = reader.day_tickets(day).unwrap();
    assert_eq!(rows.len(), hall.tickets().count());
    for (row, ticket) in rows.iter().zip(hall.tickets()) {
        let (state, window) = standing(&ticket.state);
        assert_eq!((row.seq, &row.number, row.state), (ticket.seq, &ticket.number, state));
        if window.is_some() || state == Standing::Waiting {
            assert_eq!(row.window, window, "{ticket:?}");
        }
        assert_eq!(
            (&row.service, row.class, row.booked),
            (&ticket.service, ticket.class, ticket.booked),
            "{ticket:?}"
        );
        assert_eq!(
            (row.join_at, row.ready_at, row.passed),
            (ticket.join, ticket.ready, ticket.passed),
            "{ticket:?}"
        );
        assert_eq!((row.green, row.revived), (ticket.green.is_some(), ticket.revived), "{ticket:?}");
        assert_eq!(row.ended_at.is_some(), ticket.state.is_final(), "{ticket:?}");
        let history = reader.ticket(day, &row.number).unwrap().unwrap();
        let matters: Vec<_> =
            history.matters.into_iter().map(|row| (row.service, row.done_at.is_some())).collect();
        assert_eq!(matters, ticket.matters, "{ticket:?}");
    }
    for row in reader.day_windows(day).unwrap() {
        let window = hall.window(row.number).unwrap();
        let (state, ticket) = match window.state {
            WindowState::Closed => (WindowStanding::Closed, None),
            WindowState::Free => (WindowStanding::Free, None),
            WindowState::Asking { .. } => (WindowStanding::Asking, None),
            WindowState::Calling { ticket } => (WindowStanding::Calling, Some(ticket)),
            WindowState::Serving { ticket } => (WindowStanding::Serving, Some(ticket)),
            WindowState::Paused { .. } => (WindowStanding::Paused, None),
        };
        assert_eq!(
            (row.state, row.ticket, row.pause_booked.as_ref()),
            (state, ticket, window.pause_booked.as_ref().map(|booked| &booked.reason)),
            "{window:?}"
        );
        if window.state.is_open() {
            assert_eq!(row.clerk, window.clerk, "{window:?}");
        }
    }
}

/// Any entry about few tickets, windows, jobs and devices, fitting or not.
fn entry((which, whom, what, flag): Ask) -> Entry {
    let (ticket, window) = (TicketSeq(u64::from(whom % 6)), WindowNumber(u16::from(what % 3)));
    let (job, why) = (u64::from(what % 5), String::from("卡纸"));
    let (device, fault) = (format!("window {window} pad"), String::from("silent"));
    let by = || By("guide".into());
    Entry::Hall(match which % 24 {
        0 => return Entry::Job(slip(job, ticket.0)),
        1 => return Entry::Job(JobEvent::Sent { job }),
        2 => return Entry::Job(JobEvent::Confirmed { job }),
        3 => {
            return Entry::Job(if flag {
                JobEvent::Failed { job, why }
            } else {
                JobEvent::Void { job, why }
            });
        }
        4 => return Entry::Fault(FaultEvent::Opened { device, fault, detail: what.to_string() }),
        5 => return Entry::Fault(FaultEvent::Closed { device, fault }),
        6 => return Entry::Clock(ClockEvent::Jumped { by_s: i64::from(what) }),
        7 | 8 => open_day(Day(20261126 + u32::from(what % 4)), 1),
        9..=12 => issued(ticket.0),
        13 | 14 => called(ticket.0, window.0, i64::from(what), &[u64::from(what % 6)]),
        15 => completed(ticket.0, window.0),
        16 => Event::Rated { ticket, window, level: what % 7, reasons: vec![], late: what % 2 == 0 },
        17 => Event::RatingClosed { ticket, window },
        18 => Event::Paused { window, reason: why, planned_s: flag.then_some(600) },
        19 => Event::Resumed { window, paused_s: i64::from(what) },
        20 => Event::WindowClosed { window, forced: None },
        21 => Event::Voided { ticket, reason: why, by: by() },
        22 => Event::Revived { ticket, by: by() },
        _ => Event::Transferred {
            ticket,
            from: flag.then_some(window),
            to: Destination::Window(window),
            service: SERVICES[usize::from(what % 3)].into(),
            class: Class::Special,
            join: Timestamp(i64::from(what)),
            note: why,
            by: by(),
        },
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn projections_follow_the_log_and_the_hall(
        asks in prop::collection::vec((0_i64..240, any::<Ask>()), 1..150),
    ) {
        let place = Place::new();
        let (mut store, mut hall) = (place.store(), Hall::new(rules()));
        let mut now = 0;
        run(&mut hall, &mut store, now, &Command::OpenDay { day: DAY });
        for number in 1..=3 {
            let open = Command::OpenWindow { window: WindowNumber(number), clerk: Some("017".into()) };
            run(&mut hall, &mut store, now, &open);
        }
        for (pause, ask) in asks {
            now += pause;
            run(&mut hall, &mut store, now, &Command::Tick);
            run(&mut hall, &mut store, now, &command(ask));
            for _ in 0..3 {
                run(&mut hall, &mut store, now, &Command::Settle);
            }
        }

        agree(&hall, &Reader::open(&place.path()).unwrap());
        let made = projections(&place.raw());
        store.rebuild().unwrap();
        prop_assert_eq!(projections(&place.raw()), made);
        let verified = store.verify().unwrap();
        prop_assert_eq!(&verified.findings, &vec![]);
        prop_assert_eq!(verified.rows, store.last_position());

        let mut again = Hall::new(rules());
        drop(store);
        for logged in place.store().load_day().unwrap().entries {
            if let Entry::Hall(event) = &logged.entry {
                again.apply(logged.at, event);
            }
        }
        agree(&again, &Reader::open(&place.path()).unwrap());
    }

    /// Also of entries that no hall would write: a batch either fits and stays, or leaves nothing.
    #[test]
    fn any_batches_that_fit_are_projected_the_same_again(
        batches in prop::collection::vec(prop::collection::vec(any::<Ask>(), 0..6), 1..40),
    ) {
        let place = Place::new();
        let mut store = place.store();
        let mut n_rows = 0;
        for (index, asks) in batches.iter().enumerate() {
            let now = index as i64;
            let batch: Vec<_> = asks.iter().map(|&ask| Stamped { at: Timestamp(now), entry: entry(ask) }).collect();
            let before = projections(&place.raw());
            match store.append(&batch) {
                Ok(last) => n_rows = last,
                Err(_) => prop_assert_eq!(projections(&place.raw()), before),
            }
        }
        let made = projections(&place.raw());
        prop_assert_eq!(store.rebuild().unwrap(), n_rows);
        prop_assert_eq!(projections(&place.raw()), made);
        prop_assert_eq!(store.verify().unwrap().findings, vec![]);
    }
}
