//! `GET /api/v1/reports?from=&to=` (or `day=`, `week=`, `month=`): the figures of a period (rules W4, R6) as JSON; the same as a
//! workbook, a printable page, or one table as CSV (`table=services`) at `/api/v1/reports.xlsx`, `.html`, `.csv`.
//!
//! They are read from the database beside its writer, on a thread of its own, one report at a time: a year's facts are large.
//! Without a period the present month is meant.

use super::{Interface, ending, results, said, unreadable};
use crate::reports::{self, Settings};
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Json, Response};
use queue::Day;
use report::period::{NoPeriod, read_day, read_month};
use report::{Figures, Names, Period, calendar, columns};
use schema::Reader;
use tokio::sync::Semaphore;

/// Whoever asks next waits until the report before is done: two years' facts at once would be memory that the hall needs.
static ONE_AT_A_TIME: Semaphore = Semaphore::const_new(1);

/// The parameters as they came: names and values, in order.
type Parameters = Result<Query<Vec<(String, String)>>, QueryRejection>;
/// What is wrong with a request, Chinese and English.
type No = (String, String);

pub(super) async fn json(State(interface): State<Interface>, parameters: Parameters) -> Response {
    answer(interface, parameters, false, |figures, names, _| {
        Ok(Json(reports::json(figures, names)).into_response())
    })
    .await
}

pub(super) async fn html(State(interface): State<Interface>, parameters: Parameters) -> Response {
    // Nothing in it runs and nothing but the font is loaded: what people typed stays what it is even if it were not escaped.
    const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; font-src 'self'; img-src data:; frame-ancestors 'none'";
    answer(interface, parameters, false, |figures, names, _| {
        let headers =
            [(header::CONTENT_TYPE, "text/html; charset=utf-8"), (header::CONTENT_SECURITY_POLICY, POLICY)];
        Ok((headers, report::html::html(figures, names, Some(results::FONT))).into_response())
    })
    .await
}

pub(super) async fn xlsx(State(interface): State<Interface>, parameters: Parameters) -> Response {
    const KIND: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    answer(interface, parameters, false, |figures, names, _| {
        let book = report::xlsx::xlsx(figures, names)
            .map_err(|error| ("报表过大，无法生成表格文件。".to_owned(), error.to_string()))?;
        Ok(download(KIND, &format!("{}.xlsx", file_name(figures)), book))
    })
    .await
}

pub(super) async fn csv(State(interface): State<Interface>, parameters: Parameters) -> Response {
    answer(interface, parameters, true, |figures, names, table| {
        let tables = columns::tables(figures, names);
        let wanted = table.unwrap_or("services");
        let Some(table) = tables.iter().find(|table| table.id == wanted) else {
            let known: Vec<&str> = tables.iter().map(|table| table.id).collect();
            let wanted: String = wanted.chars().take(40).collect();
            return Err((
                format!("没有表“{wanted}”，可选：{}。", known.join("、")),
                format!("there is no table {wanted:?}; there are {}", known.join(", ")),
            ));
        };
        let mut out = Vec::new();
        report::csv::write(table, &mut out)
            .map_err(|error| ("无法生成文件。".to_owned(), error.to_string()))?;
        Ok(download("text/csv; charset=utf-8", &format!("{}-{}.csv", file_name(figures), table.id), out))
    })
    .await
}

fn file_name(figures: &Figures) -> String {
    match (figures.period.whole_month(), figures.period.from(), figures.period.to()) {
        (Some(month), ..) => format!("hallgate-{month}"),
        (None, from, to) if from == to => format!("hallgate-{}", from.0),
        (None, from, to) => format!("hallgate-{}-{}", from.0, to.0),
    }
}

fn download(kind: &'static str, name: &str, body: Vec<u8>) -> Response {
    let disposition = format!("attachment; filename=\"{name}\"");
    ([(header::CONTENT_TYPE, kind.to_owned()), (header::CONTENT_DISPOSITION, disposition)], body)
        .into_response()
}

/// Reads what was asked for, computes the figures on a thread of its own and makes the answer of them there too.
async fn answer(
    interface: Interface,
    parameters: Parameters,
    has_tables: bool,
    make: impl FnOnce(&Figures, &Names, Option<&str>) -> Result<Response, No> + Send + 'static,
) -> Response {
    let Some((today, now)) = interface.desk.look(|facts| (facts.hall.day(), facts.now)).await else {
        return ending();
    };
    let settings = Settings::of(&interface.config);
    let today = today.unwrap_or_else(|| calendar::date(now, settings.zone_offset_min));
    let parameters = match parameters {
        Ok(Query(parameters)) => parameters,
        Err(_) => {
            let en = "the parameters cannot be read; expected month=2026-11, or from= and to=";
            return said(StatusCode::BAD_REQUEST, "参数无法读取。", en);
        }
    };
    let (period, table) = match asked(&parameters, has_tables, today) {
        Ok(asked) => asked,
        Err((zh, en)) => return said(StatusCode::BAD_REQUEST, &zh, &en),
    };
    let Ok(_turn) = ONE_AT_A_TIME.acquire().await else { return ending() };
    let database = interface.config.data.database_path();
    let made = tokio::task::spawn_blocking(move || {
        let figures = Reader::open(&database).and_then(|reader| reports::read(&reader, &settings, period))?;
        Ok(make(&figures, &settings.names, table.as_deref()))
    });
    match made.await {
        Ok(Ok(Ok(response))) => response,
        Ok(Ok(Err((zh, en)))) => said(StatusCode::BAD_REQUEST, &zh, &en),
        Ok(Err(error)) => unreadable(&error),
        Err(_) => ending(),
    }
}

/// The period and, for CSV, the table that was asked for.
fn asked(
    parameters: &[(String, String)],
    has_tables: bool,
    today: Day,
) -> Result<(Period, Option<String>), No> {
    let known: &[&str] = if has_tables {
        &["from", "to", "day", "week", "month", "table"]
    } else {
        &["from", "to", "day", "week", "month"]
    };
    if let Some((name, _)) = parameters.iter().find(|(name, _)| !known.contains(&name.as_str())) {
        let name: String = name.chars().take(40).collect();
        let en = format!("parameter {name:?} is not known; known are {}", known.join(", "));
        return Err((format!("没有参数“{name}”，可用：{}。", known.join("、")), en));
    }
    let value = |wanted: &str| {
        let mut found = parameters.iter().filter(|(name, _)| name == wanted).map(|(_, value)| value.as_str());
        match (found.next(), found.next()) {
            (value, None) => Ok(value),
            (_, Some(_)) => {
                Err((format!("参数 {wanted} 只能给一次。"), format!("{wanted} is given twice; give it once")))
            }
        }
    };
    let words = |no: NoPeriod| (no.zh(), no.to_string());
    let period = match (value("from")?, value("to")?, value("day")?, value("week")?, value("month")?) {
        (Some(from), Some(to), None, None, None) => {
            read_day(from).and_then(|from| Period::new(from, read_day(to)?))
        }
        (None, None, Some(day), None, None) => read_day(day).and_then(Period::day),
        (None, None, None, Some(week), None) => read_day(week).and_then(Period::week_of),
        (None, None, None, None, Some(month)) => read_month(month).and_then(Period::month),
        (None, None, None, None, None) => Period::month(calendar::month(today)),
        _ => {
            return Err((
                "请只给一种期间：from 和 to、day、week 或 month。".to_owned(),
                "give one period: from and to, or day, or week, or month".to_owned(),
            ));
        }
    };
    Ok((period.map_err(words)?, value("table")?.map(str::to_owned)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(text: &str) -> Result<(Period, Option<String>), No> {
        let pairs = text.split('&').filter(|pair| !pair.is_empty());
        let pairs: Vec<_> = pairs
            .map(|pair| pair.split_once('=').unwrap())
            .map(|(name, value)| (name.into(), value.into()))
            .collect();
        asked(&pairs, true, Day(20_261_127))
    }

    #[test]
    fn w4_a_period_is_asked_for_in_one_way() {
        for (text, from, to) in [
            ("", 20_261_101, 20_261_130),
            ("month=2026-02", 20_260_201, 20_260_228),
            ("week=2026-11-27", 20_261_123, 20_261_129),
            ("day=20261127", 20_261_127, 20_261_127),
            ("from=2026-11-01&to=2026-11-15", 20_261_101, 20_261_115),
        ] {
            let (period, _) = ask(text).unwrap();
            assert_eq!((period.from().0, period.to().0), (from, to), "{text}");
        }
        assert_eq!(ask("table=windows").unwrap().1.as_deref(), Some("windows"));
    }

    #[test]
    fn w4_what_is_asked_wrongly_is_said_in_both_languages() {
        for (text, zh, en) in [
            ("month=2026-13", "月份", "2026-13"),
            ("day=2026-02-30", "日期", "2026-02-30"),
            ("from=2026-11-01", "只给一种", "give one period"),
            ("from=2026-11-02&to=2026-11-01", "早于", "before the first"),
            ("from=2020-01-01&to=2026-11-01", "按年", "a year at a time"),
            ("day=20261127&day=20261127", "只能给一次", "given twice"),
            ("dya=20261127", "没有参数", "\"dya\" is not known"),
        ] {
            let no = ask(text).unwrap_err();
            assert!(no.0.contains(zh) && no.1.contains(en), "{text}: {no:?}");
        }
        assert!(asked(&[("table".into(), "x".into())], false, Day(20_261_127)).is_err());
    }
}
