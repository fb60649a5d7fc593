//! The settings of a hall that the queue decides by; the host builds them from `hall.toml`.

use crate::ids::{ServiceId, WindowNumber};
use serde::{Deserialize, Serialize};

/// Class of a service; it sets the wait target (rule W1) and the limits of the call order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Class {
    /// 一般事项, target 10 minutes.
    Ordinary,
    /// 复杂事项, target 30 minutes.
    Complex,
    /// 特殊事项, target 60 minutes.
    Special,
}

/// One service as the queue sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceRule {
    /// Stable code.
    pub id: ServiceId,
    /// Letters before the running number; services may share a prefix, then they share its numbers (rule Q1).
    pub prefix: String,
    /// Class for limits and target.
    pub class: Class,
}

/// One window as the queue sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WindowRule {
    /// Number above the window.
    pub number: WindowNumber,
    /// Services it serves; a catch-all window lists all (rule Q2).
    pub skills: Vec<ServiceId>,
}

/// Limit lists of the call order by class, seconds after `join`, rising (CALL-ORDER §2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// Default 600, 1800.
    pub ordinary: Vec<i64>,
    /// Default 1800, 3000.
    pub complex: Vec<i64>,
    /// Default 2700.
    pub special: Vec<i64>,
}

impl Limits {
    /// The list of one class.
    pub fn of(&self, class: Class) -> &[i64] {
        match class {
            Class::Ordinary => &self.ordinary,
            Class::Complex => &self.complex,
            Class::Special => &self.special,
        }
    }
}

/// Longest waits that the regulation allows, in seconds (rule W1). They steer nothing; they are what waits are held against.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Targets {
    /// Default 600.
    pub ordinary: i64,
    /// Default 1800.
    pub complex: i64,
    /// Default 3600.
    pub special: i64,
    /// Of a valid appointment, whatever its class, after the later of booked time and check-in: default 600.
    pub appointment: i64,
    /// From this share of a target on a wait nears it, percent: default 80 (rule W2).
    pub near_percent: i64,
}

impl Default for Targets {
    fn default() -> Self {
        Targets { ordinary: 600, complex: 1800, special: 3600, appointment: 600, near_percent: 80 }
    }
}

impl Targets {
    /// The target of a ticket of this class, with or without a valid appointment.
    pub fn of(&self, class: Class, appointment: bool) -> i64 {
        match class {
            _ if appointment => self.appointment,
            Class::Ordinary => self.ordinary,
            Class::Complex => self.complex,
            Class::Special => self.special,
        }
    }

    /// From which wait on such a ticket nears its target.
    pub fn near(&self, class: Class, appointment: bool) -> i64 {
        self.of(class, appointment).saturating_mul(self.near_percent) / 100
    }
}

/// Numbers of the call order and of the ticket's life.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parameters {
    /// A booking counts until this many seconds after its time; default 1800, 0 to 3600 (rule A5).
    pub appointment_grace_s: i64,
    /// Limits that steer the order of walk-ins.
    pub limits: Limits,
    /// Priority calls that may pass a ticket before it is protected; default 8, 3 to 15 (K of CALL-ORDER §2).
    pub pass_limit: u32,
    /// Recalls allowed after the first call before only `Pass` remains; default 2 (rule Q4).
    pub recalls: u32,
    /// How long after being passed a ticket can be revived; default 1800 s (rule Q4).
    pub revive_within_s: i64,
    /// How long a pad waits for a rating after the prompt; default 60 s (rule R2).
    pub rating_within_s: i64,
    /// What waits are held against.
    #[serde(default)]
    pub targets: Targets,
}

impl Default for Parameters {
    fn default() -> Self {
        Parameters {
            appointment_grace_s: 1800,
            limits: Limits { ordinary: vec![600, 1800], complex: vec![1800, 3000], special: vec![2700] },
            pass_limit: 8,
            recalls: 2,
            revive_within_s: 1800,
            rating_within_s: 60,
            targets: Targets::default(),
        }
    }
}

/// Everything the queue is configured with.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Rules {
    /// Services of the hall.
    pub services: Vec<ServiceRule>,
    /// Windows of the hall.
    pub windows: Vec<WindowRule>,
    /// Numbers.
    pub parameters: Parameters,
}
