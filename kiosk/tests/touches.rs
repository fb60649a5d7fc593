//! Walks through the pages by touching them.

mod sample;

use kiosk::session::{ANSWER_TIMEOUT, NUMBER_SHOWN, SETTLE};
use kiosk::*;
use link::Uptime;
use std::sync::Arc;
use std::time::Duration;

const IDLE: Duration = Duration::from_secs(45);

struct Person {
    ui: Ui,
    now: Uptime,
}

impl Person {
    fn at(menu: Menu) -> Self {
        let ui = Ui::new(Size::new(768, 1024), IDLE);
        let mut person = Person { ui, now: Uptime::from_millis(5000) };
        person.tell(Input::Menu(Arc::new(menu)));
        person
    }

    fn tell(&mut self, input: Input) -> Vec<Output> {
        self.ui.handle(self.now, input);
        std::iter::from_fn(|| self.ui.poll()).collect()
    }

    fn after(&mut self, time: Duration) -> &mut Self {
        self.now = self.now.plus(time);
        self
    }

    fn place(&self, label: &str) -> Option<Rectangle> {
        self.ui.targets().find(|(name, _)| *name == label).map(|(_, place)| place)
    }

    fn press(&mut self, label: &str) -> Vec<Output> {
        let place = self.place(label).unwrap_or_else(|| panic!("no {label} on {:?}", self.ui.page()));
        self.after(SETTLE).tell(Input::Touch(place.center()))
    }

    fn walk_to_confirm(&mut self) {
        for label in ["中文取号", "不动产与税务区", "不动产登记中心", "居民身份证办理"]
        {
            self.press(label);
        }
        assert_eq!(self.ui.page(), PageName::Confirm);
    }
}

fn take() -> Output {
    Output::Take { service: "S04".into(), language: Language::Chinese, priority: false, person: None }
}

#[test]
fn from_start_to_slip() {
    let mut person = Person::at(sample::menu_of(9));
    assert_eq!(person.ui.page(), PageName::Start);
    person.walk_to_confirm();
    assert_eq!(person.press("确认取号"), [take(), Output::Repaint]);
    assert_eq!(person.ui.page(), PageName::Issuing);
    assert_eq!(person.tell(Input::Outcome(Outcome::Issued(sample::given()))), [Output::Repaint]);
    assert_eq!(person.ui.page(), PageName::Given);
    assert_eq!(person.tell(Input::Outcome(Outcome::SlipChanged(SlipState::Printed))), [Output::Repaint]);
    person.after(NUMBER_SHOWN).tell(Input::Wake);
    assert_eq!(person.ui.page(), PageName::Start);
    assert_eq!(person.ui.deadline(), None);
}

#[test]
fn a_double_touch_takes_one_number_and_presses_nothing_below() {
    let mut person = Person::at(sample::menu_of(9));
    person.walk_to_confirm();
    let place = person.place("确认取号").expect("it was found before");
    person.after(SETTLE);
    let mut taken = Vec::new();
    for _ in 0..20 {
        person.after(Duration::from_millis(90));
        taken.extend(person.tell(Input::Touch(place.center())));
    }
    assert_eq!(taken.iter().filter(|output| **output == take()).count(), 1);
    // The second half of a double touch on a service does not press what lies there on the next page.
    let mut person = Person::at(sample::menu_of(9));
    for label in ["中文取号", "不动产与税务区", "不动产登记中心"] {
        person.press(label);
    }
    let place = person.place("居民身份证办理").expect("it is in the list");
    person.after(SETTLE).tell(Input::Touch(place.center()));
    person.after(Duration::from_millis(120));
    assert_eq!(person.tell(Input::Touch(person.place("确认取号").expect("confirm").center())), []);
    assert_eq!(person.ui.page(), PageName::Confirm);
}

#[test]
fn q2_a_service_without_window_says_so_before_a_number_is_taken() {
    let mut person = Person::at(sample::menu_of(9));
    for label in ["中文取号", "不动产与税务区", "不动产登记中心", "发票领用及代开"] {
        let outputs = person.press(label);
        assert_eq!(outputs, [Output::Repaint]);
    }
    assert_eq!(person.ui.page(), PageName::Unavailable);
    assert_eq!(person.place("确认取号"), None);
    person.press("返回");
    assert_eq!(person.ui.page(), PageName::Services);
}

#[test]
fn q2_a_window_that_closes_during_the_last_question_is_told() {
    let mut person = Person::at(sample::menu_of(9));
    person.walk_to_confirm();
    let mut menu = sample::menu_of(9);
    menu.areas[0].departments[0].services[4].available =
        Availability::Closed { zh: "暂无开放窗口".into(), en: "No window open".into() };
    assert_eq!(person.tell(Input::Menu(Arc::new(menu))), [Output::Repaint]);
    assert_eq!(person.ui.page(), PageName::Unavailable);
}

#[test]
fn out_of_paper_stops_the_walk_but_not_a_number_already_asked_for() {
    let trouble = Some(Trouble { zh: "打印纸已用完".into(), en: "Out of paper".into() });
    let broken = Arc::new(Menu { trouble, ..sample::menu_of(9) });
    let mut person = Person::at(sample::menu_of(9));
    person.press("中文取号");
    person.tell(Input::Menu(broken.clone()));
    assert_eq!(person.ui.page(), PageName::Trouble);
    assert_eq!(person.ui.targets().count(), 0);
    person.tell(Input::Menu(Arc::new(sample::menu_of(9))));
    person.walk_to_confirm();
    person.press("确认取号");
    person.tell(Input::Menu(broken));
    assert_eq!(person.ui.page(), PageName::Issuing);
    person.tell(Input::Outcome(Outcome::Issued(sample::given())));
    assert_eq!(person.ui.page(), PageName::Given);
    person.press("完成");
    assert_eq!(person.ui.page(), PageName::Trouble);
}

#[test]
fn x2_a_service_that_the_menu_no_longer_offers_is_left() {
    let mut person = Person::at(sample::menu_of(9));
    person.walk_to_confirm();
    let mut menu = sample::menu_of(9);
    menu.areas.remove(0);
    person.tell(Input::Menu(Arc::new(menu)));
    assert_eq!(person.ui.page(), PageName::Start);
}

#[test]
fn who_walks_away_leaves_the_start_page_in_chinese() {
    let mut person = Person::at(sample::menu_of(9));
    person.press("English");
    person.press("Healthcare");
    assert_eq!(person.ui.language(), Language::English);
    // A single department is not asked for.
    assert_eq!(person.ui.page(), PageName::Services);
    let deadline = person.ui.deadline().expect("somebody is here");
    assert_eq!(deadline, person.now.plus(IDLE));
    person.after(IDLE - Duration::from_millis(1)).tell(Input::Wake);
    assert_eq!(person.ui.page(), PageName::Services);
    person.after(Duration::from_millis(1)).tell(Input::Wake);
    assert_eq!((person.ui.page(), person.ui.language()), (PageName::Start, Language::Chinese));
}

#[test]
fn no_answer_ends_in_words_and_a_late_answer_is_still_shown() {
    let mut person = Person::at(sample::menu_of(9));
    person.walk_to_confirm();
    person.press("确认取号");
    person.after(ANSWER_TIMEOUT).tell(Input::Wake);
    assert_eq!(person.ui.page(), PageName::Refused);
    person.tell(Input::Outcome(Outcome::Issued(sample::given())));
    assert_eq!(person.ui.page(), PageName::Given);
    person.press("完成");
    // Nobody asked for this one.
    person.tell(Input::Outcome(Outcome::Issued(sample::given())));
    assert_eq!(person.ui.page(), PageName::Start);
}

#[test]
fn a_refusal_is_shown_and_another_number_can_be_asked_for() {
    let mut person = Person::at(sample::menu_of(9));
    person.walk_to_confirm();
    person.press("确认取号");
    person.tell(Input::Outcome(Outcome::Refused { zh: "号数已满".into(), en: "Full".into() }));
    assert_eq!(person.ui.page(), PageName::Refused);
    person.press("首页");
    person.walk_to_confirm();
    assert!(person.press("确认取号").contains(&take()));
}

#[test]
fn a_list_of_sixty_services_shows_each_once() {
    for size in [Size::new(768, 1024), Size::new(1024, 600)] {
        let mut person = Person::at(sample::menu_of(60));
        person.ui = Ui::new(size, IDLE);
        person.tell(Input::Menu(Arc::new(sample::menu_of(60))));
        for label in ["中文取号", "医疗保障区"] {
            person.press(label);
        }
        let (mut seen, mut pages) = (0, 1);
        loop {
            let labels: Vec<String> = person.ui.targets().map(|(label, _)| label.to_owned()).collect();
            let chrome = ["返回", "首页", "上一页", "下一页"];
            seen += labels.iter().filter(|label| !chrome.contains(&label.as_str())).count();
            if person.place("下一页").is_none() {
                break;
            }
            person.press("下一页");
            pages += 1;
        }
        assert_eq!((seen, pages), (60, 10));
        for _ in 1..pages {
            person.press("上一页");
        }
        assert_eq!(person.place("上一页"), None);
    }
}

#[test]
fn a_touch_beside_everything_does_nothing_but_keep_the_page() {
    let mut person = Person::at(sample::menu_of(9));
    person.press("中文取号");
    for point in [Point::new(2, 400), Point::new(-5, -5), Point::new(i32::MAX, i32::MIN)] {
        assert_eq!(person.after(SETTLE).tell(Input::Touch(point)), []);
    }
    assert_eq!(person.ui.deadline(), Some(person.now.plus(IDLE)));
}

#[test]
fn what_the_page_does_not_show_is_not_repainted() {
    let mut person = Person::at(sample::menu_of(9));
    let mut menu = sample::menu_of(9);
    menu.areas[0].departments[0].services[4].waiting += 1;
    assert_eq!(person.tell(Input::Menu(Arc::new(menu.clone()))), []);
    person.walk_to_confirm();
    menu.areas[0].departments[0].services[4].waiting += 1;
    assert_eq!(person.tell(Input::Menu(Arc::new(menu))), [Output::Repaint]);
    assert_eq!(person.tell(Input::Clock("14:06".into())), [Output::Repaint]);
}
