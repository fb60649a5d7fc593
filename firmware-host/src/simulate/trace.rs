//! One realised hall-day, format `hall-trace/1` of `lab/README.md`.

use super::fields::{Fields, Mistake, Wrong, line_of, syntax};
use queue::{Class, Command, Refusal};
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Read};

/// The format this reads.
const FORMAT: &str = "hall-trace/1";
/// Windows have numbers of 16 bits in the hall; real halls have up to a few hundred.
const WINDOWS_AT_MOST: usize = u16::MAX as usize;

/// Longest trace read; a day of 400 tickets has 75 kB. Without an end a wrong file name could fill the memory.
const BYTES_AT_MOST: u64 = 256 << 20;

/// Why a day could not be read, or not be run to its end.
#[derive(Debug, thiserror::Error)]
pub enum TraceError {
    /// The input could not be read, or is no text.
    #[error("not read")]
    Read(#[from] io::Error),
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
/// [`TraceError::Read`] and [`TraceError::Mistake`].
pub fn read_trace(input: impl Read) -> Result<Trace, TraceError> {
    let mut text = String::new();
    input.take(BYTES_AT_MOST).read_to_string(&mut text)?;
    Ok(Trace::parse(&text)?)
}

/// A day without chance: everything that will happen, but not who is called when. Times in seconds after midnight,
/// durations in seconds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trace {
    /// Name of the scenario.
    pub scenario: String,
    /// Periods in which numbers are issued.
    pub sessions: Vec<(i64, i64)>,
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
    /// How many calls are missed.
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
    /// The first [`Mistake`]: no JSON, wrong format tag, a missing or wrong field, an unknown service, a service nobody
    /// serves, times out of order, names or numbers used twice.
    pub fn parse(text: &str) -> Result<Self, Mistake> {
        let document: serde_json::Value =
            serde_json::from_str(text).map_err(|error| syntax(error.line(), &error, "a JSON document"))?;
        let top = Fields::of(String::new(), &document);
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
    let mut classes = BTreeMap::new();
    let mut services = Vec::new();
    for fields in top.objects("services")? {
        let service = TraceService { id: fields.text("id")?.to_owned(), class: class(&fields)? };
        if classes.insert(service.id.clone(), service.class).is_some() {
            return Err(fields.wrong("id", "an id that no service before has"));
        }
        services.push(service);
    }
    let windows = read_windows(top, &services, &classes)?;
    let served: BTreeSet<&str> =
        windows.iter().flat_map(|window| window.skills.iter().map(String::as_str)).collect();
    Ok(Trace {
        scenario: top.text("scenario")?.to_owned(),
        sessions: top.pairs("sessions")?,
        noshow_hold_s: top.natural("noshow_hold_s")?,
        tickets: read_tickets(top, &classes, &served)?,
        services,
        windows,
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
        let id = fields.text("id")?.to_owned();
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
                        expected: one_of(classes),
                    });
                }
                skills.into_iter().map(str::to_owned).collect()
            }
        };
        let shifts = fields.pairs("shifts")?;
        if shifts.iter().any(|(from, to)| from >= to) {
            return Err(fields.wrong("shifts", "shifts that end after they begin"));
        }
        let pauses = fields.pairs("pauses")?;
        if pauses.iter().any(|&(_, duration)| duration < 0) {
            return Err(fields.wrong("pauses", "pauses of 0 s or longer"));
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
        let service = service(&fields, "service", classes, served)?;
        if class(&fields)? != classes[&service] {
            return Err(fields.wrong("class", format!("the class of {service}")));
        }
        let transfer = match fields.raw("transfer") {
            Some(serde_json::Value::Null) => None,
            Some(value) => {
                let to = Fields::of(fields.path("transfer"), value)?;
                Some((self::service(&to, "to", classes, served)?, to.natural("service_s")?))
            }
            None => return Err(fields.wrong("transfer", "null, or service and time")),
        };
        let ticket = TraceTicket {
            id: fields.text("id")?.to_owned(),
            seq: fields.integer("seq")?,
            service,
            green: fields.flag("green")?,
            booked: fields.optional("booked", Fields::integer)?,
            arrive: fields.integer("arrive")?,
            service_s: fields.natural("service_s")?,
            noshow: fields.natural("noshow")?,
            return_after_s: fields.optional("return_after_s", Fields::natural)?,
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

fn service(
    fields: &Fields<'_>,
    name: &str,
    classes: &BTreeMap<String, Class>,
    served: &BTreeSet<&str>,
) -> Result<String, Wrong> {
    let service = fields.text(name)?;
    if !classes.contains_key(service) {
        return Err(fields.wrong(name, one_of(classes)));
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

fn one_of(classes: &BTreeMap<String, Class>) -> String {
    let names: Vec<&str> = classes.keys().map(String::as_str).collect();
    format!("one of the services {}", names.join(", "))
}
