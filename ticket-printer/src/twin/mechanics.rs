//! The inside of the virtual printer: arrival, obeying, burning, cutting, answering.

use super::{
    CUT_TIME, CUTTER_MM, Cell, HEAD_MM_PER_S, MAX_PAPERS, MAX_PIECE_MM, Paper, Pending, RESET_TIME,
    ROWS_PER_MM, Raster, Row, SLOW_FACTOR, StoredCode, Style, Twin,
};
use crate::command::{Command, Scan, scan};
use crate::encode::Model;
use crate::slip::Align;
use link::Uptime;
use std::time::Duration;

impl Twin {
    /// A chunk has come off the line at `at`.
    pub(super) fn arrived(&mut self, at: Uptime, bytes: &[u8]) {
        if self.trouble.dead_until.is_some() {
            return;
        }
        for byte in bytes {
            // DLE EOT n is seen as it arrives, whatever stands around it; the buffer gets it too and passes over it.
            if self.tail == [0x10, 0x04] && (1..=4).contains(byte) {
                self.answer(at, vec![self.real_time(*byte)]);
            }
            self.tail = [self.tail[1], *byte];
            self.buffer.push_back(*byte);
        }
        if self.pending.is_empty() {
            self.head_free = self.head_free.max(at);
        }
    }

    /// Plays the mechanics up to `now`.
    pub(super) fn play(&mut self, now: Uptime) {
        if let Some(until) = self.trouble.dead_until {
            if until > now {
                return;
            }
            self.trouble.dead_until = None;
            self.head_free = self.head_free.max(until);
        }
        self.played = self.played.max(now);
        while !self.trouble.stops() {
            if !self.pending.is_empty() {
                if !self.burn(now) {
                    return;
                }
            } else if self.head_free > now || !self.obey() {
                return;
            }
        }
        // Stopped: what it does next begins when it is well again.
        self.head_free = self.head_free.max(now);
    }

    pub(super) fn head_deadline(&self) -> Option<Uptime> {
        let rows = u32::try_from(self.pending.len()).unwrap_or(u32::MAX);
        if rows > 0 {
            let rows = self.trouble.rows_left.map_or(rows, |left| rows.min(left.max(1)));
            return Some(self.head_free.plus(self.row_time() * rows));
        }
        (!self.buffer.is_empty() && self.head_free > self.played).then_some(self.head_free)
    }

    fn row_time(&self) -> Duration {
        let plain = Duration::from_nanos(1_000_000_000 / u64::from(HEAD_MM_PER_S * ROWS_PER_MM));
        if self.trouble.slow { plain * SLOW_FACTOR } else { plain }
    }

    /// Burns the rows that are due; `false` when the rest lies in the future.
    fn burn(&mut self, now: Uptime) -> bool {
        while !self.pending.is_empty() {
            let done = self.head_free.plus(self.row_time());
            if done > now {
                return false;
            }
            if self.trouble.rows_left == Some(0) {
                self.trouble.rows_left = None;
                self.trouble.paper_out = true;
                self.status_changed(self.head_free);
                return true;
            }
            if let Some(left) = &mut self.trouble.rows_left {
                *left -= 1;
            }
            self.head_free = done;
            if let Some(pending) = self.pending.pop_front() {
                self.burned(pending);
            }
        }
        true
    }

    fn burned(&mut self, pending: Pending) {
        let raster = &mut self.current.raster;
        raster.bits.extend_from_slice(&pending.row);
        raster.height += 1;
        self.current.text_lines.extend(pending.text);
        self.current.qr.extend(pending.qr);
        if self.current.raster.height >= (MAX_PIECE_MM * ROWS_PER_MM) as usize {
            self.tear();
        }
    }

    /// Obeys the next command; `false` when there is none.
    fn obey(&mut self) -> bool {
        let bytes = self.buffer.make_contiguous();
        let (command, used) = match scan(bytes, self.style.chinese) {
            Scan::NeedMore => return false,
            Scan::Noise { skip } => {
                self.noise += skip;
                self.buffer.drain(..skip);
                return true;
            }
            Scan::Frame { frame, used } => (frame, used),
        };
        if matches!(command, Command::Cut { .. }) && self.trouble.cutter_weak {
            // It sticks before it cuts; the command stays and is obeyed once the cutter is free.
            self.trouble.cutter_weak = false;
            self.trouble.cutter_stuck = true;
            let at = self.head_free;
            self.status_changed(at);
            return true;
        }
        // The command borrows from the buffer that its effect changes.
        let own: Vec<u8> = bytes[..used].to_vec();
        self.buffer.drain(..used);
        if let Scan::Frame { frame, .. } = scan(&own, self.style.chinese) {
            if !matches!(
                frame,
                Command::RealTimeStatus(_) | Command::PaperStatus(_) | Command::AutomaticStatus(_)
            ) {
                self.current.bytes.extend_from_slice(&own);
            }
            self.execute(frame);
        }
        true
    }

    fn execute(&mut self, command: Command<'_>) {
        match command {
            Command::Character(bytes) => self.character(bytes),
            Command::LineFeed => self.line_feed(),
            Command::Initialize => self.style = Style::new(self.profile.model),
            Command::Chinese(on) => self.style.chinese = on,
            Command::Size { width, height } => {
                self.style.width = usize::from(width);
                self.style.height = usize::from(height);
            }
            Command::ChineseSize { wide, tall } => {
                self.style.width = 1 + usize::from(wide);
                self.style.height = 1 + usize::from(tall);
            }
            // Obeyed at the start of a line only.
            Command::Align(n) if self.style.line.is_empty() => {
                self.style.align = match n {
                    1 | b'1' => Align::Center,
                    2 | b'2' => Align::Right,
                    _ => Align::Left,
                };
            }
            Command::Bold(on) => self.style.bold = on,
            Command::LineSpacing(dots) => self.style.spacing = usize::from(dots),
            Command::FeedLines(lines) => {
                let rows = usize::from(lines) * self.style.spacing;
                if !self.style.line.is_empty() {
                    self.line_feed();
                    self.blank(rows.saturating_sub(self.style.spacing));
                } else {
                    self.blank(rows);
                }
            }
            Command::FeedDots(dots) => {
                self.flush_line(0);
                self.blank(usize::from(dots));
            }
            // Obeyed at the start of a line only.
            Command::Cut { feed } if self.style.line.is_empty() => self.cut(feed),
            Command::QrModule(dots) => self.qr.module = usize::from(dots.clamp(1, 16)),
            Command::QrLevel(level) => self.qr.level = level,
            Command::QrStore(data) => self.qr.data = data.to_vec(),
            Command::QrPrint => self.print_code(),
            Command::Raster { width_bytes, data } => {
                self.flush_line(0);
                let rows = self.head.raster(width_bytes, data, self.style.align);
                self.put(rows, None, None);
            }
            Command::GraphicsStore { width_bytes, data } => self.graphics = (width_bytes, data.to_vec()),
            Command::GraphicsPrint => {
                self.flush_line(0);
                let rows = self.head.raster(self.graphics.0, &self.graphics.1, self.style.align);
                self.put(rows, None, None);
            }
            Command::PaperStatus(n) => {
                let reply = self.paper_status(n);
                self.answer(self.head_free, vec![reply]);
            }
            Command::AutomaticStatus(n) => {
                self.automatic = n != 0;
                if self.automatic {
                    self.last_automatic = self.automatic_status();
                    self.answer(self.head_free, self.last_automatic.to_vec());
                }
            }
            Command::Align(_) | Command::Cut { .. } | Command::RealTimeStatus(_) | Command::Other => {}
        }
    }

    fn character(&mut self, bytes: &[u8]) {
        // Without Chinese, upper codes are those of a code page that no hall uses: a box shows that FS & was forgotten.
        let text = if self.style.chinese || bytes[0] < 0x80 {
            link::text::decode(bytes)
        } else {
            "\u{25A1}".to_owned()
        };
        for character in text.chars() {
            let cell =
                Cell { character, width: self.style.width, height: self.style.height, bold: self.style.bold };
            let used: usize = self.style.line.iter().map(Cell::dots).sum();
            if used + cell.dots() > self.profile.paper.dots() {
                self.line_feed();
            }
            self.style.line.push(cell);
        }
    }

    fn line_feed(&mut self) {
        let spacing = self.style.spacing;
        if self.style.line.is_empty() {
            self.blank(spacing);
        } else {
            self.flush_line(spacing);
        }
    }

    /// Hands the collected line to the head.
    fn flush_line(&mut self, spacing: usize) {
        let line = std::mem::take(&mut self.style.line);
        if line.is_empty() {
            return;
        }
        let text = line.iter().map(|cell| cell.character).collect();
        let rows = self.head.line(&line, self.style.align, spacing);
        self.put(rows, Some(text), None);
    }

    fn print_code(&mut self) {
        let StoredCode { module, level, data } = self.qr.clone();
        self.flush_line(0);
        let rows = self.head.qr(&data, level, module, self.style.align);
        if !rows.is_empty() {
            self.put(rows, None, Some(String::from_utf8_lossy(&data).into_owned()));
        }
    }

    fn blank(&mut self, rows: usize) {
        self.put(vec![self.head.blank(); rows], None, None);
    }

    fn put(&mut self, rows: Vec<Row>, text: Option<String>, qr: Option<String>) {
        self.pending.extend(rows.into_iter().map(|row| Pending { row, text: None, qr: None }));
        if let Some(last) = self.pending.back_mut() {
            last.text = text;
            last.qr = qr;
        }
    }

    /// The feed of a cut is part of it: the next slip begins with the paper between head and cutter.
    fn cut(&mut self, feed: Option<u8>) {
        let feed_rows = feed.map_or(0, |dots| CUTTER_MM * ROWS_PER_MM + u32::from(dots));
        self.head_free = self.head_free.plus(CUT_TIME).plus(self.row_time() * feed_rows);
        self.current.cut = true;
        self.tear();
    }

    /// The current piece is off; a new one begins.
    pub(super) fn tear(&mut self) {
        let piece = std::mem::take(&mut self.current);
        if self.papers.len() == MAX_PAPERS {
            self.papers.pop_front();
        }
        self.papers.push_back(piece);
        self.new_piece();
    }

    pub(super) fn new_piece(&mut self) {
        let rows = (CUTTER_MM * ROWS_PER_MM) as usize;
        let width = self.profile.paper.dots();
        self.current = Paper {
            raster: Raster { width, height: rows, bits: vec![0; rows * width / 8] },
            ..Paper::default()
        };
    }

    /// Power off and on: what it holds is lost, what is on the paper stays there.
    pub(super) fn reset(&mut self, now: Uptime) {
        self.buffer.clear();
        self.arriving.clear();
        self.pending.clear();
        self.out.clear();
        self.tail = [0; 2];
        self.style = Style::new(self.profile.model);
        self.qr = StoredCode::default();
        self.graphics = (0, Vec::new());
        self.automatic = false;
        self.trouble.dead_until = Some(now.plus(RESET_TIME));
        self.head_free = now;
    }

    /// Puts an answer on the line, unless it is lost or nobody answers.
    fn answer(&mut self, at: Uptime, bytes: Vec<u8>) {
        if self.trouble.silent || std::mem::take(&mut self.trouble.silent_once) {
            return;
        }
        self.out.send(at, self.trouble.late, bytes);
    }

    /// The reply to DLE EOT n.
    fn real_time(&self, n: u8) -> u8 {
        let t = &self.trouble;
        let bit = |on: bool, bits: u8| if on { bits } else { 0 };
        0x12 | match n {
            1 => bit(t.stops(), 0x08),
            2 => bit(t.cover_open, 0x04) | bit(t.paper_out, 0x20) | bit(t.cutter_stuck, 0x40),
            3 => bit(t.cutter_stuck, 0x08),
            _ => bit(t.paper_low, 0x0C) | bit(t.paper_out, 0x60),
        }
    }

    /// The reply to GS r n. It is only reached while the printer can print.
    fn paper_status(&self, n: u8) -> u8 {
        match (n, self.trouble.paper_low, self.profile.model) {
            (1 | b'1', true, Model::Epson) => 0x03,
            (1 | b'1', true, Model::Cashino) => 0x0C,
            _ => 0,
        }
    }

    fn automatic_status(&self) -> [u8; 4] {
        let t = &self.trouble;
        let bit = |on: bool, bits: u8| if on { bits } else { 0 };
        [
            0x10 | bit(t.stops(), 0x08) | bit(t.cover_open, 0x20),
            bit(t.cutter_stuck, 0x08),
            bit(t.paper_low, 0x03) | bit(t.paper_out, 0x0C),
            0,
        ]
    }

    /// Sends the automatic status if it is on and differs.
    pub(super) fn status_changed(&mut self, at: Uptime) {
        let status = self.automatic_status();
        if self.automatic && status != self.last_automatic {
            self.last_automatic = status;
            self.answer(at, status.to_vec());
        }
    }
}
