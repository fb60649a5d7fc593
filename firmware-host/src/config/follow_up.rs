//! Deadlines of what is owed after a visit (rules R5, P5, O2).

use queue::cases::CaseRules;
use serde::{Deserialize, Serialize};

/// `[follow_up]`: deadlines in working days, 1 to 60 each.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct FollowUp {
    /// A work order of a poor rating is answered within (rule R5).
    pub work_order_days: u32,
    /// A simple unresolved matter is answered within (rule P5).
    pub simple_days: u32,
    /// A complex one (rule P5).
    pub complex_days: u32,
    /// The person is called back within so many after the answer (rule P5).
    pub call_back_days: u32,
    /// What a patrol found is seen to within (rule O2).
    pub finding_days: u32,
}

impl Default for FollowUp {
    fn default() -> Self {
        let CaseRules { work_order_days, simple_days, complex_days, call_back_days, finding_days } =
            CaseRules::default();
        FollowUp { work_order_days, simple_days, complex_days, call_back_days, finding_days }
    }
}

impl FollowUp {
    /// What the rules of cases are configured with.
    pub fn rules(&self) -> CaseRules {
        let FollowUp { work_order_days, simple_days, complex_days, call_back_days, finding_days } = *self;
        CaseRules { work_order_days, simple_days, complex_days, call_back_days, finding_days }
    }
}
