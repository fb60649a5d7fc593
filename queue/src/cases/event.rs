//! What became true of cases. Events are stored for ever: fields are only ever added, with a default.

use super::{CaseId, PatrolId, What};
use crate::command::By;
use crate::ids::Timestamp;
use serde::{Deserialize, Serialize};

/// One fact. `at` and the log position stand beside it in the log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
#[allow(
    missing_docs,
    reason = "fields named `case`, `due`, `note`, `why`, `by` mean the same in every variant"
)]
pub enum CaseEvent {
    /// `due`: until when it is to be answered.
    Opened {
        case: CaseId,
        about: What,
        due: Timestamp,
        by: By,
    },
    Patrolled {
        patrol: PatrolId,
        places: Vec<String>,
        note: String,
        by: By,
    },
    Extended {
        case: CaseId,
        due: Timestamp,
        agreed: String,
        by: By,
    },
    /// `due`: until when the next step is to be taken; `None`: nothing is left to do, the case is closed.
    Answered {
        case: CaseId,
        note: String,
        due: Option<Timestamp>,
        by: By,
    },
    /// `due`: not satisfied, and to be answered again until then; `None`: the case is closed.
    CalledBack {
        case: CaseId,
        satisfied: bool,
        note: String,
        due: Option<Timestamp>,
        by: By,
    },
    Closed {
        case: CaseId,
        note: String,
        by: By,
    },
    /// Its deadline passed.
    Overdue {
        case: CaseId,
    },
    /// The hotline has it (rule R5); `reference`: its own number.
    Delivered {
        case: CaseId,
        reference: Option<String>,
    },
    /// The hotline has not taken it. `again`: it is tried again by itself.
    NotDelivered {
        case: CaseId,
        why: String,
        again: bool,
    },
    /// How the person is reached is sealed under the key of a later month (rule A9).
    Renewed {
        case: CaseId,
        sealed: String,
    },
    /// To be tried again, after somebody saw to it.
    Redelivered {
        case: CaseId,
        by: By,
    },
}

impl CaseEvent {
    /// The case it is about; `None`: a patrol.
    pub fn case(&self) -> Option<CaseId> {
        match self {
            CaseEvent::Patrolled { .. } => None,
            CaseEvent::Opened { case, .. }
            | CaseEvent::Extended { case, .. }
            | CaseEvent::Answered { case, .. }
            | CaseEvent::CalledBack { case, .. }
            | CaseEvent::Closed { case, .. }
            | CaseEvent::Overdue { case }
            | CaseEvent::Delivered { case, .. }
            | CaseEvent::NotDelivered { case, .. }
            | CaseEvent::Renewed { case, .. }
            | CaseEvent::Redelivered { case, .. } => Some(*case),
        }
    }
}
