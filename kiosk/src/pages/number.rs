//! The pages around a number: the last question, the wait for the answer, the number, and why there is none.

use super::frame_parts::{Way, card, foot, main_button, marked, tile, tiles, title};
use super::look::{
    AMBER, BLUE, GREEN, INK, Look, PALE, PRESS, QUIET, RED, TINT, WHITE, split_left, split_top, within,
};
use super::words::{self, Words};
use super::{Place, View, find_area, find_service, sentences as say};
use crate::menu::{Availability, Given, SlipState};
use crate::scene::{Action, Align, Scene, Type};
use embedded_graphics::geometry::Point;
use embedded_graphics::primitives::Rectangle;

/// The last question: which service, how many wait, how long.
pub(super) fn confirm(scene: &mut Scene, view: View<'_>, place: &Place, service: &str) {
    let look = view.look;
    let body = title(scene, look, look.body(), words::CHECK.get(view.language));
    foot(scene, view, Way::Both, None);
    let Some(item) = find_service(view.menu, place, service) else { return };
    let (upper, press) = split_top(body, body.size.height as i32 - look.px(150, 88));
    let inside = card(scene, look, split_top(upper, upper.size.height as i32 - look.gap()).0);
    let (head, rest) = split_top(inside, look.px(44, 30));
    scene.line(head, &where_it_is(view, place), Type::regular(look.em(26, 22), QUIET).align(Align::Middle));
    let (name, figures) = split_top(rest, rest.size.height as i32 - look.px(136, 82));
    let style = Type::bold(look.em(60, 44), BLUE).align(Align::Middle);
    scene.text(within(name, 0, look.px(10, 4)), view.language.pick(&item.name, &item.name_en), style);
    let (waiting, wait) =
        (words::people(view.language, item.waiting), words::wait(view.language, item.wait_min));
    tiles(
        scene,
        look,
        figures,
        (words::WAITING_NOW.get(view.language), &waiting),
        (words::EXPECTED_WAIT.get(view.language), &wait),
    );
    main_button(scene, look, press, words::CONFIRM.get(view.language), Action::Confirm);
}

/// A区 2楼·不动产登记中心
fn where_it_is(view: View<'_>, place: &Place) -> String {
    let Some(area) = find_area(view.menu, &place.area) else { return String::new() };
    let department = super::find_department(view.menu, place)
        .map_or("", |department| view.language.pick(&department.name, &department.name_en));
    let floor = words::floor(view.language, &area.floor);
    let area = view.language.pick(&area.name, &area.name_en);
    let parts = [floor.as_str(), area, department];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("·")
}

/// The chosen service takes no numbers now (rule Q2).
pub(super) fn unavailable(scene: &mut Scene, view: View<'_>, place: &Place, service: &str) {
    let item = find_service(view.menu, place, service);
    let reason = match item.map(|item| &item.available) {
        Some(Availability::Closed { zh, en }) => view.language.pick(zh, en),
        _ => "",
    };
    let name = item.map_or("", |item| view.language.pick(&item.name, &item.name_en));
    message(scene, view, view.look.body(), words::NOT_NOW, name, reason);
    foot(scene, view, Way::Both, None);
}

/// No number was given.
pub(super) fn refused(scene: &mut Scene, view: View<'_>, zh: &str, en: &str) {
    message(scene, view, view.look.body(), words::REFUSED, "", view.language.pick(zh, en));
    foot(scene, view, Way::Home, None);
}

/// Something that could not be done; a number may stand to choose instead, under this label.
pub(super) fn said(scene: &mut Scene, view: View<'_>, heading: Words, text: Words, instead: Option<Words>) {
    let look = view.look;
    let mut body = look.body();
    if let Some(label) = instead {
        let (upper, press) = split_top(body, body.size.height as i32 - look.px(130, 88));
        body = split_top(upper, upper.size.height as i32 - look.between()).0;
        main_button(scene, look, press, label.get(view.language), Action::Ordinary);
    }
    message(scene, view, body, heading, "", text.get(view.language));
    foot(scene, view, Way::Home, None);
}

fn message(scene: &mut Scene, view: View<'_>, body: Rectangle, heading: Words, name: &str, reason: &str) {
    let look = view.look;
    let inside = card(scene, look, body);
    let rest = marked(scene, look, inside, "!", AMBER);
    let (big, rest) = split_top(rest, look.px(90, 76));
    let style = Type::bold(look.em(54, 40), RED).align(Align::Middle);
    scene.line(big, heading.get(view.language), style);
    let rest = if name.is_empty() {
        rest
    } else {
        let (line, rest) = split_top(rest, look.px(110, 60));
        scene.text(line, name, Type::bold(look.em(34, 28), INK).align(Align::Middle));
        rest
    };
    // Beside another way, large type needs the place of the guide desk.
    let guided = !(look.large && body.size.height < look.body().size.height);
    let strip = if guided { look.px(100, 64) } else { 0 };
    let (words, guide) = split_top(rest, rest.size.height as i32 - strip);
    let style = Type::regular(look.em(36, 30), INK).align(Align::Middle);
    scene.sentence(within(words, look.px(20, 20), look.px(10, 6)), reason, style);
    if !guided {
        return;
    }
    scene.round(guide, look.em(14, 12), TINT);
    let style = Type::bold(look.em(32, 26), BLUE).align(Align::Middle);
    scene.text(within(guide, look.px(16, 16), 0), words::ASK_GUIDE.get(view.language), style);
}

/// The wish is on its way; nothing can be touched.
pub(super) fn issuing(scene: &mut Scene, view: View<'_>, service: &str) {
    under_way(scene, view, service, words::ISSUING);
}

/// Something is looked up; nothing can be touched.
pub(super) fn looking(scene: &mut Scene, view: View<'_>) {
    under_way(scene, view, "", say::LOOKING);
}

fn under_way(scene: &mut Scene, view: View<'_>, service: &str, heading: Words) {
    let look = view.look;
    let inside = card(scene, look, look.tall_body());
    let (upper, lower) = split_top(inside, inside.size.height as i32 / 2);
    let (icon, name) = split_top(upper, upper.size.height as i32 * 3 / 5);
    // Three dots, the last ones paler: under way.
    let side = look.px(44, 32);
    for (n, color) in [(-1, BLUE), (0, PRESS), (1, PALE)] {
        let at = icon.center() + Point::new(n * side * 2 - side / 2, -side / 2);
        let dot = super::look::area(at.x, at.y, side, side);
        scene.round(dot, side as u32 / 2, color);
    }
    scene.text(name, service, Type::bold(look.em(36, 30), INK).align(Align::Middle));
    let (big, small) = split_top(lower, look.px(110, 80));
    let style = Type::bold(look.em(56, 46), BLUE).align(Align::Middle);
    scene.text(big, heading.get(view.language), style);
    let (small, _) = split_top(small, look.px(90, 60));
    let style = Type::regular(look.em(30, 26), QUIET).align(Align::Middle);
    scene.text(small, words::ISSUING_MORE.get(view.language), style);
}

/// The number and where to wait (rule Q8).
pub(super) fn given(scene: &mut Scene, view: View<'_>, given: &Given) {
    let look = view.look;
    let say = |words: Words| words.get(view.language);
    let main = look.body();
    let (ahead, wait) =
        (words::people(view.language, given.ahead), words::wait(view.language, given.wait_min));
    let (ahead, wait) = ((say(words::AHEAD), ahead.as_str()), (say(words::EXPECTED_WAIT), wait.as_str()));
    let place = view.language.pick(&given.place, &given.place_en);
    let gap = look.px(18, 14);
    if look.wide {
        let (left, right) = split_left(main, main.size.width as i32 * 9 / 20);
        big_number(scene, view, left, given);
        let right = split_left(right, gap).1;
        let (figures, right) = split_top(right, look.px(112, 108));
        tiles(scene, look, figures, ahead, wait);
        let (whereto, right) = split_top(split_top(right, gap).1, look.px(112, 146));
        tile(scene, look, whereto, say(words::WAIT_HERE), place);
        slip(scene, view, split_top(right, gap).1, &given.slip);
    } else {
        let (top, rest) = split_top(main, main.size.height as i32 - look.px(374, 0));
        big_number(scene, view, top, given);
        let (figures, rest) = split_top(split_top(rest, gap).1, look.px(106, 0));
        tiles(scene, look, figures, ahead, wait);
        let (whereto, rest) = split_top(split_top(rest, gap).1, look.px(124, 0));
        tile(scene, look, whereto, say(words::WAIT_HERE), place);
        slip(scene, view, split_top(rest, gap).1, &given.slip);
    }
    foot(scene, view, Way::Done, None);
}

fn big_number(scene: &mut Scene, view: View<'_>, place: Rectangle, given: &Given) {
    let look = view.look;
    let inside = card(scene, look, place);
    let (caption, rest) = split_top(inside, look.px(44, 34));
    let style = Type::regular(look.em(32, 26), QUIET).align(Align::Middle);
    scene.text(caption, words::YOUR_NUMBER.get(view.language), style);
    let (number, service) = split_top(rest, rest.size.height as i32 - look.px(52, 76));
    let style = Type::bold(look.em(200, 150), BLUE).align(Align::Middle);
    scene.line(number, &given.number, style);
    let name = view.language.pick(&given.service, &given.service_en);
    scene.text(service, name, Type::bold(look.em(32, 28), INK).align(Align::Middle));
}

fn slip(scene: &mut Scene, view: View<'_>, place: Rectangle, slip: &SlipState) {
    let look: Look = view.look;
    let (color, text) = match slip {
        SlipState::Printing => (PRESS, words::PRINTING.get(view.language)),
        SlipState::Printed => (GREEN, words::TAKE_SLIP.get(view.language)),
        SlipState::Waiting { zh, en } => (AMBER, view.language.pick(zh, en)),
    };
    scene.round(place, look.em(14, 12), color);
    let style = Type::bold(look.em(34, 28), WHITE).align(Align::Middle);
    scene.text(within(place, look.px(18, 14), look.px(8, 6)), text, style);
}
