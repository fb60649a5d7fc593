//! Refusals, states and troubles in words for people: one table, Chinese and English.

use super::appointments;
use super::cases;
use super::desk::No;
use crate::config::Config;
use queue::{Command, Refusal, TicketState};

/// One sentence in both languages.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Words {
    /// For people in the hall.
    pub zh: String,
    /// For those who do not read Chinese, and for engineers.
    pub en: String,
}

pub(crate) fn words(zh: impl Into<String>, en: impl Into<String>) -> Words {
    Words { zh: zh.into(), en: en.into() }
}

/// Why nothing happened, and what to do.
pub fn no(config: &Config, no: &No) -> Words {
    match no {
        No::Refused(refusal) => self::refusal(refusal),
        No::NotBooked(refusal) => appointments::words::refusal(config, refusal),
        No::NoCase(refusal) => cases::words::refusal(refusal),
        No::NotDurable(_) => words(
            "系统暂时无法保存数据，未出号，请到咨询台。",
            "nothing could be saved, so no number was given; please go to the guide desk",
        ),
        No::Ending => {
            words("系统正在重启，请稍候再试。", "hallgate is restarting; please try again in a moment")
        }
    }
}

/// Why the rules say no, and what to do.
pub fn refusal(refusal: &Refusal) -> Words {
    match refusal {
        Refusal::NoDay => words("今日尚未开始，请稍候。", "the working day has not begun yet; wait a moment"),
        Refusal::DayNotNew { day, open } => words(
            format!("{day} 不晚于当前工作日 {open}。"),
            format!("{day} is not later than the present day {open}"),
        ),
        Refusal::UnknownService { service } => {
            words(format!("没有事项“{service}”。"), format!("there is no service {service}; see hall.toml"))
        }
        Refusal::UnknownWindow { window } => {
            words(format!("没有{window}号窗口。"), format!("there is no window {window}; see hall.toml"))
        }
        Refusal::UnknownTicket { ticket } => {
            words("没有这个号，请核对。", format!("there is no ticket with sequence {} today", ticket.0))
        }
        Refusal::NoOpenWindow { .. } => words(
            "该事项暂无开放窗口，请咨询导服人员。",
            "no window for this service is open now; please ask at the guide desk",
        ),
        Refusal::WindowClosed { window } => words(
            format!("{window}号窗口未开放，请先开窗。"),
            format!("window {window} is closed; open it first"),
        ),
        Refusal::WindowAlreadyOpen { window } => {
            words(format!("{window}号窗口已开放。"), format!("window {window} is open already"))
        }
        Refusal::ClerkElsewhere { clerk, window } => words(
            format!("{clerk}号工作人员正在{window}号窗口在岗，该窗口暂不能离岗。"),
            format!("clerk {clerk} is on duty at window {window}, which cannot be signed off now"),
        ),
        Refusal::AlreadyOnDuty { window } => words(
            format!("已在{window}号窗口在岗。"),
            format!("the clerk is on duty at window {window} already"),
        ),
        Refusal::WindowPaused { window } => words(
            format!("{window}号窗口暂停中，请先恢复。"),
            format!("window {window} is paused; resume it first"),
        ),
        Refusal::WindowNotPaused { window } => {
            words(format!("{window}号窗口没有暂停。"), format!("window {window} is not paused"))
        }
        Refusal::WindowBusy { window, ticket } => words(
            format!("{window}号窗口正在办理{ticket}，请先办结。"),
            format!("window {window} is busy with {ticket}; complete it first"),
        ),
        Refusal::NobodyAtWindow { window } => words(
            format!("{window}号窗口当前没有办事人。"),
            format!("nobody is called or served at window {window}"),
        ),
        Refusal::WouldStrand { window, waiting } => words(
            format!("还有{waiting}人只能在{window}号窗口办理，不能关窗；请先办完或请值班长改派。"),
            format!(
                "{waiting} people could be served at window {window} only; serve them or have them reassigned"
            ),
        ),
        Refusal::AlreadyAsking { window } => {
            words(format!("{window}号窗口已在等候下一位。"), format!("window {window} is asking already"))
        }
        Refusal::NotAsking { window } => {
            words(format!("{window}号窗口没有在等候。"), format!("window {window} is not asking"))
        }
        Refusal::NoMoreRecalls { ticket, recalls } => words(
            format!("{ticket}已重呼{recalls}次，请过号。"),
            format!("{ticket} was recalled {recalls} times; pass it now"),
        ),
        Refusal::TicketIs { ticket, state } => words(
            format!("{ticket}{}，不能这样操作。", state_zh(state)),
            format!("{ticket} {}; this cannot be done now", state_en(state)),
        ),
        Refusal::ReviveTooLate { ticket, .. } => words(
            format!("{ticket}已超过恢复时限，请重新取号。"),
            format!("the time to revive {ticket} is over; please take a new number"),
        ),
        Refusal::AlreadyRevived { ticket } => words(
            format!("{ticket}已恢复过一次，请重新取号。"),
            format!("{ticket} was revived once already; please take a new number"),
        ),
        Refusal::AlreadyGreen { ticket } => {
            words(format!("{ticket}已享受绿色通道。"), format!("{ticket} has the green channel already"))
        }
        Refusal::NotGreen { ticket } => {
            words(format!("{ticket}没有绿色通道。"), format!("{ticket} has no green-channel grant"))
        }
        Refusal::NobodyParked { window } => {
            words(format!("{window}号窗口没有挂起的办事人。"), format!("nobody is parked at window {window}"))
        }
        Refusal::ParkedElsewhere { ticket, window } => {
            words(format!("{ticket}挂起在{window}号窗口。"), format!("{ticket} is parked at window {window}"))
        }
        Refusal::MatterKnown { service } => {
            words(format!("本次已包含事项“{service}”。"), format!("{service} is part of this visit already"))
        }
        Refusal::NothingToRate { window } => words(
            format!("{window}号窗口现在没有待评价的办件。"),
            format!("nothing is to be rated at window {window} now"),
        ),
        Refusal::AlreadyRated { ticket } => words(
            format!("{ticket}已评价过，感谢您的参与。"),
            format!("{ticket} is rated already; thank you"),
        ),
        Refusal::NoSuchLevel { level } => {
            words(format!("没有第{level}级评价。"), format!("level {level} is not 1 to 5"))
        }
        Refusal::NumbersUsedUp { prefix } => words(
            format!("{prefix}类号码今日已用完，请到咨询台。"),
            format!("all numbers of prefix {prefix} are used today; please go to the guide desk"),
        ),
        Refusal::SameDestination { ticket } => {
            words(format!("{ticket}已在该处等候。"), format!("{ticket} is there already"))
        }
        Refusal::TimeRunsBackwards { .. } => words(
            "系统时间异常，请联系管理员。",
            "the moment lies before the latest event; tell the administrator",
        ),
    }
}

fn state_zh(state: &str) -> &'static str {
    match state {
        "waiting" => "正在等候",
        "called" => "已叫号",
        "serving" => "正在办理",
        "parked" => "已挂起",
        "returned" => "挂起后已返回",
        "passed" => "已过号",
        "completed" => "已办结",
        "missed" => "已失效",
        "voided" => "已作废",
        _ => "状态不符",
    }
}

/// The same as the rest of an English sentence.
fn state_en(state: &str) -> &'static str {
    match state {
        "waiting" => "is waiting",
        "called" => "has been called",
        "serving" => "is being served",
        "parked" => "is parked",
        "returned" => "is back from being parked",
        "passed" => "has been passed",
        "completed" => "has been completed",
        "missed" => "has lapsed",
        "voided" => "has been voided",
        _ => "is in another state",
    }
}

/// Who did something, for people: the codes that hallgate itself writes in the log are theirs to read, a person's name stays.
pub fn by_zh(by: &str) -> String {
    let numbered = |kind: &str| by.strip_prefix(kind).filter(|rest| !rest.is_empty());
    match by {
        "rating" => "评价".to_owned(),
        "hallgate" => "系统".to_owned(),
        _ => match (numbered("window "), numbered("kiosk ")) {
            (Some(window), _) => format!("{window}号窗口"),
            (_, Some(kiosk)) => format!("取号机 {kiosk}"),
            _ => by.to_owned(),
        },
    }
}

/// A note beside a ticket that was sent on, for people: as [`by_zh`].
pub fn note_zh(note: &str) -> &str {
    if note == queue::NEXT_MATTER { "同次办理的下一事项" } else { note }
}

/// The state of a ticket in Chinese, for pages.
pub fn ticket_state_zh(state: &TicketState) -> &'static str {
    state_zh(state.name())
}

/// A device's trouble in words, by its stable fault code.
pub fn fault(code: &str) -> Words {
    match code {
        "paper_out" => words("打印纸用完", "out of paper"),
        "cover_open" => words("打印机盖未合", "printer cover open"),
        "paper_low" => words("打印纸将尽", "paper is low"),
        "cutter" => words("切刀卡住", "cutter jammed"),
        "offline" => words("打印机离线", "printer offline"),
        "unconfirmed" => words("打印机不回执，请检查号票", "the printer does not confirm its slips"),
        "no_answer" => words("设备无应答", "no answer"),
        "port" => words("端口断开", "port missing"),
        "garbled" => {
            words("设备数据错乱，请检查连线", "what the device sends cannot be read; check its cable")
        }
        "refused" => words("设备拒绝执行", "the device refuses to work"),
        "silent" => {
            words("设备没有反应，请检查电源和连线", "the device is silent; check its power and cable")
        }
        "modem" => words("短信设备不可用", "the modem cannot send"),
        "clock_differs" => words("大厅时间与系统时间不一致", "hall time differs from the system clock"),
        _ => words("设备故障", code.replace('_', " ")),
    }
}

/// A command's name in the API, for logs and tests.
pub fn name(command: &Command) -> &'static str {
    match command {
        Command::OpenDay { .. } => "open_day",
        Command::Issue { .. } => "issue",
        Command::Grant { .. } => "grant",
        Command::Withdraw { .. } => "withdraw",
        Command::AssignHelper { .. } => "assign_helper",
        Command::OpenWindow { .. } => "open_window",
        Command::TakeOver { .. } => "take_over",
        Command::CloseWindow { .. } => "close_window",
        Command::Pause { .. } => "pause",
        Command::Resume { .. } => "resume",
        Command::CallNext { .. } => "call_next",
        Command::StopAsking { .. } => "stop_asking",
        Command::Settle => "settle",
        Command::Recall { .. } => "recall",
        Command::Start { .. } => "start",
        Command::Pass { .. } => "pass",
        Command::Revive { .. } => "revive",
        Command::Transfer { .. } => "transfer",
        Command::Reassign { .. } => "reassign",
        Command::Park { .. } => "park",
        Command::Return { .. } => "return",
        Command::AddMatter { .. } => "add_matter",
        Command::Complete { .. } => "complete",
        Command::Void { .. } => "void",
        Command::Rate { .. } => "rate",
        Command::RateTicket { .. } => "rate_ticket",
        Command::Tick => "tick",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_of_the_log_are_chinese_for_people_and_names_stay_as_they_are() {
        let told = ["rating", "hallgate", "window 2", "kiosk 一楼东", "值班长", "window "].map(by_zh);
        assert_eq!(told, ["评价", "系统", "2号窗口", "取号机 一楼东", "值班长", "window "]);
        let told = [queue::NEXT_MATTER, "材料已核对"].map(note_zh);
        assert_eq!(told, ["同次办理的下一事项", "材料已核对"]);
    }
}
