//! How long one LED frame takes to build: content to bytes, as the daemon does for every call, and bytes to pixels, as
//! the virtual hall does for every look. Budget: 0.2 ms for either, on the development machine in release.
#![expect(clippy::disallowed_methods, reason = "a benchmark reads the clock")]
#![expect(clippy::print_stdout, reason = "a benchmark prints its table")]

use link::Uptime;
use std::hint::black_box;
use std::time::{Duration, Instant};
use window::display::layout::layout;
use window::display::{CardType, Colour, Content, Geometry, Line, Look, Screen, Twin};

const ROUNDS: usize = 2000;
const BUDGET: Duration = Duration::from_micros(200);

fn main() {
    println!("{:<34} {:>10} {:>10}   budget {} µs", "", "median µs", "p99 µs", BUDGET.as_micros());
    for (width_px, height_px) in [(64, 16), (96, 32), (128, 32), (256, 64)] {
        let geometry = Geometry { width_px, height_px };
        let screen = Screen { number: 3, geometry, card: CardType::Any };
        let line = Line { text: "A012 请到 3号窗口".to_owned(), colour: Colour::Red };
        let content = Content { lines: vec![line], look: Look::Flashing };
        let build = || {
            let mut wire = Vec::new();
            layout(black_box(&content), geometry).command.encode(&screen, &mut wire);
            wire
        };
        report(&format!("{width_px} x {height_px}, content to bytes"), build);

        let mut twin = Twin::new(3, geometry, CardType::Any, 57_600);
        twin.receive(Uptime::default(), &build());
        // Every screen has the frame by then, and the first, lit page of the blinking text still stands.
        let shown = Uptime::from_millis(400);
        twin.wake(shown);
        report(&format!("{width_px} x {height_px}, bytes to pixels"), || twin.frame(black_box(shown)));
    }
}

fn report<T>(name: &str, mut work: impl FnMut() -> T) {
    let mut times: Vec<Duration> = (0..ROUNDS)
        .map(|_| {
            let begin = Instant::now();
            black_box(work());
            begin.elapsed()
        })
        .collect();
    times.sort();
    let (median, p99) = (times[ROUNDS / 2], times[ROUNDS * 99 / 100]);
    let verdict = if median <= BUDGET { "" } else { "   over" };
    println!("{name:<34} {:>10.1} {:>10.1}{verdict}", median.as_secs_f64() * 1e6, p99.as_secs_f64() * 1e6);
}
