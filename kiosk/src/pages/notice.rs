//! The one-time notice as it will be printed, page by page (rule Q9).

use super::frame_parts::{Turning, Way, card, foot, row_button, title};
use super::look::{AMBER, BLUE, GREEN, INK, Look, PRESS, WHITE, area, split_top, within};
use super::{View, sentences as say};
use crate::answers::{Notice, NoticeText};
use crate::menu::SlipState;
use crate::scene::{Action, Align, Scene, Type};
use crate::text;
use embedded_graphics::primitives::Rectangle;
use link::font::Weight;

/// Most pages of a notice; a longer one comes from a broken table, and only print could hold it.
const MOST_PAGES: usize = 20;

/// One line of a notice, or the distance before a heading.
#[derive(Clone, Debug, PartialEq)]
enum Line {
    Heading(String),
    Text(String),
}

/// The notice's text, what the printer does or a button for it, and turning.
pub(super) fn notice(
    scene: &mut Scene,
    view: View<'_>,
    notice: &Notice,
    at: usize,
    print: Option<&SlipState>,
) {
    let look = view.look;
    let text = notice.text(view.language);
    let heading = format!("{}·{}", say::NOTICE_OF.get(view.language), text.service);
    let body = title(scene, look, look.body(), &heading);
    let (upper, press) = split_top(body, body.size.height as i32 - look.px(100, 76));
    let inside = card(scene, look, split_top(upper, upper.size.height as i32 - look.between()).0);
    let pages = pages(view, text, inside);
    let at = at.min(pages.len().saturating_sub(1));
    let mut y = inside.top_left.y;
    for line in pages.get(at).into_iter().flatten() {
        let (words, style) = match line {
            Line::Heading(words) => (words, Type::bold(look.em(30, 24), BLUE)),
            Line::Text(words) => (words, Type::regular(look.em(28, 22), INK)),
        };
        let height = height(look, line);
        let place = area(inside.top_left.x, y, inside.size.width as i32, height);
        scene.line(place, words, style);
        y += height;
    }
    match print {
        None => row_button(scene, look, press, say::PRINT.get(view.language), Action::Print),
        Some(state) => {
            let (color, words) = match state {
                SlipState::Printing => (PRESS, say::NOTICE_PRINTING.get(view.language)),
                SlipState::Printed => (GREEN, say::NOTICE_PRINTED.get(view.language)),
                SlipState::Waiting { zh, en } => (AMBER, view.language.pick(zh, en)),
            };
            scene.round(press, look.em(14, 12), color);
            let style = Type::bold(look.em(32, 26), WHITE).align(Align::Middle);
            scene.text(within(press, look.px(16, 14), look.px(6, 6)), words, style);
        }
    }
    foot(scene, view, Way::Both, Some(Turning { at, pages: pages.len() }));
}

fn height(look: Look, line: &Line) -> i32 {
    match line {
        Line::Heading(_) => look.em(52, 40) as i32,
        Line::Text(_) => look.em(42, 32) as i32,
    }
}

/// The lines of each page. What belongs together stays on one page, if a page can hold it.
fn pages(view: View<'_>, text: &NoticeText, inside: Rectangle) -> Vec<Vec<Line>> {
    let look = view.look;
    let room = inside.size.height as i32;
    let mut pages: Vec<Vec<Line>> = vec![Vec::new()];
    let mut used = 0;
    for block in blocks(view, text, inside.size.width) {
        let whole: i32 = block.iter().map(|line| height(look, line)).sum();
        let mut turn = used > 0 && used + whole > room && whole <= room;
        for line in block {
            let more = height(look, &line);
            if turn || (used > 0 && used + more > room) {
                if pages.len() == MOST_PAGES {
                    return pages;
                }
                pages.push(Vec::new());
                (used, turn) = (0, false);
            }
            used += more;
            if let Some(page) = pages.last_mut() {
                page.push(line);
            }
        }
    }
    pages
}

/// What belongs together: each item with its lines, the first of a part with the heading above it.
fn blocks(view: View<'_>, text: &NoticeText, width: u32) -> Vec<Vec<Line>> {
    let language = view.language;
    let numbered = |items: &[String]| -> Vec<String> {
        match items {
            [only] => vec![only.clone()],
            items => items.iter().enumerate().map(|(n, item)| format!("{}. {item}", n + 1)).collect(),
        }
    };
    let limit = |caption: &str, value: &str| {
        if value.is_empty() { String::new() } else { format!("{caption}{value}") }
    };
    let limits = vec![
        limit(say::LEGAL_LIMIT.get(language), &text.legal_limit),
        limit(say::PROMISED_LIMIT.get(language), &text.promised_limit),
    ];
    let parts = [
        (say::CONDITIONS, numbered(&text.conditions)),
        (say::MATERIALS, numbered(&text.materials)),
        (say::LIMITS, limits),
        (say::FEES, vec![text.fees.clone()]),
        (say::CONTACT, vec![text.contact.clone()]),
        (say::COMPLAINT, vec![text.complaint.clone()]),
    ];
    let wrapped = |item: &str| {
        text::wrap(item, view.look.em(28, 22), Weight::Regular, width).into_iter().map(Line::Text)
    };
    let mut blocks = Vec::new();
    if !text.remark.is_empty() {
        blocks.push(wrapped(&text.remark).collect());
    }
    for (heading, items) in parts {
        let items = items.iter().filter(|item| !item.trim().is_empty());
        for (n, item) in items.enumerate() {
            let heading = (n == 0).then(|| Line::Heading(heading.get(language).to_owned()));
            blocks.push(heading.into_iter().chain(wrapped(item)).collect());
        }
    }
    blocks
}
