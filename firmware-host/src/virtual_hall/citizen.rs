//! People at one kiosk: they queue, read the panel, touch it, show what it asks for, and take their slip.
//!
//! A person knows the pages as everybody does: a [`Ui`] of their own, given the same menu and the same touches, says where the
//! button is that they want. What they do reaches the hall through the wires of panel, reader and scanner alone; cards and codes
//! are `showing`'s.

use super::showing::{Showing, Shown};
use super::stage::Stage;
use super::visitors::{Visitor, Way};
use crate::config::Kiosk;
use crate::core::menu::menu;
use kiosk::{
    Asking, Frame, Given, Input, Menu, Outcome, Output, PageName, Point, Rectangle, Size, SlipState, Ui,
};
use link::Uptime;
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

/// Nobody finds the next button sooner than this, however fast the hall's clock runs.
pub(super) const QUICKEST: Duration = Duration::from_millis(400);
/// How often a person looks again whether the button they want is there yet.
const LOOK_AGAIN: Duration = Duration::from_millis(100);
/// The same while the kiosk gives no numbers.
const WAITING_LOOK: Duration = Duration::from_secs(1);
/// A page that does not come within this was not asked for: a touch was lost on the way. A slow line takes some seconds.
pub(super) const PATIENCE: Duration = Duration::from_secs(8);
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
const APPOINTMENT: &str = "我有预约";
const CHECK_IN: &str = "签到";
const ORDINARY: &str = "取普通号";
const GREEN: &str = "使用";
const NOT_GREEN: &str = "不使用，普通排队";
const NEXT: &str = "下一页";
const HOME: &str = "首页";
const CONFIRM: &str = "确认取号";
const SKIP: &str = "跳过，直接取号";
const DONE: &str = "完成";

/// One kiosk with its people.
pub(super) struct Stand {
    pub(super) kiosk: Kiosk,
    line: VecDeque<Visitor>,
    person: Option<Person>,
    /// Where the button for the first page was last seen.
    home: Option<Point>,
}

pub(super) struct Person {
    pub(super) visitor: Visitor,
    pub(super) ui: Ui,
    /// The last question of the page.
    pub(super) asking: Option<Asking>,
    /// Card or code, while it is shown.
    pub(super) shown: Option<Shown>,
    /// Keys of the digits and the code that were touched.
    pub(super) typed: usize,
    /// The page as the person expects it, once drawn.
    expected: Option<Frame>,
    /// The panel's count of changes when it was last compared in vain.
    compared: Option<u64>,
    pub(super) act_at: Uptime,
    pub(super) touched_at: Uptime,
    pub(super) confirmed: bool,
    given: Option<Uptime>,
    tries: u32,
}

impl Stand {
    pub(super) fn new(kiosk: Kiosk) -> Stand {
        Stand { kiosk, line: VecDeque::new(), person: None, home: None }
    }

    /// Somebody comes.
    pub(super) fn arrive(&mut self, visitor: Visitor) {
        if self.line.len() < LINE {
            self.line.push_back(visitor);
        }
    }

    /// The hall gave a number at this kiosk.
    pub(super) fn number_given(&mut self, now: Uptime) {
        if let Some(person) = &mut self.person
            && person.given.is_none()
        {
            (person.given, person.touched_at) = (Some(now), now);
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
        if stage.in_hand(&format!("kiosk/{}", self.kiosk.name)) {
            // Somebody on the page stands there; whoever was simulated steps back into the line.
            if let Some(mut person) = self.person.take() {
                self.take_card(stage, &mut person);
                self.line.push_front(person.visitor);
            }
            return;
        }
        if self.person.is_none() {
            self.person = self.line.pop_front().map(|visitor| self.begin(now, visitor));
            // Whatever the one before left on the panel; on the first page there is nothing at this place.
            if let (Some(_), Some(home)) = (&self.person, self.home) {
                stage.hall.touch(&self.kiosk.name, home.x, home.y);
            }
        }
        let Some(mut person) = self.person.take_if(|person| person.act_at <= now) else { return };
        person.act_at = now.plus(LOOK_AGAIN);
        person.ui.handle(now, Input::Menu(Arc::new(self.menu(stage))));
        while let Some(output) = person.ui.poll() {
            match output {
                Output::Repaint => (person.expected, person.compared) = (None, None),
                Output::WantCard { asking, .. }
                | Output::WantCode { asking, .. }
                | Output::FindByCode { asking, .. } => person.asking = Some(asking),
                _ => {}
            }
        }
        self.person = self.act(now, stage, person, slips_open);
    }

    fn menu(&self, stage: &Stage) -> Menu {
        let board = stage.desk.board().borrow().clone();
        let mut offered = menu(&stage.config, &self.kiosk, &board, board.at);
        offered.offers.appointments &= stage.office.is_some();
        offered
    }

    fn begin(&self, now: Uptime, visitor: Visitor) -> Person {
        let size = Size::new(u32::from(self.kiosk.width_px), u32::from(self.kiosk.height_px));
        // As long as the person stands there their own idea of the page does not time out.
        let ui = Ui::new(size, Duration::from_secs(3600));
        Person {
            visitor,
            ui,
            asking: None,
            shown: None,
            typed: 0,
            expected: None,
            compared: None,
            act_at: now.plus(QUICKEST),
            touched_at: now,
            confirmed: false,
            given: None,
            tries: 0,
        }
    }

    /// One touch, if what is to be touched is there; the person, unless they leave.
    fn act(&mut self, now: Uptime, stage: &Stage, mut person: Person, slips_open: bool) -> Option<Person> {
        let waited = now.since(person.touched_at);
        if let Some(given) = person.given {
            if slips_open && now.since(given) < SLIP_PATIENCE {
                return Some(person);
            }
            let stays = !self.touch(now, stage, &mut person, &[DONE]) && waited < PATIENCE + SLIP_PATIENCE;
            return stays.then_some(person);
        }
        if person.confirmed {
            return if waited < PATIENCE { Some(person) } else { self.again(now, stage, person) };
        }
        match self.show(now, stage, &mut person) {
            Showing::Touch => {}
            Showing::Wait if !person.is_patient(now) => return self.again(now, stage, person),
            Showing::Done | Showing::Wait => return Some(person),
        }
        let service = stage.config.service(&person.visitor.service)?;
        let department = stage.config.department(&service.department)?;
        let wanted = match person.ui.page() {
            PageName::Start if has_appointment(&person.visitor) => [APPOINTMENT, START],
            PageName::Start => [START, NEXT],
            PageName::Areas => [stage.config.area(&department.area)?.name.as_str(), NEXT],
            PageName::Departments => [department.name.as_str(), NEXT],
            PageName::Services => [service.name.as_str(), NEXT],
            PageName::Confirm => [CONFIRM, HOME],
            PageName::Card => [SKIP, HOME],
            PageName::Booking => [CHECK_IN, ORDINARY],
            PageName::Priority if uses_green(&person.visitor) => [GREEN, HOME],
            PageName::Priority => [NOT_GREEN, HOME],
            // Closed or out of order: they wait in front of it.
            PageName::Closed | PageName::Trouble => {
                return Some(Person { act_at: now.plus(WAITING_LOOK), touched_at: now, ..person });
            }
            // No window for it now: they go and ask.
            _ => [HOME, DONE],
        };
        let leaves = wanted[0] == HOME;
        if self.touch(now, stage, &mut person, &wanted) {
            (!leaves).then_some(person)
        } else if waited < PATIENCE {
            Some(person)
        } else {
            self.again(now, stage, person)
        }
    }

    /// Back to the first page and once more from the start, or away.
    fn again(&mut self, now: Uptime, stage: &Stage, mut person: Person) -> Option<Person> {
        self.take_card(stage, &mut person);
        if let Some(home) = self.home {
            stage.hall.touch(&self.kiosk.name, home.x, home.y);
        }
        let tries = person.tries + 1;
        (tries < TRIES).then(|| Person { tries, ..self.begin(now, person.visitor) })
    }

    /// Touches the first of these buttons that the page has; `false` if none is on the panel yet.
    pub(super) fn touch(&mut self, now: Uptime, stage: &Stage, person: &mut Person, labels: &[&str]) -> bool {
        let find = |label: &str| person.ui.targets().find(|(name, _)| *name == label).map(|(_, area)| area);
        self.home = find(HOME).map(|area| area.center()).or(self.home);
        let Some((label, area)) = labels.iter().find_map(|label| Some((*label, find(label)?))) else {
            return false;
        };
        if !self.is_shown(stage, person, area) {
            return false;
        }
        let point = area.center();
        tracing::debug!(kiosk = self.kiosk.name, label, "a visitor touches");
        stage.hall.touch(&self.kiosk.name, point.x, point.y);
        person.ui.handle(now, Input::Touch(point));
        person.confirmed = person.ui.page() == PageName::Issuing;
        let reading = Duration::from_secs_f64(READING_S / f64::from(stage.clocks.speed()));
        (person.touched_at, person.act_at) = (now, now.plus(reading.max(QUICKEST)));
        true
    }

    /// Whether the panel shows the button with this label.
    pub(super) fn sees(&self, stage: &Stage, person: &mut Person, label: &str) -> bool {
        let place = person.ui.targets().find(|(name, _)| *name == label).map(|(_, area)| area);
        place.is_some_and(|area| self.is_shown(stage, person, area))
    }

    /// Whether the panel shows at this place what the person looks for.
    fn is_shown(&self, stage: &Stage, person: &mut Person, area: Rectangle) -> bool {
        let Some(panel) = stage.hall.panels.get(&self.kiosk.name) else { return false };
        let changes = panel.look(|panel| panel.twin.view().changes);
        if person.compared == Some(changes) {
            return false;
        }
        person.compared = Some(changes);
        let picture = panel.look(|panel| panel.twin.picture());
        let expected = person.expected.get_or_insert_with(|| person.ui.frame().as_rgb565());
        let (left, top) = (area.top_left.x, area.top_left.y);
        let mut rows = top..top + area.size.height as i32;
        rows.all(|y| {
            let mut columns = left..left + area.size.width as i32;
            columns.all(|x| picture.pixel(x, y) == expected.pixel(x, y))
        })
    }
}

/// Who could not be registered comes as everybody else.
fn has_appointment(visitor: &Visitor) -> bool {
    matches!(&visitor.way, Way::Booked { planned, .. } if planned.made.get().is_some())
}

fn uses_green(visitor: &Visitor) -> bool {
    matches!(visitor.way, Way::Card { green: true, .. } | Way::Booked { green: true, .. })
}
