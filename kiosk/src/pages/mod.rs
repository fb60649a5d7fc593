//! The kiosk's pages: from the menu and the state of the conversation to a scene.
//!
//! Pure functions. They leave to [`crate::session`] which page is shown when, to the host all words about halls, services
//! and reasons. Measures are given for the two panels that kiosks are built with, 768 × 1024 upright and 1024 × 600 wide,
//! and scaled for others; every place to touch is at least 72 pixels high and wide on those two.

mod appointment;
mod card;
mod frame_parts;
mod held;
mod keys;
mod list;
mod look;
mod notice;
mod number;
mod page;
pub(crate) mod sentences;
mod spoken;
mod start;
mod words;

use crate::menu::{AreaItem, DepartmentItem, Language, Menu, ServiceItem};
use crate::scene::Scene;
pub(crate) use keys::{NUMBER, NUMBER_LEAST, PHONE, PHONE_AND_CODE};
pub(crate) use look::{Look, high_contrast};
pub use page::PageName;
pub(crate) use page::{Choice, Come, Goal, Page, Place, Then, Trouble, Waiting, Why};
pub(crate) use spoken::spoken;
pub(crate) use words::{TOO_LONG, Words};

pub(crate) fn find_area<'a>(menu: &'a Menu, code: &str) -> Option<&'a AreaItem> {
    menu.areas.iter().find(|area| area.code == code)
}

pub(crate) fn find_department<'a>(menu: &'a Menu, place: &Place) -> Option<&'a DepartmentItem> {
    find_area(menu, &place.area)?.departments.iter().find(|department| department.name == place.department)
}

pub(crate) fn find_service<'a>(menu: &'a Menu, place: &Place, code: &str) -> Option<&'a ServiceItem> {
    find_department(menu, place)?.services.iter().find(|service| service.code == code)
}

/// What a page is made from.
#[derive(Clone, Copy)]
pub(crate) struct View<'a> {
    pub(crate) look: Look,
    pub(crate) menu: &'a Menu,
    pub(crate) clock: &'a str,
    pub(crate) language: Language,
    pub(crate) goal: Goal,
}

/// The page as a scene. What a page names and the menu no longer has is shown as an empty list; the session leaves such
/// pages.
pub(crate) fn scene(view: View<'_>, page: &Page) -> Scene {
    let mut scene = Scene::new(view.look.large);
    frame_parts::ground(&mut scene, view, page);
    match page {
        Page::Closed => start::closed(&mut scene, view),
        Page::Trouble => start::trouble(&mut scene, view),
        Page::Start => start::start(&mut scene, view),
        Page::Areas { at } => list::areas(&mut scene, view, *at),
        Page::Departments { area, at } => list::departments(&mut scene, view, area, *at),
        Page::Services { place, at } => list::services(&mut scene, view, place, *at),
        Page::Unavailable { place, service, .. } => number::unavailable(&mut scene, view, place, service),
        Page::Confirm { place, service, .. } => number::confirm(&mut scene, view, place, service),
        Page::Issuing { service } => number::issuing(&mut scene, view, service),
        Page::Looking { .. } => number::looking(&mut scene, view),
        Page::Given(given) => number::given(&mut scene, view, given),
        Page::Refused { zh, en } => number::refused(&mut scene, view, zh, en),
        Page::Message { heading, text, instead } => {
            number::said(&mut scene, view, *heading, *text, *instead);
        }
        Page::Appointment { trouble, .. } => appointment::ask(&mut scene, view, *trouble),
        Page::PhoneCode { typed, trouble } => keys::phone_code(&mut scene, view, typed, *trouble),
        Page::Bookings { come, at } => appointment::list(&mut scene, view, come, *at),
        Page::Booking { come, which, .. } => appointment::booking(&mut scene, view, come, *which),
        Page::Card { trouble, .. } => card::ask(&mut scene, view, *trouble),
        Page::Priority { .. } => card::priority(&mut scene, view),
        Page::Held { why, held } => held::held(&mut scene, view, *why, held),
        Page::Revival { typed, trouble, .. } => keys::revival(&mut scene, view, typed, *trouble),
        Page::Notice { notice, at, print, .. } => {
            notice::notice(&mut scene, view, notice, *at, print.as_ref());
        }
    }
    scene
}
