//! What the host tells the kiosk: what can be chosen, and what became of a choice. Plain data; words come in Chinese and
//! English because the person in front of the panel chooses the language.

/// The languages of the pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum Language {
    /// 中文, the default.
    #[default]
    Chinese,
    /// English.
    English,
}

impl Language {
    /// The one of two texts that is in this language; the Chinese one where there is no English.
    pub fn pick<'a>(self, zh: &'a str, en: &'a str) -> &'a str {
        match self {
            Language::English if !en.trim().is_empty() => en,
            _ => zh,
        }
    }
}

/// Whether a hall or a service can be chosen (rules Q2 and X2).
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub enum Availability {
    /// Numbers are given.
    #[default]
    Open,
    /// No numbers; the reason is shown before one is asked for.
    Closed {
        /// Reason in Chinese, such as 暂无开放窗口.
        zh: String,
        /// Reason in English.
        en: String,
    },
}

/// Why this kiosk cannot give numbers although the hall is open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    /// In Chinese, such as 打印纸已用完. The page adds that the guide desk gives numbers.
    pub zh: String,
    /// In English.
    pub en: String,
}

/// Everything that can be chosen. The host sends a new one whenever something in it changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Menu {
    /// Name of the hall.
    pub hall: String,
    /// Name of the hall in English; may be empty.
    pub hall_en: String,
    /// A notice for the start page; may be empty.
    pub notice: String,
    /// Whether the hall gives numbers now.
    pub open: Availability,
    /// What is wrong with this kiosk, if anything.
    pub trouble: Option<Trouble>,
    /// The areas; a level of choice with one item only is skipped.
    pub areas: Vec<AreaItem>,
    /// What else this kiosk offers.
    pub offers: Offers,
}

/// What a kiosk offers besides numbers: what is not true here is not on any page. The default is nothing.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Offers {
    /// It has an identity card reader, and the reader works.
    pub card_reader: bool,
    /// It has a scanner for codes, and the scanner works.
    pub scanner: bool,
    /// Bookings can be checked in (rule A3).
    pub appointments: bool,
    /// A card is asked for after the choice of a service; it can be left out. Needs the reader.
    pub card_at_taking: bool,
    /// Passed numbers can be revived (rule Q4).
    pub revival: bool,
    /// The letters that numbers begin with, such as `ABC`: the keys of the revival page. Empty: the whole alphabet.
    pub letters: String,
    /// One-time notices can be seen and printed (rule Q9).
    pub notices: bool,
    /// Pages can be had in large type.
    pub large_type: bool,
    /// [`crate::Output::Sound`] is wanted.
    pub sounds: bool,
    /// [`crate::Output::Say`] is wanted.
    pub voice: bool,
}

impl Offers {
    /// Whether the start page has more than the languages.
    pub(crate) fn any_button(&self) -> bool {
        self.appointments || self.revival || self.notices || self.large_type
    }

    /// Whether a card is asked for when a number is taken.
    pub(crate) fn asks_card(&self) -> bool {
        self.card_reader && self.card_at_taking
    }
}

impl Default for Menu {
    /// What is shown before the host has said anything.
    fn default() -> Self {
        Menu {
            hall: "政务服务大厅".into(),
            hall_en: "Government Service Hall".into(),
            notice: String::new(),
            open: Availability::Closed {
                zh: "系统正在启动，请稍候".into(),
                en: "The system is starting, please wait".into(),
            },
            trouble: None,
            areas: Vec::new(),
            offers: Offers::default(),
        }
    }
}

/// An area of the hall.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct AreaItem {
    /// The letter people look for, such as `A`; unique in the menu.
    pub code: String,
    /// Name, such as 不动产登记区.
    pub name: String,
    /// Name in English; may be empty.
    pub name_en: String,
    /// Floor without the word, such as `1` or `B1`; may be empty.
    pub floor: String,
    /// Whose services are here.
    pub departments: Vec<DepartmentItem>,
}

/// A department within an area.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct DepartmentItem {
    /// Name; unique in its area.
    pub name: String,
    /// Name in English; may be empty.
    pub name_en: String,
    /// Its services.
    pub services: Vec<ServiceItem>,
}

/// A service that a number can be taken for.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct ServiceItem {
    /// What [`crate::Output::Take`] names it by; unique in its department.
    pub code: String,
    /// Name.
    pub name: String,
    /// Name in English; may be empty.
    pub name_en: String,
    /// People waiting now.
    pub waiting: u32,
    /// Expected wait from and to, in minutes, if it can be told.
    pub wait_min: Option<(u32, u32)>,
    /// Whether numbers are given for it now, and why not.
    pub available: Availability,
}

/// What became of a wish for a number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// A number was given; it is in the record already (rule Q1).
    Issued(Given),
    /// The person already holds this number, which came out only now; no other was given.
    Holds(crate::answers::Held),
    /// The slip of the number on the page is printing, printed or delayed.
    SlipChanged(SlipState),
    /// No number, and why.
    Refused {
        /// Reason in Chinese.
        zh: String,
        /// Reason in English.
        en: String,
    },
}

/// A number that was given, as the page shows it. No name and no category (rule Q8).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Given {
    /// The printed number, such as `A023`.
    pub number: String,
    /// Service.
    pub service: String,
    /// Service in English; may be empty.
    pub service_en: String,
    /// People ahead.
    pub ahead: u32,
    /// Expected wait from and to, in minutes, if it can be told.
    pub wait_min: Option<(u32, u32)>,
    /// Where to wait, such as 1楼 A区 3、4号窗口.
    pub place: String,
    /// Where to wait, in English; may be empty.
    pub place_en: String,
    /// What the printer does.
    pub slip: SlipState,
}

/// The slip of a number that was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SlipState {
    /// On its way.
    Printing,
    /// It can be taken.
    Printed,
    /// It will not come now; the number holds all the same.
    Waiting {
        /// What to do, in Chinese.
        zh: String,
        /// What to do, in English.
        en: String,
    },
}
