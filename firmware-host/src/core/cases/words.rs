//! Cases in words for people.

use crate::core::words::{Words, words};
use queue::cases::{CaseRefusal, CaseState, What};

/// Why the rules of cases say no, and what to do.
pub fn refusal(refusal: &CaseRefusal) -> Words {
    match refusal {
        CaseRefusal::UnknownCase { case } => words(
            format!("没有编号为{}的待办事项，或已办结。", case.0),
            format!("no case {} is open; it may be closed", case.0),
        ),
        CaseRefusal::CaseIs { case, state } => {
            let zh = match *state {
                "open" => "尚未答复",
                "answered" => "已经答复",
                _ => "已办结",
            };
            words(
                format!("编号{}{zh}，不能这样处理。", case.0),
                format!("case {} is {state}, which forbids it", case.0),
            )
        }
        CaseRefusal::NotOfKind { case, kind } => words(
            format!("编号{}是{}，不适用此操作。", case.0, kind_zh(kind)),
            format!("case {} is a {kind}, with which that is not done", case.0),
        ),
        CaseRefusal::NoText => words("请填写必填内容。", "a text that must be given is empty"),
        CaseRefusal::Days { days, most } => words(
            format!("延期{days}个工作日无效，应为1至{most}个工作日。"),
            format!("an extension of {days} working days is not between 1 and {most}"),
        ),
        CaseRefusal::NoPatrol => {
            words("巡查发现的问题请随巡查记录登记。", "a finding is registered with its patrol")
        }
        CaseRefusal::Level { level } => words(
            format!("评价等级{level}不生成工单。"),
            format!("a rating of level {level} makes no work order"),
        ),
    }
}

/// What kind of case it is.
pub fn kind_zh(kind: &str) -> &'static str {
    match kind {
        "work_order" => "差评工单",
        "unresolved" => "办不成事登记",
        _ => "巡查问题",
    }
}

/// A level of a rating (rule R1).
pub fn level_zh(level: u8) -> &'static str {
    match level {
        1 => "非常不满意",
        2 => "不满意",
        3 => "基本满意",
        4 => "满意",
        _ => "非常满意",
    }
}

/// A case in one line, for lists.
pub fn title_zh(about: &What) -> String {
    match about {
        What::WorkOrder { window, level, .. } => format!("{window}号窗口评价“{}”", level_zh(*level)),
        What::Unresolved { matter, department, .. } => format!("{department}：{matter}"),
        What::Finding { place, seen, .. } => format!("{place}：{seen}"),
    }
}

/// How far a case is.
pub fn state_zh(state: CaseState) -> &'static str {
    match state {
        CaseState::Open => "待答复",
        CaseState::Answered => "已答复",
        CaseState::Closed => "已办结",
    }
}

/// A step of the ledger, as [`schema::CaseStepRow`] names it.
pub fn step_zh(step: &str) -> &'static str {
    match step {
        "opened" => "登记",
        "extended" => "延期",
        "answered" => "答复",
        "called_back" => "回访满意",
        "called_back_not_satisfied" => "回访不满意",
        "closed" => "办结",
        "overdue" => "逾期",
        "delivered" => "热线已接收",
        "not_delivered" => "暂未送达",
        "refused" => "热线退回",
        "redelivered" => "重新派送",
        _ => "更新密钥",
    }
}
