//! One RS-485 bus of keypads and pads: presses become commands, the board becomes LCD digits and prompts.

use super::faults::Faults;
use super::tallies::LineTally;
use super::{Hand, Port, sleep_until};
use crate::config::{KeypadLine, OkCodes, Window};
use crate::core::board::{Board, Phase, WindowFacts};
use crate::core::desk::Wish;
use crate::core::words;
use crate::ports::LineEvent;
use crate::time::uptime;
use evaluator::pad;
use link::Uptime;
use link::ff68::{Bus, BusInput, BusOutput, Frame, Part};
use link::traffic::{Ring, Way};
use link::uptime::earliest;
use queue::{Command, Destination, TicketNumber, TicketSeq, WindowNumber};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};
use window::keypad::{self, Key, Shown};

/// Presses of one station that may wait for the database; a clerk who presses faster than a full disk answers is told by beeps.
const PRESSES: usize = 8;
/// Beeps on their way back.
const BEEPS: usize = 64;

/// One window's keypad and pad, at one address of the bus.
struct Station {
    window: WindowNumber,
    /// Windows whose pauses this one is told of (P1).
    neighbours: BTreeSet<WindowNumber>,
    /// To the task that decides this station's presses, so that the line itself never waits for the database: every frame is
    /// acknowledged and told from its repeats at once, whatever the disk does.
    presses: mpsc::Sender<(Press, Option<OwnedSemaphorePermit>)>,
    /// One key at a time: a second press before the first was decided would act on somebody the clerk has not seen.
    turn: Arc<Semaphore>,
    keypad: keypad::Session,
    pad: pad::Session,
    /// Ticket whose rating the pad was asked for.
    prompted: Option<TicketSeq>,
    /// Ticket whose clerk was told by a beep that words are owed (rule G4).
    owed: Option<TicketNumber>,
}

/// What a clerk or citizen did at a station.
#[derive(Clone, Copy, Debug)]
enum Press {
    Key(Key),
    Level(u8),
}

struct Keypads {
    paused: BTreeSet<WindowNumber>,
    bus: Bus,
    stations: BTreeMap<u8, Station>,
    ring: Ring,
    faults: Faults,
    tally: LineTally,
    name: String,
}

pub(super) async fn run(hand: Hand, line: KeypadLine) {
    let mut port = Port::open(&line.port, line.baud);
    let mut board = hand.desk.board();
    let device = format!("keypad line {}", line.name);
    let (beeps, mut beep) = mpsc::channel(BEEPS);
    let mut keypads = Keypads {
        stations: stations(&hand, &line, &beeps),
        paused: BTreeSet::new(),
        bus: Bus::new(line.baud),
        ring: Ring::default(),
        faults: Faults::new(&hand.desk),
        tally: hand.tallies.of(&device),
        name: line.name.clone(),
    };
    loop {
        let deadline = keypads.deadline();
        tokio::select! {
            biased;
            () = sleep_until(deadline) => keypads.wake(uptime()),
            event = port.events.recv() => match event {
                None => return,
                Some(LineEvent::Opened) => {
                    keypads.tally.opened();
                    keypads.faults.close(&device, "port").await;
                    keypads.bus.handle(uptime(), BusInput::Opened);
                    keypads.refresh_all();
                }
                Some(LineEvent::Closed(why)) => {
                    keypads.bus.handle(uptime(), BusInput::Closed);
                    keypads.faults.open(&device, "port", &why, None).await;
                }
                Some(LineEvent::Bytes { at: now, bytes }) => {
                    keypads.ring.push(now, Way::In, &bytes);
                    keypads.bus.handle(now, BusInput::Bytes(&bytes));
                }
            },
            changed = board.changed() => {
                if changed.is_err() {
                    return;
                }
                let newest = board.borrow_and_update();
                keypads.show(uptime(), &newest);
            }
            Some(address) = beep.recv() => keypads.beep(address),
        }
        keypads.drain(&port).await;
    }
}

fn stations(hand: &Hand, line: &KeypadLine, beeps: &mpsc::Sender<u8>) -> BTreeMap<u8, Station> {
    let here =
        hand.config.windows.iter().filter(|window| window.keypad.as_deref() == Some(line.name.as_str()));
    here.filter_map(|window| {
        let address = window.keypad_address?;
        let settings = keypad::Settings { address, ok_codes: ok_codes(&line.ok_codes) };
        // The queue's own clock ends a prompt (rule R2); the pad is told through the board.
        let pad = pad::Settings { address, levels: line.pad_levels, answer_timeout: None };
        let of_group = |other: &&Window| window.group.is_some() && other.group == window.group;
        let neighbours = hand.config.windows.iter().filter(of_group).map(|other| WindowNumber(other.number));
        let (presses, inbox) = mpsc::channel(PRESSES);
        tokio::spawn(decide(hand.clone(), WindowNumber(window.number), address, inbox, beeps.clone()));
        let station = Station {
            window: WindowNumber(window.number),
            neighbours: neighbours.filter(|number| number.0 != window.number).collect(),
            presses,
            turn: Arc::new(Semaphore::new(1)),
            keypad: keypad::Session::new(settings),
            pad: pad::Session::new(pad),
            prompted: None,
            owed: None,
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
        self.tell_neighbours(now, board);
        for station in self.stations.values_mut() {
            let Some(facts) = board.windows.get(&station.window) else { continue };
            station.keypad.handle(now, keypad::Input::Show(shown(facts)));
            // Rule G4. The LCD has digits alone, so a beep with the new number says it; the sentence stands on the page.
            let owed = facts.owed_words.as_ref().and(facts.ticket.clone());
            if owed.is_some() && owed != station.owed {
                station.keypad.handle(now, keypad::Input::Beep);
            }
            station.owed = owed;
            if facts.rating != station.prompted {
                station.prompted = facts.rating;
                if facts.rating.is_some() {
                    station.pad.handle(now, pad::Input::Prompt { on: false });
                }
                station.pad.handle(now, pad::Input::Prompt { on: facts.rating.is_some() });
            }
        }
    }

    /// Rule P1: neighbours of the group hear that a window pauses.
    fn tell_neighbours(&mut self, now: Uptime, board: &Board) {
        let pausing = board.windows.values().filter(|facts| facts.phase == Phase::Paused);
        let paused: BTreeSet<WindowNumber> = pausing.map(|facts| facts.number).collect();
        let fresh: BTreeSet<WindowNumber> = paused.difference(&self.paused).copied().collect();
        self.paused = paused;
        for station in self.stations.values_mut() {
            let works = board.windows.get(&station.window).is_some_and(|facts| facts.phase != Phase::Closed);
            if works && !station.neighbours.is_disjoint(&fresh) {
                station.keypad.handle(now, keypad::Input::Beep);
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
                busy |= self.station_says(address);
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
            BusOutput::Noise { bytes, why } => {
                tracing::debug!(line = self.name, bytes, why, "noise");
                self.tally.noise(bytes);
            }
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
            None => {
                self.tally.stray();
                tracing::warn!(
                    line = self.name,
                    address = frame.address,
                    "a keypad that hall.toml does not know"
                );
            }
        }
    }

    /// What one station wants; `true` if it wanted anything.
    fn station_says(&mut self, address: u8) -> bool {
        let mut busy = false;
        while let Some(output) = self.stations.get_mut(&address).and_then(|station| station.keypad.poll()) {
            busy = true;
            match output {
                keypad::Output::Send(frame) => self.bus.handle(uptime(), BusInput::Send(frame)),
                keypad::Output::Pressed(key) => self.pressed(address, Press::Key(key)),
            }
        }
        while let Some(output) = self.stations.get_mut(&address).and_then(|station| station.pad.poll()) {
            busy = true;
            match output {
                pad::Output::Send(frame) => self.bus.handle(uptime(), BusInput::Send(frame)),
                pad::Output::Level(level) => self.pressed(address, Press::Level(level)),
                pad::Output::Stray(why) => {
                    self.tally.stray();
                    tracing::info!(line = self.name, address, ?why, "a press on a pad counts for nothing");
                }
                pad::Output::NoAnswer => {}
            }
        }
        busy
    }

    /// Hands a press to the station's own task.
    fn pressed(&mut self, address: u8, press: Press) {
        let Some(station) = self.stations.get(&address) else { return };
        let taken = match press {
            Press::Level(_) => station.presses.try_send((press, None)).is_ok(),
            Press::Key(_) => match station.turn.clone().try_acquire_owned() {
                Ok(turn) => station.presses.try_send((press, Some(turn))).is_ok(),
                Err(_) => false,
            },
        };
        if !taken {
            self.beep(address);
        }
    }

    fn beep(&mut self, address: u8) {
        if let Some(station) = self.stations.get_mut(&address) {
            station.keypad.handle(uptime(), keypad::Input::Beep);
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

/// Decides the presses of one station in their order; a refusal goes back as a beep.
async fn decide(
    Hand { config, desk, .. }: Hand,
    window: WindowNumber,
    address: u8,
    mut presses: mpsc::Receiver<(Press, Option<OwnedSemaphorePermit>)>,
    beeps: mpsc::Sender<u8>,
) {
    while let Some((press, _turn)) = presses.recv().await {
        let commands = match press {
            Press::Level(level) => Some(vec![Command::Rate { window, level, reasons: Vec::new() }]),
            Press::Key(key) => {
                let phase = desk.board().borrow().windows.get(&window).map(|facts| facts.phase);
                commands(window, key, phase.unwrap_or(Phase::Closed))
            }
        };
        let mut refused = commands.is_none();
        for command in commands.into_iter().flatten() {
            let name = words::name(&command);
            if let Err(no) = desk.wish(Wish::Do(command)).await {
                tracing::info!(%window, command = name, no = words::no(&config, &no).en, "a press was refused");
                refused = true;
                break;
            }
        }
        // A pad has nothing to beep with; a late rating is only not counted (rule R3).
        if refused && matches!(press, Press::Key(_)) {
            beeps.try_send(address).ok();
        }
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
