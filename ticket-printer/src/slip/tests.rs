//! Slips as text pictures on both papers, and the rules of their wrapping.

use super::*;

pub(crate) fn fields() -> Fields {
    Fields {
        number: "A023".to_owned(),
        service: "社会保险综合业务（含医保）".to_owned(),
        service_en: Some("Social insurance".to_owned()),
        class: Some("普通".to_owned()),
        ahead: Some(12),
        wait: Some("15～25分钟".to_owned()),
        wait_en: Some("15-25 min".to_owned()),
        floor_area: Some("2楼 B区".to_owned()),
        windows: Some("3、4、5、6、7、8、9、10、11、12、13、14、15".to_owned()),
        issued: "2026-03-02 09:41".to_owned(),
        qr: Some("http://10.0.0.5/t/7Kq2".to_owned()),
        helper: None,
        hall: "广元市政务服务大厅".to_owned(),
        footer: Some("过号请到导服台，30分钟内可恢复排队。".to_owned()),
        reprint: false,
        english: false,
    }
}

#[test]
fn q8_the_standard_slip_on_both_papers() {
    let slip = render(&Template::standard(), &fields());
    insta::assert_snapshot!("standard_58", slip.picture(Paper::Mm58));
    insta::assert_snapshot!("standard_80", slip.picture(Paper::Mm80));
}

#[test]
fn q8_the_english_slip_and_the_reprint() {
    let fields = Fields { english: true, reprint: true, helper: Some("王助理".to_owned()), ..fields() };
    let slip = render(&Template::standard(), &fields);
    insta::assert_snapshot!("english_reprint_58", slip.picture(Paper::Mm58));
    insta::assert_snapshot!("english_reprint_80", slip.picture(Paper::Mm80));
}

pub(crate) fn explained() -> Explanation {
    Explanation {
        hall: "广元市政务服务大厅".to_owned(),
        number: "A012".to_owned(),
        service: "社会保险综合业务（含医保）".to_owned(),
        told: Told::Called,
        now: Vec::new(),
        facts: vec![
            ("取号时间".to_owned(), "2026-03-02 09:50:03".to_owned()),
            ("叫号时间".to_owned(), "2026-03-02 10:01:15".to_owned()),
            ("叫号窗口".to_owned(), "3号".to_owned()),
            ("等候时间".to_owned(), "11分钟".to_owned()),
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

#[test]
fn g4_the_explanation_on_both_papers() {
    let slip = explanation(&explained());
    insta::assert_snapshot!("explanation_58", slip.picture(Paper::Mm58));
    insta::assert_snapshot!("explanation_80", slip.picture(Paper::Mm80));
}

/// One who waits is told what stands before it now; it was headed as if it had been called.
#[test]
fn q3_g4_the_slip_of_a_waiting_ticket_says_what_is_before_it() {
    let words = Explanation {
        told: Told::Waiting,
        facts: vec![
            ("取号时间".to_owned(), "2026-03-02 09:50:03".to_owned()),
            ("截至".to_owned(), "2026-03-02 09:59:20".to_owned()),
            ("已等候".to_owned(), "9分钟".to_owned()),
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
    };
    let slip = explanation(&words);
    insta::assert_snapshot!("explanation_waiting_58", slip.picture(Paper::Mm58));
    insta::assert_snapshot!("explanation_waiting_80", slip.picture(Paper::Mm80));
    for (told, zh, en) in [
        (Told::Called, "叫  号  说  明", "How this number was called"),
        (Told::Waiting, "等  候  说  明", "What is before this number"),
        (Told::Over, "号  票  说  明", "What became of this number"),
    ] {
        let picture =
            |english| explanation(&Explanation { told, english, ..explained() }).picture(Paper::Mm58);
        assert!(picture(false).contains(zh) && picture(true).contains(en), "{}", picture(true));
    }
}

#[test]
fn g4_many_reasons_are_cut_and_counted() {
    let reasons: Vec<String> = (1..=11).map(|n| format!("09:{n:02} B{n:03}")).collect();
    let picture = explanation(&Explanation { reasons, ..explained() }).picture(Paper::Mm58);
    assert!(picture.contains("8. 09:08 B008") && !picture.contains("B009"), "{picture}");
    assert!(picture.contains("另有 3 条原因"), "{picture}");
    let bare = explanation(&Explanation { english: true, ..Explanation::default() }).picture(Paper::Mm58);
    assert!(bare.contains("guide desk") && !bare.contains("Why others"), "{bare}");
}

#[test]
fn q8_what_a_ticket_does_not_have_has_no_line() {
    let bare = Fields {
        number: "C001".to_owned(),
        service: "公证".to_owned(),
        issued: "09:00".to_owned(),
        hall: "大厅".to_owned(),
        english: true,
        ..Fields::default()
    };
    let picture = render(&Template::standard(), &bare).picture(Paper::Mm58);
    for absent in ["等候", "帮办", "QR", "扫码", "Scan", "补打", "{", "helper"] {
        assert!(!picture.contains(absent), "{absent} in\n{picture}");
    }
}

#[test]
fn q8_no_layout_can_print_a_category_or_a_name() {
    for name in ["category", "name", "identity", "green", "phone"] {
        let template = Template {
            lines: vec![
                TemplateLine::Pair {
                    left: "证明".to_owned(),
                    right: format!("{{{name}}}"),
                    when: When::Always,
                },
                TemplateLine::Cut,
            ],
        };
        assert!(template.mistakes().iter().any(|m| matches!(m, Mistake::UnknownPlaceholder { line: 0, .. })));
        assert_eq!(render(&template, &fields()).lines, [Line::Cut]);
    }
}

#[test]
fn a_template_says_what_is_wrong_with_it() {
    assert_eq!(Template::standard().mistakes(), []);
    let json = r#"{"lines": [
        {"kind": "text", "text": "{nummer} {", "size": [0, 9], "align": "center"},
        {"kind": "qr", "data": "{qr}", "module": 17}
    ]}"#;
    let template: Template = serde_json::from_str(json).unwrap();
    let words: Vec<String> = template.mistakes().iter().map(Mistake::to_string).collect();
    insta::assert_snapshot!(words.join("\n"), @r"
    lines[0] size: 0 × 9 is not within 1 to 8
    lines[0]: {nummer} is no placeholder; see the list in the manual of the slip
    lines[1] module: 17 is not within 1 to 16
    lines: no line prints {number}
    lines: the last line is not a cut
    ");
    assert!(
        serde_json::from_str::<Template>(r#"{"lines": [{"kind": "text", "text": "", "colour": 1}]}"#)
            .is_err()
    );
}

#[test]
fn a_template_survives_its_own_text_form() {
    let json = serde_json::to_string(&Template::standard()).unwrap();
    assert_eq!(serde_json::from_str::<Template>(&json).unwrap(), Template::standard());
}

#[test]
fn pairs_never_exceed_the_paper() {
    let long = "很长的标签很长的标签很长的标签很长的标签".to_owned();
    let slip = Slip {
        lines: vec![
            Line::Pair { left: long.clone(), right: long.clone() },
            Line::Pair { left: "短".to_owned(), right: long.repeat(3) },
            Line::Text { text: long, size: (9, 0), align: Align::Right, bold: true },
        ],
    };
    for paper in [Paper::Mm58, Paper::Mm80] {
        for row in slip.rows(paper) {
            let Row::Text { text, size, .. } = row else { continue };
            assert!(link::text::width(&text) * usize::from(size.0) <= paper.cells(), "{text}");
        }
    }
}
