//! What the data of a frame means: what the host asks of a card, and what the card answers.
//!
//! Source: BXH, BXS and BXA of the protocol notes, 2.1. The two bytes after "reply wanted" are sent as `00 00` and
//! accepted as that or as the body's length, both of which were seen.

use super::codec::{ErrorCode, Frame, MAX_DATA, PC, encode};
use super::{CardType, Screen};

/// One request of the host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// `A2 00`: are you there.
    Ping,
    /// `A1 02`: how are you; answered by [`Status`].
    Status,
    /// `A2 03`: sets the card's clock.
    SetClock(ClockTime),
    /// `A3 00`: LEDs on or off; text stays.
    Power(bool),
    /// `A3 02`: brightness 0 to 15, until told otherwise.
    Brightness(u8),
    /// `A3 06`: deletes dynamic areas, then writes these, at once and without the card's flash memory.
    Show {
        /// What goes.
        delete: Delete,
        /// What comes; an area replaces the one with the same id.
        areas: Vec<Area>,
    },
    /// `A3 10`: everything off the screen.
    Clear,
}

/// Which dynamic areas a [`Command::Show`] deletes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Delete {
    /// None.
    Nothing,
    /// All: count `FF`.
    All,
    /// These ids, at most 254.
    Ids(Vec<u8>),
}

/// The card's clock, eight BCD bytes: year (low byte first), month, day, hour, minute, second, day of the week (BXA).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClockTime {
    /// 0 to 9999.
    pub year: u16,
    /// 1 to 12.
    pub month: u8,
    /// 1 to 31.
    pub day: u8,
    /// 0 to 23.
    pub hour: u8,
    /// 0 to 59.
    pub minute: u8,
    /// 0 to 59.
    pub second: u8,
    /// 1 Monday to 7 Sunday (guessed).
    pub weekday: u8,
}

/// One dynamic text area.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Area {
    /// Left edge in cells of 8 pixels.
    pub x_cells: u16,
    /// Upper edge in pixels.
    pub y_px: u16,
    /// Width in cells of 8 pixels.
    pub width_cells: u16,
    /// Height in pixels.
    pub height_px: u16,
    /// Number of the dynamic area.
    pub id: u8,
    /// Pixels between lines.
    pub line_gap: u8,
    /// What happens after the last page.
    pub run: RunMode,
    /// Seconds for the two timed run modes.
    pub timeout_s: u16,
    /// Whether the text is one line, whatever it holds.
    pub single_line: bool,
    /// Whether long lines go on in the next.
    pub wrap: bool,
    /// How text comes.
    pub effect: Effect,
    /// 0 (fastest, guessed) to 24.
    pub speed: u8,
    /// How long a page stands, in half seconds.
    pub stay_half_s: u8,
    /// GB 2312 with the card's escapes: `\C1` to `\C3` colours, `\n` next line (each as its ASCII characters).
    pub text: Vec<u8>,
}

/// What an area does after its last page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RunMode {
    /// 0: begins again.
    Loop,
    /// 1: keeps the last page.
    HoldLast,
    /// 2: is deleted when nothing new came within the time-out.
    DeleteOnTimeout,
    /// 3: shows the logo when nothing new came within the time-out.
    LogoOnTimeout,
}

/// How text comes into an area.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is the one word it means")]
pub enum Effect {
    Static = 1,
    Snap = 2,
    Left = 3,
    Right = 4,
    Up = 5,
    Down = 6,
}

impl Command {
    /// Appends the frame that asks `screen` for this and wants a reply.
    pub fn encode(&self, screen: &Screen, out: &mut Vec<u8>) {
        let frame = Frame { dst: screen.number, src: PC, card: screen.card.byte(), data: self.data() };
        encode(&frame, out);
    }

    /// The data of the frame.
    pub fn data(&self) -> Vec<u8> {
        let (group, number) = match self {
            Command::Status => (0xA1, 0x02),
            Command::Ping => (0xA2, 0x00),
            Command::SetClock(_) => (0xA2, 0x03),
            Command::Power(_) => (0xA3, 0x00),
            Command::Brightness(_) => (0xA3, 0x02),
            Command::Show { .. } => (0xA3, 0x06),
            Command::Clear => (0xA3, 0x10),
        };
        let mut data = vec![group, number, 1, 0, 0];
        match self {
            Command::Ping | Command::Status | Command::Clear => {}
            Command::SetClock(time) => data.extend_from_slice(&time.bytes()),
            Command::Power(on) => data.push(if *on { 1 } else { 2 }),
            Command::Brightness(level) => {
                // Forced level, then the half-hour table that a forced level overrules.
                data.extend_from_slice(&[1, (*level).min(15)]);
                data.extend_from_slice(&[(*level).min(15); 48]);
            }
            Command::Show { delete, areas } => {
                match delete {
                    Delete::Nothing => data.push(0),
                    Delete::All => data.push(0xFF),
                    Delete::Ids(ids) => {
                        let ids = &ids[..ids.len().min(254)];
                        data.push(ids.len() as u8);
                        data.extend_from_slice(ids);
                    }
                }
                let areas = &areas[..areas.len().min(255)];
                data.push(areas.len() as u8);
                for area in areas {
                    area.write(&mut data);
                }
            }
        }
        data
    }

    /// What the host asks in `data`; the card's side.
    ///
    /// # Errors
    /// The code with which a card refuses: unknown group or command, or a body that does not fit its command (for which
    /// the documents name no code; `BadGroup` is a guess).
    pub fn read(data: &[u8]) -> Result<Command, ErrorCode> {
        let [group, number, _, _, _, body @ ..] = data else { return Err(ErrorCode::BadGroup) };
        let malformed = ErrorCode::BadGroup;
        match (group, number) {
            (0xA1, 0x02) => Ok(Command::Status),
            (0xA2, 0x00) => Ok(Command::Ping),
            (0xA2, 0x03) => ClockTime::read(body).map(Command::SetClock).ok_or(malformed),
            (0xA3, 0x00) => match body {
                [1, ..] => Ok(Command::Power(true)),
                [2, ..] => Ok(Command::Power(false)),
                _ => Err(malformed),
            },
            (0xA3, 0x02) => match body {
                [1, level @ 0..=15, ..] => Ok(Command::Brightness(*level)),
                _ => Err(malformed),
            },
            (0xA3, 0x06) => read_show(body).ok_or(malformed),
            (0xA3, 0x10) => Ok(Command::Clear),
            (0xA0..=0xA3, _) => Err(ErrorCode::NoSuchCommand),
            _ => Err(ErrorCode::BadGroup),
        }
    }
}

fn read_show(body: &[u8]) -> Option<Command> {
    let (count, mut rest) = body.split_first()?;
    let delete = match count {
        0 => Delete::Nothing,
        0xFF => Delete::All,
        n => {
            let (ids, after) = rest.split_at_checked(usize::from(*n))?;
            rest = after;
            Delete::Ids(ids.to_vec())
        }
    };
    let (count, mut rest) = rest.split_first()?;
    let mut areas = Vec::new();
    for _ in 0..*count {
        let (length, after) = rest.split_first_chunk()?;
        let (area, after) = after.split_at_checked(usize::from(u16::from_le_bytes(*length)))?;
        areas.push(Area::read(area)?);
        rest = after;
    }
    rest.is_empty().then_some(Command::Show { delete, areas })
}

/// Bytes of an area before its text, the two of its length not counted.
const AREA_HEADER: usize = 27;

impl Area {
    fn write(&self, data: &mut Vec<u8>) {
        let text = &self.text[..self.text.len().min(MAX_DATA)];
        data.extend_from_slice(&((AREA_HEADER + text.len()) as u16).to_le_bytes());
        data.push(0);
        for number in [self.x_cells, self.y_px, self.width_cells, self.height_px] {
            data.extend_from_slice(&number.to_le_bytes());
        }
        data.extend_from_slice(&[self.id, self.line_gap, self.run as u8]);
        data.extend_from_slice(&self.timeout_s.to_le_bytes());
        // No voice, two reserved bytes.
        data.extend_from_slice(&[0, 0, 0]);
        data.extend_from_slice(&[
            if self.single_line { 1 } else { 2 },
            if self.wrap { 2 } else { 1 },
            self.effect as u8,
            0,
            self.speed,
            self.stay_half_s,
        ]);
        data.extend_from_slice(&(text.len() as u32).to_le_bytes());
        data.extend_from_slice(text);
    }

    fn read(area: &[u8]) -> Option<Area> {
        let (header, text) = area.split_at_checked(AREA_HEADER)?;
        let word = |at: usize| u16::from_le_bytes([header[at], header[at + 1]]);
        let length = u32::from_le_bytes([header[23], header[24], header[25], header[26]]);
        if header[0] != 0 || header[14] != 0 || usize::try_from(length).ok()? != text.len() {
            return None;
        }
        Some(Area {
            x_cells: word(1),
            y_px: word(3),
            width_cells: word(5),
            height_px: word(7),
            id: header[9],
            line_gap: header[10],
            run: match header[11] {
                0 => RunMode::Loop,
                1 => RunMode::HoldLast,
                2 => RunMode::DeleteOnTimeout,
                3 => RunMode::LogoOnTimeout,
                _ => return None,
            },
            timeout_s: word(12),
            single_line: header[17] == 1,
            wrap: header[18] == 2,
            effect: match header[19] {
                1 => Effect::Static,
                2 => Effect::Snap,
                3 => Effect::Left,
                4 => Effect::Right,
                5 => Effect::Up,
                6 => Effect::Down,
                _ => return None,
            },
            speed: header[21],
            stay_half_s: header[22],
            text: text.to_vec(),
        })
    }
}

impl ClockTime {
    fn bytes(self) -> [u8; 8] {
        let bcd = |n: u8| ((n / 10 % 10) << 4) | (n % 10);
        let (century, year) = ((self.year / 100) as u8, (self.year % 100) as u8);
        [
            bcd(year),
            bcd(century),
            bcd(self.month),
            bcd(self.day),
            bcd(self.hour),
            bcd(self.minute),
            bcd(self.second),
            bcd(self.weekday),
        ]
    }

    fn read(bytes: &[u8]) -> Option<ClockTime> {
        let mut numbers = [0; 8];
        for (number, byte) in numbers.iter_mut().zip(bytes.get(..8)?) {
            let (high, low) = (byte >> 4, byte & 15);
            *number = (high < 10 && low < 10).then_some(high * 10 + low)?;
        }
        let [year, century, month, day, hour, minute, second, weekday] = numbers;
        let year = u16::from(century) * 100 + u16::from(year);
        Some(ClockTime { year, month, day, hour, minute, second, weekday })
    }
}

/// What a card answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reply {
    /// Done.
    Ack,
    /// Not done, and why.
    Nack(ErrorCode),
    /// How the card is.
    Status(Status),
    /// A good frame that is none of these.
    Other,
}

/// The answer to [`Command::Status`]; the clock and the names of stored programs are left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Status {
    /// LEDs on.
    pub on: bool,
    /// 0 to 15.
    pub brightness: u8,
    /// Dynamic areas that the card shows now. None after a restart: it then no longer shows our text.
    pub areas: Vec<u8>,
}

/// Clock 8, programs 1, playing program 4, special area's flag and pages: between brightness and the areas (BXA).
const STATUS_UNREAD: usize = 15;

impl Reply {
    /// What `frame` says; the host's side.
    pub fn read(frame: &Frame) -> Reply {
        match frame.data.as_slice() {
            [0xA0, 0, 0, ..] => Reply::Ack,
            [0xA0, _, error, ..] => ErrorCode::from_byte(*error).map_or(Reply::Other, Reply::Nack),
            [0xA1, 2, _, _, _, power, brightness, rest @ ..] => match rest.get(STATUS_UNREAD..) {
                Some([count, ids @ ..]) if ids.len() >= usize::from(*count) => Reply::Status(Status {
                    on: *power == 1,
                    brightness: *brightness,
                    areas: ids[..usize::from(*count)].to_vec(),
                }),
                _ => Reply::Other,
            },
            _ => Reply::Other,
        }
    }

    /// The frame in which screen `number` says this; the card's side. [`Reply::Other`] goes out as an acknowledgement.
    pub fn frame(&self, number: u16, card: CardType) -> Frame {
        let data = match self {
            Reply::Ack | Reply::Other => vec![0xA0, 0, 0, 0, 0],
            Reply::Nack(code) => vec![0xA0, 1, code.byte(), 0, 0],
            Reply::Status(status) => {
                let mut data = vec![0xA1, 2, 0, 0, 0, if status.on { 1 } else { 2 }, status.brightness];
                data.extend_from_slice(&[0; STATUS_UNREAD]);
                let areas = &status.areas[..status.areas.len().min(255)];
                data.push(areas.len() as u8);
                data.extend_from_slice(areas);
                // Barcode and network id.
                data.extend_from_slice(&[0; 28]);
                data
            }
        };
        Frame { dst: PC, src: number, card: card.byte(), data }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_is_bcd_with_the_low_half_of_the_year_first() {
        let time = ClockTime { year: 2026, month: 11, day: 26, hour: 17, minute: 8, second: 2, weekday: 4 };
        let data = Command::SetClock(time).data();
        assert_eq!(data, [0xA2, 3, 1, 0, 0, 0x26, 0x20, 0x11, 0x26, 0x17, 0x08, 0x02, 0x04]);
        assert_eq!(Command::read(&data), Ok(Command::SetClock(time)));
    }

    #[test]
    fn every_command_is_read_back() {
        let commands = [
            Command::Ping,
            Command::Status,
            Command::Power(true),
            Command::Power(false),
            Command::Brightness(7),
            Command::Clear,
            Command::Show { delete: Delete::Ids(vec![3, 4]), areas: Vec::new() },
            Command::Show { delete: Delete::All, areas: Vec::new() },
        ];
        for command in commands {
            assert_eq!(Command::read(&command.data()), Ok(command.clone()), "{command:?}");
        }
    }

    #[test]
    fn what_a_card_does_not_know_it_refuses() {
        assert_eq!(Command::read(&[0xA1, 0x77, 1, 0, 0]), Err(ErrorCode::NoSuchCommand));
        assert_eq!(Command::read(&[0xB1, 0, 1, 0, 0]), Err(ErrorCode::BadGroup));
        assert_eq!(Command::read(&[0xA3, 6, 1, 0, 0, 0, 9]), Err(ErrorCode::BadGroup));
        assert_eq!(Command::read(&[]), Err(ErrorCode::BadGroup));
    }

    #[test]
    fn replies_are_read_back() {
        let card = CardType::Any;
        for reply in [
            Reply::Ack,
            Reply::Nack(ErrorCode::NoFont),
            Reply::Nack(ErrorCode::Other(99)),
            Reply::Status(Status { on: true, brightness: 15, areas: vec![0, 1] }),
        ] {
            assert_eq!(Reply::read(&reply.frame(3, card)), reply);
        }
        let cut = Frame { dst: PC, src: 3, card: 0xFE, data: vec![0xA1, 2, 0, 0, 0, 1, 15] };
        assert_eq!(Reply::read(&cut), Reply::Other);
    }
}
