//! `hallgate verify hallgate.db`.

use super::{Failure, say};
use crate::causes::with_causes;
use std::path::Path;

pub(super) fn run(database: &Path) -> Result<(), Failure> {
    let reader = schema::Reader::open(database).map_err(|error| Failure::new(with_causes(&error)))?;
    let verified = reader.verify().map_err(|error| Failure::new(with_causes(&error)))?;
    if verified.is_sound() {
        say(&format!("{}: ok: {} entries, head {}", database.display(), verified.rows, verified.head));
        return Ok(());
    }
    let findings: Vec<String> = verified.findings.iter().map(ToString::to_string).collect();
    Err(Failure::new(format!("{}: {}", database.display(), findings.join("\n"))))
}
