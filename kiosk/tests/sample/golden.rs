//! Golden pictures: compared pixel by pixel, drawn anew with `KIOSK_GOLDEN=update`.

use kiosk::{Frame, Size};
use std::path::PathBuf;

fn golden(size: Size, name: &str) -> PathBuf {
    let file = format!("{}x{}-{name}.png", size.width, size.height);
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(file)
}

#[expect(clippy::disallowed_methods, reason = "golden pictures are files")]
/// Compares a page with its picture, or draws that anew; says what differs.
pub(crate) fn compare(size: Size, name: &str, frame: &Frame) -> Result<(), String> {
    let path = golden(size, name);
    if std::env::var("KIOSK_GOLDEN").is_ok_and(|wish| wish == "update") {
        return std::fs::write(&path, frame.png()).map_err(|error| format!("{}: {error}", path.display()));
    }
    let file = std::fs::File::open(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    let mut reader =
        png::Decoder::new(std::io::BufReader::new(file)).read_info().map_err(|e| e.to_string())?;
    let mut pixels = vec![0; reader.output_buffer_size().unwrap_or(0)];
    let info = reader.next_frame(&mut pixels).map_err(|e| e.to_string())?;
    if (info.width, info.height) != (frame.width(), frame.height()) || pixels != frame.pixels() {
        let differ = pixels.chunks(3).zip(frame.pixels().chunks(3)).filter(|(a, b)| a != b).count();
        return Err(format!("{name} {size:?}: {differ} pixels differ from {}", path.display()));
    }
    Ok(())
}
