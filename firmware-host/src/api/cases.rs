//! What is owed after a visit (rules R5, P5, O2): the register of unresolved matters, work orders, patrols and their findings.
//!
//! Persons are masked in lists; whoever calls back asks for one telephone number, and that is written in the log. The ticket
//! of a poor rating is told to nobody here (rule R3).

use super::commands::not_json;
use super::{Interface, ending, recorded, refused, said};
use crate::config::Config;
use crate::core::cases::words;
use crate::core::desk::Wish;
use crate::core::words::by_zh;
use crate::office::{Unfit, civil_day, clock_face, day_begins};
use axum::body::Bytes;
use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Json, Response};
use queue::By;
use queue::cases::{CaseCommand, CaseId, What};
use queue::{TicketNumber, Timestamp};
use report::table::{Cell, Table};
use schema::{CaseRow, CaseStepRow, PatrolRow, Reader, StoreError};
use serde::Deserialize;
use serde_json::{Value, json};

/// The ledger goes back so far if no first day is given.
const DAYS_BACK: i64 = 31;
const DAY_S: i64 = 86_400;

/// From and to, days included; both may be left out.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Period {
    from: Option<String>,
    to: Option<String>,
}

impl Period {
    /// From the first moment to before the last; `None`: not dates.
    fn of(&self, config: &Config, now: Timestamp) -> Option<(Timestamp, Timestamp)> {
        let day = |text: &Option<String>| match text {
            Some(text) => civil_day(config, text).map(Some),
            None => Some(None),
        };
        let to = day(&self.to)?.unwrap_or(now);
        let from = day(&self.from)?.unwrap_or(to.plus(-DAYS_BACK * DAY_S));
        // Half a day more than a day after its beginning is surely the next one.
        let next = day_begins(config, day_begins(config, to).plus(DAY_S * 3 / 2));
        Some((day_begins(config, from), next))
    }
}

/// What stands in the tables about a period.
struct Ledger {
    cases: Vec<(CaseRow, Vec<CaseStepRow>)>,
    patrols: Vec<PatrolRow>,
}

fn read(reader: &Reader, (from, to): (Timestamp, Timestamp)) -> Result<Ledger, StoreError> {
    let cases = reader.cases(from, to)?.into_iter().map(|row| {
        let steps = reader.case_steps(row.case)?;
        Ok((row, steps))
    });
    Ok(Ledger { cases: cases.collect::<Result<_, StoreError>>()?, patrols: reader.patrols(from, to)? })
}

async fn ledger(
    interface: &Interface,
    period: Result<Query<Period>, QueryRejection>,
) -> Result<Ledger, Box<Response>> {
    let now = interface.desk.look(|facts| facts.now).await.ok_or_else(|| Box::new(ending()))?;
    let period =
        period.ok().and_then(|Query(period)| period.of(&interface.config, now)).ok_or_else(|| {
            let (zh, en) = (
                "日期格式应为 from=2026-11-01 和 to=2026-11-30。",
                "expected from=2026-11-01 and to=2026-11-30",
            );
            said(StatusCode::BAD_REQUEST, zh, en)
        })?;
    interface.read(move |reader| read(reader, period)).await
}

/// `GET /api/v1/cases?from=&to=`: what is not closed, and what was opened in these days.
pub(super) async fn list(
    State(interface): State<Interface>,
    period: Result<Query<Period>, QueryRejection>,
) -> Response {
    match ledger(&interface, period).await {
        Ok(ledger) => {
            let cases: Vec<Value> =
                ledger.cases.iter().map(|(row, steps)| told(&interface, row, steps)).collect();
            let patrols: Vec<Value> =
                ledger.patrols.iter().map(|row| patrol(&interface.config, row)).collect();
            Json(json!({"cases": cases, "patrols": patrols})).into_response()
        }
        Err(no) => *no,
    }
}

fn told(interface: &Interface, row: &CaseRow, steps: &[CaseStepRow]) -> Value {
    let config = &interface.config;
    let mut about = json!(row.about);
    if let Some(members) = about.as_object_mut() {
        for hidden in ["ticket", "number", "sealed"] {
            members.remove(hidden);
        }
        if let What::WorkOrder { level, service, .. } = &row.about {
            members.insert("level_zh".into(), words::level_zh(*level).into());
            let known = config.service(&service.0).map(|service| service.name.as_str());
            members.insert("service_name".into(), known.unwrap_or(&service.0).into());
        }
    }
    let person = interface.office.as_ref().and_then(|office| office.reached(&row.about)?.ok());
    let steps = steps.iter().map(|step| {
        json!({
            "step": step.step, "step_zh": words::step_zh(&step.step), "time": clock_face(config, step.at),
            "due_time": step.due.map(|due| last_day(config, due)), "note": step.note,
            "by": step.by, "by_zh": step.by.as_deref().map(by_zh),
        })
    });
    json!({
        "case": row.case, "kind": row.about.kind(), "kind_zh": words::kind_zh(row.about.kind()),
        "title_zh": words::title_zh(&row.about), "about": about,
        "state": row.state, "state_zh": words::state_zh(row.state), "overdue": row.overdue,
        "since_time": clock_face(config, row.opened_at), "by": row.opened_by, "by_zh": by_zh(&row.opened_by),
        "due": row.due, "due_time": last_day(config, row.due), "extended": row.extended,
        "answer": row.answer, "delivery": row.delivery, "reference": row.reference, "why": row.why,
        "name": person.as_ref().map(personal::Person::name_masked),
        "telephone": person.as_ref().and_then(personal::Person::telephone_masked),
        "steps": steps.collect::<Vec<_>>(),
    })
}

/// The last day of a deadline that ends at midnight.
fn last_day(config: &Config, due: Timestamp) -> String {
    let mut text = clock_face(config, due.plus(-1));
    text.truncate("2026-11-27".len());
    text
}

fn patrol(config: &Config, row: &PatrolRow) -> Value {
    json!({
        "patrol": row.patrol, "time": clock_face(config, row.at), "places": row.places, "note": row.note,
        "by": row.by, "by_zh": by_zh(&row.by),
    })
}

/// An unresolved matter as the window registers it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Unresolved {
    matter: String,
    department: String,
    cause: String,
    #[serde(default)]
    complex: bool,
    /// How to reach the person; both or neither.
    #[serde(default)]
    name: String,
    #[serde(default)]
    telephone: String,
    /// Number of today's ticket.
    #[serde(default)]
    number: String,
    by: By,
}

/// `POST /api/v1/cases`: registers an unresolved matter (rule P5).
pub(super) async fn open(State(interface): State<Interface>, headers: HeaderMap, body: Bytes) -> Response {
    let given: Unresolved = match parse(&headers, &body) {
        Ok(given) => given,
        Err(no) => return *no,
    };
    let sealed = match contact(&interface, &given) {
        Ok(sealed) => sealed,
        Err(no) => return *no,
    };
    let ticket = match given.number.trim() {
        "" => None,
        number => {
            let wanted = TicketNumber::from(number);
            let look = move |facts: &crate::core::desk::Facts<'_>| {
                facts.hall.tickets().rfind(|ticket| ticket.number == wanted).map(|ticket| ticket.seq)
            };
            match interface.desk.look(look).await {
                None => return ending(),
                Some(None) => {
                    let (zh, en) =
                        (format!("今日没有号票 {number}。"), format!("there is no ticket {number} today"));
                    return said(StatusCode::NOT_FOUND, &zh, &en);
                }
                Some(found) => found,
            }
        }
    };
    let about = What::Unresolved {
        matter: given.matter.trim().to_owned(),
        department: given.department.trim().to_owned(),
        cause: given.cause.trim().to_owned(),
        complex: given.complex,
        sealed,
        ticket,
    };
    wished(&interface, CaseCommand::Open { about, by: given.by }).await
}

fn contact(interface: &Interface, given: &Unresolved) -> Result<Option<String>, Box<Response>> {
    if given.name.trim().is_empty() && given.telephone.trim().is_empty() {
        return Ok(None);
    }
    let Some(office) = &interface.office else {
        let (zh, en) =
            ("暂时无法保存联系方式，请联系管理员。", "the keys of personal data could not be opened");
        return Err(Box::new(said(StatusCode::SERVICE_UNAVAILABLE, zh, en)));
    };
    let unfit = |unfit: &Unfit| {
        let words = unfit.words();
        json!({"field": unfit.field, "zh": words.zh, "en": words.en})
    };
    office.contact(&given.name, &given.telephone, &given.matter).map(Some).map_err(|wrong| {
        let fields: Vec<Value> = wrong.iter().map(unfit).collect();
        let body = json!({"zh": "请更正联系方式。", "en": "the contact is not right", "fields": fields});
        Box::new((StatusCode::UNPROCESSABLE_ENTITY, Json(body)).into_response())
    })
}

/// `POST /api/v1/cases/steps`: one step of a case, or a patrol with its findings.
pub(super) async fn step(State(interface): State<Interface>, headers: HeaderMap, body: Bytes) -> Response {
    let command: CaseCommand = match parse(&headers, &body) {
        Ok(command) => command,
        Err(no) => return *no,
    };
    match command {
        CaseCommand::Patrol { .. }
        | CaseCommand::Extend { .. }
        | CaseCommand::Answer { .. }
        | CaseCommand::CallBack { .. }
        | CaseCommand::Close { .. }
        | CaseCommand::Redeliver { .. } => wished(&interface, command).await,
        // The ratings, the outlets and the clock send these themselves.
        _ => {
            let en = "expected patrol, extend, answer, call_back, close or redeliver";
            said(StatusCode::BAD_REQUEST, "请求格式有误。", en)
        }
    }
}

/// Who wants the number.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Asking {
    by: By,
}

/// `POST /api/v1/cases/{case}/contact`: name and telephone in clear, for the call-back; that somebody asked is in the log.
pub(super) async fn reached(
    State(interface): State<Interface>,
    case: Result<Path<u64>, PathRejection>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let asking: Asking = match parse(&headers, &body) {
        Ok(asking) => asking,
        Err(no) => return *no,
    };
    let Ok(Path(case)) = case else { return super::unreadable_path() };
    // It is written in the log.
    if let Err(words) = recorded::who(&asking.by) {
        return said(StatusCode::BAD_REQUEST, &words.zh, &words.en);
    }
    let found = interface
        .desk
        .look(move |facts| facts.register.cases.case(CaseId(case)).map(|case| case.what.clone()))
        .await;
    let Some(about) = found else { return ending() };
    let person = about.zip(interface.office.as_ref()).and_then(|(about, office)| office.reached(&about));
    match person {
        Some(Ok(person)) => {
            tracing::info!(case, by = asking.by.0, "the contact of a case is shown");
            let telephone = person.telephone_in_clear();
            Json(json!({"name": person.name_in_clear(), "telephone": telephone})).into_response()
        }
        Some(Err(_)) => {
            let (zh, en) = ("联系方式已过保存期限，无法读取。", "the contact's key is destroyed");
            said(StatusCode::GONE, zh, en)
        }
        None => {
            said(StatusCode::NOT_FOUND, "没有留下联系方式。", "no contact was left, or there is no such case")
        }
    }
}

async fn wished(interface: &Interface, command: CaseCommand) -> Response {
    let wish = Wish::Case(command);
    if let Err(words) = recorded::fit(&wish) {
        return said(StatusCode::BAD_REQUEST, &words.zh, &words.en);
    }
    match interface.desk.wish(wish).await {
        Ok(done) => {
            let cases: Vec<_> = done.cases.iter().filter_map(queue::cases::CaseEvent::case).collect();
            Json(json!({"cases": cases})).into_response()
        }
        Err(no) => refused(&interface.config, &no),
    }
}

fn parse<T: for<'de> Deserialize<'de>>(headers: &HeaderMap, body: &[u8]) -> Result<T, Box<Response>> {
    if let Some(no) = not_json(headers) {
        return Err(Box::new(no));
    }
    // The error names the member and its type, and may name its value: texts and codes, never a person's.
    serde_json::from_slice(body).map_err(|error| {
        let en = if error.is_data() { error.to_string() } else { "the body is not JSON".to_owned() };
        Box::new(said(StatusCode::BAD_REQUEST, "请求格式有误。", &en))
    })
}

/// `GET /api/v1/cases.csv?from=&to=`: the ledger, a line a step and a line a patrol, for a spreadsheet.
pub(super) async fn csv(
    State(interface): State<Interface>,
    period: Result<Query<Period>, QueryRejection>,
) -> Response {
    let ledger = match ledger(&interface, period).await {
        Ok(ledger) => ledger,
        Err(no) => return *no,
    };
    let table = table(&interface.config, &ledger);
    let mut text = Vec::new();
    if let Err(error) = report::csv::write(&table, &mut text) {
        return said(StatusCode::INTERNAL_SERVER_ERROR, "无法导出台账。", &error.to_string());
    }
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"ledger.csv\""),
    ];
    (headers, text).into_response()
}

/// The ledger, a row a step; patrols come after the cases, whether anything was found or not.
fn table(config: &Config, ledger: &Ledger) -> Table {
    let rows = ledger.cases.iter().flat_map(|(row, steps)| steps.iter().map(move |step| (row, step)));
    let cells = |(row, step): (&CaseRow, &CaseStepRow)| {
        vec![
            Cell::Count(row.case.0),
            Cell::Text(words::kind_zh(row.about.kind()).to_owned()),
            Cell::Text(words::title_zh(&row.about)),
            Cell::Text(clock_face(config, row.opened_at)),
            Cell::Text(last_day(config, row.due)),
            Cell::Text(words::state_zh(row.state).to_owned()),
            Cell::Text(if row.overdue { "是" } else { "否" }.to_owned()),
            Cell::Text(words::step_zh(&step.step).to_owned()),
            Cell::Text(clock_face(config, step.at)),
            step.due.map_or(Cell::Blank, |due| Cell::Text(last_day(config, due))),
            step.note.clone().map_or(Cell::Blank, Cell::Text),
            step.by.as_deref().map_or(Cell::Blank, |by| Cell::Text(by_zh(by))),
        ]
    };
    let round = |row: &PatrolRow| {
        let text = |text: &str| Cell::Text(text.to_owned());
        let at = clock_face(config, row.at);
        let of_it = |about: &What| matches!(about, What::Finding { patrol, .. } if *patrol == row.patrol);
        let note = match ledger.cases.iter().filter(|(case, _)| of_it(&case.about)).count() {
            _ if !row.note.is_empty() => row.note.clone(),
            0 => "正常".to_owned(),
            found => format!("发现{found}处问题"),
        };
        let places = row.places.join("、");
        let mut cells = vec![Cell::Count(row.patrol.0), text("巡查"), text(&places), text(&at)];
        cells.extend([Cell::Blank, Cell::Blank, Cell::Blank, text("巡查"), text(&at), Cell::Blank]);
        cells.extend([Cell::Text(note), Cell::Text(by_zh(&row.by))]);
        cells
    };
    Table {
        id: "ledger",
        title: "待办台账",
        heads: HEADS.map(str::to_owned).to_vec(),
        n_keys: 1,
        rows: rows.map(cells).chain(ledger.patrols.iter().map(round)).collect(),
        has_total: false,
    }
}

/// Columns of the ledger.
const HEADS: [&str; 12] = [
    "编号",
    "类别",
    "事项",
    "登记时间",
    "办理期限",
    "状态",
    "是否逾期",
    "步骤",
    "步骤时间",
    "期限至",
    "说明",
    "经办人",
];
