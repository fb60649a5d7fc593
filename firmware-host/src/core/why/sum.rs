//! The whole of a story in a few sentences: where the ticket is now, then its waits, the latest first.

use super::words::{both, counted, hm, lasting, plural};
use super::{Background, Began, Kind, Leg, Meanwhile, Step};
use queue::explain::Sentence;
use queue::{Ticket, TicketState, Timestamp};

/// Where it is now, then its waits.
pub(super) fn all(
    ticket: &Ticket,
    story: &[Step],
    legs: &[Leg],
    as_of: Timestamp,
    background: &Background,
) -> Sentence {
    let mut all = standing(ticket, story, as_of, background);
    for leg in legs.iter().rev() {
        all.zh += &leg.says.zh;
        all.en += " ";
        all.en += &leg.says.en;
    }
    all
}

/// What has become of it.
fn standing(ticket: &Ticket, story: &[Step], as_of: Timestamp, background: &Background) -> Sentence {
    let x = &ticket.number;
    let clock = |at| hm(at, background);
    let so_far = |zh: String, en: String| {
        let now = clock(as_of);
        both(format!("截至 {now}，{x} {zh}。"), format!("As of {now}, {x} {en}."))
    };
    match ticket.state {
        TicketState::Waiting { .. } => so_far("正在等候".into(), "is waiting".into()),
        TicketState::Called { window, .. } => {
            so_far(format!("已叫到 {window} 号窗口"), format!("has been called to window {window}"))
        }
        TicketState::Serving { window, .. } => {
            so_far(format!("正在 {window} 号窗口办理"), format!("is being served at window {window}"))
        }
        TicketState::Parked { window, .. } => so_far(
            format!("已在 {window} 号窗口挂起，返回后由该窗口优先续办"),
            format!("is parked at window {window}, which takes it first on its return"),
        ),
        TicketState::Returned { window, .. } => so_far(
            format!("挂起后已返回，等候 {window} 号窗口续办"),
            format!("is back from being parked and waits for window {window} to go on"),
        ),
        TicketState::Passed { until } => passed(until, so_far, as_of, background),
        TicketState::Completed { window, at } => both(
            format!("{x} 已于 {} 在 {window} 号窗口办结。", clock(at)),
            format!("{x} was completed at window {window} at {}.", clock(at)),
        ),
        TicketState::Missed { at } => {
            let expired = story.iter().any(|step| step.kind == Kind::Expired);
            let (zh, en) = match expired {
                true => ("过号后未在规定时间内恢复", "it was not revived in time after being passed"),
                false => ("恢复排队后再次叫号仍未到", "nobody came to the call after it was revived either"),
            };
            both(format!("{x} {zh}，已于 {} 失效。", clock(at)), format!("{x} ended at {}: {en}.", clock(at)))
        }
        TicketState::Voided { at } => {
            both(format!("{x} 已于 {} 作废。", clock(at)), format!("{x} was voided at {}.", clock(at)))
        }
    }
}

/// How long a passed ticket can be revived is a setting; without the settings it is not known.
fn passed(
    until: Timestamp,
    so_far: impl Fn(String, String) -> Sentence,
    as_of: Timestamp,
    background: &Background,
) -> Sentence {
    let time = hm(until, background);
    let (zh, en) = match (background.settings, as_of > until) {
        (true, false) => {
            (format!("，{time} 前可恢复排队一次"), format!("; it can be revived once until {time}"))
        }
        (true, true) => {
            (format!("，恢复期限 {time} 已过"), format!("; the time to revive it ended at {time}"))
        }
        (false, _) => Default::default(),
    };
    so_far(format!("已过号{zh}"), format!("has been passed, since nobody came{en}"))
}

/// One wait of several, in a sentence or two.
pub(super) fn leg(leg: &Leg, n: usize, of: usize, as_of: Timestamp, background: &Background) -> Sentence {
    let mut says = course(leg, as_of, background);
    if of > 1 {
        says = both(format!("第 {n} 次等候：{}", says.zh), format!("Wait {n}: {}", lower(&says.en)));
    }
    let mut add = |more: Sentence| {
        says.zh += &more.zh;
        says.en += " ";
        says.en += &more.en;
    };
    // Whoever has waited no second was passed by nobody, and no window could have done anything else.
    let lasted_s = leg.ended.map_or(as_of, |ended| ended.at).since(leg.from);
    if leg.at_once() {
        add(both("随即叫到。", "It was called at once."));
    } else if lasted_s > 0 || leg.before.calls > 0 {
        add(called_before(leg));
        if let Some(paused) = paused(&leg.windows) {
            add(paused);
        }
        let open = leg.windows.iter().any(|window| window.open_s + window.paused_s > 0);
        if leg.windows_known && lasted_s > 0 && !open {
            add(both(
                "其间没有开放的窗口能办理其事项。",
                "No window that serves its matter was open in that time.",
            ));
        }
    }
    says
}

/// How it began and ended, and what of it counts.
fn course(leg: &Leg, as_of: Timestamp, background: &Background) -> Sentence {
    let clock = |at| hm(at, background);
    let from = clock(leg.from);
    let (began_zh, began_en) = match leg.began {
        Began::Issued => (format!("{from} 取号"), format!("Taken at {from}")),
        Began::Revived => (format!("{from} 过号后恢复排队"), format!("Revived at {from} after being passed")),
        Began::Transferred(window) => {
            (format!("{from} 由 {window} 号窗口转来"), format!("Sent on by window {window} at {from}"))
        }
        Began::NextMatter(window) => (
            format!("{from} 在 {window} 号窗口办完一项，续办下一事项"),
            format!("One matter was done at window {window} at {from} and the next one was left"),
        ),
        Began::Reassigned => (format!("{from} 由挂起改派"), format!("Reassigned at {from} while parked")),
    };
    let waited = lasting(leg.wait_s);
    let (more_zh, more_en) = match leg.began {
        Began::Transferred(_) | Began::NextMatter(_) | Began::Reassigned if leg.ready < leg.from => {
            ("（含此前的等候）", " (earlier waits included)")
        }
        _ => ("", ""),
    };
    let wait_zh = format!("计入等候时间 {}{more_zh}", waited.zh);
    let wait_en = format!("counted wait {}{more_en}", waited.en);
    match leg.ended {
        Some(ended) => {
            let at = clock(ended.at);
            match ended.called_to {
                Some(window) => both(
                    format!("{began_zh}，{at} 由 {window} 号窗口叫号，{wait_zh}。"),
                    format!("{began_en}, called to window {window} at {at}; {wait_en}."),
                ),
                None => both(
                    format!("{began_zh}，{at} 未叫号即作废，{wait_zh}。"),
                    format!("{began_en}, voided at {at} without having been called; {wait_en}."),
                ),
            }
        }
        None if as_of < leg.ready => {
            let ready = clock(leg.ready);
            both(
                format!("{began_zh}，尚未叫号，预约 {ready}，等候时间自预约时间起算。"),
                format!(
                    "{began_en}, not called yet; its appointment is at {ready}, from when its wait counts."
                ),
            )
        }
        None => both(
            format!("{began_zh}，尚未叫号，已{wait_zh}。"),
            format!("{began_en}, not called yet; {wait_en} so far."),
        ),
    }
}

/// Who was called first, as far as that can be known.
fn called_before(leg: &Leg) -> Sentence {
    let before = &leg.before;
    let n = before.calls;
    if n > 0 {
        let of = counted(&[
            (before.earlier, "排在前面的号", "with an earlier place"),
            (before.green, "绿色通道号", "green"),
            (before.appointment, "到时间的预约号", "with an appointment that had come"),
            (before.limit, "按时限规则先叫的号", "by their limits"),
            (before.protected, "受保护的号", "protected"),
            (before.returned, "暂离后返回的号", "back after stepping aside"),
        ]);
        let (least_zh, least_en) = if leg.windows_known { ("", "") } else { ("至少", "at least ") };
        return both(
            format!("其间，能办理其事项的窗口{least_zh}先叫了 {n} 个号：{}。", of.zh),
            format!(
                "Meanwhile windows that serve its matter called {least_en}{} first: {}.",
                plural(n, "ticket"),
                of.en
            ),
        );
    }
    match (leg.windows_known, leg.windows.is_empty()) {
        (true, _) => both(
            "其间，能办理其事项的窗口没有先叫别的号。",
            "Meanwhile no window that serves its matter called another ticket first.",
        ),
        (false, false) => both(
            "其间，当日记录中办理过其事项的窗口没有先叫别的号。",
            "Meanwhile no window that is known to serve its matter called another ticket first.",
        ),
        (false, true) => both(
            "哪些窗口能办理其事项无从得知，其间是否先叫了别的号也就不能断定。",
            "Which windows serve its matter is not known, and so neither is whether they called other tickets first.",
        ),
    }
}

/// Pauses of its windows meanwhile.
fn paused(windows: &[Meanwhile]) -> Option<Sentence> {
    let paused: Vec<&Meanwhile> = windows.iter().filter(|window| window.paused_s > 0).collect();
    if paused.is_empty() {
        return None;
    }
    let zh = paused.iter().map(|window| format!("{} 号窗口 {}", window.number, lasting(window.paused_s).zh));
    let en =
        paused.iter().map(|window| format!("window {} for {}", window.number, lasting(window.paused_s).en));
    Some(both(
        format!("其间暂停服务：{}。", zh.collect::<Vec<_>>().join("、")),
        format!("Paused meanwhile: {}.", en.collect::<Vec<_>>().join(", ")),
    ))
}

/// With a small letter, as it stands behind a colon.
fn lower(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_lowercase().chain(chars).collect())
}
