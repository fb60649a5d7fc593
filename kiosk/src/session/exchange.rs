//! What the kiosk is told and what it wants; the table of who answers what is in [`super`].

use crate::answers::{Asking, CardFor, CardOutcome, CodeFor, Found, NoticeAnswer, Revival};
use crate::menu::{Language, Menu, Outcome};
use crate::typed::Typed;
use embedded_graphics::geometry::Point;
use std::sync::Arc;

/// What the kiosk is told.
#[derive(Clone, Debug)]
pub enum Input {
    /// What can be chosen now; sent at start and whenever something in it changed.
    Menu(Arc<Menu>),
    /// The time of day as it should be read, such as `14:05`; the kiosk has no clock of its own.
    Clock(String),
    /// Somebody touched the panel here.
    Touch(Point),
    /// What became of the wish for a number, or of its slip.
    Outcome(Outcome),
    /// A card was laid after [`Output::WantCard`].
    Card {
        /// The question's.
        asking: Asking,
        /// What came of it.
        outcome: CardOutcome,
    },
    /// Bookings were looked for after [`Output::FindByCode`], or by a code after [`Output::WantCode`].
    Found {
        /// The question's.
        asking: Asking,
        /// What came of it.
        found: Found,
    },
    /// A number was to be revived after [`Output::Revive`], or by a code after [`Output::WantCode`].
    Revived {
        /// The question's.
        asking: Asking,
        /// What came of it.
        revival: Revival,
    },
    /// A notice was asked for or printed after [`Output::Notice`].
    Notice {
        /// The question's.
        asking: Asking,
        /// What came of it.
        answer: NoticeAnswer,
    },
    /// The deadline has come.
    Wake,
}

/// What the kiosk wants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Output {
    /// A number for this service. Answer with [`Input::Outcome`]; until then no other is asked for.
    Take {
        /// Code of the service in the menu.
        service: String,
        /// Language the person chose; the slip may follow it.
        language: Language,
        /// The person may use the green channel and wants to.
        priority: bool,
        /// At which question the person was recognised; `None` for somebody unknown.
        person: Option<Asking>,
    },
    /// The booking becomes a number. Answer with [`Input::Outcome`].
    CheckIn {
        /// At which question it was found.
        person: Asking,
        /// [`crate::Booking::key`].
        booking: String,
        /// Language the person chose.
        language: Language,
        /// The person may use the green channel and wants to.
        priority: bool,
    },
    /// A page asks for a card.
    WantCard {
        /// To be repeated by the answer.
        asking: Asking,
        /// What for.
        purpose: CardFor,
    },
    /// A page asks for a code before the scanner.
    WantCode {
        /// To be repeated by the answer.
        asking: Asking,
        /// What for.
        purpose: CodeFor,
    },
    /// Neither card nor code are asked for any more: reader and scanner rest.
    Enough,
    /// Bookings by the end of the telephone number and the code that was sent to it (rule A3).
    FindByCode {
        /// To be repeated by the answer.
        asking: Asking,
        /// Last four digits of the telephone number.
        last4: Typed,
        /// Six digits.
        code: Typed,
    },
    /// This passed number is to wait again (rule Q4).
    Revive {
        /// To be repeated by the answer.
        asking: Asking,
        /// As typed, such as `A023`.
        number: String,
    },
    /// The one-time notice of this service is to be shown (rule Q9).
    Notice {
        /// To be repeated by the answer.
        asking: Asking,
        /// Code of the service in the menu.
        service: String,
    },
    /// The notice that is shown is to be printed. Answer with [`NoticeAnswer::Print`] as the slip goes on.
    PrintNotice {
        /// That of the notice; to be repeated by the answer.
        asking: Asking,
        /// Code of the service in the menu.
        service: String,
        /// Language the person chose.
        language: Language,
    },
    /// The person has gone or is done: whoever was recognised at this kiosk is to be forgotten.
    VisitOver,
    /// Something is to be heard; only if [`crate::Offers::sounds`].
    Sound(Sound),
    /// Something is to be said by the voice; once for each page, and only if [`crate::Offers::voice`]. No names are in it, and
    /// nothing that somebody typed (rule A9); nor does it tell that somebody may use the green channel (rule G6).
    Say(String),
    /// The visit is over: what was to be said in it is to be said no longer.
    Hush,
    /// [`super::Ui::frame`] would give another picture than before.
    Repaint,
}

/// A short sound.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Sound {
    /// A place to touch was touched.
    Key,
    /// Something went well.
    Done,
    /// Something was refused or not understood.
    Refused,
}
