//! One kiosk: the pages a citizen touches, on the panel's wire; a confirmed choice becomes a number and a slip, a card or a
//! code becomes somebody's bookings.
//!
//! | module | holds |
//! |---|---|
//! | this | panel, pages and devices brought together |
//! | `visit` | who is here, for as long as they are |
//! | `find` | bookings and numbers of somebody, masked |
//! | `give` | numbers, check-ins, revivals and notices |
//!
//! Rule A9: what the panel's line carries while a page concerns one person is not kept, and whoever was recognised is
//! forgotten with the visit.

mod find;
mod give;
mod visit;

use super::card::{self, Laid, Reader, Wanted as CardWanted};
use super::faults::Faults;
use super::scanner::{self, Scanner, Shown};
use super::tallies::LineTally;
use super::voice::{self, Voice};
use super::{Hand, Port, sleep_until};
use crate::config::Kiosk;
use crate::core::board::Board;
use crate::core::menu::menu;
use crate::office::civil;
use crate::ports::LineEvent;
use crate::time::{local_time, uptime};
use give::{Place, notice_state, slip_state};
use kiosk::panel;
use kiosk::{
    Asking, CardFor, CodeFor, Input, Language, Menu, NoticeAnswer, Outcome, Output, Size, SlipState, Ui,
};
use link::traffic::{Ring, Way};
use link::uptime::earliest;
use queue::{TicketSeq, Timestamp};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use visit::{Answer, Visit};

const NO_ANSWER: &str = "no_answer";
const WRONG_SIZE: &str = "wrong_size";

/// Answers that wait for the kiosk's attention. One person asks one thing at a time; late answers to the one before are few.
const ANSWERS: usize = 4;

struct Worker {
    hand: Hand,
    kiosk: Kiosk,
    place: Place,
    device: String,
    ui: Ui,
    session: panel::Session,
    menu: Arc<Menu>,
    clock: String,
    /// Hall time of the newest board.
    at: Timestamp,
    reader: Option<Reader>,
    scanner: Option<Scanner>,
    voice: Option<Voice>,
    /// What card and code are wanted for.
    card_for: Option<(Asking, CardFor)>,
    code_for: Option<(Asking, CodeFor)>,
    /// What was wished for comes back here, so that the panel is served while the database works.
    answers: (mpsc::Sender<Answer>, mpsc::Receiver<Answer>),
    visit: Visit,
    /// The slip of the number on the page, and what was last said of it.
    slip: Option<(TicketSeq, SlipState)>,
    /// The notice that is printed for the page, and what was last said of it.
    notice: Option<(Asking, String, SlipState)>,
    /// The line carries what concerns one person, or did a moment ago: nothing of it is kept.
    hidden: bool,
    ring: Ring,
    faults: Faults,
    tally: LineTally,
}

pub(super) async fn run(hand: Hand, kiosk: Kiosk) {
    let mut port = Port::open(&kiosk.panel, kiosk.panel_baud);
    let mut board = hand.desk.board();
    let size = Size::new(u32::from(kiosk.width_px), u32::from(kiosk.height_px));
    let mut worker = Worker {
        place: Place::new(&hand.config, &hand.desk, hand.office.clone(), &kiosk),
        device: format!("kiosk {} panel", kiosk.name),
        ui: Ui::new(size, Duration::from_secs(u64::from(kiosk.idle_timeout_s))),
        session: panel::Session::new(kiosk.panel_baud),
        menu: Arc::new(Menu::default()),
        clock: String::new(),
        at: Timestamp::default(),
        reader: card::start(&hand, &kiosk),
        scanner: scanner::start(&hand, &kiosk),
        voice: voice::start(&hand, &kiosk),
        card_for: None,
        code_for: None,
        answers: mpsc::channel(ANSWERS),
        visit: Visit::default(),
        slip: None,
        notice: None,
        hidden: false,
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
                worker.ui.handle(now, Input::Wake);
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
            Some(answer) = worker.answers.1.recv() => worker.answered(answer),
            Some(laid) = next_card(&mut worker.reader) => worker.laid(laid),
            Some(shown) = next_code(&mut worker.scanner) => worker.shown(shown),
        }
        let newest = board.borrow_and_update();
        worker.offer(&newest);
        worker.drain(&port).await;
    }
}

/// The next card; never at a kiosk without a reader, and `None` when the reader's task is gone.
async fn next_card(reader: &mut Option<Reader>) -> Option<Laid> {
    match reader {
        Some(reader) => reader.laid.recv().await,
        None => std::future::pending().await,
    }
}

/// The next code, in the same way.
async fn next_code(scanner: &mut Option<Scanner>) -> Option<Shown> {
    match scanner {
        Some(scanner) => scanner.shown.recv().await,
        None => std::future::pending().await,
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
                self.keep(Way::In, &bytes);
                self.session.handle(now, panel::Input::Bytes(&bytes));
            }
        }
    }

    /// Keeps bytes of the line for the log, unless they tell of a person (rule A9): where somebody touched the keys, or a
    /// picture with a name on it, which may be on its way still when the page has gone.
    fn keep(&mut self, way: Way, bytes: &[u8]) {
        self.hidden = self.ui.confidential() || self.hidden && !self.session.settled();
        if !self.hidden {
            self.ring.push(uptime(), way, bytes);
        }
    }

    /// Brings menu, clock and the state of papers up to the board.
    fn offer(&mut self, board: &Board) {
        let now = uptime();
        self.at = board.at;
        let mut offered = menu(&self.hand.config, &self.kiosk, board, board.at);
        // Without keys nobody's booking can be found, nor a person be told from another.
        offered.offers.appointments &= self.hand.office.is_some();
        if *self.menu != offered {
            self.menu = Arc::new(offered);
            self.ui.handle(now, Input::Menu(self.menu.clone()));
        }
        let clock = local_time(&self.hand.config, board.at).format("%H:%M").to_string();
        if self.clock != clock {
            // A page is composed anew for it, which an idle kiosk need not do each second.
            self.clock.clone_from(&clock);
            self.ui.handle(now, Input::Clock(clock));
        }
        if let Some((ticket, told)) = &mut self.slip {
            let state = slip_state(board, *ticket, &self.kiosk.printer);
            if state != *told {
                *told = state.clone();
                self.ui.handle(now, Input::Outcome(Outcome::SlipChanged(state)));
            }
        }
        if let Some((asking, service, told)) = &mut self.notice {
            let state = notice_state(board, service, &self.kiosk.printer);
            if state != *told {
                *told = state.clone();
                let answer = NoticeAnswer::Print(state);
                self.ui.handle(now, Input::Notice { asking: *asking, answer });
            }
        }
    }

    fn paint(&mut self) {
        self.hidden |= self.ui.confidential();
        let frame = self.ui.frame();
        self.session.handle(uptime(), panel::Input::Paint { frame: &frame });
    }

    async fn drain(&mut self, port: &Port) {
        loop {
            let mut busy = false;
            while let Some(output) = self.ui.poll() {
                busy = true;
                self.ui_says(output);
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
                self.keep(Way::Out, &bytes);
                port.writer.write(bytes);
            }
            panel::Output::Touch(point) => self.ui.handle(uptime(), Input::Touch(point)),
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

    /// What the pages want, one line each; the work is done beside this task.
    fn ui_says(&mut self, output: Output) {
        let place = self.place.clone();
        match output {
            Output::Repaint => self.paint(),
            Output::Take { service, language, priority, person } => {
                let known = person.and_then(|person| self.visit.known(person)).cloned();
                let wanted = give::Wanted { service, language, priority, known };
                self.wish_number(async move { place.take(wanted).await });
            }
            Output::CheckIn { person, booking, language, priority } => {
                let known = self.visit.known(person).cloned().unwrap_or_default();
                self.wish_number(async move {
                    // Keys that are not numbers were never given out: number 0 is nobody's.
                    let booking = queue::booking::BookingId(booking.parse().unwrap_or_default());
                    place.check_in(booking, language, priority, &known).await
                });
            }
            Output::WantCard { asking, purpose } => {
                self.card_for = Some((asking, purpose));
                let today = civil(&self.hand.config, self.at);
                if let Some(reader) = &self.reader {
                    reader.want.tell(Some(CardWanted { asking, today }));
                }
            }
            Output::WantCode { asking, purpose } => {
                self.code_for = Some((asking, purpose));
                if let Some(scanner) = &self.scanner {
                    scanner.want.tell(Some(asking));
                }
            }
            Output::Enough => self.rest_devices(),
            Output::FindByCode { asking, last4, code } => {
                // Whoever guesses goes to the guide desk, right or wrong (rule A3).
                if self.visit.tries_left() == 0 {
                    let found = self.visit.wrong_code();
                    self.ui.handle(uptime(), Input::Found { asking, found });
                    return;
                }
                let visit = self.visit.looks_for(asking);
                self.ask(async move {
                    Answer::Coded { visit, asking, found: place.by_typed(&last4, &code).await }
                });
            }
            Output::Revive { asking, number } => {
                self.ask(async move { Answer::Revived { asking, revival: place.revive_typed(number).await } })
            }
            Output::Notice { asking, service } => {
                let answer = place.notice(&service);
                self.ui.handle(uptime(), Input::Notice { asking, answer });
            }
            Output::PrintNotice { asking, service, language } => self.ask(async move {
                let printing = place.print_notice(&service, language).await;
                Answer::Notice { asking, service, printing }
            }),
            Output::VisitOver => {
                self.visit.over();
                self.notice = None;
            }
            Output::Sound(sound) => self.speak(|voice| voice.tone(sound)),
            // The module spells Latin words letter by letter: an English page is left to the eyes.
            Output::Say(text) if self.ui.language() == Language::Chinese => {
                self.speak(|voice| voice.say(text));
            }
            Output::Say(_) | Output::Hush => self.speak(Voice::hush),
        }
    }

    fn speak(&mut self, what: impl FnOnce(&mut Voice)) {
        if let Some(voice) = &mut self.voice {
            what(voice);
        }
    }

    fn rest_devices(&mut self) {
        (self.card_for, self.code_for) = (None, None);
        if let Some(reader) = &self.reader {
            reader.want.tell(None);
        }
        if let Some(scanner) = &self.scanner {
            scanner.want.tell(None);
        }
    }

    /// A card was laid.
    fn laid(&mut self, laid: Laid) {
        let Some((asking, purpose)) = self.card_for.clone().filter(|(asking, _)| *asking == laid.asking)
        else {
            return;
        };
        let card = match laid.card {
            Ok(card) => card,
            Err(trouble) => {
                let outcome = kiosk::CardOutcome::Trouble(trouble);
                self.ui.handle(uptime(), Input::Card { asking, outcome });
                return;
            }
        };
        let (place, visit, today) =
            (self.place.clone(), self.visit.looks_for(asking), civil(&self.hand.config, self.at));
        self.ask(async move {
            let (recognised, known) = place.by_card(&card, today, purpose).await;
            Answer::Card { visit, asking, recognised, known }
        });
    }

    /// A code was shown.
    fn shown(&mut self, shown: Shown) {
        let Some((asking, purpose)) = self.code_for.filter(|(asking, _)| *asking == shown.asking) else {
            return;
        };
        let (place, visit) = (self.place.clone(), self.visit.looks_for(asking));
        let text = shown.text;
        self.ask(async move {
            let text = text.as_ref().map_or("", |text| text.in_clear());
            match purpose {
                CodeFor::Appointment => Answer::Scanned { visit, asking, found: place.by_qr(text).await },
                CodeFor::Revival => Answer::Revived { asking, revival: place.revive_scanned(text).await },
            }
        });
    }

    fn wish_number(&mut self, work: impl Future<Output = give::Taken> + Send + 'static) {
        self.slip = None;
        let turn = self.visit.next_turn();
        self.ask(async move {
            let (outcome, ticket) = work.await;
            Answer::Taken { turn, outcome, ticket }
        });
    }

    /// Work beside the panel; its answer comes back to [`Worker::answered`].
    fn ask(&self, work: impl Future<Output = Answer> + Send + 'static) {
        let back = self.answers.0.clone();
        tokio::spawn(async move {
            let answer = work.await;
            back.send(answer).await.ok();
        });
    }

    fn answered(&mut self, answer: Answer) {
        if let Answer::Notice { asking, service, printing: true } = &answer {
            self.notice = Some((*asking, service.clone(), SlipState::Printing));
            return;
        }
        if let Answer::Taken { turn, ticket: Some(ticket), .. } = &answer
            && self.visit.is_turn(*turn)
        {
            self.slip = Some((*ticket, SlipState::Printing));
        }
        if let Some(input) = self.visit.answered(answer) {
            self.ui.handle(uptime(), input);
        }
    }
}
