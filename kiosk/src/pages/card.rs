//! The card before a number is taken, and the question about the green channel (rules G2 and G6).

use super::appointment::{card_picture, warning, way};
use super::frame_parts::{Way, card, foot, light_button, main_button, marked, row_button, title};
use super::look::{GREEN, INK, split_left, split_top, within};
use super::words::Words;
use super::{View, sentences as say};
use crate::scene::{Action, Align, Scene, Type};

/// A card is asked for; it can be left out.
pub(super) fn ask(scene: &mut Scene, view: View<'_>, trouble: Option<Words>) {
    let look = view.look;
    let body = title(scene, look, look.body(), say::CARD_TITLE.get(view.language));
    foot(scene, view, Way::Both, None);
    let (upper, press) = split_top(body, body.size.height as i32 - look.px(116, 84));
    let mut upper = split_top(upper, upper.size.height as i32 - look.between()).0;
    if let Some(trouble) = trouble {
        let (strip, rest) = split_top(upper, look.px(96, 64));
        warning(scene, look, strip, trouble.get(view.language));
        upper = split_top(rest, look.between()).1;
    }
    way(scene, view, upper, say::LAY_CARD, say::CARD_WHY, card_picture);
    row_button(scene, look, press, say::SKIP.get(view.language), Action::Skip);
}

/// Whether the green channel is wanted. Why somebody may use it is not said.
pub(super) fn priority(scene: &mut Scene, view: View<'_>) {
    let look = view.look;
    let body = title(scene, look, look.body(), say::PRIORITY.get(view.language));
    foot(scene, view, Way::Home, None);
    let buttons = look.px(150, 92) + if look.wide { 0 } else { look.px(100, 0) + look.between() };
    let (upper, press) = split_top(body, body.size.height as i32 - buttons);
    let inside = card(scene, look, split_top(upper, upper.size.height as i32 - look.between()).0);
    // Large type needs the place of the sign.
    let rest = if look.large { inside } else { marked(scene, look, inside, "优", GREEN) };
    let style = Type::bold(look.em(42, 34), INK).align(Align::Middle);
    scene.sentence(within(rest, look.px(16, 12), 0), say::PRIORITY_ASK.get(view.language), style);
    let (yes, no) = if look.wide {
        let (yes, no) = split_left(press, (press.size.width as i32 - look.between()) / 2);
        (yes, split_left(no, look.between()).1)
    } else {
        let (yes, no) = split_top(press, look.px(150, 92));
        (yes, split_top(no, look.between()).1)
    };
    main_button(scene, look, yes, say::PRIORITY_YES.get(view.language), Action::Priority(true));
    light_button(scene, look, no, say::PRIORITY_NO.get(view.language), Action::Priority(false));
}
