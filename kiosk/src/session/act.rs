//! What a touch does.

use super::{Output, SETTLE, Sound, Ui};
use crate::menu::Availability;
use crate::pages::{
    Choice, Goal, NUMBER, NUMBER_LEAST, PHONE, PHONE_AND_CODE, Page, Place, Then, Waiting, find_service,
    spoken,
};
use crate::scene::Action;
use crate::typed::Typed;
use embedded_graphics::geometry::Point;
use link::Uptime;

impl Ui {
    pub(super) fn touch(&mut self, now: Uptime, point: Point) {
        if now < self.settled_at {
            return;
        }
        self.active_at = now;
        let Some(action) = self.scene.hit(point).cloned() else { return };
        self.sound(Sound::Key);
        match action {
            Action::Key(_) | Action::Erase | Action::Clear => self.key(&action),
            Action::Switch(language) => {
                self.language = language;
                self.settled_at = now.plus(SETTLE);
                self.say(spoken(self.view(), &self.page));
            }
            action => {
                if let Some(page) = self.act(action) {
                    self.show(now, page);
                    // Also from one start page to another, in the other size of type.
                    self.settled_at = now.plus(SETTLE);
                }
            }
        }
    }

    /// A key of the page: no other page follows, so that keys can be pressed as fast as somebody can.
    fn key(&mut self, action: &Action) {
        let (typed, most) = match &mut self.page {
            Page::PhoneCode { typed, trouble } => {
                *trouble = None;
                (typed, PHONE_AND_CODE)
            }
            Page::Revival { typed, trouble, .. } => {
                *trouble = None;
                (typed, NUMBER)
            }
            _ => return,
        };
        match action {
            Action::Key(character) => {
                typed.push(*character, most);
            }
            Action::Erase => typed.pop(),
            _ => *typed = Typed::default(),
        }
    }

    fn act(&mut self, action: Action) -> Option<Page> {
        match (action, self.page.clone()) {
            (Action::Language(language), _) => {
                self.language = language;
                self.goal = Goal::Number;
                Some(self.first_choice())
            }
            (Action::Large(large), _) => {
                self.large = large;
                Some(Page::Start)
            }
            (Action::Appointment, _) => Some(self.appointment()),
            (Action::Revival, _) => Some(self.revival(None)),
            (Action::Notices, _) => {
                self.goal = Goal::Notice;
                Some(self.first_choice())
            }
            (Action::Area(code), _) => Some(self.within_area(&code)),
            (Action::Department(department), Page::Departments { area, .. }) => {
                Some(Page::Services { place: Place { area, department }, at: 0 })
            }
            (Action::Service(service), Page::Services { place, at }) => self.service(place, service, at),
            (Action::Confirm, Page::Confirm { place, service, at }) if !self.pending => {
                let choice = Choice { place, service, at };
                if self.menu.offers.asks_card() {
                    let asking = self.next_asking();
                    return Some(Page::Card { asking, choice, trouble: None });
                }
                let then = self.take(&choice)?;
                Some(self.wish(then, false, None))
            }
            (Action::Skip, Page::Card { choice, .. }) => {
                let then = self.take(&choice)?;
                Some(self.wish(then, false, None))
            }
            (Action::Priority(priority), Page::Priority { asking, then }) => {
                Some(self.wish(then, priority, Some(asking)))
            }
            (Action::Typing, _) => Some(Page::PhoneCode { typed: Typed::default(), trouble: None }),
            (Action::Submit, page) => self.submit(&page),
            (Action::Booking(which), Page::Bookings { come, at }) => {
                Some(self.booking(come, which, Some(at)))
            }
            (Action::CheckIn, Page::Booking { come, which, .. }) => {
                let booking = come.bookings.get(which)?;
                let name = self.language.pick(&booking.service, &booking.service_en).to_owned();
                let then = Then::CheckIn { booking: booking.key.clone(), name };
                Some(self.ask_priority(then, come.priority, come.asking))
            }
            (Action::Ordinary, Page::Booking { come, which, .. }) => {
                let then = match &come.choice {
                    Some(choice) => self.take(choice)?,
                    None => {
                        let booking = come.bookings.get(which)?;
                        let name = self.language.pick(&booking.service, &booking.service_en).to_owned();
                        Then::Take { service: booking.service_code.clone(), name }
                    }
                };
                Some(self.ask_priority(then, come.priority, come.asking))
            }
            (Action::Ordinary, Page::Bookings { come, .. }) => {
                let then = self.take(come.choice.as_ref()?)?;
                Some(self.ask_priority(then, come.priority, come.asking))
            }
            (Action::Ordinary, Page::Message { .. }) => {
                self.goal = Goal::Number;
                Some(self.first_choice())
            }
            (Action::Print, Page::Notice { asking, choice, notice, at, print: None }) => {
                let (service, language) = (choice.service.clone(), self.language);
                self.outputs.push_back(Output::PrintNotice { asking, service, language });
                let print = Some(crate::menu::SlipState::Printing);
                Some(Page::Notice { asking, choice, notice, at, print })
            }
            (Action::Back, page) => Some(self.before(page)),
            (Action::Home, page) => {
                // Done: the visit is over, and large type with it.
                if matches!(page, Page::Given(_) | Page::Held { .. }) {
                    self.large = false;
                }
                Some(self.rest())
            }
            (Action::Turn(at), page) => turned(page, at),
            _ => None,
        }
    }

    fn service(&mut self, place: Place, service: String, at: usize) -> Option<Page> {
        let available = &find_service(&self.menu, &place, &service)?.available;
        match (self.goal, available) {
            (Goal::Notice, _) => {
                let asking = self.next_asking();
                self.outputs.push_back(Output::Notice { asking, service: service.clone() });
                let choice = Some(Choice { place, service, at });
                Some(Page::Looking { asking, waiting: Waiting::Notice, choice })
            }
            (Goal::Number, Availability::Open) => Some(Page::Confirm { place, service, at }),
            (Goal::Number, Availability::Closed { .. }) => Some(Page::Unavailable { place, service, at }),
        }
    }

    fn submit(&mut self, page: &Page) -> Option<Page> {
        match page {
            Page::PhoneCode { typed, .. } if typed.len() == PHONE_AND_CODE => {
                let asking = self.next_asking();
                let (last4, code) = (typed.part(0, PHONE), typed.part(PHONE, PHONE_AND_CODE));
                self.outputs.push_back(Output::FindByCode { asking, last4, code });
                Some(Page::Looking { asking, waiting: Waiting::Bookings, choice: None })
            }
            Page::Revival { typed, .. } if typed.len() >= NUMBER_LEAST => {
                let asking = self.next_asking();
                let number = typed.in_clear().to_owned();
                self.outputs.push_back(Output::Revive { asking, number });
                Some(Page::Looking { asking, waiting: Waiting::Revival, choice: None })
            }
            _ => None,
        }
    }
}

/// Another page of a list or a notice.
fn turned(page: Page, to: usize) -> Option<Page> {
    match page {
        Page::Areas { .. } => Some(Page::Areas { at: to }),
        Page::Departments { area, .. } => Some(Page::Departments { area, at: to }),
        Page::Services { place, .. } => Some(Page::Services { place, at: to }),
        Page::Bookings { come, .. } => Some(Page::Bookings { come, at: to }),
        Page::Notice { asking, choice, notice, print, .. } => {
            Some(Page::Notice { asking, choice, notice, at: to, print })
        }
        _ => None,
    }
}
