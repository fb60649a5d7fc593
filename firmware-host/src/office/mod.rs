//! The registration of appointments: from what a guide, the platform or a citizen gives in clear to what the record may hold
//! (rules A1, A9), and back to what staff may see.
//!
//! Everything in clear is here and in the crate `personal`, and nowhere else: what leaves is a keyed hash, sealed text or a
//! masked form. No value given by a person is in an error text or in the log.

mod contact;
pub mod import;
mod masters;
mod registration;
mod renew;
mod throttle;

pub use registration::{Mistake, Registration, Unfit};
pub(crate) use registration::{civil_day, clock_face, day_begins, is_plain, time};
pub use renew::days;
pub(crate) use throttle::{CodeFor, TooMany, Try};

use crate::config::Config;
use crate::time::local_time;
use kiosk::identity::{CivilDate, IdentityNumber};
use link::Uptime;
use personal::{Access, Clock, Day as KeyDay, KeyError, Keys, Person, Unreadable};
use queue::Timestamp;
use queue::booking::{Booking, Form, PersonId};
use registration::Read;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use throttle::Throttle;

/// Who can read and write personal data: holds the keys.
pub struct Office {
    config: Arc<Config>,
    keys: Mutex<Keys>,
    throttle: Mutex<Throttle>,
}

impl Office {
    /// Opens the keys, with the master keys that systemd hands over. `holds`: the database holds sealed records already, so that missing keys are an error and no new hall.
    ///
    /// # Errors
    /// What the keys say: place, seen, what to do.
    pub fn open(config: Arc<Config>, now: Timestamp, holds: bool) -> Result<Self, KeyError> {
        let access = if holds { Access::Continue } else { Access::Begin };
        let masters = masters::given()?;
        let keys = Keys::open(&config.keys_directory(), masters, key_day(&config, now), access)?;
        Ok(Office { config, keys: Mutex::new(keys), throttle: Mutex::default() })
    }

    /// What the operator should know of the keys, in words.
    pub fn warnings(&self) -> Vec<String> {
        self.keys().warnings().iter().map(ToString::to_string).collect()
    }

    /// Once a day: the new month's key.
    ///
    /// # Errors
    /// What the keys say; they go on as they were.
    pub fn turn(&self, now: Timestamp) -> Result<(), KeyError> {
        self.keys().turn(key_day(&self.config, now), Clock::AsRead).map(drop)
    }

    /// Once a day, after what outlives them is renewed: the end of the keys whose period is over (rule A9). Says how many ended.
    ///
    /// # Errors
    /// What the keys say; they go on as they were.
    pub fn expire(&self, now: Timestamp) -> Result<usize, KeyError> {
        let day = key_day(&self.config, now);
        Ok(self.keys().expire(day, self.config.personal_data.keep_days, Clock::AsRead)?.len())
    }

    /// A registration as the record may hold it. `knows`: whether anything is held of a person under an older key.
    ///
    /// # Errors
    /// Every field that is wrong, each in words.
    pub fn form(
        &self,
        given: &Registration,
        now: Timestamp,
        knows: impl Fn(&PersonId) -> bool,
    ) -> Result<Form, Vec<Unfit>> {
        let read = registration::read(given, &self.config, now)?;
        let keys = self.keys();
        let form = unsealed(&keys, &read, given, knows);
        Ok(Form { sealed: sealed(&keys, &read)?, ..form })
    }

    /// The older hashes of whom a registration is for, newest first; none if the number is wrong.
    pub fn hashes_of(&self, given: &Registration, now: Timestamp) -> Vec<PersonId> {
        let number = IdentityNumber::parse(&given.number, civil(&self.config, now));
        number.map_or_else(|_| Vec::new(), |number| self.hashes(number.in_clear()).split_off(1))
    }

    /// The hashes of a person by the identity number, the one in use first.
    pub fn hashes(&self, number: &str) -> Vec<PersonId> {
        self.keys().known_as(number).into_iter().map(|hash| PersonId(hash.into_string().into())).collect()
    }

    /// Whom a booking is for.
    ///
    /// # Errors
    /// The month's key is destroyed, or the record is damaged.
    pub fn person(&self, booking: &Booking) -> Result<Person, Unreadable> {
        self.keys().unseal_person(&booking.form.sealed, &context(&booking.form.code))
    }

    /// A booking's code is about to be tried, at a kiosk or at the interface.
    ///
    /// # Errors
    /// Too many were wrong: the guide desk helps, and no code is looked at, right or wrong.
    pub(crate) fn tries(&self, now: Uptime, door: &str, what: CodeFor, code: &str) -> Result<Try, TooMany> {
        self.throttle().begin(now, door, what, code)
    }

    /// The code was right; a try of which this is not told was wrong.
    pub(crate) fn was_right(&self, door: &str, tried: &Try) {
        self.throttle().right(door, tried);
    }

    fn throttle(&self) -> MutexGuard<'_, Throttle> {
        self.throttle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Nothing is half done when a thread ends with the keys in hand: they are only read, or replaced as a whole.
    fn keys(&self) -> MutexGuard<'_, Keys> {
        self.keys.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A registration without what is sealed. `knows`: whether anything is held of a person under an older key.
fn unsealed(keys: &Keys, read: &Read, given: &Registration, knows: impl Fn(&PersonId) -> bool) -> Form {
    let hashes = keys.known_as(read.number.in_clear()).into_iter();
    let hashes = hashes.map(|hash| PersonId(hash.into_string().into())).collect::<Vec<_>>();
    let mut hashes = hashes.into_iter();
    let person = hashes.next().expect("the key in use gives the first hash");
    Form {
        person,
        known_as: hashes.find(knows),
        sealed: String::new(),
        service: read.service.clone(),
        service_code: read.service_code.clone(),
        at: read.at,
        matter: given.matter,
        channel: given.channel,
        registered_at: read.registered_at,
        code: read.code.clone(),
        reference: given.reference.as_ref().map(|reference| reference.trim().to_owned()),
    }
}

/// Who it is for, sealed.
fn sealed(keys: &Keys, read: &Read) -> Result<String, Vec<Unfit>> {
    let (name, telephone) = (read.name.in_clear(), read.telephone.in_clear());
    let own = Person::new(name, Some(telephone), Some(read.number.in_clear()));
    keys.seal_person(&own, &context(&read.code))
        .map_err(|error| vec![Unfit::new("", Mistake::Keys(error.to_string()))])
}

/// Whose record it is: the booking's code never changes, its number is not known yet when the record is sealed.
fn context(code: &str) -> String {
    format!("booking {code}")
}

/// The hall's date, for keys.
fn key_day(config: &Config, now: Timestamp) -> KeyDay {
    use chrono::Datelike;
    let date = local_time(config, now).date();
    let year = u16::try_from(date.year()).unwrap_or(0);
    KeyDay::new(year, date.month() as u8, date.day() as u8)
        .unwrap_or_else(|| KeyDay::new(1970, 1, 1).expect("is a date"))
}

/// The hall's date, for ages.
pub(crate) fn civil(config: &Config, now: Timestamp) -> CivilDate {
    use chrono::Datelike;
    let date = local_time(config, now).date();
    let year = u16::try_from(date.year()).unwrap_or(0);
    CivilDate::new(year, date.month() as u8, date.day() as u8)
        .unwrap_or_else(|| CivilDate::new(1970, 1, 1).expect("is a date"))
}
