//! A registration as it is given (rule A1), and what is wrong with it.

use crate::config::Config;
use crate::core::words::{Words, words};
use crate::time::{hall_time, local_time};
use chrono::NaiveDateTime;
use kiosk::identity::{IdentityError, IdentityNumber, NameError, PersonName, Telephone, TelephoneError};
use queue::booking::{Channel, Matter};
use queue::{ServiceId, Timestamp};
use serde::Deserialize;
use std::fmt;

/// The fields of the regulation's form, as a guide types them or the platform sends them.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Registration {
    /// Name of the person.
    pub name: String,
    /// Where to reach the person.
    pub telephone: String,
    /// Identity number.
    pub number: String,
    /// When, on the hall's clock face: `2026-11-27T09:30` or `2026-11-27 09:30`.
    pub time: String,
    /// Code of the service.
    pub service: String,
    /// Code of the matter in the catalogue; may be empty.
    #[serde(default)]
    pub service_code: String,
    /// Whose matter.
    #[serde(default)]
    pub matter: Matter,
    /// How it came.
    pub channel: Channel,
    /// The platform's own number.
    #[serde(default)]
    pub reference: Option<String>,
    /// When the platform registered it, as `time`; absent: now.
    #[serde(default)]
    pub registered: Option<String>,
}

/// Rule A9: nothing of it.
impl fmt::Debug for Registration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Registration(service {:?}, time {:?}, …)", self.service, self.time)
    }
}

/// What is wrong with a field. Nothing that was given is in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mistake {
    /// The name.
    Name(NameError),
    /// The telephone number.
    Telephone(TelephoneError),
    /// The identity number.
    Number(IdentityError),
    /// Not a time.
    Time,
    /// No such service.
    Service,
    /// Longer than the record takes, or no plain text; so many characters at most.
    TooLong(usize),
    /// Registered later than now.
    Future,
    /// Given, and nothing in it.
    Empty,
    /// The keys failed.
    Keys(String),
}

/// A field and what is wrong with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unfit {
    /// Its name; empty: all of it.
    pub field: &'static str,
    /// What.
    pub mistake: Mistake,
}

impl Unfit {
    pub(super) fn new(field: &'static str, mistake: Mistake) -> Self {
        Unfit { field, mistake }
    }

    /// In words: what is wrong, and what would be right.
    pub fn words(&self) -> Words {
        match &self.mistake {
            Mistake::Name(error) => words(error.zh(), error.to_string()),
            Mistake::Telephone(error) => words(error.zh(), error.to_string()),
            Mistake::Number(error) => words(error.zh(), error.to_string()),
            Mistake::Time => words(
                "时间格式应为“2026-11-27 09:30”",
                format!("{}: not a time such as 2026-11-27T09:30", self.field),
            ),
            Mistake::Service => words("没有该事项，请核对事项代码", "service: not one of hall.toml"),
            Mistake::TooLong(most) => words(
                format!("内容过长或有控制字符，最多{most}个字"),
                format!("{}: longer than {most} characters, or no plain text", self.field),
            ),
            Mistake::Future => words(
                "登记时间不能晚于现在",
                format!("{}: later than now; when it was registered, or nothing", self.field),
            ),
            Mistake::Empty => words(
                "编号为空；没有编号时请不要填写该项",
                format!("{}: empty; leave it out where there is none", self.field),
            ),
            Mistake::Keys(error) => words("暂时无法保存个人信息，请联系管理员", error.clone()),
        }
    }
}

/// A registration whose fields are all right.
pub(super) struct Read {
    pub(super) name: PersonName,
    pub(super) telephone: Telephone,
    pub(super) number: IdentityNumber,
    pub(super) at: Timestamp,
    pub(super) service: ServiceId,
    pub(super) service_code: String,
    pub(super) registered_at: Timestamp,
    pub(super) code: String,
}

/// Characters of a matter's code or the platform's number: the longest of the national catalogue have 31.
const CODE_CHARS: usize = 64;
/// The platform's clock may be ahead of the hall's by as much before its registrations are refused.
const CLOCKS_DIFFER_S: i64 = 600;

pub(super) fn read(given: &Registration, config: &Config, now: Timestamp) -> Result<Read, Vec<Unfit>> {
    let mut wrong = Vec::new();
    let mut note = |field, mistake| wrong.push(Unfit::new(field, mistake));
    let name = PersonName::parse(&given.name).map_err(|error| note("name", Mistake::Name(error))).ok();
    let telephone =
        Telephone::parse(&given.telephone).map_err(|error| note("telephone", Mistake::Telephone(error))).ok();
    let number = IdentityNumber::parse(&given.number, super::civil(config, now))
        .map_err(|error| note("number", Mistake::Number(error)))
        .ok();
    let at = time(config, &given.time);
    if at.is_none() {
        note("time", Mistake::Time);
    }
    let registered_at = given.registered.as_ref().map_or(Some(now), |text| time(config, text));
    match registered_at {
        None => note("registered", Mistake::Time),
        Some(at) if at > now.plus(CLOCKS_DIFFER_S) => note("registered", Mistake::Future),
        Some(_) => {}
    }
    if given.reference.as_ref().is_some_and(|reference| reference.trim().is_empty()) {
        note("reference", Mistake::Empty);
    }
    if config.service(given.service.trim()).is_none() {
        note("service", Mistake::Service);
    }
    for (field, text) in
        [("service_code", Some(&given.service_code)), ("reference", given.reference.as_ref())]
    {
        if text.is_some_and(|text| text.chars().count() > CODE_CHARS || !is_plain(text)) {
            note(field, Mistake::TooLong(CODE_CHARS));
        }
    }
    let code = code().map_err(|error| note("", Mistake::Keys(error))).ok();
    let all = || {
        Some(Read {
            name: name?,
            telephone: telephone?,
            number: number?,
            at: at?,
            service: ServiceId::from(given.service.trim()),
            service_code: given.service_code.trim().to_owned(),
            registered_at: registered_at?,
            code: code?,
        })
    };
    match all() {
        Some(read) if wrong.is_empty() => Ok(read),
        _ => Err(wrong),
    }
}

/// Whether a text can stand on record as it is: a control character or a line break puts it elsewhere than it belongs, and what
/// turns the direction of writing (Unicode Standard Annex 9, explicit formatting characters) shows another text than is kept.
pub(crate) fn is_plain(text: &str) -> bool {
    let turns = |c| matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
    let breaks = |c| matches!(c, '\u{2028}' | '\u{2029}');
    !text.chars().any(|c| c.is_control() || turns(c) || breaks(c))
}

/// A moment on the hall's clock face.
pub(crate) fn time(config: &Config, text: &str) -> Option<Timestamp> {
    let text = text.trim().replace('T', " ");
    let formats = ["%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S", "%Y/%m/%d %H:%M", "%Y/%m/%d %H:%M:%S"];
    let local = formats.iter().find_map(|format| NaiveDateTime::parse_from_str(&text, format).ok())?;
    Some(hall_time(config, local))
}

/// The middle of a day given as `2026-11-27`: a moment that surely belongs to it.
pub(crate) fn civil_day(config: &Config, text: &str) -> Option<Timestamp> {
    let date = chrono::NaiveDate::parse_from_str(text.trim(), "%Y-%m-%d").ok()?;
    Some(hall_time(config, date.and_hms_opt(12, 0, 0)?))
}

/// Midnight before a moment.
pub(crate) fn day_begins(config: &Config, at: Timestamp) -> Timestamp {
    hall_time(config, local_time(config, at).date().into())
}

/// A moment as [`time`] reads it.
pub(crate) fn clock_face(config: &Config, at: Timestamp) -> String {
    local_time(config, at).format("%Y-%m-%d %H:%M").to_string()
}

/// Six digits by chance: with five tries a day at a kiosk nobody finds another person's.
fn code() -> Result<String, String> {
    let drawn = getrandom::u64().map_err(|error| format!("no random numbers: {error}"))?;
    Ok(format!("{:06}", drawn % 1_000_000))
}
