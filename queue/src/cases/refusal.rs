//! Why the rules of cases say no.

use super::CaseId;
use serde::Serialize;

/// A refused [`super::CaseCommand`]. The host puts it into words for people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "refusal", rename_all = "snake_case")]
#[allow(missing_docs, reason = "the fields' names say all")]
pub enum CaseRefusal {
    /// No case of that number is open.
    UnknownCase { case: CaseId },
    /// Its state forbids it: only an open case is answered, only an answered one is called back.
    CaseIs { case: CaseId, state: &'static str },
    /// That is not done with cases of its kind.
    NotOfKind { case: CaseId, kind: &'static str },
    /// A text must be given: a reason, an answer, what was agreed or seen.
    NoText,
    /// Not between one day and [`super::LONGEST_EXTENSION_DAYS`].
    Days { days: u32, most: u32 },
    /// A finding is registered with its patrol, by [`super::CaseCommand::Patrol`].
    NoPatrol,
    /// A rating that makes no work order: only the lower two levels do (rule R5).
    Level { level: u8 },
}
