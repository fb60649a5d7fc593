//! What one redraw of a page costs, against the budget of 30 ms for 768 × 1024 in DESIGN.md: `cargo bench -p kiosk`.
#![expect(clippy::disallowed_methods, reason = "a benchmark measures")]

#[path = "../tests/sample/mod.rs"]
mod sample;

use kiosk::panel::{Input as Told, Session};
use kiosk::{Input, Outcome, Size, Ui};
use link::Uptime;
use sample::walks::{Manner, every_offered_page};
use std::io::Write;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Rounds for each line of the table: enough for a median that does not move by a tenth.
const ROUNDS: usize = 41;

/// So many of the pages for bookings, cards, revival and notices are shown, the slowest first.
const SLOWEST: usize = 6;

/// Median and longest of [`ROUNDS`] runs, in milliseconds.
fn measure(mut run: impl FnMut()) -> (f64, f64) {
    let mut times: Vec<Duration> = (0..ROUNDS)
        .map(|_| {
            let start = Instant::now();
            run();
            start.elapsed()
        })
        .collect();
    times.sort();
    (times[ROUNDS / 2].as_secs_f64() * 1e3, times[ROUNDS - 1].as_secs_f64() * 1e3)
}

fn walk(ui: &mut Ui, now: &mut Uptime, label: &str) {
    *now = now.plus(Duration::from_secs(1));
    let place = ui.targets().find(|(name, _)| *name == label).map(|(_, place)| place.center());
    ui.handle(*now, Input::Touch(place.expect("the sample has it")));
}

fn main() -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{:<34} {:>10} {:>10}", "one redraw", "median ms", "worst ms")?;
    for size in [Size::new(768, 1024), Size::new(1024, 600)] {
        let mut ui = Ui::new(size, Duration::from_secs(3600));
        let mut now = Uptime::default();
        ui.handle(now, Input::Menu(Arc::new(sample::menu_of(9))));
        let mut line = |name: &str, run: &mut dyn FnMut()| {
            let (median, worst) = measure(run);
            writeln!(
                out,
                "{:<34} {median:>10.2} {worst:>10.2}",
                format!("{}x{} {name}", size.width, size.height)
            )
        };
        line("start", &mut || drop(std::hint::black_box(ui.frame())))?;
        for label in ["中文取号", "不动产与税务区", "不动产登记中心"] {
            walk(&mut ui, &mut now, label);
        }
        line("services", &mut || drop(std::hint::black_box(ui.frame())))?;
        let mut waiting = 9;
        let mut shown = ui;
        line("services, new menu to scene", &mut || {
            waiting += 1;
            let mut menu = sample::menu_of(9);
            menu.areas[0].departments[0].services[0].waiting = waiting;
            shown.handle(now, Input::Menu(Arc::new(menu)));
            while shown.poll().is_some() {}
        })?;
        let services = shown.frame();
        walk(&mut shown, &mut now, "不动产抵押登记");
        walk(&mut shown, &mut now, "确认取号");
        shown.handle(now, Input::Outcome(Outcome::Issued(sample::given())));
        line("number", &mut || drop(std::hint::black_box(shown.frame())))?;
        let number = shown.frame();
        let mut session = Session::new(921_600);
        let mut turn = false;
        line("difference and coding for a panel", &mut || {
            turn = !turn;
            session.handle(now, Told::Paint { frame: if turn { &number } else { &services } });
        })?;
        line("png", &mut || drop(std::hint::black_box(number.png())))?;
    }
    for manner in [Manner::ALL[0], Manner::ALL[2]] {
        let size = Size::new(768, 1024);
        let mut slowest: Vec<(f64, f64, String)> = Vec::new();
        every_offered_page(size, manner, |name, ui| {
            let (median, worst) = measure(|| drop(std::hint::black_box(ui.frame())));
            slowest.push((median, worst, name.to_owned()));
        });
        slowest.sort_by(|a, b| b.0.total_cmp(&a.0));
        for (median, worst, name) in slowest.iter().take(SLOWEST) {
            writeln!(out, "{:<34} {median:>10.2} {worst:>10.2}", format!("768x1024 {name}"))?;
        }
    }
    Ok(())
}
