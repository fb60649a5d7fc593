//! The same figures again from the event log alone, entry by entry, knowing nothing of projections and facts, as slow and as
//! plain as can be: every group is a walk of its own over everything that happened.

use queue::booking::BookingEvent;
use queue::{Class, Day, Event, Reason, ServiceId, Targets, TicketSeq, Timestamp};
use report::figures::{AXES, Axis, Channel, Figures, Key};
use report::group::{Bookings, Group, Overtaken, Pause, Pauses, Ratings, Spread, Tickets};
use report::{Period, calendar};
use schema::{Entry, Logged};
use std::collections::{BTreeMap, BTreeSet};

/// Where and when something counts.
#[derive(Clone, Debug)]
struct Place {
    service: Option<ServiceId>,
    window: Option<u16>,
    clerk: Option<String>,
    class: Option<Class>,
    channel: Option<Channel>,
    day: Day,
    at: Timestamp,
}

/// What counts there.
#[derive(Clone, Debug)]
enum Thing {
    Ticket { green: bool, end: End, called: bool, passed_by_green: bool },
    Call { wait_s: Option<i64>, in_target: bool, overtaken: u64 },
    Pass,
    Done { served_s: i64, prompted: bool, level: Option<u8>, cut: bool },
    Pause { reason: String, length_s: Option<i64> },
    Booking { end: &'static str, late: bool, breach: bool },
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum End {
    Open,
    Served,
    Missed { expired: bool },
    Voided,
}

struct Visit {
    place: Place,
    green: bool,
    booked: bool,
    called_booked: Option<bool>,
    end: End,
    n_calls: u32,
    passed_by_green: bool,
    /// Service, class and channel of the latest call.
    latest: Option<(ServiceId, Class, Channel)>,
}

/// Everything of all days.
#[derive(Default)]
struct Told {
    things: Vec<(Place, Thing)>,
    days: BTreeSet<Day>,
}

fn tell(entries: &[Logged], targets: &Targets, zone: i32) -> Told {
    let mut told = Told::default();
    let mut day = Day(0);
    let mut clerks: BTreeMap<u16, String> = BTreeMap::new();
    let mut visits: BTreeMap<TicketSeq, Visit> = BTreeMap::new();
    // Indices into what was told: of the service of a ticket at a window that may still be rated, and of pauses that last.
    let mut done: BTreeMap<(TicketSeq, u16), usize> = BTreeMap::new();
    let mut paused: BTreeMap<u16, usize> = BTreeMap::new();
    let within_s = queue::Parameters::default().rating_within_s;
    let mut bookings: BTreeMap<u64, (ServiceId, Timestamp, &'static str, bool, bool)> = BTreeMap::new();
    let end_pause = |told: &mut Told, index: usize, at: Timestamp, measured: Option<i64>| {
        let began = told.things[index].0.at;
        if let Thing::Pause { length_s, .. } = &mut told.things[index].1 {
            *length_s = Some(measured.unwrap_or(at.since(began)));
        }
    };
    for Logged { at, entry, .. } in entries {
        let at = *at;
        match entry {
            Entry::Hall(event) => match event {
                Event::DayOpened { day: opened, .. } => {
                    for (_, index) in std::mem::take(&mut paused) {
                        end_pause(&mut told, index, at, None);
                    }
                    clerks.clear();
                    day = *opened;
                    told.days.insert(day);
                }
                Event::Issued { ticket, service, green, booked, forfeited, .. } => {
                    let place = Place {
                        service: Some(service.clone()),
                        window: None,
                        clerk: None,
                        class: None,
                        channel: None,
                        day,
                        at,
                    };
                    let visit = Visit {
                        place,
                        green: green.is_some(),
                        // A transfer or a revival gives an appointment up; one that came late was none any more.
                        booked: booked.is_some() || forfeited.is_some(),
                        called_booked: None,
                        end: End::Open,
                        n_calls: 0,
                        passed_by_green: false,
                        latest: None,
                    };
                    visits.insert(*ticket, visit);
                }
                Event::Granted { ticket, .. } => visits.get_mut(ticket).unwrap().green = true,
                Event::Withdrawn { ticket, .. } => visits.get_mut(ticket).unwrap().green = false,
                Event::WindowOpened { window, clerk } => {
                    clerks.insert(window.0, clerk.clone().unwrap_or_default());
                }
                Event::WindowClosed { window, .. } => {
                    if let Some(index) = paused.remove(&window.0) {
                        end_pause(&mut told, index, at, None);
                    }
                }
                Event::Paused { window, reason, .. } => {
                    let clerk = clerks.get(&window.0).cloned().or(Some(String::new()));
                    let place = Place {
                        service: None,
                        window: Some(window.0),
                        clerk,
                        class: None,
                        channel: None,
                        day,
                        at,
                    };
                    paused.insert(window.0, told.things.len());
                    told.things.push((place, Thing::Pause { reason: reason.clone(), length_s: None }));
                }
                Event::Resumed { window, paused_s } => {
                    if let Some(index) = paused.remove(&window.0) {
                        end_pause(&mut told, index, at, Some(*paused_s));
                    }
                }
                Event::Called(called) => {
                    for other in called.overtaken.iter().filter(|other| other.counts && called.inputs.green) {
                        visits.get_mut(&other.ticket).unwrap().passed_by_green = true;
                    }
                    let visit = visits.get_mut(&called.ticket).unwrap();
                    let inputs = &called.inputs;
                    let channel = if inputs.green {
                        Channel::Green
                    } else if inputs.booked.is_some() {
                        Channel::Booked
                    } else {
                        Channel::WalkIn
                    };
                    visit.n_calls += 1;
                    visit.called_booked.get_or_insert(inputs.booked.is_some());
                    visit.latest = Some((inputs.service.clone(), inputs.class, channel));
                    let target = match (inputs.booked, inputs.class) {
                        (Some(_), _) => targets.appointment,
                        (None, Class::Ordinary) => targets.ordinary,
                        (None, Class::Complex) => targets.complex,
                        (None, Class::Special) => targets.special,
                    };
                    let wait_s = (called.reason != Reason::Return).then_some(called.wait_s);
                    let thing = Thing::Call {
                        wait_s,
                        in_target: wait_s.is_some_and(|wait_s| wait_s <= target),
                        overtaken: called.overtaken.len() as u64,
                    };
                    told.things.push((here(visit, called.window.0, &clerks, day, at), thing));
                }
                Event::Passed { ticket, window, ended } => {
                    let visit = visits.get_mut(ticket).unwrap();
                    if *ended {
                        visit.end = End::Missed { expired: false };
                    }
                    told.things.push((here(visit, window.0, &clerks, day, at), Thing::Pass));
                }
                Event::Expired { ticket } => {
                    visits.get_mut(ticket).unwrap().end = End::Missed { expired: true }
                }
                Event::Voided { ticket, .. } => visits.get_mut(ticket).unwrap().end = End::Voided,
                Event::Transferred { ticket, .. } => visits.get_mut(ticket).unwrap().end = End::Open,
                Event::Revived { ticket, .. } => visits.get_mut(ticket).unwrap().end = End::Open,
                Event::Completed { ticket, window, prompted, served_s, .. } => {
                    let visit = visits.get_mut(ticket).unwrap();
                    visit.end = End::Served;
                    done.insert((*ticket, window.0), told.things.len());
                    let thing =
                        Thing::Done { served_s: *served_s, prompted: *prompted, level: None, cut: false };
                    told.things.push((here(visit, window.0, &clerks, day, at), thing));
                }
                Event::Rated { ticket, window, level: rated, .. } => {
                    if let Thing::Done { level, .. } = &mut told.things[done[&(*ticket, window.0)]].1 {
                        *level = Some(*rated);
                    }
                }
                // A prompt that ended sooner than the pad's time was ended by the next call.
                Event::RatingClosed { ticket, window } => {
                    let (place, thing) = &mut told.things[done[&(*ticket, window.0)]];
                    if let Thing::Done { cut, .. } = thing {
                        *cut = at.since(place.at) < within_s;
                    }
                }
                _ => {}
            },
            Entry::Booking(event) => match event {
                BookingEvent::Booked { booking, form, .. } => {
                    bookings.insert(booking.0, (form.service.clone(), form.at, "open", false, false));
                }
                BookingEvent::Moved { booking, to, .. } => bookings.get_mut(&booking.0).unwrap().1 = *to,
                BookingEvent::Cancelled { booking, .. } => {
                    bookings.get_mut(&booking.0).unwrap().2 = "cancelled"
                }
                BookingEvent::NotKept { booking, breach, .. } => {
                    let row = bookings.get_mut(&booking.0).unwrap();
                    (row.2, row.4) = ("not_kept", *breach);
                }
                BookingEvent::CheckedIn { booking, late, .. } => {
                    let row = bookings.get_mut(&booking.0).unwrap();
                    (row.2, row.3) = ("kept", *late);
                }
                BookingEvent::NoShow { booking } => bookings.get_mut(&booking.0).unwrap().2 = "no_show",
                BookingEvent::Unjudged { booking } => bookings.get_mut(&booking.0).unwrap().2 = "unknown",
                _ => {}
            },
            _ => {}
        }
    }
    for visit in visits.into_values() {
        let channel = if visit.green {
            Channel::Green
        } else if visit.booked {
            Channel::Booked
        } else {
            Channel::WalkIn
        };
        let thing = Thing::Ticket {
            green: visit.green,
            end: visit.end,
            called: visit.n_calls > 0,
            passed_by_green: visit.passed_by_green,
        };
        told.things.push((Place { channel: Some(channel), ..visit.place }, thing));
    }
    for (service, time, end, late, breach) in bookings.into_values() {
        let day = calendar::date(time, zone);
        let place = Place {
            service: Some(service),
            window: None,
            clerk: None,
            class: None,
            channel: None,
            day,
            at: time,
        };
        told.things.push((place, Thing::Booking { end, late, breach }));
    }
    told
}

fn here(visit: &Visit, window: u16, clerks: &BTreeMap<u16, String>, day: Day, at: Timestamp) -> Place {
    let (service, class, channel) = match &visit.latest {
        Some((service, class, channel)) => (Some(service.clone()), Some(*class), Some(*channel)),
        None => (None, None, None),
    };
    let clerk = Some(clerks.get(&window).cloned().unwrap_or_default());
    Place { service, window: Some(window), clerk, class, channel, day, at }
}

/// The place on an axis.
fn key(place: &Place, axis: Axis, zone: i32) -> Option<Key> {
    let number = |number: u32| Some(Key::Number(number));
    match axis {
        Axis::Service => place.service.as_ref().map(|service| Key::Text(service.0.clone())),
        Axis::Window => place.window.map(|window| Key::Number(u32::from(window))),
        Axis::Clerk => place.clerk.as_deref().map(|clerk| Key::Text(clerk.into())),
        Axis::Class => place.class.map(Key::Class),
        Axis::Channel => place.channel.map(Key::Channel),
        Axis::Hour => number(((place.at.0 + i64::from(zone) * 60).rem_euclid(86_400) / 3600) as u32),
        Axis::Weekday => number(u32::from(calendar::weekday(place.day))),
        Axis::Day => Some(Key::Day(place.day)),
        Axis::Week => Some(Key::Day(calendar::monday(place.day))),
        Axis::Month => number(place.day.0 / 100),
    }
}

/// The figures of a period from the whole log.
pub(crate) fn figures(entries: &[Logged], period: Period, targets: &Targets, zone: i32) -> Figures {
    let mut told = tell(entries, targets, zone);
    told.things.retain(|(place, _)| (period.from()..=period.to()).contains(&place.day));
    let all: Vec<&(Place, Thing)> = told.things.iter().collect();
    let mut by: BTreeMap<Axis, BTreeMap<Key, Group>> = BTreeMap::new();
    for axis in AXES {
        let keys: BTreeSet<Key> = all.iter().filter_map(|(place, _)| key(place, axis, zone)).collect();
        for wanted in keys {
            let of: Vec<_> = all
                .iter()
                .copied()
                .filter(|(place, _)| key(place, axis, zone).as_ref() == Some(&wanted))
                .collect();
            by.entry(axis).or_default().insert(wanted, group(&of));
        }
    }
    let mut load = [[0; 24]; 7];
    for (place, thing) in &all {
        if let Thing::Ticket { .. } = thing {
            let hour = (place.at.0 + i64::from(zone) * 60).rem_euclid(86_400) / 3600;
            load[usize::from(calendar::weekday(place.day)) - 1][hour as usize] += 1;
        }
    }
    let days_worked =
        told.days.iter().copied().filter(|day| (period.from()..=period.to()).contains(day)).collect();
    Figures { period, days_worked, targets: targets.clone(), total: group(&all), by, load }
}

fn count(of: &[&(Place, Thing)], which: impl Fn(&Thing) -> bool) -> u64 {
    of.iter().filter(|(_, thing)| which(thing)).count() as u64
}

fn spread(of: &[&(Place, Thing)], which: impl Fn(&Thing) -> Option<i64>) -> Spread {
    let mut all: Vec<i64> = of.iter().filter_map(|(_, thing)| which(thing)).collect();
    if all.is_empty() {
        return Spread::default();
    }
    all.sort();
    let n = all.len();
    let total_s: i64 = all.iter().sum();
    // The smallest that at least nine in ten do not exceed.
    let p90_s =
        *all.iter().find(|one| 10 * all.iter().filter(|other| other <= one).count() >= 9 * n).unwrap();
    let median_s = if n % 2 == 1 { all[n / 2] } else { (all[n / 2 - 1] + all[n / 2]).div_euclid(2) };
    let mean_s = (total_s as f64 / n as f64).round() as i64;
    Spread { n: n as u64, total_s, mean_s, median_s, p90_s, longest_s: all[n - 1] }
}

fn group(of: &[&(Place, Thing)]) -> Group {
    let tickets = |which: &dyn Fn(End, bool) -> bool| {
        count(of, |thing| matches!(thing, Thing::Ticket { end, called, .. } if which(*end, *called)))
    };
    let overtaken_by = |wanted: Channel| {
        of.iter()
            .filter(|(place, _)| place.channel == Some(wanted))
            .map(|(_, thing)| if let Thing::Call { overtaken, .. } = thing { *overtaken } else { 0 })
            .sum()
    };
    let rated = |wanted: u8| {
        count(of, |thing| matches!(thing, Thing::Done { level: Some(level), .. } if *level == wanted))
    };
    let asked = |wanted: bool, early: bool| {
        let is = |thing: &Thing| matches!(thing, Thing::Done { level: None, prompted, cut, .. } if (*prompted, *cut) == (wanted, early));
        count(of, is)
    };
    let ends = |wanted: &str, was_late: bool| {
        count(
            of,
            |thing| matches!(thing, Thing::Booking { end, late, .. } if *end == wanted && *late == was_late),
        )
    };
    let mut reasons: BTreeMap<String, Pause> = BTreeMap::new();
    for (_, thing) in of {
        if let Thing::Pause { reason, length_s } = thing {
            let row = reasons.entry(reason.clone()).or_default();
            row.n += 1;
            row.total_s += length_s.unwrap_or(0);
        }
    }
    Group {
        tickets: Tickets {
            taken: tickets(&|_, _| true),
            green: count(of, |thing| matches!(thing, Thing::Ticket { green: true, .. })),
            served: tickets(&|end, _| end == End::Served),
            missed: tickets(&|end, _| matches!(end, End::Missed { .. })),
            expired: tickets(&|end, _| end == End::Missed { expired: true }),
            voided: tickets(&|end, called| end == End::Voided && called),
            abandoned: tickets(&|end, called| end == End::Voided && !called),
            open: tickets(&|end, _| end == End::Open),
            passed_by_green: count(of, |thing| matches!(thing, Thing::Ticket { passed_by_green: true, .. })),
        },
        calls: count(of, |thing| matches!(thing, Thing::Call { .. })),
        waits: spread(of, |thing| if let Thing::Call { wait_s, .. } = thing { *wait_s } else { None }),
        in_target: count(of, |thing| matches!(thing, Thing::Call { in_target: true, .. })),
        passes: count(of, |thing| matches!(thing, Thing::Pass)),
        overtaken: Overtaken {
            by_green: overtaken_by(Channel::Green),
            by_booked: overtaken_by(Channel::Booked),
            by_others: overtaken_by(Channel::WalkIn),
        },
        services: spread(
            of,
            |thing| if let Thing::Done { served_s, .. } = thing { Some(*served_s) } else { None },
        ),
        ratings: Ratings {
            levels: [1, 2, 3, 4, 5].map(rated),
            unanswered: asked(true, false),
            cut: asked(true, true),
            suppressed: asked(false, false),
            unprompted: count(of, |thing| matches!(thing, Thing::Done { prompted: false, .. })),
        },
        pauses: Pauses {
            ended: spread(
                of,
                |thing| if let Thing::Pause { length_s, .. } = thing { *length_s } else { None },
            ),
            open: count(of, |thing| matches!(thing, Thing::Pause { length_s: None, .. })),
            reasons,
        },
        bookings: Bookings {
            booked: count(of, |thing| matches!(thing, Thing::Booking { .. })),
            kept: ends("kept", false),
            late: ends("kept", true),
            no_show: ends("no_show", false),
            cancelled: ends("cancelled", false),
            not_kept: ends("not_kept", false),
            breach: count(of, |thing| matches!(thing, Thing::Booking { breach: true, .. })),
            unknown: ends("unknown", false),
            open: ends("open", false),
        },
    }
}
