//! What came out of the printer.

use serde::Serialize;

/// A picture of black dots on white.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Raster {
    /// Dots of a row, a multiple of 8.
    pub width: usize,
    /// Rows, 8 to the millimetre.
    pub height: usize,
    /// Bits, row by row, most significant bit left, 1 is black.
    pub bits: Vec<u8>,
}

impl Raster {
    /// Whether the dot is black; white outside.
    pub fn is_black(&self, x: usize, y: usize) -> bool {
        x < self.width && y < self.height && self.bits[(y * self.width + x) / 8] >> (7 - x % 8) & 1 == 1
    }
}

/// A piece of paper: a slip that was cut off, or the end of a roll that was torn out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Paper {
    /// What the head burned.
    #[serde(skip)]
    pub raster: Raster,
    /// The text lines that were burned as a whole.
    pub text_lines: Vec<String>,
    /// What the QR codes on it say.
    pub qr: Vec<String>,
    /// The bytes of the commands that made it.
    #[serde(skip)]
    pub bytes: Vec<u8>,
    /// Whether the cutter cut it; otherwise the roll ended here.
    pub cut: bool,
}

impl Paper {
    /// Its length.
    pub fn length_mm(&self) -> usize {
        self.raster.height / 8
    }

    /// The paper as a black and white PNG. Empty if there is nothing on it, not even blank rows.
    pub fn png(&self) -> Vec<u8> {
        let mut out = Vec::new();
        let raster = &self.raster;
        let (Ok(width), Ok(height)) = (u32::try_from(raster.width), u32::try_from(raster.height)) else {
            return out;
        };
        if width == 0 || height == 0 {
            return out;
        }
        let mut encoder = png::Encoder::new(&mut out, width, height);
        encoder.set_color(png::ColorType::Grayscale);
        encoder.set_depth(png::BitDepth::One);
        // In a grey PNG 1 is white.
        let white: Vec<u8> = raster.bits.iter().map(|byte| !byte).collect();
        encoder
            .write_header()
            .and_then(|mut writer| writer.write_image_data(&white))
            .expect("the picture has its stated size and memory does not fail to take it");
        out
    }
}
