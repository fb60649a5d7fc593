//! One RS-485 bus of keypads and pads: presses become commands, the board becomes LCD digits and prompts.
//!
//! | module | holds |
//! |---|---|
//! | `decide` | what is pressed at one station, press by press |
//! | `entry` | staff number and PIN as they are typed |
//! | `gate` | PINs checked, one at a time |
//! | `throttle` | wrong PINs cost time |
//! | `codes` | what the LCD tells besides people and tickets |

mod codes;
mod decide;
mod entry;
mod gate;
mod throttle;

pub(crate) use gate::Barred;
pub use gate::Gate;
pub(crate) use throttle::Place;

use self::codes::Told;
use self::decide::{Back, Deciding};
use self::entry::Entry;
use super::faults::Faults;
use super::tallies::{LineTally, Tallies};
use super::{Hand, Port, sleep_until};
use crate::config::{KeypadLine, OkCodes, Window};
use crate::core::board::{Board, Phase, WindowFacts};
use crate::ports::LineEvent;
use crate::time::uptime;
use evaluator::pad;
use link::Uptime;
use link::ff68::{Bus, BusInput, BusOutput, Frame, Part};
use link::traffic::{Ring, Way};
use link::uptime::earliest;
use queue::{TicketNumber, TicketSeq, Timestamp, WindowNumber};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};
use window::keypad::{self, Key, Shown};

/// Presses of one station that may wait for the database; a clerk who presses faster than a full disk answers is told by beeps.
const PRESSES: usize = 8;
/// Beeps and notes on their way back.
const BACK: usize = 64;

/// One window's keypad and pad, at one address of the bus.
struct Station {
    window: WindowNumber,
    /// Whether somebody is named to sit here.
    staffed: bool,
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
    /// Ticket whose clerk was told that it was sent on with a note (rule P4).
    sent: Option<TicketNumber>,
    /// How often the clerk was told that the pause lasts too long (rule P1).
    reminded: u32,
}

/// Name of a window's pad in faults and counts.
pub(crate) fn pad_device(window: WindowNumber) -> String {
    format!("window {window} pad")
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
    tallies: Tallies,
    name: String,
}

pub(super) async fn run(hand: Hand, line: KeypadLine) {
    let mut port = Port::open(&line.port, line.baud);
    let mut board = hand.desk.board();
    let device = format!("keypad line {}", line.name);
    let (back, mut news) = mpsc::channel(BACK);
    let mut keypads = Keypads {
        stations: stations(&hand, &line, &back),
        paused: BTreeSet::new(),
        bus: Bus::new(line.baud),
        ring: Ring::default(),
        faults: Faults::new(&hand.desk),
        tally: hand.tallies.of(&device),
        tallies: hand.tallies.clone(),
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
            Some((address, back)) = news.recv() => keypads.tell(address, back),
        }
        keypads.drain(&port).await;
    }
}

fn stations(hand: &Hand, line: &KeypadLine, back: &mpsc::Sender<(u8, Back)>) -> BTreeMap<u8, Station> {
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
        let deciding = Deciding {
            hand: hand.clone(),
            window: WindowNumber(window.number),
            address,
            back: back.clone(),
            entry: Entry::new(hand.config.staff_digits(), hand.config.sign_in.pin_digits),
        };
        tokio::spawn(deciding.run(inbox));
        let station = Station {
            window: WindowNumber(window.number),
            staffed: hand.config.staff.iter().any(|person| hand.config.may_sit(person, window.number)),
            neighbours: neighbours.filter(|number| number.0 != window.number).collect(),
            presses,
            turn: Arc::new(Semaphore::new(1)),
            keypad: keypad::Session::new(settings),
            pad: pad::Session::new(pad),
            prompted: None,
            owed: None,
            sent: None,
            reminded: 0,
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

impl Station {
    /// A beep, and what it is about.
    fn tell(&mut self, now: Uptime, told: Told) {
        self.keypad.handle(now, keypad::Input::Beep);
        self.keypad.handle(now, keypad::Input::Tell(told.note()));
    }

    /// Rules Q5, P4: whoever was sent on comes with a note, which stands on the page.
    fn tell_of_note(&mut self, now: Uptime, facts: &WindowFacts) {
        let sent = facts.sent.as_ref().filter(|_| facts.phase == Phase::Calling);
        if let Some(sent) = sent
            && self.sent != facts.ticket
        {
            self.tell(now, Told::new(codes::SENT, sent.from.map(|window| window.0)));
        }
        // Remembered until somebody else is there: a recall tells nothing new.
        if facts.ticket.is_some() {
            self.sent = facts.sent.as_ref().and(facts.ticket.clone());
        }
    }

    /// Rule P1: the pause lasts too long.
    fn remind_of_pause(&mut self, now: Uptime, at: Timestamp, facts: &WindowFacts) {
        let reminded = facts.pause.as_ref().map_or(0, |pause| pause.reminded);
        if let Some(pause) = &facts.pause
            && reminded > self.reminded
        {
            let minutes = at.since(pause.since).max(0).unsigned_abs() / 60;
            self.tell(now, Told::new(codes::PAUSED_TOO_LONG, codes::three(minutes)));
        }
        self.reminded = reminded;
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
            station.keypad.handle(now, keypad::Input::Show(shown(facts, station.staffed)));
            // Rule G4. The LCD has digits alone, so a beep with the new number says it; the sentence stands on the page.
            let owed = facts.owed_words.as_ref().and(facts.ticket.clone());
            if owed.is_some() && owed != station.owed {
                station.keypad.handle(now, keypad::Input::Beep);
            }
            station.owed = owed;
            station.tell_of_note(now, facts);
            station.remind_of_pause(now, board.at, facts);
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
            if let Some(neighbour) = station.neighbours.intersection(&fresh).next().filter(|_| works) {
                let told = Told::new(codes::NEIGHBOUR_PAUSES, neighbour.0);
                station.tell(now, told);
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
                let now = uptime();
                self.stations
                    .values_mut()
                    .for_each(|station| station.keypad.handle(now, keypad::Input::Noise));
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
                    if let Some(station) = self.stations.get(&address) {
                        self.tallies.stray_at(&pad_device(station.window));
                    }
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
        self.tell(address, Back { beep: true, note: None });
    }

    fn tell(&mut self, address: u8, back: Back) {
        let Some(station) = self.stations.get_mut(&address) else { return };
        if back.beep {
            station.keypad.handle(uptime(), keypad::Input::Beep);
        }
        if let Some(note) = back.note {
            station.keypad.handle(uptime(), keypad::Input::Tell(note));
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

/// Rule P2: the stars are those of whoever is on duty; where staff is named and nobody is, there are none.
fn shown(facts: &WindowFacts, staffed: bool) -> Shown {
    let waiting = codes::three(u64::from(facts.waiting));
    let ticket = facts.ticket.as_ref().map(codes::running);
    let stars = facts.on_duty.as_ref().map(|person| person.stars);
    Shown { waiting: Some(waiting), ticket, stars: stars.or(staffed.then_some(0)) }
}
