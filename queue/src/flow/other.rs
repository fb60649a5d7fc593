//! The orders of other systems. They exist here alone, to be compared with ours in `simulate` and `replay`; no hall runs them.

use super::Settings;
use crate::ids::Timestamp;
use crate::order::{Key, Lane, Place};
use serde::{Deserialize, Serialize};

/// Whose order decides. Names and rules of the others are the laboratory's (`lab/hall/policies.py`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Order {
    /// `CALL-ORDER.md`.
    #[default]
    Hallgate,
    /// Order of number-taking and nothing else.
    Fifo,
    /// Green tickets, due appointments, then order of number-taking: what most systems on sale do.
    Strict,
    /// One list by deadline: green 3 minutes, appointments 5 minutes after their time, others the target of the hall or of the day.
    Edf,
}

impl Order {
    /// All of them, ours first.
    pub const ALL: [Order; 4] = [Order::Hallgate, Order::Fifo, Order::Strict, Order::Edf];

    /// As it is written on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Order::Hallgate => "hallgate",
            Order::Fifo => "fifo",
            Order::Strict => "strict",
            Order::Edf => "edf",
        }
    }
}

/// Seconds after `join` by which EDF wants a green ticket called.
const EDF_GREEN_S: i64 = 180;
/// Seconds after `ready` by which EDF wants an appointment called.
const EDF_APPOINTMENT_S: i64 = 300;

/// Who is called at `now` under the other order that `settings` name; `None`: nobody waits in these lanes.
pub(super) fn choose<'a>(
    settings: &Settings,
    now: Timestamp,
    lanes: impl Iterator<Item = &'a Lane>,
) -> Option<Place> {
    let mut best: Option<((i64, i64, Key), &Place)> = None;
    for lane in lanes {
        // In each tier the first of a lane is the first by any of these orders.
        let green = lane.first_green().and_then(|key| lane.get(key));
        let due =
            lane.first_appointment().filter(|&(ready, _)| now >= ready).and_then(|(_, key)| lane.get(key));
        let walk_in = lane.iter().find(|place| place.tier(now) == 2);
        for place in [green, due, walk_in].into_iter().flatten() {
            let tier = place.tier(now);
            let (first, then) = match (settings.order, tier) {
                (Order::Strict, 1) => (1, place.ready.0),
                (Order::Strict, _) => (i64::from(tier), place.join.0),
                (Order::Edf, 0) => (place.join.0 + EDF_GREEN_S, place.join.0),
                (Order::Edf, 1) => (place.ready.0 + EDF_APPOINTMENT_S, place.join.0),
                (Order::Edf, _) => (place.join.0 + settings.targets.of(place.class, false), place.join.0),
                _ => (0, place.join.0),
            };
            let key = (first, then, place.key());
            if best.as_ref().is_none_or(|(smallest, _)| key < *smallest) {
                best = Some((key, place));
            }
        }
    }
    best.map(|(_, place)| *place)
}
