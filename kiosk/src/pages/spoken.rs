//! What the voice says on each page: one or two sentences, without names and without what somebody typed (rules A9 and G6).

use super::words::{self, Words};
use super::{Goal, Page, View, Waiting, held, sentences as say};
use crate::answers::{BookingState, HeldState};
use crate::menu::{Language, SlipState};

/// The sentence for `page`; empty where nothing is said.
pub(crate) fn spoken(view: View<'_>, page: &Page) -> String {
    let say = |words: Words| words.get(view.language).to_owned();
    match page {
        Page::Closed | Page::Trouble | Page::Start => String::new(),
        Page::Areas { .. } => say(words::CHOOSE_AREA),
        Page::Departments { .. } => say(words::CHOOSE_DEPARTMENT),
        Page::Services { .. } if view.goal == Goal::Notice => {
            sentence(view, &[say::NOTICE_OF.get(view.language), words::CHOOSE_SERVICE.get(view.language)])
        }
        Page::Services { .. } => say(words::CHOOSE_SERVICE),
        Page::Unavailable { .. } => say(words::NOT_NOW),
        Page::Confirm { .. } => say(words::CHECK),
        Page::Issuing { .. } => say(words::ISSUING),
        Page::Given(given) if given.slip == SlipState::Printed => say(words::TAKE_SLIP),
        Page::Given(given) => number(
            view,
            words::YOUR_NUMBER,
            &given.number,
            given.ahead,
            view.language.pick(&given.place, &given.place_en),
        ),
        Page::Refused { zh, en } => view.language.pick(zh, en).to_owned(),
        Page::Looking { waiting: Waiting::Bookings | Waiting::Revival | Waiting::Notice, .. } => {
            say(say::LOOKING)
        }
        Page::Message { text, .. } => say(*text),
        Page::Appointment { trouble: Some(trouble), .. }
        | Page::Card { trouble: Some(trouble), .. }
        | Page::Revival { trouble: Some(trouble), .. } => say(*trouble),
        Page::Appointment { .. } => ask(view),
        Page::PhoneCode { trouble: Some(trouble), .. } => say::wrong_code(view.language, trouble.tries_left),
        Page::PhoneCode { .. } => say(say::PHONE_CODE),
        Page::Bookings { .. } => say(say::CHOOSE_BOOKING),
        Page::Booking { come, which, .. } => match come.bookings.get(*which) {
            // The day and time are on the page and no secret; the name stays there.
            Some(booking) if booking.state == BookingState::TooEarly => sentence(
                view,
                &[
                    say::booking_state(&booking.state).1.get(view.language),
                    view.language.pick(&booking.when, &booking.when_en),
                ],
            ),
            Some(booking) => say(say::booking_state(&booking.state).1),
            None => String::new(),
        },
        Page::Card { .. } => say(say::CARD_TITLE),
        // Rule G6: that somebody may use the green channel is for their eyes alone.
        Page::Priority { .. } => say(say::LOOK_AND_CHOOSE),
        Page::Held { why, held } => {
            let place = view.language.pick(&held.place, &held.place_en);
            match held.state {
                HeldState::Waiting { ahead, .. } => {
                    number(view, held::heading(*why), &held.number, ahead, place)
                }
                _ => sentence(
                    view,
                    &[
                        held::heading(*why).get(view.language),
                        &held.number,
                        say::held_state(held).get(view.language),
                    ],
                ),
            }
        }
        Page::Revival { .. } if view.menu.offers.scanner => say(say::REVIVAL_SCAN),
        Page::Revival { .. } => say(say::REVIVAL_TITLE),
        Page::Notice { print: Some(SlipState::Printed), .. } => say(say::NOTICE_PRINTED),
        Page::Notice { print: Some(_), .. } => say(say::NOTICE_PRINTING),
        Page::Notice { notice, .. } => {
            sentence(view, &[say::NOTICE_OF.get(view.language), &notice.text(view.language).service])
        }
    }
}

/// The ways that this kiosk has.
fn ask(view: View<'_>) -> String {
    let offers = &view.menu.offers;
    let ways =
        [(offers.card_reader, say::LAY_CARD), (offers.scanner, say::SHOW_CODE), (true, say::TYPE_CODE)];
    let ways = ways.into_iter().filter(|(has, _)| *has).map(|(_, words)| words.get(view.language));
    let or = match view.language {
        Language::Chinese => "，或者",
        Language::English => ", or: ",
    };
    ways.collect::<Vec<_>>().join(or)
}

fn number(view: View<'_>, heading: Words, number: &str, ahead: u32, place: &str) -> String {
    let people = format!("{} {}", words::AHEAD.get(view.language), words::people(view.language, ahead));
    let people = if view.language == Language::Chinese { people.replace(' ', "") } else { people };
    sentence(view, &[heading.get(view.language), number, &people, words::WAIT_HERE.get(view.language), place])
}

fn sentence(view: View<'_>, parts: &[&str]) -> String {
    let comma = match view.language {
        Language::Chinese => "，",
        Language::English => ", ",
    };
    parts.iter().filter(|part| !part.is_empty()).copied().collect::<Vec<_>>().join(comma)
}
