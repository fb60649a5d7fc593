//! Files of appointments: what is read, what is refused and how it is said.

use super::*;
use crate::config;
use crate::office::time;
use std::sync::Arc;
use tempfile::TempDir;

const HEADINGS: &str = "姓名,联系电话,身份证号,预约时间,预约事项,平台编号";

struct Hall {
    office: Office,
    now: Timestamp,
    _keys: TempDir,
}

impl Hall {
    fn new() -> Hall {
        let mut config = config::parse(include_str!("../../../../systemd/hall.toml"), "hall.toml").unwrap();
        let keys = TempDir::new().unwrap();
        config.data.directory = keys.path().to_owned();
        // A Thursday evening.
        let now = time(&config, "2026-11-26 20:00").unwrap();
        let office = Office::open(Arc::new(config), now, false).unwrap();
        Hall { office, now, _keys: keys }
    }

    fn none(&self) -> Bookings {
        Bookings::new(self.office.config.booking_rules(), BookingId(1), queue::booking::TaskId(1))
    }

    fn judge(&self, bytes: &[u8], bookings: Bookings) -> Result<Judged, Words> {
        self.office.judge(bytes, Against { now: self.now, bookings, by: By("test".into()) })
    }

    fn judged(&self, lines: &str) -> Judged {
        self.judge(format!("{HEADINGS}\n{lines}").as_bytes(), self.none()).unwrap()
    }

    /// Code of a service of the sample hall.
    fn service(&self, n: usize) -> String {
        self.office.config.services[n].code.clone()
    }

    fn line(&self, n: usize, time: &str) -> String {
        format!("王芳,138{:08},{},{time},{},P{n}\n", n, number(n), self.service(0))
    }
}

/// An identity number that can exist, of the n-th person.
fn number(n: usize) -> String {
    let digits = format!(
        "320106{}{:02}{:02}{:03}",
        1950 + n / 100_000,
        1 + n / 28_000 % 12,
        1 + n / 1000 % 28,
        n % 1000
    );
    let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let sum: u32 = digits.bytes().zip(weights).map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
    format!("{digits}{}", char::from(b"10X98765432"[sum as usize % 11]))
}

#[test]
fn a1_three_encodings_and_any_order_of_columns_give_the_same_lines() {
    let hall = Hall::new();
    let service = &hall.office.config.services[0];
    let text = format!(
        "预约事项,name,预约时间,身份证号,手机号,事项类型,办理部门,登记人\r\n{},买买提·艾力,2026/11/27 9:00,{},13812345678,法人,{},小李\r\n",
        service.name,
        number(1),
        hall.office.config.department(&service.department).unwrap().name,
    );
    let gb = encoding_rs::GB18030.encode(&text).0;
    let bom = [b"\xEF\xBB\xBF", text.as_bytes()].concat();
    for (bytes, encoding) in
        [(text.as_bytes(), Encoding::Utf8), (&bom, Encoding::Utf8Bom), (&gb, Encoding::Gb18030)]
    {
        let judged = hall.judge(bytes, hall.none()).unwrap();
        assert_eq!((judged.encoding, judged.wrong.as_slice()), (encoding, &[][..]));
        let right = &judged.right[0];
        assert_eq!(
            (right.line, &*right.form.service.0, right.by.0.as_str()),
            (2, service.code.as_str(), "小李")
        );
        assert_eq!(right.form.matter, queue::booking::Matter::Legal);
        let booking = {
            let mut bookings = hall.none();
            let event =
                BookingEvent::Booked { booking: BookingId(1), form: right.form.clone(), by: By("t".into()) };
            bookings.apply(hall.now, &*hall.office.config, &event);
            bookings.booking(BookingId(1)).unwrap().clone()
        };
        let person = hall.office.person(&booking).unwrap();
        assert!(person.name_in_clear() == "买买提·艾力" && person.number_in_clear() == Some(&number(1)));
    }
}

#[test]
fn a1_what_is_no_such_file_is_refused_by_name() {
    let hall = Hall::new();
    let said = |text: &[u8]| hall.judge(text, hall.none()).unwrap_err().zh;
    assert!(said("姓名,联系电话,身份证号,预约时间,预约事项,血型\n".as_bytes()).contains("“血型”"));
    assert!(said("姓名,联系电话,身份证号,预约事项\n".as_bytes()).contains("缺少“预约时间”"));
    assert!(said("姓名,姓名,联系电话,身份证号,预约时间,预约事项\n".as_bytes()).contains("“姓名”列出现两次"));
    assert!(said(b"\xFF\xFEA\0").contains("UTF-16"));
    assert!(said(b"name\xFF\xFF\xFF").contains("编码无法识别"));
    assert!(said(b"name\0").contains("不是文本"));
    // Without headings the first line is somebody's data, and is not repeated.
    let person = format!("王小明,13812345678,{},2026-11-27 09:00,x\n", number(3));
    let headless = said(person.as_bytes());
    assert!(headless.contains("不是列名") && !headless.contains("王小明"), "the first line is not said");
    assert!(!said(format!("姓名,{}\n", number(3)).as_bytes()).contains(&number(3)[..6]));
    assert_eq!(hall.judged("").n_lines, 0);
    // Lines are counted as an editor counts them.
    let spread = format!(
        "\r\n\r\n{}\r\n,,,,,\r\n\"王\r\n芳\",1,2,3,4,5\r\n1,1,1,1,1,1\r\n",
        hall.line(1, "2026-11-27 09:00").trim()
    );
    let judged = hall.judged(&spread);
    let mut lines: Vec<u64> = judged.wrong.iter().map(|wrong| wrong.line).collect();
    lines.dedup();
    assert_eq!((judged.right[0].line, lines), (4, vec![6, 8]));
}

#[test]
fn a1_of_a_file_with_a_quotation_mark_without_end_nothing_is_read() {
    let hall = Hall::new();
    let line = |n| hall.line(n, "2026-11-27 09:00");
    let text = format!("{HEADINGS}\n{}\"{}{}{}", line(1), line(2), line(3), line(4));
    let refused = hall.judge(text.as_bytes(), hall.none()).unwrap_err();
    assert!(refused.zh.contains("第3行有引号没有结束，第3至5行"), "{}", refused.zh);
    // A cell of two lines is a mistake of both.
    let spread = hall.judged(&format!("{}\"王\n芳\"{}", line(1), line(2).trim_start_matches("王芳")));
    assert_eq!((spread.right.len(), spread.n_wrong, spread.wrong[0].line), (1, 1, 3));
    assert!(spread.wrong[0].words.zh.contains("第3至4行"), "{}", spread.wrong[0].words.zh);
}

#[test]
fn a1_a_mistake_is_a_line_a_heading_and_a_reason_and_nothing_that_was_given() {
    let hall = Hall::new();
    let good = hall.line(1, "2026-11-27 09:00");
    let bad_number = number(2).replace(&number(2)[17..], if number(2).ends_with('1') { "2" } else { "1" });
    let service = hall.service(0);
    let lines = format!(
        "{good}王芳,1381234,{bad_number},2026-11-27 09:00,{service},\n,13812345678,{},昨天,{service},\n\
         王芳,13812345678,{},2026-11-27 09:00,吃饭,\n王芳,13812345678\n{}{}{}",
        number(4),
        number(5),
        hall.line(6, "2026-11-25 09:00"),
        hall.line(7, "2026-11-28 09:00"),
        hall.line(8, "2026-11-27 03:10"),
    );
    let judged = hall.judged(&lines);
    let seen: Vec<(u64, &str)> = judged.wrong.iter().map(|wrong| (wrong.line, wrong.column)).collect();
    assert_eq!(
        seen,
        [
            (3, "联系电话"),
            (3, "身份证号"),
            (4, "姓名"),
            (4, "预约时间"),
            (5, "预约事项"),
            (6, ""),
            (7, "预约时间"),
            (8, "预约时间"),
            (9, "预约时间"),
        ]
    );
    assert_eq!((judged.right.len(), judged.n_wrong, judged.n_lines), (1, 7, 8));
    let said: String =
        judged.wrong.iter().map(|wrong| format!("{}{}", wrong.words.zh, wrong.words.en)).collect();
    for given in ["王芳", "1381234", &bad_number, "昨天", "吃饭", &number(5)] {
        assert!(!said.contains(given), "something that was given is said");
    }
}

#[test]
fn a1_a8_the_same_person_or_number_twice_in_a_file_and_quotas_that_it_uses_up() {
    let hall = Hall::new();
    let again = hall.line(1, "2026-11-27 10:00").replace(",P1", ",P9");
    let reference = hall.line(2, "2026-11-27 10:00").replace(",P2", ",P1");
    let judged = hall.judged(&format!("{}{again}{reference}", hall.line(1, "2026-11-27 09:00")));
    let seen: Vec<(u64, &str)> =
        judged.wrong.iter().map(|wrong| (wrong.line, wrong.words.zh.as_str())).collect();
    assert_eq!(seen, [(3, "与第2行为同一人同一事项重复预约"), (4, "与第2行的平台编号相同")]);
    // Two begin together, five a day.
    let times = ["09:00", "09:00", "09:00", "10:00", "10:00", "10:30", "11:00"];
    let lines = times.iter().enumerate().map(|(n, time)| hall.line(n, &format!("2026-11-27 {time}")));
    let judged = hall.judged(&lines.collect::<String>());
    assert_eq!(judged.wrong.iter().map(|wrong| wrong.line).collect::<Vec<_>>(), [4, 8]);
    assert_eq!(judged.right.len(), 5);
}

#[test]
fn a1_what_the_platform_sent_before_is_known_whatever_became_of_it() {
    let hall = Hall::new();
    let lines = hall.line(1, "2026-11-27 09:00");
    let first = hall.judged(&lines);
    let mut bookings = hall.none();
    let config = &*hall.office.config;
    let right = &first.right[0];
    let booked = BookingCommand::Book { form: right.form.clone(), by: right.by.clone() };
    for event in bookings.decide(hall.now, config, &booked).unwrap() {
        bookings.apply(hall.now, config, &event);
    }
    let cancelled =
        BookingEvent::Cancelled { booking: BookingId(1), reason: String::new(), by: By("guide".into()) };
    bookings.apply(hall.now, config, &cancelled);
    let again = hall.judge(format!("{HEADINGS}\n{lines}").as_bytes(), bookings).unwrap();
    assert_eq!((again.right.len(), again.n_wrong, again.known.as_slice()), (0, 0, &[2][..]));
}

#[test]
fn a1_a_hundred_thousand_lines_are_judged_in_seconds() {
    let hall = Hall::new();
    let lines: String = (0..MOST_LINES).map(|n| hall.line(n, "2026-11-27 09:00")).collect();
    let begun = std::time::Instant::now();
    let judged = hall.judged(&lines);
    assert_eq!((judged.right.len(), judged.n_wrong, judged.wrong.len()), (2, MOST_LINES - 2, MOST_LISTED));
    assert!(begun.elapsed().as_secs() < 30, "{:?}", begun.elapsed());
    let long = format!("{lines}{}", hall.line(1, "2026-11-27 09:00"));
    assert!(long.len() < MOST_BYTES / 2);
    let refused = hall.judge(format!("{HEADINGS}\n{long}").as_bytes(), hall.none()).unwrap_err();
    assert!(refused.zh.contains("超过100000行"), "{}", refused.zh);
}
