//! One kiosk's reader of identity cards: looks for a card while the kiosk's page asks, and hands on what was read.
//!
//! The bytes of the line are kept nowhere: the only record of it is the session's own, which has no card's data (rule A9).
//! Whose card it is and what follows is the kiosk's.

use super::faults::Faults;
use super::tallies::LineTally;
use super::{Hand, Port, sleep_until};
use crate::config;
use crate::core::menu::card_reader_device;
use crate::core::newest::{Newest, Teller, newest};
use crate::ports::LineEvent;
use crate::time::uptime;
use kiosk::card::{CardContent, Fault, Input, Output, Session};
use kiosk::identity::CivilDate;
use kiosk::{Asking, CardTrouble};
use tokio::sync::mpsc;

/// Cards that wait for the kiosk's attention. A person lays one after the other; what is more than this has no asking left.
const WAITING: usize = 4;

/// What a page asks the reader for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Wanted {
    /// The page's question.
    pub asking: Asking,
    /// The day on which birth dates and validity are judged.
    pub today: CivilDate,
}

/// A card that was laid while a page asked.
#[derive(Debug)]
pub(super) struct Laid {
    /// For which question.
    pub asking: Asking,
    /// What is on it, valid and unexpired, or why not.
    pub card: Result<Box<CardContent>, CardTrouble>,
}

/// The kiosk's end of its reader.
pub(super) struct Reader {
    /// What is wanted; `None`: the reader rests.
    pub want: Teller<Option<Wanted>>,
    /// What was laid.
    pub laid: mpsc::Receiver<Laid>,
}

/// Starts the reader of `kiosk`, if it has one.
pub(super) fn start(hand: &Hand, kiosk: &config::Kiosk) -> Option<Reader> {
    let port = Port::open(kiosk.card_reader.as_ref()?, kiosk.card_reader_baud);
    let (want, wanted) = newest(None);
    let (cards, laid) = mpsc::channel(WAITING);
    let device = card_reader_device(&kiosk.name);
    let worker = Worker {
        session: Session::new(kiosk.card_reader_baud),
        wanted: None,
        cards,
        fault: None,
        faults: Faults::new(&hand.desk),
        tally: hand.tallies.of(&device),
        device,
    };
    // It ends when the kiosk's end is gone.
    tokio::spawn(worker.run(port, wanted));
    Some(Reader { want, laid })
}

struct Worker {
    device: String,
    session: Session,
    wanted: Option<Wanted>,
    cards: mpsc::Sender<Laid>,
    /// Code of the fault that was told.
    fault: Option<&'static str>,
    faults: Faults,
    tally: LineTally,
}

impl Worker {
    async fn run(mut self, mut port: Port, mut wanted: Newest<Option<Wanted>>) {
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

    fn want(&mut self, wanted: Option<Wanted>) {
        if self.wanted == wanted {
            return;
        }
        self.wanted = wanted;
        let input = wanted.map_or(Input::Rest, |wanted| Input::Ask { today: wanted.today });
        self.session.handle(uptime(), input);
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
                Output::Reader(module) => tracing::info!(device = self.device, %module, "card reader"),
                Output::Card(content) => self.card(Ok(content)),
                Output::Unreadable(why) => self.card(Err(why.into())),
                Output::Fault(fault) => {
                    self.clear().await;
                    let code = code(fault);
                    self.fault = Some(code);
                    let detail = fault.to_string();
                    self.faults.open(&self.device, code, &detail, Some(self.session.traffic())).await;
                }
                Output::Cleared => self.clear().await,
                // A port that went away is opened again by itself; a reader that is only silent is started again by the session.
                Output::Reopen => {}
                Output::Noise(bytes) => self.tally.noise(bytes),
            }
        }
    }

    /// Nobody waits for a card that comes after its page, nor for one that the kiosk has no room for.
    fn card(&self, card: Result<Box<CardContent>, CardTrouble>) {
        let Some(Wanted { asking, today }) = self.wanted else { return };
        let valid = |content: Box<CardContent>| {
            if content.expired_on(today) { Err(CardTrouble::Expired) } else { Ok(content) }
        };
        self.cards.try_send(Laid { asking, card: card.and_then(valid) }).ok();
    }

    async fn clear(&mut self) {
        if let Some(fault) = self.fault.take() {
            self.faults.close(&self.device, fault).await;
        }
    }
}

fn code(fault: Fault) -> &'static str {
    match fault {
        Fault::Silent { .. } => "no_answer",
        Fault::Garbled { .. } | Fault::Refused(_) => fault.code(),
    }
}
