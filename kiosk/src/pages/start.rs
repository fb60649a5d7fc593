//! The pages of a kiosk that nobody uses: start, closed, out of order. The last two speak both languages at once.

use super::frame_parts::{card, marked};
use super::look::{
    AMBER, BLUE, BORDER, INK, PALE, PRESS, QUIET, RED, WHITE, area, split_left, split_top, within,
};
use super::words::{self, Words};
use super::{View, sentences};
use crate::menu::{Availability, Language};
use crate::scene::{Action, Align, Scene, Type};
use embedded_graphics::primitives::Rectangle;

/// Choice of the language and of what else there is, with the hall's notice below; in large type the notice gives way.
pub(super) fn start(scene: &mut Scene, view: View<'_>) {
    let look = view.look;
    let body = look.tall_body();
    let offers = &view.menu.offers;
    let more = more(view);
    let welcome_height = match (look.large, more.is_empty()) {
        (true, _) => look.px(92, 50),
        (false, true) => look.px(150, 104),
        (false, false) => look.px(128, 84),
    };
    let (welcome, rest) = split_top(body, welcome_height);
    let (upper, lower) = match more.is_empty() {
        true => split_top(welcome, look.px(92, 64)),
        false => split_top(welcome, look.px(78, 50)),
    };
    scene.text(upper, words::WELCOME.zh, Type::bold(look.em(54, 42), BLUE).align(Align::Middle));
    if !look.large {
        scene.text(lower, words::WELCOME.en, Type::regular(look.em(28, 24), QUIET).align(Align::Middle));
    }
    let quiet = view.menu.notice.trim().is_empty() || look.large;
    let notice_height = match (quiet, more.is_empty()) {
        (true, _) => 0,
        (false, true) => look.px(176, 120),
        (false, false) => look.px(168, 104),
    };
    let (choice, below) = split_top(rest, rest.size.height as i32 - notice_height);
    let mut choice = within(choice, 0, look.gap() / 2);
    if !more.is_empty() {
        let columns = if look.wide { more.len() } else { 2 };
        let rows = more.len().div_ceil(columns) as i32;
        let height = rows * look.px(104, 92) + (rows - 1) * look.between();
        let (upper, buttons) = split_top(choice, choice.size.height as i32 - height);
        choice = split_top(upper, upper.size.height as i32 - look.between()).0;
        small_buttons(scene, view, buttons, columns, &more);
    }
    let (first, second) = if look.wide {
        let (first, rest) = split_left(choice, (choice.size.width as i32 - look.gap()) * 3 / 5);
        (first, split_left(rest, look.gap()).1)
    } else {
        let (first, rest) = split_top(choice, (choice.size.height as i32 - look.gap()) * 3 / 5);
        (first, split_top(rest, look.gap()).1)
    };
    let (zh, en) = if offers.asks_card() {
        (sentences::CARD_HINT.zh, sentences::CARD_HINT.en)
    } else {
        (words::CHINESE.en, words::ENGLISH.en)
    };
    language(scene, view, first, (words::CHINESE.zh, zh), Language::Chinese);
    language(scene, view, second, (words::ENGLISH.zh, en), Language::English);
    if notice_height > 0 {
        notice(scene, view, split_top(below, look.gap() / 2).1);
    }
}

/// What there is besides numbers.
fn more(view: View<'_>) -> Vec<(Words, Action)> {
    let offers = &view.menu.offers;
    let large = view.look.large;
    let size = if large { sentences::NOT_LARGE } else { sentences::LARGE };
    let all = [
        (offers.appointments, sentences::APPOINTMENT, Action::Appointment),
        (offers.revival, sentences::REVIVAL, Action::Revival),
        (offers.notices, sentences::NOTICES, Action::Notices),
        (offers.large_type, size, Action::Large(!large)),
    ];
    all.into_iter().filter(|(offered, ..)| *offered).map(|(_, label, action)| (label, action)).collect()
}

/// Buttons in both languages, with rows and columns of the same size.
fn small_buttons(
    scene: &mut Scene,
    view: View<'_>,
    place: Rectangle,
    columns: usize,
    buttons: &[(Words, Action)],
) {
    let look = view.look;
    let (gap, height) = (look.between(), look.px(104, 92));
    for (n, (label, action)) in buttons.iter().enumerate() {
        let (column, row) = ((n % columns) as i32, (n / columns) as i32);
        // One that is alone in its row takes all of it.
        let alone = n + 1 == buttons.len() && column == 0;
        let in_row = if alone { 1 } else { columns as i32 };
        let width = (place.size.width as i32 + gap) / in_row - gap;
        let at = area(
            place.top_left.x + column * (width + gap),
            place.top_left.y + row * (height + gap),
            width,
            height,
        );
        scene.card(at, look.em(16, 14), look.em(3, 3), PRESS, WHITE);
        let inside = within(at, look.px(10, 8), look.px(10, 8));
        let (upper, lower) = split_top(inside, inside.size.height as i32 * 3 / 5);
        scene.line(upper, label.zh, Type::bold(look.em(36, 30), PRESS).align(Align::Middle));
        scene.line(lower, label.en, Type::regular(look.em(22, 18), QUIET).align(Align::Middle));
        scene.target(at, label.zh, action.clone());
    }
}

fn language(
    scene: &mut Scene,
    view: View<'_>,
    place: Rectangle,
    (label, more): (&str, &str),
    language: Language,
) {
    let look = view.look;
    let chinese = language == Language::Chinese;
    let (name, hint, small) = if chinese {
        scene.round(place, look.em(24, 20), PRESS);
        (Type::bold(look.em(84, 64), WHITE), PALE, look.em(28, 24))
    } else {
        scene.card(place, look.em(24, 20), look.em(4, 4), PRESS, WHITE);
        (Type::bold(look.em(64, 52), PRESS), QUIET, look.em(26, 22))
    };
    let inside = within(place, look.px(24, 20), 0);
    let height = (name.em + small) as i32 + look.px(28, 22);
    let room = inside.size.height as i32 - look.px(12, 10);
    if height > room && room > 0 {
        // Beside other buttons there is less room: both lines become smaller, or only the name stands there.
        let smaller = |em: u32| em * room as u32 / height as u32;
        if smaller(small) < look.px(18, 16) as u32 {
            scene.line(within(inside, 0, look.px(6, 6)), label, name.align(Align::Middle));
        } else {
            let (upper, lower) = split_top(within(inside, 0, look.px(6, 5)), room * 16 / 25);
            let name = Type { em: smaller(name.em), ..name };
            scene.line(upper, label, name.align(Align::Middle));
            scene.line(lower, more, Type::regular(smaller(small), hint).align(Align::Middle));
        }
        scene.target(place, label, Action::Language(language));
        return;
    }
    let top = (inside.size.height as i32 - height) / 2;
    let (upper, lower) = split_top(split_top(inside, top).1, name.em as i32 + look.px(20, 16));
    scene.text(upper, label, name.align(Align::Middle));
    let (lower, _) = split_top(lower, small as i32 + look.px(16, 12));
    scene.line(lower, more, Type::regular(small, hint).align(Align::Middle));
    scene.target(place, label, Action::Language(language));
}

fn notice(scene: &mut Scene, view: View<'_>, place: Rectangle) {
    let look = view.look;
    scene.card(place, look.em(14, 12), look.em(2, 2), BORDER, WHITE);
    let (tab, rest) = split_left(within(place, look.px(18, 16), look.px(18, 14)), look.px(96, 88));
    let height = look.px(42, 36);
    let (tab, _) = split_top(split_top(tab, (tab.size.height as i32 - height) / 2).1, height);
    scene.round(tab, look.em(8, 8), RED);
    scene.text(tab, "公告", Type::bold(look.em(26, 22), WHITE).align(Align::Middle));
    let words = split_left(rest, look.px(18, 16)).1;
    scene.text(words, view.menu.notice.trim(), Type::regular(look.em(26, 22), INK));
}

/// The hall gives no numbers now.
pub(super) fn closed(scene: &mut Scene, view: View<'_>) {
    let (zh, en) = match &view.menu.open {
        Availability::Closed { zh, en } => (zh.as_str(), en.as_str()),
        Availability::Open => (words::NOTHING.zh, words::NOTHING.en),
    };
    resting(scene, view, words::CLOSED, (zh, en), words::ASK_GUIDE);
}

/// This kiosk gives no numbers now; the guide desk does.
pub(super) fn trouble(scene: &mut Scene, view: View<'_>) {
    let (zh, en) =
        view.menu.trouble.as_ref().map_or(("", ""), |trouble| (trouble.zh.as_str(), trouble.en.as_str()));
    resting(scene, view, words::TROUBLE, (zh, en), words::GUIDE);
}

fn resting(scene: &mut Scene, view: View<'_>, heading: Words, reason: (&str, &str), then: Words) {
    let look = view.look;
    let amber = heading.zh == words::TROUBLE.zh;
    let color = if amber { AMBER } else { RED };
    let inside = card(scene, look, look.tall_body());
    let rest = marked(scene, look, inside, if amber { "!" } else { "停" }, color);
    let (big, rest) = split_top(rest, look.px(96, 84));
    scene.line(big, heading.zh, Type::bold(look.em(64, 48), color).align(Align::Middle));
    let (small, rest) = split_top(rest, look.px(50, 40));
    scene.line(small, heading.en, Type::regular(look.em(30, 24), QUIET).align(Align::Middle));
    let (zh, rest) = split_top(split_top(rest, look.px(24, 16)).1, look.px(130, 96));
    scene.text(zh, reason.0, Type::bold(look.em(40, 32), INK).align(Align::Middle));
    let (en, rest) = split_top(rest, look.px(80, 66));
    scene.text(en, reason.1, Type::regular(look.em(26, 22), QUIET).align(Align::Middle));
    let height = look.px(136, 92);
    let below = (rest.size.height as i32 - height).max(0);
    let foot = split_top(rest, below).1;
    scene.round(foot, look.em(14, 12), BLUE);
    let foot = within(foot, look.px(20, 20), look.px(16, 8));
    let (upper, lower) = split_top(foot, foot.size.height as i32 * 3 / 5);
    scene.text(upper, then.zh, Type::bold(look.em(36, 30), WHITE).align(Align::Middle));
    scene.text(lower, then.en, Type::regular(look.em(24, 20), PALE).align(Align::Middle));
}
