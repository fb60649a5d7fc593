//! People at one kiosk: they queue, read the panel, touch it, and take their slip.
//!
//! A person knows the pages as everybody does: a [`Ui`] of their own, given the same menu and the same touches, says where the
//! button is that they want. What they do reaches the hall through the panel's wire alone.

use super::stage::Stage;
use crate::config::Kiosk;
use crate::core::menu::menu;
use kiosk::{Frame, Given, Input, Menu, Outcome, Output, PageName, Point, Rectangle, Size, SlipState, Ui};
use link::Uptime;
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

/// Nobody finds the next button sooner than this, however fast the hall's clock runs.
const QUICKEST: Duration = Duration::from_millis(400);
/// How often a person looks again whether the button they want is there yet.
const LOOK_AGAIN: Duration = Duration::from_millis(100);
/// The same while the kiosk gives no numbers.
const WAITING_LOOK: Duration = Duration::from_secs(1);
/// A page that does not come within this was not asked for: a touch was lost on the way. A slow line takes some seconds.
const PATIENCE: Duration = Duration::from_secs(8);
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
const SKIP: &str = "跳过，直接取号";
const DONE: &str = "完成";

/// One kiosk with its people.
pub(super) struct Stand {
    kiosk: Kiosk,
    line: VecDeque<String>,
    person: Option<Person>,
    /// Where the button for the first page was last seen.
    home: Option<Point>,
}

struct Person {
    service: String,
    ui: Ui,
    /// The page as the person expects it, once drawn.
    expected: Option<Frame>,
    /// The panel's count of changes when it was last compared in vain.
    compared: Option<u64>,
    act_at: Uptime,
    touched_at: Uptime,
    confirmed: bool,
    given: Option<Uptime>,
    tries: u32,
}

impl Stand {
    pub(super) fn new(kiosk: Kiosk) -> Stand {
        Stand { kiosk, line: VecDeque::new(), person: None, home: None }
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
            if let Some(person) = self.person.take() {
                self.line.push_front(person.service);
            }
            return;
        }
        if self.person.is_none() {
            self.person = self.line.pop_front().map(|service| self.begin(now, service));
            // Whatever the one before left on the panel; on the first page there is nothing at this place.
            if let (Some(_), Some(home)) = (&self.person, self.home) {
                stage.hall.touch(&self.kiosk.name, home.x, home.y);
            }
        }
        let Some(mut person) = self.person.take_if(|person| person.act_at <= now) else { return };
        person.act_at = now.plus(LOOK_AGAIN);
        person.ui.handle(now, Input::Menu(Arc::new(self.menu(stage))));
        while let Some(output) = person.ui.poll() {
            if output == Output::Repaint {
                (person.expected, person.compared) = (None, None);
            }
        }
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
        Person {
            service,
            ui,
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
        let service = stage.config.service(&person.service)?;
        let department = stage.config.department(&service.department)?;
        let wanted = match person.ui.page() {
            PageName::Start => [START, NEXT],
            PageName::Areas => [stage.config.area(&department.area)?.name.as_str(), NEXT],
            PageName::Departments => [department.name.as_str(), NEXT],
            PageName::Services => [service.name.as_str(), NEXT],
            PageName::Confirm => [CONFIRM, HOME],
            PageName::Card => [SKIP, HOME],
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
    fn again(&mut self, now: Uptime, stage: &Stage, person: Person) -> Option<Person> {
        if let Some(home) = self.home {
            stage.hall.touch(&self.kiosk.name, home.x, home.y);
        }
        let tries = person.tries + 1;
        (tries < TRIES).then(|| Person { tries, ..self.begin(now, person.service) })
    }

    /// Touches the first of these buttons that the page has; `false` if none is on the panel yet.
    fn touch(&mut self, now: Uptime, stage: &Stage, person: &mut Person, labels: &[&str]) -> bool {
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
