//! The sentences about single events and about what stands before a ticket, Chinese and English. Those about who came before
//! whom are CALL-ORDER §8's own ([`queue::explain`]); those about the whole are in `sum`.
//!
//! Chinese has full-width marks and ends with one; English begins with a capital and ends with a full stop.

use super::{Background, Kind, Stands};
use queue::explain::{Sentence, class_name, last_limit};
use queue::{Called, Event, Reason, Rules, ServiceId, Ticket, TicketNumber, Timestamp, WindowNumber};

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
            match min {
                0 => both(format!("{h} 小时"), format!("{h} h")),
                _ => both(format!("{h} 小时 {min} 分钟"), format!("{h} h {min} min")),
            }
        }
    }
}

/// `1 ticket`, `2 tickets`.
pub(super) fn plural(n: u32, noun: &str) -> String {
    if n == 1 { format!("{n} {noun}") } else { format!("{n} {noun}s") }
}

pub(super) fn guessed() -> Sentence {
    both(
        "未读取 hall.toml：事项只显示代码，时间按北京时间；窗口可办事项按当日叫号记录推断，可能不全；时限、等候目标和\
         受保护的次数无从得知。",
        "Without hall.toml services are shown by their codes and times are those of Beijing; what windows serve is taken \
         from the day's calls and may be incomplete; limits, wait targets and the pass limit are not known.",
    )
}

/// The settings at hand are of another time: the ticket's service was renamed or removed since.
pub(super) fn unknown_service(service: &ServiceId) -> Sentence {
    both(
        format!(
            "hall.toml 中没有事项 {service}（可能已改名或取消）：只显示代码，哪些窗口曾办理它按当日叫号记录推断，可能不全。"
        ),
        format!(
            "The settings in hall.toml do not know the service {service}; it may have been renamed or removed. It is shown by \
             its code, and the windows that served it are taken from the day's calls and may be incomplete."
        ),
    )
}

/// By the settings at hand these windows do not serve it, but the record shows that they did.
pub(super) fn served_then(
    service: &ServiceId,
    windows: &[WindowNumber],
    background: &Background,
) -> Sentence {
    let list = |between: &str| windows.iter().map(ToString::to_string).collect::<Vec<_>>().join(between);
    let noun = if windows.len() == 1 { "window" } else { "windows" };
    both(
        format!(
            "按 hall.toml，{} 号窗口不办理“{}”，但当日记录表明办理过：设置后来有改动，以记录为准。",
            list("、"),
            background.name(service)
        ),
        format!(
            "By hall.toml {noun} {} would not serve {}, but the day's record shows that it was served there: the settings were \
             changed since, and the record counts.",
            list(", "),
            background.name_en(service)
        ),
    )
}

pub(super) fn restarted() -> Sentence {
    both("系统重新启动，排队顺序不变。", "Hallgate was started again; the order is unchanged.")
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
        return both("取号。", "Number taken.");
    };
    let (class_zh, class_en) = class_name(*class);
    let (name, name_en) = (background.name(service), background.name_en(service));
    let mut zh = format!("取号：{name}（{class_zh}）");
    let mut en = format!("Number taken: {name_en} ({class_en})");
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
    both(zh + "。", en + ".")
}

pub(super) fn granted(at: Timestamp, waits: bool, background: &Background) -> Sentence {
    if !waits {
        return both("登记绿色通道。", "Green channel granted.");
    }
    let time = hms(at, background);
    both(
        format!("登记绿色通道：自 {time} 起优先，原排队时间保留。"),
        format!("Green channel granted: it counts from {time} on, the place in time is kept."),
    )
}

pub(super) fn withdrawn(waits: bool) -> Sentence {
    if !waits {
        return both("取消绿色通道。", "Green channel withdrawn.");
    }
    both(
        "取消绿色通道：按原排队时间继续排队。",
        "Green channel withdrawn: the ticket keeps its place in time.",
    )
}

pub(super) fn recalled(window: WindowNumber, times: u32) -> Sentence {
    both(
        format!("{window} 号窗口第 {times} 次重呼。"),
        format!("Recalled by window {window} (recall {times})."),
    )
}

pub(super) fn started(window: WindowNumber) -> Sentence {
    both(format!("到 {window} 号窗口开始办理。"), format!("Service began at window {window}."))
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
            format!("Nobody came to window {window} after this call either; the ticket is over."),
        );
    }
    // How long it can be revived is a setting; without the settings it is not known.
    let (until_zh, until_en) = match background.settings {
        true => (format!("{} 前", hms(until, background)), format!(" until {}", hms(until, background))),
        false => ("规定时间内".to_owned(), String::new()),
    };
    both(
        format!("叫号后未到 {window} 号窗口，按过号处理，{until_zh}可恢复一次。"),
        format!("Nobody came to window {window}: passed; it can be revived once{until_en}."),
    )
}

pub(super) fn revived(at: Timestamp, background: &Background) -> Sentence {
    let time = hms(at, background);
    both(
        format!("过号后恢复排队，排队时间从 {time} 重新起算。"),
        format!("Revived after being passed: its place in time is {time}, as for a new arrival."),
    )
}

pub(super) fn expired() -> Sentence {
    both("过号后未在规定时间内恢复，本号失效。", "Not revived in time; the ticket is over.")
}

/// `waited`: it was waiting already, so that its wait goes on.
pub(super) fn transferred(
    from: Option<WindowNumber>,
    waited: bool,
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
    match (from, waited) {
        (Some(from), _) => both(
            format!("由 {from} 号窗口转到{to_zh}，已等候的时间继续有效，排队时间按 {time} 计。"),
            format!(
                "Sent on by window {from} to {to_en}; the wait already counted goes with it, its place in time is {time}."
            ),
        ),
        (None, true) => both(
            format!("改到{to_zh}等候，排队时间仍按 {time} 计。"),
            format!("Reassigned to {to_en}; its place in time is still {time}."),
        ),
        (None, false) => both(
            format!("改到{to_zh}等候，已等候的时间继续有效，排队时间按 {time} 计。"),
            format!(
                "Reassigned to {to_en}; the wait already counted goes with it, its place in time is {time}."
            ),
        ),
    }
}

pub(super) fn parked(window: WindowNumber) -> Sentence {
    both(
        format!("在 {window} 号窗口挂起，返回后由该窗口优先续办。"),
        format!("Parked at window {window}, which takes it first on its return."),
    )
}

pub(super) fn returned(window: WindowNumber) -> Sentence {
    both(format!("已返回 {window} 号窗口，等候续办。"), format!("Back at window {window}, waiting to go on."))
}

pub(super) fn matter_added(service: &ServiceId, background: &Background) -> Sentence {
    both(
        format!("增加一项办理事项：{}。", background.name(service)),
        format!("One more matter: {}.", background.name_en(service)),
    )
}

pub(super) fn completed(window: WindowNumber, served_s: i64) -> Sentence {
    let took = lasting(served_s);
    both(
        format!("在 {window} 号窗口办结，用时 {}。", took.zh),
        format!("Completed at window {window} after {}.", took.en),
    )
}

pub(super) fn voided() -> Sentence {
    both("本号作废。", "The ticket was voided.")
}

/// A window that could serve the ticket began or ceased to be there for it.
pub(super) fn window(kind: Kind, number: WindowNumber) -> Sentence {
    match kind {
        Kind::WindowPaused => both(format!("{number} 号窗口暂停服务。"), format!("Window {number} paused.")),
        Kind::WindowResumed => {
            both(format!("{number} 号窗口恢复服务。"), format!("Window {number} resumed."))
        }
        Kind::WindowOpened => both(format!("{number} 号窗口开始服务。"), format!("Window {number} opened.")),
        _ => both(format!("{number} 号窗口结束服务。"), format!("Window {number} closed.")),
    }
}

/// Why it was the ticket's turn, whether or not it overtook anybody (CALL-ORDER §3). `told`: the limits that may be named.
pub(super) fn called(at: Timestamp, called: &Called, told: &Rules, background: &Background) -> Sentence {
    let (y, window, inputs) = (&called.number, called.window, &called.inputs);
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
                format!("priority tickets have passed {y} {}, so it is its turn", plural(passed, "time")),
            )
        }
        Reason::Overdue => {
            let waited_min = at.since(inputs.join) / 60;
            let (last_zh, last_en) = last_limit(&told.parameters.limits, inputs.class);
            (
                format!(
                    "{y} 已等候 {waited_min} 分钟，超过本类事项最后时限{last_zh}；各事项排在最前且已超过最后时限的号中，{y} 排队最早"
                ),
                format!(
                    "{y} has waited {waited_min} min, past the last limit{last_en} of its class; of the first tickets of \
                     each matter that are past theirs its place is the earliest"
                ),
            )
        }
        // CALL-ORDER §3.5: heads only, and equal limits by (join, seq).
        Reason::Limit => {
            let limit = hms(inputs.limit.unwrap_or(inputs.join), background);
            (
                format!(
                    "{y} 须在 {limit} 前叫号，在该窗口可叫的各事项排在最前的号中时限最早（时限相同的，排队早者先叫）"
                ),
                format!(
                    "{y} must be called by {limit}, the earliest limit among the first tickets of each matter that the window \
                     could call (equal limits go by place)"
                ),
            )
        }
        Reason::Return => (
            format!("{y} 此前已在本窗口办理，暂离后返回，优先续办"),
            format!("{y} was already being served at this window and has come back"),
        ),
    };
    both(format!("叫到 {window} 号窗口：{zh}。"), format!("Called to window {window}: {en}."))
}

/// What the call was decided by (CALL-ORDER §8.4). `first`: the window had called nobody before on that day.
pub(super) fn decided_by(called: &Called, first: bool, background: &Background) -> Sentence {
    let inputs = &called.inputs;
    let waited = lasting(called.wait_s);
    if called.reason == Reason::Return {
        return both(
            format!("挂起前已计等候 {}，返回后不另计。", waited.zh),
            format!("A wait of {} was counted before it was parked; coming back adds none.", waited.en),
        );
    }
    let mut zh = vec![format!("计入等候 {}", waited.zh)];
    let mut en = vec![format!("A counted wait of {}", waited.en)];
    zh.push(format!("排队时间 {}", hms(inputs.join, background)));
    en.push(format!("place in time {}", hms(inputs.join, background)));
    if let Some(limit) = inputs.limit {
        zh.push(format!("叫号时限 {}", hms(limit, background)));
        en.push(format!("limit {}", hms(limit, background)));
    }
    zh.push(format!("被优先号越过 {} 次", inputs.passed));
    en.push(format!("passed by priority tickets {}", plural(inputs.passed, "time")));
    let (before_zh, before_en) = match (inputs.last_priority, first) {
        (true, _) => ("该窗口上一次叫的是优先号", "the window's previous call was a priority call"),
        (false, true) => ("该窗口当日首次叫号", "the window's first call of the day"),
        (false, false) => ("该窗口上一次叫的不是优先号", "the window's previous call was no priority call"),
    };
    zh.push(before_zh.to_owned());
    en.push(before_en.to_owned());
    both(zh.join("，") + "。", en.join(", ") + ".")
}

/// A parked person who is back (rule Q6).
pub(super) fn came_back(called: &Called) -> Sentence {
    let (y, window) = (&called.number, called.window);
    both(
        format!("{y} 此前已在 {window} 号窗口办理，暂离后返回，优先续办。"),
        format!("{y} was already being served at window {window} and has come back."),
    )
}

/// Nobody was overtaken: the other ticket's place is earlier.
pub(super) fn earlier(called: &Called, ticket: &Ticket, background: &Background) -> Sentence {
    let (y, x) = (&called.number, &ticket.number);
    let (theirs, mine) = (hms(called.inputs.join, background), hms(ticket.join, background));
    if theirs == mine {
        return both(
            format!("{y} 与 {x} 的排队时间同为 {mine}，{y} 的号在前。"),
            format!("{y} and {x} have the same place in time, {mine}; {y} was taken first."),
        );
    }
    both(
        format!("{y} 的排队时间 {theirs} 早于 {x} 的 {mine}。"),
        format!("{y}'s place in time, {theirs}, is earlier than {x}'s, {mine}."),
    )
}

/// Joins what is not nothing: `绿色通道号 1 个、到时间的预约号 2 个`.
pub(super) fn counted(parts: &[(u32, &str, &str)]) -> Sentence {
    let some = || parts.iter().filter(|(n, _, _)| *n > 0);
    let zh: Vec<String> = some().map(|(n, zh, _)| format!("{zh} {n} 个")).collect();
    let en: Vec<String> = some().map(|(n, _, en)| format!("{n} {en}")).collect();
    both(zh.join("、"), en.join(", "))
}

/// What stands before a waiting ticket, in sentences; those about single windows are [`able_window`]'s.
pub(super) fn stands(
    stands: &Stands,
    ticket: &Ticket,
    now: Timestamp,
    background: &Background,
) -> Vec<Sentence> {
    let mut says = vec![match stands.people_ahead {
        0 => both("同一事项前面没有人。", "Nobody of its matter is before it."),
        1 => both("同一事项前面还有 1 人。", "1 ticket of its matter is before it."),
        n => both(format!("同一事项前面还有 {n} 人。"), format!("{n} tickets of its matter are before it.")),
    }];
    if stands.other_green + stands.other_due > 0 {
        let of = counted(&[
            (stands.other_green, "绿色通道号", "green"),
            (stands.other_due, "到时间的预约号", "with an appointment that has come"),
        ]);
        says.push(both(
            format!("同一窗口的其他事项中还有优先的号：{}。", of.zh),
            format!("Of other matters of the same windows these have precedence: {}.", of.en),
        ));
    }
    says.extend(which_windows(stands, ticket, background));
    says.extend(its_turn(stands, ticket, now, background));
    if let Some(target) = stands.target {
        let time = hms(target, background);
        let minutes = background.rules.parameters.targets.of(ticket.class, ticket.booked.is_some()) / 60;
        says.push(if now > target {
            both(
                format!("等候目标 {minutes} 分钟，已于 {time} 超过。"),
                format!("Its wait target, {minutes} min, was passed at {time}."),
            )
        } else {
            both(
                format!("等候目标 {minutes} 分钟，应在 {time} 前叫号。"),
                format!("Its wait target, {minutes} min, is reached at {time}."),
            )
        });
    }
    if ticket.green.is_none() {
        says.push(protection(stands.passed, stands.pass_limit));
    }
    says
}

/// That no window serves it, or that others may.
fn which_windows(stands: &Stands, ticket: &Ticket, background: &Background) -> Option<Sentence> {
    if stands.windows_known {
        return stands.windows.is_empty().then(|| {
            both("按 hall.toml，没有窗口能办理其事项。", "By hall.toml no window serves its matter.")
        });
    }
    Some(match (background.settings, stands.windows.is_empty()) {
        (true, _) => both(
            format!("hall.toml 中没有事项 {}，现在哪些窗口能办理它无从得知。", ticket.service),
            format!(
                "Hall.toml does not know the service {}, so which windows serve it now is not known.",
                ticket.service
            ),
        ),
        (false, true) => both(
            "当日记录中还没有窗口叫过这一事项，哪些窗口能办理无从得知。",
            "By the day's record no window has called a ticket of its matter yet; which windows serve it is not known.",
        ),
        (false, false) => both(
            "除当日叫过这一事项的窗口外，是否还有窗口能办理无从得知。",
            "Whether other windows than those that called tickets of its matter serve it is not known.",
        ),
    })
}

/// What its own turn depends on: its precedence or its next limit.
fn its_turn(stands: &Stands, ticket: &Ticket, now: Timestamp, background: &Background) -> Option<Sentence> {
    match (ticket.place().tier(now), stands.limit) {
        (0, _) => Some(both("本号属绿色通道，依规优先。", "It is a green-channel ticket, which goes first.")),
        (1, _) => Some(both(
            "本号预约时间已到，先于现场取号，在绿色通道之后。",
            "Its appointment has come: it goes before walk-ins and after green-channel tickets.",
        )),
        (_, Some(limit)) => {
            let time = hms(limit, background);
            Some(both(
                format!("下一叫号时限 {time}；各事项只由排在最前的号比较时限。"),
                format!("Its next limit is {time}; only the first ticket of each matter is compared."),
            ))
        }
        (_, None) if background.settings => Some(both(
            "已超过最后时限：各事项排在最前且已超时的号中，排队早者先叫。",
            "It is past its last limit: of the first tickets of each matter that are, the earliest place goes first.",
        )),
        (_, None) => None,
    }
}

fn protection(passed: u32, limit: Option<u32>) -> Sentence {
    let times = plural(passed, "time");
    match limit {
        Some(limit) if passed >= limit => both(
            format!(
                "已被优先号越过 {passed} 次，达到 {limit} 次的上限，受保护：窗口不会连续两次先叫优先号。"
            ),
            format!(
                "Priority tickets have passed it {times}, and {limit} is the most: it is protected, no window calls two \
                 priority tickets in a row before it."
            ),
        ),
        Some(limit) => both(
            format!("已被优先号越过 {passed} 次，满 {limit} 次后受保护。"),
            format!("Priority tickets have passed it {times}; from {limit} on it is protected."),
        ),
        None => {
            both(format!("已被优先号越过 {passed} 次。"), format!("Priority tickets have passed it {times}."))
        }
    }
}

/// What a window that can serve the ticket `mine` is doing, and whom it would call next.
pub(super) fn able_window(
    number: WindowNumber,
    state: &str,
    with: Option<&TicketNumber>,
    next: Option<&TicketNumber>,
    mine: &TicketNumber,
) -> Sentence {
    let (doing_zh, doing_en) = doing(state);
    let with = with.map(|with| format!(" {with}")).unwrap_or_default();
    let (next_zh, next_en) = match next {
        Some(next) if next == mine => (
            "；若此刻叫号，轮到本号".to_owned(),
            "; if it called at this moment, this ticket would be next".to_owned(),
        ),
        Some(next) => (
            format!("；若此刻叫号，轮到 {next}"),
            format!("; if it called at this moment, {next} would be next"),
        ),
        None => Default::default(),
    };
    both(
        format!("{number} 号窗口{doing_zh}{with}{next_zh}。"),
        format!("Window {number} is {doing_en}{with}{next_en}."),
    )
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
