//! Rule A8 for one person: what came of the latest bookings, and what follows from it.

use super::{TaskId, WhyRestricted};
use crate::ids::Timestamp;

/// A person on the restricted list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Restriction {
    /// Why.
    pub why: WhyRestricted,
    /// Bookings are refused before this.
    pub until: Timestamp,
}

/// What follows from a no-show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Follows {
    Nothing,
    CallBack,
    Restriction,
}

/// A person's bookings as rule A8 counts them. Whoever comes, late too, begins afresh; whoever cancels in time changes nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Credit {
    /// Booked times of the latest no-shows in a row, at most two are kept.
    no_shows: Vec<Timestamp>,
    call_back: CallBack,
    /// On the list until then.
    pub restriction: Option<Restriction>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum CallBack {
    #[default]
    None,
    Asked(TaskId),
    Done,
}

impl Credit {
    /// The restriction in force.
    pub fn restricted(&self, now: Timestamp) -> Option<Restriction> {
        self.restriction.filter(|restriction| now < restriction.until)
    }

    /// Nothing is held against this person.
    pub fn is_clean(&self) -> bool {
        *self == Credit::default()
    }

    /// Something of it can still have consequences. What is older is forgotten, as by a start, which reads no further back.
    pub(super) fn counts(&self, now: Timestamp, held_s: i64) -> bool {
        let missed = self.no_shows.last().is_some_and(|missed| now.since(*missed) <= held_s);
        missed || self.restricted(now).is_some()
    }

    /// What a no-show at `booked` would bring; [`Self::missed`] then makes it true.
    pub(super) fn follows(&self, booked: Timestamp, month_s: i64) -> Follows {
        let second = self.no_shows.last().is_some_and(|&first| booked.since(first) <= month_s);
        match self.call_back {
            CallBack::Done => Follows::Restriction,
            CallBack::None if second => Follows::CallBack,
            CallBack::None | CallBack::Asked(_) => Follows::Nothing,
        }
    }

    pub(super) fn missed(&mut self, booked: Timestamp) {
        if self.no_shows.len() == 2 {
            self.no_shows.remove(0);
        }
        self.no_shows.push(booked);
    }

    pub(super) fn came(&mut self) {
        self.no_shows.clear();
        self.call_back = CallBack::None;
    }

    pub(super) fn asked(&mut self, task: TaskId) {
        self.call_back = CallBack::Asked(task);
    }

    pub(super) fn called_back(&mut self, task: TaskId) {
        if self.call_back == CallBack::Asked(task) {
            self.call_back = CallBack::Done;
        }
    }

    /// The list has taken the place of what led to it.
    pub(super) fn restrict(&mut self, restriction: Restriction) {
        self.came();
        self.restriction = Some(restriction);
    }

    pub(super) fn lift(&mut self) {
        self.restriction = None;
    }
}
