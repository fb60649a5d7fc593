//! Bookings ahead in expected waits (rules Q8, A3, A5): those who are still to come with an appointment are before many of those
//! who wait.

use queue::flow::Settings;
use queue::forecast::{
    Asked, Booking, Doing, Expected, Forecast, Forecaster, Habits, Observed, Place, Present, PresentWindow,
};
use queue::{Class, Parameters, TicketSeq, WindowNumber};

/// Ten in the morning.
const NOW: i64 = 36_000;

/// Two windows with one service, six people who wait.
fn present(bookings: Option<Vec<Booking>>) -> Present {
    let windows = (1..=2).map(|number| PresentWindow {
        number: WindowNumber(number),
        skills: vec![0],
        group: 0,
        works: vec![(NOW, None)],
        openings: Vec::new(),
        doing: Doing::Serving { service: 0, since: NOW - 100 },
        last_priority: false,
    });
    let waiting = (0..6).map(|person| Place {
        ticket: TicketSeq(person),
        service: 0,
        green: false,
        booked: None,
        join: NOW - 60,
        ready: NOW - 60,
        passed: 0,
        only: None,
        revived: false,
    });
    Present {
        now: NOW,
        settings: Settings::of(&Parameters::default()),
        services: vec![Class::Ordinary],
        windows: windows.collect(),
        waiting: waiting.collect(),
        sessions: vec![(30_600, 43_200)],
        bookings,
    }
}

/// Twenty bookings, the first in `from_s` seconds, one each `each_s`.
fn twenty(from_s: i64, each_s: i64) -> Option<Vec<Booking>> {
    Some((0..20).map(|n| Booking { service: 0, at: NOW + from_s + n * each_s }).collect())
}

fn habits() -> Habits {
    Habits::new(&[600.0], 1)
}

fn forecast(bookings: Option<Vec<Booking>>, habits: &Habits) -> Forecast {
    let asked = [Asked { service: 0, green: false, booked: None }];
    Forecaster::default().forecast(&present(bookings), habits, &asked, 7)
}

fn median_s(expected: &Expected) -> i64 {
    match expected {
        Expected::Wait(range) => range.median_s,
        Expected::Nobody => panic!("two windows are open"),
    }
}

/// Of whoever takes a number now.
fn next_s(bookings: Option<Vec<Booking>>, habits: &Habits) -> i64 {
    median_s(&forecast(bookings, habits).asked[0])
}

#[test]
fn q8_bookings_within_the_hour_lengthen_the_waits_of_those_who_wait_and_who_come() {
    let (none, twenty) = (forecast(Some(Vec::new()), &habits()), forecast(twenty(0, 180), &habits()));
    let next = [&none, &twenty].map(|forecast| median_s(&forecast.asked[0]));
    assert!(next[1] > next[0] + 900, "{next:?}");
    let last = [&none, &twenty].map(|forecast| median_s(&forecast.waiting[5]));
    assert!(last[1] > last[0] + 600, "{last:?}");
    // Whoever comes after all of this is over waits for none of it.
    let far = next_s(Some(vec![Booking { service: 0, at: NOW + 4 * 3600 }; 20]), &habits());
    assert!((far - next[0]).abs() < 120, "{far} without, {next:?}");
}

#[test]
fn q8_known_bookings_come_in_place_of_those_of_other_days_and_not_besides() {
    let mut habits = habits();
    for _ in 0..20 {
        for n in 0..20 {
            let second_of_day = NOW + n * 180;
            habits.observe(Observed::Arrived {
                second_of_day,
                service: 0,
                green: false,
                booked_in_s: Some(0),
            });
        }
        habits.day_ends();
    }
    let (nobody, unknown) = (next_s(Some(Vec::new()), &habits), next_s(None, &habits));
    assert!(unknown > nobody + 900, "others came with a booking on all days: {unknown} against {nobody}");
    let known = next_s(twenty(0, 180), &habits);
    assert!((known - unknown).abs() < 600, "as many as ever: {known} against {unknown}, not twice as many");
}

#[test]
fn a5_whoever_is_late_and_within_the_period_of_grace_may_still_come() {
    let (none, late) = (next_s(Some(Vec::new()), &habits()), next_s(twenty(-600, 0), &habits()));
    assert!(late > none + 300, "{late} against {none}");
    let on_time = next_s(twenty(600, 0), &habits());
    assert!(late < on_time, "the later, the fewer: {late} against {on_time}");
}

#[test]
fn a8_how_many_bookings_are_kept_is_the_halls_own_experience() {
    let kept = |kept: bool| {
        let mut habits = habits();
        (0..200).for_each(|_| habits.observe(Observed::Booking { kept }));
        next_s(twenty(0, 180), &habits)
    };
    assert!(kept(true) > kept(false) + 900, "{} against {}", kept(true), kept(false));
}

#[test]
fn a5_bookings_at_absurd_times_are_waited_for_by_nobody() {
    let absurd = [i64::MIN, i64::MAX].map(|at| Booking { service: 0, at }).to_vec();
    let (none, absurd) = (next_s(Some(Vec::new()), &habits()), next_s(Some(absurd), &habits()));
    assert!((none - absurd).abs() < 120, "{absurd} against {none}");
}
