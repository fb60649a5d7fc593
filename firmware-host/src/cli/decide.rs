//! `hallgate decide`: single decisions of the call order, one JSON line in, one out.

use super::Failure;
use super::simulate::open;
use crate::causes::with_causes;
use crate::simulate::{self, DecideError};
use std::io::{BufWriter, ErrorKind};
use std::path::PathBuf;

#[derive(clap::Args)]
pub(super) struct Arguments {
    /// Decisions, one JSON object a line
    #[arg(long)]
    input: PathBuf,
}

pub(super) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let name = arguments.input.display();
    let out = BufWriter::new(std::io::stdout().lock());
    match simulate::decide_lines(open(&arguments.input)?, out) {
        Ok(()) => Ok(()),
        Err(DecideError::Write { source, .. }) if source.kind() == ErrorKind::BrokenPipe => Ok(()),
        Err(error) => Err(Failure::new(format!("{name}: {}", with_causes(&error)))),
    }
}
