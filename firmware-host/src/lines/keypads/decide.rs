//! Decides what is pressed at one station, press by press, away from the line: neither the database nor a PIN's hash may hold
//! up the acknowledgement of a frame. A refusal goes back as a beep, with a code on the LCD where there is one.

use super::codes::{self, Told};
use super::entry::{BETWEEN_PARTS, Entry, Heard};
use super::{Barred, Hand, Place, Press};
use crate::config::Config;
use crate::core::board::Phase;
use crate::core::desk::Wish;
use crate::core::words;
use crate::time::uptime;
use queue::{Command, Destination, ServiceId, WindowNumber};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, mpsc};
use window::keypad::{Digits, Key, Note};

/// What goes back to a keypad.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Back {
    pub(super) beep: bool,
    pub(super) note: Option<Note>,
}

/// A press that changes nothing, and what the LCD tells of it.
struct Refused(Option<Told>);

impl From<Told> for Refused {
    fn from(told: Told) -> Self {
        Refused(Some(told))
    }
}

/// One station's own task.
pub(super) struct Deciding {
    pub(super) hand: Hand,
    pub(super) window: WindowNumber,
    pub(super) address: u8,
    pub(super) back: mpsc::Sender<(u8, Back)>,
    pub(super) entry: Entry,
}

impl Deciding {
    /// Presses in their order, until the line ends.
    pub(super) async fn run(mut self, mut presses: mpsc::Receiver<(Press, Option<OwnedSemaphorePermit>)>) {
        while let Some((press, _turn)) = presses.recv().await {
            let back = match press {
                Press::Level(level) => {
                    // A pad has nothing to beep with; a late rating changes nothing (rule R3).
                    let rate = Command::Rate { window: self.window, level, reasons: Vec::new() };
                    if self.wish(rate).await.is_err() {
                        self.hand.tallies.stray_at(&super::pad_device(self.window));
                    }
                    continue;
                }
                Press::Key(Key::SignIn(part)) => self.heard(part).await,
                Press::Key(key) => {
                    self.entry.forget();
                    self.key(key).await.map(|()| None)
                }
            };
            let back = match back {
                Ok(note) => Back { beep: false, note },
                Err(Refused(told)) => Back { beep: true, note: told.map(Told::note) },
            };
            self.back.try_send((self.address, back)).ok();
        }
    }

    async fn key(&self, key: Key) -> Result<(), Refused> {
        for command in commands(&self.hand.config, self.window, key, self.phase())? {
            self.wish(command).await?;
        }
        Ok(())
    }

    fn phase(&self) -> Phase {
        let board = self.hand.desk.board().borrow();
        board.windows.get(&self.window).map_or(Phase::Closed, |facts| facts.phase)
    }

    async fn wish(&self, command: Command) -> Result<(), Refused> {
        let name = words::name(&command);
        self.hand.desk.wish(Wish::Do(command)).await.map(drop).map_err(|no| {
            let why = words::no(&self.hand.config, &no).en;
            tracing::info!(window = %self.window, command = name, no = why, "a press was refused");
            Refused(codes::refusal(&no))
        })
    }

    /// A part of a staff number or PIN. What is to stand on the LCD, if anything: the number that was understood, and how many
    /// digits of the PIN.
    async fn heard(&mut self, part: Digits) -> Result<Option<Note>, Refused> {
        let config = self.hand.config.clone();
        let typing = |code: Option<u16>, number: &str| {
            let last = number.len().saturating_sub(3);
            Ok(Some(Note { code, number: number[last..].parse().ok(), lasts: BETWEEN_PARTS }))
        };
        match self.entry.hear(uptime(), part) {
            Heard::MoreNumber(number) => typing(None, &number),
            Heard::MorePin(number, digits) => typing(Some(digits), &number),
            Heard::Number(number) => {
                let known = config.staff(&number);
                let may = known.map(|person| config.may_sit(person, self.window.0));
                let no = match may {
                    Some(true) => return typing(None, &number),
                    Some(false) => Told::new(codes::NOT_HERE, None),
                    None => Told::new(codes::WRONG, 0),
                };
                self.entry.forget();
                Err(no.into())
            }
            Heard::Both { number, pin } => {
                self.sign_in(&config, number, pin).await?;
                // The number goes, the board comes back.
                Ok(Some(Note { code: None, number: None, lasts: Duration::ZERO }))
            }
            Heard::Off => {
                self.wish(Command::CloseWindow { window: self.window, force: None }).await?;
                Ok(None)
            }
            Heard::Nothing => Err(Told::new(codes::WRONG, 0).into()),
        }
    }

    async fn sign_in(&self, config: &Config, number: String, pin: String) -> Result<(), Refused> {
        let Some(person) = config.staff(&number) else {
            return Err(Told::new(codes::WRONG, 0).into());
        };
        match self.hand.gate.check(Place::Window(self.window), person, pin).await {
            Ok(()) => {}
            Err(Barred::Wait(wait)) => return Err(Told::new(codes::TOO_SOON, seconds(wait)).into()),
            Err(Barred::Wrong(wait)) => return Err(Told::new(codes::WRONG, seconds(wait)).into()),
            Err(Barred::Ending) => return Err(Refused(None)),
        }
        let window = self.window;
        self.wish(match self.phase() {
            Phase::Closed => Command::OpenWindow { window, clerk: Some(number) },
            _ => Command::TakeOver { window, clerk: number },
        })
        .await
    }
}

/// Whole seconds, so that whoever waits for them has waited long enough.
fn seconds(wait: Duration) -> u16 {
    codes::three(wait.as_secs() + u64::from(wait.subsec_nanos() > 0))
}

/// What a key means at a window that is doing this.
fn commands(config: &Config, window: WindowNumber, key: Key, phase: Phase) -> Result<Vec<Command>, Refused> {
    let open = Command::OpenWindow { window, clerk: None };
    let next = Command::CallNext { window };
    Ok(match key {
        // Rule P2: where staff is named, they open the window by signing in; elsewhere the first "call next" of the day does.
        Key::CallNext if phase == Phase::Closed && config.needs_sign_in(window.0) => {
            return Err(Told::new(codes::SIGN_IN_FIRST, None).into());
        }
        Key::CallNext if phase == Phase::Closed => vec![open, next],
        Key::CallNext if phase == Phase::Paused => vec![Command::Resume { window }, next],
        Key::CallNext => vec![next],
        Key::Recall => vec![Command::Recall { window }],
        Key::Start => vec![Command::Start { window }],
        Key::Evaluate => vec![Command::Complete { window, prompt: true }],
        Key::Cancel => vec![Command::StopAsking { window }],
        Key::Pause { .. } if phase == Phase::Paused => vec![Command::Resume { window }],
        Key::Pause { digits } => vec![pause(config, window, digits)?],
        Key::Pass => vec![Command::Pass { window }],
        Key::Park => vec![Command::Park { window, note: String::new() }],
        Key::Return => {
            let back = Command::Return { window, ticket: None };
            // A person who is back is called at once if the window has time.
            if phase == Phase::Free { vec![back, next] } else { vec![back] }
        }
        Key::Transfer { digits: Some(to) } => {
            let note = format!("{window}号窗口转移");
            vec![Command::Transfer { window, to: destination(config, to), note }]
        }
        Key::Transfer { digits: None } | Key::OneMetreLine | Key::SignIn(_) | Key::Unknown(_) => {
            return Err(Refused(None));
        }
    })
}

/// Rule P1. A hall without reasons takes no notice of digits before the key.
fn pause(config: &Config, window: WindowNumber, digits: Option<u16>) -> Result<Command, Refused> {
    let Some(code) = digits.filter(|_| !config.pauses.is_empty()) else {
        return Ok(Command::Pause { window, reason: String::new(), planned_s: None });
    };
    let known = config.pause_reason(code).ok_or(Told::new(codes::UNKNOWN, code))?;
    let planned_s = Some(i64::from(known.minutes) * 60);
    Ok(Command::Pause { window, reason: known.name.clone(), planned_s })
}

/// What is typed before the transfer key: the number of a window, or the code of a service; no number is both.
fn destination(config: &Config, typed: u16) -> Destination {
    let service = config.services.iter().find(|service| service.keypad_code == Some(typed));
    match service {
        Some(service) => Destination::Service(ServiceId::from(service.code.as_str())),
        None => Destination::Window(WindowNumber(typed)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hall() -> Config {
        crate::config::parse(include_str!("../../../../systemd/hall.toml"), "hall.toml").unwrap()
    }

    fn names(config: &Config, key: Key, phase: Phase) -> Result<Vec<&'static str>, Option<u16>> {
        commands(config, WindowNumber(3), key, phase)
            .map(|commands| commands.iter().map(words::name).collect())
            .map_err(|Refused(told)| told.map(|told| told.code))
    }

    #[test]
    fn the_first_call_of_the_day_opens_a_window_without_staff() {
        let mut config = hall();
        config.staff.clear();
        let pause = Key::Pause { digits: None };
        assert_eq!(names(&config, Key::CallNext, Phase::Closed), Ok(vec!["open_window", "call_next"]));
        assert_eq!(names(&config, Key::CallNext, Phase::Serving), Ok(vec!["call_next"]));
        assert_eq!(names(&config, pause, Phase::Free), Ok(vec!["pause"]));
        assert_eq!(names(&config, pause, Phase::Paused), Ok(vec!["resume"]));
        assert_eq!(names(&config, Key::Transfer { digits: None }, Phase::Serving), Err(None));
    }

    #[test]
    fn p2_a_window_with_staff_opens_by_signing_in_alone_unless_the_hall_says_otherwise() {
        let mut config = hall();
        assert_eq!(names(&config, Key::CallNext, Phase::Closed), Err(Some(codes::SIGN_IN_FIRST)));
        assert_eq!(names(&config, Key::CallNext, Phase::Free), Ok(vec!["call_next"]));
        config.sign_in.required = false;
        assert_eq!(names(&config, Key::CallNext, Phase::Closed), Ok(vec!["open_window", "call_next"]));
    }

    #[test]
    fn p1_digits_before_the_pause_key_are_a_reason_with_a_length() {
        let mut config = hall();
        let reason = config.pauses[0].clone();
        let window = WindowNumber(3);
        let asked = commands(&config, window, Key::Pause { digits: Some(reason.code) }, Phase::Serving);
        let planned_s = Some(i64::from(reason.minutes) * 60);
        let expected = Command::Pause { window, reason: reason.name, planned_s };
        assert!(asked.is_ok_and(|asked| asked == [expected]));
        let unknown = Key::Pause { digits: Some(98) };
        assert_eq!(names(&config, unknown, Phase::Free), Err(Some(codes::UNKNOWN)));
        config.pauses.clear();
        assert_eq!(names(&config, unknown, Phase::Free), Ok(vec!["pause"]));
    }

    #[test]
    fn p4_digits_before_the_transfer_key_are_a_window_or_a_service() {
        let mut config = hall();
        config.services[0].keypad_code = Some(801);
        let code = config.services[0].code.clone();
        let service = Destination::Service(ServiceId::from(code.as_str()));
        assert_eq!(destination(&config, 801), service);
        assert_eq!(destination(&config, 3), Destination::Window(WindowNumber(3)));
        assert_eq!(destination(&config, 999), Destination::Window(WindowNumber(999)), "the queue refuses it");
    }
}
