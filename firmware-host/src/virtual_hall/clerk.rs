//! A clerk at a window, and the person in front of them: calls, recalls, serves, asks for a rating, pauses, goes to lunch.
//!
//! Clerks see what their display, LCD and clock say and act through the keypad alone, from signing in with number and PIN to
//! signing off.

use super::dice::Dice;
use super::stage::Stage;
use crate::config::{Config, Open, Staff, Window};
use crate::core::board::{Phase, WindowFacts};
use crate::time::uptime;
use chrono::NaiveDateTime;
use link::Uptime;
use std::collections::VecDeque;
use std::time::Duration;

/// Share of people who took a number and went away.
const NO_SHOW: f64 = 0.05;
/// Share of people who are sent to copy or fill in something and come back.
const PARKED: f64 = 0.03;
/// Share of services after which the clerk pauses for a few minutes.
const BREAK: f64 = 0.03;
/// Share of services that end without a question: the clerk presses "call next" instead (rule R3).
const UNASKED: f64 = 0.03;
/// Reasons of so many minutes at most are for a break between two people; lunch takes longer.
const SHORT_MIN: u32 = 15;
/// Share of people who answer the pad.
const ANSWERS: f64 = 0.75;
/// Weights of the levels 1 to 5; halls report nearly nothing below "satisfied".
const LEVELS: [f64; 5] = [0.6, 1.4, 4.0, 22.0, 72.0];
/// Clerks sit down so many seconds before the doors open, and open their windows within [`OPENING_S`].
const BEFORE_DOORS_S: i64 = 60;
/// Windows open within this many seconds, so that the first who touches a kiosk finds them open.
const OPENING_S: f64 = 3.0;
/// Pauses end within this many seconds, those for lunch included.
const PAUSE_S: f64 = 420.0;
/// PIN of everybody who works in the demo, whatever hall it runs: `demo` puts its hash in the place of theirs.
pub const DEMO_PIN: &str = "1234";
/// Between two parts of a number or PIN, of real time whatever the hall's pace: a keypad takes the same frame within half a
/// second for a repeat (PROTOCOLS 3.1).
const BETWEEN_PARTS: Duration = Duration::from_millis(600);
/// The key after a part of a staff number or PIN.
const SIGN: &str = "one_metre_line";
/// A press that changed nothing is tried again after this many seconds of hall time, at least.
const AGAIN_S: i64 = 12;

/// What the clerk is about to do with the person who was called.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Plan {
    /// Nobody comes: so many recalls, then pass.
    Recall { left: u32 },
    /// Serve, then this key.
    Serve { key: &'static str },
}

/// A window's clerk.
pub(super) struct Clerk {
    window: Window,
    dice: Dice,
    /// Ticket and plan in hand.
    busy: Option<(String, Plan)>,
    /// Hall time of the next thing to do; none: nothing is planned for the present phase.
    due: Option<i64>,
    phase: Option<Phase>,
    /// Ticket that was asked to rate, and when the citizen presses, if they do.
    rating: Option<(u64, Option<i64>)>,
    parked_back: Option<i64>,
    /// Digits still to be typed, with the key after each part, and when the next.
    typing: (VecDeque<(String, &'static str)>, Uptime),
}

impl Clerk {
    pub(super) fn new(window: Window, seed: u64) -> Clerk {
        let dice = Dice::of(seed, &format!("window {}", window.number));
        Clerk {
            window,
            dice,
            busy: None,
            due: None,
            phase: None,
            rating: None,
            parked_back: None,
            typing: Default::default(),
        }
    }

    /// Does what is due at hall time `now`, which is `local` on the clock; `at_work`: on today's list.
    pub(super) fn step(
        &mut self,
        now: i64,
        local: NaiveDateTime,
        at_work: bool,
        facts: &WindowFacts,
        stage: &Stage,
    ) {
        if stage.in_hand(&format!("window/{}", self.window.number)) {
            (self.busy, self.due, self.phase, self.rating) = (None, None, None, None);
            self.typing.0.clear();
            return;
        }
        self.rate(now, facts, stage);
        if self.types_on(stage) {
            return;
        }
        if self.phase != Some(facts.phase) {
            (self.phase, self.due) = (Some(facts.phase), None);
        }
        let working = at_work && works(&self.window, &stage.config, local);
        let over = matches!(stage.config.is_open(local), Open::Closed { .. });
        match facts.phase {
            Phase::Closed if working && stage.config.needs_sign_in(self.window.number) => {
                if self.is_due(now, 0.0, OPENING_S, stage) {
                    self.signs_in(&stage.config);
                }
            }
            Phase::Closed if working => self.press_after(now, 0.0, OPENING_S, "call_next", stage),
            Phase::Closed => self.due = None,
            Phase::Paused if working => self.press_after(now, 1.0, PAUSE_S, "call_next", stage),
            Phase::Free | Phase::Asking | Phase::Paused if !working && facts.waiting == 0 && over => {
                self.finish(now, facts, stage);
            }
            Phase::Paused => self.due = None,
            Phase::Free | Phase::Asking if !working && facts.waiting == 0 => {
                if self.is_due(now, 5.0, 60.0, stage) {
                    self.pauses(true, &stage.config);
                }
            }
            Phase::Free => self.between(now, facts, stage),
            Phase::Asking if self.is_back(now, facts) => self.press_after(now, 1.0, 5.0, "return", stage),
            Phase::Asking => self.due = None,
            Phase::Calling | Phase::Serving => self.with_person(now, facts, stage),
        }
    }

    /// Presses `key` at a moment between `from` and `to` seconds from when it was first wanted.
    fn press_after(&mut self, now: i64, from: f64, to: f64, key: &str, stage: &Stage) {
        if self.is_due(now, from, to, stage) {
            stage.hall.press(self.window.number, key);
        }
    }

    /// Whether the moment has come that was drawn between `from` and `to` seconds from when it was first wanted; it comes
    /// again if nothing changes.
    fn is_due(&mut self, now: i64, from: f64, to: f64, stage: &Stage) -> bool {
        let due = *self.due.get_or_insert_with(|| now + self.dice.between(from, to) as i64);
        if due <= now {
            self.due = Some(now + AGAIN_S.max(i64::from(stage.clocks.speed()) * 2));
        }
        due <= now
    }

    /// The day is over and nobody waits: whoever was parked is served, then the window is closed as the console closes it.
    fn finish(&mut self, now: i64, facts: &WindowFacts, stage: &Stage) {
        if facts.parked > 0 {
            self.press_after(now, 1.0, 5.0, "return", stage);
        } else if self.is_due(now, 5.0, 60.0, stage) {
            // Refused while somebody came meanwhile; then it is tried again.
            self.typing.0 = VecDeque::from([("0".to_owned(), SIGN)]);
        }
    }

    /// Begins to type number and PIN, two digits at a time as this kind of keypad takes them.
    fn signs_in(&mut self, config: &Config) {
        let Some(person) = person(config, self.window.number) else { return };
        let parts = |text: &str| {
            text.as_bytes()
                .chunks(2)
                .map(|part| (String::from_utf8_lossy(part).into_owned(), SIGN))
                .collect::<Vec<_>>()
        };
        self.typing.0 = parts(&person.number).into_iter().chain(parts(DEMO_PIN)).collect();
    }

    /// Begins to type a reason and pauses (rule P1); a hall without reasons has the key alone.
    fn pauses(&mut self, lunch: bool, config: &Config) {
        let fits: Vec<u16> = config
            .pauses
            .iter()
            .filter(|reason| (reason.minutes > SHORT_MIN) == lunch)
            .map(|reason| reason.code)
            .collect();
        // The first of the long reasons is the meal; others are not for noon.
        let one = if lunch { 0 } else { self.dice.between(0.0, fits.len() as f64) as usize };
        let code = fits.get(one).map(ToString::to_string).unwrap_or_default();
        self.typing.0 = VecDeque::from([(code, "pause")]);
    }

    /// Types the next part if its moment has come; `true` while there is more to type.
    fn types_on(&mut self, stage: &Stage) -> bool {
        let (parts, due) = &mut self.typing;
        if parts.is_empty() {
            return false;
        }
        if *due <= uptime() {
            *due = uptime().plus(BETWEEN_PARTS);
            if let Some((part, key)) = parts.pop_front() {
                for digit in part.chars() {
                    stage.hall.press(self.window.number, &digit.to_string());
                }
                stage.hall.press(self.window.number, key);
            }
        }
        true
    }

    /// Between two people: somebody comes back, a pause, or the next one.
    fn between(&mut self, now: i64, facts: &WindowFacts, stage: &Stage) {
        self.busy = None;
        if self.is_back(now, facts) {
            self.press_after(now, 1.0, 5.0, "return", stage);
            return;
        }
        if self.due.is_none() && self.dice.happens(BREAK) {
            self.pauses(false, &stage.config);
            self.due = Some(now + AGAIN_S.max(i64::from(stage.clocks.speed()) * 2));
            return;
        }
        self.press_after(now, 15.0, 40.0, "call_next", stage);
    }

    /// Somebody who was parked stands there again.
    fn is_back(&mut self, now: i64, facts: &WindowFacts) -> bool {
        if facts.parked == 0 {
            self.parked_back = None;
            return false;
        }
        *self.parked_back.get_or_insert_with(|| now + self.dice.between(240.0, 480.0) as i64) <= now
    }

    fn with_person(&mut self, now: i64, facts: &WindowFacts, stage: &Stage) {
        let Some(ticket) = facts.ticket.as_ref().map(ToString::to_string) else { return };
        if self.busy.as_ref().is_none_or(|(busy, _)| *busy != ticket) {
            let plan = self.plan(now, &ticket, facts.recalls, &stage.config);
            self.busy = Some((ticket, plan));
        }
        let (Some(due), Some((_, plan))) = (self.due, &mut self.busy) else { return };
        if due > now {
            return;
        }
        let key = match plan {
            Plan::Recall { left: 0 } => "pass",
            Plan::Recall { left } => {
                *left -= 1;
                "recall"
            }
            Plan::Serve { key } => key,
        };
        stage.hall.press(self.window.number, key);
        self.due =
            Some(now + (self.dice.between(35.0, 50.0) as i64).max(i64::from(stage.clocks.speed()) * 2));
    }

    /// What will come of a call, decided when it is made.
    fn plan(&mut self, now: i64, ticket: &str, recalls: u32, config: &Config) -> Plan {
        if self.dice.happens(NO_SHOW) {
            self.due = Some(now + self.dice.between(35.0, 50.0) as i64);
            return Plan::Recall { left: config.call_order.recalls.saturating_sub(recalls) };
        }
        let prefix: String = ticket.chars().take_while(char::is_ascii_uppercase).collect();
        let service = config.services.iter().find(|service| service.prefix == prefix);
        let mean_s = f64::from(service.map_or(10, |service| service.mean_min)) * 60.0;
        // A third is sure, the rest waits for chance: many are quick, some take three times as long.
        let chance = -(1.0 - self.dice.part()).ln();
        let served_s = mean_s * (0.35 + 0.65 * chance).min(3.0);
        let walk_s = self.dice.between(12.0, 45.0);
        let parks = self.dice.happens(PARKED);
        self.due = Some(now + (walk_s + if parks { served_s / 3.0 } else { served_s }) as i64);
        let unasked = self.dice.happens(UNASKED);
        let key = match (parks, unasked) {
            (true, _) => "park",
            (false, true) => "call_next",
            (false, false) => "evaluate",
        };
        Plan::Serve { key }
    }

    /// The citizen in front of the lit pad.
    fn rate(&mut self, now: i64, facts: &WindowFacts, stage: &Stage) {
        let Some(ticket) = facts.rating.map(|ticket| ticket.0) else {
            self.rating = None;
            return;
        };
        if self.rating.is_none_or(|(asked, _)| asked != ticket) {
            let answers = self.dice.happens(ANSWERS);
            let when = now + self.dice.between(4.0, 14.0) as i64;
            self.rating = Some((ticket, answers.then_some(when)));
        }
        if let Some((_, Some(when))) = self.rating
            && when <= now
        {
            self.rating = Some((ticket, None));
            let level = self.dice.choose(&LEVELS).unwrap_or(4) as u8 + 1;
            if let Some(button) = button(&stage.config, &self.window, level) {
                stage.hall.rate(self.window.number, button);
            }
        }
    }
}

/// Who sits here: somebody who may sit nowhere else, or one of those who may, by the window's number.
pub(super) fn person(config: &Config, window: u16) -> Option<&Staff> {
    let may: Vec<&Staff> = config.staff.iter().filter(|person| config.may_sit(person, window)).collect();
    let own = may.iter().find(|person| person.windows == [window]);
    own.or(may.get(usize::from(window) % may.len().max(1))).copied()
}

/// Whether this window is to be staffed now (rules X1, X2).
fn works(window: &Window, config: &Config, local: NaiveDateTime) -> bool {
    match config.is_open(local) {
        Open::Session { .. } => true,
        Open::Lunch { .. } => {
            config.hours.now().lunch.as_ref().is_some_and(|lunch| lunch.windows.contains(&window.number))
        }
        Open::Closed { opens } => opens.is_some_and(|opens| (opens - local).num_seconds() <= BEFORE_DOORS_S),
    }
}

/// The pad's button for a level.
fn button(config: &Config, window: &Window, level: u8) -> Option<u8> {
    let line = config.keypad_lines.iter().find(|line| Some(&line.name) == window.keypad.as_ref())?;
    line.pad_levels.iter().position(|of| *of == level).map(|button| button as u8)
}
