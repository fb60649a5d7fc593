//! `hallgate simulate` and `hallgate decide`: the call order on the laboratory's formats.

use super::{Failure, say};
use crate::simulate;
use std::fs::File;
use std::io::{BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};

#[derive(clap::Args)]
pub(super) struct Simulate {
    /// A recorded day, `hall-trace/1`
    #[arg(long)]
    trace: PathBuf,
    /// Where the call log goes, one JSON line per call
    #[arg(long)]
    calls: PathBuf,
}

#[derive(clap::Args)]
pub(super) struct Decide {
    /// Decisions, one JSON object a line
    #[arg(long)]
    input: PathBuf,
}

fn open(path: &Path) -> Result<BufReader<File>, Failure> {
    File::open(path).map(BufReader::new).map_err(|error| Failure::new(format!("{}: {error}", path.display())))
}

pub(super) fn simulate(arguments: &Simulate) -> Result<(), Failure> {
    let name = arguments.trace.display();
    let trace = simulate::read_trace(open(&arguments.trace)?)
        .map_err(|error| Failure::new(format!("{name}: {error}")))?;
    let calls = simulate::run_trace(&trace).map_err(|error| Failure::new(format!("{name}: {error}")))?;
    let write = || -> std::io::Result<()> {
        let mut out = BufWriter::new(File::create(&arguments.calls)?);
        for call in &calls {
            serde_json::to_writer(&mut out, call)?;
            out.write_all(b"\n")?;
        }
        out.flush()
    };
    write().map_err(|error| Failure::new(format!("{}: {error}", arguments.calls.display())))?;
    say(&format!("{name}: {} calls written to {}", calls.len(), arguments.calls.display()));
    Ok(())
}

pub(super) fn decide(arguments: &Decide) -> Result<(), Failure> {
    let name = arguments.input.display();
    let out = BufWriter::new(std::io::stdout().lock());
    simulate::decide_lines(open(&arguments.input)?, out)
        .map_err(|error| Failure::new(format!("{name}: {error}")))
}
