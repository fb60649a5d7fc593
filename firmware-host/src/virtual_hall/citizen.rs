//! People at one kiosk: they queue, read the panel, touch it, and take their slip.
//!
//! A person knows the pages as everybody does: a [`Ui`] of their own, given the same menu and the same touches, says where the
//! button is that they want. What they do reaches the hall through the panel's wire alone.

use super::stage::Stage;
use crate::config::Kiosk;
use crate::core::menu::menu;
use kiosk::{Given, Input, Menu, Outcome, PageName, Point, Size, SlipState, Ui};
use link::Uptime;
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

/// A picture that has not changed for so long is whole, and the page takes touches (it takes none for 300 ms).
const STILL: Duration = Duration::from_millis(450);
/// A touch whose page does not come within this was lost, or the page looks the same.
const PAGE_PATIENCE: Duration = Duration::from_secs(4);
/// A number that does not come within this was not asked for: a touch was lost on the way.
const PATIENCE: Duration = Duration::from_secs(5);
/// Nobody finds the next button sooner than this, however fast the hall's clock runs.
const QUICKEST: Duration = Duration::from_millis(900);
/// How long a slip may take to be printed before the person leaves without it.
const SLIP_PATIENCE: Duration = Duration::from_secs(12);
/// A person starts again this often before they go to the guide desk.
const TRIES: u32 = 3;
/// People who stand in line at one kiosk; more see the line and take another or come later.
const LINE: usize = 14;
/// Seconds of hall time a person looks at each page.
const READING_S: f64 = 3.0;

/// Words on buttons, as the kiosk's pages have them.
const START: &str = "中文取号";
const NEXT: &str = "下一页";
const HOME: &str = "首页";
const CONFIRM: &str = "确认取号";
const DONE: &str = "完成";

/// One kiosk with its people.
pub(super) struct Stand {
    kiosk: Kiosk,
    line: VecDeque<String>,
    person: Option<Person>,
    /// Where the button for the first page was last seen.
    home: Option<Point>,
    /// The panel's count of changes, and since when it is the same.
    picture: (u64, Uptime),
}

struct Person {
    service: String,
    ui: Ui,
    act_at: Uptime,
    /// The panel's count of changes at the last touch, and how long the person waits for another.
    touched: Option<(u64, Uptime)>,
    confirmed: Option<Uptime>,
    given: Option<Uptime>,
    tries: u32,
}

impl Stand {
    pub(super) fn new(kiosk: Kiosk) -> Stand {
        Stand { kiosk, line: VecDeque::new(), person: None, home: None, picture: (0, Uptime::default()) }
    }

    /// Somebody comes for this service.
    pub(super) fn arrive(&mut self, service: String) {
        if self.line.len() < LINE {
            self.line.push_back(service);
        }
    }

    /// The hall gave a number at this kiosk.
    pub(super) fn number_given(&mut self, now: Uptime) {
        if let Some(person) = &mut self.person
            && person.given.is_none()
        {
            person.given = Some(now);
            // Which number does not matter: the button is where it always is.
            let given = Given {
                number: "A001".into(),
                service: String::new(),
                service_en: String::new(),
                ahead: 0,
                wait_min: None,
                place: String::new(),
                place_en: String::new(),
                slip: SlipState::Printed,
            };
            person.ui.handle(now, Input::Outcome(Outcome::Issued(given)));
        }
    }

    /// Lets the person in front do the next thing. `slips_open`: the printer has work.
    pub(super) fn step(&mut self, now: Uptime, stage: &Stage, slips_open: bool) {
        let Some(panel) = stage.hall.panels.get(&self.kiosk.name) else { return };
        let changes = panel.look(|panel| panel.twin.view().changes);
        if changes != self.picture.0 {
            self.picture = (changes, now);
        }
        if stage.in_hand(&format!("kiosk/{}", self.kiosk.name)) {
            // Somebody on the page stands there; whoever was simulated steps back into the line.
            if let Some(person) = self.person.take() {
                self.line.push_front(person.service);
            }
            return;
        }
        let menu = Arc::new(self.menu(stage));
        if self.person.is_none() {
            self.person = self.line.pop_front().map(|service| self.begin(now, service));
            // Whatever the one before left on the panel; on the first page there is nothing at this place.
            if let (Some(_), Some(home)) = (&self.person, self.home) {
                stage.hall.touch(&self.kiosk.name, home.x, home.y);
                self.picture.1 = now;
            }
        }
        let Some(mut person) = self.person.take() else { return };
        person.ui.handle(now, Input::Menu(menu));
        let answered =
            person.touched.is_none_or(|(changes, until)| changes != self.picture.0 || until <= now);
        let stands_still = now.since(self.picture.1) >= STILL;
        if person.act_at > now || !answered || !stands_still {
            self.person = Some(person);
            return;
        }
        let pause = Duration::from_secs_f64(READING_S / f64::from(stage.clocks.speed())).max(QUICKEST);
        person.act_at = now.plus(pause);
        self.person = self.act(now, stage, person, slips_open);
    }

    fn menu(&self, stage: &Stage) -> Menu {
        let board = stage.desk.board().borrow().clone();
        menu(&stage.config, &self.kiosk, &board, board.at)
    }

    fn begin(&self, now: Uptime, service: String) -> Person {
        let size = Size::new(u32::from(self.kiosk.width_px), u32::from(self.kiosk.height_px));
        // As long as the person stands there their own idea of the page does not time out.
        let ui = Ui::new(size, Duration::from_secs(3600));
        Person { service, ui, act_at: now, touched: None, confirmed: None, given: None, tries: 0 }
    }

    /// One touch; the person, unless they leave.
    fn act(&mut self, now: Uptime, stage: &Stage, mut person: Person, slips_open: bool) -> Option<Person> {
        if let Some(given) = person.given {
            if slips_open && now.since(given) < SLIP_PATIENCE {
                return Some(person);
            }
            self.touch(now, stage, &mut person, DONE);
            return None;
        }
        if let Some(confirmed) = person.confirmed {
            if now.since(confirmed) < PATIENCE {
                return Some(person);
            }
            return self.again(now, stage, person);
        }
        let config = &stage.config;
        let service = config.service(&person.service)?;
        let department = config.department(&service.department)?;
        let wanted = match person.ui.page() {
            PageName::Start => START,
            PageName::Areas => &config.area(&department.area)?.name,
            PageName::Departments => &department.name,
            PageName::Services => &service.name,
            PageName::Confirm => CONFIRM,
            // Closed or out of order: they wait in front of it until they are called away by the evening.
            PageName::Closed | PageName::Trouble => return Some(person),
            // No window for it now: they go and ask.
            PageName::Unavailable | PageName::Refused | PageName::Given | PageName::Issuing => {
                self.touch(now, stage, &mut person, HOME);
                return None;
            }
        };
        let confirms = wanted == CONFIRM;
        let wanted = wanted.to_owned();
        if self.touch(now, stage, &mut person, &wanted) || self.touch(now, stage, &mut person, NEXT) {
            person.confirmed = confirms.then_some(now);
            return Some(person);
        }
        self.again(now, stage, person)
    }

    /// Back to the first page and once more from the start, or away.
    fn again(&mut self, now: Uptime, stage: &Stage, person: Person) -> Option<Person> {
        if let Some(home) = self.home {
            stage.hall.touch(&self.kiosk.name, home.x, home.y);
        }
        let tries = person.tries + 1;
        (tries < TRIES).then(|| Person {
            tries,
            act_at: now.plus(STILL * 2),
            ..self.begin(now, person.service)
        })
    }

    /// Touches the button with this label, on the panel and in the person's own idea of it; `false` if there is none.
    fn touch(&mut self, now: Uptime, stage: &Stage, person: &mut Person, label: &str) -> bool {
        let find = |label: &str| {
            let target = person.ui.targets().find(|(name, _)| *name == label);
            target.map(|(_, area)| area.center())
        };
        self.home = find(HOME).or(self.home);
        let Some(point) = find(label) else { return false };
        tracing::debug!(kiosk = self.kiosk.name, label, "a visitor touches");
        stage.hall.touch(&self.kiosk.name, point.x, point.y);
        person.touched = Some((self.picture.0, now.plus(PAGE_PATIENCE)));
        person.ui.handle(now, Input::Touch(point));
        while person.ui.poll().is_some() {}
        true
    }
}
