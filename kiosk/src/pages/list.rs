//! Lists to choose from: areas, departments, services. Long lists have pages.

use super::frame_parts::{Turning, Way, foot, title};
use super::look::{
    BLUE, BORDER, DULL, DULL_INK, INK, Look, PRESS, QUIET, RED, WHITE, area, split_left, split_top, within,
};
use super::words::{self, Words};
use super::{Goal, Place, View, find_area, find_department, sentences};
use crate::menu::{Availability, ServiceItem};
use crate::scene::{Action, Align, Scene, Type};
use embedded_graphics::primitives::Rectangle;

/// Columns and least height of a list's rows.
pub(super) struct Grid {
    pub(super) columns: usize,
    pub(super) least: i32,
    pub(super) most: i32,
}

/// So many departments stand below each other on an upright panel; more need two columns.
const FEW: usize = 5;

/// Draws the part of a list of `count` items that page `at` shows; returns the page shown and how many there are.
pub(super) fn list(
    body: Rectangle,
    look: Look,
    grid: &Grid,
    count: usize,
    at: usize,
    mut draw: impl FnMut(Rectangle, usize),
) -> Turning {
    let gap = look.px(16, 14);
    let (width, height) = (body.size.width as i32, body.size.height as i32);
    let rows = ((height + gap) / (grid.least + gap)).max(1);
    let columns = grid.columns as i32;
    // A short list has higher rows.
    let used = (count.div_ceil(grid.columns).max(1) as i32).min(rows);
    let row_height = ((height + gap) / used - gap).clamp(1, grid.most);
    let column_width = (width + gap) / columns - gap;
    let capacity = rows as usize * grid.columns;
    let pages = count.div_ceil(capacity).max(1);
    let at = at.min(pages - 1);
    for n in at * capacity..count.min((at + 1) * capacity) {
        let place = (n - at * capacity) as i32;
        let (x, y) = (place % columns * (column_width + gap), place / columns * (row_height + gap));
        draw(area(body.top_left.x + x, body.top_left.y + y, column_width, row_height), n);
    }
    Turning { at, pages }
}

/// The areas of the hall.
pub(super) fn areas(scene: &mut Scene, view: View<'_>, at: usize) {
    let look = view.look;
    let body = title(scene, look, look.body(), &heading(view, "", words::CHOOSE_AREA));
    let grid =
        Grid { columns: if look.wide { 2 } else { 1 }, least: look.px(132, 106), most: look.px(160, 150) };
    let turning = list(body, look, &grid, view.menu.areas.len(), at, |place, n| {
        let item = &view.menu.areas[n];
        scene.card(place, look.em(16, 14), look.em(2, 2), BORDER, WHITE);
        let inside = within(place, look.px(12, 10), look.px(12, 10));
        let side = inside.size.height as i32;
        let (mark, rest) = split_left(inside, side);
        scene.round(mark, look.em(12, 10), BLUE);
        scene.text(mark, &item.code, Type::bold(side as u32 * 3 / 5, WHITE).align(Align::Middle));
        let name = view.language.pick(&item.name, &item.name_en);
        let more = [words::floor(view.language, &item.floor), names_of(view, item)];
        let more: Vec<&str> = more.iter().map(String::as_str).filter(|part| !part.is_empty()).collect();
        let rest = split_left(rest, look.px(20, 16)).1;
        two_lines(scene, look, rest, name, &more.join("·"));
        scene.target(place, name, Action::Area(item.code.clone()));
    });
    foot(scene, view, Way::Both, Some(turning));
}

/// The departments of an area in a few words.
fn names_of(view: View<'_>, item: &crate::menu::AreaItem) -> String {
    words::services(view.language, item.departments.iter().map(|department| department.services.len()).sum())
}

/// The departments of one area.
pub(super) fn departments(scene: &mut Scene, view: View<'_>, area: &str, at: usize) {
    let look = view.look;
    let items = find_area(view.menu, area).map_or(&[][..], |area| &area.departments);
    let heading =
        heading(view, find_area(view.menu, area).map_or("", |area| &area.code), words::CHOOSE_DEPARTMENT);
    let body = title(scene, look, look.body(), &heading);
    let columns = if look.wide || items.len() > FEW { 2 } else { 1 };
    let grid = Grid { columns, least: look.px(120, 96), most: look.px(160, 150) };
    let turning = list(body, look, &grid, items.len(), at, |place, n| {
        let item = &items[n];
        let inside = choice(scene, look, place);
        let name = view.language.pick(&item.name, &item.name_en);
        two_lines(scene, look, inside, name, &words::services(view.language, item.services.len()));
        scene.target(place, name, Action::Department(item.name.clone()));
    });
    foot(scene, view, Way::Both, Some(turning));
}

/// The services of one department, each with how long it takes to be called (rules Q2 and X2).
pub(super) fn services(scene: &mut Scene, view: View<'_>, place: &Place, at: usize) {
    let look = view.look;
    let items = find_department(view.menu, place).map_or(&[][..], |department| &department.services);
    let body = title(scene, look, look.body(), &heading(view, &place.area, words::CHOOSE_SERVICE));
    let grid =
        Grid { columns: if look.wide { 2 } else { 1 }, least: look.px(96, 84), most: look.px(128, 120) };
    let turning = list(body, look, &grid, items.len(), at, |place, n| service(scene, view, place, &items[n]));
    foot(scene, view, Way::Both, Some(turning));
}

fn heading(view: View<'_>, area: &str, words: Words) -> String {
    let words = words.get(view.language);
    if view.goal == Goal::Notice {
        return format!("{}·{words}", sentences::NOTICE_OF.get(view.language));
    }
    if area.is_empty() || view.menu.areas.len() < 2 {
        return words.to_owned();
    }
    match view.language {
        crate::menu::Language::Chinese => format!("{area}区·{words}"),
        crate::menu::Language::English => format!("Area {area}·{words}"),
    }
}

fn service(scene: &mut Scene, view: View<'_>, place: Rectangle, item: &ServiceItem) {
    let look = view.look;
    let name = view.language.pick(&item.name, &item.name_en);
    let side = look.px(196, 156);
    scene.target(place, name, Action::Service(item.code.clone()));
    match &item.available {
        _ if view.goal == Goal::Notice => {
            let inside = choice(scene, look, place);
            scene.text(within(inside, look.px(4, 4), 0), name, Type::bold(look.em(32, 26), INK));
        }
        Availability::Open => {
            let inside = choice(scene, look, place);
            let (left, right) = split_left(inside, inside.size.width as i32 - side);
            scene.text(within(left, look.px(4, 4), 0), name, Type::bold(look.em(32, 26), INK));
            let waiting = words::waiting(view.language, item.waiting);
            let bold = Type::bold(look.em(26, 22), PRESS).align(Align::Right);
            if item.wait_min.is_none() {
                scene.line(right, &waiting, bold);
                return;
            }
            let middle = within(right, 0, (right.size.height as i32 - look.px(76, 62)).max(0) / 2);
            let (upper, lower) = split_top(middle, middle.size.height as i32 / 2);
            scene.line(upper, &waiting, bold);
            let wait = words::wait(view.language, item.wait_min);
            scene.line(lower, &wait, Type::regular(look.em(24, 20), QUIET).align(Align::Right));
        }
        Availability::Closed { zh, en } => {
            scene.round(place, look.em(16, 14), DULL);
            let inside = inside_of(look, place);
            let (left, right) = split_left(inside, inside.size.width as i32 - side);
            scene.text(within(left, look.px(4, 4), 0), name, Type::bold(look.em(32, 26), DULL_INK));
            let reason = view.language.pick(zh, en);
            scene.line(right, reason, Type::bold(look.em(24, 20), RED).align(Align::Right));
        }
    }
}

/// A white card that can be chosen, with a blue mark at its left; returns its inside.
pub(super) fn choice(scene: &mut Scene, look: Look, place: Rectangle) -> Rectangle {
    scene.card(place, look.em(16, 14), look.em(2, 2), BORDER, WHITE);
    let (x, y) = (place.top_left.x + look.px(9, 8), place.top_left.y + look.px(18, 14));
    let height = place.size.height as i32 - 2 * look.px(18, 14);
    scene.round(area(x, y, look.px(6, 5), height), look.em(3, 2), PRESS);
    inside_of(look, place)
}

fn inside_of(look: Look, place: Rectangle) -> Rectangle {
    let (_, inside) = split_left(within(place, 0, look.px(10, 8)), look.px(26, 22));
    split_left(inside, inside.size.width as i32 - look.px(20, 16)).0
}

/// A name and something smaller below it.
fn two_lines(scene: &mut Scene, look: Look, place: Rectangle, name: &str, more: &str) {
    let place = within(place, 0, (place.size.height as i32 - look.px(116, 96)).max(0) / 2);
    let (upper, lower) = split_top(place, place.size.height as i32 - look.px(40, 34));
    scene.text(upper, name, Type::bold(look.em(36, 30), INK));
    scene.line(lower, more, Type::regular(look.em(24, 20), QUIET));
}
