//! One line of a file as a registration.

use super::super::{Registration, is_plain};
use super::columns::{Column, Columns};
use crate::config::Config;
use crate::core::words::{Words, words};
use queue::By;
use queue::booking::{Channel, Matter};
use std::collections::HashMap;

/// A line that can be read.
pub(super) struct Line {
    pub(super) given: Registration,
    /// Who registered it, if the line says so.
    pub(super) by: Option<By>,
}

/// The hall's services by code and by name, each with its department's code and name.
pub(super) struct Services {
    by_text: HashMap<String, (String, [String; 2])>,
}

impl Services {
    pub(super) fn of(config: &Config) -> Self {
        let mut by_text = HashMap::new();
        for service in &config.services {
            let department = config.department(&service.department);
            let name = department.map_or(&service.department, |department| &department.name);
            let office = [service.department.clone(), name.clone()];
            // A name that two services share names neither; the codes do.
            by_text.insert(service.code.clone(), (service.code.clone(), office.clone()));
            if config.services.iter().filter(|other| other.name == service.name).count() == 1 {
                by_text.insert(service.name.clone(), (service.code.clone(), office));
            }
        }
        Services { by_text }
    }
}

/// Characters of the name of a member of staff, as the guide desk takes them.
const BY_CHARS: usize = 20;

/// Reads a line. What the values themselves must be is the registration's own business.
///
/// # Errors
/// Headings and what is wrong below them.
pub(super) fn read(
    record: &csv::StringRecord,
    columns: &Columns,
    services: &Services,
) -> Result<Line, Vec<(&'static str, Words)>> {
    if record.len() != columns.n {
        let (seen, n) = (record.len(), columns.n);
        let zh = format!("该行有{seen}列，应为{n}列；内容中有逗号时请加引号");
        return Err(vec![("", words(zh, format!("{seen} columns instead of {n}; quote text with commas")))]);
    }
    let mut wrong = Vec::new();
    let mut note = |column: Column, zh: &str, en: &str| wrong.push((column.heading(), words(zh, en)));
    let text = |column: Column| columns.get(record, column).unwrap_or_default();
    // A platform that knows the hall by its codes alone has no column of names.
    let place = if columns.has(Column::Service) { Column::Service } else { Column::ServiceCode };
    let service = services.by_text.get(text(place));
    if service.is_none() {
        note(
            place,
            "没有该事项，请填写大厅的事项名称或代码",
            "not the name or code of a service in hall.toml",
        );
    }
    let department = text(Column::Department);
    if let Some((_, office)) = service
        && !department.is_empty()
        && !office.iter().any(|name| name == department)
    {
        note(Column::Department, "该事项不由此部门办理", "the service is another department's");
    }
    let matter = match text(Column::Matter) {
        "" | "个人" | "个人事项" | "personal" => Matter::Personal,
        "法人" | "法人事项" | "企业" | "legal" => Matter::Legal,
        _ => {
            note(Column::Matter, "应为“个人”或“法人”", "expected personal or legal");
            Matter::Personal
        }
    };
    let channel = match text(Column::Channel) {
        "" | "线上" | "线上预约" | "网上" | "online" => Channel::Online,
        "现场" | "现场预约" | "on_site" => Channel::OnSite,
        "电话" | "电话预约" | "telephone" => Channel::Telephone,
        _ => {
            note(Column::Channel, "应为“线上”“现场”或“电话”", "expected online, on_site or telephone");
            Channel::Online
        }
    };
    let by = text(Column::RegisteredBy);
    if by.chars().count() > BY_CHARS || !is_plain(by) {
        note(Column::RegisteredBy, "登记人最多20个字，不能有控制字符", "20 characters of plain text at most");
    }
    let optional = |column: Column| columns.get(record, column).map(str::to_owned);
    let given = Registration {
        name: text(Column::Name).to_owned(),
        telephone: text(Column::Telephone).to_owned(),
        number: text(Column::Number).to_owned(),
        time: text(Column::Time).to_owned(),
        service: service.map(|(code, _)| code.clone()).unwrap_or_default(),
        service_code: text(Column::ServiceCode).to_owned(),
        matter,
        channel,
        reference: optional(Column::Reference),
        registered: optional(Column::Registered),
    };
    if wrong.is_empty() {
        return Ok(Line { given, by: (!by.is_empty()).then(|| By(by.to_owned())) });
    }
    Err(wrong)
}
