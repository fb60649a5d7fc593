//! One forecast, as made after each change of the hall: `cargo bench -p queue --bench forecast`. Budget: 20 ms of work per
//! change (rule Q8), in a hall like the sample (33 windows, 36 services, four questions for each) with this many waiting.
//! `outlook` is one advice: the hall as it is and with one window more.

use divan::{Bencher, black_box};
use queue::flow::Settings;
use queue::forecast::{
    Asked, Booking, Doing, Forecaster, Habits, Observed, Outlook, Place, Present, PresentWindow,
};
use queue::{Class, Parameters, Targets, TicketSeq, WindowNumber};

const N_SERVICES: usize = 36;
const N_WINDOWS: usize = 33;
const CROWDS: [usize; 4] = [0, 40, 200, 1000];
/// Ten in the morning.
const NOW: i64 = 36_000;

fn main() {
    divan::main();
}

fn class(service: usize) -> Class {
    [Class::Ordinary, Class::Ordinary, Class::Complex, Class::Special][service % 4]
}

fn present(n_waiting: usize) -> Present {
    let windows = (0..N_WINDOWS).map(|window| PresentWindow {
        number: WindowNumber(window as u16 + 1),
        skills: if window % 11 == 10 {
            (0..N_SERVICES).collect()
        } else {
            (0..4).map(|n| (window + n * 9) % N_SERVICES).collect()
        },
        group: window % 4,
        works: vec![(NOW, None)],
        openings: Vec::new(),
        doing: Doing::Serving { service: window % N_SERVICES, since: NOW - 200 - 7 * window as i64 },
        last_priority: window % 5 == 0,
    });
    let waiting = (0..n_waiting).map(|person| {
        let join = NOW - 1500 + (1500 * person / n_waiting) as i64;
        Place {
            ticket: TicketSeq(person as u64),
            service: person * 7 % N_SERVICES,
            green: person % 15 == 3,
            booked: (person % 10 == 1).then_some(join + 300),
            join,
            ready: join,
            passed: (person % 5) as u32,
            only: None,
            revived: false,
        }
    });
    // As many as may be booked on a day in the sample hall: five for each service.
    let bookings =
        (0..5 * N_SERVICES).map(|n| Booking { service: n % N_SERVICES, at: NOW + n as i64 * 120 - 1200 });
    Present {
        now: NOW,
        settings: Settings::of(&Parameters::default()),
        services: (0..N_SERVICES).map(class).collect(),
        windows: windows.collect(),
        waiting: waiting.collect(),
        sessions: vec![(30_600, 43_200), (46_800, 61_200)],
        bookings: Some(bookings.collect()),
    }
}

/// Some weeks of days with 600 visitors.
fn habits() -> Habits {
    let mut habits = Habits::new(&[600.0; N_SERVICES], 4);
    for _ in 0..20 {
        for visitor in 0..600_usize {
            let service = visitor * 13 % N_SERVICES;
            let second_of_day = 30_600 + 45 * visitor as i64;
            habits.observe(Observed::Arrived {
                second_of_day,
                service,
                green: visitor % 20 == 0,
                booked_in_s: None,
            });
            let took_s = 200 + (visitor * 37 % 900) as i64;
            habits.observe(Observed::Served { service, group: visitor % 4, took_s, sent_on: None });
        }
        habits.day_ends();
    }
    habits
}

#[divan::bench(args = CROWDS)]
fn forecast(bencher: Bencher<'_, '_>, n_waiting: usize) {
    let (present, habits, mut forecaster) = (present(n_waiting), habits(), Forecaster::default());
    let kinds = [(false, None), (true, None), (false, Some(NOW)), (false, Some(NOW + 900))];
    let asked: Vec<Asked> = (0..N_SERVICES)
        .flat_map(|service| kinds.map(|(green, booked)| Asked { service, green, booked }))
        .collect();
    bencher.bench_local(|| forecaster.forecast(black_box(&present), &habits, &asked, 7));
}

#[divan::bench(args = CROWDS)]
fn outlook(bencher: Bencher<'_, '_>, n_waiting: usize) {
    let (present, habits, targets) = (present(n_waiting), habits(), Targets::default());
    let presents = [present.clone(), present];
    let target_s = |class| targets.of(class, false);
    bencher.bench_local(|| Outlook::of(black_box(&presents), &habits, NOW + 3600, target_s, 600, 7));
}
