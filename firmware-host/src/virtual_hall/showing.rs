//! What people at a kiosk show: the identity card on the reader, the code before the scanner, or digits typed; and what they
//! expect the page to say then, which is what the hall knows of them.

use super::booked::{Made, Planned, Shows};
use super::citizen::{PATIENCE, Person, QUICKEST, Stand};
use super::persons::Persona;
use super::stage::Stage;
use super::visitors::Way;
use crate::core::appointments::papers::QR_PREFIX;
use crate::core::appointments::words::day_and_time;
use crate::office::civil;
use crate::time::{hall_time, local_time};
use kiosk::identity::{IdentityNumber, PersonName};
use kiosk::{Booking, BookingState, CardOutcome, Found, Input, PageName, Recognised};
use link::Uptime;
use queue::Timestamp;
use std::time::Duration;

/// Between two keys: quicker than between two pages, as nothing is to be read.
const KEY: Duration = Duration::from_millis(600);
/// How long the hall looks for digits and code before the person looks again.
const LOOKED_UP: Duration = Duration::from_millis(500);

const SKIP: &str = "跳过，直接取号";
const TYPE_CODE: &str = "输入手机尾号和预约码";
const FIND: &str = "查询";

/// A card that was laid, or a code that is held there.
pub(super) struct Shown {
    /// What the device had read before.
    reads: u64,
}

/// What comes of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Showing {
    /// Nothing is to be shown on this page: touch it.
    Touch,
    /// Something was done; look again.
    Done,
    /// Wait until the page is there, or the device has read.
    Wait,
}

impl Stand {
    /// Shows what the page asks for and the person has.
    pub(super) fn show(&mut self, now: Uptime, stage: &Stage, person: &mut Person) -> Showing {
        let page = person.ui.page();
        match (page, person.visitor.way.clone()) {
            (PageName::Card, Way::Card { who, .. }) => self.lay(now, stage, person, &who, SKIP),
            (PageName::Appointment, Way::Booked { planned, shows, .. }) => match shows {
                Shows::Card => self.lay(now, stage, person, &planned.who, TYPE_CODE),
                Shows::Code => self.hold(now, stage, person, &planned),
                Shows::Digits => self.press(now, stage, person, TYPE_CODE),
            },
            (PageName::PhoneCode, Way::Booked { planned, .. }) => {
                self.type_next(now, stage, person, &planned)
            }
            (PageName::Looking, Way::Booked { planned, .. }) => {
                if now.since(person.touched_at) < LOOKED_UP {
                    return Showing::Wait;
                }
                found(now, stage, person, &planned)
            }
            _ => Showing::Touch,
        }
    }

    /// The person takes the card along, if it is theirs that lies there.
    pub(super) fn take_card(&self, stage: &Stage, person: &mut Person) {
        person.shown = None;
        let who = match &person.visitor.way {
            Way::Plain | Way::Desk => return,
            Way::Card { who, .. } => who,
            Way::Booked { planned, .. } => &planned.who,
        };
        if let Some(reader) = stage.hall.readers.get(&self.kiosk.name)
            && reader.look(|reader| reader.twin.lies(&who.card))
        {
            stage.hall.lay(&self.kiosk.name, None);
        }
    }

    fn lay(
        &mut self,
        now: Uptime,
        stage: &Stage,
        person: &mut Person,
        who: &Persona,
        landmark: &str,
    ) -> Showing {
        let reads = stage.hall.readers.get(&self.kiosk.name).map(|at| at.look(|at| at.twin.view().reads));
        let Some(reads) = reads else { return Showing::Touch };
        let Some(shown) = &person.shown else {
            if !self.sees(stage, person, landmark) {
                return Showing::Wait;
            }
            stage.hall.lay(&self.kiosk.name, Some(who.card.clone()));
            (person.shown, person.touched_at) = (Some(Shown { reads }), now);
            return Showing::Done;
        };
        if reads == shown.reads {
            return Showing::Wait;
        }
        self.take_card(stage, person);
        let recognised = match &person.visitor.way {
            Way::Booked { planned, .. } => with_booking(stage, planned, true),
            _ => Some(Recognised { priority: is_of_age(stage, who), ..Recognised::default() }),
        };
        let (Some(asking), Some(recognised)) = (person.asking, recognised) else { return Showing::Wait };
        person.hears(now, Input::Card { asking, outcome: CardOutcome::Read(recognised) });
        Showing::Done
    }

    fn hold(&mut self, now: Uptime, stage: &Stage, person: &mut Person, planned: &Planned) -> Showing {
        let reads = stage.hall.scanners.get(&self.kiosk.name).map(|at| at.look(|at| at.twin.view().reads));
        let (Some(reads), Some(made)) = (reads, planned.made.get()) else { return Showing::Touch };
        let Some(shown) = &person.shown else {
            if !self.sees(stage, person, TYPE_CODE) {
                return Showing::Wait;
            }
            stage.hall.show_code(&self.kiosk.name, &qr_text(made));
            (person.shown, person.touched_at) = (Some(Shown { reads }), now);
            return Showing::Done;
        };
        if reads == shown.reads {
            return Showing::Wait;
        }
        person.shown = None;
        found(now, stage, person, planned)
    }

    fn type_next(&mut self, now: Uptime, stage: &Stage, person: &mut Person, planned: &Planned) -> Showing {
        let Some(made) = planned.made.get() else { return Showing::Touch };
        let telephone = &planned.who.telephone;
        let last4 = telephone.get(telephone.len().saturating_sub(4)..).unwrap_or_default();
        let key = last4.chars().chain(made.code.chars()).nth(person.typed);
        let done = self.press(now, stage, person, &key.map_or(FIND.to_owned(), String::from));
        if done == Showing::Done && key.is_some() {
            person.typed += 1;
            person.act_at = now.plus(KEY);
        }
        done
    }

    fn press(&mut self, now: Uptime, stage: &Stage, person: &mut Person, label: &str) -> Showing {
        if self.touch(now, stage, person, &[label]) { Showing::Done } else { Showing::Wait }
    }
}

impl Person {
    /// What the hall answers, as the person expects it.
    fn hears(&mut self, now: Uptime, answer: Input) {
        self.ui.handle(now, answer);
        self.confirmed = self.ui.page() == PageName::Issuing;
        (self.touched_at, self.act_at) = (now, now.plus(QUICKEST));
    }

    /// Nothing came of what was shown for so long.
    pub(super) fn is_patient(&self, now: Uptime) -> bool {
        now.since(self.touched_at) < PATIENCE
    }
}

fn found(now: Uptime, stage: &Stage, person: &mut Person, planned: &Planned) -> Showing {
    let (Some(asking), Some(recognised)) = (person.asking, with_booking(stage, planned, false)) else {
        return Showing::Wait;
    };
    person.hears(now, Input::Found { asking, found: Found::Bookings(recognised) });
    Showing::Done
}

/// The text of an appointment's QR code, as its form has it.
pub(super) fn qr_text(made: &Made) -> String {
    format!("{QR_PREFIX}:{}:{}", made.booking.0, made.code)
}

/// What the hall finds for somebody with an appointment for today.
fn with_booking(stage: &Stage, planned: &Planned, by_card: bool) -> Option<Recognised> {
    let made = planned.made.get()?;
    let config = &stage.config;
    let service = config.service(&planned.service)?;
    let now = stage.desk.board().borrow().at;
    let at = booked_for(stage, planned, now)?;
    let state = if now > at.plus(config.call_order.appointment_grace_s) {
        BookingState::Late
    } else {
        BookingState::Open
    };
    let booking = Booking {
        key: made.booking.0.to_string(),
        service_code: planned.service.clone(),
        service: service.name.clone(),
        service_en: service.name_en.clone(),
        when: day_and_time(config, at),
        when_en: local_time(config, at).format("%-d %B, %H:%M").to_string(),
        name: PersonName::parse(&planned.who.name).map(|name| name.masked()).unwrap_or_default(),
        state,
    };
    let priority = by_card && is_of_age(stage, &planned.who);
    Some(Recognised { bookings: vec![booking], priority, holds: None })
}

fn booked_for(stage: &Stage, planned: &Planned, now: Timestamp) -> Option<Timestamp> {
    let midnight = local_time(&stage.config, now).date().and_hms_opt(0, 0, 0)?;
    Some(hall_time(&stage.config, midnight).plus(planned.at_s))
}

/// Whether the hall will offer the green channel by this person's card (rule G2).
fn is_of_age(stage: &Stage, who: &Persona) -> bool {
    let today = civil(&stage.config, stage.desk.board().borrow().at);
    let age = IdentityNumber::parse(who.card.number(), today).ok().and_then(|number| number.age_on(today));
    age.is_some_and(|age| age.reaches(stage.config.green.age_from.into()))
}
