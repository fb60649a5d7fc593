//! One kiosk's voice module: says the newest prompt of the page that is shown, and makes the tones of its keys.
//!
//! The kiosk tells what is to be heard now and never waits; what was overtaken by something newer before it got to the module is
//! not heard. Nothing in it names a person (rule A9) or tells who may use the green channel (rule G6): see `kiosk::Output::Say`.

use super::beside::{self, Beside, Heard, Line};
use super::{Hand, Port};
use crate::config;
use crate::core::menu::voice_device;
use crate::core::newest::{Teller, newest};
use kiosk::Sound;
use kiosk::voice::{Fault, Input, Output, Session, Tone};
use link::Uptime;
use std::sync::Arc;

/// What is to be heard; each with a number, so that the same thing can be wished for twice.
#[derive(Clone, Debug, Default, PartialEq)]
struct Wish {
    /// One more with each time that all is to be quiet.
    hushes: u64,
    prompt: Option<(u64, Arc<str>)>,
    tone: Option<(u64, Tone)>,
}

/// The kiosk's end of its voice module.
pub(super) struct Voice {
    wish: Wish,
    count: u64,
    teller: Teller<Wish>,
}

impl Voice {
    /// Says this; it takes the place of what still waits to be said.
    pub(super) fn say(&mut self, text: String) {
        self.count += 1;
        self.wish.prompt = Some((self.count, text.into()));
        self.tell();
    }

    /// Makes the tone for this, if nothing is being said.
    pub(super) fn tone(&mut self, sound: Sound) {
        let tone = match sound {
            Sound::Key => Tone::Key,
            Sound::Done => Tone::Done,
            Sound::Refused => Tone::Refused,
        };
        self.count += 1;
        self.wish.tone = Some((self.count, tone));
        self.tell();
    }

    /// Says no more.
    pub(super) fn hush(&mut self) {
        self.wish = Wish { hushes: self.wish.hushes + 1, prompt: None, tone: self.wish.tone };
        self.tell();
    }

    fn tell(&self) {
        self.teller.tell(self.wish.clone());
    }
}

/// Starts the voice module of `kiosk`, if it has one.
pub(super) fn start(hand: &Hand, kiosk: &config::Kiosk) -> Option<Voice> {
    let port = Port::open(kiosk.voice.as_ref()?, kiosk.voice_baud);
    let (teller, wished) = newest(Wish::default());
    let line = Line::new(hand, voice_device(&kiosk.name), port);
    let worker = Worker { session: Session::new(kiosk.voice_baud), heard: Wish::default() };
    // It ends when the kiosk's end is gone.
    tokio::spawn(beside::run(worker, line, wished));
    Some(Voice { wish: Wish::default(), count: 0, teller })
}

struct Worker {
    session: Session,
    /// What was seen to already.
    heard: Wish,
}

const NO_ANSWER: &str = "no_answer";
const REFUSED: &str = "refused";

impl Beside for Worker {
    type Wish = Wish;

    fn deadline(&self) -> Option<Uptime> {
        self.session.deadline()
    }

    fn wish(&mut self, now: Uptime, wish: Wish) {
        if wish.hushes != self.heard.hushes {
            self.session.handle(now, Input::Hush);
        }
        // The tone first: a prompt takes its place.
        if let Some((_, tone)) = wish.tone.filter(|_| wish.tone != self.heard.tone) {
            self.session.handle(now, Input::Tone(tone));
        }
        if let Some((_, text)) = wish.prompt.as_ref().filter(|_| wish.prompt != self.heard.prompt) {
            self.session.handle(now, Input::Say(text));
        }
        self.heard = wish;
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
                Output::Noise(bytes) => line.tally.noise(bytes),
                Output::Fault(fault) => {
                    let code = match fault {
                        Fault::Silent { .. } => NO_ANSWER,
                        Fault::Rejects { .. } | Fault::Endless { .. } => REFUSED,
                    };
                    let detail = fault.to_string();
                    line.fault(code, &detail, self.session.traffic()).await;
                }
                Output::Cleared => {
                    for code in [NO_ANSWER, REFUSED] {
                        line.cleared(code).await;
                    }
                }
            }
        }
    }
}
