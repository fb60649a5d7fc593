//! The virtual module: says what it is told, in the time that it would take, and things go wrong on demand.

use super::codec::{Frame, MAX_FRAME, Reply, Scan, Tone, scan};
use super::said::heard;
use link::Uptime;
use link::pace::{PacedOut, time_for};
use link::text::decode;
use link::uptime::earliest;
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;
use std::time::Duration;

/// Longest pause between the bytes of a frame, and shortest between two frames (PROTOCOLS.md 5).
const FRAME_GAP: Duration = Duration::from_millis(8);
/// Time to answer (*guessed*).
const ANSWERING: Duration = Duration::from_millis(5);
/// Time to say a character (*guessed* from speech of about 240 characters a minute).
const CHARACTER: Duration = Duration::from_millis(250);
/// Length of a tone (*guessed*).
const TONE: Duration = Duration::from_millis(300);
/// What was said last is kept for those who look; older things are forgotten.
const MAX_HEARD: usize = 32;

/// What can go wrong with a module.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Misfortune {
    /// Hears and says nothing until [`Twin::calm`], as when unplugged.
    Silent,
    /// The next frame is not heard.
    SilentOnce,
    /// So many frames are not understood.
    Rejects(u32),
    /// The end of what is said next is not told.
    ForgetsEnd,
    /// Goes on speaking until [`Twin::calm`], whatever it is told.
    Endless,
    /// Loses its supply for a moment: what is said is cut off, what was half received is gone.
    Reset,
}

/// Something that a person at the kiosk heard.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Heard {
    /// A text, without marks.
    Text(String),
    /// A tone.
    Tone(Tone),
}

/// What a person at the kiosk hears.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct View {
    /// What is being said, without marks.
    pub says: Option<String>,
    /// Texts begun so far.
    pub texts: u64,
    /// Tones begun so far.
    pub tones: u64,
}

/// The virtual module.
#[derive(Debug)]
pub struct Twin {
    baud: u32,
    buffer: Vec<u8>,
    /// When the last byte that came has left the wire.
    heard_until: Uptime,
    /// A frame's end on the wire; the next one must begin well after.
    frame_end: Uptime,
    out: PacedOut,
    /// What sounds, and until when.
    sounds: Option<(Heard, Uptime)>,
    heard: VecDeque<Heard>,
    texts: u64,
    tones: u64,
    /// Texts that a newer one cut off.
    interrupted: u64,
    misfortune: Option<Misfortune>,
}

impl Twin {
    /// A module that is switched on, on a line of `baud`.
    pub fn new(baud: u32) -> Self {
        Twin {
            baud,
            buffer: Vec::new(),
            heard_until: Uptime::default(),
            frame_end: Uptime::default(),
            out: PacedOut::new(baud),
            sounds: None,
            heard: VecDeque::new(),
            texts: 0,
            tones: 0,
            interrupted: 0,
            misfortune: None,
        }
    }

    /// Takes bytes from the host.
    pub fn receive(&mut self, now: Uptime, bytes: &[u8]) {
        self.wake(now);
        if self.misfortune == Some(Misfortune::Silent) || bytes.is_empty() {
            return;
        }
        // A frame that stopped in the middle is none.
        if now > self.heard_until.plus(FRAME_GAP) {
            self.buffer.clear();
        }
        let begins = now.max(self.heard_until);
        self.heard_until = begins.plus(time_for(bytes.len(), self.baud));
        if self.buffer.is_empty()
            && self.frame_end > Uptime::default()
            && begins < self.frame_end.plus(FRAME_GAP)
        {
            // Too soon after the last one: to the module it is the same frame still.
            return;
        }
        for part in bytes.chunks(MAX_FRAME) {
            self.buffer.extend_from_slice(part);
            loop {
                let buffer = std::mem::take(&mut self.buffer);
                let used = match scan(&buffer) {
                    Scan::Frame { frame, used } => {
                        self.frame_end = self.heard_until;
                        self.obey(now, &frame);
                        used
                    }
                    Scan::Noise { skip } => skip,
                    Scan::NeedMore => {
                        self.buffer = buffer;
                        break;
                    }
                };
                self.buffer = buffer[used..].to_vec();
            }
        }
    }

    fn obey(&mut self, now: Uptime, frame: &Frame<'_>) {
        match &mut self.misfortune {
            Some(Misfortune::SilentOnce) => {
                self.misfortune = None;
                return;
            }
            Some(Misfortune::Rejects(left)) => {
                *left -= 1;
                if *left == 0 {
                    self.misfortune = None;
                }
                return self.answer(now, &[Reply::Rejected]);
            }
            _ => {}
        }
        match frame {
            // GB 2312 and GBK; what it makes of the others nobody here can tell.
            Frame::Speak { parameter: 0 | 1, text } => {
                self.answer(now, &[Reply::Accepted]);
                self.say(&decode(text));
            }
            Frame::Stop => {
                self.answer(now, &[Reply::Accepted]);
                if self.misfortune != Some(Misfortune::Endless) {
                    self.sounds = None;
                }
            }
            Frame::Pause | Frame::Resume | Frame::Sleep => self.answer(now, &[Reply::Accepted]),
            Frame::Status => {
                let doing = if self.sounds.is_some() { Reply::Speaking } else { Reply::Idle };
                self.answer(now, &[Reply::Accepted, doing]);
            }
            Frame::Speak { .. } | Frame::Other(_) | Frame::Damaged => self.answer(now, &[Reply::Rejected]),
        }
    }

    fn say(&mut self, text: &str) {
        if let Some((Heard::Text(_), _)) = &self.sounds {
            self.interrupted += 1;
        }
        let tone = Tone::ALL.into_iter().find(|tone| tone.text() == text);
        let (heard, length) = match tone {
            Some(tone) => {
                self.tones += 1;
                (Heard::Tone(tone), TONE)
            }
            None => {
                self.texts += 1;
                let text = heard(text);
                let length = CHARACTER * text.chars().count() as u32;
                (Heard::Text(text), length)
            }
        };
        if self.heard.len() == MAX_HEARD {
            self.heard.pop_front();
        }
        self.heard.push_back(heard.clone());
        self.sounds = Some((heard, self.heard_until.plus(length)));
    }

    fn answer(&mut self, now: Uptime, replies: &[Reply]) {
        let delay = self.heard_until.since(now) + ANSWERING;
        self.out.send(now, delay, replies.iter().map(|reply| reply.byte()).collect());
    }

    /// Time has passed: see [`Twin::deadline`].
    pub fn wake(&mut self, now: Uptime) {
        if self.misfortune == Some(Misfortune::Endless) {
            return;
        }
        if let Some((_, at)) = self.sounds.take_if(|(_, until)| *until <= now) {
            if self.misfortune == Some(Misfortune::ForgetsEnd) {
                self.misfortune = None;
            } else {
                self.out.send(at, Duration::ZERO, vec![Reply::Idle.byte()]);
            }
        }
    }

    /// Bytes that have left by `now`, until `None`.
    pub fn transmit(&mut self, now: Uptime) -> Option<Vec<u8>> {
        self.out.take(now)
    }

    /// When to call [`Twin::wake`] and [`Twin::transmit`].
    pub fn deadline(&self) -> Option<Uptime> {
        let ends = self.sounds.as_ref().map(|(_, until)| *until);
        let ends = ends.filter(|_| self.misfortune != Some(Misfortune::Endless));
        earliest(ends, self.out.deadline())
    }

    /// Lets something go wrong.
    pub fn misfortune(&mut self, now: Uptime, misfortune: Misfortune) {
        match misfortune {
            Misfortune::Silent => {
                self.out.clear();
                self.sounds = None;
            }
            Misfortune::Reset => {
                self.out.clear();
                self.sounds = None;
                self.buffer.clear();
                self.out.send(now, ANSWERING, vec![Reply::Ready.byte()]);
                return;
            }
            Misfortune::Rejects(0) => return,
            _ => {}
        }
        self.misfortune = Some(misfortune);
    }

    /// Ends what lasts.
    pub fn calm(&mut self) {
        self.misfortune = None;
    }

    /// What was heard so far, oldest first.
    pub fn heard(&self) -> impl Iterator<Item = &Heard> {
        self.heard.iter()
    }

    /// Texts that a newer one cut off.
    pub fn interrupted(&self) -> u64 {
        self.interrupted
    }

    /// What a person hears.
    pub fn view(&self) -> View {
        let says = match &self.sounds {
            Some((Heard::Text(text), _)) => Some(text.clone()),
            _ => None,
        };
        View { says, texts: self.texts, tones: self.tones }
    }
}
