//! The kiosk's pages: from the menu and the state of the conversation to a scene.
//!
//! Pure functions. They leave to [`crate::session`] which page is shown when, to the host all words about halls, services
//! and reasons. Measures are given for the two panels that kiosks are built with, 768 × 1024 upright and 1024 × 600 wide,
//! and scaled for others; every place to touch is at least 72 pixels high and wide on those two.

mod frame_parts;
mod list;
mod look;
mod number;
mod start;
mod words;

use crate::menu::{AreaItem, DepartmentItem, Given, Language, Menu, ServiceItem};
use crate::scene::Scene;
pub(crate) use look::Look;
pub(crate) use words::TOO_LONG;

/// Which page is shown; for tests, the console and the virtual hall.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PageName {
    /// No numbers now, for the whole hall (rule Q2).
    Closed,
    /// This kiosk cannot give numbers, such as without paper.
    Trouble,
    /// Choice of the language.
    Start,
    /// Choice of the area.
    Areas,
    /// Choice of the department.
    Departments,
    /// Choice of the service.
    Services,
    /// The chosen service takes no numbers now, and why.
    Unavailable,
    /// The last question before a number is taken.
    Confirm,
    /// The wish was sent, the answer is awaited.
    Issuing,
    /// The number.
    Given,
    /// No number, and why.
    Refused,
}

/// The state of the conversation with the person in front of the panel.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Page {
    Closed,
    Trouble,
    Start,
    Areas { at: usize },
    Departments { area: String, at: usize },
    Services { place: Place, at: usize },
    Unavailable { place: Place, service: String, at: usize },
    Confirm { place: Place, service: String, at: usize },
    Issuing { service: String },
    Given(Given),
    Refused { zh: String, en: String },
}

/// A department within an area, by their keys in the menu: a new menu may order them otherwise.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Place {
    pub(crate) area: String,
    pub(crate) department: String,
}

impl Page {
    pub(crate) fn name(&self) -> PageName {
        match self {
            Page::Closed => PageName::Closed,
            Page::Trouble => PageName::Trouble,
            Page::Start => PageName::Start,
            Page::Areas { .. } => PageName::Areas,
            Page::Departments { .. } => PageName::Departments,
            Page::Services { .. } => PageName::Services,
            Page::Unavailable { .. } => PageName::Unavailable,
            Page::Confirm { .. } => PageName::Confirm,
            Page::Issuing { .. } => PageName::Issuing,
            Page::Given(_) => PageName::Given,
            Page::Refused { .. } => PageName::Refused,
        }
    }
}

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
}

/// The page as a scene. What a page names and the menu no longer has is shown as an empty list; the session leaves such
/// pages.
pub(crate) fn scene(view: View<'_>, page: &Page) -> Scene {
    let mut scene = Scene::default();
    frame_parts::ground(&mut scene, view);
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
        Page::Given(given) => number::given(&mut scene, view, given),
        Page::Refused { zh, en } => number::refused(&mut scene, view, zh, en),
    }
    scene
}
