//! What follows the host's answers. Answers to older questions do not come this far.

use super::{Output, Ui};
use crate::answers::{
    Asking, BookingState, CardOutcome, Found, MOST_BOOKINGS, NoticeAnswer, Recognised, Revival,
};
use crate::menu::Outcome;
use crate::pages::sentences::{self as say, card_trouble};
use crate::pages::{Choice, Come, Page, Then, Trouble, Why, Words, find_service, spoken};
use crate::typed::Typed;
use link::Uptime;
use std::sync::Arc;

impl Ui {
    pub(super) fn outcome(&mut self, now: Uptime, outcome: Outcome) {
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
            Outcome::Holds(held) if self.pending => {
                self.pending = false;
                self.show(now, Page::Held { why: Why::Holds, held });
            }
            Outcome::SlipChanged(slip) => {
                if let Page::Given(given) = &mut self.page {
                    let news = given.slip != slip;
                    given.slip = slip;
                    self.active_at = now;
                    if news {
                        self.say(spoken(self.view(), &self.page));
                    }
                }
            }
            Outcome::Issued(_) | Outcome::Refused { .. } | Outcome::Holds(_) => {}
        }
    }

    pub(super) fn card(&mut self, now: Uptime, asking: Asking, outcome: CardOutcome) {
        let page = match (outcome, self.page.clone()) {
            (CardOutcome::Trouble(trouble), Page::Appointment { .. }) => {
                Page::Appointment { asking, trouble: Some(card_trouble(trouble)) }
            }
            (CardOutcome::Trouble(trouble), Page::Card { choice, .. }) => {
                Page::Card { asking, choice, trouble: Some(card_trouble(trouble)) }
            }
            (CardOutcome::Read(recognised), Page::Appointment { .. }) => self.came(asking, recognised, None),
            (CardOutcome::Read(Recognised { holds: Some(held), .. }), Page::Card { .. }) => {
                Page::Held { why: Why::Holds, held }
            }
            (CardOutcome::Read(recognised), Page::Card { choice, .. }) if recognised.bookings.is_empty() => {
                let Some(then) = self.take(&choice) else { return };
                self.ask_priority(then, recognised.priority, asking)
            }
            (CardOutcome::Read(recognised), Page::Card { choice, .. }) => {
                self.came(asking, recognised, Some(choice))
            }
            _ => return,
        };
        self.show(now, page);
    }

    pub(super) fn found(&mut self, now: Uptime, asking: Asking, found: Found) {
        if !matches!(
            self.page,
            Page::Appointment { .. } | Page::Looking { waiting: crate::pages::Waiting::Bookings, .. }
        ) {
            return;
        }
        let page = match found {
            Found::Bookings(recognised) => self.came(asking, recognised, None),
            Found::WrongCode { tries_left: 0 } => message(say::NOT_DONE, say::NO_TRIES, Some(say::ORDINARY)),
            Found::WrongCode { tries_left } => {
                Page::PhoneCode { typed: Typed::default(), trouble: Some(Trouble { tries_left }) }
            }
            Found::NotOurs => {
                // Only codes can be somebody else's, and those are shown on the page that asks for them.
                if !matches!(self.page, Page::Appointment { .. }) {
                    return;
                }
                Page::Appointment { asking, trouble: Some(say::NOT_OURS) }
            }
        };
        self.show(now, page);
    }

    pub(super) fn revived(&mut self, now: Uptime, revival: Revival) {
        let typed = match &self.page {
            Page::Revival { typed, .. } => Some(typed.clone()),
            Page::Looking { waiting: crate::pages::Waiting::Revival, .. } => None,
            _ => return,
        };
        let again = match revival {
            Revival::Revived(held) => return self.show(now, Page::Held { why: Why::Revived, held }),
            Revival::NotPassed(held) => return self.show(now, Page::Held { why: Why::NotPassed, held }),
            Revival::TooLate => {
                return self.show(now, message(say::NOT_DONE, say::TOO_LATE, Some(say::TAKE_NEW)));
            }
            Revival::UsedAlready => {
                return self.show(now, message(say::NOT_DONE, say::USED_ALREADY, Some(say::TAKE_NEW)));
            }
            Revival::Over => return self.show(now, message(say::NOT_DONE, say::OVER, Some(say::TAKE_NEW))),
            Revival::Unknown => say::UNKNOWN,
            Revival::NotOurs => say::NOT_A_SLIP,
        };
        let page = match (self.page.asking(), typed) {
            // By the scanner: the page goes on asking, and keeps what was typed.
            (Some(asking), Some(typed)) => Page::Revival { asking, typed, trouble: Some(again) },
            _ => self.revival(Some(again)),
        };
        self.show(now, page);
    }

    pub(super) fn notice(&mut self, now: Uptime, answer: NoticeAnswer) {
        let page = match (answer, self.page.clone()) {
            (NoticeAnswer::Text(notice), Page::Looking { asking, choice: Some(choice), .. }) => {
                Page::Notice { asking, choice, notice: Arc::new(*notice), at: 0, print: None }
            }
            (NoticeAnswer::Missing, Page::Looking { choice: Some(_), .. }) => {
                message(say::NOTICE_OF, say::NO_NOTICE, None)
            }
            (NoticeAnswer::Print(state), Page::Notice { asking, choice, notice, at, print: Some(_) }) => {
                Page::Notice { asking, choice, notice, at, print: Some(state) }
            }
            _ => return,
        };
        self.show(now, page);
    }

    /// Somebody was recognised, at the start of a booking or (with a choice) on the way to a number.
    fn came(&mut self, asking: Asking, recognised: Recognised, choice: Option<Choice>) -> Page {
        let Recognised { mut bookings, priority, .. } = recognised;
        bookings.truncate(MOST_BOOKINGS);
        let count = bookings.len();
        let come = Arc::new(Come { asking, bookings, priority, choice });
        match count {
            0 => message(say::NO_BOOKING, say::NO_BOOKING_MORE, Some(say::ORDINARY)),
            1 => self.booking(come, 0, None),
            _ => Page::Bookings { come, at: 0 },
        }
    }

    /// One of the bookings; one that is checked in is shown as the number it became.
    pub(super) fn booking(&self, come: Arc<Come>, which: usize, at: Option<usize>) -> Page {
        match come.bookings.get(which).map(|booking| &booking.state) {
            Some(BookingState::CheckedIn(held)) => Page::Held { why: Why::CheckedIn, held: held.clone() },
            _ => Page::Booking { come, which, at },
        }
    }

    /// A number for what was chosen; `None` if the menu no longer has it.
    pub(super) fn take(&self, choice: &Choice) -> Option<Then> {
        let item = find_service(&self.menu, &choice.place, &choice.service)?;
        let name = self.language.pick(&item.name, &item.name_en).to_owned();
        Some(Then::Take { service: choice.service.clone(), name })
    }

    /// The wish itself, or first the question about the green channel, which is asked and not imposed (rule G2).
    pub(super) fn ask_priority(&mut self, then: Then, priority: bool, asking: Asking) -> Page {
        if priority { Page::Priority { asking, then } } else { self.wish(then, false, Some(asking)) }
    }

    pub(super) fn wish(&mut self, then: Then, priority: bool, person: Option<Asking>) -> Page {
        let language = self.language;
        let (output, service) = match (then, person) {
            (Then::CheckIn { booking, name }, Some(person)) => {
                (Output::CheckIn { person, booking, language, priority }, name)
            }
            (Then::Take { service, name }, person) => {
                (Output::Take { service, language, priority, person }, name)
            }
            // Bookings are found by a question only; without one there is nothing to check in.
            (Then::CheckIn { .. }, None) => return self.rest(),
        };
        self.outputs.push_back(output);
        self.pending = true;
        Page::Issuing { service }
    }
}

fn message(heading: Words, text: Words, instead: Option<Words>) -> Page {
    Page::Message { heading, text, instead }
}
