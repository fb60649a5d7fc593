//! `GET /api/v1/grants?day=`: the register of green-channel grants, for audit (rule G2): who granted what to which number, on
//! what evidence, and why it was taken back. For staff: nothing else tells the category (rule G6).

use super::{Interface, ending, said, unreadable};
use crate::core::owner::working_day;
use crate::office::{civil_day, clock_face};
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Json, Response};
use schema::{GrantRow, Reader};
use serde::Deserialize;
use serde_json::json;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Asked {
    day: String,
}

pub(super) async fn get(
    State(interface): State<Interface>,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Response {
    let on = asked.ok().and_then(|Query(asked)| civil_day(&interface.config, &asked.day));
    let Some(on) = on else {
        let (zh, en) = ("请给出日期，如 2026-11-27。", "expected day=2026-11-27 and nothing else");
        return said(StatusCode::BAD_REQUEST, zh, en);
    };
    let day = working_day(&interface.config, on);
    let database = interface.config.data.database_path();
    let read = move || Reader::open(&database).and_then(|reader| reader.day_grants(day));
    let rows = match tokio::task::spawn_blocking(read).await {
        Ok(Ok(rows)) => rows,
        Ok(Err(error)) => return unreadable(&error),
        Err(_) => return ending(),
    };
    let config = &interface.config;
    let told = |row: &GrantRow| {
        let known = config.green.categories.iter().find(|category| category.code == row.grant.category);
        let withdrawn = row.withdrawn.as_ref().map(|back| {
            json!({
                "at": back.at, "time": clock_face(config, back.at), "reason": back.reason, "by": back.by,
            })
        });
        json!({
            "at": row.at, "time": clock_face(config, row.at), "ticket": row.ticket, "number": row.number,
            "category": row.grant.category,
            "category_name": known.map_or(&row.grant.category, |category| &category.name),
            "evidence": row.grant.evidence, "by": row.by, "withdrawn": withdrawn,
        })
    };
    Json(json!({"day": day, "grants": rows.iter().map(told).collect::<Vec<_>>()})).into_response()
}
