//! A slip to ESC/POS bytes, by the `escpos` crate where its bytes are right and by `custom` where they are not.
//!
//! What the crate does differently from what halls need, and what is sent instead: it has no `FS &`; its line end is
//! `ESC d 1` (here `LF`); its partial cut is a full cut (here `GS V 66 0`); its default QR code is model 1 (here model 2, M);
//! its text goes through an encoder that refuses or spells out unknown characters (here they are replaced and counted).

use crate::slip::{Align, Paper, Row, Slip};
use escpos::{
    driver::Driver,
    errors::Result as PrinterResult,
    printer::Printer,
    utils::{JustifyMode, Protocol, QRCodeCorrectionLevel, QRCodeModel, QRCodeOption},
};
use link::text::{self, Charset};
use qrcodegen::{QrCode, QrCodeEcc};
use serde::{Deserialize, Serialize};
use std::sync::{Arc, Mutex, PoisonError};

/// Whose command set and status bits; the two families differ in few places.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Model {
    /// Epson and what follows its reference.
    #[default]
    Epson,
    /// Cashino CSN panel printers (also sold as SPRT): Chinese off at power-up, `GS r` bits 2-3 mean near end, no
    /// mechanical error bit.
    Cashino,
}

/// What the encoder and the session must know of a printer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Profile {
    /// The roll.
    pub paper: Paper,
    /// Which characters its font holds; GBK unless its manual says more.
    pub charset: Charset,
    /// Command set and status bits.
    pub model: Model,
}

impl Default for Profile {
    fn default() -> Self {
        Profile { paper: Paper::Mm80, charset: Charset::Gbk, model: Model::Epson }
    }
}

/// Bytes of a slip and what could not be said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Encoded {
    /// For [`crate::Input::Print`]; without the receipt request, which the session adds.
    pub bytes: Vec<u8>,
    /// Characters that the printer does not know and that were replaced, and QR codes too long to exist; for the log.
    pub replaced: usize,
}

/// Collects what the crate would write to a device.
#[derive(Clone, Default)]
struct Capture(Arc<Mutex<Vec<u8>>>);

impl Capture {
    fn take(&self) -> Vec<u8> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Driver for Capture {
    fn name(&self) -> String {
        "slip".to_owned()
    }

    fn write(&self, data: &[u8]) -> PrinterResult<()> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(data);
        Ok(())
    }

    fn read(&self, _: &mut [u8]) -> PrinterResult<usize> {
        Ok(0)
    }

    fn flush(&self) -> PrinterResult<()> {
        Ok(())
    }
}

/// Encodes `slip` for `profile`. Called by the host once per slip, before [`crate::Input::Print`].
pub fn encode(slip: &Slip, profile: &Profile) -> Encoded {
    let capture = Capture::default();
    let mut pen = Pen {
        printer: Printer::new(capture.clone(), Protocol::default(), None),
        profile,
        chinese: true,
        size: (1, 1),
        align: Align::Left,
        bold: false,
        replaced: 0,
    };
    pen.slip(slip)
        .expect("sizes are 1 to 8, codes have passed qrcodegen and the driver only appends to memory");
    Encoded { bytes: capture.take(), replaced: pen.replaced }
}

/// The printer's state as we left it, so that only changes are sent.
struct Pen<'a> {
    printer: Printer<Capture>,
    profile: &'a Profile,
    chinese: bool,
    size: (u8, u8),
    align: Align,
    bold: bool,
    replaced: usize,
}

impl Pen<'_> {
    fn slip(&mut self, slip: &Slip) -> PrinterResult<()> {
        // FS & after every ESC @: panel printers power up, and initialise, with Chinese off (CSN-A2 manual).
        self.printer.init()?.custom(&[0x1C, 0x26])?;
        if self.profile.model == Model::Cashino {
            // ESC 9 0: Chinese codes are GBK. Only this family knows it.
            self.printer.custom(&[0x1B, 0x39, 0])?;
        }
        for row in slip.rows(self.profile.paper) {
            match row {
                Row::Text { text, size, align, bold } => self.text(&text, size, align, bold)?,
                Row::Qr { data, module } => self.qr(&data, module)?,
                Row::Feed(lines) => {
                    self.printer.feeds(lines)?;
                }
                // Every row ends with LF, so a cut stands at the start of a line, where alone it is obeyed.
                Row::Cut => {
                    self.printer.custom(&[0x1D, 0x56, 0x42, 0])?;
                }
            }
        }
        self.printer.print()?;
        Ok(())
    }

    fn text(&mut self, text: &str, size: (u8, u8), align: Align, bold: bool) -> PrinterResult<()> {
        self.align(align)?;
        if !self.chinese {
            self.printer.custom(&[0x1C, 0x26])?;
            self.chinese = true;
        }
        if self.size != size {
            self.printer.size(size.0, size.1)?;
            self.size = size;
        }
        if self.bold != bold {
            self.printer.bold(bold)?;
            self.bold = bold;
        }
        let encoded = text::encode(text, self.profile.charset);
        self.replaced += encoded.replaced;
        if !encoded.bytes.is_empty() {
            self.printer.custom(&encoded.bytes)?;
        }
        self.printer.custom(b"\n")?;
        Ok(())
    }

    /// ESC a is obeyed at the start of a line only, where every row of ours begins.
    fn align(&mut self, align: Align) -> PrinterResult<()> {
        if self.align != align {
            self.printer.justify(match align {
                Align::Left => JustifyMode::LEFT,
                Align::Center => JustifyMode::CENTER,
                Align::Right => JustifyMode::RIGHT,
            })?;
            self.align = align;
        }
        Ok(())
    }

    fn qr(&mut self, data: &str, module: u8) -> PrinterResult<()> {
        // Bytes mode, as printers encode what is stored; level M as it is printed below.
        let Ok(code) = QrCode::encode_binary(data.as_bytes(), QrCodeEcc::Medium) else {
            self.replaced += 1;
            return Ok(());
        };
        let fits = self.profile.paper.dots() / code.size().unsigned_abs() as usize;
        let module = module.min(u8::try_from(fits).unwrap_or(u8::MAX)).max(1);
        self.align(Align::Center)?;
        if self.chinese {
            self.printer.custom(&[0x1C, 0x2E])?;
            self.chinese = false;
        }
        let option = QRCodeOption::new(QRCodeModel::Model2, module, QRCodeCorrectionLevel::M);
        self.printer.qrcode_option(data, option)?.custom(b"\n")?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::slip::Line;

    fn text(text: &str, size: (u8, u8)) -> Line {
        Line::Text { text: text.to_owned(), size, align: Align::Center, bold: false }
    }

    #[test]
    fn the_worked_ticket_is_the_common_vector_byte_for_byte() {
        let slip = Slip {
            lines: vec![
                text("A012", (2, 2)),
                text("业务：社保综合 窗口3", (1, 1)),
                Line::Qr { data: "A0123".to_owned(), module: 4 },
                Line::Feed { lines: 3 },
                Line::Cut,
            ],
        };
        let encoded = encode(&slip, &Profile::default());
        assert_eq!(encoded.replaced, 0);
        assert_eq!(encoded.bytes, WORKED_TICKET);
    }

    /// The ticket on which independent decoders agree.
    const WORKED_TICKET: &[u8] = b"\x1B\x40\x1C\x26\x1B\x61\x01\x1D\x21\x11A012\x0A\x1D\x21\x00\
        \xD2\xB5\xCE\xF1\xA3\xBA\xC9\xE7\xB1\xA3\xD7\xDB\xBA\xCF\x20\xB4\xB0\xBF\xDA3\x0A\x1C\x2E\
        \x1D\x28\x6B\x04\x00\x31\x41\x32\x00\x1D\x28\x6B\x03\x00\x31\x43\x04\x1D\x28\x6B\x03\x00\x31\x45\x31\
        \x1D\x28\x6B\x08\x00\x31\x50\x30A0123\x1D\x28\x6B\x03\x00\x31\x51\x30\x0A\x1B\x64\x03\x1D\x56\x42\x00";

    #[test]
    fn unknown_characters_and_impossible_codes_are_counted() {
        let slip = Slip {
            lines: vec![
                text("王\u{20BB7}€", (1, 1)),
                Line::Qr { data: "x".repeat(4000), module: 6 },
                Line::Cut,
            ],
        };
        let encoded = encode(&slip, &Profile::default());
        assert_eq!(encoded.replaced, 3);
        assert_eq!(encoded.bytes, b"\x1B@\x1C&\x1Ba\x01\xCD\xF5\xA3\xBF\xA3\xBF\x0A\x1DVB\x00");
        let wide = Profile { charset: Charset::Gb18030, ..Profile::default() };
        assert_eq!(encode(&slip, &wide).replaced, 1);
    }

    #[test]
    fn a_panel_printer_is_told_that_codes_are_gbk() {
        let panel = Profile { model: Model::Cashino, ..Profile::default() };
        assert_eq!(encode(&Slip::default(), &panel).bytes, b"\x1B@\x1C&\x1B9\x00");
    }

    #[test]
    fn a_code_is_made_to_fit_the_paper() {
        let slip = Slip { lines: vec![Line::Qr { data: "x".repeat(300), module: 16 }] };
        let narrow = Profile { paper: Paper::Mm58, ..Profile::default() };
        let bytes = encode(&slip, &narrow).bytes;
        // 300 bytes at level M are version 13, 69 modules: 5 dots each on 384.
        let at = bytes.windows(7).position(|w| w == [0x1D, 0x28, 0x6B, 3, 0, 0x31, 0x43]).unwrap();
        assert_eq!(bytes[at + 7], 5);
    }
}
