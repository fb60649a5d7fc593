//! The kiosk's voice: what is touched over the panel's wire is heard over the module's, and what it must never say.

use super::{NAME, TELEPHONE, at_appointment, at_card, book, card, hall_with, lay, lift, old_card, read};
use hall_tests::hall::UNPLUGGED;
use hall_tests::wait::{stays, within};
use hall_tests::{Hall, Person, until, with_voice};
use kiosk::voice::Tone;
use kiosk::voice::twin::{Heard, Misfortune};
use kiosk::{PageName, Recognised, SlipState};
use std::time::Duration;

const ASK: &str = "请放置身份证，或者请出示预约二维码，或者输入手机尾号和预约码";

fn hall() -> Hall {
    hall_with(vec![with_voice()])
}

/// All that was said, oldest first.
fn texts(hall: &Hall) -> Vec<String> {
    let text = |heard: &Heard| match heard {
        Heard::Text(text) => Some(text.clone()),
        Heard::Tone(_) => None,
    };
    hall.voice().look(|voice| voice.twin.heard().filter_map(text).collect())
}

fn tones(hall: &Hall) -> Vec<Tone> {
    let tone = |heard: &Heard| match heard {
        Heard::Text(_) => None,
        Heard::Tone(tone) => Some(*tone),
    };
    hall.voice().look(|voice| voice.twin.heard().filter_map(tone).collect())
}

fn says(hall: &Hall, text: &str) {
    until(&format!("the voice says {text}"), || texts(hall).iter().any(|said| said == text).then_some(()));
}

fn falls_silent(hall: &Hall) {
    until("nothing is said", || hall.voice().look(|voice| voice.twin.view().says.is_none()).then_some(()));
}

#[test]
fn a9_each_page_is_said_and_nothing_of_a_person() {
    let mut hall = hall();
    let made = book(&hall);
    let mut person = at_appointment(&hall);
    says(&hall, ASK);
    lay(&hall, card());
    person.expects(read(made.found()));
    person.sees(PageName::Booking);
    falls_silent(&hall);
    says(&hall, "请核对后签到，签到后在预约时间优先叫号");
    person.touches("签到");
    let number = person.is_given("社保事项");
    person.sees_slip(SlipState::Printed);
    says(&hall, "请取走号票");
    person.touches("完成");
    person.sees(PageName::Start);
    until("an ended visit has nothing to say", || {
        hall.voice().look(|voice| voice.twin.view().says.is_none()).then_some(())
    });

    let said = texts(&hall).concat();
    let (own, telephone) = (card().number().to_owned(), &TELEPHONE[7..]);
    let secrets = [NAME, "欧", "明", &own, &own[6..14], TELEPHONE, telephone, &made.code];
    for (n, secret) in secrets.iter().enumerate() {
        assert!(!said.contains(secret), "secret {n} was said");
    }
    // But for the number of the ticket, which is nobody's name, no digit is said that somebody brought.
    let digits = said.replace(&number, "").replace("1楼", "").replace("1号窗口", "");
    assert!(digits.matches(|c: char| c.is_ascii_digit()).count() <= 2, "{digits}");
    assert!(
        hall.voice().look(|voice| voice.twin.interrupted()) == 0,
        "nothing was cut off by something newer"
    );
    hall.sound();
}

#[test]
fn a_key_makes_a_tone_and_no_tone_disturbs_a_sentence() {
    let hall = hall();
    let mut person = at_appointment(&hall);
    says(&hall, ASK);
    person.touches("输入手机尾号和预约码");
    person.sees(PageName::PhoneCode);
    falls_silent(&hall);
    says(&hall, "请输入手机号后四位和六位预约码");
    falls_silent(&hall);
    let before = tones(&hall).len();
    // Between the module's last word and its saying that it is done, a key is not heard: so it is pressed again.
    let heard = (0..3).any(|_| {
        person.types("5");
        within(Duration::from_secs(10), || (tones(&hall).len() > before).then_some(())).is_some()
    });
    assert!(heard, "no key is heard");
    assert_eq!(tones(&hall).last(), Some(&Tone::Key));
    person.types("678");
    assert_eq!(texts(&hall).len(), 2, "what was typed is not said");
    assert_eq!(hall.voice().look(|voice| voice.twin.interrupted()), 0);
}

#[test]
fn an_english_page_has_tones_alone() {
    let hall = hall();
    let mut person = Person::steps_up(&hall);
    person.sees(PageName::Start);
    person.touches("English");
    person.sees(PageName::Services);
    until("the touch is heard", || (tones(&hall) == [Tone::Key]).then_some(()));
    stays("nothing is spelled", Duration::from_secs(1), || texts(&hall).is_empty());
}

#[test]
fn g6_the_voice_keeps_the_green_channel_to_itself() {
    let hall = hall();
    let mut person = at_card(&hall);
    says(&hall, "请刷身份证（可跳过）");
    lay(&hall, old_card(1));
    person.expects(read(Recognised { priority: true, ..Recognised::default() }));
    person.sees(PageName::Priority);
    falls_silent(&hall);
    says(&hall, "请看屏幕并选择");
    person.touches("使用");
    person.is_given("社保事项");
    person.sees_slip(SlipState::Printed);
    says(&hall, "请取走号票");
    let said = texts(&hall).concat();
    for word in ["绿色", "优先", "老年", "岁"] {
        assert!(!said.contains(word), "{word} in {said}");
    }
    lift(&hall);
}

#[test]
fn o1_a_module_that_fails_is_a_fault_and_the_kiosk_goes_on() {
    let mut hall = hall();
    hall.voice().set_condition(UNPLUGGED);
    hall.fault_opens("kiosk K1 voice", "port");
    let mut person = Person::steps_up(&hall);
    person.confirms("社保事项");
    person.sees(PageName::Card);
    person.touches("跳过，直接取号");
    assert_eq!(person.is_given("社保事项"), "A001");
    person.sees_slip(SlipState::Printed);
    person.touches("完成");
    person.sees(PageName::Start);
    hall.voice().set_condition(Default::default());
    hall.fault_closes("kiosk K1 voice", "port");
    assert!(texts(&hall).is_empty(), "what was left unsaid is not said later");

    hall.voice().touch(|voice, now| voice.twin.misfortune(now, Misfortune::Silent));
    let mut person = at_appointment(&hall);
    hall.fault_opens("kiosk K1 voice", "no_answer");
    // Nobody is told any more to listen for anything.
    person.sees(PageName::Appointment);
    hall.voice().touch(|voice, _| voice.twin.calm());
    hall.fault_closes("kiosk K1 voice", "no_answer");
    person.touches("首页");
    person.sees(PageName::Start);
    person.touches("我有预约");
    says(&hall, ASK);
    hall.sound();
}
