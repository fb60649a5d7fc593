//! Pages with keys: telephone digits and code, and a number to revive. What was typed stands there as dots but for the last
//! character (rule A9); a ticket number hangs on every wall and stands there as it is.

use super::frame_parts::{Way, foot, row_button, title_in};
use super::look::{
    BLUE, BORDER, DULL, DULL_INK, INK, Look, PRESS, QUIET, RED, TINT, WHITE, area, split_left, split_top,
    within,
};
use super::words::Words;
use super::{Trouble, View, sentences as say};
use crate::scene::{Action, Align, Scene, Type};
use crate::typed::Typed;
use embedded_graphics::primitives::Rectangle;

/// Digits of the telephone number.
pub(crate) const PHONE: usize = 4;
/// Digits of telephone number and code together.
pub(crate) const PHONE_AND_CODE: usize = PHONE + 6;
/// Most characters of a ticket number: two letters and five digits.
pub(crate) const NUMBER: usize = 7;
/// Fewest: a letter and a digit.
pub(crate) const NUMBER_LEAST: usize = 2;

/// Smallest side of a key, in pixels: a finger hits it. 72 pixels are some 18 mm on the panels that kiosks have.
const LEAST_KEY: i32 = 72;

const DIGITS: &str = "1234567890";
const ALPHABET: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

/// Two fields and a number pad.
pub(super) fn phone_code(scene: &mut Scene, view: View<'_>, typed: &Typed, trouble: Option<Trouble>) {
    let look = view.look;
    foot(scene, view, Way::Both, None);
    let (words, pad) = if look.wide {
        let (words, pad) = split_left(look.body(), look.body().size.width as i32 * 11 / 20);
        (words, split_left(pad, look.between()).1)
    } else {
        split_top(look.body(), look.px(70, 0) + look.px(136, 0) + look.between())
    };
    let heading = match trouble {
        Some(Trouble { tries_left }) => say::wrong_code(view.language, tries_left),
        None => say::PHONE_CODE.get(view.language).to_owned(),
    };
    let color = if trouble.is_some() { RED } else { INK };
    let rest = title_in(scene, look, words, &heading, color);
    let complete = typed.len() == PHONE_AND_CODE;
    let (phone, code) = (typed.part(0, PHONE), typed.part(PHONE, PHONE_AND_CODE));
    let (fields, below, pad) = if look.wide {
        let (fields, below) = split_top(rest, rest.size.height as i32 - look.px(0, 84));
        (split_top(fields, fields.size.height as i32 - look.between()).0, below, pad)
    } else {
        let (pad, below) = split_top(pad, pad.size.height as i32 - look.px(96, 0));
        (split_top(rest, look.px(136, 0)).0, below, split_top(pad, pad.size.height as i32 - look.between()).0)
    };
    // The code's field is as much wider as it has more digits.
    let (first, second) = split_left(fields, (fields.size.width as i32 - look.between()) * 2 / 5);
    let second = split_left(second, look.between()).1;
    let active = typed.len() < PHONE;
    field(scene, view, first, say::LAST_FOUR, &phone.dots(typed.len() <= PHONE), PHONE, active);
    field(scene, view, second, say::CODE, &code.dots(true), PHONE_AND_CODE - PHONE, !active && !complete);
    submit(scene, look, below, say::FIND.get(view.language), complete);
    let keys: Vec<Key> = "123456789"
        .chars()
        .map(Key::Character)
        .chain([Key::Clear, Key::Character('0'), Key::Erase])
        .collect();
    keys_in(scene, view, pad, &keys, 3);
}

/// A field for the number, letters and digits; the scanner reads slips meanwhile.
pub(super) fn revival(scene: &mut Scene, view: View<'_>, typed: &Typed, trouble: Option<Words>) {
    let look = view.look;
    foot(scene, view, Way::Both, None);
    let ask = if view.menu.offers.scanner { say::REVIVAL_SCAN } else { say::REVIVAL_TITLE };
    let heading = trouble.unwrap_or(ask).get(view.language);
    let color = if trouble.is_some() { RED } else { INK };
    let (shown, press, pad) = if look.wide {
        let (left, pad) = split_left(look.body(), look.body().size.width as i32 * 3 / 10);
        let (words, rest) = split_top(left, left.size.height as i32 - look.px(0, 190));
        scene.sentence(words, heading, Type::bold(look.em(28, 28), color));
        let (shown, press) = split_top(rest, look.px(0, 90));
        (shown, split_top(press, look.between()).1, split_left(pad, look.between()).1)
    } else {
        let body = title_in(scene, look, look.body(), heading, color);
        let (row, pad) = split_top(body, look.px(100, 0));
        let (shown, press) = split_left(row, (row.size.width as i32 - look.between()) / 2);
        (shown, split_left(press, look.between()).1, split_top(pad, look.between()).1)
    };
    scene.card(shown, look.em(14, 12), look.em(3, 3), PRESS, WHITE);
    let style = Type::bold(look.em(64, 48), BLUE).align(Align::Middle);
    scene.line(within(shown, look.px(8, 8), 0), typed.in_clear(), style);
    submit(scene, look, press, say::REVIVE.get(view.language), typed.len() >= NUMBER_LEAST);
    let (keys, columns) = letters_and_digits(look, pad, &letters(&view.menu.offers.letters));
    keys_in(scene, view, pad, &keys, columns);
}

/// Letters above digits if that leaves keys large enough to hit, else one after the other.
fn letters_and_digits(look: Look, pad: Rectangle, letters: &str) -> (Vec<Key>, usize) {
    let digits = || DIGITS.chars().map(Key::Character).chain([Key::Clear, Key::Erase]);
    let apart = |columns: usize| {
        let gap = letters.len().next_multiple_of(columns) - letters.len();
        let letters = letters.chars().map(Key::Character);
        letters.chain(std::iter::repeat_n(Key::None, gap)).chain(digits()).collect::<Vec<Key>>()
    };
    let together: Vec<Key> = letters.chars().map(Key::Character).chain(digits()).collect();
    let side = |keys: &[Key], columns: usize| {
        let (width, height) = cell(pad, look, keys.len(), columns);
        width.min(height)
    };
    let best = [4, 6, 12].into_iter().map(|columns| (apart(columns), columns));
    let best = best.max_by_key(|(keys, columns)| side(keys, *columns));
    if let Some((keys, columns)) = best.filter(|(keys, columns)| side(keys, *columns) >= LEAST_KEY) {
        return (keys, columns);
    }
    let columns = (4..=13).max_by_key(|columns| side(&together, *columns)).unwrap_or(6);
    (together, columns)
}

/// The letters that get a key: those that numbers begin with, once each and in order.
pub(crate) fn letters(wanted: &str) -> String {
    let some: String = ALPHABET.chars().filter(|letter| wanted.contains(*letter)).collect();
    if some.is_empty() { ALPHABET.to_owned() } else { some }
}

#[derive(Clone, Copy)]
enum Key {
    Character(char),
    Clear,
    Erase,
    /// A place without a key.
    None,
}

fn cell(pad: Rectangle, look: Look, count: usize, columns: usize) -> (i32, i32) {
    let gap = look.px(10, 8);
    let rows = count.div_ceil(columns).max(1) as i32;
    let height = ((pad.size.height as i32 + gap) / rows - gap).min(look.px(130, 120));
    ((pad.size.width as i32 + gap) / columns as i32 - gap, height)
}

fn keys_in(scene: &mut Scene, view: View<'_>, pad: Rectangle, keys: &[Key], columns: usize) {
    let look = view.look;
    let gap = look.px(10, 8);
    let (width, height) = cell(pad, look, keys.len(), columns);
    for (n, key) in keys.iter().enumerate() {
        let (x, y) = ((n % columns) as i32 * (width + gap), (n / columns) as i32 * (height + gap));
        let place = area(pad.top_left.x + x, pad.top_left.y + y, width, height);
        let (label, action, em) = match key {
            Key::Character(character) => (character.to_string(), Action::Key(*character), look.em(48, 40)),
            Key::Clear => (say::CLEAR.get(view.language).to_owned(), Action::Clear, look.em(30, 26)),
            Key::None => continue,
            Key::Erase => (say::ERASE.get(view.language).to_owned(), Action::Erase, look.em(30, 26)),
        };
        let (ground, ink) = match key {
            Key::Character(_) => (WHITE, BLUE),
            Key::Clear | Key::Erase | Key::None => (TINT, INK),
        };
        scene.card(place, look.em(12, 10), look.em(2, 2), BORDER, ground);
        let style = Type::bold(em, ink).align(Align::Middle);
        scene.line(within(place, look.px(6, 4), 0), &label, style);
        scene.target(place, &label, action);
    }
}

/// A caption and a box for each digit.
fn field(
    scene: &mut Scene,
    view: View<'_>,
    place: Rectangle,
    caption: Words,
    signs: &[char],
    count: usize,
    active: bool,
) {
    let look = view.look;
    let (upper, boxes) = split_top(place, look.px(46, 36));
    scene.line(upper, caption.get(view.language), Type::regular(look.em(26, 22), QUIET));
    let gap = look.px(6, 5);
    let width = (boxes.size.width as i32 + gap) / count as i32 - gap;
    let height = (boxes.size.height as i32).min(look.px(96, 96));
    for n in 0..count {
        let place = area(boxes.top_left.x + n as i32 * (width + gap), boxes.top_left.y, width, height);
        let next = active && n == signs.len();
        let (line, ground) = if next { (PRESS, TINT) } else { (BORDER, WHITE) };
        scene.card(
            place,
            look.em(8, 8),
            look.em(if next { 4 } else { 2 }, if next { 4 } else { 2 }),
            line,
            ground,
        );
        if let Some(sign) = signs.get(n) {
            let dot = *sign == '●';
            let style = Type::bold(look.em(if dot { 30 } else { 52 }, if dot { 26 } else { 44 }), BLUE);
            scene.line(place, &sign.to_string(), style.align(Align::Middle));
        }
    }
}

/// The button that ends typing; dull while something is missing.
fn submit(scene: &mut Scene, look: Look, place: Rectangle, label: &str, complete: bool) {
    if complete {
        row_button(scene, look, place, label, Action::Submit);
    } else {
        scene.round(place, look.em(14, 12), DULL);
        scene.line(place, label, Type::bold(look.em(38, 30), DULL_INK).align(Align::Middle));
    }
}
