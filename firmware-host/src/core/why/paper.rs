//! A story as the words of the slip that explains it (rule G4): to a person who waits, what stands before it; to one who was
//! called, why others were called first.

use super::{AbleWindow, Because, Explanation, Kind, Step, lasting};
use crate::config::Config;
use crate::time::local_time;
use queue::explain::Sentence;
use ticket_printer::Told;

/// Windows named on a slip: as many a person can take in; those that are open, since the others call nobody.
const WINDOWS_NAMED: usize = 6;

/// The words of the slip. Called when it is printed.
pub fn explanation_words(config: &Config, told: &Explanation, english: bool) -> ticket_printer::Explanation {
    let say = |sentence: &Sentence| {
        if english { sentence.en.clone() } else { on_paper(&sentence.zh) }
    };
    let label = |zh: &str, en: &str| if english { en.to_owned() } else { zh.to_owned() };
    let clock = |at| local_time(config, at).format("%Y-%m-%d %H:%M:%S").to_string();
    let mut facts = vec![(label("取号时间", "Taken"), clock(told.issued))];
    let latest = told.legs.last();
    let ended = latest.and_then(|leg| Some((leg, leg.ended?)));
    match ended.and_then(|(leg, ended)| Some((leg, ended.at, ended.called_to?))) {
        Some((leg, at, window)) => {
            facts.push((label("叫号时间", "Called"), clock(at)));
            let window = if english { window.to_string() } else { format!("{window}号") };
            facts.push((label("叫号窗口", "Window"), window));
            facts.push((label("等候时间", "Wait"), say(&lasting(leg.wait_s))));
        }
        None => {
            facts.push((label("截至", "As of"), clock(told.as_of)));
            if let Some(leg) = latest.filter(|_| told.now.is_some()) {
                facts.push((label("已等候", "Waited"), say(&lasting(leg.wait_s))));
            }
        }
    }
    let now = told.now.as_ref().map_or_else(Vec::new, |now| {
        let mut lines: Vec<String> = now.says.iter().map(say).collect();
        let open: Vec<&AbleWindow> = now.windows.iter().filter(|window| window.doing != "closed").collect();
        lines.extend(open.iter().take(WINDOWS_NAMED).map(|window| say(&window.says)));
        match open.len().saturating_sub(WINDOWS_NAMED) {
            0 if open.is_empty() && !now.windows.is_empty() => {
                lines.push(label("能办理的窗口现在都未开放。", "No window that can serve it is open now."));
            }
            0 => {}
            1 if english => lines.push("1 more window can serve it.".to_owned()),
            n if english => lines.push(format!("{n} more windows can serve it.")),
            n => lines.push(format!("另有{n}个窗口能办理。")),
        }
        lines
    });
    let called = told.legs.iter().any(|leg| leg.ended.is_some_and(|ended| ended.called_to.is_some()));
    ticket_printer::Explanation {
        hall: if english && !config.hall.name_en.is_empty() {
            config.hall.name_en.clone()
        } else {
            config.hall.name.clone()
        },
        told: match (told.now.is_some(), called) {
            (true, _) => Told::Waiting,
            (false, true) => Told::Called,
            (false, false) => Told::Over,
        },
        number: told.number.to_string(),
        service: say(&told.service_name),
        facts,
        now,
        summary: say(&told.summary),
        reasons: reasons(told).map(|step| format!("{} {}", &step.local[..5], say(&step.says))).collect(),
        complaint_line: Some(config.hall.complaint_line.clone()).filter(|line| !line.is_empty()),
        english,
    }
}

/// Those called before it whose reason is not plain to see, of the latest wait first. Whoever simply stood in front is counted
/// in the summary.
fn reasons(told: &Explanation) -> impl Iterator<Item = &Step> {
    let of_leg = |n: usize| told.story.iter().filter(move |step| step.leg == Some(n));
    let waits = (1..=told.legs.len()).rev().flat_map(of_leg);
    waits.filter(|step| {
        let plain = |other: &super::OtherCall| other.because == Because::Earlier;
        step.kind == Kind::CalledBefore && !step.other.as_ref().is_some_and(plain)
    })
}

/// A Chinese sentence as it is set on narrow paper: without the spaces beside numbers, so that a number and what it counts
/// are not parted.
fn on_paper(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let wide = |at: Option<usize>| at.and_then(|at| chars.get(at)).is_some_and(|c| !c.is_ascii());
    let kept = chars
        .iter()
        .enumerate()
        .filter(|&(at, &c)| c != ' ' || !(wide(at.checked_sub(1)) || wide(Some(at + 1))));
    kept.map(|(_, &c)| c).collect()
}

#[cfg(test)]
mod tests {
    use super::super::tests::{Told as Hall, at};
    use super::*;
    use queue::{By, Command, Destination, WindowNumber};

    fn words(hall: &Hall, number: &str, english: bool) -> ticket_printer::Explanation {
        let toml = include_str!("../../../../systemd/hall.toml");
        let config = crate::config::parse(toml, "hall.toml").unwrap();
        explanation_words(&config, &hall.explain(number), english)
    }

    fn fact<'a>(words: &'a ticket_printer::Explanation, label: &str) -> Option<&'a str> {
        words.facts.iter().find(|(name, _)| name == label).map(|(_, value)| value.as_str())
    }

    /// One who waits was handed a slip about a call there had not been, with nothing of what stands before it.
    #[test]
    fn q3_g4_a_waiting_ticket_gets_what_is_before_it_now() {
        let mut hall = Hall::begin();
        hall.take(at(9, 0, 0), "S1");
        hall.take_green(at(9, 1, 0), "S1");
        hall.call(at(9, 2, 0));
        let waiting = words(&hall, "A001", false);
        assert_eq!((waiting.told, fact(&waiting, "已等候")), (Told::Waiting, Some("2分钟")));
        assert_eq!(
            waiting.now,
            [
                "同一事项前面没有人。",
                "下一叫号时限09:10:00；各事项只由排在最前的号比较时限。",
                "等候目标10分钟，应在09:10:00前叫号。",
                "已被优先号越过1次，满8次后受保护。",
                "1号窗口正在叫A002；若此刻叫号，轮到本号。",
            ]
        );
        assert_eq!(waiting.reasons, ["09:02 A002先于A001叫号：A002属绿色通道，依规优先办理。"]);
        let english = words(&hall, "A001", true);
        assert_eq!(english.now[0], "Nobody of its matter is before it.");
        hall.call(at(9, 3, 0));
        assert_eq!(
            (words(&hall, "A001", false).told, words(&hall, "A001", false).now.len()),
            (Told::Called, 0)
        );
    }

    /// The complaint is about the latest wait; the slip showed the first call for ever.
    #[test]
    fn g4_the_facts_are_those_of_the_latest_wait() {
        let mut hall = Hall::begin();
        hall.take(at(9, 0, 0), "S1");
        hall.call(at(9, 1, 0));
        let to = Destination::Service("S2".into());
        hall.run(at(9, 5, 0), Command::Transfer { window: WindowNumber(1), to, note: String::new() });
        assert_eq!(fact(&words(&hall, "A001", false), "叫号时间"), None);
        hall.call(at(9, 25, 0));
        let called = words(&hall, "A001", false);
        assert!(
            fact(&called, "叫号时间").is_some_and(|time| time.ends_with("09:25:00")),
            "{:?}",
            called.facts
        );
        assert_eq!(fact(&called, "等候时间"), Some("21分钟"));
    }

    #[test]
    fn g4_a_ticket_that_was_never_called_has_no_call_to_explain() {
        let mut hall = Hall::begin();
        hall.take(at(9, 0, 0), "S1");
        let (ticket, by) = (hall.seq("A001"), By("guide".into()));
        hall.run(at(9, 1, 0), Command::Void { ticket, reason: "走了".into(), by });
        let over = words(&hall, "A001", false);
        assert_eq!((over.told, over.now.len(), fact(&over, "叫号时间")), (Told::Over, 0, None));
    }

    #[test]
    fn chinese_on_paper_keeps_numbers_with_what_they_count() {
        let cases = [
            ("A012 于 09:50 取号，由 3 号窗口叫号。", "A012于09:50取号，由3号窗口叫号。"),
            (
                "A014 先于 A012 叫号：A014 属绿色通道，依规优先办理。",
                "A014先于A012叫号：A014属绿色通道，依规优先办理。",
            ),
            ("window 3, 10:05", "window 3, 10:05"),
            ("", ""),
        ];
        for (text, set) in cases {
            assert_eq!(on_paper(text), set);
        }
    }
}
