//! Work orders, unresolved matters and patrols: what the tables say, what a start reads, and that all can be made again.

use crate::common::*;
use queue::cases::{
    CaseCommand, CaseEvent, CaseId, CaseRules, CaseState, Cases, PatrolId, What, WorkingDays,
};
use queue::{By, ServiceId, TicketSeq, Timestamp, WindowNumber};
use schema::{Entry, Reader, Stamped};

struct EveryDay;

impl WorkingDays for EveryDay {
    fn after(&self, at: Timestamp, n: u32) -> Timestamp {
        at.plus(i64::from(n) * 86_400)
    }
}

fn by() -> By {
    By("desk".into())
}

fn order() -> What {
    What::WorkOrder {
        ticket: TicketSeq(1),
        window: WindowNumber(3),
        service: ServiceId::from("canbao"),
        clerk: Some("1001".into()),
        number: Some("A012".into()),
        level: 2,
        reasons: vec!["态度差".into()],
    }
}

fn matter() -> What {
    What::Unresolved {
        matter: "档案缺失".into(),
        department: "人社".into(),
        cause: "原单位已注销".into(),
        complex: true,
        sealed: Some("2026-11:sealed".into()),
        ticket: None,
    }
}

#[test]
fn r5_p5_o2_what_becomes_of_cases_is_read_back_and_a_start_knows_those_that_are_not_closed() {
    let place = Place::new();
    let mut store = place.store();
    let mut cases = Cases::new(CaseRules::default(), CaseId(1), PatrolId(1));
    let [order_, matter_, found] = [CaseId(1), CaseId(2), CaseId(3)];
    let text = || "已核实".to_owned();
    let steps = [
        (100, CaseCommand::Open { about: order(), by: by() }),
        (110, CaseCommand::Open { about: matter(), by: by() }),
        (
            120,
            CaseCommand::Patrol {
                places: vec!["一楼".into()],
                note: String::new(),
                findings: vec![("一楼".into(), "地面湿滑".into())],
                by: by(),
            },
        ),
        (130, CaseCommand::NotDelivered { case: order_, why: "500".into(), again: true }),
        (140, CaseCommand::Delivered { case: order_, reference: Some("12345-7".into()) }),
        (150, CaseCommand::Extend { case: matter_, days: 2, agreed: "电话同意".into(), by: by() }),
        (160, CaseCommand::Answer { case: found, note: text(), by: by() }),
        (170, CaseCommand::Answer { case: matter_, note: text(), by: by() }),
        (180, CaseCommand::CallBack { case: matter_, satisfied: false, note: "仍未解决".into(), by: by() }),
        (190, CaseCommand::Renew { case: matter_, sealed: "2026-12:anew".into() }),
        (100 + 10 * 86_400, CaseCommand::Tick),
        (900_000, CaseCommand::Answer { case: order_, note: text(), by: by() }),
    ];
    for (at, command) in steps {
        let events = cases.decide(Timestamp(at), &EveryDay, &command).unwrap();
        assert!(!events.is_empty(), "{command:?}");
        let stamped = |event: &CaseEvent| Stamped { at: Timestamp(at), entry: Entry::Case(event.clone()) };
        let batch: Vec<_> = events.iter().map(stamped).collect();
        events.iter().for_each(|event| cases.apply(Timestamp(at), event));
        store.append(&batch).unwrap();
    }
    assert_eq!(store.verify().unwrap().findings, []);

    let loaded = store.load_day().unwrap();
    assert_eq!((loaded.next_case, loaded.next_patrol), (4, 2));
    let mut again = Cases::new(CaseRules::default(), CaseId(4), PatrolId(2));
    for logged in store.load_cases().unwrap() {
        let Entry::Case(event) = &logged.entry else { panic!("{logged:?}") };
        again.apply(logged.at, event);
    }
    assert_eq!(format!("{again:?}"), format!("{cases:?}"), "a start makes no difference");

    let reader = Reader::open(&place.path()).unwrap();
    let rows = reader.cases(Timestamp(0), Timestamp(1000)).unwrap();
    let seen: Vec<_> = rows.iter().map(|row| (row.case, row.state, row.overdue, row.extended)).collect();
    assert_eq!(
        seen,
        [
            (order_, CaseState::Answered, true, 0),
            (matter_, CaseState::Open, true, 1),
            (found, CaseState::Closed, false, 0)
        ]
    );
    // The tables say of each what the register says.
    for row in &rows {
        let known = cases.case(row.case).map(|case| (case.state, case.due, case.overdue, case.n_extended));
        let expected =
            (row.state != CaseState::Closed).then_some((row.state, row.due, row.overdue, row.extended));
        assert_eq!(known, expected);
    }
    assert_eq!(rows[0].reference.as_deref(), Some("12345-7"));
    assert_eq!(
        reader.cases(Timestamp(5000), Timestamp(6000)).unwrap().len(),
        2,
        "what is open is always there"
    );
    let steps: Vec<_> = reader.case_steps(matter_).unwrap().into_iter().map(|row| row.step).collect();
    assert_eq!(steps, ["opened", "extended", "answered", "called_back_not_satisfied", "renewed", "overdue"]);
    let What::Unresolved { sealed, .. } = &rows[1].about else { panic!("{:?}", rows[1]) };
    assert_eq!(sealed.as_deref(), Some("2026-12:anew"));
    assert_eq!(reader.patrols(Timestamp(0), Timestamp(1000)).unwrap()[0].places, ["一楼"]);
}

#[test]
fn a_step_of_no_case_is_refused() {
    let mut store = Place::new().store();
    let event = CaseEvent::Overdue { case: CaseId(7) };
    let error = store.append(&[Stamped { at: Timestamp(1), entry: Entry::Case(event) }]).unwrap_err();
    assert!(error.to_string().contains("case 7 is not known"), "{error}");
}

#[test]
fn r5_a_start_knows_a_closed_order_until_it_is_delivered() {
    let place = Place::new();
    let mut store = place.store();
    let mut cases = Cases::new(CaseRules::default(), CaseId(1), PatrolId(1));
    let case = CaseId(1);
    let text = || "已核实".to_owned();
    let mut step = |at, command| {
        for event in cases.decide(Timestamp(at), &EveryDay, &command).unwrap() {
            cases.apply(Timestamp(at), &event);
            store.append(&[Stamped { at: Timestamp(at), entry: Entry::Case(event) }]).unwrap();
        }
        let mut again = Cases::new(CaseRules::default(), CaseId(2), PatrolId(1));
        for logged in store.load_cases().unwrap() {
            let Entry::Case(event) = &logged.entry else { panic!("{logged:?}") };
            again.apply(logged.at, event);
        }
        assert_eq!(format!("{again:?}"), format!("{cases:?}"), "a start makes no difference");
        again.to_deliver().count()
    };
    step(100, CaseCommand::Open { about: order(), by: by() });
    step(110, CaseCommand::Answer { case, note: text(), by: by() });
    assert_eq!(step(120, CaseCommand::Close { case, note: text(), by: by() }), 1);
    assert_eq!(step(130, CaseCommand::NotDelivered { case, why: "400".into(), again: false }), 0);
    assert_eq!(step(140, CaseCommand::Redeliver { case, by: by() }), 1);
    assert_eq!(step(150, CaseCommand::Delivered { case, reference: None }), 0);
    assert_eq!(store.load_cases().unwrap(), [], "nothing is owed");
}
