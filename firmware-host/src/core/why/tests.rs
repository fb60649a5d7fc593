//! CALL-ORDER §7 and §8 told as stories, and random histories.

use super::*;
use proptest::prelude::*;
use queue::{By, Command, Grant, Hall, Rules, ServiceRule, WindowRule};
use std::collections::BTreeMap;

const ZONE_S: i32 = 8 * 3600;

/// A moment of the hall's day.
pub(super) fn at(hour: i64, minute: i64, second: i64) -> Timestamp {
    Timestamp(20_000 * 86_400 + hour * 3600 + minute * 60 + second - i64::from(ZONE_S))
}

/// A hall that is really worked, and the log of it.
pub(super) struct Told {
    pub(super) hall: Hall,
    pub(super) log: Vec<Logged>,
    pub(super) background: Background,
}

impl Told {
    /// Window 1 serves S1, S2, S5, S7; window 2 serves S3 alone. Both are open.
    pub(super) fn begin() -> Told {
        let service =
            |id: &str, prefix: &str, class| ServiceRule { id: id.into(), prefix: prefix.into(), class };
        let rules = Rules {
            services: vec![
                service("S1", "A", Class::Ordinary),
                service("S2", "B", Class::Ordinary),
                service("S3", "C", Class::Ordinary),
                service("S5", "E", Class::Complex),
                service("S7", "G", Class::Special),
            ],
            windows: vec![
                WindowRule {
                    number: WindowNumber(1),
                    skills: vec!["S1".into(), "S2".into(), "S5".into(), "S7".into()],
                },
                WindowRule { number: WindowNumber(2), skills: vec!["S3".into()] },
            ],
            ..Rules::default()
        };
        let names = BTreeMap::from([("S1".into(), ("社保参保".to_owned(), "Social insurance".to_owned()))]);
        let background = Background {
            rules: rules.clone(),
            settings: true,
            zone_offset_s: ZONE_S,
            names,
            notes: Vec::new(),
        };
        let mut told = Told { hall: Hall::new(rules), log: Vec::new(), background };
        told.run(at(8, 0, 0), Command::OpenDay { day: Day(20261126) });
        for window in [1, 2] {
            told.run(at(8, 0, 0), Command::OpenWindow { window: WindowNumber(window), clerk: None });
        }
        told
    }

    /// Does what is asked, if the rules permit it, and settles; whether they did.
    pub(super) fn try_run(&mut self, now: Timestamp, command: Command) -> bool {
        let Ok(events) = self.hall.decide(now, &command) else { return false };
        let mut add = |hall: &mut Hall, event: Event| {
            hall.apply(now, &event);
            let position = self.log.len() as u64 + 1;
            self.log.push(Logged { position, at: now, entry: Entry::Hall(event) });
        };
        for event in events {
            add(&mut self.hall, event);
        }
        while let Ok(events) = self.hall.decide(now, &Command::Settle) {
            if events.is_empty() {
                break;
            }
            for event in events {
                add(&mut self.hall, event);
            }
        }
        true
    }

    pub(super) fn run(&mut self, now: Timestamp, command: Command) {
        assert!(self.try_run(now, command.clone()), "{command:?}");
    }

    pub(super) fn take(&mut self, now: Timestamp, service: &str) {
        self.run(now, issue(service, None, None));
    }

    pub(super) fn take_green(&mut self, now: Timestamp, service: &str) {
        self.run(now, issue(service, Some(grant()), None));
    }

    pub(super) fn call(&mut self, now: Timestamp) {
        self.run(now, Command::CallNext { window: WindowNumber(1) });
    }

    pub(super) fn seq(&self, number: &str) -> TicketSeq {
        self.hall.ticket_by_number(number).unwrap().seq
    }

    pub(super) fn explain(&self, number: &str) -> Explanation {
        explain(&self.log, &self.background, None, number).unwrap()
    }

    pub(super) fn versus(&self, one: &str, other: &str) -> String {
        let compared = versus(&self.log, &self.background, one, other).unwrap();
        compared.says.iter().map(|says| says.zh.clone()).collect::<Vec<_>>().join("\n")
    }
}

pub(super) fn issue(service: &str, grant: Option<Grant>, booked: Option<Timestamp>) -> Command {
    Command::Issue { service: service.into(), more: Vec::new(), grant, booked, by: By("test".into()) }
}

pub(super) fn grant() -> Grant {
    Grant { category: "disabled".into(), evidence: "残疾人证".into() }
}

/// The sentences about tickets called before it.
pub(super) fn before(told: &Explanation) -> Vec<&str> {
    let others = told.story.iter().filter(|step| step.kind == Kind::CalledBefore);
    others.map(|step| step.says.zh.as_str()).collect()
}

/// The latest own call: its sentence, and those about whom it overtook.
pub(super) fn own(told: &Explanation) -> (&str, Vec<&str>) {
    let step = told.story.iter().rev().find(|step| step.kind == Kind::Called).unwrap();
    let overtook = &step.call.as_ref().unwrap().overtook;
    (&step.says.zh, overtook.iter().map(|overtook| overtook.says.zh.as_str()).collect())
}

#[test]
fn q3_example_1_a_green_ticket_goes_first_and_the_other_is_owed_a_sentence() {
    let mut told = Told::begin();
    told.take(at(9, 51, 40), "S1");
    told.take_green(at(9, 59, 50), "S1");
    told.call(at(10, 0, 0));
    let green = told.explain("A002");
    assert_eq!(own(&green).0, "叫到 1 号窗口：A002 属绿色通道，依规优先办理。");
    assert_eq!(own(&green).1, ["A002 先于 A001 叫号：A002 属绿色通道，依规优先办理。"]);
    let other = told.explain("A001");
    assert_eq!(before(&other), ["A002 先于 A001 叫号：A002 属绿色通道，依规优先办理。"]);
    assert_eq!((other.before.calls, other.before.green), (1, 1));
    assert_eq!(other.owed, None, "nobody is there yet to be told");
    told.call(at(10, 2, 0));
    let other = told.explain("A001");
    let owed = other.owed.unwrap();
    assert_eq!(owed.zh, "您好，前面有 1 位绿色通道办事人依规优先办理，让您久等了，感谢您的理解。");
    assert!(owed.en.contains("1 green-channel ticket, with"), "{}", owed.en);
    assert_eq!(
        other.summary.zh,
        "截至 10:02，A001 已叫到 1 号窗口。09:51 取号，10:02 由 1 号窗口叫号，计入等候时间 10 分钟。\
         其间，能办理其事项的窗口先叫了 1 个号：绿色通道号 1 个。"
    );
}

#[test]
fn q3_example_2_a_protected_ticket_goes_before_green_after_a_priority_call() {
    let mut told = Told::begin();
    told.take(at(9, 26, 40), "S2");
    told.take(at(9, 26, 50), "S1");
    for minute in 30..38 {
        told.take_green(at(9, minute, 0), "S1");
        told.call(at(9, minute, 30));
    }
    let waiting = told.explain("A001").now.unwrap();
    assert_eq!((waiting.passed, waiting.pass_limit), (8, Some(8)));
    assert!(
        waiting.says.iter().any(|says| says.zh.contains("达到 8 次的上限，受保护")),
        "{:?}",
        waiting.says
    );
    told.take_green(at(9, 59, 50), "S1");
    told.call(at(10, 0, 0));
    let first = told.explain("B001");
    assert_eq!(own(&first).0, "叫到 1 号窗口：B001 已被优先号越过 8 次，按规则轮到 B001。");
    assert_eq!((first.before.calls, first.before.green), (8, 8));
    assert!(first.owed.unwrap().zh.contains("前面有 8 位"));
    let green = told.explain("A010");
    assert_eq!(before(&green), ["B001 的排队时间 09:26:40 早于 A010 的 09:59:50。"]);
}

#[test]
fn q3_example_3_an_appointment_that_is_due_at_this_second() {
    let mut told = Told::begin();
    told.run(at(9, 45, 0), issue("S1", None, Some(at(10, 0, 0))));
    told.take(at(9, 51, 40), "S1");
    told.call(at(10, 0, 0));
    let booked = told.explain("A001");
    assert_eq!(own(&booked), ("叫到 1 号窗口：A001 预约 10:00，已到预约时间并按时签到。", vec![]));
    assert_eq!(
        booked.story[0].says.zh,
        "取号：社保参保（一般事项），预约 10:00，已签到，到时间前按现场取号排队。"
    );
    assert_eq!(before(&told.explain("A002")), ["A001 的排队时间 09:45:00 早于 A002 的 09:51:40。"]);
}

#[test]
fn q3_examples_4_and_5_the_limit_of_this_second_still_counts() {
    for (second, called, sentence) in [
        (
            0,
            "A001",
            "叫到 1 号窗口：A001 须在 10:00:00 前叫号，在该窗口可叫的各事项排在最前的号中时限最早（时限相同的，排队早者先叫）。",
        ),
        (
            -1,
            "B001",
            "叫到 1 号窗口：B001 须在 10:00:10 前叫号，在该窗口可叫的各事项排在最前的号中时限最早（时限相同的，排队早者先叫）。",
        ),
    ] {
        let mut told = Told::begin();
        told.take(at(9, 50, second), "S1");
        told.take(at(9, 50, 10), "S2");
        told.call(at(10, 0, 0));
        assert_eq!(own(&told.explain(called)).0, sentence);
    }
    let mut told = Told::begin();
    told.take(at(9, 49, 59), "S1");
    told.take(at(9, 50, 10), "S2");
    told.call(at(10, 0, 0));
    assert_eq!(
        before(&told.explain("A001")),
        [
            "B001 先于 A001 叫号：B001 须在 10:00 前叫号；A001 已超过 10 分钟，下一时限为 10:19，其所属事项队列中仍排在前面。"
        ]
    );
    assert_eq!(told.explain("A001").before.limit, 1);
}

#[test]
fn q3_examples_7_to_9_limits_of_other_classes_and_the_longest_waiting() {
    let mut told = Told::begin();
    told.take(at(9, 32, 0), "S5");
    told.take(at(9, 55, 0), "S1");
    told.call(at(10, 0, 0));
    assert_eq!(own(&told.explain("E001")).1, Vec::<&str>::new());
    assert_eq!(before(&told.explain("A001")), ["E001 的排队时间 09:32:00 早于 A001 的 09:55:00。"]);
    let mut told = Told::begin();
    told.take(at(9, 9, 59), "S5");
    told.take(at(9, 28, 20), "S1");
    told.call(at(10, 0, 0));
    assert_eq!(
        own(&told.explain("E001")).0,
        "叫到 1 号窗口：E001 已等候 50 分钟，超过本类事项最后时限 50 分钟；各事项排在最前且已超过最后时限的号中，E001 排队最早。"
    );
}

#[test]
fn q3_a_later_grant_counts_from_then_on_and_a_withdrawn_one_no_longer() {
    let mut told = Told::begin();
    told.take(at(9, 50, 0), "S1");
    told.take(at(9, 51, 0), "S1");
    let (ticket, by) = (told.seq("A002"), By("guide".into()));
    told.run(at(9, 52, 7), Command::Grant { ticket, grant: grant(), by: by.clone() });
    let says = |told: &Told| told.explain("A002").story.last().unwrap().says.zh.clone();
    assert_eq!(says(&told), "登记绿色通道：自 09:52:07 起优先，原排队时间保留。");
    told.run(at(9, 53, 0), Command::Withdraw { ticket, reason: "张三 的证件不符".into(), by });
    assert_eq!(says(&told), "取消绿色通道：按原排队时间继续排队。");
}

#[test]
fn g6_no_story_holds_the_category_the_evidence_or_what_people_typed() {
    let mut told = Told::begin();
    told.take_green(at(9, 0, 0), "S1");
    told.call(at(9, 1, 0));
    let window = WindowNumber(1);
    told.run(at(9, 2, 0), Command::Park { window, note: "王小明去复印".into() });
    told.run(at(9, 3, 0), Command::Return { window, ticket: None });
    told.call(at(9, 4, 0));
    let to = queue::Destination::Window(WindowNumber(2));
    told.run(at(9, 5, 0), Command::Transfer { window, to, note: "王小明要先交费".into() });
    told.run(
        at(9, 6, 0),
        Command::Void { ticket: told.seq("A001"), reason: "王小明走了".into(), by: By("guide".into()) },
    );
    let text = serde_json::to_string(&told.explain("A001")).unwrap();
    for secret in ["disabled", "残疾", "王小明"] {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
    let kinds: Vec<Kind> = told.explain("A001").story.iter().map(|step| step.kind).collect();
    assert_eq!(
        kinds,
        [
            Kind::Issued,
            Kind::Called,
            Kind::Parked,
            Kind::Returned,
            Kind::Called,
            Kind::Transferred,
            Kind::Voided
        ]
    );
}

#[test]
fn g4_what_is_owed_is_said_once_and_counts_afresh_after_a_transfer() {
    let mut told = Told::begin();
    told.take(at(9, 0, 0), "S1");
    for minute in [1, 2] {
        told.take_green(at(9, minute, 0), "S1");
        told.call(at(9, minute, 30));
    }
    told.call(at(9, 5, 0));
    assert!(told.explain("A001").owed.unwrap().zh.contains("有 2 位"));
    let to = queue::Destination::Service("S2".into());
    told.run(at(9, 6, 0), Command::Transfer { window: WindowNumber(1), to, note: String::new() });
    told.call(at(9, 7, 0));
    assert_eq!(told.explain("A001").owed, None);
}

#[test]
fn q3_what_stands_before_a_waiting_ticket_now() {
    let mut told = Told::begin();
    told.take(at(9, 0, 0), "S1");
    told.call(at(9, 0, 30));
    told.take(at(9, 1, 0), "S1");
    told.take(at(9, 2, 0), "S1");
    told.take_green(at(9, 3, 0), "S2");
    let waiting = explain(&told.log, &told.background, Some(at(9, 4, 0)), "A003").unwrap();
    let says: Vec<&str> = waiting.now.as_ref().unwrap().says.iter().map(|says| says.zh.as_str()).collect();
    assert_eq!(
        says,
        [
            "同一事项前面还有 1 人。",
            "同一窗口的其他事项中还有优先的号：绿色通道号 1 个。",
            "下一叫号时限 09:12:00；各事项只由排在最前的号比较时限。",
            "等候目标 10 分钟，应在 09:12:00 前叫号。",
            "已被优先号越过 0 次，满 8 次后受保护。",
        ]
    );
    assert_eq!(waiting.now.unwrap().windows[0].says.zh, "1 号窗口正在叫 A001；若此刻叫号，轮到 B001。");
    assert_eq!(
        waiting.summary.zh,
        "截至 09:04，A003 正在等候。09:02 取号，尚未叫号，已计入等候时间 2 分钟。其间，能办理其事项的窗口没有先叫别的号。"
    );
}

#[test]
fn q3_pauses_of_its_windows_are_part_of_its_wait() {
    let mut told = Told::begin();
    let window = WindowNumber(1);
    told.take(at(9, 0, 0), "S1");
    told.run(at(9, 1, 0), Command::Pause { window, reason: "身体不适".into(), planned_s: None });
    told.run(at(9, 6, 0), Command::Resume { window });
    told.call(at(9, 8, 0));
    let told = told.explain("A001");
    let windows = &told.legs[0].windows;
    assert_eq!((windows.len(), windows[0].open_s, windows[0].paused_s), (1, 180, 300));
    assert!(told.summary.zh.ends_with("其间暂停服务：1 号窗口 5 分钟。"), "{}", told.summary.zh);
    assert!(!format!("{told:?}").contains("身体"));
}

#[test]
fn q3_two_tickets_side_by_side() {
    let mut told = Told::begin();
    told.take(at(9, 0, 0), "S3");
    told.take(at(9, 1, 0), "S1");
    told.take(at(9, 2, 0), "S1");
    assert_eq!(told.versus("C001", "A001"), "C001 和 A001 都还没有叫过号。");
    told.call(at(9, 3, 0));
    assert_eq!(
        told.versus("C001", "A001"),
        "A001 于 09:03:00 由 1 号窗口叫号，先于 C001。\nC001 的事项不在 1 号窗口办理。"
    );
    assert_eq!(
        told.versus("A002", "A001"),
        "A001 于 09:03:00 由 1 号窗口叫号，先于 A002。\nA001 的排队时间 09:01:00 早于 A002 的 09:02:00。"
    );
    told.take(at(9, 4, 0), "S1");
    assert!(told.versus("A003", "A001").ends_with("当时 A003 尚未取号。"));
}

#[test]
fn a_number_is_found_as_people_type_it_and_an_unknown_one_gets_its_neighbours() {
    let mut told = Told::begin();
    for second in 0..12 {
        told.take(at(9, 0, second), if second < 10 { "S1" } else { "S2" });
    }
    for typed in ["A010", "a010", "a10", " A10 "] {
        assert_eq!(&*explain(&told.log, &told.background, None, typed).unwrap().number.0, "A010", "{typed}");
    }
    let no = explain(&told.log, &told.background, None, "A014").unwrap_err();
    assert_eq!(no.n_tickets, 12);
    assert_eq!(no.nearest.iter().map(ToString::to_string).collect::<Vec<_>>()[..2], ["A010", "A009"]);
    for typed in ["", "窗口", "A99999999999999999999", "-"] {
        assert!(explain(&told.log, &told.background, None, typed).is_err(), "{typed}");
    }
}

#[test]
fn without_a_configuration_the_day_itself_says_what_windows_serve() {
    let mut told = Told::begin();
    told.take(at(9, 51, 40), "S1");
    told.take_green(at(9, 59, 50), "S2");
    told.call(at(10, 0, 0));
    told.call(at(10, 1, 0));
    let guessed = Background::guessed(&told.log);
    let told = explain(&told.log, &guessed, None, "A001").unwrap();
    assert_eq!((told.before.calls, told.before.green, told.notes.len()), (1, 1, 1));
    assert_eq!(told.service_name.zh, "S1");
}

/// One press or arrival: what, two numbers to choose with, and seconds after the one before.
type Raw = (u8, u8, u8, i64);

fn command(hall: &Hall, (what, a, b, _): Raw, now: Timestamp) -> Command {
    let window = WindowNumber(1 + u16::from(a % 2));
    let service = ["S1", "S2", "S3", "S5", "S7"][usize::from(b) % 5];
    let living: Vec<TicketSeq> =
        hall.tickets().filter(|ticket| !ticket.state.is_final()).map(|ticket| ticket.seq).collect();
    let ticket = living.get(usize::from(a) % living.len().max(1)).copied().unwrap_or(TicketSeq(1));
    let (by, note) = (By("test".into()), String::new());
    let to = match b % 3 {
        0 => queue::Destination::Window(WindowNumber(1 + u16::from(b / 3 % 2))),
        _ => queue::Destination::Service(service.into()),
    };
    match what {
        0..=15 => {
            let booked = (what >= 12).then(|| now.plus(i64::from(a) * 20 - 2000));
            issue(service, (what < 5).then(grant), booked)
        }
        16..=34 => Command::CallNext { window },
        35 => Command::Grant { ticket, grant: grant(), by },
        36 => Command::Withdraw { ticket, reason: note, by },
        37 => Command::CloseWindow { window, force: Some(note) },
        38..=39 => Command::OpenWindow { window, clerk: None },
        40 => Command::Pause { window, reason: note, planned_s: None },
        41..=42 => Command::Resume { window },
        43 => Command::Recall { window },
        44 => Command::Start { window },
        45..=46 => Command::Pass { window },
        47..=48 => Command::Revive { ticket, by },
        49..=50 => Command::Transfer { window, to, note },
        51 => Command::Reassign { ticket, to, note, by },
        52 => Command::Park { window, note },
        53..=54 => Command::Return { window, ticket: None },
        55 => Command::AddMatter { window, service: service.into() },
        56..=57 => Command::Complete { window, prompt: b % 2 == 0 },
        58 => Command::Void { ticket, reason: note, by },
        _ => Command::Tick,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever people press, every ticket has its story, and the story's figures are the log's.
    #[test]
    fn q3_g4_every_ticket_of_any_history_has_its_story(
        history in proptest::collection::vec((0..60_u8, any::<u8>(), any::<u8>(), 0..400_i64), 1..160),
    ) {
        let mut told = Told::begin();
        told.background.rules.parameters.pass_limit = 3;
        told.hall.set_rules(told.background.rules.clone());
        let mut now = at(8, 0, 0);
        for raw in history {
            now = now.plus(raw.3);
            let command = command(&told.hall, raw, now);
            told.try_run(now, command);
        }
        let guessed = Background::guessed(&told.log);
        let renamed = super::truth_tests::renamed(&told.background, "S1", "S9");
        for ticket in told.hall.tickets() {
            let story = told.explain(&ticket.number.0);
            prop_assert_eq!(&story.number, &ticket.number);
            prop_assert_eq!(story.state, ticket.state.name());
            let calls = told.log.iter().filter_map(|logged| match &logged.entry {
                Entry::Hall(Event::Called(called)) => Some(called),
                _ => None,
            });
            let own = calls.clone().filter(|called| called.ticket == ticket.seq).count();
            prop_assert_eq!(story.story.iter().filter(|step| step.call.is_some()).count(), own);
            let over = |wanted: fn(&queue::Called) -> bool| {
                let over = |called: &&queue::Called| called.overtaken.iter().any(|x| x.ticket == ticket.seq);
                calls.clone().filter(over).filter(|called| wanted(called)).count() as u32
            };
            let before = story.before;
            prop_assert_eq!(before.green, over(|called| called.reason == Reason::Green));
            prop_assert_eq!(before.appointment, over(|called| called.reason == Reason::Appointment));
            prop_assert_eq!(before.protected, over(|called| called.reason == Reason::Protected));
            let limits = |called: &queue::Called| matches!(called.reason, Reason::Limit | Reason::Overdue);
            prop_assert_eq!(before.limit, over(limits));
            let parts = before.green + before.appointment + before.protected + before.limit + before.earlier;
            prop_assert_eq!(parts + before.returned, before.calls);
            let told_of = story.story.iter().filter(|step| step.other.is_some()).count() as u32;
            prop_assert_eq!(told_of, before.calls);
            prop_assert_eq!(story.now.is_some(), ticket.state.name() == "waiting");
            let text = serde_json::to_string(&story).unwrap();
            prop_assert!(!text.contains("disabled") && !text.contains("残疾"));
            let sum = |count: fn(&Before) -> u32| story.legs.iter().map(|leg| count(&leg.before)).sum::<u32>();
            prop_assert_eq!(sum(|before| before.calls), before.calls);
            prop_assert_eq!(sum(|before| before.green), before.green);
            // A wait ends with the ticket's call or its void, and only the last one may still go on.
            let waits = story.state == "waiting";
            let open = story.legs.iter().filter(|leg| leg.ended.is_none()).count();
            prop_assert_eq!(open, usize::from(waits));
            prop_assert!(!waits || story.legs.last().is_some_and(|leg| leg.ended.is_none()));
            let ended = story.legs.iter().filter(|leg| leg.ended.is_some_and(|ended| ended.called_to.is_some()));
            let turns = calls.clone().filter(|called| called.ticket == ticket.seq);
            prop_assert_eq!(ended.count(), turns.filter(|called| called.reason != Reason::Return).count());
            for leg in &story.legs {
                let others = story.story.iter().filter(|step| step.other.is_some());
                let meanwhile = others.filter(|step| {
                    leg.from <= step.at && leg.ended.is_none_or(|ended| step.at <= ended.at)
                });
                prop_assert!(meanwhile.count() as u32 >= leg.before.calls);
            }
            prop_assert_eq!(story.owed.is_some(), story.owed.is_some() && ["called", "serving"].contains(&story.state));
            super::truth_tests::well_said(&story);
            // Fewer windows are known to serve it, but nobody who overtook it is forgotten.
            let by_log = explain(&told.log, &guessed, None, &ticket.number.0).unwrap();
            prop_assert_eq!((by_log.before.green, by_log.before.limit), (before.green, before.limit));
            prop_assert!(by_log.before.earlier <= before.earlier, "{:?} {:?}", by_log.before, before);
            super::truth_tests::well_said(&by_log);
            let renamed = explain(&told.log, &renamed, None, &ticket.number.0).unwrap();
            prop_assert_eq!((renamed.before.green, renamed.before.limit), (before.green, before.limit));
            super::truth_tests::well_said(&renamed);
        }
    }
}
