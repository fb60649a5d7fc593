//! CALL-ORDER §3: the decision when a window asks.

use super::{Choice, Key, Lane, Place};
use crate::event::Reason;
use crate::ids::Timestamp;
use crate::rules::Limits;

/// The lanes of one service that a window reaches: of everybody, and of those sent to this window alone. They are one line,
/// so that nobody is reordered inside a service (CALL-ORDER §6.2).
pub(crate) type Group<'a> = [Option<&'a Lane>; 2];

/// The decision over all groups that the window reaches; `None`: nobody waits there.
pub(crate) fn choose<'a>(
    now: Timestamp,
    groups: impl Iterator<Item = Group<'a>>,
    last_priority: bool,
    limits: &Limits,
) -> Option<Choice> {
    let mut green: Option<(Key, &Lane)> = None;
    let mut due: Option<((Timestamp, Key), &Lane)> = None;
    let mut protected: Option<(Key, &Lane)> = None;
    let mut heads = Heads::default();
    for group in groups {
        let mut head: Option<&Place> = None;
        for lane in group.into_iter().flatten() {
            if !lane.is_plain() {
                take_smaller(&mut green, lane.first_green(), lane);
                take_smaller(&mut due, lane.first_appointment().filter(|&(ready, _)| now >= ready), lane);
                take_smaller(&mut protected, lane.first_protected(), lane);
            }
            if let Some(first) = lane.head()
                && head.is_none_or(|head| first.key() < head.key())
            {
                head = Some(first);
            }
        }
        if let Some(head) = head {
            heads.add(now, head, limits);
        }
    }
    let called = |key: Key, lane: &Lane, reason| {
        let place = *lane.get(key).expect("a lane's lists hold keys of its tickets only");
        Some(Choice { place, reason, limit: None })
    };
    // CALL-ORDER §3.2: never two priority calls in a row while a protected ticket could be served.
    if let Some((key, lane)) = protected.filter(|_| last_priority || (green.is_none() && due.is_none())) {
        return called(key, lane, Reason::Protected);
    }
    if let Some((key, lane)) = green {
        return called(key, lane, Reason::Green);
    }
    if let Some(((_, key), lane)) = due {
        return called(key, lane, Reason::Appointment);
    }
    // Nobody green and no due appointment is here, so the head of a service is simply its first.
    heads.choice()
}

/// CALL-ORDER §3.5: the first of each service, of those past their last limit and of those by their next limit.
#[derive(Default)]
pub(crate) struct Heads<'a> {
    overdue: Option<&'a Place>,
    within: Option<(Timestamp, &'a Place)>,
}

impl<'a> Heads<'a> {
    #[inline]
    pub(crate) fn add(&mut self, now: Timestamp, head: &'a Place, limits: &Limits) {
        match head.next_limit(now, limits) {
            None if self.overdue.is_none_or(|best| head.key() < best.key()) => self.overdue = Some(head),
            Some(limit)
                if self.within.is_none_or(|(best, place)| (limit, head.key()) < (best, place.key())) =>
            {
                self.within = Some((limit, head));
            }
            _ => {}
        }
    }

    /// Whom the window calls if nobody it reaches is green, has a due appointment or is protected.
    #[inline]
    pub(crate) fn choice(self) -> Option<Choice> {
        match (self.overdue, self.within) {
            (Some(place), _) => Some(Choice { place: *place, reason: Reason::Overdue, limit: None }),
            (None, Some((limit, place))) => {
                Some(Choice { place: *place, reason: Reason::Limit, limit: Some(limit) })
            }
            (None, None) => None,
        }
    }
}

fn take_smaller<'a, K: Ord + Copy>(best: &mut Option<(K, &'a Lane)>, key: Option<K>, lane: &'a Lane) {
    if let Some(key) = key
        && best.is_none_or(|(smallest, _)| key < smallest)
    {
        *best = Some((key, lane));
    }
}
