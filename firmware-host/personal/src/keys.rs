//! What the host holds: the keys, and what is done with them.

use crate::day::{Day, Period};
use crate::error::{ClockDoubt, KeyError, Unreadable, Warning};
use crate::files::Directory;
use crate::ledger::Fate;
use crate::master::Master;
use crate::ring::{Living, Ring};
use crate::secret::{Fingerprint, hex};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::fmt;
use std::path::Path;
use zeroize::Zeroizing;

/// Most bytes of a record that is sealed. A person has some hundred; a longer one is a mistake of the caller.
pub const MAX_RECORD: usize = 16 * 1024;
/// Most bytes of a sealed text: base64 of the longest record, and some room for period, nonce and tag.
const MAX_SEALED: usize = MAX_RECORD / 3 * 4 + 128;

/// What the keys are opened for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// For use, and the first one is made if there are none: a new hall, whose database holds nothing sealed yet.
    Begin,
    /// For use, and there must be some: the database holds sealed records. A disk that is not mounted is then an error and not a
    /// new hall.
    Continue,
    /// For looking: nothing is written, not even a lock. For commands that somebody else than the daemon may start, as files
    /// made by root could not be read by the daemon.
    Look,
}

/// How much a day is to be believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clock {
    /// It is what the clock says, and is refused if it jumps.
    AsRead,
    /// A person has confirmed it.
    Confirmed,
}

/// The keys of personal data, rule A9. One process uses them for long (the daemon); others may at the same time.
///
/// Records are sealed under the key of the last day that was believed. They can be read until that month's key is destroyed,
/// so what must be kept longer (a booking far ahead, a restriction) is to be sealed and hashed anew before: [`Keys::ends`]
/// tells which.
pub struct Keys {
    directory: Directory,
    masters: Vec<Master>,
    access: Access,
    ring: Ring,
    /// Always one of the living.
    current: Period,
    doubt: Option<ClockDoubt>,
}

/// Whether everything of that month was kept for long enough.
fn is_over(period: Period, today: Day, keep_days: u32) -> bool {
    today.days_since(period.last_day()) > i64::from(keep_days)
}

/// One line of the operator's list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyInfo {
    /// The month.
    pub period: Period,
    /// To compare with a backup's.
    pub fingerprint: Fingerprint,
    /// Whether its file is of no use without the master key.
    pub wrapped: bool,
    /// Whether new records are sealed under it.
    pub current: bool,
}

impl Keys {
    /// Opens the directory of the keys and makes the key of `today`'s month if it has none. Finishes what a power cut
    /// interrupted. With [`Access::Begin`] the directory is made; the one above it must be there.
    ///
    /// The first of `masters` wraps; the others are tried for reading, so that a master key is changed by giving the new one
    /// and the old one once. Keys that are not wrapped under the first are wrapped anew. With none keys are not wrapped.
    ///
    /// If `today` is not believed the keys are opened all the same, with a [`Warning::Clock`], as long as there are some.
    /// Ask [`Keys::warnings`] afterwards.
    ///
    /// # Errors
    ///
    /// [`KeyError`]: `Io`, `Permissions`, `Busy`, `NoRandom`; `Damaged` and `WrongMaster` of the key to be used now; `Lost`,
    /// `Destroyed`; `NoKeys` unless beginning; `Clock` if there are none and the clock cannot be right.
    pub fn open(path: &Path, masters: Vec<Master>, today: Day, access: Access) -> Result<Self, KeyError> {
        if access == Access::Begin {
            Directory::make(path)?;
        }
        Keys::open_in(Directory::open(path)?, masters, today, access)
    }

    pub(crate) fn open_in(
        directory: Directory,
        masters: Vec<Master>,
        today: Day,
        access: Access,
    ) -> Result<Self, KeyError> {
        let lock = if access == Access::Look { None } else { Some(directory.lock()?) };
        let mut ring = Ring::load(&directory, &masters, lock.as_ref())?;
        if access != Access::Begin && ring.is_new() {
            return Err(KeyError::NoKeys { path: directory.path().to_owned() });
        }
        let mut doubt = None;
        if let Some(lock) = &lock {
            match ring.settle(today, Clock::AsRead, &directory, masters.first(), lock) {
                Err(KeyError::Clock(found)) => doubt = Some(found),
                other => other?,
            }
        }
        let current = match (ring.seen(), doubt) {
            (Some(seen), _) => seen.period(),
            (None, Some(doubt)) => return Err(doubt.into()),
            (None, None) => today.period(),
        };
        ring.usable(current, &directory)?;
        drop(lock);
        Ok(Keys { directory, masters, access, ring, current, doubt })
    }

    /// To be called when the host sees another day, at least once a day: at a month's turn the new month's key is made and
    /// used from then on. Returns the month if it is a new one. Cheap if the day is the same.
    ///
    /// # Errors
    ///
    /// As [`Keys::open`]; the keys go on as they were. `Clock` if the day is not believed: it lies before the month in use, or
    /// more than 45 days after the last; with [`Clock::Confirmed`] only if it lies before 2026. `LookOnly`.
    pub fn turn(&mut self, today: Day, clock: Clock) -> Result<Option<Period>, KeyError> {
        if self.ring.ledger.seen == Some(today) && self.doubt.is_none() {
            return Ok(None);
        }
        let before = self.current;
        self.change(today, clock, |_, _, _| Ok(()))?;
        Ok((self.current != before).then_some(self.current))
    }

    /// Destroys the keys of all months whose last day lies more than `keep_days` before `today`, as [`Keys::turn`] before.
    /// Each is overwritten and removed, and never made again. Returns the months. To be called once a day.
    ///
    /// What was sealed under them cannot be read by anybody any more, in no copy of the database either, as long as there is no
    /// copy of the key: backups of the keys are the hall's business.
    ///
    /// # Errors
    ///
    /// As [`Keys::turn`]. After an `Io` error the keys may be partly destroyed; the next call goes on.
    pub fn expire(&mut self, today: Day, keep_days: u32, clock: Clock) -> Result<Vec<Period>, KeyError> {
        self.change(today, clock, |ring, directory, lock| {
            let mut old = ring.undestroyed();
            old.retain(|period| is_over(*period, today, keep_days));
            ring.destroy(&old, today, directory, lock)?;
            Ok(old)
        })
    }

    /// Destroys one month's key on an operator's word.
    ///
    /// # Errors
    ///
    /// As [`Keys::turn`]; `InUse` for the month of `today`, `NoSuchKey`, and `Destroyed` if it was before.
    pub fn discard(&mut self, period: Period, today: Day, clock: Clock) -> Result<(), KeyError> {
        self.change(today, clock, |ring, directory, lock| {
            if period == today.period() {
                return Err(KeyError::InUse { period });
            }
            if !ring.undestroyed().contains(&period) {
                ring.usable(period, directory)?;
            }
            ring.destroy(&[period], today, directory, lock)
        })
    }

    /// Reads everything anew under the lock, so that what another process did is seen; keeps what was before on any error.
    fn change<T>(
        &mut self,
        today: Day,
        clock: Clock,
        act: impl FnOnce(&mut Ring, &Directory, &crate::files::Locked) -> Result<T, KeyError>,
    ) -> Result<T, KeyError> {
        if self.access == Access::Look {
            return Err(KeyError::LookOnly { path: self.directory.path().to_owned() });
        }
        let lock = self.directory.lock()?;
        let mut ring = Ring::load(&self.directory, &self.masters, Some(&lock))?;
        match ring.settle(today, clock, &self.directory, self.masters.first(), &lock) {
            Err(KeyError::Clock(doubt)) => {
                self.doubt = Some(doubt);
                return Err(doubt.into());
            }
            other => other?,
        }
        let done = act(&mut ring, &self.directory, &lock)?;
        (self.ring, self.current, self.doubt) = (ring, today.period(), None);
        Ok(done)
    }

    /// The keyed hash of somebody's identity number under the key in use: for storing. Takes the number in the one form in
    /// which it is compared, as the kiosk's type of it gives it in clear.
    pub fn person(&self, number: &str) -> PersonHash {
        PersonHash::new(self.current, self.living(self.current), number)
    }

    /// The keyed hashes of a number under every key there is, the one in use first, then newest first: for finding what was
    /// stored in earlier months.
    pub fn known_as(&self, number: &str) -> Vec<PersonHash> {
        let others = self.ring.living.iter().rev().filter(|(period, _)| **period != self.current);
        let others = others.map(|(period, key)| PersonHash::new(*period, key, number));
        std::iter::once(self.person(number)).chain(others).collect()
    }

    /// Encrypts a record under the key in use. The context is whose record it is (`booking 20261127-0001`): only with the same
    /// can it be opened, so that a record moved to another row is noticed. The result is text for the database.
    ///
    /// # Errors
    ///
    /// `TooLong` above [`MAX_RECORD`] bytes, `NoRandom`.
    pub fn seal(&self, record: &[u8], context: &str) -> Result<String, KeyError> {
        if record.len() > MAX_RECORD {
            return Err(KeyError::TooLong { seen: record.len(), most: MAX_RECORD });
        }
        let sealed = self.living(self.current).seal.seal(record, context.as_bytes())?;
        Ok(format!("{}:{}", self.current, STANDARD.encode(sealed)))
    }

    /// Decrypts what [`Keys::seal`] gave.
    ///
    /// # Errors
    ///
    /// [`Unreadable`], by its variants.
    pub fn unseal(&self, sealed: &str, context: &str) -> Result<Zeroizing<Vec<u8>>, Unreadable> {
        if sealed.len() > MAX_SEALED {
            return Err(Unreadable::NotSealed);
        }
        let (period, bytes) = sealed.split_once(':').ok_or(Unreadable::NotSealed)?;
        let period: Period = period.parse().map_err(|_| Unreadable::NotSealed)?;
        let bytes = STANDARD.decode(bytes).map_err(|_| Unreadable::NotSealed)?;
        match (self.ring.living.get(&period), self.ring.ledger.periods.get(&period)) {
            (Some(key), _) => key.seal.open(&bytes, context.as_bytes()).ok_or(Unreadable::Damaged { period }),
            (None, Some(Fate::Destroyed(on))) => Err(Unreadable::KeyDestroyed { period, on: *on }),
            (None, _) => Err(Unreadable::KeyMissing { period }),
        }
    }

    /// Whether a sealed record or a hash is under a key that [`Keys::expire`] would destroy on `today`, or under the key of a
    /// month to come ([`Warning::Later`]): if it is still wanted it must be sealed and hashed anew before. `false` for what is
    /// neither record nor hash.
    pub fn ends(&self, stored: &str, today: Day, keep_days: u32) -> bool {
        let period = stored.split_once(':').and_then(|(period, _)| period.parse::<Period>().ok());
        period.is_some_and(|period| is_over(period, today, keep_days) || period > self.current)
    }

    /// The month whose key is in use.
    pub fn current(&self) -> Period {
        self.current
    }

    /// The keys there are, oldest first, for the operator.
    pub fn keys(&self) -> Vec<KeyInfo> {
        let info = |(period, key): (&Period, &Living)| KeyInfo {
            period: *period,
            fingerprint: key.fingerprint,
            wrapped: key.wrapped,
            current: *period == self.current,
        };
        self.ring.living.iter().map(info).collect()
    }

    /// The months whose keys were destroyed, and when, oldest first.
    pub fn destroyed(&self) -> Vec<(Period, Day)> {
        let fates = self.ring.ledger.periods.iter();
        let on = |fate: &Fate| if let Fate::Destroyed(on) = fate { Some(*on) } else { None };
        fates.filter_map(|(period, fate)| on(fate).map(|on| (*period, on))).collect()
    }

    /// What the operator should see to, as of the last call that read the directory.
    pub fn warnings(&self) -> Vec<Warning> {
        let mut warnings = self.ring.found.clone();
        if self.masters.is_empty() {
            warnings.push(Warning::NotWrapped { path: self.directory.path().to_owned() });
        }
        for (period, error) in &self.ring.unusable {
            warnings.push(Warning::Unusable { period: *period, error: error.to_string() });
        }
        for (period, fate) in &self.ring.ledger.periods {
            let there = self.ring.living.contains_key(period) || self.ring.unusable.contains_key(period);
            if let (Fate::Made(fingerprint), false) = (fate, there) {
                let path = self.directory.file(&crate::keyfile::name(*period));
                warnings.push(Warning::Lost { path, period: *period, fingerprint: *fingerprint });
            }
        }
        let later = self.ring.living.keys().filter(|period| **period > self.current);
        warnings.extend(later.map(|period| Warning::Later { period: *period }));
        warnings.extend(self.doubt.map(Warning::Clock));
        warnings
    }

    fn living(&self, period: Period) -> &Living {
        &self.ring.living[&period]
    }
}

/// Shows months and fingerprints only.
impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keys")
            .field("directory", &self.directory.path())
            .field("keys", &self.keys())
            .field("destroyed", &self.destroyed())
            .finish_non_exhaustive()
    }
}

/// The keyed hash of somebody's identity number, `2026-11:` and 64 hexadecimal digits. Equal for equal numbers under the
/// same key, and of no use without it.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PersonHash(String);

impl PersonHash {
    fn new(period: Period, key: &Living, number: &str) -> Self {
        PersonHash(format!("{period}:{}", *hex(&key.hash.hash(number.as_bytes()))))
    }

    /// For the database.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// For the database.
    pub fn into_string(self) -> String {
        self.0
    }
}

/// Shows the month only: a hash still says that two records are the same person's.
impl fmt::Debug for PersonHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let period = self.0.split(':').next().unwrap_or_default();
        write!(f, "PersonHash({period}:…)")
    }
}

#[cfg(test)]
#[path = "keys_tests.rs"]
mod tests;
