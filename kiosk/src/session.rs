//! The conversation with the person at the kiosk: which page follows which touch, and when to go back to the start.
//!
//! Leaves to others: the rules of the queue (the host answers a wish with an [`crate::Outcome`]), the panel's wire
//! ([`crate::panel`]), the slip, reading cards and codes and knowing whose they are. No clock: every input carries the time.
//!
//! # What the host does
//!
//! | output | the host does | and answers |
//! |---|---|---|
//! | [`Output::Take`], [`Output::CheckIn`] | takes a number, prints its slip | [`Input::Outcome`] |
//! | [`Output::WantCard`] | asks the reader for a card until [`Output::Enough`], looks its person up | [`Input::Card`] |
//! | [`Output::WantCode`] | asks the scanner until [`Output::Enough`], looks the text up | [`Input::Found`] or [`Input::Revived`] |
//! | [`Output::FindByCode`] | looks the booking up, counts wrong codes | [`Input::Found`] |
//! | [`Output::Revive`] | revives | [`Input::Revived`] |
//! | [`Output::Notice`], [`Output::PrintNotice`] | finds or prints a notice | [`Input::Notice`] |
//! | [`Output::VisitOver`] | forgets whom it recognised at this kiosk | |
//! | [`Output::Say`], [`Output::Sound`] | lets the voice module speak | |
//! | [`Output::Hush`] | lets it say no more | |
//!
//! Every question has an [`Asking`], which the answer repeats. The person behind a card or a code stays with the host, under
//! that asking; what comes here is masked. Whether bookings are refused to a person is none of this kiosk's business: a number
//! for now is refused to nobody (rule A8).
//!
//! # Privacy (rule A9)
//!
//! What was typed, read or found is part of a page and goes with it. Pages that show such things are left after
//! [`PERSONAL_SHOWN`], those with keys after [`TYPING_PAUSE`]. `Debug` shows neither typed characters nor the page's texts. The
//! host must not keep touches while [`Ui::confidential`] says so: their places tell what was typed.

mod act;
mod answer;
mod exchange;
mod visit;

pub use exchange::{Input, Output, Sound};

use crate::answers::{Asking, CardFor, CodeFor};
use crate::frame::{Frame, MAX_SIDE};
use crate::menu::{Language, Menu, SlipState};
use crate::pages::{Goal, Look, Page, PageName, TOO_LONG, View, scene, sentences, spoken};
use crate::scene::Scene;
use embedded_graphics::geometry::Size;
use embedded_graphics::primitives::Rectangle;
use link::Uptime;
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

/// Touches this soon after a new page are not taken: the second half of a double touch would press what has come to lie
/// under the finger. 300 ms is the usual limit of a double touch; much more would feel like a dead panel. Keys of one page
/// follow each other as fast as they may.
pub const SETTLE: Duration = Duration::from_millis(300);

/// Longest wait for the host's answer. A number is committed within milliseconds; after 20 s the person is told to ask
/// rather than left standing.
pub const ANSWER_TIMEOUT: Duration = Duration::from_secs(20);

/// How long the number stays once the slip is printed, if the idle time-out is not shorter: long enough to read, short
/// enough for the next in line.
pub const NUMBER_SHOWN: Duration = Duration::from_secs(12);

/// How long a booking, a number that somebody holds, or the question about the green channel stays without a touch, if the
/// idle time-out is not shorter. Time to read four lines twice; longer, and the next in line reads them too.
pub const PERSONAL_SHOWN: Duration = Duration::from_secs(20);

/// How long a page with half-typed digits stays without a touch, if the idle time-out is not shorter: time to look the code
/// up in a telephone's messages.
pub const TYPING_PAUSE: Duration = Duration::from_secs(30);

/// Smallest panel. Below this no Hanzi would be legible.
const MIN_SIDE: u32 = 240;

/// What reader and scanner are asked for on a page.
#[derive(Clone, Debug, PartialEq)]
struct Wants {
    asking: Asking,
    card: Option<CardFor>,
    code: Option<CodeFor>,
}

/// One kiosk's pages. Two that are equal show the same, wait for the same and know the same.
#[derive(Debug, PartialEq)]
pub struct Ui {
    look: Look,
    idle_timeout: Duration,
    menu: Arc<Menu>,
    clock: String,
    language: Language,
    large: bool,
    goal: Goal,
    page: Page,
    scene: Scene,
    /// Last touch or step to another page; the idle time runs from here.
    active_at: Uptime,
    settled_at: Uptime,
    /// A wish was sent and not answered.
    pending: bool,
    /// Questions asked so far.
    askings: u64,
    /// This visit has asked something.
    asked: bool,
    /// Something was to be said in this visit.
    said: bool,
    wants: Option<Wants>,
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
            large: false,
            goal: Goal::Number,
            page: Page::Closed,
            scene: Scene::default(),
            active_at: Uptime::default(),
            settled_at: Uptime::default(),
            pending: false,
            askings: 0,
            asked: false,
            said: false,
            wants: None,
            outputs: VecDeque::new(),
        };
        ui.compose();
        ui
    }

    /// Takes an input; then drain [`Ui::poll`].
    pub fn handle(&mut self, now: Uptime, input: Input) {
        match input {
            Input::Menu(menu) => self.offered(now, menu),
            Input::Clock(text) => self.clock = text,
            Input::Touch(point) => self.touch(now, point),
            Input::Outcome(outcome) => self.outcome(now, outcome),
            Input::Card { asking, outcome } if self.page.asking() == Some(asking) => {
                self.card(now, asking, outcome);
            }
            Input::Found { asking, found } if self.page.asking() == Some(asking) => {
                self.found(now, asking, found);
            }
            Input::Revived { asking, revival } if self.page.asking() == Some(asking) => {
                self.revived(now, revival);
            }
            Input::Notice { asking, answer } if self.page.asking() == Some(asking) => {
                self.notice(now, answer);
            }
            Input::Card { .. } | Input::Found { .. } | Input::Revived { .. } | Input::Notice { .. } => {}
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
            Page::Start if self.large => self.idle_timeout,
            Page::Closed | Page::Trouble | Page::Start => return None,
            Page::Issuing { .. } | Page::Looking { .. } => ANSWER_TIMEOUT,
            Page::Given(given) if given.slip == SlipState::Printed => NUMBER_SHOWN.min(self.idle_timeout),
            Page::Bookings { .. } | Page::Booking { .. } | Page::Priority { .. } | Page::Held { .. } => {
                PERSONAL_SHOWN.min(self.idle_timeout)
            }
            Page::PhoneCode { .. } | Page::Revival { .. } => TYPING_PAUSE.min(self.idle_timeout),
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

    /// Whether pages are in large type.
    pub fn large_type(&self) -> bool {
        self.large
    }

    /// Whether the page shows or takes something that concerns one person: pictures of it and touches on it are not to be
    /// kept, in a record of the panel's line neither.
    pub fn confidential(&self) -> bool {
        matches!(
            self.page,
            Page::PhoneCode { .. }
                | Page::Bookings { .. }
                | Page::Booking { .. }
                | Page::Priority { .. }
                | Page::Held { .. }
        )
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

    fn view(&self) -> View<'_> {
        View {
            look: self.look.large(self.large),
            menu: &self.menu,
            clock: &self.clock,
            language: self.language,
            goal: self.goal,
        }
    }

    fn compose(&mut self) {
        let scene = scene(self.view(), &self.page);
        if scene != self.scene {
            self.scene = scene;
            if !self.outputs.contains(&Output::Repaint) {
                self.outputs.push_back(Output::Repaint);
            }
        }
    }

    fn show(&mut self, now: Uptime, page: Page) {
        if !(self.page.rests() && page.rests()) {
            self.settled_at = now.plus(SETTLE);
        }
        let before = (self.page.name(), spoken(self.view(), &self.page));
        self.active_at = now;
        self.page = page;
        self.switch_devices();
        if self.page.rests() {
            self.end_visit();
        }
        self.sound_of_page();
        let after = (self.page.name(), spoken(self.view(), &self.page));
        if before != after {
            self.say(after.1);
        }
    }

    /// Everything that belonged to the person who was here is gone, but for the size of type: see [`Ui::leave`].
    fn end_visit(&mut self) {
        self.language = Language::Chinese;
        self.goal = Goal::Number;
        self.pending = false;
        self.outputs.retain(|output| !matches!(output, Output::FindByCode { .. } | Output::Say(_)));
        if self.page != Page::Start {
            self.large = false;
        }
        if std::mem::take(&mut self.said) {
            self.outputs.push_back(Output::Hush);
        }
        if std::mem::take(&mut self.asked) {
            self.outputs.push_back(Output::VisitOver);
        }
    }

    /// Nobody is here any more.
    fn leave(&mut self, now: Uptime) {
        self.large = false;
        self.show(now, self.rest());
    }

    /// Tells the host what reader and scanner are for, if that has changed.
    fn switch_devices(&mut self) {
        let offers = &self.menu.offers;
        let wants = match &self.page {
            Page::Appointment { asking, .. } => Some(Wants {
                asking: *asking,
                card: offers.card_reader.then_some(CardFor::Appointment),
                code: offers.scanner.then_some(CodeFor::Appointment),
            }),
            Page::Card { asking, choice, .. } => Some(Wants {
                asking: *asking,
                card: Some(CardFor::Number(choice.service.clone())),
                code: None,
            }),
            Page::Revival { asking, .. } if offers.scanner => {
                Some(Wants { asking: *asking, card: None, code: Some(CodeFor::Revival) })
            }
            _ => None,
        };
        if wants == self.wants {
            return;
        }
        if self.wants.is_some() {
            self.outputs.push_back(Output::Enough);
        }
        if let Some(Wants { asking, card, code }) = wants.clone() {
            self.outputs.extend(card.map(|purpose| Output::WantCard { asking, purpose }));
            self.outputs.extend(code.map(|purpose| Output::WantCode { asking, purpose }));
        }
        self.wants = wants;
    }

    fn sound_of_page(&mut self) {
        let sound = match &self.page {
            Page::Given(_) | Page::Held { .. } => Sound::Done,
            Page::Notice { print: Some(SlipState::Printed), .. } => Sound::Done,
            Page::Refused { .. } | Page::Message { .. } => Sound::Refused,
            Page::PhoneCode { trouble: Some(_), .. } => Sound::Refused,
            Page::Appointment { trouble: Some(_), .. }
            | Page::Card { trouble: Some(_), .. }
            | Page::Revival { trouble: Some(_), .. } => Sound::Refused,
            _ => return,
        };
        self.sound(sound);
    }

    fn sound(&mut self, sound: Sound) {
        if self.menu.offers.sounds {
            self.outputs.push_back(Output::Sound(sound));
        }
    }

    fn say(&mut self, text: String) {
        if self.menu.offers.voice && !text.is_empty() {
            self.said = true;
            self.outputs.push_back(Output::Say(text));
        }
    }

    fn next_asking(&mut self) -> Asking {
        self.asked = true;
        self.askings += 1;
        Asking(self.askings)
    }

    fn time_out(&mut self, now: Uptime) {
        match &self.page {
            Page::Issuing { .. } => {
                self.show(now, Page::Refused { zh: TOO_LONG.zh.into(), en: TOO_LONG.en.into() });
            }
            Page::Looking { .. } => {
                let (heading, text) = (sentences::NOT_DONE, sentences::LOOKING_TOO_LONG);
                self.show(now, Page::Message { heading, text, instead: None });
            }
            _ => self.leave(now),
        }
    }
}
