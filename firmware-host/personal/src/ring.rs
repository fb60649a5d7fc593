//! The keys as they lie on the disk: reading them all, the turn of a month, destruction. Everything here is done under the
//! lock, and each step may be the last before the power is cut; reading them the next time finishes or undoes it:
//!
//! | cut | found then | done then |
//! |---|---|---|
//! | while a file is written | `….new` beside the old one | overwritten and removed |
//! | key written, its line not | a key that the list does not know | taken into the list |
//! | listed as destroyed, file still whole or half overwritten | a key that the list says is destroyed | overwritten and removed |

use crate::day::{Day, Period};
use crate::error::{ClockDoubt, KeyError, Warning};
use crate::files::{Directory, LOCK, Locked, finished_name};
use crate::keyfile;
use crate::keys::Clock;
use crate::ledger::{Fate, LEDGER, Ledger};
use crate::master::Master;
use crate::secret::{Fingerprint, Key};
use std::collections::BTreeMap;

/// Most days that may pass without the keys being used until the clock is doubted. The longest holidays close a hall for some
/// ten days; a clock set wrong is mostly off by months or years. More would let a wrong clock destroy more, fewer would ask
/// for a confirmation after each repair.
pub(crate) const MAX_GAP_DAYS: i64 = 45;
/// No key was made before this program was written. A clock without its battery begins in 1970 or 2000.
const FIRST_YEAR: u16 = 2026;
/// What sub-keys are for. Changing one makes all that was stored before unreadable.
const HASH_LABEL: &[u8] = b"hallgate person hash 1";
const SEAL_LABEL: &[u8] = b"hallgate record 1";

/// A key that can be used.
pub(crate) struct Living {
    /// For keyed hashes.
    pub(crate) hash: Key,
    /// For encryption.
    pub(crate) seal: Key,
    pub(crate) fingerprint: Fingerprint,
    /// Whether its file is wrapped under a master key.
    pub(crate) wrapped: bool,
}

impl Living {
    fn new(key: &Key, wrapped: bool) -> Self {
        Living {
            hash: key.derive(HASH_LABEL),
            seal: key.derive(SEAL_LABEL),
            fingerprint: key.fingerprint(),
            wrapped,
        }
    }
}

/// All keys of a directory.
#[derive(Default)]
pub(crate) struct Ring {
    pub(crate) ledger: Ledger,
    pub(crate) living: BTreeMap<Period, Living>,
    /// Keys whose file is there and cannot be read.
    pub(crate) unusable: BTreeMap<Period, KeyError>,
    /// What was found in the directory besides.
    pub(crate) found: Vec<Warning>,
}

impl Ring {
    /// Reads everything. With the lock also finishes what a power cut left, and wraps under the first master key what is not.
    pub(crate) fn load(
        directory: &Directory,
        masters: &[Master],
        lock: Option<&Locked>,
    ) -> Result<Self, KeyError> {
        let mut ring = Ring { ledger: Ledger::read(directory)?, ..Ring::default() };
        for name in directory.names()? {
            let ours = |name: &str| name == LEDGER || keyfile::period(name).is_some();
            if name == LOCK || name == LEDGER {
                continue;
            }
            if finished_name(&name).is_some_and(ours) {
                lock.map_or(Ok(()), |lock| directory.destroy(&name, lock))?;
                continue;
            }
            match keyfile::period(&name) {
                Some(period) => ring.load_key(period, directory, masters, lock)?,
                None => ring.found.push(Warning::UnknownFile { path: directory.file(&name) }),
            }
        }
        Ok(ring)
    }

    fn load_key(
        &mut self,
        period: Period,
        directory: &Directory,
        masters: &[Master],
        lock: Option<&Locked>,
    ) -> Result<(), KeyError> {
        let name = keyfile::name(period);
        let path = directory.file(&name);
        let known = self.ledger.periods.get(&period).copied();
        if let Some(Fate::Destroyed(on)) = known {
            self.found.push(Warning::CameBack { path, on });
            return lock.map_or(Ok(()), |lock| directory.destroy(&name, lock));
        }
        let Some(text) = directory.read(&name)? else { return Ok(()) };
        let read = match keyfile::parse(&text, period, masters, &path) {
            Ok(read) => read,
            Err(error) => {
                self.unusable.insert(period, error);
                return Ok(());
            }
        };
        let fingerprint = read.key.fingerprint();
        if known.is_some_and(|known| known != Fate::Made(fingerprint)) {
            let (seen, expected) =
                ("another key", "the one whose fingerprint is in the file `periods` beside it");
            self.unusable.insert(period, KeyError::Damaged { path, seen, expected });
            return Ok(());
        }
        let mut wrapped = read.wrapped_under.is_some();
        if let (Some(master), Some(lock), true) = (masters.first(), lock, read.wrapped_under != Some(0)) {
            directory.write(&name, &keyfile::text(&read.key, period, Some(master))?, lock)?;
            wrapped = true;
        }
        self.ledger.periods.insert(period, Fate::Made(fingerprint));
        self.living.insert(period, Living::new(&read.key, wrapped));
        Ok(())
    }

    /// Whether there never was a key here.
    pub(crate) fn is_new(&self) -> bool {
        self.ledger.periods.is_empty() && self.unusable.is_empty()
    }

    /// The last day that was believed. Without a list: some day of the newest key's month.
    pub(crate) fn seen(&self) -> Option<Day> {
        let newest = self.ledger.periods.keys().chain(self.unusable.keys()).max();
        self.ledger.seen.or(newest.map(|period| period.last_day()))
    }

    /// Why `today` is not believed, if it is not.
    fn doubt(&self, today: Day) -> Option<ClockDoubt> {
        if today.period().year() < FIRST_YEAR {
            return Some(ClockDoubt::Ancient { today });
        }
        let seen = self.seen()?;
        if today.period() < seen.period() {
            return Some(ClockDoubt::Earlier { today, seen });
        }
        (today.days_since(seen) > MAX_GAP_DAYS).then_some(ClockDoubt::LongAfter {
            today,
            seen,
            most: MAX_GAP_DAYS,
        })
    }

    /// Sees to it that the month of `today` has its key and the list is on the disk.
    pub(crate) fn settle(
        &mut self,
        today: Day,
        clock: Clock,
        directory: &Directory,
        master: Option<&Master>,
        lock: &Locked,
    ) -> Result<(), KeyError> {
        match self.doubt(today) {
            Some(doubt @ ClockDoubt::Ancient { .. }) => return Err(doubt.into()),
            Some(doubt) if clock == Clock::AsRead => return Err(doubt.into()),
            _ => {}
        }
        let period = today.period();
        match self.usable(period, directory) {
            Err(KeyError::NoSuchKey { .. }) => {
                let key = Key::random()?;
                let text = keyfile::text(&key, period, master)?;
                directory.write(&keyfile::name(period), &text, lock)?;
                self.ledger.periods.insert(period, Fate::Made(key.fingerprint()));
                self.living.insert(period, Living::new(&key, master.is_some()));
            }
            other => other?,
        }
        self.ledger.seen = Some(today);
        if Ledger::read(directory)? != self.ledger {
            self.ledger.write(directory, lock)?;
        }
        Ok(())
    }

    /// Whether the month has a key that can be used, and why not. The error of a file that cannot be read is handed over.
    pub(crate) fn usable(&mut self, period: Period, directory: &Directory) -> Result<(), KeyError> {
        if self.living.contains_key(&period) {
            return Ok(());
        }
        if let Some(error) = self.unusable.remove(&period) {
            return Err(error);
        }
        Err(match self.ledger.periods.get(&period).copied() {
            // Destroyed before its month began: it was made by a clock in the future. When the month comes it needs one.
            Some(Fate::Destroyed(on)) if on.period() < period => KeyError::NoSuchKey { period },
            Some(Fate::Destroyed(on)) => KeyError::Destroyed { period, on },
            Some(Fate::Made(fingerprint)) => {
                KeyError::Lost { path: directory.file(&keyfile::name(period)), period, fingerprint }
            }
            None => KeyError::NoSuchKey { period },
        })
    }

    /// Months that have a key, readable or not, or had one that is lost; not those whose key was destroyed.
    pub(crate) fn undestroyed(&self) -> Vec<Period> {
        let made = self.ledger.periods.iter().filter(|(_, fate)| matches!(fate, Fate::Made(_)));
        let mut periods: Vec<Period> = made.map(|(period, _)| *period).collect();
        periods.extend(self.unusable.keys().filter(|period| !self.ledger.periods.contains_key(period)));
        periods.sort();
        periods
    }

    /// Destroys keys for good.
    pub(crate) fn destroy(
        &mut self,
        periods: &[Period],
        on: Day,
        directory: &Directory,
        lock: &Locked,
    ) -> Result<(), KeyError> {
        if periods.is_empty() {
            return Ok(());
        }
        for period in periods {
            self.ledger.periods.insert(*period, Fate::Destroyed(on));
            self.living.remove(period);
            self.unusable.remove(period);
        }
        // The list first: were the file removed first, a cut would make the key a lost one.
        self.ledger.write(directory, lock)?;
        periods.iter().try_for_each(|period| directory.destroy(&keyfile::name(*period), lock))
    }
}

#[cfg(test)]
#[path = "ring_tests.rs"]
mod tests;
