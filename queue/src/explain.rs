//! The one sentence a clerk says to a person who was overtaken (rule G4, CALL-ORDER §8), in Chinese and English.
//!
//! Everything comes from the recorded [`Called`] event and the settings, so a call can be explained years later. The
//! category of the green channel is no input and so in no sentence (rule G6). Left to others: where it is shown.

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
/// UTC (0 for laboratory days). Called by the console and `hallgate explain`.
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
    match called.reason {
        Reason::Green => {
            let y = pair.y;
            pair.because(&format!("{y} 属绿色通道,依规优先办理。"), "it is a green-channel ticket.")
        }
        Reason::Appointment => {
            let (y, booked) = (pair.y, clock(inputs.booked.unwrap_or(inputs.ready)));
            pair.because(
                &format!("{y} 预约 {booked},已到预约时间并按时签到。"),
                &format!("its appointment at {booked} has come."),
            )
        }
        Reason::Protected => {
            let (y, passed) = (pair.y, inputs.passed);
            pair.because(
                &format!("{y} 已被优先号越过 {passed} 次,按规则轮到 {y}。"),
                &format!("priority tickets have passed it {passed} times."),
            )
        }
        Reason::Overdue | Reason::Limit if not_yet_due(at, &x.inputs) => {
            let (x_number, booked) = (pair.x, clock(x.inputs.booked.unwrap_or(x.inputs.ready)));
            Sentence {
                zh: format!("{x_number} 预约 {booked},尚未到时间,此前按现场取号顺序办理。"),
                en: format!("{x_number}'s appointment is at {booked}; until then it queues as a walk-in."),
            }
        }
        Reason::Overdue => {
            let (y, waited_min) = (pair.y, at.since(inputs.join) / 60);
            let last_min = limits.of(inputs.class).last().copied().unwrap_or_default() / 60;
            pair.because(
                &format!(
                    "{y} 已等候 {waited_min} 分钟,超过本类事项最后时限 {last_min} 分钟,等候最久者先办。"
                ),
                &format!(
                    "it has waited {waited_min} min, past the last limit ({last_min} min) of its class."
                ),
            )
        }
        Reason::Limit => by_limit(at, &pair, inputs, &x.inputs, limits, clock),
        Reason::Return => {
            let y = pair.y;
            pair.because(
                &format!("{y} 此前已在本窗口办理,暂离后返回,优先续办。"),
                "it was already being served at this window and has come back.",
            )
        }
    }
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
            zh: format!("{y} 先于 {x} 叫号:{zh}"),
            en: format!("{y} was called before {x} because {en}"),
        }
    }
}

fn by_limit(
    at: Timestamp,
    pair: &Pair<'_>,
    y_inputs: &CallInputs,
    x_inputs: &CallInputs,
    limits: &Limits,
    clock: impl Fn(Timestamp) -> String,
) -> Sentence {
    let Pair { y, x } = pair;
    let t = clock(y_inputs.limit.unwrap_or(y_inputs.join));
    let behind = limits.of(x_inputs.class).iter().rev().find(|&&limit_s| at > x_inputs.join.plus(limit_s));
    match (behind, x_inputs.limit) {
        (None, u) => {
            let (u, (class_zh, class_en)) = (clock(u.unwrap_or(x_inputs.join)), class_name(y_inputs.class));
            pair.because(
                &format!("{y}({class_zh})须在 {t} 前叫号,早于 {x} 的时限 {u}。"),
                &format!("its limit {t} ({class_en}) comes before {x}'s {u}."),
            )
        }
        (Some(limit_s), Some(u)) => {
            let (u, behind_min) = (clock(u), limit_s / 60);
            pair.because(
                &format!(
                    "{y} 须在 {t} 前叫号;{x} 已超过 {behind_min} 分钟,下一时限为 {u},其所属事项队列中仍排在前面。"
                ),
                &format!(
                    "its limit {t} comes first; {x} is past {behind_min} min, its next limit is {u} and it keeps \
                     its place among tickets of its own matter."
                ),
            )
        }
        (Some(limit_s), None) => {
            // Past its last limit it stands behind somebody of its own matter, or it would have been called first.
            let behind_min = limit_s / 60;
            pair.because(
                &format!("{y} 须在 {t} 前叫号;{x} 已超过 {behind_min} 分钟,其所属事项队列中仍排在前面。"),
                &format!(
                    "its limit {t} comes first; {x} is past {behind_min} min and keeps its place among tickets \
                     of its own matter."
                ),
            )
        }
    }
}

fn not_yet_due(at: Timestamp, x: &CallInputs) -> bool {
    x.booked.is_some() && at < x.ready
}

fn hour_and_minute(moment: Timestamp, zone_offset_s: i32) -> String {
    let of_day = moment.plus(i64::from(zone_offset_s)).0.rem_euclid(86_400);
    format!("{:02}:{:02}", of_day / 3600, of_day / 60 % 60)
}
