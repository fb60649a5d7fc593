//! Headings: the fields of the regulation's form (rule A1), as platforms name them, in any order.

use crate::core::words::{Words, words};

/// A column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Column {
    Name,
    Telephone,
    Number,
    Time,
    Service,
    ServiceCode,
    Matter,
    Department,
    Channel,
    Registered,
    RegisteredBy,
    Reference,
}

/// Each with the field of a registration that it fills, if it fills one, and its headings: the form's own first.
const COLUMNS: [(Column, &str, &[&str]); 12] = [
    (Column::Name, "name", &["姓名", "预约人姓名", "预约人", "name"]),
    (Column::Telephone, "telephone", &["联系电话", "电话", "手机号", "手机号码", "telephone"]),
    (Column::Number, "number", &["身份证号", "身份证号码", "证件号码", "number"]),
    (Column::Time, "time", &["预约时间", "time"]),
    (Column::Service, "service", &["预约事项", "事项名称", "事项", "service"]),
    (Column::ServiceCode, "service_code", &["事项编码", "service_code"]),
    (Column::Matter, "", &["事项类型", "matter"]),
    (Column::Department, "", &["办理部门", "部门", "department"]),
    (Column::Channel, "", &["预约方式", "channel"]),
    (Column::Registered, "registered", &["登记时间", "registered"]),
    (Column::RegisteredBy, "", &["登记人", "registered_by"]),
    (Column::Reference, "reference", &["平台编号", "平台预约号", "reference"]),
];

const NEEDED: [Column; 4] = [Column::Name, Column::Telephone, Column::Number, Column::Time];
/// Characters of an unknown heading that are said.
const SAID: usize = 20;
/// So many digits make it more likely that a heading is somebody's data.
const DIGITS: usize = 5;

impl Column {
    fn at(self) -> usize {
        COLUMNS.iter().position(|(column, ..)| *column == self).unwrap_or_default()
    }

    /// As the form says it.
    pub(super) fn heading(self) -> &'static str {
        COLUMNS[self.at()].2[0]
    }

    /// Which fills a field of a registration.
    pub(super) fn of_field(field: &str) -> Option<Column> {
        let filled = |(_, fills, _): &&(Column, &str, &[&str])| !fills.is_empty() && *fills == field;
        COLUMNS.iter().find(filled).map(|(column, ..)| *column)
    }
}

/// Which column is where.
#[derive(Debug)]
pub(super) struct Columns {
    places: [Option<usize>; COLUMNS.len()],
    /// Headings in the file.
    pub(super) n: usize,
}

impl Columns {
    /// Reads the headings.
    ///
    /// # Errors
    /// An unknown, doubled or missing one, by name.
    pub(super) fn read(headings: &csv::StringRecord) -> Result<Self, Words> {
        let mut places = [None; COLUMNS.len()];
        let mut unknown = Vec::new();
        for (place, heading) in headings.iter().enumerate() {
            let heading = heading.trim();
            match COLUMNS
                .iter()
                .position(|(.., names)| names.iter().any(|name| name.eq_ignore_ascii_case(heading)))
            {
                // Spreadsheets leave empty columns at the end.
                None if heading.is_empty() => {}
                None => unknown.push(heading),
                Some(column) if places[column].is_some() => {
                    let name = COLUMNS[column].2[0];
                    return Err(words(
                        format!("“{name}”列出现两次。"),
                        format!("column {name} is there twice"),
                    ));
                }
                Some(column) => places[column] = Some(place),
            }
        }
        if places.iter().all(Option::is_none) {
            return Err(words(
                format!("第一行不是列名，应有{}等列，以逗号分隔。", all(NEEDED.iter().copied(), "、")),
                "the first line is no line of headings, separated by commas: name, telephone, number, time, service, …",
            ));
        }
        if let Some(heading) = unknown.first() {
            let known = all(COLUMNS.iter().map(|(column, ..)| *column), "、");
            let heading = said(heading);
            return Err(words(
                format!("不认识的列{heading}；可用的列有{known}。"),
                format!("unknown column{heading}; known are {known}, or {}", english()),
            ));
        }
        let columns = Columns { places, n: headings.len() };
        let service = columns.has(Column::Service) || columns.has(Column::ServiceCode);
        let missing = NEEDED.into_iter().find(|column| !columns.has(*column));
        match missing.or((!service).then_some(Column::Service)) {
            None => Ok(columns),
            Some(missing) => {
                let (zh, en) = (missing.heading(), COLUMNS[missing.at()].1);
                Err(words(format!("缺少“{zh}”列。"), format!("column {zh} ({en}) is missing")))
            }
        }
    }

    /// Whether the file has it.
    pub(super) fn has(&self, column: Column) -> bool {
        self.places[column.at()].is_some()
    }

    /// What a line has there; `None`: nothing.
    pub(super) fn get<'r>(&self, record: &'r csv::StringRecord, column: Column) -> Option<&'r str> {
        let text = record.get(self.places[column.at()]?)?.trim();
        (!text.is_empty()).then_some(text)
    }
}

/// A heading to be said, in quotation marks; not at all if it may be somebody's data.
fn said(heading: &str) -> String {
    if heading.chars().filter(char::is_ascii_digit).count() >= DIGITS {
        return String::new();
    }
    format!("“{}”", heading.chars().take(SAID).collect::<String>())
}

fn all(columns: impl Iterator<Item = Column>, between: &str) -> String {
    columns.map(Column::heading).collect::<Vec<_>>().join(between)
}

fn english() -> String {
    let names = COLUMNS.iter().filter_map(|(.., names)| names.last().copied());
    names.collect::<Vec<_>>().join(", ")
}
