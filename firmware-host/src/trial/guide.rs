//! What comes over the desk, as the console sends it: people the guide helps, grants, bookings, supervisors who move tickets
//! and open and close windows, and wishes that make no sense. Answers are held against the log.

use super::chance::Chance;
use super::checker::{Checker, Does, Stands};
use super::plan::Plan;
use crate::core::desk::{Desk, Done, No, Take, Wish};
use link::Uptime;
use queue::{By, Command, Destination, Event, Grant, ServiceId, TicketSeq, Timestamp, WindowNumber};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// Seconds between two acts of the guide, on average.
const BUSY: Duration = Duration::from_secs(40);

/// Answers that have come.
type Answers = Arc<Mutex<Vec<Result<Done, No>>>>;

pub(super) struct Guide {
    chance: Chance,
    act_at: Uptime,
    answers: Answers,
    services: Vec<ServiceId>,
    printers: Vec<String>,
    n_windows: u64,
    green: u64,
    booked: u64,
}

impl Guide {
    pub(super) fn new(plan: &Plan) -> Guide {
        Guide {
            chance: Chance::of(plan.seed, "guide"),
            act_at: Uptime::default(),
            answers: Answers::default(),
            services: plan.config.services.iter().map(|s| ServiceId::from(s.code.as_str())).collect(),
            printers: plan.config.printers.iter().map(|printer| printer.name.clone()).collect(),
            n_windows: plan.config.windows.len() as u64,
            green: plan.green,
            booked: plan.booked,
        }
    }

    fn wish(&self, desk: &Desk, wish: Wish) {
        let (desk, answers) = (desk.clone(), self.answers.clone());
        tokio::spawn(async move {
            let answer = desk.wish(wish).await;
            answers.lock().unwrap_or_else(PoisonError::into_inner).push(answer);
        });
    }

    /// Answers that have come since the last call.
    pub(super) fn answers(&self) -> Vec<Result<Done, No>> {
        std::mem::take(&mut *self.answers.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Somebody takes a number here.
    pub(super) fn visitor(&mut self, desk: &Desk, at: Timestamp) {
        let service = self.chance.pick(&self.services).clone();
        let grant = self.chance.happens(self.green).then(grant);
        // From an hour and a half too late to an hour early.
        let booked = self.chance.happens(self.booked);
        let booked = booked.then(|| at.plus(self.chance.between(0, 9000) as i64 - 5400));
        let more =
            if self.chance.happens(80) { vec![self.chance.pick(&self.services).clone()] } else { vec![] };
        let printer = self.chance.happens(800).then(|| self.chance.pick(&self.printers).clone());
        let english = self.chance.happens(200);
        let take =
            Take { service, more, grant, booked, by: By("guide".into()), printer, english, person: None };
        self.wish(desk, Wish::Take(take));
    }

    /// Does what is due while the hall is open; says when to come again.
    pub(super) fn step(&mut self, now: Uptime, desk: &Desk, checker: &Checker) -> Uptime {
        if self.act_at <= now {
            self.act_at = now.plus(self.chance.pause(BUSY));
            if let Some(wish) = self.act(checker) {
                self.wish(desk, wish);
            }
        }
        self.act_at
    }

    /// A ticket of today that stands so, or once in a while any.
    fn ticket(&mut self, checker: &Checker, wanted: impl Fn(Stands) -> bool) -> Option<TicketSeq> {
        let any = self.chance.happens(80);
        let fitting = checker.tickets.iter().filter(|(_, ticket)| any || wanted(ticket.stands));
        let fitting: Vec<TicketSeq> = fitting.map(|(seq, _)| *seq).collect();
        (!fitting.is_empty()).then(|| *self.chance.pick(&fitting))
    }

    fn act(&mut self, checker: &Checker) -> Option<Wish> {
        let waiting = |stands| matches!(stands, Stands::Waiting { .. });
        let by = || By("guide".into());
        let window = WindowNumber(self.chance.between(1, self.n_windows) as u16);
        let command = match self.chance.below(16) {
            0..=2 => Command::Grant { ticket: self.ticket(checker, waiting)?, grant: grant(), by: by() },
            3 => {
                let green = checker.tickets.iter().find(|(_, ticket)| ticket.green)?.0;
                Command::Withdraw { ticket: *green, reason: "证件不符".into(), by: by() }
            }
            4..=6 => {
                let ticket = self.ticket(checker, |stands| matches!(stands, Stands::Passed { .. }))?;
                Command::Revive { ticket, by: by() }
            }
            7 => {
                Command::Void {
                    ticket: self.ticket(checker, waiting)?, reason: "本人离开".into(), by: by()
                }
            }
            8..=9 => {
                let to = if self.chance.happens(600) {
                    Destination::Service(self.chance.pick(&self.services).clone())
                } else {
                    Destination::Window(window)
                };
                let parked = |stands| waiting(stands) || matches!(stands, Stands::Parked(_));
                let ticket = self.ticket(checker, parked)?;
                Command::Reassign { ticket, to, note: "改派".into(), by: by() }
            }
            10 => {
                let force = self.chance.happens(150).then(|| "设备故障".to_string());
                Command::CloseWindow { window, force }
            }
            11 => Command::OpenWindow { window, clerk: Some("7".into()) },
            12 => Command::Start { window },
            13 => Command::AddMatter { window, service: self.chance.pick(&self.services).clone() },
            14 => {
                let printer = self.chance.pick(&self.printers).clone();
                let ticket = self.ticket(checker, |_| true)?;
                return Some(Wish::Reprint { ticket, printer, english: false });
            }
            _ => Command::Rate { window, level: self.chance.below(8) as u8, reasons: Vec::new() },
        };
        Some(Wish::Do(command))
    }

    /// In the evening: whoever is left without a window is sent where somebody is; windows that nobody needs are closed.
    pub(super) fn evening(&mut self, desk: &Desk, checker: &Checker) {
        for (number, window) in &checker.windows {
            let empty = matches!(window.does, Does::Free | Does::Asking(_) | Does::Paused);
            if empty && checker.reach(*number).next().is_none() {
                let back = checker.tickets.values().any(|t| t.stands == Stands::Parked(*number));
                let command = if back {
                    Command::Return { window: *number, ticket: None }
                } else {
                    Command::CloseWindow { window: *number, force: None }
                };
                self.wish(desk, Wish::Do(command));
            }
        }
        for ticket in checker.tickets.values().filter(|t| !t.stands.is_end()) {
            let only = match ticket.stands {
                Stands::Waiting { only: Some(window) }
                | Stands::Parked(window)
                | Stands::Returned(window) => Some(window),
                _ => None,
            };
            let serves = |number: &WindowNumber| match only {
                Some(only) => only == *number,
                None => checker.windows[number].skills.contains(&ticket.service),
            };
            let open = |number: &WindowNumber| checker.windows[number].does != Does::Closed;
            if !checker.windows.keys().any(|number| serves(number) && open(number))
                && let Some(window) = checker.windows.keys().find(|number| serves(number))
            {
                self.wish(desk, Wish::Do(Command::OpenWindow { window: *window, clerk: None }));
            }
        }
    }
}

fn grant() -> Grant {
    Grant { category: "laonian".into(), evidence: "身份证".into() }
}

/// What was answered must be committed.
pub(super) fn judge(answer: &Result<Done, No>, checker: &Checker) -> Result<(), String> {
    let Ok(done) = answer else { return Ok(()) };
    for event in &done.events {
        if let Event::Issued { ticket, number, .. } = event {
            let known = checker.tickets.get(ticket).is_some_and(|known| *known.number == *number.0);
            if !known && !checker.numbers.contains(&*number.0) {
                return Err(format!("{number} was answered and is not committed"));
            }
        }
    }
    Ok(())
}
