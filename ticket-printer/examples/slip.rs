//! Writes a sample slip to standard output: its ESC/POS bytes, or with `--png` the paper that the virtual printer makes of them.
//! `--explanation` for the slip that explains a wait, with `--waiting` that of one who still waits, `--58` for the narrow roll, `--english` for the English lines, `--reprint` for the mark of a reprint. The bytes can be sent
//! to any printer or printer simulator: `cargo run -p ticket-printer --example slip > /dev/usb/lp0`.

use std::io::{self, Write};
use std::time::Duration;
use ticket_printer::{
    Explanation, Fields, Paper, Profile, Template, Told, Twin, encode, explanation, render,
};

fn main() -> io::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let asked = |name: &str| arguments.iter().any(|argument| argument == name);
    let paper = if asked("--58") { Paper::Mm58 } else { Paper::Mm80 };
    let profile = Profile { paper, ..Profile::default() };
    let fields = Fields {
        number: "A023".to_owned(),
        service: "社会保险综合业务（含医保）".to_owned(),
        service_en: Some("Social insurance".to_owned()),
        class: Some("一般事项".to_owned()),
        ahead: Some(12),
        wait: Some("15～25分钟".to_owned()),
        wait_en: Some("15-25 min".to_owned()),
        floor_area: Some("2楼 B区".to_owned()),
        windows: Some("3、4、5、6".to_owned()),
        issued: "2026-03-02 09:41".to_owned(),
        qr: Some("http://10.0.0.5/t/7Kq2".to_owned()),
        helper: Some("王助理".to_owned()),
        hall: "政务服务大厅".to_owned(),
        footer: Some("过号请到导服台，30分钟内可恢复排队。".to_owned()),
        reprint: asked("--reprint"),
        english: asked("--english"),
    };
    let slip = if asked("--explanation") {
        explanation(&if asked("--waiting") { waiting() } else { explained() })
    } else {
        render(&Template::standard(), &fields)
    };
    let bytes = encode(&slip, &profile).bytes;
    let out = if asked("--png") { picture(profile, &bytes) } else { bytes };
    io::stdout().write_all(&out)
}

/// A person who was overtaken by a green ticket and an appointment.
fn explained() -> Explanation {
    let pair = |left: &str, right: &str| (left.to_owned(), right.to_owned());
    Explanation {
        hall: "政务服务大厅".to_owned(),
        number: "A012".to_owned(),
        service: "社会保险综合业务（含医保）".to_owned(),
        told: Told::Called,
        now: Vec::new(),
        facts: vec![
            pair("取号时间", "2026-03-02 09:50:03"),
            pair("叫号时间", "2026-03-02 10:01:15"),
            pair("叫号窗口", "3号"),
            pair("等候时间", "11分钟"),
        ],
        summary: "截至10:01，A012已叫到3号窗口。09:50取号，10:01由3号窗口叫号，计入等候时间11分钟。\
                  其间，能办理其事项的窗口先叫了3个号：排在前面的号1个、绿色通道号1个、到时间的预约号1个。"
            .to_owned(),
        reasons: vec![
            "09:52 A014先于A012叫号：A014属绿色通道，依规优先办理。".to_owned(),
            "09:58 B003先于A012叫号：B003预约09:55，已到预约时间并按时签到。".to_owned(),
        ],
        complaint_line: Some("12345".to_owned()),
        english: false,
    }
}

/// The same person while the number still waits.
fn waiting() -> Explanation {
    let pair = |left: &str, right: &str| (left.to_owned(), right.to_owned());
    Explanation {
        told: Told::Waiting,
        facts: vec![
            pair("取号时间", "2026-03-02 09:50:03"),
            pair("截至", "2026-03-02 09:59:20"),
            pair("已等候", "9分钟"),
        ],
        now: vec![
            "同一事项前面还有1人。".to_owned(),
            "下一叫号时限10:00:03；各事项只由排在最前的号比较时限。".to_owned(),
            "等候目标10分钟，应在10:00:03前叫号。".to_owned(),
            "已被优先号越过2次，满8次后受保护。".to_owned(),
            "3号窗口正在办理B003；若此刻叫号，轮到A011。".to_owned(),
        ],
        summary: "截至09:59，A012正在等候。09:50取号，尚未叫号，已计入等候时间9分钟。\
                  其间，能办理其事项的窗口先叫了2个号：绿色通道号1个、到时间的预约号1个。"
            .to_owned(),
        ..explained()
    }
}

/// What the head burns.
fn picture(profile: Profile, bytes: &[u8]) -> Vec<u8> {
    let mut twin = Twin::new(profile, 115_200);
    twin.receive(link::Uptime::default(), bytes);
    twin.wake(link::Uptime(Duration::from_secs(60)));
    twin.papers().front().map(|paper| paper.png()).unwrap_or_default()
}
