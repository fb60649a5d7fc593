//! The sample hall with everything that a kiosk can offer, and what a host would answer there. Names are masked, as they must
//! come.

use super::menu_of;
use kiosk::*;

/// The menu of [`menu_of`] at a kiosk that has everything.
pub(crate) fn full_menu() -> Menu {
    Menu { offers: all(), ..menu_of(9) }
}

/// Everything.
pub(crate) fn all() -> Offers {
    Offers {
        card_reader: true,
        scanner: true,
        appointments: true,
        card_at_taking: true,
        revival: true,
        letters: "ABCDEFGH".into(),
        notices: true,
        large_type: true,
        sounds: true,
        voice: true,
    }
}

/// A number that somebody holds.
pub(crate) fn held(state: HeldState) -> Held {
    Held {
        number: "A023".into(),
        service: "不动产转移登记（二手房交易）".into(),
        service_en: "Transfer of real estate".into(),
        place: "1楼 A区 3、4、5号窗口".into(),
        place_en: "Floor 1, area A, windows 3, 4 and 5".into(),
        state,
    }
}

/// Waiting for its call.
pub(crate) fn waiting() -> Held {
    held(HeldState::Waiting { ahead: 3, wait_min: Some((10, 20)) })
}

/// A booking in this state.
pub(crate) fn booking(n: usize, state: BookingState) -> Booking {
    let services = [
        ("不动产转移登记（二手房交易）", "Transfer of real estate"),
        ("营业执照设立、变更、注销登记", "Business licence: new, change, cancel"),
        ("老年人优待证", "Senior citizen card"),
    ];
    let (service, service_en) = services[n % services.len()];
    Booking {
        key: format!("booking {n}"),
        service_code: format!("S{n:02}"),
        service: service.into(),
        service_en: service_en.into(),
        when: format!("11月{}日 10:00", 27 + n % 3),
        when_en: format!("{} November, 10:00", 27 + n % 3),
        name: "王*".into(),
        state,
    }
}

/// One booking for each state.
pub(crate) fn bookings() -> Vec<Booking> {
    let states = [
        BookingState::Open,
        BookingState::TooEarly,
        BookingState::Late,
        BookingState::CheckedIn(waiting()),
        BookingState::Cancelled,
    ];
    states.into_iter().enumerate().map(|(n, state)| booking(n, state)).collect()
}

/// What was found for somebody.
pub(crate) fn recognised(bookings: Vec<Booking>, priority: bool) -> Recognised {
    Recognised { holds: None, bookings, priority }
}

/// A one-time notice of two pages.
pub(crate) fn notice() -> Notice {
    let list = |items: &[&str]| items.iter().map(|item| (*item).to_owned()).collect();
    Notice {
        zh: NoticeText {
            service: "不动产转移登记（二手房交易）".into(),
            remark: String::new(),
            conditions: list(&[
                "不动产已办理首次登记，权属清楚、无争议",
                "不存在查封登记、异议登记等限制转移的情形；设有抵押的，已就抵押权的处理达成一致",
            ]),
            materials: list(&[
                "不动产登记申请书（原件1份，窗口提供）",
                "申请人身份证明（原件及复印件各1份）",
                "不动产权属证书（原件）",
                "房屋买卖合同（原件1份），已网签备案的可免交",
                "完税或者减免税凭证（原件1份），已在联办窗口缴税的可免交",
                "委托他人办理的，提交经公证的授权委托书和受托人身份证明",
            ]),
            legal_limit: "30个工作日".into(),
            promised_limit: "3个工作日，材料齐全的当日办结".into(),
            fees: "住宅类80元／件，非住宅类550元／件；小微企业免收".into(),
            contact: "不动产登记中心 A区3号窗口，电话 023-6000 0001".into(),
            complaint: "12345 政务服务便民热线；大厅四楼投诉室".into(),
        },
        en: Some(NoticeText {
            service: "Transfer of real estate".into(),
            remark: String::new(),
            conditions: list(&["The property is registered and its ownership undisputed"]),
            materials: list(&[
                "Application form (at the window)",
                "Identity documents of both parties, originals and copies",
                "Ownership certificate, original",
                "Contract of sale, original; not needed if filed online",
            ]),
            legal_limit: "30 working days".into(),
            promised_limit: "3 working days; the same day if nothing is missing".into(),
            fees: "CNY 80 for homes, CNY 550 for others".into(),
            contact: "Real Estate Registration Centre, window A3, 023-6000 0001".into(),
            complaint: "12345 hotline; complaints office on floor 4".into(),
        }),
    }
}
