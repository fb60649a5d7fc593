//! The words of the pages for bookings, cards, revival and notices. Those of halls, services and bookings come from the host.

use super::words::{Words, words};
use crate::answers::{BookingState, CardTrouble, Held, HeldState};
use crate::menu::Language;

pub(crate) const APPOINTMENT: Words = words("我有预约", "I have an appointment");
pub(crate) const REVIVAL: Words = words("过号恢复", "My number was passed");
pub(crate) const NOTICES: Words = words("一次性告知单", "What to bring: notices");
pub(crate) const LARGE: Words = words("大字模式", "Large type");
pub(crate) const NOT_LARGE: Words = words("标准字体", "Ordinary type");
pub(crate) const CARD_HINT: Words =
    words("取号时可刷身份证，也可跳过", "An identity card can be shown, or left out");

pub(crate) const CHECK_IN_TITLE: Words = words("预约签到", "Appointment");
pub(crate) const LAY_CARD: Words = words("请放置身份证", "Please lay down your identity card");
/// Where a voice tells that the card was read.
pub(crate) const LAY_CARD_HEAR: Words =
    words("放在读卡区，听到提示后取走", "On the reader, until the page changes");
/// Where there is none.
pub(crate) const LAY_CARD_SEE: Words =
    words("放在读卡区，页面变化后取走", "On the reader, until the page changes");
pub(crate) const SHOW_CODE: Words = words("请出示预约二维码", "Please show your booking code");
pub(crate) const SHOW_CODE_MORE: Words =
    words("对准扫码窗口，距离约10厘米", "About 10 cm before the scanner");
pub(crate) const TYPE_CODE: Words = words("输入手机尾号和预约码", "Type telephone digits and code");
pub(crate) const PHONE_CODE: Words =
    words("请输入手机号后四位和六位预约码", "Last 4 telephone digits, then code");
pub(crate) const LAST_FOUR: Words = words("手机号后四位", "Telephone, last 4");
pub(crate) const CODE: Words = words("六位预约码", "Code, 6 digits");
pub(crate) const ERASE: Words = words("退格", "Erase");
pub(crate) const CLEAR: Words = words("清空", "Clear");
pub(crate) const FIND: Words = words("查询", "Find");
pub(crate) const LOOKING: Words = words("正在查询，请稍候", "One moment, please");
pub(crate) const LOOKING_TOO_LONG: Words =
    words("查询未完成，请到咨询台办理", "This could not be completed. Please ask at the guide desk");
pub(crate) const NOT_DONE: Words = words("未能完成", "Not completed");

pub(crate) const CHOOSE_BOOKING: Words = words("请选择您的预约", "Please choose your appointment");
pub(crate) const YOUR_BOOKING: Words = words("您的预约", "Your appointment");
pub(crate) const BOOKED_FOR: Words = words("预约时间", "Time");
pub(crate) const BOOKED_BY: Words = words("预约人", "Name");
pub(crate) const CHECK_IN: Words = words("签到", "Check in");
pub(crate) const ORDINARY: Words = words("取普通号", "Ordinary number");
pub(crate) const NO_BOOKING: Words = words("没有找到预约", "No appointment found");
pub(crate) const NO_BOOKING_MORE: Words = words(
    "没有查到可签到的预约。您可以取普通号，或到咨询台查询",
    "There is none to check in. You can take an ordinary number or ask at the guide desk",
);
pub(crate) const NOT_OURS: Words =
    words("这不是本大厅的预约码，请核对后再扫", "This is not a booking code of this hall. Please check it");
pub(crate) const NO_TRIES: Words = words(
    "预约码多次不符，请到咨询台办理",
    "The code did not match several times. Please ask at the guide desk",
);

pub(crate) const CARD_TITLE: Words = words("请刷身份证（可跳过）", "Identity card (optional)");
pub(crate) const CARD_WHY: Words = words(
    "用于查找您的预约和已取的号码，不保存照片",
    "To find your appointments and numbers. No photo is kept",
);
pub(crate) const SKIP: Words = words("跳过，直接取号", "Skip, take a number");
pub(crate) const PRIORITY: Words = words("绿色通道", "Green channel");
pub(crate) const PRIORITY_ASK: Words = words(
    "您可享受绿色通道优先服务，是否使用？",
    "You may use the green channel for priority service. Would you like to?",
);
pub(crate) const LOOK_AND_CHOOSE: Words = words("请看屏幕并选择", "Please look at the screen and choose");
pub(crate) const PRIORITY_YES: Words = words("使用", "Yes, please");
pub(crate) const PRIORITY_NO: Words = words("不使用，普通排队", "No, ordinary queue");

pub(crate) const HOLDS: Words = words("您已取号，无需再取", "You already hold a number");
pub(crate) const CHECKED_IN: Words = words("您已签到", "You are checked in");
pub(crate) const REVIVED: Words = words("号码已恢复", "Your number is back in the queue");
pub(crate) const NOT_PASSED: Words = words("号码有效，无需恢复", "Your number is valid");
pub(crate) const STATE: Words = words("当前状态", "State");
pub(crate) const GO_THERE: Words = words("请到此处", "Please go to");

pub(crate) const REVIVAL_TITLE: Words = words("请输入号票上的号码", "Please type the number on your slip");
pub(crate) const REVIVAL_SCAN: Words =
    words("请输入号码，或扫描号票上的二维码", "Type your number or scan the slip's code");
pub(crate) const REVIVE: Words = words("恢复", "Revive");
pub(crate) const REVIVE_IT: Words = words("恢复这个号码", "Revive this number");
pub(crate) const TOO_LATE: Words = words(
    "过号时间已超过可恢复的时限，请重新取号",
    "The number was passed too long ago. Please take a new one",
);
pub(crate) const USED_ALREADY: Words = words(
    "这个号码已恢复过一次，不能再次恢复，请重新取号",
    "This number was revived once already. Please take a new one",
);
pub(crate) const OVER: Words =
    words("这个号码已办结，如需办理请重新取号", "This number is finished. Please take a new one");
pub(crate) const UNKNOWN: Words =
    words("今天没有这个号码，请核对后重新输入", "No such number today. Please check it");
pub(crate) const NOT_A_SLIP: Words =
    words("这不是号票上的二维码，请核对", "This is not a slip's code. Please check it");
pub(crate) const TAKE_NEW: Words = words("重新取号", "Take a new number");

pub(crate) const NOTICE_OF: Words = words("一次性告知单", "One-time notice");
pub(crate) const CONDITIONS: Words = words("办理条件", "Conditions");
pub(crate) const MATERIALS: Words = words("所需材料", "What to bring");
pub(crate) const LIMITS: Words = words("办理时限", "Time limits");
pub(crate) const LEGAL_LIMIT: Words = words("法定时限：", "By law: ");
pub(crate) const PROMISED_LIMIT: Words = words("承诺时限：", "Promised: ");
pub(crate) const FEES: Words = words("收费标准", "Fees");
pub(crate) const CONTACT: Words = words("咨询方式", "Contact");
pub(crate) const COMPLAINT: Words = words("监督投诉", "Complaints");
pub(crate) const NO_NOTICE: Words = words(
    "该事项暂无告知单，请到咨询台了解",
    "There is no notice for this service yet. Please ask at the guide desk",
);
pub(crate) const PRINT: Words = words("打印告知单", "Print the notice");
pub(crate) const NOTICE_PRINTING: Words = words("正在打印，请稍候", "Printing, one moment please");
pub(crate) const NOTICE_PRINTED: Words = words("请取走告知单", "Please take your notice");

/// Each trouble's own sentence; what to do comes last.
pub(crate) fn card_trouble(trouble: CardTrouble) -> Words {
    match trouble {
        CardTrouble::Unreadable => {
            words("没有读到，请拿起重放", "Not read. Please lift it and lay it down again")
        }
        CardTrouble::Expired => {
            words("证件已过有效期，请用其他方式", "The card has expired. Please use another way")
        }
        CardTrouble::CheckDigit => words(
            "证件号码校验不符，请到咨询台办理",
            "The card's number is not valid. Please ask at the guide desk",
        ),
        CardTrouble::BirthInFuture => words(
            "证件出生日期有误，请到咨询台办理",
            "The card's birth date is wrong. Please ask at the guide desk",
        ),
        CardTrouble::Unknown => {
            words("不能识别这种证件，请用其他方式", "This kind of card is not known. Please use another way")
        }
        CardTrouble::NoReader => {
            words("读卡器暂不能用，请用其他方式", "The reader is out of order. Please use another way")
        }
    }
}

/// 尾号或预约码不符，还可输入 4 次
pub(crate) fn wrong_code(language: Language, tries_left: u32) -> String {
    match language {
        Language::Chinese => format!("尾号或预约码不符，还可输入 {tries_left} 次"),
        Language::English if tries_left == 1 => "They do not match. One try is left".into(),
        Language::English => format!("They do not match. {tries_left} tries are left"),
    }
}

/// What can be done with a booking: in a list, and in full.
pub(crate) fn booking_state(state: &BookingState) -> (Words, Words) {
    match state {
        BookingState::Open => (
            words("可签到", "Check in now"),
            words(
                "请核对后签到，签到后在预约时间优先叫号",
                "Please check in. You come first at the booked time",
            ),
        ),
        BookingState::TooEarly => (
            words("未到签到时间", "Not yet"),
            words("还没有到签到的日子，请在预约当天来签到", "It is too early. Please check in on the day"),
        ),
        BookingState::Late => (
            words("已超时失效", "Too late"),
            words(
                "已超过预约保留时间，预约已失效。您可以取普通号",
                "The appointment has lapsed. You can take an ordinary number",
            ),
        ),
        BookingState::CheckedIn(_) => (CHECKED_IN_SHORT, CHECKED_IN),
        BookingState::Cancelled => (
            words("已取消", "Cancelled"),
            words("这个预约已取消。您可以取普通号", "It was cancelled. You can take an ordinary number"),
        ),
    }
}

const CHECKED_IN_SHORT: Words = words("已签到", "Checked in");

/// What a held number waits for, in a word.
pub(crate) fn held_state(held: &Held) -> Words {
    match held.state {
        HeldState::Waiting { .. } => words("等候叫号", "Waiting"),
        HeldState::Called => words("正在叫号，请立即前往", "Called: please go now"),
        HeldState::Serving => words("正在办理", "Being served"),
        HeldState::Parked => words("暂挂，请回原窗口", "Please return to the window"),
        HeldState::Passed => words("已过号", "Passed"),
    }
}
