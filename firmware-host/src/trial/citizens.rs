//! People at the kiosks, who touch the panel and nothing else. They know the pages by heart: a [`Ui`] of their own is given the
//! same touches. When a touch is lost on the line the two differ until both have gone back to their first page.

use super::chance::Chance;
use super::devices::Devices;
use super::plan::Plan;
use crate::config::{Config, Kiosk};
use crate::core::board::Board;
use crate::core::menu::menu;
use kiosk::{Given, Input, Outcome, PageName, Point, Size, SlipState, Ui};
use link::Uptime;
use std::sync::Arc;
use std::time::Duration;

/// People who stand in line at one kiosk; others go to the guide desk.
const LINE: u32 = 8;
/// In thousandths: a touch anywhere, a second touch at once.
const ANYWHERE: u64 = 60;
const DOUBLE: u64 = 60;

/// One kiosk and the people before it.
pub(super) struct Stand {
    kiosk: Kiosk,
    chance: Chance,
    ui: Ui,
    line: u32,
    act_at: Uptime,
}

impl Stand {
    pub(super) fn new(kiosk: &Kiosk, plan: &Plan) -> Stand {
        let size = Size::new(u32::from(kiosk.width_px), u32::from(kiosk.height_px));
        Stand {
            kiosk: kiosk.clone(),
            chance: Chance::of(plan.seed, &format!("kiosk {}", kiosk.name)),
            ui: Ui::new(size, Duration::from_secs(u64::from(kiosk.idle_timeout_s))),
            line: 0,
            act_at: Uptime::default(),
        }
    }

    pub(super) fn name(&self) -> &str {
        &self.kiosk.name
    }

    /// Somebody comes; `false` if the line is too long.
    pub(super) fn arrive(&mut self, now: Uptime) -> bool {
        if self.line == 0 {
            self.act_at = now.plus(self.chance.seconds(0, 3));
        }
        let joins = self.line < LINE;
        self.line += u32::from(joins);
        joins
    }

    /// The hall gave a number at this kiosk.
    pub(super) fn number_given(&mut self, now: Uptime) {
        let text = String::new;
        // Which number does not matter: the button is where it always is.
        let given = Given {
            number: "A001".into(),
            service: text(),
            service_en: text(),
            ahead: 0,
            wait_min: None,
            place: text(),
            place_en: text(),
            slip: SlipState::Printed,
        };
        self.ui.handle(now, Input::Outcome(Outcome::Issued(given)));
        self.line = self.line.saturating_sub(1);
    }

    /// Nobody comes any more, and whoever stood in line goes home.
    pub(super) fn close(&mut self) {
        self.line = 0;
    }

    /// Does what is due; says when to come again.
    pub(super) fn step(
        &mut self,
        now: Uptime,
        config: &Config,
        board: &Board,
        devices: &mut Devices,
    ) -> Uptime {
        if self.act_at > now {
            return self.act_at;
        }
        let resting = matches!(self.ui.page(), PageName::Start | PageName::Closed | PageName::Trouble);
        if self.line == 0 && resting {
            return now.plus(Duration::from_secs(30));
        }
        // Who finds it closed looks again after a while.
        let reading = if resting { (2, 15) } else { (0, 3) };
        self.act_at = now.plus(self.chance.seconds(reading.0, reading.1)).plus(Duration::from_millis(350));
        let mut offered = menu(config, &self.kiosk, board, board.at);
        // A hall on trial has no keys of personal data.
        offered.offers.appointments = false;
        self.ui.handle(now, Input::Menu(Arc::new(offered)));
        while self.ui.poll().is_some() {}
        if let Some(point) = self.wanted() {
            self.touch(now, point, devices);
            if self.chance.happens(DOUBLE) {
                self.touch(now, point, devices);
            }
        }
        self.act_at
    }

    /// Where the next touch goes.
    fn wanted(&mut self) -> Option<Point> {
        if self.chance.happens(ANYWHERE) {
            let x = self.chance.below(self.kiosk.width_px.into()) as i32;
            let y = self.chance.below(self.kiosk.height_px.into()) as i32;
            return Some(Point::new(x, y));
        }
        let targets: Vec<(&str, Point)> =
            self.ui.targets().map(|(label, area)| (label, area.center())).collect();
        let labelled = |label: &str| targets.iter().find(|(name, _)| *name == label).map(|(_, point)| *point);
        let any: Vec<Point> = targets.iter().map(|(_, point)| *point).collect();
        match self.ui.page() {
            PageName::Confirm => labelled("确认取号").or(labelled("Confirm")),
            PageName::Given | PageName::Refused | PageName::Unavailable => {
                labelled("完成").or(labelled("首页")).or(any.last().copied())
            }
            PageName::Issuing | PageName::Closed | PageName::Trouble => None,
            _ if any.is_empty() => None,
            _ => Some(*self.chance.pick(&any)),
        }
    }

    fn touch(&mut self, now: Uptime, point: Point, devices: &mut Devices) {
        if let Some(rail) = devices.panels.get_mut(&self.kiosk.name) {
            rail.unit.twin.touch(now, point.x, point.y);
        }
        self.ui.handle(now, Input::Touch(point));
    }
}
