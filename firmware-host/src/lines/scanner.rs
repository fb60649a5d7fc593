//! One kiosk's code scanner: reads while the kiosk's page asks, and hands on the text.
//!
//! What it read is kept nowhere (rule A9); what the text means is the kiosk's.

use super::beside::{self, Beside, Heard, Line};
use super::{Hand, Port};
use crate::config;
use crate::core::menu::scanner_device;
use crate::core::newest::{Teller, newest};
use crate::time::uptime;
use kiosk::Asking;
use kiosk::scanner::{Fault, Input, Mode, Output, ScannedText, Session};
use link::Uptime;
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
    let line = Line::new(hand, scanner_device(&kiosk.name), port);
    let worker = Worker {
        session: Session::new(if kiosk.scanner_command { Mode::Command } else { Mode::Continuous }),
        wanted: None,
        failed: false,
        codes,
    };
    // It ends when the kiosk's end is gone.
    tokio::spawn(beside::run(worker, line, wanted));
    Some(Scanner { want, shown })
}

struct Worker {
    session: Session,
    wanted: Option<Asking>,
    /// It does not answer.
    failed: bool,
    codes: mpsc::Sender<Shown>,
}

const NO_ANSWER: &str = "no_answer";

impl Beside for Worker {
    type Wish = Option<Asking>;

    fn deadline(&self) -> Option<Uptime> {
        self.session.deadline()
    }

    fn wish(&mut self, now: Uptime, wanted: Option<Asking>) {
        if self.wanted == wanted {
            return;
        }
        self.wanted = wanted;
        match wanted {
            Some(_) => self.session.handle(now, Input::Ask),
            // One that failed is no page's any more; it is asked on until it answers, or its fault would never close.
            None if self.failed => {}
            None => self.session.handle(now, Input::Rest),
        }
    }

    fn hear(&mut self, now: Uptime, heard: Heard<'_>) {
        let input = match heard {
            Heard::Opened => Input::Opened,
            Heard::Closed => Input::Closed,
            Heard::Bytes(bytes) => Input::Bytes(bytes),
            Heard::Wake => Input::Wake,
        };
        self.session.handle(now, input);
    }

    async fn drain(&mut self, line: &Line) {
        while let Some(output) = self.session.poll() {
            match output {
                Output::Write(bytes) => line.write(bytes),
                Output::Text(text) => self.code(Some(text)),
                Output::HalfLine(bytes) => {
                    line.tally.noise(bytes);
                    self.code(None);
                }
                Output::Unusable(_) => self.code(None),
                Output::Fault(fault) => {
                    let Fault::Silent { .. } = fault;
                    self.failed = true;
                    let detail = fault.to_string();
                    line.fault(NO_ANSWER, &detail, self.session.traffic()).await;
                }
                Output::Cleared => {
                    self.failed = false;
                    line.cleared(NO_ANSWER).await;
                    if self.wanted.is_none() {
                        self.session.handle(uptime(), Input::Rest);
                    }
                }
            }
        }
    }
}

impl Worker {
    /// A scanner in continuous mode reads whatever is held before it; nobody asked for it then.
    fn code(&self, text: Option<ScannedText>) {
        if let Some(asking) = self.wanted {
            self.codes.try_send(Shown { asking, text }).ok();
        }
    }
}
