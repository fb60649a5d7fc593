//! What the last weeks and today taught about this hall.

use super::attendance::Attendance;
use super::pool::Pool;
use super::present::Roster;
use crate::ids::Timestamp;

/// Arrivals are counted by the half-hour of the day.
pub(super) const SLOT_S: i64 = 1800;
pub(super) const SLOTS: usize = 48;
/// What a day taught weighs this much less with each later day: about four weeks of working days are remembered.
const FORGET: f64 = 0.95;
/// Before anybody came, a service is expected to have so many visitors on a whole day; soon drowned by what is seen.
const GUESSED_A_DAY: f64 = 4.0;
/// Today's pace, of arrivals and of service, is believed as if so many had been as usual before.
const USUAL_ARRIVALS: f64 = 25.0;
const USUAL_SERVICES: f64 = 40.0;
/// A clerk group differs from the others only after some dozen services say so.
const USUAL_OF_GROUP: f64 = 30.0;
/// Before anybody missed a call: 4 in 100 do, half of them come back.
const GUESSED_MISSED: (f64, f64) = (4.0, 100.0);
const GUESSED_BACK: (f64, f64) = (2.0, 4.0);
/// Before the hall's own share is known one booking in ten is not kept, as in the laboratory's scenarios.
const GUESSED_ABSENT: (f64, f64) = (1.0, 10.0);
/// Before anything is known: half an hour of pause in a window's day, in pieces.
const GUESSED_PAUSES_PER_S: (f64, f64) = (1.0, 27_000.0);
/// One ticket in a hundred is green until the hall's own share is known.
const GUESSED_GREEN: (f64, f64) = (1.0, 20.0);

/// Something that was seen in the hall. Services and groups are known by their position.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "fields: which service, group, and how many seconds")]
pub enum Observed {
    /// A number was taken or an appointment checked in; `booked_in_s`: booked time after now (negative: late).
    Arrived { second_of_day: i64, service: usize, green: bool, booked_in_s: Option<i64> },
    /// A window was taken by somebody for so long; `sent_on`: to which service the visit went on (Q5).
    Served { service: usize, group: usize, took_s: i64, sent_on: Option<usize> },
    /// Somebody did not come; the window waited so long (Q4).
    Missed { held_s: i64 },
    /// Somebody who missed the call came back so long after the window gave up.
    Back { after_s: i64 },
    /// A booking ended: the person checked in, late or not, or did not come that day (A8).
    Booking { kept: bool },
    /// A window paused for so long (P1).
    Paused { length_s: i64 },
    /// A window was open for so long altogether.
    Worked { seconds: i64 },
}

/// A share: so many of so many.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Share(f64, f64);

impl Share {
    fn see(&mut self, yes: bool) {
        self.0 += f64::from(u8::from(yes));
        self.1 += 1.0;
    }

    fn value(self) -> f64 {
        self.0 / self.1
    }
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct ServiceHabits {
    pub(super) took: Pool,
    /// Mean of the logarithm of `took`, of which paces are measured.
    log_mean: f64,
    n_log: f64,
    /// Today: how many, and the sum of their logarithms less `log_mean`.
    today: (f64, f64),
    /// Walk-ins by half-hour, all remembered days together; and today.
    walk_ins: [f64; SLOTS],
    booked: [f64; SLOTS],
    today_walk_ins: [f64; SLOTS],
    today_booked: [f64; SLOTS],
    green: Share,
    sent_on: Share,
    /// Where to, by service.
    to: Vec<f64>,
}

/// What is known of the hall's ways. Fed in the order of events, today's last; [`Habits::day_ends`] after each day.
#[derive(Clone, Debug, PartialEq)]
pub struct Habits {
    pub(super) services: Vec<ServiceHabits>,
    /// Clerk groups: how many, and the sum of the logarithms of how much longer they take.
    groups: Vec<(f64, f64)>,
    /// Weight of the days remembered.
    days: f64,
    missed: Share,
    back: Share,
    /// Bookings that are not kept.
    absent: Share,
    pauses: Share,
    pub(super) held: Pool,
    pub(super) back_after: Pool,
    pub(super) paused: Pool,
    /// Booked time less check-in, shifted by [`EARLIEST_S`] so that it is never negative.
    booked_in: Pool,
    /// Which windows work, and when.
    pub(super) attendance: Attendance,
}

/// Nobody checks in more than this before the booked time as far as chance goes.
const EARLIEST_S: i64 = 7200;

impl Habits {
    /// What a hall knows on its first day: the mean service time of each service (from `hall.toml`), in seconds.
    /// `n_groups`: clerk groups that may work at different paces.
    pub fn new(mean_service_s: &[f64], n_groups: usize) -> Self {
        let n = mean_service_s.len();
        let sessions_slots = SLOTS as f64 / 3.0;
        let services = mean_service_s.iter().map(|&mean_s| {
            let mut walk_ins = [0.0; SLOTS];
            walk_ins[16..32].fill(GUESSED_A_DAY / sessions_slots);
            ServiceHabits {
                took: Pool::guess(mean_s, 0.6),
                log_mean: mean_s.max(1.0).ln() - 0.15,
                n_log: 16.0,
                today: (0.0, 0.0),
                walk_ins,
                booked: [0.0; SLOTS],
                today_walk_ins: [0.0; SLOTS],
                today_booked: [0.0; SLOTS],
                green: Share(GUESSED_GREEN.0, GUESSED_GREEN.1),
                sent_on: Share(0.0, 20.0),
                to: vec![0.0; n],
            }
        });
        Habits {
            services: services.collect(),
            groups: vec![(0.0, 0.0); n_groups.max(1)],
            days: 1.0,
            missed: Share(GUESSED_MISSED.0, GUESSED_MISSED.1),
            back: Share(GUESSED_BACK.0, GUESSED_BACK.1),
            absent: Share(GUESSED_ABSENT.0, GUESSED_ABSENT.1),
            pauses: Share(GUESSED_PAUSES_PER_S.0, GUESSED_PAUSES_PER_S.1),
            held: Pool::guess(90.0, 0.5),
            back_after: Pool::guess(480.0, 0.9),
            paused: Pool::guess(480.0, 0.5),
            booked_in: Pool::guess((EARLIEST_S + 300) as f64, 0.07),
            attendance: Attendance::default(),
        }
    }

    /// Learns from something that was seen. What names an unknown service or group, or a time that cannot be (a clock was set
    /// wrong), teaches nothing.
    pub fn observe(&mut self, seen: Observed) {
        match seen {
            Observed::Arrived { second_of_day, service, green, booked_in_s } => {
                let Some(slot) = slot(second_of_day) else { return };
                let Some(habits) = self.services.get_mut(service) else { return };
                match booked_in_s {
                    None => habits.today_walk_ins[slot] += 1.0,
                    Some(ahead_s) => {
                        habits.today_booked[slot] += 1.0;
                        self.booked_in
                            .add(ahead_s.saturating_add(EARLIEST_S).clamp(0, 2 * EARLIEST_S) as u32);
                    }
                }
                habits.green.see(green);
            }
            Observed::Served { service, group, took_s, sent_on } => {
                let Some(seconds) = plausible(took_s) else { return };
                let Some(habits) = self.services.get_mut(service) else { return };
                habits.took.add(seconds);
                self.missed.see(false);
                habits.sent_on.see(sent_on.is_some());
                if let Some(count) = sent_on.and_then(|to| habits.to.get_mut(to)) {
                    *count += 1.0;
                    // It only found out that this is the wrong window, and says nothing about anybody's pace.
                    return;
                }
                let log = f64::from(seconds.max(1)).ln();
                let longer = log - habits.log_mean;
                habits.today.0 += 1.0;
                habits.today.1 += longer;
                habits.n_log = (habits.n_log + 1.0).min(400.0);
                habits.log_mean += longer / habits.n_log;
                if let Some(pace) = self.groups.get_mut(group) {
                    pace.0 = (pace.0 + 1.0) * 0.998;
                    pace.1 = (pace.1 + longer) * 0.998;
                }
            }
            Observed::Missed { held_s } => {
                self.missed.see(true);
                self.back.see(false);
                if let Some(seconds) = plausible(held_s) {
                    self.held.add(seconds);
                }
            }
            Observed::Back { after_s } => {
                self.back.0 += 1.0;
                if let Some(seconds) = plausible(after_s) {
                    self.back_after.add(seconds);
                }
            }
            Observed::Booking { kept } => self.absent.see(!kept),
            Observed::Paused { length_s } => {
                if let Some(seconds) = plausible(length_s) {
                    self.pauses.0 += 1.0;
                    self.paused.add(seconds);
                }
            }
            Observed::Worked { seconds } => self.pauses.1 += seconds.clamp(0, 86_400) as f64,
        }
    }

    /// A working day begins, with what is planned for it. `midnight`: the local midnight before. Windows are expected by what
    /// they did on days that began like this; the caller owes one call after each `DayOpened`.
    pub fn day_begins(&mut self, midnight: Timestamp, roster: &Roster) {
        self.attendance.day_begins(midnight, roster);
    }

    /// A working day is over: it is one of the past now, and older ones count less.
    pub fn day_ends(&mut self) {
        self.days = self.days * FORGET + 1.0;
        self.attendance.day_ends();
        for habits in &mut self.services {
            for (past, today) in [
                (&mut habits.walk_ins, &mut habits.today_walk_ins),
                (&mut habits.booked, &mut habits.today_booked),
            ] {
                for (past, today) in past.iter_mut().zip(today) {
                    *past = *past * FORGET + std::mem::take(today);
                }
            }
            habits.today = (0.0, 0.0);
            fade(&mut habits.green);
            fade(&mut habits.sent_on);
        }
        for share in [&mut self.missed, &mut self.back, &mut self.absent, &mut self.pauses] {
            fade(share);
        }
    }

    /// Mean time at the window of a service, seconds.
    pub fn mean_service_s(&self, service: usize) -> f64 {
        self.services.get(service).map_or(0.0, |habits| habits.took.mean_s())
    }

    /// Arrivals expected in this half-hour, per second: walk-ins and booked.
    pub(super) fn arrivals_per_s(&self, service: usize, slot: usize) -> (f64, f64) {
        let habits = &self.services[service];
        let per_s = |count: f64| count / self.days / SLOT_S as f64;
        (per_s(habits.walk_ins[slot]), per_s(habits.booked[slot]))
    }

    /// How many more come today than on usual days, with what is uncertain about it (of its logarithm).
    pub(super) fn todays_rush(&self, now: i64) -> (f64, f64) {
        let now = now.clamp(0, 86_399);
        let (mut seen, mut usual) = (0.0, 0.0);
        for habits in &self.services {
            for slot in 0..SLOTS {
                let part = (now - slot as i64 * SLOT_S).clamp(0, SLOT_S) as f64 / SLOT_S as f64;
                usual += habits.walk_ins[slot] / self.days * part;
                seen += habits.today_walk_ins[slot];
            }
        }
        let weight = usual + USUAL_ARRIVALS;
        ((seen + USUAL_ARRIVALS) / weight, weight.sqrt().recip())
    }

    /// How much longer than usual this service takes today: a factor.
    pub(super) fn todays_pace(&self, service: usize) -> f64 {
        let (n, longer) = self.services[service].today;
        (longer / (n + USUAL_SERVICES)).exp()
    }

    /// How much longer than the others this clerk group takes: a factor.
    pub(super) fn pace_of(&self, group: usize) -> f64 {
        self.groups.get(group).map_or(1.0, |&(n, longer)| (longer / (n + USUAL_OF_GROUP)).exp())
    }

    pub(super) fn missed(&self) -> f64 {
        self.missed.value()
    }

    pub(super) fn back(&self) -> f64 {
        self.back.value().min(1.0)
    }

    pub(super) fn green(&self, service: usize) -> f64 {
        self.services[service].green.value()
    }

    pub(super) fn sent_on(&self, service: usize) -> f64 {
        self.services[service].sent_on.value()
    }

    /// The service that a visit is sent on to, at share `u` of those that were.
    pub(super) fn sent_to(&self, service: usize, u: f64) -> Option<usize> {
        let to = &self.services[service].to;
        let mut left = u * to.iter().sum::<f64>();
        to.iter().position(|&count| {
            left -= count;
            count > 0.0 && left <= 0.0
        })
    }

    /// Pauses begun per second of an open window.
    pub(super) fn pauses_per_s(&self) -> f64 {
        self.pauses.value()
    }

    /// Booked time less check-in at share `u`.
    pub(super) fn booked_in_s(&self, u: f64) -> i64 {
        self.booked_in.at(u) as i64 - EARLIEST_S
    }

    /// What is to be thought of a booking in `ahead_s` seconds (negative: its time is over) whose person is not here yet.
    pub(super) fn awaited(&self, ahead_s: i64) -> Awaited {
        // The later it is, the more of those who would have come are here already, and the less likely this one still comes.
        let later = self.booked_in.share_below(ahead_s.saturating_add(EARLIEST_S) as f64);
        let kept = (1.0 - self.absent.value()) * later;
        Awaited { comes: kept / (kept + self.absent.value()), later }
    }
}

/// A booking whose person is not here yet.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Awaited {
    /// How likely the person still comes.
    pub(super) comes: f64,
    /// Of those who keep a booking this share comes later than now.
    pub(super) later: f64,
}

fn fade(share: &mut Share) {
    // As much is remembered of shares as of arrivals, but never so little that one case decides.
    if share.1 > 100.0 {
        share.0 *= FORGET;
        share.1 *= FORGET;
    }
}

fn slot(second_of_day: i64) -> Option<usize> {
    usize::try_from(second_of_day / SLOT_S).ok().filter(|&slot| slot < SLOTS && second_of_day >= 0)
}

/// Nothing at a window lasts longer than a working day or shorter than nothing; what does was measured with a wrong clock.
fn plausible(seconds: i64) -> Option<u32> {
    u32::try_from(seconds).ok().filter(|&seconds| seconds <= 8 * 3600)
}
