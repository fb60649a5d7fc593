//! One kiosk's code scanner: reads while the kiosk's page asks, and hands on the text.
//!
//! What it read is kept nowhere (rule A9); what the text means is the kiosk's.

use super::faults::Faults;
use super::tallies::LineTally;
use super::{Hand, Port, sleep_until};
use crate::config;
use crate::core::menu::scanner_device;
use crate::core::newest::{Newest, Teller, newest};
use crate::ports::LineEvent;
use crate::time::uptime;
use kiosk::Asking;
use kiosk::scanner::{Fault, Input, Mode, Output, ScannedText, Session};
use tokio::sync::mpsc;

/// Codes that wait for the kiosk's attention; a page is left with the first good one.
const WAITING: usize = 4;

/// A code that was shown while a page asked.
#[derive(Debug)]
pub(super) struct Shown {
    /// For which question.
    pub asking: Asking,
    /// What it says; `None`: half a line, or no text.
    pub text: Option<ScannedText>,
}

/// The kiosk's end of its scanner.
pub(super) struct Scanner {
    /// The question that a code is wanted for; `None`: the scanner rests.
    pub want: Teller<Option<Asking>>,
    /// What was shown.
    pub shown: mpsc::Receiver<Shown>,
}

/// Starts the scanner of `kiosk`, if it has one.
pub(super) fn start(hand: &Hand, kiosk: &config::Kiosk) -> Option<Scanner> {
    let port = Port::open(kiosk.scanner.as_ref()?, kiosk.scanner_baud);
    let (want, wanted) = newest(None);
    let (codes, shown) = mpsc::channel(WAITING);
    let device = scanner_device(&kiosk.name);
    let worker = Worker {
        session: Session::new(if kiosk.scanner_command { Mode::Command } else { Mode::Continuous }),
        wanted: None,
        failed: false,
        codes,
        faults: Faults::new(&hand.desk),
        tally: hand.tallies.of(&device),
        device,
    };
    // It ends when the kiosk's end is gone.
    tokio::spawn(worker.run(port, wanted));
    Some(Scanner { want, shown })
}

struct Worker {
    device: String,
    session: Session,
    wanted: Option<Asking>,
    /// It does not answer.
    failed: bool,
    codes: mpsc::Sender<Shown>,
    faults: Faults,
    tally: LineTally,
}

const NO_ANSWER: &str = "no_answer";

impl Worker {
    async fn run(mut self, mut port: Port, mut wanted: Newest<Option<Asking>>) {
        loop {
            tokio::select! {
                biased;
                changed = wanted.changed() => {
                    if changed.is_err() {
                        return;
                    }
                    self.want(wanted.borrow_and_update());
                }
                () = sleep_until(self.session.deadline()) => self.session.handle(uptime(), Input::Wake),
                event = port.events.recv() => match event {
                    None => return,
                    Some(event) => self.line(event).await,
                },
            }
            self.drain(&port).await;
        }
    }

    fn want(&mut self, wanted: Option<Asking>) {
        if self.wanted == wanted {
            return;
        }
        self.wanted = wanted;
        match wanted {
            Some(_) => self.session.handle(uptime(), Input::Ask),
            // One that failed is no page's any more; it is asked on until it answers, or its fault would never close.
            None if self.failed => {}
            None => self.session.handle(uptime(), Input::Rest),
        }
    }

    async fn line(&mut self, event: LineEvent) {
        match event {
            LineEvent::Opened => {
                self.tally.opened();
                self.faults.close(&self.device, "port").await;
                self.session.handle(uptime(), Input::Opened);
            }
            LineEvent::Closed(why) => {
                self.session.handle(uptime(), Input::Closed);
                self.faults.open(&self.device, "port", &why, None).await;
            }
            LineEvent::Bytes { at: now, bytes } => self.session.handle(now, Input::Bytes(&bytes)),
        }
    }

    async fn drain(&mut self, port: &Port) {
        while let Some(output) = self.session.poll() {
            match output {
                Output::Write(bytes) => port.writer.write(bytes),
                Output::Text(text) => self.code(Some(text)),
                Output::HalfLine(bytes) => {
                    self.tally.noise(bytes);
                    self.code(None);
                }
                Output::Unusable(_) => self.code(None),
                Output::Fault(fault) => {
                    let Fault::Silent { .. } = fault;
                    self.failed = true;
                    let detail = fault.to_string();
                    self.faults.open(&self.device, NO_ANSWER, &detail, Some(self.session.traffic())).await;
                }
                Output::Cleared => {
                    self.failed = false;
                    self.faults.close(&self.device, NO_ANSWER).await;
                    if self.wanted.is_none() {
                        self.session.handle(uptime(), Input::Rest);
                    }
                }
            }
        }
    }

    /// A scanner in continuous mode reads whatever is held before it; nobody asked for it then.
    fn code(&self, text: Option<ScannedText>) {
        if let Some(asking) = self.wanted {
            self.codes.try_send(Shown { asking, text }).ok();
        }
    }
}
