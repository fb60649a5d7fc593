//! Appointments from a file of the city's platform (rule A1): comma-separated text with a line of headings.
//!
//! | module | holds |
//! |---|---|
//! | `text` | encodings told apart |
//! | `columns` | headings, in Chinese and English |
//! | `line` | one line to a registration, and what is wrong with it |
//!
//! A file is judged on a copy of the bookings, line by line, as if each right line were booked: so that two lines of one
//! person are seen, and quotas that the file itself uses up. Nothing is changed here. What was given never leaves but sealed:
//! a mistake is a line number, a heading and a reason (rule A9).

mod columns;
mod line;
#[cfg(test)]
mod tests;
mod text;

pub use text::Encoding;

use super::{Office, registration};
use crate::core::appointments::words;
use crate::core::words::{Words, words};
use columns::{Column, Columns};
use queue::booking::{BookingCommand, BookingEvent, BookingId, BookingRefusal, Bookings, Closed, Form};
use queue::{By, Timestamp};
use serde::Serialize;
use std::collections::{BTreeMap, HashMap};

/// Bytes of a file. A line has some hundred and fifty; the hall's memory must hold the file and its text.
pub const MOST_BYTES: usize = 32 << 20;
/// Lines of a file behind the headings. More is no export of a hall's appointments but another file.
pub const MOST_LINES: usize = 100_000;
/// Appointments booked in one commit: the hall stands still for it, a fraction of a second for so many.
pub const MOST_BOOKED: usize = 5_000;
/// Mistakes that are listed; whoever has more has one in each line, and sees it from the first.
const MOST_LISTED: usize = 1_000;

/// A mistake of a line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Wrong {
    /// In the file, from 1; the headings are line 1.
    pub line: u64,
    /// Heading of the column; empty: the line as a whole.
    pub column: &'static str,
    /// What is wrong and what would be right.
    #[serde(flatten)]
    pub words: Words,
}

/// A line that can be booked.
#[derive(Clone, Debug)]
pub struct Right {
    /// In the file.
    pub line: u64,
    /// As the record may hold it.
    pub form: Form,
    /// Who registered it.
    pub by: By,
}

/// What is in a file.
#[derive(Debug, Default)]
pub struct Judged {
    /// How its bytes were read.
    pub encoding: Encoding,
    /// Lines that hold anything, without the headings.
    pub n_lines: usize,
    /// Lines that can be booked, in order.
    pub right: Vec<Right>,
    /// Lines that were imported before, by the platform's own number.
    pub n_known: usize,
    /// The numbers of the first of them.
    pub known: Vec<u64>,
    /// Lines with a mistake.
    pub n_wrong: usize,
    /// The first mistakes.
    pub wrong: Vec<Wrong>,
}

/// What is judged by: the hall as it is now.
pub struct Against {
    /// Hall time.
    pub now: Timestamp,
    /// A copy of the bookings; it is changed as if the right lines were booked.
    pub bookings: Bookings,
    /// Who imports; a line can name somebody else.
    pub by: By,
}

impl Office {
    /// Judges a file. Takes seconds for the longest: not for a thread that others wait for.
    ///
    /// # Errors
    /// The file cannot be read at all, in words: encoding, headings, too long.
    pub fn judge(&self, bytes: &[u8], against: Against) -> Result<Judged, Words> {
        let (encoding, text) = text::read(bytes)?;
        text::quotes(&text)?;
        let mut lines = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
        let headings = lines.headers().map_err(|_| no_headings())?.clone();
        let columns = Columns::read(&headings)?;
        if text.bytes().filter(|byte| *byte == b'\n').count() > MOST_LINES + 1 {
            return Err(words(
                format!("文件超过{MOST_LINES}行，请分成几个文件导入。"),
                format!("the file has more than {MOST_LINES} lines; split it"),
            ));
        }
        let mut judge = Judge::new(self, &columns, against);
        judge.judged.encoding = encoding;
        let mut counted = text::Lines::of(&text);
        let mut record = csv::StringRecord::new();
        while lines.read_record(&mut record).map_err(|_| no_headings())? {
            if record.iter().all(|field| field.trim().is_empty()) {
                continue;
            }
            judge.judged.n_lines += 1;
            let begins = record.position().map_or(0, csv::Position::byte);
            let line = counted.at(begins);
            let breaks: usize = record.iter().map(|cell| cell.matches('\n').count()).sum();
            if breaks > 0 {
                let to = line + breaks as u64;
                let zh = format!("内容中有换行，第{line}至{to}行连在了一起，请改成一行");
                let en = format!(
                    "a line break in a cell takes lines {line} to {to} together; write it in one line"
                );
                judge.wrong(line, vec![("", words(zh, en))]);
                continue;
            }
            judge.line(line, &record);
        }
        Ok(judge.judged)
    }

    /// A registration whose fields are right, sealed if it can be booked at all: `decide` says so, or why not.
    fn booked_if(
        &self,
        read: registration::Read,
        given: &super::Registration,
        knows: impl Fn(&queue::booking::PersonId) -> bool,
        decide: impl FnOnce(&Form) -> Result<(), Refused>,
    ) -> Result<Form, Refused> {
        let keys = self.keys();
        let mut form = super::unsealed(&keys, &read, given, knows);
        decide(&form)?;
        form.sealed = super::sealed(&keys, &read).map_err(Refused::Unfit)?;
        Ok(form)
    }
}

/// Why a line whose fields can be read is not booked.
enum Refused {
    Unfit(Vec<registration::Unfit>),
    Rules(BookingRefusal),
}

fn no_headings() -> Words {
    words("文件不是逗号分隔的表格（CSV）。", "the file is not comma-separated text")
}

struct Judge<'a> {
    office: &'a Office,
    columns: &'a Columns,
    services: line::Services,
    against: Against,
    /// Which line of this file a booking of the copy comes from.
    lines: BTreeMap<BookingId, u64>,
    /// Bookings by the platform's own number: of the hall (`None`), or of a line.
    references: HashMap<String, Option<u64>>,
    known_persons: std::collections::HashSet<queue::booking::PersonId>,
    judged: Judged,
}

impl<'a> Judge<'a> {
    fn new(office: &'a Office, columns: &'a Columns, against: Against) -> Self {
        let bookings = &against.bookings;
        let references = bookings.bookings().filter_map(|known| Some((known.form.reference.clone()?, None)));
        let persons = bookings.bookings().map(|known| known.form.person.clone());
        let known_persons = persons.chain(bookings.persons().map(|(person, _)| person.clone())).collect();
        Judge {
            office,
            columns,
            services: line::Services::of(&office.config),
            references: references.collect(),
            known_persons,
            against,
            lines: BTreeMap::new(),
            judged: Judged::default(),
        }
    }

    fn line(&mut self, number: u64, record: &csv::StringRecord) {
        let reference = self.columns.get(record, Column::Reference);
        let earlier = reference.and_then(|reference| self.references.get(reference)).copied();
        match earlier {
            Some(None) => {
                self.judged.n_known += 1;
                if self.judged.known.len() < MOST_LISTED {
                    self.judged.known.push(number);
                }
                return;
            }
            Some(Some(line)) => {
                let (zh, en) = (format!("与第{line}行的平台编号相同"), format!("the same as in line {line}"));
                return self.wrong(number, vec![(Column::Reference.heading(), words(zh, en))]);
            }
            None => {}
        }
        let line = match line::read(record, self.columns, &self.services) {
            Ok(line) => line,
            Err(wrong) => return self.wrong(number, wrong),
        };
        let read = match registration::read(&line.given, &self.office.config, self.against.now) {
            Ok(read) => read,
            Err(unfit) => return self.wrong(number, of_fields(&unfit)),
        };
        if self.judged.right.len() >= MOST_BOOKED {
            let zh = format!("一次最多导入{MOST_BOOKED}条预约，请分批导入");
            let en = format!("{MOST_BOOKED} appointments are imported at once; split the file");
            return self.wrong(number, vec![("", words(zh, en))]);
        }
        let by = line.by.unwrap_or_else(|| self.against.by.clone());
        let Against { now, bookings, .. } = &mut self.against;
        let (now, config) = (*now, &*self.office.config);
        let mut id = None;
        let form = self.office.booked_if(
            read,
            &line.given,
            |person| self.known_persons.contains(person),
            |form| {
                let command = BookingCommand::Book { form: form.clone(), by: by.clone() };
                let events = bookings.decide(now, config, &command).map_err(Refused::Rules)?;
                events.iter().for_each(|event| bookings.apply(now, config, event));
                id = events.iter().find_map(BookingEvent::booking);
                Ok(())
            },
        );
        match form {
            Ok(form) => {
                if let Some(reference) = &form.reference {
                    self.references.insert(reference.clone(), Some(number));
                }
                if let Some(id) = id {
                    self.lines.insert(id, number);
                }
                self.known_persons.insert(form.person.clone());
                self.judged.right.push(Right { line: number, form, by });
            }
            Err(Refused::Unfit(unfit)) => self.wrong(number, of_fields(&unfit)),
            Err(Refused::Rules(refusal)) => {
                let column = column_of(&refusal).map_or("", Column::heading);
                let words = self.refused(&refusal);
                self.wrong(number, vec![(column, words)]);
            }
        }
    }

    fn wrong(&mut self, line: u64, mistakes: Vec<(&'static str, Words)>) {
        self.judged.n_wrong += 1;
        for (column, words) in mistakes {
            if self.judged.wrong.len() < MOST_LISTED {
                self.judged.wrong.push(Wrong { line, column, words });
            }
        }
    }

    /// In words; another line of the file is named by its number, not by that of a booking which there is not yet.
    fn refused(&self, refusal: &BookingRefusal) -> Words {
        let same = match refusal {
            BookingRefusal::Duplicate { booking, .. } => self
                .lines
                .get(booking)
                .map(|line| (line, "同一人同一事项重复预约", "the same person and service")),
            BookingRefusal::SameTime { booking } => self
                .lines
                .get(booking)
                .map(|line| (line, "同一人同一时间重复预约", "the same person and time")),
            _ => None,
        };
        match same {
            Some((line, zh, en)) => words(format!("与第{line}行为{zh}"), format!("{en} as in line {line}")),
            None => words::refusal(&self.office.config, refusal),
        }
    }
}

fn of_fields(unfit: &[registration::Unfit]) -> Vec<(&'static str, Words)> {
    unfit
        .iter()
        .map(|unfit| (Column::of_field(unfit.field).map_or("", Column::heading), unfit.words()))
        .collect()
}

/// Where somebody should look first.
fn column_of(refusal: &BookingRefusal) -> Option<Column> {
    match refusal {
        BookingRefusal::InThePast { .. }
        | BookingRefusal::TooFarAhead { .. }
        | BookingRefusal::NoSlot { .. }
        | BookingRefusal::SlotFull { .. }
        | BookingRefusal::DayFull { .. }
        | BookingRefusal::SameTime { .. }
        | BookingRefusal::Closed(Closed::Holiday { .. }) => Some(Column::Time),
        BookingRefusal::Closed(_) => Some(Column::Service),
        BookingRefusal::Duplicate { .. } | BookingRefusal::Restricted { .. } => Some(Column::Number),
        _ => None,
    }
}
