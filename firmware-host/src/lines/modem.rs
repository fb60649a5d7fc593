//! One GSM modem: takes the log's queued messages for its outlet, one at a time, and says what became of each (rules A6, A7).
//!
//! A message is marked as handed over before its first byte leaves. What was handed over and not answered is in doubt, and is
//! not sent again by itself: a person calls. Names and numbers are read with the keys at the last moment, and neither the
//! line's ring nor the log has them (rule A9).

use super::faults::Faults;
use super::messages::{self, Ready};
use super::tallies::LineTally;
use super::{Hand, Port, sleep_until};
use crate::config::{self, Outlet};
use crate::core::appointments::Message;
use crate::core::board::Board;
use crate::core::desk::Wish;
use crate::ports::LineEvent;
use crate::time::uptime;
use link::Uptime;
use link::traffic::{Ring, Way};
use link::uptime::earliest;
use outlets::modem::{self, Input, Output, Session};
use schema::MessageEvent;
use std::sync::Arc;
use std::time::Duration;

/// A message is handed over so often at most: what a network refuses five times within a quarter of an hour it will refuse
/// until the appointment is over.
const MOST_TRIES: u32 = 5;
/// Between two tries after a refusal that may pass.
const RETRY_AFTER: Duration = Duration::from_secs(180);

struct Worker {
    hand: Hand,
    device: String,
    outlet: String,
    session: Session,
    open: bool,
    /// The message the session has.
    current: Option<u64>,
    retry_at: Option<Uptime>,
    fault: Option<&'static str>,
    ring: Ring,
    faults: Faults,
    tally: LineTally,
}

/// Name of the outlet's device in faults.
pub fn device(outlet: &str) -> String {
    format!("modem {outlet}")
}

pub(super) async fn run(hand: Hand, outlet: Outlet, port: config::Port, baud: u32) {
    let mut port = Port::open(&port, baud);
    let mut board = hand.desk.board();
    let mut worker = Worker {
        device: device(&outlet.name),
        outlet: outlet.name.clone(),
        session: Session::new(),
        open: false,
        current: None,
        retry_at: None,
        fault: None,
        ring: Ring::default(),
        faults: Faults::new(&hand.desk),
        tally: hand.tallies.of(&device(&outlet.name)),
        hand,
    };
    loop {
        let deadline = earliest(worker.session.deadline(), worker.retry_at);
        tokio::select! {
            biased;
            () = sleep_until(deadline) => worker.session.handle(uptime(), Input::Wake),
            event = port.events.recv() => match event {
                None => return,
                Some(event) => worker.line(event).await,
            },
            changed = board.changed() => {
                if changed.is_err() {
                    return;
                }
            }
        }
        worker.drain(&port).await;
        let newest = board.borrow_and_update();
        worker.begin_next(&newest).await;
        worker.drain(&port).await;
    }
}

impl Worker {
    async fn line(&mut self, event: LineEvent) {
        match event {
            LineEvent::Opened => {
                self.open = true;
                self.tally.opened();
                self.faults.close(&self.device, "port").await;
                self.session.handle(uptime(), Input::Opened);
            }
            LineEvent::Closed(why) => {
                self.open = false;
                self.session.handle(uptime(), Input::Closed);
                self.faults.open(&self.device, "port", &why, None).await;
            }
            LineEvent::Bytes { at: now, bytes } => {
                let shown = self.session.shown(&bytes);
                self.ring.push(now, Way::In, &shown);
                self.session.handle(now, Input::Bytes(&bytes));
            }
        }
    }

    /// Hands over the oldest message of this outlet, if the modem is free and well.
    async fn begin_next(&mut self, board: &Arc<Board>) {
        if self.current.is_some() || !self.open || !self.session.idle() {
            return;
        }
        if self.retry_at.is_some_and(|at| uptime() < at) {
            return;
        }
        self.retry_at = None;
        let mine = |message: &&Message| messages::waits_for(&self.hand.config, &self.outlet, message);
        let Some(message) = board.messages.iter().find(mine) else { return };
        let id = message.message;
        let ready = match messages::ready(&self.hand, message).await {
            Ok(Ready { to, text }) => modem::Message { id, to, text },
            Err(why) => {
                self.hand.desk.wish(Wish::Message(MessageEvent::Void { message: id, why })).await.ok();
                return;
            }
        };
        // Commit, then speak: a message that may be on the air must not look untouched after a power cut.
        if self.hand.desk.wish(Wish::Message(MessageEvent::Handed { message: id })).await.is_err() {
            self.retry_at = Some(uptime().plus(RETRY_AFTER));
            return;
        }
        self.current = Some(id);
        self.session.handle(uptime(), Input::Send(ready));
    }

    async fn drain(&mut self, port: &Port) {
        while let Some(output) = self.session.poll() {
            match output {
                Output::Write(bytes) => {
                    let shown = self.session.shown(&bytes);
                    self.ring.push(uptime(), Way::Out, &shown);
                    port.writer.write(bytes);
                }
                Output::Sent { id, reference } => {
                    let reference = reference.map(|reference| reference.to_string());
                    self.end(MessageEvent::Sent { message: id, reference }).await;
                }
                Output::Refused { id, why, again } => {
                    let tries = self.tries(id).await;
                    let again = again && tries < MOST_TRIES;
                    if again {
                        self.retry_at = Some(uptime().plus(RETRY_AFTER));
                    }
                    self.end(MessageEvent::Refused { message: id, why: why.to_string(), again }).await;
                }
                Output::Doubt { id, why } => {
                    self.end(MessageEvent::Doubtful { message: id, why: why.to_string() }).await;
                }
                Output::Fault(fault) => {
                    self.clear().await;
                    self.fault = Some("modem");
                    self.faults.open(&self.device, "modem", &fault.chinese(), Some(&self.ring)).await;
                }
                Output::Cleared => self.clear().await,
                // The port opens again by itself when it went away; a modem that is only silent is asked on.
                Output::Reopen => {}
                Output::Noise(bytes) => self.tally.noise(bytes),
            }
        }
    }

    async fn tries(&self, id: u64) -> u32 {
        let look = move |facts: &crate::core::desk::Facts<'_>| {
            facts.appointments.messages.open().find(|open| open.message == id).map(|open| open.tries)
        };
        self.hand.desk.look(look).await.flatten().unwrap_or(MOST_TRIES)
    }

    /// What became of the message; told until it can be made durable.
    async fn end(&mut self, event: MessageEvent) {
        self.current = None;
        self.hand.desk.tell(Wish::Message(event)).await;
    }

    async fn clear(&mut self) {
        if let Some(fault) = self.fault.take() {
            self.faults.close(&self.device, fault).await;
        }
    }
}
