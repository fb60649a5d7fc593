//! The cases of which something is still owed, and what a command would change.

use super::{
    Case, CaseCommand, CaseEvent, CaseId, CaseRefusal, CaseRules, CaseState, Delivery,
    LONGEST_EXTENSION_DAYS, PatrolId, What, WorkingDays,
};
use crate::ids::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

/// The poorest ratings, which are followed up (rule R5).
const POOR: std::ops::RangeInclusive<u8> = 1..=2;

/// All cases of which something is owed: those that are not closed, and closed work orders on their way to the hotline.
#[derive(Clone, Debug, Default)]
pub struct Cases {
    rules: CaseRules,
    cases: BTreeMap<CaseId, Case>,
    /// Deadlines that have not passed.
    timers: BTreeSet<(Timestamp, CaseId)>,
    next_case: CaseId,
    next_patrol: PatrolId,
}

impl Cases {
    /// No cases. The first case and patrol get these numbers, which must be larger than all in the log.
    pub fn new(rules: CaseRules, next_case: CaseId, next_patrol: PatrolId) -> Self {
        Cases { rules, next_case, next_patrol, ..Cases::default() }
    }

    /// One case; `None`: none of that number, or one of which nothing is owed any more.
    pub fn case(&self, case: CaseId) -> Option<&Case> {
        self.cases.get(&case)
    }

    /// All of which something is owed, by number.
    pub fn cases(&self) -> impl Iterator<Item = &Case> {
        self.cases.values()
    }

    /// Work orders that are to be delivered, the oldest first; closed ones too (rule R5).
    pub fn to_deliver(&self) -> impl Iterator<Item = &Case> {
        self.cases.values().filter(|case| matches!(case.delivery, Some(Delivery::Waiting { .. })))
    }

    /// When the next deadline passes.
    pub fn next_deadline(&self) -> Option<Timestamp> {
        self.timers.first().map(|&(due, _)| due)
    }

    /// What `command` would change.
    ///
    /// # Errors
    /// Why the rules refuse it; nothing changes then.
    pub fn decide(
        &self,
        now: Timestamp,
        calendar: &dyn WorkingDays,
        command: &CaseCommand,
    ) -> Result<Vec<CaseEvent>, CaseRefusal> {
        let event = match command {
            CaseCommand::Open { about, by } => {
                self.check(about)?;
                let due = calendar.after(now, self.days(about));
                CaseEvent::Opened { case: self.next_case, about: about.clone(), due, by: by.clone() }
            }
            CaseCommand::Patrol { places, note, findings, by } => {
                let texts = places.iter().chain(findings.iter().flat_map(|(place, seen)| [place, seen]));
                texts.map(|text| some_text(text)).collect::<Result<Vec<_>, _>>()?;
                if places.is_empty() {
                    return Err(CaseRefusal::NoText);
                }
                let (patrol, due) = (self.next_patrol, calendar.after(now, self.rules.finding_days));
                let (places, note) = (places.clone(), note.clone());
                let patrolled = CaseEvent::Patrolled { patrol, places, note, by: by.clone() };
                let opened = findings.iter().zip(self.next_case.0..).map(|((place, seen), case)| {
                    let about = What::Finding { patrol, place: place.clone(), seen: seen.clone() };
                    CaseEvent::Opened { case: CaseId(case), about, due, by: by.clone() }
                });
                return Ok(std::iter::once(patrolled).chain(opened).collect());
            }
            CaseCommand::Extend { case, days, agreed, by } => {
                let known = self.of_state(*case, &[CaseState::Open])?;
                if !(1..=LONGEST_EXTENSION_DAYS).contains(days) {
                    return Err(CaseRefusal::Days { days: *days, most: LONGEST_EXTENSION_DAYS });
                }
                let agreed = some_text(agreed)?;
                // A deadline is the end of its day: the moment before it is on the day that is counted from.
                let last = Timestamp(known.due.0.saturating_sub(1));
                let due = calendar.after(last.max(now), *days);
                CaseEvent::Extended { case: *case, due, agreed, by: by.clone() }
            }
            CaseCommand::Answer { case, note, by } => {
                let known = self.of_state(*case, &[CaseState::Open])?;
                let due = match known.what {
                    What::Unresolved { .. } => Some(calendar.after(now, self.rules.call_back_days)),
                    What::WorkOrder { .. } => Some(known.due),
                    What::Finding { .. } => None,
                };
                CaseEvent::Answered { case: *case, note: some_text(note)?, due, by: by.clone() }
            }
            CaseCommand::CallBack { case, satisfied, note, by } => {
                let known = self.of_state(*case, &[CaseState::Answered])?;
                let What::Unresolved { .. } = known.what else {
                    return Err(CaseRefusal::NotOfKind { case: *case, kind: known.what.kind() });
                };
                let note = if *satisfied { note.clone() } else { some_text(note)? };
                let due = (!satisfied).then(|| calendar.after(now, self.days(&known.what)));
                CaseEvent::CalledBack { case: *case, satisfied: *satisfied, note, due, by: by.clone() }
            }
            CaseCommand::Close { case, note, by } => {
                let known = self.of_state(*case, &[CaseState::Open, CaseState::Answered])?;
                // Rule R5: a work order is answered first.
                if let What::WorkOrder { .. } = known.what {
                    self.of_state(*case, &[CaseState::Answered])?;
                }
                CaseEvent::Closed { case: *case, note: some_text(note)?, by: by.clone() }
            }
            CaseCommand::Delivered { case, reference } => {
                if self.delivery(*case)?.is_accepted() {
                    return Ok(Vec::new());
                }
                CaseEvent::Delivered { case: *case, reference: reference.clone() }
            }
            CaseCommand::NotDelivered { case, why, again } => {
                let now_is = self.delivery(*case)?;
                // The same answer to the tenth attempt is no news for the record.
                let known =
                    matches!(now_is, Delivery::Waiting { why: Some(known) } if *again && known == why);
                if known || !matches!(now_is, Delivery::Waiting { .. }) {
                    return Ok(Vec::new());
                }
                CaseEvent::NotDelivered { case: *case, why: why.clone(), again: *again }
            }
            CaseCommand::Redeliver { case, by } => match self.delivery(*case)? {
                Delivery::Refused { .. } => CaseEvent::Redelivered { case: *case, by: by.clone() },
                _ => return Ok(Vec::new()),
            },
            CaseCommand::Renew { case, sealed } => match self.cases.get(case).map(|known| &known.what) {
                Some(What::Unresolved { sealed: Some(_), .. }) => {
                    CaseEvent::Renewed { case: *case, sealed: sealed.clone() }
                }
                _ => return Ok(Vec::new()),
            },
            CaseCommand::Tick => {
                let passed = self.timers.iter().take_while(|&&(due, _)| due <= now);
                return Ok(passed.map(|&(_, case)| CaseEvent::Overdue { case }).collect());
            }
        };
        Ok(vec![event])
    }

    /// Makes a committed event true. What it says of a case that is not known any more is passed over.
    pub fn apply(&mut self, at: Timestamp, event: &CaseEvent) {
        if let CaseEvent::Patrolled { patrol, .. } = event {
            self.next_patrol = self.next_patrol.max(PatrolId(patrol.0 + 1));
        }
        if let CaseEvent::Opened { case, about, due, .. } = event {
            self.next_case = self.next_case.max(CaseId(case.0 + 1));
            let order = matches!(about, What::WorkOrder { .. });
            let new = Case {
                id: *case,
                what: about.clone(),
                state: CaseState::Open,
                since: at,
                due: *due,
                first_due: *due,
                overdue: false,
                n_extended: 0,
                delivery: order.then_some(Delivery::Waiting { why: None }),
            };
            self.cases.insert(*case, new);
        }
        let Some(case) = event.case().and_then(|case| self.cases.get_mut(&case)) else { return };
        self.timers.remove(&(case.due, case.id));
        let until = |case: &mut Case, state: CaseState, due: Option<Timestamp>| {
            let Some(due) = due else { return case.state = CaseState::Closed };
            // An answered work order keeps its deadline, and a deadline that was missed stays missed.
            let same = due == case.due;
            (case.state, case.due, case.overdue) = (state, due, case.overdue && same);
        };
        match event {
            CaseEvent::Opened { .. } | CaseEvent::Patrolled { .. } => {}
            CaseEvent::Extended { due, .. } => {
                case.n_extended += 1;
                until(case, CaseState::Open, Some(*due));
            }
            CaseEvent::Answered { due, .. } => until(case, CaseState::Answered, *due),
            CaseEvent::CalledBack { due, .. } => until(case, CaseState::Open, *due),
            CaseEvent::Closed { .. } => case.state = CaseState::Closed,
            CaseEvent::Overdue { .. } => case.overdue = true,
            CaseEvent::Delivered { reference, .. } => {
                case.delivery = Some(Delivery::Accepted { reference: reference.clone() });
            }
            CaseEvent::NotDelivered { why, again: true, .. } => {
                case.delivery = Some(Delivery::Waiting { why: Some(why.clone()) });
            }
            CaseEvent::NotDelivered { why, again: false, .. } => {
                case.delivery = Some(Delivery::Refused { why: why.clone() });
            }
            CaseEvent::Renewed { sealed, .. } => {
                if let What::Unresolved { sealed: known, .. } = &mut case.what {
                    *known = Some(sealed.clone());
                }
            }
            CaseEvent::Redelivered { .. } => case.delivery = Some(Delivery::Waiting { why: None }),
        }
        let (id, due) = (case.id, case.due);
        let (closed, timed) = (case.state == CaseState::Closed, !case.overdue);
        let delivered = case.delivery.as_ref().is_none_or(Delivery::is_accepted);
        if closed && delivered {
            self.cases.remove(&id);
        } else if timed && !closed {
            self.timers.insert((due, id));
        }
    }

    fn check(&self, about: &What) -> Result<(), CaseRefusal> {
        match about {
            What::WorkOrder { level, .. } if !POOR.contains(level) => {
                Err(CaseRefusal::Level { level: *level })
            }
            What::WorkOrder { .. } => Ok(()),
            What::Unresolved { matter, department, cause, .. } => {
                [matter, department, cause].into_iter().try_for_each(|text| some_text(text).map(drop))
            }
            What::Finding { .. } => Err(CaseRefusal::NoPatrol),
        }
    }

    fn days(&self, about: &What) -> u32 {
        match about {
            What::WorkOrder { .. } => self.rules.work_order_days,
            What::Unresolved { complex: true, .. } => self.rules.complex_days,
            What::Unresolved { complex: false, .. } => self.rules.simple_days,
            What::Finding { .. } => self.rules.finding_days,
        }
    }

    fn of_state(&self, case: CaseId, states: &[CaseState]) -> Result<&Case, CaseRefusal> {
        let known = self.cases.get(&case).ok_or(CaseRefusal::UnknownCase { case })?;
        let fits = states.contains(&known.state);
        fits.then_some(known).ok_or(CaseRefusal::CaseIs { case, state: known.state.name() })
    }

    fn delivery(&self, case: CaseId) -> Result<&Delivery, CaseRefusal> {
        let known = self.cases.get(&case).ok_or(CaseRefusal::UnknownCase { case })?;
        known.delivery.as_ref().ok_or(CaseRefusal::NotOfKind { case, kind: known.what.kind() })
    }
}

impl Delivery {
    fn is_accepted(&self) -> bool {
        matches!(self, Delivery::Accepted { .. })
    }
}

fn some_text(text: &str) -> Result<String, CaseRefusal> {
    let text = text.trim();
    if text.is_empty() { Err(CaseRefusal::NoText) } else { Ok(text.to_owned()) }
}
