//! The host's side of the line: one thing at a time, speech before tones, and a look at a module that is quiet for long.

use super::codec::{self, Reply, Tone};
use super::said::pieces;
use link::Uptime;
use link::pace::time_for;
use link::traffic::{Ring, Way};
use link::uptime::earliest;
use std::collections::VecDeque;
use std::time::Duration;

/// Between the end of a frame or an answer and the next frame. More than 8 ms by the manual, and after the module's 4F one more;
/// too short, and two frames are one to it.
const GAP: Duration = Duration::from_millis(10);
/// Within which time a frame must be answered, beyond its time on the wire. The source of the tones waits 100 ms; serial servers
/// hold bytes back for some hundred more.
const ANSWER_WAIT: Duration = Duration::from_millis(500);
/// Sendings of a frame before it is given up.
const TRIES: u32 = 3;
/// How long a tone waits for a prompt of the same touch. The prompt is the better answer, and a tone begun before it would only
/// be cut off; much more, and the finger has left the key before it sounds.
const TONE_WAIT: Duration = Duration::from_millis(30);
/// How often an idle module is asked whether it is there. A fault is known within half a minute; five bytes each time.
const IDLE_PROBE: Duration = Duration::from_secs(20);
/// How often a speaking one is asked, in case its 4F was lost: as long as the shortest prompts take.
const SPEAKING_PROBE: Duration = Duration::from_secs(3);
/// How often one that does not answer is asked.
const SILENT_PROBE: Duration = Duration::from_secs(5);
/// A module that speaks for so long has lost itself. A hundred characters are said in half a minute, at the slowest rate in one
/// and a half (*guessed* from the five rates of the manual).
const LONGEST: Duration = Duration::from_secs(90);

/// What is wrong with a module.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// It does not answer.
    #[error("no answer after {tries} tries")]
    Silent {
        /// How often was tried.
        tries: u32,
    },
    /// It does not understand what is sent: a disturbed line, or another module.
    #[error("frame rejected {tries} times")]
    Rejects {
        /// How often was tried.
        tries: u32,
    },
    /// It does not come to an end.
    #[error("still speaking after {seconds} s")]
    Endless {
        /// Since when.
        seconds: u64,
    },
}

impl Fault {
    /// Stable name.
    pub fn code(self) -> &'static str {
        match self {
            Fault::Silent { .. } => "silent",
            Fault::Rejects { .. } => "rejects",
            Fault::Endless { .. } => "endless",
        }
    }
}

/// What the session is told.
#[derive(Clone, Copy, Debug)]
pub enum Input<'a> {
    /// The link is open.
    Opened,
    /// Bytes came.
    Bytes(&'a [u8]),
    /// Say this; it takes the place of what is still waiting.
    Say(&'a str),
    /// Make a tone, if nothing is being said.
    Tone(Tone),
    /// The visit is over: what belongs to it is said no longer.
    Hush,
    /// The deadline has come.
    Wake,
    /// The link is gone.
    Closed,
}

/// What the session wants or has found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Output {
    /// Bytes for the link.
    Write(Vec<u8>),
    /// So many bytes came that are no answer.
    Noise(usize),
    /// Something is wrong with the module; told once.
    Fault(Fault),
    /// It is right again.
    Cleared,
}

/// A frame that waits for its answer.
#[derive(Debug)]
struct Sent {
    what: Sort,
    frame: Vec<u8>,
    tries: u32,
    /// It was not understood, and is sent again then.
    rejected: bool,
    until: Uptime,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sort {
    Speak,
    Tone,
    Stop,
    /// With whether its 41 has come.
    Status {
        accepted: bool,
    },
}

/// What the module is doing, as far as is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Doing {
    Nothing,
    Tone,
    Speaking { since: Uptime },
}

/// The conversation with one module.
#[derive(Debug)]
pub struct Session {
    baud: u32,
    open: bool,
    sent: Option<Sent>,
    doing: Doing,
    /// The newest prompt's pieces; at most as many as [`pieces`] makes.
    waiting: VecDeque<Vec<u8>>,
    tone: Option<(Tone, Uptime)>,
    stop: bool,
    /// No frame before.
    free_at: Uptime,
    probe_at: Uptime,
    fault: Option<Fault>,
    traffic: Ring,
    outputs: VecDeque<Output>,
}

impl Session {
    /// A session with a module on a line of `baud`; nothing happens before [`Input::Opened`].
    pub fn new(baud: u32) -> Self {
        Session {
            baud,
            open: false,
            sent: None,
            doing: Doing::Nothing,
            waiting: VecDeque::new(),
            tone: None,
            stop: false,
            free_at: Uptime::default(),
            probe_at: Uptime::default(),
            fault: None,
            traffic: Ring::default(),
            outputs: VecDeque::new(),
        }
    }

    /// Takes an input; then drain [`Session::poll`].
    pub fn handle(&mut self, now: Uptime, input: Input<'_>) {
        match input {
            Input::Opened => {
                self.forget();
                self.open = true;
                self.probe_at = now;
            }
            Input::Bytes(bytes) if self.open => self.receive(now, bytes),
            // What cannot be said now belongs to a page that will have gone when it can.
            Input::Say(text) if self.open && !self.mute() => {
                self.waiting = pieces(text).into();
                self.tone = None;
            }
            Input::Tone(tone) if self.open && !self.mute() && !self.busy() => {
                let at = self.tone.map_or(now.plus(TONE_WAIT), |(_, at)| at);
                self.tone = Some((tone, at));
            }
            Input::Hush => {
                self.waiting.clear();
                self.tone = None;
                self.stop = matches!(self.doing, Doing::Speaking { .. })
                    || self.sent.as_ref().is_some_and(|sent| sent.what == Sort::Speak);
            }
            Input::Closed => {
                self.forget();
                self.open = false;
            }
            Input::Bytes(_) | Input::Say(_) | Input::Tone(_) | Input::Wake => {}
        }
        self.time_out(now);
        self.go_on(now);
    }

    /// The next thing the session wants, until `None`.
    pub fn poll(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    /// When to send [`Input::Wake`].
    pub fn deadline(&self) -> Option<Uptime> {
        if !self.open {
            return None;
        }
        if let Some(sent) = &self.sent {
            return Some(sent.until);
        }
        let tone = self.tone.map(|(_, at)| at);
        let now_wanted = self.stop || self.can_speak();
        let next = if now_wanted { Some(self.free_at) } else { earliest(tone, Some(self.probe_at)) };
        next.map(|next| next.max(self.free_at))
    }

    /// The last bytes both ways, for the log when a fault opens. No names are in it: see [`crate::Output::Say`].
    pub fn traffic(&self) -> &Ring {
        &self.traffic
    }

    /// It is known not to say anything.
    fn mute(&self) -> bool {
        matches!(self.fault, Some(Fault::Silent { .. } | Fault::Endless { .. }))
    }

    /// Something is said, or will be.
    fn busy(&self) -> bool {
        !self.waiting.is_empty()
            || self.stop
            || self.doing != Doing::Nothing
            || self.sent.as_ref().is_some_and(|sent| matches!(sent.what, Sort::Speak | Sort::Tone))
    }

    /// A prompt waits for nothing but the line. It does not wait for a tone to end.
    fn can_speak(&self) -> bool {
        !self.waiting.is_empty() && !matches!(self.doing, Doing::Speaking { .. })
    }

    fn forget(&mut self) {
        self.sent = None;
        self.doing = Doing::Nothing;
        self.waiting.clear();
        self.tone = None;
        self.stop = false;
    }

    /// Sends what is next, if the line is free.
    fn go_on(&mut self, now: Uptime) {
        if !self.open || self.sent.is_some() || now < self.free_at {
            return;
        }
        if std::mem::take(&mut self.stop) {
            self.send(now, Sort::Stop, codec::stop());
        } else if self.can_speak() {
            if let Some(piece) = self.waiting.pop_front() {
                self.send(now, Sort::Speak, codec::speak(&piece));
            }
        } else if let Some((tone, _)) = self.tone.take_if(|(_, at)| *at <= now)
            && self.doing == Doing::Nothing
        {
            self.send(now, Sort::Tone, codec::tone(tone));
        } else if self.probe_at <= now {
            self.send(now, Sort::Status { accepted: false }, codec::status());
        }
    }

    fn send(&mut self, now: Uptime, what: Sort, frame: Vec<u8>) {
        // One that is known to be silent is asked once in each round.
        let tries = if self.mute() { TRIES } else { 1 };
        self.write(now, Sent { what, frame, tries, rejected: false, until: now });
    }

    fn write(&mut self, now: Uptime, sent: Sent) {
        self.traffic.push(now, Way::Out, &sent.frame);
        let wire = time_for(sent.frame.len(), self.baud);
        self.free_at = now.plus(wire + GAP);
        self.outputs.push_back(Output::Write(sent.frame.clone()));
        self.sent = Some(Sent { until: now.plus(wire + ANSWER_WAIT), ..sent });
    }

    fn time_out(&mut self, now: Uptime) {
        if let Some(sent) = self.sent.take_if(|sent| sent.until <= now) {
            self.again(now, sent);
        }
        if let Doing::Speaking { since } = self.doing
            && now.since(since) >= LONGEST
        {
            self.fail(Fault::Endless { seconds: LONGEST.as_secs() });
            self.forget();
            self.stop = true;
        }
    }

    /// Sends a frame once more, or gives it up.
    fn again(&mut self, now: Uptime, sent: Sent) {
        if sent.tries < TRIES && !self.outlived(&sent) {
            let what = if matches!(sent.what, Sort::Status { .. }) {
                Sort::Status { accepted: false }
            } else {
                sent.what
            };
            self.write(now, Sent { what, tries: sent.tries + 1, rejected: false, ..sent });
            return;
        }
        if sent.tries >= TRIES {
            let tries = sent.tries;
            self.fail(if sent.rejected { Fault::Rejects { tries } } else { Fault::Silent { tries } });
            self.forget();
        }
        self.probe_at = now.plus(match self.fault {
            // What is not understood is known for a while, or the fault would come and go with each prompt.
            Some(Fault::Rejects { .. }) => IDLE_PROBE,
            Some(Fault::Silent { .. } | Fault::Endless { .. }) => SILENT_PROBE,
            None => GAP,
        });
    }

    /// A tone is not worth a second try, nor is a text whose visit is over.
    fn outlived(&self, sent: &Sent) -> bool {
        match sent.what {
            Sort::Tone => true,
            Sort::Speak => self.stop,
            Sort::Stop | Sort::Status { .. } => false,
        }
    }

    fn fail(&mut self, fault: Fault) {
        if self.fault.is_none_or(|known| known.code() != fault.code()) {
            if self.fault.is_some() {
                self.outputs.push_back(Output::Cleared);
            }
            self.fault = Some(fault);
            self.outputs.push_back(Output::Fault(fault));
        }
    }

    fn clear(&mut self) {
        if self.fault.take().is_some() {
            self.outputs.push_back(Output::Cleared);
        }
    }

    fn receive(&mut self, now: Uptime, bytes: &[u8]) {
        self.traffic.push(now, Way::In, bytes);
        let mut noise = 0;
        for byte in bytes {
            match Reply::of(*byte) {
                Some(reply) => self.replied(now, reply),
                None => noise += 1,
            }
        }
        if noise > 0 {
            self.outputs.push_back(Output::Noise(noise));
        }
    }

    fn replied(&mut self, now: Uptime, reply: Reply) {
        let Some(sent) = self.sent.take() else {
            return self.unasked(now, reply);
        };
        match (reply, sent.what) {
            (Reply::Accepted, Sort::Speak) => {
                self.doing = Doing::Speaking { since: now };
                self.answered(now, SPEAKING_PROBE);
            }
            (Reply::Accepted, Sort::Tone) => {
                self.doing = Doing::Tone;
                self.answered(now, SPEAKING_PROBE);
            }
            // Whether it then says 4F is not in our source, so it is asked.
            (Reply::Accepted, Sort::Stop) => self.answered(now, Duration::ZERO),
            (Reply::Accepted, Sort::Status { .. }) => {
                self.sent = Some(Sent { what: Sort::Status { accepted: true }, ..sent });
            }
            (Reply::Speaking, Sort::Status { accepted: true }) => {
                if self.doing == Doing::Nothing {
                    self.doing = Doing::Speaking { since: now };
                }
                // One that was endless is so until it is idle.
                if !matches!(self.fault, Some(Fault::Endless { .. })) {
                    self.clear();
                }
                self.next(now, SPEAKING_PROBE);
            }
            (Reply::Idle, Sort::Status { accepted: true }) => {
                self.doing = Doing::Nothing;
                self.clear();
                self.next(now, IDLE_PROBE);
            }
            (Reply::Rejected, _) => {
                self.free_at = self.free_at.max(now.plus(GAP));
                self.sent = Some(Sent { rejected: true, until: self.free_at, ..sent });
            }
            // What was sent got lost with it, and is sent again.
            (Reply::Ready, what) => {
                self.doing = Doing::Nothing;
                let what =
                    if matches!(what, Sort::Status { .. }) { Sort::Status { accepted: false } } else { what };
                let tries = sent.tries.saturating_sub(1);
                self.sent = Some(Sent { what, tries, until: now.plus(GAP), ..sent });
            }
            // The end of what was said before; this frame's own answer is still to come.
            (Reply::Idle | Reply::Speaking, _) => {
                if reply == Reply::Idle && sent.what != Sort::Stop {
                    self.doing = Doing::Nothing;
                }
                self.sent = Some(sent);
            }
        }
    }

    fn unasked(&mut self, now: Uptime, reply: Reply) {
        match reply {
            Reply::Idle | Reply::Ready => {
                self.doing = Doing::Nothing;
                self.stop = false;
                self.next(now, IDLE_PROBE);
            }
            // Late answers.
            Reply::Accepted | Reply::Rejected | Reply::Speaking => {}
        }
        if self.mute() {
            // It is there: ask it.
            self.probe_at = now;
        }
    }

    fn answered(&mut self, now: Uptime, probe: Duration) {
        if !matches!(self.fault, Some(Fault::Endless { .. })) {
            self.clear();
        }
        self.next(now, probe);
    }

    fn next(&mut self, now: Uptime, probe: Duration) {
        self.free_at = self.free_at.max(now.plus(GAP));
        self.probe_at = now.plus(probe);
    }
}
