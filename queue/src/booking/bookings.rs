//! The open bookings, and what a command would change.

use super::credit::Follows;
use super::{
    Booking, BookingCommand, BookingEvent, BookingId, BookingRefusal, BookingRules, BookingState, Calendar,
    Credit, Form, PersonId, Renewal, Restriction, Task, TaskId, TaskKind, WhyRestricted,
};
use crate::command::By;
use crate::ids::{ServiceId, TicketSeq, Timestamp};
use std::collections::{BTreeMap, BTreeSet};

/// Times offered when one is taken or cannot be kept: more than a guide reads out on the telephone help nobody.
const OFFERED: usize = 3;

/// Who speaks where nobody pressed anything.
const HALL: &str = "hall";

/// All bookings that are open, those of today, and what is held against persons.
#[derive(Clone, Debug, Default)]
pub struct Bookings {
    pub(super) rules: BookingRules,
    pub(super) bookings: BTreeMap<BookingId, Booking>,
    pub(super) tasks: BTreeMap<TaskId, Task>,
    pub(super) persons: BTreeMap<PersonId, Credit>,
    /// Numbers taken by card: one open one per person and service.
    pub(super) holders: BTreeSet<(PersonId, TicketSeq)>,
    /// Moments at which a booking changes by itself.
    pub(super) timers: BTreeSet<(Timestamp, BookingId)>,
    pub(super) next_booking: BookingId,
    pub(super) next_task: TaskId,
}

/// What a person with a booking is here for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arrival {
    /// A number is to be taken, with the booked time; the hall itself decides whether it still counts (rule A5).
    Take {
        /// The booked time.
        booked: Timestamp,
        /// The period of grace is over.
        late: bool,
    },
    /// The number was taken already.
    Holds(TicketSeq),
}

impl Bookings {
    /// No bookings. The first booking and task get these numbers, which must be larger than all in the log.
    pub fn new(rules: BookingRules, next_booking: BookingId, next_task: TaskId) -> Self {
        Bookings { rules, next_booking, next_task, ..Bookings::default() }
    }

    /// The rules it decides by.
    pub fn rules(&self) -> &BookingRules {
        &self.rules
    }

    /// One booking; `None`: none of that number, or one of the past.
    pub fn booking(&self, booking: BookingId) -> Option<&Booking> {
        self.bookings.get(&booking)
    }

    /// All that are known, by number.
    pub fn bookings(&self) -> impl Iterator<Item = &Booking> {
        self.bookings.values()
    }

    /// Those of the working day of `now` whose person is not here yet and would still be served as booked.
    pub fn awaited(&self, now: Timestamp, calendar: &dyn Calendar) -> impl Iterator<Item = &Booking> {
        let ends = calendar.day_ends(now);
        // One of an earlier day, or past its period of grace, is not in this state any more.
        self.bookings
            .values()
            .filter(move |known| known.state == BookingState::Booked && known.form.at < ends)
    }

    /// Tasks not yet done, the oldest first.
    pub fn tasks(&self) -> impl Iterator<Item = &Task> {
        self.tasks.values()
    }

    /// Persons against whom something is held.
    pub fn persons(&self) -> impl Iterator<Item = (&PersonId, &Credit)> {
        self.persons.iter()
    }

    /// Whether anything is known of a person.
    pub fn knows(&self, person: &PersonId) -> bool {
        self.persons.contains_key(person) || self.bookings.values().any(|known| known.form.person == *person)
    }

    /// The restriction in force against a person (rule A8).
    pub fn restricted(&self, now: Timestamp, person: &PersonId) -> Option<Restriction> {
        self.persons.get(person)?.restricted(now)
    }

    /// Tickets that this person took by card today.
    pub fn held_by(&self, person: &PersonId) -> impl Iterator<Item = TicketSeq> {
        let from = (person.clone(), TicketSeq(0))..=(person.clone(), TicketSeq(u64::MAX));
        self.holders.range(from).map(|(_, ticket)| *ticket)
    }

    /// When the next booking changes by itself.
    pub fn next_deadline(&self) -> Option<Timestamp> {
        self.timers.first().map(|(at, _)| *at)
    }

    /// Times of the day of `on` at which an appointment for `service` can still be booked.
    ///
    /// # Errors
    /// Why there can be none that day at all.
    pub fn free_times(
        &self,
        now: Timestamp,
        calendar: &dyn Calendar,
        service: &ServiceId,
        on: Timestamp,
    ) -> Result<Vec<Timestamp>, BookingRefusal> {
        let slots = calendar.slots(service, on).map_err(BookingRefusal::Closed)?;
        let taken = self.taken(calendar, service, on);
        if taken.values().sum::<u32>() >= self.rules.quota_of(service) {
            return Ok(Vec::new());
        }
        let free = |slot: &Timestamp| *slot > now && taken.get(slot).is_none_or(|&n| n < self.rules.per_slot);
        Ok(slots.into_iter().filter(free).collect())
    }

    /// Of the times that were offered for a booking the hall could not keep, those that can still be booked.
    pub fn still_free(&self, now: Timestamp, calendar: &dyn Calendar, booking: &Booking) -> Vec<Timestamp> {
        let free = |at: &&Timestamp| {
            let free = self.free_times(now, calendar, &booking.form.service, **at);
            free.is_ok_and(|free| free.contains(at))
        };
        booking.offered.iter().filter(free).copied().collect()
    }

    /// What a person with this booking is to get on arrival (rules A3 to A5).
    ///
    /// # Errors
    /// Unknown, of another day, cancelled or over.
    pub fn arrive(
        &self,
        now: Timestamp,
        calendar: &dyn Calendar,
        booking: BookingId,
    ) -> Result<Arrival, BookingRefusal> {
        let known = self.known(booking)?;
        let booked = known.form.at;
        match known.state {
            BookingState::CheckedIn { ticket, .. } => Ok(Arrival::Holds(ticket)),
            BookingState::Booked | BookingState::Forfeited => {
                if calendar.day(now) != calendar.day(booked) {
                    return Err(BookingRefusal::AnotherDay { booking, at: booked });
                }
                Ok(Arrival::Take { booked, late: now > booked.plus(self.rules.grace_s) })
            }
            state => Err(BookingRefusal::BookingIs { booking, state: state.name() }),
        }
    }

    /// What `command` would change.
    ///
    /// # Errors
    /// Why the rules refuse it; nothing changes then.
    pub fn decide(
        &self,
        now: Timestamp,
        calendar: &dyn Calendar,
        command: &BookingCommand,
    ) -> Result<Vec<BookingEvent>, BookingRefusal> {
        match command {
            BookingCommand::Book { form, by } => {
                self.may_book(now, calendar, form)?;
                Ok(vec![BookingEvent::Booked {
                    booking: self.next_booking,
                    form: form.clone(),
                    by: by.clone(),
                }])
            }
            BookingCommand::Move { booking, to, by } => {
                let known = self.expected(now, *booking)?;
                if known.form.at == *to {
                    return Err(BookingRefusal::SameAsBefore { booking: *booking, at: *to });
                }
                self.fits(now, calendar, &known.form.service, *to, Some(*booking))?;
                self.only_one(&known.form, *to, Some(*booking))?;
                let (booking, from) = (*booking, known.form.at);
                Ok(vec![BookingEvent::Moved { booking, from, to: *to, by: by.clone() }])
            }
            BookingCommand::Cancel { booking, reason, by } => {
                self.expected(now, *booking)?;
                let (booking, reason) = (*booking, reason.clone());
                Ok(vec![BookingEvent::Cancelled { booking, reason, by: by.clone() }])
            }
            BookingCommand::CannotKeep { booking, reason, by } => {
                self.cannot_keep(now, calendar, *booking, reason, by)
            }
            BookingCommand::Restrict { booking, malicious, by } => {
                let person = self.known(*booking)?.form.person.clone();
                let why = if *malicious { WhyRestricted::Malicious } else { WhyRestricted::Duplicate };
                let until = now.plus(self.rules.restricted_s);
                Ok(vec![BookingEvent::Restricted { person, why, until, by: by.clone() }])
            }
            BookingCommand::Lift { person, reason, by } => {
                given(reason)?;
                self.restricted(now, person).ok_or(BookingRefusal::NotRestricted)?;
                let (person, reason) = (person.clone(), reason.clone());
                Ok(vec![BookingEvent::Lifted { person, reason, by: by.clone() }])
            }
            BookingCommand::Done { task, note, by } => {
                self.tasks.get(task).ok_or(BookingRefusal::UnknownTask { task: *task })?;
                Ok(vec![BookingEvent::TaskDone { task: *task, note: note.clone(), by: by.clone() }])
            }
            BookingCommand::Renew { renewals } => Ok(self.renewed(renewals)),
            BookingCommand::Tick { since } => Ok(self.run_out(now, calendar, *since)),
        }
    }

    /// Rule A9.
    fn renewed(&self, renewals: &[Renewal]) -> Vec<BookingEvent> {
        let known = renewals.iter().filter_map(|renewal| Some((self.booking(renewal.booking)?, renewal)));
        let renewed = known.map(|(known, Renewal { booking, person, sealed })| {
            let known_as = Some(&known.form.person).filter(|older| *older != person).cloned();
            let (person, sealed) = (person.clone(), sealed.clone());
            BookingEvent::Renewed { booking: *booking, person, known_as, sealed }
        });
        renewed.collect()
    }

    fn known(&self, booking: BookingId) -> Result<&Booking, BookingRefusal> {
        self.booking(booking).ok_or(BookingRefusal::UnknownBooking { booking })
    }

    /// A booking whose time is still to come.
    fn expected(&self, now: Timestamp, booking: BookingId) -> Result<&Booking, BookingRefusal> {
        let known = self.known(booking)?;
        match known.state {
            BookingState::Booked if now < known.form.at => Ok(known),
            BookingState::Booked => Err(BookingRefusal::TooLate { booking, at: known.form.at }),
            state => Err(BookingRefusal::BookingIs { booking, state: state.name() }),
        }
    }

    fn may_book(&self, now: Timestamp, calendar: &dyn Calendar, form: &Form) -> Result<(), BookingRefusal> {
        let ids = [Some(&form.person), form.known_as.as_ref()];
        // Rule A8: refused with the reason and the end date.
        if let Some(restriction) = ids.into_iter().flatten().find_map(|person| self.restricted(now, person)) {
            return Err(BookingRefusal::Restricted { why: restriction.why, until: restriction.until });
        }
        // What a platform sends again is the same booking, whatever became of it.
        let sent = |known: &&Booking| form.reference.is_some() && known.form.reference == form.reference;
        if let Some(known) = self.bookings.values().find(sent) {
            return Err(BookingRefusal::KnownReference { booking: known.id });
        }
        self.only_one(form, form.at, None)?;
        self.fits(now, calendar, &form.service, form.at, None)
    }

    /// Nobody books twice for one service, or two services at one time (rule A8).
    fn only_one(&self, form: &Form, at: Timestamp, but: Option<BookingId>) -> Result<(), BookingRefusal> {
        let same = |person: &PersonId| *person == form.person || form.known_as.as_ref() == Some(person);
        let others = self.bookings.values().filter(|booking| {
            booking.state == BookingState::Booked && Some(booking.id) != but && same(&booking.form.person)
        });
        for other in others {
            let booking = other.id;
            if other.form.service == form.service {
                return Err(BookingRefusal::Duplicate { booking, at: other.form.at });
            }
            if other.form.at == at {
                return Err(BookingRefusal::SameTime { booking });
            }
        }
        Ok(())
    }

    /// Rule A2: an appointment for this service can begin then, and there is room.
    fn fits(
        &self,
        now: Timestamp,
        calendar: &dyn Calendar,
        service: &ServiceId,
        at: Timestamp,
        but: Option<BookingId>,
    ) -> Result<(), BookingRefusal> {
        if at <= now {
            return Err(BookingRefusal::InThePast { at, now });
        }
        let last = now.plus(self.rules.ahead_s);
        if at > last {
            return Err(BookingRefusal::TooFarAhead { at, last });
        }
        let slots = calendar.slots(service, at).map_err(BookingRefusal::Closed)?;
        if !slots.contains(&at) {
            return Err(BookingRefusal::NoSlot { at, near: nearest(slots, at) });
        }
        let moved = but.and_then(|booking| self.booking(booking)).map(|booking| booking.form.at);
        let mut taken = self.taken(calendar, service, at);
        if let Some(n) = moved.and_then(|from| taken.get_mut(&from)) {
            *n -= 1;
        }
        let quota = self.rules.quota_of(service);
        if taken.values().sum::<u32>() >= quota {
            return Err(BookingRefusal::DayFull { day: calendar.day(at), quota });
        }
        if taken.get(&at).is_some_and(|&n| n >= self.rules.per_slot) {
            let room =
                |slot: &Timestamp| *slot > now && taken.get(slot).is_none_or(|&n| n < self.rules.per_slot);
            let free: Vec<Timestamp> = slots.into_iter().filter(room).collect();
            let n_free = free.len();
            return Err(BookingRefusal::SlotFull { at, free: nearest(free, at), n_free });
        }
        Ok(())
    }

    /// How many places of a service are taken on the day of `on`, by time. Whoever forfeited has left a place that nobody
    /// else can use any more; whoever cancelled has not.
    fn taken(&self, calendar: &dyn Calendar, service: &ServiceId, on: Timestamp) -> BTreeMap<Timestamp, u32> {
        let day = calendar.day(on);
        let mut taken = BTreeMap::new();
        for booking in self.bookings.values() {
            let gone = matches!(booking.state, BookingState::Cancelled | BookingState::NotKept);
            if !gone && booking.form.service == *service && calendar.day(booking.form.at) == day {
                *taken.entry(booking.form.at).or_default() += 1;
            }
        }
        taken
    }

    /// Rule A7.
    fn cannot_keep(
        &self,
        now: Timestamp,
        calendar: &dyn Calendar,
        booking: BookingId,
        reason: &str,
        by: &By,
    ) -> Result<Vec<BookingEvent>, BookingRefusal> {
        given(reason)?;
        let known = self.expected(now, booking)?;
        let mut offered = Vec::new();
        let mut on = known.form.at;
        // The same day first, then as far as can be booked.
        while offered.len() < OFFERED && on <= now.plus(self.rules.ahead_s) {
            let free = self.free_times(now, calendar, &known.form.service, on).unwrap_or_default();
            let near = free.into_iter().filter(|at| *at > known.form.at);
            offered.extend(near.take(OFFERED - offered.len()));
            on = calendar.day_ends(on);
        }
        let breach = now > known.form.at.plus(-self.rules.notice_s);
        let (reason, by) = (reason.to_owned(), by.clone());
        let not_kept = BookingEvent::NotKept { booking, reason, breach, offered, by };
        let task = self.next_task;
        Ok(vec![not_kept, BookingEvent::TaskRaised { task, what: TaskKind::OfferTimes, booking }])
    }

    /// Everything that has run out by `now`.
    fn run_out(&self, now: Timestamp, calendar: &dyn Calendar, since: Timestamp) -> Vec<BookingEvent> {
        if self.next_deadline().is_none_or(|due| due > now) {
            return Vec::new();
        }
        // Each change may bring the next of the same booking, or number a task.
        let mut later = self.clone();
        let mut events = Vec::new();
        while let Some(&(at, booking)) = later.timers.first()
            && at <= now
        {
            let new = later.runs_out(now, booking, since);
            if new.is_empty() {
                later.timers.pop_first();
            }
            for event in new {
                later.apply(now, calendar, &event);
                events.push(event);
            }
        }
        events
    }

    fn runs_out(&self, now: Timestamp, booking: BookingId, since: Timestamp) -> Vec<BookingEvent> {
        let Some(known) = self.booking(booking) else { return Vec::new() };
        let (booked, over) = (known.form.at, known.form.at.plus(self.rules.grace_s));
        match known.state {
            BookingState::Booked if now > over => vec![BookingEvent::Forfeited { booking }],
            BookingState::Booked if !known.reminded => vec![BookingEvent::Reminded { booking }],
            BookingState::Forfeited if since > booked => vec![BookingEvent::Unjudged { booking }],
            BookingState::Forfeited => {
                let mut events = vec![BookingEvent::NoShow { booking }];
                let person = &known.form.person;
                let credit = self.persons.get(person).cloned().unwrap_or_default();
                match credit.follows(booked, self.rules.month_s) {
                    Follows::Nothing => {}
                    Follows::CallBack => {
                        let what = TaskKind::CallBack;
                        events.push(BookingEvent::TaskRaised { task: self.next_task, what, booking });
                    }
                    Follows::Restriction => events.push(BookingEvent::Restricted {
                        person: person.clone(),
                        why: WhyRestricted::NoShow,
                        until: now.plus(self.rules.restricted_s),
                        by: By(HALL.to_owned()),
                    }),
                }
                events
            }
            _ => Vec::new(),
        }
    }
}

fn given(reason: &str) -> Result<(), BookingRefusal> {
    if reason.trim().is_empty() { Err(BookingRefusal::NoReason) } else { Ok(()) }
}

/// The times nearest to `at`, rising.
fn nearest(mut times: Vec<Timestamp>, at: Timestamp) -> Vec<Timestamp> {
    times.sort_by_key(|time| time.since(at).abs());
    times.truncate(OFFERED);
    times.sort_unstable();
    times
}
