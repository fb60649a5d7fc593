//! The pages of a kiosk that nobody uses: start, closed, out of order. The last two speak both languages at once.

use super::View;
use super::frame_parts::{card, marked};
use super::look::{AMBER, BLUE, BORDER, INK, PALE, PRESS, QUIET, RED, WHITE, split_left, split_top, within};
use super::words::{self, Words};
use crate::menu::{Availability, Language};
use crate::scene::{Action, Align, Scene, Type};
use embedded_graphics::primitives::Rectangle;

/// Choice of the language, with the hall's notice below.
pub(super) fn start(scene: &mut Scene, view: View<'_>) {
    let look = view.look;
    let body = look.tall_body();
    let (welcome, rest) = split_top(body, look.px(150, 104));
    let (upper, lower) = split_top(welcome, look.px(92, 64));
    scene.text(upper, words::WELCOME.zh, Type::bold(look.em(54, 42), BLUE).align(Align::Middle));
    scene.text(lower, words::WELCOME.en, Type::regular(look.em(28, 24), QUIET).align(Align::Middle));
    let notice_height = if view.menu.notice.trim().is_empty() { 0 } else { look.px(176, 120) };
    let (choice, below) = split_top(rest, rest.size.height as i32 - notice_height);
    let choice = within(choice, 0, look.gap() / 2);
    let (first, second) = if look.wide {
        let (first, rest) = split_left(choice, (choice.size.width as i32 - look.gap()) * 3 / 5);
        (first, split_left(rest, look.gap()).1)
    } else {
        let (first, rest) = split_top(choice, (choice.size.height as i32 - look.gap()) * 3 / 5);
        (first, split_top(rest, look.gap()).1)
    };
    language(scene, view, first, words::CHINESE, Language::Chinese);
    language(scene, view, second, words::ENGLISH, Language::English);
    if notice_height > 0 {
        notice(scene, view, split_top(below, look.gap() / 2).1);
    }
}

fn language(scene: &mut Scene, view: View<'_>, place: Rectangle, label: Words, language: Language) {
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
    let top = (inside.size.height as i32 - height) / 2;
    let (upper, lower) = split_top(split_top(inside, top).1, name.em as i32 + look.px(20, 16));
    scene.text(upper, label.zh, name.align(Align::Middle));
    let (lower, _) = split_top(lower, small as i32 + look.px(16, 12));
    scene.text(lower, label.en, Type::regular(small, hint).align(Align::Middle));
    scene.target(place, label.zh, Action::Language(language));
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
