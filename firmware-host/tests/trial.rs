//! Whole halls on trial, as many days as a test has time for. More by hand: `hallgate simulate --seed 1 --days 1000`.

use firmware_host::trial;

/// Seeds that failed once, each with what it found. They are played first.
const FOUND: [(u64, &str); 1] =
    [(617, "a code on an LCD was said to stand all the time for which its line was down and nobody looked")];
/// Days beyond those: as many as fit into about a minute of a debug build on two cores.
const DAYS: u64 = 8;

#[test]
fn the_same_seed_gives_the_same_log() {
    let [one, other] =
        [trial::run(6), trial::run(6)].map(|outcome| outcome.unwrap_or_else(|failure| panic!("{failure}")));
    assert!(one.restarts > 0 && one.misfortunes > 0 && one.tickets > 0, "{one:?}");
    assert_eq!(one, other);
}

#[test]
fn the_last_seed_there_is_is_one_day() {
    let mut seeds = Vec::new();
    trial::days(u64::MAX..=u64::MAX, 2, |outcome| {
        seeds.push(outcome.map_or_else(|failure| failure.seed, |report| report.seed));
    });
    assert_eq!(seeds, [u64::MAX]);
}

#[test]
fn hall_days_run_without_a_failure() {
    for (seed, found) in FOUND {
        trial::run(seed).unwrap_or_else(|failure| panic!("{found}\n{failure}"));
    }
    let mut failures = Vec::new();
    trial::days(1..=DAYS, 2, |outcome| failures.extend(outcome.err()));
    let told: Vec<String> = failures.iter().map(ToString::to_string).collect();
    assert!(told.is_empty(), "{}", told.join("\n"));
}
