//! One RS-485 bus of keypads and pads: presses become commands, the board becomes LCD digits and prompts.

use super::faults::Faults;
use super::{Hand, Port, sleep_until};
use crate::config::{KeypadLine, OkCodes};
use crate::core::board::{Board, Phase, WindowFacts};
use crate::core::desk::{No, Wish};
use crate::core::words;
use crate::ports::LineEvent;
use crate::time::uptime;
use evaluator::pad;
use link::Uptime;
use link::ff68::{Bus, BusInput, BusOutput, Frame, Part};
use link::traffic::{Ring, Way};
use link::uptime::earliest;
use queue::{Command, Destination, TicketSeq, WindowNumber};
use std::collections::BTreeMap;
use window::keypad::{self, Key, Shown};

/// One window's keypad and pad, at one address of the bus.
struct Station {
    window: WindowNumber,
    keypad: keypad::Session,
    pad: pad::Session,
    /// Ticket whose rating the pad was asked for.
    prompted: Option<TicketSeq>,
}

struct Keypads {
    hand: Hand,
    bus: Bus,
    stations: BTreeMap<u8, Station>,
    ring: Ring,
    faults: Faults,
    name: String,
}

pub(super) async fn run(hand: Hand, line: KeypadLine) {
    let mut port = Port::open(&line.port, line.baud);
    let mut board = hand.desk.board();
    let device = format!("keypad line {}", line.name);
    let mut keypads = Keypads {
        stations: stations(&hand, &line),
        bus: Bus::new(line.baud),
        ring: Ring::default(),
        faults: Faults::new(&hand.desk),
        name: line.name.clone(),
        hand,
    };
    loop {
        let deadline = keypads.deadline();
        tokio::select! {
            event = port.events.recv() => match event {
                None => return,
                Some(LineEvent::Opened) => {
                    keypads.faults.close(&device, "port").await;
                    keypads.bus.handle(uptime(), BusInput::Opened);
                    keypads.refresh_all();
                }
                Some(LineEvent::Closed(why)) => {
                    keypads.bus.handle(uptime(), BusInput::Closed);
                    keypads.faults.open(&device, "port", &why, None).await;
                }
                Some(LineEvent::Bytes(bytes)) => {
                    let now = uptime();
                    keypads.ring.push(now, Way::In, &bytes);
                    keypads.bus.handle(now, BusInput::Bytes(&bytes));
                }
            },
            changed = board.changed() => {
                if changed.is_err() {
                    return;
                }
                let newest = board.borrow_and_update().clone();
                keypads.show(uptime(), &newest);
            }
            () = sleep_until(deadline) => keypads.wake(uptime()),
        }
        keypads.drain(&port).await;
    }
}

fn stations(hand: &Hand, line: &KeypadLine) -> BTreeMap<u8, Station> {
    let here =
        hand.config.windows.iter().filter(|window| window.keypad.as_deref() == Some(line.name.as_str()));
    here.filter_map(|window| {
        let address = window.keypad_address?;
        let settings = keypad::Settings { address, ok_codes: ok_codes(&line.ok_codes) };
        // The queue's own clock ends a prompt (rule R2); the pad is told through the board.
        let pad = pad::Settings { address, levels: line.pad_levels, answer_timeout: None };
        let station = Station {
            window: WindowNumber(window.number),
            keypad: keypad::Session::new(settings),
            pad: pad::Session::new(pad),
            prompted: None,
        };
        Some((address, station))
    })
    .collect()
}

fn ok_codes(codes: &OkCodes) -> keypad::OkCodes {
    let standard = keypad::OkCodes::default();
    keypad::OkCodes {
        pass: codes.pass.parse().unwrap_or(standard.pass),
        park: codes.park.parse().unwrap_or(standard.park),
        hand_back: codes.call_back.parse().unwrap_or(standard.hand_back),
    }
}

impl Keypads {
    fn deadline(&self) -> Option<Uptime> {
        let stations = self.stations.values();
        let theirs =
            stations.filter_map(|station| earliest(station.keypad.deadline(), station.pad.deadline())).min();
        earliest(self.bus.deadline(), theirs)
    }

    fn wake(&mut self, now: Uptime) {
        self.bus.handle(now, BusInput::Wake);
        for station in self.stations.values_mut() {
            station.keypad.handle(now, keypad::Input::Wake);
            station.pad.handle(now, pad::Input::Wake);
        }
    }

    fn refresh_all(&mut self) {
        let now = uptime();
        for station in self.stations.values_mut() {
            station.keypad.handle(now, keypad::Input::Refresh);
            station.pad.handle(now, pad::Input::Refresh);
        }
    }

    fn show(&mut self, now: Uptime, board: &Board) {
        for station in self.stations.values_mut() {
            let Some(facts) = board.windows.get(&station.window) else { continue };
            station.keypad.handle(now, keypad::Input::Show(shown(facts)));
            if facts.rating != station.prompted {
                station.prompted = facts.rating;
                if facts.rating.is_some() {
                    station.pad.handle(now, pad::Input::Prompt { on: false });
                }
                station.pad.handle(now, pad::Input::Prompt { on: facts.rating.is_some() });
            }
        }
    }

    /// Carries frames and presses until all is quiet.
    async fn drain(&mut self, port: &Port) {
        loop {
            let mut busy = false;
            while let Some(output) = self.bus.poll() {
                busy = true;
                self.bus_says(output, port).await;
            }
            for address in self.stations.keys().copied().collect::<Vec<_>>() {
                busy |= self.station_says(address).await;
            }
            if !busy {
                return;
            }
        }
    }

    async fn bus_says(&mut self, output: BusOutput, port: &Port) {
        match output {
            BusOutput::Write(bytes) => {
                self.ring.push(uptime(), Way::Out, &bytes);
                port.writer.write(bytes);
            }
            BusOutput::Arrived(frame) => self.arrived(&frame),
            BusOutput::Unanswered { address, part, tried } => {
                let (device, detail) = (self.device(address, part), format!("no answer to {tried} frames"));
                self.faults.open(&device, "no_answer", &detail, Some(&self.ring)).await;
            }
            BusOutput::Answering { address, part } => {
                self.faults.close(&self.device(address, part), "no_answer").await;
                if let Some(station) = self.stations.get_mut(&address) {
                    station.keypad.handle(uptime(), keypad::Input::Refresh);
                    station.pad.handle(uptime(), pad::Input::Refresh);
                }
            }
            BusOutput::Noise { bytes, why } => tracing::debug!(line = self.name, bytes, why, "noise"),
            BusOutput::Delivered(_) => {}
        }
    }

    fn arrived(&mut self, frame: &Frame) {
        let now = uptime();
        match self.stations.get_mut(&frame.address) {
            Some(station) => {
                station.keypad.handle(now, keypad::Input::Frame(frame));
                station.pad.handle(now, pad::Input::Frame(frame));
            }
            None => tracing::warn!(
                line = self.name,
                address = frame.address,
                "a keypad that hall.toml does not know"
            ),
        }
    }

    /// What one station wants; `true` if it wanted anything.
    async fn station_says(&mut self, address: u8) -> bool {
        let mut busy = false;
        while let Some(output) = self.stations.get_mut(&address).and_then(|station| station.keypad.poll()) {
            busy = true;
            match output {
                keypad::Output::Send(frame) => self.bus.handle(uptime(), BusInput::Send(frame)),
                keypad::Output::Pressed(key) => {
                    self.pressed(address, key).await;
                }
            }
        }
        while let Some(output) = self.stations.get_mut(&address).and_then(|station| station.pad.poll()) {
            busy = true;
            match output {
                pad::Output::Send(frame) => self.bus.handle(uptime(), BusInput::Send(frame)),
                pad::Output::Level(level) => self.rated(address, level).await,
                pad::Output::Stray(why) => {
                    tracing::info!(line = self.name, address, ?why, "a press on a pad counts for nothing")
                }
                pad::Output::NoAnswer => {}
            }
        }
        busy
    }

    async fn pressed(&mut self, address: u8, key: Key) {
        let Some(window) = self.stations.get(&address).map(|station| station.window) else { return };
        let phase = self.hand.desk.board().borrow().windows.get(&window).map(|facts| facts.phase);
        let Some(commands) = commands(window, key, phase.unwrap_or(Phase::Closed)) else {
            self.beep(address);
            return;
        };
        for command in commands {
            if let Err(no) = self.hand.desk.wish(Wish::Do(command)).await {
                tracing::info!(%window, ?key, no = words::no(&no).en, "a press was refused");
                self.beep(address);
                return;
            }
        }
    }

    fn beep(&mut self, address: u8) {
        if let Some(station) = self.stations.get_mut(&address) {
            station.keypad.handle(uptime(), keypad::Input::Beep);
        }
    }

    async fn rated(&mut self, address: u8, level: u8) {
        let Some(window) = self.stations.get(&address).map(|station| station.window) else { return };
        let outcome =
            self.hand.desk.wish(Wish::Do(Command::Rate { window, level, reasons: Vec::new() })).await;
        if let Err(No::Refused(_)) = outcome {
            tracing::info!(%window, "a rating came when nothing was to be rated");
        }
    }

    fn device(&self, address: u8, part: Part) -> String {
        let name = if part == Part::Pad { "pad" } else { "keypad" };
        self.stations.get(&address).map_or_else(
            || format!("keypad line {} address {address} {name}", self.name),
            |station| format!("window {} {name}", station.window),
        )
    }
}

/// What a key means at a window that is doing this; `None`: nothing, beep.
fn commands(window: WindowNumber, key: Key, phase: Phase) -> Option<Vec<Command>> {
    let open = Command::OpenWindow { window, clerk: None };
    let next = Command::CallNext { window };
    Some(match key {
        // The first "call next" of the day opens the window.
        Key::CallNext if phase == Phase::Closed => vec![open, next],
        Key::CallNext if phase == Phase::Paused => vec![Command::Resume { window }, next],
        Key::CallNext => vec![next],
        Key::Recall => vec![Command::Recall { window }],
        Key::Evaluate => vec![Command::Complete { window, prompt: true }],
        Key::Cancel => vec![Command::StopAsking { window }],
        Key::Pause if phase == Phase::Paused => vec![Command::Resume { window }],
        Key::Pause => vec![Command::Pause { window, reason: String::new() }],
        Key::Pass => vec![Command::Pass { window }],
        Key::Park => vec![Command::Park { window, note: String::new() }],
        Key::Return => {
            let back = Command::Return { window, ticket: None };
            // A person who is back is called at once if the window has time.
            if phase == Phase::Free { vec![back, next] } else { vec![back] }
        }
        Key::Transfer { digits: Some(to) } => vec![Command::Transfer {
            window,
            to: Destination::Window(WindowNumber(to)),
            note: format!("{window}号窗口转移"),
        }],
        Key::Transfer { digits: None } | Key::OneMetreLine | Key::Unknown(_) => return None,
    })
}

fn shown(facts: &WindowFacts) -> Shown {
    // The LCD has room for the running number alone; the prefix stands on the display.
    let digits =
        facts.ticket.as_ref().map(|number| {
            number.0.chars().filter(char::is_ascii_digit).fold(0u16, |n, digit| {
                n.wrapping_mul(10).wrapping_add(digit.to_digit(10).unwrap_or(0) as u16)
            })
        });
    let waiting = u16::try_from(facts.waiting).unwrap_or(u16::MAX).min(999);
    Shown { waiting: Some(waiting), ticket: digits, stars: None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_call_of_the_day_opens_the_window() {
        let window = WindowNumber(3);
        let names = |key, phase| {
            commands(window, key, phase).map(|commands| commands.iter().map(words::name).collect::<Vec<_>>())
        };
        assert_eq!(names(Key::CallNext, Phase::Closed), Some(vec!["open_window", "call_next"]));
        assert_eq!(names(Key::CallNext, Phase::Serving), Some(vec!["call_next"]));
        assert_eq!(names(Key::Pause, Phase::Free), Some(vec!["pause"]));
        assert_eq!(names(Key::Pause, Phase::Paused), Some(vec!["resume"]));
        assert_eq!(names(Key::Transfer { digits: None }, Phase::Serving), None);
    }
}
