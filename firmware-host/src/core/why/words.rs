//! The sentences of an explanation, Chinese and English. Those about who came before whom are CALL-ORDER §8's own
//! ([`queue::explain`]); these are the ones around them.

use super::{Background, Before, Kind, Meanwhile, Stands, Step};
use crate::core::words::ticket_state_zh;
use queue::explain::{Sentence, class_name};
use queue::{Called, Event, Reason, ServiceId, Ticket, TicketNumber, TicketState, Timestamp, WindowNumber};

pub(super) fn both(zh: impl Into<String>, en: impl Into<String>) -> Sentence {
    Sentence { zh: zh.into(), en: en.into() }
}

/// `HH:MM:SS` on the hall's clock face.
pub(super) fn hms(at: Timestamp, background: &Background) -> String {
    let of_day = at.plus(i64::from(background.zone_offset_s)).0.rem_euclid(86_400);
    format!("{:02}:{:02}:{:02}", of_day / 3600, of_day / 60 % 60, of_day % 60)
}

/// `HH:MM`.
pub(super) fn hm(at: Timestamp, background: &Background) -> String {
    let mut text = hms(at, background);
    text.truncate(5);
    text
}

/// A length of time as people say it.
pub fn lasting(seconds: i64) -> Sentence {
    match seconds.max(0) {
        s if s < 60 => both(format!("{s} 秒"), format!("{s} s")),
        s if s < 3600 => both(format!("{} 分钟", s / 60), format!("{} min", s / 60)),
        s => {
            let (h, min) = (s / 3600, s / 60 % 60);
            both(format!("{h} 小时 {min} 分钟"), format!("{h} h {min} min"))
        }
    }
}

/// `1 ticket`, `2 tickets`.
pub(super) fn plural(n: u32, noun: &str) -> String {
    if n == 1 { format!("{n} {noun}") } else { format!("{n} {noun}s") }
}

pub(super) fn guessed() -> Sentence {
    both(
        "未读取 hall.toml：事项只显示代码，窗口可办事项按当日叫号记录推断，时限和保护次数按出厂值，时间按北京时间。",
        "without hall.toml: services are shown by their codes, what windows serve is taken from the day's calls, limits \
         and the pass limit are the defaults, times are those of Beijing",
    )
}

pub(super) fn restarted() -> Sentence {
    both("系统重新启动，排队顺序不变。", "hallgate was started again; the order is unchanged")
}

/// What to say to somebody who was overtaken by so many green tickets (rule G4); never the category (rule G6).
pub fn owed(by_green: u32) -> Sentence {
    let (tickets, were) = if by_green == 1 { ("ticket", "was") } else { ("tickets", "were") };
    both(
        format!("您好，前面有 {by_green} 位绿色通道办事人依规优先办理，让您久等了，感谢您的理解。"),
        format!(
            "Hello. {by_green} green-channel {tickets}, with priority under the hall's rules, {were} called before \
             yours. Thank you for waiting."
        ),
    )
}

pub(super) fn issued(at: Timestamp, event: &Event, background: &Background) -> Sentence {
    let Event::Issued { service, class, green, booked, forfeited, .. } = event else {
        return both("取号。", "taken");
    };
    let (class_zh, class_en) = class_name(*class);
    let (name, name_en) = (background.name(service), background.name_en(service));
    let mut zh = format!("取号：{name}（{class_zh}）");
    let mut en = format!("number taken: {name_en} ({class_en})");
    if let Some(booked) = booked {
        let time = hm(*booked, background);
        let early = at < *booked;
        zh += &format!("，预约 {time}，已签到");
        zh += if early { "，到时间前按现场取号排队" } else { "" };
        en += &format!(", checked in for its appointment at {time}");
        en += if early { "; until then it queues as a walk-in" } else { "" };
    }
    if let Some(forfeited) = forfeited {
        let time = hm(*forfeited, background);
        zh += &format!("，原预约 {time} 因迟到失效，按现场取号排队");
        en += &format!(", its appointment at {time} was forfeited by coming late; it queues as a walk-in");
    }
    if green.is_some() {
        zh += "，绿色通道";
        en += ", green channel";
    }
    both(zh + "。", en)
}

pub(super) fn granted(at: Timestamp, background: &Background) -> Sentence {
    let time = hms(at, background);
    both(
        format!("登记绿色通道：自 {time} 起优先，原排队时间保留。"),
        format!("green channel granted: it counts from {time} on, the place in time is kept"),
    )
}

pub(super) fn withdrawn() -> Sentence {
    both(
        "取消绿色通道：按原排队时间继续排队。",
        "green channel withdrawn: it goes on at its own place in time",
    )
}

pub(super) fn recalled(window: WindowNumber, times: u32) -> Sentence {
    both(format!("{window} 号窗口第 {times} 次重呼。"), format!("recalled by window {window}, time {times}"))
}

pub(super) fn started(window: WindowNumber) -> Sentence {
    both(format!("到 {window} 号窗口开始办理。"), format!("service began at window {window}"))
}

pub(super) fn passed(
    window: WindowNumber,
    ended: bool,
    until: Timestamp,
    background: &Background,
) -> Sentence {
    if ended {
        return both(
            format!("再次叫号仍未到 {window} 号窗口，本号结束。"),
            format!("called again and not there, window {window}: the ticket is over"),
        );
    }
    let until = hm(until, background);
    both(
        format!("叫号后未到 {window} 号窗口，按过号处理，{until} 前可恢复一次。"),
        format!("called and not there, window {window}: passed; it can be revived once until {until}"),
    )
}

pub(super) fn revived(at: Timestamp, background: &Background) -> Sentence {
    let time = hms(at, background);
    both(
        format!("过号后恢复排队，排队时间从 {time} 重新起算。"),
        format!("revived: its place in time is {time}, as a new arrival"),
    )
}

pub(super) fn expired() -> Sentence {
    both("过号后未在规定时间内恢复，本号失效。", "not revived in time: the ticket is over")
}

pub(super) fn transferred(
    from: Option<WindowNumber>,
    to: Option<WindowNumber>,
    service: &ServiceId,
    join: Timestamp,
    background: &Background,
) -> Sentence {
    let (to_zh, to_en) = match to {
        Some(window) => (format!(" {window} 号窗口"), format!("window {window}")),
        None => (format!("“{}”", background.name(service)), background.name_en(service)),
    };
    let time = hms(join, background);
    match from {
        Some(from) => both(
            format!("由 {from} 号窗口转到{to_zh}，已等候的时间继续有效，排队时间按 {time} 计。"),
            format!(
                "sent on by window {from} to {to_en}; the wait already counted goes with it, its place in time is {time}"
            ),
        ),
        None => both(
            format!("改到{to_zh}等候，排队时间仍按 {time} 计。"),
            format!("reassigned to {to_en}; its place in time is still {time}"),
        ),
    }
}

pub(super) fn parked(window: WindowNumber) -> Sentence {
    both(
        format!("在 {window} 号窗口挂起，返回后由该窗口优先续办。"),
        format!("parked at window {window}; on return that window takes it first"),
    )
}

pub(super) fn returned(window: WindowNumber) -> Sentence {
    both(format!("已返回 {window} 号窗口，等候续办。"), format!("back at window {window}"))
}

pub(super) fn matter_added(service: &ServiceId, background: &Background) -> Sentence {
    both(
        format!("增加一项办理事项：{}。", background.name(service)),
        format!("one more matter: {}", background.name_en(service)),
    )
}

pub(super) fn completed(window: WindowNumber, served_s: i64) -> Sentence {
    let took = lasting(served_s);
    both(
        format!("在 {window} 号窗口办结，用时 {}。", took.zh),
        format!("completed at window {window} after {}", took.en),
    )
}

pub(super) fn voided() -> Sentence {
    both("本号已作废。", "the ticket was voided")
}

/// A window that could serve the ticket began or ceased to be there for it.
pub(super) fn window(kind: Kind, number: WindowNumber) -> Sentence {
    match kind {
        Kind::WindowPaused => both(format!("{number} 号窗口暂停服务。"), format!("window {number} paused")),
        Kind::WindowResumed => both(format!("{number} 号窗口恢复服务。"), format!("window {number} resumed")),
        Kind::WindowOpened => both(format!("{number} 号窗口开始服务。"), format!("window {number} opened")),
        _ => both(format!("{number} 号窗口结束服务。"), format!("window {number} closed")),
    }
}

/// Why it was the ticket's turn, whether or not it overtook anybody (CALL-ORDER §3).
pub(super) fn called(at: Timestamp, called: &Called, background: &Background) -> Sentence {
    let (y, window, inputs) = (&called.number, called.window, &called.inputs);
    let last_min =
        background.rules.parameters.limits.of(inputs.class).last().copied().unwrap_or_default() / 60;
    let (zh, en) = match called.reason {
        Reason::Green => (
            format!("{y} 属绿色通道，依规优先办理"),
            format!("{y} is a green-channel ticket, which is called first"),
        ),
        Reason::Appointment => {
            let booked = hm(inputs.booked.unwrap_or(inputs.ready), background);
            (
                format!("{y} 预约 {booked}，已到预约时间并按时签到"),
                format!("{y}'s appointment at {booked} has come"),
            )
        }
        Reason::Protected => {
            let passed = inputs.passed;
            (
                format!("{y} 已被优先号越过 {passed} 次，按规则轮到 {y}"),
                format!("priority tickets have passed {y} {passed} times, so it is its turn"),
            )
        }
        Reason::Overdue => {
            let waited_min = at.since(inputs.join) / 60;
            (
                format!(
                    "{y} 已等候 {waited_min} 分钟，超过本类事项最后时限 {last_min} 分钟，在超时的号中等候最久"
                ),
                format!(
                    "{y} has waited {waited_min} min, past the last limit ({last_min} min) of its class, the longest of \
                     those that are past theirs"
                ),
            )
        }
        Reason::Limit => {
            let limit = hm(inputs.limit.unwrap_or(inputs.join), background);
            (
                format!("{y} 须在 {limit} 前叫号，在该窗口可叫的号中时限最早"),
                format!("{y}'s limit {limit} is the earliest of all that the window could call"),
            )
        }
        Reason::Return => (
            format!("{y} 此前已在本窗口办理，暂离后返回，优先续办"),
            format!("{y} was already being served at this window and has come back"),
        ),
    };
    both(format!("叫到 {window} 号窗口：{zh}。"), format!("called to window {window}: {en}"))
}

/// What the call was decided by (CALL-ORDER §8.4).
pub(super) fn decided_by(called: &Called, background: &Background) -> Sentence {
    let inputs = &called.inputs;
    let waited = lasting(called.wait_s);
    let mut zh = vec![format!("等候 {}", waited.zh)];
    let mut en = vec![format!("waited {}", waited.en)];
    zh.push(format!("排队时间 {}", hms(inputs.join, background)));
    en.push(format!("place in time {}", hms(inputs.join, background)));
    if let Some(limit) = inputs.limit {
        zh.push(format!("叫号时限 {}", hms(limit, background)));
        en.push(format!("limit {}", hms(limit, background)));
    }
    zh.push(format!("被优先号越过 {} 次", inputs.passed));
    en.push(format!("passed by priority tickets {}", plural(inputs.passed, "time")));
    zh.push(format!("该窗口上一次叫的{}优先号", if inputs.last_priority { "是" } else { "不是" }));
    en.push(format!(
        "the window's call before was {}a priority ticket",
        if inputs.last_priority { "" } else { "not " }
    ));
    both(zh.join("，"), en.join(", "))
}

/// A parked person who is back (rule Q6).
pub(super) fn came_back(called: &Called) -> Sentence {
    let (y, window) = (&called.number, called.window);
    both(
        format!("{y} 此前已在 {window} 号窗口办理，暂离后返回，优先续办。"),
        format!("{y} was already being served at window {window} and has come back"),
    )
}

/// Nobody was overtaken: the other ticket's place is earlier.
pub(super) fn earlier(called: &Called, ticket: &Ticket, background: &Background) -> Sentence {
    let (y, x) = (&called.number, &ticket.number);
    let (theirs, mine) = (hms(called.inputs.join, background), hms(ticket.join, background));
    if theirs == mine {
        return both(
            format!("{y} 与 {x} 的排队时间同为 {mine}，{y} 的号在前。"),
            format!("{y} and {x} have the same place in time, {mine}; {y} was taken first"),
        );
    }
    both(
        format!("{y} 的排队时间 {theirs} 早于 {x} 的 {mine}。"),
        format!("{y}'s place in time, {theirs}, is earlier than {x}'s, {mine}"),
    )
}

/// Joins what is not nothing: `绿色通道 1 人、预约 2 人`.
fn counted(parts: &[(u32, &str, &str)]) -> Sentence {
    let some = || parts.iter().filter(|(n, _, _)| *n > 0);
    let zh: Vec<String> = some().map(|(n, zh, _)| format!("{zh} {n} 个")).collect();
    let en: Vec<String> = some().map(|(n, _, en)| format!("{n} {en}")).collect();
    both(zh.join("、"), en.join(", "))
}

/// All of the story in a few sentences.
pub(super) fn summary(
    ticket: &Ticket,
    story: &[Step],
    before: &Before,
    windows: &[Meanwhile],
    as_of: Timestamp,
    background: &Background,
) -> Sentence {
    let x = &ticket.number;
    let taken = hm(ticket.issued, background);
    let mut calls = story.iter().filter_map(|step| Some((step, step.call.as_ref()?)));
    let mut all = match calls.next() {
        Some((step, call)) => {
            let (at, waited) = (hm(step.at, background), lasting(call.wait_s));
            let window = step.window.map_or_else(String::new, |window| window.to_string());
            both(
                format!("{x} 于 {taken} 取号，{at} 由 {window} 号窗口叫号，计入等候时间 {}。", waited.zh),
                format!(
                    "{x} was taken at {taken} and called at {at} to window {window}: a counted wait of {}.",
                    waited.en
                ),
            )
        }
        None => {
            let (at, state) = (hm(as_of, background), ticket_state_zh(&ticket.state));
            let waited = lasting(as_of.since(ticket.ready));
            let (wait_zh, wait_en) = match ticket.state {
                TicketState::Waiting { .. } => {
                    (format!("，已等候 {}", waited.zh), format!(" for {}", waited.en))
                }
                _ => Default::default(),
            };
            both(
                format!("{x} 于 {taken} 取号，尚未叫号，截至 {at} {state}{wait_zh}。"),
                format!(
                    "{x} was taken at {taken} and has not been called; at {at} it is {}{wait_en}.",
                    ticket.state.name()
                ),
            )
        }
    };
    let mut add = |more: Sentence| {
        all.zh += &more.zh;
        all.en += " ";
        all.en += &more.en;
    };
    let n = before.calls;
    let waited = windows.iter().any(|window| window.open_s + window.paused_s + window.closed_s > 0);
    if n == 0 && !waited {
        add(both("取号后即轮到，没有等候。", "Its turn came at once."));
    } else if n == 0 {
        add(both(
            "等候期间，能办理其事项的窗口没有叫过别的号。",
            "No window that serves its matter called another ticket meanwhile.",
        ));
    } else {
        let of = counted(&[
            (before.earlier, "排在前面的号", "with an earlier place"),
            (before.green, "绿色通道号", "green"),
            (before.appointment, "到时间的预约号", "with an appointment that had come"),
            (before.limit, "时限更早的号", "with an earlier limit"),
            (before.protected, "受保护的号", "protected"),
            (before.returned, "暂离后返回的号", "back after stepping aside"),
        ]);
        add(both(
            format!("等候期间，能办理其事项的窗口先叫了 {n} 个号：{}。", of.zh),
            format!(
                "Meanwhile the windows that serve its matter called {} first: {}.",
                plural(n, "ticket"),
                of.en
            ),
        ));
    }
    let paused: Vec<&Meanwhile> = windows.iter().filter(|window| window.paused_s > 0).collect();
    if !paused.is_empty() {
        let zh =
            paused.iter().map(|window| format!("{} 号窗口 {}", window.number, lasting(window.paused_s).zh));
        let en = paused
            .iter()
            .map(|window| format!("window {} for {}", window.number, lasting(window.paused_s).en));
        add(both(
            format!("其间暂停服务：{}。", zh.collect::<Vec<_>>().join("、")),
            format!("Paused meanwhile: {}.", en.collect::<Vec<_>>().join(", ")),
        ));
    }
    if waited && windows.iter().all(|window| window.open_s == 0 && window.paused_s == 0) {
        add(both("其间没有开放的窗口能办理其事项。", "No window that serves its matter was open meanwhile."));
    }
    all
}

/// What stands before a waiting ticket, in sentences.
pub(super) fn stands(
    stands: &Stands,
    ticket: &Ticket,
    now: Timestamp,
    background: &Background,
) -> Vec<Sentence> {
    let ahead = stands.people_ahead;
    let mut says = vec![if ahead == 0 {
        both("同一事项前面没有人。", "nobody of its matter is before it")
    } else {
        both(
            format!("同一事项前面还有 {ahead} 人。"),
            format!("{} of its matter before it", plural(ahead, "ticket")),
        )
    }];
    if stands.other_green + stands.other_due > 0 {
        let of = counted(&[
            (stands.other_green, "绿色通道号", "green"),
            (stands.other_due, "到时间的预约号", "with an appointment that has come"),
        ]);
        says.push(both(
            format!("同一窗口的其他事项中还有优先的号：{}。", of.zh),
            format!("of other matters of the same windows, with precedence: {}", of.en),
        ));
    }
    if stands.windows.is_empty() {
        says.push(both("没有窗口能办理其事项。", "no window serves its matter"));
    }
    says.extend(stands.windows.iter().map(|window| {
        let (doing_zh, doing_en) = doing(window.doing);
        let who = |number: &Option<TicketNumber>| number.as_ref().map(|number| format!(" {number}"));
        let with = who(&window.with).unwrap_or_default();
        let (next_zh, next_en) = match &window.next {
            Some(next) if *next == ticket.number => ("，下一个就轮到本号".into(), "; it is next here".into()),
            Some(next) => (format!("，此刻下一个是 {next}"), format!("; next here at this moment: {next}")),
            None => Default::default(),
        };
        both(
            format!("{} 号窗口{doing_zh}{with}{next_zh}。", window.number),
            format!("window {} is {doing_en}{with}{next_en}", window.number),
        )
    }));
    says.push(match stands.limit {
        Some(limit) => {
            let time = hms(limit, background);
            both(format!("下一叫号时限 {time}。"), format!("its next limit is {time}"))
        }
        None => both(
            "已超过最后时限，在超时的号中按排队时间先后叫号。",
            "past its last limit: among such tickets the longest waiting goes first",
        ),
    });
    let target = hms(stands.target, background);
    let minutes = background.rules.parameters.targets.of(ticket.class, ticket.booked.is_some()) / 60;
    says.push(if now > stands.target {
        both(
            format!("等候目标 {minutes} 分钟，已于 {target} 超过。"),
            format!("its wait target, {minutes} min, was passed at {target}"),
        )
    } else {
        both(
            format!("等候目标 {minutes} 分钟，应在 {target} 前叫号。"),
            format!("its wait target, {minutes} min, is {target}"),
        )
    });
    if ticket.green.is_none() {
        let (passed, of) = (stands.passed, stands.pass_limit);
        says.push(if passed >= of {
            both(
                format!("已被优先号越过 {passed} 次，达到 {of} 次的上限，受保护：窗口不会连续两次先叫优先号。"),
                format!("passed {passed} of {of} times: protected, no window calls two priority tickets in a row before it"),
            )
        } else {
            both(
                format!("已被优先号越过 {passed} 次，满 {of} 次后受保护。"),
                format!("passed by priority tickets {passed} of {of} times; then it is protected"),
            )
        });
    }
    says
}

fn doing(state: &str) -> (&'static str, &'static str) {
    match state {
        "free" => ("空闲", "free"),
        "asking" => ("等候下一位", "asking for the next ticket"),
        "calling" => ("正在叫", "calling"),
        "serving" => ("正在办理", "serving"),
        "paused" => ("暂停服务", "paused"),
        _ => ("未开放", "closed"),
    }
}
