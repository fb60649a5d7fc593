//! What happens by itself on a day: the input of a run.

use super::Order;
use crate::rules::{Class, Limits, Parameters, Targets};

/// How a run decides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Whose order; ours, or another for comparison.
    pub order: Order,
    /// A booking counts until this many seconds after its time (rule A5).
    pub appointment_grace_s: i64,
    /// Limits that steer the order of walk-ins.
    pub limits: Limits,
    /// K of CALL-ORDER §2.
    pub pass_limit: u32,
    /// What EDF calls walk-ins by; our order does not look at them.
    pub targets: Targets,
}

impl Settings {
    /// Our order with the parameters of a hall.
    pub fn of(parameters: &Parameters) -> Self {
        Settings {
            order: Order::Hallgate,
            appointment_grace_s: parameters.appointment_grace_s,
            limits: parameters.limits.clone(),
            pass_limit: parameters.pass_limit,
            targets: parameters.targets.clone(),
        }
    }
}

/// A day, or the rest of one. Moments are in seconds of any one clock; services and windows are known by their position.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// Class of each service.
    pub services: Vec<Class>,
    /// Windows, in the order that decides between equals (CALL-ORDER §5).
    pub windows: Vec<PlanWindow>,
    /// Everybody, by `arrive`; among equals in the order of number-taking.
    pub visits: Vec<Visit>,
    /// How long a window waits for somebody who does not come.
    pub hold_s: i64,
}

/// A window of the plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanWindow {
    /// Services it serves, by position.
    pub skills: Vec<usize>,
    /// When it may call: from and to; `None`: until nobody is left (rule X3).
    pub works: Vec<(i64, Option<i64>)>,
    /// Pauses wanted: from when, how long. One begins when the window is free.
    pub pauses: Vec<(i64, i64)>,
    /// Taken by somebody or something until then, when the run begins.
    pub taken_until: Option<i64>,
    /// Its latest call was GREEN or APPOINTMENT (CALL-ORDER §1).
    pub last_priority: bool,
    /// How long services take here, in thousandths of what the visit says: clerks are not equally quick.
    pub pace_permille: i64,
}

impl Default for PlanWindow {
    fn default() -> Self {
        PlanWindow {
            skills: Vec::new(),
            works: Vec::new(),
            pauses: Vec::new(),
            taken_until: None,
            last_priority: false,
            pace_permille: USUAL_PACE,
        }
    }
}

/// Services take as long as the visit says.
pub(super) const USUAL_PACE: i64 = 1000;

/// A visit of the plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Visit {
    /// What for, by position.
    pub service: usize,
    /// Green channel.
    pub green: bool,
    /// Booked time of an appointment.
    pub booked: Option<i64>,
    /// Takes the number, or checks in; a person back from a missed call returns.
    pub arrive: i64,
    /// Time at the first window.
    pub service_s: i64,
    /// How many calls are missed.
    pub noshows: u32,
    /// After a missed call: back this long after the window gave up; `None`: never.
    pub return_after_s: Option<i64>,
    /// Sent on after the first service: to which service, and the time there.
    pub transfer: Option<(usize, i64)>,
    /// For somebody who waits already when the run begins; few do in a whole day, and visits are read all the time.
    pub standing: Option<Box<Standing>>,
    /// A question instead of a person: "how long would somebody wait who took such a number now?" A probe stands in the order
    /// as that person would; when its turn comes the moment is noted, and the window calls the next as if it had not been
    /// there: it takes no time, passes nobody and leaves no memory, so that any number can be asked in one run.
    pub probe: bool,
}

impl Visit {
    /// A walk-in whom nothing happens to.
    pub fn walk_in(service: usize, arrive: i64, service_s: i64) -> Self {
        Visit {
            service,
            green: false,
            booked: None,
            arrive,
            service_s,
            noshows: 0,
            return_after_s: None,
            transfer: None,
            standing: None,
            probe: false,
        }
    }
}

/// The place of somebody who waits already. They come first in the plan's list, by `join` and the order of number-taking;
/// their `arrive` is the first moment of the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Start of its place in the order.
    pub join: i64,
    /// From when its wait counts.
    pub ready: i64,
    /// Priority calls that passed it.
    pub passed: u32,
    /// Position of the only window that may call it.
    pub only: Option<usize>,
}
