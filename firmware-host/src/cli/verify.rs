//! `hallgate verify hallgate.db`.

use super::{Failure, say};
use std::path::Path;

pub(super) fn run(database: &Path) -> Result<(), Failure> {
    let store = schema::Store::open(database).map_err(|error| Failure::new(error.to_string()))?;
    let verified = store.verify().map_err(|error| Failure::new(error.to_string()))?;
    say(&format!("{}: ok: {verified:?}", database.display()));
    Ok(())
}
