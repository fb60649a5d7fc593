//! `hallgate verify hallgate.db`: looks only, also beside a running daemon; `--rebuild` makes the projections again first.

use super::{Failure, say};
use crate::causes::with_causes;
use std::path::PathBuf;

#[derive(clap::Args)]
pub(super) struct Arguments {
    /// The database file
    database: PathBuf,
    /// First make every table again from the log; no daemon may run on the file
    #[arg(long)]
    rebuild: bool,
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let database = &arguments.database;
    let failed = |error: schema::StoreError| Failure::new(with_causes(&error));
    // Looking first: a file that is not there, or not a database, must not become one.
    let reader = schema::Reader::open(database).map_err(failed)?;
    if arguments.rebuild {
        let rows = schema::Store::open(database).and_then(|mut store| store.rebuild()).map_err(failed)?;
        say(&format!("{}: made again from {rows} entries", database.display()));
    }
    let verified = reader.verify().map_err(failed)?;
    if verified.is_sound() {
        say(&format!("{}: ok: {} entries, head {}", database.display(), verified.rows, verified.head));
        return Ok(());
    }
    let findings: Vec<String> = verified.findings.iter().map(ToString::to_string).collect();
    Err(Failure::new(format!("{}: {}", database.display(), findings.join("\n"))))
}
