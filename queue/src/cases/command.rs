//! What can be asked about cases, by whom and about what.

use super::{CaseId, What};
use crate::command::By;
use serde::{Deserialize, Serialize};

/// One request. The moment is given beside it to [`super::Cases::decide`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "command", rename_all = "snake_case", deny_unknown_fields)]
#[allow(missing_docs, reason = "fields named `case`, `note`, `why`, `by` mean the same in every variant")]
pub enum CaseCommand {
    /// Register a case (rules R5, P5). Findings are registered with their patrol.
    Open { about: What, by: By },
    /// A round through the hall (rule O2), with what was seen and where; each finding becomes a case.
    Patrol { places: Vec<String>, note: String, findings: Vec<(String, String)>, by: By },
    /// So many working days more than it had, as agreed with the person or the hotline.
    Extend { case: CaseId, days: u32, agreed: String, by: By },
    /// What was done, or why it cannot be done. A finding is closed by it.
    Answer { case: CaseId, note: String, by: By },
    /// The person was called back (rule P5). Not satisfied: the case is open again.
    CallBack { case: CaseId, satisfied: bool, note: String, by: By },
    /// The case is over: an answered work order, or any case with the reason why nothing more will be done.
    Close { case: CaseId, note: String, by: By },
    /// The hotline has accepted a work order.
    Delivered { case: CaseId, reference: Option<String> },
    /// It has not. `again`: it will be tried again; else a person must see to it.
    NotDelivered { case: CaseId, why: String, again: bool },
    /// A work order that was refused is to be tried again.
    Redeliver { case: CaseId, by: By },
    /// How the person is reached is sealed anew, before the key of its month is destroyed (rule A9). A case that is closed by
    /// now is passed over.
    Renew { case: CaseId, sealed: String },
    /// A moment of [`super::Cases::next_deadline`] has come.
    Tick,
}
