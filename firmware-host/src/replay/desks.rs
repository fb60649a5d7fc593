//! When each window worked, paused and was taken, as the record shows it.
//!
//! A window is in rotation from the moment it asks. What happens between two people decides what a gap is:
//!
//! | between | counts as |
//! |---|---|
//! | end of a service and the next asking, up to [`TIDY_S`] | window time of that service |
//! | the same, longer, or after stopping to ask; up to [`AWAY_S`] | a pause from the end of the service on |
//! | the same, longer still | the clerk was off |
//! | a pause, with what is before the next asking | a pause |
//! | closing | off from the moment it last asked, was done or paused |

use queue::{WindowNumber, WindowState};
use std::collections::BTreeMap;

/// A clerk tidies up after a service and presses "call next" within this; what takes longer is no part of the matter.
const TIDY_S: i64 = 120;
/// A clerk who does not ask for longer than this has gone without pressing pause.
const AWAY_S: i64 = 900;

/// What takes a window's time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Work {
    /// A call and the service after it: position among the legs.
    Leg(usize),
    /// A parked person back at the window: position among the returns.
    Return(usize),
}

#[derive(Clone, Copy, Debug, Default)]
enum Phase {
    #[default]
    Off,
    Asking,
    With(Work),
    /// Nobody there, not asking; after what.
    Done {
        since: i64,
        after: Option<Work>,
    },
    Paused {
        since: i64,
    },
}

/// One window's day.
#[derive(Clone, Debug, Default)]
pub(super) struct Desk {
    /// From and to.
    pub(super) works: Vec<(i64, i64)>,
    /// From when, how long.
    pub(super) pauses: Vec<(i64, i64)>,
    began: i64,
    phase: Phase,
}

/// All windows.
#[derive(Clone, Debug, Default)]
pub(super) struct Desks {
    pub(super) all: BTreeMap<WindowNumber, Desk>,
}

impl Desks {
    /// A window's state may have changed at `at`; `work`: what is there if somebody was called. Says which work took the
    /// window until now, when the gap after it turns out to be part of it.
    pub(super) fn see(
        &mut self,
        number: WindowNumber,
        state: &WindowState,
        work: Option<Work>,
        at: i64,
    ) -> Option<Work> {
        let desk = self.all.entry(number).or_default();
        let before = desk.phase;
        match state {
            WindowState::Closed => desk.leaves(before, at),
            WindowState::Free => {
                desk.phase = match before {
                    Phase::Asking => Phase::Done { since: at, after: None },
                    Phase::With(work) => Phase::Done { since: at, after: Some(work) },
                    other => other,
                };
            }
            WindowState::Paused { .. } => {
                desk.phase = match before {
                    Phase::Off => Phase::Off,
                    Phase::Done { since, .. } | Phase::Paused { since } => Phase::Paused { since },
                    Phase::Asking | Phase::With(_) => Phase::Paused { since: at },
                };
            }
            WindowState::Asking { .. } => return desk.asks(before, at),
            WindowState::Calling { .. } | WindowState::Serving { .. } => {
                if let (Phase::Off, true) = (before, work.is_some()) {
                    desk.began = at;
                }
                if let Some(work) = work {
                    desk.phase = Phase::With(work);
                }
            }
        }
        None
    }

    /// The record ends.
    pub(super) fn end(&mut self, at: i64) {
        for desk in self.all.values_mut() {
            desk.leaves(desk.phase, at);
        }
    }
}

impl Desk {
    fn leaves(&mut self, before: Phase, at: i64) {
        let until = match before {
            Phase::Off => return,
            Phase::Asking | Phase::With(_) => at,
            Phase::Done { since, .. } | Phase::Paused { since } => since,
        };
        if until > self.began {
            self.works.push((self.began, until));
        }
        self.phase = Phase::Off;
    }

    fn asks(&mut self, before: Phase, at: i64) -> Option<Work> {
        self.phase = Phase::Asking;
        match before {
            Phase::Asking => {}
            Phase::Off => self.began = at,
            Phase::Paused { since } => self.pauses.push((since, at - since)),
            Phase::With(work) => return Some(work),
            Phase::Done { since, after } => match (after, at - since) {
                (Some(work), gap) if gap <= TIDY_S => return Some(work),
                (_, gap) if gap <= AWAY_S => self.pauses.push((since, gap)),
                _ => {
                    self.leaves(before, at);
                    (self.began, self.phase) = (at, Phase::Asking);
                }
            },
        }
        None
    }

    /// Whether it was in rotation at this moment.
    pub(super) fn works_at(&self, at: i64) -> bool {
        self.works.iter().any(|&(from, to)| from <= at && at <= to)
    }
}
