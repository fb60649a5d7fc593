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
    // CALL-ORDER §3.5: heads past their last limit, and heads by their next limit.
    let mut overdue: Option<&Place> = None;
    let mut within: Option<(Timestamp, &Place)> = None;
    for group in groups {
        let mut head: Option<&Place> = None;
        for lane in group.into_iter().flatten() {
            take_smaller(&mut green, lane.first_green(), lane);
            take_smaller(&mut due, lane.first_appointment().filter(|&(ready, _)| now >= ready), lane);
            take_smaller(&mut protected, lane.first_protected(), lane);
            if let Some(first) = lane.head()
                && head.is_none_or(|head| first.key() < head.key())
            {
                head = Some(first);
            }
        }
        let Some(head) = head else { continue };
        match head.next_limit(now, limits) {
            None if overdue.is_none_or(|best| head.key() < best.key()) => overdue = Some(head),
            Some(limit) if within.is_none_or(|(best, place)| (limit, head.key()) < (best, place.key())) => {
                within = Some((limit, head));
            }
            _ => {}
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
    match (overdue, within) {
        (Some(place), _) => Some(Choice { place: *place, reason: Reason::Overdue, limit: None }),
        (None, Some((limit, place))) => {
            Some(Choice { place: *place, reason: Reason::Limit, limit: Some(limit) })
        }
        (None, None) => None,
    }
}

fn take_smaller<'a, K: Ord + Copy>(best: &mut Option<(K, &'a Lane)>, key: Option<K>, lane: &'a Lane) {
    if let Some(key) = key
        && best.is_none_or(|(smallest, _)| key < smallest)
    {
        *best = Some((key, lane));
    }
}
