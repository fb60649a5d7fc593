//! One kiosk's reader of identity cards: looks for a card while the kiosk's page asks, and hands on what was read.
//!
//! The bytes of the line are kept nowhere: the only record of it is the session's own, which has no card's data (rule A9).
//! Whose card it is and what follows is the kiosk's.

use super::beside::{self, Beside, Heard, Line};
use super::{Hand, Port};
use crate::config;
use crate::core::menu::card_reader_device;
use crate::core::newest::{Teller, newest};
use kiosk::card::{CardContent, Fault, Input, Output, Session};
use kiosk::identity::CivilDate;
use kiosk::{Asking, CardTrouble};
use link::Uptime;
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
    let line = Line::new(hand, card_reader_device(&kiosk.name), port);
    let worker = Worker { session: Session::new(kiosk.card_reader_baud), wanted: None, cards, fault: None };
    // It ends when the kiosk's end is gone.
    tokio::spawn(beside::run(worker, line, wanted));
    Some(Reader { want, laid })
}

struct Worker {
    session: Session,
    wanted: Option<Wanted>,
    cards: mpsc::Sender<Laid>,
    /// Code of the fault that was told.
    fault: Option<&'static str>,
}

impl Beside for Worker {
    type Wish = Option<Wanted>;

    fn deadline(&self) -> Option<Uptime> {
        self.session.deadline()
    }

    fn wish(&mut self, now: Uptime, wanted: Option<Wanted>) {
        if self.wanted == wanted {
            return;
        }
        self.wanted = wanted;
        let input = wanted.map_or(Input::Rest, |wanted| Input::Ask { today: wanted.today });
        self.session.handle(now, input);
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
                Output::Reader(module) => tracing::info!(device = line.device, %module, "card reader"),
                Output::Card(content) => self.card(Ok(content)),
                Output::Unreadable(why) => self.card(Err(why.into())),
                Output::Fault(fault) => {
                    self.clear(line).await;
                    let code = code(fault);
                    self.fault = Some(code);
                    let detail = fault.to_string();
                    line.fault(code, &detail, self.session.traffic()).await;
                }
                Output::Cleared => self.clear(line).await,
                // A port that went away is opened again by itself; a reader that is only silent is started again by the session.
                Output::Reopen => {}
                Output::Noise(bytes) => line.tally.noise(bytes),
            }
        }
    }
}

impl Worker {
    /// Nobody waits for a card that comes after its page, nor for one that the kiosk has no room for.
    fn card(&self, card: Result<Box<CardContent>, CardTrouble>) {
        let Some(Wanted { asking, today }) = self.wanted else { return };
        let valid = |content: Box<CardContent>| {
            if content.expired_on(today) { Err(CardTrouble::Expired) } else { Ok(content) }
        };
        self.cards.try_send(Laid { asking, card: card.and_then(valid) }).ok();
    }

    async fn clear(&mut self, line: &Line) {
        if let Some(fault) = self.fault.take() {
            line.cleared(fault).await;
        }
    }
}

fn code(fault: Fault) -> &'static str {
    match fault {
        Fault::Silent { .. } => "no_answer",
        Fault::Garbled { .. } | Fault::Refused(_) => fault.code(),
    }
}
