//! A hall-day with chance in it, format `hall-scenario/1` of `lab/README.md`: who works when, and how many come for what.
//!
//! Purpose: [`Scenario::parse`] refuses what [`super::generate()`] could not make sense of, with line and field. Left to
//! others: chance.

use super::fields::{Fields, Mistake, Wrong, line_of, syntax};
use super::trace::{class, one_of};
use queue::Class;
use serde_json::Value;
use std::collections::BTreeSet;

/// The format this reads.
pub(super) const FORMAT: &str = "hall-scenario/1";
/// The length of one place in the list of bookings.
pub(super) const SLOT_S: i64 = 1800;

/// Times longer than a working day are typing mistakes; minutes.
const MINUTES_AT_MOST: f64 = 720.0;
/// A hall of several hundred windows serves a few thousand people a day; more than this is a typing mistake that would fill
/// the memory.
const PEOPLE_AT_MOST: f64 = 100_000.0;
/// More work than so many times the hall's is no day to learn from.
const UTILISATION_AT_MOST: f64 = 5.0;
/// Services vary by about half of their mean; at so many times the mean a duration is nothing that can be planned.
const CV_AT_MOST: f64 = 5.0;

/// A day with chance in it. Moments in seconds after midnight, durations in the unit of their name.
#[derive(Clone, Debug, PartialEq)]
pub struct Scenario {
    /// Name; another name draws other days from the same seed.
    pub name: String,
    /// What the day is an example of.
    pub title: String,
    /// Expected work ÷ window time; fixes the number of walk-ins.
    pub utilisation: f64,
    /// Periods in which numbers are issued.
    pub sessions: Vec<(i64, i64)>,
    /// Services.
    pub services: Vec<ScenarioService>,
    /// Windows, in the order that decides between equals.
    pub windows: Vec<ScenarioWindow>,
    /// Unforeseen pauses of each window: how many are expected in a day, and their mean length.
    pub random_pauses: (f64, f64),
    /// Relative arrival rate from that time on.
    pub profile: Vec<(i64, f64)>,
    /// Share of the walk-ins that stands at the door at that time.
    pub door_queue: Vec<(i64, f64)>,
    /// Groups that come together.
    pub bursts: Vec<Burst>,
    /// Share of green-channel tickets.
    pub green_share: f64,
    /// Bookings.
    pub appointments: Appointments,
    /// People who miss their call.
    pub noshow: NoShow,
    /// Share of matters that are sent on to another service.
    pub transfer_prob: f64,
}

/// A service of the scenario.
#[derive(Clone, Debug, PartialEq)]
pub struct ScenarioService {
    /// Its code.
    pub id: String,
    /// Its name, for people.
    pub name: String,
    /// Its class.
    pub class: Class,
    /// Share of the walk-ins; only the proportions count.
    pub share: f64,
    /// Mean time at the window.
    pub mean_min: f64,
    /// Coefficient of variation of that time.
    pub cv: f64,
}

/// A window of the scenario.
#[derive(Clone, Debug, PartialEq)]
pub struct ScenarioWindow {
    /// Its name.
    pub id: String,
    /// Positions of the services it serves; `*` is spelt out.
    pub skills: Vec<usize>,
    /// From and to.
    pub shifts: Vec<(i64, i64)>,
    /// Planned pauses: from, and how many seconds.
    pub pauses: Vec<(i64, i64)>,
}

/// A group that comes together.
#[derive(Clone, Debug, PartialEq)]
pub struct Burst {
    /// When the first may come.
    pub at: i64,
    /// How many are expected.
    pub size: f64,
    /// Within how many minutes they come.
    pub spread_min: f64,
    /// Positions of the services they come for; empty: any, by share.
    pub services: Vec<usize>,
}

/// Bookings of the day.
#[derive(Clone, Debug, PartialEq)]
pub struct Appointments {
    /// Places a day of each bookable service.
    pub per_service: usize,
    /// Positions of the bookable services.
    pub services: Vec<usize>,
    /// Share of places that are booked.
    pub fill: f64,
    /// Share of those who booked and do not come.
    pub absent: f64,
    /// Mean lateness; negative: early.
    pub late_mean_min: f64,
    /// Its deviation.
    pub late_sd_min: f64,
    /// Share that comes 31 to 60 minutes late.
    pub very_late: f64,
}

/// People who miss their call.
#[derive(Clone, Debug, PartialEq)]
pub struct NoShow {
    /// Share that misses its first call.
    pub prob: f64,
    /// Share of those that come back.
    pub return_prob: f64,
    /// After how long, mean.
    pub return_mean_min: f64,
    /// How long the window waits for them.
    pub hold_s: i64,
}

impl Scenario {
    /// Reads a scenario.
    ///
    /// # Errors
    /// The first [`Mistake`]: no JSON, wrong format tag, a missing, unknown or wrong field, an unknown service, a service
    /// nobody serves, times out of order, shares beyond 0 to 1, numbers no hall has.
    pub fn parse(text: &str) -> Result<Self, Mistake> {
        let document: Value =
            serde_json::from_str(text).map_err(|error| syntax(error.line(), &error, "a JSON document"))?;
        Self::from_document(text, &document)
    }

    /// The same from a document that is parsed already.
    pub(super) fn from_document(text: &str, document: &Value) -> Result<Self, Mistake> {
        let top = Fields::of(String::new(), document);
        top.and_then(|top| read(&top)).map_err(|wrong| {
            let line = line_of(text, &wrong.place);
            wrong.on_line(line)
        })
    }

    /// Window-minutes of the day: shifts without the pauses that are planned or to be expected.
    pub fn capacity_min(&self) -> f64 {
        let of_window = |window: &ScenarioWindow| {
            let on: i64 = window.shifts.iter().map(|(from, to)| to - from).sum();
            let off: i64 = window.pauses.iter().map(|(_, length_s)| length_s).sum();
            (on - off) as f64 / 60.0 - self.random_pauses.0 * self.random_pauses.1
        };
        self.windows.iter().map(of_window).sum()
    }

    /// Expected window-minutes of one ticket, missed calls and transfers included.
    pub fn mean_work_min(&self) -> f64 {
        let shares: f64 = self.services.iter().map(|service| service.share).sum();
        let work: f64 = self.services.iter().map(|service| service.share / shares * service.mean_min).sum();
        let lost = self.noshow.prob * (1.0 - self.noshow.return_prob);
        // Seven tenths: a matter that is sent on costs three tenths of its time at the first window and all of it again.
        let held_min = self.noshow.prob * self.noshow.hold_s as f64 / 60.0;
        work * (1.0 - lost) * (1.0 + 0.7 * self.transfer_prob) + held_min
    }

    /// How many walk-ins are expected besides bookings and bursts.
    pub fn walk_ins(&self) -> f64 {
        let booked = &self.appointments;
        let places = (booked.per_service * booked.services.len()) as f64;
        let groups: f64 = self.bursts.iter().map(|burst| burst.size).sum();
        let all = self.utilisation * self.capacity_min() / self.mean_work_min();
        (all - places * booked.fill * (1.0 - booked.absent) - groups).max(0.0)
    }

    /// Times that can be booked: each half-hour of the sessions but the first.
    pub fn slots(&self) -> Vec<i64> {
        let of_session = |&(from, to): &(i64, i64)| {
            (1..).map(move |i| from + i * SLOT_S).take_while(move |&slot| slot < to)
        };
        self.sessions.iter().flat_map(of_session).collect()
    }
}

fn read(top: &Fields<'_>) -> Result<Scenario, Wrong> {
    if top.text("format")? != FORMAT {
        return Err(top.wrong("format", format!("{FORMAT:?}")));
    }
    top.only(&[
        "format",
        "name",
        "title",
        "utilisation",
        "sessions",
        "services",
        "windows",
        "random_pauses",
        "profile",
        "door_queue",
        "bursts",
        "green_share",
        "appointments",
        "noshow",
        "transfer",
    ])?;
    let sessions = top.spans("sessions")?;
    if sessions.is_empty() {
        return Err(top.wrong("sessions", "one session or more"));
    }
    let services = read_services(top)?;
    let pauses = top.object("random_pauses")?;
    pauses.only(&["per_window_per_day", "mean_min"])?;
    let transfer = top.object("transfer")?;
    transfer.only(&["prob"])?;
    let scenario = Scenario {
        name: top.name("name")?.to_owned(),
        title: top.words("title")?.to_owned(),
        utilisation: top.number("utilisation", 0.0, UTILISATION_AT_MOST)?,
        windows: read_windows(top, &services, &sessions)?,
        random_pauses: (
            pauses.number("per_window_per_day", 0.0, 100.0)?,
            pauses.number("mean_min", 0.0, MINUTES_AT_MOST)?,
        ),
        profile: read_profile(top, &sessions)?,
        door_queue: read_door_queue(top, &sessions)?,
        bursts: read_bursts(top, &services)?,
        green_share: top.number("green_share", 0.0, 1.0)?,
        appointments: read_appointments(top, &services)?,
        noshow: read_noshow(top)?,
        transfer_prob: transfer.number("prob", 0.0, 1.0)?,
        sessions,
        services,
    };
    if let Some(unserved) = (0..scenario.services.len())
        .find(|service| !scenario.windows.iter().any(|window| window.skills.contains(service)))
    {
        return Err(Wrong {
            place: format!("services[{unserved}].id"),
            seen: format!("{:?}", scenario.services[unserved].id),
            expected: "a service that some window serves".to_owned(),
        });
    }
    let booked = &scenario.appointments;
    if booked.per_service > 0 && !booked.services.is_empty() && scenario.slots().is_empty() {
        return Err(top.wrong("sessions", "a session longer than 30 minutes, for there are appointments"));
    }
    if scenario.walk_ins() > PEOPLE_AT_MOST {
        let expected = format!("a day of at most {PEOPLE_AT_MOST} people; it has {:.0}", scenario.walk_ins());
        return Err(top.wrong("utilisation", expected));
    }
    Ok(scenario)
}

fn read_services(top: &Fields<'_>) -> Result<Vec<ScenarioService>, Wrong> {
    let mut services: Vec<ScenarioService> = Vec::new();
    for fields in top.objects("services")? {
        fields.only(&["id", "name", "class", "share", "mean_min", "cv"])?;
        let id = fields.name("id")?.to_owned();
        if services.iter().any(|service| service.id == id) {
            return Err(fields.wrong("id", "an id that no service before has"));
        }
        let mean_min = fields.number("mean_min", 0.0, MINUTES_AT_MOST)?;
        if mean_min <= 0.0 {
            return Err(fields.wrong("mean_min", "more than 0"));
        }
        services.push(ScenarioService {
            id,
            name: fields.words("name")?.to_owned(),
            class: class(&fields)?,
            share: fields.number("share", 0.0, 1.0)?,
            mean_min,
            cv: fields.number("cv", 0.0, CV_AT_MOST)?,
        });
    }
    if !services.iter().any(|service| service.share > 0.0) {
        return Err(top.wrong("services", "a service with a share above 0"));
    }
    Ok(services)
}

/// Positions of named services.
fn positions(fields: &Fields<'_>, name: &str, services: &[ScenarioService]) -> Result<Vec<usize>, Wrong> {
    let mut known: Vec<usize> = Vec::new();
    for wanted in fields.texts(name)? {
        let Some(position) = services.iter().position(|service| service.id == wanted) else {
            return Err(Wrong {
                place: fields.path(name),
                seen: format!("{wanted:?}"),
                expected: one_of(services.iter().map(|service| service.id.as_str())),
            });
        };
        if known.contains(&position) {
            return Err(Wrong {
                place: fields.path(name),
                seen: format!("{wanted:?} twice"),
                expected: "each service once".to_owned(),
            });
        }
        known.push(position);
    }
    Ok(known)
}

fn read_windows(
    top: &Fields<'_>,
    services: &[ScenarioService],
    sessions: &[(i64, i64)],
) -> Result<Vec<ScenarioWindow>, Wrong> {
    let mut names = BTreeSet::new();
    let mut windows = Vec::new();
    for fields in top.objects("windows")? {
        fields.only(&["id", "skills", "shifts", "pauses"])?;
        let id = fields.name("id")?.to_owned();
        if !names.insert(id.clone()) {
            return Err(fields.wrong("id", "an id that no window before has"));
        }
        let skills = match fields.raw("skills").and_then(Value::as_str) {
            Some("*") => (0..services.len()).collect(),
            Some(_) => return Err(fields.wrong("skills", "a list of services or \"*\"")),
            None => positions(&fields, "skills", services)?,
        };
        if skills.is_empty() {
            return Err(fields.wrong("skills", "a service or more"));
        }
        // The laboratory takes an empty list for the default as well.
        let shifts = match fields.raw("shifts") {
            None => Vec::new(),
            Some(_) => fields.spans("shifts")?,
        };
        let shifts = if shifts.is_empty() { sessions.to_vec() } else { shifts };
        let pauses = match fields.raw("pauses") {
            None => Vec::new(),
            Some(_) => fields.timed("pauses", "minutes", 0.0, MINUTES_AT_MOST)?,
        };
        let pauses = pauses.into_iter().map(|(at, minutes)| (at, (minutes * 60.0) as i64)).collect();
        windows.push(ScenarioWindow { id, skills, shifts, pauses });
    }
    Ok(windows)
}

fn read_profile(top: &Fields<'_>, sessions: &[(i64, i64)]) -> Result<Vec<(i64, f64)>, Wrong> {
    let profile = top.timed("profile", "rate", 0.0, 1000.0)?;
    if profile.windows(2).any(|pair| pair[0].0 >= pair[1].0) {
        return Err(top.wrong("profile", "times that rise"));
    }
    if cells(&profile, sessions).is_empty() {
        return Err(top.wrong("profile", "a rate above 0 at some time of the sessions"));
    }
    Ok(profile)
}

/// The profile cut to the sessions: from, to, and the weight of what comes in between.
pub(super) fn cells(profile: &[(i64, f64)], sessions: &[(i64, i64)]) -> Vec<(i64, i64, f64)> {
    let closes = sessions.last().map_or(0, |&(_, end)| end);
    let mut cells = Vec::new();
    for (i, &(from, rate)) in profile.iter().enumerate() {
        let until = profile.get(i + 1).map_or(closes, |&(next, _)| next);
        for &(opens, closes) in sessions {
            let (low, high) = (from.max(opens), until.min(closes));
            if high > low && rate > 0.0 {
                cells.push((low, high, rate * (high - low) as f64));
            }
        }
    }
    cells
}

fn read_door_queue(top: &Fields<'_>, sessions: &[(i64, i64)]) -> Result<Vec<(i64, f64)>, Wrong> {
    let door = top.object("door_queue")?;
    let mut queue = Vec::new();
    for name in door.names() {
        let at = super::fields::clock(name)
            .filter(|&at| sessions.iter().any(|&(opens, closes)| opens <= at && at < closes));
        let Some(at) = at else {
            return Err(Wrong {
                place: "door_queue".to_owned(),
                seen: format!("{name:?}"),
                expected: "a time \"HH:MM\" inside a session".to_owned(),
            });
        };
        queue.push((at, door.number(name, 0.0, 1.0)?));
    }
    // A hair more than the whole is how halves of decimals add up.
    if queue.iter().map(|&(_, share)| share).sum::<f64>() > 1.0 + 1e-9 {
        return Err(top.wrong("door_queue", "shares of at most 1 together"));
    }
    queue.sort_by_key(|&(at, _)| at);
    Ok(queue)
}

fn read_bursts(top: &Fields<'_>, services: &[ScenarioService]) -> Result<Vec<Burst>, Wrong> {
    if top.raw("bursts").is_none() {
        return Ok(Vec::new());
    }
    let mut bursts = Vec::new();
    for fields in top.objects("bursts")? {
        fields.only(&["at", "size", "spread_min", "services"])?;
        bursts.push(Burst {
            at: fields.clock("at")?,
            size: fields.number("size", 0.0, PEOPLE_AT_MOST)?,
            spread_min: fields.number("spread_min", 0.0, MINUTES_AT_MOST)?,
            services: match fields.raw("services") {
                None => Vec::new(),
                Some(_) => positions(&fields, "services", services)?,
            },
        });
    }
    Ok(bursts)
}

fn read_appointments(top: &Fields<'_>, services: &[ScenarioService]) -> Result<Appointments, Wrong> {
    let fields = top.object("appointments")?;
    fields.only(&[
        "per_service",
        "services",
        "fill",
        "absent",
        "late_mean_min",
        "late_sd_min",
        "very_late",
    ])?;
    Ok(Appointments {
        per_service: usize::try_from(fields.whole("per_service", 1000)?).unwrap_or_default(),
        services: positions(&fields, "services", services)?,
        fill: fields.number("fill", 0.0, 1.0)?,
        absent: fields.number("absent", 0.0, 1.0)?,
        late_mean_min: fields.number("late_mean_min", -MINUTES_AT_MOST, MINUTES_AT_MOST)?,
        late_sd_min: fields.number("late_sd_min", 0.0, MINUTES_AT_MOST)?,
        very_late: fields.number("very_late", 0.0, 1.0)?,
    })
}

fn read_noshow(top: &Fields<'_>) -> Result<NoShow, Wrong> {
    let fields = top.object("noshow")?;
    fields.only(&["prob", "return_prob", "return_mean_min", "hold_s"])?;
    Ok(NoShow {
        prob: fields.number("prob", 0.0, 1.0)?,
        return_prob: fields.number("return_prob", 0.0, 1.0)?,
        return_mean_min: fields.number("return_mean_min", 0.0, MINUTES_AT_MOST)?,
        hold_s: fields.whole("hold_s", 3600)?,
    })
}
