//! The waiting tickets of one service: of everybody, or of those sent to one window.

use super::row::Row;
use super::{Key, Place};
use crate::ids::{TicketSeq, Timestamp};

/// Up to this length a list is looked through from the front, where most who are asked for stand.
const SHORT: usize = 16;

/// Sorted lists and no trees: a service has some dozens waiting at most times, people join at the end and leave near the
/// front, and a list of a hundred thousand still moves few of them for either.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Lane {
    /// Everybody, by place.
    all: Row<Place>,
    green: Row<Key>,
    /// Valid appointments that are not green, by the moment their time comes.
    appointments: Row<(Timestamp, Key)>,
    /// Not green and passed as often as allowed.
    protected: Row<Key>,
}

impl Lane {
    #[inline]
    pub(crate) fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// Nobody green, with an appointment or protected is here.
    #[inline]
    pub(crate) fn is_plain(&self) -> bool {
        self.green.len() | self.appointments.len() | self.protected.len() == 0
    }

    pub(crate) fn len(&self) -> usize {
        self.all.len()
    }

    /// The first by place, whatever its tier.
    #[inline]
    pub(crate) fn head(&self) -> Option<&Place> {
        self.all.first()
    }

    /// By place.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Place> {
        self.all.iter()
    }

    pub(crate) fn first_green(&self) -> Option<Key> {
        self.green.first().copied()
    }

    /// The appointment whose time comes, or came, first.
    pub(crate) fn first_appointment(&self) -> Option<(Timestamp, Key)> {
        self.appointments.first().copied()
    }

    pub(crate) fn first_protected(&self) -> Option<Key> {
        self.protected.first().copied()
    }

    pub(crate) fn get(&self, key: Key) -> Option<&Place> {
        self.position(key).ok().map(|at| &self.all[at])
    }

    /// Puts a walk-in behind all others, if its place is there.
    #[inline]
    pub(crate) fn push(&mut self, place: Place) -> bool {
        let last = self.all.last().is_none_or(|last| last.key() < place.key());
        if last {
            self.all.push(place);
        }
        last
    }

    /// Puts a ticket in its place. `pass_limit` is K of CALL-ORDER §2.
    #[inline]
    pub(crate) fn insert(&mut self, place: Place, pass_limit: u32) {
        let key = place.key();
        let plain = !place.green & !place.appointment & (place.passed < pass_limit);
        if plain && self.all.last().is_none_or(|last| last.key() < key) {
            self.all.push(place);
        } else {
            self.insert_any(place, key, pass_limit);
        }
    }

    fn insert_any(&mut self, place: Place, key: Key, pass_limit: u32) {
        if place.green {
            put(&mut self.green, key);
        } else {
            if place.appointment {
                put(&mut self.appointments, (place.ready, key));
            }
            if place.passed >= pass_limit {
                put(&mut self.protected, key);
            }
        }
        match self.all.last() {
            Some(last) if last.key() >= key => match self.position(key) {
                Ok(at) => self.all[at] = place,
                Err(at) => self.all.insert(at, place),
            },
            _ => self.all.push(place),
        }
    }

    /// Takes a ticket out.
    pub(crate) fn remove(&mut self, key: Key) -> Option<Place> {
        let at = self.position(key).ok()?;
        let place = self.all.remove(at);
        if place.green {
            take(&mut self.green, &key);
        } else {
            if place.appointment {
                take(&mut self.appointments, &(place.ready, key));
            }
            take(&mut self.protected, &key);
        }
        Some(place)
    }

    /// Takes the first out, of a lane where nobody is green, with an appointment or protected.
    #[inline]
    pub(crate) fn remove_head(&mut self) {
        debug_assert!(self.is_plain(), "only a plain lane keeps no list of its head");
        self.all.remove(0);
    }

    /// Who joined before `key`, by place.
    pub(crate) fn before(&self, key: Key) -> impl Iterator<Item = &Place> {
        self.all.iter().take_while(move |place| place.key() < key)
    }

    /// A priority call of `tier` passed everybody before `key` whose tier is larger: each is counted, and one who reaches
    /// `pass_limit` is protected from now on (CALL-ORDER §4). `each` is told of all before `key`, and whether it counted.
    #[inline]
    pub(crate) fn pass(
        &mut self,
        now: Timestamp,
        tier: u8,
        key: Key,
        pass_limit: u32,
        mut each: impl FnMut(TicketSeq, bool),
    ) {
        for place in self.all.iter_mut().take_while(|place| place.key() < key) {
            let counts = place.tier(now) > tier;
            each(place.seq, counts);
            if counts {
                place.passed = place.passed.saturating_add(1);
                if place.passed == pass_limit && !place.green {
                    put(&mut self.protected, place.key());
                }
            }
        }
    }

    /// Nobody is left; the memory stays.
    pub(crate) fn clear(&mut self) {
        self.all.clear();
        self.green.clear();
        self.appointments.clear();
        self.protected.clear();
    }

    fn position(&self, key: Key) -> Result<usize, usize> {
        if self.all.len() > SHORT {
            return self.all.binary_search_by_key(&key, Place::key);
        }
        let at = self.all.iter().take_while(|place| place.key() < key).count();
        if self.all.get(at).is_some_and(|place| place.key() == key) { Ok(at) } else { Err(at) }
    }
}

/// Sorted insertion; one that is there already stays.
fn put<T: Ord + Copy>(list: &mut Row<T>, item: T) {
    match list.last() {
        Some(last) if *last >= item => {
            if let Err(at) = list.binary_search(&item) {
                list.insert(at, item);
            }
        }
        _ => list.push(item),
    }
}

fn take<T: Ord + Copy>(list: &mut Row<T>, item: &T) {
    if list.first() == Some(item) {
        list.remove(0);
    } else if let Ok(at) = list.binary_search(item) {
        list.remove(at);
    }
}
