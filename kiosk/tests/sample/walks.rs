//! Walks to every page that a kiosk with everything has, in both languages and both sizes of type: for the pictures, the
//! checks of places and texts, and the benchmark.

use super::offers;
use kiosk::*;
use link::Uptime;
use std::sync::Arc;
use std::time::Duration;

/// Somebody at a kiosk that has everything.
pub(crate) struct Visitor {
    pub(crate) ui: Ui,
    pub(crate) now: Uptime,
    asking: Option<Asking>,
}

impl Visitor {
    pub(crate) fn at(size: Size, menu: Menu) -> Self {
        let ui = Ui::new(size, Duration::from_secs(45));
        let mut visitor = Visitor { ui, now: Uptime::from_millis(1000), asking: None };
        visitor.tell(Input::Clock("14:05".into()));
        visitor.tell(Input::Menu(Arc::new(menu)));
        visitor
    }

    /// Tells the kiosk something half a second later and remembers its last question.
    pub(crate) fn tell(&mut self, input: Input) -> Vec<Output> {
        self.now = self.now.plus(Duration::from_millis(500));
        self.ui.handle(self.now, input);
        let outputs: Vec<Output> = std::iter::from_fn(|| self.ui.poll()).collect();
        for output in &outputs {
            match output {
                Output::WantCard { asking, .. }
                | Output::WantCode { asking, .. }
                | Output::FindByCode { asking, .. }
                | Output::Revive { asking, .. }
                | Output::Notice { asking, .. } => self.asking = Some(*asking),
                _ => {}
            }
        }
        outputs
    }

    /// Presses the first of `labels` that is there.
    pub(crate) fn press(&mut self, labels: &[&str]) -> Vec<Output> {
        let place = labels.iter().find_map(|label| self.place(label));
        let place = place.unwrap_or_else(|| panic!("none of {labels:?} is on {:?}", self.ui.page()));
        self.tell(Input::Touch(place.center()))
    }

    pub(crate) fn place(&self, label: &str) -> Option<Rectangle> {
        self.ui.targets().find(|(name, _)| *name == label).map(|(_, place)| place)
    }

    pub(crate) fn type_in(&mut self, text: &str) {
        for character in text.chars() {
            self.press(&[&character.to_string()]);
        }
    }

    pub(crate) fn asking(&self) -> Asking {
        self.asking.expect("the kiosk has asked something")
    }

    pub(crate) fn card(&mut self, outcome: CardOutcome) -> Vec<Output> {
        self.tell(Input::Card { asking: self.asking(), outcome })
    }

    pub(crate) fn found(&mut self, found: Found) -> Vec<Output> {
        self.tell(Input::Found { asking: self.asking(), found })
    }

    pub(crate) fn revived(&mut self, revival: Revival) -> Vec<Output> {
        self.tell(Input::Revived { asking: self.asking(), revival })
    }

    pub(crate) fn notice(&mut self, answer: NoticeAnswer) -> Vec<Output> {
        self.tell(Input::Notice { asking: self.asking(), answer })
    }

    /// From the start to the last question for the first service.
    pub(crate) fn choose_service(&mut self) {
        self.press(&["中文取号"]);
        self.walk_lists();
    }

    pub(crate) fn walk_lists(&mut self) {
        for labels in [
            ["不动产与税务区", "Real Estate and Tax"],
            ["不动产登记中心", "Real Estate Registration Centre"],
            ["不动产转移登记（二手房交易）", "Transfer of real estate"],
        ] {
            self.press(&labels);
        }
    }
}

/// How the pages are seen.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Manner {
    pub(crate) english: bool,
    pub(crate) large: bool,
}

impl Manner {
    pub(crate) const ALL: [Manner; 4] = [
        Manner { english: false, large: false },
        Manner { english: true, large: false },
        Manner { english: false, large: true },
        Manner { english: true, large: true },
    ];

    pub(crate) fn tag(self) -> &'static str {
        match (self.english, self.large) {
            (false, false) => "zh",
            (true, false) => "en",
            (false, true) => "zh-large",
            (true, true) => "en-large",
        }
    }
}

/// Calls `see` with every page that only a kiosk with more than numbers has, and its name.
pub(crate) fn every_offered_page(size: Size, manner: Manner, mut see: impl FnMut(&str, &Ui)) {
    let fresh = || {
        let mut visitor = Visitor::at(size, offers::full_menu());
        if manner.large {
            visitor.press(&["大字模式"]);
        }
        visitor
    };
    let speak = |visitor: &mut Visitor| {
        if manner.english {
            visitor.press(&["English"]);
        }
    };
    let enter = |label: &str| {
        let mut visitor = fresh();
        visitor.press(&[label]);
        speak(&mut visitor);
        visitor
    };
    let mut show = |name: &str, visitor: &Visitor| see(&format!("{name}-{}", manner.tag()), &visitor.ui);
    show("offers", &fresh());

    let mut visitor = enter("我有预约");
    show("appointment", &visitor);
    visitor.card(CardOutcome::Trouble(CardTrouble::Unreadable));
    show("appointment-trouble", &visitor);
    visitor.press(&["输入手机尾号和预约码", "Type telephone digits and code"]);
    show("code", &visitor);
    visitor.type_in("8613520");
    show("code-typed", &visitor);
    visitor.type_in("749");
    show("code-full", &visitor);
    visitor.press(&["查询", "Find"]);
    show("looking", &visitor);
    visitor.found(Found::WrongCode { tries_left: 4 });
    show("code-wrong", &visitor);
    for (name, found) in [
        ("no-tries", Found::WrongCode { tries_left: 0 }),
        ("not-ours", Found::NotOurs),
        ("no-booking", Found::Bookings(Recognised::default())),
        ("bookings", Found::Bookings(offers::recognised(offers::bookings(), false))),
    ] {
        let mut visitor = enter("我有预约");
        visitor.found(found);
        show(name, &visitor);
    }
    for (name, n) in [("open", 0), ("early", 1), ("late", 2), ("checked-in", 3), ("cancelled", 4)] {
        let mut visitor = enter("我有预约");
        let booking = offers::bookings().swap_remove(n);
        visitor.found(Found::Bookings(offers::recognised(vec![booking], false)));
        show(&format!("booking-{name}"), &visitor);
    }

    let mut visitor = fresh();
    visitor.press(&[if manner.english { "English" } else { "中文取号" }]);
    show("areas", &visitor);
    for (name, labels) in [
        ("departments", ["不动产与税务区", "Real Estate and Tax"]),
        ("services", ["不动产登记中心", "Real Estate Registration Centre"]),
        ("unavailable", ["发票领用及代开", "Invoices"]),
        ("services-again", ["返回", "Back"]),
        ("confirm", ["不动产转移登记（二手房交易）", "Transfer of real estate"]),
    ] {
        visitor.press(&labels);
        show(name, &visitor);
    }
    visitor.press(&["确认取号", "Take a number"]);
    visitor.press(&["跳过，直接取号", "Skip, take a number"]);
    show("issuing", &visitor);
    let refused = Outcome::Refused {
        zh: "该事项今日号数已满，请明日再来，或通过网上预约办理。".into(),
        en: "All numbers of this service are taken today. Please come tomorrow or book online.".into(),
    };
    visitor.tell(Input::Outcome(refused));
    show("refused", &visitor);

    let at_card = || {
        let mut visitor = fresh();
        visitor.choose_service();
        speak(&mut visitor);
        visitor.press(&["确认取号", "Take a number"]);
        visitor
    };
    let mut visitor = at_card();
    show("card", &visitor);
    for trouble in CardTrouble::ALL {
        visitor.card(CardOutcome::Trouble(trouble));
        show(&format!("card-{trouble:?}").to_lowercase(), &visitor);
    }
    let mut visitor = at_card();
    visitor.card(CardOutcome::Read(offers::recognised(offers::bookings(), false)));
    show("card-bookings", &visitor);
    let mut visitor = at_card();
    visitor.card(CardOutcome::Read(offers::recognised(offers::bookings()[..1].to_vec(), false)));
    show("card-booking", &visitor);
    let mut visitor = at_card();
    visitor.card(CardOutcome::Read(offers::recognised(vec![], true)));
    show("priority", &visitor);
    visitor.press(&["使用", "Yes, please"]);
    visitor.tell(Input::Outcome(Outcome::Issued(super::given())));
    show("offered-given", &visitor);
    for (name, state) in [
        ("waiting", HeldState::Waiting { ahead: 12, wait_min: Some((35, 55)) }),
        ("called", HeldState::Called),
        ("parked", HeldState::Parked),
        ("passed", HeldState::Passed),
    ] {
        let mut visitor = at_card();
        let holds = Some(offers::held(state));
        visitor.card(CardOutcome::Read(Recognised { holds, ..Recognised::default() }));
        show(&format!("held-{name}"), &visitor);
    }

    let mut visitor = enter("过号恢复");
    show("revival", &visitor);
    visitor.type_in("A023");
    show("revival-typed", &visitor);
    visitor.press(&["恢复", "Revive"]);
    visitor.revived(Revival::Unknown);
    show("revival-unknown", &visitor);
    for (name, revival) in [
        ("done", Revival::Revived(offers::waiting())),
        ("late", Revival::TooLate),
        ("used", Revival::UsedAlready),
        ("over", Revival::Over),
        ("not-passed", Revival::NotPassed(offers::waiting())),
    ] {
        let mut visitor = enter("过号恢复");
        visitor.revived(revival);
        show(&format!("revival-{name}"), &visitor);
    }

    let mut visitor = enter("一次性告知单");
    show("notice-areas", &visitor);
    for labels in
        [["不动产与税务区", "Real Estate and Tax"], ["不动产登记中心", "Real Estate Registration Centre"]]
    {
        visitor.press(&labels);
    }
    show("notice-services", &visitor);
    visitor.press(&["不动产转移登记（二手房交易）", "Transfer of real estate"]);
    visitor.notice(NoticeAnswer::Text(Box::new(offers::notice())));
    show("notice", &visitor);
    if visitor.place("下一页").or(visitor.place("Next")).is_some() {
        visitor.press(&["下一页", "Next"]);
        show("notice2", &visitor);
    }
    visitor.press(&["打印告知单", "Print the notice"]);
    visitor.notice(NoticeAnswer::Print(SlipState::Printed));
    show("notice-printed", &visitor);
}
