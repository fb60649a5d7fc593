//! What the events of cases change in the projections.

use crate::project::{Misfit, Projector, int};
use queue::cases::{CaseEvent, CaseId, PatrolId, What};
use rusqlite::params;
use serde::Serialize;

/// What one step of a case says in the ledger.
#[derive(Default)]
struct Step<'e> {
    due: Option<i64>,
    note: Option<&'e str>,
    by: Option<&'e str>,
}

impl Projector<'_> {
    pub(crate) fn case(&self, event: &CaseEvent) -> Result<(), Misfit> {
        let at = self.at;
        match event {
            CaseEvent::Patrolled { patrol, places, note, by } => {
                let places = json(places)?;
                self.run(
                    "INSERT INTO patrols (patrol, at, places, note, by) VALUES (?1, ?2, ?3, ?4, ?5)",
                    params![patrol_key(*patrol)?, at, places, note, by.0],
                )?;
                Ok(())
            }
            CaseEvent::Opened { case, about, due, by } => {
                let delivery = matches!(about, What::WorkOrder { .. }).then_some("waiting");
                let json = json(about)?;
                self.run(
                    "INSERT INTO cases (case_id, kind, about, state, opened_at, opened_by, due, delivery)
                     VALUES (?1, ?2, ?3, 'open', ?4, ?5, ?6, ?7)",
                    params![key(*case)?, about.kind(), json, at, by.0, due.0, delivery],
                )?;
                self.step(*case, "opened", Step { due: Some(due.0), by: Some(&by.0), note: None })
            }
            CaseEvent::Extended { case, due, agreed, by } => {
                let sql =
                    "UPDATE cases SET due = ?2, overdue = 0, extended = extended + 1 WHERE case_id = ?1";
                self.case_row(*case, sql, params![key(*case)?, due.0])?;
                self.step(*case, "extended", Step { due: Some(due.0), note: Some(agreed), by: Some(&by.0) })
            }
            CaseEvent::Answered { case, note, due, by } => {
                let (state, due) = (if due.is_some() { "answered" } else { "closed" }, due.map(|due| due.0));
                self.case_row(
                    *case,
                    "UPDATE cases SET state = ?2, answered_at = ?3, answer = ?4,
                                      overdue = overdue AND (?5 IS NULL OR due = ?5), due = coalesce(?5, due),
                                      closed_at = CASE ?2 WHEN 'closed' THEN ?3 END
                     WHERE case_id = ?1",
                    params![key(*case)?, state, at, note, due],
                )?;
                self.step(*case, "answered", Step { due, note: Some(note), by: Some(&by.0) })
            }
            CaseEvent::CalledBack { case, satisfied, note, due, by } => {
                let (state, due) = (if due.is_some() { "open" } else { "closed" }, due.map(|due| due.0));
                self.case_row(
                    *case,
                    "UPDATE cases SET state = ?2, overdue = overdue AND (?4 IS NULL OR due = ?4),
                                      due = coalesce(?4, due), closed_at = CASE ?2 WHEN 'closed' THEN ?3 END
                     WHERE case_id = ?1",
                    params![key(*case)?, state, at, due],
                )?;
                let name = if *satisfied { "called_back" } else { "called_back_not_satisfied" };
                self.step(*case, name, Step { due, note: Some(note), by: Some(&by.0) })
            }
            CaseEvent::Closed { case, note, by } => {
                let sql = "UPDATE cases SET state = 'closed', closed_at = ?2 WHERE case_id = ?1";
                self.case_row(*case, sql, [key(*case)?, at])?;
                self.step(*case, "closed", Step { due: None, note: Some(note), by: Some(&by.0) })
            }
            CaseEvent::Overdue { case } => {
                self.case_row(*case, "UPDATE cases SET overdue = 1 WHERE case_id = ?1", [key(*case)?])?;
                self.step(*case, "overdue", Step::default())
            }
            CaseEvent::Delivered { case, reference } => {
                let sql =
                    "UPDATE cases SET delivery = 'accepted', reference = ?2, why = NULL WHERE case_id = ?1";
                self.case_row(*case, sql, params![key(*case)?, reference])?;
                self.step(*case, "delivered", Step { note: reference.as_deref(), ..Step::default() })
            }
            CaseEvent::NotDelivered { case, why, again } => {
                let delivery = if *again { "waiting" } else { "refused" };
                let sql = "UPDATE cases SET delivery = ?2, why = ?3 WHERE case_id = ?1";
                self.case_row(*case, sql, params![key(*case)?, delivery, why])?;
                let name = if *again { "not_delivered" } else { "refused" };
                self.step(*case, name, Step { note: Some(why), ..Step::default() })
            }
            CaseEvent::Renewed { case, sealed } => {
                let sql = "UPDATE cases SET about = json_set(about, '$.sealed', ?2) WHERE case_id = ?1";
                self.case_row(*case, sql, params![key(*case)?, sealed])?;
                self.step(*case, "renewed", Step::default())
            }
            CaseEvent::Redelivered { case, by } => {
                let sql = "UPDATE cases SET delivery = 'waiting', why = NULL WHERE case_id = ?1";
                self.case_row(*case, sql, [key(*case)?])?;
                self.step(*case, "redelivered", Step { by: Some(&by.0), ..Step::default() })
            }
        }
    }

    fn case_row(&self, case: CaseId, sql: &str, params: impl rusqlite::Params) -> Result<(), Misfit> {
        self.one("case", key(case)?, sql, params)
    }

    fn step(&self, case: CaseId, step: &str, Step { due, note, by }: Step<'_>) -> Result<(), Misfit> {
        self.run(
            "INSERT INTO case_steps (position, case_id, at, step, due, note, by)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            params![self.position, key(case)?, self.at, step, due, note, by],
        )?;
        Ok(())
    }
}

fn json<T: Serialize>(value: &T) -> Result<String, Misfit> {
    serde_json::to_string(value).map_err(|error| Misfit::Unfit(error.to_string()))
}

fn key(case: CaseId) -> Result<i64, Misfit> {
    int("case", case.0)
}

fn patrol_key(patrol: PatrolId) -> Result<i64, Misfit> {
    int("patrol", patrol.0)
}
