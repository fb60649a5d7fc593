//! The conversation with the person at the kiosk: which page follows which touch, and when to go back to the start.
//!
//! Leaves to others: the rules of the queue (the host answers a wish with an [`Outcome`]), the panel's wire
//! ([`crate::panel`]), the slip. No clock: every input carries the time.

use crate::frame::{Frame, MAX_SIDE};
use crate::menu::{Availability, Language, Menu, Outcome, SlipState};
use crate::pages::{
    Look, Page, PageName, Place, TOO_LONG, View, find_area, find_department, find_service, scene,
};
use crate::scene::{Action, Scene};
use embedded_graphics::geometry::{Point, Size};
use embedded_graphics::primitives::Rectangle;
use link::Uptime;
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

/// Touches this soon after a new page are not taken: the second half of a double touch would press what has come to lie
/// under the finger. 300 ms is the usual limit of a double touch; much more would feel like a dead panel.
pub const SETTLE: Duration = Duration::from_millis(300);

/// Longest wait for the host's answer. A number is committed within milliseconds; after 20 s the person is told to ask
/// rather than left standing.
pub const ANSWER_TIMEOUT: Duration = Duration::from_secs(20);

/// How long the number stays once the slip is printed, if the idle time-out is not shorter: long enough to read, short
/// enough for the next in line.
pub const NUMBER_SHOWN: Duration = Duration::from_secs(12);

/// Smallest panel. Below this no Hanzi would be legible.
const MIN_SIDE: u32 = 240;

/// What the kiosk is told.
#[derive(Clone, Debug)]
pub enum Input {
    /// What can be chosen now; sent at start and whenever something in it changed.
    Menu(Arc<Menu>),
    /// The time of day as it should be read, such as `14:05`; the kiosk has no clock of its own.
    Clock(String),
    /// Somebody touched the panel here.
    Touch(Point),
    /// What became of the wish for a number, or of its slip.
    Outcome(Outcome),
    /// The deadline has come.
    Wake,
}

/// What the kiosk wants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Output {
    /// A number for this service. Answer with [`Input::Outcome`]; until then no other is asked for.
    Take {
        /// Code of the service in the menu.
        service: String,
        /// Language the person chose; the slip may follow it.
        language: Language,
    },
    /// [`Ui::frame`] would give another picture than before.
    Repaint,
}

/// One kiosk's pages.
#[derive(Debug)]
pub struct Ui {
    look: Look,
    idle_timeout: Duration,
    menu: Arc<Menu>,
    clock: String,
    language: Language,
    page: Page,
    scene: Scene,
    /// Last touch or step to another page; the idle time runs from here.
    active_at: Uptime,
    settled_at: Uptime,
    /// A wish was sent and not answered.
    pending: bool,
    outputs: VecDeque<Output>,
}

impl Ui {
    /// A kiosk whose panel has `size` pixels and that goes back to the start `idle_timeout` after the last touch. It shows
    /// that it is starting until the first [`Input::Menu`].
    pub fn new(size: Size, idle_timeout: Duration) -> Self {
        let size = Size::new(size.width.clamp(MIN_SIDE, MAX_SIDE), size.height.clamp(MIN_SIDE, MAX_SIDE));
        let mut ui = Ui {
            look: Look::new(size),
            idle_timeout,
            menu: Arc::new(Menu::default()),
            clock: String::new(),
            language: Language::Chinese,
            page: Page::Closed,
            scene: Scene::default(),
            active_at: Uptime::default(),
            settled_at: Uptime::default(),
            pending: false,
            outputs: VecDeque::new(),
        };
        ui.compose();
        ui
    }

    /// Takes an input; then drain [`Ui::poll`].
    pub fn handle(&mut self, now: Uptime, input: Input) {
        match input {
            Input::Menu(menu) => {
                self.menu = menu;
                let page = self.still_good();
                if page != self.page {
                    self.show(now, page);
                }
            }
            Input::Clock(text) => self.clock = text,
            Input::Touch(point) => self.touch(now, point),
            Input::Outcome(outcome) => self.outcome(now, outcome),
            Input::Wake => {}
        }
        if self.deadline().is_some_and(|deadline| deadline <= now) {
            self.time_out(now);
        }
        self.compose();
    }

    /// The next thing the kiosk wants, until `None`.
    pub fn poll(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    /// When to send [`Input::Wake`].
    pub fn deadline(&self) -> Option<Uptime> {
        let after = match &self.page {
            Page::Closed | Page::Trouble | Page::Start => return None,
            Page::Issuing { .. } => ANSWER_TIMEOUT,
            Page::Given(given) if given.slip == SlipState::Printed => NUMBER_SHOWN.min(self.idle_timeout),
            _ => self.idle_timeout,
        };
        Some(self.active_at.plus(after))
    }

    /// The page that is shown.
    pub fn page(&self) -> PageName {
        self.page.name()
    }

    /// The language that is shown.
    pub fn language(&self) -> Language {
        self.language
    }

    /// Draws the page. The picture is not kept: twenty kiosks would hold 47 MB of pixels.
    pub fn frame(&self) -> Frame {
        let mut frame = Frame::new(self.look.size);
        self.scene.draw(&mut frame);
        frame
    }

    /// What can be touched on this page: label and place. For tests and for people who use the virtual hall without seeing.
    pub fn targets(&self) -> impl Iterator<Item = (&str, Rectangle)> {
        self.scene.targets.iter().map(|target| (target.label.as_str(), target.area))
    }

    /// Texts of this page that did not fit and end with an ellipsis; for the check of a hall's configuration.
    pub fn shortened(&self) -> &[String] {
        &self.scene.cut
    }

    fn compose(&mut self) {
        let (look, menu, clock) = (self.look, &self.menu, self.clock.as_str());
        let scene = scene(View { look, menu, clock, language: self.language }, &self.page);
        if scene != self.scene {
            self.scene = scene;
            if !self.outputs.contains(&Output::Repaint) {
                self.outputs.push_back(Output::Repaint);
            }
        }
    }

    fn show(&mut self, now: Uptime, page: Page) {
        let resting = |page: &Page| matches!(page, Page::Closed | Page::Trouble | Page::Start);
        if !(resting(&self.page) && resting(&page)) {
            self.settled_at = now.plus(SETTLE);
        }
        if resting(&page) {
            self.language = Language::Chinese;
            self.pending = false;
        }
        self.active_at = now;
        self.page = page;
    }

    /// The page of a kiosk that nobody uses.
    fn rest(&self) -> Page {
        if self.menu.trouble.is_some() {
            Page::Trouble
        } else if self.menu.open != Availability::Open || self.menu.areas.is_empty() {
            Page::Closed
        } else {
            Page::Start
        }
    }

    /// The page under a changed menu. What was asked for or given already is shown to its end.
    fn still_good(&self) -> Page {
        let rest = self.rest();
        match &self.page {
            Page::Issuing { .. } | Page::Given(_) | Page::Refused { .. } => self.page.clone(),
            Page::Closed | Page::Trouble | Page::Start => rest,
            _ if rest != Page::Start => rest,
            Page::Areas { .. } => self.page.clone(),
            Page::Departments { area, .. } if find_area(&self.menu, area).is_some() => self.page.clone(),
            Page::Services { place, .. } if find_department(&self.menu, place).is_some() => self.page.clone(),
            Page::Unavailable { place, service, at } | Page::Confirm { place, service, at } => {
                let Some(item) = find_service(&self.menu, place, service) else { return rest };
                let (place, at) = (place.clone(), *at);
                match (&self.page, &item.available) {
                    (Page::Confirm { service, .. }, Availability::Closed { .. }) => {
                        Page::Unavailable { place, service: service.clone(), at }
                    }
                    (Page::Unavailable { .. }, Availability::Open) => Page::Services { place, at },
                    _ => self.page.clone(),
                }
            }
            _ => rest,
        }
    }

    fn touch(&mut self, now: Uptime, point: Point) {
        if now < self.settled_at {
            return;
        }
        self.active_at = now;
        let Some(action) = self.scene.hit(point).cloned() else { return };
        if let Some(page) = self.act(action) {
            self.show(now, page);
        }
    }

    fn act(&mut self, action: Action) -> Option<Page> {
        match (action, &self.page) {
            (Action::Language(language), _) => {
                self.language = language;
                Some(self.first_choice())
            }
            (Action::Area(code), _) => Some(self.within_area(&code)),
            (Action::Department(department), Page::Departments { area, .. }) => {
                Some(Page::Services { place: Place { area: area.clone(), department }, at: 0 })
            }
            (Action::Service(service), Page::Services { place, at }) => {
                let (place, at) = (place.clone(), *at);
                let open = find_service(&self.menu, &place, &service)?.available == Availability::Open;
                Some(if open {
                    Page::Confirm { place, service, at }
                } else {
                    Page::Unavailable { place, service, at }
                })
            }
            (Action::Confirm, Page::Confirm { place, service, .. }) if !self.pending => {
                let item = find_service(&self.menu, place, service)?;
                let name = self.language.pick(&item.name, &item.name_en).to_owned();
                self.outputs.push_back(Output::Take { service: service.clone(), language: self.language });
                self.pending = true;
                Some(Page::Issuing { service: name })
            }
            (Action::Back, page) => Some(self.before(page)),
            (Action::Home, _) => Some(self.rest()),
            (Action::Turn(at), Page::Areas { .. }) => Some(Page::Areas { at }),
            (Action::Turn(at), Page::Departments { area, .. }) => {
                Some(Page::Departments { area: area.clone(), at })
            }
            (Action::Turn(at), Page::Services { place, .. }) => {
                Some(Page::Services { place: place.clone(), at })
            }
            (Action::Confirm | Action::Department(_) | Action::Service(_) | Action::Turn(_), _) => None,
        }
    }

    /// The first page with a choice: a single area, and its single department, are not asked for.
    fn first_choice(&self) -> Page {
        match self.menu.areas.as_slice() {
            [only] => self.within_area(&only.code),
            _ => Page::Areas { at: 0 },
        }
    }

    fn within_area(&self, code: &str) -> Page {
        match find_area(&self.menu, code).map(|area| area.departments.as_slice()) {
            Some([only]) => Page::Services {
                place: Place { area: code.to_owned(), department: only.name.clone() },
                at: 0,
            },
            Some(_) => Page::Departments { area: code.to_owned(), at: 0 },
            None => self.rest(),
        }
    }

    fn before(&self, page: &Page) -> Page {
        match page {
            Page::Confirm { place, at, .. } | Page::Unavailable { place, at, .. } => {
                Page::Services { place: place.clone(), at: *at }
            }
            Page::Services { place, .. }
                if find_area(&self.menu, &place.area).is_some_and(|area| area.departments.len() > 1) =>
            {
                Page::Departments { area: place.area.clone(), at: 0 }
            }
            Page::Services { .. } | Page::Departments { .. } if self.menu.areas.len() > 1 => {
                Page::Areas { at: 0 }
            }
            _ => self.rest(),
        }
    }

    fn outcome(&mut self, now: Uptime, outcome: Outcome) {
        match outcome {
            // An answer that comes after the time-out still finds its person if nobody has touched anything since.
            Outcome::Issued(given) if self.pending => {
                self.pending = false;
                self.show(now, Page::Given(given));
            }
            Outcome::Refused { zh, en } if self.pending => {
                self.pending = false;
                self.show(now, Page::Refused { zh, en });
            }
            Outcome::SlipChanged(slip) => {
                if let Page::Given(given) = &mut self.page {
                    given.slip = slip;
                    self.active_at = now;
                }
            }
            Outcome::Issued(_) | Outcome::Refused { .. } => {}
        }
    }

    fn time_out(&mut self, now: Uptime) {
        let page = match &self.page {
            Page::Issuing { .. } => Page::Refused { zh: TOO_LONG.zh.into(), en: TOO_LONG.en.into() },
            _ => self.rest(),
        };
        self.show(now, page);
    }
}
