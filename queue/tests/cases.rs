//! What is owed after a visit: work orders (rule R5), unresolved matters (rule P5), what patrols found (rule O2).

use proptest::prelude::*;
use queue::cases::{
    CaseCommand, CaseEvent, CaseId, CaseRefusal, CaseRules, CaseState, Cases, Delivery, PatrolId, What,
    WorkingDays,
};
use queue::{By, ServiceId, TicketSeq, Timestamp, WindowNumber};

const DAY_S: i64 = 86_400;

/// Two days of work, then one of rest.
struct TwoOfThree;

impl WorkingDays for TwoOfThree {
    fn after(&self, at: Timestamp, n: u32) -> Timestamp {
        let mut day = at.0.div_euclid(DAY_S);
        for _ in 0..n {
            day += 1;
            if day % 3 == 2 {
                day += 1;
            }
        }
        Timestamp((day + 1) * DAY_S)
    }
}

fn by() -> By {
    By("desk".into())
}

fn cases() -> Cases {
    Cases::new(CaseRules::default(), CaseId(1), PatrolId(1))
}

fn does(cases: &mut Cases, at: i64, command: CaseCommand) -> Result<Vec<CaseEvent>, CaseRefusal> {
    let events = cases.decide(Timestamp(at), &TwoOfThree, &command)?;
    events.iter().for_each(|event| cases.apply(Timestamp(at), event));
    Ok(events)
}

fn order(level: u8) -> What {
    What::WorkOrder {
        ticket: TicketSeq(7),
        window: WindowNumber(3),
        service: ServiceId::from("shebao-ka"),
        clerk: Some("1001".into()),
        number: Some("A012".into()),
        level,
        reasons: vec!["等候时间长".into()],
    }
}

fn unresolved(complex: bool) -> What {
    What::Unresolved {
        matter: "社保卡补办".into(),
        department: "人社".into(),
        cause: "系统无法查询".into(),
        complex,
        sealed: None,
        ticket: None,
    }
}

fn open(cases: &mut Cases, at: i64, about: What) -> CaseId {
    let events = does(cases, at, CaseCommand::Open { about, by: by() }).expect("it is registered");
    events[0].case().expect("a case was opened")
}

fn answer(case: CaseId) -> CaseCommand {
    CaseCommand::Answer { case, note: "已核实".into(), by: by() }
}

#[test]
fn r5_a_work_order_is_due_in_ten_working_days_and_is_followed_until_it_is_answered() {
    let mut cases = cases();
    let case = open(&mut cases, 100, order(1));
    // Ten working days after day 0, with every third day off: 1 3 4 6 7 9 10 12 13 15.
    assert_eq!(cases.case(case).map(|case| case.due), Some(Timestamp(16 * DAY_S)));
    assert_eq!(cases.next_deadline(), Some(Timestamp(16 * DAY_S)));
    let none = does(&mut cases, 16 * DAY_S - 1, CaseCommand::Tick).expect("ticks are not refused");
    assert_eq!(none, []);
    let passed = does(&mut cases, 16 * DAY_S, CaseCommand::Tick).expect("ticks are not refused");
    assert_eq!(passed, [CaseEvent::Overdue { case }]);
    assert_eq!(does(&mut cases, 17 * DAY_S, CaseCommand::Tick), Ok(Vec::new()), "told once");
    does(&mut cases, 17 * DAY_S, answer(case)).expect("late is better than never");
    let known = cases.case(case).expect("answered and not closed");
    assert_eq!((known.state, known.overdue), (CaseState::Answered, true));
    does(&mut cases, 18 * DAY_S, CaseCommand::Close { case, note: "热线已回访".into(), by: by() })
        .expect("it is answered");
    let closed = CaseRefusal::CaseIs { case, state: "closed" };
    assert_eq!(does(&mut cases, 18 * DAY_S, answer(case)), Err(closed));
}

#[test]
fn r5_only_the_lower_two_levels_make_a_work_order() {
    for level in [0, 3, 4, 5, 255] {
        let command = CaseCommand::Open { about: order(level), by: by() };
        assert_eq!(does(&mut cases(), 0, command), Err(CaseRefusal::Level { level }));
    }
}

#[test]
fn r5_it_waits_for_the_hotline_until_accepted_and_the_same_failure_is_recorded_once() {
    let mut cases = cases();
    let case = open(&mut cases, 0, order(2));
    let fails = |why: &str, again| CaseCommand::NotDelivered { case, why: why.into(), again };
    assert_eq!(does(&mut cases, 1, fails("500", true)).map(|events| events.len()), Ok(1));
    assert_eq!(does(&mut cases, 2, fails("500", true)), Ok(Vec::new()));
    assert_eq!(does(&mut cases, 3, fails("silent", true)).map(|events| events.len()), Ok(1));
    assert_eq!(cases.to_deliver().count(), 1);
    does(&mut cases, 4, fails("400: no such district", false)).expect("it is told");
    assert_eq!(cases.to_deliver().count(), 0, "a person must see to it");
    does(&mut cases, 5, CaseCommand::Redeliver { case, by: by() }).expect("somebody saw to it");
    assert_eq!(cases.to_deliver().count(), 1);
    let accepted = CaseCommand::Delivered { case, reference: Some("12345-9".into()) };
    assert_eq!(does(&mut cases, 6, accepted.clone()).map(|events| events.len()), Ok(1));
    assert_eq!(does(&mut cases, 7, accepted), Ok(Vec::new()), "an answer that comes twice");
    assert_eq!(does(&mut cases, 8, fails("500", true)), Ok(Vec::new()), "and one that comes late");
    let delivery = cases.case(case).and_then(|case| case.delivery.clone());
    assert_eq!(delivery, Some(Delivery::Accepted { reference: Some("12345-9".into()) }));
}

#[test]
fn r5_a_work_order_closes_only_after_its_answer_and_is_delivered_all_the_same() {
    let mut cases = cases();
    let case = open(&mut cases, 0, order(1));
    let close = CaseCommand::Close { case, note: "热线已回访".into(), by: by() };
    let early = does(&mut cases, 1, close.clone());
    assert_eq!(early, Err(CaseRefusal::CaseIs { case, state: "open" }));
    does(&mut cases, 2, answer(case)).expect("it is open");
    does(&mut cases, 3, close.clone()).expect("it is answered");
    assert_eq!(cases.to_deliver().map(|order| order.id).collect::<Vec<_>>(), [case]);
    assert_eq!(cases.next_deadline(), None, "nobody is to do anything more");
    let again = does(&mut cases, 4, close);
    assert_eq!(again, Err(CaseRefusal::CaseIs { case, state: "closed" }));
    let refused = CaseCommand::NotDelivered { case, why: "400".into(), again: false };
    does(&mut cases, 5, refused).expect("it is told");
    does(&mut cases, 6, CaseCommand::Redeliver { case, by: by() }).expect("somebody saw to it");
    does(&mut cases, 7, CaseCommand::Delivered { case, reference: None }).expect("it is told");
    assert_eq!(cases.case(case), None, "closed and delivered: nothing is owed");
}

#[test]
fn p5_an_extension_moves_the_present_deadline_by_so_many_working_days() {
    let mut cases = cases();
    let case = open(&mut cases, 0, unresolved(false));
    let extend = |days| CaseCommand::Extend { case, days, agreed: "电话征得同意".into(), by: by() };
    let due = |cases: &Cases| cases.case(case).map(|case| case.due.0);
    // Due with the end of day 1; every third day, from day 2 on, is off.
    assert_eq!(due(&cases), Some(2 * DAY_S));
    does(&mut cases, 10, extend(1)).expect("it is agreed");
    assert_eq!(due(&cases), Some(4 * DAY_S), "day 3");
    does(&mut cases, 20, extend(2)).expect("it is agreed again");
    assert_eq!(due(&cases), Some(7 * DAY_S), "days 4 and 6");
    // Overdue: from that day on.
    does(&mut cases, 9 * DAY_S + 5, extend(1)).expect("late");
    assert_eq!(due(&cases), Some(11 * DAY_S), "day 10 after day 9");
}

#[test]
fn p5_simple_matters_are_answered_in_one_working_day_complex_in_three_then_the_person_is_called_back() {
    let mut cases = cases();
    let (simple, complex) = (open(&mut cases, 0, unresolved(false)), open(&mut cases, 0, unresolved(true)));
    let due = |cases: &Cases, case| cases.case(case).map(|case| case.due.0 / DAY_S);
    assert_eq!((due(&cases, simple), due(&cases, complex)), (Some(2), Some(5)));
    let agreed =
        CaseCommand::Extend { case: complex, days: 2, agreed: "电话征得同意".into(), by: by() };
    does(&mut cases, 10, agreed).expect("it is agreed");
    assert_eq!(due(&cases, complex), Some(8), "two working days beyond the deadline it had");
    does(&mut cases, DAY_S, answer(simple)).expect("it is open");
    assert_eq!(due(&cases, simple), Some(4), "called back within one working day after");
    let refused = does(&mut cases, DAY_S, answer(simple));
    assert_eq!(refused, Err(CaseRefusal::CaseIs { case: simple, state: "answered" }));
    let back = |satisfied, note: &str| CaseCommand::CallBack {
        case: simple,
        satisfied,
        note: note.into(),
        by: by(),
    };
    assert_eq!(does(&mut cases, DAY_S, back(false, " ")), Err(CaseRefusal::NoText));
    does(&mut cases, DAY_S, back(false, "仍未办结")).expect("it was answered");
    assert_eq!(cases.case(simple).map(|case| case.state), Some(CaseState::Open));
    does(&mut cases, DAY_S, answer(simple)).expect("it is open again");
    does(&mut cases, DAY_S, back(true, "")).expect("it was answered");
    assert_eq!(cases.case(simple), None);
}

#[test]
fn p5_bad_requests_are_refused_and_change_nothing() {
    let mut cases = cases();
    let case = open(&mut cases, 0, unresolved(false));
    let order = open(&mut cases, 0, order(1));
    does(&mut cases, 1, answer(order)).expect("it is open");
    let nameless = What::Unresolved {
        matter: "  ".into(),
        department: "人社".into(),
        cause: "不详".into(),
        complex: false,
        sealed: None,
        ticket: None,
    };
    let finding = What::Finding { patrol: PatrolId(1), place: "一楼".into(), seen: "地面湿滑".into() };
    let extend = |days, agreed: &str| CaseCommand::Extend { case, days, agreed: agreed.into(), by: by() };
    let table = [
        (CaseCommand::Open { about: nameless, by: by() }, CaseRefusal::NoText),
        (CaseCommand::Open { about: finding, by: by() }, CaseRefusal::NoPatrol),
        (extend(0, "x"), CaseRefusal::Days { days: 0, most: 60 }),
        (extend(61, "x"), CaseRefusal::Days { days: 61, most: 60 }),
        (extend(1, ""), CaseRefusal::NoText),
        (
            CaseCommand::CallBack { case, satisfied: true, note: "x".into(), by: by() },
            CaseRefusal::CaseIs { case, state: "open" },
        ),
        (
            CaseCommand::CallBack { case: order, satisfied: true, note: "x".into(), by: by() },
            CaseRefusal::NotOfKind { case: order, kind: "work_order" },
        ),
        (
            CaseCommand::Delivered { case, reference: None },
            CaseRefusal::NotOfKind { case, kind: "unresolved" },
        ),
        (answer(CaseId(99)), CaseRefusal::UnknownCase { case: CaseId(99) }),
    ];
    for (command, refusal) in table {
        assert_eq!(does(&mut cases, 5, command.clone()), Err(refusal), "{command:?}");
    }
    assert_eq!(cases.cases().count(), 2);
}

#[test]
fn o2_a_patrol_is_recorded_and_what_it_found_is_followed_up() {
    let mut cases = cases();
    let findings = vec![("一楼大厅".into(), "地面湿滑".into()), ("二楼".into(), "打印机缺纸".into())];
    let places = vec!["一楼大厅".into(), "二楼".into()];
    let round = CaseCommand::Patrol { places, note: String::new(), findings, by: by() };
    let events = does(&mut cases, 0, round).expect("it is a round");
    assert_eq!(events.len(), 3);
    let first = cases.cases().next().expect("two findings").id;
    does(&mut cases, 60, answer(first)).expect("it is open");
    assert_eq!(cases.case(first), None, "a finding that was seen to is over");
    let nowhere = CaseCommand::Patrol { places: vec![], note: String::new(), findings: vec![], by: by() };
    assert_eq!(does(&mut cases, 70, nowhere), Err(CaseRefusal::NoText));
}

fn any_command() -> impl Strategy<Value = CaseCommand> {
    let case = || (1_u64..6).prop_map(CaseId);
    let text = || prop::sample::select(vec![String::new(), "x".to_owned()]);
    prop_oneof![
        (any::<bool>(), 0_u8..4).prop_map(|(is_order, level)| {
            let about = if is_order { order(level) } else { unresolved(level > 1) };
            CaseCommand::Open { about, by: by() }
        }),
        text().prop_map(|seen| CaseCommand::Patrol {
            places: vec!["一楼".into()],
            note: String::new(),
            findings: vec![("一楼".into(), seen)],
            by: by()
        }),
        (case(), 0_u32..4, text()).prop_map(|(case, days, agreed)| CaseCommand::Extend {
            case,
            days,
            agreed,
            by: by()
        }),
        (case(), text()).prop_map(|(case, note)| CaseCommand::Answer { case, note, by: by() }),
        (case(), any::<bool>(), text()).prop_map(|(case, satisfied, note)| CaseCommand::CallBack {
            case,
            satisfied,
            note,
            by: by()
        }),
        (case(), text()).prop_map(|(case, note)| CaseCommand::Close { case, note, by: by() }),
        case().prop_map(|case| CaseCommand::Delivered { case, reference: None }),
        (case(), any::<bool>()).prop_map(|(case, again)| CaseCommand::NotDelivered {
            case,
            why: "w".into(),
            again
        }),
        case().prop_map(|case| CaseCommand::Redeliver { case, by: by() }),
        Just(CaseCommand::Tick),
    ]
}

proptest! {
    /// Whatever is asked in whatever order: a refusal changes nothing, an open case always has a deadline that will be told,
    /// and whoever reads the events again has the same register.
    #[test]
    fn r5_p5_o2_no_case_is_lost(commands in prop::collection::vec((0_i64..3 * DAY_S, any_command()), 1..60)) {
        let (mut cases, mut again, mut now) = (cases(), cases(), 0);
        for (passes_s, command) in commands {
            now += passes_s;
            let before = format!("{cases:?}");
            match does(&mut cases, now, command) {
                Ok(events) => events.iter().for_each(|event| again.apply(Timestamp(now), event)),
                Err(_) => prop_assert_eq!(before, format!("{cases:?}")),
            }
            prop_assert_eq!(format!("{cases:?}"), format!("{again:?}"));
            for case in cases.cases() {
                if case.state == CaseState::Closed {
                    let owed = matches!(case.delivery, Some(Delivery::Waiting { .. } | Delivery::Refused { .. }));
                    prop_assert!(owed);
                } else {
                    let told = cases.next_deadline().is_some_and(|next| next <= case.due);
                    prop_assert!(case.overdue || told);
                }
            }
        }
    }
}
