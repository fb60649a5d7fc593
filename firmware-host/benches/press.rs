//! From the last byte of a key's frame to the first byte of the LED's frame, through the whole daemon on pseudo-terminals and
//! a real database, beside its floor: one durable commit of the same store on the same disk. DESIGN, "Budgets", wants the
//! floor and 0.5 ms at the median, the floor and 2 ms at p99.
//!
//! `cargo bench -p firmware-host --bench press`. Without `--bench` (as a test run calls it) it only shows that it works.

#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "a table for people")]

use firmware_host::config::{self, Port};
use firmware_host::core::desk::{Take, Wish};
use firmware_host::service;
use firmware_host::time::{Clocks, uptime};
use firmware_host::virtual_hall::SAMPLE_HALL;
use firmware_host::virtual_hall::pty::Pair;
use link::ff68;
use queue::{By, Command, ServiceId, Timestamp, WindowNumber};
use schema::{ClockEvent, Entry, Stamped, Store};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};
use window::display;

/// Windows of the sample hall's first lines that press in turn: the same key of one window within half a second is one press.
const WINDOWS: std::ops::RangeInclusive<u16> = 2..=9;
/// Between two presses: eight windows then press every 0.64 s each, and the display line is quiet again.
const PAUSE: Duration = Duration::from_millis(80);
/// The bench's displays answer as fast as the machine lets them: it is the daemon that is measured, not the wire.
const FAST_BAUD: u32 = 50_000_000;

fn main() {
    let n = if std::env::args().any(|argument| argument == "--bench") { 400 } else { 8 };
    let directory = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let floor = floor(&directory.path().join("floor.db"), n);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let presses = runtime.block_on(presses(directory.path(), n));
    println!("{n} presses                                          median        p99        max");
    row("one durable commit (floor)", &floor);
    row("key's last byte in, LED's first byte out", &presses);
    let over = |part: f64| at(&presses, part).saturating_sub(at(&floor, part)).as_secs_f64() * 1000.0;
    println!("over the floor: median {:.2} ms (budget 0.5), p99 {:.2} ms (budget 2)", over(0.5), over(0.99));
}

fn row(name: &str, times: &[Duration]) {
    println!("{name:<45} {:>10.1?} {:>10.1?} {:>10.1?}", at(times, 0.5), at(times, 0.99), at(times, 1.0));
}

fn at(times: &[Duration], part: f64) -> Duration {
    times[((times.len() - 1) as f64 * part) as usize]
}

fn floor(path: &Path, n: usize) -> Vec<Duration> {
    let mut store = Store::open(path).unwrap();
    let mut times = Vec::new();
    for second in 0..n {
        let row =
            Stamped { at: Timestamp(second as i64), entry: Entry::Clock(ClockEvent::Jumped { by_s: 7 }) };
        std::thread::sleep(Duration::from_millis(2));
        let began = Instant::now();
        store.append(&[row]).unwrap();
        times.push(began.elapsed());
    }
    times.sort();
    times
}

async fn presses(directory: &Path, n: usize) -> Vec<Duration> {
    let mut config = config::parse(SAMPLE_HALL, "hall.toml").unwrap();
    let (keypads, displays) = (Pair::open().unwrap(), Pair::open().unwrap());
    let first = config.window(*WINDOWS.start()).unwrap().clone();
    config.keypad_lines.retain(|line| Some(&line.name) == first.keypad.as_ref());
    config.display_lines.retain(|line| Some(&line.name) == first.display.as_ref());
    config.keypad_lines[0].port = Port::Device(keypads.path().to_path_buf());
    config.display_lines[0].port = Port::Device(displays.path().to_path_buf());
    (config.printers, config.kiosks) = (Vec::new(), Vec::new());
    let mut twins: Vec<display::Twin> = config
        .windows
        .iter()
        .filter(|window| window.display == first.display)
        .map(|window| {
            let geometry = display::Geometry::new(window.display_width_px, window.display_height_px).unwrap();
            display::Twin::new(window.display_screen.unwrap(), geometry, display::CardType::Any, FAST_BAUD)
        })
        .collect();
    let config = Arc::new(config);
    let store = Store::open(&directory.join("hall.db")).unwrap();
    let running = service::start(config.clone(), store, Clocks::real()).unwrap();
    let desk = running.desk.clone();
    for window in WINDOWS {
        desk.wish(Wish::Do(Command::OpenWindow { window: WindowNumber(window), clerk: None })).await.unwrap();
        let served = config
            .services
            .iter()
            .find(|service| config.window(window).unwrap().serves.includes(&service.code));
        // Neighbours share services, so each brings more people than it will call itself.
        for _ in 0..=n / 3 {
            let take = Take {
                service: ServiceId::from(served.unwrap().code.as_str()),
                more: Vec::new(),
                grant: None,
                booked: None,
                by: By("bench".into()),
                printer: None,
                english: false,
                person: None,
            };
            desk.wish(Wish::Take(take)).await.unwrap();
        }
    }
    settle(&keypads, &displays, &mut twins, Duration::from_secs(2)).await;
    let mut times = Vec::new();
    for turn in 0..n {
        let window = *WINDOWS.start() + (turn % WINDOWS.count()) as u16;
        let address = config.window(window).unwrap().keypad_address.unwrap();
        let key = ff68::Frame::new(address, ff68::EVENT, [0x0C]);
        keypads.write(&ff68::encode(&key));
        let began = Instant::now();
        times.push(first_frame(&keypads, &displays, &mut twins, began).await);
        settle(&keypads, &displays, &mut twins, PAUSE).await;
    }
    times.sort();
    times
}

/// Until the first byte for a display; the keypads' bytes are taken meanwhile.
async fn first_frame(
    keypads: &Pair,
    displays: &Pair,
    twins: &mut [display::Twin],
    began: Instant,
) -> Duration {
    let (mut key_bytes, mut led_bytes) = ([0; 512], [0; 4096]);
    loop {
        tokio::select! {
            n = displays.read(&mut led_bytes) => {
                let took = began.elapsed();
                answer(displays, twins, &led_bytes[..n.unwrap()]);
                return took;
            }
            _ = keypads.read(&mut key_bytes) => {}
        }
    }
}

/// Lets the lines become quiet: displays answer, keypads only listen.
async fn settle(keypads: &Pair, displays: &Pair, twins: &mut [display::Twin], time: Duration) {
    let (mut key_bytes, mut led_bytes) = ([0; 512], [0; 4096]);
    let end = tokio::time::Instant::now() + time;
    loop {
        tokio::select! {
            n = displays.read(&mut led_bytes) => answer(displays, twins, &led_bytes[..n.unwrap()]),
            _ = keypads.read(&mut key_bytes) => {}
            () = tokio::time::sleep(Duration::from_millis(1)) => answer(displays, twins, &[]),
            () = tokio::time::sleep_until(end) => return,
        }
    }
}

fn answer(displays: &Pair, twins: &mut [display::Twin], bytes: &[u8]) {
    let now = uptime();
    for twin in twins {
        twin.receive(now, bytes);
        twin.wake(now);
        while let Some(bytes) = twin.transmit(now) {
            displays.write(&bytes);
        }
    }
}
