//! What the host answers when somebody shows a card or a code, types one, or asks for a notice.
//!
//! Rule A9: these hold what a page shows and nothing more. Names come masked already (`王*`, see
//! [`crate::identity::PersonName::masked`]), identity and telephone numbers do not come at all; the host knows a booking by
//! an opaque key and a person by the [`Asking`] at which it recognised them.

use crate::menu::{Language, SlipState};

/// One question of the kiosk to the host. An answer names the question it is for; one that comes for another is dropped, so
/// that nobody's booking appears before the next person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub struct Asking(pub(crate) u64);

/// What a card is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CardFor {
    /// To find bookings.
    Appointment,
    /// To take a number for the service of this code: bookings, a number already held, priority.
    Number(String),
}

/// What a code before the scanner is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeFor {
    /// To find a booking.
    Appointment,
    /// To revive the number whose slip carries it.
    Revival,
}

/// What came of a card on the reader.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CardOutcome {
    /// It was read, and this is what the host found for its person.
    Read(Recognised),
    /// It gave nothing. The reader goes on looking.
    Trouble(CardTrouble),
}

/// What the host found for somebody.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Recognised {
    /// A number that the person already holds for the service they ask for; then the rest does not matter. For
    /// [`CardFor::Number`] only.
    pub holds: Option<Held>,
    /// Bookings that matter now: those of today for the service asked for, or all of the next days for
    /// [`CardFor::Appointment`]. The page shows at most [`MOST_BOOKINGS`].
    pub bookings: Vec<Booking>,
    /// The person may use the green channel. The page asks and never imposes; why is not shown (rules G2 and G6).
    pub priority: bool,
}

/// So many bookings of one person a page shows: a quota of five per service and day makes more of them unlikely, and a
/// frame of answers must be bounded.
pub const MOST_BOOKINGS: usize = 20;

/// Why a card gave nothing; each has a sentence of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CardTrouble {
    /// It was lifted too early or read badly: lift it and lay it down again.
    Unreadable,
    /// Its last day of validity has passed.
    Expired,
    /// The check digit of its number is wrong.
    CheckDigit,
    /// Its birth date lies in the future.
    BirthInFuture,
    /// Not an identity card, or of a type that the reader's manual does not tell.
    Unknown,
    /// The reader does not answer.
    NoReader,
}

impl CardTrouble {
    /// Every one, for tests and tables.
    pub const ALL: [CardTrouble; 6] = [
        CardTrouble::Unreadable,
        CardTrouble::Expired,
        CardTrouble::CheckDigit,
        CardTrouble::BirthInFuture,
        CardTrouble::Unknown,
        CardTrouble::NoReader,
    ];
}

/// What the page says about a card that the reader could not give; see [`CardTrouble::Expired`] for the one reason that only
/// the host sees.
impl From<crate::card::Unreadable> for CardTrouble {
    fn from(unreadable: crate::card::Unreadable) -> Self {
        use crate::card::{ContentError, Status, Unreadable};
        use crate::identity::IdentityError;
        match unreadable {
            Unreadable::NoAnswer => CardTrouble::NoReader,
            Unreadable::Status(Status::WRONG_TYPE) => CardTrouble::Unknown,
            Unreadable::Status(_) => CardTrouble::Unreadable,
            Unreadable::Content(ContentError::UnknownType { .. }) => CardTrouble::Unknown,
            Unreadable::Content(ContentError::Number(IdentityError::BornInFuture)) => {
                CardTrouble::BirthInFuture
            }
            Unreadable::Content(ContentError::Number(_) | ContentError::BirthDiffers) => {
                CardTrouble::CheckDigit
            }
            Unreadable::Content(_) => CardTrouble::Unreadable,
        }
    }
}

/// What came of digits and a code that were typed, or of a code before the scanner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// These bookings, and whether the person may use the green channel. None at all is an answer too.
    Bookings(Recognised),
    /// Digits and code do not belong together. The host counts; at none left the page sends to the guide desk.
    WrongCode {
        /// How often the person may try again.
        tries_left: u32,
    },
    /// The code before the scanner is none of ours. The scanner goes on looking.
    NotOurs,
}

/// A booking as a page shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Booking {
    /// What [`crate::Output::CheckIn`] names it by; means nothing to people.
    pub key: String,
    /// Code of the service, for an ordinary number instead.
    pub service_code: String,
    /// Service.
    pub service: String,
    /// Service in English; may be empty.
    pub service_en: String,
    /// Day and time, such as 11月28日 10:00.
    pub when: String,
    /// Day and time in English; may be empty.
    pub when_en: String,
    /// The masked name, such as `王*`.
    pub name: String,
    /// What can be done with it.
    pub state: BookingState,
}

/// What can be done with a booking.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BookingState {
    /// It can be checked in now, early or due.
    Open,
    /// It is for another day, or the day has not come so far.
    TooEarly,
    /// Its time has passed by more than the grace; the person gets an ordinary number (rule A5).
    Late,
    /// It was checked in already and became this number.
    CheckedIn(Held),
    /// It was cancelled.
    Cancelled,
}

/// A number that somebody holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// The printed number, such as `A023`.
    pub number: String,
    /// Service.
    pub service: String,
    /// Service in English; may be empty.
    pub service_en: String,
    /// Where to wait or go, such as 1楼 A区 3、4号窗口.
    pub place: String,
    /// The same in English; may be empty.
    pub place_en: String,
    /// What it waits for.
    pub state: HeldState,
}

/// What a number that somebody holds waits for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HeldState {
    /// For its call.
    Waiting {
        /// People ahead.
        ahead: u32,
        /// Expected wait from and to, in minutes, if it can be told.
        wait_min: Option<(u32, u32)>,
    },
    /// It is called, and where to is [`Held::place`].
    Called,
    /// It is being served.
    Serving,
    /// It is parked at its window.
    Parked,
    /// It was called in vain and can be revived (rule Q4).
    Passed,
}

/// What came of a wish to revive (rule Q4).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Revival {
    /// It waits again.
    Revived(Held),
    /// It was passed too long ago.
    TooLate,
    /// It was revived once already.
    UsedAlready,
    /// It was not passed: this is its state.
    NotPassed(Held),
    /// It is finished.
    Over,
    /// There is no such number today.
    Unknown,
    /// The code before the scanner is none of a slip.
    NotOurs,
}

/// A one-time notice, 一次性告知单 (rule Q9).
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Notice {
    /// In Chinese.
    pub zh: NoticeText,
    /// In English, if the hall has it.
    pub en: Option<NoticeText>,
}

impl Notice {
    /// The text in this language, or the Chinese one.
    pub fn text(&self, language: Language) -> &NoticeText {
        match (&self.en, language) {
            (Some(en), Language::English) => en,
            _ => &self.zh,
        }
    }
}

/// A notice in one language. What is empty is left out.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct NoticeText {
    /// Service.
    pub service: String,
    /// What is said before all else, such as that the rest is in Chinese; empty: nothing.
    pub remark: String,
    /// What must be the case.
    pub conditions: Vec<String>,
    /// What must be brought.
    pub materials: Vec<String>,
    /// How long it may take by law, such as 30个工作日.
    pub legal_limit: String,
    /// How long the hall says it takes.
    pub promised_limit: String,
    /// Fees.
    pub fees: String,
    /// Whom to ask, with telephone.
    pub contact: String,
    /// Where to complain.
    pub complaint: String,
}

/// What came of a wish for a notice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoticeAnswer {
    /// Here it is.
    Text(Box<Notice>),
    /// There is none for this service.
    Missing,
    /// What the printer does with it.
    Print(SlipState),
}
