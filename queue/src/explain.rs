//! The one sentence a clerk says to a person who was overtaken (rule G4, CALL-ORDER §8), in Chinese and English.
//!
//! Everything comes from the recorded [`Called`] event and the settings, so a call can be explained years later. The
//! category of the green channel is no input and so in no sentence (rule G6). Left to others: where it is shown.
//!
//! The wording is that of CALL-ORDER §8, with full-width marks in Chinese, and adds what a reader would otherwise miss: in
//! step 5 of CALL-ORDER §3 only the first ticket of each service competes, so that a ticket behind another of its own matter
//! may have the earlier limit and yet be called later.

use crate::event::{CallInputs, Called, Overtaken, Reason};
use crate::ids::{TicketNumber, Timestamp, WindowNumber};
use crate::rules::{Class, Limits, Rules};
use serde::Serialize;

/// One explanation in both languages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Sentence {
    /// Chinese, said first.
    pub zh: String,
    /// English.
    pub en: String,
}

/// Why `called` was called at `at` before `x`, one of its overtaken. `zone_offset_s`: the hall's zone, seconds east of
/// UTC (0 for laboratory days). A class whose list of limits is empty in `rules` is one whose limits are not known; they are
/// then not named. Called by the console and `hallgate explain`.
pub fn sentences(
    at: Timestamp,
    called: &Called,
    x: &Overtaken,
    zone_offset_s: i32,
    rules: &Rules,
) -> Sentence {
    let inputs = &called.inputs;
    let limits = &rules.parameters.limits;
    let clock = |moment| hour_and_minute(moment, zone_offset_s);
    let pair = Pair { y: &called.number, x: &x.number };
    let y = pair.y;
    match called.reason {
        Reason::Green => {
            pair.because(&format!("{y} 属绿色通道，依规优先办理。"), "it is a green-channel ticket.")
        }
        Reason::Appointment => {
            let booked = clock(inputs.booked.unwrap_or(inputs.ready));
            pair.because(
                &format!("{y} 预约 {booked}，已到预约时间并按时签到。"),
                &format!("its appointment at {booked} has come."),
            )
        }
        Reason::Protected => {
            let passed = inputs.passed;
            let times = if passed == 1 { "time" } else { "times" };
            pair.because(
                &format!("{y} 已被优先号越过 {passed} 次，按规则轮到 {y}。"),
                &format!("priority tickets have passed it {passed} {times}."),
            )
        }
        Reason::Overdue | Reason::Limit if not_yet_due(at, &x.inputs) => {
            let (x_number, booked) = (pair.x, clock(x.inputs.booked.unwrap_or(x.inputs.ready)));
            Sentence {
                zh: format!("{x_number} 预约 {booked}，尚未到时间，此前按现场取号顺序办理。"),
                en: format!("{x_number}'s appointment is at {booked}; until then it queues as a walk-in."),
            }
        }
        Reason::Overdue => {
            let waited_min = at.since(inputs.join) / 60;
            let (last_zh, last_en) = last_limit(limits, inputs.class);
            pair.because(
                &format!(
                    "{y} 已等候 {waited_min} 分钟，超过本类事项最后时限{last_zh}，超时者中等候最久者先办。"
                ),
                &format!("it has waited {waited_min} min, past the last limit{last_en} of its class."),
            )
        }
        Reason::Limit => match before_in_its_matter(called, x) {
            Some(head) => behind_its_head(&pair, inputs, head, zone_offset_s),
            None => by_limit(at, &pair, inputs, &x.inputs, limits, zone_offset_s),
        },
        Reason::Return => pair.because(
            &format!("{y} 此前已在本窗口办理，暂离后返回，优先续办。"),
            "it was already being served at this window and has come back.",
        ),
    }
}

/// The last limit of a class in minutes, as it stands in a sentence; nothing where it is not known.
pub fn last_limit(limits: &Limits, class: Class) -> (String, String) {
    limits.of(class).last().map_or_else(Default::default, |last_s| {
        let minutes = last_s / 60;
        (format!(" {minutes} 分钟"), format!(" ({minutes} min)"))
    })
}

/// Why a window did not call a ticket at all: its matter is not done there (CALL-ORDER §8, last row).
pub fn not_served(window: WindowNumber, x: &TicketNumber) -> Sentence {
    Sentence {
        zh: format!("{x} 的事项不在 {window} 号窗口办理。"),
        en: format!("Window {window} does not serve {x}'s matter ({x} was not overtaken)."),
    }
}

/// 一般事项, 复杂事项, 特殊事项: what a limit is explained with.
pub fn class_name(class: Class) -> (&'static str, &'static str) {
    match class {
        Class::Ordinary => ("一般事项", "ordinary matter"),
        Class::Complex => ("复杂事项", "complex matter"),
        Class::Special => ("特殊事项", "special matter"),
    }
}

struct Pair<'a> {
    y: &'a TicketNumber,
    x: &'a TicketNumber,
}

impl Pair<'_> {
    fn because(&self, zh: &str, en: &str) -> Sentence {
        let Pair { y, x } = self;
        Sentence {
            zh: format!("{y} 先于 {x} 叫号：{zh}"),
            en: format!("{y} was called before {x} because {en}"),
        }
    }
}

/// The first ticket of `x`'s service, if that is not `x` itself: whoever stands before `x` was overtaken with it.
fn before_in_its_matter<'a>(called: &'a Called, x: &Overtaken) -> Option<&'a Overtaken> {
    let first = called.overtaken.iter().find(|other| other.inputs.service == x.inputs.service)?;
    (first.ticket != x.ticket).then_some(first)
}

/// `x` did not compete: only the first ticket of each service does (CALL-ORDER §3.5).
fn behind_its_head(pair: &Pair<'_>, y: &CallInputs, head: &Overtaken, zone_offset_s: i32) -> Sentence {
    let (x, first) = (pair.x, &head.number);
    let t = y.limit.unwrap_or(y.join);
    let (t, u) = two_clocks(t, head.inputs.limit.unwrap_or(t), zone_offset_s);
    let (u_zh, u_en) = match head.inputs.limit {
        Some(_) => (format!("（时限 {u}）"), format!(" (limit {u})")),
        None => Default::default(),
    };
    pair.because(
        &format!(
            "{} 须在 {t} 前叫号；{x} 前面还有同一事项的 {first}{u_zh}，各事项只由排在最前的号比较时限。",
            pair.y
        ),
        &format!(
            "its limit {t} comes first; {x} stands behind {first}{u_en} of its own matter, and only the first ticket \
             of each matter is compared."
        ),
    )
}

fn by_limit(
    at: Timestamp,
    pair: &Pair<'_>,
    y_inputs: &CallInputs,
    x_inputs: &CallInputs,
    limits: &Limits,
    zone_offset_s: i32,
) -> Sentence {
    let Pair { y, x } = pair;
    let t = y_inputs.limit.unwrap_or(y_inputs.join);
    let behind = limits.of(x_inputs.class).iter().rev().find(|&&limit_s| at > x_inputs.join.plus(limit_s));
    let Some(u) = x_inputs.limit else {
        // Of another configuration: by CALL-ORDER §3.5 the first of a matter that is past its last limit goes before.
        let t = hour_and_minute(t, zone_offset_s);
        return pair.because(
            &format!("{y} 须在 {t} 前叫号，{x} 已没有下一时限。"),
            &format!("its limit {t} comes first; {x} has no further limit."),
        );
    };
    let (t, u) = two_clocks(t, u, zone_offset_s);
    match behind {
        None => {
            let (class_zh, class_en) = class_name(y_inputs.class);
            pair.because(
                &format!("{y}（{class_zh}）须在 {t} 前叫号，早于 {x} 的时限 {u}。"),
                &format!("its limit {t} ({class_en}) comes before {x}'s {u}."),
            )
        }
        Some(limit_s) => {
            let behind_min = limit_s / 60;
            pair.because(
                &format!(
                    "{y} 须在 {t} 前叫号；{x} 已超过 {behind_min} 分钟，下一时限为 {u}，其所属事项队列中仍排在前面。"
                ),
                &format!(
                    "its limit {t} comes first; {x} is past {behind_min} min, its next limit is {u} and it keeps \
                     its place among tickets of its own matter."
                ),
            )
        }
    }
}

fn not_yet_due(at: Timestamp, x: &CallInputs) -> bool {
    x.booked.is_some() && at < x.ready
}

/// Two different moments as two different texts: with seconds only if they lie in the same minute.
fn two_clocks(one: Timestamp, other: Timestamp, zone_offset_s: i32) -> (String, String) {
    let short = (hour_and_minute(one, zone_offset_s), hour_and_minute(other, zone_offset_s));
    if one == other || short.0 != short.1 {
        return short;
    }
    let second = |moment: Timestamp| moment.0.rem_euclid(60);
    (format!("{}:{:02}", short.0, second(one)), format!("{}:{:02}", short.1, second(other)))
}

fn hour_and_minute(moment: Timestamp, zone_offset_s: i32) -> String {
    let of_day = moment.plus(i64::from(zone_offset_s)).0.rem_euclid(86_400);
    format!("{:02}:{:02}", of_day / 3600, of_day / 60 % 60)
}
