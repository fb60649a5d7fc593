//! The virtual printer: obeys ESC/POS bytes as they arrive on a paced line, burns dots at the speed of a head, cuts, answers
//! status as the manuals say, and suffers whatever misfortune it is told to.
//!
//! What it shows is made of the bytes it received and of nothing else. It keeps what it has received through paper out and an
//! open cover and goes on where it stopped, as real printers do; only a reset forgets.

mod head;
mod mechanics;
mod paper;

pub use paper::{Paper, Raster};

use crate::encode::{Model, Profile};
use crate::slip::Align;
use head::{Cell, Head, Row};
use link::Uptime;
use link::pace::{PacedOut, time_for};
use link::uptime::earliest;
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;
use std::time::Duration;

/// A kiosk printer's head: 150 mm/s. Panel printers do 50 to 90.
const HEAD_MM_PER_S: u32 = 150;
/// How much slower [`Misfortune::Slow`] is: a cold, cheap or overheating head.
const SLOW_FACTOR: u32 = 10;
/// Rows of the head per millimetre (203 dpi).
const ROWS_PER_MM: u32 = 8;
/// Between head and cutter; the feed before a cut, and the blank head of the next slip.
const CUTTER_MM: u32 = 12;
/// The time of a cut.
const CUT_TIME: Duration = Duration::from_millis(150);
/// From power-up until it answers again.
const RESET_TIME: Duration = Duration::from_secs(2);
/// Cut pieces that are kept to be looked at; the oldest are thrown away.
const MAX_PAPERS: usize = 32;
/// What it holds unprinted. Real ones hold 4 to 64 KiB and stop the line; a pseudo-terminal cannot be stopped, so the twin takes
/// the longest job that the session sends and throws away the rest.
const MAX_BUFFER_BYTES: usize = 512 * 1024;
/// A piece this long is torn off by itself, so that nonsense does not grow without end.
const MAX_PIECE_MM: u32 = 2000;
/// Delayed answers are bounded so that a slip of the finger in the fault menu does not silence the twin for a day.
const MAX_LATE: Duration = Duration::from_secs(60);

/// What can befall a printer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind", content = "value")]
pub enum Misfortune {
    /// The roll is empty now.
    PaperOut,
    /// The roll ends after so many millimetres more.
    PaperOutAfterMm(u32),
    /// The roll is near its end.
    PaperLow,
    /// Someone opened the cover.
    CoverOpen,
    /// The cutter sticks at the next cut.
    CutterJam,
    /// Someone pressed the on-line key.
    Offline,
    /// The next answer is lost.
    SilentOnce,
    /// It answers nothing any more, and prints.
    Silent,
    /// Answers come so many milliseconds late.
    Late(u64),
    /// It is switched off and on: what it holds is lost, a half slip stays in it.
    Reset,
    /// It prints ten times slower.
    Slow,
}

/// What a person who stands before the printer sees.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct View {
    /// Width of the roll in millimetres, 58 or 80.
    pub paper_mm: u32,
    /// Whether the head moves.
    pub printing: bool,
    /// No paper.
    pub paper_out: bool,
    /// Paper near its end.
    pub paper_low: bool,
    /// The cover is open.
    pub cover_open: bool,
    /// The cutter sticks.
    pub cutter_jammed: bool,
    /// The on-line lamp is off.
    pub offline: bool,
    /// Text lines on the piece that is still in the printer.
    pub hanging: Vec<String>,
    /// Pieces that came out and were not taken.
    pub papers: Vec<Paper>,
}

/// A row that waits for the head, and what is on the paper once it is burned.
#[derive(Clone, Debug)]
struct Pending {
    row: Row,
    text: Option<String>,
    qr: Option<String>,
}

/// A virtual printer.
#[derive(Debug)]
pub struct Twin {
    profile: Profile,
    baud: u32,
    line_free: Uptime,
    arriving: VecDeque<(Uptime, Vec<u8>)>,
    /// The last bytes that arrived, in which a real-time command may have begun.
    tail: [u8; 2],
    buffer: VecDeque<u8>,
    out: PacedOut,
    head: Head,
    /// The moment up to which the mechanics have been played.
    played: Uptime,
    /// When the head has finished what it does.
    head_free: Uptime,
    pending: VecDeque<Pending>,
    style: Style,
    qr: StoredCode,
    /// A stored picture: bytes of a row, rows.
    graphics: (usize, Vec<u8>),
    current: Paper,
    papers: VecDeque<Paper>,
    automatic: bool,
    last_automatic: [u8; 4],
    trouble: Trouble,
    noise: usize,
}

/// Formatting in force and the line that is being collected.
#[derive(Clone, Debug)]
struct Style {
    chinese: bool,
    width: usize,
    height: usize,
    align: Align,
    bold: bool,
    spacing: usize,
    line: Vec<Cell>,
}

impl Style {
    /// As after power-up and `ESC @`: panel printers have Chinese off (CSN-A2 manual), the others on (inferred).
    fn new(model: Model) -> Style {
        Style {
            chinese: model == Model::Epson,
            width: 1,
            height: 1,
            align: Align::Left,
            bold: false,
            spacing: 30,
            line: Vec::new(),
        }
    }
}

#[derive(Clone, Debug)]
struct StoredCode {
    module: usize,
    level: u8,
    data: Vec<u8>,
}

impl Default for StoredCode {
    fn default() -> Self {
        StoredCode { module: 3, level: 48, data: Vec::new() }
    }
}

#[derive(Clone, Copy, Debug, Default)]
struct Trouble {
    paper_out: bool,
    /// Rows until the roll ends.
    rows_left: Option<u32>,
    paper_low: bool,
    cover_open: bool,
    /// The next cut sticks.
    cutter_weak: bool,
    cutter_stuck: bool,
    offline: bool,
    silent_once: bool,
    silent: bool,
    late: Duration,
    slow: bool,
    dead_until: Option<Uptime>,
}

impl Trouble {
    fn stops(&self) -> bool {
        self.paper_out || self.cover_open || self.cutter_stuck || self.offline
    }
}

impl Twin {
    /// A printer with a fresh roll, switched on, on a line of `baud`.
    pub fn new(profile: Profile, baud: u32) -> Self {
        let mut twin = Twin {
            profile,
            baud: baud.max(1),
            line_free: Uptime::default(),
            arriving: VecDeque::new(),
            tail: [0; 2],
            buffer: VecDeque::new(),
            out: PacedOut::new(baud.max(1)),
            head: Head::new(profile.paper.dots()),
            played: Uptime::default(),
            head_free: Uptime::default(),
            pending: VecDeque::new(),
            style: Style::new(profile.model),
            qr: StoredCode::default(),
            graphics: (0, Vec::new()),
            current: Paper::default(),
            papers: VecDeque::new(),
            automatic: false,
            last_automatic: [0; 4],
            trouble: Trouble::default(),
            noise: 0,
        };
        twin.new_piece();
        twin
    }

    /// Bytes were written to it; they arrive at the rate of the line. What arrives while it is dead is lost.
    pub fn receive(&mut self, now: Uptime, bytes: &[u8]) {
        self.wake(now);
        let waiting: usize = self.arriving.iter().map(|(_, chunk)| chunk.len()).sum();
        let room = MAX_BUFFER_BYTES.saturating_sub(waiting + self.buffer.len());
        let bytes = &bytes[..bytes.len().min(room)];
        let begin = self.line_free.max(now);
        self.line_free = begin.plus(time_for(bytes.len(), self.baud));
        // Each chunk arrives with its last byte, so it is cut small: a status question must not wait for a picture's end.
        for (index, chunk) in bytes.chunks(16).enumerate() {
            let due = begin.plus(time_for(index * 16 + chunk.len(), self.baud));
            self.arriving.push_back((due, chunk.to_vec()));
        }
        self.wake(now);
    }

    /// Time passed.
    pub fn wake(&mut self, now: Uptime) {
        while let Some((due, _)) = self.arriving.front()
            && *due <= now
        {
            let due = *due;
            self.play(due);
            if let Some((_, bytes)) = self.arriving.pop_front() {
                self.arrived(due, &bytes);
            }
        }
        self.play(now);
    }

    /// Bytes of its answers that have left it by now.
    pub fn transmit(&mut self, now: Uptime) -> Option<Vec<u8>> {
        self.wake(now);
        self.out.take(now)
    }

    /// When something will happen by itself.
    pub fn deadline(&self) -> Option<Uptime> {
        let arriving = self.arriving.front().map(|(due, _)| *due);
        let reset = self.trouble.dead_until;
        let head = if self.trouble.stops() || reset.is_some() { None } else { self.head_deadline() };
        earliest(earliest(arriving, reset), earliest(head, self.out.deadline()))
    }

    /// Lets something go wrong.
    pub fn misfortune(&mut self, now: Uptime, misfortune: Misfortune) {
        self.wake(now);
        let trouble = &mut self.trouble;
        match misfortune {
            Misfortune::PaperOut => {
                trouble.paper_out = true;
                trouble.paper_low = true;
            }
            Misfortune::PaperOutAfterMm(mm) => {
                trouble.rows_left = Some(mm.saturating_mul(ROWS_PER_MM));
                trouble.paper_low = true;
            }
            Misfortune::PaperLow => trouble.paper_low = true,
            Misfortune::CoverOpen => trouble.cover_open = true,
            Misfortune::CutterJam => trouble.cutter_weak = true,
            Misfortune::Offline => trouble.offline = true,
            Misfortune::SilentOnce => trouble.silent_once = true,
            Misfortune::Silent => trouble.silent = true,
            Misfortune::Late(ms) => trouble.late = Duration::from_millis(ms).min(MAX_LATE),
            Misfortune::Reset => self.reset(now),
            Misfortune::Slow => trouble.slow = true,
        }
        self.status_changed(now);
    }

    /// Everything is well again: a new roll, cover shut, cutter free, on line, answering. It goes on with what it holds.
    pub fn calm(&mut self, now: Uptime) {
        self.wake(now);
        if self.trouble.paper_out && self.current.raster.height > (CUTTER_MM * ROWS_PER_MM) as usize {
            self.tear();
        }
        self.trouble = Trouble { dead_until: self.trouble.dead_until, ..Trouble::default() };
        self.head_free = self.head_free.max(now);
        self.status_changed(now);
        self.play(now);
    }

    /// The pieces that came out, oldest first.
    pub fn papers(&self) -> &VecDeque<Paper> {
        &self.papers
    }

    /// Someone takes the pieces away.
    pub fn take_papers(&mut self) -> Vec<Paper> {
        self.papers.drain(..).collect()
    }

    /// Bytes that were no command it knows.
    pub fn noise(&self) -> usize {
        self.noise
    }

    /// What is to be seen.
    pub fn view(&self) -> View {
        View {
            paper_mm: if self.profile.paper == crate::slip::Paper::Mm58 { 58 } else { 80 },
            printing: !self.pending.is_empty() && !self.trouble.stops(),
            paper_out: self.trouble.paper_out,
            paper_low: self.trouble.paper_low,
            cover_open: self.trouble.cover_open,
            cutter_jammed: self.trouble.cutter_stuck,
            offline: self.trouble.offline,
            hanging: self.current.text_lines.clone(),
            papers: self.papers.iter().cloned().collect(),
        }
    }

    /// What hangs in it, as the head has burned it so far.
    pub fn hanging(&self) -> &Paper {
        &self.current
    }
}

#[cfg(test)]
mod tests;
