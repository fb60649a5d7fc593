//! Single decisions, one JSON object per line in, one per line out (`lab/README.md`, "Decisions").

use super::fields::{Fields, LATEST_S, Mistake, Wrong, syntax};
use super::trace::class;
use queue::order::{Place, Reach, Waiting};
use queue::{Parameters, Reason, ServiceId, TicketSeq, Timestamp};
use serde::Serialize;
use std::collections::BTreeMap;
use std::io::{self, BufRead, Read, Write};

/// Longest line read. A decision with ten thousand waiting tickets takes about 2 MB; without an end, a file that is no
/// list of decisions would fill the memory.
const LINE_BYTES_AT_MOST: u64 = 64 << 20;

/// Why the decisions could not all be answered.
#[derive(Debug, thiserror::Error)]
pub enum DecideError {
    /// The input could not be read.
    #[error("line {line}: not read")]
    Read {
        /// Line, from 1.
        line: usize,
        /// Why.
        source: io::Error,
    },
    /// The answer could not be written.
    #[error("line {line}: answer not written")]
    Write {
        /// Line, from 1.
        line: usize,
        /// Why.
        source: io::Error,
    },
    /// A line is not a decision.
    #[error(transparent)]
    Mistake(#[from] Mistake),
}

/// Who is called; both `null` if the window can serve nobody.
#[derive(Serialize)]
struct Answer<'a> {
    ticket: Option<&'a str>,
    reason: Option<Reason>,
}

/// Answers each line of `input` with one line `{"ticket": …, "reason": …}`, under the default parameters. Blank lines
/// are skipped; what a line expects is not looked at.
///
/// # Errors
/// The first line that cannot be read, is no decision, or whose answer cannot be written. Lines before it are answered.
pub fn decide_lines(mut input: impl BufRead, mut out: impl Write) -> Result<(), DecideError> {
    let mut bytes = Vec::new();
    for line in 1.. {
        bytes.clear();
        let read = input.by_ref().take(LINE_BYTES_AT_MOST).read_until(b'\n', &mut bytes);
        if read.map_err(|source| DecideError::Read { line, source })? == 0 {
            break;
        }
        if bytes.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        let decision: serde_json::Value = serde_json::from_slice(&bytes)
            .map_err(|error| syntax(line, &error, "a decision as one JSON object"))?;
        let answer = answer(&decision).map_err(|wrong| wrong.on_line(line))?;
        serde_json::to_writer(&mut out, &answer)
            .map_err(io::Error::from)
            .and_then(|()| out.write_all(b"\n"))
            .map_err(|source| DecideError::Write { line, source })?;
    }
    out.flush().map_err(|source| DecideError::Write { line: 0, source })
}

/// Seconds after midnight; before it for a transferred ticket that has waited for long.
fn moment(fields: &Fields<'_>, name: &str) -> Result<i64, Wrong> {
    fields.between(name, -LATEST_S, LATEST_S)
}

fn answer(decision: &serde_json::Value) -> Result<Answer<'_>, Wrong> {
    let decision = Fields::of("decision".to_owned(), decision)?;
    let parameters = Parameters::default();
    let mut waiting = Waiting::new(parameters.pass_limit);
    let mut names: BTreeMap<TicketSeq, &str> = BTreeMap::new();
    for fields in decision.objects("waiting")? {
        let place = Place {
            seq: TicketSeq(fields.natural("seq")?.unsigned_abs()),
            class: class(&fields)?,
            green: fields.flag("green")?,
            appointment: fields.flag("appointment")?,
            join: Timestamp(moment(&fields, "join")?),
            ready: Timestamp(moment(&fields, "ready")?),
            passed: u32::try_from(fields.natural("passed")?).unwrap_or(u32::MAX),
        };
        if names.insert(place.seq, fields.text("id")?).is_some() {
            return Err(fields.wrong("seq", "a number that no ticket before has"));
        }
        waiting.insert(&fields.text("service")?.into(), None, place);
    }
    let skills: Vec<ServiceId> = decision.texts("skills")?.into_iter().map(ServiceId::from).collect();
    let reach = Reach { window: None, skills: &skills };
    let now = Timestamp(moment(&decision, "now")?);
    let choice = waiting.choose(now, reach, decision.flag("last_priority")?, &parameters.limits);
    Ok(Answer {
        ticket: choice.and_then(|choice| names.get(&choice.place.seq).copied()),
        reason: choice.map(|choice| choice.reason),
    })
}
