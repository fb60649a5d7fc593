//! The ways between pages that no answer decides: under a changed menu, forward past what needs no choice, and back.

use super::Ui;
use crate::menu::{Availability, Menu};
use crate::pages::{Choice, Goal, Page, Place, Words, find_area, find_department, find_service};
use crate::typed::Typed;
use link::Uptime;
use std::sync::Arc;

impl Ui {
    pub(super) fn offered(&mut self, now: Uptime, menu: Arc<Menu>) {
        self.menu = menu;
        self.large &= self.menu.offers.large_type;
        let page = self.still_good();
        if page != self.page {
            self.show(now, page);
        }
        // A reader or scanner that came or went, on a page that stays.
        self.switch_devices();
    }

    /// The page of a kiosk that nobody uses.
    pub(super) fn rest(&self) -> Page {
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
        let offers = &self.menu.offers;
        let keep = |good: bool| if good { self.page.clone() } else { rest.clone() };
        match &self.page {
            Page::Issuing { .. } | Page::Given(_) | Page::Refused { .. } => self.page.clone(),
            Page::Looking { .. } | Page::Message { .. } | Page::Held { .. } => self.page.clone(),
            Page::Closed | Page::Trouble | Page::Start => rest,
            _ if rest != Page::Start => rest,
            _ if self.goal == Goal::Notice && !offers.notices => rest,
            Page::Areas { .. } => self.page.clone(),
            Page::Departments { area, .. } => keep(find_area(&self.menu, area).is_some()),
            Page::Services { place, .. } => keep(find_department(&self.menu, place).is_some()),
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
            Page::Card { choice, .. } => self.card_still_good(choice).unwrap_or(rest),
            Page::Appointment { .. } | Page::PhoneCode { .. } => keep(offers.appointments),
            Page::Revival { .. } => keep(offers.revival),
            Page::Bookings { .. } | Page::Booking { .. } | Page::Priority { .. } | Page::Notice { .. } => {
                self.page.clone()
            }
        }
    }

    /// A card is asked for as long as there is a reader and the service takes numbers.
    fn card_still_good(&self, choice: &Choice) -> Option<Page> {
        let item = find_service(&self.menu, &choice.place, &choice.service)?;
        let Choice { place, service, at } = choice.clone();
        Some(match item.available {
            Availability::Closed { .. } => Page::Unavailable { place, service, at },
            Availability::Open if self.menu.offers.asks_card() => self.page.clone(),
            Availability::Open => Page::Confirm { place, service, at },
        })
    }

    /// The first page with a choice: a single area, and its single department, are not asked for.
    pub(super) fn first_choice(&self) -> Page {
        match self.menu.areas.as_slice() {
            [only] => self.within_area(&only.code),
            _ => Page::Areas { at: 0 },
        }
    }

    pub(super) fn within_area(&self, code: &str) -> Page {
        match find_area(&self.menu, code).map(|area| area.departments.as_slice()) {
            Some([only]) => Page::Services {
                place: Place { area: code.to_owned(), department: only.name.clone() },
                at: 0,
            },
            Some(_) => Page::Departments { area: code.to_owned(), at: 0 },
            None => self.rest(),
        }
    }

    /// Where a booking begins: with a card or a code, or with the keys at a kiosk that has neither reader nor scanner.
    pub(super) fn appointment(&mut self) -> Page {
        let offers = &self.menu.offers;
        if offers.card_reader || offers.scanner {
            Page::Appointment { asking: self.next_asking(), trouble: None }
        } else {
            Page::PhoneCode { typed: Typed::default(), trouble: None }
        }
    }

    /// Where a number is revived, for the first time or after `trouble`.
    pub(super) fn revival(&mut self, trouble: Option<Words>) -> Page {
        Page::Revival { asking: self.next_asking(), typed: Typed::default(), trouble }
    }

    pub(super) fn before(&mut self, page: Page) -> Page {
        let confirm =
            |choice: Choice| Page::Confirm { place: choice.place, service: choice.service, at: choice.at };
        match page {
            Page::Confirm { place, at, .. } | Page::Unavailable { place, at, .. } => {
                Page::Services { place, at }
            }
            Page::Notice { choice, .. } => Page::Services { place: choice.place, at: choice.at },
            Page::Services { place, .. }
                if find_area(&self.menu, &place.area).is_some_and(|area| area.departments.len() > 1) =>
            {
                Page::Departments { area: place.area, at: 0 }
            }
            Page::Services { .. } | Page::Departments { .. } if self.menu.areas.len() > 1 => {
                Page::Areas { at: 0 }
            }
            Page::Card { choice, .. } => confirm(choice),
            Page::Booking { come, at: Some(at), .. } => Page::Bookings { come, at },
            Page::Booking { come, .. } | Page::Bookings { come, .. } => {
                come.choice.clone().map_or_else(|| self.rest(), confirm)
            }
            Page::PhoneCode { .. } if self.menu.offers.card_reader || self.menu.offers.scanner => {
                self.appointment()
            }
            _ => self.rest(),
        }
    }
}
