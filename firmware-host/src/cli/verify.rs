//! `hallgate verify hallgate.db`.

use super::{Failure, say};
use std::path::Path;

pub(super) fn run(database: &Path) -> Result<(), Failure> {
    let store = schema::Store::open(database).map_err(|error| Failure::new(error.to_string()))?;
    let verified = store.verify().map_err(|error| Failure::new(error.to_string()))?;
    if verified.is_sound() {
        say(&format!("{}: ok: {} entries, head {}", database.display(), verified.rows, verified.head));
        return Ok(());
    }
    let findings: Vec<String> = verified.findings.iter().map(ToString::to_string).collect();
    Err(Failure::new(format!("{}: {}", database.display(), findings.join("\n"))))
}
