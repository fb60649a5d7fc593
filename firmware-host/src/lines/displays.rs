//! One RS-485 bus of window displays: shows each window what the board says of it.

use super::faults::Faults;
use super::tallies::LineTally;
use super::{Hand, Port, sleep_until, texts};
use crate::config::{CardType, Config, DisplayLine, Window};
use crate::core::board::{Board, Phase, WindowFacts};
use crate::ports::LineEvent;
use crate::time::uptime;
use link::Uptime;
use link::traffic::{Ring, Way};
use link::uptime::earliest;
use queue::WindowNumber;
use std::collections::BTreeMap;
use std::time::Duration;
use window::display::{self, Geometry, Input, Output, Screen, Session};

/// A call flashes this long, then stands: long enough to be found, not so long that the hall blinks everywhere.
const FLASH_FOR: Duration = Duration::from_secs(20);

struct Displays {
    config: std::sync::Arc<Config>,
    name: String,
    session: Session,
    screens: BTreeMap<WindowNumber, Shown>,
    ring: Ring,
    faults: Faults,
    tally: LineTally,
}

/// One window's display and what it was last told.
struct Shown {
    window: Window,
    screen: u16,
    geometry: Geometry,
    facts: Option<WindowFacts>,
    flash_until: Option<Uptime>,
}

pub(super) async fn run(hand: Hand, line: DisplayLine) {
    let mut port = Port::open(&line.port, line.baud);
    let mut board = hand.desk.board();
    let faults = Faults::new(&hand.desk);
    let screens = screens(&hand.config, &line);
    let session = Session::new(
        screens
            .values()
            .map(|shown| Screen { number: shown.screen, geometry: shown.geometry, card: card(line.card) })
            .collect(),
        line.baud,
    );
    let mut displays = Displays {
        config: hand.config.clone(),
        name: line.name.clone(),
        session,
        screens,
        ring: Ring::default(),
        faults,
        tally: hand.tallies.of(&format!("display line {}", line.name)),
    };
    let device = format!("display line {}", line.name);
    loop {
        let deadline = earliest(displays.session.deadline(), displays.flash_ends());
        tokio::select! {
            biased;
            () = sleep_until(deadline) => {
                let now = uptime();
                displays.end_flashes(now);
                displays.session.handle(now, Input::Wake);
            }
            event = port.events.recv() => match event {
                None => return,
                Some(LineEvent::Opened) => {
                    displays.tally.opened();
                    displays.faults.close(&device, "port").await;
                    displays.session.handle(uptime(), Input::Opened);
                }
                Some(LineEvent::Closed(why)) => {
                    displays.session.handle(uptime(), Input::Closed);
                    displays.faults.open(&device, "port", &why, None).await;
                }
                Some(LineEvent::Bytes { at: now, bytes }) => {
                    displays.ring.push(now, Way::In, &bytes);
                    displays.session.handle(now, Input::Bytes(&bytes));
                }
            },
            changed = board.changed() => {
                if changed.is_err() {
                    return;
                }
                let newest = board.borrow_and_update();
                displays.show(uptime(), &newest);
            }
        }
        displays.drain(&port).await;
    }
}

fn screens(config: &Config, line: &DisplayLine) -> BTreeMap<WindowNumber, Shown> {
    let here = config.windows.iter().filter(|window| window.display.as_deref() == Some(line.name.as_str()));
    here.filter_map(|window| {
        let geometry = Geometry::new(window.display_width_px, window.display_height_px)?;
        let screen = window.display_screen?;
        let shown = Shown { window: window.clone(), screen, geometry, facts: None, flash_until: None };
        Some((WindowNumber(window.number), shown))
    })
    .collect()
}

impl Displays {
    fn show(&mut self, now: Uptime, board: &Board) {
        for (number, shown) in &mut self.screens {
            let Some(facts) = board.windows.get(number) else { continue };
            let before = shown.facts.as_ref();
            let same = before.is_some_and(|before| {
                (before.phase, &before.ticket, before.recalls, &before.on_duty)
                    == (facts.phase, &facts.ticket, facts.recalls, &facts.on_duty)
            });
            if same {
                continue;
            }
            let called = |facts: &WindowFacts| (facts.phase, facts.ticket.clone(), facts.recalls);
            // A stand-in who sits down in the middle of a call makes it no newer.
            if before.map(called) != Some(called(facts)) {
                shown.flash_until = (facts.phase == Phase::Calling).then(|| now.plus(FLASH_FOR));
            }
            shown.facts = Some(facts.clone());
            say(&mut self.session, now, &self.config, shown);
        }
    }

    fn flash_ends(&self) -> Option<Uptime> {
        self.screens.values().filter_map(|shown| shown.flash_until).min()
    }

    fn end_flashes(&mut self, now: Uptime) {
        for shown in self.screens.values_mut() {
            if shown.flash_until.is_some_and(|until| until <= now) {
                shown.flash_until = None;
                say(&mut self.session, now, &self.config, shown);
            }
        }
    }

    async fn drain(&mut self, port: &Port) {
        while let Some(output) = self.session.poll() {
            match output {
                Output::Write(bytes) => {
                    self.ring.push(uptime(), Way::Out, &bytes);
                    port.writer.write(bytes);
                }
                Output::Shown { screen } => tracing::trace!(line = self.name, screen, "shown"),
                Output::Fault { screen, fault } => {
                    let device = self.device(screen);
                    self.faults.open(&device, code(fault), &fault.to_string(), Some(&self.ring)).await;
                }
                Output::Cleared { screen } => {
                    let device = self.device(screen);
                    for code in [NO_ANSWER, REFUSED] {
                        self.faults.close(&device, code).await;
                    }
                }
                Output::Noise { bytes } => self.tally.noise(bytes),
            }
        }
    }

    fn device(&self, screen: u16) -> String {
        let window = self.screens.values().find(|shown| shown.screen == screen);
        window.map_or_else(
            || format!("display line {} screen {screen}", self.name),
            |shown| format!("window {} display", shown.window.number),
        )
    }
}

fn say(session: &mut Session, now: Uptime, config: &Config, shown: &Shown) {
    let Some(facts) = &shown.facts else { return };
    let content = texts::content(config, &shown.window, facts, shown.flash_until.is_some(), shown.geometry);
    session.handle(now, Input::Show { screen: shown.screen, content });
}

const NO_ANSWER: &str = "no_answer";
const REFUSED: &str = "refused";

fn code(fault: display::Fault) -> &'static str {
    match fault {
        display::Fault::NoAnswer { .. } => NO_ANSWER,
        display::Fault::Refused(_) => REFUSED,
    }
}

fn card(card: CardType) -> display::CardType {
    match card {
        CardType::Any => display::CardType::Any,
        CardType::Bx5K1 => display::CardType::Bx5K1,
        CardType::Bx5K2 => display::CardType::Bx5K2,
        CardType::Bx5MK1 => display::CardType::Bx5Mk1,
        CardType::Bx5MK2 => display::CardType::Bx5Mk2,
        CardType::Bx5K1QYY => display::CardType::Bx5K1QYy,
        CardType::Bx6K1 => display::CardType::Bx6K1,
        CardType::Bx6K2 => display::CardType::Bx6K2,
        CardType::Bx6K3 => display::CardType::Bx6K3,
        CardType::Bx6K1YY => display::CardType::Bx6K1Yy,
        CardType::Bx6K2YY => display::CardType::Bx6K2Yy,
        CardType::Bx6K3YY => display::CardType::Bx6K3Yy,
        CardType::Bx6K14G => display::CardType::Bx6K14g,
        CardType::Bx6K24G => display::CardType::Bx6K24g,
    }
}
