//! The one-time notice of a service (一次性告知单, rule Q9) and the registration form of an appointment (rule A1). Their
//! layouts are fixed: both are what the regulation says they hold.

use super::{Align, Line, Slip};

/// Everything a person must know before coming with a matter, in words the host took from the hall's configuration.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Notice {
    /// The words that are the same on every notice.
    pub words: NoticeWords,
    /// The hall's name.
    pub hall: String,
    /// The service's name.
    pub service: String,
    /// Lines below it: its name in the other language, and that the notice is not in the language chosen.
    pub beside: Vec<String>,
    /// Labels and values: department, limits by law and as promised, fee, contact, place. Pairs without a value are left out.
    pub facts: Vec<(String, String)>,
    /// Conditions, one a line.
    pub conditions: Vec<String>,
    /// Materials to bring, one a line.
    pub materials: Vec<String>,
    /// The hall's line for complaints.
    pub complaint_line: String,
    /// When it was printed: what holds may change.
    pub printed: String,
}

/// Title and headings of a notice, in its language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "each is the heading of what its name says")]
pub struct NoticeWords {
    pub title: &'static str,
    pub conditions: &'static str,
    pub materials: &'static str,
    pub complaints: &'static str,
    pub printed: &'static str,
}

impl NoticeWords {
    /// As the regulation has them.
    pub const CHINESE: NoticeWords = NoticeWords {
        title: "一次性告知单",
        conditions: "办理条件",
        materials: "所需材料",
        complaints: "监督投诉电话",
        printed: "打印时间",
    };
    /// For those who do not read Chinese.
    pub const ENGLISH: NoticeWords = NoticeWords {
        title: "What to bring",
        conditions: "Conditions",
        materials: "Documents to bring",
        complaints: "Complaints, tel.",
        printed: "Printed",
    };
}

impl Default for NoticeWords {
    fn default() -> Self {
        NoticeWords::CHINESE
    }
}

/// The slip of a notice. Never fails; what it does not have is left out.
pub fn notice(words: &Notice) -> Slip {
    let mut lines = vec![
        text(&words.hall, (1, 2), Align::Center, false),
        text(words.words.title, (2, 2), Align::Center, true),
        Line::Rule,
        text(&words.service, (1, 2), Align::Left, true),
    ];
    lines.extend(words.beside.iter().map(|line| plain(line)));
    lines.push(Line::Rule);
    lines.extend(pairs(&words.facts));
    list(&mut lines, words.words.conditions, &words.conditions);
    list(&mut lines, words.words.materials, &words.materials);
    lines.push(Line::Rule);
    if !words.complaint_line.is_empty() {
        lines.push(plain(&format!("{} {}", words.words.complaints, words.complaint_line)));
    }
    lines.push(plain(&format!("{} {}", words.words.printed, words.printed)));
    lines.push(Line::Cut);
    Slip { lines }
}

/// An appointment's form: what was registered. The host decides how much of a person's data is on it.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Form {
    /// The hall's name.
    pub hall: String,
    /// Labels and values in the order of the regulation's form.
    pub fields: Vec<(String, String)>,
    /// The number that the person types or says on arrival.
    pub code: String,
    /// Text of the QR code for arrival; absent: none.
    pub qr: Option<String>,
    /// What to do on the day.
    pub advice: Vec<String>,
}

/// The form twice, one copy for the hall and one for the person.
pub fn form(words: &Form) -> Slip {
    let mut lines = Vec::new();
    for (copy, own) in [("第一联 大厅留存", false), ("第二联 预约人留存", true)] {
        lines.push(text(&words.hall, (1, 2), Align::Center, false));
        lines.push(text("预约服务登记表", (2, 2), Align::Center, true));
        lines.push(text(copy, (1, 1), Align::Right, false));
        lines.push(Line::Rule);
        lines.extend(pairs(&words.fields));
        lines.push(Line::Rule);
        if own {
            lines.push(text("预约码", (1, 1), Align::Center, false));
            lines.push(text(&words.code, (3, 3), Align::Center, true));
            lines.extend(words.qr.iter().map(|data| Line::Qr { data: data.clone(), module: 6 }));
            lines.extend(words.advice.iter().map(|advice| plain(advice)));
        } else {
            lines.push(Line::Pair { left: "预约人签字".to_owned(), right: String::new() });
            lines.push(Line::Feed { lines: 2 });
        }
        lines.push(Line::Cut);
    }
    Slip { lines }
}

fn text(text: &str, size: (u8, u8), align: Align, bold: bool) -> Line {
    Line::Text { text: text.to_owned(), size, align, bold }
}

fn plain(words: &str) -> Line {
    text(words, (1, 1), Align::Left, false)
}

fn pairs(facts: &[(String, String)]) -> impl Iterator<Item = Line> {
    let told = facts.iter().filter(|(_, value)| !value.is_empty());
    told.map(|(left, right)| Line::Pair { left: left.clone(), right: right.clone() })
}

fn list(lines: &mut Vec<Line>, heading: &str, entries: &[String]) {
    if entries.is_empty() {
        return;
    }
    lines.push(Line::Feed { lines: 1 });
    lines.push(text(heading, (1, 1), Align::Left, true));
    lines.extend(entries.iter().enumerate().map(|(n, entry)| plain(&format!("{}. {entry}", n + 1))));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::slip::Paper;

    #[test]
    fn q9_the_notice_holds_everything_and_wraps() {
        let pair = |left: &str, right: &str| (left.to_owned(), right.to_owned());
        let slip = notice(&Notice {
            hall: "示范市政务服务中心".to_owned(),
            service: "灵活就业人员参保登记".to_owned(),
            words: NoticeWords::CHINESE,
            beside: Vec::new(),
            facts: vec![
                pair("办理部门", "社会保险事业管理中心"),
                pair("承诺时限", "即时办结"),
                pair("法定时限", ""),
            ],
            conditions: vec!["年满16周岁且未达到法定退休年龄".to_owned()],
            materials: vec!["本人有效身份证件".to_owned(), "户口簿（非本市户籍须提供居住证）".to_owned()],
            complaint_line: "12345".to_owned(),
            printed: "2026-11-27 09:30".to_owned(),
        });
        let picture = slip.picture(Paper::Mm58);
        for line in [
            "|灵活就业人员参保登记            |",
            "|办理部门  社会保险事业管理中心  |",
            "|1. 年满16周岁且未达到法定退休年 |",
            "|2. 户口簿                       |",
            "|（非本市户籍须提供居住证）      |",
            "|监督投诉电话 12345              |",
        ] {
            assert!(picture.contains(line), "{line}\n{picture}");
        }
        assert!(!picture.contains("法定时限"), "a pair without a value\n{picture}");
    }

    #[test]
    fn a1_the_form_is_printed_in_two_copies() {
        let slip = form(&Form {
            hall: "示范市政务服务中心".to_owned(),
            fields: vec![("预约人".to_owned(), "王小明".to_owned())],
            code: "004217".to_owned(),
            qr: Some("HGB:7:004217".to_owned()),
            advice: vec!["请于预约时间前后到取号机签到。".to_owned()],
        });
        let picture = slip.picture(Paper::Mm80);
        assert_eq!(picture.matches("8<").count(), 2);
        assert_eq!(picture.matches("王小明").count(), 2);
        assert_eq!(picture.matches("[QR").count(), 1, "the code is the person's");
    }
}
