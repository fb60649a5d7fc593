//! Golden pictures of every page, on both panels and in both languages, compared pixel by pixel; and that every text of the
//! sample hall fits. `KIOSK_GOLDEN=update cargo test -p kiosk --test pages` draws them anew; then look at each.

mod sample;

use kiosk::*;
use link::Uptime;
use sample::golden::compare;
use std::sync::Arc;
use std::time::Duration;

const SIZES: [Size; 2] = [Size::new(768, 1024), Size::new(1024, 600)];

/// A kiosk and the time its tests live in.
struct Walk {
    ui: Ui,
    now: Uptime,
}

impl Walk {
    fn new(size: Size, menu: Menu) -> Self {
        let mut walk = Walk { ui: Ui::new(size, Duration::from_secs(45)), now: Uptime::from_millis(1000) };
        walk.input(Input::Clock("14:05".into()));
        walk.input(Input::Menu(Arc::new(menu)));
        walk
    }

    fn input(&mut self, input: Input) -> &mut Self {
        self.now = self.now.plus(Duration::from_millis(500));
        self.ui.handle(self.now, input);
        self
    }

    fn press(&mut self, label: &str) -> &mut Self {
        let place = self.ui.targets().find(|(name, _)| *name == label).map(|(_, place)| place);
        let place = place.unwrap_or_else(|| panic!("{label} is not on {:?}", self.ui.page()));
        self.input(Input::Touch(place.center()))
    }
}

/// The names of what is pressed on the way, in one language.
struct Labels {
    tag: &'static str,
    start: &'static str,
    area: &'static str,
    department: &'static str,
    next: &'static str,
    open: &'static str,
    closed: &'static str,
    back: &'static str,
    confirm: &'static str,
}

const LABELS: [Labels; 2] = [
    Labels {
        tag: "zh",
        start: "中文取号",
        area: "不动产与税务区",
        department: "不动产登记中心",
        next: "下一页",
        open: "不动产转移登记（二手房交易）",
        closed: "发票领用及代开",
        back: "返回",
        confirm: "确认取号",
    },
    Labels {
        tag: "en",
        start: "English",
        area: "Real Estate and Tax",
        department: "Real Estate Registration Centre",
        next: "Next",
        open: "Transfer of real estate",
        closed: "Invoices",
        back: "Back",
        confirm: "Take a number",
    },
];

/// Calls `see` with every page and its name.
fn every_page(size: Size, mut see: impl FnMut(&str, &Ui)) {
    let menu = sample::menu_of(9);
    see("start", &Walk::new(size, menu.clone()).ui);
    let (zh, en) =
        ("今日对外服务已结束，明日 9:00 开始取号", "Closed for today. Numbers are given from 9:00 tomorrow");
    let open = Availability::Closed { zh: zh.into(), en: en.into() };
    see("closed", &Walk::new(size, Menu { open, ..menu.clone() }).ui);
    see("nothing", &Walk::new(size, Menu { areas: vec![], ..menu.clone() }).ui);
    let trouble = Some(Trouble { zh: "打印纸已用完".into(), en: "Out of paper".into() });
    see("trouble", &Walk::new(size, Menu { trouble, ..menu.clone() }).ui);
    for labels in LABELS {
        let mut walk = Walk::new(size, menu.clone());
        let mut shot = |name: &str, walk: &Walk| see(&format!("{name}-{}", labels.tag), &walk.ui);
        shot("areas", walk.press(labels.start));
        shot("departments", walk.press(labels.area));
        shot("services", walk.press(labels.department));
        shot("services2", walk.press(labels.next));
        walk.press(labels.back).press(labels.department);
        shot("unavailable", walk.press(labels.closed));
        shot("confirm", walk.press(labels.back).press(labels.open));
        shot("issuing", walk.press(labels.confirm));
        shot("given", walk.input(Input::Outcome(Outcome::Issued(sample::given()))));
        shot("printed", walk.input(Input::Outcome(Outcome::SlipChanged(SlipState::Printed))));
        let waiting = SlipState::Waiting {
            zh: "号票暂未打印，号码有效，请记住号码".into(),
            en: "No slip yet. Your number is valid, please remember it".into(),
        };
        shot("waiting", walk.input(Input::Outcome(Outcome::SlipChanged(waiting))));
        let mut walk = Walk::new(size, menu.clone());
        walk.press(labels.start).press(labels.area).press(labels.department).press(labels.open);
        walk.press(labels.confirm);
        let refused = Outcome::Refused {
            zh: "该事项今日号数已满，请明日再来，或通过网上预约办理。".into(),
            en: "All numbers of this service are taken today. Please come tomorrow or book online.".into(),
        };
        shot("refused", walk.input(Input::Outcome(refused)));
    }
}

fn looks_as_it_did(size: Size) {
    let mut wrong = Vec::new();
    every_page(size, |name, ui| wrong.extend(compare(size, name, &ui.frame()).err()));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_upright_page_looks_as_it_did() {
    looks_as_it_did(SIZES[0]);
}

#[test]
fn every_wide_page_looks_as_it_did() {
    looks_as_it_did(SIZES[1]);
}

#[test]
fn every_text_of_the_sample_fits_its_place() {
    for size in SIZES {
        every_page(size, |name, ui| assert_eq!(ui.shortened(), [""; 0], "{name} {size:?}"));
    }
}

#[test]
fn every_place_to_touch_is_large_enough_on_the_panel_and_apart_from_others() {
    for size in SIZES {
        let panel = Rectangle::new(Point::zero(), size);
        every_page(size, |name, ui| {
            let places: Vec<(&str, Rectangle)> = ui.targets().collect();
            for (n, (label, place)) in places.iter().enumerate() {
                assert!(place.size.width >= 72 && place.size.height >= 72, "{name} {label} {place:?}");
                assert_eq!(place.intersection(&panel), *place, "{name} {label}");
                for (other, apart) in &places[n + 1..] {
                    assert!(place.intersection(apart).is_zero_sized(), "{name} {label} {other}");
                }
            }
        });
    }
}

#[test]
fn other_panels_get_pages_too() {
    for size in [Size::new(1080, 1920), Size::new(800, 480), Size::new(1, 1), Size::new(5000, 300)] {
        let pages = |ui: &Ui| assert!(ui.frame().width() >= 240);
        let walk = Walk::new(size, sample::menu_of(3));
        pages(&walk.ui);
    }
}
