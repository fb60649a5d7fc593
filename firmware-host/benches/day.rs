//! A simulated hall-day, `cargo bench -p firmware-host --bench day`: microseconds for each golden day through the fast run.
//! Floor: the same trace in the Python laboratory; `tests/judges/speed.sh` runs both and prints the ratio (budget: 100).
#![allow(clippy::print_stdout, missing_docs, clippy::unwrap_used)]

use firmware_host::simulate::{Trace, plan};
use queue::Parameters;
use queue::flow::{Call, Flow, Settings};
use std::hint::black_box;
use std::path::Path;
use std::time::Instant;

/// Runs of each day; the fastest tenth is free of what else the machine does.
const RUNS: usize = 400;

fn main() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/golden");
    let mut names: Vec<_> = std::fs::read_dir(folder).unwrap().flatten().map(|entry| entry.path()).collect();
    names.retain(|path| path.to_string_lossy().ends_with(".trace.json"));
    names.sort();
    println!("{:<16} {:>7} {:>10} {:>10}", "day", "tickets", "median µs", "best µs");
    let (mut flow, settings) = (Flow::default(), Settings::of(&Parameters::default()));
    for path in names {
        let trace = Trace::parse(&std::fs::read_to_string(&path).unwrap()).unwrap();
        let plan = plan(&trace);
        let mut calls: Vec<Call> = Vec::with_capacity(1024);
        let mut took: Vec<f64> = (0..RUNS)
            .map(|_| {
                let begun = Instant::now();
                calls.clear();
                flow.run(black_box(&plan), &settings, &mut calls);
                black_box(&calls);
                begun.elapsed().as_secs_f64() * 1e6
            })
            .collect();
        took.sort_by(f64::total_cmp);
        let name = path.file_name().unwrap().to_string_lossy().replace(".trace.json", "");
        println!("{name:<16} {:>7} {:>10.1} {:>10.1}", plan.visits.len(), took[RUNS / 2], took[RUNS / 10]);
    }
}
