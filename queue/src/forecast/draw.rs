//! One possible rest of the day, drawn from what is known.

use super::attendance::Known;
use super::habits::{Awaited, Habits, SLOT_S, SLOTS};
use super::present::{Doing, Present};
use crate::flow::{Plan, PlanWindow, Standing, Visit};
use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::{Rng, SeedableRng};

/// Chance with a fixed algorithm: the same seed draws the same afternoon on every machine.
pub(super) struct Dice(Xoshiro256PlusPlus);

impl Dice {
    /// One stream for each afternoon: a person more or less changes only its own draws.
    pub(super) fn of(seed: u64, afternoon: usize) -> Self {
        // The golden ratio's digits spread neighbouring numbers over all seeds.
        let own = seed.wrapping_add((afternoon as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15));
        Dice(Xoshiro256PlusPlus::seed_from_u64(own))
    }

    /// A stream of its own for each window of an afternoon: where one window is open and not another, all the others do as
    /// they would have done.
    fn of_window(seed: u64, afternoon: usize, window: usize) -> Self {
        // Any other constant would do: the fraction of the square root of 2.
        Dice::of(seed ^ (window as u64 + 1).wrapping_mul(0x6A09_E667_F3BC_C909), afternoon)
    }

    /// 0 (possible) to 1 (never reached).
    pub(super) fn part(&mut self) -> f64 {
        (self.0.next_u64() >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn happens(&mut self, share: f64) -> bool {
        self.part() < share
    }

    /// Time to the next of something that comes `per_s` times a second.
    fn gap_s(&mut self, per_s: f64) -> f64 {
        -(1.0 - self.part()).ln() / per_s
    }

    /// Roughly normal, mean 0, deviation 1: enough for how wrong a rush may be estimated.
    fn wobble(&mut self) -> f64 {
        (0..4).map(|_| self.part() - 0.5).sum::<f64>() * 3.0_f64.sqrt()
    }
}

/// Arrivals of one half-hour: cumulated rates by service, walk-ins and booked apart.
#[derive(Debug, Default)]
struct Slot {
    walk_ins: Vec<f64>,
    booked: Vec<f64>,
}

/// What does not change between draws of one present.
#[derive(Debug, Default)]
pub(super) struct Drawer {
    slots: Vec<Slot>,
    rush: (f64, f64),
    /// What is known of each window's openings.
    known: Vec<Vec<Option<Known>>>,
    /// Who comes late, and whether at all: of each booking.
    awaited: Vec<Awaited>,
    pub(super) plan: Plan,
}

impl Drawer {
    /// Prepares draws for this present; `probes`: questions that stand behind everybody who waits.
    pub(super) fn prepare(&mut self, present: &Present, habits: &Habits, probes: &[Visit]) {
        self.slots.clear();
        self.slots.extend((0..SLOTS).map(|slot| {
            let mut cumulated = Slot::default();
            let (mut walk_ins, mut booked) = (0.0, 0.0);
            for service in 0..present.services.len().min(habits.services.len()) {
                let rates = habits.arrivals_per_s(service, slot);
                walk_ins += rates.0;
                booked += rates.1;
                cumulated.walk_ins.push(walk_ins);
                cumulated.booked.push(booked);
            }
            cumulated
        }));
        self.rush = habits.todays_rush(present.now);
        self.plan.services.clone_from(&present.services);
        self.plan.visits.clear();
        let standing = present.waiting.iter().map(|place| Visit {
            green: place.green,
            booked: place.booked,
            standing: Some(Box::new(Standing {
                join: place.join,
                ready: place.ready,
                passed: place.passed,
                only: place.only,
            })),
            ..Visit::walk_in(place.service, present.now, 0)
        });
        self.plan.visits.extend(standing);
        self.plan.visits.extend_from_slice(probes);
        self.awaited.clear();
        let bookings = present.bookings.iter().flatten();
        self.awaited.extend(bookings.map(|booking| habits.awaited(booking.at.saturating_sub(present.now))));
        self.known.clear();
        self.known.extend(present.windows.iter().map(|window| {
            let openings = window.openings.iter();
            openings.map(|opening| habits.attendance.known(window.number, opening, present.now)).collect()
        }));
        self.plan.windows.clear();
        self.plan.windows.extend(present.windows.iter().map(|window| PlanWindow {
            skills: window.skills.clone(),
            last_priority: window.last_priority,
            pace_permille: (habits.pace_of(window.group) * 1000.0) as i64,
            ..PlanWindow::default()
        }));
    }

    /// Draws one rest of the day up to `until`; `n_known`: people and questions that stand already.
    pub(super) fn draw(
        &mut self,
        present: &Present,
        habits: &Habits,
        n_known: usize,
        until: i64,
        (seed, afternoon): (u64, usize),
    ) {
        let Drawer { slots, rush, known, awaited, plan } = self;
        let dice = &mut Dice::of(seed, afternoon);
        // Of the windows that nothing is known of: rather most than few, and none or all of them is possible.
        let come = dice.part().sqrt();
        plan.hold_s = (habits.held.at(dice.part()) as i64).max(1);
        plan.visits.truncate(n_known);
        for (visit, place) in plan.visits.iter_mut().zip(&present.waiting) {
            fill(visit, habits, dice, !place.revived);
        }
        let factor = rush.0 * (rush.1 * dice.wobble()).exp();
        arrivals(present, habits, slots, factor, until, plan, dice);
        booked_arrivals(present, habits, awaited, until, plan, dice);
        plan.visits[n_known..].sort_by_key(|visit| visit.arrive);
        for (position, (window, now)) in plan.windows.iter_mut().zip(&present.windows).enumerate() {
            let dice = &mut Dice::of_window(seed, afternoon, position);
            window.works.clone_from(&now.works);
            for (opening, known) in now.openings.iter().zip(&known[position]) {
                let late_s = known.as_ref().and_then(|known| known.draw(come, dice));
                let from = late_s.map(|late_s| (opening.from + late_s).max(present.now));
                window.works.extend(
                    from.filter(|&from| opening.to.is_none_or(|to| from < to)).map(|from| (from, opening.to)),
                );
            }
            window.pauses.clear();
            window.taken_until = match now.doing {
                Doing::Nothing => None,
                Doing::Serving { service, since } => {
                    let pace = habits.todays_pace(service) * habits.pace_of(now.group);
                    let so_far = (present.now - since).max(0) as f64;
                    let took = habits
                        .services
                        .get(service)
                        .map_or(so_far, |of| of.took.beyond(so_far / pace, dice.part()) * pace);
                    Some(present.now + ((took - so_far) as i64).max(1))
                }
                Doing::Paused { since } => {
                    let so_far = (present.now - since).max(0) as f64;
                    let length = habits.paused.beyond(so_far, dice.part());
                    Some(present.now + ((length - so_far) as i64).max(1))
                }
            };
            for &(from, to) in &window.works {
                let end = to.unwrap_or(until).min(until);
                let mut at = from as f64;
                // A rate of nothing would jump over the end of time.
                while habits.pauses_per_s() > 0.0 {
                    at += dice.gap_s(habits.pauses_per_s());
                    if at >= end as f64 {
                        break;
                    }
                    window.pauses.push((at as i64, (habits.paused.at(dice.part()) as i64).max(1)));
                }
            }
        }
    }
}

/// What happens to a person when they are called.
fn fill(visit: &mut Visit, habits: &Habits, dice: &mut Dice, may_return: bool) {
    let service = visit.service;
    let Some(of) = habits.services.get(service) else { return };
    // The time of a visit that is sent on is in the same list of durations as that of others.
    visit.service_s = ((of.took.at(dice.part()) * habits.todays_pace(service)) as i64).max(1);
    visit.noshows = u32::from(dice.happens(habits.missed()));
    visit.return_after_s = (visit.noshows > 0 && may_return && dice.happens(habits.back()))
        .then(|| habits.back_after.at(dice.part()) as i64);
    visit.transfer = None;
    if dice.happens(habits.sent_on(service))
        && let Some(to) = habits.sent_to(service, dice.part())
        && let Some(next) = habits.services.get(to)
    {
        visit.transfer = Some((to, (next.took.at(dice.part()) as i64).max(1)));
    }
}

fn arrivals(
    present: &Present,
    habits: &Habits,
    slots: &[Slot],
    rush: f64,
    until: i64,
    plan: &mut Plan,
    dice: &mut Dice,
) {
    for &(from, to) in &present.sessions {
        let end = to.min(until);
        let mut at = from.max(present.now);
        while at < end {
            let slot = (at.rem_euclid(86_400) / SLOT_S) as usize;
            let slot_ends = (at - at.rem_euclid(SLOT_S) + SLOT_S).min(end);
            for (rates, factor, booked) in
                [(&slots[slot].walk_ins, rush, false), (&slots[slot].booked, 1.0, true)]
            {
                let total = rates.last().copied().unwrap_or_default() * factor;
                if total <= 0.0 || (booked && present.bookings.is_some()) {
                    continue;
                }
                let mut moment = at as f64 + dice.gap_s(total);
                while moment < slot_ends as f64 {
                    let wanted = dice.part() * total / factor;
                    let service = rates.partition_point(|&sum| sum <= wanted).min(rates.len() - 1);
                    let mut visit = Visit::walk_in(service, moment as i64, 0);
                    visit.green = dice.happens(habits.green(service));
                    visit.booked = booked.then(|| visit.arrive + habits.booked_in_s(dice.part()));
                    fill(&mut visit, habits, dice, true);
                    plan.visits.push(visit);
                    moment += dice.gap_s(total);
                }
            }
            at = slot_ends;
        }
    }
}

/// Those whose booking is known.
fn booked_arrivals(
    present: &Present,
    habits: &Habits,
    awaited: &[Awaited],
    until: i64,
    plan: &mut Plan,
    dice: &mut Dice,
) {
    for (booking, awaited) in present.bookings.iter().flatten().zip(awaited) {
        if !dice.happens(awaited.comes) {
            continue;
        }
        // Whoever keeps a booking and is not here yet comes later than now.
        let arrive = booking.at.saturating_sub(habits.booked_in_s(dice.part() * awaited.later));
        let arrive = if arrive > present.now {
            arrive
        } else {
            // Later than anybody came before: at some moment at which the booking still counts (rule A5).
            let counts_until = booking.at.saturating_add(present.settings.appointment_grace_s);
            let counts_s = counts_until.saturating_sub(present.now).max(0);
            present.now + 1 + (dice.part() * counts_s as f64) as i64
        };
        if arrive >= until {
            continue;
        }
        let mut visit = Visit { booked: Some(booking.at), ..Visit::walk_in(booking.service, arrive, 0) };
        fill(&mut visit, habits, dice, true);
        plan.visits.push(visit);
    }
}
