//! Pictures of the screens, as characters.

use super::command::{Area, Command, Delete, Effect, RunMode};
use super::*;
use link::Uptime;
use proptest::prelude::*;

/// The screen after it was told `content` and has answered.
fn twin(content: &Content, width_px: u16, height_px: u16) -> Twin {
    let geometry = Geometry::new(width_px, height_px).expect("a possible screen");
    let screen = Screen { number: 3, geometry, card: CardType::Any };
    let mut wire = Vec::new();
    layout::layout(content, geometry).command.encode(&screen, &mut wire);
    let mut twin = Twin::new(3, geometry, CardType::Any, 57_600);
    twin.receive(Uptime::default(), &wire);
    while twin.transmit(Uptime::from_millis(SHOWN_AT)).is_some() {}
    twin
}

/// No frame takes longer than this at 57600.
const SHOWN_AT: u64 = 600;

fn content(lines: &[(&str, Colour)], look: Look) -> Content {
    let lines = lines.iter().map(|(text, colour)| Line { text: (*text).to_owned(), colour: *colour });
    Content { lines: lines.collect(), look }
}

fn picture(twin: &Twin, at_ms: u64) -> String {
    let pixels = twin.view(Uptime::from_millis(at_ms)).pixels;
    let mark = |digit| match digit {
        '0' => '.',
        '1' => '#',
        '2' => 'o',
        _ => '@',
    };
    pixels.iter().map(|row| row.chars().map(mark).collect::<String>() + "\n").collect()
}

const CALL: &[(&str, Colour)] = &[("A012 请到 3号窗口", Colour::Red)];

#[test]
fn a_call_on_96_by_32() {
    let twin = twin(&content(CALL, Look::Steady), 96, 32);
    insta::assert_snapshot!(picture(&twin, SHOWN_AT));
}

#[test]
fn a_call_on_128_by_32() {
    let twin = twin(&content(CALL, Look::Steady), 128, 32);
    insta::assert_snapshot!(picture(&twin, SHOWN_AT));
}

#[test]
fn a_call_scrolls_through_64_by_16() {
    let twin = twin(&content(CALL, Look::Steady), 64, 16);
    insta::assert_snapshot!(format!("{}\n{}", picture(&twin, 2000), picture(&twin, 3500)));
}

#[test]
fn two_colours_and_two_lines() {
    let lines = [("3号窗口", Colour::Green), ("暂停服务", Colour::Yellow)];
    let twin = twin(&content(&lines, Look::Steady), 64, 32);
    insta::assert_snapshot!(picture(&twin, SHOWN_AT));
}

#[test]
fn a_flashing_call_is_lit_and_dark_by_turns_and_its_text_is_always_there() {
    let flashing = content(&[("A012", Colour::Red)], Look::Flashing);
    let twin = twin(&flashing, 64, 16);
    let lit = |at| twin.frame(Uptime::from_millis(at)).iter().any(|pixel| *pixel > 0);
    let begin = SHOWN_AT - SHOWN_AT % 100;
    let changes = (begin..begin + 10_000).step_by(10).filter(|at| lit(*at) != lit(*at + 10)).count();
    assert_eq!(changes, 20, "lit for half a second, dark for half a second");
    let view = twin.view(Uptime::from_millis(begin));
    assert_eq!(
        (view.text_lines, view.moving, view.on, view.brightness),
        (vec!["A012".to_owned()], true, true, 15)
    );
}

#[test]
fn a_long_flashing_call_shows_all_its_parts_in_turn() {
    let twin = twin(&content(CALL, Look::Flashing), 72, 16);
    let pictures: Vec<String> = (0..4).map(|page| picture(&twin, SHOWN_AT + page * 1000)).collect();
    assert_ne!(pictures[0], pictures[1]);
    assert_eq!(pictures.iter().filter(|picture| !picture.contains('#')).count(), 1);
    assert_eq!(pictures[0], pictures[3]);
}

#[test]
fn power_and_brightness_are_obeyed_and_others_frames_are_not() {
    let mut twin = twin(&content(CALL, Look::Steady), 96, 32);
    let mut ask = |command: &Command, number, at| {
        let mut wire = Vec::new();
        let geometry = Geometry { width_px: 96, height_px: 32 };
        command.encode(&Screen { number, geometry, card: CardType::Any }, &mut wire);
        twin.receive(Uptime::from_millis(at), &wire);
        let view = twin.view(Uptime::from_millis(at + 200));
        twin.wake(Uptime::from_millis(at + 200));
        let after = twin.view(Uptime::from_millis(at + 200));
        let answered = twin.transmit(Uptime::from_millis(at + 200)).is_some();
        (view.on, after.on, after.brightness, answered)
    };
    ask(&Command::Ping, 3, 1000);
    assert_eq!(ask(&Command::Power(false), 4, 2000), (true, true, 15, false));
    assert_eq!(ask(&Command::Power(false), 3, 3000), (true, false, 15, true));
    assert_eq!(ask(&Command::Brightness(4), codec::BROADCAST_SILENT, 4000), (false, false, 4, false));
    assert_eq!(ask(&Command::Power(true), codec::BROADCAST_ANSWERED, 5000), (false, true, 4, true));
    assert_eq!(ask(&Command::Clear, 3, 6000), (true, true, 4, true));
    assert_eq!(twin.view(Uptime::from_millis(7000)).text_lines, Vec::<String>::new());
}

#[test]
fn a_view_is_plain_json() {
    let twin = twin(&content(&[("A", Colour::Green)], Look::Steady), 8, 16);
    let view = twin.view(Uptime::from_millis(SHOWN_AT));
    assert_eq!(view.pixels.len(), 16);
    assert!(view.pixels.iter().all(|row| row.len() == 8));
    assert!(view.pixels.iter().any(|row| row.contains('2')));
}

fn areas() -> impl Strategy<Value = Area> {
    let place = (0u16..20, 0u16..40, 0u16..20, 0u16..40, any::<u8>());
    let effects =
        [Effect::Static, Effect::Snap, Effect::Left, Effect::Right, Effect::Up, Effect::Down].map(Just);
    let runs = [RunMode::Loop, RunMode::HoldLast, RunMode::DeleteOnTimeout, RunMode::LogoOnTimeout].map(Just);
    let way = (proptest::sample::select(effects.to_vec()), proptest::sample::select(runs.to_vec()));
    let text = prop_oneof![
        prop::collection::vec(any::<u8>(), 0..80),
        r"([A-Z ]{0,9}(\\n|\\C[0-9])){0,9}".prop_map(String::into_bytes),
    ];
    (place, way, any::<(bool, bool, u8, u8)>(), text).prop_map(
        |((x_cells, y_px, width_cells, height_px, line_gap), (Just(effect), Just(run)), how, text)| {
            let (single_line, wrap, speed, stay_half_s) = how;
            let (id, timeout_s) = (0, 3);
            Area {
                x_cells,
                y_px,
                width_cells,
                height_px,
                id,
                line_gap,
                run,
                timeout_s,
                single_line,
                wrap,
                effect,
                speed,
                stay_half_s,
                text,
            }
        },
    )
}

proptest! {
    #[test]
    fn any_area_is_drawn_within_the_screen_at_any_time(area in areas(), at in 0u64..100_000) {
        let mut wire = Vec::new();
        let screen = Screen { number: 3, geometry: Geometry { width_px: 64, height_px: 32 }, card: CardType::Bx6K1 };
        let show = Command::Show { delete: Delete::Nothing, areas: vec![area] };
        show.encode(&screen, &mut wire);
        let mut twin = Twin::new(3, screen.geometry, CardType::Bx6K1, 57_600);
        twin.receive(Uptime::default(), &wire);
        twin.wake(Uptime::from_millis(at));
        let frame = twin.frame(Uptime::from_millis(at));
        prop_assert_eq!(frame.len(), 64 * 32);
        prop_assert!(frame.iter().all(|pixel| *pixel <= 3));
    }
}
