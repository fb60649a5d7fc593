//! What several pages have in common: head, foot, buttons, tiles and messages.

use super::look::{
    BLUE, BORDER, INK, Look, PALE, PAPER, PRESS, QUIET, RED, TINT, WHITE, area, split_left, split_top, within,
};
use super::words::{self, Words};
use super::{Page, View};
use crate::menu::Language;
use crate::scene::{Action, Align, Scene, Type, inset};
use embedded_graphics::geometry::Point;
use embedded_graphics::pixelcolor::Rgb888;
use embedded_graphics::primitives::Rectangle;

/// Paper and the head with the hall's name, which every page has.
pub(super) fn ground(scene: &mut Scene, view: View<'_>, page: &Page) {
    let look = view.look;
    scene.fill(area(0, 0, look.width(), look.height()), PAPER);
    let head = look.head();
    let line = look.px(6, 5);
    scene.fill(area(0, 0, look.width(), head - line), BLUE);
    scene.fill(area(0, head - line, look.width(), line), RED);
    let band = area(look.gap(), 0, look.width() - 2 * look.gap(), head - line);
    let (mark, rest) = split_left(band, look.px(76, 60));
    emblem(scene, look, mark);
    let switch = offers_switch(view, page);
    let clock_width = match (view.clock.is_empty(), switch) {
        (true, false) => 0,
        (_, false) => look.px(130, 150),
        (_, true) => look.px(130, 250),
    };
    let (names, mut clock) = split_left(rest, rest.size.width as i32 - clock_width);
    if switch {
        clock = language_switch(scene, view, clock);
    }
    let (first, second) = match view.language {
        Language::Chinese => (view.menu.hall.as_str(), view.menu.hall_en.as_str()),
        Language::English => {
            (view.language.pick(&view.menu.hall, &view.menu.hall_en), view.menu.hall.as_str())
        }
    };
    let second = if second == first { "" } else { second };
    let (big, small) = (look.em(36, 30), look.em(20, 17));
    if second.is_empty() {
        scene.text(within(names, 0, look.px(16, 12)), first, Type::bold(big, WHITE));
    } else if (switch || look.large) && !look.wide && view.language == Language::English {
        // Beside the switch an English name needs two lines; the Chinese one is on the start page.
        scene.text(within(names, look.px(4, 4), look.px(10, 8)), first, Type::bold(big * 4 / 5, WHITE));
    } else {
        let (upper, lower) = split_top(within(names, 0, look.px(14, 9)), look.px(48, 38));
        scene.line(upper, first, Type::bold(big, WHITE));
        scene.line(lower, second, Type::regular(small, PALE));
    }
    let em = if switch && !look.wide { look.em(24, 28) } else { look.em(30, 28) };
    scene.text(clock, view.clock, Type::bold(em, WHITE).align(Align::Right));
}

/// Pages on which the language can be changed: those between the start and the wish, at a kiosk that offers more than
/// numbers and so has ways that lead past the choice of the language.
fn offers_switch(view: View<'_>, page: &Page) -> bool {
    let answered = matches!(page, Page::Issuing { .. } | Page::Looking { .. });
    view.menu.offers.any_button() && !page.rests() && !answered
}

/// The other language's name in the head. Returns what is left for the clock: above it, or at its right.
fn language_switch(scene: &mut Scene, view: View<'_>, place: Rectangle) -> Rectangle {
    let look = view.look;
    let (other, label) = match view.language {
        Language::Chinese => (Language::English, "English"),
        Language::English => (Language::Chinese, "中文"),
    };
    let (clock, target) = if look.wide {
        let (target, clock) = split_left(place, look.px(0, 130));
        (clock, target)
    } else {
        split_top(place, look.px(32, 0))
    };
    let seen = within(target, look.px(4, 4), look.px(6, 12));
    scene.card(seen, look.em(10, 10), look.em(2, 2), PALE, BLUE);
    scene.line(
        within(seen, look.px(6, 6), 0),
        label,
        Type::bold(look.em(26, 24), WHITE).align(Align::Middle),
    );
    scene.target(target, label, Action::Switch(other));
    clock
}

/// A hall with columns: roof, three columns, two steps. A coat of arms would need a permission.
fn emblem(scene: &mut Scene, look: Look, place: Rectangle) {
    let side = look.px(56, 44);
    let (x, y) = (place.top_left.x, place.top_left.y + (place.size.height as i32 - side) / 2);
    let at = |part: i32| part * side / 56;
    scene.triangle(
        [Point::new(x, y + at(18)), Point::new(x + side, y + at(18)), Point::new(x + side / 2, y)],
        WHITE,
    );
    scene.fill(area(x + at(2), y + at(21), side - 2 * at(2), at(4)), WHITE);
    for column in [8, 25, 42] {
        scene.fill(area(x + at(column), y + at(27), at(7), at(17)), WHITE);
    }
    scene.fill(area(x + at(3), y + at(46), side - 2 * at(3), at(4)), WHITE);
    scene.fill(area(x, y + at(52), side, at(4)), WHITE);
}

/// What stands in the foot besides Back and Home.
pub(super) struct Turning {
    pub(super) at: usize,
    pub(super) pages: usize,
}

/// What the foot offers besides turning pages.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// Back and Home.
    Both,
    /// Only Home.
    Home,
    /// Home, called Done: there is nothing left to do.
    Done,
}

/// The foot: Back at the left, Home at the right, turning of pages between them.
pub(super) fn foot(scene: &mut Scene, view: View<'_>, way: Way, turning: Option<Turning>) {
    let look = view.look;
    let say = |words: Words| words.get(view.language);
    let top = look.height() - look.foot();
    scene.fill(area(0, top, look.width(), look.foot()), WHITE);
    scene.fill(area(0, top, look.width(), look.px(2, 2)), BORDER);
    let row = within(area(0, top, look.width(), look.foot()), look.gap(), look.px(18, 9));
    // Four buttons and the page's number stand side by side.
    let width = look.px(124, 170).min(row.size.width as i32 / 5);
    let (left, rest) = split_left(row, width);
    let (middle, right) = split_left(rest, rest.size.width as i32 - width);
    if way == Way::Both {
        light_button(scene, look, left, say(words::BACK), Action::Back);
    }
    let home = if way == Way::Done { words::DONE } else { words::HOME };
    light_button(scene, look, right, say(home), Action::Home);
    let Some(Turning { at, pages }) = turning.filter(|turning| turning.pages > 1) else { return };
    let middle = within(middle, if look.large { look.px(6, 20) } else { look.px(14, 40) }, 0);
    let (before, rest) = split_left(middle, width);
    let (between, after) = split_left(rest, rest.size.width as i32 - width);
    if at > 0 {
        button(scene, look, before, say(words::PREVIOUS), Action::Turn(at - 1));
    }
    if at + 1 < pages {
        button(scene, look, after, say(words::NEXT), Action::Turn(at + 1));
    }
    let style = Type::bold(look.em(22, 24), INK).align(Align::Middle);
    scene.text(within(between, look.px(4, 6), 0), &words::page_of(view.language, at, pages), style);
}

/// A button that leads on.
pub(super) fn button(scene: &mut Scene, look: Look, place: Rectangle, label: &str, action: Action) {
    scene.round(place, look.em(14, 12), PRESS);
    let style = Type::bold(look.em(28, 26), WHITE).align(Align::Middle);
    scene.line(within(place, look.px(10, 10), 0), label, style);
    scene.target(place, label, action);
}

/// A button that leads on and has a row of its own.
pub(super) fn row_button(scene: &mut Scene, look: Look, place: Rectangle, label: &str, action: Action) {
    scene.round(place, look.em(16, 14), PRESS);
    let style = Type::bold(look.em(38, 30), WHITE).align(Align::Middle);
    scene.line(within(place, look.px(10, 10), 0), label, style);
    scene.target(place, label, action);
}

/// A button that leads back.
pub(super) fn light_button(scene: &mut Scene, look: Look, place: Rectangle, label: &str, action: Action) {
    scene.card(place, look.em(14, 12), look.em(3, 3), PRESS, WHITE);
    let style = Type::bold(look.em(28, 26), PRESS).align(Align::Middle);
    scene.line(within(place, look.px(10, 10), 0), label, style);
    scene.target(place, label, action);
}

/// The largest button of a page.
pub(super) fn main_button(scene: &mut Scene, look: Look, place: Rectangle, label: &str, action: Action) {
    scene.round(place, look.em(18, 16), PRESS);
    scene.text(
        within(place, look.px(20, 20), 0),
        label,
        Type::bold(look.em(48, 40), WHITE).align(Align::Middle),
    );
    scene.target(place, label, action);
}

/// A page's title with a red mark before it. Returns what is left below.
pub(super) fn title(scene: &mut Scene, look: Look, body: Rectangle, text: &str) -> Rectangle {
    title_in(scene, look, body, text, INK)
}

/// A title in another colour, for a page that says there what went wrong.
pub(super) fn title_in(
    scene: &mut Scene,
    look: Look,
    body: Rectangle,
    text: &str,
    color: Rgb888,
) -> Rectangle {
    let (line, rest) = split_top(body, look.px(70, 54));
    let (mark, words) = split_left(line, look.px(26, 22));
    scene.round(
        area(mark.top_left.x, mark.top_left.y + look.px(8, 3), look.px(9, 8), look.px(40, 34)),
        look.em(4, 4),
        RED,
    );
    let (words, _) = split_top(words, look.px(56, 40));
    scene.line(words, text, Type::bold(look.em(38, 32), color));
    rest
}

/// A white card with the border of all cards; returns its inside.
pub(super) fn card(scene: &mut Scene, look: Look, place: Rectangle) -> Rectangle {
    scene.card(place, look.em(18, 16), look.em(2, 2), BORDER, WHITE);
    inset(place, look.px(24, 18))
}

/// A caption and a value under it, on a pale ground.
pub(super) fn tile(scene: &mut Scene, look: Look, place: Rectangle, caption: &str, value: &str) {
    scene.round(place, look.em(14, 12), TINT);
    let inside = within(place, look.px(18, 14), look.px(14, 8));
    let (upper, lower) = split_top(inside, look.px(34, 28));
    scene.line(upper, caption, Type::regular(look.em(24, 20), QUIET).align(Align::Middle));
    scene.line(lower, value, Type::bold(look.em(38, 30), BLUE).align(Align::Middle));
}

/// Two tiles side by side.
pub(super) fn tiles(
    scene: &mut Scene,
    look: Look,
    place: Rectangle,
    left: (&str, &str),
    right: (&str, &str),
) {
    let width = (place.size.width as i32 - look.gap()) / 2;
    let (first, rest) = split_left(place, width);
    tile(scene, look, first, left.0, left.1);
    tile(scene, look, split_left(rest, look.gap()).1, right.0, right.1);
}

/// A round mark in the upper part of a card, or at its left on a wide one; returns what is left.
pub(super) fn marked(
    scene: &mut Scene,
    look: Look,
    inside: Rectangle,
    text: &str,
    color: Rgb888,
) -> Rectangle {
    let side = look.px(140, 130);
    let (icon, rest) = if look.wide {
        split_left(inside, side + look.px(0, 50))
    } else {
        split_top(inside, side + look.px(60, 0))
    };
    sign(scene, icon.center(), side, text, color);
    rest
}

/// A round mark with a sign in it, for pages that say one thing.
fn sign(scene: &mut Scene, centre: Point, side: i32, text: &str, color: Rgb888) {
    let place = area(centre.x - side / 2, centre.y - side / 2, side, side);
    scene.round(place, side as u32 / 2, color);
    scene.text(place, text, Type::bold(side as u32 * 3 / 5, WHITE).align(Align::Middle));
}
