//! A number that somebody already holds or got back, with its state: shown instead of giving a second one.

use super::frame_parts::{Way, card, foot, main_button, tile, tiles};
use super::look::{BLUE, GREEN, INK, WHITE, split_left, split_top, within};
use super::words::{self, Words};
use super::{View, Why, sentences as say};
use crate::answers::{Held, HeldState};
use crate::scene::{Action, Align, Scene, Type};

pub(super) fn heading(why: Why) -> Words {
    match why {
        Why::Holds => say::HOLDS,
        Why::CheckedIn => say::CHECKED_IN,
        Why::Revived => say::REVIVED,
        Why::NotPassed => say::NOT_PASSED,
    }
}

/// The number, what it waits for, and where.
pub(super) fn held(scene: &mut Scene, view: View<'_>, why: Why, held: &Held) {
    let look = view.look;
    let main = look.body();
    foot(scene, view, Way::Done, None);
    let (banner, rest) = split_top(main, look.px(88, 64));
    scene.round(banner, look.em(14, 12), GREEN);
    let style = Type::bold(look.em(40, 32), WHITE).align(Align::Middle);
    scene.line(within(banner, look.px(16, 14), 0), heading(why).get(view.language), style);
    let rest = split_top(rest, look.between()).1;
    let (number, facts) = if look.wide {
        let (number, facts) = split_left(rest, rest.size.width as i32 * 9 / 20);
        (number, split_left(facts, look.between()).1)
    } else {
        let (number, facts) = split_top(rest, rest.size.height as i32 - look.px(284, 0));
        (number, split_top(facts, look.between()).1)
    };
    let inside = card(scene, look, number);
    let (figure, service) = split_top(inside, inside.size.height as i32 - look.px(60, 60));
    scene.line(figure, &held.number, Type::bold(look.em(180, 130), BLUE).align(Align::Middle));
    let name = view.language.pick(&held.service, &held.service_en);
    scene.text(service, name, Type::bold(look.em(32, 26), INK).align(Align::Middle));
    let (upper, lower) = split_top(facts, (facts.size.height as i32 - look.between()) / 2);
    let lower = split_top(lower, look.between()).1;
    let place = view.language.pick(&held.place, &held.place_en);
    let caption = match held.state {
        HeldState::Waiting { ahead, wait_min } => {
            let (ahead, wait) = (words::people(view.language, ahead), words::wait(view.language, wait_min));
            let captions = (words::AHEAD.get(view.language), words::EXPECTED_WAIT.get(view.language));
            tiles(scene, look, upper, (captions.0, &ahead), (captions.1, &wait));
            words::WAIT_HERE
        }
        _ => {
            let state = say::held_state(held).get(view.language);
            tile(scene, look, upper, say::STATE.get(view.language), state);
            say::GO_THERE
        }
    };
    if held.state == HeldState::Passed && view.menu.offers.revival {
        main_button(scene, look, lower, say::REVIVE_IT.get(view.language), Action::Revival);
    } else {
        tile(scene, look, lower, caption.get(view.language), place);
    }
}
