//! Choosing the next ticket with 10, 1,000 and 100,000 waiting: `cargo bench -p queue`. Budget: under 10 µs at 1,000, and
//! growth no faster than log n (`DESIGN.md`, "Budgets"). `overtaken` is the list a call keeps; it grows with who was
//! overtaken and is no part of choosing.

use divan::{Bencher, black_box};
use queue::order::{Place, Reach, Waiting};
use queue::{Class, Parameters, ServiceId, TicketSeq, Timestamp};

/// Services of a catch-all window in a large hall.
const N_SERVICES: u64 = 40;
const CROWDS: [u64; 3] = [10, 1_000, 100_000];

fn main() {
    divan::main();
}

/// Which part of the rule decides; each looks at other parts of the index.
#[derive(Clone, Copy, Debug)]
enum Crowd {
    /// Green tickets, appointments and protected tickets among walk-ins.
    Mixed,
    /// Walk-ins only: the heads of all services are compared.
    WalkIns,
}

fn skills() -> Vec<ServiceId> {
    (0..N_SERVICES).map(|service| format!("service-{service:02}").as_str().into()).collect()
}

fn now(n: u64) -> Timestamp {
    Timestamp(40_000 + n.cast_signed() / 100)
}

fn waiting(n: u64, crowd: Crowd, skills: &[ServiceId]) -> Waiting {
    let mut waiting = Waiting::new(Parameters::default().pass_limit);
    for seq in 0..n {
        let join = Timestamp(40_000 + seq.cast_signed() / 100 - 900);
        let mixed = matches!(crowd, Crowd::Mixed);
        let place = Place {
            seq: TicketSeq(seq),
            class: [Class::Ordinary, Class::Complex, Class::Special][(seq % 3) as usize],
            green: mixed && seq % 11 == 3,
            appointment: mixed && seq % 7 == 1,
            join,
            ready: join.plus(if seq % 2 == 0 { 0 } else { 1200 }),
            passed: if mixed { (seq % 10) as u32 } else { 0 },
        };
        let service = seq.wrapping_mul(7919) % N_SERVICES;
        waiting.insert(&skills[service as usize], None, place);
    }
    waiting
}

fn bench(bencher: Bencher<'_, '_>, n: u64, crowd: Crowd) {
    let (skills, limits) = (skills(), Parameters::default().limits);
    let waiting = waiting(n, crowd, &skills);
    let reach = Reach { window: None, skills: &skills };
    bencher.bench_local(|| waiting.choose(now(n), black_box(reach), true, &limits));
}

#[divan::bench(args = CROWDS)]
fn choose_mixed(bencher: Bencher<'_, '_>, n: u64) {
    bench(bencher, n, Crowd::Mixed);
}

#[divan::bench(args = CROWDS)]
fn choose_walk_ins(bencher: Bencher<'_, '_>, n: u64) {
    bench(bencher, n, Crowd::WalkIns);
}

/// A ticket leaves the order and comes back, as at a call and a transfer.
#[divan::bench(args = CROWDS)]
fn remove_and_insert(bencher: Bencher<'_, '_>, n: u64) {
    let (skills, limits) = (skills(), Parameters::default().limits);
    let mut waiting = waiting(n, Crowd::Mixed, &skills);
    let reach = Reach { window: None, skills: &skills };
    let Some(choice) = waiting.choose(now(n), reach, true, &limits) else { return };
    let service = choice.place.seq.0.wrapping_mul(7919) % N_SERVICES;
    let service = &skills[service as usize];
    bencher.bench_local(|| {
        waiting.remove(service, None, choice.place.key());
        waiting.insert(service, None, choice.place);
    });
}

/// The overtaken of a green ticket that joined last: everybody.
#[divan::bench(args = CROWDS)]
fn overtaken_everybody(bencher: Bencher<'_, '_>, n: u64) {
    let skills = skills();
    let waiting = waiting(n, Crowd::Mixed, &skills);
    let reach = Reach { window: None, skills: &skills };
    let last = Place {
        seq: TicketSeq(n),
        class: Class::Ordinary,
        green: true,
        appointment: false,
        join: now(n),
        ready: now(n),
        passed: 0,
    };
    bencher.bench_local(|| waiting.overtaken(now(n), black_box(reach), &last));
}
