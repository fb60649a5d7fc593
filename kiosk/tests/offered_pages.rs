//! Pictures, places to touch and texts of the pages that a kiosk with more than numbers has: in both languages, both sizes of
//! type and on both panels. `KIOSK_GOLDEN=update cargo test -p kiosk --test offered_pages` draws the pictures anew; then look
//! at each.

mod sample;

use kiosk::*;
use sample::golden::compare;
use sample::offers;
use sample::walks::{Manner, Visitor, every_offered_page};

const SIZES: [Size; 2] = [Size::new(768, 1024), Size::new(1024, 600)];

/// Pages whose picture is kept: one of each layout.
const KEPT: [&str; 15] = [
    "offers-zh",
    "appointment-zh",
    "code-typed-zh",
    "bookings-zh",
    "booking-open-zh",
    "booking-late-en",
    "card-unreadable-zh",
    "priority-zh",
    "held-waiting-zh",
    "revival-typed-zh",
    "notice-zh",
    "offers-zh-large",
    "code-typed-zh-large",
    "offered-given-zh-large",
    "notice-en-large",
];

fn every_page(mut see: impl FnMut(Size, Manner, &str, &Ui)) {
    for size in SIZES {
        for manner in Manner::ALL {
            every_offered_page(size, manner, |name, ui| see(size, manner, name, ui));
        }
    }
}

#[test]
fn every_layout_looks_as_it_did() {
    let (mut wrong, mut seen) = (Vec::new(), 0);
    every_page(|size, _, name, ui| {
        if KEPT.contains(&name) {
            seen += 1;
            wrong.extend(compare(size, name, &ui.frame()).err());
        }
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(seen, KEPT.len() * SIZES.len());
}

#[test]
fn every_text_of_the_sample_fits_its_place() {
    every_page(|size, _, name, ui| assert_eq!(ui.shortened(), [""; 0], "{name} {size:?}"));
}

#[test]
fn every_place_to_touch_is_large_enough_and_apart_from_others() {
    every_page(|size, _, name, ui| {
        let panel = Rectangle::new(Point::zero(), size);
        let places: Vec<(&str, Rectangle)> = ui.targets().collect();
        for (n, (label, place)) in places.iter().enumerate() {
            assert!(place.size.width >= 72 && place.size.height >= 72, "{name} {label} {place:?}");
            assert_eq!(place.intersection(&panel), *place, "{name} {label}");
            for (other, apart) in &places[n + 1..] {
                assert!(place.intersection(apart).is_zero_sized(), "{name} {label} {other}");
            }
        }
    });
}

#[test]
fn g6_no_page_names_a_category() {
    // The pages know no category; this guards the words.
    let words = ["残疾", "老年人", "孕", "军人", "退役", "人才", "disab", "elder", "pregnan", "veteran"];
    let source = include_str!("../src/pages/sentences.rs");
    for word in words {
        assert!(!source.contains(word), "{word}");
    }
}

#[test]
fn large_type_has_fewer_entries_and_larger_places() {
    let entries = |large: bool| {
        let mut visitor = Visitor::at(SIZES[0], offers::full_menu());
        if large {
            visitor.press(&["大字模式"]);
        }
        for label in ["中文取号", "不动产与税务区", "不动产登记中心"] {
            visitor.press(&[label]);
        }
        let chrome = ["返回", "首页", "上一页", "下一页", "English"];
        let places = visitor.ui.targets().filter(|(label, _)| !chrome.contains(label));
        let heights: Vec<u32> = places.map(|(_, place)| place.size.height).collect();
        (heights.len(), heights[0])
    };
    let (ordinary, large) = (entries(false), entries(true));
    assert!(large.0 < ordinary.0 && large.1 > ordinary.1, "{ordinary:?} {large:?}");
}

#[test]
fn the_whole_alphabet_has_keys_on_both_panels() {
    for size in SIZES {
        let mut menu = offers::full_menu();
        menu.offers.letters = String::new();
        let mut visitor = Visitor::at(size, menu);
        visitor.press(&["过号恢复"]);
        for key in ('A'..='Z').chain('0'..='9') {
            let place = visitor.place(&key.to_string()).unwrap_or_else(|| panic!("{key} has a key"));
            assert!(place.size.width >= 60 && place.size.height >= 60, "{key} {place:?} {size:?}");
        }
    }
}

#[test]
fn what_is_not_there_is_not_offered() {
    let labels = |menu: Menu, way: &[&str]| {
        let mut visitor = Visitor::at(SIZES[0], menu);
        for label in way {
            visitor.press(&[label]);
        }
        (visitor.ui.page(), visitor.ui.targets().map(|(label, _)| label.to_owned()).collect::<Vec<_>>())
    };
    // Without anything the start page is that of numbers alone, and no page has another language in its head.
    let plain = Menu { offers: Offers::default(), ..offers::full_menu() };
    assert_eq!(labels(plain.clone(), &[]).1, ["中文取号", "English"]);
    assert!(!labels(plain.clone(), &["中文取号"]).1.contains(&"English".to_owned()));
    // Without reader and scanner a booking begins with the keys.
    let keys = Menu { offers: Offers { appointments: true, ..Offers::default() }, ..plain.clone() };
    assert_eq!(labels(keys, &["我有预约"]).0, PageName::PhoneCode);
    // A card is asked for where there is a reader only.
    let way = ["中文取号", "不动产与税务区", "不动产登记中心", "居民身份证办理", "确认取号"];
    let no_reader = Offers { card_reader: false, ..offers::all() };
    assert_eq!(labels(Menu { offers: no_reader, ..plain.clone() }, &way).0, PageName::Issuing);
    assert_eq!(labels(Menu { offers: offers::all(), ..plain }, &way).0, PageName::Card);
}
