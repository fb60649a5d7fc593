//! A person at the kiosk: sees the panel's pixels, touches them, and knows the pages as everybody does.
//!
//! The person's own [`Ui`] is given the same menu and the same touches; it says where a button is and how the glass must
//! look. Only pixels that came over the wire count: a page is there when the picture is the same to the last pixel.

use crate::hall::Hall;
use crate::wait::{PATIENCE, until, within};
use firmware_host::core::board::{Board, Phase, ServiceFacts, WindowFacts};
use firmware_host::core::jobs::OpenFault;
use firmware_host::core::menu::menu;
use firmware_host::time::uptime;
use kiosk::session::SETTLE;
use kiosk::{Asking, Given, Input, Outcome, Output, PageName, Point, Size, SlipState, Ui};
use queue::{ServiceId, Timestamp, WindowNumber};
use serde_json::Value;
use std::sync::Arc;
use std::time::Duration;

/// A person stands here as long as a run lasts.
const NEVER: Duration = Duration::from_secs(3600);

/// Somebody before the hall's kiosk.
pub struct Person<'a> {
    hall: &'a Hall,
    ui: Ui,
    /// The last question that the person's kiosk asked the hall.
    asking: Option<Asking>,
    /// The hall has its keys of personal data.
    keys: bool,
}

impl<'a> Person<'a> {
    /// Somebody steps up to the kiosk; the page they see is the one of a kiosk that nobody uses.
    pub fn steps_up(hall: &'a Hall) -> Person<'a> {
        let kiosk = &hall.config.kiosks[0];
        let size = Size::new(u32::from(kiosk.width_px), u32::from(kiosk.height_px));
        let mut person = Person { hall, ui: Ui::new(size, NEVER), asking: None, keys: true };
        person.look_up();
        person
    }

    /// The same in a hall that has lost its keys of personal data.
    pub fn in_a_hall_without_keys(mut self) -> Person<'a> {
        self.keys = false;
        self
    }

    /// Takes a number for this service, touch by touch; the number.
    ///
    /// # Panics
    /// When a page does not come.
    pub fn takes_number(&mut self, service: &str) -> String {
        self.confirms(service);
        self.is_given(service)
    }

    /// As far as the last touch: the wish is confirmed.
    ///
    /// # Panics
    /// When a page does not come.
    pub fn confirms(&mut self, service: &str) {
        for (page, label) in
            [(PageName::Start, "中文取号"), (PageName::Services, service), (PageName::Confirm, "确认取号")]
        {
            self.sees(page);
            self.touches(label);
        }
    }

    /// Waits for the page with a number and reads it.
    ///
    /// # Panics
    /// When none is given.
    pub fn is_given(&mut self, service: &str) -> String {
        let last = until("a number is given", || {
            let state = self.hall.state();
            let tickets = state["tickets"].as_array().cloned().unwrap_or_default();
            tickets.into_iter().rfind(|ticket| ticket["service_name"] == service)
        });
        let number = last["number"].as_str().expect("tickets have numbers").to_owned();
        let state = self.hall.state();
        let code = last["service"].as_str().unwrap_or_default();
        let serves = |window: &&firmware_host::config::Window| window.serves.includes(code);
        let open = |window: &&firmware_host::config::Window| {
            let mut windows = state["windows"].as_array().into_iter().flatten();
            windows.any(|facts| facts["number"] == window.number && facts["phase"] != "closed")
        };
        let windows = self.hall.config.windows.iter().filter(serves).filter(open);
        let windows: Vec<String> = windows.map(|window| window.number.to_string()).collect();
        let ahead = last["people_ahead"].as_u64().unwrap_or(0) as u32;
        let given = Given {
            number: number.clone(),
            service: service.to_owned(),
            service_en: String::new(),
            ahead,
            wait_min: range(&last["told_min"]),
            place: format!("1楼 A区 {}号窗口", windows.join("、")),
            place_en: String::new(),
            slip: SlipState::Printing,
        };
        self.ui.handle(uptime(), Input::Outcome(Outcome::Issued(given)));
        number
    }

    /// Waits until the glass shows the page with the number, and the slip in this state.
    ///
    /// # Panics
    /// When it does not.
    pub fn sees_slip(&mut self, slip: SlipState) {
        self.ui.handle(uptime(), Input::Outcome(Outcome::SlipChanged(slip)));
        self.sees(PageName::Given);
    }

    /// Waits until the glass shows that there is no number, and why.
    ///
    /// # Panics
    /// When it does not.
    pub fn is_refused(&mut self, zh: &str, en: &str) {
        self.ui.handle(uptime(), Input::Outcome(Outcome::Refused { zh: zh.into(), en: en.into() }));
        self.sees(PageName::Refused);
    }

    /// The hall's answer to the last question, as the person expects it.
    ///
    /// # Panics
    /// When nothing was asked.
    pub fn expects(&mut self, answer: impl FnOnce(Asking) -> Input) {
        self.hear();
        let asking = self.asking.expect("the kiosk has asked something");
        self.ui.handle(uptime(), answer(asking));
    }

    /// Takes what the person's kiosk wants; whether there was anything.
    fn hear(&mut self) -> bool {
        let mut any = false;
        while let Some(output) = self.ui.poll() {
            any = true;
            match output {
                Output::WantCard { asking, .. }
                | Output::WantCode { asking, .. }
                | Output::FindByCode { asking, .. }
                | Output::Revive { asking, .. }
                | Output::Notice { asking, .. } => self.asking = Some(asking),
                _ => {}
            }
        }
        any
    }

    /// Waits until the glass shows this page as it must look now, to the last pixel.
    ///
    /// # Panics
    /// When it does not.
    pub fn sees(&mut self, page: PageName) {
        assert!(self.sees_within(page, PATIENCE), "not within {PATIENCE:?}: the kiosk shows {page:?}");
    }

    /// Touches a button, again and again if need be, until the glass shows the page behind it: what people do when
    /// nothing seems to happen.
    ///
    /// # Panics
    /// When the page does not come all the same.
    pub fn insists(&mut self, label: &str, page: PageName) {
        let place = self.touches(label);
        until(&format!("the kiosk shows {page:?}"), || {
            let seen = self.sees_within(page, Duration::from_secs(4));
            if !seen {
                self.finger(place);
            }
            seen.then_some(())
        });
    }

    fn sees_within(&mut self, page: PageName, patience: Duration) -> bool {
        let seen = self.is_shown(page, patience);
        // No touch is taken this soon after a new page, neither there nor in the person's own idea of it.
        std::thread::sleep(SETTLE + SETTLE / 2);
        seen
    }

    /// Touches these keys of the page that is shown, each when the glass shows what the one before did.
    ///
    /// # Panics
    /// When the page has no such key, or a key does nothing.
    pub fn types(&mut self, keys: &str) {
        let page = self.ui.page();
        for key in keys.chars() {
            self.touches(&key.to_string());
            assert!(self.is_shown(page, PATIENCE), "the page shows the key");
        }
    }

    fn is_shown(&mut self, page: PageName, patience: Duration) -> bool {
        let mut expected = None;
        let seen = within(patience, || {
            self.look_up();
            if self.ui.page() != page {
                return None;
            }
            let stale = self.hear() || expected.is_none();
            if stale {
                expected = Some(self.ui.frame().as_rgb565());
            }
            let picture = self.hall.panel().look(|panel| panel.twin.picture());
            (Some(&picture) == expected.as_ref()).then_some(())
        });
        seen.is_some()
    }

    /// Where the button with this label is.
    ///
    /// # Panics
    /// When the page has none.
    pub fn place(&self, label: &str) -> Point {
        let place = self.ui.targets().find(|(name, _)| *name == label).map(|(_, area)| area.center());
        place.unwrap_or_else(|| panic!("no button {label} on {:?}", self.ui.page()))
    }

    /// Touches the button with this label; where it is.
    ///
    /// # Panics
    /// When the page has none.
    pub fn touches(&mut self, label: &str) -> Point {
        let place = self.place(label);
        self.finger(place);
        self.ui.handle(uptime(), Input::Touch(place));
        place
    }

    /// A finger on the glass.
    pub fn finger(&self, place: Point) {
        self.hall.panel().touch(|panel, now| panel.twin.touch(now, place.x, place.y));
    }

    /// Brings menu and clock up to what the hall says now.
    fn look_up(&mut self) {
        let state = self.hall.state();
        let board = board(&state);
        let mut offered = menu(&self.hall.config, &self.hall.config.kiosks[0], &board, board.at);
        offered.offers.appointments &= self.keys;
        let clock =
            state["local"].as_str().and_then(|local| local.get(11..16)).unwrap_or_default().to_owned();
        self.ui.handle(uptime(), Input::Menu(Arc::new(offered)));
        self.ui.handle(uptime(), Input::Clock(clock));
    }
}

/// Minutes from and to.
fn range(value: &Value) -> Option<(u32, u32)> {
    let minutes = |value: &Value| value.as_u64().unwrap_or(0) as u32;
    value.as_array().map(|range| (minutes(&range[0]), minutes(&range[1])))
}

/// As much of the board as a menu is made of.
fn board(state: &Value) -> Board {
    let number = |value: &Value| value.as_u64().unwrap_or(0) as u32;
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let services = state["services"].as_array().into_iter().flatten().map(|service| {
        let facts = ServiceFacts {
            waiting: number(&service["waiting"]),
            open_windows: number(&service["open_windows"]),
            wait_min: range(&service["wait_min"]),
            wait_median_min: service["wait_median_min"].as_u64().map(|minutes| minutes as u32),
        };
        (ServiceId::from(text(&service["code"]).as_str()), facts)
    });
    let windows = state["windows"].as_array().into_iter().flatten().map(|window| {
        let number = WindowNumber(number(&window["number"]) as u16);
        let phase = if window["phase"] == "closed" { Phase::Closed } else { Phase::Free };
        (number, WindowFacts { number, phase, ..WindowFacts::default() })
    });
    let faults = state["faults"].as_array().into_iter().flatten().map(|fault| OpenFault {
        device: text(&fault["device"]),
        fault: text(&fault["fault"]),
        detail: text(&fault["detail"]),
        since: Timestamp(0),
    });
    Board {
        at: Timestamp(state["at"].as_i64().unwrap_or(0)),
        windows: windows.collect(),
        services: services.collect(),
        faults: faults.collect(),
        ..Board::default()
    }
}
