//! What an explanation once said that was not so, state by state of a ticket, and how its sentences are set.

use super::tests::{Told, at, before, own};
use super::*;
use queue::{By, Command, Destination};

/// The same hall after one of its services was given another code.
pub(super) fn renamed(background: &Background, from: &str, to: &str) -> Background {
    let mut background = background.clone();
    let rename = |service: &mut ServiceId| {
        if *service.0 == *from {
            *service = to.into();
        }
    };
    background.rules.services.iter_mut().for_each(|rule| rename(&mut rule.id));
    background.rules.windows.iter_mut().for_each(|rule| rule.skills.iter_mut().for_each(rename));
    background
}

/// Every sentence of a story.
fn sentences(told: &Explanation) -> Vec<&Sentence> {
    let own = told.story.iter().filter_map(|step| step.call.as_ref());
    let own = own.flat_map(|call| call.overtook.iter().map(|over| &over.says).chain([&call.by]));
    let now = told.now.iter().flat_map(|now| now.says.iter().chain(now.windows.iter().map(|w| &w.says)));
    let legs = told.legs.iter().map(|leg| &leg.says);
    let steps = told.story.iter().map(|step| &step.says);
    let all = own.chain(now).chain(legs).chain(steps).chain(&told.notes);
    all.chain(&told.owed).chain([&told.summary]).collect()
}

/// Full-width marks and full stops, and nothing that a state forbids.
pub(super) fn well_said(told: &Explanation) {
    for Sentence { zh, en } in sentences(told) {
        assert!(zh.ends_with('。') && !zh.contains("。。"), "{zh}");
        assert!(!zh.contains([',', ';', '(', ')', '!', '?']), "half-width mark: {zh}");
        let colons = zh.match_indices(':').all(|(at, _)| {
            let digit = |c: Option<u8>| c.is_some_and(|c| c.is_ascii_digit());
            digit(at.checked_sub(1).map(|at| zh.as_bytes()[at])) && digit(zh.as_bytes().get(at + 1).copied())
        });
        assert!(colons, "half-width colon: {zh}");
        assert!(en.ends_with('.') && !en.contains("..") && !en.contains("  "), "{en}");
        assert!(en.starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit()), "{en}");
        for wrong in [" 1 tickets", " 1 times", "it is voided", "is waiting for"] {
            assert!(!en.contains(wrong), "{wrong}: {en}");
        }
    }
    let summary = &told.summary;
    let last = told.legs.last().expect("a ticket that was issued has waited");
    let at_once = last.ended.is_some_and(|ended| ended.called_to.is_some() && ended.at == last.from);
    assert!(at_once || !last.says.en.contains("at once"), "{}", summary.en);
    assert_eq!(summary.zh.contains("正在等候"), told.state == "waiting", "{}", summary.zh);
    assert_eq!(summary.zh.contains("尚未叫号"), told.state == "waiting", "{}", summary.zh);
    assert!(told.legs.len() == 1 || summary.zh.contains(&format!("第 {} 次等候", told.legs.len())));
    for leg in told.legs.iter().filter(|leg| !leg.windows_known) {
        assert!(!leg.says.zh.contains("没有开放的窗口"), "{}", leg.says.zh);
        assert!(leg.before.calls == 0 || leg.says.zh.contains("至少"), "{}", leg.says.zh);
    }
    if told.now.as_ref().is_some_and(|now| !now.windows_known) {
        let claims =
            told.now.iter().flat_map(|now| &now.says).any(|says| says.en.contains("no window serves"));
        assert!(!claims, "{:?}", told.now);
    }
}

fn transfer(told: &mut Told, now: Timestamp, to: Destination) {
    told.run(now, Command::Transfer { window: WindowNumber(1), to, note: String::new() });
}

#[test]
fn q3_whoever_waits_is_not_told_that_its_turn_came_at_once() {
    let mut told = Told::begin();
    told.take(at(9, 0, 0), "S3");
    let guessed = Background::guessed(&told.log);
    let waiting = explain(&told.log, &guessed, Some(at(9, 24, 0)), "C001").unwrap();
    assert_eq!(
        waiting.summary.zh,
        "截至 09:24，C001 正在等候。09:00 取号，尚未叫号，已计入等候时间 24 分钟。\
         哪些窗口能办理其事项无从得知，其间是否先叫了别的号也就不能断定。"
    );
    assert_eq!(
        waiting.summary.en,
        "As of 09:24, C001 is waiting. Taken at 09:00, not called yet; counted wait 24 min so far. Which windows serve its \
         matter is not known, and so neither is whether they called other tickets first."
    );
    let now = waiting.now.unwrap();
    let says: Vec<&str> = now.says.iter().map(|says| says.zh.as_str()).collect();
    assert_eq!(
        says,
        [
            "同一事项前面没有人。",
            "当日记录中还没有窗口叫过这一事项，哪些窗口能办理无从得知。",
            "已被优先号越过 0 次。",
        ]
    );
    assert_eq!((now.limit, now.target, now.pass_limit), (None, None, None), "settings are not at hand");
}

#[test]
fn q3_people_of_the_same_matter_are_before_it_though_nobody_knows_its_windows() {
    let mut told = Told::begin();
    told.take(at(9, 0, 0), "S3");
    told.take(at(9, 1, 0), "S3");
    let waiting = explain(&told.log, &Background::guessed(&told.log), None, "C002").unwrap();
    assert_eq!(waiting.now.unwrap().people_ahead, 1);
}

#[test]
fn q3_a_voided_ticket_that_was_never_called() {
    let mut told = Told::begin();
    told.take(at(9, 42, 0), "S1");
    let ticket = told.seq("A001");
    told.run(at(9, 42, 0), Command::Void { ticket, reason: "走了".into(), by: By("guide".into()) });
    let story = told.explain("A001");
    assert_eq!(story.summary.zh, "A001 已于 09:42 作废。09:42 取号，09:42 未叫号即作废，计入等候时间 0 秒。");
    assert_eq!(
        story.summary.en,
        "A001 was voided at 09:42. Taken at 09:42, voided at 09:42 without having been called; counted wait 0 s."
    );
    well_said(&story);
}

#[test]
fn q3_a_service_that_was_renamed_since_keeps_its_story() {
    let mut told = Told::begin();
    for second in 0..4 {
        told.take(at(9, 0, second), "S1");
    }
    for minute in 1..4 {
        told.call(at(9, minute, 0));
    }
    let renamed = renamed(&told.background, "S1", "S9");
    let story = explain(&told.log, &renamed, Some(at(9, 5, 0)), "A004").unwrap();
    assert_eq!(story.before.calls, 3, "{}", story.summary.zh);
    assert!(story.summary.zh.contains("其间，能办理其事项的窗口至少先叫了 3 个号"), "{}", story.summary.zh);
    assert_eq!(story.notes.len(), 1);
    assert!(story.notes[0].zh.contains("S1") && story.notes[0].zh.contains("改名"), "{:?}", story.notes);
    let says: Vec<String> = story.now.as_ref().unwrap().says.iter().map(|says| says.zh.clone()).collect();
    assert!(says.contains(&"hall.toml 中没有事项 S1，现在哪些窗口能办理它无从得知。".to_owned()), "{says:?}");
    well_said(&story);
}

#[test]
fn q3_a_window_that_serves_it_no_longer_did_so_on_that_day() {
    let mut told = Told::begin();
    told.take(at(9, 0, 0), "S1");
    told.take(at(9, 0, 1), "S1");
    told.call(at(9, 1, 0));
    let mut since = told.background.clone();
    since.rules.windows[0].skills.retain(|service| *service.0 != *"S1");
    let story = explain(&told.log, &since, None, "A002").unwrap();
    assert_eq!(story.before.earlier, 1);
    assert!(story.notes[0].zh.starts_with("按 hall.toml，1 号窗口不办理“社保参保”"), "{:?}", story.notes);
    let now = story.now.as_ref().unwrap();
    assert!(
        now.windows.is_empty()
            && now.says.iter().any(|says| says.zh == "按 hall.toml，没有窗口能办理其事项。")
    );
    well_said(&story);
}

#[test]
fn q3_only_the_first_of_each_matter_competes_and_the_sentence_says_so() {
    let mut told = Told::begin();
    told.take(at(9, 31, 56), "S2");
    told.take(at(9, 41, 16), "S2");
    told.call(at(9, 42, 16));
    let called = told.explain("B001");
    assert_eq!(
        own(&called).0,
        "叫到 1 号窗口：B001 须在 10:01:56 前叫号，在该窗口可叫的各事项排在最前的号中时限最早（时限相同的，排队早者先叫）。"
    );
    let waiting = told.explain("B002").now.unwrap();
    assert!(
        waiting.says.iter().any(|says| says.zh == "下一叫号时限 09:51:16；各事项只由排在最前的号比较时限。")
    );
}

#[test]
fn q3_a_ticket_is_not_compared_with_itself() {
    let mut told = Told::begin();
    told.take(at(9, 0, 0), "S1");
    told.call(at(9, 1, 0));
    assert!(versus(&told.log, &told.background, "A001", "a1").is_err());
}

#[test]
fn q3_a_comparison_claims_no_more_than_is_known() {
    let mut told = Told::begin();
    told.take(at(9, 0, 0), "S3");
    told.take(at(9, 1, 0), "S1");
    told.call(at(9, 2, 0));
    let guessed = Background::guessed(&told.log);
    let compared = versus(&told.log, &guessed, "C001", "A001").unwrap();
    assert!(compared.says[1].zh.contains("无从得知"), "{:?}", compared.says);
    // One who was sent to window 2 alone: its matter is served at window 1 all the same.
    transfer(&mut told, at(9, 3, 0), Destination::Window(WindowNumber(2)));
    told.take(at(9, 4, 0), "S1");
    let to = Destination::Window(WindowNumber(2));
    let (ticket, by) = (told.seq("A002"), By("guide".into()));
    told.run(at(9, 4, 30), Command::Reassign { ticket, to, note: String::new(), by });
    told.take(at(9, 5, 0), "S1");
    told.call(at(9, 6, 0));
    assert!(told.versus("A003", "A002").ends_with("当时 A002 只在 2 号窗口等候。"));
    let ticket = told.seq("C001");
    told.run(at(9, 7, 0), Command::Void { ticket, reason: "走了".into(), by: By("guide".into()) });
    told.take(at(9, 8, 0), "S1");
    told.call(at(9, 9, 0));
    assert_eq!(told.versus("A004", "C001"), "A004 于 09:09:00 由 1 号窗口叫号。\n当时 C001 已作废。");
}

/// One called after a minute and three green tickets, sent on after 25 minutes, and passed by four more in its second wait.
#[test]
fn q3_the_waits_of_a_visit_are_told_apart_the_latest_first() {
    let mut told = Told::begin();
    told.take(at(8, 42, 0), "S1");
    for tenth in 1..4 {
        told.take_green(at(8, 42, 10 * tenth), "S1");
        told.call(at(8, 42, 10 * tenth + 5));
    }
    told.call(at(8, 43, 0));
    told.take(at(8, 50, 0), "S2");
    transfer(&mut told, at(9, 8, 0), Destination::Service("S2".into()));
    for minute in 10..12 {
        told.take_green(at(9, minute, 0), "S1");
        told.call(at(9, minute, 30));
    }
    let story = explain(&told.log, &told.background, Some(at(9, 20, 0)), "A001").unwrap();
    assert_eq!(story.legs.iter().map(|leg| leg.before.calls).collect::<Vec<_>>(), [3, 2]);
    assert_eq!(
        story.summary.zh,
        "截至 09:20，A001 正在等候。\
         第 2 次等候：09:08 由 1 号窗口转来，尚未叫号，已计入等候时间 13 分钟（含此前的等候）。\
         其间，能办理其事项的窗口先叫了 2 个号：绿色通道号 2 个。\
         第 1 次等候：08:42 取号，08:43 由 1 号窗口叫号，计入等候时间 1 分钟。\
         其间，能办理其事项的窗口先叫了 3 个号：绿色通道号 3 个。"
    );
    assert_eq!(story.owed, None, "the sentence belonged to a call that is long over");
    let of_second = story.story.iter().filter(|step| step.leg == Some(2) && step.other.is_some());
    assert_eq!(of_second.count(), 2);
    well_said(&story);
}

#[test]
fn q4_a_pass_a_revival_and_an_end_are_what_the_summary_begins_with() {
    let mut told = Told::begin();
    let window = WindowNumber(1);
    told.take(at(9, 0, 0), "S1");
    told.call(at(9, 1, 0));
    told.run(at(9, 2, 0), Command::Pass { window });
    let start =
        |told: &Told| told.explain("A001").summary.zh.split_inclusive('。').take(2).collect::<String>();
    assert!(
        start(&told).starts_with("截至 09:02，A001 已过号，09:32 前可恢复排队一次。"),
        "{}",
        start(&told)
    );
    let guessed = explain(&told.log, &Background::guessed(&told.log), None, "A001").unwrap();
    assert!(guessed.summary.zh.starts_with("截至 09:02，A001 已过号。"), "{}", guessed.summary.zh);
    let (ticket, by) = (told.seq("A001"), By("guide".into()));
    told.run(at(9, 10, 0), Command::Revive { ticket, by });
    assert_eq!(
        start(&told),
        "截至 09:10，A001 正在等候。第 2 次等候：09:10 过号后恢复排队，尚未叫号，已计入等候时间 0 秒。"
    );
    told.call(at(9, 12, 0));
    told.run(at(9, 13, 0), Command::Pass { window });
    assert!(start(&told).starts_with("A001 恢复排队后再次叫号仍未到，已于 09:13 失效。"), "{}", start(&told));
    well_said(&told.explain("A001"));

    told.take(at(10, 0, 0), "S1");
    told.call(at(10, 1, 0));
    told.run(at(10, 2, 0), Command::Pass { window });
    told.run(at(10, 33, 0), Command::Tick);
    let expired = told.explain("A002").summary;
    assert!(expired.zh.starts_with("A002 过号后未在规定时间内恢复，已于 10:33 失效。"), "{}", expired.zh);
    assert!(expired.en.starts_with("A002 ended at 10:33: it was not revived in time"), "{}", expired.en);
}

#[test]
fn q6_parked_returned_served_and_completed() {
    let mut told = Told::begin();
    let window = WindowNumber(1);
    told.take(at(9, 0, 0), "S1");
    told.call(at(9, 0, 0));
    let start =
        |told: &Told| told.explain("A001").summary.zh.split_inclusive('。').next().unwrap().to_owned();
    assert!(told.explain("A001").summary.zh.ends_with("随即叫到。"), "{}", told.explain("A001").summary.zh);
    told.run(at(9, 1, 0), Command::Start { window });
    assert_eq!(start(&told), "截至 09:01，A001 正在 1 号窗口办理。");
    told.run(at(9, 2, 0), Command::Park { window, note: String::new() });
    assert_eq!(start(&told), "截至 09:02，A001 已在 1 号窗口挂起，返回后由该窗口优先续办。");
    told.run(at(9, 3, 0), Command::Return { window, ticket: None });
    assert_eq!(start(&told), "截至 09:03，A001 挂起后已返回，等候 1 号窗口续办。");
    told.call(at(9, 4, 0));
    let story = told.explain("A001");
    let by = story.story.last().unwrap().call.as_ref().unwrap().by.zh.clone();
    assert_eq!(by, "挂起前已计等候 0 秒，返回后不另计。");
    told.run(at(9, 5, 0), Command::Complete { window, prompt: false });
    assert_eq!(start(&told), "A001 已于 09:05 在 1 号窗口办结。");
    let told = told.explain("A001");
    assert_eq!((told.legs.len(), before(&told).len()), (1, 0));
    well_said(&told);
}

#[test]
fn q3_an_early_appointment_has_not_begun_to_wait() {
    let mut told = Told::begin();
    told.run(at(9, 45, 0), super::tests::issue("S1", None, Some(at(10, 0, 0))));
    let story = told.explain("A001");
    assert!(
        story.summary.zh.contains("尚未叫号，预约 10:00，等候时间自预约时间起算。"),
        "{}",
        story.summary.zh
    );
    well_said(&story);
    let due = explain(&told.log, &told.background, Some(at(10, 1, 0)), "A001").unwrap();
    let says: Vec<&str> = due.now.as_ref().unwrap().says.iter().map(|says| says.zh.as_str()).collect();
    assert!(says.contains(&"本号预约时间已到，先于现场取号，在绿色通道之后。"), "{says:?}");
    well_said(&due);
}

/// The record of a call to one window of somebody sent there does not show what that window serves.
#[test]
fn q3_being_sent_to_a_window_does_not_show_what_it_serves() {
    let mut told = Told::begin();
    told.take(at(9, 0, 0), "S1");
    told.call(at(9, 1, 0));
    transfer(&mut told, at(9, 2, 0), Destination::Window(WindowNumber(2)));
    told.run(at(9, 3, 0), Command::CallNext { window: WindowNumber(2) });
    let rules = Background::guessed(&told.log).rules;
    let second = rules.windows.iter().find(|rule| rule.number == WindowNumber(2)).unwrap();
    assert_eq!(second.skills, []);
}
