//! `hallgate decide`: single decisions of the call order, one JSON line in, one out.

use super::Failure;
use super::simulate::open;
use crate::simulate;
use std::io::BufWriter;
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
    simulate::decide_lines(open(&arguments.input)?, out)
        .map_err(|error| Failure::new(format!("{name}: {error}")))
}
