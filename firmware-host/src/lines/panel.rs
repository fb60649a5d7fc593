//! One kiosk: the pages a citizen touches, on the panel's wire; a confirmed choice becomes a number and a slip.

use super::faults::Faults;
use super::tallies::LineTally;
use super::{Hand, Port, sleep_until};
use crate::config::{Config, Kiosk};
use crate::core::board::Board;
use crate::core::desk::{Desk, No, Take, Wish};
use crate::core::menu::{menu, printer_device};
use crate::core::{slips, words};
use crate::ports::LineEvent;
use crate::time::{local_time, uptime};
use kiosk::panel;
use kiosk::{Given, Language, Menu, Outcome, Output, Size, SlipState, Ui};
use link::traffic::{Ring, Way};
use link::uptime::earliest;
use queue::{By, Event, ServiceId, TicketSeq};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;

const NO_ANSWER: &str = "no_answer";
const WRONG_SIZE: &str = "wrong_size";

struct Worker {
    hand: Hand,
    kiosk: Kiosk,
    device: String,
    ui: Ui,
    session: panel::Session,
    menu: Arc<Menu>,
    clock: String,
    /// Numbers that were wished for come back here, so that the panel is served while the database works.
    outcomes: (mpsc::Sender<Taken>, mpsc::Receiver<Taken>),
    /// Counts the wishes: the answer to an older one must not reach the next person's page.
    turn: u64,
    /// The slip of the number on the page, and what was last said of it.
    slip: Option<(TicketSeq, SlipState)>,
    ring: Ring,
    faults: Faults,
    tally: LineTally,
}

pub(super) async fn run(hand: Hand, kiosk: Kiosk) {
    let mut port = Port::open(&kiosk.panel, kiosk.panel_baud);
    let mut board = hand.desk.board();
    let size = Size::new(u32::from(kiosk.width_px), u32::from(kiosk.height_px));
    let mut worker = Worker {
        device: format!("kiosk {} panel", kiosk.name),
        ui: Ui::new(size, Duration::from_secs(u64::from(kiosk.idle_timeout_s))),
        session: panel::Session::new(kiosk.panel_baud),
        menu: Arc::new(Menu::default()),
        clock: String::new(),
        outcomes: mpsc::channel(1),
        turn: 0,
        slip: None,
        ring: Ring::default(),
        faults: Faults::new(&hand.desk),
        tally: hand.tallies.of(&format!("kiosk {} panel", kiosk.name)),
        hand,
        kiosk,
    };
    loop {
        let deadline = earliest(worker.ui.deadline(), worker.session.deadline());
        tokio::select! {
            biased;
            () = sleep_until(deadline) => {
                let now = uptime();
                worker.ui.handle(now, kiosk::Input::Wake);
                worker.session.handle(now, panel::Input::Wake);
            }
            event = port.events.recv() => match event {
                None => return,
                Some(event) => worker.line(event).await,
            },
            changed = board.changed() => {
                if changed.is_err() {
                    return;
                }
            }
            Some(taken) = worker.outcomes.1.recv() => worker.given(taken),
        }
        let newest = board.borrow_and_update();
        worker.offer(&newest);
        worker.drain(&port).await;
    }
}

impl Worker {
    async fn line(&mut self, event: LineEvent) {
        match event {
            LineEvent::Opened => {
                self.tally.opened();
                self.faults.close(&self.device, "port").await;
                self.session.handle(uptime(), panel::Input::Opened);
                self.paint();
            }
            LineEvent::Closed(why) => {
                self.session.handle(uptime(), panel::Input::Closed);
                self.faults.open(&self.device, "port", &why, None).await;
            }
            LineEvent::Bytes { at: now, bytes } => {
                self.ring.push(now, Way::In, &bytes);
                self.session.handle(now, panel::Input::Bytes(&bytes));
            }
        }
    }

    /// Brings menu, clock and the state of the slip up to the board.
    fn offer(&mut self, board: &Board) {
        let now = uptime();
        let offered = menu(&self.hand.config, &self.kiosk, board, board.at);
        if *self.menu != offered {
            self.menu = Arc::new(offered);
            self.ui.handle(now, kiosk::Input::Menu(self.menu.clone()));
        }
        let clock = local_time(&self.hand.config, board.at).format("%H:%M").to_string();
        if self.clock != clock {
            // A page is composed anew for it, which an idle kiosk need not do each second.
            self.clock.clone_from(&clock);
            self.ui.handle(now, kiosk::Input::Clock(clock));
        }
        if let Some((ticket, told)) = &mut self.slip {
            let state = slip_state(board, *ticket, &self.kiosk.printer);
            if state != *told {
                *told = state.clone();
                self.ui.handle(now, kiosk::Input::Outcome(Outcome::SlipChanged(state)));
            }
        }
    }

    fn paint(&mut self) {
        let frame = self.ui.frame();
        self.session.handle(uptime(), panel::Input::Paint { frame: &frame });
    }

    async fn drain(&mut self, port: &Port) {
        loop {
            let mut busy = false;
            while let Some(output) = self.ui.poll() {
                busy = true;
                match output {
                    Output::Repaint => self.paint(),
                    Output::Take { service, language, .. } => self.take(&service, language),
                    // The menu offers nothing that would ask for a card, a code or a notice, nor sounds.
                    _ => {}
                }
            }
            while let Some(output) = self.session.poll() {
                busy = true;
                self.panel_says(output, port).await;
            }
            if !busy {
                return;
            }
        }
    }

    async fn panel_says(&mut self, output: panel::Output, port: &Port) {
        match output {
            panel::Output::Write(bytes) => {
                self.ring.push(uptime(), Way::Out, &bytes);
                port.writer.write(bytes);
            }
            panel::Output::Touch(point) => self.ui.handle(uptime(), kiosk::Input::Touch(point)),
            panel::Output::Fault(fault) => {
                let code = match fault {
                    panel::Fault::Silent { .. } => NO_ANSWER,
                    panel::Fault::Size { .. } => WRONG_SIZE,
                };
                self.faults.open(&self.device, code, &fault.to_string(), Some(&self.ring)).await;
            }
            panel::Output::Cleared => {
                for code in [NO_ANSWER, WRONG_SIZE] {
                    self.faults.close(&self.device, code).await;
                }
            }
            panel::Output::Noise(bytes) => self.tally.noise(bytes),
        }
    }

    fn take(&mut self, service: &str, language: Language) {
        self.slip = None;
        self.turn += 1;
        let turn = self.turn;
        let take = Take {
            service: ServiceId::from(service),
            more: Vec::new(),
            grant: None,
            booked: None,
            by: By(format!("kiosk {}", self.kiosk.name)),
            printer: Some(self.kiosk.printer.clone()),
            english: language == Language::English,
            person: None,
        };
        let (desk, config, back) =
            (self.hand.desk.clone(), self.hand.config.clone(), self.outcomes.0.clone());
        tokio::spawn(async move {
            let (outcome, ticket) = taken(desk, config, take).await.unwrap_or_else(|no| {
                let said = words::no(&no);
                (Outcome::Refused { zh: said.zh, en: said.en }, None)
            });
            let taken = Taken { turn, outcome, ticket };
            back.send(taken).await.ok();
        });
    }

    fn given(&mut self, taken: Taken) {
        if taken.turn != self.turn {
            return;
        }
        self.slip = taken.ticket.map(|ticket| (ticket, SlipState::Printing));
        self.ui.handle(uptime(), kiosk::Input::Outcome(taken.outcome));
    }
}

/// What came of a wish for a number.
struct Taken {
    turn: u64,
    outcome: Outcome,
    /// The ticket whose slip is on its way.
    ticket: Option<TicketSeq>,
}

/// Takes a number and finds the words of its page.
async fn taken(desk: Desk, config: Arc<Config>, take: Take) -> Result<(Outcome, Option<TicketSeq>), No> {
    let done = desk.wish(Wish::Take(take)).await?;
    let issued = done.events.iter().find_map(|event| match event {
        Event::Issued { ticket, .. } => Some(*ticket),
        _ => None,
    });
    let ticket: TicketSeq = issued.ok_or(No::Ending)?;
    let words = desk
        .look(move |facts| {
            facts.hall.ticket(ticket).map(|ticket| slips::ticket_words(&config, facts, ticket))
        })
        .await
        .flatten()
        .ok_or(No::Ending)?;
    let outcome = Outcome::Issued(Given {
        number: words.number,
        service: words.service.0,
        service_en: words.service.1,
        ahead: words.ahead,
        wait_min: words.wait_min,
        place: format!("{} {}号窗口", words.place.0, words.windows),
        place_en: format!("{}, windows {}", words.place.1, words.windows.replace('、', ", ")),
        slip: SlipState::Printing,
    });
    Ok((outcome, done.job.map(|_| ticket)))
}

/// What the slip of `ticket` is doing. A slip that is printed again has another job, but the same ticket.
fn slip_state(board: &Board, ticket: TicketSeq, printer: &str) -> SlipState {
    let open = board.jobs.iter().any(|open| open.ticket == Some(ticket));
    let trouble = board.trouble_of(&printer_device(printer));
    match (open, trouble) {
        (true, Some(fault)) => {
            let said = words::fault(&fault.fault);
            SlipState::Waiting {
                zh: format!("{}，号码有效，恢复后补打或请到咨询台。", said.zh),
                en: format!("The printer has a problem ({}). Your number is valid.", said.en),
            }
        }
        (true, None) => SlipState::Printing,
        (false, _) if board.unprinted.contains(&ticket) => SlipState::Waiting {
            zh: "请看出票口；如没有号票，号码有效，请记下号码或到咨询台补打。".into(),
            en: "Please look in the tray. If there is no slip, your number is valid; please note it.".into(),
        },
        (false, _) => SlipState::Printed,
    }
}
