//! `hallgate check hall.toml`.

use super::{Failure, read_config, say};
use std::path::Path;

pub(super) fn run(file: &Path) -> Result<(), Failure> {
    let config = read_config(file)?;
    say(&format!(
        "{}: ok: {}, {} areas, {} services, {} windows, {} kiosks",
        file.display(),
        config.hall.name,
        config.areas.len(),
        config.services.len(),
        config.windows.len(),
        config.kiosks.len()
    ));
    Ok(())
}
