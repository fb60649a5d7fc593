//! `GET /api/v1/grants?day=`: the register of green-channel grants, for audit (rule G2): who granted what to which number, on
//! what evidence, and why it was taken back. For staff: nothing else tells the category (rule G6).

use super::{DayAsked, Interface};
use crate::core::words::by_zh;
use crate::office::clock_face;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Json, Response};
use schema::GrantRow;
use serde_json::json;

pub(super) async fn get(
    State(interface): State<Interface>,
    asked: Result<Query<DayAsked>, QueryRejection>,
) -> Response {
    let day = match interface.day(asked) {
        Ok(day) => day,
        Err(no) => return *no,
    };
    let rows = match interface.read(move |reader| reader.day_grants(day)).await {
        Ok(rows) => rows,
        Err(no) => return *no,
    };
    let config = &interface.config;
    let told = |row: &GrantRow| {
        let known = config.green.categories.iter().find(|category| category.code == row.grant.category);
        let withdrawn = row.withdrawn.as_ref().map(|back| {
            json!({
                "at": back.at, "time": clock_face(config, back.at), "reason": back.reason, "by": back.by, "by_zh": by_zh(&back.by.0),
            })
        });
        json!({
            "at": row.at, "time": clock_face(config, row.at), "ticket": row.ticket, "number": row.number,
            "category": row.grant.category,
            "category_name": known.map_or(&row.grant.category, |category| &category.name),
            "evidence": row.grant.evidence, "by": row.by, "by_zh": by_zh(&row.by.0), "withdrawn": withdrawn,
        })
    };
    Json(json!({"day": day, "grants": rows.iter().map(told).collect::<Vec<_>>()})).into_response()
}
