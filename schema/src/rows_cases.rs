//! Rows of cases, their steps and patrols, and how they are read.

use crate::rows_read::{FromRow, Read, json, maybe_time, time, unsigned, word};
use queue::Timestamp;
use queue::cases::{CaseId, CaseState, PatrolId, What};
use rusqlite::Row;
use serde::Serialize;

/// A case of the register (rules R5, P5, O2), also a closed one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CaseRow {
    /// Its number.
    pub case: CaseId,
    /// About what.
    pub about: What,
    /// How far.
    pub state: CaseState,
    /// Since.
    pub opened_at: Timestamp,
    /// By whom.
    pub opened_by: String,
    /// Until when the next step is, or was, due.
    pub due: Timestamp,
    /// That moment passed before the step was taken.
    pub overdue: bool,
    /// How often it was extended.
    pub extended: u32,
    /// When it was answered, last.
    pub answered_at: Option<Timestamp>,
    /// What the answer was.
    pub answer: Option<String>,
    /// When it was closed.
    pub closed_at: Option<Timestamp>,
    /// Of a work order: `waiting`, `accepted` or `refused` (rule R5).
    pub delivery: Option<String>,
    /// The hotline's own number.
    pub reference: Option<String>,
    /// Why it is not delivered.
    pub why: Option<String>,
}

/// One step of a case, for the ledger.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CaseStepRow {
    /// Which case.
    pub case: CaseId,
    /// When.
    pub at: Timestamp,
    /// What: `opened`, `extended`, `answered`, `called_back`, `called_back_not_satisfied`, `closed`, `overdue`, `delivered`,
    /// `not_delivered`, `refused`, `redelivered`, `renewed`.
    pub step: String,
    /// Until when the next one is due.
    pub due: Option<Timestamp>,
    /// What was said.
    pub note: Option<String>,
    /// By whom.
    pub by: Option<String>,
}

/// A floor patrol (rule O2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PatrolRow {
    /// Its number.
    pub patrol: PatrolId,
    /// When.
    pub at: Timestamp,
    /// Where it went.
    pub places: Vec<String>,
    /// What is to be said of it.
    pub note: String,
    /// Who.
    pub by: String,
}

fn case(row: &Row<'_>) -> Read<CaseId> {
    unsigned(row, "case_id").map(CaseId)
}

impl FromRow for CaseRow {
    const TABLE: &'static str = "cases";
    fn from_row(row: &Row<'_>) -> Read<Self> {
        Ok(CaseRow {
            case: case(row)?,
            about: json(row, "about")?,
            state: word(row, "state")?,
            opened_at: time(row, "opened_at")?,
            opened_by: row.get("opened_by")?,
            due: time(row, "due")?,
            overdue: row.get("overdue")?,
            extended: row.get("extended")?,
            answered_at: maybe_time(row, "answered_at")?,
            answer: row.get("answer")?,
            closed_at: maybe_time(row, "closed_at")?,
            delivery: row.get("delivery")?,
            reference: row.get("reference")?,
            why: row.get("why")?,
        })
    }
}

impl FromRow for CaseStepRow {
    const TABLE: &'static str = "case_steps";
    fn from_row(row: &Row<'_>) -> Read<Self> {
        Ok(CaseStepRow {
            case: case(row)?,
            at: time(row, "at")?,
            step: row.get("step")?,
            due: maybe_time(row, "due")?,
            note: row.get("note")?,
            by: row.get("by")?,
        })
    }
}

impl FromRow for PatrolRow {
    const TABLE: &'static str = "patrols";
    fn from_row(row: &Row<'_>) -> Read<Self> {
        Ok(PatrolRow {
            patrol: unsigned(row, "patrol").map(PatrolId)?,
            at: time(row, "at")?,
            places: json(row, "places")?,
            note: row.get("note")?,
            by: row.get("by")?,
        })
    }
}
