//! What the LEDs of a card show: text areas to pixels, as a function of the time since they came.
//!
//! Text starts at the upper left of its area, a line is 16 pixels high, ASCII is 8 and everything else 16 wide. Source for
//! the effects' names: BXH; how they look, and how fast, is guessed.

use super::command::{Area, Effect, RunMode};
use super::{Colour, Geometry};
use link::bitmap::glyph;
use link::text::{cells, decode};
use std::time::Duration;

/// A stay of one.
const HALF_SECOND: Duration = Duration::from_millis(500);
/// One pixel of a moving text takes this long at speed 0, and as much again for each step of speed (guessed: it makes the
/// published speed 4 some 33 pixels, two Chinese characters, a second).
const PIXEL_AT_FASTEST: Duration = Duration::from_millis(6);
const LINE_PX: usize = 16;

/// One line of an area: characters with the index of their colour.
type Text = Vec<(char, u8)>;

/// The lines of an area as the card breaks them, before they are cut into pages.
pub fn lines(area: &Area) -> Vec<String> {
    read(area).into_iter().map(|line| line.into_iter().map(|(character, _)| character).collect()).collect()
}

/// Whether the picture of `area` changes by itself.
pub fn moves(area: &Area) -> bool {
    !matches!(area.effect, Effect::Static | Effect::Snap) || read(area).len() > per_page(area)
}

/// Adds `area`, which came `age` ago, to a picture: one byte a pixel, row by row, 0 dark or the index of the colour.
pub fn draw(area: &Area, age: Duration, geometry: Geometry, pixels: &mut [u8]) {
    let timed = matches!(area.run, RunMode::DeleteOnTimeout | RunMode::LogoOnTimeout);
    if timed && age >= Duration::from_secs(area.timeout_s.into()) {
        return;
    }
    let canvas = Canvas {
        left: i64::from(area.x_cells) * 8,
        top: i64::from(area.y_px),
        width: i64::from(area.width_cells) * 8,
        height: i64::from(area.height_px),
        screen: (i64::from(geometry.width_px), i64::from(geometry.height_px)),
    };
    let lines = read(area);
    let pages: Vec<&[Text]> = lines.chunks(per_page(area)).collect();
    let pitch = (LINE_PX + usize::from(area.line_gap)) as i64;
    let mut page = |index: usize, x: i64, y: i64| {
        for (row, line) in pages.get(index).into_iter().copied().flatten().enumerate() {
            canvas.line(line, x, y + row as i64 * pitch, pixels);
        }
    };
    let step = PIXEL_AT_FASTEST * (u32::from(area.speed) + 1);
    let moved = (age.as_millis() / step.as_millis().max(1)) as i64;
    // Several pages move as one strip, each as wide or as high as the area; a single line is as long as it is.
    let long = match lines.as_slice() {
        [line] => line.iter().map(|(character, _)| cells(*character) as i64 * 8).sum(),
        _ => canvas.width,
    };
    let count = pages.len() as i64;
    let along = |room: i64, strip: i64| match area.run {
        RunMode::HoldLast => moved.min(strip),
        _ => moved % (room + strip).max(1),
    };
    match area.effect {
        Effect::Static | Effect::Snap => {
            let stay = HALF_SECOND * u32::from(area.stay_half_s.max(1));
            let turned = (age.as_millis() / stay.as_millis().max(1)) as usize;
            let last = pages.len().saturating_sub(1);
            page(if area.run == RunMode::HoldLast { turned.min(last) } else { turned % (last + 1) }, 0, 0);
        }
        Effect::Left => {
            let at = along(canvas.width, long * count);
            (0..count).for_each(|index| page(index as usize, canvas.width - at + index * long, 0));
        }
        Effect::Right => {
            let at = along(canvas.width, long * count);
            (0..count).for_each(|index| page(index as usize, at - (index + 1) * long, 0));
        }
        Effect::Up => {
            let at = along(canvas.height, canvas.height * count);
            (0..count).for_each(|index| page(index as usize, 0, (index + 1) * canvas.height - at));
        }
        Effect::Down => {
            let at = along(canvas.height, canvas.height * count);
            (0..count).for_each(|index| page(index as usize, 0, at - (index + 1) * canvas.height));
        }
    }
}

fn per_page(area: &Area) -> usize {
    ((usize::from(area.height_px) + usize::from(area.line_gap)) / (LINE_PX + usize::from(area.line_gap)))
        .max(1)
}

/// Follows the escapes of the text: `\C1` to `\C3` and `\n`. Others are drawn as they stand.
fn read(area: &Area) -> Vec<Text> {
    let text = decode(&area.text);
    let room = usize::from(area.width_cells).max(1);
    let (mut lines, mut line, mut used) = (Vec::new(), Text::new(), 0);
    let mut colour = Colour::Red.index();
    let mut rest = text.as_str();
    while let Some(character) = rest.chars().next() {
        if let Some(after) = rest.strip_prefix("\\n") {
            rest = after;
            if !area.single_line {
                lines.push(std::mem::take(&mut line));
                used = 0;
            }
            continue;
        }
        if let Some((digit @ b'1'..=b'3', after)) =
            rest.strip_prefix("\\C").and_then(|after| Some((*after.as_bytes().first()?, after.get(1..)?)))
        {
            colour = digit - b'0';
            rest = after;
            continue;
        }
        rest = &rest[character.len_utf8()..];
        if area.wrap && !area.single_line && used + cells(character) > room && !line.is_empty() {
            lines.push(std::mem::take(&mut line));
            used = 0;
        }
        used += cells(character);
        line.push((character, colour));
    }
    lines.push(line);
    lines
}

/// The part of the screen that an area may light.
struct Canvas {
    left: i64,
    top: i64,
    width: i64,
    height: i64,
    screen: (i64, i64),
}

impl Canvas {
    fn line(&self, line: &Text, x: i64, y: i64, pixels: &mut [u8]) {
        let mut x = x;
        for (character, colour) in line {
            let wide = cells(*character) as i64 * 8;
            if x + wide > 0 && x < self.width {
                self.character(*character, *colour, x, y, pixels);
            }
            x += wide;
        }
    }

    fn character(&self, character: char, colour: u8, x: i64, y: i64, pixels: &mut [u8]) {
        let drawn = glyph(character);
        // Narrow signs of the Chinese set stand in the middle of their wide cell.
        let inset = (cells(character) * 8).saturating_sub(drawn.width) / 2;
        for row in 0..LINE_PX {
            for column in 0..drawn.width {
                let (px, py) = (x + (inset + column) as i64, y + row as i64);
                if !drawn.pixel(column, row)
                    || !(0..self.width).contains(&px)
                    || !(0..self.height).contains(&py)
                {
                    continue;
                }
                let (sx, sy) = (self.left + px, self.top + py);
                if sx < self.screen.0 && sy < self.screen.1 {
                    let at = (sy * self.screen.0 + sx) as usize;
                    if let Some(pixel) = pixels.get_mut(at) {
                        *pixel = colour;
                    }
                }
            }
        }
    }
}
