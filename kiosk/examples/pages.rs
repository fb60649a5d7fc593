//! Draws every page of a kiosk that has everything, in both languages and both sizes of type, for people to look at:
//! `cargo run -p kiosk --example pages -- DIRECTORY [WIDTH HEIGHT]`.

#![expect(clippy::print_stdout, reason = "a program whose result is its output")]
#![expect(clippy::disallowed_methods, reason = "pictures are files")]

#[path = "../tests/sample/mod.rs"]
mod sample;

use kiosk::Size;
use sample::walks::{Manner, every_offered_page};
use std::path::PathBuf;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let directory = PathBuf::from(arguments.first().ok_or("the argument is a directory")?);
    let side = |n: usize, usual: u32| arguments.get(n).map_or(Ok(usual), |side| side.parse());
    let size = Size::new(side(1, 768)?, side(2, 1024)?);
    std::fs::create_dir_all(&directory)?;
    let mut failed = Ok(());
    for manner in Manner::ALL {
        every_offered_page(size, manner, |name, ui| {
            let path = directory.join(format!("{name}.png"));
            if let Err(error) = std::fs::write(&path, ui.frame().png()) {
                failed = Err(error);
            }
            for text in ui.shortened() {
                println!("{name}: shortened: {text}");
            }
        });
    }
    failed?;
    Ok(())
}
