//! Which pages there are and what each holds: the state of the conversation. What somebody typed or what was found for them
//! is in a page and nowhere else, so that it is gone with the page (rule A9).

use super::words::Words;
use crate::answers::{Asking, Booking, Held, Notice};
use crate::menu::{Given, SlipState};
use crate::typed::Typed;
use std::sync::Arc;

/// Which page is shown; for tests, the console and the virtual hall.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PageName {
    /// No numbers now, for the whole hall (rule Q2).
    Closed,
    /// This kiosk cannot give numbers, such as without paper.
    Trouble,
    /// Choice of the language, and of what else there is.
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
    /// Something else was asked for, the answer is awaited.
    Looking,
    /// Something that could not be done, and what can be done instead.
    Message,
    /// A card or a code is asked for to find a booking.
    Appointment,
    /// Digits of the telephone number and the code are typed.
    PhoneCode,
    /// Several bookings to choose from.
    Bookings,
    /// One booking.
    Booking,
    /// A card is asked for before a number is taken; it can be left out.
    Card,
    /// Whether the green channel is wanted.
    Priority,
    /// A number that the person already holds, or that was revived.
    Held,
    /// A number to revive is typed or shown.
    Revival,
    /// A one-time notice.
    Notice,
}

/// What the lists of areas, departments and services are gone through for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub(crate) enum Goal {
    #[default]
    Number,
    Notice,
}

/// A department within an area, by their keys in the menu: a new menu may order them otherwise.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Place {
    pub(crate) area: String,
    pub(crate) department: String,
}

/// A service that was chosen, and the page of the list it was chosen on.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Choice {
    pub(crate) place: Place,
    pub(crate) service: String,
    pub(crate) at: usize,
}

/// Somebody who was recognised, and what was found for them.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Come {
    /// At which question; the host knows who it was.
    pub(crate) asking: Asking,
    pub(crate) bookings: Vec<Booking>,
    pub(crate) priority: bool,
    /// The service a number was asked for before the card was laid.
    pub(crate) choice: Option<Choice>,
}

/// What a wish that was answered by a question about the green channel was.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Then {
    /// A number for the service of this code and this name.
    Take { service: String, name: String },
    /// The booking of this key, for a service of this name.
    CheckIn { booking: String, name: String },
}

/// Why a held number is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Why {
    /// It was asked for again.
    Holds,
    /// The booking became it.
    CheckedIn,
    /// It was revived just now.
    Revived,
    /// It was to be revived and need not be.
    NotPassed,
}

/// What an answer is awaited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Waiting {
    Bookings,
    Revival,
    Notice,
}

/// The state of the conversation with the person in front of the panel.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Page {
    Closed,
    Trouble,
    Start,
    Areas {
        at: usize,
    },
    Departments {
        area: String,
        at: usize,
    },
    Services {
        place: Place,
        at: usize,
    },
    Unavailable {
        place: Place,
        service: String,
        at: usize,
    },
    Confirm {
        place: Place,
        service: String,
        at: usize,
    },
    Issuing {
        service: String,
    },
    Given(Given),
    Refused {
        zh: String,
        en: String,
    },
    Looking {
        asking: Asking,
        waiting: Waiting,
        /// Where the person came from, without what they typed there.
        choice: Option<Choice>,
    },
    /// `instead` is the label of a button for a number, if one is offered.
    Message {
        heading: Words,
        text: Words,
        instead: Option<Words>,
    },
    Appointment {
        asking: Asking,
        trouble: Option<Words>,
    },
    PhoneCode {
        typed: Typed,
        trouble: Option<Trouble>,
    },
    Bookings {
        come: Arc<Come>,
        at: usize,
    },
    Booking {
        come: Arc<Come>,
        which: usize,
        /// The page of the list it was chosen on; none where it is the only one.
        at: Option<usize>,
    },
    Card {
        asking: Asking,
        choice: Choice,
        trouble: Option<Words>,
    },
    Priority {
        asking: Asking,
        then: Then,
    },
    Held {
        why: Why,
        held: Held,
    },
    Revival {
        asking: Asking,
        typed: Typed,
        trouble: Option<Words>,
    },
    Notice {
        asking: Asking,
        choice: Choice,
        notice: Arc<Notice>,
        at: usize,
        print: Option<SlipState>,
    },
}

/// Why digits and code are asked for again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Trouble {
    /// How often they still may be.
    pub(crate) tries_left: u32,
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
            Page::Looking { .. } => PageName::Looking,
            Page::Message { .. } => PageName::Message,
            Page::Appointment { .. } => PageName::Appointment,
            Page::PhoneCode { .. } => PageName::PhoneCode,
            Page::Bookings { .. } => PageName::Bookings,
            Page::Booking { .. } => PageName::Booking,
            Page::Card { .. } => PageName::Card,
            Page::Priority { .. } => PageName::Priority,
            Page::Held { .. } => PageName::Held,
            Page::Revival { .. } => PageName::Revival,
            Page::Notice { .. } => PageName::Notice,
        }
    }

    /// Pages of a kiosk that nobody uses.
    pub(crate) fn rests(&self) -> bool {
        matches!(self, Page::Closed | Page::Trouble | Page::Start)
    }

    /// The question whose answer this page waits for or is about.
    pub(crate) fn asking(&self) -> Option<Asking> {
        match self {
            Page::Looking { asking, .. }
            | Page::Appointment { asking, .. }
            | Page::Card { asking, .. }
            | Page::Revival { asking, .. }
            | Page::Notice { asking, .. } => Some(*asking),
            _ => None,
        }
    }
}
