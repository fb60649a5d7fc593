//! A picture of a kiosk page: pixels in memory that embedded-graphics can draw on.
//!
//! Leaves to others: what is drawn (the pages behind [`crate::Ui`]) and how it reaches a panel ([`crate::panel`]).

use embedded_graphics::Pixel;
use embedded_graphics::draw_target::DrawTarget;
use embedded_graphics::geometry::{OriginDimensions, Point, Size};
use embedded_graphics::pixelcolor::{Rgb888, RgbColor};
use embedded_graphics::primitives::Rectangle;
use std::convert::Infallible;

/// Side of the squares in which pictures are compared, in pixels. Larger squares resend more than changed, smaller ones
/// cost more headers; 32 × 32 pixels of 16 bits also always fit one panel frame.
pub const TILE: u32 = 32;

/// Largest width and height of a picture. Kiosk panels end at 2160 × 3840; the bound keeps a mistaken size from taking
/// all memory.
pub const MAX_SIDE: u32 = 4096;

/// Most rectangles that [`Frame::changed`] gives. More would only tell apart what is cheaper to send together.
pub const MAX_CHANGED: usize = 16;

/// A picture of 24 bits per pixel, rows from the top, no padding.
#[derive(Clone, PartialEq, Eq)]
pub struct Frame {
    size: Size,
    pixels: Vec<u8>,
}

impl std::fmt::Debug for Frame {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Frame({} x {})", self.size.width, self.size.height)
    }
}

impl Frame {
    /// A black picture; sides are kept between 1 and [`MAX_SIDE`].
    pub fn new(size: Size) -> Self {
        let size = Size::new(size.width.clamp(1, MAX_SIDE), size.height.clamp(1, MAX_SIDE));
        Frame { size, pixels: vec![0; size.width as usize * size.height as usize * 3] }
    }

    /// Width in pixels.
    pub fn width(&self) -> u32 {
        self.size.width
    }

    /// Height in pixels.
    pub fn height(&self) -> u32 {
        self.size.height
    }

    /// All pixels: red, green, blue; rows from the top.
    pub fn pixels(&self) -> &[u8] {
        &self.pixels
    }

    /// The colour at (`x`, `y`), or none outside the picture.
    pub fn pixel(&self, x: i32, y: i32) -> Option<Rgb888> {
        let at = self.index(x, y)?;
        Some(Rgb888::new(self.pixels[at], self.pixels[at + 1], self.pixels[at + 2]))
    }

    /// Sets one pixel; outside the picture nothing happens.
    pub fn set(&mut self, x: i32, y: i32, color: Rgb888) {
        if let Some(at) = self.index(x, y) {
            self.pixels[at..at + 3].copy_from_slice(&[color.r(), color.g(), color.b()]);
        }
    }

    /// Lays `color` over the pixel with `coverage` 0 (nothing) to 1 (all); outside the picture nothing happens.
    pub fn blend(&mut self, x: i32, y: i32, color: Rgb888, coverage: f32) {
        let Some(at) = self.index(x, y) else { return };
        // Sixteen steps look as smooth as 256 and leave few enough colours for the panel's short codes.
        let part = (coverage.clamp(0.0, 1.0) * 15.0).round() as u32 * 256 / 15;
        for (pixel, new) in self.pixels[at..at + 3].iter_mut().zip([color.r(), color.g(), color.b()]) {
            *pixel = ((u32::from(*pixel) * (256 - part) + u32::from(new) * part) >> 8) as u8;
        }
    }

    /// The picture as a PNG file, for the console and for golden pictures.
    pub fn png(&self) -> Vec<u8> {
        let mut file = Vec::new();
        let mut encoder = png::Encoder::new(&mut file, self.size.width, self.size.height);
        encoder.set_color(png::ColorType::Rgb);
        encoder.set_depth(png::BitDepth::Eight);
        // Flat colours repeat as they are; differences of neighbours would hide that and double the file.
        encoder.set_filter(png::Filter::NoFilter);
        let written = encoder.write_header().and_then(|mut writer| writer.write_image_data(&self.pixels));
        written.expect("memory takes every byte and the pixels fit the header");
        file
    }

    /// What a panel of 16 bits per pixel shows of this picture.
    pub fn as_rgb565(&self) -> Frame {
        let pixels = self
            .pixels
            .chunks_exact(3)
            .flat_map(|pixel| from_rgb565(to_rgb565([pixel[0], pixel[1], pixel[2]])))
            .collect();
        Frame { size: self.size, pixels }
    }

    /// Where this picture differs from `old`: at most [`MAX_CHANGED`] rectangles made of whole tiles, which may hold
    /// unchanged pixels too. Pictures of different size differ everywhere.
    pub fn changed(&self, old: &Frame) -> Vec<Rectangle> {
        let whole = Rectangle::new(Point::zero(), self.size);
        if self.size != old.size {
            return vec![whole];
        }
        let mut done: Vec<Rectangle> = Vec::new();
        let mut above: Vec<Rectangle> = Vec::new();
        for row in 0..self.size.height.div_ceil(TILE) {
            let mut runs: Vec<Rectangle> = Vec::new();
            for column in 0..self.size.width.div_ceil(TILE) {
                let tile = tile(self.size, column, row);
                if self.same_within(old, tile) {
                    continue;
                }
                match runs.last_mut() {
                    Some(last) if last.top_left.x + last.size.width as i32 == tile.top_left.x => {
                        last.size.width += tile.size.width;
                    }
                    _ => runs.push(tile),
                }
            }
            // A run below one of the same width is the same rectangle going on.
            above.retain_mut(|upper| {
                let below = runs.iter().position(|run| {
                    run.top_left.x == upper.top_left.x
                        && run.size.width == upper.size.width
                        && upper.top_left.y + upper.size.height as i32 == run.top_left.y
                });
                match below {
                    Some(place) => {
                        let height = runs[place].size.height + upper.size.height;
                        runs[place] = Rectangle::new(upper.top_left, Size::new(upper.size.width, height));
                        false
                    }
                    None => true,
                }
            });
            done.append(&mut above);
            above = runs;
        }
        done.append(&mut above);
        while done.len() > MAX_CHANGED {
            done = done.chunks(2).map(|pair| pair.iter().skip(1).fold(pair[0], union)).collect();
        }
        done
    }

    fn same_within(&self, old: &Frame, area: Rectangle) -> bool {
        let bytes = area.size.width as usize * 3;
        (0..area.size.height as i32).all(|row| {
            self.index(area.top_left.x, area.top_left.y + row)
                .is_none_or(|at| self.pixels[at..at + bytes] == old.pixels[at..at + bytes])
        })
    }

    fn index(&self, x: i32, y: i32) -> Option<usize> {
        let (x, y) = (u32::try_from(x).ok()?, u32::try_from(y).ok()?);
        (x < self.size.width && y < self.size.height)
            .then(|| (y as usize * self.size.width as usize + x as usize) * 3)
    }
}

/// The tile at `column`, `row` of a picture of `size`, cut at its right and lower edge.
pub(crate) fn tile(size: Size, column: u32, row: u32) -> Rectangle {
    let (x, y) = ((column * TILE).min(size.width), (row * TILE).min(size.height));
    Rectangle::new(
        Point::new(x as i32, y as i32),
        Size::new(TILE.min(size.width - x), TILE.min(size.height - y)),
    )
}

fn union(a: Rectangle, b: &Rectangle) -> Rectangle {
    let top_left = a.top_left.component_min(b.top_left);
    let far = (a.top_left + a.size).component_max(b.top_left + b.size) - top_left;
    Rectangle::new(top_left, Size::new(far.x as u32, far.y as u32))
}

/// Red, green and blue in 5, 6 and 5 bits.
pub(crate) fn to_rgb565([r, g, b]: [u8; 3]) -> u16 {
    u16::from(r >> 3) << 11 | u16::from(g >> 2) << 5 | u16::from(b >> 3)
}

/// The upper bits are repeated below, so that white stays white.
pub(crate) fn from_rgb565(color: u16) -> [u8; 3] {
    let (r, g, b) = ((color >> 11) as u8, (color >> 5 & 63) as u8, (color & 31) as u8);
    [r << 3 | r >> 2, g << 2 | g >> 4, b << 3 | b >> 2]
}

impl OriginDimensions for Frame {
    fn size(&self) -> Size {
        self.size
    }
}

impl DrawTarget for Frame {
    type Color = Rgb888;
    type Error = Infallible;

    fn draw_iter<I: IntoIterator<Item = Pixel<Rgb888>>>(&mut self, pixels: I) -> Result<(), Infallible> {
        for Pixel(point, color) in pixels {
            self.set(point.x, point.y, color);
        }
        Ok(())
    }

    fn fill_solid(&mut self, area: &Rectangle, color: Rgb888) -> Result<(), Infallible> {
        let area = area.intersection(&Rectangle::new(Point::zero(), self.size));
        let line = [color.r(), color.g(), color.b()].repeat(area.size.width as usize);
        for row in 0..area.size.height as i32 {
            if let Some(at) = self.index(area.top_left.x, area.top_left.y + row) {
                self.pixels[at..at + line.len()].copy_from_slice(&line);
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drawing_outside_changes_nothing() {
        let mut frame = Frame::new(Size::new(10, 10));
        let before = frame.clone();
        frame.set(-1, 3, Rgb888::WHITE);
        frame.blend(10, 3, Rgb888::WHITE, 1.0);
        let outside = Rectangle::new(Point::new(20, -5), Size::new(30, 40));
        frame.fill_solid(&outside, Rgb888::WHITE).unwrap();
        assert_eq!(frame, before);
        let across = Rectangle::new(Point::new(8, 8), Size::new(30, 40));
        frame.fill_solid(&across, Rgb888::WHITE).unwrap();
        assert_eq!(frame.pixel(9, 9), Some(Rgb888::WHITE));
        assert_eq!(frame.pixel(7, 9), Some(Rgb888::BLACK));
    }

    #[test]
    fn changes_are_found_and_joined() {
        let old = Frame::new(Size::new(200, 200));
        assert_eq!(old.changed(&old), vec![]);
        let mut new = old.clone();
        let area = Rectangle::new(Point::new(40, 70), Size::new(60, 50));
        new.fill_solid(&area, Rgb888::RED).unwrap();
        assert_eq!(new.changed(&old), vec![Rectangle::new(Point::new(32, 64), Size::new(96, 64))]);
        new.set(199, 199, Rgb888::RED);
        assert_eq!(new.changed(&old).len(), 2);
    }

    #[test]
    fn many_changes_are_few_rectangles_that_cover_them_all() {
        let old = Frame::new(Size::new(768, 1024));
        let mut new = old.clone();
        let dots: Vec<(i32, i32)> = (0..300).map(|n| (n * 67 % 768, n * 131 % 1024)).collect();
        for (x, y) in &dots {
            new.set(*x, *y, Rgb888::WHITE);
        }
        let changed = new.changed(&old);
        assert!(changed.len() <= MAX_CHANGED);
        for (x, y) in dots {
            assert!(changed.iter().any(|area| area.contains(Point::new(x, y))), "{x} {y}");
        }
    }

    #[test]
    fn sixteen_bits_keep_black_and_white_and_are_stable() {
        assert_eq!(from_rgb565(to_rgb565([255, 255, 255])), [255, 255, 255]);
        for color in 0..=u16::MAX {
            assert_eq!(to_rgb565(from_rgb565(color)), color);
        }
    }
}
