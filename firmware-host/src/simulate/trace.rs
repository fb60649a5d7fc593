//! One realised hall-day, format `hall-trace/1` of `lab/README.md`.

use super::fields::{Fields, LATEST_S, Mistake, Wrong, line_of, syntax};
use super::input::read_text;
use queue::rules::Targets;
use queue::{Class, Command, Refusal};
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Read};
use std::ops::RangeInclusive;

/// The format this reads.
pub(super) const FORMAT: &str = "hall-trace/1";
/// Windows have numbers of 16 bits in the hall; real halls have up to a few hundred.
const WINDOWS_AT_MOST: usize = u16::MAX as usize;

/// Moments and durations of a hall-day; sums of a whole day of them fit any arithmetic.
const TIMES: RangeInclusive<i64> = 0..=LATEST_S;

/// Why a day could not be read, or not be run to its end.
#[derive(Debug, thiserror::Error)]
pub enum TraceError {
    /// The input could not be read, or is no text.
    #[error("not read")]
    Read(#[from] io::Error),
    /// The input has no end, or none that a day could have.
    #[error("more than {most} bytes; no day is as long as that")]
    TooLong {
        /// What is read at most.
        most: u64,
    },
    /// The input is no trace.
    #[error(transparent)]
    Mistake(#[from] Mistake),
    /// The hall refused what the trace says happens.
    #[error("second {now}: the hall refused {command:?}: {refusal:?}")]
    Refused {
        /// Seconds after midnight.
        now: i64,
        /// What was asked.
        command: Box<Command>,
        /// What it answered.
        refusal: Box<Refusal>,
    },
    /// Nobody calls them any more: a shift ends with people waiting.
    #[error(
        "{n_waiting} tickets were never called, among them {first}: no window serving {service} works any more"
    )]
    NeverCalled {
        /// How many.
        n_waiting: usize,
        /// Label of the first.
        first: String,
        /// Its service.
        service: String,
    },
}

/// Reads a trace from an open file.
///
/// # Errors
/// [`TraceError::Read`], [`TraceError::TooLong`] and [`TraceError::Mistake`].
pub fn read_trace(input: impl Read) -> Result<Trace, TraceError> {
    Ok(Trace::parse(&read_text(input)?)?)
}

/// A day without chance: everything that will happen, but not who is called when. Times in seconds after midnight,
/// durations in seconds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trace {
    /// Name of the scenario.
    pub scenario: String,
    /// Seed that drew the day.
    pub seed: u64,
    /// Periods in which numbers are issued.
    pub sessions: Vec<(i64, i64)>,
    /// What waits are held against.
    pub targets: Targets,
    /// How long a window waits for somebody who does not come.
    pub noshow_hold_s: i64,
    /// Services.
    pub services: Vec<TraceService>,
    /// Windows, in the order that decides between equals.
    pub windows: Vec<TraceWindow>,
    /// Visitors in the order of number-taking.
    pub tickets: Vec<TraceTicket>,
}

/// A service of the day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TraceService {
    /// Its code.
    pub id: String,
    /// Its class.
    pub class: Class,
    /// Mean time at the window.
    pub mean_s: i64,
}

/// A window of the day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TraceWindow {
    /// Its name.
    pub id: String,
    /// Codes of the services it serves; `*` is spelt out.
    pub skills: Vec<String>,
    /// From and to.
    pub shifts: Vec<(i64, i64)>,
    /// From and how long.
    pub pauses: Vec<(i64, i64)>,
}

/// A visitor of the day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TraceTicket {
    /// The printed label.
    pub id: String,
    /// Order of number-taking, rising.
    pub seq: i64,
    /// Code of the service.
    pub service: String,
    /// Green channel from the start.
    pub green: bool,
    /// Booked time of an appointment.
    pub booked: Option<i64>,
    /// Takes the number, or checks in.
    pub arrive: i64,
    /// Time at the first window.
    pub service_s: i64,
    /// How many calls are missed, 0 or 1.
    pub noshow: i64,
    /// After a missed call: back this long after the window gave up; `None`: never.
    pub return_after_s: Option<i64>,
    /// Sent on after the first service: to which service, and the time there.
    pub transfer: Option<(String, i64)>,
}

impl Trace {
    /// Reads a trace.
    ///
    /// # Errors
    /// The first [`Mistake`]: no JSON, wrong format tag, a missing, wrong or unknown field, an unknown service, a service nobody
    /// serves, times out of order, names or numbers used twice.
    pub fn parse(text: &str) -> Result<Self, Mistake> {
        let document: serde_json::Value =
            serde_json::from_str(text).map_err(|error| syntax(error.line(), &error, "a JSON document"))?;
        Self::from_document(text, &document)
    }

    /// The same from a document that is parsed already.
    pub(super) fn from_document(text: &str, document: &serde_json::Value) -> Result<Self, Mistake> {
        let top = Fields::of(String::new(), document);
        top.and_then(|top| read(&top)).map_err(|wrong| {
            let line = line_of(text, &wrong.place);
            wrong.on_line(line)
        })
    }
}

impl TraceWindow {
    /// When it may call (hall semantics 1): a shift that ends with a session goes on until the window's next shift, the
    /// last one without end (rule X3).
    pub(super) fn availability(&self, session_ends: &[i64]) -> Vec<(i64, Option<i64>)> {
        let mut shifts = self.shifts.clone();
        shifts.sort_unstable();
        let mut available: Vec<(i64, Option<i64>)> = Vec::new();
        for (i, &(from, to)) in shifts.iter().enumerate() {
            let goes_on = session_ends.contains(&to);
            let ends = if goes_on { shifts.get(i + 1).map(|&(next, _)| next) } else { Some(to) };
            match available.last_mut() {
                Some((_, end)) if *end == Some(from) => *end = ends,
                _ => available.push((from, ends)),
            }
        }
        available
    }
}

fn read(top: &Fields<'_>) -> Result<Trace, Wrong> {
    if top.text("format")? != FORMAT {
        return Err(top.wrong("format", format!("{FORMAT:?}")));
    }
    top.only(&[
        "format",
        "scenario",
        "seed",
        "sessions",
        "targets_s",
        "noshow_hold_s",
        "services",
        "windows",
        "tickets",
    ])?;
    let mut classes = BTreeMap::new();
    let mut services = Vec::new();
    for fields in top.objects("services")? {
        fields.only(&["id", "class", "mean_s"])?;
        let service = TraceService {
            id: fields.name("id")?.to_owned(),
            class: class(&fields)?,
            mean_s: second(&fields, "mean_s")?,
        };
        if classes.insert(service.id.clone(), service.class).is_some() {
            return Err(fields.wrong("id", "an id that no service before has"));
        }
        services.push(service);
    }
    let windows = read_windows(top, &services, &classes)?;
    let served: BTreeSet<&str> =
        windows.iter().flat_map(|window| window.skills.iter().map(String::as_str)).collect();
    Ok(Trace {
        scenario: top.words("scenario")?.to_owned(),
        seed: top.read("seed", "a whole number of 0 or more", serde_json::Value::as_u64)?,
        sessions: read_spans(top, "sessions")?,
        targets: read_targets(top)?,
        noshow_hold_s: top.whole("noshow_hold_s", LATEST_S)?,
        tickets: read_tickets(top, &classes, &served)?,
        services,
        windows,
    })
}

/// Periods in seconds after midnight, in order.
fn read_spans(fields: &Fields<'_>, name: &str) -> Result<Vec<(i64, i64)>, Wrong> {
    let spans = fields.pairs(name)?;
    if spans.iter().any(|(from, to)| !TIMES.contains(from) || !TIMES.contains(to)) {
        return Err(fields.wrong(name, format!("times of 0 to {LATEST_S} s after midnight")));
    }
    fields.in_order(name, &spans)?;
    Ok(spans)
}

/// Traces name the targets of classes; that of an appointment is the same everywhere.
fn read_targets(top: &Fields<'_>) -> Result<Targets, Wrong> {
    let fields = top.object("targets_s")?;
    fields.only(&["ordinary", "complex", "special"])?;
    Ok(Targets {
        ordinary: fields.between("ordinary", 1, LATEST_S)?,
        complex: fields.between("complex", 1, LATEST_S)?,
        special: fields.between("special", 1, LATEST_S)?,
        ..Targets::default()
    })
}

fn read_windows(
    top: &Fields<'_>,
    services: &[TraceService],
    classes: &BTreeMap<String, Class>,
) -> Result<Vec<TraceWindow>, Wrong> {
    let mut names = BTreeSet::new();
    let mut windows = Vec::new();
    for fields in top.objects("windows")? {
        fields.only(&["id", "skills", "shifts", "pauses"])?;
        let id = fields.name("id")?.to_owned();
        if !names.insert(id.clone()) {
            return Err(fields.wrong("id", "an id that no window before has"));
        }
        let skills = match fields.raw("skills").and_then(serde_json::Value::as_str) {
            Some("*") => services.iter().map(|service| service.id.clone()).collect(),
            Some(_) => return Err(fields.wrong("skills", "a list of services or \"*\"")),
            None => {
                let skills = fields.texts("skills")?;
                if let Some(unknown) = skills.iter().find(|&&skill| !classes.contains_key(skill)) {
                    return Err(Wrong {
                        place: fields.path("skills"),
                        seen: format!("{unknown:?}"),
                        expected: one_of(classes.keys().map(String::as_str)),
                    });
                }
                skills.into_iter().map(str::to_owned).collect()
            }
        };
        let shifts = read_spans(&fields, "shifts")?;
        let pauses = fields.pairs("pauses")?;
        if pauses.iter().any(|(from, length_s)| ![from, length_s].into_iter().all(|s| TIMES.contains(s))) {
            return Err(fields.wrong("pauses", format!("times and lengths of 0 to {LATEST_S} s")));
        }
        windows.push(TraceWindow { id, skills, shifts, pauses });
    }
    if windows.len() > WINDOWS_AT_MOST {
        return Err(Wrong {
            place: "windows".to_owned(),
            seen: format!("{} windows", windows.len()),
            expected: format!("at most {WINDOWS_AT_MOST}"),
        });
    }
    Ok(windows)
}

fn read_tickets(
    top: &Fields<'_>,
    classes: &BTreeMap<String, Class>,
    served: &BTreeSet<&str>,
) -> Result<Vec<TraceTicket>, Wrong> {
    let mut names = BTreeSet::new();
    let mut tickets: Vec<TraceTicket> = Vec::new();
    for fields in top.objects("tickets")? {
        fields.only(&[
            "id",
            "seq",
            "service",
            "class",
            "green",
            "booked",
            "arrive",
            "service_s",
            "noshow",
            "return_after_s",
            "transfer",
        ])?;
        let service = service(&fields, "service", classes, served)?;
        if class(&fields)? != classes[&service] {
            return Err(fields.wrong("class", format!("the class of {service}")));
        }
        let transfer = match fields.raw("transfer") {
            Some(serde_json::Value::Null) => None,
            Some(value) => {
                let to = Fields::of(fields.path("transfer"), value)?;
                to.only(&["to", "service_s"])?;
                Some((self::service(&to, "to", classes, served)?, second(&to, "service_s")?))
            }
            None => return Err(fields.wrong("transfer", "null, or service and time")),
        };
        let ticket = TraceTicket {
            id: fields.name("id")?.to_owned(),
            seq: fields.integer("seq")?,
            service,
            green: fields.flag("green")?,
            booked: fields.optional("booked", second)?,
            arrive: second(&fields, "arrive")?,
            service_s: second(&fields, "service_s")?,
            noshow: fields.whole("noshow", 1)?,
            return_after_s: fields.optional("return_after_s", second)?,
            transfer,
        };
        if !names.insert(ticket.id.clone()) {
            return Err(fields.wrong("id", "an id that no ticket before has"));
        }
        if let Some(before) = tickets.last() {
            if ticket.seq <= before.seq {
                return Err(
                    fields.wrong("seq", format!("more than {}, that of the ticket before", before.seq))
                );
            }
            if ticket.arrive < before.arrive {
                let expected = format!("{} or later, as the ticket before", before.arrive);
                return Err(fields.wrong("arrive", expected));
            }
        }
        tickets.push(ticket);
    }
    Ok(tickets)
}

/// A moment after midnight, or a duration.
fn second(fields: &Fields<'_>, name: &str) -> Result<i64, Wrong> {
    fields.whole(name, LATEST_S)
}

fn service(
    fields: &Fields<'_>,
    name: &str,
    classes: &BTreeMap<String, Class>,
    served: &BTreeSet<&str>,
) -> Result<String, Wrong> {
    let service = fields.text(name)?;
    if !classes.contains_key(service) {
        return Err(fields.wrong(name, one_of(classes.keys().map(String::as_str))));
    }
    if !served.contains(service) {
        return Err(fields.wrong(name, "a service that some window serves"));
    }
    Ok(service.to_owned())
}

/// The field `class` of a service or ticket.
pub(super) fn class(fields: &Fields<'_>) -> Result<Class, Wrong> {
    match fields.text("class")? {
        "ordinary" => Ok(Class::Ordinary),
        "complex" => Ok(Class::Complex),
        "special" => Ok(Class::Special),
        _ => Err(fields.wrong("class", "ordinary, complex or special")),
    }
}

pub(super) fn one_of<'a>(services: impl Iterator<Item = &'a str>) -> String {
    format!("one of the services {}", services.collect::<Vec<_>>().join(", "))
}
