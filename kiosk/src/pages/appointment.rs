//! The pages of a booking: how to show who one is, which of several, and what can be done with it (rules A3 and A5).

use super::frame_parts::{Turning, Way, card, foot, light_button, main_button, row_button, tile, title};
use super::look::{
    AMBER, BLUE, BORDER, GREEN, INK, Look, PRESS, QUIET, TINT, WHITE, area, split_left, split_top, within,
};
use super::words::Words;
use super::{Come, View, sentences as say};
use crate::answers::{Booking, BookingState};
use crate::scene::{Action, Align, Scene, Type, inset};
use embedded_graphics::primitives::Rectangle;

/// A card on the reader, a code before the scanner, or the keys.
pub(super) fn ask(scene: &mut Scene, view: View<'_>, trouble: Option<Words>) {
    let look = view.look;
    let body = title(scene, look, look.body(), say::CHECK_IN_TITLE.get(view.language));
    foot(scene, view, Way::Both, None);
    let offers = &view.menu.offers;
    let (ways, press) = split_top(body, body.size.height as i32 - look.px(116, 84));
    let mut ways = split_top(ways, ways.size.height as i32 - look.between()).0;
    if let Some(trouble) = trouble {
        let (strip, rest) = split_top(ways, look.px(76, 60));
        warning(scene, look, strip, trouble.get(view.language));
        ways = split_top(rest, look.between()).1;
    }
    let lay_card = if offers.voice { say::LAY_CARD_HEAR } else { say::LAY_CARD_SEE };
    match (offers.card_reader, offers.scanner) {
        (true, true) => {
            let (first, second) = if look.wide {
                let (first, rest) = split_left(ways, (ways.size.width as i32 - look.between()) / 2);
                (first, split_left(rest, look.between()).1)
            } else {
                let (first, rest) = split_top(ways, (ways.size.height as i32 - look.between()) / 2);
                (first, split_top(rest, look.between()).1)
            };
            way(scene, view, first, say::LAY_CARD, lay_card, card_picture);
            way(scene, view, second, say::SHOW_CODE, say::SHOW_CODE_MORE, code_picture);
        }
        (true, false) => way(scene, view, ways, say::LAY_CARD, lay_card, card_picture),
        (false, true) => way(scene, view, ways, say::SHOW_CODE, say::SHOW_CODE_MORE, code_picture),
        (false, false) => {}
    }
    row_button(scene, look, press, say::TYPE_CODE.get(view.language), Action::Typing);
}

/// A sentence about what went wrong, above what can be done.
pub(super) fn warning(scene: &mut Scene, look: Look, place: Rectangle, text: &str) {
    scene.round(place, look.em(14, 12), AMBER);
    let style = Type::bold(look.em(30, 26), WHITE).align(Align::Middle);
    scene.sentence(within(place, look.px(16, 14), look.px(6, 4)), text, style);
}

/// One way to show who one is: a picture, and what to do.
pub(super) fn way(
    scene: &mut Scene,
    view: View<'_>,
    place: Rectangle,
    text: Words,
    more: Words,
    picture: fn(&mut Scene, Look, Rectangle),
) {
    let look = view.look;
    let inside = card(scene, look, place);
    let words = look.px(100, 84);
    let (drawn, below) = split_top(inside, inside.size.height as i32 - words);
    let below = if drawn.size.height as i32 >= look.px(48, 48) { below } else { inside };
    let side = (drawn.size.height as i32).min(look.px(180, 150));
    let middle = drawn.center();
    // Beside a warning, or in large type, there may be no room; the words say it all.
    if side >= look.px(48, 48) {
        picture(scene, look, area(middle.x - side * 3 / 4, middle.y - side / 2, side * 3 / 2, side));
    }
    let (upper, lower) = split_top(below, words * 3 / 5);
    scene.line(upper, text.get(view.language), Type::bold(look.em(38, 30), INK).align(Align::Middle));
    let style = Type::regular(look.em(24, 20), QUIET).align(Align::Middle);
    scene.line(lower, more.get(view.language), style);
}

/// An identity card: a portrait at its right, lines of text at its left.
pub(super) fn card_picture(scene: &mut Scene, look: Look, place: Rectangle) {
    let at = |part: i32| part * place.size.height as i32 / 100;
    let (x, y) = (place.top_left.x, place.top_left.y);
    scene.card(place, at(10) as u32, look.em(4, 4), PRESS, TINT);
    for (line, length) in [(18, 46), (34, 60), (50, 52), (78, 96)] {
        scene.round(area(x + at(14), y + at(line), at(length), at(7)), at(3) as u32, BLUE);
    }
    let middle = x + at(114);
    scene.round(area(middle - at(11), y + at(16), at(22), at(24)), at(11) as u32, BLUE);
    scene.round(area(middle - at(20), y + at(44), at(40), at(22)), at(10) as u32, BLUE);
}

/// A code of squares: three corners and some of the rest.
pub(super) fn code_picture(scene: &mut Scene, _look: Look, place: Rectangle) {
    let side = place.size.height as i32;
    let cell = (side / 13).max(1);
    let (x, y) = (place.center().x - cell * 13 / 2, place.top_left.y);
    let dots = |scene: &mut Scene, column: i32, row: i32, size: i32, color| {
        scene.fill(area(x + column * cell, y + row * cell, size * cell, size * cell), color);
    };
    for (column, row) in [(0, 0), (8, 0), (0, 8)] {
        dots(scene, column, row, 5, BLUE);
        dots(scene, column + 1, row + 1, 3, WHITE);
        dots(scene, column + 2, row + 2, 1, BLUE);
    }
    for n in 0..13 * 13 {
        let (column, row) = (n % 13, n / 13);
        let in_corner = (row < 6 && column != 6) || (column < 6 && row > 6);
        if !in_corner && (column * 7 + row * 5 + column * row) % 3 == 0 {
            dots(scene, column, row, 1, BLUE);
        }
    }
}

/// Several bookings to choose from.
pub(super) fn list(scene: &mut Scene, view: View<'_>, come: &Come, at: usize) {
    let look = view.look;
    let body = title(scene, look, look.body(), say::CHOOSE_BOOKING.get(view.language));
    let (body, below) = match &come.choice {
        None => (body, None),
        Some(_) => {
            let (body, below) = split_top(body, body.size.height as i32 - look.px(92, 76));
            (split_top(body, body.size.height as i32 - look.between()).0, Some(below))
        }
    };
    let grid = super::list::Grid {
        columns: if look.wide { 2 } else { 1 },
        least: look.px(120, 104),
        most: look.px(150, 130),
    };
    let turning = super::list::list(body, look, &grid, come.bookings.len(), at, |place, n| {
        let booking = &come.bookings[n];
        let inside = super::list::choice(scene, look, place);
        let (upper, lower) = split_top(inside, inside.size.height as i32 * 11 / 20);
        let name = view.language.pick(&booking.service, &booking.service_en);
        scene.line(upper, name, Type::bold(look.em(30, 26), INK));
        let (when, state) = split_left(lower, lower.size.width as i32 * 3 / 5);
        let time = view.language.pick(&booking.when, &booking.when_en);
        scene.line(when, time, Type::regular(look.em(28, 24), INK));
        let (short, _) = say::booking_state(&booking.state);
        let style = Type::bold(look.em(26, 22), color(&booking.state)).align(Align::Right);
        scene.line(state, short.get(view.language), style);
        scene.target(place, &format!("{name} {time}"), Action::Booking(n));
    });
    if let Some(below) = below {
        light_button(scene, look, below, say::ORDINARY.get(view.language), Action::Ordinary);
    }
    let turning = Turning { at: turning.at, pages: turning.pages };
    foot(scene, view, Way::Both, Some(turning));
}

fn color(state: &BookingState) -> embedded_graphics::pixelcolor::Rgb888 {
    match state {
        BookingState::Open | BookingState::CheckedIn(_) => GREEN,
        _ => AMBER,
    }
}

/// One booking, and what can be done with it.
pub(super) fn booking(scene: &mut Scene, view: View<'_>, come: &Come, which: usize) {
    let look = view.look;
    let body = title(scene, look, look.body(), say::YOUR_BOOKING.get(view.language));
    foot(scene, view, Way::Both, None);
    let Some(booking) = come.bookings.get(which) else { return };
    let (upper, press) = split_top(body, body.size.height as i32 - look.px(130, 88));
    let inside = card(scene, look, split_top(upper, upper.size.height as i32 - look.between()).0);
    facts(scene, view, inside, booking);
    let ordinary = may_be_ordinary(booking, come);
    let label = say::ORDINARY.get(view.language);
    match (booking.state == BookingState::Open, ordinary) {
        (true, false) => main_button(scene, look, press, say::CHECK_IN.get(view.language), Action::CheckIn),
        (true, true) => {
            let (first, rest) = split_left(press, (press.size.width as i32 - look.between()) * 3 / 5);
            main_button(scene, look, first, say::CHECK_IN.get(view.language), Action::CheckIn);
            light_button(scene, look, split_left(rest, look.between()).1, label, Action::Ordinary);
        }
        (false, true) => main_button(scene, look, press, label, Action::Ordinary),
        (false, false) => {
            scene.card(press, look.em(14, 12), look.em(2, 2), BORDER, WHITE);
            let style = Type::bold(look.em(30, 26), BLUE).align(Align::Middle);
            let text = super::words::ASK_GUIDE.get(view.language);
            scene.text(inset(press, look.px(12, 10)), text, style);
        }
    }
}

/// Whether an ordinary number stands to choose: instead of a booking that is lost (rule A5), and for whoever was about to
/// take one anyway.
pub(crate) fn may_be_ordinary(booking: &Booking, come: &Come) -> bool {
    matches!(booking.state, BookingState::Late | BookingState::Cancelled) || come.choice.is_some()
}

/// Service, time, masked name and what can be done: below each other, or in two halves of a wide panel.
fn facts(scene: &mut Scene, view: View<'_>, inside: Rectangle, booking: &Booking) {
    let look = view.look;
    let between = look.between();
    let (name, sentence, when, whom) = if look.wide {
        let (left, right) = split_left(inside, (inside.size.width as i32 - between) * 11 / 20);
        let right = split_left(right, between).1;
        let (name, sentence) = split_top(left, left.size.height as i32 / 2);
        let name = split_top(name, name.size.height as i32 - look.px(0, 8)).0;
        let (when, whom) = split_top(right, (right.size.height as i32 - between) / 2);
        (name, sentence, when, split_top(whom, between).1)
    } else {
        let (name, rest) = split_top(inside, inside.size.height as i32 * 3 / 10);
        let (figures, sentence) = split_top(rest, look.px(116, 0));
        let (when, whom) = split_left(figures, (figures.size.width as i32 - between) * 13 / 20);
        let name = split_top(name, name.size.height as i32 - look.px(10, 0)).0;
        (name, sentence, when, split_left(whom, between).1)
    };
    let style = Type::bold(look.em(46, 36), BLUE).align(Align::Middle);
    scene.text(name, view.language.pick(&booking.service, &booking.service_en), style);
    let time = view.language.pick(&booking.when, &booking.when_en);
    tile(scene, look, when, say::BOOKED_FOR.get(view.language), time);
    tile(scene, look, whom, say::BOOKED_BY.get(view.language), &booking.name);
    let (_, words) = say::booking_state(&booking.state);
    let style = Type::bold(look.em(34, 28), color(&booking.state)).align(Align::Middle);
    scene.sentence(within(sentence, 0, look.px(10, 4)), words.get(view.language), style);
}
